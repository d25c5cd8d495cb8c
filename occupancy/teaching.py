"""What people counted beside what a sensor said: a gain for each sensor, learned robustly from a few pairs.

A camera that sees three of four people says 15 where 20 stand, every day: ten hand counts show it. The gain is the
share of the people that the sensor sees (`Site.gains`); it is drawn towards 1, so that two odd counts move nothing, and
one count that was mistyped is left nearly out. Refuses to keep who counted.

    dobi:{tenant}:teach:<place>:<sensor>   a table of `occupancy.undoable`: "pairs" -> JSON [[at, said, people], …]
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean, median
from typing import Final
from urllib.parse import quote

from redis.asyncio import Redis

from occupancy.reading import Reading
from occupancy.undoable import Change, Changes, Undone

LEAST: Final = 3
"""Pairs from which on the gain is used."""
MOST: Final = 60
"""Pairs that are kept; the oldest give way, for a camera is moved now and then."""
ENOUGH: Final = 10
MOST_PEOPLE: Final = 300
SEEN_WITHIN: Final = timedelta(seconds=30)
_PRIOR: Final = 0.6
"""Standard deviation of a gain before anybody counted."""
_LOW, _HIGH = 0.3, 3.0
_NEAR: Final = timedelta(seconds=60)
_FIELD: Final = "pairs"


@dataclass(frozen=True, slots=True)
class Pair:
    """What a sensor said and what somebody counted, at one moment."""

    at: datetime
    said: float
    people: int


@dataclass(frozen=True, slots=True)
class Learned:
    """What the pairs of a sensor come to. `error`: mean on pairs that were not shown, None for too few."""

    gain: float
    error: float | None
    raw_error: float | None
    """The same without any gain."""
    pairs: int

    @property
    def used(self) -> bool:
        """Whether there are enough to be used."""
        return self.pairs >= LEAST


def learned(pairs: Sequence[Pair]) -> Learned:
    """The gain that the pairs show, and how wrong it was on each by the others."""
    gain = 1 / _slope(pairs)
    if len(pairs) < LEAST:
        return Learned(gain, None, None, len(pairs))
    off = [abs(one.said * _slope([*pairs[:at], *pairs[at + 1 :]]) - one.people) for at, one in enumerate(pairs)]
    return Learned(gain, fmean(off), fmean(abs(one.said - one.people) for one in pairs), len(pairs))


def _slope(pairs: Sequence[Pair]) -> float:
    """People for one that the sensor says: a line through nothing, in which a far-off pair weighs little."""
    slope, weights = 1.0, [1.0] * len(pairs)
    for _ in range(8):
        up, down = 1 / _PRIOR**2, 1 / _PRIOR**2
        for one, weight in zip(pairs, weights, strict=True):
            variance = (1 + 0.1 * one.people) ** 2
            up += weight * one.said * one.people / variance
            down += weight * one.said**2 / variance
        slope = min(max(up / down, 1 / _HIGH), 1 / _LOW)
        weights = [_weight(abs(one.people - slope * one.said) / (1 + 0.1 * one.people)) for one in pairs]
    return slope


def _weight(off: float) -> float:
    """Huber's, falling faster far out: a count that was mistyped is ten times too large."""
    return 1.0 if off <= 1.5 else 1.5 / off if off <= 4 else 6 / off**2


def said_of(readings: Sequence[Reading], sensor: str, now: datetime) -> float | None:
    """What a sensor says now: the median of its last half minute; None where it was silent."""
    counts = [
        one.count
        for one in readings
        if one.sensor == sensor and one.count is not None and timedelta() <= now - one.measured_at <= SEEN_WITHIN
    ]
    return float(median(counts)) if counts else None


def disputed(pairs: Sequence[Pair], new: Pair) -> Pair | None:
    """A count of nearly the same moment and line that tells something else; None where none does."""
    near = [one for one in pairs if abs(one.at - new.at) <= _NEAR and abs(one.said - new.said) <= 2 and one != new]
    far = [one for one in near if abs(one.people - new.people) > max(2.0, 0.25 * max(one.people, new.people))]
    return far[-1] if far else None


class TeachingStore:
    """The pairs of every sensor."""

    def __init__(self, redis: Redis) -> None:
        self._changes = Changes(redis, life=None)

    async def pairs(self, tenant: str, place: str, sensor: str) -> tuple[Pair, ...]:
        """What was counted, oldest first."""
        return _read((await self._changes.all(tenant, _table(place, sensor))).get(_FIELD, ""))

    async def gains(self, tenant: str, place: str, sensors: Sequence[str]) -> Mapping[str, float]:
        """The gains of those sensors that were taught enough."""
        found = {one: learned(await self.pairs(tenant, place, one)) for one in sensors}
        return {sensor: one.gain for sensor, one in found.items() if one.used}

    async def teach(self, tenant: str, place: str, sensor: str, pair: Pair, change: str) -> tuple[Pair, ...]:
        """Keeps a pair, and what stands then. Safe to repeat with the same `change`."""
        made = await self._changes.change(
            tenant, _table(place, sensor), change, [_FIELD], lambda _, stands: _write([*_read(stands), pair][-MOST:])
        )
        return _read(made.fields[0].after)

    async def forget(self, tenant: str, place: str, sensor: str, change: str) -> Change:
        """Lets go of all pairs. Safe to repeat with the same `change`."""
        return await self._changes.change(tenant, _table(place, sensor), change, [_FIELD], lambda *_: "")

    async def undo(self, tenant: str, place: str, sensor: str, change: str) -> Undone:
        """Takes a change back, where nothing came after it."""
        return await self._changes.undo(tenant, _table(place, sensor), change)


def _table(place: str, sensor: str) -> str:
    return f"teach:{quote(place, safe='')}:{quote(sensor, safe='')}"


def _write(pairs: Sequence[Pair]) -> str:
    return json.dumps([[one.at.isoformat(), one.said, one.people] for one in pairs], separators=(",", ":"))


def _read(text: str) -> tuple[Pair, ...]:
    rows = json.loads(text) if text else []
    return tuple(Pair(datetime.fromisoformat(at), float(said), int(people)) for at, said, people in rows)

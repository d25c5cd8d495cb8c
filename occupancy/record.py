"""What was said of a line, kept beside what came of it: the answers' own error, for whoever asks how far to trust them.

Nobody measures a wait with a watch. What came of it is read from the day's minutes: those who stood in line at a minute
had been served when the gate had let as many through. Without a gate only the forecast is judged. Pure, but for the
store; refuses to judge simulated days beside real ones (`Errors.simulated`).

Keys, `K` being ``dobi:{tenant}:occupancy:<place>``::

    K:said:<day>   hash   minute of the Korean day -> [minutes of waiting, people, people 15 minutes ahead] as JSON
    K:said         sorted set   2026-11-23   by ordinal
"""

from __future__ import annotations

import json
import statistics
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import cast
from urllib.parse import quote

from redis.asyncio import Redis

from occupancy.reading import DayHistory

AHEAD_MIN = 15
KEEP_DAYS = 60
_LONGEST_MIN = 60


@dataclass(frozen=True, slots=True)
class Said:
    """What an answer said at one minute; None where it gave no number."""

    minute: int
    """Minutes since midnight in Korea."""
    minutes: float | None
    people: float | None
    ahead: float | None
    """People expected in line 15 minutes later."""


@dataclass(frozen=True, slots=True)
class Errors:
    """Mean absolute errors over some days: of the wait in minutes, of the forecast in people; None where unjudged."""

    days: int
    wait: float | None
    waits: int
    ahead: float | None
    aheads: int
    simulated: bool


def actual_wait(day: DayHistory, minute: int) -> float | None:
    """How many minutes it took until the gate had let through those who stood in line at this minute.

    None where the day knows no line or no meals there, or where more than an hour went by.
    """
    known = {one.minute: one for one in day.minutes}
    here = known.get(minute)
    if here is None or here.people is None:
        return None
    if here.people < 0.5:
        return 0.0
    after = [known[m].served if m in known else 0 for m in range(minute, minute + _LONGEST_MIN)]
    passed = list(accumulate(after))
    at = bisect_left(passed, here.people)
    if at == len(passed):
        return None
    before = passed[at - 1] if at else 0
    return at + (here.people - before) / after[at]


def judge(pairs: Iterable[tuple[Sequence[Said], DayHistory]]) -> Errors:
    """The errors of what was said on these days, each beside the day as it came."""
    waits, aheads, days, simulated = [], [], 0, False
    for said, day in pairs:
        people = {one.minute: one.people for one in day.minutes if one.people is not None}
        on_wait = [_off(one.minutes, actual_wait(day, one.minute)) for one in said]
        on_ahead = [_off(one.ahead, people.get(one.minute + AHEAD_MIN)) for one in said]
        found = [value for value in (*on_wait, *on_ahead) if value is not None]
        days += bool(found)
        simulated = simulated or (bool(found) and day.simulated)
        waits += [value for value in on_wait if value is not None]
        aheads += [value for value in on_ahead if value is not None]
    return Errors(
        days,
        statistics.fmean(waits) if waits else None,
        len(waits),
        statistics.fmean(aheads) if aheads else None,
        len(aheads),
        simulated,
    )


def _off(said: float | None, came: float | None) -> float | None:
    return None if said is None or came is None else abs(said - came)


class RecordStore:
    """What was said, by day, kept 60 days."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    @staticmethod
    def _key(tenant: str, place: str, name: str) -> str:
        return f"dobi:{{{tenant}}}:occupancy:{quote(place, safe='')}:{name}"

    async def put(self, tenant: str, place: str, day: date, said: Said) -> None:
        """Keeps what was said; the first word of a minute stands, so that nothing is told better afterwards."""
        name, days = day.isoformat(), self._key(tenant, place, "said")
        value = json.dumps([said.minutes, said.people, said.ahead])
        old = await self._redis.zrangebyscore(days, "-inf", day.toordinal() - KEEP_DAYS)
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hsetnx(self._key(tenant, place, f"said:{name}"), str(said.minute), value)
            pipe.zadd(days, {name: day.toordinal()})
            for one in cast("list[bytes]", old):
                pipe.delete(self._key(tenant, place, f"said:{one.decode()}"))
                pipe.zrem(days, one)
            await pipe.execute()

    async def day(self, tenant: str, place: str, day: date) -> tuple[Said, ...]:
        """What was said on a day, by minute."""
        found = await self._redis.hgetall(self._key(tenant, place, f"said:{day.isoformat()}"))
        fields = cast("Mapping[bytes, bytes]", found)
        return tuple(
            Said(minute, *json.loads(value)) for minute, value in sorted((int(m), v) for m, v in fields.items())
        )

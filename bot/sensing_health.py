"""How each sensor is, from what it said and what the entrance noticed: pure, one finding a sensor.

What a sensor tells of itself comes before what is guessed of it. A silence counts in the sensor's own periods and only
while somebody ought to speak; a gate's silence is no fault unless a counter sees people wait. Refuses to tell anybody:
`sensing_notices` does, `센서` and doctor show the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.sensing_book import Fault, Noticed
from bot.settings import Sensor
from occupancy.estimate import Estimate, Health
from occupancy.reading import Condition, Reading

PERIODS: Final = 3
"""Of its own, without a word: a sensor is silent."""
_GATE_RESTS: Final = timedelta(minutes=2)
_CLOCK_TIMES, _KEY_TIMES = 3, 5
_LATELY: Final = timedelta(minutes=10)


class Ailment(StrEnum):
    """What may be wrong with a sensor."""

    OFFLINE = "offline"
    BLIND = "blind"
    STILL = "still"
    """Its own word: the picture stands still."""
    CLOCK = "clock"
    KEY = "key"
    FROZEN = "frozen"
    """Our finding: it repeats one value while the gate runs."""
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a sensor, since when; `detail` is the clock's error in seconds where that is it."""

    what: Ailment
    since: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """All that is known of a sensor. `waits`: counters see people in line. `watched`: since when it ought to speak."""

    sensor: Sensor
    last: Reading | None
    faults: Mapping[Fault, Noticed]
    frozen: bool = False
    waits: bool = False
    watched: datetime | None = None


_TOLD: Final = {
    Condition.OFFLINE.value: Ailment.OFFLINE,
    Condition.BLIND.value: Ailment.BLIND,
    Condition.FROZEN.value: Ailment.STILL,
}


def judge(seen: Seen, now: datetime) -> Finding | None:
    """What is wrong with a sensor, or None."""
    for look in (_told, _clock, _key, _frozen, _silent):
        found = look(seen, now)
        if found is not None:
            return found
    return None


def silence(sensor: Sensor) -> timedelta:
    """For how long a sensor may say nothing."""
    return PERIODS * timedelta(seconds=sensor.period_s)


def frozen(found: Estimate, sensor: str) -> bool:
    """Whether the estimate left a sensor out for repeating itself."""
    return any(one.sensor == sensor and one.health is Health.FROZEN for one in found.sources)


def _told(seen: Seen, _now: datetime) -> Finding | None:
    told = seen.faults.get(Fault.TOLD)
    what = _TOLD.get(told.detail) if told is not None else None
    if told is None or what is None or (seen.last is not None and seen.last.measured_at > told.last_at):
        return None
    return Finding(what, told.first_at)


def _clock(seen: Seen, now: datetime) -> Finding | None:
    off = seen.faults.get(Fault.CLOCK)
    if off is None or off.times < _CLOCK_TIMES or now - off.last_at > _LATELY:
        return None
    if seen.last is not None and seen.last.received_at >= off.last_at:
        return None
    return Finding(Ailment.CLOCK, off.first_at, off.detail)


def _key(seen: Seen, now: datetime) -> Finding | None:
    tries = seen.faults.get(Fault.KEY)
    if tries is None or tries.times < _KEY_TIMES or now - tries.last_at > _LATELY:
        return None
    return Finding(Ailment.KEY, tries.first_at)


def _frozen(seen: Seen, _now: datetime) -> Finding | None:
    return Finding(Ailment.FROZEN, seen.last.measured_at) if seen.frozen and seen.last is not None else None


def _silent(seen: Seen, now: datetime) -> Finding | None:
    if seen.last is None or seen.watched is None:
        return None
    gate, quiet = seen.sensor.kind == "gate", now - max(seen.last.received_at, seen.watched)
    allowed = max(silence(seen.sensor), _GATE_RESTS) if gate else silence(seen.sensor)
    if quiet < allowed or (gate and not seen.waits):
        return None
    return Finding(Ailment.SILENT, seen.last.measured_at)

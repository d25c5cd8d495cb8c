"""The line as it is now: people, minutes with an 80 % band, level, and how far all of that can be trusted.

Pure functions of readings and `now`. Refuses to say an old number as a new one: after 120 s without a usable
count the estimate is `stale`, after 10 minutes it holds no number.

Pipeline::

    recent readings ── judge each sensor (silent? frozen?) ──> usable readings ── line.py ──> Estimate
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from occupancy.line import STEP_S, WINDOW, Follower, Site, State, binned, corrected, end_of, step_of
from occupancy.reading import Kind, Minute, Reading, minute_of

STALE_AFTER = timedelta(seconds=120)
BLANK_AFTER = timedelta(minutes=10)
_Z80 = 1.2816  # 10 % and 90 % points of the normal distribution
_USUAL_MEMORY_S = 240.0


class Level(StrEnum):
    """How crowded, in four steps by waiting minutes; the bot gives them their Korean words."""

    QUIET = "quiet"
    NORMAL = "normal"
    BUSY = "busy"
    CROWDED = "crowded"


class Health(StrEnum):
    """What a sensor's own readings say about the sensor."""

    OK = "ok"
    SILENT = "silent"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True)
class EstimateConfig:
    """A cafeteria's own constants; the defaults are the research note's."""

    site: Site = field(default_factory=Site)
    thresholds: tuple[float, ...] = (2.0, 5.0, 8.0)
    """Minutes at which NORMAL, BUSY and CROWDED begin."""
    hysteresis: float = 0.4
    """Minutes by which a threshold must be passed before the level changes."""


@dataclass(frozen=True, slots=True)
class Source:
    """One sensor behind an estimate.

    `weight` in [0, 1]: of a counter, its share of the counting (0 when it is not believed); of a gate, the share of
    watched over nominal speed. A gate is never called silent: it speaks only when someone passes.
    """

    sensor: str
    kind: Kind
    age_s: float
    weight: float
    health: Health


@dataclass(frozen=True, slots=True)
class Estimate:
    """The line at `at`. Numbers are None when nothing usable is younger than 10 minutes.

    `age_s` and `since` are of the newest usable count (or an idle gate, which is evidence of no line); both None
    when there is none in the readings given. `low` and `high` bound the minutes in 8 cases of 10.
    """

    at: datetime
    people: int | None
    minutes: float | None
    low: float | None
    high: float | None
    level: Level | None
    age_s: float | None
    sources: tuple[Source, ...]
    stale: bool
    since: datetime | None
    per_minute: float
    """People served a minute, as watched or nominal."""
    spread: float | None
    """Standard deviation of `people`."""


def estimate(
    readings: Sequence[Reading],
    now: datetime,
    config: EstimateConfig | None = None,
    *,
    previous: Level | None = None,
    usual: float | None = None,
) -> Estimate:
    """The line now, from the readings of the last 25 minutes (older and later ones are left out).

    Args:
        readings: in any order, of one cafeteria.
        now: the instant of the answer.
        config: the cafeteria's constants.
        previous: the level said before; without it the level's own path through the readings is followed,
            so that every process says the same.
        usual: people usually waiting at this time, towards which a silent line is drawn as it ages.
    """
    config = config or EstimateConfig()
    window = sorted((one for one in readings if now - WINDOW <= one.measured_at <= now), key=_said)
    judged = _judge(window, now, config.site)
    usable = judged.usable(window)
    path = list(_path(usable, now, config))
    since = _since(usable, path)
    age = None if since is None else now - since
    last = path[-1].state if path else None
    sources = tuple(_sources(judged, last, now, config.site))
    per_minute = 60 * (last.speed if last else config.site.nominal)
    if last is None or age is None or age > BLANK_AFTER:
        age_s = None if age is None else age.total_seconds()
        return Estimate(now, None, None, None, None, None, age_s, sources, True, since, per_minute, None)
    people, spread = _towards(usual, last, age.total_seconds())
    minutes, low, high = _minutes(people, spread, last)
    level = _level(minutes, previous or path[-1].level, config)
    return Estimate(
        now, round(people), minutes, low, high, level, age.total_seconds(), sources, age > STALE_AFTER, since,
        per_minute, spread,
    )  # fmt: skip


def by_minute(
    readings: Sequence[Reading], start: datetime, end: datetime, config: EstimateConfig | None = None
) -> tuple[Minute, ...]:
    """The estimated line of each whole minute from `start` to `end`, for the day's history.

    Give readings from 25 minutes before `start` on. A minute without a usable count has `people` None.
    """
    config = config or EstimateConfig()
    window = sorted((one for one in readings if one.measured_at < end), key=_said)
    usable = _judge(window, end, config.site).usable(window)
    sums: dict[int, list[float]] = defaultdict(list)
    for point in _path(usable, end, config):
        if start <= point.at - timedelta(seconds=STEP_S) < end and point.fresh:
            sums[minute_of(point.at - timedelta(seconds=STEP_S))].append(point.state.people)
    served: dict[int, int] = defaultdict(int)
    for one in usable:
        if one.measured_at >= start:
            served[minute_of(one.measured_at)] += one.served or 0
    minutes = range(minute_of(start), minute_of(start) + int((end - start) / timedelta(minutes=1)))
    return tuple(Minute(m, sum(sums[m]) / len(sums[m]) if sums[m] else None, served[m]) for m in minutes)


def _said(reading: Reading) -> tuple[datetime, int]:
    """The order in which readings were said: by instant, and at one instant by the sensor's own numbers."""
    return reading.measured_at, reading.seq or 0


@dataclass(frozen=True, slots=True)
class _Judged:
    health: Mapping[str, Health]
    latest: Mapping[str, Reading]
    repeated: frozenset[int]
    """`id` of readings that a frozen sensor only repeated: hashing them would take longer than all else."""

    def usable(self, window: Sequence[Reading]) -> Sequence[Reading]:
        return [one for one in window if id(one) not in self.repeated] if self.repeated else window


@dataclass(frozen=True, slots=True)
class _Point:
    at: datetime
    state: State
    level: Level | None
    fresh: bool


def _judge(window: Sequence[Reading], now: datetime, site: Site) -> _Judged:
    """Which sensors are silent, which frozen, and which readings a frozen one repeated."""
    counts: dict[str, list[Reading]] = defaultdict(list)
    gate = [one for one in window if one.served]
    latest: dict[str, Reading] = {}
    for one in window:
        latest[one.sensor] = one
        if one.count is not None:
            counts[one.sensor].append(one)
    health, repeated = dict.fromkeys(latest, Health.OK), set[int]()
    for sensor, said in counts.items():
        runs = list(_frozen_runs(said, gate, site))
        repeated.update(id(one) for run in runs for one in run[1:])
        if runs and runs[-1][-1] is said[-1]:
            health[sensor] = Health.FROZEN
        if (now - said[-1].measured_at).total_seconds() > site.silent_after_s:
            health[sensor] = Health.SILENT
    return _Judged(health, latest, frozenset(repeated))


def _frozen_runs(said: Sequence[Reading], gate: Sequence[Reading], site: Site) -> Iterator[Sequence[Reading]]:
    """Runs of one repeated value, long enough, while the gate proves that the line moved."""
    start = 0
    for end in range(1, len(said) + 1):
        if end < len(said) and said[end].count == said[start].count and _gap_s(said, end) <= site.silent_after_s:
            continue
        run, start = said[start:end], end
        first, last = run[0].measured_at, run[-1].measured_at
        lasted = (last - first).total_seconds()
        if lasted < site.frozen_after_s:
            continue
        served = sum(one.served or 0 for one in gate if first < one.measured_at <= last)
        # An empty line looks the same for long; it is suspect only while the gate runs at its capacity.
        share = 0.8 if (run[0].count or 0) <= site.servers else 0.2
        if served >= share * site.nominal * lasted:
            yield run


def _gap_s(said: Sequence[Reading], index: int) -> float:
    return (said[index].measured_at - said[index - 1].measured_at).total_seconds()


def _path(usable: Sequence[Reading], now: datetime, config: EstimateConfig) -> Iterator[_Point]:
    """The line through the readings, step by step from the first of them to now."""
    if not usable:
        return
    steps = binned(usable, config.site, now)
    first, last = step_of(usable[0].measured_at), step_of(now)
    follower, level, counted = Follower(config.site), None, -math.inf
    for step in range(first, last + 1):
        said = steps.get(step)
        state = follower.advance(said)
        if state.idle or (said and said.counts):
            counted = step
        level = _level(state.people / state.speed / 60, level, config)
        fresh = (step - counted) * STEP_S <= STALE_AFTER.total_seconds()
        yield _Point(end_of(step), state, level, fresh)


def _since(usable: Sequence[Reading], path: Sequence[_Point]) -> datetime | None:
    """The instant of the newest count, or of a living gate's newest word if it shows that nobody waits."""
    counted = max((one.measured_at for one in usable if one.count is not None), default=None)
    if not path or not path[-1].state.idle:
        return counted
    gate = max((one.measured_at for one in usable if one.served is not None), default=None)
    return max((at for at in (counted, gate) if at is not None), default=None)


def _towards(usual: float | None, state: State, age_s: float) -> tuple[float, float]:
    """People and their spread, drawn to the usual the longer nothing was counted."""
    spread = math.sqrt(state.variance)
    if usual is None:
        return state.people, spread
    keep = math.exp(-max(0.0, age_s - 30) / _USUAL_MEMORY_S)
    return keep * state.people + (1 - keep) * usual, keep * spread + (1 - keep) * max(5.0, 0.6 * usual)


def _minutes(people: float, spread: float, state: State) -> tuple[float, float, float]:
    """Waiting minutes and their 80 % band, from the noise of the count and of the speed."""
    minutes = people / state.speed / 60
    by_count = spread / state.speed / 60
    by_speed = minutes * math.sqrt(state.speed_variance) / state.speed
    by_chance = math.sqrt(people) * 0.5 / state.speed / 60  # service times vary by half, as gates show
    half = _Z80 * math.sqrt(by_count**2 + by_speed**2 + by_chance**2)
    return minutes, max(0.0, minutes - half), minutes + half


def _level(minutes: float, previous: Level | None, config: EstimateConfig) -> Level:
    order = tuple(Level)
    at = order.index(previous) if previous else None
    plain = sum(minutes >= threshold for threshold in config.thresholds)
    if at is None or plain == at:
        return order[plain]
    if plain > at:
        return order[max(at, sum(minutes >= threshold + config.hysteresis for threshold in config.thresholds))]
    return order[min(at, sum(minutes >= threshold - config.hysteresis for threshold in config.thresholds))]


def _sources(judged: _Judged, last: State | None, now: datetime, site: Site) -> Iterator[Source]:
    """Each sensor with its age, weight and health, counters first, then by age."""
    trust = {
        sensor: 1 / max(corrected(one, site).variance, 1.0) * math.exp(-_age_s(one, now) / 60)
        for sensor, one in judged.latest.items()
        if one.count is not None and judged.health[sensor] is Health.OK
    }
    total = sum(trust.values())
    for sensor, one in sorted(judged.latest.items(), key=lambda pair: (pair[1].count is None, _age_s(pair[1], now))):
        weight = trust.get(sensor, 0.0) / total if total else 0.0
        if one.count is None:
            weight = last.watched if last else 0.0
        yield Source(sensor, one.kind, _age_s(one, now), weight, judged.health[sensor])


def _age_s(one: Reading, now: datetime) -> float:
    return (now - one.measured_at).total_seconds()

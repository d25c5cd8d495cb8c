"""The line as it is now: people, minutes with an 80 % band, level, and how far all of that can be trusted.

Functions of readings and `now`, and a `Tracker` that says the same faster. Refuses to say an old number as a new one:
after 120 s without a usable count the estimate is `stale`; after 10 minutes it holds no number, unless a living gate
and the usual arrivals of such a day still tell of the line, which is then said (`reckoned`).

Pipeline::

    readings of this lunch ── judge each sensor (silent? frozen?) ──> steps ── follower.py ──> states ──> Estimate
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from occupancy.follower import Follower, State
from occupancy.health import Health, Judged, judge
from occupancy.joining import Expected
from occupancy.line import STEP_S, WINDOW, Site, Step, binned, corrected, end_of, step_of
from occupancy.reading import Kind, Minute, Reading, minute_of

__all__ = [
    "BLANK_AFTER", "STALE_AFTER", "WINDOW", "Estimate", "EstimateConfig", "Health", "Level", "Source", "Tracker",
    "by_minute", "estimate",
]  # fmt: skip

STALE_AFTER = timedelta(seconds=120)
BLANK_AFTER = timedelta(minutes=10)
_Z80 = 1.2816  # 10 % and 90 % points of the normal distribution
_USUAL_MEMORY_S = 240.0
_BREAK = timedelta(minutes=25)
"""So long without a word of any sensor, and another lunch begins."""
_EARLY = timedelta(minutes=10)
"""So long before anybody is expected a lunch is followed from."""
_WITHOUT = timedelta(minutes=60)
_FAR = 1.5
"""Minutes beyond a threshold at which no look ahead is needed to change the level."""
_EVERY = 6
"""Steps between two checkpoints of a tracker."""


class Level(StrEnum):
    """How crowded, in four steps by waiting minutes; the bot gives them their Korean words."""

    QUIET = "quiet"
    NORMAL = "normal"
    BUSY = "busy"
    CROWDED = "crowded"


@dataclass(frozen=True, slots=True)
class EstimateConfig:
    """A cafeteria's own constants; the defaults are the research note's."""

    site: Site = field(default_factory=Site)
    thresholds: tuple[float, ...] = (2.0, 5.0, 8.0)
    """Minutes at which NORMAL, BUSY and CROWDED begin."""
    hysteresis: float = 0.4
    """Minutes by which a threshold must be passed before the level changes."""
    delays: tuple[tuple[datetime, datetime], ...] = ()
    """Spans in which the kitchen said that serving is delayed."""


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
    people: float | None = None
    """People in line by its newest count alone; None of a gate."""
    off: float | None = None
    """That minus the people estimated then; None of a gate."""


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
    reckoned: bool = False
    """Whether the numbers come from a gate and the usual arrivals of such a day, no count being fresh."""
    scale: float | None = None
    """Today's arrivals so far over the usual ones, drawn to 1 while few came; None without a usual."""


@dataclass(frozen=True, slots=True)
class _Point:
    """The state after a step, the level said there, and when before that the line was last seen (as a step)."""

    step: int
    state: State
    level: Level
    seen: float

    @property
    def fresh(self) -> bool:
        return (self.step - self.seen) * STEP_S <= STALE_AFTER.total_seconds()


@dataclass(frozen=True, slots=True)
class _Checkpoint:
    follower: Follower
    point: _Point | None


class Tracker:
    """A line followed through a lunch: `look` says what `estimate` says, but only follows what is new.

    Steps whose readings changed (late ones came, or a frozen sensor was found out) are followed anew from the
    checkpoint before them. Not for two threads at once.
    """

    def __init__(self) -> None:
        self._key: object = None
        self._said: list[Step | None] = []
        self._points: list[_Point] = []
        self._checkpoints: list[_Checkpoint] = []

    def look(
        self,
        readings: Sequence[Reading],
        now: datetime,
        config: EstimateConfig | None = None,
        *,
        previous: Level | None = None,
        usual: float | None = None,
        expected: Expected | None = None,
    ) -> Estimate:
        """The line now; see `estimate`."""
        config = config or EstimateConfig()
        window = _window(readings, now, expected)
        judged = judge(window, now, config.site)
        usable = judged.usable(window)
        path = self._follow(usable, now, config, expected)
        return _said_of(_Look(now, config, judged, usable, path, expected), previous, usual)

    def minutes(
        self,
        readings: Sequence[Reading],
        start: datetime,
        end: datetime,
        config: EstimateConfig | None = None,
        *,
        expected: Expected | None = None,
    ) -> tuple[Minute, ...]:
        """The estimated line of each whole minute; see `by_minute`."""
        config = config or EstimateConfig()
        last = end - timedelta(microseconds=1)
        window = _window(readings, last, expected)
        usable = judge(window, last, config.site).usable(window)
        sums: dict[int, list[float]] = defaultdict(list)
        for point in self._follow(usable, last, config, expected):
            at = end_of(point.step - 1)
            if start <= at < end and point.fresh:
                sums[minute_of(at)].append(point.state.people)
        served: dict[int, int] = defaultdict(int)
        for one in usable:
            if one.measured_at >= start:
                served[minute_of(one.measured_at)] += one.served or 0
        minutes = range(minute_of(start), minute_of(start) + int((end - start) / timedelta(minutes=1)))
        return tuple(Minute(m, sum(sums[m]) / len(sums[m]) if sums[m] else None, served[m]) for m in minutes)

    def _follow(
        self, usable: Sequence[Reading], now: datetime, config: EstimateConfig, expected: Expected | None
    ) -> Sequence[_Point]:
        """The line through the readings, step by step from the first of them to now."""
        if not usable:
            return ()
        steps, first, last = binned(usable, config.site, now), step_of(usable[0].measured_at), step_of(now)
        said = [steps.get(step) for step in range(first, last + 1)]
        key = (first, config, expected)
        same = self._alike(said) if key == self._key else 0
        self._key, self._said = key, said
        whole = min(same // _EVERY, len(self._checkpoints) - 1)
        kept = max(whole, 0) * _EVERY
        del self._points[kept:], self._checkpoints[whole + 1 :]
        if kept == 0:
            self._points, self._checkpoints = [], [_Checkpoint(Follower(config.site, expected, first), None)]
        begun = self._checkpoints[-1]
        follower, point = begun.follower.copy(), begun.point
        for at in range(kept, len(said)):
            if at % _EVERY == 0 and at > kept:
                self._checkpoints.append(_Checkpoint(follower.copy(), point))
            point = _next(follower, first + at, said[at], point, config)
            self._points.append(point)
        return self._points

    def _alike(self, said: Sequence[Step | None]) -> int:
        """How many steps from the beginning on said the same before."""
        pairs = enumerate(zip(said, self._said, strict=False))
        return next((at for at, (one, other) in pairs if one != other), min(len(said), len(self._said)))


def estimate(
    readings: Sequence[Reading],
    now: datetime,
    config: EstimateConfig | None = None,
    *,
    previous: Level | None = None,
    usual: float | None = None,
    expected: Expected | None = None,
) -> Estimate:
    """The line now, from the readings of this lunch (older and later ones are left out).

    Args:
        readings: in any order, of one line; from the beginning of the lunch where they are kept.
        now: the instant of the answer.
        config: the line's constants.
        previous: the level said before; without it the level's own path through the readings is followed,
            so that every process says the same.
        usual: people usually waiting at this time, towards which a silent line is drawn as it ages where nothing
            better is `expected`.
        expected: who is expected to join when (occupancy.joining).
    """
    return Tracker().look(readings, now, config, previous=previous, usual=usual, expected=expected)


def by_minute(
    readings: Sequence[Reading],
    start: datetime,
    end: datetime,
    config: EstimateConfig | None = None,
    *,
    expected: Expected | None = None,
) -> tuple[Minute, ...]:
    """The estimated line of each whole minute from `start` to `end`, for the day's history.

    Give readings from the beginning of the lunch on. A minute without a usable count has `people` None.
    """
    return Tracker().minutes(readings, start, end, config, expected=expected)


@dataclass(frozen=True, slots=True)
class _Look:
    now: datetime
    config: EstimateConfig
    judged: Judged
    usable: Sequence[Reading]
    path: Sequence[_Point]
    expected: Expected | None


def _window(readings: Sequence[Reading], now: datetime, expected: Expected | None) -> Sequence[Reading]:
    """The readings of this lunch in order: from before anybody is expected, and after the last long silence.

    Where nothing is expected, of the last hour or up to half an hour more; either way from a full half hour on, so that
    a tracker needn't begin anew with each look.
    """
    if expected is not None and expected.start - _EARLY <= now <= expected.end + WINDOW:
        since = max(expected.start - _EARLY, _half_hour(now - WINDOW) + timedelta(minutes=30))
    else:
        since = _half_hour(now - _WITHOUT)
    window = sorted((one for one in readings if since <= one.measured_at <= now), key=_said)
    breaks = (i for i in range(len(window) - 1, 0, -1) if window[i].measured_at - window[i - 1].measured_at > _BREAK)
    return window[next(breaks, 0) :]


def _half_hour(at: datetime) -> datetime:
    return at - timedelta(seconds=at.timestamp() % 1800)


def _said(reading: Reading) -> tuple[datetime, int]:
    """The order in which readings were said: by instant, and at one instant by the sensor's own numbers."""
    return reading.measured_at, reading.seq or 0


def _next(follower: Follower, step: int, said: Step | None, before: _Point | None, config: EstimateConfig) -> _Point:
    """The point after `before`."""
    at = end_of(step)
    delayed = any(start <= at < end for start, end in config.delays)
    state = follower.advance(step, said, delayed=delayed)
    seen = step if state.idle or (said and said.counts) else (before.seen if before else -math.inf)
    return _Point(step, state, _level(state.minutes, before.level if before else None, config, state.ahead), seen)


def _said_of(look: _Look, previous: Level | None, usual: float | None) -> Estimate:
    """What to say of the last point of the path."""
    now, config, path = look.now, look.config, look.path
    since = _since(look.usable, path)
    age_s = None if since is None else (now - since).total_seconds()
    stale = age_s is None or age_s > STALE_AFTER.total_seconds()
    sources = tuple(_sources(look))
    last = path[-1].state if path else None
    per_minute = 60 * (last.speed if last else config.site.nominal)
    lives = last is not None and last.gate and look.expected is not None
    if last is None or ((age_s is None or age_s > BLANK_AFTER.total_seconds()) and not lives):
        return Estimate(now, None, None, None, None, None, age_s, sources, True, since, per_minute, None)
    people, spread, minutes, low, high = last.people, last.spread, last.minutes, last.low, last.high
    if look.expected is None and usual is not None and age_s is not None:
        keep = math.exp(-max(0.0, age_s - 30) / _USUAL_MEMORY_S)
        people, spread = keep * people + (1 - keep) * usual, keep * spread + (1 - keep) * max(5.0, 0.6 * usual)
        minutes = people / last.speed / 60
        half = _Z80 * math.hypot(spread, 0.5 * math.sqrt(people)) / last.speed / 60
        low, high = max(0.0, min(minutes, minutes - half)), minutes + half
    level = _level(minutes, previous or path[-1].level, config, last.ahead)
    return Estimate(
        now, round(people), minutes, low, high, level, age_s, sources, stale, since, per_minute, spread,
        reckoned=stale and lives, scale=last.scale if look.expected else None,
    )  # fmt: skip


def _since(usable: Sequence[Reading], path: Sequence[_Point]) -> datetime | None:
    """The instant of the newest count, or of a living gate's newest word if it shows that nobody waits."""
    counted = max((one.measured_at for one in usable if one.count is not None), default=None)
    if not path or not path[-1].state.idle:
        return counted
    gate = max((one.measured_at for one in usable if one.served is not None), default=None)
    return max((at for at in (counted, gate) if at is not None), default=None)


def _level(minutes: float, previous: Level | None, config: EstimateConfig, ahead: float | None = None) -> Level:
    """The level, changed only where a threshold is passed clearly, and by more than a dip of minutes."""
    order = tuple(Level)
    if previous is None:
        return order[sum(minutes >= threshold for threshold in config.thresholds)]
    then, far, clear = (minutes if ahead is None else ahead), max(_FAR, config.hysteresis), config.hysteresis
    half = 0.0 if ahead is None else clear / 2
    up = sum(
        minutes >= bound + clear and (ahead is None or then >= bound + half or minutes >= bound + far)
        for bound in config.thresholds
    )
    down = sum(
        minutes >= bound - clear or (ahead is not None and then >= bound - half and minutes >= bound - far)
        for bound in config.thresholds
    )
    at = order.index(previous)
    return order[up] if up > at else order[min(at, down)]


def _sources(look: _Look) -> Iterator[Source]:
    """Each sensor with its age, weight and health, counters first, then by age."""
    judged, now, site = look.judged, look.now, look.config.site
    counts = {sensor: corrected(one, site) for sensor, one in judged.latest.items() if one.count is not None}
    trust = {
        sensor: 1 / max(count.noise, 1.0) ** 2 * math.exp(-_age_s(judged.latest[sensor], now) / 60)
        for sensor, count in counts.items()
        if judged.health[sensor] is Health.OK
    }
    total = sum(trust.values())
    for sensor, one in sorted(judged.latest.items(), key=lambda pair: (pair[1].count is None, _age_s(pair[1], now))):
        weight = trust.get(sensor, 0.0) / total if total else 0.0
        if one.count is None:
            weight = look.path[-1].state.watched if look.path else 0.0
        alone = counts[sensor].people if sensor in counts else None
        then = _then(look.path, one)
        off = None if alone is None or then is None else alone - then
        yield Source(sensor, one.kind, _age_s(one, now), weight, judged.health[sensor], alone, off)


def _then(path: Sequence[_Point], one: Reading) -> float | None:
    """People estimated at the step of a reading."""
    at = step_of(one.measured_at) - path[0].step if path else -1
    return path[at].state.people if 0 <= at < len(path) else None


def _age_s(one: Reading, now: datetime) -> float:
    return (now - one.measured_at).total_seconds()

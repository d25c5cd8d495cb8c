"""A cafeteria without sensors: the line reckoned from the day's total, the plan and the servers, not measured.

    day's meals × groups ─► arrivals behind each slot's start ─► servers' queue, in a few hundred ways ─► Usual
                              (research note §3.1)                          ▲ weighed by what people reported today

The ways differ in what nobody told: how many come, how large each group is, how early, who ignores the plan, how fast
it is served, and chance. Their spread is the band, so it is wide. Reports from the line weigh the ways; past reports
tell the groups' sizes. Refuses to pass for a measurement: the basis says so, and without totals there is no number.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from occupancy.forecast import Basis, Usual
from occupancy.reading import DayHistory
from occupancy.slots import Slot, SlotPlan

Floats = NDArray[np.float64]

WAYS: Final = 800
STEP_S: Final = 20.0
SERVICE_S: Final = 10.0
"""Seconds of one server for one person, where nobody told better."""
EARLY_MIN: Final = 10
AFTER_MIN: Final = 30
"""Minutes before the first slot at which serving begins where opening is not told, and minutes told after the last."""
_SEED: Final = 20260105
_OWN_START_S, _SHAPE, _SCALE_S = -90.0, 2.0, 130.0  # research note §3.1: a group comes gamma(2, 130 s) after -90 s
_IGNORES, _IGNORES_SPREAD = 0.15, 0.05
_UNTOLD, _TOLD = 0.28, 0.08
"""How far a group's share of the meals may be off: where heads are not told, and where they are."""
_SCALE_SPREAD, _START_SPREAD_S, _SPEED_SPREAD = 0.2, 40.0, 0.08
_SLOW_SHARE, _SLOW_S = 0.2, 420.0
_REPORT_SHARE, _REPORT_PEOPLE = 0.25, 2.0
"""Standard deviation of a report, as a share of the line and in people; people count badly."""
_FEWEST_WAYS = 20.0
"""Effective ways that must be left after weighing: fewer are luck."""
_HEAD_WAYS: Final = 160
_HEAD_CHANCES: Final = 12
_HEAD_TRUST = 0.5
"""How much of past reports' evidence is believed: a day's errors hang together."""


@dataclass(frozen=True, slots=True)
class Size:
    """The day's meals: in 8 of 10 cases from `low` to `high`; learned from `days` days."""

    low: float
    middle: float
    high: float
    days: int
    simulated: bool = False

    @property
    def spread(self) -> float:
        """Standard deviation of the logarithm."""
        return max(0.02, math.log(max(self.high, 1.0) / max(self.low, 1.0)) / 2.563)


@dataclass(frozen=True, slots=True)
class Site:
    """Who serves: `servers` of the line, `share` of the cafeteria's meals that pass it, and since when."""

    servers: int = 2
    service_s: float = SERVICE_S
    share: float = 1.0
    opens: time | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody in the line told: people waiting at a minute of the Korean day."""

    minute: float
    people: float
    noise: float | None = None
    """Its standard deviation in people, where known."""


def reckon(
    plan: SlotPlan, day: date, size: Size, site: Site, heads: Sequence[float] = (), reports: Sequence[Report] = ()
) -> Usual | None:
    """The line of a day by the minute, its number of groups told by the plan; None where nothing is served.

    `heads` are people of each group, or weights such as learned ones; empty means all alike. `reports` are of this very
    day; each weighs the ways.
    """
    return _reckoned(plan.table(day), day, size, site, heads, reports)


def _reckoned(
    table: Sequence[Slot], day: date, size: Size, site: Site, heads: Sequence[float], reports: Sequence[Report]
) -> Usual | None:
    if not table:
        return None
    first, people = _ways(table, size, site, _shares(heads, len(table))[None, :], bool(heads))
    weights = _weights(first, people, reports)
    low, middle, high = (_quantile(people, weights, share) for share in (0.1, 0.5, 0.9))
    minutes = range(first, first + people.shape[1])
    curve = {minute: float(value) for minute, value in zip(minutes, middle, strict=True)}
    return Usual(
        day,
        Basis.RECKONED,
        size.days,
        MappingProxyType(curve),
        _bands(minutes, middle - low),
        _bands(minutes, high - middle),
        size.simulated,
    )


def heads_from(
    days: Iterable[DayHistory], totals: Mapping[date, int], plan: SlotPlan, site: Site, groups: int
) -> tuple[float, ...]:
    """Each group's share of the meals as past days' reported lines tell it; all alike where they tell nothing.

    `days` hold people only at the minutes somebody reported. Each day's slots say which group stood in line then.
    """
    tried = _head_ways(groups)
    evidence = np.zeros(len(tried))
    for one in days:
        said = [Report(minute.minute + 0.5, minute.people) for minute in one.minutes if minute.people is not None]
        total, table = totals.get(one.day, 0), plan.table(one.day)
        if said and total > 0 and len(table) == groups:
            evidence += _HEAD_TRUST * _likelihoods(table, total, site, tried, said)
    weights = np.exp(evidence - evidence.max())
    return tuple((weights @ tried / weights.sum()).tolist())


def calmest(curve: Usual, slot: Slot) -> int | None:
    """The minute of the Korean day within a slot at which the line is shortest, its first minutes left out."""
    start = slot.start.hour * 60 + slot.start.minute
    end = slot.end.hour * 60 + slot.end.minute
    minutes = [minute for minute in range(start + 2, end) if minute in curve.people]
    return min(minutes, key=lambda minute: (round(curve.people[minute], 1), minute), default=None)


@lru_cache(maxsize=64)
def by_plan_alone(table: tuple[Slot, ...], day: date, servers: int) -> Usual | None:
    """A curve for the sake of its shape: as many meals as keep the servers busy nine tenths of the slots' time.

    Its numbers mean nothing and are not to be said; where it is lowest within a slot, is.
    """
    meals = 0.9 * 60 * sum(map(_minutes, table)) * servers / SERVICE_S
    return _reckoned(table, day, Size(0.8 * meals, meals, 1.2 * meals, 0), Site(servers), (), ())


def _minutes(slot: Slot) -> int:
    return (slot.end.hour - slot.start.hour) * 60 + slot.end.minute - slot.start.minute


def _shares(heads: Sequence[float], groups: int) -> Floats:
    """(groups,) shares of the meals; all alike where the heads don't fit the plan."""
    told = np.array(heads, float) if len(heads) == groups and sum(heads) > 0 else np.ones(groups)
    return np.asarray(told / told.sum(), float)


def _ways(
    table: Sequence[Slot], size: Size, site: Site, shares: Floats, told: bool, each: int = WAYS
) -> tuple[int, Floats]:
    """The first minute, and (rows of shares x each, minutes) people in line; every row meets the same chance."""
    rng = np.random.default_rng(_SEED)
    begins = table[0].start.hour * 60 + table[0].start.minute
    ends = table[-1].end.hour * 60 + table[-1].end.minute + AFTER_MIN
    first = begins - 20
    steps = int((ends - first) * 60 / STEP_S)
    at = (np.arange(steps + 1) * STEP_S)[None, :]
    drawn = rng.normal(size=(each, 5 + len(table)))
    total = size.middle * site.share * np.exp(size.spread * drawn[:, 0])
    scale = _SCALE_S * np.exp(_SCALE_SPREAD * drawn[:, 1])
    ignores = np.clip(_IGNORES + _IGNORES_SPREAD * drawn[:, 3], 0.02, 0.5)
    start = (_OWN_START_S + _START_SPREAD_S * drawn[:, 4])[:, None]
    off = np.exp((_TOLD if told else _UNTOLD) * drawn[:, 5:])
    own = shares[:, None, [slot.group for slot in table]] * off[None, :, :]
    own /= own.sum(axis=2, keepdims=True)  # (rows, each, slots)
    behind = np.empty((each, len(table), steps + 1))
    for i, slot in enumerate(table):
        begun = (slot.start.hour * 60 + slot.start.minute - first) * 60.0
        late = np.maximum(0.0, at - begun - start) / (scale * math.sqrt(max(1.0, _minutes(slot) / 20)))[:, None]
        behind[:, i] = 1 - np.exp(-late) * (1 + late)  # gamma of shape 2
    last = (ends - AFTER_MIN - first) * 60.0
    plainly = np.clip((at - 900.0) / (last - 600.0 - 900.0), 0.0, 1.0)
    gone = np.einsum("reg,egs->res", own, behind)
    come = (1 - ignores)[None, :, None] * gone + (ignores[:, None] * plainly)[None, :, :]
    expected = np.maximum(0.0, np.diff(come, axis=2)) * total[None, :, None]
    arrivals = rng.poisson(expected).astype(float).reshape(-1, steps)
    serves = _capacity(rng, site, first, begins, steps, np.exp(_SPEED_SPREAD * drawn[:, 2]))
    return first, _queue(arrivals, np.tile(serves, (len(shares), 1)))


def _capacity(rng: np.random.Generator, site: Site, first: int, begins: int, steps: int, speed: Floats) -> Floats:
    """(ways, steps) people that can be served; some ways have seven slow minutes, as kitchens have."""
    ways, speed = len(speed), site.servers / site.service_s * speed
    opens = begins - EARLY_MIN if site.opens is None else site.opens.hour * 60 + site.opens.minute
    at = np.arange(steps) * STEP_S
    slow_from = np.where(rng.random(ways) < _SLOW_SHARE, rng.uniform(0.15, 0.75, ways) * at[-1], np.inf)[:, None]
    slow = (at[None, :] >= slow_from) & (at[None, :] < slow_from + _SLOW_S)
    open_ = at[None, :] >= (opens - first) * 60.0
    return np.asarray(speed[:, None] * STEP_S * np.where(slow, 0.5, 1.0) * open_, float)


def _queue(arrivals: Floats, serves: Floats) -> Floats:
    """(ways, minutes) mean people waiting in each minute."""
    ways, steps = arrivals.shape
    waiting, people = np.zeros(ways), np.empty((ways, steps))
    for step in range(steps):
        waiting = np.maximum(0.0, waiting + arrivals[:, step] - serves[:, step])
        people[:, step] = waiting
    per_minute = int(60 / STEP_S)
    minutes = steps // per_minute
    return np.asarray(people[:, : minutes * per_minute].reshape(ways, minutes, per_minute).mean(axis=2), float)


def _weights(first: int, people: Floats, reports: Sequence[Report]) -> Floats:
    """(ways,) how likely each way is by today's reports; evidence that would leave a few ways is believed less."""
    errors = _errors(first, people, reports)
    if errors is None:
        return np.full(len(people), 1 / len(people))
    trust = 1.0
    while True:
        weights = np.exp(trust * (errors - errors.max()))
        weights /= weights.sum()
        if 1 / float(weights @ weights) >= min(_FEWEST_WAYS, len(people) / 4) or trust < 0.01:
            return np.asarray(weights, float)
        trust *= 0.7


def _errors(first: int, people: Floats, reports: Sequence[Report]) -> Floats | None:
    """(ways,) log-likelihood of the reports."""
    known = [one for one in reports if first <= one.minute < first + people.shape[1]]
    if not known:
        return None
    found = np.zeros(len(people))
    for one in known:
        there = people[:, int(one.minute) - first]
        spread = np.hypot(
            _REPORT_PEOPLE + (one.noise or 0.0), 0.0 if one.noise else _REPORT_SHARE * np.maximum(there, one.people)
        )
        found -= 0.5 * ((one.people - there) / spread) ** 2 + np.log(spread)
    return np.asarray(found, float)


def _quantile(people: Floats, weights: Floats, share: float) -> Floats:
    """(minutes,) the value below which so much of the weight lies."""
    order = np.argsort(people, axis=0)
    heavy = np.cumsum(weights[order], axis=0)
    at = np.argmax(heavy >= share - 1e-9, axis=0)
    found = np.take_along_axis(people, np.take_along_axis(order, at[None, :], axis=0), axis=0)[0]
    return np.asarray(np.convolve(np.pad(found, 1, mode="edge"), np.full(3, 1 / 3), mode="valid"), float)


def _bands(minutes: range, width: Floats) -> Mapping[int, float]:
    return MappingProxyType({minute: max(1.5, float(value)) for minute, value in zip(minutes, width, strict=True)})


@lru_cache(maxsize=8)
def _head_ways(groups: int) -> Floats:
    """(ways, groups) sizes of groups that are tried."""
    drawn = np.exp(_UNTOLD * np.random.default_rng(_SEED).normal(size=(_HEAD_WAYS, groups)))
    drawn[0] = 1.0
    return np.asarray(drawn / drawn.sum(axis=1, keepdims=True), float)


def _likelihoods(table: Sequence[Slot], total: int, site: Site, tried: Floats, said: Sequence[Report]) -> Floats:
    """(tried,) log-likelihood of a day's reports by each sizes of groups, chance averaged out."""
    size = Size(total * 0.97, total, total * 1.03, 1)
    first, people = _ways(table, size, site, tried, told=True, each=_HEAD_CHANCES)
    errors = _errors(first, people, said)
    if errors is None:
        return np.zeros(len(tried))
    by_way = errors.reshape(len(tried), _HEAD_CHANCES)
    best = by_way.max(axis=1, keepdims=True)
    return np.asarray(np.log(np.exp(by_way - best).mean(axis=1)) + best[:, 0], float)

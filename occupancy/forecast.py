"""The usual curve of a day like today, the next 60 minutes, and the first clearly better moment.

The usual is the mean by minute of past days with the same rotation of lunch slots, else of the same weekday;
`basis` says which. The forecast is what learning.py has learned, where there is history enough and a fresh present;
else the usual shifted by the present deviation, which fades, and `learned` is false. Pure functions of histories
and `now`. Refuses to invent: without history there is no usual, and no forecast.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from occupancy.estimate import Estimate
from occupancy.fluid import Ahead
from occupancy.inflow import alike
from occupancy.reading import KST, DayHistory, Minute, day_of, minute_of
from occupancy.slots import SlotPlan

HORIZON = timedelta(minutes=60)
MIN_DAYS = 2
"""Fewer days of a kind are no usual."""
_FADE_MIN = 16.0
"""Minutes after which a deviation from the usual has faded to 37 %; tuned on simulated training days."""
_Z80 = 1.2816  # 10 % and 90 % points of the normal distribution
_EMPTY: Mapping[int, float] = MappingProxyType({})
_ENOUGH_DAYS = 8
"""From so many days on the band is their own quantiles; below it is the normal's, widened."""
_WORTH = 0.3
"""Minutes of waiting that going one minute later must save to be worth it."""
_SMOOTH_MIN = 1
"""Minutes to each side that a minute's usual is averaged over."""


class Basis(StrEnum):
    """What a usual curve is the mean of."""

    ROTATION = "rotation"
    """Days on which the groups had the same slots as today."""
    WEEKDAY = "weekday"
    """The same weekday, whoever had which slot."""
    RECKONED = "reckoned"
    """Nothing measured: the day's total, the plan and the servers (reckoned.py)."""
    NONE = "none"
    """Nothing: too little history."""


@dataclass(frozen=True, slots=True)
class Usual:
    """The usual line by minute of the Korean day, over `days` days; `simulated` when any of them was.

    In 8 of 10 cases a day stays within `below` under and `above` over `people`; wider where days are few.
    """

    day: date
    basis: Basis
    days: int
    people: Mapping[int, float]
    below: Mapping[int, float]
    above: Mapping[int, float]
    simulated: bool

    def at(self, instant: datetime) -> float | None:
        """People usually waiting at this instant of `day`; None where the history has no such minute."""
        return self.people.get(minute_of(instant)) if day_of(instant) == self.day else None


@dataclass(frozen=True, slots=True)
class Point:
    """People in line at an instant to come: in 1 of 10 cases under `q10`, in 1 of 10 over `q90`."""

    at: datetime
    q10: float
    q50: float
    q90: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """One point a minute from the next whole minute on; minutes without a usual are left out."""

    points: tuple[Point, ...]
    basis: Basis
    live: bool
    """Whether a fresh estimate shifted the usual; without one the points are the usual itself."""
    learned: bool = False
    """Whether it was learned from past days with their menus; else it is the usual, shifted."""
    days: int = 0
    """Past days behind it."""

    def at(self, instant: datetime) -> Point | None:
        """The point of the minute that holds this instant, or None."""
        return next((one for one in self.points if one.at <= instant < one.at + timedelta(minutes=1)), None)


class Learned(Protocol):
    """A day as it is expected by what was learned: `learning.Expected`, which this file need not load."""

    @property
    def day(self) -> date:
        """The day it is of."""

    @property
    def days(self) -> int:
        """How many past days it was learned from."""

    def knows(self, minute: int) -> bool:
        """Whether past days tell of this minute of the Korean day."""

    def ahead(self, minute: float, people: float, spread: float, today: Sequence[Minute]) -> Ahead:
        """The line in each minute to come."""


@dataclass(frozen=True, slots=True)
class Better:
    """A moment to come with a clearly shorter wait."""

    at: datetime
    people: float
    minutes: float


def usual(history: Iterable[DayHistory], day: date, plan: SlotPlan | None) -> Usual:
    """The usual curve for `day` from the days before it; `plan` None means that nothing rotates."""
    past = [one for one in history if one.day < day and (plan is None or plan.is_open(one.day))]
    weekday = [one for one in past if one.day.weekday() == day.weekday()]
    if plan is not None:
        same = [one for one in past if alike(plan, one.day, day)]
        if len(same) >= MIN_DAYS:
            return _mean(same, day, Basis.ROTATION)
    if len(weekday) >= MIN_DAYS:
        return _mean(weekday, day, Basis.WEEKDAY)
    return Usual(day, Basis.NONE, 0, _EMPTY, _EMPTY, _EMPTY, simulated=False)


def forecast(
    usual: Usual,
    present: Estimate | None,
    now: datetime,
    horizon: timedelta = HORIZON,
    *,
    expected: Learned | None = None,
    today: Sequence[Minute] = (),
) -> Forecast:
    """The line over the next 60 minutes, by what was learned and the present where both are there, else by the usual.

    Args:
        usual: of today.
        present: the line now; stale or None, it shifts nothing.
        now: the instant of the answer.
        horizon: at most 60 minutes.
        expected: today as a model expects it (learning.Model.expected), where one is fitted.
        today: the day's minutes so far, which tell the model how many have come.
    """
    start = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    times = [start + timedelta(minutes=i) for i in range(int(min(horizon, HORIZON) / timedelta(minutes=1)))]
    if expected is not None and expected.day == day_of(now):
        learned = _learned(expected, present, now, times, today)
        if learned:
            return Forecast(learned, usual.basis, live=True, learned=True, days=expected.days)
    return _faded(usual, present, now, times)


def _learned(
    expected: Learned, present: Estimate | None, now: datetime, times: Sequence[datetime], today: Sequence[Minute]
) -> tuple[Point, ...]:
    """Points of the minutes that past days tell of; none where the present is not known."""
    if present is None or present.stale or present.people is None or present.spread is None:
        return ()
    seconds = (now - now.replace(second=0, microsecond=0)) / timedelta(minutes=1)
    ahead = expected.ahead(minute_of(now) + seconds, float(present.people), present.spread, today)
    points = []
    for at in times:
        if expected.knows(minute_of(at)) and day_of(at) == expected.day:
            whole = (at - now) / timedelta(minutes=1)
            low, middle, high = (_between(one, whole) for one in (ahead.low, ahead.middle, ahead.high))
            points.append(Point(at, min(low, middle), middle, max(middle, high)))
    return tuple(points)


def _between(values: Sequence[float] | NDArray[np.float64], at: float) -> float:
    """The value at a minute with its fraction."""
    below = min(int(at), len(values) - 1)
    part, above = at - below, min(below + 1, len(values) - 1)
    return float((1 - part) * values[below] + part * values[above])


def _faded(usual: Usual, present: Estimate | None, now: datetime, times: Sequence[datetime]) -> Forecast:
    """The usual shifted by the present deviation, which fades."""
    off, doubt, live = _deviation(usual, present, now)
    points = []
    for at in times:
        mean = usual.at(at)
        if mean is None:
            continue
        kept = math.exp(-(at - now) / timedelta(minutes=_FADE_MIN)) if live else 0.0
        middle = max(0.0, mean + kept * off)
        below, above = (
            math.hypot(math.sqrt(1 - kept**2) * band[minute_of(at)], kept * doubt * _Z80)
            for band in (usual.below, usual.above)
        )
        points.append(Point(at, max(0.0, middle - below), middle, middle + above))
    return Forecast(tuple(points), usual.basis, live, days=usual.days)


def better(forecast: Forecast, present: Estimate, *, until: datetime, since: datetime | None = None) -> Better | None:
    """The first moment after now, from `since` and before `until`, with a clearly shorter wait; None if there is none.

    Clearly: at least a minute and at least 40 % less than now; a little later still where the line melts fast.
    None too when nothing is known of now, or when now is already short (under 2 minutes).
    """
    if present.minutes is None or present.minutes < 2.0:
        return None
    enough = min(present.minutes - 1.0, 0.6 * present.minutes)
    window = [point for point in forecast.points if (since is None or point.at >= since) and point.at < until]
    first = next((i for i, point in enumerate(window) if point.q50 / present.per_minute <= enough), None)
    if first is None:
        return None
    while first + 1 < len(window) and window[first].q50 - window[first + 1].q50 > _WORTH * present.per_minute:
        first += 1
    found = window[first]
    return Better(found.at.astimezone(KST), found.q50, found.q50 / present.per_minute)


def _deviation(usual: Usual, present: Estimate | None, now: datetime) -> tuple[float, float, bool]:
    """How far the present is from the usual, how sure that is, and whether it is known at all."""
    mean = usual.at(now)
    if mean is None or present is None or present.stale or present.people is None or present.spread is None:
        return 0.0, 0.0, False
    return present.people - mean, present.spread, True


def _mean(days: Sequence[DayHistory], day: date, basis: Basis) -> Usual:
    found: dict[int, list[float]] = {}
    for one in days:
        for minute in one.minutes:
            if minute.people is not None:
                found.setdefault(minute.minute, []).append(minute.people)
    people = {minute: sum(values) / len(values) for minute, values in found.items()}
    smooth = {minute: _around(people, minute) for minute in sorted(people)}
    bands = {minute: _band(_near(found, minute), smooth[minute], len(days)) for minute in smooth}
    simulated = any(one.simulated for one in days)
    below = MappingProxyType({minute: band.below for minute, band in bands.items()})
    above = MappingProxyType({minute: band.above for minute, band in bands.items()})
    return Usual(day, basis, len(days), MappingProxyType(smooth), below, above, simulated)


def _around(values: Mapping[int, float], minute: int) -> float:
    near = [values[m] for m in range(minute - _SMOOTH_MIN, minute + _SMOOTH_MIN + 1) if m in values]
    return sum(near) / len(near)


def _near(found: Mapping[int, Sequence[float]], minute: int) -> list[float]:
    minutes = range(minute - _SMOOTH_MIN, minute + _SMOOTH_MIN + 1)
    return sorted(value for m in minutes for value in found.get(m, ()))


@dataclass(frozen=True, slots=True)
class _Band:
    below: float
    above: float


def _band(values: Sequence[float], mean: float, days: int) -> _Band:
    """How far 8 of 10 days stay from the mean, from the ascending values of `days` days.

    For few days the normal's points: 1 + 1/n is the mean's own error, the last factor widens to Student's t
    (within 4 %).
    """
    if days >= _ENOUGH_DAYS:
        low, high = values[len(values) // 10], values[-1 - len(values) // 10]
        return _Band(max(1.0, mean - low), max(1.0, high - mean))
    variance = sum((value - mean) ** 2 for value in values) / max(1, len(values) - 1)
    freedom = max(1, days - 1)
    wide = math.sqrt(variance * (1 + 1 / days)) * (1 + 0.7 / freedom + 0.7 / freedom**2)
    return _Band(max(1.0, _Z80 * wide), max(1.0, _Z80 * wide))

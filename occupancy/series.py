"""A history of counts on regular steps, and what may be known of a target `horizon` before it.

Rows of one step are averaged, steps without a row stay unknown. Every feature of a target is read at its origin, the
target's step less the horizon, or before; `origin` is what a test can hold against each of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from occupancy.counts import Counts, CountsError, Fault

Floats = NDArray[np.float64]
Steps = NDArray[np.intp]

_DAY, _WEEK = 1440.0, 10080.0
_STEPS_MIN = (1, 2, 3, 5, 6, 10, 12, 15, 20, 30, 60, 120, 180, 240, 360, 480, 720, 1440, 10080)
_MAX_STEPS = 4_000_000
_EPOCH = date(1970, 1, 1)
_RECENT = 6
"""Newest known values that are features of their own."""
_WEEKS = 6


@dataclass(frozen=True, eq=False, slots=True)
class Series:
    """Values on a grid, NaN where nothing was counted; step 0 begins `start` minutes after 1970 began."""

    start: float
    step: float
    values: Floats

    @property
    def span_minutes(self) -> float:
        """From the first step to the end of the last."""
        return self.step * self.values.size

    def day(self, at: int) -> date:
        """The day of a step."""
        return _EPOCH + timedelta(days=math.floor((self.start + at * self.step) / _DAY))

    def worked_days(self, until: int) -> frozenset[date]:
        """Days up to a step with anything but 0."""
        live = np.flatnonzero(np.nan_to_num(self.values[: until + 1]) != 0)
        return frozenset(self.day(at) for at in live.tolist()) if live.size < 400_000 else frozenset()


@dataclass(frozen=True, eq=False, slots=True)
class Targets:
    """N steps to be told, in order; values known at their origins."""

    at: Steps
    origin: Steps
    truth: Floats
    last: Floats
    last_week: Floats
    four_weeks: Floats
    scaled: Floats
    """The four weeks' mean, as much larger or smaller as the last days were than theirs."""
    holidays: frozenset[date]


def regular(counts: Counts) -> Series:
    """The counts on steps of their own usual distance.

    Raises:
        CountsError: where that distance is nothing, or the history far longer than it.
    """
    apart = np.diff(np.unique(counts.minutes))
    if not apart.size:
        raise CountsError(Fault.TOO_SHORT, str(counts.minutes.size))
    usual = float(np.median(apart))
    step = max(1.0, min(_STEPS_MIN, key=lambda one: abs(math.log(one / max(usual, 1e-6)))))
    start = math.floor(counts.minutes[0] / step) * step
    # stamps a little off the step belong to the nearest; a day's stamp belongs to its day
    shift = 0.5 if step < _DAY else 0.0
    at = np.floor((counts.minutes - start) / step + shift).astype(np.intp)
    size = int(at[-1]) + 1
    if size > _MAX_STEPS:
        raise CountsError(Fault.TOO_MANY_ROWS)
    sums, rows = np.bincount(at, counts.values, size), np.bincount(at, minlength=size)
    return Series(start, step, np.where(rows > 0, sums / np.maximum(rows, 1), np.nan))


def targets(series: Series, horizon_minutes: float, first: int, holidays: frozenset[date]) -> Targets:
    """Every known step that has a known one at its origin or before, with the baselines."""
    ahead = max(1, math.ceil(horizon_minutes / series.step - 1e-9))
    at = np.flatnonzero(~np.isnan(series.values))
    at = at[at - ahead >= first]
    origin = at - ahead
    newest = _newest(series.values)[origin]
    last = series.values[newest]
    weeks = _weeks_back(series, at, ahead, 4)
    with np.errstate(invalid="ignore"):
        four = _nanmean(weeks)
    four = np.where(np.isnan(four), last, four)
    last_week = np.where(np.isnan(weeks[:, 0]), four, weeks[:, 0])
    scaled = four * _scales(series, origin, _usual(series))[0]
    return Targets(at, origin, series.values[at], last, last_week, four, scaled, holidays)


def features(series: Series, asked: Targets) -> Floats:
    """(N, F) what is known of each target at its origin; NaN where it is not."""
    values, at, origin = series.values, asked.at, asked.origin
    ahead = int(at[0] - origin[0])
    now = _newest(values)[origin]
    weeks, weeks_now = (
        _weeks_back(series, at, ahead, _WEEKS, smooth=True),
        _weeks_back(series, now, 0, _WEEKS, smooth=True),
    )
    usual, usual_now = _nanmean(weeks[:, :4]), _nanmean(weeks_now[:, :4])
    everywhere = _usual(series)
    columns = [
        *_recent(values, origin),
        *(usual * scale for scale in _scales(series, origin, everywhere)),
        *_means(series, origin),
        *weeks.T,
        usual,
        _nanmedian(weeks),
        np.where(np.isnan(weeks).all(axis=1), np.nan, _nanmean(weeks[:, :2]) - _nanmean(weeks[:, 2:4])),
        _spread(weeks),
        usual - usual_now,
        *_deviations(series, now, usual_now, everywhere),
        *_days_back(series, at, ahead),
        *_clock(series, at, asked.holidays),
        (origin - now).astype(np.float64),
    ]
    return np.stack(columns, axis=1)


def _newest(values: Floats) -> Steps:
    """(N,) the newest known step at or before each."""
    steps = np.where(np.isnan(values), 0, np.arange(values.size))
    return np.asarray(np.maximum.accumulate(steps), np.intp)


def _recent(values: Floats, origin: Steps) -> list[Floats]:
    """The newest known values, and the changes between them."""
    known = np.flatnonzero(~np.isnan(values))
    place = np.searchsorted(known, origin, side="right") - 1
    newest = [np.where(place >= back, values[known[np.maximum(place - back, 0)]], np.nan) for back in range(_RECENT)]
    return [*newest, newest[0] - newest[1], newest[0] - newest[3]]


def _means(series: Series, origin: Steps) -> list[Floats]:
    """Means of the last while, from an hour to weeks, of steps of 4 at least."""
    known = ~np.isnan(series.values)
    sums = np.concatenate([[0.0], np.cumsum(np.nan_to_num(series.values))])
    counts = np.concatenate([[0.0], np.cumsum(known)])
    found = []
    for minutes in (60.0, 180.0, _DAY, 3 * _DAY, _WEEK, 4 * _WEEK):
        back = math.ceil(minutes / series.step)
        if back >= 2:
            low = np.maximum(origin + 1 - back, 0)
            n = counts[origin + 1] - counts[low]
            found.append(np.where(n > 0, (sums[origin + 1] - sums[low]) / np.maximum(n, 1), np.nan))
    return found


def _weeks_back(series: Series, at: Steps, ahead: int, weeks: int, *, smooth: bool = False) -> Floats:
    """(N, weeks) the values at the same time of earlier weeks, the nearest that the origin knows first."""
    values = _smoothed(series.values) if smooth and series.step < _DAY / 4 else series.values
    week = max(1, round(_WEEK / series.step))
    nearest = max(1, math.ceil((ahead + (1 if smooth else 0)) / week))
    found = np.full((at.size, weeks), np.nan)
    for back in range(weeks):
        place = at - (nearest + back) * week
        found[:, back] = np.where(place >= 0, values[np.maximum(place, 0)], np.nan)
    return found


def _days_back(series: Series, at: Steps, ahead: int) -> list[Floats]:
    """The same time of the last days, and their mean over five."""
    day = round(_DAY / series.step)
    if day < 1:
        return []
    nearest = max(1, math.ceil((ahead + 1) / day)) if day > 1 else ahead
    places = [at - (nearest + back) * day for back in range(5)]
    days = np.stack([np.where(one >= 0, series.values[np.maximum(one, 0)], np.nan) for one in places], axis=1)
    return [days[:, 0], days[:, 1], _nanmean(days)]


def _usual(series: Series) -> Floats:
    """(steps,) the mean of the same time of the four weeks before each step."""
    week = max(1, round(_WEEK / series.step))
    sums, counts = np.zeros(series.values.size), np.zeros(series.values.size)
    for back in range(1, 5):
        if back * week < series.values.size:
            shifted = series.values[: -back * week]
            sums[back * week :] += np.nan_to_num(shifted)
            counts[back * week :] += ~np.isnan(shifted)
    return np.asarray(np.where(counts > 0, sums / np.maximum(counts, 1), np.nan), np.float64)


def _scales(series: Series, origin: Steps, usual: Floats) -> list[Floats]:
    """How much larger the last while was than the usual of its time: of days first, then of hours and of a week."""
    known = ~np.isnan(series.values) & ~np.isnan(usual)
    values = np.concatenate([[0.0], np.cumsum(np.where(known, series.values, 0.0))])
    usuals = np.concatenate([[0.0], np.cumsum(np.where(known, usual, 0.0))])
    seen = np.cumsum(~np.isnan(series.values))[origin]
    held = 1e-6 + 3 * np.cumsum(np.abs(np.nan_to_num(series.values)))[origin] / np.maximum(seen, 1)
    found = []
    for minutes in (2 * _DAY, 3 * 60.0, _DAY, _WEEK) if series.step < _DAY else (8 * _DAY, 15 * _DAY, 30 * _DAY):
        low = np.maximum(origin + 1 - max(2, math.ceil(minutes / series.step)), 0)
        came, awaited = values[origin + 1] - values[low], usuals[origin + 1] - usuals[low]
        found.append(np.clip((came + held) / np.maximum(awaited + held, held / 5), 0.2, 5.0))
    return found


def _deviations(series: Series, now: Steps, usual_now: Floats, usual: Floats) -> list[Floats]:
    """How far the newest values are from the usual of their time, now and a while ago."""
    means = _means(Series(series.start, series.step, series.values - usual), now)
    present = series.values[now] - usual_now
    return [present, *means[:4], present - (means[0] if means else 0.0)]


def _clock(series: Series, at: Steps, holidays: frozenset[date]) -> list[Floats]:
    """Time of the day and of the week, of the year where the history is long enough, and days off beside."""
    minutes = series.start + at * series.step
    day, week = minutes % _DAY, (minutes - 4 * _DAY) % _WEEK  # 1970 began on a Thursday
    found = []
    if series.step < _DAY:
        found += [day, np.sin(2 * np.pi * day / _DAY), np.cos(2 * np.pi * day / _DAY)]
    if series.step <= _DAY:
        found += [np.floor(week / _DAY), week]
    if series.span_minutes > 500 * _DAY:
        year = minutes % (365.25 * _DAY) / (365.25 * _DAY)
        found += [np.sin(2 * np.pi * year), np.cos(2 * np.pi * year)]
    if holidays:
        found += _beside(series, at, holidays)
    return found


def _beside(series: Series, at: Steps, holidays: frozenset[date]) -> list[Floats]:
    """Whether the target's day is a holiday, and how many days off in a row lie before and after it."""
    days = np.floor((series.start + at * series.step) / _DAY).astype(int)
    first, last = int(days[0]) - 12, int(days[-1]) + 13
    off = np.array([_off(_EPOCH + timedelta(days=day), holidays) for day in range(first, last)])
    before, after = np.zeros(off.size), np.zeros(off.size)
    for place in range(1, off.size):
        before[place] = before[place - 1] + 1 if off[place - 1] else 0
        after[-1 - place] = after[-place] + 1 if off[-place] else 0
    here = days - first
    is_holiday = np.array([_EPOCH + timedelta(days=day) in holidays for day in range(first, last)], float)
    return [is_holiday[here], np.minimum(before[here], 10), np.minimum(after[here], 10)]


def _off(day: date, holidays: frozenset[date]) -> bool:
    return day.weekday() >= 5 or day in holidays


def _smoothed(values: Floats) -> Floats:
    """Each value averaged with its two neighbours, half as heavy."""
    padded = np.concatenate([[np.nan], values, [np.nan]])
    stacked = np.stack([padded[:-2], values, padded[2:]], axis=1)
    weights = np.where(np.isnan(stacked), 0.0, np.array([1.0, 2.0, 1.0]))
    total = weights.sum(axis=1)
    mean = (np.nan_to_num(stacked) * weights).sum(axis=1) / np.maximum(total, 1.0)
    return np.where(np.isnan(values), np.nan, mean)


def _spread(weeks: Floats) -> Floats:
    known = ~np.isnan(weeks)
    mean = _nanmean(weeks)
    off = np.where(known, weeks - mean[:, None], 0.0)
    return np.asarray(np.sqrt((off**2).sum(axis=1) / np.maximum(known.sum(axis=1), 1)), np.float64)


def _nanmean(rows: Floats) -> Floats:
    n = (~np.isnan(rows)).sum(axis=1)
    return np.asarray(np.where(n > 0, np.nan_to_num(rows).sum(axis=1) / np.maximum(n, 1), np.nan), np.float64)


def _nanmedian(rows: Floats) -> Floats:
    """Rows of nothing but NaN stay NaN, without a warning."""
    ordered = np.sort(rows, axis=1)  # NaN last
    n = (~np.isnan(rows)).sum(axis=1)
    low, high = np.maximum((n - 1) // 2, 0)[:, None], np.maximum(n // 2, 0)[:, None]
    high = np.minimum(high, rows.shape[1] - 1)
    middle = (np.take_along_axis(ordered, low, 1) + np.take_along_axis(ordered, high, 1))[:, 0] / 2
    return np.asarray(np.where(n > 0, middle, np.nan), np.float64)

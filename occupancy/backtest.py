"""How well any history of counts could have been forecast: the last 30 % of it, each value told from what lay before.

    counts ── regular steps ── features of each target, all from `horizon` or more before it ──┐
      first 70 %: its last quarter chooses the models' shares and the first bands, then all of it teaches ──┤
      last 30 %: walked forward; a forecast sees every value up to `horizon` before its target. The models are ──> Score
      taught again four times on the way, their shares follow who has been right lately, the bands every value

The same baselines are scored on the same targets: the last value, last week's, and the mean of the four weeks before.
Features are of a kind that any place has: recent values and their drift from what is usual at this time of the week,
the usual itself, the clock and the calendar's week. No look-ahead: shares and settings are chosen within the first
70 %, and each later step only reads what was known at its own instant.

Bands: adaptive conformal inference, Gibbs & Candès (2021), over errors scaled by their own expected size.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from occupancy.bands import Band, walk
from occupancy.counts import MIN_ROWS, Counts, CountsError, Fault
from occupancy.one_core import one_core
from occupancy.series import Series, Targets, features, regular, targets
from occupancy.stacking import choose

Floats = NDArray[np.float64]
TRAIN_SHARE = 0.7
_INNER_SHARE = 0.75
"""Of the first 70 %, what the candidates are taught on while their shares are chosen on the rest."""
_REFITS = 4
"""How often the models are taught again within the scored part."""
_FEWEST = 5
"""Fewer targets can't choose between forecasters."""
_REWEIGHED = 2
"""How often between two such times the shares are drawn towards who has been right lately."""
_LATELY_DAYS, _LATELY_ROWS = 21, 120
"""What lately is: so many days, and rows at least."""


@dataclass(frozen=True, slots=True)
class Mae:
    """Mean absolute errors on the same targets."""

    model: float
    last: float
    last_week: float
    four_week_mean: float


@dataclass(frozen=True, slots=True)
class Score:
    """How the scored part went: `n` targets, and the share of them within the 80 % band."""

    n: int
    mae: Mae
    coverage: float
    covered_nonzero: float
    """The share within among targets that were not 0; empty nights are easy."""
    width: float
    """Mean width of the band."""
    mean: float
    trained: int
    step_minutes: float
    skipped: int
    shares: tuple[tuple[str, float], ...]
    """Which model had which share in the end."""


@one_core()
def backtest(counts: Counts, horizon_minutes: float, is_holiday: Callable[[date], bool] | None = None) -> Score:
    """Scores the last 30 % of a history.

    Args:
        counts: the history.
        horizon_minutes: how long before a target the last value that its forecast may see was taken.
        is_holiday: a calendar that is used where the first 70 % show that the place keeps it.

    Raises:
        CountsError: when the history is too short for it, or the horizon shorter than its steps.
    """
    series = regular(counts)
    if not 0 < horizon_minutes <= series.span_minutes / 4:
        raise CountsError(Fault.HORIZON, f"{horizon_minutes:g}", (f"{series.step:g}", f"{series.span_minutes / 4:.0f}"))
    known = np.flatnonzero(~np.isnan(series.values))
    split = round(TRAIN_SHARE * known.size)
    asked = targets(series, horizon_minutes, known[0], _holidays(series, known[split - 1], is_holiday))
    train = np.flatnonzero(asked.at <= known[split - 1])
    test = np.flatnonzero(asked.at > known[split - 1])
    if train.size < MIN_ROWS // 2 or not test.size:
        raise CountsError(Fault.TOO_SHORT, str(known.size))
    if np.ptp(asked.truth[train]) == 0 and np.ptp(asked.truth[test]) == 0:
        raise CountsError(Fault.SAME_VALUE)
    return _scored(series, asked, train, test, counts.skipped)


def _scored(series: Series, asked: Targets, train: NDArray[np.intp], test: NDArray[np.intp], skipped: int) -> Score:
    rows = features(series, asked)
    inner = train[: max(1, int(_INNER_SHARE * train.size))]
    # a target is known only `horizon` after a forecast for it could be made: what overlaps is left out
    later = train[asked.origin[train] >= asked.at[inner[-1]]]
    if later.size < _FEWEST:
        raise CountsError(Fault.TOO_SHORT, str(asked.at.size))
    stack = choose(rows, asked, inner, later)
    told, size = np.full(asked.at.size, np.nan), np.full(asked.at.size, np.nan)
    told[later], size[later] = stack.tell(rows, asked, later)
    lately = max(_LATELY_ROWS, round(_LATELY_DAYS * 1440 / series.step * np.mean(~np.isnan(series.values))))
    for turn, part in enumerate(np.array_split(test, _REFITS * _REWEIGHED)):
        if not part.size:
            continue
        behind = np.flatnonzero(asked.at <= asked.origin[part[0]])
        if turn % _REWEIGHED == 0:
            stack = stack.taught(rows, asked, behind)
        if turn:
            stack = stack.weighed(asked, behind[behind >= later[0]][-lately:])
        told[part], size[part] = stack.tell(rows, asked, part)
    band = walk(asked, told, size, later, test, floor=0.0 if asked.truth[train].min() >= 0 else None)
    return _score(series, asked, test, told, band, train.size, skipped, stack.shares)


def _score(
    series: Series,
    asked: Targets,
    test: NDArray[np.intp],
    told: Floats,
    band: Band,
    trained: int,
    skipped: int,
    shares: tuple[tuple[str, float], ...],
) -> Score:
    truth = asked.truth[test]
    within = (band.low <= truth) & (truth <= band.high)
    live = truth != 0

    def mae(forecast: Floats) -> float:
        return float(np.abs(forecast[test] - truth).mean())

    return Score(
        n=int(test.size),
        mae=Mae(mae(told), mae(asked.last), mae(asked.last_week), mae(asked.four_weeks)),
        coverage=float(within.mean()),
        covered_nonzero=float(within[live].mean()) if live.any() else float("nan"),
        width=float((band.high - band.low).mean()),
        mean=float(truth.mean()),
        trained=trained,
        step_minutes=series.step,
        skipped=skipped,
        shares=shares,
    )


def _holidays(series: Series, until: int, is_holiday: Callable[[date], bool] | None) -> frozenset[date]:
    """The calendar's holidays, where up to `until` the place was closed on nearly all that fell on its working days."""
    if is_holiday is None:
        return frozenset()
    first, last = series.day(0), series.day(series.values.size - 1)
    days = [first + timedelta(days=at) for at in range((last - first).days + 40)]
    kept = frozenset(day for day in days if is_holiday(day))
    worked = series.worked_days(until)
    weekdays = {day.weekday() for day in worked}
    busy = {at for at in weekdays if sum(one.weekday() == at for one in worked) >= 0.5 * len(worked) / len(weekdays)}
    fell = [day for day in kept if day <= series.day(until) and day.weekday() in busy]
    closed = sum(day not in worked for day in fell)
    return kept if len(fell) >= 3 and closed >= 0.8 * len(fell) else frozenset()


def wall(minutes: float) -> datetime:
    """The wall clock of a count."""
    return datetime(1970, 1, 1) + timedelta(minutes=minutes)  # noqa: DTZ001 - see counts.py

"""How many people are expected to join the line in each minute of a day, learned from the days before it.

    history → joined per minute = change of the line + meals served → mean of the days like this one → `Expected`

Made once a day. It also learns, without being told, how fast the place serves when people wait, and how far its
days differ from one another: in total (`scale_sd`) and in time (`shift_s`). Pure. Refuses to invent: with fewer than
two days of a kind there is nothing expected.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from occupancy.reading import KST, DayHistory, Minute
from occupancy.slots import SlotPlan

MIN_DAYS = 2
"""Fewer days of a kind expect nothing."""
_PRIOR_DAYS = 8.0
"""How many days the priors below are worth."""
_SCALE_SD, _SHIFT_S = 0.12, 20.0
"""How far a day's total and its timing are from the mean, before any day was seen."""
_OTHER_SCALE_SD, _OTHER_SHIFT_S = 0.3, 60.0
"""The same where the days are not of this rotation week."""
_SPEED_DAYS = 20
"""Days back from which the speed of service is learned: servers come and go."""
_ENOUGH_BUSY = 20
"""Minutes of a waiting line that the learned speed needs to be worth as much as the nominal one."""


@dataclass(frozen=True, eq=False, slots=True)
class Expected:
    """People expected to join: `rates[i]` a second at `start + i` minutes, linear in between, nobody outside."""

    day: date
    start: datetime
    rates: NDArray[np.float64]
    """(k,) people a second."""
    scale_sd: float
    """By which share a day's total differs from the mean of its kind (standard deviation)."""
    shift_s: float
    """By how many seconds a day is early or late (standard deviation)."""
    days: int
    speed: float | None
    """People served a second while a line waits, as the history shows; None where it shows nothing."""

    @property
    def end(self) -> datetime:
        """After this instant nobody is expected."""
        return self.start + timedelta(minutes=len(self.rates) - 1)

    def rate(self, at: datetime, shift_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n,) people a second at an instant, for each of n assumed delays of the whole day."""
        place = ((at - self.start).total_seconds() - shift_s) / 60
        return np.interp(place, np.arange(len(self.rates)), self.rates, left=0.0, right=0.0)

    def between(self, start: datetime, end: datetime) -> float:
        """People expected to join between two instants."""
        sums = np.concatenate(([0.0], np.cumsum(self.rates[1:] + self.rates[:-1]) * 30))
        places = [(at - self.start).total_seconds() / 60 for at in (start, end)]
        before, after = np.interp(places, np.arange(len(sums)), sums).tolist()
        return float(after - before)


def expected(
    history: Sequence[DayHistory],
    day: date,
    plan: SlotPlan | None,
    *,
    servers: int = 2,
    nominal: float = 0.2,
    share: float = 1.0,
) -> Expected | None:
    """Who is expected to join when on a day; None with too little history.

    Args:
        history: any days; those before `day` with the same order of the groups count, else of the same weekday,
            else all.
        day: the day they are expected on.
        plan: whose groups eat when; None where nothing rotates.
        servers: of the line.
        nominal: how many it is taken to serve a second, until the history shows better.
        share: of the usual total, where a forecast knows better (1.2: a fifth more than usual).
    """
    past = [one for one in history if one.day < day and one.minutes and (plan is None or plan.is_open(one.day))]
    lately = sorted(past, key=lambda one: one.day)[-_SPEED_DAYS:]
    speed = _speed(lately, servers, nominal)
    alike, exact = _alike(past, day, plan)
    joined = [found for found in (_joined(one, servers, speed or nominal) for one in alike) if found]
    if len(joined) < MIN_DAYS:
        return None
    first, last = min(min(one) for one in joined), max(max(one) for one in joined)
    table = np.full((len(joined), last - first + 1), np.nan)
    for row, one in zip(table, joined, strict=True):
        row[[minute - first for minute in one]] = list(one.values())
    mean = _mean(table)
    scale_sd, shift_s = _spread(table, mean, exact=exact)
    start = datetime(day.year, day.month, day.day, tzinfo=KST).astimezone(UTC) + timedelta(minutes=first + 1)
    return Expected(day, start, share * mean / 60, scale_sd, shift_s, len(joined), speed)


def _alike(past: Sequence[DayHistory], day: date, plan: SlotPlan | None) -> tuple[Sequence[DayHistory], bool]:
    """The days to learn from, and whether they are of this very rotation week."""
    if plan is not None:
        same = [one for one in past if plan.order(one.day) == plan.order(day)]
        if len(same) >= MIN_DAYS:
            return same, True
        return past, False
    weekday = [one for one in past if one.day.weekday() == day.weekday()]
    return (weekday, True) if len(weekday) >= MIN_DAYS else (past, False)


def _pairs(day: DayHistory) -> Iterator[tuple[Minute, Minute]]:
    for one, following in zip(day.minutes, day.minutes[1:], strict=False):
        if following.minute == one.minute + 1:
            yield one, following


def _joined(day: DayHistory, servers: int, speed: float) -> Mapping[int, float]:
    """People who joined between the middle of a minute and the middle of the next, by the first of the two.

    Without a gate those who left are reckoned: as many as can be served while a line waits.
    """
    gate = day.served > 0
    found = {}
    for one, following in _pairs(day):
        if one.people is None or following.people is None:
            continue
        middle = (one.people + following.people) / 2
        left = (one.served + following.served) / 2 if gate else 60 * speed * min(1.0, middle / (2 * servers))
        found[one.minute] = following.people - one.people + left
    return found


def _mean(table: NDArray[np.float64]) -> NDArray[np.float64]:
    known = np.isfinite(table)
    total = np.where(known, table, 0.0).sum(axis=0)
    mean: NDArray[np.float64] = np.maximum(0.0, total / np.maximum(1, known.sum(axis=0)))
    return mean


def _spread(table: NDArray[np.float64], mean: NDArray[np.float64], *, exact: bool) -> tuple[float, float]:
    """How far days differ from their mean in total and in time, beyond chance, drawn to the priors."""
    if not exact:
        return _OTHER_SCALE_SD, _OTHER_SHIFT_S
    slope = np.gradient(mean) / 60
    known = np.isfinite(table)
    joined = np.where(known, table, 0.0)
    due = np.where(known, mean, 0.0).sum(axis=1)
    scale = joined.sum(axis=1) / np.maximum(due, 1.0)
    off = np.where(known, joined - scale[:, None] * mean, 0.0)
    weight = max(float((slope**2).sum()), 1e-9)
    delays = -(off * slope).sum(axis=1) / weight
    by_chance = float((slope**2 * mean).sum()) / weight**2
    total = max(float(np.median(due)), 1.0)
    in_total, in_time = float(np.mean((scale - 1) ** 2)) - 1 / total, float(np.mean(delays**2)) - by_chance
    days = len(table)
    return (
        math.sqrt(_drawn(in_total, days, _SCALE_SD**2)),
        math.sqrt(_drawn(min(in_time, 300.0**2), days, _SHIFT_S**2)),
    )


def _drawn(seen: float, days: int, prior: float) -> float:
    return (days * max(0.0, seen) + _PRIOR_DAYS * prior) / (days + _PRIOR_DAYS)


def _speed(past: Sequence[DayHistory], servers: int, nominal: float) -> float | None:
    """People served a second in minutes that begin and end with a waiting line, drawn to the nominal where few."""
    by_day: dict[date, list[int]] = defaultdict(list)
    for day in past:
        minutes = {one.minute: one for one in day.minutes}
        for one in day.minutes:
            around = (minutes.get(one.minute + off) for off in (-1, 0, 1))
            if day.served and all(near and near.people is not None and near.people > 3 * servers for near in around):
                by_day[day.day].append(one.served)
    busy = [served for minutes_served in by_day.values() for served in minutes_served]
    if not busy:
        return None
    weight = len(busy) / (len(busy) + _ENOUGH_BUSY)
    usually = float(np.median(busy))
    sound = [served for served in busy if 0.7 * usually <= served <= 1.5 * usually]  # a server breaks, a gate bursts
    return weight * (sum(sound) / len(sound)) / 60 + (1 - weight) * nominal if sound else None

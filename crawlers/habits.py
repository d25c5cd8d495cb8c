"""When a source publishes, learnt from what it published, and how its polls are best spread. Pure; refuses to wait.

A document that appears at t waits for the next poll. With λ(t) documents an hour and Δ(t) between polls a week costs
D = ∫ λ·Δ/2 dt at ∫ 1/Δ dt = N requests. At the least D, λ/2 = μ/Δ² everywhere (Lagrange), so

    Δ ∝ 1/√λ,    or: polls lie as densely as κ·√λ, with κ such that N of them make a week

(for the age of a page, not its freshness: see Cho and Garcia-Molina, Effective page refresh policies for Web crawlers,
TODS 2003, where an even spread beats one in proportion to λ; the root lies between). Intervals keep to 5 minutes and
4 hours in working time, and what the bounds take or give is shared out among the rest, so N holds.

λ stands in 2 x 48 half-hours, of workdays and of all other days, and halves in six weeks. A prior of some days of
office hours keeps few documents from being taken for a habit; with none, the polls of the fixed schedule come out.
Midnight to six has no polls unless the source publishes then.
"""

from __future__ import annotations

import base64
import math
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from crawlers.dates import KST

BINS = 48
OFFICE_WEEK = 5 * (18 + 4.5) + 2 * 9.0
"""Requests a week of the fixed schedule: every 30 minutes in office hours, every 2 hours otherwise, none at night."""
ENOUGH = 8.0  # documents (halving) below which nothing is known
SHORTEST, LONGEST_OPEN, LONGEST_SHUT = timedelta(minutes=5), timedelta(hours=4), timedelta(hours=6)
_HALF_LIFE_DAYS = 42.0
_WAKE, _OPEN, _CLOSE = 12, 18, 36  # bins: 6, 9 and 18 o'clock
_BIN = timedelta(minutes=30)
_FORMAT = ">I2e96e"
_PRIOR_DAYS, _PRIOR_DOCUMENTS = 3.0, 12.0
_NIGHT_SHARE, _NIGHT_LEAST = 0.05, 2.0
_WEEK = (5, 2)  # workdays and others
_LOOK_BACK = timedelta(days=60)

IsHoliday = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Habit:
    """What was found in each half-hour, workdays first, and in how many days of each kind; halved by age to `day`."""

    day: int
    days: tuple[float, float] = (0.0, 0.0)
    found: tuple[float, ...] = (0.0,) * (2 * BINS)

    @property
    def known(self) -> bool:
        """Whether there is enough to go by."""
        return sum(self.found) >= ENOUGH

    def text(self) -> str:
        """A short form that `habit_from` reads; numbers keep three digits."""
        return base64.b64encode(struct.pack(_FORMAT, self.day, *self.days, *self.found)).decode()

    def aged(self, to: date) -> Habit:
        """The same habit on a later day: what is old counts less."""
        passed = to.toordinal() - self.day
        if passed <= 0:
            return self
        left = 0.5 ** (passed / _HALF_LIFE_DAYS)
        work, rest = self.days
        return Habit(to.toordinal(), (work * left, rest * left), tuple(one * left for one in self.found))


def habit_from(text: str, today: date) -> Habit:
    """The habit that `Habit.text` wrote; an empty one where that is no habit."""
    try:
        day, work, rest, *found = struct.unpack(_FORMAT, base64.b64decode(text, validate=True))
    except (ValueError, struct.error):
        return Habit(today.toordinal())
    if not all(math.isfinite(one) and one >= 0 for one in (work, rest, *found)):
        return Habit(today.toordinal())
    return Habit(day, (work, rest), tuple(found))


def watched(
    habit: Habit,
    since: datetime,
    polled_at: datetime,
    now: datetime,
    published: Sequence[datetime | None],
    is_holiday: IsHoliday,
) -> Habit:
    """`habit` after watching from `since` to `now`, where these documents appeared after the poll at `polled_at`.

    A told clock time is believed where it lies after that poll; else the document is spread over the time between
    the polls, as densely as the habit has it there.
    """
    habit = habit.aged(now.astimezone(KST).date())
    days, found = list(habit.days), list(habit.found)
    for place, hours in _pieces(max(since, now - _LOOK_BACK), now, is_holiday):
        days[place // BINS] += hours / 24
    dense = _intensity(habit)
    floor = sum(dense) / len(dense) / 10  # what a night without polls brought was published in the night
    for at in published:
        if polled_at >= now:
            break
        if at is not None and polled_at < at <= now and has_clock(at):
            found[_place(at, is_holiday)] += 1
            continue
        pieces = list(_pieces(max(polled_at, now - timedelta(days=1)), now, is_holiday))
        shares = [(place, hours * (dense[place] + floor)) for place, hours in pieces]
        whole = sum(share for _, share in shares)
        for place, share in shares:
            found[place] += share / whole
    return Habit(habit.day, (days[0], days[1]), tuple(found))


def first_seen(listed: Sequence[datetime], now: datetime, is_holiday: IsHoliday) -> Habit:
    """The habit that the clock times of a first list show; an empty one where it tells days only."""
    habit = Habit(now.astimezone(KST).date().toordinal())
    told = [at for at in listed if has_clock(at) and now - _LOOK_BACK < at <= now]
    if len(told) < max(ENOUGH, len(listed) / 2):
        return habit
    days, found = [0.0, 0.0], list(habit.found)
    oldest = min(told)
    for place, hours in _pieces(oldest, now, is_holiday):
        days[place // BINS] += hours / 48  # half: when it was written is not yet when it appeared
    for at in told:
        found[_place(at, is_holiday)] += 0.5
    return Habit(habit.day, (days[0], days[1]), tuple(found))


def has_clock(at: datetime) -> bool:
    """Whether an instant tells a time of day: midnight, in Korea or in UTC, is how a mere day is written."""
    return (at.minute, at.second) != (0, 0) or at.astimezone(KST).hour not in {0, 9}


def next_poll(text: str, now: datetime, is_holiday: IsHoliday, week: float = OFFICE_WEEK) -> datetime | None:
    """When a source of this habit, polled at `now`, is best polled again; None where nothing is known of it.

    `week` is how many requests a week may be spent on it.
    """
    polls = _plan(text, week) if text else None
    if polls is None:
        return None
    left, end = 1.0, now + timedelta(days=2)
    at = now
    for place, hours in _pieces(now, end, is_holiday):
        if polls[place] * hours >= left:
            return at + timedelta(hours=left / polls[place])
        left -= polls[place] * hours
        at += timedelta(hours=hours)
    return end


@lru_cache(maxsize=8192)
def _plan(text: str, week: float) -> tuple[float, ...] | None:
    """Polls an hour in each half-hour."""
    habit = habit_from(text, date.min)
    if not habit.known:
        return None
    roots = [math.sqrt(one) for one in _intensity(habit)]
    bounds = [_bounds(place, root) for place, root in enumerate(roots)]
    weights = [_WEEK[place // BINS] / 2 for place in range(2 * BINS)]  # hours a week
    scale, polls = 0.0, [0.0] * (2 * BINS)
    free = set(range(2 * BINS))
    for _ in range(8):  # what is held at a bound is taken out, and the rest shares what is left
        spent = sum(polls[place] * weights[place] for place in range(2 * BINS) if place not in free)
        share = sum(roots[place] * weights[place] for place in free)
        if share <= 0 or spent >= week:
            break
        scale = (week - spent) / share
        polls = [roots[place] * scale if place in free else polls[place] for place in range(2 * BINS)]
        out = {place for place in free if not bounds[place][0] <= polls[place] <= bounds[place][1]}
        if not out:
            break
        for place in out:
            polls[place] = min(max(polls[place], bounds[place][0]), bounds[place][1])
        free -= out
    return tuple(min(max(one, low), high) for one, (low, high) in zip(polls, bounds, strict=True))


def _bounds(place: int, root: float) -> tuple[float, float]:
    """The fewest and most polls an hour."""
    if place % BINS < _WAKE and root == 0:
        return 0.0, 0.0
    is_open = place < BINS and _OPEN <= place < _CLOSE
    longest = LONGEST_OPEN if is_open else LONGEST_SHUT
    return timedelta(hours=1) / longest, timedelta(hours=1) / SHORTEST


def _intensity(habit: Habit) -> list[float]:
    """Documents a day in each half-hour, the prior mixed in; none at night where nothing speaks for it."""
    total = sum(habit.found)
    rate = (total + 0.5) / (sum(habit.days) + 2)
    prior = _PRIOR_DAYS + min(_PRIOR_DOCUMENTS / rate, 30.0)
    side = 0.25 / (1 + total / 10)  # the fewer were found, the less is meant by the very half-hour
    dense = []
    for kind in (0, 1):
        found = habit.found[kind * BINS : (kind + 1) * BINS]
        for place, one in enumerate(found):
            near = found[place - 1] + found[(place + 1) % BINS]
            smooth = (1 - 2 * side) * one + side * near
            dense.append((smooth + prior * rate * _OFFICE[kind * BINS + place]) / (habit.days[kind] + prior))
    night = sum(habit.found[kind * BINS + place] for kind in (0, 1) for place in range(_WAKE))
    if night < max(_NIGHT_LEAST, total * _NIGHT_SHARE):
        for kind in (0, 1):
            dense[kind * BINS : kind * BINS + _WAKE] = [0.0] * _WAKE
    return dense


def _office() -> tuple[float, ...]:
    """The intensity at which the fixed schedule would be the best: the square of its polls, 1 on a workday in all."""
    work = [0.0 if place < _WAKE else 4.0 if _OPEN <= place < _CLOSE else 0.25 for place in range(BINS)]
    rest = [0.0 if place < _WAKE else 0.25 for place in range(BINS)]
    return tuple(one / sum(work) for one in (*work, *rest))


_OFFICE = _office()


def _place(at: datetime, is_holiday: IsHoliday) -> int:
    local = at.astimezone(KST)
    return _kind(local, is_holiday) * BINS + local.hour * 2 + local.minute // 30


def _pieces(start: datetime, end: datetime, is_holiday: IsHoliday) -> Iterator[tuple[int, float]]:
    """The half-hours from `start` to `end` in order, and how many hours of each."""
    at, last = start.astimezone(KST), end.astimezone(KST)
    day, kind = None, 0
    while at < last:
        if at.date() != day:
            day, kind = at.date(), _kind(at, is_holiday)
        place = at.hour * 2 + at.minute // 30
        until = min(at.replace(minute=at.minute // 30 * 30, second=0, microsecond=0) + _BIN, last)
        yield kind * BINS + place, (until - at).total_seconds() / 3600
        at = until


def _kind(local: datetime, is_holiday: IsHoliday) -> int:
    return 0 if local.weekday() < 5 and not is_holiday(local.date()) else 1

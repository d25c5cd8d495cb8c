"""Who should go when: a minute of their own slot for each asker, and how many may be sent off at once.

Everyone who is told "12:25" makes 12:25 the rush. So the line to come is reckoned with those who were told already,
and who of several nearly equal minutes gets which is drawn by a person's own number of the day. Pure functions of a
forecast and of counts by minute; refuses to know persons.

    forecast + present ──┐
    served usually ──────┼── outlook ──> best (one asker) · room, stays_below (those who wait to be called)
    told so far ─────────┘

A minute's cost is one's own wait and a part of what one's coming costs those behind: someone who joins a standing line
lengthens it until it next melts (the integral of a line over time is everybody's waiting), someone who joins an empty
one costs nobody anything. Minutes are those of the Korean day, waits are in minutes, the line is in people.
"""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from types import MappingProxyType

from occupancy.estimate import Estimate
from occupancy.forecast import MIN_DAYS, Forecast
from occupancy.reading import KST, DayHistory, minute_of
from occupancy.slots import SlotPlan

LAWFUL = (time(11), time(14))
"""Lunch is 12:00 to 13:00, and a head of office may move it by up to an hour (지방공무원 복무규정 제2조)."""
MOST_A_MINUTE = 15
"""Nobody calls more people at once than a line serves in a good minute (research note §4)."""
_WALK = (1, 2, 3)
"""Minutes after setting out in which people join the line, each as likely."""
_LAST = 5
"""So many minutes before a slot's end the last one is sent off, to be there within it."""
_FOLLOW = 0.7
"""Part of those told who do it; between the half that hears of it in passing and all."""
_ABOUT = range(4, 12)
"""Minutes after asking in which people would have joined the line by themselves."""
_EARLY = 6
"""Who asks hours before counts as asking so many minutes before the slot."""
_OTHERS = 0.3
"""Weight of a minute of everybody behind against a minute of one's own."""
_EQUAL = 0.4
"""Minutes within this of the best are as good."""
_WORTH = 1.0
"""What going later must save to be worth a word."""
_GAIN = 0.5
"""And so many minutes of it one's own: nobody is sent away for others' sake alone."""
_LEAST = 0.3
"""Even a minute that is full by the usual is sometimes free: people a minute."""
_STEADY = 11
"""Minutes, the running one among them, for which a short line must stay short."""
_CALLS = timedelta(minutes=10)
"""The last calls of those who wait are spread over so long."""
_SHARE = 0.6
"""Part of a line's speed that is theirs who were called."""
_STANDS = 0.5
"""A line of so many minutes melts in no minute to come."""
_NONE: Mapping[int, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Told:
    """People told today by the minute they were told to set out, and by the minute in which they asked (`asked_at`)."""

    going: Mapping[int, int] = field(default_factory=lambda: _NONE)
    asked: Mapping[int, int] = field(default_factory=lambda: _NONE)


@dataclass(frozen=True, slots=True)
class Outlook:
    """The minutes to come, with whoever was told counted in; `start` is the minute that runs."""

    start: int
    waits: Sequence[float]
    """Minutes that one waits who joins then."""
    costs: Sequence[float]
    """Minutes for which the line will go on standing after that minute, as expected."""
    free: Sequence[float]
    """People a minute who could be served besides those expected."""

    def wait(self, minute: int) -> float | None:
        """The wait of one who sets out at a minute; None beyond the outlook."""
        return _mean_after(self.waits, minute - self.start)

    def cost(self, minute: int) -> float | None:
        """The cost of one who sets out at a minute; None beyond the outlook."""
        wait, others = self.wait(minute), _mean_after(self.costs, minute - self.start)
        return None if wait is None or others is None else wait + _OTHERS * others


@dataclass(frozen=True, slots=True)
class Advice:
    """When to set out, the wait to expect, and the wait of setting out as early as one may."""

    at: datetime
    minutes: float
    otherwise: float
    now: bool
    """Whether that is this very minute."""


def turn_of(person: str, day: date) -> float:
    """A person's own number of a day in [0, 1): another every day, so that nobody is always last."""
    digest = hashlib.blake2b(f"{day.isoformat()}\x1f{person}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) / 2**64


def asked_at(now: datetime, since: datetime) -> int:
    """The minute under which an asker is counted: nobody is in line long before their slot begins."""
    return max(minute_of(now), minute_of(since) - _EARLY)


def served_usually(history: Iterable[DayHistory], day: date, plan: SlotPlan | None) -> Mapping[int, float]:
    """People served by the minute on days like `day`: of the same rotation, else of the same weekday; may be empty."""
    past = [one for one in history if one.day < day and (plan is None or plan.is_open(one.day))]
    alike = [one for one in past if plan is not None and plan.order(one.day) == plan.order(day)]
    if len(alike) < MIN_DAYS:
        alike = [one for one in past if one.day.weekday() == day.weekday()]
    found: dict[int, list[int]] = defaultdict(list)
    for one in alike:
        for minute in one.minutes:
            found[minute.minute].append(minute.served)
    means = {minute: sum(values) / len(values) for minute, values in found.items()}
    return {minute: _around(means, minute) for minute in means}


def outlook(forecast: Forecast, present: Estimate, served: Mapping[int, float], told: Told) -> Outlook | None:
    """What the next minutes hold; None without a forecast, or where nothing fresh is known of now."""
    if present.people is None or present.stale or present.per_minute <= 0 or not forecast.points:
        return None
    expected = {minute_of(point.at): point.q50 for point in forecast.points}
    start, speed = minute_of(present.at), present.per_minute
    expected[start] = float(present.people)
    minutes = range(start, max(expected) + 1)
    busy = [min(1.0, served.get(minute, 0.0) / speed) for minute in minutes]
    free = [speed * (1 - part) for part in busy]
    line = _line([expected.get(minute, 0.0) for minute in minutes], free, start, told)
    waits = [people / speed for people in line]
    coming = [_coming(minute, told) for minute in minutes]
    left = [max(0.0, room - more) for room, more in zip(free, coming, strict=True)]
    return Outlook(start, waits, _costs(waits, busy), left)


def best(seen: Outlook, now: datetime, *, since: datetime, until: datetime, turn: float) -> Advice | None:
    """When to set out within [since, until); None when that makes no difference, or no minute is left.

    Args:
        seen: of this minute.
        now: the instant of asking.
        since: when one's own slot, or serving, begins.
        until: when it ends: whoever sets out at the advised minute is in line before it.
        turn: the asker's own number of the day (`turn_of`).
    """
    first, last = max(seen.start, _whole(since)), minute_of(until) - _LAST
    costs = {minute: cost for minute in range(first, last + 1) if (cost := seen.cost(minute)) is not None}
    earliest = seen.wait(first)
    if not costs or earliest is None:
        return None
    least = min(costs.values())
    near = [minute for minute, cost in costs.items() if cost <= least + _EQUAL]
    found = near[_drawn([max(_LEAST, _room(seen, minute)) for minute in near], turn)]
    wait = seen.wait(found)
    if wait is None or (found > first and (costs[first] - costs[found] < _WORTH or earliest - wait < _GAIN)):
        return None
    at = now if found == seen.start else _instant(now, found)
    return Advice(at.astimezone(KST), wait, earliest, now=found == seen.start)


def room(seen: Outlook, sent: int) -> int:
    """How many more may be called in the running minute, when `sent` were called in it before.

    As many as could be served besides those expected while they walk; one at least, for the line is short when
    anybody is called at all, and who waits must not wait for ever.
    """
    spare = _mean_after(seen.free, 0)
    most = min(MOST_A_MINUTE, max(1, math.floor(spare or 0.0)))
    return max(0, most - sent)


def stays_below(seen: Outlook, minutes: float, until: datetime) -> bool:
    """Whether the wait is under `minutes` now and expected to stay so for ten more, or until the person's time is over.

    What comes after it is the next group's rush, and none of theirs.
    """
    ahead = seen.waits[: max(1, min(_STEADY, minute_of(until) - seen.start))]
    return bool(ahead) and max(ahead) < minutes


def last_call(since: datetime, until: datetime, turn: float) -> datetime:
    """When one who was not called by then is told so: still in time to go, and not all in the same minute.

    In the last ten minutes before the last one may set out, or the last half of a short slot.
    """
    last = until - timedelta(minutes=_LAST)
    span = min(_CALLS, max(timedelta(), last - since) / 2)
    return last - turn * span


def overdue(waiting: int, now: datetime, until: datetime, per_minute: float) -> int:
    """How many of those who wait for one slot's end must be called now, quiet or not, lest the rest come at once.

    Those whom the line can't take in the minutes left, at `_SHARE` of its speed: others come too.
    """
    left = max(0.0, (until - now) / timedelta(minutes=1) - _LAST)
    return max(0, waiting - math.floor(_SHARE * per_minute * left + 1e-9))


def _line(expected: Sequence[float], free: Sequence[float], start: int, told: Told) -> list[float]:
    """The line by minute if those told come when told, and not when they would have."""
    off, found = 0.0, []
    for i, people in enumerate(expected):
        off = max(off, -people)
        found.append(people + off)
        away = _FOLLOW * sum(told.asked.get(start + i - ago, 0) for ago in _ABOUT) / len(_ABOUT)
        off += _coming(start + i, told) - away
        if off > 0:
            off -= min(off, free[i])
    return found


def _coming(minute: int, told: Told) -> float:
    """People told who join the line in a minute."""
    return _FOLLOW * sum(told.going.get(minute - walk, 0) for walk in _WALK) / len(_WALK)


def _costs(waits: Sequence[float], busy: Sequence[float]) -> list[float]:
    """For each minute, for how many more the line is expected to stand without a break."""
    found, after = [], 0.0
    for wait, part in zip(reversed(waits), reversed(busy), strict=True):
        after = (1.0 if wait >= _STANDS else part) * (1 + after)
        found.append(after)
    return found[::-1]


def _mean_after(values: Sequence[float], minute: int) -> float | None:
    """Mean over the minutes in which one joins who sets out at a minute; None if there are none."""
    found = [values[minute + walk] for walk in _WALK if 0 <= minute + walk < len(values)]
    return sum(found) / len(found) if found else None


def _room(seen: Outlook, minute: int) -> float:
    return _mean_after(seen.free, minute - seen.start) or 0.0


def _drawn(weights: Sequence[float], turn: float) -> int:
    """The index that a number in [0, 1) falls on, each as likely as its weight."""
    sums = list(accumulate(weights))
    return next((i for i, upto in enumerate(sums) if turn * sums[-1] < upto), len(sums) - 1)


def _around(values: Mapping[int, float], minute: int) -> float:
    near = [values[one] for one in (minute - 1, minute, minute + 1) if one in values]
    return sum(near) / len(near)


def _whole(at: datetime) -> int:
    """The first whole minute at or after an instant."""
    return minute_of(at + timedelta(seconds=59, microseconds=999_999))


def _instant(now: datetime, minute: int) -> datetime:
    local = now.astimezone(KST)
    return local.replace(hour=minute // 60, minute=minute % 60, second=0, microsecond=0)

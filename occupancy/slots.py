"""Whose lunch slot it is: departments in groups, groups rotating weekly through the same times.

Pure calendar arithmetic. Refuses to know holidays by itself: they come in as closures or as `is_holiday`.
What administrators change becomes a plan in `occupancy.rearranged`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from occupancy.reading import KST, SlotError


def _never(_day: date) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Slot:
    """One group's turn; `start` and `end` are wall times in Korea, `index` the slot's place in the day."""

    start: time
    end: time
    group: int
    index: int
    departments: tuple[str, ...]

    def contains(self, at: time) -> bool:
        """Whether `at` lies in the slot; its end belongs to the next."""
        return self.start <= at < self.end


class Rest(StrEnum):
    """Why a day is without lunch."""

    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MONTHLY = "monthly"
    """A rest that comes back every month."""
    CLOSED = "closed"
    """Closed for this day."""


@dataclass(frozen=True, slots=True)
class WeekOrder:
    """A week that doesn't follow the rotation: `order[i]` is the group in the day's i-th slot."""

    monday: date
    order: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MonthlyRest:
    """Every month's n-th such weekday (0 = Monday) without lunch, the last one for `nth` -1; `until` is past the end.

    Raises:
        SlotError: when no month has such a day.
    """

    nth: int
    weekday: int
    since: date = date.min
    until: date = date.max

    def __post_init__(self) -> None:
        if self.nth not in {-1, 1, 2, 3, 4, 5} or not 0 <= self.weekday <= 4:
            raise SlotError(f"no such day of a month: number {self.nth} of weekday {self.weekday}")

    def falls_on(self, day: date) -> bool:
        """Whether `day` is such a day."""
        if day.weekday() != self.weekday or not self.since <= day < self.until:
            return False
        if self.nth == -1:
            return (day + timedelta(weeks=1)).month != day.month
        return (day.day - 1) // 7 + 1 == self.nth


@dataclass(frozen=True, slots=True)
class Pause:
    """From `since`, before `until`, a week without any lunch does not move the rotation: its turn is not lost."""

    since: date
    until: date = date.max


@dataclass(frozen=True, slots=True)
class Later:
    """The plan that takes over on a date: a reorganisation, other times."""

    since: date
    plan: SlotPlan


@dataclass(frozen=True, slots=True)
class SlotPlan:
    """A cafeteria's weekly rotation: group g has slot (g + weeks since `first_monday`) mod n.

    `exceptions` replace single weeks without moving the rotation. A week in `held` keeps the order of the week
    before it and all later weeks are one step behind; so does a week without any lunch while a `Pause` stands. Days
    in `closures`, of a `monthly` rest and holidays are without slots, whereas `opened` days are served although they
    are a holiday or a monthly rest; over all of them the rotation goes on. `minutes` are the slots' own lengths where
    they differ.

    Each of the `later` plans, by date, takes over on its day; every look-up of a day asks the plan of that day.

    Raises:
        SlotError: when the parts contradict each other.
    """

    first_monday: date
    times: tuple[time, ...]
    groups: tuple[tuple[str, ...], ...]
    slot_minutes: int = 20
    exceptions: tuple[WeekOrder, ...] = ()
    closures: frozenset[date] = frozenset()
    held: frozenset[date] = frozenset()
    is_holiday: Callable[[date], bool] = field(default=_never, compare=False, repr=False)
    minutes: tuple[int, ...] = ()
    monthly: tuple[MonthlyRest, ...] = ()
    opened: frozenset[date] = frozenset()
    pauses: tuple[Pause, ...] = ()
    later: tuple[Later, ...] = ()
    _still: dict[date, int] = field(default_factory=dict, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not self.times or len(self.times) != len(self.groups):
            raise SlotError(f"expected one time per group, got {len(self.times)} and {len(self.groups)}")
        if self.minutes and len(self.minutes) != len(self.times):
            raise SlotError(f"expected one length per time, got {len(self.minutes)} and {len(self.times)}")
        self._check_times()
        self._check_weeks()
        names = [name for group in self.groups for name in group]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise SlotError(f"in more than one group: {', '.join(twice)}")
        if [one.since for one in self.later] != sorted({one.since for one in self.later}):
            raise SlotError("later plans must follow each other by date")

    def _check_times(self) -> None:
        if short := [minutes for minutes in self.lengths if minutes < 1]:
            raise SlotError(f"expected a slot of at least 1 minute, got {short[0]}")
        starts = [at.hour * 60 + at.minute for at in self.times]
        ends = [start + minutes for start, minutes in zip(starts, self.lengths, strict=True)]
        if any(end > start for end, start in zip(ends, starts[1:], strict=False)) or ends[-1] >= 24 * 60:
            raise SlotError("slot times must ascend, not overlap, and end before midnight")

    def _check_weeks(self) -> None:
        mondays = (self.first_monday, *self.held, *(week.monday for week in self.exceptions))
        if other := [day for day in mondays if day.weekday() != 0]:
            raise SlotError(f"not a Monday: {other[0]}")
        if early := [day for day in self.held if day <= self.first_monday]:
            raise SlotError(f"no week before {early[0]} whose order could be held")
        for week in self.exceptions:
            if sorted(week.order) != list(range(len(self.groups))):
                raise SlotError(f"expected each group once in the week of {week.monday}, got {week.order}")

    @property
    def lengths(self) -> tuple[int, ...]:
        """Each slot's minutes, in the order of the day."""
        return self.minutes or (self.slot_minutes,) * len(self.times)

    @property
    def opens(self) -> time:
        """When the first slot begins."""
        return self.times[0]

    @property
    def closes(self) -> time:
        """When the last slot ends."""
        return _plus(self.times[-1], self.lengths[-1])

    @property
    def departments(self) -> tuple[str, ...]:
        """Everybody who has a slot, group by group."""
        return tuple(name for group in self.groups for name in group)

    def on(self, day: date) -> SlotPlan:
        """The plan that stands on a day: this one, or the last of the later ones that has begun."""
        return next((one.plan for one in reversed(self.later) if one.since <= day), self)

    def group_of(self, department: str, day: date) -> int | None:
        """The department's group on a day, counted from 0; None where no group names it."""
        groups = self.on(day).groups
        return next((number for number, names in enumerate(groups) if department in names), None)

    def is_open(self, day: date) -> bool:
        """Whether lunch is served: a weekday that is neither closed nor a holiday."""
        return self.rest(day) is None

    def rest(self, day: date) -> Rest | None:
        """Why there is no lunch on a day; None when there is."""
        plan = self.on(day)
        if day.weekday() >= 5:
            return Rest.WEEKEND
        if day in plan.closures:
            return Rest.CLOSED
        if day in plan.opened:
            return None
        if plan.is_holiday(day):
            return Rest.HOLIDAY
        return Rest.MONTHLY if any(one.falls_on(day) for one in plan.monthly) else None

    def next_open(self, since: date, days: int = 60) -> date | None:
        """The first open day from `since` on; None in so many days."""
        return next((day for step in range(days) if self.is_open(day := since + timedelta(days=step))), None)

    def order(self, day: date) -> tuple[int, ...]:
        """The groups in the order of the day's slots, by the week's rotation, whether open or not."""
        plan, monday = self.on(day), monday_of(day)
        for week in plan.exceptions:
            if week.monday == monday:
                return week.order
        n = len(plan.groups)
        weeks = (monday - plan.first_monday).days // 7 - self._stood_still(plan, monday)
        return tuple((index - weeks) % n for index in range(n))

    def _stood_still(self, plan: SlotPlan, monday: date) -> int:
        """How many weeks after the first, up to this one, did not move the rotation."""
        if not plan.pauses or monday <= plan.first_monday:
            return sum(held <= monday for held in plan.held)
        if monday not in self._still:
            known = max((one for one in self._still if one < monday), default=plan.first_monday)
            count = self._still.get(known, 0)
            for week in range((monday - known).days // 7):
                one = known + timedelta(weeks=week + 1)
                count += one in plan.held or self._rests(plan, one)
                self._still[one] = count
        return self._still[monday]

    def _rests(self, plan: SlotPlan, monday: date) -> bool:
        """Whether a pause stands and the whole week is without lunch."""
        if not any(one.since <= monday < one.until for one in plan.pauses):
            return False
        return not any(self.is_open(day) for day in working_days(monday))

    def table(self, day: date) -> tuple[Slot, ...]:
        """The day's slots in order; empty when closed."""
        if not self.is_open(day):
            return ()
        plan = self.on(day)
        return tuple(
            Slot(start, _plus(start, minutes), group, index, plan.groups[group])
            for index, (start, minutes, group) in enumerate(
                zip(plan.times, plan.lengths, self.order(day), strict=True)
            )
        )  # fmt: skip

    def slot_of(self, department: str, day: date) -> Slot | None:
        """The department's slot that day; None when closed or when no group names the department."""
        return next((slot for slot in self.table(day) if department in slot.departments), None)

    def slot_at(self, day: date, at: time) -> Slot | None:
        """The slot that runs at this wall time, or None."""
        return next((slot for slot in self.table(day) if slot.contains(at)), None)

    def groups_at(self, day: date, at: time) -> tuple[str, ...]:
        """The departments whose slot runs at this wall time; empty outside slots."""
        slot = self.slot_at(day, at)
        return slot.departments if slot else ()

    def first_turn(self, department: str, since: date, weeks: int = 60) -> date | None:
        """The first open day from `since` on on which the department has the day's first slot; None in `weeks`."""
        days = (since + timedelta(days=step) for step in range(7 * weeks))
        return next((day for day in days if (slot := self.slot_of(department, day)) and slot.index == 0), None)


def monday_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def working_days(monday: date) -> Iterator[date]:
    """Monday to Friday of a week."""
    return (monday + timedelta(days=step) for step in range(5))


def _plus(start: time, minutes: int) -> time:
    return (datetime.combine(date(2000, 1, 3), start) + timedelta(minutes=minutes)).time()


def instant(day: date, at: time) -> datetime:
    """The aware instant of a wall time in Korea."""
    return datetime.combine(day, at, KST)

"""Whose lunch slot it is: departments in groups, groups rotating weekly through the same times.

Pure calendar arithmetic. Refuses to know holidays by itself: they come in as closures or as `is_holiday`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

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


@dataclass(frozen=True, slots=True)
class WeekOrder:
    """A week that doesn't follow the rotation: `order[i]` is the group in the day's i-th slot."""

    monday: date
    order: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SlotPlan:
    """A cafeteria's weekly rotation: group g has slot (g + weeks since `first_monday`) mod n.

    `exceptions` replace single weeks without moving the rotation. A week in `held` keeps the order of the week
    before it and all later weeks are one step behind. `closures` and holidays are days without slots; the
    rotation goes on over them.

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

    def __post_init__(self) -> None:
        if not self.times or len(self.times) != len(self.groups):
            raise SlotError(f"expected one time per group, got {len(self.times)} and {len(self.groups)}")
        self._check_times()
        self._check_weeks()
        names = [name for group in self.groups for name in group]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise SlotError(f"in more than one group: {', '.join(twice)}")

    def _check_times(self) -> None:
        if self.slot_minutes < 1:
            raise SlotError(f"expected a slot of at least 1 minute, got {self.slot_minutes}")
        starts = [at.hour * 60 + at.minute for at in self.times]
        ends = [start + self.slot_minutes for start in starts]
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
    def opens(self) -> time:
        """When the first slot begins."""
        return self.times[0]

    @property
    def closes(self) -> time:
        """When the last slot ends."""
        return _plus(self.times[-1], self.slot_minutes)

    def is_open(self, day: date) -> bool:
        """Whether lunch is served: a weekday that is neither closed nor a holiday."""
        return day.weekday() < 5 and day not in self.closures and not self.is_holiday(day)

    def order(self, day: date) -> tuple[int, ...]:
        """The groups in the order of the day's slots, by the week's rotation, whether open or not."""
        monday = day - timedelta(days=day.weekday())
        for week in self.exceptions:
            if week.monday == monday:
                return week.order
        n = len(self.groups)
        weeks = (monday - self.first_monday).days // 7 - sum(held <= monday for held in self.held)
        return tuple((index - weeks) % n for index in range(n))

    def table(self, day: date) -> tuple[Slot, ...]:
        """The day's slots in order; empty when closed."""
        if not self.is_open(day):
            return ()
        return tuple(
            Slot(start, _plus(start, self.slot_minutes), group, index, self.groups[group])
            for index, (start, group) in enumerate(zip(self.times, self.order(day), strict=True))
        )

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


def _plus(start: time, minutes: int) -> time:
    return (datetime.combine(date(2000, 1, 3), start) + timedelta(minutes=minutes)).time()


def instant(day: date, at: time) -> datetime:
    """The aware instant of a wall time in Korea."""
    return datetime.combine(day, at, KST)

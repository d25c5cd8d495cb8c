"""Changes of a lunch rotation by date, and the one plan that they make together with what the settings declare.

    Rules (the file) + changes (the chat) ── compose ──> SlotPlan by date, and which changes no longer fit

The file declares, the chat adds, the file wins: a day that the file closes stays closed, a week whose order it gives
keeps that order, and from the date of a table that it gives the departments stand where that table has them. A change
that does not fit any more (its department is gone) is passed over and named. Pure; refuses to write anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from typing import TypeAlias

from occupancy.reading import SlotError
from occupancy.slots import Later, MonthlyRest, Pause, Slot, SlotPlan, WeekOrder

_Groups: TypeAlias = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The whole table from a date on: times, the slots' lengths, groups."""

    since: date
    times: tuple[time, ...]
    minutes: tuple[int, ...]
    groups: _Groups


@dataclass(frozen=True, slots=True)
class Rules:
    """What the settings declare; the first arrangement stands from ever, the others from their dates, ascending."""

    first_monday: date
    arrangements: tuple[Arrangement, ...]
    closures: frozenset[date] = frozenset()
    monthly: tuple[MonthlyRest, ...] = ()
    exceptions: tuple[WeekOrder, ...] = ()
    held: frozenset[date] = frozenset()
    pauses: tuple[Pause, ...] = ()


@dataclass(frozen=True, slots=True)
class Closed:
    """A day without lunch, or one that is served after all."""

    day: date
    closed: bool = True
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Monthly:
    """A day of every month without lunch from `since` on, or no longer."""

    nth: int
    weekday: int
    since: date
    closed: bool = True


@dataclass(frozen=True, slots=True)
class Week:
    """A week's own order of groups; empty gives the week back to the rotation."""

    monday: date
    order: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """A week that repeats the order of the one before, or no longer does."""

    monday: date
    held: bool = True


@dataclass(frozen=True, slots=True)
class Paused:
    """Whether from a Monday on a week without any lunch leaves the rotation where it is."""

    since: date
    paused: bool = True


@dataclass(frozen=True, slots=True)
class Assigned:
    """A department eats with a group from a date on; None takes it out of the table."""

    department: str
    group: int | None
    since: date


@dataclass(frozen=True, slots=True)
class Renamed:
    """A department's new name from a date on; it keeps its group."""

    old: str
    new: str
    since: date


@dataclass(frozen=True, slots=True)
class Timed:
    """Other times from a date on, as many as there are groups."""

    since: date
    times: tuple[time, ...]
    minutes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Ordered:
    """Another order of the groups from a date on: the group that stands first in it becomes the first, and so on."""

    since: date
    order: tuple[int, ...]


Change: TypeAlias = Closed | Monthly | Week | Held | Paused | Assigned | Renamed | Timed | Ordered
_Tabled: TypeAlias = Assigned | Renamed | Timed | Ordered


@dataclass(frozen=True, slots=True)
class Composed:
    """The plan, the places of the changes that say nothing in it, and why the chat closed which day."""

    plan: SlotPlan
    ignored: tuple[int, ...]
    reasons: Mapping[date, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moved:
    """A department whose slot is another one than before; `day` is the first on which that is so."""

    department: str
    day: date
    before: Slot | None
    after: Slot | None


def compose(rules: Rules, changes: Sequence[Change], is_holiday: Callable[[date], bool]) -> Composed:
    """The plan of the file and the chat together; a later change says more than an earlier one on the same matter."""
    work = _Work(rules, changes)
    shared = SlotPlan(
        rules.first_monday,
        rules.arrangements[0].times,
        rules.arrangements[0].groups,
        exceptions=(),
        closures=work.closures(),
        held=work.held(),
        is_holiday=is_holiday,
        minutes=rules.arrangements[0].minutes,
        monthly=work.monthly(),
        opened=work.opened(),
        pauses=work.pauses(),
    )
    weeks, first, *later = work.weeks(), *work.tables()
    base = _fitted(shared, first, weeks)
    plan = replace(base, later=tuple(Later(one.since, _fitted(shared, one, weeks)) for one in later))
    work.judge_weeks(plan)
    return Composed(plan, tuple(sorted(work.ignored)), work.reasons())


def differences(before: SlotPlan, after: SlotPlan, days: Iterable[date]) -> tuple[Moved, ...]:
    """Whose slot on any of `days` (ascending) is another one: each department once, in the order of the day."""
    found: dict[str, Moved] = {}
    for day in days:
        old, new = _slots(before, day), _slots(after, day)
        for name in (*new, *(name for name in old if name not in new)):
            if name not in found and not _same(old.get(name), new.get(name)):
                found[name] = Moved(name, day, old.get(name), new.get(name))
    return tuple(found.values())


def _slots(plan: SlotPlan, day: date) -> Mapping[str, Slot]:
    return {name: slot for slot in plan.table(day) for name in slot.departments}


def _same(old: Slot | None, new: Slot | None) -> bool:
    if old is None or new is None:
        return old is new
    return (old.start, old.end) == (new.start, new.end)


def _fitted(shared: SlotPlan, table: Arrangement, weeks: Mapping[date, tuple[int, ...]]) -> SlotPlan:
    fits = sorted(week for week, order in weeks.items() if sorted(order) == list(range(len(table.groups))))
    exceptions = tuple(WeekOrder(week, weeks[week]) for week in fits)
    return replace(shared, times=table.times, groups=table.groups, minutes=table.minutes, exceptions=exceptions)


class _Work:
    """One composition; `ignored` gathers the places of changes without effect."""

    def __init__(self, rules: Rules, changes: Sequence[Change]) -> None:
        self._rules = rules
        self._changes = list(enumerate(changes))
        self.ignored: set[int] = set()

    def closures(self) -> frozenset[date]:
        """The file's days, and those that the chat's last word on them closes."""
        last = {one.day: one for _, one in self._changes if isinstance(one, Closed)}
        for place, one in self._changes:
            if isinstance(one, Closed) and one.day in self._rules.closures:
                self.ignored.add(place)
        return self._rules.closures | {day for day, one in last.items() if one.closed}

    def reasons(self) -> Mapping[date, str]:
        """Closed day → what the administrator gave as the reason."""
        last = {one.day: one for _, one in self._changes if isinstance(one, Closed)}
        return {day: one.reason for day, one in last.items() if one.closed and one.reason}

    def opened(self) -> frozenset[date]:
        """Days that are served although a holiday or a monthly rest of the chat's own falls on them."""
        last = {one.day: one for _, one in self._changes if isinstance(one, Closed)}
        ruled = {day for day in last if any(one.falls_on(day) for one in self._rules.monthly)}
        self.ignored |= {
            place
            for place, one in self._changes
            if isinstance(one, Closed) and one is last[one.day] and not one.closed and one.day in ruled
        }
        return frozenset(day for day, one in last.items() if not one.closed and day not in ruled)

    def monthly(self) -> tuple[MonthlyRest, ...]:
        """The file's rests, and the chat's with their ends."""
        known = {(one.nth, one.weekday) for one in self._rules.monthly}
        found: list[MonthlyRest] = []
        running: dict[tuple[int, int], date] = {}
        for place, one in self._changes:
            if not isinstance(one, Monthly):
                continue
            which = (one.nth, one.weekday)
            if which in known or one.closed == (which in running):
                self.ignored.add(place)
            elif one.closed:
                running[which] = one.since
            else:
                found.append(MonthlyRest(*which, running.pop(which), one.since))
        found += [MonthlyRest(*which, since) for which, since in running.items()]
        return (*self._rules.monthly, *(one for one in found if one.since < one.until))

    def weeks(self) -> Mapping[date, tuple[int, ...]]:
        """Monday → the week's own order; the file's last."""
        found: dict[date, tuple[int, ...]] = {}
        for _, one in self._changes:
            if isinstance(one, Week):
                found[one.monday] = one.order
        found = {monday: order for monday, order in found.items() if order}
        return found | {one.monday: one.order for one in self._rules.exceptions}

    def judge_weeks(self, plan: SlotPlan) -> None:
        """Marks the orders of weeks that the file or a table of another size overrules."""
        last = {one.monday: (place, one) for place, one in self._changes if isinstance(one, Week)}
        self.ignored |= {place for place, one in last.values() if one.order and plan.order(one.monday) != one.order}

    def held(self) -> frozenset[date]:
        """The weeks that repeat the one before."""
        found = set(self._rules.held)
        for place, one in self._changes:
            if not isinstance(one, Held):
                continue
            if one.monday in self._rules.held or one.monday <= self._rules.first_monday:
                self.ignored.add(place)
            elif one.held:
                found.add(one.monday)
            else:
                found.discard(one.monday)
        return frozenset(found)

    def pauses(self) -> tuple[Pause, ...]:
        """When weeks without lunch do not move the rotation; the file's own word is final."""
        places = [(place, one) for place, one in self._changes if isinstance(one, Paused)]
        if self._rules.pauses:
            self.ignored |= {place for place, _ in places}
            return self._rules.pauses
        found: list[Pause] = []
        for _, one in sorted(places, key=lambda pair: pair[1].since):
            if found and found[-1].until > one.since:
                found[-1] = replace(found[-1], until=one.since)
            if one.paused:
                found.append(Pause(one.since))
        return tuple(one for one in found if one.since < one.until)

    def tables(self) -> list[Arrangement]:
        """The table from ever, then each that follows from a date."""
        tabled = [(place, one) for place, one in self._changes if isinstance(one, Assigned | Renamed | Timed | Ordered)]
        given = {one.since: one for one in self._rules.arrangements[1:]}
        table = self._rules.arrangements[0]
        found = [table]
        for since in sorted({*given, *(one.since for _, one in tabled)}):
            for place, one in tabled:
                if one.since == since:
                    table = self._applied(place, one, table)
            table = given.get(since, replace(table, since=since))
            if replace(table, since=found[-1].since) != found[-1]:
                found.append(table)
        return found

    def _applied(self, place: int, change: _Tabled, table: Arrangement) -> Arrangement:
        try:
            changed = applied(change, table)
            SlotPlan(self._rules.first_monday, changed.times, changed.groups, minutes=changed.minutes)
        except SlotError:
            changed = table
        if changed == table:
            self.ignored.add(place)
        return changed


def applied(change: _Tabled, table: Arrangement) -> Arrangement:
    """The table after the change; the same where it says nothing new.

    Raises:
        SlotError: it names no group, a number of times other than that of the groups, or a name that is taken.
    """
    groups = table.groups
    match change:
        case Timed(_, times, minutes):
            return replace(table, times=times, minutes=minutes)
        case Ordered(_, order):
            if sorted(order) != list(range(len(groups))):
                raise SlotError(f"expected each of {len(groups)} groups once, got {order}")
            return replace(table, groups=tuple(groups[number] for number in order))
        case Renamed(old, new, _):
            names = [name for group in groups for name in group]
            if old not in names:
                return table
            if new in names:
                raise SlotError(f"already in the table: {new}")
            renamed = tuple(tuple(new if name == old else name for name in group) for group in groups)
            return replace(table, groups=renamed)
        case Assigned(department, group, _):
            return replace(table, groups=_assigned(groups, department, group))


def _assigned(groups: _Groups, department: str, group: int | None) -> _Groups:
    if group is not None and not 0 <= group < len(groups):
        raise SlotError(f"expected a group from 0 to {len(groups) - 1}, got {group}")
    if group is not None and department in groups[group]:
        return groups
    rest = [tuple(name for name in names if name != department) for names in groups]
    if group is not None:
        rest[group] = (*rest[group], department)
    return tuple(rest)


def begins(change: Change) -> date:
    """The first day that a change is about."""
    match change:
        case Closed(day):
            return day
        case Week(monday) | Held(monday):
            return monday
        case _:
            return change.since


def days_from(first: date, weeks: int) -> tuple[date, ...]:
    """The days of so many weeks, from a day on."""
    return tuple(first + timedelta(days=step) for step in range(7 * weeks))

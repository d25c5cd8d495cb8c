"""What changes of a lunch rotation mean for people, told before they are written. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from bot.wording import plans as words
from occupancy.rearranged import Change, Closed, Held, Monthly, Moved, begins, days_from, differences
from occupancy.slots import Slot, SlotPlan, monday_of

_WEEKS: Final = 10


def standing_already(plan: SlotPlan, change: Change) -> bool:
    """Whether a day is closed, or served, already as wanted."""
    return isinstance(change, Closed) and plan.is_open(change.day) is not change.closed


def effects(before: SlotPlan, after: SlotPlan, changes: Sequence[Change], today: date) -> list[str]:
    """What changes for whom, in a few lines."""
    if all(isinstance(one, Closed) for one in changes):
        return _closing(after, [one for one in changes if isinstance(one, Closed)])
    first = max(min(begins(one) for one in changes), today)
    days = days_from(first, _WEEKS)
    if all(isinstance(one, Monthly) for one in changes):
        shut = [day for day in days if before.is_open(day) != after.is_open(day)]
        closed = any(isinstance(one, Monthly) and one.closed for one in changes)
        return (words.closing_effect(shut[:3]) if closed else words.opening_effect(shut[:3])) if shut else []
    moved = differences(before, after, days)
    told = words.effects(_together(moved), everybody=len({*before.on(first).departments, *after.on(first).departments}))
    return [*told, words.later_weeks()] if any(isinstance(one, Held) and one.held for one in changes) else told


def _closing(after: SlotPlan, changes: Sequence[Closed]) -> list[str]:
    shut = [one.day for one in changes if one.closed]
    served = [one.day for one in changes if not one.closed and after.is_open(one.day)]
    told = words.closing_effect(shut) if shut else words.opening_effect(served) if served else []
    return [*told, *_weeks(after, shut)]


def _weeks(after: SlotPlan, shut: Sequence[date]) -> list[str]:
    """Whether a week is without any lunch now, and what becomes of its turn."""
    mondays = sorted({monday_of(day) for day in shut})
    idle = [one for one in mondays if not any(after.is_open(one + timedelta(days=step)) for step in range(5))]
    if not idle or not after.departments:
        return []
    return [words.idle_week(held=after.order(idle[0]) == after.order(idle[0] - timedelta(weeks=1)))]


def _together(moved: Sequence[Moved]) -> list[words.Step]:
    """Departments that move from the same slot to the same slot on the same day, together."""
    found: dict[tuple[date, object, object], list[Moved]] = {}
    for one in moved:
        found.setdefault((one.day, _hours(one.before), _hours(one.after)), []).append(one)
    return [
        words.Step(tuple(one.department for one in same), same[0].day, same[0].before, same[0].after)
        for same in found.values()
    ]


def _hours(slot: Slot | None) -> object:
    return None if slot is None else (slot.start, slot.end)

"""The lunch rotation as it stands: what the settings declare and what administrators changed in chat, as one plan.

    Cafeteria.slots (file) ─► rules ─┐
    PlanStore (chat) ────────────────┴─► occupancy.rearranged.compose ─► SlotPlan by date

The file wins; which of the chat's changes it overrules is told (`Composed.ignored`, `dobi doctor`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.settings import Cafeteria, Slots
from occupancy.plans import PlanStore
from occupancy.rearranged import Arrangement, Change, Composed, Rules, compose
from occupancy.slots import MonthlyRest, Pause, SlotPlan, WeekOrder

_ANY_MONDAY: Final = date(2000, 1, 3)


def rules(cafeteria: Cafeteria) -> Rules:
    """What the settings say of the calendar; without a rotation the whole lunch is one slot of nobody's."""
    slots = cafeteria.slots
    monthly = tuple(MonthlyRest(one.nth, one.weekday) for one in cafeteria.closed_monthly)
    if slots is None:
        opens, closes = (at.hour * 60 + at.minute for at in (cafeteria.open, cafeteria.close))
        whole = Arrangement(date.min, (cafeteria.open,), (closes - opens,), ((),))
        return Rules(_ANY_MONDAY, (whole,), cafeteria.closed, monthly)
    return Rules(
        slots.first_monday,
        _arrangements(slots),
        cafeteria.closed,
        monthly,
        tuple(WeekOrder(one.monday, tuple(number - 1 for number in one.order)) for one in slots.weeks),
        frozenset(slots.held),
        (Pause(slots.first_monday),) if slots.pauses else (),
    )


def _arrangements(slots: Slots) -> tuple[Arrangement, ...]:
    minutes = slots.lengths or (slots.minutes,) * len(slots.times)
    first = Arrangement(date.min, slots.times, minutes, slots.groups)
    return (first, *(Arrangement(one.since, one.times, one.minutes, one.groups) for one in slots.later))


def declared(cafeteria: Cafeteria, is_holiday: Callable[[date], bool]) -> SlotPlan | None:
    """The rotation by the settings alone; None where the cafeteria has none."""
    return None if cafeteria.slots is None else compose(rules(cafeteria), (), is_holiday).plan


@dataclass(frozen=True, slots=True)
class _Known:
    version: int
    composed: Composed


class Plans:
    """The rotations of every institution's cafeterias; composed anew only after a change."""

    def __init__(self, store: PlanStore, is_holiday: Callable[[date], bool]) -> None:
        self.store = store
        self._is_holiday = is_holiday
        self._known: dict[tuple[str, str], _Known] = {}

    async def of(self, tenant: str, cafeteria: Cafeteria) -> SlotPlan | None:
        """The cafeteria's rotation; None where it has none."""
        return None if cafeteria.slots is None else await self.calendar(tenant, cafeteria)

    async def calendar(self, tenant: str, cafeteria: Cafeteria) -> SlotPlan:
        """The days on which the cafeteria serves, and its rotation where it has one."""
        return (await self.composed(tenant, cafeteria)).plan

    async def composed(self, tenant: str, cafeteria: Cafeteria) -> Composed:
        """The calendar, and which changes of the chat say nothing in it."""
        version, known = await self.store.version(tenant, cafeteria.id), self._known.get((tenant, cafeteria.id))
        if known is None or known.version != version:
            changes = await self.store.standing(tenant, cafeteria.id)
            known = _Known(version, compose(rules(cafeteria), changes, self._is_holiday))
            self._known[tenant, cafeteria.id] = known
        return known.composed

    async def after(self, tenant: str, cafeteria: Cafeteria, changes: Sequence[Change]) -> Composed:
        """What the calendar would be with further changes."""
        standing = await self.store.standing(tenant, cafeteria.id)
        return compose(rules(cafeteria), (*standing, *changes), self._is_holiday)

    async def overruled(self, tenant: str, cafeteria: Cafeteria, changes: Sequence[Change]) -> bool:
        """Whether it is the settings that take all effect from these changes."""
        found, standing = rules(cafeteria), await self.store.standing(tenant, cafeteria.id)
        bare = Rules(found.first_monday, found.arrangements[:1])
        alone = compose(bare, (*standing, *changes), self._is_holiday)
        return alone.plan != compose(bare, standing, self._is_holiday).plan

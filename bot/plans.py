"""The lunch rotation as it stands: what the settings declare and what administrators changed in chat, as one plan.

    Cafeteria.slots (file) ─► rules ─┐
    PlanStore (chat) ────────────────┴─► occupancy.rearranged.compose ─► SlotPlan by date

The file wins; which of the chat's changes it overrules is told (`Composed.ignored`, `dobi doctor`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.settings import Cafeteria, Slots
from occupancy.plans import PlanStore
from occupancy.rearranged import Arrangement, Change, Composed, Rules, compose
from occupancy.slots import MonthlyRest, Pause, SlotPlan, WeekOrder


def rules(cafeteria: Cafeteria) -> Rules | None:
    """What the settings say of the rotation; None where the cafeteria has none."""
    slots = cafeteria.slots
    if slots is None:
        return None
    return Rules(
        slots.first_monday,
        _arrangements(slots),
        cafeteria.closed,
        tuple(MonthlyRest(one.nth, one.weekday) for one in cafeteria.closed_monthly),
        tuple(WeekOrder(one.monday, tuple(number - 1 for number in one.order)) for one in slots.weeks),
        frozenset(slots.held),
        (Pause(slots.first_monday),) if slots.pauses else (),
    )


def _arrangements(slots: Slots) -> tuple[Arrangement, ...]:
    minutes = slots.lengths or (slots.minutes,) * len(slots.times)
    first = Arrangement(date.min, slots.times, minutes, slots.groups)
    return (first, *(Arrangement(one.since, one.times, one.minutes, one.groups) for one in slots.later))


def declared(cafeteria: Cafeteria, is_holiday: Callable[[date], bool]) -> SlotPlan | None:
    """The rotation by the settings alone."""
    found = rules(cafeteria)
    return None if found is None else compose(found, (), is_holiday).plan


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
        composed = await self.composed(tenant, cafeteria)
        return None if composed is None else composed.plan

    async def composed(self, tenant: str, cafeteria: Cafeteria) -> Composed | None:
        """The rotation, and which changes of the chat say nothing in it."""
        found = rules(cafeteria)
        if found is None:
            return None
        version, known = await self.store.version(tenant, cafeteria.id), self._known.get((tenant, cafeteria.id))
        if known is None or known.version != version:
            changes = await self.store.standing(tenant, cafeteria.id)
            known = self._known[tenant, cafeteria.id] = _Known(version, compose(found, changes, self._is_holiday))
        return known.composed

    async def after(self, tenant: str, cafeteria: Cafeteria, changes: Sequence[Change]) -> Composed | None:
        """What the rotation would be with further changes."""
        found = rules(cafeteria)
        if found is None:
            return None
        standing = await self.store.standing(tenant, cafeteria.id)
        return compose(found, (*standing, *changes), self._is_holiday)

"""The line of a cafeteria without sensors: what `occupancy.reckoned` makes of its totals, plan, servers and reports.

Grounds are computed anew where one of them changed, beside the loop; a report of today is taken up at once. Refuses
where a sensor watches the line: what is measured needs no reckoning.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bot.clock import KST
from bot.mealcount import Known, MealCount
from bot.settings import Cafeteria, ServingLine
from occupancy.forecast import Usual
from occupancy.plans import Desk
from occupancy.reading import DayHistory, Kind, Reading, day_of
from occupancy.reckoned import Report, Site, Size, heads_from, reckon
from occupancy.slots import SlotPlan
from occupancy.store import OccupancyStore

PlanOf = Callable[[str, Cafeteria], Awaitable[SlotPlan | None]]
Desks = Callable[[str, str], Awaitable[Mapping[str, Desk]]]
"""What is told of a cafeteria's departments, by their names."""

_HISTORY_DAYS: Final = 42
_FEWEST_REPORTS: Final = 8
"""Fewer reports of past days tell nothing of the groups."""
_FEW_DAYS_OFF: Final = 0.35
"""How far a day's meals may be off where too few totals are known to learn from."""
_TODAY: Final = timedelta(hours=3)
_TOGETHER_MIN: Final = 3
"""Reports of so many minutes are one: each pools those shortly before it."""


@dataclass(frozen=True, slots=True)
class _Grounds:
    """What a line's day rests on, besides its reports."""

    plan: SlotPlan
    size: Size
    site: Site
    heads: tuple[float, ...]


@dataclass(slots=True)
class _Shelf:
    """What is known of a line between questions."""

    grounds: _Grounds | None = None
    version: tuple[object, ...] = ()
    reports: tuple[Report, ...] = ()
    usual: Usual | None = None


class Reckoning:
    """The reckoned lines of every institution."""

    def __init__(self, count: MealCount, store: OccupancyStore, plan_of: PlanOf, desks: Desks) -> None:
        self._count, self._store, self._plan_of, self._desks = count, store, plan_of, desks
        self._shelves: dict[tuple[str, str], _Shelf] = {}

    async def usual(self, tenant: str, cafeteria: Cafeteria, line: ServingLine, now: datetime) -> Usual | None:
        """Today's line as reckoned; None where a sensor watches it, nothing rotates, or no totals are known."""
        if any(cafeteria.line_of(one.id) == line for one in cafeteria.sensors):
            return None
        seen = (await self._store.last_seen(tenant, cafeteria.place(line.id))).values()
        if any(one.kind is not Kind.CHAT for one in seen):  # one that announced itself and was approved in chat
            return None
        shelf = self._shelves.setdefault((tenant, cafeteria.place(line.id)), _Shelf())
        plan, desks = await self._plan_of(tenant, cafeteria), await self._desks(tenant, cafeteria.id)
        version = (plan, desks, await self._count.version(tenant, cafeteria, now))
        if version != shelf.version:
            shelf.grounds = await self._grounds(tenant, cafeteria, line, plan, desks, now)
            shelf.version, shelf.usual = version, None
        if shelf.grounds is None:
            return None
        readings = await self._store.recent(tenant, cafeteria.place(line.id), now - _TODAY)
        reports = _apart([_report(one) for one in readings if one.kind is Kind.CHAT and one.count is not None])
        if shelf.usual is None or reports != shelf.reports:
            one = shelf.grounds
            shelf.usual = await asyncio.to_thread(
                reckon, one.plan, day_of(now), one.size, one.site, one.heads, reports
            )  # fmt: skip
            shelf.reports = reports
        return shelf.usual

    async def _grounds(
        self,
        tenant: str,
        cafeteria: Cafeteria,
        line: ServingLine,
        plan: SlotPlan | None,
        desks: Mapping[str, Desk],
        now: datetime,
    ) -> _Grounds | None:
        today = day_of(now)
        if plan is None or not plan.is_open(today):
            return None
        known = await self._count.known(tenant, cafeteria, now)
        size = await self._size(tenant, cafeteria, known, now)
        if size is None:
            return None
        site = _site(cafeteria, line)
        past = await self._store.history(tenant, cafeteria.place(line.id), _HISTORY_DAYS, now)
        heads = _told(plan, today, desks)
        heads = heads or await asyncio.to_thread(_heads, past, known.history(), plan, site, today)
        return _Grounds(plan, size, site, heads)

    async def _size(self, tenant: str, cafeteria: Cafeteria, known: Known, now: datetime) -> Size | None:
        """Today's meals: as expected, else about the mean of the few days that are known."""
        found = await self._count.expected(tenant, cafeteria, known.today, now)
        if found is not None:
            told = found.forecast
            return Size(told.q10, told.q50, told.q90, told.days, told.simulated)
        meals = list(known.history().values())
        if not meals:
            return None
        mean = sum(meals) / len(meals)
        return Size(mean * (1 - _FEW_DAYS_OFF), mean, mean * (1 + _FEW_DAYS_OFF), len(meals), known.simulated)


def _told(plan: SlotPlan, today: date, desks: Mapping[str, Desk]) -> tuple[float, ...]:
    """The people of each group where those of every department are told; else empty."""
    people: dict[int, float] = {}
    for slot in plan.table(today):
        told = [desks[name].people for name in slot.departments if name in desks]
        if len(told) != len(slot.departments) or not all(told):
            return ()
        people[slot.group] = float(sum(one or 0 for one in told))
    return tuple(people.get(group, 0.0) for group in range(len(people)))


def _apart(reports: Sequence[Report]) -> tuple[Report, ...]:
    """The last report of every three minutes."""
    kept = {int(one.minute) // _TOGETHER_MIN: one for one in reports}
    return tuple(kept.values())


def _heads(
    past: tuple[DayHistory, ...], totals: dict[date, int], plan: SlotPlan, site: Site, today: date
) -> tuple[float, ...]:
    """The groups' shares as past reports tell them; empty where too few were made."""
    groups = len(plan.table(today))
    told = [one for one in past if plan.is_open(one.day)]
    if sum(minute.people is not None for one in told for minute in one.minutes) < _FEWEST_REPORTS:
        return ()
    return heads_from(told, totals, plan, site, groups)


def _site(cafeteria: Cafeteria, line: ServingLine) -> Site:
    share = line.servers / sum(one.servers for one in cafeteria.lines)
    return Site(servers=line.servers, share=share, opens=cafeteria.open)


def _report(reading: Reading) -> Report:
    local = reading.measured_at.astimezone(KST)
    return Report(local.hour * 60 + local.minute + local.second / 60, float(reading.count or 0), reading.noise)

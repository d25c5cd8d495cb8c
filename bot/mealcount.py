"""How many meals: of past days as they stand, of a day to come with why, and how far such figures were off lately.

    gate's days ─┐
    hand, file ──┼─► totals by day ─► occupancy.meals ─► Expected        (guests and menus beside them)
    menus ───────┘

For the kitchen and its manager. Past days are summed up once a day; what is reckoned stands until one of its
grounds changes. Refuses to reckon for a day without lunch.
"""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final

from bot.settings import Cafeteria as Site
from occupancy import meals
from occupancy.facts import DayFacts
from occupancy.meals import DishEffect, TotalForecast
from occupancy.menu import DayMenu
from occupancy.reading import DayHistory, day_of
from occupancy.slots import SlotPlan, instant
from occupancy.store import OccupancyStore
from occupancy.totals import Total, TotalsStore, standing

DAYS: Final = 400
_STEP: Final = 40
"""Days of history read in one go, so that nobody waits behind them."""
_LOOKED_AHEAD: Final = 31
_LATELY: Final = 7
"""Days whose sums are looked up again at each question."""
_REPLAYED, _REPLAYED_FROM = 5, timedelta(days=90)
"""Days just past that are reckoned again for the error, each from so many days: all of them would take seconds."""

Menus = Callable[[str, str, date, date], Awaitable[Sequence[DayMenu]]]
Calendar = Callable[[str, Site], Awaitable[SlotPlan]]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a cafeteria's days before `today`, today's own word, and what was announced.

    `meals` are the days' totals, as they stand; `told` every source's word; `gate` the gate's sums. `over`: today's
    lunch has ended, so that the gate's sum of today is whole.
    """

    today: date
    plan: SlotPlan
    facts: Mapping[date, DayFacts]
    told: Mapping[date, tuple[Total, ...]]
    gate: Mapping[date, int]
    simulated: bool
    over: bool = False

    @property
    def meals(self) -> Mapping[date, Total]:
        """What each day had."""
        return standing(self.told, self.gate)

    def history(self) -> dict[date, int]:
        """Totals of the days before today, and today's where it is whole."""
        whole = self.over or self.today in self.told
        last = self.today if whole else self.today - timedelta(days=1)
        return {day: total.meals for day, total in self.meals.items() if day <= last and total.meals > 0}


@dataclass(frozen=True, slots=True)
class Expected:
    """A day's meals as expected, and the mean error in meals of the same reckoning on `judged` days just past."""

    forecast: TotalForecast
    error: float | None
    judged: int


@dataclass(slots=True)
class _Sums:
    """A line's meals by day, summed up on one day."""

    today: date
    meals: dict[date, int] = field(default_factory=dict)
    simulated: bool = False


class MealCount:
    """The meals of every cafeteria."""

    def __init__(self, totals: TotalsStore, readings: OccupancyStore, menus: Menus, calendar: Calendar) -> None:
        self._totals, self._readings = totals, readings
        self._menus, self._calendar = menus, calendar
        self._sums: dict[tuple[str, str], _Sums] = {}
        self._said: dict[tuple[str, str, date], tuple[object, Expected | None]] = {}
        self._turn = asyncio.Lock()

    async def known(self, tenant: str, site: Site, now: datetime) -> Known:
        """Everything that is known of a cafeteria's days."""
        today = day_of(now)
        first, last = today - timedelta(days=DAYS), today + timedelta(days=_LOOKED_AHEAD)
        gate: dict[date, int] = {}
        simulated = False
        for line in site.lines:
            sums = await self._gate(tenant, site.place(line.id), now)
            simulated = simulated or sums.simulated
            for day, meals_ in sums.meals.items():
                gate[day] = gate.get(day, 0) + meals_
        facts = dict(await self._totals.facts(tenant, site.id, first, last))
        for menu in await self._menus(tenant, site.id, first, last):
            one = facts.get(menu.day, DayFacts(menu.day))
            facts[menu.day] = replace(one, dishes=menu.facts_names(), simulated=menu.simulated)
        told = await self._totals.told(tenant, site.id, first, today)
        over = now >= instant(today, site.close)
        return Known(today, await self._calendar(tenant, site), facts, told, gate, simulated, over)

    async def version(self, tenant: str, site: Site, now: datetime) -> tuple[object, ...]:
        """What today's expectation stands on, besides past days: the same is the same."""
        today = day_of(now)
        menus = await self._menus(tenant, site.id, today, today)
        return today, await self._totals.version(tenant, site.id), tuple(menu.facts_names() for menu in menus)

    async def facts(self, tenant: str, site: Site, now: datetime) -> Mapping[date, DayFacts]:
        """What is known of the past days and of those to come, besides sensors."""
        return (await self.known(tenant, site, now)).facts

    async def expected(self, tenant: str, site: Site, day: date, now: datetime) -> Expected | None:
        """The meals of a day to come; None when closed, or when too little is known."""
        known = await self.known(tenant, site, now)
        grounds = (known.today, known.history(), known.facts, known.plan.is_open(day))
        async with self._turn:
            before, found = self._said.get((tenant, site.id, day), (None, None))
            if before != grounds:
                found = await asyncio.to_thread(_expected, known, day)
                if len(self._said) > 64:
                    self._said.clear()
                self._said[tenant, site.id, day] = grounds, found
            return found

    async def next_open(self, tenant: str, site: Site, after: date) -> date | None:
        """The first day after that one on which lunch is served, within a month."""
        plan = await self._calendar(tenant, site)
        days = (after + timedelta(days=step) for step in range(1, _LOOKED_AHEAD + 1))
        return next((day for day in days if plan.is_open(day)), None)

    async def is_open(self, tenant: str, site: Site, day: date) -> bool:
        """Whether lunch is served on a day."""
        return (await self._calendar(tenant, site)).is_open(day)

    async def dishes(self, tenant: str, site: Site, now: datetime) -> tuple[DishEffect, ...]:
        """What each dish draws, the strongest first."""
        known = await self.known(tenant, site, now)
        return await asyncio.to_thread(
            meals.dish_effects, known.history(), known.facts, known.today, known.plan.is_open
        )  # fmt: skip

    async def recent(self, tenant: str, place: str, days: int, now: datetime) -> tuple[DayHistory, ...]:
        """A line's last days."""
        return await self._readings.history(tenant, place, days, now)

    async def _gate(self, tenant: str, place: str, now: datetime) -> _Sums:
        """The gate's sums of past days, kept for the day, and today's so far."""
        today = day_of(now)
        known = self._sums.get((tenant, place))
        if known is None or known.today != today:
            known = _Sums(today)
            for back in range(0, DAYS, _STEP):
                for one in await self._readings.history(tenant, place, _STEP, now - timedelta(days=back)):
                    known.meals[one.day] = one.served
                    known.simulated = known.simulated or one.simulated
            self._sums[tenant, place] = known
        lately = await self._readings.history(tenant, place, _LATELY, now)  # a file may have told of them since
        so_far = (await self._readings.day(tenant, place, today)).served
        newest = {one.day: one.served for one in lately} | {today: so_far}
        return _Sums(today, known.meals | newest, known.simulated or any(one.simulated for one in lately))


def _expected(known: Known, day: date) -> Expected | None:
    """The forecast with its own error on the last open days, each reckoned from the days before it alone."""
    history = known.history()
    found = meals.total(history, known.facts, day, known.plan.is_open)
    if found is None:
        return None
    errors = []
    for past in sorted(one for one in history if one < day and known.plan.is_open(one))[-_REPLAYED:]:
        behind = {one: n for one, n in history.items() if past - _REPLAYED_FROM <= one < past}
        then = meals.total(behind, known.facts, past, known.plan.is_open)
        if then is not None:
            errors.append(abs(then.q50 - history[past]))
    found = replace(found, simulated=found.simulated or known.simulated)
    return Expected(found, statistics.fmean(errors) if errors else None, len(errors))

"""The learned forecasts of every line: fitted in the background once a day and at the start, kept in memory.

An answer never waits for one: until a line's model is there, or when its history is too short, it has none, and the
usual of the rotation stands. What is known of today (menu, guests) is looked up anew every ten minutes.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from bot.settings import Cafeteria, ServingLine
from occupancy.facts import DayFacts
from occupancy.reading import DayHistory, day_of
from occupancy.slots import SlotPlan
from occupancy.store import OccupancyStore

if TYPE_CHECKING:
    from occupancy.learning import Expected, Model

_DAYS = 400
_EVERY = timedelta(minutes=10)
_SERVICE_S = 10.0
"""What one server needs for one person where no gate shows it (occupancy.line.Site)."""
_STEP = 40
"""Days of history read in one go, so that nobody waits behind them."""
PATIENCE_S = 3.0
"""The first questions after a start are answered before anything heavy begins."""
_log = logging.getLogger(__name__)

FactsOf = Callable[[str, Cafeteria, datetime], Awaitable[Mapping[date, DayFacts]]]
"""What is known of a cafeteria's days, past ones and today."""
CalendarOf = Callable[[str, Cafeteria], Awaitable[SlotPlan]]
"""On which days a cafeteria serves lunch."""


@dataclass(slots=True)
class _Kept:
    """What is known of one line."""

    model: Model | None = None
    fitted_for: date | None = None
    plan: SlotPlan | None = None
    expected: Expected | None = None
    looked_at: datetime | None = None
    looked_for: tuple[date, SlotPlan | None] | None = None
    work: asyncio.Task[None] | None = None


class Forecasts:
    """Models of the lines of every institution."""

    def __init__(
        self,
        store: OccupancyStore,
        facts: FactsOf,
        calendar: CalendarOf,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._store, self._facts, self._calendar = store, facts, calendar
        self._patience_s = patience_s
        self._kept: dict[tuple[str, str], _Kept] = {}
        self._turn = asyncio.Lock()

    def expected(
        self, tenant: str, cafeteria: Cafeteria, line: ServingLine, plan: SlotPlan | None, now: datetime
    ) -> Expected | None:
        """Today as the line's model expects it; None while there is no model. Starts what is due, waits for nothing."""
        kept = self._kept.setdefault((tenant, cafeteria.place(line.id)), _Kept())
        if kept.work is not None and kept.work.done():
            _told(kept.work, tenant)
            kept.work = None
        if kept.work is None and self._due(kept, plan, now):
            kept.looked_at, kept.looked_for = now, (day_of(now), plan)
            kept.work = asyncio.create_task(self._refresh(tenant, cafeteria, line, plan, now, kept))
        found = kept.expected
        return found if found is not None and found.day == day_of(now) and kept.plan == plan else None

    async def settled(self) -> None:
        """Returns when nothing is under way."""
        await asyncio.gather(*(kept.work for kept in self._kept.values() if kept.work))

    async def close(self) -> None:
        """Gives up what is under way; a fit that has begun in its thread is waited for by whoever ends the loop."""
        under_way = [kept.work for kept in self._kept.values() if kept.work and not kept.work.done()]
        for work in under_way:
            work.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    def _due(self, kept: _Kept, plan: SlotPlan | None, now: datetime) -> bool:
        lately = kept.looked_at is not None and timedelta() <= now - kept.looked_at < _EVERY
        return not lately or kept.looked_for != (day_of(now), plan)

    async def _refresh(
        self,
        tenant: str,
        cafeteria: Cafeteria,
        line: ServingLine,
        plan: SlotPlan | None,
        now: datetime,
        kept: _Kept,
    ) -> None:
        today = day_of(now)
        if kept.fitted_for is None:
            await asyncio.sleep(self._patience_s)
        async with self._turn:  # one fit at a time: the answers need the other core
            facts = await self._facts(tenant, cafeteria, now)
            if kept.fitted_for != today or kept.plan != plan:
                history = await self._history(tenant, cafeteria.place(line.id), now)
                calendar = await self._calendar(tenant, cafeteria)
                speed = 60 * line.servers / _SERVICE_S
                kept.model = await asyncio.to_thread(_fit, history, facts, plan, today, calendar.is_open, speed)
                kept.fitted_for, kept.plan = today, plan
            kept.expected = kept.model.expected(today, facts.get(today)) if kept.model else None

    async def _history(self, tenant: str, place: str, now: datetime) -> list[DayHistory]:
        found: list[DayHistory] = []
        for back in range(_DAYS, 0, -_STEP):
            found += await self._store.history(tenant, place, _STEP, now - timedelta(days=back - _STEP))
        return found


def _fit(
    history: list[DayHistory],
    facts: Mapping[date, DayFacts],
    plan: SlotPlan | None,
    day: date,
    is_open: Callable[[date], bool],
    nominal: float,
) -> Model | None:
    from occupancy.learning import fit  # heavy to load, and not everyone asks

    return fit(history, facts, plan, day, is_open, nominal=nominal)


def _told(work: asyncio.Task[None], tenant: str) -> None:
    """Logs what went wrong, if anything did; the usual stands, and the next look comes in ten minutes."""
    if not work.cancelled() and work.exception() is not None:
        _log.error("no forecast could be learned for a line of %s", tenant, exc_info=work.exception())

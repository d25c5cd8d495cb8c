"""Readings of a line → its estimate, followed from look to look, with who is expected to join today.

    store → readings of this lunch ┐
    history → who joins when (once a day) ┴─ a `Tracker` for each purpose, in a thread → Estimate, minutes

A purpose (now, then, drawn) has its own tracker, so that a look back doesn't make the next answer follow all anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from occupancy.estimate import WINDOW, Estimate, EstimateConfig, Tracker
from occupancy.joining import Expected, expected
from occupancy.reading import Minute, day_of
from occupancy.slots import SlotPlan
from occupancy.store import OccupancyStore

_HISTORY_DAYS = 180
"""Days back from which it is learned who joins when: some thirty of each of four rotation weeks."""
_AGAIN = timedelta(hours=1)
"""How long nothing expected is taken to stay so."""


@dataclass(frozen=True, slots=True)
class Line:
    """Whose line is followed and what is known of it beforehand; `place` as `Cafeteria.place` names it."""

    tenant: str
    place: str
    config: EstimateConfig
    plan: SlotPlan | None


@dataclass(slots=True)
class _Followed:
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    tracker: Tracker = field(default_factory=Tracker)


@dataclass(slots=True)
class _Joining:
    day: date
    plan: SlotPlan | None
    at: datetime
    found: Expected | None

    def holds(self, day: date, plan: SlotPlan | None, now: datetime) -> bool:
        return (self.day, self.plan) == (day, plan) and (
            self.found is not None or timedelta() <= now - self.at < _AGAIN
        )


class Following:
    """The lines of every institution."""

    def __init__(self, store: OccupancyStore) -> None:
        self._store = store
        self._followed: dict[tuple[str, str, str], _Followed] = {}
        self._joining: dict[tuple[str, str], _Joining] = {}

    async def look(self, line: Line, now: datetime, usual: float | None, purpose: str = "now") -> Estimate:
        """The line at an instant, by what had been measured until then."""
        readings = await self._store.recent(line.tenant, line.place, now - WINDOW)
        due = await self._expected(line, now)
        followed = self._of(line, purpose)
        async with followed.turn:
            return await asyncio.to_thread(followed.tracker.look, readings, now, line.config, usual=usual, expected=due)

    async def looks(self, line: Line, instants: Sequence[datetime], usuals: Sequence[float | None]) -> list[Estimate]:
        """The line at several instants, in their order."""
        readings = await self._store.recent(line.tenant, line.place, min(instants) - WINDOW)
        due = await self._expected(line, max(instants))
        pairs = list(zip(instants, usuals, strict=True))

        def follow() -> list[Estimate]:
            tracker = Tracker()
            return [tracker.look(readings, at, line.config, usual=usual, expected=due) for at, usual in pairs]

        return await asyncio.to_thread(follow)

    async def minutes(self, line: Line, start: datetime, end: datetime, purpose: str) -> tuple[Minute, ...]:
        """The estimated line of each whole minute; empty where no sensor spoke."""
        readings = await self._store.recent(line.tenant, line.place, end - WINDOW)
        if not readings:
            return ()
        due = await self._expected(line, end)
        followed = self._of(line, purpose)
        async with followed.turn:
            return await asyncio.to_thread(followed.tracker.minutes, readings, start, end, line.config, expected=due)

    def _of(self, line: Line, purpose: str) -> _Followed:
        return self._followed.setdefault((line.tenant, line.place, purpose), _Followed())

    async def _expected(self, line: Line, now: datetime) -> Expected | None:
        """Who is expected today; learned once a day, and looked for again where there was nothing to learn from."""
        key, day = (line.tenant, line.place), day_of(now)
        known = self._joining.get(key)
        if known is not None and known.holds(day, line.plan, now):
            return known.found
        history = await self._store.history(line.tenant, line.place, _HISTORY_DAYS, now)
        site = line.config.site
        found = await asyncio.to_thread(expected, history, day, line.plan, servers=site.servers, nominal=site.nominal)
        self._joining[key] = _Joining(day, line.plan, now, found)
        return found

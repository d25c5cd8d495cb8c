"""The day as it was, minute by minute, and what was said of it, written every five minutes.

readings → estimated minutes → history, so that tomorrow has a usual ‖ the answer of now → what was said, to be judged
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.canteen import Canteen, View, whole_minute
from bot.settings import Cafeteria, Institution, ServingLine
from occupancy.reading import DayHistory, day_of, minute_of
from occupancy.record import AHEAD_MIN, RecordStore, Said
from occupancy.store import OccupancyStore

_EVERY = timedelta(minutes=5)


class Keeping:
    """The one writer of histories. Safe to repeat: a minute written again is the same minute."""

    def __init__(
        self,
        store: OccupancyStore,
        records: RecordStore,
        canteen: Canteen,
        institutions: Sequence[Institution],
        now: Callable[[], datetime],
    ) -> None:
        self._store, self._records, self._canteen = store, records, canteen
        self._institutions, self._now = institutions, now
        self._kept: dict[tuple[str, str], datetime] = {}

    async def step(self) -> datetime | None:
        """When to come again, every line due having been kept."""
        dues = [
            await self._keep(institution.id, cafeteria, line)
            for institution in self._institutions
            for cafeteria in institution.cafeterias
            for line in cafeteria.lines
        ]
        return min(dues, default=None)

    async def _keep(self, tenant: str, cafeteria: Cafeteria, line: ServingLine) -> datetime:
        place, now = cafeteria.place(line.id), self._now()
        before = self._kept.get((tenant, place))
        if before is not None and timedelta() <= now - before < _EVERY:
            return before + _EVERY
        await self._minutes(tenant, cafeteria, line, now)
        view = await self._canteen.view(tenant, cafeteria, line)
        if view.serving:
            await self._records.put(tenant, place, day_of(now), said(view))
        self._kept[tenant, place] = now
        return now + _EVERY

    async def _minutes(self, tenant: str, cafeteria: Cafeteria, line: ServingLine, now: datetime) -> None:
        place, end = cafeteria.place(line.id), whole_minute(now)
        start = end - 2 * _EVERY
        if day_of(start) != day_of(end):
            return
        found = await self._canteen.minutes(tenant, cafeteria, line, start, end, "kept")
        minutes = tuple(one for one in found if one.people is not None)
        if not found:
            return
        kept = await self._store.day(tenant, place, day_of(now))
        await self._store.put_history(tenant, place, [DayHistory(kept.day, minutes, kept.simulated)])


def said(view: View) -> Said:
    """What an answer of this second says, in figures; nothing that is stale."""
    found = view.estimate
    if found.stale or found.people is None:
        return Said(minute_of(view.now), None, None, None)
    point = view.forecast.at(view.now + timedelta(minutes=AHEAD_MIN))
    ahead = None if point is None else round(point.q50, 1)
    minutes = None if found.minutes is None else round(found.minutes, 2)
    return Said(minute_of(view.now), minutes, found.people, ahead)

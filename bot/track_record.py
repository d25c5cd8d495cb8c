"""How right we were: what was said in the last two weeks beside what came of it, for one line."""

from __future__ import annotations

from datetime import datetime, timedelta

from occupancy.reading import day_of
from occupancy.record import Errors, RecordStore, judge
from occupancy.store import OccupancyStore

DAYS = 14
_LIFE = timedelta(hours=1)


class TrackRecord:
    """The errors of each line, looked up again every hour."""

    def __init__(self, store: OccupancyStore, records: RecordStore) -> None:
        self._store, self._records = store, records
        self._known: dict[tuple[str, str], tuple[datetime, Errors]] = {}

    async def errors(self, tenant: str, place: str, now: datetime) -> Errors:
        """Of the two weeks before today; today is not over and does not count."""
        at, known = self._known.get((tenant, place), (None, None))
        if at is None or known is None or not timedelta() <= now - at < _LIFE or day_of(at) != day_of(now):
            days = await self._store.history(tenant, place, DAYS, now)
            known = judge([(await self._records.day(tenant, place, one.day), one) for one in days])
            self._known[tenant, place] = (now, known)
        return known

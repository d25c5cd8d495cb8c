"""What is said of a line, what its sensors were taught and what was learned from it stay in the institution."""

from __future__ import annotations

from datetime import timedelta

from bot.track_record import TrackRecord
from occupancy.reading import DayHistory, Minute, day_of
from occupancy.record import RecordStore, Said
from occupancy.store import OccupancyStore
from occupancy.teaching import Pair, TeachingStore
from occupancy.undoable import Undone

ONE, OTHER = "gyeongnam", "changwon"


async def record_store(database, clock, _folder) -> None:
    store, today = RecordStore(database), day_of(clock())
    await store.put(ONE, "main", today, Said(720, 4.0, 18, 12))

    assert await store.day(OTHER, "main", today) == ()
    assert await store.day(ONE, "main", today) == (Said(720, 4.0, 18, 12),)


async def track_record(database, clock, _folder) -> None:
    readings, records = OccupancyStore(database), RecordStore(database)
    yesterday = day_of(clock()) - timedelta(days=1)
    minutes = tuple(Minute(720 + i, 20.0, 8) for i in range(30))
    await readings.put_history(ONE, "main", [DayHistory(yesterday, minutes)])
    await records.put(ONE, "main", yesterday, Said(720, 4.0, 20, 20))
    found = TrackRecord(readings, records)

    assert (await found.errors(ONE, "main", clock())).waits == 1
    assert (await found.errors(OTHER, "main", clock())).waits == 0


async def teaching_store(database, clock, _folder) -> None:
    store = TeachingStore(database)
    for number in range(4):
        await store.teach(ONE, "main", "cam1", Pair(clock() + timedelta(minutes=number), 10.0, 20), f"c{number}")

    assert await store.pairs(OTHER, "main", "cam1") == ()
    assert not await store.gains(OTHER, "main", ["cam1"])
    assert await store.undo(OTHER, "main", "cam1", "c0") is Undone.UNKNOWN
    assert len(await store.pairs(ONE, "main", "cam1")) == 4


CASES = {"RecordStore": record_store, "TrackRecord": track_record, "TeachingStore": teaching_store}
NOT_STORES = {"Forecasts"}  # models by institution and line in memory; it reads through stores

"""What is known of an institution's sensors, their files, their faults, and who reported what, is nobody else's."""

from __future__ import annotations

from bot.sensing_book import Fault, SensorBook
from bot.sensing_health import Ailment
from bot.sensing_notices import Incident, Incidents
from bot.settings import Institution
from bot.tenancy import Tenancy
from occupancy.reading import Kind, day_of
from occupancy.sensors.announcing import Announcement, new_salt
from occupancy.sensors.chat import Report, Reports, Trust
from occupancy.sensors.gate_logs import File, GateLogs, Log
from occupancy.sensors.http import Address
from occupancy.undoable import Undone

ONE, OTHER = "gyeongnam", "changwon"


async def sensor_book(database, clock, _folder) -> None:
    homes = [Institution(one, one, "", (), (), ()) for one in (ONE, OTHER)]
    book = SensorBook(database, Tenancy(homes), clock)
    code = await book.new_code(ONE)
    assert code is not None
    announced = Announcement(Address(ONE, "main", "cam9"), Kind.CAMERA, new_salt())
    waiting = await book.announce(ONE, announced, code.encode())
    assert waiting is not None
    assert await book.waiting(OTHER) == []
    assert await book.announced(OTHER, "cam9") is None
    assert await book.enrolment_keys(OTHER) == []

    await book.approve(ONE, "c1", waiting)
    await book.pause(ONE, "c2", "cam9")
    await book.notice(ONE, "cam9", Fault.KEY, clock())
    await book.told(ONE, "cam9", "blind", clock())
    assert (await book.refresh(OTHER)).approved == (await book.refresh(OTHER)).paused == {}
    assert book.known(OTHER).tokens == {}
    assert await book.made(OTHER, "c1") is None
    assert await book.undo(OTHER, "c1") is Undone.UNKNOWN
    assert await book.faults(OTHER) == {}
    await book.refuse(OTHER, waiting)
    await book.resume(OTHER, "c3", "cam9")
    await book.remove(OTHER, "c4", "cam9")
    await book.well(OTHER, "cam9", Fault.KEY)

    stands = await book.refresh(ONE)
    assert [one.id for one in stands.approved["main"]] == ["cam9"]
    assert set(stands.paused) == {"cam9"}
    assert set((await book.faults(ONE))["cam9"]) == {Fault.KEY, Fault.TOLD}


async def gate_logs(database, clock, _folder) -> None:
    logs, day = GateLogs(database), day_of(clock())
    found = (Log(File("a.csv", 1), {(43_200, ""): 2}),)
    await logs.put(ONE, "gate1", day, found, day)
    await logs.read(ONE, "gate1", "a.csv", "looks")

    assert await logs.day(OTHER, "gate1", day) == ()
    assert await logs.files(OTHER, "gate1") == {}
    await logs.gone(OTHER, "gate1", ["a.csv"])
    assert await logs.day(ONE, "gate1", day) == found
    assert await logs.files(ONE, "gate1") == {"a.csv": "looks"}


async def reports(database, clock, _folder) -> None:
    store, report = Reports(database), Report("kim", clock(), 18, 5, "m1")
    await store.take(ONE, "main", report)
    await store.learn(ONE, "kim", Trust(2, 0.5))

    assert await store.of(OTHER, "main") == {}
    assert await store.trust(OTHER) == {}
    assert [one async for one in store.young(OTHER, "kim")] == []
    assert not await store.forget(OTHER, "kim")
    await store.drop(OTHER, "main", ["kim"])
    await store.put(OTHER, "main", report)
    assert set(await store.of(ONE, "main")) == set(await store.trust(ONE)) == {"kim"}


async def incidents(database, clock, _folder) -> None:
    store, today = Incidents(database), day_of(clock())
    one = Incident(Ailment.SILENT, clock(), "", today)
    assert await store.swap(ONE, "cam1", None, one)
    await store.count(ONE, "cam1", today)

    assert await store.all(OTHER) == {}
    assert await store.times(OTHER, "cam1", today) == 0
    assert not await store.swap(OTHER, "cam1", one, None)
    assert await store.all(ONE) == {"cam1": one}
    assert await store.times(ONE, "cam1", today) == 1


CASES = {"SensorBook": sensor_book, "GateLogs": gate_logs, "Reports": reports, "Incidents": incidents}
NOT_STORES = frozenset({"Taking", "Managers", "Voices", "Judging", "Caring", "Folders", "Listening", "Sensing"})

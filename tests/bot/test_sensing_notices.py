"""Who is told of a sick sensor, when, and how often: once an incident, once when back, never by another institution."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.outbox import Outbox
from bot.sensing_book import Fault, SensorBook
from bot.sensing_notices import Caring, Incidents, Managers
from bot.settings import parse
from bot.tenancy import Tenancy
from occupancy.reading import Batch, Kind, Reading
from occupancy.store import OccupancyStore
from tests.conftest import FixedClock

OFFICES = [f"office{number:02d}" for number in range(18)]
HOUSE = "".join(
    f"""
[[institution]]
id = "{one}"
name = "{one}"
[[institution.person]]
id = "{one}-park"
name = "박새로"
roles = ["관리자"]
[[institution.person]]
id = "{one}-kim"
name = "김하나"
[[institution.cafeteria]]
id = "main"
name = "{one} 식당"
seats = 100
[[institution.cafeteria.sensor]]
id = "cam1"
kind = "camera"
key = "0123456789abcdef-{one}"
"""
    for one in OFFICES
)
FIRST = OFFICES[0]


class OpenCanteen:
    """A cafeteria that is open and whose line nobody sees."""

    async def is_open(self, *_: object) -> bool:
        return True

    async def views(self, *_: object) -> tuple[()]:
        return ()


class Ward:
    """The worker on a real store, and what it told."""

    def __init__(self, database, clock: FixedClock) -> None:
        self.clock = clock
        self.tenancy = Tenancy(parse(HOUSE, {}, file_mode=None).institutions)
        self.store, self.outbox = OccupancyStore(database), Outbox(database, "test")
        self.book, self.incidents = SensorBook(database, self.tenancy, clock), Incidents(database)
        self.caring = self.worker()
        self._nonce = 0

    def worker(self) -> Caring:
        managers = Managers(self.tenancy, self.outbox, lambda _: False, self.clock, lambda: None)
        return Caring(
            self.tenancy, self.book, self.store, OpenCanteen(), self.incidents, managers, self.clock  # type: ignore[arg-type]
        )  # fmt: skip

    async def speak(self, tenant: str = FIRST) -> None:
        self._nonce += 1
        reading = Reading("cam1", Kind.CAMERA, self.clock(), self.clock(), count=5)
        await self.store.append(tenant, "main", Batch("cam1", f"nonce-{self._nonce:08d}", self.clock(), (reading,)))

    async def run(self, seconds: int, *, speaking: bool) -> None:
        for _ in range(seconds // 10):
            self.clock.advance(timedelta(seconds=10))
            if speaking:
                await self.speak()
            await self.caring.step()

    async def told(self, tenant: str = FIRST, person: str = "park") -> list[str]:
        return [one.text for one in await self.outbox.of(tenant, f"console:dm:{tenant}-{person}")]


@pytest.fixture
async def ward(database, clock) -> Ward:
    clock.advance(timedelta(minutes=30))  # 12:00 in Korea
    return Ward(database, clock)


async def test_silence_is_told_after_three_periods_once_and_once_when_it_is_over(ward):
    await ward.run(60, speaking=True)
    await ward.run(20, speaking=False)
    assert await ward.told() == []
    await ward.run(10, speaking=False)
    assert len(await ward.told()) == 1

    await ward.run(600, speaking=False)
    assert len(await ward.told()) == 1
    await ward.run(50, speaking=True)
    assert len(await ward.told()) == 1
    await ward.run(120, speaking=True)

    silent, back = await ward.told()
    assert silent.startswith("office00 식당: 카메라 cam1이 12:01부터 조용합니다.")
    assert "카메라 cam1이 다시 값을 보냅니다" in back


async def test_one_that_comes_and_goes_is_told_as_such_and_then_left(ward):
    for _ in range(7):
        await ward.run(60, speaking=False)
        await ward.run(100, speaking=True)

    told = await ward.told()
    assert ["조용합니다" in one for one in told[:6]] == [True, False] * 3
    assert "오늘 4번째 끊겼습니다" in told[6]
    assert len(told) == 7


async def test_two_workers_tell_what_one_would(ward):
    other = ward.worker()
    await ward.run(60, speaking=True)
    for _ in range(12):
        ward.clock.advance(timedelta(seconds=10))
        await ward.caring.step()
        await other.step()

    assert len(await ward.told()) == 1


async def test_a_worker_that_died_between_claim_and_word_leaves_nothing_untold(ward):
    await ward.run(60, speaking=True)
    await ward.run(30, speaking=False)
    (incident,) = (await ward.incidents.all(FIRST)).values()
    untold = type(incident)(incident.what, incident.since, incident.detail, incident.day)
    await ward.incidents.swap(FIRST, "cam1", incident, untold)

    await ward.run(10, speaking=False)
    assert len(await ward.told()) == 1
    assert (await ward.incidents.all(FIRST))["cam1"].told


async def test_eighteen_institutions_each_hear_of_their_own_alone(ward):
    for tenant in OFFICES:
        await ward.speak(tenant)
    for _ in range(10):
        ward.clock.advance(timedelta(seconds=10))
        for tenant in OFFICES[1:]:
            await ward.speak(tenant)
        await ward.caring.step()

    assert len(await ward.told(FIRST)) == 1
    for tenant in OFFICES[1:]:
        assert await ward.told(tenant) == [], tenant
    assert await ward.told(FIRST, "kim") == []


async def test_of_a_well_sensor_nothing_is_told(ward):
    await ward.run(30 * 60, speaking=True)

    assert await ward.told() == []


async def test_who_never_spoke_is_no_incident_and_a_paused_one_neither(ward):
    await ward.run(120, speaking=False)
    assert await ward.told() == []
    await ward.speak()
    await ward.book.pause(FIRST, "c1", "cam1")
    await ward.run(120, speaking=False)
    assert await ward.told() == []


async def test_nothing_is_told_shortly_before_closing(ward):
    ward.clock.advance(timedelta(minutes=80))
    ward.caring = ward.worker()
    await ward.run(30, speaking=True)
    await ward.run(300, speaking=False)

    assert await ward.told() == []


async def test_a_clock_that_is_off_is_told_with_by_how_much(ward):
    await ward.speak()
    for _ in range(3):
        ward.clock.advance(timedelta(seconds=5))
        await ward.book.notice(FIRST, "cam1", Fault.CLOCK, ward.clock(), "10800")
    await ward.caring.step()

    (told,) = await ward.told()
    assert "시계가 3시간 빠릅니다" in told
    assert "시계를 맞추어" in told

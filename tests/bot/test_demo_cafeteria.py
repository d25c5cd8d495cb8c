"""The simulated cafeteria: it posts through the real entrance, and what a tester says by hand stands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta

import aiohttp
import pytest
from redis.asyncio import Redis

from bot.demo.cafeteria import Poster, PostError, seed
from bot.http import Answer, Inbound
from occupancy.reading import Kind, Reading, SensorError
from occupancy.sensors import http as wire
from occupancy.simulator import Simulator
from occupancy.slots import SlotPlan
from occupancy.store import OccupancyStore

START = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)  # Monday 11:30 in Korea


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


PLAN = SlotPlan(
    date(2026, 1, 5), (time(11, 40), time(12), time(12, 20), time(12, 40)), (("가",), ("나",), ("다",), ("라",))
)
KEYS = {"cam1": b"key-of-cam1", "gate1": b"key-of-gate1"}
KINDS = {"cam1": Kind.CAMERA, "gate1": Kind.GATE}


class Entrance:
    """The house's real inbound server and wire, keeping what comes in."""

    def __init__(self, now) -> None:
        self.readings: list[Reading] = []
        self.now = now
        self.is_open = True

    async def receive(self, path, headers, body) -> Answer:
        if not self.is_open:
            return Answer(503)
        sensor = path["sensor"]
        try:
            batch = wire.parse(headers, body, KEYS[sensor], self.now(), kind=KINDS[sensor])
        except SensorError:
            return Answer(403)
        self.readings += batch.readings
        return Answer(200)

    def of(self, sensor: str) -> list[Reading]:
        return [each for each in self.readings if each.sensor == sensor]


@pytest.fixture
def entrance(clock) -> Entrance:
    return Entrance(clock)


@pytest.fixture
async def poster(entrance, http, clock) -> AsyncIterator[Poster]:
    inbound = Inbound("127.0.0.1", 0)
    inbound.route("POST", "/sensors/{institution}/{sensor}", entrance.receive)
    await inbound.start()
    simulator = Simulator(7, PLAN, faults=False)
    yield Poster(http, inbound.url, "gyeongnam", "main", KEYS, simulator, PLAN, clock)
    await inbound.stop()


async def test_the_first_step_catches_up_and_the_next_ones_post_every_ten_seconds(poster, entrance, clock):
    due = await poster.step()
    caught_up = len(entrance.of("cam1"))
    clock.instant = due
    await poster.step()

    assert caught_up == 61  # 11:20 to 11:30
    assert len(entrance.of("cam1")) == len(entrance.of("gate1")) == 62
    assert due == START + timedelta(seconds=10)
    assert entrance.of("cam1")[-1].measured_at == due


async def test_a_whole_lunch_is_posted_once_through_the_entrance(poster, entrance, clock):
    simulator = Simulator(7, PLAN, faults=False)
    while (due := await poster.step()) < START + timedelta(hours=2):
        clock.instant = due + timedelta(minutes=7)

    expected = simulator.readings_between(START - timedelta(minutes=10, seconds=1), START + timedelta(hours=2))
    said = {(each.sensor, each.measured_at, each.count, each.served) for each in entrance.readings}
    assert len(entrance.readings) == len(expected)
    assert said == {(each.sensor, each.measured_at, each.count, each.served) for each in expected}


async def test_after_lunch_the_next_open_day_is_awaited(poster):
    friday_evening = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)

    assert poster.next_due(friday_evening) == datetime(2026, 11, 30, 2, 20, tzinfo=UTC)


async def test_no_lunch_in_sight_is_said(http, clock):
    plan = SlotPlan(date(2026, 1, 5), (time(12),), (("가",),), is_holiday=lambda _day: True)
    poster = Poster(http, "http://127.0.0.1:9", "gyeongnam", "main", KEYS, Simulator(7, plan), plan, clock)

    assert await poster.step() is None


async def test_a_silenced_sensor_says_nothing_and_tells_nothing_later(poster, entrance, clock):
    poster.silent.add("cam1")
    await poster.step()
    assert entrance.of("cam1") == []
    assert entrance.of("gate1")

    poster.silent.clear()
    clock.advance(timedelta(seconds=30))
    await poster.step()

    assert [each.measured_at for each in entrance.of("cam1")] == [
        START + timedelta(seconds=seconds) for seconds in (10, 20, 30)
    ]


async def test_a_reading_by_hand_stands_for_ten_minutes(poster, entrance, clock):
    await poster.step()
    before = len(entrance.of("cam1"))

    await poster.send("cam1", count=18)
    for _ in range(60):
        clock.advance(timedelta(seconds=10))
        await poster.step()

    assert len(entrance.of("cam1")) == before + 1
    assert entrance.of("cam1")[-1].count == 18
    assert len(entrance.of("gate1")) == before + 60
    clock.advance(timedelta(seconds=10))
    await poster.step()
    assert len(entrance.of("cam1")) == before + 2


async def test_a_gate_by_hand_says_what_it_served(poster, entrance):
    await poster.send("gate1", served=12, at=START - timedelta(minutes=1))

    assert [(each.served, each.measured_at) for each in entrance.of("gate1")] == [(12, START - timedelta(minutes=1))]


async def test_what_failed_is_posted_at_the_next_step(poster, entrance, clock):
    entrance.is_open = False
    with pytest.raises(PostError):
        await poster.step()
    with pytest.raises(PostError):
        await poster.send("cam1", count=3)

    entrance.is_open = True
    clock.advance(timedelta(seconds=10))
    await poster.step()

    assert len(entrance.of("cam1")) == 62


async def test_an_entrance_that_is_away_is_told_in_our_own_words(http, clock):
    poster = Poster(http, "http://127.0.0.1:9", "gyeongnam", "main", KEYS, Simulator(7, PLAN), PLAN, clock)

    with pytest.raises(PostError, match="can't be reached"):
        await poster.send("cam1", count=3)
    with pytest.raises(KeyError):
        await poster.send("cam9", count=3)


async def test_seeding_twice_is_seeding_once_and_is_marked_simulated(database: Redis):
    store, simulator = OccupancyStore(database), Simulator(7, PLAN)

    first = await seed(store, "gyeongnam", "main", simulator, date(2026, 11, 23))
    before = await store.history("gyeongnam", "main", 60, START)
    again = await seed(store, "gyeongnam", "main", simulator, date(2026, 11, 23))

    assert (first, again) == (30, 0)
    assert len(before) == 30
    assert all(day.simulated for day in before)
    assert await store.history("gyeongnam", "main", 60, START) == before
    assert await store.history("changwon", "main", 60, START) == ()

"""Sensor → entrance → store → estimate, on the real pieces."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import UTC, date, time, timedelta

from occupancy.estimate import WINDOW, estimate
from occupancy.reading import Batch, Reading
from occupancy.sensors import http
from occupancy.simulator import Simulator
from occupancy.slots import SlotPlan, instant
from occupancy.store import OccupancyStore

DAY = date(2026, 11, 23)
PLAN = SlotPlan(
    date(2026, 1, 5), (time(11, 40), time(12, 0), time(12, 20), time(12, 40)), (("a",), ("b",), ("c",), ("d",))
)
KEY = b"a key of this test"


def posted(readings: list[Reading], nonce: str) -> Batch:
    """The batch as it comes out of the entrance at the instant of its last reading."""
    now, one = readings[-1].measured_at, readings[0]
    body = http.encode(readings)
    headers = http.sign(KEY, http.Address("gyeongnam", "main", one.sensor), body, now, nonce)
    return http.parse(headers, body, KEY, now, kind=one.kind)


async def test_what_the_simulator_posts_is_what_the_estimate_sees(database):
    store = OccupancyStore(database)
    now = instant(DAY, time(12, 7)).astimezone(UTC)
    said: dict[tuple[str, int], list[Reading]] = defaultdict(list)
    for reading in Simulator(5, PLAN).readings_between(now - WINDOW, now):
        said[reading.sensor, reading.measured_at.minute].append(reading)

    for i, readings in enumerate(said.values()):
        batch = posted(readings, f"nonce-{i:04}")
        await asyncio.gather(*(store.append("gyeongnam", "main", batch) for _ in range(3)))

    seen = estimate(await store.recent("gyeongnam", "main", now - WINDOW), now)
    direct = estimate(Simulator(5, PLAN).readings_between(now - WINDOW, now), now)
    assert seen == direct
    assert seen.people is not None
    day = await store.day("gyeongnam", "main", DAY)
    assert day.served == sum(reading.served or 0 for readings in said.values() for reading in readings)


async def test_when_the_sensors_fall_silent_the_answer_ages_and_then_goes_blank(database):
    store = OccupancyStore(database)
    now = instant(DAY, time(12, 7)).astimezone(UTC)
    readings = Simulator(5, PLAN, gate=None, faults=False).readings_between(now - timedelta(minutes=5), now)
    await store.append("gyeongnam", "main", posted(list(readings), "nonce-01"))

    later = [now + timedelta(seconds=seconds) for seconds in (0, 119, 121, 599, 601)]
    found = [estimate(await store.recent("gyeongnam", "main", at - WINDOW), at) for at in later]

    assert [one.stale for one in found] == [False, False, True, True, True]
    assert [one.people is None for one in found] == [False, False, False, False, True]
    assert {one.since for one in found} == {now}

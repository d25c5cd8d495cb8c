"""A line is followed from look to look over the store, with who is expected learned from its own history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.following import Following, Line
from occupancy.estimate import WINDOW, EstimateConfig, estimate
from occupancy.joining import expected
from occupancy.reading import Batch, Kind, Reading
from occupancy.simulator import STEP, Simulator
from occupancy.slots import SlotPlan, instant
from occupancy.store import OccupancyStore

DAY = date(2026, 11, 23)
PLAN = SlotPlan(
    date(2026, 1, 5), (time(11, 40), time(12, 0), time(12, 20), time(12, 40)), (("a",), ("b",), ("c",), ("d",))
)
NOON = instant(DAY, time(12, 10)).astimezone(UTC)
LINE = Line("gyeongnam", "main", EstimateConfig(), PLAN)


async def heard(store: OccupancyStore, readings: Sequence[Reading]) -> None:
    for sensor in {one.sensor for one in readings}:
        said = tuple(one for one in readings if one.sensor == sensor)
        await store.append("gyeongnam", "main", Batch(sensor, f"{sensor}-{len(said)}", said[-1].measured_at, said))


def readings_of(simulator: Simulator, until: datetime) -> tuple[Reading, ...]:
    return simulator.readings_between(simulator.lunch(DAY).start - STEP, until)


@pytest.fixture
async def store(database) -> OccupancyStore:
    store = OccupancyStore(database)
    await store.put_history("gyeongnam", "main", Simulator(1, PLAN).past_days(40, DAY))
    return store


async def test_it_says_what_a_fresh_process_says(store):
    simulator = Simulator(1, PLAN, faults=False)
    await heard(store, readings_of(simulator, NOON))
    due = expected(await store.history("gyeongnam", "main", 180, NOON), DAY, PLAN)
    following = Following(store)

    for s in (0, 10, 120):
        now = NOON + timedelta(seconds=s)
        fresh = estimate(await store.recent("gyeongnam", "main", now - WINDOW), now, expected=due)
        found = await following.look(LINE, now, None)
        assert (found.people, found.minutes, found.level) == (fresh.people, fresh.minutes, fresh.level)
        assert found.scale is not None


async def test_when_only_the_gate_lives_on_the_line_is_still_told_and_said_to_be_reckoned(store):
    simulator = Simulator(1, PLAN, faults=False)
    readings = readings_of(simulator, NOON)
    dead = NOON - timedelta(minutes=12)
    await heard(store, [one for one in readings if one.kind is Kind.GATE or one.measured_at < dead])

    found = await Following(store).look(LINE, NOON, None)
    without_past = await Following(store).look(Line("gyeongnam", "main", EstimateConfig(), None), NOON, None)

    truth = next(one for one in simulator.lunch(DAY) if one.at == NOON)
    assert found.stale
    assert found.reckoned
    assert found.people == pytest.approx(truth.people, abs=25)
    assert without_past.reckoned == (without_past.people is not None)


async def test_looks_back_are_those_of_their_instants(store):
    await heard(store, readings_of(Simulator(1, PLAN, faults=False), NOON))
    following = Following(store)
    instants = [NOON - timedelta(minutes=5), NOON - timedelta(minutes=1)]

    looks = await following.looks(LINE, instants, [None, None])

    assert [one.at for one in looks] == instants
    assert looks[1].people == (await following.look(LINE, instants[1], None)).people


async def test_minutes_are_empty_where_no_sensor_spoke(store):
    assert await Following(store).minutes(LINE, NOON - timedelta(minutes=10), NOON, "kept") == ()


async def test_another_institutions_line_is_another_line(store):
    await heard(store, readings_of(Simulator(1, PLAN, faults=False), NOON))
    other = Line("sejong", "main", EstimateConfig(), PLAN)

    found = await Following(store).look(other, NOON, None)

    assert (found.people, found.sources, found.scale) == (None, (), None)

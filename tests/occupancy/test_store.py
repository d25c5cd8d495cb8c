from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from occupancy.reading import Batch, DayHistory, Kind, Minute, Reading
from occupancy.store import KEEP_READINGS, Accepted, OccupancyStore

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
TODAY = date(2026, 11, 23)


@pytest.fixture
def store(database) -> OccupancyStore:
    return OccupancyStore(database)


def count(people: int, at: datetime = NOW, sensor: str = "cam1", seq: int | None = None) -> Reading:
    return Reading(sensor, Kind.CAMERA, at, max(at, NOW), count=people, seq=seq)


def meals(served: int, at: datetime = NOW, seq: int | None = None) -> Reading:
    return Reading("gate1", Kind.GATE, at, max(at, NOW), served=served, seq=seq)


def batch(*readings: Reading, nonce: str = "nonce-01", at: datetime = NOW) -> Batch:
    return Batch(readings[0].sensor, nonce, at, readings)


async def test_readings_come_back_as_they_were_oldest_first(store):
    late, early = count(18, seq=7), count(3, NOW - timedelta(seconds=10, microseconds=7))

    assert await store.append("g", "main", batch(late, early)) == Accepted(2, duplicate=False)

    first, last = await store.recent("g", "main", NOW - timedelta(minutes=1))
    assert (first.measured_at, first.count, first.seq) == (early.measured_at, 3, None)
    assert (last.identity, last.count, last.kind) == (late.identity, 18, Kind.CAMERA)


async def test_the_same_post_counts_once(store):
    one = batch(meals(5, seq=1), meals(7, seq=2))

    await store.append("g", "main", one)
    again = await store.append("g", "main", one)

    assert again == Accepted(0, duplicate=True)
    assert (await store.day("g", "main", TODAY)).served == 12


async def test_the_same_readings_in_a_new_post_count_once(store):
    await store.append("g", "main", batch(meals(5, seq=1)))

    again = await store.append("g", "main", batch(meals(5, seq=1), meals(7, seq=2), nonce="nonce-02"))

    assert again == Accepted(1, duplicate=False)
    assert (await store.day("g", "main", TODAY)).served == 12
    assert len(await store.recent("g", "main", NOW - timedelta(hours=1))) == 2


async def test_a_replayed_nonce_brings_nothing_in_even_with_other_readings(store):
    await store.append("g", "main", batch(count(5)))

    again = await store.append("g", "main", batch(count(50, NOW - timedelta(seconds=1))))

    assert again.duplicate
    assert [one.count for one in await store.recent("g", "main", NOW - timedelta(hours=1))] == [5]


async def test_two_sensors_may_use_the_same_nonce_instant_and_number(store):
    await store.append("g", "main", batch(count(5, seq=1)))

    other = await store.append("g", "main", batch(count(6, sensor="cam2", seq=1)))

    assert other == Accepted(1, duplicate=False)


async def test_a_restarted_sensor_may_count_from_one_again(store):
    await store.append("g", "main", batch(meals(5, NOW - timedelta(minutes=9), seq=1)))

    again = await store.append("g", "main", batch(meals(6, seq=1), nonce="nonce-02"))

    assert again.count == 1


async def test_institutions_and_cafeterias_never_meet(store):
    await store.append("a", "main", batch(count(5), meals(2)))
    await store.put_history("a", "main", [DayHistory(date(2026, 11, 20), (Minute(700, 5.0, 3),))])

    for tenant, cafeteria in (("b", "main"), ("a", "annex"), ("a", "main:readings"), ("a:main", "")):
        assert await store.recent(tenant, cafeteria, NOW - timedelta(hours=3)) == ()
        assert await store.last_seen(tenant, cafeteria) == {}
        assert await store.history(tenant, cafeteria, 30, NOW) == ()
        assert (await store.day(tenant, cafeteria, TODAY)).minutes == ()
    assert (await store.append("b", "main", batch(count(5), meals(2)))).count == 2


async def test_every_key_carries_its_institution_as_hash_tag(store, database):
    await store.append("gyeongnam", "본관", batch(count(5)))

    assert all(key.startswith(b"dobi:{gyeongnam}:occupancy:") for key in await database.keys("*"))


async def test_readings_are_kept_three_hours_by_their_own_instants(store):
    await store.append("g", "main", batch(count(5)))
    later = NOW + KEEP_READINGS + timedelta(seconds=1)

    await store.append("g", "main", batch(count(6, later), nonce="nonce-02", at=later))

    assert [one.count for one in await store.recent("g", "main", NOW - timedelta(days=1))] == [6]
    assert (await store.day("g", "main", TODAY)).minutes[0].people == 5


async def test_a_reading_older_than_what_is_remembered_is_not_taken(store):
    old = count(5, NOW - KEEP_READINGS - timedelta(seconds=1))

    assert (await store.append("g", "main", batch(old))).count == 0
    assert (await store.day("g", "main", TODAY)).minutes == ()


async def test_last_seen_is_the_newest_of_each_sensor_whatever_the_order(store):
    await store.append("g", "main", batch(count(5), meals(1)))
    await store.append("g", "main", batch(count(9, NOW - timedelta(minutes=1)), nonce="nonce-02"))

    seen = await store.last_seen("g", "main")

    assert {sensor: one.measured_at for sensor, one in seen.items()} == {"cam1": NOW, "gate1": NOW}
    assert seen["cam1"].count == 5


async def test_a_dismounted_sensor_can_be_forgotten(store):
    await store.append("g", "main", batch(count(5)))

    await store.forget_sensor("g", "main", "cam1")

    assert await store.last_seen("g", "main") == {}


async def test_a_minute_is_the_mean_of_its_counts_and_the_sum_of_its_meals(store):
    at = NOW + timedelta(seconds=5)
    await store.append(
        "g", "main", batch(count(10), count(20, at), meals(2), meals(3, at), at=at + timedelta(seconds=1))
    )

    day = await store.day("g", "main", TODAY)

    assert day == DayHistory(TODAY, (Minute(11 * 60 + 30, 15.0, 5),))


async def test_history_leaves_today_out_and_keeps_the_order_of_days(store):
    days = [DayHistory(date(2026, 11, 23 - i), (Minute(700, float(i), i),), simulated=i > 2) for i in range(6)]

    await store.put_history("g", "main", days)

    found = await store.history("g", "main", 4, NOW)
    assert found == tuple(reversed(days[1:5]))
    assert [day.simulated for day in found] == [True, True, False, False]


async def test_an_estimated_minute_wins_over_the_raw_one_and_may_be_put_again(store):
    await store.append("g", "main", batch(count(10), meals(2)))
    day = DayHistory(TODAY, (Minute(690, 12.5, 4),))

    await store.put_history("g", "main", [day])
    await store.put_history("g", "main", [day])

    assert await store.day("g", "main", TODAY) == day


async def test_days_over_the_limit_are_dropped_at_the_next_reading(store):
    await store.put_history("g", "main", [DayHistory(date(2025, 1, 2), (Minute(700, 1.0, 1),))])

    await store.append("g", "main", batch(count(5)))

    assert await store.history("g", "main", 5000, NOW) == ()


async def test_midnight_in_korea_parts_the_days(store):
    late = datetime(2026, 11, 22, 14, 59, tzinfo=UTC)
    after = late + timedelta(minutes=1)
    readings = (Reading("cam1", Kind.CAMERA, late, after, 1), Reading("cam1", Kind.CAMERA, after, after, 2))

    await store.append("g", "main", Batch("cam1", "nonce-01", after, readings))

    assert (await store.day("g", "main", date(2026, 11, 22))).minutes == (Minute(1439, 1.0, 0),)
    assert (await store.day("g", "main", TODAY)).minutes == (Minute(0, 2.0, 0),)


async def test_a_gates_own_file_adds_to_a_day_what_nobody_counted_and_wipes_nothing(database):
    store, day = OccupancyStore(database), date(2026, 11, 20)
    await store.put_history("a", "main", [DayHistory(day, (Minute(720, 17.5, 3), Minute(721, 12.0, 9)))])

    for _ in range(2):
        await store.put_served("a", "main", day, "gate1", {720: 5, 721: 2, 722: 4})
    await store.put_served("a", "main", day, "gate2", {721: 8})

    assert (await store.day("a", "main", day)).minutes == (
        Minute(720, 17.5, 5), Minute(721, 12.0, 10), Minute(722, None, 4),
    )  # fmt: skip

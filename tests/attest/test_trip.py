"""A trip's values: spans, durations, limits; and its store, which loses nothing when two change it at once."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from attest.trip import Area, Basis, Leg, LegKind, State, Trip, Vehicle, overlap, pack, unpack
from attest.trips import Trips

NINE = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)  # 09:00 KST


def leg(kind: LegKind, after: float, told_after: float = 0.0, **values: object) -> Leg:
    at = NINE + timedelta(hours=after)
    return Leg(kind, at, at + timedelta(hours=told_after), Basis.SHARE, **values)


def there_and_back(hours: float = 4.0, begin: float = 0.0, name: str = "t1") -> Trip:
    legs = (
        leg(LegKind.DEPARTED, begin, distance_m=0, receipt=3),
        leg(LegKind.ARRIVED, begin + 1, distance_m=31_000, place=48170, receipt=5, digest=b"\x01" * 32),
        leg(LegKind.RETURNED, begin + hours, told_after=2, distance_m=10, confirmed=("seo",)),
    )
    return Trip(name, "kim", NINE, "진주 스마트팜", "점검", NINE, vehicle=Vehicle.OFFICIAL, companions=("seo",),
                area=Area.OUTSIDE, legs=legs, state=State.CLOSED, closing=9)  # fmt: skip


def test_a_trip_comes_back_as_it_was_written():
    assert unpack(pack(there_and_back())) == there_and_back()
    assert unpack(pack(Trip("t", "kim", NINE))) == Trip("t", "kim", NINE)


def test_a_trip_counts_from_departure_to_return():
    trip = there_and_back(3.99)

    assert trip.minutes == 239
    assert trip.distance_m == 31_000
    assert trip.place == 48170
    assert trip.settle_by == date(2026, 12, 7)
    assert trip.receipts == (3, 5, 9)
    assert [one.late for one in trip.legs] == [False, False, True]
    assert replace(trip, legs=trip.legs[1:]).minutes is None


def test_trips_that_cross_overlap_and_neighbours_do_not():
    one = there_and_back()

    assert overlap(one, there_and_back(begin=3.5, name="t2"))
    assert not overlap(one, there_and_back(begin=4.0, name="t2"))
    assert not overlap(one, one)
    assert not overlap(one, replace(there_and_back(begin=1, name="t2"), state=State.CANCELLED))


async def test_two_who_change_a_trip_at_once_lose_nothing(database):
    trips = Trips(database)
    await trips.add("gyeongnam", Trip("t1", "kim", NINE))

    def told(number: int):
        return lambda trip: replace(trip, legs=(*trip.legs, leg(LegKind.ARRIVED, number)))

    await asyncio.gather(*(trips.change("gyeongnam", "t1", told(number)) for number in range(20)))

    found = await trips.get("gyeongnam", "t1")
    assert found is not None
    assert sorted(one.at for one in found.legs) == [NINE + timedelta(hours=number) for number in range(20)]


async def test_trips_are_found_by_their_day_in_korea_and_by_nobody_elses_institution(database):
    trips = Trips(database)
    one = there_and_back()
    assert await trips.add("gyeongnam", one) == one
    assert await trips.add("gyeongnam", replace(one, purpose="other")) == one

    assert list(await trips.of("gyeongnam", "kim", date(2026, 11, 1), date(2026, 12, 1))) == [one]
    assert list(await trips.between("gyeongnam", date(2026, 11, 23), date(2026, 11, 24))) == [one]
    assert list(await trips.between("gyeongnam", date(2026, 11, 24), date(2026, 11, 25))) == []
    assert list(await trips.between("busan", date(2026, 1, 1), date(2027, 1, 1))) == []
    await trips.remove("gyeongnam", one)
    assert await trips.get("gyeongnam", "t1") is None
    assert list(await trips.between("gyeongnam", date(2026, 1, 1), date(2027, 1, 1))) == []


async def test_a_changed_trip_is_looked_at_and_one_that_rests_is_not(database):
    trips, one = Trips(database), there_and_back()
    await trips.add("gyeongnam", one)
    later = NINE + timedelta(days=2)

    assert list(await trips.due("gyeongnam", NINE)) == [one]
    assert await trips.rest("gyeongnam", one, later)
    assert list(await trips.due("gyeongnam", NINE)) == []
    assert await trips.next_due("gyeongnam") == later
    changed = await trips.change("gyeongnam", "t1", lambda trip: replace(trip, purpose="회의"))
    assert list(await trips.due("gyeongnam", NINE)) == [changed]
    assert not await trips.rest("gyeongnam", one, None)  # it was read before the change
    assert await trips.rest("gyeongnam", changed, None)
    assert await trips.next_due("gyeongnam") is None


async def test_a_record_of_the_first_form_is_read_and_changed(database):
    trips, one = Trips(database), there_and_back()
    record = json.loads(pack(one))
    for name in ("whole_day", "stated", "near", "host", "chat"):
        del record[name]
    await database.hset("dobi:{gyeongnam}:trips:all", "t1", json.dumps(record))

    assert await trips.get("gyeongnam", "t1") == one
    changed = await trips.change("gyeongnam", "t1", lambda trip: replace(trip, purpose="회의"))
    assert changed == replace(one, purpose="회의")

"""A gain learned from hand counts: right on average, unmoved by one slip, undoable, each institution's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from occupancy.reading import Kind, Reading
from occupancy.teaching import LEAST, MOST, Pair, TeachingStore, disputed, learned, said_of
from occupancy.undoable import Undone

NOON = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def pairs(gain: float, number: int = 12, seed: int = 1) -> list[Pair]:
    rng = np.random.default_rng(seed)
    people = rng.integers(2, 50, number)
    return [
        Pair(NOON + timedelta(minutes=at), float(max(0, round(gain * one + rng.normal(0, 0.6)))), int(one))
        for at, one in enumerate(people)
    ]


@settings(deadline=None)
@given(st.floats(0.4, 1.6), st.integers(0, 50))
def test_the_gain_is_found(gain, seed):
    found = learned(pairs(gain, seed=seed))

    assert found.gain == pytest.approx(gain, rel=0.1)
    assert found.used
    assert found.error is not None
    assert found.error < 4


def test_one_slip_moves_little():
    clean = pairs(0.7)
    slipped = [*clean, Pair(NOON, 14.0, 200)]

    assert learned(slipped).gain == pytest.approx(learned(clean).gain, rel=0.08)


def test_two_pairs_are_not_used_and_none_is_one():
    assert learned([]).gain == 1
    assert not learned(pairs(0.5, LEAST - 1)).used
    assert learned(pairs(0.5, LEAST)).error is not None
    assert 0.3 <= learned([Pair(NOON, 1000.0, 0)] * 5).gain <= 3.0
    assert learned([Pair(NOON, 0.0, 40)] * 5).gain == 1


def test_what_the_sensor_says_is_the_median_of_its_last_half_minute():
    def reading(sensor: str, count: int, ago_s: float) -> Reading:
        at = NOON - timedelta(seconds=ago_s)
        return Reading(sensor, Kind.CAMERA, at, at, count)

    said = [reading("cam1", n, s) for n, s in ((50, 31), (7, 25), (9, 12), (8, 2))] + [reading("cam2", 99, 1)]

    assert said_of(said, "cam1", NOON) == 8
    assert said_of(said, "cam3", NOON) is None


def test_two_counts_of_one_line_that_differ_are_disputed():
    one = Pair(NOON, 10, 12)

    assert disputed([one], Pair(NOON + timedelta(seconds=20), 10, 25)) == one
    assert disputed([one], Pair(NOON + timedelta(seconds=20), 10, 13)) is None
    assert disputed([one], Pair(NOON + timedelta(seconds=20), 24, 25)) is None
    assert disputed([one], Pair(NOON + timedelta(minutes=5), 10, 25)) is None


async def test_pairs_are_kept_bounded_undone_and_forgotten(database):
    store = TeachingStore(database)
    for number, pair in enumerate(pairs(0.5, MOST + 5)):
        await store.teach("a", "main", "cam1", pair, f"c{number}")
    assert len(await store.pairs("a", "main", "cam1")) == MOST
    assert (await store.gains("a", "main", ["cam1", "cam2"]))["cam1"] == pytest.approx(0.5, abs=0.05)
    assert await store.gains("b", "main", ["cam1"]) == {}
    assert await store.gains("a", "main/2", ["cam1"]) == {}

    last = await store.pairs("a", "main", "cam1")
    await store.teach("a", "main", "cam1", Pair(NOON, 1, 2), "again")
    await store.teach("a", "main", "cam1", Pair(NOON, 1, 2), "again")
    assert await store.undo("a", "main", "cam1", "again") is Undone.NOW
    assert await store.pairs("a", "main", "cam1") == last

    await store.forget("a", "main", "cam1", "all")
    assert await store.pairs("a", "main", "cam1") == ()
    assert await store.undo("a", "main", "cam1", "all") is Undone.NOW
    assert await store.pairs("a", "main", "cam1") == last

"""What people write as a counter: a median of many, weights from the past, and nobody who moves the number alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from occupancy.estimate import estimate
from occupancy.reading import Batch, Kind, Reading
from occupancy.sensors.chat import (
    EVERY,
    Glance,
    Report,
    Reports,
    Trust,
    counted,
    level,
    reading,
    together,
)
from occupancy.store import OccupancyStore

NOW = datetime(2026, 11, 23, 3, 10, tzinfo=UTC)


def reports(*people: float, age_s: float = 5) -> list[Report]:
    at = NOW - timedelta(seconds=age_s)
    return [Report(f"p{n}", at, one, counted(round(one)).noise, str(n)) for n, one in enumerate(people)]


def sensors() -> list[Reading]:
    """A camera and a gate that see a line of twenty."""
    every = [NOW - timedelta(seconds=10 * k) for k in range(60)]
    camera = [Reading("cam1", Kind.CAMERA, at, at, count=20 + k % 3) for k, at in enumerate(every)]
    gate = [Reading("gate1", Kind.GATE, at, at, served=2, seq=k) for k, at in enumerate(every)]
    return camera + gate


@pytest.mark.parametrize("said", [0, 60, 399])
def test_one_person_hardly_moves_the_number_beside_sensors(said):
    before = estimate(sensors(), NOW).people
    found = together(reports(said), {}, NOW)
    assert found is not None

    after = estimate([*sensors(), reading(found, NOW - timedelta(seconds=5))], NOW).people

    assert before is not None
    assert after is not None
    assert abs(after - before) <= 1


def test_alone_it_is_the_number_with_a_wide_band():
    found = together(reports(18), {}, NOW)
    assert found is not None

    seen = estimate([reading(found, NOW)], NOW + timedelta(seconds=20))

    assert seen.people is not None
    assert abs(seen.people - 18) <= 2
    assert seen.low is not None
    assert seen.high is not None
    assert seen.high - seen.low > 0.8 * (seen.minutes or 0)


@given(st.lists(st.floats(0, 400), min_size=5, max_size=30), st.lists(st.floats(0, 400), min_size=1, max_size=2))
def test_two_jokers_among_many_stay_within_what_the_others_said(honest, jokes):
    found = together(reports(*honest, *jokes), {}, NOW)

    assert found is not None
    assert min(honest) <= found.people <= max(honest)


def test_more_voices_are_surer_and_disagreement_less_sure():
    one, five, torn = (together(reports(*people), {}, NOW) for people in ([20], [20] * 5, [5, 12, 20, 33, 60]))

    assert one is not None
    assert five is not None
    assert torn is not None
    assert five.noise < one.noise
    assert torn.noise > five.noise


def test_a_trusted_voice_outweighs_one_that_was_wrong():
    trust = {"p0": Trust(20, 0.1), "p1": Trust(20, 8.0)}

    assert together(reports(20, 90), trust, NOW) is not None
    assert (together(reports(20, 90), trust, NOW) or Glance(0, 1)).people == 20


def test_old_undone_and_future_reports_are_not_heard():
    assert together(reports(20, age_s=181), {}, NOW) is None
    assert together(reports(20, age_s=-5), {}, NOW) is None
    assert together([Report("p", NOW, 20, 6, "m", undone=True)], {}, NOW) is None


@given(st.lists(st.tuples(st.floats(0, 400), st.floats(0, 400)), max_size=60))
def test_trust_stays_within_bounds(pairs):
    trust = Trust()
    for said, seen in pairs:
        trust = trust.after(said, seen)

    assert 0 < trust.weight <= 1


def test_trust_grows_with_what_came_true_and_falls_with_what_did_not():
    good = bad = Trust()
    for _ in range(10):
        good, bad = good.after(20, 21), bad.after(120, 20)

    assert good.weight > 0.8
    assert bad.weight < 0.25


def test_the_three_words_ascend_with_the_sites_own_speed():
    for per_minute in (6.0, 12.0, 24.0):
        quiet, normal, crowded = (level(step, (2.0, 5.0, 8.0), per_minute) for step in range(3))
        assert quiet.people < normal.people < crowded.people
        assert quiet.people / per_minute < 2 < normal.people / per_minute < 5 < crowded.people / per_minute


async def test_one_report_in_five_minutes_across_processes_and_repeats(database):
    first, second = Reports(database), Reports(database)
    report = Report("kim", NOW, 18, 6, "m1")

    assert (await first.take("a", "main", report)).wait_until is None
    assert (await second.take("a", "main", report)).wait_until is None
    late = Report("kim", NOW + timedelta(minutes=4), 90, 6, "m2")
    assert (await second.take("a", "main", late)).wait_until == NOW + EVERY
    assert (await first.take("a", "main", Report("kim", NOW + EVERY, 90, 6, "m3"))).wait_until is None


async def test_a_retracted_reading_leaves_no_trace_in_the_minute_or_the_last_word(database):
    store = OccupancyStore(database)
    before = reading(Glance(10, 5), NOW - timedelta(seconds=20))
    wrong = reading(Glance(300, 90), NOW)
    for number, one in enumerate((before, wrong)):
        await store.append("a", "main", Batch("chat", f"nonce-{number}", NOW, (one,)))

    assert await store.retract("a", "main", "chat", NOW) == 1
    assert await store.retract("a", "main", "chat", NOW) == 0

    assert [one.count for one in await store.recent("a", "main", NOW - timedelta(hours=1))] == [10]
    assert all(minute.people != 300 for minute in (await store.day("a", "main", NOW.date())).minutes)
    assert "chat" not in await store.last_seen("a", "main")

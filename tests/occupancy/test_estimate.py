from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from occupancy.estimate import EstimateConfig, Health, Level, Tracker, by_minute, estimate
from occupancy.line import Site
from occupancy.reading import Kind, Reading
from occupancy.simulator import CAMERA_SEES, SERVERS, SERVICE_S, STEP, Lunch, Simulator
from occupancy.slots import SlotPlan, instant

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
CONFIG = EstimateConfig(Site(gains={"cam1": CAMERA_SEES}))
PLAN = SlotPlan(
    date(2026, 1, 5), (time(11, 40), time(12, 0), time(12, 20), time(12, 40)), (("a",), ("b",), ("c",), ("d",))
)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def camera(*values: int, until_s: float = 0, sensor: str = "cam1") -> list[Reading]:
    """Counts every 10 s, the last of them `until_s` ago."""
    return [
        Reading(sensor, Kind.CAMERA, at, at, count=value)
        for i, value in enumerate(reversed(values))
        for at in [ago(until_s + 10 * i)]
    ]


def gate(*values: int, until_s: float = 0) -> list[Reading]:
    return [
        Reading("gate1", Kind.GATE, at, at, served=value)
        for i, value in enumerate(reversed(values))
        for at in [ago(until_s + 10 * i)]
    ]


WOBBLE = (20, 22, 19, 21, 18, 20, 23, 20, 19, 21)


class TestNumbers:
    def test_a_steady_line_at_a_steady_gate_is_people_over_speed(self):
        found = estimate(camera(*WOBBLE * 3) + gate(*(2, 2, 2) * 10), NOW)

        assert found.people == pytest.approx(20, abs=2)
        assert found.per_minute == pytest.approx(12, abs=1)
        assert found.minutes == pytest.approx(20 / 12, abs=0.25)
        assert found.low is not None
        assert found.high is not None
        assert found.low < found.minutes < found.high
        assert not found.stale

    def test_a_gate_at_half_speed_doubles_the_wait(self):
        fast = estimate(camera(*WOBBLE * 6) + gate(*(2,) * 60), NOW)
        slow = estimate(camera(*WOBBLE * 6) + gate(*(1,) * 60), NOW)

        assert slow.minutes / fast.minutes == pytest.approx(2, abs=0.4)

    def test_without_a_gate_the_nominal_speed_is_used_and_said(self):
        found = estimate(camera(*WOBBLE), NOW, EstimateConfig(Site(servers=1)))

        assert found.per_minute == pytest.approx(6, abs=0.3)
        assert [source.kind for source in found.sources] == [Kind.CAMERA]

    def test_a_sensor_that_sees_half_counts_double(self):
        found = estimate(camera(*WOBBLE * 2), NOW, EstimateConfig(Site(gains={"cam1": 0.5})))

        assert found.people == pytest.approx(40, abs=5)

    def test_an_idle_gate_is_evidence_of_no_line_even_without_a_counter(self):
        found = estimate(gate(4, 3, *(0,) * 12), NOW)

        assert found.people == 0
        assert found.level is Level.QUIET
        assert not found.stale

    def test_before_the_doors_open_an_idle_gate_says_nothing_of_the_line(self):
        found = estimate([*gate(*(0,) * 20), *camera(18, until_s=40)], NOW)

        assert found.people == pytest.approx(18, abs=4)

    def test_a_sudden_crowd_is_believed_at_once(self):
        found = estimate(camera(1, 1, 2, 1, 1, 40), NOW)

        assert found.people == pytest.approx(40, abs=5)

    def test_two_counts_of_one_instant_count_in_the_order_of_their_numbers(self):
        at = ago(5)
        said = [Reading("cam1", Kind.CAMERA, at, at, count=count, seq=seq) for count, seq in ((9, 2), (40, 1))]

        assert estimate(said, NOW).people == pytest.approx(9, abs=3)

    def test_a_slow_gate_under_a_long_line_is_a_slow_gate_not_an_empty_line(self):
        found = estimate(camera(*(30, 33, 29, 31, 32, 28, 30, 31, 29, 33) * 2) + gate(*(1, 0) * 10), NOW)

        assert found.people > 20

    def test_readings_of_the_future_and_of_long_ago_do_not_count(self):
        later = [Reading("cam1", Kind.CAMERA, NOW + STEP, NOW + STEP, count=900)]

        assert estimate(camera(*WOBBLE) + later + camera(900, until_s=7200), NOW) == estimate(camera(*WOBBLE), NOW)

    def test_the_order_of_readings_does_not_matter(self):
        readings = camera(*WOBBLE) + gate(*(2,) * 10)

        assert estimate(readings[::-1], NOW) == estimate(readings, NOW)


class TestHonesty:
    @pytest.mark.parametrize(("age_s", "stale"), [(0, False), (30, False), (120, False), (121, True), (599, True)])
    def test_an_estimate_is_stale_when_its_newest_count_is_over_two_minutes_old(self, age_s, stale):
        found = estimate(camera(*WOBBLE, until_s=age_s), NOW)

        assert found.stale is stale
        assert found.age_s == age_s
        assert found.since == ago(age_s)
        assert found.people is not None

    def test_after_ten_minutes_there_is_no_number_but_the_date_stays(self):
        found = estimate(camera(*WOBBLE, until_s=601), NOW)

        assert (found.people, found.minutes, found.low, found.high, found.level) == (None,) * 5
        assert found.stale
        assert found.since == ago(601)
        assert found.sources[0].health is Health.SILENT

    def test_nothing_known_is_stale_and_says_nothing(self):
        found = estimate([], NOW)

        assert found.stale
        assert (found.people, found.age_s, found.since, found.sources) == (None, None, None, ())

    def test_a_busy_gate_alone_is_no_count(self):
        found = estimate(gate(*(2,) * 30), NOW)

        assert found.stale
        assert found.people is None

    @settings(max_examples=60, deadline=None)
    @given(
        st.lists(
            st.tuples(st.sampled_from(["cam1", "cam2", "gate1", "wifi1"]), st.integers(-60, 1800), st.integers(0, 200)),
            max_size=60,
        )
    )
    def test_an_old_number_is_never_said_as_a_new_one(self, said):
        kinds = {"cam1": Kind.CAMERA, "cam2": Kind.CAMERA, "gate1": Kind.GATE, "wifi1": Kind.WIFI}
        readings = [
            Reading(s, kinds[s], ago(age), ago(age), **{"served" if s == "gate1" else "count": value})
            for s, age, value in said
        ]

        found = estimate(readings, NOW)

        assert found.stale is (found.age_s is None or found.age_s > 120)
        assert (found.people is None) is (found.age_s is None or found.age_s > 600)
        if found.since is not None:
            assert found.since in {reading.measured_at for reading in readings}
            assert (NOW - found.since).total_seconds() == found.age_s >= 0
        if found.minutes is not None:
            assert 0 <= found.low <= found.minutes <= found.high

    def test_a_silent_camera_is_named_after_three_periods_and_weighs_nothing(self):
        fresh = estimate(camera(*WOBBLE, until_s=30) + gate(2), NOW).sources[0]
        late = estimate(camera(*WOBBLE, until_s=31) + gate(2), NOW).sources[0]

        assert (fresh.health, fresh.weight) == (Health.OK, 1.0)
        assert (late.health, late.weight, late.age_s) == (Health.SILENT, 0.0, 31)

    def test_a_gates_silence_is_not_death(self):
        found = estimate(camera(*WOBBLE) + gate(2, until_s=500), NOW)

        assert found.sources[1].health is Health.OK

    def test_a_frozen_camera_is_found_while_the_gate_moves_and_its_age_counts_from_the_freeze(self):
        found = estimate(camera(*WOBBLE, *(18,) * 14) + gate(*(2,) * 24), NOW)

        assert found.sources[0].health is Health.FROZEN
        assert found.sources[0].weight == 0
        assert found.since == ago(130)
        assert found.stale

    def test_a_still_picture_at_a_still_gate_is_not_frozen(self):
        found = estimate(camera(*(18,) * 20), NOW)

        assert found.sources[0].health is Health.OK

    def test_an_empty_line_at_a_slow_gate_is_not_frozen(self):
        found = estimate(camera(*(0,) * 20) + gate(*(1, 0, 0, 1) * 5), NOW)

        assert found.sources[0].health is Health.OK
        assert not found.stale

    def test_two_counters_share_the_weight_by_how_sure_they_are(self):
        wifi = [Reading("wifi1", Kind.WIFI, NOW, NOW, count=25)]

        sources = estimate(camera(*WOBBLE) + wifi, NOW).sources

        weights = {source.sensor: source.weight for source in sources}
        assert sum(weights.values()) == pytest.approx(1)
        assert weights["cam1"] > 0.8

    def test_a_silent_line_is_drawn_to_the_usual_as_it_ages(self):
        minutes = [
            estimate(camera(*(40, 42, 39) * 4, until_s=age), NOW, usual=5.0).people for age in (0, 120, 300, 590)
        ]

        assert minutes[0] > 35
        assert minutes == sorted(minutes, reverse=True)
        assert minutes[-1] < 20


class TestLevels:
    def at(self, minutes: float, previous: Level | None = None) -> Level | None:
        config = EstimateConfig(Site(servers=1, service_s=6.0))
        people = round(minutes * 10)
        return estimate(camera(*(people,) * 9), NOW, config, previous=previous).level

    @pytest.mark.parametrize(
        ("minutes", "level"),
        [(0, Level.QUIET), (1.5, Level.QUIET), (3.5, Level.NORMAL), (6.5, Level.BUSY), (12, Level.CROWDED)],
    )
    def test_levels_are_by_minutes(self, minutes, level):
        assert self.at(minutes) is level

    @pytest.mark.parametrize(
        ("minutes", "previous", "level"),
        [
            (2.2, Level.QUIET, Level.QUIET),
            (2.2, Level.NORMAL, Level.NORMAL),
            (1.8, Level.NORMAL, Level.NORMAL),
            (1.3, Level.NORMAL, Level.QUIET),
            (2.7, Level.QUIET, Level.NORMAL),
            (5.2, Level.QUIET, Level.NORMAL),
            (7.8, Level.CROWDED, Level.CROWDED),
            (1.0, Level.CROWDED, Level.QUIET),
        ],
    )
    def test_a_threshold_must_be_passed_by_0_4_minutes_to_change_the_level(self, minutes, previous, level):
        assert self.at(minutes, previous) is level


class TestMinutes:
    def test_the_days_minutes_are_estimated_with_meals_and_gaps(self):
        start = NOW - timedelta(minutes=10)
        readings = camera(*WOBBLE * 2, until_s=400) + gate(*(2,) * 60, until_s=5)

        minutes = by_minute(readings, start, NOW)

        assert [minute.minute for minute in minutes] == list(range(11 * 60 + 50, 12 * 60))
        assert minutes[0].people == pytest.approx(20, abs=4)
        assert minutes[-1].people is None
        assert sum(minute.served for minute in minutes) == 120


def days_with(seed: int, wanted: str, n: int) -> Iterable[tuple[Lunch, list[Reading]]]:
    simulator = Simulator(seed, PLAN, calibrated=False)
    day, found = date(2026, 3, 2), 0
    while found < n:
        day += timedelta(days=1)
        lunch = simulator.lunch(day)
        bad = {"good": not lunch.sensor_bad.any(), "silent": lunch.silent.any(), "frozen": lunch.frozen.any()}
        if PLAN.is_open(day) and bad[wanted]:
            found += 1
            yield lunch, list(simulator.readings_between(lunch.start - STEP, lunch.at(720)))


def scores(seed: int, wanted: str, n: int) -> tuple[float, float, float]:
    """Mean absolute error of the wait in minutes, ours and the raw camera's; and how often the band held the truth."""
    ours, raw, held = [], [], []
    for lunch, readings in days_with(seed, wanted, n):
        tracker, first = Tracker(), (instant(lunch.day, PLAN.opens) - lunch.start) // STEP
        for step in range(first, first + 480, 12):
            if wanted != "good" and not lunch.sensor_bad[step]:
                continue
            now, truth = lunch.at(step), lunch.wait_s[step] / 60
            seen = [reading.count for reading in readings if reading.measured_at <= now and reading.count is not None]
            found = tracker.look(readings, now, CONFIG)
            if found.minutes is None:
                assert found.stale
                continue
            ours.append(abs(found.minutes - truth))
            raw.append(abs(seen[-1] / CAMERA_SEES * SERVICE_S / SERVERS / 60 - truth))
            held.append(found.low <= truth <= found.high)
    return float(np.mean(ours)), float(np.mean(raw)), float(np.mean(held))


class TestOnTheSimulator:
    def test_with_good_sensors_it_beats_the_camera_whose_gain_is_known(self):
        ours, raw, held = scores(11, "good", 12)

        assert ours < 0.95 * raw
        assert ours < 0.4
        assert held > 0.75

    @pytest.mark.parametrize("fault", ["silent", "frozen"])
    def test_with_a_bad_camera_it_errs_less_than_the_last_picture_and_widens_its_band(self, fault):
        ours, raw, held = scores(11, fault, 10)

        assert ours < 0.8 * raw
        assert held > 0.6

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from occupancy.estimate import Estimate, EstimateConfig, Health, Tracker, by_minute, estimate
from occupancy.joining import Expected, expected
from occupancy.line import Site
from occupancy.reading import Kind, Reading
from occupancy.simulator import CAMERA_SEES, STEP, Lunch, Simulator, World
from occupancy.slots import SlotPlan

PLAN = SlotPlan(
    date(2026, 1, 5), (time(11, 40), time(12, 0), time(12, 20), time(12, 40)), (("a",), ("b",), ("c",), ("d",))
)
DAY = date(2026, 6, 3)
CONFIG = EstimateConfig(Site(gains={"cam1": CAMERA_SEES}))


def everything(simulator: Simulator, day: date = DAY) -> tuple[Lunch, list[Reading]]:
    lunch = simulator.lunch(day)
    return lunch, list(simulator.readings_between(lunch.start - STEP, lunch.at(len(lunch.people) + 1)))


def until(readings: list[Reading], now: datetime) -> list[Reading]:
    return [one for one in readings if one.received_at <= now]


@pytest.fixture(scope="module")
def due() -> Expected:
    found = expected(Simulator(1, PLAN).past_days(60, DAY), DAY, PLAN)
    assert found is not None
    return found


class TestSameAsEstimate:
    def test_followed_from_look_to_look_it_says_what_a_fresh_process_says(self, due):
        lunch, readings = everything(Simulator(11, PLAN, calibrated=False))  # its camera is silent for a while
        tracker = Tracker()

        for step in range(125, 640, 73):
            now = lunch.at(step)
            fresh = estimate(until(readings, now), now, CONFIG, expected=due)
            assert tracker.look(until(readings, now), now, CONFIG, expected=due) == fresh

    def test_readings_that_come_late_are_followed_as_if_they_had_been_there(self, due):
        lunch, readings = everything(Simulator(11, PLAN, calibrated=False))
        now, tracker = lunch.at(400), Tracker()
        late = [one for one in until(readings, now) if not lunch.at(200) < one.measured_at < lunch.at(300)]

        before = tracker.look(late, now, CONFIG, expected=due)
        after = tracker.look(until(readings, now), now, CONFIG, expected=due)

        assert after == estimate(until(readings, now), now, CONFIG, expected=due)
        assert before != after

    def test_a_look_back_is_right_too(self, due):
        lunch, readings = everything(Simulator(11, PLAN, calibrated=False))
        tracker = Tracker()
        tracker.look(readings, lunch.at(500), CONFIG, expected=due)

        assert tracker.look(readings, lunch.at(300), CONFIG, expected=due) == estimate(
            readings, lunch.at(300), CONFIG, expected=due
        )

    def test_a_sensor_found_frozen_is_taken_back_from_when_it_froze(self, due):
        simulator, day = Simulator(3, PLAN, calibrated=False), date(2026, 6, 1)
        while not (PLAN.is_open(day) and simulator.lunch(day).frozen[150:560].any()):
            day += timedelta(days=1)
        lunch, readings = everything(simulator, day)
        moved = expected(Simulator(1, PLAN).past_days(60, day), day, PLAN)
        tracker, looks = Tracker(), []

        for step in range(120, 600, 7):
            now = lunch.at(step)
            looks.append(tracker.look(until(readings, now), now, CONFIG, expected=moved))

        frozen = [look for look in looks if look.sources and look.sources[0].health is Health.FROZEN]
        assert frozen
        assert frozen[-1] == estimate(until(readings, frozen[-1].at), frozen[-1].at, CONFIG, expected=moved)


def wait_error(simulator: Simulator, config: EstimateConfig, due: Expected | None, steps: range) -> float:
    """Mean absolute error in minutes over some steps of the day."""
    lunch, readings = everything(simulator)
    tracker, off = Tracker(), []
    for step in steps:
        found = tracker.look(until(readings, lunch.at(step)), lunch.at(step), config, expected=due)
        if found.minutes is not None:
            off.append(abs(found.minutes - lunch.wait_s[step] / 60))
    assert len(off) > len(steps) / 2
    return sum(off) / len(off)


STEPS = range(130, 590, 12)


class TestHonesty:
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(
            st.tuples(st.sampled_from(["cam1", "gate1", "beam1"]), st.integers(0, 1500), st.integers(0, 90)),
            max_size=40,
        )
    )
    def test_with_a_usual_too_an_old_count_is_never_said_as_a_new_one(self, due, said):
        now = datetime.fromisoformat("2026-06-03T12:10:00+09:00")
        kinds = {"cam1": Kind.CAMERA, "gate1": Kind.GATE, "beam1": Kind.BEAM}
        readings = [
            Reading(name, kinds[name], at, at, **{"served" if name == "gate1" else "count": value})
            for name, age, value in said
            for at in [now - timedelta(seconds=age)]
        ]

        found = estimate(readings, now, expected=due)

        assert found.stale is (found.age_s is None or found.age_s > 120)
        assert not found.reckoned or found.stale
        if found.people is not None and (found.age_s is None or found.age_s > 600):
            assert found.reckoned
        if found.minutes is not None:
            assert 0 <= found.low <= found.minutes <= found.high

    def test_after_lunch_a_tracker_still_says_what_a_fresh_process_says(self, due):
        lunch, readings = everything(Simulator(11, PLAN, calibrated=False))
        last, tracker = lunch.at(719), Tracker()

        for minutes in (25, 31):
            now = last + timedelta(minutes=minutes)
            assert tracker.look(readings, now, CONFIG, expected=due) == estimate(readings, now, CONFIG, expected=due)


class TestLearning:
    def test_a_line_with_more_servers_than_told_is_soon_known_to_be_faster(self):
        lunch, readings = everything(Simulator(4, PLAN, faults=False, world=World(servers=3)))
        slow = EstimateConfig(Site(servers=2))

        found = estimate(until(readings, lunch.at(170)), lunch.at(170), slow)

        assert lunch.people[120:170].max() > 10
        assert found.per_minute > 14.5


class TestAnySensorsAlive:
    def test_a_gate_and_the_usual_arrivals_tell_of_the_line_and_say_that_nobody_counted(self, due):
        gate_only = Simulator(4, PLAN, camera=None, faults=False)
        lunch, readings = everything(gate_only)

        found = estimate(until(readings, lunch.at(300)), lunch.at(300), CONFIG, expected=due)

        assert found.reckoned
        assert found.stale
        assert found.low < found.high
        assert wait_error(gate_only, CONFIG, due, STEPS) < 1.5

    def test_a_camera_alone_does(self, due):
        assert wait_error(Simulator(4, PLAN, gate=None, faults=False), EstimateConfig(), due, STEPS) < 0.6

    def test_a_camera_and_a_gate_do_better(self, due):
        assert wait_error(Simulator(4, PLAN, faults=False), EstimateConfig(), due, STEPS) < 0.45

    def test_a_gate_whose_file_comes_after_lunch_says_nothing_meanwhile(self, due):
        lunch, readings = everything(Simulator(4, PLAN, camera=None, world=World(gate_file=True)))

        found = estimate(until(readings, lunch.at(300)), lunch.at(300), CONFIG, expected=due)

        assert (found.people, found.stale, found.sources) == (None, True, ())

    def test_people_in_the_line_alone_are_believed_as_far_as_they_can_be(self):
        now = datetime.fromisoformat("2026-06-03T12:10:00+09:00")
        said = [
            Reading(f"chat{i}", Kind.CHAT, now - timedelta(seconds=s), now, count=count, noise=6.0)
            for i, (s, count) in enumerate(((60, 25), (40, 30), (10, 28)))
        ]

        found = estimate(said, now)

        assert found.people == pytest.approx(28, abs=6)
        assert not found.stale
        assert found.high - found.low > 0.5

    def test_two_cameras_weigh_by_their_noise_and_each_says_what_it_would_have_said(self):
        now = datetime.fromisoformat("2026-06-03T12:10:00+09:00")
        said = [
            Reading(sensor, Kind.CAMERA, at, at, count=count, noise=noise)
            for i in range(12)
            for at in [now - timedelta(seconds=10 * i)]
            for sensor, count, noise in (("near", 30 + i % 3, 2.0), ("far", 44 + i % 2, 12.0))
        ]

        found = estimate(said, now)

        assert 29 <= found.people <= 36
        people = {source.sensor: source.people for source in found.sources}
        assert people == {"near": 30, "far": 44}
        off = {source.sensor: source.off for source in found.sources}
        assert off["far"] > 8 > abs(off["near"])

    def test_a_gate_that_tells_a_minutes_sum_is_no_burst(self):
        now = datetime.fromisoformat("2026-06-03T12:10:00+09:00")
        instants = [now - timedelta(seconds=10 * i) for i in range(60)]
        counts = [Reading("cam1", Kind.CAMERA, at, at, count=20 + i % 4) for i, at in enumerate(instants)]
        each = [Reading("gate1", Kind.GATE, at, at, served=2) for at in instants]
        sums = [Reading("gate1", Kind.GATE, at, at, served=12) for at in instants[::6]]

        by_each, by_sum = (estimate(counts + gate, now) for gate in (each, sums))

        assert by_sum.per_minute == pytest.approx(by_each.per_minute, rel=0.1)
        assert by_sum.people == pytest.approx(by_each.people, abs=3)


class TestTheKitchenAndPhysics:
    def test_a_delay_that_the_kitchen_told_makes_the_wait_longer_without_a_gate(self):
        now = datetime.fromisoformat("2026-06-03T12:10:00+09:00")
        said = [
            Reading("cam1", Kind.CAMERA, at, at, count=20 + i % 4)
            for i in range(30)
            for at in [now - timedelta(seconds=10 * i)]
        ]
        told = EstimateConfig(delays=((now - timedelta(minutes=4), now + timedelta(minutes=20)),))

        plain, delayed = estimate(said, now), estimate(said, now, told)

        assert delayed.minutes > 1.3 * plain.minutes
        assert delayed.per_minute < 0.75 * plain.per_minute

    def test_a_line_that_no_arrivals_explain_is_not_believed_until_it_lasts(self):
        now = datetime.fromisoformat("2026-06-03T12:10:00+09:00")

        def said(*last: int) -> Estimate:
            values = [5, 6, 4, 5, 6, 5, *last]
            at = [now - timedelta(seconds=10 * i) for i in range(len(values))][::-1]
            return estimate(
                [Reading("cam1", Kind.CAMERA, t, t, count=v) for t, v in zip(at, values, strict=True)],
                now,
                EstimateConfig(Site(visible=None)),
            )

        assert said(500).people < 20
        assert said(500, 505, 498, 502).people > 400
        assert said(500, 5).people < 20

    def test_a_camera_that_is_covered_for_a_moment_empties_no_line(self):
        now = datetime.fromisoformat("2026-06-03T12:10:00+09:00")
        at = [now - timedelta(seconds=10 * i) for i in range(20)][::-1]
        counts = [60, 62, 58, 61, 59] * 4
        counts[-1] = 0
        said = [Reading("cam1", Kind.CAMERA, t, t, count=v) for t, v in zip(at, counts, strict=True)]
        gate = [Reading("gate1", Kind.GATE, t, t, served=2) for t in at]

        assert estimate(said + gate, now).people > 45


class TestHistory:
    def test_the_minutes_of_a_tracker_are_those_of_a_fresh_process(self, due):
        lunch, readings = everything(Simulator(11, PLAN, calibrated=False))
        tracker = Tracker()
        tracker.look(readings, lunch.at(500), CONFIG, expected=due)
        start, end = lunch.at(300), lunch.at(420)

        found = tracker.minutes(readings, start, end, CONFIG, expected=due)

        assert found == by_minute(readings, start, end, CONFIG, expected=due)
        truth = lunch.people.reshape(-1, 6).mean(axis=1)[50:70]
        assert [one.people for one in found] == pytest.approx(truth, abs=12)

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise

import numpy as np
import pytest

from occupancy.reading import Kind
from occupancy.simulator import STEP, Simulator, World, serve
from occupancy.slots import SlotPlan

DAY = date(2026, 11, 23)
TIMES = (time(11, 40), time(12, 0), time(12, 20), time(12, 40))
PLAN = SlotPlan(date(2026, 1, 5), TIMES, (("a",), ("b",), ("c",), ("d",)))


def test_a_lunch_runs_from_11_20_to_13_20_in_ten_second_steps():
    lunch = Simulator(1, PLAN).lunch(DAY)

    truth = list(lunch)
    assert len(truth) == 720
    assert truth[0].at.astimezone().utctimetuple()[3:5] == (2, 20)
    assert truth[-1].at - truth[0].at == 719 * STEP


def test_the_same_seed_gives_the_same_lunch_and_another_another():
    first, again, other = (Simulator(seed, PLAN).lunch(DAY) for seed in (1, 1, 2))

    assert (first.people == again.people).all()
    assert (first.camera == again.camera).all()
    assert (first.people != other.people).any()


def test_readings_do_not_depend_on_the_pieces_they_are_asked_in():
    simulator = Simulator(1, PLAN)
    start = simulator.lunch(DAY).start
    whole = simulator.readings_between(start - STEP, start + timedelta(hours=2))

    pieces = [
        reading
        for i in range(-1, 1029)
        for reading in Simulator.readings_between(
            simulator, start + i * timedelta(seconds=7), start + (i + 1) * timedelta(seconds=7)
        )
    ]

    assert tuple(pieces) == whole
    assert {reading.kind for reading in whole} == {Kind.CAMERA, Kind.GATE}


def test_everyone_who_joined_is_served_in_the_end_but_for_the_gates_own_loss():
    lunch = Simulator(1, PLAN, faults=False).lunch(DAY)

    assert lunch.people[-1] == 0
    assert 500 < lunch.served.sum() < 960


def test_the_wait_is_what_the_line_ahead_needs():
    lunch = Simulator(1, PLAN, faults=False).lunch(DAY)
    busy = lunch.people > 20

    ratio = lunch.wait_s[busy] / (lunch.people[busy] * 5.0)

    assert busy.any()
    assert np.abs(ratio.mean() - 1) < 0.1


def test_on_a_closed_day_nobody_comes_and_no_sensor_speaks():
    simulator = Simulator(1, PLAN)
    saturday = date(2026, 11, 28)
    start = simulator.lunch(saturday).start

    assert simulator.lunch(saturday).people.sum() == 0
    assert simulator.readings_between(start, start + timedelta(hours=3)) == ()


def test_the_past_is_of_open_days_and_says_that_it_is_simulated():
    days = Simulator(1, PLAN).past_days(7, DAY)

    assert [day.day for day in days] == [date(2026, 11, d) for d in (12, 13, 16, 17, 18, 19, 20)]
    assert all(day.simulated and day.served > 300 for day in days)
    assert days[0].minutes[0].minute == 11 * 60 + 20


def test_groups_rotate_so_that_the_large_ones_peak_elsewhere_each_week():
    simulator = Simulator(1, PLAN, faults=False)
    peaks = {int(simulator.lunch(DAY + timedelta(weeks=week)).people.argmax() // 120) for week in range(4)}

    assert len(peaks) > 1


@pytest.mark.parametrize(("kind", "left_out"), [(Kind.CAMERA, {"camera": None}), (Kind.GATE, {"gate": None})])
def test_a_sensor_can_be_left_out(kind, left_out):
    simulator = Simulator(1, PLAN, **left_out)
    start = simulator.lunch(DAY).start

    assert kind not in {reading.kind for reading in simulator.readings_between(start, start + timedelta(hours=2))}


def test_faults_happen_on_some_days_and_never_where_they_are_ruled_out():
    days = [DAY + timedelta(days=i) for i in range(60) if PLAN.is_open(DAY + timedelta(days=i))]

    bad = [Simulator(1, PLAN).lunch(day).sensor_bad.any() for day in days]
    ruled_out = [Simulator(1, PLAN, faults=False).lunch(day).sensor_bad.any() for day in days]

    assert 0.15 < np.mean(bad) < 0.6
    assert not any(ruled_out)


def test_a_crowd_can_be_served_anew_and_by_itself_gives_the_same_lunch():
    simulator = Simulator(3, PLAN)
    crowd, lunch = simulator.arrivals_of(DAY), simulator.lunch(DAY)

    served, again = serve(crowd), simulator.lunch_of(crowd)

    assert (again.camera == lunch.camera).all()
    assert (served.waits_s(crowd.joins_s) >= 0).all()
    assert (served.begun_s >= crowd.opens_s).all()


def test_people_who_come_later_make_another_line_on_the_same_day():
    simulator = Simulator(3, PLAN)
    crowd = simulator.arrivals_of(DAY)
    spread = np.sort(crowd.joins_s + 900.0 * (np.arange(crowd.joins_s.size) % 2))

    moved = simulator.lunch_of(replace(crowd, joins_s=spread))

    assert moved.people.max() < simulator.lunch(DAY).people.max()
    assert (moved.silent == simulator.lunch(DAY).silent).all()


def test_two_lines_of_one_seed_share_the_people():
    whole = Simulator(3, PLAN).arrivals_of(DAY).joins_s
    one, other = (Simulator(3, PLAN, world=World(part=part)).arrivals_of(DAY).joins_s for part in ((0, 0.6), (0.6, 1)))

    assert 0.5 < one.size / whole.size < 0.7
    assert np.sort(np.concatenate([one, other])) == pytest.approx(whole)


def test_a_gate_with_a_file_only_speaks_after_the_lunch():
    simulator, live = Simulator(3, PLAN, camera=None, world=World(gate_file=True)), Simulator(3, PLAN, camera=None)
    start, end = simulator.lunch(DAY).start, simulator.lunch(DAY).at(720)

    late = simulator.readings_between(start, end)

    assert simulator.readings_between(start, end - STEP) == ()
    assert sum(one.served or 0 for one in late) == sum(one.served or 0 for one in live.readings_between(start, end))
    assert all(one.received_at == end >= one.measured_at for one in late)


def test_a_camera_may_speak_seldom():
    simulator = Simulator(3, PLAN, gate=None, faults=False, world=World(camera_every=3))
    start = simulator.lunch(DAY).start

    said = simulator.readings_between(start, start + timedelta(minutes=30))

    assert {(b.measured_at - a.measured_at) / STEP for a, b in pairwise(said)} == {3.0}

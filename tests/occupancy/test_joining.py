from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import pytest

from occupancy.joining import expected
from occupancy.reading import DayHistory, Minute
from occupancy.simulator import Simulator, World
from occupancy.slots import SlotPlan

DAY = date(2026, 11, 23)
PLAN = SlotPlan(
    date(2026, 1, 5), (time(11, 40), time(12, 0), time(12, 20), time(12, 40)), (("a",), ("b",), ("c",), ("d",))
)


def history(n: int = 60, seed: int = 1, **world) -> tuple[DayHistory, ...]:
    return Simulator(seed, PLAN, world=World(**world)).past_days(n, DAY)


def test_as_many_are_expected_as_ate_on_days_like_this_one():
    past = history()
    alike = [day.served for day in past if PLAN.order(day.day) == PLAN.order(DAY)]

    found = expected(past, DAY, PLAN)

    assert found.days == len(alike)
    assert found.between(found.start, found.end) == pytest.approx(np.mean(alike), rel=0.03)


def test_they_are_expected_when_the_groups_of_the_week_have_their_slots():
    found = expected(history(), DAY, PLAN)
    other = expected(history(), DAY - timedelta(weeks=1), PLAN)

    peaks = [int(one.rates.argmax()) for one in (found, other)]

    assert peaks[0] != peaks[1]


def test_the_rate_is_of_the_instant_and_delayed_with_the_day():
    found = expected(history(), DAY, PLAN)
    at = datetime(2026, 11, 23, 2, 42, tzinfo=UTC)

    late = found.rate(at + timedelta(seconds=90), np.array([0.0, 90.0]))

    assert late[1] == pytest.approx(float(found.rate(at, np.zeros(1))[0]))
    assert found.rate(found.start - timedelta(minutes=1), np.zeros(1)) == 0
    assert found.rate(found.end + timedelta(minutes=1), np.zeros(1)) == 0


@pytest.mark.parametrize(("servers", "service_s", "speed"), [(2, 10.0, 0.2), (2, 15.0, 0.133), (3, 10.0, 0.3)])
def test_the_speed_of_service_is_learned_from_minutes_in_which_people_waited(servers, service_s, speed):
    past = history(servers=servers, service_s=service_s)

    assert expected(past, DAY, PLAN, servers=servers, nominal=0.2).speed == pytest.approx(speed, rel=0.06)


def test_days_that_come_early_or_late_are_known_to_do_so():
    calm, late = (expected(history(110, late_s=late_s), DAY, PLAN).shift_s for late_s in (0.0, 90.0))

    assert calm < 25
    assert late > 45


def test_how_far_totals_differ_is_learned():
    found = expected(history(110), DAY, PLAN)

    assert 0.05 < found.scale_sd < 0.2


def test_without_two_days_nothing_is_expected():
    assert expected((), DAY, PLAN) is None
    assert expected(history(1), DAY, PLAN) is None


def test_a_week_never_seen_is_expected_from_all_days_and_less_surely():
    past = [day for day in history(20) if PLAN.order(day.day) != PLAN.order(DAY)]

    found = expected(past, DAY, PLAN)

    assert found.days == len(past)
    assert found.scale_sd >= 0.3


def test_without_a_gate_those_who_left_are_reckoned():
    past = history()
    blind = [DayHistory(day.day, tuple(Minute(one.minute, one.people) for one in day.minutes)) for day in past]

    found, known = expected(blind, DAY, PLAN), expected(past, DAY, PLAN)

    assert found.speed is None
    assert found.between(found.start, found.end) == pytest.approx(known.between(known.start, known.end), rel=0.35)


def test_a_forecast_of_the_total_moves_all_of_it():
    plain, more = (expected(history(), DAY, PLAN, share=share) for share in (1.0, 1.2))

    assert more.rates == pytest.approx(1.2 * plain.rates)

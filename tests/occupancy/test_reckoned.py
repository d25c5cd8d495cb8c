"""A line reckoned from totals: honest about its basis, sane in its shape, better with reports; never without totals."""

from __future__ import annotations

from datetime import date, time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from occupancy import reckoned
from occupancy.forecast import Basis
from occupancy.reading import DayHistory, Minute
from occupancy.reckoned import Report, Site, Size
from occupancy.simulator import SIZES, Simulator
from occupancy.slots import SlotPlan

DAY = date(2026, 6, 1)
PLAN = SlotPlan(
    date(2026, 1, 5),
    (time(11, 40), time(12, 0), time(12, 20), time(12, 40)),
    (("a",), ("b",), ("c",), ("d",)),
)
SIZE = Size(600, 680, 760, 30)


def curve(size=SIZE, site=None, heads=(), reports=()):
    found = reckoned.reckon(PLAN, DAY, size, site or Site(), heads, reports)
    assert found is not None
    return found


def test_it_says_that_it_is_reckoned_and_from_how_many_days():
    found = curve(Size(600, 680, 760, 30, simulated=True))

    assert (found.basis, found.days, found.simulated) == (Basis.RECKONED, 30, True)
    assert found.day == DAY
    assert min(found.people) <= 11 * 60 + 30
    assert max(found.people) >= 13 * 60 + 20


def test_the_line_grows_in_each_slot_and_is_gone_after_the_last():
    found = curve(heads=SIZES)

    peak = max(found.people.values())
    assert peak > 15
    assert found.people[13 * 60 + 25] < 1
    assert found.people[11 * 60 + 25] < 3
    for start in (700, 720, 740, 760):
        inside = [found.people[minute] for minute in range(start, start + 20)]
        assert max(inside) > found.people[start] + 1


def test_more_people_wait_longer_and_more_servers_shorter():
    middle = sum(curve().people.values())

    assert sum(curve(Size(800, 880, 960, 30)).people.values()) > 1.3 * middle
    assert sum(curve(site=Site(servers=3)).people.values()) < 0.6 * middle
    assert sum(curve(site=Site(share=0.5)).people.values()) < 0.5 * middle


def test_the_band_holds_the_curve_and_is_wider_where_heads_are_not_told():
    untold, told = curve(), curve(heads=(1, 1, 1, 1))

    for minute in untold.people:
        assert untold.below[minute] > 0
        assert untold.above[minute] > 0
    assert sum(untold.above.values()) > sum(told.above.values())


def test_a_report_moves_the_line_towards_it_and_says_no_more_than_it_knows():
    plain = curve()
    at = max(plain.people, key=lambda minute: plain.people[minute])
    high = curve(reports=[Report(at + 0.5, plain.people[at] + 25)])
    low = curve(reports=[Report(at + 0.5, max(0.0, plain.people[at] - 25))])

    assert low.people[at] < plain.people[at] < high.people[at] < plain.people[at] + 25
    assert high.people[at + 10] > low.people[at + 10]
    assert curve(reports=[Report(5.0, 100)]).people == plain.people  # at night nobody stands in line


def test_heads_are_learned_from_what_was_reported_over_rotating_weeks():
    simulator, chance = Simulator(7, PLAN, faults=False), np.random.default_rng(7)
    past = simulator.past_days(20, DAY)
    told = []
    for day in past:
        minutes = sorted(chance.choice(range(20, 100), 5, replace=False).tolist())
        told.append(
            DayHistory(day.day, tuple(Minute(day.minutes[m].minute, day.minutes[m].people or 0.0) for m in minutes))
        )

    learned = reckoned.heads_from(told, {day.day: day.served for day in past}, PLAN, Site(), 4)

    truth = [n / sum(SIZES) for n in SIZES]
    assert sum(learned) == pytest.approx(1)
    off = [abs(a - b) for a, b in zip(learned, truth, strict=True)]
    assert sum(off) < 0.5 * sum(abs(0.25 - one) for one in truth)


def test_without_reports_heads_are_alike():
    learned = reckoned.heads_from([], {}, PLAN, Site(), 4)

    assert max(learned) - min(learned) < 0.02


def test_the_calmest_minute_of_a_slot_lies_in_it_and_is_known_by_the_plan_alone():
    by_plan = reckoned.by_plan_alone(PLAN.table(DAY), DAY, 2)
    assert by_plan is not None

    for slot in PLAN.table(DAY):
        start = slot.start.hour * 60 + slot.start.minute
        for found in (curve(), by_plan):
            minute = reckoned.calmest(found, slot)
            assert minute is not None
            assert start + 2 <= minute < start + 20
            assert found.people[minute] <= min(found.people[m] for m in range(start + 2, start + 20)) + 0.1


def test_a_closed_day_and_a_plan_of_nobody_give_nothing():
    assert reckoned.reckon(PLAN, date(2026, 6, 6), SIZE, Site()) is None
    assert reckoned.by_plan_alone((), date(2026, 6, 6), 2) is None


def test_the_same_grounds_give_the_same_line():
    assert curve().people == curve().people


@settings(max_examples=15, deadline=None)
@given(
    st.floats(0, 20_000),
    st.integers(1, 100),
    st.lists(st.tuples(st.floats(0, 1439), st.floats(0, 5_000)), max_size=8),
)
def test_whatever_it_is_told_the_figures_are_figures(total, servers, reports):
    found = reckoned.reckon(
        PLAN, DAY, Size(0.5 * total, total, 2 * total, 3), Site(servers), (), [Report(*one) for one in reports]
    )

    assert found is not None
    for minute, people in found.people.items():
        assert 0 <= people < 100_000
        assert np.isfinite([people, found.below[minute], found.above[minute]]).all()

from __future__ import annotations

from collections import Counter
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from occupancy.reading import SlotError
from occupancy.slots import SlotPlan, WeekOrder

MONDAY = date(2026, 1, 5)
TIMES = (time(11, 40), time(12, 0), time(12, 20), time(12, 40))
GROUPS = (("총무과", "인사과"), ("예산담당관",), ("농정과",), ("도로과",))
PLAN = SlotPlan(MONDAY, TIMES, GROUPS)


def plan_of(n: int) -> SlotPlan:
    return SlotPlan(
        MONDAY, tuple(time(11, 10 * i) for i in range(n)), tuple((f"g{i}",) for i in range(n)), slot_minutes=10
    )


def test_the_first_week_follows_the_groups_order():
    slots = PLAN.table(MONDAY)

    assert [(slot.start, slot.end, slot.group) for slot in slots] == [
        (time(11, 40), time(12, 0), 0),
        (time(12, 0), time(12, 20), 1),
        (time(12, 20), time(12, 40), 2),
        (time(12, 40), time(13, 0), 3),
    ]


def test_each_week_every_group_moves_one_slot_on():
    wednesdays = [MONDAY + timedelta(days=2, weeks=week) for week in range(5)]

    starts = [slot.start for day in wednesdays if (slot := PLAN.slot_of("인사과", day))]

    assert starts == [time(11, 40), time(12, 0), time(12, 20), time(12, 40), time(11, 40)]


@given(st.integers(1, 6), st.integers(-300, 300), st.integers(0, 4))
def test_every_group_gets_every_slot_once_in_n_weeks(n, week, weekday):
    plan = plan_of(n)
    days = [MONDAY + timedelta(days=weekday, weeks=week + i) for i in range(n)]

    got = Counter((slot.group, slot.index) for day in days for slot in plan.table(day))

    assert got == Counter({(group, index): 1 for group in range(n) for index in range(n)})


@given(st.integers(1, 6), st.dates(date(2020, 1, 1), date(2035, 12, 31)))
def test_a_week_has_one_order_and_each_slot_one_group(n, day):
    plan = plan_of(n)
    monday = day - timedelta(days=day.weekday())

    assert plan.order(day) == plan.order(monday)
    assert sorted(plan.order(day)) == list(range(n))


@given(st.dates(date(2024, 1, 1), date(2031, 12, 31)), st.sampled_from([name for g in GROUPS for name in g]))
def test_who_eats_at_my_time_is_my_group(day, department):
    slot = PLAN.slot_of(department, day)

    if slot is None:
        assert day.weekday() >= 5
    else:
        assert department in PLAN.groups_at(day, slot.start)
        assert PLAN.groups_at(day, slot.end) != PLAN.groups_at(day, slot.start)


def test_outside_slots_it_is_nobodys_turn():
    assert PLAN.groups_at(MONDAY, time(11, 39)) == ()
    assert PLAN.groups_at(MONDAY, time(13, 0)) == ()
    assert PLAN.groups_at(MONDAY, time(12, 59)) == ("도로과",)


def test_weekends_closures_and_holidays_have_no_slots_and_do_not_stop_the_rotation():
    closed, holiday = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
    plan = SlotPlan(MONDAY, TIMES, GROUPS, closures=frozenset({closed}), is_holiday=lambda day: day == holiday)

    for day in (closed, holiday, MONDAY + timedelta(days=5)):
        assert plan.table(day) == ()
        assert plan.slot_of("총무과", day) is None
    later = MONDAY + timedelta(weeks=3)
    assert plan.table(later) == PLAN.table(later)


def test_a_department_in_no_group_has_no_slot():
    assert PLAN.slot_of("없는과", MONDAY) is None


def test_an_exception_replaces_its_own_week_only():
    week = MONDAY + timedelta(weeks=1)
    plan = SlotPlan(MONDAY, TIMES, GROUPS, exceptions=(WeekOrder(week, (3, 2, 1, 0)),))

    assert plan.order(week + timedelta(days=4)) == (3, 2, 1, 0)
    assert plan.order(week + timedelta(weeks=1)) == PLAN.order(week + timedelta(weeks=1))


def test_a_held_week_repeats_the_one_before_and_all_later_follow():
    held = MONDAY + timedelta(weeks=2)
    plan = SlotPlan(MONDAY, TIMES, GROUPS, held=frozenset({held}))

    assert plan.order(held) == plan.order(held - timedelta(weeks=1))
    assert plan.order(held + timedelta(weeks=1)) == PLAN.order(held)


@pytest.mark.parametrize(
    "wrong",
    [
        {"first_monday": date(2026, 1, 6)},
        {"times": TIMES[:3]},
        {"times": (), "groups": ()},
        {"times": TIMES[::-1]},
        {"slot_minutes": 21},
        {"slot_minutes": 0},
        {"times": (*TIMES[:3], time(23, 45))},
        {"groups": (("총무과",), ("총무과",), (), ())},
        {"exceptions": (WeekOrder(MONDAY, (0, 0, 1, 2)),)},
        {"exceptions": (WeekOrder(date(2026, 1, 6), (3, 2, 1, 0)),)},
        {"held": frozenset({MONDAY})},
    ],
)
def test_a_plan_that_contradicts_itself_is_refused(wrong):
    with pytest.raises(SlotError):
        SlotPlan(**({"first_monday": MONDAY, "times": TIMES, "groups": GROUPS} | wrong))

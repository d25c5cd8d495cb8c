"""Five years of generated calendars against an oracle that walks them day by day and knows no formula."""

from __future__ import annotations

import contextlib
import functools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from occupancy.reading import SlotError
from occupancy.rearranged import (
    Arrangement,
    Assigned,
    Change,
    Closed,
    Held,
    Monthly,
    Ordered,
    Paused,
    Renamed,
    Rules,
    Timed,
    Week,
    applied,
    compose,
)
from occupancy.slots import MonthlyRest, Pause, SlotPlan, monday_of

FIRST = date(2026, 1, 5)
YEARS = 5
DAYS = tuple(FIRST + timedelta(days=step) for step in range(366 * YEARS))
MONDAYS = tuple(day for day in DAYS if day.weekday() == 0)
NAMES = tuple(f"{number}과" for number in range(9))


@dataclass(frozen=True)
class Year:
    """A calendar with everything that may happen to it."""

    rules: Rules
    changes: tuple[Change, ...]
    holidays: frozenset[date]


@st.composite
def tables(draw: st.DrawFn) -> Arrangement:
    n = draw(st.integers(1, 6))
    groups: list[list[str]] = [[] for _ in range(n)]
    for name in NAMES:
        groups[draw(st.integers(0, n - 1))].append(name)
    start, times, minutes = 11 * 60, [], []
    for _ in range(n):
        start += draw(st.integers(0, 10))
        length = draw(st.integers(5, 25))
        times.append(time(start // 60, start % 60))
        minutes.append(length)
        start += length
    return Arrangement(date.min, tuple(times), tuple(minutes), tuple(map(tuple, groups)))


def changes(n: int) -> st.SearchStrategy[Change]:
    day, monday = st.sampled_from(DAYS), st.sampled_from(MONDAYS[1:])
    group = st.one_of(st.none(), st.integers(0, n - 1))
    return st.one_of(
        st.builds(Closed, day, st.booleans()),
        st.builds(Monthly, st.sampled_from([1, 2, 3, 4, 5, -1]), st.integers(0, 4), day, st.booleans()),
        st.builds(Week, monday, st.permutations(range(n)).map(tuple)),
        st.builds(Week, monday),
        st.builds(Held, monday, st.booleans()),
        st.builds(Assigned, st.sampled_from((*NAMES, "새과")), group, day),
        st.builds(Renamed, st.sampled_from(NAMES), st.sampled_from(("새과", "딴과", NAMES[0])), day),
        st.builds(Ordered, day, st.permutations(range(n)).map(tuple)),
        st.builds(Paused, monday, st.booleans()),
    )


@st.composite
def calendars(draw: st.DrawFn) -> Year:
    table = draw(tables())
    weeks = draw(st.sets(st.sampled_from(MONDAYS), max_size=6))  # whole weeks without lunch
    days = draw(st.sets(st.sampled_from(DAYS), max_size=40))
    holidays = frozenset(days | {monday + timedelta(days=step) for monday in weeks for step in range(5)})
    rules = Rules(
        FIRST,
        (table,),
        frozenset(draw(st.sets(st.sampled_from(DAYS), max_size=10))),
        tuple(draw(st.lists(st.builds(MonthlyRest, st.sampled_from([1, 3, -1]), st.integers(0, 4)), max_size=1))),
        pauses=(Pause(FIRST),) if draw(st.booleans()) else (),
    )
    return Year(rules, tuple(draw(st.lists(changes(len(table.groups)), max_size=12))), holidays)


def oracle(year: Year) -> Iterator[tuple[date, list[tuple[time, tuple[str, ...]]] | None]]:
    """Each day in turn with its slots, None when there is no lunch: a notice-board keeper's way, week after week."""
    table, turn, n = year.rules.arrangements[0], None, len(year.rules.arrangements[0].groups)
    for day in DAYS:
        for change in (one for one in year.changes if getattr(one, "since", None) == day):
            if isinstance(change, Assigned | Renamed | Timed | Ordered):
                with contextlib.suppress(SlotError):
                    table = applied(change, table)
        if day.weekday() == 0:
            turn = list(range(n)) if turn is None else turn if stands_still(year, day) else [turn[-1], *turn[:-1]]
        assert turn is not None
        order = own_week(year, day) or turn
        if is_open(year, day):
            yield day, [(at, table.groups[group]) for at, group in zip(table.times, order, strict=True)]
        else:
            yield day, None


def stands_still(year: Year, monday: date) -> bool:
    held = [one.held for one in year.changes if isinstance(one, Held) and one.monday == monday]
    if held and held[-1]:
        return True
    if year.rules.pauses:
        paused = True
    else:
        told = [one for one in year.changes if isinstance(one, Paused) and one.since <= monday]
        latest = max((one.since for one in told), default=None)
        paused = bool(told) and [one for one in told if one.since == latest][-1].paused
    return paused and not any(is_open(year, monday + timedelta(days=step)) for step in range(5))


def own_week(year: Year, day: date) -> tuple[int, ...]:
    said = [one.order for one in year.changes if isinstance(one, Week) and one.monday == monday_of(day)]
    return said[-1] if said else ()


def is_open(year: Year, day: date) -> bool:
    if day.weekday() > 4 or day in year.rules.closures:
        return False
    said = [one.closed for one in year.changes if isinstance(one, Closed) and one.day == day]
    if said and said[-1]:
        return False
    if any(nth(day, one.nth) and day.weekday() == one.weekday for one in year.rules.monthly):
        return False
    if said:
        return True
    return day not in year.holidays and not rests_monthly(year, day)


def rests_monthly(year: Year, day: date) -> bool:
    for which in {(one.nth, one.weekday) for one in year.changes if isinstance(one, Monthly)}:
        rests = [one for one in year.changes if isinstance(one, Monthly) and (one.nth, one.weekday) == which]
        since: date | None = None
        for one in rests:
            if one.closed and since is None:
                since = one.since
            elif not one.closed and since is not None:
                if since <= day < one.since and day.weekday() == which[1] and nth(day, which[0]):
                    return True
                since = None
        if since is not None and since <= day and day.weekday() == which[1] and nth(day, which[0]):
            return True
    return False


@functools.cache
def nth(day: date, number: int) -> bool:
    month = [day.replace(day=one) for one in range(1, 29)]
    step = date(day.year, day.month, 28) + timedelta(days=1)
    while step.month == day.month:
        month.append(step)
        step += timedelta(days=1)
    same = [one for one in month if one.weekday() == day.weekday()]
    return (same[-1] if number == -1 else same[number - 1] if number <= len(same) else None) == day


@settings(max_examples=12, deadline=None)
@given(calendars())
def test_each_look_up_of_five_years_is_what_a_keeper_of_the_notice_board_would_say(year):
    plan = compose(year.rules, year.changes, year.holidays.__contains__).plan

    for day, expected in oracle(year):
        table = plan.table(day)
        if expected is None:
            assert table == (), day
            continue
        assert [(slot.start, slot.departments) for slot in table] == expected, day
        slot = table[day.toordinal() % len(table)]
        assert plan.groups_at(day, slot.start) == slot.departments
        assert all(plan.slot_of(name, day) == slot for name in slot.departments[:1])


@settings(max_examples=12, deadline=None)
@given(calendars(), st.booleans())
def test_each_group_gets_each_slot_once_in_n_working_weeks(year, hold):
    rules = Rules(FIRST, year.rules.arrangements, year.rules.closures, pauses=(Pause(FIRST),) if hold else ())
    plan = compose(rules, (), year.holidays.__contains__).plan
    n = len(plan.groups)
    # by hold a week without lunch costs nobody a turn; by advance the turn of such a week is lost
    weeks = [one for one in MONDAYS if not hold or any(plan.is_open(one + timedelta(days=step)) for step in range(5))]

    for first in range(len(weeks) - n):
        got = Counter((group, place) for one in weeks[first : first + n] for place, group in enumerate(plan.order(one)))
        assert got == Counter({(group, place): 1 for group in range(n) for place in range(n)}), weeks[first]


def test_a_closed_week_costs_a_turn_by_advance_and_none_by_hold():
    off = {FIRST + timedelta(weeks=1, days=step) for step in range(5)}
    table = Arrangement(date.min, (time(11, 40), time(12)), (20, 20), (("가",), ("나",)))
    third = FIRST + timedelta(weeks=2)

    advance = compose(Rules(FIRST, (table,)), (), off.__contains__).plan
    hold = compose(Rules(FIRST, (table,), pauses=(Pause(FIRST),)), (), off.__contains__).plan

    assert advance.order(third) == advance.order(FIRST)
    assert hold.order(third) != hold.order(FIRST)


def test_history_before_a_reorganisation_keeps_the_old_groups():
    table = Arrangement(date.min, (time(11, 40), time(12)), (20, 20), (("재난대응과",), ("농정과", "축산과")))
    since = date(2027, 1, 1)
    told = (Renamed("농정과", "농축산과", since), Assigned("축산과", None, since), Assigned("재난대응과", 1, since))

    plan = compose(Rules(FIRST, (table,)), told, lambda _day: False).plan

    before, after = date(2026, 12, 31), date(2027, 1, 4)
    assert plan.on(before).groups == (("재난대응과",), ("농정과", "축산과"))
    assert plan.on(after).groups == ((), ("농축산과", "재난대응과"))
    assert plan.slot_of("농정과", before) is not None
    assert plan.slot_of("농정과", after) is None
    assert plan.slot_of("농축산과", after) == plan.slot_of("재난대응과", after)


def test_the_file_wins_and_what_it_overrules_is_named():
    table = Arrangement(date.min, (time(11, 40), time(12)), (20, 20), (("가",), ("나",)))
    later = Arrangement(date(2026, 7, 1), (time(11, 40), time(12)), (20, 20), (("나", "다"), ("가",)))
    closed = date(2026, 3, 2)
    rules = Rules(FIRST, (table, later), frozenset({closed}), held=frozenset({FIRST + timedelta(weeks=3)}))
    told = (
        Closed(closed, closed=False),
        Assigned("다", 1, date(2026, 7, 1)),
        Held(FIRST + timedelta(weeks=3), held=False),
        Renamed("없는과", "새과", date(2026, 5, 1)),
        Closed(date(2026, 3, 3)),
    )

    composed = compose(rules, told, lambda _day: False)

    assert not composed.plan.is_open(closed)
    assert composed.plan.on(date(2026, 7, 1)).groups == later.groups
    assert composed.ignored == (0, 2, 3)
    assert not composed.plan.is_open(date(2026, 3, 3))


@pytest.mark.parametrize("wrong", [(6, 0), (0, 0), (1, 5)])
def test_a_monthly_rest_that_never_comes_is_refused(wrong):
    with pytest.raises(SlotError):
        MonthlyRest(*wrong)


def test_slots_may_have_lengths_of_their_own():
    plan = SlotPlan(FIRST, (time(11, 30), time(12)), (("가",), ("나",)), minutes=(30, 15))

    assert [(slot.start, slot.end) for slot in plan.table(FIRST)] == [
        (time(11, 30), time(12)),
        (time(12), time(12, 15)),
    ]
    assert plan.closes == time(12, 15)
    with pytest.raises(SlotError):
        SlotPlan(FIRST, (time(11, 30), time(12)), (("가",), ("나",)), minutes=(31, 15))


def test_the_next_week_in_which_a_department_is_first():
    plan = SlotPlan(FIRST, (time(11, 40), time(12), time(12, 20)), (("가",), ("나",), ("다",)))

    assert plan.first_turn("가", FIRST + timedelta(days=7)) == FIRST + timedelta(weeks=3)
    assert plan.first_turn("없는과", FIRST) is None

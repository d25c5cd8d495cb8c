"""A proposed table lowers the wait when it is lived through on other days; an even one brings no proposal.

Learned on seed 1, judged on seed 2 (tests/bench/bench_balance.py judges more).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from occupancy.balance import Learned, Office, Proposal, learn, propose, table_then
from occupancy.reading import DayHistory
from occupancy.simulator import Simulator, World, serve
from occupancy.slots import Later, SlotPlan

TODAY = date(2026, 11, 23)
TIMES = (time(11, 40), time(12), time(12, 20), time(12, 40))
HOURS = (time(11, 30), time(13, 30))
UNEVEN = ((120, 100, 80, 60), (50, 50, 40), (100, 90), (110, 110))
EVEN = ((80, 80, 80),) * 4


def plan_of(heads: Sequence[Sequence[int]]) -> SlotPlan:
    groups = tuple(tuple(f"{number}조{place}과" for place in range(len(each))) for number, each in enumerate(heads))
    return SlotPlan(date(2026, 1, 5), TIMES, groups)


def people_of(heads: Sequence[Sequence[int]]) -> dict[str, int]:
    plan = plan_of(heads)
    return {
        name: n for names, each in zip(plan.groups, heads, strict=True) for name, n in zip(names, each, strict=True)
    }


def learned_of(heads: Sequence[Sequence[int]], seed: int = 1, days: int = 30) -> Learned:
    plan = plan_of(heads)
    world = World(sizes=tuple(sum(each) for each in heads))
    found = learn(Simulator(seed, plan, world=world).past_days(days, TODAY), plan, TODAY)
    assert found is not None
    return found


def lived(plan: SlotPlan, sizes: Sequence[int], seed: int, days: int = 20) -> float:
    """Mean minutes that people really wait."""
    simulator = Simulator(seed, plan, world=World(sizes=tuple(sizes)))
    waited, people = 0.0, 0
    for step in range(1, days * 7 // 5 + 3):
        day = TODAY + timedelta(days=step)
        if plan.is_open(day):
            crowd = simulator.arrivals_of(day)
            waits = serve(crowd).waits_s(crowd.joins_s)
            waited, people = waited + float(waits.sum()), people + waits.size
    return waited / people / 60


def proposed(heads: Sequence[Sequence[int]], office: Office) -> Proposal | None:
    return propose(learned_of(heads), plan_of(heads), TODAY, office, HOURS)


def test_what_is_learned_is_near_the_truth_in_proportion():
    learned = learned_of(UNEVEN)

    share = learned.sizes / learned.sizes.sum()
    truth = [360 / 910, 140 / 910, 190 / 910, 220 / 910]
    assert abs(share - truth).max() < 0.05  # who ignores the slots makes all groups look alike
    assert 10.5 < learned.per_minute < 13
    assert abs(learned.shape.sum() - 1) < 1e-9


def test_a_proposal_for_uneven_groups_lowers_the_wait_on_other_days():
    found, people = proposed(UNEVEN, Office(people_of(UNEVEN))), people_of(UNEVEN)
    assert found is not None
    assert 1 <= len(found.moves) <= 3

    plan = plan_of(UNEVEN)
    groups = table_then(plan, found)
    sizes = [sum(people[name] for name in names) for names in groups]
    before = lived(plan, [sum(each) for each in UNEVEN], 2)
    after = lived(SlotPlan(plan.first_monday, TIMES, groups), sizes, 2)

    assert before - after > 0.5 * found.saved
    assert after < 0.9 * before
    assert found.low <= found.saved <= found.high
    assert sorted(name for names in groups for name in names) == sorted(plan.departments)


@pytest.mark.parametrize("known", [True, False])
def test_even_groups_bring_no_proposal(known):
    assert proposed(EVEN, Office(people_of(EVEN) if known else {})) is None


def test_fixed_departments_stay_and_public_ones_come_no_closer():
    people = people_of(UNEVEN)
    free = proposed(UNEVEN, Office(people))
    assert free is not None
    moved = free.moves[0].department

    held = proposed(UNEVEN, Office(people, fixed=frozenset({moved})))
    assert held is None or moved not in {one.department for one in held.moves}

    target = plan_of(UNEVEN).groups[free.moves[0].after][0]
    apart = proposed(UNEVEN, Office(people, public=frozenset({moved, target})))
    groups = table_then(plan_of(UNEVEN), apart) if apart else plan_of(UNEVEN).groups
    assert not any({moved, target} <= set(names) for names in groups)


def test_without_head_counts_whole_groups_change_their_order_or_the_times_widen():
    heads = ((400,), (80,), (80,), (400,))
    ordered = proposed(heads, Office({}))
    assert ordered is not None
    assert ordered.order
    plan = plan_of(heads)
    groups = table_then(plan, ordered)
    sizes = [sum(people_of(heads)[name] for name in names) for names in groups]
    assert lived(SlotPlan(plan.first_monday, TIMES, groups), sizes, 2) < lived(plan, [400, 80, 80, 400], 2)

    crowded = ((400,),) * 4
    wider = proposed(crowded, Office({}))
    assert wider is not None
    assert wider.times
    stretched = SlotPlan(plan.first_monday, wider.times, plan.groups, minutes=wider.minutes)
    assert HOURS[0] <= wider.times[0]
    assert stretched.closes <= HOURS[1]
    assert lived(stretched, [400] * 4, 2) < lived(plan, [400] * 4, 2)


def test_the_same_days_bring_the_same_proposal():
    assert proposed(UNEVEN, Office(people_of(UNEVEN))) == proposed(UNEVEN, Office(people_of(UNEVEN)))


def test_too_short_a_past_teaches_nothing():
    plan = plan_of(EVEN)

    assert learn((), plan, TODAY) is None
    assert learn([DayHistory(TODAY - timedelta(days=step), ()) for step in range(1, 40)], plan, TODAY) is None


def test_days_before_a_reorganisation_do_not_speak_for_today():
    plan = plan_of(EVEN)
    moved = SlotPlan(plan.first_monday, TIMES, (plan.groups[1], plan.groups[0], *plan.groups[2:]))
    history = Simulator(1, plan).past_days(30, TODAY)

    assert learn(history, moved, TODAY) is not None  # it stood all along
    assert learn(history, _since(plan, moved), TODAY) is None


def _since(plan: SlotPlan, then: SlotPlan) -> SlotPlan:
    return replace(plan, later=(Later(TODAY - timedelta(days=3), then),))

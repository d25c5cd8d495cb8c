"""Totals and guests: hand over file over gate, corrections that remember, undoing, and no institution sees another."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from occupancy.facts import DayFacts
from occupancy.totals import Guests, Source, Total, TotalsError, TotalsStore, standing
from occupancy.undoable import Undone

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)


@pytest.fixture
def store(database):
    return TotalsStore(database)


def hand(meals, day=TODAY):
    return Total(day, meals, Source.HAND, "kitchen")


def file(meals, day=TODAY):
    return Total(day, meals, Source.FILE, "kitchen")


async def test_a_total_is_kept_corrected_with_what_it_was_and_undone(store):
    first = await store.put("gyeongnam", "main", [hand(861)], TODAY, "c1")
    second = await store.put("gyeongnam", "main", [hand(863)], TODAY, "c2")
    same = await store.put("gyeongnam", "main", [hand(863)], TODAY, "c3")

    assert (first.new, dict(first.before)) == (True, {})
    assert second.before[TODAY].meals == 861
    assert not same.new
    assert await store.undo("gyeongnam", "main", "c1") is Undone.OVERTAKEN
    assert await store.undo("gyeongnam", "main", "c2") is Undone.NOW
    assert (await store.facts("gyeongnam", "main", TODAY, TODAY))[TODAY].total == 861
    assert await store.undo("gyeongnam", "main", "c1") is Undone.NOW
    assert await store.facts("gyeongnam", "main", TODAY, TODAY) == {}


async def test_hand_stands_over_file_and_file_over_gate_whichever_came_first(store):
    days = [TODAY - 3 * DAY, TODAY - 2 * DAY, TODAY - DAY]
    await store.put("gyeongnam", "main", [hand(801, days[0])], TODAY, "c1")
    await store.put("gyeongnam", "main", [file(790, days[0]), file(805, days[1])], TODAY, "c2")

    told = await store.told("gyeongnam", "main", days[0], TODAY)
    found = standing(told, {days[0]: 780, days[1]: 781, days[2]: 782, TODAY: 0})

    assert [(one.meals, one.source) for one in found.values()] == [
        (801, Source.HAND), (805, Source.FILE), (782, Source.GATE),
    ]  # fmt: skip
    assert [one.meals for one in told[days[0]]] == [801, 790]
    assert (await store.facts("gyeongnam", "main", days[0], TODAY))[days[0]].total == 801


async def test_a_file_of_days_is_one_change_and_its_undoing_spares_what_was_corrected_since(store):
    days = [TODAY - step * DAY for step in range(5)]
    await store.put("gyeongnam", "main", [file(800 + n, day) for n, day in enumerate(days)], TODAY, "c1")
    await store.put("gyeongnam", "main", [file(900, days[0])], TODAY, "c2")

    assert await store.undo("gyeongnam", "main", "c1") is Undone.NOW
    assert list(await store.told("gyeongnam", "main", days[-1], TODAY)) == [days[0]]


async def test_guests_add_up_by_day_may_be_fewer_and_are_called_off(store):
    await store.announce("gyeongnam", "main", Guests("a", TODAY + DAY, 120, "교육생"), TODAY, "c1")
    await store.announce("gyeongnam", "main", Guests("b", TODAY + DAY, -30, "출장"), TODAY, "c2")
    repeated = await store.announce("gyeongnam", "main", Guests("b", TODAY + DAY, -30, "출장"), TODAY, "c2")

    assert (await store.facts("gyeongnam", "main", TODAY, TODAY + DAY)) == {
        TODAY + DAY: DayFacts(TODAY + DAY, guests=90)
    }
    assert repeated.guests.people == -30
    called = await store.call_off("gyeongnam", "main", "a", "c3")
    assert called is not None
    assert called.what == "교육생"
    assert await store.call_off("gyeongnam", "main", "a", "c4") is None
    assert await store.undo("gyeongnam", "main", "c3") is Undone.NOW
    assert [one.id for one in await store.guests("gyeongnam", "main", TODAY, TODAY + DAY)] == ["a", "b"]


@pytest.mark.parametrize(
    "total",
    [hand(861, TODAY + DAY), hand(861, date(1999, 1, 1)), hand(-1), hand(20_001), Total(TODAY, 5, Source.GATE)],
)
async def test_figures_that_nobody_can_mean_are_refused(store, total):
    with pytest.raises(TotalsError):
        await store.put("gyeongnam", "main", [hand(5), total], TODAY, "c1")

    assert await store.told("gyeongnam", "main", date(1999, 1, 1), TODAY) == {}


@pytest.mark.parametrize(
    "guests",
    [
        Guests("a", TODAY - DAY, 5),
        Guests("a", TODAY + 401 * DAY, 5),
        Guests("a", TODAY, 0),
        Guests("a", TODAY, 20_001),
        Guests("a", TODAY, 5, "가" * 31),
    ],
)
async def test_announcements_that_nobody_can_mean_are_refused(store, guests):
    with pytest.raises(TotalsError):
        await store.announce("gyeongnam", "main", guests, TODAY, "c1")


async def test_announcements_are_bounded(store):
    for number in range(200):
        await store.announce("gyeongnam", "main", Guests(str(number), TODAY, 1), TODAY, f"c{number}")

    with pytest.raises(TotalsError):
        await store.announce("gyeongnam", "main", Guests("one more", TODAY, 1), TODAY, "c")


async def test_two_who_tell_at_once_leave_one_of_their_totals_and_both_know(store):
    kept = await asyncio.gather(*(store.put("gyeongnam", "main", [hand(860 + n)], TODAY, f"c{n}") for n in range(2)))

    stands = (await store.told("gyeongnam", "main", TODAY, TODAY))[TODAY][0].meals
    assert sorted(len(one.before) for one in kept) == [0, 1]
    assert next(one for one in kept if one.before).totals[0].meals == stands


async def test_institutions_and_cafeterias_are_apart(store):
    await store.put("gyeongnam", "main", [hand(861)], TODAY, "c1")
    await store.announce("gyeongnam", "main", Guests("a", TODAY, 5), TODAY, "c2")

    for tenant, cafeteria in (("changwon", "main"), ("gyeongnam", "annex")):
        assert await store.facts(tenant, cafeteria, TODAY, TODAY) == {}
        assert await store.undo(tenant, cafeteria, "c1") is Undone.UNKNOWN


async def test_a_draft_waits_for_a_yes(store):
    await store.put_draft("gyeongnam", "main", "d", [file(800), file(801, TODAY - DAY)])

    assert await store.draft("gyeongnam", "main", "d") == (file(800), file(801, TODAY - DAY))
    assert await store.draft("changwon", "main", "d") is None
    assert await store.told("gyeongnam", "main", TODAY - DAY, TODAY) == {}


@given(
    st.dictionaries(st.dates(date(2026, 1, 1), TODAY), st.sampled_from([(hand,), (file,), (hand, file)])),
    st.dictionaries(st.dates(date(2026, 1, 1), TODAY), st.integers(0, 900)),
)
def test_every_day_has_the_word_of_the_first_who_knows(told, gate):
    made = {day: tuple(make(7, day) for make in makers) for day, makers in told.items()}

    found = standing(made, gate)

    for day in made.keys() | gate.keys():
        if day in made:
            assert found[day] is made[day][0]
        else:
            assert (day in found) == (gate[day] > 0)
    assert list(found) == sorted(found)

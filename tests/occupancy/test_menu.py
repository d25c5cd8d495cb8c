"""What is served on a day is kept whole: confirmed as one write, undone as one, each institution by itself."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from occupancy import allergens
from occupancy.menu import DayMenu, Dish, Doubt, Draft, Meal, MenuStore, Unread, normal, packed, unpacked

TODAY = date(2026, 11, 23)
TOMORROW = TODAY + timedelta(days=1)
MONDAY = DayMenu(TODAY, (Dish("쌀밥"), Dish("제육볶음", frozenset({5, 6, 10}))), ("쌀: 국내산",), kcal=850)
TUESDAY = DayMenu(TOMORROW, (Dish("비빔밥", frozenset({1}), "한식"), Dish("라면", meal=Meal.DINNER)))

dishes = st.builds(
    Dish,
    st.text(min_size=1, max_size=20),
    st.frozensets(st.sampled_from(sorted(allergens.NAMES)), max_size=19),
    st.text(max_size=8),
    st.sampled_from(Meal),
)
menus = st.builds(
    DayMenu,
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.lists(dishes, max_size=8).map(tuple),
    st.lists(st.text(max_size=20), max_size=3).map(tuple),
    st.text(max_size=10),
    st.none() | st.integers(1, 5000),
    st.lists(st.text(max_size=10), max_size=2).map(tuple),
    st.booleans(),
)


@given(menus)
def test_a_day_comes_back_as_it_was_kept(menu):
    assert unpacked(packed(menu)) == menu


def test_the_lunch_is_what_is_asked_for_and_a_day_without_one_has_what_it_has():
    assert [dish.name for dish in TUESDAY.dishes] == ["비빔밥"]
    assert DayMenu(TODAY, (Dish("라면", meal=Meal.DINNER),)).facts_names() == ("라면",)
    assert MONDAY.with_any({10, 19}) == (MONDAY.served[1],)
    assert not DayMenu(TODAY, (Dish("쌀밥"),)).marked


def test_names_are_compared_without_brackets_spaces_and_marks():
    assert normal("제육 볶음(5.6.10)") == normal("제육볶음") == "제육볶음"
    assert normal("[특식] LA갈비★") == "특식la갈비"


async def test_what_is_confirmed_stands_at_once_and_twice_is_once(database):
    store = MenuStore(database)
    draft = await store.put_draft("a", "d1", Draft("main", (MONDAY, TUESDAY), (Unread(Doubt.CELL, "C5", "?"),)))
    assert await store.day("a", "main", TODAY) is None

    first = await store.confirm("a", "d1", draft, TODAY)
    again = await store.confirm("a", "d1", draft, TODAY)
    later = await store.draft("a", "d1")
    assert later is not None

    assert (first, again, await store.confirm("a", "d1", later, TODAY)) == (True, False, True)
    assert await store.days("a", "main", TODAY, TOMORROW) == (MONDAY, TUESDAY)
    assert await store.day("b", "main", TODAY) is None
    assert await store.day("a", "annex", TODAY) is None


async def test_undoing_brings_back_what_was_and_leaves_what_changed_since(database):
    store = MenuStore(database)
    old = replace(MONDAY, served=(Dish("카레"),))
    await store.put("a", "main", [old])
    draft = await store.put_draft("a", "d1", Draft("main", (MONDAY, TUESDAY)))
    await store.confirm("a", "d1", draft, TODAY)
    await store.put("a", "main", [replace(TUESDAY, kcal=1)])

    assert await store.undo("a", "d1") == 1
    assert await store.undo("a", "d1") == 0
    assert await store.undo("a", "unknown") is None
    assert await store.day("a", "main", TODAY) == old
    assert await store.day("a", "main", TOMORROW) == replace(TUESDAY, kcal=1)


async def test_a_draft_that_came_twice_is_one_and_of_two_corrections_at_once_one_waits(database):
    store = MenuStore(database)
    draft = Draft("main", (MONDAY,))
    await store.put_draft("a", "d1", draft)
    one, other = replace(draft, heard=("u1",)), replace(draft, heard=("u2",))

    done = await asyncio.gather(*(store.edit_draft("a", "d1", draft, each) for each in (one, other)))
    again = await store.put_draft("a", "d1", draft)

    assert sorted(done) == [False, True]
    assert again in (one, other)
    assert not await store.confirm("a", "d1", draft, TODAY)
    assert await store.day("a", "main", TODAY) is None


async def test_days_of_long_ago_go_when_new_ones_come(database):
    store = MenuStore(database)
    ancient = replace(MONDAY, day=TODAY - timedelta(days=900))
    await store.put("a", "main", [ancient])
    await store.confirm("a", "d", await store.put_draft("a", "d", Draft("main", (MONDAY,))), TODAY)

    assert await store.day("a", "main", ancient.day) is None


def test_allergens_are_the_nineteen_and_are_heard_as_people_say_them():
    assert sorted(allergens.NAMES) == list(range(1, 20))
    assert allergens.numbers_in("우유, 새우") == {2, 9}
    assert allergens.numbers_in("땅콩이랑 갑각류") == {4, 8, 9}
    assert allergens.numbers_in("2.9 그리고 16번") == {2, 9, 16}
    assert allergens.numbers_in("새우가") == {9}
    assert allergens.numbers_in("소금 게다가 밀린 20 0") == frozenset()

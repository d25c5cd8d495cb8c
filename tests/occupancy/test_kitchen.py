"""What the kitchen tells: in force at once, for as long as said, once however often told, undone by whoever erred."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from occupancy import kitchen
from occupancy.kitchen import Hours, KitchenStore, NoticeKind, TooManyNoticesError, delays
from occupancy.reading import KST, ReadingError
from occupancy.undoable import BusyError, Changes, Undone

HOURS = Hours(datetime(2026, 11, 23, 11, 30, tzinfo=KST), datetime(2026, 11, 23, 13, 0, tzinfo=KST))
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=KST)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def store(database):
    return KitchenStore(database)


async def kinds(store, at=NOON, tenant="gyeongnam", cafeteria="main"):
    return [(one.kind, one.dish) for one in await store.notices(tenant, cafeteria, at)]


async def test_a_delay_is_in_force_at_once_and_ends_by_itself(store):
    told = await store.tell("gyeongnam", "main", kitchen.delay(HOURS, NOON, 10), "c1")

    assert told.new
    assert told.notice.until == NOON + 10 * MINUTE
    assert await kinds(store) == [(NoticeKind.DELAY, "")]
    assert await kinds(store, NOON + 9 * MINUTE) == [(NoticeKind.DELAY, "")]
    assert await kinds(store, NOON + 10 * MINUTE) == []
    assert delays(await store.of_day("gyeongnam", "main", NOON.date())) == ((NOON, NOON + 10 * MINUTE),)


async def test_a_delay_told_before_opening_counts_from_opening_and_no_delay_outlasts_closing():
    early = kitchen.delay(HOURS, HOURS.opens - 20 * MINUTE, 15)
    late = kitchen.delay(HOURS, HOURS.closes - 5 * MINUTE, 15)
    plain = kitchen.delay(HOURS, NOON)

    assert early.until == HOURS.opens + 15 * MINUTE
    assert early.holds(HOURS.opens - MINUTE)
    assert (late.until, plain.until) == (HOURS.closes, HOURS.closes)


async def test_two_who_tell_the_same_at_once_tell_it_once_and_a_later_word_is_a_further_delay(store):
    first, second = await asyncio.gather(
        store.tell("gyeongnam", "main", kitchen.delay(HOURS, NOON, 10), "c1"),
        store.tell("gyeongnam", "main", kitchen.delay(HOURS, NOON + MINUTE, 10), "c2"),
    )
    further = await store.tell("gyeongnam", "main", kitchen.delay(HOURS, NOON + 8 * MINUTE, 10), "c3")

    assert sorted([first.new, second.new]) == [False, True]
    assert first.notice.id == second.notice.id == further.notice.id
    assert (further.notice.at, further.notice.until) == (first.notice.at, NOON + 18 * MINUTE)
    assert further.before == first.notice
    assert len(await store.notices("gyeongnam", "main", NOON + 9 * MINUTE)) == 1


async def test_minutes_are_added_to_a_delay_that_was_told_without(store):
    await store.tell("gyeongnam", "main", kitchen.delay(HOURS, NOON), "c1")

    told = await store.tell("gyeongnam", "main", kitchen.delay(HOURS, NOON + MINUTE, 5), "c2")
    bare = await store.tell("gyeongnam", "main", kitchen.delay(HOURS, NOON + 2 * MINUTE), "c3")

    assert told.notice.until == NOON + 6 * MINUTE
    assert not bare.new
    assert bare.notice == told.notice


async def test_a_dish_is_sold_out_until_closing_however_it_is_spaced_and_takes_a_substitute_later(store):
    await store.tell("gyeongnam", "main", kitchen.sold_out(HOURS, NOON, "제육 볶음"), "c1")
    again = await store.tell("gyeongnam", "main", kitchen.sold_out(HOURS, NOON, "제육볶음"), "c2")
    egg = kitchen.sold_out(HOURS, NOON, "제육볶음", instead="계란말이")
    instead = await store.tell("gyeongnam", "main", egg, "c3")
    await store.tell("gyeongnam", "main", kitchen.sold_out(HOURS, NOON, "된장국"), "c4")

    assert not again.new
    assert instead.new
    assert (instead.notice.dish, instead.notice.instead) == ("제육 볶음", "계란말이")
    assert await kinds(store, HOURS.closes - MINUTE) == [
        (NoticeKind.SOLD_OUT, dish) for dish in ("된장국", "제육 볶음")
    ]
    assert await kinds(store, HOURS.closes) == []


async def test_undo_puts_back_what_stood_and_only_where_nobody_changed_it_since(store):
    await store.tell("gyeongnam", "main", kitchen.delay(HOURS, NOON, 10), "c1")
    await store.tell("gyeongnam", "main", kitchen.delay(HOURS, NOON, 20), "c2")

    assert await store.undo("gyeongnam", "main", "c1", NOON) is Undone.OVERTAKEN
    assert await store.undo("gyeongnam", "main", "c2", NOON) is Undone.NOW
    assert [one.minutes for one in await store.notices("gyeongnam", "main", NOON)] == [10]
    assert await store.undo("gyeongnam", "main", "c2", NOON) is Undone.BEFORE
    assert await store.undo("gyeongnam", "main", "c1", NOON) is Undone.NOW
    assert await store.notices("gyeongnam", "main", NOON) == ()
    assert await store.undo("gyeongnam", "main", "c9", NOON) is Undone.UNKNOWN


async def test_what_is_lifted_ends_now_stays_in_the_day_and_can_come_back(store):
    told = await store.tell("gyeongnam", "main", kitchen.delay(HOURS, NOON, 30), "c1")
    later = NOON + 5 * MINUTE

    lifted = await store.lift("gyeongnam", "main", told.notice.id, later, "c2")
    again = await store.lift("gyeongnam", "main", told.notice.id, later, "c3")

    assert lifted is not None
    assert again is not None
    assert (lifted.new, again.new) == (True, False)
    assert await kinds(store, later) == []
    assert delays(await store.of_day("gyeongnam", "main", NOON.date())) == ((NOON, later),)
    assert await store.lift("gyeongnam", "main", "nothing.0", later, "c4") is None
    assert await store.undo("gyeongnam", "main", "c2", later) is Undone.NOW
    assert await kinds(store, later) == [(NoticeKind.DELAY, "")]


async def test_a_second_delay_of_the_day_does_not_erase_the_first(store):
    first = await store.tell("gyeongnam", "main", kitchen.delay(HOURS, NOON, 10), "c1")
    second = await store.tell("gyeongnam", "main", kitchen.delay(HOURS, NOON + 30 * MINUTE, 10), "c2")

    assert first.notice.id != second.notice.id
    assert len(delays(await store.of_day("gyeongnam", "main", NOON.date()))) == 2


async def test_a_repeated_update_is_the_same_change(store):
    first = await store.tell("gyeongnam", "main", kitchen.closed(HOURS, NOON), "c1")
    repeated = await store.tell("gyeongnam", "main", kitchen.closed(HOURS, NOON + MINUTE), "c1")

    assert repeated == first
    assert await store.undo("gyeongnam", "main", "c1", NOON) is Undone.NOW
    assert (await store.tell("gyeongnam", "main", kitchen.closed(HOURS, NOON), "c1")) == first
    assert await store.notices("gyeongnam", "main", NOON) == ()  # repeating what was undone does not bring it back


async def test_cafeterias_institutions_lines_and_days_are_apart(store):
    await store.tell("gyeongnam", "main", kitchen.closed(HOURS, NOON, "분식"), "c1")

    assert await store.notices("changwon", "main", NOON) == ()
    assert await store.notices("gyeongnam", "annex", NOON) == ()
    assert await store.notices("gyeongnam", "main", NOON + timedelta(days=1)) == ()
    found = await store.notices("gyeongnam", "main", NOON)
    assert kitchen.together(found, "한식") == ()
    assert kitchen.together(found, "분식") == found


async def test_each_change_shows_in_the_version(store):
    before = await store.version("gyeongnam", "main", NOON)
    await store.tell("gyeongnam", "main", kitchen.delay(HOURS, NOON, 10), "c1")
    told = await store.version("gyeongnam", "main", NOON)
    await store.undo("gyeongnam", "main", "c1", NOON)

    assert before < told < await store.version("gyeongnam", "main", NOON)


async def test_a_day_holds_so_many_things_and_no_delay_or_name_beyond_reason(store):
    for number in range(kitchen.MAX_NOTICES):
        await store.tell("gyeongnam", "main", kitchen.sold_out(HOURS, NOON, f"반찬 {number}"), f"c{number}")
    await store.tell("gyeongnam", "main", kitchen.sold_out(HOURS, NOON, "반찬 3", instead="두부"), "d")

    with pytest.raises(TooManyNoticesError):
        await store.tell("gyeongnam", "main", kitchen.sold_out(HOURS, NOON, "하나 더"), "e")
    with pytest.raises(ReadingError):
        kitchen.delay(HOURS, NOON, 121)
    with pytest.raises(ReadingError):
        kitchen.sold_out(HOURS, NOON, "가" * 41)


async def test_who_told_it_is_kept_nowhere(store, database):
    await store.tell("gyeongnam", "main", kitchen.sold_out(HOURS, NOON, "제육"), "c1")

    for key in await database.keys("*"):
        assert key.startswith(b"dobi:{gyeongnam}:kitchen:main:2026-11-23")


async def test_a_hundred_changes_of_one_field_at_once_are_each_made_or_refused(database):
    changes = Changes(database, life=None)

    async def add(number: int) -> bool:
        try:
            await changes.change("t", "sum", str(number), ["n"], lambda _, stands: str(int(stands or 0) + 1))
        except BusyError:
            return False
        return True

    made = await asyncio.gather(*(add(number) for number in range(30)))

    assert (await changes.all("t", "sum"))["n"] == str(sum(made))
    assert sum(made) > 10


@given(st.text(min_size=1, max_size=40), st.integers(0, 120))
def test_a_notice_survives_its_writing(dish, minutes):
    told = kitchen.delay(HOURS, NOON.astimezone(UTC), minutes)
    dished = kitchen.sold_out(HOURS, NOON.astimezone(UTC), dish)

    for one in (told, dished):
        assert kitchen._read(kitchen._records([one])) == [one]

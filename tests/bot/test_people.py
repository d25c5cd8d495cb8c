"""Consent with its history, one greeting ever, one open question a chat, each update once: on a real server."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.people import INBOX_MEMORY, QUESTION_LIFE, Consent, Fresh, Inbox, PeopleStore, Question, Repeat

if TYPE_CHECKING:
    from tests.conftest import FixedClock

HOME, AWAY = "gyeongnam", "changwon"
CHAT = "console:dm:kim"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def people(database: Redis) -> PeopleStore:
    return PeopleStore(database)


@pytest.fixture
def inbox(database: Redis) -> Inbox:
    return Inbox(database)


async def test_nobody_has_consented_before_being_asked(people: PeopleStore) -> None:
    assert await people.consent(HOME, "kim") is None
    assert await people.decisions(HOME, "kim") == ()


async def test_a_grant_stands_until_it_is_withdrawn_and_both_stay_on_record(
    people: PeopleStore, clock: FixedClock
) -> None:
    first = Consent(True, clock(), "제1판")
    assert await people.grant(HOME, "kim", clock(), "제1판") == first
    assert await people.consent(HOME, "kim") == first

    clock.advance(MINUTE)
    second = Consent(False, clock(), "")
    assert await people.withdraw(HOME, "kim", clock()) == second
    assert await people.consent(HOME, "kim") == second

    clock.advance(MINUTE)
    third = await people.grant(HOME, "kim", clock(), "제2판")
    assert await people.decisions(HOME, "kim") == (first, second, third)


async def test_deciding_what_stands_already_adds_nothing(people: PeopleStore, clock: FixedClock) -> None:
    first = await people.grant(HOME, "kim", clock(), "1")

    clock.advance(MINUTE)
    assert await people.grant(HOME, "kim", clock(), "1") == first
    withdrawn = await people.withdraw(HOME, "kim", clock())
    clock.advance(MINUTE)
    assert await people.withdraw(HOME, "kim", clock()) == withdrawn

    assert await people.decisions(HOME, "kim") == (first, withdrawn)


async def test_a_new_text_needs_and_records_a_new_grant(people: PeopleStore, clock: FixedClock) -> None:
    await people.grant(HOME, "kim", clock(), "1")

    later = await people.grant(HOME, "kim", clock() + MINUTE, '1"2')

    assert later.text_version == '1"2'
    assert len(await people.decisions(HOME, "kim")) == 2


async def test_withdrawing_what_was_never_given_leaves_no_record(people: PeopleStore, clock: FixedClock) -> None:
    assert await people.withdraw(HOME, "kim", clock()) is None
    assert await people.decisions(HOME, "kim") == ()


async def test_an_old_grant_handled_again_does_not_undo_a_withdrawal(people: PeopleStore, clock: FixedClock) -> None:
    await people.grant(HOME, "kim", clock(), "1", key="console:u1")
    withdrawn = await people.withdraw(HOME, "kim", clock() + MINUTE, key="console:u2")

    again = await people.grant(HOME, "kim", clock() + 2 * MINUTE, "1", key="console:u1")

    assert again == withdrawn
    assert len(await people.decisions(HOME, "kim")) == 2


async def test_fifty_grants_at_once_are_one_decision(people: PeopleStore, clock: FixedClock) -> None:
    await asyncio.gather(*(people.grant(HOME, "kim", clock() + n * MINUTE, "1") for n in range(50)))

    assert len(await people.decisions(HOME, "kim")) == 1


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.booleans(), st.sampled_from(["1", "2"])), max_size=8))
async def test_the_record_is_the_sequence_of_changes(
    people: PeopleStore, database: Redis, clock: FixedClock, steps: list[tuple[bool, str]]
) -> None:
    await database.flushall()
    expected: list[Consent] = []
    for number, (grant, version) in enumerate(steps):
        at = clock() + number * MINUTE
        last = expected[-1] if expected else None
        if grant:
            await people.grant(HOME, "kim", at, version)
            if last is None or (last.granted, last.text_version) != (True, version):
                expected.append(Consent(True, at, version))
        else:
            await people.withdraw(HOME, "kim", at)
            if last is not None and last.granted:
                expected.append(Consent(False, at, ""))

    assert await people.decisions(HOME, "kim") == tuple(expected)
    assert await people.consent(HOME, "kim") == (expected[-1] if expected else None)


async def test_an_instant_without_its_zone_is_refused(people: PeopleStore) -> None:
    with pytest.raises(ValueError, match="zone"):
        await people.grant(HOME, "kim", datetime(2026, 11, 23), "1")  # noqa: DTZ001 - the fault under test


async def test_of_fifty_first_contacts_one_is_greeted(people: PeopleStore, clock: FixedClock) -> None:
    greeted = await asyncio.gather(*(people.introduce_once(HOME, "kim", clock()) for _ in range(50)))

    assert sum(greeted) == 1
    assert not await people.introduce_once(HOME, "kim", clock() + timedelta(days=400))


async def test_the_greeting_that_died_half_way_may_be_repeated_by_the_same_update(
    people: PeopleStore, clock: FixedClock
) -> None:
    assert await people.introduce_once(HOME, "kim", clock(), key="console:u1")

    assert await people.introduce_once(HOME, "kim", clock() + MINUTE, key="console:u1")
    assert not await people.introduce_once(HOME, "kim", clock() + MINUTE, key="console:u2")
    assert not await people.introduce_once(HOME, "kim", clock() + MINUTE)


async def test_a_question_waits_in_its_own_chat_and_is_answered_once(people: PeopleStore, clock: FixedClock) -> None:
    await people.ask(HOME, "kim", CHAT, Question("exclude", "구독 7: {a}"), clock())

    assert await people.pending(HOME, "kim", "console:총무과", clock()) is None
    assert await people.pending(HOME, "lee", CHAT, clock()) is None
    assert await people.pending(HOME, "kim", CHAT, clock()) == Question("exclude", "구독 7: {a}")
    answers = await asyncio.gather(*(people.answer(HOME, "kim", CHAT, clock()) for _ in range(20)))

    assert [one for one in answers if one] == [Question("exclude", "구독 7: {a}")]
    assert await people.pending(HOME, "kim", CHAT, clock()) is None


async def test_a_later_question_takes_the_place_of_an_earlier_one(people: PeopleStore, clock: FixedClock) -> None:
    await people.ask(HOME, "kim", CHAT, Question("consent"), clock())
    await people.ask(HOME, "kim", CHAT, Question("verify"), clock())

    assert await people.answer(HOME, "kim", CHAT, clock()) == Question("verify")
    assert await people.answer(HOME, "kim", CHAT, clock()) is None


@pytest.mark.parametrize("take", [True, False])
async def test_a_question_is_over_when_its_time_is(people: PeopleStore, clock: FixedClock, *, take: bool) -> None:
    await people.ask(HOME, "kim", CHAT, Question("consent"), clock())
    await people.ask(HOME, "kim", "console:b", Question("verify", life=timedelta(hours=2)), clock())
    look = people.answer if take else people.pending

    clock.advance(QUESTION_LIFE - timedelta(microseconds=1))
    assert await people.pending(HOME, "kim", CHAT, clock()) is not None
    clock.advance(timedelta(microseconds=1))

    assert await look(HOME, "kim", CHAT, clock()) is None
    assert await look(HOME, "kim", "console:b", clock()) == Question("verify", life=timedelta(hours=2))


async def test_an_argument_without_bound_is_refused(people: PeopleStore, clock: FixedClock) -> None:
    with pytest.raises(ValueError, match="at most 2000"):
        await people.ask(HOME, "kim", CHAT, Question("exclude", "가" * 2001), clock())


async def test_an_update_is_fresh_once_then_a_repeat_then_done(inbox: Inbox, clock: FixedClock) -> None:
    begun = clock()
    assert await inbox.begin(HOME, "console", "u1", begun) == Fresh()

    clock.advance(MINUTE)
    assert await inbox.begin(HOME, "console", "u1", clock()) == Repeat(done=False, begun_at=begun)
    await inbox.done(HOME, "console", "u1")
    assert await inbox.begin(HOME, "console", "u1", clock()) == Repeat(done=True, begun_at=begun)

    assert await inbox.begin(HOME, "telegram", "u1", clock()) == Fresh()
    assert await inbox.begin(HOME, "console", "u2", clock()) == Fresh()


async def test_of_fifty_equal_updates_one_is_fresh(inbox: Inbox, clock: FixedClock) -> None:
    found = await asyncio.gather(*(inbox.begin(HOME, "console", "u1", clock()) for _ in range(50)))

    assert found.count(Fresh()) == 1
    assert found.count(Repeat(done=False, begun_at=clock())) == 49


async def test_updates_are_forgotten_after_two_days_of_stored_instants(
    inbox: Inbox, database: Redis, clock: FixedClock
) -> None:
    for name in ("u1", "u2"):
        await inbox.begin(HOME, "console", name, clock())
    await inbox.done(HOME, "console", "u1")

    clock.advance(INBOX_MEMORY)
    assert isinstance(await inbox.begin(HOME, "console", "u1", clock()), Repeat)
    clock.advance(timedelta(milliseconds=1))

    assert await inbox.begin(HOME, "console", "u1", clock()) == Fresh()
    keys = [key async for key in database.scan_iter("*")]
    assert await database.zcard(keys[0]) == 1
    assert len(keys) == 1


async def test_marking_a_forgotten_update_as_done_leaves_nothing_behind(inbox: Inbox, database: Redis) -> None:
    await inbox.done(HOME, "console", "u1")

    assert await database.dbsize() == 0


async def test_an_update_id_of_a_megabyte_is_kept_short(inbox: Inbox, database: Redis, clock: FixedClock) -> None:
    name = "u" * 2**20 + "\ud800"
    assert await inbox.begin(HOME, "console", name, clock()) == Fresh()
    await inbox.done(HOME, "console", name)

    assert await inbox.begin(HOME, "console", name, clock()) == Repeat(done=True, begun_at=clock())
    assert await inbox.begin(HOME, "console", name + "!", clock()) == Fresh()
    assert all([await database.memory_usage(key) < 4096 async for key in database.scan_iter("*")])


async def test_two_institutions_never_meet(
    people: PeopleStore, inbox: Inbox, database: Redis, clock: FixedClock
) -> None:
    await people.grant(HOME, "kim", clock(), "1", key="k")
    await people.introduce_once(HOME, "kim", clock())
    await people.ask(HOME, "kim", CHAT, Question("consent"), clock())
    await inbox.begin(HOME, "console", "u1", clock())

    assert await people.consent(AWAY, "kim") is None
    assert await people.withdraw(AWAY, "kim", clock()) is None
    assert await people.answer(AWAY, "kim", CHAT, clock()) is None
    assert await people.introduce_once(AWAY, "kim", clock())
    assert await inbox.begin(AWAY, "console", "u1", clock()) == Fresh()
    tags = {key.split(b":")[1] async for key in database.scan_iter("*")}
    assert tags == {b"{gyeongnam}", b"{changwon}"}

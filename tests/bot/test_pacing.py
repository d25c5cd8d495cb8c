"""No window of a platform's ever holds more than it allows, whoever of the deployment speaks; answers go first."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import timedelta

import pytest

from bot.messenger import Chat
from bot.pacing import Ask, Pacing, Slot, Wait
from bot.platforms import Pace, Rate

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
TELEGRAM = Pace(chat=Rate(1, SECOND), group=Rate(20, MINUTE), whole=Rate(30, SECOND))
WORKS = Pace(whole=Rate(240, MINUTE))


def person(number: int) -> Chat:
    return Chat("t", f"dm:{number}", private=True)


ROOM = Chat("t", "room", private=False)


def too_many(instants, count, per):
    """The first window that holds more than it may, or None."""
    ordered = sorted(instants)
    return next(
        (
            (first, last)
            for first, last in zip(ordered, ordered[count:], strict=False)
            if last - first < per  # count + 1 of them within one span
        ),
        None,
    )


@pytest.fixture
def pacing(database):
    return Pacing(database)


async def test_a_chat_is_spoken_to_again_only_after_its_span(pacing, clock):
    [first] = await pacing.book("t", TELEGRAM, [Ask(person(1))], clock())
    [second] = await pacing.book("t", TELEGRAM, [Ask(person(1))], clock())

    assert isinstance(first, Slot)
    assert isinstance(second, Wait)
    assert second.scope == "chat"
    assert SECOND <= second.until - clock() <= SECOND * 1.05
    clock.advance(second.until - clock() + timedelta(milliseconds=1))
    assert isinstance((await pacing.book("t", TELEGRAM, [Ask(person(1))], clock()))[0], Slot)


@pytest.mark.parametrize("pace", [TELEGRAM, WORKS], ids=["telegram", "works"])
async def test_two_workers_together_never_pass_a_limit_and_waste_little(database, clock, pace):
    workers = [Pacing(database), Pacing(database)]
    sent = defaultdict(list)
    chance, start = random.Random(1), clock()
    rate = pace.whole
    while clock() - start < 3 * rate.per:
        for worker in workers:
            asks = [Ask(chance.choice([ROOM, *map(person, range(60))]), chance.random() < 0.1) for _ in range(8)]
            for slot in await worker.book("t", pace, asks, clock()):
                if isinstance(slot, Slot):
                    sent[""].append(slot.at)
                    sent[slot.chat].append(slot.at)
        clock.advance(rate.per / 200)

    assert too_many(sent.pop(""), rate.count, rate.per) is None
    for chat, instants in sent.items():
        limit = pace.chat if chat.private else pace.group
        assert limit is None or too_many(instants, limit.count, limit.per) is None
    total = sum(len(instants) for instants in sent.values())
    assert total >= 3 * rate.count * 0.9


async def test_a_message_that_came_late_counts_from_when_the_platform_had_it(pacing, clock):
    pace = Pace(whole=Rate(1, SECOND))
    [slot] = await pacing.book("t", pace, [Ask(person(1))], clock())
    clock.advance(timedelta(milliseconds=400))
    pacing.arrived("t", pace, slot, slot.at, clock())
    for _ in range(100):  # the correction travels by itself
        [wait] = await pacing.book("t", pace, [Ask(person(2))], clock())
        assert isinstance(wait, Wait)
        if wait.until - clock() >= SECOND:
            return

    pytest.fail("it still counts from when it was booked")


async def test_an_answer_books_the_next_turn_and_pushes_go_behind_it(pacing, clock):
    pace = Pace(whole=Rate(2, SECOND))
    await pacing.book("t", pace, [Ask(person(1), answer=True), Ask(person(2), answer=True)], clock())
    [answer] = await pacing.book("t", pace, [Ask(person(3), answer=True)], clock(), ahead=5 * SECOND)
    [push] = await pacing.book("t", pace, [Ask(person(4))], clock())

    assert isinstance(answer, Slot)
    assert isinstance(push, Wait)
    assert push.until >= answer.at


async def test_pushes_are_spread_so_that_an_answer_never_waits_for_a_minute_to_end(pacing, clock):
    start = clock()
    for _ in range(40):
        await pacing.book("t", WORKS, [Ask(person(n)) for n in range(300)], clock())
        clock.advance(timedelta(milliseconds=250))
    [answer] = await pacing.book("t", WORKS, [Ask(person(500), answer=True)], clock(), ahead=5 * SECOND)

    assert isinstance(answer, Slot)
    assert answer.at - clock() <= timedelta(milliseconds=300)
    assert clock() - start < MINUTE


async def test_what_was_not_said_leaves_its_turn_to_others(pacing, clock):
    pace = Pace(chat=Rate(1, SECOND), whole=Rate(1, SECOND))
    [slot] = await pacing.book("t", pace, [Ask(person(1))], clock())

    await pacing.give_back("t", pace, [slot])

    assert isinstance((await pacing.book("t", pace, [Ask(person(1))], clock()))[0], Slot)


@pytest.mark.parametrize("pace", [TELEGRAM, Pace()], ids=["paced", "unpaced"])
async def test_a_freeze_binds_every_worker_in_its_scope_alone(database, clock, pace):
    one, other = Pacing(database), Pacing(database)
    await one.freeze("t", person(1), clock() + 10 * SECOND, clock())
    await one.freeze("t", person(1), clock() + SECOND, clock())

    frozen, free = await other.book("t", pace, [Ask(person(1)), Ask(person(2))], clock())
    assert isinstance(frozen, Wait)
    assert abs(frozen.until - clock() - 10 * SECOND) < timedelta(milliseconds=2)
    assert isinstance(free, Slot)

    await one.freeze("t", None, clock() + 20 * SECOND, clock())
    [all_] = await other.book("t", pace, [Ask(person(2), answer=True)], clock())
    [elsewhere] = await other.book("slack", pace, [Ask(person(2))], clock())
    assert isinstance(all_, Wait)
    assert all_.scope == "whole"
    assert isinstance(elsewhere, Slot)
    clock.advance(21 * SECOND)
    assert isinstance((await other.book("t", pace, [Ask(person(3))], clock()))[0], Slot)


async def test_what_is_over_is_cleared_away(database, pacing, clock):
    await pacing.book("t", TELEGRAM, [Ask(person(1)), Ask(ROOM)], clock())
    await pacing.freeze("t", person(1), clock() + SECOND, clock())

    left = [await database.pttl(key) async for key in database.scan_iter("*")]

    assert left
    assert all(0 < one <= 130_000 for one in left)

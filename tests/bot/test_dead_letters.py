"""What did not arrive is listed with a reason, and an administrator sends it again or lets it go."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.dead_letters import DeadLetters
from bot.messenger import Chat, Reply
from bot.outbox import Outbox, Row, State, Why

KIM = Chat("console", "dm:kim", private=True)
ROOM = Chat("console", "총무과", private=False)


@pytest.fixture
def outbox(database):
    return Outbox(database, "worker-1")


async def ended(outbox, clock, story, state, chat=KIM, why=None):
    """A row that ended so; its id."""
    await outbox.put("a", [Row(chat, story, 1, "instant", Reply(story), clock())])
    [leased] = await outbox.lease("a", "console", clock())
    await outbox.finish("a", leased, state, clock(), why=why)
    clock.advance(timedelta(seconds=1))
    return leased.message.message


async def test_letters_are_listed_newest_first_with_chat_kind_and_reason(outbox, database, clock):
    first = await ended(outbox, clock, "s1", State.DEAD, why=Why.REJECTED)
    await ended(outbox, clock, "s2", State.SENT)
    second = await ended(outbox, clock, "s3", State.AMBIGUOUS, ROOM)
    await ended(outbox, clock, "s4", State.LATE)
    letters = DeadLetters(database)

    listed = await letters.listing("a", 5)

    assert [(one.id, one.chat, one.kind, one.why) for one in listed] == [
        (second, ROOM, "instant", Why.UNKNOWN),
        (first, KIM, "instant", Why.REJECTED),
    ]
    assert listed[0].at > listed[1].at
    assert await letters.count("a") == 2
    assert [one.id for one in await letters.listing("a", 1)] == [second]
    assert await letters.listing("b", 5) == []


async def test_a_letter_is_sent_again_once_however_often_it_is_asked(outbox, database, clock):
    letter = await ended(outbox, clock, "s1", State.DEAD)
    letters = DeadLetters(database)

    assert not await letters.retry("b", letter)
    assert [await letters.retry("a", letter), await letters.retry("a", letter)] == [True, False]

    assert await letters.count("a") == 0
    [again] = await outbox.lease("a", "console", clock())
    assert (again.message.message, again.message.reply.text, again.tries, again.retaken) == (letter, "s1", 1, False)
    await outbox.finish("a", again, State.SENT, clock(), native="n")
    assert await outbox.lease("a", "console", clock()) == []


async def test_a_letter_retried_waits_behind_what_waits_there(outbox, database, clock):
    letter = await ended(outbox, clock, "s1", State.AMBIGUOUS)
    await outbox.put("a", [Row(KIM, "s2", 1, "instant", Reply("s2"), clock())])

    await DeadLetters(database).retry("a", letter)
    [first] = await outbox.lease("a", "console", clock())

    assert first.message.reply.text == "s2"


async def test_a_dropped_letters_words_are_gone_and_it_is_not_told_anew(outbox, database, clock):
    letter = await ended(outbox, clock, "s1", State.DEAD)
    letters = DeadLetters(database)

    assert [await letters.drop("a", letter), await letters.drop("a", letter)] == [True, False]

    assert await letters.listing("a", 5) == []
    assert not await letters.retry("a", letter)
    assert all(one.text == "" for one in await outbox.of("a", KIM.ref))
    assert await outbox.put("a", [Row(KIM, "s1", 1, "instant", Reply("s1"), clock())]) == 0


async def test_all_letters_are_retried_or_dropped_at_once(outbox, database, clock):
    for story in ("s1", "s2", "s3"):
        await ended(outbox, clock, story, State.DEAD)
    letters = DeadLetters(database)

    assert await letters.retry_all("a") == 3
    [first] = await outbox.lease("a", "console", clock())
    assert first.message.reply.text == "s1"
    await outbox.finish("a", first, State.DEAD, clock())
    assert await letters.drop_all("a") == 1
    assert await letters.count("a") == 0

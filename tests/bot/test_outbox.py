"""Rows are written once, leave in order, and belong to one living worker at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.messenger import Chat, Reply
from bot.outbox import Outbox, Row, State, message_id

KIM = Chat("console", "dm:kim", private=True)
ROOM = Chat("console", "총무과", private=False)


def row(chat=KIM, story="s1", step=1, kind="instant", text="글", due=None, clock=None):
    return Row(chat, story, step, kind, Reply(text), due or clock())


@pytest.fixture
def outbox(database):
    return Outbox(database, "worker-1")


async def test_the_same_story_and_step_in_a_chat_is_written_once(outbox, clock):
    written = [await outbox.put("a", [row(clock=clock), row(clock=clock)]), await outbox.put("a", [row(clock=clock)])]

    assert written == [1, 0]


async def test_a_row_is_leased_by_one_worker_only(outbox, database, clock):
    await outbox.put("a", [row(clock=clock)])
    other = Outbox(database, "worker-2")

    first, second = await outbox.lease("a", "console", clock()), await other.lease("a", "console", clock())

    assert [one.message.message for one in first] == [message_id("a", KIM.ref, "s1", 1)]
    assert second == []


async def test_rows_of_a_chat_leave_one_after_the_other(outbox, clock):
    await outbox.put("a", [row(story="s1", clock=clock), row(story="s2", clock=clock), row(chat=ROOM, clock=clock)])

    first = await outbox.lease("a", "console", clock())
    assert {one.message.chat.id for one in first} == {"dm:kim", "총무과"}
    for one in first:
        assert await outbox.finish("a", one, State.SENT, clock(), native="n")
    second = await outbox.lease("a", "console", clock())

    assert [one.message.message for one in second] == [message_id("a", KIM.ref, "s2", 1)]


async def test_a_later_step_of_a_told_story_edits_the_first_message(outbox, clock):
    await outbox.put("a", [row(clock=clock)])
    [first] = await outbox.lease("a", "console", clock())
    await outbox.finish("a", first, State.SENT, clock(), native="native-7")

    await outbox.put("a", [row(step=2, kind="correction", clock=clock)])
    [second] = await outbox.lease("a", "console", clock())

    assert second.message.edits == first.message.message
    assert second.message.edits_native == "native-7"
    assert second.message.kind == "correction"


async def test_what_is_due_later_waits(outbox, clock):
    await outbox.put("a", [row(due=clock() + timedelta(minutes=5), clock=clock)])

    assert await outbox.lease("a", "console", clock()) == []
    assert await outbox.next_due("a", "console") == clock() + timedelta(minutes=5)
    clock.advance(timedelta(minutes=5))
    assert len(await outbox.lease("a", "console", clock())) == 1


async def test_a_dead_workers_row_is_taken_over_and_its_late_word_is_refused(outbox, database, clock):
    await outbox.put("a", [row(clock=clock)])
    [lost] = await outbox.lease("a", "console", clock())
    other = Outbox(database, "worker-2")

    assert await other.leases("a", "console") == {KIM.ref: "worker-1"}
    assert await other.free("a", "console", KIM.ref, "worker-1")
    [taken] = await other.lease("a", "console", clock())

    assert taken.retaken
    assert taken.message.message == lost.message.message
    assert not await outbox.finish("a", lost, State.SENT, clock(), native="late")
    assert await other.finish("a", taken, State.SENT, clock(), native="n")


async def test_a_chat_is_freed_from_the_dead_only_not_from_who_took_it_over(outbox, database, clock):
    await outbox.put("a", [row(clock=clock)])
    await outbox.lease("a", "console", clock())
    other, third = Outbox(database, "worker-2"), Outbox(database, "worker-3")
    await other.free("a", "console", KIM.ref, "worker-1")
    await other.lease("a", "console", clock())

    assert not await third.free("a", "console", KIM.ref, "worker-1")
    assert await third.lease("a", "console", clock()) == []
    assert await third.leases("a", "console") == {KIM.ref: "worker-2"}


@pytest.mark.parametrize("kind", ["instant", "reply"])
async def test_who_dies_while_a_row_waits_for_its_turn_has_not_tried_it(database, clock, kind):
    await Outbox(database, "worker-0").put("a", [row(kind=kind, clock=clock)])
    for number in range(9):
        dead = Outbox(database, f"worker-{number}")
        [held] = await dead.take("a", [KIM.ref], clock(), {KIM.ref})
        await dead.free("a", "console", KIM.ref, dead.owner)
        assert (held.held, held.retaken, held.tries) == (True, False, 1)

    last = Outbox(database, "worker-last")
    [taken] = await last.take("a", [KIM.ref], clock(), {KIM.ref})
    begun = await last.begin("a", taken, clock())
    await last.free("a", "console", KIM.ref, last.owner)
    [after] = await Outbox(database, "worker-after").lease("a", "console", clock())

    assert begun
    assert (after.retaken, after.tries) == (True, 2)


async def test_of_two_who_died_over_a_row_the_first_ones_try_is_looked_for(database, clock):
    begun_at, first, second = clock(), Outbox(database, "worker-1"), Outbox(database, "worker-2")
    await first.put("a", [row(clock=clock)])
    for dead in (first, second):
        await dead.lease("a", "console", clock())
        await dead.free("a", "console", KIM.ref, dead.owner)
        clock.advance(timedelta(seconds=5))

    [third] = await Outbox(database, "worker-3").lease("a", "console", clock())

    assert (third.retaken, third.orphaned, third.at) == (True, True, begun_at)


async def test_a_row_that_may_have_left_stays_doubtful_though_whoever_held_it_next_died(database, clock):
    first, second = Outbox(database, "worker-1"), Outbox(database, "worker-2")
    await first.put("a", [row(clock=clock)])
    begun_at = clock()
    await first.lease("a", "console", begun_at)
    await first.free("a", "console", KIM.ref, "worker-1")
    clock.advance(timedelta(seconds=5))
    [held] = await second.take("a", [KIM.ref], clock(), {KIM.ref})
    await second.free("a", "console", KIM.ref, "worker-2")
    [third] = await Outbox(database, "worker-3").take("a", [KIM.ref], clock(), {KIM.ref})

    assert (held.retaken, held.at) == (True, begun_at)
    assert (third.retaken, third.at, third.tries) == (True, begun_at, 2)


async def test_what_another_worker_has_by_now_does_not_begin(database, clock):
    first, second = Outbox(database, "worker-1"), Outbox(database, "worker-2")
    await first.put("a", [row(clock=clock)])
    [held] = await first.take("a", [KIM.ref], clock(), {KIM.ref})
    await second.free("a", "console", KIM.ref, "worker-1")
    [taken] = await second.take("a", [KIM.ref], clock(), {KIM.ref})

    assert not await first.begin("a", held, clock())
    assert await second.begin("a", taken, clock())
    assert await second.finish("a", taken, State.SENT, clock(), native="n")
    assert not await second.begin("a", taken, clock())


async def test_a_lease_ends_by_itself(outbox, database, clock):
    await outbox.put("a", [row(clock=clock)])
    await outbox.lease("a", "console", clock())
    clock.advance(timedelta(seconds=31))

    assert [one.retaken for one in await Outbox(database, "worker-2").lease("a", "console", clock())] == [True]


async def test_a_retry_keeps_its_place_in_the_chat(outbox, clock):
    await outbox.put("a", [row(story="s1", clock=clock), row(story="s2", clock=clock)])
    [first] = await outbox.lease("a", "console", clock())
    await outbox.finish("a", first, State.RETRY, clock(), after=timedelta(seconds=60))

    assert await outbox.lease("a", "console", clock()) == []
    clock.advance(timedelta(seconds=60))
    [again] = await outbox.lease("a", "console", clock())

    assert again.message.message == first.message.message
    assert again.tries == 2


async def test_old_rows_are_forgotten_with_their_story(outbox, clock):
    await outbox.put("a", [row(clock=clock)])
    [one] = await outbox.lease("a", "console", clock())
    await outbox.finish("a", one, State.SENT, clock(), native="n")
    assert await outbox.told("a", "s1") == {KIM.ref}

    clock.advance(timedelta(days=31))

    assert await outbox.forget("a", clock()) == 1
    assert await outbox.told("a", "s1") == frozenset()


async def test_institutions_never_meet(outbox, clock):
    await outbox.put("a", [row(clock=clock)])

    assert await outbox.lease("b", "console", clock()) == []
    assert await outbox.told("b", "s1") == frozenset()
    assert await outbox.next_due("b", "console") is None

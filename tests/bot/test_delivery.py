"""What the outbox holds is sent once, in order, and a platform's answer decides what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.delivery import Delivery
from bot.messenger import Chat, Reply
from bot.outbox import Outbox, Row, State
from bot.platforms import Ambiguous, Gone, Rejected, Retry
from tests.fakes import FakeMessenger

KIM = Chat("console", "dm:kim", private=True)


async def alive(_owner: str) -> bool:
    return True


async def dead(_owner: str) -> bool:
    return False


@pytest.fixture
def outbox(database):
    return Outbox(database, "worker-1")


def delivery(outbox, messenger, clock, is_alive=alive):
    return Delivery(outbox, [messenger], ["a"], is_alive, clock)


def row(clock, story="s1", step=1, kind="instant"):
    return Row(KIM, story, step, kind, Reply(f"{story}.{step}"), clock())


async def test_each_row_is_sent_once_in_order(outbox, clock):
    messenger = FakeMessenger()
    await outbox.put("a", [row(clock, "s1"), row(clock, "s2"), row(clock, "s1", 2, "correction")])

    assert await delivery(outbox, messenger, clock).step() is None
    assert await delivery(outbox, messenger, clock).step() is None

    assert [one.reply.text for one in messenger.sent] == ["s1.1", "s2.1", "s1.2"]
    assert messenger.sent[2].edits == messenger.sent[0].message
    assert messenger.sent[2].edits_native == f"native-{messenger.sent[0].message}"


async def test_what_was_true_for_a_while_is_not_said_after_it(outbox, clock):
    messenger = FakeMessenger()
    quiet = Row(KIM, "s1", 1, "alert", Reply("now"), clock(), until=clock() + timedelta(minutes=5))
    await outbox.put("a", [quiet, replace(quiet, story="s2", until=clock() + timedelta(minutes=30)), row(clock, "s3")])
    clock.advance(timedelta(minutes=6))

    await delivery(outbox, messenger, clock).step()

    assert [one.reply.text for one in messenger.sent] == ["now", "s3.1"]
    assert await outbox.count("a", State.LATE) == 1
    assert await outbox.put("a", [quiet]) == 0


async def test_what_edits_a_message_that_never_left_in_time_takes_its_place(outbox, clock):
    messenger = FakeMessenger()
    first = Row(KIM, "s1", 1, "notice", Reply("1"), clock(), until=clock() + timedelta(minutes=5))
    await outbox.put("a", [first, replace(first, step=2, reply=Reply("2")), replace(first, step=3, reply=Reply("3"))])
    clock.advance(timedelta(minutes=6))
    later = clock() + timedelta(minutes=5)
    await outbox.put("a", [replace(first, step=4, reply=Reply("4"), until=later)])
    await outbox.put("a", [replace(first, step=5, reply=Reply("5"), until=later)])

    await delivery(outbox, messenger, clock).step()

    assert [one.reply.text for one in messenger.sent] == ["4", "5"]
    assert messenger.sent[0].edits is None
    assert messenger.sent[1].edits == messenger.sent[0].message
    assert messenger.sent[1].edits_native == f"native-{messenger.sent[0].message}"


async def test_what_a_dead_worker_may_have_said_in_time_is_edited_and_not_said_again(outbox, clock):
    messenger = FakeMessenger()
    first = Row(KIM, "s1", 1, "notice", Reply("1"), clock(), until=clock() + timedelta(minutes=5))
    await outbox.put("a", [first])
    await outbox.lease("a", "console", clock())
    clock.advance(timedelta(minutes=6))
    await outbox.put("a", [replace(first, step=2, reply=Reply("2"), until=clock() + timedelta(minutes=5))])

    await delivery(outbox, messenger, clock, dead).step()

    assert [one.reply.text for one in messenger.sent] == ["2"]
    assert messenger.sent[0].edits is not None


async def test_a_retry_comes_back_at_its_time_and_gives_up_in_the_end(outbox, clock):
    messenger = FakeMessenger()
    messenger.results = [Retry(timedelta(seconds=5))] * 20
    worker = delivery(outbox, messenger, clock)
    await outbox.put("a", [row(clock)])

    due = await worker.step()
    assert due is not None
    assert due >= clock() + timedelta(seconds=5)
    for _ in range(10):
        clock.advance(timedelta(minutes=10))
        await worker.step()

    assert len(messenger.sent) == 8
    assert await outbox.count("a", State.DEAD) == 1


@pytest.mark.parametrize(
    ("result", "state"),
    [(Ambiguous("timeout"), State.AMBIGUOUS), (Gone("blocked"), State.GONE), (Rejected("too long"), State.DEAD)],
)
async def test_an_end_other_than_sent_is_kept_for_the_operator(outbox, clock, result, state):
    messenger = FakeMessenger(idempotent=False)
    messenger.results = [result]
    await outbox.put("a", [row(clock)])

    await delivery(outbox, messenger, clock).step()
    await delivery(outbox, messenger, clock).step()

    assert len(messenger.sent) == 1
    assert await outbox.count("a", state) == 1


@pytest.mark.parametrize(
    ("idempotent", "kind", "sent"),
    [(True, "instant", 1), (False, "instant", 0), (False, "reply", 1)],
)
async def test_after_a_crash_before_the_mark_the_written_policy_decides(
    database, outbox, clock, idempotent, kind, sent
):
    await outbox.put("a", [row(clock, kind=kind)])
    [_lost] = await outbox.lease("a", "console", clock())  # this worker died here, maybe after sending
    messenger = FakeMessenger(idempotent=idempotent)

    await delivery(Outbox(database, "worker-2"), messenger, clock, dead).step()

    assert len(messenger.sent) == sent


async def test_a_living_workers_row_is_left_alone(database, outbox, clock):
    await outbox.put("a", [row(clock)])
    await outbox.lease("a", "console", clock())
    messenger = FakeMessenger()

    await delivery(Outbox(database, "worker-2"), messenger, clock, alive).step()

    assert messenger.sent == []


async def test_where_nothing_can_be_edited_only_a_correction_is_said_again(outbox, clock):
    messenger = FakeMessenger(edit=False)
    await outbox.put("a", [row(clock), row(clock, step=2), row(clock, step=3, kind="correction")])

    await delivery(outbox, messenger, clock).step()

    assert [one.reply.text for one in messenger.sent] == ["s1.1", "s1.3"]


async def test_a_fault_in_one_chat_leaves_no_other_waiting(outbox, clock):
    class Frail(FakeMessenger):
        async def send(self, message):
            if message.chat == KIM and not self.sent:
                self.sent.append(message)
                raise OSError("the connection broke")
            return await super().send(message)

    room = Chat("console", "총무과", private=False)
    messenger = Frail()
    worker = delivery(outbox, messenger, clock)
    await outbox.put("a", [row(clock), Row(room, "s1", 1, "instant", Reply("채널"), clock())])

    await worker.step()
    assert [one.chat for one in messenger.sent] == [KIM, room]
    clock.advance(timedelta(minutes=5))
    await worker.step()

    assert [one.chat for one in messenger.sent] == [KIM, room, KIM]
    assert await outbox.leases("a", "console") == {}

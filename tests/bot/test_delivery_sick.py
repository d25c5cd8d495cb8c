"""A platform that is down is left in peace, one fault costs its chat a turn at most, a late answer is asked about."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from bot.asking import Asking
from bot.delivery import Delivery
from bot.messenger import Chat, Outgoing, Reply
from bot.outages import Outages
from bot.outbox import Outbox, Row, State
from bot.pacing import Pacing, turn_of
from bot.platforms import Absent, Ambiguous, Pace, Rate, Retry, SendResult, Sent
from bot.sending import backoff
from tests.fakes import FakeMessenger

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
MILLISECOND = timedelta(milliseconds=1)
TELEGRAM = Pace(chat=Rate(1, SECOND), group=Rate(20, MINUTE), whole=Rate(30, SECOND))
SLACK = Pace(chat=Rate(1, SECOND), group=Rate(1, SECOND))
WORKS = Pace(whole=Rate(240, MINUTE))
KIM = Chat("console", "dm:kim", private=True)


async def alive(_owner: str) -> bool:
    return True


def person(number: int) -> Chat:
    return Chat("console", f"dm:v{number}", private=True)


class Platform(FakeMessenger):
    """A messenger whose abilities a test chooses, and that says `answers` to each message."""

    def __init__(self, answers: Callable[[Outgoing], SendResult], **abilities) -> None:
        super().__init__(idempotent=False)
        self.capabilities = replace(self.capabilities, **abilities)
        self.answers = answers

    async def send(self, message):
        self.sent.append(message)
        return self.answers(message)


@pytest.fixture
def outbox(database):
    return Outbox(database, "worker-1")


def delivery(database, outbox, messenger, clock, **more):
    return Delivery(outbox, [messenger], ["a"], alive, clock, pacing=Pacing(database), **more)


async def through(worker, clock, span):
    """Lets that much time pass, the worker stepping whenever it says that there is something to do."""
    end = clock() + span
    while clock() < end:
        due = await worker.step()
        clock.instant = end if due is None else min(end, max(due, clock() + MILLISECOND))


# --- a platform that is down


@pytest.mark.parametrize("pace", [TELEGRAM, SLACK], ids=["telegram", "slack"])
async def test_five_thousand_rows_leave_a_platform_that_answers_503_in_peace(database, outbox, clock, pace):
    start, asked = clock(), Counter[int]()

    def answers(_message):
        asked[int((clock() - start) / MINUTE)] += 1
        return Retry(SECOND)

    messenger = Platform(answers, pace=pace)
    await outbox.put("a", [Row(person(n), "s", 1, "instant", Reply("s"), clock()) for n in range(5_000)])
    worker = delivery(database, outbox, messenger, clock)

    await through(worker, clock, 5 * MINUTE)

    assert asked[0] <= messenger.capabilities.in_flight + 20
    assert 1 <= max(asked[minute] for minute in range(1, 5)) <= 8
    assert await outbox.count("a", State.DEAD) == 0
    messenger.answers = lambda message: Sent(message.message) if len(messenger.sent) < 90 else Retry(SECOND)
    messenger.sent.clear()
    await through(worker, clock, MINUTE + 5 * SECOND)
    assert len(messenger.sent) >= 90  # the first that arrives opens it for all


@pytest.mark.parametrize("evidence", [True, False], ids=["evidence", "policy"])
async def test_a_platform_that_answers_nothing_for_five_minutes_costs_few_pushes(database, outbox, clock, evidence):
    messenger = Platform(lambda _: Ambiguous("no answer"), pace=SLACK, in_flight=8, evidence=evidence)
    messenger.find = lambda *_: asyncio.sleep(0, Ambiguous("no answer"))
    rows = [Row(person(n), "s", 1, "instant", Reply("s"), clock()) for n in range(300)]
    await outbox.put("a", rows)
    worker = delivery(database, outbox, messenger, clock)
    await through(worker, clock, 5 * MINUTE)
    arrived = set[str]()

    def answers(message):
        arrived.add(message.message)
        return Sent(message.message)

    async def find(*_):
        return Absent()

    messenger.answers, messenger.find = answers, find
    await through(worker, clock, 20 * MINUTE)

    doubtful = await outbox.count("a", State.AMBIGUOUS)
    assert len(arrived) + doubtful == 300
    assert doubtful <= (0 if evidence else 50)


async def test_an_adapter_that_breaks_over_one_text_stops_nobody_else(database, outbox, clock):
    def answers(message):
        if message.reply.text == "broken":
            raise ValueError("this text is my undoing")
        return Sent(message.message)

    messenger = Platform(answers, pace=SLACK, in_flight=8)
    rows = [Row(person(n), "s", 1, "instant", Reply("broken"), clock()) for n in range(40)]
    await outbox.put("a", [*rows, Row(KIM, "s", 1, "instant", Reply("ok"), clock() + MILLISECOND)])
    clock.advance(SECOND)

    await delivery(database, outbox, messenger, clock).step()

    assert len(messenger.sent) == 41


async def test_a_chat_whose_own_fault_it_is_is_not_the_one_that_tries_each_time(database, outbox, clock):
    healthy = person(99)
    sick = [person(n) for n in range(20)]
    messenger = Platform(lambda message: Sent("n") if message.chat == healthy else Retry(SECOND), pace=SLACK)
    await outbox.put("a", [Row(one, "s", 1, "reply", Reply("s"), clock()) for one in sick])
    worker = delivery(database, outbox, messenger, clock)
    await through(worker, clock, MINUTE)
    await outbox.put("a", [Row(healthy, "s", 1, "reply", Reply("s"), clock())])

    await through(worker, clock, 2 * MINUTE)

    assert any(one.chat == healthy for one in messenger.sent)


def test_one_success_ends_an_outage_and_one_chats_failures_begin_none(clock):
    outages = Outages()
    for _ in range(50):
        assert outages.failed("m", "chat", clock()) is None
    assert not outages.down("m")
    spans = []
    for number in range(60):
        span = outages.failed("m", f"chat {number}", clock())
        if span is not None:
            spans.append(span)
            clock.advance(span)
    assert spans == sorted(spans) or max(spans) > 30 * SECOND
    assert max(spans) <= MINUTE

    outages.arrived("m")

    assert not outages.down("m")
    assert outages.failed("m", "chat", clock(), all_of_it=True) is not None


# --- one fault


@pytest.mark.parametrize(
    ("pace", "chat", "turn"),
    [
        (SLACK, KIM, SECOND),
        (Pace(chat=Rate(20, SECOND)), KIM, SECOND / 20),
        (TELEGRAM, Chat("console", "room", private=False), 3 * SECOND),
        (WORKS, KIM, SECOND / 4),
        (Pace(), KIM, SECOND),
    ],
)
def test_back_off_is_counted_in_turns_of_the_chat(pace, chat, turn):
    assert turn_of(pace, chat) == turn
    assert max(backoff(1, turn) for _ in range(200)) <= turn
    assert max(backoff(3, turn) for _ in range(200)) > turn
    assert max(backoff(8, turn) for _ in range(200)) <= 5 * MINUTE
    assert len({backoff(2, turn) for _ in range(20)}) == 20


@pytest.mark.parametrize("scale", [1, 20])
async def test_a_lone_503_holds_its_chat_up_a_turn_and_what_follows_waits_behind_it(database, outbox, clock, scale):
    pace = Pace(chat=Rate(scale, SECOND))
    first = Retry(timedelta())
    faults: list[SendResult] = [first]
    messenger = Platform(lambda message: faults.pop() if faults else Sent(message.message), pace=pace)
    await outbox.put("a", [Row(KIM, f"s{n}", 1, "instant", Reply(f"s{n}"), clock()) for n in range(3)])
    worker, start = delivery(database, outbox, messenger, clock), clock()
    instants: list[datetime] = []
    answers = messenger.answers

    def timed(message):
        instants.append(clock())
        return answers(message)

    messenger.answers = timed
    await through(worker, clock, MINUTE)

    assert [one.reply.text for one in messenger.sent] == ["s0", "s0", "s1", "s2"]
    assert instants[1] - start <= 1.1 * SECOND / scale + (SECOND if scale == 1 else timedelta())
    assert all(later >= earlier for earlier, later in pairwise(instants))


# --- a late answer


class Mute(Platform):
    """It takes a message and never answers for those in `lost`; its record shows them after `shown` looks."""

    def __init__(self, lost: set[str], shown: int = 0, **abilities) -> None:
        super().__init__(lambda message: Sent(message.message), evidence=True, **abilities)
        self.lost, self.shown, self.looks = lost, shown, 0

    async def send(self, message):
        self.sent.append(message)
        if message.reply.text in self.lost:
            await asyncio.sleep(30)
        return Sent(message.message)

    async def find(self, message, since):
        self.looks += 1
        return Sent("found") if self.looks > self.shown else Absent()


def said(text: str, chat: Chat = KIM) -> Outgoing:
    return Outgoing("a", chat, f"m-{text}", Reply(text))


QUICK = Pace(chat=Rate(100, SECOND))


async def test_a_late_answer_is_asked_about_and_what_stands_there_is_not_said_again(database, outbox, clock):
    messenger = Mute({"s0"}, pace=QUICK)
    await outbox.put("a", [Row(KIM, f"s{n}", 1, "instant", Reply(f"s{n}"), clock()) for n in range(3)])

    async with asyncio.timeout(60):
        await through(delivery(database, outbox, messenger, clock), clock, SECOND)

    assert [one.reply.text for one in messenger.sent] == ["s0", "s1", "s2"]
    assert messenger.looks == 1
    assert await outbox.count("a", State.AMBIGUOUS) == 0


async def test_what_the_record_does_not_show_yet_is_waited_for_and_asked_again(clock):
    messenger = Mute({"s0"}, shown=2, pace=QUICK)

    result = await Asking().send(messenger, said("s0"), clock())

    assert result == Sent("found")
    assert len(messenger.sent) == 1


async def test_what_the_record_never_shows_stays_in_doubt(clock):
    messenger = Mute({"s0"}, shown=10_000, pace=QUICK)

    result = await Asking(patience_s=0.3).send(messenger, said("s0"), clock())

    assert isinstance(result, Ambiguous)
    assert 1 <= messenger.looks <= 6


async def test_a_platform_that_is_slow_is_not_asked_about_each_message(clock):
    messenger = Mute({f"s{n}" for n in range(50)}, shown=10_000, pace=QUICK)
    asking = Asking(patience_s=0.4)

    await asyncio.gather(*(asking.send(messenger, said(f"s{n}", person(n)), clock()) for n in range(50)))

    assert messenger.looks <= 31  # ten at once, and one each two turns, of 10 ms


@pytest.mark.parametrize("able", [{"evidence": False}, {"idempotent_send": True}])
async def test_nothing_is_asked_where_there_is_no_record_or_no_need(clock, able):
    messenger = Mute({"s0"}, pace=QUICK)
    messenger.capabilities = replace(messenger.capabilities, **able)

    assert isinstance(await Asking(patience_s=0.2).send(messenger, said("s0"), clock()), Ambiguous)
    assert messenger.looks == 0


async def test_whoever_is_stopped_while_an_answer_is_late_leaves_nothing_running(clock):
    messenger = Mute({"s0"}, shown=10_000, pace=QUICK)
    task = asyncio.create_task(Asking().send(messenger, said("s0"), clock()))
    await asyncio.sleep(0.05)
    before = asyncio.all_tasks()

    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert task.cancelled()
    assert asyncio.all_tasks() == {one for one in before if not one.done()}


async def test_a_push_whose_record_cannot_be_read_now_is_asked_about_later(database, outbox, clock):
    found: list[SendResult | Absent] = [Ambiguous("down"), Ambiguous("down"), Sent("n")]
    messenger = Platform(lambda _: Ambiguous("lost"), evidence=True, pace=SLACK)
    messenger.find = lambda *_: asyncio.sleep(0, found.pop(0))
    await outbox.put("a", [Row(KIM, "s", 1, "instant", Reply("s"), clock())])

    await through(delivery(database, outbox, messenger, clock), clock, 5 * MINUTE)

    assert len(messenger.sent) == 1
    assert await outbox.count("a", State.AMBIGUOUS) == 0
    assert found == []


# --- a slow network


async def test_a_message_that_came_late_moves_the_turn_that_was_booked_behind_it(database, outbox, clock):
    arrived: list[datetime] = []

    class Slow(Platform):
        """Every fifth message is 0.4 s on its way."""

        async def send(self, message):
            clock.advance(timedelta(milliseconds=400 if len(arrived) % 5 == 4 else 10))
            arrived.append(clock())
            clock.advance(timedelta(milliseconds=10))
            return Sent(message.message)

    messenger = Slow(lambda message: Sent(message.message), pace=SLACK)
    await outbox.put("a", [Row(KIM, f"s{n}", 1, "instant", Reply("s"), clock()) for n in range(30)])
    await delivery(database, outbox, messenger, clock, sleep=clock.sleep).step()

    assert len(arrived) == 30
    assert min(later - earlier for earlier, later in pairwise(arrived)) >= SECOND
    late = 5 * timedelta(milliseconds=400)
    assert arrived[-1] - arrived[0] <= 29 * SECOND * 1.02 + late + SECOND  # and no later than that

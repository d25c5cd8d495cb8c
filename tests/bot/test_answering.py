"""Whoever asked gets every answer: at once where it can be, from the outbox where it can't, never silently not."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.answering import Answering
from bot.delivery import Delivery
from bot.discretion import Discretion
from bot.messenger import Chat, Location, Reply, Update
from bot.outbox import Outbox
from bot.pacing import Pacing
from bot.platforms import Absent, Ambiguous, Content, Gone, Moved, Pace, Rate, Rejected, Retry, Sent
from bot.reach import Hearing, Reach
from tests.bot.test_delivery_results import KIM, Platform, alive, tenancy, texts

SECOND = timedelta(seconds=1)
UPDATE = Update("console", "kim", None, id="u1", reference=7)


@pytest.fixture
def outbox(database):
    return Outbox(database, "worker-1")


def answering(outbox, messenger, clock, **more):
    found = Answering(outbox, clock, clock.sleep, **more)
    found.attach([messenger])
    return found


async def drained(outbox, messenger, clock, **more):
    """What the outbox sends later on."""
    worker = Delivery(outbox, [messenger], ["a"], alive, clock, **more)
    for _ in range(6):
        await worker.step()
        clock.advance(timedelta(minutes=10))


async def test_answers_go_straight_and_a_repeated_update_gives_the_same_ids(outbox, clock):
    messenger = Platform()
    back = answering(outbox, messenger, clock)

    await back.send("a", KIM, UPDATE, [Reply("하나"), Reply("둘")])
    await back.send("a", KIM, UPDATE, [Reply("하나"), Reply("둘")])

    assert texts(messenger) == ["하나", "둘"] * 2
    ids = [one.message for one in messenger.sent]
    assert ids[:2] == ids[2:]
    assert len(set(ids)) == 2
    assert {one.reference for one in messenger.sent} == {7}
    assert await outbox.pending("a", KIM.ref) == 0


@pytest.mark.parametrize(
    "result", [Retry(5 * SECOND), Retry(5 * SECOND, "whole", flood=True), Ambiguous("lost"), OSError("broke")]
)
async def test_what_did_not_plainly_arrive_is_said_from_the_outbox_and_what_follows_waits_behind(outbox, clock, result):
    class Frail(Platform):
        async def send(self, message):
            if isinstance(result, OSError) and not self.sent:
                self.sent.append(message)
                raise result
            return await super().send(message)

    messenger = Frail()
    messenger.results = [] if isinstance(result, OSError) else [result]
    back = answering(outbox, messenger, clock)

    await back.send("a", KIM, UPDATE, [Reply("하나"), Reply("둘")])
    await back.send("a", KIM, replace(UPDATE, id="u2"), [Reply("셋")])
    assert texts(messenger) == ["하나"]
    await drained(outbox, messenger, clock)
    await back.send("a", KIM, replace(UPDATE, id="u3"), [Reply("넷")])

    assert texts(messenger) == ["하나", "하나", "둘", "셋", "넷"]
    assert messenger.sent[0].message == messenger.sent[1].message
    assert messenger.sent[1].reference == 7


@pytest.mark.parametrize(("found", "sent"), [([Sent("n")], 1), ([Absent(), Absent()], 2)])
async def test_a_platforms_record_says_whether_an_answer_arrived(outbox, clock, found, sent):
    messenger = Platform(evidence=True)
    messenger.results, messenger.found = [Ambiguous("lost")], list(found)

    await answering(outbox, messenger, clock).send("a", KIM, UPDATE, [Reply("하나")])
    await drained(outbox, messenger, clock)

    assert len(messenger.sent) == sent


async def test_a_messenger_that_hangs_does_not_hold_the_answer_for_ever(outbox, clock):
    class Hanging(Platform):
        async def send(self, message):
            await asyncio.Event().wait()

    await answering(outbox, Hanging(), clock, patience_s=0.05).send("a", KIM, UPDATE, [Reply("하나")])

    assert await outbox.pending("a", KIM.ref) == 1


async def test_what_the_platform_refuses_ends_among_the_dead_letters(outbox, database, clock):
    from bot.dead_letters import DeadLetters

    messenger = Platform()
    messenger.results = [Rejected("no"), Rejected("no")]

    await answering(outbox, messenger, clock).send("a", KIM, UPDATE, [Reply("하나")])
    await drained(outbox, messenger, clock)

    assert await DeadLetters(database).count("a") == 1


async def test_a_room_that_moved_is_answered_at_its_new_id(outbox, database, clock):
    house, room = tenancy(), Chat("console", "총무과", private=False)
    messenger, reach = Platform(), Reach(database, house, outbox)
    messenger.results = [Moved("-200")]

    await answering(outbox, messenger, clock, reach=reach).send("a", room, UPDATE, [Reply("하나")])
    await drained(outbox, messenger, clock, reach=reach)

    assert texts(messenger) == ["하나", "하나"]
    assert house.channel_named("a", "총무과").addresses["console"] == "-200"


async def test_an_answer_waits_a_moment_for_its_turn_and_in_the_outbox_for_a_later_one(outbox, database, clock):
    messenger, begun = Platform(pace=Pace(chat=Rate(1, SECOND), whole=Rate(3, SECOND))), clock()
    back = answering(outbox, messenger, clock, pacing=Pacing(database))

    await back.send("a", KIM, UPDATE, [Reply("하나"), Reply("둘")])
    assert texts(messenger) == ["하나", "둘"]
    assert SECOND <= clock() - begun < 2 * SECOND
    await Pacing(database).freeze("console", None, clock() + 60 * SECOND, clock())
    await back.send("a", KIM, UPDATE, [Reply("셋")])

    assert texts(messenger) == ["하나", "둘"]
    assert await outbox.pending("a", KIM.ref) == 1


async def test_who_is_back_is_welcomed_before_the_answer_once(outbox, database, clock):
    messenger, reach = Platform(), Reach(database, tenancy(), outbox)
    messenger.results = [Gone("blocked")]
    back = answering(outbox, messenger, clock, reach=reach)
    await back.send("a", KIM, UPDATE, [Reply("하나")])
    assert await reach.is_away("a", KIM)

    await back.send("a", KIM, replace(UPDATE, id="u2"), [Reply("둘")])
    await back.send("a", KIM, replace(UPDATE, id="u3"), [Reply("셋")])

    assert texts(messenger)[2:] == ["둘", "셋"]
    assert "다시 오셨군요" in texts(messenger)[1]


async def test_a_platforms_own_word_takes_away_and_brings_back(outbox, database, clock):
    house = tenancy()
    messenger, reach = Platform(), Reach(database, house, outbox)
    hearing = Hearing(reach, house, clock)

    await hearing.hear(replace(UPDATE, event="left"))
    assert await reach.is_away("a", KIM)
    await hearing.hear(replace(UPDATE, event="returned"))
    await hearing.hear(replace(UPDATE, event="returned"))
    await hearing.hear(replace(UPDATE, sender="stranger", event="left"))
    await hearing.hear(replace(UPDATE, chat="-100", event="moved", moved_to="-300"))
    await drained(outbox, messenger, clock)

    assert not await reach.is_away("a", KIM)
    assert len([one for one in texts(messenger) if "다시 오셨군요" in one]) == 1
    assert house.channel_named("a", "총무과").addresses["console"] == "-300"


async def test_a_receipt_takes_along_what_gave_the_point_and_nothing_else(outbox, clock):
    messenger = Platform(delete=True)
    back = answering(outbox, messenger, clock)
    shared = replace(UPDATE, location=Location(35.2, 128.6), message="loc-2")

    await back.send("a", KIM, UPDATE, [Reply("영수증", receipt="r1", spends="loc-1")])
    await back.send("a", KIM, shared, [Reply("영수증", receipt="r2"), Reply("그 밖에")])
    await drained(outbox, messenger, clock)

    assert messenger.deleted == [(KIM, "loc-1")]


async def test_a_long_answer_is_cut_and_a_private_one_goes_elsewhere(outbox, clock):
    messenger = Platform(max_text=10)
    limits = {"console": Content.OFFICE, "matrix": Content.PLACE}
    back = answering(outbox, messenger, clock, discretion=Discretion(tenancy(), lambda: limits))

    await back.send("a", KIM, UPDATE, [Reply("하나 둘 셋. 넷 다섯 여섯.")])
    assert texts(messenger) == ["하나 둘 셋.", "넷 다섯 여섯."]
    await back.send("a", KIM, replace(UPDATE, id="u2"), [Reply("중앙대로 151", content=Content.PLACE)])

    assert not any("중앙대로" in one for one in texts(messenger))
    assert await outbox.pending("a", "matrix:dm:@kim:x") == 1


@pytest.mark.parametrize(
    ("can", "private", "aside", "only"),
    [(True, False, True, "kim"), (True, False, False, ""), (True, True, True, ""), (False, False, True, "")],
)
async def test_what_is_for_whoever_asked_alone_says_so_where_the_platform_can(outbox, clock, can, private, aside, only):
    messenger = Platform(aside=can)
    group = Chat("console", "총무과", private=False)

    await answering(outbox, messenger, clock).send(
        "a", KIM if private else group, UPDATE, [Reply("개인 대화에서만", aside=aside), Reply("모두에게")]
    )

    assert [one.only for one in messenger.sent] == [only, ""]

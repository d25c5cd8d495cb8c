"""What a platform answers decides: evidence before policy, the policy as written, the right scope, nothing held up."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.dead_letters import DeadLetters
from bot.delivery import Delivery
from bot.discretion import Discretion
from bot.messenger import Button, Chat, Reply
from bot.outbox import Outbox, Row, State, Why
from bot.pacing import Pacing
from bot.platforms import Absent, Ambiguous, Content, Gone, Moved, Pace, Rate, Rejected, Retry, Sent
from bot.reach import Reach
from bot.settings import Channel, Institution, Person, Role
from bot.tenancy import Tenancy
from tests.fakes import FakeMessenger

KIM, LEE = (Chat("console", f"dm:{name}", private=True) for name in ("kim", "lee"))
ROOM = Chat("console", "총무과", private=False)
SECOND = timedelta(seconds=1)


async def alive(_owner: str) -> bool:
    return True


async def dead(_owner: str) -> bool:
    return False


class Platform(FakeMessenger):
    """A messenger whose abilities a test chooses; `found` is what its record says."""

    def __init__(self, **abilities) -> None:
        super().__init__(idempotent=False)
        self.capabilities = replace(self.capabilities, **abilities)
        self.found: list[Sent | Absent | Ambiguous] = []
        self.asked: list[str] = []
        self.deleted: list[tuple[Chat, str]] = []

    async def find(self, message, since):
        self.asked.append(message.message)
        return self.found.pop(0)

    async def delete(self, chat, native):
        self.deleted.append((chat, native))
        return True


@pytest.fixture
def outbox(database):
    return Outbox(database, "worker-1")


def row(clock, story="s1", kind="instant", chat=KIM, **more):
    return Row(chat, story, more.pop("step", 1), kind, more.pop("reply", Reply(story)), clock(), **more)


def delivery(outbox, messenger, clock, is_alive=alive, **more):
    return Delivery(outbox, [messenger], ["a"], is_alive, clock, **more)


async def later(worker, clock, span=timedelta(minutes=10), times=12):
    """Lets that much time pass, again and again, until nothing waits."""
    for _ in range(times):
        await worker.step()
        clock.advance(span)


def texts(messenger):
    return [one.reply.text for one in messenger.sent]


# --- nobody knows whether it arrived


@pytest.mark.parametrize(("kind", "sent", "state"), [("instant", 1, State.AMBIGUOUS), ("reply", 3, State.AMBIGUOUS)])
async def test_without_evidence_a_push_is_said_once_and_an_answer_a_few_times(outbox, clock, kind, sent, state):
    messenger = Platform()
    messenger.results = [Ambiguous("lost")] * 20
    await outbox.put("a", [row(clock, kind=kind)])

    await later(delivery(outbox, messenger, clock), clock)

    assert len(messenger.sent) == sent
    assert await outbox.count("a", state) == 1


@pytest.mark.parametrize(("found", "sent"), [(Sent("n1"), 1), (Absent(), 2)])
@pytest.mark.parametrize("kind", ["instant", "reply"])
async def test_a_platforms_record_decides_whether_it_is_said_again(outbox, clock, kind, found, sent):
    messenger = Platform(evidence=True)
    messenger.results, messenger.found = [Ambiguous("lost")], [found]
    await outbox.put("a", [row(clock, kind=kind)])

    await later(delivery(outbox, messenger, clock), clock)

    assert len(messenger.sent) == sent
    assert len(messenger.asked) == 1
    assert await outbox.count("a", State.AMBIGUOUS) == 0


async def test_a_dead_workers_row_is_looked_up_not_guessed(database, outbox, clock):
    messenger = Platform(evidence=True)
    messenger.found = [Sent("n7")]
    await outbox.put("a", [row(clock)])
    await outbox.lease("a", "console", clock())

    await delivery(Outbox(database, "worker-2"), messenger, clock, dead).step()

    assert messenger.sent == []
    assert len(messenger.asked) == 1
    assert await outbox.count("a", State.AMBIGUOUS) == 0
    await outbox.put("a", [row(clock, step=2, kind="correction")])
    [edit] = await outbox.lease("a", "console", clock())
    assert edit.message.edits_native == "n7"


async def test_what_a_dead_worker_sent_may_arrive_after_the_first_look(database, outbox, clock):
    messenger = Platform(evidence=True)
    messenger.found = [Absent(), Sent("n7")]
    await outbox.put("a", [row(clock)])
    await outbox.lease("a", "console", clock())
    second = delivery(Outbox(database, "worker-2"), messenger, clock, dead)

    await second.step()
    assert (len(messenger.asked), messenger.sent) == (1, [])
    await later(second, clock)

    assert (len(messenger.asked), messenger.sent) == (2, [])
    await outbox.put("a", [row(clock, step=2, kind="correction")])
    [edit] = await outbox.lease("a", "console", clock())
    assert edit.message.edits_native == "n7"


async def test_where_the_same_id_is_the_same_message_it_is_simply_said_again(outbox, clock):
    messenger = Platform(idempotent_send=True)
    messenger.results = [Ambiguous("lost")]
    await outbox.put("a", [row(clock)])

    await later(delivery(outbox, messenger, clock), clock)

    assert len({one.message for one in messenger.sent}) == 1
    assert len(messenger.sent) == 2


async def test_a_messenger_that_hangs_holds_nobody_else_and_leaves_doubt(outbox, clock):
    class Hanging(Platform):
        async def send(self, message):
            if message.chat == KIM:
                self.sent.append(message)
                await asyncio.Event().wait()
            return await super().send(message)

    messenger = Hanging()
    others = [Chat("console", f"dm:v{n}", private=True) for n in range(200)]
    await outbox.put("a", [row(clock), *(row(clock, chat=one, story=s) for one in others for s in ("s1", "s2"))])

    await delivery(outbox, messenger, clock, patience_s=0.3).step()

    assert len(messenger.sent) == 1 + 400
    assert await outbox.count("a", State.AMBIGUOUS) == 1


# --- too fast, and down


@pytest.mark.parametrize(("scope", "sent"), [("chat", {KIM, LEE}), ("whole", {KIM})])
async def test_a_flood_stops_its_scope_for_every_worker_and_costs_no_try(database, outbox, clock, scope, sent):
    messenger = Platform(in_flight=1)
    messenger.results = [Retry(30 * SECOND, scope, flood=True)]
    workers = [
        delivery(Outbox(database, name), messenger, clock, pacing=Pacing(database)) for name in ("worker-1", "worker-2")
    ]
    await outbox.put("a", [row(clock)])
    await workers[0].step()
    await outbox.put("a", [row(clock, chat=LEE), row(clock, story="s2")])

    for worker in workers:
        await worker.step()
    assert {one.chat for one in messenger.sent} == sent
    messenger.results = [Retry(SECOND, scope, flood=True)] * 20
    await later(workers[1], clock, 40 * SECOND, 60)

    assert sorted(set(texts(messenger))) == ["s1", "s2"]
    assert await outbox.count("a", State.DEAD) == 0
    assert messenger.results == []


async def test_a_platform_that_is_down_for_an_hour_costs_no_message(database, outbox, clock):
    down = clock() + timedelta(hours=1)

    class Down(Platform):
        async def send(self, message):
            return Retry(SECOND) if clock() < down else await super().send(message)

    messenger = Down()
    people = [Chat("console", f"dm:v{n}", private=True) for n in range(40)]
    await outbox.put("a", [row(clock, chat=one) for one in people])

    await later(delivery(outbox, messenger, clock, pacing=Pacing(database)), clock, 10 * SECOND, 420)

    assert len(messenger.sent) == 40
    assert await outbox.count("a", State.DEAD) == 0


async def test_what_people_wait_for_goes_before_pushes_where_the_bot_is_the_bottleneck(database, outbox, clock):
    messenger = Platform(pace=Pace(whole=Rate(2, SECOND)), in_flight=2)
    people = [Chat("console", f"dm:v{n}", private=True) for n in range(50)]
    await outbox.put("a", [row(clock, chat=one) for one in people])
    worker = delivery(outbox, messenger, clock, pacing=Pacing(database))
    await worker.step()
    await outbox.put("a", [row(clock, "answer", "reply", LEE)])
    clock.advance(1.1 * SECOND)

    await worker.step()

    assert "answer" in texts(messenger)
    assert len(messenger.sent) < 6


# --- gone, back, moved, refused


def tenancy():
    people = (
        Person("kim", "김", "총무과", frozenset(), {"console": "kim", "matrix": "@kim:x"}),
        Person("lee", "이", "총무과", frozenset(), {"console": "lee"}),
    )
    rooms = (Channel("총무과", "총무과", {"console": "-100"}),)
    return Tenancy([Institution("a", "가", "정보화담당관 (내선 0000)", people, rooms, ())])


async def test_who_blocked_dobi_gets_no_more_rows_until_they_are_back(database, outbox, clock):
    messenger, reach = Platform(), Reach(database, tenancy(), outbox)
    messenger.results = [Gone("blocked")]
    await outbox.put("a", [row(clock, "s1"), row(clock, "s2"), row(clock, "s3", "reply")])
    worker = delivery(outbox, messenger, clock, reach=reach)
    await worker.step()

    assert await outbox.put("a", [row(clock, "s4"), row(clock, "s4", step=2)]) == 0
    await worker.step()
    assert texts(messenger) == ["s1"]
    assert await outbox.pending("a", KIM.ref) == 0
    assert [one.why for one in await DeadLetters(database).listing("a")] == [Why.BLOCKED]
    assert await reach.back("a", KIM, clock())
    assert not await reach.back("a", KIM, clock())
    assert await outbox.put("a", [row(clock, "s5"), row(clock, "s4", step=3, kind="correction")]) == 2
    await worker.step()

    welcome, *after = messenger.sent[1:]
    assert "3건" in welcome.reply.text
    assert [one.reply.text for one in after] == ["s5", "s4"]
    assert after[1].edits is None  # what was missed is no message that could be edited


async def test_a_group_that_is_closed_is_told_to_its_administrators_once_a_day(database, outbox, clock):
    house, messenger = tenancy(), Platform()
    people = (
        *house.institution("a").people,
        Person("park", "박", "총무과", frozenset({Role.MANAGER}), {"console": "p"}),
    )
    house = Tenancy([replace(house.institution("a"), people=people)])
    messenger.results = [Gone("not_in_channel"), Gone("blocked")]
    await outbox.put("a", [row(clock, "s1", chat=ROOM), row(clock, "s1", chat=KIM)])
    reach = Reach(database, house, outbox)
    worker = delivery(outbox, messenger, clock, reach=reach)
    await later(worker, clock, times=3)
    await reach.closed("a", ROOM, clock())
    await later(worker, clock, times=3)

    told = [one for one in messenger.sent if "초대해" in one.reply.text]
    assert [one.chat.id for one in told] == ["dm:p"]
    assert "총무과 채널" in told[0].reply.text
    assert await reach.is_away("a", ROOM)


async def test_a_room_that_moved_gets_the_same_row_at_its_new_id(database, outbox, clock):
    house = tenancy()
    messenger, reach = Platform(), Reach(database, house, outbox)
    messenger.results = [Moved("-200")]
    await outbox.put("a", [row(clock, "s1", chat=ROOM), row(clock, "s2", chat=ROOM)])

    await delivery(outbox, messenger, clock, reach=reach).step()

    assert texts(messenger) == ["s1", "s1", "s2"]
    assert messenger.sent[0].message == messenger.sent[1].message
    assert house.channel_named("a", "총무과").addresses["console"] == "-200"
    other = tenancy()
    await Reach(database, other, outbox).refresh("a")
    assert other.channel("console", "a", "-200").id == "총무과"
    assert other.channel("console", "a", "-100") is None


async def test_a_correction_that_cannot_be_edited_any_more_is_said_anew(outbox, clock):
    messenger = Platform()
    await outbox.put("a", [row(clock)])
    worker = delivery(outbox, messenger, clock)
    await worker.step()
    messenger.results = [Rejected("too old to edit"), Sent("n2"), Rejected("too old to edit")]
    await outbox.put("a", [row(clock, step=2, kind="correction"), row(clock, step=3)])

    await worker.step()

    assert [bool(one.edits) for one in messenger.sent] == [False, True, False, True]
    assert await outbox.count("a", State.DEAD) == 0


# --- parts, deletion, discretion


async def test_each_part_is_a_row_of_its_own_in_order_and_edits_change_the_main_one(database, outbox, clock):
    messenger = Platform(max_text=20, max_caption=10)
    reply = Reply("하나 둘 셋 넷 다섯. 여섯 일곱 여덟 아홉 열.", image=b"p", buttons=(Button("네", "y:1"),))
    messenger.results = [Sent("pic"), Retry(SECOND), Sent("main"), Sent("rest")]
    worker = delivery(outbox, messenger, clock)
    await outbox.put("a", [row(clock, reply=reply), row(clock, "s2")])
    await later(worker, clock, times=4)
    await outbox.put("a", [row(clock, step=2, kind="correction", reply=Reply("고침"))])
    await worker.step()

    assert [bool(one.reply.image) for one in messenger.sent[:3]] == [True, False, False]
    assert texts(messenger)[1:] == [
        "하나 둘 셋 넷 다섯.", "하나 둘 셋 넷 다섯.", "여섯 일곱 여덟 아홉 열.", "s2", "고침",
    ]  # fmt: skip
    assert [one.label for one in messenger.sent[3].reply.buttons] == ["네"]
    assert messenger.sent[-1].edits_native == "main"
    assert await outbox.drop("a", "s1") == 1
    assert [key async for key in database.scan_iter(f"*row:{messenger.sent[1].message}*")] == []


async def test_a_part_is_not_said_twice_after_a_crash(database, outbox, clock):
    messenger = Platform(max_text=20, evidence=True)
    messenger.found = [Sent("main")]
    await outbox.put("a", [row(clock, reply=Reply("하나 둘 셋 넷 다섯. 여섯 일곱 여덟 아홉 열."))])
    worker = Delivery(outbox, [messenger], ["a"], alive, clock)
    [whole] = await outbox.lease("a", "console", clock())
    await outbox.split("a", whole, clock(), (), Reply("하나 둘 셋 넷 다섯."), (Reply("여섯 일곱 여덟 아홉 열."),))
    await outbox.lease("a", "console", clock())  # and died over the first part, which had arrived

    await worker.step()

    assert texts(messenger) == ["여섯 일곱 여덟 아홉 열."]


@pytest.mark.parametrize(("able", "deleted"), [(True, [(KIM, "loc-1")]), (False, [])])
async def test_the_shared_point_goes_once_the_receipt_stands(outbox, clock, able, deleted):
    messenger = Platform(delete=able)
    messenger.results = [Retry(SECOND), Sent("r")]
    await outbox.put("a", [row(clock, kind="reply", deletes="loc-1")])
    worker = delivery(outbox, messenger, clock)

    await worker.step()
    assert messenger.deleted == []
    await later(worker, clock, times=3)

    assert messenger.deleted == deleted


async def test_what_is_too_private_goes_to_another_messenger_and_leaves_a_sentence(outbox, clock):
    console, matrix = Platform(), Platform()
    matrix.name = "matrix"
    limits = {"console": Content.OFFICE, "matrix": Content.PLACE}
    discretion = Discretion(tenancy(), lambda: limits)
    place = Reply("경남 창원시 의창구 중앙대로 151", content=Content.PLACE, image=b"map")
    await outbox.put("a", [row(clock, "s1", reply=place), row(clock, "s1", chat=LEE, reply=place), row(clock, "s2")])
    worker = Delivery(outbox, [console, matrix], ["a"], alive, clock, discretion=discretion)

    await worker.step()
    await worker.step()

    assert [one.reply.text for one in matrix.sent] == ["경남 창원시 의창구 중앙대로 151"]
    assert matrix.sent[0].chat.id == "dm:@kim:x"
    said = {one.chat: one.reply for one in console.sent if one.reply.text != "s2"}
    assert all("중앙대로" not in one.text and one.image is None for one in said.values())
    assert "매트릭스" in said[KIM].text
    assert "정보화담당관" in said[LEE].text
    assert len(console.sent) == 3

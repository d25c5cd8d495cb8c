"""Where a conversation stands, on real peers and on our own: threads, signs, forms, rooms that move or are sealed.

What `test_port` asks of every messenger is not repeated here; this is what Slack and Matrix have beyond it.
"""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.choices import Choices, numbered, opinion
from bot.delivery import Delivery
from bot.messenger import Button, Chat, Outgoing, Reply, Update
from bot.outbox import Outbox, Row
from bot.platforms import Gone, Sent
from tests.conformance.test_port import HEAVY, _wall, hearing, sent, soon

TENANT = "gyeongnam"
CARD = Reply(
    "[견본도청] 소식",
    buttons=(Button("자세히", "more:s1"), Button("좋아요", "good:s1"), Button("관련 없음", "off:u1:s1")),
)


@pytest.fixture
async def peer(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Any]:
    module = importlib.import_module(f"tests.conformance.peers.{request.param}")
    if why := module.missing():
        pytest.skip(why)
    async with module.opened(tmp_path, _wall) as found:
        yield found


def on(*names: str) -> pytest.MarkDecorator:
    """Plays it against these."""
    found = [pytest.param(one, marks=[pytest.mark.heavy] if one in HEAVY else []) for one in names]
    return pytest.mark.parametrize("peer", found, indirect=True)


SLACK, MATRIX = ("slack_strict", "slack_http", "slack"), ("matrix_fake", "matrix")


async def alive(_owner: str) -> bool:
    return True


@on(*SLACK, *MATRIX)
class TestThreads:
    async def test_what_comes_of_a_story_later_stands_below_it(self, peer: Any, database: Any) -> None:
        """The whole way: outbox, delivery, adapter, and the platform's own record."""
        outbox, group = Outbox(database, "worker-1"), Chat(peer.name, peer.group, private=False)
        delivery = Delivery(outbox, [peer.messenger], [TENANT], alive, _wall)
        for step, text, kind in (
            (1, "첫 소식", "instant"),
            (2, "정정합니다", "correction"),
            (3, "또 고칩니다", "correction"),
        ):
            await outbox.put(TENANT, [Row(group, "s1", step, kind, Reply(text), _wall())])  # type: ignore[arg-type]
            await delivery.step()
        await outbox.put(TENANT, [Row(group, "s2", 1, "instant", Reply("다른 소식"), _wall())])

        async def delivered() -> bool:
            await delivery.step()
            return len(await peer.seen(peer.group)) == 4

        await soon(delivered)
        seen = await peer.seen(peer.group)

        first = next(one for one in seen if one.text == "첫 소식")
        assert {one.text: one.thread for one in seen} == {
            "첫 소식": None, "정정합니다": first.native, "또 고칩니다": first.native, "다른 소식": None,
        }  # fmt: skip
        assert not first.edited

    async def test_who_asks_below_a_story_is_answered_there(self, peer: Any) -> None:
        group = Chat(peer.name, peer.group, private=False)
        story = await sent(peer, Outgoing(TENANT, group, "m1", Reply("새 소식")))
        async with hearing(peer) as ear:
            await peer.say(peer.people[0], "요약", chat=peer.group, mention=True, thread=story.native)
            asked = await ear.until(lambda one: "요약" in one.text)

        await sent(peer, Outgoing(TENANT, group, "m2", Reply("요약입니다"), thread=asked.thread))

        assert (asked.thread, asked.mention) == (story.native, True)
        assert (await peer.seen(peer.group))[-1].thread == story.native


class TestSigns:
    @on(*SLACK, *MATRIX)
    @pytest.mark.parametrize(("sign", "press"), [("👍", "good:s1"), ("👎", "off:u1:s1")])
    async def test_a_thumb_on_a_card_counts_as_its_button(
        self, peer: Any, database: Any, sign: str, press: str
    ) -> None:
        choices = Choices(database, _wall)
        native = await shown(peer, choices)
        async with hearing(peer) as ear:
            await peer.react(peer.people[0], native, sign)
            told = await ear.until(lambda one: bool(one.reaction))

        assert (told.sender, told.chat, told.answers, told.text) == (peer.people[0], None, native, "")
        assert await meant(peer, choices, told) == press

    @on(*SLACK, *MATRIX)
    async def test_a_thumb_that_is_taken_off_takes_the_same_back(self, peer: Any, database: Any) -> None:
        choices, kim = Choices(database, _wall), peer.people[0]
        native = await shown(peer, choices)
        async with hearing(peer) as ear:
            await peer.react(kim, native, "👎")
            put = await ear.until(lambda one: bool(one.reaction))
            assert await meant(peer, choices, put) == "off:u1:s1"
            await peer.react(kim, native, "👎", off=True)
            off = await ear.until(lambda one: one.withdrawn)

        assert (off.sender, off.chat, off.text) == (kim, None, "")
        assert put.sent_at is not None
        assert off.sent_at is not None
        assert put.sent_at <= off.sent_at
        assert off.id != put.id
        if not off.presses:  # Matrix leaves nothing of it but its id
            assert off.answers == put.id
            chat = f"{peer.name}:dm:{kim}"
            assert await choices.told(TENANT, chat, off.answers or "", by=kim) == "off:u1:s1"
        else:
            assert opinion(off.presses, off.reaction) == "off:u1:s1"

    @on(*MATRIX)
    async def test_a_number_stands_for_a_button_where_there_are_none(self, peer: Any, database: Any) -> None:
        choices = Choices(database, _wall)
        native = await shown(peer, choices)
        async with hearing(peer) as ear:
            await peer.react(peer.people[0], native, "1\ufe0f\u20e3")
            told = await ear.until(lambda one: bool(one.reaction))
            await peer.press(peer.people[0], "관련 없음")
            typed = await ear.until(lambda one: one.text == "3")

        chat = f"matrix:dm:{peer.people[0]}"
        assert await meant(peer, choices, told) == "more:s1"
        assert (
            await choices.numbered(TENANT, chat, int(typed.text), update=typed.id, answers=None, current=False)
            == "off:u1:s1"
        )


async def shown(peer: Any, choices: Choices) -> str:
    card = Outgoing(TENANT, Chat(peer.name, f"dm:{peer.people[0]}", True), "m1", CARD, kind="instant")
    result = await numbered(peer.messenger, choices).send(card)
    assert isinstance(result, Sent), result
    await peer.seen(f"dm:{peer.people[0]}")  # on Matrix they come into the chat that Dobi opened
    return result.native


async def meant(peer: Any, choices: Choices, told: Update) -> str | None:
    if told.presses:
        return opinion(told.presses, told.reaction)
    chat = f"{peer.name}:dm:{told.sender}"
    return await choices.reacted(TENANT, chat, told.answers or "", told.reaction, update=told.id, by=told.sender)


@on(*SLACK)
class TestAside:
    async def test_what_one_person_of_a_channel_is_to_see_nobody_else_does(self, peer: Any) -> None:
        group, kim = Chat(peer.name, peer.group, private=False), peer.people[0]

        await sent(peer, Outgoing(TENANT, group, "m1", Reply("'내 정보'는 개인 대화에서만 답해 드립니다."), only=kim))

        assert await peer.whispered() == [(kim, "'내 정보'는 개인 대화에서만 답해 드립니다.")]


@on(*SLACK)
class TestForms:
    async def test_a_bare_command_opens_a_form_and_what_is_filled_in_is_said(self, peer: Any) -> None:
        async with hearing(peer) as ear:
            await peer.say(peer.people[0], "/subscribe", chat=peer.group)
            await peer.submit(peer.people[0], {"words": "재난안전 & <보조금>"})
            told = await ear.until(lambda one: bool(one.text))

        assert (told.text, told.sender, told.chat) == ("/subscribe 재난안전 & <보조금>", peer.people[0], peer.group)


@on("slack_strict", "slack_http", *MATRIX)
class TestRooms:
    async def test_a_room_that_goes_on_under_another_id_is_told_and_spoken_in_there(self, peer: Any) -> None:
        old = peer.group
        await sent(peer, Outgoing(TENANT, Chat(peer.name, old, private=False), "m1", Reply("앞")))
        async with hearing(peer) as ear:
            new = await peer.move()
            told = await ear.until(lambda one: one.event == "moved")
            after = Outgoing(TENANT, Chat(peer.name, new, private=False), "m2", Reply("뒤"))

            async def spoken() -> bool:  # on Matrix it is asked into the successor a moment later
                return isinstance(await peer.messenger.send(after), Sent)

            await soon(spoken)

        assert (told.chat, told.moved_to) == (old, new)
        assert (await peer.seen(new))[-1].text == "뒤"
        if peer.name == "slack":  # there no message says where a room went, only the event
            result = await peer.messenger.send(
                Outgoing(TENANT, Chat("slack", old, private=False), "m3", Reply("옛 방"))
            )
            assert isinstance(result, Gone)


@on(*MATRIX)
class TestSealed:
    async def test_who_asks_dobi_into_an_encrypted_chat_ends_up_where_it_reads(self, peer: Any) -> None:
        kim = peer.people[0]
        async with hearing(peer) as ear:
            sealed = await peer.seal(kim)

            async def asked() -> bool:
                return bool(await peer.invited(kim)) and bool(await peer.bodies(kim, sealed))

            await soon(asked)
            (clear,) = await peer.invited(kim)
            await peer.enter(kim, clear)
            await peer.say(kim, "식당")
            told = await ear.until(lambda one: one.text == "식당")

        (said,) = await peer.bodies(kim, sealed)
        assert "암호화" in said
        assert "초대" in said
        assert ["도움말" in one for one in await peer.bodies(kim, clear)] == [True]
        assert (told.sender, told.chat) == (kim, None)


@on(*MATRIX)
class TestLive:
    async def test_a_live_share_in_the_chat_that_dobi_opened_is_a_point_and_its_trace(self, peer: Any) -> None:
        kim = peer.people[0]
        await sent(peer, Outgoing(TENANT, Chat("matrix", f"dm:{kim}", True), "m1", Reply("위치를 보내 주십시오")))
        await peer.seen(f"dm:{kim}")
        room = await peer._private(kim)
        async with hearing(peer) as ear:
            share = await peer.begin_sharing(kim, room)
            await peer.go_on_sharing(kim, room, share, "geo:35.2279,128.6811;u=12")
            await peer.go_on_sharing(kim, room, share, "geo:35.2280,128.6812;u=8")
            first, second = await ear.until_count(lambda one: one.location is not None, 2)

        assert first.location is not None
        assert second.location is not None
        assert (first.location.lat, first.location.accuracy_m) == (35.2279, 12.0)
        assert (first.location.live, first.location.edited, first.edit) == (True, False, False)
        assert (second.location.edited, second.edit) == (True, True)
        assert first.message == second.message == share

"""The Matrix adapter against a strict homeserver of our own; `make conformance` has a real Synapse."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

from bot.messenger import Chat, FileRef, FileRefusedError, Outgoing, Reply, Update
from bot.messengers import Tools, open_messenger
from bot.messengers.matrix import MatrixMessenger, make
from bot.messengers.matrix_events import addressed, command, heard, point_of
from bot.platforms import Absent, Content, Gone, Rejected, Retry, Sent
from bot.settings import MessengerAccount, Secret
from tests.conformance.peers.matrix import Memory
from tests.conformance.peers.matrix_fake import NAME, FakeHomeserver
from tests.conformance.peers.matrix_people import Browser

BOT, KIM, PARK, FAR = (f"@dobi:{NAME}", f"@kim:{NAME}", f"@park:{NAME}", "@eve:elsewhere.org")
V3 = "/_matrix/client/v3"


class Ear:
    """What was received; `deaf` is raised once instead."""

    def __init__(self) -> None:
        self.updates: list[Update] = []
        self.deaf = False
        self.came = asyncio.Event()

    async def receive(self, update: Update) -> None:
        if self.deaf:
            raise ConnectionError("the store is away")
        self.updates.append(update)
        self.came.set()

    async def until(self, count: int) -> list[Update]:
        async with asyncio.timeout(60):
            while len(self.updates) < count:
                self.came.clear()
                await self.came.wait()
        return self.updates


async def soon(done: Callable[[], bool]) -> None:
    for _ in range(1_000):
        if done():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came to that")


class Stage:
    """A homeserver, people's browsers, and adapters on it."""

    def __init__(self, server: FakeHomeserver, session: aiohttp.ClientSession, clock: Any) -> None:
        self.server = server
        self.clock = clock
        self.kim, self.park, self.far = (
            Browser(server.url, user, server.token(user), session) for user in (KIM, PARK, FAR)
        )
        self.memory = Memory()
        self.made: list[MatrixMessenger] = []

    def account(self, **options: str) -> MessengerAccount:
        told = {"homeserver": self.server.url, "user": BOT, "poll_s": "1", "timeout_s": "3", **options}
        return MessengerAccount("matrix", {"token": Secret(self.server.token(BOT), "test")}, told)

    def adapter(self, account: MessengerAccount | None = None, memory: Memory | None = None) -> MatrixMessenger:
        tools = Tools(self.clock, self.clock.sleep, memory or self.memory)
        made = open_messenger(account or self.account(), tools)
        assert isinstance(made, MatrixMessenger)
        self.made.append(made)
        return made

    @asynccontextmanager
    async def hearing(self, adapter: MatrixMessenger | None = None) -> AsyncIterator[Ear]:
        ear = Ear()
        adapter = adapter or self.adapter()
        task = asyncio.create_task(adapter.run(ear.receive))
        try:
            await soon(lambda: '"since"' in (self.memory.text or ""))
            yield ear
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def room(self, *, name: str = "총무과", by: Browser | None = None, invite: tuple[str, ...] = (BOT,)) -> str:
        """A group that asks Dobi in."""
        wanted = {"name": name, "invite": [*invite, *([PARK] if name else [])], "is_direct": not name}
        wanted["preset"] = "private_chat" if name else "trusted_private_chat"
        room = (await (by or self.kim).ask("POST", f"{V3}/createRoom", wanted))["room_id"]
        if name:
            await self.park.ask("POST", f"{V3}/join/{quote(room, safe='')}", {})
        return str(room)

    async def said(self, room: str, body: str, by: Browser | None = None, **more: object) -> str:
        content = {"msgtype": "m.text", "body": body, **more}
        return await (by or self.kim).event(room, "m.room.message", content)

    def in_room(self, room: str) -> list[dict[str, Any]]:
        """Dobi's messages there."""
        events = self.server.rooms[room].events
        return [one["content"] for one in events if one["sender"] == BOT and one["type"] == "m.room.message"]


@pytest.fixture
async def stage(clock) -> AsyncIterator[Stage]:
    server = FakeHomeserver((BOT, KIM, PARK, FAR))
    async with server.open(), aiohttp.ClientSession() as session:
        found = Stage(server, session, clock)
        yield found
        for one in found.made:
            await one.close()


def out(text: str, message: str = "m1", chat: str = f"dm:{KIM}", **more: Any) -> Outgoing:
    reply = more.pop("reply", None) or Reply(text)
    return Outgoing("gyeongnam", Chat("matrix", chat, chat.startswith("dm:")), message, reply, **more)


# what events say


@pytest.mark.parametrize(
    ("uri", "point"),
    [
        ("geo:35.2279,128.6811;u=12", (35.2279, 128.6811, 12.0)),
        ("geo:35.2,128.6,30;crs=wgs84;u=7.5", (35.2, 128.6, 7.5)),
        ("GEO:-35,-128", (-35.0, -128.0, None)),
        ("geo:35.2,128.6;u=-4", (35.2, 128.6, None)),
        ("geo:35.2,128.6;u=nan", (35.2, 128.6, None)),
    ],
)
def test_a_geo_uri_is_a_point_with_its_uncertainty(uri: str, point: tuple[float, float, float | None]) -> None:
    found = point_of(uri)

    assert found is not None
    assert (found.lat, found.lon, found.accuracy_m) == point


@pytest.mark.parametrize(
    "uri",
    ["geo:91,0", "geo:0,181", "geo:1,2;crs=moon", "geo:nan,1", "geo:1", "http://x", "geo:1e5,2", "geo:1,2" + ";a" * 99],
)
def test_what_is_no_point_is_none(uri: str) -> None:
    assert point_of(uri) is None


@pytest.mark.parametrize(
    "content",
    [
        {}, {"msgtype": "m.notice", "body": "다른 로봇"}, {"msgtype": "m.emote", "body": "손을 든다"}, {"msgtype": 3},
        {"msgtype": "m.location", "geo_uri": "geo:200,1", "body": ""}, {"msgtype": "m.file", "url": "https://evil/x"},
        {"msgtype": "m.file", "url": "mxc://a/../b", "body": "x"}, {"msgtype": "m.image", "file": {"url": "mxc://a/b"}},
        {"msgtype": "m.text", "body": "* x", "m.relates_to": {"rel_type": "m.replace"}},
    ],
)  # fmt: skip
def test_what_is_no_message_is_left_alone(content: dict[str, object]) -> None:
    assert heard({"type": "m.room.message", "content": content}) is None


def test_dobis_name_is_taken_off_the_front_and_a_mark_is_a_slash() -> None:
    names = (BOT, "@도비", "도비", "dobi")

    assert [addressed(text, names) for text in ("도비: 식당", "dobi 구독", "도비", "도비서실 회의", "식당")] == [
        "식당", "구독", "", None, None,
    ]  # fmt: skip
    assert [command(text) for text in ("!식당", "!verify a", "!!", "! 식당", "식당!")] == [
        "/식당", "/verify a", "!!", "! 식당", "식당!",
    ]  # fmt: skip


# in


async def test_what_was_said_before_the_invitation_is_not_answered_and_what_came_with_it_is(
    stage: Stage,
) -> None:
    group, own = await stage.room(invite=()), await stage.room(name="")
    await stage.said(group, "!식당 어제")
    async with stage.hearing() as ear:
        await stage.kim.ask("POST", f"{V3}/rooms/{quote(group, safe='')}/invite", {"user_id": BOT})
        await stage.said(own, "식당")
        await stage.said(group, "!식당 오늘")

        updates = await ear.until(4)

    assert sorted((one.event or "", one.text, one.chat or "") for one in updates) == sorted(
        [("joined", "", ""), ("joined", "", group), ("", "식당", ""), ("", "/식당 오늘", group)]
    )
    assert {one.sender for one in updates} == {KIM}
    assert {one.reference for one in updates if one.text == "식당"} == {own}
    assert {one.reference for one in updates if one.chat} == {None}


async def test_only_people_of_known_servers_may_invite(stage: Stage) -> None:
    async with stage.hearing() as ear:
        strange = await stage.room(by=stage.far, name="")
        await stage.room(name="")
        await ear.until(1)
        room = stage.server.rooms[strange]
        await soon(lambda: room.membership(BOT) != "invite")

    assert room.membership(BOT) == "leave"
    assert [one.sender for one in ear.updates] == [KIM]


async def test_the_place_is_moved_only_behind_what_was_received(stage: Stage) -> None:
    room = await stage.room(name="")
    async with stage.hearing() as ear:
        await ear.until(1)
    kept = stage.memory.text
    await stage.said(room, "식당")
    deaf = Ear()
    deaf.deaf = True
    with pytest.raises(ConnectionError):
        await stage.adapter().run(deaf.receive)
    assert stage.memory.text == kept

    async with stage.hearing() as ear:
        first = (await ear.until(1))[0]
    stage.memory.text = kept
    async with stage.hearing() as ear:
        again = (await ear.until(1))[0]

    assert first.text == "식당"
    assert (first.id, first.message) == (again.id, again.message)


async def test_what_one_sync_has_no_room_for_is_read_back_in_order(stage: Stage) -> None:
    room = await stage.room(name="")
    async with stage.hearing() as ear:
        await ear.until(1)
    for number in range(23):
        await stage.said(room, f"{number}번째")
    stage.server.limit = 3

    async with stage.hearing() as ear:
        updates = await ear.until(23)

    assert [one.text for one in updates] == [f"{number}번째" for number in range(23)]


async def test_a_group_hears_who_speaks_to_dobi(stage: Stage) -> None:
    room = await stage.room()
    async with stage.hearing() as ear:
        await ear.until(1)
        await stage.said(room, "점심 먹으러 갑시다", **{"m.mentions": {}})
        await stage.said(room, "식당 알려줘", **{"m.mentions": {"user_ids": [BOT]}})
        await stage.said(room, "dobi: 구독 재난", **{"m.mentions": {}})
        await stage.said(room, "> <@dobi:localhost> 어제 것\n> 둘째 줄\n\n그것 말고", **{"m.relates_to": {
            "rel_type": "m.thread", "event_id": "$root", "m.in_reply_to": {"event_id": "$one"}}})  # fmt: skip

        updates = (await ear.until(5))[1:]

    assert [(one.text, one.mention, one.chat) for one in updates] == [
        ("점심 먹으러 갑시다", False, room),
        ("식당 알려줘", True, room),
        ("구독 재난", True, room),
        ("그것 말고", False, room),
    ]
    assert (updates[3].thread, updates[3].answers) == ("$root", "$one")
    assert {one.name for one in updates} == {"kim"}


async def test_points_files_changes_and_signs_arrive_as_what_they_are(stage: Stage) -> None:
    room = await stage.room(name="")
    async with stage.hearing() as ear:
        await ear.until(1)
        address = await stage.kim.upload(b"%PDF-1.4", "application/pdf", "영수증.pdf")
        own = await stage.said(room, "출장 진주")
        await stage.said(
            room, "* 출장 사천",
            **{"m.new_content": {"msgtype": "m.text", "body": "출장 사천"},
               "m.relates_to": {"rel_type": "m.replace", "event_id": own}},
        )  # fmt: skip
        point = {"msgtype": "m.location", "body": "여기", "geo_uri": "geo:35.2,128.6;u=12",
                 "org.matrix.msc3488.asset": {"type": "m.pin"}}  # fmt: skip
        await stage.kim.event(room, "m.room.message", point)
        await stage.kim.event(
            room, "m.room.message",
            {"msgtype": "m.file", "body": "확인해 주세요", "filename": "영수증.pdf",
             "url": address, "info": {"size": 8}},
        )  # fmt: skip
        sign = {"m.relates_to": {"rel_type": "m.annotation", "event_id": own, "key": "1️⃣"}}
        await stage.kim.event(room, "m.reaction", sign)

        _, _, changed, pinned, file, reacted = await ear.until(6)

    assert (changed.text, changed.edit, changed.message) == ("출장 사천", True, own)
    assert pinned.location is not None
    assert (pinned.location.accuracy_m, pinned.location.venue) == (12.0, True)
    assert (file.text, file.refs) == ("확인해 주세요", (FileRef("영수증.pdf", address, 8),))
    assert (reacted.reaction, reacted.answers, reacted.text) == ("1️⃣", own, "")


async def test_who_leaves_and_comes_back_is_told_and_so_is_a_room_that_puts_dobi_out(stage: Stage) -> None:
    own, group = await stage.room(name=""), await stage.room()
    async with stage.hearing() as ear:
        await ear.until(2)
        await stage.kim.ask("POST", f"{V3}/rooms/{quote(own, safe='')}/leave", {})
        await ear.until(3)
        await stage.room(name="")
        await ear.until(4)
        await stage.kim.ask("POST", f"{V3}/rooms/{quote(group, safe='')}/kick", {"user_id": BOT})

        events = [(one.event, one.chat, one.sender) for one in (await ear.until(5))[2:]]

    assert events == [("left", None, KIM), ("returned", None, KIM), ("left", group, KIM)]


async def test_an_upgraded_room_has_moved(stage: Stage) -> None:
    group = await stage.room()
    async with stage.hearing() as ear:
        await ear.until(1)
        new = (await stage.kim.ask("POST", f"{V3}/rooms/{quote(group, safe='')}/upgrade", {}))["replacement_room"]

        moved = (await ear.until(2))[1]

    assert (moved.event, moved.chat, moved.moved_to) == ("moved", group, new)


async def test_a_sealed_room_is_told_once_that_dobi_cannot_read_there(stage: Stage) -> None:
    room = await stage.room(name="")
    async with stage.hearing() as ear:
        await ear.until(1)
        stage.server.add(stage.server.rooms[room], KIM, "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}, "")
        await stage.kim.event(room, "m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2"})
        await stage.kim.event(room, "m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2"})
        await stage.said(room, "끝")
        await ear.until(2)
    await stage.kim.event(room, "m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2"})
    async with stage.hearing() as ear:
        await stage.said(room, "또")
        await ear.until(1)

    assert ["암호화" in one["body"] for one in stage.in_room(room)] == [True]


async def test_a_file_that_is_too_large_or_gone_is_refused(stage: Stage) -> None:
    adapter = stage.adapter()
    address = await stage.kim.upload(b"x" * (20 * 2**20 + 1), "application/pdf", "큰.pdf")

    for native, size in ((address, None), (address, 2**30), ("mxc://localhost/none", None), ("http://x/y", 1)):
        with pytest.raises(FileRefusedError):
            await adapter.fetch(FileRef("큰.pdf", native, size))


# out


async def test_text_goes_out_as_written_and_calls_nobody(stage: Stage) -> None:
    text = "<b>굵게</b> **별** @room @kim:localhost\n- 목록 \x00끝 \ud800"

    result = await stage.adapter().send(out(text))

    room = next(iter(stage.server.rooms))
    assert isinstance(result, Sent)
    content = stage.in_room(room)[0]
    assert content["body"] == text.replace("\x00", "\ufffd").replace("\ud800", "?")
    assert "formatted_body" not in content
    assert content["m.mentions"] == {}


async def test_two_workers_open_one_private_chat_and_one_message_is_one_event(stage: Stage) -> None:
    first, second = stage.adapter(), stage.adapter(memory=Memory())

    results = await asyncio.gather(first.send(out("하나")), second.send(out("하나")))

    assert len(stage.server.rooms) == 1
    assert results[0] == results[1]
    assert len(stage.in_room(next(iter(stage.server.rooms)))) == 1


async def test_nothing_private_is_said_where_somebody_else_came_in(stage: Stage) -> None:
    room = await stage.room(name="")
    adapter = stage.adapter()
    async with stage.hearing(adapter) as ear:
        await ear.until(1)
        await stage.kim.ask("POST", f"{V3}/rooms/{quote(room, safe='')}/invite", {"user_id": PARK})
        await stage.said(room, "영수증")
        await ear.until(2)

        result = await adapter.send(out("비밀", reference=room))

    assert isinstance(result, Sent)
    assert stage.in_room(room) == []
    others = [one.id for one in stage.server.rooms.values() if one.id != room]
    assert [stage.in_room(one)[0]["body"] for one in others] == ["비밀"]
    assert PARK not in str(stage.server.rooms[others[0]].state)


async def test_a_sealed_room_is_not_spoken_in(stage: Stage) -> None:
    stage.server.encrypt = True
    group = await stage.room()
    stage.server._join(group, BOT)

    assert isinstance(await stage.adapter().send(out("공지", chat=group)), Rejected)
    assert isinstance(await stage.adapter().send(out("공지")), Rejected)


async def test_who_is_not_there_or_left_is_gone(stage: Stage) -> None:
    adapter = stage.adapter()
    await adapter.send(out("안녕하세요."))
    room = next(iter(stage.server.rooms))
    await stage.kim.ask("POST", f"{V3}/rooms/{quote(room, safe='')}/leave", {})

    results = [
        await adapter.send(out("또", "m2")),
        await adapter.send(out("?", "m3", chat="dm:@nobody:localhost")),
        await adapter.send(out("?", "m4", chat="!none:localhost")),
    ]

    assert [type(one) for one in results] == [Gone, Gone, Gone]
    assert len(stage.in_room(room)) == 1


async def test_what_is_too_large_is_refused_for_good(stage: Stage) -> None:
    assert isinstance(await stage.adapter().send(out("가" * 30_000)), Rejected)


async def test_the_longest_text_goes_through_as_a_change_too(stage: Stage) -> None:
    adapter = stage.adapter()
    first = await adapter.send(out("처음"))
    assert isinstance(first, Sent)

    longest = "🏛" * adapter.capabilities.max_text
    result = await adapter.send(out(longest, "m2", edits="m1", edits_native=first.native))

    assert isinstance(result, Sent)
    assert stage.in_room(next(iter(stage.server.rooms)))[1]["m.new_content"]["body"] == longest


async def test_a_picture_for_many_is_carried_there_once(stage: Stage) -> None:
    adapter, picture = stage.adapter(), b"\x89PNG\r\n\x1a\n" + b"x" * 50
    reply = Reply("", alt="오늘 줄 그래프", image=picture)

    for number, user in enumerate((KIM, PARK)):
        assert isinstance(await adapter.send(out("", f"m{number}", f"dm:{user}", reply=reply)), Sent)

    assert len(stage.server.media) == 1
    content = stage.in_room(next(iter(stage.server.rooms)))[0]
    assert (content["msgtype"], content["body"], content["info"]["mimetype"]) == (
        "m.image",
        "오늘 줄 그래프",
        "image/png",
    )


async def test_the_rooms_record_settles_what_became_of_a_message(stage: Stage, clock) -> None:
    adapter = stage.adapter()
    result = await adapter.send(out("영수증"))
    for number in range(150):
        await adapter.send(out(f"{number}", f"n{number}"))
    since = clock() - timedelta(days=3650)

    assert await adapter.find(out("영수증"), since) == result
    assert isinstance(await adapter.find(out("영수증", "never"), since), Absent)


async def test_a_password_gives_a_token_that_is_kept_and_renewed(stage: Stage) -> None:
    account = stage.account(device="DOBI")
    account = MessengerAccount("matrix", {"password": Secret("pass-word-1", "test")}, account.options)
    adapter = stage.adapter(account)
    await adapter.send(out("하나"))
    kept = stage.memory.text
    assert isinstance(await stage.adapter(account).send(out("둘", "m2")), Sent)
    assert stage.memory.text == kept

    stage.server.tokens = {token: user for token, user in stage.server.tokens.items() if user != BOT}

    assert isinstance(await adapter.send(out("셋", "m3")), Sent)
    assert stage.memory.text != kept
    assert stage.server.devices[BOT] == "DOBI"


async def test_a_refused_token_loses_nothing_and_is_in_no_log(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    account = MessengerAccount("matrix", {"token": Secret("syt_secret", "test")}, stage.account().options)

    with caplog.at_level(logging.DEBUG):
        result = await stage.adapter(account).send(out("비밀 이야기"))

    assert result == Retry(timedelta(minutes=1), "whole")
    assert not any(word in caplog.text for word in ("syt_secret", "비밀 이야기", KIM))


def test_what_may_pass_is_the_settings_word(stage: Stage) -> None:
    assert stage.adapter().capabilities.content is Content.PLACE
    assert stage.adapter(replace(stage.account(), content=Content.OFFICE)).capabilities.content is Content.OFFICE


async def test_a_homeserver_that_is_away_is_asked_again(stage: Stage) -> None:
    account = stage.account(homeserver="http://127.0.0.1:9")

    assert await stage.adapter(account).send(out("하나")) == Retry(timedelta(seconds=1), "whole")


@pytest.mark.parametrize(
    ("options", "secrets"),
    [({"user": BOT}, {"token": "t"}), ({"homeserver": "http://h", "user": "dobi"}, {"token": "t"}),
     ({"homeserver": "http://h", "user": BOT}, {})],
)  # fmt: skip
def test_what_an_account_lacks_is_said(clock, options: dict[str, str], secrets: dict[str, str]) -> None:
    account = MessengerAccount("matrix", {name: Secret(one, "test") for name, one in secrets.items()}, options)

    with pytest.raises(ValueError, match=r"\[messenger\.matrix\]"):
        make(account, Tools(clock, clock.sleep, Memory()))


@pytest.mark.parametrize("version", ["10", "11"])
async def test_a_reaction_that_is_taken_off_is_told_by_its_own_id(stage: Stage, version: str) -> None:
    stage.server.version = version
    room = await stage.room(name="")
    async with stage.hearing() as ear:
        await ear.until(1)
        own = await stage.said(room, "식당")
        sign = {"m.relates_to": {"rel_type": "m.annotation", "event_id": own, "key": "👍"}}
        reaction = await stage.kim.event(room, "m.reaction", sign)
        await ear.until(3)
        await stage.kim.ask("PUT", f"{V3}/rooms/{quote(room, safe='')}/redact/{quote(reaction, safe='')}/t1", {})

        told = (await ear.until(4))[-1]

    assert (told.withdrawn, told.answers, told.reaction, told.sender) == (True, reaction, "", KIM)
    assert told.answers == ear.updates[2].id

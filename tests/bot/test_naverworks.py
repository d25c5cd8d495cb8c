"""NAVER WORKS: what comes in is believed and kept, what goes out has a typed end, and no secret is told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.messenger import Button, Chat, FileRef, FileRefusedError, Outgoing, Reply
from bot.messengers import Tools, open_messenger
from bot.messengers.naverworks import CAPABILITIES
from bot.messengers.naverworks.events import BadCallbackError, parse, verify
from bot.platforms import Content, Gone, Rejected, Retry, Sent
from bot.settings import Secret, SettingsError, load
from tests.conformance.peers.naverworks import KIM, LEE, ROOM, NaverWorksPeer, NoBookmark, account_at, opened
from tests.conformance.peers.naverworks_server import BOT, File, signature

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
BODY = b'{"type":"message"}'


@pytest.fixture
async def peer(tmp_path: Path, clock) -> AsyncIterator[NaverWorksPeer]:
    async with opened(tmp_path, clock) as found:
        yield found


def out(text: str, chat: str = f"dm:{KIM}", **more) -> Outgoing:
    return Outgoing("gyeongnam", Chat("naverworks", chat, chat.startswith("dm:")), "m1", Reply(text, **more))


def event(**more) -> bytes:
    told = {"type": "message", "source": {"userId": KIM, "domainId": 1}, "issuedTime": "2026-11-23T02:29:59.123Z"}
    return json.dumps(told | more, ensure_ascii=False).encode()


def content(**told) -> bytes:
    return event(content=told)


class TestCallbacks:
    def test_a_signature_of_the_platform_is_believed_whatever_case_its_name_has(self):
        for name in ("X-WORKS-Signature", "x-works-signature", "X-Works-SIGNATURE"):
            verify({name: signature(BODY, "s"), "x-WORKS-botid": BOT}, BODY, BOT, "s")

    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({}, 401),
            ({"X-WORKS-Signature": "", "X-WORKS-BotId": BOT}, 401),
            ({"X-WORKS-Signature": signature(BODY, "other"), "X-WORKS-BotId": BOT}, 401),
            ({"X-WORKS-Signature": signature(BODY + b" ", "s"), "X-WORKS-BotId": BOT}, 401),
            ({"X-WORKS-Signature": "서명", "X-WORKS-BotId": BOT}, 401),
            ({"X-WORKS-Signature": signature(BODY, "s"), "X-WORKS-BotId": "999"}, 403),
            ({"X-WORKS-Signature": signature(BODY, "s")}, 403),
        ],
    )
    def test_nobody_else_is_believed(self, headers, status):
        with pytest.raises(BadCallbackError) as refused:
            verify(headers, BODY, BOT, "s")

        assert refused.value.status == status

    def test_a_text_is_private_without_a_channel_and_a_groups_with_one(self):
        private = parse(content(type="text", text="식당"), NOW)
        group = parse(event(source={"userId": KIM, "channelId": ROOM}, content={"type": "text", "text": "식당"}), NOW)

        assert (private.sender, private.chat, private.text, private.mention) == (KIM, None, "식당", False)
        assert private.sent_at == datetime(2026, 11, 23, 2, 29, 59, 123_000, UTC)
        assert (group.chat, group.mention) == (ROOM, False)

    def test_the_bots_name_addresses_it(self):
        update = parse(content(type="text", text="@도비 식당"), NOW, "도비")

        assert (update.text, update.mention) == ("식당", True)
        assert parse(content(type="text", text="식당 @도비"), NOW, "도비").mention

    def test_a_buttons_word_is_a_press_and_a_greetings_a_start(self):
        assert parse(content(type="text", text="관련 없음", postback="off:1"), NOW).press == "off:1"
        assert parse(event(type="postback", data="off:1"), NOW).press == "off:1"
        assert parse(content(type="text", text="시작하기", postback="start"), NOW).text == "/start"
        assert parse(event(type="begin"), NOW).text == "/start"

    def test_a_location_is_a_point_and_a_named_one_a_place(self):
        told = {"type": "location", "latitude": 35.2279, "longitude": 128.6811, "address": "창원시"}
        point = parse(content(**told), NOW).location
        place = parse(content(**told, title="창원시청"), NOW).location

        assert (point.lat, point.lon, point.accuracy_m, point.venue) == (35.2279, 128.6811, None, False)
        assert place.venue

    @pytest.mark.parametrize("kind", ["image", "file", "audio", "video"])
    def test_files_are_named_to_be_fetched_later(self, kind):
        (ref,) = parse(content(type=kind, fileId="kr1.1"), NOW).refs

        assert ref.native == "kr1.1"

    def test_rooms_entered_and_left_are_events(self):
        for kind, happened in (("join", "joined"), ("leave", "left")):
            update = parse(event(type=kind, source={"channelId": ROOM, "domainId": 1}), NOW)
            assert (update.event, update.chat, update.sender) == (happened, ROOM, "")

    @pytest.mark.parametrize("kind", ["joined", "left", "something new"])
    def test_what_nobody_acts_on_is_nothing(self, kind):
        assert parse(event(type=kind, members=[KIM]), NOW) is None
        assert parse(content(type="sticker", packageId="1"), NOW) is None

    def test_the_same_bytes_have_one_name_and_others_another(self):
        first, again = parse(content(type="text", text="가"), NOW), parse(content(type="text", text="가"), NOW)

        assert first.id == again.id != parse(content(type="text", text="나"), NOW).id

    @pytest.mark.parametrize(
        "body",
        [
            b"", b"null", b"[]", b"{", b"\xff", b'{"type":"message"}', b"[" * 100_000,
            event(), event(content=None), content(type="text"), content(type="text", text=None),
            content(type="location", latitude="x", longitude=1), content(type="location", latitude=91, longitude=0),
            content(type="location", latitude=float("nan"), longitude=0), content(type="file", fileId=7),
            event(issuedTime="2026-11-23T02:29:59", content={"type": "text", "text": "x"}),
            event(issuedTime="2026-11-20T02:29:59Z", content={"type": "text", "text": "x"}),
            event(issuedTime="2026-11-23T04:29:59Z", content={"type": "text", "text": "x"}),
            event(source={"userId": "dm:kim"}, content={"type": "text", "text": "x"}),
            event(source={"userId": "a/../b"}, content={"type": "text", "text": "x"}),
            event(source={"userId": "k" * 200}, content={"type": "text", "text": "x"}),
            event(source={"userId": ["kim"]}, content={"type": "text", "text": "x"}),
            event(source=None, content={"type": "text", "text": "x"}), event(type="postback", data=None),
        ],
    )  # fmt: skip
    def test_what_the_platform_never_sends_is_refused(self, body):
        with pytest.raises(BadCallbackError) as refused:
            parse(body, NOW)

        assert refused.value.status == 400

    async def test_a_callback_is_kept_before_it_is_answered_and_refused_where_it_cannot_be(self, peer, caplog):
        kept = []

        async def keep(update) -> None:
            if update.text == "가득 참":
                raise ConnectionError("no room for 가득 참")
            kept.append(update.text)

        running = asyncio.create_task(peer.messenger.run(keep))
        await peer.say(KIM, "안녕")
        await peer.say(KIM, "가득 참")
        await peer.event({"type": "joined", "source": {"channelId": ROOM}, "members": [KIM]})
        running.cancel()

        assert peer.answered == [200, 503, 200]
        assert kept == ["안녕"]
        assert KIM not in caplog.text

    async def test_one_that_comes_before_anybody_listens_waits_for_it(self, peer):
        kept = []

        async def keep(update) -> None:
            kept.append(update.text)

        saying = asyncio.create_task(peer.say(KIM, "이른 말"))
        await asyncio.sleep(0.05)
        running = asyncio.create_task(peer.messenger.run(keep))
        await saying
        running.cancel()

        assert (peer.answered, kept) == ([200], ["이른 말"])


class TestSending:
    async def test_one_token_serves_everybody_until_it_ends(self, peer, clock):
        results = await asyncio.gather(*(peer.messenger.send(out(f"{number}번")) for number in range(20)))
        assert results == [Sent("")] * 20
        assert peer.calls()["token"] == 1

        clock.advance(timedelta(hours=23, minutes=56))
        await peer.messenger.send(out("내일"))

        assert peer.calls()["token"] == 2

    async def test_a_token_that_is_refused_is_renewed_once(self, peer):
        await peer.messenger.send(out("하나"))
        peer.server.tokens.clear()

        assert await peer.messenger.send(out("둘")) == Sent("")
        assert peer.calls()["token"] == 2

    async def test_an_account_that_is_refused_waits_for_the_operator(self, peer, clock, caplog):
        account = account_at(peer.server)
        wrong = replace(account, secrets={**account.secrets, "client_secret": Secret("wrong-secret", "test")})
        messenger = open_messenger(wrong, Tools(clock, asyncio.sleep, NoBookmark()))

        result = await messenger.send(out("비밀 이야기"))
        await messenger.close()

        assert result == Retry(timedelta(minutes=1), "whole")
        assert "401 invalid_client" in caplog.text
        for told in ("wrong-secret", "비밀", KIM, "PRIVATE KEY"):
            assert told not in caplog.text

    async def test_whoever_cannot_be_written_to_is_gone(self, peer):
        await peer.block(LEE)
        peer.server.outside.add(ROOM)

        gone = [await peer.messenger.send(out("x", chat)) for chat in ("dm:nobody", f"dm:{LEE}", ROOM, "no-room")]

        assert [type(one) for one in gone] == [Gone] * 4
        assert gone[0] == Gone("404 NOT_FOUND")

    async def test_the_limit_of_a_minute_is_told_with_its_end(self, tmp_path, clock):
        async with opened(tmp_path, clock, per_minute=3) as peer:
            results = [await peer.messenger.send(out(f"{number}")) for number in range(4)]

        assert results[:3] == [Sent("")] * 3
        assert results[3].flood
        assert results[3].scope == "whole"
        assert timedelta(seconds=50) < results[3].after <= timedelta(minutes=1)

    async def test_what_the_platform_never_takes_is_rejected_without_its_words(self, peer):
        result = await peer.messenger.send(out("비밀" * 2_000))

        assert result == Rejected("400 INVALID_PARAMETER")

    async def test_a_long_text_keeps_its_buttons_and_long_labels_are_cut(self, peer):
        buttons = (Button("아주 길어서 스무 글자를 훌쩍 넘어가는 단추", "a:1"), Button("짧게", "b:1"))

        assert await peer.messenger.send(out("가" * 1_500, buttons=buttons)) == Sent("")

        (seen,) = await peer.seen(f"dm:{KIM}")
        assert seen.buttons == ("아주 길어서 스무 글자를 훌쩍 넘어…", "짧게")

    async def test_a_private_message_may_ask_for_a_location_and_a_groups_may_not(self, peer):
        await peer.messenger.send(out("어디 계십니까?", asks_location="내 위치 보내기"))
        await peer.messenger.send(out("어디 계십니까?", ROOM, asks_location="내 위치 보내기"))

        ((private,), (group,)) = peer.server.messages[f"dm:{KIM}"], peer.server.messages[ROOM]
        assert private["quickReply"]["items"] == [{"action": {"type": "location", "label": "내 위치 보내기"}}]
        assert "quickReply" not in group

    async def test_a_platform_that_is_away_is_asked_again(self, peer, clock):
        account = account_at(peer.server, api_url="http://127.0.0.1:9", auth_url="http://127.0.0.1:9")
        messenger = open_messenger(account, Tools(clock, asyncio.sleep, NoBookmark()))

        assert isinstance(await messenger.send(out("x")), Retry)
        await messenger.close()


class TestFiles:
    async def test_a_file_that_lies_at_a_strangers_is_not_asked_for(self, peer):
        peer.server.files["kr1.1"] = File("a.pdf", b"x")
        peer.server.url = "https://files.example.com"  # what the platform names is somebody else's

        with pytest.raises(FileRefusedError, match="not the platform's"):
            await peer.messenger.fetch(FileRef("a.pdf", "kr1.1"))

    async def test_a_file_that_is_gone_or_too_large_is_refused(self, peer):
        peer.server.files["big"] = File("big.zip", b"x" * (20 * 2**20 + 1))

        for native in ("gone", "big"):
            with pytest.raises(FileRefusedError):
                await peer.messenger.fetch(FileRef("", native))

    async def test_a_nameless_file_takes_the_servers_name(self, peer):
        peer.server.files["kr1.2"] = File("../../여비 정산.xlsx", b"sheet")

        file = await peer.messenger.fetch(FileRef("", "kr1.2"))

        assert (file.name, file.data) == ("여비 정산.xlsx", b"sheet")


class TestAccount:
    async def test_what_an_account_lacks_is_named(self, peer, clock):
        account = account_at(peer.server)
        tools = Tools(clock, asyncio.sleep, NoBookmark())
        bare = replace(account, secrets={}, options={})

        with pytest.raises(ValueError, match="client_secret, private_key, bot_secret, client_id"):
            open_messenger(bare, tools)
        secrets = {**account.secrets, "private_key": Secret("not a key", "test")}
        with pytest.raises(ValueError, match="PEM"):
            open_messenger(replace(account, secrets=secrets), tools)

    async def test_plan_and_content_are_the_settings(self, peer, clock):
        tools = Tools(clock, asyncio.sleep, NoBookmark())
        free = open_messenger(replace(account_at(peer.server, plan="free"), content=Content.PUBLIC), tools)

        assert free.capabilities.pace.whole.count == 60
        assert free.capabilities.content is Content.PUBLIC
        assert peer.messenger.capabilities.pace.whole.count == 240
        assert CAPABILITIES.callbacks

    def test_the_table_is_read_with_its_secrets_by_reference(self, tmp_path):
        path = tmp_path / "dobi.toml"
        path.write_text(
            '[messenger.naverworks]\nclient_id = "c"\nclient_secret = "env:NW_SECRET"\nservice_account = "s@x"\n'
            'private_key = "env:NW_KEY"\nbot_id = "2000001"\nbot_secret = "env:NW_BOT"\nplan = "free"\n'
            'content = "업무"\n[[institution]]\nid = "a"\nname = "가"\n'
        )
        environ = {"NW_SECRET": "one", "NW_KEY": "two", "NW_BOT": "three"}

        (account,) = load(path, environ).messengers

        assert account.secrets["private_key"].reveal() == "two"
        assert account.options == {"client_id": "c", "service_account": "s@x", "bot_id": "2000001", "plan": "free"}
        assert account.content is Content.OFFICE
        path.write_text(path.read_text().replace('"2000001"', '"bot"'))
        with pytest.raises(SettingsError):
            load(path, environ)


async def test_a_connection_is_used_again_for_a_moment_only(peer):
    """A new one costs a handshake each; one that was kept for long may be closed by the other side as it is used."""
    for number in range(3):
        assert isinstance(await peer.messenger.send(out(f"{number}")), Sent)

    connector = peer.messenger._calls._open().connector
    assert not connector.force_close
    assert connector._keepalive_timeout <= 1.0
    assert sum(len(held) for held in connector._conns.values()) == 1

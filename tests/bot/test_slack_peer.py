"""The Slack adapter against a strict Slack: what people do, and when it is acknowledged."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.messenger import Button, Chat, FileRef, FileRefusedError, Outgoing, Reply
from bot.platforms import Sent
from tests.conformance.peers.slack_strict import APP_TOKEN, BOT_TOKEN, GROUP, PEOPLE, SECRET, StrictSlack, opened
from tests.conformance.slack.listening import listening, now, until
from tests.conformance.slack.workspace import BOT

KIM, LEE = PEOPLE


@pytest.fixture(params=[False, True], ids=["socket", "http"])
async def peer(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[StrictSlack]:
    async with opened(tmp_path, now, http=request.param, hurry=10) as found:
        yield found


@pytest.fixture
async def socketed(tmp_path: Path) -> AsyncIterator[StrictSlack]:
    async with opened(tmp_path, now, hurry=10) as found:
        yield found


def private(text: str, message: str = "m1", **more: object) -> Outgoing:
    return Outgoing("gyeongnam", Chat("slack", f"dm:{KIM}", True), message, Reply(text, **more))  # type: ignore[arg-type]


class TestAcknowledged:
    async def test_only_once_it_is_kept(self, peer: StrictSlack) -> None:
        async with listening(peer) as store:
            store.held = asyncio.Event()
            await peer.say(KIM, "식당")
            await asyncio.sleep(0.15)
            assert peer.handing.acks == []

            store.held.set()
            await peer.settled()

        assert len(peer.handing.acks) == 1
        assert peer.handing.retries == []

    async def test_what_could_not_be_kept_comes_again_under_the_same_name(self, peer: StrictSlack) -> None:
        async with listening(peer) as store:
            store.shut = 1
            await peer.say(KIM, "식당")
            await store.until()
            await peer.settled()

        assert [number for number, _ in peer.handing.retries] == [1]
        assert [one.text for one in store.updates] == ["식당"]

    async def test_a_late_answer_brings_it_again_and_both_have_one_name(self, peer: StrictSlack) -> None:
        async with listening(peer) as store:
            store.held = asyncio.Event()
            await peer.say(KIM, "식당")
            await until(lambda: bool(peer.handing.retries))
            store.held.set()
            first, again = (await store.until(2))[:2]

        assert first.id == again.id

    async def test_messages_of_one_chat_are_kept_in_their_order(self, peer: StrictSlack) -> None:
        async with listening(peer) as store:
            store.held = asyncio.Event()
            for number in range(5):
                await peer.say(KIM, f"{number}번")
                await asyncio.sleep(0.01)
            store.held.set()
            await store.until(5)

        assert [one.text for one in store.updates] == [f"{number}번" for number in range(5)]

    async def test_other_chats_do_not_wait_for_a_slow_one(self, peer: StrictSlack) -> None:
        async with listening(peer) as store:
            store.held = asyncio.Event()
            await peer.say(KIM, "느린 말")
            await asyncio.sleep(0.05)
            store.held, held = None, store.held
            await peer.say(LEE, "빠른 말")
            await store.until(1)
            assert [one.sender for one in store.updates] == [LEE]
            held.set()


class TestPeople:
    async def test_a_command_says_its_name_and_what_stands_behind(self, peer: StrictSlack) -> None:
        async with listening(peer) as store:
            await peer.say(KIM, "/verify ab & <cd>", chat=GROUP)
            await peer.say(LEE, "/dobi 식당")
            await peer.say(LEE, "/dobi")
            await store.until(3)

        told = {one.text: one for one in store.updates}
        assert set(told) == {"/verify ab & <cd>", "식당", "/help"}
        assert (told["/verify ab & <cd>"].chat, told["/verify ab & <cd>"].mention) == (GROUP, True)
        assert (told["식당"].chat, told["식당"].sender, told["식당"].name) == (None, LEE, "u0lee")

    async def test_a_thread_is_answered_in_it(self, peer: StrictSlack) -> None:
        first = await peer.messenger.send(Outgoing("g", Chat("slack", GROUP, False), "m1", Reply("새 소식")))
        assert isinstance(first, Sent)
        async with listening(peer) as store:
            await peer.say(KIM, "요약", chat=GROUP, mention=True, thread=first.native)
            asked = (await store.until())[0]

        answer = Outgoing("g", Chat("slack", GROUP, False), "m2", Reply("요약입니다"), thread=asked.thread)
        assert isinstance(await peer.messenger.send(answer), Sent)
        seen = (await peer.seen(GROUP))[-1]
        assert (asked.thread, seen.thread) == (first.native, first.native)

    async def test_another_app_is_not_answered_and_neither_is_dobi_itself(self, peer: StrictSlack) -> None:
        async with listening(peer) as store:
            await peer.bot_says("도비야 식당")
            await peer.bot_says("도비야 식당", subtype=None, user="U0OTHER")
            await peer.bot_says("내 말", subtype=None, user=BOT, bot_id="B0DOBI")
            await peer.say(KIM, "사람")
            await store.until()
            await peer.settled()

        assert [one.text for one in store.updates] == ["사람"]
        assert len(peer.handing.acks) == 4

    async def test_an_unfolded_link_is_no_change_of_words(self, peer: StrictSlack) -> None:
        async with listening(peer) as store:
            native = await peer.say(KIM, "보세요 https://example.go.kr")
            channel, _, ts = native.partition(":")
            peer.handing.hand(peer.space.unfurled(peer.space.channels[channel], ts))
            await peer.edit(KIM, native, "보지 마세요")
            await store.until(2)
            await peer.settled()

        assert [(one.text, one.edit) for one in store.updates] == [
            ("보세요 https://example.go.kr", False),
            ("보지 마세요", True),
        ]
        assert len({one.id for one in store.updates}) == 2
        assert len({one.message for one in store.updates}) == 1

    async def test_dobi_is_let_in_put_out_and_moved(self, peer: StrictSlack) -> None:
        async with listening(peer) as store:
            await peer.tell({"type": "member_joined_channel", "user": BOT, "channel": "C1", "inviter": KIM})
            await peer.tell({"type": "member_joined_channel", "user": LEE, "channel": "C1"})
            await peer.settled()
            await peer.tell({"type": "channel_archive", "user": LEE, "channel": "C1"})
            await peer.settled()
            await peer.tell({"type": "channel_unarchive", "user": LEE, "channel": "C1"})
            await peer.settled()
            await peer.tell({"type": "channel_id_changed", "old_channel_id": "C1", "new_channel_id": "C2"})
            await peer.settled()
            await peer.tell({"type": "channel_deleted", "channel": "C2"})
            await peer.settled()

        told = [(one.event, one.chat, one.moved_to) for one in store.updates]
        assert told == [
            ("joined", "C1", None), ("left", "C1", None), ("returned", "C1", None), ("moved", "C1", "C2"),
            ("left", "C2", None),
        ]  # fmt: skip
        assert store.updates[0].sender == KIM


class TestForms:
    async def test_a_bare_command_opens_a_form_and_it_says_what_could_be_typed(self, peer: StrictSlack) -> None:
        async with listening(peer) as store:
            await peer.say(KIM, "/subscribe", chat=GROUP)
            await peer.submit(KIM, {"words": "재난안전 & <보조금>"})
            update = (await store.until())[0]

        assert (update.text, update.chat, update.mention) == ("/subscribe 재난안전 & <보조금>", GROUP, True)

    async def test_a_shortcut_opens_the_trips_form(self, peer: StrictSlack) -> None:
        filled = {
            "day": "2026-11-24", "since": "13:00", "until": "18:00", "where": "진주 스마트팜", "vehicle": "관용차",
            "mates": "박주무관 이주무관", "document": "농정과-812",
        }  # fmt: skip
        async with listening(peer) as store:
            await peer.shortcut(KIM, "trip")
            await peer.submit(KIM, filled)
            update = (await store.until())[0]

        assert update.text == (
            "/trip 2026-11-24 13:00~18:00 진주 스마트팜, 관용차, 농정과-812, 동행: 박주무관, 이주무관"
        )
        assert (update.chat, update.sender) == (None, KIM)

    async def test_where_no_form_can_be_opened_the_command_goes_its_usual_way(self, peer: StrictSlack) -> None:
        peer.api.refuse["views.open"] = "expired_trigger_id"
        async with listening(peer) as store:
            await peer.say(KIM, "/trip")
            update = (await store.until())[0]

        assert update.text == "/trip"

    async def test_a_command_with_words_needs_no_form(self, peer: StrictSlack) -> None:
        async with listening(peer) as store:
            await peer.say(KIM, "/subscribe 재난안전")
            update = (await store.until())[0]

        assert update.text == "/subscribe 재난안전"
        assert "views.open" not in peer.api.calls


class TestFiles:
    async def test_a_file_that_is_too_large_is_not_fetched(self, socketed: StrictSlack) -> None:
        with pytest.raises(FileRefusedError):
            await socketed.messenger.fetch(FileRef("a.zip", "F1", 20 * 2**20 + 1))
        assert not socketed.api.calls

    async def test_a_file_that_is_larger_than_it_said_is_cut_off(self, socketed: StrictSlack) -> None:
        await socketed.upload(KIM, "a.bin", b"x" * (20 * 2**20 + 1))
        file = next(iter(socketed.space.files))

        with pytest.raises(FileRefusedError, match="too_large"):
            await socketed.messenger.fetch(FileRef("a.bin", file, 5))

    async def test_the_token_stays_away_from_a_host_that_is_not_slacks(self, socketed: StrictSlack) -> None:
        await socketed.upload(KIM, "a.bin", b"x")
        file = next(iter(socketed.space.files))
        socketed.space.base = "http://127.0.0.1:1"

        with pytest.raises(FileRefusedError, match="foreign_host"):
            await socketed.messenger.fetch(FileRef("a.bin", file, 1))

    async def test_a_file_that_is_gone_is_refused(self, socketed: StrictSlack) -> None:
        with pytest.raises(FileRefusedError, match="file_not_found"):
            await socketed.messenger.fetch(FileRef("a.bin", "F404", 1))


class TestSigned:
    """HTTP: Bolt's own verification, with Slack's five minutes."""

    @pytest.fixture
    async def http(self, tmp_path: Path) -> AsyncIterator[StrictSlack]:
        async with opened(tmp_path, now, http=True, hurry=10) as found:
            yield found

    async def test_a_forgery_an_old_request_and_a_bare_one_are_refused(self, http: StrictSlack) -> None:
        body, kind = http.handing.body(http.space.said(KIM, "위조", http.space.room(KIM))[0])
        head = {"Content-Type": kind}
        async with listening(http) as store:
            old = http.handing.signed(body, at=now().timestamp() - 6 * 60)
            early = http.handing.signed(body, at=now().timestamp() + 6 * 60)
            other = http.handing.signed(body + b" ")
            statuses = [await http.handing.post(body, head | one) for one in (old, early, other, {})]
            statuses.append(await http.handing.post(body, head | http.handing.signed(body, secret="")))
            statuses.append(await http.handing.post(b"\xff\xfe", head | http.handing.signed(b"\xff\xfe")))
            good = await http.handing.post(body, head | http.handing.signed(body))

        assert all(400 <= status < 500 for status in statuses), statuses
        assert good == 200
        assert [one.text for one in store.updates] == ["위조"]

    async def test_a_request_that_was_recorded_and_played_again_has_the_same_name(self, http: StrictSlack) -> None:
        body, kind = http.handing.body(http.space.said(KIM, "한 번", http.space.room(KIM))[0])
        head = http.handing.signed(body) | {"Content-Type": kind}
        async with listening(http) as store:
            for _ in range(3):
                assert await http.handing.post(body, head | {"X-Slack-Retry-Num": "1"}) == 200

        assert len({one.id for one in store.updates}) == 1

    async def test_slack_may_verify_the_address(self, http: StrictSlack) -> None:
        body = b'{"type": "url_verification", "challenge": "c0ffee", "token": "t"}'
        async with listening(http) as store:
            assert (
                await http.handing.post(body, http.handing.signed(body) | {"Content-Type": "application/json"}) == 200
            )

        assert store.updates == []

    async def test_nothing_is_acknowledged_while_nobody_listens(self, http: StrictSlack) -> None:
        body, kind = http.handing.body(http.space.said(KIM, "이르다", http.space.room(KIM))[0])

        assert await http.handing.post(body, http.handing.signed(body) | {"Content-Type": kind}) == 503

    async def test_buttons_and_forms_come_that_way_too(self, http: StrictSlack) -> None:
        await http.messenger.send(private("고르십시오", buttons=(Button("네", "yes:1"),)))
        async with listening(http) as store:
            await http.press(KIM, "네")
            update = (await store.until())[0]

        assert (update.press, update.mention) == ("yes:1", True)


async def test_no_log_holds_a_token_a_name_or_a_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, peer: StrictSlack
) -> None:
    caplog.set_level(logging.DEBUG)
    async with listening(peer) as store:
        store.shut = 1
        await peer.say(KIM, "아무도 모르는 비밀")
        await store.until()
        peer.api.refuse["chat.postMessage"] = "is_archived"
        await peer.messenger.send(private("비밀 답장"))
        peer.api.refuse.clear()
        await peer.messenger.send(private("비밀 답장"))
        await peer.say(KIM, "/subscribe")
        await peer.submit(KIM, {"words": "비밀 소식"})
        await peer.settled()

    told = caplog.text
    assert "not stored" in told
    kept = ("비밀", "\\ube44", BOT_TOKEN, APP_TOKEN, SECRET, KIM, "ticket=")
    assert not [one for one in kept if one in told]

"""The Slack adapter against a strict Slack: what Dobi says, what comes of it, and what the record shows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.messenger import Button, Chat, OutFile, Outgoing, Reply
from bot.platforms import Absent, Ambiguous, Gone, Rejected, Retry, SendResult, Sent
from tests.bot.test_slack import HOSTILE
from tests.conformance.peer import Fault
from tests.conformance.peers.slack_strict import BOT_TOKEN, GROUP, PEOPLE, StrictSlack, opened
from tests.conformance.slack.workspace import BOT

KIM, LEE = PEOPLE
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100
SINCE = timedelta(seconds=5)


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
async def peer(tmp_path: Path) -> AsyncIterator[StrictSlack]:
    async with opened(tmp_path, now, answer_s=0.4) as found:
        yield found


def out(reply: Reply | str, message: str = "m1", *, chat: str = f"dm:{KIM}", **more: object) -> Outgoing:
    said = Reply(reply) if isinstance(reply, str) else reply
    made = Outgoing("gyeongnam", Chat("slack", chat, chat.startswith("dm:")), message, said)
    return replace(made, **more)  # type: ignore[arg-type]


async def arrived(peer: StrictSlack, message: Outgoing) -> str:
    result = await peer.messenger.send(message)
    assert isinstance(result, Sent), result
    return result.native


class TestShown:
    @pytest.mark.parametrize("text", HOSTILE)
    async def test_hostile_text_stands_there_as_it_was_written(self, peer: StrictSlack, text: str) -> None:
        await arrived(peer, out(text, chat=GROUP))

        method, told = peer.api.asked[-1]
        assert (await peer.seen(GROUP))[-1].text == text
        assert method == "chat.postMessage"
        assert not {"<!", "<@", "<#", "<h"} & {told["text"][at : at + 2] for at in range(len(told["text"]))}
        assert (told["parse"], told["link_names"], told["unfurl_links"], told["unfurl_media"]) == (
            "none", False, False, False,
        )  # fmt: skip

    async def test_a_button_shows_its_word_as_it_was_written(self, peer: StrictSlack) -> None:
        label = "<보고용> & :smile: *더*"

        await arrived(peer, out(Reply("고르십시오", buttons=(Button(label, "a:1"),))))

        assert (await peer.seen(f"dm:{KIM}"))[-1].buttons == (label,)

    async def test_a_picture_has_its_words_for_who_does_not_see_it(self, peer: StrictSlack) -> None:
        await arrived(peer, out(Reply("", image=PNG, alt="줄 18명")))

        placed = next(told for method, told in peer.api.asked if method == "files.getUploadURLExternal")
        assert placed["alt_txt"] == "줄 18명"
        assert (await peer.seen(f"dm:{KIM}"))[-1].image == PNG

    async def test_words_and_buttons_beside_a_file_are_not_lost(self, peer: StrictSlack) -> None:
        reply = Reply("정산서 *초안*", file=OutFile("정산서.xlsx", b"x" * 9), buttons=(Button("네", "y"),))

        await arrived(peer, out(reply, chat=GROUP))

        seen = (await peer.seen(GROUP))[-1]
        assert (seen.text, seen.file, seen.buttons) == ("정산서 *초안*", ("정산서.xlsx", b"x" * 9), ("네",))

    async def test_the_token_does_not_go_where_bytes_are_handed_over(self, peer: StrictSlack) -> None:
        await arrived(peer, out(Reply("", image=PNG)))

        assert peer.api.tokens_seen == [""]

    async def test_a_conversation_is_opened_once_and_only_for_files(self, peer: StrictSlack) -> None:
        await arrived(peer, out("글"))
        assert "conversations.open" not in peer.api.calls
        await arrived(peer, out(Reply("", image=PNG), "m2"))
        await arrived(peer, out(Reply("", image=PNG), "m3", chat=f"dm:{LEE}"))
        await arrived(peer, out(Reply("", image=PNG), "m4", chat=f"dm:{LEE}"))

        assert peer.api.calls["conversations.open"] == 1  # the first was known from the text


class TestEdited:
    async def test_an_edit_says_no_second_message_and_bears_its_own_name(self, peer: StrictSlack) -> None:
        native = await arrived(peer, out("처음"))
        await arrived(peer, out("고침", "m2", edits="m1", edits_native=native))

        (seen,) = await peer.seen(f"dm:{KIM}")
        assert (seen.text, seen.edited) == ("고침", True)
        assert await peer.messenger.find(out("고침", "m2", edits="m1", edits_native=native), now() - SINCE) == Sent(
            native
        )
        assert await peer.messenger.find(out("x", "m3", edits="m1", edits_native=native), now() - SINCE) == Absent()

    @pytest.mark.parametrize("gone", ["message_not_found", "edit_window_closed", "cant_update_message"])
    async def test_what_can_be_edited_no_more_is_said_anew(self, peer: StrictSlack, gone: str) -> None:
        native = await arrived(peer, out("처음"))
        peer.api.refuse["chat.update"] = gone

        await arrived(peer, out("정정", "m2", kind="correction", edits="m1", edits_native=native))

        assert [one.text for one in await peer.seen(f"dm:{KIM}")] == ["처음", "정정"]

    async def test_words_that_replace_a_picture_are_a_message(self, peer: StrictSlack) -> None:
        native = await arrived(peer, out(Reply("", image=PNG)))

        await arrived(peer, out("줄이 없습니다", "m2", edits="m1", edits_native=native))

        assert (await peer.seen(f"dm:{KIM}"))[-1].text == "줄이 없습니다"


class TestRefused:
    async def test_too_fast_in_one_channel_stops_that_one(self, peer: StrictSlack) -> None:
        results = [await peer.messenger.send(out(f"{number}", f"m{number}", chat=GROUP)) for number in range(4)]

        assert all(isinstance(one, Sent) for one in results[:3])
        assert isinstance(results[3], Retry)
        assert (results[3].scope, results[3].flood) == ("chat", True)
        assert results[3].after >= timedelta(seconds=1)
        assert isinstance(await peer.messenger.send(out("다른 방", "m9")), Sent)
        assert len(await peer.seen(GROUP)) == 3

    async def test_a_limit_on_anything_else_stops_all(self, peer: StrictSlack) -> None:
        peer.fault(Fault.FLOOD)
        result = await peer.messenger.send(out(Reply("", image=PNG)))

        assert result == Retry(timedelta(seconds=1), "whole", flood=True)

    @pytest.mark.parametrize(
        ("code", "kind"),
        [
            ("is_archived", Gone), ("channel_not_found", Gone), ("user_not_found", Gone), ("not_in_channel", Gone),
            ("msg_too_long", Rejected), ("restricted_action", Rejected), ("invalid_auth", Retry),
            ("internal_error", Ambiguous), ("service_unavailable", Retry),
        ],
    )  # fmt: skip
    async def test_a_refusal_has_its_result(self, peer: StrictSlack, code: str, kind: type[SendResult]) -> None:
        peer.api.refuse["chat.postMessage"] = code

        assert isinstance(await peer.messenger.send(out("글")), kind)

    @pytest.mark.parametrize("code", ["invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"])
    async def test_blocks_that_slack_refuses_are_left_out_and_the_words_arrive_once(
        self, peer: StrictSlack, code: str
    ) -> None:
        peer.api.no_blocks = code
        said = f"<!channel> *굵게* & {'가' * 2_000} 끝"
        before = now()

        native = await arrived(peer, out(said, chat=GROUP))
        edited = await arrived(peer, out("고침 _그대로_", "m2", chat=GROUP, edits="m1", edits_native=native))
        await arrived(peer, out(Reply("", image=PNG), "m3", chat=GROUP))
        await arrived(peer, out("속삭임", "m4", chat=GROUP, only=KIM))

        assert edited == native
        assert peer.api.calls["chat.postMessage"] == 2
        seen = await peer.seen(GROUP)
        assert [(one.edited, one.buttons) for one in seen] == [(True, ()), (False, ())]
        change = out("고침", "m2", chat=GROUP, edits="m1", edits_native=native)
        assert await peer.messenger.find(change, before) == Sent(native)
        assert await peer.whispered() == [(KIM, "속삭임")]
        peer.api.no_blocks = ""
        await arrived(peer, out(said, "m5", chat="dm:U0LEE"))

    @pytest.mark.parametrize("more", [{}, {"image": PNG}], ids=["words", "picture"])
    async def test_buttons_that_slack_refuses_are_the_senders_to_spell(
        self, peer: StrictSlack, more: dict[str, bytes]
    ) -> None:
        peer.api.no_blocks = "invalid_blocks"
        said = Reply("보낼까요?", buttons=(Button("예", "yes"),), **more)  # type: ignore[arg-type]

        assert await peer.messenger.send(out(said, chat=GROUP)) == Rejected("invalid_blocks", buttons=True)
        assert await peer.seen(GROUP) == []

    async def test_words_without_blocks_stand_as_they_were_written(self, peer: StrictSlack) -> None:
        peer.api.no_blocks = "invalid_blocks"
        said = "<!channel> *굵게* & _기울임_ :smile:\n둘째 줄"

        await arrived(peer, out(said))

        assert [one.text for one in await peer.seen(f"dm:{KIM}")] == [said]

    async def test_what_slack_refuses_with_and_without_blocks_is_refused_once(self, peer: StrictSlack) -> None:
        peer.api.refuse["chat.postMessage"] = "invalid_blocks"

        assert await peer.messenger.send(out("글")) == Rejected("invalid_blocks")
        assert peer.api.calls["chat.postMessage"] == 2

    async def test_a_public_channel_is_joined_where_the_operator_lets_it(self, peer: StrictSlack) -> None:
        members = peer.space.channels[GROUP].members
        members.discard(BOT)
        assert await peer.messenger.send(out("글", chat=GROUP)) == Gone("not_in_channel")
        assert peer.api.calls["conversations.join"] == 1

        peer.api.scopes |= {"channels:join"}
        await arrived(peer, out("글", "m2", chat=GROUP))
        members.discard(BOT)
        await arrived(peer, out(Reply("", image=PNG), "m3", chat=GROUP))
        assert len(await peer.seen(GROUP)) == 2

        members.discard(BOT)
        peer.api.refuse["conversations.join"] = "ratelimited"
        assert isinstance(await peer.messenger.send(out("글", "m4", chat=GROUP)), Retry)

    async def test_a_scope_that_lacks_is_named_to_the_operator_and_nobodys_words_are(
        self, peer: StrictSlack, caplog: pytest.LogCaptureFixture
    ) -> None:
        peer.api.scopes -= {"files:write", "chat:write"}

        picture = await peer.messenger.send(out(Reply("비밀", image=PNG)))
        words = [await peer.messenger.send(out("비밀", f"m{number}")) for number in range(2)]

        assert picture == Rejected("missing_scope", "files:write")
        assert words == [Retry(timedelta(minutes=5), "whole", permission="chat:write")] * 2
        told = [one.getMessage() for one in caplog.records if "scope" in one.getMessage()]
        assert [one.rpartition(" ")[2] for one in told] == ["files:write", "chat:write"]
        assert "비밀" not in caplog.text
        peer.api.scopes |= {"chat:write"}
        await arrived(peer, out("글", "m3"))

    async def test_a_channel_that_was_closed_and_a_person_who_left_are_gone(self, peer: StrictSlack) -> None:
        await arrived(peer, out("글"))
        peer.space.channels[GROUP].archived = True
        await peer.block(KIM)

        assert await peer.messenger.send(out("글", "m2", chat=GROUP)) == Gone("is_archived")
        assert isinstance(await peer.messenger.send(out("글", "m3")), Gone)
        await peer.block(KIM, back=True)
        await arrived(peer, out("글", "m4"))

    async def test_nothing_is_tried_twice(self, peer: StrictSlack) -> None:
        for fault in (Fault.ERROR, Fault.CUT, Fault.FLOOD):
            peer.fault(fault)
            await peer.messenger.send(out("글"))

        assert peer.api.calls["chat.postMessage"] == 3

    async def test_a_server_that_is_not_there_did_nothing(self, peer: StrictSlack) -> None:
        peer.messenger._calls.web.base_url = "http://127.0.0.1:9/api/"

        assert await peer.messenger.send(out("글")) == Retry(timedelta(seconds=2), "whole")

    async def test_an_answer_that_is_no_json_is_no_exception(self, peer: StrictSlack) -> None:
        peer.messenger._calls.web.base_url = f"{peer.space.base}/nowhere/"

        assert await peer.messenger.send(out("글")) == Retry(timedelta(seconds=2), "whole")


class TestEvidence:
    @pytest.mark.parametrize("fault", [Fault.LOST, Fault.SLOW])
    @pytest.mark.parametrize(
        "reply",
        [Reply("글"), Reply("", image=PNG), Reply("", file=OutFile("a b.xlsx", b"123"))],
        ids=["text", "picture", "file"],
    )
    async def test_the_record_settles_what_was_lost(self, peer: StrictSlack, reply: Reply, fault: Fault) -> None:
        message = out(reply, chat=GROUP)
        before = now()
        peer.fault(fault)

        assert isinstance(await peer.messenger.send(message), Ambiguous)

        assert isinstance(await peer.messenger.find(message, before), Sent)
        other = out(replace(reply, text="다른 글") if reply.text else Reply("", image=PNG + b"1"), "m2", chat=GROUP)
        assert await peer.messenger.find(other, before) == Absent()

    async def test_what_was_cut_off_before_is_absent(self, peer: StrictSlack) -> None:
        peer.fault(Fault.CUT)
        assert isinstance(await peer.messenger.send(out("글")), Ambiguous)

        assert await peer.messenger.find(out("글"), now() - SINCE) == Absent()

    async def test_a_message_in_a_thread_is_looked_for_there(self, peer: StrictSlack) -> None:
        root = await arrived(peer, out("뿌리", chat=GROUP))
        message = out("가지", "m2", chat=GROUP, thread=root)
        peer.fault(Fault.LOST)
        await peer.messenger.send(message)

        assert isinstance(await peer.messenger.find(message, now() - SINCE), Sent)
        assert await peer.messenger.find(replace(message, thread=None), now() - SINCE) == Absent()

    async def test_a_long_record_is_read_page_by_page(self, peer: StrictSlack) -> None:
        await arrived(peer, out("처음"))
        channel = peer.space.room(KIM)
        channel.messages += [{"type": "message", "user": KIM, "text": "말", "ts": peer.space.ts()} for _ in range(450)]

        assert isinstance(await peer.messenger.find(out("처음"), now() - SINCE), Sent)
        channel.messages += [{"type": "message", "user": KIM, "text": "말", "ts": peer.space.ts()} for _ in range(700)]
        assert isinstance(await peer.messenger.find(out("처음"), now() - SINCE), Ambiguous)

    async def test_a_record_that_may_not_be_read_proves_nothing(self, peer: StrictSlack) -> None:
        peer.api.refuse["conversations.history"] = "missing_scope"

        assert await peer.messenger.find(out("글"), now() - SINCE) == Ambiguous("missing_scope")

    async def test_somebody_elses_file_of_that_name_proves_nothing(self, peer: StrictSlack) -> None:
        await peer.upload(KIM, "a.xlsx", b"123")

        assert await peer.messenger.find(out(Reply("", file=OutFile("a.xlsx", b"123"))), now() - SINCE) == Absent()


async def test_many_chats_are_served_at_once(tmp_path: Path) -> None:
    async with opened(tmp_path, now, answer_s=10) as peer:
        messages = [out("글", f"m{number}", chat=f"dm:U9{number:03d}") for number in range(200)]

        results = await asyncio.gather(*map(peer.messenger.send, messages))

        assert all(isinstance(one, Sent) for one in results)
        assert peer.api.calls["refused"] == 0
        assert len(peer.space.channels) == 201
        assert all(one["user"] == BOT for one in peer.space.room("U9007").messages)


async def test_nothing_is_taken_away_that_is_somebody_elses(peer: StrictSlack) -> None:
    native = await peer.say(KIM, "내 말")

    assert not peer.messenger.capabilities.delete
    assert not await peer.messenger.delete(Chat("slack", f"dm:{KIM}", True), native)
    assert await peer.exists(KIM, native)


async def test_no_repr_shows_a_token(peer: StrictSlack) -> None:
    assert BOT_TOKEN not in repr(peer.messenger._account)

"""Slack: signs on a document, the app's own page, people of another organisation, and forms in a channel."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.choices import opinion
from bot.messenger import Button, Chat, Outgoing, Reply
from bot.platforms import Ambiguous, Retry, Sent
from tests.conformance.peers.slack_strict import GROUP, PEOPLE, StrictSlack, opened
from tests.conformance.slack import rules
from tests.conformance.slack.listening import listening, now
from tests.conformance.slack.workspace import FOREIGNERS

KIM, LEE = PEOPLE
EVE = next(iter(FOREIGNERS))
CARD = Reply(
    "[견본도청] 소식",
    buttons=(Button("자세히", "more:s1"), Button("좋아요", "good:s1"), Button("관련 없음", "off:u1:s1")),
)


@pytest.fixture
async def peer(tmp_path: Path) -> AsyncIterator[StrictSlack]:
    async with opened(tmp_path, now, hurry=10) as found:
        yield found


async def shown(peer: StrictSlack, chat: str = GROUP, message: str = "m1", thread: str | None = None) -> str:
    """A card that stands there; its id."""
    card = Outgoing("gyeongnam", Chat("slack", chat, chat.startswith("dm:")), message, CARD, thread=thread)
    result = await peer.messenger.send(card)
    assert isinstance(result, Sent)
    return result.native


class TestSigns:
    @pytest.mark.parametrize(
        ("name", "sign", "press"),
        [("+1", "👍", "good:s1"), ("thumbsup::skin-tone-4", "👍", "good:s1"), ("-1", "👎", "off:u1:s1"),
         ("thumbsdown", "👎", "off:u1:s1")],
    )  # fmt: skip
    async def test_a_thumb_on_a_card_is_what_its_buttons_are(
        self, peer: StrictSlack, name: str, sign: str, press: str
    ) -> None:
        native = await shown(peer)
        async with listening(peer) as store:
            await peer.react(KIM, native, name)
            (told,) = await store.until()

        assert (told.reaction, told.answers, told.sender, told.chat) == (sign, native, KIM, GROUP)
        assert opinion(told.presses, told.reaction) == press
        assert (told.text, told.press) == ("", None)

    async def test_it_is_answered_below_the_card_in_a_channel_and_plainly_in_private(self, peer: StrictSlack) -> None:
        card = await shown(peer)
        below = await shown(peer, message="m2", thread=card)
        own = await shown(peer, f"dm:{KIM}", "m3")
        async with listening(peer) as store:
            for native in (card, below, own):
                await peer.react(KIM, native, "+1")
            told = {one.answers: one for one in await store.until(3)}

        assert {native: told[native].thread for native in told} == {card: card, below: card, own: None}
        assert told[own].chat is None

    async def test_what_slack_tells_twice_has_one_name_and_a_mind_changed_back_another(self, peer: StrictSlack) -> None:
        native = await shown(peer)
        async with listening(peer) as store:
            for sign in ("+1", "-1", "+1"):
                await peer.react(KIM, native, sign)
            await store.until(3)
            await peer.repeat()
            await store.until(4)

        assert len({one.id for one in store.updates}) == 3
        assert store.updates[3].id in {one.id for one in store.updates[:3]}
        assert peer.api.calls["conversations.replies"] == 1  # what stands on a card is asked once

    async def test_a_thumb_that_is_taken_off_is_told_with_when_it_was(self, peer: StrictSlack) -> None:
        native = await shown(peer)
        async with listening(peer) as store:
            await peer.react(KIM, native, "+1")
            await store.until(1)
            await peer.react(KIM, native, "+1", off=True)
            await store.until(2)
            await peer.repeat()
            put, off, again = await store.until(3)

        assert (off.withdrawn, off.reaction, off.answers, off.presses) == (True, "👍", native, put.presses)
        assert put.sent_at is not None
        assert off.sent_at is not None
        assert put.sent_at < off.sent_at
        assert again.id == off.id != put.id

    async def test_other_signs_and_other_peoples_messages_are_nobodys_opinion(self, peer: StrictSlack) -> None:
        native, bare = await shown(peer), await peer.messenger.send(
            Outgoing("g", Chat("slack", GROUP, False), "m2", Reply("단추 없는 글"))
        )  # fmt: skip
        assert isinstance(bare, Sent)
        async with listening(peer) as store:
            said = await peer.say(LEE, "점심 뭐 먹지", chat=GROUP)
            await peer.react(KIM, native, "tada")
            await peer.react(KIM, said, "+1")
            await peer.react(KIM, bare.native, "+1")
            await peer.settled()

        assert [one.text for one in store.updates] == ["점심 뭐 먹지"]

    async def test_where_slack_does_not_say_what_stands_there_it_is_told_again(self, peer: StrictSlack) -> None:
        native = await shown(peer)
        peer.api.refuse["conversations.replies"] = "service_unavailable"
        async with listening(peer) as store:
            await peer.react(KIM, native, "+1")
            await asyncio.sleep(0.1)
            assert store.updates == []
            del peer.api.refuse["conversations.replies"]
            await store.until()

    async def test_what_may_not_be_read_is_left_alone(self, peer: StrictSlack) -> None:
        native = await shown(peer)
        peer.api.refuse["conversations.replies"] = "missing_scope"
        async with listening(peer) as store:
            await peer.react(KIM, native, "+1")
            await peer.settled()

        assert store.updates == []
        assert peer.handing.given_up == 0


class TestHome:
    async def test_who_opens_the_app_for_the_first_time_is_greeted_once(self, peer: StrictSlack) -> None:
        async with listening(peer) as store:
            peer.handing.hand(peer.space.home(KIM))
            (told,) = await store.until()
            await peer.messenger.send(Outgoing("g", Chat("slack", f"dm:{KIM}", True), "m1", Reply("안녕하세요.")))
            await peer.messenger.send(Outgoing("g", Chat("slack", f"dm:{LEE}", True), "m2", Reply("어제 소식")))
            peer.handing.hand(peer.space.home(KIM))
            peer.handing.hand(peer.space.home(LEE))
            peer.handing.hand(peer.space.home("U9NEW", "home"))
            await peer.settled()

        assert (told.text, told.sender, told.chat) == ("/start", KIM, None)
        assert len(store.updates) == 1

    async def test_a_greeting_that_cannot_be_asked_about_is_no_fault(self, peer: StrictSlack) -> None:
        peer.api.refuse["conversations.history"] = "internal_error"
        async with listening(peer) as store:
            peer.handing.hand(peer.space.home(KIM))
            await peer.settled()

        assert store.updates == []
        assert peer.handing.retries == []


class TestElsewhere:
    async def test_another_organisations_people_are_not_heard(self, peer: StrictSlack) -> None:
        await shown(peer, f"dm:{EVE}")
        async with listening(peer) as store:
            await peer.say(EVE, "초대 코드 123456", chat=GROUP, mention=True)
            await peer.say(EVE, "식당")
            await peer.say(EVE, "/subscribe", chat=GROUP)
            await peer.press(EVE, "좋아요")
            await peer.say(KIM, "식당", chat=GROUP, mention=True)
            await store.until()
            await peer.settled()

        assert {one.sender for one in store.updates} == {KIM}
        assert peer.space.views == {}
        assert peer.handing.given_up == 0


class TestForms:
    async def test_a_private_form_asked_for_in_a_channel_is_answered_in_private(self, peer: StrictSlack) -> None:
        async with listening(peer) as store:
            await peer.say(KIM, "/trip", chat=GROUP)
            await peer.submit(KIM, {"day": "2026-11-24", "where": "진주 스마트팜"})
            (told,) = await store.until()

        assert (told.text, told.chat) == ("/trip 2026-11-24 진주 스마트팜", None)

    async def test_a_notice_keeps_its_lines(self, peer: StrictSlack) -> None:
        async with listening(peer) as store:
            await peer.say(KIM, "/notice", chat=GROUP)
            await peer.submit(KIM, {"to": "총무과", "text": "오늘 18시  정전\n\n- 승강기 & <자료실>\n"})
            await peer.say(LEE, "/notice")
            await peer.submit(LEE, {"text": "모두 보십시오"})
            first, second = await store.until(2)

        assert (first.text, first.chat) == ("/notice 총무과: 오늘 18시 정전\n\n- 승강기 & <자료실>", None)
        assert second.text == "/notice 모두 보십시오"


class TestSteps:
    @pytest.mark.parametrize("method", ["files.getUploadURLExternal", "conversations.open"])
    @pytest.mark.parametrize("code", ["internal_error", "fatal_error", "ratelimited"])
    async def test_a_failure_before_the_last_step_of_a_file_is_no_doubt(
        self, peer: StrictSlack, method: str, code: str
    ) -> None:
        peer.api.refuse[method] = code
        picture = Outgoing("g", Chat("slack", f"dm:{KIM}", True), "m1", Reply("", image=b"\x89PNG\r\n\x1a\n"))

        assert isinstance(await peer.messenger.send(picture), Retry)
        del peer.api.refuse[method]
        assert isinstance(await peer.messenger.send(picture), Sent)
        assert len(await peer.seen(f"dm:{KIM}")) == 1


class TestAside:
    async def test_what_one_person_alone_is_to_see_stands_in_no_channel(self, peer: StrictSlack) -> None:
        story = await shown(peer)
        said = Outgoing(
            "g", Chat("slack", GROUP, False), "m2", Reply("<개인> 대화에서만 답해 드립니다."), thread=story, only=KIM
        )

        result = await peer.messenger.send(said)

        ((channel, user, message),) = peer.space.whispers
        assert isinstance(result, Sent)
        assert (channel, user, message["thread_ts"]) == (GROUP, KIM, story.partition(":")[2])
        assert rules.read(message["blocks"], "") == "<개인> 대화에서만 답해 드립니다."
        assert len(await peer.seen(GROUP)) == 1

    async def test_its_fate_is_nobodys_knowledge_and_it_is_edited_no_more(self, peer: StrictSlack) -> None:
        said = Outgoing("g", Chat("slack", GROUP, False), "m2", Reply("개인 대화에서만"), only=KIM)
        result = await peer.messenger.send(said)
        assert isinstance(result, Sent)

        assert isinstance(await peer.messenger.find(said, now()), Ambiguous)
        edit = Outgoing("g", Chat("slack", GROUP, False), "m3", Reply("고침"), edits="m2", edits_native=result.native)
        assert isinstance(await peer.messenger.send(edit), Sent)
        assert [one.text for one in await peer.seen(GROUP)] == ["고침"]

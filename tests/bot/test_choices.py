"""Buttons as numbers: which number stands for what, to whom, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.choices import LIFE, Choices, Numbered, number_of, numbered, opinion
from bot.messenger import Button, Chat, Messenger, Outgoing, Reply
from bot.platforms import Rejected, Retry, Sent
from tests.fakes import FakeMessenger

HERE = Chat("matrix", "dm:@kim:localhost", private=True)
TENANT = "gyeongnam"


class Buttonless(FakeMessenger):
    """A platform without buttons."""

    name = "matrix"

    def __init__(self, *, talks: bool = True) -> None:
        super().__init__()
        self.capabilities = replace(self.capabilities, buttons=False, talks=talks)


def asked(message: str, *labels: str, kind: str = "reply", **more: object) -> Outgoing:
    buttons = tuple(Button(label, f"{message}:{label}") for label in labels)
    said = Outgoing(TENANT, HERE, message, Reply("고르십시오.", buttons=buttons))
    return replace(said, kind=kind, **more)  # type: ignore[arg-type]


@pytest.fixture
def choices(database, clock) -> Choices:
    return Choices(database, clock)


@pytest.fixture
def platform() -> Buttonless:
    return Buttonless()


@pytest.fixture
def messenger(platform, choices) -> Numbered:
    return Numbered(platform, choices)


async def press(choices: Choices, number: int, **more: object) -> str | None:
    told = {"update": None, "answers": None, "current": False, **more}
    return await choices.numbered(TENANT, HERE.ref, number, **told)  # type: ignore[arg-type]


def texts(platform: Buttonless) -> list[str]:
    return [one.reply.text for one in platform.sent]


@pytest.mark.parametrize(
    ("text", "number"),
    [("2", 2), ("2번", 2), (" (3) ", 3), ("1번이요", 1), ("12.", 12), ("②", 2), ("３", 3)]
    + [(text, None) for text in ("0", "123", "2시", "해지 1", "", "2 3")],
)
def test_only_a_bare_number_is_a_choice(text: str, number: int | None) -> None:
    assert number_of(text) == number


async def test_buttons_are_numbered_lines_and_a_number_is_a_press(messenger, platform, choices) -> None:
    await messenger.send(asked("m1", "동의합니다", "나중에"))

    assert texts(platform) == ["고르십시오.\n1. 동의합니다\n2. 나중에\n번호로 답해 주십시오. 예: 1"]
    assert platform.sent[0].reply.buttons == ()
    assert await press(choices, 2) == "m1:나중에"
    assert await press(choices, 3) is None


async def test_a_push_between_question_and_answer_takes_no_number_of_the_question(messenger, platform, choices) -> None:
    await messenger.send(asked("m1", "동의합니다", "나중에"))
    await messenger.send(asked("m2", "3줄 요약", "관련 없음", kind="instant"))

    assert texts(platform)[1] == "고르십시오.\n3. 3줄 요약\n4. 관련 없음"
    assert await press(choices, 1) == "m1:동의합니다"
    assert await press(choices, 4) == "m2:관련 없음"


async def test_an_answered_question_gives_its_numbers_back(messenger, platform, choices) -> None:
    await messenger.send(asked("m1", "가", "나"))
    await press(choices, 1)

    await messenger.send(asked("m2", "다", "라"))

    assert "1. 다" in texts(platform)[1]
    assert await press(choices, 1) == "m2:다"


async def test_a_conversation_that_goes_on_begins_at_one_again(messenger, platform, choices) -> None:
    await messenger.send(asked("m1", "가", "나"))
    await messenger.send(asked("m2"))
    await messenger.send(asked("m3", "다"))

    assert texts(platform)[2] == "고르십시오.\n1. 다"
    assert [await press(choices, 1), await press(choices, 2)] == ["m3:다", "m1:나"]


async def test_the_same_message_again_has_the_same_numbers(messenger, platform, choices) -> None:
    await messenger.send(asked("m1", "가", kind="instant"))
    platform.results = [Retry(timedelta(seconds=1))]
    await messenger.send(asked("m2", "나", kind="instant"))
    await messenger.send(asked("m3", "다", kind="instant"))

    await messenger.send(asked("m2", "나", kind="instant"))

    assert texts(platform)[1] == texts(platform)[3] == "고르십시오.\n2. 나"


async def test_what_an_update_stood_for_it_stands_for_again_after_a_crash(messenger, choices) -> None:
    await messenger.send(asked("m1", "가", "나"))
    first = await press(choices, 1, update="$a")
    await messenger.send(asked("m2", "다", "라"))

    assert await press(choices, 1, update="$a") == first == "m1:가"
    assert await press(choices, 1, update="$b") == "m2:다"


async def test_a_reply_to_a_message_means_its_numbers(messenger, choices) -> None:
    await messenger.send(asked("m1", "가"))
    await press(choices, 1)
    await messenger.send(asked("m2", "나"))

    assert await press(choices, 1, answers="native-m1") == "m1:가"


async def test_a_question_that_waits_leaves_only_its_own_choices(messenger, choices) -> None:
    await messenger.send(asked("m1", "3줄 요약", kind="instant"))
    assert await press(choices, 1, current=True) is None

    await messenger.send(asked("m2", "10명", "20명"))
    assert await press(choices, 2, current=True) == "m2:10명"
    assert await press(choices, 1, current=True) is None


async def test_an_old_number_means_nothing(messenger, choices, clock) -> None:
    await messenger.send(asked("m1", "가"))
    clock.advance(LIFE + timedelta(seconds=1))

    assert await press(choices, 1) is None


async def test_only_the_last_messages_are_kept(messenger, choices) -> None:
    for number in range(30):
        await messenger.send(asked(f"m{number}", *(f"{number}-{one}" for one in range(5)), kind="instant"))

    found = {await press(choices, number) for number in range(1, 100)} - {None}
    assert {one.partition(":")[0] for one in found} <= {f"m{number}" for number in range(22, 30)}
    assert "m29:29-0" in found


@pytest.mark.parametrize(
    ("sign", "pressed"),
    [("1️⃣", "m1:👍"), ("2", "m1:👎 관련 없음"), ("👍🏽", "m1:👍"), ("👎", "m1:👎 관련 없음"), ("😀", None)],
)
async def test_a_reaction_is_the_press_it_shows(messenger, choices, sign: str, pressed: str | None) -> None:
    await messenger.send(asked("m1", "👍", "👎 관련 없음"))

    assert await choices.reacted(TENANT, HERE.ref, "native-m1", sign, update="$r") == pressed
    assert await choices.reacted(TENANT, HERE.ref, "native-m0", sign, update="$s") is None


@pytest.mark.parametrize(
    ("presses", "sign", "pressed"),
    [
        (("more:s", "good:s", "off:u:s", "later:s"), "👍", "good:s"),
        (("more:s", "good:s", "off:u:s", "later:s"), "👎🏽", "off:u:s"),
        (("more:s", "remind:s", "off:u:s:2"), "👍\ufe0f", "good:s:2"),  # a deadline took the place of 좋아요
        (("more:s", "later:s"), "👍", None),
        (("more:s", "good:s", "off:u:s"), "🎉", None),
        ((), "👎", None),
    ],
)
def test_a_thumb_on_a_document_is_its_opinion(presses: tuple[str, ...], sign: str, pressed: str | None) -> None:
    assert opinion(presses, sign) == pressed


async def test_a_thumb_on_a_numbered_document_leaves_its_numbers(messenger, choices) -> None:
    buttons = tuple(Button(label, press) for label, press in (("자세히", "more:s"), ("관련 없음", "off:u:s")))
    await messenger.send(replace(asked("m1", kind="instant"), reply=Reply("[견본도청] 소식", buttons=buttons)))

    assert await choices.reacted(TENANT, HERE.ref, "native-m1", "👍", update="$r") == "good:s"
    assert await press(choices, 1) == "more:s"


async def test_a_changed_message_keeps_its_numbers(messenger, platform, choices) -> None:
    await messenger.send(asked("m1", "가", "나", kind="instant"))
    edit = asked("m2", "다", "라", kind="correction", edits="m1", edits_native="native-m1")

    await messenger.send(edit)

    assert "1. 다" in texts(platform)[1]
    assert await press(choices, 1) == "m2:다"
    assert await choices.reacted(TENANT, HERE.ref, "native-m1", "2️⃣", update=None) == "m2:라"


async def test_chats_do_not_share_numbers(messenger, choices) -> None:
    await messenger.send(asked("m1", "가"))

    assert (
        await choices.numbered(TENANT, "matrix:dm:@lee:localhost", 1, update=None, answers=None, current=False) is None
    )
    assert await choices.numbered("changwon", HERE.ref, 1, update=None, answers=None, current=False) is None


async def test_where_nobody_can_answer_it_says_where_to(choices) -> None:
    platform = Buttonless(talks=False)
    one_way = Numbered(platform, choices, "네이버웍스")

    await one_way.send(asked("m1", "제가 맡겠습니다", kind="instant"))
    await one_way.send(asked("m2", kind="alert"))

    assert texts(platform) == ["고르십시오.\n답은 네이버웍스에서 도비에게 해 주십시오.", "고르십시오."]


class TestSpelled:
    """A platform with buttons that refuses those of one message."""

    @pytest.fixture
    def platform(self) -> FakeMessenger:
        found = FakeMessenger()
        found.name = "matrix"
        return found

    @pytest.fixture
    def messenger(self, platform, choices) -> Messenger:
        return numbered(platform, choices)

    async def test_buttons_are_buttons_where_the_platform_takes_them(self, messenger, platform, choices) -> None:
        await messenger.send(asked("m1", "가", "나"))

        assert platform.sent == [asked("m1", "가", "나")]
        assert await press(choices, 1) is None

    async def test_refused_buttons_are_numbers_that_are_answered(self, messenger, platform, choices) -> None:
        platform.results = [Rejected("invalid_blocks", buttons=True)]

        assert isinstance(await messenger.send(asked("m1", "가", "나", kind="instant")), Sent)

        assert texts(platform)[-1] == "고르십시오.\n1. 가\n2. 나\n번호로 답해 주십시오. 예: 1"
        assert await press(choices, 2) == "m1:나"

    async def test_a_later_answer_ends_them_for_it_may_tell_numbers_of_its_own(
        self, messenger, platform, choices
    ) -> None:
        platform.results = [Rejected("invalid_blocks", buttons=True)]
        await messenger.send(asked("m1", "가", "나"))
        await messenger.send(asked("m2", "소식", kind="instant"))
        kept = await press(choices, 2)

        await messenger.send(asked("m3", "다"))

        assert (kept, await press(choices, 2)) == ("m1:나", None)

    async def test_the_same_answer_again_keeps_its_numbers(self, messenger, platform, choices) -> None:
        platform.results = [Rejected("invalid_blocks", buttons=True), Retry(timedelta(seconds=1))]
        await messenger.send(asked("m1", "가", "나"))
        platform.results = [Rejected("invalid_blocks", buttons=True)]
        await messenger.send(asked("m1", "가", "나"))

        assert texts(platform)[1] == texts(platform)[3]
        assert await press(choices, 1) == "m1:가"

    async def test_what_one_alone_sees_in_a_group_is_answered_by_nobodys_number(
        self, messenger, platform, choices
    ) -> None:
        platform.results = [Rejected("invalid_blocks", buttons=True)]

        await messenger.send(asked("m1", "가", only="U1"))

        assert texts(platform)[-1] == "고르십시오."
        assert await press(choices, 1) is None

    async def test_another_refusal_stands(self, messenger, platform) -> None:
        platform.results = [Rejected("msg_too_long")]

        assert await messenger.send(asked("m1", "가")) == Rejected("msg_too_long")
        assert len(platform.sent) == 1

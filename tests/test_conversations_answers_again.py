"""What came is put off in people's own words; a place in a group; what a guess offered and can't be undone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from tests.sent import tell
from tests.talk import CHANGWON_CITY_HALL, Talk, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("again"), roles=("deliver", "chat")) as stage:
        yield stage


async def came(talk: Talk, user: str, title: str) -> str:
    """A card; the platform's id of it."""
    before = len(talk.messenger.sent)
    await tell(talk, user, title)
    await talk.advance(timedelta(seconds=2))
    sent = next(one for one in talk.messenger.sent[before:] if one.chat.id == f"dm:{user}")
    return f"native-{sent.message}"


@pytest.mark.parametrize(
    ("words", "shown"),
    [("4시에 다시 알려줘", "16:00에"), ("이거 내일 아침에 다시", "08:30에"), ("30분 뒤에 다시", "12:0"),
     ("퇴근 전에 다시 보여줘", "17:30에"), ("다음 주 월요일에 다시", "11. 30.(월) 08:30에"),
     ("나중에 1시간 뒤에 다시", "12:3")],
)  # fmt: skip
async def test_the_last_card_is_put_off_to_the_time_that_is_said(talk, words, shown):
    user = talk.newcomer()
    await talk.say(user, "안녕하세요")
    await came(talk, user, "수소 버스")

    answer = text(await talk.say(user, words))

    assert shown in answer
    assert "다시 보여 드리겠습니다" in answer


async def test_the_card_that_is_answered_is_the_one_that_comes_again(talk):
    user = talk.newcomer()
    await talk.say(user, "안녕하세요")
    first = await came(talk, user, "가로등 정비")
    await came(talk, user, "수소 버스")

    assert "다시 보여" in text(await talk.say(user, "30분 뒤에 다시 보여줘", answers=first))

    later = [one.reply.text for one in await talk.advance(timedelta(minutes=31)) if one.chat.id == f"dm:{user}"]
    assert any("가로등 정비" in one for one in later)
    assert not any("수소 버스" in one for one in later)


async def test_what_is_no_news_is_not_put_off(talk):
    user = talk.newcomer()
    await talk.say(user, "안녕하세요")
    await came(talk, user, "수소 버스")

    assert "미루지 못했습니다" in text(await talk.say(user, "4시에 다시 알려줘", answers="native-nothing"))


async def test_the_question_when_is_answered_with_a_time(talk):
    user = talk.newcomer()
    await talk.say(user, "안녕하세요")
    await came(talk, user, "수소 버스")

    assert "언제 다시" in text(await talk.say(user, "나중에 다시 보여줘"))
    assert "16:00에 다시" in text(await talk.say(user, "오후 4시요"))


async def test_a_time_alone_puts_nothing_off_where_nothing_came(talk):
    user = talk.newcomer()
    await talk.say(user, "안녕하세요")

    assert "보내 드린 소식이 없습니다" in text(await talk.say(user, "4시에 다시 알려줘"))


# --- a place in a group


async def test_a_place_in_a_group_is_told_of_in_private_once_a_day_and_nowhere_else(talk):
    await talk.agree("cho")
    before = len(talk.messenger.sent)

    for _ in range(3):
        assert await talk.say("cho", chat="도로과", location=CHANGWON_CITY_HALL) == []
    await talk.house.rota.drain()

    said = talk.messenger.sent[before:]
    assert [one.chat.id for one in said] == ["dm:cho"]
    assert "받지도 남기지도 않았습니다" in said[0].reply.text
    assert "35.2" not in said[0].reply.text
    await talk.advance(timedelta(days=1))
    before = len(talk.messenger.sent)
    await talk.say("cho", chat="도로과", location=CHANGWON_CITY_HALL)
    await talk.house.rota.drain()
    assert len([one for one in talk.messenger.sent[before:] if one.chat.id == "dm:cho"]) <= 1


async def test_who_never_gave_a_place_is_left_in_peace(talk):
    before = len(talk.messenger.sent)

    assert await talk.say("seo", chat="총무과", location=CHANGWON_CITY_HALL) == []
    await talk.house.rota.drain()

    assert [one for one in talk.messenger.sent[before:] if one.chat.id == "dm:seo"] == []


# --- what a guess offered


@pytest.mark.parametrize("words", ["도착", "복귀", "해지", "위치 철회", "초기화"])
async def test_what_a_guess_offers_and_cannot_be_undone_is_shown_first(talk, words):
    user = talk.newcomer()
    await talk.agree(user)
    await talk.say(user, "구독 가로등")

    shown = await talk.say(user, press=f"say:{words}")

    assert labels(shown[0]) == [words, "그만두기"]
    assert "아직 아무것도 바꾸지 않았습니다" in text(shown)
    assert "가로등" in text(await talk.say(user, "목록"))
    again = await talk.say(user, press=f"say:{words}")
    assert "바꾸지 않았습니다" in text(await talk.press(user, again[0], "그만두기"))


async def test_one_more_tap_or_a_yes_does_it(talk):
    for answer in ("", "네"):
        user = talk.newcomer()
        await talk.say(user, "안녕하세요")
        await talk.say(user, "구독 가로등")
        shown = await talk.say(user, press="say:해지")

        done = await talk.say(user, answer) if answer else await talk.press(user, shown[0], "해지")

        assert "구독을 끝냈습니다" in text(done)
        await talk.say(user, "구독 보안등")
        assert "끝낼까요" not in text(await talk.say(user, "네"))
        assert "보안등" in text(await talk.say(user, "목록"))

"""People say what they want to hear about, alone and in channels; nobody hears of another's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.talk import CHANGWON_CITY_HALL, Talk, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def _folder(tmp_path_factory):
    return tmp_path_factory.mktemp("topics")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(_folder) -> AsyncIterator[Talk]:
    async with talking(_folder, roles=("deliver", "chat")) as stage:
        yield stage


# --- subscriptions


async def test_a_subscription_from_asking_to_its_end(talk):
    user = talk.newcomer()

    assert "'재난안전' 소식을 여기로" in text(await talk.say(user, "구독 재난안전"))
    assert "이미" in text(await talk.say(user, "구독 재난안전"))
    assert "'청년 일자리' 소식을" in text(await talk.say(user, "청년 일자리 소식 구독해줘"))
    listed = text(await talk.say(user, "목록"))
    assert listed.splitlines()[1:3] == ["1. 재난안전", "2. 청년 일자리"]
    assert "'재난안전' 소식을 쉽니다" in text(await talk.say(user, "쉬기 1"))
    assert "1. 재난안전 · 쉬는 중" in text(await talk.say(user, "목록"))
    assert "다시 보내 드리겠습니다" in text(await talk.say(user, "다시 재난안전"))
    assert "'채용'이 든 글은 빼고" in text(await talk.say(user, "제외 2 채용"))
    assert "2. 청년 일자리 (제외: 채용)" in text(await talk.say(user, "목록"))
    assert "이미" in text(await talk.say(user, "구독 청년 일자리"))  # and forgets no exclusion
    assert "(제외: 채용)" in text(await talk.say(user, "/list"))
    assert "'재난안전' 구독을 끝냈습니다" in text(await talk.say(user, "해지 1"))
    assert "'청년 일자리' 구독을 끝냈습니다" in text(await talk.say(user, "/unsubscribe 청년 일자리"))
    assert "아직 구독이 없습니다" in text(await talk.say(user, "목록"))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("구독 재난안전", "재난안전"),
        ("/subscribe 재난안전", "재난안전"),
        ("/구독 재난안전 소식", "재난안전"),
        ("도비야, 재난안전 구독해 줘", "재난안전"),
        ("재난안전을 구독하고 싶어요", "재난안전"),
        ("재난안전 관련 소식 좀 구독해 주세요", "재난안전"),
        ("산업재해 구독", "산업재해"),
        ("마을 구독해줘", "마을"),
        ("스마트 농업에 대한 뉴스 보내줘", "스마트 농업"),
        ("청년 정책 나오면 알려줘", "청년 정책"),
        ("구독 기초연금 신청", "기초연금 신청"),
        ("구독하기 개인 정보 보호", "개인 정보 보호"),
    ],
)
async def test_people_subscribe_as_they_speak(talk, typed, words):
    user = talk.newcomer()

    assert f"'{words}' 소식을" in text(await talk.say(user, typed))
    assert f"1. {words}" in text(await talk.say(user, "목록"))


@pytest.mark.parametrize(
    "typed",
    [
        "구독 어떻게 해?",
        "구독",
        "구독 소식",
        "구독 해줘",
        "구독 !!!",
        "구독료가 얼마예요",
        "오늘 소식 알려줘",
        "내 구독 보여줘",
    ],
)
async def test_what_names_no_topic_subscribes_to_nothing(talk, typed):
    user = talk.newcomer()

    await talk.say(user, typed)

    assert "아직 구독이 없습니다" in text(await talk.say(user, "목록"))


@pytest.mark.parametrize(
    "typed",
    [
        "해지 전체", "/unsubscribe 전체", "전체 해지", "구독 전체 해지", "해지 1, 2", "구독 해지 모두", "해지 1번 2번",
    ],
)  # fmt: skip
async def test_all_subscriptions_end_at_once(talk, typed):
    user = talk.newcomer()
    await talk.say(user, "구독 재난안전")
    await talk.say(user, "구독 농업")

    done = text(await talk.say(user, typed))

    assert "'재난안전', '농업' 구독을 끝냈습니다" in done
    assert "아직 구독이 없습니다" in text(await talk.say(user, "목록"))


@pytest.mark.parametrize(
    "typed",
    [
        "재난안전 해지해줘",
        "재난안전 구독 취소",
        "구독 재난안전 해지",
        "재난안전 소식 그만 받을래요",
        "해지 재난",
        "해지 재난 안전",
    ],
)
async def test_one_subscription_ends_by_its_words(talk, typed):
    user = talk.newcomer()
    await talk.say(user, "구독 재난안전")
    await talk.say(user, "구독 농업")

    assert "'재난안전' 구독을 끝냈습니다" in text(await talk.say(user, typed))
    assert "1. 농업" in text(await talk.say(user, "목록"))


async def test_an_unclear_end_asks_and_ends_nothing(talk):
    user = talk.newcomer()
    await talk.say(user, "구독 재난안전")
    await talk.say(user, "구독 재난방송")

    for typed in ("해지", "해지 재난", "해지 7", "해지 없는말", "쉬기", "제외", "제외 채용", "쉬기 없는말"):
        answer = await talk.say(user, typed)

        assert labels(answer[0])[-1] == "목록", typed
    assert "구독 2개" in text(await talk.say(user, "목록"))


async def test_exclusion_is_said_in_a_sentence_and_taken_back(talk):
    user = talk.newcomer()
    await talk.say(user, "구독 재난안전")

    await talk.say(user, "재난안전에서 채용은 빼 줘")
    assert "(제외: 채용)" in text(await talk.say(user, "목록"))
    assert "모두 지웠습니다" in text(await talk.say(user, "제외 1 없음"))
    assert "제외:" not in text(await talk.say(user, "목록"))


async def test_a_topic_may_answer_the_question_and_a_command_may_ignore_it(talk):
    user = talk.newcomer()

    assert "어떤 소식" in text(await talk.say(user, "구독"))
    assert "차례" in text(await talk.say(user, "차례")) or "이번 주" in text(await talk.say(user, "차례"))
    await talk.say(user, "구독")
    assert "'가뭄 대책' 소식을" in text(await talk.say(user, "가뭄 대책"))


async def test_subscriptions_have_an_end_that_is_said(talk):
    user = talk.newcomer()
    for number in range(200):
        await talk.say(user, f"구독 주제{number}")

    assert "200개까지" in text(await talk.say(user, "구독 하나 더"))
    assert "200자까지" in text(await talk.say(user, "구독 " + "긴말" * 150))


# --- groups


async def test_a_channels_subscription_by_mention_is_the_channels(talk):
    told = await talk.say("jung", "@도비 구독 지방재정", chat="예산담당관", mention=True)

    assert told[0].chat.id == "예산담당관"
    assert "예산담당관 채널로" in text(told)
    assert "1. 지방재정" in text(await talk.say("jung", "목록", chat="예산담당관", mention=True))
    assert "지방재정" not in text(await talk.say("jung", "목록"))
    assert "지방재정" not in text(await talk.say("kim", "목록", chat="총무과", mention=True))


@pytest.mark.parametrize(
    "typed",
    [
        "오늘 점심 뭐 먹지", "식당 같이 가실 분", "구독 눌렀어요?", "안녕하세요", "?", "다시", "점심", "처음", "시작",
        "도움", "재난안전 구독해줘", "브리핑 자료 어디 있나요", "싣당", "", "/없는명령",
    ],
)  # fmt: skip
async def test_in_a_channel_dobi_is_silent_unless_addressed(talk, typed):
    assert await talk.say("kim", typed, chat="총무과") == []


@pytest.mark.parametrize("typed", ["식당", "목록", "브리핑", "도움말", "/help", "/list", "/cafeteria"])
async def test_in_a_channel_the_very_word_or_a_slash_is_enough(talk, typed):
    answer = await talk.say("kim", typed, chat="총무과")

    assert len(answer) == 1
    assert answer[0].chat.id == "총무과"


@pytest.mark.parametrize("typed", ["내 정보", "출장 총무과-812", "정산", "검증 RRQ", "위치 동의 철회", "/me"])
async def test_private_matters_are_refused_in_a_channel(talk, typed):
    answer = text(await talk.say("lee", typed, chat="총무과", mention=True))

    assert "개인 대화에서만" in answer
    assert "이보름" not in answer


async def test_a_location_in_a_channel_is_refused_when_addressed_and_else_left_alone(talk):
    assert await talk.say("kim", chat="총무과", location=CHANGWON_CITY_HALL) == []
    assert "개인 대화에서만" in text(await talk.say("kim", chat="총무과", mention=True, location=CHANGWON_CITY_HALL))


async def test_a_greeting_in_a_channel_tells_nothing_about_the_person(talk):
    answer = text(await talk.say("kim", "안녕하세요", chat="총무과", mention=True))

    assert "이 채널에서는" in answer
    assert "김하나" not in answer


async def test_a_channel_that_is_not_declared_is_answered_privately(talk):
    answer = await talk.say("kim", "구독 재난안전", chat="모르는방", mention=True)

    assert answer[0].chat.id == "dm:kim"
    assert "등록되어 있지 않아" in text(answer)
    assert await talk.say("kim", "식당", chat="모르는방") == []


async def test_another_institutions_channel_does_not_exist(talk):
    answer = await talk.say("yun", "구독 재난안전", chat="총무과", mention=True)

    assert answer[0].chat.id == "dm:yun"
    assert "등록되어 있지 않아" in text(answer)
    assert "아직 구독이 없습니다" in text(await talk.say("kim", "목록", chat="총무과", mention=True))


async def test_twenty_conversations_at_once_stay_apart(talk):
    async def converse(number: int) -> None:
        user, words = talk.newcomer(), f"주제{number}번"
        assert len(await talk.say(user, "안녕하세요", update=f"{user}-1")) == 3
        assert f"'{words}' 소식을" in text(await talk.say(user, f"{words} 구독해줘"))
        assert text(await talk.say(user, "목록")).splitlines()[1] == f"1. {words}"
        await talk.say(user, "쉬기 1")
        assert "· 쉬는 중" in text(await talk.say(user, "목록"))
        assert f"'{words}' 구독을 끝냈습니다" in text(await talk.say(user, "해지"))
        assert "아직 구독이 없습니다" in text(await talk.say(user, "목록"))

    await asyncio.gather(*(converse(number) for number in range(20)))

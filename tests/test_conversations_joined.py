"""Several topics in one wish, and what is left out of it: of what stands, of what was just begun, in one breath."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.unwanted import unwanted
from tests.talk import Talk, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def talk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("state"), roles=("chat",)) as opened:
        yield opened


async def _list(talk: Talk, *said: str) -> str:
    user = talk.newcomer()
    for one in ("도움말", *said):
        await talk.say(user, one)
    return text(await talk.say(user, "목록"))


@pytest.mark.parametrize(
    "said",
    [
        "산불이랑 산사태 관련 소식 좀 받아보고 싶어요", "구독 산불과 산사태", "산불하고 산사태 소식 보내줘",
        "산불 및 산사태 소식 구독할게요", "산불이랑 산사태랑 둘 다 소식 알려주세요",
        "산불이나 산사태 소식 나오면 알려줘",
    ],
)  # fmt: skip
async def test_joined_topics_are_subscribed_to_each(talk, said):
    assert "1. 산불\n2. 산사태\n" in await _list(talk, said)


async def test_what_may_be_one_or_two_is_asked_and_nothing_done_before(talk):
    user = talk.newcomer()
    await talk.say(user, "도움말")

    asked = await talk.say(user, "구독 소방과 훈련")

    assert labels(asked[0]) == ["나누어: 소방, 훈련", "한 가지: 소방과 훈련"]
    await talk.press(user, asked[0], "한 가지: 소방과 훈련")
    assert "1. 소방과 훈련\n" in text(await talk.say(user, "목록"))
    await talk.press(user, asked[0], "나누어: 소방, 훈련")
    assert "2. 소방\n3. 훈련\n" in text(await talk.say(user, "목록"))


@pytest.mark.parametrize(
    "said", ["과학 소식 알려줘", "남북 대화 소식 보내줘", "구독 고향사랑 기부제", "구독 기업과 대학 협약"]
)
async def test_one_notion_is_one_subscription(talk, said):
    assert "구독 1개입니다" in await _list(talk, said)


async def test_joined_ones_end_together(talk):
    assert "구독이 없습니다" in await _list(talk, "구독 산불과 산사태", "해지 산불이랑 산사태")


@pytest.mark.parametrize(
    "said",
    [
        "아 채용 관련은 빼주세요", "채용은 빼고요", "근데 채용 공고는 빼주세요", "채용 얘기는 안 보내주셔도 돼요",
        "재난안전 소식에서 채용 얘기는 안 보내주셔도 돼요", "재난안전 소식 중에 채용은 필요없어요", "채용은 됐고요",
    ],
)  # fmt: skip
async def test_a_word_is_left_out_of_what_was_just_begun(talk, said):
    assert "1. 재난안전 (제외: 채용)\n" in await _list(talk, "구독 재난안전", said)


@pytest.mark.parametrize(
    "said",
    ["소상공인 소식 구독해주세요. 근데 채용 공고는 빼고요", "소상공인 소식 받을게요 채용은 빼고요"],
)
async def test_what_is_left_out_in_the_breath_of_a_wish_narrows_it(talk, said):
    assert "1. 소상공인 (제외: 채용)\n" in await _list(talk, said, "모두 하기") or (
        "1. 소상공인 (제외: 채용)\n" in await _pressed(talk, said)
    )


async def _pressed(talk: Talk, said: str) -> str:
    user = talk.newcomer()
    await talk.say(user, "도움말")
    asked = await talk.say(user, said)
    await talk.press(user, asked[0], "모두 하기")
    return text(await talk.say(user, "목록"))


async def test_a_topic_without_a_word_is_one_sentence(talk):
    told = await _list(talk, "귀농 소식 채용이랑 입찰 빼고 보내줘", "행사는 빼줘")
    assert "1. 귀농 (제외: 채용, 입찰, 행사)\n" in told


@pytest.mark.parametrize(
    "said",
    [
        "당분간 소식 그만 보내주세요", "당분간은 알림 안 받을게요", "며칠간 알림 보내지 말아주세요",
        "소식은 한동안 꺼주세요",
    ],
)  # fmt: skip
async def test_for_a_while_is_asked_how_long_and_the_answer_taken(talk, said):
    user = talk.newcomer()
    await talk.say(user, "구독 재난안전")

    assert "얼마나 멈출까요" in text(await talk.say(user, said))
    assert "알림을 멈춥니다" in text(await talk.say(user, "다음주 월요일까지요"))
    assert "구독 1개" in text(await talk.say(user, "목록"))


async def test_news_that_are_to_end_are_asked_about_where_none_are_named(talk):
    user = talk.newcomer()
    await talk.say(user, "구독 재난안전")

    asked = await talk.say(user, "소식 그만 보내주세요")

    assert labels(asked[0])[:2] == ["알림 멈춤", "재난안전 해지"]
    assert "구독 1개" in text(await talk.say(user, "목록"))


@pytest.mark.parametrize(
    "said",
    [
        "이제 안 받을게요", "더는 안 보내주셔도 돼요", "주말은 빼주세요", "이건 빼줘", "메일이 안 와요",
        "강이든 주무관은 빼주세요",
        "행사는 빼도 되나요?", "됐어요", "저녁 7시 이후로는 알림 보내지 마세요", "귀농 소식 채용 빼고 보내줘",
    ],
)  # fmt: skip
async def test_nothing_is_unwanted_where_none_is_named(said):
    assert unwanted(said) is None


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("우리 업무가 기록물 관리랑 청사 관리인데 관련된 거 나오면 알려줘요", "받을 것: 기록물, 청사 관리"),
        ("우리 과 업무는 청사 방호랑 문서 수발입니다 관련 소식 알려주세요", "받을 것: 청사 방호, 문서 수발"),
        ("저희 팀 업무가 스마트팜 보급하고 농기계 임대라서 그런 소식 좀 받아볼게요", "받을 것: 스마트팜, 농기계 임대"),
        ("저는 산불 예방과 임도 관리를 담당하는데 관련 소식 보내주세요", "받을 것: 산불, 임도"),
    ],
)
async def test_ones_work_is_read_back_before_anything_is_subscribed(talk, said, read):
    user = talk.newcomer()
    await talk.say(user, "도움말")

    assert read in text(await talk.say(user, said))
    assert "구독이 없습니다" in text(await talk.say(user, "목록"))


async def test_a_search_for_joined_topics_looks_for_either(talk):
    assert "'대설, 소상공인'" in text(await talk.say("kim", "대설이랑 소상공인 소식 찾아줘"))


@pytest.mark.parametrize(
    "said",
    [
        "급한 건 밤에라도 바로 주세요", "밤에도 급한 소식은 보내주세요", "주말이라도 긴급한 건 알려줘요",
        "새벽에라도 재난 상황은 알려주세요",
    ],
)  # fmt: skip
async def test_what_is_urgent_at_night_is_told_as_it_is_and_changes_nothing(talk, said):
    told = await talk.say(talk.newcomer(), said)

    assert "조용한 시간, 주말, 휴가에도 바로 옵니다" in text(told)
    assert labels(told[0]) == ["알림 설정"]


async def test_less_quiet_is_said(talk):
    user = talk.newcomer()

    assert "조용하던 18:00~19:00에는 이제 알림이 갑니다" in text(
        await talk.say(user, "저녁 7시 이후로는 알림 보내지 마세요")
    )
    assert "이제 알림이" not in text(await talk.say(user, "조용한 시간 17시~9시"))
    told = text(await talk.say(user, "조용한 시간 17시~8시"))
    assert "조용하던 08:00~09:00에는 이제 알림이 갑니다" in told


@pytest.mark.parametrize("said", ["오후 2시부터 6시까지 알림 꺼주세요", "14시부터 18시까지 알림 보내지 마"])
async def test_hours_of_a_day_are_todays_or_every_days(talk, said):
    user = talk.newcomer()

    asked = await talk.say(user, said)

    assert labels(asked[0]) == ["오늘만, 지금부터 18:00까지", "매일 14:00~18:00만"]
    assert "18:00까지 알림을 멈춥니다" in text(await talk.press(user, asked[0], "오늘만, 지금부터 18:00까지"))
    assert "조용한 시간 18:00~08:30" in text(await talk.say(user, "알림 설정"))
    assert "조용한 시간 14:00~18:00" in text(await talk.press(user, asked[0], "매일 14:00~18:00만"))


@pytest.mark.parametrize("said", ["밤 10시부터 아침 7시까지 조용히 해줘", "매일 오후 2시부터 4시까지는 알림 꺼줘"])
async def test_a_night_and_every_day_are_not_asked_about(talk, said):
    assert "오늘만입니까" not in text(await talk.say(talk.newcomer(), said))


async def test_what_is_a_subscription_is_asked_about_and_excluded_from_no_other(talk):
    user = talk.newcomer()
    for said in ("구독 대설과 한파", "구독 소상공인"):
        await talk.say(user, said)

    asked = await talk.say(user, "대설이랑 한파는 이제 안 받을게요")

    assert labels(asked[0])[:2] == ["해지 대설", "해지 한파"]
    assert "제외:" not in text(await talk.say(user, "목록"))


async def test_the_topic_stands_without_what_leads_to_it(talk):
    told = await _list(
        talk, "청년 일자리랑 주거 지원 관련해서 새 글 나오면 알려주세요", "청년 월세 관련해서 새 글 나오면 알려주세요"
    )
    assert "1. 청년 일자리\n2. 주거 지원\n3. 청년 월세\n" in told

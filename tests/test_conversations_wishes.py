"""People change what they receive in their own words: it is proposed with all that would change, and can be undone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from tests.talk import Talk, button, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def _folder(tmp_path_factory):
    return tmp_path_factory.mktemp("wishes")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(_folder) -> AsyncIterator[Talk]:
    async with talking(_folder, roles=("crawl", "brief", "deliver", "chat")) as stage:
        yield stage


async def subscribed(talk: Talk, *topics: str) -> str:
    user = talk.newcomer()
    for one in topics:
        await talk.say(user, f"구독 {one}")
    return user


async def listed(talk: Talk, user: str) -> str:
    return text(await talk.say(user, "목록"))


# --- one for another


@pytest.mark.parametrize(
    "said",
    ["농업 말고 청년 관련된것만 받고싶어요", "농업은 됐고 청년으로", "농업 대신 청년 소식 받을래", "농업 빼고 청년만"],
)
async def test_one_subscription_for_another_is_proposed_with_both_names(talk, said):
    user = await subscribed(talk, "농업")

    asked = (await talk.say(user, said))[0]

    assert "'농업'" in asked.reply.text
    assert "'청년'" in asked.reply.text
    assert labels(asked) == ["바꾸기", "그만두기"]
    assert "청년" not in await listed(talk, user)
    assert "'농업' 구독을 끝냈습니다" in text(await talk.press(user, asked, "바꾸기"))
    assert (await listed(talk, user)).splitlines()[1] == "1. 청년"


async def test_what_was_never_subscribed_is_said_and_the_other_begins(talk):
    user = talk.newcomer()

    answer = text(await talk.say(user, "노인 말고 청년 소식 받고싶어요"))

    assert "'노인'은 받고 계신 구독이 아닙니다" in answer
    assert (await listed(talk, user)).splitlines()[1] == "1. 청년"


# --- one rests


async def test_one_subscription_rests_until_its_time_and_comes_by_itself(talk):
    user = await subscribed(talk, "청년", "농업")

    assert "'청년' 소식만 오늘까지 쉽니다" in text(await talk.say(user, "청년은 오늘만 조용히"))
    assert "1. 청년 · 오늘까지 쉬는 중" in await listed(talk, user)
    await talk.advance(timedelta(hours=14))
    assert "쉬는 중" not in await listed(talk, user)


async def test_how_long_one_rests_is_asked_and_all_else_goes_on(talk):
    user = await subscribed(talk, "호우", "농업")

    asked = (await talk.say(user, "호우 알림만 잠깐 꺼줘"))[0]

    assert labels(asked) == ["1시간", "오늘", "다시 켤 때까지", "그만두기"]
    assert "쉬는 중" not in await listed(talk, user)
    assert "'호우' 소식만" in text(await talk.press(user, asked, "1시간"))
    assert "'호우' 소식을 다시" in text(await talk.say(user, "다시 호우"))
    assert "쉬는 중" not in await listed(talk, user)


async def test_a_rest_of_several_pieces_counts_them_all(talk):
    user = await subscribed(talk, "산림")

    now = talk.clock.now() + timedelta(hours=11, minutes=30)

    assert f"{now:%H:%M}까지 쉽니다" in text(await talk.say(user, "쉬기 산림 2시간 30분"))
    assert f"{now:%H:%M}까지 알림을 멈춥니다" in text(await talk.say(user, "알림 멈춤 2시간 30분"))


# --- what passes


@pytest.mark.parametrize("said", ["급한거는 보내고", "근데 재난은 보내줘", "긴급한 건 예외"])
async def test_an_exception_subscribes_to_nothing_and_says_what_passes(talk, said):
    user = talk.newcomer()
    await talk.say(user, "주말엔 보내지마")

    answer = text(await talk.say(user, said))

    assert "재난 알림" in answer
    assert "바꾼 것은 없습니다" in answer
    assert "아직 구독이 없습니다" in await listed(talk, user)


# --- in a room


async def test_in_a_room_the_subscription_of_that_name_ends_and_else_the_word_is_left_out(talk):
    async def here(said: str):
        return (await talk.say("kim", said, chat="총무과", mention=True))[0]

    await here("구독 재난안전")
    await here("구독 호우")

    asked = await here("호우는 빼고")

    assert "'호우' 구독을 끝낼까요?" in asked.reply.text
    await talk.press("kim", asked, "끝내기", chat="총무과")
    left = await here("채용은 빼고")
    assert "'재난안전' 소식에서 '채용'이 든 글을" in left.reply.text
    await talk.press("kim", left, "빼기", chat="총무과")
    shown = (await here("목록")).reply.text
    assert "호우" not in shown
    assert "재난안전 (제외: 채용)" in shown


@pytest.mark.parametrize("said", ["산불 소식 여기로 올려줘", "이 방에 산불 소식 좀", "우리방에도 산불 뜨면 알려줘"])
async def test_news_are_brought_to_the_room(talk, said):
    answer = text(await talk.say("kim", said, chat="총무과", mention=True))

    assert "'산불' 소식" in answer
    assert "못합니다" not in answer
    await talk.say("kim", "해지 산불", chat="총무과", mention=True)


# --- taken back


@pytest.mark.parametrize("said", ["방금꺼 되돌려줘", "아 잘못눌렀다", "원래대로", "취소취소", "아니 그거 말고"])
async def test_the_last_change_is_named_before_it_is_taken_back(talk, said):
    user = await subscribed(talk, "농업", "호우")

    asked = (await talk.say(user, said))[0]

    assert "'호우' 구독을 시작하신 것을 되돌릴까요?" in asked.reply.text
    assert "2. 호우" in await listed(talk, user)
    await talk.say(user, press=button(asked, "되돌리기"))
    assert "호우" not in await listed(talk, user)


async def test_hours_are_as_they_were_and_a_setting_that_stood_is_not_turned(talk):
    user = talk.newcomer()
    before = text(await talk.say(user, "알림 설정"))
    await talk.say(user, "아침 브리핑 9시")

    asked = (await talk.say(user, "원래대로"))[0]

    assert "아침 브리핑을 09:00에 받기로" in asked.reply.text
    await talk.press(user, asked, "되돌리기")
    assert text(await talk.say(user, "알림 설정")) == before
    await talk.say(user, "주말엔 보내지마")  # which stood so before
    assert "아무것도 바꾸지 않았습니다" in text(await talk.say(user, "원래대로"))
    assert text(await talk.say(user, "알림 설정")) == before


async def test_nothing_lately_changed_offers_no_wiping(talk):
    answer = (await talk.say(await subscribed(talk), "아 잘못눌렀다"))[-1]
    user = await subscribed(talk, "농업")
    await talk.advance(timedelta(minutes=30))

    late = (await talk.say(user, "아 잘못눌렀다"))[0]

    assert "초기화" not in labels(answer)
    assert "초기화" not in labels(late)
    assert "농업" in await listed(talk, user)


# --- several at once


async def test_several_settings_are_read_back_together_and_done_together(talk):
    user = talk.newcomer()

    asked = (await talk.say(user, "아침 9시에 브리핑 주고 주말엔 보내지 말고 청년 소식은 바로 줘"))[0]

    for one in ("아침 브리핑 09:00", "주말과 공휴일에 받지 않기", "'청년' 소식 받기"):
        assert one in asked.reply.text
    assert "아직 구독이 없습니다" in await listed(talk, user)
    await talk.press(user, asked, "모두 하기")
    assert "1. 청년" in await listed(talk, user)
    assert "아침 브리핑 09:00" in text(await talk.say(user, "알림 설정"))


async def test_what_of_several_was_not_understood_is_said(talk):
    user = talk.newcomer()

    asked = (await talk.say(user, "밤에는 조용히 하고 하루 5건만 보내고 커피 타주고"))[0]

    assert "'커피 타주고'는 알아듣지 못해" in asked.reply.text
    await talk.press(user, asked, "모두 하기")
    assert "하루 5건" in text(await talk.say(user, "알림 설정"))


# --- complaints


async def test_why_nothing_comes_is_answered_by_how_it_stands(talk):
    user = talk.newcomer()
    await talk.advance(timedelta(hours=9, minutes=30))  # to a working day's noon

    assert "구독이 없어" in text(await talk.say(user, "왜 아무것도 안와?"))
    await talk.say(user, "구독 청년")
    assert "막아 둔 것은 없습니다" in text(await talk.say(user, "알림이 하나도 안 와요"))
    await talk.say(user, "중요한 것만 바로")
    assert "중요한 것만 바로 받기로" in text(await talk.say(user, "왜 소식이 안 오죠"))
    await talk.say(user, "알림 멈춤 2시간")
    resting = (await talk.say(user, "구독했는데 소식이 안 와요"))[0]
    assert "멈춰 두셔서" in resting.reply.text
    assert labels(resting) == ["다시 켜기", "알림 설정"]


async def test_no_briefing_too_much_and_the_same_again(talk):
    user = await subscribed(talk, "청년")

    assert "받기로 정하지 않으셔서" in text(await talk.say(user, "아침에 브리핑 안왔는데요"))
    await talk.say(user, "아침 브리핑 9시")
    assert "근무일 09:00" in text(await talk.say(user, "브리핑이 왜 안 와요?"))
    assert "모두 바로" in text(await talk.say(user, "톡이 시도때도없이 울려요"))
    assert "보내 드린 소식은 없습니다" in text(await talk.say(user, "어제꺼 또 왔는데"))
    assert len((await listed(talk, user)).splitlines()) == 3

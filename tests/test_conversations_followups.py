"""What is left unsaid in a conversation: leave, pauses, subscriptions, trips, the roster desk, notices, rooms.

Whoever speaks leans on what was just spoken of, for ten minutes, in that conversation and nowhere else; what changes
others is read back.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from tests.talk import Talk, button, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    """Monday, 2026-11-23, 11:30."""
    async with talking(tmp_path_factory.mktemp("followups"), roles=("deliver", "chat")) as stage:
        yield stage


async def told(talk: Talk, who: str, *turns: str, chat: str | None = None) -> list[str]:
    """What the answers said, a text a turn."""
    said = [await talk.say(who, turn, chat=chat, mention=chat is not None) for turn in turns]
    return [" ".join(one.reply.text for one in answer) for answer in said]


@pytest.mark.parametrize(
    ("turns", "ends"),
    [
        (("내일 연차", "아니 모레", "하루 더"), "11. 25.(수)~11. 26.(목) 휴가로"),
        (("내일 연차", "하루 더", "취소해줘"), "11. 24.(화)~11. 25.(수) 휴가를 취소"),
        (("금요일 휴가", "다음주 월요일까지로"), "11. 27.(금)~11. 30.(월) 휴가로"),
        (("1시간만 조용히", "30분 더"), "13:00까지"),
        (("1시간만 조용히", "이제 됐어 다시 켜줘"), "다시 켰습니다"),
        (("조용한 시간 저녁 8시부터 아침 8시", "9시까지로"), "20:00~09:00"),
        (("아침 브리핑 8시", "8시 반으로", "꺼줘"), "브리핑을 껐습니다"),
        (("하루 열건까지만", "다섯건으로 줄여줘"), "하루 5건까지"),
        (("구독 재난안전", "소상공인도", "그것도 취소"), "'소상공인' 구독을 끝냈습니다"),
        (("구독 재난안전", "소상공인도", "그것도 취소", "되돌려줘"), "'소상공인' 구독을 끝내신 것을 되돌릴까요?"),
        (("구독 재난안전", "구독 소상공인", "목록", "2번 꺼줘", "1번도"), "'재난안전' 소식을 쉽니다"),
        (("우리 과 몇 시?", "내일은?"), "11. 24.(화)"),
        (("오늘 메뉴", "금요일은?"), "11. 27.(금)"),
        (("정산", "지난달은?"), "10월"),
        (("출장 내일 14시 진주 스마트팜", "3시로 고쳐줘", "아니 모레로"), "11. 25.(수) 15:00"),
        (("모레 10시 거창군청 출장 관용차", "한시간 늦춰줘"), "11. 25.(수) 11:00"),
    ],
)
async def test_follow_ups_lean_on_what_was_spoken_of(talk, turns, ends):
    assert ends in (await told(talk, talk.newcomer(), *turns))[-1]


async def test_the_changed_leave_takes_the_others_place(talk):
    who = talk.newcomer()
    await told(talk, who, "내일 연차", "아니 모레")
    assert "1건" in text(await talk.say(who, "휴가"))


async def test_nothing_is_left_unsaid_after_ten_minutes(talk):
    who = talk.newcomer()
    await told(talk, who, "도움말", "구독 재난안전")
    await talk.advance(timedelta(minutes=11))
    await told(talk, who, "소상공인도")
    assert "1개" in text(await talk.say(who, "목록"))


async def test_what_was_said_elsewhere_or_by_others_is_not_leant_on(talk):
    one, other = talk.newcomer(), talk.newcomer()
    await told(talk, one, "도움말", "내일 연차")
    await told(talk, other, "도움말", "하루 더")
    assert "없습니다" in text(await talk.say(other, "휴가"))
    await told(talk, one, "하루 더", chat="총무과")
    assert "11. 24.(화)~" not in text(await talk.say(one, "휴가"))


async def test_what_was_spoken_of_goes_with_the_person(talk):
    who = talk.newcomer()
    await told(talk, who, "도움말", "구독 재난안전")
    people = talk.house.people
    assert await people.spoken("gyeongnam", who, f"console:dm:{who}") is not None
    await people.forget_questions("gyeongnam", who)
    assert await people.spoken("gyeongnam", who, f"console:dm:{who}") is None


async def test_a_change_of_somebody_is_read_back_and_undone_by_a_no(talk):
    assert "신아람" in text(await talk.say("park", "신아람"))
    asked = await talk.say("park", "총무과로 옮겨줘")
    assert labels(asked[0]) == ["부서 변경 신아람 총무과"]
    assert "아무것도 바꾸지 않았습니다" in text(await talk.say("park", "아니야 취소"))
    asked = await talk.say("park", "강이든 감사 권한 줘")
    assert labels(asked[0]) == ["역할 강이든 감사 추가"]
    card = text(await talk.say("park", "직원 강이든"))
    assert "감사" not in card.partition("/")[0].partition("설정")[0]


async def test_a_yes_does_the_one_thing_that_was_offered(talk):
    await talk.say("park", "강이든 감사 권한 줘")
    assert "감사를 더했습니다" in text(await talk.say("park", "네"))
    await talk.say("park", "역할 강이든 감사 빼기")


async def test_an_ordinary_person_is_offered_nothing_about_others(talk):
    for typed in ("신아람 퇴직했습니다", "강이든 감사 권한 줘", "서마루 접속 막아주세요", "신아람"):
        said = await talk.say("kim", typed)
        assert not any(
            one.startswith(("퇴직", "역할", "접속 끊기", "부서")) for message in said for one in labels(message)
        )


async def test_a_leaver_is_asked_about_and_a_no_keeps_them(talk):
    asked = await talk.say("park", "조해솔 주무관 진주시로 전출 갔어요")
    assert "조해솔" in text(asked)
    assert button(asked[0], "퇴직 처리")
    await talk.say("park", "취소")
    assert "조해솔" in text(await talk.say("park", "직원 조해솔"))


async def test_a_colleagues_phone_is_never_ones_own(talk):
    asked = await talk.say("park", "서마루 폰 잃어버렸대 막아줘")
    assert "서마루" in text(asked)
    assert "이 대화 끊기" not in labels(asked[0])


async def test_what_follows_the_question_is_the_notice_and_is_read_back(talk):
    assert "무엇을 알릴지" in text(await talk.say("park", "공지하려고요"))
    asked = await talk.say("park", "내일 오전 9시 전산 점검으로 1시간 접속이 안 됩니다")
    assert "전산 점검" in text(asked)
    assert "보내기" in labels(asked[0])
    narrowed = await talk.say("park", "총무과에만")
    assert "총무과" in text(narrowed)
    assert "전산 점검" in text(narrowed)
    assert "보내지 않았습니다" in text(await talk.say("park", "취소"))


async def test_a_second_thought_is_no_notice(talk):
    await talk.say("park", "공지하려고요")
    assert "보내기" not in labels((await talk.say("park", "배달 실패한거 다시 보내"))[0])
    await talk.say("park", "공지하려고요")
    assert "보내기" not in labels((await talk.say("park", "아니 그만둘게요"))[0])


async def test_a_room_is_spoken_of_as_a_room(talk):
    who = talk.newcomer()
    subscribed, hushed, ended = await told(
        talk, who, "이 방에도 산불 소식 올려줘", "하루 한번 5시에만", "산불 그만 올려", chat="총무과"
    )
    assert "총무과 채널" in subscribed
    assert "'산불'" in subscribed
    assert "17:00" in hushed
    assert "끝냈습니다" in ended


async def test_a_waiting_question_goes_before_what_only_was_shown(talk):
    who = talk.newcomer()
    await told(talk, who, "출장 어제 13~18시 진주 스마트팜", "어제 출장 복귀를 안 찍었네", "식당")
    assert "출장" in (await told(talk, who, "13시 40분"))[0]


async def test_the_trip_that_was_called_off_is_called_off(talk):
    who = talk.newcomer()
    await told(talk, who, "출장 내일 10시 창원시청, 관용차", "출장 모레 14시 김해시청, 관용차")
    assert "창원시청 출장을 취소" in (await told(talk, who, "내일 출장 취소됐어요"))[0]


@pytest.mark.parametrize("typed", ["회의실 예약해줘", "오늘 날씨 어때", "과장님 오늘 출근하셨나"])
async def test_what_nobody_can_do_here_is_not_done(talk, typed):
    told = text(await talk.say("kim", typed))
    assert "알아듣지 못했습니다" in told or "하지 못합니다" in told or "드리지 못합니다" in told

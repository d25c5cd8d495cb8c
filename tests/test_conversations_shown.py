"""What Dobi just showed or did, spoken of by its place or as `그거`, corrected, kept or ended; several acts.

What was not shown is never changed, what is unclear is asked, what would end many is read back and can be taken back.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from tests.talk import Talk, labels, talking, text

pytestmark = pytest.mark.asyncio(loop_scope="module")

THREE = ("구독 농업", "구독 산림", "구독 축제")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    """Monday, 2026-11-23, 11:30."""
    async with talking(tmp_path_factory.mktemp("shown"), roles=("deliver", "chat")) as stage:
        yield stage


async def told(talk: Talk, who: str, *turns: str, chat: str | None = None) -> str:
    """What the last answer said."""
    said = [await talk.say(who, turn, chat=chat, mention=chat is not None) for turn in turns]
    return " ".join(one.reply.text for one in said[-1])


async def standing(talk: Talk, who: str) -> list[str]:
    """One's subscriptions, as the list names them."""
    rows = text(await talk.say(who, "목록")).splitlines()
    return [row.partition(". ")[2] for row in rows if row[:1].isdigit()]


@pytest.mark.parametrize(
    ("turn", "ends", "left"),
    [
        ("맨 밑에꺼만 지워줘", "'축제' 구독을 끝냈", ["농업", "산림"]),
        ("두번째는 버려", "'산림' 구독을 끝냈", ["농업", "축제"]),
        ("제일 위에거 필요없어", "'농업' 구독을 끝냈", ["산림", "축제"]),
        ("가운데꺼 잠깐 쉬자", "'산림' 소식을 쉽니다", ["농업", "산림 · 쉬는 중", "축제"]),
        ("그거 말고 세번째 지워줘", "'축제' 구독을 끝냈", ["농업", "산림"]),
        ("그거 지워줘", "어느 것을", ["농업", "산림", "축제"]),
        ("5번 지워줘", "어느 것을", ["농업", "산림", "축제"]),
        ("두번째 지워도 되나", "", ["농업", "산림", "축제"]),
        ("두번째는 지우지 마", "", ["농업", "산림", "축제"]),
        ("2번 지우면 지난 소식도 못 봐?", "", ["농업", "산림", "축제"]),
        ("1번 출장 취소", "", ["농업", "산림", "축제"]),
        ("2번 다시 말해줘", "", ["농업", "산림", "축제"]),
        ("2번 빼고 브리핑 줘", "'2번 빼고'는 알아듣지 못했습니다", ["농업", "산림", "축제"]),
        ("가운데 있는거 다 지워줘", "", ["농업", "산림", "축제"]),
        ("끝", "", ["농업", "산림", "축제"]),
        ("그건 빼고 알려줘", "", ["농업", "산림", "축제"]),
        ("마지막으로 한번 물어볼게", "", ["농업", "산림", "축제"]),
        ("1번이랑 3번 지워", "끝낼 구독 2개: '농업', '축제'", ["농업", "산림", "축제"]),
        ("2번만 남기고 다 지워줘", "그대로 둘 구독 1개: '산림'", ["농업", "산림", "축제"]),
        ("산림만 살리고 싹 정리", "끝낼 구독 2개: '농업', '축제'", ["농업", "산림", "축제"]),
        ("농업이랑 축제는 그대로, 나머지 끊어", "끝낼 구독 1개: '산림'", ["농업", "산림", "축제"]),
        ("나머지는 다 끊고 농업만 남겨줘", "끝낼 구독 2개", ["농업", "산림", "축제"]),
        ("전부 그만 받을란다", "끝낼 구독 3개", ["농업", "산림", "축제"]),
        ("청년만 살리고 싹 정리", "'청년'은 받고 계신 구독에 없습니다", ["농업", "산림", "축제"]),
    ],
)
async def test_a_list_is_spoken_of_by_place_and_nothing_else_is_touched(talk, turn, ends, left):
    who = talk.newcomer()
    assert ends in await told(talk, who, "도움말", *THREE, "목록", turn)
    assert await standing(talk, who) == left


async def test_a_number_means_the_row_that_was_printed_with_it(talk):
    who = talk.newcomer()
    await told(talk, who, "도움말", *THREE, "목록", "1번 지워줘")
    assert "'산림' 구독을 끝냈" in await told(talk, who, "2번 지워줘")
    assert await standing(talk, who) == ["축제"]


async def test_what_was_ended_by_its_place_comes_back_by_a_word(talk):
    who = talk.newcomer()
    await told(talk, who, "도움말", *THREE, "목록", "두번째 지워줘", "방금거 되돌려", "네")
    assert sorted(await standing(talk, who)) == ["농업", "산림", "축제"]


async def test_a_list_is_not_spoken_of_after_ten_minutes_or_by_others_or_elsewhere(talk):
    one, other = talk.newcomer(), talk.newcomer()
    await told(talk, one, "도움말", *THREE, "목록")
    await told(talk, other, "도움말", *THREE, "두번째 지워줘")
    assert len(await standing(talk, other)) == 3
    await told(talk, one, "두번째 지워줘", chat="총무과")
    await talk.advance(timedelta(minutes=11))
    await told(talk, one, "두번째 지워줘")
    assert len(await standing(talk, one)) == 3


async def test_of_trips_that_were_listed_the_named_one_is_offered_and_no_other_touched(talk):
    who = talk.newcomer()
    await told(talk, who, "도움말", "출장 내일 10시 진주시청 관용차", "출장 모레 14시 거창군청 자가용")
    rows = await told(talk, who, "출장 목록")
    asked = (await talk.say(who, "첫번째꺼 취소"))[0]
    first = "진주시청" if rows.index("진주시청") < rows.index("거창군청") else "거창군청"
    assert "취소로 적었습니다" not in asked.reply.text
    assert first in (await talk.press(who, asked, labels(asked)[0]))[0].reply.text
    assert (await told(talk, who, "출장 목록")).count("취소") == 1


async def test_that_is_no_row_once_something_else_was_answered(talk):
    who = talk.newcomer()
    await told(talk, who, "도움말", "구독 농업", "목록", "아침 브리핑 8시", "그거 꺼줘")
    assert await standing(talk, who) == ["농업"]


async def test_many_end_by_one_tap_and_come_back_as_they_were(talk):
    who = talk.newcomer()
    await told(talk, who, "도움말", *THREE, "제외 축제 채용", "쉬기 산림")
    asked = (await talk.say(who, "농업만 남기고 다 지워줘"))[0]
    assert labels(asked) == ["끝내기", "그만두기"]
    ended = (await talk.press(who, asked, "끝내기"))[0]
    assert await standing(talk, who) == ["농업"]
    await talk.press(who, ended, "되돌리기")
    assert await standing(talk, who) == ["농업", "산림 · 쉬는 중", "축제 (제외: 채용)"]
    await talk.press(who, asked, "끝내기")  # pressed again: the same ones
    assert await standing(talk, who) == ["농업"]


async def test_only_what_was_read_back_ends_and_by_whoever_was_asked(talk):
    who, other = talk.newcomer(), talk.newcomer()
    await told(talk, who, "도움말", "구독 농업", "구독 산림")
    asked = (await talk.say(who, "전부 그만 받을란다"))[0]
    await told(talk, who, "구독 축제")
    await talk.say(other, press=asked.reply.buttons[0].press)
    assert len(await standing(talk, who)) == 3
    await talk.press(who, asked, "끝내기")
    assert await standing(talk, who) == ["축제"]


async def test_in_a_room_nobody_ends_what_others_added(talk):
    mine, others = talk.newcomer(), talk.newcomer()
    await told(talk, others, "구독 농업", "구독 산림", chat="총무과")
    await told(talk, mine, "구독 축제", chat="총무과")
    asked = (await talk.say(mine, "전부 그만 받을란다", chat="총무과", mention=True))[0]
    assert "1개: '축제'" in asked.reply.text
    await talk.press(mine, asked, "끝내기", chat="총무과")
    rows = await told(talk, others, "목록", chat="총무과")
    assert ("농업" in rows, "산림" in rows, "축제" in rows) == (True, True, False)
    await told(talk, "park", "해지 전체", chat="총무과")


@pytest.mark.parametrize(
    ("turns", "ends"),
    [
        (("구독 청년", "앗 청년 말고 노인복지로"), "'청년' 대신, '노인복지' 소식을"),
        (("구독 산불", "아 산불 아니고 산사태"), "'산불' 대신, '산사태' 소식을"),
        (("구독 청년", "앗 청년 말고 노인복지로", "되돌려줘"), "'청년' 구독으로 되돌렸습니다"),
        (("휴가 11/25~11/27", "아니 목요일은 출근해"), "남은 휴가: 11. 25.(수), 11. 27.(금)"),
        (("휴가 11/25~11/27", "수요일은 빼고"), "11. 25.(수) 휴가를 취소"),
        (("휴가 11/25~11/27", "다음주 월요일은 출근해", "휴가"), "11. 25.(수)~11. 27.(금)"),
        (("1시간만 조용히", "아니 오늘 하루"), "11. 24.(화) 00:00까지"),
        (("2시간만 조용히", "아니다 30분만"), "12:"),
        (("아침 브리핑 8시", "아냐 9시로"), "09:00에 아침 브리핑"),
        (("조용한 시간 저녁 8시부터 아침 7시", "앗 9시부터로"), "21:00~07:00"),
        (("구독 산림", "쉬기 산림", "다시 켜"), "'산림' 소식을 다시"),
        (("구독 산림", "아니 이것만"), "알아듣지 못했습니다"),
        (("구독 산림", "아니 이것만 받을래", "목록"), "구독 1개"),
        (("출장 내일 10시 진주시청 관용차", "차량은 카풀로 바꿔줘"), "동승"),
        (("출장 내일 10시 진주시청 관용차", "출장 목록", "그거 몇시까지야?"), "진주시청"),
        (("저기 구독 목록 좀",), "구독이 없습니다"),
        (("구독 농업", "그건 그렇고 산림도 구독"), "'산림' 소식을"),
        (("음 그럼 이번주 식단",), "식단"),
        (("농업이랑 산림 받고 축제는 빼줘", "목록"), "1. 농업 (제외: 축제)\n2. 산림 (제외: 축제)"),
        (("구독 축제", "농업이랑 산림 받고 축제는 빼줘", "목록"), "1. 농업\n2. 산림"),
        (("구독 축제", "농업 구독하고 축제는 해지해줘", "목록"), "1. 농업\n'해지"),
        (("글자 크게 하고 브리핑은 8시로",), "'글자 크게 하고'는 알아듣지 못했습니다"),
    ],
)  # fmt: skip
async def test_what_was_just_said_is_corrected_led_up_to_or_several_acts(talk, turns, ends):
    assert ends in await told(talk, talk.newcomer(), "도움말", *turns)


async def test_a_code_that_was_just_given_is_taken_back_or_its_end_told(talk):
    assert "30.(월)" in await told(talk, "park", "초대 조해솔", "그 코드 몇일까지야")
    assert "못 쓰게 했습니다" in await told(talk, "park", "초대 조해솔", "코드 취소해줘 딴사람이네")


async def test_the_person_on_the_card_is_moved_only_when_pressed(talk):
    asked = (await talk.say("park", "직원 강이든"))[0]
    assert "강이든" in asked.reply.text
    offered = (await talk.say("park", "그분 부서는 도로과"))[0]
    assert labels(offered) == ["부서 변경 강이든 도로과"]
    assert "강이든" in await told(talk, "park", "직원 강이든", "언제까지로 할수있나요?")


async def test_nobodys_name_is_kept_with_a_list(talk):
    await told(talk, "park", "초대 서마루", "초대 목록")
    assert "못 쓰게" in await told(talk, "park", "첫번째 취소")
    kept = b"".join((await talk.house.redis.hgetall("dobi:{gyeongnam}:people:spoken:park")).values()).decode()
    assert "총무과 서마루" not in kept

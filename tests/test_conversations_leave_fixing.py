"""A leave told in two sentences, one of which half a day's hour is told, and one that becomes shorter or longer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime

import pytest
import pytest_asyncio

from bot.clock import KST
from bot.hours_words import Days
from bot.leave_fixing import begins, corrected, last_day
from bot.leave_words import Act, read
from tests.talk import Talk, labels, talking, text

NOW = datetime(2026, 11, 23, 11, 30, tzinfo=KST)
THURSDAY = date(2026, 11, 26)
STANDS = Days(THURSDAY, date(2026, 12, 1))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def talk(tmp_path_factory) -> AsyncIterator[Talk]:
    async with talking(tmp_path_factory.mktemp("leaves"), roles=("deliver", "chat")) as found:
        yield found


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("said", "answer", "told"),
    [
        ("저 목요일부터 휴가예요", "다음주 화요일까지요", "11. 26.(목)~12. 1.(화) 휴가로"),
        ("다음주 월요일부터 연가 들어갑니다", "사흘이요", "11. 30.(월)~12. 2.(수) 휴가로"),
        ("모레부터 휴가인데요", "금요일이요", "11. 25.(수)~11. 27.(금) 휴가로"),
        ("12월 3일부터 연가예요", "4일까지 쉽니다", "12. 3.(목)~12. 4.(금) 휴가로"),
        ("26일부터 휴가 써요", "하루만요", "11. 26.(목) 휴가로"),
    ],
)
async def test_a_leave_without_its_end_is_asked_until_when_and_its_first_day_stays(talk, said, answer, told):
    user = talk.newcomer()

    asked = await talk.say(user, said)

    assert "언제까지입니까?" in text(asked)
    assert "아직 적지 않았습니다" in text(asked)
    assert told in text(await talk.say(user, answer))


@pytest.mark.asyncio(loop_scope="module")
async def test_another_first_day_takes_the_place_of_the_one_that_was_said(talk):
    user = talk.newcomer()
    await talk.say(user, "저 목요일부터 휴가예요")

    assert "11. 27.(금)부터" in text(await talk.say(user, "아 금요일부터요"))
    assert "11. 27.(금)~12. 1.(화) 휴가로" in text(await talk.say(user, "다음주 화요일까지요"))


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("휴가가 하루 줄었어요 월요일까지로 바꿔주세요", "11. 26.(목)~11. 30.(월)"),
        ("휴가 하루 줄었어요", "11. 26.(목)~11. 30.(월)"),
        ("휴가 금요일까지로 줄여주세요", "11. 26.(목)~11. 27.(금)"),
        ("연가 하루 늘렸어요 수요일까지요", "11. 26.(목)~12. 2.(수)"),
        ("휴가 27일부터로 바꿔주세요", "11. 27.(금)~12. 1.(화)"),
    ],
)
async def test_the_one_leave_is_made_shorter_or_longer_once_that_is_agreed_to(talk, said, told):
    user = talk.newcomer()
    await talk.say(user, "목요일부터 다음주 화요일까지 휴가예요")

    asked = await talk.say(user, said)

    assert labels(asked[0]) == ["바꾸기"]
    assert f"{told} 휴가로" in text(await talk.say(user, "네"))
    assert f"1. {told}" in text(await talk.say(user, "휴가"))


@pytest.mark.parametrize(
    "said",
    ["목요일부터 다음주 화요일까지 휴가예요", "목요일부터 이틀 휴가", "11/26~11/28 휴가", "목요일부터 3일간 연가"],
)
def test_a_leave_with_both_ends_asks_nothing_more(said):
    assert begins(said, NOW) is None


@pytest.mark.parametrize(
    "said", ["월요일 점심 뭐야", "내일 메뉴", "다음주 화요일까지 알림 꺼줘", "화요일에 뭐 있지", "네"]
)
def test_what_speaks_of_something_else_is_no_last_day(said):
    assert last_day(said, THURSDAY, NOW) is None


@pytest.mark.parametrize("said", ["휴가 바꿔주세요", "휴가 추가해주세요", "휴가 취소"])
def test_a_change_without_its_days_changes_nothing(said):
    assert corrected(STANDS, said, NOW) is None


@pytest.mark.parametrize(
    ("said", "half"),
    [
        ("오늘 오후에 반차라 2시부터는 알림 꺼주세요", "오후"),
        ("오늘 2시부터 반차예요", "오후"),
        ("내일 14시부터 반차 써요", "오후"),
        ("내일 오전 반차라 1시까지 알림 꺼줘", "오전"),
        ("오늘 오후 3시부터 반차 써요", "오후"),
    ],
)
def test_half_a_day_is_known_by_its_hour_and_asked(said, half):
    told = read(said, NOW)

    assert told.act is Act.CONFIRM
    assert told.days is not None
    assert told.days.half == half

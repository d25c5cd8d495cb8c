"""Spans of days as people say them; today is Monday, 2026-11-23."""

from __future__ import annotations

from datetime import date

import pytest

from bot.hours_words import NoSuchDayError, UnreadError, days
from bot.sayings import closed, normal, opened


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("다음주 월요일부터 수요일까지 연차입니다", "11-30", "12-02"),
        ("내일부터 금요일까지", "11-24", "11-27"),
        ("12/24~26", "12-24", "12-26"),
        ("12.24.~26.", "12-24", "12-26"),
        ("24일부터 26일까지", "11-24", "11-26"),
        ("30일부터 2일까지", "11-30", "12-02"),
        ("24일", "11-24", "11-24"),
        ("3일", "12-03", "12-03"),
        ("다음 달 3일", "12-03", "12-03"),
        ("12월 첫째주", "12-01", "12-04"),
        ("12월 한달", "12-01", "12-31"),
        ("내일부터 3일간", "11-24", "11-26"),
        ("내일모레 이틀", "11-24", "11-25"),
        ("12월 24일부터 이틀", "12-24", "12-25"),
        ("오늘부터 2주", "11-23", "12-06"),
        ("크리스마스 이브에", "12-24", "12-24"),
        ("수목", "11-25", "11-26"),
        ("담주 화욜", "12-01", "12-01"),
        ("금요일까지", "11-23", "11-27"),
    ],
)
def test_spans_are_read(clock, typed, first, last):
    found = days(typed, clock())
    assert found is not None
    assert (found.first, found.last) == tuple(date.fromisoformat(f"2026-{one}") for one in (first, last))


def test_months_ahead_are_of_the_next_year(clock):
    found = days("1월부터 6월까지 육아휴직", clock())
    assert found is not None
    assert (found.first, found.last) == (date(2027, 1, 1), date(2027, 6, 30))


def test_a_day_left_out_makes_it_two_leaves_and_is_not_taken_for_one(clock):
    with pytest.raises(UnreadError):
        days("다음 주 휴가 수요일은 빼고", clock())


@pytest.mark.parametrize("typed", ["2월 30일", "11월 31일", "12월 초", "수월"])
def test_what_no_calendar_holds_is_said_so(clock, typed):
    with pytest.raises(NoSuchDayError):
        days(typed, clock())


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("두시반까지", "2시반까지"),
        ("세 시간만", "3 시간만"),
        ("열두시", "12시"),
        ("담주 금욜", "다음 주 금요일"),
        ("낼모레", "모레"),
        ("두번째거", "2번"),
        ("한시적 조치", "한시적 조치"),
        ("네 시민입니다", "네 시민입니다"),
        ("세개월", "세개월"),
    ],
)
def test_typed_words_are_made_plain(typed, plain):
    assert normal(typed) == plain


def test_what_leads_up_and_what_closes_is_taken_off():
    assert opened("아니 그럼 모레로") == ("모레로", True)
    assert opened("그럼 내일은?") == ("내일은?", False)
    assert closed("모레로 바꿔 주세요ㅎㅎ~") == "모레로 바꿔"
    assert closed("좀 꺼줘요!") == "좀 꺼"

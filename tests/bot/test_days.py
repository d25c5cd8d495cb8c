"""Days, times and months as people say them; today is Monday 2026-11-23."""

from __future__ import annotations

from datetime import date, time

import pytest

from bot.handlers import days

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("내일 차례", days.Days(date(2026, 11, 24))),
        ("12월 3일 차례", days.Days(date(2026, 12, 3))),
        ("12.3. 차례", days.Days(date(2026, 12, 3))),
        ("1월 4일", days.Days(date(2027, 1, 4))),
        ("다음 주 우리 과 몇 시", days.Days(date(2026, 11, 30), week=True)),
        ("다음 주 수요일", days.Days(date(2026, 12, 2))),
        ("금요일 차례", days.Days(date(2026, 11, 27))),
        ("우리 과 차례", None),
    ],
)
def test_a_day_is_heard(said, meant):
    assert days.days(said, MONDAY) == meant


def test_a_day_of_no_calendar_is_refused():
    with pytest.raises(days.NoSuchDayError):
        days.days("2월 30일", MONDAY)


def test_a_time_is_heard():
    assert days.clock("12월 3일 12시 20분은 누구?") == time(12, 20)
    assert days.clock("1시 반은 어느 과?") == time(13, 30)
    assert days.clock("차례") is None


def test_a_month_is_the_last_that_has_begun():
    assert days.month("10월", MONDAY) == date(2026, 10, 1)
    assert days.month("12월", MONDAY) == date(2025, 12, 1)
    assert days.month("지난달", MONDAY) == date(2026, 10, 1)
    assert days.month("이번 달", MONDAY) == date(2026, 11, 1)

"""Periods as officials type them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.periods import NoSuchPeriodError, Period, find, until

TODAY = date(2026, 11, 23)
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))


@pytest.mark.parametrize(
    "said",
    [
        "10. 1.~10. 31.",
        "10.1~10.31",
        "10.1.-10.31.",
        "10/1~10/31",
        "10. 1. ~ 10. 31.",
        "10. 1.(목)~10. 31.(토)",
        "10월 1일부터 10월 31일까지",
        "10월 1일~31일",
        "10. 1.~31.",
        "10월1일 ~ 10월31일",
        "2026-10-01~2026-10-31",
        "2026-10-01 - 2026-10-31",
        "2026. 10. 1.~2026. 10. 31.",
        "2026. 10. 1.~10. 31.",
        "'26. 10. 1.~10. 31.",
        "2026년 10월 1일 ~ 10월 31일",
        "10월",
        "10월 한 달",
        "2026년 10월",
        "지난달",
        "저번 달",
        "10∼10월",
    ],
)
def test_october_is_october_however_it_is_typed(said):
    found = find(f"감사담당관-812 {said} 출장여비", TODAY)

    assert found is not None
    assert found.period == OCTOBER
    assert found.rest.split() == ["감사담당관-812", "출장여비"]


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("9월~10월", date(2026, 9, 1), date(2026, 10, 31)),
        ("9~10월", date(2026, 9, 1), date(2026, 10, 31)),
        ("11월~1월", date(2026, 11, 1), date(2027, 1, 31)),
        ("12월", date(2025, 12, 1), date(2025, 12, 31)),
        ("작년 3월", date(2025, 3, 1), date(2025, 3, 31)),
        ("12. 1.~1. 31.", date(2025, 12, 1), date(2026, 1, 31)),
        ("2025. 12. 1.~2026. 1. 31.", date(2025, 12, 1), date(2026, 1, 31)),
        ("12. 1.~2026. 1. 31.", date(2025, 12, 1), date(2026, 1, 31)),
        ("11. 20.", date(2026, 11, 20), date(2026, 11, 20)),
        ("이번 달", date(2026, 11, 1), date(2026, 11, 30)),
        ("11. 24.~11. 30.", date(2025, 11, 24), date(2025, 11, 30)),
    ],
)
def test_without_a_year_it_is_the_last_that_has_begun(said, first, last):
    assert find(said, TODAY).period == Period(first, last)


@pytest.mark.parametrize("said", ["", "가을쯤", "감사담당관-812", "출장여비 점검", "2026-812호"])
def test_no_period_is_none(said):
    assert find(said, TODAY) is None


@pytest.mark.parametrize(
    ("said", "backwards"),
    [
        ("2. 1.~2. 30.", False),
        ("13월", False),
        ("9999. 1. 1.~9999. 12. 31.", False),
        ("0001년 3월", False),
        ("2026.10.31~2026.10.1", True),
    ],
)
def test_what_can_not_be_is_said(said, backwards):
    with pytest.raises(NoSuchPeriodError) as error:
        find(said, TODAY)
    assert error.value.backwards is backwards


def test_a_period_is_whole_days_of_korea():
    assert OCTOBER.since == datetime(2026, 9, 30, 15, tzinfo=UTC)
    assert OCTOBER.until == datetime(2026, 10, 31, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "day"), [("12. 31.까지", date(2026, 12, 31)), ("1월 15일까지", date(2027, 1, 15)), ("기한 없음", None)]
)
def test_a_day_to_last_until_is_the_next_of_that_date(said, day):
    found = until(said, TODAY)

    assert (found.period.last if found else None) == day


@given(st.dates(date(2020, 1, 1), date(2026, 11, 1)), st.integers(0, 400))
def test_what_is_written_out_is_read_back(first, days):
    last = first + timedelta(days=days)
    said = f"{first.year}. {first.month}. {first.day}.~{last.year}. {last.month}. {last.day}."

    assert find(said, TODAY).period == Period(first, last)


@given(st.text("0123456789.~-/월일년 '까지부터가", max_size=40))
def test_nothing_typed_raises_anything_else(said):
    try:
        find(said, TODAY)
        until(said, TODAY)
    except NoSuchPeriodError:
        pass

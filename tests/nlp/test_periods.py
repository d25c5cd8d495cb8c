"""Stretches of days in a question."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.periods import read_period

TODAY = date(2026, 11, 23)  # a Monday


@pytest.mark.parametrize(
    ("text", "words", "first", "last"),
    [
        ("재난지원금 지난달", "재난지원금", date(2026, 10, 1), date(2026, 10, 31)),
        ("소상공인 중기부 이번 주", "소상공인 중기부", date(2026, 11, 23), date(2026, 11, 29)),
        ("이번주 소상공인", "소상공인", date(2026, 11, 23), date(2026, 11, 29)),
        ("지난주 산사태", "산사태", date(2026, 11, 16), date(2026, 11, 22)),
        ("작년 11월 예산", "예산", date(2025, 11, 1), date(2025, 11, 30)),
        ("12월 예산", "예산", date(2025, 12, 1), date(2025, 12, 31)),
        ("11월에 예산", "예산", date(2026, 11, 1), date(2026, 11, 30)),
        ("최근 3일 폭염", "폭염", date(2026, 11, 21), TODAY),
        ("최근 3일간 폭염", "폭염", date(2026, 11, 21), TODAY),
        ("지난 7일 동안 폭염", "폭염", date(2026, 11, 17), TODAY),
        ("최근 2주 폭염", "폭염", date(2026, 11, 10), TODAY),
        ("최근 한 달 폭염", "폭염", date(2026, 10, 24), TODAY),
        ("최근 6개월 폭염", "폭염", date(2026, 5, 24), TODAY),
        ("지난 1년 폭염", "폭염", date(2025, 11, 24), TODAY),
        ("10. 1.~10. 15. 축제", "축제", date(2026, 10, 1), date(2026, 10, 15)),
        ("축제 10월 1일부터 10월 15일까지", "축제", date(2026, 10, 1), date(2026, 10, 15)),
        ("축제 2025.12.20.~2026.1.5.", "축제", date(2025, 12, 20), date(2026, 1, 5)),
        ("축제 12. 20. ~ 1. 5.", "축제", date(2025, 12, 20), date(2026, 1, 5)),
        ("11. 3.(화) 회의", "회의", date(2026, 11, 3), date(2026, 11, 3)),
        ("12월 3일 회의", "회의", date(2025, 12, 3), date(2025, 12, 3)),
        ("2025년 대책", "대책", date(2025, 1, 1), date(2025, 12, 31)),
        ("2025년 3월 대책", "대책", date(2025, 3, 1), date(2025, 3, 31)),
        ("2025. 3. 대책", "대책", date(2025, 3, 1), date(2025, 3, 31)),
        ("작년 대책", "대책", date(2025, 1, 1), date(2025, 12, 31)),
        ("올해 상반기 대책", "대책", date(2026, 1, 1), date(2026, 6, 30)),
        ("3분기 대책", "대책", date(2026, 7, 1), date(2026, 9, 30)),
        ("작년 3~5월 산불", "산불", date(2025, 3, 1), date(2025, 5, 31)),
        ("어제 나온 폭염", "나온 폭염", date(2026, 11, 22), date(2026, 11, 22)),
        ("오늘", "", TODAY, TODAY),
    ],
)
def test_a_period_is_read_and_taken_out(text: str, words: str, first: date, last: date) -> None:
    found = read_period(text, TODAY)

    assert found.period is not None
    assert (found.words, found.period.first, found.period.last) == (words, first, last)


@pytest.mark.parametrize(
    "text",
    [
        '재난지원금',
        '3·1절 기념식',
        '"작년 11월" 회의',
        '13월 예산',
        '5일장',
        '코로나19',
        '2층 건물',
        '119 구급차',
        '4차 산업혁명',
        '2026년도 예산',
        '1인 가구',
        '3년생 인삼',
        '오늘의집',
        '주간보호',
        '6개월 육아휴직',
        '1년 이하 징역',
        '6.25kg',
    ],
)  # fmt: skip
def test_what_is_no_period_stays_a_word(text: str) -> None:
    assert read_period(text, TODAY).period is None
    assert read_period(text, TODAY).words == text


def test_the_29th_of_february_is_the_last_one_that_was() -> None:
    found = read_period("2월 29일", TODAY)

    assert found.period is not None
    assert found.period.first == date(2024, 2, 29)


@given(st.text(alphabet="0123456789년월일주달.~-/ 최근지난작이번상하반기분()'\"가", max_size=60))
def test_whatever_is_written_nothing_breaks(text: str) -> None:
    found = read_period(text, TODAY)

    assert found.period is None or found.period.first <= found.period.last

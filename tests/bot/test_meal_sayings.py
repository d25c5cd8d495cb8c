"""What a manager types of figures, and what is not meant as one."""

from __future__ import annotations

import re

import pytest

from bot.meal_sayings import (
    EXPECTED_SENTENCES,
    GUEST_SENTENCES,
    PAGE_SENTENCES,
    TOTAL_SENTENCES,
    Figure,
    guests,
    total,
)

TOTALS = {
    "오늘 861명": Figure("오늘", 861),
    "어제 842명": Figure("어제", 842),
    "오늘 점심 1,203명이에요": Figure("오늘", 1203),
    "오늘 총 861식": Figure("오늘", 861),
    "11월 20일 830명": Figure("11월 20일", 830),
    "11/20 식수 830": Figure("11/20", 830),
    "오늘 식수 861": Figure("오늘", 861),
    "식수 861": Figure("", 861),
    "식수는 861명": Figure("", 861),
    "오늘 861명 아니고 863명": Figure("오늘", 863),
    "오늘 861명 먹었어요": Figure("오늘", 861),
    "금요일 812명": Figure("금요일", 812),
}
GUESTS = {
    "내일 교육생 120명 추가": Figure("내일", 120, "교육생"),
    "12월 3일 민방위 80명 빠짐": Figure("12월 3일", -80, "민방위"),
    "모레 손님이 30명 더 와요": Figure("모레", 30, "손님"),
    "금요일 워크숍으로 50명 안 와요": Figure("금요일", -50, "워크숍으로"),
    "다음 주 화요일 교육생 40명 추가": Figure("다음 주 화요일", 40, "교육생"),
    "내일 출장 15명 제외": Figure("내일", -15, "출장"),
    "내일 20명 줄어요": Figure("내일", -20),
    "내일 교육생 120명": Figure("내일", 120, "교육생", sure=False),
}


@pytest.mark.parametrize("text", TOTALS)
def test_totals_are_read(text):
    assert total(text) == TOTALS[text]
    assert any(re.search(one, text) for one in TOTAL_SENTENCES)
    assert not any(re.search(one, text) for one in GUEST_SENTENCES)


@pytest.mark.parametrize("text", GUESTS)
def test_guests_are_read(text):
    assert guests(text) == GUESTS[text]
    assert any(re.search(one, text) for one in GUEST_SENTENCES)
    assert not any(re.search(one, text) for one in TOTAL_SENTENCES)


@pytest.mark.parametrize(
    "text", ["내일 몇 명?", "내일 점심 몇 명이야", "모레 몇 식", "오늘 몇 명 먹었어?", "내일 식수", "예상 식수"]
)
def test_what_is_expected_is_asked(text):
    assert any(re.search(one, text) for one in EXPECTED_SENTENCES)


@pytest.mark.parametrize(
    "text",
    [
        "지금 줄 18명", "줄 30명", "오늘 줄 18명이에요", "식당 줄 몇 명", "지금 몇 명", "오늘 소식 3건",
        "내일 13시 진주 출장", "12월 3일 12시 20분은 누구", "식수 공급 사업 공고",
        "박주무관 외 2명 동행", "내일 출장 3명 동행", "오늘 회의 5명", "구독 청년 100명", "제보 18명", "오늘 20,000원",
    ],
)  # fmt: skip
def test_other_peoples_figures_are_not_taken(text):
    for one in (*TOTAL_SENTENCES, *GUEST_SENTENCES, *EXPECTED_SENTENCES, *PAGE_SENTENCES):
        assert not re.search(one, text), one

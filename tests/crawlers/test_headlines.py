from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.headlines import bare, mark


@pytest.mark.parametrize(
    ("title", "said", "marked"),
    [
        ("[정정] 2026년 채용 공고", "2026년 채용 공고", "정정"),
        ("2026년 채용 공고(정정)", "2026년 채용 공고", "정정"),
        ("2026년 채용 정정공고", "2026년 채용 공고", "정정"),
        ("(11.23. 수정) [긴급] 안내문", "안내문", "수정"),
        ("청년 농업인 모집 공고(2차 정정)", "청년 농업인 모집 공고", "정정"),
        ("【연장】 접수 안내", "접수 안내", "연장"),
        ("[취소 안내] 설명회", "설명회", "취소"),
        ("주간 식단 - 수정", "주간 식단", "수정"),
        ("도시관리계획 결정(변경)", "도시관리계획 결정(변경)", ""),
        ("도시계획시설(도로) 결정(변경) 고시", "도시계획시설(도로) 결정(변경) 고시", ""),
        ("입찰 재공고", "입찰 재공고", ""),
        ("[재공고] 입찰", "[재공고] 입찰", ""),
        ("수정구 도로 통제", "수정구 도로 통제", ""),
        ("정정", "정정", ""),
        ("[정정]", "[정정]", ""),
        ("", "", ""),
    ],
)
def test_marks_are_taken_off_and_names_are_not(title: str, said: str, marked: str) -> None:
    assert (bare(title), mark(title)) == (said, marked)


@given(st.text(max_size=60))
def test_a_title_only_loses(title: str) -> None:
    assert len(bare(bare(title))) <= len(bare(title))


def test_a_long_title_of_brackets_takes_no_time() -> None:
    assert bare("[정정 " * 2000)
    assert bare("(" * 500 + "수정" + " " * 5000)

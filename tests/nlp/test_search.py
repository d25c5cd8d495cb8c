"""Search over documents: by words, by other words, by a question."""

from __future__ import annotations

import pytest

from nlp.embedding import load
from nlp.search import Index

DOCUMENTS = {
    "공장": ("스마트공장 보급사업", "중소벤처기업부는 제조 중소기업의 지능형 공장 구축을 지원한다."),
    "호우": ("집중호우 대비 점검", "행정안전부는 침수 우려 지역의 주민 대피 체계를 점검했다."),
    "노인": ("노인 일자리 확대", "보건복지부는 내년 노인 일자리를 늘린다."),
    "헌법": ("제1조", "대한민국의 주권은 국민에게 있고, 모든 권력은 국민으로부터 나온다."),
}


def index() -> Index:
    made = Index(load())
    for key, (title, text) in DOCUMENTS.items():
        made.add(key, text, title)
    return made


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("스마트 공장", "공장"),
        ("중기부 제조업 지원", "공장"),
        ("폭우 피해", "호우"),
        ("어르신 일자리", "노인"),
        ("주권은 누구에게 있는가?", "헌법"),
    ],
)
def test_the_right_document_comes_first(query: str, first: str) -> None:
    found = index().search(query, 3)

    assert found[0][0] == first
    assert all(0 < score <= 1 for _, score in found)
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)


def test_a_document_added_again_is_found_as_it_is_now() -> None:
    made = index()
    made.search("스마트공장")

    made.add("공장", "가을 축제를 연다.", "축제 안내")

    assert len(made) == 4
    assert made.search("축제", 1)[0][0] == "공장"
    assert "공장" not in [key for key, score in made.search("스마트공장") if score > 0.3]


def test_k_bounds_the_answer_and_nothing_gives_nothing() -> None:
    assert len(index().search("지원 점검 확대 국민", 2)) == 2
    assert index().search("", 5) == []
    assert index().search("공장", 0) == []
    assert Index(load()).search("공장") == []

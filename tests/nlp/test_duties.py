"""A pasted list of duties gives its topics, and only a list of duties is one."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.duties import MAX_TOPICS, is_list, read


@pytest.mark.parametrize(
    ("text", "department", "topics"),
    [
        (
            "농업기술과: 스마트팜 보급, 농기계 임대, 귀농귀촌 교육",
            "농업기술과",
            ("스마트팜", "농기계 임대", "귀농귀촌"),
        ),
        ("자연재난과: 풍수해·폭염 대응", "자연재난과", ("풍수해", "폭염")),
        ("재난과: 재난 예·경보 시설 운영", "재난과", ("재난 예·경보 시설",)),
        ("노인복지과: 치매 관리 및 독거노인 돌봄", "노인복지과", ("치매", "독거노인 돌봄")),
        ("담당업무\n1. 스마트팜 보급에 관한 사항\n가. 과내 서무\n○ 급식 지원", "", ("스마트팜", "급식")),
        ("담당 업무: 로컬푸드 직매장과 학교급식 지원을 담당합니다.", "", ("로컬푸드 직매장", "학교급식")),
        ("교통과: 버스 운영 (055-123-4567)", "교통과", ("버스",)),
    ],
)
def test_duties_are_read_as_topics(text, department, topics):
    found = read(text)

    assert (found.department, found.topics) == (department, topics)
    assert is_list(text)


@pytest.mark.parametrize("text", ["재난안전", "중기부 지원사업, 창업", '"스마트 그린산단" 공모', "축구 12:30", ""])
def test_a_keyword_is_no_list_of_duties(text):
    assert not is_list(text)


@given(st.text(max_size=300))
def test_whatever_is_pasted_gives_few_short_topics(text):
    topics = read(text).topics

    assert len(topics) <= MAX_TOPICS
    assert all(2 <= len(topic) <= 60 for topic in topics)


@pytest.mark.parametrize(
    "piece", ["가", " ", "· ", "및 ", "1. ", "(", "A과:", "에 관한 ", "합니다 ", "과 ", "ㄱ과 ", "[", "등 "]
)
def test_no_repetition_makes_reading_slow(piece):
    begin = time.process_time()
    read(piece * 100_000)
    is_list(piece * 100_000)

    assert time.process_time() - begin < 20  # quadratic ones take minutes

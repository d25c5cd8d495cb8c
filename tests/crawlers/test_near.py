from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.near import Sketch, agree, alike, bands, figures, pack, same, sketch, unpack
from tests.bench.bench_near import REWORDINGS, differing, documents

DAY = date(2026, 11, 23)


def drawn(title: str, text: str, key: str = "a/1", day: date = DAY) -> Sketch:
    made = sketch(key, title, text, day)
    assert made is not None
    return made


@pytest.mark.parametrize("what", REWORDINGS)
def test_a_reworded_copy_is_found(what: str) -> None:
    pairs = [(drawn(*one), drawn(*REWORDINGS[what](one))) for one in documents() if sketch("k", *one, DAY)][::3]

    found = [same(*pair) and bool(set(bands(pair[0])) & set(bands(pair[1]))) for pair in pairs]

    assert sum(found) >= (0.75 if what == "one sentence changed" else 0.95) * len(found)


def test_forms_filled_in_differently_are_never_the_same() -> None:
    pairs = differing(random.Random(11))

    merged = [name for name, one, other in pairs if same(drawn(*one), drawn(*other, key="b/1"))]

    assert len(pairs) > 300
    assert merged == []


def test_different_documents_share_hardly_a_band() -> None:
    made = [one for title, text in documents() if (one := sketch("k", title, text, DAY))]
    pairs = [(one, other) for number, one in enumerate(made) for other in made[:number]]

    assert not [pair for pair in pairs if same(*pair)]
    assert sum(bool(set(bands(one)) & set(bands(other))) for one, other in pairs) < 0.02 * len(pairs)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("신청은 12월 5일까지 받는다.", "신청은 12월 6일까지 받는다."),
        ("지원금은 3억 원이다.", "지원금은 5억 원이다."),
        ("행사는 창원시에서 열린다.", "행사는 김해시에서 열린다."),
        ("김철수 과장이 설명한다.", "박영희 과장이 설명한다."),
        ("공고 11명, 예비 11명을 뽑는다.", "공고 11명, 예비 12명을 뽑는다."),
        ("주최는 ABC 재단이다.", "주최는 XYZ 재단이다."),
    ],
)
@pytest.mark.parametrize("times", [1, 4])
def test_one_telling_word_keeps_two_documents_apart(one: str, other: str, times: int) -> None:
    body = "\n".join(text for _, text in documents()[:times])
    left, right = drawn("공고", f"{body}\n{one}"), drawn("공고", f"{body}\n{other}", "b/1")

    assert alike(left, right) > 0.8
    assert not agree(left, right)


def test_weeks_apart_is_another_document() -> None:
    title, text = documents()[0]

    assert same(drawn(title, text), drawn(title, text, day=DAY + timedelta(days=30)))
    assert not same(drawn(title, text), drawn(title, text, day=DAY + timedelta(days=31)))


def test_a_text_that_says_little_has_no_sketch() -> None:
    assert sketch("a/1", "제목", "자세한 내용은 붙임을 참고하시기 바랍니다.", DAY) is None


def test_figures_are_told_with_what_they_count_and_without_telephones() -> None:
    assert figures("기한 12월 5일, 문의 055-123-4567, 조회수 31") == {"12월#1", "5일#1"}
    assert figures("12월 5일") == figures("12  월 05일 ☎ (02) 123-4567")


@given(st.text(min_size=150, max_size=900), st.text(max_size=40), st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_a_sketch_comes_back_from_its_bytes(text: str, title: str, day: date) -> None:
    made = sketch("가/1", title, text + "가나다라마" * 30, day)
    assert made is not None

    back = unpack(pack(made))

    assert (back.key, back.day, back.letters) == (made.key, made.day, made.letters)
    assert alike(made, back) == 1.0
    assert bands(back) == bands(made)
    assert pack(back) == pack(made)

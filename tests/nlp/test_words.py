"""Words without an analyser: what finds what, and what must not."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.words import evidence, normalise, occurs, query_terms, query_words, quoted, similar, terms


def finds(keyword: str, text: str) -> bool:
    """Whether all terms of the keyword stand in the text."""
    return bool(np.isin(query_terms(query_words(keyword)), terms(text).ids).all())


@pytest.mark.parametrize(
    ("keyword", "text"),
    [
        ("재난", "중앙재난안전대책본부는"),
        ("안전", "중앙재난안전대책본부는"),
        ("재정", "지방재정을 확충한다"),
        ("스마트공장", "스마트공장을 보급한다"),
        ("쌀", "쌀값이 올랐다"),
        ("ai", "생성형 AI로"),
        ("r&d", "Ｒ＆Ｄ 예산"),
        ("창업을", "창업 지원"),
        ("5g", "5G 특화망"),
    ],
)
def test_a_keyword_finds_its_compounds_and_forms(keyword: str, text: str) -> None:
    assert finds(keyword, text)


@pytest.mark.parametrize(
    ("keyword", "text"), [("제주", "경제주체가"), ("책본", "대책본부"), ("ai", "said"), ("쌀", "쌀쌀하고 추운 날")]
)
def test_a_short_keyword_is_not_found_across_a_seam(keyword: str, text: str) -> None:
    assert not finds(keyword, text) or not occurs(normalise(text), keyword)


def test_decomposed_full_width_and_spaced_text_has_one_normal_form() -> None:
    decomposed = unicodedata.normalize("NFD", "재난 안전")

    assert normalise(f"  {decomposed}\u200b \n ＡＩ &#039;26 ") == "재난 안전 ai '26"


@given(st.text(max_size=300))
def test_normal_form_is_stable_and_any_text_has_terms(text: str) -> None:
    flat = normalise(text)

    bag = terms(text)

    assert normalise(flat.replace("&", " ")) == " ".join(flat.replace("&", " ").split())
    assert (np.diff(bag.ids.astype(np.int64)) > 0).all()
    assert (bag.counts > 0).all()


def test_a_huge_text_costs_no_more_than_its_first_part() -> None:
    assert len(normalise("재난안전 " * 1_000_000)) <= 20_000


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("스마트공장", ("스마트", "공장")),
        ("재난안전", ("재난", "안전")),
        ("산업재해", ()),
        ("홈플러스", ()),
        ("제주", ()),
    ],
)
def test_evidence_is_the_word_or_its_parts_at_even_seams(words: str, shown: tuple[str, ...]) -> None:
    flat = normalise("스마트 공장의 재난 대비 안전 점검, 농업재해와 경제주체, 케이푸드 플러스")

    assert evidence(flat, query_words(words)) == shown


def test_quoted_phrases_are_read_from_any_quotation_marks() -> None:
    assert quoted('"스마트 공장" 과 “탄소중립” 「가명정보」') == ("스마트 공장", "탄소중립", "가명정보")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("구둑", "구독"),
        ("구도", "구독"),
        ("목룍", "목록"),
        ("브리핑해", "브리핑"),
        ("식당?", "식당"),
        ("안녕하세요", None),
        ("", None),
    ],
)
def test_a_typo_is_near_the_command_it_was_meant_for(typed: str, meant: str | None) -> None:
    assert similar(typed, ["구독", "해지", "목록", "브리핑", "식당", "출장", "도움말"]) == meant

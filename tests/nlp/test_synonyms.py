"""The table of synonyms: well formed, precise, bounded, and it knows the words of an office."""

from __future__ import annotations

from collections import Counter, defaultdict
from graphlib import TopologicalSorter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.synonyms import TABLE, Synonyms, built_in, key
from nlp.words import query_words, split

Group = tuple[str, tuple[str, ...]]

IN_TWO_GROUPS = {
    "기획재정부",  # was split in January 2026
    "기재부",
}
GENERAL = """
지원 사업 계획 운영 정책 대책 관리 추진 강화 확대 개선 개최 실시 점검 조사 평가 교육 안전 예방 홍보 행사 회의 보고
발표 설명 안내 신청 접수 모집 선정 결과 현황 통계 자료 정보 데이터 기술 산업 경제 사회 문화 환경 기관 기업 단체
협회 센터 위원회 본부 공단 공사 협의회 지역 지방 정부 국가 국민 주민 시민 시도 서울 경기 세종 대구 대전 광주 사고
수도 전기 배 감사 시설 서비스 제도 법률 규정 기준 예산 재정 협력 상담 활동 참여 개발 조성 구축 설치 제공 방안 체계
대상 현장 분야 과제 성과 혁신 미래 글로벌 디지털 스마트 종합 특별 통합 일반 공공 민간
"""


@pytest.fixture(scope="module")
def groups() -> list[Group]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(kind, tuple(terms)) for kind, *terms in rows]


def looked_for(group: Group) -> tuple[str, ...]:
    """The terms of a group that are searched for when another is asked."""
    kind, terms = group
    return terms if kind == "=" else terms[1:]


def test_every_line_is_a_comment_or_a_relation_of_two_terms_or_more(groups: list[Group]) -> None:
    assert {kind for kind, _ in groups} == {"=", ">"}
    assert [terms for _, terms in groups if len(terms) < 2] == []
    assert [terms for _, terms in groups if any(term != term.strip() or not key(term) for term in terms)] == []


def test_the_table_has_two_thousand_lines_under_headings(groups: list[Group]) -> None:
    headings = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("# ")]

    assert len(groups) >= 2_000
    assert len(headings) >= 30


def test_no_line_is_written_twice(groups: list[Group]) -> None:
    known = Counter((kind, frozenset(map(key, terms))) for kind, terms in groups)

    assert [group for group, count in known.items() if count > 1] == []


def test_no_group_repeats_a_term_in_another_spacing(groups: list[Group]) -> None:
    assert [terms for _, terms in groups if len(set(map(key, terms))) < len(terms)] == []


def test_no_group_lies_inside_another(groups: list[Group]) -> None:
    sets = [frozenset(map(key, terms)) for kind, terms in groups if kind == "="]
    holding: dict[str, list[frozenset[str]]] = defaultdict(list)
    for one in sets:
        for term in one:
            holding[term].append(one)

    assert [set(a) for many in holding.values() for a, b in combinations(many, 2) if a <= b or b <= a] == []


def test_a_term_is_in_one_group_unless_history_split_it(groups: list[Group]) -> None:
    known = Counter(key(term) for kind, terms in groups if kind == "=" for term in terms)

    assert {term for term, count in known.items() if count > 1} == IN_TWO_GROUPS


def test_what_is_equal_is_not_called_narrower_too(groups: list[Group]) -> None:
    equal = {frozenset((key(a), key(b))) for kind, terms in groups if kind == "=" for a, b in combinations(terms, 2)}
    narrower = [(terms[0], other) for kind, terms in groups if kind == ">" for other in terms[1:]]

    assert [pair for pair in narrower if frozenset(map(key, pair)) in equal] == []


def test_a_broad_word_heads_one_line(groups: list[Group]) -> None:
    heads = Counter(key(terms[0]) for kind, terms in groups if kind == ">")

    assert [head for head, count in heads.items() if count > 1] == []


def test_narrower_words_lead_in_no_circle(groups: list[Group]) -> None:
    graph = {key(terms[0]): {key(term) for term in terms[1:]} for kind, terms in groups if kind == ">"}

    assert list(TopologicalSorter(graph).static_order())  # raises CycleError


def test_no_searched_term_has_a_word_of_one_syllable_or_letter(groups: list[Group]) -> None:
    """One syllable ("쌀", "굴") or letter ("K") stands in any text; a number says nothing alone but harms nothing."""
    lone = [
        term for group in groups for term in looked_for(group) for w in split(term) if len(w) == 1 and not w.isdigit()
    ]

    assert lone == []


def test_no_searched_term_is_over_general(groups: list[Group]) -> None:
    assert [term for group in groups for term in looked_for(group) if term in GENERAL.split()] == []


def test_no_short_searched_term_loses_its_last_syllable_as_a_particle(groups: list[Group]) -> None:
    """ "전공의" is read as 전공 + 의, and would find every 전공."""
    cut = [t for group in groups for t in looked_for(group) if len(key(t)) <= 3 and query_words(t) != split(t)]

    assert cut == []


def test_no_term_is_asked_or_said_in_more_than_ten_words(groups: list[Group]) -> None:
    assert [term for _, terms in groups for term in terms if len(split(term)) > 10] == []


def test_a_term_has_at_most_twelve_other_names(groups: list[Group]) -> None:
    table = built_in()

    assert [term for _, terms in groups for term in terms if len(table.of(term)) > 12] == []
    assert [term for _, terms in groups for term in terms if len(table.expand(f"{term} {term}")) > 12] == []


def test_every_term_of_an_equal_group_finds_all_the_others(groups: list[Group]) -> None:
    table = built_in()
    missed = [
        (a, b)
        for kind, terms in groups
        if kind == "="
        for a in terms
        for b in terms
        if a != b and key(b) not in map(key, table.of(a))
    ]

    assert missed == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("중기부 공고", "중소벤처기업부 공고"),
        ("환경부", "기후에너지환경부"),
        ("통계청", "국가데이터처"),
        ("특허청", "지식재산처"),
        ("기재부", "재정경제부"),
        ("기재부", "기획예산처"),
        ("경남", "경상남도"),
        ("창원특례시", "창원시"),
        ("소진공", "소상공인시장진흥공단"),
        ("코레일", "한국철도공사"),
        ("김영란법", "청탁금지법"),
        ("중처법", "중대재해처벌법"),
        ("국가를 당사자로 하는 계약에 관한 법률", "국가계약법"),
        ("어르신 일자리", "노인 일자리"),
        ("폭우", "호우"),
        ("찜통더위", "폭염"),
        ("애완동물", "반려동물"),
        ("R&D 예산", "연구개발 예산"),
        ("ODA", "공적개발원조"),
        ("SOC", "사회기반시설"),
        ("MOU", "업무협약"),
        ("알바", "아르바이트"),
        ("탈북민", "북향민"),
        ("재난", "산사태"),
        ("방산", "방위산업"),
    ],
)
def test_a_keyword_is_also_said_in_other_words(asked: str, found: str) -> None:
    assert found.lower() in [other.text for other in built_in().expand(asked)]


@pytest.mark.parametrize(
    ("asked", "other"),
    [
        ("교육", "보육"),
        ("대책", "정책"),
        ("산사태", "재난"),
        ("방위산업", "방산"),
        ("사증 아닌 것", "소비자"),
        ("수은", "한국수출입은행"),
        ("성주군", "경북"),
        ("규제샌드박스", "규제완화"),
    ],
)
def test_neighbours_and_homographs_are_not_exchanged(asked: str, other: str) -> None:
    assert other not in [one.instead for one in built_in().expand(asked, limit=50)]


@pytest.mark.parametrize("asked", ["스마트공장", "스마트 공장", "스마트·공장", "스마트-공장을"])
def test_spaces_dots_and_particles_do_not_hide_a_term(asked: str) -> None:
    assert "지능형공장" in [other.text for other in built_in().expand(asked)]


def test_a_term_with_digits_or_signs_is_known() -> None:
    table = Synonyms(["=\t2차전지\t이차전지", ">\tM.AX\t제조 AX"])

    assert [other.text for other in table.expand("2차전지 공장")] == ["이차전지 공장"]
    assert [(other.text, other.narrower) for other in table.expand("M.AX")] == [("제조 ax", True)]


def test_each_word_is_said_otherwise_before_any_is_said_a_third_way() -> None:
    table = Synonyms(["=\t가가\t나나\t다다", "=\t라라\t마마\t바바"])

    assert [other.text for other in table.expand("가가 라라", limit=3)] == ["나나 라라", "가가 마마", "다다 라라"]


def test_what_is_equal_to_a_broad_word_finds_the_narrower_ones_too() -> None:
    table = Synonyms([">\t호우\t침수\t장마", "=\t폭우\t호우"])

    assert [(one.text, one.narrower) for one in table.expand("폭우")] == [
        ("호우", False),
        ("침수", True),
        ("장마", True),
    ]
    assert table.of("침수") == ()


def test_the_longest_term_wins() -> None:
    table = Synonyms(["=\t재난\t재해", "=\t재난 안전\t방재"])

    assert [other.text for other in table.expand("재난 안전 교육")] == ["방재 교육"]


@given(st.text(max_size=80))
def test_any_text_is_expanded_within_bounds(text: str) -> None:
    assert len(built_in().expand(text)) <= 10

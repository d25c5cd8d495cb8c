"""Three sentences of the source, never a word more; cut where a reader of administrative prose would cut."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.sentences import sentences
from nlp.summary import summarise
from tests.bench.bench_summary import chosen, coverage, first_three, overlap, picked, text_rank

PUBLISHED = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)

NOTICE = """경상남도는 23일 2027년 스마트공장 보급사업에 참여할 기업을 모집한다고 밝혔다.
□ 사업 개요
 ○ (목적) 도내 제조업의 생산성 향상과 디지털 전환 지원
 ○ 지원대상: 도내 제조 중소기업 30개사
 ○ 지원금액: 기업당 최대 5,000만 원(국비 50%, 도비 20%)
 ○ 접수기간: 2026. 11. 23.(월) ~ 12. 11.(금) 18:00
□ 그간의 경과
 - 2020년부터 612개사를 지원했다.
| 연도 | 2024 | 2025 |
| 개사 | 120 | 132 |
도 관계자는 “많은 참여를 바란다. 내년에는 더 늘리겠다.”라고 말했다.
자세한 내용은 붙임을 참고하시기 바랍니다.
문의: 산업정책과 055-000-0000"""


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        (
            "가. 제출기한: 2026. 12. 1.(화)까지\n나. 제출서류: 신청서 1부",
            ["가. 제출기한: 2026. 12. 1.(화)까지", "나. 제출서류: 신청서 1부"],
        ),
        ("1) 총사업비는 3.5억 원이다. 2차는 없다.", ["1) 총사업비는 3.5억 원이다.", "2차는 없다."]),
        (
            '시장은 "늘리겠다. 곧 알리겠다."라고 말했다. 끝.',
            ['시장은 "늘리겠다. 곧 알리겠다."라고 말했다.', "끝."],
        ),
        (
            "도는 “함께하겠다. 꼭 오라.”며 웃었다. 행사는 2026. 11. 23. 열린다.",
            ["도는 “함께하겠다. 꼭 오라.”며 웃었다.", "행사는 2026. 11. 23. 열린다."],
        ),
        ("끝없는 “인용이 닫히지 않는다. 다음 문장이다.", ["끝없는 “인용이 닫히지 않는다.", "다음 문장이다."]),
        ("기간은 2026. 11. 23. - 12. 4.이다.\n - 대상: 누구나", ["기간은 2026. 11. 23. - 12. 4.이다.", "대상: 누구나"]),
        ("□ 개요 ○ 기간 ㅇ 방법", ["개요", "기간", "방법"]),
        ("| 구분 | 3.5억. 둘 |", ["| 구분 | 3.5억. 둘 |"]),
    ],
)
def test_sentences_are_cut_where_a_reader_would(text: str, cut: list[str]) -> None:
    assert sentences(text) == cut


def test_a_notice_in_three_sentences_with_their_places() -> None:
    told = summarise("2027년 스마트공장 참여기업 모집", NOTICE, PUBLISHED)

    assert [one.text for one in told] == [
        "경상남도는 23일 2027년 스마트공장 보급사업에 참여할 기업을 모집한다고 밝혔다.",
        "지원대상: 도내 제조 중소기업 30개사",
        "접수기간: 2026. 11. 23.(월) ~ 12. 11.(금) 18:00",
    ]
    whole = sentences(NOTICE)
    assert all(whole[one.place - 1] == one.text and one.of == len(whole) for one in told)


def test_a_text_with_nothing_to_say_has_no_summary() -> None:
    assert (
        summarise("제목입니다 길게", "제목입니다 길게\n붙임: 서식 1부. 끝.\n문의: 총무과 055-000-0000", PUBLISHED) == []
    )
    assert summarise("", "", PUBLISHED) == []


def test_the_title_again_is_no_summary() -> None:
    told = summarise(
        "도, 겨울철 대설 대비 점검 실시",
        "도, 겨울철 대설 대비 점검 실시\n도는 제설 자재를 점검했다고 밝혔다.",
        PUBLISHED,
    )

    assert [one.text for one in told] == ["도는 제설 자재를 점검했다고 밝혔다."]


@given(st.text(alphabet="가나다라마 12.,()“”\"'|□○-~월일까지신청원\n", max_size=600), st.integers(1, 5))
def test_never_a_sentence_that_is_not_in_the_source(text: str, count: int) -> None:
    told = summarise("제목", text, PUBLISHED, count)

    flat = " ".join(text.split())
    assert len(told) <= count
    assert [one.place for one in told] == sorted({one.place for one in told})
    assert all(one.text in flat for one in told)


@given(st.text(max_size=3_000))
def test_any_text_is_summarised_without_error(text: str) -> None:
    assert len(summarise(text[:50], text, PUBLISHED)) <= 3


def test_a_summary_holds_more_of_the_labelled_facts_than_the_first_three_sentences() -> None:
    ours, lead = coverage()

    assert ours.share >= 0.7
    assert ours.share >= lead.share + 0.1


def test_a_huge_text_costs_bounded_work() -> None:
    assert len(summarise("제목", "도는 사업을 추진한다고 밝혔다. " * 100_000, PUBLISHED)) == 3


def test_a_summary_has_more_of_what_a_reader_picked_than_the_first_three_or_a_plain_rank() -> None:
    releases = picked()

    assert len(releases) >= 40
    assert overlap(chosen, releases) >= 0.8
    assert overlap(chosen, releases) >= max(overlap(first_three, releases), overlap(text_rank, releases)) + 0.15


RELEASE = """보도자료
보도시점 2026. 11. 23.(월) 12:00 이후
과학기술정보통신부 보도자료
담당 부서 | 기술정책과 | 책임자 | 과장 | ○○○ (044-000-0000)
반도체 실증단지 첫 삽
- 2028년까지 450억 원 투입 -
과학기술정보통신부는 23일 실증단지 착공식을 열었다고 밝혔다.
총 450억 원이 들어가는 단지는 2028년 12월 완공된다.
단지에는 시험 장비 32종이 갖춰진다.
○○○ 장관은 “국산 반도체가 현장에서 검증될 기회를 넓히겠다”며 “끝까지 돕겠다”고 밝혔다.
○○○ 장관은 "끝까지 돕겠다"라고 강조했다.
<사진 1> 착공식 모습
▲ 실증단지 조감도(사진: 과학기술정보통신부 제공)
| 구분 | 2026 | 2027 |
| 예산 | 150억 원 | 300억 원 |
자세한 내용은 첨부파일을 참고하시기 바랍니다.
붙임 1. 사업 개요 1부. 끝.
문의: 기술정책과 044-000-0000"""


def test_mastheads_captions_quotations_tables_and_contacts_are_no_summary() -> None:
    told = summarise("반도체 실증단지 첫 삽", RELEASE, PUBLISHED)

    assert [one.text for one in told] == [
        "과학기술정보통신부는 23일 실증단지 착공식을 열었다고 밝혔다.",
        "총 450억 원이 들어가는 단지는 2028년 12월 완공된다.",
        "단지에는 시험 장비 32종이 갖춰진다.",
    ]

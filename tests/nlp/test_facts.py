"""By when, who, how much: in the many forms offices write it, and never where nothing is to be handed in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.dates import KST, find_dates
from nlp.facts import amounts, contacts, deadline, deadlines, laws, targets
from nlp.sentences import excerpt, key_sentence, sentences
from tests.bench.bench_facts import FACTS, labelled

PUBLISHED = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)  # a Monday


def kst(month: int, day: int, hour: int = 0, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=KST)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("신청은 2026. 12. 4.(금) 18:00까지 누리집에서 하면 된다.", kst(12, 4, 18)),
        ("접수기간: 2026. 11. 23.(월) ~ 12. 11.(금)", date(2026, 12, 11)),
        ("□ 신청기간\n ○ 2026.11.23. ~ 12.11. 18:00", kst(12, 11, 18)),
        ("시·군은 12월 4일까지 수요조사서를 제출해야 한다.", date(2026, 12, 4)),
        ("692만 사업자, 12월 28일(월)까지 부가가치세 확정신고 하세요", date(2026, 12, 28)),
        ("7월 9일 오후 2시부터 7월 15일 오후 2시까지 병무청 누리집에서 접수한다", kst(7, 15, 14, year=2027)),
        ("지정지원 사업 첫 공모 실시 (~12.21.)", date(2026, 12, 21)),
        ("모집은 오는 30일까지다.", date(2026, 11, 30)),
        ("의견은 내달 5일까지 제출하여야 한다", date(2026, 12, 5)),
        ("참여를 원하는 기업은 ’26.12.5.까지 신청하면 된다.", date(2026, 12, 5)),
        ("1. 15.까지 응모", date(2027, 1, 15)),
        ("접수 11. 23. ~ 30.", date(2026, 11, 30)),
        ("공고했으며 12월 24일(목)까지 접수한다고 밝혔다.", date(2026, 12, 24)),
        ("마감: 2026-12-05 정오", kst(12, 5, 12)),
        ("접수 12.1(화)~12.9(수)", date(2026, 12, 9)),
        ("제출기한은 2026년 12월 5일(토) 24:00까지", kst(12, 6)),
        ("공모 접수는 11월 23일 오전 9시부터 오후 6시까지", kst(11, 23, 18)),
        ("국민 제안을 11월 25일(수)부터 12월 24일(목)까지 접수한다", date(2026, 12, 24)),
        ("회신기한 12/4(금)까지", date(2026, 12, 4)),
        ("점검 결과를 붙임 서식에 작성하여 12월 4일 18시까지 보고한다.", kst(12, 4, 18)),
        ("희망자를 12. 4.(금)까지 통보하여 주시기 바랍니다.", date(2026, 12, 4)),
        ("시·군은 11.25.(수) 18:00까지 시스템에 입력한다", kst(11, 25, 18)),
        ("11.30.(월)한 기획담당관실로 제출 바람", date(2026, 11, 30)),
        ("신청: 11. 2. ~ 11. 30.", date(2026, 11, 30)),
        ("신청: 2026. 11. 30. - 12. 11. (2주간)", date(2026, 12, 11)),
        ("| 접수기간 | 2026.11.2.~11.30. |", date(2026, 11, 30)),
        ("| 구분 | 접수기간 | 결과발표 |\n| 1차 | 12.1.~12.9. | ~12.20. |", date(2026, 12, 9)),
        ("의견은 공고일부터 14일 이내에 제출", date(2026, 12, 7)),
        ("공고일: 2026. 11. 20.\n의견제출: 공고일부터 14일 이내", date(2026, 12, 4)),
        ("시행일부터 30일 이내에 신고하여야 한다. 개정령은 2027. 1. 1.부터 시행된다.", date(2027, 1, 30)),
        ("2차 신청이 12월 4일(금) 오후 6시에 마감된다.", kst(12, 4, 18)),
        ("30일까지 신청", date(2026, 11, 30)),
        ("명부를 금주 27일(금)까지 결재 완료 요망", date(2026, 11, 27)),
        ("12월 2일(수) 17시 이전에 보고하여 주시기 바랍니다.", kst(12, 2, 17)),
        ("2026년 12월 9일 수요일 오후 5시까지 도착분에 한함", kst(12, 9, 17)),
        ("개정안을 11월 23일부터 12월 23일까지 입법예고하고, 이 기간에 의견을 받는다.", date(2026, 12, 23)),
        ("접수: 12. 7.(월) ~ 12. 11.(금) 09:00~18:00", kst(12, 11, 18)),
        ("주말농장 분양 신청하세요(~12/4)", date(2026, 12, 4)),
        ("목록을 12월 16일(수)까지 기록관으로 인계 바랍니다.", date(2026, 12, 16)),
        ("공모: 12.1-12.9일 접수", date(2026, 12, 9)),
    ],
)
def test_a_deadline_is_found_with_its_sentence(text: str, at: date | datetime) -> None:
    found = deadline(text, PUBLISHED)

    assert found is not None
    assert found.at == at
    assert found.sentence.replace(" ", "") in text.replace("\n ○", "").replace("□", "").replace(" ", "")


@pytest.mark.parametrize(
    "text",
    [
        "전시는 12월 1일부터 20일까지 열리며 사전 신청이 필요하다.",
        "2030년까지 신청 대상을 확대한다.",
        "10월 30일까지 3,540만 명이 신청했다.",
        "신청·지급 마감 결과(11. 20. 18시 기준)",
        "공사는 2026년 12월 31일까지 완료할 계획이다.",
        "임기는 2026. 12. 1.부터 2028. 11. 30.까지다.",
        "행사는 12월 5일 오후 2시에 개최한다.",
        "12. 5.(월)까지 신청",  # the fifth is a Saturday: a slip somewhere, so nothing is claimed
        "2월 30일까지 신청",
        "11월 3일부터 신청을 받고 있다.",
        "시설공사 주간('26.11.23.~'26.11.27.) 입찰 동향",
        "예산은 12. 5억 원이며 신청은 누리집에서 한다.",
        "신청서 접수 후 결과 발표: ~ 12. 24.",
        "최종보고서는 지난 10월 30일까지 제출받아 검토 중이다.",
        "평가 결과는 12월 11일까지 통보할 예정이다.",
        "도서관은 12월 14일까지 휴관하오니 양해 바랍니다.",
        "행사는 12월 12일까지 열리니 많은 관람 바랍니다.",
        "○ 심사 12.21.~12.30., 발표 2027. 1. 8.까지",
        "보고회 개최: 2026. 12. 9.(수) 15:00",
        "사업계획은 12월 4일 한 차례 더 제출된 바 있다.",
        "신청인에게는 30일까지 휴가를 준다.",
        "개정 법률은 시행일부터 30일 이내에 신고하도록 한다.",  # nobody says when it takes effect
        "",
    ],
)
def test_what_is_no_deadline_is_not_made_one(text: str) -> None:
    assert deadline(text, PUBLISHED) is None


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("시·군은 12월 4일까지 수요조사서를 제출해야 한다.", "시·군"),
        ("참여를 원하는 기업은 12월 5일까지 신청하면 된다.", "참여를 원하는 기업"),
        ("692만 사업자, 12월 28일(월)까지 부가가치세 확정신고 하세요", "692만 사업자"),
        ("의견은 12월 5일까지 제출하여야 한다", None),
        ("중기부는 12월 5일까지 신청을 접수한다.", None),
        ("12월 5일까지 제출 바랍니다.", None),
    ],
)
def test_who_must_act_is_told_only_where_it_is_said(text: str, who: str | None) -> None:
    found = deadline(text, PUBLISHED)

    assert found is not None
    assert found.who == who


def test_a_deadline_that_was_over_on_publication_is_not_told() -> None:
    text = "1차 신청은 11월 3일까지 받는다.\n2차 신청은 12월 11일까지 받는다."

    found = deadline(text, PUBLISHED)

    assert found is not None
    assert found.at == date(2026, 12, 11)
    assert len(deadlines(text, PUBLISHED)) == 2


def test_a_label_is_plainer_than_a_passing_word() -> None:
    text = "추천은 11월 30일까지 가능하다.\n□ 접수기간: 11. 23. ~ 12. 11."

    found = deadline(text, PUBLISHED)

    assert found is not None
    assert found.at == date(2026, 12, 11)


@given(
    st.dates(date(2026, 9, 1), date(2027, 7, 31)),
    st.sampled_from(["{m}월 {d}일", "{y}. {m}. {d}.", "{m}. {d}.", "{y}-{m:02}-{d:02}"]),
)
def test_any_day_of_the_coming_months_is_read_as_itself(day: date, shape: str) -> None:
    written = shape.format(y=day.year, m=day.month, d=day.day)

    found = find_dates(f"접수는 {written}까지", PUBLISHED.astimezone(KST).date())

    assert [one.at for one in found] == [day]


@given(st.text(alphabet="0123456789.~월일년-/()금까지 신청접수'오후시", max_size=60))
def test_whatever_stands_in_the_text_no_date_comes_from_outside_it(text: str) -> None:
    for one in find_dates(text, PUBLISHED.date()):
        written = text[one.start : one.end]
        assert str(one.day.day) in written or isinstance(one.at, datetime)
        assert abs(one.day - PUBLISHED.date()) < timedelta(days=40_000)


@given(st.text(max_size=2_000))
def test_any_text_is_read_without_error(text: str) -> None:
    for one in deadlines(text, PUBLISHED):
        assert one.sentence
    assert all(one.won >= 0 for one in amounts(text))


def test_a_long_run_of_digits_takes_no_long_time() -> None:
    assert amounts("1,234 " * 3_000) == []
    assert amounts("1" * 19_000) == []
    assert amounts("1천여" * 5_000) == []
    assert deadlines("12. " * 5_000 + "까지 신청", PUBLISHED) == []


@pytest.mark.parametrize(
    ("text", "won"),
    [
        ("총사업비 1조 4,131억원을 투입한다.", [1_413_100_000_000]),
        ("월 170만원을 지원한다.", [1_700_000]),
        ("과징금 24억 2천여만 원 부과", [2_420_000_000]),
        ("904억 원 규모, 1인당 2만 5,000원", [90_400_000_000, 25_000]),
        ("1.5억 원 이내", [150_000_000]),
        ("3원칙과 5원장", []),
        ("지원 인원 120명", []),
    ],
)
def test_sums_are_read_in_won(text: str, won: list[int]) -> None:
    assert [one.won for one in amounts(text)] == won


def test_sums_in_a_tables_unit_are_won_until_the_table_ends() -> None:
    rows = "시군 | 계 | 국비\n창원시 | 12,500 | 10,000\n2026 | 2027\n문의는 12,500명이 했다.\n가 | 7"
    text = f"시군별 배정액 (단위: 천원)\n{rows}"

    assert [(one.won, one.sentence) for one in amounts(text)] == [
        (12_500_000, "창원시 | 12,500 | 10,000"),
        (10_000_000, "창원시 | 12,500 | 10,000"),
    ]


def test_a_columns_unit_holds_for_its_figures_only() -> None:
    text = "| 사업명 | 개소 | 지원한도(만원) |\n| 경로당 | 12 | 9,000 |"

    assert [(one.won, one.text) for one in amounts(text)] == [(90_000_000, "9,000만원")]


def test_whom_for_whom_and_by_which_law_are_told_as_written() -> None:
    text = """1. 지원대상: 도내 제조 중소기업(본사 기준)
「국토의 계획 및 이용에 관한 법률」 제28조 및 같은 법 시행령 제22조에 따라 공고합니다. 산업 법률 제20311호
점검대상: 다중이용시설 12개소
문의: 산업정책과 055-000-0101, 1588-0000 / 개인 010-1234-5678"""

    assert [one.text for one in targets(text)] == ["도내 제조 중소기업(본사 기준)"]
    assert [one.text for one in contacts(text)] == ["산업정책과 055-000-0101", "1588-0000"]
    assert [one.text for one in laws(text)] == [
        "국토의 계획 및 이용에 관한 법률 제28조",
        "국토의 계획 및 이용에 관한 법률 시행령 제22조",
        "법률 제20311호",
    ]


@pytest.mark.parametrize(("fact", "precision", "recall"), [("deadline", 0.9, 0.9), ("amount", 0.9, 0.9)])
def test_facts_of_labelled_notices(fact: str, precision: float, recall: float) -> None:
    """The bodies written by us; `tests/bench/bench_facts.py` measures the shared stream beside them."""
    right = told = wanted = 0
    for one in labelled(Path("nowhere")):
        found = FACTS[fact](one) - one.either[fact]
        right, told = right + len(found & one.wanted[fact]), told + len(found)
        wanted += len(one.wanted[fact])

    assert wanted > 50
    assert right / told >= precision
    assert right / wanted >= recall


@given(st.text(alphabet="가나법률제조의12345「」같은 시행령문의:-0552|지원대상단위천원()\n", max_size=400))
def test_every_fact_stands_in_a_piece_of_the_source(text: str) -> None:
    flat = "".join(text.split())
    for one in (*contacts(text), *targets(text), *laws(text), *amounts(text)):
        assert all("".join(part.split()) in flat for part in one.sentence.split("|"))


NOTICE = """□ 경상남도는 스마트공장 참여기업을 모집한다고 밝혔다.
 ○ (대상) 도내 제조 중소기업 30개사
 ○ 접수기간: 2026. 11. 23. ~ 12. 11. 18:00
 - 문의: 산업정책과 055-000-0000
도 관계자는 “많은 참여를 바란다.”라고 말했다. 선정 결과는 12월에 알린다."""


def test_sentences_end_at_bullets_and_full_stops_but_not_in_dates() -> None:
    assert sentences(NOTICE) == [
        "경상남도는 스마트공장 참여기업을 모집한다고 밝혔다.",
        "(대상) 도내 제조 중소기업 30개사",
        "접수기간: 2026. 11. 23. ~ 12. 11. 18:00",
        "문의: 산업정책과 055-000-0000",
        "도 관계자는 “많은 참여를 바란다.”라고 말했다.",
        "선정 결과는 12월에 알린다.",
    ]


def test_the_key_sentence_shows_most_of_the_words() -> None:
    assert key_sentence(NOTICE, ["제조", "중소기업"]) == "(대상) 도내 제조 중소기업 30개사"
    assert key_sentence(NOTICE, ["축구"]) == "경상남도는 스마트공장 참여기업을 모집한다고 밝혔다."
    assert key_sentence("", ["축구"]) == ""


@given(st.text(max_size=500), st.integers(0, 200))
def test_an_excerpt_keeps_to_its_limit_and_to_the_source(text: str, limit: int) -> None:
    cut = excerpt(text, limit)

    whole = sentences(text)
    starts = [" ".join(whole[:count]) for count in range(len(whole) + 1)]
    assert len(cut) <= limit + 1
    assert cut in starts or (cut.endswith("…") and any(one.startswith(cut[:-1]) for one in whole))


def test_an_excerpt_takes_whole_sentences_while_they_fit() -> None:
    assert excerpt(NOTICE, 60) == "경상남도는 스마트공장 참여기업을 모집한다고 밝혔다. (대상) 도내 제조 중소기업 30개사"
    assert excerpt(NOTICE, 15) == "경상남도는 스마트공장…"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("시설작물 재해보험 가입 기간을 2026. 12. 4.(금)까지 늘린다고 밝혔다.", date(2026, 12, 4)),
        ("신청 기한을 당초 11. 27.에서 12. 4.로 일주일 연장하였다.", date(2026, 12, 4)),
        ("모집 기간이 12월 11일까지로 늘어났다.", date(2026, 12, 11)),
        ("축제 기간을 11월 28일에서 12월 4일로 연장했다.", None),
        ("통행료 면제를 11월 30일에서 12월 31일로 연장한다.", None),
    ],
)
def test_a_term_that_is_extended_ends_on_its_new_day(text: str, day: date | None) -> None:
    found = deadline(text, datetime(2026, 11, 23, 2, 30, tzinfo=UTC))

    assert (found.day if found else None) == day

"""Facts on the sets that were once unseen, on wordings tried one by one, and on whatever an enemy may send.

`tests/bench/bench_unseen.py` prints the figures; each set's file says what it was when it was first measured.
"""

from __future__ import annotations

import time
from datetime import datetime

import pytest

from nlp.dates import KST
from nlp.facts import amounts, contacts, deadline, deadlines, laws, targets
from nlp.sentences import sentences
from nlp.summary import summarise
from tests.bench.bench_facts import SHARED
from tests.bench.bench_unseen import actors, false_alarms, notices, sentence_ends, tally

PUBLISHED = datetime(2026, 11, 23, 9, tzinfo=KST)  # a Monday
ASKED = {
    "'자진신고기간'을 오는 12월 1일부터 12월 18일까지 운영합니다.": "2026-12-18",
    "★ 자진신고기간\n2026년 12월 1일 ~ 12월 18일": "2026-12-18",
    "단속 기간 2027. 1. 4. ~ 1. 29. 자진신고 기간 2026. 12. 1. ~ 12. 18.": "2026-12-18",
    "접수 기간은 다음 달 3~7일이며 누리집에서 한다.": "2026-12-07",
    "수강생은 12월 3~7일 선착순으로 모집한다.": "2026-12-07",
    "납부기한은 12월 2일이 임시공휴일로 지정됨에 따라 내달 4일까지다.": "2026-12-04",
    "대전시민대학은 오는 25일부터 28일까지 새 학기 수강생을 선착순 모집한다.": "2026-11-28",
    "접수기간이 어떻게 되나요?\n- 2026. 11. 24.(화) ~ 12. 4.(금)까지입니다.": "2026-12-04",
    "신청은 12월 1일부터 24일까지 복지로에서 한다.": "2026-12-24",
    "납부 기한은 12월 1일부터 15일까지다.": "2026-12-15",
    "접수는 25일부터 3일까지 받는다.": "2026-12-03",
    "입주자를 12월 4일까지 더 모은다.": "2026-12-04",
    "경영환경 개선사업 접수 30일 마감": "2026-11-30",
    "임용 등록은 12월 24일까지다.": "2026-12-24",
    "신청을 원하시는 분은 12월 4일(금)까지 동 주민센터를 방문해 주세요.": "2026-12-04",
    "설문조사에 12. 9.(수)까지 참여해 주시면 감사하겠습니다.": "2026-12-09",
    "지원서는 12월 10일 오후 6시 정각에 마감됩니다.": "2026-12-10",
    "모집 마감은 다음 달 2일이다.": "2026-12-02",
    "접수 마감일: 12월 3일": "2026-12-03",
    "서류 제출 기한이 12월 7일로 연장되었습니다.": "2026-12-07",
    "12월 8일 18시까지 이메일(abc@korea.kr)로 보내 주시면 됩니다.": "2026-12-08",
    "변경신고는 12월 15일까지 하여야 한다.": "2026-12-15",
    "참가 희망 기업은 2026.12.11(금) 17:00까지 사무국에 신청서를 보내야 한다.": "2026-12-11",
    "신청접수 : '26.12.1.~12.15.": "2026-12-15",
    "신청기간 2026-12-01 ~ 2026-12-15": "2026-12-15",
    "○ 기  간 : 2026. 12. 1.(화) ~ 12. 15.(화) 18시까지 접수": "2026-12-15",
    "원서 접수는 12월 1일부터 같은 달 15일까지다.": "2026-12-15",
    "다음 달 1일부터 14일까지 2주간 참가 신청을 받는다.": "2026-12-14",
    "내년 1월 8일까지 사업계획서를 받는다.": "2027-01-08",
    "이의신청은 결정·공시일부터 30일 이내에 할 수 있다.\n결정·공시일: 2026. 11. 30.": "2026-12-30",
    "신고 기한 : 2026년 12월 31일(목)": "2026-12-31",
    "종합소득세 중간예납 세액은 11월 30일까지 내야 한다.": "2026-11-30",
    "수강생은 12월 5일까지 홈페이지에서 선착순 모집한다.": "2026-12-05",
    "공모전은 오는 12월 18일까지 누구나 응모할 수 있다.": "2026-12-18",
    "12월 10일(목)까지 접수분에 한해 지원합니다.": "2026-12-10",
    "제출: 12. 11.(금) 15:00限": "2026-12-11",
    "□ 접수\n - 기간 : 12. 1.(화) ~ 12. 11.(금)\n - 장소 : 시청": "2026-12-11",
    "접수는 11월 30일 시작해 12월 11일 끝난다.": "2026-12-11",
    "추천 기한을 12월 4일에서 12월 11일로 연장한다.": "2026-12-11",
    "답변은 이번 주 목요일까지 부탁드립니다.": "2026-11-26",
    "정정 신청은 열람 기간(11. 24.~12. 3.)에 할 수 있다.": "2026-12-03",
    "의견 제출 기간은 12월 7일까지이다.": "2026-12-07",
    "입찰등록 마감 : 2026. 12. 8. 18:00": "2026-12-08",
    "전자입찰서 접수 마감일시 2026/12/08 10:00": "2026-12-08",
}
NOT_ASKED = [
    "환급금은 12월 20일까지 찾아가야 한다",
    "회신은 금주 중",
    "지원금은 12월 31일까지 사용해야 한다.",
    "교육은 12월 1일부터 12월 11일까지 진행된다. 신청은 홈페이지에서 받는다.",
    "사업기간: 2026. 12. 1. ~ 2027. 6. 30. (신청은 상시)",
    "신청자 발표는 12월 18일까지 개별 통보한다.",
    "접수 결과 12월 4일까지 1차 심사를 마친다.",
    "공사로 12월 11일까지 도로를 통제하니 우회하시기 바랍니다.",
    "관람 신청 후 12월 24일까지 관람하면 된다.",
    "시는 12월 말까지 신청자 전원에게 지급할 예정이다.",
    "도는 내년 2월까지 제출된 의견을 검토한다.",
    "신청 마감 다음 날인 12월 5일부터 심사한다.",
    "지난 11월 20일까지 신청을 마감했다.",
    "2027년 3월 31일까지 한시적으로 등록을 면제한다.",
    "전기 사용 신청은 11월 23일부터 가능하다.",
    "3일까지 모의훈련을 실시한다.",
    "입찰공고일 현재 12월 31일까지 유효한 면허를 등록한 업체",
    "보고서는 12월 30일까지 발간한다.",
    "매년 12월 31일까지 신고한 사업자 가운데 뽑는다.",
    "현재 12월 4일까지 예약이 모두 찼다.",
    "참가자는 12월 12일까지 숙소에 머문다.",
    "제출 서류는 2026. 11. 20.까지 발급된 것만 인정한다.",
    "신청 자격: 2026. 11. 30.까지 주민등록이 되어 있는 사람",
    "납부한 수수료는 시험일 5일 전까지 취소하면 돌려준다.",
]
SUMS: dict[str, list[int]] = {
    "상금은 2~3억 원이다": [200000000, 300000000],
    "업체당 50만~100만 원": [500000, 1000000],
    "1,000만∼3,000만 원 이내": [10000000, 30000000],
    "총사업비 5억(국비 3억, 도비 2억)": [500000000, 300000000, 200000000],
    "예산 12억 3천만 규모": [1230000000],
    "500만불 수출": [],
    "$5,000 상당": [],
    "12억엔": [],
    "사업비 3억 달러": [],
    "0.5억원": [50000000],
    "참가비 1만5천원": [15000],
    "10만 명에게": [],
    "2026년 12월 4일, 1,200원": [1200],
    "30만 원×12개월": [300000],
    "예산 5만 명": [],
    "5만원권 10장": [50000],
    "30~50만원": [300000, 500000],
    "12. 4.~5. 3만원": [30000],
    "월 5.5만 원": [55000],
    "교육비 전액(120천원)": [120000],
    "10억원 이상 50억원 미만": [1000000000, 5000000000],
    "국비 12,500천원": [12500000],
    "20원칙": [],
    "만 원": [],
    "2인 1조 원칙": [],
    "제2조 원문": [],
    "3조 원": [3000000000000],
}


@pytest.mark.parametrize(("text", "day"), ASKED.items())
def test_a_deadline_in_other_words(text: str, day: str) -> None:
    assert [one.day.isoformat() for one in deadlines(text, PUBLISHED)] == [day]


@pytest.mark.parametrize("text", NOT_ASKED)
def test_other_words_that_ask_for_nothing(text: str) -> None:
    assert deadlines(text, PUBLISHED) == []


@pytest.mark.parametrize(("text", "won"), SUMS.items())
def test_a_sum_in_other_words(text: str, won: list[int]) -> None:
    assert {one.won for one in amounts(text)} == set(won)


@pytest.mark.parametrize("name", ["a", "b", "c"])
@pytest.mark.parametrize("fact", ["d", "m"])
def test_deadlines_and_sums_of_the_sets(name: str, fact: str) -> None:
    told = tally(notices(name), fact)

    assert told["right"] >= 25
    assert told["right"] / (told["right"] + told["false"]) >= 0.95
    assert told["right"] / (told["right"] + told["missed"]) >= 0.95


@pytest.mark.parametrize("name", ["a", "b"])
def test_sentence_ends_of_the_sets(name: str) -> None:
    told = sentence_ends(notices(name))

    assert told["right"] >= 100
    assert 2 * told["right"] / (2 * told["right"] + told["false"] + told["missed"]) >= 0.98


def test_nobody_is_named_wrongly_as_the_one_who_must_act() -> None:
    told = actors([*notices("a"), *notices("b")])

    assert told["right"] >= 8
    assert told["false"] == 0


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared releases are not here")
def test_real_releases_that_hold_no_fact_raise_no_alarm() -> None:
    told = false_alarms()

    assert told["texts"] >= 600
    assert told["d"] + told["m"] == 0


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("공고 후 10일 이내에 이의신청서를 제출하여야 한다.", "2026-12-03"),
        ("공고일 다음 날부터 20일 이내에 의견을 제출할 수 있다.", "2026-12-13"),
        ("게시일로부터 2주 이내에 신고하여 주시기 바랍니다.", "2026-12-07"),
        ("공고일부터 1개월 이내에 신청하여야 한다.", "2026-12-23"),
        ("공고일: 2026. 11. 30.\n공고일부터 3개월 이내에 신청하여야 한다.", "2027-02-28"),
        ("공고한 날부터 14일 안에 의견서를 내야 한다.", "2026-12-07"),
    ],
)
def test_a_span_from_the_notice_is_counted_and_says_so(text: str, day: str) -> None:
    (found,) = deadlines(text, PUBLISHED)

    assert (found.day.isoformat(), found.counted) == (day, True)


@pytest.mark.parametrize(
    "text",
    [
        "통지를 받은 날부터 30일 이내에 이의신청을 할 수 있다.",  # nobody knows which day that is
        "공고일부터 10일 후부터 신청을 받는다.",
        "계약일부터 60일 이내에 납품하여야 한다.",
    ],
)
def test_a_span_from_an_unknown_day_is_not_counted(text: str) -> None:
    assert deadlines(text, PUBLISHED) == []


def test_who_is_taken_from_another_sentence_with_the_same_day() -> None:
    text = "납부기한: 2026. 12. 18.\n고지서를 받은 납세의무자는 12월 18일까지 납부해야 합니다."

    found = deadline(text, PUBLISHED)

    assert found is not None
    assert found.sentence == "납부기한: 2026. 12. 18."
    assert found.who == "고지서를 받은 납세의무자"


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("협약에는 도와 ○○상공회의소, △△전력이 함께한다.", ["협약에는 도와 ○○상공회의소, △△전력이 함께한다."]),
        ("수출은 전년보다 △3.2% 줄었다.", ["수출은 전년보다 △3.2% 줄었다."]),
        ("★★ 모집 ★★ 누구나", ["모집", "누구나"]),
        (
            "의견이 있는 사람은 다음 사항을 적은 의견서를\n도지사에게 제출해 주시기 바랍니다.",
            ["의견이 있는 사람은 다음 사항을 적은 의견서를 도지사에게 제출해 주시기 바랍니다."],
        ),
        (
            "의견이 있는 사람은 다음 사항을 적은 의견서를\n- 도지사에게 제출",
            ["의견이 있는 사람은 다음 사항을 적은 의견서를", "도지사에게 제출"],
        ),
        ("붙임 1. 공고문 1부. 2. 서식 1부. 끝.", ["붙임 1. 공고문 1부. 2. 서식 1부. 끝."]),
    ],
)
def test_names_left_out_and_broken_lines(text: str, cut: list[str]) -> None:
    assert sentences(text) == cut


HOSTILE = {
    "5 MB of prose": "도는 12월 4일까지 신청서를 제출하여야 한다고 밝혔다. " * 90_000,
    "10,000 dates": "12월 4일까지 제출, " * 10_000,
    "10,000 dates in lines": "접수기간: 11. 23. ~ 12. 4.\n" * 10_000,
    "2 MB of digits": "1" * 2_000_000,
    "digits and commas": "1,234" * 400_000,
    "억억억": "억" * 2_000_000,
    "1억 1억": "1억 " * 700_000,
    "brackets": "((((" * 500_000,
    "bars": "| 접수기간 " * 200_000,
    "a table": "구분 | 접수기간 | 한도(만원)\n" + "가 | 12.1.~12.9. | 9,000\n" * 50_000,
    "ranges": "~" * 1_000_000,
    "months": "12. " * 500_000,
    "open quotations": "“" * 500_000 + "신청. " * 1_000,
    "law marks": "「" * 500_000 + "제1조",
    "letters of a law": "가나 " * 300_000 + "에 관한 법률 제1조",
    "headings": "신청기간\n" * 200_000,
    "subjects": "시민은 " * 300_000 + "12월 4일까지 신청하여야 한다",
    "white space": " " * 2_000_000 + "12월" + " " * 2_000_000,
    "lines without end": "의견이 있는 사람은 다음 사항을 적은 의견서를\n" * 100_000,
    "bullets": "□ ○ - " * 300_000,
    "Hanja numerals": "二〇二六年 十二月 四日까지 申請 " * 50_000,
    "old Hangul": "ᄒᆞᆫ글 ᄂᆞ랏말ᄊᆞ미 12월 4일까지 신청 " * 50_000,
    "marks of direction": "\u202e12월\u200f 4일\u200e까지 신청\u202c " * 50_000,
    "zero width": "\u200b" * 1_000_000 + "12월 4일까지 신청",
    "null": "\x00" * 1_000_000,
    "surrogates": "\ud800" * 100_000 + "12월 4일까지 신청",
    "emoji": "👨‍👩‍👧‍👦" * 100_000,
    "vertical lines": "\u2028\u000b\u000c\u0085" * 200_000,
    "won signs": "₩1," * 300_000,
    "spelt sums": "금일이삼사오육칠팔구십" * 100_000 + "원",
    "phones": "055-000-0000 " * 100_000,
    "English": "December 4, 2026 by submit " * 50_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize(
    "read",
    [
        lambda text: deadlines(text, PUBLISHED),
        amounts,
        lambda text: [*targets(text), *contacts(text), *laws(text)],
        lambda text: summarise("신청 안내", text, PUBLISHED),
    ],
    ids=["deadlines", "amounts", "mentions", "summary"],
)
def test_hostile_text_costs_less_than_a_second_of_work(read, text: str) -> None:
    start = time.process_time()  # the work of this process: other work on the machine does not count

    read(text)

    assert time.process_time() - start < 1.0


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("신청기간: ２０２６. １２. ４.까지", "2026-12-04"),
        ("신청은 \u200e12월 4일까지\u200f 한다.", "2026-12-04"),
        ("신청은 12월 4일까지 한다.", "2026-12-04"),
        ("신청은 二〇二六年 十二月 四日까지 한다.", None),
        ("신청은 十二월 四일까지 한다.", None),
        ("신청은 99월 99일까지 한다.", None),
        ("신청은 0월 0일까지 한다.", None),
        ("신청은 2026. 13. 1.까지 한다.", None),
        ("신청은 12월 4일 99:99까지 한다.", "2026-12-04"),
    ],
)
def test_strange_figures_are_read_right_or_not_at_all(text: str, day: str | None) -> None:
    found = deadline(text, PUBLISHED)

    assert (found.day.isoformat() if found else None) == day

"""An audit as it is typed: at once in any order, or answer by answer; and a hold."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.mandates import NUMBER, PERIOD, REASON, Draft, number_in, read, read_hold, read_request, remember
from bot.periods import Period

TODAY = date(2026, 11, 23)
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
WHOLE = Draft("감사담당관-812", OCTOBER, "출장여비 점검")


@pytest.mark.parametrize(
    "said",
    [
        "감사담당관-812, 10. 1.~10. 31., 출장여비 점검",
        "감사담당관-812 10. 1.~10. 31. 출장여비 점검",
        "감사담당관 - 812호 10월 출장여비 점검",
        "10월 출장여비 점검 감사담당관-812",
        "출장여비 점검, 감사담당관-812호, 2026-10-01~2026-10-31",
        "문서번호 감사담당관-812 10.1-10.31 출장여비 점검",
    ],
)
def test_whatever_the_order_it_is_the_same_audit(said):
    assert read(said, TODAY) == WHOLE


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("감사관실-2026-15호 10월 점검", "감사관실-2026-15"),
        ("감사담당관 제812호 10월 점검", "감사담당관 제812호"),
        ("제15호 10월 점검", "제15호"),
        ("감사관-90 10월 코로나-19 대응 점검", "감사관-90"),
    ],
)
def test_numbers_as_offices_write_them(said, number):
    assert read(said, TODAY).number == number


@pytest.mark.parametrize("said", ["감사관-90", "감사관 - 90호", "문서번호 감사관-90호", "감사관-90 닫아"])
def test_a_number_is_found_in_what_is_said(said):
    assert number_in(said) == "감사관-90"


def test_what_has_no_number_is_left_as_it_is():
    assert number_in(" 812 ") == "812"


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ("", NUMBER),
        ("10월 점검", NUMBER),
        ("감사담당관-812", PERIOD),
        ("감사담당관-812 출장여비 점검", PERIOD),
        ("감사담당관-812 10월", REASON),
        ("감사담당관-812 10월 점검", ""),
    ],
)
def test_what_is_missing_is_named(said, missing):
    assert read(said, TODAY).missing == missing


def test_answers_fill_what_was_asked_for():
    first = read(f"{remember(Draft(), NUMBER)} 812", TODAY)
    second = read(f"{remember(first, PERIOD)} 10월 1일부터 10월 31일까지", TODAY)
    third = read(f"{remember(second, REASON)} 3월 화재-2 뒤의 점검", TODAY)

    assert third == Draft("812", OCTOBER, "3월 화재-2 뒤의 점검")


def test_an_answer_that_is_none_is_known_as_such():
    asked = read(f"{remember(Draft(number='감사관-90'), PERIOD)} 가을쯤", TODAY)

    assert asked.unread
    assert (asked.period, asked.reason) == (None, "")
    assert read(f"{remember(Draft(), NUMBER)} 모름", TODAY).unread


def test_one_answer_may_tell_everything():
    assert read(f"{remember(Draft(), NUMBER)} 감사담당관-812, 10월, 출장여비 점검", TODAY) == WHOLE


@pytest.mark.parametrize(
    ("said", "name", "ends"),
    [
        ("김해시 감사관-90 10. 1.~10. 31. 출장여비 점검", "김해시", None),
        ("경남 테크노파크 감사관-90 10월 출장여비 점검", "경남 테크노파크", None),
        ("김해시 감사관-90 10. 1.~10. 31. 출장여비 점검 12. 31.까지", "김해시", date(2026, 12, 31)),
        ("김해시, 감사관-90, 10월 1일부터 10월 31일까지, 출장여비 점검", "김해시", None),
        ("김해시 10월 감사관-90 출장여비 점검", "김해시", None),
    ],
)
def test_a_request_names_the_institution_first(said, name, ends):
    assert read_request(said, TODAY) == Draft("감사관-90", OCTOBER, "출장여비 점검", name, ends)


@pytest.mark.parametrize(("said", "ends"), [("김해시", None), ("김해시 12. 31.까지", date(2026, 12, 31))])
def test_a_name_alone_is_a_request_under_the_audit_in_hand(said, ends):
    assert read_request(said, TODAY) == Draft(name="김해시", ends=ends)


@pytest.mark.parametrize(
    ("said", "days", "reason"),
    [
        ("7일 증거인멸 우려", 7, "증거인멸 우려"),
        ("증거인멸 우려 7일간", 7, "증거인멸 우려"),
        ("2주 관련자 면담 전", 14, "관련자 면담 전"),
        ("일주일 관련자 면담 전", 7, "관련자 면담 전"),
        ("한 달, 사유: 증거인멸 우려", 30, "증거인멸 우려"),
        ("31일 증거인멸 우려", 31, "증거인멸 우려"),
        ("7일", 7, ""),
        ("증거인멸 우려", 0, "증거인멸 우려"),
        ("감사관-812 7일 증거인멸 우려", 7, "증거인멸 우려"),
        ("10", 10, ""),
        ("사흘 면담 전", 3, "면담 전"),
        ("하루빨리 끝낼 면담 전까지 7일", 7, "하루빨리 끝낼 면담 전까지"),
    ],
)
def test_a_hold_as_it_is_typed(said, days, reason):
    held = read_hold(said, TODAY)

    assert (held.days, held.reason) == (days, reason)


@pytest.mark.parametrize(
    ("said", "last", "reason"),
    [
        ("12월 10일까지 증거 인멸 우려", date(2026, 12, 10), "증거 인멸 우려"),
        ("감사관-812 12. 10.까지 증거 인멸 우려", date(2026, 12, 10), "증거 인멸 우려"),
        ("2030. 1. 1.까지 면담 전", date(2030, 1, 1), "면담 전"),
    ],
)
def test_a_hold_may_name_its_last_day(said, last, reason):
    held = read_hold(said, TODAY)

    assert (held.last, held.days, held.reason) == (last, 0, reason)
    assert held.ends(datetime(2026, 11, 23, tzinfo=UTC)) == datetime(
        last.year, last.month, last.day, 14, 59, tzinfo=UTC
    )


def test_a_number_in_quotes_leaves_no_quotes_in_the_reason():
    said = "「감사관-902」 2026.11.01 - 2026.11.30 (정기 복무감사)"

    assert read(said, TODAY) == Draft("감사관-902", Period(date(2026, 11, 1), date(2026, 11, 30)), "정기 복무감사")


def test_a_period_in_brackets_leaves_nothing_behind():
    assert read("감사담당관-77호 (11월분) 여비 지급 실태", TODAY).reason == "여비 지급 실태"

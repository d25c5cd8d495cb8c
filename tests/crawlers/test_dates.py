from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.dates import KST, date_in, embargo_in, looks_like_date, parse_date

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)  # Monday 11:30 in Korea


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026.10.06", "2026-10-06T00:00"),
        ("2026. 10. 6.", "2026-10-06T00:00"),
        ("2026년 10월 06일", "2026-10-06T00:00"),
        ("2026년10월6일(화) 14시 20분", "2026-10-06T14:20"),
        ("2026/11/23", "2026-11-23T00:00"),
        ("26.11.23", "2026-11-23T00:00"),
        ("'26.11.3.", "2026-11-03T00:00"),
        ("20261123", "2026-11-23T00:00"),
        ("20261006091605", "2026-10-06T09:16:05"),
        ("202610060916", "2026-10-06T09:16"),
        ("2026-10-06 09:16:05.0", "2026-10-06T09:16:05"),
        ("2026-10-06T09:16:05Z", "2026-10-06T18:16:05"),
        ("2026-10-06T09:16:05+09:00", "2026-10-06T09:16:05"),
        ("Tue, 06 Oct 2026 09:16:05 +0900", "2026-10-06T09:16:05"),
        ("Tue, 06 Oct 2026 09:16:05 GMT", "2026-10-06T18:16:05"),
        ("Tue, 06 Oct 2026 09:16:05 KST", "2026-10-06T09:16:05"),
        ("Tue, 06 Oct 2026 09:16:05", "2026-10-06T09:16:05"),
        ("Fri Nov 20 09:00:00 KST 2026", "2026-11-20T09:00"),
        ("10/06/2026 09:16:05", "2026-10-06T09:16:05"),
        ("11.20", "2026-11-20T00:00"),
        ("12-25", "2025-12-25T00:00"),
        ("02-29", "2024-02-29T00:00"),
        ("오전 9:05", "2026-11-23T09:05"),
        ("3시간 전", "2026-11-23T08:30"),
        ("어제", "2026-11-22T00:00"),
        ("오늘 09:00", "2026-11-23T09:00"),
        ("２０２６．１１．２０", "2026-11-20T00:00"),
        ("등록일 : 2026-11-20 조회 12", "2026-11-20T00:00"),
        ("2026-11-20 24:00", "2026-11-21T00:00"),
        ("2026-11-23 오전 12:10", "2026-11-23T00:10"),
        ("2026.10.06(화) 14:00", "2026-10-06T14:00"),
        ("2026.10.6.화", "2026-10-06T00:00"),
        ("2026년 10월 6일 화요일 오전 9시", "2026-10-06T09:00"),
        ("2026년 10월 6일(화요일) 15시 30분 20초", "2026-10-06T15:30:20"),
        ("2026년 10월 6일 오후 3시", "2026-10-06T15:00"),
        ("2026-10-06 정오", "2026-10-06T12:00"),
        ("2026-10-06 낮 12시", "2026-10-06T12:00"),
        ("2026-10-06 낮 1시 30분", "2026-10-06T13:30"),
        ("2026-10-06 새벽 12시 5분", "2026-10-06T00:05"),
        ("2026-10-06 밤 11시", "2026-10-06T23:00"),
        ("2026-10-06 밤 12시", "2026-10-07T00:00"),
        ("2026-10-06 (09:16)", "2026-10-06T09:16"),
        ("2026-10-06 / 09:16", "2026-10-06T09:16"),
        ("2026-10-06 3:00 PM", "2026-10-06T15:00"),
        ("2026-10-06 3:00 p.m.", "2026-10-06T15:00"),
        ("2026-10-06T09:00:00+0900", "2026-10-06T09:00"),
        ("2026-10-06T09:16+09", "2026-10-06T09:16"),
        ("2026-10-06T00:16:05.123Z", "2026-10-06T09:16:05"),
        ("2026-10-06 00:16:05 UTC", "2026-10-06T09:16:05"),
        ("20261006T001605Z", "2026-10-06T09:16:05"),
        ("20261006 0916", "2026-10-06T09:16"),
        ("20261006091605123", "2026-10-06T09:16:05"),
        ("2026100609", "2026-10-06T09:00"),
        ("261006", "2026-10-06T00:00"),
        ("1791244800", "2026-10-06T09:00"),
        ("1791244800000", "2026-10-06T09:00"),
        ("화, 06 10월 2026 09:16:05 +0900", "2026-10-06T09:16:05"),
        ("06-10월-26", "2026-10-06T00:00"),
        ("06/Oct/2026:09:16:05 +0900", "2026-10-06T09:16:05"),
        ("Tuesday, 06-Oct-26 00:16:05 GMT", "2026-10-06T09:16:05"),
        ("Tue, 06 Oct 2026 09:16:05 GMT+9", "2026-10-06T09:16:05"),
        ("Tue, 06 Oct 2026 09:16:05 GMT+0900 (KST)", "2026-10-06T09:16:05"),
        ("Tue Oct 06 2026 09:16:05 GMT+0900 (한국 표준시)", "2026-10-06T09:16:05"),
        ("Mon, 05 Oct 2026 20:16:05 EDT", "2026-10-06T09:16:05"),
        ("Tue Oct  6 09:16:05 2026", "2026-10-06T09:16:05"),
        ("October 6th, 2026", "2026-10-06T00:00"),
        ("Oct 6, 2026 3:00:00 PM", "2026-10-06T15:00"),
        ("10/06/2026 03:00:00 PM", "2026-10-06T15:00"),
        ("06.10.2026", "2026-10-06T00:00"),
        ("23/10/2026", "2026-10-23T00:00"),
        ("’26. 10. 6.(화)", "2026-10-06T00:00"),
        ("26년 10월 6일", "2026-10-06T00:00"),
        ("10월 6일(화)", "2026-10-06T00:00"),
        ("10월 6일 오후 3시", "2026-10-06T15:00"),
        ("10.6(화)", "2026-10-06T00:00"),
        ("어제 15:20", "2026-11-22T15:20"),
        ("어제 오후 3:20", "2026-11-22T15:20"),
        ("그제 09:00", "2026-11-21T09:00"),
        ("방금 전", "2026-11-23T11:30"),
        ("한 시간 전", "2026-11-23T10:30"),
        ("3일전", "2026-11-20T11:30"),
        ("2 hours ago", "2026-11-23T09:30"),
        ("10시 20분", "2026-11-23T10:20"),
        ("２０２６년　１０월　６일", "2026-10-06T00:00"),
        ("2026年 10月 6日", "2026-10-06T00:00"),
        ("2026‐10‐06", "2026-10-06T00:00"),
        ("2026·10·06", "2026-10-06T00:00"),
        ("2026 10 06", "2026-10-06T00:00"),
        ("2026. 10월 6일", "2026-10-06T00:00"),
        ("2026.10.1.~10.5.", "2026-10-01T00:00"),
        ("2026. 10. 1.(목) ~ 10. 5.(월)", "2026-10-01T00:00"),
        ("2026.10.06-07", "2026-10-06T00:00"),
        ("입력 2026.10.06 09:16 | 수정 2026.10.07 10:00", "2026-10-06T09:16"),
    ],
)
def test_each_form_that_agencies_write_is_read_in_korean_time(text: str, expected: str) -> None:
    at = parse_date(text, NOW).at

    assert at == datetime.fromisoformat(expected).replace(tzinfo=KST)


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("2026-11-24", "future_date"),
        ("2026.11.23 오후 1:42", "future_date"),
        ("2099-01-01", "absurd_date"),
        ("1970-01-01", "absurd_date"),
        ("2026-02-30", "bad_date"),
        ("0000-00-00", "bad_date"),
        ("2026-11-20 25:99", "bad_date"),
        ("", "no_date"),
        ("제2026-123호", "no_date"),
        ("내일", "future_date"),
        ("2026-10-06 09:60", "bad_date"),
        ("31 Feb 2026", "bad_date"),
        ("9999-12-31", "absurd_date"),
        ("0001-01-01T00:00:00", "absurd_date"),
        ("단기 4359년 10월 6일", "absurd_date"),
        ("불기 2570. 10. 6.", "absurd_date"),
        ("2026년 10월", "no_date"),
        ("2026-W40-2", "no_date"),
        ("055-211-2114", "no_date"),
        ("192.168.10.6", "no_date"),
        ("v1.2.3", "no_date"),
        ("10.06 GB", "no_date"),
        ("24.5㎡", "no_date"),
        ("1,234", "no_date"),
        ("null", "no_date"),
        ("0", "no_date"),
        ("첨부", "no_date"),
    ],
)
def test_a_date_that_cannot_be_is_flagged_and_not_trusted(text: str, flag: str) -> None:
    assert parse_date(text, NOW).at is None
    assert parse_date(text, NOW).flag == flag


FIRST, LAST = datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2026-11-22")
instants = st.datetimes(FIRST, LAST).map(lambda at: at.replace(microsecond=0))
HANGUL = "월화수목금토일"

DAYS: tuple[Callable[[datetime], str], ...] = (
    lambda d: f"{d:%Y-%m-%d}",
    lambda d: f"{d:%Y.%m.%d}",
    lambda d: f"{d:%Y.%m.%d}.",
    lambda d: f"{d:%Y/%m/%d}",
    lambda d: f"{d:%Y}. {d.month}. {d.day}.",
    lambda d: f"{d:%Y}. {d.month}. {d.day}.({HANGUL[d.weekday()]})",
    lambda d: f"{d:%Y}년 {d.month}월 {d.day}일",
    lambda d: f"{d:%Y}년{d:%m}월{d:%d}일({HANGUL[d.weekday()]})",
    lambda d: f"{d:%Y}년 {d.month}월 {d.day}일 {HANGUL[d.weekday()]}요일",
    lambda d: f"{d:%Y}年 {d.month}月 {d.day}日",
    lambda d: f"{d:%y.%m.%d}",
    lambda d: f"'{d:%y}. {d.month}. {d.day}.",
    lambda d: f"{d:%y-%m-%d}",
    lambda d: f"{d:%Y.%m.%d} [{HANGUL[d.weekday()]}]",
    lambda d: f"{d:%m/%d/%Y}",
    lambda d: f"{d:%d.%m.%Y}",
    lambda d: f"{d.day} {d:%b %Y}",
    lambda d: f"{d:%a, %d %b %Y}",
    lambda d: f"{d:%d} {d.month}월 {d:%Y}",
    lambda d: f"{d:%b} {d.day}, {d:%Y}",
    lambda d: f"{d:%Y%m%d}",
)
TIMES: tuple[Callable[[datetime], str], ...] = (
    lambda d: f"{d:%H:%M:%S}",
    lambda d: f"{d:%H:%M:%S}.0",
    lambda d: f"{d.hour}시 {d.minute}분 {d.second}초",
    lambda d: f"{'오전' if d.hour < 12 else '오후'} {d.hour % 12 or 12}:{d:%M:%S}",
    lambda d: f"{'오전' if d.hour < 12 else '오후'} {d.hour % 12 or 12}시 {d.minute}분 {d.second}초",
    lambda d: f"{d.hour % 12 or 12}:{d:%M:%S} {'AM' if d.hour < 12 else 'PM'}",
    lambda d: f"{d:%H:%M:%S} +0900",
    lambda d: f"{d:%H:%M:%S} KST",
    lambda d: f"({d:%H:%M:%S})",
)
WHOLE: tuple[Callable[[datetime], str], ...] = (
    lambda d: f"{d:%Y%m%d%H%M%S}",
    lambda d: f"{d:%Y-%m-%dT%H:%M:%S}+09:00",
    lambda d: f"{d:%Y-%m-%dT%H:%M:%S}+0900",
    lambda d: f"{d.replace(tzinfo=KST).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
    lambda d: f"{d.replace(tzinfo=KST).astimezone(UTC):%a, %d %b %Y %H:%M:%S GMT}",
    lambda d: f"{d:%a %b %d %H:%M:%S} KST {d:%Y}",
)


def wide(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if char.isdigit() or char in "./:" else char for char in text)


def labelled(text: str) -> str:
    return f"등록일 : {text}"


@given(instants, st.sampled_from(DAYS), st.sampled_from([str, wide, labelled]))
def test_any_day_comes_back_from_any_way_of_writing_it(
    day: datetime, form: Callable[[datetime], str], worn: Callable[[str], str]
) -> None:
    midnight = day.replace(hour=0, minute=0, second=0, tzinfo=KST)

    assert parse_date(worn(form(day)), NOW).at == midnight


@settings(max_examples=400)
@given(instants, st.sampled_from(DAYS[:-1]), st.sampled_from(TIMES), st.sampled_from([str, wide, labelled]))
def test_any_instant_comes_back_from_any_way_of_writing_it(
    at: datetime, day: Callable[[datetime], str], time: Callable[[datetime], str], worn: Callable[[str], str]
) -> None:
    assert parse_date(worn(f"{day(at)} {time(at)}"), NOW).at == at.replace(tzinfo=KST)


@given(instants, st.sampled_from(WHOLE))
def test_any_instant_comes_back_from_what_machines_write(at: datetime, form: Callable[[datetime], str]) -> None:
    assert parse_date(form(at), NOW).at == at.replace(tzinfo=KST)


@given(instants, st.integers(min_value=-1000, max_value=2000), st.integers(min_value=0, max_value=2000))
def test_the_later_it_is_the_more_a_date_is_trusted(at: datetime, days: int, more: int) -> None:
    told = f"{at:%Y-%m-%d %H:%M}"
    order = ["absurd_date", "future_date", ""]
    first = at.replace(tzinfo=KST) - timedelta(days=days)

    flags = [parse_date(told, moment).flag for moment in (first, first + timedelta(days=more))]

    assert order.index(flags[0]) <= order.index(flags[1])


ODD = st.text(alphabet="0123456789.-/: ~년월일시분오후전어제'()TZ+APMKSTct가", max_size=60)


@settings(max_examples=400)
@given(st.one_of(st.text(max_size=300), ODD))
def test_no_text_breaks_the_parser_or_yields_a_date_to_come(text: str) -> None:
    dated = parse_date(text, NOW)

    assert (dated.at is None) == bool(dated.flag)
    assert dated.at is None or dated.at <= NOW + timedelta(hours=1)
    looks_like_date(text)
    date_in(text)


@pytest.mark.parametrize(
    ("head", "until"),
    [
        ("보도시점 2026. 11. 24.(화) 12:00 이후", "2026-11-24T12:00"),
        ("보도시점 : 2026. 11. 24.(화) 조간부터", "2026-11-24T00:00"),
        ("보도시점 2026. 11. 24.(화) 석간부터", "2026-11-24T12:00"),
        ("보도시점\n2026. 11. 24.(화) 10:00 이후", "2026-11-24T10:00"),
        ("보도 시점 11. 24.(화) 10:00 이후 / 배포 11. 23.(월) 09:00", "2026-11-24T10:00"),
        ("보도시점 | 2026년 11월 24일 오전 10시 | 배포 | 2026. 11. 23.", "2026-11-24T10:00"),
        ("보도시점 (지면) 2026. 11. 25.(수) 조간 (온라인) 2026. 11. 24.(화) 12:00", "2026-11-24T12:00"),
        ("엠바고 2026-11-24 06:00", "2026-11-24T06:00"),
        ("엠바고 11/24/2026 10:00:00", "2026-11-24T10:00"),
        ("엠바고 20261124100000", "2026-11-24T10:00"),
        ("보도제한 : '26.11.24. 09시", "2026-11-24T09:00"),
        ("이 자료는 11월 24일 조간부터 보도하여 주시기 바랍니다.", "2026-11-24T00:00"),
        ("11. 24.(화) 10:00 이후 보도해 주시기 바랍니다.", "2026-11-24T10:00"),
        ("보도시점 1. 5.(화) 12:00", "2027-01-05T12:00"),
        ("보도시점 배포 즉시\n2026. 11. 24. 행사를 연다", None),
        ("보도시점 즉시 보도 가능 2026. 11. 24.", None),
        ("보도시점 2026. 11. 23.(월) 배포 시점", None),
        ("보도시점 2026. 11. 20.(금) 12:00", None),
        ("보도시점 2029. 11. 24.(화) 12:00", None),
        ("보도시점 미정", None),
        ("도는 24일 밝혔다. 2026. 11. 24. 행사를 연다.", None),
        ("11월 24일부터 신청을 받는다.", None),
        ("내년 1월 1일부터 사용할 수 있다.", None),
    ],
)
def test_an_embargo_is_read_from_a_head_as_offices_write_it(head: str, until: str | None) -> None:
    expected = datetime.fromisoformat(until).replace(tzinfo=KST) if until else None

    assert embargo_in(f"경상남도 보도자료\n{head}\n도는 23일 겨울 대책을 밝혔다.", NOW) == expected


def test_an_embargo_is_read_only_while_it_lasts() -> None:
    text = "보도시점 2026. 11. 24.(화) 12:00 이후\n도는 24일 밝혔다."

    assert embargo_in(text, NOW) == datetime(2026, 11, 24, 12, tzinfo=KST)
    assert embargo_in(text, NOW + timedelta(days=2)) is None


@given(st.text(max_size=200))
def test_no_head_breaks_the_reading_of_embargoes(text: str) -> None:
    for label in ("보도시점 ", "엠바고 2026.", ""):
        at = embargo_in(label + text, NOW)
        assert at is None or at > NOW


@pytest.mark.parametrize(
    "text",
    [
        "2026.11.20",
        "26.11.20",
        "11-20",
        "2026-11-20 09:16",
        "3시간 전",
        "어제",
        "2026.11.20.(금)",
        "09:16",
        "20 Nov 2026",
    ],
)
def test_a_cell_with_a_date_looks_like_one(text: str) -> None:
    assert looks_like_date(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "123",
        "24.5%",
        "재난안전과",
        "2026년 겨울 대책",
        "1,234",
        "제2026-12호",
        "055-211-2114",
        "첨부 2026.11.20 현재 대상 시설 점검 결과 보고",
    ],
)
def test_a_cell_with_something_else_does_not(text: str) -> None:
    assert not looks_like_date(text)


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59-23:59", "0001. 1. 1. 00:00", "9999. 12. 31. 석간", "0001-01-01"])
def test_the_ends_of_time_are_no_embargo(text: str) -> None:
    assert embargo_in(f"엠바고 {text}", NOW) is None

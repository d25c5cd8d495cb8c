from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
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
        ("첨부", "no_date"),
    ],
)
def test_a_date_that_cannot_be_is_flagged_and_not_trusted(text: str, flag: str) -> None:
    assert parse_date(text, NOW).at is None
    assert parse_date(text, NOW).flag == flag


FIRST, LAST = datetime.fromisoformat("2000-01-01"), datetime.fromisoformat("2026-11-22")
days = st.datetimes(FIRST, LAST).map(lambda day: day.replace(microsecond=0))


@given(
    days,
    st.sampled_from(
        [
            "{:%Y-%m-%d}",
            "{:%Y.%m.%d}",
            "{:%Y/%m/%d}",
            "{0:%Y}. {0.month}. {0.day}.",
            "{0:%Y}년 {0.month}월 {0.day}일",
            "{:%Y%m%d}",
            "{:%y.%m.%d}",
        ]
    ),
)
def test_any_day_comes_back_from_any_way_of_writing_it(day: datetime, form: str) -> None:
    midnight = day.replace(hour=0, minute=0, second=0, tzinfo=KST)

    assert parse_date(form.format(day), NOW).at == midnight


@given(
    days,
    st.sampled_from(
        [
            "{:%Y-%m-%d %H:%M:%S}",
            "{:%Y%m%d%H%M%S}",
            "{:%a, %d %b %Y %H:%M:%S} +0900",
            "{:%Y.%m.%d. %H:%M:%S}",
            "{:%Y-%m-%dT%H:%M:%S}+09:00",
        ]
    ),
)
def test_any_instant_comes_back_from_any_way_of_writing_it(at: datetime, form: str) -> None:
    assert parse_date(form.format(at), NOW).at == at.replace(tzinfo=KST)


@given(st.text(max_size=300))
def test_no_text_breaks_the_parser_or_yields_a_date_to_come(text: str) -> None:
    dated = parse_date(text, NOW)

    assert (dated.at is None) == bool(dated.flag)
    assert dated.at is None or dated.at <= NOW + timedelta(hours=1)
    looks_like_date(text)
    date_in(text)


def test_an_embargo_is_read_only_while_it_lasts() -> None:
    text = "보도시점 2026. 11. 24.(화) 12:00 이후\n도는 24일 밝혔다."

    assert embargo_in(text, NOW) == datetime(2026, 11, 24, 12, tzinfo=KST)
    assert embargo_in(text, NOW + timedelta(days=2)) is None
    assert embargo_in("보도시점 : 배포 즉시\n2026. 11. 24. 행사를 연다", NOW) is None

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from crawlers.article import SourceError
from crawlers.dates import KST
from crawlers.schedule import next_due
from crawlers.sources import Source, catalogue, source_from

GOOD = {"id": "a", "agency": "견본도청", "kind": "feed", "url": "https://www.a.go.kr/rss"}
CHUSEOK = date(2026, 9, 25)


def test_four_keys_are_enough_and_such_a_source_is_on() -> None:
    assert source_from(GOOD) == Source("a", "견본도청", "feed", "https://www.a.go.kr/rss")
    assert source_from(GOOD).on


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"id": "a b"}, "id"),
        ({"id": 3}, "id"),
        ({"agency": " "}, "agency"),
        ({"kind": "rss"}, "kind"),
        ({"url": "ftp://a"}, "url"),
        ({"url": "http://u:p@a.go.kr/"}, "url"),
        ({"url": "http://a:99999/"}, "url"),
        ({"url": ""}, "url"),
        ({"state": "maybe"}, "state"),
        ({"interval": "soon"}, "interval"),
        ({"interval": 0}, "interval"),
        ({"interval": True}, "interval"),
        ({"intervall": 3}, "intervall"),
        ({"profile": {"row": "tr"}}, "profile.row"),
        ({"profile": "tr"}, "profile"),
        ({"profile": {"id": "("}}, "profile.id"),
        ({"profile": {"id": "x"}}, "profile.id"),
        ({"profile": {"detail": "/v"}}, "profile.detail"),
    ],
)
def test_a_wrong_entry_is_refused_by_the_key_at_fault(change: dict[str, Any], key: str) -> None:
    with pytest.raises(SourceError) as caught:
        source_from({**GOOD, **change})

    assert caught.value.code == key


@pytest.mark.parametrize("key", GOOD)
def test_each_of_the_four_keys_is_needed(key: str) -> None:
    with pytest.raises(SourceError) as caught:
        source_from({name: value for name, value in GOOD.items() if name != key})

    assert (caught.value.code, caught.value.detail) == (key, "missing")


@pytest.mark.parametrize(
    ("told", "span"),
    [
        (90, timedelta(seconds=90)),
        ("30m", timedelta(minutes=30)),
        ("2h", timedelta(hours=2)),
        ("5", timedelta(seconds=5)),
    ],
)
def test_an_interval_is_seconds_or_a_text(told: Any, span: timedelta) -> None:
    assert source_from({**GOOD, "interval": told}).interval == span


def test_the_shipped_catalogue_is_valid_unique_and_off_until_somebody_checked_it() -> None:
    sources = catalogue()

    assert len({source.id for source in sources}) == len(sources) >= 12
    assert not any(source.on for source in sources)
    assert all(source.evidence for source in sources)


def is_holiday(day: date) -> bool:
    return day == CHUSEOK


@pytest.mark.parametrize(
    ("at", "least", "most"),
    [
        ("2026-11-23T11:30", "2026-11-23T12:00", "2026-11-23T12:03"),  # Monday, office hours
        ("2026-11-23T19:00", "2026-11-23T21:00", "2026-11-23T21:12"),  # evening
        ("2026-11-22T11:00", "2026-11-22T13:00", "2026-11-22T13:12"),  # Sunday
        ("2026-09-25T11:00", "2026-09-25T13:00", "2026-09-25T13:12"),  # a holiday
        ("2026-11-23T23:00", "2026-11-24T06:00", "2026-11-24T06:00"),  # nothing in the night
        ("2026-11-23T03:00", "2026-11-23T06:00", "2026-11-23T06:00"),
        ("2026-11-23T08:00", "2026-11-23T09:00", "2026-11-23T09:00"),  # the office opens before two hours are over
    ],
)
def test_sources_are_asked_when_offices_publish(at: str, least: str, most: str) -> None:
    moment, first, last = (datetime.fromisoformat(text).replace(tzinfo=KST) for text in (at, least, most))

    assert first <= next_due(source_from(GOOD), moment, is_holiday) <= last


def test_hints_only_lengthen_and_failures_back_off_to_a_day() -> None:
    now = datetime(2026, 11, 23, 11, 30, tzinfo=KST)
    own = source_from({**GOOD, "interval": "10m"})

    assert next_due(own, now, is_holiday, timedelta(minutes=1)) == now + timedelta(minutes=10)
    assert next_due(own, now, is_holiday, timedelta(hours=3)) == now + timedelta(hours=3)
    assert next_due(own, now, is_holiday, timedelta(days=9)) == now + timedelta(days=1)
    assert next_due(own, now, is_holiday, failures=10) == now + timedelta(minutes=20)
    assert next_due(own, now, is_holiday, failures=500) == now + timedelta(days=1)

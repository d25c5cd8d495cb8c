from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.daysoff import is_holiday
from crawlers import usual
from crawlers.dates import KST
from crawlers.health import answered, assess, failed
from crawlers.sources import source_from
from crawlers.state import SourceState

SOURCE = source_from({"id": "s", "agency": "가", "kind": "board", "url": "http://a.go.kr/"})


def kst(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=KST).astimezone(UTC)


def daily(days: int, until: str = "2026-11-20", step: int = 1) -> list[datetime]:
    """Dates of a board, newest first: one document every `step` workdays."""
    found: list[datetime] = []
    day = kst(until)
    while len(found) < days:
        if day.astimezone(KST).weekday() < 5 and not is_holiday(day.astimezone(KST).date()):
            found.append(day)
        day -= timedelta(days=1)
    return found[::step]


def first(listed: list[datetime], now: str = "2026-11-20T11:00") -> SourceState:
    return usual.learn_first(SourceState(entries=10), listed, kst(now), is_holiday)


def named(state: SourceState) -> tuple[str, str]:
    health = assess(SOURCE, state)
    return health.state, health.error


def test_working_time_knows_no_nights_weekends_and_holidays() -> None:
    # Chuseok of 2026 is Thursday 24 to Saturday 26 September
    assert usual.worked(kst("2026-09-23T17:00"), kst("2026-09-28T10:00"), is_holiday) == timedelta(hours=2)
    assert usual.worked(kst("2026-11-20T18:30"), kst("2026-11-23T08:30"), is_holiday) == timedelta()
    assert usual.worked(kst("2026-11-23T10:00"), kst("2026-11-23T10:30"), is_holiday) == timedelta(minutes=30)


def test_a_source_is_stale_after_three_of_its_usual_gaps() -> None:
    state = first(daily(10))

    fresh = answered(state, kst("2026-11-24T17:00"), is_holiday)
    stale = answered(state, kst("2026-11-26T17:00"), is_holiday)

    assert named(fresh) == ("ok", "")
    assert named(stale) == ("sick", "stale")
    assert assess(SOURCE, stale).usual_gap == timedelta(hours=9)
    assert stale.evidence == ("newest 2026-11-20 00:00 KST, 44 working hours ago; usual gap 9, limit 27")


def test_a_dead_feed_that_serves_the_same_old_list_is_found_at_first_sight() -> None:
    assert named(answered(first(daily(20, "2026-10-30")), kst("2026-11-20T11:00"), is_holiday)) == ("sick", "stale")


def test_a_list_without_dates_is_judged_by_what_newly_appeared() -> None:
    state, now = first([]), kst("2026-11-20T11:00")
    for _ in range(6):
        now += timedelta(days=7)
        state = answered(usual.learn_new(state, [None], now, is_holiday), now, is_holiday)
        assert named(state) == ("ok", "")

    assert named(answered(state, now + timedelta(days=14), is_holiday)) == ("ok", "")
    assert named(answered(state, now + timedelta(days=28), is_holiday)) == ("sick", "stale")


@pytest.mark.parametrize("listed", [daily(5), [*daily(40, step=8)]])
def test_few_gaps_are_no_reason_to_judge(listed: list[datetime]) -> None:
    assert named(answered(first(listed), kst("2027-03-20T11:00"), is_holiday)) == ("ok", "")


def test_a_rare_publisher_may_be_silent_for_long() -> None:
    state = first(daily(200, step=20))

    assert named(answered(state, kst("2026-12-21T11:00"), is_holiday)) == ("ok", "")
    assert named(answered(state, kst("2027-03-20T11:00"), is_holiday)) == ("sick", "stale")


def test_bursts_do_not_make_the_silence_between_them_a_sickness() -> None:
    months = [kst(f"2026-{month:02}-10T{hour}:00") for month in range(11, 4, -1) for hour in (16, 15, 14, 11, 10)]

    assert named(answered(first(months), kst("2026-12-09T11:00"), is_holiday)) == ("ok", "")


def test_old_notices_pinned_to_the_top_do_not_widen_the_usual_gap() -> None:
    pinned = [kst("2023-01-02"), kst("2024-05-07"), *daily(10)]

    assert usual.usual_gap(first(pinned)) == timedelta(hours=9)


def test_a_long_chuseok_is_no_silence() -> None:
    state = first(daily(10, "2026-09-23"), "2026-09-23T17:00")

    assert named(answered(state, kst("2026-09-29T09:00"), is_holiday)) == ("ok", "")


def test_an_archive_listed_anew_is_no_sign_of_life() -> None:
    state = replace(first(daily(10)), newest_at=kst("2026-11-20"))

    again = usual.learn_new(state, [kst("2024-01-05")], kst("2026-12-20T11:00"), is_holiday)

    assert again.fresh_at == state.fresh_at


def test_half_the_rows_are_a_sickness_told_at_once_and_over_when_they_are_back() -> None:
    now, state = kst("2026-11-20T11:00"), SourceState()
    for _ in range(3):
        state = answered(usual.learn_rows(replace(state, entries=10), 10, now), now, is_holiday)
    fewer = answered(usual.learn_rows(replace(state, entries=4), 4, now), now, is_holiday)
    back = answered(usual.learn_rows(replace(fewer, entries=10), 10, now), now, is_holiday)

    assert (named(fewer), fewer.evidence) == (("sick", "fewer_rows"), "4 rows, usually 10")
    assert (named(back), back.sick_since, back.recovered_at) == (("ok", ""), None, now)


def test_a_list_that_is_now_long_and_now_short_is_well() -> None:
    now, state = kst("2026-11-20T11:00"), SourceState()
    for rows in (12, 3, 15, 4, 14, 3, 13, 3):
        state = answered(usual.learn_rows(replace(state, entries=rows), rows, now), now, is_holiday)
    again = answered(usual.learn_rows(replace(state, entries=3), 3, now), now, is_holiday)

    assert named(again) == ("ok", "")


@pytest.mark.parametrize(
    ("code", "polls"), [("gone", 1), ("no_rows", 1), ("robots", 1), ("tls", 2), ("dns", 2), ("status_403", 2),
                        ("status_500", 3), ("timeout", 3), ("parser_timeout", 3)],
)  # fmt: skip
def test_patience_depends_on_the_fault(code: str, polls: int) -> None:
    now, state, states = kst("2026-11-20T11:00"), SourceState(), []
    for _ in range(3):
        state = failed(state, code, "x" * 999, now)
        states.append(assess(SOURCE, state).state)

    assert states == ["failing"] * (polls - 1) + ["sick"] * (4 - polls)
    assert len(state.evidence) <= 200


def test_a_source_that_falls_sick_again_within_a_day_must_be_well_for_three_polls() -> None:
    now = kst("2026-11-20T11:00")
    state = failed(SourceState(), "no_rows", "", now)
    state = answered(state, now, is_holiday)
    assert named(state) == ("ok", "")
    since = now + timedelta(hours=1)
    state = failed(state, "no_rows", "", since)

    states = []
    for hours in (2, 3, 4):
        state = answered(state, now + timedelta(hours=hours), is_holiday)
        states.append(named(state))

    assert states == [("sick", "no_rows"), ("sick", "no_rows"), ("ok", "")]


def test_a_sickness_that_changes_its_face_is_the_same_one() -> None:
    now = kst("2026-11-20T11:00")
    state = failed(SourceState(), "no_rows", "", now)
    state = failed(state, "status_500", "", now + timedelta(hours=1))

    assert (assess(SOURCE, state).state, state.sick_since) == ("sick", now)

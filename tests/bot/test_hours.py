"""When somebody may be spoken to: days off, holidays, leave, pauses, digests and mornings, as pure rules."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import KST
from bot.daysoff import is_holiday
from bot.hours import (
    USUAL,
    Hours,
    Instant,
    Leave,
    decide,
    free_at,
    is_free,
    leave_of,
    next_briefing,
    next_digest,
    next_working_morning,
)
from bot.hours_words import NoSuchDayError, clocks_in, days, rest_until


def kst(month: int, day: int, hour: int = 0, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=KST).astimezone(UTC)


MONDAY = date(2026, 11, 23)
NOW = kst(11, 23, 11, 30)
ALWAYS = replace(USUAL, opens=time(), closes=time(), weekends=True)


@pytest.mark.parametrize(
    ("at", "free"),
    [
        (kst(11, 23, 8, 29), False), (kst(11, 23, 8, 30), True), (kst(11, 23, 17, 59), True), (kst(11, 23, 18), False),
        (kst(11, 28, 12), False), (kst(11, 29, 12), False),
        (kst(12, 25, 12), False), (kst(1, 1, 12, year=2027), False),
        (kst(2, 8, 12, year=2027), False),  # 설날 falls on a Sunday: Tuesday stands in for it, Monday is its morrow
        (kst(5, 5, 12, year=2027), False),
    ],
)  # fmt: skip
def test_working_days_from_half_past_eight_to_six(at, free):
    assert is_free(USUAL, at, is_holiday) is free


NOON = replace(USUAL, noon=(time(12), time(13)))


@pytest.mark.parametrize(
    ("at", "free"),
    [
        (kst(11, 23, 11, 59), True), (kst(11, 23, 12), False), (kst(11, 23, 12, 59), False), (kst(11, 23, 13), True),
        (kst(11, 23, 3), False), (kst(11, 28, 12, 30), False), (kst(11, 23, 19), False),
    ],
)  # fmt: skip
def test_a_noon_is_quiet_beside_the_night(at, free):
    assert is_free(NOON, at, is_holiday) is free


def test_days_off_and_leave_end_in_the_morning_for_whoever_has_no_quiet_hours():
    hours = replace(USUAL, opens=time(), closes=time())
    away = replace(hours, weekends=True, leaves=(leave_of(date(2026, 11, 24), date(2026, 11, 25)),))

    assert next_digest(hours, kst(11, 28, 12), is_holiday) == kst(11, 30, 8, 30)
    assert next_digest(replace(hours, briefing=time(9)), kst(11, 28, 12), is_holiday) == kst(11, 30, 9)
    assert next_digest(away, kst(11, 24, 12), is_holiday) == kst(11, 26, 8, 30)
    assert is_free(hours, kst(11, 30, 0, 30), is_holiday)


def test_what_waits_over_a_noon_comes_when_it_ends():
    assert next_digest(NOON, kst(11, 23, 12, 10), is_holiday) == kst(11, 23, 13)
    assert next_digest(NOON, kst(11, 28, 12, 10), is_holiday) == kst(11, 30, 8, 30)
    assert next_digest(replace(NOON, digests=(time(12, 30),)), kst(11, 23, 11), is_holiday) == kst(11, 24, 8, 30)
    assert not decide("reminder", NOON, kst(11, 23, 12, 30), is_holiday).now


@pytest.mark.parametrize(
    ("at", "then"),
    [
        (kst(11, 23, 11, 30), kst(11, 23, 11, 30)),
        (kst(11, 23, 20), kst(11, 24, 8, 30)),
        (kst(11, 24, 3), kst(11, 24, 8, 30)),
        (kst(11, 27, 18), kst(11, 30, 8, 30)),
        (kst(12, 24, 18), kst(12, 28, 8, 30)),  # Christmas is a Friday
        (kst(12, 31, 18), kst(1, 4, 8, 30, year=2027)),
    ],
)
def test_what_waits_waits_for_the_next_opening(at, then):
    assert free_at(USUAL, at, is_holiday) == then


def test_within_the_day_what_is_over_the_budget_comes_after_lunch_or_before_the_day_ends():
    assert next_digest(USUAL, NOW, is_holiday) == kst(11, 23, 13, 10)
    assert next_digest(USUAL, kst(11, 23, 14), is_holiday) == kst(11, 23, 17, 30)
    assert next_digest(USUAL, kst(11, 23, 17, 45), is_holiday) == kst(11, 24, 8, 30)
    assert next_digest(USUAL, kst(11, 27, 17, 45), is_holiday) == kst(11, 30, 8, 30)


def test_the_night_waits_for_the_briefing_where_one_is_wanted():
    mine = replace(USUAL, briefing=time(9, 10))

    assert next_digest(mine, kst(11, 23, 20), is_holiday) == kst(11, 24, 9, 10)
    assert next_briefing(mine, NOW, is_holiday) == kst(11, 24, 9, 10)
    assert next_briefing(mine, kst(12, 24, 10), is_holiday) == kst(12, 28, 9, 10)
    assert next_briefing(USUAL, NOW, is_holiday) is None
    away = replace(mine, leaves=(leave_of(date(2026, 11, 24), date(2026, 11, 25)),))
    assert next_briefing(away, NOW, is_holiday) == kst(11, 26, 9, 10)


def test_leave_ends_with_its_last_day_and_a_half_at_two():
    assert leave_of(date(2026, 11, 23), date(2026, 11, 23), "오후") == Leave(kst(11, 23, 14), kst(11, 24))
    assert leave_of(date(2026, 11, 23), date(2026, 11, 23), "오전") == Leave(kst(11, 23), kst(11, 23, 14))
    away = replace(USUAL, leaves=(leave_of(date(2026, 12, 24), date(2026, 12, 26)),))

    assert free_at(away, kst(12, 24, 10), is_holiday) == kst(12, 28, 8, 30)
    assert is_free(away, kst(12, 23, 10), is_holiday)


def test_a_pause_ends_when_it_was_said_and_not_at_the_next_digest():
    resting = replace(USUAL, rests_until=kst(11, 23, 13, 45))

    assert next_digest(resting, NOW, is_holiday) == kst(11, 23, 13, 45)


def test_hours_over_midnight_and_hours_without_quiet():
    night = replace(USUAL, opens=time(22), closes=time(6), weekends=True)

    assert is_free(night, kst(11, 23, 23), is_holiday)
    assert is_free(night, kst(11, 24, 5), is_holiday)
    assert not is_free(night, NOW, is_holiday)
    assert all(is_free(ALWAYS, NOW + timedelta(hours=n), is_holiday) for n in range(200))


@pytest.mark.parametrize(
    ("kind", "at", "now"),
    [
        ("instant", kst(11, 23, 20), False), ("correction", kst(11, 23, 20), False), ("notice", kst(11, 23, 20), False),
        ("alert", kst(11, 23, 3), False), ("reminder", kst(11, 23, 20), True), ("reminder", kst(11, 23, 22), False),
        ("reminder", kst(11, 28, 12), False), ("notice", NOW, True),
    ],
)  # fmt: skip
def test_each_kind_by_its_own_sense_of_time(kind, at, now):
    assert decide(kind, USUAL, at, is_holiday).now is now


def test_the_threshold_is_the_persons_own():
    for instant, low, high in (
        (Instant.ALL, True, True),
        (Instant.IMPORTANT, False, True),
        (Instant.NONE, False, False),
    ):
        mine = replace(USUAL, instant=instant)
        assert decide("instant", mine, NOW, is_holiday, 0.5).now is low
        assert decide("instant", mine, NOW, is_holiday, 0.9).now is high
        assert decide("correction", mine, NOW, is_holiday).now


TIMES = st.times().map(lambda value: value.replace(second=0, microsecond=0))
HOURS = st.builds(
    Hours,
    opens=TIMES,
    closes=TIMES,
    weekends=st.booleans(),
    briefing=st.none() | TIMES,
    digests=st.lists(TIMES, min_size=1, max_size=4).map(tuple),
    rests_until=st.none() | st.integers(0, 5_000).map(lambda minutes: NOW + timedelta(minutes=minutes)),
    leaves=st.lists(
        st.tuples(st.integers(-3, 20), st.integers(0, 9)).map(
            lambda pair: leave_of(MONDAY + timedelta(days=pair[0]), MONDAY + timedelta(days=sum(pair)))
        ),
        max_size=3,
    ).map(tuple),
)  # fmt: skip


@given(HOURS, st.integers(0, 60 * 24 * 40).map(lambda minutes: NOW + timedelta(minutes=minutes)))
def test_a_digest_never_comes_before_now_nor_into_quiet(hours, at):
    then = next_digest(hours, at, is_holiday)

    assert then >= at
    assert then - at < timedelta(days=60)
    if hours.briefing is None:
        assert is_free(hours, then, is_holiday)


@given(st.text(max_size=60))
def test_nothing_that_is_typed_breaks_the_reading(text):
    rest_until(text, NOW)
    clocks_in(text)
    with contextlib.suppress(NoSuchDayError):
        days(text, NOW)


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("알림 잠시 멈춤 2시간", kst(11, 23, 13, 30)), ("30분만 알림 꺼줘", kst(11, 23, 12)),
        ("알림 멈춤 3시까지", kst(11, 23, 15)), ("오후 6시까지 알림 멈춰", kst(11, 23, 18)),
        ("알림 멈춤 오늘", kst(11, 24)), ("내일까지 알림 멈춤", kst(11, 25)), ("알림 멈춤", None),
        ("알림 멈춤 999시간", None),
    ],
)  # fmt: skip
def test_how_long_a_pause_is(text, until):
    assert rest_until(text, NOW) == until


def test_tomorrow_morning_is_the_next_working_one():
    assert next_working_morning(kst(11, 27, 15), USUAL, is_holiday) == kst(11, 30, 8, 30)

"""Lengths of time as people say them, of one piece or of several."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from bot.again_words import again_at
from bot.durations import length_in
from bot.hours_words import rest_until

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)  # a Monday, 11:30 in Korea


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("2시간 30분", 150), ("2시간30분만", 150), ("두 시간 삼십분", 150), ("두시간반", 150), ("한시간 반", 90),
        ("1시간 반 정도", 90), ("1.5시간", 90), ("90분", 90), ("반시간", 30), ("반나절", 240), ("하루 반 동안", 2160),
        ("이틀 반", 3600), ("하루 반나절", 1680), ("3일", 4320), ("알림 멈춤 1시간 20분", 80), ("1시간하고 10분", 70),
    ],
)  # fmt: skip
def test_all_pieces_of_a_length_are_read(said, minutes):
    assert length_in(said) == timedelta(minutes=minutes)


@pytest.mark.parametrize("said", ["2시 30분까지", "12월 3일", "오늘", "하루", "5분기", "10건", "두시 반", "주말", ""])
def test_a_clock_a_date_and_a_day_are_no_length(said):
    assert length_in(said) is None


@pytest.mark.parametrize(
    ("said", "minutes"),
    [("2시간 30분", 150), ("한 시간 반만 조용히", 90), ("하루 반 동안 알림 꺼줘", 2160), ("40분", 40)],
)
def test_a_pause_lasts_as_long_as_was_said(said, minutes):
    assert rest_until(said, NOW) == NOW + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("1시간 30분 뒤에 다시 알려줘", 90),
        ("한시간 반 있다가 다시", 90),
        ("30분 뒤에 다시", 30),
        ("반 시간 뒤 다시", 30),
    ],
)
def test_what_is_put_off_comes_back_after_all_of_it(said, minutes):
    assert again_at(said, NOW, time(8, 30)) == NOW + timedelta(minutes=minutes)

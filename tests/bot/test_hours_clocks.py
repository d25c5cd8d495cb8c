"""Times of day as people say them: noon, midnight, the small hours; and how long a pause is."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from bot.clock import KST
from bot.clock_words import hour_said, numbered
from bot.hours_words import clocks_in, rest_until
from bot.trip_times import find

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=KST).astimezone(UTC)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("밤 12시~7시", ["00:00", "07:00"]), ("밤 12시부터 아침 7시까지 조용히", ["00:00", "07:00"]),
        ("오전 12시", ["00:00"]), ("낮 12시", ["12:00"]), ("오후 12시", ["12:00"]), ("밤 1시", ["01:00"]),
        ("밤 11시~새벽 5시", ["23:00", "05:00"]),
        ("새벽 12시 반", ["00:30"]), ("자정부터 6시까지", ["00:00", "06:00"]),
        ("정오", ["12:00"]), ("정오~오후 1시", ["12:00", "13:00"]),
        ("점심 12시~1시", ["12:00", "01:00"]),
        ("낮 1시", ["13:00"]), ("저녁 6시 반", ["18:30"]), ("저녁 12시", ["00:00"]),
        ("밤 10시~12시", ["22:00", "00:00"]),
        ("24시", ["00:00"]), ("0시", ["00:00"]), ("12시", ["12:00"]), ("22:30~07:10", ["22:30", "07:10"]),
        ("8시 40분", ["08:40"]), ("오후 3시 5분", ["15:05"]), ("일곱시 반", ["07:30"]), ("밤 열두시", ["00:00"]),
        ("오전 10시, 오후 4시", ["10:00", "16:00"]), ("새벽 6시", ["06:00"]), ("아침 7시", ["07:00"]),
        ("25시", []), ("새벽 23시", []), ("7시 70분", []), ("2시간", []), ("낮 8시", []), ("개정오류 없음", []),
    ],
)  # fmt: skip
def test_each_clock_as_it_is_said(said, expected):
    assert clocks_in(said) == [time.fromisoformat(one) for one in expected]


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("알림 멈춤 밤 12시까지", at(24, 0)), ("알림 멈춤 자정까지", at(24, 0)), ("알림 멈춤 정오까지", at(23, 12)),
        ("알림 멈춤 내일 오후 3시까지", at(24, 15)), ("내일 아침 9시까지 알림 꺼줘", at(24, 9)),
        ("금요일 13시까지 알림 멈춤", at(27, 13)), ("오후 2시부터 4시까지 알림 꺼줘", None),
        ("알림 멈춤 내일", None), ("알림 멈춤 다음 주", None),
        ("알림 멈춤 어제 3시까지", None), ("알림 멈춤 다음 주 화요일까지", datetime(2026, 12, 1, 15, tzinfo=UTC)),
        ("알림 멈춤 밤 1시까지", at(24, 1)),
    ],
)  # fmt: skip
def test_a_pause_ends_when_it_was_said(said, until):
    assert rest_until(said, NOW) == until


@pytest.mark.parametrize(
    ("said", "start"),
    [
        ("내일 밤 12시 출발", time(0)), ("내일 낮 12시 출발", time(12)), ("내일 새벽 5시 출발", time(5)),
        ("내일 오전 12시 출발", time(0)), ("내일 밤 1시 출발", time(1)), ("내일 정오 출발", time(12)),
        ("내일 저녁 6시 출발", time(18)), ("내일 2시 출발", time(14)),
    ],
)  # fmt: skip
def test_a_trip_reads_the_same_clock(said, start):
    assert find(said, NOW.astimezone(KST))[0].start == start


def test_a_half_that_has_no_such_hour_is_none():
    assert hour_said("새벽", 23) is None
    assert hour_said("오후", 14) == 14
    assert hour_said("아침", 12) is None
    assert numbered("자정에") == "밤 12시에"

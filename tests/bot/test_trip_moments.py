"""Moments of a trip in people's own words."""

from __future__ import annotations

import re
from datetime import date, datetime, time

import pytest

from attest.trip import LegKind
from bot.trip_moments import NOT_YET, TOLD, moments, unclear

NOON = datetime(2026, 11, 23, 18, 0)  # noqa: DTZ001 - Korean time, as the parser takes it
DEPARTED, ARRIVED, RETURNED = LegKind.DEPARTED, LegKind.ARRIVED, LegKind.RETURNED


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("지금 나갑니다", DEPARTED),
        ("차에 탔어요", DEPARTED),
        ("김해로 가는 중입니다", DEPARTED),
        ("현장에 왔습니다", ARRIVED),
        ("연구소 들어왔어요", ARRIVED),
        ("사무실 들어왔습니다", RETURNED),
        ("출장 끝났습니다", RETURNED),
        ("다 마치고 왔어요", RETURNED),
    ],
)
def test_a_moment_without_its_word(text, kind):
    assert next(one for one, pattern in TOLD.items() if re.fullmatch(pattern, text)) is kind


@pytest.mark.parametrize("text", ["집으로 갑니다", "식당", "왔나요?", "출장 목록", "내일 갑니다", "재난안전"])
def test_other_words_are_no_moment(text):
    assert not any(re.fullmatch(pattern, text) for pattern in TOLD.values())


@pytest.mark.parametrize(
    "text", ["아직", "안 했어요", "못했습니다", "하면 뭐 누르나요", "하기 10분 전입니다", "명령 관련 보도자료 찾아줘"]
)
def test_what_is_denied(text):
    assert NOT_YET.search(text)


@pytest.mark.parametrize("text", ["13시 40분", "했습니다", "12시 30분이었어요", "완료", "사무실", "방금"])
def test_what_is_not_denied(text):
    assert not NOT_YET.search(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("출발 12:40 도착 13:50 복귀 17:00", [(DEPARTED, "12:40"), (ARRIVED, "13:50"), (RETURNED, "17:00")]),
        ("복귀는 5시, 출발은 12시 반이었습니다", [(DEPARTED, "12:30"), (RETURNED, "17:00")]),
        ("1시에 출발해서 2시 10분에 도착했어요", [(DEPARTED, "13:00"), (ARRIVED, "14:10")]),
    ],
)
def test_several_moments_with_an_hour_each(text, told):
    found = [(kind, span.start) for kind, span in moments(text, NOON)]
    assert found == [(kind, time.fromisoformat(hour)) for kind, hour in told]


@pytest.mark.parametrize(
    "text", ["출발 12:40", "출발 도착 14:00", "도착 14:00 출발 15:00", "도착 출발 깜빡", "출발 1시 출발 2시"]
)
def test_what_is_not_plain_tells_no_moments(text):
    assert moments(text, NOON) == []


def test_the_day_is_that_of_all_its_moments():
    assert {span.day for _, span in moments("어제 출발 9시 복귀 17시", NOON)} == {date(2026, 11, 22)}


@pytest.mark.parametrize("text", ["도착이랑 복귀를 깜빡 각각 2시, 5시", "출발은 찍었는데 복귀를 깜빡 5시"])
def test_hours_that_may_belong_to_either_moment_are_unclear(text):
    assert unclear(text, NOON)


@pytest.mark.parametrize("text", ["출발 12:40 도착 13:50", "복귀 깜빡 5시", "도착 출발 깜빡"])
def test_what_is_clear(text):
    assert not unclear(text, NOON)

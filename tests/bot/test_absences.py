"""Days of somebody else's leave, in every spelling: never open where an end was said, never read where it can't be."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.absences import absence, span_in
from bot.carrying import Known
from bot.clock import KST
from bot.hours_words import NoSuchDayError

NOW = datetime(2026, 11, 23, 11, 30, tzinfo=KST)
KNOWN = Known(["서마루", "한여울"], ["총무과"], (), NOW)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("12/1~12/31", "2026.12.1~2026.12.31"),
        ("12.1-31", "2026.12.1~2026.12.31"),
        ("12월 1일부터 31일까지", "2026.12.1~2026.12.31"),
        ("20261201~20261231", "2026.12.1~2026.12.31"),
        ("다음주 내내", "2026.11.30~2026.12.4"),
        ("이번달 말까지", "2026.11.30까지"),
        ("12월 말까지", "2026.12.31까지"),
        ("연말까지", "2026.12.31까지"),
        ("내년 5월 말까지", "2027.5.31까지"),
        ("내년 2월 10일까지", "2027.2.10까지"),
        ("2027-05-31까지", "2027.5.31까지"),
        ("다음주까지", "2026.12.4까지"),
        ("12월 한 달간", "2026.12.1~2026.12.31"),
        ("다음 달 한 달", "2026.12.1~2026.12.31"),
        ("내일부터 6개월", "2026.11.24~2027.5.23"),
        ("12/1부터 1년", "2026.12.1~2027.11.30"),
        ("12/1부터 다음달 말까지", "2026.12.1~2026.12.31"),
        ("12/1부터", "2026.12.1부터"),
    ],
)
def test_every_spelling_of_a_range_has_its_two_days(said, told):
    found = span_in(said, NOW)

    assert found is not None
    assert found.told == told


def test_days_that_no_calendar_holds_are_not_read():
    with pytest.raises(NoSuchDayError):
        span_in("13월 40일까지", NOW)
    assert span_in("서마루", NOW) is None


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("서마루 주무관 12월 1일부터 31일까지 병가", "휴직 처리 서마루 2026.12.1~2026.12.31"),
        ("서마루씨 오늘부터 이번달말까지 병가 냈어요", "휴직 처리 서마루 2026.11.23~2026.11.30"),
        ("서마루 다음주 내내 병가예요", "휴직 처리 서마루 2026.11.30~2026.12.4"),
        ("한여울 육아휴직 12/1부터 1년", "휴직 처리 한여울 2026.12.1~2027.11.30"),
        ("서마루 주무관 이번달 말까지 휴직", "휴직 처리 서마루 2026.11.30까지"),
        ("서 주무관 12월 한 달 병가", "휴직 처리 서주무관 2026.12.1~2026.12.31"),
        ("저 다음주 병가예요", ""),
        ("서마루 병가 언제까지야", ""),
        ("서마루 다음주 휴가", ""),
        ("12월 1일부터 31일까지 병가", ""),
        ("서마루 휴직 취소", ""),
    ],
)
def test_somebody_elses_leave_comes_to_the_command_that_reads_it_back(said, command):
    assert absence(said, KNOWN) == command

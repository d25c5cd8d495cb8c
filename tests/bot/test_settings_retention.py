"""How long an institution keeps what: defaults, bounds that the law sets, and the day on which a thing is due."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.clock import KST
from bot.settings import SettingsError, parse
from bot.settings_retention import Retention, months_before

TABLE = '[[institution]]\nid = "a"\nname = "가"\n[institution.retention]\n'


def retention(lines: str) -> Retention:
    return parse(TABLE + lines + "\n", {}, file_mode=0o600).institutions[0].retention


def test_without_a_word_the_periods_are_those_of_the_law():
    assert retention("") == Retention(
        claimed_years=5, unclaimed_months=12, looks_months=24, audits_years=5, consents_years=3, left_days=30
    )


def test_an_institution_sets_its_own():
    assert retention("unclaimed_months = 3\nclaimed_years = 10\nlooks_months = 12").unclaimed_months == 3


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("looks_months = 11", "12개월보다 짧게 둘 수 없습니다(개인정보의 안전성 확보조치 기준 제8조제1항)"),
        ("claimed_years = 4", "5년보다 짧게 둘 수 없습니다(지방재정법 제82조"),
        ("unclaimed_months = 0", "1 이상"),
        ("left_days = 400", "365 이하"),
        ("looks_months = true", "정수"),
        ("for_ever = true", "모르는 항목"),
    ],
)
def test_less_than_the_law_asks_is_a_fault_of_the_settings(line, says):
    with pytest.raises(SettingsError) as caught:
        retention(line)

    (fault,) = caught.value.faults
    assert fault.line == 5
    assert says in str(fault)


def test_a_month_ago_is_the_same_day_or_the_last_of_a_shorter_month():
    def ago(year: int, month: int, day: int, months: int) -> str:
        return f"{months_before(datetime(year, month, day, 3, tzinfo=KST), months).astimezone(KST):%Y-%m-%d %H}"

    assert ago(2026, 11, 30, 12) == "2025-11-30 03"
    assert ago(2026, 3, 31, 1) == "2026-02-28 03"
    assert ago(2028, 3, 31, 1) == "2028-02-29 03"
    assert ago(2027, 1, 31, 2) == "2026-11-30 03"
    assert ago(2026, 12, 15, 24) == "2024-12-15 03"


def test_what_was_claimed_counts_from_the_january_after():
    rule = Retention(claimed_years=5)
    claimed = datetime(2026, 12, 30, tzinfo=UTC)

    assert claimed > rule.claimed_before(datetime(2031, 12, 31, 12, tzinfo=KST))
    assert claimed < rule.claimed_before(datetime(2032, 1, 1, 4, tzinfo=KST))

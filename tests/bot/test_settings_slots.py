"""`[institution.cafeteria.slots]`: other weeks, other tables by date, rests; contradictions are told by line."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest

from bot.daysoff import is_holiday
from bot.plans import declared
from bot.settings import SettingsError, load
from bot.settings_slots import MonthlyDay, monthly_of

HEAD = """[[institution]]
id = "a"
name = "가"
[[institution.cafeteria]]
id = "main"
name = "식당"
seats = 10
"""
SLOTS = (
    HEAD
    + """closed_monthly = ["셋째 수요일"]
posts = "weekly"
[institution.cafeteria.slots]
first_monday = 2026-01-05
times = ["11:40", "12:00"]
groups = [["총무과"], ["농정과", "도로과"]]
"""
)
LATER = "[[institution.cafeteria.slots.later]]\n"


def of(tmp_path: Path, text: str):
    config = tmp_path / "dobi.toml"
    config.write_text(text, encoding="utf-8")
    return load(config).institutions[0].cafeterias[0]


def faults(tmp_path: Path, text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(SettingsError) as raised:
        of(tmp_path, text)
    return [(fault.line, fault.key, fault.message) for fault in raised.value.faults]


def test_everything_that_the_file_may_say_of_slots_makes_the_calendar(tmp_path):
    site = of(
        tmp_path,
        SLOTS
        + """minutes = [20, 30]
held = [2026-02-09]
closed_weeks = "hold"
fixed = ["총무과"]
public = ["농정과"]
[[institution.cafeteria.slots.week]]
monday = 2026-03-02
order = [2, 1]
[[institution.cafeteria.slots.later]]
since = 2026-07-01
groups = [["총무과", "도로과"], ["농정과"]]
""",
    )

    plan = declared(site, is_holiday)
    assert plan is not None
    assert site.posts == "weekly"
    assert site.slots.fixed == ("총무과",)
    assert not plan.is_open(date(2026, 1, 21))
    assert plan.closes == time(12, 30)
    assert plan.order(date(2026, 2, 9)) == plan.order(date(2026, 2, 2))
    assert plan.order(date(2026, 3, 2)) == (1, 0)
    assert plan.on(date(2026, 6, 30)).groups == (("총무과",), ("농정과", "도로과"))
    assert plan.on(date(2026, 7, 1)).groups == (("총무과", "도로과"), ("농정과",))


@pytest.mark.parametrize(
    ("more", "line", "key", "told"),
    [
        ('minutes = [20]\n', 14, "minutes", "시각과 분의 수가 다릅니다"),
        ('minutes = 30\n', 14, "minutes", "다음 차례와 겹칩니다"),
        ('held = [2026-01-05]\n', 14, "held", "처음 주"),
        ('held = [2026-02-10]\n', 14, "held", "월요일이어야"),
        ('closed_weeks = "stop"\n', 14, "closed_weeks", "advance, hold"),
        ('fixed = ["없는과"]\n', 14, "fixed", "어느 조에도 없는 부서"),
        ('[[institution.cafeteria.slots.week]]\nmonday = 2026-03-02\norder = [1, 1]\n', 16, "order", "한 번씩"),
        (LATER + 'since = 2026-07-01\ngroups = [["가"]]\n', 16, "groups", "시각 2개, 조 1개"),
        (f"{LATER}since = 2026-07-01\n{LATER}since = 2026-06-01\n", 17, "since", "이른 날짜부터"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_told_by_line(tmp_path, more, line, key, told):
    found = faults(tmp_path, SLOTS + more)

    assert len(found) == 1, found
    assert found[0][0] == line
    assert found[0][1].endswith(key)
    assert told in found[0][2]


def test_a_monthly_rest_that_is_none_is_told(tmp_path):
    ((line, key, told),) = faults(tmp_path, HEAD + 'closed_monthly = ["여섯째 수요일"]\n')

    assert (line, key) == (8, "institution.cafeteria.closed_monthly")
    assert "셋째 수요일" in told


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("셋째 수요일", MonthlyDay(3, 2)), ("매월 마지막 금요일", MonthlyDay(-1, 4)),
        ("셋째 주 수요일", MonthlyDay(3, 2)),
        ("수요일", None), ("첫째 토요일", None),
    ],
)  # fmt: skip
def test_a_monthly_day_is_read(said, meant):
    assert monthly_of(said) == meant

"""The doctor names the amounts of travel pay that nobody entered, and is quiet where they are."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.settings import parse
from bot.travel_check import travel_pay

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
HOME = '[[institution]]\nid = "a"\nname = "가람시"\n'
RULE = '[[institution.travel.rule]]\nitem = "{}"\nvalue = 1\nsince = {}\narticle = "제4조"\n'


def check(text: str):
    (one,) = parse(text, {}, file_mode=0o600).institutions
    return travel_pay(one, NOW)


def test_where_nobody_entered_anything_it_is_said_and_nothing_is_to_be_looked_at():
    found = check(HOME)

    assert found.ok
    assert "정산서에서 비워 둡니다" in found.says


def test_an_amount_that_begins_tomorrow_is_missing_today():
    text = HOME + RULE.format("일비", "2026-11-23") + RULE.format("식비", "2026-11-24")

    found = check(text)

    assert (found.ok, found.needed) == (False, False)
    assert found.says.endswith("없는 항목: 식비, 숙박비 상한")


def test_nothing_missing_is_well():
    assert check(HOME + "".join(RULE.format(item, "2026-01-01") for item in ("일비", "식비", "숙박비 상한"))).ok

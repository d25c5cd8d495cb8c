"""An institution's travel rules come from its settings, and whatever is wrong there is told by line in plain Korean."""

from __future__ import annotations

from datetime import date

import pytest

from attest.allowance import Facts, allowances
from attest.travel_rules import Measure
from attest.trip import Area, Vehicle
from bot.settings import SettingsError, parse

WHOLE = """\
[[institution]]
id = "a"
name = "가람시"
[institution.office]
lat = 35.2279
lon = 128.6811
inside = ["창원시"]
[institution.travel]
ordinance = "가람시 지방공무원 여비 조례"
applies = "제6조"
distance = "왕복"
dedicated = ["kim"]
grades = { kim = "제2호" }
approval = ["담당", "과장"]
[[institution.travel.rule]]
item = "일비"
value = 25000
since = 2023-03-02
article = "별표 2"
law = "공무원 여비 규정"
[[institution.travel.rule]]
item = "숙박비 상한"
value = 100000
since = 2023-03-02
where = "서울특별시"
article = "제4조"
[[institution.person]]
id = "kim"
name = "김"
"""


def test_the_rules_reach_their_values():
    (one,) = parse(WHOLE, {}, file_mode=0o600).institutions

    rules = one.travel.rules
    assert rules.find("daily", date(2026, 11, 23)).value == 25_000
    assert rules.find("daily", date(2026, 11, 23)).articles[-1] == "공무원 여비 규정 별표 2"
    assert rules.find("lodging", date(2026, 11, 23), "서울특별시").articles[-1] == "가람시 지방공무원 여비 조례 제4조"
    assert rules.find("lodging", date(2026, 11, 23), "전라남도").value is None
    assert (rules.measure, rules.homes) == (Measure.ROUND, {"경상남도 창원시"})
    assert (rules.ordinance, rules.applies) == ("가람시 지방공무원 여비 조례", "제6조")
    assert (one.travel.dedicated, one.travel.grades, one.travel.approval) == (
        {"kim"},
        {"kim": "제2호"},
        ("담당", "과장"),
    )


def test_a_change_of_an_amount_is_an_entry_more():
    later = (
        '[[institution.travel.rule]]\nitem = "관내 4시간 이상"\nvalue = 25000\nsince = 2027-01-01\narticle = "제5조"\n'
    )
    (one,) = parse(WHOLE + later, {}, file_mode=0o600).institutions
    trip = {"minutes": 300, "area": Area.INSIDE, "vehicle": Vehicle.OWN}

    before, after = allowances([Facts(date(2026, 12, 31), **trip), Facts(date(2027, 1, 1), **trip)], one.travel.rules)

    assert (before.total, after.total) == (20_000, 25_000)
    assert after.articles[:2] == ("공무원 여비 규정 제18조제1항 본문(4시간 이상)", "가람시 지방공무원 여비 조례 제5조")


def test_an_institution_that_says_nothing_has_the_decree_alone():
    (one,) = parse('[[institution]]\nid = "a"\nname = "가"\n', {}, file_mode=0o600).institutions

    assert one.travel.rules.own == ()
    assert one.travel.approval == ("담당", "팀장", "과장")


@pytest.mark.parametrize(
    ("right", "wrong", "line", "key", "says"),
    [
        ('"일비"', '"일당"', 16, "institution.travel.rule.item", "혹시 일비입니까?"),
        ('"왕복"', '"반복"', 11, "institution.travel.distance", "왕복 또는 편도"),
        ("25000", '"이만"', 17, "institution.travel.rule.value", "정수"),
        ("25000", "-1", 17, "institution.travel.rule.value", "0 이상"),
        ('["kim"]', '["lee"]', 12, "institution.travel.dedicated", "이 기관에 없는 사람입니다: lee"),
        ('kim = "제2호"', 'lee = "제2호"', 13, "institution.travel.grades.lee", "이 기관에 없는 사람입니다: lee"),
        ('"서울특별시"', '"서울시"', 25, "institution.travel.rule.where", "모르는 지역입니다: 서울시"),
        ("applies", "applied", 10, "institution.travel.applied", "혹시 applies입니까?"),
        ("value = 25000\n", "", 15, "institution.travel.rule.value", "필요한 항목이 없습니다: value"),
        ("03-02\nwhere", "03-02\nuntil = 2022-01-01\nwhere", 22, "institution.travel.rule.item",
         "끝나는 날이 시작하는 날보다 앞입니다"),
        ('item = "숙박비 상한"\nvalue = 100000\nsince = 2023-03-02\nwhere = "서울특별시"',
         'item = "일비"\nvalue = 1\nsince = 2023-03-02', 22, "institution.travel.rule.item", "이미 있습니다: 일비"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_line(right, wrong, line, key, says):
    assert right in WHOLE
    with pytest.raises(SettingsError) as caught:
        parse(WHOLE.replace(right, wrong, 1), {}, file_mode=0o600)

    (fault,) = caught.value.faults
    assert (fault.line, fault.key) == (line, key)
    assert says in fault.message

"""Every worked case of `allowance_cases.tsv` comes out as derived by hand from the articles, cited and all.

The table was written from the text of 공무원 여비 규정 (대통령령 제36728호) before the code. Tokens of its facts:
in/out said, here/there the same or another 시, t= hours, r= and s= km one way by road and straight, ded, d= n= days and
nights, v= car|own|pub|share|?, lod= slips, ab= aboard, away=, meal=, fare=, actual=, must, where=, grade=, day=, home=
at=, g= one person's trips of a group, off cancelled.
"""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attest.allowance import Facts, Kind, Need, Note, allowances
from attest.places import by_code
from attest.travel_rules import Measure, Rule, Rules, decree, zone
from attest.trip import Area, Vehicle

TABLE = Path(__file__).parent / "allowance_cases.tsv"
DAY = date(2026, 11, 23)
VEHICLES = {
    "car": Vehicle.OFFICIAL, "own": Vehicle.OWN, "pub": Vehicle.PUBLIC, "share": Vehicle.SHARED, "?": Vehicle.UNKNOWN,
}  # fmt: skip
CITES = {
    "18①": "공무원 여비 규정 제18조제1항 본문(4시간 이상)",
    "18①짧": "공무원 여비 규정 제18조제1항 본문(4시간 미만)",
    "18①단": "공무원 여비 규정 제18조제1항 단서",
    "18②": "공무원 여비 규정 제18조제2항",
    "18②1": "공무원 여비 규정 제18조제2항제1호",
    "18②2": "공무원 여비 규정 제18조제2항제2호",
    "지2": "공무원보수 등의 업무지침(왕복 2km 이내는 실비)",
    "지일": "공무원보수 등의 업무지침(근무지 내 출장 1일 한도)",
    "일": "공무원 여비 규정 제16조제1항ㆍ제3항 및 별표 2(일비)",
    "반": "공무원 여비 규정 제16조제3항(공무용 차량)",
    "17①": "공무원 여비 규정 제17조제1항",
    "17②": "공무원 여비 규정 제17조제2항",
    "식": "공무원 여비 규정 제16조제1항ㆍ제5항 및 별표 2(식비)",
    "숙": "공무원 여비 규정 제16조제1항ㆍ제4항 및 별표 2(숙박비)",
    "숙더": "공무원 여비 규정 제16조제1항 단서",
    "운": "공무원 여비 규정 제8조의2ㆍ제9조 및 별표 2(운임)",
    "15": "공무원 여비 규정 제15조",
    "조4": "가람시 지방공무원 여비 조례 제4조",
    "조5": "가람시 지방공무원 여비 조례 제5조",
    "조7": "누리시 지방공무원 여비 조례 제7조",
    "조8": "누리시 지방공무원 여비 조례 제8조",
    "조9": "다온시 지방공무원 여비 조례 제9조",
    "광4①": "광주광역시 광산구 지방공무원 여비 조례 제4조제1항",
    "광4②": "광주광역시 광산구 지방공무원 여비 조례 제4조제2항",
}


def rule(item: str, value: int, cite: str, since: str = "2024-07-02", until: str = "", where="", grade="") -> Rule:
    last = date.fromisoformat(until) if until else None
    return Rule(item, date.fromisoformat(since), CITES[cite], value, last, where, grade)


# amounts for tests: nobody's 별표 2
DAILY = (rule("daily", 25_000, "조4"), rule("meals", 25_000, "조4"))
SEOUL = rule("lodging", 100_000, "조4", where="서울특별시")
FULL = (
    *DAILY, SEOUL, rule("lodging", 80_000, "조4", where="광역시"), rule("lodging", 70_000, "조4"),
    rule("meals_a_day", 3, "조5"),
)  # fmt: skip
HOME = frozenset({"경상남도 창원시"})
RULES = {
    "decree": Rules(homes=HOME),
    "full": Rules(FULL, HOME, Measure.ROUND),
    "oneway": Rules(FULL, HOME, Measure.ONE_WAY),
    "bare": Rules(DAILY, HOME, Measure.ROUND),
    "seoulonly": Rules((*DAILY, SEOUL), HOME, Measure.ROUND),
    "graded": Rules(
        (
            rule("daily", 30_000, "조4", grade="제1호"), rule("daily", 25_000, "조4", grade="제2호"),
            rule("meals", 25_000, "조4"),
        ), HOME, Measure.ROUND,
    ),
    "rich": Rules(
        (
            rule("inside_long", 30_000, "조7", "2026-07-01"), rule("inside_short", 15_000, "조7", "2026-07-01"),
            rule("inside_official", 15_000, "조8", "2026-07-01"), rule("inside_day", 30_000, "조7", "2026-07-01"),
        ), HOME,
    ),
    "change": Rules(
        (rule("inside_long", 20_000, "조9"), rule("inside_long", 25_000, "조9", "2027-01-01")), HOME,
    ),
    "ended": Rules((rule("inside_long", 25_000, "조9", "2026-01-01", "2026-09-30"),), HOME),
    "gwangsan": Rules(
        (
            rule("inside_long", 20_000, "광4①"), rule("inside_short", 10_000, "광4①"),
            rule("inside_official", 10_000, "광4②"), rule("inside_dedicated", 0, "광4②"),
        ), frozenset({"광주광역시"}),
    ),
    "nocap": Rules((rule("inside_day", 40_000, "조7"),), HOME),
}  # fmt: skip


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def minutes(text: str) -> int | None:
    hours, _, rest = text.partition(":")
    return None if text == "?" else 60 * int(hours) + int(rest)


def metres(text: str) -> int:
    return round(float(text) * 1000)


SAID = {
    "in": {"area": Area.INSIDE}, "out": {"area": Area.OUTSIDE}, "here": {"place": 48120}, "there": {"place": 48170},
    "ded": {"dedicated": True}, "must": {"unavoidable": True}, "off": {"cancelled": True},
}  # fmt: skip
READ = {
    "t": ("minutes", minutes), "v": ("vehicle", VEHICLES.__getitem__), "r": ("route_m", metres),
    "s": ("straight_m", metres), "d": ("days", int), "n": ("nights", int), "ab": ("aboard", int), "away": ("away", int),
    "lod": ("lodging", lambda text: tuple(int(one) for one in text.split(","))), "meal": ("meals", int),
    "fare": ("fare", int), "actual": ("actual", int), "where": ("province", str), "grade": ("grade", str),
    "day": ("day", date.fromisoformat), "at": ("place", int),
}  # fmt: skip


def facts_of(text: str) -> tuple[Facts, str, str]:
    """The facts, the group and the duty area that a row names."""
    given: dict[str, object] = {"day": DAY, "vehicle": Vehicle.OWN}
    group, home = "", ""
    for token in text.split():
        name, _, value = token.partition("=")
        if name == "g":
            group = value
        elif name == "home":
            home = value.replace("~", " ")
        elif name in SAID:
            given |= SAID[name]
        else:
            key, read = READ[name]
            given[key] = read(value)
    return Facts(**given), group, home


def told(row: dict[str, str]) -> tuple[list[tuple[str, int | None]], set[str], set[str]]:
    items = [token.split("=") for token in row["items"].split() if token != "-"]
    amounts = [(kind, None if amount == "?" else int(amount)) for kind, amount in items]
    needs, cites = ({token for token in row[name].split() if token != "-"} for name in ("needs", "cites"))
    return amounts, needs, {CITES[one] for one in cites}


GROUPS = [
    list(group) for _, group in groupby(enumerate(rows(), 2), key=lambda pair: facts_of(pair[1]["facts"])[1] or pair[0])
]


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: f"{group[0][0]}-{group[0][1]['case']}")
def test_a_worked_case_comes_out_as_derived_by_hand(group):
    trips = [facts_of(row["facts"])[0] for _, row in group]
    home = facts_of(group[0][1]["facts"])[2]
    rules = RULES[group[0][1]["rules"]]
    if home or "at=" in group[0][1]["facts"]:
        rules = Rules(rules.own, frozenset({home} - {""}), rules.measure)

    found = allowances(trips, rules)

    for (line, row), paid in zip(group, found, strict=True):
        items, needs, cites = told(row)
        assert [(item.kind.value, item.amount) for item in paid.items] == items, f"line {line}: {row['why']}"
        assert {need.value for need in paid.needs} == needs, f"line {line}: {row['why']}"
        assert set(paid.articles) == cites, f"line {line}: {row['why']}"
        assert paid.total == (None if needs else sum(amount for _, amount in items))


def test_the_table_is_large_and_every_kind_and_need_is_in_it():
    kinds, needs = Counter(), Counter()
    for row in rows():
        amounts, wanted, _ = told(row)
        kinds.update(kind for kind, _ in amounts)
        needs.update(wanted)

    assert len(rows()) >= 240
    assert set(kinds) == {kind.value for kind in Kind}
    assert set(needs) == {need.value for need in Need}


def test_no_amount_of_annex_2_is_shipped():
    unknown = {rule.item for rule in decree().rules if rule.value is None}

    assert {"daily", "meals", "lodging", "fare"} <= unknown
    assert all(rule.value is None for rule in decree().rules if "별표 2" in rule.article)
    assert not any(rule.item == "meals_a_day" for rule in decree().rules)


def test_what_a_checker_should_look_at_is_noted():
    def notes(text: str, rules: str = "full") -> list[set[Note]]:
        return [set(one.notes) for one in allowances([facts_of(text)[0]] * 2, RULES[rules])]

    assert notes("in t=4:00") == [{Note.NEAR_UNCHECKED}] * 2
    assert notes("in t=4:00 r=5") == [set()] * 2
    assert notes("in t=4:00 r=5 v=car") == [set(), {Note.OFFICIAL_TWICE}]
    assert notes("out t=30:00 d=2 n=1 v=car lod=70001")[0] == {Note.LODGING_OVER}
    assert notes("out t=407:00 d=17 v=car")[0] == {Note.STAY_OFFICIAL}


def test_a_city_is_one_with_its_districts_and_the_merged_one_is_not():
    assert zone(by_code(29110)) == zone(by_code(29200)) == "광주광역시"
    assert zone(by_code(46130)) == "전라남도 여수시"
    assert zone(by_code(28710)) == "인천광역시"
    assert zone(by_code(50110)) != zone(by_code(50130))
    assert zone(by_code(0)) == ""


def test_amounts_never_fall_below_nothing():
    for text in ("in t=3:00 v=car", "out t=8:00 v=car meal=9", "in t=4:00 ded"):
        for paid in allowances([facts_of(text)[0]] * 3, RULES["rich"]):
            assert (paid.total or 0) >= 0


FACTS = st.builds(
    Facts,
    day=st.dates(date(2024, 7, 2), date(2024, 7, 4)),
    minutes=st.none() | st.integers(0, 5_000),
    days=st.integers(1, 90),
    nights=st.integers(0, 3),
    area=st.sampled_from(Area),
    place=st.sampled_from([0, 48120, 48170, 11110]),
    route_m=st.none() | st.integers(0, 30_000),
    straight_m=st.none() | st.integers(0, 30_000),
    vehicle=st.sampled_from(Vehicle),
    dedicated=st.booleans(),
    fare=st.none() | st.integers(0, 200_000),
    actual=st.none() | st.integers(0, 20_000),
    lodging=st.lists(st.integers(0, 200_000), max_size=3).map(tuple),
    unavoidable=st.booleans(),
    away=st.integers(0, 10),
    meals=st.integers(0, 300),
    cancelled=st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(FACTS, min_size=1, max_size=6), st.sampled_from(sorted(RULES)))
def test_whatever_the_facts_no_amount_is_guessed_negative_or_beyond_the_days_cap(trips, name):
    rules = RULES[name]

    found = allowances(trips, rules)

    for facts, paid in zip(trips, found, strict=True):
        assert (paid.total is None) == bool(paid.needs)
        assert paid.total is None or paid.total >= 0
        assert all(item.articles or item.amount is None for item in paid.items)
        assert any(item.amount is None for item in paid.items) <= bool(paid.needs)
        assert paid.items == () or not facts.cancelled
    for day in {facts.day for facts in trips}:
        flat = [
            [item.amount for item in paid.items if item.kind in {Kind.INSIDE, Kind.OFFICIAL, Kind.CAP}]
            for facts, paid in zip(trips, found, strict=True)
            if facts.day == day
        ]
        known = [sum(amounts) for amounts in flat if amounts and None not in amounts]
        most = max(rules.find("inside_day", day).value, rules.find("inside_long", day).value)
        assert sum(known) <= most

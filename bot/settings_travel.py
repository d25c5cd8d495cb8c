"""`[institution.travel]`: an institution's ordinance on travel pay, what the decree leaves to its annex, who has a car.

Each `[[institution.travel.rule]]` is one amount with its first day and its article: a change of an amount is one more
entry. Nothing has a default in won: what nobody entered stays unknown (`attest.allowance`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from attest import places
from attest.travel_rules import Measure, Rule, Rules, zone
from bot.settings_fields import nearest, shown, wrong

ITEMS: Final = {
    "관내 4시간 이상": "inside_long",
    "관내 4시간 미만": "inside_short",
    "관내 공무용 차량 감액": "inside_official",
    "관내 전용 차량": "inside_dedicated",
    "관내 하루 한도": "inside_day",
    "관내 기준 시간(분)": "inside_minutes",
    "관내 여행거리(m)": "inside_below",
    "실비로 하는 왕복 거리(m)": "inside_near",
    "일비": "daily",
    "식비": "meals",
    "숙박비 상한": "lodging",
    "하루 끼니 수": "meals_a_day",
    "공무용 차량 일비(천분율)": "daily_official",
    "숙박비 추가(천분율)": "lodging_more",
}
MEASURES: Final = {"왕복": Measure.ROUND, "편도": Measure.ONE_WAY}
APPROVAL: Final = ("담당", "팀장", "과장")


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule as the file has it."""

    item: str
    value: int
    since: date
    article: str
    until: date | None = None
    where: str = ""
    grade: str = ""
    law: str = ""


@dataclass(frozen=True, slots=True)
class Travel:
    """How an institution pays travel.

    `dedicated`: persons who have a car assigned; `grades`: persons' bands of 별표 1; `approval`: boxes of the sheet.
    """

    rules: Rules = field(default_factory=Rules)
    dedicated: frozenset[str] = frozenset()
    grades: Mapping[str, str] = field(default_factory=dict, hash=False)
    approval: tuple[str, ...] = APPROVAL


def travel(
    entries: Iterable[Entry],
    inside: Iterable[int],
    *,
    ordinance: str,
    applies: str,
    distance: str | None,
    dedicated: Iterable[str],
    grades: Mapping[str, str],
    approval: Iterable[str],
) -> Travel:
    """What a checked form describes; `inside` are the 시군구 codes of the duty area."""
    own = tuple(
        Rule(
            ITEMS[one.item], one.since, " ".join(filter(None, (one.law or ordinance, one.article))), one.value,
            one.until, one.where, one.grade,
        )
        for one in entries
    )  # fmt: skip
    homes = frozenset(zone(places.by_code(code)) for code in inside) - {""}
    measure = Measure.UNSAID if distance is None else MEASURES[distance]
    return Travel(Rules(own, homes, measure, ordinance, applies), frozenset(dedicated), dict(grades), tuple(approval))


def item(text: str) -> str:
    """The item as given, checked.

    Raises:
        PydanticCustomError: there is no such item.
    """
    if text not in ITEMS:
        told = [f"모르는 여비 항목입니다: {shown(text)}.", nearest(text, list(ITEMS))]
        raise wrong(" ".join([*filter(None, told), f"쓸 수 있는 값: {', '.join(ITEMS)}"]))
    return text


def measure(text: str) -> str:
    """The way of counting as given, checked.

    Raises:
        PydanticCustomError: there is no such way.
    """
    if text not in MEASURES:
        raise wrong(f"여행거리를 세는 법은 {' 또는 '.join(MEASURES)}입니다: {shown(text)}")
    return text


def province(text: str) -> str:
    """The province, or the last letters of some, as given, checked.

    Raises:
        PydanticCustomError: no province is called so.
    """
    if not any(place.province.endswith(text) for place in places.everywhere()):
        raise wrong(f"모르는 지역입니다: {shown(text)}. 예: 서울특별시, 광역시. 나머지 지역은 비워 두십시오.")
    return text


def doubled(tables: Iterable[Mapping[str, object]]) -> Iterable[tuple[int, str]]:
    """The places of rules that say again what another one says of the same day, and of those that end too early."""
    first: dict[tuple[object, ...], int] = {}
    for number, table in enumerate(tables):
        since, until = table.get("since"), table.get("until")
        if isinstance(since, date) and isinstance(until, date) and until < since:
            yield number, f"끝나는 날이 시작하는 날보다 앞입니다: {since.isoformat()} ~ {until.isoformat()}"
        key = (table.get("item"), since, table.get("where", ""), table.get("grade", ""))
        if key in first:
            yield number, f"같은 날에 시작하는 같은 항목이 이미 있습니다: {shown(table.get('item'))}"
        first.setdefault(key, number)

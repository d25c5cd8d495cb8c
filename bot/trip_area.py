"""Inside or outside the duty area, where it can be known: from a destination's words or a share's place. Pure.

공무원 여비 규정 제18조: the same city, county or island is inside. Words are compared with the table of cities and
counties; a name that several places bear, or that no place bears, tells nothing, and then people are asked.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from attest import places
from attest.receipt import Point
from attest.trip import Area
from bot.settings_office import Office

NEAR_OFFICE_M: Final = 500.0
_ROUNDED_M: Final = 100
_OFFICES: Final = (
    "청",
    "의회",
    "보건소",
    "농업기술센터",
    "터미널",
    "역",
    "공항",
    "경찰서",
    "소방서",
    "세무서",
    "교육지원청",
    "의료원",
)


def of_words(destination: str, office: Office | None) -> Area:
    """What a destination's words tell."""
    if office is None or not office.inside:
        return Area.UNKNOWN
    codes = [named(word) for word in destination.split()]
    found = next((each for each in codes if each), frozenset())
    if not found:
        return Area.UNKNOWN
    if found <= office.inside:
        return Area.INSIDE
    return Area.UNKNOWN if found & office.inside else Area.OUTSIDE


def of_place(code: int, office: Office | None) -> Area:
    """What a share's 시군구 code tells; near a border that may be the neighbour's, so it never overrules a word."""
    if office is None or not office.inside or not code:
        return Area.UNKNOWN
    return Area.INSIDE if code in office.inside else Area.OUTSIDE


def distance_m(point: Point | None, office: Office | None) -> int | None:
    """The straight line from the office, to a hundred metres; None where one of the two is unknown."""
    if point is None or office is None:
        return None
    return round(places.distance_m(point, office.point) / _ROUNDED_M) * _ROUNDED_M


def at_office(point: Point | None, office: Office | None) -> bool | None:
    """Whether a point is at the office; None where that can't be told."""
    if point is None or office is None:
        return None
    return places.distance_m(point, office.point) <= NEAR_OFFICE_M


def named(word: str) -> frozenset[int]:
    """The places that a word of a destination names: 진주, 진주시, 진주시청, 진주역; 서울 is all of it."""
    for end in ("", *_OFFICES):
        stem = word.removesuffix(end) if end and word.endswith(end) else word if not end else ""
        if stem and (found := _by_stem().get(stem)):
            return found
    return frozenset()


@cache
def _by_stem() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for place in places.everywhere():
        stems = {place.name, place.province, place.province[:2]}
        if place.province.endswith("시"):
            stems.add(f"{place.province[:2]}시")
        if len(place.name) > 2 and not place.name.endswith("구"):  # 연수, 사상 and others are words too
            stems.add(place.name[:-1])
        for stem in stems:
            found.setdefault(stem, set()).add(place.code)
    for short, province in _PROVINCES.items():
        found.setdefault(short, set()).update(found.get(province, ()))
    return {stem: frozenset(codes) for stem, codes in found.items()}


_PROVINCES: Final = {
    "경남": "경상남도",
    "경북": "경상북도",
    "전남": "전라남도",
    "전북": "전북특별자치도",
    "충남": "충청남도",
    "충북": "충청북도",
}

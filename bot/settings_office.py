"""`[institution.office]`: where an institution's office is, and which cities and counties are its duty area (관내).

With it a trip's area can be known and its distance told; without it people are asked, and no distance is told.
"""

from __future__ import annotations

from dataclasses import dataclass

from attest import places
from attest.receipt import Point
from bot.settings_fields import wrong


@dataclass(frozen=True, slots=True)
class Office:
    """The office's point in WGS 84 degrees, and the 시군구 codes of its duty area; empty: unknown."""

    point: Point
    inside: frozenset[int] = frozenset()


def codes(names: list[str]) -> list[str]:
    """The names as given; each must be a 시군구 code, or a name that means one place.

    Raises:
        PydanticCustomError: it means none, or several.
    """
    for name in names:
        found = _meant(name)
        if not found:
            raise wrong(f"모르는 시군구입니다: {name[:40]}. 이름(예: 창원시) 또는 다섯 자리 코드로 적어 주십시오.")
        if len(found) > 1:
            raise wrong(f"같은 이름의 시군구가 여럿입니다: {name[:40]}. '경상남도 고성군'처럼 적어 주십시오.")
    return names


def office(lat: float, lon: float, inside: list[str]) -> Office:
    """The office that a checked form describes."""
    return Office(Point(lat, lon), frozenset(code for name in inside for code in _meant(name)))


def _meant(name: str) -> frozenset[int]:
    known = places.everywhere()
    wanted = " ".join(name.split())
    if wanted.isdecimal():
        return frozenset(place.code for place in known if place.code == int(wanted))
    if any(place.province == wanted for place in known) and not any(place.title == wanted for place in known):
        return frozenset()  # a province is many places
    return frozenset(place.code for place in known if wanted in {place.name, place.title})

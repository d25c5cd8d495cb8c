"""A point in words: the Korean city or county whose reference point is nearest.

It says 부근 (near), not within: places.csv holds one to a few points for each city, county and district, not
borders. Near a border the neighbour may be named, on a mountain or at sea the wrong one. The divisions are those
of 2025 (before the changes in Incheon and in Gwangju and Jeonnam of 2026-07), which is a matter of data.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from attest.receipt import Point

FAR_KM = 100.0  # farther than this from every reference point is outside the table
_EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Place:
    """A city, county or district: `code` is the five digits of its 시군구 code, 0 where none is near."""

    code: int
    province: str
    name: str

    @property
    def title(self) -> str:
        """Province and name; empty for code 0."""
        return self.name if self.name == self.province else f"{self.province} {self.name}"


@dataclass(frozen=True, slots=True)
class Nearby:
    """A place, and how far its nearest reference point is."""

    place: Place
    distance_km: float


@dataclass(frozen=True, slots=True)
class _Row:
    place: Place
    lat: float
    lon: float


NOWHERE = Place(0, "", "")


def nearest(point: Point) -> Nearby:
    """The place whose reference point is nearest; `NOWHERE` beyond 100 km."""
    # on a map drawn for this latitude the order of distances is right wherever they matter, without a sine a row
    shrink = math.cos(math.radians(point.lat)) ** 2
    row = min(_rows(), key=lambda row: (row.lat - point.lat) ** 2 + shrink * (row.lon - point.lon) ** 2)
    distance = _distance_km(point.lat, point.lon, row.lat, row.lon)
    return Nearby(row.place if distance <= FAR_KM else NOWHERE, distance)


def by_code(code: int) -> Place:
    """The place of a code that a receipt carries; a code this table does not know keeps its number, nameless."""
    return _by_code().get(code, Place(code, "", ""))


def everywhere() -> tuple[Place, ...]:
    """Every place of the table, once."""
    return tuple(dict.fromkeys(row.place for row in _rows()))


def distance_m(one: Point, other: Point) -> float:
    """The straight line over the ground between two points, in metres; their accuracies are not taken off."""
    return 1000 * _distance_km(one.lat, one.lon, other.lat, other.lon)


def _distance_km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """The great-circle distance (haversine)."""
    lat, other_lat = math.radians(lat), math.radians(other_lat)
    turn = math.sin((other_lat - lat) / 2) ** 2
    turn += math.cos(lat) * math.cos(other_lat) * math.sin(math.radians(other_lon - lon) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(turn)))


@cache
def _rows() -> tuple[_Row, ...]:
    text = files("attest").joinpath("places.csv").read_text("utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return tuple(
        _Row(Place(int(row["code"]), row["province"], row["name"]), float(row["lat"]), float(row["lon"]))
        for row in csv.DictReader(lines)
    )


@cache
def _by_code() -> dict[int, Place]:
    return {row.place.code: row.place for row in _rows()} | {0: NOWHERE}

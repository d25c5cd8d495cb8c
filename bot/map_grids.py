"""The grids of Korean maps as degrees: the web's metres (Naver), Kakao's, and those of written numbers. Arithmetic.

Web Mercator: EPSG:3857. Kakao's WCONGNAMUL is its WTM (EPSG:5181: GRS 80, origin 38° N 127° E, 200,000 and 500,000 m)
times 2.5; the way back is Snyder's series (Map Projections, USGS PP 1395, 1987, p. 63).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, NamedTuple

_RADIUS_M: Final = 6_378_137.0
_E2: Final = 0.006_694_380_022_9  # GRS 80
_STEP: Final = 2.5


class Degrees(NamedTuple):
    """Latitude and longitude, WGS 84."""

    lat: float
    lon: float


def from_mercator(x: float, y: float) -> Degrees:
    """The place of a point on the web's map, given in metres."""
    lat = 2 * math.atan(math.exp(max(min(y / _RADIUS_M, 5.0), -5.0))) - math.pi / 2
    return Degrees(math.degrees(lat), math.degrees(x / _RADIUS_M))


def from_wcong(x: float, y: float) -> Degrees:
    """The place of a point of Kakao's grid."""
    return from_wtm(x / _STEP, y / _STEP)


@dataclass(frozen=True, slots=True)
class Tm:
    """A transverse Mercator grid: its origin in degrees, its scale there, and what the origin is called in metres."""

    lat: float
    lon: float
    scale: float
    east_m: float
    north_m: float


WTM: Final = Tm(38.0, 127.0, 1.0, 200_000.0, 500_000.0)
"""EPSG:5181, of Kakao's maps."""
UTM_K: Final = Tm(38.0, 127.5, 0.9996, 1_000_000.0, 2_000_000.0)
"""EPSG:5179, of the numbers on Korea's signs in the open (국가지점번호)."""


def utm(zone: int) -> Tm:
    """The grid of a zone of the northern half of the world."""
    return Tm(0.0, zone * 6 - 183.0, 0.9996, 500_000.0, 0.0)


def from_wtm(x: float, y: float) -> Degrees:
    """The place of a point of EPSG:5181, given in metres; infinite where the grid has none."""
    return from_tm(WTM, x, y)


def from_tm(grid: Tm, x: float, y: float) -> Degrees:
    """The place of a point of a grid, given in metres; infinite where the grid has none."""
    if abs(x - grid.east_m) > 2e6 or abs(y) > 1e7:
        return Degrees(math.inf, math.inf)
    m = _meridian(math.radians(grid.lat)) + (y - grid.north_m) / grid.scale
    mu = m / (_RADIUS_M * (1 - _E2 / 4 - 3 * _E2**2 / 64 - 5 * _E2**3 / 256))
    e1 = (1 - math.sqrt(1 - _E2)) / (1 + math.sqrt(1 - _E2))
    foot = (
        mu
        + (3 * e1 / 2 - 27 * e1**3 / 32) * math.sin(2 * mu)
        + (21 * e1**2 / 16 - 55 * e1**4 / 32) * math.sin(4 * mu)
        + (151 * e1**3 / 96) * math.sin(6 * mu)
    )
    ep2 = _E2 / (1 - _E2)
    c, t = ep2 * math.cos(foot) ** 2, math.tan(foot) ** 2
    curve = 1 - _E2 * math.sin(foot) ** 2
    n, r = _RADIUS_M / math.sqrt(curve), _RADIUS_M * (1 - _E2) / curve**1.5
    d = (x - grid.east_m) / (n * grid.scale)
    lat = foot - n * math.tan(foot) / r * (
        d**2 / 2 - (5 + 3 * t + 10 * c - 4 * c**2 - 9 * ep2) * d**4 / 24
        + (61 + 90 * t + 298 * c + 45 * t**2 - 252 * ep2 - 3 * c**2) * d**6 / 720
    )  # fmt: skip
    lon = math.radians(grid.lon) + (
        d - (1 + 2 * t + c) * d**3 / 6 + (5 - 2 * c + 28 * t - 3 * c**2 + 8 * ep2 + 24 * t**2) * d**5 / 120
    ) / math.cos(foot)
    return Degrees(math.degrees(lat), math.degrees(lon))


def _meridian(lat: float) -> float:
    """The arc from the equator, in metres."""
    return _RADIUS_M * (
        (1 - _E2 / 4 - 3 * _E2**2 / 64 - 5 * _E2**3 / 256) * lat
        - (3 * _E2 / 8 + 3 * _E2**2 / 32 + 45 * _E2**3 / 1024) * math.sin(2 * lat)
        + (15 * _E2**2 / 256 + 45 * _E2**3 / 1024) * math.sin(4 * lat)
        - (35 * _E2**3 / 3072) * math.sin(6 * lat)
    )

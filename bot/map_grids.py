"""Two grids of Korean maps as degrees: the web's metres (Naver) and the quarter-metre grid of Kakao. Pure arithmetic.

Web Mercator: EPSG:3857. Kakao's WCONGNAMUL is its WTM (EPSG:5181: GRS 80, origin 38° N 127° E, 200,000 and 500,000 m)
times 2.5; the way back is Snyder's series (Map Projections, USGS PP 1395, 1987, p. 63).
"""

from __future__ import annotations

import math
from typing import Final, NamedTuple

_RADIUS_M: Final = 6_378_137.0
_E2: Final = 0.006_694_380_022_9  # GRS 80
_EAST_M, _NORTH_M = 200_000.0, 500_000.0
_LAT0, _LON0 = math.radians(38.0), math.radians(127.0)
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


def from_wtm(x: float, y: float) -> Degrees:
    """The place of a point of EPSG:5181, given in metres; infinite where the grid has none."""
    if abs(x) > 2e6 or abs(y) > 2e6:
        return Degrees(math.inf, math.inf)
    m = _meridian(_LAT0) + (y - _NORTH_M)
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
    d = (x - _EAST_M) / n
    lat = foot - n * math.tan(foot) / r * (
        d**2 / 2 - (5 + 3 * t + 10 * c - 4 * c**2 - 9 * ep2) * d**4 / 24
        + (61 + 90 * t + 298 * c + 45 * t**2 - 252 * ep2 - 3 * c**2) * d**6 / 720
    )  # fmt: skip
    lon = _LON0 + (
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

"""Numbers off a sign or a grid, against a way there that is not ours: Krüger's series, as the grids are defined."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot.map_grids import UTM_K, Tm, utm
from bot.pasted_places import SENTENCES, Place, find
from bot.routes import tidy

HALL = (37.56667, 126.97806)  # Seoul's city hall


def forward(grid: Tm, lat: float, lon: float) -> tuple[float, float]:
    """Metres of a place (Krüger 1912, to the third order of n), GRS 80."""
    f = 1 / 298.257222101
    n = f / (2 - f)
    radius = 6_378_137 / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    alphas = (n / 2 - 2 * n**2 / 3 + 5 * n**3 / 16, 13 * n**2 / 48 - 3 * n**3 / 5, 61 * n**3 / 240)

    def plane(at: float, off: float) -> tuple[float, float]:
        e = 2 * math.sqrt(n) / (1 + n)
        t = math.sinh(math.atanh(math.sin(at)) - e * math.atanh(e * math.sin(at)))
        xi, eta = math.atan2(t, math.cos(off)), math.atanh(math.sin(off) / math.sqrt(1 + t * t))
        up = xi + sum(a * math.sin(2 * j * xi) * math.cosh(2 * j * eta) for j, a in enumerate(alphas, 1))
        side = eta + sum(a * math.cos(2 * j * xi) * math.sinh(2 * j * eta) for j, a in enumerate(alphas, 1))
        return radius * side, radius * up

    x, y = plane(math.radians(lat), math.radians(lon - grid.lon))
    return grid.east_m + grid.scale * x, grid.north_m + grid.scale * (y - plane(math.radians(grid.lat), 0.0)[1])


def sign(lat: float, lon: float) -> str:
    x, y = forward(UTM_K, lat, lon)
    east, north = "가나다라마바사아"[int(x // 100_000) - 7], "가나다라마바사아자차카타파하"[int(y // 100_000) - 13]
    return f"{east}{north} {int(x % 100_000 // 10):04} {int(y % 100_000 // 10):04}"


def mgrs(lat: float, lon: float) -> str:
    zone = int((lon + 180) // 6) + 1
    x, y = forward(utm(zone), lat, lon)
    columns = {51: "STUVWXYZ", 52: "ABCDEFGH"}[zone]
    rows = {51: "ABCDEFGHJKLMNPQRSTUV", 52: "FGHJKLMNPQRSTUVABCDE"}[zone]
    square = f"{columns[int(x // 100_000) - 1]}{rows[int(y // 100_000) % 20]}"
    return f"{zone}S {square} {int(x % 100_000):05} {int(y % 100_000):05}"


def off_m(found: object, lat: float, lon: float) -> float:
    assert isinstance(found, Place)
    return math.hypot((found.lat - lat) * 111_000, (found.lon - lon) * 111_000 * math.cos(math.radians(lat)))


@settings(max_examples=30)
@given(some.floats(33.1, 38.9), some.floats(124.6, 131.0))
def test_any_place_in_korea_comes_back_from_its_number(lat, lon):
    assert off_m(find(sign(lat, lon)), lat, lon) < 10
    assert off_m(find(mgrs(lat, lon)), lat, lon) < 2


def test_the_numbers_of_a_known_place():
    assert sign(*HALL).startswith("다사 539")
    assert mgrs(*HALL).startswith("52S CG 21")


@pytest.mark.parametrize(
    "text",
    [
        "다사 5390 5203", "다사53905203", "국가지점번호: 다사 5390-5203", "제 위치는 다사 5390 5203입니다",
        "52S CG 2142 5965", "52scg21425965", "MGRS 52S CG 21427 59655",
    ],
)  # fmt: skip
def test_people_write_them_in_many_ways(text):
    assert off_m(find(text), *HALL) < 150
    assert any(re.search(one, tidy(text)) for one in SENTENCES)


@pytest.mark.parametrize(
    "text",
    [
        "마라 123 456", "다사 5390 5203 예산", "하하 1234 5678", "52S ZZ 1234 5678", "52S CG 123 45678",
        "나다 010 1234 5678", "가가 0000 0000", "33S CG 2142 5946", "라사 1234 5678번", "52S SG 2142 5946",
    ],
)  # fmt: skip
def test_what_is_no_such_number_is_none(text):
    assert find(text) is None

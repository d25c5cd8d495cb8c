"""Points in words: known places, islands, the sea, and the table itself."""

from __future__ import annotations

import pytest

from attest.places import FAR_KM, NOWHERE, _rows, by_code, nearest
from attest.receipt import Point


@pytest.mark.parametrize(
    ("lat", "lon", "title"),
    [
        (35.2383, 128.6924, "경상남도 창원시"),
        (35.1920, 128.0850, "경상남도 진주시"),
        (37.5663, 126.9779, "서울특별시 종로구"),
        (35.1587, 129.1604, "부산광역시 해운대구"),
        (33.4890, 126.4983, "제주특별자치도 제주시"),
        (37.2426, 131.8668, "경상북도 울릉군"),
        (36.4800, 127.2890, "세종특별자치시"),
        (37.7519, 128.8761, "강원특별자치도 강릉시"),
        (35.8562, 129.2247, "경상북도 경주시"),
        (37.4602, 126.4407, "인천광역시 중구"),
    ],
)
def test_the_nearest_reference_point_names_the_place(lat, lon, title):
    assert nearest(Point(lat, lon)).place.title == title


@pytest.mark.parametrize(("lat", "lon"), [(35.6762, 139.6503), (31.0, 125.0), (0, 0), (90, 0), (-90, 180)])
def test_a_point_far_from_korea_has_no_place(lat, lon):
    near = nearest(Point(lat, lon))

    assert (near.place, near.distance_km > FAR_KM) == (NOWHERE, True)


def test_distance_is_in_kilometres():
    # one degree of latitude is 111 km
    assert nearest(Point(35.2279 - 0.01, 128.6811)).distance_km == pytest.approx(1.11, abs=0.01)


def test_the_table_holds_each_of_the_229_cities_counties_and_districts():
    rows = _rows()

    assert len({row.place.code for row in rows}) == 229
    assert len({row.place for row in rows}) == 229
    assert all(33 <= row.lat <= 38.7 and 124.5 <= row.lon <= 132 for row in rows)
    assert len({row.place.province for row in rows}) == 17


def test_a_code_of_a_later_table_keeps_its_number():
    assert by_code(48170).title == "경상남도 진주시"
    assert (by_code(12345).code, by_code(12345).title) == (12345, "")
    assert by_code(0) == NOWHERE

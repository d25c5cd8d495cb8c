"""Where one may have flown: the Korean airports with scheduled flights, so that a flight is no impossible travel."""

from __future__ import annotations

from typing import Final

from attest.places import distance_m
from attest.receipt import Point

NEAR_M: Final = 10_000.0  # from the aerodrome's reference point: runway, terminal, the road before it

# by their ICAO codes: where the aerodromes lie, to some hundred metres, which is enough for 10 km
AIRPORTS: Final = {
    "RKSS": Point(37.558, 126.791), "RKSI": Point(37.463, 126.440), "RKPK": Point(35.179, 128.938),
    "RKPC": Point(33.511, 126.493), "RKTN": Point(35.894, 128.659), "RKJJ": Point(35.126, 126.809),
    "RKTU": Point(36.717, 127.499), "RKJY": Point(34.842, 127.617), "RKPU": Point(35.594, 129.352),
    "RKTH": Point(35.988, 129.420), "RKPS": Point(35.089, 128.070), "RKJK": Point(35.904, 126.616),
    "RKNW": Point(37.438, 127.960), "RKNY": Point(38.061, 128.669), "RKJB": Point(34.991, 126.383),
}  # fmt: skip


def by_an_airport(point: Point) -> bool:
    """Whether a point lies within 10 km of one of them."""
    return any(distance_m(point, airport) <= NEAR_M for airport in AIRPORTS.values())

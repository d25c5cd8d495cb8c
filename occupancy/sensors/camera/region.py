"""The part of the picture in which people are counted: a polygon in fractions of the picture. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from occupancy.sensors.camera.errors import RegionError

_SMALLEST = 0.001
"""Share of the picture under which a region is a slip of the hand."""
_MOST = 64


@dataclass(frozen=True, slots=True)
class Point:
    """A corner; (0, 0) is the picture's upper left, (1, 1) its lower right."""

    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Region:
    """A simple polygon.

    Raises:
        RegionError: fewer than three corners, outside the picture, next to nothing inside, or a side crosses another.
    """

    corners: tuple[Point, ...]

    def __post_init__(self) -> None:
        if not 3 <= len(self.corners) <= _MOST:
            raise RegionError("corners", f"expected 3 to {_MOST} corners, got {len(self.corners)}")
        for one in self.corners:
            if not (0 <= one.x <= 1 and 0 <= one.y <= 1):
                raise RegionError("outside", f"expected fractions of 0 to 1, got {one.x:g},{one.y:g}")
        if _crosses(self.corners):
            raise RegionError("crosses", "the sides of the region cross each other")
        if self.area < _SMALLEST:
            raise RegionError("flat", f"expected an area above {_SMALLEST}, got {self.area:.5f}")

    @property
    def area(self) -> float:
        """Share of the picture that lies inside."""
        return abs(_twice_area(self.corners)) / 2

    def __str__(self) -> str:
        return " ".join(f"{one.x:.3g},{one.y:.3g}" for one in self.corners)

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies inside."""
        return bool(_inside(self.corners, np.array([x]), np.array([y]))[0])

    def mask(self, width: int, height: int) -> NDArray[np.bool_]:
        """Which pixels of a picture of that size lie inside; shape (height, width)."""
        xs, ys = np.meshgrid((np.arange(width) + 0.5) / width, (np.arange(height) + 0.5) / height)
        return _inside(self.corners, xs, ys)


def region_of(text: str) -> Region:
    """The region that `0.1,0.4 0.9,0.4 0.9,1 0.1,1` names.

    Raises:
        RegionError: it is not such a text, or no region.
    """
    words = text.replace(";", " ").split()
    if len(words) > _MOST:
        raise RegionError("corners", f"expected 3 to {_MOST} corners, got {len(words)}")
    corners = [_point(word) for word in words]
    if len(corners) > 3 and corners[0] == corners[-1]:
        corners.pop()  # a closed ring, as map programs write it
    return Region(tuple(corners))


def _point(word: str) -> Point:
    x, comma, y = word.partition(",")
    try:
        point = Point(float(x), float(y))
    except ValueError:
        comma = ""
    if not comma or not (np.isfinite(point.x) and np.isfinite(point.y)):
        raise RegionError("text", f"expected x,y as fractions, got {word[:40]!r}")
    return point


def _twice_area(corners: Sequence[Point]) -> float:
    pairs = zip(corners, (*corners[1:], corners[0]), strict=True)
    return sum(a.x * b.y - b.x * a.y for a, b in pairs)


def _crosses(corners: Sequence[Point]) -> bool:
    sides = list(zip(corners, (*corners[1:], corners[0]), strict=True))
    return any(
        _cut(*sides[i], *sides[j])
        for i, j in combinations(range(len(sides)), 2)
        if (j - i) % len(sides) not in (1, len(sides) - 1)
    ) or len(set(corners)) != len(corners)


def _cut(a: Point, b: Point, c: Point, d: Point) -> bool:
    def side(p: Point, q: Point, r: Point) -> float:
        return (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x)

    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0


def _inside(corners: Sequence[Point], xs: NDArray[np.float64], ys: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Even-odd rule, one side at a time."""
    inside = np.zeros(xs.shape, bool)
    for a, b in zip(corners, (*corners[1:], corners[0]), strict=True):
        if a.y == b.y:
            continue
        at = (b.x - a.x) * (ys - a.y) / (b.y - a.y) + a.x
        inside ^= ((a.y > ys) != (b.y > ys)) & (xs < at)
    return inside


WHOLE = Region((Point(0, 0), Point(1, 0), Point(1, 1), Point(0, 1)))
"""The whole picture."""

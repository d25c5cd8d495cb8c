"""A picture drawn in characters with a grid over it, so that a region can be typed where there is no window. Pure.

Lines across are lettered A to Q, lines down numbered 1 to 13: `A1` is the picture's upper left corner, `Q13` its lower
right. Half blocks in colour show two rows a line; plain text shows shades.
"""

from __future__ import annotations

import re

import cv2
import numpy as np
from numpy.typing import NDArray

from occupancy.sensors.camera.errors import RegionError
from occupancy.sensors.camera.light import Picture
from occupancy.sensors.camera.region import Point, Region

COLUMNS, ROWS = "ABCDEFGHIJKLMNOPQ", 13
_WIDE, _HIGH = 4, 2
"""Characters of a cell of the grid."""
_SHADES = " .:-=+*#%@"
_CORNER = re.compile(r"([A-Qa-q])\s*(1[0-3]|[1-9])(?![0-9])")
_GRID, _EDGE = (255, 255, 255), (0, 255, 255)  # BGR


def corners_of(text: str) -> Region:
    """The region that `B3 F3 G9 A9` names on the grid.

    Raises:
        RegionError: it is none.
    """
    left = _CORNER.sub(" ", text).replace(",", " ").strip()
    if left:
        raise RegionError("text", f"expected corners such as B3, got {left[:40]!r}")
    found = [(letter.upper(), int(number)) for letter, number in _CORNER.findall(text)]
    points = (Point(COLUMNS.index(x) / (len(COLUMNS) - 1), (y - 1) / (ROWS - 1)) for x, y in found)
    return Region(tuple(points))


def drawn(picture: Picture, region: Region | None = None, *, colour: bool = True) -> str:
    """The picture in characters with its grid; with the region's edge bright and what lies outside dimmed."""
    wide, high = (len(COLUMNS) - 1) * _WIDE + 1, (ROWS - 1) * _HIGH + 1
    small = cv2.resize(picture, (wide, 2 * high), interpolation=cv2.INTER_AREA).astype(np.float32)
    small = np.clip((small - small.min()) * 255 / max(1.0, float(small.max() - small.min())), 0, 255)
    edge = np.zeros(small.shape[:2], bool)
    if region is not None:
        small[~region.mask(wide, 2 * high)] *= 0.35
        edge = _edge(region, wide, 2 * high)
    lines = [_ruler()]
    for row in range(high):
        name = f"{row // _HIGH + 1:>2} " if row % _HIGH == 0 else "   "
        upper, lower = small[2 * row], small[2 * row + 1]
        lines.append(
            name + (_blocks if colour else _plain)(upper, lower, edge[2 * row : 2 * row + 2], row % _HIGH == 0)
        )
    return "\n".join([*lines, _ruler()])


def _ruler() -> str:
    return "   " + (" " * (_WIDE - 1)).join(COLUMNS)


def _edge(region: Region, wide: int, high: int) -> NDArray[np.bool_]:
    canvas = np.zeros((high, wide), np.uint8)
    corners = np.array([[one.x * (wide - 1), one.y * (high - 1)] for one in region.corners]).round().astype(np.int32)
    cv2.polylines(canvas, [corners], isClosed=True, color=1)
    return canvas.astype(bool)


def _blocks(upper: NDArray[np.float32], lower: NDArray[np.float32], edge: NDArray[np.bool_], grid: bool) -> str:
    cells = []
    for column in range(len(upper)):
        top, bottom = upper[column], lower[column]
        if grid and column % _WIDE == 0:
            top = np.array(_GRID)
        if edge[0, column]:
            top = np.array(_EDGE)
        if edge[1, column]:
            bottom = np.array(_EDGE)
        cells.append(f"\x1b[38;2;{_rgb(top)};48;2;{_rgb(bottom)}m▀")
    return "".join(cells) + "\x1b[0m"


def _rgb(bgr: NDArray[np.float32]) -> str:
    return f"{int(bgr[2])};{int(bgr[1])};{int(bgr[0])}"


def _plain(upper: NDArray[np.float32], lower: NDArray[np.float32], edge: NDArray[np.bool_], grid: bool) -> str:
    bright = ((upper + lower) / 2).mean(axis=1) / 255
    cells = [_SHADES[min(9, int(one * 10))] for one in bright]
    for column in range(len(cells)):
        if edge[:, column].any():
            cells[column] = "O"
        elif grid and column % _WIDE == 0:
            cells[column] = "|" if cells[column] != "|" else "+"
    return "".join(cells)

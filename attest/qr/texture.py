"""Where in a picture a code may lie: regions of fine, strong contrast. It knows nothing of what codes look like."""

from __future__ import annotations

import numpy as np

from attest.qr.light import Grey, Values, at_most, soft, surroundings

_LOOK_PIXELS = 410_000
_CELL_PX = 4
_SMALLEST_CELLS = 40


def regions(grey: Grey, most: int = 3) -> list[Values]:
    """Points (x, y), in the picture's own pixels, of each textured region, the largest first."""
    small = at_most(grey, _LOOK_PIXELS)
    scale = max(grey.shape) / max(small.shape)
    if min(small.shape) < _CELL_PX:
        return []
    rough = _roughness(small)
    mask = rough > _parting(rough)
    found = [cells for cells in _connected(mask) if len(cells) >= _SMALLEST_CELLS]
    found.sort(key=len, reverse=True)
    return [(np.array(cells)[:, ::-1] + 0.5) * _CELL_PX * scale for cells in found[:most]]


def _roughness(small: Grey) -> Values:
    """Contrast against lightness, a value for each cell."""
    values = soft(small, 1.0).astype(np.float32)
    height, width = (side // _CELL_PX * _CELL_PX for side in values.shape)
    mean, spread = surroundings(values, 2 * _CELL_PX)
    rough = (spread / (mean + 12))[:height, :width]
    cells: Values = rough.reshape(height // _CELL_PX, _CELL_PX, width // _CELL_PX, _CELL_PX).mean((1, 3))
    return cells


def _parting(values: Values) -> float:
    """The value that best parts low from high (Otsu 1979)."""
    counts, edges = np.histogram(values, 64)
    middles = (edges[1:] + edges[:-1]) / 2
    below, sums = np.cumsum(counts), np.cumsum(counts * middles)
    above = below[-1] - below
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (sums / below - (sums[-1] - sums) / above) ** 2
    return float(middles[np.nanargmax(np.where(np.isfinite(between), between, -1))])


def _connected(mask: Values) -> list[list[tuple[int, int]]]:
    """The cells (row, column) of each region; a blur tears one apart, so small gaps are bridged."""
    left = _cells(_grown(mask))
    rough, found = _cells(mask), []
    while left:
        queue = [left.pop()]
        for row, column in queue:
            for near in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
                if near in left:
                    left.remove(near)
                    queue.append(near)
        found.append([cell for cell in queue if cell in rough])
    return found


def _cells(mask: Values) -> set[tuple[int, int]]:
    rows, columns = np.nonzero(mask)
    return set(zip(rows.tolist(), columns.tolist(), strict=True))


def _grown(mask: Values) -> Values:
    """The mask with every cell within two of a marked one marked."""
    wide = np.pad(mask, 2)
    grown: Values = np.lib.stride_tricks.sliding_window_view(wide, (5, 5)).max((2, 3))
    return grown

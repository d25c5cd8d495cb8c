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
    """The cells (row, column) of each connected region."""
    left = set(zip(*(axis.tolist() for axis in np.nonzero(mask)), strict=True))
    found = []
    while left:
        queue = [left.pop()]
        for row, column in queue:
            for near in ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)):
                if near in left:
                    left.remove(near)
                    queue.append(near)
        found.append(queue)
    return found

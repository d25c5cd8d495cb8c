"""Many rows, each a weighted sum of a few entries of a table, added up for all rows at once.

    row = Σ weight · table[slot]      rows of equal width lie side by side: slots and weights of shape (width, rows)

A keyword has four pieces where its vector has 256 numbers, and five terms out of thirty thousand; so both halves of
matching are such sums, and cost a hundredth of the memory of what they stand for. numpy adds along memory; a row comes
and goes in place. Not safe between threads by itself: `matching` holds the lock.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Places = NDArray[np.intp]  # what numpy gathers by without converting

_EXACT: Final = 16  # rows up to this width are not padded
_ROOM: Final = 16


def _padded(width: int) -> int:
    """The width at which a row is kept: few distinct ones, so that few steps add up all rows."""
    return width if width <= _EXACT else 1 << (width - 1).bit_length()


class _Group:
    """Rows of one width; the columns from `size` on weigh nothing."""

    def __init__(self, width: int) -> None:
        self.size = 0
        self.rows: Places = np.zeros(_ROOM, dtype=np.intp)
        self.slots: Places = np.zeros((width, _ROOM), dtype=np.intp)
        self.weights: Floats = np.zeros((width, _ROOM), dtype=np.float32)

    def append(self, row: int, slots: Places, weights: Floats) -> int:
        """The place where the row now stands."""
        place = self.size
        if place == len(self.rows):
            more = (0, max(place // 8, _ROOM))
            self.rows = np.pad(self.rows, more)
            self.slots, self.weights = np.pad(self.slots, ((0, 0), more)), np.pad(self.weights, ((0, 0), more))
        self.rows[place] = row
        self.slots[: len(slots), place], self.weights[: len(slots), place] = slots, weights
        self.size += 1
        return place

    def drop(self, place: int) -> int:
        """Fills the place with the last row, and says which that is."""
        self.size -= 1
        last = self.size
        self.rows[place], self.slots[:, place] = self.rows[last], self.slots[:, last]
        self.weights[:, place] = self.weights[:, last]
        self.slots[:, last], self.weights[:, last] = 0, 0.0
        return int(self.rows[place])


class Sums:
    """All rows, by number; a row that was never put, or was dropped, is zero."""

    def __init__(self) -> None:
        self._groups: dict[int, _Group] = {}
        self._width = np.zeros(_ROOM, dtype=np.int32)  # of each row, as kept; 0 where there is none
        self._place = np.zeros(_ROOM, dtype=np.intp)  # in its group

    def put(self, row: int, slots: Places, weights: Floats) -> None:
        """Sets a row that is not there: shapes (k,)."""
        if not len(slots):
            return
        while row >= len(self._width):
            more = (0, max(len(self._width) // 8, _ROOM))
            self._width, self._place = np.pad(self._width, more), np.pad(self._place, more)
        width = _padded(len(slots))
        if width not in self._groups:
            self._groups[width] = _Group(width)
        self._width[row], self._place[row] = width, self._groups[width].append(row, slots, weights)

    def drop(self, row: int) -> None:
        """Forgets a row; one that isn't there is no error."""
        if row < len(self._width) and (width := int(self._width[row])):
            place = int(self._place[row])
            self._place[self._groups[width].drop(place)] = place
            self._width[row] = 0

    def slots(self, row: int) -> Places:
        """The slots of a row, those with a weight."""
        if row >= len(self._width) or not self._width[row]:
            return np.zeros(0, dtype=np.intp)
        group, place = self._groups[int(self._width[row])], self._place[row]
        return np.asarray(group.slots[group.weights[:, place] != 0, place])

    def all(self, values: Floats, size: int) -> Floats:
        """The sum of each of the first `size` rows over `values`, one for each slot, shape (size,)."""
        found = np.zeros(max(size, len(self._width)), dtype=np.float32)
        for group in self._groups.values():
            gathered = np.take(values, group.slots, mode="clip")  # all are in range, and need not be checked
            found[group.rows[: group.size]] = np.einsum("wn,wn->n", gathered, group.weights)[: group.size]
        return found[:size]

    def of(self, rows: Places, values: Floats) -> Floats:
        """The sums of some rows over several `values` of shape (k, slots), shape (k, rows)."""
        found = np.zeros((len(values), len(rows)), dtype=np.float32)
        widths = self._width[rows]
        for width in np.unique(widths[widths > 0]).tolist():
            which = np.flatnonzero(widths == width)
            group, places = self._groups[width], self._place[rows[which]]
            gathered = values[:, group.slots[:, places]]
            found[:, which] = np.einsum("kwn,wn->kn", gathered, group.weights[:, places])
        return found

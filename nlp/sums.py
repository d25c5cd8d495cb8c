"""Many rows, each a weighted sum of a few entries of a table, added up for all rows at once.

    row = Σ weight · table[slot]      rows of equal width lie side by side, in blocks that fit the cache of a core

A keyword has four pieces where its vector has 256 numbers, and five terms out of thirty thousand; so both halves of
matching are such sums, and cost a tenth of the memory of what they stand for. numpy adds along memory; a block is
added up for several documents while it is at hand; a row comes and goes in place. Not safe between threads by itself:
`matching` holds the lock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Places = NDArray[np.intp]  # what numpy gathers by without converting

_BLOCK: Final = 8_192  # rows: of four pieces each half a megabyte, with what is made of them
_EXACT: Final = 16  # rows up to this width are not padded
_ROOM: Final = 64


def _padded(width: int) -> int:
    """The width at which a row is kept: few distinct ones, so that few steps add up all rows."""
    return width if width <= _EXACT else 1 << (width - 1).bit_length()


class _Block:
    """Rows of one width; columns from `size` on weigh nothing."""

    def __init__(self, width: int) -> None:
        self.size = 0
        self.rows: Places = np.zeros(_ROOM, dtype=np.intp)
        self.slots: Places = np.zeros((width, _ROOM), dtype=np.intp)
        self.weights: Floats = np.zeros((width, _ROOM), dtype=np.float32)

    def append(self, row: int, slots: Places, weights: Floats) -> None:
        place, width = self.size, len(slots)
        if place == len(self.rows):
            more = place
            self.rows = np.pad(self.rows, (0, more))
            self.slots = np.pad(self.slots, ((0, 0), (0, more)))
            self.weights = np.pad(self.weights, ((0, 0), (0, more)))
        self.rows[place], self.slots[:width, place], self.weights[:width, place] = row, slots, weights
        self.size += 1

    def add_up(self, values: Floats, sums: Floats) -> None:
        """Sets the sums of its rows over each of `values`; in few long steps, so that two threads work side by side."""
        gathered = np.take(values, self.slots, axis=1, mode="clip")  # all are in range, and need not be checked
        sums[:, self.rows[: self.size]] = np.einsum("dwn,wn->dn", gathered, self.weights)[:, : self.size]


class Sums:
    """All rows, by number; a row that was never put, or was dropped, is zero."""

    def __init__(self, block: int = _BLOCK) -> None:
        """No rows; they will stand `block` together."""
        self._block = block
        self._blocks: dict[int, list[_Block]] = {}  # by width
        self._width = np.zeros(_ROOM, dtype=np.int32)  # of each row, as kept; 0 where there is none
        self._place = np.zeros(_ROOM, dtype=np.int32)  # among the rows of its width

    def put(self, row: int, slots: Places, weights: Floats) -> None:
        """Sets a row that is not there: shapes (k,)."""
        if not len(slots):
            return
        while row >= len(self._width):
            more = (0, max(len(self._width) // 8, _ROOM))
            self._width, self._place = np.pad(self._width, more), np.pad(self._place, more)
        width = _padded(len(slots))
        blocks = self._blocks.setdefault(width, [])
        if not blocks or blocks[-1].size == self._block:
            blocks.append(_Block(width))
        self._width[row], self._place[row] = width, (len(blocks) - 1) * self._block + blocks[-1].size
        blocks[-1].append(row, slots, weights)

    def drop(self, row: int) -> None:
        """Forgets a row, whose place the last of its width takes; one that isn't there is no error."""
        if row >= len(self._width) or not self._width[row]:
            return
        blocks = self._blocks[int(self._width[row])]
        (block, place), last = self._at(row), blocks[-1]
        last.size -= 1
        moved = last.rows[last.size]
        block.rows[place], self._place[moved] = moved, self._place[row]
        for kept, of_last in ((block.slots, last.slots), (block.weights, last.weights)):
            kept[:, place] = of_last[:, last.size]
            of_last[:, last.size] = 0
        self._width[row] = 0
        if not last.size:
            blocks.pop()

    def _at(self, row: int) -> tuple[_Block, int]:
        number, place = divmod(int(self._place[row]), self._block)
        return self._blocks[int(self._width[row])][number], place

    def slots(self, row: int) -> Places:
        """The slots of a row, those with a weight."""
        if row >= len(self._width) or not self._width[row]:
            return np.zeros(0, dtype=np.intp)
        block, place = self._at(row)
        return np.asarray(block.slots[block.weights[:, place] != 0, place])

    def all(self, values: Floats, size: int) -> Floats:
        """The sums of the first `size` rows over each of `values`, shape (n, slots): shape (n, size)."""
        found = np.zeros((len(values), max(size, len(self._width))), dtype=np.float32)
        for blocks in self._blocks.values():
            for block in blocks:
                block.add_up(values, found)
        return found[:, :size]

    def of(self, rows: Sequence[Places], values: Floats) -> list[Floats]:
        """The sums of some rows for each document, over values of shape (k, documents, slots): (k, rows) each."""
        every, sizes = np.concatenate(rows), [len(some) for some in rows]
        starts = np.repeat(np.arange(len(rows)) * values.shape[2], sizes)  # where a row's document begins
        flat, found = values.reshape(len(values), -1), np.zeros((len(values), len(every)), dtype=np.float32)
        for which, slots, weights in self._held(every):
            gathered = np.take(flat, slots + starts[which], axis=1, mode="clip")
            found[:, which] = np.einsum("kwn,wn->kn", gathered, weights)
        return np.split(found, np.cumsum(sizes)[:-1], axis=1)

    def combined(self, rows: Places, table: Floats) -> Floats:
        """The sums of some rows over the rows of a table, shape (slots, d): shape (n, d)."""
        found = np.zeros((len(rows), table.shape[1]), dtype=np.float32)
        for which, slots, weights in self._held(rows):
            found[which] = np.einsum("wn,wnd->nd", weights, table[slots])
        return found

    def _held(self, rows: Places) -> Iterator[tuple[Places, Places, Floats]]:
        """Which of these rows lie in one block, with their slots and weights, shape (width, n) each."""
        widths, numbers = self._width[rows], self._place[rows] // self._block
        kinds = widths * np.int64(1 << 31) + numbers
        for kind in np.unique(kinds[widths > 0]).tolist():
            width, number = divmod(kind, 1 << 31)
            block, which = self._blocks[width][number], np.flatnonzero(kinds == kind)
            places = self._place[rows[which]] % self._block
            yield which, np.take(block.slots, places, axis=1), np.take(block.weights, places, axis=1)

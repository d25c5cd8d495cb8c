"""The ways in which keywords are said, one row each: what is known of them before any document, in columns.

A row's number stays while its keyword is there, and is given again afterwards. Columns grow in place, since a copy
would double the memory. Not safe between threads by itself: `matching` holds the lock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlp.calibration import FACTS
from nlp.keywords import Way

Column = NDArray[np.float32]

_ROOM: Final = 64


@dataclass(slots=True, eq=False)
class Entry:
    """A distinct keyword, as one table reads it, in the index: its rows, and who wants it with which excludes."""

    key: str
    phrases: tuple[str, ...]
    rows: tuple[int, ...] = ()
    wanted: dict[str, tuple[str, ...]] = field(default_factory=dict)


class Rows:
    """`facts` has shape (room, 8), `share` is its first column side by side, `floors` a cosine, `keyword` a number that
    the rows of one keyword share; each is meaningful for the first `len(self)` rows. A free row's share is zero.
    """

    def __init__(self) -> None:
        self.facts: Column = np.zeros((_ROOM, len(FACTS)), dtype=np.float32)
        self.share: Column = np.zeros(_ROOM, dtype=np.float32)
        self.floors: Column = np.zeros(_ROOM, dtype=np.float32)
        self.keyword = np.zeros(_ROOM, dtype=np.int32)
        self._words: list[str] = []
        self._owners: list[Entry | None] = []
        self._free: list[int] = []

    def __len__(self) -> int:
        return len(self._words)

    def take(self, way: Way, facts: Column, floor: float) -> int:
        """A row for a way; it is nobody's until `own`."""
        words = " ".join(way.words)  # one string takes half the memory of a tuple of them
        if self._free:
            row = self._free.pop()
            self._words[row] = words
        else:
            row = len(self._words)
            self._words.append(words)
            self._owners.append(None)
            self._make_room()
        self.facts[row], self.share[row], self.floors[row] = facts, facts[0], floor
        return row

    def _make_room(self) -> None:
        if len(self._words) > len(self.share):
            room = len(self.share) + max(len(self.share) // 8, _ROOM)
            for column in (self.facts, self.share, self.floors, self.keyword):
                column.resize((room, *column.shape[1:]), refcheck=False)

    def own(self, entry: Entry, rows: list[int]) -> None:
        """Gives rows to a keyword."""
        entry.rows = tuple(rows)
        for row in rows:
            self._owners[row], self.keyword[row] = entry, rows[0]

    def free(self, row: int) -> None:
        """Takes a row back."""
        self.facts[row], self.share[row] = 0.0, 0.0
        self._words[row], self._owners[row] = "", None
        self._free.append(row)

    def words(self, row: int) -> list[str]:
        """The way's words."""
        return self._words[row].split()

    def owner(self, row: int) -> Entry | None:
        """The keyword that a row says."""
        return self._owners[row]

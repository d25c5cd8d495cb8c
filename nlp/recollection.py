"""The documents that a new one is compared with: the newest, in a ring of fixed size, found by vector, day and agency.

    sequence mod size ─► vector (8 bits a dimension), time, agency, and the packed telling, read when it is compared

It holds no text. Whoever asks gets a bounded number of candidates, so that a comparison costs the same however many
documents are remembered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlp.embedding import Vectors
from nlp.sameness import FOLLOWED, Known
from nlp.tellings import Telling

_NEAR: Final = 64  # compared of the last days, the nearest by vector
_OWN: Final = 32  # compared of the same agency's last months
_LEAST: Final = 0.35
_LEAST_OWN: Final = 0.5
_UNKNOWN: Final = 0.6  # stands for the cosine of vectors of different models
_FIRST: Final = 1_024
_BLOCK: Final = 1_024


@dataclass(frozen=True, slots=True)
class Row:
    """A telling as it is stored: packed, and its vector as a scale (float32) and a byte a dimension."""

    told: bytes
    vector: bytes


def row_of(told: Telling) -> Row:
    """The stored form of a telling."""
    largest = float(np.abs(told.vector).max(initial=0.0))
    scale = np.float32(largest / 127)
    steps = np.rint(told.vector / scale) if largest else told.vector
    return Row(told.pack(), scale.tobytes() + steps.astype(np.int8).tobytes())


class Recollection:
    """A ring of the last documents. Not for several threads at once."""

    def __init__(self, size: int, together: timedelta) -> None:
        self._size = size
        self._together = together.total_seconds()
        self.clear()

    def __len__(self) -> int:
        return int((self._agencies >= 0).sum())

    def clear(self) -> None:
        """Forgets all."""
        self._vectors = np.zeros((0, 0), dtype=np.int8)
        self._scales = np.zeros(0, dtype=np.float32)
        self._times = np.zeros(0, dtype=np.int64)
        self._agencies = np.full(0, -1, dtype=np.int32)
        self._orders = np.zeros(0, dtype=np.int64)
        self._rows: list[tuple[str, str, bytes]] = []
        self._names: dict[str, int] = {}
        self._spoken: list[str] = []

    def add(self, number: int, story: str, key: str, agency: str, row: Row) -> None:
        """Remembers a document by its place in the order of telling; the one `size` before it is forgotten."""
        vector = np.frombuffer(row.vector, dtype=np.int8, offset=4)
        if not self._vectors.shape[1]:
            self._vectors = np.zeros((len(self._times), len(vector)), dtype=np.int8)
        place = number % self._size
        self._grow(place + 1)
        known = len(vector) == self._vectors.shape[1]
        self._vectors[place] = vector if known else 0
        self._scales[place] = np.frombuffer(row.vector, dtype=np.float32, count=1)[0] if known else 0.0
        self._times[place] = int.from_bytes(row.told[:8], "little", signed=True)
        if agency not in self._names:
            self._names[agency] = len(self._spoken)
            self._spoken.append(agency)
        self._agencies[place] = self._names[agency]
        self._orders[place] = number
        self._rows[place] = (story, key, row.told)

    def _grow(self, size: int) -> None:
        if size <= len(self._times):
            return
        more = min(max(2 * len(self._times), _FIRST, size), self._size) - len(self._times)
        self._vectors = np.concatenate((self._vectors, np.zeros((more, self._vectors.shape[1]), dtype=np.int8)))
        self._scales = np.concatenate((self._scales, np.zeros(more, dtype=np.float32)))
        self._times = np.concatenate((self._times, np.zeros(more, dtype=np.int64)))
        self._agencies = np.concatenate((self._agencies, np.full(more, -1, dtype=np.int32)))
        self._orders = np.concatenate((self._orders, np.zeros(more, dtype=np.int64)))
        self._rows += [("", "", b"")] * more

    def candidates(self, new: Telling) -> list[Known]:
        """What a new document may have to do with: a bounded number of the nearest."""
        apart = np.abs(self._times - int(new.published_at.timestamp()))
        live = self._agencies >= 0
        near = np.flatnonzero(live & (apart <= self._together))
        mine = self._agencies == self._names.get(new.agency, -2)
        own = np.flatnonzero(mine & (apart <= FOLLOWED.total_seconds()))
        found = dict(self._nearest(near, new.vector, _NEAR, _LEAST))
        found |= dict(self._nearest(own, new.vector, _OWN, _LEAST_OWN))
        return [self._known(place, cosine) for place, cosine in found.items()]

    def _nearest(self, places: NDArray[np.int64], vector: Vectors, most: int, least: float) -> list[tuple[int, float]]:
        cosines = self._cosines(places, vector)
        kept = np.flatnonzero(cosines >= least)
        if len(kept) > most:
            kept = kept[np.argpartition(-cosines[kept], most)[:most]]
        return [(int(places[one]), float(cosines[one])) for one in kept]

    def _cosines(self, places: NDArray[np.int64], vector: Vectors) -> NDArray[np.float32]:
        if len(vector) != self._vectors.shape[1]:
            return np.full(len(places), _UNKNOWN, dtype=np.float32)
        cosines = np.empty(len(places), dtype=np.float32)
        for start in range(0, len(places), _BLOCK):
            some = places[start : start + _BLOCK]
            rows = self._vectors[some].astype(np.float32)
            # einsum stays on this core: a product wakes every core, and waits for busy ones
            cosines[start : start + _BLOCK] = np.einsum("ij,j->i", rows, vector) * self._scales[some]
        cosines[self._scales[places] == 0] = _UNKNOWN
        return cosines

    def _known(self, place: int, cosine: float) -> Known:
        story, key, told = self._rows[place]
        agency = self._spoken[self._agencies[place]]
        return Known(key, story, int(self._orders[place]), Telling.unpack(told, agency, self._vectors[place]), cosine)

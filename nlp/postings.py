"""Which keywords hold a term, and how much of each it is: the inverted index of `matching`.

Not safe between threads by itself: `matching` holds the lock.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from nlp.document import Form
from nlp.keywords import Way


@dataclass(slots=True, eq=False)
class _Posting:
    """The rows that hold a term, and the term's share in each."""

    rows: array[int] = field(default_factory=lambda: array("i"))
    shares: array[float] = field(default_factory=lambda: array("f"))


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """Every (row, term) that a document and the keywords share: row, its share, the term's weight and places."""

    rows: NDArray[np.int32]
    shares: NDArray[np.float32]
    weights: NDArray[np.float32]
    places: NDArray[np.uint8]


class Postings:
    """The terms of all rows."""

    def __init__(self) -> None:
        self._of: dict[int, _Posting] = {}

    def add(self, row: int, way: Way) -> None:
        """Enters the terms of a row."""
        for term, share in zip(way.terms.tolist(), way.shares.tolist(), strict=True):
            posting = self._of.setdefault(term, _Posting())
            posting.rows.append(row)
            posting.shares.append(share)

    def remove(self, row: int, terms: NDArray[np.uint32]) -> None:
        """Takes the terms of a row out again."""
        for term in terms.tolist():
            posting = self._of[term]
            place = posting.rows.index(row)
            posting.rows[place], posting.shares[place] = posting.rows[-1], posting.shares[-1]
            posting.rows.pop()
            posting.shares.pop()
            if not posting.rows:
                del self._of[term]

    def hits(self, form: Form) -> Hits:
        """Where the document's terms stand in the rows, looked up from the smaller side."""
        if len(self._of) < len(form.ids):
            terms = np.fromiter(self._of, dtype=np.uint32, count=len(self._of))
            places = np.minimum(np.searchsorted(form.ids, terms), len(form.ids) - 1)
            at = places[form.ids[places] == terms]
        else:
            at = np.array([n for n, term in enumerate(form.ids.tolist()) if term in self._of], dtype=np.int64)
        found = [self._of[term] for term in form.ids[at].tolist()]
        sizes = [len(posting.rows) for posting in found]
        rows, shares = array("i"), array("f")  # joined as bytes: copies, so that no row is held while documents match
        for posting in found:
            rows += posting.rows
            shares += posting.shares
        return Hits(
            np.frombuffer(rows, dtype=np.int32) if rows else np.zeros(0, dtype=np.int32),
            np.frombuffer(shares, dtype=np.float32) if shares else np.zeros(0, dtype=np.float32),
            np.repeat(form.weights[at], sizes),
            np.repeat(form.places[at], sizes),
        )

"""How much a term tells: inverse document frequencies from a shipped background, sharpened by one's own archive.

A keyword must weigh its words before the first release arrives, so the background (numbers of titles that hold a term)
ships with the model; archive texts are counted on top of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlp.words import Terms

BACKGROUND: Final = Path(__file__).parent / "model" / "terms.npz"


class Lexicon:
    """Document frequencies of terms; unknown terms count as rare as the rarest known."""

    def __init__(self, ids: NDArray[np.uint32], counts: NDArray[np.number], documents: int) -> None:
        self._ids = ids
        self._counts = counts.astype(np.float64)
        self._documents = documents
        self._rarest = float(counts.min()) / 2 if counts.size else 0.5

    def idf(self, ids: NDArray[np.uint32]) -> NDArray[np.float32]:
        """ln(1 + (n - df + 0.5) / (df + 0.5)) for each term (Robertson and Zaragoza 2009, BM25)."""
        found = np.full(len(ids), self._rarest)
        if self._ids.size:
            places = np.minimum(np.searchsorted(self._ids, ids), len(self._ids) - 1)
            known = self._ids[places] == ids
            found[known] = self._counts[places[known]]
        return np.log1p((self._documents - found + 0.5) / (found + 0.5)).astype(np.float32)

    def with_archive(self, bags: Iterable[Terms]) -> Lexicon:
        """The lexicon with further documents counted in."""
        texts = [bag.ids for bag in bags]
        if not texts:
            return self
        more, counts = np.unique(np.concatenate(texts), return_counts=True)
        ids = np.union1d(self._ids, more)
        total = np.zeros(len(ids))
        total[np.searchsorted(ids, self._ids)] += self._counts
        total[np.searchsorted(ids, more)] += counts
        return Lexicon(ids, total, self._documents + len(texts))


@lru_cache(maxsize=1)
def background() -> Lexicon:
    """The lexicon that ships with the built-in model."""
    with np.load(BACKGROUND, allow_pickle=False) as stored:
        return Lexicon(stored["ids"], stored["counts"], int(stored["documents"]))

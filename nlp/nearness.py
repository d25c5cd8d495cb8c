"""How alike short sayings are by the pieces of their words: TF-IDF over one to three letters within words.

For sentences of a few words that share endings and little else; documents are matched by `nlp.matching`. What
scikit-learn's `TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 3), sublinear_tf=True)` computes, without the second
that importing it takes at each start.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nlp.words import normalise

_LONGEST = 3

Row = NDArray[np.float32]


class Pieces:
    """A fixed list of sayings to compare others with."""

    def __init__(self, sayings: Sequence[str]) -> None:
        counts = [_pieces(one) for one in sayings]
        spread = Counter(piece for one in counts for piece in one)
        self._column = {piece: number for number, piece in enumerate(spread)}
        self._rarity = np.log((1 + len(sayings)) / (1 + np.array(list(spread.values())))) + 1
        self._rows = np.stack([self._row(one) for one in counts])

    def like(self, saying: str) -> Row:
        """Cosine in [0, 1] of each saying of the list with this one, shape (n,)."""
        found: Row = self._rows @ self._row(_pieces(saying))
        return found

    def _row(self, counts: Counter[str]) -> Row:
        row = np.zeros(len(self._column), dtype=np.float32)
        for piece, count in counts.items():
            column = self._column.get(piece)
            if column is not None:
                row[column] = (1 + np.log(count)) * self._rarity[column]
        length = float(np.linalg.norm(row))
        return row / np.float32(length) if length else row


def _pieces(saying: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for word in normalise(saying).split():
        padded = f" {word} "
        for length in range(1, _LONGEST + 1):
            found.update(padded[start : start + length] for start in range(len(padded) - length + 1))
    return found

"""How alike short sayings are by the pieces of their words: TF-IDF over letters within words (scikit-learn).

For sentences of a few words that share endings and little else; documents are matched by `nlp.matching`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from nlp.words import normalise


class Pieces:
    """A fixed list of sayings to compare others with."""

    def __init__(self, sayings: Sequence[str]) -> None:
        self._cut = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 3), sublinear_tf=True, dtype=np.float32)
        self._rows = self._cut.fit_transform([normalise(one) for one in sayings])

    def like(self, saying: str) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        """Cosine in [0, 1] of each saying of the list with this one, shape (n,)."""
        found = self._rows @ self._cut.transform([normalise(saying)]).T
        return np.asarray(found.todense(), dtype=np.float32).ravel()

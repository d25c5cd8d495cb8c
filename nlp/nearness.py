"""Which of many things somebody may want, learnt from short sayings of each: ridge regression over pieces and meaning.

    sayings of each kind → pieces of words, and of all words run together (spacing is anybody's guess), TF-IDF
                         + the embedder's vectors → one column of weights a kind → score: 1 as in the sayings, 0 unlike

Made from the sayings alone in about half a second; asking costs some tens of additions. It explains nothing and knows
no grammar: "받을래" and "안 받을래" are two sayings that share most of their pieces.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlp.words import normalise

_INSIDE: Final = (1, 2)  # letters of a piece within a word, whose edges count as one
_ACROSS: Final = (2, 3)  # and of one across words
_MEANING: Final = 0.3  # weight of meaning beside pieces: the embedder learnt official prose, people type otherwise
_RIDGE: Final = 1.0

Row = NDArray[np.float32]
Halves = NDArray[np.float16]
Numbers = NDArray[np.int64]


class Leanings:
    """Scores of kinds; `kinds` has the number of the kind of each saying, `meanings` its unit vector."""

    def __init__(self, sayings: Sequence[str], kinds: Sequence[int], meanings: Row) -> None:
        counts = [_pieces(one) for one in sayings]
        spread = Counter(piece for one in counts for piece in one)
        self._column = {piece: number for number, piece in enumerate(spread)}
        self._rarity = (np.log((1 + len(sayings)) / (1 + np.array(list(spread.values())))) + 1).astype(np.float32)
        self._pieces, self._meaning = self._weigh(counts, kinds, meanings)

    def scores(self, saying: str, meaning: Row) -> Row:
        """How much each kind is like this saying, shape (kinds,)."""
        columns, weights = self._row(_pieces(saying))
        found: Row = weights @ self._pieces[columns] + meaning @ self._meaning
        return found

    def _weigh(self, counts: Sequence[Counter[str]], kinds: Sequence[int], meanings: Row) -> tuple[Halves, Row]:
        """Least squares with a ridge, solved over sayings: there are fewer of them than of pieces."""
        rows = self._postings(counts)
        likeness = meanings @ meanings.T
        likeness *= np.float32(_MEANING)
        likeness[np.diag_indices(len(counts))] += np.float32(_RIDGE)
        for numbers, weights in rows:
            likeness[np.ix_(numbers, numbers)] += np.outer(weights, weights)
        wanted = np.zeros((len(counts), max(kinds) + 1), dtype=np.float32)
        wanted[np.arange(len(counts)), list(kinds)] = 1
        solved = np.linalg.solve(likeness, wanted)
        pieces = np.zeros((len(self._column), wanted.shape[1]), dtype=np.float16)
        for column, (numbers, weights) in enumerate(rows):
            pieces[column] = weights @ solved[numbers]
        return pieces, np.float32(_MEANING) * (meanings.T @ solved)

    def _postings(self, counts: Sequence[Counter[str]]) -> list[tuple[Numbers, Row]]:
        """Of each column: the sayings that have it, and its weight in each."""
        rows = [self._row(one) for one in counts]
        columns = np.concatenate([each for each, _ in rows])
        order = np.argsort(columns, kind="stable")
        sayings = np.repeat(np.arange(len(rows)), [len(each) for each, _ in rows])[order]
        weights = np.concatenate([each for _, each in rows])[order]
        ends = np.cumsum(np.bincount(columns, minlength=len(self._column)))[:-1]
        return list(zip(np.split(sayings, ends), np.split(weights, ends), strict=True))

    def _row(self, counts: Counter[str]) -> tuple[Numbers, Row]:
        """The known pieces' columns and their weights, of length one."""
        known = [(self._column[piece], count) for piece, count in counts.items() if piece in self._column]
        columns = np.array([column for column, _ in known], dtype=np.int64)
        weights = (1 + np.log(np.array([count for _, count in known], dtype=np.float32))) * self._rarity[columns]
        length = np.float32(np.linalg.norm(weights)) or np.float32(1)
        return columns, weights / length


def _pieces(saying: str) -> Counter[str]:
    words = normalise(saying).split()
    found: Counter[str] = Counter()
    for word in words:
        found.update(_cut(f" {word} ", _INSIDE))
    found.update(f"+{piece}" for piece in _cut("".join(words), _ACROSS))
    return found


def _cut(text: str, lengths: tuple[int, int]) -> list[str]:
    least, most = lengths
    return [
        text[start : start + length] for length in range(least, most + 1) for start in range(len(text) - length + 1)
    ]

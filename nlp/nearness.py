"""Which of many things somebody may want, learnt from short sayings of each: logistic regression over pieces of words.

    sayings of each kind → pieces of words, and of all words run together (spacing is anybody's guess), TF-IDF
                         → one column of weights a kind, a byte each → how likely each kind is, together 1

Learnt once, in about a minute, and kept in a file; asking costs some tens of additions. It explains nothing and knows
no grammar: "받을래" and "안 받을래" are two sayings that share most of their pieces.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlp.words import normalise

_INSIDE: Final = (1, 2)  # letters of a piece within a word, whose edges count as one
_ACROSS: Final = (2, 3)  # and of one across words
_SEEN: Final = 2  # a piece that fewer sayings have says nothing of others
_LOOSENESS: Final = 30.0  # inverse of the penalty, by cross-validation on the sayings (tests/bench/fit_ways.py)
_STEPS: Final = 300
_BYTE: Final = 127

Row = NDArray[np.float32]


@dataclass(frozen=True)
class Leanings:
    """What was learnt. `weights`: shape (pieces, kinds), in `units` of each kind; `bias` is each kind's own."""

    kinds: tuple[str, ...]
    columns: dict[str, int]
    rarity: Row
    weights: NDArray[np.int8]
    units: Row
    bias: Row
    learnt_from: str = ""

    @classmethod
    def learn(cls, sayings: Sequence[str], kinds: Sequence[str], learnt_from: str = "") -> Leanings:
        """From sayings and the kind of each."""
        from scipy.sparse import csr_matrix
        from sklearn.linear_model import LogisticRegression

        counts = [_pieces(one) for one in sayings]
        spread = Counter(piece for one in counts for piece in one)
        known = [piece for piece, count in spread.items() if count >= _SEEN]
        columns = {piece: number for number, piece in enumerate(known)}
        seen = np.array([spread[piece] for piece in known], dtype=np.float32)
        rarity = (np.log((1 + len(sayings)) / (1 + seen)) + 1).astype(np.float32)
        rows = [_row(one, columns, rarity) for one in counts]
        ends = np.cumsum([0, *(len(each) for each, _ in rows)])
        table = csr_matrix(
            (np.concatenate([each for _, each in rows]), np.concatenate([each for each, _ in rows]), ends),
            shape=(len(rows), len(known)),
        )
        found = LogisticRegression(C=_LOOSENESS, max_iter=_STEPS).fit(table, list(kinds))
        units = (np.abs(found.coef_).max(axis=1) / _BYTE).astype(np.float32)
        weights = np.rint(found.coef_.T / units).astype(np.int8)
        names = tuple(str(one) for one in found.classes_)
        return cls(names, columns, rarity, weights, units, found.intercept_.astype(np.float32), learnt_from)

    def likely(self, saying: str) -> Row:
        """How likely each kind is, in the order of `kinds`."""
        columns, weights = _row(_pieces(saying), self.columns, self.rarity)
        found = (weights @ self.weights[columns].astype(np.float32)) * self.units + self.bias
        grown: Row = np.exp(found - found.max())
        likely: Row = grown / grown.sum()
        return likely

    def save(self, path: Path) -> None:
        """As one file of arrays."""
        pieces = np.array("\n".join(self.columns), dtype=np.str_)
        np.savez_compressed(
            path, kinds=np.array(self.kinds), pieces=pieces, rarity=self.rarity, weights=self.weights,
            units=self.units, bias=self.bias, learnt_from=np.array(self.learnt_from),
        )  # fmt: skip

    @classmethod
    def load(cls, path: Path) -> Leanings:
        """What `save` has kept."""
        with np.load(path, allow_pickle=False) as kept:
            pieces = str(kept["pieces"]).split("\n")
            return cls(
                tuple(str(one) for one in kept["kinds"]), {piece: number for number, piece in enumerate(pieces)},
                kept["rarity"], kept["weights"], kept["units"], kept["bias"], str(kept["learnt_from"]),
            )  # fmt: skip


def _row(counts: Counter[str], columns: dict[str, int], rarity: Row) -> tuple[NDArray[np.int64], Row]:
    """The known pieces' columns and their weights, of length one."""
    known = [(columns[piece], count) for piece, count in counts.items() if piece in columns]
    where = np.array([column for column, _ in known], dtype=np.int64)
    weights = (1 + np.log(np.array([count for _, count in known], dtype=np.float32))) * rarity[where]
    length = np.float32(np.linalg.norm(weights)) or np.float32(1)
    return where, weights / length


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

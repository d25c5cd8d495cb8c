"""Which of many things somebody may want, learnt from short sayings of each: logistic regression over pieces of words.

    sayings of each kind → pieces of words, and of all words run together (spacing is anybody's guess), TF-IDF
                         → one column of weights a kind, a byte each → how likely each kind is, together 1

Learnt once, in about a minute (`nlp.training.leanings`), and kept in a file; asking costs some tens of additions. It
explains nothing and knows no grammar: "받을래" and "안 받을래" are two sayings that share most of their pieces.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlp.words import normalise

_INSIDE: Final = (1, 2)  # letters of a piece within a word, whose edges count as one
_ACROSS: Final = (2, 3)  # and of one across words

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

    def likely(self, saying: str) -> Row:
        """How likely each kind is, in the order of `kinds`."""
        columns, weights = row(pieces(saying), self.columns, self.rarity)
        found = (weights @ self.weights[columns].astype(np.float32)) * self.units + self.bias
        grown: Row = np.exp(found - found.max())
        likely: Row = grown / grown.sum()
        return likely

    def save(self, path: Path) -> None:
        """As one file of arrays."""
        np.savez_compressed(
            path, kinds=np.array(self.kinds), pieces=np.array("\n".join(self.columns), dtype=np.str_),
            rarity=self.rarity, weights=self.weights, units=self.units, bias=self.bias,
            learnt_from=np.array(self.learnt_from),
        )  # fmt: skip

    @classmethod
    def load(cls, path: Path) -> Leanings:
        """What `save` has kept."""
        with np.load(path, allow_pickle=False) as kept:
            named = str(kept["pieces"]).split("\n")
            return cls(
                tuple(str(one) for one in kept["kinds"]), {piece: number for number, piece in enumerate(named)},
                kept["rarity"], kept["weights"], kept["units"], kept["bias"], str(kept["learnt_from"]),
            )  # fmt: skip


def row(counts: Counter[str], columns: dict[str, int], rarity: Row) -> tuple[NDArray[np.int64], Row]:
    """The known pieces' columns and their weights, of length one."""
    known = [(columns[piece], count) for piece, count in counts.items() if piece in columns]
    where = np.array([column for column, _ in known], dtype=np.int64)
    weights = (1 + np.log(np.array([count for _, count in known], dtype=np.float32))) * rarity[where]
    length = np.float32(np.linalg.norm(weights)) or np.float32(1)
    return where, weights / length


def pieces(saying: str) -> Counter[str]:
    """The pieces of a saying, each with how often it stands there."""
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

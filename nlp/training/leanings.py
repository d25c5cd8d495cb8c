"""Learns `nlp.nearness.Leanings` from sayings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from nlp.nearness import Leanings, pieces, row

_SEEN: Final = 2  # a piece that fewer sayings have says nothing of others
_LOOSENESS: Final = 30.0  # inverse of the penalty, by cross-validation on the sayings (tests/bench/fit_ways.py)
_STEPS: Final = 300
_BYTE: Final = 127


def learn(sayings: Sequence[str], kinds: Sequence[str], learnt_from: str = "") -> Leanings:
    """From sayings and the kind of each; `learnt_from` is kept beside, to tell later what it was."""
    counts = [pieces(one) for one in sayings]
    spread = Counter(piece for one in counts for piece in one)
    known = [piece for piece, count in spread.items() if count >= _SEEN]
    columns = {piece: number for number, piece in enumerate(known)}
    seen = np.array([spread[piece] for piece in known], dtype=np.float32)
    rarity = (np.log((1 + len(sayings)) / (1 + seen)) + 1).astype(np.float32)
    rows = [row(one, columns, rarity) for one in counts]
    ends = np.cumsum([0, *(len(each) for each, _ in rows)])
    table = csr_matrix(
        (np.concatenate([each for _, each in rows]), np.concatenate([each for each, _ in rows]), ends),
        shape=(len(rows), len(known)),
    )
    found = LogisticRegression(C=_LOOSENESS, max_iter=_STEPS).fit(table, list(kinds))
    units = (np.abs(found.coef_).max(axis=1) / _BYTE).astype(np.float32)
    weights = np.rint(found.coef_.T / units).astype(np.int8)
    names = tuple(str(one) for one in found.classes_)
    return Leanings(names, columns, rarity, weights, units, found.intercept_.astype(np.float32), learnt_from)

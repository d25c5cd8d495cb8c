"""Another model's cosines read on the built-in model's scale, so that every threshold and weight keeps its meaning.

    queries × documents, documents × documents ─ cosines of both models ─ equal ranks ─► two rising curves

One model calls two strangers 0.05 alike and another 0.75. What is fitted on the built-in model's cosines (candidates,
the calibrated score, stories, search) would mean nothing on another's, so each cosine of another model is read as the
built-in's cosine of the same rank among the same pairs. The order that the model gives is kept as it is; only heights
are translated. It can't make up what a model doesn't know, and above the pairs that were seen it draws a straight line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlp.embedding import Embedder
from nlp.vectors import Vectors

Cosines = NDArray[np.float32]

FEWEST: Final = 20
"""Documents from which a scale can be fitted at all."""

_FEWEST_BEYOND: Final = 20  # pairs above a knot, or it stands on chance
_RANKS: Final = (0.0, 0.01, 0.05, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9998)


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A rising map of cosines: through its knots in straight lines, at 1 it is 1."""

    given: Cosines
    meant: Cosines

    def __call__(self, cosines: Cosines) -> Cosines:
        """What cosines mean on the built-in's scale, in the same shape."""
        return np.interp(cosines, self.given, self.meant).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """How the model `model` is read: keywords against documents, and documents against each other.

    `documents` are vectors of `count` usual documents by that model, shape (count, d).
    """

    model: str
    to_query: Curve
    to_document: Curve
    documents: Vectors

    @property
    def count(self) -> int:
        """From how many documents it was fitted."""
        return len(self.documents)

    def passages(self, products: Cosines, rows: Vectors) -> Cosines:
        """Products of keywords with passages, whose vectors `rows` are shortened by how much each counts."""
        lengths = np.linalg.norm(rows, axis=1)
        shares = np.where(lengths > 0, lengths, 1.0).astype(np.float32)
        return np.asarray(np.where(lengths > 0, self.to_query(products / shares) * shares, 0.0), dtype=np.float32)

    def dump(self) -> bytes:
        """The stored form."""
        file = BytesIO()
        np.savez_compressed(
            file,
            model=np.array(self.model),
            query=np.stack((self.to_query.given, self.to_query.meant)),
            document=np.stack((self.to_document.given, self.to_document.meant)),
            documents=self.documents.astype(np.float16),
        )
        return file.getvalue()

    @classmethod
    def load(cls, stored: bytes) -> Scale:
        """Reads the stored form."""
        with np.load(BytesIO(stored), allow_pickle=False) as found:
            query, document = Curve(*found["query"]), Curve(*found["document"])
            return cls(str(found["model"]), query, document, found["documents"].astype(np.float32))


def fit(model: Embedder, built_in: Embedder, queries: Sequence[str], documents: Sequence[str]) -> Scale:
    """The scale of a model, from texts that both models read; computing only, some seconds for a transformer.

    Args:
        model: whose cosines are to be read.
        built_in: on whose scale.
        queries: keywords of any kind, some hundreds.
        documents: title with lead of usual documents, at least 20, better some hundreds; distinct.
    """
    if len(documents) < FEWEST:
        raise ValueError(f"expected at least {FEWEST} documents, got {len(documents)}")
    mine, theirs = (one.encode(documents) for one in (model, built_in))
    asked = [one.encode(queries, role="query") for one in (model, built_in)]
    upper = np.triu_indices(len(documents), 1)
    to_query = _curve((asked[0] @ mine.T).ravel(), (asked[1] @ theirs.T).ravel())
    to_document = _curve((mine @ mine.T)[upper], (theirs @ theirs.T)[upper])
    return Scale(model.name, to_query, to_document, mine)


def _curve(given: Cosines, meant: Cosines) -> Curve:
    ranks = [rank for rank in _RANKS if rank == 0.0 or (1 - rank) * len(given) >= _FEWEST_BEYOND]
    knots = np.quantile(given, ranks), np.quantile(meant, ranks)
    low, high = np.maximum.accumulate(knots[0]), np.maximum.accumulate(knots[1])
    keep = np.concatenate(([True], np.diff(low) > 1e-6)) & (low < 1 - 1e-6)
    if not keep.any():  # whoever finds everything alike says nothing
        return Curve(np.array([1], dtype=np.float32), np.array([0], dtype=np.float32))
    low, high = low[keep], np.minimum(high[keep], 1.0)
    return Curve(np.append(low, 1.0).astype(np.float32), np.append(high, 1.0).astype(np.float32))

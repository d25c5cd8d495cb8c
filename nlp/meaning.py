"""The vectors of all keywords, and how alike they are to a document: as sums of tokens, or as they are.

    built-in kind   row = Σ weight · token, so row · document = Σ weight · (token · document): no row is kept
    any other       a matrix of float32 rows, and one product with it for several documents

With 100,000 keywords the first needs 10 MB instead of 150, and a third of the time. Cosines are never below zero here.
Not safe between threads by itself: `matching` holds the lock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol

import numpy as np

from nlp.adopted import scale_of
from nlp.document import Form
from nlp.embedding import Embedder, Pieces, StaticEmbedder
from nlp.sums import Floats, Places, Sums
from nlp.vectors import Vectors, unit

_FEW: Final = 8  # documents up to which separate products with a vector beat one product with a matrix (measured)
_ROOM: Final = 64


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """Texts as vectors, shape (n, d), and in pieces where the model is a table of those."""

    vectors: Vectors
    pieces: tuple[Pieces, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Met:
    """One document: the cosine of its title and lead with each row; `of` gives some rows' cosines with each passage.

    `lead` has shape (rows,), `of(rows)` (len(rows), passages).
    """

    lead: Floats
    of: Callable[[Places], Floats]


class Meanings(Protocol):
    """The vectors of rows."""

    @property
    def together(self) -> int:
        """How many documents are best met at once."""

    def encode(self, texts: Sequence[str]) -> Encoded:
        """What `put` takes; needs no lock."""

    def put(self, row: int, encoded: Encoded, number: int) -> None:
        """Sets a row that is not there to one of the encoded texts."""

    def drop(self, row: int) -> None:
        """Forgets a row."""

    def vectors(self, rows: Places) -> Vectors:
        """Unit rows, shape (n, d)."""

    def meet(self, forms: Sequence[Form], size: int) -> Iterator[Met]:
        """Each document before the first `size` rows; an answer holds until the rows change."""


def meanings(embedder: Embedder) -> Meanings:
    """The kind that suits the model."""
    return Summed(embedder) if isinstance(embedder, StaticEmbedder) else Stored(embedder)


class Summed:
    """Rows of the built-in kind of model, as weights of the tokens that occur in any."""

    together: Final = 16

    def __init__(self, embedder: StaticEmbedder) -> None:
        self._embedder = embedder
        self._sums = Sums()
        self._slots = np.full(embedder.tokenizer.get_vocab_size(), -1, dtype=np.intp)  # of each token
        self._table: Vectors = np.zeros((0, embedder.dimensions), dtype=np.float32)
        self._used = 0

    def encode(self, texts: Sequence[str]) -> Encoded:
        """Vectors, and pieces whose weights bring them to length one."""
        pieces, vectors = list[Pieces](), np.zeros((len(texts), self._embedder.dimensions), dtype=np.float32)
        for number, cut in enumerate(self._embedder.cut(texts)):
            vectors[number] = cut.weights @ self._embedder.rows(cut.tokens)
            length = np.linalg.norm(vectors[number])
            pieces.append(Pieces(cut.tokens, cut.weights / (length if length > 0 else np.float32(1))))
        return Encoded(unit(vectors), tuple(pieces))

    def put(self, row: int, encoded: Encoded, number: int) -> None:
        """Sets a row that is not there to one of the encoded texts."""
        pieces = encoded.pieces[number]
        new = pieces.tokens[self._slots[pieces.tokens] < 0]
        if new.size:
            self._slots[new] = np.arange(self._used, self._used + len(new))
            self._used += len(new)
            if self._used > len(self._table):
                room = self._used + self._used // 8 + _ROOM
                self._table.resize((room, self._table.shape[1]), refcheck=False)
            self._table[self._used - len(new) : self._used] = self._embedder.rows(new)
        self._sums.put(row, self._slots[pieces.tokens], pieces.weights)

    def drop(self, row: int) -> None:
        """Forgets a row; its tokens stay, of which there are only so many."""
        self._sums.drop(row)

    def vectors(self, rows: Places) -> Vectors:
        """Unit rows, shape (n, d), added up again."""
        return np.ascontiguousarray(self._sums.of(rows, self._table[: self._used].T).T)

    def meet(self, forms: Sequence[Form], size: int) -> Iterator[Met]:
        """Each document before the first `size` rows."""
        products = np.concatenate([form.vectors for form in forms]) @ self._table[: self._used].T
        start = 0
        for form in forms:
            mine = products[start : start + len(form.vectors)]
            start += len(form.vectors)
            lead = self._sums.all(mine[form.lead], size)
            yield Met(np.maximum(lead, 0.0, out=lead), partial(self._passages, mine))

    def _passages(self, products: Floats, rows: Places) -> Floats:
        return np.asarray(np.maximum(self._sums.of(rows, products).T, 0.0))


class Stored:
    """Rows of any model."""

    together: Final = 64  # half the work of 16

    def __init__(self, embedder: Embedder) -> None:
        self._embedder, self._scale = embedder, scale_of(embedder)
        self._rows: Vectors = np.zeros((_ROOM, embedder.dimensions), dtype=np.float32)

    def encode(self, texts: Sequence[str]) -> Encoded:
        """Vectors."""
        return Encoded(self._embedder.encode(texts, role="query"))

    def put(self, row: int, encoded: Encoded, number: int) -> None:
        """Sets a row."""
        if row >= len(self._rows):
            # in place: a copy would double the memory
            self._rows.resize((row + row // 8 + _ROOM, self._rows.shape[1]), refcheck=False)
        self._rows[row] = encoded.vectors[number]

    def drop(self, row: int) -> None:
        """Forgets a row."""
        self._rows[row] = 0.0

    def vectors(self, rows: Places) -> Vectors:
        """Unit rows, shape (n, d)."""
        return self._rows[rows]

    def meet(self, forms: Sequence[Form], size: int) -> Iterator[Met]:
        """Each document before the first `size` rows."""
        leads, rows = np.stack([form.vector for form in forms]), self._rows[:size]
        if len(leads) > _FEW:
            # documents by rows, so that what follows runs along memory: ten times faster than the other way round
            products = np.asarray(leads @ rows.T)
        else:
            products = np.empty((len(leads), len(rows)), dtype=np.float32)
            for lead, product in zip(leads, products, strict=True):
                np.dot(rows, lead, out=product)
        if self._scale is not None:
            products = self._scale.to_query(products) * leads.any(axis=1, keepdims=True)
        np.maximum(products, 0.0, out=products)
        for form, product in zip(forms, products, strict=True):
            yield Met(product, partial(self._passages, form.vectors))

    def _passages(self, passages: Vectors, rows: Places) -> Floats:
        products = self._rows[rows] @ passages.T
        if self._scale is not None:
            products = self._scale.passages(products, passages)
        return np.asarray(np.maximum(products, 0.0))

"""The vectors of all keywords, and how alike they are to a document: as sums of tokens, or as they are.

    built-in kind   row = Σ weight · token, so row · document = Σ weight · (token · document): no row is kept
    any other       a matrix of float32 rows, and one product with it for several documents

With 100,000 keywords the first needs 10 MB instead of 150, and a third of the time. Cosines are never below zero here.
Not safe between threads by itself: `matching` holds the lock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from nlp.adopted import scale_of
from nlp.document import Form
from nlp.embedding import Embedder, Pieces, StaticEmbedder
from nlp.scale import Scale
from nlp.sums import Floats, Places, Sums
from nlp.vectors import Vectors, unit

_FEW: Final = 8  # documents up to which separate products with a vector beat one product with a matrix (measured)
_ALONE: Final = 1 << 18  # multiplications that OpenBLAS does in the calling thread: no waiting for a busy core
_PASSAGES: Final = 8
_ROOM: Final = 64


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """Texts as vectors, shape (n, d), and in pieces where the model is a table of those."""

    vectors: Vectors
    pieces: tuple[Pieces, ...] = ()


class Met(Protocol):
    """Some documents before all rows; it holds until the rows change. Cosines below zero are zero."""

    def leads(self) -> Floats:
        """The cosine of each title and lead with each row, shape (documents, rows); the caller may change it."""

    def of(self, rows: Sequence[Places]) -> list[Floats]:
        """For each document the cosines of some rows with each of its passages, shape (passages, rows) each."""


class Meanings(Protocol):
    """The vectors of rows."""

    def encode(self, texts: Sequence[str]) -> Encoded:
        """What `put` takes; needs no lock."""

    def put(self, row: int, encoded: Encoded, number: int) -> None:
        """Sets a row that is not there to one of the encoded texts."""

    def drop(self, row: int) -> None:
        """Forgets a row."""

    def vectors(self, rows: Places) -> Vectors:
        """Unit rows, shape (n, d)."""

    def meet(self, forms: Sequence[Form], size: int) -> Met:
        """Documents before the first `size` rows."""


def meanings(embedder: Embedder) -> Meanings:
    """The kind that suits the model."""
    return Summed(embedder) if isinstance(embedder, StaticEmbedder) else Stored(embedder)


class Summed:
    """Rows of the built-in kind of model, as weights of the tokens that occur in any."""

    def __init__(self, embedder: StaticEmbedder) -> None:
        self._embedder = embedder
        self._sums = Sums()
        self._slots = np.full(embedder.tokenizer.get_vocab_size(), -1, dtype=np.intp)  # of each token
        self._block = max(_ALONE // (_PASSAGES * embedder.dimensions), 1)
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
                blocks = (self._used + self._used // 8) // self._block + 1
                self._table.resize((blocks * self._block, self._table.shape[1]), refcheck=False)
            self._table[self._used - len(new) : self._used] = self._embedder.rows(new)
        self._sums.put(row, self._slots[pieces.tokens], pieces.weights)

    def drop(self, row: int) -> None:
        """Forgets a row; its tokens stay, of which there are only so many."""
        self._sums.drop(row)

    def vectors(self, rows: Places) -> Vectors:
        """Unit rows, shape (n, d), added up again."""
        return self._sums.combined(rows, self._table)

    def meet(self, forms: Sequence[Form], size: int) -> Met:
        """Documents before the first `size` rows."""
        blocks = self._table[: -(-self._used // self._block) * self._block]
        blocks = blocks.reshape(-1, 1, self._block, blocks.shape[1])
        passages = np.zeros((len(forms), max(len(form.vectors) for form in forms), blocks.shape[3]), dtype=np.float32)
        for form, mine in zip(forms, passages, strict=True):
            mine[: len(form.vectors)] = form.vectors
        # a block meets all documents while it is at hand: (blocks, documents, passages, tokens)
        products = passages @ blocks.transpose(0, 1, 3, 2)
        flat = products.transpose(2, 1, 0, 3).reshape(*passages.shape[1::-1], -1)
        return _MetSums(self._sums, flat, forms, size)


@dataclass(frozen=True, slots=True, eq=False)
class _MetSums:
    """Documents before sums of tokens; `products` has shape (passages, documents, tokens)."""

    sums: Sums
    products: Floats
    forms: Sequence[Form]
    size: int

    def leads(self) -> Floats:
        """The cosine of each title and lead with each row."""
        cosines = self.sums.all(
            np.stack([self.products[form.lead, at] for at, form in enumerate(self.forms)]), self.size
        )
        return np.maximum(cosines, 0.0, out=cosines)

    def of(self, rows: Sequence[Places]) -> list[Floats]:
        """For each document the cosines of some rows with each of its passages."""
        found = self.sums.of(rows, self.products)
        return [np.maximum(one[: len(form.vectors)], 0.0) for one, form in zip(found, self.forms, strict=True)]


class Stored:
    """Rows of any model."""

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

    def meet(self, forms: Sequence[Form], size: int) -> Met:
        """Documents before the first `size` rows."""
        leads, rows = np.stack([form.vector for form in forms]), self._rows[:size]
        # documents by rows, so that what follows runs along memory: ten times faster than the other way round
        many = len(leads) > _FEW
        products = np.asarray(leads @ rows.T) if many else np.stack([rows @ lead for lead in leads])
        if self._scale is not None:
            products = self._scale.to_query(products) * leads.any(axis=1, keepdims=True)
        np.maximum(products, 0.0, out=products)
        return _MetRows(products, rows, forms, self._scale)


@dataclass(frozen=True, slots=True, eq=False)
class _MetRows:
    """Documents before stored rows."""

    cosines: Floats
    rows: Vectors
    forms: Sequence[Form]
    scale: Scale | None

    def leads(self) -> Floats:
        """The cosine of each title and lead with each row."""
        return self.cosines

    def of(self, rows: Sequence[Places]) -> list[Floats]:
        """For each document the cosines of some rows with each of its passages."""
        return [self._of(some, form.vectors) for some, form in zip(rows, self.forms, strict=True)]

    def _of(self, rows: Places, passages: Vectors) -> Floats:
        products = self.rows[rows] @ passages.T
        if self.scale is not None:
            products = self.scale.passages(products, passages)
        return np.asarray(np.maximum(products.T, 0.0))

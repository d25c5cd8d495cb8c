"""An inverted index in few bytes: three a posting, so that a hundred thousand documents fit beside a chat.

    documents ─ blocks (term numbers ascending, slices of documents and weights) ─ merged as they pile up

A block is written once; documents join at the end only, and one that is replaced is left to its owner to pass over. A
weight in (0, 1) is kept as a byte. It stores no text and gives none back: terms are numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

_LARGEST: Final = 16_384  # documents in a block; their numbers must fit two bytes
_STEPS: Final = 255


@dataclass(frozen=True, slots=True, eq=False)
class Bag:
    """The weighed terms of one document: distinct ids, weights in (0, 1)."""

    ids: NDArray[np.uint32]
    weights: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    """Documents [base, base + size): the postings of term `ids[i]` are those from `starts[i]` to `starts[i + 1]`."""

    base: int
    size: int
    ids: NDArray[np.uint32]
    starts: NDArray[np.int64]
    documents: NDArray[np.uint16]
    weights: NDArray[np.uint8]

    def rows(self) -> NDArray[np.uint32]:
        """The term of each posting."""
        return np.repeat(self.ids, np.diff(self.starts))


def _block(
    base: int,
    size: int,
    terms: NDArray[np.uint32],
    documents: NDArray[np.uint16],
    weights: NDArray[np.uint8],
) -> _Block:
    order = np.argsort(terms, kind="stable")
    ids, starts = np.unique(terms[order], return_index=True)
    return _Block(base, size, ids, np.append(starts, len(terms)), documents[order], weights[order])


class Postings:
    """All postings. Not for several threads while documents are being added."""

    def __init__(self) -> None:
        self._blocks: list[_Block] = []

    def __len__(self) -> int:
        """How many documents."""
        return sum(block.size for block in self._blocks)

    @property
    def count(self) -> int:
        """How many postings."""
        return sum(len(block.documents) for block in self._blocks)

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return sum(
            block.ids.nbytes + block.starts.nbytes + block.documents.nbytes + block.weights.nbytes
            for block in self._blocks
        )

    def add(self, bags: Sequence[Bag]) -> None:
        """Appends documents, numbered on from those there are."""
        for start in range(0, len(bags), _LARGEST):
            self._append(bags[start : start + _LARGEST])

    def _append(self, bags: Sequence[Bag]) -> None:
        terms = np.concatenate([bag.ids for bag in bags])
        weights = np.rint(np.concatenate([bag.weights for bag in bags]) * _STEPS).astype(np.uint8)
        documents = np.repeat(np.arange(len(bags), dtype=np.uint16), [len(bag.ids) for bag in bags])
        self._blocks.append(_block(len(self), len(bags), terms, documents, weights))
        while self._two_belong_together():
            last, before = self._blocks.pop(), self._blocks.pop()
            self._blocks.append(_merge(before, last))

    def _two_belong_together(self) -> bool:
        """Whether the last block has grown to half the one before: so each posting is moved a few times only."""
        if len(self._blocks) < 2:
            return False
        before, last = self._blocks[-2:]
        return before.size <= 2 * last.size and before.size + last.size <= _LARGEST

    def lighten(self, documents: NDArray[np.bool_], least: float) -> None:
        """Drops the postings lighter than `least` of the documents marked; shape (len(self),)."""
        for number, block in enumerate(self._blocks):
            marked = documents[block.base : block.base + block.size]
            if marked.any():
                keep = (block.weights >= round(least * _STEPS)) | ~marked[block.documents]
                self._blocks[number] = _only(block, keep)

    def score(self, terms: NDArray[np.uint32], shares: NDArray[np.float32], size: int) -> NDArray[np.float32]:
        """For each of the first `size` documents the sum of its weights of these terms, each times its share."""
        total = np.zeros(size, dtype=np.float32)
        for block in self._blocks:
            part = total[block.base : block.base + block.size]
            for start, end, share in _slices(block, terms, shares):
                part[block.documents[start:end]] += block.weights[start:end] * np.float32(share / _STEPS)
        return total


def _only(block: _Block, keep: NDArray[np.bool_]) -> _Block:
    ids, starts = np.unique(block.rows()[keep], return_index=True)
    documents, weights = block.documents[keep], block.weights[keep]
    return _Block(block.base, block.size, ids, np.append(starts, len(documents)), documents, weights)


def _slices(block: _Block, terms: NDArray[np.uint32], shares: NDArray[np.float32]) -> Iterator[tuple[int, int, float]]:
    if not len(block.ids):
        return
    places = np.minimum(np.searchsorted(block.ids, terms), len(block.ids) - 1)
    found = block.ids[places] == terms
    places = places[found]
    yield from zip(
        block.starts[places].tolist(), block.starts[places + 1].tolist(), shares[found].tolist(), strict=True
    )


def _merge(before: _Block, last: _Block) -> _Block:
    return _block(
        before.base,
        before.size + last.size,
        np.concatenate((before.rows(), last.rows())),
        np.concatenate((before.documents, last.documents + np.uint16(before.size))),
        np.concatenate((before.weights, last.weights)),
    )

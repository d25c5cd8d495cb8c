"""Finding documents by a question or a few words: BM25 over in-word bigrams, joined with meaning.

Here documents wait for a query, the other way round than in `matching`, so term weights come from the documents
themselves (once there are enough) and their lengths count. It holds all in memory and persists nothing.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlp.document import passages
from nlp.embedding import Embedder, Vectors
from nlp.synonyms import Synonyms, built_in
from nlp.words import bigram_terms, normalise, query_words, terms

_K1: Final = 1.2
_B: Final = 0.75
_DENSE: Final = 0.3
_SAID_OTHERWISE: Final = 0.95
_SHORT: Final = 4  # words of a query that is widened by synonyms; a longer one says enough
_MAX_QUERY: Final = 1_000


@dataclass(slots=True, eq=False)
class _Posting:
    documents: array[int] = field(default_factory=lambda: array("i"))
    counts: array[float] = field(default_factory=lambda: array("f"))


class Index:
    """An in-memory index. Not for several threads while documents are being added."""

    def __init__(self, embedder: Embedder, *, synonyms: Synonyms | None = None) -> None:
        self._embedder = embedder
        self._synonyms = built_in() if synonyms is None else synonyms
        self._ids: list[str] = []
        self._numbers: dict[str, int] = {}
        self._lengths = array("f")
        self._postings: dict[int, _Posting] = {}
        self._waiting: list[tuple[int, str]] = []
        self._vectors: list[Vectors] = []
        self._owners: list[int] = []
        self._matrix: Vectors | None = None

    def __len__(self) -> int:
        return len(self._numbers)

    def add(self, id: str, text: str, title: str | None = None) -> None:  # noqa: A002 - the published name
        """Adds a document, or replaces the one with this id. Its vectors are computed with the next search."""
        number = len(self._ids)
        self._ids.append(id)
        self._numbers[id] = number
        head, body = normalise(title or ""), normalise(text)
        bag = terms(f"{head} {body}", flat=True)
        self._lengths.append(float(bag.counts.sum()))
        for term, count in zip(bag.ids.tolist(), bag.counts.tolist(), strict=True):
            posting = self._postings.setdefault(term, _Posting())
            posting.documents.append(number)
            posting.counts.append(count)
        self._waiting += [(number, piece) for piece in passages(head, body)]
        self._matrix = None

    def search(self, query: str, k: int = 10) -> list[tuple[str, float]]:
        """The k best (id, score), best first, scores in [0, 1]; documents that share nothing stay out."""
        if not self._ids or k < 1:
            return []
        ways = self._ways(query[:_MAX_QUERY])
        lexical = np.max([share * self._lexical(query_words(text)) for text, share in ways], axis=0)
        shares = np.array([share for _, share in ways], dtype=np.float32)
        cosines = (self._cosines([text for text, _ in ways]) * shares[:, None]).max(axis=0)
        scores = (1 - _DENSE) * lexical + _DENSE * cosines
        live = np.fromiter(self._numbers.values(), dtype=np.int64)
        best = live[np.argsort(-scores[live], kind="stable")][:k]
        return [(self._ids[number], min(float(scores[number]), 1.0)) for number in best.tolist() if scores[number] > 0]

    def _ways(self, query: str) -> list[tuple[str, float]]:
        ways = [(query, 1.0)]
        if len(query_words(query)) <= _SHORT:
            ways += [(other.text, _SAID_OTHERWISE) for other in self._synonyms.expand(query)]
        return ways

    def _lexical(self, words: Iterable[str]) -> NDArray[np.float32]:
        """BM25 as a share of the most that the query could reach."""
        total = np.zeros(len(self._ids))
        bound = 0.0
        lengths = np.array(self._lengths)
        norm = _K1 * (1 - _B + _B * lengths / max(float(lengths.mean()), 1.0))
        for term in {term for word in words for term in bigram_terms(word)}:
            posting = self._postings.get(term)
            found = len(posting.documents) if posting else 0
            idf = math.log1p((len(self._ids) - found + 0.5) / (found + 0.5))
            bound += idf
            if posting:
                documents, counts = np.array(posting.documents), np.array(posting.counts)
                total[documents] += idf * counts / (counts + norm[documents])
        return (total / bound if bound else total).astype(np.float32)

    def _cosines(self, queries: list[str]) -> Vectors:
        """For each query its best cosine over each document's passages, shape (queries, documents)."""
        if self._waiting:
            self._vectors.append(self._embedder.encode([piece for _, piece in self._waiting]))
            self._owners += [number for number, _ in self._waiting]
            self._waiting = []
        if self._matrix is None:
            self._vectors = [np.concatenate(self._vectors)]
            self._matrix = self._vectors[0]
        owners = np.array(self._owners)
        starts = np.flatnonzero(np.diff(owners, prepend=-1))
        products = np.maximum(self._embedder.encode(queries, role="query") @ self._matrix.T, 0.0)
        return np.asarray(np.maximum.reduceat(products, starts, axis=1))

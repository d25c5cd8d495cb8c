"""Finding documents by a question or a few words: words, pieces of words, and meaning, in one score.

    words    BM25 over in-word bigrams, as a share of the most that the question could reach
    meaning  the best cosine over a document's passages; it says less the longer the question is
    pieces   for the best documents only: how near the question's pieces come to any piece of the document

Here documents wait for a query, the other way round than in `matching`, so term weights come from the documents
themselves (once there are enough) and their lengths count. It holds all in memory and persists nothing.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlp.document import passages
from nlp.embedding import Embedder, StaticEmbedder, Vectors
from nlp.synonyms import Synonyms, built_in
from nlp.words import aligned_terms, bigram_terms, normalise, query_words, terms

_K1: Final = 0.5
_B: Final = 0.75
_ALIGNED: Final = 0.3  # what a hit on the seam of two words of a compound adds to that of the bigram itself
_DENSE: Final = 0.42  # share of meaning in a question of no words; see `_meaning_share`
_PIECES: Final = 0.15
_RERANKED: Final = 200  # documents whose pieces are looked at
_NEAR: Final = 0.3  # a cosine of two pieces below this is an accident
_SAID_OTHERWISE: Final = 0.95
_SHORT: Final = 4  # words of a query that is widened by synonyms; a longer one says enough
_MAX_QUERY: Final = 1_000

Scores = NDArray[np.float32]


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
        self._pieces: list[NDArray[np.int32]] = []
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
        if isinstance(self._embedder, StaticEmbedder):
            self._pieces += [one.tokens.astype(np.int32) for one in self._embedder.cut([f"{head} {body}"])]
        self._waiting += [(number, piece) for piece in passages(head, body)]
        self._matrix = None

    def search(self, query: str, k: int = 10) -> list[tuple[str, float]]:
        """The k best (id, score), best first, scores in [0, 1]; documents that share nothing stay out."""
        if not self._ids or k < 1:
            return []
        ways = self._ways(query[:_MAX_QUERY])
        meaning = _meaning_share(len(query_words(ways[0][0])))
        lexical = np.max([share * self._lexical(_weighed(text)) for text, share in ways], axis=0)
        shares = np.array([share for _, share in ways], dtype=np.float32)
        cosines = (self._cosines([text for text, _ in ways]) * shares[:, None]).max(axis=0)
        scores = (1 - meaning - _PIECES) * lexical + meaning * cosines
        live = np.fromiter(self._numbers.values(), dtype=np.int64)
        order = live[np.argsort(-scores[live], kind="stable")]
        looked_at, rest = order[: max(_RERANKED, k)], order[max(_RERANKED, k) :]
        # what isn't looked at keeps its place behind: its words stand for its pieces
        scores[looked_at] += _PIECES * self._likeness(ways[0][0], looked_at, lexical)
        best = np.concatenate((looked_at[np.argsort(-scores[looked_at], kind="stable")], rest))[:k]
        return [(self._ids[number], min(float(scores[number]), 1.0)) for number in best.tolist() if scores[number] > 0]

    def _ways(self, query: str) -> list[tuple[str, float]]:
        ways = [(query, 1.0)]
        if len(query_words(query)) <= _SHORT:
            ways += [(other.text, _SAID_OTHERWISE) for other in self._synonyms.expand(query)]
        return ways

    def _lexical(self, weighed: Mapping[int, float]) -> Scores:
        """BM25 as a share of the most that the query could reach; `weighed` are its terms and their weights."""
        total = np.zeros(len(self._ids))
        bound = 0.0
        lengths = np.array(self._lengths)
        norm = _K1 * (1 - _B + _B * lengths / max(float(lengths.mean()), 1.0))
        for term, weight in weighed.items():
            posting = self._postings.get(term)
            found = len(posting.documents) if posting else 0
            idf = weight * math.log1p((len(self._ids) - found + 0.5) / (found + 0.5))
            bound += idf
            if posting:
                documents, counts = np.array(posting.documents), np.array(posting.counts)
                total[documents] += idf * counts / (counts + norm[documents])
        return (total / bound if bound else total).astype(np.float32)

    def _likeness(self, query: str, documents: NDArray[np.int64], lexical: Scores) -> Scores:
        """How near the query's pieces come to these documents' pieces, in [0, 1], the rarer a piece the more it counts.

        A model without pieces of its own leaves it to the words.
        """
        if not isinstance(self._embedder, StaticEmbedder):
            return lexical[documents]
        asked = next(iter(self._embedder.cut([query])))
        weights = np.linalg.norm(self._embedder.rows(asked.tokens), axis=1) * asked.weights
        held = [self._pieces[number] for number in documents.tolist()]
        known, where = np.unique(np.concatenate(held), return_inverse=True)
        sizes = np.array([len(some) for some in held])
        if not weights.any() or not len(known):
            return np.zeros(len(documents), dtype=np.float32)
        near = _unit(self._embedder.rows(asked.tokens)) @ _unit(self._embedder.rows(known.astype(np.int64))).T
        near[near < _NEAR] = 0.0
        likeness = np.zeros(len(documents), dtype=np.float32)
        starts = np.concatenate(([0], np.cumsum(sizes[sizes > 0])[:-1]))
        best = np.maximum.reduceat(near[:, where], starts, axis=1)
        likeness[sizes > 0] = weights @ best / weights.sum()
        return likeness

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


def _weighed(query: str) -> dict[int, float]:
    weighed: dict[int, float] = {}
    for word in query_words(query):
        weighed |= dict.fromkeys(aligned_terms(word), _ALIGNED)
    for word in query_words(query):
        weighed |= dict.fromkeys(bigram_terms(word), 1.0)
    return weighed


def _meaning_share(words: int) -> float:
    """What meaning counts beside the words: much for two words, little for a question that says all by itself."""
    return _DENSE / (1 + words / 8)


def _unit(rows: Vectors) -> Vectors:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6), dtype=np.float32)

"""The order of training: random-IDF start, a weighted choice of data set each step, the best checkpoint kept."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from tokenizers import Tokenizer

from nlp.training.bags import Bags, WordBags, bag, pack
from nlp.training.contrast import Adam, Matrix, cosent_loss, ranking_loss, scatter
from nlp.training.corpus import Corpus, PairSet, ScoredSet, SplitSet, TopicSet

LOG: Final = logging.getLogger(__name__)
DIMENSIONS: Final = 256
DROPOUT: Final = 0.2
WARM_UP: Final = 50
RARITY: Final = 0.5
"""In the end a row is multiplied by this power of its token's IDF: a point and more of KorSTS and of questions."""

_AVERAGED: Final = 0.99  # what the running mean of the weights keeps at each step


@dataclass(frozen=True, slots=True)
class Recipe:
    """What may be turned; the defaults are what the shipped model was trained with."""

    steps: int = 900
    batch: int = 2_048
    rate: float = 0.01
    seed: int = 20_261_123
    check_every: int = 150


class _Source(Protocol):
    name: str
    weight: float

    def gradient(self, weights: Matrix, batch: int, rng: np.random.Generator) -> tuple[float, Matrix]: ...


def _halves(left: Matrix, right: Matrix, same: NDArray[np.bool_]) -> tuple[float, Matrix, Matrix]:
    """The ranking loss averaged over all and over the first half of the dimensions (Matryoshka)."""
    half = left.shape[1] // 2
    loss, d_left, d_right = ranking_loss(left, right, same)
    small, e_left, e_right = ranking_loss(left[:, :half], right[:, :half], same)
    d_left[:, :half] += e_left
    d_right[:, :half] += e_right
    return (loss + small) / 2, d_left * np.float32(0.5), d_right * np.float32(0.5)


def _same(*keys: NDArray[np.int64]) -> NDArray[np.bool_]:
    same = np.zeros((len(keys[0]), len(keys[0])), dtype=np.bool_)
    for key in keys:
        same |= key[:, None] == key[None, :]
    np.fill_diagonal(same, val=False)
    return same


def _keys(texts: Sequence[str]) -> NDArray[np.int64]:
    known = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    return np.array([known[text] for text in texts], dtype=np.int64)


def _learn(left: csr_matrix, right: csr_matrix, weights: Matrix, same: NDArray[np.bool_]) -> tuple[float, Matrix]:
    loss, d_left, d_right = _halves(left @ weights, right @ weights, same)
    return loss, scatter(left, d_left, right, d_right)


class _Pairs:
    def __init__(self, data: PairSet, tokenizer: Tokenizer) -> None:
        self.name, self.weight = data.name, data.weight
        self.left, self.right = bag(tokenizer, data.anchors), bag(tokenizer, data.positives)
        self._negatives = bag(tokenizer, data.negatives) if data.negatives else None
        self._anchor_keys, self._positive_keys = _keys(data.anchors), _keys(data.positives)

    def gradient(self, weights: Matrix, batch: int, rng: np.random.Generator) -> tuple[float, Matrix]:
        rows = rng.choice(len(self.left), size=min(batch, len(self.left)), replace=False)
        left = self.left.matrix(rows, len(weights), rng, DROPOUT)
        parts = [self.right.tokens[self.right.offsets[r] : self.right.offsets[r + 1]] for r in rows]
        if self._negatives is not None:
            parts += [self._negatives.tokens[self._negatives.offsets[r] : self._negatives.offsets[r + 1]] for r in rows]
        right = pack(parts, len(weights), rng, DROPOUT)
        return _learn(left, right, weights, _same(self._anchor_keys[rows], self._positive_keys[rows]))


class _Splits:
    def __init__(self, data: SplitSet, tokenizer: Tokenizer) -> None:
        self.name, self.weight = data.name, data.weight
        self.texts = WordBags(tokenizer, data.texts)

    def gradient(self, weights: Matrix, batch: int, rng: np.random.Generator) -> tuple[float, Matrix]:
        rows = rng.choice(len(self.texts), size=min(batch, len(self.texts)), replace=False)
        left, right = self.texts.cut(rows, rng)
        no = np.zeros((len(rows), len(rows)), dtype=np.bool_)
        return _learn(pack(left, len(weights), rng, DROPOUT / 2), pack(right, len(weights), rng, DROPOUT), weights, no)


class _Topics:
    def __init__(self, data: TopicSet, tokenizer: Tokenizer) -> None:
        self.name, self.weight = data.name, data.weight
        self._texts, self._topics = bag(tokenizer, data.texts), np.array(data.topics, dtype=np.int64)

    def gradient(self, weights: Matrix, batch: int, rng: np.random.Generator) -> tuple[float, Matrix]:
        """Any two of one topic belong together; others of that topic are no negatives."""
        rows = rng.choice(len(self._topics), size=min(batch // 2, len(self._topics)), replace=False)
        of = {topic: np.flatnonzero(self._topics == topic) for topic in np.unique(self._topics[rows]).tolist()}
        others = np.array([rng.choice(of[topic]) for topic in self._topics[rows].tolist()])
        left = self._texts.matrix(rows, len(weights), rng, DROPOUT)
        right = self._texts.matrix(others, len(weights), rng, DROPOUT)
        return _learn(left, right, weights, _same(self._topics[rows]))


class _Scored:
    def __init__(self, data: ScoredSet, tokenizer: Tokenizer) -> None:
        self.name, self.weight = data.name, data.weight
        self._left, self._right = bag(tokenizer, data.anchors), bag(tokenizer, data.positives)
        self._scores = np.array(data.scores, dtype=np.float32)

    def gradient(self, weights: Matrix, batch: int, rng: np.random.Generator) -> tuple[float, Matrix]:
        rows = rng.choice(len(self._left), size=min(batch, 1_024, len(self._left)), replace=False)
        left = self._left.matrix(rows, len(weights), rng, DROPOUT)
        right = self._right.matrix(rows, len(weights), rng, DROPOUT)
        loss, d_left, d_right = cosent_loss(left @ weights, right @ weights, self._scores[rows])
        return loss, scatter(left, d_left, right, d_right)


def idf(bags: Sequence[Bags], vocabulary: int) -> Matrix:
    """Inverse document frequency of each token over texts: ln((n + 1) / (df + 1)) + 1."""
    total, found = 0, np.zeros(vocabulary, dtype=np.int64)
    for part in bags:
        owner = np.repeat(np.arange(len(part)), np.diff(part.offsets))
        pairs = np.unique(owner.astype(np.int64) * vocabulary + part.tokens)
        found += np.bincount(pairs % vocabulary, minlength=vocabulary)
        total += len(part)
    return np.asarray(np.log((total + 1) / (found + 1)) + 1, dtype=np.float32)


def start(weights_idf: Matrix, seed: int) -> Matrix:
    """Gaussian rows scaled by IDF, mean length one: exact tokens match before the first step."""
    rng = np.random.default_rng(seed)
    rows = rng.standard_normal((len(weights_idf), DIMENSIONS), dtype=np.float32) / np.float32(np.sqrt(DIMENSIONS))
    rows *= (weights_idf / weights_idf.mean())[:, None]
    return rows


def prepare(corpus: Corpus, tokenizer: Tokenizer) -> list[_Source]:
    """All data sets, tokenised once."""
    sources: list[_Source] = [_Pairs(part, tokenizer) for part in corpus.pairs]
    sources += [_Splits(part, tokenizer) for part in corpus.splits]
    sources += [_Scored(part, tokenizer) for part in corpus.scored]
    sources += [_Topics(part, tokenizer) for part in corpus.topics]
    return sources


def corpus_idf(sources: Sequence[_Source], vocabulary: int) -> Matrix:
    """IDF over everything that is a document."""
    bags = [part.texts.bags() for part in sources if isinstance(part, _Splits)]
    bags += [part.right for part in sources if isinstance(part, _Pairs)]
    return idf(bags, vocabulary)


def train(sources: Sequence[_Source], weights: Matrix, recipe: Recipe, score: Callable[[Matrix], float]) -> Matrix:
    """The best by `score` of the running means of the weights, seen every `check_every` steps, and of the start.

    Args:
        sources: what `prepare` made.
        weights: the starting rows; left unchanged.
        recipe: steps, batch, rate, seed.
        score: quality of rows on held-out data, higher is better.
    """
    rng = np.random.default_rng(recipe.seed)
    shares = np.array([part.weight for part in sources])
    weights, mean = weights.copy(), weights.copy()
    adam, best, kept = Adam(weights), score(weights), weights.copy()
    for step in range(1, recipe.steps + 1):
        part = sources[int(rng.choice(len(sources), p=shares / shares.sum()))]
        loss, gradient = part.gradient(weights, recipe.batch, rng)
        left = 1 - (step - 1) / recipe.steps
        adam.step(gradient, recipe.rate * min(step / WARM_UP, 1.0) * left)
        mean += np.float32(1 - min(_AVERAGED, step / (step + 9))) * (weights - mean)
        if step % recipe.check_every == 0 or step == recipe.steps:
            now = score(mean)
            LOG.info("step %d %s loss %.3f score %.4f", step, part.name, loss, now)
            if now > best:
                best, kept = now, mean.copy()
    return kept


def finish(weights: Matrix, rarity: Matrix) -> Matrix:
    """The rows as they are shipped: each times its token's IDF to the power `RARITY`, mean length one."""
    rows = weights * (rarity**RARITY)[:, None]
    return np.asarray(rows / np.linalg.norm(rows, axis=1).mean(), dtype=np.float32)

"""Contrastive learning of token rows by hand-written gradients: bags → sums → unit vectors → in-batch softmax.

Equal in effect to sentence-transformers' MultipleNegativesRankingLoss inside MatryoshkaLoss on a StaticEmbedding
(https://sbert.net/docs/package_reference/sentence_transformer/losses.html), symmetric, at scale 20.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

Matrix = NDArray[np.float32]
SCALE: Final = 20.0


@dataclass(frozen=True, slots=True)
class Unit:
    """Unit rows and the norms they had."""

    rows: Matrix
    norms: Matrix

    def back(self, gradient: Matrix) -> Matrix:
        """The gradient before normalisation."""
        along = np.sum(gradient * self.rows, axis=1, keepdims=True)
        return np.asarray((gradient - self.rows * along) / self.norms, dtype=np.float32)


def unit(rows: Matrix) -> Unit:
    """Rows at length one."""
    norms = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    return Unit(np.asarray(rows / norms, dtype=np.float32), norms)


def _softmax(logits: Matrix) -> tuple[Matrix, Matrix]:
    top = logits.max(axis=1, keepdims=True)
    shares = np.exp(logits - top)
    total = shares.sum(axis=1, keepdims=True)
    shares /= total
    return shares, (top + np.log(total))[:, 0]


def ranking_loss(left: Matrix, right: Matrix, same: NDArray[np.bool_]) -> tuple[float, Matrix, Matrix]:
    """In-batch softmax both ways. Rows of `right` past `len(left)` are hard negatives.

    `same` (n, n) marks pairs off the diagonal that share an anchor or a positive: they're no negatives.

    Returns:
        The loss and its gradients by the raw sums `left` and `right`.
    """
    n = len(left)
    u, v = unit(left), unit(right)
    logits = SCALE * (u.rows @ v.rows.T)
    logits[:, :n][same] = -1e9
    there, there_total = _softmax(logits)
    back, back_total = _softmax(np.ascontiguousarray(logits[:, :n].T))
    hit = logits[np.arange(n), np.arange(n)]
    loss = float(np.mean(there_total - hit) + np.mean(back_total - hit)) / 2
    there[:, :n] += back.T
    there[np.arange(n), np.arange(n)] -= 2
    there *= SCALE / (2 * n)
    return loss, u.back(there @ v.rows), v.back(there.T @ u.rows)


def cosent_loss(left: Matrix, right: Matrix, scores: Matrix) -> tuple[float, Matrix, Matrix]:
    """CoSENT (https://kexue.fm/archives/8847): a pair of lower score should have the lower cosine."""
    u, v = unit(left), unit(right)
    cosine = SCALE * np.sum(u.rows * v.rows, axis=1)
    wrong = np.where(scores[:, None] < scores[None, :], cosine[:, None] - cosine[None, :], -np.inf)
    top = max(0.0, float(wrong.max()))
    shares = np.exp(wrong - top)
    total = float(shares.sum()) + float(np.exp(-top))
    shares /= total
    slope = (SCALE * (shares.sum(axis=1) - shares.sum(axis=0)))[:, None].astype(np.float32)
    return top + float(np.log(total)), u.back(slope * v.rows), v.back(slope * u.rows)


class Adam:
    """Adam (arXiv 1412.6980) on one matrix, in place, without more memory than its two moments."""

    def __init__(self, weights: Matrix) -> None:
        self._weights = weights
        self._mean = np.zeros_like(weights)
        self._square = np.zeros_like(weights)
        self._room = np.empty_like(weights)
        self._steps = 0

    def step(self, gradient: Matrix, rate: float) -> None:
        """Moves the weights against the gradient."""
        self._steps += 1
        room = self._room
        self._mean *= 0.9
        self._mean += np.multiply(gradient, np.float32(0.1), out=room)
        self._square *= 0.999
        np.multiply(gradient, gradient, out=room)
        room *= np.float32(0.001)
        self._square += room
        np.sqrt(self._square, out=room)
        room *= np.float32(1 / np.sqrt(1 - 0.999**self._steps))
        room += np.float32(1e-8)
        np.divide(self._mean, room, out=room)
        room *= np.float32(rate / (1 - 0.9**self._steps))
        self._weights -= room


def scatter(left: csr_matrix, d_left: Matrix, right: csr_matrix, d_right: Matrix) -> Matrix:
    """The gradient by the token rows, shape (vocabulary, d)."""
    gradient = left.T @ d_left
    gradient += right.T @ d_right
    return np.asarray(gradient, dtype=np.float32)

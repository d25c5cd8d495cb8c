"""Models other than the built-in one, for tests: the same knowledge seen from elsewhere, so that what is lost shows."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np

from nlp.embedding import load
from nlp.vectors import Role, Vectors, unit


class Leaning:
    """The built-in model turned by chance and leaning one way: two strangers are 0.7 alike, as with many transformers.

    `documents` and `queries` count the texts that were encoded.
    """

    def __init__(self, lean: float = 1.5, seed: int = 1) -> None:
        self._own = load()
        d = self._own.dimensions
        turn, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(d, d)))
        self._turn, self._lean = turn.astype(np.float32), lean
        self.name, self.dimensions = f"leaning-{lean}-{seed}", d + 1
        self.documents = self.queries = 0

    def encode(self, texts: Sequence[str], *, role: Role = "document") -> Vectors:
        rows = self._own.encode(texts) @ self._turn
        if role == "query":
            self.queries += len(texts)
        else:
            self.documents += len(texts)
        lean = np.where(np.linalg.norm(rows, axis=1, keepdims=True) > 0, self._lean, 0)
        return unit(np.concatenate((rows, lean), axis=1).astype(np.float32))


class Noisy(Leaning):
    """Knows less: chance is mixed into every vector, more with more `noise`."""

    def __init__(self, noise: float) -> None:
        super().__init__(0.0, seed=7)
        self._noise, self.name = noise, f"noisy-{noise}"

    def encode(self, texts: Sequence[str], *, role: Role = "document") -> Vectors:
        rows = super().encode(texts, role=role)
        seeds = [zlib.crc32(f"{role} {text}".encode("utf-8", "replace")) for text in texts]
        chance = [np.random.default_rng(seed).normal(size=rows.shape[1]) for seed in seeds]
        if not texts:
            return rows
        return unit((rows + self._noise * unit(np.array(chance, dtype=np.float32))).astype(np.float32))

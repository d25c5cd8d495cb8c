"""Texts to unit vectors: the built-in Korean model, or any sentence-transformers model an administrator names.

The built-in model is a table of token vectors (int8 rows, one scale a row) and a tokenizer; a text's vector is the
normalised sum of its tokens' rows. It needs numpy and `tokenizers` only: no torch, no network, no GPU. It tells
topics apart and knows related words; it is blind to word order, negation and direction ("인상" and "인하" look alike),
which is why `matching` never sends on a weak vector alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, normalizers

from nlp.table import UNKNOWN, Table, is_folder, quantise, read, write
from nlp.vectors import ModelError, NlpError, Role, Vectors, unit
from nlp.words import normalise

if TYPE_CHECKING:
    from nlp.transformer import Options

__all__ = ["MODEL", "Embedder", "ModelError", "Moments", "NlpError", "Role", "StaticEmbedder", "Vectors", "load"]

MODEL: Final = Path(__file__).parent / "model"
_BATCH: Final = 1_024


class Embedder(Protocol):
    """A map from texts to vectors; equal texts always get equal vectors."""

    @property
    def name(self) -> str:
        """What distinguishes its vectors from another model's; stored beside vectors."""

    @property
    def dimensions(self) -> int:
        """Length of a vector."""

    def encode(self, texts: Sequence[str], *, role: Role = "document") -> Vectors:
        """Unit rows, shape (n, d), float32, in the order of `texts`.

        `role`: what the texts are. Keywords and questions are queries; many models put another prompt before those.
        A text without any known piece (empty, or emoji only) gives a row of zeros: it is similar to nothing.
        """


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """How a model's vectors of administrative titles lie: `mean` (d,) and `covariance` (d, d)."""

    mean: Vectors
    covariance: Vectors


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Distinct tokens of a text, rising; the text's vector is Σ weight · row, brought to length one."""

    tokens: NDArray[np.int64]
    weights: NDArray[np.float32]


class StaticEmbedder:
    """The built-in kind of model: token rows summed and normalised. Safe to share between threads.

    `table` holds its rows. `moments` are its own where it was continued on an archive; None are the shipped ones.
    """

    def __init__(self, tokenizer: Tokenizer, rows: Table, moments: Moments | None = None) -> None:
        self._tokenizer = tokenizer
        self._rows, self._scales = rows.rows, rows.scales
        self._unknown = tokenizer.token_to_id(UNKNOWN)
        self.name = rows.mark
        self.table = rows
        self.moments = moments

    @property
    def tokenizer(self) -> Tokenizer:
        """What cuts a text into the pieces that have rows; "<unk>" counts for nothing."""
        return self._tokenizer

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self._rows.shape[1])

    def encode(self, texts: Sequence[str], *, role: Role = "document") -> Vectors:  # noqa: ARG002 - one for both
        """Unit rows, shape (n, d), float32; at most the first 20,000 characters of a text count."""
        result = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for number, pieces in enumerate(self.cut(texts)):
            result[number] = pieces.weights @ self.rows(pieces.tokens)
        return unit(result)

    def cut(self, texts: Sequence[str]) -> Iterator[Pieces]:
        """The pieces of each text."""
        for start in range(0, len(texts), _BATCH):
            part = [normalise(text) for text in texts[start : start + _BATCH]]
            for encoding in self._tokenizer.encode_batch_fast(part, add_special_tokens=False):
                tokens, counts = np.unique(np.array(encoding.ids, dtype=np.int64), return_counts=True)
                weights = self._scales[tokens] * counts
                weights[tokens == self._unknown] = 0.0
                yield Pieces(tokens, weights)

    def rows(self, tokens: NDArray[np.int64]) -> Vectors:
        """The rows of tokens, before any scale, shape (n, d)."""
        return self._rows[tokens].astype(np.float32)


def load(name: str | None = None, options: Options | None = None) -> Embedder:
    """The built-in Korean model for None, else a sentence-transformers model by name or folder.

    A folder with a table (`nlp.table`) is read as a model of the built-in kind, without torch. `options` tell how a
    transformer is run.

    Raises:
        ModelError: no such model, or the extra that it needs isn't installed.
    """
    if name is None:
        return _built_in()
    if is_folder(Path(name)):
        return load_static(Path(name))
    from nlp.transformer import Options, TransformerEmbedder

    return TransformerEmbedder(name, options or Options())


@lru_cache(maxsize=1)
def _built_in() -> StaticEmbedder:
    return load_static(MODEL)


def load_static(folder: Path) -> StaticEmbedder:
    """The static model in a folder.

    Raises:
        ModelError: a file is missing or broken.
    """
    try:
        return StaticEmbedder(Tokenizer.from_file(str(folder / "tokenizer.json")), read(folder))
    except Exception as error:  # tokenizers raises bare Exception
        raise ModelError(f"no model can be read from {folder}: {error}", "broken") from error


def save_static(folder: Path, tokenizer: Tokenizer, weights: Vectors, name: str) -> None:
    """Writes a static model in a form that `SentenceTransformer(folder)` reads too (`nlp.table`)."""
    write(folder, quantise(weights, name, tokenizer.token_to_id(UNKNOWN)))
    _cleaning(tokenizer).save(str(folder / "tokenizer.json"), pretty=False)


def _cleaning(tokenizer: Tokenizer) -> Tokenizer:
    """The tokenizer, cleaning texts itself for those who read it without `normalise`; a cleaned text stays as it is."""
    copy = Tokenizer.from_str(tokenizer.to_str())
    copy.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(r"&(?:#\d{2,5}|quot|amp|lt|gt|nbsp|middot);"), " "),
            normalizers.Replace(Regex("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]"), ""),
            normalizers.NFKC(),
            normalizers.Lowercase(),
        ]
    )
    return copy

"""Texts as bags of token numbers, and the tokenizer that makes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

Numbers = NDArray[np.int32]

VOCABULARY: Final = 32_000
PIECE: Final = 3  # longest piece in syllables: longer ones hide the parts that compounds share


def train_tokenizer(texts: Sequence[str]) -> Tokenizer:
    """A unigram tokenizer without word-boundary marks; words are cut at spaces, punctuation and digits."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"[^\p{L}\p{N}]+"), "removed"),
            pre_tokenizers.Split(Regex(r"\p{N}+"), "isolated"),
        ]
    )
    trainer = trainers.UnigramTrainer(
        vocab_size=VOCABULARY,
        max_piece_length=PIECE,
        special_tokens=["<unk>"],
        unk_token="<unk>",  # noqa: S106 - a vocabulary entry
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer, length=len(texts))
    return tokenizer


@dataclass(frozen=True, slots=True)
class Bags:
    """Token numbers of many texts, end to end; text i is `tokens[offsets[i]:offsets[i + 1]]`."""

    tokens: Numbers
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def matrix(self, rows: NDArray[np.int64], vocabulary: int, rng: np.random.Generator, dropout: float) -> csr_matrix:
        """Counts of the chosen texts, shape (len(rows), vocabulary); each token is dropped with this probability."""
        starts, ends = self.offsets[rows], self.offsets[rows + 1]
        return pack([self.tokens[a:b] for a, b in zip(starts, ends, strict=True)], vocabulary, rng, dropout)


def pack(bags: list[Numbers], vocabulary: int, rng: np.random.Generator, dropout: float) -> csr_matrix:
    """A count matrix of bags; a bag that dropout would empty keeps its tokens."""
    lengths = np.array([len(bag) for bag in bags], dtype=np.int64)
    tokens = np.concatenate(bags) if len(bags) else np.zeros(0, dtype=np.int32)
    owner = np.repeat(np.arange(len(bags)), lengths)
    kept = rng.random(len(tokens), dtype=np.float32) >= dropout
    left = np.bincount(owner[kept], minlength=len(bags))
    kept |= left[owner] == 0
    pointer = np.concatenate(([0], np.cumsum(np.bincount(owner[kept], minlength=len(bags)))))
    return csr_matrix(
        (np.ones(int(kept.sum()), dtype=np.float32), tokens[kept], pointer), shape=(len(bags), vocabulary)
    )


def bag(tokenizer: Tokenizer, texts: Sequence[str]) -> Bags:
    """The token numbers of texts, unknown pieces left out."""
    unknown = tokenizer.token_to_id("<unk>")
    parts: list[Numbers] = []
    for start in range(0, len(texts), 5_000):
        block = tokenizer.encode_batch_fast(list(texts[start : start + 5_000]), add_special_tokens=False)
        for encoding in block:
            ids = np.array(encoding.ids, dtype=np.int32)
            parts.append(ids[ids != unknown])
    offsets = np.concatenate(([0], np.cumsum([len(part) for part in parts], dtype=np.int64)))
    return Bags(np.concatenate([np.zeros(0, dtype=np.int32), *parts]), offsets.astype(np.int64))


class WordBags:
    """Texts as lists of words, each word a bag: what a split needs."""

    def __init__(self, tokenizer: Tokenizer, texts: Sequence[str]) -> None:
        split = [text.split()[:40] for text in texts]
        split = [words for words in split if len(words) >= 3]
        known = {word: number for number, word in enumerate(dict.fromkeys(w for words in split for w in words))}
        self._words = bag(tokenizer, list(known))
        self._texts = [np.array([known[word] for word in words], dtype=np.int64) for words in split]

    def __len__(self) -> int:
        return len(self._texts)

    def bags(self) -> Bags:
        """Whole texts, for document frequencies."""
        parts = [self._join(words) for words in self._texts]
        offsets = np.concatenate(([0], np.cumsum([len(part) for part in parts])))
        return Bags(np.concatenate(parts), offsets)

    def _join(self, words: NDArray[np.int64]) -> Numbers:
        spans = [self._words.tokens[self._words.offsets[w] : self._words.offsets[w + 1]] for w in words]
        return np.concatenate(spans) if spans else np.zeros(0, dtype=np.int32)

    def cut(self, rows: NDArray[np.int64], rng: np.random.Generator) -> tuple[list[Numbers], list[Numbers]]:
        """Each chosen text as two disjoint random sets of its words: a half, two words or one, against the rest."""
        left, right = [], []
        for row in rows:
            words = rng.permutation(self._texts[row])
            take = (max(1, len(words) // 2), min(2, len(words) - 1), 1)[rng.integers(3)]
            left.append(self._join(words[:take]))
            right.append(self._join(words[take:]))
        return left, right

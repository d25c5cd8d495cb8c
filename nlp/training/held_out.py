"""Development scores during training, from rows that training doesn't see: KorSTS dev, law, headline splits."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr
from tokenizers import Tokenizer

from nlp.training.bags import Bags, WordBags, bag
from nlp.training.contrast import Matrix, unit
from nlp.training.corpus import PairSet, read


def _vectors(bags: Bags, weights: Matrix) -> Matrix:
    rng = np.random.default_rng(0)
    return unit(bags.matrix(np.arange(len(bags)), len(weights), rng, 0.0) @ weights).rows


def reciprocal_rank(left: Matrix, right: Matrix) -> float:
    """Mean reciprocal rank of row i of `right` for row i of `left`."""
    scores = left @ right.T
    hit = np.diagonal(scores)[:, None]
    return float(np.mean(1 / (1 + (scores > hit).sum(axis=1))))


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Three small tasks; the mean of the three is what a checkpoint is chosen by."""

    sts: tuple[Bags, Bags]
    sts_scores: NDArray[np.float64]
    law: tuple[Bags, Bags]
    splits: tuple[Bags, Bags]

    def parts(self, weights: Matrix) -> dict[str, float]:
        """KorSTS dev Spearman, law heading → text MRR, headline split MRR."""
        a, b = (_vectors(part, weights) for part in self.sts)
        sts = spearmanr(np.sum(a * b, axis=1), self.sts_scores).statistic
        return {
            "korsts_dev": float(sts),
            "law": reciprocal_rank(*(_vectors(part, weights) for part in self.law)),
            "splits": reciprocal_rank(*(_vectors(part, weights) for part in self.splits)),
        }

    def __call__(self, weights: Matrix) -> float:
        """The mean of the three."""
        return float(np.mean(list(self.parts(weights).values())))


def _fixed(sides: tuple[list[NDArray[np.int32]], list[NDArray[np.int32]]]) -> tuple[Bags, Bags]:
    made = []
    for side in sides:
        offsets = np.concatenate(([0], np.cumsum([len(part) for part in side])))
        made.append(Bags(np.concatenate(side), offsets))
    return made[0], made[1]


def hold_out(folder: Path, tokenizer: Tokenizer, law: PairSet, headlines: list[str]) -> HeldOut:
    """The held-out tasks; `law` and `headlines` are the rows that the caller kept from training."""
    sts = list(read(folder / "ko-embeddings" / "korsts_dev.jsonl.gz"))
    words = WordBags(tokenizer, headlines)
    return HeldOut(
        sts=(bag(tokenizer, [r["a"] for r in sts]), bag(tokenizer, [r["p"] for r in sts])),
        sts_scores=np.array([float(r["score"]) for r in sts]),
        law=(bag(tokenizer, law.anchors), bag(tokenizer, law.positives)),
        splits=_fixed(words.cut(np.arange(len(words)), np.random.default_rng(1))),
    )

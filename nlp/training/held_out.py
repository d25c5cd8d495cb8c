"""Development tasks from rows that training doesn't see, of the kinds by which a model for public offices is judged.

    heading → article    of every 40th law          issue → holding     of every 30th case
    question → paragraph KoBEST BoolQ, in no set    title → body        wikinews, in no set
    synonyms             the exam's part of the table, against random pairs (unseen where training was `--examined`)
    KorSTS dev           Spearman

All are shared data (`load_corpus`); a mean of them chooses the checkpoint, and `tests/bench/bench_tasks.py` measures
the whole index on them beside its peers. Headlines on a topic are asked there, by phrases.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr
from tokenizers import Tokenizer

from nlp.synonyms import Synonyms
from nlp.training.bags import Bags, bag
from nlp.training.contrast import Matrix, unit
from nlp.training.corpus import COMMON_HEADING, is_kept_out, read
from nlp.training.exam import divided
from nlp.words import normalise

_MOST: Final = 2_400
_PARAGRAPHS: Final = 1_000
_ACCIDENT: Final = 0.95  # the share of random pairs that a synonym must be nearer than


@dataclass(frozen=True, slots=True)
class Task:
    """Questions over documents; question i is answered by document `gold[i]` alone."""

    name: str
    queries: list[str]
    documents: list[str]
    gold: list[int]


def _one_to_one(name: str, rows: Sequence[tuple[str, str]]) -> Task:
    some = random.Random(1).sample(list(rows), min(_MOST, len(rows)))
    return Task(name, [q for q, _ in some], [d for _, d in some], list(range(len(some))))


def tasks(folder: Path) -> list[Task]:
    """The four search tasks from the shared data folder."""
    ko = folder / "ko-embeddings"
    law = [r for r in read(ko / "law_articles.jsonl.gz") if is_kept_out("law", r["law"])]
    cases = [r for r in read(ko / "precedents.jsonl.gz") if is_kept_out("case", r["case"])]
    asked = list(read(ko / "kobest_boolq.jsonl.gz"))
    paragraphs = random.Random(2).sample(list(dict.fromkeys(r["p"] for r in asked)), _PARAGRAPHS)
    number = {text: n for n, text in enumerate(paragraphs)}
    questions = [(r["a"], number[r["p"]]) for r in asked if r["p"] in number]
    return [
        _one_to_one("heading → article", [(r["title"], r["text"]) for r in law if int(r["tf"]) <= COMMON_HEADING]),
        _one_to_one("issue → holding", [(r["a"], r["p"]) for r in cases]),
        Task("question → paragraph", [q for q, _ in questions], paragraphs, [n for _, n in questions]),
        _one_to_one("title → body", [(r["a"], r["p"]) for r in read(ko / "wikinews.jsonl.gz")]),
    ]


def reciprocal_rank(scores: Matrix, gold: Sequence[int]) -> float:
    """Mean reciprocal rank of the answers in `scores`, shape (questions, documents)."""
    hit = scores[np.arange(len(gold)), list(gold)][:, None]
    return float(np.mean(1 / (1 + (scores > hit).sum(axis=1))))


def unlikely(left: Matrix, right: Matrix) -> float:
    """The share of pairs (row i, row i) that are nearer than 95 % of all other pairs of rows."""
    scores = left @ right.T
    others = scores[~np.eye(len(scores), dtype=bool)]
    return float(np.mean(np.diag(scores) > np.quantile(others, _ACCIDENT)))


def _vectors(bags: Bags, weights: Matrix) -> Matrix:
    rng = np.random.default_rng(0)
    return unit(bags.matrix(np.arange(len(bags)), len(weights), rng, 0.0) @ weights).rows


@dataclass(frozen=True, slots=True)
class HeldOut:
    """The tasks as bags of one tokenizer; the mean of all is what a checkpoint is chosen by."""

    found: dict[str, tuple[Bags, Bags, list[int]]]
    sts: tuple[Bags, Bags]
    sts_scores: NDArray[np.float64]
    synonyms: tuple[Bags, Bags]

    def parts(self, weights: Matrix) -> dict[str, float]:
        """Each task's figure: mean reciprocal rank, Spearman, share above accident."""
        one, other = (_vectors(part, weights) for part in self.sts)
        figures = {"KorSTS dev": float(spearmanr(np.sum(one * other, axis=1), self.sts_scores).statistic)}
        figures["synonyms"] = unlikely(*(_vectors(part, weights) for part in self.synonyms))
        for name, (queries, documents, gold) in self.found.items():
            figures[name] = reciprocal_rank(_vectors(queries, weights) @ _vectors(documents, weights).T, gold)
        return figures

    def __call__(self, weights: Matrix) -> float:
        """The mean of all."""
        return float(np.mean(list(self.parts(weights).values())))


def hold_out(folder: Path, tokenizer: Tokenizer, synonyms: Synonyms) -> HeldOut:
    """The development tasks, cut into tokens."""

    def bags(texts: Sequence[str]) -> Bags:
        return bag(tokenizer, [normalise(text) for text in texts])

    sts = list(read(folder / "ko-embeddings" / "korsts_dev.jsonl.gz"))
    _, asked = divided(synonyms)
    firsts = dict(asked)  # one other name a term: more would count long lines more
    return HeldOut(
        found={one.name: (bags(one.queries), bags(one.documents), one.gold) for one in tasks(folder)},
        sts=(bags([r["a"] for r in sts]), bags([r["p"] for r in sts])),
        sts_scores=np.array([float(r["score"]) for r in sts]),
        synonyms=(bags(list(firsts)), bags(list(firsts.values()))),
    )

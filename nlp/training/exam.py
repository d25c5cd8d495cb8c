"""What a continued model is judged by: documents kept out of its training, and what it must not forget.

    newest documents ─ title ↔ body among all bodies and titles · a few words of a title → the rest ─ must rise
    what ships       ─ other names of terms · phrases of one policy area · nearness to the built-in vectors ─ must stay

The same questions are put to the model before and after, so the difference is taken question by question, and its
noise by drawing documents anew (bootstrap).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from nlp.areas import areas
from nlp.continued import Figures
from nlp.synonyms import Synonyms
from nlp.training.bags import Bags, Numbers, WordBags, bag
from nlp.training.contrast import Matrix, unit

Column = NDArray[np.float64]
Pair = tuple[str, str]
Verdict = Literal["better", "same", "forgets"]

DRAWS: Final = 2_000
SURE: Final = 0.05
"""The chance that we take of calling luck a gain."""

WORSE: Final = 0.005
"""What one part may lose while the other gains."""

_CUTS: Final = 6  # ways in which each held-out title is cut in two
_NEIGHBOURS: Final = 5
_SEED: Final = 11
_HELD: Final = 64  # of 256 groups of synonyms that are kept for the exam


def vectors(bags: Bags, weights: Matrix) -> Matrix:
    """Unit rows of texts, shape (n, d), nothing dropped."""
    rows = bags.matrix(np.arange(len(bags)), len(weights), np.random.default_rng(0), 0.0) @ weights
    return unit(np.asarray(rows, dtype=np.float32)).rows


def ranks(questions: Matrix, answers: Matrix, right: NDArray[np.int64]) -> NDArray[np.int64]:
    """The place of the right answer among all answers for each question, from 1."""
    found = np.empty(len(questions), dtype=np.int64)
    for start in range(0, len(questions), 512):
        scores = questions[start : start + 512] @ answers.T
        hit = np.take_along_axis(scores, right[start : start + 512, None], axis=1)
        found[start : start + 512] = (scores > hit).sum(axis=1) + 1
    return found


def _gain(places: NDArray[np.int64]) -> Column:
    """nDCG@10 of one right answer."""
    return np.where(places <= 10, 1 / np.log2(places + 1), 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """A model's marks, one each held-out document (`title_body`, `mrr`) and each cut title (`split`)."""

    title_body: Column
    mrr: Column
    split: Column


@dataclass(frozen=True, slots=True)
class Lift:
    """How much better one model is than another, mean of both parts; `low` is what it is at least, but for luck.

    `worse`: one of the parts has lost too much, and not by luck.
    """

    mean: float
    low: float
    worse: bool


class Exam:
    """Questions of held-out documents, asked among all documents."""

    def __init__(self, tokenizer: Tokenizer, learnt: Sequence[Pair], held: Sequence[Pair]) -> None:
        """Takes documents as (title, body): those trained on are wrong answers only."""
        self._titles = bag(tokenizer, [title for title, _ in (*held, *learnt)])
        self._bodies = bag(tokenizer, [body for _, body in (*held, *learnt)])
        self._held = np.arange(len(held))
        words, rng = WordBags(tokenizer, [title for title, _ in held]), np.random.default_rng(_SEED)
        self._cuts = [words.cut(np.arange(len(words)), rng) for _ in range(_CUTS if len(words) else 0)]

    def __call__(self, weights: Matrix) -> Marks:
        """The marks of a model of these token rows."""
        titles, bodies, held = vectors(self._titles, weights), vectors(self._bodies, weights), self._held
        there, back = ranks(titles[held], bodies, held), ranks(bodies[held], titles, held)
        others = titles[len(held) :]
        split = [self._rest(few, rest, others, weights) for few, rest in self._cuts]
        mean = np.mean(split, axis=0) if split else np.zeros(0)
        return Marks((_gain(there) + _gain(back)) / 2, 1 / there, mean)

    @staticmethod
    def _rest(few: list[Numbers], rest: list[Numbers], others: Matrix, weights: Matrix) -> Column:
        answers = np.concatenate((vectors(_bags(rest), weights), others))
        return np.asarray(1 / ranks(vectors(_bags(few), weights), answers, np.arange(len(few))), dtype=np.float64)


def _bags(parts: list[Numbers]) -> Bags:
    return Bags(np.concatenate(parts), np.concatenate(([0], np.cumsum([len(part) for part in parts]))))


def lift(before: Marks, after: Marks) -> Lift:
    """The lift with its noise, each part's documents drawn anew with replacement."""
    rng = np.random.default_rng(_SEED)
    gains = [after.title_body - before.title_body, after.split - before.split]
    gains = [gain for gain in gains if len(gain)]
    drawn = [np.array([gain[rng.integers(0, len(gain), len(gain))].mean() for _ in range(DRAWS)]) for gain in gains]
    return Lift(
        float(np.mean([gain.mean() for gain in gains])),
        float(np.quantile(np.mean(drawn, axis=0), SURE)),
        any(np.quantile(part, 1 - SURE) < -WORSE for part in drawn),
    )


def divided(synonyms: Synonyms) -> tuple[list[Pair], list[Pair]]:
    """The table's pairs to learn from and those to be asked; terms that hang together are on one side."""
    pairs, root = sorted(set(synonyms.pairs())), dict[str, str]()

    def top(term: str) -> str:
        while root.setdefault(term, term) != term:
            root[term] = root[root[term]]
            term = root[term]
        return term

    for one, other in pairs:
        root[top(one)] = top(other)
    named: dict[str, str] = {}
    for term in root:
        named[top(term)] = min(term, named.get(top(term), term))
    asked = [pair for pair in pairs if hashlib.sha256(named[top(pair[0])].encode()).digest()[0] < _HELD]
    apart = set(asked)
    return [pair for pair in pairs if pair not in apart], asked


class General:
    """What every model of this house must know, whatever its archive is about."""

    def __init__(self, tokenizer: Tokenizer, asked: Sequence[Pair], built_in: Matrix) -> None:
        phrases = [
            (place, words) for place, area in enumerate(areas()) for part in area.parts for words in part.phrases
        ]
        self._area = np.array([place for place, _ in phrases])
        self._phrases = bag(tokenizer, [words for _, words in phrases])
        self._terms, self._others = (bag(tokenizer, side) for side in zip(*asked, strict=True))
        self._before = vectors(self._terms, built_in)
        self._floor = self.synonyms(built_in), self.areas(built_in)

    def synonyms(self, weights: Matrix) -> float:
        """Mean reciprocal rank of a term's other name among all other names."""
        terms, others = vectors(self._terms, weights), vectors(self._others, weights)
        return float(np.mean(1 / ranks(terms, others, np.arange(len(terms)))))

    def areas(self, weights: Matrix) -> float:
        """How many of a phrase's nearest are of its area."""
        rows = vectors(self._phrases, weights)
        scores = rows @ rows.T
        np.fill_diagonal(scores, -2)
        nearest = np.argpartition(-scores, _NEIGHBOURS, axis=1)[:, :_NEIGHBOURS]
        return float(np.mean(self._area[nearest] == self._area[:, None]))

    def kept(self, weights: Matrix) -> float:
        """Mean cosine of a term's vector with the built-in model's."""
        return float(np.mean(np.sum(vectors(self._terms, weights) * self._before, axis=1)))

    def forgets(self, found: Figures, limits: Limits) -> bool:
        """Whether something is lost against the built-in model."""
        lost = max(self._floor[0] - found.synonyms, self._floor[1] - found.areas)
        return lost > limits.forgotten or found.kept < limits.nearest

    def figures(self, marks: Marks, weights: Matrix) -> Figures:
        """All figures of a model with these marks."""
        return Figures(
            title_body=float(marks.title_body.mean()),
            mrr=float(marks.mrr.mean()),
            split=float(marks.split.mean()) if len(marks.split) else 0.0,
            synonyms=self.synonyms(weights),
            areas=self.areas(weights),
            kept=self.kept(weights),
        )


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be lost: `forgotten` of a general figure against the built-in model; `nearest` is the least `kept`."""

    forgotten: float = 0.005
    nearest: float = 0.85


@dataclass(frozen=True, slots=True)
class Judgement:
    """`verdict`: better; same, where luck may explain it or a part is worse; forgets, where general things are lost."""

    verdict: Verdict
    before: Figures
    after: Figures
    lift: Lift


def judge(exam: Exam, general: General, before: Matrix, after: Matrix, limits: Limits) -> Judgement:
    """Whether the rows `after` are to replace the rows `before`."""
    marks, marked = exam(before), exam(after)
    gained, now = lift(marks, marked), general.figures(marked, after)
    verdict: Verdict = "better" if gained.low > 0 and not gained.worse else "same"
    if verdict == "better" and general.forgets(now, limits):
        verdict = "forgets"
    return Judgement(verdict, general.figures(marks, before), now, gained)

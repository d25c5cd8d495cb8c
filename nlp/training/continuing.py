"""The built-in model continued on an installation's own documents: what it reads, how far it goes, is it better.

    documents ─ one a story ─┬─ older four fifths ─ title ↔ lead, windows · words of a title ↔ the rest ─► steps ─┐
                             └─ newest fifth, kept out ─► exam ◄── half of the way back to where it began ◄───────┘

Few documents against eight million numbers: so the steps are few and small, other names of terms are learnt beside
them, and the result is drawn back towards its beginning, which measured better on what is kept out and on what is
general alike (docs/training.md). It decides and never activates: who called does. Documents that may not be kept have
no text here, only their titles. Nothing leaves the machine, and what people tapped is not looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import numpy as np

from nlp.continued import Card
from nlp.embedding import Moments, StaticEmbedder
from nlp.synonyms import built_in
from nlp.table import UNKNOWN, quantise
from nlp.training.contrast import Adam, Matrix
from nlp.training.corpus import Corpus, PairSet, SplitSet
from nlp.training.exam import Exam, General, Judgement, Limits, Pair, divided, judge
from nlp.training.loop import prepare
from nlp.words import normalise

FEWEST: Final = 300
"""Documents with text below which a lift could not be told from luck."""

MOST: Final = 20_000
"""Documents that are looked at, newest first: so much fits in memory and minutes."""

BODY: Final = 1_900
"""Characters of a body that are looked at."""

_HELD, _MOST_HELD = 5, 1_000  # the newest of so many are kept out, at most so many
_LEAD, _WINDOW = 300, 400
_SHORTEST_BODY: Final = 60
_FEWEST_PAIRS: Final = 50
_WARM_UP: Final = 10
_MOMENTS: Final = 12_000


@dataclass(frozen=True, slots=True)
class Material:
    """A public document: `body` is empty where only its title may be used, `story` what tells repeats of one event."""

    title: str
    body: str
    story: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Pace:
    """How far to go; the defaults were chosen on other days than those that docs/training.md measures.

    `rate` is in mean lengths of a row, so that it suits any model; `kept` is the share of the way gone in the end.
    """

    steps: int = 150
    batch: int = 2_048
    rate: float = 0.0015
    kept: float = 0.5
    seed: int = 20_261_123
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What came of it: `model` with its `card` where it is better and forgets nothing."""

    judgement: Judgement
    model: StaticEmbedder | None = None
    card: Card | None = None


@dataclass(frozen=True, slots=True)
class Lessons:
    """Cleaned documents: (title, lead) to learn from and held out, (title, window) to learn from, titles alone."""

    learnt: list[Pair]
    windows: list[Pair]
    held: list[Pair]
    titles: list[str]

    @property
    def documents(self) -> int:
        """How many have text."""
        return len(self.learnt) + len(self.held)

    @property
    def enough(self) -> bool:
        """Whether a lift could be told from luck."""
        return self.documents >= FEWEST


def gather(materials: Sequence[Material]) -> Lessons:
    """What is learnt from: one document a story and a title, the newest fifth of those with text kept out."""
    stories, seen, found, titles = set[str](), set[str](), list[tuple[str, str]](), list[str]()
    for one in sorted(materials, key=lambda one: (bool(one.body), one.at), reverse=True):
        title = normalise(one.title)[:300]
        if not title or title in seen or one.story in stories:
            continue
        seen.add(title)
        stories.add(one.story)
        body = _without(title, normalise(one.body[: 2 * BODY])[:BODY])
        if len(body) >= _SHORTEST_BODY:
            found.append((title, body))
        else:
            titles.append(title)
    out = min(len(found) // _HELD, _MOST_HELD)
    held, learnt = found[:out], found[out:]
    windows = [
        (title, body[start : start + _WINDOW])
        for title, body in learnt
        for start in range(_LEAD, len(body) - _WINDOW // 2, _WINDOW)
    ]
    return Lessons([(t, b[:_LEAD]) for t, b in learnt], windows, [(t, b[:_LEAD]) for t, b in held], titles)


def _without(title: str, body: str) -> str:
    """The body behind the title that many repeat at their top: it would teach and tell nothing."""
    place = body.find(title, 0, len(title) + 200)
    return body[place + len(title) :].strip() if place >= 0 else body


def _corpus(lessons: Lessons, synonyms: Sequence[Pair]) -> Corpus:
    """Shares of the steps were chosen together with `Pace`."""
    pairs = [
        PairSet(name, share, [one for one, _ in some], [other for _, other in some])
        for name, share, some in (
            ("lead", 2.0, lessons.learnt),
            ("windows", 1.0, lessons.windows),
            ("synonyms", 2.0, list(synonyms)),
        )
        if len(some) >= _FEWEST_PAIRS
    ]
    titles, leads = [title for title, _ in lessons.learnt] + lessons.titles, [body for _, body in lessons.learnt]
    splits = [
        SplitSet(name, share, some)
        for name, share, texts in (("titles", 4.0, titles), ("leads", 2.0, leads))
        if len(some := [text for text in texts if len(text.split()) >= 3]) >= _FEWEST_PAIRS
    ]
    return Corpus(pairs, splits, [])


def advance(corpus: Corpus, model: StaticEmbedder, pace: Pace, tell: Callable[[float], None]) -> Matrix:
    """Token rows a part of the way from the model's own; `tell` hears how far it is, and may raise to stop it."""
    sources, start = prepare(corpus, model.tokenizer), model.table.weights()
    rng, weights = np.random.default_rng(pace.seed), start.copy()
    shares = np.array([part.weight for part in sources], dtype=np.float64)
    adam, rate = Adam(weights), pace.rate * float(np.linalg.norm(start, axis=1).mean())
    for step in range(1, pace.steps + 1):
        part = sources[int(rng.choice(len(sources), p=shares / shares.sum()))]
        _, gradient = part.gradient(weights, pace.batch, rng)
        left = 1 - (step - 1) / pace.steps
        adam.step(gradient, rate * min(step / _WARM_UP, 1.0) * left)
        tell(step / pace.steps)
    return np.asarray(start + np.float32(pace.kept) * (weights - start), dtype=np.float32)


def proceed(
    lessons: Lessons,
    model: StaticEmbedder,
    shipped: StaticEmbedder,
    now: datetime,
    tell: Callable[[float], None] = lambda _: None,
    pace: Pace | None = None,
) -> Outcome:
    """Continues `model`, which itself is or continues `shipped`, and says whether what came of it is to be used.

    Takes minutes of one or two cores, and 450 MB to 1 GB. `tell` is called at each step with the share that is done.

    Raises:
        ValueError: the lessons are too few.
    """
    if not lessons.enough:
        raise ValueError(f"expected {FEWEST} documents with text, got {lessons.documents}")
    pace = pace or Pace()
    learnt, asked = divided(built_in())
    exam = Exam(model.tokenizer, lessons.learnt, lessons.held)
    general = General(model.tokenizer, asked, shipped.table.weights())
    weights = advance(_corpus(lessons, learnt), model, pace, tell)
    table = quantise(weights, f"{shipped.table.name}+{now:%Y%m%d}", model.tokenizer.token_to_id(UNKNOWN))
    judgement = judge(exam, general, model.table.weights(), table.weights(), pace.limits)
    if judgement.verdict != "better":
        return Outcome(judgement)
    seen = [title for title, _ in (*lessons.held, *lessons.learnt)] + lessons.titles
    made = StaticEmbedder(model.tokenizer, table, moments(StaticEmbedder(model.tokenizer, table), seen))
    counts = lessons.documents, len(lessons.titles), len(lessons.held)
    card = Card(made.name, shipped.name, model.name, now, *counts, judgement.before, judgement.after)
    return Outcome(judgement, made, card)


def moments(model: StaticEmbedder, titles: Sequence[str]) -> Moments:
    """How the model's vectors of these titles lie, at most 12,000 of them."""
    rows = model.encode(titles[:: max(len(titles) // _MOMENTS, 1)])
    return Moments(rows.mean(axis=0), np.cov(rows.T).astype(np.float32))

"""A chat's own head: what its taps say about documents, beside what the matcher says.

    taps ─ fit ─► Head: a vector, weights of agencies and words, how well each topic is known ─ pull ─► log-odds

The head is a logistic regression (L2, as scikit-learn's `LogisticRegression`, which the tests compare it with) whose
starting point is the matcher's score: it learns only what the matcher got wrong. scikit-learn takes no such start
(no offset) and costs 1.2 s and 97 MB to import, so the fit, at most 120 rows, is a few Newton steps in numpy here.
Its level is dropped: a reader who dislikes much wants other documents, not fewer. It has no say in a topic that was
never tapped, its pull is bounded, and what it knows halves in sixty days. What is done with it, `nlp.panel` decides.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlp.embedding import Vectors
from nlp.keywords import key_of
from nlp.matching import PUSH_AT

UP: Final = 1.0
DOWN: Final = 1.2
"""Bounds of a pull in log-odds: from 0.45 at most to 0.69 up or 0.20 down."""

HALF_LIFE: Final = timedelta(days=60)
_DENSE, _AGENCY, _WORD = 3.0, 0.5, 0.3  # how large each kind of feature is, so how easily its weight moves
_LEVEL: Final = 25.0  # variance of the level, which is learned freely and dropped
_STEPS: Final = 12
_KNOWN: Final = 4.0  # taps, half of them surprises, at which a topic is half known
_MUCH: Final = 0.3  # log-odds that each "too much" of a topic costs, twice at most
_FORGOTTEN: Final = 0.02  # a tap that weighs less is left out
_TOLD: Final = 0.05  # log-odds from which a token is worth telling

Floats = NDArray[np.float64]


class Signal(StrEnum):
    """What somebody did with a document."""

    LIKED = "liked"
    UNRELATED = "unrelated"
    OPENED = "opened"
    MISSED = "missed"  # it was not sent and should have been
    SNOOZED = "snoozed"  # the whole subscription was put to rest


class Reason(StrEnum):
    """Why a document was not wanted, in one word."""

    NONE = ""
    TOPIC = "topic"
    REGION = "region"
    KNOWN = "known"
    MUCH = "much"


EXPLICIT: Final = frozenset({Signal.LIKED, Signal.UNRELATED, Signal.MISSED})
_WANTED: Final = frozenset({Signal.LIKED, Signal.OPENED, Signal.MISSED})
_SURPRISES: Final = frozenset({Signal.UNRELATED, Signal.MISSED})


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What of a document a head looks at. `vector` has shape (d,), made by the embedder named `model`."""

    agency: str
    words: tuple[str, ...]
    vector: Vectors | None = None
    model: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Tap:
    """One opinion: `about` names the document's story, `topic` (`topic_of`) the words that brought it."""

    about: str
    signal: Signal
    at: datetime
    topic: str
    score: float
    seen: Seen
    reason: Reason = Reason.NONE
    document: str = ""

    @property
    def too_much(self) -> bool:
        """Whether it asks for fewer of a topic rather than for others."""
        return self.signal is Signal.SNOOZED or (self.signal is Signal.UNRELATED and self.reason is Reason.MUCH)

    @property
    def judges(self) -> bool:
        """Whether it says that a match was right or wrong: what one knew already was matched rightly."""
        return self.signal in EXPLICIT and self.reason not in {Reason.KNOWN, Reason.MUCH}


def level(score: float) -> float:
    """How far a score lies above the threshold, in log-odds; the score is a probability."""
    return _log_odds(score) - _log_odds(PUSH_AT)


def score_at(height: float) -> float:
    """The score that lies so far above the threshold, in [0, 1]."""
    return round(1 / (1 + math.exp(-height - _log_odds(PUSH_AT))), 6)


def _log_odds(score: float) -> float:
    inside = min(max(score, 1e-4), 1 - 1e-4)
    return math.log(inside / (1 - inside))


@lru_cache(maxsize=20_000)
def topic_of(text: str) -> str:
    """A short name for a subscription's words, equal for texts that mean the same to matching."""
    return hashlib.blake2b(key_of(text).encode(), digest_size=6).hexdigest()


def token(kind: str, name: str) -> str:
    """`agency:…` or `word:…`: what a head has a weight for besides the vector."""
    return f"{kind}:{name}"


def _tokens(seen: Seen) -> dict[str, float]:
    return {token("agency", seen.agency): _AGENCY} | {token("word", word): _WORD for word in seen.words}


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """What a chat's taps say at `at`: pull = vector · document + tokens + shift, times how well the topic is known.

    `known` is taps by topic, as far as surprises (it was sent and unrelated, or was missed) and confirmations pair up:
    a lone slip among likes teaches little, and dislikes alone teach nothing. `much` is complaints by topic. Both halve
    with time. `vector` has shape (d,) or (0,).
    """

    at: datetime
    model: str
    vector: Vectors
    shift: float
    tokens: dict[str, float]
    known: dict[str, float]
    much: dict[str, float] = field(default_factory=dict)

    def age(self, now: datetime) -> float:
        """How much of it is left, in (0, 1]."""
        return _left(self.at, now)

    def trust(self, topic: str, now: datetime) -> float:
        """How much its opinion of a topic counts, in [0, 1): nothing where it was never tapped."""
        return _trusted(self.known.get(topic, 0.0) * self.age(now))

    def raw(self, seen: Seen) -> float:
        """Log-odds before trust and bounds."""
        same = seen.vector is not None and seen.model == self.model and self.vector.size == seen.vector.size
        dense = float(self.vector @ seen.vector) if same and seen.vector is not None else 0.0
        return dense + self.shift + sum(self.tokens.get(name, 0.0) for name in _tokens(seen))

    def pull(self, seen: Seen, topic: str, now: datetime) -> float:
        """Log-odds for a document that a topic brought, bounded."""
        return self.weigh(self.raw(seen), topic, self.age(now))

    def weigh(self, raw: float, topic: str, left: float) -> float:
        """The pull, where its `raw` and its `age` are known."""
        known, much = self.known.get(topic, 0.0), self.much.get(topic, 0.0)
        if not known and not much:
            return 0.0
        return bounded(raw * _trusted(known * left) * left - _MUCH * min(much * left, 2.0))

    def strongest(self, limit: int = 3) -> tuple[list[str], list[str]]:
        """The tokens that count most for, and those that count most against a document."""
        ordered = sorted(self.tokens.items(), key=lambda pair: (-pair[1], pair[0]))
        loud = [(name, weight) for name, weight in ordered if abs(weight) >= _TOLD]
        return (
            [name for name, weight in loud if weight > 0][:limit],
            [name for name, weight in reversed(loud) if weight < 0][:limit],
        )


def _trusted(taps: float) -> float:
    return taps / (taps + _KNOWN)


def bounded(value: float) -> float:
    """Within what a pull may be."""
    return min(max(value, -DOWN), UP)


def _left(since: datetime, now: datetime) -> float:
    return float(0.5 ** (max(now - since, timedelta()) / HALF_LIFE))


def _weight(tap: Tap) -> float:
    """How much a tap counts in the fit; nothing for what was known already, or asks only for fewer."""
    if tap.too_much or tap.reason is Reason.KNOWN:
        return 0.0
    return 1.0 if tap.signal in EXPLICIT else 0.3


def fit(taps: Sequence[Tap], now: datetime, model: str) -> Head | None:
    """The head of these taps as of now, or None where they say nothing.

    Vectors of another embedder than `model` are left out of account, their agencies and words are not.
    """
    used = [tap for tap in taps if _weight(tap) * _left(tap.at, now) >= _FORGOTTEN]
    much = _sums([(tap.topic, _left(tap.at, now)) for tap in taps if tap.too_much])
    if not used:
        return Head(now, model, np.zeros(0, np.float32), 0.0, {}, {}, much) if much else None
    names = sorted({name for tap in used for name in _tokens(tap.seen)})
    rows, size = _rows(used, names, model)
    wanted = np.array([tap.signal in _WANTED for tap in used], dtype=np.float64)
    start = np.array([level(tap.score) for tap in used])
    weights = np.array([_weight(tap) * _left(tap.at, now) for tap in used])
    mean = weights @ rows / weights.sum()
    learned = (rows - mean).T @ solve(rows - mean, wanted, start, weights)
    tokens = {
        name: round(float(weight) * (_AGENCY if name.startswith("agency:") else _WORD), 4)
        for name, weight in zip(names, learned[size:], strict=True)
    }
    known = _paired(used, now)
    vector = (_DENSE * learned[:size]).astype(np.float32)
    return Head(now, model, vector, -float(mean @ learned), tokens, known, much)


def _paired(taps: Sequence[Tap], now: datetime) -> dict[str, float]:
    sides: tuple[list[tuple[str, float]], ...] = ([], [])
    for tap in taps:
        sides[tap.signal in _SURPRISES].append((tap.topic, _weight(tap) * _left(tap.at, now)))
    agreed, surprised = (_sums(side) for side in sides)
    return {topic: round(2 * min(agreed[topic], surprised[topic]), 4) for topic in agreed if topic in surprised}


def _sums(pairs: Sequence[tuple[str, float]]) -> dict[str, float]:
    sums: dict[str, float] = {}
    for name, value in pairs:
        sums[name] = sums.get(name, 0.0) + value
    return {name: round(value, 4) for name, value in sums.items()}


def _rows(taps: Sequence[Tap], names: Sequence[str], model: str) -> tuple[Floats, int]:
    """A row of features a tap, and how many of them are the vector's."""
    vectors = [tap.seen.vector if tap.seen.model == model else None for tap in taps]
    size = max((one.size for one in vectors if one is not None), default=0)
    place = {name: size + number for number, name in enumerate(names)}
    rows = np.zeros((len(taps), size + len(names)))
    for row, tap, vector in zip(rows, taps, vectors, strict=True):
        if vector is not None and vector.size == size:
            # the wrong region is no fault of the subject
            row[:size] = vector * (0.3 * _DENSE if tap.reason is Reason.REGION else _DENSE)
        for name, value in _tokens(tap.seen).items():
            row[place[name]] = value
    return rows, size


def solve(rows: Floats, wanted: Floats, start: Floats, weights: Floats, level: float = _LEVEL) -> Floats:
    """Coefficients a, one a row, of the logistic regression whose weights are rowsᵀ a.

    Minimises Σ weight · log-loss(wanted, start + b + row · w) + |w|²/2 + b²/(2 · level) by Newton steps on the kernel
    (iteratively reweighted least squares; Bishop, Pattern Recognition and Machine Learning, 4.3.3). With few rows this
    is cheaper than in the weights themselves.
    """
    kernel = rows @ rows.T + level
    found: Floats = np.zeros(len(rows))
    for _ in range(_STEPS):
        value = kernel @ found
        chance = 1 / (1 + np.exp(-np.clip(start + value, -30, 30)))
        curve = np.maximum(weights * chance * (1 - chance), 1e-6)
        target = value + weights * (wanted - chance) / curve
        found = np.asarray(np.linalg.solve(kernel + np.diag(1 / curve), target), dtype=np.float64)
    return found

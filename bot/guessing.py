"""What somebody may have meant whom no route understood: the likeliest of many things to say, offered and not done.

    text → scores of everything there is to ask, and of what is none of Dobi's business → at most three offers

A guess is a button and nothing else: whoever presses it says so. It learns nothing from people and keeps nothing.
"""

from __future__ import annotations

from functools import lru_cache
from threading import Lock
from typing import Final

from bot.tenancy import Member
from bot.wording.ways import Way, ways
from nlp.embedding import Embedder
from nlp.nearness import Leanings

MOST = 3
LIKELY: Final = 0.16
"""Below this nothing is offered: a wrong offer costs a glance, a missing one a question."""
_CLEARLY: Final = 0.08  # as much likelier than what is none of Dobi's business
_BESIDE: Final = 0.25  # of the best: what is much less likely is not offered beside it
_LONGEST: Final = 120


_LEARNING: Final = Lock()


class _By:
    """An embedder that equals every other of its name: their vectors are the same."""

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _By) and other.embedder.name == self.embedder.name

    def __hash__(self) -> int:
        return hash(self.embedder.name)


@lru_cache(maxsize=1)
def _learnt(by: _By, known: tuple[Way, ...]) -> tuple[tuple[Way, ...], Leanings]:
    """Learnt once a process, whoever asks."""
    said = [(number, text) for number, way in enumerate(known) for text in (way.words, *way.examples) if text]
    texts = [text for _, text in said]
    meanings = by.embedder.encode(texts, role="query")
    return known, Leanings(texts, [number for number, _ in said], meanings)


class Guesser:
    """The offers; made once a process, from its first question on or from `warm`."""

    def __init__(self, embedder: Embedder, known: tuple[Way, ...] | None = None) -> None:
        self._embedder = embedder
        self._known = known
        self._learnt: tuple[tuple[Way, ...], Leanings] | None = None

    def warm(self) -> None:
        """Computes what every guess needs."""
        self._learn()

    def guess(self, text: str, member: Member) -> list[str]:
        """The words of what was likeliest meant, best first; none where nothing is near."""
        said = text.strip()[:_LONGEST]
        if not said:
            return []
        known, leanings = self._learn()
        scores = leanings.scores(said, self._embedder.encode([said], role="query")[0]).tolist()
        foreign = max((score for way, score in zip(known, scores, strict=True) if not way.words), default=0.0)
        allowed = [(score, way.words) for way, score in zip(known, scores, strict=True) if self._may(way, member)]
        ranked = sorted(allowed, key=lambda pair: -pair[0])[:MOST]
        if not ranked or ranked[0][0] < max(LIKELY, foreign + _CLEARLY):
            return []
        return [words for score, words in ranked if score >= _BESIDE * ranked[0][0]]

    def _learn(self) -> tuple[tuple[Way, ...], Leanings]:
        with _LEARNING:
            if self._learnt is None:
                self._learnt = _learnt(_By(self._embedder), self._known if self._known is not None else ways())
            return self._learnt

    @staticmethod
    def _may(way: Way, member: Member) -> bool:
        return bool(way.words) and (not way.roles or bool(way.roles & member.person.roles))

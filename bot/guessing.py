"""What somebody may have meant whom no route understood: the nearest of many ways to say things, offered and not done.

    text → in-word pieces (TF-IDF) and meaning (the house's embedder) → the nearest examples → at most three offers

A guess is a button and nothing else: whoever presses it says so. It learns nothing from people and keeps nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from bot.tenancy import Member
from bot.wording.ways import WAYS, Way
from nlp.embedding import Embedder, Vectors
from nlp.nearness import Pieces

MOST = 3
LIKELY = 0.34
"""Below this nothing is offered: a wrong offer costs a glance, a missing one a question."""
_BESIDE = 0.7  # of the best: what is much less likely is not offered beside it
_LONGEST = 120
_MEANING = 0.35  # weight of meaning beside pieces: the embedder learnt official prose, people type otherwise


class Guesser:
    """The offers; made once a process, from its first question on or from `warm`."""

    def __init__(self, embedder: Embedder, ways: Sequence[Way] = WAYS) -> None:
        self._embedder = embedder
        self._ways = ways
        self._of = [number for number, way in enumerate(ways) for _ in (way.words, *way.examples)]

    @cached_property
    def _known(self) -> tuple[Pieces, Vectors]:
        said = [text for way in self._ways for text in (way.words, *way.examples)]
        return Pieces(said), self._embedder.encode(said, role="query")

    def warm(self) -> None:
        """Computes what every guess needs."""
        _ = self._known

    def guess(self, text: str, member: Member) -> list[str]:
        """The words of what was likeliest meant, best first; none where nothing is near."""
        said = text.strip()[:_LONGEST]
        if not said:
            return []
        pieces, meanings = self._known
        meaning = meanings @ self._embedder.encode([said], role="query")[0]
        near = (1 - _MEANING) * pieces.like(said) + _MEANING * np.clip(meaning, 0.0, 1.0)
        best: dict[int, float] = {}
        for number, score in zip(self._of, near.tolist(), strict=True):
            best[number] = max(best.get(number, 0.0), score)
        allowed = [(score, number) for number, score in best.items() if self._may(self._ways[number], member)]
        ranked = sorted(allowed, key=lambda pair: (-pair[0], pair[1]))[:MOST]
        if not ranked or ranked[0][0] < LIKELY:
            return []
        return [self._ways[number].words for score, number in ranked if score >= max(_BESIDE * ranked[0][0], LIKELY)]

    @staticmethod
    def _may(way: Way, member: Member) -> bool:
        return not way.roles or bool(way.roles & member.person.roles)

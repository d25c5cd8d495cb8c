"""What somebody may have meant whom no route understood: the likeliest of many things to say, offered and not done.

    text → scores of everything there is to ask, and of what Dobi can't or mustn't do → at most three offers, or what
           it can't do

A guess is a button and nothing else: whoever presses it says so. It learns nothing from people and keeps nothing. What
would do the opposite of what was said is never among them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Final

from bot.leaning import affirmed, refused
from bot.tenancy import Member
from bot.wording.ways import Way, ways
from nlp.embedding import Embedder
from nlp.nearness import Leanings

MOST = 3
LIKELY: Final = 0.16
"""Below this nothing is offered: a wrong offer costs a glance, a missing one a question."""
_CLEARLY: Final = 0.05  # as much likelier than what is none of Dobi's business
_BESIDE: Final = 0.25  # of the best: what is much less likely is not offered beside it
_LONGEST: Final = 120
_NEARLY: Final = 0.75
_BESIDES: Final = 0.55
_BEYOND: Final = 0.22  # from here on Dobi says plainly that it can't, where nothing that it can is nearly as likely
_LEARNING: Final = Lock()


@dataclass(frozen=True, slots=True)
class Guessed:
    """The words of what was likeliest meant, best first; or the kind of what Dobi can't do (`bot.wording.beyond`).

    `besides`: what Dobi can do that is nearly as likely as what it can't; `sure`: nothing is nearly as likely as the
    first offer.
    """

    offers: tuple[str, ...] = ()
    beyond: str = ""
    besides: tuple[str, ...] = ()
    sure: bool = False


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
        return list(self.guessed(text, member).offers)

    def guessed(self, text: str, member: Member, plain: Callable[[str], str] = str) -> Guessed:
        """What was likeliest meant; `plain` puts a text as abilities are learnt, without anybody's name."""
        said = text.strip()[:_LONGEST]
        if not said:
            return Guessed()
        known, leanings = self._learn()
        heard = plain(affirmed(said))
        scores = leanings.scores(heard, self._embedder.encode([heard], role="query")[0]).tolist()
        foreign, kind = max(
            ((score, way.kind) for way, score in zip(known, scores, strict=True) if not way.words), default=(0.0, "")
        )
        opposite = refused(said)
        allowed = [
            (score, way.words)
            for way, score in zip(known, scores, strict=True)
            if self._may(way, member) and way.words not in opposite
        ]
        ranked = sorted(allowed, key=lambda pair: -pair[0])[:MOST]
        if not ranked or ranked[0][0] < max(LIKELY, foreign + _CLEARLY):
            best = ranked[0][0] if ranked else 0.0
            besides = tuple(words for score, words in ranked[:1] if score >= max(LIKELY, _BESIDES * foreign))
            return Guessed(beyond=kind, besides=besides) if foreign >= max(_BEYOND, best) else Guessed()
        offers = tuple(words for score, words in ranked if score >= _BESIDE * ranked[0][0])
        return Guessed(offers, sure=len(ranked) == 1 or ranked[1][0] < _NEARLY * ranked[0][0])

    def _learn(self) -> tuple[tuple[Way, ...], Leanings]:
        with _LEARNING:
            if self._learnt is None:
                self._learnt = _learnt(_By(self._embedder), self._known if self._known is not None else ways())
            return self._learnt

    @staticmethod
    def _may(way: Way, member: Member) -> bool:
        return bool(way.words) and (not way.roles or bool(way.roles & member.person.roles))

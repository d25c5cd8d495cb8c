"""Documents of the past before keywords of today, whichever model read them: vectors of two models are never compared.

    kept vectors ─┬─ of the present model ─► its matcher
                  └─ of another           ─► the built-in model's (its own kept vectors, else made now: it is fast)

While a slow model takes the archive over, what it has not reached yet is judged as it was before, not by half.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from nlp.adopted import is_slow
from nlp.areas import AreaMatcher
from nlp.calibration import Spread
from nlp.document import Form, form_of, read
from nlp.embedding import Embedder, load
from nlp.matching import Match, New
from nlp.synonyms import Synonyms
from nlp.vectors import Vectors


class Kept(Protocol):
    """A document with what was kept of its reading."""

    @property
    def title(self) -> str:
        """Its title."""

    @property
    def text(self) -> str:
        """Its text, empty where it is no longer kept."""

    def by(self, model: str) -> Vectors | None:
        """Its vectors where that model made them."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """The form of a document; `own`: by the present model."""

    form: Form
    own: bool


def readings(documents: Sequence[Kept], embedder: Embedder) -> list[Reading]:
    """The forms of documents, from kept vectors where there are any; computing only."""
    slow = is_slow(embedder)
    stand_in = load() if slow else embedder
    found: dict[int, Reading] = {}
    unread: list[int] = []
    for number, one in enumerate(documents):
        mine = one.by(embedder.name)
        theirs = one.by(stand_in.name) if mine is None and slow else None
        kept = mine if mine is not None else theirs
        if kept is None:
            unread.append(number)
        else:
            found[number] = Reading(form_of(one.title, one.text, kept), mine is not None)
    texts, titles = ([getattr(documents[number], part) for number in unread] for part in ("text", "title"))
    for number, form in zip(unread, read(texts, titles, stand_in), strict=True):
        found[number] = Reading(form, not slow)
    return [found[number] for number in range(len(documents))]


class ReadingMatcher:
    """A matcher for readings; few subscriptions at a time, as for a preview."""

    def __init__(self, embedder: Embedder, *, synonyms: Synonyms | None = None, spread: Spread | None = None) -> None:
        self._embedder, self._synonyms = embedder, synonyms
        self._own = AreaMatcher(embedder, synonyms=synonyms, spread=spread)
        self._stand_in: AreaMatcher | None = None
        self._news: list[New] = []

    def add_many(self, news: Iterable[New]) -> None:
        """Subscribes in bulk; before the first match."""
        self._news += news
        self._own.add_many(self._news)

    def read(self, documents: Sequence[Kept]) -> list[Reading]:
        """What `match` takes."""
        return readings(documents, self._embedder)

    def match(self, some: Sequence[Reading]) -> list[list[Match]]:
        """Every candidate for each document, best first."""
        found = dict(zip(_where(some, True), self._own.match_forms([one.form for one in some if one.own]), strict=True))
        others = [one.form for one in some if not one.own]
        if others:
            found |= dict(zip(_where(some, False), self._other().match_forms(others), strict=True))
        return [found[number] for number in range(len(some))]

    def _other(self) -> AreaMatcher:
        if self._stand_in is None:
            self._stand_in = AreaMatcher(load(), synonyms=self._synonyms)
            self._stand_in.add_many(self._news)
        return self._stand_in


def _where(some: Sequence[Reading], own: bool) -> list[int]:
    return [number for number, one in enumerate(some) if one.own is own]

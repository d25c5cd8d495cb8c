"""By what texts and keywords are compared: in-word bigrams, or what an installation chose instead.

    document ─► Terms (numbers, counts)        keyword's words ─► numbers          how rare is each: background

Two sides that are compared must have been cut by the same `Words`; nothing in a number tells by which. Bigrams are for
everything; others (`nlp.morphemes`) for judging new documents, where somebody can wait a tenth of a second for one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from nlp import lexicon
from nlp.lexicon import Lexicon
from nlp.words import Terms, query_terms, terms


class Words(Protocol):
    """A way to cut texts. Safe to share between threads."""

    def document(self, flat: str) -> Terms:
        """The terms of a text in normal form."""

    def keyword(self, words: Iterable[str]) -> NDArray[np.uint32]:
        """The distinct term numbers of a keyword's words."""

    def background(self) -> Lexicon:
        """How common terms are in administrative text."""


class Bigrams:
    """Pairs of neighbouring syllables inside words, Latin words and numbers: joined and split compounds meet."""

    def document(self, flat: str) -> Terms:
        """The terms of a text in normal form."""
        return terms(flat, flat=True)

    def keyword(self, words: Iterable[str]) -> NDArray[np.uint32]:
        """The distinct term numbers of a keyword's words."""
        return query_terms(words)

    def background(self) -> Lexicon:
        """How common terms are in administrative text."""
        return lexicon.background()


BIGRAMS: Final = Bigrams()

"""What a document shows of words: which of them, in what form, and whether an excluded one stands there.

It refuses to judge: how much a word counts is `calibration`'s.
"""

from __future__ import annotations

from collections.abc import Iterable

from nlp.words import evidence, occurs


class Evidence:
    """What a document shows of words, each asked once a document."""

    def __init__(self, flat: str) -> None:
        self._flat = flat
        self._known: dict[str, tuple[str, ...]] = {}
        self._vetoes: dict[str, bool] = {}

    def of(self, words: Iterable[str]) -> tuple[str, ...]:
        """Which of a keyword's words the document shows, or the parts of them that it shows."""
        found: list[str] = []
        for word in words:
            shown = self._known.get(word)
            if shown is None:
                shown = self._known[word] = evidence(self._flat, (word,))
            found += shown
        return tuple(dict.fromkeys(found))

    def holds(self, phrase: str) -> bool:
        """Whether a phrase in normal form stands there letter by letter."""
        return phrase in self._flat

    def vetoes(self, exclude: tuple[str, ...]) -> bool:
        """Whether any of the excluded words occurs."""
        return any(self._vetoed(word) for word in exclude)

    def _vetoed(self, word: str) -> bool:
        if word not in self._vetoes:
            self._vetoes[word] = occurs(self._flat, word)
        return self._vetoes[word]

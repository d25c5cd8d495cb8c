"""Kiwi's morphemes instead of bigrams: the one door to that library. Loaded only where the settings ask for it.

It costs 500 MB and some seconds at the start, and a tenth of a second for a release. What stands in the text as nouns,
roots, foreign words and numbers counts, and stems of verbs and adjectives; endings and particles don't. Its terms have
a number space of their own and never meet a bigram's.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nlp.lexicon import Lexicon
from nlp.vectors import ModelError
from nlp.words import Terms

BACKGROUND: Final = Path(__file__).parent / "model" / "morphemes.npz"
_TAG: Final = 4 << 28  # nlp.words has the tags 0 to 3
_CONTENT: Final = ("NN", "NR", "XR", "SL", "SN", "SH", "VV", "VA", "MAG")
_EMPTY: Final = frozenset({"NNB"})  # 것, 수, 등
_LONGEST: Final = 6_000


def installed() -> bool:
    """Whether the extra is there; nothing is loaded."""
    return find_spec("kiwipiepy") is not None


class Morphemes:
    """Content morphemes. Safe to share between threads: they take turns."""

    def __init__(self) -> None:
        """Loads the analyser.

        Raises:
            ModelError: the extra isn't installed ("extra"), or its model can't be read ("broken").
        """
        try:
            from kiwipiepy import Kiwi
        except ImportError as error:
            raise ModelError("the words of Kiwi need the extra 'kiwi'", "extra") from error
        try:
            self._kiwi: Any = Kiwi(num_workers=1)
        except Exception as error:  # the library raises anything
            raise ModelError(f"Kiwi can't be loaded: {error}", "broken") from error
        self._turn = threading.Lock()
        self._of_word = lru_cache(maxsize=100_000)(self._cut)

    def document(self, flat: str) -> Terms:
        """The terms of a text in normal form; at most its first 6,000 characters."""
        found = np.array(self._cut(flat[:_LONGEST]), dtype=np.uint32)
        ids, counts = np.unique(found, return_counts=True)
        return Terms(ids, counts.astype(np.float32))

    def keyword(self, words: Iterable[str]) -> NDArray[np.uint32]:
        """The distinct term numbers of a keyword's words."""
        return np.unique(np.array([term for word in words for term in self._of_word(word)], dtype=np.uint32))

    def background(self) -> Lexicon:
        """How common terms are in administrative text."""
        return _background()

    def _cut(self, text: str) -> tuple[int, ...]:
        with self._turn:
            tokens = self._kiwi.tokenize(text)
        forms = [one.form for one in tokens if one.tag.startswith(_CONTENT) and one.tag not in _EMPTY]
        return tuple(_TAG | (zlib.crc32(form.encode("utf-8", "replace")) & 0x0FFF_FFFF) for form in forms)


@lru_cache(maxsize=1)
def _background() -> Lexicon:
    with np.load(BACKGROUND, allow_pickle=False) as stored:
        return Lexicon(stored["ids"], stored["counts"], int(stored["documents"]))

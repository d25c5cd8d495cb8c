"""A subscription's words, read once: alternatives, phrases, other ways to say them, and how each term weighs.

"중기부 지원사업, 창업"  →  two alternatives; 중기부 is also looked for as 중소벤처기업부
'"스마트 그린산단" 공모'  →  the phrase must occur letter by letter
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlp.lexicon import Lexicon
from nlp.synonyms import Synonyms
from nlp.words import normalise, query_terms, query_words, quoted

MAX_TEXT: Final = 2_000
"""Characters of a subscription that count: a pasted list of duties fits."""

_ALTERNATIVES: Final = re.compile(r"[,;|\n、，；]+")
_MAX_ALTERNATIVES: Final = 12
_SAID_OTHERWISE: Final = 0.95  # a synonym is nearly as good as the word
_NARROWER: Final = 0.8  # a narrower word concerns only part of those who asked for the broad one


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """One way to say a keyword: its text and words, its terms with their shares (sum 1), and how much it counts."""

    text: str
    words: tuple[str, ...]
    terms: NDArray[np.uint32]
    shares: NDArray[np.float32]
    share: float


@dataclass(frozen=True, slots=True, eq=False)
class Keyword:
    """A subscription's words, ready to be matched; `key` is equal for texts that mean the same to matching."""

    key: str
    phrases: tuple[str, ...]
    ways: tuple[Way, ...]


def key_of(text: str) -> str:
    """What two subscriptions must share to share their vectors."""
    return normalise(text[:MAX_TEXT])


def _way(text: str, share: float, lexicon: Lexicon) -> Way | None:
    words = tuple(dict.fromkeys(query_words(text)))
    found = query_terms(words)
    if not found.size:
        return None
    idf = lexicon.idf(found)
    return Way(text, words, found, idf / idf.sum(), share)


def parse(text: str, lexicon: Lexicon, synonyms: Synonyms) -> Keyword:
    """Reads a subscription; one without any word has no ways and matches nothing."""
    key = key_of(text)
    ways: dict[str, Way] = {}
    for alternative in [part.strip() for part in _ALTERNATIVES.split(key) if part.strip()][:_MAX_ALTERNATIVES]:
        said = [(alternative, 1.0)]
        said += [
            (other.text, _NARROWER if other.narrower else _SAID_OTHERWISE) for other in synonyms.expand(alternative)
        ]
        for words, share in said:
            way = _way(words, share, lexicon)
            if way is not None:
                ways.setdefault(words, way)
    return Keyword(key, quoted(key), tuple(ways.values()))

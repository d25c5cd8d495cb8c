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

from nlp import duties
from nlp.lexicon import Lexicon
from nlp.synonyms import Synonyms
from nlp.tokens import BIGRAMS, Words
from nlp.words import normalise, query_words, quoted

MAX_TEXT: Final = 2_000
"""Characters of a subscription that count: a pasted list of duties fits."""

_JOINING_WORDS: Final = "및 등 또는 그리고 관련 위한 대한 관한"
_EVERYDAY_WORDS: Final = """
지원 사업 대응 대책 강화 확대 개선 추진 관리 활성화 운영 보급 육성 예방 교육 정책 도입 개방 조성 구축
"""
_JOINING: Final = frozenset(_JOINING_WORDS.split())
_EVERYDAY: Final = frozenset(_EVERYDAY_WORDS.split())
_PLAIN: Final = np.float32(0.5)  # what an everyday word of administration weighs beside a word of the matter

_ALTERNATIVES: Final = re.compile(r"[,;|\n、，；]+")
_MAX_ALTERNATIVES: Final = 12
SAID_OTHERWISE: Final = 0.95  # a synonym is nearly as good as the word
NARROWER: Final = 0.8  # a narrower word concerns only part of those who asked for the broad one


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """One way to say a keyword: its text and words, its terms with their shares (sum 1), how much it counts.

    `rarity` is the mean idf of its words, each the sum over its terms.
    """

    text: str
    words: tuple[str, ...]
    terms: NDArray[np.uint32]
    shares: NDArray[np.float32]
    share: float
    rarity: float


@dataclass(frozen=True, slots=True, eq=False)
class Keyword:
    """A subscription's words, ready to be matched; `key` is equal for texts that mean the same to matching."""

    key: str
    phrases: tuple[str, ...]
    ways: tuple[Way, ...]


def key_of(text: str) -> str:
    """What two subscriptions must share to share their vectors; lines stay apart."""
    return "\n".join(line for raw in text[:MAX_TEXT].splitlines() if (line := normalise(raw)))


def _way(text: str, share: float, lexicon: Lexicon, cut: Words) -> Way | None:
    said = tuple(dict.fromkeys(query_words(text)))
    words = tuple(word for word in said if word not in _JOINING) or said
    found = cut.keyword(words)
    if not found.size:
        return None
    idf = lexicon.idf(found)
    rarity = float(idf.sum()) / len(words)
    plain = cut.keyword(word for word in words if word in _EVERYDAY)
    if 0 < plain.size < found.size:
        idf = np.where(np.isin(found, plain), _PLAIN * idf, idf)
    return Way(text, words, found, idf / idf.sum(), share, rarity)


def _alternatives(key: str) -> tuple[str, ...]:
    """What of a subscription is enough alone: the topics of a list of duties, or what stands between commas."""
    if duties.is_list(key) and (topics := duties.read(key).topics):
        return topics
    return tuple(part for raw in _ALTERNATIVES.split(key) if (part := raw.strip()))[:_MAX_ALTERNATIVES]


def parse(text: str, lexicon: Lexicon, synonyms: Synonyms, cut: Words = BIGRAMS) -> Keyword:
    """Reads a subscription; one without any word has no ways and matches nothing. `cut` as the lexicon's."""
    key = key_of(text)
    ways: dict[str, Way] = {}
    for alternative in _alternatives(key):
        said = [(alternative, 1.0)]
        said += [(other.text, NARROWER if other.narrower else SAID_OTHERWISE) for other in synonyms.expand(alternative)]
        for words, share in said:
            way = _way(words, share, lexicon, cut)
            if way is not None:
                ways.setdefault(words, way)
    return Keyword(key, quoted(key), tuple(ways.values()))

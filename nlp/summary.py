"""Three sentences of a document that say most of it, each a piece of the source with its place.

    sentences → which are most central (LexRank), come early, speak of the title's matter, hold a deadline or a sum
              → three that do not repeat each other (MMR), in the order of the source

Extractive: it writes no word of its own, joins nothing and shortens nothing. Greetings, whom to ask, what is attached
and rows of figures are no summary.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nlp.facts import amounts, deadlines, targets
from nlp.sentences import sentences, unmarked
from nlp.words import normalise, terms

__all__ = ["Line", "summarise"]

_READ: Final = 120  # sentences that are looked at; what a release says first it says in these
_SHORTEST, _LONGEST = 12, 260
_DAMPING: Final = 0.85  # Erkan and Radev, LexRank, JAIR 22 (2004), section 3.2
_ROUNDS: Final = 30
_REPEATS: Final = 0.7  # weight of repetition: Carbonell and Goldstein, MMR, SIGIR 1998
_LEAD, _TITLE, _DEADLINE, _TARGET, _BENEFIT_WORTH, _AMOUNT = 0.8, 0.5, 1.2, 0.5, 0.2, 0.4
_QUOTE: Final = re.compile(r"[\"“”].{8,}[\"“”].{0,14}(?:라고|며|면서|고)\s|(?:말했다|강조했다|당부했다|덧붙였다)\.?$")
_ASIDE: Final = re.compile(
    r"^(?:[\[※*]|[<〈]\s*(?:사진|그림|표|참고|붙임)|\((?:참고|끝|사진)|보도\s*(?:자료|참고자료|설명자료|일시|시점|시기)(?:\s*[:：]|\s*\d|$)"
    r"|배포\s*(?:일시|일)?\s*[:：]|자료\s*(?:제공|문의)|책임자|사진\s*(?:설명)?\s*[:：=]|붙임|첨부|별첨|문의|담당|연락처|전화|수신|참조|제목|관련\s*[:：]|근거\s*[:：]|출처)"
    r"|(?:자세한|상세|구체적인|보다)\s*(?:내용|사항).{0,30}(?:참고|참조|첨부|붙임|누리집|홈페이지|확인)"
    r"|공고\s*제[\d\s-]+호$|귀\s*(?:기관|부서|하)의\s*무궁|^끝\.?$|관련\s*보도자료\s*내용입니다|^[가-힣\s]{2,20}\s보도\s?(?:자료|참고자료|설명자료)$|\(사진\s*[:：=]?[^()]{0,20}\)\.?$|[☎☏]|\d{2,4}-\d{3,4}-\d{4}\s*\)?\.?$"
)
_SENTENCE: Final = re.compile(r"[다요]\.[\"”'’)]?$")
_LABELLED: Final = re.compile(
    r"^(?:\(?(?:\d{1,2}|[가-하])[.)]\s*)?(?:\([가-힣·\s]{2,8}\)|[가-힣·\s]{2,10}\s?[:：|])\s*\S"
)
_HEADLINES: Final = 6
_BENEFIT: Final = re.compile(
    r"^\(?(?:\d{1,2}[.)]\s*|[가-하][.)]\s*)?(?:지원|시상|주요)?\s*(?:내용|금액|규모|한도|혜택|상금)\s*[)：:|]"
)
_FIGURES: Final = re.compile(r"[\d\W_]")
_LETTERS: Final = re.compile(r"[^0-9a-z가-힣]")


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of the source, and the how manieth of how many it is."""

    text: str
    place: int
    of: int


def summarise(title: str, text: str, published: datetime, count: int = 3) -> list[Line]:
    """The `count` sentences that say most of a text, in its order; fewer where it has no more to say.

    Args:
        title: what the sentences shall not merely repeat.
        text: the body, lines kept.
        published: aware; a year that a deadline leaves out is taken from it.
        count: how many sentences.
    """
    whole = sentences(text)
    worth = _facts(whole, text, published)
    head = _headline(whole[:_READ], worth)
    kept = [
        (place, one)
        for place, one in enumerate(whole[head:_READ], head + 1)
        if _says_something(one, title, one in worth)
    ]
    plain = [pair for pair in kept if not (_QUOTE.search(pair[1]) or "|" in pair[1])]
    kept = plain if len(plain) >= count else kept
    if not kept:
        return []
    told = [one for _, one in kept]
    likeness = _likeness([*told, title])
    score = _central(likeness[:-1, :-1]) + _LEAD / np.sqrt(np.arange(1, len(kept) + 1)) + _TITLE * likeness[-1, :-1]
    score += np.array([worth.get(one, 0.0) - _doubt(one) for one in told])
    chosen = sorted(_choose(score, likeness[:-1, :-1], count))
    return [Line(unmarked(told[index]), kept[index][0], len(whole)) for index in chosen]


def _headline(told: Sequence[str], worth: dict[str, float]) -> int:
    """How many of the first lines are headlines: what stands before the first whole sentence, without label or fact.

    A fact that only a headline tells makes them all count.
    """
    first = next((place for place, one in enumerate(told) if _SENTENCE.search(one)), 0)
    above = [one for one in told[:first] if not _ASIDE.search(unmarked(one))]
    if first > _HEADLINES or any(_LABELLED.search(one) for one in above):
        return 0
    below = set(re.findall(r"\d+", " ".join(told[first:])))
    return 0 if any(one in worth and not below.issuperset(re.findall(r"\d+", one)) for one in above) else first


def _says_something(sentence: str, title: str, is_fact: bool) -> bool:
    """Whether a sentence could stand in a summary: no heading, no row of figures, not the title again."""
    if _ASIDE.search(unmarked(sentence)):
        return False
    if not is_fact and (len(sentence) < _SHORTEST or len(_FIGURES.sub("", sentence)) * 3 < len(sentence)):
        return False
    letters, head = _LETTERS.sub("", normalise(sentence)), _LETTERS.sub("", normalise(title))
    return letters not in head and not (head and letters.startswith(head) and len(letters) <= len(head) + 20)


def _doubt(sentence: str) -> float:
    """What speaks against a sentence: an official's quotation, a table's row, more than a phone shows."""
    return 0.6 * bool(_QUOTE.search(sentence)) + 0.4 * ("|" in sentence) + 0.5 * (len(sentence) > _LONGEST)


def _likeness(texts: Sequence[str]) -> NDArray[np.float64]:
    """Cosines of in-word bigrams weighted by rarity within the document, shape (n, n)."""
    bags = [terms(one) for one in texts]
    vocabulary = np.unique(np.concatenate([bag.ids for bag in bags]))
    table = np.zeros((len(texts), len(vocabulary)))
    for row, bag in zip(table, bags, strict=True):
        row[np.searchsorted(vocabulary, bag.ids)] = 1 + np.log(bag.counts)
    table *= np.log(1 + len(texts) / np.maximum((table > 0).sum(axis=0), 1))
    table /= np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)
    return table @ table.T


def _central(likeness: NDArray[np.float64]) -> NDArray[np.float64]:
    """How central each sentence is, the most central 1: the stationary distribution of continuous LexRank."""
    links = likeness / np.maximum(likeness.sum(axis=1, keepdims=True), 1e-9)
    rank = np.full(len(links), 1 / len(links))
    for _ in range(_ROUNDS):
        rank = (1 - _DAMPING) / len(links) + _DAMPING * (rank @ links)
    return np.asarray(rank / rank.max())


def _facts(told: Sequence[str], text: str, published: datetime) -> dict[str, float]:
    """Sentences that hold facts, and what these are worth; several sums in one sentence are worth a little more."""
    worth: dict[str, float] = {}
    days = {one.sentence for one in deadlines(text, published)}
    for points, where in ((_DEADLINE, days), (_TARGET, {one.sentence for one in targets(text)})):
        for sentence in where:
            worth[sentence] = worth.get(sentence, 0.0) + points
    for sentence, sums in Counter(one.sentence for one in amounts(text)).items():
        worth[sentence] = worth.get(sentence, 0.0) + _AMOUNT * math.sqrt(sums)
    for sentence in filter(_BENEFIT.match, told):
        worth[sentence] = worth.get(sentence, 0.0) + _BENEFIT_WORTH
    return worth


def _choose(score: NDArray[np.float64], likeness: NDArray[np.float64], count: int) -> list[int]:
    """The best `count`, each worth less the more it repeats one chosen before."""
    chosen: list[int] = []
    while len(chosen) < min(count, len(score)):
        repeats = likeness[:, chosen].max(axis=1) if chosen else np.zeros(len(score))
        worth = score - _REPEATS * repeats
        worth[chosen] = -np.inf
        chosen.append(int(worth.argmax()))
    return chosen

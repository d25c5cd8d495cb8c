"""What somebody may have meant whom no route understood: the likeliest of many things to say, offered and not done.

    text → how likely everything is that there is to ask, and what Dobi can't or mustn't do → at most three offers, or
           what it can't do

A guess is a button and nothing else: whoever presses it says so. It learns nothing from people and keeps nothing. What
would do the opposite of what was said is never among them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from bot.leaning import affirmed, refused
from bot.tenancy import Member
from bot.wording.ways import Way, ways
from nlp.nearness import Leanings

MOST = 3
LIKELY: Final = 0.1
"""Below this nothing is offered: a wrong offer costs a glance, a missing one a question. Bounds are set by
cross-validation on the sayings (`fit_ways.py --judge`): from 0.1 on the three hold what was meant 9 times in 10."""
_CLEARLY: Final = 0.02  # as much likelier than what is none of Dobi's business
_BESIDE: Final = 0.06  # of the best: what is much less likely is not offered beside it
_SURE: Final = 0.5
_PLAIN: Final = 0.6  # first and meant, 9 times in 10
_ALONE: Final = 0.25  # of the best: nothing is nearly as likely
_TELLING: Final = 5  # letters: a bare word that is somebody's command (`종료`) says nothing of whoever writes it
_LONGEST: Final = 120
_BESIDES: Final = 0.55
_BEYOND: Final = 0.25  # from here on Dobi says plainly that it can't, where nothing that it can is nearly as likely
FILE: Final = Path(__file__).parent / "wording" / "ways.npz"
"""Made from `ways.txt` by tests/bench/fit_ways.py."""
_FORGOTTEN: Final = Way("", ())


@dataclass(frozen=True, slots=True)
class Guessed:
    """The words of what was likeliest meant, best first; or the kind of what Dobi can't do (`bot.wording.beyond`).

    `besides`: what Dobi can do that is nearly as likely as what it can't; `sure`: nothing is nearly as likely as the
    first offer; `plain`: so much so that what only shows something may be shown at once; `forbidden`: what was meant,
    and is not theirs to do.
    """

    offers: tuple[str, ...] = ()
    beyond: str = ""
    besides: tuple[str, ...] = ()
    sure: bool = False
    plain: bool = False
    forbidden: str = ""
    scores: tuple[float, ...] = ()
    """How likely each of the offers is."""


@lru_cache(maxsize=1)
def _known() -> tuple[Leanings, tuple[Way, ...]]:
    """What was learnt, and the ways in its order; read once a process."""
    leanings = Leanings.load(FILE)
    named = {way.name: way for way in ways()}
    return leanings, tuple(named.get(kind, _FORGOTTEN) for kind in leanings.kinds)


def warm() -> None:
    """Reads what every guess needs; else the first one does."""
    _known()


def guessed(text: str, member: Member, plain: Callable[[str], str] = str) -> Guessed:
    """What was likeliest meant; `plain` puts a text as abilities are learnt, without anybody's name."""
    said = text.strip()[:_LONGEST]
    if not said:
        return Guessed()
    leanings, known = _known()
    scores = leanings.likely(plain(affirmed(said))).tolist()
    foreign, kind = max(
        ((score, way.kind) for way, score in zip(known, scores, strict=True) if not way.words), default=(0.0, "")
    )
    opposite = refused(said)
    own = sorted(
        ((score, way) for way, score in zip(known, scores, strict=True) if way.words and way.words not in opposite),
        key=lambda pair: -pair[0],
    )
    ranked = [(score, way.words) for score, way in own if _may(way, member)][:MOST]
    if own and own[0][0] >= _PLAIN and len(said) >= _TELLING and not _may(own[0][1], member):
        return Guessed(forbidden=own[0][1].words)
    if not ranked or ranked[0][0] < max(LIKELY, foreign + _CLEARLY):
        best = ranked[0][0] if ranked else 0.0
        besides = tuple(words for score, words in ranked[:1] if score >= max(LIKELY, _BESIDES * foreign))
        return Guessed(beyond=kind, besides=besides) if foreign >= max(_BEYOND, best) else Guessed()
    first = ranked[0][0]
    near = [pair for pair in ranked if pair[0] >= _BESIDE * first]
    offers, scores = tuple(words for _, words in near), tuple(score for score, _ in near)
    alone = len(ranked) == 1 or ranked[1][0] < _ALONE * first
    return Guessed(offers, sure=alone and first >= _SURE, plain=alone and first >= _PLAIN, scores=scores)


def _may(way: Way, member: Member) -> bool:
    return not way.roles or bool(way.roles & member.person.roles)

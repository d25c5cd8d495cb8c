"""Companions of a memo in the roster: by name, or by surname and title in one's own department. Pure.

Nobody is taken for somebody else: who is not plainly one person is asked about, or stays the words that were written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.settings import Person
from bot.trip_words import TITLES

_MOST_ASKED: Final = 3
_TITLE = re.compile(rf"\s*(?:{TITLES})?(?:님|씨)?$")


@dataclass(frozen=True, slots=True)
class Doubt:
    """A companion as written, and who in the roster may be meant."""

    said: str
    candidates: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Company:
    """Who goes along: known people, who is asked about, and words that no roster knows."""

    known: tuple[Person, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    stated: tuple[str, ...] = ()


def resolve(names: Iterable[str], roster: Sequence[Person], traveller: Person) -> Company:
    """Each name as a person, a doubt or a word."""
    others = [person for person in roster if person.id != traveller.id]
    known: list[Person] = []
    doubts: list[Doubt] = []
    stated: list[str] = []
    for name in names:
        found, sure = _meant(name, others, traveller.department)
        if sure:
            known += found
        elif 0 < len(found) <= _MOST_ASKED:
            doubts.append(Doubt(name, tuple(found)))
        else:
            stated.append(name)
    return Company(tuple(dict.fromkeys(known)), tuple(doubts), tuple(stated))


def _meant(name: str, others: Sequence[Person], department: str) -> tuple[list[Person], bool]:
    """Who may be meant, and whether that is plainly one person."""
    base = _TITLE.sub("", name).split(" ")[-1]
    if not base:
        return [], False
    found = [person for person in others if person.name == base or (len(base) == 1 and person.name.startswith(base))]
    own = [person for person in found if person.department == department]
    if len(own) == 1:
        return own, True
    if own:
        return own, False
    return found, len(found) == 1 and len(base) > 1

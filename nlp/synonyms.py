"""The words of administration that mean the same: short names, renamed ministries, field terms.

A small trained model can't know that 중기부 is 중소벤처기업부; a table can, and people can read and edit it
(`synonyms.tsv`, our own, plain tab-separated text). It widens a keyword when it is matched, and teaches the model.
Terms are known by their letters alone: spaces, dots and hyphens don't count, so that "스마트 공장" finds the line of
스마트공장 and "일·가정 양립" that of 일가정양립, and no line is needed for either.
It refuses to guess: only whole words of the table are exchanged, and an original word always counts more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from nlp.words import normalise, query_words

TABLE: Final = Path(__file__).parent / "synonyms.tsv"
_LONGEST: Final = 10  # words in a term of the table: the full title of a law


@dataclass(frozen=True, slots=True)
class Expansion:
    """One other way to say a keyword: `text`, in which `instead` stands for the original's `term`.

    `narrower` tells that the other word means less than the original ("산사태" for "재난").
    """

    text: str
    term: str
    instead: str
    narrower: bool = False


_Terms = dict[str, str]  # how each is known, and how it is spelled


def key(term: str) -> str:
    """By what a term is known: its words without particles, joined ("R&D 예산을" is "r&d예산")."""
    return "".join(query_words(term))


def _read(line: str) -> tuple[str, _Terms]:
    kind, *raw = line.rstrip("\n").split("\t")
    return kind, {known: term for text in raw if (term := normalise(text)) and (known := key(term))}


class Synonyms:
    """A table of terms; equal groups count both ways, broad terms one way, also for what is equal to the broad term."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._of: dict[str, list[str]] = defaultdict(list)
        self._spelled: dict[str, str] = {}
        self._narrower: set[tuple[str, str]] = set()
        equal: list[_Terms] = []
        broad: dict[str, _Terms] = defaultdict(dict)
        for line in lines:
            kind, terms = _read(line)
            if kind == "=":
                equal.append(terms)
            elif kind == ">" and terms:
                broad[next(iter(terms))].update(terms)
        for terms in equal:
            for head in terms:
                self._extend(head, terms[head], terms)
        for head, terms in broad.items():
            self._narrow(head, terms[head], terms)
        for terms in equal:
            for other in [term for term in terms if term in broad]:
                for head in terms.keys() - {other}:
                    self._narrow(head, terms[head], broad[other])

    def _extend(self, head: str, spelled: str, others: _Terms) -> None:
        self._spelled.setdefault(head, spelled)
        known = self._of[head]
        known.extend(term for other, term in others.items() if other != head and term not in known)

    def _narrow(self, head: str, spelled: str, others: _Terms) -> None:
        equal = set(self._of[head])
        self._extend(head, spelled, others)
        self._narrower.update((head, term) for term in others.values() if term not in equal)

    def __len__(self) -> int:
        return len(self._of)

    def variant(self, text: str) -> str:  # noqa: ARG002 - the shipped table has but one
        """A name for what of a keyword's reading is not the shipped table's; empty if nothing is."""
        return ""

    def is_own(self, term: str, other: str) -> bool:  # noqa: ARG002
        """Whether an institution said so itself."""
        return False

    def _others(self, head: str) -> Sequence[str]:
        return self._of.get(head, ())

    def _is_narrower(self, head: str, other: str) -> bool:
        return (head, other) in self._narrower

    def of(self, term: str) -> tuple[str, ...]:
        """What else the term is called, in the table's order; empty if the table doesn't know it."""
        return tuple(self._others(key(term)))

    def narrower(self, term: str) -> tuple[str, ...]:
        """Which of these mean less than the term."""
        head = key(term)
        return tuple(other for other in self._others(head) if self._is_narrower(head, other))

    def knows(self, term: str) -> bool:
        """Whether the table says anything of the term."""
        return bool(self._others(key(term)))

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Every (term, other name) of the table."""
        for head, others in self._of.items():
            for other in others:
                yield self._spelled[head], other

    def expand(self, text: str, limit: int = 10) -> list[Expansion]:
        """Other ways to say a keyword, one term exchanged at a time; at most `limit`.

        Of several terms each gets its first other name before any gets its second. A broad term that another word
        narrows already isn't narrowed again: who asks for "수련 환경" doesn't mean the climate.
        """
        words = query_words(text)
        found: list[tuple[int, Expansion]] = []
        for start, end in self._spans(words):
            head, term = "".join(words[start:end]), " ".join(words[start:end])
            narrowed = start > 0 and end == len(words)
            for rank, other in enumerate(self._others(head)):
                if narrowed and self._is_narrower(head, other) and not self.is_own(term, other):
                    continue
                said = " ".join([*words[:start], other, *words[end:]])
                found.append((rank, Expansion(said, term, other, self._is_narrower(head, other))))
        found.sort(key=lambda ranked: ranked[0])
        return [expansion for _, expansion in found[:limit]]

    def _spans(self, words: list[str]) -> Iterator[tuple[int, int]]:
        """Where the table's terms stand, the longest first, none inside another."""
        start = 0
        while start < len(words):
            for end in range(min(len(words), start + _LONGEST), start, -1):
                if self._others("".join(words[start:end])):
                    yield start, end
                    start = end
                    break
            else:
                start += 1

    def rewrite(self, text: str) -> str | None:
        """The text with its first known word said otherwise, or None if it holds none."""
        expansions = self.expand(text, limit=1)
        return expansions[0].text if expansions else None


@lru_cache(maxsize=1)
def built_in() -> Synonyms:
    """The table that ships with Dobi."""
    with TABLE.open(encoding="utf-8") as lines:
        return Synonyms(line for line in lines if not line.startswith("#"))

"""The words of administration that mean the same: short names, renamed ministries, field terms.

A small trained model can't know that 중기부 is 중소벤처기업부; a table can, and people can read and edit it
(`synonyms.tsv`, our own, plain tab-separated text). It widens a keyword when it is matched, and teaches the model.
It refuses to guess: only whole words of the table are exchanged, and an original word always counts more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from nlp.words import normalise, query_words

TABLE: Final = Path(__file__).parent / "synonyms.tsv"
_LONGEST: Final = 4  # words in a term of the table


@dataclass(frozen=True, slots=True)
class Expansion:
    """One other way to say a keyword: `text`, in which `instead` stands for the original's `term`.

    `narrower` tells that the other word means less than the original ("산사태" for "재난").
    """

    text: str
    term: str
    instead: str
    narrower: bool = False


class Synonyms:
    """A table of terms; equal groups count both ways, broad terms one way."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._of: dict[str, list[str]] = defaultdict(list)
        self._narrower: set[tuple[str, str]] = set()
        for line in lines:
            kind, *raw = line.rstrip("\n").split("\t")
            terms = [term for text in raw if (term := normalise(text))]
            if kind == "=":
                for term in terms:
                    self._extend(term, terms)
            elif kind == ">" and terms:
                self._extend(terms[0], terms)
                self._narrower.update((terms[0], term) for term in terms)

    def _extend(self, term: str, others: list[str]) -> None:
        known = self._of[term]
        known.extend(other for other in others if other != term and other not in known)

    def __len__(self) -> int:
        return len(self._of)

    def of(self, term: str) -> tuple[str, ...]:
        """What else the term is called, in the table's order; empty if the table doesn't know it."""
        return tuple(self._of.get(normalise(term), ()))

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Every (term, other name) of the table."""
        for term, others in self._of.items():
            for other in others:
                yield term, other

    def expand(self, text: str, limit: int = 10) -> list[Expansion]:
        """Other ways to say a keyword, one term exchanged at a time, the table's order; at most `limit`."""
        words = query_words(text)
        found: list[Expansion] = []
        for start, end in self._spans(words):
            term = " ".join(words[start:end])
            for other in self._of[term]:
                said = " ".join([*words[:start], other, *words[end:]])
                found.append(Expansion(said, term, other, (term, other) in self._narrower))
        return found[:limit]

    def _spans(self, words: list[str]) -> Iterator[tuple[int, int]]:
        start = 0
        while start < len(words):
            for end in range(min(len(words), start + _LONGEST), start, -1):
                if " ".join(words[start:end]) in self._of:
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

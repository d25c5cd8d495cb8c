"""An institution's own words, laid over the shipped table: lines added, shipped lines switched off. Pure.

    lines (=, >, -) ─ over ─► shipped Synonyms ─► OwnWords, which reads as Synonyms does

Only terms that the lines touch are held, so that an institution's table costs what it wrote, not another copy of all.
Own words come first. It refuses to chain: what a word is also looked for as is settled when the table is made.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from nlp.embedding import NlpError
from nlp.synonyms import Synonyms, key
from nlp.words import normalise, split

LONGEST: Final = 40
"""Characters of a term."""

PER_WORD: Final = 10
"""Own lines that one term may have: no more ways of saying a keyword are looked for."""

_MOST_OTHERS: Final = 40
_PLAIN: Final = re.compile(r"[가-힣a-z0-9 ·ㆍ&+\-./()]+")
_JOINED: Final = re.compile(r"[^가-힣a-z0-9&]+")

Kind = Literal["=", ">", "-"]


class InvalidWordError(NlpError):
    """A line can't stand in a table; `reason` is `letters`, `short`, `long`, `same`, `circle`, `clash` or `many`."""

    def __init__(self, reason: str, term: str = "") -> None:
        super().__init__(f"no line of a table: {reason} {term!r}")
        self.reason, self.term = reason, term


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an institution's table.

    `=`: both mean the same. `>`: `term` also finds `other`, which means less. `-`: `term` and `other` are no longer
    exchanged, whatever the shipped table says; without `other` nothing is exchanged for `term`.
    """

    kind: Kind
    term: str
    other: str = ""

    @property
    def id(self) -> str:
        """The same for lines that say the same."""
        keys = ["".join(split(self.term)), "".join(split(self.other))]  # letters alone: no rule of grammar moves them
        if self.kind != ">" and self.other:
            keys.sort()
        return hashlib.blake2b("\x1f".join((self.kind, *keys)).encode(), digest_size=6).hexdigest()

    @classmethod
    def of(cls, kind: Kind, term: str, other: str = "") -> Line:
        """A line in normal form.

        Raises:
            InvalidWordError: a term is empty, of one letter, over 40 characters, or more than letters and digits.
        """
        line = cls(kind, _term(term), _term(other) if other or kind != "-" else "")
        if key(line.term) == key(line.other):
            raise InvalidWordError("same", line.term)
        return line


def _term(text: str) -> str:
    flat = normalise(text[: 10 * LONGEST])
    if len(flat) > LONGEST:
        raise InvalidWordError("long", flat[:LONGEST])
    if not _PLAIN.fullmatch(flat):
        raise InvalidWordError("letters", flat)
    known = key(flat)
    if len(known) < 2 or known.isdecimal():
        raise InvalidWordError("short", flat)
    return flat


class OwnWords(Synonyms):
    """The shipped table with an institution's lines over it. Made anew when the lines change."""

    def __init__(self, base: Synonyms, lines: Iterable[Line], tenant: str = "") -> None:
        """Lines in the order in which they were written; `tenant` names the table."""
        super().__init__(())
        self._base = base
        self.lines = tuple(lines)
        self._over: dict[str, list[str]] = {}
        self._less: dict[str, set[str]] = {}
        seed = "\x1e".join(line.id for line in self.lines)
        self._name = f"{tenant}:{hashlib.blake2b(seed.encode(), digest_size=6).hexdigest()}"
        for line in sorted(self.lines, key=lambda one: one.kind != "-"):
            {"-": self._part, "=": self._join, ">": self._narrow_by}[line.kind](line)
        self._sizes = sorted({len(head) for head in self._over})

    def _others(self, head: str) -> Sequence[str]:
        found = self._over.get(head)
        return self._base._others(head) if found is None else found  # noqa: SLF001 - the same class

    def _is_narrower(self, head: str, other: str) -> bool:
        if head in self._over:
            return other in self._less[head]
        return self._base._is_narrower(head, other)  # noqa: SLF001

    def __len__(self) -> int:
        return len(self._base) + len(self._over)

    def variant(self, text: str) -> str:
        """The table's name where it may read the text otherwise than the shipped one does; empty where it can't."""
        flat = _JOINED.sub("", normalise(text))
        touched = any(
            flat[start : start + size] in self._over for size in self._sizes for start in range(len(flat) - size + 1)
        )
        return self._name if touched else ""

    def is_own(self, term: str, other: str) -> bool:
        """Whether an own line says by itself that a term is also looked for as the other."""
        one, two = key(term), key(other)
        return any(
            line.kind != "-" and (key(line.term), key(line.other)) in ({(one, two), (two, one)} if line.kind == "="
            else {(one, two)}) for line in self.lines
        )  # fmt: skip

    def _held(self, head: str) -> list[str]:
        if head not in self._over:
            found = list(self._base._others(head))  # noqa: SLF001
            self._over[head] = found
            self._less[head] = {one for one in found if self._base._is_narrower(head, one)}  # noqa: SLF001
        return self._over[head]

    def _equals(self, term: str) -> list[str]:
        head = key(term)
        return [term, *(one for one in self._others(head) if not self._is_narrower(head, one))]

    def _put(self, term: str, others: Iterable[str], *, narrower: bool, first: bool) -> None:
        head = key(term)
        held, less = self._held(head), self._less[head]
        known = {key(one): one for one in held} | {head: term}
        for other in others:
            same = known.get(key(other))
            if same is None and len(held) < _MOST_OTHERS:
                held.insert(0, other) if first else held.append(other)
                if narrower:
                    less.add(other)
            elif same is not None and not narrower:
                less.discard(same)

    def _join(self, line: Line) -> None:
        mine, others = self._equals(line.term), self._equals(line.other)
        below = [(one, self.narrower(one)) for one in (line.term, line.other)]
        for group, found in ((mine, others), (others, mine)):
            for term in group:
                self._put(term, found[1:], narrower=False, first=False)
                self._put(term, found[:1], narrower=False, first=True)
        for term, narrower in ((line.term, below[1][1]), (line.other, below[0][1])):
            self._put(term, narrower, narrower=True, first=False)

    def _narrow_by(self, line: Line) -> None:
        for term in self._equals(line.term):
            self._put(term, [line.other], narrower=True, first=True)

    def _part(self, line: Line) -> None:
        others = [line.other] if line.other else list(self._others(key(line.term)))
        for other in others:
            for head, gone in ((key(line.term), key(other)), (key(other), key(line.term))):
                held = self._held(head)
                held[:] = [one for one in held if key(one) != gone]


def check(line: Line, table: OwnWords) -> None:
    """Refuses a line that the table can't take: too many for one word, or a circle.

    Raises:
        InvalidWordError: `many`, `clash` (the two stand in another relation already) or `circle`.
    """
    if line.kind == "-":
        return
    one, two = key(line.term), key(line.other)
    mine = [(each.kind, key(each.term), key(each.other)) for each in table.lines if each.kind != "-"]
    for word in (one, two):
        if sum(word in pair[1:] for pair in mine) >= PER_WORD:
            raise InvalidWordError("many", line.term if word == one else line.other)
    if any({one, two} == set(pair[1:]) and pair[0] != line.kind for pair in mine):
        raise InvalidWordError("clash", line.term)
    if line.kind == ">" and one in _below(two, table):
        raise InvalidWordError("circle", line.term)


def _below(head: str, table: OwnWords) -> set[str]:
    """Everything that is looked for, by however many steps, when a word is asked."""
    reached, waiting = {head}, [head]
    while waiting and len(reached) < 2_000:
        for other in table.of(waiting.pop()):
            if (known := key(other)) not in reached:
                reached.add(known)
                waiting.append(known)
    return reached

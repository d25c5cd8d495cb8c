"""How people say things that no sentence of a route foresaw: examples for `bot.guessing`, by the words that do it.

They stand in `ways.txt`, a line each, for whoever adds to them writes no code.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from bot.settings import Role

_FILE: Final = Path(__file__).with_name("ways.txt")
_HEAD: Final = "= "
NOBODYS: Final = "-"
"""In place of words: what is none of Dobi's business, with the kind of it behind (`= -예약`), of `wording.beyond`."""


@dataclass(frozen=True, slots=True)
class Way:
    """A thing to ask for, and how people put it; no words: what is not Dobi's, of a kind. Roles empty: everybody's."""

    words: str
    examples: tuple[str, ...]
    roles: frozenset[Role] = frozenset()
    kind: str = ""

    @property
    def name(self) -> str:
        """What it is called where it is learnt: its words, or `-` and its kind."""
        return self.words or f"{NOBODYS}{self.kind}"


@cache
def ways() -> tuple[Way, ...]:
    """All of them, read when first asked for."""
    return tuple(_read(_FILE.read_text(encoding="utf-8")))


def digest() -> str:
    """Of all of them, to tell whether what was learnt was learnt from these."""
    told = "\n\n".join("\n".join((one.name, *one.examples)) for one in ways())
    return sha256(told.encode()).hexdigest()


def _read(text: str) -> Iterator[Way]:
    for block in f"\n{text}".split(f"\n{_HEAD}")[1:]:
        head, *lines = block.splitlines()
        words, _, roles = head.partition(" | ")
        examples = tuple(line for line in map(str.strip, lines) if line and not line.startswith("#"))
        own, kind = ("", words[1:].strip()) if words.startswith(NOBODYS) else (words.strip(), "")
        yield Way(own, examples, frozenset(Role(role) for role in roles.split()), kind)

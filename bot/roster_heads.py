"""Which column of a sheet of personnel orders is what, by its heading in many spellings (postings.toml). Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

from bot.papers.columns import bare

_LONGEST_HEADING: Final = 20


def head_of(row: Sequence[str], above: Sequence[str]) -> tuple[Mapping[str, int], tuple[str, ...], int] | None:
    """The columns of a head row, alone or under the one above it; and how far the same stand side by side again."""
    if any(re.search(r"\d{3,}|\d\s*[-./:]\s*\d", cell) for cell in row):
        return None
    best: Mapping[str, int] = {}
    upper = [*above, *[""] * (len(row) - len(above))]
    both = [low if top in {"", low} else f"{top}{low}" for top, low in zip(upper, row, strict=False)]
    for headings in (both, list(row)):
        columns = _columns(headings)
        if "name" in columns and len(columns) > max(1, len(best)):
            best = columns
    if not best:
        return None
    names = [at for at, cell in enumerate(row) if field_of(cell) == "name"]
    step = names[1] - names[0] if len(names) > 1 and _repeats(row, names[1] - names[0]) else 0
    return {name: at for name, at in best.items() if not step or at < min(best.values()) + step}, tuple(row), step


def _repeats(row: Sequence[str], step: int) -> bool:
    """Whether the headings come again after so many columns."""
    pairs = [(row[at], row[at + step]) for at in range(len(row) - step) if row[at + step]]
    return bool(pairs) and all(one == other for one, other in pairs)


def _columns(headings: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, heading in enumerate(headings):
        name = field_of(heading)
        if name and (name not in found or (name == "rank" and "to_rank" not in found and heading != headings[at - 1])):
            if name == "rank" and name in found:
                found["to_rank"] = at
            else:
                found.setdefault(name, at)
    return found


@cache
def _names() -> Mapping[str, str]:
    columns = table()["columns"]
    return {bare(word): name for name, words in reversed(columns.items()) for word in words}


def field_of(heading: str) -> str:
    """The field that a heading means."""
    plain = bare(heading)
    if not plain or len(plain) > _LONGEST_HEADING:
        return ""
    names = _names()
    if plain in names:
        return names[plain]
    prefixes = table()["prefixes"]
    for core, name in [*((core, "") for core in prefixes["cores"]), *((core, "rank") for core in prefixes["ranks"])]:
        if plain.endswith(core):
            head = plain.removesuffix(core)
            if head in prefixes["to"]:
                return "to_rank" if name else "to"
            if head in prefixes["from"]:
                return "rank" if name else "from"
    ends = next(
        (names[plain[at:]] for at in range(1, len(plain) - 1) if plain[at:] in names and len(plain) - at > 1), ""
    )
    return ends if ends in {"name", "number", "day", "rank", "department", "phone"} else ""


@cache
def table() -> dict[str, Any]:
    """The spellings."""
    return tomllib.loads(files("bot.papers").joinpath("postings.toml").read_text("utf-8"))

"""Texts of our own by which a model is measured where there are no others: phrases of every policy area, and its parts.

They stand in `areas.toml`. Nobody's documents or keywords are here.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).parent / "areas.toml"


@cache
def _parts() -> tuple[tuple[str, tuple[str, ...]], ...]:
    with _TABLE.open("rb") as file:
        rows = tomllib.load(file)["area"]
    return tuple((part["name"], tuple(part["phrases"])) for row in rows for part in row["part"])


def keywords() -> tuple[str, ...]:
    """Some four hundred keywords of every kind."""
    return tuple(text for name, phrases in _parts() for text in (name, *phrases))


def subjects() -> tuple[str, ...]:
    """Some sixty short texts, each about one subject."""
    return tuple(f"{name} {' '.join(phrases)}" for name, phrases in _parts())

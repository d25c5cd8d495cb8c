"""A sample that anybody can draw again: SHA-256 puts the items of each stratum in order, the first of each are taken.

Pure. The order of an item is SHA-256 of the seed, a line break and its key, as UTF-8; who knows the seed and the keys
needs no program of ours. Strata share the sample by their size, each that is not empty has at least one where the
sample reaches so far: what is flagged is never the whole of it.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

Stratum: TypeAlias = tuple[str, bool]
"""A department, and whether the item is flagged."""


@dataclass(frozen=True, slots=True)
class Item:
    """What may be drawn."""

    key: str
    stratum: Stratum


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a stratum were drawn."""

    stratum: Stratum
    size: int
    drawn: int


@dataclass(frozen=True, slots=True)
class Sample:
    """The keys drawn, by stratum and in the order of the draw, and how the strata shared it."""

    seed: str
    keys: tuple[str, ...]
    shares: tuple[Share, ...]


def order(seed: str, key: str) -> str:
    """An item's place in its stratum: hex, ascending."""
    return hashlib.sha256(f"{seed}\n{key}".encode()).hexdigest()


def draw(items: Sequence[Item], count: int, seed: str) -> Sample:
    """`count` items, all where there are no more."""
    strata: dict[Stratum, list[str]] = defaultdict(list)
    for item in items:
        strata[item.stratum].append(item.key)
    names = sorted(strata)
    drawn = _shared({name: len(strata[name]) for name in names}, min(count, len(items)), seed)
    keys = [key for name in names for key in sorted(strata[name], key=lambda key: order(seed, key))[: drawn[name]]]
    return Sample(seed, tuple(keys), tuple(Share(name, len(strata[name]), drawn[name]) for name in names))


def _shared(sizes: dict[Stratum, int], count: int, seed: str) -> dict[Stratum, int]:
    """One for each while they last, the rest by largest remainder; equal remainders in the order of the seed."""
    total = sum(sizes.values())
    if not total:
        return {}
    turn = {name: order(seed, f"{name[0]} {int(name[1])}") for name in sizes}
    quota = {name: count * size / total for name, size in sizes.items()}
    ranked = sorted(sizes, key=lambda name: (-quota[name], turn[name]))
    drawn = {name: int(count >= len(sizes) or place < count) for place, name in enumerate(ranked)}
    while sum(drawn.values()) < count:
        open_ = [name for name in sizes if drawn[name] < sizes[name]]
        drawn[min(open_, key=lambda name: (drawn[name] - quota[name], turn[name]))] += 1
    return drawn

"""What was destroyed, as the log itself tells: each `erased` leaf names the entry whose facts went, and that its kind.

```
leaves of [since, until), found by halving → erased: kind of the entry named · destroyed: its own facts
```
It reads what cannot be changed unseen, so a ledger made of it needs no trust in whoever prints it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from attest.leaf import ERASED, Entry, entry_of
from attest.log import ReceiptLog

DESTROYED = "destroyed"  # things that lie outside the log went: which and how many
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Erasure:
    """Something destroyed: when, the kind of leaf or thing, how many, and the leaf that says so."""

    at: datetime
    what: str
    count: int
    leaf: int


async def erasures(log: ReceiptLog, tenant: str, since: datetime, until: datetime) -> Sequence[Erasure]:
    """Everything destroyed in [since, until), oldest first.

    Raises:
        LogCorruptError: a leaf or its facts are not in their encoding.
    """
    found: list[Erasure] = []
    at = await _first(log, tenant, since)
    while leaves := await log.leaves(tenant, at, at + _BATCH):
        details = await log.details(tenant, at, at + len(leaves))
        for number, (leaf, detail) in enumerate(zip(leaves, details, strict=True), at):
            entry = entry_of(number, leaf, detail)
            if entry.at >= until:
                return found
            found += await _told(log, tenant, entry)
        at += len(leaves)
    return found


async def _told(log: ReceiptLog, tenant: str, entry: Entry) -> list[Erasure]:
    fields = entry.fields or {}
    if entry.kind == DESTROYED:
        counts = {what: count for what, count in fields.items() if isinstance(count, int)}
        return [Erasure(entry.at, what, count, entry.index) for what, count in sorted(counts.items())]
    target = fields.get("index")
    if entry.kind != ERASED or not isinstance(target, int):
        return []
    gone = await log.get(tenant, target)
    return [] if gone is None else [Erasure(entry.at, gone.kind, 1, entry.index)]


async def _first(log: ReceiptLog, tenant: str, since: datetime) -> int:
    """The place of the first leaf at or after that instant, the log's size where there is none."""
    point = await log.checkpoint(tenant)
    low, high = 0, 0 if point is None else point.size
    while low < high:
        middle = (low + high) // 2
        entry = await log.get(tenant, middle)
        if entry is not None and entry.at < since:
            low = middle + 1
        else:
            high = middle
    return low

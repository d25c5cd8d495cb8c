"""Recomputing a whole log: any single insert, delete, alteration or reordering is found, and where.

It trusts the institution's public log key and nothing in the database. Destroyed facts are no fault. A log set back
as a whole looks like a younger log: only a checkpoint kept elsewhere (`known`) shows it. The signatures on the
heads before the last are read only to tell where a consistent rewriting began.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import redis.asyncio

from attest import checkpoint, merkle
from attest.checkpoint import Checkpoint
from attest.crypto import PublicKeys, key_name
from attest.errors import LogCorruptError
from attest.leaf import entry_of
from attest.merkle import Edge, Node

_HEAD_BYTES = 32 + 4 + 64  # root, key id, signature


@dataclass(frozen=True, slots=True)
class LogReport:
    """Whether a log of `size` leaves is whole. `first_bad_index` is None where no single leaf can be named."""

    size: int
    ok: bool
    first_bad_index: int | None = None
    reason: str = ""


class LogAudit:
    """One check of one institution's log; `key` names its parts in the database, `batch` leaves are read at once."""

    def __init__(
        self,
        database: redis.asyncio.Redis,
        tenant: str,
        key: Callable[[str], str],
        public_keys: PublicKeys,
        *,
        batch: int = 2_000,
    ) -> None:
        self._database = database
        self._tenant = tenant
        self._key = key
        self._keys = public_keys
        self._batch_size = batch

    async def check(self, known: Sequence[str] = ()) -> LogReport:
        """The report on the log as it stood when the check began; each of `known` must be a beginning of it."""
        start = await self._start()
        try:
            outside = [self._outside(note) for note in known]
            last = checkpoint.parse(start.note.decode("utf-8", "replace")) if start.note else None
        except LogCorruptError as error:
            return LogReport(start.records, False, None, str(error))
        walk = _Walk({point.size: point.root for point in outside})
        report = await self._walk(start, walk)
        report = report or await self._end(start, last, walk.edge)
        report = report or await self._callers_keys(start)
        longest = max((point.size for point in outside), default=0)
        if report is None and longest > start.records:
            report = LogReport(start.records, False, start.records, f"a checkpoint of {longest} leaves is known")
        return report or LogReport(start.records, True)

    async def _start(self) -> _Start:
        async with self._database.pipeline(transaction=True) as pipe:
            pipe.llen(self._key("records"))
            pipe.llen(self._key("heads"))
            pipe.hlen(self._key("keys"))
            pipe.get(self._key("checkpoint"))
            pipe.get(self._key("state"))
            return _Start(*await pipe.execute())

    async def _walk(self, start: _Start, walk: _Walk) -> LogReport | None:
        end = max(start.records, start.heads)
        for at in range(0, end, self._batch_size):
            rows = await self._batch(at, min(at + self._batch_size, end))
            report = await asyncio.to_thread(walk.take, rows) or await self._compare_nodes(walk)
            if report is not None:
                return report
        return None

    async def _batch(self, at: int, end: int) -> list[_Row]:
        async with self._database.pipeline(transaction=True) as pipe:
            pipe.lrange(self._key("records"), at, end - 1)
            pipe.lrange(self._key("heads"), at, end - 1)
            pipe.hmget(self._key("details"), [str(index) for index in range(at, end)])
            leaves, heads, details = await pipe.execute()
        pad: list[None] = [None] * (end - at)
        return [_Row(at + n, (leaves + pad)[n], (heads + pad)[n], details[n]) for n in range(end - at)]

    async def _compare_nodes(self, walk: _Walk) -> LogReport | None:
        """The stored subtrees, from which proofs are made, against the recomputed ones."""
        fresh, walk.fresh = walk.fresh, {}
        async with self._database.pipeline(transaction=False) as pipe:
            for level, nodes in fresh.items():
                first = nodes[0][0].index
                pipe.getrange(self._key(f"nodes:{level}"), 32 * first, 32 * (first + len(nodes)) - 1)
            stored = await pipe.execute()
        for nodes, data in zip(fresh.values(), stored, strict=True):
            for number, (node, hashed) in enumerate(nodes):
                if data[32 * number : 32 * number + 32] != hashed:
                    at = node.index << node.level
                    return LogReport(walk.edge.size, False, at, "a stored subtree differs from its leaves")
        return None

    async def _end(self, start: _Start, last: Checkpoint | None, edge: Edge) -> LogReport | None:
        """The rebuilt tree against the last signed head."""
        size = edge.size
        if last is None:
            return LogReport(size, False, 0, "leaves without a checkpoint") if size else None
        if last.size != size:
            found = await self._first_unsigned(size)
            first = min(size, last.size) if found is None else found
            return LogReport(size, False, first, f"{size} leaves, but {last.size} were signed")
        if last.root != edge.root() or not checkpoint.is_signed(last, self._tenant, self._keys):
            return LogReport(size, False, await self._first_unsigned(size), "leaves differ from what was signed")
        if start.state != size.to_bytes(8, "big") + b"".join(edge.peaks):
            return LogReport(size, False, None, "the stored edge of the tree differs from its leaves")
        return None

    async def _first_unsigned(self, size: int) -> int | None:
        """The first leaf whose head the log key never signed: where a consistent rewriting began."""
        for at in range(0, size, self._batch_size):
            rows = await self._batch(at, min(at + self._batch_size, size))
            found = await asyncio.to_thread(self._unsigned, rows)
            if found is not None:
                return found
        return None

    def _unsigned(self, rows: list[_Row]) -> int | None:
        for row in rows:
            head = row.head or b""
            point = Checkpoint(key_name(self._tenant), row.index + 1, head[:32], head[32:36], head[36:])
            if not checkpoint.is_signed(point, self._tenant, self._keys):
                return row.index
        return None

    async def _callers_keys(self, start: _Start) -> LogReport | None:
        """Each leaf has one caller's key; without it the same request would be logged twice."""
        if start.keys == start.records:
            return None
        values = await self._database.hvals(self._key("keys"))
        odd = {int(value) for value in values} ^ set(range(start.records))
        return LogReport(start.records, False, min(odd, default=None), "the callers' keys do not match the leaves")

    def _outside(self, note: str) -> Checkpoint:
        point = checkpoint.parse(note)
        if not checkpoint.is_signed(point, self._tenant, self._keys):
            raise LogCorruptError("a known checkpoint is not signed by this log's key")
        return point


@dataclass(frozen=True, slots=True)
class _Start:
    """How much of everything there was, read at one instant."""

    records: int
    heads: int
    keys: int
    note: bytes | None
    state: bytes | None


@dataclass(frozen=True, slots=True)
class _Row:
    index: int
    leaf: bytes | None
    head: bytes | None
    detail: bytes | None


@dataclass(slots=True)
class _Walk:
    """The tree rebuilt so far; `expected` roots by size, from outside; `fresh` nodes by level, not yet compared."""

    expected: dict[int, bytes]
    edge: Edge = field(default_factory=lambda: Edge(0, []))
    fresh: dict[int, list[tuple[Node, bytes]]] = field(default_factory=dict)

    def take(self, rows: list[_Row]) -> LogReport | None:
        """Grows the tree by these rows, up to the first fault."""
        for row in rows:
            if reason := self._fault(row):
                return LogReport(row.index, False, row.index, reason)
        return None

    def _fault(self, row: _Row) -> str:
        if row.leaf is None:
            return "a leaf is missing"
        if row.head is None or len(row.head) != _HEAD_BYTES:
            return "a leaf has no signed head"
        for node, hashed in self.edge.append(merkle.leaf_hash(row.leaf)):
            self.fresh.setdefault(node.level, []).append((node, hashed))
        root = self.edge.root()
        if root != row.head[:32]:
            return "the leaf is not the one that was logged here"
        if self.expected.get(self.edge.size, root) != root:
            return "a checkpoint kept outside differs"
        try:
            entry_of(row.index, row.leaf, row.detail)
        except LogCorruptError as error:
            return str(error)
        return ""

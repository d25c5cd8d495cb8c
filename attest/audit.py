"""Recomputing a whole log: any single insert, delete, alteration or reordering is found, and where.

It trusts the institution's public log key and nothing in the database: every leaf is hashed up to a head whose
signature is checked, one for each whole block of old leaves, each of them for the newest ones (and for a block that
does not fit, so that the first bad leaf is named). Missing facts are a fault unless a leaf says that the house
destroyed them. What it can't see: a log set back as a whole looks like a younger log (only a checkpoint
kept elsewhere, `known`, shows it); a caller's key exchanged in the head and in the index of keys alike, for no
signature covers it; and, in old blocks, a head inside the block, on which nothing rests.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import cast

import redis.asyncio
import redis.exceptions

from attest import checkpoint, merkle
from attest.checkpoint import Checkpoint
from attest.crypto import PublicKeys, key_name
from attest.errors import LogCorruptError
from attest.leaf import ERASED, Entry, entry_of, erasure_digest
from attest.merkle import Edge, Node
from attest.sweep import BLOCK, Block, swept

_SIGNED = 32 + 4 + 64  # root, key id, signature
_HEAD_BYTES = _SIGNED + 16  # and the digest of the caller's key
_LEVELS = 48  # of subtrees, more than a log can have


@dataclass(frozen=True, slots=True)
class LogReport:
    """Whether a log of `size` leaves is whole. `first_bad_index` is None where no single leaf can be named.

    `known` is the size of a larger signed tree that is known, 0 where there is none: the log was set back.
    """

    size: int
    ok: bool
    first_bad_index: int | None = None
    reason: str = ""
    known: int = 0


class LogAudit:
    """One check of one institution's log; `key` names its parts in the database, `batch` leaves are read at once.

    The signatures of the newest `careful` heads are all checked, before them one in `block`, a power of two.
    """

    def __init__(
        self,
        database: redis.asyncio.Redis,
        tenant: str,
        key: Callable[[str], str],
        public_keys: PublicKeys,
        *,
        batch: int = 2_000,
        careful: int = 4_096,
        block: int = BLOCK,
    ) -> None:
        self._database = database
        self._tenant = tenant
        self._key = key
        self._keys = public_keys
        self._batch_size = batch
        self._careful = careful
        self._block = block

    async def check(self, known: Sequence[str] = ()) -> LogReport:
        """The report on the log as it stood when the check began; each of `known` must be a beginning of it."""
        try:
            return await self._check(known)
        except redis.exceptions.ResponseError as error:
            if "WRONGTYPE" not in str(error):  # a pipeline says more around it
                raise
            return LogReport(0, False, 0, "a part of the log has been replaced")

    async def _check(self, known: Sequence[str]) -> LogReport:
        start = await self._start()
        try:
            outside = [self._outside(note) for note in known]
            last = checkpoint.parse(start.note.decode("utf-8", "replace")) if start.note else None
        except LogCorruptError as error:
            return LogReport(start.records, False, max(start.records - 1, 0), str(error))
        walk = _Walk({point.size: point.root for point in outside}, self._is_signed)
        report = await self._walk(start, walk)
        report = report or self._end(start, last, walk)
        report = report or await self._facts(start, walk)
        report = report or await self._callers_keys(start, walk)
        longest = max((point.size for point in outside), default=0)
        if report is None and longest > start.records:
            reason = f"a checkpoint of {longest} leaves is known"
            report = LogReport(start.records, False, start.records, reason, longest)
        return report or LogReport(start.records, True)

    async def _start(self) -> _Start:
        async with self._database.pipeline(transaction=True) as pipe:
            pipe.llen(self._key("records"))
            pipe.llen(self._key("heads"))
            pipe.hlen(self._key("details"))
            pipe.hlen(self._key("keys"))
            pipe.get(self._key("checkpoint"))
            pipe.get(self._key("state"))
            for level in range(_LEVELS):
                pipe.strlen(self._key(f"nodes:{level}"))
            records, heads, details, keys, note, state, *nodes = await pipe.execute()
        return _Start(records, heads, details, keys, note, state, nodes)

    async def _walk(self, start: _Start, walk: _Walk) -> LogReport | None:
        end, at = max(start.records, start.heads), 0
        while at < end:
            if at + self._block <= min(start.records, start.heads) - self._careful and await self._sweep(at, walk):
                at += self._block
                continue
            last = min(at + self._batch_size, end, (at // self._block + 1) * self._block)
            rows = await self._batch(at, last)
            report = await asyncio.to_thread(walk.take, rows) or await self._compare_nodes(walk)
            if report is not None:
                return report
            await self._compare_keys(walk, at, [row.head for row in rows if row.head])
            at = last
        return None

    async def _sweep(self, at: int, walk: _Walk) -> bool:
        """Whether the whole block at `at` is the one that was logged, by one signature; if unsure, nothing is taken."""
        if walk.edge.size != at or any(at < size < at + self._block for size in walk.expected):
            return False
        rows = await self._batch(at, at + self._block)
        if any(row.leaf is None or row.head is None or len(row.head) != _HEAD_BYTES for row in rows):
            return False
        leaves, heads = [row.leaf or b"" for row in rows], [row.head or b"" for row in rows]
        block = await asyncio.to_thread(swept, walk.edge, leaves, [row.detail for row in rows])
        root = block.edge.root() if block else b""
        outside = walk.expected.get(at + self._block, root)
        if block is None or not (
            root == heads[-1][:32] == outside and self._is_signed(at + self._block - 1, heads[-1])
        ):
            return False
        marks = [entry_of(number, leaves[number - at], rows[number - at].detail) for number in block.marks]
        if not await self._has_nodes(at, block):
            return False
        walk.accept(block, heads[-1], marks)
        await self._compare_keys(walk, at, heads)
        return True

    async def _has_nodes(self, at: int, block: Block) -> bool:
        async with self._database.pipeline(transaction=False) as pipe:
            for level, hashes in enumerate(block.levels):
                first = at >> level if level <= self._block.bit_length() - 1 else (at + self._block >> level) - 1
                pipe.getrange(self._key(f"nodes:{level}"), 32 * first, 32 * first + len(hashes) - 1)
            return tuple(await pipe.execute()) == block.levels

    async def _compare_keys(self, walk: _Walk, at: int, heads: list[bytes]) -> None:
        names = [head[_SIGNED:] for head in heads]
        found = await cast(Awaitable[list[bytes | None]], self._database.hmget(self._key("keys"), names))
        walk.odd = walk.odd or found != [b"%d" % index for index in range(at, at + len(names))]

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

    def _end(self, start: _Start, last: Checkpoint | None, walk: _Walk) -> LogReport | None:
        """The rebuilt tree against the last signed head."""
        edge, size = walk.edge, walk.edge.size
        if last is None:
            return LogReport(size, False, 0, "leaves without a checkpoint") if size else self._strays(start)
        if last.size != size:
            return LogReport(size, False, min(size, last.size), f"{size} leaves, but {last.size} were signed")
        final = LogReport(size, False, max(size - 1, 0))
        if last.root + last.kid + last.signature != walk.head or last.origin != key_name(self._tenant):
            return replace(final, reason="the last checkpoint is not the last head")
        if start.state != size.to_bytes(8, "big") + b"".join(edge.peaks):
            return replace(final, reason="the stored edge of the tree differs from its leaves")
        return self._strays(start)

    def _strays(self, start: _Start) -> LogReport | None:
        size = start.records
        if start.nodes != [(size >> level) * 32 for level in range(_LEVELS)]:
            return LogReport(size, False, size, "there are subtrees that no leaf has")
        if size == 0 and start.state is not None:
            return LogReport(0, False, 0, "an edge without leaves")
        return None

    async def _facts(self, start: _Start, walk: _Walk) -> LogReport | None:
        """Each leaf has its facts, or a leaf that says that they were destroyed, never both."""
        size = start.records
        unmarked = [index for index in walk.missing if erasure_digest(index) not in walk.marks]
        if unmarked:
            late = await self._late_marks(size)
            unmarked = [index for index in unmarked if erasure_digest(index) not in late]
        if unmarked:
            return LogReport(size, False, unmarked[0], "the facts are gone, and no leaf says that they were destroyed")
        missing = set(walk.missing)
        back = [index for index in walk.erased if index not in missing]
        if back:
            return LogReport(size, False, min(back), "destroyed facts are back")
        if start.details != size - len(set(walk.erased)):
            return LogReport(size, False, size, "there are facts that no leaf has")
        return None

    async def _late_marks(self, size: int) -> set[bytes]:
        """The marks that were appended while we read; the next check judges what came."""
        leaves = await cast(Awaitable[list[bytes]], self._database.lrange(self._key("records"), size, -1))
        entries = []
        for number, leaf in enumerate(leaves):
            with suppress(LogCorruptError):
                entries.append(entry_of(size + number, leaf, None))
        return {entry.digest for entry in entries if entry.kind == ERASED}

    async def _callers_keys(self, start: _Start, walk: _Walk) -> LogReport | None:
        """Each leaf has its caller's key, and each key its leaf: else the same request would be logged twice."""
        if not walk.odd and start.keys == start.records:
            return None
        stored = await cast(Awaitable[dict[bytes, bytes]], self._database.hgetall(self._key("keys")))
        odd: list[int] = []
        for at in range(0, start.records, self._batch_size):
            rows = await self._batch(at, min(at + self._batch_size, start.records))
            odd += [row.index for row in rows if stored.pop((row.head or b"")[_SIGNED:], b"") != b"%d" % row.index]
        odd += [index for index in map(_index, stored.values()) if 0 <= index < start.records]
        first = min(odd, default=start.records)
        return LogReport(start.records, False, first, "the callers' keys do not match the leaves")

    def _is_signed(self, index: int, head: bytes) -> bool:
        point = Checkpoint(key_name(self._tenant), index + 1, head[:32], head[32:36], head[36:_SIGNED])
        return checkpoint.is_signed(point, self._tenant, self._keys)

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
    details: int
    keys: int
    note: bytes | None
    state: bytes | None
    nodes: list[int]


@dataclass(frozen=True, slots=True)
class _Row:
    index: int
    leaf: bytes | None
    head: bytes | None
    detail: bytes | None


@dataclass(slots=True)
class _Walk:
    """The tree rebuilt so far; `expected` roots by size, from outside; `fresh` nodes by level, not yet compared.

    `head` is the last one, `odd` whether a caller's key did not fit; `missing` are the leaves without facts, and
    `marks` the digests of the leaves that say why.
    """

    expected: dict[int, bytes]
    is_signed: Callable[[int, bytes], bool]
    edge: Edge = field(default_factory=lambda: Edge(0, []))
    fresh: dict[int, list[tuple[Node, bytes]]] = field(default_factory=dict)
    head: bytes = b""
    missing: list[int] = field(default_factory=list)
    marks: set[bytes] = field(default_factory=set)
    erased: list[int] = field(default_factory=list)
    odd: bool = False

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
        if not self.is_signed(row.index, row.head):
            return "the head after this leaf is not signed by this log's key"
        try:
            entry = entry_of(row.index, row.leaf, row.detail)
        except LogCorruptError as error:
            return str(error)
        self._note(entry, row.head)
        return ""

    def _note(self, entry: Entry, head: bytes) -> None:
        self.head = head[:_SIGNED]
        if entry.fields is None:
            self.missing.append(entry.index)
        self._tell(entry)

    def accept(self, block: Block, head: bytes, marks: list[Entry]) -> None:
        """Takes a block that is known to be right."""
        self.edge, self.head = block.edge, head[:_SIGNED]
        self.missing += block.missing
        for entry in marks:
            self._tell(entry)

    def _tell(self, entry: Entry) -> None:
        if entry.kind == ERASED:
            self.marks.add(entry.digest)
            target = (entry.fields or {}).get("index")
            if isinstance(target, int):
                self.erased.append(target)


def _index(value: bytes) -> int:
    return int(value) if value.isdigit() and len(value) < 16 else -1

"""The receipt log: an RFC 6962 tree of each institution's changes of state, kept in Redis, signed at every step.

```
append: tip (edge + last checkpoint, compared) → leaf → new nodes, root, checkpoint → one script: all or nothing
```
A leaf holds a salted hash, never the facts: the facts and their salt lie beside it and can be destroyed on their
date while every old proof still verifies. It refuses to sign on top of a tree that differs from the last one it
signed. What it can't see alone is a whole log set back to an earlier state: hand `check` a checkpoint kept outside.

Redis, per institution: `records` leaves · `heads` root, key id, signature, caller's key after each · `nodes:<level>`
whole subtrees · `details` salts and facts · `keys` the callers' keys · `state` the edge · `checkpoint` the signed note.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import cast

import redis.asyncio

from attest import canonical, checkpoint, merkle
from attest.audit import LogAudit, LogReport
from attest.checkpoint import Checkpoint
from attest.crypto import KeyStore
from attest.errors import LogBusyError, LogCorruptError
from attest.leaf import ERASED, ERASURE_SALT, Entry, Fields, entry_of, erasure_fields, leaf_bytes, pack_detail
from attest.merkle import Edge, Node

_TRIES = 100
_APPEND = """
local seen = redis.call('HGET', KEYS[4], ARGV[5])
if seen then
  if ARGV[8] ~= '' then redis.call('HDEL', KEYS[3], ARGV[8]) end
  return {'seen', seen}
end
if redis.call('LLEN', KEYS[1]) ~= tonumber(ARGV[1]) then return {'taken', ARGV[1]} end
redis.call('RPUSH', KEYS[1], ARGV[2])
redis.call('RPUSH', KEYS[2], ARGV[3])
redis.call('HSET', KEYS[3], ARGV[1], ARGV[4])
redis.call('HSET', KEYS[4], ARGV[5], ARGV[1])
redis.call('SET', KEYS[5], ARGV[6])
redis.call('SET', KEYS[6], ARGV[7])
if ARGV[8] ~= '' then redis.call('HDEL', KEYS[3], ARGV[8]) end
for i = 9, #ARGV do redis.call('APPEND', KEYS[i - 2], ARGV[i]) end
return {'added', ARGV[1]}
"""


@dataclass(frozen=True, slots=True)
class Tip:
    """The log as it stands: the edge on which the next leaf goes."""

    edge: Edge

    @property
    def size(self) -> int:
        """The number of leaves, and so the next leaf's index."""
        return self.edge.size


@dataclass(frozen=True, slots=True)
class Proof:
    """That a leaf is in the log of a checkpoint: the hashes on the way from the leaf to the root."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: Checkpoint

    def holds(self, leaf: bytes) -> bool:
        """Whether this proves `leaf`; the checkpoint's signature is another question."""
        point = self.checkpoint
        return merkle.included(merkle.leaf_hash(leaf), self.index, point.size, self.hashes, point.root)


class ReceiptLog:
    """The receipt logs of all institutions on one Redis. Each method reads or writes one institution's."""

    def __init__(self, database: redis.asyncio.Redis, signer: KeyStore, now: Callable[[], datetime]) -> None:
        self._database = database
        self._signer = signer
        self._now = now
        self._script = database.register_script(_APPEND)
        self._turns: dict[str, asyncio.Lock] = {}

    async def append(self, tenant: str, kind: str, fields: Fields, key: str) -> Entry:
        """The entry of this change of state, durable; the same `key` gives the very same entry.

        Raises:
            LogBusyError: others were faster a hundred times.
            LogCorruptError: the stored log is not the one last signed.
        """
        return await self._append(tenant, kind, fields, key, secrets.token_bytes(16))

    async def _append(
        self, tenant: str, kind: str, fields: Fields, key: str, salt: bytes, erased: int | None = None
    ) -> Entry:
        async with self.turn(tenant):
            for _ in range(_TRIES):
                tip = await self.tip(tenant)
                entry = await self.append_at(tenant, tip, kind, fields, key, salt=salt, erased=erased)
                if entry is not None:
                    return entry
        raise LogBusyError(f"no free place in {_TRIES} tries")

    def turn(self, tenant: str) -> asyncio.Lock:
        """The line in which this process's writers wait; other processes are held off by the script."""
        return self._turns.setdefault(tenant, asyncio.Lock())

    async def append_at(
        self, tenant: str, tip: Tip, kind: str, fields: Fields, key: str, *, salt: bytes, erased: int | None = None
    ) -> Entry | None:
        """As `append`, at the index `tip.size` only; None when that place has been taken.

        The facts of the entry `erased` go in the same step.
        """
        now = self._now()
        fresh = await asyncio.to_thread(self._grow, tenant, tip, kind, fields, salt, now)
        names = ["records", "heads", "details", "keys", "state", "checkpoint"]
        outcome, place = await self._script(
            keys=[self._key(tenant, name) for name in names + [f"nodes:{node.level}" for node, _ in fresh.nodes]],
            args=[tip.size, fresh.leaf, fresh.head + _digest_key(key), fresh.detail, _digest_key(key), fresh.state,
                  fresh.note, "" if erased is None else erased, *(hashed for _, hashed in fresh.nodes)],
        )  # fmt: skip
        if outcome == b"taken":
            return None
        index = int(place)
        if outcome == b"added":
            return entry_of(index, fresh.leaf, fresh.detail)
        found = await self.get(tenant, index)
        if found is None:
            raise LogCorruptError(f"entry {index} is missing")
        return found

    async def find(self, tenant: str, key: str) -> Entry | None:
        """The entry appended under the caller's `key`."""
        index = await cast(Awaitable[bytes | None], self._database.hget(self._key(tenant, "keys"), _digest_key(key)))
        return None if index is None else await self.get(tenant, int(index))

    async def get(self, tenant: str, index: int) -> Entry | None:
        """The entry at `index`; None beyond the end.

        Raises:
            LogCorruptError: the leaf or its facts are not in their encoding.
        """
        if index < 0:
            return None
        async with self._database.pipeline(transaction=True) as pipe:
            pipe.lindex(self._key(tenant, "records"), index)
            pipe.hget(self._key(tenant, "details"), str(index))
            leaf, detail = await pipe.execute()
        return None if leaf is None else entry_of(index, leaf, detail)

    async def forget(self, tenant: str, index: int) -> None:
        """Destroys the facts and the salt of an entry; its leaf and all proofs stay, and a leaf says that it was done.

        Raises:
            IndexError: there is no such entry, or it is itself the mark of an erasure.
        """
        entry = await self.get(tenant, index)
        if entry is None or entry.kind == ERASED:
            raise IndexError(f"no entry {index} whose facts could go")
        await self._append(tenant, ERASED, erasure_fields(index), f"erased:{index}", ERASURE_SALT, index)

    async def tip(self, tenant: str) -> Tip:
        """Where the next leaf goes.

        Raises:
            LogCorruptError: the stored edge is not the tree of the last signed checkpoint.
        """
        stored = await self._database.mget(self._key(tenant, "state"), self._key(tenant, "checkpoint"))
        state, note = cast(list[bytes | None], stored)
        if state is None and note is None:
            return Tip(Edge(0, []))
        edge, last = _edge(state or b""), checkpoint.parse((note or b"").decode("utf-8", "replace"))
        if (edge.size, edge.root()) != (last.size, last.root):
            raise LogCorruptError(f"the tree of {edge.size} leaves is not the signed one of {last.size}")
        if not checkpoint.is_signed(last, tenant, self._signer.public_keys(tenant)):
            raise LogCorruptError("the last checkpoint is not signed by this log's key")
        return Tip(edge)

    async def checkpoint(self, tenant: str) -> Checkpoint | None:
        """The last signed head; None for a log that has not begun."""
        note = cast(bytes | None, await self._database.get(self._key(tenant, "checkpoint")))
        return None if note is None else checkpoint.parse(note.decode("utf-8", "replace"))

    async def proof(self, tenant: str, index: int) -> Proof:
        """The proof that the leaf at `index` is in the log as last signed.

        Raises:
            IndexError: there is no such leaf.
        """
        last = await self.checkpoint(tenant)
        if last is None or not 0 <= index < last.size:
            raise IndexError(f"no leaf {index}")
        return Proof(index, await self._hashes(tenant, merkle.inclusion_spans(index, last.size)), last)

    async def consistency(self, tenant: str, old: int) -> tuple[bytes, ...]:
        """The hashes that show the log of `old` leaves to be the beginning of the log as last signed.

        Raises:
            IndexError: the log never had so many leaves.
        """
        last = await self.checkpoint(tenant)
        if last is None or not 0 < old <= last.size:
            raise IndexError(f"no tree of {old} leaves")
        return await self._hashes(tenant, merkle.consistency_spans(old, last.size))

    async def check(self, tenant: str, known: Sequence[str] = ()) -> LogReport:
        """The report on the whole log, recomputed; `known` are checkpoints (signed notes) kept outside.

        Any single insert, delete, alteration or reordering is found, and the first bad index named.
        """
        keys = self._signer.public_keys(tenant)
        return await LogAudit(self._database, tenant, partial(self._key, tenant), keys).check(known)

    async def _hashes(self, tenant: str, spans: Sequence[merkle.Span]) -> tuple[bytes, ...]:
        nodes = list(dict.fromkeys(node for span in spans for node in merkle.nodes_of(span)))
        async with self._database.pipeline(transaction=False) as pipe:
            for node in nodes:
                pipe.getrange(self._key(tenant, f"nodes:{node.level}"), node.index * 32, node.index * 32 + 31)
            stored = dict(zip(nodes, await pipe.execute(), strict=True))
        return tuple(merkle.hash_of(span, stored) for span in spans)

    def _grow(self, tenant: str, tip: Tip, kind: str, fields: Fields, salt: bytes, now: datetime) -> _Growth:
        packed = canonical.dumps(dict(fields))
        leaf = leaf_bytes(kind, now, salt, packed)
        edge = Edge(tip.size, list(tip.edge.peaks))
        nodes = tuple(edge.append(merkle.leaf_hash(leaf)))
        head = checkpoint.sign(self._signer.log_key(tenant, now), edge.size, edge.root())
        return _Growth(
            leaf, head.root + head.kid + head.signature, pack_detail(salt, packed),
            edge.size.to_bytes(8, "big") + b"".join(edge.peaks), head.note, nodes,
        )  # fmt: skip

    def _key(self, tenant: str, name: str) -> str:
        return f"dobi:{{{tenant}}}:log:{name}"


@dataclass(frozen=True, slots=True)
class _Growth:
    """All that one append writes."""

    leaf: bytes
    head: bytes
    detail: bytes
    state: bytes
    note: str
    nodes: tuple[tuple[Node, bytes], ...]


def _edge(state: bytes) -> Edge:
    size = int.from_bytes(state[:8], "big")
    if len(state) != 8 + 32 * size.bit_count():
        raise LogCorruptError("the stored edge of the tree is damaged")
    return Edge(size, [state[at : at + 32] for at in range(8, len(state), 32)])


def _digest_key(key: str) -> bytes:
    # a caller's key may name a person or a message
    return hashlib.sha256(key.encode()).digest()[:16]

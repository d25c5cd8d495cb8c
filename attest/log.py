"""The receipt log: an RFC 6962 tree of each institution's changes of state, kept in Redis, signed at every step.

```
append: tip (edge + last checkpoint, compared) → leaf → new nodes, root, checkpoint → one script: all or nothing
```
A leaf holds a salted hash, never the facts: the facts and their salt lie beside it and can be destroyed on their
date while every old proof still verifies. It refuses to sign on top of a tree that differs from the last one it
signed, and where a larger or another tree of its own is known, here (`know`) or outside (`outside`): a log set back to
an earlier state is not written on. A log set back of which nothing is known anywhere looks like a younger log.

Redis, per institution: `records` leaves · `heads` root, key id, signature, caller's key after each · `nodes:<level>`
whole subtrees · `details` salts and facts · `keys` the callers' keys, hashed · `state` the edge · `checkpoint` the
signed note · `known` the largest one that came back from outside.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol, cast

import redis.asyncio

from attest import canonical, checkpoint, merkle
from attest.appending import APPEND
from attest.audit import LogAudit, LogReport
from attest.checkpoint import Checkpoint
from attest.crypto import KeyStore
from attest.errors import LogBehindError, LogBusyError, LogCorruptError, MarkTakenError
from attest.leaf import ERASED, Entry, Fields, entry_of, erasure_fields, leaf_bytes, pack_detail
from attest.merkle import Edge, Node

_TRIES = 100
PUBLIC_SALT = bytes(16)
# what these say is public: with a salt that all know, whoever has the leaves alone finds when a key was revoked
_PUBLIC_KINDS = frozenset({"key_added", "key_revoked", ERASED})


@dataclass(frozen=True, slots=True)
class Mark:
    """A field of a hash of Redis that is set together with a leaf, or neither is; once set it stays."""

    key: str
    field: str
    value: bytes


class Outside(Protocol):
    """Checkpoints of a log that are kept elsewhere than in its database, and so survive its being set back."""

    def notes(self, tenant: str) -> Sequence[str]:
        """Signed notes of the institution's log, in any order; damaged ones may be among them."""


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

    def __init__(
        self,
        database: redis.asyncio.Redis,
        signer: KeyStore,
        now: Callable[[], datetime],
        outside: Outside | None = None,
    ) -> None:
        self._database = database
        self._signer = signer
        self._now = now
        self._script = database.register_script(APPEND)
        self._turns: dict[str, asyncio.Lock] = {}
        self._trusted: dict[str, Checkpoint] = {}
        self.outside = outside

    async def append(self, tenant: str, kind: str, fields: Fields, key: str, *marks: Mark) -> Entry:
        """The entry of this change of state, durable, and `marks` with it; the same `key` gives the very same entry.

        All marks are fields of one hash; all of them are set, or none and no leaf.

        Raises:
            LogBusyError: others were faster a hundred times.
            MarkTakenError: one of the marks says something else already; nothing was written.
            LogBehindError: a larger checkpoint of this log is known.
            LogCorruptError: the stored log is not the one last signed.
        """
        return await self._append(tenant, kind, fields, key, marks=marks)

    async def _append(
        self, tenant: str, kind: str, fields: Fields, key: str, *, erased: int | None = None, marks: Sequence[Mark] = ()
    ) -> Entry:
        salt = PUBLIC_SALT if kind in _PUBLIC_KINDS else secrets.token_bytes(16)
        async with self.turn(tenant):
            for _ in range(_TRIES):
                await self._refuse_marked(marks)
                tip = await self.tip(tenant)
                entry = await self.append_at(tenant, tip, kind, fields, key, salt=salt, erased=erased, marks=marks)
                if entry is not None:
                    return entry
        raise LogBusyError(f"no free place in {_TRIES} tries")

    async def _refuse_marked(self, marks: Sequence[Mark]) -> None:
        """Spares whoever came too late the work; the script decides."""
        if not marks:
            return
        fields: list[str] = [mark.field for mark in marks]
        found = cast(list[bytes | None], await self._database.hmget(marks[0].key, fields))
        for mark, stored in zip(marks, found, strict=True):
            if stored not in {None, mark.value}:
                raise MarkTakenError(mark.field, stored)

    def turn(self, tenant: str) -> asyncio.Lock:
        """The line in which this process's writers wait; other processes are held off by the script."""
        return self._turns.setdefault(tenant, asyncio.Lock())

    async def append_at(
        self, tenant: str, tip: Tip, kind: str, fields: Fields, key: str, *, salt: bytes, erased: int | None = None,
        marks: Sequence[Mark] = (),
    ) -> Entry | None:  # fmt: skip
        """As `append`, at the index `tip.size` only; None when that place has been taken.

        The facts of the entry `erased` go in the same step.
        """
        now = self._now()
        fresh = await asyncio.to_thread(self._grow, tenant, tip, kind, fields, salt, now)
        caller = await self._caller(tenant, key)
        names = ["records", "heads", "details", "keys", "state", "checkpoint"]
        marked = [part for mark in marks for part in (mark.field, mark.value)]
        outcome, place, field = await self._script(
            keys=[*(self._key(tenant, name) for name in names), marks[0].key if marks else self._key(tenant, "state"),
                  *(self._key(tenant, f"nodes:{node.level}") for node, _ in fresh.nodes)],
            args=[tip.size, fresh.leaf, fresh.head + caller, fresh.detail, caller, fresh.state, fresh.note,
                  "" if erased is None else erased, _before(key), len(marks), *marked,
                  *(hashed for _, hashed in fresh.nodes)],
        )  # fmt: skip
        if outcome == b"taken":
            return None
        if outcome == b"marked":
            raise MarkTakenError(field.decode(), place)
        index = int(place)
        if outcome == b"added":
            return entry_of(index, fresh.leaf, fresh.detail)
        found = await self.get(tenant, index)
        if found is None:
            raise LogCorruptError(f"entry {index} is missing")
        return found

    async def find(self, tenant: str, key: str) -> Entry | None:
        """The entry appended under the caller's `key`."""
        names = [await self._caller(tenant, key), _before(key)]
        found = await cast(Awaitable[list[bytes | None]], self._database.hmget(self._key(tenant, "keys"), names))
        index = found[0] or found[1]
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
        await self._append(tenant, ERASED, erasure_fields(index), f"erased:{index}", erased=index)

    async def tip(self, tenant: str) -> Tip:
        """Where the next leaf goes.

        Raises:
            LogBehindError: a larger checkpoint of this log is known, here or outside.
            LogCorruptError: the stored edge is not the tree of the last signed checkpoint.
        """
        outside = await asyncio.to_thread(self._outside, tenant)  # read first: whoever writes there lags behind us
        names = ("state", "checkpoint", "known")
        stored = await self._database.mget(*(self._key(tenant, name) for name in names))
        state, note, known = cast(list[bytes | None], stored)
        outside = self._largest(tenant, [known.decode("utf-8", "replace")] if known else [], outside)
        if state is None and note is None:
            if outside is not None:
                raise LogBehindError(0, outside.size)
            return Tip(Edge(0, []))
        edge, last = _edge(state or b""), checkpoint.parse((note or b"").decode("utf-8", "replace"))
        if (edge.size, edge.root()) != (last.size, last.root):
            raise LogCorruptError(f"the tree of {edge.size} leaves is not the signed one of {last.size}")
        if not checkpoint.is_signed(last, tenant, self._signer.public_keys(tenant)):
            raise LogCorruptError("the last checkpoint is not signed by this log's key")
        if outside is not None:
            await self._refuse_other(tenant, edge.size, outside)
        return Tip(edge)

    async def know(self, tenant: str, note: str) -> Checkpoint:
        """Remembers a checkpoint of this log that came back from outside; never again is less than it signed upon.

        Raises:
            LogCorruptError: not a checkpoint of this log, signed by its key.
        """
        point = checkpoint.parse(note)
        if not checkpoint.is_signed(point, tenant, self._signer.public_keys(tenant)):
            raise LogCorruptError("not a checkpoint that this log's key signed")
        old = cast(bytes | None, await self._database.get(self._key(tenant, "known")))
        if old is None or checkpoint.parse(old.decode("utf-8", "replace")).size < point.size:
            await self._database.set(self._key(tenant, "known"), point.note)
        return point

    async def known(self, tenant: str) -> tuple[str, ...]:
        """The signed notes against which this log is held: those of `know`, and those kept outside."""
        note = cast(bytes | None, await self._database.get(self._key(tenant, "known")))
        points = await asyncio.to_thread(self._signed_outside, tenant)
        return tuple(dict.fromkeys([*([note.decode("utf-8", "replace")] if note else []), *(p.note for p in points)]))

    async def grows_from(self, tenant: str, point: Checkpoint) -> bool:
        """Whether the log as last signed begins with the tree of that checkpoint; its signature is not looked at."""
        last = await self.checkpoint(tenant)
        if point.size == 0 or last is None or point.size > last.size:
            return point.size == 0 and point.root == merkle.EMPTY_ROOT
        proof = await self._hashes(tenant, merkle.consistency_spans(point.size, last.size))
        return merkle.consistent(point.size, point.root, last.size, last.root, proof)

    async def _refuse_other(self, tenant: str, size: int, outside: Checkpoint) -> None:
        if outside.size > size:
            raise LogBehindError(size, outside.size)
        if self._trusted.get(tenant) == outside:
            return
        if not await self.grows_from(tenant, outside):
            raise LogCorruptError(f"a checkpoint of {outside.size} leaves, kept outside, is of another tree")
        self._trusted[tenant] = outside

    def _outside(self, tenant: str) -> Checkpoint | None:
        return self._largest(tenant, [point.note for point in self._signed_outside(tenant)], None)

    def _signed_outside(self, tenant: str) -> Sequence[Checkpoint]:
        notes = self.outside.notes(tenant) if self.outside else ()
        return [point for note in notes if (point := self._own(tenant, note)) is not None]

    def _largest(self, tenant: str, notes: Sequence[str], other: Checkpoint | None) -> Checkpoint | None:
        found = [point for note in notes if (point := self._own(tenant, note)) is not None]
        return max([*found, *([other] if other else [])], key=lambda point: point.size, default=None)

    def _own(self, tenant: str, note: str) -> Checkpoint | None:
        """The checkpoint, where this log's key signed it; what it did not sign binds it to nothing."""
        if (trusted := self._trusted.get(tenant)) is not None and trusted.note == note:
            return trusted
        try:
            point = checkpoint.parse(note)
        except LogCorruptError:
            return None
        return point if checkpoint.is_signed(point, tenant, self._signer.public_keys(tenant)) else None

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

    async def leaves(self, tenant: str, start: int, end: int) -> list[bytes]:
        """The leaves [start, end) as they are hashed."""
        return await cast(Awaitable[list[bytes]], self._database.lrange(self._key(tenant, "records"), start, end - 1))

    async def details(self, tenant: str, start: int, end: int) -> list[bytes | None]:
        """Salts and facts of the leaves [start, end), packed; None where they were destroyed."""
        names = [str(index) for index in range(start, end)]
        return await cast(Awaitable[list[bytes | None]], self._database.hmget(self._key(tenant, "details"), names))

    async def nodes(self, tenant: str, level: int, start: int, count: int) -> bytes:
        """The hashes of the whole subtrees [start, start + count) of one level, one behind the other."""
        at = start * 32
        return cast(
            bytes, await self._database.getrange(self._key(tenant, f"nodes:{level}"), at, at + count * 32 - 1)
        )  # fmt: skip

    async def check(self, tenant: str, known: Sequence[str] = ()) -> LogReport:
        """The report on the whole log, recomputed; `known` are further checkpoints (signed notes) kept outside.

        Any single insert, delete, alteration or reordering is found, and the first bad index named.
        """
        keys = self._signer.public_keys(tenant)
        held = [*known, *await self.known(tenant)]
        return await LogAudit(self._database, tenant, partial(self._key, tenant), keys).check(held)

    async def _caller(self, tenant: str, key: str) -> bytes:
        """What stands for a caller's key, which may name a person: an HMAC under a secret that is not in Redis."""
        halves = (f"log caller {half}\0{key}" for half in (1, 2))
        return b"".join([await asyncio.to_thread(self._signer.pseudonym, tenant, half) for half in halves])

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


def _before(key: str) -> bytes:
    """A caller's key as it was named before 0.2: those logs are read on."""
    return hashlib.sha256(key.encode()).digest()[:16]

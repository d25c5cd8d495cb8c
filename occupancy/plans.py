"""What administrators change about a cafeteria's lunch rotation: drafts, changes, what was taken back, head counts.

    dobi:{tenant}:plans:<cafeteria>:drafts    hash, id → a change that waits for its yes
    dobi:{tenant}:plans:<cafeteria>:changes   hash, id → a change that was confirmed, never altered
    dobi:{tenant}:plans:<cafeteria>:undone    hash, id → who took it back, and when
    dobi:{tenant}:plans:<cafeteria>:office    hash, department → head count and whether it is fixed or public-facing
    dobi:{tenant}:plans:<cafeteria>:version   counts every write, so that readers know when to look again

Written before it is acknowledged; every call is safe to repeat with the same id. Who wrote is an opaque string.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any, Final, cast

from redis.asyncio import Redis

from occupancy import rearranged as kinds
from occupancy.reading import OccupancyError
from occupancy.rearranged import Change

MOST_CHANGES: Final = 400
_DRAFT_LIFE: Final = timedelta(days=1)
_KINDS: Final[Mapping[str, type[Any]]] = {
    one.__name__: one
    for one in (
        kinds.Closed, kinds.Monthly, kinds.Week, kinds.Held, kinds.Paused,
        kinds.Assigned, kinds.Renamed, kinds.Timed, kinds.Ordered,
    )
}  # fmt: skip


class TooManyChangesError(OccupancyError):
    """A cafeteria's record is full; what still stands belongs into the settings by now."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Changes that were decided in one breath; `undone_by` and `undone_at` where they were taken back."""

    id: str
    by: str
    at: datetime
    changes: tuple[Change, ...]
    undone_by: str = ""
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """What is told of a department: its people (None unknown), whether it stays in its group, whether it serves the
    public."""

    people: int | None = None
    fixed: bool = False
    public: bool = False


class PlanStore:
    """The changes of each institution's cafeterias."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis  # its stubs tell every decoding of an answer at once

    @staticmethod
    def _key(tenant: str, *parts: str) -> str:
        return ":".join((f"dobi:{{{tenant}}}:plans", *parts))

    async def version(self, tenant: str, cafeteria: str) -> int:
        """Grows with each write."""
        return int(await self._redis.get(self._key(tenant, cafeteria, "version")) or 0)

    async def draft(self, tenant: str, cafeteria: str, entry: Entry) -> None:
        """Keeps changes for a day until somebody says yes; older drafts go."""
        key = self._key(tenant, cafeteria, "drafts")
        old = [name for name, text in (await self._hash(key)).items() if entry.at - _entry(text).at > _DRAFT_LIFE]
        async with self._redis.pipeline(transaction=True) as pipe:
            if old:
                pipe.hdel(key, *old)
            pipe.hset(key, entry.id, _text(entry))
            await pipe.execute()

    async def drafted(self, tenant: str, cafeteria: str, draft: str, now: datetime) -> Entry | None:
        """The draft of that id while it is fresh."""
        found = await self._redis.hget(self._key(tenant, cafeteria, "drafts"), draft)
        entry = None if found is None else _entry(found)
        return entry if entry is not None and now - entry.at <= _DRAFT_LIFE else None

    async def drop(self, tenant: str, cafeteria: str, draft: str) -> None:
        """Forgets a draft; safe to repeat."""
        await self._redis.hdel(self._key(tenant, cafeteria, "drafts"), draft)

    async def add(self, tenant: str, cafeteria: str, entry: Entry) -> bool:
        """Writes changes for good; False when they were there already, untouched.

        Raises:
            TooManyChangesError: the record is full.
        """
        key = self._key(tenant, cafeteria, "changes")
        if await self._redis.hlen(key) >= MOST_CHANGES and not await self._redis.hexists(key, entry.id):
            raise TooManyChangesError(f"{MOST_CHANGES} changes")
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hsetnx(key, entry.id, _text(entry))
            pipe.incr(self._key(tenant, cafeteria, "version"))
            return bool((await pipe.execute())[0])

    async def undo(self, tenant: str, cafeteria: str, entry: str, by: str, now: datetime) -> bool:
        """Takes an entry back; False when it was taken back before, or never written."""
        if not await self._redis.hexists(self._key(tenant, cafeteria, "changes"), entry):
            return False
        async with self._redis.pipeline(transaction=True) as pipe:
            mark = json.dumps({"by": by, "at": now.isoformat()}, ensure_ascii=False)
            pipe.hsetnx(self._key(tenant, cafeteria, "undone"), entry, mark)
            pipe.incr(self._key(tenant, cafeteria, "version"))
            return bool((await pipe.execute())[0])

    async def entries(self, tenant: str, cafeteria: str) -> tuple[Entry, ...]:
        """Everything that was ever decided, oldest first, also what was taken back."""
        written = await self._hash(self._key(tenant, cafeteria, "changes"))
        undone = await self._hash(self._key(tenant, cafeteria, "undone"))
        found = [_entry(text, undone.get(name)) for name, text in written.items()]
        return tuple(sorted(found, key=lambda one: (one.at, one.id)))

    async def standing(self, tenant: str, cafeteria: str) -> tuple[Change, ...]:
        """The changes that stand, in the order in which they were decided."""
        entries = await self.entries(tenant, cafeteria)
        return tuple(change for entry in entries if entry.undone_at is None for change in entry.changes)

    async def put_desks(self, tenant: str, cafeteria: str, desks: Mapping[str, Desk]) -> None:
        """Writes what is told of departments; one without anything told is forgotten."""
        key = self._key(tenant, cafeteria, "office")
        async with self._redis.pipeline(transaction=True) as pipe:
            for name, desk in desks.items():
                if desk == Desk():
                    pipe.hdel(key, name)
                else:
                    pipe.hset(key, name, json.dumps(asdict(desk)))
            await pipe.execute()

    async def desks(self, tenant: str, cafeteria: str) -> dict[str, Desk]:
        """What is told of each department."""
        found = await self._hash(self._key(tenant, cafeteria, "office"))
        return {name: Desk(**json.loads(text)) for name, text in found.items()}

    async def _hash(self, key: str) -> dict[str, bytes]:
        found = await cast("Awaitable[dict[bytes, bytes]]", self._redis.hgetall(key))
        return {name.decode(): text for name, text in found.items()}


def _text(entry: Entry) -> str:
    record = {
        "id": entry.id,
        "by": entry.by,
        "at": entry.at.isoformat(),
        "changes": [{"kind": type(one).__name__} | _plain(one) for one in entry.changes],
    }
    return json.dumps(record, ensure_ascii=False)


def _plain(change: Change) -> dict[str, object]:
    found = ((one.name, getattr(change, one.name)) for one in fields(change))
    return {name: _told(value) for name, value in found}


def _told(value: object) -> object:
    if isinstance(value, tuple):
        return [_told(one) for one in value]
    return value.isoformat() if isinstance(value, date | time) else value


def _entry(text: bytes, undone: bytes | None = None) -> Entry:
    record = json.loads(text)
    found = tuple(_change(one) for one in record["changes"])
    entry = Entry(record["id"], record["by"], datetime.fromisoformat(record["at"]), found)
    if undone is None:
        return entry
    mark = json.loads(undone)
    return Entry(entry.id, entry.by, entry.at, found, mark["by"], datetime.fromisoformat(mark["at"]))


def _change(record: Mapping[str, Any]) -> Change:
    values = {name: _value(name, value) for name, value in record.items() if name != "kind"}
    return cast("Change", _KINDS[record["kind"]](**values))


def _value(name: str, value: Any) -> Any:
    if name in {"day", "since", "monday"}:
        return date.fromisoformat(value)
    if name == "times":
        return tuple(time.fromisoformat(one) for one in cast("Sequence[str]", value))
    return tuple(value) if isinstance(value, list) else value

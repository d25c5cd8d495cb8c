"""Small facts that several people change at once, each change undoable and safe to repeat.

A table is one Redis hash of fields; a change names its field, what stood there and what stands now. It is written in
one script: only where nobody else changed the field meanwhile, and once for each change id however often it comes.
Keeps no person. Refuses to decide: what a change does is a pure function of what stands.

Keys, `T` being the table's own::

    T            hash   field -> JSON
    T:changes    hash   change id -> JSON [field, before, after]   ("" is nothing)
    T:version    grows with each change
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, cast

from redis.asyncio import Redis

from occupancy.reading import OccupancyError

_TRIES = 20
_Argument = bytes | bytearray | memoryview | str | int | float  # what the client's stubs ask for, invariantly

# KEYS: table, changes, version; ARGV: change id, field, what stood there, what shall, the change's record,
# life of changes in s (0 for ever), life of the table in s (0 for ever).
# 1 done; 0 somebody else was faster; else the record of this very change, which was made before.
_CHANGE = """
local known = redis.call('HGET', KEYS[2], ARGV[1])
if known then return known end
if (redis.call('HGET', KEYS[1], ARGV[2]) or '') ~= ARGV[3] then return 0 end
if ARGV[4] == '' then redis.call('HDEL', KEYS[1], ARGV[2]) else redis.call('HSET', KEYS[1], ARGV[2], ARGV[4]) end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[5])
if ARGV[6] ~= '0' then redis.call('EXPIRE', KEYS[2], ARGV[6]) end
if ARGV[7] ~= '0' then redis.call('EXPIRE', KEYS[1], ARGV[7]) end
redis.call('INCR', KEYS[3])
return 1
"""

# KEYS: table, changes, version; ARGV: change id, life of the table. 2 undone, 1 was undone before, 0 others changed it
# since, -1 not known.
_UNDO = """
local known = redis.call('HGET', KEYS[2], ARGV[1])
if not known then return -1 end
local change = cjson.decode(known)
local stands = redis.call('HGET', KEYS[1], change[1]) or ''
if stands == change[2] then return 1 end
if stands ~= change[3] then return 0 end
if change[2] == '' then redis.call('HDEL', KEYS[1], change[1])
else redis.call('HSET', KEYS[1], change[1], change[2]) end
if ARGV[2] ~= '0' then redis.call('EXPIRE', KEYS[1], ARGV[2]) end
redis.call('INCR', KEYS[3])
return 2
"""


class BusyError(OccupancyError):
    """So many people changed one field at once that a change found no turn; nothing was written."""


class Undone(StrEnum):
    """What became of an undoing."""

    NOW = "now"
    BEFORE = "before"
    """It was undone before."""
    OVERTAKEN = "overtaken"
    """Somebody changed the same thing since; that stands."""
    UNKNOWN = "unknown"
    """No such change, or too long ago."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change as it stands in the table: what stood in the field before it and after it, "" for nothing."""

    id: str
    field: str
    before: str
    after: str

    @property
    def idle(self) -> bool:
        """Whether it left all as it was."""
        return self.before == self.after


Decide = Callable[[str], str]
"""What shall stand, from what stands; "" is nothing in both."""


class Changes:
    """One kind of table. `life` is how long a table is kept after its last change, `undo` how long changes are."""

    def __init__(self, redis: Redis, *, life: timedelta | None, undo: timedelta = timedelta(days=3)) -> None:
        self._redis: Any = redis
        self._change = redis.register_script(_CHANGE)
        self._undo = redis.register_script(_UNDO)
        self._life, self._undo_life = _seconds(life), _seconds(undo)

    @staticmethod
    def _key(tenant: str, table: str) -> str:
        return f"dobi:{{{tenant}}}:{table}"

    def _keys(self, tenant: str, table: str) -> list[str]:
        key = self._key(tenant, table)
        return [key, f"{key}:changes", f"{key}:version"]

    async def change(self, tenant: str, table: str, change_id: str, field: str, decide: Decide) -> Change:
        """The change as it was made, now or when the same id came first.

        Raises:
            BusyError: nothing was written.
        """
        keys = self._keys(tenant, table)
        for _ in range(_TRIES):
            stands = cast("bytes | None", await self._redis.hget(keys[0], field))
            before = "" if stands is None else stands.decode()
            after = decide(before)
            record = json.dumps([field, before, after], ensure_ascii=False)
            args: list[_Argument] = [change_id, field, before, after, record, self._undo_life, self._life]
            found = await self._change(keys=keys, args=args)
            if isinstance(found, bytes):
                return Change(change_id, *json.loads(found))
            if found:
                return Change(change_id, field, before, after)
        raise BusyError(f"{table}: no turn within {_TRIES} tries")

    async def undo(self, tenant: str, table: str, change_id: str) -> Undone:
        """Puts back what stood before a change, unless somebody changed the field since."""
        found = int(await self._undo(keys=self._keys(tenant, table), args=[change_id, self._life]))
        return {2: Undone.NOW, 1: Undone.BEFORE, 0: Undone.OVERTAKEN}.get(found, Undone.UNKNOWN)

    async def made(self, tenant: str, table: str, change_id: str) -> Change | None:
        """A change that can still be undone; None for one that is not known."""
        found = await self._redis.hget(f"{self._key(tenant, table)}:changes", change_id)
        return None if found is None else Change(change_id, *json.loads(found))

    async def all(self, tenant: str, table: str) -> Mapping[str, str]:
        """Everything that stands in a table."""
        found = cast("Mapping[bytes, bytes]", await self._redis.hgetall(self._key(tenant, table)))
        return {field.decode(): value.decode() for field, value in found.items()}

    async def version(self, tenant: str, table: str) -> int:
        """A number that grows with each change."""
        return int(await self._redis.get(f"{self._key(tenant, table)}:version") or 0)


def _seconds(span: timedelta | None) -> int:
    return 0 if span is None else int(span.total_seconds())

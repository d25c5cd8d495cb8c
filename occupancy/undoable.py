"""Small facts that several people change at once, each change undoable and safe to repeat.

A table is one Redis hash of fields. A change says what stands in some fields after it; it is written in one script:
only where nobody else changed them meanwhile, and once for each change id however often it comes.
Keeps no person. Refuses to decide: what a change does is a pure function of what stands.

Keys, `T` being the table's own::

    T               hash     field -> JSON
    T:change:<id>   string   JSON [[field, before, after], …] ("" is nothing); goes when it is too old to be undone
    T:version       string   grows with each change
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, cast

from redis.asyncio import Redis

from occupancy.reading import OccupancyError

_TRIES = 20
_Argument = bytes | bytearray | memoryview | str | int | float  # what the client's stubs ask for, invariantly

# KEYS: table, change, version; ARGV: life of the change and of the table in s (0 for ever), the change's record, then
# field, what stood there, what shall, …
# 1 done; 0 somebody else was faster; else the record of this very change, which was made before.
_CHANGE = """
local known = redis.call('GET', KEYS[2])
if known then return known end
for i = 4, #ARGV, 3 do
  if (redis.call('HGET', KEYS[1], ARGV[i]) or '') ~= ARGV[i + 1] then return 0 end
end
local moved = false
for i = 4, #ARGV, 3 do
  if ARGV[i + 1] ~= ARGV[i + 2] then
    moved = true
    if ARGV[i + 2] == '' then redis.call('HDEL', KEYS[1], ARGV[i])
    else redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 2]) end
  end
end
redis.call('SET', KEYS[2], ARGV[3])
if ARGV[1] ~= '0' then redis.call('EXPIRE', KEYS[2], ARGV[1]) end
if moved then redis.call('INCR', KEYS[3]) end
if ARGV[2] ~= '0' then
  redis.call('EXPIRE', KEYS[1], ARGV[2])
  redis.call('EXPIRE', KEYS[3], ARGV[2])
end
return 1
"""

# KEYS: table, change, version. 2 put back (of several fields those that nobody changed since), 1 was so before,
# 0 others changed all of it since, -1 not known.
_UNDO = """
local known = redis.call('GET', KEYS[2])
if not known then return -1 end
local back, before = 0, 0
for _, one in ipairs(cjson.decode(known)) do
  local stands = redis.call('HGET', KEYS[1], one[1]) or ''
  if stands == one[2] then before = before + 1
  elseif stands == one[3] then
    back = back + 1
    if one[2] == '' then redis.call('HDEL', KEYS[1], one[1]) else redis.call('HSET', KEYS[1], one[1], one[2]) end
  end
end
if back > 0 then
  redis.call('INCR', KEYS[3])
  return 2
end
if before > 0 then return 1 end
return 0
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
class Field:
    """A field as a change found and left it; "" is nothing."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """A change as it was made."""

    id: str
    fields: tuple[Field, ...]

    @property
    def idle(self) -> bool:
        """Whether it left all as it was."""
        return all(one.before == one.after for one in self.fields)


Decide = Callable[[str, str], str]
"""What shall stand in a field, from its name and what stands; "" is nothing in both."""


class Changes:
    """One kind of table. `life` is how long a table is kept after its last change, `undo` how long a change is."""

    def __init__(self, redis: Redis, *, life: timedelta | None, undo: timedelta = timedelta(days=3)) -> None:
        self._redis: Any = redis
        self._change = redis.register_script(_CHANGE)
        self._undo = redis.register_script(_UNDO)
        self._life, self._undo_life = _seconds(life), _seconds(undo)

    @staticmethod
    def _key(tenant: str, table: str) -> str:
        return f"dobi:{{{tenant}}}:{table}"

    def _keys(self, tenant: str, table: str, change_id: str) -> list[str]:
        key = self._key(tenant, table)
        return [key, f"{key}:change:{change_id}", f"{key}:version"]

    async def change(self, tenant: str, table: str, change_id: str, names: Sequence[str], decide: Decide) -> Change:
        """The change of the named fields as it was made, now or when the same id came first.

        Raises:
            BusyError: nothing was written.
        """
        keys = self._keys(tenant, table, change_id)
        for _ in range(_TRIES):
            stands = cast("list[bytes | None]", await self._redis.hmget(keys[0], list(names)))
            fields = tuple(_decided(name, value, decide) for name, value in zip(names, stands, strict=True))
            record = json.dumps([[one.name, one.before, one.after] for one in fields], ensure_ascii=False)
            args: list[_Argument] = [self._undo_life, self._life, record]
            for one in fields:
                args += [one.name, one.before, one.after]
            found = await self._change(keys=keys, args=args)
            if isinstance(found, bytes):
                return _read(change_id, found)
            if found:
                return Change(change_id, fields)
        raise BusyError(f"{table}: no turn within {_TRIES} tries")

    async def undo(self, tenant: str, table: str, change_id: str) -> Undone:
        """Puts back what stood before a change, where nobody changed it since."""
        found = int(await self._undo(keys=self._keys(tenant, table, change_id), args=[]))
        return {2: Undone.NOW, 1: Undone.BEFORE, 0: Undone.OVERTAKEN}.get(found, Undone.UNKNOWN)

    async def made(self, tenant: str, table: str, change_id: str) -> Change | None:
        """A change that can still be undone; None for one that is not known."""
        found = cast("bytes | None", await self._redis.get(self._keys(tenant, table, change_id)[1]))
        return None if found is None else _read(change_id, found)

    async def all(self, tenant: str, table: str) -> Mapping[str, str]:
        """Everything that stands in a table."""
        found = cast("Mapping[bytes, bytes]", await self._redis.hgetall(self._key(tenant, table)))
        return {name.decode(): value.decode() for name, value in found.items()}

    async def version(self, tenant: str, table: str) -> int:
        """A number that grows with each change."""
        return int(await self._redis.get(f"{self._key(tenant, table)}:version") or 0)


def _decided(name: str, stands: bytes | None, decide: Decide) -> Field:
    before = "" if stands is None else stands.decode()
    return Field(name, before, decide(name, before))


def _read(change_id: str, record: bytes) -> Change:
    return Change(change_id, tuple(Field(*one) for one in json.loads(record)))


def _seconds(span: timedelta | None) -> int:
    return 0 if span is None else int(span.total_seconds())

"""A table of small facts that every process mirrors: changed by several people at once, undoable, read by what is new.

A change is written in one script: only where nobody changed its fields meanwhile, once for each change id however often
it comes, all of it or nothing. A reader that knows a version asks for what changed since, and for nothing else.
It knows no institution: whoever owns a table hands its key in. Keys, `T` being the table's own::

    T               hash         field → text
    T:version       string       grows with each change
    T:changed       sorted set   field → the version at which it changed last
    T:change:<id>   string       JSON [[field, before, after], …] ("" is nothing), for as long as it can be undone
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from redis.asyncio import Redis

UNDOABLE: Final = timedelta(days=7)
_TRIES: Final = 20
_READ_AT_ONCE: Final = 2_000

# KEYS: table, change, version, changed. ARGV: life of the change in s, its record, then field, before, after, …
# 1 done, 0 somebody was faster, else the record of this very change, which was made before.
_CHANGE: Final = """
local known = redis.call('GET', KEYS[2])
if known then return known end
for i = 3, #ARGV, 3 do
  if (redis.call('HGET', KEYS[1], ARGV[i]) or '') ~= ARGV[i + 1] then return 0 end
end
local version = nil
for i = 3, #ARGV, 3 do
  if ARGV[i + 1] ~= ARGV[i + 2] then
    version = version or redis.call('INCR', KEYS[3])
    if ARGV[i + 2] == '' then redis.call('HDEL', KEYS[1], ARGV[i])
    else redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 2]) end
    redis.call('ZADD', KEYS[4], version, ARGV[i])
  end
end
redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[1])
return 1
"""

# KEYS as above. Puts back what stood, where nobody changed it since: {how many now, how many before, how many not}
_UNDO: Final = """
local known = redis.call('GET', KEYS[2])
if not known then return {-1, 0, 0} end
local version, back, before, over = nil, 0, 0, 0
for _, one in ipairs(cjson.decode(known)) do
  local stands = redis.call('HGET', KEYS[1], one[1]) or ''
  if one[2] == one[3] then before = before
  elseif stands == one[2] then before = before + 1
  elseif stands == one[3] then
    version = version or redis.call('INCR', KEYS[3])
    back = back + 1
    if one[2] == '' then redis.call('HDEL', KEYS[1], one[1]) else redis.call('HSET', KEYS[1], one[1], one[2]) end
    redis.call('ZADD', KEYS[4], version, one[1])
  else over = over + 1 end
end
return {back, before, over}
"""

Decide = Callable[[Mapping[str, str]], Mapping[str, str]]
"""What shall stand in each of the named fields, from what stands in them; "" is nothing. What is not told stays."""


class RosterBusyError(Exception):
    """So many people changed one field at once that a change found no turn; nothing was written."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field as a change found and left it; "" is nothing."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undoing came to, in fields: put back `now`, as they were `before` it, `overtaken` by others since."""

    now: int
    before: int
    overtaken: int

    @property
    def known(self) -> bool:
        """Whether there was such a change that can still be undone."""
        return self.now >= 0


@dataclass(frozen=True, slots=True)
class Delta:
    """What changed up to `version`: field → text, "" for what is gone."""

    version: int
    fields: Mapping[str, str]


class Table:
    """One kind of table; `key` is the table's own."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis
        self._change = redis.register_script(_CHANGE)
        self._undo = redis.register_script(_UNDO)

    @staticmethod
    def _keys(key: str, change_id: str) -> list[str]:
        return [key, f"{key}:change:{change_id}", f"{key}:version", f"{key}:changed"]

    async def change(self, key: str, change_id: str, names: Sequence[str], decide: Decide) -> tuple[Field, ...]:
        """The change of the named fields as it was made, now or when the same id came first.

        Raises:
            RosterBusyError: nothing was written.
        """
        keys = self._keys(key, change_id)
        for _ in range(_TRIES):
            stands = await self.get(key, names)
            shall = decide(stands)
            fields = tuple(Field(name, before, shall.get(name, before)) for name, before in stands.items())
            if all(one.before == one.after for one in fields):
                return await self.made(key, change_id) or fields  # nothing to write; a repetition tells what it did
            args: list[Any] = [int(UNDOABLE.total_seconds()), _record(fields)]
            for one in fields:
                args += [one.name, one.before, one.after]
            found = await self._change(keys=keys, args=args)
            if isinstance(found, bytes):
                return _fields(found)
            if found:
                return fields
        raise RosterBusyError(f"no turn within {_TRIES} tries")

    async def made(self, key: str, change_id: str) -> tuple[Field, ...] | None:
        """A change that can still be undone; None for one that is not known."""
        found = await self._redis.get(self._keys(key, change_id)[1])
        return None if found is None else _fields(found)

    async def undo(self, key: str, change_id: str) -> Undone:
        """Puts back what stood before a change, field by field where nobody changed it since. Safe to repeat."""
        return Undone(*map(int, await self._undo(keys=self._keys(key, change_id), args=[])))

    async def get(self, key: str, names: Sequence[str]) -> dict[str, str]:
        """What stands in these fields; "" where nothing does."""
        names = list(dict.fromkeys(names))
        found: list[bytes | None] = []
        for start in range(0, len(names), _READ_AT_ONCE):
            found += await self._redis.hmget(key, names[start : start + _READ_AT_ONCE])
        return {name: "" if one is None else one.decode() for name, one in zip(names, found, strict=True)}

    async def since(self, key: str, version: int) -> Delta:
        """What changed after that version; 0 asks for all. What is written meanwhile may come early, never late."""
        now = int(await self._redis.get(f"{key}:version") or 0)
        if version == 0:
            all_ = await self._redis.hgetall(key)
            return Delta(now, {name.decode(): text.decode() for name, text in all_.items()})
        names = await self._redis.zrange(f"{key}:changed", f"({version}", "+inf", byscore=True)
        return Delta(now, await self.get(key, [name.decode() for name in names]))


def _record(fields: Sequence[Field]) -> str:
    return json.dumps([[one.name, one.before, one.after] for one in fields], ensure_ascii=False)


def _fields(record: bytes) -> tuple[Field, ...]:
    return tuple(Field(*one) for one in json.loads(record))

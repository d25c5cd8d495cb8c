"""What waits for a digest, and what digests told: which rows, in which order, so that their buttons work for a month.

    dobi:{tenant}:outbox:held:<chat>     sorted set, row → milliseconds since which it is held (`bot.hours_gate`)
    dobi:{tenant}:outbox:digests         sorted set, chat → milliseconds at which its next digest is due
    dobi:{tenant}:outbox:digest:<chat>   hash, digest → JSON of its rows in order
    dobi:{tenant}:outbox:composing       sorted set, chat and digest → milliseconds; gone once it stands in the outbox

A digest is frozen before it is composed: what is held becomes its rows in one step, and is held no longer. Whoever dies
in between finds it frozen and composes it again, under the same name.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from redis.asyncio import Redis

from bot.hours_gate import held_body, instant_of
from bot.messenger import Chat, Kind, PushFacts, Reply, chat_of

_KEPT: Final = timedelta(days=30)
_GAP: Final = "\x1f"
_PAGE: Final = 100
_LOOKED_AT: Final = 300  # messages of a chat in which its last news is looked for

# KEYS: 1 held, 2 the chat's digests, 3 due, 4 composing, 5 finished. ARGV: 1 chat, 2 digest, 3 the time (ms),
# 4 row prefix, 5 "1": also without anything, 6 forget digests before (ms). → how many rows, -1 where there is no digest
_FREEZE = """
local ids, kept = redis.call('ZRANGE', KEYS[1], 0, -1), {}
redis.call('ZREM', KEYS[3], ARGV[1])
for _, id in ipairs(ids) do
  if redis.call('HGET', ARGV[4] .. id, 'state') == 'held' then
    redis.call('HSET', ARGV[4] .. id, 'state', 'digested')
    redis.call('ZADD', KEYS[5], ARGV[3], id)
    kept[#kept + 1] = id
  end
end
redis.call('DEL', KEYS[1])
if #kept == 0 and ARGV[5] ~= '1' then return -1 end
if redis.call('HEXISTS', KEYS[2], ARGV[2]) == 0 then
  redis.call('HSET', KEYS[2], ARGV[2], #kept == 0 and '[]' or cjson.encode(kept))
end
for _, old in ipairs(redis.call('HKEYS', KEYS[2])) do
  if tonumber(old) < tonumber(ARGV[6]) then redis.call('HDEL', KEYS[2], old) end
end
redis.call('ZADD', KEYS[4], ARGV[3], ARGV[1] .. '\\31' .. ARGV[2])
return #kept
"""

# KEYS: 1 row, 2 the chat's queue, 3 ready chats, 4 finished. ARGV: 1 row id, 2 chat, 3 due (ms)
# A row that is told by itself after all: it takes its place in its chat's queue.
_RELEASE = """
if redis.call('HGET', KEYS[1], 'state') ~= 'digested' then return 0 end
redis.call('HSET', KEYS[1], 'state', 'pending', 'due', ARGV[3])
redis.call('ZREM', KEYS[4], ARGV[1])
if redis.call('RPUSH', KEYS[2], ARGV[1]) == 1 then redis.call('ZADD', KEYS[3], ARGV[3], ARGV[2]) end
return 1
"""


@dataclass(frozen=True, slots=True)
class Item:
    """A message that a digest tells of. `story` is a document's, empty for what is none."""

    id: str
    kind: Kind
    reply: Reply

    @property
    def push(self) -> PushFacts | None:
        """What document it is of."""
        return self.reply.facts if isinstance(self.reply.facts, PushFacts) and self.kind != "reminder" else None


@dataclass(frozen=True, slots=True)
class Frozen:
    """A digest that is to be composed."""

    chat: Chat
    id: str


@dataclass(frozen=True, slots=True)
class Came:
    """News that was really said: a `step` of one `story` (0: its newest), or a `digest` of several; else empty."""

    story: str
    step: int
    digest: str
    at: datetime


class DigestStore:
    """What is held and what was told of it, in every institution."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis
        self._freezing = redis.register_script(_FREEZE)
        self._releasing = redis.register_script(_RELEASE)

    @staticmethod
    def _key(tenant: str, *parts: str) -> str:
        return ":".join((f"dobi:{{{tenant}}}:outbox", *parts))

    async def due(self, tenant: str, now: datetime, limit: int = 500) -> list[str]:
        """The chats whose digest is due."""
        key = self._key(tenant, "digests")
        found = await self._redis.zrange(key, "-inf", _ms(now), byscore=True, offset=0, num=limit)
        return [ref.decode() for ref in found]

    async def next_due(self, tenant: str) -> datetime | None:
        """When the first digest is due."""
        found = await self._redis.zrange(self._key(tenant, "digests"), 0, 0, withscores=True)
        return instant_of(found[0][1]) if found else None

    async def due_at(self, tenant: str, chat: str) -> datetime | None:
        """When a chat's digest is due."""
        score = await self._redis.zscore(self._key(tenant, "digests"), chat)
        return None if score is None else instant_of(score)

    async def schedule(self, tenant: str, chat: str, at: datetime | None) -> None:
        """A chat's digest is due then; None: there is none."""
        key = self._key(tenant, "digests")
        if at is None:
            await self._redis.zrem(key, chat)
        else:
            await self._redis.zadd(key, {chat: _ms(at)})
            await self._redis.publish("dobi:wake", "digest")

    async def brief(self, tenant: str, chat: str, at: datetime | None) -> None:
        """The next digest after a frozen one is the briefing at that time, where none is due sooner.

        Between the two steps another process may have held something, with a digest of its own: that one stays due.
        """
        if at is not None:
            await self._redis.zadd(self._key(tenant, "digests"), {chat: _ms(at)}, lt=True)
            await self._redis.publish("dobi:wake", "digest")

    async def held(self, tenant: str, chat: str) -> int:
        """How many messages wait for a chat."""
        return int(await self._redis.zcard(self._key(tenant, "held", chat)))

    async def freeze(self, tenant: str, chat: str, now: datetime, *, empty: bool) -> None:
        """What is held for a chat becomes a digest; `empty`: one that says that there is nothing, too."""
        await self._freezing(
            keys=[
                self._key(tenant, "held", chat), self._key(tenant, "digest", chat), self._key(tenant, "digests"),
                self._key(tenant, "composing"), self._key(tenant, "finished"),
            ],
            args=[chat, _ms(now), _ms(now), self._key(tenant, "row", ""), int(empty), _ms(now - _KEPT)],
        )  # fmt: skip

    async def composing(self, tenant: str, limit: int = 500) -> list[Frozen]:
        """The digests that are frozen and do not stand in the outbox yet."""
        found = await self._redis.zrange(self._key(tenant, "composing"), 0, limit - 1)
        pairs = [name.decode().partition(_GAP) for name in found]
        return [Frozen(chat_of(ref), digest) for ref, _, digest in pairs]

    async def order(self, tenant: str, frozen: Frozen, rows: Sequence[str]) -> None:
        """The order in which a digest tells its rows."""
        key = self._key(tenant, "digest", frozen.chat.ref)
        if await self._redis.hexists(key, frozen.id):
            await self._redis.hset(key, frozen.id, json.dumps(list(rows)))

    async def composed(self, tenant: str, frozen: Frozen) -> None:
        """It stands in the outbox."""
        await self._redis.zrem(self._key(tenant, "composing"), f"{frozen.chat.ref}{_GAP}{frozen.id}")

    async def release(self, tenant: str, frozen: Frozen, row: str, now: datetime) -> None:
        """A row goes out by itself, as it is. Safe to repeat."""
        chat = frozen.chat
        await self._releasing(
            keys=[
                self._key(tenant, "row", row), self._key(tenant, "chat", chat.ref),
                self._key(tenant, "ready", chat.adapter), self._key(tenant, "finished"),
            ],
            args=[row, chat.ref, _ms(now)],
        )  # fmt: skip
        await self._redis.publish("dobi:wake", "deliver")

    async def items(self, tenant: str, chat: str, digest: str) -> list[Item] | None:
        """What a digest tells of, in order; None where it is not kept."""
        record = await self._redis.hget(self._key(tenant, "digest", chat), digest)
        if record is None:
            return None
        rows = list(json.loads(record))
        async with self._redis.pipeline(transaction=False) as pipe:
            for row in rows:
                pipe.hget(self._key(tenant, "row", row), "body")
            bodies = await pipe.execute()
        found = [(row, *held_body(body)) for row, body in zip(rows, bodies, strict=True) if body is not None]
        return [Item(row, kind, reply) for row, reply, kind in found]

    async def last(self, tenant: str, chats: Iterable[str], natives: Collection[str] = ()) -> Came | None:
        """The news that came last in any of these chats: what is held, waits or was lost did not come.

        Nor did what edits an older message without a sound. Looks at the newest 300 messages of each chat. `natives`:
        of the messages with one of these ids at their platform.
        """
        found = [came for chat in chats async for came in self._came(tenant, chat, natives)]
        return max(found, key=lambda one: one.at, default=None)

    async def lately(self, tenant: str, chats: Iterable[str]) -> list[Came]:
        """The news that came in any of these chats, newest first, each story once: of the newest page of each."""
        found: list[Came] = []
        for chat in chats:
            rows = await self._redis.zrange(self._key(tenant, "of", chat), 0, _PAGE - 1, desc=True)
            found += [one for one, _ in await self._told(tenant, rows)]
        found.sort(key=lambda one: one.at, reverse=True)
        return list({(one.story, one.digest): one for one in reversed(found)}.values())[::-1]

    async def _told(self, tenant: str, rows: Sequence[bytes]) -> list[tuple[Came, bytes | None]]:
        """What of these rows was news, each with its id at the platform."""
        fields = ["state", "kind", "story", "edits", "step", "native"]
        async with self._redis.pipeline(transaction=False) as pipe:
            for row in rows:
                pipe.hmget(self._key(tenant, "row", row.decode()), fields)
                pipe.zscore(self._key(tenant, "finished"), row)
            told = await pipe.execute()
        pairs = [(found, at) for found, at in zip(told[::2], told[1::2], strict=True) if at is not None]
        return [(one, found[-1]) for found, at in pairs if (one := _came_of(found[:-1], at)) is not None]

    async def _came(self, tenant: str, chat: str, natives: Collection[str]) -> AsyncIterator[Came]:
        """The last news of the first page that has any."""
        for start in range(0, _LOOKED_AT, _PAGE):
            rows = await self._redis.zrange(self._key(tenant, "of", chat), start, start + _PAGE - 1, desc=True)
            came = [one for one, native in await self._told(tenant, rows) if _is_of(native, natives)]
            if came:
                yield max(came, key=lambda one: one.at)
            if came or len(rows) < _PAGE:
                return


def _is_of(native: bytes | None, natives: Collection[str]) -> bool:
    return not natives or (native is not None and native.decode() in natives)


def _came_of(fields: Sequence[bytes | None], at: float) -> Came | None:
    """What a finished row said, where it was news."""
    state, kind, story, edits, step = (field.decode() if field is not None else "" for field in fields)
    if state != "sent" or (edits and kind != "correction"):
        return None
    head, _, rest = story.partition("/")
    if kind == "digest":
        return Came("", 0, rest, instant_of(at))
    if kind == "reminder" and head == "later":
        return Came(rest.partition("/")[0], 0, "", instant_of(at))
    if kind in {"instant", "correction"} and not rest:
        return Came(head.partition(".")[0], int(step or 0), "", instant_of(at))
    return None


def _ms(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)

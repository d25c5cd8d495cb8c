"""What Dobi still has to say, one row a message, durable before anyone is told it will come.

A row is unique per chat, story and step: its id is a hash of the three, so that whoever repeats the work writes the
same row. Rows of one chat leave in order, one in flight at a time. A row is pending → leased → sent | retry | ambiguous
| dead | gone | late; a lease belongs to an owner whose connection lives (`Liveness`), so that a killed worker's row is
free at once. Two scripts hold the rules; nothing here sends.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from redis.asyncio import Redis

from bot.messenger import Chat, Kind, Outgoing, Reply, chat_of

_KEPT = timedelta(days=30)

# KEYS: 1 row, 2 the chat's queue, 3 ready chats, 4 the story's chats.
# ARGV: 1 row id, 2 chat ref, 3 due (ms), 4 body, 5 the story
# Where the chat already has the story, the row becomes an edit of that first message. 1 when written, 0 when it was
# there.
_PUT = """
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local first = redis.call('HGET', KEYS[4], ARGV[2])
redis.call('HSET', KEYS[1], 'body', ARGV[4], 'state', 'pending', 'tries', 0, 'due', ARGV[3],
           'chat', ARGV[2], 'story', ARGV[5])
if first then redis.call('HSET', KEYS[1], 'edits', first) else redis.call('HSET', KEYS[4], ARGV[2], ARGV[1]) end
if redis.call('RPUSH', KEYS[2], ARGV[1]) == 1 then redis.call('ZADD', KEYS[3], ARGV[3], ARGV[2]) end
return 1
"""

# KEYS: 1 ready chats, 2 leases
# ARGV: 1 chat ref, 2 the time (ms), 3 lease end (ms), 4 owner, 5 queue prefix, 6 row prefix, 7 story prefix
# → the head row's id and fields with the native id of the message it edits; nothing when another worker was faster.
# An edit of a message whose time was over before it left is the story's first message itself, or edits the one that is.
_LEASE = """
local score = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not score or tonumber(score) > tonumber(ARGV[2]) then return nil end
local id = redis.call('LINDEX', ARGV[5] .. ARGV[1], 0)
if not id then redis.call('ZREM', KEYS[1], ARGV[1]) return nil end
local row = ARGV[6] .. id
local before = redis.call('HGET', row, 'state')
redis.call('HSET', row, 'state', 'leased', 'owner', ARGV[4])
redis.call('HINCRBY', row, 'tries', 1)
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[4])
local edits = redis.call('HGET', row, 'edits')
if edits and redis.call('HGET', ARGV[6] .. edits, 'state') == 'late' then
  local story = ARGV[7] .. redis.call('HGET', row, 'story')
  local first = redis.call('HGET', story, ARGV[1])
  if first and first ~= id and redis.call('HGET', ARGV[6] .. first, 'state') ~= 'late' then
    edits = first
    redis.call('HSET', row, 'edits', edits)
  else
    edits = false
    redis.call('HDEL', row, 'edits')
    redis.call('HSET', story, ARGV[1], id)
  end
end
local native = edits and redis.call('HGET', ARGV[6] .. edits, 'native') or ''
return {id, before, redis.call('HGET', row, 'body'), edits or '', native or '',
        redis.call('HGET', row, 'tries')}
"""

# KEYS: 1 ready chats, 2 leases. ARGV: 1 chat ref, 2 the dead owner
# 0 when another worker freed it before: the chat may be in its hands by now.
_FREE = """
if redis.call('HGET', KEYS[2], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('ZADD', KEYS[1], 'XX', 0, ARGV[1])
return 1
"""

# KEYS: 1 row, 2 the chat's queue, 3 ready chats, 4 leases, 5 finished rows, 6 dead rows
# ARGV: 1 row id, 2 chat ref, 3 owner, 4 new state, 5 native id, 6 retry at (ms), 7 the time (ms), 8 row prefix
# A late worker, whose lease another took over, changes nothing: 0.
_FINISH = """
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[3] or redis.call('HGET', KEYS[1], 'state') ~= 'leased' then return 0 end
redis.call('HDEL', KEYS[4], ARGV[2])
redis.call('HSET', KEYS[1], 'state', ARGV[4], 'native', ARGV[5])
if ARGV[4] == 'retry' then
  redis.call('ZADD', KEYS[3], ARGV[6], ARGV[2])
  return 1
end
redis.call('LPOP', KEYS[2])
redis.call('ZADD', KEYS[5], ARGV[7], ARGV[1])
if ARGV[4] == 'sent' then redis.call('HDEL', KEYS[1], 'body')  -- what was said is kept no longer than it takes to say
else redis.call('ZADD', KEYS[6], ARGV[7], ARGV[1]) end
local next = redis.call('LINDEX', KEYS[2], 0)
if next then redis.call('ZADD', KEYS[3], redis.call('HGET', ARGV[8] .. next, 'due'), ARGV[2])
else redis.call('ZREM', KEYS[3], ARGV[2]) end
return 1
"""

# KEYS: 1 the story's chats, 2 finished rows, 3 dead rows. ARGV: 1 row prefix, 2 queue prefix, 3 index prefix
# Whoever has one of the rows in hand finds it gone when it ends; its chat is freed with its lease.
_DROP = """
local rows = redis.call('HGETALL', KEYS[1])
for i = 1, #rows, 2 do
  redis.call('DEL', ARGV[1] .. rows[i + 1])
  redis.call('LREM', ARGV[2] .. rows[i], 0, rows[i + 1])
  redis.call('ZREM', ARGV[3] .. rows[i], rows[i + 1])
  redis.call('ZREM', KEYS[2], rows[i + 1])
  redis.call('ZREM', KEYS[3], rows[i + 1])
end
redis.call('DEL', KEYS[1])
return #rows / 2
"""


class State(StrEnum):
    """Where a row ends, or waits."""

    SENT = "sent"
    RETRY = "retry"
    AMBIGUOUS = "ambiguous"
    DEAD = "dead"
    GONE = "gone"
    LATE = "late"
    """It was true for a while only, and that while is over."""


@dataclass(frozen=True, slots=True)
class Row:
    """Something to say to one chat about one story; `step` counts what has happened to the story.

    `until`: after that it is no longer true, and is not said.
    """

    chat: Chat
    story: str
    step: int
    kind: Kind
    reply: Reply
    due_at: datetime
    reference: int | str | None = None
    thread: str | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A message to a chat: when it was due, where it stands, and what a person reads; empty once it was sent."""

    due_at: datetime
    state: str
    text: str


@dataclass(frozen=True, slots=True)
class Leased:
    """A row that this worker alone may send now. `retaken` means an earlier worker may have sent it and died."""

    message: Outgoing
    tries: int
    retaken: bool
    until: datetime | None = None


def message_id(tenant: str, chat: str, story: str, step: int) -> str:
    """Dobi's own id of a message: the same story and step in the same chat is the same message."""
    digest = hashlib.blake2b("\x1f".join((tenant, chat, story, str(step))).encode(), digest_size=10)
    return "m" + b32encode(digest.digest()).decode().lower()


def _ms(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)


class Outbox:
    """The rows of every institution. `owner` is this worker's name in `Liveness`."""

    def __init__(self, redis: Redis, owner: str, lease: timedelta = timedelta(seconds=30)) -> None:
        self._redis: Any = redis  # its stubs tell every decoding of an answer at once
        self.owner = owner
        self._lease = lease
        self._put = redis.register_script(_PUT)
        self._take = redis.register_script(_LEASE)
        self._release = redis.register_script(_FREE)
        self._finish = redis.register_script(_FINISH)
        self._drop = redis.register_script(_DROP)

    @staticmethod
    def _key(tenant: str, *parts: str) -> str:
        return ":".join((f"dobi:{{{tenant}}}:outbox", *parts))

    async def put(self, tenant: str, rows: Sequence[Row]) -> int:
        """Writes each row that is not there yet, in one round trip; how many were new.

        A row whose chat already has this story becomes an edit of that first message.
        """
        if not rows:
            return 0
        async with self._redis.pipeline(transaction=False) as pipe:
            for row in rows:
                row_id = message_id(tenant, row.chat.ref, row.story, row.step)
                await self._put(
                    keys=[
                        self._key(tenant, "row", row_id),
                        self._key(tenant, "chat", row.chat.ref),
                        self._key(tenant, "ready", row.chat.adapter),
                        self._key(tenant, "story", row.story),
                    ],
                    args=[row_id, row.chat.ref, _ms(row.due_at), _body(row), row.story],
                    client=pipe,
                )
            for row in rows:
                row_id = message_id(tenant, row.chat.ref, row.story, row.step)
                pipe.zadd(self._key(tenant, "of", row.chat.ref), {row_id: _ms(row.due_at)}, nx=True)
            pipe.publish("dobi:wake", "deliver")
            found = await pipe.execute()
            return sum(found[: len(rows)])

    async def told(self, tenant: str, story: str) -> frozenset[str]:
        """The refs of the chats that have, or will get, a first message of this story."""
        found = await self._redis.hkeys(self._key(tenant, "story", story))
        return frozenset(ref.decode() for ref in found)

    async def next_due(self, tenant: str, adapter: str) -> datetime | None:
        """When the first waiting chat is due."""
        found = await self._redis.zrange(self._key(tenant, "ready", adapter), 0, 0, withscores=True)
        return datetime.fromtimestamp(found[0][1] / 1000, UTC) if found else None

    async def lease(self, tenant: str, adapter: str, now: datetime, limit: int = 64) -> list[Leased]:
        """Takes the head row of each chat that is due, at most `limit` chats."""
        ready = self._key(tenant, "ready", adapter)
        refs = await self._redis.zrange(ready, "-inf", str(_ms(now)), byscore=True, offset=0, num=limit)
        if not refs:
            return []
        keys = [ready, self._key(tenant, "leases", adapter)]
        shared: list[str | int] = [
            _ms(now),
            _ms(now + self._lease),
            self.owner,
            self._key(tenant, "chat", ""),
            self._key(tenant, "row", ""),
            self._key(tenant, "story", ""),
        ]
        async with self._redis.pipeline(transaction=False) as pipe:
            for ref in refs:
                await self._take(keys=keys, args=[ref, *shared], client=pipe)
            found = await pipe.execute()
        return [
            _leased(tenant, ref.decode(), [part.decode() for part in fields])
            for ref, fields in zip(refs, found, strict=True)
            if fields
        ]

    async def leases(self, tenant: str, adapter: str) -> dict[str, str]:
        """Chat ref → owner of every row now in flight."""
        found = await self._redis.hgetall(self._key(tenant, "leases", adapter))
        return {chat.decode(): owner.decode() for chat, owner in found.items()}

    async def free(self, tenant: str, adapter: str, chat: str, owner: str) -> bool:
        """Makes a chat ready again whose `owner` is known to be dead; False when it is no longer in those hands."""
        keys = [self._key(tenant, "ready", adapter), self._key(tenant, "leases", adapter)]
        return bool(await self._release(keys=keys, args=[chat, owner]))

    async def finish(
        self,
        tenant: str,
        leased: Leased,
        state: State,
        now: datetime,
        *,
        native: str = "",
        after: timedelta = timedelta(),
    ) -> bool:
        """Ends the lease; False when another worker had taken the row over, and nothing was changed."""
        message = leased.message
        chat = message.chat
        done = await self._finish(
            keys=[
                self._key(tenant, "row", message.message),
                self._key(tenant, "chat", chat.ref),
                self._key(tenant, "ready", chat.adapter),
                self._key(tenant, "leases", chat.adapter),
                self._key(tenant, "finished"),
                self._key(tenant, "dead"),
            ],
            args=[
                message.message,
                chat.ref,
                self.owner,
                state,
                native,
                _ms(now + after),
                _ms(now),
                self._key(tenant, "row", ""),
            ],
        )
        return bool(done)

    async def count(self, tenant: str, state: State) -> int:
        """How many rows ended otherwise than sent; `state` only AMBIGUOUS, DEAD or GONE."""
        ids = await self._redis.zrange(self._key(tenant, "dead"), 0, -1)
        states = [await self._redis.hget(self._key(tenant, "row", row.decode()), "state") for row in ids]
        return sum(found == state.value.encode() for found in states)

    async def forget(self, tenant: str, now: datetime, limit: int = 500) -> int:
        """Drops rows that ended over 30 days ago; a story that old is never told again."""
        finished = self._key(tenant, "finished")
        old = await self._redis.zrange(finished, "-inf", str(_ms(now - _KEPT)), byscore=True, offset=0, num=limit)
        for row in old:
            key = self._key(tenant, "row", row.decode())
            story, chat = await self._redis.hmget(key, ["story", "chat"])
            async with self._redis.pipeline() as pipe:
                pipe.delete(key)
                if story and chat:
                    pipe.hdel(self._key(tenant, "story", story.decode()), chat)
                if chat:
                    pipe.zrem(self._key(tenant, "of", chat.decode()), row)
                pipe.zrem(finished, row)
                pipe.zrem(self._key(tenant, "dead"), row)
                await pipe.execute()
        return len(old)

    async def of(self, tenant: str, chat: str) -> list[Told]:
        """What waits for a chat, and that something was sent there in the last 30 days, oldest first."""
        ids = [row.decode() for row in await self._redis.zrange(self._key(tenant, "of", chat), 0, -1)]
        async with self._redis.pipeline(transaction=False) as pipe:
            for row in ids:
                pipe.hmget(self._key(tenant, "row", row), ["due", "state", "body"])
            found = await pipe.execute()
        return [_told(*fields) for fields in found if fields[0] is not None]

    async def chats(self, tenant: str) -> list[str]:
        """The refs of all chats that anything waits for or went to in the last 30 days."""
        head = self._key(tenant, "of", "")
        return sorted([key.decode().removeprefix(head) async for key in self._redis.scan_iter(f"{head}*", count=1_000)])

    async def drop(self, tenant: str, story: str) -> int:
        """Destroys every message about a story, sent or not; how many there were. Safe to repeat."""
        keys = [self._key(tenant, "story", story), self._key(tenant, "finished"), self._key(tenant, "dead")]
        heads = [self._key(tenant, part, "") for part in ("row", "chat", "of")]
        return int(await self._drop(keys=keys, args=heads))

    async def clear(self, tenant: str, chat: str) -> int:
        """Destroys everything that waits for a chat or went there; how many messages there were. Safe to repeat."""
        index = self._key(tenant, "of", chat)
        rows = [row.decode() for row in await self._redis.zrange(index, 0, -1)]
        for row in rows:
            key = self._key(tenant, "row", row)
            story = await self._redis.hget(key, "story")
            async with self._redis.pipeline() as pipe:
                pipe.delete(key)
                pipe.lrem(self._key(tenant, "chat", chat), 0, row)
                if story:
                    pipe.hdel(self._key(tenant, "story", story.decode()), chat)
                for name in ("finished", "dead"):
                    pipe.zrem(self._key(tenant, name), row)
                pipe.zrem(index, row)
                await pipe.execute()
        return len(rows)


def _told(due: bytes, state: bytes, body: bytes | None) -> Told:
    words = "" if body is None else json.loads(json.loads(body)["reply"])["text"]
    return Told(datetime.fromtimestamp(int(due) / 1000, UTC), state.decode(), words)


def _body(row: Row) -> str:
    return json.dumps(
        {
            "reply": row.reply.to_json(),
            "kind": row.kind,
            "reference": row.reference,
            "thread": row.thread,
            "until": row.until.astimezone(UTC).isoformat() if row.until else None,
        },
        ensure_ascii=False,
    )


def _leased(tenant: str, chat: str, fields: list[str]) -> Leased:
    row_id, before, body, edits, native, tries = fields
    record = json.loads(body)
    outgoing = Outgoing(
        institution=tenant,
        chat=chat_of(chat),
        message=row_id,
        reply=Reply.from_json(record["reply"]),
        kind=record["kind"],
        reference=record["reference"],
        thread=record["thread"],
        edits=edits or None,
        edits_native=native or None,
    )
    until = record.get("until")
    ends = datetime.fromisoformat(until) if until else None
    return Leased(outgoing, int(tries), retaken=before == "leased", until=ends)

"""The seam between crawling and briefing: new articles, each handled until it is acknowledged.

redis-py on one consumer group: an entry belongs to a consumer until `done`, an entry of a consumer whose connection is
gone is claimed by another at once. What was left unfinished comes again one by one, so that an entry that kills its
worker is known by itself; after `_TRIES` such times it is set aside for the operator, and no other with it. An entry
done is deleted, so that what stands in the stream is what is still to do. What may not be told yet (an embargo) is
held beside the stream and comes back into it at its instant.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ResponseError

_TRIES = 10  # deaths of workers count too, and machines are restarted in rows
_GROUP = "brief"
_FIRST = b"0-0"
_PAGE = 100

# KEYS the stream; ARGV group, consumer. A name is dropped only with nothing in its hands: it may live after all.
_DROP = """
if #redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2]) > 0 then return 0 end
redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
return 1
"""
# KEYS the stream, instants by document, held articles; ARGV group, entry, document, revision, instant, article.
# One document has one instant, that of its newest revision; all its revisions wait for it.
_HOLD = """
redis.call('ZADD', KEYS[2], ARGV[5], ARGV[3])
redis.call('HSET', KEYS[3], ARGV[3] .. '@' .. ARGV[4], ARGV[6])
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
redis.call('XDEL', KEYS[1], ARGV[2])
return 1
"""
# KEYS as above; ARGV a document, its revisions. Answers how many articles came back into the stream.
_LET_GO = """
local count = 0
for i = 2, #ARGV do
  local field = ARGV[1] .. '@' .. ARGV[i]
  local article = redis.call('HGET', KEYS[3], field)
  if article then
    redis.call('XADD', KEYS[1], '*', 'article', article, 'free', '1')
    redis.call('HDEL', KEYS[3], field)
    count = count + 1
  end
end
redis.call('ZREM', KEYS[2], ARGV[1])
return count
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One article as JSON, and the stream's own id of it; `free`: it was held, and need not wait any longer."""

    id: bytes
    article: bytes
    free: bool = False

    @property
    def fields(self) -> dict[bytes, bytes]:
        """What stands in the stream."""
        return {b"article": self.article} | ({b"free": b"1"} if self.free else {})


def _entry(name: bytes, fields: dict[bytes, bytes]) -> Entry:
    return Entry(name, fields[b"article"], b"free" in fields)


class ArticleStream:
    """The consumer `owner` of the stream `key`; `is_alive` tells whether another consumer's process still lives."""

    def __init__(self, redis: Redis, key: str, owner: str, is_alive: Callable[[str], Awaitable[bool]]) -> None:
        self._redis: Any = redis  # its stubs tell every decoding of an answer at once
        self._key = key
        self._owner = owner
        self._is_alive = is_alive
        self._drop, self._hold = redis.register_script(_DROP), redis.register_script(_HOLD)
        self._let_go = redis.register_script(_LET_GO)
        self._ready = False
        self._after = _FIRST

    async def read(self, limit: int = 16) -> list[Entry]:
        """Entries to handle now: one that was left unfinished by us or by the dead, or else new ones.

        Each is read once until `rewind`, so that one that fails does not keep the others waiting.
        """
        if not self._ready:
            await self._create()
        if await self._claim_from_the_dead():
            self.rewind()
        while found := await self._next(self._after, 1):
            self._after = found[0].id
            if await self._times_read(found[0]) <= _TRIES:
                return found
            await self._set_aside(found[0])
        found = await self._next(b">", limit)
        if found:
            self._after = found[-1].id
        return found

    def rewind(self) -> None:
        """What is unfinished may be read again."""
        self._after = _FIRST

    async def done(self, entry: Entry) -> None:
        """The article is wholly handled."""
        async with self._redis.pipeline() as pipe:
            pipe.xack(self._key, _GROUP, entry.id)
            pipe.xdel(self._key, entry.id)
            await pipe.execute()

    async def put_back(self, entry: Entry) -> None:
        """Moves an entry to the end: something else has to come first, and that is nobody's failure."""
        async with self._redis.pipeline() as pipe:
            pipe.xadd(self._key, entry.fields)
            pipe.xack(self._key, _GROUP, entry.id)
            pipe.xdel(self._key, entry.id)
            await pipe.execute()

    async def hold(self, entry: Entry, document: str, revision: int, until: datetime) -> None:
        """Sets an entry aside until that instant, and with it every held revision of the document."""
        args: list[str | bytes | int | float] = [
            _GROUP, entry.id, document, revision, until.timestamp(), entry.article,
        ]  # fmt: skip
        await self._hold(keys=self._held_keys(), args=args)

    async def release(self, now: datetime) -> datetime | None:
        """Brings back what need not wait any longer; answers when the next will, None where nothing is held."""
        for document in await self._redis.zrangebyscore(self._held_keys()[1], "-inf", now.timestamp()):
            await self.let_go(document.decode())
        first = await self._redis.zrange(self._held_keys()[1], 0, 0, withscores=True)
        return datetime.fromtimestamp(first[0][1], UTC) if first else None

    async def let_go(self, document: str) -> int:
        """Brings every held revision of a document back, in their order; how many there were."""
        if await self._redis.zscore(self._held_keys()[1], document) is None:
            return 0
        fields = await self._redis.hkeys(self._held_keys()[2])
        found = [one.decode().rpartition("@") for one in fields]
        revisions = sorted(int(revision) for name, _, revision in found if name == document)
        return int(await self._let_go(keys=self._held_keys(), args=[document, *revisions]))

    async def unfinished(self) -> AsyncIterator[Entry]:
        """Every entry that is not done, by whomever, oldest first."""
        start = b"-"
        while rows := await self._redis.xrange(self._key, start, b"+", count=_PAGE):
            for name, fields in rows:
                yield _entry(name, fields)
            start = b"(" + rows[-1][0]

    async def waiting(self) -> int:
        """How many entries are not done."""
        return int(await self._redis.xlen(self._key))

    def _held_keys(self) -> list[str]:
        return [self._key, f"{self._key}:held-until", f"{self._key}:held"]

    async def _create(self) -> None:
        try:
            await self._redis.xgroup_create(self._key, _GROUP, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise
        self._ready = True

    async def _next(self, after: bytes, limit: int) -> list[Entry]:
        found = await self._redis.xreadgroup(_GROUP, self._owner, {self._key: after}, count=limit)
        return [_entry(name, fields) for _, rows in found or () for name, fields in rows if fields]

    async def _claim_from_the_dead(self) -> bool:
        claimed = False
        for consumer in await self._redis.xinfo_consumers(self._key, _GROUP):
            name = consumer["name"].decode()
            if name == self._owner or await self._is_alive(name):
                continue
            entries = await self._redis.xpending_range(self._key, _GROUP, "-", "+", 1000, consumername=name)
            if entries:
                ids = [entry["message_id"] for entry in entries]
                # without counting: only `read` counts, for it alone comes before a try
                await self._redis.xclaim(self._key, _GROUP, self._owner, min_idle_time=0, message_ids=ids, justid=True)
                claimed = True
            else:
                await self._drop(keys=[self._key], args=[_GROUP, name])
        return claimed

    async def _times_read(self, entry: Entry) -> int:
        found = await self._redis.xpending_range(self._key, _GROUP, entry.id, entry.id, 1, consumername=self._owner)
        return int(found[0]["times_delivered"]) if found else 0

    async def _set_aside(self, entry: Entry) -> None:
        async with self._redis.pipeline() as pipe:
            pipe.xadd(f"{self._key}:dead", {b"article": entry.article}, maxlen=1000)
            pipe.xack(self._key, _GROUP, entry.id)
            pipe.xdel(self._key, entry.id)
            await pipe.execute()

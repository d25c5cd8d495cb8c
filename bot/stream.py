"""The seam between crawling and briefing: new articles, each handled until it is acknowledged.

redis-py on one consumer group: an entry belongs to a consumer until `done`, an entry of a consumer whose connection is
gone is claimed by another at once, and an entry that failed `_TRIES` times is set aside for the operator. An entry done
is deleted, so that what stands in the stream is what is still to do.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ResponseError

_TRIES = 5
_GROUP = "brief"


@dataclass(frozen=True, slots=True)
class Entry:
    """One article as JSON, and the stream's own id of it."""

    id: bytes
    article: bytes


class ArticleStream:
    """The consumer `owner` of the stream `key`; `is_alive` tells whether another consumer's process still lives."""

    def __init__(self, redis: Redis, key: str, owner: str, is_alive: Callable[[str], Awaitable[bool]]) -> None:
        self._redis: Any = redis  # its stubs tell every decoding of an answer at once
        self._key = key
        self._owner = owner
        self._is_alive = is_alive
        self._ready = False

    async def read(self, limit: int = 16) -> list[Entry]:
        """Entries to handle now: our own unfinished ones, those of the dead, then new ones."""
        if not self._ready:
            await self._create()
        await self._claim_from_the_dead()
        for start in ("0", ">"):
            found = await self._redis.xreadgroup(_GROUP, self._owner, {self._key: start}, count=limit)
            entries = [
                Entry(entry, fields[b"article"]) for _, batch in found or () for entry, fields in batch if fields
            ]
            if entries:
                return await self._set_aside(entries) if start == "0" else entries
        return []

    async def done(self, entry: Entry) -> None:
        """The article is wholly handled."""
        async with self._redis.pipeline() as pipe:
            pipe.xack(self._key, _GROUP, entry.id)
            pipe.xdel(self._key, entry.id)
            await pipe.execute()

    async def waiting(self) -> int:
        """How many entries are not done."""
        return int(await self._redis.xlen(self._key))

    async def _create(self) -> None:
        try:
            await self._redis.xgroup_create(self._key, _GROUP, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise
        self._ready = True

    async def _claim_from_the_dead(self) -> None:
        for consumer in await self._redis.xinfo_consumers(self._key, _GROUP):
            name = consumer["name"].decode()
            if name == self._owner or await self._is_alive(name):
                continue
            entries = await self._redis.xpending_range(self._key, _GROUP, "-", "+", 1000, consumername=name)
            if entries:
                ids = [entry["message_id"] for entry in entries]
                await self._redis.xclaim(self._key, _GROUP, self._owner, min_idle_time=0, message_ids=ids)
            else:
                await self._redis.xgroup_delconsumer(self._key, _GROUP, name)

    async def _set_aside(self, entries: list[Entry]) -> list[Entry]:
        """Moves what failed too often to the dead entries; the rest is ours to try again."""
        pending = await self._redis.xpending_range(self._key, _GROUP, "-", "+", 1000, consumername=self._owner)
        tries = {entry["message_id"]: entry["times_delivered"] for entry in pending}
        kept = []
        for entry in entries:
            if tries.get(entry.id, 0) <= _TRIES:
                kept.append(entry)
                continue
            async with self._redis.pipeline() as pipe:
                pipe.xadd(f"{self._key}:dead", {b"article": entry.article}, maxlen=1000)
                pipe.xack(self._key, _GROUP, entry.id)
                pipe.xdel(self._key, entry.id)
                await pipe.execute()
        return kept

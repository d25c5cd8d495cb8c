"""What the crawl remembers: validators, due times, seen documents, leases, and the stream that hands articles over.

Common to all institutions (articles are public), so no method takes a tenant. Two rules bind every method:

- Nothing is marked seen before its article is in the stream: both are one Lua script (`hand_over`).
- A write carries its lease; once another worker has taken the source, the write is refused with `StaleLease`.

Leases end by the caller's clock, not by Redis': `now` is compared with the stored instant.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

from redis.asyncio import Redis

from crawlers.article import Article
from crawlers.leases import Leases
from crawlers.snapshots import Snapshots
from crawlers.state import Lease, SourceState, to_record, typed

__all__ = ["STREAM", "CrawlStore", "Lease", "Seen", "SourceState"]

STREAM = "dobi:{crawl}:articles"
_CALLS_KEPT_S = 2 * 86400

# KEYS lease, seen, alias, texts, tries, stream; ARGV token, id, record, url, text hash, article key,
# article JSON or "", the key believed to have told this text first or "". Answers -1 where that belief is out of date.
_HAND_OVER = """
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
if ARGV[5] ~= '' then
  local first = redis.call('HGET', KEYS[4], ARGV[5])
  if first and first ~= ARGV[6] and first ~= ARGV[8] then return -1 end
end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
if ARGV[4] ~= '' then redis.call('HSET', KEYS[3], ARGV[4], ARGV[2]) end
if ARGV[5] ~= '' then redis.call('HSETNX', KEYS[4], ARGV[5], ARGV[6]) end
redis.call('HDEL', KEYS[5], ARGV[2])
if ARGV[7] ~= '' then
  redis.call('XADD', KEYS[6], '*', 'article', ARGV[7])
  redis.call('PUBLISH', 'dobi:wake', 'brief')
end
return 1
"""
_TRY = """
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return -1 end
return redis.call('HINCRBY', KEYS[2], ARGV[2], 1)
"""
# KEYS lease, baseline, source; ARGV token, ids. The first listing of a source is written down once.
_BASELINE = """
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
if redis.call('HSETNX', KEYS[3], 'baseline', '1') == 1 then
  for i = 2, #ARGV do redis.call('SADD', KEYS[2], ARGV[i]) end
end
return 1
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """A document as last handed over: its fingerprint, hashes of its row and links, when it was told and checked."""

    title: str
    body: str
    files: str
    listed: str
    links: str
    revision: int
    told_at: datetime
    checked_at: datetime
    etag: str = ""
    last_modified: str = ""


class CrawlStore(Leases):
    """The crawl's memory in Redis; `owner` names this worker, `is_alive` tells whether another still lives."""

    def __init__(
        self,
        redis: Redis,
        lease: timedelta = timedelta(seconds=60),
        is_alive: Callable[[str], Awaitable[bool]] | None = None,
        owner: str = "crawler",
    ) -> None:
        super().__init__(redis, lease, is_alive, owner)
        self.snapshots = Snapshots(redis)
        own = {"hand_over": _HAND_OVER, "try": _TRY, "baseline": _BASELINE}
        self._scripts.update({name: redis.register_script(text) for name, text in own.items()})

    async def seen(self, source: str, ids: Sequence[str]) -> dict[str, Seen]:
        """The documents among `ids` that were handed over."""
        if not ids:
            return {}
        records = await cast("Awaitable[list[bytes | None]]", self._redis.hmget(self._key("seen", source), list(ids)))
        return {name: _seen(record) for name, record in zip(ids, records, strict=True) if record}

    async def aliases(self, source: str, urls: Sequence[str]) -> dict[str, str]:
        """The ids under which documents at these canonical addresses were handed over."""
        if not urls:
            return {}
        found = await cast("Awaitable[list[bytes | None]]", self._redis.hmget(self._key("alias", source), list(urls)))
        return {url: name.decode() for url, name in zip(urls, found, strict=True) if name}

    async def baseline(self, lease: Lease, ids: Iterable[str]) -> frozenset[str]:
        """The ids of the first list that this source ever gave; `ids` become it where there was none.

        Raises:
            StaleLease: another worker holds the source.
        """
        key = self._key("baseline", lease.source)
        keys = [self._key("lease", lease.source), key, self._key("source", lease.source)]
        await self._guarded("baseline", lease, keys, *ids)
        members = await cast("Awaitable[set[bytes]]", self._redis.smembers(key))
        return frozenset(member.decode() for member in members)

    async def count_try(self, lease: Lease, entry_id: str) -> int:
        """How often this document has now been tried in vain.

        Raises:
            StaleLease: another worker holds the source.
        """
        keys = [self._key("lease", lease.source), self._key("tries", lease.source)]
        return await self._guarded("try", lease, keys, entry_id, refused=-1)

    async def count_call(self, key: str, day: str) -> int:
        """How many calls of a portal were made under the name `key` on `day` by all workers, this one included."""
        name = self._key("calls", f"{key}:{day}")
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.incr(name)
            pipe.expire(name, _CALLS_KEPT_S)
            return int((await pipe.execute())[0])

    async def hand_over(self, lease: Lease, article: Article, seen: Seen, url: str, whole: str) -> Article:
        """The article is in the stream and marked seen, both or neither; answered as it stands there, with `same_as`.

        `whole` is the hash of the text (`Fingerprint.whole`), `url` the canonical address, "" for none.

        Raises:
            StaleLease: another worker holds the source; nothing was written.
        """
        while True:  # ends: the first teller of a text is written once and never changes
            first = await self._first_with(whole)
            told = replace(article, same_as=None if first == article.key else first)
            marked = (whole, told.key, told.to_json(), first or "")
            if await self._mark(lease, article.id, seen, url, marked) > 0:
                return told

    async def note(self, lease: Lease, entry_id: str, seen: Seen, url: str) -> None:
        """The document was looked at again and tells nothing new (its row, its address or the time may have changed).

        Raises:
            StaleLease: another worker holds the source; nothing was written.
        """
        await self._mark(lease, entry_id, seen, url, ("", "", b"", ""))

    async def _first_with(self, whole: str) -> str | None:
        found = await cast("Awaitable[bytes | None]", self._redis.hget(self._key("texts"), whole)) if whole else None
        return found.decode() if found else None

    async def _mark(self, lease: Lease, entry_id: str, seen: Seen, url: str, told: tuple[str, str, bytes, str]) -> int:
        names = ("lease", "seen", "alias")
        keys = [self._key(name, lease.source) for name in names]
        keys += [self._key("texts"), self._key("tries", lease.source), STREAM]
        return await self._guarded("hand_over", lease, keys, entry_id, json.dumps(to_record(seen)), url, *told)


def _seen(record: bytes) -> Seen:
    return Seen(**typed(Seen, json.loads(record)))

"""What the crawl remembers: validators, due times, seen documents, leases, and the stream that hands articles over.

Common to all institutions (articles are public), so no method takes a tenant. Two rules bind every method:

- Nothing is marked seen before its article is in the stream: both are one Lua script (`hand_over`).
- A write carries its lease; once another worker has taken the source, the write is refused with `StaleLease`.

Leases end by the caller's clock, not by Redis': `now` is compared with the stored instant.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from redis.asyncio import Redis

from crawlers.article import Article, StaleLease

STREAM = "dobi:{crawl}:articles"

# KEYS lease, fence; ARGV owner, now, until, token of a dead holder.
# Answers {1, token} or {0, holder, its token, until}.
_TAKE = """
local held = redis.call('HMGET', KEYS[1], 'owner', 'token', 'until')
if held[1] and tonumber(held[3]) > tonumber(ARGV[2]) and held[2] ~= ARGV[4] then
  return {0, held[1], held[2], held[3]}
end
local token = redis.call('INCR', KEYS[2])
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'token', token, 'until', ARGV[3])
return {1, token}
"""
_RENEW = """
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'until', ARGV[2])
return 1
"""
_RELEASE = """
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1])
return 1
"""
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
# KEYS lease, source; ARGV token, field, value, …. Ends the poll and the lease in one.
_FINISH = """
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[2], unpack(ARGV, 2))
redis.call('DEL', KEYS[1])
return 1
"""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to poll one source; `token` grows with every holder."""

    source: str
    token: int
    until: datetime


@dataclass(frozen=True, slots=True)
class SourceState:
    """What is remembered of one source between polls; `listing` is the hash of the last list's bytes.

    `failures` counts polls that failed in a row, `sick_since` when the present sickness began; `evidence` tells it.
    """

    due_at: datetime | None = None
    etag: str = ""
    last_modified: str = ""
    moved_to: str = ""
    listing: str = ""
    entries: int = 0
    recheck_at: datetime | None = None
    failures: int = 0
    error: str = ""
    evidence: str = ""
    sick_since: datetime | None = None
    polled_at: datetime | None = None
    ok_at: datetime | None = None
    newest_at: datetime | None = None
    url: str = ""


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


class CrawlStore:
    """The crawl's memory in Redis; `owner` names this worker, `is_alive` tells whether another still lives."""

    def __init__(
        self,
        redis: Redis,
        lease: timedelta = timedelta(seconds=60),
        is_alive: Callable[[str], Awaitable[bool]] | None = None,
        owner: str = "crawler",
    ) -> None:
        self._redis, self._lease, self._is_alive, self._owner = redis, lease, is_alive, owner
        self._polled: set[str] = set()
        self._scripts = {
            name: redis.register_script(text)
            for name, text in {
                "take": _TAKE, "renew": _RENEW, "release": _RELEASE, "hand_over": _HAND_OVER, "try": _TRY,
                "baseline": _BASELINE, "finish": _FINISH,
            }.items()
        }  # fmt: skip

    async def take(self, source: str, now: datetime) -> Lease | None:
        """The lease on `source`, or None while another worker (or another task of this one) polls it."""
        until = now + self._lease
        answer = await self._take(source, now, until, "")
        if not answer[0] and await self._is_left(source, answer[1].decode()):
            answer = await self._take(source, now, until, answer[2].decode())
        if not answer[0]:
            return None
        self._polled.add(source)
        return Lease(source, int(answer[1]), until)

    async def _is_left(self, source: str, holder: str) -> bool:
        """Whether nobody polls the source: its holder is dead, or is this worker, which could not give it back."""
        if self._is_alive is None:
            return False
        return source not in self._polled if holder == self._owner else not await self._is_alive(holder)

    async def renew(self, lease: Lease, now: datetime) -> Lease:
        """The same lease, longer, where a third of it has passed.

        Raises:
            StaleLease: another worker holds the source.
        """
        if lease.until - now > self._lease * 2 / 3:
            return lease
        until = now + self._lease
        await self._guarded("renew", lease, [self._key("lease", lease.source)], _stamp(until))
        return replace(lease, until=until)

    async def release(self, lease: Lease) -> None:
        """Gives the source back; a lease lost meanwhile is left to its holder."""
        self._polled.discard(lease.source)
        await self._scripts["release"](keys=[self._key("lease", lease.source)], args=[lease.token])

    async def states(self, sources: Sequence[str]) -> list[SourceState]:
        """What is remembered of each source, in their order."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for source in sources:
                pipe.hgetall(self._key("source", source))
            return [_state(record) for record in await pipe.execute()]

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

    async def finish(self, lease: Lease, state: SourceState) -> None:
        """The poll is over: its state is stored and the lease given back.

        Raises:
            StaleLease: another worker holds the source; nothing was written.
        """
        pairs = [part for name, text in _record(state).items() for part in (name, text)]
        keys = [self._key("lease", lease.source), self._key("source", lease.source)]
        await self._guarded("finish", lease, keys, *pairs)

    def _key(self, kind: str, name: str = "") -> str:
        return f"dobi:{{crawl}}:{kind}" + (f":{name}" if name else "")

    async def _take(self, source: str, now: datetime, until: datetime, dead: str) -> list[Any]:
        keys = [self._key("lease", source), self._key("fence")]
        args = [self._owner, _stamp(now), _stamp(until), dead]
        return cast("list[Any]", await self._scripts["take"](keys=keys, args=args))

    async def _guarded(self, name: str, lease: Lease, keys: list[str], *args: str | bytes, refused: int = 0) -> int:
        answer = int(await self._scripts[name](keys=keys, args=[lease.token, *args]))
        if answer == refused:
            raise StaleLease("stale", lease.source)
        return answer

    async def _first_with(self, whole: str) -> str | None:
        found = await cast("Awaitable[bytes | None]", self._redis.hget(self._key("texts"), whole)) if whole else None
        return found.decode() if found else None

    async def _mark(self, lease: Lease, entry_id: str, seen: Seen, url: str, told: tuple[str, str, bytes, str]) -> int:
        names = ("lease", "seen", "alias")
        keys = [self._key(name, lease.source) for name in names]
        keys += [self._key("texts"), self._key("tries", lease.source), STREAM]
        return await self._guarded("hand_over", lease, keys, entry_id, json.dumps(_record(seen)), url, *told)


def _stamp(at: datetime) -> str:
    return str(int(at.timestamp() * 1000))


def _record(value: SourceState | Seen) -> dict[str, str]:
    record = {}
    for field in fields(value):
        item = getattr(value, field.name)
        record[field.name] = (
            item.astimezone(UTC).isoformat() if isinstance(item, datetime) else str("" if item is None else item)
        )
    return record


def _state(record: dict[bytes, bytes]) -> SourceState:
    texts = {name.decode(): text.decode("utf-8", "replace") for name, text in record.items()}
    return SourceState(**_typed(SourceState, texts))


def _seen(record: bytes) -> Seen:
    return Seen(**_typed(Seen, json.loads(record)))


def _typed(wanted: type, texts: dict[str, str]) -> dict[str, Any]:
    typed: dict[str, Any] = {}
    for field in fields(wanted):
        if field.name not in texts:
            continue
        text = texts[field.name]
        if "datetime" in str(field.type):
            typed[field.name] = datetime.fromisoformat(text) if text else None
        else:
            typed[field.name] = int(text) if field.type == "int" else text
    return typed

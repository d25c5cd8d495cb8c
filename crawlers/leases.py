"""Which worker polls which source, and when each is due. Any number of workers on one Redis share the sources by lease.

A write carries its lease; once another worker has taken the source, the write is refused with `StaleLease`.
Leases end by the caller's clock, not by Redis': `now` is compared with the stored instant.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

from redis.asyncio import Redis

from crawlers.article import StaleLease
from crawlers.state import Lease, SourceState, instant, stamp, state_from, to_record

# KEYS lease, fence, source, due; ARGV owner, now, until, token of a dead holder, source, "1" for whether due or not.
# Answers {1, token, state …}, {0, holder, its token} or {2} where the source is not due.
_TAKE = """
if ARGV[6] ~= '1' then
  local due = redis.call('ZSCORE', KEYS[4], ARGV[5])
  if due and tonumber(due) > tonumber(ARGV[2]) then return {2} end
end
local held = redis.call('HMGET', KEYS[1], 'owner', 'token', 'until')
if held[1] and tonumber(held[3]) > tonumber(ARGV[2]) and held[2] ~= ARGV[4] then
  return {0, held[1], held[2]}
end
local token = redis.call('INCR', KEYS[2])
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'token', token, 'until', ARGV[3])
return {1, token, redis.call('HGETALL', KEYS[3])}
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
# KEYS lease, source, due, polls; ARGV token, source, due instant or "", field, value, …. Ends poll and lease in one.
_FINISH = """
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then return 0 end
if #ARGV > 3 then redis.call('HSET', KEYS[2], unpack(ARGV, 4)) end
if ARGV[3] == '' then redis.call('ZREM', KEYS[3], ARGV[2]) else redis.call('ZADD', KEYS[3], ARGV[3], ARGV[2]) end
redis.call('DEL', KEYS[1])
redis.call('INCR', KEYS[4])
return 1
"""
SCRIPTS = {"take": _TAKE, "renew": _RENEW, "release": _RELEASE, "finish": _FINISH}
_AT_ONCE = 500  # states asked for in one go


class Leases:
    """The sources' states, due instants and leases; `owner` names this worker, `is_alive` tells of the others."""

    def __init__(
        self, redis: Redis, lease: timedelta, is_alive: Callable[[str], Awaitable[bool]] | None, owner: str
    ) -> None:
        self._redis, self._lease, self._is_alive, self.owner = redis, lease, is_alive, owner
        self._polled: dict[str, int] = {}  # source → token
        self._scripts = {name: redis.register_script(text) for name, text in SCRIPTS.items()}

    async def take(self, source: str, now: datetime, *, due_only: bool = False) -> Lease | None:
        """The lease on `source`, or None while another worker (or another task of this one) polls it.

        With `due_only` also None where its due instant, as of now, is still to come.
        """
        until = now + self._lease
        answer = await self._take(source, now, until, "", due_only=due_only)
        if not answer[0] and await self._is_left(source, answer[1].decode()):
            answer = await self._take(source, now, until, answer[2].decode(), due_only=due_only)
        if answer[0] != 1:
            return None
        self._polled[source] = int(answer[1])
        pairs = iter(answer[2])
        return Lease(source, int(answer[1]), until, state_from(dict(zip(pairs, pairs, strict=True))))

    async def _is_left(self, source: str, holder: str) -> bool:
        """Whether nobody polls the source: its holder is dead, or is this worker, which could not give it back."""
        if self._is_alive is None:
            return False
        return source not in self._polled if holder == self.owner else not await self._is_alive(holder)

    async def renew(self, lease: Lease, now: datetime) -> Lease:
        """The same lease, longer, where a third of it has passed.

        Raises:
            StaleLease: another worker holds the source.
        """
        if lease.until - now > self._lease * 2 / 3:
            return lease
        until = now + self._lease
        await self._guarded("renew", lease, [self._key("lease", lease.source)], str(stamp(until)))
        return replace(lease, until=until)

    async def release(self, lease: Lease) -> None:
        """Gives the source back where `finish` has not; a lease lost meanwhile is left to its holder."""
        if self._polled.get(lease.source) != lease.token:
            return
        del self._polled[lease.source]
        await self._scripts["release"](keys=[self._key("lease", lease.source)], args=[lease.token])

    async def finish(self, lease: Lease, state: SourceState) -> None:
        """The poll is over: its state is stored, the source due again at `state.due_at`, the lease given back.

        Raises:
            StaleLease: another worker holds the source; nothing was written.
        """
        pairs = [part for name, text in to_record(state, lease.state).items() for part in (name, text)]
        keys = [self._key("lease", lease.source), self._key("source", lease.source), self._key("due")]
        keys.append(self._key("polls"))
        due = "" if state.due_at is None else str(stamp(state.due_at))
        await self._guarded("finish", lease, keys, lease.source, due, *pairs)
        if self._polled.get(lease.source) == lease.token:
            del self._polled[lease.source]

    async def states(self, sources: Sequence[str]) -> list[SourceState]:
        """What is remembered of each source, in their order."""
        found = []
        for start in range(0, len(sources), _AT_ONCE):
            async with self._redis.pipeline(transaction=False) as pipe:
                for source in sources[start : start + _AT_ONCE]:
                    pipe.hgetall(self._key("source", source))
                found += [state_from(record) for record in await pipe.execute()]
        return found

    async def polls(self) -> int:
        """How many polls of all workers have ended: while it stays, so do all states."""
        return int(await self._redis.get(self._key("polls")) or 0)

    async def dues(self, sources: Sequence[str]) -> list[datetime | None]:
        """When each source is due again, in their order; None for one never polled. One question for all."""
        if not sources:
            return []
        scores = await self._redis.zmscore(self._key("due"), list(sources))
        return [None if score is None else instant(score) for score in scores]

    def _key(self, kind: str, name: str = "") -> str:
        return f"dobi:{{crawl}}:{kind}" + (f":{name}" if name else "")

    async def _take(self, source: str, now: datetime, until: datetime, dead: str, *, due_only: bool) -> list[Any]:
        keys = [self._key("lease", source), self._key("fence"), self._key("source", source), self._key("due")]
        args: list[str | int] = [self.owner, stamp(now), stamp(until), dead, source, "" if due_only else "1"]
        return cast("list[Any]", await self._scripts["take"](keys=keys, args=args))

    async def _guarded(self, name: str, lease: Lease, keys: list[str], *args: str | bytes, refused: int = 0) -> int:
        answer = int(await self._scripts[name](keys=keys, args=[lease.token, *args]))
        if answer == refused:
            raise StaleLease("stale", lease.source)
        return answer

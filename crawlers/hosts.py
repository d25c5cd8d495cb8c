"""What all workers know of hosts in common: whose turn it is, who asked for a pause, and their robots.txt.

Kept in Redis for every process; a booking ends by the caller's clock, so a dead worker's turn passes. Refuses to say
how long a rest should be, or to read a robots.txt.
"""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from redis.asyncio import Redis

from crawlers.state import instant, stamp

# KEYS host; ARGV who, now, gap ms, hold ms. Answers 0 (booked), or for how many ms the host is not to be asked.
# A wait is never longer than the spans allow: another machine's clock may be ahead.
_BOOK = """
local now, gap, hold = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local known = redis.call('HMGET', KEYS[1], 'who', 'until', 'free')
if known[1] and known[1] ~= ARGV[1] and tonumber(known[2]) > now then
  return math.min(tonumber(known[2]) - now, hold, 500)
end
if known[3] and tonumber(known[3]) > now then return math.min(tonumber(known[3]) - now, gap + hold) end
redis.call('HSET', KEYS[1], 'who', ARGV[1], 'until', now + hold, 'free', now + gap)
redis.call('PEXPIRE', KEYS[1], gap + hold + 60000)
return 0
"""
# KEYS host; ARGV who, free again at, ms to keep that
_FREE = """
if redis.call('HGET', KEYS[1], 'who') ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[1], 'who')
redis.call('HSET', KEYS[1], 'free', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
"""
# KEYS pauses; ARGV host, until, a day ago, the most: the longest pause asked for counts, and those over first go first.
_PAUSE = """
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[3])
local known = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not known or tonumber(known) < tonumber(ARGV[2]) then redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1]) end
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - tonumber(ARGV[4]))
return 1
"""
# KEYS robots, origins; ARGV origin, until, now, the most, the rules, ms to keep them. 0 where there is no room.
_KEEP = """
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[3])
if not redis.call('ZSCORE', KEYS[2], ARGV[1]) and redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[4]) then return 0 end
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
redis.call('SET', KEYS[1], ARGV[5], 'PX', ARGV[6])
return 1
"""
_LOOK = timedelta(seconds=1)  # pauses that others wrote are seen so late at most
_MAX_PAUSES = 10_000
_MAX_RULES = 16 * 1024  # compressed; strangers decide how many hosts there are, and the memory is everybody's
_MAX_ORIGINS = 2_000  # whose robots.txt are kept for everybody
_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rules:
    """A robots.txt as it was had: the body where `status` is 200; `cause` where it could not be had."""

    status: int
    body: bytes
    cause: str
    until: datetime


class Hosts:
    """The common memory of hosts; one a process."""

    def __init__(self, redis: Redis) -> None:
        self._redis, self._who = redis, secrets.token_hex(8)
        self._book, self._free, self._pause, self._keep = (
            redis.register_script(text) for text in (_BOOK, _FREE, _PAUSE, _KEEP)
        )
        self._pauses: dict[str, datetime] = {}
        self._looked_at: datetime | None = None

    async def book(self, host: str, gap: timedelta, hold: timedelta, now: datetime) -> timedelta:
        """Zero: the host is this process' for one request, for `hold` at most; else how long to wait before asking.

        Where another holds it, that is short, since it may be free at any moment.
        """
        args: list[str | int] = [self._who, stamp(now), _ms(gap), _ms(hold)]
        return timedelta(milliseconds=int(await self._book(keys=[self._key("host", host)], args=args)))

    async def free(self, host: str, gap: timedelta, now: datetime) -> None:
        """The request is over; the next may start after `gap`."""
        args: list[str | int] = [self._who, stamp(now + gap), _ms(gap) + 60_000]
        await self._free(keys=[self._key("host", host)], args=args)

    async def pause(self, host: str, until: datetime, now: datetime) -> None:
        """Nobody asks `host` before `until`; of very many hosts those that may be asked soonest are forgotten."""
        self._pauses[host] = max(until, self._pauses.get(host, until))
        await self._pause(keys=[self._key("pauses")], args=[host, stamp(until), stamp(now - _KEPT), _MAX_PAUSES])

    async def paused(self, host: str, now: datetime) -> datetime | None:
        """Until when `host` wants to be left alone, if it does; asked of Redis once a second for all hosts."""
        if self._looked_at is None or not self._looked_at <= now < self._looked_at + _LOOK:
            self._looked_at = now
            asked = self._redis.zrange(
                self._key("pauses"), stamp(now), "+inf", byscore=True, offset=0, num=_MAX_PAUSES, withscores=True
            )
            found = cast("list[tuple[bytes, float]]", await asked)
            self._pauses = {name.decode(): instant(score) for name, score in found}
        until = self._pauses.get(host)
        return until if until is not None and until > now else None

    async def rules(self, origin: str, now: datetime) -> Rules | None:
        """The robots.txt of `origin` that some worker has fetched, while it may still be used."""
        found = await cast("Awaitable[bytes | None]", self._redis.get(self._key("robots", origin)))
        if not found:
            return None
        head, _, body = found.partition(b"\n")
        until, status, cause = head.decode().split(" ")
        rules = Rules(int(status), zlib.decompress(body), cause, instant(int(until)))
        return rules if rules.until > now else None

    async def keep_rules(self, origin: str, rules: Rules, now: datetime) -> None:
        """Tells every worker the robots.txt of `origin`, until `rules.until`.

        A giant one, and one too many, each asks for itself.
        """
        head = f"{stamp(rules.until)} {rules.status} {rules.cause}\n".encode()
        body = zlib.compress(rules.body)
        if len(body) <= _MAX_RULES:
            keys = [self._key("robots", origin), self._key("origins")]
            kept = max(1, _ms(rules.until - now))
            await self._keep(keys=keys, args=[origin, stamp(rules.until), stamp(now), _MAX_ORIGINS, head + body, kept])

    def _key(self, kind: str, name: str = "") -> str:
        return f"dobi:{{crawl}}:{kind}" + (f":{name}" if name else "")


def _ms(span: timedelta) -> int:
    return round(span.total_seconds() * 1000)

"""The trips of an institution, one JSON record each: written before it is acknowledged, destroyed on its date.

dobi:{tenant}:trips:all            hash, id → JSON of the trip
dobi:{tenant}:trips:of:<person>    sorted set, id → seconds of the trip's day
dobi:{tenant}:trips:day            sorted set, the same for everybody
dobi:{tenant}:trips:due            sorted set, id → seconds at which somebody looks at it next; 0 after each change
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, time
from typing import cast

import redis.asyncio

from attest.trip import KST, Trip, pack, unpack

# KEYS all, of, day, due; ARGV id, what is thought to be there ('' nothing), record, score; 0 where that is not so
_PUT = """
local there = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if there ~= ARGV[2] and there ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[1])
redis.call('ZADD', KEYS[3], ARGV[4], ARGV[1])
if there ~= ARGV[3] then redis.call('ZADD', KEYS[4], 0, ARGV[1]) end
return 1
"""

# KEYS all, due; ARGV id, the record as it was looked at, when next ('' never). 0 where it was changed meanwhile.
_REST = """
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
if ARGV[3] == '' then redis.call('ZREM', KEYS[2], ARGV[1]) else redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1]) end
return 1
"""


class Trips:
    """The trips of all institutions on one Redis."""

    def __init__(self, database: redis.asyncio.Redis) -> None:
        self._database = database
        self._put = database.register_script(_PUT)
        self._rest = database.register_script(_REST)

    async def get(self, tenant: str, trip_id: str) -> Trip | None:
        """The trip of that id."""
        stored = await cast(Awaitable[bytes | None], self._database.hget(self._key(tenant, "all"), trip_id))
        return None if stored is None else unpack(stored)

    async def add(self, tenant: str, trip: Trip) -> Trip:
        """The trip, durable; one of that id that is there already is left and returned."""
        if await self._write(tenant, "", trip):
            return trip
        there = await self.get(tenant, trip.id)
        return trip if there is None else there

    async def change(self, tenant: str, trip_id: str, change: Callable[[Trip], Trip]) -> Trip | None:
        """The trip after `change`, durable; made again where somebody was faster. None: no such trip."""
        key = self._key(tenant, "all")
        while (stored := await cast(Awaitable[bytes | None], self._database.hget(key, trip_id))) is not None:
            after = change(unpack(stored))
            if await self._write(tenant, stored, after):
                return after
        return None

    async def of(self, tenant: str, person: str, since: date, until: date) -> Sequence[Trip]:
        """The person's trips of the days from `since` to before `until` in Korea, oldest first."""
        return await self._between(tenant, self._key(tenant, "of", person), since, until)

    async def between(self, tenant: str, since: date, until: date) -> Sequence[Trip]:
        """Everybody's trips of the days from `since` to before `until` in Korea, oldest first."""
        return await self._between(tenant, self._key(tenant, "day"), since, until)

    async def due(self, tenant: str, now: datetime, limit: int = 200) -> Sequence[Trip]:
        """Trips that were changed, or whose next look has come."""
        key = self._key(tenant, "due")
        found = await self._database.zrange(key, "-inf", str(now.timestamp()), byscore=True, offset=0, num=limit)
        return await self._load(tenant, cast("list[bytes]", found))

    async def next_due(self, tenant: str) -> datetime | None:
        """When the first is to be looked at."""
        found = cast("list[tuple[bytes, float]]", await self._database.zrange(
            self._key(tenant, "due"), 0, 0, withscores=True))  # fmt: skip
        return datetime.fromtimestamp(found[0][1], UTC) if found else None

    async def rest(self, tenant: str, trip: Trip, until: datetime | None) -> bool:
        """Looks at it next then, or never; False where it was changed since it was read, and is looked at again."""
        keys = [self._key(tenant, "all"), self._key(tenant, "due")]
        return bool(await self._rest(keys=keys, args=[trip.id, pack(trip), "" if until is None else until.timestamp()]))

    async def remove(self, tenant: str, trip: Trip) -> None:
        """Destroys the record; safe to repeat."""
        async with self._database.pipeline(transaction=True) as pipe:
            pipe.hdel(self._key(tenant, "all"), trip.id)
            pipe.zrem(self._key(tenant, "of", trip.person), trip.id)
            pipe.zrem(self._key(tenant, "day"), trip.id)
            pipe.zrem(self._key(tenant, "due"), trip.id)
            await pipe.execute()

    async def _write(self, tenant: str, thought: str | bytes, after: Trip) -> bool:
        keys = [self._key(tenant, "all"), self._key(tenant, "of", after.person), self._key(tenant, "day"),
                self._key(tenant, "due")]  # fmt: skip
        return bool(await self._put(keys=keys, args=[after.id, thought, pack(after), _score(after.day)]))

    async def _between(self, tenant: str, name: str, since: date, until: date) -> Sequence[Trip]:
        found = cast("list[bytes]", await self._database.zrangebyscore(name, _score(since), f"({_score(until)}"))
        return await self._load(tenant, found)

    async def _load(self, tenant: str, found: Sequence[bytes]) -> Sequence[Trip]:
        if not found:
            return ()
        fields = [one.decode() for one in found]
        stored = await cast(Awaitable[list[bytes | None]], self._database.hmget(self._key(tenant, "all"), fields))
        return tuple(unpack(one) for one in stored if one is not None)

    @staticmethod
    def _key(tenant: str, *parts: str) -> str:
        return ":".join((f"dobi:{{{tenant}}}:trips", *parts))


def _score(day: date) -> float:
    return datetime.combine(day, time(), KST).astimezone(UTC).timestamp()

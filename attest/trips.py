"""The trips of an institution, one JSON record each: written before it is acknowledged, destroyed on its date.

dobi:{tenant}:trips:all            hash, id → JSON of the trip
dobi:{tenant}:trips:of:<person>    sorted set, id → seconds of the trip's day
dobi:{tenant}:trips:day            sorted set, the same for everybody
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, time
from typing import cast

import redis.asyncio

from attest.trip import KST, Trip, pack, unpack

# KEYS all, of, day; ARGV id, what is thought to be there ('' nothing), record, score. 0 where it was changed meanwhile.
_PUT = """
local there = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if there ~= ARGV[2] and there ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[1])
redis.call('ZADD', KEYS[3], ARGV[4], ARGV[1])
return 1
"""


class Trips:
    """The trips of all institutions on one Redis."""

    def __init__(self, database: redis.asyncio.Redis) -> None:
        self._database = database
        self._put = database.register_script(_PUT)

    async def get(self, tenant: str, trip_id: str) -> Trip | None:
        """The trip of that id."""
        stored = await cast(Awaitable[bytes | None], self._database.hget(self._key(tenant, "all"), trip_id))
        return None if stored is None else unpack(stored)

    async def add(self, tenant: str, trip: Trip) -> Trip:
        """The trip, durable; one of that id that is there already is left and returned."""
        if await self._write(tenant, None, trip):
            return trip
        there = await self.get(tenant, trip.id)
        return trip if there is None else there

    async def change(self, tenant: str, trip_id: str, change: Callable[[Trip], Trip]) -> Trip | None:
        """The trip after `change`, durable; made again where somebody was faster. None: no such trip."""
        while (before := await self.get(tenant, trip_id)) is not None:
            after = change(before)
            if await self._write(tenant, before, after):
                return after
        return None

    async def of(self, tenant: str, person: str, since: date, until: date) -> Sequence[Trip]:
        """The person's trips of the days from `since` to before `until` in Korea, oldest first."""
        return await self._between(tenant, self._key(tenant, "of", person), since, until)

    async def between(self, tenant: str, since: date, until: date) -> Sequence[Trip]:
        """Everybody's trips of the days from `since` to before `until` in Korea, oldest first."""
        return await self._between(tenant, self._key(tenant, "day"), since, until)

    async def remove(self, tenant: str, trip: Trip) -> None:
        """Destroys the record; safe to repeat."""
        async with self._database.pipeline(transaction=True) as pipe:
            pipe.hdel(self._key(tenant, "all"), trip.id)
            pipe.zrem(self._key(tenant, "of", trip.person), trip.id)
            pipe.zrem(self._key(tenant, "day"), trip.id)
            await pipe.execute()

    async def _write(self, tenant: str, before: Trip | None, after: Trip) -> bool:
        keys = [self._key(tenant, "all"), self._key(tenant, "of", after.person), self._key(tenant, "day")]
        thought = "" if before is None else pack(before)
        return bool(await self._put(keys=keys, args=[after.id, thought, pack(after), _score(after.day)]))

    async def _between(self, tenant: str, name: str, since: date, until: date) -> Sequence[Trip]:
        found = cast("list[bytes]", await self._database.zrangebyscore(name, _score(since), f"({_score(until)}"))
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

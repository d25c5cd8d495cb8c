"""Rooms that no institution knows, and were told once how they are registered; and those where somebody without a name
was told that Dobi knows nobody by it, once an hour. Of each the last 1,000.

dobi:{deployment}:rooms:told     sorted set, adapter:room → milliseconds
dobi:{deployment}:rooms:masked   the same
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from redis.asyncio import Redis

_MOST: Final = 1_000
_KEY: Final = "dobi:{deployment}:rooms:told"
_MASKED: Final = "dobi:{deployment}:rooms:masked"
_AGAIN: Final = timedelta(hours=1)


class StrangeRooms:
    """Rooms of nobody."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis

    async def tell_once(self, adapter: str, native: str, now: datetime) -> bool:
        """True the first time for that room."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.zadd(_KEY, {f"{adapter}:{native}": int(now.timestamp() * 1000)}, nx=True)
            pipe.zremrangebyrank(_KEY, 0, -_MOST - 1)
            added, _ = await pipe.execute()
        return bool(added)

    async def tell_masked(self, adapter: str, native: str, now: datetime) -> bool:
        """True the first time within an hour for that room."""
        room, last = f"{adapter}:{native}", int((now - _AGAIN).timestamp() * 1000)
        before = await self._redis.zscore(_MASKED, room)
        if before is not None and before > last:
            return False
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.zadd(_MASKED, {room: int(now.timestamp() * 1000)})
            pipe.zremrangebyscore(_MASKED, "-inf", last)
            pipe.zremrangebyrank(_MASKED, 0, -_MOST - 1)
            await pipe.execute()
        return True

    async def forget(self, adapter: str, native: str) -> None:
        """Dobi left that room: when it is let in again, it tells again."""
        await self._redis.zrem(_KEY, f"{adapter}:{native}")

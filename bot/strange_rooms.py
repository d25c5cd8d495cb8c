"""Rooms that no institution knows, and were told once how they are registered; of them the last 1,000.

dobi:{deployment}:rooms:told     sorted set, adapter:room → milliseconds
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from redis.asyncio import Redis

_MOST: Final = 1_000
_KEY: Final = "dobi:{deployment}:rooms:told"


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

    async def forget(self, adapter: str, native: str) -> None:
        """Dobi left that room: when it is let in again, it tells again."""
        await self._redis.zrem(_KEY, f"{adapter}:{native}")

"""What the crawl remembers: validators, due times, documents, leases, and the stream that hands articles over.

Its rooms: `leases.py` (who polls what, and when), `memory.py` (documents), `snapshots.py` (lists as they came).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from redis.asyncio import Redis

from crawlers.memory import STREAM, Memory, Seen
from crawlers.snapshots import Snapshots
from crawlers.state import Lease, SourceState

__all__ = ["STREAM", "CrawlStore", "Lease", "Seen", "SourceState"]

_CALLS_KEPT_S = 2 * 86400


class CrawlStore(Memory):
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

    async def count_call(self, key: str, day: str) -> int:
        """How many calls of a portal were made under the name `key` on `day` by all workers, this one included."""
        name = self._key("calls", f"{key}:{day}")
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.incr(name)
            pipe.expire(name, _CALLS_KEPT_S)
            return int((await pipe.execute())[0])

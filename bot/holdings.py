"""Which receipts are whose: pointers into the log and nothing it holds."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from redis.asyncio import Redis


class Holdings:
    """For a person's own list and for "내 정보"; the log is the truth, this is its index by person."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    @staticmethod
    def _key(tenant: str, *parts: str) -> str:
        return ":".join((f"dobi:{{{tenant}}}:holdings", *parts))

    async def add(self, tenant: str, person: str, index: int, at: datetime) -> None:
        """The receipt at that place of the log is this person's; safe to repeat."""
        await self._redis.zadd(self._key(tenant, "of", person), {str(index): at.timestamp()})

    async def of(self, tenant: str, person: str, since: datetime, limit: int) -> list[int]:
        """The log indices of the person's receipts since then, newest `limit`, oldest first."""
        found = await self._redis.zrange(
            self._key(tenant, "of", person),
            "+inf",
            str(since.timestamp()),
            desc=True,
            byscore=True,
            offset=0,
            num=limit,
        )
        return [int(index) for index in reversed(cast("list[bytes]", found))]

    async def between(self, tenant: str, person: str, since: datetime, until: datetime) -> list[int]:
        """The log indices of the person's receipts of [since, until), oldest first."""
        found = await self._redis.zrange(
            self._key(tenant, "of", person), str(since.timestamp()), f"({until.timestamp()}", byscore=True
        )
        return [int(index) for index in cast("list[bytes]", found)]

    async def remove(self, tenant: str, person: str, index: int) -> None:
        """That receipt was destroyed; safe to repeat."""
        await self._redis.zrem(self._key(tenant, "of", person), str(index))

    async def holders(self, tenant: str) -> list[str]:
        """Everybody who has a receipt."""
        head = self._key(tenant, "of", "")
        return sorted([key.decode().removeprefix(head) async for key in self._redis.scan_iter(f"{head}*", count=1_000)])

"""Who of a kitchen is told at 14:00 what the next day with lunch will need.

dobi:{tenant}:meals:followers   hash, <cafeteria>/<person> -> JSON [chat, since]
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from redis.asyncio import Redis


@dataclass(frozen=True, slots=True)
class Follower:
    """Somebody who wants to be told, where, and since when."""

    person: str
    chat: str
    since: datetime


class FollowerStore:
    """Who of each kitchen is told at 14:00."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis

    @staticmethod
    def _key(tenant: str) -> str:
        return f"dobi:{{{tenant}}}:meals:followers"

    async def follow(self, tenant: str, cafeteria: str, one: Follower) -> bool:
        """They are told from now on; False where they were already."""
        value = json.dumps([one.chat, one.since.astimezone(UTC).isoformat()])
        new = bool(await self._redis.hsetnx(self._key(tenant), _field(cafeteria, one.person), value))
        await self._redis.publish("dobi:wake", "meals")
        return new

    async def leave(self, tenant: str, cafeteria: str, person: str) -> bool:
        """They are told no more; False where they were not."""
        return bool(await self._redis.hdel(self._key(tenant), _field(cafeteria, person)))

    async def all(self, tenant: str, cafeteria: str) -> tuple[Follower, ...]:
        """Everybody who is told of a cafeteria."""
        head = _field(cafeteria, "")
        found = await self._read(tenant)
        return tuple(one for name, one in sorted(found.items()) if name.startswith(head))

    async def of(self, tenant: str, chat: str) -> tuple[Follower, ...]:
        """What a chat is told of."""
        return tuple(one for one in (await self._read(tenant)).values() if one.chat == chat)

    async def chats(self, tenant: str) -> frozenset[str]:
        """The refs of all chats that are told."""
        return frozenset(one.chat for one in (await self._read(tenant)).values())

    async def forget(self, tenant: str, chat: str) -> int:
        """A chat is told no more of any cafeteria; of how many it was."""
        fields = [name for name, one in (await self._read(tenant)).items() if one.chat == chat]
        return int(await self._redis.hdel(self._key(tenant), *fields)) if fields else 0

    async def _read(self, tenant: str) -> dict[str, Follower]:
        found: Mapping[bytes, bytes] = await self._redis.hgetall(self._key(tenant))
        return {name.decode(): _follower(name.decode(), value) for name, value in found.items()}


def _field(cafeteria: str, person: str) -> str:
    return f"{quote(cafeteria, safe='')}/{person}"


def _follower(name: str, value: bytes) -> Follower:
    chat, since = json.loads(value)
    return Follower(name.partition("/")[2], chat, datetime.fromisoformat(since))

"""Which chats get the cafeteria's posts, what a week's post last said, and what was foretold before a lunch.

dobi:{tenant}:boards:choice         hash, chat → all · weekly · off, who said so, when
dobi:{tenant}:boards:told           hash, chat → how the posts are stopped was told there
dobi:{tenant}:boards:week:<monday>  hash, chat → digest of what the week's post says there
dobi:{tenant}:boards:foretold       hash, <day>/<place> → the line that was expected, minute by minute
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from redis.asyncio import Redis

_KEPT: Final = timedelta(days=14)


EVERYWHERE: Final = "*"
"""In place of a chat: all channels of departments with a slot, until they say otherwise."""


class Choice(StrEnum):
    """What a chat gets."""

    ALL = "all"
    WEEKLY = "weekly"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen for a chat, by whom and when."""

    choice: Choice
    by: str
    at: datetime


def usual_choice(declared: str, chosen: Mapping[str, Chosen]) -> Choice:
    """What a channel gets of which nobody said anything: by the settings, else by the administrators, else nothing."""
    if declared:
        return Choice(declared)
    return chosen[EVERYWHERE].choice if EVERYWHERE in chosen else Choice.OFF


class BoardStore:
    """The posts' memory, of each institution."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis  # its stubs tell every decoding of an answer at once

    @staticmethod
    def _key(tenant: str, *parts: str) -> str:
        return ":".join((f"dobi:{{{tenant}}}:boards", *parts))

    async def choose(self, tenant: str, chat: str, chosen: Chosen) -> None:
        """Writes what a chat gets from now on."""
        record = {"choice": chosen.choice.value, "by": chosen.by, "at": chosen.at.isoformat()}
        await self._redis.hset(self._key(tenant, "choice"), chat, json.dumps(record, ensure_ascii=False))

    async def choices(self, tenant: str) -> dict[str, Chosen]:
        """Chat → what was chosen for it; chats of which nobody said anything are not there."""
        found = await self._redis.hgetall(self._key(tenant, "choice"))
        return {chat.decode(): _chosen(json.loads(text)) for chat, text in found.items()}

    async def of(self, tenant: str, chat: str) -> Chosen | None:
        """What was chosen for one chat; None where nobody said anything."""
        found = await self._redis.hget(self._key(tenant, "choice"), chat)
        return None if found is None else _chosen(json.loads(found))

    async def chats(self, tenant: str) -> frozenset[str]:
        """The refs of all chats of which something is kept."""
        return frozenset({*await self.choices(tenant), *await self.met(tenant)} - {EVERYWHERE})

    async def forget(self, tenant: str, chat: str) -> None:
        """Nothing more is kept of a chat; safe to repeat."""
        async with self._redis.pipeline(transaction=True) as pipe:
            for part in ("choice", "told"):
                pipe.hdel(self._key(tenant, part), chat)
            await pipe.execute()
        for key in [key async for key in self._redis.scan_iter(self._key(tenant, "week", "*"), count=1_000)]:
            await self._redis.hdel(key, chat)

    async def met(self, tenant: str) -> frozenset[str]:
        """The chats that were told how the posts are stopped."""
        return frozenset(chat.decode() for chat in await self._redis.hkeys(self._key(tenant, "told")))

    async def meet(self, tenant: str, chat: str, now: datetime) -> None:
        """Remembers that a chat was told how the posts are stopped."""
        await self._redis.hsetnx(self._key(tenant, "told"), chat, now.isoformat())

    async def said(self, tenant: str, monday: date) -> dict[str, str]:
        """Chat → digest of what its post of the week says."""
        found = await self._redis.hgetall(self._key(tenant, "week", monday.isoformat()))
        return {chat.decode(): text.decode() for chat, text in found.items()}

    async def say(self, tenant: str, monday: date, chat: str, digest: str) -> None:
        """Remembers what a chat's post of the week says; weeks long past are forgotten."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(self._key(tenant, "week", monday.isoformat()), chat, digest)
            for weeks in range(2, 6):
                pipe.delete(self._key(tenant, "week", (monday - timedelta(weeks=weeks)).isoformat()))
            await pipe.execute()

    async def foretell(self, tenant: str, day: date, place: str, people: Mapping[int, float]) -> None:
        """Keeps the line that was expected, by minute of the Korean day; what was said first stands."""
        key = self._key(tenant, "foretold")
        old = [name async for name in self._old(tenant, day)]
        async with self._redis.pipeline(transaction=True) as pipe:
            if old:
                pipe.hdel(key, *old)
            text = json.dumps({str(minute): round(value, 1) for minute, value in people.items()})
            pipe.hsetnx(key, f"{day.isoformat()}/{place}", text)
            await pipe.execute()

    async def _old(self, tenant: str, day: date) -> Any:
        for name in await self._redis.hkeys(self._key(tenant, "foretold")):
            if date.fromisoformat(name.decode().partition("/")[0]) < day - _KEPT:
                yield name

    async def foretold(self, tenant: str, day: date, place: str) -> dict[int, float]:
        """The line that was expected; empty when nothing was foretold."""
        found = await self._redis.hget(self._key(tenant, "foretold"), f"{day.isoformat()}/{place}")
        return {int(minute): float(value) for minute, value in json.loads(found).items()} if found else {}


def _chosen(record: Mapping[str, str]) -> Chosen:
    return Chosen(Choice(record["choice"]), record["by"], datetime.fromisoformat(record["at"]))

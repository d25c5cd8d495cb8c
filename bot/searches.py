"""The last questions to the archive, so that [더 보기] goes on where an answer ended, whatever came in meanwhile.

    dobi:{tenant}:searches:<id>        JSON: chat, instant, the question, keys of the documents found
    dobi:{tenant}:searches:of:<chat>   sorted set, id → seconds: what a chat has asked

A question is kept for a day, answers only in the chat in which it was asked, and stands in no log. Lost ones are asked
again: nothing here has to survive.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from redis.asyncio import Redis

LIFE: Final = timedelta(days=1)
_KEPT_S: Final = 2 * 86_400  # refuse collection only


@dataclass(frozen=True, slots=True)
class Search:
    """A question, the head of its answer, and the documents found, best first; `others` are their further tellings."""

    text: str
    head: str
    keys: tuple[str, ...]
    others: tuple[int, ...]


class Searches:
    """Searches of all institutions, each under its own tag."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis

    @staticmethod
    def _key(tenant: str, name: str) -> str:
        return f"dobi:{{{tenant}}}:searches:{name}"

    async def keep(self, tenant: str, chat: str, search: Search, now: datetime) -> str:
        """Keeps a search; its id, the same for the same question at the same instant."""
        name = hashlib.blake2b(f"{chat}\x1f{search.text}\x1f{now.isoformat()}".encode(), digest_size=6).hexdigest()
        row = {
            "chat": chat,
            "at": now.astimezone(UTC).isoformat(),
            "text": search.text,
            "head": search.head,
            "keys": search.keys,
            "others": search.others,
        }
        index = self._key(tenant, f"of:{chat}")
        async with self._redis.pipeline() as pipe:
            pipe.set(self._key(tenant, name), json.dumps(row, ensure_ascii=False), ex=_KEPT_S)
            pipe.zremrangebyscore(index, "-inf", (now - 2 * LIFE).timestamp())
            pipe.zadd(index, {name: now.timestamp()})
            pipe.expire(index, _KEPT_S)
            await pipe.execute()
        return name

    async def of(self, tenant: str, chat: str) -> list[str]:
        """What a chat asked in the last days, oldest first."""
        names = [name.decode() for name in await self._redis.zrange(self._key(tenant, f"of:{chat}"), 0, -1)]
        stored = await self._redis.mget([self._key(tenant, name) for name in names]) if names else []
        return [json.loads(row)["text"] for row in stored if row is not None]

    async def forget(self, tenant: str, chat: str) -> int:
        """Forgets what a chat asked; how many questions there were."""
        index = self._key(tenant, f"of:{chat}")
        names = [self._key(tenant, name.decode()) for name in await self._redis.zrange(index, 0, -1)]
        await self._redis.delete(index, *names)
        return len(names)

    async def get(self, tenant: str, chat: str, name: str, now: datetime) -> Search | None:
        """The search, or None where it is forgotten, over a day old or another chat's."""
        stored = await self._redis.get(self._key(tenant, name))
        if stored is None:
            return None
        row = json.loads(stored)
        if row["chat"] != chat or now - datetime.fromisoformat(row["at"]) > LIFE:
            return None
        return Search(row["text"], row["head"], _texts(row["keys"]), tuple(row["others"]))


def _texts(values: Sequence[object]) -> tuple[str, ...]:
    return tuple(str(value) for value in values)

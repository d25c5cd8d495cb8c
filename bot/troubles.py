"""What is wrong with a messenger at its platform: kept by whoever sends there, read by whoever is asked how things are.

    Sender: the platform is down | the account lacks a permission → note ‖ something arrives → over
    상태, doctor (any process) → standing

It expires by itself: who saw it may have died, and a trouble that nobody sees any more is none.

dobi:{deployment}:troubles    hash, adapter and kind → JSON: what, since, seen
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from redis.asyncio import Redis

from bot.lacking import Lacking

Kind = Literal["down", "permission"]

_KEY: Final = "dobi:{deployment}:troubles"
_LASTS: Final[dict[Kind, timedelta]] = {"down": timedelta(minutes=5), "permission": timedelta(hours=6)}
_ANEW: Final = timedelta(seconds=30)
_LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Trouble:
    """`what`: of a permission, its name at the platform."""

    adapter: str
    kind: Kind
    what: str
    since: datetime


class Troubles:
    """The troubles of every messenger, at most one of a kind each; `lacking`: the letters that a permission stopped."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis  # its stubs tell every decoding of an answer at once
        self.lacking = Lacking(redis)
        self._noted: dict[str, datetime | None] = {}  # when this process wrote it last; None: that it is over

    async def note(self, adapter: str, kind: Kind, now: datetime, what: str = "") -> None:
        """It stands; written now and then however often it is seen."""
        name = f"{adapter}:{kind}"
        last = self._noted.get(name)
        if last is not None and timedelta() <= now - last < _ANEW:
            return
        self._noted[name] = now
        before = _read(name, await self._redis.hget(_KEY, name), now)
        since = now if before is None else before.since
        record = {"what": what[:_LONGEST], "since": since.isoformat(), "seen": now.isoformat()}
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.hset(_KEY, name, json.dumps(record))
            pipe.expire(_KEY, max(_LASTS.values()) * 2)
            await pipe.execute()

    async def over(self, adapter: str, kind: Kind) -> None:
        """It is no more; said once until this process sees it again."""
        name = f"{adapter}:{kind}"
        if name not in self._noted or self._noted[name] is not None:
            self._noted[name] = None
            await self._redis.hdel(_KEY, name)

    async def standing(self, now: datetime) -> list[Trouble]:
        """What was seen lately."""
        found = await self._redis.hgetall(_KEY)
        told = [_read(name.decode(), stored, now) for name, stored in sorted(found.items())]
        return [one for one in told if one is not None]


def _read(name: str, stored: bytes | None, now: datetime) -> Trouble | None:
    if stored is None:
        return None
    adapter, _, kind = name.rpartition(":")
    record = json.loads(stored)
    if kind not in _LASTS or now - datetime.fromisoformat(record["seen"]) > _LASTS[kind]:
        return None
    return Trouble(adapter, kind, record["what"], datetime.fromisoformat(record["since"]).astimezone(UTC))

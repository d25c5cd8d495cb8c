"""What people asked that takes a while: written down before it is promised, done by whichever worker is free.

    dobi:{tenant}:inquiries        hash, id → JSON of what was asked, by whom, where
    dobi:{tenant}:inquiries:held   hash, id → "owner tries" of the worker that is at it

An inquiry stays until its answer stands in the outbox; a worker that dies leaves it to the next.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, cast

from redis.asyncio import Redis

MOST_OPEN = 20  # of one institution

# KEYS inquiries; ARGV id, record, the most → 1 written, 0 there already, -1 too many
_ASK = """
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then return 0 end
if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[3]) then return -1 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('PUBLISH', 'dobi:wake', 'inquire')
return 1
"""
# KEYS held; ARGV id, what is believed to stand there or "", what shall stand there
_TAKE = """
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
"""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Something to find out for `person` in `chat`: `work` says what, of `target` (an address, a source's id, …).

    `reference` and `thread` are those of the update that asked; `process` took it, and alone knows the reference.
    """

    id: str
    work: str
    target: str
    person: str
    chat: str
    at: datetime
    agency: str = ""
    reference: int | str | None = None
    thread: str | None = None
    process: str = ""


class Inquiries:
    """The open inquiries of each institution. `owner` is this worker's name in `Liveness`."""

    def __init__(self, redis: Redis, owner: str, is_alive: Callable[[str], Awaitable[bool]]) -> None:
        self._redis: Any = redis
        self._owner = owner
        self._is_alive = is_alive
        self._asking = redis.register_script(_ASK)
        self._taking = redis.register_script(_TAKE)

    @staticmethod
    def _key(tenant: str, *parts: str) -> str:
        return ":".join((f"dobi:{{{tenant}}}:inquiries", *parts))

    async def ask(self, tenant: str, inquiry: Inquiry) -> bool | None:
        """True once it is written down, False where the same waits already, None where too many wait."""
        record = {**asdict(inquiry), "process": self._owner, "at": inquiry.at.astimezone(UTC).isoformat()}
        args: list[str | int] = [inquiry.id, json.dumps(record, ensure_ascii=False), MOST_OPEN]
        answer = int(await self._asking(keys=[self._key(tenant)], args=args))
        return None if answer < 0 else bool(answer)

    async def open(self, tenant: str) -> list[Inquiry]:
        """What waits or is worked at, oldest first."""
        records = cast("list[bytes]", await self._redis.hvals(self._key(tenant)))
        rows = [json.loads(record) for record in records]
        found = [Inquiry(**{**row, "at": datetime.fromisoformat(row["at"])}) for row in rows]
        return sorted(found, key=lambda one: (one.at, one.id))

    async def take(self, tenant: str, inquiry: Inquiry) -> int:
        """How often it has been taken up, now that this worker has it; 0 while a living worker is at it."""
        before = await self._redis.hget(self._key(tenant, "held"), inquiry.id)
        holder, _, tries = (before or b"").decode().partition(" ")
        if holder and holder != self._owner and await self._is_alive(holder):
            return 0
        count = int(tries or 0) + 1
        args: list[str | bytes] = [inquiry.id, before or b"", f"{self._owner} {count}"]
        return count if await self._taking(keys=[self._key(tenant, "held")], args=args) else 0

    async def reference(self, tenant: str, inquiry: Inquiry) -> int | str | None:  # noqa: ARG002 - as every method here
        """The reference to answer with; None where the process that knew it is gone."""
        return inquiry.reference if await self._is_alive(inquiry.process) else None

    async def done(self, tenant: str, inquiry: Inquiry) -> None:
        """Its answer stands in the outbox."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hdel(self._key(tenant), inquiry.id)
            pipe.hdel(self._key(tenant, "held"), inquiry.id)
            await pipe.execute()

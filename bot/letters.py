"""What waits on the audit office's desk: sealed requests, bounded in number and size, and who is there to answer them.

    dobi:{tenant}:desk            hash, id → JSON of when and where it was asked; nothing of what was asked
    dobi:{tenant}:desk:sealed     hash, id → the sealed request
    dobi:{tenant}:desk:held       hash, id → "owner tries" of the process that is at it
    dobi:{tenant}:desk:told       hash, id → 1 where somebody was told to wait
    dobi:{tenant}:desk:officers   hash, owner → since when; who lives and holds the opening key

A request stays until its answers stand in the outbox; a process that dies leaves it to the next.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from redis.asyncio import Redis

_JUST_COME_S = 0.6  # `Liveness` looks at most twice a second
MOST, LARGEST_TOTAL = 20, 128 * 2**20  # of one institution

# KEYS letters, sealed; ARGV id, head, sealed, the most, the largest sum → 1 written, 0 there already, -1 too many
_PUT = """
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then return 0 end
local names = redis.call('HKEYS', KEYS[2])
local sum = string.len(ARGV[3])
for _, name in ipairs(names) do sum = sum + redis.call('HSTRLEN', KEYS[2], name) end
if #names >= tonumber(ARGV[4]) or sum > tonumber(ARGV[5]) then return -1 end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('PUBLISH', 'dobi:wake', 'desk')
return 1
"""
# KEYS letters, held; ARGV id, what is believed to stand there or "", what shall stand there
_TAKE = """
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
if (redis.call('HGET', KEYS[2], ARGV[1]) or '') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
return 1
"""


@dataclass(frozen=True, slots=True)
class Letter:
    """A request on the desk, from outside. `reference` and `thread` are the update's; `process` took it in."""

    id: str
    at: datetime
    chat: str
    thread: str | None
    reference: int | str | None
    process: str

    @property
    def head(self) -> bytes:
        """The letter as it is kept; whoever handed it in vouches for every byte."""
        record = {
            "id": self.id,
            "at": self.at.astimezone(UTC).isoformat(),
            "chat": self.chat,
            "thread": self.thread,
            "reference": self.reference,
            "process": self.process,
        }
        return json.dumps(record, sort_keys=True).encode()


class Letters:
    """The desks of the institutions. `owner` is this process in `Liveness`, which knows who lives and who is here."""

    def __init__(
        self, redis: Redis, owner: str, is_alive: Callable[[str], Awaitable[bool]], largest_total: int = LARGEST_TOTAL,
        is_here: Callable[[str], Awaitable[bool]] | None = None,
    ) -> None:  # fmt: skip
        self._redis: Any = redis
        self._is_here = is_here or is_alive
        self._largest_total = largest_total
        self.owner = owner
        self._is_alive = is_alive
        self._putting = redis.register_script(_PUT)
        self._taking = redis.register_script(_TAKE)

    @staticmethod
    def _key(tenant: str, *parts: str) -> str:
        return ":".join((f"dobi:{{{tenant}}}:desk", *parts))

    async def put(self, tenant: str, letter: Letter, sealed: bytes) -> bool | None:
        """True once it is written down, False where it waits already, None where too many or too large ones wait."""
        keys = [self._key(tenant), self._key(tenant, "sealed")]
        args: list[str | bytes | int] = [letter.id, letter.head, sealed, MOST, self._largest_total]
        answer = int(await self._putting(keys=keys, args=args))
        return None if answer < 0 else bool(answer)

    async def open(self, tenant: str) -> list[Letter]:
        """What waits or is worked at, oldest first."""
        rows = [json.loads(record) for record in await self._redis.hvals(self._key(tenant))]
        found = [Letter(**{**row, "at": datetime.fromisoformat(row["at"])}) for row in rows]
        return sorted(found, key=lambda one: (one.at, one.id))

    async def sealed(self, tenant: str, letter: str) -> bytes:
        """The sealed request; empty when it is off the desk."""
        return bytes(await self._redis.hget(self._key(tenant, "sealed"), letter) or b"")

    async def take(self, tenant: str, letter: Letter) -> int:
        """How often it has been taken up, now that this process has it; 0 while a living one is at it."""
        before = await self._redis.hget(self._key(tenant, "held"), letter.id)
        holder, _, tries = (before or b"").decode().partition(" ")
        if holder and holder != self.owner and await self._is_alive(holder):
            return 0
        count = int(tries or 0) + 1
        keys = [self._key(tenant), self._key(tenant, "held")]
        return count if await self._taking(keys=keys, args=[letter.id, before or b"", f"{self.owner} {count}"]) else 0

    async def done(self, tenant: str, letter: str) -> None:
        """It is off the desk: its answers stand in the outbox."""
        async with self._redis.pipeline(transaction=True) as pipe:
            for parts in ((), ("sealed",), ("held",), ("told",)):
                pipe.hdel(self._key(tenant, *parts), letter)
            await pipe.execute()

    async def tell(self, tenant: str, letter: str) -> bool:
        """Whether this caller is the one who tells that it has to wait: once a letter."""
        return bool(await self._redis.hsetnx(self._key(tenant, "told"), letter, "1"))

    async def reference(self, tenant: str, letter: Letter) -> int | str | None:  # noqa: ARG002 - as every method here
        """The reference to answer with; None where the process that knew it is gone."""
        return letter.reference if await self._is_here(letter.process) else None

    async def attend(self, tenant: str, now: datetime) -> None:
        """This process is there to answer for the institution."""
        await self._redis.hsetnx(self._key(tenant, "officers"), self.owner, now.astimezone(UTC).isoformat())

    async def leave(self, tenant: str) -> None:
        """It no longer is."""
        await self._redis.hdel(self._key(tenant, "officers"), self.owner)

    async def attended(self, tenant: str) -> bool:
        """Whether a living process is there to answer; the dead are forgotten on the way."""
        owners = [name.decode() for name in await self._redis.hkeys(self._key(tenant, "officers"))]
        if not owners or await self._anyone_of(owners):
            return bool(owners)
        await asyncio.sleep(_JUST_COME_S)  # who has just come may not be seen yet
        if await self._anyone_of(owners):
            return True
        await self._redis.hdel(self._key(tenant, "officers"), *owners)
        return False

    async def _anyone_of(self, owners: Sequence[str]) -> bool:
        for owner in owners:
            if await self._is_alive(owner):
                return True
        return False

    async def under_way(self, tenant: str) -> bool:
        """Whether something waits that somebody is there to answer."""
        return bool(await self._redis.hlen(self._key(tenant))) and await self.attended(tenant)

"""What the whole deployment knows of what came in: where something waits, when each messenger was last heard.

dobi:{deployment}:intake:waiting    set of institutions
dobi:{deployment}:intake:last       hash, adapter → milliseconds
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from redis.asyncio import Redis

DEPLOYMENT: Final = "deployment"
"""Where the updates wait of whom no institution knows (yet); no institution may have this id."""
WAITING: Final = f"dobi:{{{DEPLOYMENT}}}:intake:waiting"
LAST: Final = f"dobi:{{{DEPLOYMENT}}}:intake:last"


def place(tenant: str, *parts: str) -> str:
    """Where something of the intake is kept."""
    return ":".join((f"dobi:{{{tenant}}}:intake", *parts))


@dataclass(frozen=True, slots=True)
class Held:
    """A lane in somebody's hands. `lease` names it: no later one of the same owner is called so."""

    tenant: str
    adapter: str
    lane: str
    owner: str
    lease: str


class Signs:
    """Where to look; it holds nothing that anybody said."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis  # its stubs tell every decoding of an answer at once

    async def told(self) -> frozenset[str]:
        """Whose updates may be waiting. A crash may swallow a word: look at everybody's now and then."""
        return frozenset(one.decode() for one in await self._redis.smembers(WAITING))

    async def quiet(self, tenant: str, adapters: Iterable[str]) -> None:
        """Nothing was found there: it is left out of `told`, unless something came in the meantime.

        Two writes and more: for a look round, not for each update.
        """
        async with self._redis.pipeline(transaction=False) as pipe:
            pipe.srem(WAITING, tenant)
            for adapter in adapters:
                pipe.exists(place(tenant, "ready", adapter))
            found = await pipe.execute()
        if any(found[1:]):
            await self._redis.sadd(WAITING, tenant)

    async def held(self, tenants: Sequence[str], adapters: Sequence[str]) -> list[Held]:
        """Every lane in somebody's hands."""
        asked = [(tenant, adapter) for tenant in tenants for adapter in adapters]
        async with self._redis.pipeline(transaction=False) as pipe:
            for tenant, adapter in asked:
                pipe.hgetall(place(tenant, "leases", adapter))
            found = await pipe.execute()
        return [
            Held(tenant, adapter, lane.decode(), lease.decode().partition(" ")[0], lease.decode())
            for (tenant, adapter), leases in zip(asked, found, strict=True)
            for lane, lease in leases.items()
        ]

    async def waiting(self, tenants: Iterable[str]) -> int:
        """How many updates of all of them are not handled yet."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for tenant in tenants:
                pipe.hget(place(tenant, "weights"), "#")
            return sum(int(one or 0) for one in await pipe.execute())

    async def last(self) -> dict[str, datetime]:
        """Adapter → when its last update came."""
        found = await self._redis.hgetall(LAST)
        return {name.decode(): datetime.fromtimestamp(int(at) / 1000, UTC) for name, at in found.items()}

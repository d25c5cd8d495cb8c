"""Leave of absence, as delivery sees it: nothing waits for whoever rests, and the first day back is said hello to.

    rests → their chats are away (what would be said there is missed, and counted) → noted
    back  → their chats are spoken to again, with a welcome → the note goes

    dobi:{tenant}:resting    hash, person → JSON of the chats that rest with them

Every step is safe to repeat, and done again by whoever finds the note missing, or still there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from redis.asyncio import Redis

from bot.messenger import Chat, chat_of
from bot.reach import Reach
from bot.roster_mirror import RosterMirror


class Rests:
    """The step. `mirror` knows who rests."""

    def __init__(self, redis: Redis, mirror: RosterMirror, reach: Reach) -> None:
        self._redis: Any = redis
        self._mirror, self._reach = mirror, reach

    @staticmethod
    def _key(tenant: str) -> str:
        return f"dobi:{{{tenant}}}:resting"

    async def noted(self, tenant: str) -> Mapping[str, Sequence[str]]:
        """Whose chats rest: person → refs."""
        found = await self._redis.hgetall(self._key(tenant))
        return {person.decode(): json.loads(refs) for person, refs in found.items()}

    async def step(self, tenant: str, now: datetime) -> None:
        """Lets the chats of whoever rests rest, and wakes those of whoever is back."""
        noted = await self.noted(tenant)
        resting = {one.id for one in self._mirror.resting(tenant)}
        for person in sorted(resting):
            places = self._mirror.own(tenant, person)
            refs = [Chat(name, f"dm:{address}", private=True).ref for name, address in places]
            new = [ref for ref in refs if ref not in noted.get(person, ())]
            if new:
                await self._rest(tenant, person, [*noted.get(person, ()), *new], new, now)
        for person in sorted(noted.keys() - resting):
            if self._mirror.alive(tenant, person):
                for ref in noted[person]:
                    await self._reach.back(tenant, chat_of(ref), now)
            await self._redis.hdel(self._key(tenant), person)

    async def _rest(self, tenant: str, person: str, refs: Sequence[str], new: Sequence[str], now: datetime) -> None:
        for ref in new:
            await self._reach.left(tenant, chat_of(ref), now)
        await self._redis.hset(self._key(tenant), person, json.dumps(refs))

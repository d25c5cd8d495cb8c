"""What Dobi still has to say, one row a message, durable before anyone is told it will come.

A row is unique per chat, story and step: its id is a hash of the three, so that whoever repeats the work writes the
same row. Rows of one chat leave in order, one in flight at a time. A row is pending → leased → sent | retry | ambiguous
| dead | gone | late; a lease belongs to an owner whose connection lives (`Liveness`), so that a killed worker's row is
free at once. Scripts hold the rules (`bot.outbox_scripts`); nothing here sends.

A chat that somebody waits in (a row of kind reply stands in its queue) is in a hurry and comes first. Who blocked Dobi
is away: what would be said there is missed, and counted (`bot.reach`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from redis.asyncio import Redis

from bot import outbox_scripts as scripts
from bot.messenger import Reply, chat_of
from bot.outbox_rows import (
    Due,
    Leased,
    Row,
    State,
    Told,
    Why,
    body_of,
    instant,
    leased_of,
    message_id,
    milliseconds,
    part_of,
    row_id,
    told_of,
)
from bot.outbox_together import Rows, Together

__all__ = ["Due", "Leased", "Outbox", "Row", "State", "Told", "Waiting", "Why", "message_id"]

_KEPT = timedelta(days=30)
_body = body_of


@dataclass(frozen=True, slots=True)
class Waiting:
    """The chats that are due, those in a hurry first, and when the next one will be."""

    due: tuple[Due, ...]
    later: datetime | None


def outbox_key(tenant: str, *parts: str) -> str:
    """A key of the outbox's own; what stands around it (dead letters, who is away) keeps to the same names."""
    return ":".join((f"dobi:{{{tenant}}}:outbox", *parts))


class Outbox:
    """The rows of every institution. `owner` is this worker's name in `Liveness`."""

    def __init__(self, redis: Redis, owner: str, lease: timedelta = timedelta(seconds=30)) -> None:
        self._redis: Any = redis  # its stubs tell every decoding of an answer at once
        self.owner = owner
        self._lease = lease
        self._put = Rows(redis, scripts.PUT)
        self._peek = Together(redis, scripts.PEEK)
        self._take = Together(redis, scripts.LEASE)
        self._begin = Rows(redis, scripts.BEGIN)
        self._release = Together(redis, scripts.FREE)
        self._finish = Rows(redis, scripts.FINISH)
        self._split = Together(redis, scripts.SPLIT)
        self._drop = Together(redis, scripts.DROP)

    _key = staticmethod(outbox_key)

    async def put(self, tenant: str, rows: Sequence[Row]) -> int:
        """Writes each row that is not there yet, in one round trip; how many were new.

        A row whose chat already has this story becomes an edit of that first message; whoever is away misses it.
        """
        if not rows:
            return 0
        found = await self._put.all(self._key(tenant, ""), [_written(tenant, row) for row in rows])
        await self._redis.publish("dobi:wake", "deliver")
        return sum(found)

    async def told(self, tenant: str, story: str) -> frozenset[str]:
        """The refs of the chats that have, or will get, a first message of this story."""
        found = await self._redis.hkeys(self._key(tenant, "story", story))
        return frozenset(ref.decode() for ref in found)

    async def next_due(self, tenant: str, adapter: str) -> datetime | None:
        """When the first waiting chat is due."""
        found = await self._redis.zrange(self._key(tenant, "ready", adapter), 0, 0, withscores=True)
        return instant(found[0][1]) if found else None

    async def waiting(self, tenant: str, adapter: str, now: datetime, limit: int) -> Waiting:
        """The chats that are due, those in a hurry first, then at most `limit` others."""
        keys = [self._key(tenant, "ready", adapter), self._key(tenant, "hurry", adapter)]
        later, hurry, refs = await self._peek(keys, [milliseconds(now), limit])
        due = tuple(Due(tenant, chat_of(ref.decode()), place < hurry) for place, ref in enumerate(refs))
        return Waiting(due, instant(float(later)) if later else None)

    async def lease(self, tenant: str, adapter: str, now: datetime, limit: int = 64) -> list[Leased]:
        """Takes the head row of each chat that is due, at most `limit` chats."""
        found = await self.waiting(tenant, adapter, now, limit)
        return await self.take(tenant, [one.chat.ref for one in found.due[:limit]], now)

    async def take(
        self, tenant: str, refs: Sequence[str], now: datetime, held: Collection[str] = frozenset()
    ) -> list[Leased]:
        """Takes the head rows of these chats, where they are due and no other worker was faster.

        Those of `held` wait in this worker's hands for their turn; `begin` comes before they are sent.
        """
        if not refs:
            return []
        each = [word for ref in refs for word in (ref, "1" if ref in held else "")]
        found = await self._take([self._key(tenant, "")], [milliseconds(now), self._ends(now), self.owner, *each])
        return [leased_of(tenant, fields) for fields in found]

    async def begin(self, tenant: str, leased: Leased, now: datetime) -> bool:
        """That a held row is sent now is durable; False where it is another worker's by now, and must not be sent."""
        return bool(
            await self._begin.one(self._key(tenant, ""), (leased.message.message, self.owner, milliseconds(now)))
        )

    def _ends(self, now: datetime) -> int:
        return milliseconds(now + self._lease)

    async def postpone(self, tenant: str, adapter: str, until: Mapping[str, datetime]) -> None:
        """These chats may not be spoken to before: nobody need look at them until then."""
        if until:
            scores = {ref: milliseconds(moment) + 1 for ref, moment in until.items()}
            await self._redis.zadd(self._key(tenant, "ready", adapter), scores, xx=True, gt=True)

    async def leases(self, tenant: str, adapter: str) -> dict[str, str]:
        """Chat ref → owner of every row now in flight."""
        found = await self._redis.hgetall(self._key(tenant, "leases", adapter))
        return {chat.decode(): owner.decode() for chat, owner in found.items()}

    async def free(self, tenant: str, adapter: str, chat: str, owner: str) -> bool:
        """Makes a chat ready again whose `owner` is known to be dead; False when it is no longer in those hands."""
        keys = [self._key(tenant, "ready", adapter), self._key(tenant, "leases", adapter)]
        return bool(await self._release(keys, [chat, owner]))

    async def finish(
        self,
        tenant: str,
        leased: Leased,
        state: State,
        now: datetime,
        *,
        native: str = "",
        after: timedelta = timedelta(),
        why: Why | None = None,
        cost: str = "try",
        anew: bool = False,
        doubt: datetime | None = None,
    ) -> bool:
        """Ends the lease; False when another worker had taken the row over, and nothing was changed.

        `after`, `cost` (try, flood or none), `anew` (it is no edit any more) and `doubt` (since when nobody knows
        whether it arrived) are a retry's.
        """
        told = await self._ended(tenant, leased, state, now, native, after, why, cost, anew=anew, doubt=doubt)
        return bool(told)

    async def follow(
        self, tenant: str, leased: Leased, state: State, now: datetime, *, native: str = "", why: Why | None = None
    ) -> Leased | None:
        """As `finish` with an end, and takes the chat's next row, held, in the same breath, where one is due."""
        ends = self._ends(now)
        told = await self._ended(tenant, leased, state, now, native, timedelta(), why, "try", ends=ends)
        return leased_of(tenant, told) if isinstance(told, list) else None

    async def _ended(
        self, tenant: str, leased: Leased, state: State, now: datetime, native: str, after: timedelta,
        why: Why | None, cost: str, *, anew: bool = False, doubt: datetime | None = None, ends: int = 0,
    ) -> Any:  # fmt: skip
        rare = [f"why:{why}"] if why else []
        rare += [f"cost:{cost}"] if cost != "try" else []
        rare += ["anew:1"] if anew else []
        rare += [f"doubt:{milliseconds(doubt)}"] if doubt else []
        rare += [f"next:{ends}"] if ends else []
        row = (
            leased.message.message, leased.message.chat.ref, self.owner, str(state), native, milliseconds(now),
            milliseconds(now + after) if after else milliseconds(now), " ".join(rare),
        )  # fmt: skip
        return await self._finish.one(self._key(tenant, ""), row)

    async def split(
        self, tenant: str, leased: Leased, now: datetime, before: Sequence[Reply], own: Reply, after: Sequence[Reply]
    ) -> bool:
        """Cuts a leased row into parts, rows of their own around it in its chat's queue, and gives the lease back.

        A part's id is the row's with its number: cutting again cuts the same.
        """
        message = leased.message
        ref, adapter = message.chat.ref, message.chat.adapter
        keys = [
            self._key(tenant, "row", message.message),
            self._key(tenant, "chat", ref),
            self._key(tenant, "ready", adapter),
            self._key(tenant, "leases", adapter),
            self._key(tenant, "of", ref),
        ]
        bodies = [part_of(leased, one, deletes=False) for one in (*before, *after)]
        others = [word for number, body in enumerate(bodies, 2) for word in (f"{message.message}.{number}", body)]
        head: list[str | int | float] = [
            message.message, ref, self.owner, milliseconds(now), self._key(tenant, "row", ""),
            part_of(leased, own, deletes=True), len(before),
        ]  # fmt: skip
        return bool(await self._split(keys, [*head, *others]))

    async def pending(self, tenant: str, chat: str) -> int:
        """How many rows wait for a chat or are on their way there."""
        return int(await self._redis.llen(self._key(tenant, "chat", chat)))

    async def count(self, tenant: str, state: State) -> int:
        """How many rows ended otherwise than sent; `state` only AMBIGUOUS, DEAD, GONE or LATE."""
        ids = await self._redis.zrange(self._key(tenant, "dead"), 0, -1)
        async with self._redis.pipeline(transaction=False) as pipe:
            for row in ids:
                pipe.hget(self._key(tenant, "row", row.decode()), "state")
            states = await pipe.execute()
        return sum(found == state.value.encode() for found in states)

    async def forget(self, tenant: str, now: datetime, limit: int = 500) -> int:
        """Drops rows that ended over 30 days ago; a story that old is never told again."""
        finished, last = self._key(tenant, "finished"), str(milliseconds(now - _KEPT))
        old = await self._redis.zrange(finished, "-inf", last, byscore=True, offset=0, num=limit)
        for row in old:
            key = self._key(tenant, "row", row.decode())
            story, chat, main = await self._redis.hmget(key, ["story", "chat", "main"])
            async with self._redis.pipeline() as pipe:
                pipe.delete(key)
                if story and chat and main in {None, row}:
                    pipe.hdel(self._key(tenant, "story", story.decode()), chat)
                if chat:
                    pipe.zrem(self._key(tenant, "of", chat.decode()), row)
                pipe.zrem(finished, row)
                pipe.zrem(self._key(tenant, "dead"), row)
                await pipe.execute()
        return len(old)

    async def of(self, tenant: str, chat: str) -> list[Told]:
        """What waits for a chat, and that something was sent there in the last 30 days, oldest first."""
        ids = [row.decode() for row in await self._redis.zrange(self._key(tenant, "of", chat), 0, -1)]
        async with self._redis.pipeline(transaction=False) as pipe:
            for row in ids:
                pipe.hmget(self._key(tenant, "row", row), ["due", "state", "body"])
            found = await pipe.execute()
        return [told_of(*fields) for fields in found if fields[0] is not None]

    async def chats(self, tenant: str) -> list[str]:
        """The refs of all chats that anything waits for or went to in the last 30 days."""
        head = self._key(tenant, "of", "")
        return sorted([key.decode().removeprefix(head) async for key in self._redis.scan_iter(f"{head}*", count=1_000)])

    async def drop(self, tenant: str, story: str) -> int:
        """Destroys every message about a story, sent or not; how many there were. Safe to repeat."""
        keys = [self._key(tenant, "story", story), self._key(tenant, "finished"), self._key(tenant, "dead")]
        return int(await self._drop(keys, [self._key(tenant, part, "") for part in ("row", "chat", "of")]))

    async def clear(self, tenant: str, chat: str) -> int:
        """Destroys everything that waits for a chat or went there; how many messages there were. Safe to repeat."""
        index = self._key(tenant, "of", chat)
        rows = [row.decode() for row in await self._redis.zrange(index, 0, -1)]
        for row in rows:
            key = self._key(tenant, "row", row)
            story = await self._redis.hget(key, "story")
            async with self._redis.pipeline() as pipe:
                pipe.delete(key)
                pipe.lrem(self._key(tenant, "chat", chat), 0, row)
                if story:
                    pipe.hdel(self._key(tenant, "story", story.decode()), chat)
                for name in ("finished", "dead"):
                    pipe.zrem(self._key(tenant, name), row)
                pipe.zrem(index, row)
                await pipe.execute()
        for name in ("away", "missed"):
            await self._redis.hdel(self._key(tenant, name), chat)
        return len(rows)


def _written(tenant: str, row: Row) -> tuple[str | int, ...]:
    return (
        row_id(tenant, row), row.chat.ref, milliseconds(row.due_at), body_of(row), row.story, row.step, row.kind,
        milliseconds(row.doubt) if row.doubt else "",
    )  # fmt: skip

"""What an officer hands to a colleague: written once, answered once, done once, whoever dies in between.

    draft (a day: what is in it may be left out) → offered (a fortnight) → accepted → done
                                                          ↘ refused · withdrawn

It holds the words of subscriptions while it is open, and ids of reminders and of channels' subscriptions; once it has
ended only who, whom, when and how many stay, for both and for the log. Trips, locations and opinions are never in it.

    dobi:{tenant}:handover:all        hash, id → JSON
    dobi:{tenant}:handover:of:<who>   sorted set, id → milliseconds: what somebody gave or was offered
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from redis.asyncio import Redis

DRAFTED: Final = timedelta(days=1)
OPEN: Final = timedelta(days=14)
KEPT: Final = timedelta(days=3 * 366)
DECIDE: Final = timedelta(days=30)
"""For so long after it was done the giver may still end theirs."""

_TRIES: Final = 8

# KEYS: 1 all, 2 the giver's, 3 the taker's. ARGV: 1 id, 2 what stood, 3 what stands, 4 the time (ms)
_CHANGE: Final = """
local before = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if before ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
redis.call('ZADD', KEYS[2], 'NX', ARGV[4], ARGV[1])
redis.call('ZADD', KEYS[3], 'NX', ARGV[4], ARGV[1])
return 1
"""


class Stage(StrEnum):
    """How far it is."""

    DRAFT = "draft"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Thing:
    """A subscription to hand over; `left` out by its owner."""

    words: str
    exclude: tuple[str, ...] = ()
    paused: bool = False
    left: bool = False
    rests_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """What was handed over; `there`: the taker had it already or had no room."""

    subscriptions: int = 0
    reminders: int = 0
    channels: int = 0
    there: int = 0


@dataclass(frozen=True, slots=True)
class HandOver:
    """One of them."""

    id: str
    giver: str
    taker: str
    at: datetime
    stage: Stage
    things: tuple[Thing, ...] = ()
    reminders: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    counts: Counts = field(default_factory=Counts)
    ended_at: datetime | None = None

    @property
    def given(self) -> tuple[Thing, ...]:
        """The subscriptions that are not left out."""
        return tuple(one for one in self.things if not one.left)

    def open_until(self) -> datetime:
        """Until when it can be answered."""
        return self.at + (DRAFTED if self.stage is Stage.DRAFT else OPEN)


class HandOvers:
    """The hand-overs of every institution."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis
        self._change = redis.register_script(_CHANGE)

    @staticmethod
    def _key(tenant: str, *parts: str) -> str:
        return ":".join((f"dobi:{{{tenant}}}:handover", *parts))

    async def get(self, tenant: str, name: str, now: datetime) -> HandOver | None:
        """It; None where it is unknown or nobody answered in time."""
        stored = await self._redis.hget(self._key(tenant, "all"), name)
        found = None if stored is None else _read(stored)
        waits = found is not None and found.stage in {Stage.DRAFT, Stage.OFFERED}
        return None if found is None or (waits and now >= found.open_until()) else found

    async def of(self, tenant: str, person: str, limit: int = 20) -> list[HandOver]:
        """What somebody gave or was offered, newest first."""
        names = await self._redis.zrange(self._key(tenant, "of", person), 0, limit - 1, desc=True)
        stored = await self._redis.hmget(self._key(tenant, "all"), names) if names else []
        return [_read(one) for one in stored if one is not None]

    async def put(self, tenant: str, one: HandOver) -> HandOver:
        """Keeps a draft; what stands under its id already stays, and is given back."""
        if await self._write(tenant, "", one):
            return one
        stored = await self._redis.hget(self._key(tenant, "all"), one.id)
        return _read(stored)

    async def change(self, tenant: str, name: str, how: Callable[[HandOver], HandOver | None]) -> HandOver | None:
        """What stands after the change; None where there is none, or `how` refuses."""
        for _ in range(_TRIES):
            stored = await self._redis.hget(self._key(tenant, "all"), name)
            changed = None if stored is None else how(_read(stored))
            if changed is None:
                return None
            if await self._write(tenant, stored.decode(), changed):
                return changed
        return None

    async def accept(self, tenant: str, name: str, now: datetime) -> HandOver | None:
        """Accepted from now on, or accepted before and not done yet; None where it can't be any more."""

        def taken(one: HandOver) -> HandOver | None:
            if one.stage is Stage.OFFERED and now < one.open_until():
                return replace(one, stage=Stage.ACCEPTED)
            return one if one.stage is Stage.ACCEPTED else None

        return await self.change(tenant, name, taken)

    async def end(self, tenant: str, name: str, stage: Stage, now: datetime, counts: Counts) -> HandOver | None:
        """It ended so; words are forgotten unless the giver may still end theirs. None where it had ended."""
        open_for = {Stage.DONE: {Stage.ACCEPTED}}.get(stage, {Stage.DRAFT, Stage.OFFERED})

        def ended(one: HandOver) -> HandOver | None:
            if one.stage not in open_for:
                return None
            kept = one if stage is Stage.DONE else replace(one, things=(), reminders=(), channels=())
            return replace(kept, stage=stage, ended_at=now, counts=counts)

        return await self.change(tenant, name, ended)

    async def close(self, tenant: str, name: str) -> HandOver | None:
        """The giver has decided about theirs: the words are forgotten. What stood before is given back."""
        stored = await self._redis.hget(self._key(tenant, "all"), name)
        if stored is None:
            return None
        await self.change(tenant, name, lambda one: replace(one, things=(), reminders=(), channels=()))
        return _read(stored)

    async def forget(self, tenant: str, before: datetime) -> int:
        """Drops what began before; how many there were. Safe to repeat."""
        gone = 0
        for name, stored in (await self._redis.hgetall(self._key(tenant, "all"))).items():
            one = _read(stored)
            if one.at < before:
                await self._drop(tenant, one, name)
                gone += 1
        return gone

    async def erase(self, tenant: str, person: str) -> int:
        """Words that somebody gave or was offered go, at their word; how many hand-overs. Open ones end."""
        found = await self.of(tenant, person, 1_000)
        for one in found:
            await self.change(
                tenant, one.id,
                lambda each: replace(
                    each, things=(), reminders=(), channels=(),
                    stage=each.stage if each.ended_at is not None else Stage.WITHDRAWN,
                ),
            )  # fmt: skip
        return len(found)

    async def tidy(self, tenant: str, now: datetime) -> int:
        """Words of drafts and offers that nobody answered, and of those done 30 days ago, go; how many."""
        gone = 0
        for name, stored in (await self._redis.hgetall(self._key(tenant, "all"))).items():
            one = _read(stored)
            over = one.stage in {Stage.DRAFT, Stage.OFFERED} and now >= one.open_until()
            old = one.stage is Stage.DONE and one.things and one.ended_at is not None and now - one.ended_at >= DECIDE
            if over and one.stage is Stage.DRAFT:
                await self._drop(tenant, one, name)
            elif over:
                await self.end(tenant, one.id, Stage.WITHDRAWN, now, Counts())
            elif old:
                await self.close(tenant, one.id)
            gone += bool(over or old)
        return gone

    async def _drop(self, tenant: str, one: HandOver, name: bytes) -> None:
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hdel(self._key(tenant, "all"), name)
            pipe.zrem(self._key(tenant, "of", one.giver), name)
            pipe.zrem(self._key(tenant, "of", one.taker), name)
            await pipe.execute()

    async def _write(self, tenant: str, before: str, one: HandOver) -> bool:
        keys = [self._key(tenant, "all"), self._key(tenant, "of", one.giver), self._key(tenant, "of", one.taker)]
        args: list[str | int] = [one.id, before, _dump(one), int(one.at.timestamp() * 1000)]
        return bool(await self._change(keys=keys, args=args))


def _dump(one: HandOver) -> str:
    row = asdict(one) | {"at": one.at.astimezone(UTC).isoformat(), "stage": one.stage.value}
    row["ended_at"] = _iso(one.ended_at)
    row["things"] = [asdict(thing) | {"rests_until": _iso(thing.rests_until)} for thing in one.things]
    return json.dumps(row, ensure_ascii=False, sort_keys=True)


def _read(stored: bytes) -> HandOver:
    row = json.loads(stored)
    return HandOver(
        row["id"],
        row["giver"],
        row["taker"],
        datetime.fromisoformat(row["at"]),
        Stage(row["stage"]),
        tuple(_thing(one) for one in row["things"]),
        tuple(row["reminders"]),
        tuple(row["channels"]),
        Counts(**row["counts"]),
        _instant(row["ended_at"]),
    )


def _thing(row: dict[str, Any]) -> Thing:
    """One of them; those written by an earlier Dobi tell of no rest."""
    return Thing(row["words"], tuple(row["exclude"]), row["paused"], row["left"], _instant(row.get("rests_until")))


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()


def _instant(stored: str | None) -> datetime | None:
    return None if stored is None else datetime.fromisoformat(stored)

"""What people and channels chose about being spoken to: hours, budget, leave, the place; and what overrode them.

    dobi:{tenant}:hours:own       hash, owner → JSON of the choice; whoever chose nothing has none
    dobi:{tenant}:hours:last      hash, owner → the messenger on which they talked last; only who has several
    dobi:{tenant}:hours:version   counts the changes of the two, so that a mirror knows when to read again
    dobi:{tenant}:hours:later     sorted set, JSON of a chat and a story → milliseconds at which it is shown again
    dobi:{tenant}:hours:sources   hash, agency whose documents are urgent → JSON of who said so, and when
    dobi:{tenant}:hours:urgent    hash, id → JSON of what overrode the quiet hours: who, when, what

An owner is `@kim`, a person of the institution, or a channel's `Chat.ref`. It keeps no message but the urgent ones.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import Any, Final

from redis.asyncio import Redis

from bot.hours import USUAL, Hours, Instant, Leave

MOST_LEAVES: Final = 50
MOST_LATER: Final = 200
_MOST_URGENT: Final = 500


@dataclass(frozen=True, slots=True)
class Later:
    """A story that somebody wants to see again in a chat."""

    chat: str
    story: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Urgent:
    """Something that came in spite of quiet hours: sent by a person (`by`), or for an agency's document."""

    id: str
    at: datetime
    by: str
    text: str
    agency: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True)
class Choices:
    """Everybody's choices at one moment; `usual` for whoever chose nothing."""

    version: int
    own: Mapping[str, Hours]
    last: Mapping[str, str]
    urgent: frozenset[str]
    usual: Hours = USUAL

    def of(self, owner: str) -> Hours:
        """What holds for an owner."""
        return self.own.get(owner, self.usual)


class HoursStore:
    """The choices of every institution; `usual` is what holds for an institution's people who chose nothing."""

    def __init__(self, redis: Redis, usual: Callable[[str], Hours] = lambda _: USUAL) -> None:
        self._redis: Any = redis
        self._usual = usual
        self._mirror: dict[str, Choices] = {}

    @staticmethod
    def _key(tenant: str, name: str) -> str:
        return f"dobi:{{{tenant}}}:hours:{name}"

    async def choices(self, tenant: str) -> Choices:
        """Everybody's, read again only after a change."""
        version = int(await self._redis.get(self._key(tenant, "version")) or 0)
        known = self._mirror.get(tenant)
        if known is not None and known.version == version:
            return known
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.get(self._key(tenant, "version"))
            for name in ("own", "last", "sources"):
                pipe.hgetall(self._key(tenant, name))
            found, own, last, sources = await pipe.execute()
        usual = self._usual(tenant)
        known = Choices(
            int(found or 0),
            {owner.decode(): _hours(record, usual) for owner, record in own.items()},
            {owner.decode(): adapter.decode() for owner, adapter in last.items()},
            frozenset(name.decode() for name in sources),
            usual,
        )
        self._mirror[tenant] = known
        return known

    async def of(self, tenant: str, owner: str) -> Hours:
        """What holds for one."""
        return (await self.choices(tenant)).of(owner)

    async def put(self, tenant: str, owner: str, hours: Hours) -> None:
        """Keeps a choice in place of the one before. Safe to repeat."""
        kept = replace(hours, leaves=hours.leaves[-MOST_LEAVES:])
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(self._key(tenant, "own"), owner, _record(kept))
            pipe.incr(self._key(tenant, "version"))
            await pipe.execute()

    async def talked(self, tenant: str, owner: str, adapter: str) -> None:
        """They talked there last."""
        if (await self.choices(tenant)).last.get(owner) == adapter:
            return
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(self._key(tenant, "last"), owner, adapter)
            pipe.incr(self._key(tenant, "version"))
            await pipe.execute()

    async def owners(self, tenant: str) -> frozenset[str]:
        """Of whom anything is kept here."""
        known = await self.choices(tenant)
        return frozenset({*known.own, *known.last})

    async def forget(self, tenant: str, owner: str) -> bool:
        """What they chose goes, and where they talked; whether there was anything. Safe to repeat."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hdel(self._key(tenant, "own"), owner)
            pipe.hdel(self._key(tenant, "last"), owner)
            pipe.incr(self._key(tenant, "version"))
            own, last, _ = await pipe.execute()
        return bool(own or last)

    # --- what is shown again later

    async def remind(self, tenant: str, later: Later) -> bool:
        """Shows a story again then; False where it already waits for that very instant, or too much does."""
        key = self._key(tenant, "later")
        if (
            await self._redis.zcard(key) >= MOST_LATER * 100
            or len(await self.waiting(tenant, later.chat)) >= MOST_LATER
        ):
            return False
        new = await self._redis.zadd(key, {json.dumps([later.chat, later.story]): _ms(later.at)})
        await self._redis.publish("dobi:wake", "digest")
        return bool(new)

    async def due(self, tenant: str, now: datetime, limit: int = 200) -> list[Later]:
        """What is to be shown again by now."""
        key = self._key(tenant, "later")
        found = await self._redis.zrange(key, "-inf", _ms(now), byscore=True, offset=0, num=limit, withscores=True)
        return [_later(*one) for one in found]

    async def next_due(self, tenant: str) -> datetime | None:
        """When the first is."""
        found = await self._redis.zrange(self._key(tenant, "later"), 0, 0, withscores=True)
        return _later(*found[0]).at if found else None

    async def shown(self, tenant: str, later: Later) -> None:
        """It stands in the outbox; one that was put off again meanwhile stays."""
        key, name = self._key(tenant, "later"), json.dumps([later.chat, later.story])
        score = await self._redis.zscore(key, name)
        if score is not None and int(score) == _ms(later.at):
            await self._redis.zrem(key, name)

    async def waiting(self, tenant: str, chat: str) -> list[Later]:
        """What a chat put off."""
        found = await self._redis.zrange(self._key(tenant, "later"), 0, -1, withscores=True)
        return [one for one in (_later(*each) for each in found) if one.chat == chat]

    async def later_chats(self, tenant: str) -> frozenset[str]:
        """The chats that put anything off."""
        found = await self._redis.zrange(self._key(tenant, "later"), 0, -1)
        return frozenset(json.loads(name)[0] for name in found)

    async def forget_later(self, tenant: str, chat: str) -> None:
        """What a chat put off goes."""
        for one in await self.waiting(tenant, chat):
            await self._redis.zrem(self._key(tenant, "later"), json.dumps([one.chat, one.story]))

    # --- what overrides

    async def mark(self, tenant: str, agency: str, by: str, now: datetime, *, on: bool) -> bool:
        """An agency's documents are urgent, or no longer; False where that stood so."""
        key = self._key(tenant, "sources")
        async with self._redis.pipeline(transaction=True) as pipe:
            if on:
                pipe.hsetnx(key, agency, json.dumps({"by": by, "at": _iso(now)}))
            else:
                pipe.hdel(key, agency)
            pipe.incr(self._key(tenant, "version"))
            changed, _ = await pipe.execute()
        return bool(changed)

    async def log(self, tenant: str, urgent: Urgent) -> bool:
        """Writes down that quiet hours were overridden; False where that stands."""
        record = json.dumps(
            {"at": _iso(urgent.at), "by": urgent.by, "text": urgent.text, "agency": urgent.agency, "n": urgent.count},
            ensure_ascii=False,
        )
        key = self._key(tenant, "urgent")
        new = bool(await self._redis.hsetnx(key, urgent.id, record))
        if new and await self._redis.hlen(key) > _MOST_URGENT:
            oldest = min(await self.overrides(tenant), key=lambda one: one.at)
            await self._redis.hdel(key, oldest.id)
        return new

    async def override(self, tenant: str, urgent_id: str) -> Urgent | None:
        """One of them."""
        found = await self._redis.hget(self._key(tenant, "urgent"), urgent_id)
        return _urgent(urgent_id, found) if found else None

    async def overrides(self, tenant: str) -> list[Urgent]:
        """All that are kept, oldest first."""
        found = await self._redis.hgetall(self._key(tenant, "urgent"))
        return sorted((_urgent(name.decode(), one) for name, one in found.items()), key=lambda one: (one.at, one.id))


def _ms(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)


def _iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()


def _later(name: bytes, score: float) -> Later:
    chat, story = json.loads(name)
    return Later(chat, story, datetime.fromtimestamp(int(score) / 1000, UTC))


def _urgent(name: str, record: bytes) -> Urgent:
    row = json.loads(record)
    return Urgent(name, datetime.fromisoformat(row["at"]), row["by"], row["text"], row["agency"], row["n"])


def _record(hours: Hours) -> str:
    return json.dumps(
        {
            "instant": hours.instant,
            "hourly": hours.hourly,
            "daily": hours.daily,
            "opens": hours.opens.isoformat(),
            "closes": hours.closes.isoformat(),
            "weekends": hours.weekends,
            "briefing": hours.briefing.isoformat() if hours.briefing else None,
            "digests": [one.isoformat() for one in hours.digests],
            "rests": _iso(hours.rests_until) if hours.rests_until else None,
            "leaves": [[_iso(one.since), _iso(one.until)] for one in hours.leaves],
            "place": hours.place,
        }
    )


def _hours(record: bytes, usual: Hours) -> Hours:
    row = json.loads(record)
    rests = row.get("rests")
    return Hours(
        instant=Instant(row.get("instant", usual.instant)),
        hourly=row.get("hourly", usual.hourly),
        daily=row.get("daily", usual.daily),
        opens=time.fromisoformat(row["opens"]),
        closes=time.fromisoformat(row["closes"]),
        weekends=row.get("weekends", usual.weekends),
        briefing=time.fromisoformat(row["briefing"]) if row.get("briefing") else None,
        digests=tuple(time.fromisoformat(one) for one in row.get("digests", ())) or usual.digests,
        rests_until=datetime.fromisoformat(rests) if rests else None,
        leaves=tuple(Leave(datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in row.get("leaves", ())),
        place=row.get("place", ""),
    )

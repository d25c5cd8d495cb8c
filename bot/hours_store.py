"""What people and channels chose about being spoken to: hours, budget, leave, the place; and what overrode them.

    dobi:{tenant}:hours:own       hash, owner → JSON of the choice; whoever chose nothing has none
    dobi:{tenant}:hours:last      hash, owner → the messenger on which they talked last; only who has several
    dobi:{tenant}:hours:version   counts the changes, so that a mirror knows when to read again
    dobi:{tenant}:hours:changed   sorted set, owner → the version at which one of the two changed last
    dobi:{tenant}:hours:whole     the version before which a mirror reads everything anew: somebody was forgotten
    dobi:{tenant}:hours:later     sorted set, JSON of a chat and a story → milliseconds at which it is shown again
    dobi:{tenant}:hours:sources   hash, agency whose documents are urgent → JSON of who said so, and when
    dobi:{tenant}:hours:urgent    hash, id → JSON of what overrode the quiet hours: who, when, what

An owner is `@kim`, a person of the institution, or a channel's `Chat.ref`. It keeps no message but the urgent ones.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import Any, Final, TypeVar

from redis.asyncio import Redis

from bot.hours import USUAL, Hours, Instant, Leave

T = TypeVar("T")

MOST_LEAVES: Final = 50
MOST_LATER: Final = 200
_MOST_URGENT: Final = 500
_TRUSTED_S: Final = 1.0

# KEYS: 1 the hash, 2 version, 3 changed, 4 whole. ARGV: 1 owner, 2 text. What stands already changes nothing. A mirror
# older than the last 1,000 owners that changed reads everything.
_WRITE: Final = """
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[3], redis.call('INCR', KEYS[2]), ARGV[1])
local over = redis.call('ZCARD', KEYS[3]) - 1000
if over > 0 then
  local gone = redis.call('ZPOPMIN', KEYS[3], over)
  redis.call('SET', KEYS[4], gone[#gone])
end
return 1
"""

# KEYS: 1 version, 2 whole, 3 changed, 4 own, 5 last, 6 sources. ARGV: 1 the version that is known, or ''
# → version, sources, whether the rest is everybody's, own and last: owner and record of each, '' for what is gone
_LOOK: Final = """
local version, sources = redis.call('GET', KEYS[1]) or '0', redis.call('HKEYS', KEYS[6])
if ARGV[1] == '' or tonumber(redis.call('GET', KEYS[2]) or '0') > tonumber(ARGV[1]) then
  return {version, sources, 1, redis.call('HGETALL', KEYS[4]), redis.call('HGETALL', KEYS[5])}
end
local own, last = {}, {}
for _, owner in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '(' .. ARGV[1], '+inf')) do
  for place, list in ipairs({own, last}) do
    list[#list + 1] = owner
    list[#list + 1] = redis.call('HGET', KEYS[3 + place], owner) or ''
  end
end
return {version, sources, 0, own, last}
"""

# KEYS: 1 own, 2 last, 3 changed, 4 version, 5 whole. ARGV: 1 owner. Nothing is left that names them.
_FORGET: Final = """
local gone = redis.call('HDEL', KEYS[1], ARGV[1]) + redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
if gone > 0 then redis.call('SET', KEYS[5], redis.call('INCR', KEYS[4])) end
return gone
"""


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
        self._looked: dict[str, float] = {}  # institution → when its mirror was compared last, of the loop's clock
        self._look = redis.register_script(_LOOK)
        self._write, self._forget = redis.register_script(_WRITE), redis.register_script(_FORGET)

    @staticmethod
    def _key(tenant: str, name: str) -> str:
        return f"dobi:{{{tenant}}}:hours:{name}"

    async def choices(self, tenant: str) -> Choices:
        """Everybody's; after a change what changed is read again."""
        version = int(await self._redis.get(self._key(tenant, "version")) or 0)
        known = self._mirror.get(tenant)
        if known is None or known.version != version:
            known = self._mirror[tenant] = await self._read(tenant, known)
        self._looked[tenant] = asyncio.get_running_loop().time()
        return known

    async def _read(self, tenant: str, known: Choices | None) -> Choices:
        """As it stands at one moment, from what was known before."""
        keys = [self._key(tenant, part) for part in ("version", "whole", "changed", "own", "last", "sources")]
        found = await self._look(keys=keys, args=["" if known is None else known.version])
        version, sources, whole, own, last = found
        usual = self._usual(tenant)
        before = Choices(0, {}, {}, frozenset()) if known is None or whole else known
        return Choices(
            int(version),
            _merged(before.own, own, lambda record: hours_of(record, usual)),
            _merged(before.last, last, bytes.decode),
            frozenset(name.decode() for name in sources),
            usual,
        )

    async def of(self, tenant: str, owner: str) -> Hours:
        """What holds for one."""
        return (await self.choices(tenant)).of(owner)

    async def put(self, tenant: str, owner: str, hours: Hours) -> None:
        """Keeps a choice in place of the one before. Safe to repeat."""
        kept = replace(hours, leaves=hours.leaves[-MOST_LEAVES:])
        await self._set(tenant, "own", owner, record_of(kept))

    async def talked(self, tenant: str, owner: str, adapter: str) -> None:
        """They talked there last. What was known a second ago is known: nobody changes messengers that fast."""
        known, looked = self._mirror.get(tenant), self._looked.get(tenant, -_TRUSTED_S)
        if known is None or asyncio.get_running_loop().time() - looked >= _TRUSTED_S:
            known = await self.choices(tenant)
        if known.last.get(owner) != adapter:
            await self._set(tenant, "last", owner, adapter)
            self._looked.pop(tenant, None)

    async def _set(self, tenant: str, name: str, owner: str, text: str) -> None:
        keys = [self._key(tenant, part) for part in (name, "version", "changed", "whole")]
        await self._write(keys=keys, args=[owner, text])

    async def owners(self, tenant: str) -> frozenset[str]:
        """Of whom anything is kept here."""
        known = await self.choices(tenant)
        return frozenset({*known.own, *known.last})

    async def forget(self, tenant: str, owner: str) -> bool:
        """What they chose goes, and where they talked; whether there was anything. Safe to repeat."""
        keys = [self._key(tenant, part) for part in ("own", "last", "changed", "version", "whole")]
        return bool(await self._forget(keys=keys, args=[owner]))

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


def _merged(known: Mapping[str, T], told: Sequence[bytes], read: Callable[[bytes], T]) -> dict[str, T]:
    """What was known, with what is told of some: an owner, their record, the next owner …; an empty one is gone."""
    changed = dict(zip(told[::2], told[1::2], strict=True))
    merged = {**known, **{owner.decode(): read(record) for owner, record in changed.items() if record}}
    for owner in (name.decode() for name, record in changed.items() if not record):
        merged.pop(owner, None)
    return merged


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


def record_of(hours: Hours) -> str:
    """As they are kept."""
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
            "noon": [one.isoformat() for one in hours.noon] if hours.noon else None,
        }
    )


def hours_of(record: bytes, usual: Hours) -> Hours:
    """What `record_of` wrote; what it lacks is as usual."""
    row = json.loads(record)
    rests, noon = row.get("rests"), row.get("noon")
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
        noon=(time.fromisoformat(noon[0]), time.fromisoformat(noon[1])) if noon else None,
    )

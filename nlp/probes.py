"""What was not sent, drawn by lot and shown once a week, and what its answers say about what was missed.

    a week's documents that were not sent ─┬─ near misses: 3 by lot ┐
                                           └─ all the rest: 2 by lot ┴─► Probe ─► answers ─► recall

Each drawn document stands for as many of its stratum as it has others beside it: its weight is 1 / (its chance to be
drawn). The weights of those that were wanted add up to an estimate of all that was missed (Horvitz and Thompson 1952,
over two strata), and recall = wanted and sent / (wanted and sent + missed). With five documents a week the second
stratum's weights are large and the estimate is rough: whoever shows it says so. A week without any answer says nothing.

    keys of a tenant:  dobi:{tenant}:probes:on              set of the chats that want the weekly look
                       dobi:{tenant}:probes:asked           set of the chats that were asked whether they want it
                       dobi:{tenant}:probes:of:<chat>       hash  week → JSON, at most 12
                       dobi:{tenant}:probes:answers:<chat>  set of "week number"
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from redis.asyncio import Redis

NEAR: Final = 3
FAR: Final = 2
NEAR_FROM: Final = 0.25
"""Score from which a document that was not sent is a near miss."""

_KEPT: Final = 12

# KEYS of; ARGV week record most. What stood first for a week stands; the oldest weeks go.
_KEEP: Final = """
redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2])
local weeks = redis.call('HKEYS', KEYS[1])
table.sort(weeks)
for i = 1, #weeks - tonumber(ARGV[3]) do redis.call('HDEL', KEYS[1], weeks[i]) end
return redis.call('HGET', KEYS[1], ARGV[1])
"""


@dataclass(frozen=True, slots=True)
class Unsent:
    """A document that was not sent, and what the nearest subscription made of it."""

    document: str
    story: str
    agency: str
    topic: str
    words: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """One that the lot chose; it stands for `weight` documents."""

    one: Unsent
    weight: float


@dataclass(frozen=True, slots=True)
class Probe:
    """A chat's weekly look: what was drawn, and how many were sent in that week."""

    week: str
    at: datetime
    sent: int
    items: tuple[Drawn, ...]

    def dump(self) -> bytes:
        """The stored form."""
        items = [
            [one.one.document, one.one.story, one.one.agency, one.one.topic, one.one.words, one.one.score, one.weight]
            for one in self.items
        ]
        return json.dumps([self.at.astimezone(UTC).isoformat(), self.sent, items], ensure_ascii=False).encode()

    @classmethod
    def load(cls, week: str, stored: bytes) -> Probe:
        """Reads the stored form."""
        at, sent, items = json.loads(stored)
        drawn = tuple(
            Drawn(Unsent(document, story, agency, topic, tuple(words), score), weight)
            for document, story, agency, topic, words, score, weight in items
        )
        return cls(week, datetime.fromisoformat(at), sent, drawn)


@dataclass(frozen=True, slots=True)
class Answered:
    """A weekly look that was answered: `wanted` are the numbers, from 1, of what should have been sent."""

    probe: Probe
    wanted: frozenset[int]

    @property
    def missed(self) -> float:
        """How many that week's misses are estimated to be."""
        return sum(one.weight for number, one in enumerate(self.probe.items, 1) if number in self.wanted)


def draw(unsent: Iterable[Unsent], seed: str) -> tuple[Drawn, ...]:
    """Three near misses and two of the rest by lot, fewer where there are fewer; the same for the same seed."""
    lot, pool = random.Random(seed), sorted(unsent, key=lambda one: (-one.score, one.document))
    strata = [one for one in pool if one.score >= NEAR_FROM], [one for one in pool if one.score < NEAR_FROM]
    near = min(len(strata[0]), max(NEAR, NEAR + FAR - len(strata[1])))
    drawn: list[Drawn] = []
    for stratum, count in zip(strata, (near, NEAR + FAR - near), strict=True):
        chosen = lot.sample(stratum, min(count, len(stratum)))
        drawn += [Drawn(one, len(stratum) / len(chosen)) for one in chosen]
    lot.shuffle(drawn)
    return tuple(drawn)


def recall(answered: Sequence[Answered], precision: float) -> float | None:
    """The share of what was wanted that was sent, estimated; None where nothing was answered or wanted.

    `precision` is the share of what was sent that was wanted.
    """
    hits = precision * sum(one.probe.sent for one in answered)
    wanted = hits + sum(one.missed for one in answered)
    return hits / wanted if answered and wanted > 0 else None


class ProbeStore:
    """Who wants the weekly look, what it showed and what came back."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis
        self._keep = redis.register_script(_KEEP)

    @staticmethod
    def _key(tenant: str, *parts: str) -> str:
        return ":".join(("dobi", "{" + tenant + "}", "probes", *parts))

    async def switch(self, tenant: str, chat: str, *, on: bool) -> None:
        """Whether the chat gets the weekly look from now on."""
        name = self._key(tenant, "on")
        await (self._redis.sadd(name, chat) if on else self._redis.srem(name, chat))

    async def is_on(self, tenant: str, chat: str) -> bool:
        """Whether the chat wants it."""
        return bool(await self._redis.sismember(self._key(tenant, "on"), chat))

    async def wanting(self, tenant: str) -> list[str]:
        """The chats that want it."""
        return sorted(chat.decode() for chat in await self._redis.smembers(self._key(tenant, "on")))

    async def ask_once(self, tenant: str, chat: str) -> bool:
        """True for the first call for the chat, so that nobody is asked twice."""
        return bool(await self._redis.sadd(self._key(tenant, "asked"), chat))

    async def keep(self, tenant: str, chat: str, probe: Probe) -> Probe:
        """Keeps the week's look; the one that stands, which is an earlier one where there was one."""
        name = self._key(tenant, "of", chat)
        stored = await self._keep(keys=[name], args=[probe.week, probe.dump(), _KEPT])
        return Probe.load(probe.week, stored)

    async def get(self, tenant: str, chat: str, week: str) -> Probe | None:
        """That week's look, or None."""
        stored = await self._redis.hget(self._key(tenant, "of", chat), week)
        return None if stored is None else Probe.load(week, stored)

    async def answer(self, tenant: str, chat: str, week: str, number: int) -> bool:
        """Notes that the document of that number was wanted, 0: none was; False where that was known."""
        return bool(await self._redis.sadd(self._key(tenant, "answers", chat), f"{week} {number}"))

    async def answered(self, tenant: str, chat: str) -> list[Answered]:
        """The looks that were answered at all, oldest first."""
        rows = await self._redis.hgetall(self._key(tenant, "of", chat))
        given: dict[str, set[int]] = {}
        for one in await self._redis.smembers(self._key(tenant, "answers", chat)):
            week, number = one.decode().split(" ")
            given.setdefault(week, set()).add(int(number))
        weeks = sorted(week.decode() for week in rows)
        return [
            Answered(Probe.load(week, rows[week.encode()]), frozenset(given[week] - {0}))
            for week in weeks
            if week in given
        ]

    async def forget(self, tenant: str, chat: str) -> None:
        """Forgets what was shown and answered; who wants it stays as it is."""
        await self._redis.delete(self._key(tenant, "of", chat), self._key(tenant, "answers", chat))

    async def leave(self, tenant: str, chat: str) -> None:
        """Forgets the chat wholly, whether it wants the weekly look among it."""
        await self.forget(tenant, chat)
        for name in ("on", "asked"):
            await self._redis.srem(self._key(tenant, name), chat)

    async def known(self, tenant: str, chat: str) -> bool:
        """Whether anything of the weekly look is kept of a chat."""
        names = [self._key(tenant, "of", chat), self._key(tenant, "answers", chat)]
        asked = [await self._redis.sismember(self._key(tenant, name), chat) for name in ("on", "asked")]
        return any(asked) or bool(await self._redis.exists(*names))

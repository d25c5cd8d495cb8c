"""At 14:00 of a day with lunch: what the next such day will need, to those of the kitchen who asked for it.

    who asked? → may they still? → the next open day's meals → one row a person and day in the outbox

The row is named after the day that it is about, so that whoever dies in between, or does the same work beside, repeats
the same row. Nobody is told on a day off; a day off is skipped over.

    dobi:{tenant}:meals:followers   hash, <cafeteria>/<person> -> JSON [chat, since]
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import quote

from redis.asyncio import Redis

from bot.clock import KST
from bot.logs import failed_for
from bot.mealcount import MealCount
from bot.messenger import chat_of
from bot.outbox import Outbox, Row
from bot.settings import Cafeteria as Site
from bot.settings import Institution, Role
from bot.tenancy import Tenancy
from bot.wording import meals as words
from bot.wording.kitchen import tag
from occupancy import meals

HOUR: Final = time(14)
LATEST: Final = time(18)
STAFF: Final = frozenset({Role.KITCHEN, Role.MANAGER})

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Follower:
    """Somebody who wants to be told, where, and since when."""

    person: str
    chat: str
    since: datetime


class FollowerStore:
    """Who of each kitchen is told at 14:00."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis

    @staticmethod
    def _key(tenant: str) -> str:
        return f"dobi:{{{tenant}}}:meals:followers"

    async def follow(self, tenant: str, cafeteria: str, one: Follower) -> bool:
        """They are told from now on; False where they were already."""
        value = json.dumps([one.chat, one.since.astimezone(UTC).isoformat()])
        new = bool(await self._redis.hsetnx(self._key(tenant), _field(cafeteria, one.person), value))
        await self._redis.publish("dobi:wake", "meals")
        return new

    async def leave(self, tenant: str, cafeteria: str, person: str) -> bool:
        """They are told no more; False where they were not."""
        return bool(await self._redis.hdel(self._key(tenant), _field(cafeteria, person)))

    async def all(self, tenant: str, cafeteria: str) -> tuple[Follower, ...]:
        """Everybody who is told of a cafeteria."""
        head = _field(cafeteria, "")
        found = await self._read(tenant)
        return tuple(one for name, one in sorted(found.items()) if name.startswith(head))

    async def of(self, tenant: str, chat: str) -> tuple[Follower, ...]:
        """What a chat is told of."""
        return tuple(one for one in (await self._read(tenant)).values() if one.chat == chat)

    async def chats(self, tenant: str) -> frozenset[str]:
        """The refs of all chats that are told."""
        return frozenset(one.chat for one in (await self._read(tenant)).values())

    async def forget(self, tenant: str, chat: str) -> int:
        """A chat is told no more of any cafeteria; of how many it was."""
        fields = [name for name, one in (await self._read(tenant)).items() if one.chat == chat]
        return int(await self._redis.hdel(self._key(tenant), *fields)) if fields else 0

    async def _read(self, tenant: str) -> dict[str, Follower]:
        found: Mapping[bytes, bytes] = await self._redis.hgetall(self._key(tenant))
        return {name.decode(): _follower(name.decode(), value) for name, value in found.items()}


def _field(cafeteria: str, person: str) -> str:
    return f"{quote(cafeteria, safe='')}/{person}"


def _follower(name: str, value: bytes) -> Follower:
    chat, since = json.loads(value)
    return Follower(name.partition("/")[2], chat, datetime.fromisoformat(since))


class KitchenDay:
    """The worker. `wake` rouses delivery in this process."""

    def __init__(
        self, followers: FollowerStore, count: MealCount, outbox: Outbox, tenancy: Tenancy,
        now: Callable[[], datetime], wake: Callable[[], None],
    ) -> None:  # fmt: skip
        self._followers, self._count, self._outbox = followers, count, outbox
        self._tenancy, self._now, self._wake = tenancy, now, wake

    async def step(self) -> datetime | None:
        """Tells what is due; the next 14:00, or None while nobody asked for it."""
        now = self._now()
        local = now.astimezone(KST)
        asked = False
        for institution in self._tenancy.institutions():
            for site in institution.cafeterias:
                people = await self._wanting(institution, site)
                asked = asked or bool(people)
                if people and HOUR <= local.time() < LATEST:
                    await self._one(institution.id, site, people, now)
        due = datetime.combine(local.date(), HOUR, KST)
        return (due if local.time() < HOUR else due + timedelta(days=1)) if asked else None

    async def _one(self, tenant: str, site: Site, people: list[Follower], now: datetime) -> None:
        """A cafeteria that can't be reckoned leaves the others alone."""
        try:
            await self._tell(tenant, site, people, now)
        except (ArithmeticError, LookupError, ValueError) as error:
            failed_for(log, error, "a day's meals could not be reckoned")

    async def _wanting(self, institution: Institution, site: Site) -> list[Follower]:
        """Those who want it and still may; whoever left the kitchen is taken off the list."""
        kept = []
        for one in await self._followers.all(institution.id, site.id):
            member = self._tenancy.member(institution.id, one.person)
            if member is None or not STAFF & member.person.roles:
                await self._followers.leave(institution.id, site.id, one.person)
            else:
                kept.append(one)
        return kept

    async def _tell(self, tenant: str, site: Site, people: list[Follower], now: datetime) -> None:
        today = now.astimezone(KST).date()
        begun = datetime.combine(today, HOUR, KST)
        waiting = [one for one in people if one.since <= begun]
        then = await self._count.next_open(tenant, site, today) if waiting else None
        if then is None or not await self._count.is_open(tenant, site, today):
            return
        found = await self._count.expected(tenant, site, then, now)
        if found is None:
            days = len((await self._count.known(tenant, site, now)).history())
            text = words.not_expected(then, today, days, meals.MIN_DAYS)
        else:
            text = words.expected(found.forecast, today, found.error, found.judged)
        reply = words.pushed(site.name, text, tag(site.id))
        story, until = f"meals/{site.id}/{then.isoformat()}", datetime.combine(then, site.open, KST)
        rows = [Row(chat_of(one.chat), story, 1, "notice", reply, now, until=until) for one in waiting]
        if await self._outbox.put(tenant, rows):
            self._wake()

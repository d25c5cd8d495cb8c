"""Notices to everybody of an institution or a department: read back, sent once, whoever presses or dies how often.

    draft (a day) → [보내기] → sending → rows of the outbox, a page of people at a time → sent; its words are forgotten

A row is named by the notice and its chat, so that a page written twice is written once; whoever takes a sending notice
up again goes on at its page. Who got it, who read it and what it said is not kept.

    dobi:{tenant}:broadcasts:draft:<id>    JSON, a day: who, when, to whom, the words
    dobi:{tenant}:broadcasts:last:<by>     the id of the draft that somebody read back last, a day
    dobi:{tenant}:broadcasts:sending       hash, id → JSON: the draft
    dobi:{tenant}:broadcasts:page          hash, id → the person up to whom all have their row
    dobi:{tenant}:broadcasts:sent          sorted set, id → milliseconds, of the last 1,000
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from redis.asyncio import Redis

from bot.messenger import Chat
from bot.outbox import Row
from bot.settings import Person
from bot.tenancy import Tenancy
from bot.wording import broadcast as words

LIFE: Final = timedelta(days=1)
PAGE: Final = 500
_REMEMBERED: Final = 1_000
_AND: Final = ", "
BUT: Final = " 제외"
"""Behind the departments that are left out."""

# KEYS: 1 draft, 2 sending, 3 sent. ARGV: 1 id. → 'sending' now, 'sent' before, '' there is no such draft any more
_SEND: Final = """
if redis.call('ZSCORE', KEYS[3], ARGV[1]) then return 'sent' end
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 1 then return 'sending' end
local draft = redis.call('GET', KEYS[1])
if not draft then return '' end
redis.call('HSET', KEYS[2], ARGV[1], draft)
redis.call('DEL', KEYS[1])
return 'begun'
"""


@dataclass(frozen=True, slots=True)
class Notice:
    """`department` empty: everybody of the institution, several with ", " between; `at` in ISO.

    `제외` behind departments: all but these. `count` people when it was read back.

    `home` is the institution of whoever wrote it, `homes` those that it goes to.
    `doubt`: whom it is for is still asked; it is sent to nobody.
    """

    id: str
    by: str
    department: str
    text: str
    count: int
    at: str
    home: str
    homes: tuple[str, ...] = ()
    doubt: bool = False

    @property
    def written_at(self) -> datetime:
        """When it was written."""
        return datetime.fromisoformat(self.at)


class Broadcasts:
    """The notices of every institution."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis
        self._send = redis.register_script(_SEND)

    @staticmethod
    def _key(tenant: str, *parts: str) -> str:
        return ":".join((f"dobi:{{{tenant}}}:broadcasts", *parts))

    async def draft(self, tenant: str, notice: Notice, instead: str = "") -> None:
        """Keeps a notice for a day, unsent; the draft that it stands `instead` of can't be sent any more.

        Safe to repeat.
        """
        text, life = json.dumps(asdict(notice), ensure_ascii=False), 2 * int(LIFE.total_seconds())
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.set(self._key(tenant, "draft", notice.id), text, ex=life)
            pipe.set(self._key(tenant, "last", notice.by), notice.id, ex=life)
            if instead != notice.id:
                pipe.delete(self._key(tenant, "draft", instead))
            await pipe.execute()

    async def drafted(self, tenant: str, name: str, now: datetime) -> Notice | None:
        """The draft; None where it is unknown, sent, or a day old."""
        stored = await self._redis.get(self._key(tenant, "draft", name))
        notice = None if stored is None else _notice(stored)
        return notice if notice is not None and now - notice.written_at < LIFE else None

    async def drop(self, tenant: str, name: str) -> None:
        """Forgets a draft."""
        await self._redis.delete(self._key(tenant, "draft", name))

    async def waiting(self, tenant: str, by: str, now: datetime) -> Notice | None:
        """The draft that somebody read back last, while it waits."""
        name: bytes = await self._redis.get(self._key(tenant, "last", by)) or b""
        return await self.drafted(tenant, name.decode(), now) if name else None

    async def withdraw(self, tenant: str, by: str, now: datetime) -> bool:
        """Forgets the draft that somebody read back last; False where none waits to be sent. Safe to repeat."""
        waits = await self.waiting(tenant, by, now)
        if waits is not None:
            await self.drop(tenant, waits.id)
        return waits is not None

    async def send(self, tenant: str, name: str) -> str:
        """`begun` where this call sends it; `sending` or `sent` where another did; empty where there is no draft."""
        keys = [self._key(tenant, "draft", name), self._key(tenant, "sending"), self._key(tenant, "sent")]
        state: bytes = await self._send(keys=keys, args=[name])
        return state.decode()

    async def state(self, tenant: str, name: str) -> str:
        """`sending`, `sent`, or empty."""
        if await self._redis.zscore(self._key(tenant, "sent"), name) is not None:
            return "sent"
        return "sending" if await self._redis.hexists(self._key(tenant, "sending"), name) else ""

    async def sending(self, tenant: str) -> Sequence[Notice]:
        """What is on its way."""
        return [_notice(one) for one in (await self._redis.hgetall(self._key(tenant, "sending"))).values()]

    async def page(self, tenant: str, name: str) -> str:
        """Up to which person, in the order of their ids, all have their row; empty before the first."""
        found: bytes = await self._redis.hget(self._key(tenant, "page"), name) or b""
        return found.decode()

    async def turn(self, tenant: str, name: str, person: str) -> None:
        """All up to this person have it now: a number would skip somebody where others left meanwhile."""
        await self._redis.hset(self._key(tenant, "page"), name, person)

    async def sent(self, tenant: str, name: str, now: datetime) -> None:
        """Everybody has their row: the words are forgotten."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.zadd(self._key(tenant, "sent"), {name: int(now.timestamp() * 1000)})
            pipe.zremrangebyrank(self._key(tenant, "sent"), 0, -_REMEMBERED - 1)
            pipe.hdel(self._key(tenant, "sending"), name)
            pipe.hdel(self._key(tenant, "page"), name)
            await pipe.execute()


def receivers(tenancy: Tenancy, tenant: str, department: str) -> list[Person]:
    """Whom a notice goes to, in an order that stays; people without any messenger are left out."""
    people = tenancy.institution(tenant).people
    but = department.endswith(BUT)
    named = set(department.removesuffix(BUT).split(_AND)) if department else set()
    found = [one for one in people if one.addresses and (not named or (one.department in named) != but)]
    return sorted(found, key=lambda one: one.id)


def without(department: str, left_out: str) -> str:
    """To whom a notice goes without these departments; empty where nobody is left."""
    out = dict.fromkeys(left_out.split(_AND))
    if department and not department.endswith(BUT):
        return _AND.join(one for one in department.split(_AND) if one not in out)
    before = dict.fromkeys(one for one in department.removesuffix(BUT).split(_AND) if one)
    return f"{_AND.join(before | out)}{BUT}"


Put = Callable[[str, Sequence[Row]], Awaitable[int]]
Place = Callable[[Person], Chat | None]


class Broadcasting:
    """The worker: `put` writes rows, `place` is where a person hears what they did not ask for."""

    def __init__(
        self, tenancy: Tenancy, store: Broadcasts, put: Put, place: Place, now: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:  # fmt: skip
        self._tenancy, self._store, self._put, self._place = tenancy, store, put, place
        self._now, self._wake = now, wake

    async def step(self) -> None:
        """Writes the rows of everything that is on its way."""
        for institution in self._tenancy.institutions():
            for notice in await self._store.sending(institution.id):
                await self._tell(institution.id, notice)

    async def _tell(self, tenant: str, notice: Notice) -> None:
        told = await self._store.page(tenant, notice.id)
        people = [one for one in receivers(self._tenancy, tenant, notice.department) if one.id > told]
        sender = self._tenancy.member(notice.home, notice.by)
        name, office = (sender.person.name, sender.person.department) if sender is not None else ("", "")
        reply = words.notice(notice.text, name, office, notice.written_at)
        for first in range(0, len(people), PAGE):
            page = people[first : first + PAGE]
            chats = [chat for one in page if (chat := self._place(one)) is not None]
            rows = [Row(chat, f"notice/{notice.id}", 1, "notice", reply, notice.written_at) for chat in chats]
            await self._put(tenant, rows)
            await self._store.turn(tenant, notice.id, page[-1].id)
            self._wake()
        await self._store.sent(tenant, notice.id, self._now())


def made(
    tenant: str, by: str, department: str, text: str, count: int, now: datetime, source: str,
    homes: Sequence[str] = (), *, doubt: bool = False,
) -> Notice:  # fmt: skip
    """A notice; its id is the same for the same update."""
    digest = hashlib.blake2b(
        f"{tenant}\x1f{by}\x1f{source}\x1f{department}\x1f{text}".encode(), digest_size=8
    ).hexdigest()
    at = now.astimezone(UTC).isoformat()
    return Notice(digest, by, department, text, count, at, tenant, tuple(homes), doubt)


def _notice(stored: bytes) -> Notice:
    row = json.loads(stored)
    return Notice(**row | {"homes": tuple(row.get("homes", ()))})

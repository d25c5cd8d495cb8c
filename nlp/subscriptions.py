"""Who wants to hear about what: kept in Redis, mirrored in the memory of each process that matches.

    chat process ── add, update, remove ──► Redis: items, owners, change log (one script, all or nothing)
    brief process ◄── SubscriptionMirror.refresh ── only what changed, or all if the log was trimmed ──► Matcher

Each institution's subscriptions lie under its own hash tag and nothing here reads across institutions. Owners are
opaque strings: whether one is a person or a channel, only `bot` knows.

    keys of a tenant:  dobi:{tenant}:subscriptions:items       hash  id → JSON
                       dobi:{tenant}:subscriptions:owner:<o>   sorted set of ids by creation
                       dobi:{tenant}:subscriptions:changes     stream `<sequence>-0`, bounded
                       dobi:{tenant}:subscriptions:sequence    number of the last change
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from redis.asyncio import Redis

from nlp.embedding import NlpError
from nlp.matching import Matcher, New
from nlp.own_words import OwnWords
from nlp.wordbook import Wordbooks

LIMIT: Final = 200
"""Subscriptions that one owner may have."""

MAX_TEXT: Final = 2_000
MAX_EXCLUDES: Final = 20
_LOG: Final = 10_000  # changes kept; a mirror further behind reloads everything
_PAGE: Final = 500
_TRIES: Final = 8


class SubscriptionError(NlpError):
    """A subscription can't be kept as asked."""


class TooManySubscriptionsError(SubscriptionError):
    """The owner has as many subscriptions as are allowed; `limit` is how many."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"an owner may have {limit} subscriptions")
        self.limit = limit


class InvalidSubscriptionError(SubscriptionError):
    """The text is empty or too long, or there are too many excluded words."""


def ahead(rests_until: datetime | None, now: datetime) -> datetime | None:
    """The end of a rest; None where there is none, or it is over."""
    return rests_until if rests_until is not None and now < rests_until else None


@dataclass(frozen=True, slots=True)
class Subscription:
    """What one owner asked for. `owner` is a chat as `bot` names it; `created_by` the person who asked.

    `paused` lasts until it is taken back, `rests_until` until then: nobody has to wake it.
    """

    id: str
    owner: str
    text: str
    created_at: datetime
    created_by: str
    exclude: tuple[str, ...] = ()
    paused: bool = False
    rests_until: datetime | None = None

    def rests(self, now: datetime) -> bool:
        """Whether nothing is sent for it at that instant."""
        return self.paused or ahead(self.rests_until, now) is not None

    def check(self) -> None:
        """Refuses what can't be matched.

        Raises:
            InvalidSubscriptionError: no text, more than 2,000 characters, or more than 20 excluded words.
        """
        if not self.text.strip() or len(self.text) > MAX_TEXT:
            raise InvalidSubscriptionError(f"expected 1 to {MAX_TEXT} characters, got {len(self.text.strip())}")
        if len(self.exclude) > MAX_EXCLUDES or any(len(word) > 100 for word in self.exclude):
            raise InvalidSubscriptionError(f"expected at most {MAX_EXCLUDES} short excluded words")

    def dump(self) -> bytes:
        """The stored form."""
        row = {
            "id": self.id,
            "owner": self.owner,
            "text": self.text,
            "created_at": self.created_at.astimezone(UTC).isoformat(),
            "created_by": self.created_by,
            "exclude": self.exclude,
            "paused": self.paused,
        }
        if self.rests_until is not None:
            row["rests_until"] = self.rests_until.astimezone(UTC).isoformat()
        return json.dumps(row, ensure_ascii=False, sort_keys=True).encode()

    @classmethod
    def load(cls, stored: bytes) -> Subscription:
        """Reads the stored form."""
        row = json.loads(stored)
        return cls(
            id=row["id"],
            owner=row["owner"],
            text=row["text"],
            created_at=datetime.fromisoformat(row["created_at"]),
            created_by=row["created_by"],
            exclude=tuple(row["exclude"]),
            paused=row["paused"],
            rests_until=datetime.fromisoformat(row["rests_until"]) if row.get("rests_until") else None,
        )


# KEYS items owner changes sequence · ARGV operation id value before score limit log
# Answers the sequence of the change, 0 if there was nothing to do, -1 at the limit, -2 if `before` is out of date.
_WRITE: Final = """
local known = redis.call('HGET', KEYS[1], ARGV[2])
if ARGV[1] == 'add' then
  if known then return 0 end
  if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[6]) then return -1 end
  redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
  redis.call('ZADD', KEYS[2], ARGV[5], ARGV[2])
elseif ARGV[1] == 'update' then
  if known ~= ARGV[4] then return -2 end
  if known == ARGV[3] then return 0 end
  redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
else
  if not known then return 0 end
  if known ~= ARGV[4] then return -2 end
  redis.call('HDEL', KEYS[1], ARGV[2])
  redis.call('ZREM', KEYS[2], ARGV[2])
end
local sequence = redis.call('INCR', KEYS[4])
redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[7], sequence .. '-0', 'id', ARGV[2])
return sequence
"""


class SubscriptionStore:
    """Subscriptions of all institutions, each under its own key."""

    def __init__(self, redis: Redis, *, limit: int = LIMIT, log: int = _LOG) -> None:
        self._redis: Any = redis  # its stubs cover both decodings of each answer at once
        self._limit = limit
        self._log = log

    @staticmethod
    def _key(tenant: str, *parts: str) -> str:
        return ":".join(("dobi", "{" + tenant + "}", "subscriptions", *parts))

    async def _write(self, tenant: str, operation: str, subscription: Subscription, value: bytes, before: bytes) -> int:
        names = ("items", f"owner:{subscription.owner}", "changes", "sequence")
        keys = [self._key(tenant, name) for name in names]
        score = str(subscription.created_at.timestamp())
        arguments = (operation, subscription.id, value, before, score, str(self._limit), str(self._log))
        return int(await self._redis.eval(_WRITE, len(keys), *keys, *arguments))

    async def add(self, tenant: str, subscription: Subscription) -> bool:
        """Keeps a subscription; True if it is new. A known id stays as it is, so that a repeated message is harmless.

        Raises:
            InvalidSubscriptionError: it can't be matched.
            TooManySubscriptionsError: the owner has `limit` already.
        """
        subscription.check()
        done = await self._write(tenant, "add", subscription, subscription.dump(), b"")
        if done == -1:
            raise TooManySubscriptionsError(self._limit)
        return done > 0

    async def get(self, tenant: str, subscription_id: str) -> Subscription | None:
        """The subscription, or None."""
        stored = await self._stored(tenant, subscription_id)
        return None if stored is None else Subscription.load(stored)

    async def _stored(self, tenant: str, subscription_id: str) -> bytes | None:
        stored: bytes | None = await self._redis.hget(self._key(tenant, "items"), subscription_id)
        return stored

    async def update(
        self,
        tenant: str,
        subscription_id: str,
        *,
        text: str | None = None,
        exclude: Iterable[str] | None = None,
        paused: bool | None = None,
        rests_until: datetime | None = None,
        created_by: str | None = None,
    ) -> Subscription | None:
        """Changes what is given and answers the subscription as it is now, or None if there's no such id.

        `paused` given ends a rest that has an end, unless `rests_until` is given too.

        Raises:
            InvalidSubscriptionError: the new words can't be matched.
        """
        given: dict[str, Any] = {"text": text, "paused": paused, "created_by": created_by}
        given["exclude"] = None if exclude is None else tuple(dict.fromkeys(exclude))
        for _ in range(_TRIES):
            before = await self._stored(tenant, subscription_id)
            if before is None:
                return None
            changed = replace(Subscription.load(before), **{k: v for k, v in given.items() if v is not None})
            if paused is not None:
                changed = replace(changed, rests_until=rests_until)
            changed.check()
            if await self._write(tenant, "update", changed, changed.dump(), before) >= 0:
                return changed
        raise SubscriptionError(f"subscription {subscription_id} is being changed by too many at once")

    async def remove(self, tenant: str, subscription_id: str) -> bool:
        """Forgets a subscription; False if there was none."""
        for _ in range(_TRIES):
            before = await self._stored(tenant, subscription_id)
            if before is None:
                return False
            done = await self._write(tenant, "remove", Subscription.load(before), b"", before)
            if done >= 0:
                return done > 0
        raise SubscriptionError(f"subscription {subscription_id} is being changed by too many at once")

    async def of(self, tenant: str, owner: str) -> list[Subscription]:
        """An owner's subscriptions, oldest first."""
        ids = await self._redis.zrange(self._key(tenant, f"owner:{owner}"), 0, -1)
        return [found for found in (await self._many(tenant, ids)).values() if found is not None]

    async def _many(self, tenant: str, ids: list[bytes]) -> dict[str, Subscription | None]:
        """Subscriptions by id, None for those that are gone, in the order asked for."""
        names = [name.decode() for name in ids]
        if not names:
            return {}
        stored: list[bytes | None] = await self._redis.hmget(self._key(tenant, "items"), names)
        return {name: None if row is None else Subscription.load(row) for name, row in zip(names, stored, strict=True)}

    async def all(self, tenant: str) -> AsyncIterator[Subscription]:
        """Every subscription of an institution, in no order, page by page."""
        cursor, seen = 0, set[str]()
        while True:
            cursor, page = await self._redis.hscan(self._key(tenant, "items"), cursor, count=_PAGE)
            for row in page.values():
                subscription = Subscription.load(row)
                if subscription.id not in seen:
                    seen.add(subscription.id)
                    yield subscription
            if cursor == 0:
                return

    async def sequence(self, tenant: str) -> int:
        """The number of the last change."""
        return int(await self._redis.get(self._key(tenant, "sequence")) or 0)

    async def changes(self, tenant: str, after: int, until: int) -> dict[str, Subscription | None] | None:
        """What changed after one sequence number up to another, as it is now (None: removed).

        None as a whole if the log no longer reaches back that far.
        """
        if until < after:
            return None
        rows = await self._redis.xrange(self._key(tenant, "changes"), f"({after}-0", f"{until}-0")
        if len(rows) != until - after:
            return None
        ids = list(dict.fromkeys(fields[b"id"] for _, fields in rows))
        return await self._many(tenant, ids)


class SubscriptionMirror:
    """Keeps a matcher level with the store: cheap when nothing changed, one change at a time when something did.

    Ids in the matcher are `tenant/id`. A paused subscription isn't in the matcher. Not for two tasks at once: a second
    `refresh` waits for the first. With `words` each institution's subscriptions are read by its own table, and again
    when that changes.
    """

    def __init__(self, store: SubscriptionStore, matcher: Matcher, words: Wordbooks | None = None) -> None:
        self._store = store
        self._matcher = matcher
        self._words = words
        self._tables: dict[str, OwnWords] = {}
        self._reached: dict[str, int] = {}
        self._known: dict[str, dict[str, Subscription]] = {}
        self._busy = asyncio.Lock()

    def get(self, match_id: str) -> tuple[str, Subscription] | None:
        """The institution and the subscription behind a matcher's id, or None if it is gone."""
        tenant, _, subscription_id = match_id.partition("/")
        found = self._known.get(tenant, {}).get(subscription_id)
        return None if found is None else (tenant, found)

    async def refresh(self, tenants: Iterable[str]) -> int:
        """Brings the matcher up to date for these institutions and drops all others; how many changes it took."""
        async with self._busy:
            wanted = list(dict.fromkeys(tenants))
            for gone in [tenant for tenant in self._known if tenant not in wanted]:
                self._forget(gone)
            return sum([await self._refresh(tenant) for tenant in wanted])

    def _forget(self, tenant: str) -> None:
        for subscription_id in self._known.pop(tenant):
            self._matcher.remove(f"{tenant}/{subscription_id}")
        del self._reached[tenant]
        self._tables.pop(tenant, None)

    async def _refresh(self, tenant: str) -> int:
        reread = await self._reread(tenant)
        until = await self._store.sequence(tenant)
        after = self._reached.get(tenant)
        if after == until:
            return reread
        changes = None if after is None else await self._store.changes(tenant, after, until)
        if changes is None:
            changes = dict.fromkeys(self._known.get(tenant, {}))
            async for subscription in self._store.all(tenant):
                changes[subscription.id] = subscription
        await self._apply(tenant, changes)
        self._reached[tenant] = until
        return len(changes) + reread

    async def _reread(self, tenant: str) -> int:
        """Subscriptions that the institution's table reads otherwise than before are added again; how many."""
        if self._words is None:
            return 0
        table, before = await self._words.table(tenant), self._tables.get(tenant)
        self._tables[tenant] = table
        if table is before:
            return 0
        return await asyncio.to_thread(self._read_again, tenant, table, before)

    def _read_again(self, tenant: str, table: OwnWords, before: OwnWords | None) -> int:
        news = [
            New(f"{tenant}/{one.id}", one.text, one.exclude, table)
            for one in self._known.get(tenant, {}).values()
            if not one.paused and (table.variant(one.text) or (before is not None and before.variant(one.text)))
        ]
        if news:
            self._matcher.add_many(news)
        return len(news)

    async def _apply(self, tenant: str, changes: Mapping[str, Subscription | None]) -> None:
        known = self._known.setdefault(tenant, {})
        news: list[New] = []
        for subscription_id, subscription in changes.items():
            if subscription is None or subscription.paused:
                self._matcher.remove(f"{tenant}/{subscription_id}")
            elif known.get(subscription_id) != subscription:
                table = self._tables.get(tenant)
                news.append(New(f"{tenant}/{subscription_id}", subscription.text, subscription.exclude, table))
            if subscription is None:
                known.pop(subscription_id, None)
            else:
                known[subscription_id] = subscription
        if news:
            await asyncio.to_thread(self._matcher.add_many, news)

"""Who waits to hear that the line is short, and who wants to be told of their own best minute every working day.

    dobi:{tenant}:quiet:alerts   hash, "2026-11-23/kim" → JSON of the alert: one a person and day; gone the day after
    dobi:{tenant}:quiet:daily    hash, person → JSON of the private chat, since when, and the day they were last told of

An alert is written before it is confirmed and stays, told, until its day is over: that is how it comes once.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from redis.asyncio import Redis

from bot.messenger import Button

# KEYS: 1 alerts. ARGV: id, record. What was told or taken back meanwhile stays as it is: 0.
_CHANGE = """
local stands = redis.call('HGET', KEYS[1], ARGV[1])
if not stands or cjson.decode(stands)['state'] ~= 'waiting' then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
"""
# The same, but it goes.
_REMOVE = """
local stands = redis.call('HGET', KEYS[1], ARGV[1])
if not stands or cjson.decode(stands)['state'] ~= 'waiting' then return 0 end
return redis.call('HDEL', KEYS[1], ARGV[1])
"""


class AlertState(StrEnum):
    """Where an alert stands."""

    WAITING = "waiting"
    QUIET = "quiet"
    """Told that it is quiet."""
    CROWDED = "crowded"
    """Told at the last call that it had not become so."""
    BLIND = "blind"
    """Told that no sensor spoke."""
    SHUT = "shut"
    """Told that serving is over."""
    MISSED = "missed"
    """The window was over before anything could be said."""


@dataclass(frozen=True, slots=True)
class Alert:
    """Somebody who waits, on one day, at one line; instants are aware UTC.

    `below` is the wait in minutes under which it is quiet to them. `since` and `until` bound when they may go: their
    own slot (`own`), else the serving hours. `told_at` is when they were told, in whatever words.
    """

    day: date
    person: str
    chat: str
    department: str
    cafeteria: str
    line: str
    below: float
    since: datetime
    until: datetime
    own: bool
    asked_at: datetime
    state: AlertState = AlertState.WAITING
    told_at: datetime | None = None

    @property
    def id(self) -> str:
        """One a person and day."""
        return f"{self.day.isoformat()}/{self.person}"

    @property
    def story(self) -> str:
        """Its name in the outbox: whatever it comes to is one message."""
        return f"quiet/{self.id}"


@dataclass(frozen=True, slots=True)
class Daily:
    """Somebody who wants to be told of their best minute every working day; `told` is the last day they were."""

    person: str
    chat: str
    since: datetime
    told: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's alerts about lunch as they are shown to them: lines of a list, and the buttons that end them."""

    rows: tuple[str, ...]
    buttons: tuple[Button, ...]


class QuietStore:
    """The alerts of every institution."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis
        self._change = redis.register_script(_CHANGE)
        self._remove = redis.register_script(_REMOVE)

    @staticmethod
    def _key(tenant: str, name: str) -> str:
        return f"dobi:{{{tenant}}}:quiet:{name}"

    async def add(self, tenant: str, alert: Alert) -> tuple[Alert, bool]:
        """The alert that stands for this person and day, and whether it is a new one.

        One that waits takes over the new threshold; one that was told stays as it is.
        """
        key, record = self._key(tenant, "alerts"), _record(alert)
        if await self._redis.hsetnx(key, alert.id, record):
            await self._redis.publish("dobi:wake", "quiet")
            return alert, True
        stands = await self.get(tenant, alert.day, alert.person)
        if stands is None:
            return alert, False
        again = replace(stands, below=alert.below, chat=alert.chat)
        changed = again != stands and bool(await self._change(keys=[key], args=[alert.id, _record(again)]))
        return (again if changed else stands), False

    async def get(self, tenant: str, day: date, person: str) -> Alert | None:
        """A person's alert of a day."""
        found = await self._redis.hget(self._key(tenant, "alerts"), f"{day.isoformat()}/{person}")
        return _alert(found) if found else None

    async def all(self, tenant: str) -> list[Alert]:
        """Every alert that is kept, of today and of days that were not tidied up yet."""
        return [_alert(record) for record in (await self._redis.hgetall(self._key(tenant, "alerts"))).values()]

    async def finish(self, tenant: str, alert: Alert, state: AlertState, now: datetime) -> bool:
        """The alert was told; False where it was told before, or taken back meanwhile."""
        told = replace(alert, state=state, told_at=now)
        return bool(await self._change(keys=[self._key(tenant, "alerts")], args=[alert.id, _record(told)]))

    async def cancel(self, tenant: str, day: date, person: str) -> bool:
        """Takes a waiting alert back; False where none waited."""
        name = f"{day.isoformat()}/{person}"
        return bool(await self._remove(keys=[self._key(tenant, "alerts")], args=[name]))

    async def tidy(self, tenant: str, alert: Alert) -> None:
        """Forgets an alert of a day that is over."""
        await self._redis.hdel(self._key(tenant, "alerts"), alert.id)

    async def switch(self, tenant: str, daily: Daily, *, on: bool) -> bool:
        """Turns the daily word on or off; False when it stood so before."""
        key = self._key(tenant, "daily")
        if not on:
            return bool(await self._redis.hdel(key, daily.person))
        new = bool(await self._redis.hsetnx(key, daily.person, _daily_record(daily)))
        await self._redis.publish("dobi:wake", "quiet")
        return new

    async def daily(self, tenant: str) -> list[Daily]:
        """Everybody who wants the daily word."""
        found = await self._redis.hgetall(self._key(tenant, "daily"))
        return [_daily(person.decode(), record) for person, record in found.items()]

    async def daily_of(self, tenant: str, person: str) -> Daily | None:
        """The person's own, if they want it."""
        found = await self._redis.hget(self._key(tenant, "daily"), person)
        return _daily(person, found) if found else None

    async def daily_told(self, tenant: str, daily: Daily, day: date) -> None:
        """They were told of this day; whoever turned it off meanwhile stays off."""
        key = self._key(tenant, "daily")
        if await self._redis.hexists(key, daily.person):
            await self._redis.hset(key, daily.person, _daily_record(replace(daily, told=day)))

    async def of(self, tenant: str, chat: str) -> tuple[list[Alert], list[Daily]]:
        """What is kept of a private chat."""
        alerts = [one for one in await self.all(tenant) if one.chat == chat]
        return alerts, [one for one in await self.daily(tenant) if one.chat == chat]

    async def chats(self, tenant: str) -> frozenset[str]:
        """The private chats of which anything is kept."""
        alerts, daily = await self.all(tenant), await self.daily(tenant)
        return frozenset([one.chat for one in alerts] + [one.chat for one in daily])

    async def forget(self, tenant: str, chat: str) -> int:
        """Destroys what is kept of a private chat; how many things it was."""
        alerts, daily = await self.of(tenant, chat)
        for alert in alerts:
            await self.tidy(tenant, alert)
        for one in daily:
            await self._redis.hdel(self._key(tenant, "daily"), one.person)
        return len(alerts) + len(daily)


def _record(alert: Alert) -> str:
    row: dict[str, Any] = asdict(alert)
    row["day"] = alert.day.isoformat()
    for name in ("since", "until", "asked_at", "told_at"):
        at: datetime | None = row[name]
        row[name] = at.astimezone(UTC).isoformat() if at else None
    return json.dumps(row, ensure_ascii=False)


def _alert(record: bytes) -> Alert:
    row = json.loads(record)
    row["day"], row["state"] = date.fromisoformat(row["day"]), AlertState(row["state"])
    for name in ("since", "until", "asked_at", "told_at"):
        row[name] = datetime.fromisoformat(row[name]) if row[name] else None
    return Alert(**row)


def _daily_record(daily: Daily) -> str:
    told = daily.told.isoformat() if daily.told else None
    return json.dumps({"chat": daily.chat, "since": daily.since.astimezone(UTC).isoformat(), "told": told})


def _daily(person: str, record: bytes) -> Daily:
    row = json.loads(record)
    told = date.fromisoformat(row["told"]) if row["told"] else None
    return Daily(person, row["chat"], datetime.fromisoformat(row["since"]), told)

"""How the house is, on one phone screen: what can be sick, each looked at with patience, none able to hide the others.

    messengers · sources · sensors · what waits to be sent · backup · disk → `wording.operating.Part`

It repairs nothing and asks no platform: it reads what the workers wrote down.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from redis.asyncio import Redis

from bot.backup_note import OLD, BackupNote
from bot.checklist import Check
from bot.dead_letters import DeadLetters
from bot.logs import failed
from bot.outbox import outbox_key
from bot.tenancy import Tenancy
from bot.wording import operating as words
from crawlers.health import SourceHealth

_PATIENCE_S: Final = 3.0
_LITTLE: Final = 5 * 2**30
_LATE: Final = timedelta(minutes=10)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Looks:
    """What is asked of other rooms. `sensors` gives every sensor as words and, where it is sick, what is wrong."""

    messengers: Callable[[], Awaitable[Sequence[Check]]]
    last_heard: Callable[[], Awaitable[dict[str, datetime]]]
    sources: Callable[[], Awaitable[Sequence[SourceHealth]]]
    sensors: Callable[[str, datetime], Awaitable[Sequence[tuple[str, str]]]]


class Sending:
    """What waits to be sent in an institution."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis
        self._letters = DeadLetters(redis)

    async def waiting(self, tenant: str, adapters: Sequence[str], now: datetime) -> tuple[int, timedelta | None]:
        """How many chats are due, and for how long the first of them has been."""
        ms = int(now.timestamp() * 1000)
        async with self._redis.pipeline(transaction=False) as pipe:
            for adapter in adapters:
                pipe.zcount(outbox_key(tenant, "ready", adapter), "-inf", ms)
                pipe.zrangebyscore(outbox_key(tenant, "ready", adapter), 1, ms, start=0, num=1, withscores=True)
            found = await pipe.execute()
        count = sum(int(one) for one in found[::2])
        firsts = [one[0][1] for one in found[1::2] if one]
        return count, timedelta(milliseconds=ms - min(firsts)) if firsts else None

    async def dead(self, tenant: str) -> int:
        """How many letters did not arrive."""
        return await self._letters.count(tenant)


class Pulse:
    """Looks at everything; `data_dir` is where the disk is."""

    def __init__(
        self, tenancy: Tenancy, looks: Looks, sending: Sending, backups: BackupNote, data_dir: Path
    ) -> None:  # fmt: skip
        self._tenancy, self._looks, self._sending = tenancy, looks, sending
        self._backups, self._data_dir = backups, data_dir

    async def of(self, tenants: Sequence[str], now: datetime) -> list[words.Part]:
        """The parts, for these institutions; disk, backup, messengers and sources are the deployment's."""
        asked = {
            "messengers": self._messengers(now), "sources": self._sources(), "sensors": self._sensors(tenants, now),
            "sending": self._waiting(tenants, now), "backup": self._backup(now), "disk": self._disk(),
        }  # fmt: skip
        return list(await asyncio.gather(*(_patiently(words.PARTS[name], ask) for name, ask in asked.items())))

    async def _messengers(self, now: datetime) -> words.Part:
        checks = [one for one in await self._looks.messengers() if one.name != words.INBOUND]
        accounts = [one for one in checks if one.name != words.PARTS["messengers"]]
        last = max((await self._looks.last_heard()).values(), default=None)
        well = sum(one.ok for one in accounts)
        sick = [f"{one.name.removeprefix('메신저 ')}: {one.says.partition('. ')[0]}" for one in accounts if not one.ok]
        says = words.messengers_said(well, len(accounts), last, now, sick)
        details = tuple(f"{one.name}: {one.says}" for one in checks)
        return words.Part(words.PARTS["messengers"], well == len(accounts), says, details)

    async def _sources(self) -> words.Part:
        found = [one for one in await self._looks.sources() if one.state != "off"]
        sick = [one for one in found if one.state == "sick"]
        details = tuple(words.source_line(one.agency, one.since) for one in sick)
        says = words.sources_said(len(found), [one.agency for one in sick])
        return words.Part(words.PARTS["sources"], not sick, says, details)

    async def _sensors(self, tenants: Sequence[str], now: datetime) -> words.Part:
        found = [one for tenant in tenants for one in await self._looks.sensors(tenant, now)]
        sick = [(name, trouble) for name, trouble in found if trouble]
        says = words.sensors_said(len(found), [name for name, _ in sick])
        details = tuple(f"{name}: {trouble}" for name, trouble in sick)
        return words.Part(words.PARTS["sensors"], not sick, says, details)

    async def _waiting(self, tenants: Sequence[str], now: datetime) -> words.Part:
        waits, overdue, dead = 0, timedelta(), 0
        for tenant in tenants:
            count, late = await self._sending.waiting(tenant, self._adapters(tenant), now)
            waits, overdue = waits + count, max(overdue, late or timedelta())
            dead += await self._sending.dead(tenant)
        says = words.outbox_said(waits, overdue, dead)
        return words.Part(words.PARTS["sending"], not dead and overdue <= _LATE, says)

    def _adapters(self, tenant: str) -> list[str]:
        home = self._tenancy.institution(tenant)
        people = {adapter for one in home.people for adapter in one.addresses}
        return sorted(people | {adapter for one in home.channels for adapter in one.addresses})

    async def _backup(self, now: datetime) -> words.Part:
        at = await self._backups.last()
        fresh = at is not None and now - at <= OLD
        return words.Part(words.PARTS["backup"], fresh, words.backup_said(at, now))

    async def _disk(self) -> words.Part:
        found = await asyncio.to_thread(shutil.disk_usage, self._data_dir)
        return words.Part(words.PARTS["disk"], found.free >= _LITTLE, words.disk_said(found.free, found.total))


async def _patiently(name: str, ask: Awaitable[words.Part]) -> words.Part:
    try:
        async with asyncio.timeout(_PATIENCE_S):
            return await ask
    except Exception as error:  # noqa: BLE001 - a sick room is a finding
        failed(log, error, "one part of the state can't be looked at")
        return words.not_told(name)

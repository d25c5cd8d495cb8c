"""How fast we ask one host: one request at a time, and a rest between two. Refuses to know what is asked.

The rest is counted from the end of one request to the start of the next. Inside a process turns are handed out first
come, first served; with `Hosts` whoever is first here then books the host in Redis, so the rule holds over every
process, and of each process one asks at a time. Whoever waits long says so to its `Patience`: what it holds meanwhile
(a place among the polls at work, a lease) is given up or kept alive.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from crawlers.hosts import Hosts

BREATH = timedelta(seconds=12)
"""At most so long passes, while somebody waits for a turn, until its lease is looked after."""
_MAX_HOSTS = 10_000


class Patience(Protocol):
    """Whoever may have to wait for a turn."""

    def leave(self) -> None:
        """The wait begins."""

    def back(self) -> None:
        """The wait is over."""

    async def keep(self) -> None:
        """Some of it has passed."""


waiting: ContextVar[Patience | None] = ContextVar("waiting", default=None)


@dataclass(slots=True)
class _Host:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: datetime | None = None
    users: dict[int, Patience | None] = field(default_factory=dict)
    used: int = 0

    def resting(self, now: datetime) -> bool:
        """Whether nobody would notice if this record were gone."""
        return not self.users and (self.free_at is None or self.free_at <= now)


class Pace:
    """Turns at hosts. `hold` is how long a booking outlives a process that died with it."""

    def __init__(
        self,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
        hosts: Hosts | None = None,
        hold: timedelta = timedelta(seconds=25),
    ) -> None:
        self._now, self._sleep, self._shared, self._hold = now, sleep, hosts, hold
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, host: str, gap: timedelta) -> AsyncIterator[None]:
        """Holds `host` for one request, `gap` after the last one; a zero gap neither waits nor holds."""
        if gap <= timedelta():
            yield
            return
        state, patience = self._host(host), waiting.get()
        state.used += 1
        number = state.used
        state.users[number] = patience
        try:
            if patience:
                patience.leave()
            try:
                await state.lock.acquire()
            finally:
                if patience:
                    patience.back()
            try:
                await self._rested(host, state, gap, patience)
                try:
                    yield
                finally:
                    state.free_at = self._now() + gap
                    if self._shared:
                        await self._shared.free(host, gap, self._now())
            finally:
                state.lock.release()
        finally:
            del state.users[number]

    async def _rested(self, host: str, state: _Host, gap: timedelta, patience: Patience | None) -> None:
        """Returns when the host may be asked, booked in Redis where that is shared."""
        left = False
        try:
            while (wait := await self._wait(host, state, gap)) > timedelta():
                if patience and not left:
                    left = True
                    patience.leave()
                await self._sleep(min(wait, BREATH).total_seconds())
                await _keep(state)
        finally:
            if patience and left:
                patience.back()

    async def _wait(self, host: str, state: _Host, gap: timedelta) -> timedelta:
        now = self._now()
        if state.free_at is not None and state.free_at > now:
            return state.free_at - now
        return await self._shared.book(host, gap, self._hold, now) if self._shared else timedelta()

    def _host(self, host: str) -> _Host:
        if len(self._hosts) > _MAX_HOSTS:  # links decide how many hosts there are: forget those at rest
            now = self._now()
            at_rest = [name for name, state in self._hosts.items() if state.resting(now)]
            for name in at_rest:
                del self._hosts[name]
        return self._hosts.setdefault(host, _Host())


async def _keep(state: _Host) -> None:
    """Everybody in this process who waits for the host keeps what it holds; a lease already lost shows at its turn."""
    await asyncio.gather(*(patience.keep() for patience in state.users.values() if patience), return_exceptions=True)

"""How fast we ask one host: one request at a time, and a rest between two. Refuses to know what is asked.

In this process; the rest is counted from the end of one request to the start of the next.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(slots=True)
class _Host:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: datetime | None = None
    users: int = 0

    def resting(self, now: datetime) -> bool:
        """Whether nobody would notice if this record were gone."""
        return self.users == 0 and (self.free_at is None or self.free_at <= now)


_MAX_HOSTS = 10_000


class Pace:
    """Turns at hosts, handed out first come, first served."""

    def __init__(self, now: Callable[[], datetime], sleep: Callable[[float], Awaitable[None]]) -> None:
        self._now, self._sleep = now, sleep
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, host: str, gap: timedelta) -> AsyncIterator[None]:
        """Holds `host` for one request, `gap` after the last one; a zero gap neither waits nor holds."""
        if gap <= timedelta():
            yield
            return
        state = self._host(host)
        state.users += 1
        try:
            async with state.lock:
                while state.free_at is not None and (wait := (state.free_at - self._now()).total_seconds()) > 0:
                    await self._sleep(wait)
                try:
                    yield
                finally:
                    state.free_at = self._now() + gap
        finally:
            state.users -= 1

    def _host(self, host: str) -> _Host:
        if len(self._hosts) > _MAX_HOSTS:  # links decide how many hosts there are: forget those at rest
            now = self._now()
            at_rest = [name for name, state in self._hosts.items() if state.resting(now)]
            for name in at_rest:
                del self._hosts[name]
        return self._hosts.setdefault(host, _Host())

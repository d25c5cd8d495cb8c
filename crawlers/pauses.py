"""Who asked to be left alone, and whom that binds. Refuses to say how long a pause should be.

    a host answers 429 or 503 with Retry-After ─┬─ to a source of its own domain: nobody asks it
                                                └─ to another's link or file: that source asks it no more

A list decides what is asked of other hosts in its name: were everybody bound by the answer, one hostile list could keep
another source's own list away for a day, with an address there that is always busy.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from crawlers.hosts import Hosts
from crawlers.identity import registrable

_MOST = 10_000


class Pauses:
    """The pauses that hosts asked for; with `hosts` all processes know of them. An asker is a registrable domain."""

    def __init__(self, now: Callable[[], datetime], hosts: Hosts | None) -> None:
        self._now, self._hosts = now, hosts
        self._own: dict[str, datetime] = {}

    async def left(self, host: str, asker: str) -> timedelta | None:
        """How long `asker` may not ask `host`, whichever worker was told so; None where it may."""
        now = self._now()
        names = {host, _bound(host, asker)}
        untils = [until for name in names if (until := self._own.get(name)) and until > now]
        if not untils and self._hosts:
            untils = [until for name in names if (until := await self._hosts.paused(name, now))]
        return max(untils) - now if untils else None

    async def ask(self, host: str, asker: str, span: timedelta) -> None:
        """`host` answered `asker` that it wants to be left alone for `span`."""
        now, name = self._now(), _bound(host, asker)
        if len(self._own) > _MOST:
            self._own = {one: until for one, until in self._own.items() if until > now}
        self._own[name] = now + span
        if self._hosts:
            await self._hosts.pause(name, now + span, now)


def _bound(host: str, asker: str) -> str:
    """Under which name a pause of `host` is kept: its own, or that of one asker's requests to it."""
    return host if registrable(host) == asker else f"{asker} {host}"

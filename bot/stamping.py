"""Time stamps by themselves: the logs' checkpoints are stamped at most hourly, where an authority is configured.

A request travels in one POST (RFC 3161 §3.4), bounded in time and size, no redirect followed. An authority that does
not answer is asked again later, and delays nobody.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import aiohttp

from attest.errors import LogError, TimestampError
from attest.log import ReceiptLog
from attest.timestamps import Timestamps
from bot.logs import failed

EVERY, AGAIN = timedelta(hours=1), timedelta(minutes=10)

log = logging.getLogger(__name__)

_TIMEOUT = aiohttp.ClientTimeout(total=20)
_LONGEST = 65_536


class Authority:
    """A time stamp authority at a URL; `session` vets its address."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def __call__(self, request: bytes) -> bytes:
        """The answer's body, not looked into.

        Raises:
            TimestampError: nobody there, no answer in time, or one that is none.
        """
        headers = {"Content-Type": "application/timestamp-query"}
        try:
            async with self._session.post(
                self._url, data=request, headers=headers, timeout=_TIMEOUT, allow_redirects=False
            ) as answer:
                if answer.status != 200:
                    raise TimestampError(f"the authority answered {answer.status}")
                return await answer.content.readexactly(_LONGEST + 1)
        except asyncio.IncompleteReadError as error:
            return error.partial
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise TimestampError("the authority does not answer") from error


class Stamping:
    """The worker that has the logs of `tenants` stamped."""

    def __init__(
        self, stamps: Timestamps, receipts: ReceiptLog, tenants: Sequence[str], now: Callable[[], datetime]
    ) -> None:
        self._stamps = stamps
        self._log = receipts
        self._tenants = tenants
        self._now = now
        self._next: dict[str, datetime] = {}
        self._faults: dict[str, str] = {}

    async def step(self) -> datetime | None:
        """Has stamped what is due; when something is next. A log that has not grown is not stamped again."""
        for tenant in self._tenants:
            if self._next.get(tenant, self._now()) <= self._now():
                await self._stamp(tenant)
        return min((at for at in self._next.values() if at > self._now()), default=None)

    async def _stamp(self, tenant: str) -> None:
        try:
            point = await self._log.checkpoint(tenant)
            if point is None or point.size <= await self._stamps.last(tenant):
                return
            await self._stamps.stamp(tenant)
            self._next[tenant] = self._now() + EVERY
            self._faults.pop(tenant, None)
        except (TimestampError, LogError) as error:
            if self._faults.get(tenant) != str(error):  # once, not at every try
                failed(log, error, "no time stamp for the log of %s", tenant)
            self._faults[tenant] = str(error)
            self._next[tenant] = self._now() + AGAIN

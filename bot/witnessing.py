"""The receipt log as others see it: its files on the disk, and its checkpoints in the rooms that keep them.

    new leaves → key leaves → tiles and checkpoint on the disk → at most hourly, a post to each room that keeps them

A room's post goes through the outbox under the log's size, so that it comes once. It says nothing of anybody.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import cast

from redis.asyncio import Redis

from attest.checkpoint import Checkpoint
from attest.errors import LogBehindError, LogError
from attest.keycare import KeyCare
from attest.tiles import TileWriter
from bot.logs import failed
from bot.messenger import chat_of
from bot.outbox import Outbox, Row
from bot.wording import witness as words

EVERY = timedelta(hours=1)

log = logging.getLogger(__name__)


class Rooms:
    """Which rooms keep an institution's checkpoints, and what each was shown last."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    @staticmethod
    def _key(tenant: str) -> str:
        return f"dobi:{{{tenant}}}:witness:rooms"

    async def open(self, tenant: str, chat: str) -> None:
        """This room keeps checkpoints from now on; safe to repeat."""
        await self._redis.hsetnx(self._key(tenant), chat, "0 0")

    async def close(self, tenant: str, chat: str) -> None:
        """It is shown no more."""
        await self._redis.hdel(self._key(tenant), chat)

    async def shown(self, tenant: str) -> dict[str, tuple[int, datetime]]:
        """Each room with the size that it was shown last, and when."""
        stored = await cast(Awaitable[dict[bytes, bytes]], self._redis.hgetall(self._key(tenant)))
        pairs = {room.decode(): tuple(map(int, value.split())) for room, value in stored.items()}
        return {room: (size, datetime.fromtimestamp(at, UTC)) for room, (size, at) in pairs.items()}

    async def show(self, tenant: str, chat: str, size: int, at: datetime) -> None:
        """It has been shown a checkpoint of that size."""
        await self._redis.hset(self._key(tenant), chat, f"{size} {int(at.timestamp())}")


class Witnessing:
    """The worker that keeps files and rooms up to the logs of `tenants`."""

    def __init__(
        self,
        writer: TileWriter,
        care: KeyCare,
        rooms: Rooms,
        outbox: Outbox,
        tenants: Sequence[str],
        now: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        self._writer = writer
        self._care = care
        self._rooms = rooms
        self._outbox = outbox
        self._tenants = tenants
        self._now = now
        self._wake = wake
        self._faults: dict[str, str] = {}

    async def step(self) -> datetime | None:
        """Writes what is new, posts what is due; when the next post is."""
        dues = [due for tenant in self._tenants if (due := await self._keep(tenant)) is not None]
        return min(dues, default=None)

    async def _keep(self, tenant: str) -> datetime | None:
        try:
            await self._care.record(tenant)
            point = await self._writer.publish(tenant)
        except LogError as error:
            if self._faults.get(tenant) != str(error):  # once, not at every step
                if isinstance(error, LogBehindError):  # no fault of the program: nothing to look for in it
                    log.error("the receipt log of %s is not published: %s", tenant, error)  # noqa: TRY400
                else:
                    failed(log, error, "the receipt log of %s is not published", tenant)
            self._faults[tenant] = str(error)
            return None
        self._faults.pop(tenant, None)
        return None if point is None else await self._post(tenant, point)

    async def _post(self, tenant: str, point: Checkpoint) -> datetime | None:
        now, later = self._now(), []
        for room, (size, at) in (await self._rooms.shown(tenant)).items():
            if size >= point.size:
                continue
            if size and now < at + EVERY:
                later.append(at + EVERY)
                continue
            reply = words.shown(point.note, point.size, now)
            await self._outbox.put(tenant, [Row(chat_of(room), f"log/{point.size}", 1, "notice", reply, now)])
            await self._rooms.show(tenant, room, point.size, now)
            self._wake()
        return min(later, default=None)

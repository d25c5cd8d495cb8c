"""Outbox → messenger: the only place that sends what was not asked for in the same breath.

    due chats → lease the head row → send → finish(sent | retry at | ambiguous | gone | dead | late)

The lease is durable before the send. When a worker died between the two, nobody knows whether the message left: where
the platform recognises Dobi's message id it is sent again under the same id; elsewhere a receipt or an answer is sent
again (at least once) and a push is not (at most once).
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import assert_never

from bot.messenger import Messenger
from bot.outbox import Leased, Outbox, State
from bot.platforms import Ambiguous, Gone, Moved, Rejected, Retry, Sent

_TRIES = 8
_BACKOFF_CAP_S = 300.0

log = logging.getLogger(__name__)


class Delivery:
    """The `deliver` role for the messengers of this process."""

    def __init__(
        self,
        outbox: Outbox,
        messengers: Sequence[Messenger],
        tenants: Sequence[str],
        is_alive: Callable[[str], Awaitable[bool]],
        now: Callable[[], datetime],
    ) -> None:
        self._outbox = outbox
        self._messengers = {messenger.name: messenger for messenger in messengers}
        self._tenants = tenants
        self._is_alive = is_alive
        self._now = now

    async def step(self) -> datetime | None:
        """Sends everything that is due now; when the next row is due, or None."""
        dues = [await self._drain(tenant, name) for tenant in self._tenants for name in self._messengers]
        return min((due for due in dues if due is not None), default=None)

    async def _drain(self, tenant: str, name: str) -> datetime | None:
        await self._free(tenant, name)
        while rows := await self._outbox.lease(tenant, name, self._now()):
            sending = (self._deliver(tenant, self._messengers[name], row) for row in rows)
            for fault in await asyncio.gather(
                *sending, return_exceptions=True
            ):  # what is under way is never left alone
                if fault is not None:
                    raise fault
        await self._outbox.forget(tenant, self._now())
        return await self._outbox.next_due(tenant, name)

    async def _free(self, tenant: str, name: str) -> None:
        """Frees the chats of dead workers, and our own: with nothing in hand, those are what a fault left behind."""
        for chat, owner in (await self._outbox.leases(tenant, name)).items():
            if owner == self._outbox.owner or not await self._is_alive(owner):
                await self._outbox.free(tenant, name, chat, owner)

    async def _deliver(self, tenant: str, messenger: Messenger, row: Leased) -> None:
        message = row.message
        if row.until is not None and self._now() > row.until:
            over = State.AMBIGUOUS if row.retaken else State.LATE  # a dead worker may have said it in time
            await self._outbox.finish(tenant, row, over, self._now())
            return
        capable = messenger.capabilities
        if message.edits and not capable.edit and message.kind != "correction":
            await self._outbox.finish(tenant, row, State.SENT, self._now(), native="")
            return
        if row.retaken and not capable.idempotent_send and message.kind != "reply":
            log.warning("a push is ambiguous after a crash: %s", message.message)
            await self._outbox.finish(tenant, row, State.AMBIGUOUS, self._now())
            return
        result = await messenger.send(message)
        match result:
            case Sent(native):
                await self._outbox.finish(tenant, row, State.SENT, self._now(), native=native)
            case Retry(after) if row.tries < _TRIES:
                span = after + timedelta(seconds=_backoff_s(row.tries))
                await self._outbox.finish(tenant, row, State.RETRY, self._now(), after=span)
            case Retry():
                await self._outbox.finish(tenant, row, State.DEAD, self._now())
            case Ambiguous():
                await self._outbox.finish(tenant, row, State.AMBIGUOUS, self._now())
            case Gone() | Moved():
                await self._outbox.finish(tenant, row, State.GONE, self._now())
            case Rejected(reason):
                log.warning("the platform refused %s: %s", message.message, reason)
                await self._outbox.finish(tenant, row, State.DEAD, self._now())
            case _:
                assert_never(result)


def _backoff_s(tries: int) -> float:
    """Full jitter (Brooker, AWS Architecture Blog, 2015)."""
    return random.uniform(0, min(_BACKOFF_CAP_S, 2.0**tries))

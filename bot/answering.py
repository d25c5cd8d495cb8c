"""What goes back to whoever asked: straight to the messenger, in order; what can't leave now waits in the outbox.

    replies → a receipt: written down, delivered from there
            → what may pass there → cut → its turn (seconds at most) → send → sent | into the outbox

Once `send` returns, each reply was sent or is durable: only then is an update done. A reply whose answer was lost is
said again, unless the platform knows that it has it (at least once; a repeated update gives the same message ids). What
follows a reply that waits, waits behind it.
"""

from __future__ import annotations

import hashlib
import itertools
import logging
import secrets
from base64 import b32encode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.asking import PATIENCE_S, Asking
from bot.discretion import Discretion
from bot.messenger import Chat, Messenger, Outgoing, Reply, Update
from bot.outbox import Outbox, Row
from bot.pacing import Ask, Pacing, Slot
from bot.parts import cut
from bot.platforms import Ambiguous, Gone, Moved, Pace, Rejected, Retry, SendResult, Sent
from bot.reach import Reach

_TURN = timedelta(seconds=5)  # how long an answer waits here for its turn

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Later:
    """It waits in the outbox, from `due_at` on; `doubt`: since when it may have arrived."""

    due_at: datetime
    doubt: datetime | None = None


class Answering:
    """The way back, for the messengers of this process. Without `sleep` an answer whose turn is later waits there."""

    def __init__(
        self,
        outbox: Outbox,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] | None = None,
        *,
        pacing: Pacing | None = None,
        reach: Reach | None = None,
        discretion: Discretion | None = None,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._outbox, self._now, self._sleep = outbox, now, sleep
        self._pacing, self._reach, self._discretion = pacing, reach, discretion
        self._asking = Asking(patience_s)
        self._messengers: Mapping[str, Messenger] = {}
        self._behind: set[tuple[str, str]] = set()  # chats in whose queue answers wait, as far as this process knows
        self._instance = secrets.token_hex(4)
        self._count = itertools.count(1)

    def attach(self, messengers: Sequence[Messenger]) -> None:
        """The messengers through which replies go back."""
        self._messengers = {messenger.name: messenger for messenger in messengers}

    async def send(self, tenant: str, chat: Chat, update: Update, replies: Sequence[Reply]) -> None:
        """Every reply was sent, or is kept and will be.

        Raises:
            redis.exceptions.RedisError: one could neither be sent nor kept.
        """
        source = update.id or f"{self._instance}:{next(self._count)}"
        behind = await self._waits(tenant, chat)
        welcome = [(f"{source}:back", number, reply) for number, reply in enumerate(await self._welcome(tenant, chat))]
        for place, number, reply in [*welcome, *((source, number, reply) for number, reply in enumerate(replies))]:
            if reply.receipt is not None:
                row = Row(
                    chat, reply.receipt, 1, "reply", reply, self._now(), update.reference, update.thread,
                    deletes=reply.spends,
                )  # fmt: skip
                await self._outbox.put(tenant, [row])
                continue
            name = _reply_id(tenant, chat.ref, place, number)
            for message in await self._messages(tenant, chat, update, reply, name):
                behind = await self._one(message, behind=behind)

    async def _welcome(self, tenant: str, chat: Chat) -> list[Reply]:
        """What is said first to somebody who was away."""
        if self._reach is None or not tenant or not await self._reach.is_away(tenant, chat):
            return []
        return await self._reach.returned(tenant, chat)

    async def _waits(self, tenant: str, chat: Chat) -> bool:
        """Whether answers to that chat wait, so that this one goes behind them."""
        key = (tenant, chat.ref)
        if key not in self._behind:
            return False
        if await self._outbox.pending(tenant, chat.ref):
            return True
        self._behind.discard(key)
        return False

    async def _messages(
        self, tenant: str, chat: Chat, update: Update, reply: Reply, name: str
    ) -> Sequence[Outgoing]:  # fmt: skip
        """The reply as the messages of its platform; what may not pass there goes elsewhere."""
        if self._discretion is not None:
            found = self._discretion.screened(tenant, chat, reply, answer=True)
            if found.elsewhere is not None and tenant:
                row = Row(found.elsewhere, f"answer/{name}", 1, "reply", reply, self._now())
                await self._outbox.put(tenant, [row])
            reply = found.reply
        capable = self._messengers[update.adapter].capabilities
        parts = cut(reply, capable)
        ids = itertools.count(2)
        return [
            Outgoing(
                institution=tenant,
                chat=chat,
                message=name if one is parts.own else f"{name}.{next(ids)}",
                reply=one,
                reference=update.reference,
                thread=update.thread,
                only=update.sender if one.aside and capable.aside and not chat.private else "",
            )
            for one in parts.all
        ]

    async def _one(self, message: Outgoing, *, behind: bool) -> bool:
        """Sends it, or has it wait; whether what follows has to wait behind it."""
        later = _Later(self._now()) if behind else await self._said(message)
        if later is None:
            return behind
        tenant, chat = message.institution, message.chat
        if not tenant:
            log.warning("a stranger could not be answered on %s", chat.adapter)
            return behind
        row = Row(
            chat, f"answer/{message.message}", 1, "reply", message.reply, later.due_at, message.reference,
            message.thread, id=message.message, doubt=later.doubt,
        )  # fmt: skip
        await self._outbox.put(tenant, [row])
        self._behind.add((tenant, chat.ref))
        return True

    async def _said(self, message: Outgoing) -> _Later | None:
        """None once it arrived, or never can."""
        messenger = self._messengers[message.chat.adapter]
        slot = await self._turn(messenger, message.chat)
        if isinstance(slot, _Later):
            return slot
        begun = self._now()
        result = await self._asking.send(messenger, message, begun)
        if slot is not None and self._pacing is not None:
            self._pacing.arrived(messenger.name, messenger.capabilities.pace, slot, begun, self._now())
        return None if isinstance(result, Sent) else await self._unsaid(messenger, message, result, begun)

    async def _turn(self, messenger: Messenger, chat: Chat) -> Slot | _Later | None:
        """The message's turn, waited for; None where nothing is counted."""
        pace = messenger.capabilities.pace
        if self._pacing is None or pace == Pace():
            return None
        now = self._now()
        ahead = timedelta() if self._sleep is None else _TURN
        [slot] = await self._pacing.book(messenger.name, pace, [Ask(chat, answer=True)], now, ahead)
        if not isinstance(slot, Slot):
            return _Later(slot.until)
        gap = (slot.at - self._now()).total_seconds()
        if self._sleep is not None and gap > 0:
            await self._sleep(gap)
        return slot

    async def _unsaid(
        self, messenger: Messenger, message: Outgoing, result: SendResult, begun: datetime
    ) -> _Later | None:  # fmt: skip
        """What becomes of a reply that did not plainly arrive."""
        now, tenant, chat = self._now(), message.institution, message.chat
        match result:
            case Retry(after, scope):
                if self._pacing is not None and after > timedelta():
                    await self._pacing.freeze(messenger.name, None if scope == "whole" else chat, now + after, now)
                return _Later(now + after)
            case Ambiguous():
                return await self._doubted(messenger, message, begun)
            case Gone():
                if self._reach is not None and tenant:
                    await self._reach.left(tenant, chat, now)
                return None
            case Moved(new):
                if self._reach is not None and tenant:
                    await self._reach.moved(tenant, chat, new)
                return _Later(now)
            case Rejected(reason):
                log.warning("the platform refused the reply %s: %s", message.message, reason)
                return _Later(now)  # it will be refused again there, and listed
            case _:
                return None

    async def _doubted(self, messenger: Messenger, message: Outgoing, begun: datetime) -> _Later | None:
        """The answer was lost: where the platform's record shows the message, it arrived."""
        capable = messenger.capabilities
        if capable.evidence and not capable.idempotent_send:
            found = await self._asking.find(messenger, message, begun)
            if isinstance(found, Sent):
                return None
        return _Later(self._now(), doubt=begun)


def _reply_id(tenant: str, chat: str, source: str, number: int) -> str:
    """A direct reply's id: a repeated update gives the same message."""
    digest = hashlib.blake2b("\x1f".join((tenant, chat, source, str(number))).encode(), digest_size=10)
    return "r" + b32encode(digest.digest()).decode().lower()

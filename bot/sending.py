"""One row of the outbox, from its lease to its end: what is said, whether it may be said again, what the answer means.

    leased → still true? → what may pass there → cut → said before? (evidence, else the policy) → send → end

The policy where nobody knows whether something arrived, and the platform neither recognises Dobi's message id nor
keeps a record that can be asked: a push is not sent again (at most once), a receipt or an answer is (at least once,
three times at most). An end is decided here, written by the outbox.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.asking import BROKEN, PATIENCE_S, Asking
from bot.discretion import Discretion
from bot.logs import failed_for
from bot.messenger import Chat, Messenger, Outgoing
from bot.outages import Outages
from bot.outbox import Leased, Outbox, Row, State, Why
from bot.pacing import Pacing, Slot, turn_of
from bot.parts import cut
from bot.platforms import Absent, Ambiguous, Capabilities, Gone, Moved, Rejected, Retry, Sent
from bot.reach import Reach
from bot.threads import placed
from bot.troubles import Kind, Troubles

_TRIES = 8
_DOUBTFUL_TRIES = 3
_FLOODS = 200
_BACKOFF_CAP_S = 300.0
_UNDER_WAY = timedelta(seconds=2)  # for so long a request of a worker that died may still arrive

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class End:
    """What becomes of a row; the fields are `Outbox.finish`'s."""

    state: State
    native: str = ""
    after: timedelta = timedelta()
    why: Why | None = None
    cost: str = "try"
    anew: bool = False
    doubt: datetime | None = None


class Sender:
    """Says leased rows, one at a time and many at once. Without `pacing` a freeze binds nobody else."""

    def __init__(
        self,
        outbox: Outbox,
        now: Callable[[], datetime],
        *,
        pacing: Pacing | None = None,
        reach: Reach | None = None,
        discretion: Discretion | None = None,
        troubles: Troubles | None = None,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._outbox, self._now, self._troubles = outbox, now, troubles
        self._pacing, self._reach, self._discretion = pacing, reach, discretion
        self._patience_s = patience_s
        self._asking = Asking(patience_s)
        self._outages = Outages()

    def down(self, name: str) -> Set[str] | None:
        """Where that messenger's platform is down, the chats that failed: few messages try it then (`bot.outages`)."""
        return self._outages.failing(name) if self._outages.down(name) else None

    async def deliver(
        self,
        tenant: str,
        messenger: Messenger,
        leased: Leased,
        slot: Slot | None = None,
        onward: Callable[[datetime], Awaitable[bool]] | None = None,
    ) -> Leased | None:
        """Says it, or decides not to, and ends its lease; with `onward` true, the chat's next row if there is one.

        `onward` hears from when the message counts at the platform.
        """
        message = await self._prepared(tenant, messenger, leased)
        asked, begun = isinstance(message, Outgoing), self._now()
        end = await self._said(tenant, messenger, leased, message) if isinstance(message, Outgoing) else message
        counts, pace = begun, messenger.capabilities.pace
        if slot is not None and self._pacing is not None:
            if asked:
                counts = self._pacing.arrived(messenger.name, pace, slot, begun, self._now())
            else:
                await self._pacing.give_back(messenger.name, pace, [slot])
        if end is None:
            return None
        if end.state is State.SENT and not leased.deletes and onward is not None and await onward(counts):
            return await self._outbox.follow(tenant, leased, end.state, self._now(), native=end.native, why=end.why)
        done = await self._outbox.finish(
            tenant, leased, end.state, self._now(), native=end.native, after=end.after, why=end.why, cost=end.cost,
            anew=end.anew, doubt=end.doubt,
        )  # fmt: skip
        if done and end.state is State.SENT and leased.deletes and messenger.capabilities.delete:
            await self._deleted(messenger, leased)
        return None

    # --- before it is said

    async def _prepared(self, tenant: str, messenger: Messenger, leased: Leased) -> Outgoing | End | None:
        """What is sent now; the end of what is not; None where the row was cut and its parts come next."""
        message, capable = leased.message, messenger.capabilities
        if leased.until is not None and self._now() > leased.until:
            # whoever had it before may have said it in time
            return End(State.AMBIGUOUS, why=Why.CRASHED) if leased.retaken else End(State.LATE)
        if message.edits and not capable.edit and message.kind != "correction":
            return End(State.SENT)
        message = placed(_editable(message, capable), capable)
        if not leased.main:
            message = await self._screened(tenant, leased, message)
            parts = cut(message.reply, capable, edit=message.edits is not None)
            if len(parts.all) > 1:
                await self._outbox.split(tenant, leased, self._now(), parts.before, parts.own, parts.after)
                return None
            message = replace(message, reply=parts.own)
        if self._reach is not None and not message.chat.private:
            message = replace(message, chat=self._reach.there(tenant, message.chat))
        return await self._again(messenger, leased, message) if leased.retaken else message

    async def _screened(self, tenant: str, leased: Leased, message: Outgoing) -> Outgoing:
        """The message as its messenger may carry it; the whole of it goes where it may."""
        if self._discretion is None:
            return message
        found = self._discretion.screened(tenant, message.chat, message.reply)
        if found.elsewhere is not None:
            story = leased.story or message.message
            row = Row(found.elsewhere, story, leased.step, message.kind, message.reply, self._now(), until=leased.until)
            await self._outbox.put(tenant, [row])
        return replace(message, reply=found.reply)

    async def _again(self, messenger: Messenger, leased: Leased, message: Outgoing) -> Outgoing | End:
        """Whether what may have been said already is said again."""
        capable = messenger.capabilities
        if capable.idempotent_send or (message.edits and message.edits_native):
            return message
        if capable.evidence and leased.at is not None:
            match await self._asking.find(messenger, message, leased.at):
                case Sent(native):
                    return End(State.SENT, native)
                case Absent() if leased.orphaned:
                    return End(State.RETRY, after=_UNDER_WAY, cost="none", doubt=leased.at)
                case Absent():
                    return message
                case _ if message.kind != "reply" and leased.tries <= _DOUBTFUL_TRIES:  # the record can't be had now
                    return End(State.RETRY, after=_doubt_after(messenger, leased), doubt=leased.at)
                case _:
                    pass
        if message.kind == "reply" and leased.tries <= _DOUBTFUL_TRIES:
            return message
        log.warning("nobody knows whether %s arrived", message.message)
        return End(State.AMBIGUOUS, why=Why.CRASHED)

    # --- after it is said

    async def _said(self, tenant: str, messenger: Messenger, leased: Leased, message: Outgoing) -> End:
        begun = self._now()
        result = await self._asking.send(messenger, message, begun)
        match result:
            case Sent(native):
                self._outages.arrived(messenger.name)
                await self._well(messenger, message)
                return End(State.SENT, native)
            case Retry():
                return await self._later(messenger, leased, message, result)
            case Ambiguous(reason):
                rest = None if reason == BROKEN else self._rest(messenger, leased)
                if rest is not None:
                    await self._trouble(messenger, "down")
                    await self._freeze(messenger, None, rest)
                return self._doubted(messenger, leased, message, begun, down=rest is not None)
            case Gone():
                return await self._gone(tenant, leased)
            case Moved(chat):
                if self._reach is None or leased.floods >= _FLOODS:
                    return End(State.GONE, why=Why.BLOCKED)
                moved = await self._reach.moved(tenant, leased.message.chat, chat)
                return End(State.RETRY, cost="flood") if moved else End(State.GONE, why=Why.BLOCKED)
            case Rejected(reason, permission):
                end = self._refused(message, reason, lacks=bool(permission))
                if permission:
                    await self._lacks(messenger, message, permission, dead=end.state is State.DEAD)
                return end
            case _:
                assert_never(result)

    async def _gone(self, tenant: str, leased: Leased) -> End:
        chat = leased.message.chat
        if self._reach is not None and not chat.private:
            await self._reach.closed(tenant, chat, self._now())
        return End(State.GONE, why=Why.BLOCKED)

    async def _later(self, messenger: Messenger, leased: Leased, message: Outgoing, result: Retry) -> End:
        """When to try again, and whom else it stops."""
        whole, after = result.scope == "whole", result.after
        rest = None if result.flood else self._rest(messenger, leased, all_of_it=whole)
        if rest is not None:
            await self._trouble(messenger, "down")
        whole, after = whole or rest is not None, max(after, rest or after)
        spent = (result.flood or whole) and leased.floods >= _FLOODS
        if result.permission:
            await self._lacks(messenger, message, result.permission, dead=spent)
        if result.flood:
            after += random.uniform(0.02, 0.1) * _turn(messenger, leased)
        await self._freeze(messenger, None if whole else message.chat, after)
        if spent:
            return End(State.DEAD, why=Why.PERMISSION if result.permission else Why.TRIES)
        if result.flood or whole:  # no fault of this message
            return End(State.RETRY, after=after, cost="flood")
        if leased.tries >= _TRIES:
            return End(State.DEAD, why=Why.TRIES)
        return End(State.RETRY, after=after + backoff(leased.tries, _turn(messenger, leased)))

    def _rest(self, messenger: Messenger, leased: Leased, *, all_of_it: bool = False) -> timedelta | None:
        """How long nobody speaks there, where one chat after the other fails; None where it may be this chat's own."""
        return self._outages.failed(messenger.name, leased.message.chat.ref, self._now(), all_of_it=all_of_it)

    async def _freeze(self, messenger: Messenger, chat: Chat | None, span: timedelta) -> None:
        if self._pacing is not None and span > timedelta():
            now = self._now()
            await self._pacing.freeze(messenger.name, chat, now + span, now)

    def _doubted(
        self, messenger: Messenger, leased: Leased, message: Outgoing, begun: datetime, *, down: bool
    ) -> End:  # fmt: skip
        """The answer was lost: asked about, said again, or left, as the platform and the policy have it."""
        capable, later = messenger.capabilities, _doubt_after(messenger, leased)  # it may yet arrive
        if capable.idempotent_send or capable.evidence or message.edits:  # nothing is said twice
            if down and leased.floods < _FLOODS:
                return End(State.RETRY, after=later, cost="flood", doubt=begun)
            if leased.tries < _TRIES:
                return End(State.RETRY, after=later, doubt=begun)
        elif message.kind == "reply" and leased.tries < _DOUBTFUL_TRIES:
            return End(State.RETRY, after=later, doubt=begun)
        log.warning("nobody knows whether %s arrived", message.message)
        return End(State.AMBIGUOUS, why=Why.UNKNOWN)

    @staticmethod
    def _refused(message: Outgoing, reason: str, *, lacks: bool = False) -> End:
        """What the platform will never take; an edit that comes too late is said anew where it must be known."""
        if message.edits and message.kind == "correction":
            return End(State.RETRY, cost="none", anew=True)
        if message.edits:
            return End(State.SENT)
        log.warning("the platform refused %s: %s", message.message, reason)
        return End(State.DEAD, why=Why.PERMISSION if lacks else Why.REJECTED)

    async def _lacks(self, messenger: Messenger, message: Outgoing, permission: str, *, dead: bool) -> None:
        """The account lacks a permission; what it stops is tried again by itself."""
        await self._trouble(messenger, "permission", permission)
        if dead and self._troubles is not None:
            noted, now = self._troubles.lacking, self._now()
            await noted.note(message.institution, message.message, messenger.name, permission, now)

    async def _trouble(self, messenger: Messenger, kind: Kind, what: str = "") -> None:
        if self._troubles is not None:
            await self._troubles.note(messenger.name, kind, self._now(), what)

    async def _well(self, messenger: Messenger, message: Outgoing) -> None:
        """What got through shows that the platform is up, and a file that Dobi has every permission."""
        if self._troubles is not None:
            await self._troubles.over(messenger.name, "down")
            if message.reply.image is not None or message.reply.file is not None:
                await self._troubles.over(messenger.name, "permission")

    async def _deleted(self, messenger: Messenger, leased: Leased) -> None:
        """Takes somebody's message away, once, if the platform lets it."""
        try:
            async with asyncio.timeout(self._patience_s):
                await messenger.delete(leased.message.chat, leased.deletes or "")
        except Exception as error:  # noqa: BLE001 - the receipt stands: this is a courtesy
            failed_for(log, error, "a message could not be taken away")


def _editable(message: Outgoing, capable: Capabilities) -> Outgoing:
    """The message as an edit only where the platform can make one of it."""
    if message.edits is None or (capable.edit and (message.edits_native or capable.idempotent_send)):
        return message
    return replace(message, edits=None, edits_native=None)


def _turn(messenger: Messenger, leased: Leased) -> timedelta:
    return turn_of(messenger.capabilities.pace, leased.message.chat)


def _doubt_after(messenger: Messenger, leased: Leased) -> timedelta:
    """When somebody asks what became of it: it may yet arrive."""
    turn = _turn(messenger, leased)
    return backoff(leased.tries, turn) + turn


def backoff(tries: int, turn: timedelta) -> timedelta:
    """Full jitter (Brooker, AWS Architecture Blog, 2015): up to a turn of the chat after the first try, then four times
    as long each time, 5 minutes at most: a lone fault holds its chat up no longer than its own pace does."""
    return random.uniform(0, 1) * min(timedelta(seconds=_BACKOFF_CAP_S), turn * 4.0 ** (tries - 1))

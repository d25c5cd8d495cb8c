"""Outbox → messenger: the only place that sends what was not asked for in the same breath.

    due chats (those in a hurry first) → slots of the pace → lease, durable → send, many at once → finish

One courier a messenger. As soon as a message has left its hands it takes the next chat that is due and whose turn the
pace allows: a slow chat holds its own messages up and no others. The lease is durable before the send; when a worker
died between the two, nobody knows whether the message left, and `bot.sending` decides what then. Where the pace of the
whole bot is the bottleneck several workers draw from the same queue, each its own chats.
"""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence, Set
from datetime import datetime, timedelta

from bot.asking import PATIENCE_S
from bot.discretion import Discretion
from bot.messenger import Messenger
from bot.outages import PROBES
from bot.outbox import Due, Leased, Outbox
from bot.pacing import Ask, Pacing, Slot, Wait, follows
from bot.platforms import Pace
from bot.reach import Reach
from bot.sending import Sender
from bot.troubles import Troubles

_LOOK_S = 0.1  # while something is under way, how often new rows are looked for
_GATHER_S = 0.02  # slots are awaited at least so long, so that one round trip books several
_GULP_S = 0.04  # and so long where the whole bot's pace holds everybody up; well below what is marked ahead
# so long before its turn a message is marked, and then held, so that marks cost no turn; longer on a busy machine
_AHEAD, _AHEAD_AT_MOST = timedelta(milliseconds=100), timedelta(milliseconds=300)
_BEGIN = timedelta(milliseconds=20)  # so long before its turn what is held is marked as begun
_SOON_S = 1.0  # a turn of the pace that comes so soon is waited for here
_LEAST = 8  # so many turns are asked for at the least
_RUN = 20  # rows of one chat that follow each other without a look round
_FREE_EACH = timedelta(seconds=1)
_FORGET_EACH = timedelta(minutes=1)

Tenants = Callable[[], Sequence[str]]


class Delivery:
    """The `deliver` role for the messengers of this process.

    Without `pacing` nothing is paced but by `capabilities.in_flight`; `sleep` waits for a turn that comes within a
    second, and without it the step ends there.
    """

    def __init__(
        self,
        outbox: Outbox,
        messengers: Sequence[Messenger],
        tenants: Sequence[str] | Tenants,
        is_alive: Callable[[str], Awaitable[bool]],
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] | None = None,
        *,
        pacing: Pacing | None = None,
        reach: Reach | None = None,
        discretion: Discretion | None = None,
        troubles: Troubles | None = None,
        patience_s: float = PATIENCE_S,
    ) -> None:
        found: Tenants = tenants if callable(tenants) else lambda: tenants
        sender = Sender(
            outbox, now, pacing=pacing, reach=reach, discretion=discretion, troubles=troubles, patience_s=patience_s
        )
        self._outbox, self._tenants, self._now = outbox, found, now
        self._forgotten_at: datetime | None = None
        self._couriers = [
            Courier(outbox, messenger, found, is_alive, now, sleep, sender, pacing) for messenger in messengers
        ]

    async def step(self) -> datetime | None:
        """Sends everything that is due now and may leave; when there will be more to do, or None.

        Raises:
            Exception: what went wrong around sending (the database); whatever was under way has ended.
        """
        found = await asyncio.gather(*(one.drain() for one in self._couriers), return_exceptions=True)
        for one in found:
            if isinstance(one, BaseException):
                raise one
        await self._forget()
        return min((due for due in found if isinstance(due, datetime)), default=None)

    async def _forget(self) -> None:
        now = self._now()
        if self._forgotten_at is None or now - self._forgotten_at >= _FORGET_EACH:
            self._forgotten_at = now
            for tenant in self._tenants():
                await self._outbox.forget(tenant, now)


class Courier:
    """Carries what is due through one messenger."""

    def __init__(
        self,
        outbox: Outbox,
        messenger: Messenger,
        tenants: Tenants,
        is_alive: Callable[[str], Awaitable[bool]],
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] | None,
        sender: Sender,
        pacing: Pacing | None,
    ) -> None:
        self._outbox, self._messenger, self._tenants = outbox, messenger, tenants
        self._is_alive, self._now, self._sleep = is_alive, now, sleep
        self._sender, self._pacing = sender, pacing
        self._paced = pacing is not None and messenger.capabilities.pace != Pace()
        self._running: set[asyncio.Task[None]] = set()
        self._ended = asyncio.Event()
        self._faults: list[BaseException] = []
        self._freed_at: datetime | None = None
        self._held = 0
        self._crowded = False
        self._pressed = False  # the whole bot's pace held somebody up
        self._appetite = messenger.capabilities.in_flight
        self._looked_at: datetime | None = None
        self._ahead = timedelta() if sleep is None else _AHEAD

    async def drain(self) -> datetime | None:
        """Carries until nothing that is due may leave now; when something may again, or None."""
        await self._free(mine=True)
        self._looked_at = None
        try:
            while True:
                self._raise_fault()
                await self._free()
                turn = await self._fill()
                if self._running:
                    await self._wait(turn)
                elif turn is None:
                    self._raise_fault()
                    return await self._next_due()
                elif not await self._slept(turn):
                    return turn
        finally:
            if self._running:  # what is under way is never left alone
                await asyncio.wait(self._running)

    def _raise_fault(self) -> None:
        if self._faults:
            faults, self._faults = self._faults, []
            raise faults[0]

    async def _slept(self, turn: datetime) -> bool:
        """Whether the turn that the pace gives was waited for here."""
        gap = (turn - self._ahead - self._now()).total_seconds()
        if self._sleep is None or gap > _SOON_S:
            return False
        await self._sleep(max(gap, self._gather_s))
        return True

    @property
    def _gather_s(self) -> float:
        return _GULP_S if self._pressed else _GATHER_S

    async def _wait(self, turn: datetime | None) -> None:
        """Until a message has ended, a turn has come, or it is time to look round."""
        self._ended.clear()
        span = _LOOK_S
        if turn is not None:
            span = min(span, max(self._gather_s, (turn - self._ahead - self._now()).total_seconds()))
        if self._pressed:  # that a message ends changes nothing
            await asyncio.sleep(span)
            return
        try:
            async with asyncio.timeout(span):
                await self._ended.wait()
        except TimeoutError:
            return
        if self._paced and self._running:
            await asyncio.sleep(_GATHER_S / 2)

    async def _next_due(self) -> datetime | None:
        name = self._messenger.name
        dues = [await self._outbox.next_due(tenant, name) for tenant in self._tenants()]
        return min((due for due in dues if due is not None), default=None)

    # --- what is taken next

    async def _fill(self) -> datetime | None:
        """Takes as much as there is room for; when the pace lets the next leave, where it holds anything back."""
        down = self._sender.down(self._messenger.name)
        room = self._messenger.capabilities.in_flight - len(self._running) + self._held
        room = min(room, self._appetite if down is None else PROBES - len(self._running))
        if room <= 0:
            return None
        now, self._pressed = self._now(), False
        if self._looked_at is not None and self._ahead:
            self._ahead = min(_AHEAD_AT_MOST, max(_AHEAD, 3 * (now - self._looked_at)))
        self._looked_at = now
        found = await asyncio.gather(
            *(self._outbox.waiting(tenant, self._messenger.name, now, 4 * room) for tenant in self._tenants())
        )
        ready = _in_turn([one.due for one in found])
        self._crowded = len(ready) > room
        due = _drawn(ready, room) if down is None else _probes(ready, room, down)
        later = (one.later for one in found if one.later is not None)
        soon = min(later, default=None) if self._paced else None  # a chat whose turn comes is due then
        if not due:
            return soon
        slots, turn = await self._booked(due, now)
        turn = min((one for one in (turn, soon) if one is not None), default=None)
        taken = await self._taken([one for one in due if one.chat.ref in slots], now, slots)
        for tenant, leased in taken:
            self._start(tenant, leased, slots.pop(leased.message.chat.ref))
        if slots and self._pacing is not None:  # another worker was faster
            unused = [slot for slot in slots.values() if slot is not None]
            await self._pacing.give_back(self._messenger.name, self._messenger.capabilities.pace, unused)
        return turn

    async def _booked(self, due: Sequence[Due], now: datetime) -> tuple[dict[str, Slot | None], datetime | None]:
        """Which chats may be spoken to now, and when the next of the others may; chats out of turn are put off."""
        if self._pacing is None:
            return {one.chat.ref: None for one in due}, None
        name, pace = self._messenger.name, self._messenger.capabilities.pace
        asks = [Ask(one.chat, one.hurry) for one in due]
        found = await self._pacing.book(name, pace, asks, now, self._ahead)
        granted, most = sum(isinstance(one, Slot) for one in found), self._messenger.capabilities.in_flight
        self._pressed = any(isinstance(one, Wait) and one.scope == "whole" for one in found)
        # what the pace gave last time, twice over: more would only be refused
        self._appetite = min(most, max(_LEAST, 2 * (granted if self._pressed else self._appetite)))
        slots: dict[str, Slot | None] = {}
        later: defaultdict[str, dict[str, datetime]] = defaultdict(dict)
        turns: list[datetime] = []
        for one, slot in zip(due, found, strict=True):
            if isinstance(slot, Wait):
                turns.append(slot.until)
                if slot.scope == "chat":
                    later[one.tenant][one.chat.ref] = max(now, slot.until - self._ahead)
            else:
                slots[one.chat.ref] = slot
        for tenant, until in later.items():
            await self._outbox.postpone(tenant, name, until)
        return slots, min(turns, default=None)

    async def _taken(
        self, due: Sequence[Due], now: datetime, slots: Mapping[str, Slot | None]
    ) -> list[tuple[str, Leased]]:  # fmt: skip
        """The rows that are ours now."""
        held = {ref for ref, slot in slots.items() if self._sleep and slot and slot.at - now > _BEGIN}
        refs: defaultdict[str, list[str]] = defaultdict(list)
        for one in due:
            refs[one.tenant].append(one.chat.ref)
        found = [(tenant, await self._outbox.take(tenant, theirs, now, held)) for tenant, theirs in refs.items()]
        return [(tenant, leased) for tenant, rows in found for leased in rows]

    def _start(self, tenant: str, leased: Leased, slot: Slot | None) -> None:
        task = asyncio.create_task(self._carry(tenant, leased, slot))
        self._running.add(task)
        task.add_done_callback(self._end)

    async def _carry(self, tenant: str, leased: Leased, slot: Slot | None) -> None:
        """Says a row in its turn; and then the next ones of its chat, while nobody else waits for the room."""
        for number in range(_RUN):
            if not await self._begun(tenant, leased, slot):
                return
            turn = self._ahead_of(leased) if number < _RUN - 1 else None
            following = await self._sender.deliver(
                tenant, self._messenger, leased, slot, turn.may_go if turn else None
            )  # fmt: skip
            slot = None if turn is None else await turn.slot()
            if following is not None:
                leased = following
            else:
                if slot is not None and self._pacing is not None:
                    await self._pacing.give_back(self._messenger.name, self._messenger.capabilities.pace, [slot])
                return

    async def _begun(self, tenant: str, leased: Leased, slot: Slot | None) -> bool:
        """In its turn: whether it is still ours. Until shortly before nobody has tried to send it, come what may."""
        if leased.held:
            await self._hold(slot, _BEGIN)
            if not await self._outbox.begin(tenant, leased, self._now()):
                if slot is not None and self._pacing is not None:
                    await self._pacing.give_back(self._messenger.name, self._messenger.capabilities.pace, [slot])
                return False
        await self._hold(slot)
        return True

    async def _hold(self, slot: Slot | None, ahead: timedelta = timedelta()) -> None:
        gap = 0.0 if slot is None else (slot.at + slot.late - ahead - self._now()).total_seconds()
        if self._sleep is not None and gap > 0:
            self._held += 1
            try:
                await self._sleep(gap)
            finally:
                self._held -= 1

    def _ahead_of(self, leased: Leased) -> _Turn | None:
        """The next turn of a chat in which more waits, booked while its message is on the way."""
        if self._pacing is None or self._crowded or not leased.behind:
            return None
        ask = [Ask(leased.message.chat, leased.message.kind == "reply")]
        pace = self._messenger.capabilities.pace
        booking = self._pacing.book(self._messenger.name, pace, ask, self._now(), self._ahead)
        return _Turn(booking, pace)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._ended.set()
        if not task.cancelled() and (fault := task.exception()) is not None:
            self._faults.append(fault)

    # --- what others left

    async def _free(self, *, mine: bool = False) -> None:
        """Frees the chats of dead workers; with nothing in hand also `mine`: those that a fault left behind."""
        now = self._now()
        if not mine and self._freed_at is not None and now - self._freed_at < _FREE_EACH:
            return
        self._freed_at = now
        name = self._messenger.name
        for tenant in self._tenants():
            for chat, owner in (await self._outbox.leases(tenant, name)).items():
                own = owner == self._outbox.owner
                if (own and mine) or (not own and not await self._is_alive(owner)):
                    await self._outbox.free(tenant, name, chat, owner)


class _Turn:
    """A chat's next turn, asked for while the message before is on its way.

    Where that one comes late, so does this: what counts is when the platform had it, which nobody knew at the booking.
    """

    def __init__(self, booking: Coroutine[None, None, list[Slot | Wait]], pace: Pace) -> None:
        self._booking = asyncio.ensure_future(booking)
        self._pace = pace
        self._before: datetime | None = None

    async def slot(self) -> Slot | None:
        """The turn; None where it comes later."""
        [found] = await self._booking
        if not isinstance(found, Slot):
            return None
        return found if self._before is None else follows(self._pace, found, self._before)

    async def may_go(self, before: datetime) -> bool:
        """Whether there is one, the message before counting from then."""
        self._before = before
        return await self.slot() is not None


def _in_turn(found: Sequence[Sequence[Due]]) -> list[Due]:
    """The institutions' chats by turns, all those in a hurry before the others."""
    ranked = [(not one.hurry, place, one) for due in found for place, one in enumerate(due)]
    return [one for _, _, one in sorted(ranked, key=lambda each: each[:2])]


def _drawn(due: Sequence[Due], room: int) -> list[Due]:
    """As many as there is room for: those in a hurry, then any of the others, so that workers seldom draw the same."""
    if len(due) <= room:
        return list(due)
    hurry = [one for one in due if one.hurry][:room]
    others = [one for one in due if not one.hurry]
    return [*hurry, *random.sample(others, min(len(others), room - len(hurry)))]


def _probes(due: Sequence[Due], room: int, failed: Set[str]) -> list[Due]:
    """One of those in a hurry and one of the others, as chance has it, of whom it has not yet failed for."""
    drawn: list[Due] = []
    for hurry in (True, False):
        some = [one for one in due if one.hurry is hurry]
        fresh = [one for one in some if one.chat.ref not in failed]
        drawn += [random.choice(fresh or some)] if some else []
    return drawn[:room]

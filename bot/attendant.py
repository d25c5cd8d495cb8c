"""Intake → router: every update that waits is handled once, those of one chat in their order, different chats at once.

    told or looked round → free the dead's → lease → fetch files → handle → done
    what comes in this very process, where nobody waits: kept and leased in one write → handle → done

Hands are shared out: whoever has few updates in hand comes first, and no institution's flood, and no flood of
strangers, gets all of them. It decides nothing about what is answered. What cannot be handled is tried again, later
each time; what ends every worker that touches it is given up with a sentence to its sender. A stopped process first
ends what it has in hand.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from redis.exceptions import RedisError

from bot.attendant_files import files_of
from bot.intake import Intake, Taken
from bot.intake_signs import DEPLOYMENT, Signs
from bot.logs import failed_for
from bot.messenger import Messenger, Receive, Reply, Update
from bot.wording import intake as words

IN_FLIGHT = 64
TRIES = 5
GRACE_S = 8.0
_LOOK_ROUND_S = 1.0
_LOOK_IDLE_S = 2.0
_SOON_S = 0.005
_EXTEND_S = 45.0
_BACKOFF_CAP_S = 60.0
_SPARED = 4  # of so many hands one is never an institution's that has all the others

log = logging.getLogger(__name__)

Hand = tuple[str, str]
"""An institution and a lane."""
Say = Callable[[Update, Sequence[Reply]], Awaitable[None]]
"""Answers an update without asking any route."""


def full_jitter(tries: int) -> timedelta:
    """How long to rest after so many tries (Brooker, AWS Architecture Blog, 2015)."""
    return timedelta(seconds=random.uniform(0, min(_BACKOFF_CAP_S, 2.0**tries)))


@dataclass(frozen=True, slots=True)
class _Place:
    """An institution's updates of one messenger, and how many lanes are taken there."""

    tenant: str
    adapter: str
    limit: int = 0


@dataclass(slots=True)
class _InHand:
    task: asyncio.Task[None]
    taken: Taken
    kept_at: float
    """Of the event loop's clock."""


class Attendant:
    """A worker of the `chat` role. `wants(update)` says whether anybody will read the files beside it.

    `lingers`: a step goes on while nothing comes, so that what does is met by somebody awake.
    """

    def __init__(
        self,
        intake: Intake,
        signs: Signs,
        messengers: Sequence[Messenger],
        tenants: Callable[[], Sequence[str]],
        is_alive: Callable[[str], Awaitable[bool]],
        now: Callable[[], datetime],
        handle: Receive,
        say: Say,
        wants: Callable[[Update], Awaitable[bool]] | None = None,
        in_flight: int = IN_FLIGHT,
        grace_s: float = GRACE_S,
        rest: Callable[[int], timedelta] = full_jitter,
        *,
        lingers: bool = False,
    ) -> None:
        self._intake = intake
        self._signs = signs
        self._messengers = {one.name: one for one in messengers}
        self._tenants = tenants
        self._is_alive = is_alive
        self._now = now
        self._handle = handle
        self._say = say
        self._wants = wants
        self._in_flight = in_flight
        self._grace_s = grace_s
        self._rest = rest
        self._lingers = lingers
        self._running: dict[Hand, _InHand] = {}
        self._coming: set[Hand] = set()  # hands kept free for what is being kept this moment
        self._answered: set[Hand] = set()  # handled here, and not yet forgotten: the database was out of reach
        self._works = self._waits = False  # a step goes on; somebody waits for a hand
        self._look_at = 0.0  # of the event loop's clock
        self.wake = asyncio.Event()
        """Set when something came."""

    async def step(self) -> datetime | None:
        """Handles everything that waits and may be handled; when the next may be, or None."""
        self._works = True
        try:
            while True:
                self.wake.clear()
                due = await self._fill()
                if not (self._running or self._coming or self._lingers or self.wake.is_set()):
                    return None if due is None else self._now() + due
                await self._wait(due)
        finally:
            self._works = False
            await self._leave()

    async def _wait(self, due: timedelta | None) -> None:
        """Until something came, a hand is free that somebody waits for, or it is time to look round."""
        seconds = _LOOK_ROUND_S if self._running else _LOOK_IDLE_S
        if due is not None and not self._waits:
            seconds = min(seconds, max(_SOON_S, due.total_seconds()))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.wake.wait()

    # --- who is taken up

    async def _fill(self) -> timedelta | None:
        """Takes up as much as there is room for; in how long the next may be."""
        looks = asyncio.get_running_loop().time() >= self._look_at
        told = await self._signs.told()
        tenants = await self._look_round(told) if looks else sorted(told)
        due, left = await self._take_up([_Place(tenant, adapter) for tenant in tenants for adapter in self._messengers])
        if looks:
            for tenant in told - left:
                await self._signs.quiet(tenant, list(self._messengers))
        return due

    async def _take_up(self, places: Sequence[_Place]) -> tuple[timedelta | None, set[str]]:
        """Leases, as fairly as may be; in how long the next lane may be had, and where anything is left."""
        left, due = set[str](), list[timedelta]()
        self._waits = False
        while places:
            asked = self._shared(places)
            if not asked:
                self._waits = True
                left |= {one.tenant for one in places}
                break
            found = await asyncio.gather(*(self._intake.lease(one.tenant, one.adapter, one.limit) for one in asked))
            for one in found:
                for taken in one.taken:
                    self._start(taken)
            due += [one.next_in for one in found if one.next_in is not None]
            pairs = list(zip(asked, found, strict=True))
            left |= {place.tenant for place, one in pairs if one.next_in is not None}
            over = {(place.tenant, place.adapter) for place, one in pairs if len(one.taken) < place.limit}
            places = [one for one in places if (one.tenant, one.adapter) not in over]
        return min(due, default=None), left

    def _shared(self, places: Sequence[_Place]) -> list[_Place]:
        """The places whose turn it is, who has the fewest updates in hand first, each with its share of the hands."""
        held = Counter(tenant for tenant, _ in (*self._running, *self._coming))
        there = Counter((one.taken.tenant, one.taken.update.adapter) for one in self._running.values())
        free, most = self._in_flight - held.total(), self._most
        share, asked = max(1, free // len(places)), list[_Place]()
        for place in sorted(places, key=lambda one: (held[one.tenant], there[one.tenant, one.adapter])):
            limit = min(share, free, most - held[place.tenant])
            if limit > 0:
                asked.append(replace(place, limit=limit))
                free -= limit
                held[place.tenant] += limit
        return asked

    @property
    def _most(self) -> int:
        """How many hands one institution may have."""
        return self._in_flight - self._in_flight // _SPARED

    async def _look_round(self, told: frozenset[str]) -> Sequence[str]:
        """Everybody, with what the dead left and what may have been told to nobody; what takes long is kept."""
        self._look_at = asyncio.get_running_loop().time() + _LOOK_ROUND_S
        await self._keep()
        everybody = list(dict.fromkeys([*self._tenants(), DEPLOYMENT, *sorted(told)]))
        for held in await self._signs.held(everybody, list(self._messengers)):
            own, hand = held.owner == self._intake.owner, (held.tenant, held.lane)
            if own and (hand in self._running or hand in self._coming):
                continue
            if own or not await self._is_alive(held.owner):  # our own, not in hand: a fault left it behind
                await self._intake.free(held.tenant, held)
        return everybody

    # --- what comes in this process

    def reach(self, tenant: str, lane: str) -> bool:
        """See `bot.intake.Hands`."""
        hand = (tenant, lane)
        if not self._works or self._waits or hand in self._coming or hand in self._running:
            return False
        held = [one for one, _ in (*self._running, *self._coming)]
        if len(held) >= self._in_flight or held.count(tenant) >= self._most:
            return False
        self._coming.add(hand)
        return True

    def got(self, tenant: str, lane: str, taken: Taken | None) -> None:
        """See `bot.intake.Hands`."""
        self._coming.discard((tenant, lane))
        if taken is not None and self._works:  # else nobody would wait for its end: whoever comes next frees it
            self._start(taken)
        elif not self._lingers:
            self.wake.set()

    # --- what is in hand

    def _start(self, taken: Taken) -> None:
        hand = taken.tenant, taken.lane
        task = asyncio.create_task(self._attend(taken))
        self._running[hand] = one = _InHand(task, taken, asyncio.get_running_loop().time())

        def ended(_: object) -> None:
            if self._running.get(hand) is one:
                del self._running[hand]
            if self._waits or not (self._running or self._lingers):
                self.wake.set()

        task.add_done_callback(ended)

    async def _leave(self) -> None:
        """What is in hand is ended, or left to whoever comes next."""
        tasks = [one.task for one in self._running.values()]
        if not tasks:
            return
        await asyncio.wait(tasks, timeout=self._grace_s)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _attend(self, taken: Taken) -> None:
        try:
            await self._attend_once(taken)
        except Exception as error:  # noqa: BLE001 - one update never ends the worker
            failed_for(log, error, "an update of %s was not handled, try %d", taken.update.adapter, taken.tries)
            await self._later(taken)

    async def _attend_once(self, taken: Taken) -> None:
        once = taken.tenant, taken.row
        if taken.tries > TRIES and once not in self._answered:
            log.error("an update of %s is given up after %d tries", taken.update.adapter, TRIES)
            await self._forget(taken)
            await self._say(taken.update, [words.given_up()])
            return
        if once not in self._answered:
            await self._answer(taken)
            self._answered.add(once)
        await self._forget(taken)

    async def _answer(self, taken: Taken) -> None:
        if taken.refused:
            if taken.update.mention or taken.update.chat in {None, f"dm:{taken.update.sender}"}:
                await self._say(taken.update, [words.no_room()])
            return
        update = await self._fetched(taken.update)
        if update is not None:
            await self._handle(update)

    async def _forget(self, taken: Taken) -> None:
        """The update is over; whoever flooded hears of it once."""
        done = await self._intake.done(taken.tenant, taken)
        self._answered.discard((taken.tenant, taken.row))
        if done is None:
            return
        if done.more:
            self.wake.set()
        if done.flood:
            log.warning("somebody flooded %s: %d of their updates were dropped", taken.update.adapter, done.flood)
            await self._say(taken.update, [words.flooded(done.flood)])

    async def _later(self, taken: Taken) -> None:
        try:
            await self._intake.again(taken.tenant, taken, self._rest(taken.tries))
        except Exception as error:  # noqa: BLE001 - the next look round frees what stands under our name
            failed_for(log, error, "an update of %s stays in hand", taken.update.adapter)
        self.wake.set()

    async def _keep(self) -> None:
        """Extends the leases of what takes long."""
        clock = asyncio.get_running_loop().time()
        late = [one for one in self._running.values() if clock - one.kept_at > _EXTEND_S]
        for one in late:
            one.kept_at = clock
            try:
                await self._intake.extend(one.taken.tenant, one.taken)
            except (RedisError, OSError) as error:
                failed_for(log, error, "a lease was not extended")

    async def _fetched(self, update: Update) -> Update | None:
        """The update with its files; None when it was nothing but files, and none can be had."""
        if not update.refs:
            return update
        bare = replace(update, refs=())
        if self._wants is not None and not await self._wants(update):
            return bare
        files, refused = await files_of(self._messengers[update.adapter], update.refs)
        if refused:
            await self._say(update, [words.files_refused(refused)])
        if refused and not files and not update.files and not update.text.strip():
            return None
        return replace(bare, files=(*update.files, *files))

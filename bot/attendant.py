"""Intake → router: every update that waits is handled once, those of one chat in their order, different chats at once.

    told or looked round → free the dead's → lease → fetch files → handle → done

It decides nothing about what is answered. What cannot be handled is tried again, later each time; what ends every
worker that touches it is given up with a sentence to its sender. A stopped process first ends what it has in hand.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from redis.exceptions import RedisError

from bot.intake import Intake, Taken
from bot.intake_form import lost
from bot.intake_signs import DEPLOYMENT, Signs
from bot.logs import failed_for
from bot.messenger import MAX_FILE_BYTES, FileRef, FileRefusedError, InFile, Messenger, Receive, Reply, Update
from bot.wording import intake as words

IN_FLIGHT = 64
TRIES = 5
GRACE_S = 8.0
_LOOK_ROUND_S = 1.0
_AT_ONCE = datetime.fromtimestamp(0, UTC)
_EXTEND_S = 45.0
_FETCH_S = 60.0
_MAX_FETCHED = 2 * MAX_FILE_BYTES
_BACKOFF_CAP_S = 60.0

log = logging.getLogger(__name__)

Hand = tuple[str, str]
"""An institution and a lane."""
Say = Callable[[Update, Sequence[Reply]], Awaitable[None]]
"""Answers an update without asking any route."""


class Attendant:
    """A worker of the `chat` role. `wants(update)` says whether anybody will read the files beside it."""

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
        self._running: dict[Hand, asyncio.Task[None]] = {}
        self._look_at = 0.0  # of the event loop's clock
        self.wake = asyncio.Event()
        """Set when something came."""

    async def step(self) -> datetime | None:
        """Handles everything that waits and may be handled; when the next may be, or None."""
        try:
            while True:
                self.wake.clear()
                due = await self._fill()
                if not self._running:
                    return due
                await self._wait()
        finally:
            await self._leave()

    async def _wait(self) -> None:
        """Until somebody is free, something came, or it is time to look round."""
        woken = asyncio.ensure_future(self.wake.wait())
        try:
            await asyncio.wait(
                [woken, *self._running.values()],
                timeout=_LOOK_ROUND_S,
                return_when=asyncio.FIRST_COMPLETED,
            )
        finally:
            woken.cancel()

    async def _fill(self) -> datetime | None:
        """Takes up as much as there is room for."""
        due: list[datetime] = []
        for tenant in await self._where():
            empty = True
            for adapter in self._messengers:
                room = self._in_flight - len(self._running)
                if room <= 0:
                    return self._now()
                found = await self._intake.lease(tenant, adapter, self._now(), room)
                for taken in found.taken:
                    self._start(taken)
                empty = empty and found.next_due is None
                due += [] if found.next_due is None else [found.next_due]
            if empty:
                await self._signs.quiet(tenant, list(self._messengers))
        return min(due, default=None)

    async def _where(self) -> Sequence[str]:
        """Everybody's now and then, with what the dead left; else where something was told of."""
        clock = asyncio.get_running_loop().time()
        if clock < self._look_at:
            return sorted(await self._signs.told())
        self._look_at = clock + _LOOK_ROUND_S
        everybody = [*self._tenants(), DEPLOYMENT]
        for held in await self._signs.held(everybody, list(self._messengers)):
            own = held.owner == self._intake.owner
            if own and (held.tenant, held.lane) in self._running:
                continue
            if own or not await self._is_alive(held.owner):  # our own, not in hand: a fault left it behind
                await self._intake.free(held.tenant, held.adapter, held.lane, held.owner, _AT_ONCE)
        return everybody

    def _start(self, taken: Taken) -> None:
        task = asyncio.create_task(self._attend(taken))
        self._running[taken.tenant, taken.lane] = task
        task.add_done_callback(lambda _: self._running.pop((taken.tenant, taken.lane), None))

    async def _leave(self) -> None:
        """What is in hand is ended, or left to whoever comes next."""
        if not self._running:
            return
        tasks = list(self._running.values())
        await asyncio.wait(tasks, timeout=self._grace_s)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _attend(self, taken: Taken) -> None:
        keeping = asyncio.create_task(self._keep(taken))
        try:
            await self._attend_once(taken)
        except Exception as error:  # noqa: BLE001 - one update never ends the worker
            failed_for(log, error, "an update of %s was not handled, try %d", taken.update.adapter, taken.tries)
            await self._later(taken)
        finally:
            keeping.cancel()

    async def _attend_once(self, taken: Taken) -> None:
        if taken.tries > TRIES:
            log.error("an update of %s is given up after %d tries", taken.update.adapter, TRIES)
            await self._intake.done(taken.tenant, taken)
            await self._say(taken.update, [words.given_up()])
            return
        update = await self._fetched(taken.update)
        if update is not None:
            await self._handle(update)
        flood = await self._intake.done(taken.tenant, taken)
        if flood:
            log.warning("somebody flooded %s: %d of their updates were dropped", taken.update.adapter, flood)
            await self._say(taken.update, [words.flooded(flood)])

    async def _later(self, taken: Taken) -> None:
        """Full jitter (Brooker, AWS Architecture Blog, 2015)."""
        span = random.uniform(0, min(_BACKOFF_CAP_S, 2.0**taken.tries))
        try:
            await self._intake.again(taken.tenant, taken, self._now() + timedelta(seconds=span))
        except Exception as error:  # noqa: BLE001 - the next look round frees what stands under our name
            failed_for(log, error, "an update of %s stays in hand", taken.update.adapter)

    async def _keep(self, taken: Taken) -> None:
        while True:
            await asyncio.sleep(_EXTEND_S)
            try:
                await self._intake.extend(taken.tenant, taken, self._now())
            except (RedisError, OSError) as error:
                failed_for(log, error, "a lease was not extended")

    async def _fetched(self, update: Update) -> Update | None:
        """The update with its files; None when it was nothing but files, and none can be had."""
        if not update.refs:
            return update
        bare = replace(update, refs=())
        if self._wants is not None and not await self._wants(update):
            return bare
        files, refused = await self._files(self._messengers[update.adapter], update.refs)
        if refused:
            await self._say(update, [words.files_refused(refused)])
        if refused and not files and not update.files and not update.text.strip():
            return None
        return replace(bare, files=(*update.files, *files))

    async def _files(self, messenger: Messenger, refs: Sequence[FileRef]) -> tuple[list[InFile], list[str]]:
        """What could be had, and the names of what could not."""
        files, refused = list[InFile](), list[str]()
        room, loop = _MAX_FETCHED, asyncio.get_running_loop()
        end = loop.time() + _FETCH_S
        for ref in refs:
            hopeless = lost(ref) or room <= 0 or (ref.size or 0) > MAX_FILE_BYTES
            file = None if hopeless else await _fetch(messenger, ref, end - loop.time())
            if file is None or len(file.data) > min(room, MAX_FILE_BYTES):
                refused.append(ref.name)
                continue
            room -= len(file.data)
            files.append(file)
        return files, refused


async def _fetch(messenger: Messenger, ref: FileRef, seconds: float) -> InFile | None:
    try:
        async with asyncio.timeout(max(0.0, seconds)):
            return await messenger.fetch(ref)
    except (FileRefusedError, TimeoutError):
        return None

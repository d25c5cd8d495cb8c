"""Which sources are polled now, how many at once, and by which worker. A failing source stays alone.

    what is declared → due? → a place among those at work → lease → one poll (`polling`) → due time, lease back

A slow source holds nobody up: while it waits for its host's turn it gives its place to another, and what falls due
meanwhile is begun. Refuses to poll what is in another worker's hands.
"""

from __future__ import annotations

import asyncio
import logging
import time
import zlib
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TypeVar
from urllib.parse import urlsplit

from crawlers import listing
from crawlers.article import StaleLease
from crawlers.document import Sandbox
from crawlers.fair import charged
from crawlers.fetch import Fetcher
from crawlers.health import SourceHealth, assess
from crawlers.identity import registrable
from crawlers.intake import Poll
from crawlers.pace import waiting
from crawlers.polling import Outcome, Poller, shape_of
from crawlers.snapshots import Proposal
from crawlers.sources import Source
from crawlers.store import CrawlStore

__all__ = ["CONCURRENT", "Crawler", "Outcome", "Sources"]

log = logging.getLogger(__name__)
T = TypeVar("T")
Sources = Callable[[], Awaitable[Sequence[Source]]]

CONCURRENT = 64  # polls at work at once, those that wait for their host's turn apart
_BUSY_WAIT = timedelta(seconds=2)
_LOOK_S = 1.0  # so often a step at work looks for what has fallen due since
_SLOW_S = 5.0  # a poll that takes longer holds nobody else up
_BREATH_S = 12.0  # so often a lease is looked after while the sandbox is busy


class Crawler:
    """Polls sources into the stream of articles. Any number of these may share one Redis.

    `sources` is a sequence, or what tells the present one when asked; it is asked at each step. `clock`, in seconds,
    measures how long a poll takes.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        store: CrawlStore,
        sandbox: Sandbox,
        now: Callable[[], datetime],
        sources: Sequence[Source] | Sources,
        is_holiday: Callable[[date], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._sandbox, self._now, self._sources = store, sandbox, now, sources
        self._poller = Poller(fetcher, store, self._patiently, now, is_holiday, clock)
        self._clock = clock
        self._intake = self._poller.intake
        self._places = _Places(CONCURRENT)
        self._checked: Sequence[Source] | None = None
        self._runnable: Sequence[Source] = ()
        self._changed: set[str] = set()
        self._healths: tuple[int, tuple[Source, ...], list[SourceHealth]] | None = None

    async def step(self) -> datetime | None:
        """Polls every source that is due and answers when the next one is; None where there is nothing to poll."""
        running: dict[str, asyncio.Task[Outcome]] = {}
        begun: dict[str, float] = {}
        faults: list[BaseException] = []
        try:
            while True:
                active = await self._active()
                for source in [] if faults else await self._due(active, running, begun):
                    begun[source.id] = time.monotonic()
                    running[source.id] = asyncio.create_task(self.crawl(source), name=source.id)
                if not running:
                    break
                done, _ = await asyncio.wait(running.values(), timeout=_LOOK_S)
                faults += [error for task in done if (error := task.exception())]
                for task in done:
                    del running[task.get_name()]
        finally:
            for task in running.values():
                task.cancel()
            await asyncio.gather(*running.values(), return_exceptions=True)
        if faults:
            raise faults[0]
        if not active:
            return None
        now = self._now()
        # a source still due is in another worker's hands: look again soon, not at once
        known = await self._store.dues([source.id for source in active])
        return min(at if at and at > now else now + _BUSY_WAIT for at in known)

    async def crawl(self, source: Source, force: bool = False) -> Outcome:
        """Polls one source if it is due; `force` asks whether due or not, and reads every listed page again."""
        started = time.perf_counter()
        if not source.on:
            return Outcome(source.id, "off")
        if source.kind not in listing.SUPPORTED:
            return Outcome(source.id, "unsupported", error="unsupported")
        await self._places.enter()
        try:
            outcome = await self._crawl(source, force=force)
        finally:
            self._places.leave()
        return replace(outcome, ms=round((time.perf_counter() - started) * 1000))

    async def health(self) -> list[SourceHealth]:
        """How each source is, in the order of the sources; read anew where a poll has ended since."""
        sources, polls = tuple(await self._declared()), await self._store.polls()
        if self._healths is None or self._healths[0] != polls or self._healths[1] != sources:
            states = await self._store.states([source.id for source in sources])
            told = [assess(source, state) for source, state in zip(sources, states, strict=True)]
            self._healths = polls, sources, told
        return list(self._healths[2])

    async def proposals(self) -> list[Proposal]:
        """The repaired profiles that were found for boards that can no longer be read, oldest first."""
        return await self._store.snapshots.proposals()

    async def drop_proposal(self, proposal_id: str) -> bool:
        """Forgets a proposal, used or not wanted; False where it is gone already."""
        return await self._store.snapshots.drop(proposal_id)

    async def _declared(self) -> Sequence[Source]:
        return await self._sources() if callable(self._sources) else self._sources

    async def _active(self) -> Sequence[Source]:
        """The sources that may be polled. What was declared anew, or otherwise, is due whatever is remembered."""
        declared = await self._declared()
        if declared is self._checked or declared == self._checked:
            return self._runnable
        runnable = [source for source in declared if source.on and source.kind in listing.SUPPORTED]
        states = await self._store.states([source.id for source in runnable])
        self._changed = {
            source.id
            for source, state in zip(runnable, states, strict=True)
            if state.polled_at and (state.url, state.shape) != (source.url, shape_of(source))
        }
        # each worker begins elsewhere in the list, so that two meet late
        turn = zlib.crc32(self._store.owner.encode()) % max(1, len(runnable))
        self._runnable = runnable[turn:] + runnable[:turn]
        self._checked = declared
        return self._runnable

    async def _due(
        self, active: Sequence[Source], running: Mapping[str, object], begun: Mapping[str, float]
    ) -> list[Source]:
        """What is to be begun. A second time in one step only while a slow source holds that step open."""
        now, before = self._now(), time.monotonic() - _SLOW_S
        slow = any(begun[name] < before for name in running)
        dues = await self._store.dues([source.id for source in active])
        return [
            source
            for source, due in zip(active, dues, strict=True)
            if (due is None or due <= now or source.id in self._changed)
            and source.id not in running
            and (source.id not in begun or (slow and begun[source.id] < before))
        ]

    async def _crawl(self, source: Source, *, force: bool) -> Outcome:
        now, changed = self._now(), source.id in self._changed
        lease = await self._store.take(source.id, now, due_only=not force and not changed)
        if lease is None:
            (due,) = await self._store.dues([source.id])
            return Outcome(source.id, "not_due" if due and due > now else "busy")
        self._changed.discard(source.id)
        poll = Poll(source, lease.state, lease, now, force)
        stay = waiting.set(_Stay(self._places, self._store, poll, self._now, self._clock))
        try:
            return await charged(registrable(urlsplit(source.url).hostname or ""), self._poller.poll(poll))
        except StaleLease:
            log.warning("source %s: another worker took over", source.id)
            return Outcome(source.id, "busy", error="stale", articles=tuple(poll.articles))
        finally:
            waiting.reset(stay)
            await self._store.release(poll.lease)

    async def _patiently(self, function: Callable[..., T], /, *args: object, timeout_s: float | None = None) -> T:
        """The sandbox' answer. Calls may queue there: meanwhile the lease of this poll is kept."""
        call = asyncio.ensure_future(self._sandbox(function, *args, timeout_s=timeout_s))
        try:
            while not (await asyncio.wait({call}, timeout=_BREATH_S))[0]:
                stay = waiting.get()
                if stay:
                    await stay.keep()
        finally:
            if not call.done():
                call.cancel()
                await asyncio.wait({call})
        return call.result()


class _Places:
    """So many polls at work at once. One that waited for its host comes back at once, though there be one too many."""

    def __init__(self, many: int) -> None:
        self._free = many
        self._queue: deque[asyncio.Future[None]] = deque()

    async def enter(self) -> None:
        """Returns when there is a place."""
        if self._free > 0:
            self._free -= 1
            return
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self.leave()
            raise

    def leave(self) -> None:
        """Gives a place to whoever has waited longest."""
        self._free += 1
        while self._free > 0 and self._queue:
            place = self._queue.popleft()
            if not place.done():
                self._free -= 1
                place.set_result(None)

    def back(self) -> None:
        """Takes a place, free or not."""
        self._free -= 1


class _Stay:
    """One poll, as the `Patience` of whoever waits for it."""

    def __init__(
        self,
        places: _Places,
        store: CrawlStore,
        poll: Poll,
        now: Callable[[], datetime],
        clock: Callable[[], float],
    ) -> None:
        self._places, self._store, self._poll, self._now, self._clock = places, store, poll, now, clock
        self._left_at = clock()

    def leave(self) -> None:
        """See `Patience.leave`."""
        self._left_at = self._clock()
        self._places.leave()

    def back(self) -> None:
        """See `Patience.back`."""
        self._poll.waited += self._clock() - self._left_at
        self._places.back()

    async def keep(self) -> None:
        """See `Patience.keep`."""
        self._poll.lease = await self._store.renew(self._poll.lease, self._now())

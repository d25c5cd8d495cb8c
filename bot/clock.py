"""The time of the house, and waiting for it.

Two clocks behave alike: `TickingClock` follows the wall (shifted, in the demo), `VirtualClock` stands still until it is
advanced. A role never sleeps by itself: it waits here, so that a virtual clock can run every timer in order, each at its
own instant. This module reads no wall clock: bootstrap hands one in.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Protocol

KST = timezone(timedelta(hours=9), "KST")


class Clock(Protocol):
    """What waits in this house. All instants are aware UTC."""

    def now(self) -> datetime:
        """The present instant."""

    async def wait(self, until: datetime | None, wake: asyncio.Event) -> None:
        """Returns when `until` is reached or `wake` is set; None waits for the wake alone."""

    async def sleep(self, seconds: float) -> None:
        """Returns when that many seconds of this clock have passed."""


class TickingClock:
    """The wall clock, shifted by a fixed span."""

    def __init__(self, wall: Callable[[], datetime], shift: timedelta = timedelta()) -> None:
        self._wall = wall
        self.shift = shift

    def now(self) -> datetime:
        """The wall's instant plus the shift."""
        return self._wall() + self.shift

    async def wait(self, until: datetime | None, wake: asyncio.Event) -> None:
        """See `Clock.wait`."""
        seconds = None if until is None else max(0.0, (until - self.now()).total_seconds())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(wake.wait(), seconds)

    async def sleep(self, seconds: float) -> None:
        """See `Clock.sleep`."""
        await asyncio.sleep(seconds)


class VirtualClock:
    """A clock that moves only in `advance_to`, one waiting instant at a time."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)
        self._order = itertools.count()
        self._sleepers: list[tuple[datetime, int, asyncio.Event]] = []

    def now(self) -> datetime:
        """The instant at which the clock stands."""
        return self._now

    async def wait(self, until: datetime | None, wake: asyncio.Event) -> None:
        """See `Clock.wait`."""
        if until is None or until <= self._now:
            await (wake.wait() if until is None else asyncio.sleep(0))
            return
        entry = (until, next(self._order), asyncio.Event())
        heapq.heappush(self._sleepers, entry)
        waits = [asyncio.ensure_future(event.wait()) for event in (entry[2], wake)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            entry[2].set()

    async def sleep(self, seconds: float) -> None:
        """See `Clock.sleep`."""
        await self.wait(self._now + timedelta(seconds=seconds), asyncio.Event())

    def next_timer(self) -> datetime | None:
        """The earliest instant anyone waits for."""
        while self._sleepers and self._sleepers[0][2].is_set():
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else None

    def move_to(self, instant: datetime) -> None:
        """Sets the time (never backwards) and rouses whoever waited for it."""
        self._now = max(self._now, instant)
        while self._sleepers and self._sleepers[0][0] <= self._now:
            heapq.heappop(self._sleepers)[2].set()

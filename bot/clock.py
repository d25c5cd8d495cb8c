"""The time of the house, and waiting for it.

`TickingClock` follows the wall (shifted, in the demo); `VirtualClock` stands still until it is moved, and
`Rota.advance` moves it from one due instant to the next. This module reads no wall clock: bootstrap hands one in.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Protocol

KST = timezone(timedelta(hours=9), "KST")


class Clock(Protocol):
    """What waits in this house. All instants are aware UTC."""

    @property
    def chosen(self) -> bool:
        """Whether somebody chose the time that it shows; else it is whatever hour it happens to be."""

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

    @property
    def chosen(self) -> bool:
        """Whether it is shifted."""
        return self.shift != timedelta()

    def now(self) -> datetime:
        """The wall's instant plus the shift."""
        return self._wall() + self.shift

    async def wait(self, until: datetime | None, wake: asyncio.Event) -> None:
        """See `Clock.wait`."""
        seconds = None if until is None else max(0.0, (until - self.now()).total_seconds())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):  # `wait_for` of Python 3.11 loses a cancellation beside a wake
                await wake.wait()

    async def sleep(self, seconds: float) -> None:
        """See `Clock.sleep`."""
        await asyncio.sleep(seconds)


class VirtualClock:
    """A clock that moves only when told; whoever sleeps on it moves it."""

    def __init__(self, start: datetime, *, chosen: bool = True) -> None:
        self._now = start.astimezone(UTC)
        self.chosen = chosen

    def now(self) -> datetime:
        """The instant at which the clock stands."""
        return self._now

    def move_to(self, instant: datetime) -> None:
        """Sets the time, never backwards."""
        self._now = max(self._now, instant)

    async def wait(self, until: datetime | None, wake: asyncio.Event) -> None:  # noqa: ARG002
        """Waits for the wake alone: who moves the clock also runs what is due (`Rota.advance`)."""
        await wake.wait()

    async def sleep(self, seconds: float) -> None:
        """A polite pause inside a step takes its time, and nobody waits for it."""
        self.move_to(self._now + timedelta(seconds=seconds))
        await asyncio.sleep(0)

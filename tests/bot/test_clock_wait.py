"""The clock's wait: ended by its wake, its hour, or whoever cancels it, at whatever moment."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import TickingClock

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize("turns", range(5))
async def test_who_is_cancelled_as_it_is_woken_ends(turns: int) -> None:
    clock, wake = TickingClock(lambda: NOW), asyncio.Event()
    waiting = asyncio.create_task(clock.wait(NOW + timedelta(hours=1), wake))
    await asyncio.sleep(0.01)
    wake.set()
    for _ in range(turns):
        await asyncio.sleep(0)
    if waiting.cancel():  # else it had ended before
        with pytest.raises(asyncio.CancelledError):
            await waiting


async def test_it_ends_when_woken_and_when_its_hour_has_come() -> None:
    clock, wake = TickingClock(lambda: NOW), asyncio.Event()
    async with asyncio.timeout(60):
        await clock.wait(NOW + timedelta(milliseconds=5), wake)
        await clock.wait(NOW - timedelta(hours=1), wake)
        wake.set()
        await clock.wait(None, wake)

"""What goes on in the background outlives a database that goes away, and never breaks the end of a process."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

from redis.exceptions import ConnectionError as RedisConnectionError

from bot.background import begun, insisted


def broken(times: int, done: list[str]) -> Callable[[], Awaitable[None]]:
    """Work that loses the database so often."""
    left = [times]

    async def work() -> None:
        if left[0]:
            left[0] -= 1
            raise RedisConnectionError("refused")
        done.append("done")

    return work


async def test_what_is_insisted_on_is_begun_again_until_it_is_done(caplog):
    done, pauses = list[str](), list[float]()

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    await insisted(broken(2, done), "filling", sleep)

    assert done == ["done"]
    assert len(pauses) == 2
    assert "filling was interrupted" in caplog.text


async def test_what_failed_long_ago_does_not_break_the_end_and_stands_in_the_log(caplog):
    async with AsyncExitStack() as house:
        house.push_async_callback(begun(broken(1, [])()))
        await asyncio.sleep(0)

    assert [one.levelno for one in caplog.records] == [logging.ERROR]
    assert "work in the background ended: " in caplog.text


async def test_what_still_goes_on_ends_with_the_house(caplog):
    came = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            came.set()

    end = begun(work())
    await asyncio.sleep(0)

    await end()

    assert came.is_set()
    assert not caplog.records

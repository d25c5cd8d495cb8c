"""Work beside everything else, for as long as a house is open: it ends with the house, and its faults stay its own.

It refuses to hold up or to break the end of a process, and repeats only what it is told to insist on.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from redis.exceptions import RedisError

from bot.logs import failed

_AGAIN_S = 2.0

log = logging.getLogger(__name__)


async def insisted(
    work: Callable[[], Awaitable[object]], what: str, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> None:
    """`work` is done, however often the database or the network was out of reach meanwhile: it is begun again."""
    while True:
        try:
            await work()
        except (RedisError, OSError) as error:
            failed(log, error, "%s was interrupted; again in %.0f s", what, _AGAIN_S)
            await sleep(_AGAIN_S)
        else:
            return


def begun(work: Awaitable[object]) -> Callable[[], Awaitable[None]]:
    """Begins `work`; what is given back ends it, and never raises for what became of it: that stands in the log."""
    task = asyncio.ensure_future(work)
    task.add_done_callback(_told)

    async def end() -> None:
        task.cancel()
        await asyncio.wait([task])

    return end


def _told(task: asyncio.Future[Any]) -> None:
    if not task.cancelled() and (fault := task.exception()) is not None:
        failed(log, fault, "work in the background ended")

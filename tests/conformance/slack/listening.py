"""An adapter that listens to a strict Slack, and the store that keeps what it hears."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from bot.messenger import Update
from tests.conformance.peers.slack_strict import StrictSlack

PATIENCE_S = 15.0


def now() -> datetime:
    return datetime.now(UTC)


class Store:
    """Where updates are kept. While `shut` it takes none; while `held` it takes its time."""

    def __init__(self) -> None:
        self.updates: list[Update] = []
        self.shut = 0
        self.held: asyncio.Event | None = None
        self._came = asyncio.Event()

    async def receive(self, update: Update) -> None:
        if self.shut:
            self.shut -= 1
            raise ConnectionError("the store is away")
        if self.held is not None:
            await self.held.wait()
        self.updates.append(update)
        self._came.set()

    async def until(self, count: int = 1) -> list[Update]:
        async with asyncio.timeout(PATIENCE_S):
            while len(self.updates) < count:
                self._came.clear()
                await self._came.wait()
        return self.updates


@asynccontextmanager
async def listening(peer: StrictSlack) -> AsyncIterator[Store]:
    store = Store()
    task = asyncio.create_task(peer.messenger.run(store.receive))
    try:
        await until(lambda: peer.messenger._dispatch.receive is not None)
        if not peer.http:
            await until(lambda: peer.handing.connections > 0)
        yield store
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not done():  # noqa: ASYNC110 - the peer sets no event
            await asyncio.sleep(0.01)

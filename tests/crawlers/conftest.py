"""Fixtures of the crawl: a site on loopback, and a session that may talk to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from crawlers.fetch import client
from crawlers.guard import Guard
from tests.crawlers.site import Site, serve


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    runner = await serve(site)
    yield site
    await runner.cleanup()


@pytest.fixture
def guard() -> Guard:
    return Guard(["127.0.0.1"])


@pytest.fixture
async def session(guard: Guard) -> AsyncIterator[aiohttp.ClientSession]:
    async with client(guard) as session:
        yield session

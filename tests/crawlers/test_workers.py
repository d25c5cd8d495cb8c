"""Any number of crawling processes on one Redis, any of them killed at any moment: shared, polite, nothing lost."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import re
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from crawlers.article import Article
from crawlers.store import STREAM
from tests.crawlers.site import LONG, feed, page
from tests.crawlers.workers import BOARDS, LEASE, PACE

ROOT = Path(__file__).parents[2]
KILLS = 22
WORKERS = 4


@dataclass
class Agencies:
    """Boards that keep publishing, and the log of who asked which host when."""

    published: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    asked: list[tuple[str, float, float, str]] = field(default_factory=list)
    inside: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)
    port: int = 0

    def publish(self) -> None:
        board = f"s{random.randrange(BOARDS)}"
        self.published[board].append(f"{board}-{len(self.published[board])}")

    @property
    def keys(self) -> list[str]:
        return [f"{board}/{name}" for board, names in self.published.items() for name in names]

    async def answer(self, request: web.Request) -> web.Response:
        host, start = request.host.partition(":")[0], time.monotonic()
        self.inside[host] += 1
        self.most[host] = max(self.most[host], self.inside[host])
        await asyncio.sleep(random.uniform(0.0, 0.02))
        self.inside[host] -= 1
        self.asked.append((host, start, time.monotonic(), request.headers["User-Agent"]))
        board, _, rest = request.path.strip("/").partition("/")
        if rest == "rss":
            items = [
                {"title": f"공고 {name}", "guid": name, "link": f"/{board}/view?nttId={name}"}
                for name in reversed(self.published[board])
            ]
            return web.Response(text=feed(*items), content_type="text/xml")
        if rest == "view":
            return web.Response(text=page(f"{LONG} {request.query['nttId']} 문서."), content_type="text/html")
        return web.Response(status=404)


@pytest.fixture
async def site() -> AsyncIterator[Agencies]:
    agencies = Agencies()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", agencies.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "0.0.0.0", 0).start()
    agencies.port = runner.addresses[0][1]
    yield agencies
    await runner.cleanup()


class Nursery:
    """Worker processes by name."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.pids: dict[str, int] = {}

    async def start(self) -> str:
        name = f"w{len(self.pids)}"
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{name}\n".encode())
        self.pids[name] = int(await self._process.stdout.readline())
        return name

    def kill(self, name: str) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pids[name], signal.SIGKILL)


@pytest.fixture
async def nursery(redis_socket: str, database: Any, site: Agencies) -> AsyncIterator[Nursery]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.crawlers.workers", redis_socket, str(site.port),
        cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    found = Nursery(process)
    yield found
    for name in found.pids:
        found.kill(name)
    process.kill()
    await process.wait()


async def test_killed_workers_lose_nothing_tell_nothing_twice_and_hurry_no_host(
    nursery: Nursery, site: Agencies, database: Any
) -> None:
    living = [await nursery.start() for _ in range(WORKERS)]
    for _ in range(BOARDS):
        site.publish()
    left_behind = []
    for _ in range(KILLS):
        await asyncio.sleep(random.uniform(0.05, 0.25))
        site.publish()
        victim = living.pop(random.randrange(WORKERS))
        nursery.kill(victim)
        left_behind += await _leases(database, victim)
        living.append(await nursery.start())
    killed_at = datetime.now(UTC)

    await _until(lambda: _all_told(database, site))
    await _until(lambda: _all_polled_since(database, killed_at))

    told = [Article.from_json(fields[b"article"]) for _, fields in await database.xrange(STREAM)]
    assert sorted(article.key for article in told) == sorted(site.keys)
    assert all(article.revision == 0 and article.text for article in told)
    # whoever died held its sources for no longer than a lease
    assert all(left <= LEASE.total_seconds() for left in left_behind)
    assert max(site.most.values()) == 1
    assert min(_rests(site)) >= PACE.total_seconds() - 0.005
    assert len({re.findall(r"\+(\w+)", agent)[0] for *_, agent in site.asked}) > WORKERS


async def test_living_workers_share_the_sources(nursery: Nursery, site: Agencies, database: Any) -> None:
    for _ in range(BOARDS):
        site.publish()
    for _ in range(3):
        await nursery.start()
    await _until(lambda: _asked_by(site, 3))

    lists = Counter(agent for *_, agent in site.asked)
    assert len(lists) == 3
    assert max(site.most.values()) == 1
    assert min(_rests(site)) >= PACE.total_seconds() - 0.005


def _rests(site: Agencies) -> list[float]:
    """Seconds from the end of each request to the start of the next at the same host."""
    rests = []
    for host in site.most:
        asked = sorted((start, end) for name, start, end, _ in site.asked if name == host)
        rests += [start - end for (_, end), (start, _) in pairwise(asked)]
    return rests


async def _leases(database: Any, owner: str) -> list[float]:
    """For how many seconds yet each source that `owner` held is not to be taken."""
    now, left = datetime.now(UTC).timestamp(), []
    async for key in database.scan_iter("dobi:{crawl}:lease:*"):
        held = await database.hgetall(key)
        if held and held[b"owner"] == owner.encode():
            left.append(int(held[b"until"]) / 1000 - now)
    return left


async def _until(happened: Any, patience_s: float = 60) -> None:
    async with asyncio.timeout(patience_s):
        while not await happened():  # noqa: ASYNC110 - another process makes it happen
            await asyncio.sleep(0.05)


async def _all_told(database: Any, site: Agencies) -> bool:
    return int(await database.xlen(STREAM)) >= len(site.keys)


async def _all_polled_since(database: Any, at: datetime) -> bool:
    polled = [await database.hget(f"dobi:{{crawl}}:source:s{n}", "polled_at") for n in range(BOARDS)]
    return all(one and datetime.fromisoformat(one.decode()) > at for one in polled)


async def _asked_by(site: Agencies, many: int) -> bool:
    return len({agent for *_, agent in site.asked}) >= many

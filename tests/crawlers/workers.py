"""Crawling processes that can be killed: `python -m tests.crawlers.workers SOCKET SITE_PORT`.

Reads a worker's name a line and forks it, so that a new one costs no start of Python; prints its process id.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

import feedparser  # noqa: F401 - loaded before the forks
import trafilatura  # noqa: F401

from bot.embedded import remote_client
from crawlers.crawler import Crawler
from crawlers.fetch import Fetcher, client
from crawlers.guard import Guard
from crawlers.hosts import Hosts
from crawlers.sources import Source, source_from
from crawlers.store import CrawlStore

T = TypeVar("T")
HOSTS = ("127.0.0.2", "127.0.0.3", "127.0.0.4")
PACE = timedelta(seconds=0.1)
LEASE = timedelta(seconds=1.5)
BOARDS = 9


def sources(port: int) -> list[Source]:
    """Boards on few hosts."""
    return [
        source_from(
            {
                "id": f"s{n}", "agency": f"기관{n}", "kind": "feed", "interval": 1,
                "url": f"http://{HOSTS[n % len(HOSTS)]}:{port}/s{n}/rss",
            }
        )
        for n in range(BOARDS)
    ]  # fmt: skip


async def here(function: Callable[..., T], /, *args: object, timeout_s: float | None = None) -> T:
    """A sandbox without walls, for pages that the test wrote itself."""
    return function(*args)


def wall() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


def never(day: date) -> bool:
    """No holidays."""
    return False


async def work(socket: str, port: int, owner: str) -> None:
    """Polls until killed."""
    redis, guard = remote_client(f"unix://{socket}"), Guard(HOSTS)
    async with client(guard) as session:
        fetcher = Fetcher(
            session, guard, wall, asyncio.sleep, paces=dict.fromkeys(HOSTS, PACE), timeout_s=1.0, contact=owner,
            hosts=Hosts(redis),
        )  # fmt: skip
        crawler = Crawler(fetcher, CrawlStore(redis, LEASE, owner=owner), here, wall, sources(port), never)
        while True:
            due = await crawler.step()
            await asyncio.sleep(min(max((due - wall()).total_seconds(), 0.02), 0.2) if due else 0.2)


def main() -> None:
    """Forks a worker for each line."""
    socket, port = sys.argv[1], int(sys.argv[2])
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in iter(sys.stdin.readline, ""):
        child = os.fork()
        if child == 0:
            os.close(0)
            os.setpgid(0, 0)
            asyncio.run(work(socket, port, line.strip()))
        print(child, flush=True)


if __name__ == "__main__":
    main()

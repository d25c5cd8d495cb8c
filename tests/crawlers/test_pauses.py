"""A host that asks for a pause is left alone by those whom it asked; nobody can ask in another's name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from crawlers.article import FetchError
from crawlers.crawler import Crawler
from crawlers.fair import charged
from crawlers.fetch import Fetcher, client
from crawlers.guard import Guard
from crawlers.hosts import Hosts, Rules
from crawlers.sources import Source, source_from
from crawlers.store import CrawlStore
from tests.crawlers.site import Site, feed, in_process, never, page, serve

HERE, THERE = "127.0.0.1", "127.0.0.2"


@pytest.fixture
async def fetchers(database: Any, clock: Any) -> AsyncIterator[tuple[Fetcher, Fetcher]]:
    """As two processes have them."""
    guard = Guard([HERE, THERE])
    async with client(guard) as session:
        one, other = (Fetcher(session, guard, clock, clock.sleep, hosts=Hosts(database)) for _ in range(2))
        yield one, other


async def busy(request: web.Request) -> web.Response:
    return web.Response(status=429, headers={"Retry-After": "86400"})


async def code(fetcher: Fetcher, url: str, asker: str) -> str:
    try:
        await charged(asker, fetcher.get(url))
    except FetchError as error:
        return error.code
    return ""


@pytest.mark.parametrize(
    ("asker", "held"), [("evil.kr", {"evil.kr"}), (HERE, {"evil.kr", HERE, "a.go.kr"})], ids=["another", "own"]
)
async def test_whom_a_pause_binds(fetchers: Any, site: Site, clock: Any, asker: str, held: set[str]) -> None:
    site.pages = {"/busy": busy, "/list": "x"}
    assert await code(fetchers[0], site.url("/busy"), asker) == "status_429"
    clock.advance(timedelta(seconds=2))

    for fetcher in fetchers:
        told = {one for one in ("evil.kr", HERE, "a.go.kr") if await code(fetcher, site.url("/list"), one) == "held"}
        assert told == held


async def test_a_pause_told_to_one_is_no_fault_of_the_rules_that_all_go_by(
    fetchers: Any, site: Site, clock: Any
) -> None:
    site.pages = {"/busy": busy, "/list": "x"}
    assert await code(fetchers[0], site.url("/list"), "evil.kr") == ""
    clock.advance(timedelta(hours=1))
    assert await code(fetchers[0], site.url("/busy"), "evil.kr") == "status_429"
    clock.advance(timedelta(hours=23, minutes=30))  # the rules are a day old, the pause is not over

    assert await code(fetchers[0], site.url("/list"), "evil.kr") == "held"
    assert [await code(one, site.url("/list"), HERE) for one in fetchers] == ["", ""]


async def test_a_list_of_links_does_not_keep_another_sources_list_away(
    fetchers: Any, database: Any, clock: Any, site: Site
) -> None:
    evil = Site()
    runner = await serve(evil, THERE)
    links = [
        {"title": f"공고 {n}", "guid": str(n), "link": site.url(f"/busy?{n}"), "pubDate": "2026.11.20"}
        for n in range(5)
    ]
    evil.pages = {"/rss": feed(*links)}
    site.pages = {"/busy": busy, "/rss": feed({"title": "소식", "guid": "1", "link": "/1"}), "/1": page("본문")}
    sources = [_source("evil", f"http://{THERE}:{evil.port}/rss"), _source("good", site.url("/rss"))]

    outcomes = [await _crawler(one, database, clock, sources).crawl(source) for one, source in zip(
        fetchers, sources, strict=True
    )]  # fmt: skip
    await runner.cleanup()

    assert site.times("/busy?4") == 1
    assert sum(asked.path.startswith("/busy") for asked in site.asked) == 1  # whoever was told asks no more
    assert (outcomes[1].state, outcomes[1].new) == ("ok", 1)


async def test_a_flood_of_hosts_is_not_kept_for_everybody(database: Any, clock: Any) -> None:
    hosts, rules = Hosts(database), Rules(404, b"", "", clock() + timedelta(hours=1))
    for number in range(2_100):
        await hosts.keep_rules(f"http://{number}.evil.kr", rules, clock())

    assert len([key async for key in database.scan_iter("dobi:{crawl}:robots:*")]) == 2_000
    clock.advance(timedelta(hours=2))
    later = Rules(404, b"", "", clock() + timedelta(hours=1))
    await hosts.keep_rules("http://a.go.kr", later, clock())
    assert await hosts.rules("http://a.go.kr", clock()) is not None


def _source(name: str, url: str) -> Source:
    return source_from({"id": name, "agency": "가", "kind": "feed", "url": url, "interval": "10m"})


def _crawler(fetcher: Fetcher, database: Any, clock: Any, sources: list[Source]) -> Crawler:
    return Crawler(fetcher, CrawlStore(database, owner="test"), in_process, clock, sources, never)

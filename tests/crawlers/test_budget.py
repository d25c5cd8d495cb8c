"""What one poll may tell and take: a flood and a slow server cost their source a few polls more, and lose nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from crawlers.article import Article
from crawlers.crawler import Crawler, Outcome
from crawlers.fetch import Fetcher
from crawlers.intake import BUDGET_S, MAX_TOLD
from crawlers.schedule import RETRY
from crawlers.sources import Source, source_from
from crawlers.store import STREAM, CrawlStore
from tests.crawlers.site import LONG, Site, feed, in_process, never, page


@pytest.fixture
def source(site: Site) -> Source:
    entry = {"id": "s", "agency": "가", "kind": "feed", "url": site.url("/rss"), "interval": "1h"}
    return source_from(entry)


@pytest.fixture
def crawler(database: Any, clock: Any, session: Any, guard: Any, source: Source) -> Crawler:
    fetcher, store = Fetcher(session, guard, clock, clock.sleep), CrawlStore(database, owner="test")
    return Crawler(fetcher, store, in_process, clock, [source], never, lambda: clock().timestamp())


def listed(*numbers: int) -> str:
    return feed(
        *({"title": f"공고 {n}호", "guid": f"g{n}", "link": f"/view?n={n}", "pubDate": "2026.11.23"} for n in numbers)
    )


async def polls(crawler: Crawler, source: Source, clock: Any, count: int) -> list[Outcome]:
    """So many polls, each as early as the crawl itself would make it where something is left."""
    found = []
    for _ in range(count):
        found.append(await crawler.crawl(source))
        clock.advance(RETRY)
    return found


async def stream(database: Any) -> list[Article]:
    return [Article.from_json(fields[b"article"]) for _, fields in await database.xrange(STREAM)]


async def test_a_flood_comes_in_batches_oldest_first_and_whole(
    crawler: Crawler, source: Source, site: Site, database: Any, clock: Any
) -> None:
    site.pages = {"/view": web_page, "/rss": listed(*range(290, 0, -1))}

    first = await polls(crawler, source, clock, 4)
    clock.advance(timedelta(hours=1))
    site.pages["/rss"] = listed(*range(540, 250, -1))
    later = await polls(crawler, source, clock, 3)

    assert [one.new for one in first] == [MAX_TOLD, 290 - MAX_TOLD, 0, 0]
    assert [one.state for one in first] == ["ok", "ok", "not_due", "not_due"]
    assert [one.new for one in later] == [MAX_TOLD, 250 - MAX_TOLD, 0]
    told = await stream(database)
    assert [article.id for article in told] == [f"g{n}" for n in range(1, 541)]
    assert [article.baseline for article in told] == [True] * 290 + [False] * 250


async def web_page(request: web.Request) -> web.Response:
    return web.Response(text=page(f"{LONG} {request.query['n']}호 문서"), content_type="text/html")


async def test_slow_pages_give_their_place_back_and_are_told_in_later_polls(
    crawler: Crawler, source: Source, site: Site, database: Any, clock: Any
) -> None:
    async def slow(request: web.Request) -> web.Response:
        clock.advance(timedelta(seconds=20))
        return await web_page(request)

    site.pages = {"/view": slow, "/rss": listed(*range(20, 0, -1))}
    begun, spans, outcomes = clock(), [], []
    while not outcomes or outcomes[-1].new:
        before = clock()
        outcomes.append(await crawler.crawl(source))
        spans.append(clock() - before)
        clock.advance(RETRY)
        assert clock() - begun < timedelta(hours=2)

    assert max(spans) < timedelta(seconds=BUDGET_S + 60)
    assert [one.new for one in outcomes[:2]] == [6, 6]
    assert [article.id for article in await stream(database)] == [f"g{n}" for n in range(1, 21)]
    assert [site.times(f"/view?n={n}") for n in range(1, 21)] == [1] * 20


async def test_waiting_for_turns_is_no_time_of_the_poll(
    crawler: Crawler, source: Source, site: Site, clock: Any
) -> None:
    robots = "User-agent: *\nCrawl-delay: 40\n"
    site.pages = {"/robots.txt": robots, "/view": web_page, "/rss": listed(*range(20, 0, -1))}
    begun = clock()

    outcome = await crawler.crawl(source)

    assert outcome.new == 20
    assert (clock() - begun).total_seconds() > 2 * BUDGET_S


async def test_pages_read_again_leave_time_for_new_ones(
    crawler: Crawler, source: Source, site: Site, clock: Any
) -> None:
    slow_for = timedelta()

    async def slow(request: web.Request) -> web.Response:
        clock.advance(slow_for)
        return await web_page(request)

    site.pages = {"/view": slow, "/rss": listed(*range(20, 0, -1))}
    await crawler.crawl(source)
    slow_for = timedelta(seconds=100)  # and every known page wants to be looked at
    clock.advance(timedelta(hours=7))
    site.pages["/rss"] = listed(*range(21, 0, -1))

    outcome = await crawler.crawl(source)

    assert [article.id for article in outcome.articles] == ["g21"]

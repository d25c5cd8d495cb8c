"""The crawler over real requests and a real Redis, on a clock that the test moves."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from aiohttp import web

from crawlers.article import Article, FetchError
from crawlers.crawler import CONCURRENT, Crawler
from crawlers.fetch import Fetcher, client
from crawlers.guard import Guard
from crawlers.hosts import Hosts
from crawlers.pace import Pace
from crawlers.sources import BoardProfile, Source, source_from
from crawlers.store import STREAM, CrawlStore
from tests.crawlers.site import LONG, Site, feed, in_process, never, page


def source(site: Site, path: str = "/rss", **more: Any) -> Source:
    known = {"id": "s", "agency": "견본도청", "kind": "feed", "url": site.url(path), "interval": "10m"}
    return source_from(known | more)


@pytest.fixture
def worker(database: Any, clock: Any, session: Any, guard: Any) -> Any:
    def make(sources: Any, owner: str = "one", **kwargs: Any) -> Crawler:
        fetcher = Fetcher(session, guard, clock, clock.sleep, hosts=Hosts(database), **kwargs)
        return Crawler(fetcher, CrawlStore(database, owner=owner), in_process, clock, sources, never)

    return make


@pytest.fixture
def fetchers(database: Any, clock: Any, session: Any, guard: Any) -> tuple[Fetcher, Fetcher]:
    """As two processes have them."""
    one, other = (Fetcher(session, guard, clock, clock.sleep, hosts=Hosts(database)) for _ in range(2))
    return one, other


def items(*names: int) -> str:
    return feed(*({"title": f"공고 {n}", "guid": f"g{n}", "link": f"/view?nttId={n}"} for n in names))


def board(
    *names: int, row: str = "<tr><td><a href='/view?nttId={n}'>{n}번째 지원 사업 공고</a></td><td>2026-11-20</td></tr>"
) -> str:
    return f"<html><body><table>{''.join(row.replace('{n}', str(n)) for n in names)}</table></body></html>"


def pages(*names: int) -> dict[str, Any]:
    return {f"/view?nttId={n}": page(f"{LONG} {n}호") for n in names}


async def stream(database: Any) -> list[Article]:
    return [Article.from_json(fields[b"article"]) for _, fields in await database.xrange(STREAM)]


async def test_two_processes_ask_one_host_in_turn(fetchers: Any, site: Site, clock: Any) -> None:
    asked = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(clock())
        return web.Response(text="x")

    site.pages = {"/robots.txt": "User-agent: *\nCrawl-delay: 10\n", "/a": answer}

    await asyncio.gather(*(fetcher.get(site.url("/a")) for fetcher in (*fetchers, *fetchers, *fetchers)))

    assert min(later - earlier for earlier, later in pairwise(asked)) >= timedelta(seconds=10)
    assert site.times("/robots.txt") <= 2


async def test_robots_fetched_by_one_process_are_known_to_all_for_a_day(fetchers: Any, site: Site, clock: Any) -> None:
    site.pages = {"/robots.txt": "User-agent: *\nDisallow: /closed\n", "/closed": "x"}
    one, other = fetchers
    assert not await one.permits(site.url("/closed"))
    site.pages["/robots.txt"] = ""

    assert not await other.permits(site.url("/closed"))
    assert site.times("/robots.txt") == 1
    clock.advance(timedelta(hours=24, seconds=1))
    assert await other.permits(site.url("/closed"))


async def test_a_pause_that_one_process_was_asked_for_binds_all(fetchers: Any, site: Site, clock: Any) -> None:
    async def busy(request: web.Request) -> web.Response:
        return web.Response(status=503, headers={"Retry-After": "600"})

    one, other = fetchers
    site.pages = {"/a": busy, "/b": "x"}
    with pytest.raises(FetchError):
        await one.get(site.url("/a"))
    clock.advance(timedelta(seconds=2))

    with pytest.raises(FetchError) as held:
        await other.get(site.url("/b"))

    assert (held.value.code, held.value.retry_after) == ("held", timedelta(seconds=598))
    clock.advance(timedelta(seconds=599))
    assert (await other.get(site.url("/b"))).body == b"x"


async def test_a_dead_workers_turn_ends(database: Any, clock: Any) -> None:
    gap, hold = timedelta(seconds=2), timedelta(seconds=25)
    await Hosts(database).book("a", gap, hold, clock())  # and dies
    start = clock()

    async with Pace(clock, clock.sleep, Hosts(database), hold).turn("a", gap):
        assert hold <= clock() - start <= hold + timedelta(seconds=1)


async def test_a_slow_host_of_many_pages_does_not_lose_its_lease(
    worker: Any, site: Site, clock: Any, database: Any
) -> None:
    thief, names = CrawlStore(database, owner="other"), range(20)
    stolen = []

    async def view(request: web.Request) -> web.Response:
        stolen.append(await thief.take("s", clock()))
        return web.Response(text=page(f"{LONG} {request.query['nttId']}호"), content_type="text/html")

    site.pages = {"/robots.txt": "User-agent: *\nCrawl-delay: 60\n", "/rss": items(*names), "/view": view}
    start = clock()

    outcome = await worker([]).crawl(source(site))

    assert clock() - start >= timedelta(minutes=20)
    assert (outcome.state, outcome.new, set(stolen)) == ("ok", 20, {None})


async def test_whoever_waits_in_line_for_a_host_keeps_its_lease(
    worker: Any, site: Site, clock: Any, database: Any
) -> None:
    site.pages = {"/robots.txt": "User-agent: *\nCrawl-delay: 60\n", "/rss": items(*range(8))} | pages(*range(8))
    sources = [source(site, id=f"s{n}") for n in range(4)]

    await worker(sources).step()

    assert sorted(one.key for one in await stream(database)) == sorted(f"s{n}/g{m}" for n in range(4) for m in range(8))


async def test_a_source_that_takes_long_holds_no_other_up(worker: Any, site: Site, clock: Any) -> None:
    asked, go_on, polled_again = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slow(request: web.Request) -> web.Response:
        asked.set()
        await go_on.wait()
        return web.Response(text=items(1), content_type="text/xml")

    async def quick(request: web.Request) -> web.Response:
        if site.times("/rss") > 1:
            polled_again.set()
        return web.Response(text=items(2), content_type="text/xml")

    site.pages = {"/slow": slow, "/rss": quick} | pages(1, 2)
    crawler = worker([source(site, "/slow", id="slow"), source(site)])
    await crawler.crawl(source(site))

    step = asyncio.create_task(crawler.step())
    await asked.wait()
    clock.advance(timedelta(minutes=10))
    async with asyncio.timeout(90):
        await polled_again.wait()
    assert not step.done()
    go_on.set()
    await step


async def test_waiting_for_a_host_takes_no_place_from_others(database: Any, site: Site, clock: Any) -> None:
    others = asyncio.Event()

    async def first(request: web.Request) -> web.Response:
        await others.wait()
        return web.Response(text=items(1), content_type="text/xml")

    async def last(request: web.Request) -> web.Response:
        others.set()
        return web.Response(text=items(1), content_type="text/xml")

    site.pages = {"/rss": first, "/other": last} | pages(1)
    # more than there are places, all at one paced host; only one of another host can let them go on
    many = [source(site, id=f"s{n}") for n in range(CONCURRENT + 5)]
    free = source(site, id="free", url=site.url("/other").replace("127.0.0.1", "localhost"))
    guard = Guard(["127.0.0.1", "localhost"])
    async with client(guard) as session, asyncio.timeout(60):
        fetcher = Fetcher(session, guard, clock, clock.sleep, paces={"127.0.0.1": timedelta(seconds=1)}, timeout_s=60)
        await Crawler(fetcher, CrawlStore(database), in_process, clock, [*many, free], never).step()

    assert others.is_set()


async def test_sources_are_asked_for_anew_at_each_step(worker: Any, site: Site, clock: Any) -> None:
    known: list[Source] = []

    async def sources() -> Sequence[Source]:
        return tuple(known)

    site.pages = {"/rss": items(1)} | pages(1)
    crawler = worker(sources)

    assert await crawler.step() is None
    known.append(source(site))
    assert await crawler.step() == clock() + timedelta(minutes=10)
    assert [one.state for one in await crawler.health()] == ["ok"]


async def test_another_address_or_profile_is_polled_at_once_and_read_afresh(worker: Any, site: Site) -> None:
    known = [source(site, "/list", kind="board")]

    async def sources() -> Sequence[Source]:
        return tuple(known)

    site.pages = {"/list": board(1, 2, 3), "/other": board(1, 2, 3)} | pages(1, 2, 3)
    crawler = worker(sources)
    await crawler.step()
    for path, profile in (("/list", BoardProfile(rows="tr")), ("/other", None)):
        known[:] = [replace(known[0], url=site.url(path), profile=profile)]
        before = site.times(path)
        await crawler.step()
        await crawler.step()
        assert site.times(path) == before + 1
    assert (await crawler.health())[0].state == "ok"


async def test_a_board_that_can_no_longer_be_read_gets_a_repair_proposed_once(
    worker: Any, site: Site, clock: Any
) -> None:
    profile = BoardProfile(rows="table tr", title="a", link="a", date="td:nth-child(2)")
    one = replace(source(site, "/list", kind="board"), profile=profile)
    names = range(1, 11)
    site.pages = {"/list": board(*names)} | pages(*range(12))
    crawler = worker([one])
    assert (await crawler.crawl(one)).new == 10
    card = "<li class='card'><a href='/view?nttId={n}'>{n}번째 지원 사업 공고</a><span class='d'>2026-11-20</span></li>"
    site.pages["/list"] = board(0, *names, row=card).replace("table>", "ul>")
    for _ in range(2):
        clock.advance(timedelta(minutes=30))
        broken = await crawler.crawl(one)

    (proposal,) = await crawler.proposals()

    assert (broken.error, (await crawler.health())[0].state) == ("no_rows", "sick")
    assert (proposal.source, proposal.rows, proposal.known, proposal.before) == ("s", 11, 10, 10)
    repaired = replace(one, profile=proposal.profile)
    assert await crawler.drop_proposal(proposal.id)
    assert not await crawler.drop_proposal(proposal.id)
    clock.advance(timedelta(minutes=30))
    assert (await crawler.crawl(repaired)).new == 1
    assert await crawler.proposals() == []


async def test_a_board_that_comes_back_by_itself_needs_no_repair(worker: Any, site: Site, clock: Any) -> None:
    profile = BoardProfile(rows="table tr", title="a", link="a", date="td:nth-child(2)")
    one = replace(source(site, "/list", kind="board"), profile=profile)
    site.pages = {"/list": board(*range(1, 11))} | pages(*range(12))
    crawler = worker([one])
    await crawler.crawl(one)
    card = "<li class='card'><a href='/view?nttId={n}'>{n}번째 지원 사업 공고</a><span class='d'>2026-11-20</span></li>"
    site.pages["/list"] = board(*range(1, 11), row=card).replace("table>", "ul>")
    clock.advance(timedelta(minutes=30))
    await crawler.crawl(one)
    assert await crawler.proposals()
    site.pages["/list"] = board(*range(1, 11))
    clock.advance(timedelta(minutes=30))
    await crawler.crawl(one)

    assert await crawler.proposals() == []
    assert (await crawler.health())[0].state == "ok"


async def test_a_list_half_as_long_as_usual_is_a_sickness_and_its_new_rows_are_told_all_the_same(
    worker: Any, site: Site, clock: Any, database: Any
) -> None:
    one = source(site, "/list", kind="board")
    site.pages = {"/list": board(*range(1, 11))} | pages(*range(12))
    crawler = worker([one])
    for _ in range(2):
        await crawler.crawl(one)
        clock.advance(timedelta(minutes=30))
    site.pages["/list"] = board(11, 10, 9)

    outcome = await crawler.crawl(one)
    (health,) = await crawler.health()

    assert (outcome.state, outcome.new) == ("ok", 1)
    assert (health.state, health.error, health.rows, health.usual_rows) == ("sick", "fewer_rows", 3, 10)
    clock.advance(timedelta(minutes=30))
    assert (await crawler.crawl(one)).state == "unchanged"
    assert (await crawler.health())[0].since == health.since


async def test_a_feed_that_never_changes_again_falls_sick(worker: Any, site: Site, clock: Any) -> None:
    days = [f"2026-11-{day:02}" for day in (20, 19, 18, 17, 16, 13, 12)]
    site.pages = {
        "/rss": feed(*({"title": f"공고 {d}", "guid": d, "description": f"{LONG} {d}", "pubDate": d} for d in days))
    }
    one = source(site)
    crawler, states = worker([one]), []
    for _ in range(6):
        await crawler.crawl(one)
        states.append((await crawler.health())[0].error)
        clock.advance(timedelta(days=1))

    assert states[:2] == ["", ""]
    assert states[-1] == "stale"


async def test_with_hints_of_half_an_hour_documents_wait_a_quarter_of_an_hour(
    worker: Any, site: Site, clock: Any, database: Any
) -> None:
    site.pages = {"/view": page(LONG)}
    start = clock()  # Monday 11:30
    published = [(f"g{n}", start + timedelta(minutes=20 + 31.7 * n)) for n in range(11)]

    async def rss(request: web.Request) -> web.Response:
        shown = [(name, at) for name, at in published if at <= clock()]
        told = feed(*({"title": f"공고 {name}", "guid": name, "description": f"{LONG} {name}"} for name, _ in shown),
                    {"title": "첫 공고", "guid": "first", "description": LONG}, head="<ttl>30</ttl>")  # fmt: skip
        return web.Response(text=told, content_type="text/xml")

    site.pages["/rss"] = rss
    crawler = worker([replace(source(site), interval=None)])
    while clock() < start + timedelta(hours=6.4):
        due = await crawler.step()
        clock.advance(due - clock())

    told = {one.id: one.fetched_at for one in await stream(database)}
    waits = [(told[name] - at).total_seconds() / 60 for name, at in published if name in told]
    assert len(waits) >= 10
    assert statistics.median(waits) <= 15 + 2 / 60
    assert max(waits) <= 30 + 2 / 60


async def test_health_is_read_anew_only_after_a_poll_whichever_worker_made_it(
    worker: Any, site: Site, database: Any, clock: Any
) -> None:
    site.pages = {"/rss": items(1)} | pages(1)
    declared = [source(site, id=f"s{n}") for n in range(300)]
    one, other = worker(declared), worker(declared, owner="two")
    await one.health()
    before = (await database.info("stats"))["total_commands_processed"]

    told = await one.health()

    assert (await database.info("stats"))["total_commands_processed"] - before < 4
    assert [health.state for health in told] == ["new"] * 300
    site.pages = {}
    await other.crawl(declared[7])
    assert [health.state for health in await one.health()].index("failing") == 7
    declared[7] = replace(declared[7], state="off")
    assert (await one.health())[7].state == "off"

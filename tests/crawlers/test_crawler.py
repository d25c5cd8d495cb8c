from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from crawlers.article import Article
from crawlers.crawler import Crawler, Outcome
from crawlers.sources import Source, source_from
from crawlers.store import STREAM, CrawlStore
from tests.crawlers.site import LONG, Site, crawler_over, feed, hwpx, page

ITEM = {"title": "겨울철 재난안전 대책 발표", "link": "/view?nttId=1", "guid": "g1", "pubDate": "2026.11.20"}


def source(site: Site, kind: str = "feed", path: str = "/rss", **more: Any) -> Source:
    return source_from(
        {"id": "s", "agency": "견본도청", "kind": kind, "url": site.url(path), "interval": "10m", **more}
    )


@pytest.fixture
def world(database: Any, clock: Any, session: Any, guard: Any, site: Site) -> World:
    return World(database, clock, session, guard, site)


class World:
    def __init__(self, database: Any, clock: Any, session: Any, guard: Any, site: Site) -> None:
        self.database, self.clock, self.site = database, clock, site
        self._session, self._guard = session, guard

    def crawler(self, *sources: Source, **kwargs: Any) -> Crawler:
        return crawler_over(self.database, self.clock, self._session, self._guard, list(sources), **kwargs)

    async def stream(self) -> list[Article]:
        return [Article.from_json(fields[b"article"]) for _, fields in await self.database.xrange(STREAM)]

    async def poll(self, one: Source, **kwargs: Any) -> Outcome:
        self.clock.advance(timedelta(minutes=11))
        return await self.crawler(one).crawl(one, **kwargs)


async def test_the_first_sight_of_a_source_is_a_baseline_and_what_comes_later_is_not(world: World) -> None:
    world.site.pages = {"/rss": feed(ITEM), "/view?nttId=1": page(LONG), "/view?nttId=2": page(LONG + " 둘째 문서.")}
    first = await world.poll(source(world.site))
    world.site.pages["/rss"] = feed({**ITEM, "title": "둘째", "link": "/view?nttId=2", "guid": "g2"}, ITEM)

    second = await world.poll(source(world.site))

    assert [(article.id, article.baseline) for article in first.articles] == [("g1", True)]
    assert [(article.id, article.baseline) for article in second.articles] == [("g2", False)]
    assert second.unchanged == 1
    assert await world.stream() == [*first.articles, *second.articles]


async def test_an_article_tells_what_the_list_and_the_page_say(world: World) -> None:
    files = "<div><a href='/f/1.hwpx'>대책.hwpx (1KB)</a></div><img alt='공공누리 제1유형'>"
    item = {**ITEM, "author": "재난안전과"}
    world.site.pages = {"/rss": feed(item), "/view?nttId=1": page(LONG, files), "/f/1.hwpx": hwpx("제설 장비 300대")}

    (article,) = (await world.poll(source(world.site))).articles

    assert (article.agency, article.department, article.licence) == ("견본도청", "재난안전과", "KOGL-1")
    assert article.title == ITEM["title"]
    assert LONG.strip() in article.text
    assert article.published_at == datetime(2026, 11, 19, 15, tzinfo=UTC)
    assert [(item.name, item.kind, item.text, item.reason) for item in article.attachments] == [
        ("대책.hwpx", "hwpx", "제설 장비 300대", "")
    ]
    assert article.flags == ()


async def test_a_listing_seen_again_yields_nothing(world: World) -> None:
    world.site.pages = {"/rss": feed(ITEM), "/view?nttId=1": page(LONG)}
    await world.poll(source(world.site))

    again = [await world.poll(source(world.site), force=force) for force in (False, True, True)]

    assert [outcome.new for outcome in again] == [0, 0, 0]
    assert [outcome.state for outcome in again] == ["unchanged", "ok", "ok"]
    assert len(await world.stream()) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"/rss": feed({**ITEM, "title": "겨울철 재난안전 대책 정정"})},
        {"/view?nttId=1": page(LONG.replace("12월 1일", "12월 5일"))},
        {"/view?nttId=1": page(LONG, "<a href='/f/1.hwpx'>대책.hwpx</a>"), "/f/1.hwpx": hwpx("제설 장비 300대")},
    ],
)
async def test_a_changed_title_body_or_file_is_a_correction_of_the_same_key(
    world: World, change: dict[str, Any]
) -> None:
    world.site.pages = {"/rss": feed(ITEM), "/view?nttId=1": page(LONG)}
    (before,) = (await world.poll(source(world.site))).articles
    world.site.pages.update(change)

    (after,) = (await world.poll(source(world.site), force=True)).articles

    assert (after.key, after.corrects, after.revision) == (before.key, before.key, 1)
    assert not after.baseline
    assert (await world.poll(source(world.site), force=True)).new == 0


async def test_a_silent_change_of_a_page_is_found_by_looking_again_without_force(world: World) -> None:
    item = {**ITEM, "pubDate": "2026.11.23"}
    world.site.pages = {"/rss": feed(item), "/view?nttId=1": page(LONG)}
    await world.poll(source(world.site))
    world.site.pages["/view?nttId=1"] = page(LONG.replace("12월 1일", "12월 5일"))

    new = [(await world.poll(source(world.site))).new for _ in range(7)]

    assert sum(new) == 1
    assert (await world.stream())[-1].revision == 1


async def test_view_counters_and_layout_are_no_corrections(world: World) -> None:
    world.site.pages = {"/rss": feed(ITEM), "/view?nttId=1": page(f"조회수 : 12 {LONG}")}
    await world.poll(source(world.site))
    world.site.pages["/view?nttId=1"] = page(f"조회수 : 1,345   {LONG}  ")

    assert (await world.poll(source(world.site), force=True)).new == 0


@pytest.mark.parametrize(
    "again",
    [
        {**ITEM, "guid": "another-guid"},
        {**ITEM, "link": "/view;jsessionid=AB12?nttId=1&pageIndex=3&utm_source=rss"},
        {**ITEM, "pubDate": "2026.11.21"},
    ],
)
async def test_a_changed_guid_session_or_date_sends_nothing_again(world: World, again: dict[str, str]) -> None:
    async def view(request: web.Request) -> web.Response:
        return web.Response(text=page(LONG), content_type="text/html")

    world.site.pages = {"/rss": feed(ITEM), "/view": view, "/view;jsessionid=AB12": view}
    await world.poll(source(world.site))
    world.site.pages["/rss"] = feed(again)

    assert (await world.poll(source(world.site))).new == 0


async def test_another_port_of_the_same_site_sends_nothing_again(world: World) -> None:
    item = {name: text for name, text in ITEM.items() if name != "guid"}
    world.site.pages = {"/rss": feed({**item, "link": world.site.url("/view?nttId=1")}), "/view?nttId=1": page(LONG)}
    await world.poll(source(world.site))
    world.site.pages["/rss"] = feed({**item, "link": "http://127.0.0.1:1/view?nttId=1"})

    assert (await world.poll(source(world.site))).new == 0


async def test_the_same_text_told_twice_points_at_the_first(world: World) -> None:
    world.site.pages = {"/rss": feed(ITEM), "/b": feed({**ITEM, "guid": "b1"}), "/view?nttId=1": page(LONG)}
    (first,) = (await world.poll(source(world.site))).articles
    other = source_from({"id": "other", "agency": "견본시청", "kind": "feed", "url": world.site.url("/b")})

    (second,) = (await world.poll(other)).articles

    assert (first.same_as, second.same_as) == (None, "s/g1")


async def test_short_bodies_that_only_point_at_a_file_are_not_the_same_text(world: World) -> None:
    other = {**ITEM, "title": "전혀 다른 공고", "link": "/view?nttId=2", "guid": "g2"}
    short = page("자세한 내용은 붙임을 참고하시기 바랍니다.")
    world.site.pages = {"/rss": feed(ITEM, other), "/view?nttId=1": short, "/view?nttId=2": short}

    outcome = await world.poll(source(world.site))

    assert [article.same_as for article in outcome.articles] == [None, None]


async def test_entries_that_share_one_link_stay_apart(world: World) -> None:
    items = [{**ITEM, "guid": f"g{n}", "title": f"공고 {n}", "link": "/board"} for n in range(3)]
    world.site.pages = {"/rss": feed(*items), "/board": page(LONG)}
    await world.poll(source(world.site))

    again = await world.poll(source(world.site), force=True)

    assert {article.title for article in await world.stream()} == {"공고 0", "공고 1", "공고 2"}
    assert again.new == 0


async def busy(_: web.Request) -> web.Response:
    return web.Response(status=500)


async def test_an_unreadable_page_is_tried_three_polls_and_then_told_without(world: World) -> None:
    world.site.pages = {"/rss": feed({**ITEM, "description": "요약입니다"}), "/view?nttId=1": busy}

    outcomes = [await world.poll(source(world.site)) for _ in range(4)]

    assert [outcome.new for outcome in outcomes] == [0, 0, 1, 0]
    (article,) = await world.stream()
    assert (article.flags, article.text, article.baseline) == (("no_body",), "요약입니다", True)


async def test_a_page_that_is_not_there_is_told_at_once_and_its_body_later_is_no_news(world: World) -> None:
    item = {**ITEM, "pubDate": "2026.11.23"}
    world.site.pages = {"/rss": feed(item)}

    (first,) = (await world.poll(source(world.site))).articles
    world.site.pages["/view?nttId=1"] = page(LONG)
    later = [one for _ in range(9) for one in (await world.poll(source(world.site))).articles]

    assert (first.flags, first.baseline) == (("no_body",), True)
    assert [(one.revision, one.baseline) for one in later] == [(1, True)]
    assert LONG.strip() in later[0].text


async def test_a_page_that_comes_back_in_time_is_told_whole(world: World) -> None:
    world.site.pages = {"/rss": feed(ITEM), "/view?nttId=1": busy}
    await world.poll(source(world.site))
    world.site.pages["/view?nttId=1"] = page(LONG)

    (article,) = (await world.poll(source(world.site))).articles

    assert article.flags == ()
    assert LONG.strip() in article.text


async def test_an_error_page_served_as_a_document_is_not_its_text(world: World) -> None:
    world.site.pages = {"/rss": feed(ITEM), "/view?nttId=1": page("요청하신 페이지를 찾을 수 없습니다.")}

    (article,) = (await world.poll(source(world.site))).articles

    assert (article.text, article.flags) == ("", ("no_body",))


async def test_a_list_ahead_of_its_pages_is_waited_for(world: World) -> None:
    world.site.pages = {"/rss": feed(ITEM), "/view?nttId=1": page(LONG)}
    await world.poll(source(world.site))
    world.site.pages["/rss"] = feed({**ITEM, "title": "둘째", "link": "/view?nttId=2", "guid": "g2"}, ITEM)

    early = await world.poll(source(world.site))
    world.site.pages["/view?nttId=2"] = page(LONG + " 둘째 문서.")
    (article,) = (await world.poll(source(world.site))).articles

    assert early.new == 0
    assert (article.id, article.flags) == ("g2", ())


async def test_a_board_without_a_profile_is_read_in_euc_kr(world: World) -> None:
    rows = "".join(
        f"<tr><td>{n}</td><td><a href='view.asp?no={n}'>농정 지원 사업 공고 {n}</a></td>"
        f"<td>농정과</td><td>2026-11-{n:02d}</td></tr>"
        for n in (12, 11, 10)
    )
    table = f"<table><tr><th>번호</th><th>제목</th><th>담당부서</th><th>등록일</th></tr>{rows}</table>"
    world.site.pages = {"/bbs/list.asp": f"<html><body>{table}</body></html>".encode("cp949")}
    for n in (10, 11, 12):
        world.site.pages[f"/bbs/view.asp?no={n}"] = page(f"{LONG} {n}호").encode("cp949")

    outcome = await world.poll(source(world.site, "board", "/bbs/list.asp"))

    assert [article.id for article in outcome.articles] == [f"/bbs/view.asp?no={n}" for n in (10, 11, 12)]
    assert {article.department for article in outcome.articles} == {"농정과"}
    assert outcome.articles[0].title == "농정 지원 사업 공고 10"
    assert "경상남도는" in outcome.articles[0].text


async def test_an_unchanged_feed_is_asked_for_with_its_own_validators(world: World) -> None:
    async def rss(request: web.Request) -> web.Response:
        headers = {"ETag": '"v 1"', "Last-Modified": "Mon, 23 Nov 2026 01:00:00 GMT"}
        if request.headers.get("If-None-Match") == '"v 1"':
            return web.Response(status=304, headers=headers)
        return web.Response(text=feed(ITEM), content_type="text/xml", headers=headers)

    world.site.pages = {"/rss": rss, "/view?nttId=1": page(LONG)}
    await world.poll(source(world.site))

    outcome = await world.poll(source(world.site))

    assert (outcome.state, outcome.unchanged) == ("unchanged", 1)
    assert world.site.asked[-1].headers["If-Modified-Since"] == "Mon, 23 Nov 2026 01:00:00 GMT"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("<html><body>404 페이지를 찾을 수 없습니다</body></html>", "wrong_kind"),
        (feed(), "empty"),
        ("", "wrong_kind"),
    ],
)
async def test_silence_and_error_pages_are_a_sick_state_not_a_quiet_day(world: World, body: str, code: str) -> None:
    world.site.pages = {"/rss": body}
    one = source(world.site)

    outcome = await world.poll(one)
    (health,) = await world.crawler(one).health()

    assert (outcome.state, outcome.error) == ("error", code)
    assert (health.state, health.error) == ("sick", code)
    assert health.evidence


async def test_one_failed_poll_is_not_yet_a_sickness_and_recovery_clears_it(world: World) -> None:
    one = source(world.site)
    states = []
    for _ in range(3):
        await world.poll(one, force=True)
        states.append((await world.crawler(one).health())[0].state)
    world.site.pages = {"/rss": feed(ITEM), "/view?nttId=1": page(LONG)}
    world.clock.advance(timedelta(hours=1))
    await world.poll(one)

    (health,) = await world.crawler(one).health()

    assert states == ["failing", "failing", "sick"]
    assert (health.state, health.failures, health.since) == ("ok", 0, None)


async def test_a_failing_source_stays_alone_and_the_step_tells_the_next_due_time(world: World) -> None:
    bad = source_from({"id": "bad", "agency": "가", "kind": "feed", "url": world.site.url("/none"), "interval": "1h"})
    world.site.pages = {"/rss": feed(ITEM), "/view?nttId=1": page(LONG)}
    crawler = world.crawler(bad, source(world.site))

    due = await crawler.step()

    assert due == world.clock() + timedelta(minutes=10)
    assert len(await world.stream()) == 1
    asked = len(world.site.asked)
    await crawler.step()
    assert len(world.site.asked) == asked


async def test_a_source_in_another_workers_hands_is_left_alone(world: World) -> None:
    world.site.pages = {"/rss": feed(ITEM), "/view?nttId=1": page(LONG)}
    one = source(world.site)
    await CrawlStore(world.database, owner="other").take("s", world.clock())

    outcome = await world.crawler(one).crawl(one)

    assert (outcome.state, await world.stream()) == ("busy", [])


async def test_a_worker_that_lost_its_lease_writes_nothing(world: World) -> None:
    other = CrawlStore(world.database, owner="other")

    async def slow(request: web.Request) -> web.Response:
        world.clock.advance(timedelta(minutes=5))
        assert await other.take("s", world.clock())
        return web.Response(text=page(LONG), content_type="text/html")

    world.site.pages = {"/rss": feed(ITEM), "/view?nttId=1": slow}
    one = source(world.site)

    outcome = await world.crawler(one).crawl(one)

    assert (outcome.state, outcome.error) == ("busy", "stale")
    assert await world.stream() == []


@pytest.mark.parametrize("steps", range(1, 40))
async def test_a_crash_between_any_two_steps_loses_nothing_and_tells_nothing_twice(world: World, steps: int) -> None:
    items = [{**ITEM, "guid": f"g{n}", "title": f"공고 {n}", "link": f"/view?nttId={n}"} for n in range(3)]
    world.site.pages = {"/rss": feed(*items)} | {f"/view?nttId={n}": page(f"{LONG} {n}호") for n in range(3)}
    one = source(world.site)
    crashing = world.crawler(one)
    crashing._store._redis = Crashing(world.database, steps)
    crashing._intake._store._scripts = crashing._store._scripts = {
        name: Crash(script, crashing._store._redis) for name, script in crashing._store._scripts.items()
    }
    with contextlib.suppress(Killed):
        await crashing.crawl(one)
    world.clock.advance(timedelta(minutes=11))

    await world.crawler(one).crawl(one)

    told = await world.stream()
    assert sorted(article.id for article in told) == ["g0", "g1", "g2"]
    assert all(article.baseline for article in told)


class Killed(BaseException):
    """The process is gone: nothing after this line runs."""


class Crashing:
    """A Redis client of a process that dies before its n-th command, and stays dead."""

    def __init__(self, redis: Any, steps: int) -> None:
        self._redis, self.left = redis, steps

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Killed

    def __getattr__(self, name: str) -> Any:
        self.spend()
        return getattr(self._redis, name)


class Crash:
    def __init__(self, script: Any, process: Crashing) -> None:
        self._script, self._process = script, process

    async def __call__(self, **kwargs: Any) -> Any:
        self._process.spend()
        return await self._script(**kwargs)


async def test_an_enclosure_without_a_name_takes_the_name_that_the_page_gives_it(world: World) -> None:
    address = world.site.url("/download.do?id=1")
    item = feed(ITEM).replace("</item>", f'<enclosure url="{address}" length="1" type="x/y"/></item>')
    files = "<div><a href='/download.do?id=1'>대책.hwpx</a></div>"
    world.site.pages = {"/rss": item, "/view?nttId=1": page(LONG, files), "/download.do?id=1": hwpx("제설 장비 300대")}

    polled = await world.poll(source(world.site))

    (article,) = polled.articles
    assert [(file.name, file.text) for file in article.attachments] == [("대책.hwpx", "제설 장비 300대")]


async def test_a_file_behind_a_nameless_script_is_read_by_what_it_is(world: World) -> None:
    item = feed(ITEM).replace(
        "</item>", f'<enclosure url="{world.site.url("/down.jsp")}" length="1" type="x/y"/></item>'
    )
    world.site.pages = {"/rss": item, "/view?nttId=1": page(LONG), "/down.jsp": hwpx("제설 장비 300대")}

    polled = await world.poll(source(world.site))

    (article,) = polled.articles
    assert [(file.kind, file.text) for file in article.attachments] == [("hwpx", "제설 장비 300대")]


async def test_a_server_that_is_down_is_sick_only_after_three_polls(world: World) -> None:
    world.site.pages = {"/rss": feed(ITEM), "/robots.txt": broken}
    one, states = source(world.site), []

    for _ in range(3):
        world.clock.advance(timedelta(hours=5))
        crawler = world.crawler(one)
        error = (await crawler.crawl(one)).error
        states.append((error, (await crawler.health())[0].state))

    assert states == [("status_500", "failing"), ("status_500", "failing"), ("status_500", "sick")]
    assert world.site.times("/rss") == 0


async def broken(request: web.Request) -> web.Response:
    return web.Response(status=500)


async def test_a_story_under_a_heading_table_is_the_same_story_as_in_a_feed(world: World) -> None:
    table = (
        "<html><body><table><tr><th>제목</th><td colspan=3>겨울철 재난안전 대책 발표</td></tr>"
        "<tr><th>담당부서</th><td>재난과</td><th>작성일</th><td>2026-11-20</td></tr><tr><th>조회</th><td>12</td></tr>"
        f"<tr><td colspan=4>{LONG}</td></tr></table></body></html>"
    )
    row = "<tr><td>1</td><td><a href='/v?n=1'>겨울철 재난안전 대책 발표</a></td><td>재난과</td><td>2026-11-20</td></tr>"
    whole = {"title": ITEM["title"], "guid": "w1", "pubDate": "2026.11.20", "description": LONG}
    world.site.pages = {"/rss": feed(whole), "/board": f"<table>{row}</table>", "/v?n=1": table}
    (first,) = (await world.poll(source(world.site))).articles

    (second,) = (await world.poll(source(world.site, "board", "/board", id="b"))).articles

    assert (second.text.split(), second.same_as) == (LONG.split(), first.key)


async def test_a_stored_address_holds_no_session_but_what_its_page_needs(world: World) -> None:
    files = "<a href='/f/1.hwpx;jsessionid=AB12?n=1'>대책.hwpx</a>"
    item = {**ITEM, "link": "/view;jsessionid=AB12?nttId=1&page=3"}
    world.site.pages = {
        "/rss": feed(item),
        "/view;jsessionid=AB12": page(LONG, files),
        "/f/1.hwpx;jsessionid=AB12": hwpx("가"),
    }

    (article,) = (await world.poll(source(world.site))).articles

    assert article.url == world.site.url("/view?nttId=1&page=3")
    assert article.attachments[0].url == world.site.url("/f/1.hwpx?n=1")


async def test_a_row_that_cannot_be_opened_is_told_so_and_its_corrected_title_stays_the_same_document(
    world: World,
) -> None:
    row = "<tr><td><a href=\"javascript:fn_view('4')\">{}</a></td><td>2026-11-20</td></tr>"
    one = source(world.site, "board", "/board")
    world.site.pages = {"/board": f"<table>{row.format('겨울 대책 발표')}</table>"}
    (first,) = (await world.poll(one)).articles
    world.site.pages["/board"] = f"<table>{row.format('겨울철 대책 발표(정정)')}</table>"

    (second,) = (await world.poll(one)).articles

    assert (first.flags, first.text) == (("no_body",), "")
    assert (second.key, second.corrects, second.revision) == (first.key, first.key, 1)

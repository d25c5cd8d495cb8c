"""The sample agencies' sites: ordinary web sites, which the house's own crawler reads without being told how."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import aiohttp
import feedparser
import pytest
import unhwp
from redis.asyncio import Redis
from selectolax.lexbor import LexborHTMLParser

from bot import demo
from bot.demo.addresses import file_path, list_path, page_path, view_path
from bot.demo.press import KST, Press, Release, agencies
from bot.demo.site import Server, release_url, serve, site
from bot.settings import parse as parse_settings
from crawlers.article import Article
from crawlers.attachment import read_file
from crawlers.board import parse_board
from crawlers.crawler import Crawler
from crawlers.dates import parse_date
from crawlers.feed import parse_feed
from crawlers.fetch import Fetcher, client
from crawlers.guard import Guard
from crawlers.page import read_page
from crawlers.store import STREAM, CrawlStore

START = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)  # Monday 11:30 in Korea
LATER = START + timedelta(days=10)


@pytest.fixture
def press() -> Press:
    return Press(START)


@pytest.fixture
async def server(clock) -> AsyncIterator[Server]:
    running = await serve(site(clock, START))
    yield running
    await running.close()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def live(press: Press) -> list[Release]:
    return [each for each in press.published(LATER) if each.published_at > START]


async def test_feeds_parse_and_carry_every_release_of_their_agency(server, http, press):
    for agency in agencies():
        if not agency.style.startswith(("rss", "atom")):
            continue
        async with http.get(server.url + list_path(agency)) as response:
            feed = feedparser.parse(await response.read())

        expected = press.published(START, agency.id)
        assert not feed.bozo
        assert feed.version in {"rss20", "atom10"}
        assert [entry.title for entry in feed.entries] == [each.title for each in expected]
        assert [entry.link for entry in feed.entries] == [release_url(server.url, each) for each in expected]
        assert [entry.author for entry in feed.entries] == [each.department for each in expected]


async def test_ids_do_not_depend_on_the_port(http, clock):
    found = []
    for _ in range(2):
        running = await serve(site(clock, START))
        async with http.get(running.url + "/safety-ministry/rss/press.xml") as response:
            found.append([entry.id for entry in feedparser.parse(await response.read()).entries])
        await running.close()

    assert found[0] == found[1]
    assert len(set(found[0])) == len(found[0])


async def test_a_release_is_there_from_its_own_instant_on(server, http, clock, press):
    release = next(each for each in live(press) if each.agency.id == "province")
    url = release_url(server.url, release)

    clock.instant = release.published_at - timedelta(seconds=1)
    async with http.get(url) as early:
        assert early.status == 404
    clock.instant = release.published_at
    async with http.get(url) as due, http.get(server.url + list_path(release.agency)) as board:
        assert due.status == 200
        assert release.title in await board.text()


async def test_the_old_site_speaks_euc_kr_and_says_so_only_in_its_page(server, http, press):
    release = press.published(START, "nuri-city")[0]

    async with http.get(release_url(server.url, release)) as response:
        body = await response.read()

    assert response.headers["Content-Type"] == "text/html"
    assert release.title in body.decode("euc-kr")
    assert b'<meta charset="euc-kr">' in body
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")


async def test_boards_page_through_all_their_rows(server, http, clock, press):
    clock.instant = LATER
    for agency in agencies():
        if agency.style not in {"dom", "web", "asp"}:
            continue
        expected = press.published(LATER, agency.id)
        titles: list[str] = []
        for number in range(1, -(-len(expected) // 10) + 1):
            async with http.get(server.url + page_path(agency, number)) as response:
                body = await response.read()
            tree = LexborHTMLParser(body.decode("euc-kr" if agency.style == "asp" else "utf-8"))
            links = tree.css(".t1") if agency.style == "web" else tree.css("td a[href*=view]")
            titles += [link.text(strip=True) for link in links]

        assert Counter(titles) >= Counter(each.title for each in expected)


async def test_the_board_has_the_columns_of_its_system(server, http, press):
    agency = next(each for each in agencies() if each.style == "dom")

    async with http.get(server.url + list_path(agency)) as response:
        tree = LexborHTMLParser(await response.read())

    assert [cell.text(strip=True) for cell in tree.css("th")] == ["번호", "제목", "부서", "날짜", "조회"]
    row = [cell.text(strip=True) for cell in tree.css("tbody tr")[1].css("td")]
    newest = press.published(START, "province")[0]
    assert row[1:4] == [newest.title, newest.department, "2026-11-23"]
    assert row[0] == "10"
    assert tree.css_first("tbody tr").text().startswith("공지")


@pytest.mark.parametrize("path", [list_path(each) for each in agencies()])
async def test_validators_answer_304_until_something_is_published(server, http, clock, path):
    async with http.get(server.url + path) as first:
        tag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    for headers in ({"If-None-Match": tag}, {"If-Modified-Since": modified}):
        async with http.get(server.url + path, headers=headers) as again:
            assert again.status == 304
            assert await again.read() == b""

    clock.advance(timedelta(minutes=15))  # each agency speaks within a quarter of an hour

    for headers in ({"If-None-Match": tag}, {"If-Modified-Since": modified}):
        async with http.get(server.url + path, headers=headers) as changed:
            assert changed.status == 200
            assert changed.headers["ETag"] != tag


async def test_every_release_and_every_file_can_be_fetched(server, http, clock, press):
    clock.instant = LATER
    for release in press.published(LATER):
        async with http.get(release_url(server.url, release)) as response:
            assert response.status == 200
            body = await response.read()
        page = body.decode("euc-kr" if release.agency.style == "asp" else "utf-8")
        text = " ".join(LexborHTMLParser(page).text().split())
        assert all(" ".join(line.split()) in text for line in release.lines)
        assert "예시이며" in text
        for number, file in enumerate(release.attachments):
            async with http.get(server.url + file_path(release, number)) as response:
                content = await response.read()
                assert response.content_disposition is not None
                assert response.content_disposition.filename == file.name
            if file.kind == "hwpx":
                assert file.lines[0] in unhwp.parse_bytes(content).text
            else:
                assert content.startswith(b"%PDF-1.4")


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere/",
        "/province/board/view.do",
        "/province/board/view.do?dataSid=1",
        "/province/download.do?atchId=1&fileSn=0",
        "/province/board/list.do?boardId=x&startPage=../../etc",
        "/fire-hq/news/%00",
    ],
)
async def test_a_hostile_address_gets_a_plain_answer(server, http, path):
    async with http.get(server.url + path) as response:
        assert response.status in {200, 404}


async def test_another_method_is_refused(server, http):
    async with http.post(server.url + "/", data=b"x") as response:
        assert response.status == 405


async def test_the_portal_links_every_site_and_each_site_has_a_home(server, http):
    async with http.get(server.url) as response:
        page = await response.text()
    for agency in agencies():
        assert agency.name in page
        async with http.get(f"{server.url}/{agency.id}/") as home:
            assert home.status == 200


async def test_a_taken_port_is_told(server, clock):
    with pytest.raises(OSError, match="address already in use"):
        await serve(site(clock, START), port=int(server.url.rsplit(":", 1)[1]))


async def test_robots_let_a_crawler_read(server, http):
    async with http.get(server.url + "/robots.txt") as response:
        assert response.content_type == "text/plain"
        assert "Allow: /" in await response.text()


def test_paths_need_no_host():
    for release in Press(START).published(START):
        assert urlsplit(view_path(release)).netloc == ""


CHROME = (
    "만족하십니까",
    "이전글",
    "다음글",
    "정보공개 안내",
    "개인정보처리방침",
    "본문 바로가기",
    "공공누리",
    "시연을 위해",
)


async def fetched(http: aiohttp.ClientSession, url: str) -> tuple[bytes, str]:
    async with http.get(url) as response:
        assert response.status == 200
        return await response.read(), response.charset or ""


def worded(text: str) -> str:
    return " ".join(text.replace("|", " ").split())


@pytest.mark.parametrize("agency", agencies(), ids=lambda each: each.id)
async def test_lists_give_the_right_titles_dates_and_departments(server, http, press, agency):
    url = server.url + list_path(agency)
    parse = parse_board if agency.style in {"dom", "web", "asp"} else parse_feed

    entries = {entry.title: entry for entry in parse(*await fetched(http, url), url).entries}

    for release in press.published(START, agency.id):
        entry = entries[release.title]
        told = parse_date(entry.date, START).at
        assert told is not None
        if parse is parse_feed:
            assert told == release.published_at
        else:  # boards tell the day only
            assert told.astimezone(KST).date() == release.published_at.astimezone(KST).date()
        assert entry.department == release.department
        assert release.id in entry.id
        assert entry.url == release_url(server.url, release)


@pytest.mark.parametrize("agency", agencies(), ids=lambda each: each.id)
async def test_pages_give_the_whole_body_and_nothing_of_their_chrome(server, http, press, agency):
    for release in press.published(START, agency.id):
        url = release_url(server.url, release)

        page = read_page(*await fetched(http, url), url)

        body = worded(page.text)
        assert body.endswith(worded(release.text)), release.title
        # the old site's page is one table: its head (title, department, date) may stand before the body
        assert body == worded(release.text) or agency.style == "asp", release.title
        assert not any(word in body for word in CHROME), release.title
        assert page.licence == f"KOGL-{agency.licence}"
        assert [link.name for link in page.links] == [file.name for file in release.attachments]


async def test_the_substance_of_an_attachment_is_read(server, http, clock, press):
    clock.instant = LATER
    for release in press.published(LATER):
        for number, file in enumerate(release.attachments):
            content, _ = await fetched(http, server.url + file_path(release, number))

            read = read_file(content, file.name)

            assert read.kind == file.kind
            assert all(worded(line) in worded(read.text) for line in file.lines)


class InProcess:
    """A sandbox that runs what it is given here and now."""

    async def __call__(self, function, /, *args, timeout_s=None):
        return function(*args)


@pytest.fixture
async def crawler(server, clock, database) -> AsyncIterator[Crawler]:
    keys = dict.fromkeys(demo.sensor_names(), "k" * 32)
    settings = parse_settings(demo.settings_text(server.url, keys), {}, file_mode=0o600)
    guard = Guard(settings.network.allow_hosts)
    async with client(guard) as session:
        fetcher = Fetcher(session, guard, clock, clock.sleep)
        store = CrawlStore(database)
        yield Crawler(fetcher, store, InProcess(), clock, settings.sources, lambda _day: False)


async def polled(crawler: Crawler, database: Redis, clock, until: datetime) -> list[Article]:
    """Steps the crawler as often as it asks to be, up to an instant; gives what is new in its stream."""
    after = b"0"
    if known := await database.xrevrange(STREAM, count=1):
        after = known[0][0]
    while (due := await crawler.step()) is not None and due <= until:
        clock.instant = due
    clock.instant = until
    return [Article.from_json(fields[b"article"]) for _, fields in await database.xrange(STREAM, min=b"(" + after)]


async def test_the_crawler_finds_every_release_that_stands_at_the_start(crawler, database, clock, press):
    articles = await polled(crawler, database, clock, START + timedelta(seconds=15))

    found = {article.title: article for article in articles}
    expected = press.published(START)
    assert len(articles) == len(expected) >= 60
    for release in expected:
        article = found[release.title]
        assert article.baseline
        assert (article.source, article.agency) == (release.agency.id, release.agency.name)
        assert article.department == release.department
        assert article.published_at.astimezone(KST).date() == release.published_at.astimezone(KST).date()
        assert worded(article.text).endswith(worded(release.text))
        assert not any(word in article.text for word in CHROME)
        assert [(file.name, file.reason) for file in article.attachments] == [
            (file.name, "") for file in release.attachments
        ]
        assert (article.flags, article.same_as, article.corrects) == ((), None, None)
        assert article.licence == f"KOGL-{release.agency.licence}"


async def test_live_releases_and_the_correction_reach_the_stream_within_a_poll(crawler, database, clock, press):
    await polled(crawler, database, clock, START)

    articles = await polled(crawler, database, clock, START + timedelta(minutes=13))

    expected = {
        each.title for each in press.published(START + timedelta(minutes=11, seconds=40)) if each.published_at > START
    }
    fresh = [article for article in articles if article.corrects is None]
    assert {article.title for article in fresh} >= expected
    assert len({article.title for article in fresh}) == len(fresh)
    assert not any(article.baseline for article in articles)
    for article in fresh:
        release = next(each for each in press.published(LATER) if each.title == article.title)
        assert timedelta(0) <= article.fetched_at - release.published_at <= timedelta(seconds=75)
    (correction,) = [article for article in articles if article.corrects]
    assert correction.title == "소상공인 겨울철 전기·가스요금 특별지원 신청 접수"
    assert correction.revision == 1
    assert "업체당 최대 30만 원" in correction.text
    assert "2026. 12. 11.(금) 18:00까지" in correction.text

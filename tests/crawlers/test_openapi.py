from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape

import pytest
from aiohttp import web

from crawlers import listing, portal
from crawlers.article import Article, CrawlError, FetchError, ParseError
from crawlers.crawler import Crawler, Outcome
from crawlers.fetch import Fetcher, client
from crawlers.guard import Guard
from crawlers.openapi import parse_items
from crawlers.sources import Source, source_from
from crawlers.store import STREAM, CrawlStore
from tests.crawlers.site import Site, in_process, never, pdf, serve

KEY = "a+Bc/dEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfGhIjKlMnOpQrStUvWxYz01234567890abcdefgh=="
ESCAPED = "a%2BBc%2FdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfGhIjKlMnOpQrStUvWxYz01234567890abcdefgh%3D%3D"
PATH = "/1371000/pressReleaseService/pressReleaseList"
BODY = (
    "<p>국토교통부는 12월 1일부터 <b>제설 대책</b>을 시행한다.</p><table><tr><td>예산</td><td>30억 원</td></tr></table>"
)


def item(number: str = "156700001", **told: str) -> str:
    fields = {
        "NewsItemId": number,
        "ContentsStatus": "I",
        "ModifyDate": "11/23/2026 10:00:00",
        "ApproveDate": "11/23/2026 10:00:00",
        "EmbargoDate": "",
        "Title": f"겨울철 도로 제설 대책 발표 {number}",
        "SubTitle1": "제설 장비 300대 배치",
        "DataContents": BODY,
        "MinisterCode": "국토교통부",
        "OriginalUrl": f"https://www.korea.kr/briefing/pressReleaseView.do?newsId={number}&call_from=openData",
        **told,
    }
    raw = fields.pop("raw", "")
    return (
        "<NewsItem>"
        + "".join(f"<{name}>{escape(text)}</{name}>" for name, text in fields.items())
        + f"{raw}</NewsItem>"
    )


def answer(*items: str, code: str = "0", message: str = "NORMAL_SERVICE", extra: str = "") -> str:
    head = f"<header><resultCode>{code}</resultCode><resultMsg>{message}</resultMsg></header>"
    return f'<?xml version="1.0" encoding="UTF-8"?><response>{head}<body>{"".join(items)}{extra}</body></response>'


GATEWAY = (
    "<OpenAPI_ServiceResponse><cmmMsgHeader><errMsg>SERVICE ERROR</errMsg><returnAuthMsg>{word}</returnAuthMsg>"
    "<returnReasonCode>{number}</returnReasonCode></cmmMsgHeader></OpenAPI_ServiceResponse>"
)


class Portal:
    """The service as it is: a key, at most three days, XML whatever is asked, every page the same."""

    def __init__(self, site: Site) -> None:
        self.site, self.items, self.asked = site, dict[str, list[str]](), list[dict[str, str]]()
        self.instead: web.Response | str | None = None
        self.keys = {KEY}
        site.pages[PATH] = self.answer

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(dict(request.query))
        if isinstance(self.instead, web.Response):
            return web.Response(status=self.instead.status, body=self.instead.body, headers=self.instead.headers)
        if self.instead is not None:
            return web.Response(text=self.instead, content_type="text/xml")
        if request.query["serviceKey"] not in self.keys:
            word = GATEWAY.format(word="SERVICE_KEY_IS_NOT_REGISTERED_ERROR", number=30)
            return web.Response(text=word, content_type="text/xml")
        start, end = (datetime.strptime(request.query[name], "%Y%m%d") for name in ("startDate", "endDate"))  # noqa: DTZ007
        if (end - start).days > 2:
            return web.Response(text=answer(code="98", message="THREE_DAYS_OVER_ERROR"), content_type="text/xml")
        days = [f"{start + timedelta(days=n):%Y%m%d}" for n in range((end - start).days + 1)]
        found = [one for day in days for one in self.items.get(day, [])]
        return web.Response(text=answer(*found), content_type="text/xml")


class World:
    def __init__(self, database: Any, clock: Any, session: Any, guard: Any, site: Site) -> None:
        self.database, self.clock, self.site, self.portal = database, clock, site, Portal(site)
        self._session, self._guard = session, guard
        self.key = KEY

    @property
    def source(self) -> Source:
        return self.declared(self.site.url(PATH))

    def declared(self, url: str, **more: Any) -> Source:
        return source_from(
            {"id": "press", "agency": "정책브리핑", "kind": "openapi", "url": url, "interval": "1h", **more}
        )

    def fetcher(self) -> Fetcher:
        return Fetcher(self._session, self._guard, self.clock, self.clock.sleep, service_key=self.key, timeout_s=5)

    def crawler(self, *sources: Source) -> Crawler:
        store = CrawlStore(self.database, owner="test")
        return Crawler(self.fetcher(), store, in_process, self.clock, list(sources), never)

    async def poll(self, source: Source | None = None) -> Outcome:
        source = source or self.source
        self.clock.advance(timedelta(hours=2))
        return await self.crawler(source).crawl(source)

    async def stream(self) -> list[Article]:
        return [Article.from_json(fields[b"article"]) for _, fields in await self.database.xrange(STREAM)]

    async def everything_stored(self) -> str:
        told = []
        for name in await self.database.keys("*"):
            kind = await self.database.type(name)
            read: dict[bytes, Any] = {
                b"string": self.database.get, b"hash": self.database.hgetall, b"set": self.database.smembers,
                b"stream": self.database.xrange,
            }  # fmt: skip
            value = await read[kind](name) if kind in read else await self.database.zrange(name, 0, -1)
            told.append(f"{name!r} {value!r}")
        return "\n".join(told)


@pytest.fixture
def world(database: Any, clock: Any, session: Any, guard: Any, site: Site) -> World:
    return World(database, clock, session, guard, site)


def holds_the_key(text: str) -> bool:
    plainly = text.lower()
    return any(form.lower() in plainly for form in (KEY, ESCAPED, KEY[10:40]))


async def test_an_item_becomes_an_article_of_its_ministry(world: World) -> None:
    files = f"<FileName>대책.pdf</FileName><FileUrl>{world.site.url('/d?id=1')}</FileUrl>"
    world.portal.items["20261123"] = [item(raw=f"<KoglType>1</KoglType>{files}")]
    world.site.pages["/d"] = pdf("300 snow ploughs")
    world.site.kinds["/d"] = "application/pdf"

    (article,) = (await world.poll()).articles

    assert (article.agency, article.id, article.licence) == ("국토교통부", "NewsItemId:156700001", "KOGL-1")
    assert article.url == "https://www.korea.kr/briefing/pressReleaseView.do?newsId=156700001&call_from=openData"
    assert article.published_at == datetime(2026, 11, 23, 1, tzinfo=UTC)
    assert article.text == "제설 장비 300대 배치\n국토교통부는 12월 1일부터 제설 대책을 시행한다.\n예산 30억 원"
    assert [(one.name, one.text, one.reason) for one in article.attachments] == [("대책.pdf", "300 snow ploughs", "")]
    assert article.flags == ()
    assert [asked.path for asked in world.site.asked if "korea.kr" in asked.path] == []
    assert await world.stream() == [article]


async def test_the_last_three_days_are_asked_for_in_korean_days_and_once(world: World) -> None:
    await world.poll()  # 13:30 KST on the 23rd

    (asked,) = world.portal.asked
    assert (asked["startDate"], asked["endDate"], asked["serviceKey"]) == ("20261121", "20261123", KEY)
    assert "pageNo" not in asked


async def test_a_weekend_without_a_release_is_quiet_and_well(world: World) -> None:
    outcomes = [await world.poll() for _ in range(30)]

    assert {outcome.state for outcome in outcomes} <= {"ok", "unchanged"}
    (health,) = await world.crawler(world.source).health()
    assert (health.state, health.error) == ("ok", "")


async def test_releases_after_a_quiet_first_look_are_news(world: World) -> None:
    await world.poll()
    world.portal.items["20261123"] = [item()]

    outcome = await world.poll()

    assert [article.baseline for article in outcome.articles] == [False]


async def test_what_was_there_at_the_first_look_stays_a_baseline_on_the_next_day(world: World) -> None:
    world.portal.items = {"20261121": [item("1")], "20261123": [item("2")]}
    first = await world.poll()
    world.clock.advance(timedelta(days=1))
    world.portal.items["20261124"] = [item("3", ApproveDate="11/24/2026 09:00:00")]

    second = await world.poll()

    assert {article.baseline for article in first.articles} == {True}
    assert [(article.id, article.baseline) for article in second.articles] == [("NewsItemId:3", False)]


@pytest.mark.parametrize("given", [KEY, ESCAPED, f" {KEY}\n"])
async def test_both_forms_of_a_portal_key_work(world: World, given: str) -> None:
    world.key = given

    assert (await world.poll()).state == "ok"


@pytest.mark.parametrize("given", [KEY, ESCAPED])
async def test_a_key_may_stand_in_the_sources_address_and_leaves_it_at_once(world: World, given: str) -> None:
    world.key = ""
    source = world.declared(world.site.url(f"{PATH}?serviceKey={given}&numOfRows=50"))
    world.portal.items["20261123"] = [item(OriginalUrl="")]

    outcome = await world.poll(source)

    assert outcome.state == "ok"
    assert world.portal.asked[0]["serviceKey"] == KEY
    assert world.portal.asked[0]["numOfRows"] == "50"
    assert not holds_the_key(repr(source) + source.url + outcome.articles[0].url)


async def test_without_a_key_nothing_is_asked(world: World) -> None:
    world.key = ""

    outcome = await world.poll()

    assert (outcome.state, outcome.error, world.portal.asked) == ("error", "key_missing", [])


GATEWAY_ERRORS = [
    (GATEWAY.format(word="SERVICE_KEY_IS_NOT_REGISTERED_ERROR", number=30), "key_refused"),
    (GATEWAY.format(word="DEADLINE_HAS_EXPIRED_ERROR", number=31), "key_refused"),
    (GATEWAY.format(word="UNREGISTERED_IP_ERROR", number=32), "key_refused"),
    (GATEWAY.format(word="", number=20), "key_refused"),
    (GATEWAY.format(word="LIMITED_NUMBER_OF_SERVICE_REQUESTS_EXCEEDS_ERROR", number=22), "quota"),
    (GATEWAY.format(word="LIMITED_NUMBER_OF_SERVICE_REQUESTS_PER_SECOND_EXCEEDS_ERROR", number=23), "service_down"),
    (GATEWAY.format(word="NO_OPENAPI_SERVICE_ERROR", number=12), "service_gone"),
    (GATEWAY.format(word="HTTP_ERROR", number=4), "service_down"),
    (answer(code="98", message="THREE_DAYS_OVER_ERROR"), "window"),
    (answer(code="22", message="LIMITED_NUMBER_OF_SERVICE_REQUESTS_EXCEEDS"), "quota"),
    (answer(code="11", message="NO_MANDATORY_REQUEST_PARAMETERS_ERROR"), "request"),
    (answer(code="99", message="UNKNOWN_ERROR"), "service_down"),
    (answer(code="01", message="APPLICATION_ERROR"), "service_down"),
    ("SERVICE_KEY_IS_NOT_REGISTERED_ERROR", "key_refused"),
    ("Unauthorized", "key_refused"),
    ("API token quota exceeded", "quota"),
    ("Unexpected errors", "service_down"),
    ("", "service_down"),
    ("<html><body><h1>서비스 점검 중입니다</h1></body></html>", "service_down"),
    ("<html><head><title>정책브리핑</title></head><body><p>환영합니다</p></body></html>", "wrong_kind"),
    ("<!DOCTYPE html><html><body>502 Bad Gateway</body></html>", "service_down"),
    ('{"response":{"header":{"resultCode":"30","resultMsg":"SERVICE KEY IS NOT REGISTERED ERROR."}}}', "key_refused"),
    ("<rss><channel><title>x</title></channel></rss>", "wrong_kind"),
    ("<response><header><resultCode>0</resultCode>", "wrong_kind"),
]


@pytest.mark.parametrize(("text", "code"), GATEWAY_ERRORS)
async def test_an_error_inside_http_200_has_a_code_of_its_own(world: World, text: str, code: str) -> None:
    world.portal.instead = text

    outcome = await world.poll()

    assert (outcome.state, outcome.error) == ("error", code)


@pytest.mark.parametrize(
    "text",
    [
        answer(code="03", message="NODATA_ERROR"),
        answer(code="00", message="NORMAL SERVICE."),
        answer(code="0", message="정상"),
        answer(extra="<totalCount>0</totalCount>"),
        "<response><body><totalCount>0</totalCount></body></response>",
    ],
)
def test_no_data_is_no_error(text: str) -> None:
    assert parse_items(text.encode(), "", "http://x/").entries == ()


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "key_refused"), (403, "key_refused"), (429, "quota"), (500, "service_down"), (404, "status_404")],
)
async def test_a_gateway_that_uses_statuses_is_understood_too(world: World, status: int, code: str) -> None:
    world.portal.instead = web.Response(status=status, text=f"Unauthorized {KEY}")

    outcome = await world.poll()

    assert (outcome.state, outcome.error) == ("error", code)


async def test_a_spent_quota_is_left_alone_until_the_next_korean_day(world: World) -> None:
    world.portal.instead = GATEWAY.format(word="LIMITED_NUMBER_OF_SERVICE_REQUESTS_EXCEEDS_ERROR", number=22)

    await world.poll()  # at 13:30 KST

    (health,) = await world.crawler(world.source).health()
    assert health.due_at is not None
    assert health.due_at >= datetime(2026, 11, 23, 15, 5, tzinfo=UTC)


async def test_a_refused_key_is_not_tried_again_for_hours(world: World) -> None:
    world.keys = set()
    world.portal.keys = set()

    await world.poll()

    (health,) = await world.crawler(world.source).health()
    assert health.due_at is not None
    assert health.due_at - world.clock() >= timedelta(hours=3)


async def test_the_days_calls_are_counted_for_all_workers_and_end_below_the_portals_limit(world: World) -> None:
    store = CrawlStore(world.database, owner="another")
    key = portal.Key(ESCAPED)
    for _ in range(portal.DAILY_CALLS):
        await store.count_call(key.name, "20261123")

    outcome = await world.poll()

    assert (outcome.error, world.portal.asked) == ("quota", [])
    world.clock.advance(timedelta(days=1))
    assert (await world.poll()).state == "ok"


async def test_an_outage_of_ten_days_is_walked_in_windows_of_three_days(world: World) -> None:
    await world.poll()
    world.portal.asked.clear()
    for day in range(24, 31):
        world.portal.items[f"202611{day}"] = [item(f"1{day}", ApproveDate=f"11/{day}/2026 09:00:00")]
    world.portal.items["20261203"] = [item("203", ApproveDate="12/03/2026 09:00:00")]
    world.clock.advance(timedelta(days=10))

    outcome = await world.poll()

    assert [article.id for article in outcome.articles] == [f"NewsItemId:1{day}" for day in range(24, 31)] + [
        "NewsItemId:203"
    ]
    assert not any(article.baseline for article in outcome.articles)
    spans = [(asked["startDate"], asked["endDate"]) for asked in world.portal.asked]
    assert spans == [
        ("20261122", "20261124"),
        ("20261125", "20261127"),
        ("20261128", "20261130"),
        ("20261201", "20261203"),
    ]


async def test_an_outage_in_the_middle_of_the_walk_loses_nothing(world: World) -> None:
    await world.poll()
    world.portal.items = {"20261125": [item("125", ApproveDate="11/25/2026 09:00:00")]}
    world.clock.advance(timedelta(days=6))
    world.portal.instead = "Unexpected errors"
    await world.poll()
    world.portal.instead = None
    world.clock.advance(timedelta(days=1))

    outcome = await world.poll()

    assert [article.id for article in outcome.articles] == ["NewsItemId:125"]


async def test_a_year_of_silence_costs_ten_windows(world: World) -> None:
    await world.poll()
    world.portal.asked.clear()
    world.clock.advance(timedelta(days=365))

    await world.poll()

    assert len(world.portal.asked) == portal.MAX_WINDOWS


async def test_changed_content_is_a_correction_and_a_new_modify_date_alone_is_not(world: World) -> None:
    world.portal.items["20261123"] = [item()]
    (before,) = (await world.poll()).articles
    world.portal.items["20261123"] = [item(ModifyDate="11/23/2026 15:00:00")]
    assert (await world.poll()).articles == ()
    world.portal.items["20261123"] = [item(ModifyDate="11/23/2026 16:00:00", DataContents=BODY.replace("30억", "20억"))]

    (after,) = (await world.poll()).articles

    assert (after.key, after.corrects, after.revision) == (before.key, before.key, 1)
    assert "20억 원" in after.text


async def test_an_embargo_is_told_and_files_of_an_unchanged_item_are_not_asked_for_again(world: World) -> None:
    files = f"<FileName>a.pdf</FileName><FileUrl>{world.site.url('/d/1')}</FileUrl>"
    world.portal.items["20261123"] = [item(EmbargoDate="11/24/2026 06:00:00", raw=files)]
    world.site.pages["/d/1"] = pdf("words")

    (article,) = (await world.poll()).articles
    for _ in range(4):
        await world.poll()

    assert article.embargo_until == datetime(2026, 11, 23, 21, tzinfo=UTC)
    assert world.site.times("/d/1") == 1


async def test_the_key_is_in_no_log_no_evidence_no_outcome_and_nowhere_in_the_store(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    world.portal.items["20261123"] = [
        item(
            OriginalUrl="", raw=f"<FileName>{ESCAPED}.pdf</FileName><FileUrl>http://127.0.0.1:1/{ESCAPED}.pdf</FileUrl>"
        ),
        item(
            "2",
            OriginalUrl=world.site.url(f"{PATH}?serviceKey={ESCAPED}&startDate=1"),
            DataContents=f"echo {KEY} of a key",
        ),
    ]
    told = [await world.poll()]
    for echo in (KEY, ESCAPED, ESCAPED.lower(), KEY.replace("/", "&#47;")):
        world.portal.instead = f"<html>no such page: {PATH}?serviceKey={echo}&amp;startDate=20261121</html>"
        told.append(await world.poll())
        world.portal.instead = GATEWAY.format(word=f"SERVICE KEY {escape(echo)} IS UNKNOWN", number=99)
        told.append(await world.poll())
    for status, headers in ((500, {}), (401, {}), (302, {"Location": f"{PATH}?serviceKey={ESCAPED}"})):
        world.portal.instead = web.Response(status=status, text=f"bad key {KEY}", headers=headers)
        told.append(await world.poll())
    world.portal.instead = web.Response(
        status=302, headers={"Location": f"http://10.0.0.1/{ESCAPED}?serviceKey={ESCAPED}"}
    )
    told.append(await world.poll())
    health = await world.crawler(world.source).health()

    assert len([one for one in told if one.error]) >= 10
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name != "aiohttp.access")
    assert "crawlers" in caplog.text
    assert not holds_the_key(ours)
    assert not holds_the_key(repr(told))
    assert not holds_the_key(repr(health))
    assert not holds_the_key(await world.everything_stored())


async def test_a_broken_answer_tells_no_key(session: Any, guard: Guard, clock: Any, caplog: Any) -> None:
    import asyncio

    async def garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = await reader.readline()
        robots = b"robots" in line
        writer.write(
            b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" if robots else line * 3
        )
        await writer.drain()
        writer.close()

    caplog.set_level(logging.DEBUG)
    server = await asyncio.start_server(garbage, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x"
    fetcher = Fetcher(session, guard, clock, clock.sleep, service_key=KEY, timeout_s=5)
    source = source_from({"id": "p", "agency": "a", "kind": "openapi", "url": url})
    async with server:
        with pytest.raises(FetchError) as caught:
            await listing.ask(fetcher, source, url, None)

    assert caught.value.code == "bad_http"
    assert not holds_the_key(f"{caught.value!r} {caught.value.__cause__!r} {caplog.text}")


async def test_the_key_follows_no_redirect_to_another_site_or_out_of_tls(clock: Any) -> None:
    thief = Site()
    asked = []

    async def here(host: str) -> list[str]:
        return ["127.0.0.1"]

    guard = Guard(["127.0.0.1"], lookup=here)
    home = Site()
    runners = [await serve(home), await serve(thief)]
    home.pages["/x"] = lambda request: _redirected(f"http://thief.example:{thief.port}/?{request.query_string}")
    async with client(guard) as session:
        fetcher = Fetcher(session, guard, clock, clock.sleep, service_key=KEY, timeout_s=5)
        source = source_from({"id": "p", "agency": "a", "kind": "openapi", "url": home.url("/x")})
        with pytest.raises(CrawlError) as caught:
            await listing.ask(fetcher, source, source.url, None)
    for runner in runners:
        await runner.cleanup()

    assert caught.value.code in {"moved_away", "guard"}
    assert (thief.asked, asked) == ([], [])


async def _redirected(to: str) -> web.Response:
    return web.Response(status=302, headers={"Location": to})


async def test_a_robots_txt_that_the_gateway_cannot_serve_does_not_forbid_what_a_key_allows(world: World) -> None:
    async def broken(request: web.Request) -> web.Response:
        return web.Response(status=500)

    world.site.pages["/robots.txt"] = broken
    assert (await world.poll()).state == "ok"


async def test_a_robots_txt_that_forbids_is_obeyed(world: World) -> None:
    world.site.pages["/robots.txt"] = "User-agent: *\nDisallow: /1371000/"
    world.site.kinds["/robots.txt"] = "text/plain"

    assert (await world.poll()).error == "robots"
    assert world.portal.asked == []


def parsed(text: str | bytes, charset: str = "") -> Any:
    return parse_items(text if isinstance(text, bytes) else text.encode(), charset, "http://apis.data.go.kr/x")


@pytest.mark.parametrize(
    "hostile",
    [
        '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><response>&b;</response>',
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><response><body><NewsItem><Title>&x;</Title></NewsItem></body></response>',
        '<!DOCTYPE r SYSTEM "http://127.0.0.1:1/x.dtd"><response/>',
        '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:1/p"> %p;]><response/>',
        "<response>" + "<a>" * 5000,
        "<response>" + "<a/>" * 400_000 + "</response>",
        answer("<NewsItem/>" * 6000),
    ],
)
def test_hostile_xml_is_refused(hostile: str) -> None:
    with pytest.raises(ParseError) as caught:
        parsed(hostile)

    assert caught.value.code == "markup"


def test_unclosed_sections_and_bare_signs_cost_linear_time() -> None:
    with pytest.raises(ParseError):
        parsed("<response>" + "<![CDATA[" * 300_000)
    with pytest.raises(ParseError):
        parsed("<response>" + "&" * 1_000_000)


def test_what_services_write_though_xml_forbids_it_is_read() -> None:
    text = answer(
        "<NewsItem><NewsItemId>1</NewsItemId><Title>AT&T &middot; 협력&nbsp;강화 \x0b</Title>"
        "<OriginalUrl>https://www.korea.kr/v.do?newsId=1&call_from=openData</OriginalUrl>"
        "<DataContents><p>첫 문단</p><div>둘째 <b>문단</b></div></DataContents></NewsItem>"
    )

    (entry,) = parsed(text).entries

    assert entry.title == "AT&T · 협력 강화"
    assert entry.url == "https://www.korea.kr/v.do?newsId=1&call_from=openData"
    assert entry.text.split() == ["첫", "문단", "둘째", "문단"]


@pytest.mark.parametrize("label", ["utf-8", "euc-kr", "", "iso-8859-1"])
@pytest.mark.parametrize("declared", ["UTF-8", "EUC-KR"])
@pytest.mark.parametrize("real", ["utf-8", "cp949", "utf-8-sig"])
def test_the_charset_is_what_the_bytes_are(label: str, declared: str, real: str) -> None:
    text = answer(item(Title="쀼 제설 대책")).replace("UTF-8", declared)

    (entry,) = parsed(text.encode(real), label).entries

    assert (entry.title, entry.agency) == ("쀼 제설 대책", "국토교통부")


def test_bodies_in_cdata_escaped_twice_or_plain_are_the_same_text() -> None:
    ways = [
        "<![CDATA[<p>첫&nbsp;줄</p><p>둘째 줄</p>]]>",
        escape("<p>첫 줄</p><p>둘째 줄</p>"),
        escape(escape("<p>첫 줄</p><p>둘째 줄</p>")),
        "첫 줄\n둘째 줄",
    ]
    texts = [
        parsed(answer(f"<NewsItem><NewsItemId>1</NewsItemId><DataContents>{way}</DataContents></NewsItem>"))
        .entries[0]
        .text
        for way in ways
    ]

    assert [" ".join(text.split()) for text in texts] == ["첫 줄 둘째 줄"] * 4


@pytest.mark.parametrize(
    ("raw", "links"),
    [
        ("<FileName>a.hwpx</FileName><FileUrl>http://f/1</FileUrl>", [("a.hwpx", "http://f/1")]),
        (
            "<FileName>a.hwpx</FileName><FileUrl>http://f/1</FileUrl><FileName>b.pdf</FileName><FileUrl>http://f/2</FileUrl>",
            [("a.hwpx", "http://f/1"), ("b.pdf", "http://f/2")],
        ),
        (
            "<FileName>a.hwpx</FileName><FileName>b.pdf</FileName><FileUrl>http://f/1</FileUrl><FileUrl>http://f/2</FileUrl>",
            [("a.hwpx", "http://f/1"), ("b.pdf", "http://f/2")],
        ),
        (
            "<FileName>a.hwpx;b.pdf</FileName><FileUrl>http://f/1;http://f/2</FileUrl>",
            [("a.hwpx", "http://f/1"), ("b.pdf", "http://f/2")],
        ),
        ("<FileUrl>http://f/1;http://f/2</FileUrl>", [("", "http://f/1"), ("", "http://f/2")]),
        (
            "<FileName>a;b.pdf</FileName><FileUrl>http://f/1;jsessionid=3</FileUrl>",
            [("a;b.pdf", "http://f/1;jsessionid=3")],
        ),
        (
            "<FileUrl>http://f/1</FileUrl><FileName>b.pdf</FileName><FileUrl>http://f/2</FileUrl>",
            [("", "http://f/1"), ("b.pdf", "http://f/2")],
        ),
        ("<FileName/><FileUrl/>", []),
        ("<FileName>a</FileName><FileUrl>javascript:alert(1)</FileUrl>", []),
        (
            "<Files><File><FileName>a.hwp</FileName><FileUrl>http://f/1?a=1&amp;b=2</FileUrl></File></Files>",
            [("a.hwp", "http://f/1?a=1&b=2")],
        ),
        (
            "<FileName>a.hwp</FileName><FileUrl><![CDATA[http://f/1?a=1&region=3&amp;copy=2&not=1]]></FileUrl>",
            [("a.hwp", "http://f/1?a=1&region=3&copy=2&not=1")],
        ),
    ],
)
def test_files_are_told_in_many_ways(raw: str, links: list[tuple[str, str]]) -> None:
    (entry,) = parsed(answer(item(raw=raw))).entries

    assert [(link.name, link.url) for link in entry.links] == links


@pytest.mark.parametrize(
    ("mark", "licence"),
    [
        ("1", "KOGL-1"),
        ("4", "KOGL-4"),
        ("제2유형", "KOGL-2"),
        ("공공누리 제3유형", "KOGL-3"),
        ("03", "KOGL-3"),
        ("", ""),
        ("N", ""),
    ],
)
def test_the_mark_of_an_item_is_its_own(mark: str, licence: str) -> None:
    (entry,) = parsed(answer(item(raw=f"<KoglType>{mark}</KoglType>"))).entries

    assert entry.licence == licence


def test_withdrawn_and_empty_items_are_no_entries_and_doubles_are_one() -> None:
    found = parsed(answer(item("1", ContentsStatus="D"), item("2", Title="", DataContents=""), item("3"), item("3")))

    assert [entry.id for entry in found.entries] == ["NewsItemId:3"]


def test_a_service_that_keeps_items_back_is_noticed() -> None:
    assert parsed(answer(item("1"), extra="<totalCount>30</totalCount>")).missed == 29


def test_a_key_is_hidden_in_every_writing_and_a_short_one_hides_no_words() -> None:
    key = portal.Key(KEY)
    for form in (
        KEY,
        ESCAPED,
        ESCAPED.replace("%2F", "/"),
        KEY.replace("+", "&#43;"),
        json.dumps(KEY).replace("/", "\\/"),
    ):
        assert not holds_the_key(key.hidden(f"x {form} y"))
    assert portal.Key("test").hidden("a test text?serviceKey=test&x") == "a test text?serviceKey=***&x"
    assert repr(key) == "Key(…)"


def test_the_address_asked_has_each_parameter_once() -> None:
    url = "https://apis.data.go.kr/x?ServiceKey=old&pageNo=3&startDate=20200101&numOfRows=7"
    now = datetime(2026, 11, 23, 2, tzinfo=UTC)
    ((start, end),) = portal.windows(None, now)

    asked = parse_qsl(urlsplit(portal.address(url, portal.Key(ESCAPED), start, end)).query)

    assert asked == [("numOfRows", "7"), ("serviceKey", KEY), ("startDate", "20261121"), ("endDate", "20261123")]


@pytest.mark.parametrize(
    ("url", "bare", "key"),
    [
        ("https://a.kr/x?serviceKey=k%2B==&a=1", "https://a.kr/x?a=1", "k%2B=="),
        ("https://a.kr/x?a=1&ServiceKey=k", "https://a.kr/x?a=1", "k"),
        ("https://a.kr/x?serviceKey=k", "https://a.kr/x", "k"),
        ("https://a.kr/x;y?a=1&&b#c", "https://a.kr/x;y?a=1&&b#c", ""),
        ("http://[", "http://[", ""),
    ],
)
def test_a_key_is_taken_out_of_an_address_and_nothing_else(url: str, bare: str, key: str) -> None:
    assert (portal.unkeyed(url), portal.key_in(url)) == (bare, key)


def test_a_korean_day_begins_nine_hours_before_utcs() -> None:
    ((start, end),) = portal.windows(None, datetime(2026, 11, 22, 15, 30, tzinfo=UTC))

    assert (f"{start}", f"{end}") == ("2026-11-21", "2026-11-23")


async def test_foreign_bytes_are_read_behind_the_walls_of_the_real_sandbox(world: World) -> None:
    from bot.sandbox import Limits, ProcessSandbox

    world.portal.items["20261123"] = [item()]
    pool = ProcessSandbox(workers=1, preload=("crawlers.openapi",), limits=Limits(timeout_s=4, cpu_s=4))
    try:
        answer_ = await listing.ask(world.fetcher(), world.source, world.source.url, None)
        (entry,) = (await listing.read(pool, world.source, answer_)).entries
        world.portal.instead = GATEWAY.format(word=f"NO {escape(KEY)} SERVICE_KEY_IS_NOT_REGISTERED_ERROR", number=30)
        broken = await listing.ask(world.fetcher(), world.source, world.source.url, None)
        with pytest.raises(FetchError) as caught:
            await listing.read(pool, world.source, broken)
    finally:
        await pool.close()

    assert entry.agency == "국토교통부"
    assert (caught.value.code, holds_the_key(repr(caught.value))) == ("key_refused", False)

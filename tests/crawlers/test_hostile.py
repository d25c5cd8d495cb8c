"""Bytes built to hurt, through the real sandbox: each costs one source one poll."""

from __future__ import annotations

import asyncio
import contextlib
import io
import logging
import random
import struct
import zipfile
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox import Limits, ProcessSandbox
from crawlers.article import CrawlError, FetchError, GuardError, ParseError
from crawlers.attachment import read_file
from crawlers.board import parse_board
from crawlers.charset import decode
from crawlers.document import sandboxed
from crawlers.feed import parse_feed
from crawlers.fetch import Fetcher, Validators, client
from crawlers.guard import Guard
from crawlers.hosts import Hosts, Rules
from crawlers.markup import Node, tree
from crawlers.page import read_page
from crawlers.robots import policy_for
from crawlers.sources import source_from
from tests.crawlers.hostile_run import Plan, Report, Watch, run
from tests.crawlers.hostile_server import MODES, host_of, hostile_server, kind_of, stats
from tests.crawlers.site import LONG, Site, crawler_over, feed, hwpx, in_process, page

PRELOAD = ("feedparser", "trafilatura", "unhwp", "pypdfium2", "crawlers.board", "crawlers.page", "crawlers.feed")
SPANS = "<html><body>" + "<span>" * 300_000
ATTRIBUTES = "<html><body><p " + "".join(f'a{n}="1"' for n in range(300_000)) + ">x"
BARE_ATTRIBUTES = "<html><body><p " + " ".join(f"a{n}" for n in range(300_000))


@pytest.fixture
async def sandbox() -> AsyncIterator[ProcessSandbox]:
    pool = ProcessSandbox(workers=1, preload=PRELOAD, limits=Limits(timeout_s=4, cpu_s=4, memory_bytes=600 * 2**20))
    yield pool
    await pool.close()


@pytest.mark.parametrize("body", [SPANS, ATTRIBUTES, BARE_ATTRIBUTES])
async def test_a_page_that_holds_a_parser_for_minutes_is_refused_at_a_look(body: str) -> None:
    for parse in (parse_board, read_page):
        with pytest.raises(ParseError, match="markup"):
            parse(body.encode(), "", "http://a.go.kr/")


def count_tags(body: str) -> int:
    from selectolax.lexbor import LexborHTMLParser

    return len(LexborHTMLParser(body).css("*"))


@pytest.mark.slow
async def test_what_gets_past_the_look_is_killed_at_the_cap(sandbox: ProcessSandbox) -> None:
    with pytest.raises(ParseError) as caught:
        await sandboxed(sandbox, count_tags, ATTRIBUTES)

    assert caught.value.code in {"parser_timeout", "parser_died"}


async def test_every_parser_works_inside_the_walls(sandbox: ProcessSandbox) -> None:
    listing = await sandboxed(
        sandbox, parse_feed, feed({"title": "제목", "link": "/1"}).encode(), "", "http://a.go.kr/r"
    )
    read = await sandboxed(sandbox, read_page, page(LONG).encode(), "", "http://a.go.kr/1")
    found = await sandboxed(sandbox, read_file, hwpx("본문"), "a.hwpx")

    assert listing.entries[0].title == "제목"
    assert LONG.strip() in read.text
    assert found.text == "본문"


async def test_an_error_of_ours_crosses_the_border_whole(sandbox: ProcessSandbox) -> None:
    with pytest.raises(ParseError) as caught:
        await sandboxed(sandbox, parse_feed, b"<html></html>", "", "http://a.go.kr/r")

    assert caught.value.code == "wrong_kind"


async def test_a_hostile_source_harms_no_other(
    database: Any, clock: Any, session: Any, guard: Any, site: Site, sandbox: ProcessSandbox
) -> None:
    item = {"title": "겨울철 재난안전 대책 발표", "link": "/view?nttId=1", "guid": "g1", "pubDate": "2026.11.20"}
    files = "<a href='/bomb.hwpx'>대책.hwpx</a><a href='/ok.hwpx'>별첨.hwpx</a>"
    site.pages = {
        "/ok": feed(item),
        "/view?nttId=1": page(LONG, files),
        "/bomb.hwpx": bomb(),
        "/ok.hwpx": hwpx("제설 장비"),
        "/deep": '<rss version="2.0"><channel>' + "<a>" * 100_000,
        "/laughs": LAUGHS,
        "/spans": SPANS,
        "/attributes": ATTRIBUTES,
    }
    names = ("deep", "laughs", "spans", "attributes", "ok")
    kinds = {"spans": "board", "attributes": "board"}
    sources = [
        source_from({"id": name, "agency": "가", "kind": kinds.get(name, "feed"), "url": site.url(f"/{name}")})
        for name in names
    ]
    crawler = crawler_over(database, clock, session, guard, sources, sandbox)

    outcomes = dict(zip(names, await asyncio.gather(*(crawler.crawl(source) for source in sources)), strict=True))

    assert {name: outcomes[name].state for name in ("deep", "spans", "attributes", "ok")} == {
        "deep": "error", "spans": "error", "attributes": "error", "ok": "ok",
    }  # fmt: skip
    (article,) = outcomes["ok"].articles
    assert [(item.name, item.text, item.reason) for item in article.attachments] == [
        ("대책.hwpx", "", "bomb"), ("별첨.hwpx", "제설 장비", ""),
    ]  # fmt: skip


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "하하하하">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    + ']><rss version="2.0"><channel><item><title>&l9;</title><link>http://a.go.kr/1</link></item></channel></rss>'
)


@pytest.mark.parametrize(
    "body",
    [
        LAUGHS,
        '<rss version="2.0"><channel><item></item><item><x>1</x></item></channel></rss>',
        '<rss version="2.0"><channel><item><link>http://a.go.kr/1</link></item></channel></rss>',
    ],
)
def test_a_feed_that_could_not_be_read_is_an_error_and_never_quiet(body: str) -> None:
    with pytest.raises(ParseError, match="markup"):
        parse_feed(body.encode(), "", "http://a.go.kr/")


def test_an_external_entity_is_not_fetched() -> None:
    body = '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    body += '<rss version="2.0"><channel><item><title>&x;</title><link>http://a.go.kr/1</link></item>'

    told = f"{body}<item><title>공고</title></item></channel></rss>"
    listing = parse_feed(told.encode(), "", "http://a.go.kr/")

    assert [entry.title for entry in listing.entries] == ["공고"]
    with pytest.raises(ParseError, match="markup"):
        parse_feed(f"{body}</channel></rss>".encode(), "", "http://a.go.kr/")


@pytest.mark.parametrize("body", [b"/etc/passwd", b"http://127.0.0.1:1/", b"file:///etc/passwd", b""])
def test_bytes_that_look_like_an_address_are_not_opened(body: bytes) -> None:
    with pytest.raises(ParseError, match="wrong_kind"):
        parse_feed(body, "", "http://a.go.kr/")


def bomb() -> bytes:
    return hwpx("x", extra={"Contents/section1.xml": bytes(200 * 2**20)})


def lying_bomb() -> bytes:
    """A bomb whose headers declare ten bytes."""
    body = bytearray(bomb())
    real = struct.pack("<L", 200 * 2**20)
    while (at := body.find(real)) >= 0:
        body[at : at + 4] = struct.pack("<L", 10)
    return bytes(body)


@pytest.mark.parametrize("make", [bomb, lying_bomb])
def test_a_zip_bomb_is_refused_before_the_document_library_sees_it(make: Any) -> None:
    found = read_file(make(), "x.hwpx")

    assert found.text == ""
    assert found.reason in {"bomb", "broken"}


def test_many_members_are_a_bomb_too() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(3000):
            archive.writestr(f"Contents/{number}.xml", b"")

    assert read_file(packed.getvalue(), "x.hwpx").reason == "bomb"


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=400), st.text(alphabet="<>/=\"' abtrdli가[]!-?&;:0123456789", max_size=400).map(str.encode)
    )
)
def test_no_bytes_break_a_parser_otherwise_than_by_its_own_error(body: bytes) -> None:
    for prefix in (b"", b"<rss version='2.0'><channel><item>", b"<table><tr><td><a href='1'>2026-01-01</a>"):
        for parse in (parse_feed, parse_board, read_page):
            try:
                parse(prefix + body, "", "http://a.go.kr/x")
            except CrawlError:
                continue
    for head in (b"", b"%PDF-1.4\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        assert read_file(head + body, "x.hwpx").kind is not None


@pytest.mark.parametrize(
    "agents",
    ["".join(f"User-agent: a{n}\n" for n in range(2500)), "".join(f"User-agent: DobiBot/{n}\n" for n in range(2500))],
)
def test_a_robots_txt_of_very_many_agents_and_rules_is_read_at_once(agents: str) -> None:
    body = f"{agents}User-agent: *\n" + "Disallow: /x\n" * 2400 + "Disallow: /closed\n"  # held the loop for six seconds

    policy = policy_for("DobiBot", 200, body.encode())

    assert policy.permits("http://a.kr/open")


@pytest.mark.parametrize(
    ("body", "open_", "delay_s"),
    [
        ("User-agent: a\nUser-agent: DobiBot\n\nDisallow: /x\nCrawl-delay: 5\n\nUser-agent: *\nDisallow: /", False, 5),
        ("User-agent: *\nDisallow: /x\nUser-agent: Dobi\nAllow: /x", True, None),
        ("User-agent: evil\nDisallow: /\nUser-agent: *\nDisallow:\n", True, None),
        ("User-agent: *\n# why\nDisallow: /x\n\nUser-agent: evil\nDisallow:\n", False, None),
        ("User-agent: evil\nUser-agent: dobibot/2.0 # ours\nDisallow: /x\n", False, None),
        ("Disallow: /x\n", True, None),
    ],
)
def test_the_rules_that_are_ours_are_kept(body: str, open_: bool, delay_s: int | None) -> None:
    policy = policy_for("DobiBot", 200, body.encode())

    assert policy.permits("http://a.kr/x") is open_
    assert policy.delay == (None if delay_s is None else timedelta(seconds=delay_s))


async def test_a_validator_that_cannot_go_back_as_it_came_is_none(
    site: Site, session: Any, guard: Any, clock: Any
) -> None:
    async def odd(request: web.Request) -> web.Response:
        return web.Response(text="x", headers={"ETag": '"' + "x" * 600 + '"', "Last-Modified": "한\u202e글"})

    site.pages = {"/a": odd}
    fetcher = Fetcher(session, guard, clock, clock.sleep)

    fetched = await fetcher.get(site.url("/a"))

    assert fetched.validators == Validators()
    assert (await fetcher.get(site.url("/a"), validators=fetched.validators)).body == b"x"


async def test_a_public_host_leads_to_no_host_that_is_let_through_by_name(site: Site, clock: Any) -> None:
    async def lookup(host: str) -> list[str]:
        return ["127.0.0.1"]

    class Public(Guard):
        async def addresses(self, host: str) -> list[str]:
            return ["127.0.0.1"]  # a public host stands on this machine for the test

    guard = Public(["127.0.0.1"], lookup)
    site.pages = {"/a": moved(site.url("/inside")), "/inside": "secret", "/robots.txt": ""}
    async with client(guard) as session:
        fetcher = Fetcher(session, guard, clock, clock.sleep)
        with pytest.raises(GuardError, match="not public"):
            await fetcher.get(f"http://www.evil.kr:{site.port}/a")

        assert (await fetcher.get(site.url("/a"))).body == b"secret"


def moved(where: str) -> Any:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": where})

    return answer


_PATHS = {"list": "/list", "http": "/list", "robots": "/list", "pages": "/p0", "files": "/f1.hwpx"}
_HELD_BY_WALLS = 100_000  # bytes; what holds a parser is larger, and the sandbox' to end


async def test_three_hundred_hostile_answers_are_taken_or_refused_and_lead_nowhere(clock: Any) -> None:
    came: Counter[str] = Counter()
    report = Report()
    logging.getLogger().addHandler(watch := Watch(report))
    places = asyncio.Semaphore(40)

    async def ask(fetcher: Fetcher, url: str) -> bytes | None:
        async with places:
            try:
                return (await fetcher.get(url)).body
            except FetchError as error:
                came[error.code] += 1
                return None

    guard = Guard([host_of(n) for n in range(340)])
    with hostile_server(7) as port:
        async with client(guard) as session:
            fetcher = Fetcher(session, guard, clock, clock.sleep, timeout_s=1.0)
            urls = [f"http://{host_of(n)}:{port}{_PATHS[MODES[n % len(MODES)]]}" for n in range(340)]
            bodies = await asyncio.gather(*(ask(fetcher, url) for url in urls))
        for n, (url, body) in enumerate(zip(urls, bodies, strict=True)):
            if body is not None:
                came[await parsed(n, url, body)] += 1
        served = await asyncio.to_thread(stats, port)
    logging.getLogger().removeHandler(watch)

    assert came.total() == 340, came
    assert int(str(served["hostile"])) >= 150  # on a busy machine some run out of their second before they connect
    assert served["canary"] == []
    assert len(came) > 6
    assert (report.log_faults, report.crashes) == ([], [])


async def parsed(n: int, url: str, body: bytes) -> str:
    """What came of the body: "taken", or the code of why not."""
    if len(body) > _HELD_BY_WALLS:
        return "left"
    lists: Any = parse_feed if kind_of(n) == "feed" else parse_board
    parse: Any = {"f": read_file, "p": read_page, "l": lists}[url.rsplit("/", 1)[1][0]]
    args = ("x.hwpx",) if parse is read_file else ("", url)
    try:
        await sandboxed(in_process, parse, body, *args)
    except CrawlError as error:
        return error.code
    return "taken"


@pytest.mark.slow
async def test_hostile_hosts_crash_nothing_visit_nothing_and_harm_no_other(database: Any) -> None:
    plan = Plan(range(16), seed=7, honest=1, fetch_s=0.3, parse_s=0.8, poll_cap_s=60, at_once=16)

    report = await run(database, plan)

    assert (report.crashes, report.hangs, report.foul, report.log_faults) == ([], [], [], [])
    assert report.served["canary"] == []
    assert (report.cases, report.leftovers) == (16, [])


@pytest.mark.parametrize(
    "name", ["punycode", "idna", "undefined", "unicode_escape", "raw_unicode_escape", "zlib", "rot13"]
)
def test_a_notation_of_python_is_no_charset(name: str) -> None:
    body = f"<?xml encoding='{name}'?>공고 \\u202e".encode() + b"-\xff" + b"9z" * 100_000

    assert decode(body, name).startswith(f"<?xml encoding='{name}'?>공고 \\u202e-")


def test_a_directory_of_very_many_members_is_not_even_read() -> None:
    body = b"PK\x03\x04" + (b"PK\x01\x02" + bytes(42)) * 60_000

    assert read_file(body, "x.hwpx").reason == "bomb"


async def test_a_giant_robots_txt_is_not_kept_for_everybody(database: Any, clock: Any) -> None:
    hosts, until = Hosts(database), clock() + timedelta(hours=1)
    await hosts.keep_rules("http://evil.kr", Rules(200, random.Random(1).randbytes(500_000), "", until), clock())
    await hosts.keep_rules("http://a.kr", Rules(200, b"User-agent: *\nDisallow: /x\n" * 5_000, "", until), clock())

    assert await hosts.rules("http://evil.kr", clock()) is None
    assert await hosts.rules("http://a.kr", clock()) is not None


@pytest.mark.parametrize(("interim", "told"), [(5, "x"), (10_000, "connect")])
async def test_a_flood_of_interim_answers_is_cut_off(
    session: Any, guard: Any, clock: Any, interim: int, told: str
) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        with contextlib.suppress(OSError):
            writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n" * interim)
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx")
            await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        fetcher = Fetcher(session, guard, clock, clock.sleep)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        try:
            found = (await fetcher.get(url)).body.decode()
        except FetchError as error:
            found = error.code

    assert found == told


def test_a_tree_of_nothing_is_still_a_tree() -> None:
    assert isinstance(tree(""), Node)

"""A real web site on loopback that a test can change, and what tests of the crawl share."""

# ruff: noqa: E501 - XML is read best on its own line

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from xml.sax.saxutils import escape

from aiohttp import web

from crawlers.crawler import Crawler
from crawlers.fetch import Fetcher, client
from crawlers.guard import Guard
from crawlers.sources import Source
from crawlers.store import CrawlStore

T = TypeVar("T")
NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def in_process(function: Callable[..., T], /, *args: object, timeout_s: float | None = None) -> T:
    """A sandbox without walls, for pages that the test wrote itself."""
    return await asyncio.to_thread(function, *args)


@dataclass
class Asked:
    path: str
    headers: Mapping[str, str]


@dataclass
class Site:
    """Pages by path; a page is bytes, text, or a handler."""

    pages: dict[str, bytes | str | Handler] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    port: int = 0

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def times(self, path: str) -> int:
        return sum(asked.path == path for asked in self.asked)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(Asked(request.path_qs, request.headers.copy()))
        page = self.pages.get(request.path_qs, self.pages.get(request.path))
        if page is None:
            return web.Response(status=404, text="<html><body>없는 페이지</body></html>", content_type="text/html")
        if callable(page):
            return await page(request)
        body = page.encode() if isinstance(page, str) else page
        return web.Response(body=body, headers={"Content-Type": self.kinds.get(request.path, "text/html")})


async def serve(site: Site, host: str = "127.0.0.1") -> web.AppRunner:
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", site.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    tcp = web.TCPSite(runner, host, 0)
    await tcp.start()
    site.port = runner.addresses[0][1]
    return runner


_GUID = {"guid": ' isPermaLink="false"'}


def feed(*items: Mapping[str, str], head: str = "") -> str:
    """An RSS feed of items given as element name → text."""
    told = "".join(
        "<item>"
        + "".join(f"<{name}{_GUID.get(name, '')}>{escape(text)}</{name}>" for name, text in item.items())
        + "</item>"
        for item in items
    )
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>t</title>{head}{told}</channel></rss>'


def page(text: str, extra: str = "") -> str:
    return f"<html><head><title>x</title></head><body><div class='view_con'><p>{text}</p></div>{extra}</body></html>"


LONG = (
    "경상남도는 겨울철 자연재난에 대비하여 종합 대책을 마련하고 12월 1일부터 시행한다고 밝혔다. "
    "대책에는 한파 쉼터 확대와 제설 장비 점검, 취약 계층 안부 확인이 포함되며 시군과 함께 추진한다."
)


def hwpx(*paragraphs: str, extra: Mapping[str, bytes] | None = None) -> bytes:
    """A small HWPX document that we wrote ourselves."""
    section = "http://www.hancom.co.kr/hwpml/2011/section"
    para = "http://www.hancom.co.kr/hwpml/2011/paragraph"
    told = "".join(
        f'<hp:p id="{n}"><hp:run><hp:t>{escape(text)}</hp:t></hp:run></hp:p>' for n, text in enumerate(paragraphs)
    )
    parts: dict[str, Any] = {
        "mimetype": "application/hwp+zip",
        "META-INF/container.xml": '<?xml version="1.0"?><c:container xmlns:c="urn:oasis:names:tc:opendocument:xmlns:container">'
        '<c:rootfiles><c:rootfile full-path="Contents/content.hpf" media-type="application/hwpml-package+xml"/></c:rootfiles>'
        "</c:container>",
        "Contents/content.hpf": '<?xml version="1.0"?><o:package xmlns:o="http://www.idpf.org/2007/opf/"><o:manifest>'
        '<o:item id="header" href="Contents/header.xml" media-type="application/xml"/>'
        '<o:item id="section0" href="Contents/section0.xml" media-type="application/xml"/></o:manifest>'
        '<o:spine><o:itemref idref="header"/><o:itemref idref="section0"/></o:spine></o:package>',
        "Contents/header.xml": '<?xml version="1.0"?><h:head xmlns:h="http://www.hancom.co.kr/hwpml/2011/head" secCnt="1"/>',
        "Contents/section0.xml": f'<?xml version="1.0"?><hs:sec xmlns:hs="{section}" xmlns:hp="{para}">{told}</hs:sec>',
        **(extra or {}),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return packed.getvalue()


def pdf(text: str) -> bytes:
    """A one-page PDF with Latin text (no text at all for "")."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode() if text else b""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % at for at in offsets)
    out += b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start
    return bytes(out)


def crawler_over(
    database: Any,
    clock: Any,
    session: Any,
    guard: Guard,
    sources: list[Source],
    sandbox: Any = in_process,
    **kwargs: Any,
) -> Crawler:
    fetcher = Fetcher(session, guard, clock, clock.sleep, **kwargs)
    return Crawler(fetcher, CrawlStore(database, owner="test"), sandbox, clock, sources, never)


def never(day: date) -> bool:
    return False


__all__ = [
    "LONG",
    "NOW",
    "Asked",
    "Site",
    "client",
    "crawler_over",
    "feed",
    "hwpx",
    "in_process",
    "never",
    "page",
    "pdf",
    "serve",
]

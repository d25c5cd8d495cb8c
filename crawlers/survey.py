"""What one page offers to whoever looks for sources: its board, feed links, boards, licence mark. Pure, sandboxed.

It reports only what stands on the page; whether an address answers is `discover`'s business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urljoin, urlsplit

from crawlers.article import Entry, ParseError
from crawlers.board import parse_board
from crawlers.charset import decode
from crawlers.identity import canonical, registrable
from crawlers.markup import Node, attribute, tree
from crawlers.row_text import said
from crawlers.sources import profiles

_SAMPLE = 3
_MAX_LINKS = 12
_MAX_ANCHORS = 3000
_FEED_TYPE = re.compile(r"application/(?:rss|atom|rdf)\+xml|text/xml", re.IGNORECASE)
_FEED_HREF = re.compile(
    r"(?:^|[/?&._=-])(?:rss|atom|feed)(?:[/?&._=\d-]|$|list|board|news|tag|service)|rss[\w]*\.(?:do|jsp|asp|php|es|xml)|\.(?:rss|rdf|atom)(?:$|\?)",
    re.IGNORECASE,
)
_FEED_TEXT = re.compile(r"\bRSS\b|구독하기|피드", re.IGNORECASE)
_BOARDS = (
    re.compile(r"보도\s*(?:자료|해명.{0,4})|언론\s*보도(?:자료)?|브리핑|press\s*releases?", re.IGNORECASE),
    re.compile(r"공지\s*사항|공지|알림(?:사항|\s*소식)?|새\s*소식|소식|뉴스|notices?", re.IGNORECASE),
    re.compile(r"고시\s*[·ㆍ/,.&]?\s*공고|공고|고시|입법\s*예고|행정\s*예고", re.IGNORECASE),
    re.compile(r"채용\s*(?:정보|공고|소식|안내)?|시험\s*(?:정보|공고)?|인재\s*채용", re.IGNORECASE),
    re.compile(r"입찰\s*(?:정보|공고)?|공모\s*(?:사업|전)?|지원\s*사업(?:\s*공고)?|사업\s*공고", re.IGNORECASE),
    re.compile(r"(?:연구\s*)?(?:보고서|성과물?|발간\s*자료|간행물)|이슈\s*페이퍼|정책\s*브리프", re.IGNORECASE),
)
_KOGL = re.compile(
    r"(?:공공누리|opentype|open_?code|codetype|kogl)[^<>]{0,60}?0?([1-4])\s*(?:유형|type|\.(?:png|gif|jpg|svg))",
    re.IGNORECASE,
)
_K2WEB = re.compile(
    r"/bbs/([\w-]{1,40})/(\d{1,9})/(?:artclList|artclView|\d+/artclView)\.do|/bbs/([\w-]{1,40})/(\d{1,9})/\d+/artclView\.do"
)
_FULL_DAY = re.compile(r"((?:19|20)\d{2})\D{0,3}(\d{1,2})\D{0,3}(\d{1,2})")


@dataclass(frozen=True, slots=True)
class Pointer:
    """A link: its text, its address, how it was found."""

    text: str
    url: str
    how: str


@dataclass(frozen=True, slots=True)
class Board:
    """A page's board as it was read: its rows, how many are dated, by which shipped profile ("" by itself)."""

    rows: int
    dated: int
    offices: int
    newest: str
    sample: tuple[str, ...]
    profile: str


@dataclass(frozen=True, slots=True)
class Survey:
    """What a page offers; `fault` and `detail` say why it has no board."""

    title: str
    board: Board | None
    fault: str
    detail: str
    feeds: tuple[Pointer, ...]
    boards: tuple[Pointer, ...]
    licence: str


def survey(body: bytes, charset: str, url: str) -> Survey:
    """What the page at `url` offers.

    Raises:
        ParseError: `markup` for a hostile page.
    """
    source = decode(body, charset)
    root = tree(source)
    fault, detail, board = "", "", None
    try:
        board = _board(body, charset, url)
    except ParseError as error:
        fault, detail = error.code, error.detail
    marks = {mark[1] for mark in _KOGL.finditer(source[:2_000_000])}
    licence = f"KOGL-{marks.pop()}" if len(marks) == 1 else ""
    feeds = _once([*_feeds(root, url), *_known_feeds(source, url)], url)
    boards = _once(_boards(root, url), url)
    return Survey(_title(root), board, fault, detail, feeds, boards, licence)


def summary(entries: tuple[Entry, ...], profile: str = "") -> Board:
    """Entries in figures."""
    newest = max((day for one in entries if (day := _day(one.date))), default="")
    return Board(
        len(entries),
        sum(bool(one.date) for one in entries),
        sum(bool(one.department) for one in entries),
        newest or next((one.date for one in entries if one.date), ""),
        tuple(one.title[:100] for one in entries[:_SAMPLE]),
        profile,
    )


def _board(body: bytes, charset: str, url: str) -> Board:
    """The board, under the name of a shipped profile where one reads the very same rows."""
    fault: ParseError | None = None
    found: tuple[Entry, ...] = ()
    try:
        found = parse_board(body, charset, url).entries
    except ParseError as error:
        fault = error
        if error.code in {"markup", "wrong_kind", "frame", "blocked"}:
            raise
    for name, profile in profiles().items():
        if name == "table":
            continue
        try:
            entries = parse_board(body, charset, url, profile).entries
        except ParseError:
            continue
        same = {one.title for one in entries} == {one.title for one in found}
        if same or (not found and len(entries) >= 3 and all(one.date for one in entries)):
            return summary(entries, name)
    if fault is not None:
        raise fault
    return summary(found)


def _title(root: Node) -> str:
    node = root.css_first("title")
    return said(node)[:200] if node is not None else ""


def _feeds(root: Node, url: str) -> Iterator[Pointer]:
    for node in root.css("link[rel]")[:100]:
        if "alternate" in attribute(node, "rel").lower() and _FEED_TYPE.search(attribute(node, "type")):
            yield Pointer(attribute(node, "title")[:100], _join(url, attribute(node, "href")), "link rel=alternate")
    for node in root.css("a[href]")[:_MAX_ANCHORS]:
        href = attribute(node, "href").strip()
        if href.lower().startswith(("javascript:", "#", "mailto:")):
            continue
        text = said(node) or attribute(node, "title") or _alt(node)
        if _FEED_HREF.search(href) or (_FEED_TEXT.search(text) and len(text) <= 30):
            yield Pointer(text[:100], _join(url, href), "a link on the page")


def _alt(node: Node) -> str:
    image = node.css_first("img[alt]")
    return attribute(image, "alt") if image is not None else ""


def _known_feeds(source: str, url: str) -> Iterator[Pointer]:
    """Where the software that wrote the page keeps its feeds, to be tried."""
    parts = urlsplit(url)
    asked = dict(parse_qsl(parts.query))
    how = "where this software keeps its feeds"
    for found in [*_K2WEB.finditer(url), *_K2WEB.finditer(source[:500_000])][:20]:
        site, board = found[1] or found[3], found[2] or found[4]
        yield Pointer("", _join(url, f"/bbs/{site}/{board}/rssList.do?row=50"), how)
    if parts.path.endswith("board.es") and "bid" in asked:
        yield Pointer("", _join(url, f"/rss/board.es?mid={asked.get('mid', '')}&bid={asked['bid']}"), how)
    if "bbsId" in asked and re.search(r"selectBoardList|selectTbBbs|/com/|BBSMSTR|MOSFBBS", url):
        yield Pointer("", _join(url, f"/com/detailRssTagService.do?bbsId={asked['bbsId']}"), how)


def _boards(root: Node, url: str) -> list[Pointer]:
    ranked: list[tuple[int, int, Pointer]] = []
    for place, node in enumerate(root.css("a[href]")[:_MAX_ANCHORS]):
        href, text = attribute(node, "href").strip(), said(node)
        if len(text) > 14 or href.lower().startswith(("javascript:", "#", "mailto:")):
            continue
        rank = next((rank for rank, pattern in enumerate(_BOARDS) if pattern.fullmatch(text)), None)
        if rank is not None:
            ranked.append((rank, place, Pointer(text, _join(url, href), "a link on the page")))
    # the first of each kind before the second of any
    seen: dict[int, int] = {}
    order = []
    for rank, place, pointer in ranked:
        order.append((seen.get(rank, 0), rank, place, pointer))
        seen[rank] = seen.get(rank, 0) + 1
    return [pointer for *_, pointer in sorted(order, key=lambda one: one[:3])]


def _once(pointers: list[Pointer], url: str) -> tuple[Pointer, ...]:
    """Each address once, inside the page's own domain."""
    home = registrable(urlsplit(url).hostname or "")
    found: dict[str, Pointer] = {}
    for one in pointers:
        if one.url and registrable(urlsplit(one.url).hostname or "") == home and canonical(one.url) != canonical(url):
            found.setdefault(canonical(one.url), one)
    return tuple(found.values())[:_MAX_LINKS]


def _join(url: str, href: str) -> str:
    try:
        joined = urljoin(url, href.strip())
        parts = urlsplit(joined)
        _ = parts.port
        return joined if parts.scheme in {"http", "https"} and parts.hostname else ""
    except ValueError:
        return ""


def _day(text: str) -> str:
    found = _FULL_DAY.search(text)
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else ""

"""RSS and Atom by feedparser, over bytes we fetched. Runs in the sandbox; refuses addresses, and its own dates.

feedparser opens a string that looks like an address or a file name, so it is handed a stream and nothing else. An HTML
page served in place of a feed parses "without error" into nothing: that is raised here, never a quiet day.
"""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urljoin

from crawlers.article import MAX_TEXT, MAX_TITLE, Entry, Link, Listing, ParseError
from crawlers.charset import decode
from crawlers.identity import guid_id, stable_id, text_id
from crawlers.markup import check_shape, plain

MAX_ENTRIES = 300
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_HEAD = 100_000  # characters in which a feed's own entities are looked for
_DEPTH = 5000  # far above honest feeds with unclosed tags
_ENTITY = re.compile(r"<!ENTITY\s+([A-Za-z_][\w.-]{0,60})\s")
_CDATA = re.compile(r"<!\[CDATA\[.*?\]\]>", re.DOTALL)
_TAG = re.compile(r"<(/?)[A-Za-z_][^<>]*?(/?)>")


def parse_feed(body: bytes, charset: str, url: str) -> Listing:
    """What the feed at `url` lists, in its order; an empty feed is an empty listing.

    Raises:
        ParseError: `wrong_kind` where the bytes are no feed, `markup` where they are built to hang a parser, or where
            no entry says anything: what could not be read is never a quiet day.
    """
    # here, not above: the main process never needs feedparser, and its memory counts
    import feedparser

    text = _DECLARATION.sub("", decode(body, charset), count=1)
    _check_depth(text)
    check_shape(text)
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    parsed = feedparser.parse(io.BytesIO(text.encode()), response_headers=headers)
    if not parsed.get("version"):
        raise ParseError("wrong_kind", f"not a feed: {plain(text[:2000])[:80]}")
    raws = parsed.entries[:MAX_ENTRIES]
    shared = _shared_guids(raws)
    entries: dict[str, Entry] = {}
    for raw in raws:
        entry = _entry(raw, url, shared)
        entries.setdefault(entry.id, entry)
    refused = {f"&{name};" for name in _ENTITY.findall(text[:_HEAD])}
    told = tuple(entry for entry in entries.values() if _says(entry, refused))
    if raws and not told:
        raise ParseError("markup", f"{len(raws)} entries, none readable")
    return Listing(parsed.version, told, _ttl(parsed.feed))


def _says(entry: Entry, refused: set[str]) -> bool:
    """Whether an entry has a word of its own, apart from entities that the parser did not expand."""
    return any(word not in refused for word in f"{entry.title} {entry.text}".split())


def _shared_guids(raws: list[Any]) -> set[str]:
    """Guids that several links claim (a constant, a template never filled in): they name nothing."""
    links: dict[str, set[str]] = {}
    for raw in raws:
        links.setdefault(_text(raw, "id").strip(), set()).add(_text(raw, "link"))
    return {guid for guid, linked in links.items() if len(linked) > 1}


def _check_depth(text: str) -> None:
    depth = 0
    for tag in _TAG.finditer(_CDATA.sub("", text)):
        depth += 0 if tag[2] else -1 if tag[1] else 1
        if depth > _DEPTH:
            raise ParseError("markup", f"nested deeper than {_DEPTH}")


def _entry(raw: Any, base: str, shared: set[str]) -> Entry:
    # plain dict access: feedparser's own falls back from `updated` to `published`, with a warning
    link = _address(dict.get(raw, "link", ""), base)
    title = plain(_text(raw, "title"))[:MAX_TITLE]
    text = _body(raw)
    date = _text(raw, "published") or _text(raw, "updated") or _text(raw, "created")
    guid = _text(raw, "id").strip()
    entry_id = (
        guid_id(guid, base)
        if guid and guid not in shared
        else stable_id(link, base)
        if link
        else text_id(title, date, text[:200])
    )
    return Entry(
        id=entry_id,
        url=link or (_address(guid, base) if "://" in guid else ""),
        title=title or text[:80].replace("\n", " "),
        date=date[:100],
        department=plain(_text(raw, "author"))[:80],
        text=text,
        updated=_text(raw, "updated")[:100],
        embargo=(_text(raw, "embargodate") or _text(raw, "embargo"))[:100],
        licence=plain(_text(raw, "rights"))[:100],
        links=_enclosures(raw, base),
    )


def _text(raw: Any, key: str) -> str:
    value = dict.get(raw, key, "")
    return value if isinstance(value, str) else ""


def _body(raw: Any) -> str:
    contents = [part.get("value") or "" for part in dict.get(raw, "content", []) or []]
    texts = [plain(part)[:MAX_TEXT] for part in [*contents, _text(raw, "summary")] if part]
    return max(texts, key=len, default="")


def _enclosures(raw: Any, base: str) -> tuple[Link, ...]:
    named = (
        (plain(dict.get(link, "title", "") or ""), _address(dict.get(link, "href", ""), base))
        for link in dict.get(raw, "links", [])[:50]
        if dict.get(link, "rel") == "enclosure"
    )
    return tuple(Link(name, url) for name, url in named if url)


def _address(href: str, base: str) -> str:
    try:
        url = urljoin(base, href.strip()) if href else ""
    except ValueError:
        return ""
    return url if url.lower().startswith(("http://", "https://")) else ""


def _ttl(feed: Any) -> timedelta | None:
    minutes = str(dict.get(feed, "ttl", "") or "").strip()
    return timedelta(minutes=min(int(minutes), 1440)) if minutes.isdecimal() and len(minutes) < 6 else None

"""JSON Feed 1.0 and 1.1 (jsonfeed.org). Runs in the sandbox; refuses JSON that is no feed."""

from __future__ import annotations

import json
from typing import Any

from crawlers.article import MAX_TEXT, MAX_TITLE, Entry, Link, Listing, ParseError
from crawlers.identity import guid_id, stable_id, text_id
from crawlers.links import absolute
from crawlers.markup import plain

MAX_ENTRIES = 300


def parse_json(text: str, url: str) -> Listing:
    """What the JSON feed at `url` lists, in its order.

    Raises:
        ParseError: `wrong_kind` where it is other JSON, `markup` where it breaks off or no item says anything.
    """
    try:
        record = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        code = "markup" if "jsonfeed.org/version/" in text[:1000] else "wrong_kind"
        raise ParseError(code, f"not a feed: {' '.join(text[:100].split())[:80]}") from error
    version = record.get("version") if isinstance(record, dict) else None
    items = record.get("items") if isinstance(record, dict) else None
    if not isinstance(version, str) or "jsonfeed.org/version/" not in version or not isinstance(items, list):
        raise ParseError("wrong_kind", f"not a feed: {' '.join(text[:100].split())[:80]}")
    raws = [item for item in items[:MAX_ENTRIES] if isinstance(item, dict)]
    entries: dict[str, Entry] = {}
    for raw in raws:
        entry = _entry(raw, url)
        if entry.title or entry.text:
            entries.setdefault(entry.id, entry)
    if raws and not entries:
        raise ParseError("markup", f"{len(raws)} entries, none readable")
    return Listing("json" + version.rsplit("/", 1)[-1][:10], tuple(entries.values()))


def _entry(raw: dict[str, Any], base: str) -> Entry:
    link = absolute(_text(raw, "url") or _text(raw, "external_url"), base)
    title = " ".join(plain(_text(raw, "title")).split())[:MAX_TITLE]
    told = (plain(_text(raw, "content_html")), _text(raw, "content_text"), plain(_text(raw, "summary")))
    text = max(told, key=len)[:MAX_TEXT]
    date = _text(raw, "date_published") or _text(raw, "date_modified")
    guid = str(raw.get("id") or "").strip()
    return Entry(
        id=guid_id(guid, base) if guid else stable_id(link, base) if link else text_id(title, date, text[:200]),
        url=link or (absolute(guid, base) if "://" in guid else ""),
        title=title or text[:80].replace("\n", " "),
        date=date[:100],
        department=_author(raw)[:80],
        text=text,
        updated=_text(raw, "date_modified")[:100],
        links=_files(raw, base),
    )


def _author(raw: dict[str, Any]) -> str:
    authors = raw.get("authors")
    first = authors[0] if isinstance(authors, list) and authors else raw.get("author")
    return " ".join(_text(first, "name").split()) if isinstance(first, dict) else ""


def _files(raw: dict[str, Any], base: str) -> tuple[Link, ...]:
    told = raw.get("attachments")
    named = [item for item in told[:50] if isinstance(item, dict)] if isinstance(told, list) else []
    links = (Link(_text(item, "title").strip(), absolute(_text(item, "url"), base)) for item in named)
    return tuple(link for link in links if link.url)


def _text(raw: dict[str, Any], key: str) -> str:
    value = raw.get(key)
    return value if isinstance(value, str) else ""

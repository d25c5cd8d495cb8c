"""What a listed entry may bring in: bounded, one-line where a line is meant, addresses that are some. Pure.

Every kind of source passes here, after its parser and before anything is remembered; refuses to judge what is said.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from crawlers.article import MAX_TEXT, MAX_TITLE, Entry, Link
from crawlers.characters import line, prose
from crawlers.guard import MAX_URL
from crawlers.identity import text_id

_MAX_ID = 300
_MAX_WORD = 100
_MAX_LINKS = 50


def admitted(entry: Entry) -> Entry:
    """The entry without characters that act on whoever stores or shows it; an address that is none is gone."""
    title, text = line(entry.title, MAX_TITLE), prose(entry.text[:MAX_TEXT])
    return replace(
        entry,
        id=line(entry.id, _MAX_ID) or text_id(title, entry.url[:MAX_URL], text[:200]),
        url=address(entry.url),
        title=title or text[:80].replace("\n", " "),
        date=line(entry.date, _MAX_WORD),
        department=line(entry.department, _MAX_WORD),
        text=text,
        updated=line(entry.updated, _MAX_WORD),
        embargo=line(entry.embargo, _MAX_WORD),
        licence=line(entry.licence, _MAX_WORD),
        links=linked(entry.links),
    )


def linked(links: tuple[Link, ...], most: int = _MAX_LINKS) -> tuple[Link, ...]:
    """Those of `links` that lead somewhere, under names that can be shown."""
    return tuple(replace(one, name=line(one.name, 200)) for one in links[:most] if address(one.url))


def address(url: str) -> str:
    """`url`, or "" where it is no address of the web, is endless or holds what no address holds."""
    if len(url) > MAX_URL or not url.isprintable():
        return ""
    try:
        parts = urlsplit(url)
        return url if parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0 else ""
    except ValueError:  # a port or an IPv6 address that is none
        return ""

"""The XML of a feed, mended where templates and servers break it. Pure and linear; refuses to guess at content.

Mended: junk around the document, a document cut off (its whole entries stay), HTML's entities and bare ampersands
outside CDATA, control characters. What is no feed at all is raised here, before any parser sees it.
"""

from __future__ import annotations

import re
from html import escape
from html.entities import html5

from crawlers.article import ParseError

MAX_DEPTH = 5000  # far above honest feeds with unclosed tags
_ROOT = re.compile(r"<(?:([A-Za-z_][\w.-]{0,40}):)?(rss|rdf|feed|channel)(?=[\s>/])", re.IGNORECASE)
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_MAX_REFERENCES = 10_000  # to a feed's own entities, above which they are no convenience
_JUNK = 20_000  # characters before the root element in which it must begin
_BARE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});)([A-Za-z][A-Za-z0-9]{0,31};)?")
_NUMBER = re.compile(r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]));")
_CONTROL = bytes([*range(9), 11, 12, *range(14, 32)])
_DECLARED = re.compile(r"<!ENTITY\s+([A-Za-z_][\w.-]{0,60})\s")
_PLAIN_ENTITY = re.compile(r"<!ENTITY\s+([A-Za-z_][\w.-]{0,60})\s+([\"'])([^&%<>\"']{0,100})\2\s*>")
_ITEM_STARTS = re.compile(r"(?=<item[\s>])")
_NEXT_FIELD = re.compile(r"<(?:pubDate|author|link|description|guid|category|dc:|/item|/channel)")
_ITEM_END = re.compile(r"</((?:[A-Za-z_][\w.-]{0,40}:)?(?:item|entry))\s*>", re.IGNORECASE)
_TAG = re.compile(r"<(/?)[A-Za-z_][^<>]*?(/?)>")
_OPEN, _CLOSE = "<![CDATA[", "]]>"


def mended(text: str) -> str:
    """The feed in `text` from its root element to its end, as well-formed as what was sent allows.

    Raises:
        ParseError: `wrong_kind` where it is a page or something else; `markup` where it ends before its first entry.
    """
    found = _ROOT.search(text[: _JUNK + 100])
    page = _PAGE.search(text[:_JUNK])
    if found is None or (page and page.start() < found.start() and not _mislabelled(page[0], found[2])):
        shown = " ".join(re.sub(r"<[^<>]*>", " ", text[:2000]).split())
        raise ParseError("wrong_kind", f"not a feed: {shown[:80]}")
    head, text = _doctype(text[: found.start()]), text[found.start() :]
    text = _ended(text, found[0][1:])
    declared = set(_DECLARED.findall(head))
    text = _entities(_closed(text), declared, _values(head, text))
    if found[2].lower() == "channel":
        text = f'<rss version="2.0">{text}</rss>'
    return head + text.replace("\ufffe", "").replace("\uffff", "")


def encoded(text: str) -> bytes:
    """`text` as UTF-8 without the control characters that XML forbids."""
    return text.encode("utf-8", "replace").translate(None, _CONTROL)


def check_depth(text: str, most: int) -> None:
    """Raises `ParseError` (`markup`) where elements stand more than `most` deep inside each other."""
    if text.count("<") <= most:
        return
    depth = 0
    for outside in _outside(text):
        for tag in _TAG.finditer(outside):
            depth += 0 if tag[2] else -1 if tag[1] else 1
            if depth > most:
                raise ParseError("markup", f"nested deeper than {most}")


def _doctype(head: str) -> str:
    """The document type of a feed that has one: its entities may be used below."""
    start = head.find("<!DOCTYPE")
    return head[start:] if start >= 0 and not _PAGE.match(head, start) else ""


def _mislabelled(page: str, root: str) -> bool:
    """Whether a feed only says that it is a page: the document type of HTML before a root that no page has."""
    return page[1] == "!" and root.lower() in {"rss", "rdf"}


def _ended(text: str, root: str) -> str:
    """`text` up to the end of its root element; where that never comes, up to its last whole entry."""
    end = text.rfind(f"</{root}")
    if end >= 0:
        return f"{text[:end]}</{root}>"
    if text.rstrip().endswith("/>") and text.count("<") == 1:
        return text
    last = None
    for last in _ITEM_END.finditer(text):  # noqa: B007 - the last one is wanted
        pass
    if last is None:
        raise ParseError("markup", "cut off before its first entry")
    whole = text[: last.end()]
    inside = root.lower() == "rss" and "<channel" in whole and "</channel" not in whole
    return whole + ("</channel>" if inside else "") + f"</{root}>"


def _closed(text: str) -> str:
    """`text` with an end for each title and description that has none: the entries after it would be part of it."""
    for name in ("title", "description"):
        if text.count(f"<{name}>") > text.count(f"</{name}>"):
            text = "".join(_with_end(part, name) for part in _ITEM_STARTS.split(text))
    return text


def _with_end(item: str, name: str) -> str:
    start = item.rfind(f"<{name}>")
    if start < 0 or item.find(f"</{name}>", start) >= 0 or item.find(_OPEN, start) >= 0:
        return item
    after = _NEXT_FIELD.search(item, start)
    at = after.start() if after else len(item)
    return f"{item[:at]}</{name}>{item[at:]}"


def _values(head: str, text: str) -> dict[str, str]:
    """The feed's own entities that are plain words; those made of others are left to be refused."""
    if text.count("&") > _MAX_REFERENCES:
        return {}
    return {name: value for name, _, value in _PLAIN_ENTITY.findall(head[:_JUNK])[:50]}


def _entities(text: str, declared: set[str], values: dict[str, str]) -> str:
    if not _BARE.search(text) and not _NUMBER.search(text):
        return text

    def mend(found: re.Match[str]) -> str:
        name = found[1] or ""
        if name[:-1] in values:
            return values[name[:-1]]
        if name[:-1] in declared:
            return found[0]
        return escape(html5.get(name, "")) or f"&amp;{name}"

    pieces = []
    for number, part in enumerate(_parts(text)):
        pieces.append(part if number % 2 else _NUMBER.sub("", _BARE.sub(mend, part)))
    return "".join(pieces)


def _parts(text: str) -> list[str]:
    """`text` cut at its CDATA sections: every second part is one, marks and all."""
    parts, at = [], 0
    while (start := text.find(_OPEN, at)) >= 0 and (end := text.find(_CLOSE, start)) >= 0:
        parts += [text[at:start], text[start : end + len(_CLOSE)]]
        at = end + len(_CLOSE)
    return [*parts, text[at:]]


def _outside(text: str) -> list[str]:
    return _parts(text)[::2]

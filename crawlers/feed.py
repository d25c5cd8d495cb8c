"""RSS, Atom and JSON Feed from bytes we fetched. Runs in the sandbox; refuses addresses, and feedparser's dates.

    bytes → text → mended (junk, cuts, entities) → feedparser → entries

feedparser opens a string that looks like an address or a file name, so it is handed a stream and nothing else. Its
cleaning of HTML and joining of links are switched off: they are most of its cost, and plain text and `urljoin` do both.
What is not well-formed would fall to its slow and lenient parser, so what templates get wrong is mended before.
"""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

from crawlers.article import MAX_TEXT, MAX_TITLE, Entry, Link, Listing, ParseError
from crawlers.charset import decode
from crawlers.identity import guid_id, stable_id, text_id
from crawlers.jsonfeed import parse_json
from crawlers.links import absolute
from crawlers.markup import check_shape, plain
from crawlers.mending import MAX_DEPTH, check_depth, encoded, mended

MAX_ENTRIES = 300
_HEAD = 100_000  # characters in which a feed's own entities are looked for
_ENTITY = re.compile(r"<!ENTITY\s+([A-Za-z_][\w.-]{0,60})\s")
_BASE = re.compile(r"\sxml:base\s*=")
_MAX_HTML = 2_000_000  # characters of one entry's markup
# where templates of Korean sites keep a date, when it is not where the formats want it
_DATES = ("published", "updated", "created", "date", "pubdt", "regdate", "regdt", "reg_date", "writedate", "wdate")
_DEPARTMENTS = ("department", "dept", "deptname", "deptnm", "dept_nm")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(
    r"(?:(?:전화|연락처|tel\.?)\s*[:：]?\s*)?(?<!\d)\(?0\d{1,2}\)?[-.) ]{1,2}\d{3,4}[-. ]\d{4}(?!\d)", re.IGNORECASE
)
_LABEL = re.compile(r"^\s*(?:담당|작성|제공|등록)?\s?(?:부서|자|과)\s?명?\s*[:：]\s*")
_NOBODY = {"admin", "administrator", "webmaster", "master", "root", "manager", "관리자", "운영자", "담당자", "작성자"}
_OFFICE = re.compile(r"[가-힣A-Za-z0-9·ㆍ ]{1,20}(?:담당관|[과실국팀단]|센터|본부|관실|사업소|대변인)")
_TOPIC = re.compile(r".*(?:결과|효과|성과|교과|집단|현실|외국|전국)")  # words that end as offices do
_PERIODS = {"hourly": 60, "daily": 1440, "weekly": 10080, "monthly": 43200, "yearly": 525600}
_MOST_MINUTES = 1440
_PICTURE = ("image/", "audio/", "video/")


def parse_feed(body: bytes, charset: str, url: str) -> Listing:
    """What the feed at `url` lists, in its order; an empty feed is an empty listing, of a cut one the whole entries.

    Raises:
        ParseError: `wrong_kind` where the bytes are no feed, `markup` where they are built to hang a parser, or where
            no entry says anything: what could not be read is never a quiet day.
    """
    text = decode(body, charset)
    if text.lstrip("\ufeff \t\r\n")[:1] == "{":
        return parse_json(text, url)
    text = mended(text)
    check_depth(text, MAX_DEPTH)
    check_shape(text)
    parsed = _parsed(text, url)
    if not parsed.get("version"):
        raise ParseError("wrong_kind", f"not a feed: {plain(text[:2000])[:80]}")
    raws = parsed.entries[:MAX_ENTRIES]
    shared = _shared_guids(raws)
    office = _office(_text(parsed.feed, "author"))
    entries: dict[str, Entry] = {}
    for raw in raws:
        entry = _entry(raw, url, shared, office)
        entries.setdefault(entry.id, entry)
    refused = {f"&{name};" for name in _ENTITY.findall(text[:_HEAD])}
    told = tuple(entry for entry in entries.values() if _says(entry, refused))
    if raws and not told:
        raise ParseError("markup", f"{len(raws)} entries, none readable")
    return Listing(parsed.version, told, _ttl(parsed.feed))


def _parsed(text: str, url: str) -> Any:
    # here, not above: the main process never needs feedparser, and its memory counts
    import feedparser

    headers = {"content-type": "application/xml; charset=utf-8"}
    if _BASE.search(text):  # costs two joins a tag, so only where a feed has bases of its own
        headers["content-location"] = url
    stream = io.BytesIO(encoded(text))
    return feedparser.parse(stream, response_headers=headers, sanitize_html=False, resolve_relative_uris=False)


def _says(entry: Entry, refused: set[str]) -> bool:
    """Whether an entry has a word of its own, apart from entities that the parser did not expand."""
    if not refused:
        return bool(entry.title or entry.text)
    return any(word not in refused for word in f"{entry.title} {entry.text}".split())


def _shared_guids(raws: list[Any]) -> set[str]:
    """Guids that several entries claim (a constant, a template never filled in): they name nothing.

    The same guid with the same link and title is one entry listed twice.
    """
    claimed: dict[str, set[str]] = {}
    for raw in raws:
        told = _text(raw, "link") or _text(raw, "title")
        claimed.setdefault(_text(raw, "id").strip(), set()).add(told)
    return {guid for guid, told in claimed.items() if len(told) > 1}


def _entry(raw: Any, base: str, shared: set[str], office: str) -> Entry:
    # plain dict access: feedparser's own falls back from `updated` to `published`, with a warning
    guid = _text(raw, "id").strip()
    files = _enclosures(raw, base)
    link = _link(raw, guid, base, files)
    title = _one_line(_text(raw, "title"))[:MAX_TITLE]
    text = _body(raw)
    date = next((value for key in _DATES if any(map(str.isdigit, value := _text(raw, key)))), "")
    if guid and guid not in shared:
        entry_id = guid_id(absolute(guid, base) if guid.startswith("/") else guid, base)
    elif link:
        entry_id = stable_id(link, base)
    else:
        entry_id = text_id(title, date, text[:200])
    return Entry(
        id=entry_id,
        url=link,
        title=title or text[:80].replace("\n", " ") or (files[0].name if files else ""),
        date=date.strip()[:100],
        department=(_department(raw) or office)[:80],
        text=text,
        updated=_text(raw, "updated")[:100],
        embargo=(_text(raw, "embargodate") or _text(raw, "embargo"))[:100],
        licence=_one_line(_text(raw, "rights"))[:100],
        links=files,
    )


def _text(raw: Any, key: str) -> str:
    value = dict.get(raw, key, "")
    return value if isinstance(value, str) else ""


def _one_line(text: str) -> str:
    return " ".join((plain(text) if "<" in text or "&" in text else text).split())


def _body(raw: Any) -> str:
    """The longest of what an entry tells of itself, each form read once."""
    parts = (part.get("value") or "" for part in dict.get(raw, "content", None) or [])
    told = dict.fromkeys([_text(raw, "summary"), *parts])
    return max((plain(part[:_MAX_HTML])[:MAX_TEXT] for part in told if part), key=len, default="")


def _link(raw: Any, guid: str, base: str, files: tuple[Link, ...]) -> str:
    """The entry's own address: its link, an alternate of any type, a guid that is one, its one document."""
    told = [_text(raw, "link"), *_alternates(raw)]
    if "/" in guid or "?" in guid:
        told.append(guid)
    for href in told:
        # feedparser makes a guid without attributes the link, whatever it is
        if href and (href != guid or "/" in href or "?" in href) and (url := absolute(href, base)):
            return url
    return files[0].url if len(files) == 1 else ""


def _alternates(raw: Any) -> list[str]:
    links = dict.get(raw, "links", None) or []
    return [
        dict.get(link, "href", "") or "" for link in links[:50] if dict.get(link, "rel") in {"alternate", "related"}
    ]


def _enclosures(raw: Any, base: str) -> tuple[Link, ...]:
    found: dict[str, Link] = {}
    media = dict.get(raw, "media_content", None) or []
    for link in [*(dict.get(raw, "links", None) or [])[:50], *media[:50]]:
        kind = str(dict.get(link, "type", "") or "").lower()
        href = dict.get(link, "href", "") or dict.get(link, "url", "") or ""
        wanted = dict.get(link, "rel", "enclosure") == "enclosure" and not kind.startswith(_PICTURE)
        if wanted and dict.get(link, "medium") is None and (url := absolute(href, base)):
            found.setdefault(url, Link(_one_line(dict.get(link, "title", "") or ""), url))
    return tuple(found.values())


def _department(raw: Any) -> str:
    """Who wrote it: a field that says so, the author's name without address, or a category that is an office."""
    for key in _DEPARTMENTS:
        if told := _one_line(_text(raw, key)):
            return told
    detail = dict.get(raw, "author_detail", None) or {}
    for told in (str(detail.get("name") or ""), _text(raw, "author")):
        name = _PHONE.sub("", _MAIL.sub("", _LABEL.sub("", _one_line(told)))).strip(" ()<>,;:-/☎")
        if name and name.lower() not in _NOBODY:
            return name
    terms = (str(dict.get(tag, "term", "") or "").strip() for tag in (dict.get(raw, "tags", None) or [])[:10])
    return next(filter(None, map(_office, terms)), "")


def _office(told: str) -> str:
    """`told` where it names an office; a feed's own author is its entries' (RFC 4287 §4.2.1), but mostly the agency."""
    told = _one_line(told)
    return told if _OFFICE.fullmatch(told) and not _TOPIC.fullmatch(told) else ""


def _ttl(feed: Any) -> timedelta | None:
    """How long the feed asks to be left alone: `ttl`, or the syndication module's period; a day at most."""
    minutes = str(dict.get(feed, "ttl", "") or "").strip()
    if minutes.isdecimal() and len(minutes) < 6:
        return timedelta(minutes=min(int(minutes), _MOST_MINUTES))
    period = _PERIODS.get(_text(feed, "sy_updateperiod").strip().lower())
    if period is None:
        return None
    times = _text(feed, "sy_updatefrequency").strip()
    often = max(int(times), 1) if times.isdecimal() and len(times) < 6 else 1
    return timedelta(minutes=min(period / often, _MOST_MINUTES))

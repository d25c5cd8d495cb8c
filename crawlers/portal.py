"""Asking the public-data portal (data.go.kr): its key, which days, which address. Pure; refuses to show the key.

source's address + key + days → one address a window of at most three days; pageNo never (the service ignores it)
"""

from __future__ import annotations

import hashlib
import html
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from crawlers.article import Entry
from crawlers.dates import KST

DAYS = 3  # the service refuses a longer window
MAX_WINDOWS = 10  # of one poll: what was missed in an outage longer than this is not walked back to
DAILY_CALLS = 900  # of the 1,000 that a developer's key has; the rest is left to people
_OWN = {"servicekey", "startdate", "enddate", "pageno"}
_ROWS = 1000
_TOLD = ("id", "url", "title", "date", "department", "text", "updated", "embargo", "licence", "agency")
_LEAST = 12  # characters of a key below which it may be a word of a text
_KEYED = re.compile(r"(?i)(?<=[?&;])servicekey=([^&#]*)&?")
_ECHOED = re.compile(r"(?i)(servicekey(?:=|%3D|[\"':\s]{1,4}))[^&\s\"'<>;,]{1,600}")


class Key:
    """A portal key, given in either form that the portal shows: "decoding" (raw) or "encoding" (percent-escaped)."""

    __slots__ = ("_pattern", "_raw")

    def __init__(self, text: str) -> None:
        text = text.strip()
        self._raw = unquote(text) if re.search(r"%[0-9A-Fa-f]{2}", text) else text
        self._pattern = _pattern(self._raw)

    def __bool__(self) -> bool:
        return bool(self._raw)

    def __repr__(self) -> str:
        return "Key(…)" if self._raw else "Key()"

    @property
    def written(self) -> str:
        """As it stands in a query."""
        return quote(self._raw, safe="")

    @property
    def name(self) -> str:
        """What its calls are counted under: tells two keys apart and nothing of either."""
        return hashlib.blake2b(self._raw.encode(), digest_size=8, person=b"dobi-quota").hexdigest()

    def hidden(self, text: str) -> str:
        """`text` without the key, in whichever form a server echoes it."""
        text = self._pattern.sub("***", text) if self._pattern else text
        return _ECHOED.sub(r"\g<1>***", text)

    def hidden_for_sure(self, text: str) -> str:
        """The same of a short text that people will see: where a part of the key is left, nothing of it is."""
        told = self.hidden(text)
        plainly = unquote(html.unescape(html.unescape(told))).lower()
        parts = (self._raw[at : at + _LEAST].lower() for at in range(len(self._raw) - _LEAST + 1))
        return "***" if any(part in plainly for part in parts) else told

    def hidden_in(self, entry: Entry) -> Entry:
        """`entry` without the key in anything it tells."""
        if self._pattern is None or not self._pattern.search(repr(entry)):
            return entry
        texts: dict[str, Any] = {name: self.hidden(getattr(entry, name)) for name in _TOLD}
        links = tuple(replace(link, name=self.hidden(link.name), url=self.hidden(link.url)) for link in entry.links)
        return replace(entry, **texts, links=links)

    def hidden_bytes(self, body: bytes) -> bytes:
        """The same of an answer's bytes, as far as a letter is a byte there."""
        if self._pattern is None and b"ervice" not in body:
            return body
        return self.hidden(body.decode("latin-1")).encode("latin-1")


def _pattern(raw: str) -> re.Pattern[str] | None:
    """Any writing of the key: each of its signs as it is, as an escape (once or twice), or as HTML and JSON have it."""
    if len(raw) < _LEAST:
        return None
    signs = []
    for char in raw:
        once = quote(char, safe="")
        if once == char:
            signs.append(re.escape(char))
            continue
        ways = (
            char,
            once,
            quote(once, safe=""),
            f"&#{ord(char)};",
            f"&#x{ord(char):x};",
            f"\\{char}",
            html.escape(char),
        )
        signs.append("(?:" + "|".join(re.escape(way) for way in dict.fromkeys(ways)) + ")")
    return re.compile("".join(signs), re.IGNORECASE)


def key_in(url: str) -> str:
    """The key that stands in a source's address, as written there; "" for none."""
    found = _KEYED.search(url)
    return found[1] if found else ""


def unkeyed(url: str) -> str:
    """`url` without its key; one without a key stays as it is, to the letter."""
    return _KEYED.sub("", url).rstrip("?&") if _KEYED.search(url) else url


def bare(url: str) -> str:
    """`url` without what a request puts into it: the key, the days, the page."""
    return _without(url, _OWN)


def _without(url: str, names: set[str]) -> str:
    parts = urlsplit(url)
    pairs = [pair for pair in re.split("[&;]", parts.query) if pair and pair.partition("=")[0].lower() not in names]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "&".join(pairs), ""))


def windows(since: datetime | None, now: datetime) -> list[tuple[date, date]]:
    """The days to ask for at `now`, oldest first, each pair inclusive and of at most `DAYS` days, in KST.

    `since` is when all was last read. The last three days are always asked for: items are corrected, and a window
    that only began at the last poll would call yesterday's items new after the first.
    """
    last = now.astimezone(KST).date()
    first = last - timedelta(days=DAYS - 1)
    begun = min(since.astimezone(KST).date() - timedelta(days=1), first) if since else first
    found: list[tuple[date, date]] = []
    while last >= begun and len(found) < MAX_WINDOWS:
        start = max(last - timedelta(days=DAYS - 1), begun)
        found.append((start, last))
        last = start - timedelta(days=1)
    return found[::-1]


def address(url: str, key: Key, start: date, end: date) -> str:
    """What to fetch for a window: the source's address with the key and the days in it."""
    asked_of = bare(url)
    query = urlsplit(asked_of).query
    asked = [f"serviceKey={key.written}", f"startDate={start:%Y%m%d}", f"endDate={end:%Y%m%d}"]
    if "numofrows=" not in query.lower():
        asked.append(f"numOfRows={_ROWS}")
    return f"{asked_of}{'&' if query else '?'}{'&'.join(asked)}"


def next_day(now: datetime) -> timedelta:
    """How long until the portal counts calls anew: past the next midnight in Korea."""
    local = now.astimezone(KST)
    midnight = (local + timedelta(days=1)).replace(hour=0, minute=10, second=0, microsecond=0)
    return midnight - local

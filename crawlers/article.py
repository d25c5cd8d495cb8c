"""The values of the crawl and its errors; refuses to fetch, to parse foreign bytes and to judge.

The error tree (each carries a stable English `code`; wording is the bot's)::

    CrawlError
    ├── SourceError     an entry of the catalogue is wrong; names the key at fault
    ├── FetchError      the document could not be had: status, time, size, robots, redirect, network
    │   └── GuardError  the address is one we never talk to
    ├── ParseError      the document came and is not what it should be
    ├── ArticleError    stored JSON is not an article
    └── StaleLease      another worker holds the source by now; a late write was refused
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from crawlers.characters import line

MAX_TEXT = 200_000  # characters of a body, and of all attachments of one article together
MAX_TITLE = 500
MAX_DETAIL = 300  # characters of evidence in an error


class CrawlError(Exception):
    """What went wrong with one source or one document."""

    def __init__(self, code: str, detail: str = "") -> None:
        detail = line(detail, MAX_DETAIL)  # often foreign text, on its way to a log, a database and a chat
        super().__init__(code, detail)  # both in `args`, so that it crosses a process border whole
        self.code = code
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}" if self.detail else self.code


class SourceError(CrawlError):
    """A catalogue entry is wrong; `code` is the key at fault."""


class FetchError(CrawlError):
    """The document could not be had; `retry_after` is what the server asked for, where it did."""

    def __init__(self, code: str, detail: str = "", retry_after: timedelta | None = None) -> None:
        super().__init__(code, detail)
        self.args = (code, self.detail, retry_after)
        self.retry_after = retry_after


class GuardError(FetchError):
    """The address is one we never talk to."""


class ParseError(CrawlError):
    """The document came and is not what it should be."""


class ArticleError(CrawlError):
    """Stored JSON is not an article."""


class StaleLease(CrawlError):  # noqa: N818 - a state of the world, named as the fencing literature does
    """Another worker holds the source by now; a late write was refused."""


@dataclass(frozen=True, slots=True)
class Link:
    """A named address found on a page; `post` says that its query is to be posted to its path."""

    name: str
    url: str
    post: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a feed or board, as listed; `date` and `embargo` are raw text, `text` may be an excerpt.

    `updated` is the feed's own stamp of change. Titles and text are plain, without markup. `agency` is whose document
    it is, where one source lists many; `whole` says that the text is the document (no page need be read), `post` that
    the page answers to a POST of its address's query.
    """

    id: str
    url: str
    title: str
    date: str = ""
    department: str = ""
    text: str = ""
    updated: str = ""
    embargo: str = ""
    licence: str = ""
    links: tuple[Link, ...] = ()
    agency: str = ""
    whole: bool = False
    post: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """What a feed or a board page lists, in its own order; `ttl` is how long it asks to be left alone.

    `missed` counts what the answer says there is besides, and did not tell.
    """

    kind: str
    entries: tuple[Entry, ...]
    ttl: timedelta | None = None
    missed: int = 0


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of an article; where `text` is empty, `reason` is a stable English code that says why.

    Reasons: password, scan, empty, broken, bomb, unsupported, too_large, too_many, duplicate (the same document was
    read in another form), archive (a zip of documents), timeout, memory, crashed, or the code of the `FetchError` that
    kept it away.
    """

    name: str
    url: str
    kind: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Article:
    """A document of a public agency, as handed to the stream; instants are aware UTC.

    `flags`: no_body (the detail page could not be read), robots, no_date, bad_date, future_date, absurd_date,
    truncated; and, only where `dobi crawl` prints it, pending (its page is tried again before it is told).
    `same_as` is the key of an earlier article with the same text, or nearly the same; `corrects` is this article's own
    key when an earlier revision was handed over: a correction posted anew under another id bears the first one's, with
    its own address. A `baseline` article was there when its source was first seen, or is of long before: no news.
    """

    source: str
    agency: str
    id: str
    title: str
    url: str
    published_at: datetime | None
    department: str
    text: str
    attachments: tuple[Attachment, ...]
    flags: tuple[str, ...]
    same_as: str | None
    corrects: str | None
    revision: int
    licence: str
    embargo_until: datetime | None
    fetched_at: datetime
    baseline: bool

    @property
    def key(self) -> str:
        """The name under which this document is known everywhere: `source/id`."""
        return f"{self.source}/{self.id}"

    def to_json(self) -> bytes:
        """UTF-8 JSON that `from_json` reads back to an equal value."""
        record = {name: _plain(getattr(self, name)) for name in _FIELDS}
        return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Article:
        """The article that `to_json` wrote.

        Raises:
            ArticleError: anything missing, unknown or of another type.
        """
        try:
            record = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise ArticleError("json", str(error)) from error
        if not isinstance(record, dict) or record.keys() != _FIELDS.keys():
            raise ArticleError("fields", f"expected {sorted(_FIELDS)}")
        return cls(**{name: read(name, record[name]) for name, read in _FIELDS.items()})


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Attachment):
        return {name: getattr(value, name) for name in _ATTACHMENT}
    return value


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise ArticleError(name, f"expected text, got {type(value).__name__}")
    return value


def _maybe_text(name: str, value: object) -> str | None:
    return None if value is None else _text(name, value)


def _flag(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise ArticleError(name, f"expected true or false, got {type(value).__name__}")
    return value


def _count(name: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ArticleError(name, "expected a count")
    return value


def _instant(name: str, value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(name, value))
    except ValueError as error:
        raise ArticleError(name, str(error)) from error
    if moment.tzinfo is None:
        raise ArticleError(name, "an instant needs its zone")
    return moment.astimezone(UTC)


def _maybe_instant(name: str, value: object) -> datetime | None:
    return None if value is None else _instant(name, value)


def _many(name: str, value: object) -> list[object]:
    if not isinstance(value, list):
        raise ArticleError(name, f"expected a list, got {type(value).__name__}")
    return value


def _texts(name: str, value: object) -> tuple[str, ...]:
    return tuple(_text(name, item) for item in _many(name, value))


def _attachments(name: str, value: object) -> tuple[Attachment, ...]:
    found = []
    for item in _many(name, value):
        if not isinstance(item, dict) or tuple(item) != _ATTACHMENT:
            raise ArticleError(name, f"expected {_ATTACHMENT}")
        found.append(Attachment(**{key: _text(key, text) for key, text in item.items()}))
    return tuple(found)


_ATTACHMENT = ("name", "url", "kind", "text", "reason")
_FIELDS: dict[str, Any] = {
    "source": _text,
    "agency": _text,
    "id": _text,
    "title": _text,
    "url": _text,
    "published_at": _maybe_instant,
    "department": _text,
    "text": _text,
    "attachments": _attachments,
    "flags": _texts,
    "same_as": _maybe_text,
    "corrects": _maybe_text,
    "revision": _count,
    "licence": _text,
    "embargo_until": _maybe_instant,
    "fetched_at": _instant,
    "baseline": _flag,
}

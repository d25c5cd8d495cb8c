"""A listed entry becomes a whole document: page, files, their text. Refuses to remember, or to say what is new.

    entry → page (fetched here, read in the sandbox) → files (the same) → Document

What fails here fails alone: an unreadable page is an `error`, an unreadable file a `reason`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar
from urllib.parse import unquote

from crawlers.article import MAX_TEXT, Attachment, CrawlError, Entry, FetchError, Link, ParseError
from crawlers.attachment import FileText, read_file
from crawlers.border import linked
from crawlers.characters import line, prose
from crawlers.dates import embargo_line
from crawlers.eminwon import form_of
from crawlers.exchange import Form, Visit
from crawlers.fetch import FILE_BYTES, PAGE_BYTES, Fetched, Fetcher, Validators
from crawlers.identity import canonical, digest
from crawlers.page import Page, kind_of, read_page, unheaded
from crawlers.sources import BoardProfile

T = TypeVar("T")

MAX_FILES = 10
_HEAD = 1500  # characters of a file in which a time of release stands
_KILLED = {"timeout", "memory", "crashed"}
_PATIENCE = 2  # files of one document that held a parser, or their server, to the end: the rest is not tried
_READ_ORDER = {"pdf": 0, "hwpx": 1, "hwp": 2}
_READABLE = {*_READ_ORDER, "docx", "xlsx", "pptx", "txt", "csv", "zip", ""}
_REASONS = {"parser_timeout": "timeout", "parser_memory": "memory", "parser_died": "crashed", "parser_failed": "broken"}


class Sandbox(Protocol):
    """Runs a module-level function in a killable process with caps on time and memory."""

    async def __call__(self, function: Callable[..., T], /, *args: object, timeout_s: float | None = None) -> T:
        """What `function` returns or raises; TimeoutError, MemoryError, ChildProcessError at the caps."""


async def sandboxed(sandbox: Sandbox, function: Callable[..., T], *args: object) -> T:
    """What `function` makes of foreign bytes.

    Raises:
        ParseError: whatever went wrong; `parser_timeout`, `parser_memory`, `parser_died`, `parser_failed`, or its own.
    """
    try:
        return await sandbox(function, *args)
    except CrawlError:
        raise
    except TimeoutError as error:
        raise ParseError("parser_timeout", function.__name__) from error
    except MemoryError as error:
        raise ParseError("parser_memory", function.__name__) from error
    except ChildProcessError as error:
        raise ParseError("parser_died", function.__name__) from error
    except Exception as error:  # over foreign bytes a library may raise anything; it costs this document, not the poll
        raise ParseError("parser_failed", f"{function.__name__}: {type(error).__name__}") from error


NOTHING_GIVEN = Validators()


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a document that was read before: hashes of its body and links, its page's validators."""

    body: str
    links: str
    validators: Validators


@dataclass(frozen=True, slots=True)
class Document:
    """What an entry leads to. `links` is the hash of the files named on the page.

    `embargo` is the line of the page, or of a file's head, that names a time of release. `error` is the code of what
    kept the page away (`text` is then the list's); `unchanged` says that the server, or the page, is as it was when
    last read.
    """

    text: str
    attachments: tuple[Attachment, ...] = ()
    date: str = ""
    department: str = ""
    licence: str = ""
    links: str = ""
    validators: Validators = NOTHING_GIVEN
    error: str = ""
    unchanged: bool = False
    embargo: str = ""


class Reader:
    """Reads whole documents; `keep` is called before each request (a lease is renewed there)."""

    def __init__(self, fetcher: Fetcher, sandbox: Sandbox) -> None:
        self._fetcher, self._sandbox = fetcher, sandbox

    async def read(
        self,
        entry: Entry,
        profile: BoardProfile | None,
        keep: Callable[[], Awaitable[None]],
        known: Known | None = None,
        visit: Visit | None = None,
        *,
        files: bool = True,
    ) -> Document:
        """The document behind `entry`; with `known`, perhaps only the word that page and links are unchanged.

        `visit` holds the cookies of the poll; without `files` those of a whole entry are named, not read.
        """
        if entry.whole or not entry.url:
            text = unheaded(entry.text, entry.title, entry.department)
            if known and entry.whole and (digest(text), _names(entry.links)) == (known.body, known.links):
                return Document("", unchanged=True)
            return Document(
                text, await self._files(entry.links, keep, most=MAX_FILES if files else 0), links=_names(entry.links)
            )
        try:
            await keep()
            fetched = await self._open(entry, known, visit)
            if fetched.not_modified:
                return Document("", unchanged=True, validators=fetched.validators)
            page = await self._page(fetched, profile, entry.title)
        except (FetchError, ParseError) as error:
            links = entry.links if error.code != "robots" else ()
            return Document(entry.text, await self._files(links, keep), links=_names(links), error=error.code)
        if page.is_file:
            return await self._direct(entry, fetched)
        named = sorted((*entry.links, *page.links), key=lambda link: bool(link.name))  # a name is told last, and stays
        links = tuple({canonical(link.url): link for link in named}.values())
        told = (unheaded(text, entry.title, entry.department or page.department) for text in (page.text, entry.text))
        text = max(told, key=len)
        if known and (digest(text), _names(links)) == (known.body, known.links):
            return Document("", unchanged=True, validators=fetched.validators)
        attachments = await self._files(links, keep, visit)
        told = (embargo_line(item.text[:_HEAD]) for item in attachments)
        return Document(
            text=text,
            attachments=attachments,
            embargo=page.embargo or next(filter(None, told), ""),
            date=page.date,
            department=page.department,
            licence=page.licence,
            links=_names(links),
            validators=fetched.validators,
        )

    async def _open(self, entry: Entry, known: Known | None, visit: Visit | None) -> Fetched:
        if entry.post:
            try:
                return await self._post(entry.url, PAGE_BYTES, visit)
            except FetchError as error:
                if not error.code.startswith("status_4"):
                    raise
        return await self._fetcher.get(entry.url, validators=known.validators if known else None, visit=visit)

    async def _post(self, url: str, max_bytes: int, visit: Visit | None) -> Fetched:
        where, fields, charset = form_of(url)
        return await self._fetcher.post(where, Form(fields, charset), max_bytes=max_bytes, visit=visit)

    async def _page(self, fetched: Fetched, profile: BoardProfile | None, title: str) -> Page:
        body_css, files_css = (profile.body, profile.attachments) if profile else ("", "")
        page = await sandboxed(
            self._sandbox, read_page, fetched.body, fetched.charset, fetched.url, body_css, files_css, title
        )
        return replace(
            page,
            text=prose(page.text),
            links=linked(page.links),
            date=line(page.date, 100),
            department=line(page.department, 100),
        )

    async def _direct(self, entry: Entry, fetched: Fetched) -> Document:
        """The entry's address is the document itself."""
        link = Link(_file_name(Link(fetched.name, entry.url)), entry.url)
        attachment = await self._read(link, fetched.body)
        return Document(entry.text, (attachment,), links=_names((link,)), validators=fetched.validators)

    async def _files(
        self,
        links: tuple[Link, ...],
        keep: Callable[[], Awaitable[None]],
        visit: Visit | None = None,
        most: int = MAX_FILES,
    ) -> tuple[Attachment, ...]:
        done: dict[str, Attachment] = {}
        told: set[str] = set()
        ordered = sorted(links, key=lambda link: _READ_ORDER.get(kind_of(_file_name(link)), 3))
        for number, link in enumerate(ordered):
            name = _file_name(link)
            stem = name.rsplit(".", 1)[0]
            if number >= most:
                found = Attachment(name, link.url, kind_of(name), "", "too_many")
            elif sum(item.reason in _KILLED for item in done.values()) >= _PATIENCE:
                found = Attachment(name, link.url, kind_of(name), "", "timeout")
            elif stem in told and kind_of(name) in _READ_ORDER:
                found = Attachment(name, link.url, kind_of(name), "", "duplicate")
            else:
                await keep()
                found = await self._file(replace(link, name=name), visit)
            told |= {stem} if found.text else set()
            done[link.url] = found
        return _within(tuple(done[link.url] for link in links))

    async def _file(self, link: Link, visit: Visit | None) -> Attachment:
        kind = kind_of(link.name)
        if kind not in _READABLE:
            return Attachment(link.name, link.url, kind, "", "unsupported")
        try:
            if link.post:
                fetched = await self._post(link.url, FILE_BYTES, visit)
            else:
                fetched = await self._fetcher.get(link.url, max_bytes=FILE_BYTES, visit=visit)
        except FetchError as error:
            return Attachment(link.name, link.url, kind, "", error.code)
        told = line(fetched.name, 200)
        return await self._read(replace(link, name=told) if kind_of(told) and not kind else link, fetched.body)

    async def _read(self, link: Link, body: bytes) -> Attachment:
        try:
            found = await sandboxed(self._sandbox, read_file, body, link.name)
        except ParseError as error:
            found = FileText(kind_of(link.name), reason=_REASONS.get(error.code, error.code))
        return Attachment(link.name, link.url, found.kind or kind_of(link.name), found.text, found.reason)


def _file_name(link: Link) -> str:
    if name := line(link.name, 200):
        return name
    path = re.split(r"[?#]", link.url, maxsplit=1)[0].partition("://")[2].partition("/")[2]
    return line(unquote(path).rsplit("/", 1)[-1], 200) or "file"


def _names(links: tuple[Link, ...]) -> str:
    # what is posted for a file may be sealed anew for every reader
    told = "\n".join(f"{link.name} {'' if link.post else canonical(link.url)}" for link in links)
    return hashlib.blake2b(told.encode(errors="replace"), digest_size=12).hexdigest() if links else ""


def _within(attachments: tuple[Attachment, ...]) -> tuple[Attachment, ...]:
    """The same, with at most `MAX_TEXT` characters of text together."""
    left, kept = MAX_TEXT, []
    for item in attachments:
        text = item.text[:left]
        left -= len(text)
        reason = item.reason if text or not item.text else "too_large"
        kept.append(Attachment(item.name, item.url, item.kind, text, reason))
    return tuple(kept)

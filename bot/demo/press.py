"""The sample agencies' press releases, as they stand at an instant of the demo's clock.

The texts live in `documents/*.toml`, one file an agency, and were all written for this demo: no real agency, person or
announcement is in them. Instants are offsets from the demo's start and dates inside the texts are placeholders, so the
demo may start on any day. Nothing here knows the web: `site` serves what `Press` says is published.

    documents/*.toml → Agency, Document (parsed once, strictly) → Press(start).published(now) → Release
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from functools import cache
from importlib.resources import files
from typing import cast

KST = timezone(timedelta(hours=9), "KST")

_WEEKDAYS = "월화수목금토일"
_EPOCH = date(2020, 1, 1)
_OFFSET = re.compile(r"(?P<sign>[+-])(?:(?P<d>\d+)d)?(?:(?P<h>\d+)h)?(?:(?P<m>\d+)m)?(?:(?P<s>\d+)s)?")
_PLACEHOLDER = re.compile(r"\{(date|day|month|year):([+-]\d+)d\}")


class DemoError(ValueError):
    """The demo's own material is wrong: a programming error of this repository."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file joined to a release; `kind` is hwpx or pdf, `lines` its text below the title."""

    name: str
    kind: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Replacement:
    """A piece of text that a correction exchanges for another."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Revision:
    """A later state of a document: from `offset` on, each replacement is applied."""

    offset: timedelta
    replacements: tuple[Replacement, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A press release as written, its dates still placeholders; `number` is unique over all agencies."""

    number: int
    offset: timedelta
    area: str
    department: str
    title: str
    lines: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    revisions: tuple[Revision, ...]


@dataclass(frozen=True, slots=True)
class Agency:
    """An invented agency: `style` names its web site's kind, `board` the Korean name of its press board."""

    id: str
    name: str
    style: str
    board: str
    address: str
    licence: int  # 공공누리 type, 1 to 4
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class Release:
    """A document as a reader finds it at an instant: dates filled in, corrections applied."""

    id: str
    agency: Agency
    area: str
    department: str
    title: str
    lines: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    published_at: datetime
    updated_at: datetime

    @property
    def text(self) -> str:
        """The body, a line a paragraph."""
        return "\n".join(self.lines)


def offset(text: str) -> timedelta:
    """The span that "+11m", "-3d1h20m" or "+90s" names.

    Raises:
        DemoError: if the text is anything else.
    """
    match = _OFFSET.fullmatch(text)
    if not match or len(text) < 3:
        raise DemoError(f"expected an offset such as -3d1h20m, got {text!r}")
    days, hours, minutes, seconds = (int(match[unit] or 0) for unit in "dhms")
    span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -span if match["sign"] == "-" else span


def official(day: date, *, year: bool = True) -> str:
    """The date as Korean offices write it: "2026. 12. 4.(금)", without the year "12. 4.(금)"."""
    short = f"{day.month}. {day.day}.({_WEEKDAYS[day.weekday()]})"
    return f"{day.year}. {short}" if year else short


def fill(text: str, today: date) -> str:
    """The text with each {date:+11d}, {day:+11d}, {month:+30d} or {year:+0d} written out, counted from `today`."""

    def written(match: re.Match[str]) -> str:
        day = today + timedelta(days=int(match[2]))
        match match[1]:
            case "date":
                return official(day)
            case "day":
                return official(day, year=False)
            case "month":
                return f"{day.month}월"
        return f"{day.year}년"

    return _PLACEHOLDER.sub(written, text)


class Press:
    """What the sample agencies have published at an instant, for a demo that started at `start` (aware).

    Release ids hold the start's Korean date: a demo restarted on its day shows the same releases again, one
    started on another day shows other ones, never the old ones with moved dates. Ports and hosts play no part.
    """

    def __init__(self, start: datetime) -> None:
        self._start = start
        self._today = start.astimezone(KST).date()
        self._serial = (self._today - _EPOCH).days

    def published(self, now: datetime, agency: str | None = None) -> list[Release]:
        """The releases out at `now`, newest first; of all agencies, or of one."""
        releases = [
            self._release(each, document, now)
            for each in agencies()
            if agency in (None, each.id)
            for document in each.documents
            if self._start + document.offset <= now
        ]
        return sorted(releases, key=lambda release: (release.published_at, release.id), reverse=True)

    def next_change(self, now: datetime, agency: str) -> datetime | None:
        """When the agency publishes or corrects next after `now`; None if never again."""
        offsets = (
            offset
            for each in agencies()
            if each.id == agency
            for document in each.documents
            for offset in (document.offset, *(revision.offset for revision in document.revisions))
        )
        return min((self._start + offset for offset in offsets if self._start + offset > now), default=None)

    def find(self, now: datetime, agency: str, release_id: str) -> Release | None:
        """The release of that id if it is out at `now`."""
        return next((each for each in self.published(now, agency) if each.id == release_id), None)

    def _release(self, agency: Agency, document: Document, now: datetime) -> Release:
        due = [each for each in document.revisions if self._start + each.offset <= now]
        for revision in due:
            document = _revised(document, revision)
        latest = max((each.offset for each in due), default=document.offset)
        return Release(
            id=f"{self._serial}{document.number:04d}",
            agency=agency,
            area=document.area,
            department=document.department,
            title=fill(document.title, self._today),
            lines=tuple(fill(line, self._today) for line in document.lines),
            attachments=tuple(self._attachment(each) for each in document.attachments),
            published_at=self._start + document.offset,
            updated_at=self._start + latest,
        )

    def _attachment(self, attachment: Attachment) -> Attachment:
        return replace(attachment, lines=tuple(fill(line, self._today) for line in attachment.lines))


def _revised(document: Document, revision: Revision) -> Document:
    return replace(
        document,
        title=_replaced(document.title, revision),
        lines=tuple(_replaced(line, revision) for line in document.lines),
    )


def _replaced(text: str, revision: Revision) -> str:
    for each in revision.replacements:
        text = text.replace(each.old, each.new)
    return text


@cache
def agencies() -> tuple[Agency, ...]:
    """Every sample agency with its documents, parsed from the package's own data, by agency id.

    Raises:
        DemoError: if a document is malformed or a number is used twice.
    """
    folder = files(__package__) / "documents"
    texts = sorted((entry.name, entry.read_text("utf-8")) for entry in folder.iterdir() if entry.name.endswith(".toml"))
    found = tuple(_agency(tomllib.loads(text)) for _, text in texts)
    numbers = [document.number for agency in found for document in agency.documents]
    if len(set(numbers)) != len(numbers):
        raise DemoError(f"expected {len(numbers)} different document numbers, got {len(set(numbers))}")
    return found


def _agency(data: Mapping[str, object]) -> Agency:
    head = cast("Mapping[str, object]", data["agency"])
    agency = Agency(
        id=str(head["id"]),
        name=str(head["name"]),
        style=str(head["style"]),
        board=str(head["board"]),
        address=str(head["address"]),
        licence=int(str(head["licence"])),
        documents=tuple(_document(each) for each in _tables(data, "document")),
    )
    if "(예시)" not in agency.name:
        raise DemoError(f"expected a name that says (예시), got {agency.name!r}")
    return agency


def _document(data: Mapping[str, object]) -> Document:
    lines = _lines(data["text"])
    document = Document(
        number=int(str(data["number"])),
        offset=offset(str(data["at"])),
        area=str(data["area"]),
        department=str(data["department"]),
        title=str(data["title"]),
        lines=lines,
        attachments=tuple(_attachment(each, lines) for each in _tables(data, "attachment")),
        revisions=tuple(_revision(each) for each in _tables(data, "revision")),
    )
    for revision in document.revisions:
        for each in revision.replacements:
            if each.old not in "\n".join((document.title, *lines)):
                raise DemoError(f"document {document.number} lacks the text to be corrected: {each.old!r}")
    return document


def _attachment(data: Mapping[str, object], body: tuple[str, ...]) -> Attachment:
    """An attachment without a text of its own carries the release's body."""
    return Attachment(str(data["name"]), str(data["kind"]), _lines(data["text"]) if "text" in data else body)


def _revision(data: Mapping[str, object]) -> Revision:
    pairs = cast("Iterable[tuple[str, str]]", data["replace"])
    return Revision(offset(str(data["at"])), tuple(Replacement(old, new) for old, new in pairs))


def _tables(data: Mapping[str, object], key: str) -> Iterable[Mapping[str, object]]:
    return cast("Iterable[Mapping[str, object]]", data.get(key, ()))


def _lines(text: object) -> tuple[str, ...]:
    return tuple(line.rstrip() for line in str(text).strip().splitlines() if line.strip())

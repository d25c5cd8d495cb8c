"""The article that a row and its document make, and what is remembered of them. Pure; refuses to say what is new."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from crawlers.article import MAX_TEXT, Article
from crawlers.dates import embargo_in, parse_date
from crawlers.document import Document
from crawlers.headlines import short
from crawlers.identity import sessionless
from crawlers.licence import rights
from crawlers.memory import Seen
from crawlers.recognise import Row, day_of, names_of
from crawlers.revision import Print
from crawlers.sources import Source


def article(source: Source, row: Row, document: Document, now: datetime, fetched_at: datetime) -> Article:
    """The article as it stands before anything is known of earlier ones: no baseline, no correction."""
    entry, at = row.entry, row.dated.at
    flags = [row.dated.flag] if row.dated.flag else []
    if at is None and document.date:
        at = parse_date(document.date, now).at
        flags = [flag for flag in flags if flag != "no_date" or at is None]
    unopened = not (document.text or document.attachments) and (entry.whole or not entry.url)
    if document.error or unopened:
        flags.append("no_body")
    if document.error == "robots":
        flags.append("robots")
    if len(document.text) > MAX_TEXT:
        flags.append("truncated")
    whose = replace(source, agency=entry.agency) if entry.agency else source
    embargo = embargo_in(f"엠바고 {entry.embargo}", now) if entry.embargo else None
    return Article(
        source=source.id,
        agency=whose.agency,
        id=entry.id,
        title=entry.title,
        url=sessionless(entry.url) or source.url,
        published_at=at,
        department=entry.department or document.department,
        text=document.text[:MAX_TEXT],
        attachments=tuple(replace(item, url=sessionless(item.url)) for item in document.attachments),
        flags=tuple(flags),
        same_as=None,
        corrects=None,
        revision=0,
        licence=rights(whose, document.licence or entry.licence),
        embargo_until=embargo or embargo_in(document.text, now) or embargo_in(document.embargo, now),
        fetched_at=fetched_at,
        baseline=False,
    )


def record(row: Row, told: Article, said: Print, document: Document, now: datetime) -> Seen:
    """What is remembered of a document read for the first time."""
    return Seen(
        title=said.title,
        body=said.body,
        files=said.files,
        listed=row.listed,
        links=document.links,
        revision=0,
        told_at=now,
        checked_at=now,
        etag=document.validators.etag,
        last_modified=document.validators.last_modified,
        head=row.head,
        mark=row.mark,
        day=day_of(told.published_at),
        department=short(row.entry.department) if row.entry.department else "",
        said=said.said,
        whole="" if document.error else said.whole,
        facts=said.facts,
        size=said.size,
        names=names_of(row, said.said),
        base=int(told.baseline),
    )

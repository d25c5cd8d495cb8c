"""Which listed entries are new, which are corrections, and handing them over. Refuses to touch a source's schedule.

entry → seen? ── no ──→ whole document → (page unreadable: a later poll, three times) → stream
           └── yes ─→ row changed, or time to look again? → page → same: noted, other: correction → stream
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from crawlers.article import MAX_TEXT, Article, Entry, Listing
from crawlers.border import admitted
from crawlers.dates import Dated, embargo_in, parse_date
from crawlers.document import Document, Known, Reader
from crawlers.fetch import Validators, Visit
from crawlers.identity import Fingerprint, canonical, digest, fingerprint, sessionless
from crawlers.licence import rights
from crawlers.schedule import OFFICE
from crawlers.sources import Source
from crawlers.store import CrawlStore, Lease, Seen, SourceState

log = logging.getLogger(__name__)

MAX_TRIES = 3  # polls in which a document's page may be unreadable before it is told without
MAX_RECHECKS = 10  # pages read again in one poll, to see whether they were corrected
MAX_FORCED = 100  # the same, when somebody asked for it
MAX_FILED = 100  # documents of one poll whose files are read, where a list brings whole texts by the hundred
RECHECK_FOR = timedelta(days=3)
_RECHECK_EVERY = 6  # intervals, and never oftener than:
_RECHECK_LEAST = timedelta(minutes=10)
_GIVE_UP = 3  # pages in a row that could not be fetched: the host is down, the rest can wait


@dataclass(slots=True)
class Poll:
    """One poll under way: what it found so far, and what its end must write down."""

    source: Source
    state: SourceState
    lease: Lease
    now: datetime
    force: bool
    articles: list[Article] = field(default_factory=list)
    unchanged: int = 0
    pending: bool = False
    rechecks: int = 0
    unreachable: int = 0
    recheck_at: datetime | None = None
    newest_at: datetime | None = None
    shared_urls: frozenset[str] = frozenset()
    baseline: frozenset[str] = frozenset()
    visit: Visit | None = None

    @property
    def recheck_every(self) -> timedelta:
        """How long a page's word is taken before it is read again."""
        return max((self.source.interval or OFFICE) * _RECHECK_EVERY, _RECHECK_LEAST)

    def recheck_by(self, at: datetime) -> None:
        """Some page of this source wants to be read again at `at`."""
        self.recheck_at = min(self.recheck_at or at, at)

    def own_url(self, entry: Entry) -> str:
        """The entry's canonical address where it names this entry alone, else ""."""
        url = canonical(entry.url) if entry.url else ""
        return "" if url in self.shared_urls else url


class Intake:
    """Takes a listing in, entry by entry."""

    def __init__(self, store: CrawlStore, reader: Reader, now: Callable[[], datetime]) -> None:
        self._store, self._reader, self._now = store, reader, now

    async def take_in(self, poll: Poll, listing: Listing) -> None:
        """Every entry of `listing` is in the stream, known, or left for a later poll (`poll.pending`).

        Raises:
            StaleLease: another worker holds the source.
        """
        listing = replace(listing, entries=tuple(admitted(entry) for entry in listing.entries))
        counted = Counter(canonical(entry.url) for entry in listing.entries if entry.url)
        # a link that several rows share (the board itself, often) names none of them
        shared = {url for url, count in counted.items() if count > 1}
        poll.shared_urls = frozenset(shared | {canonical(poll.source.url)})
        known_as = await self._store.aliases(poll.source.id, [url for url in counted if url not in poll.shared_urls])
        entries = [replace(entry, id=known_as.get(poll.own_url(entry), entry.id)) for entry in listing.entries]
        ids = [entry.id for entry in entries]
        seen = await self._store.seen(poll.source.id, ids)
        poll.baseline = await self._store.baseline(poll.lease, ids)
        if len(entries) >= 5 and not seen and not poll.baseline.intersection(ids):
            log.warning("source %s: every entry is new; some may have been missed", poll.source.id)
        for entry in reversed(entries):  # lists have the newest first, the stream the oldest
            await self._entry(poll, entry, seen.get(entry.id))

    async def _entry(self, poll: Poll, entry: Entry, seen: Seen | None) -> None:
        dated = parse_date(entry.date, poll.now)
        if dated.at and (poll.newest_at is None or dated.at > poll.newest_at):
            poll.newest_at = dated.at
        if seen is None:
            await self._new(poll, entry, dated)
        elif self._look_again(poll, entry, dated, seen):
            await self._again(poll, entry, dated, seen)
        else:
            poll.unchanged += 1

    def _look_again(self, poll: Poll, entry: Entry, dated: Dated, seen: Seen) -> bool:
        if poll.force:
            poll.rechecks += 1
            return poll.rechecks <= MAX_FORCED
        if seen.listed != _listed(entry):
            return True
        if poll.now - (dated.at or seen.told_at) > RECHECK_FOR:
            return False
        at = seen.checked_at + poll.recheck_every
        if at > poll.now or poll.rechecks >= MAX_RECHECKS:
            poll.recheck_by(at)
            return False
        poll.rechecks += 1
        poll.recheck_by(poll.now + poll.recheck_every)
        return True

    async def _new(self, poll: Poll, entry: Entry, dated: Dated) -> None:
        if poll.unreachable >= _GIVE_UP:
            poll.pending = True
            return
        document = await self._read(poll, entry, None)
        poll.unreachable = poll.unreachable + 1 if _unreachable(document.error) else 0
        failed = document.error not in {"", "robots"}
        if failed and await self._store.count_try(poll.lease, entry.id) < MAX_TRIES:
            poll.pending = True
            return
        await self._hand_over(poll, entry, self._article(poll, entry, dated, document, 0), document)

    async def _again(self, poll: Poll, entry: Entry, dated: Dated, seen: Seen) -> None:
        """Looks at a document that was told before: a correction, or nothing new."""
        known = Known(seen.body, seen.links, Validators(seen.etag, seen.last_modified))
        renamed = digest(entry.title) != seen.title
        document = await self._read(poll, entry, None if poll.force or renamed else known)
        if document.error:  # the row's change, if any, stays to be looked at in a later poll
            await self._note(poll, entry, seen)
            return
        article = self._article(poll, entry, dated, document, seen.revision + 1)
        told = _print(article)
        same = (told.title, told.body, told.files) == (seen.title, seen.body, seen.files)
        emptied = told.body == digest("") != seen.body
        if document.unchanged or same or emptied:
            await self._note(poll, entry, replace(seen, listed=_listed(entry)))
            return
        await self._hand_over(poll, entry, replace(article, corrects=article.key), document)

    async def _note(self, poll: Poll, entry: Entry, seen: Seen) -> None:
        poll.unchanged += 1
        await self._store.note(poll.lease, entry.id, replace(seen, checked_at=self._now()), poll.own_url(entry))

    async def _read(self, poll: Poll, entry: Entry, known: Known | None) -> Document:
        async def keep() -> None:
            poll.lease = await self._store.renew(poll.lease, self._now())

        files = not entry.whole or len(poll.articles) < MAX_FILED
        return await self._reader.read(entry, poll.source.profile, keep, known, poll.visit, files=files)

    def _article(self, poll: Poll, entry: Entry, dated: Dated, document: Document, revision: int) -> Article:
        at, flags = dated.at, [dated.flag] if dated.flag else []
        if at is None and document.date:
            at = parse_date(document.date, poll.now).at
            flags = [flag for flag in flags if flag != "no_date" or at is None]
        unopened = not (entry.url or document.text or document.attachments)
        if document.error or unopened:
            flags.append("no_body")
        if document.error == "robots":
            flags.append("robots")
        if len(document.text) > MAX_TEXT:
            flags.append("truncated")
        embargo = embargo_in(f"엠바고 {entry.embargo}", poll.now) if entry.embargo else None
        return Article(
            source=poll.source.id,
            agency=entry.agency or poll.source.agency,
            id=entry.id,
            title=entry.title,
            url=sessionless(entry.url) or poll.source.url,
            published_at=at,
            department=entry.department or document.department,
            text=document.text[:MAX_TEXT],
            attachments=tuple(replace(item, url=sessionless(item.url)) for item in document.attachments),
            flags=tuple(flags),
            same_as=None,
            corrects=None,
            revision=revision,
            licence=rights(poll.source, document.licence or entry.licence),
            embargo_until=embargo or embargo_in(document.text, poll.now),
            fetched_at=self._now(),
            baseline=entry.id in poll.baseline and revision == 0,
        )

    async def _hand_over(self, poll: Poll, entry: Entry, article: Article, document: Document) -> None:
        told, now = _print(article), self._now()
        seen = Seen(
            title=told.title,
            body=told.body,
            files=told.files,
            listed=_listed(entry),
            links=document.links,
            revision=article.revision,
            told_at=now,
            checked_at=now,
            etag=document.validators.etag,
            last_modified=document.validators.last_modified,
        )
        whole = "" if document.error else told.whole
        poll.articles.append(await self._store.hand_over(poll.lease, article, seen, poll.own_url(entry), whole))
        poll.recheck_by(now + poll.recheck_every)


def _listed(entry: Entry) -> str:
    """The hash of what a list says of an entry; a change here is reason to look at its page again."""
    return digest("|".join([entry.title, entry.date, entry.updated, entry.text, *(link.url for link in entry.links)]))


def _print(article: Article) -> Fingerprint:
    files = [(item.name, item.text) for item in article.attachments]
    unread = any(item.reason not in {"", "duplicate"} for item in article.attachments)
    return fingerprint(article.title, article.text, files, unread=unread)


def _unreachable(error: str) -> bool:
    return error in {"timeout", "connect", "dns", "tls", "held"} or error.startswith("status_5")

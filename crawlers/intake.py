"""Which listed entries are new, which are corrections, and handing them over. Refuses to touch a source's schedule.

entry → known? ── no ──→ whole document → known under another name? → told again: nothing, or a correction → stream
           │             (page unreadable: a later poll, three times)  else: new → stream
           └── yes ─→ row changed, or time to look again? → page → same: noted, other: correction → stream

What makes a row known is decided in `recognise.py`, what makes a correction in `revision.py`.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from crawlers import draft, near, recognise, revision
from crawlers.article import Article, Entry, Listing
from crawlers.border import admitted
from crawlers.document import Document, Known, Reader
from crawlers.exchange import Visit
from crawlers.fetch import Validators
from crawlers.headlines import bare, short
from crawlers.identity import digest
from crawlers.memory import Baseline, Seen, Telling
from crawlers.recognise import Row
from crawlers.schedule import OFFICE
from crawlers.sources import Source
from crawlers.store import CrawlStore, Lease, SourceState

log = logging.getLogger(__name__)

MAX_TRIES = 3  # polls in which a document's page may be unreadable before it is told without
MAX_RECHECKS = 10  # pages read again in one poll, to see whether they were corrected
MAX_FORCED = 100  # the same, when somebody asked for it
MAX_TOLD = 200  # new documents of one poll; a longer list's rest comes with the next
BUDGET_S = 120.0  # seconds of one poll for documents, turns apart; what is left waits for the next
MAX_FILED = 100  # documents of one poll whose files are read, where a list brings whole texts by the hundred
RECHECK_FOR = timedelta(days=3)
_RECHECK_EVERY = 6  # intervals, and never oftener than:
_RECHECK_LEAST = timedelta(minutes=10)
_LONG = 20_000  # characters of a document that cost the loop some 10 ms
_GIVE_UP = 3  # pages in a row that could not be had: the rest can wait
_FOR_KNOWN = 0.5  # of the budget: pages that are but read again leave time for new ones
_NOWHERE = Baseline(None, "", frozenset())


@dataclass(slots=True)
class Poll:
    """One poll under way: what it found so far, and what its end must write down."""

    source: Source
    state: SourceState
    lease: Lease
    now: datetime
    force: bool
    articles: list[Article] = field(default_factory=list)
    left: list[Article] = field(default_factory=list)
    unchanged: int = 0
    pending: bool = False
    rechecks: int = 0
    unreachable: int = 0
    recheck_at: datetime | None = None
    newest_at: datetime | None = None
    visit: Visit | None = None
    baseline: Baseline = _NOWHERE
    below: frozenset[str] = frozenset()
    listed: set[str] = field(default_factory=set)
    roots: set[str] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)
    last: frozenset[str] = frozenset()
    oldest: str | None = ""
    begun: float = 0.0
    waited: float = 0.0

    def is_over(self, at: float, share: float = 1.0) -> bool:
        """Whether this poll has told, or taken, as much as one poll may; `waited` was spent waiting for turns.

        `begun` and `at` are instants of the monotonic clock, when its documents were begun, and now; in seconds.
        """
        return len(self.articles) >= MAX_TOLD or at - self.begun - self.waited >= BUDGET_S * share

    @property
    def recheck_every(self) -> timedelta:
        """How long a page's word is taken before it is read again."""
        return max((self.source.interval or OFFICE) * _RECHECK_EVERY, _RECHECK_LEAST)

    def recheck_by(self, at: datetime) -> None:
        """Some page of this source wants to be read again at `at`."""
        self.recheck_at = min(self.recheck_at or at, at)

    def is_base(self, row: Row) -> bool:
        """Whether the row was there when its source was first seen, under whatever id."""
        return bool(self.baseline.names.intersection([row.id, *row.names[:-1]]))

    def knows(self, name: str, seen: Seen) -> None:
        """The list holds this document."""
        self.listed.add(name)
        self.roots.update({seen.of} - {""})


class Intake:
    """Takes a listing in, entry by entry."""

    def __init__(
        self,
        store: CrawlStore,
        reader: Reader,
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._reader, self._now, self._clock = store, reader, now, clock

    async def take_in(self, poll: Poll, listing: Listing) -> None:
        """Every entry of `listing` is in the stream, known, or left for a later poll (`poll.pending`).

        Raises:
            StaleLease: another worker holds the source.
        """
        poll.begun, poll.waited = self._clock(), 0.0
        entries = [admitted(entry) for entry in listing.entries]
        rows = recognise.rows(entries, poll.source.url, poll.now)
        seen = await self._store.seen(poll.source.id, [row.id for row in rows])
        rows = await self._in_place(poll, rows, seen)
        strangers = [row for row in rows if row.id not in seen]
        if strangers or not rows:  # a first list may be empty (a portal's quiet window): what comes later is news
            rows = await self._recognised(poll, rows, strangers, seen)
        poll.below = recognise.below_known(rows, seen)
        poll.listed.update(row.id for row in rows if row.id in seen)
        if poll.oldest is not None:
            poll.oldest = min((row.day for row in rows if row.day), default="")
        for row in reversed(rows):  # lists have the newest first, the stream the oldest
            await self._row(poll, row, seen.get(row.id))
        await self._store.settle(poll.lease, poll.listed, poll.roots, poll.waiting, self._now())

    async def _in_place(self, poll: Poll, rows: list[Row], seen: dict[str, Seen]) -> list[Row]:
        """The rows, each under its document's id, where a list's ids are but numbers of rows; `seen` is put right."""
        odd = recognise.other_titles(rows, seen)
        if len(odd) < 2:
            return rows
        found = await self._store.named(poll.source.id, [row.place for row in odd])
        known = await self._store.seen(poll.source.id, [one for ids in found.values() for one in ids])
        moved = recognise.shifted(odd, seen.keys() - {row.id for row in odd}, found, known)
        for name in moved:
            del seen[name]
        seen |= {name: known[name] for name in moved.values() if name in known}
        return [replace(row, entry=replace(row.entry, id=moved.get(row.id, row.id))) for row in rows]

    async def _recognised(
        self, poll: Poll, rows: list[Row], strangers: Sequence[Row], seen: dict[str, Seen]
    ) -> list[Row]:
        """The rows under the ids they are known by; `seen` gains their records. A moved list is adopted unread."""
        source = poll.source.id
        found = await self._store.named(source, [name for row in strangers for name in row.names])
        poll.last = await self._store.last_listed(source)
        known = await self._store.seen(source, [one for ids in found.values() for one in ids])
        matches = recognise.match(strangers, seen.keys(), found, known, poll.last)
        rows = recognise.renamed_rows(rows, matches)
        seen |= {name: known[name] for name in matches.renamed.values()}
        unknown = [row for row in rows if row.id not in seen and row.id not in matches.adopted]
        await self._see_first(poll, unknown, shared=bool(seen or matches.adopted))
        for row in rows:
            if old := matches.adopted.get(row.id):
                seen[row.id] = await self._adopt(poll, row, old, known[old])
        if matches.adopted:
            poll.oldest, poll.last = None, poll.last - set(matches.adopted.values())
            log.info("source %s: %d rows came again under other ids", source, len(matches.adopted))
        elif len(rows) >= 5 and not seen and not any(poll.is_base(row) for row in rows):
            log.warning("source %s: every entry is new; some may have been missed", source)
        return rows

    async def _see_first(self, poll: Poll, unknown: Sequence[Row], *, shared: bool) -> None:
        """The rows of the first list are a baseline; so are, at another address, those that are not surely new."""
        names = [name for row in unknown for name in [row.id, *row.names[:-1]]]
        url, now, state = poll.source.url, self._now(), poll.state
        poll.baseline = await self._store.baseline(poll.lease, names, url, now)
        if poll.baseline.url == url:
            return
        before = state.ok_at or now
        old = [row for row in unknown if not shared or row.dated.at is None or row.dated.at < before]
        names = [name for row in old for name in [row.id, *row.names[:-1]]]
        if not shared:
            log.warning("source %s: nothing at %s was known; taken as its first sight", poll.source.id, url)
        poll.baseline = await self._store.baseline(poll.lease, names, url, now, anew=True)

    async def _adopt(self, poll: Poll, row: Row, old_id: str, old: Seen) -> Seen:
        """The document of the row `old_id` goes on under another id; no page is read for it."""
        root = old.of or old_id
        seen = replace(
            old, of=root, listed=row.listed, etag="", last_modified="", links="", adopted=1,
            day=row.day or old.day, names=recognise.names_of(row, old.said),
            department=short(row.entry.department) if row.entry.department else old.department,
        )  # fmt: skip
        drop = (old_id,) if old.of else ()
        await self._store.note(poll.lease, row.id, seen, Telling({}, drop=drop))
        return seen

    async def _row(self, poll: Poll, row: Row, seen: Seen | None) -> None:
        at = row.dated.at
        if at and (poll.newest_at is None or at > poll.newest_at):
            poll.newest_at = at
        if seen is None:
            await self._new(poll, row)
            return
        poll.knows(row.id, seen)
        if not self._look_again(poll, row, seen):
            poll.unchanged += 1
        elif poll.is_over(self._clock(), _FOR_KNOWN):
            poll.pending = True
        else:
            await self._again(poll, row, seen)

    def _look_again(self, poll: Poll, row: Row, seen: Seen) -> bool:
        if poll.force:
            poll.rechecks += 1
            return poll.rechecks <= MAX_FORCED
        if seen.listed != row.listed:
            return True
        if poll.now - (row.dated.at or seen.told_at) > RECHECK_FOR:
            return False
        at = seen.checked_at + poll.recheck_every
        if at > poll.now or poll.rechecks >= MAX_RECHECKS:
            poll.recheck_by(at)
            return False
        poll.rechecks += 1
        poll.recheck_by(poll.now + poll.recheck_every)
        return True

    async def _new(self, poll: Poll, row: Row) -> None:
        name = row.url or row.id
        poll.waiting.add(name)
        if poll.is_over(self._clock()):
            poll.pending = True
            return
        if poll.unreachable >= _GIVE_UP:
            self._leave(poll, row, Document(row.entry.text, error="timeout"))
            return
        document = await self._read(poll, row.entry, None)
        poll.unreachable = poll.unreachable + 1 if _unreachable(document.error) else 0
        # at first sight a missing page is part of the picture; later it may be a list ahead of its pages
        waits = document.error not in {"", "robots"} and not (poll.is_base(row) and _lasts(document.error))
        if waits and await self._store.count_try(poll.lease, name) < MAX_TRIES:
            self._leave(poll, row, document)
            return
        poll.waiting.discard(name)
        article = self._article(poll, row, document)
        told = await _print(article)
        fresh = draft.record(row, article, told, document, self._now())
        found = await self._store.named(poll.source.id, fresh.names.split())
        known = await self._store.seen(poll.source.id, [one for ids in found.values() for one in ids])
        verdict = recognise.judge(fresh, told.telling, known, poll.listed, poll.last, poll.oldest)
        if verdict.what == "new":
            await self._tell(poll, row, article, fresh, document)
        else:
            await self._again_elsewhere(poll, row, article, fresh, verdict, known[verdict.id])

    def _leave(self, poll: Poll, row: Row, document: Document) -> None:
        """The row waits for a later poll; whoever watches the first sight is shown what its list says."""
        poll.pending = True
        if poll.state.polled_at is not None:
            return
        made = self._article(poll, row, document)
        poll.left.append(replace(made, flags=(*made.flags, "pending")))

    async def _again_elsewhere(
        self, poll: Poll, row: Row, article: Article, fresh: Seen, verdict: recognise.Verdict, one: Seen
    ) -> None:
        """A document came under a new id: the same one, or a posting that corrects it."""
        name, root = await self._root(poll, verdict.id, one)
        poll.last -= {verdict.id}  # it has gone nowhere: this is it
        poll.knows(row.id, replace(fresh, of=name))
        if verdict.what == "same":
            poll.unchanged += 1
            await self._store.note(poll.lease, row.id, replace(fresh, of=name, revision=root.revision))
            return
        step = max(root.revision, one.revision) + 1
        told = replace(article, id=name, corrects=f"{poll.source.id}/{name}", revision=step)
        also = {name: replace(revision.posted(root, fresh), revision=step, told_at=self._now())}
        await self._correct(poll, row, told, replace(fresh, of=name, revision=step), also, fresh.whole)

    async def _again(self, poll: Poll, row: Row, seen: Seen) -> None:
        """Looks at a document that was told before: a correction, or nothing new."""
        known = Known(seen.body, seen.links, Validators(seen.etag, seen.last_modified))
        renamed = digest(row.entry.title) != seen.title
        document = await self._read(poll, row.entry, None if poll.force or renamed or seen.maybe else known)
        if document.error:  # the row's change, if any, stays to be looked at in a later poll
            await self._note(poll, row, seen)
            return
        if document.unchanged:
            await self._note(poll, row, replace(seen, listed=row.listed, adopted=0))
            return
        article = self._article(poll, row, document)
        new = await _print(article)
        if revision.is_hollow(seen, article, new):
            await self._note(poll, row, replace(seen, listed=row.listed))
            return
        name, root = await self._root(poll, row.id, seen)
        alike = bool(seen.adopted) and await self._is_alike(poll, name, root, article)
        change = revision.judge(seen, root, new, article.text, near=alike)
        fresh = replace(
            change.seen, listed=row.listed, links=document.links, etag=document.validators.etag,
            last_modified=document.validators.last_modified, head=row.head, mark=row.mark, day=seen.day or row.day,
            said=new.said if change.what == "told" else seen.said,
        )  # fmt: skip
        if change.what != "told":
            await self._note(poll, row, fresh, {} if name == row.id else {name: change.root})
            return
        step, now = max(root.revision, seen.revision) + 1, self._now()
        # a page of the first sight that could not be read then is no more news now than it was
        late = bool(root.base) and root.body == digest("")
        told = replace(article, id=name, corrects=f"{poll.source.id}/{name}", revision=step, baseline=late)
        root = replace(change.root, revision=step, told_at=now, whole=revision.wholes(root.whole, new.whole))
        fresh = replace(fresh, revision=step, told_at=now, checked_at=now)
        fresh = replace(fresh, names=recognise.names_of(row, new.said, seen.names))
        if name == row.id:
            fresh = replace(fresh, past=root.past, flips=root.flips, wordy=root.wordy, whole=root.whole)
        await self._correct(poll, row, told, fresh, {} if name == row.id else {name: root}, new.whole)

    async def _is_alike(self, poll: Poll, name: str, root: Seen, article: Article) -> bool:
        day = date.fromisoformat(root.day) if root.day else root.told_at.date()
        before = await self._store.sketch(f"{poll.source.id}/{name}", day)
        after = await self._sketch(article, root.day)
        return bool(before and after and near.same(before, after))

    async def _root(self, poll: Poll, name: str, seen: Seen) -> tuple[str, Seen]:
        """The document whose row `name` is: its id, and what is remembered of it."""
        if not seen.of:
            return name, seen
        found = await self._store.seen(poll.source.id, [seen.of])
        return seen.of, found.get(seen.of) or replace(seen, of="")

    async def _note(self, poll: Poll, row: Row, seen: Seen, also: dict[str, Seen] | None = None) -> None:
        poll.unchanged += 1
        named = replace(seen, checked_at=self._now(), names=recognise.names_of(row, seen.said, seen.names))
        await self._store.note(poll.lease, row.id, named, Telling(also or {}))

    async def _tell(self, poll: Poll, row: Row, article: Article, fresh: Seen, document: Document) -> None:
        """A new document goes into the stream."""
        sketch = None if document.error else await self._sketch(article, fresh.day)
        telling = Telling({}, sketch, whole=fresh.whole)
        self._told(poll, row, fresh, await self._store.hand_over(poll.lease, article, fresh, telling=telling))

    async def _correct(
        self, poll: Poll, row: Row, article: Article, fresh: Seen, also: dict[str, Seen], whole: str
    ) -> None:
        """A correction goes into the stream, under the name that its document was first told by."""
        telling = Telling(also, whole=whole)
        self._told(poll, row, fresh, await self._store.hand_over(poll.lease, article, fresh, row.id, telling))

    def _told(self, poll: Poll, row: Row, fresh: Seen, article: Article) -> None:
        poll.knows(row.id, fresh)
        poll.articles.append(article)
        poll.recheck_by(self._now() + poll.recheck_every)

    async def _sketch(self, article: Article, day: str) -> near.Sketch | None:
        """The sketch of an article's text; of its files where the body says too little."""
        on = date.fromisoformat(day) if day else article.fetched_at.date()
        files = "\n".join(item.text for item in article.attachments)
        made = await asyncio.to_thread(near.sketch, article.key, bare(article.title), article.text, on)
        if made is None and files:
            text = f"{article.text}\n{files}"
            made = await asyncio.to_thread(near.sketch, article.key, bare(article.title), text, on)
        return made

    async def _read(self, poll: Poll, entry: Entry, known: Known | None) -> Document:
        async def keep() -> None:
            poll.lease = await self._store.renew(poll.lease, self._now())

        files = not entry.whole or len(poll.articles) < MAX_FILED
        return await self._reader.read(entry, poll.source.profile, keep, known, poll.visit, files=files)

    def _article(self, poll: Poll, row: Row, document: Document) -> Article:
        """The article; of a row that was there at the first sight, or is of long before, no news."""
        made = draft.article(poll.source, row, document, poll.now, self._now())
        first_at, ok_at = poll.baseline.at, poll.state.ok_at
        below = len(poll.below) if row.id in poll.below else 0
        old = recognise.is_old(made.published_at, ok_at, first_at, poll.now, below=below)
        return replace(made, baseline=old or poll.is_base(row))


async def _print(article: Article) -> revision.Print:
    """What the article says, in hashes; a long one is read beside the loop."""
    size = len(article.text) + sum(len(item.text) for item in article.attachments)
    return revision.print_of(article) if size < _LONG else await asyncio.to_thread(revision.print_of, article)


def _lasts(error: str) -> bool:
    """Whether a later poll will hardly fare better: the page is said not to be there, or not for us."""
    passing = {"status_408", "status_425", "status_429"}
    lasting = {"gone", "missing", "guard", "moved_away", "look_alike"}
    return error in lasting or (error.startswith("status_4") and error not in passing)


def _unreachable(error: str) -> bool:
    """Whether the next page will hardly fare better: the host is down, or its pages are built to hold a parser."""
    held = {"parser_timeout", "parser_memory", "parser_died"}
    return error in {"timeout", "connect", "dns", "tls", "held"} | held or error.startswith("status_5")

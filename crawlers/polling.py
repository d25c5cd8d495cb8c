"""One poll of one source, from the request to what is remembered of it.

    list (304 ends here) → parsed → unseen entries → page, files → stream → validators, habit, health, due time

It refuses to bypass a block, to mark what it has not handed over, and to speak of readers: what it makes are articles.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crawlers import habits, listing, usual
from crawlers.article import Article, CrawlError, FetchError, Listing, ParseError, StaleLease
from crawlers.dates import parse_date
from crawlers.document import Reader, Sandbox
from crawlers.fetch import BUSY_PAUSE, Fetcher, Validators
from crawlers.health import answered, failed
from crawlers.identity import digest
from crawlers.intake import Intake, Poll
from crawlers.mend import Mender
from crawlers.schedule import GONE, RETRY, next_due
from crawlers.sources import Source
from crawlers.state import SourceState
from crawlers.store import CrawlStore
from crawlers.traces import trace

log = logging.getLogger(__name__)

_FOLD = timedelta(days=1)  # so often a habit is written anew although nothing appeared
_BLOCKED = {"status_403", "status_429"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one poll of one source came to.

    `state`: ok, unchanged (304 or the same bytes), error, unsupported, off, not_due, busy (another worker has it).
    `error` is a code; `articles` are those handed to the stream, in order, corrections among them; `new` counts them.
    `left` are those whose page could not be read and is tried again: as listed, flagged `pending`, told to nobody yet.
    """

    source: str
    state: str
    new: int = 0
    unchanged: int = 0
    error: str = ""
    ms: int = 0
    articles: tuple[Article, ...] = ()
    left: tuple[Article, ...] = ()


def shape_of(source: Source) -> str:
    """How a source's list is read, in short: another kind or profile makes its last answers mean nothing."""
    return digest(f"{source.kind}|{source.profile!r}")


class Poller:
    """Polls one source under a lease that somebody else took and gives back."""

    def __init__(
        self,
        fetcher: Fetcher,
        store: CrawlStore,
        sandbox: Sandbox,
        now: Callable[[], datetime],
        is_holiday: usual.IsHoliday,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetcher, self._store, self._sandbox, self._now = fetcher, store, sandbox, now
        self._is_holiday = is_holiday
        self._mender = Mender(store.snapshots, sandbox, now)
        self.intake = Intake(store, Reader(fetcher, sandbox), now, clock)

    async def poll(self, poll: Poll) -> Outcome:
        """Polls, whatever comes of it; the lease is over where its outcome could be written down.

        Raises:
            StaleLease: another worker holds the source.
        """
        poll.state = _as_declared(poll.source, poll.state)
        if poll.state.due_at and poll.state.due_at > poll.now and not poll.force:
            await self._store.finish(poll.lease, poll.state)
            return Outcome(poll.source.id, "not_due")
        try:
            return await self._poll(poll)
        except StaleLease:
            raise
        except CrawlError as error:
            return await self._failed(poll, error)
        except Exception as error:  # noqa: BLE001 - it costs this source this poll
            log.error("source %s: %s", poll.source.id, trace(error))  # noqa: TRY400 - the words may be a stranger's
            return await self._failed(poll, CrawlError("internal", type(error).__name__))

    async def _failed(self, poll: Poll, error: CrawlError) -> Outcome:
        now = self._now()
        state = failed(poll.state, error.code, error.detail, now)
        hint = error.retry_after if isinstance(error, FetchError) else None
        if error.code in _BLOCKED:
            hint = max(hint or BUSY_PAUSE, BUSY_PAUSE)
        due = next_due(poll.source, now, self._is_holiday, hint, state.failures, state.habit)
        due = now + GONE if error.code == "gone" else due
        log.warning("source %s: %s", poll.source.id, error)
        await self._store.finish(poll.lease, replace(state, due_at=due))
        return _outcome(poll, "error", error.code)

    async def _poll(self, poll: Poll) -> Outcome:
        state, source = poll.state, poll.source
        again = poll.force or (state.recheck_at is not None and state.recheck_at <= poll.now)
        validators = None if again else Validators(state.etag, state.last_modified)
        answer = await listing.ask(
            self._fetcher, source, state.moved_to or source.url, validators,
            sandbox=self._sandbox, calls=self._store, since=state.whole_at,
        )  # fmt: skip
        poll.visit = answer.visit
        asked_at, hint = self._now(), answer.fetched.hint
        if answer.fetched.not_modified or (answer.stamp == state.listing and not again):
            poll.unchanged = state.entries
            if source.kind != "openapi":  # the same rows once more: so many are usual
                state = usual.learn_rows(state, state.entries, asked_at)
            state = self._watched(replace(state, whole_at=asked_at), [], asked_at)
            await self._finish(poll, state, asked_at, hint)
            return _outcome(poll, "unchanged")
        listed = await self._read(poll, answer)
        answer = replace(answer, fetched=replace(answer.fetched, body=b""), before=())  # pages may take long to come
        await self.intake.take_in(poll, listed)
        learnt = self._learnt(poll, answer, listed, asked_at)
        await self._finish(poll, learnt, asked_at, _longer(hint, listed.ttl))
        return _outcome(poll, "ok")

    async def _read(self, poll: Poll, answer: listing.Answer) -> Listing:
        """What the list says; a board's is kept, for the day when it can no longer be read."""
        source, now, fetched = poll.source, self._now(), answer.fetched
        try:
            listed = await listing.read(self._sandbox, source, answer)
        except ParseError as error:
            if await self._mender.bad(source, poll.state, error.code, fetched, ()):
                poll.state = replace(poll.state, mended_at=now)
            raise
        if usual.too_few(poll.state, len(listed.entries)):
            if await self._mender.bad(source, poll.state, "fewer_rows", fetched, listed.entries):
                poll.state = replace(poll.state, mended_at=now)
        elif await self._mender.good(source, poll.state, fetched, listed.entries):
            poll.state = replace(poll.state, snapshot_at=now)
        return listed

    def _learnt(self, poll: Poll, answer: listing.Answer, listed: Listing, asked_at: datetime) -> SourceState:
        fetched = answer.fetched
        # with documents still to be tried, the next poll must see the list again: nothing to ask "unchanged?" with
        given = Validators() if poll.pending else fetched.validators
        state = self._silence(poll, listed, asked_at)
        if poll.source.kind != "openapi":  # a window holds what was published in it, be that nothing
            state = usual.learn_rows(state, len(listed.entries), poll.now)
        return replace(
            state,
            etag=given.etag,
            last_modified=given.last_modified,
            listing="" if poll.pending else answer.stamp,
            moved_to=fetched.moved_to or poll.state.moved_to,
            entries=len(listed.entries),
            recheck_at=poll.recheck_at,
            newest_at=poll.newest_at or poll.state.newest_at,
            whole_at=state.whole_at if poll.pending else asked_at,
        )

    def _silence(self, poll: Poll, listed: Listing, asked_at: datetime) -> SourceState:
        """What this list teaches of when, and how often, something appears."""
        state, new = poll.state, [one for one in poll.articles if not one.baseline and one.corrects is None]
        dates = [one.published_at for one in new]
        if state.fresh_at is None:
            told = [at for entry in listed.entries if (at := parse_date(entry.date, poll.now).at)]
            habit = habits.first_seen(told, asked_at, self._is_holiday).text()
            state = replace(state, habit=habit, habit_at=asked_at)
            return usual.learn_first(state, told, poll.now, self._is_holiday)
        if new:
            state = usual.learn_new(state, dates, poll.now, self._is_holiday)
        return self._watched(state, dates, asked_at)

    def _watched(self, state: SourceState, dates: list[datetime | None], now: datetime) -> SourceState:
        since, polled_at = state.habit_at or now, state.ok_at or now
        if state.habit_at and not dates and now - since < _FOLD:
            return state
        habit = habits.habit_from(state.habit, now.date())
        habit = habits.watched(habit, since, min(polled_at, now), now, dates, self._is_holiday)
        return replace(state, habit=habit.text(), habit_at=now)

    async def _finish(self, poll: Poll, state: SourceState, asked_at: datetime, hint: timedelta | None) -> None:
        now = self._now()
        state = answered(state, now, self._is_holiday)
        if poll.state.sick_since and not state.sick_since:
            await self._store.snapshots.mended(poll.source.id)
        due = max(next_due(poll.source, asked_at, self._is_holiday, hint, habit=state.habit), now)
        if poll.pending and not hint:
            due = min(due, now + RETRY)
        await self._store.finish(poll.lease, replace(state, due_at=due))


def _as_declared(source: Source, state: SourceState) -> SourceState:
    """`state`, without what was learnt of another address or with another profile."""
    shape = shape_of(source)
    if state.url == source.url and state.shape in {shape, ""}:
        return replace(state, shape=shape)
    return replace(
        state, url=source.url, shape=shape, etag="", last_modified="", moved_to="", listing="", rows="", due_at=None
    )


def _longer(one: timedelta | None, other: timedelta | None) -> timedelta | None:
    """The longer of two spans that may be unknown."""
    known = [span for span in (one, other) if span is not None]
    return max(known, default=None)


def _outcome(poll: Poll, state: str, error: str = "") -> Outcome:
    told = tuple(poll.articles)
    return Outcome(poll.source.id, state, len(told), poll.unchanged, error, articles=told, left=tuple(poll.left))

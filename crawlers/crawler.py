"""The order of steps from a due source to articles in the stream. A failing source stays alone.

    due? → lease → list (304 ends here) → parsed → unseen → page, files → stream → validators, due time, lease back

It refuses to bypass a block, to mark what it has not handed over, and to speak of readers: what it makes are articles.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from crawlers import listing
from crawlers.article import Article, CrawlError, FetchError, Listing, StaleLease
from crawlers.document import Reader, Sandbox
from crawlers.fetch import BUSY_PAUSE, Fetcher, Validators
from crawlers.health import SourceHealth, assess, failed, recovered
from crawlers.intake import Intake, Poll
from crawlers.schedule import GONE, RETRY, next_due
from crawlers.sources import Source
from crawlers.store import CrawlStore, SourceState

log = logging.getLogger(__name__)

CONCURRENT = 16
_BUSY_WAIT = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one poll of one source came to.

    `state`: ok, unchanged (304 or the same bytes), error, unsupported, off, not_due, busy (another worker has it).
    `error` is a code; `articles` are those handed to the stream, in order, corrections among them; `new` counts them.
    """

    source: str
    state: str
    new: int = 0
    unchanged: int = 0
    error: str = ""
    ms: int = 0
    articles: tuple[Article, ...] = ()


class Crawler:
    """Polls sources into the stream of articles. Any number of these may share one Redis."""

    def __init__(
        self,
        fetcher: Fetcher,
        store: CrawlStore,
        sandbox: Sandbox,
        now: Callable[[], datetime],
        sources: Sequence[Source],
        is_holiday: Callable[[date], bool],
    ) -> None:
        self._fetcher, self._store, self._sandbox, self._now = fetcher, store, sandbox, now
        self._sources, self._is_holiday = tuple(sources), is_holiday
        self._intake = Intake(store, Reader(fetcher, sandbox), now)
        self._places = asyncio.Semaphore(CONCURRENT)

    async def step(self) -> datetime | None:
        """Polls every source that is due and answers when the next one is; None where there is nothing to poll."""
        active = [source for source in self._sources if source.on and source.kind in listing.SUPPORTED]
        ids = [source.id for source in active]
        now = self._now()
        states = await self._store.states(ids)
        due = [source for source, state in zip(active, states, strict=True) if not state.due_at or state.due_at <= now]
        await asyncio.gather(*(self.crawl(source) for source in due))
        if not active:
            return None
        now = self._now()
        known = [state.due_at for state in await self._store.states(ids)]
        # a source still due is in another worker's hands: look again soon, not at once
        return min(at if at and at > now else now + _BUSY_WAIT for at in known)

    async def crawl(self, source: Source, force: bool = False) -> Outcome:
        """Polls one source if it is due; `force` asks whether due or not, and reads every listed page again."""
        started = time.perf_counter()
        async with self._places:
            outcome = await self._crawl(source, force=force)
        return replace(outcome, ms=round((time.perf_counter() - started) * 1000))

    async def health(self) -> list[SourceHealth]:
        """How each source is, in the order of the sources."""
        states = await self._store.states([source.id for source in self._sources])
        return [assess(source, state) for source, state in zip(self._sources, states, strict=True)]

    async def _crawl(self, source: Source, *, force: bool) -> Outcome:
        if not source.on:
            return Outcome(source.id, "off")
        if source.kind not in listing.SUPPORTED:
            return Outcome(source.id, "unsupported", error="unsupported")
        now = self._now()
        state = (await self._store.states([source.id]))[0]
        if state.url != source.url:  # another address under the same name: what its server gave us means nothing
            state = replace(state, url=source.url, etag="", last_modified="", moved_to="", listing="", due_at=None)
        if state.due_at and state.due_at > now and not force:
            return Outcome(source.id, "not_due")
        lease = await self._store.take(source.id, now)
        if lease is None:
            return Outcome(source.id, "busy")
        poll = Poll(source, state, lease, now, force)
        try:
            return await self._guarded(poll)
        except StaleLease:
            log.warning("source %s: another worker took over", source.id)
            return _outcome(poll, "busy", "stale")
        finally:
            await self._store.release(poll.lease)

    async def _guarded(self, poll: Poll) -> Outcome:
        try:
            return await self._poll(poll)
        except StaleLease:
            raise
        except CrawlError as error:
            return await self._failed(poll, error)
        except Exception as error:
            log.exception("source %s", poll.source.id)
            return await self._failed(poll, CrawlError("internal", type(error).__name__))

    async def _failed(self, poll: Poll, error: CrawlError) -> Outcome:
        now = self._now()
        state = failed(poll.state, error.code, error.detail, now)
        hint = error.retry_after if isinstance(error, FetchError) else None
        if error.code in {"status_403", "status_429"}:
            hint = max(hint or BUSY_PAUSE, BUSY_PAUSE)
        due = next_due(poll.source, now, self._is_holiday, hint, state.failures)
        due = now + GONE if error.code == "gone" else due
        log.warning("source %s: %s", poll.source.id, error)
        await self._store.finish(poll.lease, replace(state, due_at=due))
        return _outcome(poll, "error", error.code)

    async def _poll(self, poll: Poll) -> Outcome:
        state, source = poll.state, poll.source
        again = poll.force or (state.recheck_at is not None and state.recheck_at <= poll.now)
        validators = None if again else Validators(state.etag, state.last_modified)
        answer = await listing.ask(self._fetcher, source, state.moved_to or source.url, validators)
        fetched = answer.fetched
        if fetched.not_modified or (answer.stamp == state.listing and not again):
            poll.unchanged = state.entries
            await self._finish(poll, state, fetched.hint)
            return _outcome(poll, "unchanged")
        listed = await listing.read(self._sandbox, source, answer)
        await self._intake.take_in(poll, listed)
        await self._finish(poll, self._learned(poll, answer, listed), _longer(fetched.hint, listed.ttl))
        return _outcome(poll, "ok")

    def _learned(self, poll: Poll, answer: listing.Answer, listed: Listing) -> SourceState:
        fetched = answer.fetched
        # with documents still to be tried, the next poll must see the list again: nothing to ask "unchanged?" with
        given = Validators() if poll.pending else fetched.validators
        return replace(
            poll.state,
            etag=given.etag,
            last_modified=given.last_modified,
            listing="" if poll.pending else answer.stamp,
            moved_to=fetched.moved_to or poll.state.moved_to,
            entries=len(listed.entries),
            recheck_at=poll.recheck_at,
            newest_at=poll.newest_at or poll.state.newest_at,
        )

    async def _finish(self, poll: Poll, state: SourceState, hint: timedelta | None) -> None:
        now = self._now()
        due = next_due(poll.source, now, self._is_holiday, hint)
        if poll.pending and not hint:
            due = min(due, now + RETRY)
        await self._store.finish(poll.lease, replace(recovered(state, now), due_at=due))


def _longer(one: timedelta | None, other: timedelta | None) -> timedelta | None:
    """The longer of two spans that may be unknown."""
    known = [span for span in (one, other) if span is not None]
    return max(known, default=None)


def _outcome(poll: Poll, state: str, error: str = "") -> Outcome:
    told = tuple(poll.articles)
    return Outcome(poll.source.id, state, len(told), poll.unchanged, error, articles=told)

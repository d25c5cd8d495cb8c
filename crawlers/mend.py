"""When a board's list can no longer be read: what came is kept, and a repaired profile is looked for in the sandbox.

    no rows, or half as many → good list + bad list → repair.propose → a proposal for people to approve

It fails silently into "no proposal": a repair that does not come must not cost the poll. Refuses to apply anything.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from crawlers.article import CrawlError, Entry
from crawlers.document import Sandbox, sandboxed
from crawlers.fetch import Fetched
from crawlers.repair import Snapshot, propose
from crawlers.snapshots import DAILY, Proposal, Snapshots, StoredList
from crawlers.sources import Source
from crawlers.state import SourceState, stamp

log = logging.getLogger(__name__)

BROKEN = {"no_rows", "empty", "fewer_rows"}


class Mender:
    """Keeps the lists of boards, and looks for repairs."""

    def __init__(self, snapshots: Snapshots, sandbox: Sandbox, now: Callable[[], datetime]) -> None:
        self._snapshots, self._sandbox, self._now = snapshots, sandbox, now

    async def good(self, source: Source, state: SourceState, fetched: Fetched, entries: Sequence[Entry]) -> bool:
        """Keeps a list that could be read, once a day; whether it was kept."""
        if source.kind != "board" or (state.snapshot_at and self._now() - state.snapshot_at < DAILY):
            return False
        return await self._snapshots.keep(source.id, "good", _stored(fetched, entries, self._now()))

    async def bad(
        self, source: Source, state: SourceState, code: str, fetched: Fetched, entries: Sequence[Entry]
    ) -> bool:
        """Keeps a list that could not be read, and a proposal where one is found; False where that was tried today."""
        tried = state.mended_at is not None and self._now() - state.mended_at < DAILY
        if source.kind != "board" or code not in BROKEN or (tried and state.error == code):
            return False
        new = _stored(fetched, entries, self._now())
        await self._snapshots.keep(source.id, "bad", new)
        old = await self._snapshots.stored(source.id, "good")
        proposal = await self._proposed(source, old, new) if old else None
        if proposal:
            await self._snapshots.propose(proposal)
        return True

    async def _proposed(self, source: Source, old: StoredList, new: StoredList) -> Proposal | None:
        before, after = (Snapshot(one.url, one.body, one.charset, one.rows) for one in (old, new))
        try:
            repair = await sandboxed(self._sandbox, propose, before, after, source.profile)
        except CrawlError as error:
            log.warning("source %s: no repair: %s", source.id, error)
            return None
        if repair is None:
            return None
        return Proposal(
            f"{source.id}@{stamp(new.at)}", source.id, new.at, repair.profile, repair.profile_name,
            repair.rows, repair.known, len(old.rows), tuple(repair.sample),
        )  # fmt: skip


def _stored(fetched: Fetched, entries: Sequence[Entry], at: datetime) -> StoredList:
    rows = tuple((entry.id, entry.title) for entry in entries)
    return StoredList(fetched.url, fetched.body, fetched.charset, rows, at)

"""One look at a source's list, to know whether its address holds: fetched politely, parsed, nothing remembered.

It refuses to judge by anything but what came: rows that were parsed are the evidence, an error code the lack of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crawlers import listing
from crawlers.article import CrawlError, Entry
from crawlers.dates import KST, parse_date
from crawlers.document import Sandbox
from crawlers.fetch import Fetcher
from crawlers.sources import Source

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Probe:
    """What one look saw: rows, how many of them bear a date, the newest (in Korea), titles; or the `error` as a code.

    `robots` is allowed, refused or unknown (the rules themselves were out of reach).
    """

    source: str
    rows: int = 0
    dated: int = 0
    newest: datetime | None = None
    sample: tuple[str, ...] = ()
    robots: str = "unknown"
    error: str = ""
    detail: str = ""

    @property
    def ok(self) -> bool:
        """Whether the address gave a list."""
        return not self.error

    def evidence(self, at: datetime) -> str:
        """What a verified entry says of itself, in the catalogue's own plain English."""
        newest = f", newest {self.newest.date().isoformat()}" if self.newest else ""
        day = at.astimezone(KST).date().isoformat()
        return f"fetched {day}: {self.rows} rows, {self.dated} dated{newest}; robots {self.robots}"


async def probe(fetcher: Fetcher, sandbox: Sandbox, source: Source, now: datetime) -> Probe:
    """What the source's list says now; never raises for what the other side does."""
    if not source.url:
        return Probe(source.id, error="no_address")
    if source.kind not in listing.SUPPORTED:
        return Probe(source.id, error="unsupported")
    try:
        answer = await listing.ask(fetcher, source, source.url, None, sandbox=sandbox)
    except CrawlError as error:
        refused = "refused" if error.code == "robots" else "unknown"
        return Probe(source.id, robots=refused, error=error.code, detail=error.detail[:300])
    try:
        listed = await listing.read(sandbox, source, answer)
    except CrawlError as error:
        return Probe(source.id, robots="allowed", error=error.code, detail=error.detail[:300])
    dates = [at for at in (_date(entry, now) for entry in listed.entries) if at is not None]
    sample = tuple(entry.title for entry in listed.entries if entry.title)[:_SHOWN]
    return Probe(source.id, len(listed.entries), len(dates), max(dates, default=None), sample, "allowed")


def _date(entry: Entry, now: datetime) -> datetime | None:
    at = parse_date(entry.date, now).at if entry.date else None
    return at.astimezone(KST) if at is not None and at <= now else None

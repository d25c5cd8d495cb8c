"""A source's list, of whatever kind: which requests, which parser. Refuses to remember, and to read what is listed.

source ─┬─ feed, board ── GET (304 ends here)
        ├─ openapi ────── GET a window, as many as were missed, each counted against the key's day
        └─ eminwon ────── GET the page with the form → POST it           ┄→ parser in the sandbox → Listing
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from crawlers import eminwon, portal
from crawlers.article import CrawlError, Entry, FetchError, Listing, ParseError
from crawlers.board import parse_board
from crawlers.dates import KST
from crawlers.document import Sandbox, sandboxed
from crawlers.eminwon_rows import parse_list
from crawlers.exchange import Form, Visit
from crawlers.feed import parse_feed
from crawlers.fetch import Fetched, Fetcher, Validators
from crawlers.onward import leads_on, may_lead_on
from crawlers.openapi import parse_items
from crawlers.sources import KINDS, Source

log = logging.getLogger(__name__)

SUPPORTED = frozenset(KINDS)
KEY_PAUSE = timedelta(hours=4)  # a refused key: a new one works within the hour, a wrong one is for people to mend
_QUIET_IS_WELL = {"openapi"}  # a weekend without a release; every other list always holds its last rows
_REFUSED = {"status_401": "key_refused", "status_403": "key_refused", "status_429": "quota"}
_FRAMES = 2  # pages to open until the form is found: the portal's own, and the one that it frames
# what may be wrong with the page before the form: the form itself is asked all the same
_BY_THE_WAY = ("status_4", "status_5", "robots", "gone", "too_large", "missing", "no_rows", "markup", "wrong_kind")


NO_KEY = portal.Key("")


class Calls(Protocol):
    """Counts what was asked with a key."""

    async def count_call(self, key: str, day: str) -> int:
        """How many calls were made under the name `key` on `day`, this one included."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source answered: the document, and the hash of its bytes ("" where the server said "unchanged").

    `before` are older windows of a portal, oldest first, `asked_at` when and `key` with what they were asked for;
    `visit` holds the cookies under which its pages are to be read.
    """

    fetched: Fetched
    stamp: str
    before: tuple[Fetched, ...] = ()
    visit: Visit | None = None
    asked_at: datetime | None = None
    key: portal.Key = NO_KEY


async def ask(
    fetcher: Fetcher,
    source: Source,
    url: str,
    validators: Validators | None,
    *,
    sandbox: Sandbox | None = None,
    calls: Calls | None = None,
    since: datetime | None = None,
) -> Answer:
    """The source's list as it came from `url` (its own address, or where it moved to).

    `since` is when all of it was last read; `sandbox` reads the page that holds a form, `calls` counts a key's use.

    Raises:
        FetchError: the list could not be had.
        ParseError: the page that holds its form is hostile.
    """
    if source.kind == "openapi":
        return await _ask_portal(fetcher, source, calls, since)
    if source.kind == "eminwon" and sandbox is not None:
        return await _ask_eminwon(fetcher, sandbox, url)
    fetched = await fetcher.get(url, validators=validators, stay=True)
    if source.kind == "board" and sandbox is not None:
        fetched = await _inner(fetcher, sandbox, fetched)
    return _answer(fetched)


async def read(sandbox: Sandbox, source: Source, answer: Answer) -> Listing:
    """What the list says.

    Raises:
        ParseError: it is no list of this kind, or it is empty.
        FetchError: it is a portal's error (its code, see `crawlers.openapi`); `retry_after` says how long to rest.
    """
    fetched = answer.fetched
    if source.kind == "openapi":
        listing = await _read_portal(sandbox, answer)
    elif source.kind == "feed":
        listing = await sandboxed(sandbox, parse_feed, fetched.body, fetched.charset, fetched.url)
    else:
        parser = parse_list if source.kind == "eminwon" else parse_board
        listing = await sandboxed(sandbox, parser, fetched.body, fetched.charset, fetched.url, source.profile)
    if not listing.entries and source.kind not in _QUIET_IS_WELL:
        raise ParseError("empty", f"{listing.kind} without entries")
    return listing


async def _inner(fetcher: Fetcher, sandbox: Sandbox, fetched: Fetched) -> Fetched:
    """The page that a reader of `fetched` sees: what it frames, or where it sends on at once."""
    for _ in range(_FRAMES):
        if fetched.not_modified or not may_lead_on(fetched.body):
            break
        where = await sandboxed(sandbox, leads_on, fetched.body, fetched.charset, fetched.url)
        if not where:
            break
        # what was asked is unchanged when that page is, not when this one is
        fetched = replace(await fetcher.get(where, stay=True), moved_to=None, validators=Validators())
    return fetched


def _answer(fetched: Fetched, before: tuple[Fetched, ...] = (), visit: Visit | None = None) -> Answer:
    if fetched.not_modified:
        return Answer(fetched, "")
    stamp = hashlib.blake2b(digest_size=12)
    for one in (*before, fetched):
        stamp.update(len(one.body).to_bytes(8, "big") + one.body)
    return Answer(fetched, stamp.hexdigest(), before, visit)


async def _ask_portal(fetcher: Fetcher, source: Source, calls: Calls | None, since: datetime | None) -> Answer:
    key = portal.Key(source.key or fetcher.service_key)
    if not key:
        raise FetchError("key_missing", "no key for the public-data portal")
    now = fetcher.now()
    windows = portal.windows(since, now)
    if since and windows[0][0] > since.astimezone(KST).date():
        log.warning("source %s: silent since %s; older than %s is not asked for", source.id, since, windows[0][0])
    found = []
    for start, end in windows:
        if calls and await calls.count_call(key.name, f"{now.astimezone(KST):%Y%m%d}") > portal.DAILY_CALLS:
            raise FetchError("quota", f"{portal.DAILY_CALLS} calls today", retry_after=portal.next_day(now))
        fetched = await _keyed(fetcher, portal.address(source.url, key, start, end), key, now)
        # nothing past here holds the key: not the address, not what a gateway echoes of it
        body = key.hidden_bytes(fetched.body)
        found.append(replace(fetched, url=source.url, body=body, moved_to=None, validators=Validators()))
    return replace(_answer(found[-1], tuple(found[:-1])), asked_at=now, key=key)


async def _keyed(fetcher: Fetcher, url: str, key: portal.Key, now: datetime) -> Fetched:
    try:
        return await fetcher.get(url, stay=True, keyed=True)
    except FetchError as error:
        code = "service_down" if error.code.startswith("status_5") else _REFUSED.get(error.code, error.code)
        told = f"{error.code.removeprefix('status_')} {error.detail}".strip() if code != error.code else error.detail
        pauses = [pause for pause in (error.retry_after, _pause(code, now)) if pause]
        raise FetchError(code, key.hidden_for_sure(told), max(pauses, default=None)) from None
    except CrawlError:
        raise
    except Exception as error:  # noqa: BLE001 - its text, and its traceback, may hold the address with the key
        raise CrawlError("internal", type(error).__name__) from None


async def _read_portal(sandbox: Sandbox, answer: Answer) -> Listing:
    entries: dict[str, Entry] = {}
    missed = 0
    for fetched in (*answer.before, answer.fetched):
        try:
            listing = await sandboxed(sandbox, parse_items, fetched.body, fetched.charset, fetched.url)
        except ParseError as error:
            told = answer.key.hidden_for_sure(error.detail)
            raise FetchError(error.code, told, _pause(error.code, answer.asked_at)) from None
        missed += listing.missed
        entries.update((entry.id, answer.key.hidden_in(entry)) for entry in listing.entries)
    if missed:
        log.warning("the portal told of %s items and kept them back", missed)
    # windows overlap never, but their order is the service's own: newest first, as everywhere
    ordered = sorted(entries.values(), key=lambda entry: entry.date, reverse=True)
    return Listing("openapi", tuple(ordered), missed=missed)


def _pause(code: str, now: datetime | None) -> timedelta | None:
    if code == "quota" and now is not None:
        return portal.next_day(now)
    return KEY_PAUSE if code == "key_refused" else None


async def _ask_eminwon(fetcher: Fetcher, sandbox: Sandbox, url: str) -> Answer:
    visit = Visit()
    form = eminwon.form_for(url)
    address = eminwon.front_page(url)
    for _ in range(_FRAMES):
        try:
            front = await fetcher.get(address, stay=True, visit=visit)
            form = await sandboxed(sandbox, eminwon.read_form, front.body, front.charset, front.url, url)
        except CrawlError as error:
            if not error.code.startswith(_BY_THE_WAY):
                raise
            break
        if not form.frame:
            break
        address = form.frame
    posted = Form(form.fields, form.charset)
    fetched = await fetcher.post(form.action, posted, stay=True, visit=visit)
    if eminwon.looks_empty(fetched.body):  # such servers answer with nothing now and then
        fetched = await fetcher.post(form.action, posted, stay=True, visit=visit)
    return _answer(replace(fetched, moved_to=None), visit=visit)

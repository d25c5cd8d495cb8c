"""Drafts of sources from an address somebody pasted. Refuses to report what it did not fetch, and to leave the site.

    address → the page (or the frame in it) → its feed links, feeds where its software keeps them → its board
            → on a home page: the boards it links, one step → drafts with evidence, best first

At most 15 requests, robots honoured at each, all inside the registrable domain, within a minute and a half. Nothing is
added: a person decides.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from crawlers.article import CrawlError, FetchError, GuardError
from crawlers.document import Sandbox, sandboxed
from crawlers.feed import parse_feed
from crawlers.fetch import Fetched, Fetcher
from crawlers.identity import canonical
from crawlers.sources import BoardProfile, Source, profiles
from crawlers.survey import Board, Pointer, Survey, summary, survey

MAX_REQUESTS = 15
TIME_S = 90.0
_MAX_FEEDS = 5
_MAX_BOARDS = 6
_HOMES = {"", "index", "main", "home", "default", "intro"}


@dataclass(frozen=True, slots=True)
class Draft:
    """A source that could be added: what was really read at `url`, and how it was found.

    `profile` is None where the finder reads the board by itself; `newest` is a day, or the text of one without a year;
    `sample` holds titles, `evidence` short English facts.
    """

    kind: str
    url: str
    title: str
    profile: BoardProfile | None
    profile_name: str
    rows: int
    dated: int
    newest: str
    sample: tuple[str, ...]
    licence: str
    evidence: tuple[str, ...]

    def entry(self, id: str, agency: str) -> Source:  # noqa: A002 - as the entry calls it
        """The entry for it, off until somebody decides.

        Raises:
            nothing: `id` and `agency` are the caller's to check.
        """
        kogl = f"{self.licence} mark on the page" if self.licence else ""
        return Source(
            id, agency, self.kind, self.url, licence=self.licence, state="unverified", profile=self.profile,
            evidence="; ".join(self.evidence)[:1000], robots="allowed to us", kogl=kogl,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Discovery:
    """What an address led to. `robots`: allowed, refused, unknown (the address was not reached).

    `notes` say what could not be done: `error:CODE` why the address itself gave nothing, `frame: ADDRESS`,
    `script_only: …`, `blocked: …`, `robots: ADDRESS`, `look_alike: ADDRESS` (a link that pretends to lead to another
    agency), `requests: …`, `time: …`.
    """

    url: str
    drafts: tuple[Draft, ...]
    robots: str
    notes: tuple[str, ...]


async def discover(fetcher: Fetcher, sandbox: Sandbox, url: str) -> Discovery:
    """What could be a source at `url`; never raises for what a site does."""
    search = _Search(fetcher, sandbox, url)
    try:
        async with asyncio.timeout(TIME_S):
            await search.run()
    except TimeoutError:
        search.notes.append(f"time: stopped after {TIME_S:g} s")
    drafts = sorted(search.drafts.values(), key=_order, reverse=True)
    return Discovery(url, tuple(drafts), search.robots, tuple(dict.fromkeys(search.notes)))


def _order(draft: Draft) -> tuple[bool, bool, bool, int]:
    """Feeds with dates first, then dated boards; near the pasted address before far."""
    near = any(fact.startswith("the address itself") for fact in draft.evidence)
    return (draft.rows > 0 and draft.dated * 2 >= draft.rows, draft.kind == "feed", near, min(draft.rows, 50))


@dataclass(slots=True)
class _Search:
    """One search: what is left to spend, what was found."""

    fetcher: Fetcher
    sandbox: Sandbox
    url: str
    left: int = MAX_REQUESTS
    robots: str = "unknown"
    drafts: dict[str, Draft] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)

    async def run(self) -> None:
        fetched = await self._first()
        if fetched is None:
            return
        if _looks_like_feed(fetched):
            await self._feed(Pointer("", fetched.url, "the address itself"), fetched)
            return
        seen = await self._survey(fetched)
        if seen is not None and seen.fault == "frame":
            seen, fetched = await self._framed(seen, fetched)
        if seen is None:
            self.notes.append("error:markup")
            return
        self._board(seen, fetched, "the address itself")
        for pointer in seen.feeds[:_MAX_FEEDS]:
            await self._try_feed(pointer)
        if seen.board is None or _is_home(fetched.url):
            await self._linked(seen)
        if not self.drafts and seen.fault:
            self.notes.append(f"error:{seen.fault}")

    async def _first(self) -> Fetched | None:
        try:
            self.asked.add(canonical(self.url))
        except ValueError:
            self.notes.append("error:guard")
            return None
        if self.fetcher.disguise(self.url):
            self.notes.append("error:look_alike")
            return None
        try:
            self.left -= 1
            fetched = await self.fetcher.get(self.url, stay=True)
        except GuardError:
            self.notes.append("error:guard")
        except FetchError as error:
            self.robots = "refused" if error.code == "robots" else "unknown"
            self.notes.append(f"error:{error.code}")
        else:
            self.robots = "allowed"
            return fetched
        return None

    async def _framed(self, seen: Survey, fetched: Fetched) -> tuple[Survey | None, Fetched]:
        """The page in a frame, one level deep."""
        self.notes.append(f"frame: {seen.detail}")
        inner = await self._get(seen.detail)
        if inner is None or _looks_like_feed(inner):
            return seen, fetched
        return await self._survey(inner), inner

    async def _linked(self, seen: Survey) -> None:
        """The boards that a page links, one step away, and the feeds that they link."""
        for pointer in seen.boards[:_MAX_BOARDS]:
            if self.left < 2:
                self.notes.append(f"requests: stopped after {MAX_REQUESTS - self.left}")
                return
            fetched = await self._get(pointer.url)
            if fetched is None:
                continue
            if _looks_like_feed(fetched):
                await self._feed(pointer, fetched)
                continue
            there = await self._survey(fetched)
            if there is not None:
                self._board(there, fetched, f"linked as '{pointer.text}'")
                for feed in [one for one in there.feeds if one not in seen.feeds][:1]:
                    await self._try_feed(feed)

    async def _try_feed(self, pointer: Pointer) -> None:
        fetched = await self._get(pointer.url)
        if fetched is None:
            return
        if _looks_like_feed(fetched):
            await self._feed(pointer, fetched)
        elif pointer.how != "where this software keeps its feeds" and (seen := await self._survey(fetched)):
            for inner in seen.feeds[:_MAX_FEEDS]:  # a page that lists feeds
                page = await self._get(inner.url)
                if page is not None and _looks_like_feed(page):
                    await self._feed(inner, page)

    async def _feed(self, pointer: Pointer, fetched: Fetched) -> None:
        try:
            listing = await sandboxed(self.sandbox, parse_feed, fetched.body, fetched.charset, fetched.url)
        except CrawlError:
            return
        if listing.entries:
            told = summary(listing.entries)
            how = f"{pointer.how}: {pointer.text}" if pointer.text else pointer.how
            evidence = (how, f"read as {listing.kind or 'feed'}: {_figures(told)}")
            self._keep(_draft("feed", fetched.url, pointer.text, None, told, "", evidence))

    def _board(self, seen: Survey, fetched: Fetched, how: str) -> None:
        if seen.board is None:
            if seen.fault in {"script_only", "blocked"}:
                self.notes.append(f"{seen.fault}: {seen.detail}"[:300])
            return
        name = seen.board.profile
        facts = [
            how,
            f"board rows: {_figures(seen.board)}",
            f"read by profile {name}" if name else "rows found by themselves",
        ]
        if seen.licence:
            facts.append(f"{seen.licence} mark on the page")
        profile = profiles()[name] if name else None
        self._keep(_draft("board", fetched.url, seen.title, profile, seen.board, seen.licence, tuple(facts), name))

    def _keep(self, draft: Draft) -> None:
        self.drafts.setdefault(canonical(draft.url), draft)

    async def _get(self, url: str) -> Fetched | None:
        """The document at `url`, if it was not asked for yet, may be, and the budget allows."""
        if not url or canonical(url) in self.asked or self.left <= 0:
            return None
        self.asked.add(canonical(url))
        if self.fetcher.disguise(url):
            self.notes.append(f"look_alike: {url}"[:300])
            return None
        self.left -= 1
        try:
            return await self.fetcher.get(url, stay=True)
        except FetchError as error:
            if error.code in {"robots", "look_alike"}:
                self.notes.append(f"{error.code}: {url}"[:300])
            return None

    async def _survey(self, fetched: Fetched) -> Survey | None:
        try:
            return await sandboxed(self.sandbox, survey, fetched.body, fetched.charset, fetched.url)
        except CrawlError:
            return None


def _draft(
    kind: str, url: str, title: str, profile: BoardProfile | None, told: Board, licence: str,
    evidence: tuple[str, ...], name: str = "",
) -> Draft:  # fmt: skip
    return Draft(kind, url, title, profile, name, told.rows, told.dated, told.newest, told.sample, licence, evidence)


def _figures(told: Board) -> str:
    newest = f", newest {told.newest}" if told.newest else ""
    return f"{told.rows}, dated {told.dated}, with departments {told.offices}{newest}"


def _looks_like_feed(fetched: Fetched) -> bool:
    head = fetched.body[:3000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    return head.startswith((b"<?xml", b"<rss", b"<feed", b"<rdf")) and b"<html" not in head


def _is_home(url: str) -> bool:
    path = urlsplit(url).path.strip("/")
    return path.rsplit("/", 1)[-1].split(".")[0].lower() in _HOMES

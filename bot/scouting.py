"""Does what was asked about sources and takes a while: looks at an address, checks an entry, polls for the first time.

    inquiry → look (discover · probe · poll) → register → answer in the outbox → done

The answer goes to whoever asked; a find that somebody else has to decide goes to the operators too. Every step is safe
to repeat: an inquiry is done only when its answer stands in the outbox, and a worker that dies leaves it to the next.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.inquiries import Inquiries, Inquiry
from bot.logs import failed
from bot.messenger import Reply, chat_of
from bot.operators import tell_operators
from bot.outbox import Outbox, Row
from bot.settings import Role
from bot.sources import agency_in, lines
from bot.tenancy import Member, Tenancy
from bot.wording import alerts
from bot.wording import sources as words
from bot.wording import sources_adding as adding
from crawlers.crawler import Crawler
from crawlers.discover import Discovery
from crawlers.licence import rights
from crawlers.probe import Probe
from crawlers.register import Draft, Offer, Register, source_id
from crawlers.sources import Source

_AT_ONCE = 3
_LONGEST_S = 180.0
_TRIES = 3
_SOON, _AGAIN = timedelta(seconds=1), timedelta(seconds=5)
_CHECKS = 4
_PATIENCE, _BREATH_S = 25, 0.2
_LOOK_S = 1.0  # so often a step at work looks for what was asked since

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Eyes:
    """How the outside is looked at: each callable fetches politely, and tells what it saw."""

    discover: Callable[[str], Awaitable[Discovery]]
    probe: Callable[[Source], Awaitable[Probe]]
    crawler: Crawler


class Scout:
    """The worker behind 게시판 추가 and 출처 확인."""

    def __init__(
        self,
        inquiries: Inquiries,
        register: Register,
        eyes: Eyes,
        outbox: Outbox,
        tenancy: Tenancy,
        now: Callable[[], datetime],
    ) -> None:
        self._inquiries, self._register, self._eyes = inquiries, register, eyes
        self._outbox, self._tenancy, self._now = outbox, tenancy, now
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._works = {
            "discover": self._discover,
            "check": self._check,
            "check-all": self._check_all,
            "first": self._first,
            "again": self._again,
        }

    async def step(self) -> datetime | None:
        """Does everything that was asked, also meanwhile; when to look again, where something has to wait."""
        running: dict[str, asyncio.Task[timedelta | None]] = {}
        waits: dict[str, timedelta] = {}
        try:
            while True:
                for tenant, inquiry in await self._open():
                    if inquiry.id not in running and inquiry.id not in waits:
                        tries = await self._inquiries.take(tenant, inquiry)
                        if tries:
                            running[inquiry.id] = asyncio.create_task(self._do(tenant, inquiry, tries))
                if not running:
                    return self._now() + min(waits.values()) if waits else None
                await asyncio.wait(running.values(), timeout=_LOOK_S, return_when=asyncio.FIRST_COMPLETED)
                for name in [name for name, task in running.items() if task.done()]:
                    span = running.pop(name).result()
                    if span is not None:
                        waits[name] = span
        finally:
            for task in running.values():
                task.cancel()
            await asyncio.gather(*running.values(), return_exceptions=True)

    async def _open(self) -> list[tuple[str, Inquiry]]:
        tenants = [one.id for one in self._tenancy.institutions()]
        return [(tenant, one) for tenant in tenants for one in await self._inquiries.open(tenant)]

    async def _do(self, tenant: str, inquiry: Inquiry, tries: int) -> timedelta | None:
        """None once it is answered; else how long it has to wait."""
        async with self._places:
            try:
                async with asyncio.timeout(_LONGEST_S if inquiry.work != "check-all" else 10 * _LONGEST_S):
                    reply = await self._works[inquiry.work](tenant, inquiry)
                    for _ in range(_PATIENCE if reply is None else 0):  # another worker is at that very source
                        await asyncio.sleep(_BREATH_S)
                        reply = await self._works[inquiry.work](tenant, inquiry)
                        if reply is not None:
                            break
            except TimeoutError:
                reply = adding.nothing_found(inquiry.target, "no_reply", "")
            except Exception as error:  # noqa: BLE001 - whatever a site does, whoever asked gets an answer
                failed(log, error, "inquiry %s (%s)", inquiry.id, inquiry.work)
                if tries < _TRIES:
                    return _AGAIN
                reply = adding.nothing_found(inquiry.target, "internal", "")
        if reply is None:
            return _SOON
        chat, story = chat_of(inquiry.chat), f"inquiry/{inquiry.id}"
        reference = await self._inquiries.reference(tenant, inquiry)
        row = Row(chat, story, 1, "reply", reply, self._now(), reference, inquiry.thread)
        await self._outbox.put(tenant, [row])
        await self._inquiries.done(tenant, inquiry)
        return None

    async def _discover(self, tenant: str, inquiry: Inquiry) -> Reply | None:
        """Looks at the address, keeps what it found, and shows it to whoever may decide."""
        known = await self._register.draft(inquiry.id)  # a worker before us got this far
        if known is None:
            found = await self._eyes.discover(inquiry.target)
            if not found.drafts:
                return adding.nothing_found(inquiry.target, _fault(found), found.robots)
            known = await self._draft(tenant, inquiry, found)
            await self._register.keep(known)
        member = self._tenancy.member(tenant, inquiry.person)
        decides = member is not None and Role.OPERATOR in member.person.roles
        if not decides:
            await tell_operators(
                self._outbox,
                self._tenancy,
                f"draft/{known.id}",
                lambda operator: adding.requested(find(known, 0), _asker(operator, member)),
                self._now(),
            )
        return adding.found(find(known, 0), decides=decides)

    async def _draft(self, tenant: str, inquiry: Inquiry, found: Discovery) -> Draft:
        host = {
            one.source.agency for one in await self._register.placed() if _host(one.source) == _site(inquiry.target)
        }
        titles = {agency_in(one.title) for one in found.drafts} - {""}
        told = host if len(host) == 1 else titles if len(titles) == 1 else set()
        offers = []
        for one in found.drafts:
            agency = inquiry.agency or agency_in(one.title) or "".join(told)
            entry = one.entry(source_id(one.url), agency or "?")
            offers.append(Offer(entry, one.title, one.rows, one.dated, one.newest, one.sample, one.evidence))
        by = f"{tenant}/{inquiry.person}"
        return Draft(inquiry.id, inquiry.target, tuple(offers), found.robots, by, inquiry.chat, inquiry.at)

    async def _check(self, tenant: str, inquiry: Inquiry) -> Reply | None:
        """Reads an entry's list once; what gave rows is on from now."""
        placed = await self._register.find(inquiry.target)
        if placed is None:
            return words.not_found(inquiry.target)
        told = inquiry.agency or placed.source.agency
        if placed.source.on:
            return words.on_already(told)
        if placed.origin == "file" and placed.source.state != "unverified":
            return words.file_decides(told, 'state = "on"')
        seen = await self._eyes.probe(placed.source)
        if not seen.ok:
            return words.not_verified(told, seen.error, seen.detail)
        await self._verify(placed.source, seen, f"{tenant}/{inquiry.person}")
        return words.verified(told, seen.rows, seen.newest.date() if seen.newest else None)

    async def _verify(self, source: Source, seen: Probe, by: str) -> None:
        now = self._now()
        await self._register.set_state(source.id, "verified", seen.evidence(now), by, now)

    async def _check_all(self, tenant: str, inquiry: Inquiry) -> Reply | None:
        """Every unverified entry that has an address, or those whose ids are named; a few at a time."""
        placed, ids = await self._register.placed(), set(inquiry.target.split())
        told = {one.source.id: line.agency for one, line in zip(placed, lines(placed, ()), strict=True)}
        waiting = [one.source for one in placed if one.source.state == "unverified" and ids & {"*", one.source.id}]
        places = asyncio.Semaphore(_CHECKS)

        async def look(source: Source) -> Probe:
            async with places:
                seen = await self._eyes.probe(source)
                if seen.ok:
                    await self._verify(source, seen, f"{tenant}/{inquiry.person}")
                return seen

        asked = [source for source in waiting if source.url]
        seen = await asyncio.gather(*(look(source) for source in asked))
        good = [told[source.id] for source, one in zip(asked, seen, strict=True) if one.ok]
        bad = [(told[source.id], one.error) for source, one in zip(asked, seen, strict=True) if not one.ok]
        return words.checked_all(good, bad)

    async def _first(self, tenant: str, inquiry: Inquiry) -> Reply | None:  # noqa: ARG002 - as all works are called
        """The first poll of an added board, and how many documents it knows from then on."""
        placed = await self._register.find(inquiry.target)
        if placed is None:
            return words.not_found(inquiry.agency)
        outcome = await self._eyes.crawler.crawl(placed.source)
        if outcome.state in {"ok", "unchanged"}:
            return adding.first_read(inquiry.agency, max(outcome.new, outcome.unchanged))
        if outcome.state in {"busy", "not_due"}:  # the crawl was faster
            health = next((one for one in await self._eyes.crawler.health() if one.source == inquiry.target), None)
            if health is None or (health.ok_at is None and not health.error):
                return None
            return adding.first_read(inquiry.agency, health.rows, health.error)
        return adding.first_read(inquiry.agency, 0, outcome.error)

    async def _again(self, tenant: str, inquiry: Inquiry) -> Reply | None:  # noqa: ARG002 - as all works are called
        """The poll after a repair."""
        placed = await self._register.find(inquiry.target)
        if placed is None:
            return words.not_found(inquiry.agency)
        outcome = await self._eyes.crawler.crawl(placed.source, force=True)
        if outcome.state == "busy":
            return None
        health = next((one for one in await self._eyes.crawler.health() if one.source == inquiry.target), None)
        return alerts.read_again(inquiry.agency, health.rows if health else 0, outcome.new, outcome.error)


def find(draft: Draft, number: int) -> adding.Find:
    """One of a draft's offers as it is shown."""
    number = number if 0 <= number < len(draft.offers) else 0
    offer = draft.offers[number]
    source = offer.source
    return adding.Find(
        draft.id, number, len(draft.offers), "" if source.agency == "?" else source.agency, offer.title, source.kind,
        source.url, offer.rows, offer.newest, offer.sample, draft.robots, rights(source, ""),
    )  # fmt: skip


def _asker(operator: Member, member: Member | None) -> str:
    """Who asked, as an operator may know it: by name only within one institution."""
    return member.person.name if member is not None and member.tenant == operator.tenant else ""


def _fault(found: Discovery) -> str:
    """The code of why nothing was found, where the address could not be read at all."""
    return next((note.removeprefix("error:") for note in found.notes if note.startswith("error:")), "")


def _site(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _host(source: Source) -> str:
    return _site(source.url) if source.url else "-"

"""What the roles of one process share: database, clock, sandbox, stores, the model; each made when first asked for.

What a role alone needs is imported by `bootstrap` inside that role, so that a crawler on an old PC never loads a chart
library. It knows no role, no handler and no messenger, and reads no clock but the one it is given.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from redis.asyncio import Redis

from bot.acts import Acts
from bot.background import begun
from bot.clock import Clock
from bot.daysoff import is_holiday
from bot.hours import ANY_HOUR, USUAL
from bot.hours_gate import Gate
from bot.hours_store import HoursStore
from bot.liveness import Liveness
from bot.logs import failed
from bot.people import PeopleStore
from bot.roster_mirror import RosterMirror
from bot.rota import Rota
from bot.sandbox import ProcessSandbox
from bot.settings import Settings
from bot.tenancy import Tenancy
from bot.whereto import Whereto, carriers
from crawlers.fair import FairSandbox

if TYPE_CHECKING:
    from aiohttp import ClientSession

    from attest.crypto import KeyStore, OpeningKeys
    from attest.log import ReceiptLog
    from attest.witness import Witness, Witnessing
    from bot.inquiries import Inquiries
    from bot.letters import Letters
    from bot.routes import Route
    from bot.settings_keys import WitnessServer
    from crawlers.crawler import Crawler
    from crawlers.fetch import Fetcher
    from crawlers.guard import Guard
    from crawlers.register import Register
    from crawlers.sources import Source
    from crawlers.store import CrawlStore
    from nlp.archive import Archive
    from nlp.embedding import Embedder
    from nlp.ground import Ground
    from nlp.opinions import HeadMirror
    from nlp.wordbook import Wordbooks

# what foreign bytes are parsed with: loaded once, before the sandbox forks its workers
_PARSERS = (
    "crawlers.feed",
    "crawlers.board",
    "crawlers.eminwon_rows",
    "crawlers.openapi",
    "crawlers.page",
    "crawlers.attachment",
    "attest.papers",
    "attest.qr",
    "occupancy.sensors.gate",
    "occupancy.menu_sheet",
    "feedparser",
    "trafilatura",
    "unhwp",
    "pypdfium2",
)

_AGAIN = timedelta(seconds=5)

log = logging.getLogger(__name__)


class Household:
    """What every role shares. `bootstrap.open_house` makes it and closes it."""

    def __init__(
        self, settings: Settings, data_dir: Path, clock: Clock, redis: Redis, liveness: Liveness, stack: AsyncExitStack
    ) -> None:
        self.settings = settings
        self.data_dir = data_dir
        self.clock = clock
        self.redis = redis
        self.liveness = liveness
        self.tenancy = Tenancy(settings.institutions)
        self.tenants = [one.id for one in settings.institutions]
        self.rota = Rota(clock, redis)
        self.mirror = RosterMirror(redis, self.tenancy, self.tenants)
        self.rota.first(self.mirror.refresh)
        self._stack = stack
        self._fetcher: Fetcher | None = None
        self._outside: ClientSession | None = None
        self._keyless: set[str] = set()
        self._embedder: Embedder | None = None
        self._loading = asyncio.Lock()
        self._ground: Ground | None = None

    @cached_property
    def sandbox(self) -> FairSandbox:
        """Where foreign bytes are parsed; its workers start at the first call.

        Two of them: a page that holds one until it is killed delays neither other sources nor a receipt.
        """
        sandbox = ProcessSandbox(workers=2, preload=_PARSERS)
        self._stack.push_async_callback(sandbox.close)
        return FairSandbox(sandbox, 2)

    @cached_property
    def choices(self) -> HoursStore:
        """When people may be spoken to, and where.

        Without any messenger nothing rings: whoever sits at a console at some hour is told at once, unless the settings
        or they themselves say otherwise, or the time was chosen too.
        """
        declared = {one.id: one.hours for one in self.settings.institutions if one.hours != USUAL}
        usual = USUAL if self.settings.messengers or self.clock.chosen else ANY_HOUR
        return HoursStore(self.redis, lambda tenant: declared.get(tenant, usual))

    @cached_property
    def outbox(self) -> Gate:
        """What Dobi still has to say; what nobody asked for passes the gate of people's time."""
        whereto = Whereto(self.tenancy, carriers(self.settings.messengers))
        return Gate(
            self.redis, self.liveness.owner, self.choices, whereto, is_holiday, self.clock.now, self.rota.wake
        )  # fmt: skip

    @cached_property
    def people(self) -> PeopleStore:
        """Consents, greetings, open questions."""
        return PeopleStore(self.redis)

    @cached_property
    def acts(self) -> Acts:
        """Who did what, and when."""
        return Acts(self.redis, name_of=self.tenancy.name_of)

    @cached_property
    def archive(self) -> Archive:
        """The public documents."""
        from nlp.archive import Archive

        return Archive(self.redis)

    @cached_property
    def tables(self) -> Wordbooks:
        """Each institution's words."""
        from nlp.wordbook import Wordbook, Wordbooks

        return Wordbooks(Wordbook(self.redis))

    def ground(self, embedder: Embedder) -> Ground:
        """What documents are usually like here; one a process, so that previews decide as matching does."""
        from nlp.ground import Ground

        if self._ground is None:
            self._ground = Ground(self.archive, embedder)
        return self._ground

    async def embedder(self) -> Embedder:
        """The embedding model of this process, loaded once.

        Raises:
            Refused: the configured one can't be had.
        """
        from bot.models import open_model

        async with self._loading:
            if self._embedder is None:
                self._embedder = await open_model(self.settings.embedding, self.redis, self.clock.now())
            return self._embedder

    def heads(self, embedder: Embedder) -> HeadMirror:
        """What each chat's taps taught, mirrored; colleagues are people of one department."""
        from nlp.opinions import HeadMirror, Opinions

        return HeadMirror(Opinions(self.redis), embedder, self.tenancy.department_of, self.clock.now)

    @cached_property
    def register(self) -> Register:
        """Every source: the settings file's, the shipped ones where wanted, and what chat decided about them."""
        from crawlers.register import Register
        from crawlers.sources import catalogue

        return Register(self.redis, self.settings.sources, catalogue() if self.settings.catalogue else ())

    async def outside(self) -> ClientSession:
        """A session to vetted addresses, for what asks authorities and witnesses."""
        from crawlers.fetch import client

        if self._outside is None:
            self._outside = await self._stack.enter_async_context(client(self.guard))
        return self._outside

    async def fetcher(self) -> Fetcher:
        """What asks the outside; one a process, so that no host is asked twice at a time."""
        from crawlers.fetch import Fetcher, client
        from crawlers.hosts import Hosts

        if self._fetcher is None:
            session = await self._stack.enter_async_context(client(self.guard))
            network, key = self.settings.network, self.settings.openapi.key
            self._fetcher = Fetcher(
                session, self.guard, self.clock.now, self.clock.sleep, hosts=Hosts(self.redis),
                paces={host: timedelta(seconds=gap) for host, gap in network.pace_s.items()},
                service_key=key.reveal() if key else "", old_tls=network.legacy_tls,
            )  # fmt: skip
        return self._fetcher

    @cached_property
    def guard(self) -> Guard:
        """Which addresses are talked to."""
        from crawlers.guard import Guard

        return Guard(self.settings.network.allow_hosts)

    @cached_property
    def crawled(self) -> CrawlStore:
        """What the crawl remembers."""
        from crawlers.store import CrawlStore

        return CrawlStore(self.redis, is_alive=self.liveness.is_alive, owner=self.liveness.owner)

    async def crawler(self, sources: Sequence[Source] | None = None) -> Crawler:
        """A crawler of these sources, by default of the register's."""
        from crawlers.crawler import Crawler

        fetcher, store, what = await self.fetcher(), self.crawled, sources or self.register.sources
        return Crawler(fetcher, store, self.sandbox, self.clock.now, what, is_holiday)

    @cached_property
    def inquiries(self) -> Inquiries:
        """What was asked about sources and is not answered yet."""
        from bot.inquiries import Inquiries

        return Inquiries(self.redis, self.liveness.owner, self.liveness.is_alive)

    @cached_property
    def letters(self) -> Letters:
        """What waits on the audit office's desk."""
        from bot.letters import Letters

        live = self.liveness
        return Letters(self.redis, live.owner, live.is_alive, is_here=live.is_here)

    @cached_property
    def opening(self) -> OpeningKeys:
        """The audit office's opening keys, where they lie on this machine; whoever does not open seals leaves it be."""
        from attest.crypto import OpeningKeys
        from attest.errors import KeyFileError
        from bot.settings_keys import NoPassphrase

        def unlock() -> bytes | None:
            try:
                return self.settings.audit.unlock()
            except NoPassphrase as error:
                raise KeyFileError(str(error)) from error

        directory = self.settings.audit.directory or self.data_dir / "audit"
        return OpeningKeys(directory, unlock, [self.data_dir / "keys"])

    def witnesses(self) -> list[tuple[WitnessServer, Witness]]:
        """Who cosigns over HTTP, with the keys that the settings name; a key that is none is told, and left out."""
        from attest.errors import ProofError
        from attest.witness import Witness

        found = []
        for one in self.settings.witnesses:
            try:
                found.append((one, Witness.from_vkey(one.key)))
            except ProofError:
                log.error("[[witness]] %s: its key is no witness's", one.url)  # noqa: TRY400 - says all there is
        return found

    def comparing(self, log: ReceiptLog, keys: KeyStore) -> Witnessing:
        """What others kept of the logs, beside the logs."""
        from attest.witness import Witnessing

        known = [witness for _, witness in self.witnesses()]
        return Witnessing(self.redis, log, self.data_dir / "log", keys.public_keys, known)

    def desk(self, routes: tuple[Route, ...], keys: KeyStore, *, opens: bool) -> tuple[Route, ...]:
        """The routes as this process answers them: those of the desk are handed in, or answered here for everybody."""
        from bot.desk import Counter, Desk

        now = self.clock.now
        if opens:
            desk = Desk(self.letters, keys, self.opening, self.tenancy, routes, self.outbox, now)
            self.rota.add("desk", desk.step)
            self._stack.push_async_callback(desk.leave)
            return routes
        counter = Counter(self.letters, keys, self.tenancy, self.outbox)
        self.rota.add("desk", lambda: counter.wait(now()))
        return counter.over(routes)

    async def vouched(self, log: ReceiptLog, keys: KeyStore) -> None:
        """Who vouches for the log's checkpoints is asked by itself: a time stamp authority, witnesses."""
        from attest.timestamps import Timestamps
        from bot.cosigning import Cosigning, HttpWitness
        from bot.stamping import Authority, Stamping

        stamp, directory, now = self.settings.timestamp, self.data_dir / "log", self.clock.now
        if stamp is not None:
            ask = Authority(await self.outside(), stamp.url)
            stamps = Timestamps(self.redis, log, directory, self.sandbox, ask, stamp.certificate)
            self.rota.add("stamp", Stamping(stamps, log, self.tenants, now).step, after="witness")
        if self.settings.witnesses:
            session = await self.outside()
            servers = [HttpWitness(session, one.url, who) for one, who in self.witnesses()]
            worker = Cosigning(servers, self.comparing(log, keys), log, self.tenants, now)
            self.rota.add("cosign", worker.step, after="witness")

    def log(self) -> ReceiptLog:
        """The receipt logs, held against the checkpoints that stand beside the database."""
        from attest.log import ReceiptLog
        from attest.tiles import Published

        return ReceiptLog(self.redis, self.keys(opens=False), self.clock.now, Published(self.data_dir / "log"))

    async def enrol_audit_keys(self, keys: KeyStore) -> datetime | None:
        """Makes what audit keys are missing; when to try again, where one can't be made: told once, the others are."""
        from attest.errors import AttestError

        missing = False
        for one in self.tenancy.institutions():
            try:
                await asyncio.to_thread(keys.audit_key, one.id, self.clock.now(), one.name)
                self._keyless.discard(one.id)
            except AttestError as error:
                missing = True
                if one.id not in self._keyless:
                    failed(log, error, "no audit key for %s", one.id)
                self._keyless.add(one.id)
        return self.clock.now() + _AGAIN if missing else None

    def keys(self, *, opens: bool) -> KeyStore:
        """The institutions' keys; with `opens` an audit key is made where there is none.

        Without it, only where the settings know no passphrase for it and the office has no key elsewhere.
        """
        from attest.crypto import FileKeeper, KeyStore
        from attest.errors import KeyFileError

        directory = self.data_dir / "keys"
        suites = {one.id: one.receipt_suite for one in self.tenancy.institutions()}

        def make_audit(tenant: str, suite: int) -> bytes:
            if not opens and self.settings.audit.passphrase is not None:
                raise KeyFileError(f"{tenant} has no audit key: `dobi keys audit` makes one where it belongs")
            known = KeyStore(directory).public_keys(tenant).of(tenant, "seal")
            if known and not any(self.opening.holds(tenant, key.key) for key in known):
                raise KeyFileError(f"{tenant} keeps its audit key elsewhere: enrol one of suite {suite}")
            return self.opening.make(tenant, suite).public

        return KeyStore(directory, suites, FileKeeper(directory, make_audit=make_audit))

    def _background(self, work: Awaitable[object]) -> None:
        self._stack.push_async_callback(begun(work))

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """While the block lasts, every worker of this process works."""
        task = asyncio.create_task(self.rota.run())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def knows_documents(self) -> bool:
        """Whether any document was ever read on this data."""
        return await self.archive.count() > 0

    async def unfinished(self) -> bool:
        """Whether another process, living or just dead, still holds work that is due."""
        from crawlers.store import STREAM

        if await self.redis.xlen(STREAM):
            return True
        for tenant in self.tenants:
            if await self.outbox.leases(tenant, "console") or await self.letters.under_way(tenant):
                return True
        return False

"""The composition root: settings → concrete objects, one method a role. The only file that names what stands behind a
port, and the only one that reads the wall clock.

    Household (one a process: Redis, clock, sandbox, stores) ─ House ─ crawl · brief · deliver · sense · chat

Each role imports what it alone needs inside its method, so that a crawler on an old PC never loads a chart library.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bot.clock import Clock
from bot.daysoff import is_holiday
from bot.embedded import EmbeddedServer, remote_client
from bot.household import Household
from bot.liveness import Liveness, new_owner
from bot.people import Inbox
from bot.schema import check_schema
from bot.settings import Settings
from crawlers.fair import charged

if TYPE_CHECKING:
    from attest.claims import Claims
    from attest.crypto import KeyStore
    from attest.issue import Issuer
    from attest.log import ReceiptLog
    from attest.presence import Presence
    from bot.handlers import Conversation
    from bot.handlers.areas import AreaTalk
    from bot.handlers.duties import DutiesTalk
    from bot.handlers.models import ModelTalk
    from bot.handlers.subscriptions import Subscriptions
    from bot.handlers.witness import WitnessTalk
    from bot.handlers.words import WordTalk
    from bot.holdings import Holdings
    from bot.http import Inbound
    from bot.messenger import Messenger
    from bot.router import Router
    from bot.settings_retention import Retention
    from nlp.archive import Archive
    from nlp.embedding import Embedder
    from nlp.opinions import Opinions
    from nlp.subscriptions import SubscriptionStore

ROLES = ("sense", "crawl", "brief", "deliver", "chat", "verify", "receive")
ENTRANCE_KEY = "dobi:{deployment}:entrance"  # where the sensor entrance listens, for commands on this data


def wall() -> datetime:
    """The wall clock, in UTC."""
    return datetime.now(UTC)


class House(Household):
    """The roles of one process."""

    async def crawl(self) -> None:
        """The role that reads the agencies, looks at what is asked, and tells the operators who fell sick."""
        from bot.scouting import Eyes, Scout
        from bot.watch import Watch
        from crawlers.discover import discover
        from crawlers.domains import host_of
        from crawlers.probe import probe

        crawler, fetcher = await self.crawler(), await self.fetcher()

        eyes = Eyes(
            lambda url: charged(host_of(url), discover(fetcher, self.sandbox, url)),
            lambda source: probe(fetcher, self.sandbox, source, self.clock.now()),
            crawler,
        )
        scout = Scout(self.inquiries, self.register, eyes, self.outbox, self.tenancy, self.clock.now)
        watch = Watch(
            self.redis, self.register, crawler.health, self.outbox, self.tenancy, self.clock.now, crawler.proposals
        )  # fmt: skip
        self.rota.add("inquire", scout.step)
        self.rota.add("crawl", crawler.step, after="inquire")
        self.rota.add("watch", watch.step, after="crawl")

    async def brief(self) -> None:
        """The role that decides who hears of what."""
        from bot.briefing import Briefing
        from bot.models import words_of
        from bot.probe import Probes
        from bot.reminders import ReminderStore
        from bot.reminding import Reminding, Sources
        from bot.stream import ArticleStream
        from crawlers.store import STREAM
        from nlp.areas import AreaMatcher
        from nlp.embedding import load
        from nlp.opinions import Opinions
        from nlp.probes import ProbeStore
        from nlp.stories import StoryStore
        from nlp.subscriptions import SubscriptionMirror, SubscriptionStore

        embedder = await self.embedder()
        matcher, archive = AreaMatcher(embedder, cut=await words_of(self.settings.words)), self.archive
        subscriptions, opinions = SubscriptionStore(self.redis), Opinions(self.redis)
        stories = StoryStore(self.redis, model=load().name)  # its thresholds are for the built-in, whatever matches
        briefing = Briefing(
            ArticleStream(self.redis, STREAM, self.liveness.owner, self.liveness.is_alive),
            SubscriptionMirror(subscriptions, matcher, self.tables),
            matcher,
            embedder,
            stories,
            archive,
            self.outbox,
            opinions,
            self.heads(embedder),
            self.tenants,
            self.clock.now,
            self.ground(embedder),
        )
        probes = Probes(
            ProbeStore(self.redis), opinions, subscriptions, archive, embedder, self.outbox, self.tables,
            self.tenants, is_holiday, self.clock.now,
        )  # fmt: skip
        reminding = Reminding(
            ReminderStore(self.redis), Sources(archive, stories), self.outbox, self.tenants,
            is_holiday, self.clock.now, lambda: self.rota.wake("deliver"),
        )  # fmt: skip
        self.rota.add("brief", briefing.step, after="crawl")
        self._renew(embedder, opinions)
        self.rota.add("remind", reminding.step, after="brief")
        self.rota.add("probe", probes.step, after="brief")

    def _renew(self, embedder: Embedder, opinions: Opinions) -> None:
        """After a change of model the past is read again, beside everything else."""
        from bot.renewing import Renewing
        from bot.stream import ArticleStream
        from crawlers.store import STREAM
        from nlp.adopted import ModelStore
        from nlp.renewal import Renewal

        redis, live, now = self.redis, self.liveness, self.clock.now
        renewal = Renewal(self.archive, opinions, ModelStore(redis), embedder, self.tenants, now)
        waiting = ArticleStream(redis, STREAM, live.owner, live.is_alive).waiting
        worker = Renewing(
            redis, renewal, embedder, waiting, self.outbox, self.tenancy, live.owner, live.is_alive, now
        )  # fmt: skip
        self.rota.add("renew", worker.step)

    def deliver(self, messengers: Sequence[Messenger]) -> None:
        """The role that sends what waits, through the messengers of this process."""
        from bot.delivery import Delivery

        delivery = Delivery(self.outbox, messengers, self.tenants, self.liveness.is_alive, self.clock.now)
        self.rota.add("deliver", delivery.step, after="probe")

    async def sense(self, *, any_port: bool = False) -> Inbound:
        """The role that takes readings in and keeps the day's history.

        `any_port`: where the configured port is taken a free one will do; commands on this data find it.
        """
        from bot.canteen import Canteen
        from bot.http import Answer, Inbound
        from bot.sensing import PATH, Sensing
        from occupancy.store import OccupancyStore

        store = OccupancyStore(self.redis)
        inbound = Inbound(self.settings.http.host, self.settings.http.port, any_port=any_port)
        inbound.route("POST", PATH, Sensing(self.tenancy, store, self.clock.now).receive)

        async def health(*_: object) -> Answer:
            return Answer(200, "ok")

        inbound.route("GET", "/health", health)
        await inbound.start()
        self._stack.push_async_callback(inbound.stop)

        async def leave() -> None:
            if await self.redis.get(ENTRANCE_KEY) == inbound.url.encode():
                await self.redis.delete(ENTRANCE_KEY)

        self._stack.push_async_callback(leave)
        await self.redis.set(ENTRANCE_KEY, inbound.url)
        canteen = Canteen(store, self.clock.now, is_holiday)

        async def keep() -> datetime | None:
            await self.redis.set(ENTRANCE_KEY, inbound.url, nx=True)  # another entrance on this data may have ended
            dues = [
                await canteen.keep_history(institution.id, cafeteria)
                for institution in self.settings.institutions
                for cafeteria in institution.cafeterias
            ]
            return min(dues, default=None)

        self.rota.add("sense", keep)
        return inbound

    async def chat(self, messengers: Sequence[Messenger], *, opens_seals: bool) -> Router:
        """The role that talks. `opens_seals`: this process is also the audit office's."""
        from attest.claims import Claims
        from attest.issue import Issuer
        from bot.canteen import Canteen
        from bot.handlers import route_table
        from bot.handlers.briefings import Briefings
        from bot.handlers.cafeteria import Cafeteria
        from bot.handlers.feedback import Feedback
        from bot.handlers.introduction import Introduction
        from bot.handlers.reminders import Reminders
        from bot.handlers.search import SearchTalk
        from bot.handlers.sources import Sources
        from bot.handlers.subscriptions import Subscriptions
        from bot.holdings import Holdings
        from bot.reminders import ReminderStore
        from bot.reminding import Sources as Kept
        from bot.router import Router
        from bot.routes import Grammar
        from bot.searches import Searches
        from nlp.finding import Finder
        from nlp.opinions import Opinions
        from nlp.probes import ProbeStore
        from nlp.stories import StoryStore
        from nlp.subscriptions import SubscriptionStore
        from nlp.words import similar
        from occupancy.chart import warm
        from occupancy.store import OccupancyStore

        now, redis = self.clock.now, self.redis
        embedder = await self.embedder()
        keys = self.keys(opens=opens_seals)
        issuer = Issuer(redis, keys, now)
        holdings, subscriptions, archive = Holdings(redis), SubscriptionStore(redis), self.archive
        finder = Finder(archive, embedder)
        archive.far = finder.far
        claims = Claims(redis, issuer.log, now)
        crawler = await self.crawler()
        canteen = Canteen(OccupancyStore(redis), now, is_holiday)
        feedback = Feedback(Opinions(redis), ProbeStore(redis), subscriptions, archive, embedder.name)
        stories, heads = StoryStore(redis), self.heads(embedder)
        routes = route_table(
            talk := Subscriptions(subscriptions, archive, embedder, self.people, feedback.snoozed, self.tables),
            self._areas(talk, archive, embedder),
            self._duties(subscriptions, archive, embedder),
            self._words(archive, embedder),
            Briefings(
                subscriptions,
                archive,
                stories,
                embedder,
                crawler.health,
                heads,
                feedback.opened,
                self.tables,
                self.tenancy,
            ),
            feedback,
            SearchTalk(finder, archive, Searches(redis), self.people, self.tables),
            self._models(embedder),
            Reminders(ReminderStore(redis), Kept(archive, stories), is_holiday),
            *self._trips(issuer, keys, holdings, subscriptions),
            *self._office(keys, issuer.log, claims, opens=opens_seals),
            *self._audits(issuer.log, keys),
            self._inspections(issuer.log, keys, claims, holdings),
            self._witness(issuer.log, keys),
            Cafeteria(self.tenancy, canteen),
            Sources(self.register, self.inquiries, self.people, self.outbox, self.tenancy, self.guard, crawler),
            introduction=lambda table: Introduction(self.tenancy, self.people, table),
        )
        routes = self.desk(routes, keys, opens=opens_seals)
        router = Router(self.tenancy, Grammar(routes), self.people, Inbox(redis), self.outbox, now, similar)
        router.attach(messengers)
        self._background(asyncio.to_thread(warm))
        self._background(finder.fill())
        await self._measure(embedder)
        await self.vouched(issuer.log, keys)
        return router

    async def verify(self) -> None:
        """The audit office's role without a messenger: it alone holds the opening key, and answers at the desk."""
        from attest.claims import Claims
        from attest.log import ReceiptLog
        from attest.tiles import Published

        keys, now = self.keys(opens=True), self.clock.now
        await self.enrol_audit_keys(keys)
        self.rota.add("enrol", lambda: self.enrol_audit_keys(keys))
        log = ReceiptLog(self.redis, keys, now, Published(self.data_dir / "log"))
        office = self._office(keys, log, Claims(self.redis, log, now), opens=True)
        self.desk(tuple(route for talk in office for route in talk.routes()), keys, opens=True)

    def _office(self, keys: KeyStore, log: ReceiptLog, claims: Claims, *, opens: bool) -> tuple[Conversation, ...]:
        """The conversations of the audit office, which `verify` alone holds too: whatever has a route of the desk."""
        from attest.audits import Audits
        from attest.looks import Looks
        from attest.trips import Trips
        from bot.handlers.check_reports import CheckReports
        from bot.handlers.verification import Verification
        from bot.verifying.batches import Batches
        from bot.verifying.checking import Checking
        from bot.verifying.handed_in import HandedIn
        from bot.verifying.reporting import Reporting
        from bot.verifying.running import Aftermath, Running

        redis, now = self.redis, self.clock.now
        audits, batches = Audits(redis, log, now), Batches(redis)
        looks, opening = Looks(redis, log, audits, now), self.opening if opens else None
        checking = Checking(self.tenancy, keys, log, claims, audits, looks, opening)
        reporting = Reporting(self.tenancy, keys, log, audits, batches, checking)

        def wake() -> None:
            self.rota.wake("deliver")

        running = Running(checking, batches, self.outbox, now, wake)
        if opens:
            aftermath = Aftermath(batches, self.outbox, self.tenants, self.liveness.is_alive, now, wake)
            self.rota.add("aftermath", aftermath.step)
        return (
            Verification(
                self.tenancy,
                self.sandbox,
                checking,
                batches,
                running,
                reporting,
                HandedIn(Trips(redis)),
                self.outbox.owner,
            ),
            CheckReports(self.tenancy, self.people, log, audits, checking, batches, reporting),
        )

    def _trips(
        self, issuer: Issuer, keys: KeyStore, holdings: Holdings, subscriptions: SubscriptionStore
    ) -> tuple[Conversation, ...]:
        """The traveller's conversations."""

        return (
            *self._journeys(issuer, holdings),
            self._settlement(issuer, holdings),
            *self._privacy(issuer.log, keys, holdings, subscriptions),
        )

    def _journeys(self, issuer: Issuer, holdings: Holdings) -> tuple[Conversation, ...]:
        """Trips: their memos, their moments, what is told afterwards, who was there; and what is told unasked."""
        from attest.claims import Claims
        from attest.trips import Trips
        from attest.visit import VisitCodes
        from bot.handlers.company import Company
        from bot.handlers.late import Late
        from bot.handlers.legs import Legs
        from bot.handlers.orders import OrderTalk
        from bot.handlers.receipts import Receipts
        from bot.handlers.trips import TripTalk
        from bot.journeys import Journeys
        from bot.tripping import Tripping

        redis, now, folder = self.redis, self.clock.now, self.data_dir / "keys"
        journeys = Journeys(Trips(redis), issuer, self.presence, holdings, self.tenancy)
        company = Company(self.tenancy, self.people, journeys, VisitCodes(redis, folder, now), self.outbox)
        legs = Legs(self.tenancy, self.people, journeys, company)
        late = Late(self.tenancy, self.people, journeys, company, legs)
        tripping = Tripping(
            journeys, Claims(redis, issuer.log, now), self.outbox, self.tenancy, self.tenants, is_holiday, now,
            lambda: self.rota.wake("deliver"),
        )  # fmt: skip
        self.rota.add("trips", tripping.step)
        return (
            TripTalk(self.tenancy, self.people, journeys, legs, late),
            legs,
            late,
            company,
            OrderTalk(self.tenancy, journeys.trips, self.sandbox),
            Receipts(self.tenancy, self.people, journeys, company, holdings),
        )

    def _settlement(self, issuer: Issuer, holdings: Holdings) -> Conversation:
        """A month's claim: what is paid, and the sheet."""
        from attest.claims import Claims
        from attest.expenses import ExpenseStore
        from attest.trips import Trips
        from bot.handlers.settlement import Settlement
        from bot.settling import Settling

        claims = Claims(self.redis, issuer.log, self.clock.now)
        settling = Settling(issuer, holdings, Trips(self.redis), claims, ExpenseStore(self.redis))
        return Settlement(self.tenancy, settling, self.outbox)

    def _privacy(
        self, log: ReceiptLog, keys: KeyStore, holdings: Holdings, subscriptions: SubscriptionStore
    ) -> tuple[Conversation, ...]:
        """What people decide about their data, what is held of them, and what is destroyed on its date."""
        from attest.audits import Audits
        from attest.claims import Claims
        from attest.destruction import Destruction
        from attest.expenses import ExpenseStore
        from attest.looks import Looks
        from attest.trips import Trips
        from bot.about import About
        from bot.erasing import Belongings, Eraser, Erasures
        from bot.handlers.ledger import LedgerTalk
        from bot.handlers.mine import Mine
        from bot.handlers.privacy import Privacy
        from bot.reminders import ReminderStore
        from bot.retention import Nights, Retaining, leftovers
        from bot.searches import Searches
        from bot.verifying.batches import Batches
        from nlp.opinions import Opinions
        from nlp.probes import ProbeStore
        from nlp.profile import ProfileStore
        from nlp.wordbook import Wordbook

        redis, now = self.redis, self.clock.now
        claims, trips, erasures = Claims(redis, log, now), Trips(redis), Erasures(redis)
        destruction = Destruction(redis, log)
        audits = Audits(redis, log, now)
        looks = Looks(redis, log, audits, now)
        opinions, probes, reminders = Opinions(redis), ProbeStore(redis), ReminderStore(redis)
        profiles, searches = ProfileStore(redis), Searches(redis)
        eraser = Eraser(log, claims, holdings, trips, self.outbox, destruction, self.presence)
        belongings = Belongings(
            self.people, subscriptions, opinions, probes, reminders, profiles, searches, self.outbox
        )  # fmt: skip
        about = About(
            self.people, erasures, keys, log, claims, holdings, looks.looks_at, trips, subscriptions, opinions,
            probes, reminders, profiles, searches, self.outbox, Wordbook(redis), self.register, audits,
            ExpenseStore(redis), self.presence,
        )  # fmt: skip
        folder = self.data_dir / "database" if self.settings.redis.url is None else None
        nights = Nights(redis)

        async def dated(tenant: str, kept: Retention, at: datetime) -> dict[str, int]:
            """Lists of looks, audits with consent to them, and check reports whose date has come."""
            ended = kept.audited_before(at)
            gone = await audits.forget(tenant, ended) + await audits.grants.forget(tenant, ended)
            looked, reports = await looks.forget(tenant, kept.looked_before(at)), Batches(redis).forget
            return {"looks": looked, "audits": gone, "reports": await reports(tenant, ended)}

        retaining = Retaining(
            self.tenancy, log, eraser, erasures, belongings, self.people, holdings, trips, destruction, nights,
            leftovers(folder, redis), keys.pseudonym, now, (dated,),
        )  # fmt: skip
        self.rota.add("retain", retaining.step)
        return (
            Privacy(self.tenancy, self.people, eraser, erasures, lambda: self.rota.wake("retain")),
            Mine(self.tenancy, about, eraser, belongings),
            LedgerTalk(self.tenancy, log, nights, now),
        )

    def _audits(self, log: ReceiptLog, keys: KeyStore) -> tuple[Conversation, ...]:
        """Audits, another institution's consent to them, the review of access; and travellers are told of looks."""
        from attest.audits import Audits
        from attest.looks import Looks
        from bot.handlers.access import AccessReview
        from bot.handlers.audits import AuditTalk
        from bot.handlers.grants import GrantTalk, Post
        from bot.noticing import Noticing
        from bot.reviewing import Reviewing

        now, redis = self.clock.now, self.redis
        audits = Audits(redis, log, now)
        looks = Looks(redis, log, audits, now)

        def wake() -> None:
            self.rota.wake("deliver")

        worker = Noticing(looks, audits, keys, self.tenancy, self.outbox, is_holiday, now, wake)
        self.rota.add("notice", worker.step)
        reviewing = Reviewing(self.tenancy, audits, looks, self.outbox, is_holiday, now, wake)
        self.rota.add("review", reviewing.step)
        return (
            AuditTalk(self.tenancy, self.people, audits, looks),
            GrantTalk(self.tenancy, self.people, audits, Post(self.outbox, is_holiday, wake)),
            AccessReview(self.tenancy, audits, looks),
        )

    def _inspections(self, log: ReceiptLog, keys: KeyStore, claims: Claims, holdings: Holdings) -> Conversation:
        """All trips of a period, with other offices' books beside them."""
        from attest.audits import Audits
        from attest.looks import Looks
        from attest.trips import Trips
        from bot.handlers.inspections import Inspections
        from bot.inspecting.gathering import Gathering
        from bot.inspecting.rounds import Rounds

        now, redis = self.clock.now, self.redis
        audits = Audits(redis, log, now)
        looks = Looks(redis, log, audits, now)
        gathering = Gathering(self.tenancy, Trips(redis), holdings, keys, log, claims, audits, looks)
        return Inspections(self.tenancy, self.people, gathering, Rounds(redis), self.sandbox)

    async def _measure(self, embedder: Embedder) -> None:
        """Before the first preview, then daily."""
        ground = self.ground(embedder)
        await ground.refresh(self.clock.now())

        async def step() -> datetime:
            await ground.refresh(self.clock.now())
            return ground.due_at

        self.rota.add("measure", step)

    @cached_property
    def presence(self) -> Presence:
        """What shares are screened with; a worker destroys what it keeps within a day."""
        from attest.presence import Presence
        from attest.vault import Vault

        vault = Vault(self.redis, self.data_dir / "vault", self.clock.now)
        self.rota.add("shred", lambda: vault.sweep(self.tenants, self.clock.now()))
        return Presence(vault)

    def _witness(self, log: ReceiptLog, keys: KeyStore) -> WitnessTalk:
        """The receipt log's files and posts are kept, and what comes back of them is held against it."""
        from attest.keycare import KeyCare
        from attest.tiles import Published, TileWriter
        from bot.handlers.witness import WitnessTalk
        from bot.witnessing import Rooms, Witnessing

        directory, rooms = self.data_dir / "log", Rooms(self.redis)
        log.outside = Published(directory)
        worker = Witnessing(
            TileWriter(directory, log), KeyCare(keys, log, self.clock.now), rooms, self.outbox, self.tenants,
            self.clock.now, lambda: self.rota.wake("deliver"),
        )  # fmt: skip
        self.rota.add("witness", worker.step)
        return WitnessTalk(self.tenancy, log, self.comparing(log, keys), rooms)

    def _models(self, embedder: Embedder) -> ModelTalk:
        from bot.handlers.models import ModelTalk
        from nlp.adopted import ModelStore

        return ModelTalk(ModelStore(self.redis), embedder.name)

    def _words(self, archive: Archive, embedder: Embedder) -> WordTalk:
        from bot.handlers.words import WordTalk
        from nlp.wordbook import Wordbook

        return WordTalk(Wordbook(self.redis), self.tables, archive, embedder, self.tenancy, self.outbox)

    def _duties(self, subscriptions: SubscriptionStore, archive: Archive, embedder: Embedder) -> DutiesTalk:
        from bot.handlers.duties import DutiesTalk
        from nlp.profile import ProfileStore

        return DutiesTalk(ProfileStore(self.redis), subscriptions, archive, embedder, self.people, self.tables)

    @staticmethod
    def _areas(subscriptions: Subscriptions, archive: Archive, embedder: Embedder) -> AreaTalk:
        from bot.handlers.areas import AreaTalk

        return AreaTalk(subscriptions, archive, embedder)


@asynccontextmanager
async def open_house(settings: Settings, data_dir: Path, clock: Clock) -> AsyncIterator[House]:
    """The house on its database: the embedded one on `data_dir`, or a Redis by URL alike."""
    async with AsyncExitStack() as stack:
        url = settings.redis.url
        if url is None:
            server = EmbeddedServer(data_dir)
            await server.ensure()
            stack.push_async_callback(server.close)
            redis = server.client()
        else:
            redis = remote_client(url.reveal())
        stack.push_async_callback(redis.aclose)
        await check_schema(redis)
        liveness = await stack.enter_async_context(Liveness(redis, new_owner()))
        yield House(settings, data_dir, clock, redis, liveness, stack)

"""The composition root: settings → concrete objects, one method a role. The only package that names what stands behind
a port, and the only one that reads the wall clock.

    Household (one a process: Redis, clock, sandbox, stores) ─ Travel (trips, audits, the log) ─ House (the roles)

Each role imports what it alone needs inside its method, so that a crawler on an old PC never loads a chart library.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.background import insisted
from bot.bootstrap.choosing import ChoiceRooms
from bot.bootstrap.delivering import DeliveryRooms
from bot.bootstrap.hours import HoursRooms
from bot.bootstrap.messengers import MessengerRooms
from bot.bootstrap.operating import OperatingRooms
from bot.bootstrap.roster import RosterRooms
from bot.bootstrap.sensors import SensorRooms
from bot.bootstrap.travel import Travel
from bot.clock import Clock
from bot.daysoff import is_holiday
from bot.embedded import EmbeddedServer, remote_client
from bot.liveness import Liveness, new_owner
from bot.people import Inbox
from bot.schema import check_schema
from bot.settings import Settings
from crawlers.fair import charged

if TYPE_CHECKING:
    from bot.handlers.areas import AreaTalk
    from bot.handlers.duties import DutiesTalk
    from bot.handlers.models import ModelTalk
    from bot.handlers.subscriptions import Subscriptions
    from bot.handlers.words import WordTalk
    from bot.http import Inbound
    from bot.messenger import Chat, Messenger
    from bot.router import Router
    from bot.routes import Grammar
    from bot.tenancy import Member
    from nlp.archive import Archive
    from nlp.embedding import Embedder
    from nlp.opinions import Opinions
    from nlp.subscriptions import SubscriptionStore

ROLES = ("sense", "crawl", "brief", "deliver", "chat", "verify", "receive")
ENTRANCE_KEY = "dobi:{deployment}:entrance"  # where the sensor entrance listens, for commands on this data


def wall() -> datetime:
    """The wall clock, in UTC."""
    return datetime.now(UTC)


class House(Travel, SensorRooms, MessengerRooms, OperatingRooms, HoursRooms, RosterRooms, ChoiceRooms, DeliveryRooms):
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
        self.alerts()
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
        self.post([one.name for one in messengers])
        messengers = self.admitted(self.numbered(self.addressed(messengers)))
        delivery = self.delivery(messengers)
        self.digest(messengers)
        self.rota.add("deliver", delivery.step, after="probe")

    async def sense(self, *, any_port: bool = False, callbacks: bool = False) -> Inbound:
        """The role that takes readings in and keeps the day's history; with `callbacks`, what messengers call too.

        `any_port`: where the configured port is taken a free one will do; commands on this data find it.
        """
        from bot.http import Answer, Inbound

        inbound = Inbound(self.settings.http.host, self.settings.http.port, any_port=any_port)
        await self.sensors_in(inbound)

        async def health(*_: object) -> Answer:
            return Answer(200, "ok")

        inbound.route("GET", "/health", health)
        if callbacks:
            await self.callbacks_in(inbound)
        await inbound.start()
        self._stack.push_async_callback(inbound.stop)

        async def leave() -> None:
            if await self.redis.get(ENTRANCE_KEY) == inbound.url.encode():
                await self.redis.delete(ENTRANCE_KEY)

        self._stack.push_async_callback(leave)
        await self.redis.set(ENTRANCE_KEY, inbound.url)

        async def keep() -> datetime | None:
            await self.redis.set(ENTRANCE_KEY, inbound.url, nx=True)  # another entrance on this data may have ended
            return await self.keeping.step()

        self.rota.add("sense", keep)
        return inbound

    async def chat(self, messengers: Sequence[Messenger], *, opens_seals: bool) -> Router:
        """The role that talks. `opens_seals`: this process is also the audit office's."""
        from attest.claims import Claims
        from attest.issue import Issuer
        from bot.handlers import route_table
        from bot.handlers.briefings import Briefings
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
        from bot.taking_back import LastUndo, Undoables
        from nlp.finding import Finder
        from nlp.opinions import Opinions
        from nlp.probes import ProbeStore
        from nlp.stories import StoryStore
        from nlp.subscriptions import SubscriptionStore
        from nlp.words import similar
        from occupancy.chart import warm

        now, redis = self.clock.now, self.redis
        embedder = await self.embedder()
        keys = self.keys(opens=opens_seals)
        issuer = Issuer(redis, keys, now)
        holdings, subscriptions, archive = Holdings(redis), SubscriptionStore(redis), self.archive
        finder = Finder(archive, embedder)
        archive.far = finder.far
        claims = Claims(redis, issuer.log, now)
        crawler = await self.crawler()
        others = self.outbox.whereto.others
        feedback = Feedback(
            Opinions(redis), ProbeStore(redis), subscriptions, archive, embedder.name, self.people, self.digest_store,
            others,
        )  # fmt: skip
        stories, heads = StoryStore(redis), self.heads(embedder)
        talk = Subscriptions(
            subscriptions, archive, embedder, self.people, feedback.snoozed, self.tables, self.channel_care, self.deeds
        )
        routes = route_table(
            talk,
            *self.channel_talks(subscriptions, talk),
            *self.moving_talks(subscriptions),
            *self.hours_talks(subscriptions, talk),
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
            Reminders(ReminderStore(redis), Kept(archive, stories), is_holiday, self.quiet),
            *self.plan_talks(),
            *self.trips(issuer, keys, holdings, subscriptions),
            *self.office(keys, issuer.log, claims, opens=opens_seals),
            *self.audits(issuer.log, keys),
            self.inspections(issuer.log, keys, claims, holdings),
            self.witness(issuer.log, keys),
            self.quiet,
            *self.people_talks(),
            *self.sensor_talks(),
            *self.lunch(),
            *self.operating_talks(subscriptions, crawler, self.messenger_checks, self.signs.last, self.sensor_talk),
            Sources(self.register, self.inquiries, self.people, self.outbox, self.tenancy, self.guard, crawler),
            introduction=lambda table: Introduction(self.tenancy, self.people, table),
        )
        routes = self.desk(self.report_talk.over(routes), keys, opens=opens_seals)
        grammar = Grammar(routes)
        router = self.answered(
            Router(
                self.tenancy, grammar, self.people, Inbox(redis), self.outbox, now, similar, LastUndo(Undoables(redis))
            ),
            messengers,
        )  # fmt: skip
        self.speak(router, grammar, self.addressed(messengers), self.wishes)
        self._acquaint(router, grammar)
        await self.groups(router)
        self._background(asyncio.to_thread(warm))
        self._background(insisted(finder.fill, "filling the search"))
        await self._measure(embedder)
        await self.vouched(issuer.log, keys)
        return router

    def _acquaint(self, router: Router, grammar: Grammar) -> None:
        """Who is known, where they talked last, and what they may have meant."""
        from bot.guessing import warm
        from bot.missing import Missing
        from bot.offering import Offers
        from nlp.subscriptions import SubscriptionStore

        async def agencies() -> list[str]:
            return [one.agency for one in await self.register.sources()]

        async def topics(member: Member, chat: Chat) -> list[str]:
            return [one.text for one in await SubscriptionStore(self.redis).of(member.tenant, chat.ref)]

        router.know(self.mirror.refresh, self.newcomers().meet)
        router.heed(self.talked)
        offers = Offers(grammar, self.tenancy, agencies, self.clock.now, topics)
        router.guess(offers.offered, Missing(grammar, offers.known))
        self._background(asyncio.to_thread(warm))

    async def _measure(self, embedder: Embedder) -> None:
        """Before the first preview, then daily."""
        ground = self.ground(embedder)
        await ground.refresh(self.clock.now())

        async def step() -> datetime:
            await ground.refresh(self.clock.now())
            return ground.due_at

        self.rota.add("measure", step)

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
        house = House(settings, data_dir, clock, redis, liveness, stack)
        await house.mirror.refresh()
        yield house

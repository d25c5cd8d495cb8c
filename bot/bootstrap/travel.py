"""Trips, receipts and their audit, put together: what the chat and the audit office's own process are made of."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from bot.daysoff import is_holiday
from bot.household import Household

if TYPE_CHECKING:
    from attest.claims import Claims
    from attest.crypto import KeyStore
    from attest.issue import Issuer
    from attest.log import ReceiptLog
    from attest.presence import Presence
    from bot.handlers import Conversation
    from bot.handlers.witness import WitnessTalk
    from bot.holdings import Holdings
    from bot.settings_retention import Retention
    from nlp.subscriptions import SubscriptionStore


class Travel(Household):
    """The conversations and workers of trips, claims, audits, inspections and the receipt log."""

    async def verify(self) -> None:
        """The audit office's role without a messenger: it alone holds the opening key, and answers at the desk."""
        from attest.claims import Claims
        from attest.log import ReceiptLog
        from attest.tiles import Published

        keys, now = self.keys(opens=True), self.clock.now
        await self.enrol_audit_keys(keys)
        self.rota.add("enrol", lambda: self.enrol_audit_keys(keys))
        log = ReceiptLog(self.redis, keys, now, Published(self.data_dir / "log"))
        office = self.office(keys, log, Claims(self.redis, log, now), opens=True)
        self.desk(tuple(route for talk in office for route in talk.routes()), keys, opens=True)

    def office(self, keys: KeyStore, log: ReceiptLog, claims: Claims, *, opens: bool) -> tuple[Conversation, ...]:
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

    def trips(
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
        from bot.handlers.evidence_ways import EvidenceTalk
        from bot.handlers.late import Late
        from bot.handlers.legs import Legs
        from bot.handlers.orders import OrderTalk
        from bot.handlers.places import Places
        from bot.handlers.receipts import Receipts
        from bot.handlers.trip_rows import TripRows
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
        receipts = Receipts(self.tenancy, self.people, journeys, company, holdings)
        trips = TripTalk(self.tenancy, self.people, journeys, legs, late)
        return (
            trips,
            TripRows(self.tenancy, self.people, journeys, trips.corrected),
            EvidenceTalk(self.people, journeys, holdings),
            legs,
            late,
            company,
            OrderTalk(self.tenancy, journeys.trips, self.sandbox),
            receipts,
            Places(self.tenancy, self.people, self.sandbox, receipts.location),
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
        from bot.board_store import BoardStore
        from bot.choices import Choices
        from bot.deeds import Deeds
        from bot.erasing import Belongings, Eraser, Erasures
        from bot.handlers.ledger import LedgerTalk
        from bot.handlers.mine import Mine
        from bot.handlers.privacy import Privacy
        from bot.handover import HandOvers
        from bot.import_drafts import ImportDrafts
        from bot.meal_followers import FollowerStore
        from bot.quiet_store import QuietStore
        from bot.reminders import ReminderStore
        from bot.retention import Nights, Retaining, leftovers
        from bot.searches import Searches
        from bot.verifying.batches import Batches
        from nlp.opinions import Opinions
        from nlp.probes import ProbeStore
        from nlp.profile import ProfileStore
        from nlp.wordbook import Wordbook
        from occupancy.sensors.chat import Reports

        redis, now = self.redis, self.clock.now
        claims, trips, erasures = Claims(redis, log, now), Trips(redis), Erasures(redis)
        destruction = Destruction(redis, log)
        audits = Audits(redis, log, now)
        looks = Looks(redis, log, audits, now)
        opinions, probes, reminders = Opinions(redis), ProbeStore(redis), ReminderStore(redis)
        profiles, searches = ProfileStore(redis), Searches(redis)
        eraser = Eraser(log, claims, holdings, trips, self.outbox, destruction, self.presence)
        deeds = Deeds(self.acts, HandOvers(redis), ImportDrafts(redis))
        belongings = Belongings(
            self.people, subscriptions, opinions, probes, reminders, profiles, searches, self.outbox,
            lunch := QuietStore(redis), meals := FollowerStore(redis), reports := Reports(redis),
            boards := BoardStore(redis), self.choices, deeds, Choices(redis, now),
        )  # fmt: skip
        about = About(
            self.people, erasures, keys, log, claims, holdings, looks.looks_at, trips, subscriptions, opinions,
            probes, reminders, profiles, searches, self.outbox, Wordbook(redis), self.register, audits,
            ExpenseStore(redis), self.presence, lunch, meals, reports, boards, self.choices,
            deeds, self.mirror,
        )  # fmt: skip
        folder = self.data_dir / "database" if self.settings.redis.url is None else None
        nights = Nights(redis)

        async def dated(tenant: str, kept: Retention, at: datetime) -> dict[str, int]:
            """Lists of looks, audits with consent to them, check reports, acts, hand-overs whose date has come."""
            ended = kept.audited_before(at)
            gone = await audits.forget(tenant, ended) + await audits.grants.forget(tenant, ended)
            looked, reports = await looks.forget(tenant, kept.looked_before(at)), Batches(redis).forget
            found = {"looks": looked, "audits": gone, "reports": await reports(tenant, ended)}
            return found | await deeds.due(tenant, at)

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

    def audits(self, log: ReceiptLog, keys: KeyStore) -> tuple[Conversation, ...]:
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

    def inspections(self, log: ReceiptLog, keys: KeyStore, claims: Claims, holdings: Holdings) -> Conversation:
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
        gathering = Gathering(self.tenancy, Trips(redis), holdings, keys, log, claims, audits, looks, now)
        return Inspections(self.tenancy, self.people, gathering, Rounds(redis), self.sandbox)

    @cached_property
    def presence(self) -> Presence:
        """What shares are screened with; a worker destroys what it keeps within a day."""
        from attest.presence import Presence
        from attest.vault import Vault

        vault = Vault(self.redis, self.data_dir / "vault", self.clock.now)
        self.rota.add("shred", lambda: vault.sweep(self.tenants, self.clock.now()))
        return Presence(vault)

    def witness(self, log: ReceiptLog, keys: KeyStore) -> WitnessTalk:
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

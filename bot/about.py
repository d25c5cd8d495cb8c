"""Everything that is held about one person, from every store that holds a person: what 내 정보 and its file show.

    roster · consent · receipts · looks · trips · subscriptions, taps, reminders … · messages of 30 days · what one did
    for others (words, sources, audits) → `About`: one `Item` a thing, by `Kind`

A person may see all of it (위치정보법 제24조제3항, 개인정보 보호법 제35조). The exact point is sealed and can't be
shown by whoever issues; that it is there is said. A store that comes to hold a person is added here, or
tests/test_conversations_privacy.py, which walks the whole database, fails.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from attest.audits import Audits
from attest.claims import Claims
from attest.crypto import KeyStore
from attest.expenses import ExpenseStore
from attest.log import ReceiptLog
from attest.looks import LookRecord
from attest.places import by_code
from attest.receipt import Receipt
from attest.trip import Trip
from attest.trips import Trips
from bot.board_store import BoardStore
from bot.consents import Standing, standing
from bot.deeds import Deeds
from bot.erasing import Erasures, Points, receipt_in
from bot.holdings import Holdings
from bot.hours_store import HoursStore
from bot.meal_followers import FollowerStore
from bot.operators import private_chats
from bot.outbox import Outbox
from bot.people import PeopleStore
from bot.quiet_store import Alert, AlertState, QuietStore
from bot.reminders import ReminderStore
from bot.roster_mirror import RosterMirror
from bot.searches import Searches
from bot.tenancy import Member
from crawlers.register import Register
from nlp.opinions import Opinions
from nlp.probes import ProbeStore
from nlp.profile import ProfileStore
from nlp.subscriptions import SubscriptionStore
from nlp.wordbook import Wordbook
from occupancy.allergens import NAMES
from occupancy.sensors.chat import Reports

_MOST = 1_000_000
_EVER = datetime.fromtimestamp(0, UTC)
_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(9999, 1, 1)

LooksAt = Callable[[str, bytes], Awaitable[Sequence[LookRecord]]]


class Kind(StrEnum):
    """A kind of thing that may be held about a person."""

    ROSTER = "roster"
    ADDRESS = "address"
    GREETING = "greeting"
    CONSENT = "consent"
    PAUSE = "pause"
    REFUSAL = "refusal"
    ERASURE = "erasure"
    RECEIPT = "receipt"
    LOOK = "look"
    TRIP = "trip"
    COMPANION = "companion"
    SUBSCRIPTION = "subscription"
    CHANNEL_SUBSCRIPTION = "channel_subscription"
    TAP = "tap"
    SENT = "sent"
    PROBE = "probe"
    REMINDER = "reminder"
    LUNCH = "lunch"
    MEALS = "meals"
    BOARD = "board"
    REPORT = "report"
    SEARCH = "search"
    PROPOSAL = "proposal"
    QUESTION = "question"
    MESSAGE = "message"
    POINT = "point"
    EXPENSE = "expense"
    SHEET = "sheet"
    AUDIT = "audit"
    WORD = "word"
    SOURCE = "source"
    ALLERGY = "allergy"
    ACT = "act"
    HANDOVER = "handover"
    IMPORT = "import"
    HOURS = "hours"
    LEAVE = "leave"
    LATER = "later"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing: its kind, its instant where it has one, and what it says. `mark` is a word such as a state."""

    kind: Kind
    at: datetime | None
    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """What a person has, counted; `claimed` of the receipts a claim rests on."""

    subscriptions: int
    taps: int
    reminders: int
    receipts: int
    claimed: int
    trips: int
    looks: int


@dataclass(frozen=True, slots=True)
class Location:
    """Where a person stands with location, since when, and when receipts go after a withdrawal."""

    standing: Standing
    since: datetime | None
    erases_at: datetime | None


class About:
    """What is held about people, read from the stores of one Redis."""

    def __init__(
        self, people: PeopleStore, erasures: Erasures, keys: KeyStore, log: ReceiptLog, claims: Claims,
        holdings: Holdings, looks: LooksAt, trips: Trips, subscriptions: SubscriptionStore, opinions: Opinions,
        probes: ProbeStore, reminders: ReminderStore, profiles: ProfileStore, searches: Searches, outbox: Outbox,
        words: Wordbook, register: Register, audits: Audits, expenses: ExpenseStore, points: Points,
        lunch: QuietStore,
        meals: FollowerStore,
        reports: Reports,
        boards: BoardStore,
        hours: HoursStore,
        deeds: Deeds,
        roster: RosterMirror | None = None,
    ) -> None:  # fmt: skip
        self._roster = roster
        self._hours = hours
        self._people = people
        self._erasures = erasures
        self._keys = keys
        self._log = log
        self._claims = claims
        self._holdings = holdings
        self._looks = looks
        self._trips = trips
        self._subscriptions = subscriptions
        self._opinions = opinions
        self._probes = probes
        self._reminders = reminders
        self._profiles = profiles
        self._searches = searches
        self._outbox = outbox
        self._words = words
        self._register = register
        self._audits = audits
        self._expenses = expenses
        self._points = points
        self._lunch = lunch
        self._meals = meals
        self._reports = reports
        self._boards = boards
        self._deeds = deeds

    async def location(self, tenant: str, person: str) -> Location:
        """Where the person stands with location."""
        stands = await standing(self._people, tenant, person)
        consent = await self._people.consent(tenant, person)
        since = await self._people.paused_at(tenant, person) if stands is Standing.PAUSED else None
        since = since or (consent.at if consent is not None else None)
        return Location(stands, since, await self._erasures.due_at(tenant, person))

    async def counts(self, tenant: str, member: Member) -> Counts:
        """The person's things, counted."""
        chats = _chats(member)
        receipts = [receipt async for receipt in self._receipts(tenant, member.person.id)]
        return Counts(
            subscriptions=sum([len(await self._subscriptions.of(tenant, chat)) for chat in chats]),
            taps=sum([len(await self._opinions.taps(tenant, chat)) for chat in chats]),
            reminders=sum([len(await self._reminders.of(tenant, chat)) for chat in chats]),
            receipts=len(receipts),
            claimed=sum([await self._is_claimed(tenant, one) for one in receipts]),
            trips=len(await self._trips.of(tenant, member.person.id, _FIRST_DAY, _LAST_DAY)),
            looks=len(await self.looks(tenant, member.person.id)),
        )

    async def looks(self, tenant: str, person: str) -> Sequence[LookRecord]:
        """Who looked at the person's receipts, as far as it may be told, oldest first."""
        return await self._looks(tenant, self._keys.pseudonym(tenant, person))

    async def some(self, tenant: str, member: Member, kind: Kind) -> Sequence[Item]:
        """What is held of one kind, oldest first: consents, receipts and subscriptions are asked for by themselves."""
        parts = {Kind.CONSENT: self._decided, Kind.RECEIPT: self._given}
        if kind in parts:
            return [item async for item in parts[kind](tenant, member.person.id) if item.kind is kind]
        chats = [self._chat(tenant, chat) for chat in _chats(member)]
        return [item for chat in chats async for item in chat if item.kind is kind]

    async def everything(self, tenant: str, member: Member) -> Sequence[Item]:
        """All that is held, kind by kind, oldest first within each."""
        return [item async for item in self._everything(tenant, member)]

    async def _everything(self, tenant: str, member: Member) -> AsyncIterator[Item]:
        person = member.person.id
        for part in (
            self._stands(tenant, person),
            self._decided(tenant, person), self._evidence(tenant, person), self._done(tenant, person),
            self._office(tenant, person),
        ):  # fmt: skip
            async for item in part:
                yield item
        for chat in _chats(member):
            async for item in self._chat(tenant, chat):
                yield item

    async def _stands(self, tenant: str, person: str) -> AsyncIterator[Item]:
        """What the roster says of them, and by which messengers they are known."""
        entry = None if self._roster is None else self._roster.entry(tenant, person)
        if self._roster is None or entry is None:
            return
        roles = ", ".join(sorted(role.value for role in entry.roles))
        told = (entry.name, entry.department, entry.rank, entry.number, entry.phone_ext, roles)
        yield Item(Kind.ROSTER, None, " · ".join(filter(None, told)))
        for adapter, address in self._roster.places(tenant, person):
            yield Item(Kind.ADDRESS, None, f"{adapter} {address}")
        for adapter, address in self._roster.cuts(tenant, person):
            yield Item(Kind.ADDRESS, None, f"{adapter} {address}", "cut")

    async def _decided(self, tenant: str, person: str) -> AsyncIterator[Item]:
        greeted = await self._people.introduced_at(tenant, person)
        if greeted is not None:
            yield Item(Kind.GREETING, greeted, "")
        for one in await self._people.decisions(tenant, person):
            yield Item(Kind.CONSENT, one.at, one.text_version, "granted" if one.granted else "withdrawn")
        declined = await self._people.declined_at(tenant, person)
        if declined is not None:
            yield Item(Kind.REFUSAL, declined, "")
        paused, erased = await self._people.paused_at(tenant, person), await self._erasures.due_at(tenant, person)
        if paused is not None:
            yield Item(Kind.PAUSE, paused, "")
        if erased is not None:
            yield Item(Kind.ERASURE, erased, "")
        own = await self._people.allergies(tenant, person)
        if own is not None:
            yield Item(Kind.ALLERGY, own.at, ", ".join(NAMES[number] for number in sorted(own.numbers)))
        for item in await self._time(tenant, f"@{person}"):
            yield item
        waiting = await self._people.questions(tenant, person)
        if waiting:
            yield Item(Kind.QUESTION, None, str(waiting))

    async def _time(self, tenant: str, owner: str) -> list[Item]:
        """What somebody chose about their time."""
        known = await self._hours.choices(tenant)
        own, last = known.own.get(owner), known.last.get(owner, "")
        if own is None:
            return [Item(Kind.HOURS, None, last)] if last else []
        span = f"{own.opens:%H:%M}~{own.closes:%H:%M}"
        morning = f"{own.briefing:%H:%M}" if own.briefing else ""
        told = " · ".join(filter(None, (span, f"{own.hourly}/{own.daily}", morning, own.place or last)))
        leaves = [Item(Kind.LEAVE, one.since, one.until.isoformat()) for one in own.leaves]
        return [Item(Kind.HOURS, own.rests_until, told, own.instant.value), *leaves]

    async def _evidence(self, tenant: str, person: str) -> AsyncIterator[Item]:
        async for item in self._given(tenant, person):
            yield item
        for look in await self.looks(tenant, person):
            yield Item(Kind.LOOK, look.at, look.number, look.office)
        points = await self._points.count(tenant, person)
        if points:
            yield Item(Kind.POINT, None, str(points))
        mine = await self._trips.of(tenant, person, _FIRST_DAY, _LAST_DAY)
        for trip in mine:
            yield Item(Kind.TRIP, trip.begun_at or trip.starts_at or trip.created_at, _trip(trip), trip.state.value)
        async for item in self._settled(tenant, mine):
            yield item
        for trip in await self._trips.between(tenant, _FIRST_DAY, _LAST_DAY):
            if trip.person != person and (person in trip.companions or _confirmed(trip, person)):
                yield Item(Kind.COMPANION, trip.begun_at or trip.starts_at or trip.created_at, trip.destination)

    async def _given(self, tenant: str, person: str) -> AsyncIterator[Item]:
        async for receipt in self._receipts(tenant, person):
            mark = "claimed" if await self._is_claimed(tenant, receipt) else ""
            place = by_code(receipt.place).title if receipt.place else ""
            yield Item(Kind.RECEIPT, receipt.time, " · ".join(filter(None, (place, receipt.document))), mark)

    async def _settled(self, tenant: str, trips: Sequence[Trip]) -> AsyncIterator[Item]:
        """What was stated for claims, and the sheets that hold any of these trips."""
        names = [trip.id for trip in trips]
        for stated in (await self._expenses.of(tenant, names)).values():
            if stated.stated:
                yield Item(Kind.EXPENSE, None, ", ".join(stated.stated))
        _, claims = await self._claims.standing(tenant, [], names)
        sheets = {claim.sheet: claim.at for claim in claims.values() if claim.sheet}
        for number, at in sheets.items():
            yield Item(Kind.SHEET, at, number)

    async def _receipts(self, tenant: str, person: str) -> AsyncIterator[Receipt]:
        for index in await self._holdings.of(tenant, person, _EVER, _MOST):
            receipt = receipt_in(tenant, await self._log.get(tenant, index))
            if receipt is not None:
                yield receipt

    async def _is_claimed(self, tenant: str, receipt: Receipt) -> bool:
        claim = await self._claims.find(tenant, receipt.serial)
        return claim is not None and claim.state == "used"

    async def _chat(self, tenant: str, chat: str) -> AsyncIterator[Item]:
        for one in await self._subscriptions.of(tenant, chat):
            yield Item(Kind.SUBSCRIPTION, one.created_at, one.text, "paused" if one.paused else "")
        for tap in await self._opinions.taps(tenant, chat):
            yield Item(Kind.TAP, tap.at, tap.topic, tap.signal.value)
        for sent in await self._opinions.impressions(tenant, chat):
            yield Item(Kind.SENT, sent.at, sent.agency, "")
        for reminder in await self._reminders.of(tenant, chat):
            yield Item(Kind.REMINDER, reminder.created_at, reminder.title)
        for item in await self._waited(tenant, chat):
            yield item
        for asked in await self._searches.of(tenant, chat):
            yield Item(Kind.SEARCH, None, asked)
        for profile in await self._profiles.of(tenant, chat):
            yield Item(Kind.PROPOSAL, profile.until, ", ".join(one.topic for one in profile.proposals))
        if await self._probes.known(tenant, chat):
            yield Item(Kind.PROBE, None, "", "on" if await self._probes.is_on(tenant, chat) else "off")
        for told in await self._outbox.of(tenant, chat):
            yield Item(Kind.MESSAGE, told.due_at, told.text, told.state)

    async def _waited(self, tenant: str, chat: str) -> list[Item]:
        """What was asked for about lunch."""
        alerts, daily = await self._lunch.of(tenant, chat)
        found = [Item(Kind.LUNCH, one.asked_at, one.department, _told(one)) for one in alerts]
        found += [Item(Kind.LUNCH, one.since, "", "daily") for one in daily]
        found += [Item(Kind.LATER, one.at, "") for one in await self._hours.waiting(tenant, chat)]
        posts = await self._boards.of(tenant, chat)
        found += [] if posts is None else [Item(Kind.BOARD, posts.at, "", posts.choice.value)]
        return found + [Item(Kind.MEALS, one.since, "") for one in await self._meals.of(tenant, chat)]

    async def _done(self, tenant: str, person: str) -> AsyncIterator[Item]:
        """What one did for others: in channels."""
        async for one in self._subscriptions.all(tenant):
            if one.created_by == person and ":dm:" not in one.owner:
                yield Item(Kind.CHANNEL_SUBSCRIPTION, one.created_at, one.text)
        for reminder in await self._reminders.all(tenant):
            if reminder.created_by == person and ":dm:" not in reminder.chat:
                yield Item(Kind.REMINDER, reminder.created_at, reminder.title)
        async for at, people in self._reports.young(tenant, person):
            yield Item(Kind.REPORT, at, str(people))
        trust = (await self._reports.trust(tenant)).get(person)
        if trust is not None:
            yield Item(Kind.REPORT, None, f"{trust.judged:.0f} / {trust.error:.2f}")

    async def _office(self, tenant: str, person: str) -> AsyncIterator[Item]:
        """What one did in an office: words, sources, audits, acts of administering, hand-overs."""
        async for deed in self._deeds.of(tenant, person):
            yield Item(Kind(deed.kind), deed.at, deed.text, deed.mark)
        audited = [one.written for one in await self._words.audit(tenant, _MOST)]
        for written in [*audited, *await self._words.proposals(tenant)]:
            if written.by == person:
                yield Item(Kind.WORD, written.at, " ".join(filter(None, (written.line.term, written.line.other))))
        for urgent in await self._hours.overrides(tenant):
            if urgent.by == person:
                yield Item(Kind.URGENT, urgent.at, urgent.text)
        for audit in await self._audits.all(tenant):
            if audit.by == person:
                yield Item(Kind.AUDIT, audit.opened_at, audit.number)
        for change in await self._register.audit(_MOST):
            if change.by == f"{tenant}/{person}":
                yield Item(Kind.SOURCE, change.at, change.source, change.what)


def _told(alert: Alert) -> str:
    return "" if alert.state is AlertState.MISSED else alert.state.value


def _chats(member: Member) -> tuple[str, ...]:
    return tuple(chat.ref for chat in private_chats(member.person))


def _trip(trip: Trip) -> str:
    return " · ".join(filter(None, (trip.destination, trip.purpose, trip.document)))


def _confirmed(trip: Trip, person: str) -> bool:
    return any(person in leg.confirmed for leg in trip.legs)

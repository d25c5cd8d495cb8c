"""Two institutions never meet: for every store of the house, with the same ids, chats and words in both.

A store is found by inspection: a class whose public methods take `tenant` first. A new one without a case here fails.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

import attest
import bot
import crawlers
import nlp
import occupancy
from attest.audits import Audits
from attest.claims import Claims
from attest.crypto import KeyStore, OpeningKeys, seal_letter
from attest.destruction import Destruction
from attest.errors import SealError
from attest.evidence import grade
from attest.expenses import Expenses, ExpenseStore
from attest.grants import Ask, Grants
from attest.issue import Issuer
from attest.log import ReceiptLog
from attest.looks import Looks
from attest.mandate import Mandate
from attest.presence import Presence
from attest.receipt import Holder, Point, Share
from attest.screening import Fix
from attest.tiles import Published, TileWriter
from attest.timestamps import Timestamps
from attest.trip import Basis, Leg, LegKind, State, Trip
from attest.trips import Trips
from attest.vault import Kept, Vault
from attest.verify import Verdict
from attest.visit import VisitCodes
from attest.witness import Seen as Compared
from attest.witness import Witnessing
from bot.erasing import Erasures
from bot.holdings import Holdings
from bot.inquiries import Inquiries, Inquiry
from bot.inspecting.gathering import Asking, Gathering
from bot.inspecting.rounds import Rounds
from bot.letters import Letter, Letters
from bot.meal_followers import Follower, FollowerStore
from bot.messenger import Chat, InFile, Reply
from bot.outbox import Outbox, Row
from bot.people import Fresh, Inbox, PeopleStore, Question
from bot.periods import Period as Days
from bot.quiet_store import Alert, AlertState, Daily, QuietStore
from bot.reminders import Reminder, ReminderStore
from bot.retention import Done, Nights
from bot.searches import Search, Searches
from bot.settings import Institution, Person
from bot.settling import Settling
from bot.tenancy import Tenancy
from bot.verifying.batches import Batches, Head
from bot.verifying.checking import Checking
from bot.verifying.handed_in import HandedIn
from bot.verifying.pieces import Item
from bot.verifying.reporting import Reporting
from bot.verifying.results import Result
from bot.verifying.running import Answer
from bot.witnessing import Rooms
from nlp.embedding import load
from nlp.feedback import Seen, Signal, Tap, topic_of
from nlp.matching import Matcher
from nlp.opinions import HeadMirror, Impression, Opinions
from nlp.own_words import Line
from nlp.probes import Drawn, Probe, ProbeStore, Unsent
from nlp.profile import Profile, ProfileStore, Proposal
from nlp.subscriptions import Subscription, SubscriptionMirror, SubscriptionStore
from nlp.wordbook import Wordbook, Wordbooks
from occupancy.advice import Told
from occupancy.kitchen import Hours, KitchenStore, closed
from occupancy.menu import DayMenu, Dish, Draft, MenuStore
from occupancy.reading import Batch, DayHistory, Kind, Minute, Reading
from occupancy.store import OccupancyStore
from occupancy.told import ToldStore
from occupancy.totals import Guests, Source, Total, TotalsStore
from occupancy.undoable import Changes, Undone
from tests import (
    tenancy_cafeteria,
    tenancy_choices,
    tenancy_delivery,
    tenancy_intake,
    tenancy_operate,
    tenancy_plans,
    tenancy_roster,
    tenancy_sensors,
    tenancy_time,
)

ONE, OTHER = "gyeongnam", "changwon"
KIM = Chat("console", "dm:kim", private=True)
# not stores: they hold nothing of their own, or take the institution as a mere argument of a look-up in settings
NOT_STORES = {
    "Journeys",
    "Canteen",
    "Advising",
    "MealCount",
    "Reckoning",
    "Tenancy",
    "Poster",
    "KeyCare",
    "House",
    "Household",
    "Outside",
    "Keeper",
    "FileKeeper",
    "Post",
    "About",
    "Eraser",
    "Belongings",
    "Points",
    "Retaining",
    *tenancy_cafeteria.NOT_STORES,
    *tenancy_sensors.NOT_STORES,
    *tenancy_operate.NOT_STORES,
    *tenancy_roster.NOT_STORES,
    *tenancy_delivery.NOT_STORES,
    *tenancy_intake.NOT_STORES,
}
Case = Callable[..., Awaitable[None]]


def stores() -> set[str]:
    """The names of all classes with a public method whose first argument is `tenant`."""
    found = set()
    for package in (attest, bot, crawlers, nlp, occupancy):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.endswith("__main__"):
                continue
            loaded = importlib.import_module(module.name)
            for name, kind in inspect.getmembers(loaded, inspect.isclass):
                if kind.__module__ == module.name and _takes_tenant(kind):
                    found.add(name)
    return found


def _takes_tenant(kind: type) -> bool:
    for name, method in inspect.getmembers(kind, inspect.isfunction):
        parameters = list(inspect.signature(method).parameters)
        if not name.startswith("_") and parameters[1:2] == ["tenant"]:
            return True
    return False


# public documents and their way through the house are common to all institutions; the rest holds nothing of anybody
COMMON = {
    "CrawlStore",
    "Archive",
    "StoryStore",
    "ArticleStream",
    "Register",
    "Watch",
    "Hosts",
    "Leases",
    "Memory",
    "Snapshots",
    "ModelStore",
    "ContinuedStore",
    *tenancy_intake.COMMON,
    *tenancy_roster.COMMON,
    *tenancy_operate.COMMON,
}
# (LogAudit reads the one log whose keys ReceiptLog hands it; Settings only name a server)
PLUMBING = {"Rota", "Liveness", "House", "Household", "LogAudit", "Settings", "Renewing", "Travel"}
PLUMBING |= {
    "CanteenRooms",
    "SensorRooms",
    "OperatingRooms",
    "ChoiceRooms",
    "DeliveryRooms",
    "Listening",
    *tenancy_time.PLUMBING,
}
PLUMBING |= {"Pacing", "Together", "Rows"}  # a platform's pace is the deployment's; scripts of whoever names the tenant


def redis_holders() -> set[str]:
    """The names of all classes made with a Redis client: whoever could keep something."""
    found = set()
    for package in (attest, bot, crawlers, nlp, occupancy):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.endswith("__main__"):
                continue
            loaded = importlib.import_module(module.name)
            for name, kind in inspect.getmembers(loaded, inspect.isclass):
                made_with = getattr(kind.__init__, "__annotations__", {}).values()
                if kind.__module__ == module.name and any("Redis" in str(one) for one in made_with):
                    found.add(name)
    return found


def share(now: datetime) -> Share:
    return Share(Point(35.2279, 128.6811, 12.0), now, now)


async def outbox(database, clock, _folder) -> None:
    store = Outbox(database, "worker")
    await store.put(ONE, [Row(KIM, "story", 1, "instant", Reply("글"), clock())])

    assert await store.lease(OTHER, "console", clock()) == []
    assert await store.told(OTHER, "story") == frozenset()
    assert await store.next_due(OTHER, "console") is None
    assert len(await store.lease(ONE, "console", clock())) == 1


async def people(database, clock, _folder) -> None:
    store = PeopleStore(database)
    await store.grant(ONE, "kim", clock(), "1")
    await store.ask(ONE, "kim", KIM.ref, Question("subscribe"), clock())
    await store.introduce_once(ONE, "kim", clock())

    assert await store.consent(OTHER, "kim") is None
    assert await store.decisions(OTHER, "kim") == ()
    assert await store.pending(OTHER, "kim", KIM.ref, clock()) is None
    assert await store.met(OTHER) == 0
    assert await store.introduce_once(OTHER, "kim", clock())


async def inbox(database, clock, _folder) -> None:
    store = Inbox(database)
    await store.begin(ONE, "console", "u1", clock())
    await store.done(ONE, "console", "u1")

    assert isinstance(await store.begin(OTHER, "console", "u1", clock()), Fresh)


async def holdings(database, clock, _folder) -> None:
    store = Holdings(database)
    await store.add(ONE, "kim", 7, clock())

    assert await store.of(OTHER, "kim", datetime.fromtimestamp(0, UTC), 10) == []
    assert await store.of(ONE, "kim", datetime.fromtimestamp(0, UTC), 10) == [7]


async def reminders(database, clock, _folder) -> None:
    store = ReminderStore(database)
    mine = Reminder("r1", KIM.ref, "s1", "d1", "견본도청", "공고", "https://a", clock().date(), "kim", clock())
    await store.add(ONE, mine, clock())

    assert await store.of(OTHER, KIM.ref) == await store.due(OTHER, clock()) == await store.all(OTHER) == []
    assert await store.next_due(OTHER) is None
    assert not await store.change(OTHER, mine, clock())
    assert not await store.remove(OTHER, mine)
    assert await store.of(ONE, KIM.ref) == [mine]


async def profiles(database, clock, _folder) -> None:
    store = ProfileStore(database)
    mine = Profile("p1", KIM.ref, "총무과", (Proposal("청사 방호", 3, True),), clock() + timedelta(days=1))
    await store.put(ONE, mine)

    assert await store.get(OTHER, "p1", KIM.ref, clock()) is None
    await store.remove(OTHER, "p1")
    assert await store.get(ONE, "p1", KIM.ref, clock()) == mine


async def inquiries(database, clock, _folder) -> None:
    async def alive(_owner: str) -> bool:
        return True

    store = Inquiries(database, "worker", alive)
    asked = Inquiry("i1", "discover", "https://www.haesol.go.kr/list.do", "park", KIM.ref, clock())
    await store.ask(ONE, asked)

    assert await store.open(OTHER) == []
    assert await store.take(ONE, asked) == 1
    await store.done(OTHER, asked)
    assert [one.id for one in await store.open(ONE)] == ["i1"]


async def letters(database, clock, _folder) -> None:
    async def alive(_owner: str) -> bool:
        return True

    store = Letters(database, "worker", alive)
    letter = Letter("one", clock(), KIM.ref, None, 7, "worker")
    await store.put(ONE, letter, b"sealed")
    await store.attend(ONE, clock())

    assert await store.open(OTHER) == []
    assert await store.sealed(OTHER, "one") == b""
    assert await store.take(OTHER, letter) == 0
    assert not await store.attended(OTHER)
    await store.done(OTHER, "one")
    await store.leave(OTHER)
    assert await store.sealed(ONE, "one") == b"sealed"
    assert await store.under_way(ONE)


async def opening_keys(_database, _clock, folder) -> None:
    keys = OpeningKeys(folder)
    own, others = keys.make(ONE, 1), keys.make(OTHER, 1)
    sealed = seal_letter(b"plain", own.public, b"info")

    assert own.public != others.public
    assert not keys.holds(OTHER, own.public)
    assert keys.open_letter(ONE, sealed, b"info") == b"plain"
    with pytest.raises(SealError):
        keys.open_letter(OTHER, sealed, b"info")


async def receipts(database, clock, folder) -> None:
    issuer = Issuer(database, KeyStore(folder), clock)
    holder = Holder("kim", "김", "총무과")
    given = [
        await issuer.issue(tenant, "가", holder, share(clock()), grade(share(clock()), None), "", "update-1")
        for tenant in (ONE, OTHER)
    ]

    assert given[0].token != given[1].token
    assert given[0].receipt.holder != given[1].receipt.holder
    assert (await issuer.again(OTHER, 0)).token == given[1].token
    assert (await issuer.log.tip(ONE)).size == (await issuer.log.tip(OTHER)).size == 1


async def log(database, clock, folder) -> None:
    store = ReceiptLog(database, KeyStore(folder), clock)
    KeyStore(folder).prepare(OTHER, clock(), "나")
    await store.append(ONE, "looked", {"by": "lee"}, "k")

    assert await store.find(OTHER, "k") is None
    assert await store.get(OTHER, 0) is None
    assert (await store.tip(OTHER)).size == 0


async def claims(database, clock, folder) -> None:
    store = Claims(database, ReceiptLog(database, KeyStore(folder), clock), clock)
    await store.mark(ONE, b"12345678", "used", "k")
    await store.claim(ONE, "정산-총무과-2026", "kim", [b"87654321"], ["t1"], lambda number, _: number)

    assert await store.find(OTHER, b"12345678") is None
    assert await store.standing(OTHER, [b"12345678", b"87654321"], ["t1"]) == ({}, {})
    assert await store.sheet(OTHER, "정산-총무과-2026-1") is None
    assert await store.sheets(OTHER, "정산-총무과-2026") == []
    assert await store.void(OTHER, "정산-총무과-2026-1", "park", "까닭") is None
    same = await store.claim(OTHER, "정산-총무과-2026", "yun", [b"87654321"], ["t1"], lambda number, _: number)
    assert (same.number, (await store.sheet(ONE, same.number)).by) == ("정산-총무과-2026-1", "kim")


async def expenses(database, _clock, _folder) -> None:
    store = ExpenseStore(database)
    await store.change(ONE, "t1", lambda _: Expenses(fare=100))
    await store.remove(OTHER, "t1")

    assert await store.of(OTHER, ["t1"]) == {"t1": Expenses()}
    assert await store.of(ONE, ["t1"]) == {"t1": Expenses(fare=100)}


async def settling(database, clock, folder) -> None:
    keys = KeyStore(folder)
    keys.prepare(OTHER, clock(), "나")
    issuer, trips_of = Issuer(database, keys, clock), Trips(database)
    claims_of = Claims(database, issuer.log, clock)
    work = Settling(issuer, Holdings(database), trips_of, claims_of, ExpenseStore(database))
    legs = tuple(Leg(kind, clock(), clock(), Basis.TAP) for kind in (LegKind.DEPARTED, LegKind.RETURNED))
    await trips_of.add(ONE, Trip("t1", "kim", clock(), legs=legs, state=State.CLOSED))
    kim = Person("kim", "김하나", "총무과", frozenset(), {})
    one, other = (Institution(tenant, "가", "", (kim,), (), ()) for tenant in (ONE, OTHER))
    first = clock().date().replace(day=1)

    assert (await work.month(other, kim, first, clock().date())).entries == ()
    assert await work.make(other, kim, first, clock()) is None
    made = await work.make(one, kim, first, clock())
    assert (made.number, made.trips) == ("정산-총무과-2026-1", ("t1",))
    assert await claims_of.sheet(OTHER, made.number) is None


def october() -> Mandate:
    return Mandate("감사담당관-812", datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC), "점검")


async def audits(database, clock, folder) -> None:
    store = Audits(database, ReceiptLog(database, KeyStore(folder), clock), clock)
    audit = await store.open(ONE, "lee", october(), "u1")
    await store.hold(ONE, "lee", audit, timedelta(days=1), "까닭", "u2")

    assert await store.current(OTHER, "lee") is None
    assert await store.get(OTHER, audit.id) is None
    assert await store.all(OTHER) == await store.holds(OTHER, audit.id) == []
    assert await store.numbered(OTHER, "감사담당관-812") is None
    assert (await store.open(OTHER, "lee", october(), "u1")).id != audit.id
    assert (await store.may_check(ONE, audit, OTHER, datetime(2026, 10, 2, tzinfo=UTC))).full is False


async def grants(database, clock, folder) -> None:
    store = Grants(database, ReceiptLog(database, KeyStore(folder), clock), clock)
    sent = await store.note(ONE, "lee", "a1", october(), "창원시", "u1")
    ask = Ask(sent.id, ONE, "a1", october(), "lee", clock(), None)
    await store.ask(OTHER, ask)

    assert await store.get(ONE, ask.id) is None
    assert await store.decide(ONE, ask.id, "park", granted=True) is None
    assert await store.sent(OTHER, "a1") == []
    assert await store.live(OTHER, ONE, "a1") is None
    assert (await store.decide(OTHER, ask.id, "baek", granted=True)).granted
    assert await store.end(ONE, ask.id, "park") is None
    assert await store.live(OTHER, ONE, "a1") is not None
    assert await store.live(OTHER, OTHER, "a1") is None


async def looks(database, clock, folder) -> None:
    keys = KeyStore(folder)
    issuer = Issuer(database, keys, clock)
    given = await issuer.issue(
        ONE, "가", Holder("kim", "김", "총무과"), share(clock()), grade(share(clock()), None), "", "update-1"
    )
    register = Audits(database, issuer.log, clock)
    store, holder = Looks(database, issuer.log, register, clock), given.receipt.holder
    access = await register.may_check(ONE, None, ONE, clock())
    await store.look(ONE, "lee", access, given.receipt, Verdict.VALID, "u1")
    await store.follow(OTHER)

    assert await store.looks_at(OTHER, holder) == await store.due(OTHER, clock()) == []
    assert await store.between(OTHER, clock(), clock() + timedelta(days=1)) == []
    assert await store.next_due(OTHER) is None
    assert len(await store.looks_at(ONE, holder)) == 1


async def destruction(database, clock, folder) -> None:
    log = ReceiptLog(database, KeyStore(folder), clock)
    for tenant in (ONE, OTHER):
        await log.append(tenant, "looked", {"by": "lee"}, "k")
    store, later = Destruction(database, log), clock() + timedelta(days=1)

    assert await store.destroy(ONE, later, ("looked",)) == 1
    assert (await log.get(OTHER, 0)).fields == {"by": "lee"}
    assert await store.destroy(OTHER, later, ("looked",)) == 1


async def tiles(database, clock, folder) -> None:
    log = ReceiptLog(database, KeyStore(folder), clock)
    await log.append(ONE, "looked", {"by": "lee"}, "k")
    writer = TileWriter(folder, log)
    point = await writer.publish(ONE)

    assert await writer.publish(OTHER) is None
    assert Published(folder).notes(ONE) == [point.note]
    Published(folder).keep(ONE, point)
    assert Published(folder).notes(OTHER) == []


async def witnessing(database, clock, folder) -> None:
    keys = KeyStore(folder)
    log = ReceiptLog(database, keys, clock)
    for tenant in (ONE, OTHER):
        await log.append(tenant, "looked", {"by": "lee"}, "k")
    store, kept = Witnessing(database, log, folder, keys.public_keys), await log.checkpoint(ONE)

    assert (await store.compare(ONE, kept)).seen is Compared.SAME
    assert (await store.compare(OTHER, kept)).seen is Compared.FOREIGN


async def stamps(database, clock, folder) -> None:
    async def ask(_request: bytes) -> bytes:
        raise AssertionError("a log that has not begun is asked about")

    log = ReceiptLog(database, KeyStore(folder), clock)
    await log.append(ONE, "looked", {"by": "lee"}, "k")
    note = (await log.checkpoint(ONE)).note
    await database.hset(f"dobi:{{{ONE}}}:witness:stamps", "1", b"x")

    assert await Timestamps(database, log, folder, ask, ask).stamp(OTHER) is None
    assert await Timestamps(database, log, folder, ask, ask).find(OTHER, note) is None


async def rooms(database, clock, _folder) -> None:
    store = Rooms(database)
    await store.open(ONE, KIM.ref)
    await store.show(ONE, KIM.ref, 3, clock())
    await store.close(OTHER, KIM.ref)

    assert list(await store.shown(ONE)) == [KIM.ref]
    assert await store.shown(OTHER) == {}


async def keys(_database, clock, folder) -> None:
    store = KeyStore(folder)
    for tenant in (ONE, OTHER):
        store.prepare(tenant, clock(), tenant)

    assert store.receipt_key(ONE, clock()).kid != store.receipt_key(OTHER, clock()).kid
    assert store.audit_key(ONE, clock()) != store.audit_key(OTHER, clock())
    assert store.pseudonym(ONE, "kim") != store.pseudonym(OTHER, "kim")
    assert {key.institution for key in store.public_keys(OTHER).of(ONE, "receipt")} == set()


async def subscriptions(database, clock, _folder) -> None:
    store = SubscriptionStore(database)
    await store.add(ONE, Subscription("s1", KIM.ref, "재난안전", clock(), "kim"))

    assert await store.of(OTHER, KIM.ref) == []
    assert await store.get(OTHER, "s1") is None
    assert not await store.remove(OTHER, "s1")
    assert [one async for one in store.all(OTHER)] == []
    assert await store.get(ONE, "s1") is not None


async def cafeteria(database, clock, _folder) -> None:
    store = OccupancyStore(database)
    now = clock()
    reading = Reading("cam1", Kind.CAMERA, now, now, count=9)
    await store.append(ONE, "main", Batch("cam1", "nonce-0001", now, (reading,)))
    await store.put_history(ONE, "main", [DayHistory(now.date() - timedelta(days=1), (Minute(700, 5.0, 1),))])

    assert await store.recent(OTHER, "main", now - timedelta(hours=1)) == ()
    assert await store.last_seen(OTHER, "main") == {}
    assert await store.history(OTHER, "main", 30, now) == ()
    assert await store.version(OTHER, "main") == 0
    assert not (await store.append(OTHER, "main", Batch("cam1", "nonce-0001", now, (reading,)))).duplicate


async def advice_told(database, clock, _folder) -> None:
    store, today = ToldStore(database), clock().date()
    await store.count(ONE, "main", today, "kim", going=745, asked=735)

    assert await store.told(OTHER, "main", today) == Told()
    assert await store.count(OTHER, "main", today, "kim", going=745, asked=735)
    assert (await store.told(ONE, "main", today)).going == {745: 1}


async def quiet_alerts(database, clock, _folder) -> None:
    store, now, today = QuietStore(database), clock(), clock().date()
    alert = Alert(today, "kim", KIM.ref, "총무과", "main", "", 2.0, now, now + timedelta(minutes=20), True, now)
    await store.add(ONE, alert)
    await store.switch(ONE, Daily("kim", KIM.ref, now), on=True)

    assert await store.all(OTHER) == await store.daily(OTHER) == []
    assert await store.of(OTHER, KIM.ref) == ([], [])
    assert not await store.cancel(OTHER, today, "kim")
    assert not await store.finish(OTHER, alert, AlertState.QUIET, now)
    assert await store.forget(OTHER, KIM.ref) == 0
    assert (await store.get(ONE, today, "kim")) == alert
    assert (await store.daily_of(ONE, "kim")).chat == KIM.ref
    assert await store.forget(ONE, KIM.ref) == 2


async def menus(database, clock, _folder) -> None:
    store, today = MenuStore(database), clock().date()
    menu = DayMenu(today, (Dish("쌀밥"),))
    draft = await store.put_draft(ONE, "d", Draft("main", (menu,)))

    assert await store.draft(OTHER, "d") is None
    assert not await store.edit_draft(OTHER, "d", draft, draft)
    assert not await store.confirm(OTHER, "d", draft, today)
    assert await store.confirm(ONE, "d", draft, today)
    assert await store.day(OTHER, "main", today) is None
    assert await store.days(OTHER, "main", today, today) == ()
    assert await store.undo(OTHER, "d") is None
    assert await store.day(ONE, "main", today) == menu


async def searches(database, clock, _folder) -> None:
    store = Searches(database)
    name = await store.keep(ONE, KIM.ref, Search("소상공인", "'소상공인'", ("a/1",), (0,)), clock())

    assert await store.get(OTHER, KIM.ref, name, clock()) is None
    assert await store.get(ONE, "console:dm:lee", name, clock()) is None
    assert await store.get(ONE, KIM.ref, name, clock() + timedelta(days=2)) is None
    assert (await store.get(ONE, KIM.ref, name, clock())).keys == ("a/1",)


def liked(clock) -> Tap:
    return Tap("story", Signal.LIKED, clock(), topic_of("재난안전"), 0.5, Seen("가부", ("재난안전",)))


async def opinions(database, clock, _folder) -> None:
    store = Opinions(database)
    sent = Impression("story", "press/1", "s1", topic_of("재난안전"), "가부", ("재난안전",), 0.5, clock())
    await store.sent(ONE, [(KIM.ref, sent)])
    await store.tap(ONE, KIM.ref, liked(clock))

    assert await store.impression(OTHER, KIM.ref, "story") is None
    assert await store.impressions(OTHER, KIM.ref) == []
    assert await store.chats(OTHER) == []
    assert await store.taps(OTHER, KIM.ref) == []
    assert await store.sequence(OTHER) == 0
    assert await store.changed(OTHER, 0) == {}
    assert await store.reset(OTHER, KIM.ref) == 0
    assert len(await store.taps(ONE, KIM.ref)) == 1


async def heads(database, clock, _folder) -> None:
    store = Opinions(database)
    await store.tap(ONE, KIM.ref, liked(clock))
    mirror = HeadMirror(store, load(), lambda *_: "총무과", clock)
    await mirror.refresh([ONE, OTHER])

    assert mirror.panel(ONE).get(KIM.ref) is not None
    assert mirror.panel(OTHER).get(KIM.ref) is None
    assert len(mirror.panel(OTHER)) == 0
    assert mirror.panel(OTHER).taught("총무과", topic_of("재난안전")) == ()


async def probes(database, clock, _folder) -> None:
    store = ProbeStore(database)
    drawn = Drawn(Unsent("press/1", "story", "가부", "t", (), 0.3), 2.0)
    await store.switch(ONE, KIM.ref, on=True)
    await store.keep(ONE, KIM.ref, Probe("2026-48", clock(), 3, (drawn,)))
    await store.answer(ONE, KIM.ref, "2026-48", 1)
    await store.ask_once(ONE, KIM.ref)

    assert not await store.is_on(OTHER, KIM.ref)
    assert await store.wanting(OTHER) == []
    assert await store.get(OTHER, KIM.ref, "2026-48") is None
    assert await store.answered(OTHER, KIM.ref) == []
    assert await store.ask_once(OTHER, KIM.ref)
    await store.forget(OTHER, KIM.ref)
    assert len(await store.answered(ONE, KIM.ref)) == 1


async def wordbook(database, clock, _folder) -> None:
    store, line = Wordbook(database), Line.of("=", "중기", "중소벤처기업부")
    await store.add(ONE, line, "park", clock())
    await store.propose(ONE, Line.of("=", "우리섬", "경상남도"), "kim", clock())

    assert await store.lines(OTHER) == await store.audit(OTHER) == []
    assert await store.sequence(OTHER) == await store.waiting(OTHER) == 0
    assert await store.proposed(OTHER, Line.of("=", "우리섬", "경상남도").id) is None
    assert not await store.remove(OTHER, line, "yun", clock())
    assert (await store.table(OTHER)).of("중기") != (await store.table(ONE)).of("중기")


async def wordbooks(database, clock, _folder) -> None:
    tables = Wordbooks(Wordbook(database))
    await Wordbook(database).add(ONE, Line.of("=", "우리섬", "경상남도"), "park", clock())

    assert (await tables.table(ONE)).of("우리섬")
    assert not (await tables.table(OTHER)).of("우리섬")


async def erasures(database, clock, _folder) -> None:
    store = Erasures(database)
    await store.schedule(ONE, "kim", clock(), anew=True)
    await store.miss(ONE, "kim", clock())

    assert await store.due(OTHER, clock()) == []
    assert await store.due_at(OTHER, "kim") is await store.next_due(OTHER) is None
    assert await store.missed(OTHER) == {}
    assert not await store.cancel(OTHER, "kim")
    await store.found(OTHER, "kim")
    assert await store.due(ONE, clock()) == ["kim"]
    assert list(await store.missed(ONE)) == ["kim"]


async def nights(database, clock, _folder) -> None:
    await Nights(database).done(ONE, Done(clock(), {"issued": 1}))

    assert await Nights(database).last(OTHER) is None
    assert await Nights(database).last(ONE) == Done(clock(), {"issued": 1})


async def trips(database, clock, _folder) -> None:
    store, mine = Trips(database), Trip("t1", "kim", clock(), starts_at=clock())
    await store.add(ONE, mine)

    assert await store.get(OTHER, "t1") is None
    assert await store.change(OTHER, "t1", lambda trip: trip) is None
    days = clock().date() - timedelta(days=2), clock().date() + timedelta(days=2)
    assert list(await store.of(OTHER, "kim", *days)) == list(await store.between(OTHER, *days)) == []
    assert list(await store.due(OTHER, clock())) == []
    assert await store.next_due(OTHER) is None
    assert not await store.rest(OTHER, mine, None)
    await store.remove(OTHER, mine)
    assert await store.get(ONE, "t1") == mine


async def vault(database, clock, folder) -> None:
    store, fix = Vault(database, folder, clock), Fix(clock(), clock(), Point(35.180123, 128.107654, 12.0))
    await store.keep(ONE, "kim", "m1", Kept(fix, answered=True))
    await store.keep_fix(ONE, "kim", "m1", fix)

    assert await store.count(OTHER, "kim") == 0
    assert not await store.elsewhere(OTHER, "lee", [fix])
    assert not await store.near(OTHER, "kim", "lee")
    await store.forget(OTHER, "kim")
    assert await store.count(ONE, "kim") == 1
    assert await store.elsewhere(ONE, "lee", [fix])


async def presence(database, clock, folder) -> None:
    asked = Presence(Vault(database, folder, clock))
    share = Share(Point(35.180123, 128.107654, 12.0), clock(), clock())
    await asked.shared(ONE, "kim", share, None, "m1")

    assert "same_point" not in (await asked.shared(OTHER, "lee", share, None, "m2")).flags
    assert await asked.count(OTHER, "kim") == 0
    await asked.forget(OTHER, "kim")
    assert await asked.count(ONE, "kim") == 1


async def visit_codes(database, clock, folder) -> None:
    codes, both = VisitCodes(database, folder, clock), (ONE, OTHER)
    theirs = await codes.show(OTHER)

    assert theirs != await codes.show(ONE)
    assert await codes.check(OTHER, "kim", theirs, both) is None  # one's own counts nothing
    assert await codes.check(ONE, "kim", theirs, (ONE,)) is None  # nor one that was not visited
    assert await codes.check(ONE, "kim", theirs, both) == OTHER


async def rounds(database, clock, _folder) -> None:
    month = clock().date().replace(day=1)
    await Rounds(database).note(ONE, [("총무과", month)], "감사담당관-812", clock(), "k")

    assert await Rounds(database).of(OTHER, month, clock().date()) == []
    assert [one.department for one in await Rounds(database).of(ONE, month, clock().date())] == ["총무과"]


async def gathering(database, clock, folder) -> None:
    log = ReceiptLog(database, KeyStore(folder), clock)
    audits = Audits(database, log, clock)
    trips_of = Trips(database)
    await trips_of.add(ONE, Trip("t1", "kim", clock(), starts_at=clock()))
    day = clock().date()
    listed = Gathering(
        Tenancy([Institution(ONE, "가", "", (), (), ()), Institution(OTHER, "나", "", (), (), ())]), trips_of,
        Holdings(database), KeyStore(folder), log, Claims(database, log, clock), audits,
        Looks(database, log, audits, clock), clock,
    )  # fmt: skip

    async def lines(tenant: str, of: str) -> list[str]:
        found = await listed.gather(Asking(tenant, "lee", of, Days(day, day), (), f"{tenant}{of}"))
        return [line.key for line in found.lines]

    assert await lines(OTHER, OTHER) == await lines(OTHER, ONE) == []
    assert await lines(ONE, ONE) == ["t1"]
    assert await listed.counted(OTHER, Days(day, day)) == {}
    assert await listed.named(OTHER, "lee") == {}
    assert await listed.audit(OTHER, "lee") is None
    assert listed.departments(OTHER) == ()


async def checks(database, clock, folder) -> None:
    """Batches, their reports and what is checked in them."""
    keys = KeyStore(folder)
    issuer = Issuer(database, keys, clock)
    for tenant in (ONE, OTHER):
        keys.prepare(tenant, clock(), tenant)
    given = await issuer.issue(
        ONE, ONE, Holder("kim", "김", "총무과"), share(clock()), grade(share(clock()), None), "", "update-1"
    )
    register, batches = Audits(database, issuer.log, clock), Batches(database)
    claims_of = Claims(database, issuer.log, clock)
    towns = Tenancy([Institution(ONE, "가", "", (), (), ()), Institution(OTHER, "나", "", (), (), ())])
    checking = Checking(
        towns, keys, issuer.log, claims_of, register, Looks(database, issuer.log, register, clock), None
    )
    reporting = Reporting(towns, keys, issuer.log, register, batches, checking)
    head = Head("lee", KIM.ref, clock().isoformat(), 1, ())
    await batches.begin(ONE, "b1", head, "me")
    mine = await checking.check(await checking.desk(ONE, "lee"), [Item("a", 0, given.token)], "k")
    theirs = await checking.check(await checking.desk(OTHER, "lee"), [Item("a", 0, given.token)], "k")
    await batches.put(ONE, "b1", 0, [mine])
    await batches.close(ONE, "b1", [], [(0, "말")])
    made = await reporting.issue(ONE, "lee", Answer("b1", await checking.desk(ONE, "lee"), mine, ()))

    assert (mine[0].verdict, theirs[0].flags[-1]) == ("valid_but", "other_institution")
    assert await batches.head(OTHER, "b1") is None
    assert await batches.chunk(OTHER, "b1", 0) is None
    assert await batches.done(OTHER, "b1") == await batches.results(OTHER, "b1") == []
    assert await batches.notes(OTHER, "b1") == ()
    assert await batches.underway(OTHER) == {}
    assert await batches.number(OTHER, "b1", 2026) == await batches.number(ONE, "b1", 2026) == 1
    assert (await batches.stamp(OTHER, "b1", {"keys": "x"}))["keys"] == "x"
    assert await batches.report(OTHER, made.number) is None
    assert await batches.sweep(OTHER, clock() + timedelta(days=2)) == 0
    await batches.end(OTHER, "b1")
    assert await batches.underway(ONE) == {"b1": "me"}
    file = InFile("a.pdf", made.pdf.data)
    assert await reporting.same(OTHER, file) is None
    assert await reporting.same(ONE, file) is not None


async def late_files(database, clock, _folder) -> None:
    digest = b"\x01" * 32
    leg = Leg(LegKind.ARRIVED, clock(), clock(), Basis.PHOTO, digest=digest)
    await Trips(database).add(ONE, Trip("t1", "kim", clock(), starts_at=clock(), legs=(leg,)))
    unread = [Result("a.jpg", 0, "", "unreadable", sha256=digest.hex())]

    known = HandedIn(Trips(database))

    assert await known.notes(OTHER, unread, (), None, clock()) == ()
    assert len(await known.notes(ONE, unread, (), None, clock())) == 1


async def undoable(database, _clock, _folder) -> None:
    store = Changes(database, life=None)
    await store.change(ONE, "t", "c1", ["a"], lambda _, __: "1")

    assert await store.all(OTHER, "t") == {}
    assert await store.made(OTHER, "t", "c1") is None
    assert await store.undo(OTHER, "t", "c1") is Undone.UNKNOWN
    assert await store.version(OTHER, "t") == 0
    assert await store.all(ONE, "t") == {"a": "1"}


async def kitchen_told(database, clock, _folder) -> None:
    store, now = KitchenStore(database), clock()
    told = await store.tell(ONE, "main", closed(Hours(now, now + timedelta(hours=1)), now), "c1")

    assert await store.notices(OTHER, "main", now) == ()
    assert await store.of_day(OTHER, "main", now.date()) == ()
    assert await store.changed(OTHER, "main", "c1", now) is None
    assert await store.undo(OTHER, "main", "c1", now) is Undone.UNKNOWN
    assert await store.lift(OTHER, "main", told.notice.id, now, "c2") is None
    assert await store.version(OTHER, "main", now) == 0
    assert await store.notices(ONE, "main", now) == (told.notice,)


async def meal_totals(database, clock, _folder) -> None:
    store, today = TotalsStore(database), clock().date()
    total = Total(today, 861, Source.HAND)
    await store.put(ONE, "main", [total], today, "c1")
    await store.announce(ONE, "main", Guests("g", today, 5), today, "c2")
    await store.put_draft(ONE, "main", "d", [total])

    assert await store.told(OTHER, "main", today, today) == {}
    assert await store.facts(OTHER, "main", today, today) == {}
    assert await store.guests(OTHER, "main", today, today) == ()
    assert await store.draft(OTHER, "main", "d") is None
    assert await store.changed(OTHER, "main", "c1") is None
    assert await store.undo(OTHER, "main", "c1") is Undone.UNKNOWN
    assert await store.call_off(OTHER, "main", "g", "c3") is None
    assert await store.version(OTHER, "main") == 0
    assert len(await store.facts(ONE, "main", today, today)) == 1


async def meal_followers(database, clock, _folder) -> None:
    store = FollowerStore(database)
    await store.follow(ONE, "main", Follower("kim", KIM.ref, clock()))

    assert await store.all(OTHER, "main") == ()
    assert not await store.leave(OTHER, "main", "kim")
    assert len(await store.all(ONE, "main")) == 1


CASES: dict[str, Case] = {
    **tenancy_cafeteria.CASES,
    **tenancy_choices.CASES,
    **tenancy_delivery.CASES,
    **tenancy_intake.CASES,
    **tenancy_plans.CASES,
    **tenancy_operate.CASES,
    **tenancy_sensors.CASES,
    **tenancy_roster.CASES,
    **tenancy_time.CASES,
    "Changes": undoable,
    "KitchenStore": kitchen_told,
    "TotalsStore": meal_totals,
    "FollowerStore": meal_followers,
    "Batches": checks,
    "Checking": checks,
    "Reporting": checks,
    "HandedIn": late_files,
    "Rounds": rounds,
    "Gathering": gathering,
    "Trips": trips,
    "ExpenseStore": expenses,
    "Settling": settling,
    "Erasures": erasures,
    "Nights": nights,
    "Wordbook": wordbook,
    "Wordbooks": wordbooks,
    "Outbox": outbox,
    "PeopleStore": people,
    "Inbox": inbox,
    "Holdings": holdings,
    "Inquiries": inquiries,
    "Letters": letters,
    "Presence": presence,
    "Vault": vault,
    "VisitCodes": visit_codes,
    "OpeningKeys": opening_keys,
    "ReminderStore": reminders,
    "ProfileStore": profiles,
    "Issuer": receipts,
    "ReceiptLog": log,
    "Claims": claims,
    "Audits": audits,
    "Looks": looks,
    "Grants": grants,
    "Destruction": destruction,
    "TileWriter": tiles,
    "Published": tiles,
    "Witnessing": witnessing,
    "Rooms": rooms,
    "Timestamps": stamps,
    "KeyStore": keys,
    "Searches": searches,
    "QuietStore": quiet_alerts,
    "MenuStore": menus,
    "ToldStore": advice_told,
    "SubscriptionStore": subscriptions,
    "OccupancyStore": cafeteria,
    "Opinions": opinions,
    "HeadMirror": heads,
    "ProbeStore": probes,
}


def test_whoever_holds_a_redis_asks_for_the_institution_or_is_named_as_common():
    assert redis_holders() - stores() <= COMMON | PLUMBING


def test_every_store_has_a_case():
    assert stores() - NOT_STORES == set(CASES)


@pytest.mark.parametrize("name", CASES)
async def test_two_institutions_never_meet_in(name, database, clock, tmp_path):
    await CASES[name](database, clock, tmp_path / "keys")


async def test_a_subscription_of_one_institution_never_matches_for_the_other(database, clock):
    matcher = Matcher(load())
    store = SubscriptionStore(database)
    mirror = SubscriptionMirror(store, matcher)
    await store.add(ONE, Subscription("s1", KIM.ref, "재난안전", clock(), "kim"))
    await store.add(OTHER, Subscription("s1", KIM.ref, "소상공인", clock(), "kim"))
    await mirror.refresh([ONE, OTHER])

    found = matcher.match("재난안전 점검을 실시한다고 밝혔다.", "재난안전 점검")

    assert [mirror.get(one.subscription_id)[0] for one in found if one.push] == [ONE]

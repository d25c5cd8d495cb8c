"""People, waits, drafts and codes of one institution are nobody else's; an address is one person's in all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.invitations import Code, Codes, Kind, Refused
from bot.outbox import Outbox
from bot.reach import Reach
from bot.roster import Entry, Move, Roster
from bot.roster import Kind as Moved
from bot.roster_bindings import Binding, Bindings
from bot.roster_drafts import Drafts
from bot.roster_homes import Homes
from bot.roster_mirror import RosterMirror
from bot.roster_rests import Rests
from bot.roster_sheet import Line, Sheet
from bot.roster_table import Table
from bot.settings import Institution
from bot.tenancy import Tenancy

ONE, OTHER = "gyeongnam", "changwon"
KIM = Entry("pkim", "김하나", "총무과", number="1001")


async def roster(database, clock, _folder) -> None:
    store, today = Roster(database), clock().date()
    later = {today + timedelta(days=3): [Move(Moved.LEAVE, KIM)]}
    await store.apply(ONE, "c1", [Move(Moved.JOIN, KIM)], today, later)

    assert (await store.since(OTHER, 0)).fields == {}
    assert await store.made(OTHER, "c1") is None
    assert not (await store.undo(OTHER, "c1")).known
    waiting = next(name for name in (await store.since(ONE, 0)).fields if name[0] == "w")
    assert await store.carry_out(OTHER, waiting, today) == ()
    assert not await store.call_off(OTHER, "c2", waiting)
    assert {name[0] for name in (await store.since(ONE, 0)).fields} == {"p", "w"}


async def bindings(database, clock, _folder) -> None:
    """The same person's id in both: an address is one's alone, and nobody ends another's."""
    store, place = Bindings(database), ("telegram", "1")
    alive = lambda *_: True  # noqa: E731 - everybody stands
    assert (await store.bind(ONE, "pkim", place, clock(), alive, change="c1")).what is Binding.DONE

    assert (await store.bind(OTHER, "pkim", place, clock(), alive, change="c2")).what is Binding.TAKEN
    assert await store.unbind(OTHER, "pkim", [place], change="c3") == 0
    await store.forget(OTHER, "pkim", [place], change="c4")
    await store.cut(OTHER, "pkim", [("telegram", "2")], clock(), clock() + timedelta(days=1), change="c5")
    await store.missed(OTHER, "pkim", clock(), change="c6")
    await store.back(OTHER, "pkim", change="c7")
    await store.warm(OTHER, "pkim", [("telegram", "2")], clock(), change="c8")
    fields = (await store.since("", 0)).fields
    assert fields["a:telegram:1"].startswith(f'["{ONE}"')


async def mirror(database, clock, folder) -> None:
    await roster(database, clock, folder)
    await Bindings(database).bind(ONE, "pkim", ("telegram", "1"), clock(), lambda *_: True, change="m1")
    towns = Tenancy([Institution(one, one, "", (), (), ()) for one in (ONE, OTHER)])
    found = RosterMirror(database, towns, [ONE, OTHER])
    await found.refresh()

    assert found.entries(OTHER) == [] == found.waiting(OTHER)
    assert found.entry(OTHER, "pkim") is found.numbered(OTHER, "1001") is found.rests_until(OTHER, "pkim") is None
    assert found.places(OTHER, "pkim") == found.bound(OTHER, "pkim") == found.cuts(OTHER, "pkim") == ()
    assert found.managers(OTHER) == {}
    assert (found.alive(OTHER, "pkim"), found.in_file(OTHER, "pkim"), list(found.gone(OTHER))) == (False, False, [])
    assert towns.member(OTHER, "pkim") is None
    assert towns.person("telegram", "1").tenant == ONE
    assert [one.name for one in found.entries(ONE)] == ["김하나"]


async def drafts(database, clock, _folder) -> None:
    store = Drafts(database)
    await store.keep(ONE, "d1", Sheet((Line("", 2, "김하나", day=clock().date()),)))

    assert await store.get(OTHER, "d1") is None
    await store.drop(OTHER, "d1")
    assert await store.get(ONE, "d1") == Sheet((Line("", 2, "김하나", day=clock().date()),))


async def codes(database, clock, _folder) -> None:
    store, life = Codes(database), timedelta(hours=1)
    made = await store.make(ONE, ["pkim"], Kind.INVITE, "park", clock(), life)
    await store.make(OTHER, ["pkim"], Kind.INVITE, "park", clock(), life)

    await store.end(OTHER, "pkim")
    await store.spend(OTHER, Code("", Kind.INVITE, OTHER, "pkim", "", clock()))
    assert await store.sweep(OTHER, clock() + timedelta(days=9)) == 0
    found = await store.claim("", made["pkim"], ("telegram", "1"), clock())
    assert isinstance(found, Code)
    assert (found.tenant, found.person) == (ONE, "pkim")
    assert await store.claim("", made["pkim"], ("telegram", "2"), clock()) is Refused.WRONG


async def homes(database, _clock, _folder) -> None:
    """Institutions are the deployment's: one id, one institution."""
    store = Homes(database)
    assert await store.add(ONE, "가", change="c1")
    assert not await store.add(ONE, "나", change="c2")
    assert list((await store.since("", 0)).fields) == [ONE]
    assert Table(database) is not None


async def rests(database, clock, _folder) -> None:
    """Whoever rests in one institution rests in no other."""
    tenancy = Tenancy([Institution(name, name, "", (), (), ()) for name in (ONE, OTHER)])
    mirror = RosterMirror(database, tenancy, [ONE, OTHER])
    await Roster(database).apply(ONE, "c1", [Move(Moved.JOIN, replace(KIM, rest="open"))], clock().date())
    alive = lambda *_: True  # noqa: E731 - everybody stands
    await Bindings(database).bind(ONE, "pkim", ("telegram", "1"), clock(), alive, change="c1")
    await mirror.refresh()
    outbox = Outbox(database, "w")
    store = Rests(database, mirror, Reach(database, tenancy, outbox))

    await store.step(OTHER, clock())
    await store.step(ONE, clock())

    assert await store.noted(OTHER) == {}
    assert await store.noted(ONE) == {"pkim": ["telegram:dm:1"]}
    assert [one.id for one in mirror.resting(ONE)] == ["pkim"]
    assert mirror.resting(OTHER) == []


CASES = {"Rests": rests,
    "Roster": roster, "Bindings": bindings, "RosterMirror": mirror, "Drafts": drafts, "Codes": codes, "Homes": homes,
}  # fmt: skip
# they ask the stores above, and keep nothing themselves
NOT_STORES = {"Linking", "RosterCare", "Desk", "InvitationTalk"}
# one table for whoever hands a key in; the first administrator is of no institution yet
COMMON = {"Table", "FirstRun", "RosterRooms"}

"""What an institution changes about its lunches, and which of its rooms get posts, is nobody else's."""

from __future__ import annotations

from datetime import date, time

from bot.board_store import BoardStore, Choice, Chosen
from bot.plans import Plans
from bot.settings import Cafeteria, ServingLine, Slots
from occupancy.plans import Desk, Entry, PlanStore
from occupancy.rearranged import Closed

ONE, OTHER = "gyeongnam", "changwon"
DAY = date(2026, 12, 24)
SLOTS = Slots(date(2026, 1, 5), (time(11, 40),), (("총무과",),), 20)
MAIN = Cafeteria(
    "main", "본관", 100, 2, SLOTS, (), time(11, 30), time(13, 30), frozenset(), (ServingLine("", "", 2),)
)  # fmt: skip


async def plan_store(database, clock, _folder) -> None:
    store = PlanStore(database)
    entry = Entry("e1", "kim", clock(), (Closed(DAY),))
    await store.draft(ONE, "main", entry)
    await store.add(ONE, "main", entry)
    await store.put_desks(ONE, "main", {"총무과": Desk(35)})

    assert await store.drafted(OTHER, "main", "e1", clock()) is None
    assert await store.entries(OTHER, "main") == await store.standing(OTHER, "main") == ()
    assert await store.desks(OTHER, "main") == {}
    assert await store.version(OTHER, "main") == 0
    assert not await store.undo(OTHER, "main", "e1", "lee", clock())
    await store.drop(OTHER, "main", "e1")
    assert await store.drafted(ONE, "main", "e1", clock()) == entry
    assert await store.standing(ONE, "main") == (Closed(DAY),)
    assert await store.desks(ONE, "main") == {"총무과": Desk(35)}


async def plans(database, clock, _folder) -> None:
    found = Plans(PlanStore(database), lambda _day: False)
    await found.store.add(ONE, "main", Entry("e1", "kim", clock(), (Closed(DAY),)))

    assert (await found.calendar(OTHER, MAIN)).is_open(DAY)
    assert (await found.composed(OTHER, MAIN)).reasons == {}
    assert (await found.after(OTHER, MAIN, ())).plan.is_open(DAY)
    other = await found.of(OTHER, MAIN)
    assert other is not None
    assert other.is_open(DAY)
    assert not await found.overruled(OTHER, MAIN, ())
    assert not (await found.calendar(ONE, MAIN)).is_open(DAY)


async def board_store(database, clock, _folder) -> None:
    store, room = BoardStore(database), "console:총무과"
    await store.choose(ONE, room, Chosen(Choice.OFF, "kim", clock()))
    await store.meet(ONE, room, clock())
    await store.say(ONE, date(2026, 11, 23), room, "digest")
    await store.foretell(ONE, DAY, "main", {700: 12.0})

    await store.forget(OTHER, room)
    assert await store.choices(OTHER) == {}
    assert await store.of(OTHER, room) is None
    assert await store.chats(OTHER) == frozenset()
    assert await store.met(OTHER) == frozenset()
    assert await store.said(OTHER, date(2026, 11, 23)) == {}
    assert await store.foretold(OTHER, DAY, "main") == {}
    assert (await store.choices(ONE))[room].choice is Choice.OFF
    assert await store.chats(ONE) == {room}
    assert await store.foretold(ONE, DAY, "main") == {700: 12.0}


CASES = {"PlanStore": plan_store, "Plans": plans, "BoardStore": board_store}

"""When people may be spoken to, what waits for them and what digests told is one institution's, and nobody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.daysoff import is_holiday
from bot.digests_store import DigestStore, Frozen
from bot.hours import USUAL, Instant
from bot.hours_gate import Gate
from bot.hours_store import HoursStore, Later, Urgent
from bot.messenger import Chat, Reply
from bot.outbox import Row
from bot.tenancy import Tenancy
from bot.whereto import Whereto, carriers

ONE, OTHER = "gyeongnam", "changwon"
KIM = Chat("console", "dm:kim", private=True)


async def hours(database, clock, _folder) -> None:
    store, mine = HoursStore(database), replace(USUAL, instant=Instant.NONE, place="slack")
    await store.put(ONE, "@kim", mine)
    await store.talked(ONE, "@kim", "slack")
    await store.remind(ONE, Later(KIM.ref, "story", clock()))
    await store.mark(ONE, "소방청", "park", clock(), on=True)
    await store.log(ONE, Urgent("u1", clock(), "park", "태풍"))

    assert await store.of(OTHER, "@kim") == USUAL
    assert await store.owners(OTHER) == await store.later_chats(OTHER) == frozenset()
    assert await store.due(OTHER, clock()) == await store.waiting(OTHER, KIM.ref) == await store.overrides(OTHER) == []
    assert await store.next_due(OTHER) is await store.override(OTHER, "u1") is None
    assert (await store.choices(OTHER)).urgent == frozenset()
    assert not await store.forget(OTHER, "@kim")
    await store.forget_later(OTHER, KIM.ref)
    await store.shown(OTHER, Later(KIM.ref, "story", clock()))
    assert not await store.mark(OTHER, "소방청", "yun", clock(), on=False)
    assert await store.of(ONE, "@kim") == mine
    assert len(await store.due(ONE, clock())) == len(await store.overrides(ONE)) == 1


def gate_of(database, clock) -> Gate:
    whereto = Whereto(Tenancy([]), carriers(()))
    return Gate(database, "worker", HoursStore(database), whereto, is_holiday, clock)


async def gate(database, clock, _folder) -> None:
    store, held = gate_of(database, clock), DigestStore(database)
    clock.advance(timedelta(hours=10))  # at night
    await store.put(ONE, [Row(KIM, "story", 1, "instant", Reply("글"), clock())])

    assert await store.told(OTHER, "story") == frozenset()
    assert await held.held(OTHER, KIM.ref) == 0
    assert await store.clear(OTHER, KIM.ref) == 0
    assert await held.held(ONE, KIM.ref) == 1
    assert await store.put_urgent(OTHER, [Row(KIM, "story", 1, "instant", Reply("글"), clock())]) == 1
    assert await store.lease(ONE, "console", clock()) == []


async def digests(database, clock, _folder) -> None:
    store, later = DigestStore(database), clock() + timedelta(days=2)
    clock.advance(timedelta(hours=10))
    await gate_of(database, clock).put(ONE, [Row(KIM, "story", 1, "instant", Reply("글"), clock())])

    assert await store.due(OTHER, later) == await store.composing(OTHER) == []
    assert await store.next_due(OTHER) is await store.due_at(OTHER, KIM.ref) is None
    await store.freeze(OTHER, KIM.ref, later, empty=True)
    await store.schedule(OTHER, KIM.ref, None)
    assert await store.due(ONE, later) == [KIM.ref]
    await store.freeze(ONE, KIM.ref, later, empty=False)
    frozen = (await store.composing(ONE))[0]
    items = await store.items(ONE, KIM.ref, frozen.id)
    assert items is not None
    await store.order(OTHER, frozen, [])
    await store.release(OTHER, frozen, items[0].id, later)
    await store.composed(OTHER, Frozen(KIM, frozen.id))
    assert await store.items(OTHER, KIM.ref, frozen.id) == []
    assert len(await store.items(ONE, KIM.ref, frozen.id) or ()) == 1
    assert await store.composing(ONE) == [frozen]
    assert await store.last(ONE, [KIM.ref]) is None


CASES = {"HoursStore": hours, "Gate": gate, "DigestStore": digests}
PLUMBING = {"HoursRooms"}

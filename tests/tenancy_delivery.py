"""What one institution could not say, and whom it can't reach, is nobody else's."""

from __future__ import annotations

from bot.dead_letters import DeadLetters
from bot.lacking import EVERY, Lacking
from bot.messenger import Chat, Reply
from bot.outbox import Outbox, Row, State, Why
from bot.reach import Reach
from bot.settings import Channel, Institution
from bot.tenancy import Tenancy

ONE, OTHER = "gyeongnam", "changwon"
KIM = Chat("telegram", "dm:7", private=True)


async def dead_letters(database, clock, _folder) -> None:
    outbox, letters = Outbox(database, "w"), DeadLetters(database)
    for tenant in (ONE, OTHER):
        await outbox.put(tenant, [Row(KIM, "s", 1, "instant", Reply(tenant), clock())])
    [leased] = await outbox.lease(ONE, "telegram", clock())
    await outbox.finish(ONE, leased, State.DEAD, clock())
    letter = leased.message.message

    assert await letters.listing(OTHER) == []
    assert await letters.count(OTHER) == 0
    assert not await letters.retry(OTHER, letter)
    assert not await letters.drop(OTHER, letter)
    assert await letters.retry_all(OTHER) == await letters.drop_all(OTHER) == 0
    assert await letters.count(ONE) == 1


async def lacking(database, clock, _folder) -> None:
    outbox, store = Outbox(database, "w"), Lacking(database)
    for tenant in (ONE, OTHER):
        await outbox.put(tenant, [Row(KIM, "s", 1, "instant", Reply(tenant), clock())])
        [leased] = await outbox.lease(tenant, "telegram", clock())
        await outbox.finish(tenant, leased, State.DEAD, clock(), why=Why.PERMISSION)
        if tenant == ONE:
            await store.note(ONE, leased.message.message, "telegram", "files", clock())
    clock.advance(EVERY)

    assert await store.step(OTHER, clock()) is None
    assert await outbox.pending(OTHER, KIM.ref) == 0
    assert await store.step(ONE, clock()) is not None
    assert await outbox.pending(ONE, KIM.ref) == 1


async def reach(database, clock, _folder) -> None:
    rooms = [(Channel("민원과", "민원과", {"telegram": "-100"}),), (Channel("민원과", "민원과", {"telegram": "-200"}),)]
    tenancy = Tenancy(
        [Institution(one, one, "", (), channels, ()) for one, channels in zip((ONE, OTHER), rooms, strict=True)]
    )
    outbox = Outbox(database, "w")
    store, room = Reach(database, tenancy, outbox), Chat("telegram", "민원과", private=False)
    await store.left(ONE, KIM, clock())

    assert await store.away(OTHER) == {}
    assert not await store.is_away(OTHER, KIM)
    assert not await store.back(OTHER, KIM, clock())
    assert await store.returned(OTHER, KIM) == []
    assert await outbox.put(OTHER, [Row(KIM, "s", 1, "instant", Reply("글"), clock())]) == 1
    assert set(await store.away(ONE)) == {KIM.ref}
    await store.moved(ONE, room, "-300")
    await store.readdressed(ONE, "telegram", "-200", "-400")
    await store.refresh(OTHER)
    assert store.there(OTHER, room) == room
    assert tenancy.channel("telegram", OTHER, "-200") is not None
    assert tenancy.channel("telegram", OTHER, "-300") is None
    assert tenancy.channel("telegram", ONE, "-300") is not None


CASES = {"DeadLetters": dead_letters, "Lacking": lacking, "Reach": reach}
NOT_STORES = {"Answering", "Discretion", "Sender"}

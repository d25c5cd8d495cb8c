"""What one institution's people sent waits for nobody else's handler."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.intake import Done, Intake, Put
from bot.intake_signs import Signs
from bot.messenger import Update

ONE, OTHER = "gyeongnam", "changwon"


async def intake(database, clock, _folder) -> None:
    store, signs = Intake(database, "a"), Signs(database)
    update = Update("naverworks", "kim", clock(), id="u1", text="식당", message="m1")
    await store.put(ONE, update)

    assert (await store.lease(OTHER, "naverworks")).taken == ()
    assert await signs.waiting([OTHER]) == 0
    (one,) = (await store.lease(ONE, "naverworks")).taken
    assert await store.done(OTHER, one) is None
    assert not await store.again(OTHER, one, timedelta())
    assert not await store.extend(OTHER, one)
    (held,) = await signs.held([ONE], ["naverworks"])
    assert not await store.free(OTHER, held)
    assert await signs.held([OTHER], ["naverworks"]) == []
    await store.put(OTHER, update)
    assert [each.update for each in (await store.lease(OTHER, "naverworks")).taken] == [update]
    assert await store.take(OTHER, replace(update, id="u2")) == (Put.NEW, None)
    assert await store.done(ONE, one) == Done(0, more=False)


async def signs(database, clock, _folder) -> None:
    store, known = Intake(database, "a"), Signs(database)
    for tenant in (ONE, OTHER):
        await store.put(tenant, Update("naverworks", "kim", clock(), id="u1", text="식당"))
    (other,) = (await store.lease(OTHER, "naverworks")).taken
    await store.done(OTHER, other)

    await known.quiet(OTHER, ["naverworks"])
    assert await known.told() == {ONE}


CASES = {"Intake": intake, "Signs": signs}
# a bot has one account for the whole deployment; the rooms make stores and hold nothing
COMMON = {"Stand", "MessengerRooms"}
# hands hold what is theirs for the moment in which it is handled, by institution and lane
NOT_STORES = {"Attendant", "Hands"}

"""Signs on a message as opinions: those that are still seen there stand, in whatever order it is told."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import numpy as np
import pytest

from nlp.feedback import Reason, Seen, Signal, Tap, topic_of
from nlp.opinions import Opinions

TENANT, CHAT = "gyeongnam", "console:dm:kim"
UP, DOWN = Signal.LIKED, Signal.UNRELATED


class Signs:
    """A story, and what is done to it."""

    def __init__(self, store: Opinions, clock, by: str = "") -> None:
        self.store, self.start, self.by = store, clock(), by

    async def put(self, signal: Signal, second: int, *, signed: bool = True, reason: Reason = Reason.NONE) -> bool:
        at = self.start + timedelta(seconds=second)
        said = Tap("story", signal, at, topic_of("재난"), 0.5, Seen("가부", ("재난",)), reason, "doc")
        return await self.store.tap(TENANT, CHAT, said, self.by, signed=signed)

    async def off(self, signal: Signal, second: int) -> bool:
        at = self.start + timedelta(seconds=second)
        return await self.store.take_back(TENANT, CHAT, "story", signal, at, self.by)

    async def stand(self) -> list[Signal]:
        return [one.signal for one in await self.store.taps(TENANT, CHAT)]


@pytest.fixture
def signs(database, clock) -> Signs:
    return Signs(Opinions(database), clock)


@pytest.mark.parametrize(
    ("events", "left"),
    [
        ([("put", UP), ("put", DOWN), ("off", DOWN)], [UP]),
        ([("put", DOWN), ("put", UP), ("off", UP)], [DOWN]),
        ([("put", UP), ("put", DOWN), ("off", UP)], [DOWN]),
        ([("put", UP), ("put", DOWN), ("off", DOWN), ("off", UP)], []),
        ([("put", UP), ("put", DOWN), ("off", UP), ("off", DOWN)], []),
        ([("put", UP), ("put", DOWN), ("off", DOWN), ("put", DOWN), ("off", DOWN)], [UP]),
        ([("put", UP), ("put", DOWN), ("off", UP), ("put", UP), ("off", UP)], [DOWN]),
    ],
)
async def test_what_is_still_on_the_message_is_the_opinion_in_whatever_order_it_is_told(database, clock, events, left):
    for by, order in enumerate(permutations(list(enumerate(events, 1)))):
        signs = Signs(Opinions(database), clock, f"p{by}")
        for second, (what, signal) in order:
            await getattr(signs, what)(signal, second)

        held = [one for one in (UP, DOWN) if await signs.store.holds(TENANT, CHAT, "story", one, f"p{by}")]
        assert held == left, order


async def test_a_button_replaces_what_a_button_said_and_brings_nothing_back(signs):
    await signs.put(UP, 1, signed=False)
    await signs.put(DOWN, 2, signed=False)

    assert await signs.off(DOWN, 3)
    assert await signs.stand() == []


async def test_a_sign_outlasts_the_button_that_said_otherwise_and_the_word_why(signs):
    await signs.put(DOWN, 1)
    await signs.put(DOWN, 2, signed=False, reason=Reason.TOPIC)
    await signs.put(UP, 3, signed=False)
    assert await signs.stand() == [UP]

    assert await signs.off(UP, 4)
    (left,) = await signs.store.taps(TENANT, CHAT)
    assert (left.signal, left.reason) == (DOWN, Reason.TOPIC)
    assert await signs.off(DOWN, 5)
    assert await signs.stand() == []


async def test_a_sign_that_repeats_a_button_is_one(signs):
    await signs.put(UP, 1, signed=False)
    assert not await signs.put(UP, 2)
    await signs.put(DOWN, 3)
    await signs.off(DOWN, 4)

    assert await signs.stand() == [UP]


async def test_a_sign_is_one_still_when_its_vector_was_made_anew(signs):
    await signs.put(UP, 1)
    assert await signs.store.renew(TENANT, CHAT, {"doc": np.eye(8, dtype=np.float32)[0]}, "new") == 1
    await signs.put(DOWN, 2)
    await signs.off(DOWN, 3)

    (left,) = await signs.store.taps(TENANT, CHAT)
    assert (left.signal, left.seen.model) == (UP, "new")


async def test_what_lies_beneath_goes_with_the_rest(signs, database):
    await signs.put(UP, 1)
    await signs.put(DOWN, 2)
    assert await database.keys("*under*")

    assert await signs.store.reset(TENANT, CHAT) == 1
    assert await database.keys("*under*") == []

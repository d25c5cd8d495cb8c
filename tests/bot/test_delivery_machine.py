"""Any history of writes, faults, deaths and repetitions ends as the policy says: many of them, drawn by chance.

Two workers share one outbox and one pace. A platform floods, fails, loses answers before or after it did the work,
blocks and is unblocked; a worker dies over what it has in hand; whoever writes rows writes some of them again.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.delivery import Delivery
from bot.messenger import Chat, Kind, Outgoing, Reply
from bot.outbox import Outbox, Row, State, message_id
from bot.pacing import Pacing
from bot.platforms import Absent, Ambiguous, Pace, Rate, Retry, SendResult, Sent
from bot.reach import Reach
from tests.bot.test_delivery_results import tenancy
from tests.conftest import FixedClock
from tests.fakes import FakeMessenger

CHATS = [Chat("console", f"dm:p{n}", private=True) for n in range(6)] + [Chat("console", "room", private=False)]
SECOND = timedelta(seconds=1)
PACE = Pace(chat=Rate(1, SECOND), group=Rate(3, 10 * SECOND), whole=Rate(5, SECOND))


@dataclass
class World:
    """The platform's side, and what chance does to it."""

    chance: random.Random
    evidence: bool
    arrived: list[tuple[str, str, Kind]] = field(default_factory=list)
    calm: bool = False
    doubted: set[str] = field(default_factory=set)

    def happens(self, message: Outgoing) -> SendResult:
        fault = "" if self.calm else self.chance.choice(["", "", "", "", "flood", "whole", "error", "lost", "cut"])
        if fault in {"flood", "whole"}:
            return Retry(timedelta(seconds=2), "chat" if fault == "flood" else "whole", flood=True)
        if fault == "error":
            return Retry(timedelta(seconds=1))
        if fault != "cut":
            self.arrived.append((message.message, message.chat.ref, message.kind))
        if fault in {"lost", "cut"}:
            self.doubted.add(message.message)
            return Ambiguous(fault)
        return Sent(f"n-{message.message}")


class Platform(FakeMessenger):
    def __init__(self, world: World) -> None:
        super().__init__(edit=False, idempotent=False)
        self.world = world
        self.capabilities = replace(self.capabilities, pace=PACE, evidence=world.evidence, in_flight=4)

    async def send(self, message: Outgoing) -> SendResult:
        return self.world.happens(message)

    async def find(self, message, since):
        known = any(message.message == one for one, _, _ in self.world.arrived)
        return Sent(f"n-{message.message}") if known else Absent()


async def dies(outbox: Outbox, world: World, clock) -> None:
    """A worker takes rows and dies: before it said them, or after."""
    for leased in await outbox.lease("a", "console", clock(), limit=3):
        world.doubted.add(leased.message.message)
        if not leased.retaken and world.chance.random() < 0.5:  # what is doubtful it would have looked up first
            message = leased.message
            world.arrived.append((message.message, message.chat.ref, message.kind))


@dataclass
class History:
    """What chance did, turn by turn."""

    world: World
    clock: FixedClock
    writer: Outbox
    workers: list[Delivery]
    dead: Callable[[], Outbox]
    written: dict[str, list[Row]] = field(default_factory=dict)

    async def turn(self, number: int) -> None:
        chance = self.world.chance
        drawn = chance.randrange(10)
        if drawn < 3 and number < 90:
            kind: Kind = chance.choice(["instant", "reply"])
            chat = chance.choice(CHATS)
            row = Row(chat, f"s{number}", 1, kind, Reply(f"{number}"), self.clock())
            self.written.setdefault(chat.ref, []).append(row)
            await self.writer.put("a", [row, row])
        elif drawn == 3 and self.written:
            await self.writer.put("a", chance.choice(list(self.written.values())))  # somebody repeats their work
        elif drawn == 4 and number < 90:
            await dies(self.dead(), self.world, self.clock)
        elif drawn == 5:
            self.clock.advance(timedelta(seconds=chance.uniform(0.1, 40)))
        else:
            await chance.choice(self.workers).step()

    async def settle(self) -> None:
        """No more faults, and time enough."""
        self.world.calm = True
        for _ in range(600):
            self.clock.advance(timedelta(seconds=20))
            for worker in self.workers:
                await worker.step()
            if await self.writer.next_due("a", "console") is None:
                return

    @property
    def rows(self) -> dict[str, Row]:
        return {message_id("a", row.chat.ref, row.story, row.step): row for ref in self.written.values() for row in ref}


@pytest.mark.parametrize("evidence", [True, False], ids=["evidence", "policy"])
@pytest.mark.parametrize("seed", range(4))
async def test_every_history_ends_as_the_policy_says(database, clock, seed, evidence):
    world, gone = World(random.Random(seed), evidence), set[str]()

    async def alive(owner: str) -> bool:
        return owner not in gone

    def doomed() -> Outbox:
        gone.add(f"dead-{len(gone)}")
        return Outbox(database, f"dead-{len(gone) - 1}")

    def worker(name: str) -> Delivery:
        outbox, pacing = Outbox(database, name), Pacing(database)
        reach = Reach(database, tenancy(), outbox)
        return Delivery(outbox, [Platform(world)], ["a"], alive, clock, pacing=pacing, reach=reach)

    history = History(world, clock, Outbox(database, "writer"), [worker("one"), worker("two")], doomed)
    for number in range(120):
        await history.turn(number)
    await history.settle()

    writer, rows = history.writer, history.rows
    counts = Counter(message for message, _, _ in world.arrived)
    ambiguous = await writer.count("a", State.AMBIGUOUS)
    assert await writer.next_due("a", "console") is None
    assert await writer.leases("a", "console") == {}
    assert await writer.count("a", State.DEAD) == 0
    missing = set(rows) - set(counts)
    doubled = {message for message, count in counts.items() if count > 1}
    assert doubled | missing <= world.doubted
    if evidence:
        assert (missing, doubled, ambiguous) == (set(), set(), 0)
    assert all(rows[message].kind == "reply" for message in doubled)
    assert max(counts.values()) <= 4
    assert len(missing) <= ambiguous
    assert in_order(world, rows)


def in_order(world: World, rows: Mapping[str, Row]) -> bool:
    """Whether each chat read its messages in the order in which they were written, repetitions apart."""
    read: defaultdict[str, dict[int, None]] = defaultdict(dict)
    for message, ref, _ in world.arrived:
        read[ref].setdefault(int(rows[message].reply.text))
    return all(list(order) == sorted(order) for order in read.values())

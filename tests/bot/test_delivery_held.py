"""Whoever dies while a message waits for its turn in their hands has not sent it: it is sent, once, by the next."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.delivery import Delivery
from bot.messenger import Chat, Reply
from bot.outbox import Outbox, Row, State
from bot.pacing import Pacing
from bot.platforms import Pace, Rate, Sent
from tests.fakes import FakeMessenger

PACE = Pace(whole=Rate(1, timedelta(milliseconds=80)))
KIM, LEE = (Chat("console", f"dm:{name}", private=True) for name in ("kim", "lee"))


class Platform(FakeMessenger):
    """A messenger that takes anything and neither recognises a message nor keeps a record."""

    def __init__(self) -> None:
        super().__init__(idempotent=False)
        self.capabilities = replace(self.capabilities, pace=PACE)

    async def send(self, message):
        self.sent.append(message)
        return Sent(str(len(self.sent)))


@pytest.mark.parametrize("kind", ["instant", "reply"])
async def test_what_waited_for_its_turn_is_sent_once_though_its_worker_died_again_and_again(database, clock, kind):
    """One holds it, and dies; and so do the next three."""
    outbox, platform, never = Outbox(database, "worker-last"), Platform(), asyncio.Event()
    await outbox.put("a", [Row(chat, "s", 1, kind, Reply("글"), clock()) for chat in (KIM, LEE)])
    held: list[asyncio.Task[object]] = []

    async def waits(_: float) -> None:
        await never.wait()

    async def last_alive(owner: str) -> bool:
        return owner == "worker-last"

    for number in range(4):
        worker = Delivery(
            Outbox(database, f"worker-{number}"), [platform], ["a"], last_alive, clock, waits, pacing=Pacing(database)
        )  # fmt: skip
        held.append(asyncio.create_task(worker.step()))
        async with asyncio.timeout(60):
            while await outbox.leases("a", "console") != {LEE.ref: f"worker-{number}"}:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        held[-1].cancel()  # it looks for nothing more; what it holds it goes on holding
        clock.advance(timedelta(milliseconds=100))  # the next one's turn is 80 ms after this one's
    clock.advance(timedelta(seconds=1))
    await Delivery(outbox, [platform], ["a"], last_alive, clock, clock.sleep, pacing=Pacing(database)).step()
    never.set()  # whoever held it before finds it gone
    await asyncio.gather(*held, return_exceptions=True)

    assert sorted(one.chat.ref for one in platform.sent) == [KIM.ref, LEE.ref]
    assert await outbox.count("a", State.AMBIGUOUS) == 0

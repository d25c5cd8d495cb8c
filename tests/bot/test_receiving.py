"""Somebody always listens to a bot's account, and never two at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.messenger import Receive
from bot.receiving import NotHolderError, Receiving, Stand
from tests.fakes import FakeMessenger

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


class Listening(FakeMessenger):
    """A messenger whose `run` the test ends; `running` is how many listen at this moment."""

    def __init__(self, *, callbacks: bool = False) -> None:
        super().__init__()
        self.capabilities = replace(self.capabilities, callbacks=callbacks)
        self.running = self.runs = 0
        self.faults: list[Exception] = []
        self.ends = asyncio.Event()

    async def run(self, receive: Receive) -> None:
        self.runs += 1
        self.running += 1
        try:
            if self.faults:
                raise self.faults.pop(0)
            await self.ends.wait()
        finally:
            self.running -= 1


async def at_once(_seconds: float) -> None:
    await asyncio.sleep(0.001)


async def deaf(_update) -> None:
    raise AssertionError("nothing comes")


def everybody(*names: str) -> Callable[[str], Awaitable[bool]]:
    async def is_alive(name: str) -> bool:
        return name in names

    return is_alive


@asynccontextmanager
async def listening(stand: Stand, messenger: Listening, **more):
    receiving = Receiving(stand, messenger, deaf, more.pop("now", lambda: NOW), at_once, **more)
    task = asyncio.create_task(receiving.run())
    try:
        yield receiving
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def until(holds: Callable[[], object], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - what is waited for sets no event
            await asyncio.sleep(0.005)


async def test_one_listens_and_the_others_stand_by_until_it_is_dead(database):
    living = {"a", "b"}

    async def is_alive(name: str) -> bool:
        return name in living

    first, second = Listening(), Listening()
    one, other = Stand(database, "telegram", "a", is_alive), Stand(database, "telegram", "b", is_alive)
    async with listening(one, first):
        await until(lambda: first.running)
        async with listening(other, second):
            await asyncio.sleep(0.1)
            assert second.runs == 0
            assert (await other.state()).owner == "a"

            living.discard("a")

            await until(lambda: second.running)
            await until(lambda: not first.running)  # it notices that it is no longer the one
            assert (await other.state()).owner == "b"


@pytest.mark.parametrize("skew", [timedelta(days=1), timedelta(days=-1)])
async def test_no_machines_clock_takes_an_account_from_whoever_lives(database, skew):
    """The lease knows no end in time: a connection that lives, and counted beats, are all that is looked at."""
    first, second = Listening(), Listening()
    is_alive = everybody("a", "b")
    async with listening(Stand(database, "telegram", "a", is_alive), first):
        await until(lambda: first.running)
        async with listening(Stand(database, "telegram", "b", is_alive), second, now=lambda: NOW + skew):
            await asyncio.sleep(0.1)

            assert (first.running, second.runs) == (1, 0)


async def test_whoever_stops_lets_the_next_one_listen_at_once(database):
    first, second = Listening(), Listening()
    is_alive = everybody("a", "b")
    async with listening(Stand(database, "telegram", "b", is_alive), second):
        await until(lambda: second.running)
        async with listening(Stand(database, "slack", "a", is_alive), first):
            await until(lambda: first.running)
    async with listening(Stand(database, "telegram", "a", is_alive), first):
        await until(lambda: first.running)

    assert first.running == second.running == 0
    assert (await Stand(database, "telegram", "c", is_alive).state()).owner == ""


async def test_an_adapter_that_fails_or_ends_is_begun_again_and_says_why_once(database, caplog):
    messenger, stand = Listening(), Stand(database, "telegram", "a", everybody("a"))
    messenger.faults = [ValueError("bot123:SECRET"), ConnectionError("no route")]
    async with listening(stand, messenger):
        await until(lambda: messenger.running)

        assert messenger.runs == 3
        assert "SECRET" not in caplog.text
        assert "ValueError" in caplog.text
        messenger.ends.set()
        await until(lambda: messenger.runs > 3)


async def test_a_fault_stands_in_the_account_until_it_is_listened_to_again(database):
    messenger, stand = Listening(), Stand(database, "telegram", "a", everybody("a"))
    messenger.faults = [ValueError("x")]
    pause = asyncio.Event()

    async def wait(_seconds: float) -> None:
        await pause.wait()

    task = asyncio.create_task(Receiving(stand, messenger, deaf, lambda: NOW, wait).run())
    await until(lambda: messenger.runs and not messenger.running)
    async with asyncio.timeout(60):
        while (await stand.state()).fault != "ValueError":  # noqa: ASYNC110 - the database sets no event
            await asyncio.sleep(0.005)
    assert (await stand.state()).owner == ""

    pause.set()
    await until(lambda: messenger.running)
    state = await stand.state()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert (state.owner, state.fault, state.since) == ("a", "", NOW)


async def test_one_that_gave_signs_of_life_and_gives_none_is_begun_again(database):
    messenger, stand = Listening(), Stand(database, "telegram", "a", everybody("a"))
    async with listening(stand, messenger, silent_s=0.5) as receiving:
        await until(lambda: messenger.running)
        await asyncio.sleep(1.2)
        assert messenger.runs == 1  # one that never gave any is left alone

        receiving.heard()

        await until(lambda: messenger.runs == 2)


async def test_what_calls_back_is_heard_by_every_process(database):
    is_alive = everybody("a", "b")
    first, second = Listening(callbacks=True), Listening(callbacks=True)
    async with (
        listening(Stand(database, "naverworks", "a", is_alive), first),
        listening(Stand(database, "naverworks", "b", is_alive), second),
    ):
        await until(lambda: first.running and second.running)
        assert (await Stand(database, "naverworks", "c", is_alive).state()).owner in {"a", "b"}


async def test_a_late_holders_bookmark_is_refused(database):
    late, now = Stand(database, "matrix", "a", everybody()), Stand(database, "matrix", "b", everybody("b"))
    assert await late.take(NOW)
    await late.set("s1")
    assert await now.take(NOW)
    await now.set("s2")

    with pytest.raises(NotHolderError):
        await late.set("s1-later")

    assert await now.get() == await late.get() == "s2"
    assert not await late.keep()


async def test_the_same_process_takes_its_account_again_under_a_new_number(database):
    stand = Stand(database, "matrix", "a", everybody("a"))
    assert await stand.take(NOW)
    first = stand.number

    assert await stand.take(NOW)

    assert stand.number > first
    assert await stand.keep()

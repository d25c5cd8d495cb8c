from __future__ import annotations

import asyncio
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from crawlers.fair import FairSandbox, charged, whose


class Workers:
    """A sandbox whose calls end when the test says so."""

    def __init__(self) -> None:
        self.now = 0.0
        self.open: dict[str, asyncio.Event] = {}
        self.begun: list[str] = []

    def clock(self) -> float:
        return self.now

    async def __call__(self, function: Callable[..., Any], /, *args: object, timeout_s: float | None = None) -> Any:
        name = str(args[0])
        self.begun.append(name)
        await self.open.setdefault(name, asyncio.Event()).wait()
        if name.startswith("bomb"):
            raise TimeoutError
        return name

    async def end(self, name: str, after_s: float = 0.0) -> None:
        self.now += after_s
        self.open.setdefault(name, asyncio.Event()).set()
        await settled()


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture
def workers() -> Workers:
    return Workers()


def called(sandbox: FairSandbox, owner: str, name: str) -> asyncio.Task[Any]:
    async def call() -> Any:
        whose.set(owner)
        return await sandbox(str, name)

    return asyncio.create_task(call())


async def bombed(sandbox: FairSandbox, workers: Workers, owner: str) -> None:
    task = called(sandbox, owner, f"bomb-{owner}")
    await settled()
    await workers.end(f"bomb-{owner}", 20)
    with pytest.raises(TimeoutError):
        await task


async def test_who_held_a_worker_long_waits_behind_everybody_else(workers: Workers) -> None:
    sandbox = FairSandbox(workers, 1, workers.clock)
    await bombed(sandbox, workers, "evil")
    for owner in ("b", "c"):
        task = called(sandbox, owner, owner)
        await settled()
        await workers.end(owner, 0.1)
        await task
    first = called(sandbox, "a", "a1")
    await settled()
    others = [
        called(sandbox, owner, name) for owner, name in (("evil", "e1"), ("evil", "e2"), ("b", "b1"), ("c", "c1"))
    ]
    await settled()

    for name in ("a1", "b1", "c1", "e1", "e2"):
        await workers.end(name, 0.1)

    assert await first == "a1"
    assert [await task for task in others] == ["e1", "e2", "b1", "c1"]
    assert workers.begun[3:] == ["a1", "b1", "c1", "e1", "e2"]


async def test_bombs_never_hold_the_last_worker(workers: Workers) -> None:
    sandbox = FairSandbox(workers, 2, workers.clock)
    for owner in ("evil", "vile"):
        await bombed(sandbox, workers, owner)

    waiting = [called(sandbox, owner, name) for owner, name in (("evil", "e1"), ("vile", "v1"), ("evil", "e2"))]
    await settled()
    began = list(workers.begun[2:])
    sandbox_calls = called(sandbox, "a", "a1")
    await settled()
    assert "a1" not in workers.begun  # a stranger, and the last worker
    await workers.end("e1")
    await workers.end("a1", 0.1)
    honest = called(sandbox, "a", "a2")
    await settled()
    await workers.end("a2")

    assert began == ["e1"]
    assert await sandbox_calls == "a1"
    assert await honest == "a2"
    for name in ("v1", "e2"):
        await workers.end(name)
    assert [await task for task in waiting] == ["e1", "v1", "e2"]


async def test_a_stranger_is_let_in_but_not_at_the_last_worker_and_long_honest_use_is_no_bomb(workers: Workers) -> None:
    sandbox = FairSandbox(workers, 2, workers.clock)
    for number in range(30):
        task = called(sandbox, "honest", f"h{number}")
        await settled()
        await workers.end(f"h{number}", 1)
        await task
    workers.begun.clear()

    tasks = [called(sandbox, owner, name) for owner, name in (("new", "n1"), ("newer", "m1"), ("honest", "h"))]
    await settled()

    assert workers.begun == ["n1", "h"]
    for name in ("n1", "h", "m1"):
        await workers.end(name)
    assert [await task for task in tasks] == ["n1", "m1", "h"]


async def test_an_endless_row_of_strangers_does_not_starve_whoever_is_known(workers: Workers) -> None:
    sandbox = FairSandbox(workers, 1, workers.clock)
    for number in range(30):
        task = called(sandbox, "honest", f"h{number}")
        await settled()
        await workers.end(f"h{number}", 1)
        await task
    workers.begun.clear()

    tasks = [called(sandbox, f"new{n}", f"n{n}") for n in range(4)] + [called(sandbox, "honest", "h")]
    await settled()
    for name in ("n0", "h", "n1", "n2", "n3"):
        await workers.end(name, 0.1)
    await asyncio.gather(*tasks)

    assert workers.begun == ["n0", "h", "n1", "n2", "n3"]


async def test_what_was_used_is_forgotten_in_time(workers: Workers) -> None:
    sandbox = FairSandbox(workers, 2, workers.clock)
    await bombed(sandbox, workers, "evil")

    assert sandbox.used_s("evil") == pytest.approx(20)
    workers.now += 1200
    assert sandbox.used_s("evil") == pytest.approx(5)


async def test_a_call_given_up_leaves_its_place(workers: Workers) -> None:
    sandbox = FairSandbox(workers, 1, workers.clock)
    running, waiting, last = (called(sandbox, "a", name) for name in ("a1", "a2", "a3"))
    await settled()

    waiting.cancel()
    running.cancel()
    await settled()
    await workers.end("a3")

    assert await last == "a3"
    assert workers.begun == ["a1", "a3"]


async def test_a_busy_machine_makes_no_bomb_of_an_honest_source() -> None:
    now = 0.0

    async def slow(function: Callable[..., Any], /, *args: object, timeout_s: float | None = None) -> Any:
        nonlocal now
        now += 20  # another program has the processor
        return pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(function))(*args)))  # as through a worker

    sandbox = FairSandbox(slow, 1, lambda: now)

    assert await charged("a", sandbox(len, "abc")) == 3
    assert sandbox.used_s("a") < 1

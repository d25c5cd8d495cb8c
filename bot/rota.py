"""Who works when: each role is a step that does everything due now and tells when it is next due.

The rota runs the steps in the background, rouses them when another process has left them work, and can drain (nothing
due now is left) and advance (a virtual clock, one due instant after the other). It knows nothing of what a step does.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.clock import Clock, VirtualClock
from bot.logs import failed

Step = Callable[[], Awaitable[datetime | None]]

WAKE_CHANNEL = "dobi:wake"
_LOOK_ROUND = timedelta(seconds=2)  # a lost wake costs this much at most
_AFTER_A_FAULT = timedelta(seconds=5)
_AT_ONCE = timedelta(milliseconds=200)
_ROUNDS = 5

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Worker:
    name: str
    step: Step
    after: str | None
    due: datetime | None = None
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Rota:
    """The workers of this process, in the order in which work flows through them."""

    def __init__(self, clock: Clock, redis: Redis) -> None:
        self._clock = clock
        self._redis = redis
        self._workers: list[_Worker] = []
        self._first: Callable[[], Awaitable[None]] | None = None

    def first(self, look: Callable[[], Awaitable[None]]) -> None:
        """Looks before every step: at what all workers go by, and another process may have changed."""
        self._first = look

    def add(self, name: str, step: Step, after: str | None = None, wake: asyncio.Event | None = None) -> None:
        """Appends a worker, which takes up what the worker `after` leaves; it starts in `run`.

        `wake`: the step itself listens to it while it works.
        """
        self._workers.append(_Worker(name, step, after, wake=wake or asyncio.Event()))

    def wake(self, name: str) -> None:
        """Rouses a worker of this process, if there is one of that name."""
        for worker in self._workers:
            if worker.name == name:
                worker.wake.set()

    async def run(self) -> None:
        """Runs until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listen())
            for worker in self._workers:
                group.create_task(self._loop(worker))

    async def drain(self) -> None:
        """Runs each worker in turn, and again while one has roused another: nothing due now is left."""
        for _ in range(_ROUNDS):
            for worker in self._workers:
                await self._turn(worker)
            if not any(worker.wake.is_set() for worker in self._workers):
                return

    async def advance(self, clock: VirtualClock, span: timedelta) -> None:
        """Moves the clock by `span`, stopping at each due instant on the way."""
        target = clock.now() + span
        await self.drain()
        while (due := self._next_due()) is not None and due <= target:
            clock.move_to(due)
            await self._run_due(clock.now())
        clock.move_to(target)
        await self.drain()

    async def _run_due(self, now: datetime) -> None:
        """The workers whose time has come or who were roused, and whoever takes up what they leave."""
        ran: set[str] = set()
        for worker in self._workers:
            if worker.wake.is_set() or worker.after in ran or (worker.due is not None and worker.due <= now):
                await self._turn(worker)
                ran.add(worker.name)

    def _next_due(self) -> datetime | None:
        return min((worker.due for worker in self._workers if worker.due is not None), default=None)

    async def _turn(self, worker: _Worker) -> None:
        async with worker.turn:
            worker.wake.clear()
            try:
                if self._first is not None:
                    await self._first()
                worker.due = await worker.step()
            except Exception as error:  # noqa: BLE001 - a worker outlives any one fault: its work is tried again
                failed(log, error, "the %s worker failed", worker.name)
                worker.due = self._clock.now() + _AFTER_A_FAULT
            if worker.due is not None and worker.due <= self._clock.now():
                worker.due = self._clock.now() + _AT_ONCE  # a step that leaves due work behind gets no busy loop

    async def _loop(self, worker: _Worker) -> None:
        while True:
            await self._turn(worker)
            look = self._clock.now() + _LOOK_ROUND
            await self._clock.wait(look if worker.due is None else min(look, worker.due), worker.wake)

    async def _listen(self) -> None:
        """Turns wakes published in Redis into wakes here; `_LOOK_ROUND` covers what is lost while reconnecting."""
        while True:
            try:
                async with self._redis.pubsub() as channel:
                    await channel.subscribe(WAKE_CHANNEL)
                    async for message in channel.listen():
                        if message["type"] == "message":
                            self.wake(message["data"].decode())
            except (RedisError, OSError):
                log.warning("the wake channel was lost; listening again")
                await asyncio.sleep(0.5)

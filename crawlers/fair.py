"""Turns in the sandbox: whoever used it least is next, and nobody's bombs fill every worker. Refuses to look inside.

A source whose pages hold a parser until it is killed pays with its own waiting: its calls stand behind everybody
else's, and one worker at least is kept for those that cost little. With a single worker only the order remains.

What a call costs is the processor's time, where the worker tells it: on a busy machine every call takes long, and an
honest source must not pass for a bomb by that. A call that was killed costs all the time that it held its worker.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar, cast

T = TypeVar("T")

whose: ContextVar[str] = ContextVar("whose", default="")
"""On whose account a call is made: the owner of the host that a poll asks."""

_HALF_LIFE_S = 600.0  # what was used is forgotten by half in so long
_COSTLY_S = 1.5  # a call, on the average of the last few: above what honest pages take
_NEWEST = 0.2  # the weight of the last call in that average
_AGED_S = 30.0  # whoever waited so long is ranked as if its calls were of the next shorter kind
_MAX_OWNERS = 10_000


class Sandbox(Protocol):
    """Runs a module-level function in a killable process with caps on time and memory."""

    async def __call__(self, function: Callable[..., T], /, *args: object, timeout_s: float | None = None) -> T:
        """What `function` returns or raises; TimeoutError, MemoryError, ChildProcessError at the caps."""


@dataclass(frozen=True, slots=True)
class _Costed(Generic[T]):
    value: T
    seconds: float


@dataclass(frozen=True, slots=True)
class _Metered(Generic[T]):
    """`function`, telling in its worker what it took of the processor."""

    function: Callable[..., T]

    def __call__(self, *args: object) -> _Costed[T]:
        begun = time.thread_time()
        value = self.function(*args)
        return _Costed(value, time.thread_time() - begun)


async def charged(owner: str, work: Awaitable[T]) -> T:
    """What `work` comes to; what it uses of a sandbox is on the account of `owner`."""
    before = whose.set(owner)
    try:
        return await work
    finally:
        whose.reset(before)


@dataclass(frozen=True, slots=True)
class _Used:
    seconds: float
    at: float
    mean_s: float

    def weighed(self, now: float) -> float:
        return float(self.seconds * 0.5 ** ((now - self.at) / _HALF_LIFE_S))


@dataclass(eq=False, slots=True)
class _Call:
    owner: str
    turn: asyncio.Future[None]
    at: float
    costly: bool = False


class FairSandbox:
    """`sandbox`, of `places` workers, shared out fairly; calls are otherwise what they were."""

    def __init__(self, sandbox: Sandbox, places: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._sandbox, self._places, self._clock = sandbox, places, clock
        self._used: dict[str, _Used] = {}
        self._queue: list[_Call] = []
        self._running: list[_Call] = []

    async def __call__(self, function: Callable[..., T], /, *args: object, timeout_s: float | None = None) -> T:
        """See `Sandbox`."""
        call = _Call(whose.get(), asyncio.get_running_loop().create_future(), self._clock())
        self._queue.append(call)
        self._start_some()
        begun: float | None = None
        cost: float | None = None
        try:
            await call.turn
            begun = self._clock()
            answer: Any = await self._sandbox(_Metered(function), *args, timeout_s=timeout_s)
            if isinstance(answer, _Costed):
                cost, answer = answer.seconds, answer.value
            return cast("T", answer)
        finally:
            held = 0.0 if begun is None else self._clock() - begun
            self._end(call, held if cost is None else cost)

    def used_s(self, owner: str) -> float:
        """How much of a worker `owner` used lately, weighed by how long ago."""
        used = self._used.get(owner)
        return used.weighed(self._clock()) if used else 0.0

    def _start_some(self) -> None:
        """Turns for whoever used least, first come first where that is the same."""
        while len(self._running) < self._places:
            call = min(self._queue, key=self._rank, default=None)  # of several the first that came
            if call is None:
                return
            call.costly = self._is_costly(call.owner)
            kept = max(1, self._places - 1)
            if call.costly and sum(one.costly for one in self._running) >= kept:
                call = next((one for one in self._queue if not self._is_costly(one.owner)), None)
                if call is None:
                    return  # all that wait are costly, and the last worker is not for them
                call.costly = False
            self._queue.remove(call)
            self._running.append(call)
            if not call.turn.done():
                call.turn.set_result(None)

    def _rank(self, call: _Call) -> tuple[int, float]:
        """Known for short calls, unknown, known for long ones; in each kind whoever used least."""
        used = self._used.get(call.owner)
        kind = 1 if used is None else 0 if used.mean_s <= _COSTLY_S else 2
        return max(0, kind - int((self._clock() - call.at) / _AGED_S)), self.used_s(call.owner)

    def _is_costly(self, owner: str) -> bool:
        """Whether `owner` may not have the last free worker: its calls are long, or nobody knows how long they are."""
        used = self._used.get(owner)
        return bool(self._used) if used is None else used.mean_s > _COSTLY_S

    def _end(self, call: _Call, seconds: float) -> None:
        for place in (self._queue, self._running):
            if call in place:
                place.remove(call)
        if seconds > 0:
            if len(self._used) > _MAX_OWNERS:
                self._used = {owner: used for owner, used in self._used.items() if self.used_s(owner) > 0.1}
            before = self._used.get(call.owner)
            mean_s = seconds if before is None else before.mean_s * (1 - _NEWEST) + seconds * _NEWEST
            self._used[call.owner] = _Used(self.used_s(call.owner) + seconds, self._clock(), mean_s)
        self._start_some()

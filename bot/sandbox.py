"""Foreign bytes are parsed here, in worker processes that can be killed: `await sandbox(function, *args)`.

A worker has a wall-clock, a CPU and a memory limit for each call, writes no file, opens few, has no environment and no
terminal, and dies with the program that owns it, even when that is killed with -9. Workers are forked from a server
process that has imported the heavy parsers once, so they start fast and share its memory.

It contains accidents and bombs (a page that holds a parser for minutes, a zip of zeros). It is no wall against code
that takes over a parser: the worker runs as the same user, and its answers are pickles.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import math
import multiprocessing
import os
import pickle
import resource
import select
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

from pebble import ProcessExpired, ProcessPool

T = TypeVar("T")

_MiB = 1 << 20
_POOL_GRACE_S = 15.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may use."""

    timeout_s: float = 60.0
    """Of the wall: three times the processor's, for a busy machine shares itself out."""
    cpu_s: float = 20.0
    memory_bytes: int = 1024 * _MiB
    """Address space over what a fresh worker already has."""
    result_bytes: int = 16 * _MiB
    """The pickled result."""
    open_files: int = 64


class ProcessSandbox:
    """A pool of `workers` killable processes; started at the first call.

    `preload` names the modules that workers find already imported (one list a program: the fork server is shared).
    `waiting` calls at most wait for a worker; one more is refused. A worker is replaced after `tasks_per_worker` calls.
    """

    def __init__(
        self,
        *,
        workers: int = 2,
        preload: Sequence[str] = (),
        limits: Limits | None = None,
        waiting: int = 1000,
        tasks_per_worker: int = 500,
    ) -> None:
        self._workers = workers
        self._preload = list(preload)
        self._limits = limits or Limits()
        self._tasks_per_worker = tasks_per_worker
        self._free = asyncio.Semaphore(workers)
        self._room = workers + waiting
        self._changing = asyncio.Lock()
        self._pool: ProcessPool | None = None
        self._underway: set[Future[bytes]] = set()
        self._closed = False

    async def __call__(self, function: Callable[..., T], /, *args: object, timeout_s: float | None = None) -> T:
        """What `function(*args)` returns, from a worker. The function is found by its module and name; all is pickled.

        `timeout_s` counts from the moment a worker takes the call. When the caller is cancelled, the worker is killed.

        Raises:
            TimeoutError: the time was over; the worker is dead.
            MemoryError: it wanted more memory than it may have.
            ChildProcessError: the worker died (CPU limit, crash, exit), too many calls wait, or the sandbox is closed.
            ValueError: the result is larger than allowed.
            Exception: whatever the function raised.
        """
        if self._room == 0:
            raise ChildProcessError("too many calls wait for a worker")
        self._room -= 1
        try:
            async with self._free:
                answer = await self._run(timeout_s or self._limits.timeout_s, function, args)
        finally:
            self._room += 1
        # From our own function in our own worker; see the module's docstring for what this does not promise.
        return cast(T, pickle.loads(answer))  # noqa: S301

    async def close(self) -> None:
        """Every worker is dead, and waiting calls have failed."""
        self._closed = True
        async with self._changing:
            await self._stop()

    async def _run(self, timeout_s: float, function: Callable[..., object], args: tuple[object, ...]) -> bytes:
        future = await self._schedule(timeout_s, function, args)
        self._underway.add(future)
        try:
            # The pool counts from the start of the call; this waits longer, in case the pool itself hangs.
            async with asyncio.timeout(timeout_s + _POOL_GRACE_S) as guard:
                return await asyncio.wrap_future(future)
        except ProcessExpired as error:
            raise ChildProcessError(f"the worker ended with status {error.exitcode}") from None
        except BrokenProcessPool:
            raise ChildProcessError("the worker ended before it took the call") from None
        except TimeoutError:
            if guard.expired():
                await self._reset()
            raise TimeoutError(f"the worker took longer than {timeout_s:g} s") from None
        finally:
            self._underway.discard(future)

    async def _schedule(
        self, timeout_s: float, function: Callable[..., object], args: tuple[object, ...]
    ) -> Future[bytes]:
        for last in (False, True):
            pool = await self._running()
            try:
                return pool.schedule(_bounded, args=(self._limits, function, args), timeout=timeout_s)
            except RuntimeError:  # the pool is broken, as when an idle worker was killed from outside
                if last:
                    raise ChildProcessError("the worker pool does not start") from None
                await self._reset()
        raise AssertionError("unreachable")

    async def _running(self) -> ProcessPool:
        async with self._changing:
            if self._closed:
                raise ChildProcessError("the sandbox is closed")
            if self._pool is None:
                context = multiprocessing.get_context("forkserver")
                context.set_forkserver_preload([__name__, *self._preload])
                self._pool = ProcessPool(
                    max_workers=self._workers,
                    max_tasks=self._tasks_per_worker,
                    initializer=_confine,
                    initargs=(self._limits,),
                    context=context,
                )
                # `active` starts the pool, which waits for the fork server to import the preload list.
                await asyncio.to_thread(getattr, self._pool, "active")
            return self._pool

    async def _reset(self) -> None:
        async with self._changing:
            await self._stop()

    async def _stop(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]
            await asyncio.to_thread(pool.join)
        for future in self._underway:
            if not future.done():  # the pool leaves them open for ever
                future.set_exception(ChildProcessError("the worker was stopped"))


def _confine(limits: Limits) -> None:
    """Runs in a fresh worker: no way to outlive, to write, to print or to read what it need not."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # die at once, also inside a C loop
    _die_with_owner()
    os.environ.clear()
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)  # a parser's chatter must reach neither the console protocol nor the log
    os.close(null)
    os.nice(10)
    used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    _limit(resource.RLIMIT_AS, used + limits.memory_bytes)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_NOFILE, limits.open_files)


def _die_with_owner() -> None:
    """The kernel kills this process when the owner's end of the sentinel pipe closes, however the owner ended.

    PR_SET_PDEATHSIG would watch the fork server instead, and that one lives on while any worker does.
    """
    owner = multiprocessing.parent_process()
    if owner is None:
        raise RuntimeError("a worker must have a parent")
    sentinel = owner.sentinel
    signal.signal(signal.SIGIO, signal.SIG_DFL)  # the default is death, and no Python code need run for it
    fcntl.fcntl(sentinel, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(sentinel, fcntl.F_SETFL, fcntl.fcntl(sentinel, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([sentinel], [], [], 0)[0]:
        os._exit(1)


def _bounded(limits: Limits, function: Callable[..., object], args: tuple[object, ...]) -> bytes:
    """The function's result as a pickle; runs in the worker. An error that could not travel comes as a RuntimeError."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _limit_cpu(math.ceil(usage.ru_utime + usage.ru_stime + limits.cpu_s))
    try:
        answer = pickle.dumps(function(*args), protocol=pickle.HIGHEST_PROTOCOL)
    except BaseException as error:  # noqa: BLE001 - it is carried to the caller, whatever it is
        raise _portable(error) from None
    finally:
        _limit_cpu(resource.RLIM_INFINITY)  # never die while the answer is under way: the pipe is shared
    if len(answer) > limits.result_bytes:
        raise ValueError(f"the result has {len(answer)} bytes, {limits.result_bytes} are allowed")
    return answer


def _portable(error: BaseException) -> Exception:
    """The error itself if it survives pickling, else a RuntimeError that names it; without causes and traceback.

    A SystemExit must not end the caller's program, nor a CancelledError look like its own.
    """
    error.__cause__ = error.__context__ = None
    with contextlib.suppress(Exception):
        copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - made a moment ago
        if isinstance(error, Exception) and type(copy) is type(error) and len(str(copy)) < 10_000:
            return error
    return RuntimeError(f"{type(error).__name__}: {str(error)[:500]}")


def _limit(kind: int, value: int) -> None:
    hard = resource.getrlimit(kind)[1]
    most = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (most, most))


def _limit_cpu(seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))

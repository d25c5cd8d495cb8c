"""A second process of this program that lives as long as this one: started again when it dies, ended by its pid.

It dies with its parent, even when that is killed with -9 (prctl(2), as the embedded server does). It refuses to share
anything with it but the database, the settings file and standard error.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 1.0, 60.0
_GOOD_LIFE_S = 30.0
_END_S = 10.0

# PR_SET_PDEATHSIG = 1; asked for before looking at the parent, so that a parent lost in between is noticed
_LAUNCHER = """
import ctypes, os, sys
ctypes.CDLL(None).prctl(1, 15, 0, 0, 0)
if os.getppid() != int(sys.argv[1]):
    sys.exit(1)
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""

log = logging.getLogger(__name__)


class Companion:
    """The process `python <words>`; `pid` is that of its present life."""

    def __init__(self, name: str, words: Sequence[str]) -> None:
        self._name = name
        self._words = list(words)
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        """None while it is not running."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    @asynccontextmanager
    async def living(self) -> AsyncIterator[None]:
        """While the block lasts, it runs. On the main thread: the child dies with the thread that started it."""
        task = asyncio.create_task(self._live())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            await self._end()

    async def _live(self) -> None:
        pause_s, loop = _FIRST_PAUSE_S, asyncio.get_running_loop()
        while True:
            since = loop.time()
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-I", "-S", "-c", _LAUNCHER, str(os.getpid()), *self._words,
                stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
            status = await self._process.wait()
            pause_s = _FIRST_PAUSE_S if loop.time() - since > _GOOD_LIFE_S else min(2 * pause_s, _LONGEST_PAUSE_S)
            log.error("the %s process ended (%d); again in %.0f s", self._name, status, pause_s)
            await asyncio.sleep(pause_s)

    async def _end(self) -> None:
        if self.pid is None or self._process is None:
            return
        self._process.terminate()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), _END_S)
        if self.pid is not None:
            self._process.kill()
            await self._process.wait()

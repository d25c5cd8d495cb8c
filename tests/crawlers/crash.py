"""A worker that dies before its n-th word to Redis, and stays dead."""

from __future__ import annotations

from typing import Any


class Killed(BaseException):
    """The process is gone: nothing after this line runs."""


class Crashing:
    """A Redis client of a process that dies before its n-th command, and stays dead."""

    def __init__(self, redis: Any, steps: int) -> None:
        self._redis, self.left = redis, steps

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Killed

    def __getattr__(self, name: str) -> Any:
        self.spend()
        return getattr(self._redis, name)


class Crash:
    """A script of such a process."""

    def __init__(self, script: Any, process: Crashing) -> None:
        self._script, self._process = script, process

    async def __call__(self, **kwargs: Any) -> Any:
        self._process.spend()
        return await self._script(**kwargs)


def crashing(crawler: Any, steps: int) -> None:
    """Makes the worker of `crawler` die before its n-th word to Redis."""
    store = crawler._store
    process = store._redis = Crashing(store._redis, steps)
    store._scripts = {name: Crash(script, process) for name, script in store._scripts.items()}

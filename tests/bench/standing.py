"""An event loop whose time stands while anything is to be done: what it measures owes nothing to the machine.

`Standing.stand()` stops the loop's time; from then on it moves only when nobody has anything to do but wait, and then
at once, by as much as the first waits. Whoever asks a database meanwhile (`asking`) holds it. Load, slow disks and slow
code cost nothing then: what is left is what the rules themselves make people wait.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

_PATIENCE_S = 5.0


class _Selector(selectors.DefaultSelector):  # type: ignore[misc,valid-type]
    loop: Standing

    def select(self, timeout: float | None = None) -> list[Any]:
        loop = self.loop
        if not loop.stands or timeout == 0:
            return list(super().select(timeout))
        found = list(super().select(0))
        if found:
            return found
        if loop.asked or timeout is None:
            return list(super().select(_PATIENCE_S))
        loop.at += timeout
        return []


class Standing(asyncio.SelectorEventLoop):
    """See the module."""

    def __init__(self) -> None:
        self.at, self.asked, self.stands = 0.0, 0, False
        selector = _Selector()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        """The wall's, until it stands."""
        return self.at if self.stands else super().time()

    def stand(self, *, on: bool = True) -> None:
        """Time stands, or goes on."""
        if on:
            self.at = self.time()
        self.stands = on

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Somebody outside this loop is being asked: time waits for the answer."""
        self.asked += 1
        try:
            yield
        finally:
            self.asked -= 1


def hold(loop: asyncio.AbstractEventLoop) -> None:
    """The database is waited for, by every client in this process."""
    if not isinstance(loop, Standing):
        return
    for owner, name in ((Redis, "execute_command"), (Pipeline, "execute")):
        plain = getattr(owner, name)

        async def asked(self: Any, *args: Any, plain: Any = plain, **more: Any) -> Any:
            with loop.asking():
                return await plain(self, *args, **more)

        setattr(owner, name, asked)

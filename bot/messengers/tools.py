"""What the composition root lends every adapter."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from bot.http import Handler


class Bookmark(Protocol):
    """Where an adapter stopped reading its platform: one short text, durable, of this account alone."""

    async def get(self) -> str | None:
        """What was kept last."""

    async def set(self, text: str) -> None:
        """Keeps it."""


def _unheard() -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What the composition root lends every adapter. `route(method, path, handler)` adds to the one inbound server.

    `beat` is called whenever the platform answered what `run` asks of it, an empty poll too: an adapter that calls it
    and then no more, for three minutes, is stopped and started again.
    """

    now: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]]
    bookmark: Bookmark
    route: Callable[[str, str, Handler], None] | None = None
    beat: Callable[[], None] = _unheard

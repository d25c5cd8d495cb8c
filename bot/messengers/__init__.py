"""The messengers Dobi speaks through, one file (or one small package) a platform, and the table of how each is made.

An adapter module has `make(account, tools) -> Messenger`; making one opens no connection. The console is made by its
command: it needs a keyboard, not an account.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from bot.http import Handler
    from bot.messenger import Messenger
    from bot.settings import MessengerAccount


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


class UnknownMessengerError(LookupError):
    """There is no adapter of that name."""


def open_messenger(account: MessengerAccount, tools: Tools) -> Messenger:
    """The adapter of an account.

    Raises:
        UnknownMessengerError: there is none of that name.
        ValueError: the account lacks what this platform needs; the message is Korean, for the operator.
    """
    if account.adapter == "telegram":
        from bot.messengers import telegram

        return telegram.make(account, tools)
    if account.adapter == "matrix":
        from bot.messengers import matrix

        return matrix.make(account, tools)
    if account.adapter == "post":
        from bot.messengers import post

        return post.make(account, tools)
    if account.adapter == "folder":
        from bot.messengers import folder

        return folder.make(account, tools)
    if account.adapter == "mail":
        from bot.messengers import mail

        return mail.make(account, tools)
    raise UnknownMessengerError(account.adapter)

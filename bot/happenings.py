"""What happens in a messenger besides words (rooms entered, left and moved), and what is said because of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.messenger import Chat, Reply, Update


@dataclass(frozen=True, slots=True)
class Heard:
    """What is said because of an event, and where."""

    tenant: str
    chat: Chat
    replies: Sequence[Reply]


Listener = Callable[[Update], Awaitable[Heard | None]]
"""Hears of rooms entered, left and moved; safe to repeat."""

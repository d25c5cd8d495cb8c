"""The route table: every conversation, in the order in which help shows them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from bot.routes import Route


class Conversation(Protocol):
    """Whatever holds handlers."""

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""


def route_table(
    *conversations: Conversation, introduction: Callable[[Callable[[], Sequence[Route]]], Conversation]
) -> tuple[Route, ...]:
    """All routes. The introduction is made last: it shows the table that it is part of."""
    table: list[Route] = []
    last = introduction(lambda: table)
    for conversation in (*conversations, last):
        table.extend(conversation.routes())
    return tuple(table)

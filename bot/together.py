"""Several acts of one breath, one after the other, each answered as if it had been said alone.

Only what anybody does for themselves is done so: nothing that is about somebody else, a trip or a place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.messenger import Reply
from bot.routes import Found, Grammar, Request
from bot.several import UNREAD
from bot.wording import together as words

ALLOWED: Final = frozenset(
    {
        "subscribe", "remove", "leave-out", "pause", "resume", "list", "limit", "morning", "digest-times", "weekends",
        "briefing", "menu", "cafeteria", "slot", "slots", "sum-last", "original", "more-last", "because", "reminders",
        "trips",
    }
)  # fmt: skip
"""Routes that may be one of several."""


async def each(
    grammar: Grammar, acts: Sequence[str], request: Request, allowed: frozenset[str] = ALLOWED
) -> Sequence[Reply]:
    """Every act's answer, and which was not understood."""
    told: list[Reply] = []
    unread = []
    for act in acts:
        found = None if act.startswith(UNREAD) else fitting(grammar, act, request, allowed)
        if found is None or not found.route.allows(request.member):
            unread.append(act.removeprefix(UNREAD))
        elif found.route.private and not request.chat.private:
            unread.append(act)
        else:
            update = replace(request.update, text=act)
            told += await found.route.handle(replace(request, update=update, argument=found.argument))
    return [*told, words.unread(unread, done=bool(told))] if unread else told


def fitting(grammar: Grammar, act: str, request: Request, allowed: frozenset[str] = ALLOWED) -> Found | None:
    """The route of an act that may be one of several."""
    found = grammar.command(act) or grammar.sentence(act, request.member)
    return found if found is not None and found.route.name in allowed else None

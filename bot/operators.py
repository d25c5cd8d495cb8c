"""How the deployment's operators are told something: the same row however often written.

A row goes to each of a person's private chats; the gate (`bot.hours_gate`) makes it one, where they hear things.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.messenger import Chat, Reply
from bot.outbox import Outbox, Row
from bot.settings import Person
from bot.tenancy import Member, Tenancy


def private_chats(person: Person) -> tuple[Chat, ...]:
    """The person's private conversation on each messenger that the settings know of them."""
    return tuple(Chat(adapter, f"dm:{address}", private=True) for adapter, address in sorted(person.addresses.items()))


async def tell_operators(
    outbox: Outbox, tenancy: Tenancy, story: str, reply: Callable[[Member], Reply], now: datetime, step: int = 1
) -> int:
    """Writes an alert for every operator; `story` and `step` name it, so that a repetition writes nothing new."""
    written = 0
    for member in tenancy.operators():
        told = reply(member)
        rows = [Row(chat, story, step, "alert", told, now) for chat in private_chats(member.person)]
        written += await outbox.put(member.tenant, rows)
    return written

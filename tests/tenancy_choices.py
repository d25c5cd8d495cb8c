"""What numbers stand for in one institution's chats is nobody else's."""

from __future__ import annotations

from bot.choices import Choices
from bot.messenger import Button, Chat, Outgoing, Reply

ONE, OTHER = "gyeongnam", "changwon"


async def choices(database, clock, _folder) -> None:
    store, chat = Choices(database, clock), Chat("matrix", "dm:@kim:localhost", private=True)
    message = Outgoing(ONE, chat, "m1", Reply("?", buttons=(Button("예", "yes:1"),)))
    await store.show(ONE, message)
    await store.sent(ONE, message, "$1")
    await store.sent(OTHER, message, "$2")
    await store.answered(OTHER, chat.ref)

    assert await store.numbered(OTHER, chat.ref, 1, update="u", answers=None, current=False) is None
    assert await store.reacted(OTHER, chat.ref, "$1", "1", update="u") is None
    assert await store.reacted(OTHER, chat.ref, "$2", "1", update="u") is None

    assert await store.reacted(ONE, chat.ref, "$1", "1", update="u") == "yes:1"
    assert await store.numbered(ONE, chat.ref, 1, update="v", answers=None, current=True) == "yes:1"


CASES = {"Choices": choices}

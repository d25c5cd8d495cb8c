"""What goes to the database together: whatever becomes of one call, nobody waits for ever and nobody is cancelled."""

from __future__ import annotations

import asyncio

from redis.asyncio import Redis

from bot.outbox_together import Rows, Together

HALF = "\ud800"
"""Half a letter: it can't be sent, and that is no error of the database's."""
ECHO = "return ARGV[1]"
MANY = 600


async def test_a_call_that_can_not_be_sent_raises_at_its_caller_and_holds_up_nobody(database: Redis) -> None:
    together = Together(database, ECHO)
    words = [HALF, *(str(number) for number in range(MANY))]

    async with asyncio.timeout(10):
        first, *others = await asyncio.gather(*(together(["k"], [one]) for one in words), return_exceptions=True)

    assert isinstance(first, UnicodeEncodeError)
    assert others[-1] == str(MANY - 1).encode()  # it waited behind
    assert not any(isinstance(one, asyncio.CancelledError) for one in others)


async def test_a_row_that_can_not_be_sent_raises_at_its_caller_and_holds_up_nobody(database: Redis) -> None:
    rows = Rows(database, "return {ARGV[1]}")

    async with asyncio.timeout(10):
        found = await asyncio.gather(
            *(rows.one(head, (word,)) for head, word in (("b", "1"), ("a", HALF))), return_exceptions=True
        )

    assert found[0] == b"1"
    assert isinstance(found[1], UnicodeEncodeError)

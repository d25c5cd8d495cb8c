"""What could not be said and waits for an administrator: listed, sent again, or dropped. It speaks no Korean.

A letter is a row of the outbox that ended dead (the platform will never take it, or could not be reached), ambiguous
(nobody knows whether it arrived) or gone (the chat is no more). Its words are kept 30 days from its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from redis.asyncio import Redis

from bot import outbox_scripts as scripts
from bot.messenger import Chat, chat_of
from bot.outbox import outbox_key
from bot.outbox_rows import State, Why, instant
from bot.outbox_together import Together

_ENDS = frozenset({State.DEAD, State.AMBIGUOUS, State.GONE})
_USUAL = {State.DEAD: Why.TRIES, State.AMBIGUOUS: Why.UNKNOWN, State.GONE: Why.BLOCKED}
_ON_THE_WAY = frozenset({"pending", "leased", State.RETRY})
_PAGE = 200


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that did not arrive, or of which nobody knows. `kind` as `bot.messenger.Kind`."""

    id: str
    chat: Chat
    kind: str
    at: datetime
    why: Why


@dataclass(frozen=True, slots=True)
class Fates:
    """Of so many messages: sent, still on their way, and not arrived; others were missed by whoever is away."""

    all: int
    sent: int
    waiting: int
    failed: int


class DeadLetters:
    """The letters of every institution."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis  # its stubs tell every decoding of an answer at once
        self._again = Together(redis, scripts.AGAIN)
        self._discard = Together(redis, scripts.DISCARD)

    _key = staticmethod(outbox_key)

    async def listing(self, tenant: str, limit: int = 20) -> list[DeadLetter]:
        """The newest letters, newest first."""
        found: list[DeadLetter] = []
        start = 0
        while len(found) < limit:
            page = await self._page(tenant, start)
            if not page:
                break
            found += [letter for _, letter in page if letter is not None]
            start += len(page)
        return found[:limit]

    async def count(self, tenant: str) -> int:
        """How many letters there are."""
        number = start = 0
        while page := await self._page(tenant, start):
            number += sum(letter is not None for _, letter in page)
            start += len(page)
        return number

    async def retry(self, tenant: str, letter: str) -> bool:
        """Sends it again, behind what already waits for its chat; False where there is no such letter any more."""
        ref = await self._redis.hget(self._key(tenant, "row", letter), "chat")
        if ref is None:
            return False
        chat = chat_of(ref.decode())
        keys = [
            self._key(tenant, "row", letter),
            self._key(tenant, "chat", chat.ref),
            self._key(tenant, "ready", chat.adapter),
            self._key(tenant, "dead"),
            self._key(tenant, "finished"),
            self._key(tenant, "hurry", chat.adapter),
        ]
        done = bool(await self._again(keys, [letter, chat.ref]))
        if done:
            await self._redis.publish("dobi:wake", "deliver")
        return done

    async def drop(self, tenant: str, letter: str) -> bool:
        """Destroys its words; False where there is no such letter any more. It will not be told anew."""
        return bool(await self._discard([self._key(tenant, "row", letter), self._key(tenant, "dead")], [letter]))

    async def fates(self, tenant: str, letters: Sequence[str]) -> Fates:
        """How those stand that were to be sent, now."""
        async with self._redis.pipeline(transaction=False) as pipe:
            for one in letters:
                pipe.hget(self._key(tenant, "row", one), "state")
            found = [state.decode() if state is not None else "" for state in await pipe.execute()]
        sent = sum(state == State.SENT for state in found)
        waiting = sum(state in _ON_THE_WAY for state in found)
        return Fates(len(found), sent, waiting, sum(state in _ENDS for state in found))

    async def fates_of(self, tenant: str, story: str) -> Fates:
        """How a story's first messages stand, now."""
        rows = await self._redis.hvals(self._key(tenant, "story", story))
        return await self.fates(tenant, [row.decode() for row in rows])

    async def retry_all(self, tenant: str) -> int:
        """Sends every letter again, oldest first; how many."""
        return sum([await self.retry(tenant, letter) for letter in await self._all(tenant)])

    async def drop_all(self, tenant: str) -> int:
        """Destroys the words of every letter; how many there were."""
        return sum([await self.drop(tenant, letter) for letter in await self._all(tenant)])

    async def _all(self, tenant: str) -> list[str]:
        return [row.decode() for row in await self._redis.zrange(self._key(tenant, "dead"), 0, -1)]

    async def _page(self, tenant: str, start: int) -> Sequence[tuple[bytes, DeadLetter | None]]:
        ids = await self._redis.zrange(
            self._key(tenant, "dead"), start, start + _PAGE - 1, desc=True, withscores=True
        )  # fmt: skip
        async with self._redis.pipeline(transaction=False) as pipe:
            for row, _ in ids:
                pipe.hmget(self._key(tenant, "row", row.decode()), ["state", "chat", "kind", "why"])
            fields = await pipe.execute()
        return [
            (row, _letter(row.decode(), at, *one))
            for (row, at), one in zip(ids, fields, strict=True)
        ]  # fmt: skip


def _letter(
    row: str, at: float, state: bytes | None, ref: bytes | None, kind: bytes | None, why: bytes | None
) -> DeadLetter | None:
    if state is None or ref is None or state.decode() not in _ENDS:
        return None
    ended = State(state.decode())
    reason = Why(why.decode()) if why else _USUAL[ended]
    return DeadLetter(row, chat_of(ref.decode()), kind.decode() if kind else "notice", instant(at), reason)

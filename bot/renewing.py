"""The worker that has the past read again after a change of model, in the gaps that live work leaves.

    stream empty? ─ one batch (half a second) ─ as long a pause ─ ...      nothing left: a look each hour

One process does it at a time, and only for the model of the process that started last: two processes of two models,
while one is being replaced, would else undo each other's work for ever.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from redis.asyncio import Redis

from bot.messenger import PushFacts, Reply, Why
from bot.operators import tell_operators
from bot.outbox import Outbox
from bot.tenancy import Tenancy
from bot.wording import models as words
from nlp.adopted import Adopted, ModelStore, is_slow
from nlp.embedding import Embedder
from nlp.renewal import Renewal

_KEY: Final = "dobi:{deployment}:model:renewing"
_LOOK: Final = timedelta(hours=1)
_SAVED: Final = timedelta(seconds=20)  # keywords that were encoded are kept this often
_LIVE: Final = timedelta(seconds=2)
_PATIENT: Final = timedelta(seconds=20)  # an article that can't be judged must not hold everything up
_OTHERS: Final = timedelta(minutes=1)
_SHORT: Final = timedelta(minutes=2)  # what is over sooner nobody is told of

# KEYS lease; ARGV who is believed to hold it or "", who shall
_TAKE: Final = """
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1
"""


class Renewing:
    """The worker. `waiting` counts the articles that nobody has judged yet; `owner` is this process in `Liveness`."""

    def __init__(
        self,
        redis: Redis,
        renewal: Renewal,
        embedder: Embedder,
        waiting: Callable[[], Awaitable[int]],
        outbox: Outbox,
        tenancy: Tenancy,
        owner: str,
        is_alive: Callable[[str], Awaitable[bool]],
        now: Callable[[], datetime],
    ) -> None:
        self._redis: Any = redis
        self._take = redis.register_script(_TAKE)
        self._store, self._renewal, self._embedder = ModelStore(redis), renewal, embedder
        self._waiting, self._outbox, self._tenancy = waiting, outbox, tenancy
        self._owner, self._is_alive, self._now = owner, is_alive, now
        self._look_at: datetime | None = None
        self._told, self._worked_at = False, now()

    async def step(self) -> datetime:
        """One batch, or a look whether there is anything to do; when to come again."""
        now = self._now()
        wanted = await self._store.wanted()
        if wanted is None or wanted.model != self._embedder.name or not await self._is_mine():
            return now + _OTHERS
        if self._look_at is None or (not self._renewal.left and now >= self._look_at):
            self._look_at = now + _LOOK
            await self._renewal.begin()
        if isinstance(self._embedder, Adopted) and self._embedder.unsaved:
            await self._renewal.tell()
            if self._embedder.waiting:  # new documents wait for keywords, so those go first
                return now + _LIVE
        if not self._renewal.left:
            return min(self._look_at, now + _SAVED) if is_slow(self._embedder) else self._look_at
        if now - self._worked_at < _PATIENT and await self._waiting():
            return now + _LIVE
        self._worked_at = now
        took = await self._renewal.step()
        await self._tell(wanted.since)
        return now + timedelta(seconds=took)

    async def _is_mine(self) -> bool:
        """Whether no other living process is at it."""
        holder = (await self._redis.get(_KEY) or b"").decode()
        if holder == self._owner:
            return True
        if holder and await self._is_alive(holder):
            return False
        return bool(await self._take(keys=[_KEY], args=[holder, self._owner]))

    async def _tell(self, since: datetime) -> None:
        """Tells the operators that it has begun, where it will last, and then that it is done."""
        progress = await self._store.progress()
        if progress is None or not is_slow(self._embedder):
            return
        if progress.done < progress.total:
            if not self._told and progress.left is not None and progress.left > _SHORT:
                self._told = True
                await self._say("begun", since, words.begun(progress.model, progress.total, progress.left))
        elif self._told:
            await self._say("ended", since, words.ended(progress.model, progress.total))

    async def _say(self, what: str, since: datetime, reply: Reply) -> None:
        story = f"model/{self._embedder.name}/{since:%Y%m%d%H%M%S}/{what}"
        told = replace(reply, facts=PushFacts(story, 1, "", "", Why(0.0, (), "")))
        await tell_operators(self._outbox, self._tenancy, story, lambda _: told, self._now())

"""Destroying on a date: facts and salts of old entries go, their leaves and every proof stay.

```
entries of these kinds, older than a date → the log forgets each, in one step with a leaf that says so → AOF rewrite
```
What is left of an entry is a hash that nobody can fill again: the salt went with the facts. The database's append-only
file holds old commands until it is rewritten, so a rewrite is asked for, again until one has begun after the last
erasure. Copies elsewhere (backups, a receipt in its holder's hands) are not its business.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from datetime import datetime
from typing import cast

import redis.asyncio
import redis.exceptions

from attest.leaf import ERASED, Entry, entry_of
from attest.log import ReceiptLog

PUBLIC = frozenset({"key_added", "key_revoked", ERASED})  # they say nothing of anybody, and are needed for ever
Spare = Callable[[Entry], Awaitable[bool]]
_BATCH = 500
# what was destroyed since the rewrite began keeps its mark
_SETTLED = """
if redis.call('HGET', KEYS[1], 'rewrite') == ARGV[1] then redis.call('HDEL', KEYS[1], 'rewrite') end
"""


class Destruction:
    """Destroys what is due in the institutions' logs on one Redis."""

    def __init__(self, database: redis.asyncio.Redis, log: ReceiptLog) -> None:
        self._database = database
        self._log = log
        self._settled = database.register_script(_SETTLED)

    async def destroy(
        self, tenant: str, before: datetime, kinds: Collection[str], spare: Spare | None = None, rule: str = ""
    ) -> int:
        """How many entries of these kinds, logged before that date, lost their facts and salts; safe to repeat.

        What `spare` spares under that `rule` is not looked at again under it: another rule takes it on its own date.

        Raises:
            ValueError: a kind whose facts are public.
            LogError: the log is damaged or behind; what was destroyed until then stays so.
        """
        if wrong := PUBLIC & set(kinds):
            raise ValueError(f"the facts of {', '.join(sorted(wrong))} are public")
        done, place = 0, ":".join(filter(None, ("at", rule, ",".join(sorted(kinds)))))
        at = int(await cast(Awaitable[bytes | None], self._database.hget(self._key(tenant), place)) or 0)
        while batch := await self._batch(tenant, at):
            young = next((number for number, entry in enumerate(batch) if entry.at >= before), len(batch))
            due = [entry for entry in batch[:young] if entry.kind in kinds and entry.fields is not None]
            if spare is not None:
                due = [entry for entry in due if not await spare(entry)]
            done += await self.erase(tenant, [entry.index for entry in due])
            at += young
            await self._database.hset(self._key(tenant), place, str(at))
            if young < len(batch):
                break
        return done

    async def erase(self, tenant: str, indices: Sequence[int]) -> int:
        """These entries' facts and salts go now; how many they were. Safe to repeat.

        Raises:
            LogError: the log is damaged or behind; what was destroyed until then stays so.
            IndexError: there is no such entry.
        """
        for index in indices:
            await self._database.hset(
                self._key(tenant), "rewrite", secrets.token_bytes(8)
            )  # first: an erasure never lacks it
            await self._log.forget(tenant, index)
        return len(indices)

    async def waits(self, tenant: str) -> bool:
        """Whether the append-only file may still hold what was destroyed."""
        return bool(await self._database.hexists(self._key(tenant), "rewrite"))

    async def mark(self, tenant: str) -> None:
        """Something else was deleted for good: the append-only file is to be rewritten for it, too."""
        await self._database.hset(self._key(tenant), "rewrite", secrets.token_bytes(8))

    async def rewrite(self, tenant: str) -> bool:
        """Asks for a rewrite of the append-only file where something was destroyed; False where to ask again later.

        A rewrite that was under way may still hold what has just been destroyed: it is waited for, by asking again.
        """
        due = await cast(Awaitable[bytes | None], self._database.hget(self._key(tenant), "rewrite"))
        if due is None:
            return True
        with suppress(redis.exceptions.ResponseError):  # one is under way
            await self._database.bgrewriteaof()
            await self._settled(keys=[self._key(tenant)], args=[due])
            return True
        return False

    async def _batch(self, tenant: str, at: int) -> list[Entry]:
        leaves = await self._log.leaves(tenant, at, at + _BATCH)
        details = await self._log.details(tenant, at, at + len(leaves)) if leaves else []
        return [
            entry_of(at + number, leaf, detail)
            for number, (leaf, detail) in enumerate(zip(leaves, details, strict=True))
        ]

    def _key(self, tenant: str) -> str:
        return f"dobi:{{{tenant}}}:destruction"

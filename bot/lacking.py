"""Letters that a permission which Dobi's account lacks has stopped: they go by themselves once it is there.

    Sender: refused for a permission → note ‖ every five minutes one letter of each permission → it arrived: all others

A letter that ended otherwise since, or that waited for a week, is an administrator's to decide about (`DeadLetters`).

    dobi:{tenant}:lacking          hash, letter → JSON: what it lacks, since, tried
    dobi:{tenant}:lacking:tried    hash, adapter and permission → JSON: letter, at
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from redis.asyncio import Redis

from bot.dead_letters import DeadLetters
from bot.outbox import outbox_key
from bot.outbox_rows import State, Why

EVERY: Final = timedelta(minutes=5)
LASTS: Final = timedelta(days=7)

_UNDER_WAY: Final = frozenset({"pending", "leased", State.RETRY.value})


@dataclass(frozen=True, slots=True)
class _Letter:
    """`lacks`: adapter and permission; `tried`: when it was refused last."""

    id: str
    lacks: str
    since: datetime
    tried: datetime


@dataclass(frozen=True, slots=True)
class _Stand:
    """How a row stands; `waits`: it is dead for a permission, and its words are kept."""

    state: str
    waits: bool


_NOWHERE: Final = _Stand("", waits=False)


class Lacking:
    """The letters of every institution."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis  # its stubs tell every decoding of an answer at once
        self._letters = DeadLetters(redis)

    @staticmethod
    def _key(tenant: str, *parts: str) -> str:
        return ":".join((f"dobi:{{{tenant}}}:lacking", *parts))

    async def note(self, tenant: str, letter: str, adapter: str, permission: str, now: datetime) -> None:
        """It was refused, and ends dead; the first time stays known."""
        key = self._key(tenant)
        before = await self._redis.hget(key, letter)
        since = now.isoformat() if before is None else json.loads(before)["since"]
        record = {"lacks": f"{adapter} {permission}", "since": since, "tried": now.isoformat()}
        async with self._redis.pipeline() as pipe:
            pipe.hset(key, letter, json.dumps(record))
            pipe.expire(key, LASTS * 2)
            await pipe.execute()

    async def step(self, tenant: str, now: datetime) -> datetime | None:
        """Tries what is to be tried; when there will be more to do, or None. Safe to repeat, for several workers."""
        known = [_letter(*one) for one in (await self._redis.hgetall(self._key(tenant))).items()]
        tried = {
            name.decode(): json.loads(one) for name, one in (await self._redis.hgetall(self._tried(tenant))).items()
        }
        if not known and not tried:
            return None
        names = {*(one.id for one in known), *(one["letter"] for one in tried.values())}
        stands = await self._stands(tenant, sorted(names))
        open_ = [one for one in known if _goes_on(one, stands, now)]
        waiting = [one for one in open_ if stands[one.id].waits]
        dues = []
        for lacks in sorted({*(one.lacks for one in waiting), *tried}):
            theirs = sorted((one for one in waiting if one.lacks == lacks), key=lambda one: one.tried)
            dues.append(await self._one(tenant, lacks, theirs, tried.get(lacks), stands, now))
        gone = [one.id for one in known if one not in open_]
        if gone:
            await self._redis.hdel(self._key(tenant), *gone)
        return min((due for due in dues if due is not None), default=None)

    async def _one(
        self, tenant: str, lacks: str, waiting: Sequence[_Letter], last: Mapping[str, str] | None,
        stands: Mapping[str, _Stand], now: datetime,
    ) -> datetime | None:  # fmt: skip
        """One permission: whether the letter that was tried arrived, and so all go, or the next is tried."""
        state = "" if last is None else stands[last["letter"]].state
        if state == State.SENT:
            for letter in waiting:
                await self._letters.retry(tenant, letter.id)
        if state == State.SENT or (not waiting and state not in _UNDER_WAY):
            await self._redis.hdel(self._tried(tenant), lacks)
            return None
        at = datetime.fromisoformat(last["at"]) if last is not None else waiting[0].tried
        if now < at + EVERY:
            return at + EVERY
        if waiting:
            record = json.dumps({"letter": waiting[0].id, "at": now.isoformat()})
            async with self._redis.pipeline() as pipe:
                pipe.hset(self._tried(tenant), lacks, record)
                pipe.expire(self._tried(tenant), LASTS * 2)
                await pipe.execute()
            await self._letters.retry(tenant, waiting[0].id)
        return now + EVERY

    def _tried(self, tenant: str) -> str:
        return self._key(tenant, "tried")

    async def _stands(self, tenant: str, letters: Sequence[str]) -> dict[str, _Stand]:
        async with self._redis.pipeline(transaction=False) as pipe:
            for letter in letters:
                pipe.hmget(outbox_key(tenant, "row", letter), ["state", "why"])
                pipe.hexists(outbox_key(tenant, "row", letter), "body")
            found = await pipe.execute()
        return {
            letter: _stand(state, why, bool(body))
            for letter, (state, why), body in zip(letters, found[::2], found[1::2], strict=True)
        }


def _stand(state: bytes | None, why: bytes | None, body: bool) -> _Stand:
    if state is None:
        return _NOWHERE
    dead = state == State.DEAD.value.encode() and why == Why.PERMISSION.value.encode()
    return _Stand(state.decode(), waits=dead and body)


def _goes_on(letter: _Letter, stands: Mapping[str, _Stand], now: datetime) -> bool:
    """Whether it may still be sent by itself; one in somebody's hands may be refused again."""
    stand = stands[letter.id]
    return now - letter.since < LASTS and (stand.waits or stand.state in _UNDER_WAY)


def _letter(name: bytes, stored: bytes) -> _Letter:
    row = json.loads(stored)
    since, tried = (datetime.fromisoformat(row[one]) for one in ("since", "tried"))
    return _Letter(name.decode(), row["lacks"], since, tried)

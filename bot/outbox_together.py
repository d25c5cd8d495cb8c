"""Calls of a script that come at the same time go in one round trip, and so into one write to the disk.

While a round trip is under way the next calls gather: with `appendfsync always` a thousand marks a second cost a few
dozen writes, and none of them is less durable. It knows nothing of what a script does.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from redis.asyncio import Redis
from redis.exceptions import NoScriptError

_AT_ONCE = 256
_Row: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class _Call:
    keys: Sequence[str]
    args: Sequence[str | int | float]
    answer: asyncio.Future[Any]


class Together:
    """One script, called by many tasks."""

    def __init__(self, redis: Redis, script: str) -> None:
        self._redis: Any = redis  # its stubs tell every decoding of an answer at once
        self._script = script
        self._sha = hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest()
        self._waiting: list[_Call] = []
        self._flushing: asyncio.Task[None] | None = None

    async def __call__(self, keys: Sequence[str], args: Sequence[str | int | float]) -> Any:
        """The script's answer.

        Raises:
            redis.exceptions.RedisError: the server could not be asked, or the script failed.
        """
        call = _Call(keys, args, asyncio.get_running_loop().create_future())
        self._waiting.append(call)
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())
        return await call.answer

    async def many(self, calls: Sequence[tuple[Sequence[str], Sequence[str | int | float]]]) -> list[Any]:
        """The answers to several calls in one round trip, in order.

        Raises:
            redis.exceptions.RedisError: as for one call; the others were done.
        """
        found = await self._run([call[0] for call in calls], [call[1] for call in calls])
        for one in found:
            if isinstance(one, Exception):
                raise one
        return found

    async def _flush(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
                await self._answer(batch)
        finally:
            self._flushing = None

    async def _answer(self, batch: Sequence[_Call]) -> None:
        found: Sequence[Any]
        try:
            found = await self._run([call.keys for call in batch], [call.args for call in batch])
        except Exception as error:  # noqa: BLE001 - whatever it was, it is each caller's, and others wait behind them
            found = [error] * len(batch)
        except BaseException:
            for call in batch:
                call.answer.cancel()
            raise
        for call, answer in zip(batch, found, strict=True):
            if call.answer.done():
                continue
            if isinstance(answer, Exception):
                call.answer.set_exception(answer)
            else:
                call.answer.set_result(answer)

    async def _run(self, keys: list[Sequence[str]], args: list[Sequence[str | int | float]]) -> list[Any]:
        found = await self._once(keys, args)
        lost = [place for place, one in enumerate(found) if isinstance(one, NoScriptError)]
        if lost:
            await self._redis.script_load(self._script)
            again = await self._once([keys[place] for place in lost], [args[place] for place in lost])
            for place, one in zip(lost, again, strict=True):
                found[place] = one
        return found

    async def _once(self, keys: list[Sequence[str]], args: list[Sequence[str | int | float]]) -> list[Any]:
        async with self._redis.pipeline(transaction=False) as pipe:
            for names, values in zip(keys, args, strict=True):
                pipe.evalsha(self._sha, len(names), *names, *values)
            answers: list[Any] = await pipe.execute(raise_on_error=False)
            return answers


class Rows:
    """A script over many rows of one institution: what comes at once goes in one call of it.

    The script gets the head of the institution's keys and the rows one behind the other, and answers for each.
    """

    def __init__(self, redis: Redis, script: str) -> None:
        self._script = Together(redis, script)
        self._waiting: dict[str, list[tuple[_Row, asyncio.Future[Any]]]] = {}
        self._flushing: asyncio.Task[None] | None = None

    async def all(self, head: str, rows: Sequence[_Row]) -> list[Any]:
        """The answers to these rows, in order.

        Raises:
            redis.exceptions.RedisError: the server could not be asked, or the script failed.
        """
        found: list[Any] = []
        for start in range(0, len(rows), _AT_ONCE):
            flat = [word for row in rows[start : start + _AT_ONCE] for word in row]
            found += await self._script([head], flat)
        return found

    async def one(self, head: str, row: _Row) -> Any:
        """The answer to one row, asked together with whatever others come at the same time.

        Raises:
            redis.exceptions.RedisError: as above.
        """
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(head, []).append((row, answer))
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())
        return await answer

    def later(self, head: str, row: _Row) -> None:
        """As `one`; nobody waits for the answer, and a failure costs nothing but itself."""
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        answer.add_done_callback(_forgotten)
        self._waiting.setdefault(head, []).append((row, answer))
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())

    async def _flush(self) -> None:
        try:
            while self._waiting:
                head, batch = self._waiting.popitem()
                await self._answer(head, batch)
        finally:
            self._flushing = None

    async def _answer(self, head: str, batch: list[tuple[_Row, asyncio.Future[Any]]]) -> None:
        try:
            found = await self.all(head, [row for row, _ in batch])
        except Exception as error:  # noqa: BLE001 - as in `Together`
            for _, answer in batch:
                if not answer.done():
                    answer.set_exception(error)
            return
        except BaseException:
            for _, answer in batch:
                answer.cancel()
            raise
        for (_, answer), one in zip(batch, found, strict=True):
            if not answer.done():
                answer.set_result(one)


def _forgotten(answer: asyncio.Future[Any]) -> None:
    if not answer.cancelled():
        answer.exception()

"""Time stamps (RFC 3161) on checkpoints: a third party's word on when a tree of that size was there.

```
last checkpoint → request → `ask` (whoever talks to the authority) → checked against the trusted certificates → kept
```
What is stamped is the signed note, byte for byte. Kept beside the log's files, `timestamps/<size>.tsr` with the note as
`<size>.note`, so that any tool that knows RFC 3161 checks it, and in Redis. The trusted certificates are the file
`trusted`, else `<directory>/<institution>/tsa.pem`. An authority that does not answer delays nothing.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol, TypeVar, cast

import redis.asyncio

from attest import checkpoint
from attest.crypto.timestamp import Stamp, request, stamp_of
from attest.errors import TimestampError
from attest.log import ReceiptLog
from attest.tiles import write

T = TypeVar("T")
Ask = Callable[[bytes], Awaitable[bytes]]
_LONGEST = 262_144


class Sandbox(Protocol):
    """Runs a function on foreign bytes in a process that can be killed."""

    async def __call__(self, function: Callable[..., T], /, *args: object, timeout_s: float | None = None) -> T:
        """What the function returns; TimeoutError, MemoryError or ChildProcessError when it was stopped."""


class Timestamps:
    """The stamps on the institutions' checkpoints; `ask` posts a request and gives the answer's body."""

    def __init__(
        self, database: redis.asyncio.Redis, log: ReceiptLog, directory: Path, sandbox: Sandbox, ask: Ask,
        trusted: Path | None = None,
    ) -> None:  # fmt: skip
        self._trust = trusted
        self._database = database
        self._log = log
        self._directory = directory
        self._sandbox = sandbox
        self._ask = ask

    async def stamp(self, tenant: str) -> Stamp | None:
        """The stamp on the last checkpoint, kept; asked for once. None for a log that has not begun.

        Raises:
            TimestampError: the answer is no stamp on this checkpoint by a trusted authority; nothing was kept.
        """
        point = await self._log.checkpoint(tenant)
        if point is None:
            return None
        stored = await self._stored(tenant, point.size)
        if stored is not None:
            return await self._checked(tenant, stored, point.note, None)
        nonce = secrets.randbits(63)
        answer = await self._ask(request(point.note.encode(), nonce))
        found = await self._checked(tenant, answer, point.note, nonce)
        await self._database.hset(self._key(tenant), str(point.size), answer)
        folder = self._directory / tenant / "timestamps"
        await asyncio.to_thread(write, folder / f"{point.size}.note", point.note.encode())
        await asyncio.to_thread(write, folder / f"{point.size}.tsr", answer)
        return found

    async def find(self, tenant: str, note: str) -> Stamp | None:
        """The kept stamp on a checkpoint, checked again; None without one.

        Raises:
            TimestampError: what is kept is not a stamp on it.
        """
        stored = await self._stored(tenant, checkpoint.parse(note).size)
        return None if stored is None else await self._checked(tenant, stored, note, None)

    async def _checked(self, tenant: str, answer: bytes, note: str, nonce: int | None) -> Stamp:
        trusted = await asyncio.to_thread(self._trusted, tenant)
        try:
            return await self._sandbox(stamp_of, answer, note.encode(), nonce, trusted)
        except (TimeoutError, MemoryError, ChildProcessError) as error:
            raise TimestampError("the answer could not be read") from error

    def _trusted(self, tenant: str) -> bytes:
        try:
            with (self._trust or self._directory / tenant / "tsa.pem").open("rb") as file:
                return file.read(_LONGEST)
        except OSError as error:
            raise TimestampError("no trusted certificate is configured") from error

    async def last(self, tenant: str) -> int:
        """The size of the largest checkpoint that has a stamp; 0 without one."""
        sizes = await cast(Awaitable[list[bytes]], self._database.hkeys(self._key(tenant)))
        return max(map(int, sizes), default=0)

    async def _stored(self, tenant: str, size: int) -> bytes | None:
        return await cast(Awaitable[bytes | None], self._database.hget(self._key(tenant), str(size)))

    def _key(self, tenant: str) -> str:
        return f"dobi:{{{tenant}}}:witness:stamps"

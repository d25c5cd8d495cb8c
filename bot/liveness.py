"""Who is alive: an owner of leases lives as long as a connection bears its name.

Each process holds one connection named `dobi:<owner>`. When the process is killed the kernel closes it, the server
drops the name at once, and its leases can be taken over without waiting for any clock. It refuses to call anyone dead
just after the server itself has started, for then the living have not come back yet. A machine that loses its power
without closing its connections counts as alive until the server's TCP keep-alive notices (minutes); leases need an end
of their own for that.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import secrets
import socket
import time
from types import TracebackType
from typing import Self

from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import RedisError

_PREFIX = "dobi:"
_CACHE_S = 0.5
_HEARTBEAT_S = 1.0

RETURN_S = 5
"""After a start of the server, how long nobody is called dead: each has this long to come back."""


def new_owner() -> str:
    """An owner's name that no other process has, now or later: host, process id, eight random digits."""
    host = re.sub(r"[^A-Za-z0-9.-]", "-", socket.gethostname())[:64]
    return f"{host}.{os.getpid()}.{secrets.token_hex(4)}"


class Liveness:
    """Shows that `owner` lives, and tells of others whether they do; between `start` and `close`.

    `redis` gives the manner of connecting; the named connection is this object's own, and comes back by itself.
    """

    def __init__(self, redis: Redis, owner: str) -> None:
        if re.fullmatch(r"[A-Za-z0-9._-]{1,128}", owner) is None:
            raise ValueError(f"an owner's name has letters, digits, dots and dashes, got {owner!r}")
        self.owner = owner
        self._redis = redis
        self._connection = self._named_connection()
        self._beating: asyncio.Task[None] | None = None
        self._looking = asyncio.Lock()
        self._alive: frozenset[str] | None = frozenset()
        self._looked_at = -_CACHE_S

    async def start(self) -> None:
        """Others see this owner alive from here on.

        Raises:
            redis.exceptions.ConnectionError: the server cannot be reached.
        """
        if self._beating is None:
            await self._beat()
            self._beating = asyncio.create_task(self._keep_beating(), name=f"liveness {self.owner}")

    async def close(self) -> None:
        """Others see this owner dead from here on."""
        beating, self._beating = self._beating, None
        if beating is not None:
            beating.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await beating
        await self._connection.disconnect()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def is_alive(self, owner: str) -> bool:
        """Whether the owner holds a connection, as of at most half a second ago; True also while that cannot be known.

        Raises:
            redis.exceptions.ConnectionError: the server cannot be reached.
        """
        if owner == self.owner:
            return True
        async with self._looking:
            if time.perf_counter() - self._looked_at >= _CACHE_S:
                self._alive = await self._look()
                self._looked_at = time.perf_counter()
        return self._alive is None or owner in self._alive

    async def is_here(self, owner: str) -> bool:
        """Whether the owner holds a connection at this moment; unlike `is_alive` false where it has yet to come back.

        Raises:
            redis.exceptions.ConnectionError: the server cannot be reached.
        """
        clients = await self._redis.client_list()
        return owner == self.owner or any(client["name"] == _PREFIX + owner for client in clients)

    async def _look(self) -> frozenset[str] | None:
        """Everyone with a name, or None just after the server's start."""
        server = await self._redis.info("server")
        if int(server["uptime_in_seconds"]) < RETURN_S:
            return None
        clients = await self._redis.client_list()
        return frozenset(
            client["name"].removeprefix(_PREFIX) for client in clients if client["name"].startswith(_PREFIX)
        )

    def _named_connection(self) -> AbstractConnection:
        pool = self._redis.connection_pool
        options = {**pool.connection_kwargs, "client_name": _PREFIX + self.owner}
        return pool.connection_class(**options)

    async def _keep_beating(self) -> None:
        while True:
            await asyncio.sleep(_HEARTBEAT_S)
            if self._beating is None:  # redis-py's asyncio.wait_for can lose a cancellation on Python 3.11
                return
            with contextlib.suppress(RedisError, OSError):  # gone: the next beat connects again, under the same name
                await self._beat()

    async def _beat(self) -> None:
        await self._connection.connect()  # type: ignore[no-untyped-call]
        await self._connection.send_command("PING")
        await self._connection.read_response()

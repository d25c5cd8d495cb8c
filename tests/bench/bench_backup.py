"""A backup and its restore on a private server: 100,000 receipts' log and 50,000 small documents.

.venv/bin/python tests/bench/bench_backup.py
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from redis.asyncio import Redis

from attest.crypto import Locked, Locking, OpeningKey
from bot import backup, restore
from bot.embedded import EmbeddedServer
from bot.schema import check_schema

RECEIPTS, CHUNK = 100_000, 5_000


async def fill(redis: Redis) -> None:
    """Values as large as the house's own."""
    await check_schema(redis)
    for at in range(0, RECEIPTS, CHUNK):
        async with redis.pipeline(transaction=False) as pipe:
            pipe.rpush("dobi:{g}:log:records", *[os.urandom(60) for _ in range(CHUNK)])
            pipe.rpush("dobi:{g}:log:heads", *[os.urandom(132) for _ in range(CHUNK)])
            pipe.hset("dobi:{g}:log:details", mapping={str(n): os.urandom(380) for n in range(at, at + CHUNK)})
            pipe.hset("dobi:{g}:log:keys", mapping={os.urandom(16): str(n) for n in range(at, at + CHUNK)})
            for n in range(at, at + CHUNK, 2):
                pipe.hset(f"dobi:{{archive}}:doc:{n}", mapping={"t": os.urandom(900)})
            await pipe.execute()


async def main() -> None:
    """Prints one line."""
    key = OpeningKey.generate()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        servers = [EmbeddedServer(folder / "a"), EmbeddedServer(folder / "b")]
        for server in servers:
            await server.ensure()
        one, other = (server.client() for server in servers)
        await fill(one)
        start = time.perf_counter()
        with (folder / "file").open("wb") as file:
            writer = Locking(file.write, {"what": "bench"}, to=key.public)
            counts = await backup.save(one, folder / "a", [], writer.write)
            writer.close()
        saved = time.perf_counter() - start
        start = time.perf_counter()
        with (folder / "file").open("rb") as source:
            locked = Locked(source.read)
            locked.unlock(key=key)
            at = source.tell()

            def contents() -> Iterator[backup.Record]:
                source.seek(at)
                return backup.records(locked.content())

            found = await restore.put_back(other, folder / "b", contents, ["g"], datetime(2026, 11, 23, tzinfo=UTC))
        size = (folder / "file").stat().st_size / 2**20
        print(
            f"{counts.keys} keys, {size:.0f} MiB: backup {saved:.1f} s, writers waited {counts.paused_s:.1f} s; "
            f"restore of {found.keys} keys {time.perf_counter() - start:.1f} s (load {os.getloadavg()[0]:.1f})"
        )
        for client in (one, other):
            await client.aclose()
        for server in servers:
            await server.close()


if __name__ == "__main__":
    asyncio.run(main())

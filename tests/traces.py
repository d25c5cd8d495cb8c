"""Looking for what must be nowhere: every way to write a coordinate, and all that a database and a folder hold."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from bot.messenger import Location


def traces(point: Location) -> Iterator[bytes]:
    """How a coordinate might be written down: decimal, scaled whole numbers, binary (8 bytes: no chance hits)."""
    for value in (point.lat, point.lon):
        yield f"{value}".encode()
        yield f"{value:.4f}".encode()
        yield str(round(value * 1_000_000)).encode()
        yield str(round(value * 10_000_000)).encode()
        for form in ("<d", ">d"):
            yield struct.pack(form, value)
        for form in ("<q", ">q"):
            yield struct.pack(form, round(value * 1_000_000))
            yield struct.pack(form, round(value * 10_000_000))


async def rows(redis: Redis) -> dict[bytes, Any]:
    """Every key of the database with its value."""
    readers: dict[bytes, Any] = {
        b"string": redis.get,
        b"hash": redis.hgetall,
        b"list": lambda key: redis.lrange(key, 0, -1),
        b"set": redis.smembers,
        b"zset": lambda key: redis.zrange(key, 0, -1, withscores=True),
        b"stream": redis.xrange,
    }
    return {key: await readers[await redis.type(key)](key) async for key in redis.scan_iter()}


async def contents(redis: Redis) -> bytes:
    """Every key and value of the database, as it stands and flat."""
    found = await rows(redis)
    return repr(found).encode() + b"\n".join(flat(found))


def flat(value: object) -> Iterator[bytes]:
    """Every byte string inside."""
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, dict):
        for pair in value.items():
            yield from flat(pair)
    elif isinstance(value, list | tuple | set):
        for one in value:
            yield from flat(one)


def files(folder: Path) -> bytes:
    """Everything on disk under the data directory, the database's append-only log among it."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())

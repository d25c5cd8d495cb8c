"""What a backup holds, record by record: all that must survive, and nothing that has to die.

```
files: keys (not the audit office's), the published logs, the demo's memory, the settings
       ↓                     writers wait (CLIENT PAUSE WRITE), so that all keys are of one moment
database: SCAN → DUMP, PEXPIRETIME, a batch at a time → records → `attest.crypto.Locking`
```
Left out: opening keys, the vault's day-old points (their keys die within a day), the desk's sealed requests (answered
within days), one-time codes (a copy would make a spent one good again), where processes listen. DUMP is the server's
own form of a value: the embedded server and a remote one, Redis and Valkey, take each other's, a newer one an older
one's.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import struct
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

KEY, FILE, END = b"k", b"f", b"z"
HEAD: Final = struct.Struct(">cIQ")
EXPIRY: Final = struct.Struct(">q")
LONGEST_NAME: Final = 4_096
PREFIX: Final = b"dobi:"

_LEFT_OUT = re.compile(rb"dobi:\{[^}]*\}:(?:desk|vault|entrance|intake|codes|setup)(?::|$)")
_KEY_FILES = re.compile(r"keys\.json|holder\.secret|(?:receipt-[0-9a-f]{8}|log|log-[0-9a-f]{8})\.pem")
_PAUSE_MS = 20_000
_BATCH, _BATCH_BYTES = 1_000, 8 * 2**20
_LARGEST_FILE = 64 * 2**20


class Unpausable(Exception):  # noqa: N818 - a finding, told to whoever runs the command
    """The server lets nobody pause its writers: no backup of one moment can be made."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What went in; `paused_s` is how long writers waited."""

    keys: int
    files: int
    paused_s: float


@dataclass(frozen=True, slots=True)
class Record:
    """One record: a database key with its value as DUMP gives it, or a file by its place in the data directory."""

    kind: bytes
    name: bytes
    data: bytes


def kept(name: bytes) -> bool:
    """Whether a database key belongs into a backup."""
    return name.startswith(PREFIX) and _LEFT_OUT.match(name) is None


def files(data_dir: Path) -> Iterator[Path]:
    """The files that belong into a backup, relative to the data directory."""
    for path in sorted(data_dir.glob("keys/*/*")):
        if _KEY_FILES.fullmatch(path.name) and path.is_file() and not path.is_symlink():
            yield path.relative_to(data_dir)
    for path in sorted(data_dir.glob("log/**/*")):
        if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
            yield path.relative_to(data_dir)
    if (data_dir / "demo.json").is_file():
        yield Path("demo.json")


async def save(redis: Redis, data_dir: Path, extra: Sequence[Record], write: Callable[[bytes], None]) -> Counts:
    """Writes every record through `write`, which is called in a thread.

    Raises:
        Unpausable: see there.
        OSError: a file can't be read.
    """
    count = 0

    async def put(found: Sequence[Record]) -> None:
        await asyncio.to_thread(_write, found, write)

    await put(extra)
    for path in await asyncio.to_thread(list, files(data_dir)):
        await put([Record(FILE, str(path).encode(), await asyncio.to_thread(_read, data_dir / path))])
        count += 1
    since = time.perf_counter()
    keys = await _dump(redis, put)
    paused = time.perf_counter() - since
    await put([Record(END, b"", struct.pack(">QQ", keys, count + len(extra)))])
    return Counts(keys, count, paused)


def _write(found: Sequence[Record], write: Callable[[bytes], None]) -> None:
    for record in found:
        write(HEAD.pack(record.kind, len(record.name), len(record.data)) + record.name)
        write(record.data)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(_LARGEST_FILE + 1)
    if len(data) > _LARGEST_FILE:
        raise OSError(f"{path.name} is larger than {_LARGEST_FILE} bytes")
    return data


async def _dump(redis: Redis, put: Callable[[Sequence[Record]], Awaitable[None]]) -> int:
    """Every key of one moment: writers wait until this is over, or has died for 20 seconds."""
    database: Any = redis
    count, cursor = 0, -1
    await _pause(redis)
    try:
        while cursor:
            cursor, names = await database.scan(max(cursor, 0), match=PREFIX.decode() + "*", count=_BATCH)
            for batch in await _batches(redis, sorted({name for name in names if kept(name)})):
                await _pause(redis)
                async with database.pipeline(transaction=False) as pipe:
                    for name in batch:
                        pipe.dump(name)
                        pipe.pexpiretime(name)
                    found = await pipe.execute()
                values = zip(batch, found[::2], found[1::2], strict=True)
                there = [Record(KEY, name, EXPIRY.pack(at) + data) for name, data, at in values if data is not None]
                await put(there)
                count += len(there)
    finally:
        with contextlib.suppress(RedisError, OSError):
            await database.execute_command("CLIENT", "UNPAUSE")
    return count


async def _pause(redis: Redis) -> None:
    database: Any = redis
    try:
        await database.execute_command("CLIENT", "PAUSE", _PAUSE_MS, "WRITE")
    except ResponseError as error:
        raise Unpausable(str(error)) from error


async def _batches(redis: Redis, names: Sequence[bytes]) -> list[list[bytes]]:
    """The names in batches whose values are not too large to be held at once."""
    database: Any = redis
    async with database.pipeline(transaction=False) as pipe:
        for name in names:
            pipe.memory_usage(name, samples=5)
        sizes = await pipe.execute()
    batches: list[list[bytes]] = [[]]
    total = 0
    for name, size in zip(names, sizes, strict=True):
        if batches[-1] and total + (size or 0) > _BATCH_BYTES:
            batches.append([])
            total = 0
        batches[-1].append(name)
        total += size or 0
    return batches if batches[0] else []


def records(chunks: Iterator[bytes]) -> Iterator[Record]:
    """The records of a content; ends after the last one.

    Raises:
        ValueError: it is no such content, or not whole.
    """
    stream = _Stream(chunks)
    keys = found = 0
    while True:
        kind, name_length, length = HEAD.unpack(stream.take(HEAD.size))
        if kind not in {KEY, FILE, END} or name_length > LONGEST_NAME:
            raise ValueError("not a record")
        record = Record(kind, stream.take(name_length), stream.take(length))
        if kind == END:
            if record.data != struct.pack(">QQ", keys, found) or stream.left():
                raise ValueError(f"{keys} keys and {found} files, another number was written")
            return
        keys, found = keys + (kind == KEY), found + (kind == FILE)
        yield record


class _Stream:
    """Takes so many bytes at a time off chunks."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = bytearray()

    def take(self, count: int) -> bytes:
        while len(self._rest) < count:
            chunk = next(self._chunks, None)
            if chunk is None:
                raise ValueError("the content ends amid a record")
            self._rest += chunk
        taken = bytes(self._rest[:count])
        del self._rest[:count]
        return taken

    def left(self) -> bool:
        return bool(self._rest) or next(self._chunks, b"") != b""

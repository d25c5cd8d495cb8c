"""A backup put back: into an empty place, or in the place of what is there; never half of it, never what was destroyed.

```
locked file ─ read through once, whole → marked as unfinished → database, files → consents asked again → marked as data
```
Between the two marks no house opens this data (`bot.schema`): whoever is killed there restores again. Keys and logs
that stand on the disk and are newer than the backup's stay: that is how a house knows that its database is older than
what it once signed. Consents to location are withdrawn: who withdrew after the backup can't be known.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from attest.checkpoint import parse
from attest.crypto.files import sync
from attest.errors import LogCorruptError
from attest.tiles import Published, write
from bot.backup import EXPIRY, FILE, KEY, PREFIX, Record, kept
from bot.people import PeopleStore
from bot.schema import RESTORING, SCHEMA_KEY

_BATCH, _BATCH_BYTES = 1_000, 8 * 2**20
_SCHEMA = SCHEMA_KEY.encode()
_TRIAL = b"dobi:{deployment}:restoring"


class NotRestorable(Exception):  # noqa: N818 - a finding, told to whoever runs the command
    """Nothing was changed; `reason` is occupied, older_server, other_keys or a place that is none."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back, and how many consents have to be asked for again."""

    keys: int
    files: int
    consents: int


async def occupied(redis: Redis, data_dir: Path) -> bool:
    """Whether data is there already: more than the mark of an empty house."""
    database: Any = redis
    async for name in database.scan_iter(match=PREFIX.decode() + "*", count=1_000):
        if kept(name) and name != _SCHEMA:
            return True
    return await asyncio.to_thread(lambda: any(data_dir.glob("keys/*/keys.json")))


async def empty(redis: Redis) -> None:
    """Takes everything away from the database but the mark of its schema."""
    database: Any = redis
    async for name in database.scan_iter(match=PREFIX.decode() + "*", count=1_000):
        if name != _SCHEMA:
            await database.unlink(name)


async def put_back(
    redis: Redis, data_dir: Path, contents: Callable[[], Iterator[Record]], tenants: Sequence[str], now: datetime
) -> Restored:
    """Everything of the backup is there, and nothing else of the database; `contents` reads it, as often as called.

    Raises:
        NotRestorable: nothing was changed.
        ValueError: the content is not a backup's; nothing was changed.
    """
    schema = await _value(redis, await asyncio.to_thread(_look_through, data_dir, contents))
    database: Any = redis
    notes, logs = await _known(database, tenants), await asyncio.to_thread(_logs, data_dir)
    await database.set(SCHEMA_KEY, RESTORING)
    await empty(redis)
    keys, files = await _records(redis, data_dir, contents, logs)
    for tenant, note in notes:
        await asyncio.to_thread(Published(data_dir / "log").keep, tenant, parse(note))
    asked = [await _ask_again(redis, tenant, now) for tenant in tenants]
    await database.set(SCHEMA_KEY, schema)
    return Restored(keys, files, sum(asked))


async def _records(
    redis: Redis, data_dir: Path, contents: Callable[[], Iterator[Record]], logs: Mapping[str, int]
) -> tuple[int, int]:
    """Puts every record in its place; how many keys and files."""
    found = await asyncio.to_thread(contents)
    keys = files = 0
    while batch := await asyncio.to_thread(_some, found):
        for record in batch:
            if record.kind == FILE:
                files += await asyncio.to_thread(_put_file, data_dir, record, logs)
        there = [one for one in batch if one.kind == KEY and one.name != _SCHEMA]
        await _restore(redis, [(one.name, one) for one in there])
        keys += len(there)
    return keys, files


def _some(found: Iterator[Record]) -> list[Record]:
    """The next records, not too many to be held at once; empty at the end."""
    batch: list[Record] = []
    size = 0
    while len(batch) < _BATCH and size < _BATCH_BYTES and (record := next(found, None)) is not None:
        batch.append(record)
        size += len(record.data)
    return batch


async def _value(redis: Redis, record: Record) -> bytes:
    """A key's value, by way of a key of our own: also the proof that this server takes what the other gave."""
    await _restore(redis, [(_TRIAL, record)])
    database: Any = redis
    return bytes(await database.getdel(_TRIAL))


async def _restore(redis: Redis, records: Sequence[tuple[bytes, Record]]) -> None:
    """Puts values under these names; on the disk before this returns, as all that is acknowledged."""
    database: Any = redis
    try:
        async with database.pipeline(transaction=False) as pipe:
            for name, record in records:
                expires = EXPIRY.unpack(record.data[: EXPIRY.size])[0]
                pipe.restore(name, max(expires, 0), record.data[EXPIRY.size :], replace=True, absttl=expires > 0)
            await pipe.execute()
    except ResponseError as error:
        raise NotRestorable("older_server") from error


def _look_through(data_dir: Path, contents: Callable[[], Iterator[Record]]) -> Record:
    """The schema's record, after reading all of it: what is cut, altered or of another house changes nothing."""
    schema = None
    for record in contents():
        if record.kind == KEY and record.name == _SCHEMA:
            schema = record
        if record.kind == FILE and (place := _place(data_dir, record.name)).name == "keys.json" and place.exists():
            mine, theirs = _kids(place.read_bytes()), _kids(record.data)
            if not (mine <= theirs or theirs <= mine):
                raise NotRestorable("other_keys")
    if schema is None:
        raise ValueError("without a schema's version")
    return schema


def _kids(keys: bytes) -> set[str]:
    return {key["kid"] for key in json.loads(keys)["keys"]}


def _place(data_dir: Path, name: bytes) -> Path:
    """Where a file goes, inside the data directory and nowhere else.

    Raises:
        ValueError: outside.
    """
    path = PurePosixPath(name.decode())
    inside = path.parts[:1] in {("keys",), ("log",)} or str(path) in {"demo.json", "dobi.toml.restored"}
    if path.is_absolute() or ".." in path.parts or not inside:
        raise ValueError("a file outside the data directory")
    return data_dir.joinpath(*path.parts)


def _put_file(data_dir: Path, record: Record, logs: Mapping[str, int]) -> bool:
    """Whether it was written: never over a private key, an older list over a newer, nor a file of a longer log."""
    path, parts = _place(data_dir, record.name), PurePosixPath(record.name.decode()).parts
    if path.exists() and parts[0] == "keys" and not (
        path.name == "keys.json" and _kids(path.read_bytes()) < _kids(record.data)
    ):  # fmt: skip
        return False
    if parts[0] == "log" and parts[1] in logs:
        return False
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write(path, record.data)
    path.chmod(0o600)
    sync(path.parent)
    return True


def _logs(data_dir: Path) -> dict[str, int]:
    """The sizes of the logs that stand on the disk, by institution: they stay, and bind."""
    return {path.parent.name: _size(path.read_bytes()) for path in data_dir.glob("log/*/checkpoint")}


def _size(note: bytes) -> int:
    try:
        return parse(note.decode("utf-8", "replace")).size
    except LogCorruptError:
        return -1


async def _known(database: Any, tenants: Sequence[str]) -> list[tuple[str, str]]:
    """The checkpoints that the database which is to be replaced knows, the largest of an institution last."""
    found = []
    for tenant in tenants:
        for name in ("checkpoint", "known"):
            note = await database.get(f"dobi:{{{tenant}}}:log:{name}")
            if note is not None and _size(note) > 0:
                found.append((tenant, note.decode("utf-8", "replace")))
    return found


async def _ask_again(redis: Redis, tenant: str, now: datetime) -> int:
    database: Any = redis
    people, head, count = PeopleStore(redis), f"dobi:{{{tenant}}}:people:consent:", 0
    async for name in database.scan_iter(match=f"dobi:{{{tenant}}}:people:consent:*", count=1_000):
        person = name.decode().removeprefix(head)
        stands = await people.consent(tenant, person)
        if stands is not None and stands.granted:
            await people.withdraw(tenant, person, now, key=f"restored:{now.isoformat()}")
            count += 1
    return count

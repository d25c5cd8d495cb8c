"""Records of a backup: every kind of value, of one moment, into any server; or nothing."""

from __future__ import annotations

import asyncio
import io
import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import backup, restore
from bot.backup import END, EXPIRY, FILE, HEAD, KEY, Record
from bot.restore import NotRestorable
from bot.schema import SCHEMA_KEY, SchemaError, check_schema

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
FAR = 4_102_444_800_000  # 2100


async def fill(database) -> dict[bytes, object]:
    """A value of each kind, and what has no place in a backup."""
    await check_schema(database)
    await database.set(b"dobi:{g}:text:\xff\x00", bytes(range(256)))
    await database.set("dobi:{g}:ends", "x", pxat=FAR)
    await database.hset("dobi:{g}:hash", mapping={str(n): bytes(200) for n in range(500)})
    await database.rpush("dobi:{g}:list", *[str(n) for n in range(500)])
    await database.sadd("dobi:{g}:set", *range(300))
    await database.zadd("dobi:{g}:sorted", {str(n): n / 3 for n in range(300)})
    await database.xadd("dobi:{g}:stream", {"a": "b"})
    await database.xgroup_create("dobi:{g}:stream", "readers", "0")
    for name in (
        "dobi:{g}:desk",
        "dobi:{g}:vault:due",
        "dobi:{deployment}:entrance",
        "dobi:{g}:intake:row:1",
        "other:{g}:x",
    ):
        await database.set(name, "no")
    return await seen(database)


async def seen(database) -> dict[bytes, object]:
    readers = {
        b"string": database.get,
        b"hash": database.hgetall,
        b"list": lambda key: database.lrange(key, 0, -1),
        b"set": database.smembers,
        b"zset": lambda key: database.zrange(key, 0, -1, withscores=True),
        b"stream": lambda key: database.xinfo_stream(key, full=True),
    }
    names = [name for name in await database.keys("*") if backup.kept(name)]
    return {
        name: (str(await readers[await database.type(name)](name)), await database.pexpiretime(name))
        if await database.type(name) not in {b"hash", b"set"}
        else (await readers[await database.type(name)](name), await database.pexpiretime(name))
        for name in names
    }


async def saved(database, folder: Path, *extra: Record) -> bytes:
    target = io.BytesIO()
    await backup.save(database, folder, extra, target.write)
    return target.getvalue()


def reader(content: bytes, piece: int = 1000):
    def contents() -> Iterator[Record]:
        return backup.records(content[at : at + piece] for at in range(0, len(content), piece))

    return contents


async def test_every_kind_of_value_comes_back_with_its_end_and_nothing_else(database, tmp_path):
    before = await fill(database)
    content = await saved(database, tmp_path)
    await database.flushall()
    await database.set("dobi:{g}:later", "what was there before")

    found = await restore.put_back(database, tmp_path, reader(content), ["g"], NOW)

    assert found.keys == len(before) - 1  # the schema is the mark that it is done
    assert await seen(database) == before
    assert await database.pexpiretime("dobi:{g}:ends") == FAR
    assert {name for name in await database.keys("*") if not backup.kept(name)} == set()
    await check_schema(database)


async def test_writers_wait_so_that_all_is_of_one_moment_and_go_on_after(database, tmp_path):
    await check_schema(database)
    for n in range(50):
        await database.set(f"dobi:{{g}}:{n}", "0")
    wrote = []

    async def write_all_the_time() -> None:
        for turn in range(1, 200):
            async with database.pipeline(transaction=True) as pipe:
                for n in range(50):
                    pipe.set(f"dobi:{{g}}:{n}", turn)
                await pipe.execute()
            wrote.append(turn)
            await asyncio.sleep(0)

    writing = asyncio.create_task(write_all_the_time())
    await asyncio.sleep(0.01)
    content = await saved(database, tmp_path)
    at_the_end = len(wrote)
    await asyncio.wait_for(writing, 10)

    values = {record.data[EXPIRY.size :] for record in reader(content)() if record.name.startswith(b"dobi:{g}:")}
    assert len(values) == 1
    assert len(wrote) == 199 > at_the_end


@pytest.mark.parametrize("piece", [1, 7, 64, 100_000])
async def test_a_content_is_read_in_whatever_pieces_it_comes(database, tmp_path, piece):
    await check_schema(database)
    (tmp_path / "keys" / "g").mkdir(parents=True)
    (tmp_path / "keys" / "g" / "holder.secret").write_bytes(bytes(32))
    (tmp_path / "keys" / "g" / "audit.pem").write_bytes(b"never")
    (tmp_path / "log" / "g" / "tile").mkdir(parents=True)
    (tmp_path / "log" / "g" / "tile" / "x").write_bytes(b"tile")
    content = await saved(database, tmp_path, Record(FILE, b"dobi.toml.restored", b"settings"))

    found = list(reader(content, piece)())

    assert [record.name for record in found] == [
        b"dobi.toml.restored", b"keys/g/holder.secret", b"log/g/tile/x", SCHEMA_KEY.encode(),
    ]  # fmt: skip
    with pytest.raises(ValueError, match=r"ends|not a record"):
        list(reader(content[:-1], piece)())
    with pytest.raises(ValueError, match="written"):
        list(reader(content + b"x", piece)())


def record(kind: bytes, name: bytes, data: bytes) -> bytes:
    return HEAD.pack(kind, len(name), len(data)) + name + data


@pytest.mark.parametrize("name", [b"../x", b"/etc/x", b"keys/../../x", b"database/server.sock", b"audit/g/audit.pem"])
async def test_a_file_goes_nowhere_but_where_it_belongs(database, tmp_path, name):
    await fill(database)
    schema = record(KEY, SCHEMA_KEY.encode(), EXPIRY.pack(-1) + await database.dump(SCHEMA_KEY))
    content = schema + record(FILE, name, b"x") + record(END, b"", struct.pack(">QQ", 1, 1))
    before = await seen(database)

    with pytest.raises(ValueError, match="outside"):
        await restore.put_back(database, tmp_path, reader(content), ["g"], NOW)

    assert await seen(database) == before
    assert not list(tmp_path.iterdir())


async def test_a_server_that_does_not_take_the_values_keeps_its_own(database, tmp_path):
    before = await fill(database)
    dump = bytearray(await database.dump(SCHEMA_KEY))
    dump[-10:-8] = b"\xff\xff"  # the version of the dump's form
    content = record(KEY, SCHEMA_KEY.encode(), EXPIRY.pack(-1) + bytes(dump)) + record(
        END, b"", struct.pack(">QQ", 1, 0)
    )

    with pytest.raises(NotRestorable, match="older_server"):
        await restore.put_back(database, tmp_path, reader(content), ["g"], NOW)

    assert await seen(database) == before


async def test_while_it_is_put_back_no_house_opens_it(database, tmp_path):
    await fill(database)
    content = await saved(database, tmp_path)
    met = []

    def contents() -> Iterator[Record]:
        for one in reader(content)():
            met.append(one)
            yield one

    class KilledError(Exception):
        pass

    def cut() -> Iterator[Record]:
        for number, one in enumerate(contents()):
            if len(met) > 10 and number > 3:  # the second time it is read
                raise KilledError
            yield one

    with pytest.raises((KilledError, RuntimeError)):
        await restore.put_back(database, tmp_path, cut, ["g"], NOW)

    with pytest.raises(SchemaError, match="not finished"):
        await check_schema(database)
    await restore.put_back(database, tmp_path, reader(content), ["g"], NOW)
    await check_schema(database)

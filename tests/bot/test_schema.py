"""The data's version is marked, refused when newer, migrated when older."""

from __future__ import annotations

import asyncio

import pytest
from redis.asyncio import Redis

from bot.schema import SCHEMA, SCHEMA_KEY, SchemaError, check_schema


async def test_empty_data_is_marked_with_this_version(database: Redis) -> None:
    await check_schema(database)

    assert await database.get(SCHEMA_KEY) == str(SCHEMA).encode()


async def test_newer_data_is_refused_and_both_versions_named(database: Redis) -> None:
    await database.set(SCHEMA_KEY, SCHEMA + 1)

    with pytest.raises(SchemaError, match=f"version {SCHEMA + 1}.* up to version {SCHEMA}"):
        await check_schema(database)

    assert await database.get(SCHEMA_KEY) == str(SCHEMA + 1).encode()


@pytest.mark.parametrize("value", [b"", b"one", b"-1", b"0", b"1.0", b"9" * 40])
async def test_an_unreadable_version_is_refused(database: Redis, value: bytes) -> None:
    await database.set(SCHEMA_KEY, value)

    with pytest.raises(SchemaError, match="unreadable"):
        await check_schema(database)


async def test_older_data_goes_step_by_step_and_twice_at_once_is_harmless(database: Redis) -> None:
    async def first(redis: Redis) -> None:
        await redis.hset("moved", "first", 1)

    async def second(redis: Redis) -> None:
        assert await redis.hget("moved", "first") == b"1"
        await redis.hset("moved", "second", 1)

    await database.set(SCHEMA_KEY, 1)
    steps = {1: first, 2: second}

    await asyncio.gather(*(check_schema(database, version=3, migrations=steps) for _ in range(5)))

    assert await database.get(SCHEMA_KEY) == b"3"
    assert await database.hgetall("moved") == {b"first": b"1", b"second": b"1"}


async def test_older_data_without_a_way_forward_is_refused(database: Redis) -> None:
    await database.set(SCHEMA_KEY, 1)

    with pytest.raises(SchemaError, match="nothing leads from there"):
        await check_schema(database, version=2, migrations={})

"""The version of the data: marked on the first day, newer data refused, older data migrated.

It refuses to guess: a version that is not a number stops the program before it writes anything.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from redis.asyncio import Redis
from redis.exceptions import WatchError

SCHEMA = 1
"""The version of the data this program reads and writes."""

SCHEMA_KEY = "dobi:{deployment}:schema"

RESTORING = b"restoring"
"""What stands there while a backup is put back: nobody opens half of one."""

Migration = Callable[[Redis], Awaitable[None]]
"""Moves the data from one version to the next; must be safe to repeat, and to run in two processes at once."""

MIGRATIONS: Mapping[int, Migration] = MappingProxyType({})
"""From version n to n + 1, by n."""


class SchemaError(Exception):
    """The data cannot be read by this program: it is newer, or no version can be read."""


async def check_schema(
    redis: Redis, *, version: int = SCHEMA, migrations: Mapping[int, Migration] = MIGRATIONS
) -> None:
    """The data is of this program's version: empty data is marked, older data migrated step by step.

    Raises:
        SchemaError: the data is newer than this program, or its version is not a number, or no migration leads on.
    """
    await redis.set(SCHEMA_KEY, version, nx=True)
    while (found := _schema_number(await redis.get(SCHEMA_KEY))) < version:
        if found not in migrations:
            raise SchemaError(f"the data is of version {found}, and nothing leads from there to version {version}")
        await migrations[found](redis)
        with contextlib.suppress(WatchError):  # another process went the same step: look again
            async with redis.pipeline(transaction=True) as step:
                await step.watch(SCHEMA_KEY)
                if _schema_number(await step.get(SCHEMA_KEY)) == found:
                    step.multi()  # type: ignore[no-untyped-call]
                    step.set(SCHEMA_KEY, found + 1)
                    await step.execute()
    if found > version:
        raise SchemaError(f"the data is of version {found}, this program knows only up to version {version}")


def _schema_number(value: bytes | str | None) -> int:
    if value == RESTORING:
        raise SchemaError("a restore was not finished: run `dobi restore FILE --replace` again")
    if not isinstance(value, bytes) or re.fullmatch(rb"[1-9][0-9]{0,8}", value) is None:
        raise SchemaError(f"the data's version is unreadable: {value!r}")
    return int(value)

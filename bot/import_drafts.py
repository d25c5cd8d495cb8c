"""What somebody is about to take in: kept for a day, one a person, gone once it is decided.

dobi:{tenant}:moving:import:<person>    JSON: mark, instant, entries
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from redis.asyncio import Redis

from bot.moving_file import Entry

LIFE: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Draft:
    """The subscriptions, and when they were read."""

    entries: tuple[Entry, ...]
    at: datetime


class ImportDrafts:
    """The drafts of every institution."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis

    @staticmethod
    def _key(tenant: str, person: str) -> str:
        return f"dobi:{{{tenant}}}:moving:import:{person}"

    async def put(self, tenant: str, person: str, entries: Sequence[Entry], now: datetime) -> str:
        """Keeps it in place of an earlier one; its mark."""
        rows = [_row(one) for one in entries]
        seed = json.dumps([rows, now.isoformat()], ensure_ascii=False).encode()
        mark = hashlib.blake2b(seed, digest_size=6).hexdigest()
        record = {"mark": mark, "at": now.astimezone(UTC).isoformat(), "entries": rows}
        await self._redis.set(
            self._key(tenant, person), json.dumps(record, ensure_ascii=False), ex=2 * int(LIFE.total_seconds())
        )
        return mark

    async def get(self, tenant: str, person: str, mark: str, now: datetime) -> Draft | None:
        """The draft of that mark; None where it is decided, replaced or a day old."""
        stored = await self._redis.get(self._key(tenant, person))
        row = None if stored is None else json.loads(stored)
        if row is None or row["mark"] != mark or now - datetime.fromisoformat(row["at"]) >= LIFE:
            return None
        return Draft(tuple(_entry(one) for one in row["entries"]), datetime.fromisoformat(row["at"]))

    async def drop(self, tenant: str, person: str) -> None:
        """Decided."""
        await self._redis.delete(self._key(tenant, person))

    async def count(self, tenant: str, person: str) -> int:
        """Whether one waits, as a number."""
        return int(await self._redis.exists(self._key(tenant, person)))


def _row(entry: Entry) -> dict[str, Any]:
    until = entry.rests_until
    return asdict(entry) | {"rests_until": None if until is None else until.isoformat()}


def _entry(row: dict[str, Any]) -> Entry:
    until = row.get("rests_until")
    rest = None if until is None else datetime.fromisoformat(until)
    return Entry(row["words"], tuple(row["exclude"]), row["paused"], rest)

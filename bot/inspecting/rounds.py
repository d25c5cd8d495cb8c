"""Which months of which departments were looked at, when, under which document number: for the yearly duty.

dobi:{tenant}:inspections:rounds    sorted set, JSON of [department, month, number, hashed key] → ms; no person, no trip
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import cast

from redis.asyncio import Redis


@dataclass(frozen=True, slots=True)
class Round:
    """One month (its first day) of one department that was looked at."""

    department: str
    month: date
    number: str
    at: datetime


class Rounds:
    """The inspections of all institutions on one Redis."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def note(self, tenant: str, months: Iterable[tuple[str, date]], number: str, at: datetime, key: str) -> None:
        """These departments' months were looked at; the same `key` notes them once."""
        mark = hashlib.blake2b(key.encode(), digest_size=8).hexdigest()  # an update's key names who sent it
        members = [json.dumps([name, month.isoformat(), number, mark], ensure_ascii=False) for name, month in months]
        if members:
            await self._redis.zadd(self._key(tenant), dict.fromkeys(members, at.timestamp() * 1000), nx=True)

    async def of(self, tenant: str, since: date, until: date) -> list[Round]:
        """Those of the months from `since` to before `until`, oldest first."""
        found = cast("list[tuple[bytes, float]]", await self._redis.zrange(self._key(tenant), 0, -1, withscores=True))
        rounds = []
        for member, score in found:
            name, month, number, _ = json.loads(member)
            one = Round(name, date.fromisoformat(month), number, datetime.fromtimestamp(score / 1000, UTC))
            if since <= one.month < until:
                rounds.append(one)
        return rounds

    @staticmethod
    def _key(tenant: str) -> str:
        return f"dobi:{{{tenant}}}:inspections:rounds"

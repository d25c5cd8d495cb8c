"""When the last backup was made: a backup holds every institution, so there is one note for all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from redis.asyncio import Redis

from bot.checklist import Check
from bot.wording import operating as words

OLD: Final = timedelta(days=7)
"""After that a backup is asked for."""
_KEY: Final = "dobi:{deployment}:backup:last"


class BackupNote:
    """When the last backup was made, for the whole deployment: backups hold every institution."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis

    async def made(self, now: datetime) -> None:
        """One was made."""
        await self._redis.set(_KEY, now.astimezone(UTC).isoformat())

    async def last(self) -> datetime | None:
        """The last one; None where none was ever made."""
        found = await self._redis.get(_KEY)
        return None if found is None else datetime.fromisoformat(found.decode())


def backup_check(at: datetime | None, now: datetime) -> Check:
    """The doctor's line about the last backup."""
    fresh = at is not None and now - at <= OLD
    return Check(words.LAST_BACKUP, fresh, False, f"{words.backup_said(at, now)}.", words.backup_hint())

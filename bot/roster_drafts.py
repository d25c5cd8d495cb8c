"""Sheets that were read and wait for a word: kept for a week, so that what is applied is what was shown.

dobi:{tenant}:postings:<draft>   JSON of the lines; gone when called off, or after a week
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any, Final

from redis.asyncio import Redis

from bot.roster_sheet import Line, Sheet

_LIFE: Final = timedelta(days=7)


class Drafts:
    """The drafts of every institution."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis

    @staticmethod
    def _key(tenant: str, draft: str) -> str:
        return f"dobi:{{{tenant}}}:postings:{draft}"

    async def keep(self, tenant: str, draft: str, sheet: Sheet) -> None:
        """The sheet waits under that name. Safe to repeat."""
        row = {"whole": sheet.whole, "day": None if sheet.day is None else sheet.day.isoformat()}
        lines = [_row(line) for line in sheet.lines]
        text = json.dumps(row | {"lines": lines}, ensure_ascii=False)
        await self._redis.set(self._key(tenant, draft), text, ex=int(_LIFE.total_seconds()))

    async def get(self, tenant: str, draft: str) -> Sheet | None:
        """The sheet of that name."""
        found = await self._redis.get(self._key(tenant, draft))
        if found is None:
            return None
        row = json.loads(found)
        day = None if row["day"] is None else date.fromisoformat(row["day"])
        return Sheet(tuple(_line(one) for one in row["lines"]), row["whole"], day)

    async def drop(self, tenant: str, draft: str) -> None:
        """It goes. Safe to repeat."""
        await self._redis.delete(self._key(tenant, draft))


def _row(line: Line) -> dict[str, object]:
    told = {name: value for name, value in asdict(line).items() if value not in ("", None)}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in told.items()}


def _line(row: dict[str, Any]) -> Line:
    days = {name: date.fromisoformat(row[name]) for name in ("day", "until") if name in row}
    return Line(**{"sheet": "", "name": ""} | row | days)

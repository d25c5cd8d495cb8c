"""Institutions that chat added beside the settings file: id, name, whom to ask. They belong to the deployment.

The file wins: an id that it declares stays as declared. An institution is never taken away by chat: its receipts and
their proofs stay for years.

    dobi:{deployment}:institutions   table (bot.roster_table): id → JSON of name and contact
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from redis.asyncio import Redis

from bot.roster_table import Delta, Table
from bot.settings import Institution

KEY: Final = "dobi:{deployment}:institutions"
MOST: Final = 500


class Homes:
    """The institutions of chat."""

    def __init__(self, redis: Redis) -> None:
        self._table = Table(redis)

    async def add(self, tenant: str, name: str, *, change: str) -> bool:
        """The institution stands; False where that id was another's already."""
        text = json.dumps({"name": name}, ensure_ascii=False)

        def decide(stands: Mapping[str, str]) -> Mapping[str, str]:
            return {tenant: stands[tenant] or text}

        made = await self._table.change(KEY, change, [tenant], decide)
        return not made[0].before and made[0].after == text

    async def since(self, tenant: str, version: int) -> Delta:  # noqa: ARG002 - one table for all; asked in one's name
        """What changed after that version, of every institution: for the mirror alone."""
        return await self._table.since(KEY, version)


def institution(tenant: str, text: str) -> Institution:
    """What a field of the table says."""
    row = json.loads(text)
    return Institution(tenant, row["name"], row.get("contact", ""), (), (), ())

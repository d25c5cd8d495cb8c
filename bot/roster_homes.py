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

from bot.roster_kitchens import Kitchen, cafeteria
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

    async def furnish(self, tenant: str, kitchen: Kitchen, *, change: str) -> None:
        """The institution has this cafeteria, in place of the one of that id. Safe to repeat."""

        def decide(stands: Mapping[str, str]) -> Mapping[str, str]:
            if not stands[tenant]:
                return stands
            row = json.loads(stands[tenant])
            others = [one for one in row.get("cafeterias", ()) if one["id"] != kitchen.id]
            rows = sorted([*others, kitchen.to_row()], key=lambda one: str(one["id"]))
            return {tenant: json.dumps(row | {"cafeterias": rows}, ensure_ascii=False)}

        await self._table.change(KEY, change, [tenant], decide)

    async def since(self, tenant: str, version: int) -> Delta:  # noqa: ARG002 - one table for all; asked in one's name
        """What changed after that version, of every institution: for the mirror alone."""
        return await self._table.since(KEY, version)


def institution(tenant: str, text: str) -> Institution:
    """What a field of the table says."""
    row = json.loads(text)
    cafeterias = tuple(cafeteria(one) for one in kitchens(text))
    return Institution(tenant, row["name"], row.get("contact", ""), (), (), cafeterias)


def kitchens(text: str) -> tuple[Kitchen, ...]:
    """The cafeterias that a field of the table tells of."""
    return tuple(Kitchen.from_row(one) for one in json.loads(text).get("cafeterias", ()))

"""What happens to the roster by itself: moves whose day has come, leavers whose time is up, codes that are over.

A day begins at 00:00 in Korea. Everything is safe to repeat and may run in several processes at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta

from bot.acts import NOBODY, Acts
from bot.clock import KST
from bot.linking import Linking
from bot.roster import Kind, Move, Roster
from bot.roster_mirror import RosterMirror
from bot.roster_rests import Rests


class RosterDays:
    """The worker."""

    def __init__(
        self, roster: Roster, mirror: RosterMirror, linking: Linking, acts: Acts, tenants: Sequence[str],
        now: Callable[[], datetime], rests: Rests,
    ) -> None:  # fmt: skip
        self._rests = rests
        self._roster, self._mirror, self._linking, self._acts = roster, mirror, linking, acts
        self._tenants, self._now = tenants, now
        self._swept: datetime | None = None

    async def step(self) -> datetime | None:
        """Does what is due; when something is next."""
        await self._mirror.refresh()
        now = self._now()
        today = now.astimezone(KST).date()
        dues = []
        for tenant in tuple(self._tenants):
            for one in self._mirror.waiting(tenant):
                if one.day <= today:
                    await self._noted(tenant, one.batch, await self._roster.carry_out(tenant, one.field, one.day), now)
                else:
                    dues.append(datetime.combine(one.day, time(0), KST))
        await self._mirror.refresh()
        for tenant in tuple(self._tenants):
            await self._rests.step(tenant, now)
        await self._linking.sweep()
        if self._swept is None or now - self._swept >= timedelta(hours=6):
            for tenant in ("", *self._tenants):
                await self._linking.codes.sweep(tenant, now)
            self._swept = now
        return min(dues, default=None)

    async def _noted(self, tenant: str, batch: str, moves: Sequence[Move], now: datetime) -> None:
        if moves:
            gone = sum(move.kind is Kind.LEAVE for move in moves)
            await self._acts.note(
                tenant,
                NOBODY,
                "posting-due",
                f"{batch} {len(moves)} (-{gone})",
                now,
                key=f"posting-due:{batch}:{now.date()}",
            )

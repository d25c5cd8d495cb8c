"""What was sent in the last 30 days, counted by day, messenger and kind: how many arrived, and how many did not.

It reads the outbox's finished rows, at most MOST of the newest; whom they went to and what they said is not read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from redis.asyncio import Redis

from bot.clock import KST
from bot.outbox import outbox_key
from bot.outbox_rows import State, instant

MOST: Final = 100_000
_PAGE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one day, messenger and kind."""

    day: date
    adapter: str
    kind: str
    sent: int
    dead: int
    unknown: int
    gone: int


@dataclass(frozen=True, slots=True)
class Counted:
    """The figures, newest day first; `cut` where there were more rows than are counted."""

    figures: Sequence[Figures]
    cut: bool


class DeliveryFigures:
    """The counts of every institution."""

    def __init__(self, redis: Redis, most: int = MOST) -> None:
        self._redis: Any = redis
        self._most = most

    async def of(self, tenant: str, since: datetime) -> Counted:
        """What ended since then."""
        finished, first = outbox_key(tenant, "finished"), int(since.timestamp() * 1000)
        counts: Counter[tuple[date, str, str, str]] = Counter()
        seen = 0
        while seen < self._most:
            rows = await self._redis.zrange(
                finished, "+inf", first, desc=True, byscore=True, offset=seen, num=_PAGE, withscores=True
            )
            counts.update(await self._counted(tenant, rows))
            seen += len(rows)
            if len(rows) < _PAGE:
                return Counted(_figures(counts), cut=False)
        return Counted(_figures(counts), cut=True)

    async def _counted(
        self, tenant: str, rows: Sequence[tuple[bytes, float]]
    ) -> list[tuple[date, str, str, str]]:  # fmt: skip
        async with self._redis.pipeline(transaction=False) as pipe:
            for row, _ in rows:
                pipe.hmget(outbox_key(tenant, "row", row.decode()), ["state", "chat", "kind"])
            fields = await pipe.execute()
        return [
            (
                instant(at).astimezone(KST).date(),
                chat.decode().partition(":")[0],
                (kind or b"").decode(),
                state.decode(),
            )
            for (_, at), (state, chat, kind) in zip(rows, fields, strict=True)
            if state is not None and chat is not None
        ]


def _day(ms: float) -> date:
    return instant(ms).astimezone(KST).date()


def _figures(counts: Counter[tuple[date, str, str, str]]) -> list[Figures]:
    keys = sorted({key[:3] for key in counts}, key=lambda key: (-key[0].toordinal(), key[1], key[2]))
    return [
        Figures(
            *key,
            counts[*key, State.SENT],
            counts[*key, State.DEAD],
            counts[*key, State.AMBIGUOUS],
            counts[*key, State.GONE],
        )
        for key in keys
    ]

"""파기 대장: what was destroyed in a year, for managers, read from the log and handed over as PDF."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from attest.erasures import Erasure, erasures
from attest.errors import LogError
from attest.log import ReceiptLog
from bot.clock import KST
from bot.messenger import Reply
from bot.retention import Nights, next_night
from bot.routes import Request, Route
from bot.settings import Role
from bot.tenancy import Tenancy
from bot.wording import ledger as words

_YEAR = re.compile(r"(\d{4})년?")


class LedgerTalk:
    """The managers' conversation about destruction."""

    def __init__(self, tenancy: Tenancy, log: ReceiptLog, nights: Nights, now: Callable[[], datetime]) -> None:
        self._tenancy = tenancy
        self._log = log
        self._nights = nights
        self._now = now

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "ledger",
                ("파기 대장", "파기대장"),
                ("ledger",),
                self.ledger,
                about="감사",
                help="파기 대장 2027년 — 그해에 파기한 것의 대장(PDF)",
                roles=frozenset({Role.MANAGER, Role.AUDITOR}),
                private=True,
            ),
        )

    async def ledger(self, request: Request) -> Sequence[Reply]:
        """The year's ledger; this year's without a year."""
        said = _YEAR.search(request.argument)
        year = int(said[1]) if said else request.now.astimezone(KST).year
        institution = self._tenancy.institution(request.tenant)
        if not 2000 <= year <= 9998:
            year = request.now.astimezone(KST).year
        since, until = (datetime(one, 1, 1, tzinfo=KST) for one in (year, year + 1))
        try:
            found = await erasures(self._log, request.tenant, since, until)
        except LogError:
            return [words.in_question(institution.contact)]
        return [await self._paper(request, institution.name, year, found)]

    async def _paper(self, request: Request, institution: str, year: int, found: Sequence[Erasure]) -> Reply:
        from bot.papers.ledger import Line, paper

        days: dict[tuple[object, str], list[Erasure]] = {}
        for one in found:
            days.setdefault((one.at.astimezone(KST).date(), one.what), []).append(one)
        lines = [
            Line(same[0].at.astimezone(KST).date(), what, sum(one.count for one in same), (same[0].leaf, same[-1].leaf))
            for (_, what), same in days.items()
        ]
        counts = Counter[str]()
        for one in found:
            counts[one.what] += one.count
        data = await asyncio.to_thread(paper, institution, year, lines)
        last, night = (lines[-1].day if lines else None), await self._nights.last(request.tenant)
        due = next_night(night.at if night else self._now())
        return words.ledger(year, counts.most_common(), due, last, f"파기대장-{year}.pdf", data)

"""정산: a month's trip receipts, for the claim."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from attest.issue import Issuer
from bot.clock import KST
from bot.handlers import days
from bot.holdings import Holdings
from bot.messenger import Reply
from bot.routes import Request, Route
from bot.wording import settlement as words

_SEARCHED = 400  # receipts back to the month that is asked for


class Settlement:
    """The claimant's conversation."""

    def __init__(self, issuer: Issuer, holdings: Holdings) -> None:
        self._issuer = issuer
        self._holdings = holdings

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "claim",
                ("정산",),
                ("claim", "정산"),
                self.claim,
                about="출장",
                help="정산 — 이번 달 출장 영수증. '정산 10월'은 그 달",
                sentences=(r"^(?P<argument>\d{1,2}월|지난 ?달|저번 ?달|이번 ?달) ?(?:출장 ?)?(?:정산|영수증)",),
                press="claim",
                private=True,
            ),
        )

    async def claim(self, request: Request) -> Sequence[Reply]:
        """This month's receipts, or those of the month named."""
        today = request.now.astimezone(KST).date()
        first = days.month(request.argument, today) or today.replace(day=1)
        since = datetime.combine(first, time(), KST)
        until = (since + timedelta(days=31)).replace(day=1)
        found = [one for one in await self._issued(request, since) if one.at < until]
        return [words.claims(found, first.month, this=first == today.replace(day=1))]

    async def _issued(self, request: Request, since: datetime) -> Sequence[words.Issued]:
        found = []
        for index in await self._holdings.of(request.tenant, request.person, since, _SEARCHED):
            issued = await self._issuer.again(request.tenant, index)
            if issued is not None:
                found.append(words.Issued(issued.receipt.time, issued.place.title, issued.receipt.document))
        return found

"""접속기록: a month's looks by document number and auditor, those without one first; that it was done is a leaf."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from attest.audits import Audits
from attest.looks import Looks
from bot.clock import KST
from bot.handlers import days
from bot.handlers.audits import guarded, update_key
from bot.messenger import Reply
from bot.reviewing import counted, span_of
from bot.routes import Request, Route
from bot.settings import Role
from bot.tenancy import Tenancy
from bot.wording import audit_days
from bot.wording import audits as words


class AccessReview:
    """The conversation of whoever answers for access."""

    def __init__(self, tenancy: Tenancy, audits: Audits, looks: Looks) -> None:
        self._tenancy = tenancy
        self._audits = audits
        self._looks = looks

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        route = Route(
            "access_review",
            ("접속기록", "접속기록 점검", "접속 기록"),
            ("accesslog",),
            self.review,
            about="감사",
            help="접속기록 10월 — 그 달에 누가 어느 문서번호로 영수증을 확인했는지 셉니다",
            sentences=(
                r"^(?P<argument>.{0,12}(?:\d\s?월|달))\s접속\s?기록(?:\s.{0,12})?$",
                r"^누가 누구를 (?:봤|보았|열람|확인)",
            ),
            press="accesslog",
            roles=frozenset({Role.AUDITOR, Role.MANAGER}),
            private=True,
        )
        return (guarded(self._tenancy, route),)

    async def review(self, request: Request) -> Sequence[Reply]:
        """The month named, else the last that has ended."""
        today = request.now.astimezone(KST).date()
        named, this = days.month(request.argument, today), today.replace(day=1)
        first = named or (this - timedelta(days=1)).replace(day=1)
        since, until = span_of(first)
        await self._looks.follow(request.tenant)
        counts = counted(self._tenancy, request.tenant, await self._looks.between(request.tenant, since, until))
        running = await self._looks.between(request.tenant, *span_of(this)) if not (counts or named) else ()
        holds = [
            hold
            for audit in await self._audits.all(request.tenant)
            for hold in await self._audits.holds(request.tenant, audit.id)
            if since <= hold.at < until
        ]
        await self._audits.reviewed(request.tenant, request.person, since, until, update_key(request))
        told = words.review(first.month, counts, len(holds), request.now)
        return [replace(told, text=f"{told.text}\n{audit_days.running(this.month, len(running))}") if running else told]

"""접속기록: a month's looks by document number and auditor, those without a number first.

개인정보의 안전성 확보조치 기준 제8조: access records are looked through at least monthly; that it was done is a leaf.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from attest.audits import Audits
from attest.leaf import Entry
from attest.looks import Looks, seen_in
from bot.clock import KST
from bot.handlers import days
from bot.handlers.audits import guarded, update_key
from bot.messenger import Reply
from bot.routes import Request, Route
from bot.settings import Role
from bot.tenancy import Tenancy
from bot.wording import audits as words

_Counts = dict[tuple[str, str, str], int]


class AccessReview:
    """The conversation of whoever answers for access."""

    def __init__(self, tenancy: Tenancy, audits: Audits, looks: Looks) -> None:
        self._tenancy = tenancy
        self._audits = audits
        self._looks = looks

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (guarded(self._tenancy, self._route()),)

    def _route(self) -> Route:
        return Route(
            "access_review",
            ("접속기록", "접속기록 점검", "접속 기록"),
            ("accesslog",),
            self.review,
            about="감사",
            help="접속기록 10월 — 그 달에 누가 어느 문서번호로 영수증을 확인했는지 셉니다",
            press="accesslog",
            roles=frozenset({Role.AUDITOR, Role.MANAGER}),
            private=True,
        )

    async def review(self, request: Request) -> Sequence[Reply]:
        """The month named, else the last that has ended."""
        today = request.now.astimezone(KST).date()
        first = days.month(request.argument, today) or (today.replace(day=1) - timedelta(days=1)).replace(day=1)
        since, until = _instant(first), _instant((first + timedelta(days=31)).replace(day=1))
        await self._looks.follow(request.tenant)
        counts = self._counted(request.tenant, await self._looks.between(request.tenant, since, until))
        holds = [
            hold
            for audit in await self._audits.all(request.tenant)
            for hold in await self._audits.holds(request.tenant, audit.id)
            if since <= hold.at < until
        ]
        await self._audits.reviewed(request.tenant, request.person, since, until, update_key(request))
        return [words.review(first.month, counts, len(holds), request.now)]

    def _counted(self, tenant: str, entries: Sequence[Entry]) -> Sequence[words.Counted]:
        found: Counter[tuple[str, str, str]] = Counter()
        for entry in entries:
            fields = entry.fields or {}
            who = str(fields.get("office", tenant)), str(fields.get("by", ""))
            found[str(fields.get("audit", "")), *who] += seen_in(entry)
        ordered = sorted(found.items(), key=lambda pair: (pair[0][0] != "", -pair[1], pair[0]))
        return [
            words.Counted(number, self._name(tenant, office, person), count)
            for (number, office, person), count in ordered
        ]

    def _name(self, tenant: str, office: str, person: str) -> str:
        """A colleague by name; of another institution the office alone."""
        if office != tenant:
            return self._tenancy.institution(office).name
        member = self._tenancy.member(tenant, person)
        return member.person.name if member is not None else person


def _instant(day: date) -> datetime:
    return datetime.combine(day, time(), KST).astimezone(UTC)

"""기록: who did what and when in one's own institution, for administrators and auditors; 운영 기록 for operators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from bot.acts import DEPLOYMENT, NOBODY, Act, Acts
from bot.clock import KST
from bot.institutions import called
from bot.messenger import Button, Reply
from bot.periods import NoSuchPeriodError, Period, find
from bot.routes import Request, Route
from bot.settings import Role
from bot.tenancy import Tenancy
from bot.wording import operating as words
from bot.wording.acts import DOBI, named

_OF_DAYS = (
    r"^(?P<argument>오늘|어제|그저께|(?:이번|지난|저번) ?(?:주|달)|\d{1,2}월(?: ?\d{1,2}일)?) ?(?:관리 ?)?"
    r"기록(?:을|를|은)?(?: ?(?:좀|보여|알려|줘|볼).{0,8})?$"
)
_BACK = {"오늘": 0, "어제": 1, "그저께": 2}
_PAGE = 8
_SHOWN, _SEARCHED = 20, 5_000
_WEEK = timedelta(days=6)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which log, of which days, from which line on."""

    tenant: str
    period: Period
    skip: int

    def press(self, what: str, skip: int) -> str:
        """The button that shows more of it."""
        days = f"{self.period.first:%Y%m%d}:{self.period.last:%Y%m%d}"
        return f"{what}:{days}:{skip}"


_READERS = frozenset({Role.MANAGER, Role.AUDITOR})


class ActTalk:
    """The conversation about acts."""

    def __init__(self, tenancy: Tenancy, acts: Acts) -> None:
        self._tenancy, self._acts = tenancy, acts

    def routes(self) -> tuple[Route, ...]:
        """What administrators, auditors and operators say."""
        return (
            Route(
                "acts", ("기록", "관리 기록", "관리기록"), ("acts",), self.own, about="관리",
                roles=_READERS | {Role.OPERATOR},
                help="기록 11월 — 우리 기관에서 누가 언제 무엇을 바꿨는지", press="acts", private=True, quiet=True,
                sentences=(r"^(?:누가|언제) .{0,20}(?:바꿨|바꾼|고쳤|등록했|지웠)(?:는지|나요?|어요?)?[.?]*$",),
            ),
            Route(
                "acts-of-days", (), (), self.own, roles=_READERS | {Role.OPERATOR}, private=True, quiet=True,
                title="기록", sentences=(_OF_DAYS,), eager=True,
            ),
            Route(
                "acts-deployment", ("운영 기록", "운영기록"), ("opsacts",), self.deployment, about="운영",
                help="운영 기록 11월 — 배포 전체의 일", roles=frozenset({Role.OPERATOR}), press="opsacts", private=True,
                quiet=True,
            ),
        )  # fmt: skip

    async def own(self, request: Request) -> Sequence[Reply]:
        """The institution's log; who is operator alone sees the deployment's."""
        if not request.member.person.roles & _READERS:
            return await self.deployment(request)
        return await self._shown(request, request.tenant, "acts")

    async def deployment(self, request: Request) -> Sequence[Reply]:
        """The deployment's."""
        return await self._shown(request, DEPLOYMENT, "opsacts")

    async def _shown(self, request: Request, tenant: str, press: str) -> Sequence[Reply]:
        asked = _asked(request, tenant)
        if asked is None:
            return [words.no_such_period()]
        period = asked.period
        who = self._whose(request) if tenant == request.tenant else ""
        if who:
            return [await self._of_one(request, who, period)]
        found = await self._acts.listing(tenant, period.since, _PAGE, until=period.until, skip=asked.skip)
        total = await self._acts.count(tenant, period.since, until=period.until)
        buttons = []
        if asked.skip + len(found) < total:
            buttons.append(Button("더 보기", asked.press(press, asked.skip + _PAGE)))
        if found and tenant == request.tenant:
            buttons.append(Button("표로 받기", f"sheets:acts:{period.first:%Y%m%d}:{period.last:%Y%m%d}"))
        lines = lines_of(self._tenancy, tenant, found)
        return [words.acts(lines, total, words.span_of(period.first, period.last), buttons)]

    def _whose(self, request: Request) -> str:
        """The one person of the institution whose name stands behind `기록`; empty where there is none, or several."""
        said = set(request.argument.split()) if request.update.press is None else set()
        people = self._tenancy.people_with(request.tenant, Role.STAFF) if said else ()
        found = [one.id for one in people if one.name in said]
        return found[0] if len(found) == 1 else ""

    async def _of_one(self, request: Request, person: str, period: Period) -> Reply:
        """What one person did, and what was done to them: the newest."""
        acts = await self._acts.listing(request.tenant, period.since, _SEARCHED, until=period.until)
        found = [one for one in acts if one.by == person or f"@{person}" in one.about.split()]
        lines = lines_of(self._tenancy, request.tenant, found[:_SHOWN])
        return words.acts(lines, len(found), words.span_of(period.first, period.last), ())


def lines_of(tenancy: Tenancy, tenant: str, acts: Sequence[Act]) -> list[words.Line]:
    """Acts with the names of the roster in them; in the deployment's log people stand as `institution/person`."""

    def name_of(person: str, then: Mapping[str, str]) -> str | None:
        home, _, name = person.rpartition("/")
        member = tenancy.member(home or tenant, name)
        if member is None:
            return words.left(then[person]) if person in then else None
        outside = bool(home) and tenant not in {home, DEPLOYMENT}
        return f"{member.person.name}({called(tenancy, home)})" if outside else member.person.name

    def line(act: Act) -> words.Line:
        told = partial(name_of, then=act.names)
        by = DOBI if act.by == NOBODY else named(f"@{act.by}", told)
        return words.Line(act.at, by, act.what, named(act.about, told))

    return [line(one) for one in acts]


def _asked(request: Request, tenant: str) -> Asked | None:
    """The days that were named, or the last seven."""
    today = request.now.astimezone(KST).date()
    if request.update.press is not None:
        return _pressed(request.argument, tenant) or Asked(tenant, Period(today - _WEEK, today), 0)
    back = next((count for word, count in _BACK.items() if word in request.argument), None)
    if back is not None:
        return Asked(tenant, Period(today - timedelta(days=back), today - timedelta(days=back)), 0)
    try:
        found = find(request.argument, today)
    except NoSuchPeriodError:
        return None
    return Asked(tenant, found.period if found is not None else Period(today - _WEEK, today), 0)


def _pressed(argument: str, tenant: str) -> Asked | None:
    parts = argument.split(":")
    period = period_of(parts[:2])
    if period is None or len(parts) < 3 or not parts[2].isdecimal():
        return None
    return Asked(tenant, period, int(parts[2][:6]))


def period_of(days: Sequence[str]) -> Period | None:
    """The period of a button's two days (`20261101`), or None."""
    try:
        first, last = (datetime.strptime(one, "%Y%m%d").replace(tzinfo=UTC).date() for one in days)
    except ValueError:
        return None
    return Period(first, last)

"""검증서 and 정확한 위치 열람: the numbered report of what was checked, and the exact point of one receipt.

A report is made of results that are kept for a day; whoever has its number or its file asks whether it was issued
here. The exact point is never shown by the way: only under an open audit, for a reason, which is a leaf `access`
before anything is shown, and only where this process holds the audit office's key.
"""

from __future__ import annotations

from collections.abc import Sequence

from attest.audits import Access, Audits
from attest.errors import LogError
from attest.log import ReceiptLog
from attest.mandate import ACCESS
from attest.places import by_code
from bot.messenger import Reply
from bot.people import PeopleStore, Question
from bot.routes import Request, Route
from bot.settings import Role
from bot.tenancy import Tenancy
from bot.verifying.batches import Batches
from bot.verifying.checking import Checking, Desk
from bot.verifying.reporting import Reporting
from bot.verifying.results import Result, Seen
from bot.verifying.running import Answer
from bot.wording import checks as words
from bot.wording.receipts import near

_SHORTEST_REASON = 4
_LONGEST_REASON = 300
_NO = frozenset({"취소", "그만", "아니요", "아니오", "안 함"})
_AUDITORS = frozenset({Role.AUDITOR})


class CheckReports:
    """What an auditor does with what was checked."""

    def __init__(
        self,
        tenancy: Tenancy,
        people: PeopleStore,
        log: ReceiptLog,
        audits: Audits,
        checking: Checking,
        batches: Batches,
        reporting: Reporting,
    ) -> None:
        self._tenancy = tenancy
        self._people = people
        self._log = log
        self._audits = audits
        self._checking = checking
        self._batches = batches
        self._reporting = reporting

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "check_report", ("검증서 확인", "검증서", "검증 보고서", "검증 결과"), ("checkreport",), self.confirm,
                about="감사",
                help="검증서 확인 검증-…-2026-1 — 이곳에서 발급한 검증서인지 확인합니다. 파일을 보내셔도 됩니다",
                roles=_AUDITORS, private=True, desk=True,
            ),
            Route("check_paper", (), (), self.make, press="paper", roles=_AUDITORS, private=True, desk=True,
                  title=words.REPORT),
            Route("exact_point", (), (), self.point, press="exact", roles=_AUDITORS, private=True, desk=True,
                  title=words.POINT),
            Route("exact_point_reason", (), (), self.reasoned, roles=_AUDITORS, private=True, desk=True,
                  title=words.POINT),
        )  # fmt: skip

    async def confirm(self, request: Request) -> Sequence[Reply]:
        """Whether a report, by its number or its file, was issued here."""
        if request.update.files:
            return [
                await self._reporting.same(request.tenant, file) or words.other_report(file.name)
                for file in request.update.files
            ]
        number = request.argument.strip(" '\"‘’“”")
        if not any(char.isdigit() for char in number):  # `검증서 다시 줘`: that of what was checked last
            batch = await self._batches.latest(request.tenant, request.person)
            return [words.how_to_confirm()] if batch is None else await self._made(request, batch)
        report = await self._batches.report(request.tenant, number)
        if report is None:
            return [words.no_report(number)]
        return [words.confirmed(report.number, report.issued_at, report.by, report.counts, report.files, report.leaf)]

    async def make(self, request: Request) -> Sequence[Reply]:
        """The report of the batch whose button was pressed."""
        return await self._made(request, request.argument)

    async def _made(self, request: Request, batch: str) -> Sequence[Reply]:
        head = await self._batches.head(request.tenant, batch)
        if head is None or head.by != request.person:
            return [words.report_gone()]
        results = await self._batches.results(request.tenant, batch)
        if not results:
            return [words.nothing_done()]
        desk = await self._checking.desk(request.tenant, request.person)
        answer = Answer(batch, desk, results, await self._batches.notes(request.tenant, batch))
        try:
            made = await self._reporting.issue(request.tenant, request.person, answer)
        except LogError:
            return [words.not_recorded(self._contact(request))]
        return [words.report(made.number, len(results), made.pdf), words.sheet(made.number, made.workbook)]

    async def point(self, request: Request) -> Sequence[Reply]:
        """Asks for the reason."""
        found = await self._found(request, request.argument)
        if isinstance(found, Reply):
            return [found]
        question = Question("exact_point_reason", request.argument)
        await self._people.ask(request.tenant, request.person, request.chat.ref, question, request.now)
        return [words.ask_point(_near(found), found.at)]

    async def reasoned(self, request: Request) -> Sequence[Reply]:
        """The exact point, after the reason is written down."""
        batch, _, rest = request.argument.partition(" ")
        place, _, reason = rest.partition(" ")
        named = f"{batch} {place}"
        reason = reason.strip()[:_LONGEST_REASON]
        if reason in _NO:
            return [words.point_left()]
        found = await self._found(request, named)
        if isinstance(found, Reply):
            return [found]
        if len(reason) < _SHORTEST_REASON:
            question = Question("exact_point_reason", named)
            await self._people.ask(request.tenant, request.person, request.chat.ref, question, request.now)
            return [words.point_reason_needed()]
        return [await self._shown(request, named, found, reason)]

    async def _shown(self, request: Request, named: str, seen: Seen, reason: str) -> Reply:
        desk, one, access = await self._result(request, named)
        if one is None or access is None or access.audit is None:
            return words.point_refused("")
        facts: dict[str, str | int | bytes] = {
            **access.audit.mandate.facts("point", request.person), "why": reason, "serial": bytes.fromhex(seen.serial),
        }  # fmt: skip
        key = f"point:{request.update.adapter}:{request.update.sender}:{request.update.id or request.now.isoformat()}"
        try:
            await self._log.append(seen.institution, ACCESS, facts, key)
            sealed = await self._checking.opened_again(desk, one, access, key)
        except LogError:
            return words.not_recorded(self._contact(request))
        if sealed is None:
            return words.point_refused("no_key")
        if sealed.point is None:
            return words.no_point()
        at = sealed.point
        return words.point(_near(seen), seen.at, at.lat, at.lon, at.accuracy_m)

    async def _found(self, request: Request, named: str) -> Seen | Reply:
        """The receipt that a button means, if its exact point may be looked at now; else why not."""
        _, one, access = await self._result(request, named)
        if one is None or one.seen is None or access is None:
            return words.report_gone()
        if not self._checking.opens:
            return words.point_refused("no_key")
        if access.audit is None or not access.opens:
            return words.point_refused(access.limit or "no_audit")
        return one.seen

    async def _result(self, request: Request, named: str) -> tuple[Desk, Result | None, Access | None]:
        """The result that a button means, with what a look at it may see by now."""
        desk = await self._checking.desk(request.tenant, request.person)
        batch, _, place = named.partition(" ")
        head = await self._batches.head(request.tenant, batch)
        if head is None or head.by != request.person or not place.isdecimal():
            return desk, None, None
        results = await self._batches.results(request.tenant, batch)
        one = results[int(place)] if int(place) < len(results) else None
        if one is None or one.seen is None:
            return desk, None, None
        return desk, one, await self._audits.may_check(request.tenant, desk.audit, one.seen.institution, one.seen.at)

    def _contact(self, request: Request) -> str:
        return self._tenancy.institution(request.tenant).contact


def _near(seen: Seen) -> str:
    return near(by_code(seen.place).title)

"""정산, 정산 취소: a month's trips, what they are paid, the claim sheet; corrections; a department's month.

Making a sheet uses its receipts and trips in the same step as its leaf of the log, so that pressing twice, or at once,
gives one sheet; whoever asks again gets the very same file. Only a manager takes a sheet back, never one's own, with a
reason; its maker is told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from attest.claims import Sheet
from attest.errors import LogBehindError
from bot.claim_record import unpack
from bot.clock import KST
from bot.handlers import days, expenses
from bot.messenger import Reply
from bot.operators import private_chats
from bot.outbox import Outbox, Row
from bot.papers import claim as papers
from bot.routes import Request, Route
from bot.settings import Person, Role
from bot.settling import Entry, Month, Settling
from bot.tenancy import Tenancy
from bot.wording import settlement as words
from bot.wording import whom, witness

_MANAGERS = frozenset({Role.MANAGER})
_TRIP = re.compile(r"(?P<month>.*?)(?<!\d)(?P<number>\d{1,3}) ?번(?P<said>.*)")
_NUMBER = re.compile(r"정산-\S+-\d{4}-\d{1,6}")
_MONTH = re.compile(r"(?:\d{4}년 ?)?(?<!\d)\d{1,2}월|(?:지난|저번|이번) ?달")
_MONEY = r"(?:여비|출장비)"
_PAID = r"(?:정산|청구|신청|계산|얼마|언제|받)"
_YEAR_MONTH = re.compile(r"(?<!\d)(\d{4}) ?[-./] ?(\d{1,2})(?:월|\.)?(?!\d)")
_LIMIT = re.compile(r"기한|언제까지|마감|며칠")
_GROUNDS = re.compile(r"(?:산출 ?)?근거|산출")
_MOST_SHEETS = 5
_MOST_PEOPLE = 300
_LONGEST_REASON = 200


class Settlement:
    """The claimant's conversation, and the clerk's."""

    def __init__(self, tenancy: Tenancy, settling: Settling, outbox: Outbox) -> None:
        self._tenancy = tenancy
        self._settling = settling
        self._outbox = outbox

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "claim",
                ("정산", "정산서", "출장 정산", "여비 정산"),
                ("claim", "정산"),
                self.claim,
                about="출장",
                help="정산 — 이번 달 출장 영수증과 여비. '정산 10월'은 그 달. 정산서(PDF·엑셀)를 만들어 드립니다",
                sentences=(
                    r"^(?P<argument>\d{1,2}월|지난 ?달|저번 ?달|이번 ?달) ?(?:출장 ?)?(?:정산|영수증)",
                    rf"^(?P<argument>(?:{_MONTH.pattern}|이달)?)(?:치|분)? ?(?:출장 ?)?{_MONEY}(?:를|는|도)? ?{_PAID}",
                    rf"^이번 출장(?:은|에|엔|으로)? ?(?:여비|출장비)?(?:를|는)? ?{_PAID}",
                ),
                press="claim",
                private=True,
            ),
            Route("sheet", (), (), self.sheet, press="sheet", private=True, title="정산서"),
            Route(
                "void_claim",
                ("정산 취소", "정산서 취소"),
                ("voidclaim",),
                self.void,
                about="출장",
                help="정산 취소 정산-총무과-2026-3 이유 — 잘못 만든 정산서를 취소합니다",
                roles=_MANAGERS,
                private=True,
            ),
        )

    async def claim(self, request: Request) -> Sequence[Reply]:
        """This month, or the one named; a sheet by its number; a correction; a department's month."""
        said, today = request.argument, request.now.astimezone(KST).date()
        if _NUMBER.fullmatch(said):
            return await self._numbered(request, said)
        said = _YEAR_MONTH.sub(r"\1년 \2월", said)
        if days.month(said, today) is None and _MONTH.search(said):
            return [words.no_month()]
        first = days.month(said, today) or today.replace(day=1)
        if trip := _TRIP.fullmatch(said):
            first = days.month(trip["month"], today) or today.replace(day=1)
            return [await self._state(request, first, int(trip["number"]), trip["said"])]
        rest = _MONTH.sub(" ", said).strip()
        if _GROUNDS.fullmatch(rest):
            return [words.grounds([_row(entry) for entry in (await self._month(request, first)).entries], first.month)]
        if rest and rest != request.member.person.department and self._departments(request.tenant, rest):
            return await self._department(request, rest, first)
        if rest and Role.MANAGER in request.member.person.roles:
            return await self._department(request, rest, first)
        month = await self._month(request, first)
        if rest and _LIMIT.search(rest):
            return [words.due([_row(entry) for entry in month.entries])]
        if not month.entries:
            return [words.nothing(first.month, this=first == today.replace(day=1))]
        return [words.month([_row(entry) for entry in month.entries], first, today)]

    async def sheet(self, request: Request) -> Sequence[Reply]:
        """The sheet of what is free in the month; where nothing is, those that were made of it."""
        first = _first(request.argument)
        if first is None:
            return [words.how_to_void()]
        institution, person = self._tenancy.institution(request.tenant), request.member.person
        try:
            made = await self._settling.make(institution, person, first, request.now)
        except LogBehindError as error:
            return [witness.stopped(error.size, error.known, institution.contact)]
        month = await self._month(request, first)
        left = sum(not entry.finished for entry in month.entries)
        if made is not None:
            return await self._files(request.tenant, made, left, again=False)
        replies: list[Reply] = []
        for number in month.sheets[-_MOST_SHEETS:]:
            there = await self._settling.claims.sheet(request.tenant, number)
            replies += await self._files(request.tenant, there, left, again=True) if there else []
        return replies or [words.none_ready(first.month, left)]

    async def void(self, request: Request) -> Sequence[Reply]:
        """Takes a sheet back, by a manager who did not make it; its maker is told."""
        number, _, reason = request.argument.partition(" ")
        reason = reason.strip()[:_LONGEST_REASON]
        if not _NUMBER.fullmatch(number) or not reason:
            return [words.how_to_void()]
        institution = self._tenancy.institution(request.tenant)
        there = await self._settling.claims.sheet(request.tenant, number)
        if there is None:
            return [words.no_sheet(number, whom(institution.contact))]
        if there.by == request.person:
            return [words.not_ones_own()]
        try:
            ended = await self._settling.claims.void(request.tenant, number, request.person, reason) or there
        except LogBehindError as error:
            return [witness.stopped(error.size, error.known, institution.contact)]
        maker = self._tenancy.member(request.tenant, there.by)
        if maker is not None:
            notice = words.told_of_void(number, ended.reason, whom(institution.contact))
            rows = [
                Row(chat, f"void/{number}", 1, "notice", notice, request.now) for chat in private_chats(maker.person)
            ]
            await self._outbox.put(request.tenant, rows)
        name = maker.person.name if maker else there.by
        before = there.voided_at is not None
        return [words.voided(number, name, ended.voided_at or request.now, ended.reason, before=before)]

    async def _month(self, request: Request, first: date) -> Month:
        institution, today = self._tenancy.institution(request.tenant), request.now.astimezone(KST).date()
        return await self._settling.month(institution, request.member.person, first, today)

    async def _numbered(self, request: Request, number: str) -> Sequence[Reply]:
        there = await self._settling.claims.sheet(request.tenant, number)
        may = there is not None and (there.by == request.person or Role.MANAGER in request.member.person.roles)
        if there is None or not may:
            return [words.no_sheet(number, whom(self._tenancy.institution(request.tenant).contact))]
        return await self._files(request.tenant, there, 0, again=True)

    async def _files(self, tenant: str, sheet: Sheet, left: int, *, again: bool) -> Sequence[Reply]:
        made = await self._settling.papers(tenant, sheet)
        if made is None:
            return [words.gone(sheet.number)]
        return words.sheet(made.number, made.pdf, made.xlsx, left, again=again)

    async def _state(self, request: Request, first: date, number: int, said: str) -> Reply:
        """Writes down what was said of one trip of the list."""
        entry = next((one for one in (await self._month(request, first)).entries if one.number == number), None)
        told = expenses.read(said)
        if entry is None:
            return words.no_such(number)
        if entry.sheet:
            return words.in_a_sheet(number, entry.sheet)
        if not entry.line.trip:
            return words.a_receipt_alone(number)
        if told is None:
            return words.unread(number)
        named = told.vehicle and "vehicle" not in entry.line.stated and entry.line.vehicle
        if named and named != told.vehicle:
            return words.vehicle_known(number, entry.line.vehicle)
        await self._settling.state(request.tenant, entry.line, told)
        again = (await self._month(request, first)).entries
        return words.stated(number, told.stated, next(one.line for one in again if one.line.trip == entry.line.trip))

    def _departments(self, tenant: str, name: str) -> list[Person]:
        people = self._tenancy.institution(tenant).people
        return [person for person in people if person.department == name]

    async def _department(self, request: Request, name: str, first: date) -> Sequence[Reply]:
        """A department's month: for managers of the institution."""
        institution = self._tenancy.institution(request.tenant)
        if Role.MANAGER not in request.member.person.roles:
            return [words.managers_only(whom(institution.contact))]
        people = self._departments(request.tenant, name)
        if not people:
            return [words.no_department(name)]
        shares, records, today = [], [], request.now.astimezone(KST).date()
        for person in people[:_MOST_PEOPLE]:
            month = await self._settling.month(institution, person, first, today)
            sheets = [await self._settling.claims.sheet(request.tenant, number) for number in month.sheets]
            told = [unpack(sheet.record) for sheet in sheets if sheet is not None and sheet.record]
            records += told
            unfinished = sum(not entry.finished and not entry.sheet for entry in month.entries)
            amount = sum(record.total for record in told)
            shares.append(words.Share(person.name, month.sheets, amount, len(month.free), unfinished))
        xlsx = papers.xlsx_of(records) if records else None
        return words.department(name, first.month, shares, xlsx)


def _row(entry: Entry) -> words.Row:
    return words.Row(entry.number, entry.line, entry.sheet, entry.finished, entry.settle_by)


def _first(text: str) -> date | None:
    """The first day of the month that a button names."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return None

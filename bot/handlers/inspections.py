"""점검: an auditor lists and samples the trips of a period, and lays the books of other offices beside them.

```
점검 … → scope → trips and receipts, checked, each look written down → sheets in the sandbox → beside → table, summary
files while it waits → the same once more     "2열은 출발시각" → the same once more
```
It finds nobody guilty of anything: two times and where each comes from. Uploaded sheets are never stored.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol, TypeVar

from attest.errors import PaperRefusedError
from attest.inspection import Inspection, inspect
from attest.ledgers import Row
from attest.sampling import Item, Sample, draw
from bot.clock import KST
from bot.handlers.audits import AUDITORS, update_key
from bot.inspecting import corrections, scope
from bot.inspecting.gathering import Asking, Gathered, Gathering
from bot.inspecting.rounds import Rounds
from bot.inspecting.scope import Scope
from bot.inspecting.waiting import LIFE, Place, Table, Tables
from bot.messenger import OutFile, Reply
from bot.papers import cells, inspected, sheets
from bot.papers.columns import Correction
from bot.people import PeopleStore, Question
from bot.periods import NoSuchPeriodError, Period
from bot.routes import Request, Route
from bot.tenancy import Tenancy
from bot.wording import inspection_tables
from bot.wording import inspections as words

T = TypeVar("T")
_LONGEST = timedelta(days=366)
_READ_S = 20.0
_FIRST_YEAR = 2000


class Sandbox(Protocol):
    """Runs a function on foreign bytes in a process that can be killed."""

    async def __call__(self, function: Callable[..., T], /, *args: object, timeout_s: float | None = None) -> T:
        """What the function returns; TimeoutError, MemoryError or ChildProcessError when it was stopped."""


@dataclass(frozen=True, slots=True)
class _Understood:
    """The sheets on the table as they were read, and the files that were not, each with the reason."""

    reads: tuple[sheets.Read, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()

    @property
    def rows(self) -> list[Row]:
        return [row for read in self.reads for row in read.rows]


class Inspections:
    """The auditor's conversation about all trips of a period."""

    def __init__(
        self, tenancy: Tenancy, people: PeopleStore, gathering: Gathering, rounds: Rounds, sandbox: Sandbox
    ) -> None:
        self._tenancy = tenancy
        self._people = people
        self._gathering = gathering
        self._rounds = rounds
        self._sandbox = sandbox
        self._tables = Tables()

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "inspect",
                ("점검", "출장 점검", "출장 실태점검"),
                ("inspect", "점검"),
                self.inspect,
                sentences=scope.SENTENCES,
                about="감사",
                help="점검 총무과 10월 — 그 기간 출장을 표로 드리고, 보내신 운행일지·출입기록과 나란히 놓습니다",
                roles=AUDITORS,
                private=True,
                quiet=True,
            ),
            Route(
                "inspect_more",
                (),
                (),
                self.more,
                roles=AUDITORS,
                private=True,
                title="점검",
                takes=corrections.fits,
                sheets=corrections.are_sheets,
            ),
        )

    async def inspect(self, request: Request) -> Sequence[Reply]:
        """The trips of what was asked for, with any sheets beside them."""
        today = request.now.astimezone(KST).date()
        others = await self._gathering.named(request.tenant, request.person)
        homes = {one: self._gathering.departments(one) for one in (request.tenant, *others)}
        try:
            wanted = scope.read(
                request.argument, today, homes, others, request.tenant, self._gathering.names(request.tenant)
            )  # fmt: skip
        except NoSuchPeriodError as error:
            return [words.no_such_period(backwards=error.backwards, text=request.argument)]
        home = wanted.tenant or request.tenant
        period = wanted.period or await self._audits_days(request, wanted)
        refused = self._refused(request, wanted, period, homes[home])
        if refused is not None or period is None:
            return [refused or words.how()]
        if wanted.year:
            return await self._year(home, period, wanted)
        table = self._tables.lay(self._place(request), request.argument, request.now)
        if request.update.files:
            table = self._tables.add(self._place(request), request.update.files, request.now) or table
        return await self._answer(request, wanted, period, table)

    async def more(self, request: Request) -> Sequence[Reply]:
        """Sheets that come after the question, or a word about one."""
        place = self._place(request)
        table = self._tables.at(place, request.now)
        if table is None:
            return [words.over()]
        files = request.update.files
        if files:
            table = self._tables.add(place, files, request.now) or table
        said = corrections.read(request.update.text, [file.name for file in table.files])
        table = self._tables.correct(place, said, request.now) or table
        if not (said or files):
            return [words.not_understood(request.update.text)]
        today = request.now.astimezone(KST).date()
        others = await self._gathering.named(request.tenant, request.person)
        homes = {one: self._gathering.departments(one) for one in (request.tenant, *others)}
        wanted = scope.read(
            table.argument, today, homes, others, request.tenant, self._gathering.names(request.tenant)
        )  # fmt: skip
        period = wanted.period or await self._audits_days(request, wanted)
        if period is None:
            return [words.over()]
        return await self._answer(request, wanted, period, table, said)

    def _refused(
        self, request: Request, wanted: Scope, period: Period | None, departments: Sequence[str]
    ) -> Reply | None:
        if wanted.unknown:
            return words.unknown_department(wanted.unknown, departments)
        if not request.argument and period is None:
            return words.how()
        if period is None:
            return words.no_period("·".join(wanted.departments) or "전체")
        if not _FIRST_YEAR <= period.first.year <= request.now.year + 1:
            return words.no_such_period(backwards=False, text=request.argument)
        return words.too_long() if period.last - period.first > _LONGEST else None

    async def _audits_days(self, request: Request, wanted: Scope) -> Period | None:
        """Without a period it is the one of the audit in hand."""
        audit = await self._gathering.audit(request.tenant, request.person)
        if audit is None or not (wanted.departments or request.argument):
            return None
        first, last = audit.mandate.since, audit.mandate.until - timedelta(seconds=1)
        return Period(first.astimezone(KST).date(), last.astimezone(KST).date())

    # --- the answer

    async def _answer(
        self, request: Request, wanted: Scope, period: Period, table: Table, said: Sequence[Correction] = ()
    ) -> Sequence[Reply]:
        home = wanted.tenant or request.tenant
        name = self._tenancy.institution(home).name if home != request.tenant else ""
        people = (*self._called(home, wanted), *wanted.documents)
        scoped = words.scoped(name, (*wanted.departments, *people), words.span(period.first, period.last))
        asking = Asking(
            request.tenant, request.person, home, period, wanted.departments, update_key(request), wanted.people,
            wanted.documents,
        )  # fmt: skip
        gathered = await self._gathering.gather(asking)
        await self._wait(request)
        understood = await self._understood(table, period)
        first = [words.understood(understood.reads, understood.refused, _told(said, understood))] if table.files else []
        if not (gathered.lines or understood.rows):
            return [*first, words.none_found(scoped, gathered.outside, gathered.unlisted)]
        await self._note(asking, gathered, request.now)
        checked = await asyncio.to_thread(self._checked, request, asking, gathered, understood, table, wanted, scoped)
        book, paper = await asyncio.to_thread(_papers, checked)
        text = self._text(checked, gathered, scoped, understood)
        file = words.file_name(name, (*wanted.departments, *people), period.first, period.last)
        return [*first, words.with_table(text, file, book), words.with_summary(file, paper)]

    def _checked(
        self, request: Request, asking: Asking, gathered: Gathered, understood: _Understood, table: Table,
        wanted: Scope, scoped: str,
    ) -> inspected.Checked:  # fmt: skip
        amounts = {line.key: line.amount for line in gathered.lines if line.amount is not None}
        cases = [line.case for line in gathered.lines]
        found = inspect(cases, understood.rows, gathered.people, amounts, wanted.departments)
        institution = self._tenancy.institution(asking.of).name
        number = gathered.audit.number if gathered.audit else ""
        seed = inspection_tables.seed(number, institution, asking.period.first, asking.period.last)
        fields = (
            ("기관", institution), ("범위", scoped), ("점검 일시", inspection_tables.instant(request.now)),
            ("점검한 사람", request.member.person.name), ("감사 문서번호", number or "없음"),
            ("출장", f"{len(gathered.lines):,}건"),
        )  # fmt: skip
        count = wanted.sample or -(-len(gathered.lines) * wanted.share // 100)
        sample = _sample(gathered, found, count, seed) if count else None
        return inspected.Checked(
            f"{inspection_tables.TITLE} · {scoped}", fields, gathered.lines, found, understood.reads, sample, amounts,
            files=[(file.name, hashlib.sha256(file.data).hexdigest()) for file in table.files],
        )  # fmt: skip

    def _text(self, checked: inspected.Checked, gathered: Gathered, scoped: str, understood: _Understood) -> str:
        found = checked.found
        marks = Counter(mark for compared in found.cases for mark in compared.marks)
        noted = words.noted(gathered.audit.number if gathered.audit else "", gathered.outside, gathered.unlisted)
        rest = [noted, words.go_on()]
        if understood.rows:
            beside = sum(len(compared.beside) for compared in found.cases)
            told = words.matched(beside, len(found.strays), len(found.unclear), len(found.strangers))
            rest = [f"{told}. {noted}"]
        if found.comparisons:
            one = found.comparisons[0]
            line = next(line for line in gathered.lines if line.key == one.case)
            rest.append(words.largest(one, line.name, signed=inspected.is_signed(line, one)))
        drawn = len(checked.sample.keys) if checked.sample else 0
        return words.listed(scoped, len(gathered.lines), marks, drawn, rest)

    async def _note(self, asking: Asking, gathered: Gathered, now: datetime) -> None:
        if asking.people or asking.documents:
            return  # one person's trips are no round of the department
        months = {(line.department, line.case.day.replace(day=1)) for line in gathered.lines}
        number = gathered.audit.number if gathered.audit else ""
        await self._rounds.note(asking.of, sorted(months), number, now, asking.key)

    async def _wait(self, request: Request) -> None:
        """Files and words about them belong to this question from now on."""
        await self._people.ask(
            request.tenant, request.person, request.chat.ref, Question("inspect_more", "", LIFE), request.now
        )

    async def _understood(self, table: Table, period: Period) -> _Understood:
        days = cells.Period(period.first, period.last + timedelta(days=1))
        reads: list[sheets.Read] = []
        refused: list[tuple[str, str]] = []
        for file in table.files:
            about = tuple(one for one in table.corrections if not one.file or one.file == file.name)
            try:
                packed = await self._sandbox(sheets.understand, file.data, file.name, days, about, timeout_s=_READ_S)
            except PaperRefusedError as error:
                refused.append((file.name, error.reason))
            except TimeoutError:
                refused.append((file.name, "time"))
            except (MemoryError, ChildProcessError, ValueError):
                refused.append((file.name, "memory"))
            else:
                reads += map(sheets.unpacked, packed)
        return _Understood(tuple(reads), tuple(refused))

    # --- a year

    async def _year(self, home: str, period: Period, wanted: Scope) -> Sequence[Reply]:
        counts = await self._gathering.counted(home, period)
        if wanted.departments:
            counts = {place: count for place, count in counts.items() if place[0] in wanted.departments}
        number = period.first.year
        if not counts:
            return [words.no_year(number)]
        rounds = await self._rounds.of(home, period.first, period.last)
        months = [date(number, month, 1) for month in range(1, 13)]
        looked = {(one.department, one.month) for one in rounds} & set(counts)
        title = f"{inspection_tables.TITLE} {number}년"
        data = await asyncio.to_thread(inspected.year_book, title, counts, rounds, months)
        text = words.year(number, sum(counts.values()), len({name for name, _ in counts}), len(looked), len(counts))
        return [Reply(text, file=OutFile(f"{title}.xlsx", data))]

    def _called(self, home: str, wanted: Scope) -> list[str]:
        """The names of the people who are meant."""
        members = (self._tenancy.member(home, one) for one in wanted.people)
        return [member.person.name for member in members if member is not None]

    @staticmethod
    def _place(request: Request) -> Place:
        return request.tenant, request.person, request.chat.ref


def _papers(checked: inspected.Checked) -> tuple[bytes, bytes]:
    return inspected.as_book(checked), inspected.as_pdf(checked)


def _sample(gathered: Gathered, found: Inspection, count: int, seed: str) -> Sample:
    compared = {one.case.id: one for one in found.cases}
    items = [
        Item(line.key, (line.department, inspected.is_flagged(line, compared[line.key]))) for line in gathered.lines
    ]
    return draw(items, count, seed)


def _told(said: Sequence[Correction], understood: _Understood) -> list[str]:
    """What was put right, in words."""
    told = []
    for one in said:
        read = next((read for read in understood.reads if one.file in {"", read.file}), None)
        if one.source is not None:
            told.append(words.as_book(one.file, one.source))
        elif one.column is not None:
            told.append(words.column(one.column + 1, one.field, read.source if read else None))
    return told

"""인사발령 · 명부: personnel orders by sheet or pasted table, read back as a difference and applied in one act.

The sheet is read in the sandbox. Nothing changes before [적용], nothing half: all moves of a day are one write, those
of later days wait beside them and happen by themselves. Unclear lines are named and left out; whoever is missing in a
list of everybody stays unless that is said. Everything can be taken back for a week.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final, Protocol, TypeVar

from attest.errors import PaperRefusedError
from bot import open_sheets
from bot.clock import KST
from bot.handlers.roster_desk import BOSSES, Desk
from bot.messenger import InFile, Reply
from bot.papers import workbook
from bot.people import PeopleStore, Question
from bot.roster import Entry, Kind, LastManagerError, Move, Roster, moves_of, touches_operators
from bot.roster_drafts import Drafts
from bot.roster_orders import Dated, Ground, Plan, Reason, Unclear, What, by_day, planned
from bot.roster_sheet import Line, Sheet, understand, understand_text
from bot.roster_table import UNDOABLE
from bot.routes import Request, Route
from bot.settings import Role
from bot.wording import roster as roster_words
from bot.wording import roster_orders as words

T = TypeVar("T")
_READ_S: Final = 30.0
_SHEETS: Final = (".xlsx", ".xls", ".ods", ".csv", ".tsv", ".txt", ".xlsm", ".htm", ".html")
_NAMED: Final = ("인사발령", "발령", "전보", "전출", "전입", "명부", "인사이동")
_SHOWN: Final = 3
_UNDONE: Final = re.compile(
    r"^(?:방금 ?|아까 ?)?(?:적용(?:한)? ?(?:거|것)?(?:을|를)? ?)?(?:되돌|취소|무르|물러|원래대로|잘못)"
)
_SPOKEN: Final = re.compile(
    r"(?:니다|[가-힣]요|죠|줘|주세|주십시오?|니까|[?？])[\s.!?~]*$"
    r"|[과국실팀관](?:으로|로|만)(?=\s)"
)
"""A sentence, and no pasted table."""


class Sandbox(Protocol):
    """Runs a function on foreign bytes where it can do no harm."""

    def __call__(self, function: Callable[..., T], /, *args: object, timeout_s: float | None = None) -> Awaitable[T]:
        """What the function returns; TimeoutError, MemoryError or ChildProcessError when it was stopped."""


class AppointmentTalk:
    """The conversation about personnel orders."""

    def __init__(
        self, desk: Desk, roster: Roster, drafts: Drafts, people: PeopleStore, sandbox: Sandbox,
        wake: Callable[[], object],
    ) -> None:  # fmt: skip
        self._desk, self._roster, self._drafts = desk, roster, drafts
        self._people, self._sandbox, self._wake = people, sandbox, wake
        self._named: dict[tuple[str, str, str], str] = {}

    def routes(self) -> tuple[Route, ...]:
        """What administrators say."""
        return (
            Route(
                "posting",
                ("인사발령", "인사 발령", "인사이동", "명부", "전 직원 명부", "전직원 명부"),
                ("postings",),
                self.take,
                about="관리",
                help="인사발령 — 발령 엑셀이나 붙인 표를 명부와 견주어 한 번에 적용합니다",
                press="posting",
                roles=BOSSES,
                private=True,
                takes=lambda text: len(text.split()) >= 4 and _SPOKEN.search(text) is None,
                sheets=_are_sheets,
                brings=lambda files: _are_sheets(files) and any(word in one.name for one in files for word in _NAMED),
            ),
            Route(
                "posting-sheet",
                (),
                (),
                self.brought,
                roles=BOSSES,
                private=True,
                title="인사발령",
                brings=_are_sheets,
                unless=frozenset({Role.AUDITOR, Role.KITCHEN}),
            ),
        )

    async def take(self, request: Request) -> Sequence[Reply]:
        """A sheet, a pasted table, a button, or the question how."""
        if request.update.press is not None:
            return [await self._pressed(request)]
        if request.update.files:
            return [await self._file(request, request.update.files[0])]
        pasted = request.update.text.strip()
        first, _, rest = pasted.partition("\n")
        pasted = rest if len(first.split()) <= 3 and rest else pasted
        if pasted.count("\n") >= 1 and len(pasted.split()) >= 4:
            return [await self._read(request, "", understand_text, pasted)]
        if _UNDONE.search(request.argument):
            return [await self._latest(request)]
        await self._people.ask(request.tenant, request.person, request.chat.ref, Question("posting", ""), request.now)
        rows = [
            (one.day, len(moves_of(one.text)), f"posting:stop:{one.batch}")
            for one in self._desk.mirror.waiting(request.tenant)
        ]
        return [words.waiting(rows) if rows else words.how()]

    async def brought(self, request: Request) -> Sequence[Reply]:
        """A sheet whose name does not say what it is, from whoever cares for people alone: read as orders."""
        told = (await self.take(request))[0]
        return [told if told.buttons else words.what_sheet(told)]

    async def _file(self, request: Request, file: InFile) -> Reply:
        return await self._read(request, file.name, understand, file.data, file.name)

    async def _read(self, request: Request, name: str, reads: Callable[..., Sheet], *args: object) -> Reply:
        today = request.now.astimezone(KST).date()
        try:
            sheet = await self._sandbox(reads, *args, today, timeout_s=_READ_S)
        except PaperRefusedError as error:
            return words.unread(name, str(getattr(error, "reason", "") or error))
        except TimeoutError:
            return words.unread(name, "time")
        except (MemoryError, ChildProcessError, ValueError):
            return words.unread(name, "large")
        if not sheet.lines:
            return words.no_head(name, sheet.headings)
        place = self._desk.place(request, request.argument)
        if isinstance(place, Reply):
            return place
        draft = self._desk.key(request)[:12]
        await self._drafts.keep(place.tenant, draft, sheet)
        return self._shown(request, place.tenant, draft, sheet, today)

    async def read_back(self, request: Request, tenant: str, sheet: Sheet, head: str) -> Reply:
        """What was said by word and not by sheet, shown as a sheet's difference is; `head` says how it was read."""
        draft = self._desk.key(request)[:12]
        await self._drafts.keep(tenant, draft, sheet)
        shown = self._shown(request, tenant, draft, sheet, request.now.astimezone(KST).date())
        return replace(shown, text=f"{head}\n{shown.text}")

    def _plan(self, request: Request, tenant: str, draft: str, sheet: Sheet, today: date) -> Plan:
        entries = self._desk.mirror.entries(tenant)
        in_file = frozenset(one.id for one in entries if self._desk.mirror.in_file(tenant, one.id))
        name = self._desk.tenancy.institution(tenant).name
        plan = planned(sheet, Ground(tenant, name, entries, in_file, today, draft))
        if not self._desk.operates(request):
            _spare_operators(plan)
        return plan

    def _shown(self, request: Request, tenant: str, draft: str, sheet: Sheet, today: date) -> Reply:
        plan = self._plan(request, tenant, draft, sheet, today)
        unclear = [
            words.unclear_line(one.line.number, one.line.name, one.reason.value) for one in plan.unclear[:_SHOWN]
        ]
        days = sorted({one.day for one in plan.moves})
        press = f"{draft}:{plan.digest}:{self._desk.token(tenant, '')[:6]}"
        return words.difference(_counts(plan), days, today, unclear, press, whole=sheet.whole)

    # --- buttons

    async def _pressed(self, request: Request) -> Reply:
        what, _, rest = request.argument.partition(":")
        draft, _, tail = rest.partition(":")
        digest, _, mark = tail.partition(":")
        tenant = self._tenant(request, mark)
        if what == "stop":
            return await self._stop(request, draft)
        if what == "undo":
            return await self._undo(request, tenant, draft)
        made = await self._roster.made(tenant, _change(draft))
        if made is not None and what in {"ok", "yes"}:  # whoever applied it may have died before it was logged
            await self._desk.note(
                request, tenant, "posting-applied", f"{draft} {len(made)}", key=f"posting-applied:{draft}"
            )
        if made is not None and what != "file":
            return words.applied_already()
        sheet = await self._drafts.get(tenant, draft)
        if sheet is None:
            return words.gone()
        if what == "no":
            await self._drafts.drop(tenant, draft)
            return words.called_off()
        await self._desk.mirror.refresh()
        today = request.now.astimezone(KST).date()
        plan = self._plan(request, tenant, draft, sheet, today)
        if what in {"ask", "file"}:
            asked = what == "ask"
            told = words.detail(_workbook(plan, self._desk.mirror.entries(tenant))) if not asked else None
            return told or await self._asked(request, tenant, draft, sheet, plan)
        if plan.digest != digest:
            return words.changed(self._shown(request, tenant, draft, sheet, today))
        if what == "all":
            names = [f"{one.department} {one.name}".strip() for one in plan.missing]
            return words.ask_all(len(names), names, rest)
        return await self._apply(request, tenant, draft, plan, everybody=what == "yes")

    async def _asked(self, request: Request, tenant: str, draft: str, sheet: Sheet, plan: Plan) -> Reply:
        """What is asked of the open difference, or wanted without somebody: answered or shown anew, never applied."""
        today = request.now.astimezone(KST).date()
        shown = self._shown(request, tenant, draft, sheet, today)
        text, key = request.update.text, (request.tenant, request.person, draft)
        names = {one.name for one in sheet.lines} | {one.name for one in plan.missing}
        who = open_sheets.named_in(text, names) or open_sheets.somebody(text) or self._named.get(key, "")
        if open_sheets.kind_of(text) == "without":
            mine = [one for one in sheet.lines if one.name == who]
            if sheet.whole or len(mine) != 1:
                return words.beside(words.not_without(who, len(mine)), shown)
            rest = replace(sheet, lines=tuple(one for one in sheet.lines if one.name != who))
            anew = self._desk.key(replace(request, update=replace(request.update, press=None)))[:12]
            await self._drafts.keep(tenant, anew, rest)
            await self._drafts.drop(tenant, draft)
            return words.beside(words.without(who), self._shown(request, tenant, anew, rest, today))
        if not who:
            return shown
        self._named = {key: who}
        told = [
            words.is_moved(one.line.number, words.WHATS[one.what.value], one.day)
            for one in plan.moves
            if one.line.name == who
        ]
        told += [
            words.unclear_line(one.line.number, who, one.reason.value) for one in plan.unclear if one.line.name == who
        ]
        return words.beside(words.stands(who, told), shown)

    def _tenant(self, request: Request, mark: str) -> str:
        """Whose sheet a button is about: one's own institution's, or for operators the one that it names."""
        if mark and self._desk.operates(request):
            for home in self._desk.tenancy.institutions():
                if self._desk.token(home.id, "")[:6] == mark:
                    return home.id
        return request.tenant

    async def _apply(self, request: Request, tenant: str, draft: str, plan: Plan, *, everybody: bool) -> Reply:
        today = request.now.astimezone(KST).date()
        if everybody:
            gone = [_leaver(one) for one in plan.missing]
            plan.moves += [Dated(move, today, What.OUT, Line("", 0, move.entry.name)) for move in gone]
        days = dict(by_day([*plan.moves, *plan.returns]))
        now = days.pop(today, [])
        try:
            await self._roster.apply(tenant, _change(draft), now, today, days, keep=self._keepers(tenant, plan.moves))
        except LastManagerError:
            return words.last_manager()
        await self._desk.mirror.refresh()
        self._wake()
        counts = _counts(plan)
        about = f"{draft} -{counts.out} +{counts.into} ~{counts.moved} ={counts.other} {counts.noted}"
        await self._desk.note(request, tenant, "posting-applied", about, key=f"posting-applied:{draft}")
        later = [(when, len(moves)) for when, moves in sorted(days.items())]
        return words.applied(counts, later, f"{draft}::{self._desk.token(tenant, '')[:6]}")

    def _keepers(self, tenant: str, moves: Sequence[Dated]) -> dict[str, bool] | None:
        """Administrators of whom one must be left; None where none goes."""
        managers = self._desk.mirror.managers(tenant)
        leaving = {one.move.entry.id for one in moves if _ends_access(one)}
        staying = {person: file for person, file in managers.items() if person not in leaving}
        return staying if leaving & set(managers) else None

    async def _undo(self, request: Request, tenant: str, draft: str) -> Reply:
        made = await self._roster.made(tenant, _change(draft)) or ()
        if touches_operators(made) and not self._desk.operates(request):
            return roster_words.may_not_grant(Role.OPERATOR.value, [])
        undone = await self._roster.undo(tenant, _change(draft))
        await self._desk.mirror.refresh()
        self._wake()
        if undone.known and undone.now + undone.before > 0:
            await self._desk.note(
                request,
                tenant,
                "posting-undone",
                f"{draft} {undone.now + undone.before}",
                key=f"posting-undone:{draft}",
            )
        return words.undone(undone.now, undone.overtaken)

    async def _latest(self, request: Request) -> Reply:
        """What was applied last and can be taken back still, with its button."""
        acts = await self._desk.acts.listing(request.tenant, request.now - UNDOABLE)
        over = {one.about.split()[0] for one in acts if one.what == "posting-undone" and one.about}
        last = next((one for one in acts if one.what == "posting-applied" and one.about.split()[0] not in over), None)
        if last is None:
            return words.nothing_to_undo()
        return words.undo_which(last.at, f"{last.about.split()[0]}::{self._desk.token(request.tenant, '')[:6]}")

    async def _stop(self, request: Request, batch: str) -> Reply:
        """What waits for its day does not happen."""
        one = next((one for one in self._desk.mirror.waiting(request.tenant) if one.batch == batch), None)
        if one is None or not await self._roster.call_off(request.tenant, f"stop-{self._desk.key(request)}", one.field):
            return words.not_waiting()
        await self._desk.mirror.refresh()
        await self._desk.note(request, request.tenant, "posting-stopped", f"{batch} {one.day.isoformat()}")
        return words.waits_no_more(one.day)


def _are_sheets(files: Sequence[InFile]) -> bool:
    return len(files) == 1 and files[0].name.lower().endswith(_SHEETS)


def _change(draft: str) -> str:
    return f"posting-{draft}"


def _spare_operators(plan: Plan) -> None:
    """Leaves out what would let an operator go."""
    going = [one for one in plan.moves if _ends_access(one) and Role.OPERATOR in one.move.entry.roles]
    spared = {one.move.entry.id for one in going}
    plan.moves = [one for one in plan.moves if one not in going]
    plan.returns = [one for one in plan.returns if one.move.entry.id not in spared]
    plan.unclear += [Unclear(one.line, Reason.OPERATOR) for one in going]
    plan.missing = [one for one in plan.missing if Role.OPERATOR not in one.roles]


def _ends_access(one: Dated) -> bool:
    """Whether somebody can't be reached after it, for good or for a time."""
    return one.move.kind is Kind.LEAVE or bool(one.move.entry.rest)


def _leaver(entry: Entry) -> Move:
    return Move(Kind.LEAVE, entry, why="명부에 없음")


def _counts(plan: Plan) -> words.Counts:
    found = Counter(one.what for one in plan.moves)
    return words.Counts(
        found[What.OUT], found[What.IN], found[What.MOVED], found[What.OTHER], plan.same, len(plan.unclear),
        len(plan.missing), found[What.REST], found[What.LENT], found[What.BACK],
    )  # fmt: skip


def _workbook(plan: Plan, entries: Sequence[Entry]) -> bytes:
    stands = {one.id: one.department for one in entries}
    changes = [
        (
            words.WHATS[one.what.value], one.move.entry.name, one.move.entry.number, stands.get(one.move.entry.id, ""),
            "" if one.what is What.OUT else one.move.entry.department, one.move.entry.rank, one.day, one.line.sheet,
            one.line.number,
        )
        for one in plan.moves
    ]  # fmt: skip
    left = [
        (
            one.line.sheet, one.line.number, one.line.name, one.line.employee, one.line.before or one.line.department,
            one.line.after, words.REASONS[one.reason.value],
        )
        for one in plan.unclear
    ]  # fmt: skip
    missing = [(one.name, one.department, one.number) for one in plan.missing]
    made = [
        _page(head, rows) for head, rows in ((words.CHANGES, changes), (words.LEFT_OUT, left), (words.MISSING, missing))
    ]
    return workbook.write(workbook.Book(words.CHANGES[0], tuple(made)))


def _page(head: tuple[str, tuple[str, ...]], rows: Sequence[Sequence[workbook.Value]]) -> workbook.Sheet:
    name, titles = head
    kinds: dict[str, workbook.Kind] = {"적용일": "date", "행": "number"}
    return workbook.Sheet(name, tuple(workbook.Column(title, 16, kinds.get(title, "text")) for title in titles), rows)

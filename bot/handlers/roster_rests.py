"""휴직 처리 · 복직: access and what is said rest for a time, and come back as they were. Many at once by 인사발령."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.absences import span_in
from bot.clock import KST
from bot.handlers.roster_desk import BOSSES, Desk, Target
from bot.hours_words import NoSuchDayError
from bot.messenger import Reply
from bot.roster import LastManagerError
from bot.roster_care import Refusal, RosterCare, Written
from bot.routes import Handle, Request, Route
from bot.settings import Role
from bot.wording import roster as roster_words
from bot.wording import roster_rests as words


class RestTalk:
    """The conversation of whoever administers. `from_a_day` takes what names the first day, too."""

    def __init__(self, desk: Desk, care: RosterCare, from_a_day: Handle) -> None:
        self._desk, self._care, self._from_a_day = desk, care, from_a_day

    def routes(self) -> tuple[Route, ...]:
        """What administrators say."""
        return (
            Route(
                "staff-rest", ("휴직 처리", "휴직처리", "휴직 등록"), ("absence",), self.rest, about="관리",
                help="휴직 처리 홍길동 2027-05-31까지 — 접속과 알림을 복직일까지 멈춥니다", press="staff-rest",
                roles=BOSSES, private=True,
            ),
            Route(
                "staff-back", ("복직", "복직 처리", "복직처리", "파견 복귀"), ("back-from-absence",), self.back,
                about="관리", help="복직 홍길동 — 휴직이나 파견을 끝냅니다", press="staff-back", roles=BOSSES,
                private=True,
            ),
        )  # fmt: skip

    async def rest(self, request: Request) -> Sequence[Reply]:
        """Asked once, then at once."""
        what, _, tail = request.argument.partition(":")
        token, _, day = tail.partition(":")
        if request.update.press is not None and what in {"yes", "no"}:
            return [await self._pressed(request, token, day) if what == "yes" else roster_words.kept()]
        if request.update.press is None and not request.argument.strip():
            return [words.how()]
        today = request.now.astimezone(KST).date()
        try:
            span = None if request.update.press is not None else span_in(request.argument, request.now)
        except NoSuchDayError:
            return [words.no_days()]
        if span is not None and span.since is not None and span.since > today:
            named = " ".join(span.rest.replace(",", " ").split())
            return await self._from_a_day(replace(request, argument=f"{named} {span.told}"))
        until = None if span is None else span.until
        if until is not None and until < today:
            return [words.past()]
        whom = request.argument if span is None else span.rest
        found = self._desk.one(request, whom, "staff:one")
        if isinstance(found, Reply):
            return [found]
        entry = found.entry
        press = f"{self._desk.token(found.tenant, entry.id)}:{until.isoformat() if until else words.OPEN}"
        return [words.ask(entry.name, entry.department, until, press)]

    async def _pressed(self, request: Request, token: str, day: str) -> Reply:
        target = self._desk.pressed(request, token)
        if target is None:
            return roster_words.nobody("")
        try:
            until = None if day == words.OPEN else date.fromisoformat(day)
        except ValueError:
            return words.how()
        return await self._rested(request, target, until)

    async def _rested(self, request: Request, target: Target, until: date | None) -> Reply:
        entry, tenant = target.entry, target.tenant
        if Role.OPERATOR in entry.roles and not self._desk.operates(request):
            return roster_words.may_not_grant(Role.OPERATOR.value, [])
        try:
            done = await self._care.rest(tenant, entry, until, self._desk.key(request))
        except LastManagerError:
            return roster_words.last_manager()
        if isinstance(done, Refusal):
            return words.same(entry.name)
        about = f"@{entry.id}" + (f" ~{until.isoformat()}" if until else "")
        await self._desk.note(request, tenant, "leave-begun", about)
        return words.done(entry.name, until, _undo(request, target, done))

    async def back(self, request: Request) -> Sequence[Reply]:
        """Who rests, or is lent, is here again."""
        pressed = request.update.press is not None
        if not pressed and not request.argument.strip():
            return [words.how_back()]
        found = self._desk.pressed(request, request.argument) if pressed else None
        target = found or self._desk.one(request, "" if pressed else request.argument, "staff-back")
        if isinstance(target, Reply):
            return [target]
        role = self._desk.beyond(request, target)
        if role is not None:
            return [roster_words.may_not_let_in(target.entry.name, role.value)]
        done = await self._care.back(target.tenant, target.entry, self._desk.key(request))
        if isinstance(done, Refusal):
            return [words.not_away(target.entry.name)]
        await self._desk.note(request, target.tenant, "leave-over", f"@{target.entry.id}")
        return [words.back(done.entry.name, done.entry.department, _undo(request, target, done))]


def _undo(request: Request, target: Target, done: Written) -> str:
    return done.change if target.tenant == request.tenant else f"{done.change}@{target.tenant}"

"""감사 시작 · 목록 · 끝, 통지 보류, 접속기록: the auditor's own conversation about an audit; looks are verification's.

What is missing is asked for one by one; everything is written down before it is said.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import replace

from attest.audits import LONGEST_HOLD, Audit, Audits
from attest.errors import AuditClosedError, LogBehindError
from attest.looks import Looks
from attest.mandate import same_number
from bot import mandates, wording
from bot.clock import KST
from bot.mandates import Draft
from bot.messenger import Reply
from bot.people import PeopleStore, Question
from bot.periods import NoSuchPeriodError
from bot.routes import Request, Route, tidy
from bot.settings import Role
from bot.tenancy import Tenancy
from bot.wording import audit_days
from bot.wording import audits as words

AUDITORS = frozenset({Role.AUDITOR})
_OFFICE = ("감사 ", "통지 보류", "알림 보류", "보류 해제", "검증", "접속기록", "접속 기록", "열람 요청")
_LENGTH = re.compile(r"\d|주|보름|달|하루|이틀|[사나열]흘|[닷엿]새")
_LONGEST_LENGTH = 60
_UNTOLD = r"^(?:본인|당사자|출장자|직원)(?:들)?(?:에게|한테|께)?는?\s.{0,8}(?:알리지|통지하지|알림.{0,4}말)"
_IN_HAND = r"^(?:지금|현재|진행\s?중인|열린|열려\s?있는)\s.{0,6}감사(?:가|는)?(?:\s.{0,8})?$"
_ALONE = r"^감사[\s!.~^]*$"
_ASKED = (
    r"^(?!.*(?:구독|소식|보도|기사|공고|출장|교육))(?:(?:이번|우리|올해|다음|종합|정기|자체)\s?){0,2}감사\s?"
    r"(?:기간|일정|일자|날짜|날|자료|준비|대상|범위)(?:은|는|이|가|을|를)?\s?"
    r"(?:[가-힣]{1,4}\s)?(?:언제|며칠|몇|어떻게|어디|얼마|뭐|무엇|무슨|누구|누가|제출|내야|내라|알려|준비|있)[가-힣\s]{0,16}[?.!~\s]*$"
    r"|^(?:(?:이번|우리|올해|다음|종합|정기)\s?){0,2}감사(?:는|가)?\s?언제[가-힣\s]{0,14}[?.!~\s]*$"
)
_CANCEL = frozenset({"취소", "그만", "아니요", "아니오", "그만두기", "안 함"})


class AuditTalk:
    """The conversation about an audit."""

    def __init__(self, tenancy: Tenancy, people: PeopleStore, audits: Audits, looks: Looks) -> None:
        self._tenancy = tenancy
        self._people = people
        self._audits = audits
        self._looks = looks

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        own = self._routes()
        reasons = [for_reason(route) for route in own if route.name in {"audit_start", "hold"}]
        return tuple(guarded(self._tenancy, route) for route in (*own, *reasons))

    def _routes(self) -> tuple[Route, ...]:
        return (
            Route(
                "audit_start",
                ("감사 시작", "감사 개시", "감사 열기"),
                ("auditstart",),
                self.start,
                about="감사",
                help="감사 시작 감사담당관-812, 10. 1.~10. 31., 사유 — 확인마다 문서번호를 남깁니다. 마치면 '감사 끝'",
                roles=AUDITORS,
                private=True,
                takes=answers,
            ),
            Route(
                "audit_end",
                (
                    "감사 끝",
                    "감사 종료",
                    "감사 마침",
                    "감사 닫기",
                    "감사 마치기",
                    "감사 마칠게요",
                    "감사 마치겠습니다",
                    "감사 끝낼게요",
                    "감사 끝내기",
                ),
                ("auditend",),
                self.end,
                press="auditend",
                roles=AUDITORS,
                private=True,
            ),
            Route(
                "audit_list",
                ("감사 목록", "감사 목록 보기"),
                ("audits",),
                self.list,
                press="audits",
                roles=AUDITORS,
                private=True,
            ),
            Route(
                "audit",
                (),
                ("audit",),
                self.show,
                sentences=(_ALONE, _IN_HAND, _ASKED),
                press="audit",
                quiet=True,
                eager=True,
                title="감사",
            ),
            Route(
                "audit_change",
                ("감사 기간", "감사 연장", "감사 기간 연장"),
                (),
                self.change,
                roles=AUDITORS,
                private=True,
            ),
            Route(
                "hold",
                ("통지 보류", "알림 보류"),
                ("hold",),
                self.hold,
                about="감사",
                help="통지 보류 7일 사유 — 출장자에게 알리기를 한 번에 30일까지 미룹니다",
                sentences=(_UNTOLD,),
                roles=AUDITORS,
                private=True,
                takes=lengths,
            ),
            Route(
                "unhold",
                ("통지 보류 해제", "통지 보류 끝", "통지 보류 취소", "알림 보류 해제", "알림 보류 끝", "보류 해제"),
                ("unhold",),
                self.release,
                press="unhold",
                roles=AUDITORS,
                private=True,
            ),
        )

    async def start(self, request: Request) -> Sequence[Reply]:
        """Opens an audit, or takes up or joins an open one by its number; asks for what is missing."""
        if cancelled(request):
            return [words.left("감사 시작")]
        today = request.now.astimezone(KST).date()
        try:
            draft = mandates.read(request.argument, today)
        except NoSuchPeriodError as error:
            return [words.no_period(backwards=error.backwards)]
        if draft.is_too_long:
            return [words.too_long(mandates.LONGEST)]
        there = await self._audits.numbered(request.tenant, draft.number) if draft.number else None
        if there is None and draft.missing:
            return [await ask(self._people, request, "audit_start", draft)]
        mandate = there.mandate if there is not None else draft.mandate()
        audit = await self._audits.open(request.tenant, request.person, mandate, update_key(request))
        others = await self._others(request.tenant, audit)
        otherwise = there is not None and not draft.missing and draft.mandate() != audit.mandate
        return [words.opened(audit, [one.number for one in others], today, otherwise=otherwise)]

    async def end(self, request: Request) -> Sequence[Reply]:
        """Ends the audit in hand, or the one of that number, for everybody."""
        audit = await self._meant(request)
        if audit is None:
            return [words.no_such_audit(request.argument) if request.argument else words.none_open()]
        await self._audits.close(request.tenant, request.person, audit)
        looks = await self._seen(request.tenant, audit)
        others = await self._others(request.tenant, audit)
        return [words.closed(audit, looks, [one.number for one in others])]

    async def list(self, request: Request) -> Sequence[Reply]:
        """The institution's audits, the newest first."""
        found = list(reversed(await self._audits.all(request.tenant)))
        return [words.listed(found, [self._name(request.tenant, one.by) for one in found], request.now)]

    async def show(self, request: Request) -> Sequence[Reply]:
        """Which audit is in hand; in a group, and from whoever audits nothing, the word is thanks."""
        if not (request.chat.private and AUDITORS & request.member.person.roles):
            asks = request.chat.private and re.search(_ASKED, tidy(request.update.text)) is not None
            contact = self._tenancy.institution(request.tenant).contact
            return [words.not_kept(contact) if asks else wording.welcome()]
        audit = await self._audits.current(request.tenant, request.person)
        if audit is None:
            return [words.none_open()]
        running = [one for one in await self._audits.holds(request.tenant, audit.id) if one.ends_at > request.now]
        sent = await self._audits.grants.sent(request.tenant, audit.id)
        looks = await self._seen(request.tenant, audit)
        hold = max(running, key=lambda one: one.ends_at, default=None)
        return [words.now_open(words.State(audit, looks, hold, sent), request.now)]

    async def change(self, request: Request) -> Sequence[Reply]:
        """An audit's days stay as they were written down: how to look at others."""
        audit = await self._audits.current(request.tenant, request.person)
        return [words.none_open() if audit is None else audit_days.days_stay(audit)]

    async def hold(self, request: Request) -> Sequence[Reply]:
        """Puts off the notices of the audit in hand; asks for days and reason."""
        if cancelled(request):
            return [words.left("통지 보류")]
        audit = await self._audits.current(request.tenant, request.person)
        if audit is None:
            return [words.none_open()]
        try:
            draft = mandates.read_hold(request.argument, request.now.astimezone(KST).date())
        except NoSuchPeriodError as error:
            return [words.no_period(backwards=error.backwards)]
        ends = draft.ends(request.now)
        if ends is None:
            await _wait(self._people, request, "hold", draft.reason)
            return [words.ask_days()]
        span = ends - request.now
        if span.days > LONGEST_HOLD.days or (draft.last is None and draft.days > LONGEST_HOLD.days):
            return [words.hold_too_long(LONGEST_HOLD.days)]
        if not draft.reason:
            told = f"{draft.days}일" if draft.last is None else f"{draft.last:%Y-%m-%d}까지"
            await _wait(self._people, request, reason_of("hold"), told)
            return [words.ask_hold_reason(told)]
        if len(draft.reason) > mandates.LONGEST:
            return [words.too_long(mandates.LONGEST)]
        try:
            held = await self._audits.hold(
                request.tenant, request.person, audit, span, draft.reason, update_key(request)
            )  # fmt: skip
        except AuditClosedError:
            return [words.none_open()]
        return [words.held(held, audit)]

    async def release(self, request: Request) -> Sequence[Reply]:
        """Ends the hold: what waits is told in office hours."""
        audit = await self._audits.current(request.tenant, request.person)
        if audit is None:
            return [words.none_open()]
        was_held = await self._audits.release(request.tenant, request.person, audit)
        for tenant in await self._homes(request.tenant, audit):
            await self._looks.hasten(tenant, audit.id)
        return [words.freed(audit, was_held=was_held)]

    async def _meant(self, request: Request) -> Audit | None:
        if request.argument:
            return await self._audits.numbered(request.tenant, mandates.number_in(request.argument))
        return await self._audits.current(request.tenant, request.person)

    async def _others(self, tenant: str, audit: Audit) -> Sequence[Audit]:
        found = await self._audits.all(tenant)
        return [one for one in found if one.closed_at is None and not same_number(one.number, audit.number)]

    async def _homes(self, tenant: str, audit: Audit) -> Sequence[str]:
        """The institutions in whose logs looks under this audit may stand."""
        return [tenant, *await self._audits.grants.givers(tenant, audit.id)]

    async def _seen(self, tenant: str, audit: Audit) -> int:
        return sum([await self._looks.count(home, audit.id) for home in await self._homes(tenant, audit)])

    def _name(self, tenant: str, person: str) -> str:
        member = self._tenancy.member(tenant, person)
        return member.person.name if member is not None else person


async def ask(people: PeopleStore, request: Request, route: str, draft: Draft) -> Reply:
    """Asks for the first thing that the draft lacks; the answer goes to the route with all that was told."""
    missing = draft.missing
    where = reason_of(route) if missing == mandates.REASON else route
    await _wait(people, request, where, mandates.remember(draft, missing))
    if missing == mandates.NUMBER:
        return words.ask_number()
    if missing == mandates.PERIOD:
        return words.unread_period() if draft.unread else words.ask_period(draft.number)
    return words.ask_reason(draft.number)


async def _wait(people: PeopleStore, request: Request, route: str, known: str) -> None:
    question = Question(route, known)
    await people.ask(request.tenant, request.person, request.chat.ref, question, request.now)


def reason_of(name: str) -> str:
    """The name of the route that takes the reason asked for by that one."""
    return f"{name}_reason"


def for_reason(route: Route) -> Route:
    """The route that takes the answer to the question for a reason: any words, `출장 여비 점검` too."""
    return replace(
        route, name=reason_of(route.name), words=(), slash=(), sentences=(), about="", help="", takes=answers, free=True
    )


def guarded(tenancy: Tenancy, route: Route) -> Route:
    """The route, with words for a log that was set back: nothing is written on it, and so nothing was done."""

    async def handle(request: Request) -> Sequence[Reply]:
        try:
            return await route.handle(request)
        except LogBehindError as error:
            return [words.stopped(error.size, error.known, tenancy.institution(request.tenant).contact)]

    return replace(route, handle=handle)


def update_key(request: Request) -> str:
    """What makes it the same deed: the platform's update; without one each is its own."""
    return f"{request.update.adapter}:{request.person}:{request.update.id or secrets.token_hex(8)}"


def answers(text: str) -> bool:
    """Whether a text may be the answer to a question about an audit: whatever is no command of the audit office."""
    return not text.startswith(_OFFICE)


def lengths(text: str) -> bool:
    """Whether a text may be the answer to how long a hold is to last."""
    named = len(text) <= _LONGEST_LENGTH and _LENGTH.search(text) is not None
    return answers(text) and (named or text.strip(" .!") in _CANCEL)


def cancelled(request: Request) -> bool:
    """Whether the person gives up what was asked."""
    return request.update.text.strip(" .!") in _CANCEL

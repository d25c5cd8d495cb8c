"""감사 요청, [동의] [거절], 감사 동의 철회: one institution's audit asks for another's receipts, and that one decides.

The asker hears the same of a name that is nobody's, of one that refuses and of one that says nothing. What he is told
of another institution is its consent, and the end of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from attest.audits import Audit, Audits
from attest.errors import AskedTooLongAgoError
from attest.grants import Ask, Grant
from attest.mandate import same_number
from bot import mandates
from bot.clock import KST
from bot.handlers.audits import AUDITORS, answers, ask, cancelled, for_reason, guarded, update_key
from bot.institutions import called, named
from bot.mandates import Draft
from bot.messenger import Reply
from bot.operators import private_chats
from bot.outbox import Outbox, Row
from bot.people import PeopleStore
from bot.periods import NoSuchPeriodError
from bot.reminders import IsHoliday, office_hour
from bot.routes import Request, Route
from bot.settings import Person, Role
from bot.tenancy import Tenancy
from bot.wording import audits as words

_ELSEWHERE = (
    r"^(?P<argument>\S{2,12}?(?:시|군|구|도|청|원|공사|공단|재단))(?:에|의|\s?쪽)?\s"
    r"(?:(?:감사|열람)\s?요청|영수증(?:도|을)?\s?(?:보고|볼|열람|확인하고))"
)
_DECIDERS = frozenset({Role.MANAGER, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class Post:
    """How people are told of their own accord, in office hours. `wake` rouses delivery in this process."""

    outbox: Outbox
    is_holiday: IsHoliday
    wake: Callable[[], None]

    async def tell(self, tenant: str, people: Sequence[Person], story: str, reply: Reply, now: datetime) -> None:
        """A notice to each, in private; `story` names it, so that a repetition writes nothing new."""
        due = office_hour(now, self.is_holiday)
        rows = [Row(chat, story, 1, "notice", reply, due) for person in people for chat in private_chats(person)]
        await self.outbox.put(tenant, rows)
        self.wake()


class GrantTalk:
    """The conversation between two institutions, each through its own people."""

    def __init__(self, tenancy: Tenancy, people: PeopleStore, audits: Audits, post: Post) -> None:
        self._tenancy = tenancy
        self._people = people
        self._audits = audits
        self._grants = audits.grants
        self._post = post

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        own = self._routes()
        return tuple(guarded(self._tenancy, route) for route in (*own, for_reason(own[0])))

    def _routes(self) -> tuple[Route, ...]:
        return (
            Route(
                "audit_ask",
                ("감사 요청", "감사 동의 요청", "열람 요청"),
                ("auditask",),
                self.ask,
                about="감사",
                help="감사 요청 김해시 감사관-90 10. 1.~10. 31. 사유 — 다른 기관 영수증을 그 기관의 동의로 확인합니다",
                sentences=(_ELSEWHERE,),
                roles=AUDITORS,
                private=True,
                takes=answers,
            ),
            Route("grant", (), (), self.decide, press="grant", roles=_DECIDERS, private=True, title="감사 동의"),
            Route(
                "ungrant",
                ("감사 동의 철회", "감사 동의 취소", "감사 동의"),
                ("ungrant",),
                self.take_back,
                about="감사",
                help="감사 동의 철회 — 다른 기관 감사에 준 동의를 거둡니다",
                press="ungrant",
                roles=_DECIDERS,
                private=True,
            ),
        )

    async def ask(self, request: Request) -> Sequence[Reply]:
        """Notes the request under an open audit, opened where need be, and asks the institution, if it is one."""
        if cancelled(request):
            return [words.left("감사 요청")]
        today = request.now.astimezone(KST).date()
        try:
            draft = mandates.read_request(request.argument, today)
        except NoSuchPeriodError as error:
            return [words.no_period(backwards=error.backwards)]
        if draft.is_too_long:
            return [words.too_long(mandates.LONGEST)]
        if not draft.name:
            return [words.ask_institution()]
        if (other := named(self._tenancy, draft.name)) is not None and other.id == request.tenant:
            return [words.own_institution()]
        audit = await self._under(request, draft)
        if audit is None:
            return [await ask(self._people, request, "audit_ask", draft)]
        return [await self._sent(request, draft, audit, other.id if other is not None else "")]

    async def _under(self, request: Request, draft: Draft) -> Audit | None:
        """The audit in whose name is asked; None where something is missing for it."""
        current = await self._audits.current(request.tenant, request.person)
        if not draft.number or (current is not None and same_number(current.number, draft.number)):
            return current
        there = await self._audits.numbered(request.tenant, draft.number)
        if there is None and draft.missing:
            return None
        mandate = there.mandate if there is not None else draft.mandate()
        return await self._audits.open(request.tenant, request.person, mandate, update_key(request))

    async def _sent(self, request: Request, draft: Draft, audit: Audit, other: str) -> Reply:
        grants, today = self._grants, request.now.astimezone(KST).date()
        key = update_key(request)
        sent = await grants.note(request.tenant, request.person, audit.id, audit.mandate, draft.name, key)
        if sent.ends_at is not None:
            return words.has_consent(draft.name, sent.ends_at)
        if other:
            ends = None if draft.ends is None else _behind(draft.ends)
            made = Ask(sent.id, request.tenant, audit.id, audit.mandate, request.person, sent.at, ends)
            grant = await grants.ask(other, made)
            told = words.request(grant, self._tenancy.institution(request.tenant).name, request.now)
            await self._post.tell(other, self._deciders(other), f"grant/{sent.id}", told, request.now)
        return words.asked(draft.name, audit, today)

    async def decide(self, request: Request) -> Sequence[Reply]:
        """The press on [동의] or [거절]: the first counts."""
        said, _, ask_id = request.argument.partition(":")
        before = await self._grants.get(request.tenant, ask_id)
        if before is None or said not in {"yes", "no"}:
            return [words.no_request()]
        try:
            grant = await self._grants.decide(request.tenant, ask_id, request.person, granted=said == "yes")
        except AskedTooLongAgoError:
            return [words.no_request()]
        if grant is None:
            return [words.no_request()]
        if grant.granted != (said == "yes") or grant.decided_by != request.person:
            return [words.decided_before(self._name(request.tenant, grant.decided_by), granted=bool(grant.granted))]
        if grant.granted:
            await self._tell_asker(request, grant, words.consented, "given")
        return [words.decided(grant, called(self._tenancy, grant.ask.office))]

    async def take_back(self, request: Request) -> Sequence[Reply]:
        """Ends a grant; where there are several it asks which."""
        live = [one for one in await self._grants.all(request.tenant) if one.is_live(request.now)]
        said = mandates.number_in(request.argument)
        meant = [
            one
            for one in live
            if said and (one.ask.id == request.argument or same_number(one.ask.mandate.number, said))
        ]
        if not live:
            return [words.no_grants()]
        if len(meant) != 1:
            offices = [called(self._tenancy, one.ask.office) for one in live]
            return [words.which_grant(live, offices)]
        grant = await self._grants.end(request.tenant, meant[0].ask.id, request.person)
        if grant is None:
            return [words.no_grants()]
        await self._tell_asker(request, grant, lambda name, one, _: words.ended(name, one), "ended")
        return [words.taken_back(grant, called(self._tenancy, grant.ask.office))]

    async def _tell_asker(self, request: Request, grant: Grant, say: Callable[..., Reply], step: str) -> None:
        office, name = grant.ask.office, self._tenancy.institution(request.tenant).name
        await self._grants.tell_asker(request.tenant, grant)
        asker = self._tenancy.member(office, grant.ask.by)
        if asker is not None:
            told = say(name, grant, request.now.astimezone(KST).date())
            await self._post.tell(office, [asker.person], f"grant/{grant.ask.id}/{step}", told, request.now)

    def _deciders(self, tenant: str) -> Sequence[Person]:
        found = [person for role in sorted(_DECIDERS, key=str) for person in self._tenancy.people_with(tenant, role)]
        return list({person.id: person for person in found}.values())

    def _name(self, tenant: str, person: str) -> str:
        member = self._tenancy.member(tenant, person)
        return f"{member.person.name} 님" if member is not None else "다른 담당자"


def _behind(day: date) -> datetime:
    """The first instant after that day."""
    return datetime.combine(day + timedelta(days=1), time(), KST).astimezone(UTC)

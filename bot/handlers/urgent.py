"""재난 알림 · 재난 기관 · 재난 기록: what alone comes in spite of quiet hours and leave, by a manager's right, logged.

Read back before it goes; the log is written before the first message, and names who sent it; whoever gets it can ask
why it came.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from bot.acts import Acts
from bot.hours_gate import Gate
from bot.hours_store import HoursStore, Urgent
from bot.intents import only_means
from bot.messenger import Chat, Reply
from bot.notice_targets import Aim, aimed
from bot.outbox import Row
from bot.people import PeopleStore, Question
from bot.routes import Request, Route
from bot.settings import Role
from bot.tenancy import Tenancy
from bot.wording import hours as words

_LONGEST = 500
_LIFE = timedelta(minutes=10)
_SHOWN = 5
_NAMES = (
    "재난 알림",
    "긴급 알림",
    "재난알림",
    "긴급 공지",
    "긴급공지",
    "재난 공지",
    "긴급 재난 알림",
    "긴급 재난 공지",
    "재난 긴급 알림",
    "재난 긴급 공지",
    "재난 긴급",
    "긴급 재난",
    "재난 문자",
    "긴급 문자",
    "비상 공지",
    "비상 알림",
)
"""What whoever is in a hurry calls it."""


class UrgentTalk:
    """The conversation. `agencies` are all whose documents are read."""

    def __init__(
        self, tenancy: Tenancy, people: PeopleStore, choices: HoursStore, gate: Gate,
        agencies: Callable[[], Awaitable[frozenset[str]]], acts: Acts, wake: Callable[[], None],
    ) -> None:  # fmt: skip
        self._tenancy, self._people, self._choices, self._gate, self._acts = tenancy, people, choices, gate, acts
        self._agencies, self._wake = agencies, wake

    def routes(self) -> tuple[Route, ...]:
        """What managers say, and whoever asks why."""
        manager = frozenset({Role.MANAGER})
        return (
            Route(
                "urgent", _NAMES, ("urgent",), self.ask, about="관리", roles=manager,
                help="재난 알림 내용 — 조용한 시간과 휴가에도 모두에게. 누가 언제 보냈는지 남습니다", private=True,
                takes=lambda _: False,
            ),
            Route("urgent-press", (), (), self.pressed, press="urgent", title="재난 알림"),
            Route(
                "urgent-sources", ("재난 기관",), (), self.sources, about="관리", roles=manager, private=True,
                help="재난 기관 소방청 — 그 기관 소식은 구독한 사람에게 조용한 시간에도",
            ),
            Route(
                "urgent-log", ("재난 기록", "재난 알림 기록"), (), self.log, about="관리", roles=manager, private=True,
                help="재난 기록 — 조용한 시간에 보낸 것과 보낸 사람",
            ),
        )  # fmt: skip

    async def ask(self, request: Request) -> Sequence[Reply]:
        """Reads it back, and waits for the button."""
        text = request.argument[:_LONGEST].strip()
        if not text or only_means(text):
            return [words.urgent_empty()]
        asked = Question("urgent", text, _LIFE)
        await self._people.ask(request.tenant, request.person, request.chat.ref, asked, request.now)
        question = await self._people.pending(request.tenant, request.person, request.chat.ref, request.now) or asked
        aim = self._aim(request, text)
        return [words.urgent_ask(aim.text, len(self._chats(request, aim)), _mark(request, question), aim.department)]

    def _aim(self, request: Request, text: str) -> Aim:
        """`총무과: 대피`: a department that there is; else everybody, and the words as they were written."""
        home = self._tenancy.institution(request.tenant)
        aim = aimed(text, [home])
        return Aim((home.id,), "", text) if aim.doubt else aim

    def _chats(self, request: Request, aim: Aim) -> list[Chat]:
        """Everybody of the institution, or of its departments that are named: the gate finds each one's place."""
        of = set(aim.department.split(", ")) if aim.department else set()
        people = [
            one for one in self._tenancy.people_with(request.tenant, Role.STAFF) if not of or one.department in of
        ]
        carries = self._gate.whereto.chat
        return [chat for one in people if (chat := carries(one, "", "")) is not None]

    async def pressed(self, request: Request) -> Sequence[Reply]:
        """지금 보내기, 그만두기, 왜?"""
        what, _, name = request.argument.partition(":")
        if what == "why":
            found = await self._choices.override(request.tenant, name)
            who = self._name(request.tenant, found.by) if found else ""
            return [words.urgent_why(who, found.at, found.agency) if found else words.urgent_gone()]
        if Role.MANAGER not in request.member.person.roles:
            return [words.urgent_gone()]
        waiting = await self._people.pending(request.tenant, request.person, request.chat.ref, request.now)
        mine = waiting if waiting is not None and waiting.route == "urgent" else None
        if what == "drop":
            if mine is not None:
                await self._people.settle(request.tenant, request.person, request.chat.ref, mine)
            return [words.urgent_dropped()]
        sent = await self._choices.override(request.tenant, name) if what == "send" else None
        if sent is not None and mine is None:
            return [words.urgent_sent(sent.count)]
        if mine is None or name != _mark(request, mine):
            return [words.urgent_over()]
        return [await self._send(request, mine, name)]

    async def _send(self, request: Request, question: Question, name: str) -> Reply:
        """Log, rows, then the question is over: whoever dies in between does the same again."""
        aim = self._aim(request, question.argument)
        chats, by = self._chats(request, aim), request.member.person.name
        told = Urgent(name, request.now, request.person, question.argument, "", len(chats))
        await self._choices.log(request.tenant, told)
        await self._acts.note(
            request.tenant,
            request.person,
            "urgent-sent",
            f"{aim.department} {len(chats)}명",
            request.now,
            key=f"urgent:{name}",
        )
        logged = await self._choices.override(request.tenant, name)
        at = logged.at if logged else request.now
        reply = words.urgent(aim.text, by, at, name)
        rows = [Row(chat, f"urgent/{name}", 1, "notice", reply, request.now) for chat in chats]
        await self._gate.put_urgent(request.tenant, rows)
        await self._people.settle(request.tenant, request.person, request.chat.ref, question)
        self._wake()
        return words.urgent_sent(len(chats))

    async def sources(self, request: Request) -> Sequence[Reply]:
        """재난 기관: marks an agency, or takes the mark away."""
        off = "해제" in request.argument or request.argument.endswith((" 빼기", " 취소"))
        agency = request.argument
        for word in ("해제", "빼기", "취소"):
            agency = agency.replace(word, "")
        agency = " ".join(agency.split())
        known = await self._choices.choices(request.tenant)
        if not agency:
            return [words.urgent_sources(sorted(known.urgent))]
        names = known.urgent if off else await self._agencies()
        found = next((one for one in sorted(names) if one == agency or one.partition("(")[0] == agency), None)
        if found is None:
            return [words.unknown_agency(agency)]
        if await self._choices.mark(request.tenant, found, request.person, request.now, on=not off):
            what = "urgent-agency-ended" if off else "urgent-agency"
            key = f"{what}:{found}:{request.update.id or request.now.isoformat()}"
            await self._acts.note(request.tenant, request.person, what, found, request.now, key=key)
        return [words.urgent_source(found, on=not off)]

    async def log(self, request: Request) -> Sequence[Reply]:
        """재난 기록."""
        found = (await self._choices.overrides(request.tenant))[-_SHOWN:]
        named = [(one, self._name(request.tenant, one.by) if one.by else one.agency) for one in reversed(found)]
        rows = [(one.at, who, one.text, one.count) for one, who in named]
        return [words.urgent_log(rows)]

    def _name(self, tenant: str, person: str) -> str:
        member = self._tenancy.member(tenant, person)
        return member.person.name if member is not None else words.former()


def _mark(request: Request, question: Question) -> str:
    """The notice's name: one question is one notice, however often its button is pressed."""
    told = f"{request.tenant}\x1f{request.person}\x1f{question.argument}\x1f{question.mark}"
    return hashlib.blake2b(told.encode(), digest_size=8).hexdigest()

"""출처 상태 · 게시판 추가 · 출처 확인 · 출처 끄기: which boards are read, for those who answer for it.

What takes a while (looking at an address, checking an entry) is written down and promised; `bot.scouting` does it. Only
an operator decides what is read; a manager may look, check what is shipped, and ask.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.inquiries import Inquiries, Inquiry
from bot.messenger import Reply
from bot.operators import private_chats
from bot.outbox import Outbox, Row
from bot.people import PeopleStore, Question
from bot.routes import Request, Route
from bot.scouting import find
from bot.settings import Role
from bot.sources import agency_beside, agency_name, lines, meant, token
from bot.tenancy import Tenancy
from bot.wording import alerts
from bot.wording import sources as words
from bot.wording import sources_adding as adding
from bot.wording.sources import Line
from crawlers.article import GuardError
from crawlers.crawler import Crawler
from crawlers.domains import disguise
from crawlers.guard import Guard
from crawlers.portal import unkeyed
from crawlers.register import Draft, Placed, Register, source_id

_KEEPERS = frozenset({Role.OPERATOR, Role.MANAGER})
_OPERATORS = frozenset({Role.OPERATOR})
_URL = re.compile(r"(?:[a-z][a-z0-9+.-]*://|www\.)\S+|[\w-]+(?:\.[\w-]+)+/\S*", re.IGNORECASE)
_AROUND = "<>()[]{}\"'“”‘’「」,"
_ASKING = re.compile(r"\s*(?:좀|을|를|은|는|도)?\s*(?:알려|보여|확인|어때|어떤|어떻게|뭐|상태).{0,10}$")
_ALL = frozenset({"전체", "모두", "전부", "다"})
_SEVERAL = 12
_NAME_LIFE = timedelta(hours=1)


class Sources:
    """The operator's and the managers' conversation about sources."""

    def __init__(
        self,
        register: Register,
        inquiries: Inquiries,
        people: PeopleStore,
        outbox: Outbox,
        tenancy: Tenancy,
        guard: Guard,
        crawler: Crawler,
    ) -> None:
        self._register, self._inquiries, self._people = register, inquiries, people
        self._outbox, self._tenancy, self._guard = outbox, tenancy, guard
        self._crawler = crawler

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "sources",
                ("출처 상태", "출처", "출처 목록", "수집원", "수집원 목록", "수집원 상태", "소스 목록"),
                ("sources", "출처"),
                self.status,
                press="sources",
                about="관리",
                help="출처 상태 — 기관 게시판을 잘 읽고 있는지. '출처 상태 창원시'는 한 곳을 자세히",
                sentences=(r"^(?P<argument>\S.{0,30}?)(?:의)? 출처 상태(?:\s?(?:알려|보여|어때).{0,6})?[?.]?$",),
                roles=_KEEPERS,
                private=True,
            ),
            Route(
                "source-add",
                ("이 게시판 추가", "게시판 추가", "출처 추가", "이 주소 추가", "게시판 등록", "출처 등록"),
                ("addsource", "게시판추가"),
                self.add,
                about="관리",
                help="게시판 추가 — 주소와 함께 쓰시면 살펴보고 읽을 목록에 더합니다",
                sentences=(
                    r"(?:게시판|누리집|사이트|출처|주소|홈페이지).{0,12}(?:추가|등록|읽어|수집).{0,20}?(?P<argument>(?:https?://|www\.)\S+.{0,40})$",
                    r"^(?P<argument>(?:https?://|www\.)\S+).{0,20}(?:추가|등록|읽어 ?줘|수집)",
                ),
                roles=_KEEPERS,
                private=True,
                title="게시판 추가",
                takes=lambda text: _URL.search(text) is not None,
            ),
            Route("source-name", (), (), self.named, roles=_OPERATORS, private=True, takes=_is_name),
            Route("draft", (), (), self.decide, press="draft", roles=_KEEPERS, private=True, title="게시판 추가"),
            Route("repair", (), (), self.repair, press="repair", roles=_OPERATORS, private=True, title="출처 고치기"),
            Route(
                "source-check",
                ("출처 확인", "게시판 확인"),
                ("checksource",),
                self.check,
                press="source-check",
                about="관리",
                help="출처 확인 — 확인 전 출처를 실제로 읽어 보고 켭니다. 예: 출처 확인 창원시",
                roles=_KEEPERS,
                private=True,
            ),
            Route(
                "source-off",
                ("출처 끄기", "출처 끄다", "출처 중지"),
                ("offsource",),
                self.switch_off,
                press="source-off",
                about="관리",
                help="출처 끄기 — 그 기관의 게시판을 읽지 않습니다. 다시 읽으려면 '출처 켜기'",
                roles=_OPERATORS,
                private=True,
            ),
            Route(
                "source-on",
                ("출처 켜기", "출처 켜다"),
                ("onsource",),
                self.switch_on,
                press="source-on",
                roles=_OPERATORS,
                private=True,
            ),
        )

    async def _known(self) -> list[tuple[Placed, Line]]:
        placed = await self._register.placed()
        return list(zip(placed, lines(placed, await self._crawler.health()), strict=True))

    async def _meant(self, wanted: str) -> list[tuple[Placed, Line]]:
        known = await self._known()
        found = {line.token for line in meant([line for _, line in known], wanted)}
        return [one for one in known if one[1].token in found]

    # --- looking

    async def status(self, request: Request) -> Sequence[Reply]:
        """Every source in short, or one of them in full."""
        verb, _, rest = request.argument.partition(":")
        if verb in {"page", "unverified"} and rest.isdigit():
            shown = [line for _, line in await self._known()]
            number = int(rest)
            return [
                words.unverified(shown, number) if verb == "unverified" else words.listing(shown, request.now, number)
            ]
        wanted = rest if verb == "one" else _ASKING.sub("", request.argument).strip()
        if not wanted or wanted in _ALL:
            return [words.listing([line for _, line in await self._known()], request.now)]
        if wanted in {"확인 전", "미확인"}:
            return [words.unverified([line for _, line in await self._known()], 0)]
        found = await self._meant(wanted)
        if len(found) != 1:
            return [words.which([line for _, line in found], "sources:one") if found else words.not_found(wanted)]
        return [words.one(found[0][1], request.now, operator=_is_operator(request))]

    # --- adding

    async def add(self, request: Request) -> Sequence[Reply]:
        """An address to look at: refused, known already, or written down and promised."""
        found = _URL.search(request.argument)
        if found is None:
            await self._people.ask(
                request.tenant, request.person, request.chat.ref, Question("source-add"), request.now
            )
            return [adding.ask_address()]
        url = found[0].strip(_AROUND).rstrip(".")
        url = unkeyed(url if "://" in url else f"https://{url}")  # a portal's key is never written down
        refusal = self._refusal(url)
        if refusal is not None:
            return [adding.refused_address(refusal)]
        known = await self._at(url)
        if known is not None:
            return [adding.known(known, request.now, operator=_is_operator(request))]
        rest = f"{request.argument[: found.start()]} {request.argument[found.end() :]}"
        return [await self._ask(request, "discover", url, agency_beside(rest), adding.looking())]

    def _refusal(self, url: str) -> str | None:
        """Why the address is never opened, before anything is fetched; None where it may be."""
        try:
            self._guard.check(url)
        except GuardError as error:
            return "scheme" if error.detail.startswith("scheme") else "address"
        return "look_alike" if disguise(url, self._guard.allows) else None

    async def _at(self, url: str) -> Line | None:
        placed = await self._register.at(url)
        if placed is None:
            return None
        return next((line for one, line in await self._known() if one.source.id == placed.source.id), None)

    async def _ask(self, request: Request, work: str, target: str, agency: str, promise: Reply) -> Reply:
        """Writes the inquiry down; the promise, or why there is none."""
        chat = request.chat.ref
        for other in await self._inquiries.open(request.tenant):
            if (other.work, other.target, other.chat) == (work, target, chat):
                return adding.looking_already()
        told = await self._inquiries.ask(request.tenant, self._inquiry(request, work, target, agency))
        return adding.too_many_searches() if told is None else promise

    def _inquiry(self, request: Request, work: str, target: str, agency: str) -> Inquiry:
        update = request.update
        return Inquiry(
            _inquiry_id(request.chat.ref, work, target, update.id or secrets.token_hex(8)), work, target,
            request.person, request.chat.ref, request.now, agency, update.reference, update.thread,
        )  # fmt: skip

    async def decide(self, request: Request) -> Sequence[Reply]:
        """A button below a find."""
        draft_id, verb, number = (*request.argument.split(":"), "", "")[:3]
        draft = await self._register.draft(draft_id)
        if draft is None:
            return [adding.draft_gone()]
        place = int(number) if number.isdigit() and int(number) < len(draft.offers) else 0
        if draft.decided and draft.decided.partition(" ")[2] != _decision(request):
            return [adding.decided_before()]
        if verb == "show":
            return [adding.found(find(draft, place), decides=_is_operator(request))]
        if not _is_operator(request):
            return [adding.operators_only(self._contact(request))]
        if verb == "no":
            return await self._decline(request, draft)
        if verb == "name" or not find(draft, place).agency:
            question = Question("source-name", f"{draft.id}:{place}", _NAME_LIFE)
            await self._people.ask(request.tenant, request.person, request.chat.ref, question, request.now)
            return [adding.ask_agency()]
        return await self._accept(request, draft, place, find(draft, place).agency)

    async def named(self, request: Request) -> Sequence[Reply]:
        """The agency's name for a find whose page does not tell it."""
        where, _, told = request.argument.partition(" ")
        draft_id, _, number = where.partition(":")
        draft, agency = await self._register.draft(draft_id), agency_name(told)
        if draft is None or draft.decided:
            return [adding.draft_gone() if draft is None else adding.decided_before()]
        return await self._accept(request, draft, int(number or 0), agency) if agency else [adding.bad_agency()]

    async def _accept(self, request: Request, draft: Draft, place: int, agency: str) -> Sequence[Reply]:
        source = replace(draft.offers[place].source, agency=agency, state="on")
        placed = await self._register.add(source, _by(request), request.now)
        await self._register.decide(draft.id, f"add {_decision(request)}")
        if placed.source.id != source_id(source.url) or placed.origin != "chat":
            known = await self._at(source.url)
            return [adding.known(known, request.now, operator=True) if known else adding.decided_before(agency)]
        first = self._inquiry(request, "first", source.id, agency)
        await self._inquiries.ask(request.tenant, first)
        await self._tell_asker(request, draft, adding.decided(agency, accepted=True))
        return [adding.added(agency)]

    async def _decline(self, request: Request, draft: Draft) -> Sequence[Reply]:
        await self._register.decide(draft.id, f"no {_decision(request)}")
        tenant = draft.by.partition("/")[0]
        contact = self._tenancy.institution(tenant).contact if tenant in self._tenants() else ""
        await self._tell_asker(request, draft, adding.decided("", accepted=False, contact=contact))
        return [adding.declined()]

    def _tenants(self) -> frozenset[str]:
        return frozenset(one.id for one in self._tenancy.institutions())

    async def _tell_asker(self, request: Request, draft: Draft, reply: Reply) -> None:
        """What was decided, to the manager who asked, where that is another person."""
        tenant, _, person = draft.by.partition("/")
        member = self._tenancy.member(tenant, person)
        if draft.by == _by(request) or member is None:
            return
        chat = next((one for one in private_chats(member.person) if one.ref == draft.chat), None)
        if chat is not None:
            await self._outbox.put(tenant, [Row(chat, f"draft/{draft.id}/told", 1, "notice", reply, request.now)])

    # --- checking and switching

    async def check(self, request: Request) -> Sequence[Reply]:
        """Reads a shipped entry that nobody has checked, and switches it on where it gives a list."""
        wanted = _ASKING.sub("", request.argument).strip()
        known = await self._known()
        if not wanted:
            return [words.unverified([line for _, line in known], 0)]
        if wanted in _ALL:
            count = sum(one.source.state == "unverified" and bool(one.source.url) for one, _ in known)
            promise = words.looking_all(count) if count else words.unverified([], 0)
            return [await self._ask(request, "check-all", "*", "", promise) if count else promise]
        found = await self._meant(wanted)
        waiting = [one for one in found if not one[0].source.on]
        if not found:
            return [words.not_found(wanted)]
        if not waiting:
            return [words.on_already(found[0][1].agency)]
        if len(waiting) > 1:
            return [await self._check_several(request, waiting)]
        placed, line = waiting[0]
        if placed.origin == "file" and placed.source.state != "unverified":
            return [words.file_decides(line.agency, 'state = "on"')]
        if not placed.source.url:
            return [words.not_verified(line.agency, "no_address")]
        return [await self._ask(request, "check", placed.source.id, line.agency, adding.looking(line.agency))]

    async def _check_several(self, request: Request, waiting: Sequence[tuple[Placed, Line]]) -> Reply:
        """All boards of one agency at once; of several agencies, one has to be picked."""
        asked = [one for one, _ in waiting if one.source.url and one.source.state == "unverified"]
        if not asked or len({one.source.agency for one in asked}) > 1 or len(asked) > _SEVERAL:
            return words.which([line for _, line in waiting], "source-check")
        target = " ".join(one.source.id for one in asked)
        return await self._ask(request, "check-all", target, "", words.looking_all(len(asked)))

    async def switch_off(self, request: Request) -> Sequence[Reply]:
        """A source that is not read from now on."""
        return await self._switch(request, on=False)

    async def switch_on(self, request: Request) -> Sequence[Reply]:
        """A source that was switched off is read again; one that nobody has checked is checked first."""
        return await self._switch(request, on=True)

    async def _switch(self, request: Request, *, on: bool) -> Sequence[Reply]:
        if not request.argument:
            return [words.ask_which("켜기" if on else "끄기")]
        found = await self._meant(request.argument)
        if not found:
            return [words.not_found(request.argument)]
        fit = [one for one in found if one[0].source.on != on] or found
        if len(fit) > 1:
            return [words.which([line for _, line in fit], "source-on" if on else "source-off")]
        placed, line = fit[0]
        if placed.source.on == on:
            return [words.on_already(line.agency) if on else words.off_already(line.agency)]
        if placed.origin == "file":
            return [words.file_decides(line.agency, 'state = "on"' if on else 'state = "off"')]
        if on and placed.source.state != "off":
            return await self.check(replace(request, argument=line.token))
        state = ("on" if placed.origin == "chat" else "verified") if on else "off"
        await self._register.set_state(placed.source.id, state, "", _by(request), request.now)
        return [words.switched(line.agency, line.token, on=on)]

    async def repair(self, request: Request) -> Sequence[Reply]:
        """A button below a proposed repair: the board is read by the new profile from now on, or stays as it is."""
        verb, _, mark = request.argument.partition(":")
        proposal = next((one for one in await self._crawler.proposals() if token(one.id) == mark), None)
        if proposal is None:
            return [alerts.repair_gone()]
        line = next((line for one, line in await self._known() if one.source.id == proposal.source), None)
        agency = line.agency if line else proposal.source
        if verb != "yes":
            await self._crawler.drop_proposal(proposal.id)
            return [alerts.left_as_it_is(agency)]
        await self._register.repair(proposal.source, proposal.profile, _by(request), request.now)
        await self._inquiries.ask(request.tenant, self._inquiry(request, "again", proposal.source, agency))
        await self._crawler.drop_proposal(proposal.id)
        return [alerts.repaired(agency)]

    def _contact(self, request: Request) -> str:
        return self._tenancy.institution(request.tenant).contact


def _is_operator(request: Request) -> bool:
    return Role.OPERATOR in request.member.person.roles


def _by(request: Request) -> str:
    """Who decides, for the audit."""
    return f"{request.tenant}/{request.person}"


def _decision(request: Request) -> str:
    """Who decided with which update, so that the repetition of one is answered alike."""
    return f"{_by(request)} {request.update.id or secrets.token_hex(8)}"


def _is_name(text: str) -> bool:
    return bool(agency_name(text))


def _inquiry_id(*parts: str) -> str:
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=6).hexdigest()

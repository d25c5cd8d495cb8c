"""기관 목록 · 기관 추가 · 기관 관리자: institutions beside the settings file, for those who run the deployment."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from typing import Final

from bot import institutions
from bot.acts import DEPLOYMENT
from bot.handlers.invitations import InvitationTalk
from bot.handlers.roster_desk import Desk, Target
from bot.invitations import INVITED_FOR
from bot.messenger import Reply
from bot.people import PeopleStore, Question
from bot.romanize import suggested
from bot.roster import LONGEST_NAME, Entry
from bot.roster_care import Refusal, RosterCare
from bot.roster_homes import Homes
from bot.roster_names import is_department, is_name, words_of
from bot.routes import Request, Route
from bot.settings import Role
from bot.settings_fields import RESERVED_TENANTS
from bot.wording import roster as roster_words
from bot.wording import roster_setup as words

_ID: Final = re.compile(r"[a-z][a-z0-9-]{1,31}")
_MANAGER: Final = re.compile(r"[,，]?\s*(?:첫 ?)?관리자(?:는|로)?\s*[:：]?\s*")
_ASKED: Final = "home-draft"


class HomeTalk:
    """The conversation about institutions."""

    def __init__(
        self, desk: Desk, homes: Homes, people: PeopleStore, care: RosterCare, invitations: InvitationTalk,
        wake: Callable[[], object],
    ) -> None:  # fmt: skip
        self._desk, self._homes, self._people, self._care = desk, homes, people, care
        self._invitations, self._wake = invitations, wake

    def routes(self) -> tuple[Route, ...]:
        """What operators say."""
        operators = frozenset({Role.OPERATOR})
        return (
            Route(
                "homes", ("기관 목록", "기관 현황"), ("institutions",), self.listing, about="관리",
                help="기관 목록 — 이 도비를 쓰는 기관", roles=operators, private=True,
            ),
            Route(
                "home-add", ("기관 추가", "기관 등록"), ("institution-add",), self.add, about="관리",
                help="기관 추가 진주시 — 기관을 더합니다", press="home", roles=operators, private=True,
            ),
            Route(
                "home-first", ("기관 관리자",), ("institution-manager",), self.manager, roles=operators, private=True,
            ),
            Route(_ASKED, (), (), self.add, roles=operators, private=True, title="기관 추가", takes=lambda _: False),
        )  # fmt: skip

    async def listing(self, request: Request) -> Sequence[Reply]:  # noqa: ARG002 - the same for all of them
        """Every institution in a line."""
        rows = []
        for home in self._desk.tenancy.institutions():
            managers = len(self._desk.mirror.managers(home.id))
            chat = self._desk.mirror.by_chat(home)
            rows.append((home.name, home.id, len(self._desk.tenancy.people_with(home.id, Role.STAFF)), managers, chat))
        return [words.homes(rows)]

    async def add(self, request: Request) -> Sequence[Reply]:
        """An institution: asked once, for its id stays for ever."""
        if request.update.press is not None:
            return [await self._pressed(request)]
        head, _, tail = _split(request.argument)
        said = words_of(head)
        own = said[-1] if len(said) > 1 and said[-1].isascii() else ""
        name = " ".join(said[:-1] if own else said)
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            return [words.home_how()]
        taken = {one.id for one in self._desk.tenancy.institutions()}
        if institutions.named(self._desk.tenancy, name) is not None or own in taken:
            return [words.home_taken(own if own in taken else name)]
        tenant = own.casefold() or suggested(name, {*taken, *RESERVED_TENANTS})
        if not _ID.fullmatch(tenant) or tenant in RESERVED_TENANTS:
            return [words.home_bad_id(tenant)]
        manager = " ".join(words_of(tail))
        draft = json.dumps([name, tenant, manager], ensure_ascii=False)
        question = Question(_ASKED, draft)
        await self._people.ask(request.tenant, request.person, _ASKED, question, request.now)
        return [words.home_ask(name, tenant, manager.partition(" ")[0], f"home:yes:{_mark(draft)}")]

    async def _pressed(self, request: Request) -> Reply:
        what, _, mark = request.argument.partition(":")
        waiting = await self._people.pending(request.tenant, request.person, _ASKED, request.now)
        if what != "yes" or waiting is None or _mark(waiting.argument) != mark:
            return roster_words.kept() if what == "no" else words.home_gone()
        name, tenant, manager = json.loads(waiting.argument)
        known = {one.id: one.name for one in self._desk.tenancy.institutions()}
        if known.get(tenant, name) != name:
            return words.home_taken(tenant)
        await self._homes.add(tenant, name, change=f"home:{mark}:{self._desk.key(request)}")
        await self._desk.mirror.refresh()
        self._wake()
        await self._desk.acts.note(
            DEPLOYMENT, f"{request.tenant}/{request.person}", "institution-added", tenant, request.now,
            key=f"home:{tenant}",
        )  # fmt: skip
        reply = await self._first(request, tenant, name, manager) if manager else words.home_added(
            name, tenant, "", "", None
        )  # fmt: skip
        await self._people.settle(request.tenant, request.person, _ASKED, waiting)
        return reply

    async def _first(self, request: Request, tenant: str, home: str, manager: str) -> Reply:
        told = _person(manager)
        if told is None:
            return words.home_added(home, tenant, "", "", None)
        code = await self._invited(request, tenant, told)
        if isinstance(code, Reply):
            return code
        return words.home_added(home, tenant, told.name, code, request.now + INVITED_FOR)

    async def manager(self, request: Request) -> Sequence[Reply]:
        """An institution's administrator, with a code."""
        said = words_of(request.argument)
        at = next((at for at in (3, 2, 1) if institutions.named(self._desk.tenancy, " ".join(said[:at]))), 0)
        home = institutions.named(self._desk.tenancy, " ".join(said[:at])) if at else None
        told = _person(" ".join(said[at:]))
        if home is None or told is None:
            return [words.manager_how(home.name if home is not None else "진주시")]
        code = await self._invited(request, home.id, told)
        if isinstance(code, Reply):
            return [code]
        return [words.first_manager(home.name, told.name, code, request.now + INVITED_FOR)]

    async def _invited(self, request: Request, tenant: str, told: Entry) -> str | Reply:
        """The person stands as 관리자, new or known, and has a code."""
        key = self._desk.key(request)
        done = await self._care.add(tenant, told, key)
        if done is Refusal.THERE:
            same = [one for one in self._desk.mirror.entries(tenant) if one.name == told.name]
            entry = next(one for one in same if one.department == told.department)
            role = self._desk.beyond(request, Target(tenant, entry))
            if (tenant, entry.id) == (request.tenant, request.person):
                return roster_words.not_oneself()
            if role is not None:
                return roster_words.may_not_let_in(entry.name, role.value)
            await self._care.role(tenant, entry, Role.MANAGER, key, given=True)
        elif isinstance(done, Refusal):
            return roster_words.number_taken(told.number)
        else:
            entry = done.entry
        await self._desk.note(request, tenant, "role-given", f"@{entry.id} {Role.MANAGER.value}")
        return await self._invitations.code(request, tenant, entry)


def _split(text: str) -> tuple[str, str, str]:
    found = _MANAGER.search(text)
    return (text, "", "") if found is None else (text[: found.start()], found[0], text[found.end() :])


def _person(text: str) -> Entry | None:
    said = words_of(text)
    name = next((word for word in said if is_name(word) and not is_department(word)), "")
    name = name or (said[0] if len(said) > 1 and is_name(said[0]) else "")
    department = next((word for word in said if word != name), "")
    if not name:
        return None
    return Entry("", name, department, frozenset({Role.STAFF, Role.MANAGER}))


def _mark(draft: str) -> str:
    return hashlib.blake2b(draft.encode(), digest_size=6).hexdigest()

"""What all conversations about people share: which institution is meant, whom a name means, who may do what.

관리자 care for their own institution, 운영자 for any (`@진주시` behind the words). Buttons carry a digest of a person,
never a name. Whoever is asked about in another institution is not found, exactly as somebody who does not exist.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from bot import institutions
from bot.acts import Acts
from bot.messenger import Reply
from bot.roster import Entry
from bot.roster_mirror import RosterMirror
from bot.roster_names import bare, meant
from bot.routes import Request
from bot.settings import Role
from bot.tenancy import Tenancy
from bot.wording import overseen
from bot.wording import roster as words

BOSSES: Final = frozenset({Role.MANAGER, Role.OPERATOR})
GRANTS: Final = {
    Role.MANAGER: frozenset({Role.STAFF, Role.AUDITOR, Role.KITCHEN, Role.MANAGER}),
    Role.OPERATOR: frozenset({Role.STAFF, Role.KITCHEN, Role.MANAGER, Role.OPERATOR}),
}
"""What each may give and take: who audits is the institution's own matter, who runs the deployment the operators'."""

OVERSEEN: Final = frozenset({
    "person-added", "person-left", "role-given", "role-taken", "department-moved", "roster-undone", "posting-applied",
    "leave-begun", "leave-over", "person-renamed",
    "posting-undone", "posting-stopped", "invited", "invited-many", "uninvited", "access-cut", "access-warm",
})  # fmt: skip
"""What an institution's administrators hear of at once where an operator did it who is none of them."""

Tell = Callable[[str, str, str, Reply], Awaitable[None]]
"""Says something to a person (institution, person, its name, the words) at once; safe to repeat."""

_AT: Final = re.compile(r"(?:^|\s)@(\S{1,60})")
_MOST_SHOWN: Final = 6
_NEAR: Final = 3


@dataclass(frozen=True, slots=True)
class Target:
    """A person of an institution, and the words that stood behind them."""

    tenant: str
    entry: Entry
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """The institution that is meant, and the words without its name."""

    tenant: str
    text: str


class Desk:
    """The look-ups of whoever cares for people."""

    def __init__(self, tenancy: Tenancy, mirror: RosterMirror, acts: Acts, tell: Tell) -> None:
        self.tenancy, self.mirror, self.acts, self._tell = tenancy, mirror, acts, tell

    def place(self, request: Request, text: str) -> Place | Reply:
        """The institution that a text is about: one's own, or for operators the one named, with `@` or without."""
        found = _AT.search(text)
        if found is None:
            return self._named(request, text) or Place(request.tenant, text.strip())
        home = institutions.named(self.tenancy, found[1])
        rest = (text[: found.start()] + text[found.end() :]).strip()
        if home is not None and (home.id == request.tenant or self.operates(request)):
            return Place(home.id, rest)
        return words.no_institution(found[1], operator=self.operates(request))

    def _named(self, request: Request, text: str) -> Place | None:
        """The institution whose name is one of an operator's words, unless a department at home is called so."""
        if not self.operates(request):
            return None
        own = {bare(entry.department) for entry in self.mirror.entries(request.tenant)}
        for number, word in enumerate(text.split()):
            home = institutions.named(self.tenancy, word) if bare(word) not in own else None
            if home is not None and home.id != word:  # an id is also a name that people may have
                return Place(home.id, " ".join(one for at, one in enumerate(text.split()) if at != number))
        return None

    def told(self, request: Request, tenant: str, reply: Reply) -> Reply:
        """The reply, headed by the institution where that is not one's own."""
        if tenant == request.tenant:
            return reply
        return replace(reply, text=f"{institutions.called(self.tenancy, tenant)}\n{reply.text}")

    @staticmethod
    def operates(request: Request) -> bool:
        """Whether they run the deployment."""
        return Role.OPERATOR in request.member.person.roles

    def grants(self, request: Request, tenant: str) -> frozenset[Role]:
        """The roles that they may give and take there."""
        roles = request.member.person.roles
        own = GRANTS[Role.MANAGER] if Role.MANAGER in roles and tenant == request.tenant else frozenset[Role]()
        return own | (GRANTS[Role.OPERATOR] if Role.OPERATOR in roles else frozenset())

    def beyond(self, request: Request, target: Target) -> Role | None:
        """A role of theirs that whoever asks may not give: nobody lets in, by a code, who is more than they may make.

        A code makes its bearer that person: whoever makes one could use it.
        """
        allowed = self.grants(request, target.tenant) | {Role.STAFF}
        return next((role for role in Role if role in target.entry.roles and role not in allowed), None)

    def one(self, request: Request, text: str, press: str) -> Target | Reply:
        """The one person whom a text means; a reply where it means nobody or several (`press` begins buttons)."""
        place = self.place(request, text)
        if isinstance(place, Reply):
            return place
        found = meant(self.mirror.entries(place.tenant), place.text)
        if len(found.people) == 1 and (not found.loose or press == "staff:one"):
            return Target(place.tenant, found.people[0], found.rest)
        if not found.people:
            near = [one for one in self.mirror.entries(place.tenant) if len(found.said) > 1 and found.said in one.name]
            if not press or not near:
                return words.nobody(found.said, [f"{one.department} {one.name}".strip() for one in near[:_NEAR]])
            found = replace(found, people=tuple(near), loose=True)
        if found.loose and not press:
            return words.nobody(found.said)
        shown = [(one, self.token(place.tenant, one.id)) for one in found.people[:_MOST_SHOWN]]
        return words.which_one(found.said, shown, press, len(found.people))

    def pressed(self, request: Request, token: str) -> Target | None:
        """The person whom a button names; of another institution only for operators."""
        others = [home.id for home in self.tenancy.institutions()] if self.operates(request) else []
        for tenant in dict.fromkeys([request.tenant, *others]):
            for person in self.tenancy.people_with(tenant, Role.STAFF):
                if self.token(tenant, person.id) == token and (entry := self.mirror.entry(tenant, person.id)):
                    return Target(tenant, entry)
        return None

    @staticmethod
    def token(tenant: str, person: str) -> str:
        """Names a person on a button."""
        return hashlib.blake2b(f"{tenant}\x1f{person}".encode(), digest_size=6).hexdigest()

    @staticmethod
    def key(request: Request) -> str:
        """Names what this update asks for: the same for its repetition."""
        update = request.update
        source = update.id or f"{request.now.isoformat()} {update.reference} {update.text} {update.press}"
        return hashlib.blake2b(f"{request.tenant} {request.person} {source}".encode(), digest_size=8).hexdigest()

    @staticmethod
    def by(request: Request, tenant: str) -> str:
        """Whoever asks, as an institution's log names them: one of another with theirs in front."""
        return request.person if tenant == request.tenant else f"{request.tenant}/{request.person}"

    async def note(
        self, request: Request, tenant: str, what: str, about: str, *, key: str = "", gone: Entry | None = None
    ) -> None:
        """Writes down who did it, with the institution that it concerned, and tells its administrators of others.

        `gone`: somebody of `about` whom the roster holds no more.
        """
        key = key or f"{what}:{self.key(request)}"
        names = {gone.id: gone.name} if gone is not None else {}
        await self.acts.note(tenant, self.by(request, tenant), what, about, request.now, key=key, names=names)
        await self.oversee(request, tenant, what, about, key=key, names=names)

    async def oversee(
        self, request: Request, tenant: str, what: str, about: str, *, key: str,
        names: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        """An operator's act on people of an institution is told to its administrators, once and at once."""
        roles, own = request.member.person.roles, tenant == request.tenant
        if what not in OVERSEEN or Role.OPERATOR not in roles or (own and Role.MANAGER in roles):
            return
        home = "" if own else institutions.called(self.tenancy, request.tenant)
        said = overseen.named(about, lambda person: self.name(tenant, person) or (names or {}).get(person))
        reply = overseen.told(request.member.person.name, home, what, said, request.now)
        for person in sorted(self.mirror.managers(tenant, without=request.person if own else "")):
            await self._tell(tenant, person, f"overseen/{key}", reply)

    def named(self, tenant: str, about: str) -> str:
        """What an act concerned, with the names of the institution's people."""
        return overseen.named(about, lambda person: self.name(tenant, person))

    def name(self, tenant: str, person: str) -> str | None:
        """What a person of the institution is called."""
        entry = self.mirror.entry(tenant, person)
        return None if entry is None else entry.name

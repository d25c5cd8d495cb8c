"""The first administrator of an empty deployment: a code printed where it runs, said once in chat, three questions.

    nobody administers → `code` at the start of `dobi run` → the first address that says it holds it (one winner)
    → institution → name → department → institution, person, roles and address stand → code spent → logged

Whatever breaks in between, the same answer said again does the same again; until the end nothing of the person stands
anywhere but the answers, for an hour. Where the file names institutions none is made; where it names the person by
that name and department they keep their id.

    dobi:{deployment}:setup   JSON of the holder's address, the answers and until when they count
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from redis.asyncio import Redis

from bot import institutions
from bot.acts import DEPLOYMENT, Acts
from bot.clock import KST
from bot.invitations import SETUP_FOR, Code, Codes, Kind, shown
from bot.romanize import suggested
from bot.roster import Entry, Move, Roster, person_id
from bot.roster import Kind as Moved
from bot.roster_bindings import Bindings, Place
from bot.roster_homes import Homes
from bot.roster_mirror import RosterMirror
from bot.settings import Role
from bot.settings_fields import RESERVED_TENANTS
from bot.tenancy import Member, Tenancy

_KEY: Final = "dobi:{deployment}:setup"
FIRST_ROLES: Final = frozenset({Role.STAFF, Role.MANAGER, Role.OPERATOR})


@dataclass(frozen=True, slots=True)
class Setup:
    """What the first administrator has answered: `tenant` of an institution that stands, `home` a new one's name."""

    place: Place
    until: datetime
    code: str
    tenant: str = ""
    home: str = ""
    name: str = ""

    @property
    def asks(self) -> str:
        """What is asked next: home, name or department."""
        if not self.tenant and not self.home:
            return "home"
        return "department" if self.name else "name"


class FirstRun:
    """Makes the code, and the first administrator."""

    def __init__(
        self, redis: Redis, tenancy: Tenancy, mirror: RosterMirror, codes: Codes, acts: Acts,
        now: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self._redis: Any = redis
        self._roster, self._bindings, self._homes = Roster(redis), Bindings(redis), Homes(redis)
        self._tenancy, self._mirror, self._codes, self._acts, self._now = tenancy, mirror, codes, acts, now

    def needed(self) -> bool:
        """Whether nobody administers any institution who could be reached."""
        return not any(self._mirror.managers(one.id) for one in self._tenancy.institutions())

    async def code(self) -> tuple[str, datetime] | None:
        """A new code and until when it is good; None where somebody administers. It ends the one before."""
        await self._mirror.refresh()
        if not self.needed():
            return None
        now = self._now()
        made = await self._codes.make("", [""], Kind.SETUP, "", now, SETUP_FOR)
        await self._redis.delete(_KEY)
        await self._acts.note(DEPLOYMENT, "", "setup-code", "", now, key=f"setup-code:{now.isoformat()}")
        return shown(made[""]), now + SETUP_FOR

    async def begin(self, code: Code, place: Place) -> Setup:
        """The holder's answers begin; where one institution stands it is theirs."""
        homes = self._tenancy.institutions()
        setup = Setup(place, self._now() + SETUP_FOR, code.field, homes[0].id if len(homes) == 1 else "")
        await self._keep(setup)
        return setup

    async def of(self, place: Place) -> Setup | None:
        """What this address has answered so far; None where it does not hold the code."""
        found = await self._redis.get(_KEY)
        setup = None if found is None else _setup(found)
        return setup if setup is not None and setup.place == place and setup.until > self._now() else None

    async def forget(self) -> None:
        """The answers go."""
        await self._redis.delete(_KEY)

    async def answer(self, setup: Setup, text: str) -> Setup:
        """The next answer, kept."""
        if setup.asks == "home":
            known = institutions.named(self._tenancy, text)
            setup = replace(setup, tenant=known.id) if known is not None else replace(setup, home=text)
        else:
            setup = replace(setup, name=text)
        await self._keep(setup)
        return setup

    async def finish(self, setup: Setup, department: str) -> Member | None:
        """The first administrator stands; None where somebody else has been faster. Safe to repeat."""
        await self._mirror.refresh()
        mine = self._tenancy.person(*setup.place)
        if mine is None and not self.needed():
            return None
        tenant = await self._institution(setup)
        entry = self._entry(tenant, setup, department)
        await self._grant(tenant, entry, setup.code)
        alive = self._mirror.alive
        await self._bindings.bind(tenant, entry.id, setup.place, self._now(), alive, change=f"setup:{setup.code}")
        await self._ended(tenant, entry.id, setup.code)
        return self._tenancy.member(tenant, entry.id)

    async def known(self, member: Member, code: Code) -> bool:
        """Somebody whom the file knows said the code: the roles are theirs; False where it is too late."""
        await self._mirror.refresh()
        if not self.needed():
            return False
        entry = self._mirror.entry(member.tenant, member.person.id)
        if entry is None:
            return False
        await self._grant(member.tenant, entry, code.field)
        await self._ended(member.tenant, entry.id, code.field)
        return True

    async def _institution(self, setup: Setup) -> str:
        if setup.tenant:
            return setup.tenant
        taken = {one.id: one.name for one in self._tenancy.institutions()}
        again = next((tenant for tenant, name in taken.items() if name == setup.home), None)
        if again is not None:
            return again
        tenant = suggested(setup.home, {*taken, *RESERVED_TENANTS})
        await self._homes.add(tenant, setup.home, change=f"setup:{setup.code}")
        await self._mirror.refresh()
        return tenant

    def _entry(self, tenant: str, setup: Setup, department: str) -> Entry:
        """The person whom the roster knows by that name and department and who is not linked there, or a new one."""
        for one in self._mirror.entries(tenant):
            free = setup.place[0] not in dict(self._mirror.places(tenant, one.id))
            if one.name == setup.name and one.department in {department, ""} and free:
                return one
        return Entry(person_id(tenant, setup.code, setup.name), setup.name, department)

    async def _grant(self, tenant: str, entry: Entry, code: str) -> None:
        before = self._mirror.entry(tenant, entry.id)
        after = replace(entry, roles=entry.roles | FIRST_ROLES)
        in_file = self._mirror.in_file(tenant, entry.id)
        move = Move(Moved.JOIN if before is None else Moved.CHANGE, after, before, in_file=in_file)
        await self._roster.apply(tenant, f"setup:{code}", [move], self._now().astimezone(KST).date())
        await self._mirror.refresh()

    async def _ended(self, tenant: str, person: str, code: str) -> None:
        now = self._now()
        await self._codes.spend("", Code(code, Kind.SETUP, "", "", "", now))
        await self._redis.delete(_KEY)
        await self._mirror.refresh()
        for where in (tenant, DEPLOYMENT):
            about = f"@{person}" if where == tenant else f"@{tenant}/{person}"
            await self._acts.note(where, person if where == tenant else "", "set-up", about, now, key=f"set-up:{code}")

    async def _keep(self, setup: Setup) -> None:
        row = {"place": list(setup.place), "until": setup.until.isoformat(), "code": setup.code}
        row |= {"tenant": setup.tenant, "home": setup.home, "name": setup.name}
        await self._redis.set(_KEY, json.dumps(row, ensure_ascii=False))


def _setup(text: bytes) -> Setup:
    row = json.loads(text)
    adapter, address = row["place"]
    until = datetime.fromisoformat(row["until"])
    return Setup((adapter, address), until, row["code"], row["tenant"], row["home"], row["name"])

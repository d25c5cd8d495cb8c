"""The roster as this process knows it: what stands in Redis beside the settings file, for look-ups that ask nobody.

    versions (one round trip) → tables that moved → what changed in them → `Tenancy.seat` / `unseat` / `found`

Whoever takes an update or a step refreshes first; where nothing moved that is all it costs. Nothing is decided here
but who wins: the file over chat, a cut or a departure over the file (to end access is never too early).
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from redis.asyncio import Redis

from bot import roster_bindings, roster_homes
from bot.roster import Entry, Roster, key_of
from bot.roster_bindings import Bindings, Place
from bot.roster_homes import Homes
from bot.roster_kitchens import Kitchen
from bot.roster_table import Delta
from bot.settings import Institution, Person, Role
from bot.tenancy import Tenancy


@dataclass(slots=True)
class _Home:
    """What stands of one institution."""

    version: int = 0
    entries: dict[str, Entry] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Moves that wait for a day; `field` names them in the table, `text` holds them."""

    day: date
    batch: str
    field: str
    text: str


class RosterMirror:
    """Keeps `tenancy` and the list `tenants` at what stands."""

    def __init__(self, redis: Redis, tenancy: Tenancy, tenants: list[str]) -> None:
        self._redis: Any = redis
        self._roster, self._bindings, self._homes = Roster(redis), Bindings(redis), Homes(redis)
        self._tenancy, self._tenants = tenancy, tenants
        self._here: dict[str, _Home] = {}
        self._addresses = self._named = 0  # versions
        self._by_chat: set[str] = set()
        self._kitchens: dict[str, tuple[Kitchen, ...]] = {}
        self._bound: dict[Place, tuple[str, str]] = {}
        self._places: dict[tuple[str, str], set[Place]] = defaultdict(set)
        self._cut: dict[Place, tuple[tuple[str, str], datetime]] = {}
        self._rests: dict[tuple[str, str], datetime] = {}
        self._missed: dict[tuple[str, str], datetime] = {}
        self._turn = asyncio.Lock()
        self._asked = self._answered = 0

    async def refresh(self) -> None:
        """What stands now is what the look-ups tell. One small question where nothing has changed.

        Whoever waited while a look began that came after their asking has their answer: a hundred at once ask twice.
        """
        self._asked += 1
        ticket = self._asked
        async with self._turn:
            if self._answered >= ticket:
                return
            asked = self._asked
            await self._looked()
            self._answered = asked

    async def _looked(self) -> None:
        named, addresses, *versions = await self._versions()
        if named != self._named:
            await self._found()
            named, addresses, *versions = await self._versions()
        for tenant, version in zip(self._tenants, versions, strict=True):
            if version != self._home(tenant).version:
                await self._people(tenant)
        if addresses != self._addresses:
            await self._whose()

    async def _versions(self) -> list[int]:
        keys = [roster_homes.KEY, roster_bindings.KEY, *map(key_of, self._tenants)]
        async with self._redis.pipeline(transaction=False) as pipe:
            for key in keys:
                pipe.get(f"{key}:version")
            return [int(one or 0) for one in await pipe.execute()]

    def _home(self, tenant: str) -> _Home:
        return self._here.setdefault(tenant, _Home())

    async def _found(self) -> None:
        delta = await self._homes.since("", self._named)
        for tenant, text in delta.fields.items():
            if text and tenant not in self._tenants:
                self._tenancy.found(roster_homes.institution(tenant, text))
                self._tenants.append(tenant)
                self._by_chat.add(tenant)
            if text and tenant in self._by_chat:
                self._kitchens[tenant] = roster_homes.kitchens(text)
                self._tenancy.furnish(tenant, roster_homes.institution(tenant, text).cafeterias)
        self._named = delta.version

    async def _people(self, tenant: str) -> None:
        home = self._home(tenant)
        delta = await self._roster.since(tenant, home.version)
        for name, text in delta.fields.items():
            kind, _, rest = name.partition(":")
            if kind == "w":
                _put(home.waiting, name, text)
            elif kind == "l":
                _put(home.left, rest, text)
            else:
                self._entry(home, rest, text)
        for person in {name.partition(":")[2] for name in delta.fields if name[0] in "pl"}:
            self._settle(tenant, person)
        home.version = delta.version

    @staticmethod
    def _entry(home: _Home, person: str, text: str) -> None:
        before = home.entries.pop(person, None)
        if before is not None and before.number:
            home.numbers.pop(before.number, None)
        if text:
            home.entries[person] = entry = Entry.from_json(person, text)
            if entry.number:
                home.numbers[entry.number] = person

    async def _whose(self) -> None:
        delta = await self._bindings.since("", self._addresses)
        touched = self._taken_in(delta)
        for tenant, person in sorted(touched):
            self._settle(tenant, person)
        self._addresses = delta.version

    def _taken_in(self, delta: Delta) -> set[tuple[str, str]]:
        """Everybody whose addresses moved."""
        touched: set[tuple[str, str]] = set()
        for name, text in delta.fields.items():
            kind, head, tail = name.split(":", 2)
            if kind in "co":
                table = self._rests if kind == "c" else self._missed
                _put(table, (head, tail), datetime.fromisoformat(json.loads(text)[0]) if text else None)
                continue
            row = json.loads(text) if text else None
            touched |= self._cuts((head, tail), row) if kind == "x" else self._binds((head, tail), row)
        return touched

    def _binds(self, place: Place, row: list[str] | None) -> set[tuple[str, str]]:
        before = self._bound.pop(place, None)
        if before is not None:
            self._places[before].discard(place)
        if row is not None:
            self._bound[place] = row[0], row[1]
            self._places[row[0], row[1]].add(place)
        return {one for one in (before, self._bound.get(place)) if one is not None}

    def _cuts(self, place: Place, row: list[str] | None) -> set[tuple[str, str]]:
        before = self._cut.pop(place, None)
        if row is not None:
            self._cut[place] = (row[0], row[1]), datetime.fromisoformat(row[3])
        both = (before, self._cut.get(place))
        return {one[0] for one in both if one is not None}

    def _settle(self, tenant: str, person: str) -> None:
        stands = self._person(tenant, person)
        if stands is None:
            self._tenancy.unseat(tenant, person)
        else:
            self._tenancy.seat(tenant, stands)

    def _person(self, tenant: str, person: str) -> Person | None:
        """How somebody stands: the file's word, what chat adds to it, without what was cut."""
        home, told = self._home(tenant), self._tenancy.declared(tenant, person)
        entry = home.entries.get(person)
        if person in home.left or (told is None and entry is None):
            return None
        bound = {adapter: address for adapter, address in sorted(self._places.get((tenant, person), ()))
                 if self._tenancy.declared_at(adapter, address) in {None, (tenant, person)}}  # fmt: skip
        if entry is not None and entry.rest:  # nobody's address while they are on leave of absence
            bound, told = {}, None if told is None else replace(told, addresses={})
        if told is None:
            return _alone(entry, bound) if entry is not None and not entry.beside else None
        kept = {adapter: address for adapter, address in told.addresses.items()
                if self._cut.get((adapter, address), (None,))[0] != (tenant, person)}  # fmt: skip
        if entry is None:
            return replace(told, addresses={**bound, **kept})
        return replace(
            told, addresses={**bound, **kept}, roles=told.roles | entry.roles,
            department=told.department or entry.department, phone_ext=told.phone_ext or entry.phone_ext,
        )  # fmt: skip

    # --- what only the roster's own conversations ask

    def entry(self, tenant: str, person: str) -> Entry | None:
        """The person as an entry: of somebody whom the file names, the file's words with chat's beside them."""
        stands = self._tenancy.member(tenant, person)
        if stands is None:
            return None
        own = self._home(tenant).entries.get(person)
        one = stands.person
        own = own or Entry("", "")
        return Entry(
            one.id, one.name, one.department, one.roles, one.phone_ext, own.number, own.rank, rest=own.rest,
            home=own.home, sent=own.sent,
        )  # fmt: skip

    def resting(self, tenant: str) -> list[Entry]:
        """Everybody of the institution who is on leave of absence."""
        return [one for one in self._home(tenant).entries.values() if one.rest and self.alive(tenant, one.id)]

    def resting_at(self, place: Place) -> Entry | None:
        """Whose address it is that says nothing while its owner is on leave of absence; None where it is none such."""
        whose = self._bound.get(place) or self._tenancy.declared_at(*place)
        entry = self.entry(*whose) if whose is not None and self._cut.get(place, (None,))[0] != whose else None
        return entry if entry is not None and entry.rest else None

    def own(self, tenant: str, person: str) -> tuple[Place, ...]:
        """The person's addresses, those included that say nothing while they rest."""
        told, cut = self._tenancy.declared(tenant, person), set(self.cuts(tenant, person))
        places = {*self.bound(tenant, person), *(told.addresses.items() if told is not None else ())}
        return tuple(sorted(places - cut))

    def entries(self, tenant: str) -> list[Entry]:
        """Everybody who stands in the institution."""
        people = self._tenancy.people_with(tenant, Role.STAFF)
        return [one for person in people if (one := self.entry(tenant, person.id)) is not None]

    def numbered(self, tenant: str, number: str) -> str | None:
        """Whose employee's number it is."""
        return self._home(tenant).numbers.get(number)

    def declared(self, tenant: str, person: str) -> Person | None:
        """The person as the settings file declares them."""
        return self._tenancy.declared(tenant, person)

    def managers(self, tenant: str, *, without: str = "") -> dict[str, bool]:
        """Everybody else who administers the institution and can be reached; and whether the file says so."""
        held = self._tenancy.people_with(tenant, Role.MANAGER)
        found = {one.id: self._tenancy.declared(tenant, one.id) for one in held if one.id != without and one.addresses}
        return {person: told is not None and Role.MANAGER in told.roles for person, told in found.items()}

    def in_file(self, tenant: str, person: str) -> bool:
        """Whether the settings file declares them."""
        return self._tenancy.declared(tenant, person) is not None

    def places(self, tenant: str, person: str) -> tuple[Place, ...]:
        """Every address at which the person is known now."""
        member = self._tenancy.member(tenant, person)
        return () if member is None else tuple(sorted(member.person.addresses.items()))

    def bound(self, tenant: str, person: str) -> tuple[Place, ...]:
        """The addresses that codes bound to that id, whether or not anybody stands under it."""
        return tuple(sorted(self._places.get((tenant, person), ())))

    def cuts(self, tenant: str, person: str) -> tuple[Place, ...]:
        """The person's addresses that were cut off."""
        return tuple(sorted(place for place, (whose, _) in self._cut.items() if whose == (tenant, person)))

    def old_cuts(self, before: datetime) -> list[tuple[tuple[str, str], Place]]:
        """Addresses that rested until some time before, and whose: those of the file stay cut until bound anew."""
        return [
            (whose, place)
            for place, (whose, until) in self._cut.items()
            if until < before and self._tenancy.declared_at(*place) != whose
        ]

    def rests_until(self, tenant: str, person: str) -> datetime | None:
        """Until when nothing is bound to the person."""
        return self._rests.get((tenant, person))

    def waiting(self, tenant: str) -> list[Waiting]:
        """Moves that wait, by day."""
        found = [_waiting(name, text) for name, text in self._home(tenant).waiting.items()]
        return sorted(found, key=lambda one: (one.day, one.batch))

    def gone(self, tenant: str) -> Iterable[str]:
        """People of the file of whom chat said that they left."""
        return tuple(self._home(tenant).left)

    def orphans(self) -> list[tuple[str, str]]:
        """Institution and id of everybody to whom addresses are bound though nobody stands there."""
        return [whose for whose, places in self._places.items() if places and self._tenancy.member(*whose) is None]

    def missed(self) -> Mapping[tuple[str, str], datetime]:
        """Since when somebody with addresses has been gone: institution and id → instant."""
        return self._missed

    def by_chat(self, institution: Institution) -> bool:
        """Whether chat added the institution."""
        return institution.id in self._by_chat

    def kitchens(self, tenant: str) -> tuple[Kitchen, ...]:
        """The cafeterias that chat gave the institution."""
        return self._kitchens.get(tenant, ())

    def alive(self, tenant: str, person: str) -> bool:
        """Whether somebody stands there."""
        return self._tenancy.member(tenant, person) is not None


def _alone(entry: Entry, addresses: Mapping[str, str]) -> Person:
    return Person(entry.id, entry.name, entry.department, entry.roles, addresses, entry.phone_ext)


def _waiting(name: str, text: str) -> Waiting:
    _, day, batch = name.split(":", 2)
    return Waiting(date.fromisoformat(day), batch, name, text)


def _put(table: dict[Any, Any], name: object, value: object) -> None:
    if value:
        table[name] = value
    else:
        table.pop(name, None)

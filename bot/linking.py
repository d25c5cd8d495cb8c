"""Who gets in, by which address, and how that ends: joining by a code, cutting a lost phone off, leaving.

    join: code claimed → address bound → code spent → logged → told to the person's other messengers
    cut:  addresses give nothing (in one script) → their rest begins → waiting messages, questions and codes go → logged
    left: the roster is without them → the same, and after the days in which it can be undone nothing is kept

Every step is safe to repeat under its `key`, so that a handling that died is done again. Trips and receipts stay as
they are: retention (`bot.retention`) alone destroys them. No address and no name goes into a log line.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.acts import Acts
from bot.invitations import Code, Codes
from bot.messenger import Chat, Reply
from bot.outbox import Outbox, Row
from bot.people import PeopleStore
from bot.roster_bindings import COOLING, MOST_A_PERSON, Binding, Bindings, Place
from bot.roster_mirror import RosterMirror
from bot.roster_table import UNDOABLE
from bot.tenancy import Member, Tenancy
from bot.wording import roster_linking as words

CUTS_KEPT = timedelta(days=30)
"""How long it is known after its rest that an address was cut: as long as what was kept in its chat."""


class Join(StrEnum):
    """What came of a wish to join."""

    DONE = "done"
    ALREADY = "already"
    """The address is the person's own."""
    TAKEN = "taken"
    COOLING = "cooling"
    SECOND = "second"
    """The person has another address on that messenger."""
    GONE = "gone"
    """The person is not in the roster any more."""


@dataclass(frozen=True, slots=True)
class Joined:
    """What came of it, for whom, and until when they wait."""

    what: Join
    member: Member | None = None
    until: datetime | None = None


Carry = Callable[[str, str, str], Awaitable[None]]
"""Moves what somebody keeps in a chat (institution, from, to) to another chat of theirs; safe to repeat."""


class Linking:
    """The services behind the conversations."""

    def __init__(
        self, tenancy: Tenancy, mirror: RosterMirror, bindings: Bindings, codes: Codes, outbox: Outbox,
        people: PeopleStore, acts: Acts, now: Callable[[], datetime], carry: Carry | None = None,
    ) -> None:  # fmt: skip
        self._carry = carry
        self.tenancy, self.mirror, self.bindings, self.codes = tenancy, mirror, bindings, codes
        self._outbox, self._people, self.acts, self._now = outbox, people, acts, now
        self._closed: set[tuple[str, str]] = set()

    # --- in

    async def join(self, code: Code, place: Place) -> Joined:
        """The address is the code's person's from now on; a code that could not be used may be said again."""
        await self.mirror.refresh()
        joined = await self._join(code, place)
        if joined.what in {Join.COOLING, Join.SECOND, Join.TAKEN}:
            await self.codes.release(code.tenant, code)
            return joined
        if joined.what is Join.DONE:
            await self.mirror.refresh()
            await self._welcomed(code, place)
            joined = Joined(Join.DONE, self.tenancy.member(code.tenant, code.person))
        await self.codes.spend(code.tenant, code)
        return joined

    async def _join(self, code: Code, place: Place) -> Joined:
        tenant, person = code.tenant, code.person
        member = self.tenancy.member(tenant, person)
        if member is None:
            return Joined(Join.GONE)
        own = member.person.addresses.get(place[0])
        if own == place[1] and place not in self.mirror.bound(tenant, person):
            return Joined(Join.ALREADY, member)
        if own not in {None, place[1]} or len(member.person.addresses) >= MOST_A_PERSON:
            return Joined(Join.SECOND, member)
        if self.tenancy.declared_at(*place) not in {None, (tenant, person)}:
            return Joined(Join.TAKEN, member)
        now = self._now()
        key = _key("join", code.field, *place)
        found = await self.bindings.bind(tenant, person, place, now, self.mirror.alive, change=key)
        known = {Binding.DONE: Join.DONE, Binding.TAKEN: Join.TAKEN, Binding.COOLING: Join.COOLING}
        return Joined(known[found.what], member, found.until)

    async def _welcomed(self, code: Code, place: Place) -> None:
        """It is logged, the person's other messengers hear of it, and what a lost one kept is here."""
        tenant, person, now = code.tenant, code.person, self._now()
        if self._carry is not None:
            for name, address in self.mirror.cuts(tenant, person):
                await self._carry(tenant, f"{name}:dm:{address}", f"{place[0]}:dm:{place[1]}")
        await self.acts.note(
            tenant, code.by or person, "joined", f"@{person} {place[0]}", now, key=f"join:{code.field}"
        )
        reply = words.joined_elsewhere(place[0], self.mirror_press(place))
        await self.tell(tenant, person, f"joined:{code.field}", reply, but=place)

    @staticmethod
    def mirror_press(place: Place) -> str:
        """Names an address on a button."""
        return _key("place", *place)[:12]

    async def tell(self, tenant: str, person: str, story: str, reply: Reply, *, but: Place | None = None) -> None:
        """Says something to every messenger of a person, but one: as an answer, for it may not wait for the morning."""
        places = [place for place in self.mirror.places(tenant, person) if place != but]
        rows = [Row(Chat(name, f"dm:{at}", private=True), story, 1, "reply", reply, self._now()) for name, at in places]
        await self._outbox.put(tenant, rows)

    # --- out

    async def cut(self, tenant: str, person: str, places: Iterable[Place], by: str, *, key: str) -> datetime:
        """These addresses give no access from now on; until when nothing is bound to the person."""
        gone, now = tuple(places), self._now()
        until = now + COOLING
        await self.bindings.cut(tenant, person, gone, now, until, change=_key("cut", tenant, person, key))
        await self.mirror.refresh()
        await self._close(tenant, person, gone)
        names = " ".join(sorted({name for name, _ in gone}))
        await self.acts.note(tenant, by, "access-cut", f"@{person} {names}", now, key=f"cut:{person}:{key}")
        await self.tell(tenant, person, f"cut:{person}:{key}", words.cut_elsewhere([name for name, _ in gone], until))
        return self.mirror.rests_until(tenant, person) or until

    async def unlink(self, tenant: str, person: str, place: Place, *, key: str) -> None:
        """One messenger less, at the person's own wish: nothing rests. The file's own address is cut instead."""
        now = self._now()
        if place in self.mirror.bound(tenant, person):
            await self.bindings.unbind(tenant, person, [place], change=_key("unlink", tenant, person, key))
        else:
            await self.bindings.cut(tenant, person, [place], now, now, change=_key("unlink", tenant, person, key))
        await self.mirror.refresh()
        await self._close(tenant, person, [place])
        await self.acts.note(tenant, person, "unlinked", f"@{person} {place[0]}", now, key=f"unlink:{person}:{key}")

    async def warm(self, tenant: str, person: str, by: str, why: str, *, key: str) -> None:
        """The person's new address need not wait any longer, for a reason."""
        places = self.mirror.cuts(tenant, person)
        await self.bindings.warm(tenant, person, places, self._now(), change=_key("warm", tenant, person, key))
        await self.mirror.refresh()
        await self.acts.note(tenant, by, "access-warm", f"@{person} {why}", self._now(), key=f"warm:{person}:{key}")

    async def _close(self, tenant: str, person: str, places: Iterable[Place]) -> None:
        """What waits to be said there is not said; what waits to be answered is not asked any more."""
        for name, address in places:
            await self._outbox.clear(tenant, f"{name}:dm:{address}")
        await self._people.forget_questions(tenant, person)
        await self.codes.end(tenant, person)

    async def sweep(self) -> None:
        """Whoever left is closed once, and forgotten when it can't be undone any more; whoever is back is back."""
        now = self._now()
        for tenant, person in self.mirror.orphans():
            since = self.mirror.missed().get((tenant, person))
            if since is not None and now - since >= UNDOABLE:
                places = {*self.mirror.bound(tenant, person), *self.mirror.cuts(tenant, person)}
                await self.bindings.forget(
                    tenant, person, sorted(places), change=_key("forget", tenant, person, since.isoformat())
                )
            elif (tenant, person) not in self._closed:
                await self.left(tenant, person)
        for (tenant, person), place in self.mirror.old_cuts(now - CUTS_KEPT):
            await self.bindings.drop_cuts(tenant, person, [place], change=_key("drop", tenant, person, *place))
        for (tenant, person), since in tuple(self.mirror.missed().items()):
            if self.mirror.alive(tenant, person):
                self._closed.discard((tenant, person))
                await self.bindings.back(tenant, person, change=_key("back", tenant, person, since.isoformat()))

    async def left(self, tenant: str, person: str) -> None:
        """Somebody is not in the roster any more: nothing reaches them, nothing is asked of them. Safe to repeat."""
        now = self._now()
        told = self.mirror.declared(tenant, person)
        places = {*self.mirror.bound(tenant, person), *(told.addresses.items() if told is not None else ())}
        await self._close(tenant, person, sorted(places))
        await self.bindings.missed(tenant, person, now, change=_key("missed", tenant, person, now.isoformat()))
        self._closed.add((tenant, person))


def _key(*parts: str) -> str:
    return parts[0] + ":" + hashlib.blake2b("\x1f".join(parts).encode(), digest_size=10).hexdigest()

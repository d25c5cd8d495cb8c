"""What is done to one person in the roster: added, given a role, moved, let go, taken back. Logged by whoever asks.

It decides what may stand (a name once a department, a number once, one administrator at least) and writes it in one
act; who may ask for it is the conversation's matter. What the settings file says of somebody it does not change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from bot.clock import KST
from bot.roster import MOST_PEOPLE, Entry, Kind, Move, Roster, person_id, touches_operators
from bot.roster_mirror import RosterMirror
from bot.roster_pauses import rested, returned
from bot.roster_table import Undone
from bot.settings import Role


class Refusal(StrEnum):
    """Why nothing was written."""

    THERE = "there"
    NUMBER = "number"
    FULL = "full"
    FILE = "file"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Written:
    """An act: how the person stands now, and the change by which it can be taken back."""

    entry: Entry
    change: str


class RosterCare:
    """The acts. `wake` tells other processes."""

    def __init__(
        self, roster: Roster, mirror: RosterMirror, now: Callable[[], datetime], wake: Callable[[], object]
    ) -> None:
        self._roster, self._mirror, self._now, self._wake = roster, mirror, now, wake

    async def add(self, tenant: str, told: Entry, key: str) -> Written | Refusal:
        """A new person, unless one of that name is in the department already and no number tells them apart."""
        await self._mirror.refresh()
        person = person_id(tenant, key, told.name, told.department, told.number)
        if self._mirror.entry(tenant, person) is None:
            refused = self._unfit(tenant, told)
            if refused is not None:
                return refused
        entry = replace(told, id=person)
        return await self._write(tenant, f"add-{key}", Move(Kind.JOIN, entry), entry)

    def _unfit(self, tenant: str, told: Entry) -> Refusal | None:
        if told.number and self._mirror.numbered(tenant, told.number) is not None:
            return Refusal.NUMBER
        known = self._mirror.entries(tenant)
        same = [one for one in known if one.name == told.name and one.department == told.department]
        if same and not told.number:
            return Refusal.THERE
        return Refusal.FULL if len(known) >= MOST_PEOPLE else None

    async def role(self, tenant: str, entry: Entry, role: Role, key: str, *, given: bool) -> Written | Refusal:
        """A role more or less.

        Raises:
            LastManagerError: nobody would be left who administers; nothing was written.
        """
        if await self._roster.made(tenant, f"role-{key}") is not None:
            return self._written(tenant, f"role-{key}", entry)
        told = self._mirror.declared(tenant, entry.id)
        if not given and told is not None and role in told.roles:
            return Refusal.FILE
        if (role in entry.roles) is given:
            return Refusal.SAME
        after = replace(entry, roles=entry.roles | {role} if given else entry.roles - {role})
        keep = self._keepers(tenant, entry) if role is Role.MANAGER and not given else None
        return await self._write(tenant, f"role-{key}", self._change(tenant, entry, after), after, keep)

    async def move(self, tenant: str, entry: Entry, department: str, key: str) -> Written | Refusal:
        """Another department."""
        if await self._roster.made(tenant, f"dept-{key}") is not None:
            return self._written(tenant, f"dept-{key}", entry)
        told = self._mirror.declared(tenant, entry.id)
        if told is not None and told.department:
            return Refusal.FILE
        if entry.department == department:
            return Refusal.SAME
        after = replace(entry, department=department)
        return await self._write(tenant, f"dept-{key}", self._change(tenant, entry, after), after)

    async def rename(self, tenant: str, entry: Entry, name: str, key: str) -> Written | Refusal:
        """Another name for the same person; whatever hangs on them stays."""
        if await self._roster.made(tenant, f"name-{key}") is not None:
            return self._written(tenant, f"name-{key}", entry)
        if self._mirror.in_file(tenant, entry.id):
            return Refusal.FILE
        if entry.name == name:
            return Refusal.SAME
        known = self._mirror.entries(tenant)
        if not entry.number and any(one.name == name and one.department == entry.department for one in known):
            return Refusal.THERE
        after = replace(entry, name=name)
        return await self._write(tenant, f"name-{key}", self._change(tenant, entry, after), after)

    async def undoable(self, tenant: str, change: str) -> bool:
        """Whether the change can still be taken back."""
        return await self._roster.made(tenant, change) is not None

    async def rest(self, tenant: str, entry: Entry, until: date | None, key: str) -> Written | Refusal:
        """On leave of absence from now on, through `until`; None: until somebody says so.

        Raises:
            LastManagerError: nobody would be left who administers; nothing was written.
        """
        if await self._roster.made(tenant, f"rest-{key}") is not None:
            return self._written(tenant, f"rest-{key}", entry)
        in_file = self._mirror.in_file(tenant, entry.id)
        pause = rested(entry, until, in_file=in_file)
        if pause.after == entry:
            return Refusal.SAME
        keep = self._keepers(tenant, entry) if Role.MANAGER in entry.roles else None
        later = {pause.back_on: [pause.back]} if pause.back is not None and pause.back_on is not None else None
        move = Move(Kind.CHANGE, pause.after, entry, "휴직", in_file)
        return await self._write(tenant, f"rest-{key}", move, pause.after, keep, later)

    async def back(self, tenant: str, entry: Entry, key: str) -> Written | Refusal:
        """Back from leave, or from where they were lent."""
        if await self._roster.made(tenant, f"back-{key}") is not None:
            return self._written(tenant, f"back-{key}", entry)
        in_file = self._mirror.in_file(tenant, entry.id)
        after = returned(entry, "")
        if after == entry:
            return Refusal.SAME
        return await self._write(tenant, f"back-{key}", Move(Kind.CHANGE, after, entry, "복직", in_file), after)

    async def leave(self, tenant: str, entry: Entry, key: str) -> Written:
        """They are not in the roster any more.

        Raises:
            LastManagerError: nobody would be left who administers; nothing was written.
        """
        in_file = self._mirror.in_file(tenant, entry.id)
        keep = self._keepers(tenant, entry) if Role.MANAGER in entry.roles else None
        return await self._write(
            tenant, f"leave-{key}", Move(Kind.LEAVE, entry, why="퇴직", in_file=in_file), entry, keep
        )

    async def mover(self, tenant: str, key: str) -> tuple[str, str] | None:
        """From where to where this very request moved somebody already, before whoever handled it died."""
        made = await self._roster.made(tenant, f"dept-{key}")
        if not made:
            return None
        before, after = (Entry.from_json("", one) if one else Entry("", "") for one in (made[0].before, made[0].after))
        return before.department, after.department

    async def leaver(self, tenant: str, key: str) -> Entry | None:
        """Whom this very request let go already, before whoever handled it died."""
        made = await self._roster.made(tenant, f"leave-{key}")
        if not made:
            return None
        person = made[0].name.partition(":")[2]
        if made[0].before:
            return Entry.from_json(person, made[0].before)
        told = self._mirror.declared(tenant, person)
        return None if told is None else Entry(told.id, told.name, told.department, told.roles, told.phone_ext)

    async def is_operators(self, tenant: str, change: str) -> bool:
        """Whether to take the change back makes somebody an operator, or none any more."""
        return touches_operators(await self._roster.made(tenant, change) or ())

    async def undo(self, tenant: str, change: str) -> Undone:
        """What stood before the change stands again."""
        undone = await self._roster.undo(tenant, change)
        await self._mirror.refresh()
        self._wake()
        return undone

    def _change(self, tenant: str, before: Entry, after: Entry) -> Move:
        in_file = self._mirror.in_file(tenant, before.id)
        return Move(Kind.CHANGE, after, before, in_file=in_file)

    def _keepers(self, tenant: str, entry: Entry) -> Mapping[str, bool]:
        """Everybody else who administers and can be reached."""
        return self._mirror.managers(tenant, without=entry.id)

    async def _write(
        self, tenant: str, change: str, move: Move, entry: Entry, keep: Mapping[str, bool] | None = None,
        later: Mapping[date, Sequence[Move]] | None = None,
    ) -> Written:  # fmt: skip
        day = self._now().astimezone(KST).date()
        await self._roster.apply(tenant, change, [move], day, later, keep)
        await self._mirror.refresh()
        self._wake()
        return self._written(tenant, change, entry)

    def _written(self, tenant: str, change: str, entry: Entry) -> Written:
        return Written(self._mirror.entry(tenant, entry.id) or entry, change)

"""An institution's people beside the settings file: who they are, in which department, with which roles; thousands.

The file declares, chat adds, the file wins. Of somebody whom the file names, chat may add roles and a department where
the file says none; that somebody left holds against the file, for to end access is never too early (`dobi doctor`
tells of it). Addresses are `bot.roster_bindings`'; `bot.roster_mirror` puts all three together for the look-ups.

    dobi:{tenant}:roster    table (bot.roster_table): p:<person> → entry as JSON · l:<person> → since when somebody of
                            the file is gone · w:<day>:<batch> → moves as JSON that wait for their day

It holds no message, no place and nothing that people did. A person's id is made once and never used again.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b32encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from redis.asyncio import Redis

from bot.roster_table import Delta, Field, Table, Undone
from bot.settings import Role

MOST_PEOPLE: Final = 20_000
LONGEST_NAME: Final = 40
OPEN: Final = "open"
"""Of a rest whose end nobody knows."""
RETURN: Final = "복귀"
"""Why of a move that was written down beforehand: it happens only if things still stand as they did then."""
_PASSING: Final = ("rest", "home", "sent")


@dataclass(frozen=True, slots=True)
class Entry:
    """A person as chat knows them. `number` is the employee's number, `rank` the grade; empty where nobody said.

    `beside`: it only adds to somebody of the settings file; whom the file names no more it does not keep.
    `rest`: on leave of absence until that day, the first one back (ISO), or `OPEN`: no access, nothing is said to them.
    `home`: where whoever is lent belongs (a department, or an office outside); `sent`: to which office they are lent.
    """

    id: str
    name: str
    department: str = ""
    roles: frozenset[Role] = frozenset({Role.STAFF})
    phone_ext: str = ""
    number: str = ""
    rank: str = ""
    beside: bool = False
    rest: str = ""
    home: str = ""
    sent: str = ""

    def to_json(self) -> str:
        """As the table keeps it: what is empty is left out."""
        row: dict[str, object] = {"name": self.name, "roles": sorted(role.value for role in self.roles)}
        told: dict[str, object] = {
            "dept": self.department, "ext": self.phone_ext, "no": self.number, "rank": self.rank, "beside": self.beside,
            "rest": self.rest, "home": self.home, "sent": self.sent,
        }  # fmt: skip
        return json.dumps(row | {key: text for key, text in told.items() if text}, ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, person: str, text: str) -> Entry:
        """What `to_json` wrote."""
        row = json.loads(text)
        return cls(
            person, row["name"], row.get("dept", ""), frozenset(map(Role, row["roles"])), row.get("ext", ""),
            row.get("no", ""), row.get("rank", ""), row.get("beside", False), row.get("rest", ""), row.get("home", ""),
            row.get("sent", ""),
        )  # fmt: skip


class LastManagerError(Exception):
    """Nobody would be left who administers the institution."""


class Kind(StrEnum):
    """What a move does."""

    JOIN = "join"
    LEAVE = "leave"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Move:
    """Something that happens to one person on a day: they come, they go, or what the entry says of them changes.

    `entry` is how they stand afterwards; of a change only what differs from `before` is written, so that what others
    said of them meanwhile stays. `why` is a word such as 전출.
    """

    kind: Kind
    entry: Entry
    before: Entry | None = None
    why: str = ""
    in_file: bool = False


def person_id(tenant: str, *parts: str) -> str:
    """A new person's id: the same for a repeated step, no one else's."""
    digest = hashlib.blake2b("\x1f".join((tenant, *parts)).encode(), digest_size=6)
    return "p" + b32encode(digest.digest()).decode().lower().rstrip("=")


def entry_field(person: str) -> str:
    """Where a person stands in the table."""
    return f"p:{person}"


def left_field(person: str) -> str:
    """Where it stands that somebody of the file is gone."""
    return f"l:{person}"


def waiting_field(day: date, batch: str) -> str:
    """Where moves wait for their day."""
    return f"w:{day.isoformat()}:{batch}"


def after(moves: Sequence[Move], day: date) -> Mapping[str, Callable[[str], str]]:
    """What becomes of each field that the moves touch, from what stands there then."""
    found: dict[str, Callable[[str], str]] = {}
    for move in moves:
        person = move.entry.id
        if move.kind is Kind.LEAVE:
            found[entry_field(person)] = _gone(move)
            if move.in_file:
                found[left_field(person)] = lambda stood: stood or day.isoformat()
        else:
            found[entry_field(person)] = _stands(move)
    return found


def _gone(move: Move) -> Callable[[str], str]:
    def decide(before: str) -> str:
        stays = bool(before) and move.why == RETURN and not _as_then(Entry.from_json("", before), move.entry)
        return before if stays else ""

    return decide


def _as_then(stands: Entry, then: Entry) -> bool:
    """Whether somebody is away for a time exactly as when their return was written down."""
    return all(getattr(stands, name) == getattr(then, name) for name in _PASSING)


def _stands(move: Move) -> Callable[[str], str]:
    def decide(before: str) -> str:
        if move.kind is Kind.JOIN:
            return before or move.entry.to_json()
        if not before:
            return _beside(move).to_json() if move.in_file else ""  # whoever is gone since stays gone
        return _merged(Entry.from_json(move.entry.id, before), move).to_json()

    return decide


def _beside(move: Move) -> Entry:
    """What chat adds to somebody of the file: a role that the file takes back is not to stay here."""
    told = frozenset[Role]() if move.before is None else move.before.roles
    return replace(move.entry, roles=move.entry.roles - told, beside=True)


def touches_operators(fields: Sequence[Field]) -> bool:
    """Whether a change makes somebody an operator, or none any more."""

    def holds(text: str) -> bool:
        return bool(text) and Role.OPERATOR in Entry.from_json("", text).roles

    return any(one.name.startswith("p:") and holds(one.before) != holds(one.after) for one in fields)


def _merged(stands: Entry, move: Move) -> Entry:
    before, entry = move.before or stands, move.entry
    if move.why == RETURN and not _as_then(stands, before):
        return stands
    told = {
        name: getattr(entry, name)
        for name in ("name", "department", "phone_ext", "number", "rank", *_PASSING)
        if getattr(entry, name) != getattr(before, name)
    }
    roles = (stands.roles | (entry.roles - before.roles)) - (before.roles - entry.roles)
    return replace(stands, roles=roles, **told)


def _manages(stands: Mapping[str, str], person: str, in_file: bool) -> bool:
    if stands[left_field(person)]:
        return False
    text = stands[entry_field(person)]
    entry = Entry.from_json(person, text) if text else None
    if entry is not None and entry.rest:
        return False
    return in_file or (entry is not None and Role.MANAGER in entry.roles)


def _waits(text: str) -> Callable[[str], str]:
    return lambda stood: stood or text


def key_of(tenant: str) -> str:
    """Where an institution's table stands."""
    return f"dobi:{{{tenant}}}:roster"


class Roster:
    """The entries of every institution. `change` names the decision: repeating it changes nothing more."""

    def __init__(self, redis: Redis) -> None:
        self._table = Table(redis)

    async def apply(
        self,
        tenant: str,
        change: str,
        moves: Sequence[Move],
        day: date,
        later: Mapping[date, Sequence[Move]] | None = None,
        keep: Mapping[str, bool] | None = None,
    ) -> tuple[Field, ...]:
        """All moves at once, and those of `later` days written down to wait: one act, whole or not at all.

        `keep`: administrators (and whether the file makes them such) of whom one must be left in the end.

        Raises:
            RosterBusyError: nothing was written.
            LastManagerError: none would be left; nothing was written.
        """
        decide = dict(after(moves, day))
        for when, waiting in (later or {}).items():
            text = json.dumps([_row(move) for move in waiting], ensure_ascii=False)
            decide[waiting_field(when, change)] = _waits(text)
        return await self._change(tenant, change, decide, keep)

    async def carry_out(self, tenant: str, waiting: str, day: date) -> tuple[Move, ...]:
        """The moves that waited in that field stand; they wait no more. Safe to repeat: the second time none are."""
        text = (await self._table.get(key_of(tenant), [waiting]))[waiting]
        if not text:
            return ()
        moves = moves_of(text)
        decide = {**after(moves, day), waiting: lambda _: ""}
        await self._change(tenant, f"due-{waiting}", decide)
        return moves

    async def call_off(self, tenant: str, change: str, waiting: str) -> bool:
        """What waits there does not happen; False where nothing waits."""
        made = await self._change(tenant, change, {waiting: lambda _: ""})
        return bool(made[0].before)

    async def _change(
        self,
        tenant: str,
        change: str,
        decide: Mapping[str, Callable[[str], str]],
        keep: Mapping[str, bool] | None = None,
    ) -> tuple[Field, ...]:
        def decided(stands: Mapping[str, str]) -> Mapping[str, str]:
            shall = {name: decide[name](stands[name]) if name in decide else stands[name] for name in stands}
            if keep is not None and not any(_manages(shall, person, file) for person, file in keep.items()):
                raise LastManagerError
            return shall

        watched = [name for person in keep or () for name in (entry_field(person), left_field(person))]
        return await self._table.change(key_of(tenant), change, [*decide, *watched], decided)

    async def made(self, tenant: str, change: str) -> tuple[Field, ...] | None:
        """A change that can still be undone."""
        return await self._table.made(key_of(tenant), change)

    async def undo(self, tenant: str, change: str) -> Undone:
        """Puts back what stood before the change."""
        return await self._table.undo(key_of(tenant), change)

    async def since(self, tenant: str, version: int) -> Delta:
        """What changed after that version."""
        return await self._table.since(key_of(tenant), version)


def moves_of(text: str) -> tuple[Move, ...]:
    """The moves that a waiting field holds."""
    return tuple(_move(row) for row in json.loads(text))


def _row(move: Move) -> dict[str, object]:
    row: dict[str, object] = {"kind": move.kind.value, "id": move.entry.id, "to": json.loads(move.entry.to_json())}
    if move.before is not None:
        row["from"] = json.loads(move.before.to_json())
    return row | {"why": move.why, "file": move.in_file}


def _move(row: dict[str, object]) -> Move:
    person = str(row["id"])
    before = None if "from" not in row else Entry.from_json(person, json.dumps(row["from"]))
    entry = Entry.from_json(person, json.dumps(row["to"]))
    return Move(Kind(str(row["kind"])), entry, before, str(row["why"]), bool(row["file"]))

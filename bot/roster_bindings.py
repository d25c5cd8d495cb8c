"""Whose an address is: adapter and native id → one person in the whole deployment, and which addresses rest.

An address means one person, whatever the institution; so this is one table for all, and a binding is one script. The
settings file's own addresses are not here; that one of them was cut off (a lost phone) is. After a cut the address and
its person wait (COOLING) before anything is bound again: whoever found a phone has no time to use it.

    dobi:{deployment}:addresses   table (bot.roster_table):
        a:<adapter>:<address>  JSON [institution, person, since]          bound by a code
        x:<adapter>:<address>  JSON [institution, person, since, until]   cut off; bound again by a code, then or later
        c:<institution>:<person>  JSON [until]                            whose new addresses wait
        o:<institution>:<person>  JSON [since]                            who left; their addresses go when it is final

It never logs an address, and no name stands here.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeAlias

from redis.asyncio import Redis

from bot.roster_table import Delta, Table

COOLING: Final = timedelta(days=1)
KEY: Final = "dobi:{deployment}:addresses"
MOST_A_PERSON: Final = 8

Place: TypeAlias = tuple[str, str]
"""An adapter's name and a native id there."""
Alive = Callable[[str, str], bool]
"""Whether institution and person (by id) stand in the roster."""


class Binding(StrEnum):
    """What came of a wish to bind."""

    DONE = "done"
    TAKEN = "taken"
    """The address is somebody else's."""
    COOLING = "cooling"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Bound:
    """What came of it; `until` says how long an address or a person waits."""

    what: Binding
    until: datetime | None = None


def place_of(adapter: str, address: str) -> Place:
    """The place as it is kept."""
    return adapter, unicodedata.normalize("NFC", address)


class Bindings:
    """The addresses of everybody. `change` names the decision: repeating it changes nothing more."""

    def __init__(self, redis: Redis) -> None:
        self._table = Table(redis)

    async def bind(self, tenant: str, person: str, place: Place, now: datetime, alive: Alive, *, change: str) -> Bound:
        """The address is this person's from now on, unless it is another's who is still here, or waits.

        What the settings file says of the address is the caller's to look at.
        """
        own, cut, rest = _field("a", place), _field("x", place), f"c:{tenant}:{person}"
        found = Bound(Binding.DONE)

        def decide(stands: Mapping[str, str]) -> Mapping[str, str]:
            nonlocal found
            found = _judged(stands[own], stands[cut], stands[rest], (tenant, person), now, alive)
            if found.what is not Binding.DONE:
                return {}
            return {own: json.dumps([tenant, person, now.isoformat()], ensure_ascii=False), cut: "", rest: ""}

        made = await self._table.change(KEY, change, [own, cut, rest], decide)
        stood = {one.name: one.before for one in made}
        return _judged(stood[own], stood[cut], stood[rest], (tenant, person), now, alive)

    async def unbind(self, tenant: str, person: str, places: Sequence[Place], *, change: str) -> int:
        """These addresses of the person's mean nobody any more; how many did."""

        def decide(stands: Mapping[str, str]) -> Mapping[str, str]:
            return {name: "" for name, text in stands.items() if _whose(text) == (tenant, person)}

        names = [_field("a", place) for place in places]
        made = await self._table.change(KEY, change, names, decide) if names else ()
        return sum(bool(one.before) and not one.after for one in made)

    async def cut(
        self, tenant: str, person: str, places: Iterable[Place], now: datetime, until: datetime, *, change: str
    ) -> None:
        """These addresses give no access from now on, and whatever is to be bound to the person waits until then."""
        gone = list(places)
        cuts = {_field("x", place): json.dumps([tenant, person, now.isoformat(), until.isoformat()]) for place in gone}
        owns = [_field("a", place) for place in gone]
        rest = f"c:{tenant}:{person}"

        def decide(stands: Mapping[str, str]) -> Mapping[str, str]:
            ours = {name: "" for name in owns if _whose(stands[name]) == (tenant, person)}
            return {**ours, **cuts, rest: json.dumps([until.isoformat()])}

        await self._table.change(KEY, change, [*owns, *cuts, rest], decide)

    async def warm(self, tenant: str, person: str, places: Iterable[Place], now: datetime, *, change: str) -> None:
        """The person, and these addresses, need not wait any longer."""
        cuts = [_field("x", place) for place in places]

        def decide(stands: Mapping[str, str]) -> Mapping[str, str]:
            over = {name: _ended(text, now) for name, text in stands.items() if text and name in cuts}
            return {**over, f"c:{tenant}:{person}": ""}

        await self._table.change(KEY, change, [*cuts, f"c:{tenant}:{person}"], decide)

    async def drop_cuts(self, tenant: str, person: str, places: Iterable[Place], *, change: str) -> None:
        """It need not be known any longer that these addresses of the person's were cut off."""
        names = [_field("x", place) for place in places]

        def decide(stands: Mapping[str, str]) -> Mapping[str, str]:
            return {name: "" for name, text in stands.items() if _whose(text) == (tenant, person)}

        await self._table.change(KEY, change, names, decide)

    async def missed(self, tenant: str, person: str, now: datetime, *, change: str) -> None:
        """They are gone from the roster, since now unless since earlier."""
        name = f"o:{tenant}:{person}"
        await self._table.change(KEY, change, [name], lambda told: {name: told[name] or json.dumps([now.isoformat()])})

    async def back(self, tenant: str, person: str, *, change: str) -> None:
        """They stand in the roster again."""
        name = f"o:{tenant}:{person}"
        await self._table.change(KEY, change, [name], lambda _: {name: ""})

    async def forget(self, tenant: str, person: str, places: Sequence[Place], *, change: str) -> None:
        """Nothing is kept of somebody who left: neither addresses nor cuts nor waits."""
        names = [_field(kind, place) for place in places for kind in ("a", "x")]
        own = [f"{kind}:{tenant}:{person}" for kind in "co"]

        def decide(stands: Mapping[str, str]) -> Mapping[str, str]:
            return {name: "" for name, text in stands.items() if name in own or _whose(text) == (tenant, person)}

        await self._table.change(KEY, change, [*names, *own], decide)

    async def since(self, tenant: str, version: int) -> Delta:  # noqa: ARG002 - one table for all; asked in one's name
        """What changed after that version, of every institution: for the mirror alone."""
        return await self._table.since(KEY, version)


def _judged(own: str, cut: str, rest: str, whose: tuple[str, str], now: datetime, alive: Alive) -> Bound:
    holder = _whose(own)
    if holder is not None and holder != whose and alive(*holder):
        return Bound(Binding.TAKEN)
    waits = [datetime.fromisoformat(json.loads(text)[-1]) for text in (cut, rest) if text]
    until = max((one for one in waits if one > now), default=None)
    if until is not None and holder != whose:
        return Bound(Binding.COOLING, until)
    return Bound(Binding.DONE)


def _ended(text: str, now: datetime) -> str:
    tenant, person, since, _ = json.loads(text)
    return json.dumps([tenant, person, since, now.isoformat()], ensure_ascii=False)


def _whose(text: str) -> tuple[str, str] | None:
    if not text:
        return None
    row = json.loads(text)
    return (row[0], row[1]) if len(row) >= 3 else None


def _field(kind: str, place: Place) -> str:
    return f"{kind}:{place[0]}:{place[1]}"

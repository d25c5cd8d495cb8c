"""A cafeteria that chat added to an institution that chat added: what is said of it, and what it is to the house. Pure.

What nobody says has a default. Days without lunch, several lines and a file's sensors stay the settings file's matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, time
from itertools import pairwise
from typing import Any, Final

from bot.settings import Cafeteria, ServingLine, Slots

SEATS: Final = 200
SERVERS: Final = 2
OPENS, CLOSES = time(11, 30), time(13, 30)
MOST: Final = 5
"""Cafeterias of an institution."""
_STEP: Final = 20


@dataclass(frozen=True, slots=True)
class Kitchen:
    """`opens` and `closes` as HH:MM; `slots`: HH:MM and who eats then, weekly moved on from `since` (a Monday, ISO)."""

    id: str
    name: str
    seats: int = SEATS
    servers: int = SERVERS
    opens: str = f"{OPENS:%H:%M}"
    closes: str = f"{CLOSES:%H:%M}"
    slots: tuple[tuple[str, tuple[str, ...]], ...] = ()
    since: str = ""

    def to_row(self) -> Mapping[str, Any]:
        """As the table keeps it."""
        return asdict(self)

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Kitchen:
        """What `to_row` wrote."""
        slots = tuple((at, tuple(who)) for at, who in row.get("slots", ()))
        return cls(**{**row, "slots": slots})

    @property
    def departments(self) -> tuple[str, ...]:
        """Whoever has a slot."""
        return tuple(one for _, who in self.slots for one in who)


def cafeteria(kitchen: Kitchen) -> Cafeteria:
    """What it is to the house."""
    return Cafeteria(
        id=kitchen.id, name=kitchen.name, seats=kitchen.seats, servers=kitchen.servers, slots=_slots(kitchen),
        sensors=(), open=time.fromisoformat(kitchen.opens), close=time.fromisoformat(kitchen.closes),
        closed=frozenset(), lines=(ServingLine("", "", kitchen.servers),),
    )  # fmt: skip


def _slots(kitchen: Kitchen) -> Slots | None:
    if not kitchen.slots:
        return None
    times = tuple(time.fromisoformat(at) for at, _ in kitchen.slots)
    minutes = [_minute(after) - _minute(at) for at, after in pairwise(times)]
    groups = tuple(who for _, who in kitchen.slots)
    return Slots(date.fromisoformat(kitchen.since), times, groups, min(minutes, default=_STEP))


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def fault(kitchen: Kitchen) -> str:
    """What can't stand, as a code; empty where all can."""
    opens, closes = time.fromisoformat(kitchen.opens), time.fromisoformat(kitchen.closes)
    times = [at for at, _ in kitchen.slots]
    checks = {
        "seats": 1 <= kitchen.seats <= 20_000 and 1 <= kitchen.servers <= 100,
        "hours": opens < closes,
        "slots": times == sorted(set(times)) and all(kitchen.opens <= at < kitchen.closes for at in times),
        "twice": len(set(kitchen.departments)) == len(kitchen.departments) and all(who for _, who in kitchen.slots),
    }
    return next((name for name, fits in checks.items() if not fits), "")

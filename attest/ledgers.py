"""What an inspection compares: a row of another book, a person, a trip. Values alone; `inspection` compares them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from itertools import pairwise

from attest.trip import KST, Vehicle


class Source(Enum):
    """The book that a row stands in."""

    DRIVE = "drive"  # 운행일지
    TOLL = "toll"  # 하이패스
    GATE = "gate"  # 출입기록
    CLOSING = "closing"  # 출장종료
    CLAIM = "claim"  # 청구


class Way(Enum):
    """Which way somebody passed a gate."""

    UNKNOWN = ""
    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet, understood: instants are aware. `number` is the row's in its program.

    `begins` and `ends` are of a ride or of a trip's period; a passage has `begins` alone. `told`: when the end of the
    trip was reported. `places` are bare names, without what a kind of place adds.
    """

    source: Source
    file: str
    number: int
    day: date
    begins: datetime | None = None
    ends: datetime | None = None
    told: datetime | None = None
    name: str = ""
    department: str = ""
    staff: str = ""
    vehicle: str = ""
    places: tuple[str, ...] = ()
    way: Way = Way.UNKNOWN
    amount: int | None = None
    gate: str = ""

    @property
    def last_day(self) -> date:
        """The last day it is about."""
        return self.day if self.ends is None else max(self.day, self.ends.astimezone(KST).date())


@dataclass(frozen=True, slots=True)
class Someone:
    """A person of the institution."""

    id: str
    name: str
    department: str


@dataclass(frozen=True, slots=True)
class Case:
    """A trip as it is compared: its hours as told, its places as bare names. `begin`, `end`: planned where not told.

    `companions` are ids: who drives may be one of them.
    """

    id: str
    person: str
    day: date
    begin: datetime | None = None
    end: datetime | None = None
    departed: datetime | None = None
    returned: datetime | None = None
    places: tuple[str, ...] = ()
    vehicle: Vehicle = Vehicle.UNKNOWN
    distance_m: int | None = None
    receipts: int = 0
    companions: tuple[str, ...] = ()

    @property
    def minutes(self) -> int | None:
        """From departure to return as told."""
        if self.departed is None or self.returned is None or self.returned < self.departed:
            return None
        return int((self.returned - self.departed).total_seconds()) // 60

    @property
    def span(self) -> tuple[datetime, datetime]:
        """Its hours; the whole day where they are not known."""
        if self.begin is not None and self.end is not None and self.end >= self.begin:
            return self.begin, self.end
        start = datetime.combine(self.day, datetime.min.time(), KST)
        begin = self.begin or start
        return begin, max(start + timedelta(days=1), begin)


def overlapping(people: Iterable[Sequence[Case]]) -> set[str]:
    """The trips whose hours cross those of another of the same person."""
    found: set[str] = set()
    for cases in people:
        for one, other in pairwise(cases):
            if one.end is not None and other.begin is not None and other.begin < one.end:
                found |= {one.id, other.id}
    return found


def of_one_kind(cases: Sequence[Case]) -> Sequence[Case]:
    """Those by official car, where only some are."""
    return [case for case in cases if case.vehicle is Vehicle.OFFICIAL] or cases

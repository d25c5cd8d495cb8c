"""Trips beside what other books say of the same hours: a car's log, toll gates, the office's gate, a trip's end.

```
rows → whose (name, department, staff number; namesakes are told as such) → which trip (day, hours) → two times, side
by side, with where each comes from
```
Pure, and it judges nobody: a comparison is two instants and the minutes between them, a mark is a fact by which a
reader can sort, and nothing here is a score. A trip without a receipt, or without a row, is told and is no finding.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Final

from attest.ledgers import Case, Row, Someone, Source, Way, of_one_kind, overlapping
from attest.trip import KST, Vehicle

NEAR: Final = timedelta(minutes=10)  # clocks of gates and of people differ by that much without meaning anything
_BESIDE: Final = {"drive": timedelta(hours=1), "gate": timedelta(minutes=25), "toll": timedelta(minutes=20)}
SHORT_M: Final = 1_000  # a round trip of 2 km is settled by actual cost (예규 공무원보수 등의 업무지침)
FOUR_HOURS: Final = 240  # minutes: 공무원 여비 규정 art. 18


class Basis(Enum):
    """By what a row was taken for a trip's."""

    STAFF = "staff"  # the staff number
    NAME = "name"  # a name that one person bears
    DEPARTMENT = "department"  # the name with the department
    COMPANION = "companion"  # the name of one who travelled along
    VEHICLE = "vehicle"  # the car, which the vehicle's log gives to this traveller at that hour
    PLACE = "place"  # the toll gate's name and the hour alone


@dataclass(frozen=True, slots=True)
class Beside:
    """A row that lies beside a trip, and by what."""

    row: Row
    basis: Basis


class Of(Enum):
    """Which moment of the trip a comparison is about."""

    DEPARTURE = "departure"
    RETURN = "return"
    CLOSED = "closed"  # the report of the end, against the return
    LAST_TOLL = "last_toll"  # the last toll gate, against the return


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two instants: `stated` by the trip, `found` in the row. `inside`: found within the trip's hours."""

    case: str
    of: Of
    stated: datetime
    found: datetime
    row: Row
    inside: bool

    @property
    def minutes(self) -> int:
        """Found less stated: negative is earlier."""
        return round((self.found - self.stated).total_seconds() / 60)


MARKS: Final = (
    "early_return", "late_departure", "gate_inside", "four_hours", "official_car", "short", "no_closing", "no_drive",
    "overlap", "amount", "namesakes", "no_receipt",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compared:
    """A trip with all that lies beside it; comparisons largest first, `marks` in the order of `MARKS`."""

    case: Case
    beside: tuple[Beside, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    marks: tuple[str, ...] = ()

    def of(self, source: Source) -> tuple[Row, ...]:
        """The rows of one book."""
        return tuple(one.row for one in self.beside if one.row.source is source)


@dataclass(frozen=True, slots=True)
class Unclear:
    """A row that may be of any of these trips' people: a name that several bear, or a place where several were."""

    row: Row
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Inspection:
    """Everything, side by side. `strays` are rows of these people without a trip, `strangers` of a name nobody has.

    `passages` counts gate rows outside any trip, as everybody leaves every day; `elsewhere` rows of other departments.
    """

    cases: tuple[Compared, ...] = ()
    strays: tuple[Row, ...] = ()
    unclear: tuple[Unclear, ...] = ()
    strangers: tuple[Row, ...] = ()
    passages: int = 0
    elsewhere: int = 0

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        """Of all trips, largest first."""
        return _sorted(one for compared in self.cases for one in compared.comparisons)


def inspect(
    cases: Sequence[Case], rows: Sequence[Row], people: Sequence[Someone], amounts: Mapping[str, int] | None = None,
    departments: Collection[str] = (),
) -> Inspection:  # fmt: skip
    """The trips with the rows beside them. `people` are all of the institution: only then are namesakes known.

    `amounts` are what was claimed for a trip by the house's own books, by its id. Rows of people outside
    `departments`, where any are named, are counted only.
    """
    return _Matcher(cases, people, departments).matched(rows, amounts or {})


@dataclass(slots=True)
class _Found:
    """What was found for one trip so far."""

    case: Case
    beside: list[Beside] = field(default_factory=list)
    namesakes: bool = False


class _Matcher:
    """One comparison. Rows with a person go first: a vehicle's log then says who had which car."""

    def __init__(self, cases: Sequence[Case], people: Sequence[Someone], departments: Collection[str]) -> None:
        self._found = {case.id: _Found(case) for case in cases}
        self._of: dict[str, list[Case]] = defaultdict(list)
        self._on: dict[date, list[Case]] = defaultdict(list)
        self._along: dict[str, list[Case]] = defaultdict(list)
        for case in sorted(cases, key=lambda case: case.span):
            self._of[case.person].append(case)
            for day in _days(*case.span):
                self._on[day].append(case)
            for companion in case.companions:
                self._along[companion].append(case)
        self._people = {person.id: person for person in people}
        self._named: dict[str, list[Someone]] = defaultdict(list)
        for person in people:
            self._named[person.name].append(person)
        self._scope = departments
        self._cars: dict[str, list[tuple[datetime, datetime, str]]] = defaultdict(list)
        self._told: dict[str, set[str]] = defaultdict(set)  # name → the departments that the books give it
        self._strays: list[Row] = []
        self._unclear: list[Unclear] = []
        self._strangers: list[Row] = []
        self._passages = self._elsewhere = 0

    def matched(self, rows: Sequence[Row], amounts: Mapping[str, int]) -> Inspection:
        """Everything."""
        for row in rows:
            self._told[row.name].add(row.department)
        for row in sorted(rows, key=lambda row: (not row.name, row.source.value)):  # drive before toll
            self._place(row)
        books = {row.source for row in rows}
        crossing = overlapping(self._of.values())
        compared = tuple(
            _compared(found, books, found.case.id in crossing, self._driven(found), amounts.get(found.case.id))
            for found in self._found.values()
        )
        return Inspection(
            compared, tuple(self._strays), tuple(self._unclear), tuple(self._strangers), self._passages,
            self._elsewhere,
        )  # fmt: skip

    def _driven(self, found: _Found) -> bool:
        """Whether the car's log has this trip, in its own name or under that of one who travelled along."""
        begin, end = found.case.span
        return _has_drive(found) or any(
            _has_drive(self._found[other.id]) and other.span[0] < end and begin < other.span[1]
            for companion in found.case.companions
            for other in self._of.get(companion, ())
        )

    def _place(self, row: Row) -> None:
        if not row.name and not row.staff:
            self._nameless(row)
            return
        people, basis = self._whose(row)
        if not people:
            self._strangers.append(row)
        elif len(people) > 1 or self._is_anothers(row, people[0]):
            self._among(row, people)
        else:
            self._put(row, people[0], basis)

    def _whose(self, row: Row) -> tuple[list[Someone], Basis]:
        """Whom a row can be about, and by what that is known."""
        by_staff = self._people.get(row.staff)
        named = self._named.get(row.name, [])
        if by_staff is not None and (not row.name or by_staff in named):
            return [by_staff], Basis.STAFF
        if len(named) > 1 and row.department:
            same = [person for person in named if person.department == row.department]
            return same or named, Basis.DEPARTMENT
        return named, Basis.NAME

    def _is_anothers(self, row: Row, person: Someone) -> bool:
        """Whether the same books know the person in the own department and this row's name in another."""
        there = self._told[row.name]
        return row.staff != person.id and person.department in there and row.department not in {"", person.department}

    def _put(self, row: Row, person: Someone, basis: Basis) -> None:
        case = _nearest(row, self._of.get(person.id, ()), self._found)
        if case is not None:
            self._beside(case, Beside(row, basis))
        elif row.source is Source.DRIVE and (led := _nearest(row, self._along.get(person.id, ()), self._found)):
            self._beside(led, Beside(row, Basis.COMPANION))
        elif row.source is Source.GATE:
            self._passages += 1
        elif not self._scope or person.department in self._scope:
            self._strays.append(row)
        else:
            self._elsewhere += 1

    def _among(self, row: Row, people: Sequence[Someone]) -> None:
        """A name that several bear: told as such, beside the trips that it may be about."""
        candidates = [case for person in people if (case := _nearest(row, self._of.get(person.id, ()), {})) is not None]
        if not candidates and row.source is Source.GATE:
            self._passages += 1
            return
        for case in candidates:
            self._found[case.id].namesakes = True
        self._unclear.append(Unclear(row, tuple(person.id for person in people)))

    def _nameless(self, row: Row) -> None:
        """A row without a person: by its car, else by its place and hour."""
        at = row.begins
        if at is None:
            self._strays.append(row)
            return
        drives = {case for begin, end, case in self._cars.get(row.vehicle, ()) if begin - NEAR <= at <= end + NEAR}
        if len(drives) > 1:  # a car that was in two places, by its log: the gate's name may tell
            drives = {case for case in drives if _there(row, at, self._found[case].case)}
        if len(drives) == 1:
            self._beside(self._found[drives.pop()].case, Beside(row, Basis.VEHICLE))
            return
        there = of_one_kind([case for case in self._on.get(row.day, ()) if _there(row, at, case)])
        if len(there) == 1:
            self._beside(there[0], Beside(row, Basis.PLACE))
        elif there:
            self._unclear.append(Unclear(row, tuple(dict.fromkeys(case.person for case in there))))
        else:
            self._strays.append(row)

    def _beside(self, case: Case, beside: Beside) -> None:
        self._found[case.id].beside.append(beside)
        row = beside.row
        if row.source is Source.DRIVE and row.vehicle and row.begins is not None:
            self._cars[row.vehicle].append((row.begins, row.ends or case.span[1], case.id))


def _days(begin: datetime, end: datetime) -> Iterator[date]:
    day, last = begin.astimezone(KST).date(), end.astimezone(KST).date()
    for step in range(min((last - day).days, 60) + 1):
        yield day + timedelta(days=step)


def _nearest(row: Row, cases: Sequence[Case], found: Mapping[str, _Found]) -> Case | None:
    """The person's trip that the row is about: the one with the most hours in common, else the nearest that is near."""
    if row.source is Source.CLAIM:
        same = [case for case in cases if row.day in _days(*case.span)]
        free = [case for case in same if not any(b.row.source is Source.CLAIM for b in _rows_of(found, case))]
        return next(iter(free or same), None)
    reach = _BESIDE.get(row.source.value, timedelta(hours=12))
    best: tuple[timedelta, Case] | None = None
    for case in cases:
        apart = _apart(row, case)
        if apart is not None and apart <= reach and (best is None or apart < best[0]):
            best = apart, case
    return None if best is None else best[1]


def _rows_of(found: Mapping[str, _Found], case: Case) -> Sequence[Beside]:
    return found[case.id].beside if case.id in found else ()


def _apart(row: Row, case: Case) -> timedelta | None:
    """The time between a row and a trip; of hours in common the negative. None: they are on different days."""
    begin, end = case.span
    first = row.begins or row.ends or row.told
    if first is None:
        return timedelta() if row.day in _days(begin, end) else None
    last = row.ends if row.ends is not None and row.ends >= first else first
    return max(begin - last, first - end)


def _there(row: Row, at: datetime, case: Case) -> bool:
    """Whether the trip was under way then, to a place that the row names."""
    if not any(name and name in place for place in row.places for name in case.places):
        return False
    begin, end = case.span
    return begin - _BESIDE["toll"] <= at <= end + _BESIDE["toll"]


def _has_drive(found: _Found) -> bool:
    return any(one.row.source is Source.DRIVE for one in found.beside)


def _compared(
    found: _Found, books: set[Source], crossing: bool, driven: bool, amount: int | None
) -> Compared:  # fmt: skip
    beside = tuple(sorted(found.beside, key=lambda one: one.row.begins or one.row.ends or found.case.span[0]))
    bare = Compared(found.case, beside)
    bare = replace(bare, comparisons=_sorted(_comparisons(bare)))
    facts = {
        "overlap": crossing,
        "namesakes": found.namesakes,
        "amount": amount is not None and any(r.amount not in {None, amount} for r in bare.of(Source.CLAIM)),
        **_marks(bare, books, driven=driven),
    }
    return replace(bare, marks=tuple(mark for mark in MARKS if facts[mark]))


def _comparisons(compared: Compared) -> Iterator[Comparison]:
    case = compared.case
    drives, tolls = compared.of(Source.DRIVE), compared.of(Source.TOLL)
    first = min((row for row in drives if row.begins), key=lambda row: row.begins or case.span[0], default=None)
    last = max((row for row in drives if row.ends), key=lambda row: row.ends or case.span[0], default=None)
    toll = max((row for row in tolls if row.begins), key=lambda row: row.begins or case.span[0], default=None)
    if len(tolls) == 1 and toll and toll.begins and toll.begins - case.span[0] < case.span[1] - toll.begins:
        toll = None  # the way there, alone: it says nothing of the return
    told = [(Of.DEPARTURE, case.departed, first.begins if first else None, first)]
    told += [(Of.RETURN, case.returned, last.ends if last else None, last)]
    told += [(Of.LAST_TOLL, case.returned, toll.begins if toll else None, toll)]
    for row in compared.of(Source.CLOSING):
        told += [(Of.RETURN, case.returned, row.ends, row), (Of.CLOSED, case.returned, row.told, row)]
    for row in compared.of(Source.GATE):
        of, stated = _edge(case, row)
        told.append((of, stated, row.begins, row))
    for of, stated, at, row_ in told:
        if stated is not None and at is not None and row_ is not None:
            yield Comparison(case.id, of, stated, at, row_, case.span[0] < at < case.span[1])


def _edge(case: Case, row: Row) -> tuple[Of, datetime | None]:
    """The moment that a passage belongs to: who goes in returns, who goes out departs; else the nearer one."""
    both = [(Of.DEPARTURE, case.departed), (Of.RETURN, case.returned)]
    if row.way is not Way.UNKNOWN:
        return both[row.way is Way.IN]
    return min(both, key=lambda one: abs(one[1] - row.begins) if one[1] and row.begins else timedelta.max)


def _marks(compared: Compared, books: set[Source], *, driven: bool) -> dict[str, bool]:
    """Facts by which a reader can sort."""
    case, near = compared.case, round(NEAR.total_seconds() / 60)
    timed = [one for one in compared.comparisons if one.row.source in {Source.DRIVE, Source.GATE, Source.CLOSING}]
    back = [one for one in timed if one.of is Of.RETURN and one.minutes < -near]
    return {
        "early_return": bool(back),
        "late_departure": any(one.of is Of.DEPARTURE and one.minutes > near for one in timed),
        "gate_inside": any(
            one.row.source is Source.GATE and one.inside and abs(one.minutes) > near for one in compared.comparisons
        ),
        "four_hours": _crosses(case, back),
        "official_car": case.vehicle not in {Vehicle.OFFICIAL, Vehicle.UNKNOWN} and bool(compared.of(Source.DRIVE)),
        "short": case.distance_m is not None and case.distance_m <= SHORT_M,
        "no_closing": Source.CLOSING in books and not compared.of(Source.CLOSING),
        "no_drive": Source.DRIVE in books and case.vehicle is Vehicle.OFFICIAL and not driven,
        "no_receipt": not case.receipts,
    }


def _crosses(case: Case, back: Sequence[Comparison]) -> bool:
    """Whether the told hours reach the four of art. 18, and those up to a found return do not."""
    minutes, departed = case.minutes, case.departed
    if minutes is None or departed is None or minutes < FOUR_HOURS:
        return False
    return any((one.found - departed).total_seconds() < FOUR_HOURS * 60 for one in back)


def _sorted(comparisons: Iterable[Comparison]) -> tuple[Comparison, ...]:
    return tuple(sorted(comparisons, key=lambda one: (-abs(one.minutes), one.case, one.of.value)))

"""A sheet somebody uploads, understood: which book it is, its rows as values, and what could not be read, by number.

```
bytes → grids (attest.papers, the one door of the library) → head, columns → rows · skipped, each with its reason
```
`understand` runs in the sandbox, whole: only values come out. It guesses no cell: a row without a day, or without what
its book needs, is left out and named.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from sys import intern
from typing import TypeAlias

from attest.errors import PaperRefusedError
from attest.ledgers import Row, Source, Way
from attest.papers.grids import Grid, grids
from attest.trip import KST
from bot.papers import cells
from bot.papers.cells import Period
from bot.papers.columns import Correction, Head, head_of, is_head

_TOTAL = re.compile(r"^(?:합계|총계|소계|누계|계|총합계|월계|합)(?:\(.*\)|[:：].*)?$")
_EPOCH = datetime(2000, 1, 1, tzinfo=KST)
MOST_SKIPPED = 500
_HEADINGS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that was left out: `reason` is day, clock, name, place or amount, whichever is missing."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Read:
    """One sheet as it was understood; `source` None: of no book that is known. Rows and columns count from 1.

    `outside`: rows of other days than those looked at. `columns`: number, heading, field. `cut`: there are more rows.
    """

    file: str
    sheet: str
    source: Source | None
    rows: tuple[Row, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    columns: tuple[tuple[int, str, str], ...] = ()
    totals: int = 0
    outside: int = 0
    cut: bool = False


def understand(data: bytes, file: str, period: Period, corrections: tuple[Correction, ...] = ()) -> list[Packed]:
    """Every sheet of a file that is not empty. To be called through the sandbox; `unpacked` gives the values.

    Raises:
        PaperRefusedError: the file is not read, with a word for the reason.
    """
    full = (grid for grid in grids(data) if any(any(row) for row in grid.rows))
    found = [_packed(_read(grid, file, period, corrections)) for grid in full]
    if not found:
        raise PaperRefusedError("empty")
    return found


def _read(grid: Grid, file: str, period: Period, corrections: tuple[Correction, ...]) -> Read:
    head = head_of(grid.rows, f"{file} {grid.name}", corrections)
    if head is None:
        shown = _first_line(grid.rows)
        return Read(file, grid.name, None, columns=tuple((at + 1, text, "") for at, text in shown), cut=grid.cut)
    titles = " ".join([*(cell for row in grid.rows[: head.below] for cell in row), grid.name, file])
    reader = _Reader(head, file, period, cells.month_named(titles))
    rows = [
        row
        for number, cells_ in enumerate(grid.rows[head.below :], head.below + 1)
        for row in reader.row(cells_, number)
    ]
    fields = {at: field for field, at in head.columns.items()}
    columns = tuple((at + 1, text, fields.get(at, "")) for at, text in enumerate(head.headings) if text or at in fields)
    return Read(
        file, grid.name, head.source, tuple(rows), tuple(reader.skipped[:MOST_SKIPPED]), columns, reader.totals,
        reader.outside, grid.cut,
    )  # fmt: skip


def _first_line(rows: Sequence[Sequence[str]]) -> list[tuple[int, str]]:
    """The fullest of the first rows: what may have been the head."""
    row = max(rows[:_HEADINGS_SHOWN], key=lambda row: sum(map(bool, row)), default=[])
    return [(at, text[:40]) for at, text in enumerate(row[:_HEADINGS_SHOWN]) if text]


class _Reader:
    """Reads the rows under one head."""

    def __init__(self, head: Head, file: str, period: Period, month: tuple[int, int] | None = None) -> None:
        self._head, self._file, self._period, self._month = head, intern(file), period, month
        self.skipped: list[Skipped] = []
        self.totals = self.outside = 0
        kinds: dict[Source, Callable[[Sequence[str], int], Row | str]] = {
            Source.DRIVE: self._drive, Source.TOLL: self._toll, Source.GATE: self._gate,
            Source.CLOSING: self._closing, Source.CLAIM: self._claim,
        }  # fmt: skip
        self._make = kinds[head.source]

    def row(self, row: Sequence[str], number: int) -> Iterator[Row]:
        """The row's value, if it has one; a total, a head again and an empty row are none and no fault."""
        if not any(row) or is_head(row, self._head):
            return
        if any(_TOTAL.match("".join(cell.split())) for cell in row[:4] if "계" in cell or "합" in cell):
            self.totals += 1
            return
        made = self._make(row, number)
        if isinstance(made, str):
            self.skipped.append(Skipped(number, made))
        elif self._period.holds(made.day) or self._period.holds(made.last_day):
            yield from self._each(made, row)
        else:
            self.outside += 1

    def _each(self, made: Row, row: Sequence[str]) -> Iterator[Row]:
        """A row of several people is a row of each."""
        told = cells.names(self._cell(row, "name"))
        if len(told) == 1 or made.staff or self._head.source is Source.CLAIM:
            yield made
            return
        for name, behind in told:
            yield replace(made, name=intern(name), department=intern(behind or made.department))

    def _day(self, row: Sequence[str]) -> cells.Told:
        """What the cell of the day tells: also the day alone, under a title that names the month."""
        text = self._cell(row, "day")
        found = cells.told(text, self._period)
        return found if found.day is not None else replace(found, day=cells.day_of(text, self._month))

    def _cell(self, row: Sequence[str], field: str) -> str:
        at = self._head.columns.get(field)
        return row[at].strip() if at is not None and at < len(row) else ""

    def _base(self, row: Sequence[str], number: int, day: date) -> Row:
        """What all books have."""
        name, behind = cells.name(self._cell(row, "name"))
        department = "".join(cells.tidy(self._cell(row, "department")).split()) or behind
        return Row(
            self._head.source, self._file, number, day, name=intern(name), department=intern(department),
            staff=intern(self._cell(row, "staff")), vehicle=intern(cells.plate(self._cell(row, "vehicle"))),
            places=self._places(row),
        )  # fmt: skip

    def _places(self, row: Sequence[str]) -> tuple[str, ...]:
        told = (self._cell(row, field) for field in ("place", "entry", "exit"))
        return tuple(intern(bare) for text in told if (bare := cells.places(text)))

    def _instant(self, row: Sequence[str], field: str, day: date | None) -> cells.Told:
        """An instant from its own cell: with its own day, or the row's."""
        text = self._cell(row, field)
        found = cells.told(text, self._period)
        if found.day is None and found.clock is None:
            found = cells.clock(text)
        return found if found.day is not None else replace(found, day=day)

    def _stamp(self, row: Sequence[str]) -> cells.Told:
        """Day and time of a passage: in one cell or in two."""
        told = cells.told(self._cell(row, "begins"), self._period)
        if told.day is None:
            day = self._day(row)
            told = replace(told, day=day.day, clock=told.clock or day.clock)
        if told.clock is None and (own := self._cell(row, "clock")):
            clock = cells.clock(own)
            told = replace(told, clock=clock.clock, next_day=clock.next_day)
        return told

    def _ends(self, row: Sequence[str], day: date | None) -> cells.Told:
        """The end: in one cell, in two, or on the day of the beginning."""
        own = cells.told(self._cell(row, "ends_day"), self._period)
        ends = self._instant(row, "ends", own.day or day)
        return ends if ends.clock is not None else replace(own, day=own.day or ends.day)

    def _drive(self, row: Sequence[str], number: int) -> Row | str:
        day = self._day(row).day
        begins = self._instant(row, "begins", day)
        day = day or begins.day
        ends = self._ends(row, day)
        day = day or ends.day
        if day is None:
            return "day"
        begin, end = begins.at(), ends.at()
        if begin is None and end is None:
            begin, end = self._hours(row, day)
        if begin is not None and end is not None and end < begin:
            end += timedelta(days=1)  # past midnight
        base = self._base(row, number, day)
        return replace(base, begins=begin, ends=end) if base.name or base.vehicle else "name"

    def _hours(self, row: Sequence[str], day: date) -> tuple[datetime | None, datetime | None]:
        """From and to in one cell: `11:55 ~ 15:20`; a length of time is none."""
        first, mark, second = cells.tidy(self._cell(row, "hours")).replace("∼", "~").partition("~")
        return (cells.clock(first).at(day), cells.clock(second).at(day)) if mark else (None, None)

    def _toll(self, row: Sequence[str], number: int) -> Row | str:
        told = self._stamp(row)
        at = told.at()
        if told.day is None or at is None:
            return "day" if told.day is None else "clock"
        base = replace(self._base(row, number, told.day), begins=at, amount=cells.money(self._cell(row, "amount")))
        return base if base.places else "place"

    def _gate(self, row: Sequence[str], number: int) -> Row | str:
        told = self._stamp(row)
        at = told.at()
        if told.day is None or at is None:
            return "day" if told.day is None else "clock"
        base = self._base(row, number, told.day)
        if not base.name and not base.staff:
            return "name"
        return replace(base, begins=at, way=cells.way(self._cell(row, "way")), gate=intern(self._cell(row, "gate")))

    def _closing(self, row: Sequence[str], number: int) -> Row | str:
        begin, end, day = cells.span(self._cell(row, "period"), self._period)
        if day is None:
            whole = self._day(row)
            begins = self._instant(row, "begins", whole.day)
            begins = begins if begins.clock is not None else replace(whole, day=whole.day or begins.day)
            day, begin, end = begins.day, begins.at(), self._ends(row, begins.day).at()
        if day is None:  # the day of a report is no day of a trip
            return "day"
        told = self._instant(row, "told", day)
        if begin is not None and end is not None and end < begin:
            end += timedelta(days=1)
        base = self._base(row, number, day)
        return replace(base, begins=begin, ends=end, told=told.at()) if base.name or base.staff else "name"

    def _claim(self, row: Sequence[str], number: int) -> Row | str:
        amount = cells.money(self._cell(row, "amount"))
        day = self._day(row).day
        if amount is None or day is None:
            return "amount" if amount is None else "day"
        base = self._base(row, number, day)
        return replace(base, amount=amount) if base.name or base.staff else "name"


# --- through the sandbox's door: a row as a tuple of texts and whole numbers is a third of its pickle


_Values: TypeAlias = tuple[
    int, int, int | None, int | None, int | None, str, str, str, str, tuple[str, ...], str, int | None, str
]


@dataclass(frozen=True, slots=True)
class Packed:
    """A `Read` whose rows are tuples."""

    read: Read
    rows: list[_Values]


def _packed(read: Read) -> Packed:
    rows: list[_Values] = [
        (
            row.number, (row.day - _EPOCH.date()).days, _minutes(row.begins), _minutes(row.ends), _minutes(row.told),
            row.name, row.department, row.staff, row.vehicle, row.places, row.way.value, row.amount, row.gate,
        )
        for row in read.rows
    ]  # fmt: skip
    return Packed(replace(read, rows=()), rows)


def unpacked(packed: Packed) -> Read:
    """The sheet as it was understood."""
    read = packed.read
    if read.source is None:
        return read
    return replace(read, rows=tuple(_row(read.source, read.file, *values) for values in packed.rows))


def _row(
    source: Source, file: str, number: int, day: int, begins: int | None, ends: int | None, told: int | None,
    name: str, department: str, staff: str, vehicle: str, places: tuple[str, ...], way: str, amount: int | None,
    gate: str,
) -> Row:  # fmt: skip
    return Row(
        source, file, number, _EPOCH.date() + timedelta(days=day), _instant(begins), _instant(ends), _instant(told),
        name, department, staff, vehicle, places, Way(way), amount, gate,
    )  # fmt: skip


def _minutes(instant: datetime | None) -> int | None:
    return None if instant is None else round((instant - _EPOCH).total_seconds() / 60)


def _instant(minutes: int | None) -> datetime | None:
    return None if minutes is None else _EPOCH + timedelta(minutes=minutes)

"""A menu's table as boxes, and where its days stand: across in header rows, or down in a column. Pure.

rows of texts + merged ranges → boxes (a merged range is one box in many places)
      → rows whose cells begin with a day are split → header rows (weekday and date rows joined) → blocks
      or, where no row names two days, one list with its days down
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from occupancy.menus.dates import Hint, hint

Range = tuple[tuple[int, int], tuple[int, int]]
_MOST_MERGED: Final = 5_000


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet as a program shows it; `merged` are (top, left), (bottom, right), both included, from 0."""

    name: str
    rows: Sequence[Sequence[str]]
    merged: Sequence[Range] = ()


@dataclass(frozen=True, slots=True)
class Box:
    """A cell: its text, and a number that all places of a merged range share; `where` as `C5`."""

    text: str
    id: int
    where: str


@dataclass(frozen=True, slots=True)
class Head:
    """A day's place in a header: the first of its columns and the column after its last."""

    hint: Hint
    first: int
    end: int
    where: str


@dataclass(slots=True)
class Block:
    """A header row with its days, and the rows below it; `above` are the lines over it, nearest first."""

    heads: list[Head]
    rows: list[list[Box]] = field(default_factory=list)
    above: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Layout:
    """How a sheet lies: blocks of days across, or rows with their days in `column`; `titles` are the lines before."""

    blocks: list[Block] = field(default_factory=list)
    column: int | None = None
    rows: list[list[Box]] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)


def boxes(grid: Grid) -> list[list[Box]]:
    """The sheet's cells, merged ranges filled, every row as wide as the widest."""
    width = max((len(row) for row in grid.rows), default=0)
    numbers = itertools.count()
    found = [
        [Box(row[at].strip() if at < len(row) else "", next(numbers), _name(number, at)) for at in range(width)]
        for number, row in enumerate(grid.rows)
    ]
    for (top, left), (bottom, right) in grid.merged[:_MOST_MERGED]:
        if top < len(found) and left < width:
            for row in found[top : bottom + 1]:
                row[left : right + 1] = [found[top][left]] * len(row[left : right + 1])
    return found


def _name(row: int, column: int) -> str:
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def layout(grid: Grid) -> Layout:
    """Where the days of a sheet stand; neither blocks nor a column where it names none."""
    rows = list(_split(boxes(grid)))
    found = Layout(rows=rows)
    _across(rows, found)
    if not found.blocks:
        found.column = _down(rows)
        found.titles = []
        for row in rows:
            line = single(row)
            if found.column is not None and any(one.first == found.column for one in row_days(row)):
                break
            found.titles += [line] if line else [row[found.column].text] if found.column is not None else []
    return found


def single(row: Sequence[Box]) -> str:
    """The text of a row in which one box alone says something."""
    told = {box.id: box.text for box in row if box.text}
    return next(iter(told.values())) if len(told) == 1 else ""


# --- rows whose cells begin with their day: `1\n쌀밥\n된장국`


def _split(rows: list[list[Box]]) -> Iterator[list[Box]]:
    under = False  # whether a row of weekdays came before: then a bare number begins a cell too
    numbers = itertools.count(sum(map(len, rows)) + 1)
    for row in rows:
        heads = row_days(row)
        under = under or len(heads) >= 5
        begun = {box.id: _begins(box.text, bare=under) for box in row}
        count = sum(one is not None for one in begun.values())
        if count >= 2 or (count and under):
            ids = {key: next(numbers) for key in begun}
            yield [_first(box, begun[box.id]) for box in row]
            yield [_rest(box, begun[box.id], ids[box.id]) for box in row]
        else:
            yield row


def _begins(text: str, *, bare: bool) -> str | None:
    """The first line of a cell where that is a day and dishes follow."""
    head, _, rest = text.partition("\n")
    if not rest.strip() or hint(text):
        return None
    found = hint(head)
    return head if found and (bare or not found.bare) and not (found.day is None and len(head) > 6) else None


def _first(box: Box, begun: str | None) -> Box:
    if begun is not None:
        return replace(box, text=begun)
    return box if hint(box.text) else replace(box, text="")


def _rest(box: Box, begun: str | None, number: int) -> Box:
    if begun is not None:
        return Box(box.text.partition("\n")[2].strip(), number, box.where)
    return Box("" if hint(box.text) else box.text, number, box.where)


# --- header rows


def row_days(row: Sequence[Box]) -> list[Head]:
    """The days that a row names, each box once; a date and its weekday in neighbouring cells are one day."""
    heads: list[Head] = []
    at = 0
    while at < len(row):
        end = at + 1
        while end < len(row) and row[end].id == row[at].id:
            end += 1
        found = hint(row[at].text)
        if found:
            last = heads[-1] if heads else None
            if last and last.end == at and (joined := _joined(last.hint, found)):
                heads[-1] = Head(joined, last.first, end, last.where)
            else:
                heads.append(Head(found, at, end, row[at].where))
        at = end
    return heads


def _joined(one: Hint, other: Hint) -> Hint | None:
    """Two cells' hints as one day, where each tells what the other leaves out."""
    if one.day is not None and other.day is None and one.weekday is None:
        return replace(one, weekday=other.weekday, bare=False)
    if other.day is not None and one.day is None and other.weekday is None:
        return replace(other, weekday=one.weekday, bare=False)
    return None


def _is_header(heads: Sequence[Head], row: Sequence[Box], weekdays: dict[int, int]) -> bool:
    if not heads:
        return False
    if all(one.hint.bare for one in heads):
        days = [one.hint.day or 0 for one in heads]
        rising = all(0 < after - before <= 3 or after < before < 32 for before, after in itertools.pairwise(days))
        if weekdays:
            alone = all(not box.text or hint(box.text) for box in row[min(weekdays) :])
            return rising and alone and all(one.first in weekdays for one in heads)
        return len(days) >= 3 and all(after - before == 1 for before, after in itertools.pairwise(days))
    dated = [one.hint for one in heads if one.hint.day is not None and one.hint.weekday is None]
    if len(dated) == len(heads):
        return len(heads) >= 2 and _rising(dated)
    return len(heads) >= 2


def _rising(hints: Sequence[Hint]) -> bool:
    """Dates without weekdays must follow each other: `5.6` and `1.5` beside each other are allergens."""
    places = [(one.month or 0) * 31 + (one.day or 0) for one in hints]
    return all(0 < after - before <= 7 or before - after > 300 for before, after in itertools.pairwise(places))


def _across(rows: list[list[Box]], found: Layout) -> None:
    weekdays: dict[int, int] = {}
    lines: list[str] = []
    for row in rows:
        heads = row_days(row)
        if _is_header(heads, row, weekdays):
            _head(found, [_widened(one, row) for one in heads], weekdays, lines)
            lines = []
            continue
        line = single(row)
        if line:
            lines.insert(0, line)
        if found.blocks:
            found.blocks[-1].rows.append(row)
        elif line:
            found.titles.append(line)
    if not found.blocks:
        _lone(rows, found)


def _widened(head: Head, row: Sequence[Box]) -> Head:
    """The head with the empty header cells behind it: they are its columns; a cell that says something is not."""
    end = head.end
    while end < len(row) and not row[end].text:
        end += 1
    return replace(head, end=end)


def _head(found: Layout, heads: list[Head], weekdays: dict[int, int], lines: list[str]) -> None:
    last = found.blocks[-1] if found.blocks else None
    names = all(one.hint.day is None for one in heads)
    if last and not any(box.text for row in last.rows for box in row) and _fits(last.heads, heads):
        last.heads = _merged(last.heads, heads)  # weekdays in one row, dates in the next
        return
    if names:
        weekdays.clear()
        weekdays.update({at: one.hint.weekday or 0 for one in heads for at in range(one.first, one.end)})
    elif weekdays:
        heads = [
            replace(one, hint=replace(one.hint, weekday=weekdays[one.first]))
            if one.hint.weekday is None and one.first in weekdays
            else one
            for one in heads
        ]
    found.blocks.append(Block(heads, above=list(lines)))


def _fits(above: Sequence[Head], below: Sequence[Head]) -> bool:
    upper = {at for one in above for at in range(one.first, one.end)}
    one_names = all(head.hint.day is None for head in above) != all(head.hint.day is None for head in below)
    return one_names and all(one.first in upper for one in below)


def _merged(above: Sequence[Head], below: Sequence[Head]) -> list[Head]:
    """The days of two header rows; a weekday without a number below it (of another month) is no day."""
    found = []
    for one in below:
        other = next((head for head in above if head.first <= one.first < head.end), None)
        joined = _joined(one.hint, other.hint) if other else None
        found.append(replace(one, hint=joined or one.hint, end=max(one.end, other.end if other else 0)))
    return found


def _lone(rows: list[list[Box]], found: Layout) -> None:
    """A sheet of one day: the only cell that tells a date with its weekday, or a date alone above dishes."""
    places = [(number, head) for number, row in enumerate(rows) for head in row_days(row) if head.hint.day is not None]
    if len(places) != 1 or places[0][1].hint.bare:
        return
    number, head = places[0]
    found.blocks.append(Block([head], rows[number + 1 :]))


# --- days down


def _down(rows: Sequence[Sequence[Box]]) -> int | None:
    """The column whose cells name the most days, one a row, at least two."""
    places: dict[int, set[int]] = {}
    for row in rows:
        heads = row_days(row)
        if len(heads) == 1 and not heads[0].hint.bare:
            places.setdefault(heads[0].first, set()).add(row[heads[0].first].id)
    best = max(places, key=lambda at: len(places[at]), default=None)
    return best if best is not None and len(places[best]) >= 2 else None

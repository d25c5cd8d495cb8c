"""Sheets as their program shows them: each row at its own number, merged cells filled. Foreign bytes: in the sandbox.

As `sheets.numbered`, by the same door and under the same refusals; but an empty row and an empty first column keep
their place, so that what people see can be named ("row 9", "column 2"), and longer books than receipts need are read.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from attest.errors import PaperRefusedError
from attest.papers import html_tables
from attest.papers.bounds import refuse_large
from attest.papers.sheets import MAX_CELL, delimiter_of, refuse_no_book, text_of, told

MAX_GRID_ROWS = 100_000
MAX_GRID_COLUMNS = 60
MAX_GRID_TEXT = 40_000_000  # characters of all cells of a file
MAX_SHEETS = 60
_MOST_MERGED = 20_000  # ranges; a file that merges more is read without them


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet. `rows[i]` is row i + 1 of its program; `cut`: there are more than were read."""

    name: str
    rows: list[list[str]]
    cut: bool = False


def grids(data: bytes) -> list[Grid]:
    """Every sheet of a workbook in order, or the one of a CSV (its name empty): 100,000 rows of 60 cells in all.

    Raises:
        PaperRefusedError: as `sheets.rows`.
    """
    refuse_large(data)
    room = _Room()
    if refuse_no_book(data):
        return list(_of_book(data, room))
    return [Grid("", room.taken(_of_text(text_of(data))), room.full)]


class _Room:
    """How much of a file may still be read."""

    def __init__(self) -> None:
        self._rows, self._text = MAX_GRID_ROWS, MAX_GRID_TEXT
        self.full = False

    def taken(self, found: Iterable[list[str]]) -> list[list[str]]:
        kept: list[list[str]] = []
        for row in found:
            self._rows -= 1
            self._text -= sum(map(len, row))
            if self._rows < 0 or self._text < 0:
                self.full = True
                break
            kept.append(row)
        return kept


def _of_text(text: str) -> Iterator[list[str]]:
    if html_tables.is_html(text):
        yield from (row[:MAX_GRID_COLUMNS] for row in html_tables.rows(text, MAX_GRID_ROWS))
        return
    lines = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=delimiter_of(text))
    try:
        for row in lines:
            yield [cell.strip()[:MAX_CELL] for cell in row[:MAX_GRID_COLUMNS]]
    except csv.Error as error:  # a field of more than 128 KiB
        raise PaperRefusedError("broken") from error


def _of_book(data: bytes, room: _Room) -> Iterator[Grid]:
    # here, not above: native code that only a worker needs
    import python_calamine

    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            for name in book.sheet_names[:MAX_SHEETS]:
                sheet = book.get_sheet_by_name(name)
                left = [""] * min((sheet.start or (0, 0))[1], MAX_GRID_COLUMNS)  # rows begin at the first column used
                cells = ([*left, *map(told, row[: MAX_GRID_COLUMNS - len(left)])] for row in sheet.iter_rows())
                rows = room.taken(cells)
                _fill(rows, sheet.merged_cell_ranges or ())
                yield Grid(name, rows, room.full)
    except python_calamine.PasswordError as error:
        raise PaperRefusedError("password") from error
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        raise PaperRefusedError("broken") from error


def _fill(rows: list[list[str]], merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Each cell of a merged range says what its first one does."""
    if len(merged) > _MOST_MERGED:
        return
    for (top, left), (bottom, right) in merged:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        value = rows[top][left]
        for row in rows[top : bottom + 1] if value else ():
            row[left : right + 1] = [value] * len(row[left : right + 1])

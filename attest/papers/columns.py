"""The receipts in a sheet: any column, with a header or without; each with the row that it stands in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from attest.errors import PaperRefusedError
from attest.papers.sheets import Row, numbered, text_of
from attest.papers.texts import tokens
from attest.receipt import looks_like_token

MOST = 1_000


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands where a receipt should: the text, right or wrong; `sheet` is empty where there is but one."""

    row: int
    text: str
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """The receipts of a sheet in order, how many rows have none, and how many receipts more than `MOST` there are."""

    cells: tuple[Cell, ...] = ()
    empty: int = 0
    left_out: int = 0


def column(data: bytes) -> Column:
    """The receipts of a CSV, a workbook or a plain text; none where there is nothing like one.

    Raises:
        PaperRefusedError: as `sheets.rows`.
    """
    found = numbered(data)
    at = _column_of(found)
    if at is None:
        return _of_text(data)
    sheets = {row.sheet for row in found}
    cells, empty, begun = [], 0, set()
    for row in found:
        whole = [text for cell in row.cells for text in tokens(cell, MOST) if looks_like_token(text)]
        there = row.cells[at].strip() if at < len(row.cells) else ""
        if not whole and row.sheet not in begun:
            continue  # a header, a title above it
        begun.add(row.sheet)
        if not whole and not there:
            empty += 1
        sheet = row.sheet if len(sheets) > 1 else ""
        cells += [Cell(row.number, text, sheet) for text in whole or [there] if text]
    return Column(tuple(cells[:MOST]), empty, max(0, len(cells) - MOST))


def _column_of(found: list[Row]) -> int | None:
    """The column in which most receipts stand; None where no cell holds a whole one."""
    counts = Counter(
        at
        for row in found
        for at, cell in enumerate(row.cells)
        if any(looks_like_token(text) for text in tokens(cell, MOST))
    )
    return max(counts, key=lambda at: (counts[at], -at)) if counts else None


def _of_text(data: bytes) -> Column:
    """A letter, or a sheet whose receipts are all broken: what is like one, wherever it stands."""
    try:
        found = tokens(text_of(data), MOST)
    except PaperRefusedError:
        return Column()
    return Column(tuple(Cell(0, text) for text in found))

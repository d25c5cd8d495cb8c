"""A file with a menu: CSV, XLSX, XLS, ODS, HWPX, text. The door to python-calamine. Foreign bytes: in the sandbox.

Merged ranges come with the cells; a date stands as 2026-11-23. No formula is computed. Everything is bounded: what a
workbook unpacks to, sheets, rows, cells.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Final

from occupancy.menu import Reading
from occupancy.menus import html as pages
from occupancy.menus import hwpx
from occupancy.menus.grid import Grid
from occupancy.menus.table import read as read_grids
from occupancy.menus.text import read as read_text
from occupancy.reading import OccupancyError

MAX_BYTES: Final = 5 * 2**20
MAX_UNPACKED: Final = 64 * 2**20
MAX_MEMBERS: Final = 500
MAX_SHEETS: Final = 40
MAX_ROWS: Final = 400
MAX_COLUMNS: Final = 64
MAX_CELL: Final = 2_000
MOST_EMPTY: Final = 2_000_000
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PDF: Final = b"%PDF-"
_SEALED: Final = "EncryptedPackage".encode("utf-16-le")  # an office file with a password (MS-OFFCRYPTO §1.3)
_WORKBOOK: Final = "Workbook".encode("utf-16-le")
_SECTION: Final = re.compile(r"Contents/section\d{1,3}\.xml", re.IGNORECASE)
_PICTURES: Final = re.compile("[\U0001f000-\U0001faff\ufe0f\u200d]")
_DELIMITERS: Final = "\t;,|"


class MenuRefused(OccupancyError, ValueError):  # noqa: N818 - the tree says it is an error
    """A file that is no menu: `reason` is empty, large, bomb, password, broken or unsupported."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read(data: bytes, name: str, today: date) -> Reading:
    """The days of a file, however it was made; empty where it tells none.

    Raises:
        MenuRefused: too large, a bomb, locked, broken, or no sheet and no text.
    """
    found = grids(data)
    if found is not None:
        told = read_grids(found, name, today)
        return told if told.days else read_text(_lines(found), today)
    text = _text(data)
    if pages.is_html(text):
        return read_grids(pages.grids(text)[:MAX_SHEETS], name, today)
    return read_pasted(text, name, today)


def read_pasted(text: str, name: str, today: date) -> Reading:
    """The days of a text: of a table where its lines are cells, else of sentences. Pure: no sandbox needed."""
    table = _table(text)
    if not table:
        return read_text(text, today)
    grid = [Grid("", table)]
    if _even(table):
        told = read_grids(grid, name, today)
        return told if told.days else read_text(text, today)
    told = read_text(text, today)
    return told if told.days else read_grids(grid, name, today)


def _even(table: list[list[str]]) -> bool:
    """Whether most rows have as many cells: a sheet, not sentences with commas."""
    lengths = [len(row) for row in table if any(row)]
    usual = max(set(lengths), key=lengths.count)
    return usual > 1 and lengths.count(usual) * 10 >= len(lengths) * 6


def _lines(found: list[Grid]) -> str:
    """What sheets without a table say, row by row: a heading a day, a line a meal."""
    rows = (" ".join(dict.fromkeys(cell for cell in row if cell)) for grid in found for row in grid.rows)
    return "\n".join(rows)


def grids(data: bytes) -> list[Grid] | None:
    """The sheets of a workbook with their merged cells; None for a text.

    Raises:
        MenuRefused: as `read`.
    """
    if not data.strip():
        raise MenuRefused("empty")
    if len(data) > MAX_BYTES:
        raise MenuRefused("large")
    if data.startswith(_ZIP):
        sections = _unpacked(data)
        if sections is not None:
            return _of_document(sections)
    elif data.startswith(_OLE):
        if _SEALED in data:
            raise MenuRefused("password")
        if _WORKBOOK not in data:
            raise MenuRefused("unsupported")
    elif data.startswith(_PDF):
        raise MenuRefused("unsupported")
    else:
        return None
    return list(_sheets(data))


def _unpacked(data: bytes) -> list[bytes] | None:
    """The sections of an HWPX, None for a workbook; unpacked once here under one cap, whatever headers declare."""
    left = MAX_UNPACKED
    kept: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if len(names) > MAX_MEMBERS:
                raise MenuRefused("bomb")
            document = any(_SECTION.fullmatch(one) for one in names)
            if not document and "content.xml" not in names and not any(one.startswith("xl/") for one in names):
                raise MenuRefused("unsupported")
            for member in archive.infolist():
                chunks = _chunks(archive, member, left)
                left -= sum(map(len, chunks))
                if _SECTION.fullmatch(member.filename):
                    kept[member.filename] = b"".join(chunks)
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, EOFError, RuntimeError) as error:
        raise MenuRefused("broken") from error
    return [kept[name] for name in sorted(kept)] if document else None


def _chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> list[bytes]:
    found: list[bytes] = []
    with archive.open(member) as stream:
        while chunk := stream.read(1 << 16):
            left -= len(chunk)
            if left < 0:
                raise MenuRefused("bomb")
            found.append(chunk)
    return found


def _of_document(sections: list[bytes]) -> list[Grid]:
    try:
        return hwpx.grids(sections)[:MAX_SHEETS]
    except hwpx.NoTablesError as error:
        raise MenuRefused("broken") from error


def _sheets(data: bytes) -> Iterator[Grid]:
    # here, not above: native code that only a worker needs
    import python_calamine

    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            shown = [one.name for one in book.sheets_metadata if str(one.visible).endswith(".Visible")]
            for name in shown[:MAX_SHEETS]:
                sheet = book.get_sheet_by_name(name)
                left = (sheet.start or (0, 0))[1]
                lines = islice(sheet.iter_rows(), MOST_EMPTY)
                rows, moved = _rows([*[""] * left, *map(_told, row[:MAX_COLUMNS])] for row in lines)
                ranges = _ranges(sheet.merged_cell_ranges or (), moved, 0)
                yield Grid(name, rows, ranges)
    except python_calamine.PasswordError as error:
        raise MenuRefused("password") from error
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        raise MenuRefused("broken") from error


def _rows(lines: Iterator[list[str]]) -> tuple[list[list[str]], dict[int, int]]:
    """The rows that say anything with at most one empty one between them, and where each came to stand."""
    kept: list[list[str]] = []
    moved: dict[int, int] = {}
    blank = 0
    for number, row in enumerate(lines):
        said = any(row)
        blank = 0 if said else blank + 1
        if blank > 30:
            continue
        if len(kept) == MAX_ROWS:
            break
        moved[number] = len(kept)
        kept.append(row)
    return kept, moved


def _ranges(
    found: list[tuple[tuple[int, int], tuple[int, int]]] | tuple[()], moved: dict[int, int], left: int
) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    kept = []
    for (top, first), (bottom, last) in found:
        if top in moved and last - first < MAX_COLUMNS:
            end = moved.get(bottom, max(moved.values()))
            kept.append(((moved[top], first + left), (end, last + left)))
    return kept


def _told(cell: str | float | bool | date | time | timedelta) -> str:
    """A cell as people read it, without what can't be seen."""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return visible(str(cell)[:MAX_CELL])


def visible(text: str) -> str:
    """The text without control characters and pictures; lines stay lines."""
    for old, new in (("\r\n", "\n"), ("\r", "\n"), ("_x000D_", ""), ("\xa0", " ")):
        text = text.replace(old, new)
    text = _PICTURES.sub("", text)
    return "".join(char for char in text if char in "\n\t\u3000" or char.isprintable())


def _text(data: bytes) -> str:
    encodings = ("utf-16",) if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "cp949")
    if encodings[0] != "utf-16" and b"\0" in data[:4096]:
        raise MenuRefused("unsupported")
    for encoding in encodings:
        try:
            return visible(data.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise MenuRefused("unsupported")


def _table(text: str) -> list[list[str]]:
    """The text as rows of cells; empty where no mark parts cells in several lines."""
    lines = [line for line in text.split("\n")[:MAX_ROWS] if line.strip()]
    mark = max(_DELIMITERS, key=lambda one: (sum(one in line for line in lines), text.count(one)))
    if sum(mark in line for line in lines) < 2:
        return []
    try:
        rows = islice(csv.reader(io.StringIO(text, newline=""), delimiter=mark), MAX_ROWS)
        return [[cell.strip()[:MAX_CELL] for cell in row[:MAX_COLUMNS]] for row in rows]
    except csv.Error as error:
        raise MenuRefused("broken") from error

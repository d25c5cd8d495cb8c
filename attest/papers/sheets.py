"""CSV, XLSX, XLS and ODS as rows of texts. The one door to python-calamine; foreign bytes: call it in the sandbox.

A number stands as people write it (12, not 12.0), a date as 2026-11-23, an instant as 2026-11-23 13:42:00. Nothing is
taken for a header, and no formula is computed: what stands in a cell is what its program last showed.
"""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from attest.errors import PaperRefusedError
from attest.papers import html_tables
from attest.papers.bounds import MAX_UNPACKED, refuse_crowd, refuse_large, unpacked

MAX_ROWS = 20_000
MAX_COLUMNS = 200
MAX_CELL = 8_000  # characters
MAX_TEXT = 12_000_000  # characters of all cells: what comes out must fit through the sandbox's door
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SEALED = "EncryptedPackage".encode("utf-16-le")  # how an office file with a password is kept (MS-OFFCRYPTO §1.3)
_WORKBOOK = "Workbook".encode("utf-16-le")
_ENCODINGS = ("utf-8-sig", "cp949")
_DELIMITERS = (",", "\t", ";")


@dataclass(frozen=True, slots=True)
class Row:
    """A row with the number that its program shows beside it, and the name of its sheet (empty in a CSV)."""

    sheet: str
    number: int
    cells: list[str]


def rows(data: bytes) -> list[list[str]]:
    """Every row of every sheet in order, each cell as text, empty rows left out; a CSV in UTF-8, UTF-16 or CP949.

    A sheet begins with its first column that holds anything. One cell far out in an empty sheet costs memory: the
    sandbox ends such a call (ChildProcessError).

    At most 20,000 rows of 200 cells; what lies beyond is not read.

    Raises:
        PaperRefusedError: `empty`, `too_large` (20 MiB), `bomb`, `password`, `broken`, or `unsupported`: no sheet.
    """
    return [row.cells for row in numbered(data)]


def numbered(data: bytes) -> list[Row]:
    """As `rows`, each with its number and its sheet."""
    refuse_large(data)
    return _bounded(_of_workbook(data) if refuse_no_book(data) else _of_text(text_of(data)))


def refuse_no_book(data: bytes) -> bool:
    """Whether this is a workbook, sound enough to be opened; False: a text, if anything.

    Raises:
        PaperRefusedError: a zip or an office file that is no workbook, is a bomb, or has a password.
    """
    if data.startswith(_ZIP):
        _refuse_bomb(data)
        return True
    if not data.startswith(_OLE):
        return False
    if _SEALED in data:
        raise PaperRefusedError("password")
    if _WORKBOOK not in data:
        raise PaperRefusedError("unsupported")
    return True


def is_sheet(archive: zipfile.ZipFile) -> bool:
    """Whether a zip is a workbook (XLSX, ODS) rather than an archive of files."""
    names = archive.namelist()
    if any(name.startswith("xl/") for name in names):
        return True
    return (
        "mimetype" in names
        and archive.getinfo("mimetype").file_size < 100
        and b"spreadsheet" in archive.read("mimetype")
    )


def _refuse_bomb(data: bytes) -> None:
    """The workbook is unpacked once here, under one cap, for the library trusts what headers declare."""
    refuse_crowd(data)
    left = MAX_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if not is_sheet(archive):
                raise PaperRefusedError("unsupported")
            for member in archive.infolist():
                left -= sum(map(len, unpacked(archive, member, left)))
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, EOFError, RuntimeError) as error:
        raise PaperRefusedError("broken") from error


def _of_workbook(data: bytes) -> Iterator[Row]:
    # here, not above: native code that only a worker needs
    import python_calamine

    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            for name in book.sheet_names:
                sheet = book.get_sheet_by_name(name)
                for number, row in enumerate(sheet.iter_rows(), 1):  # empty rows at the top come, too
                    yield Row(name, number, [told(cell) for cell in row[:MAX_COLUMNS]])
    except python_calamine.PasswordError as error:
        raise PaperRefusedError("password") from error
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        raise PaperRefusedError("broken") from error


def told(cell: str | float | bool | date | time | timedelta) -> str:
    """A cell as people read it."""
    if isinstance(cell, datetime):
        whole = cell.time() == time()
        return f"{cell:%Y-%m-%d}" if whole else f"{cell:%Y-%m-%d %H:%M:%S}"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)[:MAX_CELL]


def text_of(data: bytes) -> str:
    """A text in UTF-8, UTF-16 or CP949.

    Raises:
        PaperRefusedError: `unsupported`.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    elif b"\0" in data[:4096]:
        raise PaperRefusedError("unsupported")
    else:
        encodings = _ENCODINGS
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise PaperRefusedError("unsupported")


def delimiter_of(text: str) -> str:
    """What separates the cells of a CSV."""
    return max(_DELIMITERS, key=text[:20_000].count)


def _of_text(text: str) -> Iterator[Row]:
    if html_tables.is_html(text):
        yield from (
            Row("", number, row[:MAX_COLUMNS]) for number, row in enumerate(html_tables.rows(text, MAX_ROWS), 1)
        )
        return
    lines = csv.reader(io.StringIO(text.replace("\0", ""), newline=""), delimiter=delimiter_of(text))
    try:
        for number, row in enumerate(lines, 1):
            yield Row("", number, [cell.strip()[:MAX_CELL] for cell in row[:MAX_COLUMNS]])
    except csv.Error as error:  # a field of more than 128 KiB
        raise PaperRefusedError("broken") from error


def _bounded(found: Iterable[Row]) -> list[Row]:
    kept: list[Row] = []
    room = MAX_TEXT
    for row in found:
        if not any(row.cells):
            continue
        room -= sum(map(len, row.cells))
        if len(kept) == MAX_ROWS or room < 0:
            break
        kept.append(row)
    return kept

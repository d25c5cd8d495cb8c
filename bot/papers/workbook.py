"""The one door of xlsxwriter: tables of plain values as a workbook, the same bytes for the same values.

Typed columns: text stays text (a name that begins with `=`, `+`, `-` or `@` is never a formula, a link or a number),
dates and instants are dates, money is a number. Pictures, formulas and macros it does not write.

    write(Book("출장여비 정산서", (Sheet("정산", (Column("출장일", 12, "date"), Column("금액", 12, "money")), rows),)))
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final, Literal, TypeAlias

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from bot.papers.plain import plain

Kind = Literal["text", "number", "money", "date", "instant"]
Value: TypeAlias = str | int | float | date | datetime | None

_KST = timezone(timedelta(hours=9), "KST")
_WRITTEN: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook tells no time of its making
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
_A4: Final = 9
_FORMATS: Final[dict[str, dict[str, Any]]] = {
    "text": {"text_wrap": True, "num_format": "@"},
    "number": {"num_format": "#,##0"},
    "money": {"num_format": "#,##0"},
    "date": {"num_format": "yyyy-mm-dd", "align": "center"},
    "instant": {"num_format": "yyyy-mm-dd hh:mm", "align": "center"},
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, its width in letters, and what its cells hold."""

    title: str
    width: float = 12
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table. `above`: lines over its head. A value of another kind than its column's is written as what it is."""

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Value]]
    above: tuple[str, ...] = ()
    total: Sequence[Sequence[Value]] = ()
    wide: bool = True


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook."""

    title: str
    sheets: tuple[Sheet, ...]


def write(book: Book) -> bytes:
    """The workbook as XLSX."""
    target = io.BytesIO()
    workbook = Workbook(
        target,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "remove_timezone": False,
        },
    )
    workbook.set_properties({"title": plain(book.title), "created": _WRITTEN})
    page = _Page(workbook)
    for number, sheet in enumerate(book.sheets, 1):
        page.add(sheet, number)
    workbook.close()
    return target.getvalue()


class _Page:
    """Writes sheets into one workbook."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        base = {"border": 1, "valign": "vcenter", "font_name": "맑은 고딕", "font_size": 10}
        made = workbook.add_format
        self._cells = {kind: made(base | form) for kind, form in _FORMATS.items()}
        self._totals = {kind: made(base | form | {"bold": True}) for kind, form in _FORMATS.items()}
        # what would be a formula if somebody typed it: Excel shows it and leaves it alone, even when it is edited
        self._quoted = {
            id(of): made(base | _FORMATS["text"] | {"quote_prefix": True, "bold": of is self._totals})
            for of in (self._cells, self._totals)
        }
        self._head = made(base | {"bold": True, "align": "center", "bg_color": "#EDEDED", "text_wrap": True})
        self._title = made({"bold": True, "font_name": "맑은 고딕", "font_size": 14})
        self._line = made({"font_name": "맑은 고딕", "font_size": 10})

    def add(self, sheet: Sheet, number: int) -> None:
        """One more sheet."""
        page = self._workbook.add_worksheet(_name(sheet.name, number))
        for row, line in enumerate(sheet.above):
            page.write_string(row, 0, plain(line), self._line if row else self._title)
        head = len(sheet.above)
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, column.width)
            page.write_string(head, place, plain(column.title), self._head)
        row = head
        for formats, rows in ((self._cells, sheet.rows), (self._totals, sheet.total)):
            for values in rows:
                row += 1
                for place, (value, column) in enumerate(zip(values, sheet.columns, strict=True)):
                    self._write(page, row, place, value, column.kind, formats)
        self._print(page, sheet, head)

    def _write(self, page: Any, row: int, place: int, value: Value, kind: Kind, formats: dict[str, Any]) -> None:
        match value:
            case None:
                page.write_blank(row, place, None, formats["text"])
            case str():
                told = plain(value)
                risky = told.lstrip()[:1] in {"=", "+", "-", "@"}
                page.write_string(row, place, told, self._quoted[id(formats)] if risky else formats["text"])
            case datetime():
                naive = value.astimezone(_KST).replace(tzinfo=None)
                page.write_datetime(row, place, naive, formats["instant"])
            case date():
                page.write_datetime(row, place, value, formats["date"])
            case _:
                page.write_number(row, place, value, formats[kind if kind == "money" else "number"])

    @staticmethod
    def _print(page: Any, sheet: Sheet, head: int) -> None:
        page.freeze_panes(head + 1, 0)
        page.set_paper(_A4)
        if sheet.wide:
            page.set_landscape()
        page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        page.fit_to_pages(1, 0)
        page.repeat_rows(head)
        page.set_footer("&R&P/&N")


def _name(name: str, number: int) -> str:
    """A name that Excel takes: at most 31 UTF-16 units, none of its own signs."""
    text = _NOT_IN_NAMES.sub(" ", plain(name)).strip()[:31]
    while len(text.encode("utf-16-le")) > 2 * 31:
        text = text[:-1]
    return text.strip() or f"표 {number}"

"""The claim sheet as PDF and as a workbook, from its record alone: the same bytes for the same record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.claim_record import ClaimRecord, Line
from bot.clock import KST
from bot.papers import pdf, workbook
from bot.wording import claim_sheet as words

_WIDTHS: Final = (10, 23, 29, 0, 0, 11, 16, 18, 60, 22)
_CENTRED: Final = frozenset({0, 1, 2, 5, 6, 9})
_COLUMNS: Final = tuple(
    pdf.Column(title, width, "center" if place in _CENTRED else "right" if place == 7 else "left")
    for place, (title, width) in enumerate(zip(words.COLUMNS, _WIDTHS, strict=True))
)
_KINDS: Final[dict[int, workbook.Kind]] = {3: "number", 4: "date", 5: "instant", 6: "instant", 7: "number", 12: "money"}
_LETTERS: Final = (20, 10, 14, 6, 12, 17, 17, 10, 24, 24, 8, 10, 12, 30, 40, 16, 24, 40)


@dataclass(frozen=True, slots=True)
class Code:
    """A receipt's picture, and the number of the row that it belongs to."""

    row: int
    serial: str
    png: bytes


def pdf_of(record: ClaimRecord, codes: Sequence[Code], voided: datetime | None = None) -> bytes:
    """The sheet for signatures; `voided` stands over it where it was taken back."""
    rows = [_row(number, line) for number, line in enumerate(record.lines, 1)]
    total = ["", "", "", words.total(record), "", "", "", words.money(record.total), "", ""]
    blocks: list[pdf.Block] = [] if voided is None else [pdf.Text((words.voided(voided),), 12, bold=True)]
    blocks += [
        pdf.Fields(words.fields(record), across=4), pdf.Gap(3), pdf.Table(_COLUMNS, rows, [total], size=8),
        pdf.Gap(2), pdf.Text(words.below(record), 8), pdf.Gap(5),
        pdf.Text(words.claimed(record), 10, align="center"),
    ]  # fmt: skip
    if codes:
        pictures = tuple(pdf.Picture(code.png, f"{code.row}번 {words.short_number(code.serial)}") for code in codes)
        blocks += [pdf.Gap(5), pdf.Pictures(pictures, 40, words.CODES)]
    return pdf.write(
        pdf.Paper(words.title(record), tuple(blocks), record.number, record.approval, words.FOOT, wide=True)
    )


def xlsx_of(records: Sequence[ClaimRecord], voided: datetime | None = None) -> bytes:
    """The rows of one sheet, or of several."""
    columns = tuple(
        workbook.Column(title, width, _KINDS.get(place, "text"))
        for place, (title, width) in enumerate(zip(words.SHEET_COLUMNS, _LETTERS, strict=True))
    )
    above = (
        words.title(records[0]) if len(records) == 1 else words.TITLES,
        *([words.voided(voided)] if voided else []),
    )
    rows = [row for record in records for row in _cells(record)]
    total: list[workbook.Value] = [None] * len(columns)
    total[8], total[12] = words.TOTAL, sum(record.total for record in records)
    return workbook.write(workbook.Book(above[0], (workbook.Sheet(words.SHEET, columns, rows, above, [total]),)))


def _row(number: int, line: Line) -> list[str]:
    reckoned = [words.reckoning(line.amounts), words.articles(line.amounts)]
    return [
        str(number), words.day(line.begins), words.span(line), words.where(line), _purpose(line),
        words.AREAS[line.area], words.VEHICLES[line.vehicle], words.money(line.total),
        "\n".join(filter(None, reckoned)) or words.UNCOUNTED,
        "\n".join(words.short_number(slip.serial) for slip in line.slips),
    ]  # fmt: skip


def _purpose(line: Line) -> str:
    return "\n".join(filter(None, (line.purpose, line.document)))


def _cells(record: ClaimRecord) -> Iterator[list[workbook.Value]]:
    for number, line in enumerate(record.lines, 1):
        yield [
            record.number, record.name, record.department, number,
            line.begins.astimezone(KST).date() if line.begins else None, line.begins, line.ends, line.minutes,
            words.where(line), line.purpose, words.AREAS[line.area], words.VEHICLES[line.vehicle], line.total,
            words.reckoning(line.amounts), words.articles(line.amounts), line.document,
            ", ".join(words.short_number(slip.serial) for slip in line.slips), " · ".join(words.remarks(line)),
        ]  # fmt: skip

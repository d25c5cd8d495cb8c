"""The numbered check report as PDF and as a workbook, from plain values: the same bytes for the same values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.papers import pdf, workbook
from bot.wording import check_report as words
from bot.wording.verdicts import VERDICTS, Checked

_ITEM = pdf.Column(words.COLUMNS[1], 40)
_COLUMNS = (
    pdf.Column(words.COLUMNS[0], 9, "right"), _ITEM, pdf.Column(words.COLUMNS[2], 19, "center"),
    pdf.Column(words.COLUMNS[3], 14, "center"), pdf.Column(words.COLUMNS[4], 31), pdf.Column(words.COLUMNS[5], 29),
    pdf.Column(words.COLUMNS[6], 26), pdf.Column(words.COLUMNS[7], 24), pdf.Column(words.COLUMNS[8], 24),
    pdf.Column(words.COLUMNS[9]), pdf.Column(words.COLUMNS[10], 15, "right"),
)  # fmt: skip
_WIDTHS = (6, 34, 14, 34, 9, 34, 17, 22, 9, 22, 10, 16, 10, 10, 10, 40, 28, 18, 20, 10)


@dataclass(frozen=True, slots=True)
class Line:
    """One item: what was found, and where its receipt stands in the log; `serial` in hex."""

    checked: Checked
    serial: str = ""
    index: int | None = None
    opens: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """A file that was handed in."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Everything that the report says. `audit`: document number, period, reason. `root` in hex."""

    number: str
    institution: str
    auditor: str
    at: datetime
    audit: tuple[str, str, str] | None
    lines: Sequence[Line]
    files: Sequence[File]
    counts: Mapping[str, int]
    flags: Sequence[tuple[str, int]]
    beside: Sequence[str]
    keys_sha256: str
    log_size: int
    log_root: str


def as_pdf(report: CheckReport) -> bytes:
    """The report as a document."""
    blocks: list[pdf.Block] = [
        pdf.Fields(_fields(report)),
        pdf.Gap(),
        pdf.Text((words.SUMMARY,), bold=True),
        pdf.Table(tuple(pdf.Column(word, align="center") for word in VERDICTS.values()), [_counts(report)]),
        pdf.Text(tuple(_flags(report) + list(report.beside)), size=9),
        pdf.Gap(),
        pdf.Text((words.ITEMS,), bold=True),
        pdf.Table(_COLUMNS, [_row(number, line) for number, line in enumerate(report.lines, 1)], size=7.5),
        pdf.Gap(),
        pdf.Text((words.LEGEND,), bold=True),
        pdf.Text(words.legend(), size=8.5),
        pdf.Gap(),
        pdf.Text((words.CHECKED,), bold=True),
        pdf.Text((*words.CHECKED_LINES, *words.UNCHECKED_LINES), size=8.5),
        pdf.Gap(),
        pdf.Text((words.PROOF,), bold=True),
        pdf.Fields(words.proof(report.keys_sha256, report.log_size, report.log_root), across=1, size=8.5),
    ]
    if report.files:
        rows = [(str(at), file.name, f"{file.size:,}", file.sha256) for at, file in enumerate(report.files, 1)]
        columns = (
            pdf.Column(words.FILE_COLUMNS[0], 10, "right"), pdf.Column(words.FILE_COLUMNS[1]),
            pdf.Column(words.FILE_COLUMNS[2], 26, "right"), pdf.Column(words.FILE_COLUMNS[3], 110),
        )  # fmt: skip
        blocks += [pdf.Gap(), pdf.Text((words.FILES,), bold=True), pdf.Table(columns, rows, size=7.5)]
    return pdf.write(pdf.Paper(words.TITLE, tuple(blocks), number=report.number, foot=words.FOOT, wide=True))


def as_workbook(report: CheckReport) -> bytes:
    """The report as a workbook: a sheet of the whole, one of the items, one of the files."""
    whole = [*_fields(report), *zip(VERDICTS.values(), _counts(report), strict=True)]
    whole += [(line, "") for line in (*_flags(report), *report.beside)]
    whole += [*words.proof(report.keys_sha256, report.log_size, report.log_root)]
    whole += [(line, "") for line in (*words.legend(), *words.CHECKED_LINES, *words.UNCHECKED_LINES)]
    columns = tuple(
        workbook.Column(title, width, _kind(title)) for title, width in zip(words.SHEET_COLUMNS, _WIDTHS, strict=True)
    )
    items = [_cells(number, line) for number, line in enumerate(report.lines, 1)]
    files = [(at, file.name, file.size, file.sha256) for at, file in enumerate(report.files, 1)]
    above = (f"{words.TITLE} {report.number}",)
    return workbook.write(
        workbook.Book(
            f"{words.TITLE} {report.number}",
            (
                workbook.Sheet(words.SHEETS[0], _whole_columns(), whole, above),
                workbook.Sheet(words.SHEETS[1], columns, items, above),
                workbook.Sheet(words.SHEETS[2], _file_columns(), files, above),
            ),
        )
    )


def _fields(report: CheckReport) -> tuple[tuple[str, str], ...]:
    return words.fields(report.institution, report.auditor, report.at, report.audit, len(report.lines))


def _counts(report: CheckReport) -> list[str]:
    return [f"{report.counts.get(name, 0):,}" for name in VERDICTS]


def _flags(report: CheckReport) -> list[str]:
    return [words.flagged(flag, count) for flag, count in report.flags]


def _row(number: int, line: Line) -> tuple[str, ...]:
    told = line.checked
    return (
        str(number), told.name, VERDICTS[told.verdict], words.grade(told.grade),
        "" if told.at is None else words.instant(told.at), words.place(told), told.document, _who(line),
        words.trip(told), words.looked_at(told), "" if line.index is None else str(line.index),
    )  # fmt: skip


def _who(line: Line) -> str:
    return " ".join(line.checked.opened) or (words.CLOSED if line.checked.at is not None else "")


def _cells(number: int, line: Line) -> tuple[workbook.Value, ...]:
    told, pair = line.checked, line.checked.pair
    name, department = (*told.opened, "", "")[:2]
    away = None if pair is None or pair.distance_m is None else pair.distance_m / 1000
    return (
        number, told.name, VERDICTS[told.verdict], words.explained(told), words.grade(told.grade),
        words.meaning(told.grade), told.at, words.place(told), words.accuracy(told), told.document,
        name or (words.CLOSED if told.at is not None else ""), department, None if pair is None else pair.minutes,
        away, words.vehicle(told), words.looked_at(told), told.twin, told.institution, line.serial, line.index,
    )  # fmt: skip


def _kind(title: str) -> workbook.Kind:
    if title in words.NUMBERS:
        return "number"
    return "instant" if title == words.TIME else "text"


def _whole_columns() -> tuple[workbook.Column, ...]:
    return workbook.Column(words.WHOLE_COLUMNS[0], 40), workbook.Column(words.WHOLE_COLUMNS[1], 80)


def _file_columns() -> tuple[workbook.Column, ...]:
    widths = (6, 50, 14, 70)
    kinds: tuple[workbook.Kind, ...] = ("number", "text", "number", "text")
    return tuple(
        workbook.Column(title, width, kind)
        for title, width, kind in zip(words.FILE_COLUMNS, widths, kinds, strict=True)
    )

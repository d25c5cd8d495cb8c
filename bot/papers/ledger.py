"""The destruction ledger as PDF, from plain values: the same bytes for the same values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.papers import pdf
from bot.wording import ledger as words


@dataclass(frozen=True, slots=True)
class Line:
    """A day's destruction of one kind; `leaves` are the first and the last leaf that say so."""

    day: date
    what: str
    count: int
    leaves: tuple[int, int]


def paper(institution: str, year: int, lines: Sequence[Line]) -> bytes:
    """The PDF."""
    rows = [
        (f"{line.day:%Y-%m-%d}", words.thing(line.what)[0], f"{line.count:,}", words.thing(line.what)[1], words.METHOD,
         str(line.leaves[0]) if line.leaves[0] == line.leaves[1] else f"{line.leaves[0]}~{line.leaves[1]}")
        for line in lines
    ]  # fmt: skip
    widths = (24, 34, 16, 40, 0, 26)
    columns = tuple(pdf.Column(title, width) for title, width in zip(words.COLUMNS, widths, strict=True))
    heads = pdf.Fields((("기관", institution), ("기간", f"{year}. 1. 1. ~ {year}. 12. 31.")))
    return pdf.write(
        pdf.Paper(
            words.TITLE,
            (heads, pdf.Gap(), pdf.Table(columns, rows)),
            approval=("담당", "과장", "개인정보 보호책임자"),
            foot=words.FOOT,
            wide=True,
        )
    )

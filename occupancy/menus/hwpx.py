"""The tables of an HWPX document as grids, its merged cells among them. Foreign bytes: call it in the sandbox.

Cells tell their own place and span (`cellAddr`, `cellSpan`: OWPML, KS X 6101). Refuses documents with declarations:
they could hold entities.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from xml.etree import ElementTree as ET

from occupancy.menus.grid import Grid, Range

_MOST_ROWS: Final = 400
_MOST_COLUMNS: Final = 64
_BREAKS: Final = frozenset({"lineBreak", "p"})


class NoTablesError(ValueError):
    """The section is broken or declares entities."""


def grids(sections: Sequence[bytes]) -> list[Grid]:
    """Every table of the sections in order, each with the paragraphs before it as its first rows.

    Raises:
        NoTablesError: no XML, or one that declares something.
    """
    found: list[Grid] = []
    for data in sections:
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
            raise NoTablesError("declarations")
        try:
            root = ET.fromstring(data)  # noqa: S314 - no declarations, and in the sandbox
        except ET.ParseError as error:
            raise NoTablesError("broken") from error
        found += _tables(root)
    return found


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _tables(root: ET.Element) -> Iterator[Grid]:
    lines: list[str] = []
    last: Grid | None = None
    for paragraph in root:
        tables = [one for one in paragraph.iter() if _name(one) == "tbl"]
        words = _text(paragraph)
        if words:
            lines.append(words)
        for table in tables:
            if last is not None:
                yield last
            last, lines = _grid(table, lines), []
    if last is not None:
        below = [[line] for line in lines]
        yield Grid(last.name, [*last.rows, *below], last.merged)


def _grid(table: ET.Element, above: Sequence[str]) -> Grid:
    rows: list[dict[int, str]] = []
    merged: list[Range] = []
    first = len(above)
    for cell in (one for row in table if _name(row) == "tr" for one in row if _name(one) == "tc"):
        place, span = _part(cell, "cellAddr"), _part(cell, "cellSpan")
        top, left = _number(place, "rowAddr"), _number(place, "colAddr")
        if top >= _MOST_ROWS or left >= _MOST_COLUMNS:
            continue
        while len(rows) <= top:
            rows.append({})
        rows[top][left] = _text(cell)
        down, across = max(_number(span, "rowSpan"), 1), max(_number(span, "colSpan"), 1)
        if down > 1 or across > 1:
            bottom, right = min(top + down, _MOST_ROWS) - 1, min(left + across, _MOST_COLUMNS) - 1
            merged.append(((first + top, left), (first + bottom, right)))
    ends = [at for _, (_, at) in merged] + [at for row in rows for at in row]
    width = max(ends, default=0) + 1
    cells = [[row.get(at, "") for at in range(width)] for row in rows]
    return Grid("", [*([line] for line in above), *cells], merged)


def _part(cell: ET.Element, name: str) -> ET.Element | None:
    return next((one for one in cell if _name(one) == name), None)


def _number(element: ET.Element | None, name: str) -> int:
    text = element.get(name, "") if element is not None else ""
    return int(text) if text.isdecimal() and len(text) < 6 else 0


def _text(element: ET.Element) -> str:
    """The words of an element, a line a paragraph; without those of tables inside."""
    pieces: list[str] = []

    def walk(one: ET.Element) -> None:
        for child in one:
            name = _name(child)
            if name == "t":
                pieces.append("".join(child.itertext()))
            elif name != "tbl":
                walk(child)
            if name in _BREAKS:
                pieces.append("\n")

    walk(element)
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)[:2_000]

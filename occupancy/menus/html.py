"""A page with a table that somebody calls XLS: its cells as grids. Foreign text: call it in the sandbox."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

from occupancy.menus.grid import Grid, Range

_MOST_ROWS: Final = 400
_MOST_COLUMNS: Final = 64
_LINE: Final = frozenset({"br", "p", "div", "li"})
_HIDDEN: Final = frozenset({"style", "script", "head", "title"})


def is_html(text: str) -> bool:
    """Whether the text is a page, or a piece of one, with a table."""
    return re.search(r"<table[\s>]", text[:100_000], re.IGNORECASE) is not None


def grids(text: str) -> list[Grid]:
    """The innermost tables of a page in order; a cell over several rows or columns is a merged range."""
    reader = _Tables()
    reader.feed(text)
    reader.close()
    return [table.grid() for table in reader.done if table.rows]


class _Table:
    """One table under way: its cells by place."""

    def __init__(self) -> None:
        self.rows: list[dict[int, str]] = []
        self.merged: list[Range] = []
        self._taken: set[tuple[int, int]] = set()
        self._at = 0

    def row(self) -> None:
        """A new row."""
        if len(self.rows) < _MOST_ROWS:
            self.rows.append({})
            self._at = 0

    def cell(self, text: str, down: int, across: int) -> None:
        """A cell at the next free place of the row."""
        if not self.rows:
            self.row()
        top = len(self.rows) - 1
        while (top, self._at) in self._taken:
            self._at += 1
        if self._at >= _MOST_COLUMNS:
            return
        bottom, right = min(top + down, _MOST_ROWS) - 1, min(self._at + across, _MOST_COLUMNS) - 1
        self.rows[top][self._at] = text
        if (bottom, right) != (top, self._at):
            self.merged.append(((top, self._at), (bottom, right)))
            self._taken |= {(row, at) for row in range(top, bottom + 1) for at in range(self._at, right + 1)}
        self._at = right + 1

    def grid(self) -> Grid:
        """The table as rows of texts."""
        corners = [at for _, (_, at) in self.merged] + [at for row in self.rows for at in row]
        width = max(corners, default=-1) + 1
        return Grid("", [[row.get(at, "") for at in range(width)] for row in self.rows], self.merged)


class _Tables(HTMLParser):
    """Collects tables; what stands around an inner one is left out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.done: list[_Table] = []
        self._open: list[_Table] = []
        self._text: list[str] | None = None
        self._span = (1, 1)
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Opens what the tag opens."""
        if tag == "table":
            self._end_cell()
            self._open.append(_Table())
        elif tag in _HIDDEN:
            self._hidden += 1
        elif tag == "tr" and self._open:
            self._end_cell()
            self._open[-1].row()
        elif tag in {"td", "th"} and self._open:
            self._end_cell()
            told = dict(attrs)
            self._span = (_number(told.get("rowspan")), _number(told.get("colspan")))
            self._text = []
        elif tag in _LINE and self._text is not None:
            self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Closes what the tag closes."""
        if tag in _HIDDEN:
            self._hidden = max(self._hidden - 1, 0)
        elif tag in {"td", "th", "tr"}:
            self._end_cell()
        elif tag == "table" and self._open:
            self._end_cell()
            self.done.append(self._open.pop())

    def handle_data(self, data: str) -> None:
        """Text of a cell; its own line breaks are spaces."""
        if self._text is not None and not self._hidden:
            self._text.append(re.sub(r"\s+", " ", data))

    def close(self) -> None:
        """A page that was cut ends its tables."""
        super().close()
        self._end_cell()
        self.done += reversed(self._open)
        self._open = []

    def _end_cell(self) -> None:
        if self._text is None or not self._open:
            return
        lines = "".join(self._text).split("\n")
        self._open[-1].cell("\n".join(line.strip() for line in lines if line.strip())[:2_000], *self._span)
        self._text = None


def _number(text: str | None) -> int:
    return min(max(int(text), 1), _MOST_ROWS) if text and text.isdecimal() and len(text) < 4 else 1

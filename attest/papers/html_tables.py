"""The tables of an HTML page as rows of texts: many office programs write one and call it .xls. No library, no network.

A cell that spans columns or rows stands in each of them. A table in a cell is read as part of that cell.
"""

from __future__ import annotations

from html.parser import HTMLParser

_MOST_SPAN = 60
_LONGEST_CELL = 8_000


def is_html(text: str) -> bool:
    """Whether a text is a page with a table rather than lines of cells."""
    start = text[:4_000].lstrip("\ufeff \t\r\n").lower()
    return start.startswith("<") and "<table" in text[:200_000].lower()


def rows(text: str, most: int) -> list[list[str]]:
    """The rows of all tables in order, at most so many; what stands outside of them is left out."""
    reader = _Reader(most)
    reader.feed(text)
    reader.close()
    return reader.rows


class _Reader(HTMLParser):
    def __init__(self, most: int) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self._most = most
        self._depth = 0
        self._cell: list[str] | None = None
        self._across = self._down = 1
        self._hanging: dict[int, tuple[int, str]] = {}  # column → rows to come, text

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._depth += 1
            self._hanging = {} if self._depth == 1 else self._hanging
        elif self._depth != 1 or len(self.rows) > self._most:
            return
        elif tag == "tr":
            self._ended()
            self.rows.append([])
        elif tag in {"td", "th"}:
            self._ended()
            told = dict(attrs)
            self._cell, self._across, self._down = [], _span(told.get("colspan")), _span(told.get("rowspan"))
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th", "tr"} and self._depth == 1:
            self._ended()
        if tag == "tr" and self._depth == 1:
            self._hung()
        if tag == "table":
            self._ended()
            self._depth = max(0, self._depth - 1)

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _ended(self) -> None:
        if self._cell is None or self._depth > 1:
            return
        text = " ".join("".join(self._cell).split())[:_LONGEST_CELL]
        self._cell = None
        if not self.rows:
            self.rows.append([])
        self._hung()
        for _ in range(self._across):
            if self._down > 1:
                self._hanging[len(self.rows[-1])] = (self._down - 1, text)
            self.rows[-1].append(text)

    def _hung(self) -> None:
        """What hangs down from rows above stands here, too."""
        row = self.rows[-1] if self.rows else []
        while (found := self._hanging.get(len(row))) is not None and len(row) < _MOST_SPAN:
            left, text = found
            if left == 1:
                del self._hanging[len(row)]
            else:
                self._hanging[len(row)] = (left - 1, text)
            row.append(text)


def _span(value: str | None) -> int:
    return min(int(value), _MOST_SPAN) if value and value.isascii() and value.isdecimal() and int(value) else 1

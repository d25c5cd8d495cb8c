"""The one door of reportlab: a document of plain values as PDF, in Korean, the same bytes for the same values.

```
Paper (head, blocks, foot) → blocks laid out from the top, tables split between rows → pages → foot "1/3" → PDF
```
The font is NanumGothic (OFL) from the package `koreanize_matplotlib`, found and never imported: it would change
matplotlib. A character that the font lacks becomes a question mark; a cell of more than `_MOST_LINES` lines ends in …

    write(Paper("출장여비 정산서", (Fields((("성명", "김하나"),)), Table((Column("출장일", 24), Column("용무")), rows)),
                number="정산-총무과-2026-1", approval=("담당", "과장"), foot="도비"))
"""

from __future__ import annotations

import functools
import importlib.util
import io
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from reportlab.lib.pagesizes import A4, landscape  # type: ignore[import-untyped]
from reportlab.lib.units import mm  # type: ignore[import-untyped]
from reportlab.lib.utils import ImageReader  # type: ignore[import-untyped]
from reportlab.pdfbase import pdfmetrics  # type: ignore[import-untyped]
from reportlab.pdfbase.ttfonts import TTFont  # type: ignore[import-untyped]
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

from bot.papers.plain import plain

Align = Literal["left", "center", "right"]

_MARGIN: Final = 18 * mm
_FOOT: Final = 12 * mm
_PAD: Final = 1.4 * mm
_LEADING: Final = 1.42
_MOST_LINES: Final = 12
_PLAIN, _BOLD = "Dobi", "DobiBold"
_GREY: Final = 0.93
_LOCK = threading.Lock()
"""reportlab's fonts are kept for the whole process."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `width` in mm; 0 takes an equal share of what the others leave."""

    title: str
    width: float = 0
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under a head that every page repeats; the rows of `total` are bold and stay together."""

    columns: tuple[Column, ...]
    rows: Sequence[Sequence[str]]
    total: Sequence[Sequence[str]] = ()
    size: float = 8.5


@dataclass(frozen=True, slots=True)
class Fields:
    """Names and values in a frame, `across` pairs a row."""

    pairs: tuple[tuple[str, str], ...]
    across: int = 2
    size: float = 9.5


@dataclass(frozen=True, slots=True)
class Text:
    """Lines, each wrapped."""

    lines: tuple[str, ...]
    size: float = 9.5
    align: Align = "left"
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG and the words under it."""

    png: bytes
    caption: str


@dataclass(frozen=True, slots=True)
class Pictures:
    """Square pictures side by side, `width` mm each; `title` stands over the first row and on its page."""

    items: tuple[Picture, ...]
    width: float = 40
    title: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """Empty height in mm."""

    height: float = 4


Block: TypeAlias = Table | Fields | Text | Pictures | Gap


@dataclass(frozen=True, slots=True)
class Paper:
    """A document. `number` stands under the title, `approval` are the boxes for signatures (결재란) beside it.

    `foot` stands on every page beside its number; `wide` is landscape. It holds no time but those in its texts.
    """

    title: str
    blocks: tuple[Block, ...]
    number: str = ""
    approval: tuple[str, ...] = ()
    foot: str = ""
    wide: bool = False


def write(paper: Paper) -> bytes:
    """The document as PDF."""
    with _LOCK:
        _fonts()
        return _Layout(paper).written()


@functools.cache
def _fonts() -> dict[str, frozenset[int]]:
    """The two fonts, known to reportlab; for each the characters it can draw."""
    found = importlib.util.find_spec("koreanize_matplotlib")
    if found is None or found.origin is None:
        raise FileNotFoundError("the Korean font of koreanize_matplotlib is not installed")
    folder = Path(found.origin).parent / "fonts"
    drawn = {}
    for name, file in ((_PLAIN, "NanumGothic.ttf"), (_BOLD, "NanumGothicBold.ttf")):
        font = TTFont(name, str(folder / file))
        pdfmetrics.registerFont(font)
        drawn[name] = frozenset(font.face.charToGlyph)
    return drawn


@functools.lru_cache(maxsize=20_000)
def _advance(letter: str, font: str) -> float:
    """The width of a letter at size 1."""
    return float(pdfmetrics.stringWidth(letter, font, 1))


def _drawable(text: str, font: str) -> str:
    known = _fonts()[font]
    return "".join(letter if letter == "\n" or ord(letter) in known else "?" for letter in plain(text))


def _width(text: str, font: str, size: float) -> float:
    return size * sum(_advance(letter, font) for letter in text)


def _wrapped(text: str, font: str, size: float, width: float) -> list[str]:
    """Lines no wider than `width`: broken at a blank where there is one, else between any two letters."""
    lines: list[str] = []
    for told in _drawable(text, font).split("\n"):
        rest = told.strip()
        while rest:
            end = _fits(rest, font, size, width)
            lines.append(rest[:end].rstrip())
            rest = rest[end:].lstrip()
    return lines or [""]


def _fits(text: str, font: str, size: float, width: float) -> int:
    used, blank = 0.0, 0
    for at, letter in enumerate(text):
        used += size * _advance(letter, font)
        if used > width:
            # a break far before the edge wastes more than it spares: Korean may break anywhere
            return blank if blank > at * 0.6 else max(at, 1)
        if letter == " ":
            blank = at
    return len(text)


class _Layout:
    """One document on its way to paper: `y` is the lower edge of what stands there already."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        self._size = landscape(A4) if paper.wide else A4
        self._bytes = io.BytesIO()
        self._canvas = Canvas(self._bytes, pagesize=self._size, invariant=1, pageCompression=1)
        self._canvas.setTitle(plain(paper.title))
        self._canvas.setProducer("Dobi")
        self._pages: list[list[Callable[[], None]]] = [[]]
        self._y = self._top

    @property
    def _top(self) -> float:
        return float(self._size[1] - _MARGIN)

    @property
    def _inner(self) -> float:
        return float(self._size[0] - 2 * _MARGIN)

    def written(self) -> bytes:
        """Lays everything out, then draws it: only then is the number of pages known."""
        self._head()
        for block in self._paper.blocks:
            self._block(block)
        for number, page in enumerate(self._pages, 1):
            for draw in page:
                draw()
            self._foot(number)
            self._canvas.showPage()
        self._canvas.save()
        return self._bytes.getvalue()

    def _block(self, block: Block) -> None:
        match block:
            case Table():
                self._table(block)
            case Fields():
                self._fields(block)
            case Text():
                self._text(block)
            case Pictures():
                self._pictures(block)
            case Gap():
                self._y -= block.height * mm

    # --- marks on the page that is being laid out

    def _room(self, height: float) -> bool:
        """Whether so much room is left above the foot; if not, a page is begun."""
        if self._y - height >= _MARGIN + _FOOT:
            return True
        if self._y < self._top:
            self._pages.append([])
            self._y = self._top
        return False

    def _put(self, draw: Callable[[], None]) -> None:
        self._pages[-1].append(draw)

    def _write(self, text: str, x: float, y: float, width: float, font: str, size: float, align: Align) -> None:
        self._put(self._line(text, x, y, width, font, size, align))

    def _line(
        self, text: str, x: float, y: float, width: float, font: str, size: float, align: Align
    ) -> Callable[[], None]:
        spare = width - _width(text, font, size)
        at = x + {"left": 0.0, "center": spare / 2, "right": spare}[align]

        def draw() -> None:
            self._canvas.setFont(font, size)
            self._canvas.drawString(at, y, text)

        return draw

    def _frame(self, x: float, y: float, width: float, height: float, *, grey: bool = False) -> None:
        def draw() -> None:
            self._canvas.setLineWidth(0.4)
            self._canvas.setFillGray(_GREY)
            self._canvas.rect(x, y, width, height, stroke=1, fill=int(grey))
            self._canvas.setFillGray(0)

        self._put(draw)

    # --- blocks

    def _head(self) -> None:
        boxes = self._paper.approval
        box = 20 * mm
        left = self._inner - box * len(boxes) - (8 * mm if boxes else 0)
        top = self._top
        for line in _wrapped(self._paper.title, _BOLD, 17, left):
            self._y -= 8 * mm
            self._write(line, _MARGIN, self._y, left, _BOLD, 17, "left" if boxes else "center")
        if self._paper.number:
            self._y -= 6.5 * mm
            number = _wrapped(self._paper.number, _PLAIN, 10, left)[0]
            self._write(number, _MARGIN, self._y, left, _PLAIN, 10, "left" if boxes else "center")
        for place, title in enumerate(boxes):
            x = _MARGIN + self._inner - box * (len(boxes) - place)
            self._frame(x, top - 6 * mm, box, 6 * mm, grey=True)
            self._frame(x, top - 22 * mm, box, 16 * mm)
            self._write(_wrapped(title, _PLAIN, 9, box)[0], x, top - 4.3 * mm, box, _PLAIN, 9, "center")
        self._y = min(self._y, top - 22 * mm if boxes else top) - 5 * mm

    def _text(self, text: Text) -> None:
        font, step = _BOLD if text.bold else _PLAIN, text.size * _LEADING
        for told in text.lines:
            for line in _wrapped(told, font, text.size, self._inner):
                self._room(step)
                self._y -= step
                self._write(line, _MARGIN, self._y + 0.3 * text.size, self._inner, font, text.size, text.align)

    def _fields(self, fields: Fields) -> None:
        share = self._inner / fields.across
        name = min(26 * mm, share * 0.4)
        widths = [name, share - name] * fields.across
        for at in range(0, len(fields.pairs), fields.across):
            pairs = [*fields.pairs[at : at + fields.across]]
            pairs += [("", "")] * (fields.across - len(pairs))
            cells = [
                _Cell(text, width, bold=False, align="center" if place % 2 == 0 else "left", grey=place % 2 == 0)
                for place, (text, width) in enumerate(zip([t for pair in pairs for t in pair], widths, strict=True))
            ]
            self._row(cells, fields.size)

    def _table(self, table: Table) -> None:
        columns = table.columns
        spare = self._inner - sum(column.width for column in columns) * mm
        shared = spare / max(1, sum(not column.width for column in columns))
        scale = min(1.0, self._inner / (sum(column.width for column in columns) * mm or 1.0))
        widths = [column.width * mm * scale if column.width else max(shared, 4 * mm) for column in columns]
        head = [
            _Cell(column.title, width, bold=True, align="center", grey=True)
            for column, width in zip(columns, widths, strict=True)
        ]
        self._room(4 * table.size * _LEADING)  # a head alone at the end of a page says nothing
        self._row(head, table.size)
        for bold, rows in ((False, table.rows), (True, table.total)):
            for row in rows:
                cells = [
                    _Cell(text, width, bold=bold, align=column.align, grey=bold)
                    for text, column, width in zip(row, columns, widths, strict=True)
                ]
                self._row(cells, table.size, head)

    def _row(self, cells: Sequence[_Cell], size: float, head: Sequence[_Cell] = ()) -> None:
        """One row, on the next page under the head again where this one has no room."""
        told = [cell.lines(size) for cell in cells]
        step = size * _LEADING
        height = max(len(lines) for lines in told) * step + 2 * _PAD
        if not self._room(height) and head:
            self._row(head, size)
        self._y -= height
        x = _MARGIN
        for cell, lines in zip(cells, told, strict=True):
            self._frame(x, self._y, cell.width, height, grey=cell.grey)
            y = self._y + (height + len(lines) * step) / 2 - step + 0.3 * size
            for number, line in enumerate(lines):
                inner = cell.width - 2 * _PAD
                self._write(line, x + _PAD, y - number * step, inner, cell.font, size, cell.align)
            x += cell.width

    def _pictures(self, pictures: Pictures) -> None:
        side, gap = pictures.width * mm, 4 * mm
        across = max(1, int((self._inner + gap) / (side + gap)))
        for at in range(0, len(pictures.items), across):
            row = pictures.items[at : at + across]
            captions = [_wrapped(one.caption, _PLAIN, 8, side) for one in row]
            height = side + max(len(lines) for lines in captions) * 8 * _LEADING + gap
            over = 8.5 * _LEADING + 2 * mm if pictures.title and not at else 0.0
            self._room(over + height)
            if over:
                self._text(Text((pictures.title,), 8.5, bold=True))
                self._y -= 2 * mm
            for place, (one, lines) in enumerate(zip(row, captions, strict=True)):
                x = _MARGIN + place * (side + gap)
                self._image(one.png, x, self._y - side, side)
                for number, line in enumerate(lines, 1):
                    self._write(line, x, self._y - side - number * 8 * _LEADING, side, _PLAIN, 8, "center")
            self._y -= height

    def _image(self, png: bytes, x: float, y: float, side: float) -> None:
        reader = ImageReader(io.BytesIO(png))

        def draw() -> None:
            self._canvas.drawImage(reader, x, y, side, side, preserveAspectRatio=True)

        self._put(draw)

    def _foot(self, number: int) -> None:
        told = _wrapped(self._paper.foot, _PLAIN, 8, self._inner - 20 * mm)[0]
        self._line(told, _MARGIN, _MARGIN, self._inner, _PLAIN, 8, "left")()
        self._line(f"{number}/{len(self._pages)}", _MARGIN, _MARGIN, self._inner, _PLAIN, 8, "right")()


@dataclass(frozen=True, slots=True)
class _Cell:
    """A text in a box of a row."""

    text: str
    width: float
    bold: bool
    align: Align
    grey: bool

    @property
    def font(self) -> str:
        return _BOLD if self.bold else _PLAIN

    def lines(self, size: float) -> list[str]:
        found = _wrapped(self.text, self.font, size, self.width - 2 * _PAD)
        return found if len(found) <= _MOST_LINES else [*found[: _MOST_LINES - 1], found[_MOST_LINES - 1][:-1] + "…"]

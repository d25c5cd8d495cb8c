"""Files and pasted text as pieces to read, and each piece as items to judge; foreign bytes in the sandbox alone.

```
file → look → picture: its items · TIFF, GIF, PDF: a piece a page · zip: a piece a part · sheet: its items
piece → look, page → items: a text that is to be judged, or why there is none
```
Every piece is one call of its own: one that is killed costs that piece. Where a file's pieces are killed again and
again, the rest of it is not looked at, and says so.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from attest.errors import PaperRefusedError
from attest.papers import Column, Held, Part, label, look, page, tokens
from attest.qr import Codes
from attest.receipt import looks_like_token
from attest.verify import could_be_token
from bot.logs import failed_for
from bot.messenger import InFile
from bot.wording import verdicts as words

log = logging.getLogger(__name__)

T = TypeVar("T")
MOST = 1_000
_AT_ONCE = 3
_TIMEOUT_S = 12.0
_STRIKES = 3  # kills in one file, after which the rest of it is left
_IN_TEXT = 40
_KILLS = (TimeoutError, MemoryError, ChildProcessError, ValueError)


class Sandbox(Protocol):
    """Runs a function on foreign bytes in a process that can be killed."""

    async def __call__(self, function: Callable[..., T], /, *args: object, timeout_s: float | None = None) -> T:
        """What the function returns; TimeoutError, MemoryError or ChildProcessError when it was stopped."""


@dataclass(frozen=True, slots=True)
class Item:
    """What one verdict is about: a receipt's text, right or wrong, or why nothing was read (`fault`).

    `source` is the number of the file, -1 for pasted text; `sha256` of a picture in which no receipt was found.
    """

    name: str
    source: int
    text: str = ""
    fault: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """One step of reading. `items` are known already where looking at the file told them; `of` names its file."""

    name: str
    source: int
    part: Part | None = None
    page: int | None = None
    items: tuple[Item, ...] | None = None


@dataclass(frozen=True, slots=True)
class Sheaf:
    """Everything that came: pieces in order, and what has to be said besides, by file."""

    pieces: tuple[Piece, ...]
    beside: tuple[tuple[int, str], ...] = ()
    left_out: int = 0


class Reader:
    """Reads one update's files and text."""

    def __init__(self, sandbox: Sandbox, files: Sequence[InFile], pasted: str) -> None:
        self._sandbox = sandbox
        self._files = files
        self._pasted = pasted
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._kills: Counter[int] = Counter()

    async def unfold(self) -> Sheaf:
        """What there is to read; pictures have been read by then."""
        found = await asyncio.gather(*(self._unfolded(number) for number in range(len(self._files))))
        pieces = [piece for sheaf in found for piece in sheaf.pieces]
        pieces += [Piece("", -1, items=(item,)) for item in self._typed()]
        left_out = sum(sheaf.left_out for sheaf in found) + max(0, len(pieces) - MOST)
        return Sheaf(tuple(pieces[:MOST]), tuple(note for sheaf in found for note in sheaf.beside), left_out)

    async def items(self, pieces: Sequence[Piece]) -> list[tuple[Item, ...]]:
        """The items of each piece; never an error."""
        return list(await asyncio.gather(*(self._items(piece) for piece in pieces)))

    def _typed(self) -> list[Item]:
        """The receipts in what was written, where it is more than a word beside the files."""
        if not self._pasted or (self._files and not could_be_token(self._pasted)):
            return []
        return [Item("", -1, text) for text in tokens(self._pasted, _IN_TEXT) or [self._pasted]]

    async def _unfolded(self, source: int) -> Sheaf:
        name = label(self._files[source].name)
        try:
            held = await self._call(source, look, self._files[source].data)
        except PaperRefusedError as error:
            return Sheaf((_failed(Piece(name, source), error.reason),))
        if held.listing is None:
            return _sheaf(Piece(name, source), held)
        parts = [Piece(words.within(name, part.name), source, part) for part in held.listing.parts]
        if not parts:
            return Sheaf((_failed(Piece(name, source), "empty"),))
        return Sheaf(tuple(parts), left_out=held.listing.left_out)

    async def _items(self, piece: Piece) -> tuple[Item, ...]:
        if piece.items is not None:
            return piece.items
        try:
            if piece.page is not None:
                return _of_codes(piece, await self._paged(piece, piece.page), silent=True)
            held = await self._call(piece.source, look, self._slice(piece), piece.part)
        except PaperRefusedError as error:
            return _failed(piece, error.reason).items or ()
        pages = _sheaf(piece, held).pieces
        found = [await self._items(one) for one in pages]
        items = tuple(item for items in found for item in items)
        return items or (Item(piece.name, piece.source, sha256=held.sha256),)

    async def _paged(self, piece: Piece, number: int) -> Codes:
        return await self._call(piece.source, page, self._slice(piece), number, piece.part)

    def _slice(self, piece: Piece) -> bytes:
        data = self._files[piece.source].data
        return data if piece.part is None else data[piece.part.start : piece.part.stop]

    async def _call(self, source: int, function: Callable[..., T], *args: object) -> T:
        """One call in the sandbox.

        Raises:
            PaperRefusedError: refused, killed, or not tried any more.
        """
        async with self._room:
            if self._kills[source] >= _STRIKES:
                raise PaperRefusedError("skipped")
            try:
                return await self._sandbox(function, *args, timeout_s=_TIMEOUT_S)
            except _KILLS as error:
                self._kills[source] += 1
                raise PaperRefusedError(_why(error)) from error
            except PaperRefusedError:
                raise
            except Exception as error:  # in a parser that nobody foresaw: the other pieces have their verdicts
                failed_for(log, error, "a piece of a file could not be read")
                raise PaperRefusedError("broken") from error


def _sheaf(piece: Piece, held: Held) -> Sheaf:
    """The pieces of a file or part that was looked at and is no archive."""
    if held.pages:
        pages = tuple(replace(piece, name=words.on_page(piece.name, at + 1), page=at) for at in range(held.pages))
        return Sheaf(pages if held.pages > 1 else (replace(piece, page=0),))
    if held.column is not None and held.column.cells:
        notes = _beside_column(piece, held.column)
        cells = tuple(replace(piece, items=(item,)) for item in _of_column(piece, held.column))
        return Sheaf(cells, notes, held.column.left_out)
    return Sheaf((replace(piece, items=_of_codes(piece, held.codes, sha256=held.sha256)),))


def _of_column(piece: Piece, column: Column) -> tuple[Item, ...]:
    return tuple(Item(words.in_row(piece.name, cell.sheet, cell.row), piece.source, cell.text) for cell in column.cells)


def _beside_column(piece: Piece, column: Column) -> tuple[tuple[int, str], ...]:
    return ((piece.source, words.empty_rows(piece.name, column.empty)),) if column.empty else ()


def _of_codes(piece: Piece, codes: Codes, *, silent: bool = False, sha256: str = "") -> tuple[Item, ...]:
    """The items of a picture or page; `silent`: without any code there is none, as a letter's first page has none."""
    texts = [text for text in codes.texts if looks_like_token(text) or could_be_token(text)] or [*codes.texts[:1]]
    many = len(texts) + codes.unread > 1
    names = [words.nth(piece.name, at + 1) if many else piece.name for at in range(len(texts) + codes.unread)]
    found = [Item(name, piece.source, text) for name, text in zip(names, texts, strict=False)]
    found += [Item(name, piece.source, fault="lost") for name in names[len(texts) :]]
    return tuple(found) if found or silent else (Item(piece.name, piece.source, sha256=sha256),)


def _why(error: Exception) -> str:
    return {TimeoutError: "time", ValueError: "broken"}.get(type(error), "memory")


def _failed(piece: Piece, fault: str) -> Piece:
    return replace(piece, items=(Item(piece.name, piece.source, fault=fault),))


def digest(file: InFile) -> str:
    """The SHA-256 of a file as it came, in hex."""
    return hashlib.sha256(file.data).hexdigest()

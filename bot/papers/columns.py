"""Which book a sheet is and which of its columns is what: found by the headings, in many spellings (books.toml). Pure.

A head is the row (or the two rows) that names most columns of one book; without one the sheet is of no book that is
known, and none is guessed. What was found can be corrected column by column.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from attest.ledgers import Source

_SEARCHED = 40  # rows in which a head is looked for
_LONGEST_HEADING = 30
_LOOKED_AT = 30  # rows by which a column that may be hours or places is told
_DATA = re.compile(r"\d{4,}|\d\s*[-./:]\s*\d")  # days, hours, numbers: no heading
_HOURS = re.compile(r"\d{1,2}\s*[:시]|^0?\.\d+$|[오][전후]|^(?:[01]\d|2[0-3])[0-5]\d$")
_BRACKETS = re.compile(r"[(\[{<（].*?[)\]}>）]")
_MARKS = re.compile(r"[\W_]+")
NONE = "none"  # a column that says nothing


@dataclass(frozen=True, slots=True)
class Book:
    """What is known about one kind of book."""

    source: Source
    titles: tuple[str, ...]
    needs: tuple[frozenset[str], ...]
    fields: Mapping[str, str]  # heading → field

    def enough(self, found: set[str]) -> bool:
        """Whether these fields make a row of it understandable."""
        return all(group & found for group in self.needs)


@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody says of a sheet: that a column (from 0) is that field, or which book it is.

    `file` holds the letters of a file's or book's name; empty, it is about every file.
    """

    column: int | None = None
    field: str = ""
    source: Source | None = None
    file: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """A sheet's head: its book, the row under it (from 0), and for each field its column (from 0)."""

    source: Source
    below: int
    columns: Mapping[str, int]
    headings: tuple[str, ...]


def bare(heading: str) -> str:
    """A heading without blanks, marks and brackets."""
    return _MARKS.sub("", _BRACKETS.sub("", unicodedata.normalize("NFKC", heading))).casefold()


@cache
def books() -> tuple[Book, ...]:
    """All books."""
    table = _table()
    return tuple(
        Book(
            source,
            tuple(table[source.value]["titles"]),
            tuple(frozenset(group) for group in table[source.value]["needs"]),
            {bare(name): field for field, names in table[source.value]["columns"].items() for name in names},
        )
        for source in Source
    )


def source_called(text: str) -> Source | None:
    """The book that a word means."""
    wanted = bare(text)
    for source in Source:
        if wanted in {bare(word) for word in _table()[source.value]["words"]}:
            return source
    return None


def field_called(text: str, source: Source | None) -> str | None:
    """The field that a word means in that book; in any book where it is not known which."""
    wanted = bare(text)
    for book in books():
        if source in {None, book.source} and wanted in book.fields:
            return book.fields[wanted]
    return next((field for field, names in _table()["fields"].items() if wanted in map(bare, names)), None)


def head_of(rows: Sequence[Sequence[str]], names: str, corrections: Sequence[Correction] = ()) -> Head | None:
    """The head of a sheet; `names` are those of the file and the sheet. None: of no book that is known."""
    forced = next((one.source for one in reversed(corrections) if one.source is not None), None)
    given = {one.field: one.column for one in corrections if one.column is not None and one.field != NONE}
    dropped = {one.column for one in corrections if one.field == NONE}
    best: tuple[float, Head] | None = None
    for at, headings in _heads(rows):
        titled = names + " ".join("".join(row) for row in rows[:at])
        for book in books():
            if forced not in {None, book.source}:
                continue
            columns = {field: at_ for field, at_ in _columns(headings, book).items() if at_ not in dropped}
            found = {field: at_ for field, at_ in columns.items() if at_ not in given.values()}
            found |= given
            found = _by_content(found, rows[at : at + _LOOKED_AT])
            score = len(columns) + 1.5 * any(title in titled for title in book.titles)
            if book.enough(set(found)) and (best is None or score > best[0]):
                best = score, Head(book.source, at, found, tuple(headings))
    return best[1] if best is not None else _told(given, forced)


def _told(given: Mapping[str, int], forced: Source | None) -> Head | None:
    """A sheet whose columns somebody told, enough of them for a book: its rows begin at the first."""
    for book in books():
        if forced in {None, book.source} and book.enough(set(given)) and set(given) <= set(book.fields.values()):
            return Head(book.source, 0, given, ())
    return None


def _by_content(found: dict[str, int], rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """출발 and 도착 are hours in one form and places in another: what stands under them tells."""
    found = dict(found)
    for field, hours, place in (("origin", "begins", ""), ("goal", "ends", "place")):
        at = found.get(field)
        if at is None:
            continue
        told = [row[at] for row in rows if at < len(row) and row[at]]
        if sum(_HOURS.search(text) is not None for text in told) * 2 > len(told):
            found.setdefault(hours, at)
        elif place:
            found.setdefault(place, at)
    if "finish" in found:
        found.setdefault("ends" if "told" in found else "told", found["finish"])
    return found


def is_head(row: Sequence[str], head: Head) -> bool:
    """Whether a row is the head again, as at the top of each printed page."""
    same = sum(cell != "" and cell == there for cell, there in zip(row, head.headings, strict=False))
    return same >= max(2, len(head.columns) - 1)


def _heads(rows: Sequence[Sequence[str]]) -> Iterator[tuple[int, list[str]]]:
    """Each row that may be a head, alone and under the one above; with the row that comes after."""
    for at, row in enumerate(rows[:_SEARCHED]):
        if any(_DATA.search(cell) for cell in row):
            continue
        if sum(bool(cell) for cell in row) >= 2:
            yield at + 1, list(row)
        if at and row and rows[at - 1]:
            pairs = zip(_padded(rows[at - 1], len(row)), row, strict=False)
            yield at + 1, [lower if upper in {"", lower} else f"{upper}{lower}" for upper, lower in pairs]


def _padded(row: Sequence[str], length: int) -> list[str]:
    return [*row, *[""] * (length - len(row))]


def _columns(headings: Sequence[str], book: Book) -> dict[str, int]:
    """For each field its column: an exact heading before one that holds another, the left one of two."""
    found: dict[str, tuple[int, int]] = {}
    for at, heading in enumerate(headings):
        if not heading or len(heading) > _LONGEST_HEADING:
            continue
        field, worth = _field(heading, book)
        if field and (field not in found or worth > found[field][0]):
            found[field] = worth, at
    return {field: at for field, (_, at) in found.items()}


def _field(heading: str, book: Book) -> tuple[str, int]:
    whole, short = bare(heading.replace("(", "").replace(")", "")), bare(heading)
    for name, worth in ((whole, 1_000), (short, 900)):
        if name in book.fields:
            return book.fields[name], worth
    inside = [name for name in book.fields if len(name) > 1 and name in short]
    longest = max(inside, key=len, default="")
    return (book.fields[longest], len(longest)) if longest else ("", 0)


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(files("bot.papers").joinpath("books.toml").read_text("utf-8"))

"""Uploaded sheets while an inspection goes on: in this process's memory alone, for half an hour; never stored.

What gates and roads recorded about people is no business of a database that is backed up. After a restart, or when too
much waits, the sheets are sent again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from bot.messenger import InFile
from bot.papers.columns import Correction

LIFE: Final = timedelta(minutes=30)
MOST_BYTES: Final = 96 * 2**20  # of everybody together
MOST_FILES: Final = 20

Place: TypeAlias = tuple[str, str, str]
"""Institution, person, chat."""


@dataclass(frozen=True, slots=True)
class Table:
    """What lies on one auditor's table: the question as it was asked, the files, what was said about them."""

    argument: str
    until: datetime
    files: tuple[InFile, ...] = ()
    corrections: tuple[Correction, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of its files."""
        return sum(len(file.data) for file in self.files)


class Tables:
    """The tables of all auditors of this process."""

    def __init__(self) -> None:
        self._tables: dict[Place, Table] = {}

    def at(self, place: Place, now: datetime) -> Table | None:
        """The table, if its time is not over."""
        self._clear(now)
        return self._tables.get(place)

    def lay(self, place: Place, argument: str, now: datetime) -> Table:
        """A fresh table for a new question."""
        return self._keep(place, Table(argument, now + LIFE), now)

    def add(self, place: Place, files: Sequence[InFile], now: datetime) -> Table | None:
        """The table with these files on it; one that lay there already, by name or content, gives way."""
        table = self.at(place, now)
        if table is None:
            return None
        fresh = {_print(file) for file in files}, {file.name for file in files}
        kept = [file for file in table.files if _print(file) not in fresh[0] and file.name not in fresh[1]]
        return self._keep(place, replace(table, files=(*kept, *files)[-MOST_FILES:], until=now + LIFE), now)

    def correct(self, place: Place, corrections: Sequence[Correction], now: datetime) -> Table | None:
        """The table with what was said about its files."""
        table = self.at(place, now)
        if table is None:
            return None
        return self._keep(place, replace(table, corrections=(*table.corrections, *corrections), until=now + LIFE), now)

    def _keep(self, place: Place, table: Table, now: datetime) -> Table:
        self._tables.pop(place, None)
        self._tables[place] = table
        self._clear(now)
        return table

    def _clear(self, now: datetime) -> None:
        self._tables = {place: table for place, table in self._tables.items() if now < table.until}
        while len(self._tables) > 1 and sum(table.size for table in self._tables.values()) > MOST_BYTES:
            del self._tables[next(iter(self._tables))]


def _print(file: InFile) -> bytes:
    return hashlib.sha256(file.data).digest()

"""An end-of-day file of a gate or a cashier: which day had how many meals. Foreign bytes: call `read` in the sandbox.

Found by what cells hold, not by one maker's layout: the column of dates, and beside it the one that calls itself a
number of meals, or the only one of whole numbers. Rows of one day (corners, cashiers) are added up. Columns that look
like cards or people are never read into anything.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Final

from occupancy.menu_sheet import MenuRefused, grids
from occupancy.totals import MAX_MEALS, MAX_PAST_DAYS

MAX_BYTES: Final = 5 * 2**20
MAX_ROWS: Final = 3_000
MAX_COLUMNS: Final = 64
_MAX_UNREAD: Final = 5

_DATE: Final = re.compile(
    r"\s*(?:(?P<year>20\d\d|\d\d)\s*[-./년]\s*)?(?P<month>1[0-2]|0?[1-9])\s*[-./월]\s*(?P<day>3[01]|[12]\d|0?[1-9])"
    r"(?:\s*일|\.)?\s*(?:\(?[월화수목금토일](?:요일)?\)?)?(?:[ T]\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?)?\s*"
)
_COMPACT: Final = re.compile(r"\s*(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\s*")
_NUMBER: Final = re.compile(r"\s*(\d{1,3}(?:,\d{3})+|\d{1,6})(?:\.0+)?\s*(?:명|식|인분|건)?\s*")
_LUNCH: Final = ("중식", "점심", "lunch")
_TOTAL: Final = (
    "합계",
    "총계",
    "총식수",
    "식수",
    "이용자",
    "이용인원",
    "인원",
    "total",
    "meals",
    "계",
    "count",
    "건수",
)
_OTHER: Final = (
    "조식",
    "아침",
    "석식",
    "저녁",
    "야식",
    "금액",
    "단가",
    "매출",
    "원",
    "카드",
    "사번",
    "번호",
    "id",
    "amount",
)


@dataclass(frozen=True, slots=True)
class Found:
    """Meals by day in the order of days, and rows that could not be read, as `12행`-like numbers from 1."""

    meals: tuple[tuple[date, int], ...]
    unread: tuple[int, ...]
    column: str
    """The heading of the column that was taken; empty where it has none."""


def read(data: bytes, today: date) -> Found:
    """The days of a file; empty where it tells none.

    Raises:
        MenuRefused: too large, a bomb, locked, or no sheet and no text; see `menu_sheet`.
    """
    best = Found((), (), "")
    for rows in _tables(data):
        found = _read(rows, today)
        if len(found.meals) > len(best.meals):
            best = found
    return best


def _tables(data: bytes) -> list[Sequence[Sequence[str]]]:
    if len(data) > MAX_BYTES:
        raise MenuRefused("large")
    sheets = grids(data)
    if sheets is not None:
        return [sheet.rows for sheet in sheets]
    text = _text(data)
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    mark = max(",\t;|", key=lambda one: sum(one in line for line in lines))
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
        return [[row[:MAX_COLUMNS] for row in islice(reader, MAX_ROWS)]]
    except csv.Error as error:
        raise MenuRefused("broken") from error


def _text(data: bytes) -> str:
    encodings = ("utf-16",) if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "cp949")
    if encodings[0] != "utf-16" and b"\0" in data[:4096]:
        raise MenuRefused("unsupported")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise MenuRefused("unsupported")


def _read(rows: Sequence[Sequence[str]], today: date) -> Found:
    dated = _date_column(rows, today)
    if dated is None:
        return Found((), (), "")
    head = _head(rows, dated, today)
    column = _meal_column(rows, dated, head, today)
    if column is None:
        return Found((), (), "")
    meals: dict[date, int] = {}
    unread = []
    for number, row in enumerate(rows, 1):
        if len(row) <= dated or number <= head:
            continue
        day, count = _day(row[dated], today), _count(row[column]) if len(row) > column else None
        if day is None or count is None:
            if any(cell.strip() for cell in row) and not _is_sum(row):
                unread.append(number)
            continue
        meals[day] = meals.get(day, 0) + count
    kept = tuple(sorted((day, count) for day, count in meals.items() if count <= MAX_MEALS))
    return Found(kept, tuple(unread[:_MAX_UNREAD]), _cell(rows[head - 1], column) if head else "")


def _date_column(rows: Sequence[Sequence[str]], today: date) -> int | None:
    width = max((len(row) for row in rows), default=0)
    hits = [sum(_day(_cell(row, at), today) is not None for row in rows) for at in range(width)]
    best = max(range(width), key=lambda at: hits[at], default=None)
    return best if best is not None and hits[best] else None


def _head(rows: Sequence[Sequence[str]], dated: int, today: date) -> int:
    """The number of rows before the first with a date."""
    return next(number for number, row in enumerate(rows) if _day(_cell(row, dated), today) is not None)


def _meal_column(rows: Sequence[Sequence[str]], dated: int, head: int, today: date) -> int | None:
    """The column that is called lunch, else a number of meals, else the only one of numbers."""
    width = max(len(row) for row in rows)
    body = rows[head:]
    filled = [row for row in body if _day(_cell(row, dated), today) is not None]
    numbers = [
        at
        for at in range(width)
        if at != dated and sum(_count(_cell(row, at)) is not None for row in filled) * 2 >= len(filled)
    ]
    titles = {at: " ".join(_cell(row, at) for row in rows[:head]).replace(" ", "").casefold() for at in numbers}
    for names in (_LUNCH, _TOTAL):
        for name in names:
            named = [at for at in numbers if name in titles[at] and not _foreign(titles[at], name)]
            if named:
                return named[-1]
    plain = [at for at in numbers if not any(word in titles[at] for word in _OTHER)]
    return plain[0] if len(plain) == 1 else None


def _foreign(title: str, name: str) -> bool:
    """Whether a column called after meals holds money or another meal."""
    return any(word in title.replace(name, "") for word in _OTHER)


def _is_sum(row: Sequence[str]) -> bool:
    return any(cell.strip() in {"합계", "계", "총계", "소계", "평균", "total"} for cell in row)


def _cell(row: Sequence[str], at: int) -> str:
    return row[at] if at < len(row) else ""


def _count(cell: str) -> int | None:
    found = _NUMBER.fullmatch(cell)
    return int(found[1].replace(",", "")) if found else None


def _day(cell: str, today: date) -> date | None:
    """The date of a cell, none ahead of today or too long past; without a year the last such day."""
    compact, found = _COMPACT.fullmatch(cell), _DATE.fullmatch(cell)
    try:
        if compact:
            day = date(int(compact[1]), int(compact[2]), int(compact[3]))
        elif found:
            year = int(found["year"] or today.year)
            day = date(year + 2000 if year < 100 else year, int(found["month"]), int(found["day"]))
            if not found["year"] and day > today:
                day = day.replace(year=day.year - 1)
        else:
            return None
    except ValueError:
        return None
    return day if timedelta() <= today - day <= timedelta(days=MAX_PAST_DAYS) else None


def is_sheet(names: Iterable[str]) -> bool:
    """Whether these files' names are those of tables."""
    found = [name.casefold() for name in names]
    return bool(found) and all(name.endswith((".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods")) for name in found)

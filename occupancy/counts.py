"""Any history of counts in a delimited text file, as instants and values: whatever a gym, a gate or an office exports.

Takes the byte-order marks, code pages, delimiters, date styles and thousands marks that such files come in. Times
are taken as the wall clock they are written in (an offset behind them is dropped: habits follow the wall clock);
plain seconds or milliseconds since 1970 are read as Korea's. Refuses what is no such table, with a reason as a value.
Parses foreign bytes: call it through the sandbox.
"""

from __future__ import annotations

import csv
import math
import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from occupancy.reading import KST, OccupancyError

MAX_BYTES = 200 * 1024 * 1024
MAX_ROWS = 2_000_000
MIN_ROWS = 50
_MAX_COLUMNS = 2_000
_MAX_FIELD = 100_000
_SNIFFED = 2_000
_UNREADABLE = 0.5
"""Share of the rows that may not be read before the column is the wrong one."""
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - wall clocks without zone are counted from here
_NUMBERS = re.compile(r"\d+")
_AFTERNOON = re.compile(r"오후|\bp\.?m\b", re.IGNORECASE)
_MORNING = re.compile(r"오전|\ba\.?m\b", re.IGNORECASE)
_ZONE = re.compile(r"(?<=\d)\s*(?:Z|UTC|GMT|KST|[+-]\d{2}:?\d{2}|[+-]\d{2})$", re.IGNORECASE)
_MISSING = frozenset({"", "-", "na", "n/a", "nan", "null", "none", "nil", ".", "결측", "없음"})
_UNIT = re.compile(r"\s*(?:명|식|건|인|people|persons?)$", re.IGNORECASE)


class Fault(StrEnum):
    """Why a file is no history of counts."""

    MISSING = "missing"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    NO_TABLE = "no_table"
    NO_COLUMN = "no_column"
    NO_TIMES = "no_times"
    NO_VALUES = "no_values"
    TOO_SHORT = "too_short"
    SAME_VALUE = "same_value"
    HORIZON = "horizon"


class CountsError(OccupancyError, ValueError):
    """The file is no history of counts; `fault` says why, `what` names the column, `columns` those there are."""

    def __init__(self, fault: Fault, what: str = "", columns: tuple[str, ...] = (), example: str = "") -> None:
        super().__init__(fault, what, columns, example)
        self.fault, self.what, self.columns, self.example = fault, what, columns, example


@dataclass(frozen=True, eq=False, slots=True)
class Counts:
    """Values by wall clock, ascending; `minutes` since 1970 began. Rows without a value are left out."""

    minutes: NDArray[np.float64]
    values: NDArray[np.float64]
    skipped: int
    """Rows that had no readable time or value."""


def read(path: str, time: str, value: str) -> Counts:
    """The counts of a file.

    Args:
        path: the file.
        time: name or number (from 1) of the column of times; two, joined by a comma, where date and time are apart.
        value: name or number of the column of counts.

    Raises:
        CountsError: for a file that is none.
    """
    file = Path(path)
    if not file.is_file():
        raise CountsError(Fault.MISSING, path)
    if file.stat().st_size > MAX_BYTES:
        raise CountsError(Fault.TOO_LARGE, path)
    csv.field_size_limit(_MAX_FIELD)
    try:
        with file.open(encoding=_encoding(file), errors="replace", newline="") as lines:
            return _read(lines, time, value)
    except (csv.Error, UnicodeError) as error:
        raise CountsError(Fault.NO_TABLE, str(error)[:80]) from error


def _read(lines: Iterator[str], time: str, value: str) -> Counts:
    head = [line for line in islice(lines, 20) if line.strip()]
    if not head:
        raise CountsError(Fault.NO_TABLE)
    delimiter = _delimiter(head)
    rows = csv.reader(chain(head, lines), delimiter=delimiter)
    first = [one.strip().lstrip("\ufeff") for one in next(rows)][:_MAX_COLUMNS]
    times, values = _columns(first, time), _columns(first, value, several=False)
    ahead = list(islice(rows, _SNIFFED))
    if not _is_header(first, times[0], values[0]):
        ahead.insert(0, first)
    parse = _time_parser([_joined(row, times) for row in ahead])
    return _collected(chain(ahead, rows), times, values[0], parse, delimiter)


def _collected(
    rows: Iterator[list[str]],
    times: Sequence[int],
    value: int,
    parse: Callable[[str], float | None],
    delimiter: str,
) -> Counts:
    minutes, numbers, skipped, untimed, example = array("d"), array("d"), 0, 0, ""
    for row in rows:
        if not any(row):
            continue
        at = parse(_joined(row, times))
        number = _number(row[value], delimiter) if value < len(row) else None
        if at is None or number is None:
            skipped += 1
            untimed += at is None
            example = example or (_joined(row, times) if at is None else row[value] if value < len(row) else "")
            continue
        minutes.append(at)
        numbers.append(number)
        if len(minutes) > MAX_ROWS:
            raise CountsError(Fault.TOO_MANY_ROWS)
    total = len(minutes) + skipped
    if untimed > _UNREADABLE * total:
        raise CountsError(Fault.NO_TIMES, example=example[:40])
    if total and not minutes:
        raise CountsError(Fault.NO_VALUES, example=example[:40])
    if len(minutes) < MIN_ROWS:
        raise CountsError(Fault.TOO_SHORT, str(len(minutes)))
    at_, found = np.frombuffer(minutes, np.float64), np.frombuffer(numbers, np.float64)
    order = np.argsort(at_, kind="stable")
    return Counts(at_[order], found[order], skipped)


def _encoding(file: Path) -> str:
    with file.open("rb") as raw:
        start = raw.read(1 << 20)
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if b"\0" in start:
        raise CountsError(Fault.NO_TABLE)
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(start) - 4:  # not merely cut within a character
            return "cp949"
    return "utf-8-sig"


def _delimiter(head: Sequence[str]) -> str:
    """The mark that parts the first lines into most columns, the same number in each."""

    def fit(mark: str) -> tuple[float, int]:
        counts = [len(row) for row in csv.reader(head, delimiter=mark)]
        usual = max(set(counts), key=counts.count)
        return (counts.count(usual) / len(counts) if usual > 1 else 0.0), usual

    return max((",", ";", "\t", "|"), key=fit)


def _columns(first: Sequence[str], wanted: str, *, several: bool = True) -> tuple[int, ...]:
    """Places of the wanted column, by its name, a name that differs in case and spaces only, or its number."""
    plain = [_plain(name) for name in first]
    told = any(len(name) > 5 and (name.isdigit() or _is_time(name)) for name in plain)
    if _plain(wanted) in plain and not (told and wanted.strip().isdigit()):
        return (plain.index(_plain(wanted)),)
    if re.fullmatch(r"\s*\d{1,4}\s*", wanted) and 1 <= int(wanted) <= len(first):
        return (int(wanted) - 1,)
    if several and "," in wanted:
        return tuple(at for part in wanted.split(",") for at in _columns(first, part, several=False))
    raise CountsError(Fault.NO_COLUMN, wanted, tuple(_shown(name) for name in first[:40]))


def _shown(name: str) -> str:
    """A name that may be printed: a file's bytes must not steer a terminal."""
    return "".join(mark for mark in name[:40] if mark.isprintable())


def _plain(name: str) -> str:
    return re.sub(r"\s+", "", name).casefold()


def _is_header(first: Sequence[str], time: int, value: int) -> bool:
    """Whether the first row names columns: neither a time nor a number stands where they should."""
    return _number(first[value], ",") is None and not _is_time(first[time])


def _joined(row: Sequence[str], places: Sequence[int]) -> str:
    return " ".join(row[at].strip() for at in places if at < len(row))


def _number(text: str, delimiter: str) -> float | None:
    """A count, or None where there is none: thousands marks and a unit behind it are fine."""
    text = text.strip()
    if text.casefold() in _MISSING:
        return None
    text = _UNIT.sub("", text)
    if delimiter == ";" and re.fullmatch(r"-?\d+,\d{1,2}", text):
        text = text.replace(",", ".")
    try:
        found = float(text.replace(",", "").replace(" ", ""))
    except ValueError:
        return None
    return found if math.isfinite(found) and abs(found) < 1e9 else None


def _time_parser(sample: Sequence[str]) -> Callable[[str], float | None]:
    """How this file writes its times, by a sample of them."""
    groups = [_NUMBERS.findall(text) for text in sample]
    short = [one for one in groups if len(one) >= 3 and len(one[0]) <= 2 and len(one[2]) in (2, 4)]
    day_first = any(int(one[0]) > 12 for one in short)
    epochs = [text for text in sample if re.fullmatch(r"\d{9,10}(\.\d+)?|\d{12,13}", text)]
    dated = [text for text in epochs if re.fullmatch(r"(19|20)\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])\d{0,6}", text)]
    if len(epochs) > len(sample) / 2 and len(dated) < len(epochs):
        return _epoch

    def parse(text: str) -> float | None:
        return _wall(text, day_first=day_first)

    return parse


def _epoch(text: str) -> float | None:
    """Minutes of Korea's wall clock, from seconds or milliseconds since 1970 in UTC."""
    try:
        seconds = float(text)
        local = datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC).astimezone(KST)
    except (ValueError, OverflowError, OSError):
        return None
    return (local.replace(tzinfo=None) - _EPOCH) / timedelta(minutes=1)


def _wall(text: str, *, day_first: bool) -> float | None:
    """Minutes of the wall clock since 1970, or None."""
    text = text.strip()
    for way in (datetime.fromisoformat, lambda one: _spelled(one, day_first)):
        try:
            return (way(text).replace(tzinfo=None) - _EPOCH) / timedelta(minutes=1)
        except (ValueError, OverflowError):
            continue
    return None


def _spelled(text: str, day_first: bool) -> datetime:
    """A time written with any marks between its numbers: 2015. 8. 14. 오후 5:00, 07/24/05 17:30, 2015년 8월 14일.

    Raises:
        ValueError: for what is no time.
    """
    afternoon, morning = bool(_AFTERNOON.search(text)), bool(_MORNING.search(text))
    parts = _NUMBERS.findall(_ZONE.sub("", text) if ":" in text else text)
    if len(parts) == 1 and len(parts[0]) in (8, 10, 12, 14):
        whole = parts[0]
        parts = [whole[:4], *(whole[at : at + 2] for at in range(4, len(whole), 2))]
    if not 3 <= len(parts) <= 7 or len(text) > 60:
        raise ValueError(text)
    if len(parts[0]) == 4:
        year, month, day = parts[:3]
    elif day_first:
        day, month, year = parts[:3]
    else:
        month, day, year = parts[:3]
    hour, minute, second = (int(one) for one in (*parts[3:6], "0", "0", "0")[:3])
    if (afternoon or morning) and hour == 12:
        hour = 0
    if hour == 24 and minute == second == 0:
        return _spelled_day(year, month, day) + timedelta(days=1)
    return _spelled_day(year, month, day).replace(hour=hour + 12 * afternoon, minute=minute, second=second)


def _spelled_day(year: str, month: str, day: str) -> datetime:
    whole = int(year) + (2000 if len(year) == 2 else 0)
    return datetime(whole, int(month), int(day))  # noqa: DTZ001


def _is_time(text: str) -> bool:
    return any(_wall(text, day_first=either) is not None for either in (True, False))

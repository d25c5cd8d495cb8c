"""A gate's sheet of rows → when how many were served. Cards, names and departments never leave this function.

    file ── opened here, bounded ──> lines ── columns by name or look ──> day, second, line, how many ──> sums

It runs in the sandbox: what a row holds besides its time, its amount and its line is neither looked at nor returned,
not even as a digest, and no cell stands in an error. What comes back are sums by second (of days long past by minute)
and by the id of a serving line that the settings know: rows of different people in one second are one figure.

Refuses what is no sheet (pictures, workbooks), a line without end, more than 50 MB, and a formula in a column that it
would read; it opens no link, device or pipe, and changes no file.
"""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
import stat
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from occupancy.sensors.gate_times import Moment, day_in, day_of_name, moment

MAX_BYTES: Final = 50 * 2**20
MAX_LINE: Final = 64 * 2**10
MAX_ROWS: Final = 2_000_000
MAX_AMOUNT: Final = 1_000
MAX_TOTAL: Final = 20_000
MAX_DAYS: Final = 1_100
_SAMPLE_BYTES, _SAMPLE_ROWS, _MAX_COLUMNS = 2**20, 40, 200
_FINE: Final = timedelta(days=2)
_DELIMITERS: Final = (",", "\t", ";", "|")

_TOLD: Final = """
time: 시간 시각 일시 승인일시 승인시각 승인시간 거래일시 거래시각 거래시간
time: 이용일시 이용시각 이용시간 식사일시 식사시각 식사시간
time: 배식일시 배식시간 배식시각 처리일시 등록일시 출입일시 출입시각 출입시간
time: 태그시간 태그일시 체크시간 인식시간 인식일시 사용일시
time: 사용시간 결제일시 결제시간 datetime timestamp time
time: eventtime taggedat servedat
date: 날짜 일자 거래일 거래일자 이용일 이용일자 식사일 식사일자 승인일자 사용일자
date: 배식일자 기준일 기준일자 영업일자 date day
amount: 수량 인원 인원수 식수 식수인원 명수 건수 이용자수 이용인원 이용건수
amount: 식사인원 식사수 총식수 총인원 합계 총계 계 중식
amount: 중식인원 count qty quantity served meals total
amount: amount
line: 배식구 배식대 코너 코너명 라인 줄 메뉴 메뉴명 메뉴구분 품목 상품명
line: line corner menu
meal: 구분 식사구분 식사종류 끼니 식사 meal
state: 상태 처리상태 승인구분 거래구분 취소여부 취소 status
"""
_NAMES: Final[Mapping[str, frozenset[str]]] = {
    what: frozenset(word for line in _TOLD.split("\n") if line.startswith(f"{what}:") for word in line.split()[1:])
    for what in ("time", "date", "amount", "line", "meal", "state")
}
_OTHER_MEALS: Final = re.compile(r"조식|아침|석식|저녁|야식|간식|breakfast|dinner", re.IGNORECASE)
_CANCELLED: Final = re.compile(r"취소|환불|실패|오류|거절|cancel|void|refund|^[yY]$")
_SUMS: Final = re.compile(r"합계|총계|소계|누계|계|total", re.IGNORECASE)
_AMOUNT: Final = re.compile(r"(\d{1,3}(?:,\d{3})*|\d{1,6})(?:\.0+)?\s*(?:명|식|건|개|인)?")
_FORMULA: Final = re.compile(r"\s*(?:[=@]|[+-](?![\d.])|[+-]?\d+[+*(])")
_BARE: Final = re.compile(r"\(.*?\)|\[.*?\]|[\s_\-'\"*:.]")


class Fault(StrEnum):
    """Why a sheet was not read."""

    NOT_A_FILE = "not_a_file"
    TOO_BIG = "too_big"
    BINARY = "binary"
    LONG_LINE = "long_line"
    FORMULA = "formula"
    NO_COLUMNS = "no_columns"
    """Neither a time nor a total is found in it."""


class _Refused(Exception):  # noqa: N818 - travels no further than this file
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Ask:
    """What to read of a sheet.

    `columns`: what the settings call them. `lines`: id → name of the serving lines. `written`: the Korean day and
    second at which the file was changed last. `settled`: nobody writes to it any more, so its last line is whole.
    """

    columns: Mapping[str, str]
    lines: Mapping[str, str]
    today: date
    written: Moment
    settled: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a sheet says: meals by day, second and line; totals of days; how many rows said nothing that we know.

    `half`: a last line without its end was left for the next time.
    """

    served: Mapping[tuple[date, int, str], int] = field(default_factory=dict)
    totals: Mapping[date, int] = field(default_factory=dict)
    rows: int = 0
    skipped: int = 0
    half: bool = False
    fault: Fault | None = None


def read(path: str, ask: Ask) -> Sheet:
    """What the file says, or why it was not read."""
    try:
        with _opened(path) as file:
            lines = _Lines(_text(file), settled=ask.settled)
            return _Reading(ask, day_of_name(Path(path).name)).sheet(lines)
    except _Refused as refused:
        return Sheet(fault=refused.fault)
    except OSError:
        return Sheet(fault=Fault.NOT_A_FILE)


def _opened(path: str) -> BinaryIO:
    file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC), "rb")
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_BYTES:
        file.close()
        raise _Refused(Fault.TOO_BIG if stat.S_ISREG(status.st_mode) else Fault.NOT_A_FILE)
    return file


def _text(file: BinaryIO) -> TextIO:
    """The file as text, by its byte order mark, else UTF-8 where it is that, else CP949 as Korean Windows writes."""
    head = file.read(_SAMPLE_BYTES)
    file.seek(0)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return io.TextIOWrapper(file, "utf-16", errors="replace", newline="")
    if b"\0" in head or head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8")):
        raise _Refused(Fault.BINARY)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
        name = "utf-8-sig"
    except UnicodeDecodeError:
        name = "cp949"
    if sum(byte < 32 and byte not in b"\t\r\n\f" for byte in head[:4096]) > 40:
        raise _Refused(Fault.BINARY)
    return io.TextIOWrapper(file, name, errors="replace", newline="")


class _Lines:
    """The whole lines of a text, each bounded."""

    def __init__(self, text: TextIO, *, settled: bool) -> None:
        self._text, self._settled = text, settled
        self.half = False

    def __iter__(self) -> Iterator[str]:
        for _ in range(MAX_ROWS):
            line = self._text.readline(MAX_LINE + 1)
            if not line:
                return
            if len(line) > MAX_LINE:
                raise _Refused(Fault.LONG_LINE)
            if not line.endswith(("\n", "\r")) and not self._settled:
                self.half = True
                return
            if "\0" in line:
                raise _Refused(Fault.BINARY)
            if line.strip():
                yield line
        raise _Refused(Fault.TOO_BIG)


class _Reading:
    def __init__(self, ask: Ask, named: date | None) -> None:
        self._ask, self._named = ask, named
        self._served: Counter[tuple[date, int, str]] = Counter()
        self._totals: Counter[date] = Counter()
        self._rows = self._skipped = 0
        self._lines = {_plain(name): one for one, name in ask.lines.items()} | {_plain(one): one for one in ask.lines}

    def sheet(self, lines: _Lines) -> Sheet:
        each = iter(lines)
        sample = list(islice(each, _SAMPLE_ROWS))
        if not sample:
            return Sheet(half=lines.half)
        delimiter = max(_DELIMITERS, key=lambda mark: sum(line.count(mark) for line in sample[:10]))
        columns, start = _columns([_cells(line, delimiter) for line in sample], self._ask.columns)
        for line in sample[start:]:
            self._row(_cells(line, delimiter), columns)
        for line in each:
            self._row(_cells(line, delimiter), columns)
        if self._rows >= 5 and self._skipped * 2 > self._rows:
            raise _Refused(Fault.NO_COLUMNS)
        if "time" not in columns and "date" not in columns and self._rows > 1:
            raise _Refused(Fault.NO_COLUMNS)
        return Sheet(dict(self._served), dict(self._totals), self._rows, self._skipped, lines.half)

    def _row(self, cells: Sequence[str], columns: Mapping[str, int]) -> None:
        said = {name: cells[at].strip() for name, at in columns.items() if at < len(cells)}
        if any(_FORMULA.match(said[name]) for name in ("time", "date", "amount", "line") if said.get(name)):
            raise _Refused(Fault.FORMULA)
        if _SUMS.fullmatch(cells[0].strip()) or not any(said.values()):
            return  # a line of sums, or nothing
        if _OTHER_MEALS.search(said.get("meal", "")) or _CANCELLED.search(said.get("state", "")):
            return
        self._rows += 1
        amount, day_second = _amount(said, columns), self._when(said, columns)
        if amount is None or day_second is None:
            self._skipped += 1
            return
        day, second = day_second.day or self._ask.today, day_second.second
        if second is None:
            self._totals[day] = min(self._totals[day] + amount, MAX_TOTAL)
        elif amount <= MAX_AMOUNT:
            fine = self._ask.today - day < _FINE
            self._served[day, second if fine else second // 60 * 60, self._line(said.get("line", ""))] += amount
        else:
            self._skipped += 1

    def _when(self, said: Mapping[str, str], columns: Mapping[str, int]) -> Moment | None:
        """The day and second of a row; the second None where the sheet has no times; None where a cell is no time."""
        year = (self._named or self._ask.written.day or self._ask.today).year
        day = day_in(said.get("date", ""), year) if "date" in columns else None
        if "time" not in columns:
            day = day or (None if "date" in columns else self._named or self._ask.written.day)
            return self._near(Moment(day, None))
        told = moment(said.get("time", ""), digits=True)
        if told is None or told.second is None:
            return None
        return self._near(Moment(told.day or day or self._undated(told.second), told.second))

    def _undated(self, second: int) -> date:
        """The day of a time without a date: the file name's, else that of its last change, or the one before."""
        written = self._ask.written
        if self._named is not None or written.day is None:
            return self._named or self._ask.today
        return written.day - timedelta(days=second > (written.second or 0) + 600)

    def _near(self, found: Moment) -> Moment | None:
        if found.day is None or not timedelta(-1) <= self._ask.today - found.day <= timedelta(MAX_DAYS):
            return None
        return found

    def _line(self, text: str) -> str:
        """The id of the serving line that a cell names; empty for none that we know."""
        plain = _plain(text)
        named = self._lines.get(plain)
        if named is not None or not plain:
            return named or ""
        return next((one for name, one in self._lines.items() if name and (name in plain or plain in name)), "")


def _amount(said: Mapping[str, str], columns: Mapping[str, int]) -> int | None:
    if "amount" not in columns:
        return 1
    found = _AMOUNT.fullmatch(said.get("amount", ""))
    return int(found[1].replace(",", "")) if found else None


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [""])[:_MAX_COLUMNS] or [""]
    except csv.Error:
        return line.split(delimiter)[:_MAX_COLUMNS]


def _plain(text: str) -> str:
    return _BARE.sub("", unicodedata.normalize("NFC", text)).casefold()


def _columns(rows: Sequence[Sequence[str]], told: Mapping[str, str]) -> tuple[Mapping[str, int], int]:
    """Which column is what, and with which row the figures begin."""
    for number, row in enumerate(rows[:10]):
        found = _by_names(row, told)
        if {"time", "date", "amount"} & found.keys() and not any(moment(cell) for cell in row):
            kept = _checked(found, rows[number + 1 :])
            if not {"time", "date", "amount"} & kept.keys():
                raise _Refused(Fault.NO_COLUMNS)
            return kept, number + 1
    if told:
        raise _Refused(Fault.NO_COLUMNS)
    times = [at for at in range(max(map(len, rows))) if _all_times(rows, at)]
    if not times:
        raise _Refused(Fault.NO_COLUMNS)
    return {"time": times[0]}, 0


def _by_names(row: Sequence[str], told: Mapping[str, str]) -> dict[str, int]:
    names = [_plain(cell) for cell in row]
    wanted = {what: frozenset({_plain(told[what])}) if what in told else known for what, known in _NAMES.items()}
    found = {what: names.index(name) for what, known in wanted.items() for name in names if name in known}
    if "time" not in found and "time" not in told:
        near = [at for at, name in enumerate(names) if re.search(r"(?:일시|시각|시간)$", name)]
        found |= {"time": near[0]} if near else {}
    return found


def _checked(found: Mapping[str, int], rows: Sequence[Sequence[str]]) -> Mapping[str, int]:
    """Without a column of times that holds none (대기시간), and with one of dates that holds times as the times'."""
    cells = {what: [row[at] for row in rows if at < len(row) and row[at].strip()] for what, at in found.items()}
    kept = dict(found)
    if "date" in kept and "time" not in kept and any(_has_time(cell) for cell in cells["date"]):
        kept["time"] = kept.pop("date")
    elif "time" in kept and cells["time"] and not any(_has_time(cell) for cell in cells["time"]):
        if "date" not in kept and any(day_in(cell, 2000) for cell in cells["time"]):
            kept["date"] = kept["time"]
        if not any(_FORMULA.match(cell) for cell in cells["time"]):
            del kept["time"]
    return kept


def _has_time(cell: str) -> bool:
    told = moment(cell, digits=True)
    return told is not None and told.second is not None


def _all_times(rows: Sequence[Sequence[str]], at: int) -> bool:
    return all(at < len(row) and moment(row[at]) is not None for row in rows)

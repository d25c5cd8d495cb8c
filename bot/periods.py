"""The period in what somebody says: `10. 1.~10. 31.`, `2026-10-01 ~ 2026-10-31`, `10월 1일부터 31일까지`, `10월`. Pure.

Without a year it is the last such period that has begun: what is looked into is past. Both days count.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.clock import KST

_YEAR = r"(?:(?P<{0}y>\d{{4}})\s?(?:년|[.\-/])\s?|'(?P<{0}s>\d{{2}})\.\s?)?"
_DAY = _YEAR + r"(?P<{0}m>\d{{1,2}})\s?(?:월|[.\-/])\s?(?P<{0}d>\d{{1,2}})(?:일|\.)?(?!\d)"
_WEEKDAY = r"(?:\s?\([월화수목금토일]\))?"
_TO = r"\s?(?:~|∼|〜|～|-|–|—|부터|에서)\s?"
_END = rf"(?:{_DAY.format('e')}|(?P<el>\d{{1,2}})(?:일|\.)?(?!\d|\s?월)){_WEEKDAY}(?:\s?까지)?"
_SPAN = re.compile(rf"(?<![\d\-.]){_DAY.format('b')}{_WEEKDAY}{_TO}{_END}")
_MONTHS = re.compile(r"(?<!\d)(?:(?P<y>\d{4})\s?년\s?)?(?P<m>\d{1,2})\s?월?\s?[~\-∼]\s?(?P<n>\d{1,2})\s?월(?!\s?\d)")
_MONTH = re.compile(
    r"(?<!\d)(?:(?P<y>\d{4})\s?년\s?|(?P<w>작년|올해|지난해)\s?)?(?P<m>\d{1,2})\s?월(?!\s?\d)(?:\s?한\s?달)?"
)
_ONE_DAY = re.compile(rf"(?<![\d\-.]){_DAY.format('b')}{_WEEKDAY}(?:\s?하루)?")
_LAST_MONTH, _THIS_MONTH = re.compile(r"(?:지난|저번)\s?달"), re.compile(r"이번\s?달")
_UNTIL = re.compile(rf"{_DAY.format('b')}{_WEEKDAY}\s?까지")

_FIRST_YEAR, _LAST_YEAR = 2000, 2200


class NoSuchPeriodError(ValueError):
    """A day that no calendar holds, or an end before its beginning; `backwards` says which."""

    def __init__(self, *, backwards: bool) -> None:
        super().__init__("an end before its beginning" if backwards else "no such day")
        self.backwards = backwards


@dataclass(frozen=True, slots=True)
class Period:
    """Days in Korea, both included."""

    first: date
    last: date

    @property
    def since(self) -> datetime:
        """Its first instant (UTC)."""
        return datetime.combine(self.first, time(), KST).astimezone(UTC)

    @property
    def until(self) -> datetime:
        """The first instant (UTC) behind it."""
        return datetime.combine(self.last + timedelta(days=1), time(), KST).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Found:
    """A period, and what else stood in the text."""

    period: Period
    rest: str


def find(text: str, today: date) -> Found | None:
    """The first period that a text names; None where it names none.

    Raises:
        NoSuchPeriodError: it names one that can't be.
    """
    for pattern, read in _READERS:
        match = pattern.search(text)
        if match is not None:
            try:
                period = read(match, today)
            except ValueError as error:
                raise NoSuchPeriodError(backwards=False) from error
            if period.first.year < _FIRST_YEAR or period.last.year > _LAST_YEAR:
                raise NoSuchPeriodError(backwards=False)
            if period.last < period.first:
                raise NoSuchPeriodError(backwards=True)
            return Found(period, _without(text, match))
    return None


def until(text: str, today: date) -> Found | None:
    """The day up to which something is to last, the next of that date: `12. 31.까지`.

    Raises:
        NoSuchPeriodError: no calendar holds it.
    """
    match = _UNTIL.search(text)
    if match is None:
        return None
    try:
        year = _year(match, "b") or today.year
        day = date(year, int(match["bm"]), int(match["bd"]))
        if day < today and not _year(match, "b"):
            day = day.replace(year=year + 1)
    except ValueError as error:
        raise NoSuchPeriodError(backwards=False) from error
    return Found(Period(today, day), _without(text, match))


def _without(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()]} {text[match.end() :]}"


def _year(match: re.Match[str], which: str) -> int | None:
    if match[f"{which}y"]:
        return int(match[f"{which}y"])
    return 2000 + int(match[f"{which}s"]) if match[f"{which}s"] else None


def _span(match: re.Match[str], today: date) -> Period:
    begin, end = _year(match, "b"), _year(match, "e")
    month, day = int(match["bm"]), int(match["bd"])
    last_month = int(match["em"] or match["bm"])
    last_day = int(match["ed"] or match["el"])
    crosses = last_month < month
    if begin is None:
        begin = end - crosses if end is not None else _begun(today, month, day)
    return Period(date(begin, month, day), date(end if end is not None else begin + crosses, last_month, last_day))


def _one_day(match: re.Match[str], today: date) -> Period:
    month, day = int(match["bm"]), int(match["bd"])
    only = date(_year(match, "b") or _begun(today, month, day), month, day)
    return Period(only, only)


def _months(match: re.Match[str], today: date) -> Period:
    first, last = int(match["m"]), int(match["n"])
    year = int(match["y"]) if match["y"] else _begun(today, first, 1)
    return Period(date(year, first, 1), _end(year + (last < first), last))


def _month(match: re.Match[str], today: date) -> Period:
    month = int(match["m"])
    if match["w"]:
        year = today.year - (match["w"] != "올해")
    else:
        year = int(match["y"]) if match["y"] else _begun(today, month, 1)
    return Period(date(year, month, 1), _end(year, month))


def _last_month(_match: re.Match[str], today: date) -> Period:
    last = today.replace(day=1) - timedelta(days=1)
    return Period(last.replace(day=1), last)


def _this_month(_match: re.Match[str], today: date) -> Period:
    return Period(today.replace(day=1), _end(today.year, today.month))


def _begun(today: date, month: int, day: int) -> int:
    """The year of the last such day that has come; a day of February that this year lacks is looked for before."""
    return today.year if (month, day) <= (today.month, today.day) else today.year - 1


def _end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1] if 1 <= month <= 12 else 1)


_READERS = (
    (_SPAN, _span),
    (_MONTHS, _months),
    (_ONE_DAY, _one_day),
    (_MONTH, _month),
    (_LAST_MONTH, _last_month),
    (_THIS_MONTH, _this_month),
)

"""What somebody asks about lunch slots: which days, which time of day, whose. Pure; knows no plan's arithmetic.

"농정과 이번 달" → Span(month), "농정과"      "3월 2일 12시 20분은 누구였어?" → Span(day, past), 12:20
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Final, Literal

from bot.handlers import days

DAY: Final = r"\d{1,2}월 ?\d{1,2}일|\d{1,2}[./] ?\d{1,2}\.?|그저께|어제|오늘|내일|모레|글피|[월화수목금]요일"
SPAN: Final = rf"(?:{DAY}|(?:이번|다음|다다음|지난|저번) ?(?:주|달)|\d{{1,2}}월)"
OFFICE: Final = r"[가-힣A-Za-z0-9·]{1,20}(?:과|실|팀|국|단|관|소|부서|본부|센터)"

_YEAR: Final = re.compile(r"(\d{4})년 ?(?=\d{1,2}월)")
_MONTH: Final = re.compile(r"(이번|다음|다다음|지난|저번) ?달|(?<!\d)(\d{1,2})월(?! ?\d{1,2}일)")
_MONTHS: Final = {"지난": -1, "저번": -1, "이번": 0, "다음": 1, "다다음": 2}
_PAST: Final = re.compile(r"[였했갔었왔]|지난|저번|어제|그저께")
_ASKED: Final = re.compile(r"누구|어느|무슨|차례")
_OTHER: Final = re.compile(OFFICE)
_MINE: Final = frozenset(
    {"우리과", "저희과", "내과", "제과", "우리팀", "저희팀", "우리부서", "저희부서", "부서", "우리실"}
)
_FAR: Final = timedelta(days=366 * 6)


@dataclass(frozen=True, slots=True)
class Span:
    """The days that are meant, first and last with them."""

    first: date
    last: date
    kind: Literal["day", "week", "month"]


def span(text: str, today: date) -> Span | None:
    """The day, week or month that a text names; None where it names none.

    Raises:
        days.NoSuchDayError: a date that is none, or one that is years away.
    """
    year, text = _year(text)
    found = _month(text, today, year) or _days(text, today)
    if found is None or found.kind != "day":
        return _near(found, today)
    day = found.first
    if year is not None:
        day = _moved(day, year)
    elif day > today and _PAST.search(text) and re.search(r"\d", text):
        day = _moved(day, day.year - 1)
    return _near(Span(day, day, "day"), today)


def _near(found: Span | None, today: date) -> Span | None:
    if found is not None and abs(found.first - today) > _FAR:
        raise days.NoSuchDayError(found.first.isoformat())
    return found


def _year(text: str) -> tuple[int | None, str]:
    found = _YEAR.search(text)
    return (int(found[1]) if found else None), _YEAR.sub("", text)


def _moved(day: date, year: int) -> date:
    try:
        return day.replace(year=year)
    except ValueError as error:
        raise days.NoSuchDayError(f"{year}/{day.month}/{day.day}") from error


def _days(text: str, today: date) -> Span | None:
    found = days.days(text, today)
    if found is None:
        return None
    return Span(found.day, found.day + timedelta(days=4 * found.week), "week" if found.week else "day")


def _month(text: str, today: date, year: int | None) -> Span | None:
    found = _MONTH.search(text)
    if found is None:
        return None
    if found[1]:
        number = today.year * 12 + today.month - 1 + _MONTHS[found[1]]
        return _whole(number // 12, number % 12 + 1)
    month = int(found[2])
    if not 1 <= month <= 12:
        raise days.NoSuchDayError(f"month {month}")
    if year is None:
        past = bool(_PAST.search(text))
        year = today.year + (month < today.month and not past) - (month > today.month and past)
    return _whole(year, month)


def _whole(year: int, month: int) -> Span:
    first = date(year, month, 1)
    after = date(year + month // 12, month % 12 + 1, 1)
    return Span(first, after - timedelta(days=1), "month")


def clock(text: str) -> time | None:
    """The wall time whose slot is asked for; None where no time is.

    Raises:
        days.NoSuchTimeError: a time that is none.
    """
    return days.told_clock(text) if _ASKED.search(text) else None


def department(text: str, planned: Sequence[str], own: str) -> str:
    """The department that is named: one of the plan, or whatever looks like one; else the asker's own."""
    bare = _MONTH.sub(" ", days.without(text))
    known = max((name for name in planned if name in bare), key=len, default="")
    if known:
        return known
    others = [one for one in _OTHER.findall(bare) if one not in _MINE]
    return others[0] if others and others[0] != own else own

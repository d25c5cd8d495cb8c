"""The day, the time and the month in what somebody says: `내일`, `12월 3일 12시 20분`, `다음 주`, `정산 10월`. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time, timedelta

_DATE = re.compile(r"(?<!\d)(\d{1,2})(?:월\s?|[./]\s?)(\d{1,2})(?:일|(?![\d시분]))")
_MONTH = re.compile(r"(?:(\d{4})년 ?)?(?<!\d)(\d{1,2})월")
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})(?:시(?: ?(\d{1,2})분| ?(반))?|:(\d{2}))")
_WEEK = re.compile(r"(이번|다음|다다음|지난|저번) ?주")
_WEEKDAY = re.compile(r"([월화수목금토일])요일")
_STEPS = {"그저께": -2, "어제": -1, "오늘": 0, "내일": 1, "모레": 2, "글피": 3}
_WEEKS = {"지난": -1, "저번": -1, "이번": 0, "다음": 1, "다다음": 2}
_HALF_A_YEAR = timedelta(days=180)
_MORNING = 7  # lunch at 1시 is 13:00


class NoSuchDayError(ValueError):
    """A date that no calendar holds, such as 2월 30일."""


class NoSuchTimeError(ValueError):
    """A time of day that no clock shows, such as 12시 75분."""


@dataclass(frozen=True, slots=True)
class Days:
    """A day, or with `week` the Monday of a whole week."""

    day: date
    week: bool = False


def days(text: str, today: date) -> Days | None:
    """The day or week that a text names, None where it names none.

    Raises:
        NoSuchDayError: a date that is none.
    """
    dated = _DATE.search(text)
    if dated:
        return Days(_near(int(dated[1]), int(dated[2]), today))
    week, weekday = _WEEK.search(text), _WEEKDAY.search(text)
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=_WEEKS[week[1]] if week else 0)
    if weekday:
        day = monday + timedelta(days="월화수목금토일".index(weekday[1]))
        return Days(day if week or day >= today else day + timedelta(weeks=1))
    if week:
        return Days(monday, week=True)
    return next((Days(today + timedelta(days=step)) for word, step in _STEPS.items() if word in text), None)


def clock(text: str) -> time | None:
    """The wall time that a text names; hours before seven are of the afternoon."""
    found = _CLOCK.search(text)
    if not found:
        return None
    hour, minute = int(found[1]), 30 if found[3] else int(found[2] or found[4] or 0)
    hour += 12 if hour < _MORNING else 0
    return time(hour, minute) if hour < 24 and minute < 60 else None


def told_clock(text: str) -> time | None:
    """The wall time that a text names, None where it names none.

    Raises:
        NoSuchTimeError: a time that is none.
    """
    at = clock(text)
    if at is None and (found := _CLOCK.search(text)) is not None:
        raise NoSuchTimeError(found[0])
    return at


def month(text: str, today: date) -> date | None:
    """The first day of the month that a text names: the last such month that has begun."""
    if re.search(r"(?:지난|저번) ?달", text):
        return (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    if re.search(r"이번 ?달|이달|금월", text):
        return today.replace(day=1)
    found = _MONTH.search(text)
    if not found or not 1 <= int(found[2]) <= 12:
        return None
    number = int(found[2])
    year = int(found[1]) if found[1] else today.year - (number > today.month)
    return date(year, number, 1) if year > 1 else None


def without(text: str) -> str:
    """The text without the days and times in it."""
    for pattern in (_DATE, _CLOCK, _WEEK, _WEEKDAY):
        text = pattern.sub(" ", text)
    return " ".join(part for part in text.split() if part not in _STEPS)


def _near(month_: int, day: int, today: date) -> date:
    """That date of this year, of the next where this year's is long past."""
    try:
        found = date(today.year, month_, day)
        return found if today - found < _HALF_A_YEAR else date(today.year + 1, month_, day)
    except ValueError as error:
        raise NoSuchDayError(f"{month_}/{day}") from error

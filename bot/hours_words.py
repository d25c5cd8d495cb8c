"""What somebody says about their time, read: days of leave, a pause, times of day, how many at once. Pure.

Days lie ahead: `12/24` is the next 24th of December. Nothing is guessed: what can't be read is None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from bot.clock import KST
from bot.hours import Leave, leave_of

_DATE: Final = (
    r"(?:(?P<{0}y>\d{{4}})\s?[./년-]\s?)?(?P<{0}m>\d{{1,2}})\s?(?:[./-]|월)\s?(?P<{0}d>\d{{1,2}})(?:일|\.)?"
    r"(?:\s?\([월화수목금토일]\))?"
)
_TO: Final = r"\s?(?:~|∼|〜|～|-|–|—|부터|에서)\s?"
_SPAN: Final = re.compile(rf"(?<!\d){_DATE.format('b')}{_TO}(?:{_DATE.format('e')}|(?P<el>\d{{1,2}})(?:일|\.)?)(?!\d)")
_ONE: Final = re.compile(rf"(?<!\d){_DATE.format('b')}(?!\d)")
_NEAR: Final = {"오늘": 0, "내일": 1, "모레": 2, "글피": 3}
_WORD: Final = re.compile(r"오늘|내일|모레|글피")
_WEEKDAY: Final = re.compile(
    r"(?:(?P<next>다음\s?주)\s?|이번\s?주\s?)?"
    r"(?:(?P<day>[월화수목금])(?:요일|욜)|(?P<first>[월화수목금])[~,·]?(?P<last>[월화수목금])(?:요일|욜)?(?=\s|$|에|은|는))"
)
_WORKDAYS: Final = "월화수목금"
_UNTIL: Final = re.compile(r"까지")
_HALF: Final = re.compile(r"(오전|오후)\s?(?:에\s?)?(?:반차|반일|반가|반휴|휴가|외출)")
_CLOCK: Final = re.compile(
    r"(?P<half>오전|오후|아침|저녁|밤|낮)?\s?(?P<h>\d{1,2})\s?(?:[:시](?:\s?(?P<m>\d{1,2}(?!\d|\s?[시:건])|반))?\s?분?)(?!\d)|(?<!\d)(?P<hh>\d{1,2}):(?P<mm>\d{2})(?!\d)"
)
_SPELL: Final = re.compile(r"(?P<n>\d{1,3}|한|두|세|네|반)\s?(?P<unit>시간|분|나절|일)")
_NUMBERS: Final = {"한": 1, "두": 2, "세": 3, "네": 4, "반": 0.5}
_COUNTS: Final = {
    "한": 1,
    "두": 2,
    "세": 3,
    "네": 4,
    "다섯": 5,
    "여섯": 6,
    "일곱": 7,
    "여덟": 8,
    "아홉": 9,
    "열": 10,
    "스무": 20,
}
_COUNT: Final = re.compile(rf"(?P<n>\d{{1,4}}|{'|'.join(_COUNTS)})\s?(?:건|개|통)")
_LONGEST_LEAVE: Final = timedelta(days=400)
_FARTHEST: Final = timedelta(days=800)


@dataclass(frozen=True, slots=True)
class Days:
    """Days of leave, both included, or half of one (`오전`, `오후`)."""

    first: date
    last: date
    half: str = ""

    @property
    def leave(self) -> Leave:
        """The same as instants."""
        return leave_of(self.first, self.last, self.half)


class NoSuchDayError(ValueError):
    """A day that no calendar holds, an end before its beginning, or more than a year of it."""


def days(text: str, now: datetime) -> Days | None:
    """The days of leave that a text names; None where it names none.

    Raises:
        NoSuchDayError: it names some that can't be.
    """
    today = now.astimezone(KST).date()
    try:
        found = _days(text, today)
    except ValueError as error:
        raise NoSuchDayError("no such day") from error
    if found is None:
        return None
    if found.last < found.first or found.last < today or found.last - found.first > _LONGEST_LEAVE:
        raise NoSuchDayError("an end before its beginning")
    if found.last - today > _FARTHEST:
        raise NoSuchDayError("a day that nobody plans")
    half = _HALF.search(text)
    return Days(found.first, found.first, half[1]) if half and found.first == found.last else found


def _days(text: str, today: date) -> Days | None:
    span = _SPAN.search(text)
    if span is not None:
        first = _ahead(span, "b", today)
        month = int(span["em"] or first.month)
        last = date(int(span["ey"] or first.year), month, int(span["ed"] or span["el"]))
        crosses = last.month < first.month and not span["ey"]
        return Days(first, last.replace(year=last.year + 1) if crosses else last)
    words = [today + timedelta(days=_NEAR[word]) for word in _WORD.findall(text)]
    one = _ONE.search(text)
    weekday = _WEEKDAY.search(text)
    named = _ahead(one, "b", today) if one else _weekday(weekday, today) if weekday else None
    if _UNTIL.search(text):
        end = named or (words[-1] if words else None)
        return None if end is None else Days(words[0] if named and words else today, end)
    if named is not None:
        return Days(named, named + timedelta(days=_more(weekday) if weekday and not one else 0))
    week = re.search(r"(이번|다음)\s?주(?!\s?[월화수목금])", text)
    if week is not None:
        monday = today - timedelta(days=today.weekday()) + timedelta(days=7 * (week[1] == "다음"))
        return Days(max(today, monday), monday + timedelta(days=4))
    return Days(words[0], words[-1]) if words else None


def _ahead(match: re.Match[str], which: str, today: date) -> date:
    year = match[f"{which}y"]
    found = date(int(year or today.year), int(match[f"{which}m"]), int(match[f"{which}d"]))
    return found.replace(year=found.year + 1) if not year and found < today - timedelta(days=60) else found


def _weekday(match: re.Match[str], today: date) -> date:
    number = _WORKDAYS.index(match["day"] or match["first"])
    if match["next"]:
        return today - timedelta(days=today.weekday()) + timedelta(days=7 + number)
    return today + timedelta(days=(number - today.weekday()) % 7)


def _more(match: re.Match[str]) -> int:
    """How many days after the first the last one is: `수목` is one."""
    if not match["last"]:
        return 0
    more = _WORKDAYS.index(match["last"]) - _WORKDAYS.index(match["first"])
    if more < 1:
        raise ValueError(match[0])
    return more


def rest_until(text: str, now: datetime) -> datetime | None:
    """How long a pause lasts: `2시간`, `30분`, `3시까지`, `오늘`, `내일까지`; None where it is not said."""
    spell = _SPELL.search(text)
    if spell is not None and "까지" not in text:
        count = _NUMBERS.get(spell["n"]) or float(spell["n"])
        unit = {
            "시간": timedelta(hours=1),
            "분": timedelta(minutes=1),
            "나절": timedelta(hours=8),
            "일": timedelta(days=1),
        }
        span = unit[spell["unit"]] * count
        return now + span if timedelta() < span <= timedelta(days=30) else None
    at = clock_in(text)
    local = now.astimezone(KST)
    if at is not None and "까지" in text:
        until = datetime.combine(local.date(), at, KST)
        if until <= local and at.hour < 12:
            until += timedelta(hours=12)
        return (until if until > local else until + timedelta(days=1)).astimezone(UTC)
    try:
        found = days(text, now)
    except NoSuchDayError:
        return None
    return found.leave.until if found else None


def clock_in(text: str) -> time | None:
    """The first time of day in a text."""
    found = clocks_in(text)
    return found[0] if found else None


def clocks_in(text: str) -> list[time]:
    """The times of day in a text, in order: `8시 40분`, `오후 6시 반`, `18:00`."""
    found = []
    for match in _CLOCK.finditer(text):
        hour = int(match["h"] or match["hh"])
        told = match["m"] or match["mm"] or "0"
        minute = 30 if told == "반" else int(told)
        if match["half"] in {"오후", "저녁", "밤"} and hour < 12:
            hour += 12
        if hour == 24:
            hour = 0
        if hour > 23 or minute > 59:
            return []
        found.append(time(hour, minute))
    return found


def count_in(text: str) -> int | None:
    """`10건`: how many."""
    match = _COUNT.search(text)
    return _COUNTS.get(match["n"]) or int(match["n"]) if match else None

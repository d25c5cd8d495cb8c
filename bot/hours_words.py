"""What somebody says about their time, read: days of leave, a pause, times of day, how many at once. Pure.

Days lie ahead: `12/24` is the next 24th of December. Nothing is guessed: what can't be read is None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from bot.clock import KST
from bot.day_spans import WEEKDAYS, span
from bot.hours import Leave, leave_of
from bot.sayings import normal

_PAIR: Final = re.compile(
    r"(?:(?P<next>다음\s?주)\s?|이번\s?주\s?)?(?<![가-힣])(?P<first>[월화수목금])[~,·]?(?P<last>[월화수목금])(?:요일)?(?=\s|$|에|은|는)"
)
_LEFT_OUT: Final = re.compile(r"(?:빼고|제외|말고)")
_RANGED: Final = re.compile(r"부터|에서|~|∼|〜|～|–|—|\d-\d|\s-\s")
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
    text = normal(re.sub(r"(?:내일|낼) ?모레 ?이틀", "내일부터 모레까지", text))
    if _LEFT_OUT.search(text):
        return None  # days in between are two leaves, and never taken for one
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
    pair = _PAIR.search(text)
    if pair is not None:
        return _paired(pair, today)
    found = span(text, today)
    if found is not None and _UNTIL.search(text) and not _RANGED.search(text):
        return Days(min(today, found[1]), found[1])
    return Days(*found) if found is not None else None


def _paired(pair: re.Match[str], today: date) -> Days:
    """`수목`, `월~수`: weekdays of one week, the next that comes or the one named."""
    first, last = WEEKDAYS.index(pair["first"]), WEEKDAYS.index(pair["last"])
    if last <= first:
        raise ValueError(pair[0])
    monday = today - timedelta(days=today.weekday())
    if pair["next"]:
        begin = monday + timedelta(days=7 + first)
    else:
        begin = today + timedelta(days=(first - today.weekday()) % 7)
    return Days(begin, begin + timedelta(days=last - first))


def rest_until(text: str, now: datetime) -> datetime | None:
    """How long a pause lasts: `2시간`, `30분`, `3시까지`, `오늘`, `내일까지`; None where it is not said."""
    text = normal(text)
    spell = _SPELL.search(text)
    if spell is not None and "까지" not in text:
        count = _NUMBERS.get(spell["n"]) or float(spell["n"])
        unit = {
            "시간": timedelta(hours=1),
            "분": timedelta(minutes=1),
            "나절": timedelta(hours=8),
            "일": timedelta(days=1),
        }
        length = unit[spell["unit"]] * count
        return now + length if timedelta() < length <= timedelta(days=30) else None
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
    for match in _CLOCK.finditer(normal(text)):
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
    match = _COUNT.search(normal(text))
    return _COUNTS.get(match["n"]) or int(match["n"]) if match else None

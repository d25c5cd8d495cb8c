"""When a gate's row was written: dates and times of day as machines and spreadsheets write them in Korea.

Pure; refuses to guess what is neither: a card's number is no time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from occupancy.reading import KST

_DATE = r"(?P<y>(?:20)?\d{2})\s*[-./년]\s*(?P<mo>\d{1,2})\s*[-./월]\s*(?P<d>\d{1,2})\s*[.일]?"
_HALF = r"(?P<half{0}>오전|오후|[AaPp]\.?[Mm]\.?)?"
_CLOCK = r"(?P<h>\d{1,2})\s*[:시]\s*(?P<mi>\d{1,2})(?:\s*[:분]\s*(?P<s>\d{1,2})(?:[.,]\d{1,9})?)?\s*[분초]?"
_ZONE = r"(?P<zone>Z|[+-]\d{2}:?\d{2})?"
_MOMENT = re.compile(
    rf"(?:{_DATE}(?:\s*\(.\))?\s*T?\s*)?{_HALF.format(1)}\s*{_CLOCK}\s*{_HALF.format(2)}\s*{_ZONE}", re.ASCII
)
_ONLY_DATE = re.compile(rf"{_DATE}(?:\s*\(.\)|\s*[월화수목금토일]요일)?", re.ASCII)
_MONTH_DAY = re.compile(r"(\d{1,2})\s*[-./월]\s*(\d{1,2})\s*[.일]?", re.ASCII)
_DIGITS = re.compile(
    r"(?P<y>20\d{2})(?P<mo>\d{2})(?P<d>\d{2})(?:[ T]?(?P<h>\d{2})(?P<mi>\d{2})(?P<s>\d{2})?)?", re.ASCII
)
_CLOCK_DIGITS = re.compile(r"(\d{1,2})(\d{2})(\d{2})?", re.ASCII)
_IN_NAME = re.compile(r"(?<!\d)(20\d{2})[-_.]?(\d{2})[-_.]?(\d{2})(?!\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Moment:
    """What a cell says: a day, a second of the Korean day, or both."""

    day: date | None
    second: int | None


def moment(text: str, *, digits: bool = False) -> Moment | None:
    """What the cell says; with `digits` (its column is known to hold times) figures without any mark, too."""
    text = text.strip()
    if len(text) > 40:
        return None
    if found := _MOMENT.fullmatch(text):
        return _moment(found)
    if digits and (found := _DIGITS.fullmatch(text)):
        day = _day(found["y"], found["mo"], found["d"])
        if day is None or found["h"] is None:
            return None if day is None else Moment(day, None)
        second = _second(found["h"], found["mi"], found["s"], "")
        return None if second is None else Moment(day, second)
    if digits and (found := _CLOCK_DIGITS.fullmatch(text)):
        second = _second(found[1], found[2], found[3], "")
        return None if second is None else Moment(None, second)
    return None


def day_in(text: str, year: int) -> date | None:
    """The day that a date's cell says; without a year it is of `year`."""
    text = text.strip()
    if found := _ONLY_DATE.fullmatch(text) or _DIGITS.fullmatch(text):
        return _day(found["y"], found["mo"], found["d"])
    if found := _MONTH_DAY.fullmatch(text):
        return _day(str(year), found[1], found[2])
    told = moment(text)
    return told.day if told is not None else None


def day_of_name(name: str) -> date | None:
    """The day in a file's name, `gate_20261123.csv`."""
    found = _IN_NAME.search(name)
    return _day(found[1], found[2], found[3]) if found else None


def _moment(found: re.Match[str]) -> Moment | None:
    second = _second(found["h"], found["mi"], found["s"], found["half1"] or found["half2"] or "")
    if second is None:
        return None
    if found["y"] is None:
        return Moment(None, second)
    day = _day(found["y"], found["mo"], found["d"])
    if day is None or found["zone"] is None:
        return None if day is None else Moment(day, second)
    return _shifted(day, second, found["zone"])


def _shifted(day: date, second: int, zone: str) -> Moment:
    """The moment in Korea of one that names its zone."""
    minutes = 0
    if zone != "Z":
        bare = zone.replace(":", "")
        minutes = (int(bare[1:3]) * 60 + int(bare[3:5])) * (-1 if bare[0] == "-" else 1)
    at = datetime.combine(day, time(), UTC) + timedelta(seconds=second) - timedelta(minutes=minutes)
    local = at.astimezone(KST)
    return Moment(local.date(), local.hour * 3600 + local.minute * 60 + local.second)


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        return None


def _second(hour: str, minute: str, second: str | None, half: str) -> int | None:
    h, m, s = int(hour), int(minute), int(second or 0)
    if half:
        if not 1 <= h <= 12:
            return h * 3600 + m * 60 + s if half in {"오후", "PM", "pm"} and 12 < h < 24 and m < 60 and s < 60 else None
        afternoon = half == "오후" or half[0] in "Pp"
        h = h % 12 + (12 if afternoon else 0)
    return h * 3600 + m * 60 + s if h < 24 and m < 60 and s < 60 else None

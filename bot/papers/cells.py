"""One cell as a day, a time, an instant, a name, a place, a car or an amount: as officials write them. Pure.

What can't be read is None: nothing is guessed. A day without a year is of the period that is looked at. All in KST.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from attest.ledgers import Way
from attest.trip import KST

_YMD = re.compile(
    r"(?<!\d)(\d{4}|'?\d{2})\s*(?:[-./]|년)\s*(\d{1,2})\s*(?:[-./]|월)\s*(\d{1,2})(?!\d|\s*[:시])\s*일?\.?"
)
_MD = re.compile(r"(?<![\d.:])(\d{1,2})\s*(?:[-./]|월)\s*(\d{1,2})(?![\d:])\s*일?\.?")
_DMY = re.compile(r"(?<!\d)(\d{1,2})\s*[-./]\s*(\d{1,2})\s*[-./]\s*(20\d{2})(?!\d)")
_DAY_ALONE = re.compile(r"(\d{1,2})\s*일?")
_MONTH_NAMED = re.compile(r"(?<!\d)(20\d{2}|'?\d{2})\s*(?:년|[-.])\s*(1[0-2]|0?[1-9])\s*월")
_NAMES = re.compile(r"[,，、·&]|\s및\s|\n")
_PACKED = re.compile(r"(?<![\d.])(20\d{2}|\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?![\d.])")
_SERIAL = re.compile(r"(?:4[0-9]|5[0-9])\d{3}(?:\.\d+)?")  # days since 1899-12-30: 2009 to 2064
_WEEKDAY = re.compile(r"\(?[월화수목금토일]\)|\([월화수목금토일]요일\)|[월화수목금토일]요일")
_HALVES = {"오전": 0, "am": 0, "오후": 12, "pm": 12, "낮": 12, "밤": 12, "저녁": 12, "새벽": 0}
_CLOCK = re.compile(
    r"(?P<half>오전|오후|[ap]\.?m\.?|낮|밤|저녁|새벽)?\s*(?<![\d.])(?P<hour>\d{1,2})"
    r"\s*(?::\s*(?P<minute>\d{1,2})(?:\s*:\s*\d{1,2}(?:\.\d+)?)?|시\s*(?:(?P<after>\d{1,2})\s*분|(?P<thirty>반))?)"
    r"\s*(?P<half2>[ap]\.?m\.?)?",
    re.IGNORECASE,
)
_PACKED_CLOCK = re.compile(r"(\d{1,2})(\d{2})(?:\d{2})?")
_FRACTION = re.compile(r"[01]?\.\d+|0|1")
_ONE_NAME = re.compile(r"[가-힣]{2,4}")
_EPOCH = date(1899, 12, 30)
_TITLES = re.compile(
    r"(?:\s+|(?<=^...)|(?<=^....))(?:주무관|실무관|팀장|과장|국장|실장|계장|사무관|서기관|주사보?|서기보?|담당관?|연구[사관]|지도[사관]|"
    r"차관보?|위원|대리|차장|부장|주임|사원|직원|선생님?|님|씨|기사)$"
)
_OTHERS = re.compile(r"\s*(?:외|등|및)\s*\d*\s*(?:명|인)?\s*$")
_BRACKET = re.compile(r"\(([^()]*)\)")
_PLATE = re.compile(r"(\d{2,3}[가-힣]\d{4})$")
_PLACE_KIND = re.compile(
    r"(?:\(.*?\)|나들목|영업소|요금소|톨게이트|하이패스|전용|진입|진출|스마트(?=IC|톨)|IC|TG|JC|JCT|휴게소|방향)",
    re.IGNORECASE,
)
_MONEY = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_IN = re.compile(r"입실|입문|입장|입청|들어|출근|복귀|귀청|^입$|^in$|entry|enter|→안", re.IGNORECASE)
_OUT = re.compile(r"퇴실|퇴청|퇴장|출문|나감|나가|퇴근|외출|출타|^퇴$|^출$|^out$|exit|leave", re.IGNORECASE)


_kept = lru_cache(maxsize=20_000)  # a sheet says the same day and the same name again and again


@dataclass(frozen=True, slots=True)
class Period:
    """The days that are looked at: [since, until)."""

    since: date
    until: date

    def dated(self, month: int, day: int) -> date | None:
        """The day of that month nearest to the period; None where no calendar holds it."""
        middle = self.since + (self.until - self.since) / 2
        found = [one for year in range(self.since.year - 1, self.until.year + 2) if (one := _date(year, month, day))]
        return min(found, key=lambda one: abs(one - middle), default=None)

    def holds(self, day: date) -> bool:
        """Whether it is one of them."""
        return self.since <= day < self.until


@dataclass(frozen=True, slots=True)
class Told:
    """The day and the time in a text, each where there is one, and what stands behind them."""

    day: date | None = None
    clock: time | None = None
    next_day: bool = False  # 24:00
    rest: str = ""

    def at(self, day: date | None = None) -> datetime | None:
        """The instant, with the day from elsewhere where the text has none."""
        on = self.day or day
        if on is None or self.clock is None:
            return None
        return datetime.combine(on + timedelta(days=self.next_day), self.clock, KST)


def tidy(text: str) -> str:
    """Full-width letters as plain ones, white space folded."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


@_kept
def told(text: str, period: Period) -> Told:
    """The day, then the time, that a cell tells."""
    text = tidy(text)
    if _SERIAL.fullmatch(text):
        return _of_serial(float(text))
    day, rest = _day(text, period)
    clock = _CLOCK.search(rest)
    if clock is None:
        return Told(day, rest=rest)
    found, late = _time(clock)
    return Told(day, found, late, rest[clock.end() :])


@_kept
def clock(text: str) -> Told:
    """The time in a cell of times: also 1305, and the fraction of a day that a spreadsheet keeps."""
    text = tidy(text)
    if _FRACTION.fullmatch(text):
        return _of_minutes(round(float(text) * 1440))
    packed = _PACKED_CLOCK.fullmatch(text)
    if packed and int(packed[2]) < 60:
        return _of_minutes(int(packed[1]) * 60 + int(packed[2]))
    found = _CLOCK.search(text)
    if found is None:
        return Told()
    at, late = _time(found)
    return Told(None, at, late)


def span(text: str, period: Period) -> tuple[datetime | None, datetime | None, date | None]:
    """Begin, end and first day of `10. 5. 09:00 ~ 18:00`, `10.5~10.6` and the like; instants only where hours stand."""
    first, _, second = tidy(text).partition("~")
    begin = told(first, period)
    end = told(second, period)
    return begin.at(), end.at(begin.day), begin.day


@_kept
def name(text: str) -> tuple[str, str]:
    """A name without blanks and titles, and what stood behind it in brackets: a department, if anything."""
    text = tidy(text)
    inner = _BRACKET.search(text)
    text = _OTHERS.sub("", _BRACKET.sub(" ", text)).strip()
    words = text.split(" ")
    if all(len(word) == 1 for word in words):
        return "".join(words), (inner[1] if inner else "")
    text = _TITLES.sub("", text)
    words = [word for word in text.split(" ") if not _TITLES.fullmatch(" " + word)]
    if len(words) == 2 and len(words[0]) > 2 and len(words[1]) <= 4 and not _is_split(words):
        return words[1], words[0]  # 총무과 김하나
    return "".join(words), (inner[1] if inner else "")


def names(text: str) -> list[tuple[str, str]]:
    """Every name in a cell that may hold several: `김하나, 서마루`, each as `name` tells it."""
    parts = [part for part in _NAMES.split(unicodedata.normalize("NFKC", text)) if part.strip()]
    found = [name(part) for part in parts]
    several = len(parts) > 1 and all(_ONE_NAME.fullmatch(bare) for bare, _ in found)
    return found if several else [name(text)]


def month_named(text: str) -> tuple[int, int] | None:
    """Year and month that a title names: `2026년 11월 운행일지`."""
    found = _MONTH_NAMED.search(tidy(text))
    if found is None:
        return None
    year = int(found[1].lstrip("'"))
    return (year if year > 99 else 2000 + year), int(found[2])


def day_of(text: str, month: tuple[int, int] | None) -> date | None:
    """The day of a cell that holds only its number, in the month that the sheet's title names."""
    found = _DAY_ALONE.fullmatch(tidy(text).removesuffix(".0"))
    return None if found is None or month is None else _date(*month, int(found[1]))


@_kept
def places(text: str) -> str:
    """A toll gate's or a town's bare name."""
    return "".join(_PLACE_KIND.sub("", tidy(text)).split())


@_kept
def plate(text: str) -> str:
    """A car's number without its province and blanks."""
    bare = re.sub(r"[\s\-]", "", tidy(text))
    found = _PLATE.search(bare)
    return found[1] if found else bare


def money(text: str) -> int | None:
    """Won; None where there is no number."""
    found = _MONEY.search(tidy(text).replace(" ", ""))
    return None if found is None else round(float(found[0].replace(",", "")))


@_kept
def way(text: str) -> Way:
    """Which way somebody passed."""
    text = tidy(text)
    out, into = _OUT.search(text) is not None, _IN.search(text) is not None
    return Way.UNKNOWN if out == into else Way.OUT if out else Way.IN


def _is_split(words: list[str]) -> bool:
    return len(words[0]) == 1


def _day(text: str, period: Period) -> tuple[date | None, str]:
    """The first day in a text, and the text behind it."""
    for pattern in (_YMD, _DMY, _PACKED, _MD):
        found = pattern.search(text)
        if found is None:
            continue
        if pattern is _DMY:
            day = _western(int(found[1]), int(found[2]), int(found[3]))
            return day, _WEEKDAY.sub(" ", text[: found.start()] + " " + text[found.end() :])
        if pattern is _MD:
            day = period.dated(int(found[1]), int(found[2]))
        else:
            year = int(found[1].lstrip("'"))
            day = _date(year if year > 99 else 2000 + year, int(found[2]), int(found[3]))
        if day is not None:
            return day, _WEEKDAY.sub(" ", text[: found.start()] + " " + text[found.end() :])
    return None, text


def _western(one: int, other: int, year: int) -> date | None:
    """A day whose year stands last, as programs in English write it; None where day and month may be either."""
    if one > 12 or one == other:
        return _date(year, other, one)
    return _date(year, one, other) if other > 12 else None


def _date(year: int, month: int, day: int) -> date | None:
    if not 2000 <= year < 2100:
        return None  # no book of trips is of another century
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _time(found: re.Match[str]) -> tuple[time | None, bool]:
    half = (found["half"] or found["half2"] or "").lower().replace(".", "")
    minute = 30 if found["thirty"] else int(found["minute"] or found["after"] or 0)
    hour = int(found["hour"])
    if half and hour <= 12:
        hour = hour % 12 + _HALVES[half]
    told_ = _of_minutes(hour * 60 + minute) if minute < 60 else Told()
    return told_.clock, told_.next_day


def _of_minutes(minutes: int) -> Told:
    if not 0 <= minutes <= 1440:
        return Told()
    return Told(None, time(minutes % 1440 // 60, minutes % 60), minutes == 1440)


def _of_serial(value: float) -> Told:
    minutes = round(value * 1440)
    day = _EPOCH + timedelta(minutes=minutes)
    whole = float(value).is_integer()
    return Told(day, None if whole else time(minutes % 1440 // 60, minutes % 60))

"""Instants from dates as Korean agencies write them; KST where no zone is named. Refuses to trust the future.

feedparser's own dates are not used: it reads `2026.10.06` as 2026-11-01 and takes zone-less times as UTC (measured,
news note §3.3). A general parser (dateparser) costs 50 ms a call and misses the 14-digit form.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

KST = timezone(timedelta(hours=9), "KST")
SLACK = timedelta(hours=1)  # a server's clock may run ahead of ours by this much
OLDEST = 1990  # no agency published on the web before
_MAX_CHARS = 200

_NAMES = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_MONTHS = {name: number for number, name in enumerate(_NAMES.split("|"), 1)}
# RFC 5322 §4.3 obsolete zones, and KST
_ZONES = {"kst": 9, "utc": 0, "gmt": 0, "ut": 0, "z": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7,
          "mdt": -6, "pst": -8, "pdt": -7}  # fmt: skip

_TIME = (
    r"(?:\s*(?:T|\s|-|,)?\s*(?P<half>오전|오후|AM|PM)?\s*(?P<hour>\d{1,2})\s*(?::|시)\s*(?:(?P<minute>\d{1,2})\s*분?)?"
    r"(?:\s*:\s*(?P<second>\d{1,2}))?(?:\s*\d{1,2}초)?(?:[.,]\d{1,9})?\s*(?P<half2>AM|PM)?)?"
    r"\s*(?P<zone>Z\b|[+-]\d{2}:?\d{2}\b|(?:KST|UTC|GMT)(?:[+-]\d{1,2}(?::?\d{2})?)?\b)?"
)
_WEEKDAY = r"(?:\s*[(\[]?\s*[월화수목금토일](?:요일)?\s*[)\]])?"
_SPAN = re.compile(r"(?P<count>\d{1,4})\s*(?P<unit>초|분|시간|일|주|주일|개월|달)\s*전")
_UNITS = {"초": 1, "분": 60, "시간": 3600, "일": 86400, "주": 604800, "주일": 604800, "개월": 2592000, "달": 2592000}
_WORDS = {"방금": timedelta(), "지금": timedelta(), "오늘": timedelta(), "어제": timedelta(days=1),
          "그저께": timedelta(days=2), "그제": timedelta(days=2)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dated:
    """An instant (aware UTC; midnight KST where only a day is told), or None and why.

    Why: `no_date`, `bad_date`, `future_date`, `absurd_date`.
    """

    at: datetime | None
    flag: str = ""


_YEAR_FIRST = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d{2})\s*(?:[-./]|년)\s*(?P<month>\d{1,2})\s*(?:[-./]|월)\s*(?P<day>\d{1,2})(?!\d)\s*(?:일|\.)?"
    + _WEEKDAY + _TIME,
    re.IGNORECASE,
)  # fmt: skip
_DIGITS = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})"
    r"(?:[T\s]?(?P<hour>\d{2}):?(?P<minute>\d{2}):?(?P<second>\d{2})?)?(?:\.\d{1,6})?(?!\d)(?P<zone>Z\b|[+-]\d{2}:?\d{2}\b)?"
)
_RFC = re.compile(
    rf"(?<!\d)(?P<day>\d{{1,2}})[\s-](?P<name>{_NAMES})[a-z]*[\s-](?P<year>\d{{4}}|\d{{2}}),?"
    r"(?:\s+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?)?\s*(?P<zone>[+-]\d{2}:?\d{2}|[A-Za-z]{1,3}\b)?",
    re.IGNORECASE,
)
_MONTH_NAME = re.compile(
    rf"\b(?P<name>{_NAMES})[a-z]*\.?\s+(?P<day>\d{{1,2}}),?\s+"
    r"(?:(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?\s+(?P<zone>[A-Z]{1,3}\s+)?)?(?P<year>\d{4})\b",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(
    r"(?<!\d)(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>(?:19|20)\d{2})(?!\d)" + _TIME, re.IGNORECASE
)
_SHORT_YEAR = re.compile(
    r"(?<![\d.])['’‘]?(?P<year>\d{2})\s*(?:[-./]|년)\s*(?P<month>\d{1,2})\s*(?:[-./]|월)\s*(?P<day>\d{1,2})(?!\d)\s*(?:일|\.)?"
    + _WEEKDAY + _TIME,
    re.IGNORECASE,
)  # fmt: skip
_NO_YEAR = re.compile(
    r"(?<![\d.])(?P<month>\d{1,2})\s*(?:[-./]|월)\s*(?P<day>\d{1,2})(?!\d)\s*(?:일|\.)?" + _WEEKDAY + _TIME,
    re.IGNORECASE,
)
_ONLY_TIME = re.compile(
    r"^(?P<half>오전|오후|AM|PM)?\s*(?P<hour>\d{1,2})\s*(?::|시)\s*(?P<minute>\d{2})(?:\s*분)?(?::(?P<second>\d{2}))?$"
)

_DAY_CELL = re.compile(
    r"^(?P<month>\d{2})[-./](?P<day>\d{2})\.?$"
)  # stricter than _NO_YEAR: a list also has sizes and rates
_DAY_WORD = re.compile(r"^(?P<word>오늘|어제|그저께|그제)" + _TIME, re.IGNORECASE)

_Match = re.Match[str]


def parse_date(text: str, now: datetime) -> Dated:
    """The instant that `text` tells, seen at `now`; the first date in it where it holds several.

    Reads year-first dates with any of `- . / 년월일`, two-digit years, no year (the latest such day not to come),
    8-, 12- and 14-digit runs, RFC 822 and 3339, `MM/DD/YYYY`, `오후 1:42`, a bare time (today), `3시간 전`, `어제`.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text[:_MAX_CHARS]).split())
    if not plain:
        return Dated(None, "no_date")
    try:
        at = _read(plain, now)
    except (ValueError, OverflowError):
        return Dated(None, "bad_date")
    return Dated(None, "no_date") if at is None else _trusted(at.astimezone(UTC), now)


def looks_like_date(text: str) -> bool:
    """Whether a short cell of a list is a date and little else."""
    plain = " ".join(unicodedata.normalize("NFKC", text[:60]).split())
    if not 4 <= len(plain) <= 40:
        return plain in _WORDS
    for pattern in (_YEAR_FIRST, _SHORT_YEAR, _DIGITS, _RFC, _ONLY_TIME, _SPAN, _MONTH_FIRST, _DAY_CELL):
        found = pattern.search(plain)
        if found and len(found[0].strip()) * 2 >= len(plain) and _plausible(found):
            return True
    return plain in _WORDS


def date_in(text: str) -> str:
    """The first full date inside a short text ("등록일 2026-11-23"), as written, or ""."""
    found = _YEAR_FIRST.search(unicodedata.normalize("NFKC", text[:_MAX_CHARS]))
    return found[0].strip() if found and _plausible(found) else ""


def embargo_in(text: str, now: datetime) -> datetime | None:
    """The instant before which a document asks not to be used, where its head names one that is still to come."""
    found = _EMBARGO.search(text[:1500])
    if not found:
        return None
    plain = " ".join(unicodedata.normalize("NFKC", found[1]).split())
    match = _YEAR_FIRST.search(plain)
    try:
        at = _instant(match, int(match["year"]), int(match["month"])).astimezone(UTC) if match else None
    except (ValueError, OverflowError):
        return None
    return at if at and now < at <= now + timedelta(days=60) else None


_EMBARGO = re.compile(r"(?:엠\s*바\s*고|보\s*도\s*시\s*점|보도\s*제한|보도\s*일시)[^0-9\n]{0,30}([^\n]{6,60})")


def _plausible(found: _Match) -> bool:
    parts = found.groupdict()
    month, day = parts.get("month"), parts.get("day")
    return (month is None or 1 <= int(month) <= 12) and (day is None or 1 <= int(day) <= 31)


def _read(plain: str, now: datetime) -> datetime | None:
    for pattern, reader in _FORMS:
        if found := pattern.search(plain):
            return reader(found, now)
    if found := _DAY_WORD.search(plain):
        hour, minute, second = _clock(found.groupdict())
        day = _midnight(now.astimezone(KST).date() - _WORDS[found["word"]])
        return day + timedelta(hours=hour, minutes=minute, seconds=second)
    return now if plain.startswith(("방금", "지금")) else None


def _trusted(at: datetime, now: datetime) -> Dated:
    if at.year < OLDEST:
        return Dated(None, "absurd_date")
    if at > now + timedelta(days=366 * 2):
        return Dated(None, "absurd_date")
    return Dated(None, "future_date") if at > now + SLACK else Dated(at)


def _full(found: _Match, _now: datetime) -> datetime:
    return _instant(found, int(found["year"]), int(found["month"]))


def _short(found: _Match, now: datetime) -> datetime:
    # a two-digit year that lies ahead belongs to the last century
    year = 2000 + int(found["year"])
    return _instant(found, year if year <= now.year + 2 else year - 100, int(found["month"]))


def _named(found: _Match, _now: datetime) -> datetime:
    month = _MONTHS.get(found["name"].lower())
    if month is None:
        raise ValueError("no such month")
    year = int(found["year"])
    return _instant(found, year + 2000 if year < 100 else year, month)


def _yearless(found: _Match, now: datetime) -> datetime:
    today = now.astimezone(KST)
    for year in range(today.year, today.year - 9, -1):  # 8 years bring any 29 February back
        try:
            at = _instant(found, year, int(found["month"]))
        except ValueError:
            if (found["month"].lstrip("0"), found["day"]) != ("2", "29"):
                raise
            continue
        if at <= now + SLACK:
            return at
    raise ValueError("no such day")


def _clock_only(found: _Match, now: datetime) -> datetime:
    today = now.astimezone(KST)
    hour, minute, second = _clock(found.groupdict())
    return today.replace(hour=hour, minute=minute, second=second, microsecond=0)


def _ago(found: _Match, now: datetime) -> datetime:
    return now - timedelta(seconds=int(found["count"]) * _UNITS[found["unit"]])


def _instant(found: _Match, year: int, month: int) -> datetime:
    parts = found.groupdict()
    hour, minute, second = _clock(parts)
    day = datetime(year, month, int(parts["day"]), tzinfo=_zone(parts.get("zone")))
    # "24:00" is how offices write the end of a day
    return day + timedelta(hours=hour, minutes=minute, seconds=second)


def _clock(parts: dict[str, str | None]) -> tuple[int, int, int]:
    hour, minute, second = (int(parts.get(name) or 0) for name in ("hour", "minute", "second"))
    half = (parts.get("half") or parts.get("half2") or "").upper()
    if half in {"오후", "PM"} and hour < 12:
        hour += 12
    if half in {"오전", "AM"} and hour == 12:
        hour = 0
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and minute):
        raise ValueError(f"no such time: {hour}:{minute}:{second}")
    return hour, minute, min(second, 59)


def _zone(name: str | None) -> tzinfo:
    name = (name or "").strip().lower()
    if not name:
        return KST
    if name[0] in "+-":
        digits = name[1:].replace(":", "")
        span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
        return timezone(-span if name[0] == "-" else span)
    if len(name) > 3 and name[:3] in {"gmt", "utc", "kst"}:
        rest = name[4:].replace(":", "")
        hours = int(rest[:2])
        return timezone(timedelta(hours=-hours if name[3] == "-" else hours))
    return timezone(timedelta(hours=_ZONES[name])) if name in _ZONES else KST


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=KST)


_FORMS: tuple[tuple[re.Pattern[str], Callable[[_Match, datetime], datetime]], ...] = (
    (_YEAR_FIRST, _full),
    (_RFC, _named),
    (_MONTH_NAME, _named),
    (_MONTH_FIRST, _full),
    (_DIGITS, _full),
    (_SHORT_YEAR, _short),
    (_SPAN, _ago),
    (_ONLY_TIME, _clock_only),
    (_NO_YEAR, _yearless),
)

"""Instants from dates as Korean agencies write them; KST where no zone is named. Refuses to trust the future.

feedparser's own dates are not used: it reads `2026.10.06` as 2026-11-01 and takes zone-less times as UTC (measured,
news note §3.3). A general parser (dateparser) costs 50 ms a call and misses the 14-digit form.

A date that lies ahead (by more than `SLACK`) or is absurd gives no instant, only its flag: the document is told without
a date of its own and ordered by when it was fetched, so that a mistyped year neither leads a list nor hides a document.
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
AHEAD = timedelta(days=366 * 2)  # what lies further ahead is absurd
_MAX_CHARS = 200

_NAMES = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_MONTHS = {name: number for number, name in enumerate(_NAMES.split("|"), 1)}
# RFC 5322 §4.3 obsolete zones, and KST
_ZONES = {"kst": 9, "utc": 0, "gmt": 0, "ut": 0, "z": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7,
          "mdt": -6, "pst": -8, "pdt": -7}  # fmt: skip

_ZONE = (
    r"(?P<zone>[+-]\d{2}(?::?\d{2})?(?!\d)|(?:KST|UTC|GMT)(?:[+-]\d{1,2}(?::?\d{2})?)?(?![A-Za-z\d])"
    r"|Z(?![A-Za-z])|UT\b|[ECMP][SD]T\b)"
)
_HALF = r"오전|오후|낮|밤|저녁|새벽|아침|[AP]\.?M\b\.?"
_HOURS = (
    rf"(?P<half>{_HALF})?\s*(?P<hour>\d{{1,2}})"
    r"(?:\s*:\s*(?P<minute>\d{1,2})(?:\s*:\s*(?P<second>\d{1,2}))?(?:[.,]\d{1,9})?"
    r"|(?<=T\d{2})(?P<minute3>\d{2})(?P<second3>\d{2})?"
    r"|\s*시(?!간)\s*(?:(?P<minute2>\d{1,2})\s*분)?\s*(?:(?P<second2>\d{1,2})\s*초)?)"
    r"\s*(?P<half2>[AP]\.?M\b\.?)?"
)
_TIME = rf"(?:\s*[T,/|(:-]?\s*{_HOURS}\s*{_ZONE}?)?"
_WEEKDAY = (
    r"(?:\s*[(\[,]?\s*(?:[월화수목금토일日月火水木金土](?:요일|曜日)?|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*)"
    r"(?![가-힣A-Za-z])\s*[)\]]?)?"
)
_TO_MONTH, _TO_DAY = r"\s*(?:[-./_]|년)\s*", r"\s*(?:[-./_]|월)\s*"
_END = r"\s*(?:일|\.)?"


@dataclass(frozen=True, slots=True)
class Dated:
    """An instant (aware UTC; midnight KST where only a day is told), or None and why.

    Why: `no_date`, `bad_date`, `future_date`, `absurd_date`.
    """

    at: datetime | None
    flag: str = ""


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_YEAR_FIRST = _form(
    rf"(?<!\d)(?P<year>\d{{4}})(?:{_TO_MONTH}|\s)(?P<month>\d{{1,2}})(?:{_TO_DAY}|\s)(?P<day>\d{{1,2}})(?!\d)"
    + _END + _WEEKDAY + _TIME
)  # fmt: skip
_DIGITS = _form(
    r"(?<!\d)(?P<year>(?:19|20)\d{2})(?P<month>\d{2})(?P<day>\d{2})"
    r"(?:[T\s_-]?(?P<hour>\d{2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2})(?:[.,]?\d{1,6})?)?|(?P<hour2>\d{2}))?(?!\d)"
    + _ZONE + "?"
)  # fmt: skip
_EPOCH = _form(r"^(?P<seconds>1\d{9})(?:\d{3})?$")
_DAY_FIRST = _form(
    rf"(?<!\d)(?P<day>\d{{1,2}})[\s/-](?P<name>(?:{_NAMES})[a-z]*\.?|\d{{1,2}}월)[\s/-](?P<year>\d{{4}}|\d{{2}})(?!\d|일),?"
    + _TIME
)
_NAME_FIRST = _form(
    rf"\b(?P<name>{_NAMES})[a-z]*\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})\b,?" + _TIME
)
_JAVA = _form(rf"\b(?P<name>{_NAMES})[a-z]*\s+(?P<day>\d{{1,2}})\s+{_HOURS}\s*{_ZONE}?\s+(?P<year>\d{{4}})\b")
_YEAR_LAST = _form(
    r"(?<!\d)(?P<month>\d{1,2})(?P<mark>[/.-])\s?(?P<day>\d{1,2})(?P=mark)\s?(?P<year>(?:19|20)\d{2})(?!\d)" + _TIME
)
_SHORT_YEAR = _form(
    rf"(?<![\d.A-Za-z:-])'?(?P<year>\d{{2}}){_TO_MONTH}(?P<month>\d{{1,2}}){_TO_DAY}(?P<day>\d{{1,2}})(?!\d|[.-]\d)"
    + _END + _WEEKDAY + _TIME
)  # fmt: skip
_SIX = _form(r"^(?P<year>\d{2})(?P<month>\d{2})(?P<day>\d{2})$")
_NO_YEAR = _form(
    rf"(?<![\d.A-Za-z:/-])(?P<month>\d{{1,2}}){_TO_DAY}(?P<day>\d{{1,2}})(?!\d|[./:-]\d|\s*[A-Za-z%㎡])"
    + _END
    + _WEEKDAY
    + _TIME
)
_ONLY_TIME = _form(rf"^{_HOURS}$")
_SPAN = _form(
    r"(?P<count>\d{1,4}|한|an?)\s*(?P<unit>초|분|시간|일|주일|주|개월|달|년|(?:second|minute|hour|day|week|month|year)s?)\s*(?:전|ago)"
)
_WORD = _form(r"^(?P<word>오늘|어제|그저께|그제|내일|모레|today|yesterday)" + _WEEKDAY + _TIME)
_NOW = ("방금", "지금", "just now")
_DAY_CELL = _form(r"^(?P<month>\d{2})[-./](?P<day>\d{2})\.?$")  # stricter than _NO_YEAR: a list also has rates
_UNITS = {"초": 1, "분": 60, "시간": 3600, "일": 86400, "주": 604800, "주일": 604800, "개월": 2592000, "달": 2592000,
          "년": 31536000, "second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800, "month": 2592000,
          "year": 31536000}  # fmt: skip
_WORDS = {"오늘": 0, "today": 0, "어제": 1, "yesterday": 1, "그저께": 2, "그제": 2, "내일": -1, "모레": -2}
# signs that mean the same: hyphens and dashes, middle dots, quotes, Chinese characters of dates
_SIGNS = str.maketrans(
    {**dict.fromkeys("‐‑‒–—―−─", "-"), **dict.fromkeys("·ㆍ․‧・。", "."), **dict.fromkeys("‘’`´", "'")}
    | {"年": "년", "月": "월", "時": "시", "时": "시", "分": "분", "∼": "~", "〜": "~"}
)

_Match = re.Match[str]


def parse_date(text: str, now: datetime) -> Dated:
    """The instant that `text` tells, seen at `now`; the first date in it where it holds several.

    Reads year-first dates with any of `- . / _ 년월일年月日`, two-digit years, no year (the latest such day not to
    come), runs of 6, 8, 10, 12 and 14 digits, seconds and milliseconds since 1970, RFC 822 and 3339, the same with
    Korean months (`06 10월 2026`), `MM/DD/YYYY`, `DD.MM.YYYY`, `오후 1:42`, `정오`, a bare time
    (today), `3시간 전`, `어제 15:20`.
    """
    plain = _plain(text)
    if not plain:
        return Dated(None, "no_date")
    try:
        at = _read(plain, now)
        return Dated(None, "no_date") if at is None else _trusted(at.astimezone(UTC), now)
    except ValueError:
        return Dated(None, "bad_date")
    except OverflowError:
        return Dated(None, "absurd_date")


def looks_like_date(text: str) -> bool:
    """Whether a short cell of a list is a date and little else."""
    plain = _plain(text[:60])
    if plain in _WORDS:
        return True
    if not 4 <= len(plain) <= 40:
        return False
    for pattern in (_YEAR_FIRST, _SHORT_YEAR, _DIGITS, _DAY_FIRST, _ONLY_TIME, _SPAN, _YEAR_LAST, _DAY_CELL, _WORD):
        found = pattern.search(plain)
        if found and len(found[0].strip()) * 2 >= len(plain) and _plausible(found):
            return True
    return False


def date_in(text: str) -> str:
    """The first full date inside a short text ("등록일 2026-11-23"), as written, or ""."""
    found = _YEAR_FIRST.search(_plain(text))
    return found[0].strip(" (,/|-") if found and _plausible(found) else ""


def embargo_in(text: str, now: datetime) -> datetime | None:
    """The instant before which a document asks not to be used, where its head names one that is still to come.

    Reads `보도시점 2026. 11. 24.(화) 12:00 이후`, `11. 24.(화) 조간부터` (from that midnight), `석간` (from noon),
    `엠바고 …`, `24일 10시 이후 보도`; of several times the one for the web. `배포 즉시` is none.
    """
    for label in (_EMBARGO, _ASKED):
        for found in label.finditer(text[:_HEAD]):
            at = _release(_plain(found[1]), now)
            if at is not None:
                return at if now < at <= now + timedelta(days=60) else None
            if "즉시" in found[1]:
                return None
    return None


def embargo_line(text: str) -> str:
    """The part of a page's text that names a time of release, with its label, for `embargo_in`; "" where none does."""
    found = next((one for one in _EMBARGO.finditer(text[:_MAX_PAGE]) if any(map(str.isdigit, one[1][:40]))), None)
    return found[0][:_MAX_CHARS] if found else ""


_MAX_PAGE = 100_000
_HEAD = 1500  # characters in which a document's head stands
_EMBARGO = re.compile(
    r"(?:엠\s*바\s*고|보\s*도\s*시\s*점|보\s*도\s*시\s*기|보도\s*제한|보도\s*일시)(?:일시|시각|시간)?[\s:：|)\]]{0,10}([^\n]{4,120}(?:\n[^\n]{0,40})?)"
)
_ASKED = re.compile(
    r"([^\n]{4,60}(?:이후|부터|까지))[^\n가-힣]{0,5}(?:에\s*)?"
    r"(?:(?:보도|게재)\s*(?:하여|해|가능|바람|바랍|요망|부탁)|엠바고)"
)
_FOR_WEB = re.compile(r"(?:온라인|인터넷|방송|통신)[^\d\n]{0,15}(\d[^\n]*)")
_PAPERS = re.compile(r"(조간|석간)")


def _release(line: str, now: datetime) -> datetime | None:
    """The instant a line of a press release's head names, whenever that is; None where it names none."""
    web = _FOR_WEB.search(line)
    line = web[1] if web else line
    cut = re.search(r"배\s*포|담당|책임", line)
    line = line[: cut.start()] if cut and cut.start() > 5 else line
    if "즉시" in line[:20]:
        return None
    forms = (*_FORMS[:-2], (_NO_YEAR, _coming))
    found, reader = next(((match, reader) for form, reader in forms if (match := form.search(line))), (None, _coming))
    if found is None:
        return None
    try:
        at = reader(found, now)
    except (ValueError, OverflowError):
        return None
    paper = _PAPERS.search(line[found.end() :]) if found.groupdict().get("hour") is None else None
    try:
        return (at + timedelta(hours=12) if paper and paper[1] == "석간" else at).astimezone(UTC)
    except OverflowError:  # the year 1 or 9999
        return None


def _plain(text: str) -> str:
    text = text[:_MAX_CHARS]
    if not text.isascii():
        text = (
            unicodedata.normalize("NFKC", text.translate(_SIGNS)).replace("정오", "12:00").replace("낮 12", "오후 12")
        )
        if "日" in text and "日)" not in text:
            text = text.replace("日", "일")
    return " ".join(text.split())


def _plausible(found: _Match) -> bool:
    parts = found.groupdict()
    year, month, day = parts.get("year") or "", parts.get("month"), parts.get("day")
    if len(year) == 4 and not 1900 <= int(year) < 2100:
        return False
    return (month is None or 1 <= int(month) <= 12) and (day is None or 1 <= int(day) <= 31)


def _read(plain: str, now: datetime) -> datetime | None:
    for pattern, reader in _FORMS:
        if found := pattern.search(plain):
            return reader(found, now)
    return now if plain.lower().startswith(_NOW) else None


def _trusted(at: datetime, now: datetime) -> Dated:
    if at.year < OLDEST or at > now + AHEAD:
        return Dated(None, "absurd_date")
    return Dated(None, "future_date") if at > now + SLACK else Dated(at)


def _full(found: _Match, _now: datetime) -> datetime:
    return _instant(found, int(found["year"]), int(found["month"]))


def _short(found: _Match, now: datetime) -> datetime:
    # a two-digit year that lies ahead belongs to the last century
    year = 2000 + int(found["year"])
    return _instant(found, year if year <= now.year + 2 else year - 100, int(found["month"]))


def _named(found: _Match, _now: datetime) -> datetime:
    name, year = found["name"].lower(), int(found["year"])
    month = int(name[:-1]) if name[0].isdigit() else _MONTHS[name[:3]]
    return _instant(found, year + 2000 if year < 100 else year, month)


def _year_last(found: _Match, _now: datetime) -> datetime:
    """`10/06/2026` has the month first (data.go.kr), `06.10.2026` the day; what cannot be is the other way round."""
    first, second = int(found["month"]), int(found["day"])
    swap = (found["mark"] == "." and second <= 12) or first > 12
    month, day = (second, first) if swap else (first, second)
    return _instant(found, int(found["year"]), month, day)


def _since_1970(found: _Match, _now: datetime) -> datetime:
    return datetime.fromtimestamp(int(found["seconds"]), UTC)


def _yearless(found: _Match, now: datetime) -> datetime:
    return _latest(found, now + SLACK)


def _coming(found: _Match, now: datetime) -> datetime:
    """A day without a year that may lie two months ahead, as embargoes do."""
    return _latest(found, now + timedelta(days=60))


def _latest(found: _Match, latest: datetime) -> datetime:
    today = latest.astimezone(KST)
    for year in range(today.year, today.year - 9, -1):  # 8 years bring any 29 February back
        try:
            at = _instant(found, year, int(found["month"]))
        except ValueError:
            if (found["month"].lstrip("0"), found["day"]) != ("2", "29"):
                raise
            continue
        if at <= latest:
            return at
    raise ValueError("no such day")


def _clock_only(found: _Match, now: datetime) -> datetime:
    return _midnight(now.astimezone(KST).date()) + _clock(found.groupdict())


def _day_word(found: _Match, now: datetime) -> datetime:
    day = now.astimezone(KST).date() - timedelta(days=_WORDS[found["word"].lower()])
    return _midnight(day) + _clock(found.groupdict())


def _ago(found: _Match, now: datetime) -> datetime:
    count = int(found["count"]) if found["count"].isdigit() else 1
    unit = found["unit"].lower()
    return now - timedelta(seconds=count * _UNITS.get(unit, _UNITS.get(unit.removesuffix("s"), 0)))


def _instant(found: _Match, year: int, month: int, day: int | None = None) -> datetime:
    parts = found.groupdict()
    start = datetime(year, month, day or int(parts["day"]), tzinfo=_zone(parts.get("zone")))
    # "24:00" is how offices write the end of a day
    return start + _clock(parts)


def _clock(parts: dict[str, str | None]) -> timedelta:
    """The time of day that `parts` tell, since midnight."""
    hour, minute, second = (
        int(parts.get(name) or parts.get(f"{name}2") or parts.get(f"{name}3") or 0)
        for name in ("hour", "minute", "second")
    )
    half = (parts.get("half") or parts.get("half2") or "").upper().replace(".", "")
    if hour < {"오후": 12, "PM": 12, "저녁": 12, "밤": 12, "낮": 6}.get(half, 0):
        hour += 12
    elif half in {"오전", "AM", "새벽", "아침"} and hour == 12:
        hour = 0
    elif half == "밤" and hour == 12:
        hour = 24
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and minute):
        raise ValueError(f"no such time: {hour}:{minute}:{second}")
    return timedelta(hours=hour, minutes=minute, seconds=min(second, 59))


def _zone(name: str | None) -> tzinfo:
    """The zone of an offset or a name, KST for none; `GMT+9` is nine hours ahead."""
    name = (name or "").strip().lower()
    sign = re.search(r"[+-]", name)
    if sign is None:
        return timezone(timedelta(hours=_ZONES[name])) if name in _ZONES else KST
    hours, minutes = re.fullmatch(r"(\d{1,2}):?(\d{2})?", name[sign.end() :]).groups("0")  # type: ignore[union-attr]
    span = timedelta(hours=int(hours), minutes=int(minutes))
    if name.startswith("kst"):  # "KST+09:00" names one thing twice
        return KST
    return timezone(-span if sign[0] == "-" else span)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=KST)


_FORMS: tuple[tuple[re.Pattern[str], Callable[[_Match, datetime], datetime]], ...] = (
    (_YEAR_FIRST, _full),
    (_DAY_FIRST, _named),
    (_NAME_FIRST, _named),
    (_JAVA, _named),
    (_YEAR_LAST, _year_last),
    (_EPOCH, _since_1970),
    (_DIGITS, _full),
    (_SHORT_YEAR, _short),
    (_SPAN, _ago),
    (_WORD, _day_word),
    (_SIX, _short),
    (_ONLY_TIME, _clock_only),
    (_NO_YEAR, _yearless),
)

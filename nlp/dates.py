"""Dates and times in running Korean prose: "2026. 12. 5.(토) 18:00", "12월 5일 오후 6시", "’26.12.5.", "11. 23. ~ 30.".

Also what is told from the day of publication ("이달 말까지", "금일 중", "다음 주 금요일"), and English dates. A week
("12월 첫째 주") is no date. A year or month that the text leaves out is taken from its neighbour in a range, else from
the day of publication; a weekday in the text must fit, or the date is refused. No date is ever made up: each has its
place in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

KST: Final = timezone(timedelta(hours=9), "KST")

_WEEKDAY: Final = r"(?:\s*\(\s*(?P<weekday>[월화수목금토일])(?:요일)?\s*\)|\s+(?P<day_name>[월화수목금토일])요일)?"
_CLOCK: Final = (
    r"(?:\s*,?\s*(?:(?P<half>오전|오후|낮|밤)\s*)?"
    r"(?:(?P<hour>\d{1,2})\s*(?::\s*(?P<minute>\d{2})(?!\d)|시(?!간)(?:\s*(?P<minute2>\d{1,2})\s*분)?)|(?P<noon>정오)))?"
)
_YEAR: Final = r"(?:(?P<year>20\d{2})|['’‘`](?P<short>\d{2}))"
_SHAPES: Final = [
    rf"(?<!\d){_YEAR}\s*[.\-/년]\s*(?P<month>\d{{1,2}})\s*[.\-/월]\s*(?P<day>\d{{1,2}})(?!\d)\s*[.일]?{_WEEKDAY}{_CLOCK}",
    rf"(?<![\d.])(?P<month>\d{{1,2}})\s*월\s*(?P<day>\d{{1,2}})(?:\s*일|(?=\s*[~∼]\s*\d{{1,2}}\s*일)){_WEEKDAY}{_CLOCK}",
    rf"(?<![\d.])(?P<month>\d{{1,2}})\.\s*(?P<day>\d{{1,2}})(?:\.|(?=\s*\(\s*[월화수목금토일]))(?!\s*\d+[.%]?\s*(?:억|만|%|배|개|명)){_WEEKDAY}{_CLOCK}",
    rf"(?<![\d.])(?P<month>\d{{1,2}})\.(?P<day>\d{{1,2}})(?=일|\s*[~∼-]\s*\d{{1,2}}\.\d{{1,2}}일)일?{_WEEKDAY}{_CLOCK}",
    rf"(?<=[~∼])\s*(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}})(?![\d/]){_WEEKDAY}{_CLOCK}",
    rf"(?<![\d.])(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}})(?=\s*\(\s*[월화수목금토일]|\s*까지){_WEEKDAY}{_CLOCK}",
]
_DAY_ONLY: Final = re.compile(
    rf"(?P<when>오는|금주|이번\s*주|이달|이번\s*달|내달|다음\s*달)\s*(?P<day>\d{{1,2}})(?:\s*일(?![가-힣]*\s*(?:간|동안))|(?=\s*[~∼]\s*\d{{1,2}}\s*일)){_WEEKDAY}{_CLOCK}"
    r"|(?<![\d월.~∼\-]\s)(?<![\d월.,~∼\-/])(?<!매월\s)(?<!매달\s)(?<!익월\s)(?<!최대\s)(?<!최장\s)(?P<bare>\d{1,2})일"
    r"(?=부터\s*\d{1,2}\s*일\s*까지|까지|에?\s*마감)"
)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_EN_MONTH: Final = rf"(?P<english>{'|'.join(_MONTHS)})[a-z]{{0,6}}"
_AT_ONCE: Final = [
    re.compile(
        r"(?P<month_end>이달|이번\s*달|내달|다음\s*달|(?:내년\s*)?(?<![\d.])\d{1,2}월|올해|금년|(?<![가-힣])연)\s*말일?"
        r"(?=\s*(?:까지|마감))"
    ),
    re.compile(
        r"(?<![가-힣])(?P<near>금일|오늘|내일|명일|모레)(?=[\s\d:시분오전후정낮밤]{0,14}(?:까지|중|한(?=[\s.)]|$)))"
    ),
    re.compile(r"(?<![가-힣])(?P<week>이번|금|다음|차)\s*주\s*(?P<of_week>[월화수목금토일])요일(?!\s*\(?인?\s*\d)"),
    re.compile(rf"\b{_EN_MONTH}\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>20\d\d)\b", re.IGNORECASE),
    re.compile(rf"\b(?P<day>\d{{1,2}})\s+{_EN_MONTH}\.?,?\s+(?P<year>20\d\d)\b", re.IGNORECASE),
]
_CLOCK_ALONE: Final = re.compile(_CLOCK)
_AFTER_RANGE: Final = re.compile(rf"\s*(?P<day>\d{{1,2}})\s*(?:\.|일){_WEEKDAY}{_CLOCK}")
_ONLY_TIME: Final = re.compile(
    r"\s*(?:(?P<half>오전|오후|낮|밤)\s*)?(?:(?P<hour>\d{1,2})\s*(?::\s*(?P<minute>\d{2})(?!\d)|시(?!간)))\s*(?=까지)"
)
_HOURS: Final = re.compile(r"\s*[~∼-]\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})(?!\d)")
_OFFICE: Final = re.compile(r"\s*\(\s*\d{1,2}:\d{2}\s*[~∼-]\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})\s*\)")
RANGE: Final = re.compile(r"\s*(?:~|∼|〜|–|-|부터|에서)\s*")
_WEEKDAYS: Final = "월화수목금토일"


@dataclass(frozen=True, slots=True)
class Found:
    """A date in a text: the characters [start, end), and the day or the instant (UTC) that it means.

    `starts_range` says that it is the first of two ends; `hours`: the day's last hour of several is told.
    """

    start: int
    end: int
    at: date | datetime
    starts_range: bool = False
    ends_range: bool = False
    hours: bool = False

    @property
    def day(self) -> date:
        """The day in Korea."""
        return self.at.astimezone(KST).date() if isinstance(self.at, datetime) else self.at


def _groups(found: re.Match[str]) -> dict[str, str | None]:
    return {name: value for name, value in found.groupdict().items() if value is not None}


def _day(year: int, month: int, day: int, weekday: str | None) -> date | None:
    try:
        result = date(year, month, day)
    except ValueError:
        return None
    return result if weekday is None or _WEEKDAYS[result.weekday()] == weekday else None


def _near(published: date, month: int, day: int, weekday: str | None) -> date | None:
    """The day in the year that makes sense on publication: from three months ago to nine months ahead."""
    for year in (published.year, published.year + 1, published.year - 1):
        result = _day(year, month, day, weekday)
        if result is not None and -95 <= (result - published).days <= 275:
            return result
    return None


def _instant(day: date, parts: dict[str, str | None]) -> date | datetime:
    """The day with the clock time that the text gives, if it does."""
    if parts.get("noon"):
        return datetime.combine(day, time(12), KST).astimezone(UTC)
    if parts.get("hour") is None:
        return day
    hour, minute = int(parts["hour"] or 0), int(parts.get("minute") or parts.get("minute2") or 0)
    if parts.get("half") in ("오후", "밤") and hour < 12:
        hour += 12
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return day
    return (datetime.combine(day, time(), KST) + timedelta(hours=hour, minutes=minute)).astimezone(UTC)


def _read(found: re.Match[str], published: date, before: date | None) -> date | None:
    parts = _groups(found)
    month, day = int(parts["month"] or 0), int(parts["day"] or 0)
    weekday = parts.get("weekday") or parts.get("day_name")
    if parts.get("year"):
        return _day(int(parts["year"] or 0), month, day, weekday)
    if parts.get("short"):
        return _day(2000 + int(parts["short"] or 0), month, day, weekday)
    if before is not None:
        same = _day(before.year, month, day, weekday)
        return same if same is not None and same >= before else _day(before.year + 1, month, day, weekday)
    return _near(published, month, day, weekday)


def _coming(day: int, published: date) -> date | None:
    """The next day of that number: this month's if it is not over, else the next month's."""
    this = _day(published.year, published.month, day, None)
    if this is not None and this >= published:
        return this
    following = _following(published)
    return _day(following.year, following.month, day, None)


def _relative(found: re.Match[str], published: date) -> date | None:
    day, weekday = int(found["day"]), found["weekday"] or found["day_name"]
    when = found["when"].replace(" ", "")
    following = _following(published)
    if when in ("내달", "다음달"):
        return _day(following.year, following.month, day, weekday)
    this = _day(published.year, published.month, day, weekday)
    if when in ("오는", "금주", "이번주") and (this is None or this < published):
        return _day(following.year, following.month, day, weekday)
    return this


def _month_end(said: str, published: date) -> date | None:
    """The last day of the month that is named, of the year where only that is."""
    following = _following(published)
    if said in ("올해", "금년", "연"):
        return date(published.year, 12, 31)
    if said in ("이달", "이번달"):
        return following - timedelta(days=1)
    if said in ("내달", "다음달"):
        return _following(following) - timedelta(days=1)
    month = int("".join(letter for letter in said if letter.isdigit()))
    if not 1 <= month <= 12:
        return None
    year = published.year + (said.startswith("내년") or month < published.month - 2)
    return _following(date(year, month, 1)) - timedelta(days=1)


def _following(day: date) -> date:
    """The first day of the month after."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _at_once(parts: dict[str, str | None], published: date) -> date | None:
    """What is told from the day of publication, or in English."""
    if said := parts.get("month_end"):
        return _month_end("".join(said.split()), published)
    if near := parts.get("near"):
        return published + timedelta(days=("금일", "오늘", "내일", "명일", "모레").index(near) // 2)
    if week := parts.get("week"):
        monday = published - timedelta(days=published.weekday())
        return monday + timedelta(days=_WEEKDAYS.index(parts["of_week"] or "월") + 7 * (week in ("다음", "차")))
    month = _MONTHS.index((parts["english"] or "").lower()) + 1
    return _day(int(parts["year"] or 0), month, int(parts["day"] or 0), None)


_PATTERNS: Final = [re.compile(shape) for shape in _SHAPES]


def _next(text: str, position: int) -> re.Match[str] | None:
    patterns = (*_PATTERNS, _DAY_ONLY, *_AT_ONCE)
    found = [match for pattern in patterns if (match := pattern.search(text, position))]
    return min(found, key=lambda match: (match.start(), -match.end()), default=None)


def _told(match: re.Match[str], published: date, before: date | None) -> date | None:
    """The day that a match means."""
    if match.re in _AT_ONCE:
        return _at_once(_groups(match), published)
    if _is_bare(match):
        return _coming(int(match["bare"]), before or published)
    return _relative(match, published) if match.re is _DAY_ONLY else _read(match, published, before)


def find_dates(text: str, published: date) -> list[Found]:
    """Every date of a sentence, in order; both ends of a range are marked.

    Args:
        text: one sentence or line.
        published: the day in Korea on which it was said.
    """
    return list(_find(text[:2_000], published))


def _find(text: str, published: date) -> Iterator[Found]:
    position, before = 0, None
    while (match := _next(text, position)) is not None:
        ends = before is not None
        day = _told(match, published, before)
        clock = _CLOCK_ALONE.match(text, match.end()) if match.re in _AT_ONCE else None
        position, before = (clock or match).end(), None
        if day is None:
            continue
        hours = (_HOURS if match.groupdict().get("hour") else _OFFICE).match(text, position)
        position = hours.end() if hours else position  # office hours: the day's last counts
        follows = RANGE.match(text, position)
        at = _instant(day, _groups(hours or clock or match))
        yield Found(match.start(), position, at, follows is not None, ends, hours is not None)
        if follows is None:
            continue
        before, position = day, follows.end()
        short = _short_end(text, position, day)
        if short is not None:
            yield short
            position, before = short.end, None
        elif _next_start(text, position) != position:
            before = None


def _next_start(text: str, position: int) -> int:
    following = _next(text, position)
    return -1 if following is None else following.start()


def _is_bare(match: re.Match[str]) -> bool:
    """Whether it is a day of a month that is not named."""
    return match.re is _DAY_ONLY and match["bare"] is not None


def _short_end(text: str, position: int, first: date) -> Found | None:
    """The end of "11. 23. ~ 30." or "오전 9시부터 오후 6시까지", which leaves out what it shares with the start."""
    following = _next(text, position)
    if following is not None and following.start() == position and not _is_bare(following):
        return None
    clock = _ONLY_TIME.match(text, position)
    if clock is not None:
        return Found(position, clock.end(), _instant(first, _groups(clock)), ends_range=True)
    match = _AFTER_RANGE.match(text, position)
    if match is None:
        return None
    day = _day(first.year, first.month, int(match["day"]), match["weekday"] or match["day_name"])
    if day is None or day < first:
        return None
    office = None if match["hour"] else _OFFICE.match(text, match.end())
    return Found(match.start(), (office or match).end(), _instant(day, _groups(office or match)), ends_range=True)

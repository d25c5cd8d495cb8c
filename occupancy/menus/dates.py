"""The days of a menu: what a header cell says of its day, what a title says of all, and which calendar days that makes.

Pure. A menu rarely tells everything (`23(월)`, `월`, 12월 4주): what is missing comes from titles, the neighbours and,
last, from what lies nearest to today. A date whose weekday is another's is told, not corrected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from occupancy.menus.words import closed, is_label

_WEEKDAYS: Final = "월화수목금토일"
_CHINESE: Final = "月火水木金土日"
_ENGLISH: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_STEPS: Final = {"그저께": -2, "어제": -1, "오늘": 0, "금일": 0, "내일": 1, "명일": 1, "모레": 2, "글피": 3}
_FULL: Final = re.compile(
    r"(?<![\d.])(?:(20\d\d|\d\d)\s*[년./-]\s*)?(?<!\d)(1[0-2]|0?[1-9])\s*(?:월|[./-])\s*(3[01]|[12]\d|0?[1-9])"
    r"(?!\d|\s*(?:주(?![메요찬류간])|째|번째))\s*일?\.?"
)
_ISO: Final = re.compile(r"(?<!\d)(20\d\d)[-./]?\s?(0[1-9]|1[0-2])[-./]?\s?(0[1-9]|[12]\d|3[01])(?!\d)")
_DAY: Final = re.compile(r"(?<!\d)(3[01]|[12]\d|0?[1-9])\s*일(?![가-힣])")
_BARE: Final = re.compile(r"(?<![\d.])(3[01]|[12]\d|0?[1-9])(?![\d.,]*\d|월(?!요일)|[년주시분명원회차층호인개식번조])")
_WEEKDAY: Final = re.compile(
    r"(?<![가-힣])([월화수목금토일月火水木金土日])(?:\s*요\s*일|曜日)?(?![가-힣])|(?<![a-z])(mon|tue|wed|thu|fri|sat|sun)[a-z]*",
    re.IGNORECASE,
)
_RANGE: Final = re.compile(
    r"(?:(20\d\d|\d\d)\s*[년./-]\s*)?(?<!\d)(1[0-2]|0?[1-9])\s*(?:월|[./-])\s*(3[01]|[12]\d|0?[1-9])(?!\d)\s*일?\.?\s*(?:\(?[월화수목금토일]\)?)?\s*[~∼～〜-]"
    r"\s*(?:(?:(20\d\d|\d\d)\s*[년./-]\s*)?(1[0-2]|0?[1-9])\s*(?:월|[./-])\s*)?(3[01]|[12]\d|0?[1-9])(?!\d)"
)
_MONTH: Final = re.compile(
    r"(?:(20\d\d|\d\d)\s*(?:년|[./-])\s*(?:도\s*)?)?(?<!\d)(1[0-2]|0?[1-9])\s*월(?!\s*\d{1,2}\s*일)"
)
_YEAR: Final = re.compile(r"(?<!\d)(20\d\d)\s*(?:년|학년)?(?!\d)")
_NTH: Final = re.compile(
    r"(?:제\s*)?(?:(?<!\d)([1-6])\s*(?:주(?![일간년])|째\s*주|번째\s*주)|(첫|둘|셋|넷|다섯)\s*(?:째|번째)?\s*주)"
)
_NTHS: Final = {"첫": 1, "둘": 2, "셋": 3, "넷": 4, "다섯": 5}
_WEEK: Final = re.compile(
    r"(이번|금|다음|차|다다음|지난)\s*주(?!\s*식?단?\s*표?\s*는?\s*없)(?=[^가-힣]|식단|메뉴|간|의|는|에|$)"
)
_WEEKS: Final = {"지난": -1, "이번": 0, "금": 0, "다음": 1, "차": 1, "다다음": 2}
_PUNCTUATION: Final = re.compile(r"[\s()\[\]<>{}（）【】.,/·:~*\-|'’`]+")
_LONGEST_REST: Final = 14


@dataclass(frozen=True, slots=True)
class Hint:
    """What a cell says of its day. `rest` is what else stands in it (중식, 한글날); `bare`: a number and no more."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    rest: str = ""
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """What titles say of all days: a span, a month with its year, a week of it, a week from today's."""

    year: int | None = None
    month: int | None = None
    first: date | None = None
    last: date | None = None
    nth: int | None = None
    week: int | None = None

    def under(self, wider: Context) -> Context:
        """This context with what only the wider one knows; a span of its own leaves the wider one's week out."""
        mine = self.first is not None or self.nth is not None or self.week is not None
        return Context(
            self.year or wider.year,
            self.month or wider.month,
            self.first if mine else wider.first,
            self.last if mine else wider.last,
            self.nth if mine else wider.nth,
            self.week if mine else wider.week,
        )


@dataclass(slots=True)
class Resolved:
    """The days in their hints' order; None where nothing tells. `wrong` are hints whose date and weekday disagree."""

    days: list[date | None] = field(default_factory=list)
    wrong: list[int] = field(default_factory=list)


def hint(text: str) -> Hint | None:
    """The day that a cell is a header of; None for any other text."""
    flat = " ".join(text.replace("\u3000", " ").split())
    if not flat or len(flat) > 40:
        return None
    iso = _ISO.search(flat)
    found = iso or _FULL.search(flat)
    year = month = day = None
    bare = False
    if found:
        year, month, day = _year(found[1]), int(found[2]), int(found[3])
        flat = flat[: found.start()] + " " + flat[found.end() :]
    else:
        only = _DAY.search(flat)
        if only is None:
            only = _BARE.search(flat)
            bare = only is not None
        if only:
            day = int(only[1])
            flat = flat[: only.start()] + " " + flat[only.end() :]
    weekday, flat = _weekday(flat)
    rest = " ".join(_PUNCTUATION.sub(" ", flat).split())
    if weekday is None and (day is None or (bare and rest and not closed(rest))):
        return None
    ahead = _PUNCTUATION.sub("", text.replace("\u3000", " "))[:1]
    leads = ahead.isdigit() or ahead in _WEEKDAYS + _CHINESE  # a dish with numbers behind it is no day
    sure = leads and not bare and (month is not None or weekday is not None) and not any(map(str.isdigit, rest))
    if len(rest) > _LONGEST_REST or not (not rest or closed(rest) or is_label(rest) or (sure and day is not None)):
        return None
    if bare and weekday is not None:
        bare = False
    return Hint(year, month, day, weekday, rest, bare)


def _weekday(flat: str) -> tuple[int | None, str]:
    found = _WEEKDAY.search(flat)
    if not found:
        return None, flat
    number = (
        (_WEEKDAYS if found[1] in _WEEKDAYS else _CHINESE).index(found[1])
        if found[1]
        else _ENGLISH.index(found[2].lower())
    )
    return number, flat[: found.start()] + " " + flat[found.end() :]


def _year(text: str | None) -> int | None:
    if not text:
        return None
    return int(text) if len(text) == 4 else 2000 + int(text)


def context(texts: Iterable[str], today: date) -> Context:
    """What titles, file and sheet names say together; the first to name a thing wins."""
    found = Context()
    for text in texts:
        found = found.under(_context(" ".join(text[:300].split()), today))
    return found


def _context(text: str, today: date) -> Context:
    span = _RANGE.search(text)
    if span:
        first, last = _span(span, today)
        if first and last:
            return Context(first.year, first.month, first, last)
    month, year, week = _MONTH.search(text), _YEAR.search(text), _WEEK.search(text)
    nth = _NTH.search(text)
    single = _ISO.search(text) or (None if month else _FULL.search(text))
    if single and not week:
        first = _nearest(_year(single[1]), int(single[2]), int(single[3]), None, today)
        return Context(first.year if single[1] and first else None, int(single[2]), first, None)
    number = (int(nth[1]) if nth[1] else _NTHS[nth[2]]) if nth and (month or len(text) < 12) else None
    told = _year(month[1]) if month and month[1] else int(year[1]) if year else None
    return Context(
        told, int(month[2]) if month else None, nth=number, week=_WEEKS[week[1]] if week and not span else None
    )


def _span(found: re.Match[str], today: date) -> tuple[date | None, date | None]:
    first = _nearest(_year(found[1]), int(found[2]), int(found[3]), None, today)
    if first is None:
        return None, None
    month = int(found[5]) if found[5] else first.month
    year = first.year + (month < first.month)
    last = _date(year, month, int(found[6]))
    if last is None or last < first or (last - first).days > 100:
        return first, first
    return first, last


def resolve(hints: Sequence[Hint], known: Context, today: date, before: date | None = None) -> Resolved:
    """The calendar days of a block's header, in order: a later cell is a later day, all are after `before`."""
    found = Resolved()
    for number, one in enumerate(hints):
        day = _day(one, known, before, today)
        if day is not None and one.weekday is not None and one.weekday != day.weekday():
            found.wrong.append(number)
        found.days.append(day)
        before = day or before
    return found


def _day(one: Hint, known: Context, before: date | None, today: date) -> date | None:
    if one.month is not None and one.day is not None:
        return _dated(one, known, before, today)
    if one.day is not None:
        return _numbered(one, known, before, today)
    if one.weekday is None:
        return None
    return _named(one.weekday, known, before, today)


def _dated(one: Hint, known: Context, before: date | None, today: date) -> date | None:
    assert one.month is not None  # noqa: S101 - the caller's branch
    assert one.day is not None  # noqa: S101
    year = one.year
    if year is None and before is not None:
        near = before
        return _nearest(None, one.month, one.day, one.weekday, near)
    if year is None and known.first is not None:
        return _nearest(None, one.month, one.day, one.weekday, known.first)
    if year is None and known.year is not None:
        year = known.year
        found = _date(year, one.month, one.day)
        if found and one.weekday is not None and found.weekday() != one.weekday:
            return _nearest(None, one.month, one.day, one.weekday, found)
    return _nearest(year, one.month, one.day, one.weekday, today)


def _numbered(one: Hint, known: Context, before: date | None, today: date) -> date | None:
    """A day of the month alone: of the title's month, of the month that goes on, or of the nearest that fits."""
    assert one.day is not None  # noqa: S101 - the caller's branch
    if before is not None:
        for step in range(2):
            month = _month_after(before, step)
            found = _date(month.year, month.month, one.day)
            if found and found > before:
                return found
        return None
    start = known.first or (_month_of(known, today) if known.month else None)
    months = [_month_after(start or today, step) for step in (0, 1, -1, 2, -2)]
    candidates = [found for month in months if (found := _date(month.year, month.month, one.day))]
    fitting = [each for each in candidates if one.weekday is None or each.weekday() == one.weekday]
    if start is not None:
        return next(iter(fitting[:1] or candidates[:1]), None)
    return min(fitting or candidates, key=lambda each: _distance(each, today), default=None)


def _named(weekday: int, known: Context, before: date | None, today: date) -> date:
    """A weekday alone: of the title's week, after the day before it, or of the week that is meant now."""
    if before is not None:
        return before + timedelta(days=(weekday - before.weekday() - 1) % 7 + 1)
    return monday_of(known, today) + timedelta(days=weekday)


def monday_of(known: Context, today: date) -> date:
    """The Monday of the week that titles name, else of this one; from Friday on of the next."""
    if known.first is not None:
        return known.first - timedelta(days=known.first.weekday())
    if known.nth is not None and known.month is not None:
        return _nth_week(_month_of(known, today), known.nth)
    monday = today - timedelta(days=today.weekday())
    if known.week is not None:
        return monday + timedelta(weeks=known.week)
    if known.month is not None and known.month not in {monday.month, (monday + timedelta(days=6)).month}:
        return _nth_week(_month_of(known, today), 1)
    return monday + timedelta(weeks=int(today.weekday() > 3))


def _nth_week(first: date, nth: int) -> date:
    """The Monday of a month's nth week; its first is the one with most of its days in it (as in ISO 8601)."""
    monday = first - timedelta(days=first.weekday())
    if first.weekday() > 3:
        monday += timedelta(weeks=1)
    return monday + timedelta(weeks=nth - 1)


def _month_of(known: Context, today: date) -> date:
    month = known.month or today.month
    if known.year:
        return date(known.year, month, 1)
    return min((date(today.year + step, month, 1) for step in (-1, 0, 1)), key=lambda each: _distance(each, today))


def _month_after(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def _nearest(year: int | None, month: int, day: int, weekday: int | None, near: date) -> date | None:
    """That date of the year, or of the year in which it lies nearest; the weekday decides where it can."""
    years = (year,) if year else (near.year, near.year + 1, near.year - 1)
    candidates = [found for each in years if (found := _date(each, month, day))]
    fitting = [each for each in candidates if weekday is None or each.weekday() == weekday]
    close = min(candidates, key=lambda each: _distance(each, near), default=None)
    if close is not None and close not in fitting and fitting and _distance(close, near) < 60:
        return close  # nearer in time than any year in which the weekday would be right: a slip of the pen
    return min(fitting or candidates, key=lambda each: _distance(each, near), default=None)


def _distance(one: date, other: date) -> int:
    return abs((one - other).days)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def relative(word: str, today: date) -> date | None:
    """The day that 오늘, 내일, … names."""
    return today + timedelta(days=_STEPS[word]) if word in _STEPS else None


def relative_words() -> Iterator[str]:
    """Those words, longest first."""
    yield from sorted(_STEPS, key=len, reverse=True)

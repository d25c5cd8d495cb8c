"""Stretches of days in a question: "지난달", "이번 주", "작년 11월", "최근 3일", "10. 1.~10. 15.", "2025년 하반기".

A question looks back, so a month or day without a year is the last one that has begun. It refuses to guess: what is no
stretch of days stays a word, and what stands in quotation marks is never read as one.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

_JOSA: Final = r"(?:에서|에는|까지의|에|의|부터|중에|중|동안|간|치)?(?=\s|$|[,.?!])"
_START: Final = r"(?<![\w가-힣.])"
_YEAR: Final = r"(?P<year>(?:19|20)\d{2})\s*년|['’‘](?P<short>\d{2})\s*년|(?P<said>올해|금년|작년|지난해|전년|재작년)"
_DAY: Final = (
    r"(?:(?P<y{n}>(?:19|20)\d{{2}})\s*[.\-/년]\s*)?(?P<m{n}>\d{{1,2}})\s*[.\-/월]\s*(?P<d{n}>\d{{1,2}})\s*[.일]?"
    r"(?:\s*\([월화수목금토일]\))?"
)
_TO: Final = r"\s*(?:~|∼|〜|–|-|부터|에서)\s*"
_SPAN: Final = r"(?P<count>\d{1,4}|한|두|세|석|네|넉|여섯)\s*(?P<unit>주일|주간|주|일|개월|달|년)"
_LONG: Final = r"(?:간|동안|이내|내|사이)"
_BACK: Final = {"올해": 0, "금년": 0, "작년": 1, "지난해": 1, "전년": 1, "재작년": 2}
_COUNTS: Final = {"한": 1, "두": 2, "세": 3, "석": 3, "네": 4, "넉": 4, "여섯": 6}
_DAYS: Final = {"하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "일주일": 7, "열흘": 10, "보름": 15}
_DAYS_SAID: Final = "|".join(_DAYS)
_THIRD: Final = r"(?:\s?(?P<third>초|중순|말)(?=\s|$|에|부터))"
_SEASONS: Final = {"봄": 3, "여름": 6, "가을": 9, "겨울": 12}
_WEEKDAYS: Final = "월화수목금토일"
_SINCE: Final = re.compile(r"\s*(?:이후로?|이래로?|부터)(?=\s|$)")
_QUOTED: Final = re.compile(r'["“”「『][^"“”「」『』]{1,100}["“”」』]')


@dataclass(frozen=True, slots=True)
class Period:
    """The days [first, last], both included, in Korea."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Dated:
    """A question in two: its period, None where it names none, and the words that are left."""

    period: Period | None
    words: str


def read_period(text: str, today: date) -> Dated:
    """The first stretch of days that the text names, and the text without it."""
    quoted = [found.span() for found in _QUOTED.finditer(text)]
    for pattern, meaning in _SHAPES:
        for found in pattern.finditer(text):
            if any(start < found.end() and found.start() < end for start, end in quoted):
                continue
            period = meaning(found, today)
            if period is not None and period.first <= period.last:
                since = _SINCE.match(text, found.end())
                if (since or found[0].rstrip().endswith("부터")) and period.last < today:
                    period = Period(period.first, today)
                rest = f"{text[: found.start()]} {text[since.end() if since else found.end() :]}"
                return Dated(period, " ".join(rest.split()))
    return Dated(None, " ".join(text.split()))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _begun(month: int, day: int, today: date) -> date | None:
    """The last such day that is not in the future; a 29 February may be four years back."""
    tries = [_day(year, month, day) for year in range(today.year, today.year - 9, -1)]
    return next((one for one in tries if one is not None and one <= today), None)


def _month(year: int, month: int) -> Period | None:
    if not (1 <= month <= 12 and 1900 <= year <= 2100):
        return None
    return Period(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def _months(year: int, first: int, last: int) -> Period | None:
    start, end = _month(year, first), _month(year, last)
    return Period(start.first, end.last) if start and end else None


def _before(today: date, months: int) -> date:
    """The day after the same day some months ago, so that "한 달" on the 23rd starts on the 24th."""
    number = today.year * 12 + today.month - 1 - months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1])) + timedelta(days=1)


def _year(found: re.Match[str], today: date) -> int | None:
    parts = found.groupdict()
    if parts.get("year"):
        return int(parts["year"])
    if parts.get("short"):
        return 2000 + int(parts["short"])
    return today.year - _BACK[parts["said"]] if parts.get("said") else None


def _range(found: re.Match[str], today: date) -> Period | None:
    """Both ends; the second may leave out its year, and the whole is the last one that has begun."""
    m1, d1, m2, d2 = (int(found[name]) for name in ("m1", "d1", "m2", "d2"))
    first = _day(int(found["y1"]), m1, d1) if found["y1"] else _begun(m1, d1, today)
    if first is None:
        return None
    last = _day(int(found["y2"] or first.year), m2, d2)
    if last is not None and last < first and not found["y2"]:
        last = _day(first.year + 1, m2, d2)
    return Period(first, last) if last else None


def _one_day(found: re.Match[str], today: date) -> Period | None:
    month, day = int(found["m1"]), int(found["d1"])
    at = _day(int(found["y1"]), month, day) if found["y1"] else _begun(month, day, today)
    return Period(at, at) if at else None


def _months_between(found: re.Match[str], today: date) -> Period | None:
    first, last = int(found["from"]), int(found["to"])
    year = _year(found, today)
    if year is None:
        begun = _begun(first, 1, today) if 1 <= first <= 12 else None
        year = begun.year if begun else today.year
    return _months(year, first, last)


def _month_of(found: re.Match[str], today: date) -> Period | None:
    month, year = int(found["month"]), _year(found, today)
    if not 1 <= month <= 12:
        return None
    return _month(year if year is not None else today.year - (month > today.month), month)


def _part_of_year(found: re.Match[str], today: date) -> Period | None:
    """A half or a quarter; without a year the last one that has begun."""
    if found["half"]:
        first, last = (1, 6) if found["half"] == "상" else (7, 12)
    else:
        quarter = int(found["quarter"])
        first, last = quarter * 3 - 2, quarter * 3
    year = _year(found, today)
    return _months(year if year is not None else today.year - (first > today.month), first, last)


def _whole_year(found: re.Match[str], today: date) -> Period | None:
    year = _year(found, today)
    return _months(year, 1, 12) if year is not None else None


def _latest(found: re.Match[str], today: date) -> Period | None:
    """The last n days up to today."""
    count = int(found["count"]) if found["count"].isdigit() else _COUNTS[found["count"]]
    unit = found["unit"].replace(" ", "")
    if not 1 <= count <= 1_000:
        return None
    if unit in ("일", "날"):
        return Period(today - timedelta(days=count - 1), today)
    if unit in ("주", "주일", "주간"):
        return Period(today - timedelta(days=7 * count - 1), today)
    months = count * 12 if unit == "년" else count
    return Period(_before(today, months), today) if months <= 1_200 else None


def _days(found: re.Match[str]) -> int:
    """How many days a span before today is; months as thirty."""
    if found["days"]:
        return _DAYS[found["days"]]
    count = int(found["count"]) if found["count"].isdigit() else _COUNTS[found["count"]]
    unit = found["unit"].replace(" ", "")
    return count * (1 if unit == "일" else 7 if unit in ("주", "주일", "주간") else 0)


def _ago(found: re.Match[str], today: date) -> Period | None:
    """The day so long before today: "3일 전", "2주 전", "한 달 전"."""
    days = _days(found)
    if days:
        return Period(today - timedelta(days=days), today - timedelta(days=days)) if days <= 1_000 else None
    count = int(found["count"]) if found["count"].isdigit() else _COUNTS[found["count"]]
    months = count * 12 if found["unit"] == "년" else count
    at = _before(today, months) - timedelta(days=1) if months <= 1_200 else None
    return Period(at, at) if at else None


def _last_days(found: re.Match[str], today: date) -> Period | None:
    return Period(today - timedelta(days=_DAYS[found["days"]] - 1), today)


def _half_year(_: re.Match[str], today: date) -> Period | None:
    return Period(_before(today, 6), today)


def _weekday(found: re.Match[str], today: date) -> Period:
    """A day of last week or this one; without a week the last that has begun, with "지난" not today."""
    wanted = _WEEKDAYS.index(found["day"])
    monday = today - timedelta(days=today.weekday())
    if found["week"]:
        back = 0 if found["week"][0] in "이금" else 7
        at = monday - timedelta(days=back) + timedelta(days=wanted)
    else:
        back = (today.weekday() - wanted) % 7
        at = today - timedelta(days=back or (7 if found["last"] else 0))
    return Period(at, at)


def _third(found: re.Match[str], whole: Period | None) -> Period | None:
    """The beginning, the middle or the end of a month."""
    if whole is None:
        return None
    first, last = whole.first, whole.last
    bounds = {"초": (1, 10), "중순": (11, 20), "말": (21, last.day)}[found["third"]]
    return Period(first.replace(day=bounds[0]), first.replace(day=bounds[1]))


def _third_of_month(found: re.Match[str], today: date) -> Period | None:
    return _third(found, _month_of(found, today))


def _third_of_said(found: re.Match[str], today: date) -> Period | None:
    back = 0 if found["said_month"][0] in "이금" else 1
    return _third(found, _calendar_month(back)(found, today))


def _quarter_back(found: re.Match[str], today: date) -> Period | None:
    quarter = today.year * 4 + (today.month - 1) // 3 - (0 if found["which"][0] in "이금" else 1)
    year, number = divmod(quarter, 4)
    return _months(year, number * 3 + 1, number * 3 + 3)


def _season(found: re.Match[str], today: date) -> Period | None:
    """A season of a year; "지난 여름" is the last that is over, winter ends in the next year."""
    start, said = _SEASONS[found["season"]], found["when"].replace(" ", "")
    year = today.year - _BACK.get(said, 0)
    if said == "지난" and (start + 2 >= today.month or start == 12):
        year -= 1
    first = date(year, start, 1)
    end = _month(year + (start == 12), (start + 1) % 12 + 1)
    return Period(first, end.last) if end else None


def _year_start(found: re.Match[str], today: date) -> Period | None:
    said = found["of"] or ""
    return _months(today.year - _BACK.get(said.strip(), 0), 1, 2)


def _this_time_of(found: re.Match[str], today: date) -> Period | None:
    return _month(today.year - _BACK[found["said_year"]], today.month)


def _two_days(found: re.Match[str], today: date) -> Period:
    return Period(today - timedelta(days=1 if found["from_day"] == "어제" else 2), today)


def _week(weeks: int) -> Callable[[re.Match[str], date], Period]:
    def meaning(_: re.Match[str], today: date) -> Period:
        monday = today - timedelta(days=today.weekday() + 7 * weeks)
        return Period(monday, monday + timedelta(days=6))

    return meaning


def _calendar_month(months: int) -> Callable[[re.Match[str], date], Period | None]:
    def meaning(_: re.Match[str], today: date) -> Period | None:
        year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
        return _month(year, month + 1)

    return meaning


def _days_ago(days: int) -> Callable[[re.Match[str], date], Period]:
    return lambda _, today: Period(today - timedelta(days=days), today - timedelta(days=days))


def _lately(days: int) -> Callable[[re.Match[str], date], Period]:
    return lambda _, today: Period(today - timedelta(days=days - 1), today)


_Meaning = Callable[[re.Match[str], date], Period | None]


def _shapes() -> Iterator[tuple[re.Pattern[str], _Meaning]]:
    """Longer readings first: "10. 1.~10. 15." before "10. 1."."""
    shapes: list[tuple[str, _Meaning]] = [
        (rf"(?<!\d){_DAY.format(n=1)}{_TO}{_DAY.format(n=2)}(?!\d)(?:까지)?", _range),
        (rf"{_START}(?:(?:{_YEAR})\s*)?(?P<from>\d{{1,2}})\s*월?{_TO}(?P<to>\d{{1,2}})월(?:까지)?", _months_between),
        (rf"{_START}(?:(?:{_YEAR})\s*)(?:의\s*)?(?:(?P<half>[상하])반기|(?P<quarter>[1-4])\s*분기)", _part_of_year),
        (rf"{_START}(?:(?P<half>[상하])반기|(?P<quarter>[1-4])\s*분기)", _part_of_year),
        (rf"(?<![\d.]){_DAY.format(n=1)}(?!\s*\d)", _one_day),
        (rf"{_START}(?:(?:{_YEAR})\s*)?(?P<month>\d{{1,2}})\s*월{_THIRD}", _third_of_month),
        (rf"{_START}(?P<said_month>이번\s?달|이달|금월|지난\s?달|저번\s?달|전월){_THIRD}", _third_of_said),
        (rf"{_START}(?P<said_year>작년|지난해|재작년)\s*이맘때", _this_time_of),
        (rf"{_START}(?P<when>작년|지난해|재작년|지난|올해|올|이번)\s?(?P<season>봄|여름|가을|겨울)(?:철)?", _season),
        (rf"{_START}(?:(?P<of>올해|금년|작년|지난해|재작년)\s*|올\s?|연)초(?=\s|$|에|부터)", _year_start),
        (rf"{_START}(?P<which>이번|금|지난|저번|전)\s?분기", _quarter_back),
        (
            rf"{_START}(?:(?P<week>이번\s?주|금주|지난\s?주|저번\s?주)\s*|(?P<last>지난)\s*)?(?P<day>[{_WEEKDAYS}])요일",
            _weekday,
        ),
        (rf"{_START}(?P<from_day>어제|그제|그저께)(?:와|하고|,)?\s*오늘", _two_days),
        (rf"{_START}(?:(?P<days>{_DAYS_SAID})|{_SPAN})\s*전(?!\s?(?:년|월|주|분기))", _ago),
        (rf"{_START}(?:최근|지난|근래)\s*(?P<days>{_DAYS_SAID})", _last_days),
        (rf"{_START}(?:최근|지난|근래)\s*반년", _half_year),
        (rf"{_START}(?:{_YEAR})\s*(?P<month>\d{{1,2}})\s*월(?!\s*\d)", _month_of),
        (rf"{_START}(?:지난|올)\s?(?P<month>\d{{1,2}})월(?!\s*\d)", _month_of),
        (rf"{_START}(?P<year>20\d{{2}})[.\-/]\s*(?P<month>\d{{1,2}})\.?(?![\d.])", _month_of),
        (rf"{_START}(?P<month>\d{{1,2}})월(?!\s*\d)", _month_of),
        (rf"{_START}(?:최근|지난|근래)\s*{_SPAN}(?=\s|$|간|동안|이내|내|새|사이|치)(?:\s*{_LONG})?", _latest),
        (rf"{_START}{_SPAN}\s*{_LONG}", _latest),
        (rf"{_START}(?:이번|금)\s?주", _week(0)),
        (rf"{_START}(?:지난|저번|전)\s?주", _week(1)),
        (rf"{_START}(?:지지난|저저번)\s?주", _week(2)),
        (rf"{_START}(?:이번\s?달|이달|금월)", _calendar_month(0)),
        (rf"{_START}(?:지난\s?달|저번\s?달|전월)", _calendar_month(1)),
        (rf"{_START}(?:지지난\s?달|저저번\s?달)", _calendar_month(2)),
        (rf"{_START}(?:오늘|금일)", _days_ago(0)),
        (rf"{_START}(?:어제|어저께|전일)", _days_ago(1)),
        (rf"{_START}(?:그제|그저께|엊그제)", _days_ago(2)),
        (rf"{_START}일주일", _lately(7)),
        (rf"{_START}보름", _lately(15)),
        (rf"{_START}(?:{_YEAR})(?!\s*(?:도|차|생))", _whole_year),
        (rf"{_START}(?:최근|요즘|요새|근래)", _lately(30)),
    ]
    for shape, meaning in shapes:
        yield re.compile(shape + _JOSA), meaning


_SHAPES: Final = tuple(_shapes())

"""Days and hours as people write them: `내일 13시 반`, `11. 25.(수) 14:00~16:00`, `다음 주 화요일`, `1박2일`.

Pure: a text and today's date in, what was found and the rest of the text out. Nothing is filled in here: an hour
without a day has no day, and whoever asks decides. An hour from 1 to 6 without 오전 is an afternoon's; offices sleep.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from bot.clock_words import hour_said

_GONE: Final = " , "  # where something was taken out, words do not grow together
_WEEKDAYS: Final = "월화수목금토일"
_DAYS: Final = {
    "오늘": 0, "금일": 0, "내일": 1, "낼": 1, "명일": 1, "익일": 1, "모레": 2, "내일모레": 2, "낼모레": 2, "글피": 3,
    "어제": -1, "어저께": -1, "전날": -1, "그저께": -2, "그제": -2, "엊그제": -2,
}  # fmt: skip
_WEEKS: Final = {"이번": 0, "금": 0, "다음": 1, "담": 1, "차": 1, "다다음": 2, "지난": -1, "저번": -1}
_COUNTED: Final = {"하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "열흘": 10}
_PAST: Final = timedelta(days=90)  # a day of the year farther back than this is next year's
_HALVES: Final = {"오전": (time(9), time(12)), "오후": (time(13), time(18))}
_EVENING: Final = time(18)

_YEARS = "|".join(("내일모레", "낼모레", *sorted(set(_DAYS) - {"내일모레", "낼모레"}, key=len, reverse=True)))
_WEEKDAY = r"\s*(?:\(\s*[월화수목금토일]\s*\))?"
_DATE = re.compile(
    rf"(?P<y>\d{{4}})\s*(?:[.\-/]|년)\s*(?P<ym>\d{{1,2}})\s*(?:[.\-/]|월)\s*(?P<yd>\d{{1,2}})(?:\s*일|\.)?{_WEEKDAY}"
    rf"|(?<![\d.:])(?P<m>\d{{1,2}})\s*(?:월|[./])\s*(?P<d>\d{{1,2}})(?!\d|\s*:|\s*시)\s*"
    rf"(?:[~-]\s*(?P<e>\d{{1,2}})(?:\s*일|(?!\d|\s*[시:./월])))?(?:일|\.)?{_WEEKDAY}"
    rf"|(?P<word>(?:{_YEARS})(?![가-힣]*시장))"
    r"|(?P<month>다음|담|내|지난|저번|이번)\s*달\s*(?P<md>\d{1,2})\s*일"
    r"|(?P<week>이번|다음|다다음|지난|저번|차|담|금)\s*주\s*(?P<wd>[월화수목금토일])(?:요일|욜)?"
    r"(?:\s*(?:부터|[~·,-])?\s*(?P<wu>[월화수목금토일])(?:요일|욜|(?=\s|,|$))(?:까지)?)?(?![가-힣]{2,})"
    r"|(?<![가-힣])(?P<only>[월화수목금토일])(?:요일|욜)"
    r"|(?P<after>하루|이틀|사흘|나흘|닷새|열흘|\d{1,2}\s*일)\s*(?:뒤|후)(?:에)?"
    rf"|(?<![\d가-힣])(?P<day>\d{{1,2}})일(?!\s*간|\s*동안|\s*짜리){_WEEKDAY}"
)
_NIGHTS = re.compile(r"(?:(?P<n>\d)\s*박\s*\d\s*일|당일(?:치기)?(?!\s*점심))(?:로|간|일정)?")
_CLOCK = (
    r"(?:(?P<half{0}>오전|오후|새벽|아침|낮|점심|저녁|밤)\s*)?"
    r"(?P<h{0}>\d{{1,2}})\s*(?::\s*(?P<m{0}>\d{{2}})|시(?!간|[장청민])\s*(?:(?P<n{0}>\d{{1,2}})\s*분|(?P<b{0}>반)"
    r"(?:(?![가-힣]{{2}})|(?=이었|이에|이고|입니|정도|부터|까지|이요)))?)"
)
_FROM = r"(?:\s*(?:에서|부터|~|〜|-|–)\s*)"
_TAIL = (
    r"(?:\s*(?:까지|부터)(?![가-힣]))?(?:(?:에|쯤|경|정각)(?![가-힣]))?"
    r"(?:\s*(?:출발|시작|복귀|도착|귀청|종료|끝)(?:해서|하여|이?고|,)?(?=\s|,|$))?"
)
_RANGE = re.compile(
    r"(?<![\d가-힣.])(?:" + _CLOCK.format(1) + r"|(?:(?P<half3>오전|오후)\s*)?(?P<h3>\d{1,2}))"
    + _FROM + _CLOCK.format(2) + _TAIL
)  # fmt: skip
_ONE = re.compile(r"(?<![\d.])" + _CLOCK.format(1) + _TAIL)
_DIGITS = re.compile(r"(?<![\d.\-가-힣])(?P<h>0[6-9]|1\d)(?P<m>00|30)(?=\s|,|$)")  # 1600, as a timetable writes it
_NOON = re.compile(r"(?P<noon>정오|자정)(?:에)?")
_NOW = re.compile(r"(?<![가-힣])(?:지금|방금|바로)(?![가-힣])(?:\s*(?:막|바로))?")
_HALF = re.compile(r"(?<![가-힣])(?P<half>오전|오후)(?:에)?(?=\s|,|$)")
_LASTS = re.compile(
    r"(?P<h>\d{1,2})\s*시간(?:\s*(?P<half>반)|\s*(?P<m>\d{1,2})\s*분)?(?:\s*(?:정도|가량|동안|짜리|예정))?"
)
_WHOLE = re.compile(r"(?<![가-힣])(?:하루\s*종일|온종일|종일|하루|반나절)(?![가-힣])")
_UNTIL = re.compile(r"^\s*(?:부터|에서)?\s*[,~〜\-–]?\s*$")
_HOURS: Final = ("한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열", "열한", "열두")
_HOURS_IN_WORDS = re.compile(rf"(?<![가-힣])(?P<hour>{'|'.join(reversed(_HOURS))})\s?시(?!간|[장청민])")
_JOINED = re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01])(?!\d)")  # 20261126
_WEEK_OF_MONTH = re.compile(r"(?:\d{1,2}\s*월\s*)?(?:첫|둘|두|셋|세|넷|네|다섯|마지막)\s*(?:번?째)?\s*주(?=\s|,|$)")
_LASTING = re.compile(r"(?P<days>이틀|사흘|나흘|닷새)\s*(?:간|동안)(?![가-힣])")
_LEFT = re.compile(r"^\s*(?:까지|부터|에서|간|동안|에)(?=[\s,]|$)\s*")


@dataclass(frozen=True, slots=True)
class Span:
    """What a text says of time; what it does not say is None. `lasts` stands where no end is told."""

    day: date | None = None
    start: time | None = None
    last_day: date | None = None
    end: time | None = None
    lasts: timedelta | None = None
    nights: int | None = None
    whole: bool = False

    @property
    def told(self) -> bool:
        """Whether anything of time was said."""
        return self != Span()


@dataclass(frozen=True, slots=True)
class _Day:
    at: date
    until: date | None
    first: int
    end: int


def find(text: str, now: datetime, *, past: bool = False) -> tuple[Span, str]:
    """What the text says of time, and the text without it. `now` is Korean time; `past`: it speaks of what was."""
    nights, text = _take(_NIGHTS, _counted(text))
    days = list(_days(text, now.date(), past=past))
    last, rest = _between(text, days), text
    for one in reversed(days):
        rest = rest[: one.first] + _GONE + _LEFT.sub("", rest[one.end :])
    start, end, rest = _hours(rest, now)
    lasts, rest = _take(_LASTS, rest)
    whole, rest = _take(_WHOLE, rest)
    if start is None:
        half, rest = _take(_HALF, rest)
        start, end = _HALVES[half["half"]] if half else (None, end)
    first = days[0] if days else None
    span = Span(
        day=first.at if first else now.date() if _NOW.search(text) and start else None,
        start=start,
        last_day=(first.until if first and first.until else last),
        end=end,
        lasts=_length(lasts) if lasts and end is None else None,
        nights=int(nights["n"] or 0) if nights else None,
        whole=whole is not None,
    )
    return span, rest


def vague(text: str) -> str:
    """A week of a month (`12월 첫째 주`), of which nobody knows for certain which days it has; else empty."""
    found = _WEEK_OF_MONTH.search(text)
    return found[0].strip() if found else ""


def impossible(text: str, today: date) -> str:
    """A day or an hour that no calendar and no clock holds (`11/31`, `25시`), where no other was told; else empty."""
    found = [(one, _day(one, today, past=False)) for one in _DATE.finditer(text)]
    if found and all(day is None for _, day in found):
        return found[0][0][0].strip()
    hours = list(_ONE.finditer(text))
    return hours[0][0].strip() if hours and all(_clock(one, "1") is None for one in hours) else ""


def starts(span: Span, today: date) -> datetime | None:
    """The begin in Korean time without a zone; an hour alone is today's, a day alone begins at nine."""
    if span.day is None and span.start is None:
        return None
    return datetime.combine(span.day or today, span.start or time(9))


def ends(span: Span, today: date) -> datetime | None:
    """The planned end; of several days the last evening at six; None where nothing tells it."""
    begin = starts(span, today)
    if begin is None:
        return None
    day = span.last_day or (begin.date() + timedelta(days=span.nights) if span.nights else begin.date())
    if span.end is not None:
        found = datetime.combine(day, span.end)
        return found if found > begin else found + timedelta(days=1) if day == begin.date() else None
    if span.lasts is not None:
        return begin + span.lasts
    several = day > begin.date() or span.start is None
    return datetime.combine(day, _EVENING) if several and datetime.combine(day, _EVENING) > begin else None


def _counted(text: str) -> str:
    """`두 시` is `2시`, `이틀간` a night and two days."""
    text = _JOINED.sub(r"\1.\2.\3. ", text)
    text = _HOURS_IN_WORDS.sub(lambda found: f"{_HOURS.index(found['hour']) + 1}시", text)
    return _LASTING.sub(lambda found: f" {_COUNTED[found['days']] - 1}박{_COUNTED[found['days']]}일 ", text)


def _take(pattern: re.Pattern[str], text: str) -> tuple[re.Match[str] | None, str]:
    found = pattern.search(text)
    return (found, text) if found is None else (found, text[: found.start()] + _GONE + text[found.end() :])


def _days(text: str, today: date, *, past: bool) -> Iterator[_Day]:
    for found in _DATE.finditer(text):
        at = _day(found, today, past=past)
        if at is not None:
            until = _until(found, at)
            yield _Day(at, until if until and until > at else None, found.start(), found.end())


def _until(found: re.Match[str], at: date) -> date | None:
    """The last day, where one piece of text tells both."""
    if found["wu"]:
        return at + timedelta(days=_WEEKDAYS.index(found["wu"]) - at.weekday())
    return _real(at.year, at.month, int(found["e"])) if found["e"] else None


def _day(found: re.Match[str], today: date, *, past: bool) -> date | None:
    if found["word"]:
        return today + timedelta(days=_DAYS[found["word"]])
    if found["week"]:
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=_WEEKS[found["week"]])
        return monday + timedelta(days=_WEEKDAYS.index(found["wd"]))
    if found["month"]:
        return _of_another_month(int(found["md"]), today, {"이번": 0, "지난": -1, "저번": -1}.get(found["month"], 1))
    if found["only"]:
        ahead = (_WEEKDAYS.index(found["only"]) - today.weekday() - 1) % 7 + 1
        return today + timedelta(days=ahead - 7 if past else ahead)
    if found["after"]:
        count = found["after"].removesuffix("일").strip()
        return today + timedelta(days=_COUNTED.get(found["after"]) or int(count))
    if found["day"]:
        return _of_month(int(found["day"]), today, past=past)
    if found["y"]:
        return _real(int(found["y"]), int(found["ym"]), int(found["yd"]))
    return _of_year(int(found["m"]), int(found["d"]), today - (timedelta(days=300) if past else _PAST))


def _of_month(day: int, today: date, *, past: bool) -> date | None:
    """This month's day; where it is behind, or ahead of what was, the nearest on the other side."""
    here = _real(today.year, today.month, day)
    if past:
        before = today.replace(day=1) - timedelta(days=1)
        return here if here and here <= today else _real(before.year, before.month, day)
    after = (today.replace(day=28) + timedelta(days=4)).replace(day=1)
    return here if here and here >= today else _real(after.year, after.month, day)


def _of_another_month(day: int, today: date, months: int) -> date | None:
    count = today.year * 12 + today.month - 1 + months
    return _real(count // 12, count % 12 + 1, day)


def _of_year(month: int, day: int, since: date) -> date | None:
    found = (_real(year, month, day) for year in (since.year, since.year + 1))
    return next((one for one in found if one and one >= since), None)


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _between(text: str, days: list[_Day]) -> date | None:
    """The last day, where two stand with nothing but a dash, 부터 or an hour between them."""
    if len(days) < 2 or days[1].at <= days[0].at:
        return None
    middle = _ONE.sub("", text[days[0].end : days[1].first])
    after = text[days[1].end :]
    return days[1].at if _UNTIL.match(middle) or re.match(r"\s*까지", after) else None


def _hours(text: str, now: datetime) -> tuple[time | None, time | None, str]:
    found, rest = _take(_RANGE, text)
    if found is not None:
        start = _clock(found, "1") if found["h1"] else _hour(found["h3"], found["half3"], 0)
        end = _clock(found, "2", after=start)
        if start is not None and end is not None:
            return start, end, rest
    marks = [one for one in _ONE.finditer(text) if _clock(one, "1") is not None][:2]
    rest = text
    for one in reversed(marks):
        rest = rest[: one.start()] + _GONE + rest[one.end() :]
    if marks:
        start = _clock(marks[0], "1")
        return start, _clock(marks[1], "1", after=start) if len(marks) > 1 else None, rest
    noon, rest = _take(_NOON, text)
    if noon is not None:
        return time(12 if noon["noon"] == "정오" else 0), None, rest
    digits, rest = _take(_DIGITS, text)
    if digits is not None:
        return time(int(digits["h"]), int(digits["m"])), None, rest
    right_now, rest = _take(_NOW, text)
    return (now.time().replace(second=0, microsecond=0) if right_now else None), None, rest


def _clock(found: re.Match[str], number: str, *, after: time | None = None) -> time | None:
    minute = 30 if found["b" + number] else int(found["m" + number] or found["n" + number] or 0)
    return _hour(found["h" + number], found["half" + number], minute, after=after)


def _hour(text: str, half: str | None, minute: int, *, after: time | None = None) -> time | None:
    hour = int(text)
    if hour == 24 and minute == 0:
        return time(23, 59)
    bare = hour + 12 if 1 <= hour <= 6 and len(text) < 2 else hour
    said = bare if half is None else hour_said(half, hour)
    if said is None or said > 23 or minute > 59:
        return None
    found = time(said, minute)
    return time(hour + 12, minute) if after and half is None and found <= after and hour < 12 else found


def _length(found: re.Match[str]) -> timedelta:
    return timedelta(hours=int(found["h"]), minutes=30 if found["half"] else int(found["m"] or 0))

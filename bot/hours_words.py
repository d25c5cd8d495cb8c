"""What somebody says about their time, read: days of leave, a pause, times of day, how many at once. Pure.

Days lie ahead: `12/24` is the next 24th of December. Nothing is guessed: what can't be read is None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from bot.clock import KST
from bot.clock_words import HALVES, hour_said, numbered
from bot.day_spans import WEEKDAYS, told
from bot.day_spelling import spelled
from bot.durations import length_in
from bot.hours import Leave, leave_of
from bot.sayings import normal

_PAIR: Final = re.compile(
    r"(?:(?P<next>다음\s?주)\s?|(?P<this>이번\s?주)\s?)?(?<![가-힣])(?P<first>[월화수목금])[~,·]?(?P<last>[월화수목금])(?:요일)?"
    r"(?=\s|$|에|은|는)"
)
_RANGED: Final = re.compile(r"부터|에서|~|∼|〜|～|–|—|\d-\d|\s-\s")
_UNTIL: Final = re.compile(r"까지")
_HALF: Final = re.compile(r"(오전|오후)(?:에만|에|만|은|는|으로)?")
_BEHIND: Final = re.compile(
    r"\s*(?:까지|동안|간|내내|하루\s?종일|종일|하루만|하루|일)?(?:에는|에|은|는|로|의|만|이|을)?(?=[\s,.]|$|[가-힣])"
)
_UNREAD: Final = re.compile(
    r"\d|오늘|내일|모레|글피|어제|그제|주말|평일|[월화수목금토일]요일|(?<![가-힣])[월화수목금토일]{2,}(?=\s|$|에|은|는)"
    r"|이번|다음|지난|저번|매주|매일|매달|격주|내년|작년|올해|월말|월초|연말|연초|초순|중순|하순"
    r"|상순|말일|첫째|둘째|셋째|마지막"
    r"|연휴|명절|설날|추석|한가위|크리스마스|성탄|신정|이틀|사흘|나흘|닷새|엿새|이레|여드레|아흐레"
    r"|열흘|보름|일주일|한 ?주|한 ?달"
    r"|오전|오후|새벽|아침|점심|저녁|부터|까지|전날|뒷날|쭉|계속|빼고|제외|말고|~"
)
_DRAWN: Final = re.compile(r"(?<=[요다용염욤음임함네죠당])[~〜～]+(?=[\s!.ㅎㅋㅠㅜ^?)]|$)")
"""`연차에요~`: a voice, no span."""
_LONG_UNTIL: Final = timedelta(days=14)
"""Whoever is away for longer says since when."""
_CLOCK: Final = re.compile(
    rf"(?:(?P<half>{HALVES})(?:에)?\s?)?(?<!\d)(?P<h>\d{{1,2}})\s?"
    r"(?:(?::(?P<mm>\d{2})|시(?:\s?(?:(?P<m>\d{1,2})(?!\d|\s?[시:건~])(?:\s?분)?|(?P<b>반)))?)(?!\d"
    r"|간)|(?=\s?[~〜～-]\s?(?:(?:"
    rf"{HALVES})\s?)?\d{{1,2}}\s?(?:시|:)))"
)
_ANY_CLOCK: Final = re.compile(r"\d\s?시(?!간)|\d:\d|자정|정오")
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


class UnreadError(NoSuchDayError):
    """Part of what is said about time was not read: nobody acts on the rest of it."""


def days(text: str, now: datetime) -> Days | None:
    """The days of leave that a text names; None where it names none.

    Raises:
        UnreadError: words of time stand beside them that were not read.
        NoSuchDayError: it names some that can't be.
    """
    return days_in(text, now)[0]


def days_in(text: str, now: datetime) -> tuple[Days | None, str]:
    """The days of leave that a text names, and all else that it says.

    Raises:
        UnreadError: words of time stand beside them that were not read.
        NoSuchDayError: it names some that can't be.
    """
    today = now.astimezone(KST).date()
    text = normal(re.sub(r"(?:내일|낼) ?모레 ?이틀", "내일부터 모레까지", _DRAWN.sub("", text)))
    try:
        text = spelled(text, today)
        found, before, behind = _days(text, today)
    except ValueError as error:
        raise NoSuchDayError("no such day") from error
    if found is None:
        if _UNREAD.search(text):
            raise UnreadError("no day was read, but words of time were")
        return None, text
    halves, rest = _halved(found, before, _BEHIND.sub(" ", behind, count=1))
    if _UNREAD.search(rest):
        raise UnreadError("words of time were left")
    _check(found, today, since_told=found.first != today or not _UNTIL.search(text) or bool(_RANGED.search(text)))
    return halves, rest


def _halved(found: Days, before: str, behind: str) -> tuple[Days, str]:
    """With `오전` or `오후` beside a single day; and what else is said."""
    rest = f"{before} , {behind}"
    half = _HALF.search(rest)
    if half is None or found.first != found.last:
        return found, rest
    return Days(found.first, found.first, half[1]), f"{rest[: half.start()]} {rest[half.end() :]}"


def _check(found: Days, today: date, *, since_told: bool) -> None:
    if found.last < found.first or found.last < today or found.last - found.first > _LONGEST_LEAVE:
        raise NoSuchDayError("an end before its beginning")
    if found.last - today > _FARTHEST:
        raise NoSuchDayError("a day that nobody plans")
    if not since_told and found.last - found.first > _LONG_UNTIL:
        raise UnreadError("since when")


def _days(text: str, today: date) -> tuple[Days | None, str, str]:
    pair = _PAIR.search(text)
    if pair is not None:
        return _paired(pair, today), text[: pair.start()], text[pair.end() :]
    found = told(text, today)
    if found is None:
        return None, text, ""
    (first, last), before, behind = found
    if _UNTIL.search(text) and not _RANGED.search(text):
        return Days(min(today, last), last), before, behind
    return Days(first, last), before, behind


def _paired(pair: re.Match[str], today: date) -> Days:
    """`수목`, `월~수`: weekdays of one week, the next that comes or the one named."""
    first, last = WEEKDAYS.index(pair["first"]), WEEKDAYS.index(pair["last"])
    if last <= first:
        raise ValueError(pair[0])
    monday = today - timedelta(days=today.weekday())
    if pair["next"] or pair["this"]:
        begin = monday + timedelta(days=7 * bool(pair["next"]) + first)
    else:
        begin = today + timedelta(days=(first - today.weekday()) % 7)
    return Days(begin, begin + timedelta(days=last - first))


def rest_until(text: str, now: datetime) -> datetime | None:
    """How long a pause lasts: `2시간`, `30분`, `3시까지`, `오늘`, `내일까지`; None where it is not said."""
    text = normal(text)
    length = length_in(text) if "까지" not in text else None
    if length is not None:
        return now + length if length <= timedelta(days=30) else None
    if _ANY_CLOCK.search(text):
        return _until_clock(text, now)
    try:
        found = days(text, now)
    except NoSuchDayError:
        return None
    ahead = found is not None and found.first > now.astimezone(KST).date() and "까지" not in text
    return found.leave.until if found and not ahead else None  # a pause begins now, and no day between was meant


def _until_clock(text: str, now: datetime) -> datetime | None:
    """`3시까지`, `내일 오후 3시까지`; None where there are two hours, or no end."""
    text = numbered(text)
    at, local = clocks_in(text), now.astimezone(KST)
    if len(at) != 1 or "까지" not in text:
        return None
    try:
        day = days(_CLOCK.sub(" ", text), now)
    except NoSuchDayError:
        day = None
        if _UNREAD.search(_UNTIL.sub("", _CLOCK.sub(" ", text))):
            return None
    until = datetime.combine(day.last if day else local.date(), at[0], KST)
    if day is not None and day.last > local.date():
        return until.astimezone(UTC)
    if until <= local and at[0].hour < 12 and not re.search(HALVES, text):
        until += timedelta(hours=12)
    return (until if until > local else until + timedelta(days=1)).astimezone(UTC)


def clock_in(text: str) -> time | None:
    """The first time of day in a text."""
    found = clocks_in(text)
    return found[0] if found else None


def clocks_in(text: str) -> list[time]:
    """The times of day in a text, in order: `8시 40분`, `오후 6시 반`, `18:00`, `밤 12시`; none where one can't be."""
    found = list(_clocks(text))
    return [one for one in found if one is not None] if None not in found else []


def _clocks(text: str) -> Iterator[time | None]:
    late = False
    for match in _CLOCK.finditer(numbered(normal(text))):
        half, hour = match["half"], int(match["h"])
        if half:
            said = hour_said(half, hour)
        else:
            said = 0 if hour == 24 or (hour == 12 and late) else hour if hour < 24 else None
        late = half in {"저녁", "밤"} and said is not None and said > 12
        minute = 30 if match["b"] else int(match["m"] or match["mm"] or 0)
        yield None if said is None or minute > 59 else time(said, minute)


def count_in(text: str) -> int | None:
    """`10건`: how many."""
    match = _COUNT.search(normal(text))
    return _COUNTS.get(match["n"]) or int(match["n"]) if match else None

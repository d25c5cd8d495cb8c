"""Days as people and calendars write them, spelled as `bot.day_spans` reads them. Pure.

    "26. 12. 24.~26. 12. 26.", "24~26일", "1박 2일", "다다음 주 화요일", "내년 1월 4일", "설 연휴" → plain days

What contradicts itself (`12/24(금)` where that day is a Thursday) is refused, never made to fit.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from bot.day_spans import WEEKDAYS, span
from bot.daysoff import is_holiday

_YEARED: Final = re.compile(
    r"(?<![\d./-])'?(?P<y>2[4-9]|3\d)(?:\s?(?P<sep>[./-])\s?(?P<m>\d{1,2})\s?(?P=sep)\s?(?P<d>\d{1,2})\.?"
    r"|년\s?(?P<m2>\d{1,2})월\s?(?P<d2>\d{1,2})일)(?![\d/-])"
)
_DASHED: Final = re.compile(r"(?<!\d)(?P<y>20\d\d)-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?!\d)")
_JOINED: Final = re.compile(r"(?<!\d)(?P<y>20\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>[0-2]\d|3[01])(?!\d)")
_BARE: Final = re.compile(r"(?<![\d./월:-])(?<!월 )(?P<a>\d{1,2})\s?(?=[~〜～–-]\s?\d{1,2}\s?일)")
_NIGHTS: Final = re.compile(r"\s?(?:에\s?)?\d\s?박\s?(?P<n>\d)\s?일(?:간|로|동안)?")
_AFTER_NEXT: Final = re.compile(r"다다음\s?주(?:\s?(?P<wd>[월화수목금토일])(?:요일|욜))?")
_THIS: Final = re.compile(r"(?<!\S)이번\s(?=[월화수목금토일]요일)")
_OF_YEAR: Final = re.compile(
    r"(?P<which>내년|올해|금년)(?:도|에)?\s?(?P<m>\d{1,2})\s?[./월-]\s?(?P<d>\d{1,2})(?:일|\.)?"
)
_OF_WEEKDAY: Final = re.compile(
    r"(?P<day>(?:\d{4}\s?[./년-]\s?)?\d{1,2}\s?[./월-]\s?\d{1,2}(?:일|\.)?|(?<!\d)\d{1,2}일)"
    r"\s?(?:\((?P<wd>[월화수목금토일])(?:요일)?\)|(?P<wd2>[월화수목금토일])요일)"
)
_LUNAR: Final = re.compile(r"(?P<which>설날?|구정|추석|한가위)\s?(?:명절\s?)?연휴(?:\s?(?:내내|기간|동안))?")
_SEASONS: Final = {"설": ((1, 19), (2, 24)), "추": ((9, 5), (10, 12))}
_AGO: Final = timedelta(days=60)


def spelled(text: str, today: date) -> str:
    """The text with its unusual days spelled in full.

    Raises:
        ValueError: a day that no calendar holds, or that is not of the weekday told beside it.
    """
    text = _JOINED.sub(lambda found: f"{found['y']}.{found['m']}.{found['d']}", text)
    text = _DASHED.sub(lambda found: f"{found['y']}.{int(found['m'])}.{int(found['d'])}", text)
    text = _YEARED.sub(
        lambda found: f"20{found['y']}.{int(found['m'] or found['m2'])}.{int(found['d'] or found['d2'])}", text
    )
    text = " ".join(_OF_WEEKDAY.sub(_checked(today), text).split())
    text = _BARE.sub(lambda found: f"{found['a']}일", text)
    text = _NIGHTS.sub(lambda found: f"부터 {found['n']}일간 ", text)
    text = _THIS.sub("이번 주 ", text)
    text = _AFTER_NEXT.sub(lambda found: _two_weeks_on(found["wd"], today), text)
    text = _OF_YEAR.sub(
        lambda found: f"{today.year + (found['which'] == '내년')}.{int(found['m'])}.{int(found['d'])}", text
    )
    return _LUNAR.sub(lambda found: _festive(found["which"][0].replace("구", "설").replace("한", "추"), today), text)


def _checked(today: date) -> Callable[[re.Match[str]], str]:
    """Takes out the weekday beside a day, where it is that day's."""

    def check(found: re.Match[str]) -> str:
        named = span(found["day"], today)
        told = found["wd"] or found["wd2"]
        if named is None or WEEKDAYS[named[0].weekday()] != told:
            raise ValueError(found[0])
        return f"{found['day']} "

    return check


def _two_weeks_on(weekday: str | None, today: date) -> str:
    monday = today - timedelta(days=today.weekday()) + timedelta(days=14)
    if weekday:
        return _plain(monday + timedelta(days=WEEKDAYS.index(weekday)))
    return f"{_plain(monday)}~{_plain(monday + timedelta(days=4))}"


def _festive(which: str, today: date) -> str:
    """The holidays of the next 설 or 추석 in a row, weekends among them too."""
    for year in (today.year, today.year + 1):
        (month, day), (last_month, last_day) = _SEASONS[which]
        at, end = date(year, month, day), date(year, last_month, last_day)
        while at <= end:
            run = _run(at)
            if run and run[-1] >= today:
                return f"{_plain(run[0])}~{_plain(run[-1])}"
            at += timedelta(days=max(len(run), 1))
    raise ValueError(which)


def _run(first: date) -> list[date]:
    """The days off in a row from there, where three of them are holidays: no weekend is."""
    days = [first]
    while is_holiday(days[-1] + timedelta(days=1)) or (days[-1] + timedelta(days=1)).weekday() > 4:
        days.append(days[-1] + timedelta(days=1))
    while days and not is_holiday(days[-1]):
        days.pop()
    return days if sum(map(is_holiday, days)) > 2 and is_holiday(first) else []


def _plain(day: date) -> str:
    return f"{day:%Y.%-m.%-d}"

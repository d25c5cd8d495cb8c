"""Spans of days as people say them: `다음 주 월요일부터 수요일까지`, `1월부터 3월까지`, `12월 첫째 주`, `24일`. Pure.

Days lie ahead. Two ends are each read by themselves, the second beside the first; what can't be read is None.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

WEEKDAYS: Final = "월화수목금토일"
_NEAR: Final = {"오늘": 0, "내일": 1, "모레": 2, "글피": 3}
_HOLIDAYS: Final = {"크리스마스 이브": (12, 24), "크리스마스이브": (12, 24), "크리스마스": (12, 25), "성탄절": (12, 25)}
_WHEN: Final = (
    rf"(?:{'|'.join(_HOLIDAYS)}|{'|'.join(_NEAR)}"
    r"|(?:\d{4}\s?[./년-]\s?)?\d{1,2}\s?[./월-]\s?\d{1,2}(?:일|\.)?(?:\s?\([월화수목금토일]\))?"
    r"|\d{1,2}월\s?(?:(?:첫|둘|셋|넷|마지막)\s?(?:번째|째)?\s?주|초|말)?(?:\s?(?:한\s?달|전체|내내))?"
    r"|(?:이번|다음)\s?(?:주|달)\s?(?:[월화수목금토일]요일|[월화수목금토일](?![가-힣])|\d{1,2}일)?|[월"
    r"화수목금토일]요일|\d{1,2}일(?!\s?(?:간|동안|차|짜리)))"
)
_SIGN: Final = r"~|∼|〜|～|-|–|—"
_RANGE: Final = re.compile(
    rf"(?P<b>{_WHEN})\s?(?:(?:부터|에서|{_SIGN})\s?(?P<e>{_WHEN})"
    rf"|(?:{_SIGN})\s?(?P<short>\d{{1,2}})(?!\d|\s?[월시/:]|\.\s?\d))"
)
_MANY: Final = r"이틀|사흘|나흘|닷새|일주일|보름"
_LONG: Final = re.compile(
    rf"(?P<b>{_WHEN})(?:에\s?|\s?)(?P<n>{_MANY}|\d{{1,2}}\s?일(?=간|\s?동안))"
    rf"|(?P<c>{_WHEN})부터\s?(?P<m>{_MANY}|\d{{1,2}}\s?일|\d{{1,2}}\s?주)(?![가-힣]*까지)"
)
_ALONE: Final = re.compile(_WHEN)
_COUNTS: Final = {"이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "일주일": 7, "보름": 15}
_DATE: Final = re.compile(r"(?:(?P<y>\d{4})\s?[./년-]\s?)?(?P<m>\d{1,2})\s?[./월-]\s?(?P<d>\d{1,2})(?:일|\.)?")
_MONTH: Final = re.compile(r"(?P<m>\d{1,2})월\s?(?P<part>(?:첫|둘|셋|넷|마지막)|초|말)?")
_WEEK: Final = re.compile(
    r"(?P<which>이번|다음)\s?(?P<of>주|달)\s?(?:(?P<day>[월화수목금토일])|(?P<d>\d{1,2})일"
    r")?"
)
_NTH: Final = {"첫": 0, "둘": 1, "셋": 2, "넷": 3}

Span = tuple[date, date]


def span(text: str, today: date) -> Span | None:
    """First and last day that a text names, both included; None where it names none.

    Raises:
        ValueError: a day that no calendar holds.
    """
    found = told(text, today)
    return found[0] if found else None


def told(text: str, today: date) -> tuple[Span, str, str] | None:
    """The span, what stands before its words and what behind them: whoever acts on it looks at what was not read.

    Raises:
        ValueError: a day that no calendar holds.
    """
    if (found := _LONG.search(text)) and not _to_a_day(found):
        begin = _point(found["b"] or found["c"], today)
        more = timedelta(days=_length(found["n"] or found["m"]) - 1)
        named = None if begin is None else (begin[0], begin[0] + more)
    elif found := _RANGE.search(text):
        begin = _point(found["b"], today)
        end = _point(found["e"] or found["short"], begin[0], beside=found["b"]) if begin else None
        named = (begin[0], end[1]) if begin and end else None
    else:
        found = _ALONE.search(text)
        named = _point(found[0], today) if found else None
    return (named, text[: found.start()], text[found.end() :]) if found and named else None


def _to_a_day(found: re.Match[str]) -> bool:
    """Whether `24일부터 26일` names two days rather than a length."""
    if re.match(r"\s?(?:간|동안)", found.string[found.end() :]):
        return False
    days = [re.search(r"(\d{1,2})\s?일$", (part or "").strip()) for part in (found["c"], found["m"])]
    return all(days) and int(days[1][1]) > int(days[0][1])  # type: ignore[index]


def _length(told: str) -> int:
    if told in _COUNTS:
        return _COUNTS[told]
    number = int(re.sub(r"\D", "", told))
    return number * 7 if told.endswith("주") else max(number, 1)


def _point(text: str, today: date, beside: str = "") -> Span | None:
    """The day, week or month of one end; `beside`: the other end, on or after whose day it lies."""
    text = " ".join(text.split())
    if text in _NEAR and not beside:
        return _one(today + timedelta(days=_NEAR[text]))
    if text in _NEAR:
        return _one(today + timedelta(days=_NEAR[text] - _NEAR.get(beside.strip(), 0)))
    if text in _HOLIDAYS:
        return _one(_ahead(*_HOLIDAYS[text], today))
    if (found := _DATE.match(text)) and found["d"]:
        day = _ahead(int(found["m"]), int(found["d"]), today)
        return _one(day.replace(year=int(found["y"])) if found["y"] else day)
    if found := _MONTH.match(text):
        return _month(int(found["m"]), found["part"] or "", today)
    if found := _WEEK.match(text):
        return _relative(found, today)
    if found := re.fullmatch(r"(?P<day>[월화수목금토일])요일", text):
        return _one(today + timedelta(days=(WEEKDAYS.index(found["day"]) - today.weekday()) % 7))
    found = re.fullmatch(r"(?P<d>\d{1,2})일?", text)
    return _one(_of_month(int(found["d"]), today)) if found else None


def _one(day: date) -> Span:
    return day, day


def _ahead(month: int, day: int, today: date) -> date:
    found = date(today.year, month, day)
    return found.replace(year=found.year + 1) if found < today - timedelta(days=60) else found


def _of_month(day: int, today: date) -> date:
    """The next such day of a month."""
    if day >= today.day:
        return today.replace(day=day)
    return (today.replace(day=1) + timedelta(days=32)).replace(day=day)


def _last(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _month(month: int, part: str, today: date) -> Span:
    first = date(today.year + (month < today.month), month, 1)
    if not part:
        return first, _last(first)
    if part in {"초", "말"}:
        raise ValueError(part)  # whoever says so has no day in mind
    monday = first - timedelta(days=first.weekday())
    if first.weekday() > 3:  # a week is of the month of its Thursday
        monday += timedelta(days=7)
    if part == "마지막":
        last = _last(first)
        monday = last - timedelta(days=last.weekday())
    else:
        monday += timedelta(weeks=_NTH[part])
    return max(monday, first), min(monday + timedelta(days=4), _last(first))


def _relative(found: re.Match[str], today: date) -> Span:
    ahead = found["which"] == "다음"
    if found["of"] == "달":
        first = (today.replace(day=1) + timedelta(days=32)).replace(day=1) if ahead else today.replace(day=1)
        return _one(first.replace(day=int(found["d"]))) if found["d"] else (max(first, today), _last(first))
    monday = today - timedelta(days=today.weekday()) + timedelta(days=7 * ahead)
    if found["day"]:
        return _one(monday + timedelta(days=WEEKDAYS.index(found["day"])))
    return max(today, monday), monday + timedelta(days=4)

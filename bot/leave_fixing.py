"""A leave of which one end was said, and a leave that becomes shorter or longer. Pure.

"저 목요일부터 휴가예요" → from when          "다음주 화요일까지요" → until when
"휴가가 하루 줄었어요 월요일까지로 바꿔주세요" → the same leave until that Monday
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Final

from bot.hours_words import Days, NoSuchDayError, days

_DAY: Final = (
    r"(?:(?:20\d\d년 ?)?\d{1,2} ?월 ?\d{1,2} ?일|(?:20\d\d[./-] ?)?\d{1,2}[./] ?\d{1,2}\.?|\d{1,2} ?일(?! ?[간동])"
    r"|(?:(?:이번|다음|다다음|담|차) ?주 ?)?[월화수목금토일](?:요일|욜)|오늘|내일|낼|모레|글피)"
)
_COUNTS: Final = {"하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "일주일": 7}
_COUNT: Final = rf"(?P<n>{'|'.join(_COUNTS)}|\d{{1,2}} ?일)"
_BEGINS: Final = re.compile(rf"{_DAY} ?부터(?!.*(?:까지|[~〜～-] ?\d|{'|'.join(_COUNTS)}|\d ?(?:일|박|주)))")
_SOME: Final = re.compile(r"(?<=부터) ?(?:며칠|몇 ?일|한동안|당분간|쭉|계속|좀)(?:간|동안|정도|은|만)?")
_END: Final = re.compile(
    rf"(?:네|예|넵|음|아|그게|저)?[, ]*(?:(?P<day>{_DAY}) ?(?:까지)?|{_COUNT} ?(?:간|동안|만)?"
    r"|(?P<one>그날|당일|하루)(?: ?하루)?(?:만)?)"
    r"(?:이요|요|입니다|이에요|예요|이고요|임|만요|쉬어요|쉽니다|쉴게요|쉬려고요|갑니다|가요|써요|씁니다|로요"
    r"|로 ?해 ?주세요| )*[.!~]*"
)
_TO: Final = re.compile(rf"(?P<day>{_DAY}) ?까지")
_FROM: Final = re.compile(rf"(?P<day>{_DAY}) ?부터")
_BY: Final = re.compile(
    rf"{_COUNT}(?:씩|만|정도)? ?(?:더 ?)?(?:줄|덜|단축|빠|빼|일찍|앞당|당겨|짧|늘|연장|추가|길"
    r"|쓰기|쓰게|쓸|써|쉬|쉴|쉽|더|$)"
)
_SHORTER: Final = re.compile(r"줄|덜|단축|일찍|앞당|당겨|짧|빠[졌지집]|빼")
_LONGER: Final = re.compile(r"늘|연장|추가|길어|더(?= |$)")
_CHANGES: Final = re.compile(
    rf"{_SHORTER.pattern}|{_LONGER.pattern}|(?:까지|부터)(?:로|만|인 ?걸로)|바꿔|바꾸|바뀌|바꿀|변경|고쳐|수정|정정"
)
_WEEKDAY: Final = re.compile(r"(?P<day>[월화수목금토일])(?:요일|욜)")
_LONGEST: Final = 60


def begins(text: str, now: datetime) -> date | None:
    """The first day of a leave whose last was not said."""
    if len(text) > _LONGEST or _BEGINS.search(text) is None:
        return None
    found = _read(_SOME.sub("", text).replace("부터", " "), now)
    return found.first if found is not None and found.first == found.last and not found.half else None


def first_again(text: str) -> str:
    """The other first day that is told where the last one is asked for: `아 금요일부터요`; empty for all else."""
    found = re.fullmatch(
        rf"(?:아니?|앗|어|음|네|참|[, ])*(?P<day>{_DAY}) ?부터(?:이?요|이?에요|예요|입니다)?[.!~]*", text.strip()
    )
    return "" if found is None else f"{found['day']}부터"


def last_day(text: str, first: date, now: datetime) -> date | None:
    """The last day that an answer names of a leave from `first` on; None where it names none."""
    found = _END.fullmatch(" ".join(text.split()))
    if found is None or len(text) > _LONGEST:
        return None
    if found["one"]:
        return first
    if found["n"]:
        return first + timedelta(days=_count(found["n"]) - 1)
    last = _from(found["day"], first, now)
    return last if last is not None and last >= first else None


def changes(text: str) -> bool:
    """Whether it says that a leave's days become others."""
    return len(text) <= _LONGEST and _CHANGES.search(text) is not None and re.search(r"[?？]|까요|나요", text) is None


def corrected(stands: Days, text: str, now: datetime) -> Days | None:
    """The leave as a sentence makes it shorter or longer; None where it does not say by how much."""
    if stands.half:
        return None
    first, last = stands.first, stands.last
    to, since, by = _TO.search(text), _FROM.search(text), _BY.search(text)
    if to is not None:
        last = _near(to["day"], last, text, now) or last
    if since is not None:
        first = _near(since["day"], first, "", now) or first
    if to is None and since is None and by is not None and (_SHORTER.search(text) or _LONGER.search(text)):
        step = -1 if _SHORTER.search(text) else 1
        for _ in range(_count(by["n"])):
            last = _workday(last, step)
    return None if last < first or (first, last) == (stands.first, stands.last) else Days(first, last)


def _near(said: str, edge: date, text: str, now: datetime) -> date | None:
    """The day that is meant: a weekday or a day of the month alone is the one nearest to that edge."""
    found = _WEEKDAY.fullmatch(said)
    if found is None:
        monthly = _monthly(said, edge)
        return min(monthly, key=lambda one: abs(one - edge)) if monthly else _told(said, now)
    away = ("월화수목금토일".index(found["day"]) - edge.weekday()) % 7
    if _LONGER.search(text) and not _SHORTER.search(text):
        return edge + timedelta(days=away or 7)
    if _SHORTER.search(text):
        return edge - timedelta(days=(7 - away) % 7 or 7)
    return edge + timedelta(days=away if away <= 3 else away - 7)


def _from(said: str, first: date, now: datetime) -> date | None:
    """The day that is meant: a weekday or a day of the month alone is the next from `first` on."""
    found = _WEEKDAY.fullmatch(said)
    if found is not None:
        return first + timedelta(days=("월화수목금토일".index(found["day"]) - first.weekday()) % 7)
    monthly = _monthly(said, first)
    return min((one for one in monthly if one >= first), default=None) if monthly else _told(said, now)


def _monthly(said: str, beside: date) -> list[date]:
    """Of a day of the month alone the ones before, in and after a day's month; nothing where it is told otherwise."""
    bare = re.fullmatch(r"(\d{1,2}) ?일", said)
    found = []
    for step in (-1, 0, 1) if bare else ():
        count = beside.year * 12 + beside.month - 1 + step
        try:
            found.append(date(count // 12, count % 12 + 1, int(bare[1]) if bare else 1))
        except ValueError:
            continue
    return found


def _told(said: str, now: datetime) -> date | None:
    found = _read(said, now)
    return None if found is None else found.last


def _read(text: str, now: datetime) -> Days | None:
    try:
        return days(text, now)
    except NoSuchDayError:
        return None


def _count(said: str) -> int:
    return _COUNTS.get(said) or int(re.sub(r"\D", "", said))


def _workday(day: date, step: int) -> date:
    day += timedelta(days=step)
    while day.weekday() > 4:
        day += timedelta(days=step)
    return day

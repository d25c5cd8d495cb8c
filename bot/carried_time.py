"""Times that stand in a sentence, as commands take them: clocks, a rest, days of leave. Pure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from bot.clock import KST
from bot.hours_words import NoSuchDayError, days_in
from bot.numerals import NATIVE, NATIVE_WORD, sino
from bot.sayings import normal

_MINUTES: Final = re.compile(r"(?<=시)(?P<gap>\s?)(?P<tens>[이삼사오]?십)(?P<ones>[일이삼사오육칠팔구])?(?=\s?분)")
_HOUR: Final = re.compile(rf"(?<![가-힣])(?P<n>{NATIVE_WORD})\s?시(?=랑|이랑|하고|와|과|,|로|쯤|\s)")
_CLOCK: Final = re.compile(
    r"(?:(?P<half>오전|오후|아침|저녁|밤|새벽|낮)\s?)?(?<!\d)(?P<h>\d{1,2})"
    r"(?:\s?시(?!간)(?:\s?(?:(?P<m>\d{1,2})\s?분|(?P<b>반)))?|:(?P<mm>\d{2}))"
)
_HOURS: Final = re.compile(r"(?<!\d)(?P<h>\d{1,2})\s?시간(?:\s?(?:(?P<m>\d{1,2})\s?분|(?P<b>반)))?")
_ONLY_MINUTES: Final = re.compile(r"(?<![\d시])(?<!시\s)(?P<m>\d{1,3})\s?분(?!기)")
_MOST: Final = timedelta(hours=12)
_BEFORE: Final = re.compile(
    r"^(?!\s?\d{1,2}\s?분)(?:에|엔)?\s?\S{0,8}(?:\s\S{1,8}){0,3}?\s?전(?:에|까지|엔|에는)?(?=\s|[보받읽]|$)"
)
_EARLIEST: Final = 6 * 60
_WEEK: Final = "월화수목금"
_APART: Final = re.compile(
    rf"(?<![가-힣])(?P<a>[{_WEEK}])(?:욜|요일)?(?:\s?[,·]\s?|\s|하고\s?|이?랑\s?)"
    rf"(?P<b>[{_WEEK}])(?:욜|요일)?(?=\s|$|에)"
)
_NUMBERED: Final = re.compile(r"(?<![\d./])(?P<a>\d{1,2})일?\s?[,·]\s?(?P<b>\d{1,2})일")
_AND_ON: Final = re.compile(r"(?<!\S)(?:낼|내일)(?:이랑|하고|과|,)\s?모레")
_MORE_DAYS: Final = re.compile(rf"(?<![가-힣])[{_WEEK}](?:욜|요일)?(?=[\s,]|$)")


def times_of(text: str) -> list[str]:
    """Clocks of a text, spelt as a command reads them: `밤 9시`, `9시 10분`, `8시 반`."""
    told = _HOUR.sub(lambda found: f"{NATIVE[found['n']]}시", _MINUTES.sub(_digits, normal(text)))
    found = []
    for one in _CLOCK.finditer(told):
        hour, minute = int(one["h"]), int(one["m"] or one["mm"] or (30 if one["b"] else 0))
        if hour <= 24 and minute < 60:
            half = f"{one['half']} " if one["half"] and hour <= 12 else ""
            found.append(f"{half}{hour}시" + (f" {minute}분" if minute else ""))
    return found


def _digits(found: re.Match[str]) -> str:
    return f"{found['gap']}{sino(found['tens'], found['ones'])}"


def rest_of(text: str, now: datetime) -> str:
    """How long a rest is that a text names: `2시간`, `40분`, or until when it is over; empty where it names none."""
    told = normal(text)
    found = _HOURS.search(told)
    if found is None:
        minutes = _ONLY_MINUTES.search(told)
        return f"{int(minutes['m'])}분" if minutes is not None and int(minutes["m"]) > 0 else ""
    hours, minute = int(found["h"]), int(found["m"] or (30 if found["b"] else 0))
    length = timedelta(hours=hours, minutes=minute)
    if not timedelta() < length <= _MOST:
        return ""
    end = now.astimezone(KST) + length
    return f"{hours}시간" if not minute else f"{end:%H:%M}까지" if end.date() == now.astimezone(KST).date() else ""


def ahead_of(text: str) -> str:
    """Half an hour before the one clock that something shall be seen before; empty where none is meant so."""
    told = _HOUR.sub(lambda found: f"{NATIVE[found['n']]}시", _MINUTES.sub(_digits, normal(text)))
    found = _CLOCK.search(told)
    if found is None or found["half"] in {"오후", "저녁", "밤"} or not _BEFORE.search(told[found.end() :]):
        return ""
    minute = int(found["h"]) * 60 + int(found["m"] or found["mm"] or (30 if found["b"] else 0)) - 30
    if not _EARLIEST <= minute < 12 * 60:
        return ""
    return f"{minute // 60}시" + (f" {minute % 60}분" if minute % 60 else "")


def _together(text: str) -> str:
    """`월, 화`, `24,25일` as a span, where the two are neighbours."""
    text = _AND_ON.sub("내일부터 모레까지", re.sub(r"(?<!\S)담 주(?=\s|[월화수목금])", "다음 주", text))
    text = _APART.sub(lambda one: f"{one['a']}{one['b']}" if f"{one['a']}{one['b']}" in _WEEK else one[0], text)
    return _NUMBERED.sub(lambda one: f"{one['a']}~{one['b']}일" if int(one["b"]) == int(one["a"]) + 1 else one[0], text)


def days_of(text: str, now: datetime) -> str:
    """Days of leave: `12/1`, `12/1~12/3`, `12/1 오후`; empty where they are not plain."""
    try:
        found, rest = days_in(_together(text), now)
    except NoSuchDayError:
        return ""
    if found is None or _MORE_DAYS.search(rest) or (not found.half and "반차" in text):
        return ""
    first = f"{found.first.month}/{found.first.day}"
    last = "" if found.first == found.last else f"~{found.last.month}/{found.last.day}"
    return f"{first}{last}{f' {found.half}' if found.half else ''}"

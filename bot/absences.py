"""Somebody else's leave of absence as an administrator says it: whose, and from which day through which. Pure.

    "서마루 주무관 12월 1일부터 31일까지 병가"   → "휴직 처리 서마루 2026.12.1~2026.12.31"
    "서마루 이번달 말까지 휴직"                → "휴직 처리 서마루 2026.11.30까지"

The command is read back before anything rests. One's own leave, questions and 휴가 are others' matter.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from bot.carrying import Known, one_named
from bot.clock import KST
from bot.hours_words import NoSuchDayError, days_in

_RESTS: Final = re.compile(
    r"(?:육아|출산|질병|병역|간병|유학|가사|군입대|병|난임|가족 ?돌봄)? ?휴직|출산 ?휴가|육아 ?휴가|병가|산가"
    r"|장기 ?휴가"
)
_ASKS: Final = re.compile(
    r"[?？]|언제|누구|누가|몇|인가|중이|왜|어떻게|까요|되나|나요|가능|하면|으면|취소|아니|안 ?(?:가|해|합)|복직"
    r"|끝났|돌아"
)
_TIMED: Final = re.compile(
    r"\d|내내|까지|부터|한 ?달|두 ?달|말(?=\s|$|까지|로)|이번|다음|담주|담달|내일|모레|오늘|연말"
)
_ENDS: Final = re.compile(
    r"(?P<day>\d[\d./년월 -]*일?|(?:이번|다음) ?(?:주|달)(?: ?[월화수목금토일]요일)?|[월화수목금토일]요일|내일"
    r"|모레|오늘) ?까지"
)
_UNTIL: Final = re.compile(r"까지")
_SINCE: Final = re.compile(r"부터|~|∼|〜|～|에서|(?<=\d)\s?[-–—]\s?(?=\d)|내내|동안|간(?=\s|$)")
_MONTHS: Final = {"한": 1, "두": 2, "세": 3, "석": 3, "네": 4, "넉": 4, "여섯": 6, "반년": 6, "일년": 12}
_LENGTH: Final = re.compile(
    r"(?P<from>\S+?)\s?(?:부터|에서)\s?(?:(?P<m>\d{1,2}|한|두|세|석|네|넉|여섯) ?(?:개월|달)|(?P<y>\d|일) ?년"
    r"|(?P<half>반년))"
    r"(?: ?(?:간|동안))?"
)


@dataclass(frozen=True, slots=True)
class Span:
    """Days that were named: from when (None: from now on) until when (None: open); what else was said."""

    since: date | None
    until: date | None
    rest: str

    @property
    def told(self) -> str:
        """As the commands read it."""
        first = "" if self.since is None else _spelt(self.since)
        last = "" if self.until is None else _spelt(self.until)
        if first and last:
            return f"{first}~{last}"
        return f"{first}부터" if first else f"{last}까지" if last else ""


def span_in(text: str, now: datetime) -> Span | None:
    """The days of a text; None where it names none.

    Raises:
        NoSuchDayError: days that can't be, or words of time that were not read.
    """
    today = now.astimezone(KST).date()
    told = plainly(text, today)
    if not _TIMED.search(told):
        return None
    open_end = re.search(r"부터(?!.*(?:까지|\d))", told) is not None
    only_end = _UNTIL.search(told) is not None and _SINCE.search(told) is None
    read = _ENDS.sub(r"오늘부터 \g<day>까지", told, count=1)
    found, rest = days_in(re.sub(r"부터(?!.*(?:까지|\d))", " ", read if only_end else told), now)
    if found is None:
        return None
    if open_end:
        return Span(found.first, None, rest)
    if only_end:
        return Span(None, found.last, rest)
    single = found.first == found.last and not re.search(r"하루|당일", told)
    return Span(found.first, None if single else found.last, rest)


def plainly(text: str, today: date) -> str:
    """The text with ends of months and years, lengths in months and next year's days as plain days."""
    text = re.sub(r"(?<!\d)(20\d\d)-?(\d\d)-?(\d\d)(?!\d)", r"\1.\2.\3", text)
    text = re.sub(r"내년 ?(?=\d{1,2} ?[월/.])", f"{today.year + 1}년 ", text)
    text = re.sub(r"(\d{1,2}) ?월 ?초부터 ?(?:월 ?)?말까지", r"\1월 한 달", text)
    text = re.sub(r"(?P<y>20\d\d년 ?)?(?P<m>\d{1,2}) ?월 ?말(?:일|경|쯤)?", lambda one: _month_end(one, today), text)
    text = re.sub(r"(?P<next>다음|담) ?달 ?말(?:일|경|쯤)?", lambda _: _spelt(_end(_first_after(today))), text)
    text = re.sub(r"(?:이번|요번|이|금) ?(?:달|월) ?말(?:일|경|쯤)?|(?<!\S)월말", lambda _: _spelt(_end(today)), text)
    text = re.sub(r"(?:올해|금년)? ?연말|올해 ?말", f"{today.year}.12.31", text)
    text = re.sub(r"(다음 ?달|담달|이번 ?달|\d{1,2}월) (?:한|1) ?달(?: ?(?:간|동안|내내))?", r"\1 내내", text)
    text = re.sub(r"(\d{1,2}) ?월 내내", r"\1월 한 달", text)
    return _LENGTH.sub(lambda one: _with_length(one, today), text)


def may_be_absence(text: str) -> bool:
    """Whether it is worth while to know who is who here."""
    return len(text) <= 80 and _RESTS.search(text) is not None and _TIMED.search(text) is not None


def absence(text: str, known: Known) -> str:
    """The command that a sentence of an administrator comes to; empty for all others.

    Words of time that can't be read leave the text to whoever asks about them.
    """
    if len(text) > 80 or "\n" in text or _ASKS.search(text) or not _RESTS.search(text) or not _TIMED.search(text):
        return ""
    who = one_named(text, known)
    if not who:
        return ""
    try:
        span = span_in(_RESTS.sub(" ", re.sub(rf"{re.escape(who)}\S*", " ", text, count=1)), known.now)
    except NoSuchDayError:
        return ""
    return f"휴직 처리 {who} {span.told}" if span is not None else ""


def _spelt(day: date) -> str:
    return f"{day.year}.{day.month}.{day.day}"


def _end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _first_after(today: date) -> date:
    return (today.replace(day=1) + timedelta(days=32)).replace(day=1)


def _month_end(found: re.Match[str], today: date) -> str:
    month = int(found["m"])
    if not 1 <= month <= 12:
        return found[0]
    year = int(found["y"][:4]) if found["y"] else today.year + (month < today.month)
    return _spelt(_end(date(year, month, 1)))


def _with_length(found: re.Match[str], today: date) -> str:
    """`내일부터 6개월` as two days."""
    try:
        begin, _ = days_in(found["from"], datetime(today.year, today.month, today.day, 12, tzinfo=KST))
    except NoSuchDayError:
        return found[0]
    if begin is None:
        return found[0]
    months = 6 if found["half"] else 12 * (1 if found["y"] == "일" else int(found["y"])) if found["y"] else 0
    months = months or (int(found["m"]) if found["m"].isdecimal() else _MONTHS[found["m"]])
    year, month = divmod(begin.first.year * 12 + begin.first.month - 1 + months, 12)
    last = min(begin.first.day, monthrange(year, month + 1)[1])
    return f"{_spelt(begin.first)}~{_spelt(date(year, month + 1, last) - timedelta(days=1))}"

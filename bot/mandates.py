"""What an auditor typed, as far as it is an audit: document number, period, reason; and what is missing. Pure.

`감사담당관-812, 10. 1.~10. 31., 출장여비 점검` in any order. What was told before a question stands in front of its
answer (`remember`), behind a letter that nobody can type.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from attest.mandate import Mandate
from bot import periods
from bot.clock import KST
from bot.periods import Period

LONGEST = 100
NAME, NUMBER, PERIOD, REASON = "name", "number", "period", "reason"

_PART = "\x01"  # control characters are taken out of what people type
_CODED = r"[가-힣A-Za-z][가-힣A-Za-z0-9·.()]*\s?-\s?제?\d[\d\-]*(?:\s?호)?"
_NAMED = r"(?:[가-힣A-Za-z]+\s?)?제?\d+(?:-\d+)*\s?호"
_NUMBER = re.compile(rf"(?:문서(?:번호)?\s*[:：]?\s*)?(?P<number>{_CODED}|{_NAMED})(?![\d월가-힣])")
_MARKS = " ,;:·/|"
_QUOTES = str.maketrans('「」『』《》〈〉“”"', " " * 11)
_DAYS = re.compile(r"(?<!월)(?<!월\s)(?P<days>(?<!\d)\d{1,4})\s?(?P<unit>일|주일?|개월|달)(?:\s?(?:간|동안))?")
_BARE_DAYS = re.compile(r"\s*(?P<days>\d{1,3})\s*")
_SPANS = {
    "하루": 1,
    "이틀": 2,
    "사흘": 3,
    "나흘": 4,
    "닷새": 5,
    "엿새": 6,
    "열흘": 10,
    "일주일": 7,
    "한 주": 7,
    "보름": 15,
    "한 달": 30,
    "한달": 30,
}
_UNITS = {"일": 1, "주": 7, "주일": 7, "개월": 30, "달": 30}


@dataclass(frozen=True, slots=True)
class Draft:
    """A mandate as far as it was told; `name` and `ends` where another institution is asked. `unread`: the answer to a
    question was none."""

    number: str = ""
    period: Period | None = None
    reason: str = ""
    name: str = ""
    ends: date | None = None
    unread: bool = False

    @property
    def missing(self) -> str:
        """The first thing that is lacking; empty when nothing is."""
        if not self.number:
            return NUMBER
        return PERIOD if self.period is None else ("" if self.reason else REASON)

    @property
    def is_too_long(self) -> bool:
        """Whether it holds more than a record takes."""
        return max(len(self.number), len(self.reason), len(self.name)) > LONGEST

    def mandate(self) -> Mandate:
        """The mandate; everything must be there."""
        if self.period is None:
            raise ValueError(f"{self.missing} is missing")
        return Mandate(self.number, self.period.since, self.period.until, self.reason)


def read(text: str, today: date) -> Draft:
    """The draft in a text, or in what was remembered with the answer to what was asked.

    Raises:
        NoSuchPeriodError: it names a period that can't be.
    """
    if _PART in text:
        return _resumed(text, today)
    text = text.translate(_QUOTES)
    found = _NUMBER.search(text)
    number = _plain(found["number"]) if found else ""
    rest = text if found is None else f"{text[: found.start()]} , {text[found.end() :]}"
    dated = periods.find(rest, today)
    return Draft(number, dated.period if dated else None, _tidy(dated.rest if dated else rest))


def read_request(text: str, today: date) -> Draft:
    """The same of a request, in front of which the other institution's name stands: `김해시 감사관-90 …`.

    Raises:
        NoSuchPeriodError: it names a period that can't be.
    """
    if _PART in text:
        return _resumed(text, today)
    found = _NUMBER.search(text)
    if found is None:
        return _named(text, today)
    dated = periods.find(text[: found.start()], today)
    name = _tidy(text[: found.start()] if dated is None else dated.rest)
    draft = read(text[found.start() :] if dated is None else text, today)
    behind = periods.until(draft.reason, today)
    reason = draft.reason if behind is None else _tidy(behind.rest)
    reason = reason.removeprefix(name).strip(_MARKS)
    return replace(draft, name=name, reason=reason, ends=behind.period.last if behind else None)


def _named(text: str, today: date) -> Draft:
    """A name alone, perhaps with the day up to which consent is to last."""
    lasting, dated = periods.until(text, today), periods.find(text, today)
    if lasting is not None and (dated is None or dated.period.first == dated.period.last):
        return Draft(name=_tidy(lasting.rest), ends=lasting.period.last)
    return Draft(period=dated.period, name=_tidy(dated.rest)) if dated else Draft(name=_tidy(text))


def number_in(text: str) -> str:
    """The document number in a text, else the text itself: `감사담당관-812호` is `감사담당관-812`."""
    found = _NUMBER.search(text)
    return _plain(found["number"]) if found else _tidy(text)


def remember(draft: Draft, asked: str) -> str:
    """What was told so far, to stand in front of the answer to what is asked."""
    period = "" if draft.period is None else f"{draft.period.first.isoformat()} {draft.period.last.isoformat()}"
    ends = "" if draft.ends is None else draft.ends.isoformat()
    return _PART.join([draft.number, period, draft.reason, draft.name, ends, asked, ""])


def _resumed(text: str, today: date) -> Draft:
    number, period, reason, name, ends, asked, answer = text.split(_PART)
    first, _, last = period.partition(" ")
    told = Draft(
        number,
        Period(date.fromisoformat(first), date.fromisoformat(last)) if period else None,
        reason,
        name,
        date.fromisoformat(ends) if ends else None,
    )
    answer = answer.strip()
    if asked == REASON:
        return replace(told, reason=_tidy(answer))
    if asked == NAME:
        return replace(told, name=_tidy(answer))
    found = read(answer, today)
    if asked == NUMBER and not found.number and any(char.isdigit() for char in answer):
        found = replace(found, number=answer)
    unread = not found.number if asked == NUMBER else found.period is None
    more = "" if unread else found.reason
    return replace(
        told, number=told.number or found.number, period=told.period or found.period, reason=told.reason or more,
        unread=unread,
    )  # fmt: skip


def _plain(number: str) -> str:
    """`감사담당관 - 812 호` is `감사담당관-812`."""
    if "-" not in number:
        return " ".join(number.split())
    return re.sub(r"\s?-\s?", "-", " ".join(number.split())).removesuffix("호").strip()


def _tidy(text: str) -> str:
    text = re.sub(r"\(\s*분?\s*\)", " ", text)  # what a period in brackets leaves behind
    bare = re.sub(r"\s*,[\s,]*", ", ", " ".join(text.split())).strip(_MARKS)
    return bare[1:-1].strip(_MARKS) if re.fullmatch(r"\([^()]*\)", bare) else bare


@dataclass(frozen=True, slots=True)
class HoldDraft:
    """A hold as far as it was told: days, 0 where none were named, or the last day, and the reason."""

    days: int = 0
    reason: str = ""
    last: date | None = None

    def ends(self, now: datetime) -> datetime | None:
        """The instant at which it ends; None where neither days nor a day were named."""
        if self.last is not None:
            return datetime.combine(self.last, time(23, 59), KST).astimezone(UTC)
        return now + timedelta(days=self.days) if self.days else None


def read_hold(text: str, today: date) -> HoldDraft:
    """The hold in a text such as `7일 증거인멸 우려` or `12. 10.까지 증거인멸 우려`.

    Raises:
        NoSuchPeriodError: it names a day that no calendar holds.
    """
    said = re.sub(r"(^|\s)사유\s*[:：]?\s*", " ", text.translate(_QUOTES))
    lasting = periods.until(said, today)
    if lasting is not None:
        return HoldDraft(0, _tidy(_NUMBER.sub(" ", lasting.rest)), lasting.period.last)
    bare = _BARE_DAYS.fullmatch(said)
    if bare is not None:
        return HoldDraft(int(bare["days"]))
    numbered = _NUMBER.match(said.strip())
    said = said.strip()[numbered.end() :] if numbered else said
    found = _DAYS.search(said)
    if found is not None:
        rest = f"{said[: found.start()]} {said[found.end() :]}"
        return HoldDraft(int(found["days"]) * _UNITS[found["unit"]], _tidy(rest))
    for word, days in _SPANS.items():
        if word in said:
            return HoldDraft(days, _tidy(said.replace(word, " ", 1)))
    return HoldDraft(0, _tidy(said))

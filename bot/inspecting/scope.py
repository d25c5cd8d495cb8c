"""What an auditor asks to have listed: institution, departments, days, how many to draw. Pure.

`점검 총무과 10월`, `점검 전체 10. 1.~10. 31. 표본 20`, `점검 창원시 도로과 10월`, `점검 2026년`, in any order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot import periods
from bot.periods import NoSuchPeriodError, Period

_SAMPLE = re.compile(r"(?:표본|샘플|추출)\s*(\d{1,6})\s*(?:건|명|개)?|(\d{1,6})\s*(?:건|개)\s*(?:표본|샘플|추출)")
_YEAR = re.compile(r"(?<!\d)(?:(?P<year>20\d{2})\s?년(?:도)?|(?P<word>올해|금년|작년|지난해))(?!\s?\d)(?:\s?전체)?")
_QUARTER = re.compile(
    r"(?:(?P<year>20\d{2})\s?년\s?)?(?P<word>[1-4])\s?분기|(?:(?P<y2>20\d{2})\s?년\s?)?(?P<half>상|하)반기"
)
_EVERYBODY = frozenset({"전체", "전부", "모두", "전부서", "전체부서", "전직원", "모든부서"})
_FILLERS = frozenset(
    {
        "출장",
        "부서",
        "의",
        "점검",
        "실태점검",
        "까지",
        "부터",
        "해줘",
        "해주세요",
        "부탁",
        "부탁합니다",
        "현황",
        "영수증",
        "기간",
        "좀",
    }
)
MOST_DRAWN = 1_000


@dataclass(frozen=True, slots=True)
class Scope:
    """What is looked at. `departments` empty: all; `tenant` empty: the auditor's own; `year`: only counts are asked."""

    period: Period | None = None
    departments: tuple[str, ...] = ()
    tenant: str = ""
    sample: int = 0
    year: bool = False
    unknown: str = ""  # a word that names no department


def read(
    text: str, today: date, departments: Mapping[str, Sequence[str]], institutions: Mapping[str, str], home: str
) -> Scope:
    """The scope in a text. `institutions` are the ids and names that may be named, `departments` theirs by id.

    Raises:
        NoSuchPeriodError: it names days that can't be.
    """
    drawn = _SAMPLE.search(text)
    if drawn:
        text = _cut(text, drawn)
    period, text, year = _period(text, today)
    tenant, text = _institution(text, institutions)
    found, unknown = [], ""
    known = {_bare(one): one for one in departments.get(tenant or home, ())}
    words = [word.strip(",.·/") for word in text.split()]
    for word in (word for word in words if word and word not in _FILLERS and _bare(word) not in _EVERYBODY):
        meant = _department(word, known)
        if meant is None:
            unknown = unknown or word
        elif meant not in found:
            found.append(meant)
    sample = min(int(drawn[1] or drawn[2]), MOST_DRAWN) if drawn else 0
    return Scope(period, tuple(found), tenant, sample, year, unknown)


def _period(text: str, today: date) -> tuple[Period | None, str, bool]:
    quarter = _QUARTER.search(text)
    if quarter:
        return _quarter(quarter, today), _cut(text, quarter), False
    dated = periods.find(text, today)
    if dated is not None:
        return dated.period, dated.rest, False
    year = _YEAR.search(text)
    if year is None:
        return None, text, False
    number = int(year["year"]) if year["year"] else today.year - (year["word"] in {"작년", "지난해"})
    return Period(date(number, 1, 1), date(number, 12, 31)), _cut(text, year), True


def _quarter(found: re.Match[str], today: date) -> Period:
    first = 3 * int(found["word"]) - 2 if found["word"] else (1 if found["half"] == "상" else 7)
    last = first + (2 if found["word"] else 5)
    told = found["year"] or found["y2"]
    year = int(told) if told else today.year - (first > today.month)
    return Period(date(year, first, 1), date(year, last, {3: 31, 6: 30, 9: 30, 12: 31}[last]))


def _institution(text: str, institutions: Mapping[str, str]) -> tuple[str, str]:
    """The institution named, and the text without its name."""
    for tenant, name in sorted(institutions.items(), key=lambda pair: -len(pair[1])):
        for called in (name, name.partition("(")[0]):
            if called and re.search(rf"(?<!\S){re.escape(called)}(?!\S)", text):
                return tenant, text.replace(called, " ", 1)
    return "", text


def _department(word: str, known: Mapping[str, str]) -> str | None:
    """The department of that name, or the only one that begins so."""
    bare = _bare(word)
    if bare in known:
        return known[bare]
    begun = [name for plain, name in known.items() if len(bare) > 1 and plain.startswith(bare)]
    return begun[0] if len(begun) == 1 else None


def _bare(word: str) -> str:
    return "".join(word.split())


def _cut(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


__all__ = ["MOST_DRAWN", "NoSuchPeriodError", "Scope", "read"]

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
_SHARE = re.compile(
    r"(?:표본|샘플|추출)?\s*(?P<share>\d{1,3})\s?(?:%|퍼센트|프로)\s*(?:만|를|을)?\s*(?:표본|샘플|추출)?"
)
_SHORT_YEAR = re.compile(r"(?<!\d)'?(\d{2})\s?년(?=\s?\d{1,2}\s?월)")
_JOINTS = re.compile(r"[·,/&]")
_DOCUMENT = re.compile(r"(?<!\S)[가-힣A-Za-z]+-\d[\d-]*호?(?!\S)")
_ENDING = re.compile(r"(?:에서|으로|로|만|을|를|의|은|는|도)$")
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
        "중",
        "중에",
        "가운데",
        "엑셀",
        "파일",
        "목록",
        "표",
        "자료",
        "내역",
        "표본",
        "다시",
        "보여줘",
        "뽑아",
        "뽑아줘",
        "골라줘",
        "줘",
        "주세요",
        "해",
        "하자",
    }
)
MOST_DRAWN = 1_000
_DAYS_NAMED = r"(?=.*(?:\d\s?월|(?:지난|저번|이번)\s?달|분기|반기|\d\.\s?\d))"
SENTENCES = (
    rf"^(?P<argument>{_DAYS_NAMED}.{{2,60}}?)\s(?:출장\s?)?(?:실태\s?)?점검(?:\s?(?:해|하|부탁|할|좀).{{0,10}})?$",
    rf"^(?P<argument>{_DAYS_NAMED}.{{2,40}}출장.{{0,12}}\d{{1,3}}\s?(?:%|퍼센트|프로|건).{{0,6}}?)(?:뽑아|추출|골라).{{0,8}}$",
)


@dataclass(frozen=True, slots=True)
class Scope:
    """What is looked at. `departments` empty: all; `tenant` empty: the auditor's own; `year`: only counts are asked."""

    period: Period | None = None
    departments: tuple[str, ...] = ()
    tenant: str = ""
    sample: int = 0
    year: bool = False
    share: int = 0  # of a hundred, to be drawn
    people: tuple[str, ...] = ()  # ids; empty: everybody
    documents: tuple[str, ...] = ()  # document numbers; empty: all
    unknown: str = ""  # a word that names no department


def read(
    text: str, today: date, departments: Mapping[str, Sequence[str]], institutions: Mapping[str, str], home: str,
    people: Mapping[str, Sequence[str]] | None = None,
) -> Scope:  # fmt: skip
    """The scope in a text. `institutions` are the ids and names that may be named, `departments` theirs by id.

    `people` are the own institution's by their name without blanks: ids, several of namesakes.

    Raises:
        NoSuchPeriodError: it names days that can't be.
    """
    text = _SHORT_YEAR.sub(r"20\1년", text)
    share = _SHARE.search(text)
    if share:
        text = _cut(text, share)
    documents = tuple(dict.fromkeys(one.removesuffix("호") for one in _DOCUMENT.findall(text)))
    text = _DOCUMENT.sub(" ", text)
    drawn = _SAMPLE.search(text)
    if drawn:
        text = _cut(text, drawn)
    period, text, year = _period(text, today)
    tenant, text = _institution(text, institutions)
    found, unknown, persons = [], "", list[str]()
    known = {_bare(one): one for one in departments.get(tenant or home, ())}
    words = [word.strip(",.·/") for word in text.split()]
    for word in (word for word in words if not _says_nothing(word)):
        meant = _department(word, known)
        named = () if tenant else (people or {}).get(word, ()) or (people or {}).get(_ENDING.sub("", word), ())
        if meant is None and named:
            persons += named
        elif meant is None and all(each := [_department(part, known) for part in _JOINTS.split(word)]):
            found += [one for one in each if one is not None and one not in found]
        elif meant is None:
            unknown = unknown or word
        elif meant not in found:
            found.append(meant)
    sample = min(int(drawn[1] or drawn[2]), MOST_DRAWN) if drawn else 0
    part = min(int(share["share"]), 100) if share else 0
    return Scope(
        period, tuple(found), tenant, sample, year, share=part, people=tuple(dict.fromkeys(persons)),
        documents=documents,
        unknown=unknown,
    )  # fmt: skip


def _says_nothing(word: str) -> bool:
    forms = {word, _ENDING.sub("", word)}
    return not word or bool(forms & _FILLERS) or bool({_bare(form) for form in forms} & _EVERYBODY)


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
    for form in (bare, bare.removesuffix("실"), _ENDING.sub("", bare)):
        if form in known:
            return known[form]
    begun = [name for plain, name in known.items() if len(bare) > 1 and plain.startswith(bare)]
    return begun[0] if len(begun) == 1 else None


def _bare(word: str) -> str:
    return "".join(word.split())


def _cut(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start()]} {text[found.end() :]}"


__all__ = ["MOST_DRAWN", "NoSuchPeriodError", "Scope", "read"]

"""How long somebody says, of one or several pieces: `2시간 30분`, `한 시간 반`, `90분`, `하루 반`, `반나절`. Pure.

A day alone (`하루`, `이틀`) is a day of the calendar and none of these.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from bot.numerals import NATIVE, NATIVE_WORD, sino

_DAYS: Final = {"하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5}
LENGTH: Final = (
    r"(?<![\d.])(?:(?=\d)|(?<![가-힣]))(?=\S{1,6} ?(?:시간|분|나절|반|일))"
    rf"(?:(?:(?P<days>{'|'.join(_DAYS)})(?= ?반|하고)|(?<!월)(?<!월 )(?P<date>\d{{1,2}}) ?일(?!까지|날|자))"
    r" ?(?P<day_half>반(?!나절| ?시간))?(?:하고 ?|,? ?))?"
    rf"(?:(?P<hours>\d{{1,3}}(?:\.5)?|반|{NATIVE_WORD}) ?시간(?P<hour_half> ?반(?!나절))?(?:하고 ?|,? ?))?"
    r"(?:(?P<minutes>\d{1,4}) ?분(?!기)|(?P<tens>[이삼사오]?십)(?P<ones>[일이삼사오육칠팔구])? ?분(?!기))?"
    r"(?:(?P<part>반|한) ?나절)?"
)
"""For one regular expression once; it may match nothing at all, which `length` says."""
_LENGTH: Final = re.compile(LENGTH)
_PART: Final = timedelta(hours=8)
_NO_CLOCK: Final = re.compile(r"\d{1,2} ?시(?!간) ?(?:\d{1,2} ?분|반)?|\d{1,2}:\d\d")


def length_in(text: str) -> timedelta | None:
    """The first length of time in a text; None where there is none, a clock's minutes being none."""
    told = _NO_CLOCK.sub(lambda found: "." * len(found[0]), text)
    return next((span for found in _LENGTH.finditer(told) if (span := length(found))), None)


def length(found: re.Match[str]) -> timedelta:
    """What a match of `LENGTH` comes to; nothing where it matched nothing."""
    span = timedelta(days=_DAYS.get(found["days"] or "", 0) or int(found["date"] or 0))
    span += timedelta(hours=12) if found["day_half"] else timedelta()
    if found["hours"]:
        count = 0.5 if found["hours"] == "반" else float(NATIVE.get(found["hours"]) or found["hours"])
        span += timedelta(hours=count + (0.5 if found["hour_half"] else 0))
    minutes = int(found["minutes"] or 0) + (sino(found["tens"], found["ones"]) if found["tens"] else 0)
    part = _PART * (0.5 if found["part"] == "반" else 1) if found["part"] else timedelta()
    return span + timedelta(minutes=minutes) + part

"""When somebody wants to see a message again, in their own words, as an instant. Pure.

    "4시에 다시 알려줘" → the next four o'clock by day    "30분 뒤에 다시" → in half an hour
    "퇴근 전에 다시 보여줘" → 17:30    "다음 주 월요일에 다시" → when that day's work begins

None where no time is said, where two are, or where it lies behind or too far ahead: then it is asked for.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from bot.clock import KST
from bot.clock_words import HALVES
from bot.durations import LENGTH, length
from bot.hours_words import NoSuchDayError, clocks_in, days
from bot.numerals import NATIVE_WORD
from bot.sayings import normal

FARTHEST: Final = timedelta(days=60)
_SPAN: Final = re.compile(
    rf"{LENGTH} ?(?:정도|쯤|만)? ?"
    r"(?:뒤|후|있다가?|이따가?|지나서|지나면)(?:에|쯤)*"
)
_NAMED: Final = (
    (re.compile(r"퇴근 ?(?:하기 ?)?전|퇴근 ?무렵|퇴근 ?때"), time(17, 30)),
    (re.compile(r"점심 ?(?:시간 ?)?(?:먹고|후|뒤|이후|지나서|다음)"), time(13)),
    (re.compile(r"점심 ?(?:먹기 ?)?(?:전|시간 ?전)"), time(11, 30)),
    (re.compile(r"저녁|퇴근 ?(?:후|하고|길)"), time(18)),
    (re.compile(r"오후"), time(14)),
)
_MORNING: Final = re.compile(r"아침|오전|출근")
_FIRST, _LAST = time(7), time(19)
"""An hour without its half is one of these: nobody reads at night."""
_THIS: Final = r"(?:(?:이|그|저|방금|아까) ?(?:거|건|것|소식|글|카드|알림|온 ?거)?(?:는|은|를|을|도)? )?"
_TIME: Final = (
    rf"(?:(?:{HALVES}|오늘|내일|모레|글피|(?:이번|다음|다다음|담) ?주|[월화수목금토일]욜?요일|\d{{1,2}}월|\d{{1,3}} ?일"
    rf"|\d{{1,2}}[./]\d{{1,2}}|\d{{1,2}} ?시|\d{{1,2}}:\d\d|(?:{NATIVE_WORD}) ?시|\d{{1,3}} ?(?:시간|분)"
    r"|(?:반|한|두|세|네) ?(?:시간|분)|반|뒤|후|있다가?|이따가?|나중|출근|퇴근|하면|해서|먹고|하고|하기|전|무렵|때"
    r"|정도|쯤|에|엔|에는|이|좀|까지)[ ,]*)+"
)
"""Each word in one way only: no text takes long."""
_AGAIN: Final = (
    r"(?:다시|또|한 ?번 ?더)(?:요|만)?(?: ?(?:좀|한 ?번|꼭|얘기|이야기))*"
    r"(?: ?(?:알려|보여|보내|볼|띄워|말해|챙겨|읽|줘|주|해|부탁|리마인드|상기)\S{0,7}){0,3}"
)
SENTENCES: Final = (
    (
        rf"^(?=.{{1,60}}$){_THIS}(?=.*(?:시|분|뒤|후|전|있다|이따|내일|모레|요일|주|일|아침|점심|저녁|오전|오후|출근|퇴근|밤))"
        rf"{_TIME}{_AGAIN}[.!~]*$"
    ),
)
"""Whole sentences that put off what came; a time must stand before the `다시`."""


def again_at(text: str, now: datetime, opens: time) -> datetime | None:
    """The instant that is meant, in UTC; `opens`: when the person's day begins."""
    text = re.split(r"다시|또 |한 ?번 ?더", normal(text))[0].strip() or normal(text)
    span = next((length(found) for found in _SPAN.finditer(text)), None)
    if span:
        return _soon(now + span, now)
    clocks = clocks_in(text)
    if len(clocks) > 1:
        return None
    try:
        day = _day(text, now)
    except NoSuchDayError:
        return None
    if clocks:
        return _soon(_by_clock(text, clocks[0], day, now), now)
    named = next((at for pattern, at in _NAMED if pattern.search(text)), None)
    if named is None and day is None and not _MORNING.search(text):
        return None
    return _soon(_at(day, named or opens, now), now)


def _day(text: str, now: datetime) -> date | None:
    """The day that is named; of a whole week its Monday."""
    bare = re.sub(
        r"(?:오전|오후|아침|점심|저녁|밤|새벽|낮)(?:에)?|\d{1,2} ?시(?: ?\d{1,2} ?분| ?반)?|\d{1,2}:\d\d|출근\S*"
        r"|퇴근\S*|먹고|전에?|후에?",
        " ",
        text,
    )
    bare = re.sub(r"(?<=[가-힣\d])에(?=\s|$)", "", bare)
    if re.fullmatch(r"\D*다음 ?주\s*", bare) and not re.search(r"요일", bare):
        local = now.astimezone(KST).date()
        return local + timedelta(days=7 - local.weekday())
    found = days(bare, now)
    if found is None:
        return None
    if found.first != found.last:
        raise NoSuchDayError("two days")
    return found.first


def _by_clock(text: str, told: time, day: date | None, now: datetime) -> datetime:
    """The hour that is told, by day where its half is not said; the next one, or of that day."""
    local = now.astimezone(KST)
    either = not re.search(HALVES, text) and 0 < told.hour <= 12 and not re.search(r"\b0\d:", text)
    hours = {told.hour, (told.hour + 12) % 24 or 12} if either else {told.hour}
    first = day or local.date()
    for on in (first, first + timedelta(days=1)):
        at = sorted(datetime.combine(on, told.replace(hour=hour), KST) for hour in hours)
        by_day = [one for one in at if not either or _FIRST <= one.time() <= _LAST]
        coming = [one for one in by_day if one > local]
        if coming:
            return coming[0]
        if day is not None:
            break
    return datetime.combine(first, told, KST)


def _at(day: date | None, told: time, now: datetime) -> datetime:
    local = now.astimezone(KST)
    at = datetime.combine(day or local.date(), told, KST)
    return at if day is not None or at > local or told >= time(17) else at + timedelta(days=1)


def _soon(at: datetime, now: datetime) -> datetime | None:
    return at.astimezone(UTC).replace(microsecond=0) if now < at <= now + FARTHEST else None

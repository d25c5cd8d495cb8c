"""`12시 30분에 가면 어때?`, `30분 뒤에는?`: the line at the minute that somebody asks about. Decides; speaks no words.

Within the forecast it is the forecast; farther, the usual said as such; where nothing is served, that.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

from bot.canteen import View
from bot.clock import KST
from bot.handlers import days
from bot.wording import cafeteria as words
from occupancy.reading import day_of

_CLOCK: Final = r"\d{1,2}(?:시(?: ?\d{1,2}분| ?반)?|:\d\d)"
_LATER: Final = re.compile(r"(?<!\d)(\d{1,3}) ?분 ?(?:뒤|후|있다|이따|지나)")
_HOW: Final = (
    r"(?:가면|가도|갈까|가는|먹으면|내려가면|어때|어떨|어떤가|나아|나을|붐|한산|사람|괜찮|기다|줄|얼마나|몇 ?분)"
)
_MOST: Final = 3
SENTENCES: Final = (
    (
        rf"^(?:오늘 ?|그럼 ?)?(?:(?:식당|점심|밥)(?:은|을|에)? ?)?{_CLOCK} ?(?:쯤|정도)?(?:에|에는|엔|은|는)? ?"
        rf"(?:(?:식당|점심|밥|배식)(?:은|을|에)? ?)?(?:먹으러 ?)?{_HOW}(?!.*(?:출장|회의|보고|예약))"
    ),
    (
        r"^(?:한 ?|약 ?)?\d{1,3} ?분 ?(?:뒤|후|있다가?|이따가?|지나)(?:에|에는|엔|는|면)? ?"
        rf"(?:좀 ?|다시 ?|식당 ?|점심 ?|줄 ?|이 ?|은 ?)*{_HOW}"
    ),
)


def asked(text: str, now: datetime) -> datetime | None:
    """The instant of today that the text asks about; None where it asks of now or of another day.

    Raises:
        days.NoSuchTimeError: a time that is none.
    """
    day = days.days(text, day_of(now))
    if day is not None and (day.week or day.day != day_of(now)):
        return None
    if found := _LATER.search(text):
        return now + timedelta(minutes=int(found[1]))
    at = days.told_clock(text)
    then = datetime.combine(day_of(now), at, KST) if at is not None else None
    return then if then is not None and then > now else None


def compared(text: str, view: View) -> list[str]:
    """The minutes that somebody chooses between, each as it is foreseen, and which is the shorter; empty for fewer."""
    now = view.now
    told = (days.told_clock(one) for one in re.findall(_CLOCK, text))
    at = [datetime.combine(day_of(now), one, KST) for one in told if one is not None]
    at += [now + timedelta(minutes=int(one)) for one in _LATER.findall(text)]
    later = sorted({one for one in at if one > now})
    here = re.search(r"지금|당장|바로", text) is not None
    if len(later) + here < 2 or len(later) > _MOST:
        return []
    lines = [said for one in later if (said := line(view, one))]
    spans = [span for one in later if (span := _span(view, one)) is not None]
    found = view.estimate
    if here and found.minutes is not None and not found.stale:
        low, high = found.low, found.high
        spans.insert(
            0, (now, found.minutes, found.minutes if low is None else low, found.minutes if high is None else high)
        )
    if len(spans) < len(later) + here:
        return lines
    first, second = sorted(spans, key=lambda one: one[1])[:2]
    sure = first[3] < second[2]
    return [*lines, words.shorter(first[0], second[1] - first[1], now=first[0] == now, sure=sure)]


def _span(view: View, at: datetime) -> tuple[datetime, float, float, float] | None:
    """The minutes foreseen for an instant with their range; None where there is no forecast."""
    point, speed = view.forecast.at(at), view.estimate.per_minute
    if point is None or not view.forecast.live or speed <= 0:
        return None
    if not view.cafeteria.open <= at.astimezone(KST).time() < view.cafeteria.close:
        return None
    return at, point.q50 / speed, point.q10 / speed, point.q90 / speed


def line(view: View, at: datetime) -> str:
    """What is said of that minute; empty where nothing is known of it."""
    site, speed = view.cafeteria, view.estimate.per_minute
    if not site.open <= at.astimezone(KST).time() < site.close or not view.open_today:
        return words.not_served_then(at, site.open, site.close)
    if speed <= 0:
        return ""
    point, usual = view.forecast.at(at), view.usual.at(at)
    if point is not None and view.forecast.live:
        return words.then(at, point.q50 / speed, point.q10 / speed, point.q90 / speed)
    return words.usually_then(at, usual / speed, reaches=view.forecast.live) if usual is not None else ""

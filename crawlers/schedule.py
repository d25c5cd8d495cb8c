"""When a source is asked next. Pure; a server's hints only ever lengthen the wait.

Agencies publish in office hours (news note §4): every 30 minutes on workdays from 9 to 18, every 2 hours otherwise,
never between midnight and 6, all in Korea's time. Once it is known when a source publishes, as many polls lie there.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from datetime import date, datetime, timedelta

from crawlers.dates import KST
from crawlers.habits import next_poll
from crawlers.sources import Source

OFFICE = timedelta(minutes=30)
OTHERWISE = timedelta(hours=2)
LONGEST = timedelta(days=1)
RETRY = timedelta(minutes=5)  # for documents whose page could not be read
GONE = timedelta(days=30)
_WAKE, _OPEN, _CLOSE = 6, 9, 18


def next_due(
    source: Source,
    now: datetime,
    is_holiday: Callable[[date], bool],
    hint: timedelta | None = None,
    failures: int = 0,
    habit: str = "",
) -> datetime:
    """The instant at which `source`, polled at `now`, is due again.

    `habit` is what `habits` has learnt of it. An interval of the settings overrides that and the office hours. After
    failures in a row the wait grows by 2^(n/10), at most to a day (RSStT's back-off).
    """
    own = source.interval
    learnt = None if own else next_poll(habit, now, is_holiday)
    wait = own or (learnt - now if learnt else OFFICE if _office(now, is_holiday) else OTHERWISE)
    wait = min(wait * 2 ** (min(failures, 200) / 10), max(LONGEST, wait)) if failures else wait
    wait = max(wait, min(hint or timedelta(), LONGEST))
    if own or now + wait == learnt:
        return now + wait
    if not learnt and not hint:
        wait += _spread(source, wait)
    return _awake(now + wait if learnt else _before_opening(now, now + wait, is_holiday, hint))


def _office(at: datetime, is_holiday: Callable[[date], bool]) -> bool:
    local = at.astimezone(KST)
    return local.weekday() < 5 and not is_holiday(local.date()) and _OPEN <= local.hour < _CLOSE


def _spread(source: Source, wait: timedelta) -> timedelta:
    # up to a tenth, always the same for one source: sources part without a random clock in tests
    return wait * (zlib.crc32(source.id.encode()) % 1000) / 10_000


def _before_opening(
    now: datetime, due: datetime, is_holiday: Callable[[date], bool], hint: timedelta | None
) -> datetime:
    local = now.astimezone(KST)
    opening = local.replace(hour=_OPEN, minute=0, second=0, microsecond=0)
    early = now < opening < due and _office(opening, is_holiday) and not hint
    return opening if early else due


def _awake(due: datetime) -> datetime:
    local = due.astimezone(KST)
    return due if local.hour >= _WAKE else local.replace(hour=_WAKE, minute=0, second=0, microsecond=0)

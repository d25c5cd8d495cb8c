"""What is usual of one source: how many rows its list has, how long it is silent. Pure; refuses to say what is sick.

Silence is measured in working time (9 to 18 on workdays, Korea's time), so that nights, weekends and Chuseok are none.
The usual gap is the 80th percentile of the last sixty. A source is stale after three of them, but never before twice
the longest silence it came back from (publishing is bursty: for arrivals at random, 3 x p80 alone would cry wolf once
in 130 gaps, with the longest of sixty about once in 10,000), and never within one working day.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from crawlers.dates import KST
from crawlers.state import SourceState

MIN_GAPS = 5
STALE_GAPS = 3
WORKDAY = timedelta(hours=9)
ACCUSTOMED = timedelta(days=14)  # a list that stays short so long is short by now
_OPEN, _CLOSE = timedelta(hours=9), timedelta(hours=18)
_ROWS, _GAPS = 9, 60
_LONGEST = timedelta(days=400)
_ARCHIVE = timedelta(days=7)  # what is listed anew and dated so long before the newest is no sign of life

IsHoliday = Callable[[date], bool]


def worked(start: datetime, end: datetime, is_holiday: IsHoliday) -> timedelta:
    """The working time between two instants, counted over at most the last 400 days."""
    first, last = max(start, end - _LONGEST).astimezone(KST), end.astimezone(KST)
    day, total = first.replace(hour=0, minute=0, second=0, microsecond=0), timedelta()
    while day <= last:
        if day.weekday() < 5 and not is_holiday(day.date()):
            total += max(timedelta(), min(last, day + _CLOSE) - max(first, day + _OPEN))
        day += timedelta(days=1)
    return total


def learn_rows(state: SourceState, rows: int, now: datetime) -> SourceState:
    """`state` after a list of `rows`; one that is too short teaches nothing, until it has been so for two weeks."""
    if not too_few(state, rows):
        return replace(state, rows=_joined([*_numbers(state.rows), rows][-_ROWS:]))
    long_since = state.error == "fewer_rows" and state.sick_since and now - state.sick_since > ACCUSTOMED
    return replace(state, rows=_joined([rows, rows])) if long_since else state


def usual_rows(state: SourceState) -> int:
    """The median length of the last lists; 0 while fewer than two are known."""
    known = _numbers(state.rows)
    return int(statistics.median(known)) if len(known) > 1 else 0


def too_few(state: SourceState, rows: int) -> bool:
    """Whether a list of `rows` is less than half as long as usual, and shorter than any of late."""
    return rows * 2 < usual_rows(state) and rows < min(_numbers(state.rows))


def learn_first(state: SourceState, listed: Sequence[datetime], now: datetime, is_holiday: IsHoliday) -> SourceState:
    """`state` after the first list of a source, whose rows bear these dates, in the list's order."""
    dates = sorted(_unpinned(listed))
    gaps = [_minutes(worked(one, next_, is_holiday)) for one, next_ in pairwise(dates)]
    told = [gap for gap in gaps if gap]
    return replace(state, gaps=_joined(told[-_GAPS:]), fresh_at=dates[-1] if dates else now)


def learn_new(
    state: SourceState, dates: Sequence[datetime | None], now: datetime, is_holiday: IsHoliday
) -> SourceState:
    """`state` after documents that were not listed before, dated so (None: undated), appeared by `now`."""
    oldest = state.newest_at - _ARCHIVE if state.newest_at else None
    if not any(at is None or oldest is None or at >= oldest for at in dates):
        return state
    gap = worked(state.fresh_at, now, is_holiday) if state.fresh_at else timedelta()
    limit = stale_after(state)
    gap = min(gap, limit) if limit else gap  # a silence that was told as a sickness widens what is usual only so far
    gaps = [*_numbers(state.gaps), _minutes(gap)] if _minutes(gap) else _numbers(state.gaps)
    return replace(state, gaps=_joined(gaps[-_GAPS:]), fresh_at=now)


def usual_gap(state: SourceState) -> timedelta | None:
    """The usual silence in working time; None while fewer than five gaps are known."""
    gaps = sorted(_numbers(state.gaps))
    if len(gaps) < MIN_GAPS:
        return None
    return timedelta(minutes=gaps[(len(gaps) * 4 - 1) // 5])


def stale_after(state: SourceState) -> timedelta | None:
    """The working time after which silence is no longer usual; None while that cannot be said."""
    usual = usual_gap(state)
    if usual is None:
        return None
    return max(STALE_GAPS * usual, 2 * timedelta(minutes=max(_numbers(state.gaps))), WORKDAY)


def silent_for(state: SourceState, now: datetime, is_holiday: IsHoliday) -> timedelta | None:
    """For how much working time the source has been silent, where that is too long; else None."""
    limit = stale_after(state)
    if limit is None or state.fresh_at is None or now - state.fresh_at <= limit:  # working time is part of all time
        return None
    silent = worked(state.fresh_at, now, is_holiday)
    return silent if silent > limit else None


def _unpinned(listed: Sequence[datetime]) -> list[datetime]:
    """The dates of a list that runs down in time, without the old notices that are pinned to its top."""
    falling = sum(one > next_ for one, next_ in pairwise(listed))
    rising = sum(one < next_ for one, next_ in pairwise(listed))
    kept: list[datetime] = []
    for at in listed if rising > falling else reversed(listed):
        if not kept or at >= kept[-1]:
            kept.append(at)
    return kept


def _minutes(span: timedelta) -> int:
    return round(span.total_seconds() / 60)


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",") if part]


def _joined(numbers: Sequence[int]) -> str:
    return ",".join(map(str, numbers))

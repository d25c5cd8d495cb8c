"""When somebody may be spoken to unasked: working hours, days off, leave, a pause, and how much at once. Pure.

    kind, hours of whoever is told, the instant → now | at the next digest (and when that is)

What was asked for passes at any hour, and so does what is true for a while only (an alert at lunch). A reminder has its
own sense of time and is held only at night, on days off and while its reader is away. It sends and keeps nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from bot.clock import KST
from bot.messenger import Kind

IsHoliday = Callable[[date], bool]

OPENS, CLOSES = time(8, 30), time(18)
"""From half an hour before work, so that a digest is read before the first meeting, until it ends (복무규정 제9조)."""
HOURLY, DAILY = 20, 60
"""What is read as it comes: one in three minutes at most, and a day no more than one looks through in a sitting."""
DIGESTS: Final = (time(13, 10), time(17, 30))
"""When overflow is told within a day: after lunch, and before the day ends; and when the hours open."""
IMPORTANT: Final = 0.75
"""The score from which '중요한 것만' counts something as important."""
_EARLY, _LATE = time(7), time(21)
"""Between these a reminder on a working day disturbs nobody at night."""
NOON: Final = (time(12), time(13))
"""Lunch, where nobody says when (복무규정 제9조)."""
_HALF: Final = time(14)
_FAR: Final = 800
_UNASKED_ANSWERS: Final = ("desk/", "check:", "later/", "draft/", "digest/", "urgent/", "log/")
"""What is somebody's answer though it comes later; and the log's checkpoints, which a room keeps word for word."""


class Instant(StrEnum):
    """What comes at once: all of it, what is above the threshold, nothing."""

    ALL = "all"
    IMPORTANT = "important"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Leave:
    """Away from `since` until `until` (aware UTC)."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Hours:
    """What somebody, or a channel, chose. `hourly` and `daily` 0: no limit. `opens` = `closes`: at any hour.

    `briefing`: the morning digest comes then, every working day, and says so when there is nothing. `place` is the
    messenger on which unasked things come; empty: where they talked last. `noon`: a second quiet span, within the day.
    """

    instant: Instant = Instant.ALL
    hourly: int = HOURLY
    daily: int = DAILY
    opens: time = OPENS
    closes: time = CLOSES
    weekends: bool = False
    briefing: time | None = None
    digests: tuple[time, ...] = DIGESTS
    rests_until: datetime | None = None
    leaves: tuple[Leave, ...] = ()
    place: str = ""
    noon: tuple[time, time] | None = None

    @property
    def always(self) -> bool:
        """Whether no hour is quiet."""
        return self.opens == self.closes


USUAL: Final = Hours()
ANY_HOUR: Final = Hours(opens=time(), closes=time(), weekends=True, hourly=0, daily=0)
"""Everything at once, by day and by night."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether something may be said now. If not, or if its budget is spent, it comes with the digest at `digest_at`.

    `counts`: it spends the budget.
    """

    now: bool
    digest_at: datetime
    counts: bool = False


def decide(kind: Kind, hours: Hours, now: datetime, is_holiday: IsHoliday, score: float = 1.0) -> Verdict:
    """What becomes of an unasked message of that kind; `score` is how well it meets what was subscribed to."""
    if kind == "reminder":
        return Verdict(not _asleep(hours, now, is_holiday), next_digest(hours, now, is_holiday))
    free = is_free(hours, now, is_holiday)
    if kind != "instant":
        return Verdict(free, next_digest(hours, now, is_holiday))
    wanted = hours.instant is Instant.ALL or (hours.instant is Instant.IMPORTANT and score >= IMPORTANT)
    return Verdict(free and wanted, next_digest(hours, now, is_holiday), counts=True)


def is_asked(kind: Kind, story: str, *, passing: bool) -> bool:
    """Whether it is an answer, or true for a while only (`passing`): never held."""
    return kind == "reply" or passing or story.startswith(_UNASKED_ANSWERS)


def is_free(hours: Hours, now: datetime, is_holiday: IsHoliday) -> bool:
    """Whether they may be spoken to now."""
    return _away_until(hours, now) is None and _is_open(hours, now, is_holiday)


def is_away(hours: Hours, now: datetime) -> bool:
    """Whether they are on leave, or asked for quiet, now."""
    return _away_until(hours, now) is not None


def free_at(hours: Hours, now: datetime, is_holiday: IsHoliday) -> datetime:
    """The first instant from now on (UTC) at which they may be spoken to."""
    at = now
    for _ in range(_FAR):
        away = _away_until(hours, at)
        if away is not None:
            at = away
        elif _is_open(hours, at, is_holiday):
            return at
        else:
            at = _next_opening(hours, at)
    return at


def next_digest(hours: Hours, now: datetime, is_holiday: IsHoliday) -> datetime:
    """When what waits is told: at the end of whatever is quiet, else at the next of the day's digests."""
    free = free_at(hours, now, is_holiday)
    if free > now:
        return _not_at_midnight(hours, _not_before_briefing(hours, free))
    at = now
    wanted = {*hours.digests, hours.briefing or hours.opens}
    times = sorted(one for one in wanted if _within(hours, one)) or [hours.opens]
    for _ in range(_FAR):
        local = at.astimezone(KST)
        for one in times:
            slot = datetime.combine(local.date(), one, KST).astimezone(UTC)
            if slot > now and is_free(hours, slot, is_holiday):
                return slot
        at = _midnight(at)
    return at


def next_briefing(hours: Hours, now: datetime, is_holiday: IsHoliday) -> datetime | None:
    """The next morning briefing after now: working days on which they are there; None where none is wanted."""
    if hours.briefing is None:
        return None
    day = now.astimezone(KST).date()
    for _ in range(_FAR):
        slot = datetime.combine(day, hours.briefing, KST).astimezone(UTC)
        if slot > now and is_working(day, is_holiday) and _away_until(hours, slot) is None:
            return slot
        day += timedelta(days=1)
    return None


def is_working(day: date, is_holiday: IsHoliday) -> bool:
    """Whether offices are open that day."""
    return day.weekday() < 5 and not is_holiday(day)


def next_working_morning(now: datetime, hours: Hours, is_holiday: IsHoliday) -> datetime:
    """When the next working day after today opens (UTC)."""
    day = now.astimezone(KST).date() + timedelta(days=1)
    while not is_working(day, is_holiday):
        day += timedelta(days=1)
    return datetime.combine(day, OPENS if hours.always else hours.opens, KST).astimezone(UTC)


def is_noon(begins: time, ends: time) -> bool:
    """Whether a quiet span is a break within the day: it is kept beside the night and takes nothing from it."""
    return OPENS <= begins < ends <= CLOSES and ends.hour * 60 + ends.minute - begins.hour * 60 - begins.minute <= 180


def leave_of(first: date, last: date, half: str = "") -> Leave:
    """Leave over whole days, both included, or half of one: a half ends or begins at 14:00 (반일연가)."""
    begins = time(_HALF.hour) if half == "오후" else time()
    since = datetime.combine(first, begins, KST).astimezone(UTC)
    if half == "오전":
        return Leave(since, datetime.combine(first, _HALF, KST).astimezone(UTC))
    return Leave(since, datetime.combine(last + timedelta(days=1), time(), KST).astimezone(UTC))


def still(leaves: Sequence[Leave], now: datetime) -> tuple[Leave, ...]:
    """Those that are not over, in order."""
    return tuple(sorted((one for one in leaves if one.until > now), key=lambda one: one.since))


def _asleep(hours: Hours, now: datetime, is_holiday: IsHoliday) -> bool:
    """Whether even a reminder must wait."""
    local = now.astimezone(KST)
    if _away_until(hours, now) is not None or _at_noon(hours, local.time()):
        return True
    if hours.always or _is_open(hours, now, is_holiday):
        return False
    works = hours.weekends or is_working(local.date(), is_holiday)
    return not works or not _EARLY <= local.time() < _LATE


def _away_until(hours: Hours, at: datetime) -> datetime | None:
    """When they are back who are on leave or rest at that instant; None for who is there."""
    ends = [one.until for one in hours.leaves if one.since <= at < one.until]
    if hours.rests_until is not None and at < hours.rests_until:
        ends.append(hours.rests_until)
    return max(ends, default=None)


def _is_open(hours: Hours, at: datetime, is_holiday: IsHoliday) -> bool:
    local = at.astimezone(KST)
    if not hours.weekends and not is_working(local.date(), is_holiday):
        return False
    return _within(hours, local.time()) and not _at_noon(hours, local.time())


def _at_noon(hours: Hours, at: time) -> bool:
    return hours.noon is not None and hours.noon[0] <= at < hours.noon[1]


def _within(hours: Hours, at: time) -> bool:
    """Whether that time of day is one at which they may be spoken to."""
    if hours.always:
        return True
    if hours.opens < hours.closes:
        return hours.opens <= at < hours.closes
    return at >= hours.opens or at < hours.closes


def _next_opening(hours: Hours, at: datetime) -> datetime:
    """The next instant at which the answer may differ: the end of a noon, today's opening, or midnight."""
    local = at.astimezone(KST)
    if hours.noon is not None and _at_noon(hours, local.time()):
        return datetime.combine(local.date(), hours.noon[1], KST).astimezone(UTC)
    opening = datetime.combine(at.astimezone(KST).date(), hours.opens, KST).astimezone(UTC)
    return opening if not hours.always and opening > at else _midnight(at)


def _midnight(at: datetime) -> datetime:
    return datetime.combine(at.astimezone(KST).date() + timedelta(days=1), time(), KST).astimezone(UTC)


def _not_at_midnight(hours: Hours, free: datetime) -> datetime:
    """Days off end at midnight: whoever has no quiet hours is told in the morning all the same."""
    local = free.astimezone(KST)
    if not hours.always or local.time() != time():
        return free
    return datetime.combine(local.date(), hours.briefing or OPENS, KST).astimezone(UTC)


def _not_before_briefing(hours: Hours, free: datetime) -> datetime:
    """What waited over night comes with the morning briefing, where one was chosen."""
    local = free.astimezone(KST)
    if hours.briefing is None or local.time() != hours.opens or local.time() > hours.briefing:
        return free
    return datetime.combine(local.date(), hours.briefing, KST).astimezone(UTC)

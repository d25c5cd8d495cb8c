"""Deadlines that somebody asked to be reminded of: a week before and a working day before, in the morning.

    dobi:{tenant}:reminders:all           hash, id → JSON of the reminder
    dobi:{tenant}:reminders:due           sorted set, id → milliseconds at which it is looked at next
    dobi:{tenant}:reminders:chat:<ref>    sorted set, id → milliseconds at which it was asked for: the list's order

A reminder's id is a hash of chat and document, so that asking twice is asking once. It is written before it is
confirmed, and gone once its deadline is over. Of the document only title, agency, deadline and address are kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from redis.asyncio import Redis

from bot.clock import KST

DAYS: Final = (7, 1)
MORNING, EVENING = time(9), time(18)
MOST: Final = 100

IsHoliday = Callable[[date], bool]

# KEYS all, due; ARGV id, record, due. What was ended meanwhile stays ended: 0.
_CHANGE = """
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
return 1
"""

# KEYS all, due, chat; ARGV id, record, due, asked at, the most
_ADD = """
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 and redis.call('ZCARD', KEYS[3]) >= tonumber(ARGV[5]) then return -1 end
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
redis.call('ZADD', KEYS[3], 'NX', ARGV[4], ARGV[1])
return redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
"""


class TooManyRemindersError(Exception):
    """A chat has as many reminders as one chat may have."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"at most {limit} reminders in a chat")
        self.limit = limit


@dataclass(frozen=True, slots=True)
class Reminder:
    """A deadline (a day in Korea, or an instant in UTC) of a document, for a chat; `counted`: the day is our count."""

    id: str
    chat: str
    story: str
    document: str
    agency: str
    title: str
    url: str
    deadline: date | datetime
    created_by: str
    created_at: datetime
    counted: bool = False


def reminder_id(chat: str, document: str) -> str:
    """The id of a chat's reminder of a document."""
    return hashlib.blake2b(f"{chat}\x1f{document}".encode(), digest_size=6).hexdigest()


def last_day(deadline: date | datetime) -> date:
    """The last day in Korea on which it can be kept: of midnight (24:00) the day that ends."""
    if not isinstance(deadline, datetime):
        return deadline
    return (deadline.astimezone(KST) - timedelta(seconds=1)).date()


def end_of(deadline: date | datetime) -> datetime:
    """The instant (UTC) at which it is over."""
    if isinstance(deadline, datetime):
        return deadline.astimezone(UTC)
    return datetime.combine(deadline + timedelta(days=1), time(), KST).astimezone(UTC)


def mornings(deadline: date | datetime, after: datetime, is_holiday: IsHoliday) -> tuple[datetime, ...]:
    """When to remind, in order (UTC), later than `after`: D-7 and D-1, or the working day before each."""
    last = last_day(deadline)
    days = sorted({_working(last - timedelta(days=days), is_holiday) for days in DAYS})
    found = [datetime.combine(day, MORNING, KST).astimezone(UTC) for day in days]
    return tuple(at for at in found if at > after)


def next_look(deadline: date | datetime, after: datetime, is_holiday: IsHoliday) -> datetime:
    """The next morning to remind, or the deadline's end."""
    return next(iter(mornings(deadline, after, is_holiday)), end_of(deadline))


def office_hour(now: datetime, is_holiday: IsHoliday) -> datetime:
    """Now, where it is between 09:00 and 18:00 of a working day, else the next working morning (UTC)."""
    local = now.astimezone(KST)
    works = local.weekday() < 5 and not is_holiday(local.date())
    if works and MORNING <= local.time() < EVENING:
        return now
    day = local.date() if works and local.time() < MORNING else local.date() + timedelta(days=1)
    while day.weekday() >= 5 or is_holiday(day):
        day += timedelta(days=1)
    return datetime.combine(day, MORNING, KST).astimezone(UTC)


def _working(day: date, is_holiday: IsHoliday) -> date:
    while day.weekday() >= 5 or is_holiday(day):
        day -= timedelta(days=1)
    return day


class ReminderStore:
    """The reminders of every institution."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis
        self._change = redis.register_script(_CHANGE)
        self._add = redis.register_script(_ADD)

    @staticmethod
    def _key(tenant: str, *parts: str) -> str:
        return ":".join((f"dobi:{{{tenant}}}:reminders", *parts))

    async def add(self, tenant: str, reminder: Reminder, due: datetime) -> bool:
        """Keeps a reminder; False when it stood before, with its facts renewed.

        Raises:
            TooManyRemindersError: the chat has as many as it may have.
        """
        keys = [self._key(tenant, "all"), self._key(tenant, "due"), self._key(tenant, "chat", reminder.chat)]
        asked = _ms(reminder.created_at)
        new = await self._add(keys=keys, args=[reminder.id, _record(reminder), _ms(due), asked, MOST])
        if int(new) < 0:
            raise TooManyRemindersError(MOST)
        await self._redis.publish("dobi:wake", "remind")
        return bool(new)

    async def of(self, tenant: str, chat: str) -> list[Reminder]:
        """A chat's reminders in the order of asking."""
        ids = await self._redis.zrange(self._key(tenant, "chat", chat), 0, -1)
        return await self._load(tenant, ids)

    async def due(self, tenant: str, now: datetime, limit: int = 200) -> list[Reminder]:
        """Those to be looked at by now."""
        ids = await self._redis.zrange(
            self._key(tenant, "due"), "-inf", str(_ms(now)), byscore=True, offset=0, num=limit
        )
        return await self._load(tenant, ids)

    async def next_due(self, tenant: str) -> datetime | None:
        """When the first is to be looked at."""
        found = await self._redis.zrange(self._key(tenant, "due"), 0, 0, withscores=True)
        return datetime.fromtimestamp(found[0][1] / 1000, UTC) if found else None

    async def all(self, tenant: str) -> list[Reminder]:
        """Every reminder."""
        return [_read(name, record) for name, record in (await self._redis.hgetall(self._key(tenant, "all"))).items()]

    async def change(self, tenant: str, reminder: Reminder, due: datetime) -> bool:
        """Renews a reminder and when it is looked at next; False when it was ended meanwhile."""
        keys = [self._key(tenant, "all"), self._key(tenant, "due")]
        return bool(await self._change(keys=keys, args=[reminder.id, _record(reminder), _ms(due)]))

    async def remove(self, tenant: str, reminder: Reminder) -> bool:
        """Ends a reminder; False when it had ended."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hdel(self._key(tenant, "all"), reminder.id)
            pipe.zrem(self._key(tenant, "due"), reminder.id)
            pipe.zrem(self._key(tenant, "chat", reminder.chat), reminder.id)
            gone, *_ = await pipe.execute()
        return bool(gone)

    async def _load(self, tenant: str, ids: list[bytes]) -> list[Reminder]:
        if not ids:
            return []
        records = await self._redis.hmget(self._key(tenant, "all"), ids)
        return [_read(name, record) for name, record in zip(ids, records, strict=True) if record]


def _ms(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)


def _record(reminder: Reminder) -> str:
    row = {
        "chat": reminder.chat,
        "story": reminder.story,
        "document": reminder.document,
        "agency": reminder.agency,
        "title": reminder.title,
        "url": reminder.url,
        "deadline": reminder.deadline.isoformat(),
        "counted": reminder.counted,
        "created_by": reminder.created_by,
        "created_at": reminder.created_at.astimezone(UTC).isoformat(),
    }
    return json.dumps(row, ensure_ascii=False)


def _read(name: bytes, record: bytes) -> Reminder:
    row = json.loads(record)
    told = row["deadline"]
    row["deadline"] = datetime.fromisoformat(told) if "T" in told else date.fromisoformat(told)
    row["created_at"] = datetime.fromisoformat(row["created_at"])
    return Reminder(id=name.decode(), **row)


def moved(reminder: Reminder, deadline: date | datetime, title: str, *, counted: bool) -> Reminder:
    """The reminder with the deadline and title that a correction tells."""
    return replace(reminder, deadline=deadline, title=title, counted=counted)

"""What kitchen staff tell by button: serving is delayed, a dish is sold out, serving is over.

One notice is in force for each thing (a line's delay, a dish of a line, a line's end): telling it again changes that
one. Each ends by itself, at closing at the latest. Refuses to keep who told it, and to say who waits.

    dobi:{tenant}:kitchen:<cafeteria>:<day>   a table of `occupancy.undoable`, kept 400 days:
                                              thing -> JSON of its notices that day, oldest first
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final
from urllib.parse import quote

from redis.asyncio import Redis

from occupancy.reading import OccupancyError, ReadingError, day_of
from occupancy.undoable import Change, Changes, Undone

MAX_DELAY: Final = 120
"""Minutes; a longer delay is a closed line."""
MAX_DISH: Final = 40
"""Characters of a dish's name."""
MAX_NOTICES: Final = 60
"""Things that one cafeteria can tell of in a day."""
SAME_WITHIN: Final = timedelta(minutes=2)
"""Two who tell the same delay within this time tell one delay; later it is a further one."""
_KEPT = timedelta(days=400)
_ORDER = ("delay", "sold_out", "closed")


class NoticeKind(StrEnum):
    """What a notice tells."""

    DELAY = "delay"
    SOLD_OUT = "sold_out"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing told. In force from `at` until `until` (closing time unless told otherwise); undone ones are removed.

    `line` is the id of the serving line, empty for the whole cafeteria; `minutes` is the delay told, 0 where none was.
    `id` is unique within the day, and stays when the same is told again while it is in force.

    Raises:
        ReadingError: a delay or a name that nobody can have meant.
    """

    id: str
    kind: NoticeKind
    at: datetime
    until: datetime
    line: str = ""
    dish: str = ""
    instead: str = ""
    minutes: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.minutes <= MAX_DELAY:
            raise ReadingError(f"expected a delay of 0 to {MAX_DELAY} minutes, got {self.minutes}")
        if max(len(self.dish), len(self.instead)) > MAX_DISH:
            raise ReadingError(f"expected a dish of at most {MAX_DISH} characters")

    def holds(self, now: datetime) -> bool:
        """Whether it is in force."""
        return self.at <= now < self.until


def delays(notices: Iterable[Notice], line: str = "") -> tuple[tuple[datetime, datetime], ...]:
    """The spans in which serving at a line, or one of its dishes, was said to be delayed."""
    return tuple((one.at, one.until) for one in notices if one.kind is NoticeKind.DELAY and one.line in {"", line})


class TooManyNoticesError(OccupancyError):
    """A cafeteria told of as many things as it can in a day; nothing was written."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When the day's serving begins and ends: aware instants."""

    opens: datetime
    closes: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What became of telling something: the notice that stands, and the change that can be undone.

    `before` is what stood in its place; `new` is false where it had been told already, by whomever.
    """

    change: str
    notice: Notice
    before: Notice | None
    new: bool


def delay(hours: Hours, now: datetime, minutes: int = 0, line: str = "", dish: str = "") -> Notice:
    """Serving, or a dish, comes so many minutes later, from now or from opening; without minutes until closing."""
    start, dish = max(now, hours.opens), named(dish)
    until = min(start + timedelta(minutes=minutes), hours.closes) if minutes else hours.closes
    return Notice(_thing(NoticeKind.DELAY, line, dish), NoticeKind.DELAY, now, until, line, dish, minutes=minutes)


def sold_out(hours: Hours, now: datetime, dish: str, line: str = "", instead: str = "") -> Notice:
    """A dish is no more, until closing."""
    dish, instead = named(dish), named(instead)
    thing = _thing(NoticeKind.SOLD_OUT, line, dish)
    return Notice(thing, NoticeKind.SOLD_OUT, now, hours.closes, line, dish, instead)


def closed(hours: Hours, now: datetime, line: str = "") -> Notice:
    """Nothing is served any more, until what would have been closing."""
    return Notice(_thing(NoticeKind.CLOSED, line), NoticeKind.CLOSED, now, hours.closes, line)


def named(dish: str) -> str:
    """A dish's name as it is kept."""
    return " ".join(unicodedata.normalize("NFC", dish).split())


def together(notices: Sequence[Notice], line: str = "") -> tuple[Notice, ...]:
    """Those that whoever eats at a line should know: of that line and of the whole cafeteria."""
    return tuple(one for one in notices if one.line in {"", line})


class KitchenStore:
    """What the kitchens of every institution told."""

    def __init__(self, redis: Redis) -> None:
        self._changes = Changes(redis, life=_KEPT)

    async def notices(self, tenant: str, cafeteria: str, now: datetime) -> tuple[Notice, ...]:
        """What is in force now, in the order of telling."""
        return tuple(one for one in await self.of_day(tenant, cafeteria, day_of(now)) if one.holds(now))

    async def of_day(self, tenant: str, cafeteria: str, day: date) -> tuple[Notice, ...]:
        """Everything told on a day and not undone, over or not, in the order of telling."""
        found = await self._changes.all(tenant, _table(cafeteria, day))
        notices = (one for record in found.values() for one in _read(record))
        return tuple(sorted(notices, key=lambda one: (one.at, _ORDER.index(one.kind), one.dish)))

    async def version(self, tenant: str, cafeteria: str, now: datetime) -> int:
        """A number that grows with each change of today's notices; one that ends by itself changes nothing."""
        return await self._changes.version(tenant, _table(cafeteria, day_of(now)))

    async def tell(self, tenant: str, cafeteria: str, notice: Notice, change: str) -> Told:
        """Keeps a notice; what is in force already stays as it is. Safe to repeat with the same `change`.

        Raises:
            TooManyNoticesError: the day has as many as it can have.
        """
        table = _table(cafeteria, day_of(notice.at))
        known = await self._changes.all(tenant, table)
        if notice.id not in known and len(known) >= MAX_NOTICES:
            raise TooManyNoticesError(f"expected at most {MAX_NOTICES} things told in a day")
        made = await self._changes.change(tenant, table, change, [notice.id], lambda _, stands: _after(stands, notice))
        return _told(made)

    async def lift(self, tenant: str, cafeteria: str, notice: str, now: datetime, change: str) -> Told | None:
        """Ends what is in force, now; None where nothing was ever told under that id today."""
        thing, table = notice.partition(".")[0], _table(cafeteria, day_of(now))
        made = await self._changes.change(tenant, table, change, [thing], lambda _, stands: _lifted(stands, now))
        return _told(made) if made.fields[0].after else None

    async def undo(self, tenant: str, cafeteria: str, change: str, now: datetime) -> Undone:
        """Takes back a change of today."""
        return await self._changes.undo(tenant, _table(cafeteria, day_of(now)), change)

    async def changed(self, tenant: str, cafeteria: str, change: str, now: datetime) -> Told | None:
        """What a change of today was about; None for one that is not known."""
        made = await self._changes.made(tenant, _table(cafeteria, day_of(now)), change)
        return _told(made) if made is not None and made.fields[0].after else None


def _table(cafeteria: str, day: date) -> str:
    return f"kitchen:{quote(cafeteria, safe='')}:{day.isoformat()}"


def _told(made: Change) -> Told:
    field = made.fields[0]
    before = _read(field.before)
    return Told(made.id, _read(field.after)[-1], before[-1] if before else None, not made.idle)


def _after(stands: str, notice: Notice) -> str:
    """What stands once a notice is told over what stood."""
    past = _read(stands)
    last = past[-1] if past else None
    if last is None or not last.holds(notice.at):
        return _records([*past, replace(notice, id=f"{notice.id}.{len(past)}")])
    if notice.kind is NoticeKind.DELAY and _longer(notice, last):
        return _records([*past[:-1], replace(last, until=notice.until, minutes=notice.minutes)])
    if notice.instead and notice.instead != last.instead:
        return _records([*past[:-1], replace(last, instead=notice.instead)])
    return stands


def _longer(notice: Notice, last: Notice) -> bool:
    """Whether a delay tells something else than the one in force; one without minutes tells no more than it."""
    if notice.minutes == last.minutes:
        return notice.until - last.until >= SAME_WITHIN
    return notice.minutes > 0


def _lifted(stands: str, now: datetime) -> str:
    past = _read(stands)
    if not past or not past[-1].holds(now):
        return stands
    return _records([*past[:-1], replace(past[-1], until=now)])


def _thing(kind: NoticeKind, line: str, dish: str = "") -> str:
    """What a notice is about, short enough for a button."""
    folded = "".join(dish.split()).casefold()
    return hashlib.blake2b(f"{kind.value}\x1f{line}\x1f{folded}".encode(), digest_size=5).hexdigest()


def _records(notices: Sequence[Notice]) -> str:
    rows = [
        [one.id, one.kind.value, _iso(one.at), _iso(one.until), one.line, one.dish, one.instead, one.minutes]
        for one in notices
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def _read(records: str) -> list[Notice]:
    return [
        Notice(name, NoticeKind(kind), datetime.fromisoformat(at), datetime.fromisoformat(until), *rest)
        for name, kind, at, until, *rest in (json.loads(records) if records else ())
    ]


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()

"""Meals of whole days as people and files tell them, and guests announced ahead.

A total typed by hand stands over one of a file, that over the gate's own sum (which is no part of this store: it comes
from the day's history). What was told before is kept beside it. Day totals are no personal data: of who told them only
the role is kept. Refuses days too far off and figures that no cafeteria serves.

    dobi:{tenant}:totals:<cafeteria>         a table of `occupancy.undoable`, kept for good; fields:
                                             2026-11-23/hand, 2026-11-23/file -> total · guests/<id> -> guests
    dobi:{tenant}:totals:<cafeteria>:draft:<id>   totals read from a file that wait for a yes, a day long
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, cast
from urllib.parse import quote

from redis.asyncio import Redis

from occupancy.facts import DayFacts
from occupancy.reading import OccupancyError
from occupancy.undoable import Change, Changes, Undone

MAX_MEALS: Final = 20_000
MAX_PAST_DAYS: Final = 1_100
MAX_AHEAD_DAYS: Final = 400
MAX_WHAT: Final = 30
MAX_GUESTS: Final = 200
"""Announcements ahead that one cafeteria can hold."""
_UNDO = timedelta(days=30)
_DRAFT = timedelta(days=1)
_GUESTS = "guests/"


class TotalsError(OccupancyError, ValueError):
    """A total or an announcement that nobody can have meant; nothing was written."""


class Source(StrEnum):
    """Who says how many meals a day had; the first that knows is believed."""

    HAND = "hand"
    FILE = "file"
    GATE = "gate"


@dataclass(frozen=True, slots=True)
class Total:
    """The meals of one day as one source told them; `role` is that of whoever did, empty for the gate."""

    day: date
    meals: int
    source: Source
    role: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Guests:
    """People announced beyond the usual on a day; negative when fewer come."""

    id: str
    day: date
    people: int
    what: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of telling totals: the change that can be undone, what stands now, and what stood before.

    `before` has the days that had one of the same source; `over` those of another source that now stands behind.
    """

    change: str
    totals: tuple[Total, ...]
    before: Mapping[date, Total]
    new: bool


@dataclass(frozen=True, slots=True)
class Announced:
    """What became of an announcement."""

    change: str
    guests: Guests
    new: bool


class TotalsStore:
    """The totals and guests of all cafeterias; the client stays the caller's."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis
        self._changes = Changes(redis, life=None, undo=_UNDO)

    @staticmethod
    def _key(tenant: str, cafeteria: str, *parts: str) -> str:
        return ":".join((f"dobi:{{{tenant}}}:{_table(cafeteria)}", *parts))

    async def put(self, tenant: str, cafeteria: str, totals: Iterable[Total], today: date, change: str) -> Kept:
        """Keeps totals of one source; those told before by the same source give way. Safe to repeat.

        Raises:
            TotalsError: a day that is ahead or too long ago, too many meals, or the gate's.
        """
        told = {_field(one): one for one in totals}
        for one in told.values():
            _check(one, today)
        decide = {name: _packed(one) for name, one in told.items()}
        made = await self._changes.change(
            tenant, _table(cafeteria), change, list(told),
            lambda name, stands: stands if _says(stands, told[name].meals) else decide[name],
        )  # fmt: skip
        return _kept(made)

    async def told(self, tenant: str, cafeteria: str, first: date, last: date) -> Mapping[date, tuple[Total, ...]]:
        """What people and files told of the days from `first` to `last`, the one that stands first."""
        found: dict[date, list[Total]] = {}
        for name, value in (await self._changes.all(tenant, _table(cafeteria))).items():
            if name.startswith(_GUESTS):
                continue
            one = _total(name, value)
            if first <= one.day <= last:
                found.setdefault(one.day, []).append(one)
        order = list(Source)
        return {day: tuple(sorted(found[day], key=lambda one: order.index(one.source))) for day in sorted(found)}

    async def announce(self, tenant: str, cafeteria: str, guests: Guests, today: date, change: str) -> Announced:
        """Keeps an announcement; one of the same id gives way. Safe to repeat.

        Raises:
            TotalsError: a day that is over or too far ahead, nobody or too many people, or too many announcements.
        """
        _check_guests(guests, today)
        ahead = await self.guests(tenant, cafeteria, today, today + timedelta(days=MAX_AHEAD_DAYS))
        if len(ahead) >= MAX_GUESTS and guests.id not in {one.id for one in ahead}:
            raise TotalsError(f"expected at most {MAX_GUESTS} announcements")
        value = json.dumps([guests.day.isoformat(), guests.people, guests.what], ensure_ascii=False)
        made = await self._changes.change(
            tenant, _table(cafeteria), change, [_GUESTS + guests.id], lambda _, __: value
        )  # fmt: skip
        return Announced(made.id, _guests(made.fields[0].name, made.fields[0].after), not made.idle)

    async def call_off(self, tenant: str, cafeteria: str, guests: str, change: str) -> Guests | None:
        """Takes an announcement back; None where there is none of that id."""
        made = await self._changes.change(
            tenant, _table(cafeteria), change, [_GUESTS + guests], lambda _, __: ""
        )  # fmt: skip
        field = made.fields[0]
        return _guests(field.name, field.before) if field.before else None

    async def guests(self, tenant: str, cafeteria: str, first: date, last: date) -> tuple[Guests, ...]:
        """What was announced for the days from `first` to `last`, by day, the most people first."""
        found = (await self._changes.all(tenant, _table(cafeteria))).items()
        known = (_guests(name, value) for name, value in found if name.startswith(_GUESTS))
        there = (one for one in known if first <= one.day <= last)
        return tuple(sorted(there, key=lambda one: (one.day, -one.people, one.what, one.id)))

    async def facts(self, tenant: str, cafeteria: str, first: date, last: date) -> Mapping[date, DayFacts]:
        """Totals and guests of the days of which any are known; dishes and weather are the caller's to add."""
        told = await self.told(tenant, cafeteria, first, last)
        more: dict[date, int] = {}
        for one in await self.guests(tenant, cafeteria, first, last):
            more[one.day] = more.get(one.day, 0) + one.people
        return {
            day: DayFacts(day, guests=more.get(day, 0), total=told[day][0].meals if day in told else None)
            for day in sorted(told.keys() | more.keys())
        }

    async def undo(self, tenant: str, cafeteria: str, change: str) -> Undone:
        """Takes back a change of the last 30 days."""
        return await self._changes.undo(tenant, _table(cafeteria), change)

    async def changed(self, tenant: str, cafeteria: str, change: str) -> Change | None:
        """What a change of the last 30 days did."""
        return await self._changes.made(tenant, _table(cafeteria), change)

    async def version(self, tenant: str, cafeteria: str) -> int:
        """A number that grows with each change."""
        return await self._changes.version(tenant, _table(cafeteria))

    async def put_draft(self, tenant: str, cafeteria: str, draft: str, totals: Iterable[Total]) -> None:
        """Totals read from a file, until somebody confirms them; safe to repeat."""
        rows = [[one.day.isoformat(), one.meals, one.role] for one in totals]
        await self._redis.set(self._key(tenant, cafeteria, "draft", draft), json.dumps(rows), ex=_DRAFT)

    async def draft(self, tenant: str, cafeteria: str, draft: str) -> tuple[Total, ...] | None:
        """What waits for a yes; None when its day is over."""
        found = cast("bytes | None", await self._redis.get(self._key(tenant, cafeteria, "draft", draft)))
        if found is None:
            return None
        return tuple(Total(date.fromisoformat(day), meals, Source.FILE, role) for day, meals, role in json.loads(found))

    async def drop_draft(self, tenant: str, cafeteria: str, draft: str) -> None:
        """What was read is not wanted."""
        await self._redis.delete(self._key(tenant, cafeteria, "draft", draft))


def _table(cafeteria: str) -> str:
    return f"totals:{quote(cafeteria, safe='')}"


def _check(total: Total, today: date) -> None:
    if total.source is Source.GATE:
        raise TotalsError("the gate's sum comes from the day's history")
    if not 0 <= (today - total.day).days <= MAX_PAST_DAYS:
        raise TotalsError(f"expected a day of the last {MAX_PAST_DAYS}, got {total.day}")
    if not 0 <= total.meals <= MAX_MEALS:
        raise TotalsError(f"expected 0 to {MAX_MEALS} meals, got {total.meals}")


def _check_guests(guests: Guests, today: date) -> None:
    if not 0 <= (guests.day - today).days <= MAX_AHEAD_DAYS:
        raise TotalsError(f"expected a day of the next {MAX_AHEAD_DAYS}, got {guests.day}")
    if not 0 < abs(guests.people) <= MAX_MEALS:
        raise TotalsError(f"expected 1 to {MAX_MEALS} people more or fewer, got {guests.people}")
    if len(guests.what) > MAX_WHAT:
        raise TotalsError(f"expected at most {MAX_WHAT} characters, got {len(guests.what)}")


def _field(total: Total) -> str:
    return f"{total.day.isoformat()}/{total.source.value}"


def _packed(total: Total) -> str:
    at = None if total.at is None else total.at.astimezone(UTC).isoformat()
    return json.dumps([total.meals, total.role, at], ensure_ascii=False)


def _says(stands: str, meals: int) -> bool:
    return bool(stands) and json.loads(stands)[0] == meals


def _total(name: str, value: str) -> Total:
    day, _, source = name.partition("/")
    meals, role, at = json.loads(value)
    return Total(
        date.fromisoformat(day), meals, Source(source), role, None if at is None else datetime.fromisoformat(at)
    )


def _guests(name: str, value: str) -> Guests:
    day, people, what = json.loads(value)
    return Guests(name.removeprefix(_GUESTS), date.fromisoformat(day), people, what)


def _kept(made: Change) -> Kept:
    after = tuple(_total(one.name, one.after) for one in made.fields)
    before = {one.day: one for one in (_total(field.name, field.before) for field in made.fields if field.before)}
    return Kept(made.id, after, before, not made.idle)


def standing(told: Mapping[date, tuple[Total, ...]], gate: Mapping[date, int]) -> dict[date, Total]:
    """What each day had: as told by hand, else by a file, else as the gate summed up."""
    found = {day: Total(day, meals, Source.GATE) for day, meals in gate.items() if meals > 0}
    return dict(sorted((found | {day: totals[0] for day, totals in told.items()}).items()))

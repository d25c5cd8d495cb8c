"""When one may go, and when one had better: each asker's own window and own minute, knowing who was told what.

    view + served usually + told so far → `occupancy.advice` → a minute, counted before it is said

Reckoned once a second for everybody who asks of one line. Counts minutes, never persons.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.canteen import Canteen, View
from bot.clock import KST
from bot.settings import Cafeteria
from occupancy.advice import LAWFUL, Advice, Outlook, Told, asked_at, best, outlook, served_usually, turn_of
from occupancy.reading import day_of, minute_of
from occupancy.slots import Slot, SlotPlan, instant
from occupancy.store import OccupancyStore
from occupancy.told import ToldStore

_HISTORY_DAYS = 42
_FRESH = timedelta(hours=1)
_SECOND = timedelta(seconds=1)
_FEW = 5
"""People told after whom the outlook is reckoned anew within one second."""


@dataclass(frozen=True, slots=True)
class Window:
    """When a person may go today: their slot (`own`), else the hours in which lunch is served and lawful."""

    since: datetime
    until: datetime
    own: bool


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a person eats on a day, and when they may go; without a window on a closed day."""

    site: Cafeteria
    window: Window | None


@dataclass(frozen=True, slots=True)
class Day:
    """One cafeteria's day: its slots, empty where none are set, and whether it serves."""

    site: Cafeteria
    day: date
    slots: tuple[Slot, ...]
    is_open: bool

    def slot_of(self, department: str) -> Slot | None:
        """The department's slot."""
        return next((slot for slot in self.slots if department in slot.departments), None)

    def window(self, department: str) -> Window | None:
        """When somebody of the department may go."""
        return _window(self.site, self.slot_of(department), self.day) if self.is_open else None


def seat(days: Sequence[Day], department: str) -> Seat | None:
    """In the cafeteria whose slots name the department, else in the first; None where there is none."""
    mine = [one for one in days if one.slot_of(department)]
    return next((Seat(one.site, one.window(department)) for one in (*mine, *days)), None)


def window_of(view: View, department: str) -> Window | None:
    """The person's window today; None on a closed day or where nothing of it is lawful."""
    return _window(view.cafeteria, view.slot_of(department), day_of(view.now)) if view.open_today else None


def _window(site: Cafeteria, slot: Slot | None, day: date) -> Window | None:
    start, end = (slot.start, slot.end) if slot else (site.open, site.close)
    since, until = instant(day, max(start, LAWFUL[0])), instant(day, min(end, LAWFUL[1]))
    return Window(since, until, slot is not None) if since < until else None


@dataclass(frozen=True, slots=True)
class _Word:
    """One person told: the minute to set out, and that of asking."""

    going: int | None
    asked: int | None


@dataclass(slots=True)
class _Shelf:
    """What is known of one line between questions."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    served: Mapping[int, float] = field(default_factory=dict)
    served_at: datetime | None = None
    plan: SlotPlan | None = None
    told: Told = field(default_factory=Told)
    told_at: datetime | None = None
    flying: list[_Word] = field(default_factory=list)
    """What was said and is being written down: whoever asks in the same breath hears of it too."""
    seen: Outlook | None = None
    seen_of: View | None = None
    since: int = 0
    """People told since the outlook was reckoned."""


class Advising:
    """Advice about every line of every institution."""

    def __init__(self, canteen: Canteen, readings: OccupancyStore, told: ToldStore) -> None:
        self._canteen = canteen
        self._readings = readings
        self._told = told
        self._shelves: dict[tuple[str, str], _Shelf] = {}

    async def days(self, tenant: str, sites: Sequence[Cafeteria], day: date) -> list[Day]:
        """The day of each cafeteria, by the plans that stand."""
        found = []
        for site in sites:
            plan = await self._canteen.plan_of(tenant, site)
            is_open = await self._canteen.is_open(tenant, site, day)
            found.append(Day(site, day, plan.table(day) if plan else (), is_open))
        return found

    async def outlook(self, tenant: str, view: View) -> Outlook | None:
        """What the line's next minutes hold with whoever was told counted in; at most a second old."""
        shelf = self._shelf(tenant, view)
        async with shelf.turn:
            await self._refresh(tenant, view, shelf)
        return _reckoned(view, shelf)

    async def better(self, tenant: str, view: View, department: str, person: str) -> Advice | None:
        """The person's own minute to set out, counted as told; None where none is better, or too little is known."""
        found, window = await self.best(tenant, view, department, person), window_of(view, department)
        if found is not None and window is not None:
            await self.took(tenant, view, window, person, found)
        return found

    async def best(self, tenant: str, view: View, department: str, person: str) -> Advice | None:
        """The same, not told to anybody yet."""
        window, seen = window_of(view, department), await self.outlook(tenant, view)
        if window is None or seen is None:
            return None
        turn = turn_of(person, day_of(view.now))
        return best(seen, view.now, since=window.since, until=window.until, turn=turn)

    async def took(self, tenant: str, view: View, window: Window, person: str, advice: Advice) -> None:
        """Somebody was told of a minute."""
        going, asked = minute_of(advice.at), asked_at(view.now, window.since)
        await self._count(tenant, view, person, going=going, asked=asked)

    async def asked(self, tenant: str, view: View, window: Window, person: str) -> None:
        """Somebody waits to be called, and so does not come by themselves."""
        await self._count(tenant, view, person, asked=asked_at(view.now, window.since))

    async def called(self, tenant: str, view: View, person: str) -> None:
        """Somebody was called, and sets out now."""
        await self._count(tenant, view, person, going=minute_of(view.now))

    async def _count(
        self, tenant: str, view: View, person: str, *, going: int | None = None, asked: int | None = None
    ) -> None:
        """Counted here at once, and taken back where they had been counted before."""
        shelf, word = self._shelf(tenant, view), _Word(going, asked)
        shelf.flying.append(word)
        shelf.told, shelf.since = _with(shelf.told, word, 1), shelf.since + 1
        try:
            new = await self._told.count(tenant, view.place, day_of(view.now), person, going=going, asked=asked)
            if not new:
                shelf.told = _with(shelf.told, word, -1)
        finally:
            shelf.flying.remove(word)

    def _shelf(self, tenant: str, view: View) -> _Shelf:
        return self._shelves.setdefault((tenant, view.place), _Shelf())

    async def _refresh(self, tenant: str, view: View, shelf: _Shelf) -> None:
        now, today = view.now, day_of(view.now)
        if shelf.told_at is not None and timedelta() <= now - shelf.told_at < _SECOND:
            return
        told = await self._told.told(tenant, view.place, today)
        for word in shelf.flying:
            told = _with(told, word, 1)
        shelf.told, shelf.told_at, shelf.seen_of = told, now, None
        plan = await self._canteen.plan_of(tenant, view.cafeteria)
        known = shelf.served_at is not None and timedelta() <= now - shelf.served_at < _FRESH
        if not known or plan != shelf.plan or _day(shelf.served_at) != today:
            history = await self._readings.history(tenant, view.place, _HISTORY_DAYS, now)
            shelf.served = await asyncio.to_thread(served_usually, history, today, plan)
            shelf.served_at, shelf.plan = now, plan


def _day(at: datetime | None) -> date | None:
    return at.astimezone(KST).date() if at else None


def _reckoned(view: View, shelf: _Shelf) -> Outlook | None:
    """The outlook with those told so far; anew for each view, and after every few people."""
    if shelf.seen_of is not view or shelf.since >= _FEW:
        shelf.seen = outlook(view.forecast, view.estimate, shelf.served, shelf.told)
        shelf.seen_of, shelf.since = view, 0
    return shelf.seen


def _with(told: Told, word: _Word, people: int) -> Told:
    """The counts with so many people more."""
    return Told(_more(told.going, word.going, people), _more(told.asked, word.asked, people))


def _more(counts: Mapping[int, int], minute: int | None, people: int) -> Mapping[int, int]:
    return counts if minute is None else {**counts, minute: max(0, counts.get(minute, 0) + people)}

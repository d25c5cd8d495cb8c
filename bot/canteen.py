"""Readings → what the cafeteria answer needs, computed once a second however many people ask.

    recent readings + usual of this rotation week → estimate → forecast → `View`; a picture of it once a minute

A question writes nothing; `bot.keeping` keeps the day.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from bot.clock import KST
from bot.following import Following
from bot.following import Line as Followed
from bot.forecasts import Forecasts
from bot.plans import Plans, declared
from bot.settings import Cafeteria, ServingLine
from occupancy.chart import Chart, Labels, draw
from occupancy.estimate import BLANK_AFTER, STALE_AFTER, Estimate, EstimateConfig, Health, Source
from occupancy.forecast import Forecast, Usual, forecast, usual
from occupancy.kitchen import Notice, delays
from occupancy.line import Site
from occupancy.menu import DayMenu
from occupancy.reading import Kind, Minute, Reading, day_of, minute_of
from occupancy.slots import Slot, SlotPlan, instant
from occupancy.store import OccupancyStore

_HISTORY_DAYS = 42
_PICTURE_LIFE = timedelta(seconds=60)
_GATE_SPEAKS_S = 45  # a gate in a rush is heard every few seconds


MenuOf = Callable[[str, str, date], Awaitable[DayMenu | None]]
"""The menu of an institution's cafeteria on a day."""
Told = Callable[[str, str, datetime], Awaitable[tuple[Notice, ...]]]
"""What a cafeteria's kitchen told and still holds at an instant."""
Gains = Callable[[str, str, Sequence[str]], Awaitable[Mapping[str, float]]]
"""Which share of the people each of a place's sensors sees, where hand counts have shown it."""
Reckoned = Callable[[str, Cafeteria, ServingLine, datetime], Awaitable[Usual | None]]
"""A line's day as reckoned where no sensor watches it; None elsewhere, or where nothing is known."""


@dataclass(frozen=True, slots=True)
class View:
    """Everything an answer about one serving line may say at one second.

    `last` is the newest reading of any sensor however old, `counted` the newest count of people.
    """

    cafeteria: Cafeteria
    line: ServingLine
    now: datetime
    open_today: bool
    serving: bool
    estimate: Estimate
    then: Estimate | None
    last: Reading | None
    counted: Reading | None
    usual: Usual
    forecast: Forecast
    slots: tuple[Slot, ...]
    menu: DayMenu | None = None
    notices: tuple[Notice, ...] = ()
    """What the kitchen told and still holds."""

    @property
    def place(self) -> str:
        """Under which name the line's readings and history are kept."""
        return self.cafeteria.place(self.line.id)

    def slot_of(self, department: str) -> Slot | None:
        """The department's slot today."""
        return next((slot for slot in self.slots if department in slot.departments), None)


@dataclass(frozen=True, slots=True)
class _Picture:
    """A chart and what it was drawn from."""

    at: datetime
    estimate: Estimate
    png: bytes

    def still_shows(self, view: View) -> bool:
        """Whether it is young, and tells of the same line as the text beside it."""
        then, now = self.estimate, view.estimate
        if not timedelta() <= view.now - self.at < _PICTURE_LIFE or then.stale != now.stale:
            return False
        if then.people is None or now.people is None:
            return then.people is now.people
        return abs(then.people - now.people) <= max(2, now.people // 8)


@dataclass(slots=True)
class _Shelf:
    """What one line keeps between questions."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    coming: asyncio.Task[View] | None = None
    view: View | None = None
    version: tuple[object, ...] = ()
    usual: Usual | None = None
    usual_at: datetime | None = None
    plan: SlotPlan | None = None
    pictures: dict[int | None, _Picture] = field(default_factory=dict)
    drawing: asyncio.Lock = field(default_factory=asyncio.Lock)


class Canteen:
    """The cafeterias of every institution, as askers see them."""

    def __init__(
        self,
        store: OccupancyStore,
        now: Callable[[], datetime],
        is_holiday: Callable[[date], bool],
        menu_of: MenuOf | None = None,
        told: Told | None = None,
        plans: Plans | None = None,
        reckoned: Reckoned | None = None,
        forecasts: Forecasts | None = None,
        gains: Gains | None = None,
    ) -> None:
        self._store, self._following = store, Following(store)
        self._gains = gains
        self._forecasts = forecasts
        self._reckoned = reckoned
        self._plans = plans
        self._menu_of, self._told = menu_of, told
        self._now = now
        self._is_holiday = is_holiday
        self._shelves: dict[tuple[str, str], _Shelf] = {}

    def plan(self, cafeteria: Cafeteria) -> SlotPlan | None:
        """The cafeteria's rotation by the settings alone; None where it has none."""
        return declared(cafeteria, self._is_holiday)

    async def plan_of(self, tenant: str, cafeteria: Cafeteria) -> SlotPlan | None:
        """The cafeteria's rotation as it stands, with what was changed in chat; None where it has none."""
        return await self._plans.of(tenant, cafeteria) if self._plans else self.plan(cafeteria)

    async def is_open(self, tenant: str, cafeteria: Cafeteria, day: date) -> bool:
        """Whether lunch is served on a day."""
        if self._plans:
            return (await self._plans.calendar(tenant, cafeteria)).is_open(day)
        plan = self.plan(cafeteria)
        return plan.is_open(day) if plan else _plain_open(cafeteria, day, self._is_holiday)

    async def config(self, tenant: str, cafeteria: Cafeteria, line: ServingLine) -> EstimateConfig:
        """What is known of a line beforehand, with what its sensors were taught and its kitchen told."""
        told = await self._told(tenant, cafeteria.id, self._now()) if self._told else ()
        config = replace(config_of(cafeteria, line), delays=delays(told, line.id))
        sensors = [one.id for one in cafeteria.sensors if one.line == line.id and one.kind != Kind.GATE.value]
        if self._gains is None or not sensors:
            return config
        gains = await self._gains(tenant, cafeteria.place(line.id), sensors)
        return replace(config, site=replace(config.site, gains=gains)) if gains else config

    async def views(self, tenant: str, cafeteria: Cafeteria) -> tuple[View, ...]:
        """The state of every line of a cafeteria, in the order of the settings."""
        return tuple([await self.view(tenant, cafeteria, line) for line in cafeteria.lines])

    async def view(self, tenant: str, cafeteria: Cafeteria, line: ServingLine | None = None) -> View:
        """The state of a line (the first if none is named) at this second; askers of one second share a computation."""
        line = line or cafeteria.lines[0]
        shelf = self._shelf(tenant, cafeteria.place(line.id))
        if shelf.coming is None:
            shelf.coming = asyncio.create_task(self._next(tenant, cafeteria, line, shelf))
        return await asyncio.shield(shelf.coming)

    async def _next(self, tenant: str, cafeteria: Cafeteria, line: ServingLine, shelf: _Shelf) -> View:
        """The look that begins when the present one has ended; whoever asks until it begins shares it."""
        async with shelf.turn:
            shelf.coming = None
            now, place = self._now(), cafeteria.place(line.id)
            notices = await self._told(tenant, cafeteria.id, now) if self._told else ()
            menu = await self._menu_of(tenant, cafeteria.id, day_of(now)) if self._menu_of else None
            plan = await self.plan_of(tenant, cafeteria)
            version = (await self._store.version(tenant, place), notices, menu, plan)
            fresh = shelf.view is not None and timedelta() <= now - shelf.view.now < timedelta(seconds=1)
            if shelf.view is None or not fresh or version != shelf.version:
                view = await self._look(tenant, cafeteria, line, plan, shelf, now)
                shelf.view, shelf.version = replace(view, menu=menu, notices=notices), version
            return shelf.view

    def _shelf(self, tenant: str, place: str) -> _Shelf:
        return self._shelves.setdefault((tenant, place), _Shelf())

    async def _look(
        self, tenant: str, cafeteria: Cafeteria, line: ServingLine, plan: SlotPlan | None, shelf: _Shelf, now: datetime
    ) -> View:
        place = cafeteria.place(line.id)
        reckoned = await self._reckoned(tenant, cafeteria, line, now) if self._reckoned else None
        curve = reckoned or await self._usual(tenant, place, plan, shelf, now)
        followed = await self._followed(tenant, cafeteria, line, plan)
        found = _honest(await self._following.look(followed, now, curve.at(now)), now)
        seen = (await self._store.last_seen(tenant, place)).values()
        today, clock = day_of(now), now.astimezone(KST).time()
        is_open = await self.is_open(tenant, cafeteria, today)
        return View(
            cafeteria=cafeteria,
            line=line,
            now=now,
            open_today=is_open,
            serving=is_open and cafeteria.open <= clock < cafeteria.close,
            estimate=found,
            then=await self._then(followed, found),
            last=max(seen, key=_measured, default=None),
            counted=max((one for one in seen if one.count is not None), key=_measured, default=None),
            usual=curve,
            forecast=await self._forecast(tenant, cafeteria, line, plan, curve, found),
            slots=plan.table(today) if plan else (),
        )

    async def before(self, tenant: str, view: View, *spans: timedelta) -> tuple[Estimate, ...]:
        """The line as it was so long before a view, by what had been heard until then."""
        plan = await self.plan_of(tenant, view.cafeteria)
        followed = await self._followed(tenant, view.cafeteria, view.line, plan)
        instants = [view.now - span for span in spans]
        found = await self._following.looks(followed, instants, [view.usual.at(at) for at in instants])
        return tuple([_honest(one, one.at) for one in found])

    async def minutes(
        self, tenant: str, cafeteria: Cafeteria, line: ServingLine, start: datetime, end: datetime, purpose: str
    ) -> tuple[Minute, ...]:
        """The line of each whole minute from the readings; empty where no sensor spoke."""
        plan = await self.plan_of(tenant, cafeteria)
        followed = await self._followed(tenant, cafeteria, line, plan)
        return await self._following.minutes(followed, start, end, purpose)

    async def _followed(self, tenant: str, cafeteria: Cafeteria, line: ServingLine, plan: SlotPlan | None) -> Followed:
        config = await self.config(tenant, cafeteria, line)
        return Followed(tenant, cafeteria.place(line.id), config, plan)

    async def _then(self, followed: Followed, found: Estimate) -> Estimate | None:
        """The line when a sensor last spoke, where it is silent now; what is reckoned since is no observation."""
        if not found.stale or found.since is None:
            return None
        then = await self._following.look(followed, found.since, None, "then")
        return None if then.people is None else then

    async def _forecast(
        self,
        tenant: str,
        cafeteria: Cafeteria,
        line: ServingLine,
        plan: SlotPlan | None,
        curve: Usual,
        present: Estimate,
    ) -> Forecast:
        """The next hour as it was learned; by the usual while there is no model."""
        now = present.at
        known = self._forecasts.expected(tenant, cafeteria, line, plan, now) if self._forecasts else None
        so_far = (await self._store.day(tenant, cafeteria.place(line.id), day_of(now))).minutes if known else ()
        return await asyncio.to_thread(forecast, curve, present, now, expected=known, today=so_far)

    async def _usual(self, tenant: str, place: str, plan: SlotPlan | None, shelf: _Shelf, now: datetime) -> Usual:
        """The usual curve of today; it changes once a day, and is looked up again every hour."""
        fresh = shelf.usual_at is not None and timedelta() <= now - shelf.usual_at < timedelta(hours=1)
        if shelf.usual is None or not fresh or shelf.usual.day != day_of(now) or plan != shelf.plan:
            history = await self._store.history(tenant, place, _HISTORY_DAYS, now)
            shelf.usual = await asyncio.to_thread(usual, history, day_of(now), plan)
            shelf.usual_at, shelf.plan = now, plan
        return shelf.usual

    async def picture(self, tenant: str, view: View, department: str, labels: Labels) -> bytes:
        """The chart with the department's slot outlined; drawn anew when a minute old or when the line has changed."""
        shelf = self._shelf(tenant, view.place)
        slot = view.slot_of(department)
        mine = slot.index if slot else None
        async with shelf.drawing:
            known = shelf.pictures.get(mine)
            if known is None or not known.still_shows(view):
                chart = await self._chart(tenant, view, mine)
                known = _Picture(view.now, view.estimate, await asyncio.to_thread(draw, chart, labels))
                shelf.pictures[mine] = known
            return known.png

    async def _chart(self, tenant: str, view: View, mine: int | None) -> Chart:
        today = day_of(view.now)
        shown = view.estimate if not view.estimate.stale else None
        return Chart(
            start=instant(today, _earlier(view.cafeteria.open, 10)),
            end=instant(today, view.cafeteria.close),
            now=view.now,
            today=await self._minutes(tenant, view),
            usual=view.usual,
            forecast=view.forecast,
            slots=view.slots,
            mine=mine,
            people=shown.people if shown else None,
            per_minute=view.estimate.per_minute,
        )

    async def _minutes(self, tenant: str, view: View) -> tuple[Minute, ...]:
        """Today's line so far: what was kept, and the last minutes from the readings themselves."""
        now = view.now
        kept = await self._store.day(tenant, view.place, day_of(now))
        start = whole_minute(now) - timedelta(minutes=20)
        newest = await self.minutes(tenant, view.cafeteria, view.line, start, whole_minute(now), "drawn")
        first = minute_of(start)
        return (
            *(one for one in kept.minutes if one.minute < first),
            *(one for one in newest if one.people is not None),
        )


def _measured(reading: Reading) -> datetime:
    return reading.measured_at


def _honest(found: Estimate, now: datetime) -> Estimate:
    """The estimate, stale already where every counter and a gate fell silent together.

    A gate's silence says that nobody passes only while a counter sees the line; else it says that the gate is broken.
    """
    counters = [one for one in found.sources if one.kind is not Kind.GATE]
    gates = [one.age_s for one in found.sources if one.kind is Kind.GATE]
    blind = counters and all(one.health is Health.SILENT for one in counters)
    if not blind or not gates or not _GATE_SPEAKS_S < min(gates) < BLANK_AFTER.total_seconds():
        return found
    age = min(one.age_s for one in counters)
    return replace(found, stale=True, since=now - timedelta(seconds=age), age_s=age)


def config_of(cafeteria: Cafeteria, line: ServingLine) -> EstimateConfig:
    """What is known of a line beforehand."""
    periods = {one.id: one.period_s for one in cafeteria.sensors}
    return EstimateConfig(site=Site(servers=line.servers, periods=periods), thresholds=cafeteria.levels)


def _plain_open(cafeteria: Cafeteria, day: date, is_holiday: Callable[[date], bool]) -> bool:
    return day.weekday() < 5 and day not in cafeteria.closed and not is_holiday(day)


def whole_minute(now: datetime) -> datetime:
    """The instant at which this minute began."""
    return now.replace(second=0, microsecond=0)


def _earlier(at: time, minutes: int) -> time:
    return (datetime.combine(date(2000, 1, 3), at) - timedelta(minutes=minutes)).time()


def used(found: Estimate) -> tuple[Source, ...]:
    """The sensors that carried weight and spoke lately, newest first; where none did, the newest that spoke."""
    newest = sorted(found.sources, key=lambda one: one.age_s)
    lately = STALE_AFTER.total_seconds()
    return tuple(one for one in newest if one.weight > 0 and one.age_s <= lately) or tuple(newest[:1])


def kinds(found: Estimate) -> tuple[Kind, ...]:
    """The kinds of sensor that carried weight, newest first."""
    return tuple(dict.fromkeys(one.kind for one in used(found)))

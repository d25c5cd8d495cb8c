"""Sick sensors and new ones → that institution's administrators: once an incident, during serving time, and when back.

    every 20 s of serving: readings + what the entrance noticed → judge (pure) → incident claimed in Redis → rows → told
    well again for a while → row → the incident is over

An incident is claimed before it is told, and marked once its rows stand: whoever dies in between leaves the claim, and
the next one writes the same rows. A sensor that comes and goes is told as such after the third time of a day, and then
left. Nobody is told in the last minutes before closing: nothing could be done about it.

    dobi:{tenant}:sensors:incidents   hash   sensor → JSON [what, since, detail, day, told, well since]
    dobi:{tenant}:sensors:times       hash   sensor → JSON [day, incidents of that day]
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from redis.asyncio import Redis

from bot.canteen import Canteen, View
from bot.clock import KST
from bot.messenger import Reply
from bot.operators import private_chats
from bot.outbox import Outbox, Row
from bot.reminders import IsHoliday, office_hour
from bot.sensing_book import Fault, Noticed, SensorBook, Waiting
from bot.sensing_health import Ailment, Finding, Seen, frozen, judge, silence
from bot.settings import Cafeteria, Role, Sensor
from bot.tenancy import Tenancy
from bot.wording import sensors as words
from occupancy.reading import Reading, day_of
from occupancy.slots import instant
from occupancy.store import OccupancyStore

EVERY: Final = timedelta(seconds=20)
_LEFT: Final = timedelta(minutes=10)
_HOLDS: Final = timedelta(seconds=60)
_TIMES: Final = 3
_WAITING: Final = 5  # people in line, so that a gate ought to tick


class Managers:
    """How an institution's administrators are told something: each in private, the same row however often written."""

    def __init__(
        self,
        tenancy: Tenancy,
        outbox: Outbox,
        is_holiday: IsHoliday,
        now: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        self._tenancy, self._outbox, self._is_holiday, self._now, self._wake = tenancy, outbox, is_holiday, now, wake

    async def tell(self, tenant: str, story: str, reply: Reply) -> None:
        """At once in office hours, else in the next morning of a working day."""
        due = office_hour(self._now(), self._is_holiday)
        people = self._tenancy.people_with(tenant, Role.MANAGER)
        chats = [chat for person in people for chat in private_chats(person)]
        await self._outbox.put(tenant, [Row(chat, story, 1, "notice", reply, due) for chat in chats])
        self._wake()

    async def announced(self, tenant: str, one: Waiting) -> None:
        """A new sensor asks to be taken."""
        home = self._tenancy.institution(tenant)
        place = next((each.name for each in home.cafeterias if each.id == one.cafeteria), one.cafeteria)
        reply = words.announced(one.kind.value, one.sensor, place, one.number, one.token)
        await self.tell(tenant, f"sensor/{one.sensor}/announced/{one.salt}", reply)


@dataclass(frozen=True, slots=True)
class Incident:
    """A sickness as it was claimed; `told` once its rows stand, `well_at` since when the sensor is well again."""

    what: Ailment
    since: datetime
    detail: str
    day: date
    told: bool = False
    well_at: datetime | None = None

    def record(self) -> str:
        """As Redis keeps it."""
        well_at = None if self.well_at is None else self.well_at.isoformat()
        return json.dumps(
            [self.what.value, self.since.isoformat(), self.detail, self.day.isoformat(), self.told, well_at]
        )

    @classmethod
    def of(cls, record: bytes) -> Incident:
        """The incident that `record` made."""
        what, since, detail, day, told, well_at = json.loads(record)
        well = None if well_at is None else datetime.fromisoformat(well_at)
        return cls(Ailment(what), datetime.fromisoformat(since), detail, date.fromisoformat(day), told, well)


# KEYS incidents; ARGV sensor, what was read ('' nothing), what shall stand ('' nothing)
_SWAP = """
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
if ARGV[3] == '' then redis.call('HDEL', KEYS[1], ARGV[1]) else redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]) end
return 1
"""


class Incidents:
    """What stands of each institution's sick sensors."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis
        self._swap = redis.register_script(_SWAP)

    @staticmethod
    def _key(tenant: str, name: str) -> str:
        return f"dobi:{{{tenant}}}:sensors:{name}"

    async def all(self, tenant: str) -> Mapping[str, Incident]:
        """Every open incident, by sensor."""
        found = await self._redis.hgetall(self._key(tenant, "incidents"))
        return {sensor.decode(): Incident.of(record) for sensor, record in found.items()}

    async def swap(self, tenant: str, sensor: str, before: Incident | None, after: Incident | None) -> bool:
        """Puts `after` where `before` stands; False where another process was faster."""
        args = [sensor, "" if before is None else before.record(), "" if after is None else after.record()]
        return bool(await self._swap(keys=[self._key(tenant, "incidents")], args=args))

    async def times(self, tenant: str, sensor: str, day: date) -> int:
        """How many incidents of that day are over."""
        record = await self._redis.hget(self._key(tenant, "times"), sensor)
        known, times = json.loads(record) if record is not None else ("", 0)
        return int(times) if known == day.isoformat() else 0

    async def count(self, tenant: str, sensor: str, day: date) -> None:
        """One more is over."""
        times = await self.times(tenant, sensor, day) + 1
        await self._redis.hset(self._key(tenant, "times"), sensor, json.dumps([day.isoformat(), times]))


class Caring:
    """The worker that looks after sensors while lunch is served."""

    def __init__(
        self,
        tenancy: Tenancy,
        book: SensorBook,
        store: OccupancyStore,
        canteen: Canteen,
        incidents: Incidents,
        managers: Managers,
        now: Callable[[], datetime],
    ) -> None:
        self._tenancy, self._book, self._store, self._canteen = tenancy, book, store, canteen
        self._incidents, self._managers, self._now = incidents, managers, now
        self._since = now()

    async def step(self) -> datetime:
        """Looks at every sensor of every cafeteria that serves now; when to look again."""
        now = self._now()
        dues = [now + EVERY]
        for home in self._tenancy.institutions():
            await self._book.refresh(home.id)
            for cafeteria in self._tenancy.institution(home.id).cafeterias:
                if cafeteria.sensors and await self._serving(home.id, cafeteria, now):
                    dues += await self._look(home.id, cafeteria, now)
        return min(due for due in dues if due > now)

    async def _serving(self, tenant: str, cafeteria: Cafeteria, now: datetime) -> bool:
        clock = now.astimezone(KST).time()
        return cafeteria.open <= clock < cafeteria.close and await self._canteen.is_open(tenant, cafeteria, day_of(now))

    async def _look(self, tenant: str, cafeteria: Cafeteria, now: datetime) -> list[datetime]:
        """When each sensor will have been silent for too long, if it says nothing more."""
        open_ones, faults = await self._incidents.all(tenant), await self._book.faults(tenant)
        paused = self._book.known(tenant).paused
        dues = []
        views = {view.place: view for view in await self._canteen.views(tenant, cafeteria)}
        for sensor in cafeteria.sensors:
            place = cafeteria.place(cafeteria.line_of(sensor.id).id)
            view, last = views.get(place), (await self._store.last_seen(tenant, place)).get(sensor.id)
            seen = self._seen(sensor, last, faults.get(sensor.id, {}), view, cafeteria, now)
            found = None if sensor.id in paused else judge(seen, now)
            patient = _Patient(tenant, cafeteria, sensor, open_ones.get(sensor.id))
            await self._treat(patient, found, now)
            if last is not None:
                dues.append(max(last.received_at, seen.watched or now) + silence(sensor))
        return dues

    def _seen(
        self, sensor: Sensor, last: Reading | None, faults: Mapping[Fault, Noticed], view: View | None,
        cafeteria: Cafeteria, now: datetime,
    ) -> Seen:  # fmt: skip
        watched = max(instant(day_of(now), cafeteria.open), self._since)
        if view is None:
            return Seen(sensor, last, faults, watched=watched)
        waits = not view.estimate.stale and (view.estimate.people or 0) >= _WAITING and _counted(view)
        return Seen(sensor, last, faults, frozen(view.estimate, sensor.id), waits, watched)

    async def _treat(self, patient: _Patient, found: Finding | None, now: datetime) -> None:
        known, today = patient.incident, day_of(now)
        if found is not None:
            if known is None or (known.told and known.day != today):
                await self._fell_sick(patient, found, now)
            elif not known.told:
                await self._tell(patient, known, now)
            elif known.well_at is not None:
                await self._incidents.swap(patient.tenant, patient.sensor.id, known, replace(known, well_at=None))
        elif known is not None:
            await self._mends(patient, known, now)

    async def _fell_sick(self, patient: _Patient, found: Finding, now: datetime) -> None:
        if instant(day_of(now), patient.cafeteria.close) - now < _LEFT:
            return
        incident = Incident(found.what, found.since, found.detail, day_of(now))
        if await self._incidents.swap(patient.tenant, patient.sensor.id, patient.incident, incident):
            await self._tell(patient, incident, now)

    async def _tell(self, patient: _Patient, one: Incident, now: datetime) -> None:
        sensor, name = patient.sensor, patient.cafeteria.name
        times = await self._incidents.times(patient.tenant, sensor.id, one.day)
        if times < _TIMES:
            reply = words.sick(sensor.kind, sensor.id, name, one.what.value, one.since, one.detail, now)
            await self._managers.tell(patient.tenant, patient.story(one), reply)
        elif times == _TIMES:
            reply = words.unsteady(sensor.kind, sensor.id, name, times + 1)
            await self._managers.tell(patient.tenant, patient.story(one), reply)
        await self._incidents.swap(patient.tenant, sensor.id, one, replace(one, told=True))

    async def _mends(self, patient: _Patient, one: Incident, now: datetime) -> None:
        """Well again: told once it has held, unless its sickness was never told."""
        tenant, sensor = patient.tenant, patient.sensor
        if one.well_at is None:
            await self._incidents.swap(tenant, sensor.id, one, replace(one, well_at=now))
        elif now - one.well_at >= max(_HOLDS, silence(sensor)):
            if one.told and await self._incidents.times(tenant, sensor.id, one.day) < _TIMES:
                reply = words.well(sensor.kind, sensor.id, patient.cafeteria.name, one.since, one.well_at)
                await self._managers.tell(tenant, f"{patient.story(one)}/well", reply)
            if await self._incidents.swap(tenant, sensor.id, one, None):
                await self._incidents.count(tenant, sensor.id, day_of(now))
                for what in (Fault.CLOCK, Fault.KEY):
                    await self._book.well(tenant, sensor.id, what)


@dataclass(frozen=True, slots=True)
class _Patient:
    tenant: str
    cafeteria: Cafeteria
    sensor: Sensor
    incident: Incident | None

    def story(self, one: Incident) -> str:
        """The name of the incident's message."""
        since = int(one.since.timestamp() * 1000)
        return f"sensor/{self.sensor.id}/{one.what.value}/{since}/{one.day.isoformat()}"


def _counted(view: View) -> bool:
    """Whether a living counter sees the line: a gate alone does not witness against itself."""
    said: Sequence[float] = [one.age_s for one in view.estimate.sources if one.kind.value not in {"gate", "chat"}]
    return bool(said) and min(said) < 60

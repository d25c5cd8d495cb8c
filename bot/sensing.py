"""The sensor entrance: a signed post → its line's store. Written before it is acknowledged.

    POST /sensors/{institution}/{sensor} → who it says it is → its key → signature and fields (pure) → store → 200
    POST /sensors/{institution}          → an announcement by an enrolment key → it waits, administrators are told → 202

A stranger and a forgery look alike from outside; which it was stands in the log, with the sensor's name only. Whoever
has a right key is told the time. Announcements are bounded before any key is tried: by peer, by hour, by number.
"""

from __future__ import annotations

import logging
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from bot.http import Answer
from bot.sensing_book import Fault, SensorBook, Waiting
from bot.tenancy import SensorPlace, Tenancy, UnknownInstitution
from occupancy.reading import BadSignature, Batch, Kind, Malformed, SensorError, Skewed, Stale
from occupancy.sensors import announcing
from occupancy.sensors import http as wire
from occupancy.store import OccupancyStore

log = logging.getLogger(__name__)

PATH: Final = "/sensors/{institution}/{sensor}"
ANNOUNCE_PATH: Final = "/sensors/{institution}"
_STATUS: dict[type[SensorError], int] = {BadSignature: 403, Stale: 403, Malformed: 400}
_PEERS: Final = 1_000
_TRIES: Final = 10
_TRIES_IN: Final = timedelta(minutes=1)
_NOTED_EVERY: Final = timedelta(seconds=1)

Tell = Callable[[str, Waiting], Awaitable[None]]
"""Tells an institution's administrators of an announcement; safe to repeat."""


def place_of(place: SensorPlace) -> str:
    """Under which name the readings of the line are kept that this sensor watches."""
    return place.cafeteria.place(place.cafeteria.line_of(place.sensor.id).id)


class Taking:
    """What becomes of a batch, whichever way it came in."""

    def __init__(self, tenancy: Tenancy, store: OccupancyStore, book: SensorBook, now: Callable[[], datetime]) -> None:
        self._tenancy, self._store, self._book, self._now = tenancy, store, book, now
        self._noted: OrderedDict[tuple[str, str], datetime] = OrderedDict()

    async def place(self, tenant: str, cafeteria: str, sensor: str) -> SensorPlace | None:
        """Where the sensor of this name stands, declared or approved; None where there is none at this cafeteria."""
        if self._unknown(tenant):
            return None
        await self._book.refresh(tenant)
        found = self._tenancy.sensor(tenant, sensor)
        return found if found is not None and found.cafeteria.id == cafeteria else None

    def _unknown(self, tenant: str) -> bool:
        try:
            self._tenancy.institution(tenant)
        except UnknownInstitution:
            return True
        return False

    async def take(self, place: SensorPlace, batch: Batch) -> str:
        """Keeps what is new: `ok`, `again` where nothing was, `paused` where an administrator stopped the sensor.

        `place` is what was found just now.
        """
        tenant, sensor = place.tenant, place.sensor.id
        if sensor in self._book.known(tenant).paused:
            return "paused"
        if batch.state is not None:
            await self._book.told(tenant, sensor, batch.state.value, batch.told_at or batch.received_at)
            return "ok"
        accepted = await self._store.append(tenant, place_of(place), batch)
        return "again" if accepted.duplicate else "ok"

    async def refused(self, place: SensorPlace, error: SensorError) -> None:
        """Remembers a wrong key or a wrong clock, at most once a second and sensor."""
        what = Fault.KEY if isinstance(error, BadSignature) else Fault.CLOCK if isinstance(error, Skewed) else None
        name, now = (place.tenant, place.sensor.id), self._now()
        if what is None or (name in self._noted and now - self._noted[name] < _NOTED_EVERY):
            return
        self._noted[name] = now
        self._noted.move_to_end(name)
        if len(self._noted) > _PEERS:
            self._noted.popitem(last=False)
        detail = f"{error.by_s:.0f}" if isinstance(error, Skewed) else ""
        await self._book.notice(place.tenant, place.sensor.id, what, now, detail)


class Sensing:
    """The `sense` role's handlers."""

    def __init__(
        self, tenancy: Tenancy, taking: Taking, book: SensorBook, now: Callable[[], datetime], tell: Tell
    ) -> None:
        self._tenancy, self._taking, self._book, self._now, self._tell = tenancy, taking, book, now, tell
        self._peers = _Peers(now)

    async def receive(self, path: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> Answer:
        """One post of one sensor."""
        place = None
        try:
            sender = wire.address(headers)
            addressed = (path["institution"], path["sensor"]) == (sender.tenant, sender.sensor)
            place = await self._taking.place(sender.tenant, sender.cafeteria, sender.sensor) if addressed else None
            if place is None:
                log.warning("a post of an unknown sensor was refused")
                return Answer(403)
            key = place.sensor.key.reveal().encode()
            batch = wire.parse(headers, body, key, self._now(), kind=Kind(place.sensor.kind))
        except SensorError as error:
            log.warning("a sensor's post was refused: %s", type(error).__name__)
            if place is not None:
                await self._taking.refused(place, error)
            if isinstance(error, Skewed):
                return Answer(403, "clock", wire.told(key, headers, self._now()))
            return Answer(_STATUS.get(type(error), 400))
        return Answer(200, await self._taking.take(place, batch), wire.told(key, headers, self._now()))

    async def announced(self, path: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> Answer:
        """One announcement. 202 it waits · 200 such a sensor stands already · 404 no such cafeteria or line · 429."""
        if not self._peers.may(path.get("remote", "")):
            return Answer(429)
        try:
            tenant = wire.address(headers).tenant
            if tenant != path["institution"]:
                return Answer(403)
            found = await self._announcement(tenant, headers, body)
        except (SensorError, UnknownInstitution) as error:
            log.warning("an announcement was refused: %s", type(error).__name__)
            return Answer(_STATUS.get(type(error), 403) if isinstance(error, SensorError) else 403)
        if isinstance(found, Answer):
            return found
        one, enrolment = found
        return await self._waits(tenant, one, enrolment)

    async def _announcement(
        self, tenant: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[announcing.Announcement, bytes] | Answer:
        """What was announced and by which key; the answer where only its clock is off."""
        for enrolment in await self._book.enrolment_keys(tenant):
            try:
                return announcing.parse(headers, body, enrolment, self._now()), enrolment
            except BadSignature:
                continue
            except Skewed:
                return Answer(403, "clock", wire.told(enrolment, headers, self._now()))
        raise BadSignature("no enrolment key of this institution signed it")

    async def _waits(self, tenant: str, one: announcing.Announcement, enrolment: bytes) -> Answer:
        home = self._tenancy.institution(tenant)
        cafeteria = next((each for each in home.cafeterias if each.id == one.address.cafeteria), None)
        if cafeteria is None or (one.line and one.line not in {line.id for line in cafeteria.lines}):
            return Answer(404)
        await self._book.refresh(tenant)
        known, key = (
            self._tenancy.sensor(tenant, one.address.sensor),
            announcing.key_of(enrolment, one.address, one.salt),
        )
        if known is not None:
            same = known.sensor.key.reveal().encode() == key
            return Answer(200, "approved") if same else Answer(409, "this name is taken")
        waiting = await self._book.announce(tenant, one, enrolment)
        if waiting is None:
            return Answer(429)
        if waiting.refused:
            return Answer(403)
        await self._tell(tenant, waiting)
        return Answer(202, "waiting")


class _Peers:
    """How often each peer has tried lately; bounded, and forgotten with this process."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._tries: OrderedDict[str, deque[datetime]] = OrderedDict()

    def may(self, peer: str) -> bool:
        """Whether this peer may try once more; its try is counted."""
        now = self._now()
        tries = self._tries.setdefault(peer, deque(maxlen=_TRIES))
        self._tries.move_to_end(peer)
        if len(self._tries) > _PEERS:
            self._tries.popitem(last=False)
        if len(tries) == _TRIES and now - tries[0] < _TRIES_IN:
            return False
        tries.append(now)
        return True

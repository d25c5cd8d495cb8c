"""The sensor entrance: a signed post → its line's store. Written before it is acknowledged.

    POST /sensors/{institution}/{sensor} → who it says it is → its key → signature and fields (pure) → store → 200

A stranger and a forgery look alike from outside; which it was stands in the log, with the sensor's name only.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.http import Answer
from bot.tenancy import Tenancy
from occupancy.reading import BadSignature, Kind, Malformed, SensorError, Stale
from occupancy.sensors import http as wire
from occupancy.store import OccupancyStore

log = logging.getLogger(__name__)

PATH = "/sensors/{institution}/{sensor}"
_STATUS: dict[type[SensorError], int] = {BadSignature: 403, Stale: 403, Malformed: 400}


class Sensing:
    """The `sense` role's handler."""

    def __init__(self, tenancy: Tenancy, store: OccupancyStore, now: Callable[[], datetime]) -> None:
        self._tenancy = tenancy
        self._store = store
        self._now = now

    async def receive(self, path: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> Answer:
        """One post of one sensor."""
        try:
            sender = wire.address(headers)
            place = self._tenancy.sensor(sender.tenant, sender.sensor)
            addressed = (path["institution"], path["sensor"]) == (sender.tenant, sender.sensor)
            if place is None or place.cafeteria.id != sender.cafeteria or not addressed:
                log.warning("a post of an unknown sensor was refused")
                return Answer(403)
            key = place.sensor.key.reveal().encode()
            batch = wire.parse(headers, body, key, self._now(), kind=Kind(place.sensor.kind))
        except SensorError as error:
            log.warning("a sensor's post was refused: %s", type(error).__name__)
            return Answer(_STATUS.get(type(error), 400))
        accepted = await self._store.append(sender.tenant, place.place, batch)
        return Answer(200, "again" if accepted.duplicate else "ok")

"""The broker's end of the sensor entrance: a message → its sensor → checked as over HTTP → the same store.

    dobi/…/reading → place → signature and fields (pure) → store · dobi/…/status → doubted at once, or no more

The house runs on while the broker is away; doctor says so. How the connection stands is one small record of the
deployment: there is one broker for all institutions, and a message is only ever believed for the one in its topic.

    dobi:{deployment}:mqtt   hash   state ("" up, else what is wrong), since, at
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.sensing import Taking
from bot.settings_sensors import Mqtt
from bot.tenancy import SensorPlace
from occupancy.reading import Batch, Kind, Malformed, SensorError
from occupancy.sensors import http as wire
from occupancy.sensors import mqtt

_KEY: Final = "dobi:{deployment}:mqtt"
BEAT: Final = timedelta(seconds=60)
_SAY_AGAIN: Final = timedelta(minutes=1)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """How the connection stood last: `wrong` is empty while it is up; `at` is when that was last known to be so."""

    wrong: str
    since: datetime
    at: datetime


def broker_of(settings: Mqtt) -> mqtt.Broker:
    """The broker that the settings name."""
    password = None if settings.password is None else settings.password.reveal()
    return mqtt.Broker(settings.host, settings.port, settings.tls, settings.user or None, password, settings.ca)


async def standing(redis: Redis) -> Standing | None:
    """How the connection stood last; None where nobody ever tried."""
    client: Any = redis
    found = {name.decode(): value.decode() for name, value in (await client.hgetall(_KEY)).items()}
    if not found:
        return None
    return Standing(found["state"], datetime.fromisoformat(found["since"]), datetime.fromisoformat(found["at"]))


class Listening:
    """What the sense role hears from the broker. `wake` rouses whoever looks after sensors."""

    def __init__(
        self, redis: Redis, settings: Mqtt, taking: Taking, now: Callable[[], datetime], wake: Callable[[], None]
    ) -> None:
        self._redis: Any = redis
        self._settings, self._taking, self._now, self._wake = settings, taking, now, wake
        self._wrong: str | None = None
        self._since = now()
        self._said_at: datetime | None = None

    async def run(self) -> None:
        """Listens until cancelled."""
        await mqtt.listen(broker_of(self._settings), self._hear, self._stands, asyncio.sleep)

    async def beat(self) -> datetime:
        """Tells doctor that somebody listens."""
        await self._record()
        return self._now() + BEAT

    async def _stands(self, wrong: str) -> None:
        if wrong != self._wrong:
            self._wrong, self._since = wrong, self._now()
            if wrong:
                log.warning("the broker is away: %s", wrong)
            else:
                log.info("the broker is heard")
        await self._record()

    async def _record(self) -> None:
        if self._wrong is None:
            return
        record = {"state": self._wrong, "since": self._since.isoformat(), "at": self._now().isoformat()}
        try:
            await self._redis.hset(_KEY, mapping=record)
        except (RedisError, OSError):
            log.warning("how the broker stands could not be written down")

    async def _hear(self, message: mqtt.Message) -> None:
        try:
            await self._heard(message)
        except SensorError as error:
            self._complain(f"a message of the broker was refused: {type(error).__name__}")
        except (RedisError, OSError) as error:  # the next reading comes soon; this one is lost
            self._complain(f"a message of the broker could not be kept: {type(error).__name__}")

    def _complain(self, text: str) -> None:
        """Once a minute: whoever shares the broker could fill a log."""
        now = self._now()
        if self._said_at is None or now - self._said_at >= _SAY_AGAIN:
            self._said_at = now
            log.warning("%s", text)

    async def _heard(self, message: mqtt.Message) -> None:
        address, what = mqtt.sender_of(message.topic)
        place = await self._taking.place(address.tenant, address.cafeteria, address.sensor)
        if place is None:
            raise Malformed("no such sensor")
        if what == "status":
            said, now = mqtt.condition(message), self._now()
            await self._taking.take(place, Batch(address.sensor, "", now, (), said, now))
            self._wake()
            return
        try:
            batch = self._batch(address, place, message)
        except SensorError as error:
            if not message.retained:  # what was kept for long is old, and no fault of the sensor's
                await self._taking.refused(place, error)
            raise
        await self._taking.take(place, batch)

    def _batch(self, address: wire.Address, place: SensorPlace, message: mqtt.Message) -> Batch:
        sensor, now = place.sensor, self._now()
        if sensor.unsigned and self._settings.user and not message.payload.startswith(b"dobi-sensor-v1 "):
            return mqtt.plain(address, message, now, kind=Kind(sensor.kind))
        return mqtt.parse(address, message, sensor.key.reveal().encode(), now, kind=Kind(sensor.kind))

"""The demo's cafeteria: a simulated lunch whose sensors post through the real entrance, like any other sensor.

    simulator → due readings → signed POST {base}/sensors/{institution}/{sensor} → the house's own entrance and store

It posts on open days from 20 minutes before the first slot to 20 minutes after the last, and never writes readings past
the entrance. Only the usual weeks before the demo are written to the history store directly, marked simulated.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from http import HTTPStatus

import aiohttp

from occupancy.reading import Kind, Reading, day_of
from occupancy.sensors import http as wire
from occupancy.simulator import LEAD, STEP, Simulator
from occupancy.slots import SlotPlan, instant
from occupancy.store import OccupancyStore

PAST_DAYS = 30
"""Open days of history to begin with: six weeks."""

_TIMEOUT = aiohttp.ClientTimeout(total=5)
_QUIET = timedelta(minutes=10)
_BACKFILL = timedelta(minutes=115)  # the entrance refuses readings older than 2 h
_LONGEST_CLOSURE = 31  # days


class PostError(Exception):
    """The entrance did not take a post: it refused, or could not be reached."""


async def post(
    session: aiohttp.ClientSession,
    base_url: str,
    sensor: wire.Address,
    key: bytes,
    readings: Sequence[Reading],
    now: datetime,
) -> None:
    """The readings taken in by the entrance at `base_url`, signed with the sensor's key as sent at `now`.

    Raises:
        PostError: when the entrance refuses them or can't be reached within 5 s.
        occupancy.reading.Malformed: for none, or more than 500.
    """
    body = wire.encode(readings)
    headers = wire.sign(key, sensor, body, now, secrets.token_hex(8))
    url = f"{base_url}/sensors/{sensor.tenant}/{sensor.sensor}"
    try:
        async with session.post(url, data=body, headers=headers, timeout=_TIMEOUT) as response:
            status = response.status
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise PostError(f"the sensor entrance can't be reached: {type(error).__name__}") from error
    if status >= HTTPStatus.BAD_REQUEST:
        raise PostError(f"the sensor entrance refused a post of {sensor}: status {status}")


async def seed(
    store: OccupancyStore, tenant: str, cafeteria: str, simulator: Simulator, before: date, days: int = PAST_DAYS
) -> int:
    """How many simulated past days were added before a day; days already known are left as they are."""
    past = await asyncio.to_thread(simulator.past_days, days, before)
    missing = [each for each in past if not (await store.day(tenant, cafeteria, each.day)).minutes]
    await store.put_history(tenant, cafeteria, missing)
    return len(missing)


class Poster:
    """The sensors of one simulated cafeteria.

    `silent` holds the sensors that say nothing for now; what they would have said is lost, as with a real sensor.

    Args:
        session: the HTTP client; stays the caller's.
        base_url: of the inbound server, without a slash at its end.
        tenant, cafeteria: where the sensors stand.
        keys: each sensor's key by its id; a sensor that the simulator does not know only speaks through `send`.
        simulator: what the sensors say.
        plan: when there is lunch.
        now: the demo's clock.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        tenant: str,
        cafeteria: str,
        keys: Mapping[str, bytes],
        simulator: Simulator,
        plan: SlotPlan,
        now: Callable[[], datetime],
    ) -> None:
        self.silent: set[str] = set()
        self._session = session
        self._base_url = base_url
        self._addresses = {sensor: wire.Address(tenant, cafeteria, sensor) for sensor in keys}
        self._keys = dict(keys)
        self._simulator = simulator
        self._plan = plan
        self._now = now
        self._said: dict[str, datetime] = {}
        self._quiet: dict[str, datetime] = {}

    async def step(self) -> datetime | None:
        """When the next reading falls due, every one due by now having been posted; None if no lunch is in sight.

        A post that failed is tried again at the next step. The first step catches up with the lunch under way.

        Raises:
            PostError: when the entrance took none of a sensor's readings; the others were posted.
        """
        now = self._now()
        oldest = now - _BACKFILL
        start = min((max(self._said.get(sensor, oldest), oldest) for sensor in self._keys), default=now)
        due = await asyncio.to_thread(self._simulator.readings_between, start, now)
        failure: PostError | None = None
        for sensor in self._keys:
            try:
                await self._say(sensor, [each for each in due if self._is_due(sensor, each)], now)
            except PostError as error:
                failure = error
        if failure:
            raise failure
        return self.next_due(now)

    async def send(
        self, sensor: str, *, count: int | None = None, served: int | None = None, at: datetime | None = None
    ) -> None:
        """One reading said by hand; for 10 minutes the simulator does not talk over it.

        Args:
            sensor: its id.
            count: people in line, for a camera, beam or wifi.
            served: meals since its last word, for a gate.
            at: when it was measured, at most 2 h ago; now if not given.

        Raises:
            KeyError: for a sensor this cafeteria does not have.
            PostError: when the entrance refuses it or can't be reached.
            occupancy.reading.ReadingError: for impossible figures.
        """
        now = self._now()
        key = self._keys[sensor]
        kind = Kind.GATE if count is None else Kind.CAMERA
        reading = Reading(
            sensor, kind, at or now, max(now, at or now), count=count, served=served, seq=time.perf_counter_ns() // 1000
        )
        await post(self._session, self._base_url, self._addresses[sensor], key, [reading], now)
        self._quiet[sensor] = now + _QUIET

    def next_due(self, now: datetime) -> datetime | None:
        """When the sensors speak next after `now`; None if no lunch is served within a month."""
        for days in range(_LONGEST_CLOSURE + 1):
            day = day_of(now) + timedelta(days=days)
            if not self._plan.is_open(day):
                continue
            opens, closes = instant(day, self._plan.opens) - LEAD, instant(day, self._plan.closes) + LEAD
            due = opens if now < opens else opens + ((now - opens) // STEP + 1) * STEP
            if due < closes:
                return due
        return None

    def _is_due(self, sensor: str, reading: Reading) -> bool:
        """Whether the reading is this sensor's, new, and neither silenced nor talked over."""
        if reading.sensor != sensor or sensor in self.silent:
            return False
        bounds = [table[sensor] for table in (self._said, self._quiet) if sensor in table]
        return all(reading.measured_at > bound for bound in bounds)

    async def _say(self, sensor: str, readings: list[Reading], now: datetime) -> None:
        for start in range(0, len(readings), wire.MAX_READINGS):
            chunk = readings[start : start + wire.MAX_READINGS]
            await post(self._session, self._base_url, self._addresses[sensor], self._keys[sensor], chunk, now)
        self._said[sensor] = now

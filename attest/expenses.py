"""What a traveller states for the claim that the trip itself does not tell: distance, slips, meals, corrections.

Amounts in won as stated; the slips themselves are not kept. It lies beside the trip until the trip is claimed, and goes
by itself after `LIFE`.

dobi:{tenant}:claims:expenses:<trip>   JSON
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any, Final

import redis.asyncio
import redis.exceptions

from attest.trip import Area, Vehicle

LIFE: Final = timedelta(days=400)
_TRIES = 20


@dataclass(frozen=True, slots=True)
class Expenses:
    """What was stated; None and the empty values: nothing was.

    `route_m`: the way there as travelled, one way. `nights`: where it is another number than the days suggest.
    """

    area: Area = Area.UNKNOWN
    vehicle: Vehicle = Vehicle.UNKNOWN
    route_m: int | None = None
    fare: int | None = None
    actual: int | None = None
    lodging: tuple[int, ...] = ()
    nights: int | None = None
    meals: int = 0
    unavoidable: bool = False
    document: str = ""

    @property
    def stated(self) -> tuple[str, ...]:
        """The names of the fields that were stated."""
        bare = asdict(Expenses())
        return tuple(name for name, value in asdict(self).items() if value != bare[name])


class ExpenseStore:
    """The statements of all institutions on one Redis."""

    def __init__(self, database: redis.asyncio.Redis) -> None:
        self._database: Any = database  # its stubs tell every decoding of an answer at once

    async def of(self, tenant: str, trips: Sequence[str]) -> Mapping[str, Expenses]:
        """What was stated of each of these trips."""
        if not trips:
            return {}
        stored = await self._database.mget([self._key(tenant, trip) for trip in trips])
        return {trip: _unpack(one) for trip, one in zip(trips, stored, strict=True)}

    async def change(self, tenant: str, trip: str, change: Callable[[Expenses], Expenses]) -> Expenses:
        """What is stated after `change`, durable."""
        key = self._key(tenant, trip)
        for _ in range(_TRIES):
            async with self._database.pipeline(transaction=True) as pipe:
                await pipe.watch(key)
                after = change(_unpack(await pipe.get(key)))
                pipe.multi()
                pipe.set(key, _pack(after), ex=LIFE)
                try:
                    await pipe.execute()
                except redis.exceptions.WatchError:
                    continue
                return after
        raise TimeoutError("others changed it all the time")

    async def remove(self, tenant: str, trip: str) -> None:
        """Destroys what was stated of a trip; safe to repeat."""
        await self._database.delete(self._key(tenant, trip))

    @staticmethod
    def _key(tenant: str, trip: str) -> str:
        return f"dobi:{{{tenant}}}:claims:expenses:{trip}"


def _pack(expenses: Expenses) -> str:
    record = asdict(expenses) | {"area": expenses.area.value, "vehicle": int(expenses.vehicle)}
    return json.dumps(record, ensure_ascii=False)


def _unpack(text: bytes | None) -> Expenses:
    if text is None:
        return Expenses()
    record: dict[str, Any] = json.loads(text)
    found = Expenses(**record | {"lodging": tuple(record["lodging"])})
    return replace(found, area=Area(record["area"]), vehicle=Vehicle(record["vehicle"]))

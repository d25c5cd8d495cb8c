"""Readings and day histories of serving lines in Redis, each institution by itself.

An accepted post is written before it is acknowledged, in one script: its nonce, the identity of each reading,
the reading (kept 3 h) and its minute's sums (kept 400 days). What is there already does not count again.
Refuses to depend on Redis' clock: all trimming is by stored instants.

Keys, `K` being ``dobi:{tenant}:occupancy:<cafeteria>``::

    K:readings     sorted set   reading as JSON       by measured_at, ms
    K:identities   sorted set   Reading.identity      by measured_at, ms
    K:nonces       sorted set   sensor nonce          by received_at, ms
    K:seen         hash         sensor -> last reading as JSON
    K:days         sorted set   2026-11-23            by ordinal
    K:day:<day>    hash         <minute>:c<sensor> sum of counts, <minute>:n<sensor> their number, <minute>:s served;
                                <minute>:p people and <minute>:q served as estimated (they win); simulated;
                                <minute>:g<sensor> served as a gate's own file says: where that is more, it wins
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import cast
from urllib.parse import quote

from redis.asyncio import Redis

from occupancy.reading import Batch, DayHistory, Kind, Minute, Reading, day_of, minute_of

KEEP_READINGS = timedelta(hours=3)
KEEP_NONCES = timedelta(minutes=15)
"""Longer than the entrance's two-sided tolerance of 300 s."""
KEEP_DAYS = 400

_Hash = Mapping[bytes, bytes]
_Field = bytes | bytearray | memoryview | str | int | float  # what the client's stubs ask for, invariantly

# KEYS: readings identities nonces seen days version; ARGV: day-key prefix, nonce, received ms, oldest reading ms,
# oldest nonce ms, oldest day, then per reading: identity, ms, payload, sensor, day, ordinal, minute, field, value.
_APPEND = """
if redis.call('ZADD', KEYS[3], 'NX', ARGV[3], ARGV[2]) == 0 then return -1 end
local added = 0
for i = 7, #ARGV, 9 do
  local ms, day, minute = ARGV[i + 1], ARGV[i + 4], ARGV[i + 6]
  if tonumber(ms) >= tonumber(ARGV[4]) and redis.call('ZADD', KEYS[2], 'NX', ms, ARGV[i]) == 1 then
    added = added + 1
    redis.call('ZADD', KEYS[1], ms, ARGV[i + 2])
    local last = redis.call('HGET', KEYS[4], ARGV[i + 3])
    if not last or tonumber(cjson.decode(last)['m']) <= tonumber(ms) then
      redis.call('HSET', KEYS[4], ARGV[i + 3], ARGV[i + 2])
    end
    local key = ARGV[1] .. day
    if redis.call('EXISTS', key) == 0 then redis.call('ZADD', KEYS[5], ARGV[i + 5], day) end
    if ARGV[i + 7] == 's' then
      redis.call('HINCRBY', key, minute .. ':s', ARGV[i + 8])
    else
      redis.call('HINCRBY', key, minute .. ':c' .. ARGV[i + 3], ARGV[i + 8])
      redis.call('HINCRBY', key, minute .. ':n' .. ARGV[i + 3], 1)
    end
  end
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[4])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', '(' .. ARGV[4])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', '(' .. ARGV[5])
for _, day in ipairs(redis.call('ZRANGEBYSCORE', KEYS[5], '-inf', '(' .. ARGV[6])) do
  redis.call('DEL', ARGV[1] .. day)
  redis.call('ZREM', KEYS[5], day)
end
if added > 0 then redis.call('INCR', KEYS[6]) end
return added
"""

# KEYS: readings identities seen version day; ARGV: payload, identity, sensor, minute, field, value.
_RETRACT = """
if redis.call('ZREM', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('ZREM', KEYS[2], ARGV[2])
if redis.call('HGET', KEYS[3], ARGV[3]) == ARGV[1] then redis.call('HDEL', KEYS[3], ARGV[3]) end
if ARGV[5] == 's' then
  redis.call('HINCRBY', KEYS[5], ARGV[4] .. ':s', -tonumber(ARGV[6]))
else
  redis.call('HINCRBY', KEYS[5], ARGV[4] .. ':c' .. ARGV[3], -tonumber(ARGV[6]))
  redis.call('HINCRBY', KEYS[5], ARGV[4] .. ':n' .. ARGV[3], -1)
end
redis.call('INCR', KEYS[4])
return 1
"""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of a post: how many of its readings were new; `duplicate` when there was nothing new in it."""

    count: int
    duplicate: bool


class OccupancyStore:
    """Readings and histories of all cafeterias; the client stays the caller's."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._append = redis.register_script(_APPEND)
        self._retract = redis.register_script(_RETRACT)

    @staticmethod
    def _key(tenant: str, cafeteria: str, name: str) -> str:
        return f"dobi:{{{tenant}}}:occupancy:{quote(cafeteria, safe='')}:{name}"

    async def append(self, tenant: str, cafeteria: str, batch: Batch) -> Accepted:
        """Keeps what is new in the batch; safe to repeat with the same nonce or the same readings."""
        now = batch.received_at
        names = ("readings", "identities", "nonces", "seen", "days", "version")
        arguments: list[str | int] = [
            self._key(tenant, cafeteria, "day:"),
            f"{batch.sensor} {batch.nonce}",
            _ms(now),
            _ms(now - KEEP_READINGS),
            _ms(now - KEEP_NONCES),
            day_of(now).toordinal() - KEEP_DAYS,
        ]
        for reading in batch.readings:
            arguments += _arguments(reading)
        keys = [self._key(tenant, cafeteria, name) for name in names]
        added = int(await self._append(keys=keys, args=arguments))
        return Accepted(max(added, 0), duplicate=added <= 0)

    async def version(self, tenant: str, cafeteria: str) -> int:
        """A number that grows with each accepted post: what was computed at the same one is still true."""
        return int(cast("bytes | None", await self._redis.get(self._key(tenant, cafeteria, "version"))) or 0)

    async def recent(self, tenant: str, cafeteria: str, since: datetime) -> tuple[Reading, ...]:
        """The kept readings measured at or after `since` (to the millisecond), oldest first."""
        found = await self._redis.zrangebyscore(self._key(tenant, cafeteria, "readings"), _ms(since), "+inf")
        return tuple(_unpacked(payload) for payload in cast("list[bytes]", found))

    async def last_seen(self, tenant: str, cafeteria: str) -> Mapping[str, Reading]:
        """The newest reading of each sensor that ever spoke, however old."""
        found = cast("_Hash", await self._redis.hgetall(self._key(tenant, cafeteria, "seen")))
        return {sensor.decode(): _unpacked(payload) for sensor, payload in found.items()}

    async def forget_sensor(self, tenant: str, cafeteria: str, sensor: str) -> None:
        """Takes a dismounted sensor out of `last_seen`."""
        await self._redis.hdel(self._key(tenant, cafeteria, "seen"), sensor)

    async def day(self, tenant: str, cafeteria: str, day: date) -> DayHistory:
        """One day's minutes, today's so far included; empty when nothing is known."""
        found = await self._redis.hgetall(self._key(tenant, cafeteria, f"day:{day.isoformat()}"))
        return _history(day, cast("_Hash", found))

    async def history(self, tenant: str, cafeteria: str, days: int, now: datetime) -> tuple[DayHistory, ...]:
        """The known days among the `days` before today in Korea, oldest first; today is not among them."""
        today = day_of(now).toordinal()
        found = await self._redis.zrangebyscore(self._key(tenant, cafeteria, "days"), today - days, today - 1)
        names = [name.decode() for name in cast("list[bytes]", found)]
        async with self._redis.pipeline(transaction=False) as pipe:
            for name in names:
                pipe.hgetall(self._key(tenant, cafeteria, f"day:{name}"))
            hashes = await pipe.execute()
        return tuple(_history(date.fromisoformat(name), one) for name, one in zip(names, hashes, strict=True))

    async def put_history(self, tenant: str, cafeteria: str, days: Iterable[DayHistory]) -> None:
        """Writes estimated minutes over the raw ones: rolling, nightly, or to seed a demo. Safe to repeat.

        Give finished minutes: meals of a minute that still runs would stay uncounted until it is put again.
        """
        async with self._redis.pipeline(transaction=True) as pipe:
            for day in days:
                fields = _fields(day)
                if fields:
                    name = day.day.isoformat()
                    pipe.hset(self._key(tenant, cafeteria, f"day:{name}"), mapping=fields)
                    pipe.zadd(self._key(tenant, cafeteria, "days"), {name: day.day.toordinal()})
            await pipe.execute()

    async def retract(self, tenant: str, cafeteria: str, sensor: str, at: datetime) -> int:
        """Takes a sensor's readings of one instant back, its minute's sums too; how many there were. Safe to repeat."""
        keys = [self._key(tenant, cafeteria, name) for name in ("readings", "identities", "seen", "version")]
        found = cast("list[bytes]", await self._redis.zrangebyscore(keys[0], _ms(at), _ms(at)))
        gone = 0
        for payload in found:
            one = _unpacked(payload)
            if one.sensor == sensor:
                _, _, _, _, day, _, minute, field, value = _arguments(one)
                sums = self._key(tenant, cafeteria, f"day:{day}")
                args: list[bytes | str | int] = [payload, one.identity, sensor, minute, field, value]
                gone += int(await self._retract(keys=[*keys, sums], args=args))
        return gone

    async def put_served(self, tenant: str, cafeteria: str, day: date, sensor: str, minutes: Mapping[int, int]) -> None:
        """Keeps a day's meals by minute as a gate's file says, beside everything else known. Safe to repeat."""
        if not minutes:
            return
        name = day.isoformat()
        fields: dict[_Field, _Field] = {f"{minute}:g{sensor}": served for minute, served in minutes.items()}
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(self._key(tenant, cafeteria, f"day:{name}"), mapping=fields)
            pipe.zadd(self._key(tenant, cafeteria, "days"), {name: day.toordinal()})
            pipe.incr(self._key(tenant, cafeteria, "version"))
            await pipe.execute()


def _ms(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def _us(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _at(us: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)


def _arguments(reading: Reading) -> Sequence[str | int]:
    day = day_of(reading.measured_at)
    field, value = ("c", reading.count) if reading.count is not None else ("s", reading.served or 0)
    return (
        reading.identity,
        _ms(reading.measured_at),
        _packed(reading),
        reading.sensor,
        day.isoformat(),
        day.toordinal(),
        minute_of(reading.measured_at),
        field,
        value,
    )


def _packed(reading: Reading) -> str:
    """The reading as JSON; `m` (ms) is what the script compares, the rest is ours."""
    content = {
        "m": _ms(reading.measured_at),
        "a": [_us(reading.measured_at), _us(reading.received_at), _us(reading.stated_at or reading.measured_at)],
        "i": reading.sensor,
        "k": reading.kind.value,
        "v": [reading.count, reading.served, reading.seq],
    }
    if reading.noise is not None:
        content["n"] = reading.noise
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False)


def _unpacked(payload: bytes) -> Reading:
    content = json.loads(payload)
    measured_at, received_at, stated_at = map(_at, content["a"])
    count, served, seq = content["v"]
    return Reading(
        content["i"], Kind(content["k"]), measured_at, received_at, count, served, seq, stated_at, content.get("n")
    )


def _fields(day: DayHistory) -> dict[_Field, _Field]:
    fields: dict[_Field, _Field] = {}
    for minute in day.minutes:
        if minute.people is not None:
            fields[f"{minute.minute}:p"] = round(minute.people, 2)
        fields[f"{minute.minute}:q"] = minute.served
    if fields and day.simulated:
        fields["simulated"] = 1
    return fields


def _history(day: date, fields: Mapping[bytes, bytes]) -> DayHistory:
    sums: dict[int, dict[str, float]] = defaultdict(dict)
    for name, value in fields.items():
        minute, _, kind = name.decode().partition(":")
        if kind:
            sums[int(minute)][kind] = float(value)
    minutes = tuple(_minute(minute, sums[minute]) for minute in sorted(sums))
    return DayHistory(day, minutes, b"simulated" in fields)


def _minute(minute: int, sums: Mapping[str, float]) -> Minute:
    counts = [(value, sums["n" + name[1:]]) for name, value in sums.items() if name[0] == "c"]
    means = [value / number for value, number in counts if number > 0]  # what was retracted leaves a zero
    people = sums.get("p", sum(means) / len(means) if means else None)
    filed = sum(value for name, value in sums.items() if name[0] == "g")
    return Minute(minute, people, int(max(sums.get("q", sums.get("s", 0)), filed)))

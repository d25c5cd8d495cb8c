"""Sensors that the settings file does not name, and what chat decided about any: announced, approved, paused, at fault.

    announcement → waiting (a day) → [승인] → approved: `Tenancy.adopt` in every process · [거절]: not asked again

An approved sensor's key stands here and in no message, log or list. Decisions are small facts in one table
(`occupancy.undoable`): safe to repeat, undoable. Keys, `K` being ``dobi:{tenant}:sensors``::

    K              hash   sensor:<id> → approved sensor as JSON; paused:<id> → instant      (+ :change:<id>, :version)
    K:waiting      hash   sensor → announcement as JSON, with its derived key
    K:codes        hash   enrolment code → instant at which it was given
    K:faults       hash   <sensor>|<what> → JSON [first at, last at, how often, detail]
    K:announced    sorted set   of announcements, for their rate
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from redis.asyncio import Redis

from bot.settings import Secret, Sensor
from bot.tenancy import Tenancy
from occupancy.reading import Kind
from occupancy.sensors.announcing import Announcement, key_of, new_code, number_of
from occupancy.sensors.http import Address
from occupancy.undoable import Change, Changes, Undone

MOST_WAITING: Final = 20
MOST_APPROVED: Final = 200
MOST_CODES: Final = 5
WAITS_FOR: Final = timedelta(days=1)
CODE_LIFE: Final = timedelta(hours=1)
_HOURLY: Final = 20
_TABLE: Final = "sensors"

# KEYS waiting, announced; ARGV sensor, record, now ms, hour ago ms, most waiting, most an hour, unique member
# 1 new, 0 there already with this salt, -1 too many. A record's first 32 characters are its salt.
_ANNOUNCE = """
local known = redis.call('HGET', KEYS[1], ARGV[1])
if known and string.sub(known, 1, 32) == string.sub(ARGV[2], 1, 32) then return 0 end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', '(' .. ARGV[4])
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[6]) then return -1 end
if not known and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[5]) then return -1 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[7])
return 1
"""

# KEYS faults; ARGV field, instant, detail
_FAULT = """
local known = redis.call('HGET', KEYS[1], ARGV[1])
local first, count = ARGV[2], 0
if known then
  local fields = cjson.decode(known)
  first, count = fields[1], fields[3]
end
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode({first, ARGV[2], count + 1, ARGV[3]}))
return 1
"""


class Fault(StrEnum):
    """What the entrance noticed of a sensor, beside its readings."""

    KEY = "key"
    """Posts in its name with another key."""
    CLOCK = "clock"
    """Its own posts, by a clock that is off; the detail is by how many seconds."""
    TOLD = "told"
    """What it told of itself; the detail is a `Condition`."""


@dataclass(frozen=True, slots=True)
class Noticed:
    """A fault: since when, when last, how often."""

    first_at: datetime
    last_at: datetime
    times: int
    detail: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """An announcement that waits for an administrator; `number` is what the sensor shows, too."""

    sensor: str
    cafeteria: str
    kind: Kind
    line: str
    period_s: float
    salt: str
    key: Secret
    at: datetime
    refused: bool = False

    @property
    def token(self) -> str:
        """Names this very announcement on a button."""
        return self.salt[:12]

    @property
    def number(self) -> str:
        """Six digits to compare."""
        return number_of(self.key.reveal().encode())


@dataclass(frozen=True, slots=True)
class Decisions:
    """What stands in an institution: approved sensors by cafeteria, and which of any rest since when.

    `tokens`: which sensor an announcement's token has become.
    """

    approved: Mapping[str, Sequence[Sensor]]
    paused: Mapping[str, datetime]
    tokens: Mapping[str, str]


class SensorBook:
    """The sensors of every institution beside the settings file's; `tenancy` learns what was approved."""

    def __init__(self, redis: Redis, tenancy: Tenancy, now: Callable[[], datetime]) -> None:
        self._redis: Any = redis
        self._tenancy, self._now = tenancy, now
        self._changes = Changes(redis, life=None)
        self._announce = redis.register_script(_ANNOUNCE)
        self._fault = redis.register_script(_FAULT)
        self._known: dict[str, tuple[int, Decisions]] = {}

    @staticmethod
    def _key(tenant: str, name: str) -> str:
        return f"dobi:{{{tenant}}}:sensors:{name}"

    # --- what stands

    async def refresh(self, tenant: str) -> Decisions:
        """What stands now; the tenancy knows of it, too. One small question where nothing has changed."""
        version = await self._changes.version(tenant, _TABLE)
        known = self._known.get(tenant)
        if known is None or known[0] != version:
            decisions = _decisions(await self._changes.all(tenant, _TABLE))
            self._tenancy.adopt(tenant, decisions.approved)
            self._known[tenant] = known = (version, decisions)
        return known[1]

    def known(self, tenant: str) -> Decisions:
        """What stood when it was looked at last: for whoever has just refreshed."""
        found = self._known.get(tenant)
        return found[1] if found is not None else Decisions({}, {}, {})

    async def undo(self, tenant: str, change: str) -> Undone:
        """Takes a decision back."""
        undone = await self._changes.undo(tenant, _TABLE, change)
        await self._spread(tenant)
        return undone

    async def made(self, tenant: str, change: str) -> Change | None:
        """A decision that can be taken back."""
        return await self._changes.made(tenant, _TABLE, change)

    async def _spread(self, tenant: str) -> None:
        await self.refresh(tenant)
        await self._redis.publish("dobi:wake", "sensors")

    # --- announcements

    async def new_code(self, tenant: str) -> str | None:
        """An enrolment code that is good for an hour; None while too many are."""
        codes, code = await self._codes(tenant), new_code()
        if len(codes) >= MOST_CODES:
            return None
        await self._redis.hset(self._key(tenant, "codes"), code, self._now().isoformat())
        return code

    async def enrolment_keys(self, tenant: str) -> list[bytes]:
        """The keys by which an announcement may be signed now: the settings' and the codes'."""
        enrol = self._tenancy.institution(tenant).sensor_enrol
        declared = [] if enrol is None else [enrol.reveal().encode()]
        return declared + [code.encode() for code in await self._codes(tenant)]

    async def _codes(self, tenant: str) -> list[str]:
        found = await self._redis.hgetall(self._key(tenant, "codes"))
        fresh = []
        for code, at in found.items():
            if self._now() - datetime.fromisoformat(at.decode()) < CODE_LIFE:
                fresh.append(code.decode())
            else:
                await self._redis.hdel(self._key(tenant, "codes"), code)
        return fresh

    async def announce(self, tenant: str, one: Announcement, enrolment: bytes) -> Waiting | None:
        """The announcement as it waits, safe to repeat; None where too many wait already."""
        await self.waiting(tenant)  # those whose day is over go
        now, sensor = self._now(), one.address.sensor
        key = Secret(key_of(enrolment, one.address, one.salt).decode(), "chat")
        waiting = Waiting(sensor, one.address.cafeteria, one.kind, one.line, one.period_s, one.salt, key, now)
        keys = [self._key(tenant, "waiting"), self._key(tenant, "announced")]
        args: list[str | int] = [
            sensor, _waiting_record(waiting), _ms(now), _ms(now - timedelta(hours=1)), MOST_WAITING, _HOURLY,
            f"{sensor} {one.salt}",
        ]  # fmt: skip
        added = int(await self._announce(keys=keys, args=args))
        if added < 0:
            return None
        return waiting if added else await self.announced(tenant, sensor)

    async def announced(self, tenant: str, sensor: str) -> Waiting | None:
        """What waits, or was refused, under that sensor's name."""
        found = await self._redis.hget(self._key(tenant, "waiting"), sensor)
        waiting = None if found is None else _waiting(sensor, found)
        return waiting if waiting is not None and self._now() - waiting.at < WAITS_FOR else None

    async def waiting(self, tenant: str, *, refused: bool = False) -> list[Waiting]:
        """What waits for an administrator (and with `refused` what was turned down), oldest first, for a day."""
        fresh = []
        for name, record in (await self._redis.hgetall(self._key(tenant, "waiting"))).items():
            one = _waiting(name.decode(), record)
            if self._now() - one.at >= WAITS_FOR:
                await self._redis.hdel(self._key(tenant, "waiting"), name)
            elif refused or not one.refused:
                fresh.append(one)
        return sorted(fresh, key=lambda one: (one.at, one.sensor))

    async def approve(self, tenant: str, change: str, one: Waiting) -> Change | None:
        """Its readings count from here on; None where too many are approved."""
        stands = (await self.refresh(tenant)).approved
        if sum(map(len, stands.values())) >= MOST_APPROVED:
            return None
        record = json.dumps(
            {"cafeteria": one.cafeteria, "kind": one.kind.value, "line": one.line, "period_s": one.period_s,
             "key": one.key.reveal(), "token": one.token}, ensure_ascii=False,
        )  # fmt: skip
        made = await self._changes.change(tenant, _TABLE, change, [f"sensor:{one.sensor}"], lambda *_: record)
        await self._redis.hdel(self._key(tenant, "waiting"), one.sensor)
        await self._spread(tenant)
        return made

    async def refuse(self, tenant: str, one: Waiting, *, refused: bool = True) -> None:
        """It is not asked about again while its day lasts; or, taken back, waits again."""
        record = _waiting_record(replace(one, refused=refused))
        await self._redis.hset(self._key(tenant, "waiting"), one.sensor, record)

    # --- decisions about sensors that stand

    async def pause(self, tenant: str, change: str, sensor: str) -> Change:
        """What it posts counts no more, until it is resumed."""
        at = self._now().isoformat()
        made = await self._changes.change(tenant, _TABLE, change, [f"paused:{sensor}"], lambda _, before: before or at)
        await self._spread(tenant)
        return made

    async def resume(self, tenant: str, change: str, sensor: str) -> Change:
        """What it posts counts again."""
        made = await self._changes.change(tenant, _TABLE, change, [f"paused:{sensor}"], lambda *_: "")
        await self._spread(tenant)
        return made

    async def remove(self, tenant: str, change: str, sensor: str) -> Change:
        """An approved sensor is known no more."""
        made = await self._changes.change(tenant, _TABLE, change, [f"sensor:{sensor}"], lambda *_: "")
        await self._spread(tenant)
        return made

    # --- faults

    async def notice(self, tenant: str, sensor: str, what: Fault, at: datetime, detail: str = "") -> None:
        """Remembers that something was wrong with a sensor at an instant."""
        await self._fault(keys=[self._key(tenant, "faults")], args=[f"{sensor}|{what.value}", at.isoformat(), detail])

    async def told(self, tenant: str, sensor: str, condition: str, at: datetime) -> None:
        """What the sensor told of itself, unless it told something newer before."""
        field = f"{sensor}|{Fault.TOLD.value}"
        known = await self._redis.hget(self._key(tenant, "faults"), field)
        if known is not None and _noticed(known).last_at >= at:
            return
        same = known is not None and _noticed(known).detail == condition
        first = _noticed(known).first_at if known is not None and same else at
        record = json.dumps([first.isoformat(), at.isoformat(), 1, condition])
        await self._redis.hset(self._key(tenant, "faults"), field, record)

    async def faults(self, tenant: str) -> Mapping[str, Mapping[Fault, Noticed]]:
        """Everything noticed, by sensor."""
        found: dict[str, dict[Fault, Noticed]] = defaultdict(dict)
        for field, record in (await self._redis.hgetall(self._key(tenant, "faults"))).items():
            sensor, _, what = field.decode().rpartition("|")
            found[sensor][Fault(what)] = _noticed(record)
        return found

    async def well(self, tenant: str, sensor: str, what: Fault) -> None:
        """A fault is over."""
        await self._redis.hdel(self._key(tenant, "faults"), f"{sensor}|{what.value}")


def address_of(tenant: str, one: Waiting) -> Address:
    """Where the announced sensor says that it stands."""
    return Address(tenant, one.cafeteria, one.sensor)


def _decisions(table: Mapping[str, str]) -> Decisions:
    approved: dict[str, list[Sensor]] = defaultdict(list)
    paused: dict[str, datetime] = {}
    tokens: dict[str, str] = {}
    for field, value in sorted(table.items()):
        what, _, name = field.partition(":")
        if what == "paused":
            paused[name] = datetime.fromisoformat(value)
        elif what == "sensor":
            one = json.loads(value)
            key = Secret(one["key"], "chat")
            sensor = Sensor(name, one["kind"], key, one["line"], float(one["period_s"]), by_chat=True)
            approved[one["cafeteria"]].append(sensor)
            tokens[one["token"]] = name
    return Decisions(dict(approved), paused, tokens)


def _waiting_record(one: Waiting) -> str:
    told = [one.cafeteria, one.kind.value, one.line, one.period_s, one.key.reveal(), one.at.isoformat(), one.refused]
    return one.salt + json.dumps(told, ensure_ascii=False)


def _waiting(sensor: str, record: bytes) -> Waiting:
    text = record.decode()
    cafeteria, kind, line, period_s, key, at, refused = json.loads(text[32:])
    return Waiting(
        sensor,
        cafeteria,
        Kind(kind),
        line,
        period_s,
        text[:32],
        Secret(key, "chat"),
        datetime.fromisoformat(at),
        refused,
    )


def _noticed(record: bytes) -> Noticed:
    first, last, times, detail = json.loads(record)
    return Noticed(datetime.fromisoformat(first), datetime.fromisoformat(last), int(times), detail)


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)

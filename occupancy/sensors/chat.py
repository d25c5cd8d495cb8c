"""What people in the line write, as one more counter: many voices become one reading, and nobody's name goes with it.

    reports of the last minutes, the newest of each person ── weighted median ──> count, noise ──> Reading "chat"

A voice weighs by how near its owner's past reports came to what the sensors said within the next minutes: two numbers a
person, how many were judged and how far off they were. A median of many is moved by none of them; a voice alone is
heard with a band as wide as one person's glance deserves. Refuses to keep words, and to name whose report it was: every
reading is by the one source `chat`.

    dobi:{tenant}:reports:<place>   hash   person → JSON of the newest report: when, people, noise, its update, judged
    dobi:{tenant}:reports           hash   person → "judged error", the error as a mean square in tolerances
"""

from __future__ import annotations

import json
import math
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

from redis.asyncio import Redis

from occupancy.reading import Kind, Reading

SENSOR: Final = "chat"
"""The one source of all reports."""
MAX_PEOPLE: Final = 400
"""More than that nobody counts at a glance: asked again."""
EVERY: Final = timedelta(minutes=5)
"""One report a person."""
TOGETHER: Final = timedelta(minutes=3)
"""Reports this young are heard together."""
KEPT: Final = timedelta(minutes=30)
JUDGED_AFTER: Final = timedelta(seconds=90)
_TRIES: Final = 2  # a report and its correction
_PRIOR, _PRIOR_WORTH, _MEMORY = 0.5, 4.0, 30.0
_LEAST_NOISE: Final = 2.0


@dataclass(frozen=True, slots=True)
class Glance:
    """What one person said: people in line and its standard deviation."""

    people: float
    noise: float


@dataclass(frozen=True, slots=True)
class Report:
    """A person's newest report at a line. `mark` names the update that brought it; `undone` ones are not heard."""

    person: str
    at: datetime
    people: float
    noise: float
    mark: str
    tries: int = 1
    undone: bool = False
    judged: bool = False


@dataclass(frozen=True, slots=True)
class Trust:
    """How many of a person's reports were judged, and the mean square of how far off they were, in tolerances."""

    judged: float = 0.0
    error: float = 0.0

    @property
    def weight(self) -> float:
        """In (0, 1]: 0.5 for somebody unknown."""
        return (_PRIOR_WORTH * _PRIOR + self.judged / (1 + self.error)) / (_PRIOR_WORTH + self.judged)

    def after(self, said: float, people: float) -> Trust:
        """The trust after a report beside which the sensors saw `people`."""
        off = min(abs(said - people) / max(4.0, 0.3 * people), 3.0)
        judged = min(self.judged + 1, _MEMORY)
        return Trust(judged, self.error + (off**2 - self.error) / judged)


def counted(people: int) -> Glance:
    """Somebody counted, or guessed a number: a glance is off by a third of a long line."""
    return Glance(people, max(3.0, 0.3 * people))


def level(step: int, thresholds: Sequence[float], per_minute: float) -> Glance:
    """한산 (0), 보통 (1) or 혼잡 (2) in people: `thresholds` in minutes, as the answers' levels have them."""
    first, second = thresholds[0] * per_minute, thresholds[1] * per_minute
    if step == 0:
        return Glance(0.4 * first, max(3.0, 0.4 * first))
    if step == 1:
        return Glance((first + second) / 2, max(4.0, (second - first) / 2))
    return Glance(1.4 * second, max(6.0, 0.5 * second))


def together(reports: Iterable[Report], trust: Mapping[str, Trust], now: datetime) -> Glance | None:
    """What the reports of the last minutes say together; None where there are none."""
    heard = [one for one in reports if not one.undone and timedelta() <= now - one.at <= TOGETHER]
    if not heard:
        return None
    weights = [trust.get(one.person, Trust()).weight for one in heard]
    middle = _median([one.people for one in heard], weights)
    spread = 1.4826 * _median([abs(one.people - middle) for one in heard], weights)
    own = _median([one.noise for one in heard], weights)
    voices = sum(weights) ** 2 / sum(weight**2 for weight in weights) * (sum(weights) / len(weights))
    return Glance(middle, max(_LEAST_NOISE, math.hypot(own, spread) / math.sqrt(max(voices, 0.1))))


def reading(found: Glance, now: datetime) -> Reading:
    """The reading that reports become."""
    return Reading(SENSOR, Kind.CHAT, now, now, count=round(found.people), stated_at=now, noise=round(found.noise, 2))


def _median(values: Sequence[float], weights: Sequence[float]) -> float:
    """The weighted median; between two values where the weights lie evenly."""
    pairs, half, sum_before = sorted(zip(values, weights, strict=True)), sum(weights) / 2, 0.0
    for at, (value, weight) in enumerate(pairs):
        sum_before += weight
        if math.isclose(sum_before, half) and at + 1 < len(pairs):
            return (value + pairs[at + 1][0]) / 2
        if sum_before > half:
            return value
    return pairs[-1][0]


# KEYS: reports of the place; ARGV: person, record, mark, now ms, window ms, most tries
# → 1 taken; 0 the very same update came before; else the record that is still too young.
_TAKE = """
local known = redis.call('HGET', KEYS[1], ARGV[1])
if known then
  local one = cjson.decode(known)
  if one.mark == ARGV[3] then return 0 end
  if tonumber(ARGV[4]) - tonumber(one.ms) < tonumber(ARGV[5]) and
     (not one.undone or tonumber(one.tries) >= tonumber(ARGV[6])) then return known end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a report: heard, or `wait_until` the person may report again."""

    report: Report
    wait_until: datetime | None = None


class Reports:
    """The newest reports and everybody's reliability."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis
        self._take = redis.register_script(_TAKE)

    @staticmethod
    def _key(tenant: str, *parts: str) -> str:
        return ":".join((f"dobi:{{{tenant}}}:reports", *parts))

    async def take(self, tenant: str, place: str, report: Report) -> Taken:
        """Keeps a report, once however often its update comes; one within five minutes of another has to wait."""
        known = (await self.of(tenant, place)).get(report.person)
        young = known is not None and report.at - known.at < EVERY
        tries = known.tries + 1 if known is not None and young else 1
        report = replace(report, tries=tries)
        key = self._key(tenant, quote(place, safe=""))
        window = int(EVERY.total_seconds() * 1000)
        args: list[str | int] = [report.person, _packed(report), report.mark, _ms(report.at), window, _TRIES]
        found = await self._take(keys=[key], args=args)
        if isinstance(found, bytes):
            stands = _report(report.person, found)
            return Taken(stands, stands.at + EVERY)
        return Taken(report if found else (await self.of(tenant, place))[report.person])

    async def of(self, tenant: str, place: str) -> Mapping[str, Report]:
        """The newest report of each person at a line."""
        found = await self._redis.hgetall(self._key(tenant, quote(place, safe="")))
        return {person.decode(): _report(person.decode(), record) for person, record in found.items()}

    async def put(self, tenant: str, place: str, report: Report) -> None:
        """A report as it stands now: undone, or judged."""
        await self._redis.hset(self._key(tenant, quote(place, safe="")), report.person, _packed(report))

    async def drop(self, tenant: str, place: str, persons: Sequence[str]) -> None:
        """Reports that nobody needs any more."""
        if persons:
            await self._redis.hdel(self._key(tenant, quote(place, safe="")), *persons)

    async def trust(self, tenant: str) -> Mapping[str, Trust]:
        """Everybody's reliability. For nobody's eyes but the person's own."""
        found = await self._redis.hgetall(self._key(tenant))
        return {person.decode(): Trust(*map(float, value.split())) for person, value in found.items()}

    async def learn(self, tenant: str, person: str, trust: Trust) -> None:
        """A person's reliability as it is now."""
        await self._redis.hset(self._key(tenant), person, f"{trust.judged:.2f} {trust.error:.4f}")

    async def young(self, tenant: str, person: str) -> AsyncIterator[tuple[datetime, int]]:
        """The person's reports that are still there, at any line: when, and how many people."""
        async for key in self._redis.scan_iter(self._key(tenant, "*"), count=1_000):
            record = await self._redis.hget(key, person)
            if record is not None:
                one = _report(person, record)
                yield one.at, round(one.people)

    async def forget(self, tenant: str, person: str) -> bool:
        """All that is kept of a person goes; False where there was nothing."""
        gone = int(await self._redis.hdel(self._key(tenant), person))
        async for key in self._redis.scan_iter(self._key(tenant, "*"), count=1_000):
            gone += int(await self._redis.hdel(key, person))
        return bool(gone)


def _packed(report: Report) -> str:
    record = asdict(report) | {"at": report.at.astimezone(UTC).isoformat(), "ms": _ms(report.at)}
    del record["person"]
    return json.dumps(record, separators=(",", ":"))


def _report(person: str, record: bytes) -> Report:
    found = json.loads(record)
    del found["ms"]
    return Report(person, datetime.fromisoformat(found.pop("at")), **found)


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)

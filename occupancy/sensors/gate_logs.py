"""Which rows of a gate's files are new: a file renamed, rotated, copied, grown or written anew counts once.

What is known of a file is how many were served in which second at which line, and nothing of any row: there is no
digest of one, since a card's number could be guessed from it. A file is the same log as one known before when it stands
in the same place, or when where both have rows they agree; what it has beyond the known is new. Two gates that write
two files of one day disagree, and both count.

    dobi:{tenant}:gate:<sensor>:<day>    JSON list of logs [name, inode, {"<second>|<line>": meals}]
    dobi:{tenant}:gate:<sensor>:days     sorted set of days, by the ordinal of their last change
    dobi:{tenant}:gate:<sensor>:files    hash of file → what it looked like when it was read last
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from urllib.parse import quote

from redis.asyncio import Redis

KEEP_DAYS: Final = 14
MAX_FILES: Final = 2_000
_AGREES: Final = 0.9
_TELLING: Final = 3
Key = tuple[int, str]
"""Second of the Korean day, line."""


@dataclass(frozen=True, slots=True)
class File:
    """Where a log stands."""

    name: str
    inode: int


@dataclass(frozen=True, slots=True)
class Log:
    """What is known of one log on one day."""

    file: File
    served: Mapping[Key, int]


@dataclass(frozen=True, slots=True)
class Added:
    """A day after a file was read: its logs, which of them the file is, and what it added to it."""

    logs: tuple[Log, ...]
    index: int
    before: Mapping[Key, int] = field(default_factory=dict)
    new: Mapping[Key, int] = field(default_factory=dict)

    def total(self) -> Mapping[Key, int]:
        """Meals of the day by second and line, over all logs."""
        found: Counter[Key] = Counter()
        for log in self.logs:
            found.update(log.served)
        return found


def added(logs: Sequence[Log], file: File, served: Mapping[Key, int]) -> Added:
    """What a file adds to a day's logs."""
    at = _which(logs, file, served)
    known = dict(logs[at].served) if at is not None else {}
    new = {key: count - known.get(key, 0) for key, count in served.items() if count > known.get(key, 0)}
    log = Log(file, known | {key: known.get(key, 0) + count for key, count in new.items()})
    if at is None:
        return Added((*logs, log), len(logs), known, new)
    return Added((*logs[:at], log, *logs[at + 1 :]), at, known, new)


def _which(logs: Sequence[Log], file: File, served: Mapping[Key, int]) -> int | None:
    for at, log in enumerate(logs):
        if log.file == file:
            return at
    for at, log in enumerate(logs):
        if agree(log.served, served):
            return at
    return None


def agree(one: Mapping[Key, int], other: Mapping[Key, int]) -> bool:
    """Whether two lists of meals are of one log: where both have rows they say the same, but for their ends."""
    if not one or not other:
        return False
    first = max(min(one)[0], min(other)[0])
    last = min(max(one)[0], max(other)[0])
    inside = {key for key in one.keys() | other.keys() if first < key[0] < last}
    if len(inside) < _TELLING:
        small, large = sorted((one, other), key=lambda each: sum(each.values()))
        return all(large.get(key, 0) >= count for key, count in small.items())
    return sum(one.get(key) == other.get(key) for key in inside) >= _AGREES * len(inside)


class GateLogs:
    """What is known of each gate's files."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis

    @staticmethod
    def _key(tenant: str, sensor: str, name: str) -> str:
        return f"dobi:{{{tenant}}}:gate:{quote(sensor, safe='')}:{name}"

    async def day(self, tenant: str, sensor: str, day: date) -> tuple[Log, ...]:
        """The logs of a day."""
        record = await self._redis.get(self._key(tenant, sensor, day.isoformat()))
        return tuple(_log(one) for one in json.loads(record)) if record is not None else ()

    async def put(self, tenant: str, sensor: str, day: date, logs: Sequence[Log], today: date) -> None:
        """Keeps a day's logs; days not changed for two weeks are forgotten: their meals stand in the history."""
        days = self._key(tenant, sensor, "days")
        old = await self._redis.zrangebyscore(days, "-inf", today.toordinal() - KEEP_DAYS)
        record = json.dumps([_record(log) for log in logs], ensure_ascii=False, separators=(",", ":"))
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.set(self._key(tenant, sensor, day.isoformat()), record)
            pipe.zadd(days, {day.isoformat(): today.toordinal()})
            for one in old:
                if one.decode() != day.isoformat():
                    pipe.delete(self._key(tenant, sensor, one.decode()))
                    pipe.zrem(days, one)
            await pipe.execute()

    async def files(self, tenant: str, sensor: str) -> Mapping[str, str]:
        """What each file looked like when it was read last."""
        found = await self._redis.hgetall(self._key(tenant, sensor, "files"))
        return {name.decode(): looks.decode() for name, looks in found.items()}

    async def read(self, tenant: str, sensor: str, name: str, looks: str) -> None:
        """A file was read as it looks now."""
        await self._redis.hset(self._key(tenant, sensor, "files"), name, looks)

    async def gone(self, tenant: str, sensor: str, names: Sequence[str]) -> None:
        """Files that are there no more."""
        if names:
            await self._redis.hdel(self._key(tenant, sensor, "files"), *names)


def _record(log: Log) -> list[object]:
    return [log.file.name, log.file.inode, {f"{second}|{line}": count for (second, line), count in log.served.items()}]


def _log(record: Sequence[Any]) -> Log:
    name, inode, served = record
    pairs = [(key.partition("|"), int(count)) for key, count in served.items()]
    return Log(File(name, inode), {(int(parts[0]), parts[2]): count for parts, count in pairs})

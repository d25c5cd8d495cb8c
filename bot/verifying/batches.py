"""What was handed over in one go, while it is checked and for a day after: what is done, and what report it got.

    dobi:{tenant}:checks:batch:<id>     hash: head, JSON · <number of the chunk> → its results · report → its number
    dobi:{tenant}:checks:dates          sorted set, id → ms at which it came; a day later it is destroyed
    dobi:{tenant}:checks:open           hash, id → the process that is at it; of a killed one somebody else tells
    dobi:{tenant}:checks:numbers        hash, year → number of the last report; never set back
    dobi:{tenant}:checks:reports        hash, report's number → JSON of what was issued; kept

It holds names of files and receipts as they were handed over, for a day; it never holds whose receipts they are.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from redis.asyncio import Redis

from bot.verifying.results import Result, pack, unpack

KEPT = timedelta(days=1)

# KEYS 1 batch, 2 numbers; ARGV 1 year. A batch gets one number, whoever asks how often.
_NUMBER = """
local there = redis.call('HGET', KEYS[1], 'report')
if there then return tonumber(there) end
local number = redis.call('HINCRBY', KEYS[2], ARGV[1], 1)
redis.call('HSET', KEYS[1], 'report', number)
return number
"""


@dataclass(frozen=True, slots=True)
class Given:
    """A file as it came; `sha256` in hex."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Head:
    """Who handed in what, when, where the answer goes, and under which audit; times in ISO 8601."""

    by: str
    chat: str
    at: str
    pieces: int
    files: tuple[Given, ...]
    beside: tuple[tuple[int, str], ...] = ()
    left_out: int = 0
    reference: int | str | None = None
    thread: str | None = None
    audit: str = ""


@dataclass(frozen=True, slots=True)
class Issued:
    """A report that was issued; `files` are names with their SHA-256, `counts` verdicts with how many."""

    number: str
    at: str
    by: str
    items: int
    counts: dict[str, int]
    files: dict[str, str]
    leaf: int

    @property
    def issued_at(self) -> datetime:
        """When."""
        return datetime.fromisoformat(self.at)


_LOOKED_THROUGH = 200  # batches of a day, for the last of one person


class Batches:
    """The batches and reports of every institution on one Redis."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis  # its stubs tell every decoding of an answer at once
        self._number = redis.register_script(_NUMBER)

    async def begin(self, tenant: str, batch: str, head: Head, owner: str) -> Head:
        """The batch under way in this process; of one that began before, as it began."""
        name = self._key(tenant, "batch", batch)
        at = int(datetime.fromisoformat(head.at).timestamp() * 1000)
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hsetnx(name, "head", json.dumps(asdict(head), ensure_ascii=False))
            pipe.zadd(self._key(tenant, "dates"), {batch: at}, nx=True)
            pipe.hset(self._key(tenant, "open"), batch, owner)
            await pipe.execute()
        return await self.head(tenant, batch) or head

    async def head(self, tenant: str, batch: str) -> Head | None:
        """What came; None once it is destroyed."""
        stored = await self._redis.hget(self._key(tenant, "batch", batch), "head")
        if stored is None:
            return None
        record = json.loads(stored)
        record["files"] = tuple(Given(**one) for one in record["files"])
        record["beside"] = tuple((at, note) for at, note in record["beside"])
        return Head(**record)

    async def latest(self, tenant: str, person: str) -> str | None:
        """The batch that the person handed in last, of those still kept."""
        for batch in await self._redis.zrevrange(self._key(tenant, "dates"), 0, _LOOKED_THROUGH - 1):
            head = await self.head(tenant, batch.decode())
            if head is not None and head.by == person:
                return str(batch.decode())
        return None

    async def put(self, tenant: str, batch: str, chunk: int, pieces: Sequence[list[Result]]) -> None:
        """The results of a chunk's pieces, durable."""
        await self._redis.hset(self._key(tenant, "batch", batch), str(chunk), pack(list(pieces)))

    async def chunk(self, tenant: str, batch: str, chunk: int) -> list[list[Result]] | None:
        """A chunk's results, piece by piece; None where it is not done."""
        stored = await self._redis.hget(self._key(tenant, "batch", batch), str(chunk))
        return None if stored is None else unpack(stored)

    async def done(self, tenant: str, batch: str) -> list[list[Result]]:
        """Every result so far, piece by piece, in order."""
        found, chunk = [], 0
        while (pieces := await self.chunk(tenant, batch, chunk)) is not None:
            found += pieces
            chunk += 1
        return found

    async def close(self, tenant: str, batch: str, rest: Sequence[Result], notes: Sequence[tuple[int, str]]) -> None:
        """Everything is checked: what stands behind the pieces' results, and what has to be said besides."""
        stored = {"rest": pack([list(rest)]).decode(), "notes": list(notes)}
        await self._redis.hset(self._key(tenant, "batch", batch), "closed", json.dumps(stored, ensure_ascii=False))

    async def results(self, tenant: str, batch: str) -> list[Result]:
        """Every result so far in order, as they were numbered."""
        found = [one for piece in await self.done(tenant, batch) for one in piece]
        stored = await self._redis.hget(self._key(tenant, "batch", batch), "closed")
        return found if stored is None else found + unpack(json.loads(stored)["rest"].encode())[0]

    async def notes(self, tenant: str, batch: str) -> tuple[tuple[int, str], ...]:
        """What has to be said besides, by the number of the file."""
        name = self._key(tenant, "batch", batch)
        stored = await self._redis.hget(name, "closed")
        if stored is None:
            head = await self.head(tenant, batch)
            return () if head is None else head.beside
        return tuple((at, note) for at, note in json.loads(stored)["notes"])

    async def end(self, tenant: str, batch: str) -> None:
        """Nobody is at it any more."""
        await self._redis.hdel(self._key(tenant, "open"), batch)

    async def underway(self, tenant: str) -> dict[str, str]:
        """Batch → the process that is, or was, at it."""
        found = await self._redis.hgetall(self._key(tenant, "open"))
        return {batch.decode(): owner.decode() for batch, owner in found.items()}

    async def number(self, tenant: str, batch: str, year: int) -> int:
        """The number of the batch's report within its year: the next one, the first time."""
        keys = [self._key(tenant, "batch", batch), self._key(tenant, "numbers")]
        return int(await self._number(keys=keys, args=[year]))

    async def stamp(self, tenant: str, batch: str, facts: dict[str, object]) -> dict[str, Any]:
        """What the report says of its moment: the first time as given, then always the same."""
        name = self._key(tenant, "batch", batch)
        await self._redis.hsetnx(name, "stamp", json.dumps(facts, ensure_ascii=False))
        stamped: dict[str, Any] = json.loads(await self._redis.hget(name, "stamp"))
        return stamped

    async def issued(self, tenant: str, report: Issued) -> None:
        """Remembers a report; the same again changes nothing."""
        record = json.dumps(asdict(report), ensure_ascii=False)
        await self._redis.hset(self._key(tenant, "reports"), report.number, record)

    async def report(self, tenant: str, number: str) -> Issued | None:
        """The report of that number."""
        stored = await self._redis.hget(self._key(tenant, "reports"), number)
        return None if stored is None else Issued(**json.loads(stored))

    async def forget(self, tenant: str, before: datetime) -> int:
        """Reports issued before that go from the list; how many. Their numbers are never given again."""
        stored = await self._redis.hgetall(self._key(tenant, "reports"))
        old = [number for number, one in stored.items() if Issued(**json.loads(one)).issued_at < before]
        if old:
            await self._redis.hdel(self._key(tenant, "reports"), *old)
        return len(old)

    async def sweep(self, tenant: str, now: datetime) -> int:
        """Destroys batches older than a day; how many."""
        dates = self._key(tenant, "dates")
        old = await self._redis.zrangebyscore(dates, "-inf", int((now - KEPT).timestamp() * 1000))
        async with self._redis.pipeline(transaction=True) as pipe:
            for batch in old:
                pipe.delete(self._key(tenant, "batch", batch.decode()))
                pipe.hdel(self._key(tenant, "open"), batch)
                pipe.zrem(dates, batch)
            await pipe.execute()
        return len(old)

    @staticmethod
    def _key(tenant: str, *parts: str) -> str:
        return ":".join((f"dobi:{{{tenant}}}:checks", *parts))

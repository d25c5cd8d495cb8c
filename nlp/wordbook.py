"""Each institution's own words: kept in Redis, followed by every process that matches or searches.

    administrator ── add, remove ──► Redis: lines, audit, sequence (one script, all or nothing)
    any process   ◄── Wordbooks.table ── one GET when nothing changed ──► OwnWords over the shipped table

Nothing here reads across institutions.

    keys of a tenant:  dobi:{tenant}:words:lines      hash  id → JSON
                       dobi:{tenant}:words:sequence   number of the last change
                       dobi:{tenant}:words:audit      stream: who, when, what; bounded
                       dobi:{tenant}:words:proposed   hash  id → JSON: what people suggested, undecided
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from redis.asyncio import Redis

from nlp.embedding import NlpError
from nlp.own_words import Line, OwnWords, check
from nlp.synonyms import built_in

MOST_LINES: Final = 500
MOST_PROPOSED: Final = 100
MOST_OF_ONE: Final = 10
"""Suggestions of one person that may wait, so that nobody takes all the room."""

_AUDITED: Final = 2_000
_TRIES: Final = 8


class TooManyWordsError(NlpError):
    """The institution has as many lines, or open suggestions, as are allowed; `limit` is how many."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"a table may have {limit} lines")
        self.limit = limit


@dataclass(frozen=True, slots=True)
class Written:
    """A line, and who wrote it when."""

    line: Line
    by: str
    at: datetime

    def dump(self) -> bytes:
        """The stored form."""
        row = [self.line.kind, self.line.term, self.line.other, self.by, self.at.astimezone(UTC).isoformat()]
        return json.dumps(row, ensure_ascii=False).encode()

    @classmethod
    def load(cls, stored: bytes) -> Written:
        """Reads the stored form."""
        kind, term, other, by, at = json.loads(stored)
        return cls(Line(kind, term, other), by, datetime.fromisoformat(at))


@dataclass(frozen=True, slots=True)
class Audited:
    """One change of a table: `added` or removed."""

    written: Written
    added: bool


# KEYS lines sequence audit · ARGV operation id value expected-sequence limit audited
# Answers 1 when done, 0 if there was nothing to do, -1 at the limit, -2 if the table changed meanwhile.
_WRITE: Final = """
local known = redis.call('HEXISTS', KEYS[1], ARGV[2]) == 1
if (ARGV[1] == 'add') == known then return 0 end
if (redis.call('GET', KEYS[2]) or '0') ~= ARGV[4] then return -2 end
if ARGV[1] == 'add' then
  if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[5]) then return -1 end
  redis.call('HSET', KEYS[1], ARGV[2], ARGV[3])
else
  redis.call('HDEL', KEYS[1], ARGV[2])
end
redis.call('INCR', KEYS[2])
redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[6], '*', 'operation', ARGV[1], 'line', ARGV[3])
return 1
"""

# KEYS proposed · ARGV id value limit
_PROPOSE: Final = """
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then return 0 end
if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[3]) then return -1 end
return redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
"""


class Wordbook:
    """The own words of all institutions, each under its own key."""

    def __init__(self, redis: Redis, *, limit: int = MOST_LINES, proposed: int = MOST_PROPOSED) -> None:
        self._redis: Any = redis
        self._limit, self._proposed = limit, proposed

    @staticmethod
    def _key(tenant: str, name: str) -> str:
        return f"dobi:{{{tenant}}}:words:{name}"

    async def sequence(self, tenant: str) -> int:
        """The number of the last change."""
        return int(await self._redis.get(self._key(tenant, "sequence")) or 0)

    async def lines(self, tenant: str) -> list[Written]:
        """The institution's lines, oldest first."""
        found = [Written.load(row) for row in (await self._redis.hgetall(self._key(tenant, "lines"))).values()]
        return sorted(found, key=lambda one: (one.at, one.line.id))

    async def table(self, tenant: str) -> OwnWords:
        """The shipped table with the institution's lines over it."""
        lines = [one.line for one in await self.lines(tenant)]
        return await asyncio.to_thread(OwnWords, built_in(), lines, tenant)

    async def add(self, tenant: str, line: Line, by: str, now: datetime) -> bool:
        """Keeps a line; False if it stands already.

        Raises:
            InvalidWordError: the table can't take it.
            TooManyWordsError: the table is full.
        """
        return await self._write(tenant, "add", Written(line, by, now))

    async def remove(self, tenant: str, line: Line, by: str, now: datetime) -> bool:
        """Drops a line; False if it does not stand."""
        return await self._write(tenant, "remove", Written(line, by, now))

    async def _write(self, tenant: str, operation: str, written: Written) -> bool:
        keys = [self._key(tenant, name) for name in ("lines", "sequence", "audit")]
        for _ in range(_TRIES):
            sequence, table = await self.sequence(tenant), await self.table(tenant)
            known = written.line.id in {line.id for line in table.lines}
            if operation == "add" and not known:
                check(written.line, table)
            arguments = (operation, written.line.id, written.dump(), str(sequence), str(self._limit), str(_AUDITED))
            done = int(await self._redis.eval(_WRITE, len(keys), *keys, *arguments))
            if done == -1:
                raise TooManyWordsError(self._limit)
            if done >= 0:
                return done > 0
        raise NlpError("a table of words is being changed by too many at once")

    async def audit(self, tenant: str, limit: int = 100) -> list[Audited]:
        """The last changes, newest first."""
        rows = await self._redis.xrevrange(self._key(tenant, "audit"), count=limit)
        return [Audited(Written.load(row[b"line"]), row[b"operation"] == b"add") for _, row in rows]

    async def propose(self, tenant: str, line: Line, by: str, now: datetime) -> bool:
        """Keeps a suggestion until somebody decides; False if it is there already.

        Raises:
            TooManyWordsError: too many wait, or too many of this person's.
        """
        waiting = await self._redis.hgetall(self._key(tenant, "proposed"))
        if (
            line.id.encode() not in waiting
            and sum(Written.load(one).by == by for one in waiting.values()) >= MOST_OF_ONE
        ):
            raise TooManyWordsError(MOST_OF_ONE)
        value = Written(line, by, now).dump()
        done = await self._redis.eval(
            _PROPOSE, 1, self._key(tenant, "proposed"), line.id, value, str(self._proposed)
        )  # fmt: skip
        if int(done) == -1:
            raise TooManyWordsError(self._proposed)
        return int(done) > 0

    async def proposed(self, tenant: str, id_: str) -> Written | None:
        """A suggestion that waits, or None."""
        stored = await self._redis.hget(self._key(tenant, "proposed"), id_)
        return Written.load(stored) if stored else None

    async def proposals(self, tenant: str) -> list[Written]:
        """The suggestions that wait, oldest first."""
        found = [Written.load(row) for row in (await self._redis.hgetall(self._key(tenant, "proposed"))).values()]
        return sorted(found, key=lambda one: (one.at, one.line.id))

    async def waiting(self, tenant: str) -> int:
        """How many suggestions wait."""
        return int(await self._redis.hlen(self._key(tenant, "proposed")))

    async def decided(self, tenant: str, id_: str) -> None:
        """Forgets a suggestion; an unknown one is no error."""
        await self._redis.hdel(self._key(tenant, "proposed"), id_)


class Wordbooks:
    """The tables as they are now: one look at Redis a question, read again only when one changed."""

    def __init__(self, store: Wordbook) -> None:
        self._store = store
        self._tables: dict[str, tuple[int, OwnWords]] = {}

    async def table(self, tenant: str) -> OwnWords:
        """The institution's table; the same object while nothing changed."""
        sequence = await self._store.sequence(tenant)
        known = self._tables.get(tenant)
        if known is None or known[0] != sequence:
            # read after its number, so that a later change is seen the next time at the latest
            known = self._tables[tenant] = (sequence, await self._store.table(tenant))
        return known[1]

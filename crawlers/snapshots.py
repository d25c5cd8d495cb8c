"""Lists as they came, and what was made of them when one could no longer be read: proposals of a repaired profile.

Kept are the last list that could be read, replaced at most daily, and the first that could not. Refuses to parse them,
and to use a proposal: people approve it.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Awaitable
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import cast

from redis.asyncio import Redis

from crawlers.sources import BoardProfile

MAX_BYTES = 300_000  # compressed
KEPT = timedelta(days=90)
DAILY = timedelta(days=1)
_UNPACKED = 15 * 2**20


@dataclass(frozen=True, slots=True)
class StoredList:
    """A list as it came from `url` at `at`; `rows` are the ids and titles that were read in it."""

    url: str
    body: bytes
    charset: str
    rows: tuple[tuple[str, str], ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """A profile that reads a source's list again: `rows` rows, `known` of the `before` rows of the last good list.

    `sample` are titles that it finds (foreign text), `profile_name` the shipped profile it is, or "".
    """

    id: str
    source: str
    at: datetime
    profile: BoardProfile
    profile_name: str
    rows: int
    known: int
    before: int
    sample: tuple[str, ...]


class Snapshots:
    """Lists and proposals in Redis, one of each kind a source."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def keep(self, source: str, which: str, stored: StoredList) -> bool:
        """Stores the list as the `good` or the `bad` one of its source; False where it is too large for that."""
        head = json.dumps([stored.url, stored.charset, stored.rows, stored.at.isoformat()]).encode()
        packed = zlib.compress(len(head).to_bytes(4, "big") + head + stored.body)
        if len(packed) > MAX_BYTES:
            return False
        await self._redis.set(self._key(which, source), packed, ex=KEPT)
        return True

    async def stored(self, source: str, which: str) -> StoredList | None:
        """The `good` or `bad` list of a source, where there is one."""
        packed = await cast("Awaitable[bytes | None]", self._redis.get(self._key(which, source)))
        if packed is None:
            return None
        data = zlib.decompressobj().decompress(packed, _UNPACKED)
        size = int.from_bytes(data[:4], "big")
        url, charset, rows, at = json.loads(data[4 : 4 + size])
        told = tuple((str(name), str(title)) for name, title in rows)
        return StoredList(url, data[4 + size :], charset, told, datetime.fromisoformat(at))

    async def propose(self, proposal: Proposal) -> None:
        """Keeps a proposal in the place of an earlier one for the same source."""
        record = asdict(proposal) | {"at": proposal.at.astimezone(UTC).isoformat()}
        await self._redis.hset(self._key("proposals"), proposal.source, json.dumps(record))

    async def proposals(self) -> list[Proposal]:
        """Every proposal that is neither used nor dropped, oldest first."""
        found = await cast("Awaitable[dict[bytes, bytes]]", self._redis.hgetall(self._key("proposals")))
        return sorted((_proposal(record) for record in found.values()), key=lambda one: (one.at, one.id))

    async def drop(self, proposal_id: str) -> bool:
        """Forgets a proposal; False where it is gone already, or another has taken its place."""
        for proposal in await self.proposals():
            if proposal.id == proposal_id:
                return bool(await self._redis.hdel(self._key("proposals"), proposal.source))
        return False

    async def mended(self, source: str) -> None:
        """The source can be read again: no proposal is wanted."""
        await self._redis.hdel(self._key("proposals"), source)

    def _key(self, kind: str, name: str = "") -> str:
        return f"dobi:{{crawl}}:list:{kind}" + (f":{name}" if name else "")


def _proposal(record: bytes) -> Proposal:
    told = json.loads(record)
    known = {field.name for field in fields(BoardProfile)}
    profile = BoardProfile(**{name: value for name, value in told["profile"].items() if name in known})
    at, sample = datetime.fromisoformat(told["at"]), tuple(told["sample"])
    return Proposal(**told | {"profile": profile, "at": at, "sample": sample})

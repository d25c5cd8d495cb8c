"""How many people were told today when to go, in Redis: counts by minute, and nobody's name.

A person who asks five times is counted once, by a sketch that can say whether something was added to it, not what
(HyperLogLog: Flajolet et al. 2007; of a thousand askers it misses a few). Lost counts cost a little accuracy and
nothing else. Refuses to be asked who.

    dobi:{tenant}:told:<place>:<day>:counts   hash, `g:<minute>` people told to set out then, `a:<minute>` asked then
    dobi:{tenant}:told:<place>:<day>:seen     HyperLogLog of what was counted
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from urllib.parse import quote

from redis.asyncio import Redis

from occupancy.advice import Told

_KEPT_S: Final = 3 * 86_400  # refuse collection only: a day is read under its own name

# KEYS counts, seen; ARGV: seconds to keep, then pairs of element and field
_COUNT = """
local new = 0
for i = 2, #ARGV, 2 do
  if redis.call('PFADD', KEYS[2], ARGV[i]) == 1 then
    redis.call('HINCRBY', KEYS[1], ARGV[i + 1], 1)
    new = new + 1
  end
end
redis.call('EXPIRE', KEYS[1], ARGV[1])
redis.call('EXPIRE', KEYS[2], ARGV[1])
return new
"""


class ToldStore:
    """The counts of every line of every institution."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis
        self._count = redis.register_script(_COUNT)

    @staticmethod
    def _key(tenant: str, place: str, day: date, name: str) -> str:
        return f"dobi:{{{tenant}}}:told:{quote(place, safe='')}:{day.isoformat()}:{name}"

    async def count(
        self, tenant: str, place: str, day: date, person: str, *, going: int | None = None, asked: int | None = None
    ) -> bool:
        """Counts a person under the minute of setting out, of asking, or both; False where they were counted before."""
        fields = [] if going is None else [(f"g:{going}", f"g:{going}")]
        fields += [] if asked is None else [("a", f"a:{asked}")]  # of one's asking only the first counts
        arguments = [part for mark, name in fields for part in (_element(person, day, mark), name)]
        keys = [self._key(tenant, place, day, name) for name in ("counts", "seen")]
        return bool(fields) and int(await self._count(keys=keys, args=[_KEPT_S, *arguments])) > 0

    async def told(self, tenant: str, place: str, day: date) -> Told:
        """The counts of a day so far."""
        found = await self._redis.hgetall(self._key(tenant, place, day, "counts"))
        return Told(_minutes(found, b"g:"), _minutes(found, b"a:"))


def _element(person: str, day: date, mark: str) -> bytes:
    return hashlib.blake2b(f"{day.isoformat()}\x1f{mark}\x1f{person}".encode(), digest_size=12).digest()


def _minutes(found: Mapping[bytes, bytes], head: bytes) -> Mapping[int, int]:
    return {int(name[len(head) :]): int(count) for name, count in found.items() if name.startswith(head)}

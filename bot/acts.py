"""Who did what, and when: every act of administering, by institution, for its 관리자 and its auditors.

An act is written beside what it tells of, once for each `key`, and changes never; it names the person who acted, a code
of what (`wording.acts` says it in Korean), and whom or what it concerned in a few words. People stand there as `@id`;
the roster knows their names (`wording.acts` puts them in), and beside each act stand the names of that day, for whoever
left since: who did what can be read as long as the log is kept. It holds no text of a message, no location and no
opinion. What concerns the whole deployment stands under `DEPLOYMENT`, for operators.

    dobi:{tenant}:acts:log     sorted set, act as JSON → milliseconds
    dobi:{tenant}:acts:keys    hash, key → the act: whoever repeats a step writes the same line

The log is bounded twice: by KEPT in time (`forget`) and by MOST in lines, the oldest of which goes first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from redis.asyncio import Redis

DEPLOYMENT: Final = "deployment"  # no institution may have this id
NOBODY: Final = ""  # done by Dobi itself: `by` of an act that no person did
MOST: Final = 50_000
KEPT: Final = timedelta(days=3 * 366)
PAGE: Final = 500
_LONGEST: Final = 200
_CODE: Final = re.compile(r"[a-z][a-z0-9-]{1,39}")

# KEYS: 1 the log, 2 the keys. ARGV: 1 key, 2 the act, 3 the time (ms), 4 how many lines are kept
# 1 when written, 0 when that key has its line.
_NOTE: Final = """
if redis.call('HSETNX', KEYS[2], ARGV[1], ARGV[2]) == 0 then return 0 end
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[2])
local over = redis.call('ZCARD', KEYS[1]) - tonumber(ARGV[4])
if over > 0 then
  for _, act in ipairs(redis.call('ZRANGE', KEYS[1], 0, over - 1)) do
    redis.call('HDEL', KEYS[2], cjson.decode(act)['key'])
  end
  redis.call('ZREMRANGEBYRANK', KEYS[1], 0, over - 1)
end
return 1
"""


@dataclass(frozen=True, slots=True)
class Act:
    """One line: `by` is the person's id (NOBODY: Dobi itself), `what` a code, `about` whom or what it concerned."""

    at: datetime
    by: str
    what: str
    about: str = ""
    key: str = ""
    names: Mapping[str, str] = field(default_factory=dict, compare=False)
    """What the people in it were called when it happened."""


class Acts:
    """The acts of every institution, each under its own tag. `name_of(institution, person)` is the roster's."""

    def __init__(
        self, redis: Redis, most: int = MOST, name_of: Callable[[str, str], str | None] = lambda _, __: None
    ) -> None:
        self._redis: Any = redis
        self._name_of = name_of
        self._note = redis.register_script(_NOTE)
        self._most = most

    @staticmethod
    def _key(tenant: str, part: str) -> str:
        return f"dobi:{{{tenant}}}:acts:{part}"

    async def note(
        self, tenant: str, by: str, what: str, about: str, now: datetime, *, key: str,
        names: Mapping[str, str] | None = None,
    ) -> bool:  # fmt: skip
        """Writes an act; False where one with this `key` stands already. `about` is cut to 200 characters.

        `names` are of those whom the roster holds no more.

        Raises:
            ValueError: `what` is no code (small letters, digits, hyphens) or `key` is empty.
        """
        if not _CODE.fullmatch(what) or not key:
            raise ValueError(f"expected a code and a key, got {what!r} and {key!r}")
        about = " ".join(about.split())[:_LONGEST]
        act = _stored(Act(now, by, what, about, key[:_LONGEST], {**self._names(tenant, by, about), **(names or {})}))
        keys = [self._key(tenant, part) for part in ("log", "keys")]
        return bool(await self._note(keys=keys, args=[key[:_LONGEST], act, _ms(now), self._most]))

    def _names(self, tenant: str, by: str, about: str) -> dict[str, str]:
        people = [by, *(word[1:] for word in about.split() if word.startswith("@"))]
        found = {}
        for one in people:
            home, _, person = one.rpartition("/")
            found[one] = (self._name_of(home or tenant, person) if person else None) or ""
        return {one: name for one, name in found.items() if name}

    async def listing(
        self, tenant: str, since: datetime, limit: int = PAGE, *, until: datetime | None = None, skip: int = 0
    ) -> Sequence[Act]:
        """At most `limit` acts from `since` on, before `until`, the newest first, after the first `skip`."""
        latest = "+inf" if until is None else f"({_ms(until)}"
        found = await self._redis.zrange(
            self._key(tenant, "log"), latest, _ms(since), desc=True, byscore=True, offset=skip, num=limit
        )
        return [_act(one) for one in found]

    async def count(self, tenant: str, since: datetime, *, until: datetime | None = None) -> int:
        """How many there are in that span."""
        latest = "+inf" if until is None else f"({_ms(until)}"
        return int(await self._redis.zcount(self._key(tenant, "log"), _ms(since), latest))

    async def forget(self, tenant: str, before: datetime) -> int:
        """Drops what is older; how many there were. Safe to repeat."""
        log, keys = self._key(tenant, "log"), self._key(tenant, "keys")
        gone = 0
        while old := await self._redis.zrange(log, "-inf", f"({_ms(before)}", byscore=True, offset=0, num=PAGE):
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.hdel(keys, *[_act(one).key for one in old])
                pipe.zrem(log, *old)
                await pipe.execute()
            gone += len(old)
        return gone


def _stored(act: Act) -> str:
    row = {"at": act.at.astimezone(UTC).isoformat(), "by": act.by, "what": act.what, "about": act.about}
    named = {"names": dict(act.names)} if act.names else {}
    return json.dumps(row | {"key": act.key} | named, ensure_ascii=False, sort_keys=True)


def _act(stored: bytes) -> Act:
    row = json.loads(stored)
    return Act(
        datetime.fromisoformat(row["at"]), row["by"], row["what"], row["about"], row["key"], row.get("names", {})
    )


def _ms(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)

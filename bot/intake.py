"""What people did and nobody has handled yet: durable before the platform hears that it came.

    adapter → put (one write) → acknowledged ‖ lease the oldest of a chat → router → done (deleted with its text)

Updates of one sender in one chat (a lane) are handled in their order, one at a time; lanes side by side, by any number
of processes. A lease belongs to an owner whose connection lives (`Liveness`): a killed worker's update is taken over.
An update that comes twice is kept once. An edit takes the place of a text that nobody has read yet; of one that was
read it is an update of its own. Who floods fills the room of one sender, no more. It handles nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from redis.asyncio import Redis

from bot.intake_form import bounded, dump, edited, load
from bot.intake_signs import DEPLOYMENT, LAST, WAITING, place
from bot.messenger import Update

MEMORY: Final = timedelta(days=2)
"""How long a repetition is known."""
MOST_KNOWN: Final = 200_000
SENDER_BYTES: Final = 16 * 2**20
TENANT_BYTES: Final = 256 * 2**20
STRANGERS_BYTES: Final = 64 * 2**20

# KEYS: 1 row, 2 lane, 3 ready lanes, 4 known ids, 5 pending messages, 6 weights, 7 where something waits, 8 when each
# messenger was heard
# ARGV: 1 row id, 2 lane id, 3 the time (ms), 4 body, 5 message id or '', 6 kind (text | edit | point), 7 sender,
#       8 room of a sender (bytes), 9 room of all, 10 forget before (ms), 11 most ids, 12 row prefix, 13 told at (ms),
#       14 institution, 15 adapter
# The weights hold the bytes that wait, of all under '' and of each sender under their digest; how many of a sender's
# were dropped under 'd' and the digest; how many updates wait, and how many ever came, under '#' and '+'.
# A lane that may be taken has the number of its first update as its score, far below any instant: no two machines'
# clocks are compared, and who waits longest comes first.
_PUT = """
redis.call('HSET', KEYS[8], ARGV[15], ARGV[3])
if redis.call('EXISTS', KEYS[1]) == 1 or redis.call('ZSCORE', KEYS[4], ARGV[1]) then return 'again' end
local size = string.len(ARGV[4])
local known = function()
  redis.call('ZADD', KEYS[4], ARGV[3], ARGV[1])
  redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', ARGV[10])
  redis.call('ZREMRANGEBYRANK', KEYS[4], 0, -1 - tonumber(ARGV[11]))
end
local weigh = function(more)
  redis.call('HINCRBY', KEYS[6], '', more)
  redis.call('HINCRBY', KEYS[6], ARGV[7], more)
end
local pending = ARGV[5] ~= '' and redis.call('HGET', KEYS[5], ARGV[5])
if pending then
  local row = ARGV[12] .. pending
  local was = redis.call('HMGET', row, 'owner', 'kind', 'told', 'body', 'edit', 'size')
  if was[1] == '' and not (was[2] == 'text' and ARGV[6] == 'text') then
    local late = was[3] and tonumber(was[3]) > tonumber(ARGV[13])
    local body, edit, kind = was[4], was[5] or '', was[2]
    if ARGV[6] == 'text' then body, edit, kind = ARGV[4], was[4], 'text'
    elseif not late and kind == 'text' then edit = ARGV[4]
    elseif not late then body = ARGV[4] end
    local heavy = string.len(body) + string.len(edit)
    redis.call('HSET', row, 'body', body, 'edit', edit, 'kind', kind, 'size', heavy)
    if not late and ARGV[6] ~= 'text' then redis.call('HSET', row, 'told', ARGV[13]) end
    weigh(heavy - tonumber(was[6]))
    known()
    return 'replaced'
  end
end
if tonumber(redis.call('HGET', KEYS[6], ARGV[7]) or 0) + size > tonumber(ARGV[8]) then
  redis.call('HINCRBY', KEYS[6], 'd' .. ARGV[7], 1)
  known()
  return 'dropped'
end
if tonumber(redis.call('HGET', KEYS[6], '') or 0) + size > tonumber(ARGV[9]) then return 'full' end
local number = redis.call('HINCRBY', KEYS[6], '+', 1)
redis.call('HINCRBY', KEYS[6], '#', 1)
redis.call('HSET', KEYS[1], 'body', ARGV[4], 'owner', '', 'tries', 0, 'kind', ARGV[6], 'size', size,
           'sender', ARGV[7], 'message', ARGV[5], 'at', ARGV[3], 'number', number)
if ARGV[6] ~= 'text' then redis.call('HSET', KEYS[1], 'told', ARGV[13]) end
if ARGV[5] ~= '' then redis.call('HSET', KEYS[5], ARGV[5], ARGV[1]) end
weigh(size)
known()
if redis.call('RPUSH', KEYS[2], ARGV[1]) == 1 then redis.call('ZADD', KEYS[3], number, ARGV[2]) end
redis.call('SADD', KEYS[7], ARGV[14])
redis.call('PUBLISH', 'dobi:wake', 'intake')
return 'new'
"""

# KEYS: 1 ready lanes, 2 leases, 3 pending messages
# ARGV: 1 the most lanes, 2 the time (ms), 3 lease end (ms), 4 owner, 5 lane prefix, 6 row prefix
# → of each lane taken: lane, the first row's id, body, edit, tries, when it came; and before them when the next may be.
_LEASE = """
local taken = {}
for _, lane in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[2], 'LIMIT', 0, ARGV[1])) do
  local id = redis.call('LINDEX', ARGV[5] .. lane, 0)
  if id then
    local row = ARGV[6] .. id
    redis.call('HSET', row, 'owner', ARGV[4])
    redis.call('HINCRBY', row, 'tries', 1)
    redis.call('ZADD', KEYS[1], ARGV[3], lane)
    redis.call('HSET', KEYS[2], lane, ARGV[4])
    local found = redis.call('HMGET', row, 'message', 'body', 'edit', 'tries', 'at')
    if found[1] ~= '' and redis.call('HGET', KEYS[3], found[1]) == id then redis.call('HDEL', KEYS[3], found[1]) end
    table.insert(taken, {lane, id, found[2], found[3] or '', found[4], found[5]})
  else
    redis.call('ZREM', KEYS[1], lane)
  end
end
local next = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return {next[2] or '', taken}
"""

# KEYS: 1 ready lanes, 2 leases. ARGV: 1 lane id, 2 owner, 3 when (ms), 4 lane prefix, 5 row prefix
# Ends a lease without its row being handled: of a dead owner, or to try again later. 0 when it was not in those hands.
_FREE = """
if redis.call('HGET', KEYS[2], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HDEL', KEYS[2], ARGV[1])
local id = redis.call('LINDEX', ARGV[4] .. ARGV[1], 0)
if not id then redis.call('ZREM', KEYS[1], ARGV[1]) return 1 end
redis.call('HSET', ARGV[5] .. id, 'owner', '')
redis.call('ZADD', KEYS[1], ARGV[3], ARGV[1])
return 1
"""

# KEYS: 1 row, 2 lane, 3 ready lanes, 4 leases, 5 weights. ARGV: 1 row id, 2 lane id, 3 owner, 4 row prefix
# A late worker, whose lease another took over, changes nothing: -1. How many of the sender's were dropped, once nothing
# of theirs waits any more.
_DONE = """
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[3] then return -1 end
local found = redis.call('HMGET', KEYS[1], 'size', 'sender')
redis.call('HDEL', KEYS[4], ARGV[2])
redis.call('DEL', KEYS[1])
redis.call('LREM', KEYS[2], 1, ARGV[1])
redis.call('HINCRBY', KEYS[5], '#', -1)
redis.call('HINCRBY', KEYS[5], '', -tonumber(found[1]))
local next = redis.call('LINDEX', KEYS[2], 0)
if next then redis.call('ZADD', KEYS[3], redis.call('HGET', ARGV[4] .. next, 'number'), ARGV[2])
else redis.call('ZREM', KEYS[3], ARGV[2]) end
if redis.call('HINCRBY', KEYS[5], found[2], -tonumber(found[1])) > 0 then return 0 end
local flood = redis.call('HGET', KEYS[5], 'd' .. found[2]) or 0
redis.call('HDEL', KEYS[5], found[2], 'd' .. found[2])
return tonumber(flood)
"""


class Put(StrEnum):
    """What became of an update; all of them may be acknowledged."""

    NEW = "new"
    AGAIN = "again"
    """It came before."""
    REPLACED = "replaced"
    """It changed one that waits."""
    DROPPED = "dropped"
    """Its sender floods: what waits of them fills their room."""


class FullError(Exception):
    """There is no room for what an institution's people sent: nothing was kept, and nothing may be acknowledged."""


@dataclass(frozen=True, slots=True)
class Taken:
    """An update that this worker alone handles now; `tries` counts this one too."""

    tenant: str
    row: str
    lane: str
    update: Update
    tries: int
    came_at: datetime


@dataclass(frozen=True, slots=True)
class Leased:
    """What was taken, and when the next lane may be; None: nothing of this messenger is left there at all."""

    taken: tuple[Taken, ...]
    next_due: datetime | None


def _digest(*parts: str) -> str:
    told = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(told, digest_size=12).hexdigest()


def _ms(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)


class Intake:
    """The waiting updates of every institution. `owner` is this worker's name in `Liveness`."""

    def __init__(
        self,
        redis: Redis,
        owner: str,
        lease: timedelta = timedelta(minutes=3),
        sender_bytes: int = SENDER_BYTES,
        tenant_bytes: int = TENANT_BYTES,
    ) -> None:
        self._redis: Any = redis  # its stubs tell every decoding of an answer at once
        self.owner = owner
        self._lease = lease
        self._rooms = sender_bytes, tenant_bytes
        self._put = redis.register_script(_PUT)
        self._take = redis.register_script(_LEASE)
        self._free = redis.register_script(_FREE)
        self._done = redis.register_script(_DONE)

    @staticmethod
    def _key(tenant: str, *parts: str) -> str:
        return place(tenant, *parts)

    async def put(self, tenant: str, update: Update) -> Put:
        """Keeps an update: once this returns it is durable, and its platform may hear so. One round trip.

        Raises:
            FullError: there is no room for it. A stranger's is dropped instead: they keep no one from being heard.
        """
        update = bounded(update if update.id is not None else replace(update, id=f"in-{secrets.token_hex(10)}"))
        row = _digest(update.adapter, update.id or "")
        lane = _digest(update.adapter, update.sender, update.chat or "")
        keys = [
            self._key(tenant, "row", row),
            self._key(tenant, "lane", lane),
            self._key(tenant, "ready", update.adapter),
            *(self._key(tenant, name) for name in ("known", "messages", "weights")),
        ]
        kind, at = _kind(update), update.received_at
        message = "" if update.message is None else _digest(lane, update.message, "point" if kind == "point" else "")
        strangers = min(STRANGERS_BYTES, self._rooms[1])
        args: list[str | int | bytes] = [
            row, lane, _ms(at), dump(update), message if _may_change(update) else "", kind,
            _digest(update.adapter, update.sender), self._rooms[0],
            strangers if tenant == DEPLOYMENT else self._rooms[1], _ms(at - MEMORY), MOST_KNOWN,
            self._key(tenant, "row", ""), _ms(update.sent_at or at), tenant, update.adapter,
        ]  # fmt: skip
        found = (await self._put(keys=[*keys, WAITING, LAST], args=args)).decode()
        if found == "full" and tenant == DEPLOYMENT:
            return Put.DROPPED
        if found == "full":
            raise FullError(f"what waits of {tenant} fills its {self._rooms[1]:,} bytes")
        return Put(found)

    async def lease(self, tenant: str, adapter: str, now: datetime, limit: int = 64) -> Leased:
        """Takes the oldest update of each lane that is free, at most `limit` lanes, who waits longest first."""
        ready, leases = self._key(tenant, "ready", adapter), self._key(tenant, "leases", adapter)
        args: list[str | int] = [
            limit, _ms(now), _ms(now + self._lease), self.owner, self._key(tenant, "lane", ""),
            self._key(tenant, "row", ""),
        ]  # fmt: skip
        due, found = await self._take(keys=[ready, leases, self._key(tenant, "messages")], args=args)
        next_due = datetime.fromtimestamp(float(due) / 1000, UTC) if due else None
        return Leased(tuple(_taken(tenant, fields) for fields in found), next_due)

    async def extend(self, tenant: str, taken: Taken, now: datetime) -> None:
        """Keeps a lease that takes long."""
        ready = self._key(tenant, "ready", taken.update.adapter)
        await self._redis.zadd(ready, {taken.lane: _ms(now + self._lease)}, xx=True)

    async def done(self, tenant: str, taken: Taken) -> int | None:
        """Forgets an update with all that was said; None when another worker had taken it over.

        With a sender's last one, how many of theirs were dropped meanwhile; else 0.
        """
        keys = [
            self._key(tenant, "row", taken.row),
            self._key(tenant, "lane", taken.lane),
            self._key(tenant, "ready", taken.update.adapter),
            self._key(tenant, "leases", taken.update.adapter),
            self._key(tenant, "weights"),
        ]
        args = [taken.row, taken.lane, self.owner, self._key(tenant, "row", "")]
        flood = int(await self._done(keys=keys, args=args))
        return None if flood < 0 else flood

    async def again(self, tenant: str, taken: Taken, at: datetime) -> bool:
        """Lets the update be taken once more, not before `at`."""
        return await self.free(tenant, taken.update.adapter, taken.lane, self.owner, at)

    async def free(self, tenant: str, adapter: str, lane: str, owner: str, at: datetime) -> bool:
        """Ends the lease of an owner; False when it was no longer in those hands."""
        keys = [self._key(tenant, "ready", adapter), self._key(tenant, "leases", adapter)]
        args: list[str | int] = [lane, owner, _ms(at), self._key(tenant, "lane", ""), self._key(tenant, "row", "")]
        return bool(await self._free(keys=keys, args=args))


def _kind(update: Update) -> str:
    if not update.edit:
        return "text"
    return "edit" if update.location is None else "point"


def _may_change(update: Update) -> bool:
    """Whether an edit of this may come: presses name the message of their button, and are none themselves."""
    return update.press is None and update.event is None and (update.edit or update.location is None)


def _taken(tenant: str, fields: list[bytes]) -> Taken:
    lane, row, body, edit, tries, at = fields
    update = load(body)
    if edit:
        update = edited(update, load(edit))
    came_at = datetime.fromtimestamp(int(at) / 1000, UTC)
    return Taken(tenant, row.decode(), lane.decode(), update, int(tries), came_at)


Home = Callable[[Update], str]
"""Whose update this is: the institution that knows its sender, or DEPLOYMENT."""


class Entrance:
    """What adapters are given as `receive`: each update is kept where it belongs."""

    def __init__(self, intake: Intake, home: Home, kept: Callable[[Put], None] | None = None) -> None:
        self._intake = intake
        self._home = home
        self._kept = kept

    async def receive(self, update: Update) -> None:
        """See `bot.messenger.Receive`.

        Raises:
            FullError: there is no room: nothing was kept.
        """
        put = await self._intake.put(self._home(update), update)
        if self._kept is not None:
            self._kept(put)

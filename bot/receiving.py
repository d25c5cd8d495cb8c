"""The inbound side of the messengers: who listens to a bot's account, and that somebody always does.

    stand by → take the account's lease → run the adapter until it ends → back off → take it again

One process at a time asks a platform for a bot's updates: two would take them from one another. Its lease is its own
while its connection lives (`Liveness`) and it says so every second; whoever takes it over gets a higher number, and
what the former holder still writes under the lower one is refused. A platform that calls back (`callbacks`) may be
heard by every process. An adapter that ends or fails is started again, later each time; one that gave signs of life
and gives none any more is stopped and started again. It reads no update.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.logs import failed_for
from bot.messenger import Messenger, Receive

SILENT_S: Final = 180.0
"""An adapter that gives signs of life and gave none for so long is taken for stuck."""
STALLED_S: Final = 15.0
"""A holder whose lease nobody renewed for so long has lost its power, or its server."""

_BEAT_S = 1.0
_STEADY_S = 60.0  # a run as long as this is no failure any more
_BACKOFF_CAP_S = 60.0
_LOST_S = 5.0

log = logging.getLogger(__name__)

# KEYS: 1 the account. ARGV: 1 owner, 2 the holder known to be gone or '', 3 the time (ms)
# → the new number; 0 when somebody else holds it.
_TAKE = """
local holder = redis.call('HGET', KEYS[1], 'owner') or ''
if holder ~= '' and holder ~= ARGV[1] and holder ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'since', ARGV[3])
redis.call('HDEL', KEYS[1], 'fault')
redis.call('HINCRBY', KEYS[1], 'beat', 1)
return redis.call('HINCRBY', KEYS[1], 'number', 1)
"""
# KEYS: 1 the account. ARGV: 1 owner, 2 number. 0 when the lease is lost.
_KEEP = """
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] or redis.call('HGET', KEYS[1], 'number') ~= ARGV[2] then return 0 end
redis.call('HINCRBY', KEYS[1], 'beat', 1)
return 1
"""
# KEYS: 1 the account. ARGV: 1 owner, 2 number
_LEAVE = """
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] or redis.call('HGET', KEYS[1], 'number') ~= ARGV[2] then return 0 end
return redis.call('HSET', KEYS[1], 'owner', '')
"""
# KEYS: 1 the account, 2 the bookmark. ARGV: 1 owner, 2 number, 3 text
_MARK = """
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] or redis.call('HGET', KEYS[1], 'number') ~= ARGV[2] then return 0 end
redis.call('SET', KEYS[2], ARGV[3])
return 1
"""


class NotHolderError(Exception):
    """Another process listens to this account by now: what this one still knows of it counts no more."""


@dataclass(frozen=True, slots=True)
class State:
    """Who listens to an account, if anybody: `fault` names what ended it last."""

    owner: str
    since: datetime | None
    fault: str


class Stand:
    """The lease of one account. `number` is 0 while it is not held here."""

    def __init__(self, redis: Redis, adapter: str, owner: str, is_alive: Callable[[str], Awaitable[bool]]) -> None:
        self._redis: Any = redis  # its stubs tell every decoding of an answer at once
        self._key = f"dobi:{{deployment}}:receiving:{adapter}"
        self._mark = f"{self._key}:bookmark"
        self._owner = owner
        self._is_alive = is_alive
        self._take, self._keep = redis.register_script(_TAKE), redis.register_script(_KEEP)
        self._leave, self._set = redis.register_script(_LEAVE), redis.register_script(_MARK)
        self._seen: tuple[str, int, float] = ("", 0, 0.0)
        self.number = 0

    async def take(self, now: datetime) -> bool:
        """Takes the account, where nobody living holds it."""
        holder, beat = await self._redis.hmget(self._key, ["owner", "beat"])
        gone = (holder or b"").decode()
        if gone and gone != self._owner and not await self._gone(gone, int(beat or 0)):
            return False
        self.number = int(await self._take(keys=[self._key], args=[self._owner, gone, _ms(now)]))
        return self.number > 0

    async def _gone(self, holder: str, beat: int) -> bool:
        """Whether the holder's connection is closed, or its lease stands still though its connection does not show."""
        if not await self._is_alive(holder):
            return True
        clock = asyncio.get_running_loop().time()
        if self._seen[:2] != (holder, beat):
            self._seen = (holder, beat, clock)
        return clock - self._seen[2] > STALLED_S

    async def keep(self) -> bool:
        """Says that this process still listens; False when the account is another's by now."""
        return bool(await self._keep(keys=[self._key], args=[self._owner, self.number]))

    async def leave(self) -> None:
        """Lets the next one have it at once."""
        number, self.number = self.number, 0
        if number:
            await self._leave(keys=[self._key], args=[self._owner, number])

    async def tell(self, fault: str) -> None:
        """Remembers what ended the adapter; empty: nothing does."""
        await (self._redis.hset(self._key, "fault", fault) if fault else self._redis.hdel(self._key, "fault"))

    async def state(self) -> State:
        """Who listens now."""
        owner, since, fault = await self._redis.hmget(self._key, ["owner", "since", "fault"])
        name = (owner or b"").decode()
        living = name if name and await self._is_alive(name) else ""
        at = None if since is None else datetime.fromtimestamp(int(since) / 1000, UTC)
        return State(living, at, (fault or b"").decode())

    async def get(self) -> str | None:
        """The bookmark; see `bot.messengers.Bookmark`."""
        found = await self._redis.get(self._mark)
        return None if found is None else found.decode()

    async def set(self, text: str) -> None:
        """Keeps the bookmark.

        Raises:
            NotHolderError: another process listens by now.
        """
        if not await self._set(keys=[self._key, self._mark], args=[self._owner, self.number, text]):
            raise NotHolderError("the account is another process's by now")


class Receiving:
    """Keeps one messenger listening. `heard` is called by the adapter whenever its platform answered (Tools.beat)."""

    def __init__(
        self,
        stand: Stand,
        messenger: Messenger,
        receive: Receive,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        silent_s: float = SILENT_S,
    ) -> None:
        self._stand = stand
        self._messenger = messenger
        self._receive = receive
        self._now = now
        self._sleep = sleep
        self._silent_s = silent_s
        self._heard_at: float | None = None

    def heard(self) -> None:
        """The platform answered."""
        self._heard_at = asyncio.get_running_loop().time()

    async def run(self) -> None:
        """Listens, or stands by, until cancelled."""
        failures = 0
        name, loop = self._messenger.name, asyncio.get_running_loop()
        while True:
            try:
                await self._stand_by()
                started = loop.time()
                try:
                    why = await self._turn()
                finally:
                    await self._stand.leave()
                failures = 1 if loop.time() - started > _STEADY_S else failures + 1
                log.warning("%s ended: %s", name, why)
                await self._stand.tell(why)
            except (RedisError, OSError) as error:
                failures += 1
                failed_for(log, error, "%s cannot be listened to", name)
            await self._sleep(random.uniform(0, min(_BACKOFF_CAP_S, 2.0 ** min(failures, 10))))

    async def _stand_by(self) -> None:
        while not await self._stand.take(self._now()) and not self._messenger.capabilities.callbacks:
            await self._sleep(_BEAT_S)

    async def _turn(self) -> str:
        """Runs the adapter until it ends; why it did."""
        self._heard_at = None
        running = asyncio.create_task(self._messenger.run(self._receive), name=f"receive {self._messenger.name}")
        guarding = asyncio.create_task(self._guard())
        try:
            await asyncio.wait([running, guarding], return_when=asyncio.FIRST_COMPLETED)
            if guarding.done() and not running.done():
                return guarding.result()
            return self._why(running)
        finally:
            for task in (running, guarding):
                task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.gather(running, guarding, return_exceptions=True)

    def _why(self, running: asyncio.Task[None]) -> str:
        error = None if running.cancelled() else running.exception()
        if error is None:
            return "it returned"
        failed_for(log, error, "%s failed", self._messenger.name)
        return type(error).__name__

    async def _guard(self) -> str:
        """Returns when the adapter has to be stopped: the account is another's, or nothing was heard for too long."""
        loop = asyncio.get_running_loop()
        kept_at = loop.time()
        while True:
            await asyncio.sleep(_BEAT_S)
            try:
                if not await self._keep():
                    return "another process listens"
                kept_at = loop.time()
            except (RedisError, OSError):
                if loop.time() - kept_at > _LOST_S and not self._messenger.capabilities.callbacks:
                    return "the database is out of reach"
            if self._heard_at is not None and loop.time() - self._heard_at > self._silent_s:
                return f"nothing was heard for {self._silent_s:.0f} s"

    async def _keep(self) -> bool:
        """Where a platform calls back the lease says that somebody listens, and excludes nobody."""
        if self._messenger.capabilities.callbacks:
            return (self._stand.number > 0 and await self._stand.keep()) or await self._stand.take(self._now()) or True
        return await self._stand.keep()


def _ms(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)

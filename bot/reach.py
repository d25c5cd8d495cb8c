"""Who can be reached, and where: who blocked Dobi, who is back, which room the platform gave a new id.

    blocked, left (an update, or the answer to a send) → away: what would be said there is missed, and counted
    heard of again                                     → back: one welcome, and how much was missed
    moved                                              → the channel's address; every store knows the room by its
                                                         channel's own id, so nothing else has to change

    dobi:{tenant}:outbox:away    hash, chat → since (ms)     written by the outbox where a send finds nobody
    dobi:{tenant}:outbox:missed  hash, chat → how many
    dobi:{tenant}:reach:moved    hash, adapter:old id → new id

Subscriptions are not touched: they rest while their owner is away.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from redis.asyncio import Redis

from bot import outbox_scripts as scripts
from bot.clock import KST
from bot.messenger import Chat, Reply, Update
from bot.operators import private_chats
from bot.outbox import Outbox, Row, outbox_key
from bot.outbox_rows import instant, milliseconds
from bot.outbox_together import Together
from bot.settings import Role
from bot.tenancy import Tenancy
from bot.wording import delivery as words

log = logging.getLogger(__name__)

Rebind = Callable[[str, str, str, str], Awaitable[object]]
"""Tells whoever else keeps a room's id: institution, adapter, old id, new id."""

# KEYS: 1 who is away, 2 what they missed. ARGV: 1 chat → since when they were away and how much they missed, or nothing
_BACK = """
local since = redis.call('HGET', KEYS[1], ARGV[1])
if not since then return nil end
local missed = redis.call('HGET', KEYS[2], ARGV[1]) or '0'
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
return {since, missed}
"""

# KEYS: 1 moved rooms. ARGV: 1 adapter, 2 old id, 3 new id. A room that moves again takes those along that led to it.
_MOVED = """
if redis.call('HGET', KEYS[1], ARGV[1] .. ':' .. ARGV[2]) == ARGV[3] then return 0 end
local known = redis.call('HGETALL', KEYS[1])
for i = 1, #known, 2 do
  if known[i + 1] == ARGV[2] and string.sub(known[i], 1, #ARGV[1] + 1) == ARGV[1] .. ':' then
    redis.call('HSET', KEYS[1], known[i], ARGV[3])
  end
end
redis.call('HSET', KEYS[1], ARGV[1] .. ':' .. ARGV[2], ARGV[3])
redis.call('HDEL', KEYS[1], ARGV[1] .. ':' .. ARGV[3])
return 1
"""


class Reach:
    """What is known of it, for every institution."""

    def __init__(self, redis: Redis, tenancy: Tenancy, outbox: Outbox, rebind: Rebind | None = None) -> None:
        self._redis: Any = redis  # its stubs tell every decoding of an answer at once
        self._tenancy, self._outbox, self._rebind = tenancy, outbox, rebind
        self._leave = Together(redis, scripts.LEAVE)
        self._back = Together(redis, _BACK)
        self._move = Together(redis, _MOVED)
        self._moved: dict[str, dict[str, str]] = {}

    _outbox_key = staticmethod(outbox_key)

    @staticmethod
    def _key(tenant: str, part: str) -> str:
        return f"dobi:{{{tenant}}}:reach:{part}"

    # --- away and back

    async def left(self, tenant: str, chat: Chat, now: datetime) -> None:
        """Nothing more is said there until somebody is back; what waited is missed. Safe to repeat."""
        await self._leave([self._outbox_key(tenant, "")], [chat.ref, milliseconds(now)])

    async def away(self, tenant: str) -> dict[str, datetime]:
        """Chat ref → since when nothing can be said there."""
        found = await self._redis.hgetall(self._outbox_key(tenant, "away"))
        return {ref.decode(): instant(float(since)) for ref, since in found.items()}

    async def is_away(self, tenant: str, chat: Chat) -> bool:
        """Whether nothing can be said there."""
        return bool(await self._redis.hexists(self._outbox_key(tenant, "away"), chat.ref))

    async def returned(self, tenant: str, chat: Chat) -> list[Reply]:
        """Things are said there again from now on; what a person who was away hears first, once."""
        found = await self._pop(tenant, chat)
        return [] if found is None or not chat.private else [words.welcome_back(int(found[1]))]

    async def back(self, tenant: str, chat: Chat, now: datetime) -> bool:
        """As `returned`, where no answer follows: the welcome goes through the outbox. False where nobody was away.

        A worker that dies between the two steps costs a polite sentence, and no message.
        """
        found = await self._pop(tenant, chat)
        if found is None:
            return False
        if chat.private:
            reply, story = words.welcome_back(int(found[1])), f"back:{found[0].decode()}"
            await self._outbox.put(tenant, [Row(chat, story, 1, "reply", reply, now)])
        return True

    async def _pop(self, tenant: str, chat: Chat) -> tuple[bytes, bytes] | None:
        """Since when somebody was away, and how much they missed; they are not any more."""
        keys = [self._outbox_key(tenant, "away"), self._outbox_key(tenant, "missed")]
        found = await self._back(keys, [chat.ref])
        return None if found is None else (found[0], found[1])

    async def closed(self, tenant: str, chat: Chat, now: datetime) -> None:
        """A group can't be spoken in any more: its administrators hear so, once a day at most. Safe to repeat."""
        story, reply = f"closed/{chat.ref}/{now.astimezone(KST):%Y-%m-%d}", words.room_closed(chat.id, chat.adapter)
        managers = [one for one in self._tenancy.institution(tenant).people if Role.MANAGER in one.roles]
        rows = [Row(place, story, 1, "notice", reply, now) for one in managers for place in private_chats(one)]
        await self._outbox.put(tenant, rows)

    # --- moved rooms

    async def moved(self, tenant: str, chat: Chat, new: str) -> bool:
        """The platform gave the chat's room a new id: what waits goes there; False where it may not. Safe to repeat."""
        channel = None if chat.private else self._tenancy.channel_named(tenant, chat.id)
        old = chat.id if channel is None else channel.addresses.get(chat.adapter, chat.id)
        return old == new or await self.readdressed(tenant, chat.adapter, old, new)

    async def readdressed(self, tenant: str, adapter: str, old: str, new: str) -> bool:
        """As `moved`, by the platform's ids. Nothing moves onto a room that is known as another's, or as another."""
        if not self._tenancy.may_move(tenant, adapter, old, new):
            log.warning("a room on %s was said to go on in one that is known as another", adapter)
            return False
        await self._move([self._key(tenant, "moved")], [adapter, old, new])
        await self.refresh(tenant)
        if self._rebind is not None:
            await self._rebind(tenant, adapter, old, new)
        await self._redis.publish("dobi:wake", "reach")
        return True

    async def refresh(self, tenant: str) -> None:
        """This process knows every room that moved."""
        found = await self._redis.hgetall(self._key(tenant, "moved"))
        self._moved[tenant] = {old.decode(): new.decode() for old, new in found.items()}
        for place, new in self._moved[tenant].items():
            adapter, _, old = place.partition(":")
            self._tenancy.readdress(tenant, adapter, old, new)

    def there(self, tenant: str, chat: Chat) -> Chat:
        """Where a chat is now that no channel stands for."""
        new = self._moved.get(tenant, {}).get(chat.ref)
        return chat if new is None else replace(chat, id=new)


class Hearing:
    """Takes in what a platform tells by itself: a listener of the router."""

    def __init__(self, reach: Reach, tenancy: Tenancy, now: Callable[[], datetime]) -> None:
        self._reach, self._tenancy, self._now = reach, tenancy, now

    async def hear(self, update: Update) -> None:
        """Somebody blocked Dobi, or wants it again; a room moved. Safe to repeat."""
        place = self._place(update)
        if place is None:
            return
        tenant, chat = place
        match update.event:
            case "left":
                await self._reach.left(tenant, chat, self._now())
            case "returned" | "joined":
                await self._reach.back(tenant, chat, self._now())
            case "moved" if update.moved_to and update.chat:
                await self._reach.readdressed(tenant, update.adapter, update.chat, update.moved_to)

    def _place(self, update: Update) -> tuple[str, Chat] | None:
        """Whose chat it is about: a channel's room, or somebody's private conversation."""
        if update.chat is not None and not update.chat.startswith("dm:"):
            room = self._tenancy.room(update.adapter, update.chat)
            return None if room is None else (room.tenant, Chat(update.adapter, room.channel.id, private=False))
        member = self._tenancy.person(update.adapter, update.sender)
        return None if member is None else (member.tenant, Chat(update.adapter, f"dm:{update.sender}", private=True))

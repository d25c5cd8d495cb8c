"""Group rooms beside the settings file's: which an administrator bound to a department, and how Dobi behaves in each.

    이 방 등록 → bound, once in the whole deployment → `Tenancy.adopt_rooms` in every process
    부를 때만 · 낱말에도: whether a bare word is answered ‖ welcomed: once

    dobi:{tenant}:rooms:bound        hash, adapter:room → JSON: the channel's id, department, who, when
    dobi:{tenant}:rooms:version      number of the last change: what other processes compare
    dobi:{tenant}:rooms:manners      hash, chat → JSON: whether only addressed, who, when
    dobi:{tenant}:rooms:welcomed     hash, chat → instant
    dobi:{deployment}:rooms:owner    hash, adapter:room → institution

It holds no member of any room and nothing that was said there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from redis.asyncio import Redis

from bot.messenger import Chat
from bot.settings import Channel
from bot.tenancy import Tenancy

MOST: Final = 500
"""Rooms that an institution may bind by chat."""

_DEPLOYMENT: Final = "dobi:{deployment}:rooms"


@dataclass(frozen=True, slots=True)
class Room:
    """A room that an administrator bound; `native` is the platform's id."""

    adapter: str
    native: str
    channel: str
    department: str
    by: str
    at: datetime

    @property
    def name(self) -> str:
        """Its field in every hash."""
        return f"{self.adapter}:{self.native}"


class TooManyRoomsError(Exception):
    """The institution has bound as many rooms as it may."""


class TakenError(Exception):
    """The room belongs to another institution."""


class RoomBook:
    """The bound rooms of every institution; `tenancy` learns of them."""

    def __init__(self, redis: Redis, tenancy: Tenancy) -> None:
        self._redis: Any = redis
        self._tenancy = tenancy
        self._known: dict[str, bytes | None] = {}

    @staticmethod
    def _key(tenant: str, part: str) -> str:
        return f"dobi:{{{tenant}}}:rooms:{part}"

    async def refresh(self, tenant: str) -> None:
        """The tenancy knows what stands now; one small question where nothing has changed."""
        version = await self._redis.get(self._key(tenant, "version"))
        if tenant not in self._known or self._known[tenant] != version:
            self._tenancy.adopt_rooms(tenant, _channels(await self.bound(tenant)))
            self._known[tenant] = version

    async def bound(self, tenant: str) -> Sequence[Room]:
        """The rooms that were bound by chat, oldest first."""
        found = await self._redis.hgetall(self._key(tenant, "bound"))
        rooms = [_room(name.decode(), json.loads(record)) for name, record in found.items()]
        return sorted(rooms, key=lambda room: (room.at, room.name))

    async def bind(self, tenant: str, adapter: str, native: str, department: str, by: str, now: datetime) -> Room:
        """The room as it is bound now; one that was bound before takes the new department. Safe to repeat.

        Raises:
            TakenError: another institution has it.
            TooManyRoomsError: 500 are bound.
        """
        name = f"{adapter}:{native}"
        await self._redis.hsetnx(f"{_DEPLOYMENT}:owner", name, tenant)
        if await self._redis.hget(f"{_DEPLOYMENT}:owner", name) != tenant.encode():
            raise TakenError(name)
        rooms = await self.bound(tenant)
        before = next((one for one in rooms if one.name == name), None)
        if before is not None and before.department == department:
            return before
        if before is None and len(rooms) >= MOST:
            await self._redis.hdel(f"{_DEPLOYMENT}:owner", name)
            raise TooManyRoomsError
        room = Room(adapter, native, self._channel(tenant, name, department, rooms), department, by, now)
        await self._write(tenant, room)
        return room

    async def channel(self, tenant: str, adapter: str, native: str, department: str) -> str:
        """The channel's id that the room would have if it were bound to that department now."""
        return self._channel(tenant, f"{adapter}:{native}", department, await self.bound(tenant))

    def _channel(self, tenant: str, name: str, department: str, rooms: Sequence[Room]) -> str:
        adapter = name.partition(":")[0]
        return _free(department, self._taken(tenant, adapter, [one for one in rooms if one.name != name]))

    def _taken(self, tenant: str, adapter: str, rooms: Sequence[Room]) -> frozenset[str]:
        """Channel ids that have a room on that messenger already."""
        bound = {one.channel for one in rooms if one.adapter == adapter}
        known = self._tenancy.institution(tenant).channels
        return frozenset({one.id for one in known if adapter in one.addresses and one.id not in bound} | bound)

    async def unbind(self, tenant: str, name: str) -> Room | None:
        """The room that was let go; None where it was not bound by chat. Safe to repeat."""
        stored = await self._redis.hget(self._key(tenant, "bound"), name)
        if stored is not None:
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.hdel(self._key(tenant, "bound"), name)
                pipe.incr(self._key(tenant, "version"))
                await pipe.execute()
        if await self._redis.hget(f"{_DEPLOYMENT}:owner", name) == tenant.encode():
            await self._redis.hdel(f"{_DEPLOYMENT}:owner", name)
        await self._spread(tenant)
        return None if stored is None else _room(name, json.loads(stored))

    async def moved(self, tenant: str, adapter: str, old: str, new: str) -> bool:
        """The platform gave a bound room a new id; False where it was not bound by chat. Safe to repeat.

        On some platforms whoever administers a room says which one follows it: a room that is another's is none.
        """
        stored = await self._redis.hget(self._key(tenant, "bound"), f"{adapter}:{old}")
        if stored is None or not self._tenancy.may_move(tenant, adapter, old, new):
            return False
        await self._redis.hsetnx(f"{_DEPLOYMENT}:owner", f"{adapter}:{new}", tenant)
        if await self._redis.hget(f"{_DEPLOYMENT}:owner", f"{adapter}:{new}") != tenant.encode():
            return False
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(self._key(tenant, "bound"), f"{adapter}:{new}", stored)
            pipe.hdel(self._key(tenant, "bound"), f"{adapter}:{old}")
            pipe.incr(self._key(tenant, "version"))
            await pipe.execute()
        await self._redis.hdel(f"{_DEPLOYMENT}:owner", f"{adapter}:{old}")
        await self._spread(tenant)
        return True

    async def _write(self, tenant: str, room: Room) -> None:
        record = {"channel": room.channel, "department": room.department, "by": room.by, "at": _iso(room.at)}
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.hset(self._key(tenant, "bound"), room.name, json.dumps(record, ensure_ascii=False))
            pipe.incr(self._key(tenant, "version"))
            await pipe.execute()
        await self._spread(tenant)

    async def _spread(self, tenant: str) -> None:
        await self.refresh(tenant)
        await self._redis.publish("dobi:wake", "rooms")

    # --- how Dobi behaves there

    async def only_addressed(self, tenant: str, chat: str) -> bool:
        """Whether bare words are left alone in that chat."""
        stored = await self._redis.hget(self._key(tenant, "manners"), chat)
        return stored is not None and bool(json.loads(stored)["addressed"])

    async def behave(self, tenant: str, chat: str, by: str, now: datetime, *, addressed: bool) -> None:
        """From now on bare words are answered there, or left alone. Safe to repeat."""
        record = {"addressed": addressed, "by": by, "at": _iso(now)}
        await self._redis.hset(self._key(tenant, "manners"), chat, json.dumps(record))

    async def is_welcomed(self, tenant: str, chat: str) -> bool:
        """Whether that chat was greeted."""
        return bool(await self._redis.hexists(self._key(tenant, "welcomed"), chat))

    async def welcome_once(self, tenant: str, chat: str, now: datetime) -> bool:
        """True the first time for that chat."""
        return bool(await self._redis.hsetnx(self._key(tenant, "welcomed"), chat, _iso(now)))

    async def left(self, tenant: str, chat: str) -> None:
        """Dobi was put out of that chat: when it is let in again it is welcomed again."""
        await self._redis.hdel(self._key(tenant, "welcomed"), chat)


def reference(room: Room) -> str:
    """The ref of the chat that a bound room is."""
    return Chat(room.adapter, room.channel, private=False).ref


def _channels(rooms: Sequence[Room]) -> list[Channel]:
    found: dict[str, Channel] = {}
    for room in rooms:
        before: Mapping[str, str] = found[room.channel].addresses if room.channel in found else {}
        found[room.channel] = Channel(room.channel, room.department, {**before, room.adapter: room.native})
    return list(found.values())


def _free(department: str, taken: frozenset[str]) -> str:
    """The department's name as a channel's id, numbered where that messenger has such a channel already."""
    names = (department, *(f"{department}-{number}" for number in range(2, MOST + 3)))
    return next(name for name in names if name not in taken)


def _room(name: str, record: Mapping[str, str]) -> Room:
    adapter, _, native = name.partition(":")
    at = datetime.fromisoformat(record["at"])
    return Room(adapter, native, record["channel"], record["department"], record["by"], at)


def _iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()

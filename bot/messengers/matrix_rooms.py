"""What Dobi knows of its rooms: who is in them, which is whose private chat, and whether they may be spoken in.

A room's state is asked once; while this process follows the homeserver each change arrives by itself, otherwise a
private chat is asked about before each message, and a group's state is trusted for a minute. Private chats stand in the
account's `m.direct` (the newest first) and, where Dobi opened them, under an alias of their person's, so that two
workers never open two.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from base64 import b32encode
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.messengers.matrix_beacons import SHARES
from bot.messengers.matrix_client import V3, Homeserver, RefusedError, UnansweredError, path_of
from bot.messengers.matrix_events import Json, block, events_of, text_at

_GUARDED = dict.fromkeys(
    (
        "m.room.power_levels", "m.room.history_visibility", "m.room.encryption", "m.room.tombstone",
        "m.room.server_acl", "m.room.canonical_alias", "m.room.name", "m.room.avatar", "m.room.topic",
    ),
    100,
)  # fmt: skip
_TRUSTED = timedelta(minutes=1)
_KEPT_ROOMS = 20_000
_UNLISTED = 200
_PRESENT = frozenset({"join", "invite"})


@dataclass(slots=True)
class Room:
    """A room as its state tells it: membership and display name by user, and what stands in the way of speaking."""

    id: str
    asked_at: datetime
    members: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    named: bool = False
    encrypted: bool = False
    successor: str = ""

    def present(self) -> frozenset[str]:
        """Who is in it or asked to come."""
        return frozenset(user for user, state in self.members.items() if state in _PRESENT)

    def apply(self, event: Json) -> None:
        """Takes a state event over."""
        content = block(event, "content")
        match event.get("type"):
            case "m.room.member":
                user = text_at(event, "state_key")
                self.members[user] = text_at(content, "membership")
                if name := text_at(content, "displayname"):
                    self.names[user] = name[:100]
            case "m.room.name":
                self.named = bool(text_at(content, "name"))
            case "m.room.encryption":
                self.encrypted = True
            case "m.room.tombstone":
                self.successor = text_at(content, "replacement_room")


class Rooms:
    """The rooms of one account. `me` is known once `begin` was awaited."""

    def __init__(self, server: Homeserver, now: Callable[[], datetime]) -> None:
        self._server = server
        self._now = now
        self._rooms: OrderedDict[str, Room] = OrderedDict()
        self._direct: dict[str, list[str]] = {}
        self._direct_at: datetime | None = None
        self._writing = asyncio.Lock()
        self.following = False
        self.me = ""
        self.name = ""

    async def begin(self) -> None:
        """Asks who Dobi is there.

        Raises:
            HomeserverError: it could not be asked.
        """
        if self.me:
            return
        try:
            me = text_at(await self._server.ask("GET", path_of(f"{V3}/account/whoami")), "user_id")
        except RefusedError as refused:
            if refused.status not in {400, 403, 404}:
                raise
            raise RefusedError(401, refused.code) from None  # it is said of Dobi, and of no chat
        try:
            profile = await self._server.ask("GET", path_of(f"{V3}/profile", me, "displayname"))
        except RefusedError:
            profile = {}
        self.name = text_at(profile, "displayname")
        self.me = me

    def names(self) -> tuple[str, ...]:
        """What people call Dobi there, longest first."""
        local = self.me.removeprefix("@").partition(":")[0]
        return tuple(
            name for name in (self.me, f"@{self.name}" * bool(self.name), self.name, f"@{local}", local) if name
        )

    async def look(self, room_id: str, *, afresh: bool = False) -> Room:
        """The room's state, not older than a minute or kept up to date; `afresh` asks in any case.

        Raises:
            HomeserverError: it could not be asked; `RefusedError` where Dobi is not in it.
        """
        known = self._rooms.get(room_id)
        if known is not None and not afresh and (self.following or self._now() - known.asked_at < _TRUSTED):
            self._rooms.move_to_end(room_id)
            return known
        body = await self._server.raw("GET", path_of(f"{V3}/rooms", room_id, "state"), None, "", 32 * 2**20)
        return self.learn(room_id, events_of({"state": _list(body)}, "state"))

    def learn(self, room_id: str, state: Iterable[Json]) -> Room:
        """Keeps a room's whole state."""
        room = Room(room_id, self._now())
        for event in state:
            room.apply(event)
        self._rooms[room_id] = room
        while len(self._rooms) > _KEPT_ROOMS:
            self._rooms.popitem(last=False)
        return room

    def heard(self, room_id: str, events: Iterable[Json]) -> None:
        """Takes over what changed in a room that is known."""
        room = self._rooms.get(room_id)
        for event in events:
            if room is not None and isinstance(event.get("state_key"), str):
                room.apply(event)

    def forget(self, room_id: str = "") -> None:
        """Asks anew next time: about one room, or about everything."""
        if room_id:
            self._rooms.pop(room_id, None)
            return
        self._rooms.clear()
        self._direct_at = None

    def is_direct(self, room: Room) -> bool:
        """Whether it is a private chat: Dobi and one person, and no name that says otherwise."""
        if len(room.present() | {self.me}) > 2:
            return False
        return not room.named or any(room.id in rooms for rooms in self._direct.values())

    def other(self, room: Room) -> str:
        """The one person who is or was in a private chat beside Dobi; empty where there are several."""
        present = room.present() - {self.me}
        others = present or (set(room.members) - {self.me})
        return next(iter(others)) if len(others) == 1 else ""

    # m.direct

    async def directs(self) -> dict[str, list[str]]:
        """Person → their private chats, the newest first."""
        fresh = self._direct_at is not None and (self.following or self._now() - self._direct_at < _TRUSTED)
        if not fresh:
            try:
                found = await self._server.ask("GET", self._direct_path())
            except RefusedError as refused:
                if refused.status != 404:
                    raise
                found = {}
            self.take_directs(found)
        return self._direct

    def forget_directs(self) -> None:
        """Asks for the list anew next time."""
        self._direct_at = None

    async def unlisted(self, user: str) -> str:
        """A private chat that Dobi was just let into, and that stands in nobody's list yet; empty where there is none.

        Raises:
            HomeserverError: it could not be asked.
        """
        listed = {room for rooms in (await self.directs()).values() for room in rooms}
        joined = _names((await self._server.ask("GET", f"{V3}/joined_rooms")).get("joined_rooms"))
        for room_id in [one for one in joined if one not in listed][:_UNLISTED]:
            try:
                room = await self.look(room_id)
            except RefusedError as refused:
                if refused.status not in {403, 404}:
                    raise
                continue
            if room.present() == {user, self.me} and not (room.named or room.encrypted or room.successor):
                return room_id
        return ""

    def take_directs(self, content: Json) -> None:
        """What the account's `m.direct` says now."""
        self._direct = {
            user: [room for room in rooms if isinstance(room, str)][:20]
            for user, rooms in content.items()
            if isinstance(rooms, list)
        }
        self._direct_at = self._now()

    async def note_direct(self, user: str, room_id: str) -> bool:
        """Puts a private chat first in its person's list; whether they had another before."""
        async with self._writing:
            before = (await self.directs()).get(user, [])
            if before[:1] != [room_id]:
                self._direct_at = None  # nobody else's entry is to be lost: read again, then write
                found = dict(await self.directs())
                found[user] = [room_id, *(one for one in found.get(user, []) if one != room_id)][:20]
                await self._server.ask("PUT", self._direct_path(), found)
                self.take_directs(found)
        return any(one != room_id for one in before)

    async def readable(self, user: str, besides: str = "", *, afresh: bool = False) -> str:
        """A private chat in which both are and that Dobi can read, other than `besides`; empty where there is none."""
        for room_id in (await self.directs()).get(user, []):
            try:
                room = None if room_id == besides else await self.look(room_id, afresh=afresh)
            except RefusedError as refused:
                if refused.status not in {403, 404}:
                    raise
                continue
            if room is not None and not room.encrypted and not room.successor and room.present() == {user, self.me}:
                return room_id
        return ""

    def _direct_path(self) -> str:
        return path_of(f"{V3}/user", self.me, "account_data", "m.direct")

    async def open_direct(self, user: str) -> str:
        """A private chat that Dobi opens with somebody who has none; the same one however often it is asked for.

        Raises:
            HomeserverError: it could not be opened, or (404) there is no such person.
        """
        try:
            await self._server.ask("GET", path_of(f"{V3}/profile", user))
        except RefusedError as refused:
            if refused.status == 404:
                raise
        digest = hashlib.blake2b(f"{self.me}\x1f{user}".encode(), digest_size=10).digest()
        local = f"dobi-{b32encode(digest).decode().lower()}"
        wanted = {
            "preset": "private_chat",
            "is_direct": True,
            "invite": [user],
            "room_alias_name": local,
            "creation_content": {"m.federate": user.partition(":")[2] != self.me.partition(":")[2]},
            # whoever is let in later would read it all; a live location share begins with a state event
            "power_level_content_override": {"invite": 100, "events": {**_GUARDED, **dict.fromkeys(SHARES, 0)}},
            "initial_state": [
                {"type": "m.room.history_visibility", "state_key": "", "content": {"history_visibility": "invited"}}
            ],
        }
        try:
            room_id = text_at(await self._server.ask("POST", f"{V3}/createRoom", wanted), "room_id")
        except RefusedError as refused:
            if refused.code != "M_ROOM_IN_USE":
                raise
            alias = f"#{local}:{self.me.partition(':')[2]}"
            room_id = text_at(await self._server.ask("GET", path_of(f"{V3}/directory/room", alias)), "room_id")
        await self.note_direct(user, room_id)
        return room_id

    async def ask_in(self, user: str, room_id: str) -> Room:
        """A private chat whose opener died, or is just about to ask: now its person is asked in.

        Raises:
            HomeserverError: they can't be; `RefusedError` where Dobi may not ask.
        """
        await self._server.ask("POST", path_of(f"{V3}/rooms", room_id, "invite"), {"user_id": user})
        return await self.look(room_id, afresh=True)


def _names(told: object) -> list[str]:
    return [one for one in told if isinstance(one, str)] if isinstance(told, list) else []


def _list(body: bytes) -> list[object]:
    """A room's state. Of a room whose state is not known nobody may think that it is open, or empty."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list):
        raise UnansweredError("the answer is no room's state")
    return found

"""What a room hears when Dobi is let in: a known one its welcome, an unknown one how it is registered; each once.

Put out and let in again, it says so again. Whoever speaks to Dobi there without a name hears that they have none. It
answers nothing else and remembers nobody who did it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.happenings import Heard
from bot.messenger import Chat, Update
from bot.outbox import Outbox, Row
from bot.rooms import RoomBook
from bot.strange_rooms import StrangeRooms
from bot.tenancy import RoomPlace, Tenancy
from bot.wording import channels as words


class Welcoming:
    """A listener of the router."""

    def __init__(
        self, tenancy: Tenancy, rooms: RoomBook, strange: StrangeRooms, outbox: Outbox, now: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:  # fmt: skip
        self._tenancy, self._rooms, self._strange = tenancy, rooms, strange
        self._outbox, self._now, self._wake = outbox, now, wake

    async def hear(self, update: Update) -> Heard | None:
        """Says what is to be said of a room entered; remembers a room left."""
        if update.chat is None or update.chat.startswith("dm:"):
            return None
        place = self._tenancy.room(update.adapter, update.chat)
        match update.event:
            case "joined":
                return await self._joined(update, update.chat, place)
            case "left":
                await self._left(update.adapter, update.chat, place)
            case "masked":
                return await self._masked(update, update.chat, place)
            case "moved" if place is not None and update.moved_to:
                await self._rooms.moved(place.tenant, update.adapter, update.chat, update.moved_to)
        return None

    async def _joined(self, update: Update, native: str, place: RoomPlace | None) -> Heard | None:
        now = self._now()
        if place is None:
            if not await self._strange.tell_once(update.adapter, native, now):
                return None
            return Heard("", Chat(update.adapter, native, private=False), [words.stranger()])
        chat = Chat(update.adapter, place.channel.id, private=False)
        if await self._rooms.is_welcomed(place.tenant, chat.ref):
            return None
        story = f"welcome/{chat.ref}/{update.id or now.isoformat()}"
        row = Row(chat, story, 1, "notice", words.welcome(place.channel.department), now)
        await self._outbox.put(place.tenant, [row])
        await self._rooms.welcome_once(place.tenant, chat.ref, now)
        self._wake()
        return None

    async def _masked(self, update: Update, native: str, place: RoomPlace | None) -> Heard | None:
        if not await self._strange.tell_masked(update.adapter, native, self._now()):
            return None
        tenant, name = ("", native) if place is None else (place.tenant, place.channel.id)
        return Heard(tenant, Chat(update.adapter, name, private=False), [words.masked()])

    async def _left(self, adapter: str, native: str, place: RoomPlace | None) -> None:
        if place is None:
            await self._strange.forget(adapter, native)
        else:
            await self._rooms.left(place.tenant, Chat(adapter, place.channel.id, private=False).ref)

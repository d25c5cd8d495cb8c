"""What a room hears that Dobi can't read, for it is encrypted: once, and what to do instead.

Most clients encrypt a private chat by default, and no client lets it be undone. So whoever asks Dobi into one is asked
into a chat that Dobi opened without encryption, or shown to the one they have; a group hears how to make another. That
it was said stands at the homeserver.
"""

from __future__ import annotations

import logging

from bot.messengers.matrix_client import V3, Homeserver, RefusedError, path_of
from bot.messengers.matrix_rooms import Rooms
from bot.wording import matrix as wording

_TOLD = "kr.dobi.told"

log = logging.getLogger(__name__)


class Sealed:
    """Tells encrypted rooms."""

    def __init__(self, server: Homeserver, rooms: Rooms) -> None:
        self._server = server
        self._rooms = rooms

    async def tell(self, room_id: str, person: str) -> None:
        """Says it in the room, where it was not said before; `person` is empty in a group.

        A room in which Dobi may not speak, or a person who can't be asked into another, is left alone.

        Raises:
            HomeserverError: the homeserver is not well; it may be tried again.
        """
        told = path_of(f"{V3}/user", self._rooms.me, "rooms", room_id, "account_data", _TOLD)
        try:
            if await self._known(told):
                await self._again(person)
                return
            text = await self._instead(person) if person else wording.encrypted_group()
            await self._say(room_id, "encrypted", text)
            await self._server.ask("PUT", told, {"encrypted": True})
        except RefusedError as refused:
            if refused.status == 429 or refused.status >= 500:
                raise
            log.info("an encrypted room could not be told that it is not read: %s", refused)

    async def _known(self, told: str) -> bool:
        try:
            await self._server.ask("GET", told)
        except RefusedError as refused:
            if refused.status != 404:
                raise
            return False
        return True

    async def _instead(self, person: str) -> str:
        """Where this person can talk with Dobi: their readable chat, or one that is opened for them."""
        if await self._rooms.readable(person):
            return wording.encrypted_chat_beside()
        opened = await self._opened(person)
        if not opened:
            return wording.encrypted_by_server()
        await self._say(opened, "opened", wording.opened_chat())
        return wording.encrypted_chat()

    async def _again(self, person: str) -> None:
        """Who declined, or left it, and still writes where Dobi can't read, is asked in once more, without a word."""
        if person and not await self._rooms.readable(person, afresh=True):
            await self._opened(person)

    async def _opened(self, person: str) -> str:
        """The chat that Dobi opened for them, they in it or asked in; empty where it would be encrypted as well."""
        room = await self._rooms.look(await self._rooms.open_direct(person), afresh=True)
        if room.encrypted:
            return ""
        if person not in room.present():
            path = path_of(f"{V3}/rooms", room.id, "invite")
            await self._server.ask("POST", path, {"user_id": person})
            self._rooms.forget(room.id)
        return room.id

    async def _say(self, room_id: str, once: str, text: str) -> None:
        content = {"msgtype": "m.notice", "body": text, "m.mentions": {}}
        await self._server.ask("PUT", path_of(f"{V3}/rooms", room_id, "send", "m.room.message", once), content)

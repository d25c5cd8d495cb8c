"""A messenger that is only spoken through to people who stand in the roster: what goes to anybody else goes nowhere.

Whatever wrote a message (a subscription, a reminder, a lunch call), it is looked at once more in the instant before it
leaves: a leaver's chat, a lost phone's, gets nothing, however early it was written. Groups it leaves alone.
"""

from __future__ import annotations

from datetime import datetime

from bot.messenger import Chat, FileRef, InFile, Messenger, Outgoing, Receive
from bot.platforms import Absent, Ambiguous, Capabilities, Gone, SendResult, Sent
from bot.tenancy import Tenancy


class RosterGate:
    """Stands before `messenger`."""

    def __init__(self, messenger: Messenger, tenancy: Tenancy) -> None:
        self._messenger, self._tenancy = messenger, tenancy

    @property
    def name(self) -> str:
        """The adapter's name."""
        return self._messenger.name

    @property
    def capabilities(self) -> Capabilities:
        """What the platform can do."""
        return self._messenger.capabilities

    async def run(self, receive: Receive) -> None:
        """See `Messenger.run`."""
        await self._messenger.run(receive)

    async def send(self, message: Outgoing) -> SendResult:
        """Sends it where its private chat is somebody's of its institution; else it is as if nobody were there."""
        if message.chat.private:
            member = self._tenancy.person(message.chat.adapter, message.chat.id.removeprefix("dm:"))
            if member is None or member.tenant != message.institution:
                return Gone("nobody of the institution stands there any more")
        return await self._messenger.send(message)

    async def find(self, message: Outgoing, since: datetime) -> Sent | Absent | Ambiguous:
        """See `Messenger.find`."""
        return await self._messenger.find(message, since)

    async def fetch(self, file: FileRef) -> InFile:
        """See `Messenger.fetch`."""
        return await self._messenger.fetch(file)

    async def delete(self, chat: Chat, native: str) -> bool:
        """See `Messenger.delete`."""
        return await self._messenger.delete(chat, native)

    async def close(self) -> None:
        """See `Messenger.close`."""
        await self._messenger.close()

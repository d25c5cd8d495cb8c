"""A messenger that is only spoken through to people who stand in the roster: what goes to anybody else goes nowhere.

Whatever wrote a message (a subscription, a reminder, a lunch call), it is looked at once more in the instant before it
leaves: a leaver's chat, a lost phone's, gets nothing, however early it was written. Groups it leaves alone.
"""

from __future__ import annotations

from bot.messenger import Messenger, Outgoing, Through
from bot.platforms import Gone, SendResult
from bot.tenancy import Tenancy


class RosterGate(Through):
    """Stands before `messenger`."""

    def __init__(self, messenger: Messenger, tenancy: Tenancy) -> None:
        super().__init__(messenger)
        self._tenancy = tenancy

    async def send(self, message: Outgoing) -> SendResult:
        """Sends it where its private chat is somebody's of its institution; else it is as if nobody were there."""
        if message.chat.private:
            member = self._tenancy.person(message.chat.adapter, message.chat.id.removeprefix("dm:"))
            if member is None or member.tenant != message.institution:
                return Gone("nobody of the institution stands there any more")
        return await self._messenger.send(message)

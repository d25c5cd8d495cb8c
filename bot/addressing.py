"""A channel's own name in the house ↔ the room's id at the platform: every message to a group passes through here.

Stores know a group by the channel's id (`telegram:총무과`), so that nothing is lost when a platform gives the room
another id; an adapter knows only its platform's ids. Private chats (`dm:`) and rooms that no institution knows pass as
they are.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.messenger import Chat, Messenger, Outgoing, Through
from bot.platforms import Absent, Ambiguous, SendResult, Sent
from bot.tenancy import Tenancy, UnknownInstitution


def native(tenancy: Tenancy, tenant: str, chat: Chat) -> Chat:
    """The chat as its platform knows it."""
    if chat.private or not tenant:
        return chat
    try:
        channel = tenancy.channel_named(tenant, chat.id)
    except UnknownInstitution:
        return chat
    address = None if channel is None else channel.addresses.get(chat.adapter)
    return chat if address is None else replace(chat, id=address)


class Addressed(Through):
    """A messenger that takes the house's names of rooms; only private chats hold what `delete` takes away."""

    def __init__(self, messenger: Messenger, tenancy: Tenancy) -> None:
        super().__init__(messenger)
        self._tenancy = tenancy

    def _there(self, message: Outgoing) -> Outgoing:
        return replace(message, chat=native(self._tenancy, message.institution, message.chat))

    async def send(self, message: Outgoing) -> SendResult:
        """Sends it to the room as the platform knows it."""
        return await self._messenger.send(self._there(message))

    async def find(self, message: Outgoing, since: datetime) -> Sent | Absent | Ambiguous:
        """Looks for it in the room as the platform knows it."""
        return await self._messenger.find(self._there(message), since)

"""Who may change what a channel is subscribed to, and the log of who did.

Everybody in the room adds; privately its department and the administrators do. What somebody added they alone end,
rest or narrow, and the administrators; what a leaver left behind, anybody there.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot.acts import Acts
from bot.messenger import Chat
from bot.settings import Channel, Role
from bot.tenancy import Member, Tenancy
from nlp.subscriptions import Subscription

ADDED: Final = "channel-subscribed"
ENDED: Final = "channel-ended"
SET: Final = "channel-settings"
_WORDS: Final = 40


class ChannelCare:
    """The rules, asked of the roster as it stands."""

    def __init__(self, tenancy: Tenancy, acts: Acts) -> None:
        self._tenancy = tenancy
        self._acts = acts

    def may_keep(self, member: Member, channel: Channel) -> bool:
        """Whether somebody may administer the channel from outside, and decide how Dobi behaves in it."""
        return member.person.department == channel.department or Role.MANAGER in member.person.roles

    def may_change(self, member: Member, added_by: str) -> bool:
        """Whether somebody may end what another added."""
        mine = added_by == member.person.id or Role.MANAGER in member.person.roles
        return mine or self._tenancy.member(member.tenant, added_by) is None

    async def note(
        self, tenant: str, by: str, what: str, chat: Chat, subscription: Subscription, now: datetime
    ) -> None:  # fmt: skip
        """Writes that a subscription was added or ended; the same one once."""
        key = f"{what}:{subscription.id}:{subscription.created_at.isoformat()}"
        await self._acts.note(tenant, by, what, f"{chat.id} {subscription.text[:_WORDS]}", now, key=key)

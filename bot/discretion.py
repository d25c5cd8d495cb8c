"""Which messenger may carry what: too private a reply becomes one sentence, and goes where its reader may have it.

The settings' word on an account holds, else the adapter's own (`Capabilities.content`). It says nothing of who may
read a thing: handlers have decided that before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.messenger import Chat, Reply
from bot.platforms import Content
from bot.tenancy import Tenancy, UnknownInstitution
from bot.wording import delivery as words


@dataclass(frozen=True, slots=True)
class Screened:
    """What may be said in a chat, and the private chat on another messenger that gets the whole of it."""

    reply: Reply
    elsewhere: Chat | None = None


class Discretion:
    """The rule for all messengers. `limits`: the most private content of each one that this deployment has.

    `talks` says whether people answer on a messenger.
    """

    def __init__(
        self, tenancy: Tenancy, limits: Callable[[], Mapping[str, Content]],
        talks: Callable[[str], bool] = lambda _: True,
    ) -> None:  # fmt: skip
        self._tenancy = tenancy
        self._limits = limits
        self._talks = talks

    def screened(self, tenant: str, chat: Chat, reply: Reply, *, answer: bool = False) -> Screened:
        """The reply itself where its messenger may carry it.

        An `answer` (it may hold a code) goes on to no messenger in which nobody can ask: a mailbox has other readers.
        """
        limits = self._limits()
        limit = limits.get(chat.adapter)
        if limit is None or reply.content <= limit:
            return Screened(reply)
        able = [one for one in self._others(chat) if one.adapter in limits and reply.content <= limits[one.adapter]]
        other = next((one for one in able if not answer or self._talks(one.adapter)), None)
        names = [] if other is None else [other.adapter]
        return Screened(words.kept_back(reply.content, names, self._contact(tenant)), other)

    def _others(self, chat: Chat) -> Sequence[Chat]:
        """The reader's private chats on other messengers; a group's readers are many."""
        member = self._tenancy.person(chat.adapter, chat.id.removeprefix("dm:")) if chat.private else None
        if member is None:
            return ()
        places = sorted(member.person.addresses.items(), key=lambda one: (one[0] == "console", one[0]))
        return [Chat(adapter, f"dm:{to}", private=True) for adapter, to in places if adapter != chat.adapter]

    def _contact(self, tenant: str) -> str:
        try:
            return self._tenancy.institution(tenant).contact
        except UnknownInstitution:
            return ""

"""Where a person hears what they did not ask for: once, on one messenger, whichever way it came.

    chosen ("받는 곳") → else where they talked last → else a messenger that this deployment has, the console last

The first of these that may carry a message of that kind. Replies go where somebody asked, and never come here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.messenger import Chat, chat_of
from bot.platforms import Content
from bot.settings import MessengerAccount, Person
from bot.tenancy import Tenancy

CONSOLE = "console"
SILENT_EDITS = frozenset({CONSOLE, "telegram", "slack", "matrix"})
"""Messengers that can edit a message, and tell nobody when they do."""
_MOST_PRIVATE: Mapping[str, Content] = dict.fromkeys(("telegram", "slack", "post", "folder", "mail"), Content.OFFICE)
"""What a messenger may carry where the settings say nothing, as its adapter declares it; others carry all."""

Carries = Callable[[str, Content], bool]


def owner_of(tenancy: Tenancy, chat: Chat) -> str:
    """Whose choices hold for a chat: `@kim` of the person whose private chat it is, else the chat's own ref."""
    person = _person(tenancy, chat)
    return chat.ref if person is None else f"@{person.id}"


def carriers(accounts: tuple[MessengerAccount, ...]) -> Carries:
    """Whether this deployment has a messenger that may carry such a message."""
    limits: dict[str, Content] = {CONSOLE: Content.PLACE}
    for one in accounts:
        usual = _MOST_PRIVATE.get(one.adapter, Content.PLACE)
        limits[one.adapter] = usual if one.content is None else one.content
    return lambda adapter, content: adapter in limits and content <= limits[adapter]


def places(person: Person, chosen: str, last: str) -> Iterator[str]:
    """The person's messengers, the most wanted first."""
    known = sorted(person.addresses, key=lambda one: (one == CONSOLE, one))
    yield from (one for one in dict.fromkeys((chosen, last, *known)) if one in person.addresses)


@dataclass(frozen=True, slots=True)
class Whereto:
    """The rule, for everything that is said unasked."""

    tenancy: Tenancy
    carries: Carries

    def chat(self, person: Person, chosen: str, last: str, content: Content = Content.OFFICE) -> Chat | None:
        """The private chat where the person hears it; None where no messenger of theirs may carry it."""
        found = next((one for one in places(person, chosen, last) if self.carries(one, content)), None)
        return None if found is None else Chat(found, f"dm:{person.addresses[found]}", private=True)

    def person(self, chat: Chat) -> Person | None:
        """Whose private chat this is, of somebody with several messengers; None where there is nothing to choose."""
        found = _person(self.tenancy, chat)
        return found if found is not None and len(found.addresses) > 1 else None

    def others(self, ref: str) -> frozenset[str]:
        """The refs of all private chats of the person whose chat this is, or just that one."""
        person = self.person(chat_of(ref))
        if person is None:
            return frozenset({ref})
        return frozenset(f"{adapter}:dm:{address}" for adapter, address in person.addresses.items())


def _person(tenancy: Tenancy, chat: Chat) -> Person | None:
    member = tenancy.person(chat.adapter, chat.id.removeprefix("dm:")) if chat.private else None
    return None if member is None else member.person

"""A location that somebody posts in a group: it is neither read nor kept, and Dobi says nothing there.

Whoever uses locations with Dobi may have meant it for their trip: they are told so once a day, in private, with no word
about the place. Who never agreed to give any is left in peace: people show each other where to eat.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from bot.clock import KST
from bot.messenger import Chat
from bot.outbox import Outbox, Row
from bot.people import PeopleStore
from bot.routes import Request
from bot.wording import surely as words

_MOST: Final = 5_000


class StrayedPlaces:
    """Hears of locations in groups; `heard` is safe to repeat."""

    def __init__(self, people: PeopleStore, outbox: Outbox) -> None:
        self._people, self._outbox = people, outbox
        self._told: OrderedDict[tuple[str, str], str] = OrderedDict()  # the outbox is the truth; this spares asking it

    async def heard(self, request: Request) -> None:
        """Tells whoever posted it, the first time that day."""
        key, day = (request.tenant, request.person), f"{request.now.astimezone(KST):%Y-%m-%d}"
        if self._told.get(key) == day:
            return
        self._told[key] = day
        self._told.move_to_end(key)
        while len(self._told) > _MOST:
            self._told.popitem(last=False)
        consent = await self._people.consent(request.tenant, request.person)
        if consent is None or not consent.granted:
            return
        chat = Chat(request.update.adapter, f"dm:{request.update.sender}", private=True)
        row = Row(chat, f"strayed/{day}", 1, "notice", words.strayed(), request.now)
        if chat.ref not in await self._outbox.told(request.tenant, row.story):
            await self._outbox.put(request.tenant, [row])

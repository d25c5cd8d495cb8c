"""The list that Dobi showed last to a person in a chat: kept ten minutes, for every process, gone with the person.

Beside what was spoken of (`bot.people`, under `<chat> list`) written only where a list was shown: an
answer without one costs nothing. `그거` means a row only where nothing was answered since that this process knows, or
the one that was just spoken of.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.meant import LIFE, Spoken
from bot.messenger import Reply
from bot.people import PeopleStore
from bot.routes import Request
from bot.shown import Choice, Shown, by_that, meant_of, points, rows_in, shown_in

_MOST: Final = 5_000

Key = tuple[str, str, str]


class Lists:
    """What was shown; `meant` reads a text by it, `answered` is told of each answer."""

    def __init__(self, people: PeopleStore) -> None:
        self._people = people
        self._fresh: dict[Key, bool] = {}
        self._touched: dict[Key, int] = {}
        self._place: dict[Key, int] = {}

    @staticmethod
    def _key(request: Request) -> Key:
        return request.tenant, request.person, request.chat.ref

    async def answered(self, request: Request, route: str, replies: Sequence[Reply]) -> None:
        """A list takes the place of the one before; rows that nobody can point at end it."""
        key = self._key(request)
        shown = shown_in(route, replies)
        if shown is not None or rows_in(replies):
            text = shown.to_json() if shown is not None else ""
            spoken = Spoken(shown.kind if shown is not None else "", text, "", request.now)
            await self._people.speak(request.tenant, request.person, f"{request.chat.ref} list", spoken)
        self._fresh.pop(key, None)
        self._place.pop(key, None)
        if (touched := self._touched.pop(key, 0)) and shown is None:
            self._place[key] = touched
            if len(self._place) > _MOST:
                del self._place[next(iter(self._place))]
        if shown is not None:
            self._fresh[key] = True
        if len(self._fresh) > _MOST:
            del self._fresh[next(iter(self._fresh))]

    def just(self, request: Request) -> bool:
        """Whether a list was the last that this person was answered there, as far as this process knows."""
        return self._fresh.get(self._key(request), False)

    async def meant(self, request: Request, text: str) -> Choice | None:
        """What the text means of the list; None where it speaks of none of its rows."""
        place = self._place.get(self._key(request), 0)
        if not points(text) or (by_that(text) and not place and not self.just(request)):
            return None
        found = await self._people.spoken(request.tenant, request.person, f"{request.chat.ref} list")
        if found is None or not found.words or request.now - found.at > LIFE:
            return None
        choice = meant_of(Shown.from_json(found.topic, found.words), text, place)
        if choice is not None and choice.sure and choice.place:
            self._touched[self._key(request)] = choice.place
        return choice

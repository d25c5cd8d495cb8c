"""`저 김해 출발해요` without a trip: one there, from now, is proposed and written at a yes; the place is kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from attest.trip import Basis, Leg, LegKind, Trip
from bot import trip_area
from bot.answers import Said, said
from bot.journeys import Journeys, tag
from bot.messenger import Reply
from bot.people import PeopleStore, Question
from bot.routes import Request, Route
from bot.trip_fixing import named_in
from bot.trip_memo import read
from bot.wording import setting_out as words
from bot.wording import trips

_FROM: Final = re.compile(r"에서")


class SettingOut:
    """Proposes it, and writes what was agreed to."""

    def __init__(self, people: PeopleStore, journeys: Journeys) -> None:
        self._people = people
        self._journeys = journeys

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route("leg-go", (), (), self.go, press="leg-go", private=True, title="출장", takes=_agrees),
        )  # fmt: skip

    async def proposed(self, request: Request, said: str) -> Reply | None:
        """The question, where a place that there is was named."""
        place = "" if _FROM.search(said) else read(said, request.now).destination
        if not place or not named_in(place):
            return None
        question = Question("leg-go", f"{request.now.isoformat()}|{place}")
        await self._people.ask(request.tenant, request.person, request.chat.ref, question, request.now)
        return words.proposal(place, request.now, _key(request, question.argument))

    async def go(self, request: Request) -> Sequence[Reply]:
        """A yes to it, by its button or in words: the same one twice is one trip."""
        waiting = await self._people.pending(request.tenant, request.person, request.chat.ref, request.now)
        if waiting is None or waiting.route != "leg-go":
            return [trips.gone()]
        key = _key(request, waiting.argument)
        if request.update.press is not None and request.argument != key:
            return [trips.gone()]
        told, _, place = waiting.argument.partition("|")
        at = datetime.fromisoformat(told)
        area = trip_area.of_words(place, self._journeys.office(request.tenant))
        trip = Trip(
            f"t{key}", request.person, request.now, destination=place, starts_at=at, area=area, chat=request.chat.ref
        )
        leg = Leg(LegKind.DEPARTED, at, request.now, Basis.TAP, message=key)
        return [words.begun(await self._journeys.tell(request.tenant, trip, leg), at)]


def _key(request: Request, about: str) -> str:
    return tag(f"{request.person}:{about}")


def _agrees(text: str) -> bool:
    return said(text) is Said.YES

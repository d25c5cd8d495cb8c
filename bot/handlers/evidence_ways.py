"""증빙 방법, 영수증 다시: how a trip is shown, for whoever chose a way; and the receipt that was given, once more.

Nothing of the trip is changed by either. A photo that is announced is awaited, so that it belongs to the trip at hand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from attest.trip import KST, Basis, Trip
from bot import consents
from bot.evidence_ways import Way
from bot.handlers.trip_asides import TripAsides
from bot.holdings import Holdings
from bot.journeys import Journeys
from bot.messenger import Reply
from bot.people import PeopleStore, Question
from bot.routes import Request, Route
from bot.trip_choice import covers, next_kind, planned, running
from bot.trip_memo import read
from bot.wording import evidence_ways as words
from bot.wording import receipts, trip_asides, trip_rows

_BASES: Final = {Way.PHOTO: Basis.PHOTO, Way.TOLL: Basis.TOLL, Way.HOST: Basis.HOST}
_EVER: Final = datetime.fromtimestamp(0, UTC)


class EvidenceTalk:
    """Answers both."""

    def __init__(self, people: PeopleStore, journeys: Journeys, holdings: Holdings) -> None:
        self._people = people
        self._journeys = journeys
        self._holdings = holdings
        self._asides = TripAsides(journeys)

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route("evidence-way", ("증빙 방법",), (), self.way, private=True, quiet=True, title="출장"),
            Route("receipt-again", ("영수증 다시",), (), self.again, private=True, quiet=True, title="영수증"),
        )

    async def way(self, request: Request) -> Sequence[Reply]:
        """How what was chosen is done."""
        chosen, _, refused = request.argument.partition(" ")
        way = next((one for one in Way if one.value == chosen), Way.WITHOUT)
        if refused:
            await consents.declines(self._people, request)
        around = await self._journeys.around(request.tenant, request.person, request.now)
        trip = running(around, request.now) or planned(around, request.now)
        if way is Way.COLLEAGUE:
            return [words.colleagues(trip)]
        if way in _BASES and trip is not None:
            question = Question("evidence", f"{trip.id}:{_BASES[way].value}")
            await self._people.ask(request.tenant, request.person, request.chat.ref, question, request.now)
        return [words.how(way, trip, next_kind(trip) if trip is not None else None)]

    async def again(self, request: Request) -> Sequence[Reply]:
        """The last receipt, or that of the day or place that is named."""
        told = await self._of_trip(request)
        if told:
            return told
        for index in reversed(await self._holdings.of(request.tenant, request.person, _EVER, 1)):
            issued = await self._journeys.issuer.again(request.tenant, index)
            if issued is not None:
                reply = receipts.receipt(
                    issued.place.title, issued.receipt.time, None, issued.receipt.document, issued.png,
                    f"receipt:{issued.receipt.serial.hex()}",
                    issued.receipt.flags,
                )  # fmt: skip
                return [replace(reply, text=f"{trip_asides.AGAIN}\n{reply.text}", receipt=None)]
        return [trip_rows.none_again()]

    async def _of_trip(self, request: Request) -> Sequence[Reply]:
        return await self._asides.receipt_again(request, meant=_meant(request))


def _meant(request: Request) -> Callable[[Trip], bool]:
    """Which trips a sentence may mean: those of the day that it names; all where it names none."""
    day = read(request.argument, request.now, past=True).span.day
    if day is None or day == request.now.astimezone(KST).date():
        return lambda _: True
    return lambda trip: covers(trip, day)

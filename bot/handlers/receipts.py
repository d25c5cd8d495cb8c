"""위치: a shared point becomes a receipt and a moment of the trip it belongs to. 글자로 받기: a receipt as text.

Consent comes first: a point sent before it is dropped. The receipt's log leaf is durable before the reply, the reply
goes through the outbox, and the message's own id makes all of it safe to repeat. No point and no token is ever logged.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from attest.errors import EvidenceRefusedError, InvalidShareError, LogBehindError
from attest.evidence import Challenge
from attest.receipt import Point, Share
from attest.trip import LegKind, Trip
from bot import challenge, consents, trip_area
from bot.challenge import Asked
from bot.handlers.company import Company
from bot.holdings import Holdings
from bot.journeys import Journeys, Taken, new_trip, tag
from bot.messenger import Location, Reply, Update
from bot.people import PeopleStore
from bot.routes import Request, Route
from bot.tenancy import Tenancy
from bot.trip_choice import Placed, of_share, planned, running
from bot.trip_replies import of_share as receipt_reply
from bot.wording import legs, witness
from bot.wording import receipts as words

_LISTED: Final = 31
_SETTING_OUT: Final = timedelta(minutes=10)  # a point that comes later than that after 출발 is no departure


class Receipts:
    """What comes of a point."""

    def __init__(
        self, tenancy: Tenancy, people: PeopleStore, journeys: Journeys, company: Company, holdings: Holdings
    ) -> None:
        self._tenancy = tenancy
        self._people = people
        self._journeys = journeys
        self._company = company
        self._holdings = holdings

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route("location", (), (), self.location, private=True, title="위치"),
            Route("token", (), (), self.token, press="token", private=True, title="영수증"),
        )

    async def location(self, request: Request) -> Sequence[Reply]:
        """A shared point; dropped without consent, refused where it proves nothing, else a receipt."""
        shared = request.update.location
        if shared is None:
            return [words.not_a_point()]
        key = _key(request.update)
        trips = await self._journeys.around(request.tenant, request.person, request.now)
        moves = shared.edited and await self._known(request, trips, key)
        if not await consents.agreed(self._people, request):
            if shared.edited:
                return []  # a live share that goes on: each of its points is dropped, and it is not said each time
            return [await consents.ask(self._people, self._tenancy, request, discarded=True)]
        try:
            share = _share(shared, request.update)
        except InvalidShareError:
            return [words.not_a_point()]
        if moves:
            return await self._moved(request, share, key)
        try:
            return await self._take(request, trips, share, key)
        except InvalidShareError:
            return [words.not_a_point()]
        except EvidenceRefusedError as error:
            return [words.refused(error.reason)]
        except LogBehindError as error:
            contact = self._tenancy.institution(request.tenant).contact
            return [witness.stopped(error.size, error.known, contact)]

    async def token(self, request: Request) -> Sequence[Reply]:
        """A receipt of one's own as text, for pasting where a picture can't go."""
        for index in await self._holdings.of(request.tenant, request.person, datetime.fromtimestamp(0, UTC), _LISTED):
            issued = await self._journeys.issuer.again(request.tenant, index)
            if issued is not None and issued.receipt.serial.hex() == request.argument:
                return [words.token(issued.token)]
        return [words.no_receipt()]

    async def _take(self, request: Request, trips: Sequence[Trip], share: Share, key: str) -> Sequence[Reply]:
        asked = await challenge.pending(self._people, request)
        at_office = trip_area.at_office(share.point, self._journeys.office(request.tenant))
        placed = await self._place(request, trips, asked, key, at_office=at_office)
        over = placed.trip.closing is not None and placed.trip.heard(tag(key)) is None
        if placed.kind is LegKind.RETURNED and over:
            return [legs.closed_already(placed.trip)]
        question = Challenge(asked.at) if asked else None
        taken = await self._journeys.take(request.member, placed.trip, placed.kind, share, question, key)
        await self._after(request, taken)
        if asked:
            await challenge.settle(self._people, request)
        reply = receipt_reply(taken, share.point.accuracy_m if share.point else None)
        return [replace(reply, spends=_spent(request.update))]

    async def _after(self, request: Request, taken: Taken) -> None:
        """Companions are asked once, where one has arrived; whose shares are beside each other is kept."""
        if taken.kind is LegKind.ARRIVED:
            await self._company.ask(request.member, taken.trip, request.now, late=False)
            await self._journeys.beside(request.tenant, taken.trip)

    async def _moved(self, request: Request, share: Share, key: str) -> Sequence[Reply]:
        """A live share that moves on: its trace may earn a better receipt, once."""
        taken = await self._journeys.better(request.member, share, key, request.now)
        if taken is None:
            return []
        return [receipt_reply(taken, share.point.accuracy_m if share.point else None, traced=True)]

    async def _known(self, request: Request, trips: Sequence[Trip], key: str) -> bool:
        if any(trip.heard(tag(key)) for trip in trips):
            return True
        return await self._journeys.issued(request.tenant, key)

    async def _place(
        self, request: Request, trips: Sequence[Trip], asked: Asked | None, key: str, *, at_office: bool | None
    ) -> Placed:
        """The trip and its moment that this point tells: one it told already, the one asked about, or by time."""
        for trip in trips:
            if leg := trip.heard(tag(key)):
                return Placed(trip, leg.kind)
        found = [trip for trip in trips if asked and trip.id == asked.trip]
        if asked and asked.kind and found and not _gone_by(asked, request.now):
            return Placed(found[0], asked.kind)
        if asked and asked.document:
            return await self._of_document(request, trips, asked.document, key)
        placed = of_share(trips, request.now, at_office=at_office)
        kind = LegKind.DEPARTED if at_office else LegKind.ARRIVED
        return placed or Placed(new_trip(request, key), kind)

    async def _of_document(self, request: Request, trips: Sequence[Trip], document: str, key: str) -> Placed:
        """The trip of that number: today's that has it, or has none yet, else a new one."""
        today = [trip for trip in (running(trips, request.now), planned(trips, request.now)) if trip is not None]
        found = next((trip for trip in today if trip.document == document), None)
        found = found or next((trip for trip in today if not trip.document), None)
        if found is None:
            return Placed(new_trip(request, key, document=document), LegKind.ARRIVED)
        numbered = await self._journeys.trips.change(
            request.tenant, found.id, lambda trip: replace(trip, document=document)
        )
        return Placed(numbered or found, LegKind.ARRIVED)


def _gone_by(asked: Asked, now: datetime) -> bool:
    """Whether a point no longer answers it: a departure is over soon."""
    return asked.kind is LegKind.DEPARTED and now - asked.at > _SETTING_OUT


def _share(shared: Location, update: Update) -> Share:
    return Share(
        point=Point(shared.lat, shared.lon, shared.accuracy_m),
        sent_at=update.sent_at or update.received_at,
        received_at=update.received_at,
        live=shared.live,
        forwarded=shared.forwarded,
        venue=shared.venue,
        via_bot=shared.via_bot,
        edited=shared.edited,
        messenger=update.adapter,
        message=update.message or "",
        declared=shared.declared,
    )


def _spent(update: Update) -> str | None:
    """The message that is nothing but its point, shared or declared; a live share goes on until its sender ends it."""
    live = update.edit or update.location is None or update.location.live or update.location.edited
    return None if live else update.message


def _key(update: Update) -> str:
    """What makes it the same receipt: the platform's message, else its update; without either it is a new one."""
    if update.message:
        return f"{update.adapter}:{update.sender}:{update.chat or ''}:message:{update.message}"
    return f"{update.adapter}:{update.sender}:{update.id or secrets.token_hex(8)}"

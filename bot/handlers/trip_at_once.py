"""출장 alone, or with a number: the next location, if it comes soon, is its answer."""

from __future__ import annotations

from collections.abc import Sequence

from attest.errors import InvalidShareError
from attest.receipt import clean_document
from attest.trip import Area, LegKind
from bot import challenge, consents
from bot.journeys import Journeys
from bot.messenger import Reply
from bot.people import PeopleStore
from bot.routes import Request
from bot.tenancy import Tenancy
from bot.trip_choice import next_kind, planned, running
from bot.trip_memo import Memo
from bot.wording import receipts
from bot.wording import trips as words


async def at_once(
    people: PeopleStore, tenancy: Tenancy, journeys: Journeys, request: Request, said: str, memo: Memo
) -> Sequence[Reply]:
    """출장 alone or with a number: the next location, if it comes soon, answers it."""
    try:
        document = clean_document(memo.document)
    except InvalidShareError:
        return [receipts.document_too_long()]
    around = await journeys.around(request.tenant, request.person, request.now)
    trip = running(around, request.now) or planned(around, request.now)
    here = trip is not None and not document
    about = challenge.of_trip(trip.id, next_kind(trip)) if trip is not None and here else document
    await challenge.issue(people, request, about)
    if not await consents.agreed(people, request):
        known = trip is not None and trip.leg(LegKind.ARRIVED) is not None  # it was asked for at the arrival
        if trip is not None and here and (known or await consents.refused(people, request)):
            return [
                words.running(trip, location=False, receipt="영수증" in request.update.text)
            ]  # the way without it, and the question not again
        return [await consents.ask(people, tenancy, request, discarded=False)]
    if trip is not None and here:
        return [words.running(trip, location=trip.area is not Area.INSIDE)]
    return [receipts.how(document, unread=bool(said) and not document)]

"""The question for a location that waits for its answer: asked of one person, answerable once, for half a day.

It lies among the open questions under a chat name that no chat has, and says when it was asked and about what: a
document number, or the moment of a trip.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from attest.trip import LegKind
from bot.people import PeopleStore, Question
from bot.routes import Request

_NAME: Final = "trip"
_LIFE: Final = timedelta(hours=12)
_TRIP: Final = "trip:"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question for a location: since when, and about what (a document number or a trip; may be empty)."""

    at: datetime
    about: str

    @property
    def document(self) -> str:
        """The document number that it is about; empty where it is about none."""
        return "" if self.about.startswith(_TRIP) else self.about

    @property
    def trip(self) -> str:
        """The id of the trip that it is about; empty where it is about none."""
        return self.about.split(":")[1] if self.about.startswith(_TRIP) else ""

    @property
    def kind(self) -> LegKind | None:
        """The moment of that trip."""
        return LegKind(self.about.split(":")[2]) if self.about.startswith(_TRIP) else None


def of_trip(trip_id: str, kind: LegKind) -> str:
    """What a question about a moment of a trip is about."""
    return f"{_TRIP}{trip_id}:{kind.value}"


async def issue(people: PeopleStore, request: Request, about: str) -> None:
    """Asks from now on; an earlier question is forgotten."""
    question = Question(_NAME, f"{request.now.isoformat()} {about}", _LIFE)
    await people.ask(request.tenant, request.person, _NAME, question, request.now)


async def pending(people: PeopleStore, request: Request) -> Asked | None:
    """The question that waits, left in place."""
    found = await people.pending(request.tenant, request.person, _NAME, request.now)
    if found is None:
        return None
    asked, _, about = found.argument.partition(" ")
    return Asked(datetime.fromisoformat(asked), about)


async def settle(people: PeopleStore, request: Request) -> None:
    """It was answered."""
    await people.answer(request.tenant, request.person, _NAME, request.now)

"""Consent to location: whether it stands, and the question that asks for it."""

from __future__ import annotations

from bot.messenger import Reply
from bot.people import PeopleStore, Question
from bot.routes import Request
from bot.wording import privacy as words


async def agreed(people: PeopleStore, request: Request) -> bool:
    """Whether the asker's consent stands."""
    consent = await people.consent(request.tenant, request.person)
    return consent is not None and consent.granted


async def ask(people: PeopleStore, request: Request, *, discarded: bool) -> Reply:
    """The consent question; a typed 네 answers it as the button does. `discarded`: a point came too early."""
    await people.ask(request.tenant, request.person, request.chat.ref, Question("consent"), request.now)
    return words.ask_consent(discarded=discarded)

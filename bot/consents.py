"""Consent to location: what stands of it, and the question that asks for it.

    never · outdated (the text changed in substance) → asked, and what came is dropped
    declined · withdrawn                             → dropped; asked again only where a point came or the person asks
    paused (위치정보법 제24조제2항)                               → dropped, and said to be
    given                                                        → a share is taken

Every conversation that takes a point asks here first, at each point, so that a withdrawal stops the very next one.
"""

from __future__ import annotations

from enum import Enum

from bot.messenger import Reply
from bot.people import PeopleStore, Question
from bot.routes import Request
from bot.tenancy import Tenancy
from bot.wording import privacy as words


class Standing(Enum):
    """Where a person stands with location."""

    NEVER = "never"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    OUTDATED = "outdated"
    PAUSED = "paused"
    GIVEN = "given"


async def standing(people: PeopleStore, tenant: str, person: str) -> Standing:
    """What stands now of the person's consent."""
    consent = await people.consent(tenant, person)
    declined = await people.declined_at(tenant, person)
    if consent is None:
        return Standing.NEVER if declined is None else Standing.DECLINED
    if not consent.granted:
        return Standing.WITHDRAWN
    if consent.text_version != words.CONSENT_VERSION:
        return Standing.OUTDATED if declined is None or declined < consent.at else Standing.DECLINED
    return Standing.GIVEN if await people.paused_at(tenant, person) is None else Standing.PAUSED


async def agreed(people: PeopleStore, request: Request) -> bool:
    """Whether a point of the asker's may be taken now."""
    return await standing(people, request.tenant, request.person) is Standing.GIVEN


async def refused(people: PeopleStore, request: Request) -> bool:
    """Whether the asker said no, withdrew, or lets location rest: then nobody brings it up again by themselves."""
    stands = await standing(people, request.tenant, request.person)
    return stands in {Standing.DECLINED, Standing.WITHDRAWN, Standing.PAUSED}


async def declines(people: PeopleStore, request: Request) -> None:
    """The asker says that no location will come: where none was agreed to, nobody asks for it by themselves."""
    if await standing(people, request.tenant, request.person) in {Standing.NEVER, Standing.OUTDATED}:
        await people.decline(request.tenant, request.person, request.now)


async def ask(people: PeopleStore, tenancy: Tenancy, request: Request, *, discarded: bool) -> Reply:
    """What a person hears whose point may not be taken: the consent question, or that location rests.

    A typed 네 answers the question as the button does. `discarded`: a point came and was dropped.
    """
    stands = await standing(people, request.tenant, request.person)
    if stands is Standing.PAUSED:
        return words.resting(discarded=discarded)
    await people.ask(request.tenant, request.person, request.chat.ref, Question("consent"), request.now)
    kept = tenancy.institution(request.tenant).retention
    return words.ask_consent(kept, discarded=discarded, renewed=stands is Standing.OUTDATED)

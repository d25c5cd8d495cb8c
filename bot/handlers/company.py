"""동행자 확인 · 방문 확인 번호: others who were there, one tap or eight digits each.

A companion gets one private message with two buttons, and nobody's place: not the destination, not a point. A visited
office's person shows a code of two minutes; who types it learns which office it was only when it is right.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from attest.trip import KST, Basis, Leg, LegKind, State, Trip
from attest.visit import VisitCodes
from bot.assent import together
from bot.journeys import Journeys, cause, tag
from bot.messenger import Reply
from bot.operators import private_chats
from bot.outbox import Outbox, Row
from bot.people import PeopleStore, Question
from bot.routes import Request, Route
from bot.tenancy import Member, Tenancy
from bot.trip_choice import of_word
from bot.trip_replies import of_evidence
from bot.wording import clock, day, trips
from bot.wording import legs as words

_CODE = re.compile(r"\d{8}")
_ASKED: Final = timedelta(days=3)  # a typed answer is understood as long; the buttons for ever


class Company:
    """Companions' and visited offices' conversation."""

    def __init__(
        self, tenancy: Tenancy, people: PeopleStore, journeys: Journeys, codes: VisitCodes, outbox: Outbox
    ) -> None:
        self._tenancy = tenancy
        self._people = people
        self._journeys = journeys
        self._codes = codes
        self._outbox = outbox

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route("with", (), (), self.answer, press="with", private=True, title="동행 확인"),
            Route("with-said", (), (), self.said, private=True, title="동행 확인", takes=_answers),
            Route(
                "visit-code",
                ("방문 확인 번호", "방문확인 번호", "방문확인번호"),
                ("visitcode",),
                self.show,
                about="출장",
                help="방문 확인 번호 — 우리 기관에 온 출장자에게 보여 줄 2분짜리 번호",
                private=True,
                quiet=True,
            ),
            Route(
                "visited",
                ("방문확인", "방문 확인"),
                ("visited",),
                self.check,
                sentences=(r"^방문 ?확인(?:번호)? ?(?P<argument>\d{4} ?\d{4})",),
                private=True,
                quiet=True,
            ),
        )

    async def ask(self, member: Member, trip: Trip, now: datetime, *, late: bool) -> Sequence[str]:
        """Asks each companion once, whoever calls however often; the names of those asked now for the first time."""
        asked = []
        begun = trip.begun_at or trip.starts_at or now
        when = f"{day(begun)}" if late or trip.whole_day else f"{day(begun)} {clock(begun)}"
        for name in trip.companions:
            other = self._tenancy.member(member.tenant, name)
            chats = private_chats(other.person) if other and name not in trip.confirmed else ()
            if not chats:
                continue
            department = member.person.department
            reply = words.with_you(member.person.name, department, when, trip.id, late=late)
            row = Row(chats[0], f"trip/{trip.id}/with/{name}", 1, "notice", reply, now)
            if await self._outbox.put(member.tenant, [row]):
                await self._wait(member.tenant, name, chats[0].ref, trip, now)
                asked.append(other.person.name if other else name)
        return asked

    async def answer(self, request: Request) -> Sequence[Reply]:
        """A companion's one tap."""
        trip_id, _, said = request.argument.partition(":")
        trip = await self._journeys.trips.get(request.tenant, trip_id)
        if trip is None or trip.state is State.CANCELLED or request.person not in (*trip.companions, *trip.confirmed):
            return [trips.gone()]
        if request.update.press is not None:  # the router ends a question that words answered, after the answer
            await self._heard(request, trip)
        if said != "yes":
            await self._left_out(request, trip)
            return [words.thanks(yes=False)]
        if request.person not in trip.confirmed:
            facts: dict[str, str | int | bytes] = {"trip": trip.id, "by": request.person}
            await self._journeys.issuer.log.append(
                request.tenant, "confirmed", facts, f"confirmed:{trip.id}:{request.person}"
            )
        await self._confirmed(request, trip)
        return [words.thanks(yes=True)]

    async def said(self, request: Request) -> Sequence[Reply]:
        """A companion's answer in words."""
        trip_id, _, told = request.argument.partition(" ")
        yes = "yes" if together(told) else "no"
        return await self.answer(replace(request, argument=f"{trip_id}:{yes}"))

    async def show(self, request: Request) -> Sequence[Reply]:
        """The code of one's own institution."""
        return [words.visit_code(await self._codes.show(request.tenant))]

    async def check(self, request: Request) -> Sequence[Reply]:
        """The code of a visited institution."""
        code = "".join(request.argument.split())
        if not _CODE.fullmatch(code):
            return [words.visit_how()]
        around = await self._journeys.around(request.tenant, request.person, request.now)
        trip = of_word(around, LegKind.ARRIVED, request.now)
        if trip is None:
            return [words.nobody_is_out()]
        others = [one.id for one in self._tenancy.institutions() if one.id != request.tenant]
        key = cause(request.update)
        found = await self._codes.check(request.tenant, request.person, code, others, key)
        if found is None:
            return [words.visit_wrong()]
        facts: dict[str, str | int | bytes] = {"trip": trip.id, "by": f"institution:{found}"}
        await self._journeys.issuer.log.append(request.tenant, "confirmed", facts, f"confirmed:{trip.id}:{found}:code")
        leg = Leg(LegKind.ARRIVED, request.now, request.now, Basis.HOST, confirmed=(found,), message=tag(key))
        kept = await self._journeys.trips.change(request.tenant, trip.id, lambda one: _hosted(one, found, leg))
        name = self._tenancy.institution(found).name
        return [words.visited(name, kept or trip)]

    async def _wait(self, tenant: str, name: str, chat: str, trip: Trip, now: datetime) -> None:
        """Words may answer too; another question that waits there already is not pushed aside."""
        if await self._people.pending(tenant, name, chat, now) is None:
            await self._people.ask(tenant, name, chat, Question("with-said", trip.id, life=_ASKED), now)

    async def _heard(self, request: Request, trip: Trip) -> None:
        """A tap answers the question for words too."""
        tenant, person, chat = request.tenant, request.person, request.chat.ref
        waiting = await self._people.pending(tenant, person, chat, request.now)
        if waiting is not None and (waiting.route, waiting.argument) == ("with-said", trip.id):
            await self._people.settle(tenant, person, chat, waiting)

    async def _left_out(self, request: Request, trip: Trip) -> None:
        name = request.person
        await self._journeys.trips.change(request.tenant, trip.id, lambda one: _without(one, name))
        traveller = self._tenancy.member(request.tenant, trip.person)
        reply = words.not_with(request.member.person.name, trip)
        await self._tell(request, traveller, f"trip/{trip.id}/not/{name}", reply)

    async def _confirmed(self, request: Request, trip: Trip) -> None:
        """The word stands on the arrival; of a trip that was, the traveller gets a receipt that says so."""
        name, now = request.person, request.now
        traveller = self._tenancy.member(request.tenant, trip.person)
        arrived = trip.leg(LegKind.ARRIVED)
        was = _begun_before(trip, now)
        if arrived is not None and not was:
            await self._journeys.trips.change(request.tenant, trip.id, lambda one: _confirming(one, name))
            return
        at = arrived.at if arrived else trip.begun_at or trip.starts_at or now
        leg = Leg(
            LegKind.ARRIVED, min(at, now), now, Basis.COLLEAGUE, confirmed=(name,), message=tag(f"{trip.id}:{name}")
        )
        if traveller is None or not was:
            await self._journeys.tell(request.tenant, trip, leg)
            return
        taken = await self._journeys.hand_in(traveller, trip, leg, now)
        told = taken.trip.heard(leg.message) or leg
        await self._tell(request, traveller, f"trip/{trip.id}/was/{name}", of_evidence(taken, told))

    async def _tell(self, request: Request, member: Member | None, story: str, reply: Reply) -> None:
        for chat in private_chats(member.person)[:1] if member else ():
            await self._outbox.put(request.tenant, [Row(chat, story, 1, "notice", reply, request.now)])


def _answers(text: str) -> bool:
    return together(text) is not None


def _hosted(trip: Trip, host: str, leg: Leg) -> Trip:
    """The trip with its host; an arrival that was told keeps its place and gains the confirmation."""
    if trip.host == host:
        return trip
    if trip.leg(LegKind.ARRIVED) is None:
        return replace(trip, host=host, legs=(*trip.legs, leg), state=State.OPEN)
    return replace(_confirming(trip, host), host=host)


def _confirming(trip: Trip, who: str) -> Trip:
    arrived = trip.leg(LegKind.ARRIVED)
    if arrived is None or who in trip.confirmed:
        return trip
    sure = replace(arrived, confirmed=(*arrived.confirmed, who))
    return replace(trip, legs=tuple(sure if leg is arrived else leg for leg in trip.legs))


def _without(trip: Trip, who: str) -> Trip:
    return replace(
        trip,
        companions=tuple(one for one in trip.companions if one != who),
        near=tuple(one for one in trip.near if one != who),
        legs=tuple(replace(leg, confirmed=tuple(one for one in leg.confirmed if one != who)) for leg in trip.legs),
    )


def _begun_before(trip: Trip, now: datetime) -> bool:
    """Whether the trip was on an earlier day."""
    begun = trip.begun_at or trip.starts_at or trip.created_at
    last = trip.returned_at or trip.ends_at or begun
    return last.astimezone(KST).date() < now.astimezone(KST).date()

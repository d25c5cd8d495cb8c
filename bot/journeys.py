"""What becomes of a trip: a share is a receipt and a leg, a return closes it, what is handed in late is kept as a hash.

```
share    → screened, graded → receipt in the log → the person's holdings → the trip's leg        (then it is told)
return   → leg → the receipt that pairs departure and return → the trip is closed
evidence → its SHA-256 in the log → a receipt without a place → leg
```
Each arrow is written before the next, under a name that its cause gives it: whoever repeats an update that died half
way completes it and writes nothing twice. It asks no consent and says nothing: handlers do. No point is kept here.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from attest.evidence import SCREENED, Challenge, Evidence, Facts, climb, without_point
from attest.issue import KIND, Issued, Issuer
from attest.presence import Presence
from attest.receipt import Holder, Pair, Share
from attest.trip import KST, Area, Basis, Leg, LegKind, State, Trip, overlap
from attest.trips import Trips
from bot import trip_area
from bot.holdings import Holdings
from bot.messenger import Update
from bot.routes import Request
from bot.settings_office import Office
from bot.tenancy import Member, Tenancy
from bot.trip_choice import alive, with_leg

LIVE_LASTS: Final = timedelta(hours=8)  # nobody is followed longer, whatever their messenger goes on sending
_BACK: Final = timedelta(days=40)
_AHEAD: Final = timedelta(days=370)
_LONGEST_MIN: Final = 0xFFFF
_FARTHEST: Final = 0xFFFF


@dataclass(frozen=True, slots=True)
class Taken:
    """A share as it was taken: its receipt, and the trip with it."""

    issued: Issued
    trip: Trip
    kind: LegKind


class Journeys:
    """The trips of all institutions with what hangs on them."""

    def __init__(self, trips: Trips, issuer: Issuer, presence: Presence, holdings: Holdings, tenancy: Tenancy) -> None:
        self.trips = trips
        self.issuer = issuer
        self._presence = presence
        self._holdings = holdings
        self._tenancy = tenancy

    async def around(self, tenant: str, person: str, now: datetime, *, ahead: timedelta = _AHEAD) -> Sequence[Trip]:
        """The person's trips of the last weeks and those ahead, cancelled ones left out."""
        today = now.astimezone(KST).date()
        return alive(await self.trips.of(tenant, person, today - _BACK, today + ahead))

    async def mine(self, tenant: str, person: str, trip_id: str) -> Trip | None:
        """The trip of that id, if it is this person's."""
        found = await self.trips.get(tenant, trip_id)
        return found if found is not None and found.person == person else None

    def office(self, tenant: str) -> Office | None:
        """The institution's office."""
        return self._tenancy.institution(tenant).office

    async def tell(self, tenant: str, trip: Trip, leg: Leg) -> Trip:
        """The trip with that leg, durable; a trip that is not kept yet is kept with it."""
        kept = await self.trips.add(tenant, with_leg(trip, leg))
        if kept.heard(leg.message):
            return kept
        changed = await self.trips.change(tenant, trip.id, lambda one: with_leg(one, leg))
        return changed or kept

    async def issued(self, tenant: str, key: str) -> bool:
        """Whether a receipt came of this message."""
        return await self.issuer.log.find(tenant, f"{KIND}:{key}") is not None

    async def take(
        self, member: Member, trip: Trip, kind: LegKind, share: Share, challenge: Challenge | None, key: str
    ) -> Taken:
        """A share as a receipt and a leg of that trip, which need not be kept yet; a return closes it.

        Raises:
            EvidenceRefusedError: it shows nothing (E0); nothing is kept.
            InvalidShareError, LogError: as `Issuer.issue`; no leg is told.
        """
        evidence = await self._presence.shared(member.tenant, member.person.id, share, challenge, key)
        evidence = await self._overlapping(member, trip, evidence)
        if kind is LegKind.RETURNED:
            return await self._bring_back(member, trip, share, evidence, key)
        issued = await self._issue(member, share, evidence, trip.document, key)
        leg = self._leg(member.tenant, kind, share, issued, key)
        told = await self.tell(member.tenant, self._placed(member.tenant, trip, leg), leg)
        return Taken(issued, told, kind)

    async def better(self, member: Member, share: Share, key: str, now: datetime) -> Taken | None:
        """The receipt that a live share's trace earns, the first time it does; None else.

        A trip that is over takes no more of it, nor does one whose share has earned it or is eight hours old.
        """
        found = [one for one in await self.around(member.tenant, member.person.id, now) if one.heard(tag(key))]
        leg = found[0].heard(tag(key)) if found else None
        if leg is None or found[0].state is State.CLOSED or found[0].heard(tag(f"{key}:trace")):
            return None
        if now - leg.told_at > LIVE_LASTS:
            return None
        trip = found[0]
        trace = await self._presence.moved(member.tenant, member.person.id, share, key)
        facts = Facts(trace, colleague_near=bool(trip.near), visit_code=bool(trip.host))
        evidence = climb(Evidence(leg.grade, leg.flags), facts)
        if evidence.grade <= leg.grade:
            await self._remarked(member.tenant, trip, leg, evidence)
            return None
        issued = await self._issue(member, share, evidence, trip.document, f"{key}:trace")
        better = replace(
            leg, receipt=issued.index, serial=issued.receipt.serial, grade=evidence.grade,
            flags=issued.receipt.flags, message=tag(f"{key}:trace"),
        )  # fmt: skip
        return Taken(issued, await self.tell(member.tenant, trip, better), leg.kind)

    async def _remarked(self, tenant: str, trip: Trip, leg: Leg, evidence: Evidence) -> None:
        """What speaks against a trace stands with its leg, and so in the receipt that closes the trip."""
        flags = tuple(dict.fromkeys((*leg.flags, *evidence.flags)))
        if flags != leg.flags:
            marked = replace(leg, flags=flags)
            await self.trips.change(
                tenant, trip.id, lambda one: replace(one, legs=tuple(marked if it == leg else it for it in one.legs))
            )

    async def close(self, member: Member, trip: Trip, now: datetime) -> Taken:
        """The receipt that closes a trip of which the return was told without a share; the same one when repeated."""
        returned = trip.leg(LegKind.RETURNED)
        begun = trip.leg(LegKind.DEPARTED) or (trip.legs[0] if trip.legs else None)
        late = any(leg is not None and leg.late for leg in (begun, returned))  # its minutes rest on both
        share = Share(point=None, sent_at=now, received_at=now)
        said = [name for name, there in (("colleague", self._said(trip)), ("host", bool(trip.host))) if there]
        arrived = trip.leg(LegKind.ARRIVED)
        against = [flag for flag in (arrived.flags if arrived else ()) if flag in SCREENED]
        evidence = without_point(said, late=late)
        evidence = await self._overlapping(member, trip, replace(evidence, flags=(*evidence.flags, *against)))
        issued = await self._issue(member, share, evidence, trip.document, _closing(trip), _pair(trip))
        return Taken(issued, await self._closed(member.tenant, trip, issued), LegKind.RETURNED)

    async def hand_in(self, member: Member, trip: Trip, leg: Leg, now: datetime) -> Taken:
        """A file or a word that was handed in afterwards: its hash in the log, a receipt without a place, a leg."""
        digest, name = leg.digest.hex(), f"trip:{trip.id}:{leg.message}"
        if digest:
            facts: dict[str, str | int | bytes] = {"trip": trip.id, "sha256": leg.digest, "basis": leg.basis.value}
            await self.issuer.log.append(member.tenant, "evidence", facts, f"evidence:{name}")
        share = Share(point=None, sent_at=now, received_at=now)
        said = [word for word, basis in (("colleague", Basis.COLLEAGUE), ("host", Basis.HOST)) if leg.basis is basis]
        evidence = await self._overlapping(member, trip, without_point(said, late=leg.late))
        issued = await self._issue(member, share, evidence, trip.document, name)
        leg = replace(leg, receipt=issued.index, serial=issued.receipt.serial, grade=1, flags=issued.receipt.flags)
        return Taken(issued, await self.tell(member.tenant, trip, leg), leg.kind)

    async def beside(self, tenant: str, trip: Trip) -> Trip:
        """The trip with those companions whose own shares were beside this one's."""
        near = [one for one in trip.companions if await self._presence.near(tenant, trip.person, one)]
        if set(near) <= set(trip.near):
            return trip
        both = tuple(dict.fromkeys((*trip.near, *near)))
        return await self.trips.change(tenant, trip.id, lambda one: replace(one, near=both)) or trip

    async def _bring_back(self, member: Member, trip: Trip, share: Share, evidence: Evidence, key: str) -> Taken:
        """A return with its share: one receipt that says both."""
        kept = await self.beside(member.tenant, trip)
        leg = Leg(LegKind.RETURNED, share.received_at, share.received_at, Basis.SHARE, message=tag(key))
        whole = with_leg(kept, leg)
        grade = _whole(whole, evidence, colleague=self._said(whole))
        issued = await self._issue(member, share, grade, trip.document, _closing(trip), _pair(whole))
        leg = replace(self._leg(member.tenant, LegKind.RETURNED, share, issued, key), flags=evidence.flags)
        told = await self.tell(member.tenant, kept, leg)
        return Taken(issued, await self._closed(member.tenant, told, issued), LegKind.RETURNED)

    async def _closed(self, tenant: str, trip: Trip, issued: Issued) -> Trip:
        changed = await self.trips.change(
            tenant, trip.id,
            lambda one: replace(one, closing=issued.index, closing_serial=issued.receipt.serial, state=State.CLOSED),
        )  # fmt: skip
        return changed or trip

    async def _issue(
        self, member: Member, share: Share, evidence: Evidence, document: str, key: str, pair: Pair | None = None
    ) -> Issued:
        person, institution = member.person, self._tenancy.institution(member.tenant)
        holder = Holder(person.id, person.name, person.department)
        issued = await self.issuer.issue(
            member.tenant, institution.name, holder, share, evidence, document, key, pair=pair
        )
        await self._holdings.add(member.tenant, person.id, issued.index, issued.receipt.time)
        return issued

    async def _overlapping(self, member: Member, trip: Trip, evidence: Evidence) -> Evidence:
        others = await self.around(member.tenant, member.person.id, trip.begun_at or trip.created_at)
        if not any(other.legs and overlap(trip, other) for other in others):
            return evidence
        return replace(evidence, flags=tuple(dict.fromkeys((*evidence.flags, "overlap"))))

    def _leg(self, tenant: str, kind: LegKind, share: Share, issued: Issued, key: str) -> Leg:
        receipt = issued.receipt
        return Leg(
            kind, receipt.time, receipt.time, Basis.SHARE, issued.index, receipt.serial, receipt.grade, receipt.place,
            trip_area.distance_m(share.point, self.office(tenant)), flags=receipt.flags, message=tag(key),
        )  # fmt: skip

    def _placed(self, tenant: str, trip: Trip, leg: Leg) -> Trip:
        """The area, where the arrival tells what no word did."""
        if trip.area is not Area.UNKNOWN or leg.kind is not LegKind.ARRIVED:
            return trip
        return replace(trip, area=trip_area.of_place(leg.place, self.office(tenant)))

    @staticmethod
    def _said(trip: Trip) -> bool:
        return any(one in trip.confirmed for one in trip.companions)


def tag(key: str) -> str:
    """What stands in a trip for a message or an update: a hash, for its name holds people's addresses."""
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def cause(update: Update) -> str:
    """What makes a word or a tap the same one when it comes again; without an update's id each is a new one."""
    return f"{update.adapter}:{update.sender}:{update.id or secrets.token_hex(8)}"


def new_trip(request: Request, key: str, **said: Any) -> Trip:
    """A trip of the asker's that is not kept yet; its id follows from what caused it."""
    return Trip(f"t{tag(key)}", request.person, request.now, chat=request.chat.ref, **said)


def _closing(trip: Trip) -> str:
    return f"trip:{trip.id}:closing"


def _pair(trip: Trip) -> Pair:
    begun, returned = trip.begun_at, trip.returned_at
    minutes = int((returned - begun).total_seconds()) // 60 if begun and returned and returned > begun else 0
    distance = None if trip.distance_m is None else min(round(trip.distance_m / 100), _FARTHEST)
    return Pair(min(minutes, _LONGEST_MIN), distance, trip.vehicle)


def _whole(trip: Trip, returned: Evidence, *, colleague: bool) -> Evidence:
    """The grade of the whole trip, and every flag of the points it rests on."""
    arrived, departed = _best(trip, LegKind.ARRIVED), _best(trip, LegKind.DEPARTED)
    facts = Facts(
        colleague_near=bool(trip.near),
        visit_code=bool(trip.host),
        colleague_said=colleague,
        departed=_of(departed),
        returned=returned,
    )
    evidence = climb(_of(arrived) or Evidence(1, ()), facts)
    flags = [flag for flag in evidence.flags if flag != "no_location"]
    return replace(evidence, flags=tuple(dict.fromkeys((*returned.flags, *flags))))


def _best(trip: Trip, kind: LegKind) -> Leg | None:
    """The leg of that kind that shows most: a further point sent in passing takes nothing from it."""
    return max((leg for leg in trip.legs if leg.kind is kind), key=lambda leg: leg.grade, default=None)


def _of(leg: Leg | None) -> Evidence | None:
    return Evidence(leg.grade, leg.flags) if leg is not None and leg.receipt is not None else None

"""The trips of a period with their receipts, each checked with the log; every look written down before any answer.

```
trips of the days, receipts that belong to none → may_check (audit) → check (log, claims) → one leaf for the listing,
one for each 500 receipts seen → lines
```
What the audit in hand does not cover is left out and counted. It opens no seal: names are the institution's own roster.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from attest.audits import Access, Audit, Audits
from attest.claims import Claim, Claims
from attest.crypto import KeyStore
from attest.ledgers import Case, Someone
from attest.log import ReceiptLog
from attest.looks import Look, Looks
from attest.mandate import ACCESS, same_number
from attest.places import by_code
from attest.receipt import Receipt
from attest.trip import KST, Leg, LegKind, State, Trip, Vehicle
from attest.trips import Trips
from attest.verify import HARMLESS, Finding, Verdict, Verifier, check
from bot.claim_record import ClaimRecord, unpack
from bot.holdings import Holdings
from bot.papers.cells import places
from bot.periods import Period
from bot.tenancy import Tenancy

_AT_ONCE = 24  # receipts checked side by side
_WORST = (Verdict.INVALID, Verdict.VALID_BUT, Verdict.VALID)


@dataclass(frozen=True, slots=True)
class Line:
    """One trip as it is listed, or a receipt that belongs to none (`lone`).

    `key` is the trip's id or the receipt's serial in hex. `grade` is the highest of its receipts, `verdict` the worst,
    None without a receipt. `signed`: the moments that a receipt stands for. `gone`: receipts destroyed on their date.
    `claim` and `amount` (won) are of the sheet that claims it.
    """

    key: str
    case: Case
    name: str
    department: str
    place: str
    destination: str
    document: str
    arrived: datetime | None = None
    grade: int = 0
    verdict: Verdict | None = None
    flags: tuple[str, ...] = ()
    signed: frozenset[LegKind] = frozenset()
    claim: Claim | None = None
    amount: int | None = None
    gone: int = 0
    lone: bool = False


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a listing holds; `outside` trips lie outside the audit's days and were left out.

    `unlisted` trips are of people whom the roster no longer has: of no department that was asked for, and not listed.
    """

    lines: tuple[Line, ...]
    people: tuple[Someone, ...]
    audit: Audit | None
    outside: int = 0
    unlisted: int = 0


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for what: an auditor of institution `tenant` for the days of `period` of institution `of`.

    `departments` empty: all of them; `people` (ids) empty: everybody of these;
    `documents` (numbers) empty: all. `key` names the update.
    """

    tenant: str
    person: str
    of: str
    period: Period
    departments: tuple[str, ...]
    key: str
    people: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Seen:
    """A receipt of the log, judged."""

    index: int
    receipt: Receipt
    finding: Finding
    access: Access


class Gathering:
    """Lists trips for auditors of every institution."""

    def __init__(
        self, tenancy: Tenancy, trips: Trips, holdings: Holdings, keys: KeyStore, log: ReceiptLog, claims: Claims,
        audits: Audits, looks: Looks, now: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self._tenancy = tenancy
        self._trips = trips
        self._holdings = holdings
        self._keys = keys
        self._log = log
        self._claims = claims
        self._audits = audits
        self._looks = looks
        self._now = now

    async def gather(self, asking: Asking) -> Gathered:
        """The lines, oldest first, after every look was written down.

        Raises:
            LogError: a look can't be written down, and so nothing may be answered.
        """
        audit = await self._audits.current(asking.tenant, asking.person)
        people = self._roster(asking.of)
        all_trips = await self._between(asking.of, asking.period)
        wanted = [trip for trip in all_trips if _wanted(people.get(trip.person), asking) and _of_document(trip, asking)]
        held = {index for trip in all_trips for index in trip.receipts}
        lone = await self._lone(asking, people, held)
        rights = _Rights(self._audits, asking, audit)
        trips = [trip for trip in wanted if (await rights.on(_when(trip))).opens]
        outside = len(wanted) - len(trips)
        seen, gone = await self._checked(asking, rights, [*(i for trip in trips for i in trip.receipts), *lone])
        alone = [seen[index] for index in lone if index in seen and seen[index].access.opens]
        shown = [seen[i] for trip in trips for i in trip.receipts if i in seen] + alone
        claims = await self._standing(asking.of, shown, trips)
        lines = [_of_trip(trip, people, seen, gone, claims) for trip in trips]
        lines += [_of_receipt(one, lone[one.index], people, claims) for one in alone]
        lines = await self._counted(asking.of, lines)
        lines.sort(key=lambda line: (line.case.span[0], line.key))
        if lines:
            await self._note(asking, audit, lines, shown)
        unlisted = (
            sum(trip.person not in people for trip in all_trips) if asking.departments and not asking.documents else 0
        )
        return Gathered(tuple(lines), tuple(people.values()), audit, outside, unlisted)

    async def counted(self, tenant: str, period: Period) -> Mapping[tuple[str, date], int]:
        """How many trips each department has in each month (its first day): no receipt and nobody's name is read."""
        people = self._roster(tenant)
        counts: dict[tuple[str, date], int] = {}
        for trip in await self._between(tenant, period):
            place = _of(people, trip.person).department, trip.day.replace(day=1)
            counts[place] = counts.get(place, 0) + 1
        return counts

    def departments(self, tenant: str) -> tuple[str, ...]:
        """The institution's departments, by name."""
        return tuple(sorted({one.department for one in self._roster(tenant).values() if one.department}))

    async def named(self, tenant: str, person: str) -> Mapping[str, str]:
        """The other institutions that the audit in hand has consent of, id → name."""
        audit = await self._audits.current(tenant, person)
        sent = await self._audits.grants.sent(tenant, audit.id) if audit is not None else ()
        return {one.institution: self._tenancy.institution(one.institution).name for one in sent if one.institution}

    async def audit(self, tenant: str, person: str) -> Audit | None:
        """The audit in hand."""
        return await self._audits.current(tenant, person)

    def names(self, tenant: str) -> Mapping[str, Sequence[str]]:
        """The institution's people by name: ids, several of namesakes."""
        found: dict[str, list[str]] = {}
        for one in self._roster(tenant).values():
            found.setdefault(one.name, []).append(one.id)
        return found

    def _roster(self, tenant: str) -> dict[str, Someone]:
        people = self._tenancy.institution(tenant).people
        return {one.id: Someone(one.id, "".join(one.name.split()), one.department) for one in people}

    async def _between(self, tenant: str, period: Period) -> list[Trip]:
        """The trips of the days; without those that were cancelled or are still ahead, which lack nothing."""
        found = await self._trips.between(tenant, period.first, period.last + timedelta(days=1))
        return [trip for trip in found if trip.receipts or not (trip.state is State.CANCELLED or self._ahead(trip))]

    def _ahead(self, trip: Trip) -> bool:
        return not trip.legs and trip.starts_at is not None and trip.starts_at > self._now()

    async def _lone(self, asking: Asking, people: Mapping[str, Someone], held: set[int]) -> dict[int, str]:
        """The receipts of the days that belong to no trip: log index → person."""
        found: dict[int, str] = {}
        for person in await self._holdings.holders(asking.of):
            if not asking.documents and _wanted(people.get(person), asking):
                indices = await self._holdings.between(asking.of, person, asking.period.since, asking.period.until)
                found |= {index: person for index in indices if index not in held}
        return found

    async def _checked(
        self, asking: Asking, rights: _Rights, indices: Sequence[int]
    ) -> tuple[dict[int, _Seen], frozenset[int]]:
        """The receipts there, judged with the log; and the places where one was destroyed."""
        everyone = [one.id for one in self._tenancy.institutions()]
        verifier = Verifier(await asyncio.to_thread(self._keys.export, everyone))
        room = asyncio.Semaphore(_AT_ONCE)

        async def one(index: int) -> _Seen | None:
            async with room:
                return await self._seen(asking, rights, verifier, index)

        found = await asyncio.gather(*(one(index) for index in indices))
        seen = {one.index: one for one in found if one is not None}
        return seen, frozenset(indices) - frozenset(seen)

    async def _seen(self, asking: Asking, rights: _Rights, verifier: Verifier, index: int) -> _Seen | None:
        entry = await self._log.get(asking.of, index)
        token = (entry.fields or {}).get("token") if entry is not None else None
        if not isinstance(token, str):
            return None
        finding = await check(asking.of, token, verifier, self._log, self._claims)
        if finding.receipt is None:
            return None
        return _Seen(index, finding.receipt, finding, await rights.on(finding.receipt.time))

    async def _standing(self, tenant: str, seen: Sequence[_Seen], trips: Sequence[Trip]) -> dict[str, Claim]:
        serials = [one.receipt.serial for one in seen]
        of_receipts, of_trips = await self._claims.standing(tenant, serials, [trip.id for trip in trips])
        return {serial.hex(): claim for serial, claim in of_receipts.items()} | dict(of_trips)

    async def _counted(self, tenant: str, lines: Sequence[Line]) -> list[Line]:
        """The lines with what their claim sheets say of them; a sheet destroyed on its date says nothing."""
        amounts: dict[str, int] = {}
        for number in {line.claim.sheet for line in lines if line.claim is not None and line.claim.sheet}:
            sheet = await self._claims.sheet(tenant, number)
            if sheet is not None and sheet.record:
                amounts |= dict(_amounts(unpack(sheet.record)))
        return [replace(line, amount=amounts.get(line.key)) for line in lines]

    async def _note(self, asking: Asking, audit: Audit | None, lines: Sequence[Line], seen: Sequence[_Seen]) -> None:
        """One leaf for the listing, whose digest names its trips; then the looks at receipts, with their notices."""
        keys = "\n".join(sorted(line.key for line in lines))
        facts: dict[str, str | int | bytes] = {
            "did": "inspected", "by": asking.person, "office": asking.tenant, "audit": audit.number if audit else "",
            "since": int(asking.period.since.timestamp()), "until": int(asking.period.until.timestamp()),
            "departments": ",".join(asking.departments or asking.people or asking.documents), "count": len(lines),
            "trips": hashlib.sha256(keys.encode()).digest(),
        }  # fmt: skip
        await self._log.append(asking.of, ACCESS, facts, f"inspected:{asking.key}")
        looks = [Look(one.access, one.receipt, one.finding.verdict) for one in seen]
        if looks:
            await self._looks.look_many(asking.tenant, asking.person, looks, f"inspected:{asking.key}")


class _Rights:
    """What the audit in hand allows on a day; asked once a day."""

    def __init__(self, audits: Audits, asking: Asking, audit: Audit | None) -> None:
        self._audits, self._asking, self._audit = audits, asking, audit
        self._days: dict[date, Access] = {}

    async def on(self, at: datetime) -> Access:
        """The access to what happened then: periods begin and end at midnight in Korea."""
        day = at.astimezone(KST).date()
        if day not in self._days:
            self._days[day] = await self._audits.may_check(self._asking.tenant, self._audit, self._asking.of, at)
        return self._days[day]


def _wanted(person: Someone | None, asking: Asking) -> bool:
    if asking.people and (person is None or person.id not in asking.people):
        return False
    return not asking.departments or (person is not None and person.department in asking.departments)


def _of_document(trip: Trip, asking: Asking) -> bool:
    return not asking.documents or any(same_number(trip.document, one) for one in asking.documents)


def _when(trip: Trip) -> datetime:
    return trip.begun_at or trip.starts_at or trip.created_at


def _of(people: Mapping[str, Someone], person: str) -> Someone:
    return people.get(person) or Someone(person, person, "")


def _of_trip(
    trip: Trip, people: Mapping[str, Someone], seen: Mapping[int, _Seen], gone: frozenset[int],
    claims: Mapping[str, Claim],
) -> Line:  # fmt: skip
    person = _of(people, trip.person)
    receipts = [seen[index] for index in trip.receipts if index in seen]
    departed, arrived, returned = (trip.leg(kind) for kind in LegKind)
    title = by_code(trip.place).title
    case = Case(
        trip.id, trip.person, trip.day, trip.begun_at or trip.starts_at, trip.returned_at or trip.ends_at,
        departed.at if departed else None, returned.at if returned else None,
        _names(title, trip.destination), trip.vehicle, trip.distance_m, len(trip.receipts),
        trip.companions,
    )  # fmt: skip
    return Line(
        trip.id, case, person.name, person.department, title, trip.destination, trip.document,
        arrived.at if arrived else None, _grade(receipts), _worst(receipts), _flags(receipts, trip.legs),
        _signed(trip, seen),
        _claim(trip.id, receipts, claims), gone=sum(index in gone for index in trip.receipts),
    )  # fmt: skip


def _signed(trip: Trip, seen: Mapping[int, _Seen]) -> frozenset[LegKind]:
    """The moments that a receipt stands for: its own, and of the one that closes the trip departure and return."""
    found = {leg.kind for leg in trip.legs if leg.receipt in seen}
    closing = None if trip.closing is None else seen.get(trip.closing)
    if closing is not None and closing.receipt.pair is not None:
        found |= {LegKind.DEPARTED, LegKind.RETURNED}
    return frozenset(found)


def _of_receipt(one: _Seen, holder: str, people: Mapping[str, Someone], claims: Mapping[str, Claim]) -> Line:
    person, receipt = _of(people, holder), one.receipt
    title = by_code(receipt.place).title
    day = receipt.time.astimezone(KST).date()
    case = Case(
        receipt.serial.hex(), person.id, day, receipt.time, receipt.time, places=_names(title, ""),
        vehicle=Vehicle(receipt.pair.vehicle) if receipt.pair else Vehicle.UNKNOWN, receipts=1,
    )  # fmt: skip
    return Line(
        case.id, case, person.name, person.department, title, "", receipt.document, receipt.time, receipt.grade,
        one.finding.verdict, _flags([one], ()), frozenset({LegKind.ARRIVED}), _claim("", [one], claims), lone=True,
    )  # fmt: skip


def _names(title: str, destination: str) -> tuple[str, ...]:
    """The bare names by which a toll gate may call the place: 진주 of 경상남도 진주시."""
    town = title.rpartition(" ")[2]
    bare = town[:-1] if len(town) > 2 and town[-1] in "시군구" else town
    first = places(destination.partition(" ")[0])
    short = first[:-1] if len(first) > 2 and first[-1] in "시군구" else first
    return tuple(dict.fromkeys(name for name in (bare, short) if len(name) > 1))


def _grade(receipts: Iterable[_Seen]) -> int:
    return max((one.receipt.grade for one in receipts), default=0)


def _worst(receipts: Sequence[_Seen]) -> Verdict | None:
    return next((verdict for verdict in _WORST for one in receipts if one.finding.verdict is verdict), None)


def _flags(receipts: Sequence[_Seen], legs: Sequence[Leg]) -> tuple[str, ...]:
    """What the receipts' verdicts call to look at, and whether a leg was told afterwards. Use is told elsewhere."""
    found = [flag for one in receipts for flag in one.finding.flags] + ["late" for leg in legs if leg.late]
    return tuple(dict.fromkeys(flag for flag in found if flag not in HARMLESS and flag != "used"))


def _amounts(record: ClaimRecord) -> Iterator[tuple[str, int]]:
    """What a sheet asks for each of its trips, or for a receipt outside of any."""
    for line in record.lines:
        key = line.trip or (line.slips[0].serial if line.slips else "")
        if key and line.total is not None:
            yield key, line.total


def _claim(trip: str, receipts: Sequence[_Seen], claims: Mapping[str, Claim]) -> Claim | None:
    found = [claims[key] for key in (trip, *(one.receipt.serial.hex() for one in receipts)) if key in claims]
    return found[0] if found else None

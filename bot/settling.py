"""A person's month for the claim: trips and receipts, what each is paid, what is missing; and the sheets made of them.

```
trips + receipts of no trip + what was stated → lines, counted together (a day has one cap) → claimed already? → Month
Month → what is finished and free → one sheet (attest.claims) → its record → PDF and XLSX
```
It speaks to nobody. A trip without its return is in no sheet; an amount that is not certain stays open in it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from attest import places
from attest.allowance import Facts, allowances
from attest.claims import Claims, Sheet
from attest.errors import AlreadyClaimedError
from attest.expenses import Expenses, ExpenseStore
from attest.issue import Issued, Issuer
from attest.trip import Area, Basis, LegKind, State, Trip, Vehicle
from attest.trips import Trips
from bot.claim_record import ClaimRecord, Line, Slip, unpack
from bot.clock import KST
from bot.holdings import Holdings
from bot.papers import claim as papers
from bot.settings import Institution, Person
from bot.wording import claim_sheet as words

_MOST_LOOSE = 400  # receipts of a month that belong to no trip; the oldest first
_AROUND = timedelta(days=62)  # trips of the months beside may hold receipts of this one
_TRIES = 5
_PICTURES = 40


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a month, its number in the list, and where it stands: in a sheet, finished, settled until when."""

    number: int
    line: Line
    sheet: str = ""
    finished: bool = True
    settle_by: date | None = None

    @property
    def free(self) -> bool:
        """Whether it can go into a sheet."""
        return self.finished and not self.sheet


@dataclass(frozen=True, slots=True)
class Month:
    """A person's month; `first` is its first day."""

    first: date
    entries: tuple[Entry, ...]

    @property
    def free(self) -> tuple[Entry, ...]:
        """What can go into a sheet."""
        return tuple(entry for entry in self.entries if entry.free)

    @property
    def sheets(self) -> tuple[str, ...]:
        """The numbers of the sheets that hold any of it."""
        return tuple(dict.fromkeys(entry.sheet for entry in self.entries if entry.sheet))


@dataclass(frozen=True, slots=True)
class Papers:
    """A sheet's number and its two files."""

    number: str
    pdf: bytes
    xlsx: bytes


def following(first: date) -> date:
    """The first day of the month after."""
    return (first + timedelta(days=31)).replace(day=1)


class Settling:
    """Gathers months and makes sheets."""

    def __init__(
        self, issuer: Issuer, holdings: Holdings, trips: Trips, claims: Claims, expenses: ExpenseStore
    ) -> None:
        self._issuer = issuer
        self._holdings = holdings
        self._trips = trips
        self._expenses = expenses
        self.claims = claims

    async def month(self, institution: Institution, person: Person, first: date, today: date) -> Month:
        """The person's month."""
        tenant, until = institution.id, following(first)
        around = await self._trips.of(tenant, person.id, first - _AROUND, until + _AROUND)
        own = [
            trip
            for trip in around
            if first <= trip.day < until and trip.state is not State.CANCELLED and (trip.legs or trip.day < today)
        ]
        own.sort(key=lambda trip: trip.begun_at or trip.starts_at or trip.created_at)
        stated = await self._expenses.of(tenant, [trip.id for trip in own])
        paid = allowances(
            [_facts(trip, stated[trip.id], institution, person) for trip in own], institution.travel.rules
        )
        lines = [
            (await self._line(tenant, trip, stated[trip.id])).counted(one) for trip, one in zip(own, paid, strict=True)
        ]
        taken = {index for trip in around for index in trip.receipts}
        lines += await self._loose(tenant, person.id, first, until, taken)
        return Month(first, await self._entries(tenant, lines, {trip.id: trip for trip in own}))

    async def state(self, tenant: str, line: Line, said: Expenses) -> None:
        """Adds what was said of a trip to what was stated before."""
        fresh = {name: getattr(said, name) for name in said.stated}
        await self._expenses.change(tenant, line.trip, lambda before: _joined(before, fresh))

    async def make(self, institution: Institution, person: Person, first: date, now: datetime) -> Sheet | None:
        """The sheet of all that is finished and free in the month, durable; None where there is nothing."""
        today = now.astimezone(KST).date()
        series = words.series(person.department or institution.name, today.year)
        for _ in range(_TRIES):
            month = await self.month(institution, person, first, today)
            if not month.free:
                return None
            lines = [entry.line for entry in month.free]

            def draft(number: str, at: datetime, lines: Sequence[Line] = lines) -> str:
                rules = institution.travel.rules
                return ClaimRecord(
                    number, at, institution.name, person.name, person.department, first, tuple(lines),
                    rules.ordinance, rules.applies, institution.travel.approval,
                ).pack()  # fmt: skip

            serials = [bytes.fromhex(slip.serial) for line in lines for slip in line.slips]
            trips = [line.trip for line in lines if line.trip]
            try:
                return await self.claims.claim(institution.id, series, person.id, serials, trips, draft)
            except AlreadyClaimedError:
                continue  # another sheet was faster: what it left is looked at again
        raise TimeoutError("other sheets were made all the time")

    async def papers(self, tenant: str, sheet: Sheet) -> Papers | None:
        """The sheet's files, the same each time; None where its record was destroyed on its date."""
        if not sheet.record:
            return None
        record = unpack(sheet.record)
        pictures: list[papers.Code] = []
        for number, line in enumerate(record.lines, 1):
            for slip in _shown(line):
                issued = None if slip.index is None else await self._issuer.again(tenant, slip.index)
                if issued is not None and len(pictures) < _PICTURES:
                    pictures.append(papers.Code(number, slip.serial, issued.png))
        voided = sheet.voided_at
        pdf = await asyncio.to_thread(papers.pdf_of, record, pictures, voided)
        return Papers(sheet.number, pdf, await asyncio.to_thread(papers.xlsx_of, [record], voided))

    async def _line(self, tenant: str, trip: Trip, stated: Expenses) -> Line:
        arrived = trip.leg(LegKind.ARRIVED)
        slips = {leg.receipt: leg.serial for leg in trip.legs if leg.receipt is not None}
        if trip.closing is not None:
            slips[trip.closing] = trip.closing_serial
        told = [
            Slip(
                (serial or await self._serial(tenant, index)).hex(), index, index == trip.closing,
                arrived is not None and index == arrived.receipt,
            )
            for index, serial in slips.items()
        ]  # fmt: skip
        return Line(
            trip=trip.id, begins=trip.begun_at or trip.starts_at, ends=trip.returned_at, destination=trip.destination,
            place=arrived.place if arrived else max((leg.place for leg in trip.legs), default=0),
            purpose=trip.purpose, area=(_area(trip, stated)).value, vehicle=int(_vehicle(trip, stated)),
            minutes=trip.minutes, document=trip.document or stated.document,
            slips=tuple(slip for slip in told if slip.serial), late=any(leg.late for leg in trip.legs),
            located=any(leg.basis is Basis.SHARE for leg in trip.legs), stated=stated.stated,
            notes=(words.DIFFERS,) if await self._differs(tenant, trip, stated) else (),
        )  # fmt: skip

    async def _differs(self, tenant: str, trip: Trip, stated: Expenses) -> bool:
        """Whether the closing receipt was signed for another time or another vehicle than is claimed now."""
        issued = None if trip.closing is None else await self._issuer.again(tenant, trip.closing)
        pair = None if issued is None else issued.receipt.pair
        if pair is None:
            return False
        return pair.minutes != trip.minutes or pair.vehicle not in {Vehicle.UNKNOWN, _vehicle(trip, stated)}

    async def _serial(self, tenant: str, index: int) -> bytes:
        issued = await self._issuer.again(tenant, index)
        return issued.receipt.serial if issued else b""

    async def _loose(self, tenant: str, person: str, first: date, until: date, taken: set[int]) -> list[Line]:
        """The month's receipts that belong to no trip."""
        since, end = (datetime.combine(day, time(), KST).astimezone(UTC) for day in (first, until))
        found = []
        indices = [one for one in await self._holdings.between(tenant, person, since, end) if one not in taken]
        for index in indices[:_MOST_LOOSE]:
            issued = await self._issuer.again(tenant, index)
            if issued is not None:
                found.append(_single(issued))
        return found

    async def _entries(self, tenant: str, lines: Sequence[Line], trips: dict[str, Trip]) -> tuple[Entry, ...]:
        serials = [bytes.fromhex(slip.serial) for line in lines for slip in line.slips]
        used, claimed = await self.claims.standing(tenant, serials, [line.trip for line in lines if line.trip])
        entries = []
        for number, line in enumerate(lines, 1):
            ends = [used[serial] for slip in line.slips if (serial := bytes.fromhex(slip.serial)) in used]
            ends += [claimed[line.trip]] if line.trip in claimed else []
            sheet = next((one.sheet or words.ELSEWHERE for one in ends), "")
            trip = trips.get(line.trip)
            finished = trip is None or trip.returned_at is not None
            entries.append(Entry(number, line, sheet, finished, trip.settle_by if trip else None))
        return tuple(entries)


def _shown(line: Line) -> Sequence[Slip]:
    """The receipts whose codes stand on the sheet: of the place that was visited, and of the whole trip."""
    return [slip for slip in line.slips if slip.closing or slip.arrived] or line.slips[:4]


def _single(issued: Issued) -> Line:
    receipt = issued.receipt
    return Line(
        trip="", begins=receipt.time, ends=None, place=receipt.place, document=receipt.document,
        slips=(Slip(receipt.serial.hex(), issued.index),), late="late" in receipt.flags,
        located="no_location" not in receipt.flags,
    )  # fmt: skip


def _vehicle(trip: Trip, stated: Expenses) -> Vehicle:
    return trip.vehicle if trip.vehicle is not Vehicle.UNKNOWN else stated.vehicle


def _area(trip: Trip, stated: Expenses) -> Area:
    return stated.area if stated.area is not Area.UNKNOWN else trip.area


def _facts(trip: Trip, stated: Expenses, institution: Institution, person: Person) -> Facts:
    travel, begun, ended = institution.travel, trip.begun_at, trip.returned_at
    days = 1
    if begun is not None and ended is not None:
        days = max(1, (ended.astimezone(KST).date() - begun.astimezone(KST).date()).days + 1)
    nights = stated.nights if stated.nights is not None else days - 1
    return Facts(
        day=trip.day, minutes=trip.minutes, days=days, nights=nights, area=_area(trip, stated), place=trip.place,
        route_m=stated.route_m, straight_m=trip.distance_m, vehicle=_vehicle(trip, stated),
        dedicated=person.id in travel.dedicated, fare=stated.fare, actual=stated.actual, lodging=stated.lodging,
        unavoidable=stated.unavoidable, province=places.by_code(trip.place).province, meals=stated.meals,
        grade=travel.grades.get(person.id, ""),
    )  # fmt: skip


def _joined(before: Expenses, fresh: dict[str, object]) -> Expenses:
    return Expenses(**{name: getattr(before, name) for name in Expenses.__slots__} | fresh)

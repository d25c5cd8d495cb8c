"""A trip as an object: what was announced, the legs that were told, and what follows from them.

Pure values. A leg is told on the spot or afterwards (late, without reproach); a place is never needed for it. The
rules count travelling time (공무원 여비 규정 art. 18), so a trip has a departure and a return, not an arrival alone. It
judges nobody: durations and distances are facts, missing ones are None.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum, IntEnum
from typing import Any, Final

KST = timezone(timedelta(hours=9), "KST")
LATE_AFTER: Final = timedelta(minutes=30)  # told later than this after it happened: 사후 제출
_MOMENT: Final = timedelta(minutes=1)
SETTLE_WITHIN: Final = timedelta(days=14)  # 공무원 여비 규정 art. 8-2: two weeks from the day after return


class Vehicle(IntEnum):
    """How one travelled, as stated; the numbers stand in receipts (FORMAT.md §3)."""

    UNKNOWN = 0
    OFFICIAL = 1
    OWN = 2
    PUBLIC = 3
    SHARED = 4


class Area(Enum):
    """Inside or outside the duty area (art. 18); inside, nobody is asked for a location."""

    UNKNOWN = "unknown"
    INSIDE = "inside"
    OUTSIDE = "outside"


class LegKind(Enum):
    """The three moments of a trip."""

    DEPARTED = "departed"
    ARRIVED = "arrived"
    RETURNED = "returned"


class Basis(Enum):
    """What a leg rests on."""

    SHARE = "share"  # a location share, with a receipt
    TAP = "tap"  # the traveller's word, without a place
    PHOTO = "photo"
    TOLL = "toll"  # 하이패스
    HOST = "host"  # the visited office
    COLLEAGUE = "colleague"


class State(Enum):
    """Where a trip stands; a claimed one is closed, and the claims know of it."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Leg:
    """One moment of a trip. `at`: when it happened, as stated or as the share came; `told_at`: when Dobi learnt of it.

    `receipt` is the log index of its receipt, None where there is none; `grade` 0 then. `place` is a 시군구 code, 0
    unknown. `distance_m` is the straight line from the office, derived when the share came. `digest` is the SHA-256 of
    a file handed in; the file itself is not kept. `confirmed` names who confirmed: a person's id, or an institution's.
    `flags` are its receipt's. `message` stands for the platform's message or update that told it, hashed: the same told
    twice is one leg.
    """

    kind: LegKind
    at: datetime
    told_at: datetime
    basis: Basis
    receipt: int | None = None
    serial: bytes = b""
    grade: int = 0
    place: int = 0
    distance_m: int | None = None
    digest: bytes = b""
    confirmed: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    message: str = ""

    @property
    def late(self) -> bool:
        """Whether it was told afterwards."""
        return self.told_at - self.at > LATE_AFTER


@dataclass(frozen=True, slots=True)
class Trip:
    """One trip of one person; instants are aware UTC. `companions` are persons' ids of the same institution.

    `ends_at` is the planned return; `whole_day`: a day was planned without an hour. `stated` are companions as they
    were written, whom no roster knows. `near` are those whose own shares were beside this one's, `host` the institution
    whose code was typed in. `chat` is where the trip is talked about. `closing` is the log index of the receipt that
    pairs departure and return.
    """

    id: str
    person: str
    created_at: datetime
    destination: str = ""
    purpose: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    vehicle: Vehicle = Vehicle.UNKNOWN
    companions: tuple[str, ...] = ()
    document: str = ""
    area: Area = Area.UNKNOWN
    legs: tuple[Leg, ...] = ()
    closing: int | None = None
    closing_serial: bytes = b""
    state: State = State.PLANNED
    whole_day: bool = False
    stated: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    host: str = ""
    chat: str = ""

    def leg(self, kind: LegKind) -> Leg | None:
        """The leg of that kind: the last one told."""
        return next((leg for leg in reversed(self.legs) if leg.kind is kind), None)

    def heard(self, message: str) -> Leg | None:
        """The leg that this message told; None where it told none."""
        return next((leg for leg in self.legs if message and leg.message == message), None)

    @property
    def confirmed(self) -> tuple[str, ...]:
        """Who confirmed any of its legs: companions' ids, and institutions'."""
        return tuple(dict.fromkeys(one for leg in self.legs for one in leg.confirmed))

    @property
    def begun_at(self) -> datetime | None:
        """The departure, or else the first leg."""
        departed = self.leg(LegKind.DEPARTED)
        return departed.at if departed else min((leg.at for leg in self.legs), default=None)

    @property
    def returned_at(self) -> datetime | None:
        """The return."""
        returned = self.leg(LegKind.RETURNED)
        return returned.at if returned else None

    @property
    def minutes(self) -> int | None:
        """Whole minutes from departure to return, travelling time included; None while one of them is missing."""
        departed, returned = self.leg(LegKind.DEPARTED), self.leg(LegKind.RETURNED)
        if departed is None or returned is None or returned.at < departed.at:
            return None
        return int((returned.at - departed.at).total_seconds()) // 60

    @property
    def distance_m(self) -> int | None:
        """The farthest known straight line from the office; None where no share told one."""
        return max((leg.distance_m for leg in self.legs if leg.distance_m is not None), default=None)

    @property
    def place(self) -> int:
        """The 시군구 code of the destination as the arrival's share told it; 0 unknown."""
        arrived = self.leg(LegKind.ARRIVED)
        return arrived.place if arrived else 0

    @property
    def day(self) -> date:
        """The day in Korea under which it is listed: of its begin, its plan, or its memo."""
        return (self.begun_at or self.starts_at or self.created_at).astimezone(KST).date()

    @property
    def settle_by(self) -> date | None:
        """The last day of the settlement limit (여비 규정 art. 8-2); None before the return."""
        returned = self.returned_at
        return None if returned is None else returned.astimezone(KST).date() + SETTLE_WITHIN

    @property
    def receipts(self) -> tuple[int, ...]:
        """The log indices of all its receipts, the closing one last."""
        found = [leg.receipt for leg in self.legs if leg.receipt is not None]
        return tuple(dict.fromkeys([*found, *([] if self.closing is None else [self.closing])]))


def overlap(one: Trip, other: Trip) -> bool:
    """Whether two trips claim the same time: their spans from begin to return (or plan) cross."""
    spans = [_span(one), _span(other)]
    if None in spans or one.id == other.id or State.CANCELLED in {one.state, other.state}:
        return False
    (a, b), (c, d) = (span for span in spans if span is not None)
    return a < d and c < b


def _span(trip: Trip) -> tuple[datetime, datetime] | None:
    begin, end = trip.begun_at or trip.starts_at, trip.returned_at or trip.ends_at
    if begin is None:
        return None
    return begin, max(end or begin, begin + _MOMENT)  # of a trip without an end its begin alone is known


def pack(trip: Trip) -> str:
    """A trip as JSON."""
    record = {
        "id": trip.id, "person": trip.person, "created_at": _iso(trip.created_at), "destination": trip.destination,
        "purpose": trip.purpose, "starts_at": _iso(trip.starts_at), "ends_at": _iso(trip.ends_at),
        "vehicle": int(trip.vehicle), "companions": list(trip.companions), "document": trip.document,
        "area": trip.area.value, "legs": [_pack_leg(leg) for leg in trip.legs], "closing": trip.closing,
        "closing_serial": trip.closing_serial.hex(), "state": trip.state.value, "whole_day": trip.whole_day,
        "stated": list(trip.stated), "near": list(trip.near), "host": trip.host, "chat": trip.chat,
    }  # fmt: skip
    return json.dumps(record, ensure_ascii=False)


def unpack(text: str | bytes) -> Trip:
    """The trip that `pack` wrote."""
    record: dict[str, Any] = json.loads(text)
    return Trip(
        id=record["id"], person=record["person"], created_at=datetime.fromisoformat(record["created_at"]),
        destination=record["destination"], purpose=record["purpose"], starts_at=_instant(record["starts_at"]),
        ends_at=_instant(record["ends_at"]), vehicle=Vehicle(record["vehicle"]),
        companions=tuple(record["companions"]), document=record["document"], area=Area(record["area"]),
        legs=tuple(_leg(one) for one in record["legs"]), closing=record["closing"],
        closing_serial=bytes.fromhex(record["closing_serial"]), state=State(record["state"]),
        whole_day=record.get("whole_day", False), stated=tuple(record.get("stated", ())),
        near=tuple(record.get("near", ())), host=record.get("host", ""), chat=record.get("chat", ""),
    )  # fmt: skip


def _pack_leg(leg: Leg) -> dict[str, object]:
    return {
        "kind": leg.kind.value, "at": _iso(leg.at), "told_at": _iso(leg.told_at), "basis": leg.basis.value,
        "receipt": leg.receipt, "serial": leg.serial.hex(), "grade": leg.grade, "place": leg.place,
        "distance_m": leg.distance_m, "digest": leg.digest.hex(), "confirmed": list(leg.confirmed),
        "flags": list(leg.flags), "message": leg.message,
    }  # fmt: skip


def _leg(record: dict[str, Any]) -> Leg:
    return Leg(
        kind=LegKind(record["kind"]), at=datetime.fromisoformat(record["at"]),
        told_at=datetime.fromisoformat(record["told_at"]), basis=Basis(record["basis"]), receipt=record["receipt"],
        serial=bytes.fromhex(record["serial"]), grade=record["grade"], place=record["place"],
        distance_m=record["distance_m"], digest=bytes.fromhex(record["digest"]), confirmed=tuple(record["confirmed"]),
        flags=tuple(record.get("flags", ())), message=record.get("message", ""),
    )  # fmt: skip


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(UTC).isoformat()


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)

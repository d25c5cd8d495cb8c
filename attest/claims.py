"""What became of a receipt: used for one claim, once; or voided. And the claim sheets that use whole trips of them.

```
serials and trips of one sheet → marks still free → the next number of its series → one leaf with all marks, or nothing
```
A mark is one field of a hash, set only where there is none, in the same step as its leaf of the log: of a hundred at
once one wins, and whoever dies on the way leaves everything or nothing. A sheet that was voided stays in the log, as
does the leaf that voided it; only then may what it used be used by one sheet more, under a mark of the next round
(`<serial>#1`). It keeps no caller's key in clear.

dobi:{tenant}:claims:state   hash: serial, `trip:<id>`, `sheet:<number>` → [state, seconds, key, number];
                             `void:<number>` → seconds
dobi:{tenant}:claims:next    hash: series → where to look for the next number first; a guess, the marks decide
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, cast, get_args

import redis.asyncio

from attest import canonical
from attest.errors import AlreadyClaimedError, LogCorruptError, MarkTakenError
from attest.leaf import Entry, Fields
from attest.log import Mark, ReceiptLog

State = Literal["used", "voided"]

CLAIMED: Final = "claimed"
CLAIM_VOIDED: Final = "claim_voided"
_PAGE = 64


@dataclass(frozen=True, slots=True)
class Claim:
    """The end of a receipt: its state, when, what stands for the caller's key, and the sheet that used it, if any."""

    state: State
    at: datetime
    key: str
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A claim sheet. `record` is what it says, as its maker wrote it; empty once it was destroyed on its date.

    `serials` and `trips` are what it uses; `index` is its leaf; `voided_at`, `voided_by` and `reason` tell its end.
    """

    number: str
    by: str
    at: datetime
    record: str
    serials: tuple[bytes, ...]
    trips: tuple[str, ...]
    index: int
    voided_at: datetime | None = None
    voided_by: str = ""
    reason: str = ""


class Claims:
    """The states of all receipts on one Redis, one hash an institution."""

    def __init__(self, database: redis.asyncio.Redis, log: ReceiptLog, now: Callable[[], datetime]) -> None:
        self._database = database
        self._log = log
        self._now = now

    async def mark(self, tenant: str, serial: bytes, state: State, key: str) -> Claim:
        """The receipt's end, durable and logged; the same `key` gives the same.

        Raises:
            AlreadyClaimedError: it ended otherwise before.
            LogError: the log is overrun or damaged; nothing was marked.
        """
        fresh = Claim(state, self._instant(), _digest(serial, key))
        field, found = (await self._standing(tenant, [serial.hex()]))[serial.hex()]
        claim = found or fresh
        if found is not None and not _same(found, fresh, key):
            raise _taken(found)
        mark = Mark(self._key(tenant), field, _pack(claim))
        try:
            await self._log.append(tenant, state, {"serial": serial, "key": key}, f"{state}:{field}", mark)
        except MarkTakenError as error:
            claim = _unpack(error.stored)
            if not _same(claim, fresh, key):
                raise _taken(claim) from error
        return claim

    async def find(self, tenant: str, serial: bytes) -> Claim | None:
        """How a receipt ended; None while it is open, which it is again after its sheet was voided."""
        return (await self._standing(tenant, [serial.hex()]))[serial.hex()][1]

    async def standing(
        self, tenant: str, serials: Sequence[bytes], trips: Sequence[str]
    ) -> tuple[Mapping[bytes, Claim], Mapping[str, Claim]]:
        """Which of these receipts and trips ended, and how."""
        found = await self._standing(tenant, [*(one.hex() for one in serials), *(f"trip:{one}" for one in trips)])
        ended = {field: claim for field, (_, claim) in found.items() if claim is not None}
        return (
            {one: ended[one.hex()] for one in serials if one.hex() in ended},
            {one: ended[f"trip:{one}"] for one in trips if f"trip:{one}" in ended},
        )

    async def claim(
        self,
        tenant: str,
        series: str,
        by: str,
        serials: Sequence[bytes],
        trips: Sequence[str],
        draft: Callable[[str, datetime], str],
    ) -> Sheet:
        """The sheet that uses these receipts and trips, durable; the same request by the same person gives the same.

        Its number is `<series>-<n>`, without a gap; `draft(number, at)` writes what it says.

        Raises:
            AlreadyClaimedError: one of them ended before; `sheet` names the sheet that holds it. Nothing was marked.
            LogError: the log is overrun or damaged; nothing was marked.
        """
        names = list(dict.fromkeys([*(one.hex() for one in serials), *(f"trip:{one}" for one in trips)]))
        if not names:
            raise ValueError("a sheet of nothing")
        at = self._instant()
        while True:
            found = await self._standing(tenant, names)
            ended = next((claim for _, claim in found.values() if claim is not None), None)
            if ended is not None:
                return await self._same_sheet(tenant, ended, by, names)
            number = await self._next(tenant, series)
            value = _pack(Claim("used", at, _digest(b"".join(serials), "\0".join([by, *names])), number))
            fields = [*(field for field, _ in found.values()), f"sheet:{number}"]
            marks = [Mark(self._key(tenant), field, value) for field in fields]
            facts: Fields = {
                "number": number, "by": by, "record": draft(number, at), "serials": b"".join(serials),
                "trips": " ".join(trips),
            }  # fmt: skip
            try:
                entry = await self._log.append(tenant, CLAIMED, facts, f"{CLAIMED}:{number}", *marks)
            except MarkTakenError:
                continue  # of the number, or of one of the receipts: looked at again
            await self._database.hset(self._key(tenant, "next"), series, _count(number))
            return _sheet(entry, number)

    async def void(self, tenant: str, number: str, by: str, reason: str) -> Sheet | None:
        """The sheet, voided for ever, with the leaf that says so; one that was voided before keeps its first end.

        None: there is no such sheet.
        """
        if await self.sheet(tenant, number) is None:
            return None
        mark = Mark(self._key(tenant), f"void:{number}", canonical.dumps(int(self._instant().timestamp())))
        facts = {"number": number, "by": by, "reason": reason}
        with contextlib.suppress(MarkTakenError):  # voided before
            await self._log.append(tenant, CLAIM_VOIDED, facts, f"{CLAIM_VOIDED}:{number}", mark)
        return await self.sheet(tenant, number)

    async def sheet(self, tenant: str, number: str) -> Sheet | None:
        """The sheet of that number."""
        entry = await self._log.find(tenant, f"{CLAIMED}:{number}")
        if entry is None:
            return None
        ended = await self._log.find(tenant, f"{CLAIM_VOIDED}:{number}")
        return _sheet(entry, number, ended)

    async def sheets(self, tenant: str, series: str) -> list[Sheet]:
        """Every sheet of a series, in the order of their numbers."""
        found, count = [], 1
        while (sheet := await self.sheet(tenant, f"{series}-{count}")) is not None:
            found.append(sheet)
            count += 1
        return found

    async def _same_sheet(self, tenant: str, ended: Claim, by: str, names: Sequence[str]) -> Sheet:
        """The sheet that ended it, where that is this very request."""
        sheet = await self.sheet(tenant, ended.sheet) if ended.sheet else None
        if sheet is None or sheet.by != by or set(names) != _names(sheet):
            raise _taken(ended)
        return sheet

    async def _standing(self, tenant: str, names: Sequence[str]) -> dict[str, tuple[str, Claim | None]]:
        """For each of them the field of its last round, and how that ended; None where it is still free."""
        found: dict[str, tuple[str, Claim | None]] = {}
        waiting, round_ = list(dict.fromkeys(names)), 0
        while waiting:
            fields = [f"{name}#{round_}" if round_ else name for name in waiting]
            stored = await self._marks(tenant, fields)
            claims = [None if one is None else _unpack(one) for one in stored]
            sheets = sorted({claim.sheet for claim in claims if claim is not None and claim.sheet})
            ends = await self._marks(tenant, [f"void:{number}" for number in sheets])
            voided = {number for number, end in zip(sheets, ends, strict=True) if end is not None}
            again = []
            for name, field, claim in zip(waiting, fields, claims, strict=True):
                if claim is not None and claim.sheet in voided:
                    again.append(name)
                else:
                    found[name] = (field, claim)
            waiting, round_ = again, round_ + 1
        return found

    async def _next(self, tenant: str, series: str) -> str:
        """The first number of the series that no sheet has."""
        guess = await cast(Awaitable[bytes | None], self._database.hget(self._key(tenant, "next"), series))
        count = int(guess or 0) + 1
        if count > 1 and (await self._marks(tenant, [f"sheet:{series}-{count - 1}"]))[0] is None:
            count = 1  # the guess is of another life of this database
        while True:
            numbers = [f"{series}-{one}" for one in range(count, count + _PAGE)]
            stored = await self._marks(tenant, [f"sheet:{number}" for number in numbers])
            free = next((number for number, one in zip(numbers, stored, strict=True) if one is None), None)
            if free is not None:
                return free
            count += _PAGE

    async def _marks(self, tenant: str, fields: Sequence[str]) -> list[bytes | None]:
        if not fields:
            return []
        return await cast(Awaitable[list[bytes | None]], self._database.hmget(self._key(tenant), list(fields)))

    def _instant(self) -> datetime:
        return self._now().replace(microsecond=0)

    def _key(self, tenant: str, name: str = "state") -> str:
        return f"dobi:{{{tenant}}}:claims:{name}"


def _taken(claim: Claim) -> AlreadyClaimedError:
    return AlreadyClaimedError(f"{claim.state} since {claim.at.isoformat()}", claim.sheet)


def _count(number: str) -> int:
    return int(number.rpartition("-")[2])


def _names(sheet: Sheet) -> set[str]:
    return {*(one.hex() for one in sheet.serials), *(f"trip:{one}" for one in sheet.trips)}


def _sheet(entry: Entry, number: str, ended: Entry | None = None) -> Sheet:
    facts, end = entry.fields or {}, (ended.fields or {}) if ended else {}
    joined = facts.get("serials", b"")
    serials = joined if isinstance(joined, bytes) else b""
    return Sheet(
        number, str(facts.get("by", "")), entry.at, str(facts.get("record", "")),
        tuple(serials[at : at + 8] for at in range(0, len(serials), 8)), tuple(str(facts.get("trips", "")).split()),
        entry.index, ended.at if ended else None, str(end.get("by", "")), str(end.get("reason", "")),
    )  # fmt: skip


def _digest(serial: bytes, key: str) -> str:
    # a caller's key may name a person; the serial is random and salts it
    return hashlib.sha256(serial + key.encode()).hexdigest()[:32]


def _same(claim: Claim, fresh: Claim, key: str) -> bool:
    return claim.state == fresh.state and claim.key in {fresh.key, key}  # before 0.2 the key stood there in clear


def _pack(claim: Claim) -> bytes:
    return canonical.dumps([claim.state, int(claim.at.timestamp()), claim.key, *([claim.sheet] if claim.sheet else [])])


def _unpack(stored: bytes) -> Claim:
    match canonical.loads(stored):
        case [("used" | "voided") as state, int(at), str(key)]:
            return Claim(state, datetime.fromtimestamp(at, UTC), key)
        case ["used", int(at), str(key), str(sheet)]:
            return Claim("used", datetime.fromtimestamp(at, UTC), key, sheet)
    raise LogCorruptError(f"not a state: expected one of {get_args(State)}")

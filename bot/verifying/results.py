"""A judged item as it is kept while a batch is under way, and for its report: facts, and no name."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from attest.places import by_code
from attest.receipt import ACCURACY_M, Receipt
from attest.verify import Finding
from bot.wording import verdicts as words


@dataclass(frozen=True, slots=True)
class Seen:
    """What a receipt said in clear; times in ISO 8601, bytes in hex, distance in metres."""

    institution: str
    serial: str
    holder: str
    time: str
    grade: int
    place: int
    accuracy: int
    document: str
    index: int
    minutes: int | None = None
    distance_m: int | None = None
    vehicle: int = 0

    @property
    def at(self) -> datetime:
        """When the share was received."""
        return datetime.fromisoformat(self.time)


@dataclass(frozen=True, slots=True)
class Result:
    """One item with its verdict. `opens`: its sealed part may be opened; `limit`: why not; `look`: its leaf."""

    name: str
    source: int
    token: str
    verdict: str
    flags: tuple[str, ...] = ()
    reason: str = ""
    checked: tuple[str, ...] = ()
    fault: str = ""
    sha256: str = ""
    seen: Seen | None = None
    opens: bool = False
    limit: str = ""
    look: int | None = None

    @property
    def serial(self) -> str:
        """The receipt's serial with its institution; empty where there is no receipt."""
        return "" if self.seen is None else f"{self.seen.institution} {self.seen.serial}"


def seen(receipt: Receipt) -> Seen:
    """What a receipt says in clear."""
    pair = receipt.pair
    return Seen(
        receipt.institution, receipt.serial.hex(), receipt.holder.hex(), receipt.time.isoformat(), receipt.grade,
        receipt.place, receipt.accuracy, receipt.document, receipt.index,
        None if pair is None else pair.minutes,
        None if pair is None or pair.distance_100m is None else pair.distance_100m * 100,
        0 if pair is None else int(pair.vehicle),
    )  # fmt: skip


def result(name: str, source: int, token: str, finding: Finding) -> Result:
    """An item and what was found."""
    told = None if finding.receipt is None else seen(finding.receipt)
    return Result(
        name, source, token, finding.verdict.value, finding.flags, finding.reason, finding.checked, seen=told
    )  # fmt: skip


def checked(one: Result, institution: str, opened: tuple[str, ...] = (), twin: str = "") -> words.Checked:
    """The result as it is said; `institution` is its name in words."""
    told = one.seen
    if told is None:
        return words.Checked(
            one.name, one.verdict, one.flags, reason=one.reason, fault=one.fault, twin=twin
        )  # fmt: skip
    known = 1 <= told.accuracy <= len(ACCURACY_M)
    pair = None if told.minutes is None else words.PairFacts(told.minutes, told.distance_m, told.vehicle)
    return words.Checked(
        one.name, one.verdict, one.flags, reason=one.reason, institution=institution,
        place=by_code(told.place).title, at=told.at, accuracy_m=ACCURACY_M[told.accuracy - 1] if known else None,
        document=told.document, logged="log" in one.checked, opened=opened, grade=told.grade, pair=pair, twin=twin,
        limit=one.limit,
    )  # fmt: skip


def twins(results: list[Result]) -> dict[int, int]:
    """Place of an item → place of the first one that has the same receipt."""
    first: dict[str, int] = {}
    found = {}
    for at, one in enumerate(results):
        if one.serial and first.setdefault(one.serial, at) != at:
            found[at] = first[one.serial]
    return found


def pack(pieces: list[list[Result]]) -> bytes:
    """The results of some pieces as they are kept."""
    return json.dumps([[asdict(one) for one in piece] for piece in pieces], ensure_ascii=False).encode()


def unpack(data: bytes) -> list[list[Result]]:
    """What `pack` wrote."""
    return [[_result(record) for record in piece] for piece in json.loads(data)]


def _result(record: dict[str, Any]) -> Result:
    told = record.pop("seen")
    for name in ("flags", "checked"):
        record[name] = tuple(record[name])
    return Result(**record, seen=None if told is None else Seen(**told))

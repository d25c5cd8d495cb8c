"""What a claim sheet says, as plain values: the facts of its trips and what was counted, frozen when it was made.

The sheet's papers are drawn from this alone, so that they come out the same in any later year. It holds no token and no
point: a receipt is named by its serial and its place in the log.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from attest.allowance import Allowance


@dataclass(frozen=True, slots=True)
class Slip:
    """A receipt: its serial in hex, and its index in the log.

    `closing`: it pairs departure and return; `arrived`: it stands for the place that was visited.
    """

    serial: str
    index: int | None
    closing: bool = False
    arrived: bool = False


@dataclass(frozen=True, slots=True)
class Amount:
    """One item that was counted: `kind` and articles as `attest.allowance` has them, won, None where not certain."""

    kind: str
    won: int | None
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One trip, or a receipt outside of every trip (`trip` is empty then).

    `place` is a 시군구 code; `late` and `located` are facts of its evidence; `stated` names what was told for it.
    """

    trip: str
    begins: datetime | None
    ends: datetime | None
    destination: str = ""
    place: int = 0
    purpose: str = ""
    area: str = "unknown"
    vehicle: int = 0
    minutes: int | None = None
    document: str = ""
    amounts: tuple[Amount, ...] = ()
    needs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    slips: tuple[Slip, ...] = ()
    late: bool = False
    located: bool = True
    stated: tuple[str, ...] = ()

    @property
    def total(self) -> int | None:
        """The whole amount; None where anything is missing, or nothing could be counted."""
        return None if self.needs or not self.trip else sum(one.won or 0 for one in self.amounts)

    def counted(self, paid: Allowance) -> Line:
        """The line with what it is paid; notes of its own stay."""
        return replace(
            self, area=paid.area.value if paid.area.value != "unknown" else self.area,
            amounts=tuple(Amount(item.kind.value, item.amount, item.articles) for item in paid.items),
            needs=tuple(sorted(need.value for need in paid.needs)),
            notes=(*self.notes, *sorted(note.value for note in paid.notes)),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClaimRecord:
    """The whole sheet. `month` is its first day; `ordinance` and `applies` are the institution's, where it has one."""

    number: str
    at: datetime
    institution: str
    name: str
    department: str
    month: date
    lines: tuple[Line, ...]
    ordinance: str = ""
    applies: str = ""
    approval: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """What could be counted."""
        return sum(line.total or 0 for line in self.lines)

    @property
    def whole(self) -> bool:
        """Whether every line has its amount."""
        return all(line.total is not None for line in self.lines)

    def pack(self) -> str:
        """The record as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, default=_iso)


def unpack(text: str) -> ClaimRecord:
    """The record that `pack` wrote."""
    told: dict[str, Any] = json.loads(text)
    return ClaimRecord(
        **told
        | {
            "at": datetime.fromisoformat(told["at"]),
            "month": date.fromisoformat(told["month"]),
            "lines": tuple(_line(one) for one in told["lines"]),
            "approval": tuple(told["approval"]),
        }
    )


def _line(told: Mapping[str, Any]) -> Line:
    amounts = tuple(Amount(one["kind"], one["won"], tuple(one["articles"])) for one in told["amounts"])
    plain: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in told.items()}
    slips = tuple(Slip(**one) for one in told["slips"])
    begins, ends = _instant(told["begins"]), _instant(told["ends"])
    return Line(**plain | {"begins": begins, "ends": ends, "amounts": amounts, "slips": slips})


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value))


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)

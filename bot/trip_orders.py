"""출장명령 of the office's own system: rows of a sheet as numbers for the trips that people wrote down. Pure.

A row names a number, a person and a day; columns are found by their heads, as such systems write them. A number goes
to a trip of that person that touches that day, and to none where two may be meant. Nothing else is taken from a row.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from attest.trip import KST, State, Trip
from bot.trip_choice import covers
from bot.trip_times import ends, find, starts

_HEADS: Final = (
    ("number", re.compile(r"^(?:문서|출장명령|명령|출장|결재|시행)?(?:문서)?번호$|^문서$")),
    ("person", re.compile(r"^(?:성명|이름|출장자|출장자명|대상자|신청자|직원명)$")),
    ("department", re.compile(r"^(?:소속|부서|부서명|과명)$")),
    ("day", re.compile(r"^(?:출장)?(?:일자|일|기간|일시|날짜|시작일|시작일시|시작)$")),
    ("where", re.compile(r"^(?:출장지|목적지|장소|행선지|출장장소)$")),
)
_SERIAL: Final = re.compile(r"^\d{1,3}$")
_LOOKED: Final = 20  # rows before the heads: titles
_BARE: Final = re.compile(r"(?P<y>\d{4})[-./]?(?P<m>\d{2})[-./]?(?P<d>\d{2})")


@dataclass(frozen=True, slots=True)
class Order:
    """One row: the number of the order, whose, and on which days."""

    number: str
    person: str
    department: str
    first: date
    last: date
    where: str = ""


@dataclass(frozen=True, slots=True)
class Orders:
    """What a sheet told; `unread` counts rows without a number, a name or a day."""

    orders: tuple[Order, ...]
    unread: int = 0


def understand(rows: Sequence[Sequence[str]], now: datetime) -> Orders | None:
    """The orders of a sheet; None where no row heads a number, a person and a day."""
    columns, below = _columns(rows)
    if not {"number", "person", "day"} <= columns.keys():
        return None
    found = [_order(row, columns, now) for row in below]
    return Orders(tuple(one for one in found if one is not None), sum(one is None for one in found))


def meant(order: Order, trips: Sequence[Trip]) -> Trip | None:
    """The trip of these, all the person's, that the order is for."""
    days = [trip for trip in trips if trip.state is not State.CANCELLED and _touches(trip, order)]
    same = [trip for trip in days if trip.document == order.number]
    placed = [trip for trip in days if order.where and _alike(order.where, trip.destination)]
    free = [trip for trip in placed or days if not trip.document]
    found = same or free or days
    return found[0] if len(found) == 1 or same else None


def _columns(rows: Sequence[Sequence[str]]) -> tuple[dict[str, int], Sequence[Sequence[str]]]:
    best: tuple[dict[str, int], Sequence[Sequence[str]]] = ({}, ())
    for at, row in enumerate(rows[:_LOOKED]):
        columns: dict[str, int] = {}
        for number, cell in enumerate(row):
            head = re.sub(r"\s|\(.*?\)", "", cell)
            name = next((name for name, pattern in _HEADS if pattern.search(head)), None)
            if name is not None and (name not in columns or (name == "number" and "문서" in head)):
                columns[name] = number
        if len(columns) > len(best[0]):
            best = (columns, rows[at + 1 :])
    return best


def _order(row: Sequence[str], columns: dict[str, int], now: datetime) -> Order | None:
    cells = {name: row[at].strip() if at < len(row) else "" for name, at in columns.items()}
    local = now.astimezone(KST).replace(tzinfo=None)
    bare = _BARE.sub(lambda found: f"{found['y']}. {found['m']}. {found['d']}.", cells["day"])
    span, _ = find(bare, local, past=True)
    begin, end = starts(span, local.date()), ends(span, local.date())
    if not cells["number"] or _SERIAL.match(cells["number"]) or not cells["person"] or span.day is None or not begin:
        return None
    last = end.date() if end is not None else begin.date()
    return Order(
        cells["number"], cells["person"], cells.get("department", ""), begin.date(), last, cells.get("where", "")
    )  # fmt: skip


def _touches(trip: Trip, order: Order) -> bool:
    return covers(trip, order.first) or covers(trip, order.last)


def _alike(one: str, other: str) -> bool:
    words = {word for word in re.split(r"[\s,()]+", one) if len(word) > 1}
    return bool(words & {word for word in re.split(r"[\s,()]+", other) if len(word) > 1})

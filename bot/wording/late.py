"""Words for the hour of what is handed in afterwards."""

from __future__ import annotations

from datetime import date, datetime, time

from attest.trip import LegKind, Trip
from bot.messenger import Button, Reply
from bot.wording import SAY, clock, day, moment, particle
from bot.wording.trips import LEGS, where

_DID = {LegKind.DEPARTED: "출발하셨습니까", LegKind.ARRIVED: "도착하셨습니까", LegKind.RETURNED: "복귀하셨습니까"}


def _about(trip: Trip) -> str:
    return f"{where(trip)} 출장" if trip.destination else "출장"


def when(trip: Trip, kind: LegKind, on: date) -> Reply:
    """Evidence came without an hour: it waits."""
    return Reply(
        f"자료를 받았습니다({day(on)} {_about(trip)}). 몇 시에 {_DID[kind]}?\n"
        "'13시 40분'처럼 써 주시면 적고 영수증을 드립니다. 그때까지는 아무것도 적지 않습니다."
    )


def is_it_then(trip: Trip, kind: LegKind, at: datetime) -> Reply:
    """An hour that was a guess, read back."""
    return Reply(
        f"{_about(trip)} {LEGS[kind]}, {particle(moment(at), '으로', '로')} 적을까요?\n"
        "맞으면 '그걸로', 다르면 시각을 다시 써 주십시오. 아직 적지 않았습니다."
    )


def both(trip: Trip, start: time, end: time) -> Reply:
    """From when until when somebody was there, read back as the begin and the end of the trip."""
    begun, over = f"{start:%H:%M}", f"{end:%H:%M}"
    return Reply(
        f"{day(trip.day)} {_about(trip)}을 {begun} 출발, {over} 복귀로 적을까요?\n"
        "적으면 마침 영수증을 드립니다. 아직 적지 않았습니다.",
        buttons=(Button("그렇게 적기", f"{SAY}출발 {begun} 복귀 {over}"),),
    )


def moved(trip: Trip, kind: LegKind, before: datetime, at: datetime, *, receipt: bool) -> Reply:
    """The hour that was just recorded, corrected."""
    wrong, right = particle(clock(before), "을", "를"), particle(moment(at), "으로", "로")
    told = f"{_about(trip)} {LEGS[kind]}: {wrong} {right} 고쳤습니다."
    given = "\n앞서 드린 영수증은 자료를 낸 때를 증명하는 것이라 그대로 쓰시면 됩니다."
    return Reply(told + (given if receipt else ""))


def stands(trip: Trip, kind: LegKind, at: datetime) -> Reply:
    """A yes to what was recorded already."""
    return Reply(f"{_about(trip)} {LEGS[kind]}, {particle(moment(at), '으로', '로')} 적어 두었습니다.")

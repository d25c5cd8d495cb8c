"""Words for a departure to a place for which no trip was written down."""

from __future__ import annotations

from datetime import datetime

from attest.trip import Trip
from bot.messenger import Button, Reply
from bot.wording import clock
from bot.wording.trips import thread


def proposal(place: str, at: datetime, key: str) -> Reply:
    """Asked before anything is written."""
    return Reply(
        f"{place} 출장을 지금 {clock(at)} 출발로 적을까요? 적어 두신 오늘 출장이 없어 여쭙니다.",
        buttons=(Button("적기", f"leg-go:{key}"),),
    )


def begun(trip: Trip, at: datetime) -> Reply:
    """It was agreed to."""
    return Reply(
        f"{trip.destination} 출장: {clock(at)} 출발, 적었습니다. 닿으시면 '도착'을 눌러 주십시오.",
        buttons=thread(trip),
    )

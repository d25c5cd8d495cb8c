"""How much a shared location shows: a grade and flags, signed into the receipt.

No bot can prove presence: coordinates are whatever the sender's client says (research/attest.md §3.1). The grades:
E0 forwarded, a venue or an inline bot: refused. E1 a point outside a challenge. E2 a point that answers a fresh
challenge. E3 to E5 need a trace, a second witness, or arrival and departure (issue 5): one point never gets there.
Pure: it asks no clock and stores nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from attest.errors import EvidenceRefusedError
from attest.receipt import ACCURACY_M, Point, Share

WINDOW = timedelta(seconds=90)
STALE = timedelta(seconds=60)  # between the messenger's time and ours
_ROUNDING = timedelta(seconds=5)  # messengers cut their times to whole seconds


@dataclass(frozen=True, slots=True)
class Challenge:
    """A question for a location, asked of one person in one private chat and answerable once."""

    issued_at: datetime
    window: timedelta = WINDOW


@dataclass(frozen=True, slots=True)
class Evidence:
    """A grade from 1 to 5 and what stands against it or beside it (`receipt.FLAGS`)."""

    grade: int
    flags: tuple[str, ...]


def grade(share: Share, challenge: Challenge | None) -> Evidence:
    """The grade of one share, 1 or 2.

    Raises:
        EvidenceRefusedError: forwarded, a venue, or sent through an inline bot (E0).
    """
    for reason in ("forwarded", "venue", "via_bot"):
        if getattr(share, reason):
            raise EvidenceRefusedError(reason)
    lowering = tuple(_lowering(share, challenge))
    return Evidence(1 if lowering else 2, lowering + tuple(_remarks(share)))


def _lowering(share: Share, challenge: Challenge | None) -> Iterator[str]:
    """What keeps a share at E1."""
    if challenge is None:
        yield "no_challenge"
    else:
        yield from _beside(share, challenge)
    if share.received_at - share.sent_at > STALE:
        yield "stale"
    if share.sent_at - share.received_at > STALE:
        yield "clock"
    if share.edited:
        yield "edited"


def _remarks(share: Share) -> Iterator[str]:
    """What a checker should know besides."""
    if share.live:
        yield "live"
    if share.point.accuracy_m is None:
        yield "no_accuracy"
    elif share.point.accuracy_m > ACCURACY_M[-1]:
        yield "coarse"
    if _on_grid(share.point):
        yield "grid"


def _beside(share: Share, challenge: Challenge) -> Iterator[str]:
    """Which side of the challenge's window a share fell on: a point from before the question answers nothing."""
    if min(share.sent_at + _ROUNDING, share.received_at) < challenge.issued_at:
        yield "early"
    if share.received_at > challenge.issued_at + challenge.window:
        yield "late_answer"


def _on_grid(point: Point) -> bool:
    """Whether both coordinates end at the third decimal, as typed ones do and measured ones hardly ever."""
    return round(point.lat, 3) == point.lat and round(point.lon, 3) == point.lon

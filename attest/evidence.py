"""How much is shown for a leg of a trip: a grade and flags, signed into the receipt.

No bot can prove presence: coordinates are whatever the sender's client says (research/attest.md §3.1). The ladder
(§3.2) has no short cut, each rung needs the one below:

```
E0  forwarded, a venue, through an inline bot           refused
E1  a point outside a challenge, a declared one (typed, pasted, from a photo), or no point, or late
E2  a point that answers a fresh challenge              one point never gets higher
E3  + a live trace: 5 fixes or more over 10 minutes or more, plausible (`screening`)
E4  + a fact of another's: a colleague's receipt within 200 m and 10 minutes, or the visited office's code (`visit`)
E5  + departure and return, each a point that answers a challenge
```
Pure: it asks no clock and stores nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from attest.errors import EvidenceRefusedError
from attest.receipt import ACCURACY_M, Point, Share

WINDOW = timedelta(seconds=90)
STALE = timedelta(seconds=60)  # between the messenger's time and ours
TRACE_FIXES = 5
TRACE_LASTS = timedelta(minutes=10)
SCREENED = frozenset({"fast", "same_point", "grid", "still", "replayed"})  # flags that screening gives
NEAR_M = 200.0  # between two colleagues' receipts
NEAR_TIME = timedelta(minutes=10)
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


@dataclass(frozen=True, slots=True)
class Trace:
    """What a live share has shown so far: how many fixes over which time, and what screening says against them.

    `fixes` counts different coordinates: one position sent five times is one. `screened` is False where nothing could
    be looked at (no such share, its points are gone, too few or too coarse): then nothing is said for it.
    """

    fixes: int = 0
    lasted: timedelta = timedelta()
    flags: tuple[str, ...] = ()
    screened: bool = False

    @property
    def lifts(self) -> bool:
        """Whether it is E3's trace: long enough, and nothing against it."""
        return self.screened and not self.flags and self.fixes >= TRACE_FIXES and self.lasted >= TRACE_LASTS


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands beside the arrival's point, each from somewhere else.

    `colleague_near`: a colleague's own receipt within 200 m and 10 minutes (`presence.Presence.near`).
    `visit_code`: the code that the visited office showed, checked (`visit`). `colleague_said`, `host_said`: a bare
    word, which is told and lifts nothing. `departed`, `returned`: the evidence of these legs' own shares.
    """

    trace: Trace | None = None
    colleague_near: bool = False
    visit_code: bool = False
    colleague_said: bool = False
    host_said: bool = False
    departed: Evidence | None = None
    returned: Evidence | None = None


def climb(arrival: Evidence, facts: Facts) -> Evidence:
    """The grade of a trip's place from its arrival's own evidence and the facts beside it: 1 to 5.

    What holds the arrival at E1 holds the trip there. A trace with flags gives them and no lift.
    """
    traced = facts.trace is not None and facts.trace.lifts
    grade = arrival.grade
    if grade == 2 and traced:
        grade = 3
    if grade == 3 and (facts.colleague_near or facts.visit_code):
        grade = 4
    if grade == 4 and _answered(facts.departed) and _answered(facts.returned):
        grade = 5
    beside = {
        "trace": traced,
        "colleague": facts.colleague_near or facts.colleague_said,
        "host": facts.visit_code or facts.host_said,
    }
    found = [*arrival.flags, *(facts.trace.flags if facts.trace else ()), *(name for name in beside if beside[name])]
    return Evidence(grade, tuple(dict.fromkeys(found)))


def without_point(confirmed_by: Collection[str] = (), *, late: bool) -> Evidence:
    """E1 for a photo, a toll record, a host's or a colleague's word: no point, told as such, and no reproach.

    `confirmed_by`: of "host" and "colleague" the flag is set; of other kinds (photo, toll) the trip itself tells.
    """
    said = [flag for flag in ("colleague", "host") if flag in confirmed_by]
    return Evidence(1, ("no_location", *(["late"] if late else []), *said))


def _answered(leg: Evidence | None) -> bool:
    return leg is not None and leg.grade >= 2


def grade(share: Share, challenge: Challenge | None) -> Evidence:
    """The grade of one share, 1 or 2; of one without a point 1.

    Raises:
        EvidenceRefusedError: forwarded, a venue, or sent through an inline bot (E0).
    """
    for reason in ("forwarded", "venue", "via_bot"):
        if getattr(share, reason):
            raise EvidenceRefusedError(reason)
    lowering = tuple(_lowering(share, challenge))
    remarks = tuple(_remarks(share, share.point)) if share.point else ("no_location",)
    return Evidence(1 if lowering or share.point is None else 2, lowering + remarks)


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
    if share.declared:
        yield "declared"


def _remarks(share: Share, point: Point) -> Iterator[str]:
    """What a checker should know besides."""
    if share.live:
        yield "live"
    if point.accuracy_m is None:
        yield "no_accuracy"
    elif point.accuracy_m > ACCURACY_M[-1]:
        yield "coarse"
    if _on_grid(point):
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

"""A receipt that was taken as the message that carries it."""

from __future__ import annotations

from attest.trip import Leg, LegKind
from bot.journeys import Taken
from bot.messenger import Reply
from bot.wording import legs as words


def of_share(taken: Taken, accuracy_m: float | None, *, traced: bool = False) -> Reply:
    """The receipt of a share, or the one that closes a trip."""
    receipt = taken.issued.receipt
    if taken.kind is LegKind.RETURNED and receipt.pair is not None:
        return of_closing(taken)
    return words.share_receipt(
        taken.trip, taken.kind, taken.issued.place.title, receipt.time, accuracy_m, receipt.document,
        taken.issued.png, story(taken), receipt.flags, traced=traced,
    )  # fmt: skip


def of_closing(taken: Taken) -> Reply:
    """The receipt that closes a trip."""
    receipt, pair = taken.issued.receipt, taken.issued.receipt.pair
    count, far = (0, None) if pair is None else (pair.minutes, pair.distance_100m)
    return words.closing(taken.trip, count, far, taken.issued.png, story(taken), receipt.flags)


def of_evidence(taken: Taken, leg: Leg) -> Reply:
    """The receipt of what was handed in."""
    return words.handed_in(taken.trip, leg.kind, leg.basis, leg.at, taken.issued.png, story(taken), late=leg.late)


def story(taken: Taken) -> str:
    """Under which the outbox knows it: the same receipt is the same message."""
    return f"receipt:{taken.issued.receipt.serial.hex()}"

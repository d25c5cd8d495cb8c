"""Whether a file without a receipt was handed in before, as late evidence of a trip: by its print, and by nothing else.

It says when, and not whose: the verdict stays unreadable, for such a file is no receipt.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from attest.audits import Audit
from attest.trip import KST
from attest.trips import Trips
from bot.verifying.batches import Given
from bot.verifying.results import Result
from bot.wording import checks as words

_BACK = timedelta(days=190)
_AFTER = timedelta(days=60)  # evidence may come weeks after the trip


class HandedIn:
    """Late evidence by its SHA-256."""

    def __init__(self, trips: Trips) -> None:
        self._trips = trips

    async def notes(
        self, tenant: str, results: Sequence[Result], files: Sequence[Given], audit: Audit | None, now: datetime
    ) -> tuple[tuple[int, str], ...]:
        """What has to be said of files that are known as late evidence, by the number of the file."""
        prints = {at: _print(one, results, files) for at, one in enumerate(results)}
        wanted = {found for found in prints.values() if found}
        if not wanted:
            return ()
        known = await self._known(tenant, wanted, audit, now)
        return tuple(
            (results[at].source, words.handed_in(results[at].name, known[found]))
            for at, found in prints.items()
            if found in known
        )

    async def _known(self, tenant: str, wanted: set[str], audit: Audit | None, now: datetime) -> dict[str, datetime]:
        since, until = (now - _BACK, now) if audit is None else (audit.mandate.since, audit.mandate.until)
        days = since.astimezone(KST).date(), (until + _AFTER).astimezone(KST).date()
        legs = [leg for trip in await self._trips.between(tenant, *days) for leg in trip.legs if leg.digest]
        return {leg.digest.hex(): leg.told_at for leg in legs if leg.digest.hex() in wanted}


def _print(one: Result, results: Sequence[Result], files: Sequence[Given]) -> str:
    """The print of an unreadable item, or of the file in which nothing else is; empty where there is none."""
    if one.verdict != "unreadable" or one.source < 0 or one.token:
        return ""
    alone = sum(other.source == one.source for other in results) == 1
    return one.sha256 or (files[one.source].sha256 if alone and one.source < len(files) else "")

"""What the bot asks about a share: graded, screened, kept sealed for a day, compared with colleagues'.

```
share, challenge → grade (≤ E2) ─→ + what screening finds against earlier points → evidence, signed into the receipt
edited live share → its fix kept → the trace so far: does it lift to E3, what speaks against it
trip's end → `evidence.climb(arrival, Facts(trace=…, colleague_near=…, …))`
```
It gives answers, never points. Everything is safe to repeat: `message` names the platform's message, and a second time
changes nothing. Where points can't be looked at (their key is gone, its disk is full) the answer says so, and the
traveller gets the receipt all the same.
"""

from __future__ import annotations

import logging
from dataclasses import replace

from attest.evidence import Challenge, Evidence, Trace, grade
from attest.receipt import Share
from attest.screening import Fix
from attest.vault import Kept, Vault

log = logging.getLogger(__name__)


class Presence:
    """The one that handlers call. Call it only for who has consented; `forget` when consent is withdrawn."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def shared(
        self, tenant: str, person: str, share: Share, challenge: Challenge | None, message: str
    ) -> Evidence:
        """A share's grade, 1 or 2, with every flag: those of `grade`, and fast and same_point.

        Its point is kept for at most 24 hours. A share without a point, or with a declared one, is graded, and nothing
        is kept.

        Raises:
            EvidenceRefusedError: forwarded, a venue, or sent through an inline bot (E0); nothing is kept.
        """
        evidence = grade(share, challenge)
        fix = _fix(share)
        if fix is None or share.declared:  # a map's point is a map's: two people who paste it are no twins
            return evidence
        flags = []
        try:
            await self._vault.keep(tenant, person, message, Kept(fix, answered=evidence.grade == 2))
            if share.live:
                await self._vault.keep_fix(tenant, person, message, fix)
        except OSError as error:
            log.warning("no point is kept for screening: %s", error.strerror)
        if await self._vault.too_fast(tenant, person, message):
            flags.append("fast")
        if await self._vault.elsewhere(tenant, person, [fix]):
            flags.append("same_point")
        return replace(evidence, flags=(*evidence.flags, *flags))

    async def moved(self, tenant: str, person: str, share: Share, message: str) -> Trace:
        """The trace of a live share after this edit of it; `message` is that of the share it edits.

        A fix is kept once: the same time and place again changes nothing. A share that is no evidence (forwarded, a
        venue, through an inline bot), not live, or without a point adds nothing. Comparing with others' traces is
        renewed as the trace grows, not with each fix: `trace` has the last word.
        """
        fix = _fix(share)
        if fix is not None and share.live and not (share.forwarded or share.venue or share.via_bot):
            try:
                await self._vault.keep_fix(tenant, person, message, fix)
            except OSError as error:
                log.warning("no fix is kept for screening: %s", error.strerror)
        return await self._vault.trace(tenant, person, message, anew=False)

    async def trace(self, tenant: str, person: str, message: str) -> Trace:
        """The trace of a live share as it stands: ask when the trip is closed."""
        return await self._vault.trace(tenant, person, message)

    async def near(self, tenant: str, person: str, colleague: str) -> bool:
        """Whether both shared, in answer to a challenge, within 200 m and 10 minutes in the last 24 hours.

        Two phones are meant: identical coordinates are no second witness. False too where it can't be told any more,
        so ask while both are there, and keep the answer with the trip.
        """
        return await self._vault.near(tenant, person, colleague)

    async def count(self, tenant: str, person: str) -> int:
        """How many points of this person are kept for screening."""
        return await self._vault.count(tenant, person)

    async def forget(self, tenant: str, person: str) -> None:
        """What is kept of this person is deleted now: consent was withdrawn."""
        await self._vault.forget(tenant, person)


def _fix(share: Share) -> Fix | None:
    if share.point is None:
        return None
    return Fix(min(share.sent_at, share.received_at), share.received_at, share.point)

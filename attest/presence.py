"""What the bot asks about a share: graded, screened, kept sealed for a day, compared with colleagues'.

```
share, challenge → grade (≤ E2) ─→ + what screening finds against earlier points → evidence, signed into the receipt
edited live share → its fix kept → the trace so far: does it lift to E3, what speaks against it
trip's end → `evidence.climb(arrival, Facts(trace=…, colleague_near=…, …))`
```
It gives answers, never points. Everything is safe to repeat: `message` names the platform's message, and a second time
changes nothing. Where points can't be looked at (their key is gone) the answer says so, and the traveller gets the
receipt all the same.
"""

from __future__ import annotations

from attest.evidence import Challenge, Evidence, Trace
from attest.receipt import Share
from attest.vault import Vault


class Presence:
    """The one that handlers call. Call it only for who has consented; `forget` when consent is withdrawn."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    async def shared(
        self, tenant: str, person: str, share: Share, challenge: Challenge | None, message: str
    ) -> Evidence:
        """A share's grade, 1 or 2, with every flag: those of `grade`, and fast, same_point, replayed.

        Its point is kept for at most 24 hours. A share without a point is graded and nothing is kept.

        Raises:
            EvidenceRefusedError: forwarded, a venue, or sent through an inline bot (E0); nothing is kept.
        """
        raise NotImplementedError

    async def moved(self, tenant: str, person: str, share: Share, message: str) -> Trace:
        """The trace of a live share after this edit of it; `message` is that of the share it edits.

        A fix is kept once: the same `sent_at` again changes nothing.
        """
        raise NotImplementedError

    async def trace(self, tenant: str, person: str, message: str) -> Trace:
        """The trace of a live share as it stands."""
        raise NotImplementedError

    async def near(self, tenant: str, person: str, colleague: str) -> bool:
        """Whether both shared, in answer to a challenge, within 200 m and 10 minutes in the last 24 hours.

        Two phones are meant: identical coordinates are no second witness. False too where it can't be told any more,
        so ask while both are there, and keep the answer with the trip.
        """
        raise NotImplementedError

    async def forget(self, tenant: str, person: str) -> None:
        """What is kept of this person is deleted now: consent was withdrawn."""
        raise NotImplementedError

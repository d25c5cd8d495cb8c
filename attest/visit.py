"""The visited office's code: eight digits that its staff can show, new every two minutes, used once a traveller.

RFC 6238 (TOTP) with HMAC-SHA-256 and a secret an institution, `<keys>/<institution>/visit.key`. A code shows that
somebody there told it within minutes: E4's fact of another's (research/attest.md §3.2). Whoever types one learns which
office it was only when it is right: no name is taken, every wrong code gets the same answer, and guesses are few.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from pathlib import Path

import redis.asyncio

DIGITS = 8
STEP = timedelta(minutes=2)
WRONG_TRIES = 5  # a person, in ten minutes


class VisitCodes:
    """The codes of the institutions whose keys lie under `directory`."""

    def __init__(self, database: redis.asyncio.Redis, directory: Path, now: Callable[[], datetime]) -> None:
        self._database = database
        self._directory = directory
        self._now = now

    async def show(self, tenant: str) -> str:
        """The code of `tenant` for now, such as 04718293; its secret is made if there is none."""
        raise NotImplementedError

    async def check(self, tenant: str, person: str, code: str, visited: Collection[str]) -> str | None:
        """The institution of `visited` whose code this is, once for this traveller of `tenant`; else None.

        None says no more than that: a wrong code, one used already, or too many guesses. The code of one's own
        institution counts nothing. Twice the same code by the same person within its life gives the same answer once.
        """
        raise NotImplementedError

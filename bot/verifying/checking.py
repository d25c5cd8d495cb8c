"""Items → verdicts: by the institution's log and claims, under the audit in hand, each look a leaf before any answer.

```
text → judge (keys) → may_check (audit) → check (log, claims) → look (leaf, notice) → result
```
It opens a sealed part only where this process holds the audit office's key and the look may.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from attest.audits import Access, Audit, Audits
from attest.claims import Claims
from attest.crypto import KeyStore, OpeningKeys
from attest.errors import AttestError, VerificationError
from attest.log import ReceiptLog
from attest.looks import Look, Looks
from attest.receipt import Sealed
from attest.verify import UNREADABLE, Finding, Verdict, Verifier, check, could_be_token, judge
from bot.tenancy import Tenancy
from bot.verifying.pieces import Item
from bot.verifying.results import Result, result

_AT_ONCE = 12  # look-ups under way: each waits for the database some ten times


@dataclass(frozen=True, slots=True)
class Desk:
    """What one request is checked with: who asks, the public keys as they stand, the audit in hand."""

    tenant: str
    person: str
    verifier: Verifier
    audit: Audit | None


@dataclass(frozen=True, slots=True)
class _Judged:
    """An item on its way to a result."""

    item: Item
    finding: Finding
    access: Access | None


class Checking:
    """Checks items for the auditors of every institution; `opening` are the office's keys where they lie here."""

    def __init__(
        self,
        tenancy: Tenancy,
        keys: KeyStore,
        log: ReceiptLog,
        claims: Claims,
        audits: Audits,
        looks: Looks,
        opening: OpeningKeys | None,
    ) -> None:
        self._tenancy = tenancy
        self._keys = keys
        self._log = log
        self._claims = claims
        self._audits = audits
        self._looks = looks
        self._opening = opening

    @property
    def opens(self) -> bool:
        """Whether this process holds the audit office's keys."""
        return self._opening is not None

    async def desk(self, tenant: str, person: str) -> Desk:
        """What this person's items are checked with."""
        everyone = [one.id for one in self._tenancy.institutions()]
        verifier = Verifier(await asyncio.to_thread(self._keys.export, everyone))
        return Desk(tenant, person, verifier, await self._audits.current(tenant, person))

    async def check(self, desk: Desk, items: Sequence[Item], key: str) -> list[Result]:
        """The results in order, their looks written down; `key` names the update and which of its items these are.

        Raises:
            LogError: a look can't be written down, and so nothing may be answered.
        """
        room = asyncio.Semaphore(_AT_ONCE)
        judged = await asyncio.gather(*(self._judged(desk, item, room) for item in items))
        seen = [one for one in judged if one.access is not None]
        looks = [
            Look(one.access, one.finding.receipt, one.finding.verdict)
            for one in seen
            if one.access is not None and one.finding.receipt is not None
        ]
        entries = await self._looks.look_many(desk.tenant, desk.person, looks, key) if looks else []
        places = {entry.index for entry in entries}
        return [self._result(one, min(places, default=None)) for one in judged]

    def _result(self, one: _Judged, look: int | None) -> Result:
        found = result(one.item.name, one.item.source, one.item.text, one.finding)
        found = replace(found, fault=one.item.fault, sha256=one.item.sha256)
        if one.access is None:
            return found
        return replace(found, opens=one.access.opens, limit=one.access.limit, look=look)

    async def _judged(self, desk: Desk, item: Item, room: asyncio.Semaphore) -> _Judged:
        if not could_be_token(item.text):
            return _Judged(item, UNREADABLE, None)
        async with room:
            return await self._looked_up(desk, item)

    async def _looked_up(self, desk: Desk, item: Item) -> _Judged:
        first = await asyncio.to_thread(judge, item.text, desk.verifier)
        receipt = first.receipt
        if receipt is None:
            return _Judged(item, first, None)
        access = await self._audits.may_check(desk.tenant, desk.audit, receipt.institution, receipt.time)
        home = receipt.institution if access.full else desk.tenant
        return _Judged(item, await check(home, item.text, desk.verifier, self._log, self._claims), access)

    async def opened(self, desk: Desk, one: Result) -> Sealed | None:
        """The exact point and the person of a result, where the look may and this process can."""
        if self._opening is None or not one.opens or one.seen is None:
            return None
        try:
            receipt = desk.verifier.inspect(one.token).receipt
            return await asyncio.to_thread(self._opening.open, receipt)
        except (VerificationError, AttestError, OSError):
            return None

    async def opened_again(self, desk: Desk, one: Result, access: Access, key: str) -> Sealed | None:
        """As `opened`, and the traveller hears of it: one more look is written down, before anything is shown.

        Raises:
            LogError: it can't be written down.
        """
        sealed = await self.opened(desk, replace(one, opens=access.opens))
        if sealed is not None:
            receipt = desk.verifier.inspect(one.token).receipt
            await self._looks.look(desk.tenant, desk.person, access, receipt, Verdict(one.verdict), key)
        return sealed

    async def name(self, desk: Desk, one: Result) -> tuple[str, ...]:
        """The traveller's name and department, where they may be shown here."""
        sealed = await self.opened(desk, one)
        return () if sealed is None else tuple(part for part in (sealed.name, sealed.department) if part)

    def institution(self, one: Result) -> str:
        """The institution of a result in words; empty where there is no receipt."""
        return "" if one.seen is None else self._tenancy.institution(one.seen.institution).name

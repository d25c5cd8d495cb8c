"""What somebody did, or was done to them, in operating: lines of the log, hand-overs, a file about to be taken in.

Lines of the log stay to their date: they are the institution's record of its administering. The rest goes at a word.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.acts import KEPT, PAGE, Acts
from bot.handover import KEPT as HANDED
from bot.handover import HandOvers
from bot.import_drafts import ImportDrafts
from bot.wording.acts import said

_EVER = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing: which kind (act, handover or import), when, what."""

    kind: str
    at: datetime | None
    text: str
    mark: str = ""


class Deeds:
    """Read and destroyed over the stores of operating."""

    def __init__(self, acts: Acts, handovers: HandOvers, imports: ImportDrafts) -> None:
        self._acts, self._handovers, self._imports = acts, handovers, imports

    async def of(self, tenant: str, person: str) -> AsyncIterator[Deed]:
        """Everything, oldest first within each kind."""
        lines = [one async for one in self._lines(tenant, person)]
        for line in reversed(lines):
            yield line
        for one in reversed(await self._handovers.of(tenant, person, 1_000)):
            yield Deed("handover", one.at, "", one.stage.value)
        if await self._imports.count(tenant, person):
            yield Deed("import", None, "")

    async def _lines(self, tenant: str, person: str) -> AsyncIterator[Deed]:
        skip = 0
        while page := await self._acts.listing(tenant, _EVER, PAGE, skip=skip):
            for act in page:
                if act.by == person or f"@{person}" in act.about.split():
                    yield Deed("act", act.at, said(act.what), "by" if act.by == person else "about")
            skip += len(page)

    async def forget(self, tenant: str, person: str) -> None:
        """Words of hand-overs and of a file about to be taken in go. Safe to repeat."""
        await self._handovers.erase(tenant, person)
        await self._imports.drop(tenant, person)

    async def due(self, tenant: str, now: datetime) -> dict[str, int]:
        """What has reached its date goes; how many of what."""
        await self._handovers.tidy(tenant, now)
        return {
            "acts": await self._acts.forget(tenant, now - KEPT),
            "handovers": await self._handovers.forget(tenant, now - HANDED),
        }

"""The numbered report of a batch: its number, its moment, its two files, and a leaf `report` for each of them.

```
results → number (once a batch) → moment: key list, checkpoint (kept) → PDF, XLSX → leaf of each print → handed over
```
The files are made anew from what is kept, never stored: they hold names. A report that comes back is known by its
leaf, for the log remembers the print of every file that went out.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from attest.audits import Audits
from attest.crypto import KeyStore
from attest.log import ReceiptLog
from bot.clock import KST
from bot.messenger import InFile, OutFile, Reply
from bot.papers import check
from bot.routes import Request
from bot.tenancy import Tenancy
from bot.verifying.batches import Batches, Head, Issued
from bot.verifying.checking import Checking
from bot.verifying.results import checked, twins
from bot.verifying.running import Answer, sums
from bot.wording import check_report as paper
from bot.wording import checks as words
from bot.wording import verdicts

KIND = "report"


@dataclass(frozen=True, slots=True)
class Made:
    """A report as it goes out."""

    number: str
    pdf: OutFile
    workbook: OutFile


class Reporting:
    """Makes reports, and knows them again."""

    def __init__(
        self, tenancy: Tenancy, keys: KeyStore, log: ReceiptLog, audits: Audits, batches: Batches, checking: Checking
    ) -> None:
        self._tenancy = tenancy
        self._keys = keys
        self._log = log
        self._audits = audits
        self._batches = batches
        self._checking = checking

    async def issue(self, tenant: str, person: str, answer: Answer) -> Made:
        """The report of these results, numbered and in the log; the same batch gives the same report again.

        Raises:
            LogError: it can't be written down.
        """
        head = await self._batches.head(tenant, answer.batch)
        if head is None:
            raise LookupError(answer.batch)
        report = await self._report(tenant, answer, head)
        made = await asyncio.to_thread(_made, report)
        leaves = [await self._written(tenant, person, report, file) for file in (made.pdf, made.workbook)]
        prints = {file.name: _print(file.data) for file in (made.pdf, made.workbook)}
        await self._batches.issued(
            tenant,
            Issued(report.number, report.at.isoformat(), report.auditor, len(report.lines), dict(report.counts), prints,
                   leaves[0]),
        )  # fmt: skip
        return made

    async def known(self, request: Request, files: Sequence[InFile]) -> list[Reply | None]:
        """For each file what it is, if it is a report that this institution issued."""
        return [await self.same(request.tenant, file) for file in files]

    async def same(self, tenant: str, file: InFile) -> Reply | None:
        """The reply to a report of ours, byte for byte."""
        if not file.data.startswith((b"%PDF-", b"PK\x03\x04")):
            return None
        entry = await self._log.find(tenant, f"{KIND}:{_print(file.data)}")
        if entry is None:
            return None
        number = str((entry.fields or {}).get("number", ""))
        return words.same_report(file.name, number, entry.at, entry.index)

    async def _written(self, tenant: str, person: str, report: check.CheckReport, file: OutFile) -> int:
        """The leaf that says that this very file went out."""
        sha256 = _print(file.data)
        audit = report.audit[0] if report.audit else ""
        facts: dict[str, str | int | bytes] = {
            "number": report.number, "sha256": sha256, "by": person, "audit": audit, "items": len(report.lines),
        }  # fmt: skip
        return (await self._log.append(tenant, KIND, facts, f"{KIND}:{sha256}")).index

    async def _report(self, tenant: str, answer: Answer, head: Head) -> check.CheckReport:
        at = datetime.fromisoformat(head.at)
        institution = self._tenancy.institution(tenant).name
        year = at.astimezone(KST).year
        number = paper.number(institution, year, await self._batches.number(tenant, answer.batch, year))
        moment = await self._moment(tenant, answer.batch)
        told = sums(answer)
        return check.CheckReport(
            number=number, institution=institution, auditor=self._auditor(tenant, head), at=at,
            audit=await self._audit(tenant, head), lines=await self._lines(answer), counts=told.counts,
            files=[check.File(one.name, one.size, one.sha256) for one in head.files],
            flags=told.flags.most_common(), beside=self._beside(answer, head), keys_sha256=moment["keys"],
            log_size=int(moment["size"]), log_root=moment["root"],
        )  # fmt: skip

    async def _moment(self, tenant: str, batch: str) -> dict[str, str]:
        """The key list and the log as they stood when the report was first made."""
        everyone = [one.id for one in self._tenancy.institutions()]
        listed = (await asyncio.to_thread(self._keys.export, everyone)).to_json().encode()
        point = await self._log.checkpoint(tenant)
        size, root = (0, "") if point is None else (point.size, point.root.hex())
        return await self._batches.stamp(tenant, batch, {"keys": _print(listed), "size": str(size), "root": root})

    async def _lines(self, answer: Answer) -> list[check.Line]:
        same, found = twins(answer.results), []
        for at, one in enumerate(answer.results):
            twin = answer.results[same[at]].name or verdicts.nameless(same[at] + 1) if at in same else ""
            told = checked(one, self._checking.institution(one), await self._checking.name(answer.desk, one), twin)
            seen = one.seen
            found.append(check.Line(told, seen.serial if seen else "", seen.index if seen else None, one.opens))
        return found

    def _beside(self, answer: Answer, head: Head) -> list[str]:
        notes = [note for _, note in answer.beside]
        return notes + ([words.left_out(head.left_out)] if head.left_out else [])

    def _auditor(self, tenant: str, head: Head) -> str:
        member = self._tenancy.member(tenant, head.by)
        return head.by if member is None else f"{member.person.department} {member.person.name}".strip()

    async def _audit(self, tenant: str, head: Head) -> tuple[str, str, str] | None:
        audit = await self._audits.get(tenant, head.audit) if head.audit else None
        if audit is None:
            return None
        mandate = audit.mandate
        last = mandate.until - timedelta(seconds=1)
        return mandate.number, paper.period(mandate.since, mandate.until, last), mandate.reason


def _made(report: check.CheckReport) -> Made:
    return Made(
        report.number,
        OutFile(f"{report.number}.pdf", check.as_pdf(report)),
        OutFile(f"{report.number}.xlsx", check.as_workbook(report)),
    )


def _print(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

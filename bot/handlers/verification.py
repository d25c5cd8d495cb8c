"""검증 and /verify: an auditor hands over whatever there is; each receipt in it gets one of four words.

```
text, files → pieces (sandbox) → [ items → verdicts, looks written down → kept ] a chunk at a time → few: a message
each · many: progress, one summary, the numbered report
```
Safe to repeat: what a killed process had done is kept under the update's key and is not done again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from attest.errors import LogError
from attest.verify import as_typed
from bot.messenger import Button, Reply
from bot.routes import Request, Route
from bot.settings import Role
from bot.tenancy import Tenancy
from bot.verifying.batches import Batches, Given
from bot.verifying.checking import Checking
from bot.verifying.handed_in import HandedIn
from bot.verifying.pieces import Reader, Sandbox, digest
from bot.verifying.reporting import Reporting
from bot.verifying.results import checked, twins
from bot.verifying.running import FEW, Answer, Run, Running, batch_of, beside, results_of, sums
from bot.wording import audits, verdicts
from bot.wording import checks as words

_NOTES = 5
_COMMAND = re.compile(r"^\s*(?:/?검증|/verify(?:@\w+)?)\b", re.IGNORECASE)


class Verification:
    """The auditor's conversation. `owner` names this process, by which another sees that it is gone."""

    def __init__(
        self,
        tenancy: Tenancy,
        sandbox: Sandbox,
        checking: Checking,
        batches: Batches,
        running: Running,
        reporting: Reporting,
        handed_in: HandedIn,
        owner: str,
    ) -> None:
        self._tenancy = tenancy
        self._sandbox = sandbox
        self._checking = checking
        self._batches = batches
        self._running = running
        self._reporting = reporting
        self._handed_in = handed_in
        self._owner = owner

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "verify",
                ("검증",),
                ("verify", "검증"),
                self.verify,
                about="감사",
                help="검증 글자열 — 출장 영수증을 확인합니다. 사진·PDF·엑셀·zip을 보내셔도 됩니다",
                sentences=(r"[0-9A-Z $%*+\-./:]{200}",),
                press="verify",
                roles=frozenset({Role.AUDITOR}),
                private=True,
                desk=True,
            ),
        )

    async def verify(self, request: Request) -> Sequence[Reply]:
        """A verdict for each receipt, or their sum."""
        told = await self._reporting.known(request, request.update.files)
        files = [file for file, reply in zip(request.update.files, told, strict=True) if reply is None]
        reports = [reply for reply in told if reply is not None]
        pasted = as_typed(_COMMAND.sub("", request.update.text))
        if not files and not pasted:
            return reports or [words.how_to_verify()]
        reader = Reader(self._sandbox, files, pasted)
        sheaf = await reader.unfold()
        if not sheaf.pieces:
            return reports
        given = [Given(one.name, digest(one), len(one.data)) for one in files]
        desk = await self._checking.desk(request.tenant, request.person)
        run = Run(request, desk, batch_of(request), reader, sheaf)
        await self._batches.sweep(request.tenant, request.now)
        await self._batches.begin(request.tenant, run.batch, run.head(given), self._owner)
        try:
            answer = await self._answer(run, given)
            few = len(answer.results) <= FEW
            return [*reports, *await (self._each(answer) if few else self._summed(request, answer, sheaf.left_out))]
        except LogError:
            return [*reports, words.not_recorded(self._tenancy.institution(request.tenant).contact)]
        finally:
            await self._batches.end(request.tenant, run.batch)

    async def _answer(self, run: Run, given: Sequence[Given]) -> Answer:
        """Everything checked, and kept for a day with what has to be said besides.

        Raises:
            LogError: a look can't be written down.
        """
        tenant, pieces = run.request.tenant, await self._running.checked(run)
        results = results_of(run.sheaf, pieces)
        late = await self._handed_in.notes(tenant, results, given, run.desk.audit, run.request.now)
        notes = (*beside(run.sheaf, pieces), *late)
        await self._batches.close(tenant, run.batch, results[sum(map(len, pieces)) :], notes)
        return Answer(run.batch, run.desk, results, notes)

    async def _each(self, answer: Answer) -> list[Reply]:
        """A message for each verdict; under the last one the report."""
        replies, same = [], twins(answer.results)
        last = {one.source: at for at, one in enumerate(answer.results)}
        for at, one in enumerate(answer.results):
            opened = await self._checking.name(answer.desk, one)
            twin = answer.results[same[at]].name or verdicts.nameless(same[at] + 1) if at in same else ""
            told = checked(one, self._checking.institution(one), opened, twin)
            notes = tuple(note for source, note in answer.beside if source == one.source and last[source] == at)
            if one.look is not None:
                notes += (audits.recorded(answer.desk.audit),)
            buttons = _point_button(answer, at) + _report_button(answer, at)
            replies.append(verdicts.verdict(replace(told, beside=notes), buttons))
        return replies

    async def _summed(self, request: Request, answer: Answer, left_out: int) -> list[Reply]:
        """One summary, and the numbered report as two files."""
        issued = await self._reporting.issue(request.tenant, request.person, answer)
        notes = [note for _, note in answer.beside][:_NOTES] + ([words.left_out(left_out)] if left_out else [])
        notes.append(audits.recorded(answer.desk.audit))
        text = words.summary(sums(answer), notes)
        return [words.done(text, issued.pdf), words.sheet(issued.number, issued.workbook)]


def _point_button(answer: Answer, at: int) -> tuple[Button, ...]:
    one = answer.results[at]
    shown = one.opens and answer.desk.audit is not None and "no_location" not in one.flags
    return (Button(words.POINT, f"exact:{answer.batch} {at}"),) if shown else ()


def _report_button(answer: Answer, at: int) -> tuple[Button, ...]:
    return (Button(words.REPORT, f"paper:{answer.batch}"),) if at == len(answer.results) - 1 else ()

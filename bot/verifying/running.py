"""One update's pieces, chunk by chunk: read, judged, kept, and how far it is told in one message that is edited.

What was done before a kill is taken as it was kept. Where a killed process's update does not come again, `Aftermath`
says how far it got.
"""

from __future__ import annotations

import math
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from bot.messenger import chat_of
from bot.outbox import Outbox, Row
from bot.routes import Request
from bot.verifying.batches import Batches, Given, Head
from bot.verifying.checking import Checking, Desk
from bot.verifying.pieces import Piece, Reader, Sheaf
from bot.verifying.results import Result, twins
from bot.wording import checks as words
from bot.wording import verdicts

FEW = 20  # verdicts that come as messages of their own; what weighs more than so many pieces has its progress told
_STEPS = 12
_CHUNK = (20, 100)  # weight of a step, at least and at most
_PAGE = 3
_IDLE = timedelta(minutes=15)  # another process that dies at a batch is noticed by then; nothing else is waited for
_PATIENCE = timedelta(minutes=1)  # a messenger, or the audit office's desk, hands the same update in again


@dataclass(frozen=True, slots=True)
class Run:
    """One update under way."""

    request: Request
    desk: Desk
    batch: str
    reader: Reader
    sheaf: Sheaf

    def head(self, files: Sequence[Given]) -> Head:
        """What is kept of it."""
        request, sheaf = self.request, self.sheaf
        audit = self.desk.audit.id if self.desk.audit else ""
        return Head(
            request.person, request.chat.ref, request.now.isoformat(), len(sheaf.pieces), tuple(files), sheaf.beside,
            sheaf.left_out, request.update.reference, request.update.thread, audit,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it: the results in order, and what has to be said of a file besides."""

    batch: str
    desk: Desk
    results: list[Result]
    beside: tuple[tuple[int, str], ...]


class Running:
    """Runs updates. `wake` makes whoever delivers look at once."""

    def __init__(
        self,
        checking: Checking,
        batches: Batches,
        outbox: Outbox,
        now: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        self._checking = checking
        self._batches = batches
        self._outbox = outbox
        self._now = now
        self._wake = wake

    async def checked(self, run: Run) -> list[list[Result]]:
        """The results of each piece.

        Raises:
            LogError: a look can't be written down.
        """
        pieces, done = run.sheaf.pieces, 0
        loud = sum(map(_weight, pieces)) > FEW
        found: list[list[Result]] = []
        for number, chunk in enumerate(chunks(pieces)):
            if loud:
                await self._tell(run, number, done)
            found += await self._chunk(run, number, chunk)
            done += len(chunk)
        if loud:
            await self._tell(run, number + 1, done)
        return found

    async def _chunk(self, run: Run, number: int, pieces: Sequence[Piece]) -> list[list[Result]]:
        tenant = run.request.tenant
        kept = await self._batches.chunk(tenant, run.batch, number)
        if kept is not None:
            return kept
        items = await run.reader.items(pieces)
        flat = [item for group in items for item in group]
        results = iter(await self._checking.check(run.desk, flat, f"{run.batch}:{number}"))
        found = [[next(results) for _ in group] for group in items]
        await self._batches.put(tenant, run.batch, number, found)
        return found

    async def _tell(self, run: Run, step: int, done: int) -> None:
        request = run.request
        pieces = run.sheaf.pieces
        reply = words.progress(len(pieces), done, pages=all(piece.page is not None for piece in pieces))
        row = Row(
            request.chat, story(run.batch), step + 1, "reply", reply, self._now(), request.update.reference,
            request.update.thread,
        )  # fmt: skip
        await self._outbox.put(request.tenant, [row])
        self._wake()


class Aftermath:
    """Says how far a batch got whose process was killed and whose update never came again; sweeps old ones."""

    def __init__(
        self, batches: Batches, outbox: Outbox, tenants: Sequence[str], is_alive: Callable[[str], Awaitable[bool]],
        now: Callable[[], datetime], wake: Callable[[], None],
    ) -> None:  # fmt: skip
        self._batches = batches
        self._outbox = outbox
        self._tenants = tenants
        self._is_alive = is_alive
        self._now = now
        self._wake = wake
        self._missed: dict[tuple[str, str], datetime] = {}

    async def step(self) -> datetime | None:
        """Looks once; when to look again. Where nothing is under way, that is when the day's batches are swept."""
        waiting = False
        for tenant in self._tenants:
            await self._batches.sweep(tenant, self._now())
            for batch, owner in (await self._batches.underway(tenant)).items():
                waiting = True
                if await self._is_alive(owner):
                    self._missed.pop((tenant, batch), None)
                elif self._now() - self._missed.setdefault((tenant, batch), self._now()) >= _PATIENCE:
                    await self._tell(tenant, batch)
        return self._now() + (_PATIENCE if waiting else _IDLE)

    async def _tell(self, tenant: str, batch: str) -> None:
        head = await self._batches.head(tenant, batch)
        if head is not None:
            done = len(await self._batches.done(tenant, batch))
            reply = words.interrupted(head.pieces, done, f"paper:{batch}")
            row = Row(chat_of(head.chat), f"{story(batch)}:end", 1, "notice", reply, self._now(), None, head.thread)
            await self._outbox.put(tenant, [row])
            self._wake()
        await self._batches.end(tenant, batch)
        self._missed.pop((tenant, batch), None)


def chunks(pieces: Sequence[Piece]) -> Iterator[Sequence[Piece]]:
    """The pieces in steps of progress: the same for the same pieces."""
    step = min(max(math.ceil(sum(map(_weight, pieces)) / _STEPS), _CHUNK[0]), _CHUNK[1])
    begun, weight = 0, 0
    for at, piece in enumerate(pieces):
        weight += _weight(piece)
        if weight >= step or at == len(pieces) - 1:
            yield pieces[begun : at + 1]
            begun, weight = at + 1, 0


def _weight(piece: Piece) -> int:
    """A page is drawn before it is read."""
    return _PAGE if piece.page is not None else 1


def batch_of(request: Request) -> str:
    """The same for a repeated update; a new one where the platform gives updates no id."""
    update = request.update
    if update.id is None:
        return secrets.token_hex(10)
    told = f"{update.adapter}\x1f{update.sender}\x1f{update.id}".encode("utf-8", "surrogatepass")
    return blake2b(told, digest_size=10).hexdigest()


def story(batch: str) -> str:
    """Under which the outbox knows a batch's progress."""
    return f"check:{batch}"


def results_of(sheaf: Sheaf, pieces: Sequence[Sequence[Result]]) -> list[Result]:
    """Every result in order; a file on no page of which there is a code has one, unreadable."""
    found = [one for piece in pieces for one in piece]
    heard = {one.source for one in found}
    mute = {piece.source: piece for piece in sheaf.pieces if piece.source not in heard}
    return found + [
        Result(verdicts.file_of(piece.name), source, "", "unreadable", reason="no_code")
        for source, piece in sorted(mute.items())
    ]


def beside(sheaf: Sheaf, pieces: Sequence[Sequence[Result]]) -> tuple[tuple[int, str], ...]:
    """What has to be said of a file besides: rows without a receipt, pages without a code."""
    heard = {one.source for piece in pieces for one in piece}
    pages: dict[int, list[Piece]] = {}
    for piece, results in zip(sheaf.pieces, pieces, strict=True):
        if piece.page is not None and piece.part is None and not results and piece.source in heard:
            pages.setdefault(piece.source, []).append(piece)
    silent = [
        (source, verdicts.silent_pages(verdicts.file_of(mute[0].name), [(one.page or 0) + 1 for one in mute]))
        for source, mute in sorted(pages.items())
    ]
    return (*sheaf.beside, *silent)


def sums(answer: Answer) -> words.Sums:
    """Verdicts, flags, what stands as invalid or unreadable, and which items are one receipt."""
    results = answer.results
    named: dict[str, list[str]] = {"invalid": [], "unreadable": []}
    for at, one in enumerate(results):
        if one.verdict in named:
            named[one.verdict].append(_called(results, at))
    same = [f"{_called(results, at)} = {_called(results, first)}" for at, first in twins(results).items()]
    return words.Sums(
        counts=Counter(one.verdict for one in results),
        flags=Counter(flag for one in results if one.verdict == "valid_but" for flag in one.flags),
        named=named,
        twins=same,
    )


def _called(results: Sequence[Result], at: int) -> str:
    return results[at].name or verdicts.nameless(at + 1)

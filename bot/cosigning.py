"""Witnesses asked over HTTP: the logs' checkpoints are handed in and come back cosigned (c2sp.org/tlog-witness).

    new checkpoint → old size, consistency proof, note → POST <url>/add-checkpoint → 200 cosignatures → checked, kept
                                                                                   → 409 the size it knows → once more

At most hourly, bounded in time and size, no redirect followed. A witness that does not answer delays nobody; one that
has seen a larger tree than there is says that the log was set back, and is told of.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import aiohttp

from attest.checkpoint import Checkpoint
from attest.errors import AttestError, LogBehindError, LogBusyError, ProofError
from attest.log import ReceiptLog
from attest.witness import Witness, Witnessing, submission
from bot.logs import failed
from bot.stamping import AGAIN, EVERY

_TIMEOUT = aiohttp.ClientTimeout(total=20)
_LONGEST = 16_384
_TRIES = 5

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and the beginning of a body."""

    status: int
    text: str


class HttpWitness:
    """A witness at a URL; `session` vets its address."""

    def __init__(self, session: aiohttp.ClientSession, url: str, witness: Witness) -> None:
        self._session = session
        self._url = url.rstrip("/") + "/add-checkpoint"
        self.witness = witness

    async def __call__(self, body: str) -> Answer:
        """The answer, not looked into.

        Raises:
            ProofError: nobody there, or no answer in time.
        """
        try:
            async with self._session.post(
                self._url, data=body.encode(), timeout=_TIMEOUT, allow_redirects=False
            ) as answer:
                return Answer(answer.status, (await _beginning(answer)).decode("utf-8", "replace"))
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            raise ProofError(f"the witness {self.witness.name} does not answer") from error


async def _beginning(answer: aiohttp.ClientResponse) -> bytes:
    try:
        return await answer.content.readexactly(_LONGEST)
    except asyncio.IncompleteReadError as error:
        return error.partial


class Cosigning:
    """The worker that has the logs of `tenants` cosigned by every witness."""

    def __init__(
        self, servers: Sequence[HttpWitness], witnessing: Witnessing, receipts: ReceiptLog, tenants: Sequence[str],
        now: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self._servers = servers
        self._witnessing = witnessing
        self._log = receipts
        self._tenants = tenants
        self._now = now
        self._next: dict[tuple[str, str], datetime] = {}
        self._faults: dict[tuple[str, str], str] = {}

    async def step(self) -> datetime | None:
        """Has cosigned what is due; when something is next."""
        for tenant in self._tenants:
            for server in self._servers:
                if self._next.get((tenant, server.witness.name), self._now()) <= self._now():
                    await self._cosign(tenant, server)
        return min((at for at in self._next.values() if at > self._now()), default=None)

    async def _cosign(self, tenant: str, server: HttpWitness) -> None:
        place = (tenant, server.witness.name)
        try:
            last = await self._log.checkpoint(tenant)
            if last is None or last.size == await self._witnessing.seen(*place):
                return
            await self._submit(tenant, server)
            self._next[place] = self._now() + EVERY
            self._faults.pop(place, None)
        except AttestError as error:
            if self._faults.get(place) != str(error):  # once, not at every try
                failed(log, error, "the log of %s is not cosigned by %s", *place)
            self._faults[place] = str(error)
            self._next[place] = self._now() + AGAIN

    async def _submit(self, tenant: str, server: HttpWitness) -> None:
        """Hands the checkpoint in on top of what the witness knows, asking it once what that is.

        Raises:
            LogBehindError: it has seen a larger tree.
            ProofError: it refused, or what it gave does not fit.
        """
        name = server.witness.name
        point, proof = await self._grown(tenant, old := await self._witnessing.seen(tenant, name))
        answer = await server(submission(old, proof, point.note))
        if answer.status == 409:
            known = answer.text.strip()
            if not (known.isascii() and known.isdigit()) or len(known) > 15:
                raise ProofError(f"{name} tells no size")
            await self._witnessing.saw(tenant, name, int(known))
            point, proof = await self._grown(tenant, int(known))
            answer = await server(submission(int(known), proof, point.note))
        if answer.status != 200:
            raise ProofError(f"{name} answered {answer.status}")
        found = await self._witnessing.cosign(tenant, point.note + answer.text)
        if name not in {one.witness for one in found}:
            raise ProofError(f"{name} gave no cosignature of its own")
        await self._witnessing.saw(tenant, name, point.size)

    async def _grown(self, tenant: str, old: int) -> tuple[Checkpoint, tuple[bytes, ...]]:
        """The last checkpoint, and the proof that it grew out of the tree of `old` leaves; both of one moment.

        Raises:
            LogBehindError: it is smaller than that.
            LogBusyError: it grows faster than it can be read.
        """
        for _ in range(_TRIES):
            point = await self._log.checkpoint(tenant)
            if point is None or old > point.size:
                raise LogBehindError(point.size if point else 0, old)
            proof = await self._log.consistency(tenant, old) if 0 < old < point.size else ()
            if await self._log.checkpoint(tenant) == point:
                return point, proof
        raise LogBusyError("the log grows while it is read")

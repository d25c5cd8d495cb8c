"""What became of a receipt: used for one claim, once; or voided. The rules of settlement are issue 5.

The state is one field of a hash, set only where there is none, in the same step as its leaf of the log: of a hundred
at once one wins, and whoever dies on the way leaves both or neither. It keeps no caller's key in clear.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, cast, get_args

import redis.asyncio

from attest import canonical
from attest.errors import AlreadyClaimedError, LogCorruptError, MarkTakenError
from attest.log import Mark, ReceiptLog

State = Literal["used", "voided"]


@dataclass(frozen=True, slots=True)
class Claim:
    """The end of a receipt: its state, when, and what stands for the caller's key under which it came about."""

    state: State
    at: datetime
    key: str


class Claims:
    """The states of all receipts on one Redis, one hash an institution."""

    def __init__(self, database: redis.asyncio.Redis, log: ReceiptLog, now: Callable[[], datetime]) -> None:
        self._database = database
        self._log = log
        self._now = now

    async def mark(self, tenant: str, serial: bytes, state: State, key: str) -> Claim:
        """The receipt's end, durable and logged; the same `key` gives the same.

        Raises:
            AlreadyClaimedError: it ended otherwise before.
            LogError: the log is overrun or damaged; nothing was marked.
        """
        fresh = Claim(state, self._now().replace(microsecond=0), _digest(serial, key))
        claim = await self.find(tenant, serial) or fresh
        if claim is not fresh and not _same(claim, fresh, key):
            raise AlreadyClaimedError(f"{claim.state} since {claim.at.isoformat()}")
        mark = Mark(self._key(tenant), serial.hex(), _pack(claim))
        try:
            await self._log.append(tenant, state, {"serial": serial, "key": key}, f"{state}:{serial.hex()}", mark)
        except MarkTakenError as error:
            claim = _unpack(error.stored)
            if not _same(claim, fresh, key):
                raise AlreadyClaimedError(f"{claim.state} since {claim.at.isoformat()}") from error
        return claim

    async def find(self, tenant: str, serial: bytes) -> Claim | None:
        """How a receipt ended; None while it is open."""
        stored = cast(bytes | None, await self._database.hget(self._key(tenant), serial.hex()))
        return None if stored is None else _unpack(stored)

    def _key(self, tenant: str) -> str:
        return f"dobi:{{{tenant}}}:claims:state"


def _digest(serial: bytes, key: str) -> str:
    # a caller's key may name a person; the serial is random and salts it
    return hashlib.sha256(serial + key.encode()).hexdigest()[:32]


def _same(claim: Claim, fresh: Claim, key: str) -> bool:
    return claim.state == fresh.state and claim.key in {fresh.key, key}  # before 0.2 the key stood there in clear


def _pack(claim: Claim) -> bytes:
    return canonical.dumps([claim.state, int(claim.at.timestamp()), claim.key])


def _unpack(stored: bytes) -> Claim:
    match canonical.loads(stored):
        case [("used" | "voided") as state, int(at), str(key)]:
            return Claim(state, datetime.fromtimestamp(at, UTC), key)
    raise LogCorruptError(f"not a state: expected one of {get_args(State)}")

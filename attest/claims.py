"""What became of a receipt: used for one claim, once; or voided. The rules of settlement are issue 5.

The state is one field of a hash, set only where there is none: of a hundred at once one wins. The log's leaf follows
under a key of its own, so that a crash between the two is mended by the same call again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, cast, get_args

import redis.asyncio

from attest import canonical
from attest.errors import AlreadyClaimedError, LogCorruptError
from attest.log import ReceiptLog

State = Literal["used", "voided"]
_MARK = """
local old = redis.call('HGET', KEYS[1], ARGV[1])
if old then return old end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return ARGV[2]
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """The end of a receipt: its state, when, and the caller's key under which it came about."""

    state: State
    at: datetime
    key: str


class Claims:
    """The states of all receipts on one Redis, one hash an institution."""

    def __init__(self, database: redis.asyncio.Redis, log: ReceiptLog, now: Callable[[], datetime]) -> None:
        self._database = database
        self._log = log
        self._now = now
        self._script = database.register_script(_MARK)

    async def mark(self, tenant: str, serial: bytes, state: State, key: str) -> Claim:
        """The receipt's end, durable and logged; the same `key` gives the same.

        Raises:
            AlreadyClaimedError: it ended otherwise before.
        """
        fresh = Claim(state, self._now(), key)
        stored = await self._script(keys=[self._key(tenant)], args=[serial.hex(), _pack(fresh)])
        claim = _unpack(stored)
        if (claim.state, claim.key) != (state, key):
            raise AlreadyClaimedError(f"{claim.state} since {claim.at.isoformat()}")
        await self._log.append(tenant, state, {"serial": serial, "key": key}, f"{state}:{serial.hex()}")
        return claim

    async def find(self, tenant: str, serial: bytes) -> Claim | None:
        """How a receipt ended; None while it is open."""
        stored = cast(bytes | None, await self._database.hget(self._key(tenant), serial.hex()))
        return None if stored is None else _unpack(stored)

    def _key(self, tenant: str) -> str:
        return f"dobi:{{{tenant}}}:claims:state"


def _pack(claim: Claim) -> bytes:
    return canonical.dumps([claim.state, int(claim.at.timestamp()), claim.key])


def _unpack(stored: bytes) -> Claim:
    match canonical.loads(stored):
        case [("used" | "voided") as state, int(at), str(key)]:
            return Claim(state, datetime.fromtimestamp(at, UTC), key)
    raise LogCorruptError(f"not a state: expected one of {get_args(State)}")

"""An audit as an object: opened once with its document number, period and reason; every look is made under it.

```
open → current → may_check → look (attest.looks) … hold, release → close      (other institutions: attest.grants)
```
Each change is a leaf `access` of the institution's log, and what it changes is set in the same step, or neither is. An
auditor has one audit in hand; colleagues join it by its number. It opens no seal and tells nobody anything: it says
what a look may see, and whoever answers keeps to it.

    dobi:{tenant}:audits:opened    hash, id → JSON of the audit; `closed`: id → JSON of its end; none is ever changed
    dobi:{tenant}:audits:held      hash, "<audit> <hold>" → JSON of the hold; `freed`: the same → JSON of its early end
    dobi:{tenant}:audits:current   hash, person → the audit in hand
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, cast

import redis.asyncio

from attest.errors import AuditClosedError, MarkTakenError
from attest.leaf import Fields
from attest.log import Mark, ReceiptLog

KIND: Final = "access"
# 위치정보법 제19조제4항: notices of use to the person may be gathered for at most 30 days
LONGEST_HOLD: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Mandate:
    """What an audit is about: its document number, the receipts' period [since, until), and the reason."""

    number: str
    since: datetime
    until: datetime
    reason: str

    def covers(self, at: datetime) -> bool:
        """Whether a receipt of that time is in the period."""
        return self.since <= at < self.until


@dataclass(frozen=True, slots=True)
class Audit:
    """An audit of the institution `tenant`; `closed_at` None while it is open."""

    id: str
    tenant: str
    mandate: Mandate
    by: str
    opened_at: datetime
    closed_at: datetime | None = None

    @property
    def number(self) -> str:
        """Its document number."""
        return self.mandate.number


@dataclass(frozen=True, slots=True)
class Hold:
    """Why travellers hear of an audit's looks only at `until`; it ends by itself then, or early at `freed_at`."""

    id: str
    audit: str
    reason: str
    by: str
    at: datetime
    until: datetime
    freed_at: datetime | None = None

    @property
    def ends_at(self) -> datetime:
        """When it ends, or ended."""
        return self.until if self.freed_at is None else min(self.until, self.freed_at)


Limit = Literal["", "no_audit", "outside_period", "other_institution"]


@dataclass(frozen=True, slots=True)
class Access:
    """What one look at a receipt of `institution` may see, and where it is written down.

    `full`: its log and claims are asked too, as the institution itself would. `opens`: its sealed part may be opened.
    `limit` says why a look sees less, or stands without a number. `audit` is the one it is written down under.
    """

    institution: str
    audit: Audit | None
    full: bool
    opens: bool
    limit: Limit = ""


class Audits:
    """The audits of all institutions on one Redis."""

    def __init__(self, database: redis.asyncio.Redis, log: ReceiptLog, now: Callable[[], datetime]) -> None:
        self._database = database
        self._log = log
        self._now = now

    async def open(self, tenant: str, by: str, mandate: Mandate, key: str) -> Audit:
        """The audit in this person's hand from now on, durable and logged; the same `key` gives the same.

        Where one of that number is open already, it is joined as it stands.
        """
        audit = await self._mine(tenant, key) or await self.numbered(tenant, mandate.number)
        if audit is None:
            audit = Audit(_id(tenant, key), tenant, mandate, by, self._now())
            mark = Mark(self._key(tenant, "opened"), audit.id, _pack_audit(audit))
            await self._log.append(tenant, KIND, _facts("opened", audit, by), f"audit:{key}", mark)
        elif audit.by != by and await self._in_hand(tenant, by) != audit.id:
            await self._log.append(tenant, KIND, _facts("joined", audit, by), f"audit:{key}")
        await self._database.hset(self._key(tenant, "current"), by, audit.id)
        return audit

    async def close(self, tenant: str, by: str, audit: Audit) -> Audit:
        """The audit, ended for everybody; ended before, it is as it ended."""
        mark = Mark(self._key(tenant, "closed"), audit.id, _pack({"by": by, "at": _iso(self._now())}))
        with contextlib.suppress(MarkTakenError):  # somebody was faster, or this is a repetition
            await self._log.append(tenant, KIND, _facts("closed", audit, by), f"audit:{audit.id}:closed", mark)
        return await self.get(tenant, audit.id) or audit

    async def current(self, tenant: str, person: str) -> Audit | None:
        """The open audit in this person's hand."""
        audit = await self.get(tenant, await self._in_hand(tenant, person))
        return audit if audit is not None and audit.closed_at is None else None

    async def get(self, tenant: str, audit_id: str) -> Audit | None:
        """The audit of that id."""
        async with self._database.pipeline(transaction=False) as pipe:
            pipe.hget(self._key(tenant, "opened"), audit_id)
            pipe.hget(self._key(tenant, "closed"), audit_id)
            opened, closed = await pipe.execute()
        return None if opened is None else _audit(tenant, audit_id, opened, closed)

    async def all(self, tenant: str) -> Sequence[Audit]:
        """Every audit of the institution, oldest first."""
        async with self._database.pipeline(transaction=False) as pipe:
            pipe.hgetall(self._key(tenant, "opened"))
            pipe.hgetall(self._key(tenant, "closed"))
            opened, closed = await pipe.execute()
        found = (_audit(tenant, name.decode(), one, closed.get(name)) for name, one in opened.items())
        return sorted(found, key=lambda audit: audit.opened_at)

    async def numbered(self, tenant: str, number: str) -> Audit | None:
        """The open audit of that document number."""
        found = [one for one in await self.all(tenant) if one.closed_at is None and _same(one.number, number)]
        return found[-1] if found else None

    async def hold(self, tenant: str, by: str, audit: Audit, span: timedelta, reason: str, key: str) -> Hold:
        """The hold of this audit's notices from now on, durable and logged; it ends by itself.

        Raises:
            ValueError: longer than 30 days, or no time at all.
            AuditClosedError: the audit has ended.
        """
        if not timedelta() < span <= LONGEST_HOLD:
            raise ValueError(f"a hold lasts at most {LONGEST_HOLD.days} days, not {span}")
        if (await self.get(tenant, audit.id) or audit).closed_at is not None:
            raise AuditClosedError(audit.number)
        now = self._now()
        hold = Hold(_id(tenant, key), audit.id, reason, by, now, now + span)
        before = [one for one in await self.holds(tenant, audit.id) if one.id == hold.id]
        if before:
            return before[0]
        mark = Mark(self._key(tenant, "held"), f"{audit.id} {hold.id}", _pack_hold(hold))
        facts = {**_facts("held", audit, by), "why": reason, "end": int(hold.until.timestamp())}
        await self._log.append(tenant, KIND, facts, f"audit:{key}", mark)
        return hold

    async def release(self, tenant: str, by: str, audit: Audit) -> bool:
        """Ends the audit's holds early, logged; False when none was running."""
        running = [one for one in await self.holds(tenant, audit.id) if one.ends_at > self._now()]
        for hold in running:
            value = _pack({"by": by, "at": _iso(self._now())})
            mark = Mark(self._key(tenant, "freed"), f"{audit.id} {hold.id}", value)
            try:
                await self._log.append(tenant, KIND, _facts("freed", audit, by), f"audit:{hold.id}:freed", mark)
            except MarkTakenError:
                continue
        return bool(running)

    async def holds(self, tenant: str, audit_id: str) -> Sequence[Hold]:
        """The audit's holds, running and over, oldest first."""
        async with self._database.pipeline(transaction=False) as pipe:
            pipe.hgetall(self._key(tenant, "held"))
            pipe.hgetall(self._key(tenant, "freed"))
            held, freed = await pipe.execute()
        found = [
            _hold(name.decode(), one, freed.get(name))
            for name, one in held.items()
            if name.startswith(f"{audit_id} ".encode())
        ]
        return sorted(found, key=lambda hold: hold.at)

    async def may_check(self, tenant: str, audit: Audit | None, institution: str, at: datetime) -> Access:
        """What an auditor of `tenant` with this audit in hand may see of a receipt of `institution`, issued at `at`."""
        if institution != tenant:
            return Access(institution, audit, full=False, opens=False, limit="other_institution")
        if audit is None:
            return Access(institution, None, full=True, opens=True, limit="no_audit")
        if not audit.mandate.covers(at):
            return Access(institution, audit, full=True, opens=False, limit="outside_period")
        return Access(institution, audit, full=True, opens=True)

    async def _mine(self, tenant: str, key: str) -> Audit | None:
        return await self.get(tenant, _id(tenant, key))

    async def _in_hand(self, tenant: str, person: str) -> str:
        stored = await cast(Awaitable[bytes | None], self._database.hget(self._key(tenant, "current"), person))
        return "" if stored is None else stored.decode()

    @staticmethod
    def _key(tenant: str, *parts: str) -> str:
        return ":".join((f"dobi:{{{tenant}}}:audits", *parts))


def _id(tenant: str, key: str) -> str:
    return hashlib.blake2b(f"{tenant}\x1f{key}".encode(), digest_size=6).hexdigest()


def _same(one: str, other: str) -> bool:
    return "".join(one.split()).casefold() == "".join(other.split()).casefold()


def _facts(did: str, audit: Audit, by: str) -> dict[str, str | int | bytes]:
    mandate = audit.mandate
    facts: Fields = {
        "did": did, "by": by, "audit": mandate.number, "since": int(mandate.since.timestamp()),
        "until": int(mandate.until.timestamp()), "reason": mandate.reason,
    }  # fmt: skip
    return dict(facts)


def _pack(record: dict[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False, sort_keys=True).encode()


def _iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()


def _pack_audit(audit: Audit) -> bytes:
    mandate = audit.mandate
    return _pack(
        {
            "number": mandate.number,
            "since": _iso(mandate.since),
            "until": _iso(mandate.until),
            "reason": mandate.reason,
            "by": audit.by,
            "at": _iso(audit.opened_at),
        }
    )


def _audit(tenant: str, audit_id: str, opened: bytes, closed: bytes | None) -> Audit:
    row = json.loads(opened)
    mandate = Mandate(row["number"], _at(row["since"]), _at(row["until"]), row["reason"])
    ended = None if closed is None else _at(json.loads(closed)["at"])
    return Audit(audit_id, tenant, mandate, row["by"], _at(row["at"]), ended)


def _pack_hold(hold: Hold) -> bytes:
    return _pack({"reason": hold.reason, "by": hold.by, "at": _iso(hold.at), "until": _iso(hold.until)})


def _hold(name: str, held: bytes, freed: bytes | None) -> Hold:
    row, (audit_id, hold_id) = json.loads(held), name.split()
    ended = None if freed is None else _at(json.loads(freed)["at"])
    return Hold(hold_id, audit_id, row["reason"], row["by"], _at(row["at"]), _at(row["until"]), ended)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)

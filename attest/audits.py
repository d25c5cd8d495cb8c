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
    dobi:{tenant}:audits:reviewed  hash, the first instant of a month → who looked through its access records
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, cast

import redis.asyncio

from attest.errors import AuditClosedError, MarkTakenError
from attest.grants import Grants
from attest.log import Mark, ReceiptLog
from attest.mandate import ACCESS, Mandate, id_of, instant, iso, mandate_of, pack, same_number

# 위치정보법 제19조제4항: notices of use to the person may be gathered for at most 30 days
LONGEST_HOLD: Final = timedelta(days=30)


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

    def __init__(
        self, database: redis.asyncio.Redis, log: ReceiptLog, now: Callable[[], datetime], grants: Grants | None = None
    ) -> None:
        self._database = database
        self._log = log
        self._now = now
        self.grants = grants or Grants(database, log, now)

    async def open(self, tenant: str, by: str, mandate: Mandate, key: str) -> Audit:
        """The audit in this person's hand from now on, durable and logged; the same `key` gives the same.

        Where one of that number is open already, it is joined as it stands.
        """
        audit = await self._mine(tenant, key) or await self.numbered(tenant, mandate.number)
        if audit is None:
            audit = Audit(id_of(tenant, key), tenant, mandate, by, self._now())
            mark = Mark(self._key(tenant, "opened"), audit.id, _pack_audit(audit))
            await self._log.append(tenant, ACCESS, audit.mandate.facts("opened", by), f"audit:{key}", mark)
        elif audit.by != by and await self._in_hand(tenant, by) != audit.id:
            await self._log.append(tenant, ACCESS, audit.mandate.facts("joined", by), f"audit:{key}")
        await self._database.hset(self._key(tenant, "current"), by, audit.id)
        return audit

    async def close(self, tenant: str, by: str, audit: Audit) -> Audit:
        """The audit, ended for everybody; ended before, it is as it ended."""
        mark = Mark(self._key(tenant, "closed"), audit.id, pack({"by": by, "at": iso(self._now())}))
        with contextlib.suppress(MarkTakenError):  # somebody was faster, or this is a repetition
            await self._log.append(tenant, ACCESS, audit.mandate.facts("closed", by), f"audit:{audit.id}:closed", mark)
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
        found = [one for one in await self.all(tenant) if one.closed_at is None and same_number(one.number, number)]
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
        hold = Hold(id_of(tenant, key), audit.id, reason, by, now, now + span)
        before = [one for one in await self.holds(tenant, audit.id) if one.id == hold.id]
        if before:
            return before[0]
        mark = Mark(self._key(tenant, "held"), f"{audit.id} {hold.id}", _pack_hold(hold))
        facts = {**audit.mandate.facts("held", by), "why": reason, "end": int(hold.until.timestamp())}
        await self._log.append(tenant, ACCESS, facts, f"audit:{key}", mark)
        for institution in await self.grants.givers(tenant, audit.id):  # their travellers wait, too
            await self._log.append(institution, ACCESS, {**facts, "office": tenant}, f"held:{hold.id}")
        return hold

    async def release(self, tenant: str, by: str, audit: Audit) -> bool:
        """Ends the audit's holds early, logged; False when none was running."""
        running = [one for one in await self.holds(tenant, audit.id) if one.ends_at > self._now()]
        for hold in running:
            value = pack({"by": by, "at": iso(self._now())})
            mark = Mark(self._key(tenant, "freed"), f"{audit.id} {hold.id}", value)
            try:
                await self._log.append(tenant, ACCESS, audit.mandate.facts("freed", by), f"audit:{hold.id}:freed", mark)
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

    async def reviewed(self, tenant: str, by: str, since: datetime, until: datetime, key: str) -> None:
        """Writes down that somebody looked through the access records of [since, until)."""
        facts: dict[str, str | int | bytes] = {
            "did": "reviewed", "by": by, "since": int(since.timestamp()), "until": int(until.timestamp()),
        }  # fmt: skip
        await self._log.append(tenant, ACCESS, facts, f"reviewed:{key}")
        if self._now() >= until:
            await self._database.hset(self._key(tenant, "reviewed"), iso(since), by)

    async def was_reviewed(self, tenant: str, since: datetime) -> bool:
        """Whether somebody looked through the records that begin then, after they had ended."""
        return bool(await self._database.hexists(self._key(tenant, "reviewed"), iso(since)))

    async def may_check(self, tenant: str, audit: Audit | None, institution: str, at: datetime) -> Access:
        """What an auditor of `tenant` with this audit in hand may see of a receipt of `institution`, issued at `at`."""
        if audit is not None and audit.closed_at is not None:
            audit = None
        if institution != tenant:
            return await self._elsewhere(tenant, audit, institution, at)
        if audit is None:
            return Access(institution, None, full=True, opens=True, limit="no_audit")
        if not audit.mandate.covers(at):
            return Access(institution, audit, full=True, opens=False, limit="outside_period")
        return Access(institution, audit, full=True, opens=True)

    async def _elsewhere(self, tenant: str, audit: Audit | None, institution: str, at: datetime) -> Access:
        grant = await self.grants.live(institution, tenant, audit.id) if audit is not None else None
        if grant is None:
            return Access(institution, audit, full=False, opens=False, limit="other_institution")
        if not grant.ask.mandate.covers(at):
            return Access(institution, audit, full=False, opens=False, limit="outside_period")
        return Access(institution, audit, full=True, opens=True)

    async def forget(self, tenant: str, before: datetime) -> int:
        """How many audits that ended before that date went, with their holds; what is open stays. Safe to repeat."""
        gone = [one for one in await self.all(tenant) if one.closed_at is not None and one.closed_at < before]
        for audit in gone:
            names = [f"{audit.id} {hold.id}" for hold in await self.holds(tenant, audit.id)]
            async with self._database.pipeline(transaction=True) as pipe:
                for name in ("held", "freed"):
                    pipe.hdel(self._key(tenant, name), "", *names)
                for name in ("closed", "opened"):
                    pipe.hdel(self._key(tenant, name), audit.id)
                await pipe.execute()
        return len(gone)

    async def _mine(self, tenant: str, key: str) -> Audit | None:
        return await self.get(tenant, id_of(tenant, key))

    async def _in_hand(self, tenant: str, person: str) -> str:
        stored = await cast(Awaitable[bytes | None], self._database.hget(self._key(tenant, "current"), person))
        return "" if stored is None else stored.decode()

    @staticmethod
    def _key(tenant: str, *parts: str) -> str:
        return ":".join((f"dobi:{{{tenant}}}:audits", *parts))


def _pack_audit(audit: Audit) -> bytes:
    return pack({**audit.mandate.record(), "by": audit.by, "at": iso(audit.opened_at)})


def _audit(tenant: str, audit_id: str, opened: bytes, closed: bytes | None) -> Audit:
    row = json.loads(opened)
    ended = None if closed is None else instant(json.loads(closed)["at"])
    return Audit(audit_id, tenant, mandate_of(row), row["by"], instant(row["at"]), ended)


def _pack_hold(hold: Hold) -> bytes:
    return pack({"reason": hold.reason, "by": hold.by, "at": iso(hold.at), "until": iso(hold.until)})


def _hold(name: str, held: bytes, freed: bytes | None) -> Hold:
    row, (audit_id, hold_id) = json.loads(held), name.split()
    ended = None if freed is None else instant(json.loads(freed)["at"])
    return Hold(hold_id, audit_id, row["reason"], row["by"], instant(row["at"]), instant(row["until"]), ended)

"""Destroying what is due on its date, once a day at night, and what a withdrawal leaves to be destroyed at its hour.

    withdrawals due → receipts no claim rests on · leavers → the binding ends, then what they kept goes
    receipts (claimed, unclaimed) · looks · audits → facts and salts in the log; trips; consents of those who left
    → messages that showed them → the ledger's leaf → append-only file rewritten → files that a rewrite left behind

A house that sleeps at night does it at its next start. Leaves and proofs stay for ever: an old receipt still verifies.
It judges no claim and destroys nothing that a period does not name; a fault is told and tried again, the rest goes on.

    dobi:{tenant}:retention:done   JSON: when it was last done, and what went then
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from redis.asyncio import Redis

from attest.destruction import Destruction
from attest.erasures import DESTROYED
from attest.errors import LogError
from attest.issue import KIND as ISSUED
from attest.leaf import Entry
from attest.log import ReceiptLog
from attest.trip import Trip
from attest.trips import Trips
from bot.clock import KST
from bot.erasing import GRACE, Belongings, Eraser, Erasures, receipt_in
from bot.holdings import Holdings
from bot.logs import failed
from bot.people import PeopleStore
from bot.settings_retention import Retention, months_before
from bot.tenancy import Tenancy

NIGHT: Final = time(3, 10)
AGAIN: Final = timedelta(minutes=1)  # while a rewrite is under way
UNBOUND: Final = "unbound"  # somebody left: their account stands for nobody any more
EVIDENCE: Final = ("evidence", "confirmed")  # digests of what was handed in for a trip, and who confirmed it
CLAIMS: Final = ("used", "voided", "claimed", "claim_voided")
LOOKS: Final = ("looked",)
AUDITS: Final = ("access", "report")
KINDS: Final = frozenset({ISSUED, *EVIDENCE, UNBOUND, *CLAIMS, *LOOKS, *AUDITS})
"""Every kind of leaf whose facts have a date; what is public and what says of a destruction has none."""
OUTSIDE: Final = ("belongings", "consents", "trips", "audits", "looks", "reports")
_FIRST_DAY: Final = date(2000, 1, 1)
_OVERLAP: Final = timedelta(days=40)  # a trip or a receipt is looked at again in so many nights

Forget = Callable[[str, Retention, datetime], Awaitable[dict[str, int]]]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Done:
    """The last night's work: when, and how many of what went."""

    at: datetime
    counts: dict[str, int] = field(default_factory=dict)


def next_night(after: datetime) -> datetime:
    """The first 03:10 in Korea after that instant."""
    local = after.astimezone(KST)
    day = local.date() if local.time() < NIGHT else local.date() + timedelta(days=1)
    return datetime.combine(day, NIGHT, KST)


class Nights:
    """When each institution's night work was done last."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis

    async def last(self, tenant: str) -> Done | None:
        """The last time, or None."""
        stored = await self._redis.get(self._key(tenant))
        if stored is None:
            return None
        row = json.loads(stored)
        return Done(datetime.fromisoformat(row["at"]), row["counts"])

    async def done(self, tenant: str, done: Done) -> None:
        """It was done."""
        row = {"at": done.at.isoformat(), "counts": done.counts}
        await self._redis.set(self._key(tenant), json.dumps(row, sort_keys=True))

    @staticmethod
    def _key(tenant: str) -> str:
        return f"dobi:{{{tenant}}}:retention:done"


class Retaining:
    """The worker.

    `leftovers` deletes what a rewrite left beside the database's files. `forget` are further stores, each with its own
    date.
    """

    def __init__(
        self, tenancy: Tenancy, receipts: ReceiptLog, eraser: Eraser, erasures: Erasures, belongings: Belongings,
        people: PeopleStore, holdings: Holdings, trips: Trips, destruction: Destruction, nights: Nights,
        leftovers: Callable[[], Awaitable[bool]], pseudonym: Callable[[str, str], bytes],
        now: Callable[[], datetime], forget: Sequence[Forget] = (),
    ) -> None:  # fmt: skip
        self._tenancy = tenancy
        self._log = receipts
        self._eraser = eraser
        self._erasures = erasures
        self._belongings = belongings
        self._people = people
        self._holdings = holdings
        self._trips = trips
        self._destruction = destruction
        self._nights = nights
        self._leftovers = leftovers
        self._pseudonym = pseudonym
        self._now = now
        self._forget = forget

    async def step(self) -> datetime | None:
        """Does what is due; when something is next."""
        dues = [await self._tenant(one.id, one.retention) for one in self._tenancy.institutions()]
        return min(dues, default=None)

    async def _tenant(self, tenant: str, kept: Retention) -> datetime:
        try:
            return await self._due(tenant, kept)
        except LogError as error:
            failed(log, error, "nothing of %s can be destroyed while its log is not whole", tenant)
            return self._now() + timedelta(hours=1)

    async def _due(self, tenant: str, kept: Retention) -> datetime:
        now = self._now()
        for person in await self._erasures.due(tenant, now):
            due = await self._erasures.due_at(tenant, person)
            await self._eraser.receipts(tenant, person, due and due - GRACE)
            await self._erasures.cancel(tenant, person)
        last = await self._nights.last(tenant)
        if last is None:
            await self._nights.done(tenant, last := Done(now))
        if now >= next_night(last.at):
            counts = await self.night(tenant, kept, last.at)
            await self._nights.done(tenant, last := Done(now, counts))
        clean = await self._destruction.rewrite(tenant) and await self._leftovers()
        dues = [next_night(last.at), await self._erasures.next_due(tenant), None if clean else now + AGAIN]
        return min(due for due in dues if due is not None)

    async def night(self, tenant: str, kept: Retention, last: datetime) -> dict[str, int]:
        """How many of what went: all that is due now and was not at `last`. Safe to repeat."""
        now, counts = self._now(), Counter[str]()
        since = months_before(last, kept.unclaimed_months) - _OVERLAP
        await self._belongings.tidy(tenant)
        await self._leavers(tenant, kept, counts)
        await self._logged(tenant, kept, now, counts)
        await self._trips_due(tenant, kept, since, now, counts)
        for forget in self._forget:
            counts.update(await forget(tenant, kept, now))
        for person in await self._holdings.holders(tenant):
            await self._eraser.prune(tenant, person, since, kept.unclaimed_before(now), kept.claimed_before(now))
        outside = {what: count for what, count in sorted(counts.items()) if count and what in OUTSIDE}
        if outside:
            await self._destruction.mark(tenant)
            await self._log.append(tenant, DESTROYED, outside, f"{DESTROYED}:{now.isoformat()}")
        return {what: count for what, count in counts.items() if count}

    async def _logged(self, tenant: str, kept: Retention, now: datetime, counts: Counter[str]) -> None:
        """Receipts and their ends, looks, audits: facts and salts go, each with a leaf that says so."""
        destroy, claimed = self._destruction.destroy, kept.claimed_before(now)

        async def paid(entry: Entry) -> bool:
            receipt = receipt_in(tenant, entry)
            if receipt is None or await self._eraser.claimed(tenant, receipt) is not None:
                return True
            await self._eraser.dropped(tenant, receipt)
            return False

        async def trip_paid(entry: Entry) -> bool:
            trip = str((entry.fields or {}).get("trip", ""))
            return await self._eraser.claimed_trip(tenant, trip) is not None

        async def paid_later(entry: Entry) -> bool:
            """A claim of the year after its receipt: it is due with its own year, under the next year's rule."""
            receipt = receipt_in(tenant, entry)
            at = None if receipt is None else await self._eraser.claimed(tenant, receipt)
            return at is not None and at >= claimed

        counts[ISSUED] += await destroy(tenant, kept.unclaimed_before(now), (ISSUED,), paid, "unclaimed")
        counts[ISSUED] += await destroy(tenant, claimed, (ISSUED,), paid_later, f"claimed before {claimed.date()}")
        for kind in EVIDENCE:
            counts[kind] += await destroy(tenant, kept.unclaimed_before(now), (kind,), trip_paid, "unclaimed")
        for before, kinds in (
            (claimed, (*CLAIMS, *EVIDENCE)), (kept.looked_before(now), LOOKS), (kept.audited_before(now), AUDITS),
            (kept.decided_before(now), (UNBOUND,)),
        ):  # fmt: skip
            for kind in kinds:
                counts[kind] += await destroy(tenant, before, (kind,))

    async def _trips_due(
        self, tenant: str, kept: Retention, since: datetime, now: datetime, counts: Counter[str]
    ) -> None:
        """Trips whose date has come; what is younger was looked at in its own night."""
        unclaimed, claimed = kept.unclaimed_before(now), kept.claimed_before(now)
        old = await self._trips.between(tenant, _FIRST_DAY, _day(claimed))
        young = await self._trips.between(
            tenant, max(_day(since), _day(claimed)), _day(unclaimed) + timedelta(days=1)
        )  # fmt: skip
        for trip in [*old, *young]:
            paid = await self._paid_at(tenant, trip)
            if (paid or _ended(trip)) < (unclaimed if paid is None else claimed):
                await self._trips.remove(tenant, trip)
                counts["trips"] += 1
            elif trip.receipts:
                await self._eraser.strip(tenant, trip)

    async def _paid_at(self, tenant: str, trip: Trip) -> datetime | None:
        """When the last claim was made that rests on the trip."""
        found = [await self._log.get(tenant, index) for index in trip.receipts]
        receipts = [receipt for entry in found if (receipt := receipt_in(tenant, entry)) is not None]
        claims = [await self._eraser.claimed(tenant, receipt) for receipt in receipts]
        claims.append(await self._eraser.claimed_trip(tenant, trip.id))
        return max((at for at in claims if at is not None), default=None)

    async def _leavers(self, tenant: str, kept: Retention, counts: Counter[str]) -> None:
        """Whoever left the roster: at first the binding ends, after some days what they kept for themselves goes.

        Decisions about location go when their period is over, of those who are here and withdrew as of those who left.
        """
        now = self._now()
        known = await self._people.known(tenant) | set(await self._holdings.holders(tenant))
        known |= await self._belongings.owners(tenant)
        for person in sorted(known):
            if self._tenancy.member(tenant, person) is None:
                await self._unbind(tenant, person, now)
            consent = await self._people.consent(tenant, person)
            if consent is not None and not consent.granted and consent.at < kept.decided_before(now):
                await self._people.forget_decisions(tenant, person)
                counts["consents"] += 1
        for person, since in (await self._erasures.missed(tenant)).items():
            if ":" in person:
                continue  # a chat
            if self._tenancy.member(tenant, person) is not None:
                await self._erasures.found(tenant, person)
            elif since < kept.left_before(now):
                await self._people.forget_person(tenant, person)
                await self._belongings.forget_choices(tenant, person)
                for trip in await self._trips.of(tenant, person, _FIRST_DAY, date.max):
                    await self._trips.change(tenant, trip.id, lambda one: replace(one, chat=""))
                if await self._people.consent(tenant, person) is None:
                    await self._erasures.found(tenant, person)
        counts["belongings"] += await self._deserted(tenant, kept, now)

    async def _unbind(self, tenant: str, person: str, now: datetime) -> None:
        """Location of somebody who left is taken no more, whoever may hold that account later."""
        if await self._erasures.miss(tenant, person, now):
            await self._people.withdraw(tenant, person, now)
            await self._eraser.stop(tenant, person)
            facts = {"holder": await asyncio.to_thread(self._pseudonym, tenant, person)}
            await self._log.append(tenant, UNBOUND, facts, f"{UNBOUND}:{person}:{now.isoformat()}")

    async def _deserted(self, tenant: str, kept: Retention, now: datetime) -> int:
        """What was kept in private chats that are nobody's any more, missed for so many days."""
        gone, missed = 0, await self._erasures.missed(tenant)
        for chat in await self._belongings.chats(tenant):
            adapter, _, address = chat.partition(":dm:")
            member = self._tenancy.person(adapter, address)
            if member is not None and member.tenant == tenant:
                await self._erasures.found(tenant, chat)
            elif chat not in missed:
                await self._erasures.miss(tenant, chat, now)
            elif missed[chat] < kept.left_before(now):
                await self._belongings.forget(tenant, chat, messages=True)
                await self._erasures.found(tenant, chat)
                gone += 1
        return gone


def _day(instant: datetime) -> date:
    return instant.astimezone(KST).date()


def _ended(trip: Trip) -> datetime:
    return trip.returned_at or trip.ends_at or trip.begun_at or trip.starts_at or trip.created_at


def leftovers(folder: Path | None, redis: Redis) -> Callable[[], Awaitable[bool]]:
    """Deletes files that a killed rewrite or somebody's own SAVE left in the embedded server's folder.

    None of them is ever read again by the server; each may hold what has been destroyed since. False while a rewrite is
    under way, for then one of them is in use. `folder` None: a server of somebody else's, whose files are theirs.
    """

    async def delete() -> bool:
        database: Any = redis
        state = await database.info("persistence")
        if any(
            state.get(name) for name in ("aof_rewrite_in_progress", "aof_rewrite_scheduled", "rdb_bgsave_in_progress")
        ):
            return False
        if folder is not None:
            await asyncio.to_thread(_unlink, folder)
        return True

    return delete


def _unlink(folder: Path) -> None:
    for pattern in ("dump.rdb", "temp-*.rdb", "temp-rewriteaof-*.aof", "appendonlydir/temp-*"):
        for path in folder.glob(pattern):
            path.unlink(missing_ok=True)

"""Looks → the travellers who were looked at: at once in office hours, once a day for each audit, held as long as said.

    log → looks without a list made up for → due? → held: at its end | night: the morning | told today: tomorrow |
    taken and frozen → one row in the outbox → told

The row's name comes from what it tells, which stays frozen until it is told: whoever dies in between writes the same
row again. It reads every look in the log, whichever process wrote it; it names no auditor.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

from attest.audits import Audits
from attest.crypto import KeyStore
from attest.errors import LogCorruptError
from attest.looks import Group, Looks
from bot.clock import KST
from bot.institutions import called
from bot.logs import failed
from bot.operators import private_chats
from bot.outbox import Outbox, Row
from bot.reminders import IsHoliday, office_hour
from bot.settings import Person
from bot.tenancy import Tenancy
from bot.wording import audits as words

_AFTER_A_FAULT = timedelta(minutes=5)

log = logging.getLogger(__name__)


class Noticing:
    """The worker. `wake` rouses delivery in this process."""

    def __init__(
        self,
        looks: Looks,
        audits: Audits,
        keys: KeyStore,
        tenancy: Tenancy,
        outbox: Outbox,
        is_holiday: IsHoliday,
        now: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        self._looks, self._audits, self._keys, self._tenancy = looks, audits, keys, tenancy
        self._outbox, self._is_holiday, self._now, self._wake = outbox, is_holiday, now, wake
        self._holders: dict[str, dict[bytes, Person]] = {}
        self._faults: dict[str, str] = {}

    async def step(self) -> datetime | None:
        """Writes the notices that are due; when the next is."""
        dues = [due for one in self._tenancy.institutions() if (due := await self._told(one.id)) is not None]
        return min(dues, default=None)

    async def _told(self, tenant: str) -> datetime | None:
        now = self._now()
        try:
            await self._looks.follow(tenant)
            for group in await self._looks.due(tenant, now):
                await self._look_after(tenant, group, now)
        except LogCorruptError as error:
            if self._faults.get(tenant) != str(error):  # once, not at every step
                failed(log, error, "the looks of %s can't be told", tenant)
            self._faults[tenant] = str(error)
            return now + _AFTER_A_FAULT
        self._faults.pop(tenant, None)
        return await self._looks.next_due(tenant)

    async def _look_after(self, tenant: str, group: Group, now: datetime) -> None:
        later = await self._later(tenant, group, now)
        if later is not None:
            await self._looks.defer(tenant, group, later)
        else:
            await self._tell(tenant, group, now)

    async def _later(self, tenant: str, group: Group, now: datetime) -> datetime | None:
        """When it may be told, if not now."""
        held = await self._held_until(group)
        if held is not None and held > now:
            return held
        hour = office_hour(now, self._is_holiday)
        if hour > now:
            return hour
        last = await self._looks.last_told(tenant, group)
        return self._morning_after(now) if last is not None and _day(last) == _day(now) else None

    async def _held_until(self, group: Group) -> datetime | None:
        holds = await self._audits.holds(group.office, group.audit) if group.audit else ()
        return max((hold.ends_at for hold in holds), default=None)

    async def _tell(self, tenant: str, group: Group, now: datetime) -> None:
        telling = await self._looks.take(tenant, group)
        records = telling.records
        person = self._people(tenant).get(group.holder)
        if records and person is not None:
            held = await self._held_until(group)
            contact = self._tenancy.institution(tenant).contact
            office = "" if group.office == tenant else called(self._tenancy, group.office)
            was_held = held is not None and held > records[0].at
            reply = words.notice(records, office, contact, held=was_held)
            story = f"looked/{group.name}/{telling.rows[0]}"
            await self._outbox.put(
                tenant, [Row(chat, story, 1, "notice", reply, now) for chat in private_chats(person)]
            )  # fmt: skip
            self._wake()
        await self._looks.told(tenant, group, telling, self._morning_after(now))

    def _people(self, tenant: str) -> dict[bytes, Person]:
        """The institution's people by the pseudonym in their receipts."""
        if tenant not in self._holders:
            people: Sequence[Person] = self._tenancy.institution(tenant).people
            self._holders[tenant] = {self._keys.pseudonym(tenant, person.id): person for person in people}
        return self._holders[tenant]

    def _morning_after(self, now: datetime) -> datetime:
        midnight = datetime.combine(_day(now) + timedelta(days=1), time(), KST)
        return office_hour(midnight, self._is_holiday)


def _day(instant: datetime) -> date:
    return instant.astimezone(KST).date()

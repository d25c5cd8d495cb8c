"""Trips that wait for something: a gentle word once, and a return that nobody closed is closed.

    due trip → return told, its location did not come: the closing receipt
             → planned start past and nothing told · return not told · the settlement limit near → a row in the outbox
             → when to look again

Each message is a row of its own name (trip, kind), written before the trip rests: whoever dies in between repeats the
same row. At most one of each kind, in office hours (a return until the evening), never at night or on a holiday.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from attest.claims import Claims
from attest.errors import LogError
from attest.trip import KST, LegKind, State, Trip
from bot.journeys import Journeys
from bot.messenger import Kind, Reply, chat_of
from bot.operators import private_chats
from bot.outbox import Outbox, Row
from bot.reminders import IsHoliday, end_of, mornings, office_hour
from bot.tenancy import Member, Tenancy
from bot.trip_replies import of_closing, story
from bot.wording import legs as words

UNSHARED: Final = timedelta(minutes=2)  # after 복귀 a location is waited for a minute and a half
_START_LATE: Final = timedelta(minutes=30)
_END_LATE: Final = timedelta(hours=1)
_FIRST_LOOK: Final = time(10)
_EVENING: Final = time(18, 30)
_LATEST: Final = time(19, 30)
_MORNING: Final = time(9)
_STALE: Final = timedelta(days=5)  # what is older than that is told no more
_AGAIN: Final = timedelta(minutes=5)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Look:
    """Something to be told of a trip: from when, until when, under which name."""

    name: str
    at: datetime
    until: datetime


def looks(trip: Trip, is_holiday: IsHoliday) -> Iterator[Look]:
    """What is to be told of a trip as it stands."""
    if trip.state is State.PLANNED and trip.starts_at is not None and not trip.legs:
        start = _at(trip.starts_at, _FIRST_LOOK) if trip.whole_day else trip.starts_at + _START_LATE
        at = office_hour(max(start, trip.created_at + _END_LATE), is_holiday)
        yield Look("start", at, at + _STALE)
    elif trip.state is State.OPEN and trip.begun_at is not None and trip.returned_at is None:
        planned = None if trip.ends_at is None else trip.ends_at + _END_LATE
        due = planned or max(_at(trip.begun_at, _EVENING), trip.begun_at + _END_LATE)
        at = _by_evening(max(due, trip.legs[-1].told_at + _END_LATE), is_holiday)
        yield Look("return", at, at + _STALE)
    elif trip.state is State.CLOSED and trip.settle_by is not None:
        returned = trip.leg(LegKind.RETURNED)
        after = returned.told_at if returned is not None else trip.created_at
        for at in mornings(trip.settle_by, after, is_holiday):
            yield Look(f"settle/{at.astimezone(KST).date().isoformat()}", at, end_of(trip.settle_by))


class Tripping:
    """The worker. `wake` rouses delivery in this process."""

    def __init__(
        self,
        journeys: Journeys,
        claims: Claims,
        outbox: Outbox,
        tenancy: Tenancy,
        tenants: Sequence[str],
        is_holiday: IsHoliday,
        now: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        self._journeys, self._claims, self._outbox, self._tenancy = journeys, claims, outbox, tenancy
        self._tenants, self._is_holiday, self._now, self._wake = tenants, is_holiday, now, wake

    async def step(self) -> datetime | None:
        """Looks at what is due; when to come again, None while no trip waits."""
        now = self._now()
        for tenant in self._tenants:
            while due := await self._journeys.trips.due(tenant, now):
                for trip in due:
                    await self._look(tenant, trip, now)
        found = [at for tenant in self._tenants if (at := await self._journeys.trips.next_due(tenant)) is not None]
        return min(found, default=None)

    async def _look(self, tenant: str, trip: Trip, now: datetime) -> None:
        member = self._tenancy.member(tenant, trip.person)
        if member is None or trip.state is State.CANCELLED:
            await self._journeys.trips.rest(tenant, trip, None)
            return
        if trip.state is State.CLOSED and trip.closing is None:
            await self._close(member, trip, now)
            return
        waiting = [] if await self._claimed(tenant, trip) else list(looks(trip, self._is_holiday))
        for one in waiting:
            if one.at <= now < one.until:
                await self._tell(member, trip, f"trip/{trip.id}/{one.name}", self._said(trip, one, now), now)
        await self._journeys.trips.rest(tenant, trip, min((one.at for one in waiting if one.at > now), default=None))

    async def _close(self, member: Member, trip: Trip, now: datetime) -> None:
        """A return whose location did not come."""
        returned = trip.leg(LegKind.RETURNED)
        due = (returned.told_at if returned is not None else now) + UNSHARED
        if now < due:
            await self._journeys.trips.rest(member.tenant, trip, due)
            return
        try:
            taken = await self._journeys.close(member, await self._journeys.beside(member.tenant, trip), now)
        except LogError as error:
            log.warning("a trip could not be closed: %s", error)
            await self._journeys.trips.rest(member.tenant, trip, now + _AGAIN)
            return
        await self._tell(member, taken.trip, story(taken), of_closing(taken), now, "reply")

    def _said(self, trip: Trip, look: Look, now: datetime) -> Reply:
        if look.name == "start":
            end = trip.ends_at or trip.starts_at or now
            return words.set_out(trip, over=end.astimezone(KST).date() < now.astimezone(KST).date())
        if look.name == "return":
            return words.come_back(trip)
        left = trip.settle_by - now.astimezone(KST).date() if trip.settle_by else timedelta()
        return words.settle(trip, left.days)

    async def _claimed(self, tenant: str, trip: Trip) -> bool:
        if trip.state is not State.CLOSED:
            return False
        serials = list({trip.closing_serial, *(leg.serial for leg in trip.legs)} - {b""})
        return any(await self._claims.standing(tenant, serials, [trip.id]))

    async def _tell(
        self, member: Member, trip: Trip, name: str, reply: Reply, now: datetime, kind: Kind = "reminder"
    ) -> None:
        chats = [chat_of(trip.chat)] if trip.chat else list(private_chats(member.person)[:1])
        for chat in chats:
            await self._outbox.put(member.tenant, [Row(chat, name, 1, kind, reply, now)])
        self._wake()


def _at(instant: datetime, hour: time) -> datetime:
    return datetime.combine(instant.astimezone(KST).date(), hour, KST).astimezone(UTC)


def _by_evening(at: datetime, is_holiday: IsHoliday) -> datetime:
    """That instant, where somebody on the road may still be asked; else the next working morning."""
    local = at.astimezone(KST)
    works = local.weekday() < 5 and not is_holiday(local.date())
    return at if works and _MORNING <= local.time() <= _LATEST else office_hour(at, is_holiday)

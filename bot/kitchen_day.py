"""At 14:00 of a day with lunch: what the next such day will need, to those of the kitchen who asked for it.

    who asked? → may they still? → the next open day's meals → one row a person and day in the outbox

The row is named after the day that it is about, so that whoever dies in between, or does the same work beside, repeats
the same row. Nobody is told on a day off; a day off is skipped over.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Final

from bot.clock import KST
from bot.logs import failed_for
from bot.meal_followers import Follower, FollowerStore
from bot.mealcount import MealCount
from bot.messenger import chat_of
from bot.outbox import Outbox, Row
from bot.settings import Cafeteria as Site
from bot.settings import Institution, Role
from bot.tenancy import Tenancy
from bot.wording import meals as words
from bot.wording.kitchen import tag
from occupancy import meals

HOUR: Final = time(14)
LATEST: Final = time(18)
STAFF: Final = frozenset({Role.KITCHEN, Role.MANAGER})

log = logging.getLogger(__name__)


class KitchenDay:
    """The worker. `wake` rouses delivery in this process."""

    def __init__(
        self, followers: FollowerStore, count: MealCount, outbox: Outbox, tenancy: Tenancy,
        now: Callable[[], datetime], wake: Callable[[], None],
    ) -> None:  # fmt: skip
        self._followers, self._count, self._outbox = followers, count, outbox
        self._tenancy, self._now, self._wake = tenancy, now, wake

    async def step(self) -> datetime | None:
        """Tells what is due; the next 14:00, or None while nobody asked for it."""
        now = self._now()
        local = now.astimezone(KST)
        asked = False
        for institution in self._tenancy.institutions():
            for site in institution.cafeterias:
                people = await self._wanting(institution, site)
                asked = asked or bool(people)
                if people and HOUR <= local.time() < LATEST:
                    await self._one(institution.id, site, people, now)
        due = datetime.combine(local.date(), HOUR, KST)
        return (due if local.time() < HOUR else due + timedelta(days=1)) if asked else None

    async def _one(self, tenant: str, site: Site, people: list[Follower], now: datetime) -> None:
        """A cafeteria that can't be reckoned leaves the others alone."""
        try:
            await self._tell(tenant, site, people, now)
        except (ArithmeticError, LookupError, ValueError) as error:
            failed_for(log, error, "a day's meals could not be reckoned")

    async def _wanting(self, institution: Institution, site: Site) -> list[Follower]:
        """Those who want it and still may; whoever left the kitchen is taken off the list."""
        kept = []
        for one in await self._followers.all(institution.id, site.id):
            member = self._tenancy.member(institution.id, one.person)
            if member is None or not STAFF & member.person.roles:
                await self._followers.leave(institution.id, site.id, one.person)
            else:
                kept.append(one)
        return kept

    async def _tell(self, tenant: str, site: Site, people: list[Follower], now: datetime) -> None:
        today = now.astimezone(KST).date()
        begun = datetime.combine(today, HOUR, KST)
        waiting = [one for one in people if one.since <= begun]
        then = await self._count.next_open(tenant, site, today) if waiting else None
        if then is None or not await self._count.is_open(tenant, site, today):
            return
        found = await self._count.expected(tenant, site, then, now)
        if found is None:
            days = len((await self._count.known(tenant, site, now)).history())
            text = words.not_expected(then, today, days, meals.MIN_DAYS)
        else:
            text = words.expected(found.forecast, today, found.error, found.judged)
        reply = words.pushed(site.name, text, tag(site.id))
        story, until = f"meals/{site.id}/{then.isoformat()}", datetime.combine(then, site.open, KST)
        rows = [Row(chat_of(one.chat), story, 1, "notice", reply, now, until=until) for one in waiting]
        if await self._outbox.put(tenant, rows):
            self._wake()

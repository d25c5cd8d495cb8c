"""Delivery, put together: the pace, who can be reached, what may pass where, the worker, the way back of answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from bot.household import Household

if TYPE_CHECKING:
    from bot.delivery import Delivery
    from bot.discretion import Discretion
    from bot.messenger import Messenger
    from bot.pacing import Pacing
    from bot.platforms import Content
    from bot.reach import Reach
    from bot.rooms import RoomBook
    from bot.router import Router
    from bot.troubles import Troubles


class DeliveryRooms(Household):
    """What sending stands on, one of each a process."""

    if TYPE_CHECKING:

        @cached_property
        def rooms(self) -> RoomBook:
            """Rooms bound by chat (`OperatingRooms`)."""

        @cached_property
        def troubles(self) -> Troubles:
            """What is wrong with a messenger (`MessengerRooms`)."""

    @cached_property
    def pacing(self) -> Pacing:
        """How fast each platform is spoken to, by all processes together."""
        from bot.pacing import Pacing

        return Pacing(self.redis)

    @cached_property
    def reach(self) -> Reach:
        """Who can be reached and where; a worker learns what other processes found out."""
        from bot.reach import Reach

        reach = Reach(self.redis, self.tenancy, self.outbox, self.rooms.moved)

        async def learn() -> None:
            for institution in self.tenancy.institutions():
                await reach.refresh(institution.id)

        self.rota.add("reach", learn)
        return reach

    @cached_property
    def discretion(self) -> Discretion:
        """What each messenger may carry."""
        from bot.discretion import Discretion

        return Discretion(self.tenancy, lambda: self._most_private, lambda name: name not in self._one_way)

    @cached_property
    def _most_private(self) -> dict[str, Content]:
        return {}

    @cached_property
    def _one_way(self) -> set[str]:
        return set()

    def _carriers(self, messengers: Sequence[Messenger]) -> None:
        """These messengers' limits: the settings' word, else the adapter's."""
        told: Mapping[str, Content | None] = {one.adapter: one.content for one in self.settings.messengers}
        for one in messengers:
            limit = told.get(one.name)
            self._most_private[one.name] = one.capabilities.content if limit is None else limit
            if not one.capabilities.talks:
                self._one_way.add(one.name)

    def delivery(self, messengers: Sequence[Messenger]) -> Delivery:
        """The worker that sends what waits."""
        from bot.delivery import Delivery

        def tenants() -> list[str]:
            return [one.id for one in self.tenancy.institutions()]

        async def stopped() -> datetime | None:
            dues = [await self.troubles.lacking.step(tenant, self.clock.now()) for tenant in tenants()]
            return min((due for due in dues if due is not None), default=None)

        self._carriers(messengers)
        self.rota.add("lacking", stopped)
        return Delivery(
            self.outbox, messengers, tenants,
            self.liveness.is_alive, self.clock.now, self.clock.sleep,
            pacing=self.pacing, reach=self.reach, discretion=self.discretion, troubles=self.troubles,
        )  # fmt: skip

    def answered(self, router: Router, messengers: Sequence[Messenger]) -> Router:
        """The router, answering at the platforms' pace, and hearing who left, who is back and what moved."""
        from bot.answering import Answering
        from bot.reach import Hearing

        self._carriers(messengers)
        answering = Answering(
            self.outbox, self.clock.now, self.clock.sleep,
            pacing=self.pacing, reach=self.reach, discretion=self.discretion,
        )  # fmt: skip
        router.answer(answering)
        router.hear(Hearing(self.reach, self.tenancy, self.clock.now).hear)
        return router

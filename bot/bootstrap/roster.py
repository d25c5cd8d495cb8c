"""The roster, put together: people beside the settings file, their addresses, codes, and what is said about them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from bot.household import Household

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.first_run import FirstRun
    from bot.handlers import Conversation
    from bot.handlers.invitations import Newcomers
    from bot.handlers.roster_desk import Desk
    from bot.linking import Linking
    from bot.messenger import Messenger
    from bot.roster_care import RosterCare


class RosterRooms(Household):
    """The stores, the worker and the conversations of people and institutions."""

    @cached_property
    def linking(self) -> Linking:
        """Who gets in, and how that ends; its worker lets time pass over the roster."""
        from bot.invitations import Codes
        from bot.linking import Linking
        from bot.reach import Reach
        from bot.roster import Roster
        from bot.roster_bindings import Bindings
        from bot.roster_days import RosterDays
        from bot.roster_rests import Rests

        redis, now = self.redis, self.clock.now
        linking = Linking(
            self.tenancy, self.mirror, Bindings(redis), Codes(redis), self.outbox, self.people, self.acts, now,
            self._carried,
        )  # fmt: skip
        rests = Rests(redis, self.mirror, Reach(redis, self.tenancy, self.outbox))
        worker = RosterDays(Roster(redis), self.mirror, linking, self.acts, self.tenants, now, rests)
        self.rota.add("roster", worker.step)
        return linking

    async def _carried(self, tenant: str, old: str, new: str) -> None:
        """Subscriptions of a lost phone's chat go to the new one; first kept there, then dropped here."""
        from contextlib import suppress
        from dataclasses import replace

        from nlp.subscriptions import SubscriptionError, SubscriptionStore

        store = SubscriptionStore(self.redis)
        for one in await store.of(tenant, old):
            with suppress(SubscriptionError):
                await store.add(tenant, replace(one, id=f"{one.id}m", owner=new))
            await store.remove(tenant, one.id)

    @cached_property
    def first_run(self) -> FirstRun:
        """The first administrator."""
        from bot.first_run import FirstRun
        from bot.invitations import Codes

        return FirstRun(self.redis, self.tenancy, self.mirror, Codes(self.redis), self.acts, self.clock.now)

    @cached_property
    def _desk(self) -> Desk:
        from bot.handlers.roster_desk import Desk

        return Desk(self.tenancy, self.mirror, self.acts, self.linking.tell)

    @cached_property
    def _care(self) -> RosterCare:
        from bot.roster import Roster
        from bot.roster_care import RosterCare

        return RosterCare(Roster(self.redis), self.mirror, self.clock.now, lambda: self.rota.wake("roster"))

    def newcomers(self) -> Newcomers:
        """What strangers meet."""
        from bot.handlers.invitations import Newcomers

        return Newcomers(self.linking, self.first_run)

    def people_talks(self) -> tuple[Conversation, ...]:
        """What is said about people, their messengers and institutions."""
        from bot.handlers.appointments import AppointmentTalk
        from bot.handlers.institutions import HomeTalk
        from bot.handlers.invitations import InvitationTalk
        from bot.handlers.kitchen_homes import KitchenHomeTalk
        from bot.handlers.linking import LinkTalk
        from bot.handlers.roster import RosterTalk
        from bot.handlers.roster_rests import RestTalk
        from bot.handlers.roster_undo import RosterUndoTalk
        from bot.handlers.secondments import LendTalk
        from bot.handlers.transfers import TransferTalk
        from bot.roster import Roster
        from bot.roster_drafts import Drafts
        from bot.roster_homes import Homes

        invitations = InvitationTalk(self._desk, self.linking)
        homes = HomeTalk(
            self._desk, Homes(self.redis), self.people, self._care, invitations, lambda: self.rota.wake("roster")
        )  # fmt: skip
        orders = AppointmentTalk(
            self._desk, Roster(self.redis), Drafts(self.redis), self.people, self.sandbox,
            lambda: self.rota.wake("roster"),
        )  # fmt: skip
        lending = LendTalk(self._desk, orders)
        return (
            RosterTalk(self._desk, self._care, self.linking, lending.leave),
            RestTalk(self._desk, self._care, lending.rest),
            RosterUndoTalk(self._desk, self._care),
            lending,
            TransferTalk(self._desk, orders),
            invitations,
            LinkTalk(self.linking, self._desk, self.first_run),
            orders,
            homes,
            KitchenHomeTalk(self._desk, Homes(self.redis), self.people),
        )  # fmt: skip

    def admitted(self, messengers: Sequence[Messenger]) -> list[Messenger]:
        """The messengers, spoken through to people of the roster alone."""
        from bot.roster_gate import RosterGate

        _ = self.linking  # its worker ends what a leaver had
        return [RosterGate(one, self.tenancy) for one in messengers]

    async def setup_code(self) -> tuple[str, datetime] | None:
        """A code for the first administrator, where there is none."""
        return await self.first_run.code()

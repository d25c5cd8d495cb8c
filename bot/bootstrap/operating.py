"""Groups and operations, put together: rooms, channels, what administrators see, say and export, and hand-overs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from bot.household import Household

if TYPE_CHECKING:
    from bot.channel_care import ChannelCare
    from bot.checklist import Check
    from bot.handlers import Conversation
    from bot.handlers.sensors import SensorTalk
    from bot.handlers.subscriptions import Subscriptions
    from bot.messenger import Chat, Messenger
    from bot.rooms import RoomBook
    from bot.router import Router
    from bot.settings import Person
    from crawlers.crawler import Crawler
    from nlp.subscriptions import SubscriptionStore


class OperatingRooms(Household):
    """The stores, workers and conversations of operating."""

    @cached_property
    def rooms(self) -> RoomBook:
        """Rooms bound by chat; a worker learns what other processes bound."""
        from bot.rooms import RoomBook

        book = RoomBook(self.redis, self.tenancy)

        async def learn() -> None:
            for institution in self.tenancy.institutions():
                await book.refresh(institution.id)

        self.rota.add("rooms", learn)
        return book

    @cached_property
    def channel_care(self) -> ChannelCare:
        """Who may change a channel's subscriptions."""
        from bot.channel_care import ChannelCare

        return ChannelCare(self.tenancy, self.acts)

    def addressed(self, messengers: Sequence[Messenger]) -> list[Messenger]:
        """The messengers, taking the house's names of rooms."""
        from bot.addressing import Addressed

        _ = self.rooms  # its worker has to learn of what other processes bind
        return [Addressed(one, self.tenancy) for one in messengers]

    def channel_talks(self, subscriptions: SubscriptionStore, talk: Subscriptions) -> tuple[Conversation, ...]:
        """What is said in and about groups."""
        from bot.handlers.channels import ChannelTalk
        from bot.handlers.clearing import Clearing
        from bot.handlers.rooms import RoomTalk

        return (
            Clearing(subscriptions, self.people, talk, self.channel_care),
            ChannelTalk(self.tenancy, subscriptions, talk, self.channel_care, self.rooms, self.acts),
            RoomTalk(self.tenancy, self.rooms, self.acts, subscriptions),
        )

    def operating_talks(
        self, subscriptions: SubscriptionStore, crawler: Crawler, messengers: Callable[[], Awaitable[list[Check]]],
        heard: Callable[[], Awaitable[dict[str, datetime]]], sensors: SensorTalk,
    ) -> tuple[Conversation, ...]:  # fmt: skip
        """What administrators see, say and take away; and the worker that sends notices."""
        from bot.backup_note import BackupNote
        from bot.broadcasts import Broadcasting, Broadcasts
        from bot.dead_letters import DeadLetters
        from bot.delivery_figures import DeliveryFigures
        from bot.handlers.acts import ActTalk
        from bot.handlers.broadcast import BroadcastTalk
        from bot.handlers.dead_letters import DeadLetterTalk
        from bot.handlers.exports import ExportTalk
        from bot.handlers.status import StatusTalk
        from bot.operators import private_chats
        from bot.pulse import Looks, Pulse, Sending

        redis, notices, letters = self.redis, Broadcasts(self.redis), DeadLetters(self.redis)
        looks = Looks(messengers, heard, crawler.health, sensors.troubles)
        pulse = Pulse(self.tenancy, looks, Sending(redis), BackupNote(redis), self.data_dir)

        def place(person: Person) -> Chat | None:
            return next(iter(private_chats(person)), None)

        worker = Broadcasting(
            self.tenancy, notices, self.outbox.put, place, self.clock.now, lambda: self.rota.wake("deliver")
        )
        self.rota.add("broadcast", worker.step)

        def begun() -> None:
            self.rota.wake("broadcast")

        return (
            StatusTalk(self.tenancy, pulse),
            DeadLetterTalk(self.tenancy, letters, self.acts),
            BroadcastTalk(self.tenancy, notices, self.acts, begun, letters),
            ActTalk(self.tenancy, self.acts),
            ExportTalk(self.tenancy, subscriptions, DeliveryFigures(redis), self.acts),
        )

    def moving_talks(self, subscriptions: SubscriptionStore) -> tuple[Conversation, ...]:
        """What people take along, and hand to each other."""
        from bot.asked import AskedStore
        from bot.handing import Handing
        from bot.handlers.handover import HandOverTalk
        from bot.handlers.moving import MovingTalk
        from bot.handlers.surely import SureTalk
        from bot.handover import HandOvers
        from bot.import_drafts import ImportDrafts
        from bot.reminders import ReminderStore

        handing = Handing(subscriptions, ReminderStore(self.redis))

        def wake() -> None:
            self.rota.wake("deliver")

        return (
            SureTalk(),
            MovingTalk(subscriptions, handing, self.people, ImportDrafts(self.redis), self.sandbox),
            HandOverTalk(
                self.tenancy, HandOvers(self.redis), handing, self.outbox, self.acts, wake, AskedStore(self.redis)
            ),
        )

    async def groups(self, router: Router) -> None:
        """How the router behaves in groups, and what a room hears when Dobi is let in."""
        from bot.strange_rooms import StrangeRooms
        from bot.welcoming import Welcoming

        for institution in self.tenancy.institutions():
            await self.rooms.refresh(institution.id)
        welcoming = Welcoming(
            self.tenancy, self.rooms, StrangeRooms(self.redis), self.outbox, self.clock.now,
            lambda: self.rota.wake("deliver"),
        )  # fmt: skip
        router.mind(self.rooms.only_addressed)
        router.hear(welcoming.hear)

"""People's time, put together: what they chose, the digests that tell what waited, and the conversations about both."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from bot.daysoff import is_holiday
from bot.household import Household

if TYPE_CHECKING:
    from bot.digests import Digests, Kept
    from bot.digests_store import DigestStore
    from bot.handlers import Conversation
    from bot.handlers.subscriptions import Subscriptions
    from bot.handlers.wishes import WishTalk
    from bot.last_deeds import LastDeeds
    from bot.messenger import Messenger
    from bot.reach import Reach
    from bot.tenancy import Member
    from crawlers.health import SourceHealth
    from nlp.subscriptions import SubscriptionStore


class HoursRooms(Household):
    """The stores, the worker and the conversations of people's time."""

    wishes: WishTalk

    if TYPE_CHECKING:

        @cached_property
        def reach(self) -> Reach:
            """Who can be reached (`DeliveryRooms`)."""

    @cached_property
    def digest_store(self) -> DigestStore:
        """What waits for a digest, and what digests told."""
        from bot.digests_store import DigestStore

        return DigestStore(self.redis)

    @cached_property
    def _told(self) -> Kept:
        from bot.digests import Kept
        from crawlers.health import assess
        from nlp.opinions import Opinions
        from nlp.stories import StoryStore

        async def health() -> Sequence[SourceHealth]:
            sources = await self.register.sources()
            states = await self.crawled.states([one.id for one in sources])
            return [assess(source, state) for source, state in zip(sources, states, strict=True)]

        return Kept(self.archive, StoryStore(self.redis), Opinions(self.redis), health)

    @cached_property
    def _digests(self) -> Digests:
        from bot.digests import Digests

        return Digests(
            self.outbox, self.digest_store, self.choices, self._told, self.tenants, is_holiday, self.clock.now,
            lambda: self.rota.wake("deliver"),
        )  # fmt: skip

    def digest(self, messengers: Sequence[Messenger]) -> None:
        """What waited is told beside delivery, which says what these messengers can edit."""
        spoken, edits = {one.name for one in messengers}, {one.name for one in messengers if one.capabilities.edit}
        self.outbox.silent_edits = (self.outbox.silent_edits - spoken) | edits
        self.rota.add("digest", self._digests.step, after="brief")

    async def talked(self, member: Member, adapter: str) -> None:
        """Where somebody with several messengers talked last: there they hear what they did not ask for."""
        if len(member.person.addresses) > 1:
            await self.choices.talked(member.tenant, f"@{member.person.id}", adapter)

    @cached_property
    def deeds(self) -> LastDeeds:
        """What people changed last, to take back."""
        from bot.last_deeds import LastDeeds

        return LastDeeds(self.people)

    def hours_talks(self, subscriptions: SubscriptionStore, talk: Subscriptions) -> tuple[Conversation, ...]:
        """What people say about their time, and do with what came; and what they wish of it, which is proposed."""
        from bot.handlers.complaints import ComplaintTalk
        from bot.handlers.digest import DigestTalk
        from bot.handlers.hours import HoursTalk, Stores
        from bot.handlers.urgent import UrgentTalk
        from bot.handlers.wishes import WishTalk

        async def agencies() -> frozenset[str]:
            return frozenset(one.agency for one in await self.register.sources())

        def wake() -> None:
            self.rota.wake("digest")
            self.rota.wake("deliver")

        others = self.outbox.whereto.others
        stores = Stores(self.choices, self.digest_store, self.outbox)
        hours = HoursTalk(stores, is_holiday, wake, self.reach.back, self.deeds)
        self.wishes = WishTalk(subscriptions, self.people, talk, hours, self.deeds)
        return (
            hours,
            self.wishes,
            ComplaintTalk(subscriptions, self.digest_store, hours, is_holiday, others),
            DigestTalk(self._digests, self.digest_store, self._told, self.choices, subscriptions, is_holiday, others),
            UrgentTalk(self.tenancy, self.people, self.choices, self.outbox, agencies, self.acts, wake),
        )

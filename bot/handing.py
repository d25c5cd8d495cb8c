"""What moves when an officer hands over: gathered for the giver to look at, done when the colleague has accepted.

    private chats → subscriptions ‖ reminders ‖ what the giver added to channels → HandOver → the colleague's own chat

Nothing else moves: no trip, location, opinion, question or message. Every step is safe to repeat.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from bot.handover import Counts, HandOver, Stage, Thing
from bot.messenger import Chat
from bot.operators import private_chats
from bot.reminders import ReminderStore, TooManyRemindersError, reminder_id
from bot.settings import Person
from bot.subscribing import subscription_id
from bot.tenancy import Member
from nlp.keywords import key_of
from nlp.subscriptions import Subscription, SubscriptionError, SubscriptionStore, ahead


class Handing:
    """The doer."""

    def __init__(self, subscriptions: SubscriptionStore, reminders: ReminderStore) -> None:
        self._subscriptions, self._reminders = subscriptions, reminders

    async def own(self, tenant: str, person: Person) -> list[Subscription]:
        """Somebody's subscriptions on all their messengers, each once, oldest first."""
        found: dict[str, Subscription] = {}
        for chat in private_chats(person):
            for one in await self._subscriptions.of(tenant, chat.ref):
                found.setdefault(key_of(one.text), one)
        return sorted(found.values(), key=lambda one: one.created_at)

    async def gathered(self, giver: Member, taker: str, now: datetime, source: str) -> HandOver:
        """What the giver has to hand over; its id is the same for the same update."""
        tenant, person = giver.tenant, giver.person
        mine = await self.own(tenant, person)
        reminders = [one.id for chat in private_chats(person) for one in await self._reminders.of(tenant, chat.ref)]
        channels = [
            one.id
            async for one in self._subscriptions.all(tenant)
            if one.created_by == person.id and ":dm:" not in one.owner
        ]
        seed = "\x1f".join((tenant, person.id, taker, source, *(one.id for one in mine), *reminders, *sorted(channels)))
        name = hashlib.blake2b(seed.encode(), digest_size=8).hexdigest()
        things = tuple(
            Thing(one.text, one.exclude, one.paused, rests_until=ahead(one.rests_until, now)) for one in mine
        )
        return HandOver(name, person.id, taker, now, Stage.DRAFT, things, tuple(reminders), tuple(sorted(channels)))

    async def done(self, taker: Member, giver: Person | None, one: HandOver, chat: Chat, now: datetime) -> Counts:
        """Everything is the colleague's now; how many of what."""
        tenant = taker.tenant
        words, there = await self._subscribed(taker, one, chat, now)
        reminders, full = await self._reminded(taker, giver, one, chat, now)
        channels = 0
        for name in one.channels:
            stands = await self._subscriptions.get(tenant, name)
            if stands is not None and stands.created_by in {one.giver, taker.person.id}:
                await self._subscriptions.update(tenant, name, created_by=taker.person.id)
                channels += 1
        return Counts(words, reminders, channels, there + full)

    async def _subscribed(self, taker: Member, one: HandOver, chat: Chat, now: datetime) -> tuple[int, int]:
        stands = {key_of(each.text): each for each in await self._subscriptions.of(taker.tenant, chat.ref)}
        moved = there = 0
        for number, thing in enumerate(one.given):
            known = stands.get(key_of(thing.words))
            name = subscription_id(chat.ref, thing.words)
            if known is not None:  # made since it was offered: by an earlier try that died
                made = known.id == name and known.created_at >= one.at
                moved, there = moved + made, there + (not made)
                continue
            at = now + timedelta(microseconds=number)
            rest = ahead(thing.rests_until, now)
            new = Subscription(name, chat.ref, thing.words, at, taker.person.id, thing.exclude, thing.paused, rest)
            try:
                await self._subscriptions.add(taker.tenant, new)
            except SubscriptionError:
                there += 1
                continue
            moved += 1
        return moved, there

    async def _reminded(
        self, taker: Member, giver: Person | None, one: HandOver, chat: Chat, now: datetime
    ) -> tuple[int, int]:  # fmt: skip
        found = [
            each
            for place in (private_chats(giver) if giver is not None else ())
            for each in await self._reminders.of(taker.tenant, place.ref)
            if each.id in one.reminders
        ]
        moved = full = 0
        for each in found:
            new = replace(
                each, id=reminder_id(chat.ref, each.document), chat=chat.ref, created_by=taker.person.id,
                created_at=now,
            )  # fmt: skip
            try:
                await self._reminders.add(taker.tenant, new, now)
            except TooManyRemindersError:
                full += 1
                continue
            moved += 1
        return moved, full

    async def ended(self, giver: Member, one: HandOver) -> int:
        """What the giver handed over ends in their own chats; how much it was."""
        keys, ended = {key_of(thing.words) for thing in one.given}, 0
        for chat in private_chats(giver.person):
            for mine in await self._subscriptions.of(giver.tenant, chat.ref):
                if key_of(mine.text) in keys:
                    ended += await self._subscriptions.remove(giver.tenant, mine.id)
            for reminder in await self._reminders.of(giver.tenant, chat.ref):
                if reminder.id in one.reminders:
                    ended += await self._reminders.remove(giver.tenant, reminder)
        return ended

"""Destroying what is held of one person, at their word, after their withdrawal, or once they have left.

    receipts no claim rests on → log facts and salts · their place among the person's · messages that showed them ·
                                 what trips took from them            (위치정보법 제24조제4항)
    what they kept for themselves → subscriptions, taps, weekly looks, reminders, questions, searches, messages

Receipts that a claim for money rests on stay to their date: the accounting rules keep them, not the consent
(위치정보법 제23조제1항 단서; docs/privacy.md). Every step is safe to repeat; leaves of the log and proofs stay.

    dobi:{tenant}:erasure:due     sorted set, person → milliseconds at which their unclaimed receipts go
    dobi:{tenant}:erasure:gone    hash, person → instant at which the roster was first found without them
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol

from redis.asyncio import Redis

from attest.claims import Claims
from attest.destruction import Destruction
from attest.issue import KIND
from attest.leaf import Entry
from attest.log import ReceiptLog
from attest.receipt import Receipt, receipt_of, split
from attest.trip import Basis, Leg, Trip
from attest.trips import Trips
from bot.board_store import BoardStore
from bot.choices import Choices
from bot.deeds import Deeds
from bot.holdings import Holdings
from bot.hours_store import HoursStore
from bot.meal_followers import FollowerStore
from bot.messenger import chat_of
from bot.outbox import Outbox
from bot.people import PeopleStore
from bot.quiet_store import QuietStore
from bot.reminders import ReminderStore
from bot.searches import Searches
from nlp.opinions import Opinions
from nlp.probes import ProbeStore
from nlp.profile import ProfileStore
from nlp.subscriptions import SubscriptionStore
from occupancy.sensors.chat import Reports

GRACE = timedelta(days=1)  # "without delay": time to keep what is to be claimed, and no longer
_MOST = 1_000_000
_EVER = datetime.fromtimestamp(0, UTC)
_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(9999, 1, 1)


class Points(Protocol):
    """What keeps points for screening for a day."""

    async def count(self, tenant: str, person: str) -> int:
        """How many points of this person are kept."""

    async def forget(self, tenant: str, person: str) -> None:
        """What is kept of this person is deleted now."""


class Erasures:
    """What is still to be destroyed, and who was missed in the roster since when."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis

    @staticmethod
    def _key(tenant: str, part: str) -> str:
        return f"dobi:{{{tenant}}}:erasure:{part}"

    async def schedule(self, tenant: str, person: str, at: datetime, *, anew: bool) -> datetime:
        """The person's unclaimed receipts go then; with `anew` a date that stands gives way, else it stays."""
        await self._redis.zadd(self._key(tenant, "due"), {person: _ms(at)}, nx=not anew)
        return await self.due_at(tenant, person) or at

    async def cancel(self, tenant: str, person: str) -> bool:
        """They stay after all, or are gone already; False where nothing was due."""
        return bool(await self._redis.zrem(self._key(tenant, "due"), person))

    async def due_at(self, tenant: str, person: str) -> datetime | None:
        """When the person's unclaimed receipts go."""
        found = await self._redis.zscore(self._key(tenant, "due"), person)
        return None if found is None else datetime.fromtimestamp(found / 1000, UTC)

    async def due(self, tenant: str, now: datetime) -> list[str]:
        """Whose unclaimed receipts go now."""
        found = await self._redis.zrangebyscore(self._key(tenant, "due"), "-inf", _ms(now))
        return [person.decode() for person in found]

    async def next_due(self, tenant: str) -> datetime | None:
        """When the next person's go."""
        found = await self._redis.zrange(self._key(tenant, "due"), 0, 0, withscores=True)
        return datetime.fromtimestamp(found[0][1] / 1000, UTC) if found else None

    async def miss(self, tenant: str, person: str, now: datetime) -> bool:
        """The roster is without them; True the first time."""
        return bool(await self._redis.hsetnx(self._key(tenant, "gone"), person, now.astimezone(UTC).isoformat()))

    async def missed(self, tenant: str) -> dict[str, datetime]:
        """Everybody who was missed, and since when."""
        found = await self._redis.hgetall(self._key(tenant, "gone"))
        return {person.decode(): datetime.fromisoformat(at.decode()) for person, at in found.items()}

    async def found(self, tenant: str, person: str) -> None:
        """They are back, or nothing of theirs is left."""
        await self._redis.hdel(self._key(tenant, "gone"), person)


@dataclass(frozen=True, slots=True)
class Held:
    """A person's receipts that tell of a location and have their facts: log indices, by whether a claim rests on them.

    A receipt without any (a photo, a confirmation) came without consent to location, and stays with its trip.
    """

    claimed: tuple[int, ...]
    unclaimed: tuple[int, ...]


def locates(receipt: Receipt) -> bool:
    """Whether a receipt rests on a point, its own or one from which its distance was taken."""
    return "no_location" not in receipt.flags or (receipt.pair is not None and receipt.pair.distance_100m is not None)


def receipt_in(tenant: str, entry: Entry | None) -> Receipt | None:
    """The receipt of an `issued` entry whose facts are there."""
    if entry is None or entry.kind != KIND or entry.fields is None:
        return None
    token = entry.fields.get("token")
    return receipt_of(split(token), tenant) if isinstance(token, str) else None


class Eraser:
    """Destroys receipts; `points` are those kept for screening."""

    def __init__(
        self, log: ReceiptLog, claims: Claims, holdings: Holdings, trips: Trips, outbox: Outbox,
        destruction: Destruction, points: Points | None,
    ) -> None:  # fmt: skip
        self._log = log
        self._claims = claims
        self._holdings = holdings
        self._trips = trips
        self._outbox = outbox
        self._destruction = destruction
        self._points = points

    async def claimed(self, tenant: str, receipt: Receipt) -> datetime | None:
        """When a claim for money was made of the receipt; None: no claim rests on it."""
        claim = await self._claims.find(tenant, receipt.serial)
        return claim.at if claim is not None and claim.state == "used" else None

    async def claimed_trip(self, tenant: str, trip_id: str) -> datetime | None:
        """When a claim for money was made of the trip, whether it has receipts or none."""
        _, trips = await self._claims.standing(tenant, [], [trip_id])
        claim = trips.get(trip_id)
        return claim.at if claim is not None and claim.state == "used" else None

    async def held(self, tenant: str, person: str) -> Held:
        """The person's receipts, by whether a claim rests on them."""
        claimed: list[int] = []
        unclaimed: list[int] = []
        for index in await self._holdings.of(tenant, person, _EVER, _MOST):
            receipt = receipt_in(tenant, await self._log.get(tenant, index))
            if receipt is not None and locates(receipt):
                (unclaimed if await self.claimed(tenant, receipt) is None else claimed).append(index)
        return Held(tuple(claimed), tuple(unclaimed))

    async def stop(self, tenant: str, person: str) -> None:
        """Points kept for screening go at once."""
        if self._points is not None:
            await self._points.forget(tenant, person)

    async def receipts(self, tenant: str, person: str, until: datetime | None = None) -> int:
        """How many receipts were destroyed: all that tell of a location and on which no claim rests.

        With `until` those alone that were shared by then: what came under a later consent stays.

        Raises:
            LogError: the log is damaged or behind; what was destroyed until then stays so.
        """
        unclaimed = []
        for index in (await self.held(tenant, person)).unclaimed:
            receipt = receipt_in(tenant, await self._log.get(tenant, index))
            if receipt is None or (until is not None and receipt.time > until):
                continue
            await self.dropped(tenant, receipt)
            await self._destruction.erase(tenant, [index])
            await self._holdings.remove(tenant, person, index)
            unclaimed.append(index)
        for trip in await self._trips.of(tenant, person, _FIRST_DAY, _LAST_DAY):
            await self._strip(tenant, trip, unclaimed)
        for trip in await self._trips.between(tenant, _FIRST_DAY, _LAST_DAY):
            if person in trip.near and await self.claimed_trip(tenant, trip.id) is None:
                await self._trips.change(tenant, trip.id, lambda one: _apart(one, person))
        if unclaimed:
            await self._destruction.rewrite(tenant)
        return len(unclaimed)

    async def prune(self, tenant: str, person: str, since: datetime, until: datetime, old: datetime) -> None:
        """Places whose facts are gone leave the person's list: those before `old` and those of [since, until)."""
        places = await self._holdings.between(tenant, person, _EVER, old)
        places += await self._holdings.between(tenant, person, max(since, old), until)
        for index in places:
            if receipt_in(tenant, await self._log.get(tenant, index)) is None:
                await self._holdings.remove(tenant, person, index)

    async def dropped(self, tenant: str, receipt: Receipt) -> None:
        """Messages that showed the receipt are destroyed with it."""
        await self._outbox.drop(tenant, f"receipt:{receipt.serial.hex()}")

    async def strip(self, tenant: str, trip: Trip) -> bool:
        """What a trip took from receipts that are gone goes, too; False where there was nothing."""
        gone = [one for one in trip.receipts if receipt_in(tenant, await self._log.get(tenant, one)) is None]
        return await self._strip(tenant, trip, gone)

    async def _strip(self, tenant: str, trip: Trip, gone: Sequence[int]) -> bool:
        if not set(gone) & set(trip.receipts):
            return False
        await self._trips.change(tenant, trip.id, lambda one: _without(one, gone))
        return True


def _apart(trip: Trip, person: str) -> Trip:
    """The trip without the word that this person's share was beside."""
    return replace(trip, near=tuple(one for one in trip.near if one != person))


def _without(trip: Trip, gone: Sequence[int]) -> Trip:
    """The trip with its own word left where a share stood: times stay, places and distances go."""
    legs = tuple(_told(leg) if leg.receipt in gone else leg for leg in trip.legs)
    if trip.closing in gone:
        return replace(trip, legs=legs, near=(), closing=None, closing_serial=b"")
    return replace(trip, legs=legs, near=())


def _told(leg: Leg) -> Leg:
    basis = Basis.TAP if leg.basis is Basis.SHARE else leg.basis
    return replace(leg, basis=basis, receipt=None, serial=b"", grade=0, place=0, distance_m=None, flags=())


class Belongings:
    """What a person keeps for themselves in private chats, and how it goes."""

    def __init__(
        self, people: PeopleStore, subscriptions: SubscriptionStore, opinions: Opinions, probes: ProbeStore,
        reminders: ReminderStore, profiles: ProfileStore, searches: Searches, outbox: Outbox,
        lunch: QuietStore,
        meals: FollowerStore,
        reports: Reports,
        boards: BoardStore,
        hours: HoursStore,
        deeds: Deeds,
        numbers: Choices,
    ) -> None:  # fmt: skip
        self._hours = hours
        self._numbers = numbers
        self._people = people
        self._subscriptions = subscriptions
        self._opinions = opinions
        self._probes = probes
        self._reminders = reminders
        self._profiles = profiles
        self._searches = searches
        self._outbox = outbox
        self._lunch = lunch
        self._meals = meals
        self._reports = reports
        self._boards = boards
        self._deeds = deeds

    async def chats(self, tenant: str) -> frozenset[str]:
        """The refs of every private chat of which anything is kept."""
        owners = {one.owner async for one in self._subscriptions.all(tenant)}
        reminded = {one.chat for one in await self._reminders.all(tenant)}
        waiting = await self._lunch.chats(tenant) | await self._meals.chats(tenant) | await self._boards.chats(tenant)
        known = {*await self._opinions.chats(tenant), *await self._probes.wanting(tenant)}
        waiting |= await self._hours.later_chats(tenant)
        spoken = await self._outbox.chats(tenant)
        return frozenset(ref for ref in {*owners, *reminded, *waiting, *known, *spoken} if chat_of(ref).private)

    async def forget(self, tenant: str, chat: str, *, messages: bool) -> int:
        """Everything that was kept in a private chat goes; how many subscriptions, taps and reminders it was."""
        mine = await self._subscriptions.of(tenant, chat)
        for one in mine:
            await self._subscriptions.remove(tenant, one.id)
        reminders = await self._reminders.of(tenant, chat)
        for reminder in reminders:
            await self._reminders.remove(tenant, reminder)
        taps = len(await self._opinions.taps(tenant, chat))
        await self._opinions.forget(tenant, chat)
        await self._probes.leave(tenant, chat)
        await self._profiles.forget(tenant, chat)
        await self._searches.forget(tenant, chat)
        await self._lunch.forget(tenant, chat)
        await self._meals.forget(tenant, chat)
        await self._boards.forget(tenant, chat)
        await self._hours.forget_later(tenant, chat)
        await self._numbers.clear(tenant, chat)
        if messages:
            await self._outbox.clear(tenant, chat)
        return len(mine) + len(reminders) + taps

    async def owners(self, tenant: str) -> frozenset[str]:
        """The people who chose anything about their time."""
        return frozenset(one[1:] for one in await self._hours.owners(tenant) if one.startswith("@"))

    async def forget_choices(self, tenant: str, person: str) -> None:
        """What somebody chose about their time goes, leave too."""
        await self._hours.forget(tenant, f"@{person}")

    async def tidy(self, tenant: str) -> None:
        """What a deletion leaves for others to notice goes."""
        await self._opinions.tidy(tenant)

    async def forget_questions(self, tenant: str, person: str) -> None:
        """Questions that wait for the person's answer go, allergens that they wrote down, what they handed over."""
        await self._deeds.forget(tenant, person)
        await self.forget_choices(tenant, person)
        await self._reports.forget(tenant, person)
        await self._people.forget_questions(tenant, person)
        await self._people.drop_allergies(tenant, person)


def _ms(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)

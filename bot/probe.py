"""The weekly look at what was not sent: for those who asked for it, in working hours of the week's last working day.

    chats that want it → the week's documents, matched again → by lot five of those not sent → one message in the outbox

What was drawn is written down before it is shown, and the message is named by its week: whoever dies on the way, the
next one shows the same five. Titles only; nobody who did not ask is shown anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

from bot.clock import KST
from bot.messenger import chat_of
from bot.outbox import Outbox, Row
from bot.wording import feedback as words
from nlp.archive import Archive, Document
from nlp.embedding import Embedder
from nlp.feedback import topic_of
from nlp.matching import New
from nlp.opinions import Opinions
from nlp.probes import Probe, ProbeStore, Unsent, draw
from nlp.readings import ReadingMatcher
from nlp.subscriptions import Subscription, SubscriptionStore
from nlp.wordbook import Wordbooks

_AT, _UNTIL = time(15), time(17, 30)
_WEEK = timedelta(days=7)
_EXAMINED = 1_000


class Probes:
    """The worker. `is_holiday` says on which days offices are closed."""

    def __init__(
        self,
        store: ProbeStore,
        opinions: Opinions,
        subscriptions: SubscriptionStore,
        archive: Archive,
        embedder: Embedder,
        outbox: Outbox,
        tables: Wordbooks,
        tenants: Sequence[str],
        is_holiday: Callable[[date], bool],
        now: Callable[[], datetime],
    ) -> None:
        self._store, self._opinions, self._subscriptions = store, opinions, subscriptions
        self._archive, self._embedder, self._outbox = archive, embedder, outbox
        self._tenants, self._is_holiday, self._now = tenants, is_holiday, now
        self._tables = tables
        self._done = ""

    async def step(self) -> datetime | None:
        """Shows the week's look when its hour has come; when to come again."""
        now = self._now()
        local = now.astimezone(KST)
        day = probe_day(local.date(), self._is_holiday)
        week = week_of(local.date())
        if day is not None and week != self._done:
            start = datetime.combine(day, _AT, KST)
            if local < start:
                return start
            if local < datetime.combine(day, _UNTIL, KST):
                for tenant in self._tenants:
                    for chat in await self._store.wanting(tenant):
                        await self._show(tenant, chat, week, now)
            self._done = week
        return datetime.combine(local.date() - timedelta(days=local.weekday()) + _WEEK, time(), KST)

    async def _show(self, tenant: str, chat: str, week: str, now: datetime) -> None:
        probe = await self._store.get(tenant, chat, week)
        if probe is None:
            drawn = await self._draw(tenant, chat, week, now)
            if not drawn.items:
                return
            probe = await self._store.keep(tenant, chat, drawn)
        items = []
        for one in probe.items:
            document = await self._archive.get(one.one.document)
            items.append(words.Item(one.one.agency, document.title if document else ""))
        await self._outbox.put(
            tenant, [Row(chat_of(chat), f"probe/{week}", 1, "notice", words.probe(items, week), now)]
        )

    async def _draw(self, tenant: str, chat: str, week: str, now: datetime) -> Probe:
        wanted = [one for one in await self._subscriptions.of(tenant, chat) if not one.rests(now)]
        sent = await self._opinions.impressions(tenant, chat)
        known = {one.story for one in sent}
        since = max(now - _WEEK, min((one.created_at for one in wanted), default=now))
        documents = {
            one.story or one.key: one
            for one in await self._archive.recent(since, _EXAMINED)
            if (one.story or one.key) not in known
        }
        table = await self._tables.table(tenant)
        matcher = ReadingMatcher(self._embedder, synonyms=table, spread=self._archive.spread)
        unsent = await asyncio.to_thread(_unsent, list(documents.values()), wanted, matcher)
        count = sum(one.at >= now - _WEEK for one in sent)
        return Probe(week, now, count, draw(unsent, f"{tenant}/{chat}/{week}"))


def week_of(day: date) -> str:
    """`2026-48`: the ISO week."""
    year, week, _ = day.isocalendar()
    return f"{year}-{week:02d}"


def probe_day(today: date, is_holiday: Callable[[date], bool]) -> date | None:
    """The last working day of today's week: Friday, or an earlier one when that is a holiday; None without any."""
    monday = today - timedelta(days=today.weekday())
    days = [monday + timedelta(days=number) for number in range(5)]
    return next((day for day in reversed(days) if not is_holiday(day)), None)


def _unsent(documents: Sequence[Document], wanted: Sequence[Subscription], matcher: ReadingMatcher) -> list[Unsent]:
    """Each document with what the nearest subscription makes of it; computing only."""
    if not wanted:
        return []
    matcher.add_many(New(one.id, one.text, one.exclude) for one in wanted)
    topics = {one.id: topic_of(one.text) for one in wanted}
    unsent = []
    for document, hits in zip(documents, matcher.match(matcher.read(documents)), strict=True):
        best = hits[0] if hits else None
        unsent.append(
            Unsent(
                document.key,
                document.story or document.key,
                document.agency,
                topics[best.subscription_id] if best else "",
                best.words if best else (),
                best.score if best else 0.0,
            )
        )
    return unsent

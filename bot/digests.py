"""What waited → one message: how many of how many, deadlines first, which board could not be read since when.

    due chats → still quiet there? later : frozen → ordered → a row of the outbox → done
    put off by its reader and due → the same card once more

A morning briefing is the same digest at a chosen time, and says so when there is nothing. Every step may be repeated:
a digest is named by its chat and the instant at which it was frozen. What is one message alone, and no news, is sent
as it is: an approval that waited over night keeps its buttons.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from bot import hours as rules
from bot.clock import KST
from bot.digests_store import DigestStore, Frozen, Item
from bot.hours_gate import Gate
from bot.hours_store import HoursStore, Later
from bot.messenger import PushFacts, Why, chat_of
from bot.outbox import Row
from bot.reminders import end_of
from bot.whereto import owner_of
from bot.wording import digests as words
from bot.wording import news
from crawlers.health import SourceHealth
from nlp.archive import Archive, Document
from nlp.opinions import Opinions
from nlp.stories import StoryStore

SHOWN: Final = 3
_ROUND: Final = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """Where documents and what was sent of them are kept; `health` lists the sources with their state."""

    archive: Archive
    stories: StoryStore
    opinions: Opinions
    health: Callable[[], Awaitable[Sequence[SourceHealth]]]

    async def document(self, story: str, step: int = 0) -> Document | None:
        """The document that a card of a story showed at that step; of its newest where none is named."""
        told = await self.stories.story(story)
        if told is None:
            return None
        if step:
            told = replace(told, members=told.members[:step], parts=told.parts[:step])
        return await self.archive.get(told.newest.rpartition("@")[0])


class Digests:
    """The worker. `wake` rouses delivery in this process."""

    def __init__(
        self, gate: Gate, store: DigestStore, choices: HoursStore, kept: Kept, tenants: Sequence[str],
        is_holiday: rules.IsHoliday, now: Callable[[], datetime], wake: Callable[[], None],
    ) -> None:  # fmt: skip
        self._gate, self._store, self._choices, self._kept = gate, store, choices, kept
        self._tenants, self._is_holiday, self._now, self._wake = tenants, is_holiday, now, wake
        self._read: dict[str, Document | None] = {}

    async def step(self) -> datetime | None:
        """Tells what is due; when to come again."""
        self._read.clear()
        for tenant in self._tenants:
            await self._again(tenant)
            while chats := await self._store.due(tenant, self._now(), _ROUND):
                for chat in chats:
                    await self._due(tenant, chat)
                await self._compose(tenant)
            await self._compose(tenant)
        dues = [await self._store.next_due(tenant) for tenant in self._tenants]
        dues += [await self._choices.next_due(tenant) for tenant in self._tenants]
        return min((due for due in dues if due is not None), default=None)

    async def _again(self, tenant: str) -> None:
        """What its reader put off."""
        now = self._now()
        while later := await self._choices.due(tenant, now):
            for one in later:
                await self._show(tenant, one, now)
                await self._choices.shown(tenant, one)

    async def _show(self, tenant: str, one: Later, now: datetime) -> None:
        document = await self._kept.document(one.story)
        if document is None:
            return
        sent = await self._kept.opinions.impression(tenant, one.chat, one.story)
        reply = words.again(card_of(document), now, one.story, sent.subscription if sent else "")
        facts = PushFacts(one.story, 1, document.agency, document.url, Why(1.0, (), ""))
        story = f"later/{one.story}/{int(one.at.timestamp())}"
        row = Row(chat_of(one.chat), story, 1, "reminder", replace(reply, facts=facts), now)
        await self._gate.put(tenant, [row])
        self._wake()

    async def _due(self, tenant: str, chat: str) -> None:
        now, hours = self._now(), await self._choices.of(tenant, owner_of(self._gate.whereto.tenancy, chat_of(chat)))
        if not rules.is_free(hours, now, self._is_holiday) and not _briefs(hours, now, self._is_holiday):
            await self._store.schedule(tenant, chat, rules.next_digest(hours, now, self._is_holiday))
            return
        await self._store.freeze(tenant, chat, now, empty=_briefs(hours, now, self._is_holiday))
        await self._store.brief(tenant, chat, rules.next_briefing(hours, now, self._is_holiday))

    async def _compose(self, tenant: str) -> None:
        while frozen := await self._store.composing(tenant, _ROUND):
            sick = [one for one in await self._kept.health() if words.is_unread(one)]
            for one in frozen:
                await self._tell(tenant, one, sick)
                await self._store.composed(tenant, one)
            self._wake()

    async def _tell(self, tenant: str, frozen: Frozen, sick: Sequence[SourceHealth]) -> None:
        now, found = self._now(), await self._store.items(tenant, frozen.chat.ref, frozen.id) or []
        if len(found) == 1 and found[0].push is None:
            await self._store.release(tenant, frozen, found[0].id, now)
            return
        hours = await self._choices.of(tenant, owner_of(self._gate.whereto.tenancy, frozen.chat))
        morning = _briefs(hours, now, self._is_holiday)
        if not found and not morning:
            return  # what waited was erased meanwhile
        lines = await self.lines(found, now)
        await self._store.order(tenant, frozen, [line.item.id for line in lines])
        silent = await self._silent(tenant, frozen.chat.ref, sick)
        told = [line.line for line in lines[:SHOWN]]
        reply = words.digest(told, len(lines), now, frozen.id, silent, morning=morning)
        await self._gate.put(tenant, [Row(frozen.chat, f"digest/{frozen.id}", 1, "digest", reply, now)])

    async def lines(self, items: Sequence[Item], now: datetime) -> list[Line]:
        """The items as a digest tells them: one's own matters, then deadlines, then what meets best."""
        lines = [Line(one, words.Line(*await self._line(one, now))) for one in items]
        return sorted(lines, key=lambda each: _rank(each, now))

    async def _line(self, item: Item, now: datetime) -> tuple[str, str, datetime | date | None, bool]:
        push = item.push
        if push is None:
            return "", words.first_line(item.reply.text), None, False
        if push.story not in self._read:
            self._read[push.story] = await self._kept.document(push.story)
        document = self._read[push.story]
        if document is None:
            return "", words.first_line(item.reply.text), None, False
        deadline = document.deadline if document.deadline and now < end_of(document.deadline) else None
        return document.agency, words.title_of(item.reply.text, document.title), deadline, document.counted

    async def _silent(self, tenant: str, chat: str, sick: Sequence[SourceHealth]) -> list[news.Silent]:
        """The boards that can't be read now and have brought this chat something; all, where nothing ever did."""
        if not sick:
            return []
        heard = {one.agency for one in await self._kept.opinions.impressions(tenant, chat)}
        named = {one.agency: one for one in sick if not heard or one.agency in heard}
        return [news.Silent(agency, one.since if one.ok_at else None) for agency, one in named.items()]


@dataclass(frozen=True, slots=True)
class Line:
    """An item, and what is said of it."""

    item: Item
    line: words.Line


def card_of(document: Document) -> news.Card:
    """A kept document as a card."""
    return news.Card(
        agency=document.agency, title=document.title, published_at=document.published_at, excerpt="",
        deadline=document.deadline, counted=document.counted, subscription="", words=(),
        link_only=document.link_only, url=document.url,
    )  # fmt: skip


def _briefs(hours: rules.Hours, now: datetime, is_holiday: rules.IsHoliday) -> bool:
    """Whether this is the morning briefing that was asked for."""
    local = now.astimezone(KST)
    if hours.briefing is None or not rules.is_working(local.date(), is_holiday):
        return False
    late = (local.hour - hours.briefing.hour) * 60 + local.minute - hours.briefing.minute
    return 0 <= late <= 60 and not rules.is_away(hours, now)


def _rank(each: Line, now: datetime) -> tuple[bool, bool, datetime, float]:
    push = each.item.push
    deadline = each.line.deadline
    return (push is not None, deadline is None, now if deadline is None else end_of(deadline), -_score(push))


def _score(push: PushFacts | None) -> float:
    return push.why.score if push else 0.0

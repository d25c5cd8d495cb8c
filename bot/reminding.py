"""Reminders → outbox, in the morning of a working day; a deadline that was corrected moves its reminder, and says so.

    due? → deadline over: gone | not an office hour: later | row in the outbox → its next morning
    every ten minutes: has its document, or a correction of it, another deadline now? → row that says so → moved

Each message is an outbox row of its own name (reminder, deadline, day), written before the reminder moves on: whoever
dies in between repeats the same row. Nothing is told at night, on a weekend or a holiday, or after the deadline.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from bot.clock import KST
from bot.messenger import PushFacts, Reply, Why, chat_of
from bot.outbox import Outbox, Row
from bot.reminders import IsHoliday, Reminder, ReminderStore, end_of, last_day, mornings, moved, next_look, office_hour
from bot.wording import facts as words
from nlp.archive import Archive, Document
from nlp.stories import StoryStore

_LOOK: Final = timedelta(minutes=10)
_FOLLOWED: Final = 10  # documents of a story that may correct one, the newest
_CORRECTS: Final = re.compile(r"정정|수정|연장|변경|재공고")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a reminder's document stands now."""

    archive: Archive
    stories: StoryStore


async def newest_deadline(sources: Sources, document: str, story: str) -> Document | None:
    """The document, or the newest of its story by the same agency that says it corrects or extends it.

    Only one with a deadline; None where none is kept.
    """
    first = await sources.archive.get(document)
    found = first if first is not None and first.deadline is not None else None
    told = await sources.stories.story(story)
    names = list(dict.fromkeys(one.rpartition("@")[0] for one in told.members)) if told else []
    later = names[names.index(document) + 1 :] if document in names else []
    for name in reversed(later[-_FOLLOWED:]):
        other = await sources.archive.get(name)
        if other and first and other.agency == first.agency and other.deadline and _CORRECTS.search(other.title):
            return other
    return found


class Reminding:
    """The worker. `wake` rouses delivery in this process."""

    def __init__(
        self,
        store: ReminderStore,
        sources: Sources,
        outbox: Outbox,
        tenants: Sequence[str],
        is_holiday: IsHoliday,
        now: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        self._store, self._sources, self._outbox = store, sources, outbox
        self._tenants, self._is_holiday, self._now, self._wake = tenants, is_holiday, now, wake
        self._look_at = now()

    async def step(self) -> datetime | None:
        """Tells what is due; when to come again, or None while nobody asked for anything."""
        now = self._now()
        if now >= self._look_at:
            for tenant in self._tenants:
                await self._follow(tenant, now)
            self._look_at = now + _LOOK
        for tenant in self._tenants:
            while waiting := await self._store.due(tenant, now):
                for one in waiting:
                    await self._remind(tenant, one, now)
        dues = [due for tenant in self._tenants if (due := await self._store.next_due(tenant)) is not None]
        return min(*dues, self._look_at) if dues else None

    async def _remind(self, tenant: str, one: Reminder, now: datetime) -> None:
        if now >= end_of(one.deadline):
            await self._store.remove(tenant, one)
            return
        current = await newest_deadline(self._sources, one.document, one.story)
        if current is not None and current.deadline is not None and current.deadline != one.deadline:
            await self._move(tenant, one, current, now)
            return
        hour = office_hour(now, self._is_holiday)
        if hour > now:
            await self._store.change(tenant, one, min(hour, end_of(one.deadline)))
            return
        today = now.astimezone(KST).date()
        sentence = (current.deadline_sentence or "") if current else ""
        reply = words.reminder(_due(one, (last_day(one.deadline) - today).days), sentence)
        await self._tell(tenant, one, f"{one.deadline.isoformat()}/{today.isoformat()}", reply, now)
        await self._store.change(tenant, one, next_look(one.deadline, now, self._is_holiday))

    async def _follow(self, tenant: str, now: datetime) -> None:
        """Moves every reminder whose deadline was corrected."""
        for one in await self._store.all(tenant):
            current = await newest_deadline(self._sources, one.document, one.story)
            if current is not None and current.deadline is not None and current.deadline != one.deadline:
                await self._move(tenant, one, current, now)

    async def _move(self, tenant: str, one: Reminder, current: Document, now: datetime) -> None:
        deadline: date | datetime = current.deadline or one.deadline
        after = moved(one, deadline, current.title, counted=current.counted)
        then = mornings(deadline, now, self._is_holiday)
        reply = words.moved(_due(after), one.deadline, then[0] if then else None)
        step = f"{one.deadline.isoformat()}>{deadline.isoformat()}"
        await self._tell(tenant, after, step, reply, office_hour(now, self._is_holiday))
        await self._store.change(tenant, after, then[0] if then else end_of(deadline))
        log.info("a corrected deadline moved a reminder")

    async def _tell(self, tenant: str, one: Reminder, step: str, reply: Reply, at: datetime) -> None:
        """One row of its own story: what was said before stays as it was."""
        said = replace(reply, facts=PushFacts(one.story, 1, one.agency, one.url, Why(1.0, (), "")))
        row = Row(chat_of(one.chat), f"reminder/{one.id}/{step}", 1, "reminder", said, at)
        await self._outbox.put(tenant, [row])
        self._wake()


def _due(one: Reminder, left: int = 0) -> words.Due:
    return words.Due(one.id, one.story, one.agency, one.title, one.deadline, left, one.counted)

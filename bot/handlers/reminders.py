"""기한 알림 · 알림 목록 · 알림 해지: being told in time. 3줄 요약 · 보고용: a document in short, and to paste.

Everything comes from the kept document itself; of one whose text may not be kept nothing is summed up.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from bot.messenger import Reply
from bot.quiet_store import Standing
from bot.reminders import (
    IsHoliday,
    Reminder,
    ReminderStore,
    TooManyRemindersError,
    end_of,
    mornings,
    next_look,
    reminder_id,
)
from bot.reminding import Sources, newest_deadline
from bot.routes import Request, Route
from bot.substance import body
from bot.wording import facts as words
from bot.wording import news
from bot.wording import quiet as alerts
from bot.wording.hours import too_many
from nlp.archive import Document
from nlp.facts import amounts, contacts, deadline, laws, targets
from nlp.summary import Line, summarise

_NUMBER = re.compile(r"(\d{1,3})번?")
_TOO_MANY = re.compile(r"많|줄여|줄이|시끄")
_ENDS = re.compile(r"(?:취소|해지|그만|꺼|끄)")
_SUMS, _LAWS, _CONTACTS = 4, 3, 2


class Lunch(Protocol):
    """The other alerts that a person has."""

    async def end(self, request: Request, others: int) -> Reply | None:
        """Takes the alert that waits back; None where none waits. `others` deadlines stay."""

    async def standing(self, request: Request) -> Standing | None:
        """What stands, or None."""


class Reminders:
    """What people do with one document; and the list of whatever Dobi will tell them."""

    def __init__(
        self, store: ReminderStore, sources: Sources, is_holiday: IsHoliday, lunch: Lunch | None = None
    ) -> None:
        self._store = store
        self._sources = sources
        self._is_holiday = is_holiday
        self._lunch = lunch

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route("sum3", (), (), self.sum_up, press="sum3", title="3줄 요약"),
            Route("paste", (), (), self.paste, press="paste", title="보고용"),
            Route("remind", (), (), self.remind, press="remind", title="기한 알림"),
            Route(
                "reminders",
                ("알림 목록", "내 알림", "기한 알림"),
                ("reminders", "알림"),
                self.listing,
                about="소식",
                help="알림 목록 — 미리 알려 드리기로 한 기한. '알림 해지 1'로 끝냅니다",
                press="reminders",
                quiet=True,
                # alone, or asked about: what else stands behind it is about being told at all ("알림 잠깐 꺼줘")
                sentences=(r"^알림$", r"^알림(?:은|이|에|에는)? ?(?:뭐|뭘|무엇|무슨|어떤|몇|있).{0,12}$"),
            ),
            Route("unremind", ("알림 해지", "알림 취소", "알림해지"), ("unremind",), self.end, quiet=True),
            Route("unremind-one", (), (), self.end_one, press="unremind", title="알림 해지"),
        )

    async def sum_up(self, request: Request) -> Sequence[Reply]:
        """Three sentences of the document behind a story."""
        document = await self._document(request.argument)
        if document is None or (not document.text and not document.link_only):
            return [news.document_gone()]
        if document.link_only:
            return [words.not_shown(document.url)]
        told = await asyncio.to_thread(_summary, document)
        if not told:
            return [words.nothing_to_sum_up(document.url)]
        places = [one.place for one in told]
        return [
            words.three_lines(
                document.agency,
                document.title,
                [one.text for one in told],
                places,
                told[0].of,
                request.argument,
                has_deadline=_is_open(document, request),
            )
        ]

    async def paste(self, request: Request) -> Sequence[Reply]:
        """The same document as a block for a report."""
        document = await self._document(request.argument)
        if document is None or (not document.text and not document.link_only):
            return [news.document_gone()]
        if document.link_only:
            return [words.not_shown(document.url)]
        return [words.report(await asyncio.to_thread(_points, document))]

    async def remind(self, request: Request) -> Sequence[Reply]:
        """A week and a working day before the deadline, in this chat."""
        shown = await self._document(request.argument)
        if shown is None:
            return [news.document_gone()]
        document = await self._with_deadline(request.argument)
        if document is None or document.deadline is None:
            return [words.no_deadline()]
        then = mornings(document.deadline, request.now, self._is_holiday)
        if not then:
            return [words.too_late_to_remind(document.deadline, over=request.now >= end_of(document.deadline))]
        reminder = Reminder(
            id=reminder_id(request.chat.ref, document.key),
            chat=request.chat.ref,
            story=request.argument,
            document=document.key,
            agency=document.agency,
            title=document.title,
            url=document.url,
            deadline=document.deadline,
            counted=document.counted,
            created_by=request.person,
            created_at=request.now,
        )
        due = next_look(document.deadline, request.now, self._is_holiday)
        try:
            new = await self._store.add(request.tenant, reminder, due)
        except TooManyRemindersError as error:
            return [words.too_many(error.limit)]
        return [words.reminding(_due(reminder), then, before=not new)]

    async def listing(self, request: Request) -> Sequence[Reply]:
        """Every reminder of this chat, and what waits for lunch; `알림 취소해 줘` ends instead."""
        if _ENDS.match(request.argument):
            return await self.end(replace(request, argument=""))
        if _TOO_MANY.search(request.argument):
            return [too_many()]
        found = await self._store.of(request.tenant, request.chat.ref)
        lunch = await self._lunch.standing(request) if self._lunch and request.chat.private else None
        told = words.reminders([_due(one) for one in found], None if request.chat.private else request.chat.id)
        if lunch is None:
            return [told]
        return [alerts.listed(lunch.rows, lunch.buttons), *([told] if found else [])]

    async def end(self, request: Request) -> Sequence[Reply]:
        """Ends the one of that number; without one what waits for lunch, which is soon, else the only one."""
        found = await self._store.of(request.tenant, request.chat.ref)
        if not request.argument and request.chat.private and self._lunch:
            ended = await self._lunch.end(request, len(found))
            if ended is not None:
                return [ended]
        if not found:
            return [words.nothing_to_remind()]
        said = _NUMBER.fullmatch(request.argument)
        if not request.argument and len(found) == 1:
            return await self._end(request, found[0])
        if said is None or not 1 <= int(said[1]) <= len(found):
            return [words.which_reminder(len(found))]
        return await self._end(request, found[int(said[1]) - 1])

    async def end_one(self, request: Request) -> Sequence[Reply]:
        """Ends the one whose button was pressed, if it is this chat's."""
        found = await self._store.of(request.tenant, request.chat.ref)
        one = next((each for each in found if each.id == request.argument), None)
        return await self._end(request, one) if one else [words.ended_before()]

    async def _end(self, request: Request, one: Reminder) -> Sequence[Reply]:
        await self._store.remove(request.tenant, one)
        return [words.ended(one.title)]

    async def _document(self, story: str) -> Document | None:
        """The newest document of a story."""
        told = await self._sources.stories.story(story)
        return await self._sources.archive.get(told.newest.rpartition("@")[0]) if told else None

    async def _with_deadline(self, story: str) -> Document | None:
        """The newest document of a story that tells a deadline, corrections followed."""
        told = await self._sources.stories.story(story)
        for member in reversed(told.members[-5:] if told else ()):
            document = await newest_deadline(self._sources, member.rpartition("@")[0], story)
            if document is not None:
                return document
        return None


def _due(reminder: Reminder) -> words.Due:
    return words.Due(
        reminder.id, reminder.story, reminder.agency, reminder.title, reminder.deadline, counted=reminder.counted
    )


def _is_open(document: Document, request: Request) -> bool:
    return document.deadline is not None and request.now < end_of(document.deadline)


def _summary(document: Document) -> list[Line]:
    return summarise(document.title, body(document.title, document.text), document.published_at)


def _points(document: Document) -> words.Points:
    """The facts of a document; computing only."""
    text = body(document.title, document.text)
    found, whom = deadline(text, document.published_at), targets(text)
    sums = list(dict.fromkeys(one.text for one in amounts(text)))
    return words.Points(
        agency=document.agency,
        department=document.department or "",
        title=document.title,
        published_at=document.published_at,
        sentences=tuple(one.text for one in _summary(document)),
        target=whom[0].text if whom else "",
        deadline=document.deadline,
        who=(found.who if found else None) or "",
        counted=document.counted,
        amounts=tuple(sums[:_SUMS]),
        laws=tuple(one.text for one in laws(text)[:_LAWS]),
        contacts=tuple(one.text for one in contacts(text)[:_CONTACTS]),
        attachments=document.attachments,
        url=document.url,
    )

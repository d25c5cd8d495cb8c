"""표 내보내기: what an institution's administrators take away as sheets; private, bounded, and each one logged.

People's own subscriptions are never in it: a topic that fewer than three people share would name somebody.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot.acts import Acts
from bot.channel_profile import LEAST
from bot.delivery_figures import DeliveryFigures
from bot.handlers.acts import lines_of, period_of
from bot.messenger import OutFile, Reply, chat_of
from bot.papers.workbook import Book, write
from bot.periods import Period
from bot.routes import Request, Route
from bot.settings import Role
from bot.tenancy import Tenancy
from bot.wording import channels, operating
from bot.wording import exports as words
from nlp.keywords import key_of
from nlp.subscriptions import SubscriptionStore
from occupancy.reading import day_of

_LINES: Final = 20_000
_MONTH: Final = timedelta(days=29)


class ExportTalk:
    """The conversation about sheets."""

    def __init__(
        self, tenancy: Tenancy, subscriptions: SubscriptionStore, figures: DeliveryFigures, acts: Acts
    ) -> None:  # fmt: skip
        self._tenancy, self._subscriptions, self._figures, self._acts = tenancy, subscriptions, figures, acts

    def routes(self) -> tuple[Route, ...]:
        """What administrators and auditors say."""
        return (
            Route(
                "sheets", ("표 내보내기", "관리 내보내기", "내보내기"), ("sheets",), self.asked, about="관리",
                help="내보내기 — 구독, 사람과 역할, 기록, 발송을 표로",
                roles=frozenset({Role.MANAGER, Role.AUDITOR}), press="sheets", private=True, quiet=True,
            ),
        )  # fmt: skip

    async def asked(self, request: Request) -> Sequence[Reply]:
        """Which sheet, or the sheet itself."""
        manager = Role.MANAGER in request.member.person.roles
        what, _, rest = request.argument.partition(":") if request.update.press is not None else ("", "", "")
        what = what or words.MEANT.get(request.argument.replace(" ", ""), "")
        makes = {"subscriptions": self._channels, "people": self._people, "delivery": self._delivery}
        if what == "acts":
            return [await self._log(request, period_of(rest.split(":")))]
        if what in makes and manager:
            return [await makes[what](request)]
        return [words.sheets(auditor_only=not manager)]

    async def _log(self, request: Request, period: Period | None) -> Reply:
        today = day_of(request.now)
        period = period or Period(today - _MONTH, today)
        found = await self._acts.listing(request.tenant, period.since, _LINES, until=period.until)
        lines = lines_of(self._tenancy, request.tenant, found)
        span = operating.span_of(period.first, period.last)
        return await self._sheet(request, words.acts_book(lines, span), len(lines), cut=len(lines) == _LINES)

    async def _channels(self, request: Request) -> Reply:
        rows: list[words.ChannelRow] = []
        people: dict[str, set[str]] = {}
        forms: dict[str, Counter[str]] = {}
        async for one in self._subscriptions.all(request.tenant):
            chat = chat_of(one.owner)
            if not chat.private:
                by = self._tenancy.member(request.tenant, one.created_by)
                name = by.person.name if by is not None else ""
                rows.append(
                    words.ChannelRow(chat.id, one.text, ", ".join(one.exclude), name, one.created_at, one.paused)
                )
                continue
            key = key_of(one.text).replace(" ", "")
            people.setdefault(key, set()).add(one.created_by)
            forms.setdefault(key, Counter())[one.text] += 1
        shared = [(forms[key].most_common(1)[0][0], len(who)) for key, who in people.items() if len(who) >= LEAST]
        shared.sort(key=lambda one: (-one[1], one[0]))
        rows.sort(key=lambda one: (one.channel, one.at))
        book = words.subscriptions_book(rows[:_LINES], shared[:_LINES], len(people) - len(shared))
        return await self._sheet(request, book, len(rows) + len(shared), cut=len(rows) > _LINES)

    async def _people(self, request: Request) -> Reply:
        people = sorted(
            self._tenancy.institution(request.tenant).people, key=lambda one: (one.department, one.name, one.id)
        )
        rows = [
            words.PersonRow(
                one.id, one.name, one.department, ", ".join(sorted(role.value for role in one.roles)),
                ", ".join(channels.messenger(name) for name in sorted(one.addresses)), one.phone_ext,
            )
            for one in people[:_LINES]
        ]  # fmt: skip
        return await self._sheet(request, words.people_book(rows), len(rows), cut=len(people) > _LINES)

    async def _delivery(self, request: Request) -> Reply:
        found = await self._figures.of(request.tenant, request.now - _MONTH)
        rows = [
            words.DeliveryRow(one.day, one.adapter, one.kind, one.sent, one.dead, one.unknown, one.gone)
            for one in found.figures
        ]
        return await self._sheet(request, words.delivery_book(rows, cut=found.cut), len(rows), cut=found.cut)

    async def _sheet(self, request: Request, book: Book, rows: int, *, cut: bool) -> Reply:
        """Logged before it is handed over."""
        source = request.update.id or request.now.isoformat()
        key = f"sheet-made:{request.person}:{book.title}:{source}"
        about = words.sheet_about(book.title, rows)
        await self._acts.note(request.tenant, request.person, "sheet-made", about, request.now, key=key)
        data = await asyncio.to_thread(write, book)
        name = words.file_name(book.title, day_of(request.now))
        return Reply(words.sheet_made(book.title, rows, cut=cut), file=OutFile(name, data))

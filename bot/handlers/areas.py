"""분야: subscriptions to a policy area, whatever the words of its documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bot.handlers.subscriptions import Subscriptions
from bot.messenger import Reply
from bot.routes import Request, Route
from bot.wording import areas as words
from bot.wording import stale_button
from nlp.archive import Archive
from nlp.areas import area_named, areas, areas_of_department, subscription_to
from nlp.embedding import Embedder

_WEEK: Final = timedelta(days=7)


class AreaTalk:
    """The areas, and the way from one to a subscription."""

    def __init__(self, subscriptions: Subscriptions, archive: Archive, embedder: Embedder) -> None:
        self._subscriptions = subscriptions
        self._archive = archive
        self._embedder = embedder

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "areas",
                ("분야 목록", "분야목록", "구독 분야 목록", "구독 분야", "분야"),
                ("areas", "분야"),
                self.listing,
                about="소식",
                help="분야 목록 — 농업·농촌, 국토·교통처럼 분야로 구독합니다",
                press="areas",
                quiet=True,
            ),
            Route("area", (), (), self.subscribe, press="area", title="분야 구독"),
        )

    async def listing(self, request: Request) -> Sequence[Reply]:
        """Every area with the last week's count; a named one is subscribed to."""
        wanted, _, rest = request.argument.partition(" 제외 ")
        if wanted.strip():
            area = area_named(wanted)
            if area is None:
                return [words.none_called(wanted.strip())]
            text = subscription_to(area) + (f" 제외 {rest}" if rest else "")
            return await self._subscriptions.subscribe(replace(request, argument=text))
        texts = [subscription_to(area) for area in areas()]
        counts = await self._archive.count_each(texts, request.now - _WEEK, self._embedder)
        lines = [words.Line(place, area.name, counts[place]) for place, area in enumerate(areas())]
        department = request.member.person.department if request.chat.private else request.chat.id
        mine = [areas().index(area) for area in areas_of_department(department)]
        return [words.listing(lines, mine)]

    async def subscribe(self, request: Request) -> Sequence[Reply]:
        """The area whose button was pressed."""
        place = int(request.argument) if request.argument.isdecimal() and len(request.argument) < 4 else len(areas())
        if place >= len(areas()):
            return [stale_button()]
        return await self._subscriptions.subscribe(replace(request, argument=subscription_to(areas()[place])))

"""식단: what is served today, on a day, in a week; and how it is entered and put right."""

from __future__ import annotations

from collections.abc import Sequence

from bot.handlers import days
from bot.messenger import Reply
from bot.routes import Request, Route, tidy
from bot.settings import Cafeteria as Site
from bot.tenancy import Tenancy
from bot.wording import cafeteria as canteen_words
from bot.wording import menus as words
from occupancy.menu import MenuStore
from occupancy.reading import day_of


class MenuTalk:
    """The conversation about the menu."""

    def __init__(self, tenancy: Tenancy, store: MenuStore) -> None:
        self._tenancy = tenancy
        self._store = store

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "menu",
                ("식단", "식당 메뉴", "식당 식단", "오늘 메뉴"),
                ("menu", "식단"),
                self.menu,
                about="식당",
                help="식단 — 오늘 나오는 음식과 알레르기 표시. '내일 식단', '이번 주 식단'도 됩니다",
                sentences=(r"(?:오늘|내일|점심|식당|밥).{0,8}(?:메뉴|식단|반찬|뭐 ?나와|뭐 ?나오)",),
                press="menu",
                quiet=True,
            ),
        )

    async def menu(self, request: Request) -> Sequence[Reply]:
        """The menu of the day that is meant."""
        site = self._site(request)
        if site is None:
            return [Reply(canteen_words.no_cafeteria())]
        try:
            wanted = days.days(tidy(request.update.text), day_of(request.now))
        except days.NoSuchDayError:
            return [Reply(canteen_words.no_such_day())]
        asked = wanted.day if wanted else day_of(request.now)
        found = await self._store.day(request.tenant, site.id, asked)
        if found is None:
            contact = self._tenancy.institution(request.tenant).contact
            return [words.none_yet(site.name, asked, contact)]
        return [words.told(site.name, found)]

    def _site(self, request: Request) -> Site | None:
        """The cafeteria that is named, else the institution's first."""
        sites = self._tenancy.institution(request.tenant).cafeterias
        named = [site for site in sites if request.argument and request.argument in site.name]
        return next(iter(named or sites), None)

"""식단: what is served today, on a day, in a week, and on which days an allergen is in it."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from bot import lunch_speech
from bot.handlers import days
from bot.handlers.allergies import OwnAllergies
from bot.handlers.menu_entry import ENTERERS, MenuEntry, looks_entered
from bot.menu_speech import CHANGES, MEANT, changes, meant
from bot.messenger import Reply
from bot.routes import Request, Route, tidy
from bot.settings import Cafeteria as Site
from bot.tenancy import Tenancy
from bot.wording import cafeteria as canteen_words
from bot.wording import day
from bot.wording import lunch_asides as asides
from bot.wording import menus as words
from occupancy import allergens
from occupancy.menu import DayMenu, Dish, MenuStore
from occupancy.reading import day_of

IsOpen = Callable[[str, Site, date], Awaitable[bool]]

_DAY: Final = (
    r"(?:\d{4}년 ?)?\d{1,2}월 ?\d{1,2}일|\d{1,2}[./]\d{1,2}|그저께|어제|오늘|내일|모레|글피"
    r"|(?:(?:이번|다음|다다음|지난) ?주 ?)?[월화수목금토일]요일"
)
_WEEK: Final = r"(?:이번|금|다음|다다음|지난|저번) ?주"
_NOT_ELSE: Final = r"(?!.*(?:넣|추가|포함|알림|소식|올리|올려|담당|같이 ?보|말고))"
_MEAL: Final = r"점심|중식|저녁|석식|아침|조식"
_WHAT: Final = r"메뉴|식단|반찬|급식|뭐 ?나|뭐 ?줘|뭐 ?주|뭐 ?먹|뭐(?:야|예요|죠|지|임)|무슨 ?(?:음식|메뉴|반찬)"
_CALLED: Final = {*allergens.NAMES.values(), "계란", "달걀", "소고기", "견과류", "갑각류", "조개", "치즈", "돼지", "닭"}
_ALLERGEN: Final = "|".join(sorted(_CALLED, key=len, reverse=True))
_ELSE: Final = (
    r"(?!.{0,6}(?:등록|올리|올려|수정|고쳐|고치))"
    r"(?!.*(?:붐|줄|몇 ?[분명시]|\d ?명|사람|언제|예상|,|지연|품절|소진|마감|추가|차례|한산|예약|출장))"
)
_WORDS: Final = (
    "식단", "식단표", "식당 메뉴", "식당 식단", "오늘 메뉴", "메뉴", "점심 메뉴", "점심 식단", "점심 뭐", "점심 반찬",
    "밥 뭐", "주간 식단", "식당 뭐 나와",
)  # fmt: skip
_CONTAINS: Final = r"(?:들어간|들어가는|들어 ?있는|든|나오는|있는) ?(?:날|메뉴|음식|식단|반찬|거)"
_ASKS_IF: Final = re.compile(
    r"들어 ?(?:가나|가요|가는지|갑니|갔|있나|있어|있습|있는지)|들었(?:나|어|는지)|(?:있|나오)(?:나요|어요|습니까)"
)
_AHEAD: Final = timedelta(days=35)


class MenuTalk:
    """Everybody's conversation about the menu."""

    def __init__(
        self, tenancy: Tenancy, store: MenuStore, is_open: IsOpen, entry: MenuEntry, own: OwnAllergies
    ) -> None:
        self._tenancy = tenancy
        self._store = store
        self._is_open = is_open
        self._entry = entry
        self._own = own

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "menu",
                _WORDS,
                ("menu", "식단"),
                self.menu,
                about="식당",
                help="식단 — 오늘 나오는 음식과 알레르기·원산지. '내일 식단', '이번 주 식단'도 됩니다",
                sentences=(
                    rf"(?:{_DAY}|{_WEEK}).{{0,8}}(?:{_WHAT}){_ELSE}",
                    rf"^(?:{_DAY}) ?(?:{_MEAL})(?:은|는|에는|은요|는요|이요|요)?\W*$",
                    rf"(?:점심|식당|밥).{{0,8}}(?:메뉴|식단|반찬|뭐 ?나와|뭐 ?나오)(?!.*,){_NOT_ELSE}",
                    r"^(?:뭐|무엇) ?(?:나와|나오)",
                    rf"^.{{0,12}}(?:{_ALLERGEN})(?:이|가|도|은|는)? ?(?:{_ASKS_IF.pattern}).{{0,6}}$",
                    (
                        r"^(?!.*(?:결과|발표|공문|소식|기사|보도|자료|공고|,))"
                        rf"(?:{_DAY}|{_WEEK})(?:에|은|는|에는)? ?[가-힣]{{2,10}}"
                        r"(?:이|가|은|는)? ?(?:나오는 ?날|나와요?\W*$|나오나|나옵니까)"
                    ),
                    r"^(?!.*(?:,|등록|올리|올려|수정|고쳐|고치|:)).{0,24}원산지.{0,16}$",
                ),
                press="menu",
                quiet=True,
            ),
            Route("menu-change", (), (), self.menu, sentences=(*MEANT, *CHANGES), quiet=True, eager=True),
            Route(
                "allergen",
                ("알레르기", "알러지"),
                ("allergy", "알레르기"),
                self.allergen,
                about="식당",
                help="알레르기 새우 — 그 표시가 있는 음식이 나오는 날",
                sentences=(
                    rf"(?:{_ALLERGEN}).{{0,8}}{_CONTAINS}",
                    rf"(?:{_ALLERGEN}) ?(?:알레르기|알러지)",
                ),
                press="allergen",
                quiet=True,
            ),
        )

    async def menu(self, request: Request) -> Sequence[Reply]:
        """The menu of the day or week that is meant; a file or a pasted menu is entered by who may."""
        said = request.argument if request.update.press is not None else tidy(request.update.text)
        if self._may_enter(request):
            if looks_entered(request.update.text, request.update.files) or meant(said):
                return await self._entry.add(request)
            if changes(said):
                return await self._entry.correct(replace(request, argument=""))
        sites = self._sites(request, said)
        if not sites:
            return [Reply(canteen_words.no_cafeteria())]
        today = day_of(request.now)
        asked = lunch_speech.dish(said) if request.update.press is None else None
        if asked is not None and asked.when:
            return [Reply(await self._comes(request, sites, asked.name))]
        try:
            wanted = _wanted(said, today)
        except days.NoSuchDayError:
            return [words.no_such_day()]
        if wanted.week:
            return [words.week_reply([await self._week(request, site, wanted.day) for site in sites])]
        return [words.day_reply([await self._day(request, site, wanted.day) for site in sites])]

    @staticmethod
    def _may_enter(request: Request) -> bool:
        """Whether somebody who may enter a menu writes in private."""
        may = bool(request.member.person.roles & ENTERERS)
        return may and request.chat.private and request.update.press is None

    async def _day(self, request: Request, site: Site, asked: date) -> str:
        found = await self._store.day(request.tenant, site.id, asked)
        if found is not None:
            own = await self._own.of(request)
            said = tidy(request.update.text)
            numbers = allergens.numbers_in(re.sub(r"\d+", " ", said)) if _ASKS_IF.search(said) else frozenset()
            menu = words.told(site.name, found, own)
            dish = lunch_speech.dish(said)
            if dish is not None and not numbers and found.served:
                here = any(_spelt(dish.name) in _spelt(one.name) for one in found.served)
                menu = f"{asides.there(dish.name, day(asked), served=here)}\n{menu}"
            return f"{words.contains(found, numbers)}\n{menu}" if numbers and found.served else menu
        if not await self._is_open(request.tenant, site, asked):
            return words.shut(site.name, asked)
        return words.none_yet(site.name, asked, self._contact(request))

    async def _week(self, request: Request, site: Site, monday: date) -> str:
        last = monday + timedelta(days=6)
        found = await self._store.days(request.tenant, site.id, monday, last)
        if not found:
            return words.none_yet(site.name, monday, self._contact(request), week=True)
        known = {one.day for one in found}
        span = [monday + timedelta(days=step) for step in range(5)]
        missing = [on for on in span if on not in known and await self._is_open(request.tenant, site, on)]
        return words.week(site.name, found, missing)

    async def _comes(self, request: Request, sites: Sequence[Site], dish: str) -> str:
        """The days of the entered menus on which a dish is served."""
        today, known = day_of(request.now), []
        for site in sites:
            known += [
                one for one in await self._store.days(request.tenant, site.id, today, today + _AHEAD) if one.served
            ]
        on = sorted({one.day for one in known if any(_spelt(dish) in _spelt(each.name) for each in one.served)})
        last = max((one.day for one in known), default=None)
        return asides.comes(dish, ", ".join(day(each) for each in on[:3]), day(last) if last else "")

    async def allergen(self, request: Request) -> Sequence[Reply]:
        """The coming days on which dishes are marked with what is named."""
        said = request.argument or tidy(request.update.text)
        numbers = allergens.numbers_in(re.sub(r"들어간|들어가는|\d{1,2}월|\d{1,2}일", " ", said))
        if not numbers:
            return [words.which_allergen()]
        today = day_of(request.now)
        known: list[DayMenu] = []
        for site in self._sites(request, said):
            known += await self._store.days(request.tenant, site.id, today, today + _AHEAD)
        serving = [one for one in known if one.served]
        found: dict[date, list[Dish]] = {}
        for one in sorted(serving, key=lambda each: each.day):
            marked = [dish for dish in one.served if dish.allergens & numbers]
            if marked:
                found.setdefault(one.day, []).extend(marked)
        unmarked = sorted({one.day for one in serving if not one.marked})
        last = max((one.day for one in serving), default=None)
        return [words.with_allergens(numbers, list(found.items()), last, unmarked)]

    def _sites(self, request: Request, said: str) -> Sequence[Site]:
        """The cafeterias that are meant: those named, else all of the institution's."""
        sites = self._tenancy.institution(request.tenant).cafeterias
        named = [site for site in sites if site.name.removesuffix("(예시)") in said]
        return named or sites[:3]

    def _contact(self, request: Request) -> str:
        return self._tenancy.institution(request.tenant).contact


def _spelt(name: str) -> str:
    """돈까스 is 돈가스, and 자장 is 짜장."""
    return name.translate(str.maketrans("까짜쏘쎄", "가자소세")).replace(" ", "")


def _wanted(said: str, today: date) -> days.Days:
    """The day or week of a question; today where it names none."""
    if said in {"week", "next"}:
        monday = today - timedelta(days=today.weekday())
        return days.Days(monday + timedelta(weeks=int(said == "next")), week=True)
    found = days.days(said.replace("금주", "이번 주").replace("차주", "다음 주"), today)
    if found is None and re.search(r"주간|일주일|한 ?주", said):
        return days.Days(today - timedelta(days=today.weekday()), week=True)
    return found or days.Days(today)

"""식단 등록: kitchen staff and administrators send the menu; what was read is shown, put right, and then entered.

    file | paste → sandbox → days → draft (a day long) → readback → [맞습니다] all days as one write → [되돌리기]
                                     ↑ 고치기: 화요일 국을 미역국으로

Nothing stands before the yes. A repeated update finds its own draft, and a repeated yes changes nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from bot import menu_files, menu_fixing, menu_speech
from bot.assent import agrees
from bot.handlers import menu_telling
from bot.menu_files import Came, Sandbox
from bot.menu_fixing import Does, Unclear, When
from bot.messenger import InFile, Reply
from bot.people import PeopleStore, Question
from bot.routes import Request, Route, tidy, unaddressed
from bot.settings import Cafeteria as Site
from bot.settings import Role
from bot.tenancy import Tenancy
from bot.wording import cafeteria as canteen_words
from bot.wording import menu_entry as words
from occupancy.menu import DayMenu, Draft, MenuStore
from occupancy.menu_sheet import MAX_BYTES
from occupancy.reading import day_of

IsOpen = Callable[[str, Site, date], Awaitable[bool]]

ENTERERS: Final = frozenset({Role.KITCHEN, Role.MANAGER})
_LIFE: Final = timedelta(hours=2)
_AHEAD: Final = timedelta(days=60)
_COMMAND: Final = re.compile(
    r"^\W*(?:도비야?\W*)?/?(?:식단표?|메뉴|주간 ?식단표?|addmenu|fixmenu)\s*"
    r"(?:등록|올리기|입력|올립니다|올려요|업로드|등록해\S*|올려 ?\S*|수정|고치기|정정)?\s*[:：]?[ \t]*"
)
_NO: Final = re.compile(r"^(?:취소|아니요?|아뇨|그만|됐어요|안 ?할게요)\S{0,4}$")
_FIX: Final = re.compile(r"^(?:고치기|수정|고칠게요|틀렸\S*|고쳐\S*|고칠 ?것\S*)$")
_WEEKDAYS: Final = r"[월화수목금](?:요일)?\s*(?:[:：)]|\()"
_ISO_DAY: Final = re.compile(r"20\d\d-\d\d-\d\d(?:/\S{2})?")
_ON: Final = "on-"
"""Before the day of a menu that stands and is to be changed."""
_ONE_DAY: Final = (
    r"^(?:오늘|내일|모레|[월화수목금]요일) ?(?:점심|중식|저녁|석식|식단|메뉴)(?:은|는|:)? "
    rf"(?=[^?]*(?:{menu_speech.FOOD}))[^?]+,[^?]+$"
)


class MenuEntry:
    """The conversation of those who enter menus."""

    def __init__(
        self, tenancy: Tenancy, people: PeopleStore, store: MenuStore, sandbox: Sandbox, is_open: IsOpen
    ) -> None:
        self._tenancy = tenancy
        self._people = people
        self._store = store
        self._sandbox = sandbox
        self._is_open = is_open

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        routes = (
            Route(
                "menu-add",
                ("식단 등록", "식단등록", "식단표 등록", "식단 올리기", "메뉴 등록"),
                ("addmenu", "식단등록"),
                self.add,
                about="식당",
                help="식단 등록 — 식단표 파일이나 글을 읽어 보여 드리고, 맞다고 하시면 등록합니다",
                sentences=(
                    menu_speech.ENTERED,
                    rf"^(?=.*(?:{menu_speech.FOOD}))(?:.*?{_WEEKDAYS}.{{4,}}?){{2,}}",
                    _ONE_DAY,
                    menu_speech.LIST,
                    menu_speech.ROW,
                ),
                press="menu-add",
                sheets=menu_files.may_be,
                brings=menu_files.are_menus,
            ),
            Route("menu-paste", (), (), self.add, sheets=menu_files.may_be, takes=_pastes),
            Route("menu-day", (), (), self.of_day, takes=menu_telling.is_day),
            Route(
                "menu-correct",
                ("식단 수정", "식단수정", "식단 고치기", "식단 정정", "메뉴 수정"),
                ("fixmenu", "식단수정"),
                self.correct,
                sentences=(r"^식단.{0,4}(?:수정|고쳐|고치|정정)",),
            ),
            Route("menu-fix", (), (), self.fix, press="menu-fix", takes=_answers, sheets=menu_files.may_be),
            Route("menu-yes", (), (), self.confirm, press="menu-yes"),
            Route("menu-no", (), (), self.drop, press="menu-no"),
            Route("menu-more", (), (), self.more, press="menu-more"),
            Route("menu-at", (), (), self.at, press="menu-at"),
            Route("menu-undo", (), (), self.undo, press="menu-undo"),
        )
        return tuple(replace(one, roles=ENTERERS, private=True, title="식단 등록") for one in routes)

    # --- what comes in

    async def add(self, request: Request) -> Sequence[Reply]:
        """What was read of the files or the text; without either, what to send."""
        sites = self._sites(request)
        if not sites:
            return [Reply(canteen_words.no_cafeteria())]
        files, today = request.update.files, day_of(request.now)
        text = "" if request.update.press is not None else pasted(request.update.text)
        if files:
            if any(len(file.data) > MAX_BYTES for file in files):
                return [words.refused("large")]
            came = await menu_files.of_files(self._sandbox, files, today)
        elif text:
            return await self._typed(request, text, sites)
        else:
            await self._ask(request, Question("menu-paste", life=_LIFE))
            return [words.how()]
        return await self._came(request, came, _site(sites, f"{text[:200]} {' '.join(one.name for one in files)}"))

    async def _typed(self, request: Request, text: str, sites: Sequence[Site]) -> Sequence[Reply]:
        """A menu in words; what is no dish is none, and the day or the dishes are asked for where they are not said."""
        today, told = day_of(request.now), menu_telling.told(text, day_of(request.now))
        came = await menu_files.of_text(self._sandbox, menu_telling.bare(text), today)
        names = [dish.name for one in came.reading.days for dish in one.served]
        if came.refused or (came.reading.days and (not names or menu_telling.is_menu(", ".join(names)))):
            return await self._came(request, came, _site(sites, text[:200]))
        asked = _ISO_DAY.match(request.argument)
        told = replace(told, day=told.day or (asked[0] if asked else ""))
        if told.dishes and told.day:
            came = await menu_files.of_text(self._sandbox, told.dated, today)
            return await self._came(request, came, _site(sites, text[:200]))
        if told.dishes:
            await self._ask(request, Question("menu-day", told.dishes, life=_LIFE))
            return [words.for_which_day(told.dishes)]
        await self._ask(request, Question("menu-paste", told.day, life=_LIFE))
        if told.day:
            return [words.which_dishes(date.fromisoformat(told.day[:10]))]
        return [words.how() if not names else words.nothing(())]

    async def of_day(self, request: Request) -> Sequence[Reply]:
        """The day of the dishes that were told before it."""
        said = unaddressed(tidy(request.update.text))
        dishes = request.argument.removesuffix(said).strip()
        told = menu_telling.told(said, day_of(request.now))
        if not told.day:
            await self._ask(request, Question("menu-day", dishes, life=_LIFE))
            return [words.for_which_day(dishes)]
        dated = replace(told, dishes=dishes).dated
        return await self._typed(replace(request, argument=""), dated, self._sites(request))

    async def _came(self, request: Request, came: Came, site: Site) -> Sequence[Reply]:
        if came.refused:
            return [words.refused(came.refused)]
        if not came.reading.days:
            await self._ask(request, Question("menu-paste", life=_LIFE))
            return [words.nothing(came.reading.unread)]
        draft_id = _draft_id(request)
        draft = await self._store.put_draft(
            request.tenant, draft_id, Draft(site.id, came.reading.days, came.reading.unread)
        )
        return [await self._readback(request, draft_id, draft)]

    async def _readback(self, request: Request, draft_id: str, draft: Draft, start: int = 0) -> Reply:
        sites = self._sites(request)
        site = next((one for one in sites if one.id == draft.cafeteria), sites[0])
        others = [(str(number), one.name) for number, one in enumerate(sites) if one.id != site.id][:3]
        notes = await self._notes(request, site, draft.days) if not start else []
        await self._ask(request, Question("menu-fix", draft_id, life=_LIFE))
        return words.readback(site.name, draft_id, draft.days, draft.unread, notes, start, others)

    async def _notes(self, request: Request, site: Site, days: Sequence[DayMenu]) -> list[str]:
        """What stands beside the days: origins, allergens, what is entered already, closed days."""
        stored = await self._store.days(request.tenant, site.id, days[0].day, days[-1].day)
        known = {one.day: one for one in stored}
        changed = [one.day for one in days if one.day in known and known[one.day] != one]
        same = sum(known.get(one.day) == one for one in days)
        shut = [one.day for one in days if one.served and not await self._is_open(request.tenant, site, one.day)]
        notes = [words.allergens_note(days), words.origins_note(days)]
        notes += [words.conflicts_note(changed, same)] if changed or same else []
        notes += [words.shut_note(shut)] if shut else []
        return [*notes, words.past_note()] if days[-1].day < day_of(request.now) else notes

    # --- the answer

    async def fix(self, request: Request) -> Sequence[Reply]:
        """A word to the readback: yes, no, a correction; the button asks for one. Another file is read instead."""
        draft_id, _, said = request.argument.partition(" ")
        if request.update.files:
            return await self.add(request)
        if not said:
            await self._ask(request, Question("menu-fix", draft_id, life=_LIFE))
            return [words.what_to_fix()]
        if draft_id.startswith(_ON):
            return await self._correct_stored(request, said, date.fromisoformat(draft_id.removeprefix(_ON)))
        if agrees(said):
            return await self.confirm(replace(request, argument=draft_id))
        if _NO.match(said):
            return await self.drop(replace(request, argument=draft_id))
        if _FIX.match(said):
            return [words.what_to_fix()]
        draft = await self._store.draft(request.tenant, draft_id)
        if draft is None or draft.done:
            return await self._correct_stored(request, said)
        return [await self._fixed(request, draft_id, draft, said)]

    async def _fixed(self, request: Request, draft_id: str, draft: Draft, said: str) -> Reply:
        fix = menu_fixing.read(said)
        if fix is None:
            return words.what_to_fix()
        key = _key(request)
        found = menu_fixing.apply(fix, draft.days, day_of(request.now))
        await self._ask(request, Question("menu-fix", draft_id, life=_LIFE))
        if key in draft.heard:  # a repetition: it stands already
            return await self._readback(request, draft_id, draft)
        if found.changed is None:
            return _unclear(found, draft.days)
        after = replace(draft, days=found.days, heard=(*draft.heard, key))
        if not await self._store.edit_draft(request.tenant, draft_id, draft, after):
            return words.changed_meanwhile()
        menu = next(one for one in found.days if one.day == found.changed)
        return words.fixed(self._name(request, draft.cafeteria), draft_id, menu, len(found.days))

    async def correct(self, request: Request) -> Sequence[Reply]:
        """A correction of what is entered, or of the readback that waits."""
        said = request.argument or tidy(_COMMAND.sub("", request.update.text))
        waiting = await self._people.pending(request.tenant, request.person, request.chat.ref, request.now)
        named = menu_telling.told(said, day_of(request.now)).day and menu_fixing.read(said) is None
        if waiting is not None and waiting.route == "menu-fix" and not named:
            return await self.fix(replace(request, argument=f"{waiting.argument} {said}".strip()))
        return await self._correct_stored(request, said)

    async def _correct_stored(self, request: Request, said: str, on: date | None = None) -> Sequence[Reply]:
        """A correction of days that stand; it waits for its own yes."""
        sites, today = self._sites(request), day_of(request.now)
        if not sites:
            return [Reply(canteen_words.no_cafeteria())]
        site, fix = _site(sites, said), menu_fixing.read(said)
        if fix is None:
            return await self._to_fix(request, site, said, on)
        if on is not None and fix.when is None:
            fix = replace(fix, when=When(month=on.month, day=on.day))
        days = await self._store.days(request.tenant, site.id, today, today + _AHEAD)
        if not days:
            return [words.nothing_to_fix()]
        found = menu_fixing.apply(fix, days, today)
        if found.on is not None and not found.names:
            await self._ask(request, Question("menu-paste", found.on.isoformat(), life=_LIFE))
            return [words.which_dishes(found.on, missing=True)]
        if found.changed is None:
            if found.on is not None:
                await self._ask(request, Question("menu-fix", f"{_ON}{found.on.isoformat()}", life=_LIFE))
            return [_unclear(found, days)]
        menu = next(one for one in found.days if one.day == found.changed)
        draft_id = _draft_id(request)
        draft = await self._store.put_draft(request.tenant, draft_id, Draft(site.id, (menu,)))
        await self._ask(request, Question("menu-fix", draft_id, life=_LIFE))
        return [words.fixed(site.name, draft_id, draft.days[0], 1)]

    async def _to_fix(self, request: Request, site: Site, said: str, on: date | None) -> Sequence[Reply]:
        """Whoever only wants to change a day's menu sees it, and how that is said."""
        told = menu_telling.told(said, day_of(request.now)).day[:10]
        on = date.fromisoformat(told) if told else on
        if on is None:
            return [words.what_to_fix()]
        menu = await self._store.day(request.tenant, site.id, on)
        if menu is None:
            await self._ask(request, Question("menu-paste", on.isoformat(), life=_LIFE))
            return [words.which_dishes(on, missing=True)]
        await self._ask(request, Question("menu-fix", f"{_ON}{on.isoformat()}", life=_LIFE))
        return [words.to_fix(menu)]

    async def confirm(self, request: Request) -> Sequence[Reply]:
        """All days stand."""
        draft_id = request.argument
        draft = await self._store.draft(request.tenant, draft_id)
        if draft is None:
            return [words.over(self._tenancy.institution(request.tenant).contact)]
        if not await self._store.confirm(request.tenant, draft_id, draft, day_of(request.now)):
            return [words.changed_meanwhile()]
        await self._settle(request, draft_id)
        return [words.entered(self._name(request, draft.cafeteria), draft_id, draft.days)]

    async def drop(self, request: Request) -> Sequence[Reply]:
        """What was read is forgotten; what was entered stays."""
        draft = await self._store.draft(request.tenant, request.argument)
        if draft is not None and not draft.done:
            await self._store.drop_draft(request.tenant, request.argument)
        await self._settle(request, request.argument)
        return [words.dropped()]

    async def more(self, request: Request) -> Sequence[Reply]:
        """Further days of the readback."""
        draft_id, _, start = request.argument.partition(":")
        draft = await self._store.draft(request.tenant, draft_id)
        if draft is None:
            return [words.over(self._tenancy.institution(request.tenant).contact)]
        return [await self._readback(request, draft_id, draft, int(start) if start.isdecimal() else 0)]

    async def at(self, request: Request) -> Sequence[Reply]:
        """The draft is another cafeteria's."""
        draft_id, _, number = request.argument.partition(":")
        draft, sites = await self._store.draft(request.tenant, draft_id), self._sites(request)
        if draft is None or draft.done or not number.isdecimal() or int(number) >= len(sites):
            return [words.over(self._tenancy.institution(request.tenant).contact)]
        after = replace(draft, cafeteria=sites[int(number)].id)
        if not await self._store.edit_draft(request.tenant, draft_id, draft, after):
            return [words.changed_meanwhile()]
        return [await self._readback(request, draft_id, after)]

    async def undo(self, request: Request) -> Sequence[Reply]:
        """The days go back to what they were, unless they were changed since."""
        back = await self._store.undo(request.tenant, request.argument)
        return [words.too_late() if back is None else words.undone(back)]

    # --- around

    def _sites(self, request: Request) -> tuple[Site, ...]:
        return self._tenancy.institution(request.tenant).cafeterias

    def _name(self, request: Request, cafeteria: str) -> str:
        return next((one.name for one in self._sites(request) if one.id == cafeteria), cafeteria)

    async def _ask(self, request: Request, question: Question) -> None:
        await self._people.ask(request.tenant, request.person, request.chat.ref, question, request.now)

    async def _settle(self, request: Request, draft_id: str) -> None:
        """A button answers the question for words too."""
        tenant, person, chat = request.tenant, request.person, request.chat.ref
        waiting = await self._people.pending(tenant, person, chat, request.now)
        if waiting is not None and (waiting.route, waiting.argument) == ("menu-fix", draft_id):
            await self._people.settle(tenant, person, chat, waiting)


def pasted(text: str) -> str:
    """A message's text with its lines, without the command before the menu."""
    body = unaddressed(text.strip())
    rest = _COMMAND.sub("", body, count=1)
    return body if rest == body else rest.strip()


def looks_entered(text: str, files: Sequence[InFile]) -> bool:
    """Whether what follows 식단 is a menu and no question: files, or several dishes."""
    body = pasted(text)
    return bool(files) or (_pastes(tidy(body)) and ("," in body or "\n" in body))


def _pastes(text: str) -> bool:
    fix = menu_fixing.read(text) if "," not in text else None
    if "?" in text or menu_speech.changes(text) or (fix is not None and fix.does is not Does.WHOLE):
        return False
    return (len(text) > 8 and re.search(menu_speech.FOOD, text) is not None) or menu_telling.may_be_dishes(text)


def _answers(text: str) -> bool:
    """Whether a text answers a readback."""
    told = agrees(text) is True or _NO.match(text) or _FIX.match(text)
    return bool(told) or menu_fixing.read(text) is not None


def _site(sites: Sequence[Site], said: str) -> Site:
    return next((one for one in sites if one.name and one.name.removesuffix("(예시)") in said), sites[0])


def _unclear(found: menu_fixing.Applied, days: Sequence[DayMenu]) -> Reply:
    if found.unclear is Unclear.DAY or found.on is None:
        return words.which_day([one.day for one in days])
    if found.unclear is Unclear.SEVERAL:
        return words.which_dish(found.on, found.names)
    return words.no_such_dish(found.on, found.names)


def _key(request: Request) -> str:
    update = request.update
    name = update.id or f"{update.received_at.isoformat()} {update.text}"
    return hashlib.blake2b(f"{update.adapter} {name}".encode(), digest_size=8).hexdigest()


def _draft_id(request: Request) -> str:
    """An update's own draft: its repetition finds the same."""
    told = f"{request.tenant} {request.person} {_key(request)}"
    return hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()

"""배식: what kitchen staff tell with one or two taps, or in a few words; at once for everybody who asks for 식당.

    a tap, or a sentence → which cafeteria, line, dish? → kept, once → one line with [취소] and [풀렸습니다]

Only staff of the kitchen and managers tell. Whom it concerns and waits for it hears by the alerts' own way.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Awaitable, Callable, Sequence
from datetime import date

from bot import kitchen_sayings as sayings
from bot.kitchen_sayings import Act, Saying
from bot.messenger import Reply
from bot.people import PeopleStore, Question
from bot.routes import Request, Route, tidy, unaddressed
from bot.settings import Cafeteria as Site
from bot.settings import Role
from bot.tenancy import Tenancy
from bot.wording import kitchen as words
from bot.wording.kitchen import tag
from occupancy import kitchen
from occupancy.kitchen import MAX_DELAY, MAX_DISH, Hours, KitchenStore, Notice, NoticeKind, TooManyNoticesError
from occupancy.menu import DayMenu
from occupancy.reading import ReadingError, day_of
from occupancy.slots import instant
from occupancy.undoable import Undone

MenuOf = Callable[[str, str, date], Awaitable[DayMenu | None]]
IsOpen = Callable[[str, Site, date], Awaitable[bool]]
STAFF = frozenset({Role.KITCHEN, Role.MANAGER})
_ALL = "*"
_MOST_DISHES = 10


class KitchenTalk:
    """The conversation of the kitchen. `told` is called after each change, so that whoever waits for it hears."""

    def __init__(
        self, tenancy: Tenancy, people: PeopleStore, store: KitchenStore, menu_of: MenuOf, is_open: IsOpen,
        told: Callable[[], None],
    ) -> None:  # fmt: skip
        self._tenancy = tenancy
        self._people = people
        self._store = store
        self._menu_of = menu_of
        self._is_open = is_open
        self._told = told

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        sites = [site for one in self._tenancy.institutions() for site in one.cafeterias]
        names = [site.name for site in sites] + [line.name for site in sites for line in site.lines]
        return (
            Route(
                "kitchen",
                ("배식 알림",),
                ("kitchen", "배식"),
                self.say,
                about="식당",
                help="배식 알림 — 배식 담당자가 지연, 품절, 마감을 한 번에 알립니다. '제육 소진'이라고 쓰셔도 됩니다",
                sentences=sayings.sentences(names),
                press="kitchen",
                title=words.TITLE,
                roles=STAFF,
                refuse=self.refuse,
                eager=True,
                quiet=True,
            ),
            Route("kitchen-dish", (), (), self.dish, takes=_is_name, title=words.TITLE, roles=STAFF),
            Route("kitchen-instead", (), (), self.instead, takes=_is_name, title=words.TITLE, roles=STAFF),
        )

    async def refuse(self, request: Request) -> Sequence[Reply]:
        """To everybody else: what the kitchen told, and how to report."""
        rows = [
            row for site in self._sites(request) for row in await self._in_force(request, site)
        ]  # fmt: skip
        if request.update.press is None and sayings.asks(request.update.text):
            return [words.known(rows)]
        return [words.only_staff(rows, self._tenancy.institution(request.tenant).contact)]

    async def say(self, request: Request) -> Sequence[Reply]:
        """A tap, a sentence, or the panel."""
        if not self._sites(request):
            return [words.no_cafeteria()]
        if request.update.press is not None:
            return [await self._pressed(request)]
        site, line, rest = self._placed(request, request.argument or unaddressed(tidy(request.update.text)))
        said = sayings.read(rest)
        if said is None:
            plain = site or self._sites(request)[0]
            if len(self._sites(request)) > 1 and site is None:
                return [
                    words.which_cafeteria([(one.name, words.press("p", tag(one.id))) for one in self._sites(request)])
                ]
            return [await self._panel(request, plain)]
        if site is None:
            site = await self._only_with(request, said)
        if site is None:
            return [words.which_cafeteria([(one.name, _carried(one, said)) for one in self._sites(request)])]
        return [await self._act(request, site, line, said)]

    async def dish(self, request: Request) -> Sequence[Reply]:
        """The answer to which dish is gone."""
        head, _, text = request.argument.partition(" ")
        site = self._tagged(request, head)
        if site is None:
            return [words.no_cafeteria()]
        said = sayings.read(text) or Saying(Act.SOLD_OUT, dish=text)
        return [await self._act(request, site, "", said)]

    async def instead(self, request: Request) -> Sequence[Reply]:
        """The answer to what is served in its place."""
        head, _, text = request.argument.partition(" ")
        where, _, name = head.partition("/")
        site = self._tagged(request, where)
        notice = None if site is None else await self._notice(request, site, name)
        if site is None:
            return [words.no_cafeteria()]
        if notice is None:
            return [words.nothing_to_lift(tag(site.id))]
        return [await self._keep(request, site, lambda hours: kitchen.sold_out(
            hours, request.now, notice.dish, notice.line, _instead(text)
        ))]  # fmt: skip

    async def _pressed(self, request: Request) -> Reply:
        verb, _, rest = request.argument.partition("/")
        where, *more = rest.split("/")
        site = self._tagged(request, where) or (self._sites(request)[0] if not where else None)
        if site is None:
            return words.no_cafeteria()
        first, second = [*more, "", ""][:2]
        if verb == "d":
            return await self._act(request, site, first, Saying(Act.DELAY, int(second) if second.isdecimal() else 0))
        if verb == "c":
            return await self._act(request, site, first, Saying(Act.CLOSE))
        if verb == "o":
            dish, _, instead = "/".join(more[1:]).partition(">")
            return await self._act(request, site, first, Saying(Act.SOLD_OUT, dish=dish, instead=instead))
        asked = {"s": self._ask_dish, "l": self._lift, "u": self._undo, "i": self._ask_instead}.get(verb)
        return await asked(request, site, first) if asked else await self._panel(request, site)

    async def _act(self, request: Request, site: Site, line: str, said: Saying) -> Reply:
        """Does what was told, or asks what is missing."""
        if said.act is Act.LIFT:
            return await self._lift_all(request, site, line, said)
        if said.act is Act.SOLD_OUT:
            return await self._sold_out(request, site, line, said)
        several = len(site.lines) > 1
        if several and not line and not said.dish:
            rest = (str(said.minutes),) if said.act is Act.DELAY else ()
            lines = [(one.name, one.id) for one in site.lines]
            return words.which_line("d" if said.act is Act.DELAY else "c", tag(site.id), lines, *rest)
        at = "" if line in {_ALL, ""} or not several else line
        if said.act is Act.CLOSE:
            return await self._keep(request, site, lambda hours: kitchen.closed(hours, request.now, at))
        dish = await self._menu_name(request, site, said.dish)
        return await self._keep(
            request, site, lambda hours: kitchen.delay(hours, request.now, said.minutes, at, dish)
        )  # fmt: skip

    async def _sold_out(self, request: Request, site: Site, line: str, said: Saying) -> Reply:
        menu = await self._dishes(request, site)
        by_hash = {_hash(name): name for name in menu}
        wanted = by_hash.get(said.dish.removeprefix("#"), said.dish) if said.dish.startswith("#") else said.dish
        if wanted.startswith("#"):
            return await self._ask_dish(request, site, "")
        found = sayings.matching(wanted, list(menu))
        if len(found) > 1:
            return words.which_dish(
                site.name, tag(site.id), [(name, _dish_carried(name, said.instead)) for name in found]
            )
        name, unlisted = found[0] if found else wanted, bool(menu) and not found
        at = line if line in {one.id for one in site.lines if one.id} else menu.get(name, "")
        return await self._keep(
            request, site, lambda hours: kitchen.sold_out(hours, request.now, name, at, _instead(said.instead)),
            unlisted=unlisted,
        )  # fmt: skip

    async def _keep(
        self, request: Request, site: Site, make: Callable[[Hours], Notice], *, unlisted: bool = False
    ) -> Reply:
        """Writes a notice and says so in one line; `unlisted`: of a dish that today's menu does not have."""
        where, today = tag(site.id), day_of(request.now)
        if not await self._is_open(request.tenant, site, today):
            return words.closed_today(site.name)
        hours = _hours(site, today)
        if request.now >= hours.closes:
            return words.not_serving(site.name, site.open, site.close)
        try:
            told = await self._store.tell(request.tenant, site.id, make(hours), _change(request))
        except ReadingError:
            return words.beyond(MAX_DELAY, MAX_DISH)
        except TooManyNoticesError:
            return words.too_many(where)
        line = _line(site, told.notice)
        if not told.new:
            return words.before(told.notice, line, where)
        self._told()
        return words.told(told.notice, line, where, told.change, unlisted=unlisted)

    async def _panel(self, request: Request, site: Site) -> Reply:
        return words.panel(site.name, tag(site.id), await self._in_force(request, site))

    async def _ask_dish(self, request: Request, site: Site, _: str) -> Reply:
        """Buttons of today's menu; a name typed instead is taken as well."""
        menu = await self._dishes(request, site)
        question = Question("kitchen-dish", tag(site.id))
        await self._people.ask(request.tenant, request.person, request.chat.ref, question, request.now)
        rows = [(name, _dish_carried(name, "")) for name in list(menu)[:_MOST_DISHES]]
        return words.which_dish(site.name, tag(site.id), rows)

    async def _ask_instead(self, request: Request, site: Site, name: str) -> Reply:
        notice = await self._notice(request, site, name)
        if notice is None:
            return words.nothing_to_lift(tag(site.id))
        question = Question("kitchen-instead", f"{tag(site.id)}/{name}")
        await self._people.ask(request.tenant, request.person, request.chat.ref, question, request.now)
        return words.which_instead(notice.dish)

    async def _lift(self, request: Request, site: Site, name: str) -> Reply:
        where = tag(site.id)
        told = await self._store.lift(request.tenant, site.id, name, request.now, _change(request))
        if told is None or not told.new:
            return words.nothing_to_lift(where)
        self._told()
        return words.lifted(told.notice, _line(site, told.notice), where, told.change)

    async def _lift_all(self, request: Request, site: Site, line: str, said: Saying) -> Reply:
        """Ends what was meant: of a dish, of a line, of a kind, or all."""
        held = [
            (one, name)
            for one, name in await self._in_force(request, site)
            if (not said.dish or sayings.matching(said.dish, [one.dish])) and line in {"", _ALL, one.line}
        ]
        meant = _kinds_in(request.update.text)
        held = [row for row in held if not meant or row[0].kind in meant]
        if len(held) == 1:
            return await self._lift(request, site, held[0][0].id)
        done = []
        for number, (one, name) in enumerate(held):
            told = await self._store.lift(request.tenant, site.id, one.id, request.now, f"{_change(request)}{number}")
            if told is not None:
                done.append((one, name))
        if not done:
            return words.nothing_to_lift(tag(site.id))
        self._told()
        return words.lifted_many(done)

    async def _undo(self, request: Request, site: Site, change: str) -> Reply:
        where = tag(site.id)
        made = await self._store.changed(request.tenant, site.id, change, request.now)
        if made is None:
            return words.too_long_ago(where)
        undone = await self._store.undo(request.tenant, site.id, change, request.now)
        if undone is Undone.BEFORE:
            return words.undone_before()
        if undone is not Undone.NOW:
            return words.overtaken(where)
        self._told()
        stands = made.before if made.before is not None and made.before.holds(request.now) else None
        return words.undone(made.notice, _line(site, made.notice), stands)

    async def _in_force(self, request: Request, site: Site) -> list[tuple[Notice, str]]:
        found = await self._store.notices(request.tenant, site.id, request.now)
        return [(one, _line(site, one)) for one in found]

    async def _notice(self, request: Request, site: Site, name: str) -> Notice | None:
        found = await self._store.notices(request.tenant, site.id, request.now)
        return next((one for one in found if one.id == name), None)

    async def _dishes(self, request: Request, site: Site) -> dict[str, str]:
        """Today's dishes, and the line of each where the menu's corner names one."""
        menu = await self._menu_of(request.tenant, site.id, day_of(request.now))
        lines = {one.name: one.id for one in site.lines if one.name}
        return {dish.name: lines.get(dish.corner, "") for dish in menu.dishes} if menu is not None else {}

    async def _menu_name(self, request: Request, site: Site, said: str) -> str:
        """The dish as the menu names it, where it names one such."""
        found = sayings.matching(said, list(await self._dishes(request, site))) if said else ()
        return found[0] if len(found) == 1 else said

    async def _only_with(self, request: Request, said: Saying) -> Site | None:
        """The only cafeteria, or the only one whose menu has the dish."""
        sites = self._sites(request)
        if len(sites) == 1:
            return sites[0]
        having = [
            site for site in sites if said.dish and sayings.matching(said.dish, list(await self._dishes(request, site)))
        ]
        return having[0] if len(having) == 1 else None

    def _placed(self, request: Request, text: str) -> tuple[Site | None, str, str]:
        """The cafeteria and the line that are named, and the text without their names."""
        sites = self._sites(request)
        site = next((one for one in sites if one.name in text), sites[0] if len(sites) == 1 else None)
        lined = [(one, line) for one in sites for line in one.lines if line.name and line.name in text]
        lined = [(one, line) for one, line in lined if site is None or one is site]
        if site is None and len({one.id for one, _ in lined}) == 1:
            site = lined[0][0]
        names = [one.name for one in sites] + [line.name for _, line in lined]
        line = lined[0][1].id if site is not None and lined else ""
        return site, line, sayings.without_names(text, names)

    def _sites(self, request: Request) -> tuple[Site, ...]:
        return self._tenancy.institution(request.tenant).cafeterias

    def _tagged(self, request: Request, where: str) -> Site | None:
        return next((site for site in self._sites(request) if tag(site.id) == where), None)


def _hash(dish: str) -> str:
    return hashlib.blake2b(dish.encode(), digest_size=4).hexdigest()


def _dish_carried(name: str, instead: str) -> str:
    carried = f"#{_hash(name)}>{instead}" if instead else f"#{_hash(name)}"
    return carried if words.fits(words.press("o", "000000", "", carried)) else f"#{_hash(name)}"


def _carried(site: Site, said: Saying) -> str:
    """What a button carries that says the same for this cafeteria."""
    where = tag(site.id)
    if said.act is Act.SOLD_OUT:
        dish = f"{said.dish}>{said.instead}" if said.instead else said.dish
        return words.press("o", where, "", dish)
    if said.act is Act.DELAY:
        return words.press("d", where, "", str(said.minutes))
    return words.press("c" if said.act is Act.CLOSE else "p", where, "")


def _kinds_in(text: str) -> frozenset[NoticeKind]:
    named = {"지연": NoticeKind.DELAY, "품절": NoticeKind.SOLD_OUT, "마감": NoticeKind.CLOSED}
    return frozenset(kind for word, kind in named.items() if word in text)


def _instead(text: str) -> str:
    """A substitute's name: without the word that leads to it."""
    return text.strip(" .,!").removeprefix("대신").strip()


def _is_name(text: str) -> bool:
    """Whether a text may be a dish's name."""
    return 0 < len(text) <= MAX_DISH and "?" not in text and not text.startswith("/")


def _change(request: Request) -> str:
    """The change's name: the same for a repeated update."""
    update = request.update
    if update.id is None:
        return secrets.token_hex(5)
    return hashlib.blake2b(f"{update.adapter}\x1f{update.id}".encode(), digest_size=5).hexdigest()


def _hours(site: Site, day: date) -> Hours:
    return Hours(instant(day, site.open), instant(day, site.close))


def _line(site: Site, notice: Notice) -> str:
    """The name of the notice's line, empty for the whole cafeteria or where there is one."""
    return next((one.name for one in site.lines if one.id and one.id == notice.line), "")

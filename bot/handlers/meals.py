"""식수: a kitchen's figures: meals as counted, guests announced, what tomorrow needs, what draws and how fast it goes.

    오늘 861명 · 내일 교육생 120명 추가 → kept, undoable     내일 몇 명 → expected, with why
    식수 + CSV/XLSX → read in the sandbox → 맞습니다 → kept  식수 알림 켜기 → told at 14:00

Private, and for staff of the kitchen and managers only. Of who told a figure only the role is kept.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from bot import meal_sayings as sayings
from bot.handlers import days
from bot.meal_followers import Follower, FollowerStore
from bot.mealcount import MealCount
from bot.menu_files import Sandbox
from bot.messenger import InFile, Reply
from bot.people import PeopleStore, Question
from bot.routes import Handle, Request, Route, tidy, unaddressed
from bot.settings import Cafeteria as Site
from bot.settings import Role
from bot.tenancy import Tenancy
from bot.wording import meals as words
from bot.wording.kitchen import tag
from occupancy import meals, totals_file
from occupancy.kitchen import KitchenStore, NoticeKind
from occupancy.menu_sheet import MenuRefused
from occupancy.pace import paces
from occupancy.reading import day_of
from occupancy.totals import Guests, Source, Total, TotalsError, TotalsStore
from occupancy.undoable import Undone

STAFF = frozenset({Role.KITCHEN, Role.MANAGER})
_SHOWN = 5
_WEEKS = 14
_AHEAD = timedelta(days=60)
_SPEED_DAYS = 14


class MealTalk:
    """The conversation about a kitchen's figures."""

    def __init__(
        self, tenancy: Tenancy, totals: TotalsStore, count: MealCount, followers: FollowerStore,
        kitchen: KitchenStore, sandbox: Sandbox, people: PeopleStore,
    ) -> None:  # fmt: skip
        self._tenancy, self._people = tenancy, people
        self._totals = totals
        self._count = count
        self._followers = followers
        self._kitchen = kitchen
        self._sandbox = sandbox

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""

        shown = "식수 현황 — 지난 식수와 내일 예상. '오늘 861명', '내일 교육생 120명 추가'라고 쓰셔도 됩니다"
        alert = "식수 알림 켜기 — 배식하는 날 14시에 다음 배식일 예상을 받습니다"
        return (
            self._route("meant", self.meant, (), sayings.MEANT_SENTENCES),
            self._route("expected", self.expected, ("예상 식수",), sayings.EXPECTED_SENTENCES),
            self._route("total", self.total, (), sayings.TOTAL_SENTENCES),
            replace(self._route("told", self.told), takes=lambda text: sayings.counted(text) is not None),
            self._route("guests", self.guests, (), sayings.GUEST_SENTENCES),
            replace(
                self._route("follow", self.follow, ("식수 알림", "내일 식수 알림")),
                about="식당", help=alert, slash=("mealalert",),
            ),
            self._route("popular", self.popular, ("인기 메뉴", "메뉴 인기"), sayings.POPULAR_SENTENCES),
            self._route("speed", self.speed, ("배식 속도",)),
            replace(
                self._route("page", self.page, ("식수 현황",), sayings.PAGE_SENTENCES),
                about="식당", help=shown, slash=("meals", "식수"), press="meals", sheets=_one_table,
            ),
        )  # fmt: skip

    def _route(self, name: str, handle: Handle, said: tuple[str, ...] = (), sentences: tuple[str, ...] = ()) -> Route:
        return Route(
            f"meals-{name}", said, (), handle, sentences=sentences, roles=STAFF, private=True, quiet=True,
            title=words.TITLE, refuse=self.refuse, eager=True,
        )  # fmt: skip

    async def refuse(self, request: Request) -> Sequence[Reply]:
        """To everybody else."""
        return [words.only_staff(self._tenancy.institution(request.tenant).contact)]

    async def page(self, request: Request) -> Sequence[Reply]:
        """A file, a button, or the page of figures."""
        if request.update.press is not None:
            return [await self._pressed(request)]
        if request.update.files:
            return [await self._file(request)]
        site = self._site(request)
        return [await self._page(request, site)] if site else [self._which(request, "p")]

    async def total(self, request: Request) -> Sequence[Reply]:
        """A day's meals by hand."""
        text = self._bare(request)
        said = sayings.total(text)
        if said is None:
            return [words.not_read()]
        try:
            on = _past(said.day, day_of(request.now))
        except days.NoSuchDayError:
            return [words.no_such_day()]
        site = self._site(request)
        if site is None:
            return [self._which(request, "t", on.isoformat(), str(said.people))]
        return [await self._keep(request, site, on, said.people)]

    async def meant(self, request: Request) -> Sequence[Reply]:
        """Whoever only says that they will tell a day's meals is asked for them."""
        today = day_of(request.now)
        try:
            found = days.days(tidy(request.update.text), today)
        except days.NoSuchDayError:
            return [words.no_such_day()]
        on = found.day if found else today
        if on <= today:
            asked = Question("meals-told", on.isoformat())
            await self._people.ask(request.tenant, request.person, request.chat.ref, asked, request.now)
        return [words.how_many(on, ahead=on > today)]

    async def told(self, request: Request) -> Sequence[Reply]:
        """How many there were on the day that was asked about."""
        on, _, said = request.argument.partition(" ")
        people, site, day = sayings.counted(said), self._site(request), _iso(on, day_of(request.now))
        if people is None:
            return [words.not_read()]
        if site is None:
            return [self._which(request, "t", day.isoformat(), str(people))]
        return [await self._keep(request, site, day, people)]

    async def guests(self, request: Request) -> Sequence[Reply]:
        """People more or fewer on a day."""
        said = sayings.guests(self._bare(request))
        if said is None:
            return [words.not_read()]
        try:
            on = days.days(said.day, day_of(request.now))
        except days.NoSuchDayError:
            return [words.no_such_day()]
        if on is None:
            return [words.not_read()]
        one, site = Guests("", on.day, said.people, said.what), self._site(request)
        if site is None:
            return [self._which(request, "g", on.day.isoformat(), str(said.people), said.what)]
        if not said.sure:
            return [words.more_or_fewer(one, tag(site.id))]
        return [await self._announce(request, site, one)]

    async def expected(self, request: Request) -> Sequence[Reply]:
        """What a day to come needs, tomorrow if none is named; what a past day had."""
        today = day_of(request.now)
        try:
            found = days.days(tidy(request.update.text), today)
        except days.NoSuchDayError:
            return [words.no_such_day()]
        on, site = found.day if found else today + timedelta(days=1), self._site(request)
        return [await self._expect(request, site, on) if site else self._which(request, "e", on.isoformat())]

    async def follow(self, request: Request) -> Sequence[Reply]:
        """Told at 14:00, or no more."""
        off = any(word in request.argument for word in (words.OFF, "꺼", "해지", "그만", "중지"))
        site = self._site(request)
        return [await self._follow(request, site, on=not off) if site else self._which(request, "n" if off else "y")]

    async def popular(self, request: Request) -> Sequence[Reply]:
        """What each dish draws."""
        site = self._site(request) or self._sites(request)[0]
        known = await self._count.known(request.tenant, site, request.now)
        dishes = await self._count.dishes(request.tenant, site, request.now)
        return [words.popular(site.name, dishes, simulated=known.simulated)]

    async def speed(self, request: Request) -> Sequence[Reply]:
        """How fast each line was served, and how often it was delayed."""
        site, lines, simulated, seen = self._site(request) or self._sites(request)[0], [], False, 0
        today = day_of(request.now)
        notices = [
            one
            for step in range(_SPEED_DAYS + 1)
            for one in await self._kitchen.of_day(request.tenant, site.id, today - timedelta(days=step))
            if one.kind is NoticeKind.DELAY
        ]
        for number, line in enumerate(site.lines):
            past = await self._count.recent(request.tenant, site.place(line.id), _SPEED_DAYS, request.now)
            told = [one for one in notices if one.line == line.id or (not one.line and number == 0)]
            minutes = sum(round((one.until - one.at).total_seconds() / 60) for one in told)
            lines.append(words.LinePaces(line.name, paces(past), len(told), minutes))
            simulated, seen = simulated or any(one.simulated for one in past), max(seen, len(past))
        return [words.speed(site.name, lines, seen, simulated=simulated)]

    async def _pressed(self, request: Request) -> Reply:
        verb, _, rest = request.argument.partition("/")
        where, *more = rest.split("/")
        site = next((one for one in self._sites(request) if tag(one.id) == where), None)
        if site is None:
            return words.not_undone()
        first, second, third = [*more, "", "", ""][:3]
        today = day_of(request.now)
        if verb == "t":
            return await self._keep(request, site, _iso(first, today), _int(second))
        if verb == "g":
            return await self._announce(request, site, Guests("", _iso(first, today), _int(second), third))
        if verb == "e":
            return await self._expect(request, site, _iso(first, today + timedelta(days=1)))
        if verb in {"y", "n"}:
            return await self._follow(request, site, on=verb == "y")
        pressed = {"u": self._undo, "x": self._call_off, "k": self._confirm, "z": self._drop}.get(verb)
        return await pressed(request, site, first) if pressed else await self._page(request, site)

    async def _page(self, request: Request, site: Site) -> Reply:
        known = await self._count.known(request.tenant, site, request.now)
        last = list(known.meals.values())[-_SHOWN:]
        ahead = await self._totals.guests(request.tenant, site.id, known.today, known.today + _AHEAD)
        following = {one.person for one in await self._followers.all(request.tenant, site.id)}
        return words.page(words.Page(site.name, last, ahead, request.person in following), tag(site.id))

    async def _keep(self, request: Request, site: Site, on: date, people: int) -> Reply:
        today, role = day_of(request.now), _role(request)
        total = Total(on, people, Source.HAND, role, request.now)
        try:
            kept = await self._totals.put(request.tenant, site.id, [total], today, _change(request))
        except TotalsError:
            return words.beyond()
        if not kept.new:
            return words.kept_before(kept.totals[0])
        known = await self._count.known(request.tenant, site, request.now)
        others = [one for one in known.told.get(on, ()) if one.source is not Source.HAND]
        gate = known.gate.get(on, 0)
        other = others[0] if others else Total(on, gate, Source.GATE) if gate and on < today else None
        return words.kept(kept.totals[0], kept.before.get(on), other, tag(site.id), kept.change)

    async def _announce(self, request: Request, site: Site, one: Guests) -> Reply:
        today = day_of(request.now)
        known = await self._totals.guests(request.tenant, site.id, one.day, one.day)
        change = _change(request)
        same = next((each for each in known if (each.what, each.people) == (one.what, one.people)), None)
        if same is not None and same.id != change:
            return words.announced_before(same)
        guests = Guests(change, one.day, one.people, one.what)
        try:
            kept = await self._totals.announce(request.tenant, site.id, guests, today, change)
        except TotalsError:
            return words.beyond()
        total = one.people + sum(each.people for each in known if each.id != change)
        closed = not await self._count.is_open(request.tenant, site, one.day)
        return words.announced(kept.guests, total, tag(site.id), kept.change, closed=closed)

    async def _expect(self, request: Request, site: Site, on: date) -> Reply:
        today, where = day_of(request.now), tag(site.id)
        known = await self._count.known(request.tenant, site, request.now)
        total = known.meals.get(on)
        if total is not None and (on < today or total.source is not Source.GATE):
            return words.expectation(words.so_far(total, today), where)
        if not known.plan.is_open(on):
            then = await self._count.next_open(request.tenant, site, on)
            return words.expectation(words.closed(site.name, on, today, then), where)
        found = await self._count.expected(request.tenant, site, on, request.now) if on >= today else None
        if found is None:
            return words.expectation(words.not_expected(on, today, len(known.history()), meals.MIN_DAYS), where)
        text = words.expected(found.forecast, today, found.error, found.judged)
        if total is not None:
            text += f"\n{words.so_far(total, today)}"
        return words.expectation(text, where)

    async def _follow(self, request: Request, site: Site, *, on: bool) -> Reply:
        if not on:
            before = await self._followers.leave(request.tenant, site.id, request.person)
            return words.following(site.name, on=False, before=before)
        one = Follower(request.person, request.chat.ref, request.now)
        new = await self._followers.follow(request.tenant, site.id, one)
        return words.following(site.name, on=True, before=not new)

    async def _undo(self, request: Request, site: Site, change: str) -> Reply:
        undone = await self._totals.undo(request.tenant, site.id, change)
        if undone is Undone.BEFORE:
            return words.undone_before()
        if undone is not Undone.NOW:
            return words.not_undone()
        made = await self._totals.changed(request.tenant, site.id, change)
        field = made.fields[0].name if made and len(made.fields) == 1 else ""
        on = _field_day(field)
        if on is None:
            return words.undone(None, None)
        known = await self._count.known(request.tenant, site, request.now)
        return words.undone(on, known.meals.get(on))

    async def _call_off(self, request: Request, site: Site, guests: str) -> Reply:
        change = _change(request)
        gone = await self._totals.call_off(request.tenant, site.id, guests, change)
        return words.called_off(gone, tag(site.id), change) if gone else words.nothing_called_off()

    async def _file(self, request: Request) -> Reply:
        """Reads a file of totals; nothing stands before it was confirmed."""
        if len(request.update.files) != 1:
            return words.one_file()
        site = self._site(request) or self._sites(request)[0]
        today = day_of(request.now)
        try:
            found = await self._sandbox(totals_file.read, request.update.files[0].data, today, timeout_s=20.0)
        except MenuRefused as error:
            return words.file_refused(error.reason)
        except (TimeoutError, MemoryError, ChildProcessError):
            return words.file_refused("bomb")
        if not found.meals:
            return words.file_empty()
        draft, role = _change(request), _role(request)
        totals = [Total(on, count, Source.FILE, role, request.now) for on, count in found.meals]
        await self._totals.put_draft(request.tenant, site.id, draft, totals)
        told = await self._totals.told(request.tenant, site.id, found.meals[0][0], found.meals[-1][0])
        differ = {
            on: told[on][0].meals
            for on, count in found.meals
            if on in told and told[on][0].source is Source.HAND and told[on][0].meals != count
        }
        return words.file_read(site.name, found.meals, found.unread, differ, tag(site.id), draft)

    async def _confirm(self, request: Request, site: Site, draft: str) -> Reply:
        totals = await self._totals.draft(request.tenant, site.id, draft)
        if totals is None:
            return words.not_undone()
        kept = await self._totals.put(request.tenant, site.id, totals, day_of(request.now), f"f{draft}")
        return words.file_kept(len(kept.totals), tag(site.id), kept.change)

    async def _drop(self, request: Request, site: Site, draft: str) -> Reply:
        await self._totals.drop_draft(request.tenant, site.id, draft)
        return words.file_dropped()

    def _sites(self, request: Request) -> tuple[Site, ...]:
        return self._tenancy.institution(request.tenant).cafeterias

    def _site(self, request: Request) -> Site | None:
        """The only cafeteria, or the one that is named."""
        sites = self._sites(request)
        text = tidy(request.update.text)
        return sites[0] if len(sites) == 1 else next((site for site in sites if site.name in text), None)

    def _bare(self, request: Request) -> str:
        """What was said, without the cafeteria's name."""
        text = unaddressed(tidy(request.update.text)).removeprefix("/")
        for site in self._sites(request):
            text = text.replace(site.name, " ")
        return " ".join(text.split())

    def _which(self, request: Request, verb: str, *rest: str) -> Reply:
        return words.which_cafeteria(
            [(one.name, words.press(verb, tag(one.id), *rest)) for one in self._sites(request)]
        )


def _one_table(files: Sequence[InFile]) -> bool:
    return totals_file.is_sheet([one.name for one in files])


def _past(said: str, today: date) -> date:
    """The day that a total is of: today, or the last such day."""
    found = days.days(said, today) if said else None
    if found is None:
        return today
    weekday = said.endswith("요일") and "주" not in said
    return found.day - timedelta(weeks=1) if weekday and found.day > today else found.day


def _iso(text: str, default: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return default


def _int(text: str) -> int:
    return int(text) if text.lstrip("-").isdecimal() and len(text) <= 7 else 0


def _field_day(name: str) -> date | None:
    try:
        return date.fromisoformat(name.partition("/")[0])
    except ValueError:
        return None


def _role(request: Request) -> str:
    return Role.KITCHEN.value if Role.KITCHEN in request.member.person.roles else Role.MANAGER.value


def _change(request: Request) -> str:
    """The change's name: the same for a repeated update."""
    update = request.update
    if update.id is None:
        return secrets.token_hex(5)
    return hashlib.blake2b(f"{update.adapter}\x1f{update.id}".encode(), digest_size=5).hexdigest()

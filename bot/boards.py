"""Monday's post and the noon post: for each channel, once, edited in place, and nothing stale.

    08:50 the week's table ‖ 20 minutes before the first slot: my slot, menu, when to go ‖ from 20 minutes after it on:
    the line as it is, every three minutes ‖ 10 minutes after the last slot: how it was, and how right we were

Each is a row of the outbox under its chat, story and step, and a step's number is its minute: whoever is killed and
starts again writes the same rows. A row says until when it is true, so that what was late is not said. An edit that
a platform can't make is not sent; the end is, as a message of its own. Nobody gets posts unasked: a channel takes
them, or an administrator (or the settings) gives them to all channels of departments that have a slot; anybody in a
channel may stop them there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from bot import board_says as says
from bot.board_store import EVERYWHERE, BoardStore, Choice, usual_choice
from bot.canteen import Canteen, MenuOf
from bot.clock import KST
from bot.messenger import Chat, Kind, Reply, chat_of
from bot.outbox import Outbox, Row
from bot.plans import Plans
from bot.platforms import Content
from bot.settings import Cafeteria
from bot.tenancy import Tenancy
from bot.wording import boards as words
from occupancy.menu import DayMenu
from occupancy.reading import day_of
from occupancy.slots import SlotPlan, monday_of, working_days
from occupancy.store import OccupancyStore

_MONDAY_AT: Final = time(8, 50)
_MONDAY_UNTIL: Final = time(11)
_EARLIEST: Final = time(7)
_LATEST: Final = time(20)
_EVENING: Final = time(18)
_BEFORE: Final = timedelta(minutes=20)
_EVERY: Final = timedelta(minutes=3)
_AFTER: Final = timedelta(minutes=10)
_END_TRUE: Final = timedelta(minutes=50)
_END_STEP: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Moment:
    """Something to say at an instant, true until another; `step` numbers it within its day."""

    name: str
    step: int
    at: datetime
    until: datetime


def moments(plan: SlotPlan, day: date, *, first: bool) -> Iterator[Moment]:
    """What is to be said on a day; `first` when it is the week's first office day."""
    if first:
        yield Moment("week", 0, _at(day, _MONDAY_AT), _at(day, _MONDAY_UNTIL))
    if not plan.is_open(day):
        return
    opens, closes = _at(day, plan.on(day).opens), _at(day, plan.on(day).closes)
    if (opens - _BEFORE).time() < _EARLIEST or (closes + _AFTER).time() > _LATEST:
        return
    live = opens + _BEFORE
    yield Moment("before", 1, opens - _BEFORE, live)
    while live <= closes - _AFTER:
        yield Moment("during", live.hour * 60 + live.minute, live, live + _EVERY)
        live += _EVERY
    yield Moment("after", _END_STEP, closes + _AFTER, closes + _END_TRUE)


@dataclass(frozen=True, slots=True)
class _Room:
    """A chat that gets posts, and the department whose slot it is told first."""

    chat: Chat
    department: str
    choice: Choice


@dataclass(frozen=True, slots=True)
class _Post:
    """One message to several rooms."""

    tenant: str
    site: Cafeteria
    plan: SlotPlan
    moment: Moment
    rooms: Sequence[_Room]


class Boards:
    """The worker. `adapters` are the messengers of this deployment, `menu_of` tells a day's menu."""

    def __init__(
        self,
        tenancy: Tenancy,
        canteen: Canteen,
        plans: Plans,
        store: BoardStore,
        history: OccupancyStore,
        outbox: Outbox,
        menu_of: MenuOf,
        adapters: Sequence[str],
        is_holiday: Callable[[date], bool],
        now: Callable[[], datetime],
        wake: Callable[[], None],
    ) -> None:
        self._tenancy, self._canteen, self._plans, self._store = tenancy, canteen, plans, store
        self._history, self._outbox, self._menu_of, self._adapters = history, outbox, menu_of, frozenset(adapters)
        self._is_holiday, self._now, self._wake = is_holiday, now, wake
        self._done: set[tuple[str, str, date, int]] = set()
        self._version: dict[tuple[str, str], int] = {}

    async def step(self) -> datetime | None:
        """Writes what is due, and when to come again; None where there is no cafeteria."""
        now = self._now()
        dues = [
            await self._look(institution.id, site, now)
            for institution in self._tenancy.institutions()
            for site in institution.cafeterias
        ]
        return min(dues, default=None)

    async def _look(self, tenant: str, site: Cafeteria, now: datetime) -> datetime:
        plan, today = await self._plans.calendar(tenant, site), day_of(now)
        due = list(moments(plan, today, first=self._first(today)))
        for moment in due:
            mark = (tenant, site.id, today, moment.step)
            if moment.at <= now < moment.until and mark not in self._done:
                rooms = await self._rooms(tenant, site, today)
                await self._say(_Post(tenant, site, plan, moment, rooms), now)
                self._done.add(mark)
        self._done = {mark for mark in self._done if mark[2] == today}
        await self._set_right(tenant, site, now)
        ahead = [moment.at for moment in due if moment.at > now]
        return min(ahead, default=_at(today + timedelta(days=1), _MONDAY_AT))

    def _first(self, day: date) -> bool:
        """Whether it is the first working day of its week."""
        working = (one for one in working_days(monday_of(day)) if not self._is_holiday(one))
        return next(working, None) == day

    async def _say(self, post: _Post, now: datetime) -> None:
        if post.moment.name == "week":
            await self._say_week(post, now)
        elif post.moment.name == "after":
            await self._say_after(post, now)
        else:
            await self._say_noon(post, now)

    # --- the week

    async def _say_week(self, post: _Post, now: datetime) -> None:
        monday = monday_of(day_of(now))
        for room in post.rooms:
            text = await self._week(post.tenant, post.site, monday, room)
            stop = await self._stopping(post.tenant, room)
            reply = Reply(
                "\n".join([text, *stop]),
                buttons=(*words.BUTTONS, *(words.STOP if stop else ())),
                content=Content.PUBLIC,
            )
            await self._tell_week(post.tenant, post.site, monday, room, reply, text, post.moment.until, now)

    async def _tell_week(
        self, tenant: str, site: Cafeteria, monday: date, room: _Room, reply: Reply, text: str, until: datetime,
        now: datetime, kind: Kind = "notice",
    ) -> None:  # fmt: skip
        step = 1 + await self._plans.store.version(tenant, site.id)
        story = f"board/week/{monday.isoformat()}"
        await self._outbox.put(tenant, [Row(room.chat, story, step, kind, reply, now, until=until)])
        await self._store.say(tenant, monday, room.chat.ref, _digest(text))
        await self._store.meet(tenant, room.chat.ref, now)
        self._wake()

    async def _week(self, tenant: str, site: Cafeteria, monday: date, room: _Room) -> str:
        composed = await self._plans.composed(tenant, site)
        found = {day: await self._menu_of(tenant, site.id, day) for day in working_days(monday)}
        menus: dict[date, DayMenu] = {day: menu for day, menu in found.items() if menu is not None}
        return says.week(site, composed, monday, room.department, menus)

    async def _set_right(self, tenant: str, site: Cafeteria, now: datetime) -> None:
        """The week's post, where the rotation is another one since it was written; in office hours."""
        today, clock = day_of(now), now.astimezone(KST).time()
        if self._is_holiday(today) or today.weekday() > 4 or not _MONDAY_AT <= clock < _EVENING:
            return
        version = await self._plans.store.version(tenant, site.id)
        if self._version.get((tenant, site.id)) == version:
            return
        monday = monday_of(today)
        said = await self._store.said(tenant, monday)
        for room in await self._rooms(tenant, site, today):
            text = await self._week(tenant, site, monday, room)
            if room.chat.ref in said and said[room.chat.ref] != _digest(text):
                reply = Reply(text, buttons=words.BUTTONS, content=Content.PUBLIC)
                until = _at(today, _EVENING)
                await self._tell_week(tenant, site, monday, room, reply, text, until, now, "correction")
        self._version[tenant, site.id] = version

    # --- the lunch

    async def _say_noon(self, post: _Post, now: datetime) -> None:
        rooms = [room for room in post.rooms if room.choice is Choice.ALL]
        if not rooms:
            return
        views = await self._canteen.views(post.tenant, post.site)
        if post.moment.name == "during" and not says.tells(views):
            return
        today, hours = day_of(now), post.plan.on(day_of(now))
        for room in rooms:
            if post.moment.name == "before":
                lines = says.before(views[0], room.department, hours.opens, hours.closes)
            else:
                lines = says.during(views, room.department, hours.opens, hours.closes)
            await self._put(post, room, lines, now)
        if post.moment.name == "before":
            curve = says.expected(views[0], hours.opens, hours.closes)
            await self._store.foretell(post.tenant, today, views[0].place, curve)

    async def _say_after(self, post: _Post, now: datetime) -> None:
        told = await self._outbox.told(post.tenant, _noon(day_of(now)))
        rooms = [room for room in post.rooms if room.chat.ref in told]
        if not rooms:
            return
        view = await self._canteen.view(post.tenant, post.site)
        day = await self._history.day(post.tenant, view.place, day_of(now))
        foretold = await self._store.foretold(post.tenant, day_of(now), view.place)
        lines = says.after(view, says.Past(day.minutes, foretold, view.estimate.per_minute))
        for room in rooms:
            await self._put(post, room, lines, now, "correction")

    async def _put(self, post: _Post, room: _Room, lines: Sequence[str], now: datetime, kind: Kind = "notice") -> None:
        stop = await self._stopping(post.tenant, room)
        reply = Reply(
            "\n".join([*lines, *stop]),
            buttons=(*words.BUTTONS[:1], *(words.STOP if stop else ())),
            content=Content.PUBLIC,
        )
        story = _noon(day_of(now))
        row = Row(room.chat, story, post.moment.step, kind, reply, now, until=post.moment.until)
        await self._outbox.put(post.tenant, [row])
        await self._store.meet(post.tenant, room.chat.ref, now)
        self._wake()

    async def _stopping(self, tenant: str, room: _Room) -> list[str]:
        """How to stop it, in the first post that a room ever gets."""
        met = await self._store.met(tenant)
        return [] if room.chat.ref in met else [words.how_to_stop(private=room.chat.private)]

    # --- whom

    async def _rooms(self, tenant: str, site: Cafeteria, today: date) -> list[_Room]:
        """Who is told of this cafeteria today."""
        institution, chosen = self._tenancy.institution(tenant), await self._store.choices(tenant)
        places = {one.id: await self._plans.calendar(tenant, one) for one in institution.cafeterias}
        every: list[tuple[Chat, str]] = [
            (Chat(adapter, channel.id, private=False), channel.department)
            for channel in institution.channels
            for adapter in sorted(channel.addresses)
        ]
        every += [
            (chat, department)
            for ref in sorted(chosen)
            if ref != EVERYWHERE
            and (chat := chat_of(ref)).private
            and (department := self._tenancy.department_of(tenant, ref)) is not None
        ]
        usual = usual_choice(site.posts, chosen)
        rooms: list[_Room] = []
        for chat, department in every:
            eats = [one for one, plan in places.items() if plan.group_of(department, today) is not None]
            said = chosen.get(chat.ref)
            choice = said.choice if said else usual if eats else Choice.OFF
            mine = (eats or list(places))[0] == site.id
            if mine and choice is not Choice.OFF and chat.adapter in self._adapters:
                rooms.append(_Room(chat, department, choice))
        return rooms


def _noon(day: date) -> str:
    return f"board/noon/{day.isoformat()}"


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _at(day: date, at: time) -> datetime:
    return datetime.combine(day, at, KST)

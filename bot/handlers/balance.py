"""차례 제안: a more even table from what past lunches show, for administrators; and what is told of departments.

history ─► learn ─► propose ─► the table and the minutes saved ─► [적용 날짜 정하기] ─► the change flow of `plans`
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from bot.handlers import days, slot_sayings
from bot.handlers.plans import PlanTalk
from bot.messenger import Reply
from bot.people import Question
from bot.plans import Plans
from bot.routes import Request, Route, tidy
from bot.settings import Cafeteria as Site
from bot.settings import Role
from bot.wording import balance as words
from bot.wording import plans as plan_words
from occupancy.balance import MIN_DAYS, Office, Proposal, learn, propose
from occupancy.plans import Desk
from occupancy.reading import DayHistory, day_of
from occupancy.rearranged import Assigned, Change, Ordered, Timed
from occupancy.store import OccupancyStore

_MANAGERS: Final = frozenset({Role.MANAGER})
_HISTORY_DAYS: Final = 120
_PEOPLE: Final = re.compile(r"([가-힣A-Za-z·][가-힣A-Za-z0-9·]{0,19}?)\s*[:,=]?\s*(\d{1,4})(?: ?명|(?=[\s,]|$))")
_ANY_DAY: Final = date(2000, 1, 3)


@dataclass(frozen=True, slots=True)
class _Told:
    """What is told of a department; None says nothing."""

    people: int | None = None
    fixed: bool | None = None
    public: bool | None = None

    def on(self, desk: Desk) -> Desk:
        """What is known of the department then."""
        return Desk(
            desk.people if self.people is None else self.people or None,
            desk.fixed if self.fixed is None else self.fixed,
            desk.public if self.public is None else self.public,
        )


class BalanceTalk:
    """The conversation about a more even table."""

    def __init__(self, talk: PlanTalk, plans: Plans, history: OccupancyStore) -> None:
        self._talk, self._plans, self._history = talk, plans, history

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "plan-propose", ("차례 제안", "조 제안", "조 편성 제안", "차례 추천"), ("planpropose",), self.proposal,
                about="관리", help="차례 제안 — 조를 어떻게 바꾸면 덜 기다리는지", roles=_MANAGERS, private=True,
                title="차례 제안",
            ),
            Route(
                "plan-when", (), (), self.when, press="plan-when", roles=_MANAGERS, title="차례 제안",
                takes=lambda text: bool(re.search(slot_sayings.SPAN, text)),
            ),
            Route(
                "plan-people", ("부서 인원", "과 인원"), ("planpeople",), self.people, roles=_MANAGERS, private=True,
                title="부서 인원",
            ),
            Route("plan-fixed", ("고정 부서",), ("planfixed",), self.fixed, roles=_MANAGERS, private=True),
            Route("plan-public", ("민원 부서",), ("planpublic",), self.public, roles=_MANAGERS, private=True),
        )  # fmt: skip

    async def proposal(self, request: Request) -> Sequence[Reply]:
        """A table that waits less, with the minutes saved; or that nothing clearly pays."""
        return [
            await self._propose(request, site) for site in self._talk.sites(request) if site.slots is not None
        ] or [Reply(words.no_rotation())]  # fmt: skip

    async def _propose(self, request: Request, site: Site) -> Reply:
        plan, today = await self._plans.calendar(request.tenant, site), day_of(request.now)
        history = await self._together(request, site)
        learned = await asyncio.to_thread(learn, history, plan, today)
        if learned is None:
            return Reply(words.too_short(site.name, MIN_DAYS))
        office = await self._office(request, site)
        hours = (site.open, site.close)
        found = await asyncio.to_thread(propose, learned, plan, today, office, hours)
        if found is None:
            return Reply(words.nothing(site.name, learned.factors.size, heads=bool(office.people)))
        key = await self._talk.keep(request, site, found.changes(_ANY_DAY))
        span, sizes = (found.low, found.high), list(zip(found.sizes, found.sizes_then, strict=True))
        lines = [*_lines(found), *([] if office.people else [words.heads_help()])]
        return words.proposal(site.name, lines, found.now, found.then, span, found.days, sizes, key)

    async def _together(self, request: Request, site: Site) -> list[DayHistory]:
        """Past days with all lines of the cafeteria added up."""
        found: dict[date, DayHistory] = {}
        for line in site.lines:
            for day in await self._history.history(request.tenant, site.place(line.id), _HISTORY_DAYS, request.now):
                found[day.day] = _added(found[day.day], day) if day.day in found else day
        return [found[day] for day in sorted(found)]

    async def _office(self, request: Request, site: Site) -> Office:
        desks, slots = await self._plans.store.desks(request.tenant, site.id), site.slots
        declared = (slots.fixed, slots.public) if slots else ((), ())
        return Office(
            {name: desk.people for name, desk in desks.items() if desk.people},
            frozenset(declared[0]) | {name for name, desk in desks.items() if desk.fixed},
            frozenset(declared[1]) | {name for name, desk in desks.items() if desk.public},
        )

    async def when(self, request: Request) -> Sequence[Reply]:
        """Asks for the day; told one, reads back what would change."""
        key, _, text = request.argument.partition(" ")
        site, entry = await self._talk.draft(request, key)
        if site is None or entry is None:
            return [Reply(plan_words.gone())]
        if not text:
            await self._talk.ask(request, Question("plan-when", key))
            return [Reply(words.when())]
        try:
            span = slot_sayings.span(text, day_of(request.now))
        except days.NoSuchDayError:
            span = None
        if span is None or span.first < day_of(request.now):
            await self._talk.ask(request, Question("plan-when", key))
            return [Reply(words.when())]
        changes = [_begun(one, span.first) for one in entry.changes]
        return [await self._talk.propose(request, site, changes)]

    async def people(self, request: Request) -> Sequence[Reply]:
        """Head counts, as a list or a pasted table."""
        found = {name: int(number) for name, number in _PEOPLE.findall(tidy(request.update.text).partition("인원")[2])}
        if not found:
            return [Reply(words.office_how())]
        return [await self._tell(request, {name: _Told(people=number) for name, number in found.items()})]

    async def fixed(self, request: Request) -> Sequence[Reply]:
        """Departments that stay in their group, or no longer do."""
        return [await self._mark(request, "fixed")]

    async def public(self, request: Request) -> Sequence[Reply]:
        """Departments that serve the public, or no longer do."""
        return [await self._mark(request, "public")]

    async def _mark(self, request: Request, what: Literal["fixed", "public"]) -> Reply:
        names = [one for one in re.split(r"[,\s·]+", request.argument.replace("해제", " ")) if one]
        if not names:
            return Reply(words.office_how())
        on = "해제" not in request.argument
        return await self._tell(request, {name: _Told(**{what: on}) for name in names})

    async def _tell(self, request: Request, told: Mapping[str, _Told]) -> Reply:
        """Writes what is told of departments that the table names; the rest is said to be left out."""
        written: dict[str, str] = {}
        for site in self._talk.sites(request):
            plan = await self._plans.calendar(request.tenant, site)
            named = {one for part in (plan, *(later.plan for later in plan.later)) for one in part.departments}
            before = await self._plans.store.desks(request.tenant, site.id)
            mine = {name: one.on(before.get(name, Desk())) for name, one in told.items() if name in named}
            await self._plans.store.put_desks(request.tenant, site.id, mine)
            written |= {
                name: words.desk(name, one.people, fixed=one.fixed, public=one.public) for name, one in mine.items()
            }
        return Reply(words.office(list(written.values()), [name for name in told if name not in written]))


def _begun(change: Change, since: date) -> Change:
    """A proposed change from that day on."""
    return replace(change, since=since) if isinstance(change, Assigned | Ordered | Timed) else change


def _added(one: DayHistory, other: DayHistory) -> DayHistory:
    """Two lines of one day as one."""
    found = {minute.minute: minute for minute in one.minutes}
    for minute in other.minutes:
        mine = found.get(minute.minute)
        if mine is None:
            found[minute.minute] = minute
            continue
        people = None if mine.people is None and minute.people is None else (mine.people or 0) + (minute.people or 0)
        found[minute.minute] = replace(mine, people=people, served=mine.served + minute.served)
    return replace(one, minutes=tuple(found[at] for at in sorted(found)), simulated=one.simulated or other.simulated)


def _lines(found: Proposal) -> list[str]:
    if found.moves:
        return words.moves([(one.department, one.before, one.after) for one in found.moves])
    return words.reorder(found.order) if found.order else words.retime(found.times)

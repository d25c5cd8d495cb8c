"""차례: whose lunch slot it is, mine and everybody's, on any day, week or month; and whether there is lunch at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.canteen import View
from bot.handlers import days
from bot.handlers import slot_sayings as sayings
from bot.handlers.slot_sayings import DAY, OFFICE, SPAN, Span
from bot.messenger import Button, Reply
from bot.plans import Plans
from bot.routes import Request, Route, tidy
from bot.settings import Cafeteria as Site
from bot.tenancy import Tenancy
from bot.wording import cafeteria as words
from bot.wording import slots as told
from occupancy.reading import day_of
from occupancy.slots import Rest, SlotPlan, monday_of

_TURN = r"차례|순서|배식 ?시간|과는? 몇 ?시|\d(?:시|분|시 ?반|:\d\d)(?:은|는|에|에는)? ?(?:누구|어느|무슨)"
_OUR = r"(?:우리|저희|제|내) ?(?:과|부서|팀|실)"
_WHOSE = rf"(?:{_OUR}|{OFFICE})"
_EAT = r"(?: ?(?:점심|식사|밥)(?: ?(?:먹는|먹을))?)"
_MEALTIME = r"(?:점심|배식|식사) ?(?:시간|때)"
_END = (
    r"(?:은|는|의|에)?(?: ?(?:몇 ?시|언제|차례|순서|시간).{0,8})?$"
    rf"|(?:은|는|의|에)?{_EAT}(?:은|는|이)? ?(?:몇 ?시|언제|차례|순서|시간).{{0,14}}$"
)
_AT = r"\d{1,2}(?:시(?: ?\d{1,2}분| ?반)?|:\d\d)(?:은|는|에|엔|에는)? ?"
_SERVES = r"식당 ?(?:은|을)? ?(?:해|하[나니]|합니|열|여)|문 ?(?:을 )?(?:열|여)|영업|배식 ?(?:해|하[나니]|합니)"
_RESTS = rf"쉬어|쉬나|쉬는|쉬니|쉽니|쉬죠|쉬지|휴무|{_SERVES}"
_HOURS = (
    r"^(?:오늘 ?)?(?:(?:구내)?식당|배식|점심)?(?:은|는|이)? ?(?:오늘 ?)?(?:몇 ?시 ?까지|언제 ?까지|몇 ?시에? ?(?:닫|열)"
    r"|(?:운영|영업) ?시간)"
)
_OF_TODAY = re.compile(r"몇 ?시|언제 ?까지|시간|저녁|아침|석식|조식")
_OTHER_MEALS = r"^(?:저녁|아침|석식|조식)(?:도|은|은요)? ?(?:해|하나|합니|먹을|있|되|열)"
_FIRST = r"(?:첫 ?(?:순서|차례|번째|순번)|가장 먼저|맨 ?(?:처음|먼저))"


@dataclass(frozen=True, slots=True)
class _Place:
    """A cafeteria and its rotation; None where it has none."""

    site: Site
    plan: SlotPlan | None


class SlotTalk:
    """The conversation about lunch slots."""

    def __init__(self, tenancy: Tenancy, plans: Plans) -> None:
        self._tenancy = tenancy
        self._plans = plans

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "slot-first",
                ("첫 순서", "첫 차례", "우리 과 첫 순서"),
                ("firstslot",),
                self.first,
                sentences=(rf"(?:{_WHOSE}|차례|순서|언제).{{0,12}}{_FIRST}", rf"{_FIRST}.{{0,8}}언제"),
            ),
            Route(
                "slot",
                ("차례", "우리 과 차례", "우리 과 몇 시", "우리과 몇시", "배식 시간"),
                ("slot",),
                self.slot,
                about="식당",
                help="차례 — 우리 과 배식 시간. '12월 3일 12시 20분은 누구?', '농정과 이번 달', '전체 차례'도 됩니다",
                sentences=(
                    r"(우리|저희|제|내) ?(과|부서|팀)?.{0,6}(몇 ?시|차례|순서)",
                    rf"{_OUR}(?:은|는|의)? ?(?:{DAY} ?)?(?:언제(?!.*(?:한산|붐))|{_MEALTIME}).{{0,10}}$",
                    rf"({DAY}).{{0,20}}({_TURN})",
                    rf"[가-힣]과(?:는|의)? ?(?:{DAY}|.{{2,3}} ?주)?{_EAT}? ?(몇 ?시|차례|순서)",
                    rf"^{_WHOSE}(?:은|는|의)? ?{SPAN}(?:{_END})",
                    rf"^{SPAN}(?:에|의)? ?{_WHOSE}(?:{_END})",
                    rf"^(?:{DAY})? ?{_AT}(?:누구|어느 ?과|어느 ?부서|무슨 ?과)",
                    rf"^{_WHOSE}(?:은|는|의)?{_EAT}? ?(?:몇 ?시|언제|시간).{{0,10}}$",
                ),
                press="slot",
            ),
            Route(
                "slots",
                ("전체 차례", "이번 주 차례", "차례표", "전체 차례표"),
                ("slots",),
                self.slots,
                press="slots",
                sentences=(
                    r"(이번|다음|다다음|지난|저번) ?(주|달).{0,6}(차례|순서|표$)",
                    r"\d{1,2}월 ?(?:전체 ?)?(?:차례표?|표)$",
                ),
            ),
            Route(
                "slot-rest",
                ("쉬는 날", "식당 휴무", "휴무일", "식당 쉬는 날"),
                ("rest",),
                self.rest,
                about="식당",
                help="내일 식당 해? — 쉬는 날과 까닭",
                sentences=(
                    rf"(?:{SPAN}).{{0,12}}(?:{_RESTS})",
                    rf"^식당.{{0,6}}(?:{_RESTS})",
                    r"^휴무\W*$",
                    _HOURS,
                    _OTHER_MEALS,
                    r"^(?:오늘|내일|모레)(?:도|은|은요)? ?(?:하나요|해요|합니까|여나요|하니|해|열어요)\W*$",
                ),
                quiet=True,
            ),
        )  # fmt: skip

    async def slot(self, request: Request) -> Sequence[Reply]:
        """The slot of my department or of the one named, in the days meant; or whose a time is."""
        return await self._each(request, self._slot, words.BUTTONS[1:])

    async def slots(self, request: Request) -> Sequence[Reply]:
        """Everybody's slot this week, or in the days meant."""
        return await self._each(request, self._table, told.BUTTONS[1:], everybody=True)

    async def first(self, request: Request) -> Sequence[Reply]:
        """When the department has the day's first slot."""
        return await self._each(request, self._first, words.BUTTONS[1:])

    async def rest(self, request: Request) -> Sequence[Reply]:
        """Whether there is lunch in the days meant, and why not."""
        sites = self._tenancy.institution(request.tenant).cafeterias
        if not sites:
            return [Reply(words.no_cafeteria())]
        try:
            today = day_of(request.now)
            span = sayings.span(_said(request), today) or (
                Span(today, today, "day") if _OF_TODAY.search(_said(request)) else _month(today)
            )
        except days.NoSuchDayError:
            return [Reply(words.no_such_day())]
        lines = [await self._rest(request, site, span) for site in _named(sites, _said(request))]
        return [Reply("\n".join(lines), buttons=words.BUTTONS[1:])]

    async def _rest(self, request: Request, site: Site, span: Span) -> str:
        composed, today = await self._plans.composed(request.tenant, site), day_of(request.now)
        plan, day = composed.plan, span.first
        if span.kind != "day":
            rows = [told.rest(one, why, composed.reasons.get(one, "")) for one, why in _rests(plan, span)]
            return told.resting(site.name, span.first, span.last, rows)
        why = plan.rest(day)
        if why is None:
            return told.opened(site.name, day, today, site.open, site.close)
        then = plan.next_open(max(day, today))
        return told.shut(site.name, day, today, why, composed.reasons.get(day, ""), then)

    async def _each(
        self,
        request: Request,
        say: Callable[[Request, _Place, Span | None, str], str],
        buttons: tuple[Button, ...],
        *,
        everybody: bool = False,
    ) -> Sequence[Reply]:
        """What `say` says of every cafeteria that is meant."""
        said, today = _said(request), day_of(request.now)
        every = self._tenancy.institution(request.tenant).cafeterias
        if not every:
            return [Reply(words.no_cafeteria())]
        try:
            span = sayings.span(said, today)
            sayings.clock(said)
        except days.NoSuchDayError:
            return [Reply(words.no_such_day())]
        except days.NoSuchTimeError:
            return [Reply(words.no_such_time())]
        places = [_Place(site, await self._plans.of(request.tenant, site)) for site in _named(every, said)]
        known = [name for place in places if place.plan for name in _ever(place.plan)]
        department = sayings.department(_bare(said, every), known, request.member.person.department)
        meant = _meant(places, department, everybody=everybody)
        lines = [say(request, place, span, department) for place in meant]
        if len(meant) > 1 and not everybody:
            lines = [told.in_cafeteria(place.site.name, line) for place, line in zip(meant, lines, strict=True)]
        more = () if request.chat.private or not everybody else (told.POSTS,)
        return [Reply("\n".join(lines), buttons=(*buttons, *more))]

    def _slot(self, request: Request, place: _Place, span: Span | None, department: str) -> str:
        today, plan = day_of(request.now), place.plan
        if plan is None:
            return words.no_plan(place.site.name)
        at = sayings.clock(_said(request))
        if at is not None:
            return _whose(place.site, plan, span or Span(today, today, "day"), at)
        if span is not None and span.kind == "month":
            return _month_of(plan, span, department)
        if span is None and department == request.member.person.department and not plan.is_open(today):
            return _closed_today(place.site, plan, today, department)
        return _planned(place.site, plan, span or Span(today, today, "day"), department, dated=span is not None)

    def _table(self, request: Request, place: _Place, span: Span | None, _department: str) -> str:
        today, plan, site = day_of(request.now), place.plan, place.site
        if plan is None:
            return words.no_plan(site.name)
        if span is not None and span.kind == "month":
            return _month_table(site, plan, span)
        monday = monday_of(today)
        if span is None or (span.kind == "week" and span.first == monday):
            if not plan.is_open(today):
                return words.closed_today(site.name)
            return words.slots(site.name, _rows(plan, today))
        return _days_table(site, plan, span)

    def _first(self, request: Request, place: _Place, span: Span | None, department: str) -> str:
        today, plan = day_of(request.now), place.plan
        if plan is None:
            return words.no_plan(place.site.name)
        now = plan.first_turn(department, today, 1) if span is None else None
        if now is not None and monday_of(now) != monday_of(today):
            now = None
        since = monday_of(today if span is None else span.first) + timedelta(weeks=now is not None)
        return told.first_turn(department, now, plan.first_turn(department, max(since, today) if not now else since))


def _said(request: Request) -> str:
    """What was typed, with its days; a button carries only its argument."""
    return request.argument if request.update.press is not None else tidy(request.update.text)


def _named(sites: Sequence[Site], said: str) -> Sequence[Site]:
    """The cafeterias that are named, in full or by their first word; all where none is."""
    return [one for one in sites if one.name in said or one.name.split()[0] in said.split()] or sites


def _bare(said: str, sites: Sequence[Site]) -> str:
    """The text without the names of cafeterias: 별관 is no department here."""
    named = {word for one in sites for word in (one.name, one.name.split()[0])}
    for word in sorted(named, key=len, reverse=True):
        said = said.replace(word, " ")
    return said


def _meant(places: Sequence[_Place], department: str, *, everybody: bool) -> Sequence[_Place]:
    """The places where the department has a slot; every place with slots where it has none."""
    rotating = [place for place in places if place.plan is not None]
    mine = [place for place in rotating if place.plan and department in _ever(place.plan)]
    return (rotating if everybody else mine or rotating[:1]) or places[:1]


def _ever(plan: SlotPlan) -> tuple[str, ...]:
    """Every department that a table of the plan names, now, before or later."""
    return tuple(dict.fromkeys(name for one in (plan, *(one.plan for one in plan.later)) for name in one.departments))


def _month(day: date) -> Span:
    after = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return Span(day, after - timedelta(days=1), "month")


def _working(span: Span) -> list[date]:
    every = (span.first + timedelta(days=step) for step in range((span.last - span.first).days + 1))
    return [day for day in every if day.weekday() < 5 or span.kind == "day"]


def _rests(plan: SlotPlan, span: Span) -> list[tuple[date, Rest]]:
    return [(day, why) for day in _working(span) if (why := plan.rest(day)) is not None]


def _first_open(plan: SlotPlan, span: Span) -> tuple[date, list[date]]:
    """The first open day that is meant, else the first, and the closed working days beside it."""
    meant = _working(span)
    shut = [day for day in meant if not plan.is_open(day)]
    return next((day for day in meant if day not in shut), span.first), shut


def _planned(site: Site, plan: SlotPlan, span: Span, department: str, *, dated: bool) -> str:
    day, shut = _first_open(plan, span)
    week = span.kind == "week"
    if day in shut and dated:
        return words.closed_on(site.name, span.first, week=week)
    group = plan.group_of(department, day)
    if group is None:
        begins = next((one.since for one in plan.later if one.since > day and department in one.plan.departments), None)
        return told.not_yet(department, begins) if begins else words.no_slot(department)
    start, end = _hours(plan, day, group)
    if not dated:
        return words.slot(department, start, end)
    return words.slot_on(department, span.first, start, end, shut, week=week)


def _hours(plan: SlotPlan, day: date, group: int) -> tuple[time, time]:
    """When the group's slot is by the week's order, also on a closed day."""
    on, place = plan.on(day), plan.order(day).index(group)
    start = datetime.combine(day, on.times[place])
    return start.time(), (start + timedelta(minutes=on.lengths[place])).time()


def _closed_today(site: Site, plan: SlotPlan, today: date, department: str) -> str:
    """Closed today: the department's next slot."""
    then = plan.next_open(today)
    slot = plan.slot_of(department, then) if then else None
    said = words.closed_today(site.name)
    return f"{said} {told.next_slot(department, then, slot.start, slot.end)}" if then and slot else said


def _whose(site: Site, plan: SlotPlan, span: Span, at: time) -> str:
    day, shut = _first_open(plan, span)
    if day in shut:
        return words.closed_on(site.name, span.first, week=span.kind == "week")
    return words.whose(day, at, plan.groups_at(day, at))


def _rows(plan: SlotPlan, day: date) -> list[tuple[time, time, Sequence[str]]]:
    return [(one.start, one.end, one.departments or (told.group((), one.group),)) for one in plan.table(day)]


def _days_table(site: Site, plan: SlotPlan, span: Span) -> str:
    day, shut = _first_open(plan, span)
    week = span.kind == "week"
    if day in shut:
        return words.closed_on(site.name, span.first, week=week)
    return words.slots_on(site.name, span.first, _rows(plan, day), shut, week=week)


def _stretches(plan: SlotPlan, span: Span, tell: Callable[[date], str]) -> list[told.Stretch]:
    """The open days of a span, those of one week put together that tell the same."""
    found: list[told.Stretch] = []
    for day in _working(span):
        if not plan.is_open(day):
            continue
        last = found[-1] if found else None
        if last and last.told == tell(day) and monday_of(last.first) == monday_of(day):
            found[-1] = told.Stretch(last.first, day, last.told)
        else:
            found.append(told.Stretch(day, day, tell(day)))
    return found


def _month_of(plan: SlotPlan, span: Span, department: str) -> str:
    def tell(day: date) -> str:
        slot = plan.slot_of(department, day)
        return told.hours(slot.start, slot.end) if slot else "-"

    rows = _stretches(plan, span, tell)
    if all(row.told == "-" for row in rows):
        return words.no_slot(department)
    return told.month_of(department, span.first, rows, [told.rest(day, why) for day, why in _rests(plan, span)])


def _month_table(site: Site, plan: SlotPlan, span: Span) -> str:
    rows = _stretches(plan, span, lambda day: told.order(plan.order(day)))
    shut, on = [told.rest(day, why) for day, why in _rests(plan, span)], plan.on(span.last)
    return told.month_table(site.name, span.first, on.groups, on.times, rows, shut)


def slot_text(view: View, department: str) -> str:
    """The department's slot today in a sentence."""
    slot = view.slot_of(department)
    return words.slot(department, slot.start, slot.end) if slot else words.no_slot(department)

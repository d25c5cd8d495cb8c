"""차례: whose lunch slot it is, mine and everybody's, on any day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from bot.canteen import Canteen, View
from bot.handlers import days
from bot.messenger import Reply
from bot.routes import Request, Route, tidy
from bot.settings import Cafeteria as Site
from bot.tenancy import Tenancy
from bot.wording import cafeteria as words
from occupancy.reading import day_of
from occupancy.slots import Slot, SlotPlan

_DAY = r"\d{1,2}월 ?\d{1,2}일|\d{1,2}[./]\d{1,2}|어제|오늘|내일|모레|글피|[월화수목금토일]요일"
_TURN = r"차례|순서|배식 ?시간|과는? 몇 ?시|\d(?:시|분|시 ?반|:\d\d)(?:은|는|에|에는)? ?(?:누구|어느|무슨)"
_WHOSE = re.compile(r"누구|어느|무슨|차례")
_OTHER = re.compile(r"[가-힣A-Za-z0-9]{1,20}(?:과|실|팀|국|단|관|소|부서)")
_MINE = frozenset({"우리과", "저희과", "내과", "제과", "우리팀", "저희팀", "우리부서", "저희부서"})


class SlotTalk:
    """The conversation about lunch slots."""

    def __init__(self, tenancy: Tenancy, canteen: Canteen) -> None:
        self._tenancy = tenancy
        self._canteen = canteen

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "slot",
                ("차례", "우리 과 차례", "우리 과 몇 시", "우리과 몇시", "배식 시간"),
                ("slot",),
                self.slot,
                about="식당",
                help="차례 — 우리 과 배식 시간. '전체 차례'는 모든 과",
                sentences=(
                    r"(우리|저희|제|내) ?(과|부서|팀)?.{0,6}(몇 ?시|차례|순서)",
                    rf"({_DAY}).{{0,20}}({_TURN})",
                    rf"[가-힣]과(?:는|의)? ?(?:{_DAY}|.{{2,3}} ?주)? ?(몇 ?시|차례|순서)",
                ),
                press="slot",
            ),
            Route(
                "slots",
                ("전체 차례", "이번 주 차례"),
                ("slots",),
                self.slots,
                press="slots",
                sentences=(r"(이번|다음|다다음|지난) ?주.{0,6}(차례|순서)",),
            ),
        )

    async def slot(self, request: Request) -> Sequence[Reply]:
        """The slot of my department or of the one named, this week or on the day named; or whose a time is."""
        site = self._site(request)
        if site is None:
            return [Reply(words.no_cafeteria())]
        asked = _said(request)
        plan, named = self._canteen.plan(site), days.without(asked)
        department = _department(named, plan, request)
        try:
            wanted = days.days(asked, day_of(request.now))
        except days.NoSuchDayError:
            return [Reply(words.no_such_day())]
        at = days.clock(asked) if _WHOSE.search(asked) else None
        if plan is not None and (
            wanted is not None or at is not None or department != request.member.person.department
        ):
            when = wanted or days.Days(day_of(request.now))
            whose = _whose(site, plan, when, at) if at else _planned(site, plan, when, department, dated=bool(wanted))
            return [Reply(whose, buttons=words.BUTTONS[1:])]
        view = await self._canteen.view(request.tenant, site)
        if not view.open_today:
            return [Reply(words.closed_today(site.name))]
        return [Reply(slot_text(view, request.member.person.department), buttons=words.BUTTONS[1:])]

    async def slots(self, request: Request) -> Sequence[Reply]:
        """Everybody's slot this week."""
        site = self._site(request)
        plan = self._canteen.plan(site) if site else None
        if site is None or plan is None:
            return [Reply(words.no_cafeteria() if site is None else words.no_plan(site.name))]
        try:
            wanted = days.days(_said(request), day_of(request.now))
        except days.NoSuchDayError:
            return [Reply(words.no_such_day())]
        if wanted is None or wanted == days.days("이번 주", day_of(request.now)):
            table = (await self._canteen.view(request.tenant, site)).slots
            if not table:
                return [Reply(words.closed_today(site.name))]
            return [Reply(words.slots(site.name, _rows(table)))]
        return [Reply(_table(site, plan, wanted))]

    def _site(self, request: Request) -> Site | None:
        """The cafeteria that is meant: the one named, else the institution's first."""
        sites = self._tenancy.institution(request.tenant).cafeterias
        named = [site for site in sites if request.argument and request.argument in site.name]
        return next(iter(named or sites), None)


def _said(request: Request) -> str:
    """What was typed, with its days; a button carries only its argument."""
    return request.argument if request.update.press is not None else tidy(request.update.text)


def _department(said: str, plan: SlotPlan | None, request: Request) -> str:
    """The department that is named: one of the plan, or whatever stands beside 차례; else the asker's own."""
    planned = [name for group in plan.groups for name in group] if plan else []
    known = max((name for name in planned if name in said), key=len, default="")
    other = _OTHER.fullmatch(days.without(request.argument))
    return known or (other[0] if other and other[0] not in _MINE else request.member.person.department)


def _week(plan: SlotPlan, wanted: days.Days) -> tuple[date, list[date]]:
    """The first open day that is meant, else the first, and the closed working days beside it."""
    span = [wanted.day + timedelta(days=step) for step in range(5 if wanted.week else 1)]
    shut = [day for day in span if not plan.is_open(day)]
    return next((day for day in span if day not in shut), span[0]), shut


def _planned(site: Site, plan: SlotPlan, wanted: days.Days, department: str, *, dated: bool) -> str:
    day, shut = _week(plan, wanted)
    if day in shut and dated:
        return words.closed_on(site.name, wanted.day, week=wanted.week)
    order = plan.order(day)
    group = next((number for number, names in enumerate(plan.groups) if department in names), None)
    if group is None:
        return words.no_slot(department)
    start = plan.times[order.index(group)]
    end = (datetime.combine(day, start) + timedelta(minutes=plan.slot_minutes)).time()
    if not dated:
        return words.slot(department, start, end)
    return words.slot_on(department, wanted.day, start, end, shut, week=wanted.week)


def _table(site: Site, plan: SlotPlan, wanted: days.Days) -> str:
    day, shut = _week(plan, wanted)
    if day in shut:
        return words.closed_on(site.name, wanted.day, week=wanted.week)
    return words.slots_on(site.name, wanted.day, _rows(plan.table(day)), shut, week=wanted.week)


def _whose(site: Site, plan: SlotPlan, wanted: days.Days, at: time) -> str:
    day, shut = _week(plan, wanted)
    if day in shut:
        return words.closed_on(site.name, wanted.day, week=wanted.week)
    return words.whose(day, at, plan.groups_at(day, at))


def _rows(table: Sequence[Slot]) -> list[tuple[time, time, Sequence[str]]]:
    return [(slot.start, slot.end, slot.departments) for slot in table]


def slot_text(view: View, department: str) -> str:
    """The department's slot today in a sentence."""
    slot = view.slot_of(department)
    return words.slot(department, slot.start, slot.end) if slot else words.no_slot(department)

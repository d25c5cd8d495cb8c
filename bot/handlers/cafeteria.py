"""식당: the line as it is now, my slot, how old the figures are, and a picture of the day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from bot.canteen import Canteen, View, kinds, used
from bot.handlers import days
from bot.messenger import CafeteriaFacts, Reply
from bot.routes import Request, Route, tidy
from bot.settings import Cafeteria as Site
from bot.tenancy import Tenancy
from bot.wording import cafeteria as words
from occupancy.estimate import Estimate, Health, Level
from occupancy.reading import day_of
from occupancy.slots import Slot, SlotPlan

_DAY = r"\d{1,2}월 ?\d{1,2}일|\d{1,2}[./]\d{1,2}|어제|오늘|내일|모레|글피|[월화수목금토일]요일"
_TURN = r"차례|순서|배식 ?시간|과는? 몇 ?시|\d(?:시|분|시 ?반|:\d\d)(?:은|는|에|에는)? ?(?:누구|어느|무슨)"
_WHOSE = re.compile(r"누구|어느|무슨|차례")
_OTHER = re.compile(r"[가-힣A-Za-z0-9]{1,20}(?:과|실|팀|국|단|관|소|부서)")
_MINE = frozenset({"우리과", "저희과", "내과", "제과", "우리팀", "저희팀", "우리부서", "저희부서"})


class Cafeteria:
    """The cafeteria conversation."""

    def __init__(self, tenancy: Tenancy, canteen: Canteen) -> None:
        self._tenancy = tenancy
        self._canteen = canteen

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "cafeteria",
                ("식당", "구내식당", "밥", "점심"),
                ("cafeteria", "식당"),
                self.now,
                about="식당",
                help="식당 — 지금 줄과 기다릴 시간",
                sentences=(
                    r"(식당|배식|점심|밥|줄).{0,12}(붐|어때|길|짧|몇 ?[분명]|얼마|사람|지금|언제|기다|많)",
                    r"^언제 ?(가|먹)",
                ),
                press="cafeteria",
            ),
            Route(
                "menu",
                ("식단", "식당 메뉴", "식당 식단", "오늘 메뉴"),
                ("menu",),
                self.menu,
                sentences=(r"(?:오늘|내일|점심|식당|밥).{0,8}(?:메뉴|식단|반찬|뭐 ?나와|뭐 ?나오)",),
                quiet=True,
            ),
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

    async def now(self, request: Request) -> Sequence[Reply]:
        """The decision first, then my slot, then how far to trust it."""
        site = self._site(request)
        if site is None:
            return [Reply(words.no_cafeteria())]
        view = await self._canteen.view(request.tenant, site)
        department = request.member.person.department
        lines = _lines(view, department)
        picture = await self._canteen.picture(request.tenant, view, department, words.labels(view.slots, site.name))
        told = lines[0].partition("\n")[0].removeprefix(f"{site.name}: ")
        alt = words.alt(site.name, request.now, told, _slot_text(view, department))
        return [Reply("\n".join(lines), alt=alt, image=picture, buttons=words.BUTTONS, facts=_facts(view))]

    async def menu(self, _request: Request) -> Sequence[Reply]:
        """What is served is not known here yet; said so, with what is known."""
        return [words.no_menu()]

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
        return [Reply(_slot_text(view, request.member.person.department), buttons=words.BUTTONS[1:])]

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


def _slot_text(view: View, department: str) -> str:
    slot = view.slot_of(department)
    return words.slot(department, slot.start, slot.end) if slot else words.no_slot(department)


def _lines(view: View, department: str) -> list[str]:
    site, found = view.cafeteria, view.estimate
    known = found.people is not None and not found.stale
    if not view.serving and not known:
        if not view.open_today:
            return [words.closed_today(site.name)]
        return [words.closed(site.name, site.open, site.close), _slot_text(view, department)]
    if not known:
        return [*_unknown(view), _slot_text(view, department)]
    lines = [words.now_line(_line(site.name, found)), _slot_text(view, department), _trust(found)]
    sooner = view.better(department)
    return [*lines, words.better(sooner.at, sooner.minutes)] if sooner else lines


def _unknown(view: View) -> list[str]:
    """No sensor speaks: what was last known and when, and the usual for this time said as such."""
    site, found, now = view.cafeteria, view.estimate, view.now
    since = found.since or (view.last.measured_at if view.last else None)
    recent = view.then if found.people is not None else None
    if recent is not None and since is not None:
        lines = [words.old(_line(site.name, recent), since, now)]
    else:
        lines = [words.silent(site.name, since, now)]
    usual = view.usual.at(now)
    if usual is not None and found.per_minute:
        lines.append(words.usual(usual / found.per_minute, view.usual.basis.value))
    return lines


def _trust(found: Estimate) -> str:
    out = [one for one in found.sources if one.health is Health.SILENT]
    return words.trust(
        [words.Source(one.kind.value, one.age_s) for one in used(found)],
        [words.Source(one.kind.value, one.age_s) for one in out if one not in used(found)],
        [one.kind.value for one in found.sources if one.health is Health.FROZEN],
    )


def _line(name: str, found: Estimate) -> words.Line:
    minutes = found.minutes or 0.0
    return words.Line(
        name,
        found.people or 0,
        minutes,
        minutes if found.low is None else found.low,
        minutes if found.high is None else found.high,
        (found.level or Level.QUIET).value,
    )


def _facts(view: View) -> CafeteriaFacts:
    """The figures for machines; an old number is no number here."""
    found = view.estimate
    known = found.people is not None and not found.stale
    age = found.age_s
    if age is None and view.last is not None:
        age = (view.now - view.last.measured_at).total_seconds()
    return CafeteriaFacts(
        id=view.cafeteria.id,
        people=found.people if known else None,
        level=words.LEVELS[found.level.value] if known and found.level else None,
        minutes=_rounded(found.minutes) if known else None,
        low=_rounded(found.low) if known else None,
        high=_rounded(found.high) if known else None,
        age_s=None if age is None else round(age, 1),
        sensors=tuple(kind.value for kind in kinds(found)) if known else (),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)

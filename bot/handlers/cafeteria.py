"""식당: the line as it is now, my slot, how old the figures are, and a picture of the day."""

from __future__ import annotations

from collections.abc import Sequence

from bot.canteen import Canteen, View, kinds
from bot.messenger import CafeteriaFacts, Reply
from bot.routes import Request, Route
from bot.settings import Cafeteria as Site
from bot.tenancy import Tenancy
from bot.wording import cafeteria as words
from occupancy.estimate import Health


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
                help="식당 — 지금 줄과 기다릴 시간",
                sentences=(
                    r"(식당|배식|점심|밥|줄).{0,12}(붐|어때|길|짧|몇 ?분|얼마|사람|지금|언제|기다)",
                    r"^언제 ?(가|먹)",
                ),
                press="cafeteria",
            ),
            Route(
                "slot",
                ("차례", "우리 과 차례", "우리 과 몇 시", "우리과 몇시", "배식 시간"),
                ("slot",),
                self.slot,
                help="차례 — 우리 과 배식 시간",
                sentences=(r"(우리|제|내) ?(과|부서|팀)?.{0,6}(몇 ?시|차례|순서)",),
                press="slot",
            ),
            Route("slots", ("이번 주 차례", "전체 차례"), ("slots",), self.slots, press="slots"),
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
        alt = words.alt(site.name, request.now, lines[0], _slot_text(view, department))
        return [Reply("\n".join(lines), alt=alt, image=picture, buttons=words.BUTTONS, facts=_facts(view))]

    async def slot(self, request: Request) -> Sequence[Reply]:
        """My department's slot this week."""
        site = self._site(request)
        if site is None:
            return [Reply(words.no_cafeteria())]
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
        view = await self._canteen.view(request.tenant, site)
        if not view.slots:
            return [Reply(words.closed_today(site.name))]
        return [Reply(words.slots(site.name, [(slot.start, slot.end, slot.departments) for slot in view.slots]))]

    def _site(self, request: Request) -> Site | None:
        """The cafeteria that is meant: the one named, else the institution's first."""
        sites = self._tenancy.institution(request.tenant).cafeterias
        named = [site for site in sites if request.argument and request.argument in site.name]
        return next(iter(named or sites), None)


def _slot_text(view: View, department: str) -> str:
    slot = view.slot_of(department)
    return words.slot(department, slot.start, slot.end) if slot else words.no_slot(department)


def _lines(view: View, department: str) -> list[str]:
    site, found, now = view.cafeteria, view.estimate, view.now
    if not view.serving and (found.stale or found.people is None):
        if not view.open_today:
            return [words.closed_today(site.name)]
        return [words.closed(site.name, site.open, site.close), _slot_text(view, department)]
    lines = [_decision(view)]
    if found.people is None or found.stale:
        usual = view.usual.at(now)
        if usual is not None and found.per_minute:
            lines.append(words.usual(usual / found.per_minute, view.usual.basis.value))
    lines.append(_slot_text(view, department))
    speaking = [words.Source(one.kind.value, one.age_s) for one in found.sources if one.health is not Health.SILENT]
    quiet = [one.kind.value for one in found.sources if one.health is not Health.OK]
    if speaking and not found.stale:
        lines.append(words.trust(speaking, quiet))
    sooner = view.better()
    if sooner is not None and not found.stale:
        lines.append(words.better(sooner.at, sooner.minutes))
    return lines


def _decision(view: View) -> str:
    found, site, now = view.estimate, view.cafeteria, view.now
    line = _line(view)
    if line is not None and not found.stale:
        return words.now_line(line)
    counted = view.counted
    if line is not None and counted is not None and counted.count is not None:
        return words.old(site.name, counted.count, counted.measured_at, now)
    since = view.last.measured_at if view.last else None
    return words.silent(site.name, since, now)


def _line(view: View) -> words.Line | None:
    found = view.estimate
    if found.people is None or found.minutes is None or found.level is None:
        return None
    return words.Line(
        view.cafeteria.name,
        found.people,
        found.minutes,
        found.low if found.low is not None else found.minutes,
        found.high if found.high is not None else found.minutes,
        found.level.value,
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

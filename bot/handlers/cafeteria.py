"""식당: the line as it is now, my slot, how old the figures are, and a picture of the day."""

from __future__ import annotations

from collections.abc import Sequence

from bot.canteen import Canteen, View, kinds, used
from bot.handlers.slots import slot_text
from bot.messenger import CafeteriaFacts, Reply
from bot.routes import Request, Route
from bot.settings import Cafeteria as Site
from bot.tenancy import Tenancy
from bot.wording import cafeteria as words
from occupancy.estimate import Estimate, Health, Level


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
        alt = words.alt(site.name, request.now, told, slot_text(view, department))
        return [Reply("\n".join(lines), alt=alt, image=picture, buttons=words.BUTTONS, facts=_facts(view))]

    def _site(self, request: Request) -> Site | None:
        """The cafeteria that is meant: the one named, else the institution's first."""
        sites = self._tenancy.institution(request.tenant).cafeterias
        named = [site for site in sites if request.argument and request.argument in site.name]
        return next(iter(named or sites), None)


def _lines(view: View, department: str) -> list[str]:
    site, found = view.cafeteria, view.estimate
    known = found.people is not None and not found.stale
    if not view.serving and not known:
        if not view.open_today:
            return [words.closed_today(site.name)]
        return [words.closed(site.name, site.open, site.close), slot_text(view, department)]
    if not known:
        return [*_unknown(view), slot_text(view, department)]
    lines = [words.now_line(_line(site.name, found)), slot_text(view, department), _trust(found)]
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

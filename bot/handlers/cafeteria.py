"""식당: the line as it is now, my slot, how old the figures are, a picture of the day; and why these figures."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from bot import line_answer, lunch_speech
from bot.advising import Advising
from bot.canteen import Canteen, View
from bot.handlers import asked_minute, days
from bot.handlers.quiet import Quiet
from bot.handlers.slots import slot_text
from bot.messenger import Button, Reply
from bot.platforms import Content
from bot.routes import Request, Route, tidy
from bot.settings import Cafeteria as Site
from bot.settings import ServingLine
from bot.tenancy import Tenancy
from bot.track_record import TrackRecord
from bot.wording import cafeteria as words
from bot.wording import lunch_asides as asides
from bot.wording import menus, public, why
from occupancy.advice import Advice

_MOST_LINES = 4
"""Of an answer that knows no line; the menu can be asked for."""
_NAMED: Final = re.compile(r"제 ?\d ?식당|\d ?식당|(?:별관|신관|의회|지하|교육원|연수원|제이|제삼) ?식당")
Own = Callable[[Request], Awaitable[frozenset[int]]]
"""The asker's own allergens; none in a group."""


class Cafeteria:
    """The cafeteria conversation."""

    def __init__(
        self, tenancy: Tenancy, canteen: Canteen, record: TrackRecord, advising: Advising, own: Own, quiet: Quiet
    ) -> None:
        self._tenancy = tenancy
        self._canteen = canteen
        self._record = record
        self._advising = advising
        self._own = own
        self._quiet = quiet

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "line-why",
                ("왜 이 숫자", "왜 이 시간", "식당 근거"),
                ("why",),
                self.why,
                sentences=(
                    r"^왜 ?(?:이|그|저|지금)? ?(?:숫자|시간|예측)",
                    r"^왜 ?(?:이렇게|그렇게|저렇게) ?(?:나[온왔]|나와|계산|많|길|짧|적)",
                    r"^(?:이 ?|저 ?|지금 ?)?(?:숫자|값|인원)(?:가|이|는)? ?.{0,4}(?:이상|틀[리렸]|안 ?맞|다른|달라)",
                    r"^(?:식당|줄).{0,10}(?:정확|근거|맞는 ?거|믿)",
                    r"(?:\d ?분|\d ?명|숫자|대기 ?시간|예측).{0,12}(?:근거|어떻게 ?(?:나|계산|알|아)|어디서 ?나)",
                    r"(?:카메라|센서).{0,6}(?:고장|죽었|끊|이상|안 ?(?:돼|되|나오|켜))",
                ),
                press="linewhy",
                quiet=True,
            ),
            Route(
                "camera-privacy",
                (),
                (),
                self.watched,
                quiet=True,
                sentences=(
                    r"(?:카메라|CCTV|cctv|웹캠).{0,14}(?:얼굴|찍|사진|영상|녹화|저장|감시|촬영)",
                    r"(?:식당|식권|카메라).{0,8}개인 ?정보|개인 ?정보.{0,8}(?:식당|식권|카메라)",
                ),
            ),
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
                    r"(?:배고|점심|밥|먹으러).{0,10}언제 ?(?:가|먹|내려)",
                    r"^(?:지금|이따가?|오늘)? ?(?:내려)?(?:가면|가도).{0,12}(?:기다|걸[리려릴]|붐|괜찮|많|앉|먹)",
                    r"^(?:지금|현재)? ?(?:몇 ?분|얼마나).{0,6}(?:기다|$)",
                    r"^(?:지금|오늘|현재)? ?사람(?:이|은|들)? ?.{0,6}많",
                    r"^(?:구내)?식당 ?줄\W*$",
                    *asked_minute.SENTENCES,
                ),
                press="cafeteria",
                subject=True,
            ),
        )

    async def now(self, request: Request) -> Sequence[Reply]:
        """The decision first, then my slot, then how far to trust it, then what there is to eat."""
        site, line = self._meant(request)
        if site is None:
            return [public(words.no_cafeteria())]
        about = lunch_speech.aside(tidy(request.update.text)) if request.update.press is None else ""
        if about and about != "seats":
            return [await self._aside(request, site, about)]
        if line is None and len(site.lines) > 1:
            views = await self._canteen.views(request.tenant, site)
        else:
            views = (await self._canteen.view(request.tenant, site, line),)
        view, department = _fastest(views), request.member.person.department
        lines = _lines(views, view, department, await self._sooner(request, view))
        told = lines[0].partition("\n")[0].removeprefix(f"{site.name}: ")
        beside = [asides.SEATS] if about == "seats" else []
        lines = [*self._elsewhere(request), *_asked(request, view), *beside, *lines]
        careful = menus.careful(view.menu, await self._own(request)) if view.menu is not None else []
        lines += careful  # what somebody may not eat is theirs alone
        labels = words.labels(view.slots, " ".join(filter(None, (site.name, view.line.name))))
        picture = await self._canteen.picture(request.tenant, view, department, labels)
        alt = words.alt(site.name, request.now, told, slot_text(view, department))
        others = [other for other in self._sites(request) if other is not site]
        lines += [await self._other(request.tenant, other) for other in others[:2]]
        more = (*self._quiet.offered(request, view), *words.BUTTONS, *self._more(request, site, view))
        buttons = (*more, *(_to(other) for other in others[:2]))
        content = Content.OFFICE if careful else Content.PUBLIC
        facts = line_answer.facts(view)
        return [Reply("\n".join(lines), alt=alt, image=picture, buttons=buttons, facts=facts, content=content)]

    async def _aside(self, request: Request, site: Site, about: str) -> Reply:
        """What the line does not tell."""
        view = await self._canteen.view(request.tenant, site, None)
        slot = slot_text(view, request.member.person.department)
        return asides.told(
            about, site.name, site.open, site.close, slot, self._tenancy.institution(request.tenant).contact
        )

    def _elsewhere(self, request: Request) -> list[str]:
        """That a cafeteria that was named is none of the institution's."""
        named = _NAMED.search(request.argument) if request.update.press is None else None
        sites = [site.name for site in self._sites(request)]
        if named is None or any(named[0].replace(" ", "") in name.replace(" ", "") for name in sites):
            return []
        return [asides.unknown_place(named[0], ", ".join(sites[:3]))]

    async def watched(self, request: Request) -> Sequence[Reply]:
        """What the sensors take of people: nothing but their number."""
        if not self._sites(request):
            return [public(words.no_cafeteria())]
        return [public(words.watched(self._tenancy.institution(request.tenant).contact))]

    async def why(self, request: Request) -> Sequence[Reply]:
        """What the figures stand on: sensors with ages and weights, the usual, the forecast, and our own error."""
        site, line = self._meant(request)
        if site is None:
            return [public(words.no_cafeteria())]
        view = await self._canteen.view(request.tenant, site, line)
        errors = await self._record.errors(request.tenant, view.place, request.now)
        return [public("\n".join(why.lines(view.estimate, view.usual, view.forecast, errors, _title(view))))]

    async def _sooner(self, request: Request, view: View) -> Advice | None:
        """The asker's own minute to go; not in a group, where everybody would take it for theirs."""
        if not request.chat.private or not line_answer.is_known(view) or line_answer.shut(view):
            return None
        department = request.member.person.department
        return await self._advising.better(request.tenant, view, department, request.person)

    async def _other(self, tenant: str, site: Site) -> str:
        view = _fastest(await self._canteen.views(tenant, site))
        if line_answer.is_known(view):
            return words.other(site.name, line_answer.line(view))
        return words.closed_today(site.name) if not view.open_today else words.other(site.name, None)

    def _more(self, request: Request, site: Site, view: View) -> tuple[Button, ...]:
        at = self._sites(request).index(site), site.lines.index(view.line)
        why = (Button(words.WHY, f"linewhy:{at[0]}.{at[1]}"),) if view.estimate.people is not None else ()
        unsure = not line_answer.is_known(view) or line_answer.sureness(view.estimate) != "high"
        return (*why, words.REPORT) if view.serving and unsure else why

    def _sites(self, request: Request) -> tuple[Site, ...]:
        return self._tenancy.institution(request.tenant).cafeterias

    def _meant(self, request: Request) -> tuple[Site | None, ServingLine | None]:
        """The cafeteria and line that are named, or pressed; else the cafeteria of the asker's slot, or the first."""
        sites, said = self._sites(request), request.argument
        site_at, _, line_at = said.partition(".")
        if site_at.isdecimal() and line_at.isdecimal() and int(site_at) < len(sites):
            lines = sites[int(site_at)].lines
            return sites[int(site_at)], lines[int(line_at)] if int(line_at) < len(lines) else None
        department = request.member.person.department
        named = [site for site in sites if said and (said == site.id or said in site.name)]
        mine = [site for site in sites if site.slots and any(department in group for group in site.slots.groups)]
        lined = [(site, line) for site in sites for line in site.lines if line.name and line.name in said]
        if lined and not named:
            return lined[0]
        site = next(iter(named or mine or sites), None)
        return site, next((line for other, line in lined if other is site), None)


def _to(site: Site) -> Button:
    return Button(site.name[:12], f"cafeteria:{site.id}")


def _asked(request: Request, view: View) -> list[str]:
    """The line at the minute that was asked about, first; nothing where none was."""
    if request.update.press is not None:
        return []
    try:
        if both := asked_minute.compared(tidy(request.update.text), view):
            return both
        at = asked_minute.asked(tidy(request.update.text), request.now)
    except days.NoSuchDayError:
        return [words.no_such_day()]
    except days.NoSuchTimeError:
        return [words.no_such_time()]
    return [said] if at is not None and (said := asked_minute.line(view, at)) else []


def _title(view: View) -> str:
    return " ".join(filter(None, (view.cafeteria.name, view.line.name)))


def _fastest(views: Sequence[View]) -> View:
    """The line with the shortest wait of those known, else the first."""
    known = [view for view in views if line_answer.is_known(view)]
    return min(known, key=lambda view: view.estimate.minutes or 0.0, default=views[0])


def _lines(views: Sequence[View], view: View, department: str, sooner: Advice | None) -> list[str]:
    site, mine = view.cafeteria, slot_text(view, department)
    known = any(line_answer.is_known(one) for one in views)
    if not view.serving and not known:
        if not view.open_today:
            return [words.closed_today(site.name)]
        return [words.closed(site.name, site.open, site.close), mine, *line_answer.menu(view)]
    if over := line_answer.shut(view):
        return [over, mine]
    if sooner:
        mine = f"{mine} {words.go_now() if sooner.now else words.better(sooner.at, sooner.minutes)}"
    elif calm := line_answer.calm(view, department):
        mine = f"{mine} {calm}"
    if not known:
        lines = [*line_answer.unknown(view), *line_answer.kitchen(view), mine]
        return [*lines, *line_answer.menu(view)] if len("\n".join(lines).splitlines()) < _MOST_LINES else lines
    if len(views) > 1:
        first, *rest = line_answer.several(views)
        return [first, *line_answer.kitchen(view), mine, *rest, *line_answer.menu(view)]
    first = words.now_line(line_answer.line(view, _title(view)))
    return [first, *line_answer.kitchen(view), mine, line_answer.trust(view), *line_answer.menu(view)]

"""한산해지면 알려줘 · 알림 취소 · 내 알림 · 내 시간 알림: being called when the line is short.

The word comes to the person alone, once a day, within their own slot; asked in a group it is promised there and comes
in private.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot import line_answer
from bot.advising import Advising, Seat, Window, seat, window_of
from bot.canteen import Canteen, View
from bot.messenger import Button, Chat, Reply
from bot.quiet_alerts import AHEAD, place, span
from bot.quiet_store import Alert, AlertState, Daily, QuietStore, Standing
from bot.routes import Request, Route
from bot.settings import Cafeteria
from bot.tenancy import Tenancy
from bot.wording import cafeteria as cafeteria_words
from bot.wording import quiet as words
from occupancy.advice import stays_below
from occupancy.reading import day_of

_TELL = r".{0,14}(?:알려|알림|말해|말씀해|불러|연락|신호|톡(?:을|으로|도)? ?(?:좀 ?)?(?:줘|주|보내)|귀띔)"
_WHERE = (
    r"(?:(?:오늘|이따가?|지금|나중에|혹시|좀|구내식당|식당|점심|밥|배식|줄|사람|대기|기다리는|기다릴|시간|\S{1,8}식당)"
    r"\S{0,2} ?)*"
)
_QUIET = (
    r"(?:한산[해하할]|한가[해하할]|여유|널널|안 ?붐|덜 ?붐|붐비지 ?않|안 ?막|안 ?길|비[면었]|빠[지질]"
    r"|줄[어면]|짧[아을]|없[어으을]|자리 ?(?:가 )?나)[^.,]{0,8}?(?:면|때|거든|대로)"
)
_UNDER = r"\d{1,2} ?분 ?(?:대로 ?)?(?:아래|이하|미만|안|이내|보다|정도|쯤|밑)"
ASKS = rf"(?:{_QUIET}|{_UNDER}){_TELL}"
_MINUTES = re.compile(r"(\d{1,2}) ?분")
_ENDS = re.compile(r"취소|해지|그만|꺼|끄|필요 ?없|됐")
_MOST_MIN = 30


class Quiet:
    """The conversation about alerts of a line."""

    def __init__(self, tenancy: Tenancy, store: QuietStore, canteen: Canteen, advising: Advising) -> None:
        self._tenancy = tenancy
        self._store = store
        self._canteen = canteen
        self._advising = advising

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "quiet",
                ("한산 알림", "한산해지면", "식당 한산해지면", "점심 한산해지면", "밥 한산해지면"),
                ("quiet",),
                self.ask,
                about="식당",
                help="한산해지면 알려줘 — 우리 과 차례 안에서 한 번. '알림 취소'로 그만둡니다",
                sentences=(rf"^{_WHERE}(?P<argument>{ASKS})",),
                press="quiet",
                quiet=True,
            ),
            Route("unquiet", ("한산 알림 취소",), (), self.cancel, press="unquiet", title="한산 알림", quiet=True),
            Route(
                "mytime",
                ("내 시간 알림", "내 차례 알림", "점심시간 알림"),
                ("mytime",),
                self.my_time,
                help="내 시간 알림 — 근무일마다 우리 과 차례에서 한산할 때. '내 시간 알림 끄기'로 그만둡니다",
                about="식당",
                press="mytime",
                private=True,
            ),
        )

    async def ask(self, request: Request) -> Sequence[Reply]:
        """Waits for a short line on the person's behalf."""
        if _ENDS.search(request.argument):
            return await self.cancel(request)
        found = await self._seat(request)
        if found is None:
            return [Reply(cafeteria_words.no_cafeteria())]
        if found.window is None:
            return [Reply(cafeteria_words.closed_today(found.site.name))]
        refused = await self._refused(request, found.site, found.window)
        if refused is not None:
            return [refused]
        below = _below(request, found.site)
        view = await self._fastest(request.tenant, found.site)
        when = _span(found.window)
        if request.now >= found.window.since and await self._is_quiet(request.tenant, view, below, found.window):
            return [words.quiet_already(place(view), when)]
        alert = _alert(request, found.site, found.window, below)
        stands, new = await self._store.add(request.tenant, alert)
        await self._advising.asked(request.tenant, view, found.window, request.person)
        if not request.chat.private:
            return [words.in_private()]
        return [words.waiting(when, _goal(stands.below, found.site), before=not new)]

    async def cancel(self, request: Request) -> Sequence[Reply]:
        """Takes it back."""
        return [await self.end(request, 0) or words.nothing_waits()]

    async def end(self, request: Request, others: int) -> Reply | None:
        """Takes a waiting alert back; None where none waits. `others` alerts of other matters stay."""
        gone = await self._store.cancel(request.tenant, day_of(request.now), request.person)
        return words.cancelled(others) if gone else None

    async def my_time(self, request: Request) -> Sequence[Reply]:
        """Turns the daily word on, or off."""
        daily = Daily(request.person, _private(request).ref, request.now)
        if request.argument == "off" or _ENDS.search(request.argument):
            return [words.my_time_off(before=not await self._store.switch(request.tenant, daily, on=False))]
        found = await self._seat(request)
        if found is None or not await self._has_plan(request, found.site):
            return [words.no_slot(request.member.person.department)]
        new = await self._store.switch(request.tenant, daily, on=True)
        window = found.window if found.window and found.window.own else None
        return [words.my_time_on(_span(window) if window else None, before=not new)]

    def offered(self, request: Request, view: View) -> tuple[Button, ...]:
        """The buttons below an answer about the line, while there is still something to wait for."""
        window = window_of(view, request.member.person.department)
        over = window is None or request.now >= window.until - AHEAD or line_answer.shut(view) is not None
        if window is None or over or not view.cafeteria.sensors:
            return ()
        return (words.ASK, words.MY_TIME) if window.own and request.chat.private else (words.ASK,)

    async def standing(self, request: Request) -> Standing | None:
        """The person's alerts about lunch, for the list of all alerts; None where there are none."""
        alert = await self._store.get(request.tenant, day_of(request.now), request.person)
        daily = await self._store.daily_of(request.tenant, request.person)
        waits = alert if alert and alert.state is AlertState.WAITING and request.now < alert.until else None
        if waits is None and daily is None:
            return None
        rows = []
        if waits is not None:
            sites = self._tenancy.institution(request.tenant).cafeterias
            site = next((one for one in sites if one.id == waits.cafeteria), None)
            rows.append(words.standing(span(waits), _goal(waits.below, site)))
        if daily is not None:
            rows.append(words.standing_daily())
        return Standing(tuple(rows), words.list_buttons(alert=waits is not None, daily=daily is not None))

    async def _refused(self, request: Request, site: Cafeteria, window: Window) -> Reply | None:
        """Why it can't be asked for now, or None."""
        if not site.sensors:
            return words.no_sensors(site.name)
        told = await self._store.get(request.tenant, day_of(request.now), request.person)
        if told is not None and told.state is not AlertState.WAITING and told.told_at is not None:
            return words.told_today(told.told_at)
        return words.over(_span(window)) if request.now >= window.until - AHEAD else None

    async def _seat(self, request: Request) -> Seat | None:
        """Where the person eats today: in the cafeteria that is named, else in that of their slot."""
        sites = self._tenancy.institution(request.tenant).cafeterias
        named = [site for site in sites if request.argument and site.name in request.argument]
        days = await self._advising.days(request.tenant, named or sites, day_of(request.now))
        return seat(days, request.member.person.department)

    async def _has_plan(self, request: Request, site: Cafeteria) -> bool:
        plan = await self._canteen.plan_of(request.tenant, site)
        return plan is not None and any(request.member.person.department in group for group in plan.groups)

    async def _fastest(self, tenant: str, site: Cafeteria) -> View:
        views = await self._canteen.views(tenant, site)
        known = [view for view in views if line_answer.is_known(view)]
        return min(known, key=lambda view: view.estimate.minutes or 0.0, default=views[0])

    async def _is_quiet(self, tenant: str, view: View, below: float, window: Window) -> bool:
        """Whether it is short now and expected to stay so."""
        if not line_answer.is_known(view) or line_answer.shut(view) or (view.estimate.minutes or 0.0) >= below:
            return False
        ahead = await self._advising.outlook(tenant, view)
        return ahead is not None and stays_below(ahead, below, window.until)


def _alert(request: Request, site: Cafeteria, window: Window, below: float) -> Alert:
    person = request.member.person
    return Alert(
        day_of(request.now), person.id, _private(request).ref, person.department, site.id, "", below,
        window.since, window.until, window.own, request.now,
    )  # fmt: skip


def _below(request: Request, site: Cafeteria) -> float:
    """The wait that is short to them, as said; else the institution's own first level."""
    said = _MINUTES.search(request.argument)
    return float(min(max(int(said[1]), 1), _MOST_MIN)) if said else site.levels[0]


def _goal(below: float, site: Cafeteria | None) -> float | None:
    return None if site is not None and below == site.levels[0] else below


def _span(window: Window) -> words.Span:
    return words.Span(window.since, window.until, window.own)


def _private(request: Request) -> Chat:
    """The person's own conversation on the messenger on which they ask."""
    if request.chat.private:
        return request.chat
    return Chat(request.update.adapter, f"dm:{request.update.sender}", private=True)

"""Who waits for a short line → outbox: told once, within their own window, a few a minute; and the daily word.

    waiting, window open ── line quiet for a minute and for the ten to come? ── room this minute? ──> "quiet"
                         └─ last call: in time to go, spread over minutes ──> "not quiet, but now" | what is not known
    daily ── five minutes before the person's own best minute ──> "12:27에 나서시면 …"

Whatever an alert comes to is one row of one story and step, written before the alert is marked: whoever dies between
the two repeats the same row, which changes nothing. A row says until when it is true, so that what waited behind a
dead messenger is not said later. Those whose window ends first are called first (each other order lets somebody's slot
end unused while another, who could still wait, goes), and among equals a lot decides that is drawn anew each day:
nobody's rank or luck lasts. Nothing is told outside a window, on stale or frozen counts, or after closing.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Final

from attest.trip import State, Trip
from attest.trips import Trips
from bot import line_answer
from bot.advising import Advising, Day, Window, seat
from bot.canteen import Canteen, View, kinds
from bot.clock import KST
from bot.messenger import Reply, chat_of
from bot.outbox import Outbox, Row
from bot.quiet_store import Alert, AlertState, Daily, QuietStore
from bot.settings import Cafeteria
from bot.tenancy import Tenancy
from bot.wording import quiet as words
from occupancy.advice import (
    MOST_A_MINUTE,
    Advice,
    Outlook,
    last_call,
    overdue,
    room,
    stays_below,
    turn_of,
)
from occupancy.estimate import Estimate
from occupancy.reading import day_of, minute_of

AHEAD: Final = timedelta(minutes=5)
"""How long before their minute people are told of it."""
_EVERY: Final = timedelta(seconds=15)
_HELD: Final = (timedelta(seconds=30), timedelta(seconds=60))
_OLDEST_S: Final = 60.0
_TRUE_FOR: Final = timedelta(minutes=5)
_LONGEST_TRIP: Final = timedelta(days=14)
_BLIND_ROOM: Final = 5
"""People a minute where there is no past to tell how many come."""

Away = Callable[[str, str, datetime, datetime], Awaitable[bool]]
"""Whether a person is known to be on a trip in a span."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Look:
    """One line at this instant: how long one waits, as far as that is sure, and how many more may be called."""

    view: View
    held: tuple[Estimate, ...]
    ahead: Outlook | None
    left: int

    def quiet(self, below: float, until: datetime) -> bool:
        """Whether the wait has been under `below` for a minute, and will be for ten."""
        known = (self.view.estimate, *self.held)
        short = all(not one.stale and one.minutes is not None and one.minutes < below for one in known)
        fresh = (self.view.estimate.age_s or 0.0) <= _OLDEST_S
        return short and fresh and (self.ahead is None or stays_below(self.ahead, below, until))

    @property
    def shut(self) -> str | None:
        """That the kitchen closed, in words."""
        return line_answer.shut(self.view)


class QuietAlerts:
    """The worker. `wake` rouses delivery in this process."""

    def __init__(
        self, store: QuietStore, canteen: Canteen, advising: Advising, outbox: Outbox, tenancy: Tenancy,
        tenants: Sequence[str], away: Away, now: Callable[[], datetime], wake: Callable[[], None],
    ) -> None:  # fmt: skip
        self._store, self._canteen, self._advising = store, canteen, advising
        self._outbox, self._tenancy, self._tenants = outbox, tenancy, tenants
        self._away, self._now, self._wake = away, now, wake
        self._seen: dict[tuple[str, str], list[Estimate]] = {}

    async def step(self) -> datetime | None:
        """Tells what is due; when to come again, or None while nobody waits."""
        now = self._now()
        dues = [due for tenant in self._tenants for due in await self._serve(tenant, now)]
        return min((due for due in dues if due > now), default=None)

    async def _serve(self, tenant: str, now: datetime) -> list[datetime]:
        """One institution's; the instants at which to come again."""
        kept = await self._store.all(tenant)
        today = [one for one in kept if one.day == day_of(now)]
        for one in kept:
            if one.day < day_of(now):
                await self._store.tidy(tenant, one)
        waiting = [one for one in today if one.state is AlertState.WAITING]
        for one in waiting:
            if now >= one.until:
                await self._store.finish(tenant, one, AlertState.MISSED, now)
        active = [one for one in waiting if one.since <= now < one.until]
        for site in self._tenancy.institution(tenant).cafeterias:
            mine = [one for one in active if one.cafeteria == site.id]
            if mine:
                await self._call(tenant, site, mine, today, now)
        dues = [one.since for one in waiting if one.since > now]
        if active:
            dues.append(now + _EVERY)
        return dues + await self._daily(tenant, now)

    async def _call(
        self, tenant: str, site: Cafeteria, waiting: Sequence[Alert], today: Sequence[Alert], now: datetime
    ) -> None:
        """Calls as many as there is room for, and says the last word to those whose time runs out."""
        most = max(one.below for one in waiting)
        looks = [await self._look(tenant, view, today, most) for view in await self._canteen.views(tenant, site)]
        if not looks[0].view.open_today:
            return
        rest: dict[datetime, list[Alert]] = defaultdict(list)
        for one in sorted(waiting, key=_order):
            mine = _for(one, looks)
            free = [look for look in mine if look.left > 0 and look.shut is None and look.quiet(one.below, one.until)]
            if all(look.shut for look in mine):
                await self._tell(tenant, one, AlertState.SHUT, words.shut(mine[0].shut or ""), mine[0].view)
            elif free:
                look = min(free, key=lambda look: look.view.estimate.minutes or 0.0)
                look.left -= 1
                reply = words.now_quiet(place(look.view), span(one))
                await self._tell(tenant, one, AlertState.QUIET, reply, look.view)
            else:
                rest[one.until].append(one)
        speed = sum(look.view.estimate.per_minute for look in looks if look.shut is None)
        for until, those in rest.items():
            late = [one for one in those if now >= last_call(one.since, one.until, turn_of(one.person, one.day))]
            must = min(MOST_A_MINUTE, overdue(len(those), now, until, speed)) - len(late)
            late += [one for one in those if one not in late][: max(0, must)]
            for one in late:
                await self._last_word(tenant, one, _for(one, looks), now)

    async def _look(self, tenant: str, view: View, today: Sequence[Alert], most: float) -> _Look:
        """The line now; how it was before is asked only where it could be short enough for anybody."""
        held = self._held(tenant, view)
        if not held and (view.estimate.minutes or 0.0) < most:
            held = await self._canteen.before(tenant, view, *_HELD)
        ahead = await self._advising.outlook(tenant, view)
        minute = minute_of(view.now)
        sent = [
            one for one in today
            if one.state is AlertState.QUIET and one.told_at and minute_of(one.told_at) == minute
            and (one.cafeteria, one.line) == (view.cafeteria.id, view.line.id)
        ]  # fmt: skip
        left = max(0, _BLIND_ROOM - len(sent)) if ahead is None else room(ahead, len(sent))
        return _Look(view, held, ahead, left)

    def _held(self, tenant: str, view: View) -> tuple[Estimate, ...]:
        """What this worker itself saw of the line in the last minute; nothing where it did not look all the time."""
        now = view.now
        seen = self._seen.setdefault((tenant, view.place), [])
        seen[:] = [one for one in seen if timedelta() < now - one.at <= _HELD[-1] + 2 * _EVERY]
        steps = [*(one.at for one in seen), now]
        gaps = [later - before for before, later in pairwise(steps)]
        watched = bool(seen) and now - seen[0].at >= _HELD[-1] and max(gaps) <= 2 * _EVERY
        held = tuple(one for one in seen if now - one.at <= _HELD[-1] + _EVERY) if watched else ()
        seen.append(view.estimate)
        return held

    async def _last_word(self, tenant: str, one: Alert, looks: Sequence[_Look], now: datetime) -> None:
        known = [look.view for look in looks if line_answer.is_known(look.view) and look.shut is None]
        if known:
            view = min(known, key=lambda view: view.estimate.minutes or 0.0)
            quiet = (view.estimate.minutes or 0.0) < one.below
            said = words.now_quiet if quiet else words.still_crowded
            state = AlertState.QUIET if quiet else AlertState.CROWDED
            await self._tell(tenant, one, state, said(place(view), span(one)), view)
            return
        view = looks[0].view
        since = view.estimate.since or (view.last.measured_at if view.last else None)
        reply = words.blind(view.cafeteria.name, since, now, span(one))
        await self._tell(tenant, one, AlertState.BLIND, reply, view)

    async def _tell(self, tenant: str, one: Alert, state: AlertState, reply: Reply, view: View) -> None:
        """One row, whatever it says; whoever left the institution meanwhile is told nothing."""
        now = view.now
        if self._tenancy.member(tenant, one.person) is None:
            state = AlertState.MISSED
        else:
            until = min(one.until, now + _TRUE_FOR)
            row = Row(chat_of(one.chat), one.story, 1, "alert", reply, now, until=until)
            await self._outbox.put(tenant, [row])
            self._wake()
        await self._store.finish(tenant, replace(one, line=view.line.id), state, now)
        if state in {AlertState.QUIET, AlertState.CROWDED}:
            await self._advising.called(tenant, view, one.person)

    async def _daily(self, tenant: str, now: datetime) -> list[datetime]:
        """The daily word to whoever wants it; the instants at which to come again."""
        wanting = [one for one in await self._store.daily(tenant) if one.told != day_of(now)]
        if not wanting:
            return []
        sites = self._tenancy.institution(tenant).cafeterias
        days = await self._advising.days(tenant, sites, day_of(now))
        dues = [await self._remind(tenant, one, days, now) for one in wanting]
        return [due for due in dues if due is not None]

    async def _remind(self, tenant: str, one: Daily, days: Sequence[Day], now: datetime) -> datetime | None:
        """Tells a person of their minute when it comes near; when to look again."""
        member = self._tenancy.member(tenant, one.person)
        found = seat(days, member.person.department) if member else None
        window = found.window if found else None
        if member is None or found is None or window is None or not window.own or now >= window.until - AHEAD:
            return _tomorrow(now)
        if now < window.since - AHEAD:
            return window.since - AHEAD
        view = await self._canteen.view(tenant, found.site)
        advice = await self._advising.best(tenant, view, member.person.department, one.person)
        if advice is not None and advice.at - AHEAD > now:
            return min(advice.at - AHEAD, now + 3 * _EVERY)
        if not line_answer.shut(view) and not await self._away(tenant, one.person, window.since, window.until):
            await self._say_minute(tenant, one, view, window, advice)
        await self._store.daily_told(tenant, one, day_of(now))
        return _tomorrow(now)

    async def _say_minute(self, tenant: str, one: Daily, view: View, window: Window, advice: Advice | None) -> None:
        now, when = view.now, words.Span(window.since, window.until, own=True)
        reply = words.my_time(advice.at, advice.minutes, now, when) if advice else words.my_slot(when)
        story = f"lunch/{day_of(now)}/{one.person}"
        await self._outbox.put(tenant, [Row(chat_of(one.chat), story, 1, "reminder", reply, now, until=now + AHEAD)])
        self._wake()
        if advice is not None:
            await self._advising.took(tenant, view, window, one.person, advice)


def _order(one: Alert) -> tuple[datetime, float]:
    """Earliest deadline first, then the day's lot."""
    return one.until, turn_of(one.person, one.day)


def _for(one: Alert, looks: Sequence[_Look]) -> Sequence[_Look]:
    """The lines that would do for somebody: the one they named, else any."""
    return [look for look in looks if one.line in {"", look.view.line.id}] or looks


def away(trips: Trips) -> Away:
    """By the trips that were announced: whoever is on one in any part of the span."""

    async def check(tenant: str, person: str, since: datetime, until: datetime) -> bool:
        day = day_of(since)
        found = await trips.of(tenant, person, day - _LONGEST_TRIP, day + timedelta(days=1))
        return any(one.state is not State.CANCELLED and _covers(one, since, until) for one in found)

    return check


def _covers(trip: Trip, since: datetime, until: datetime) -> bool:
    """Whether a trip takes in part of the span; one without an end lasts its day."""
    starts = trip.begun_at or trip.starts_at or trip.created_at
    ends = trip.ends_at or datetime.combine(day_of(starts) + timedelta(days=1), time(), KST)
    return ends > since and (starts < until or (trip.whole_day and day_of(starts) == day_of(since)))


def place(view: View) -> words.Place:
    """A line that is known, as the words need it."""
    found = view.estimate
    name = " ".join(filter(None, (view.cafeteria.name, view.line.name)))
    told = [kind.value for kind in kinds(found)]
    return words.Place(name, found.people or 0, found.minutes or 0.0, told, view.now.astimezone(KST))


def span(one: Alert) -> words.Span:
    """When they may go, as the words need it."""
    return words.Span(one.since, one.until, one.own)


def _tomorrow(now: datetime) -> datetime:
    """The next midnight in Korea."""
    return datetime.combine(day_of(now) + timedelta(days=1), time(), KST)

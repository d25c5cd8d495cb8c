"""출발 · 도착 · 복귀: the three moments of a trip, by a tap or a word; the return closes it with its receipt.

A tap is written at once and as a tap; a location may follow, and is asked for at the arrival of a trip outside the duty
area alone. Who withdrew consent, or is inside, is not asked. Every write is safe to repeat under the update's own id.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from attest.errors import LogBehindError
from attest.places import by_code
from attest.trip import KST, Area, Basis, Leg, LegKind, State, Trip
from bot import challenge, consents
from bot.consents import Standing
from bot.evidence_ways import unshared
from bot.handlers.company import Company
from bot.handlers.setting_out import SettingOut
from bot.journeys import Journeys, cause, new_trip, tag
from bot.messenger import OutFile, Reply
from bot.people import PeopleStore, Question
from bot.routes import Request, Route
from bot.tenancy import Tenancy
from bot.trip_ahead import AHEAD, nearly
from bot.trip_choice import just_written, left_open, next_kind, of_day, of_word, on_its_day, running, too_early
from bot.trip_moments import AT_HOME, BACK, TOLD, WRITE_IT, may_be, moments, unclear
from bot.trip_replies import of_closing
from bot.trip_sayings import YES
from bot.trip_times import Span, find, starts
from bot.trip_unsaid import NO_MOMENT, no_moment, on_the_way
from bot.trip_words import FORGOT
from bot.wording import legs as words
from bot.wording import trip_report, trips, unknown, witness
from bot.wording.trip_asides import which_departure

_SOON: Final = timedelta(minutes=5)
_DID: Final = r"(?:했|햇|하였|함|해요|합니다|할게|하겠|이에요|입니다|이요|였|요|완료|$|[\s.!,~])"
_HOUR_BESIDE: Final = r"(?:은|는|이)? ?(?:시각|시간)?(?:은|는|이)? ?[^?\d]{0,4}\d{1,2} ?(?:시|:)[^?]{0,24}"


class Legs:
    """The conversation of a trip under way."""

    def __init__(self, tenancy: Tenancy, people: PeopleStore, journeys: Journeys, company: Company) -> None:
        self._tenancy = tenancy
        self._people = people
        self._journeys = journeys
        self._company = company
        self._out = SettingOut(people, journeys)

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        said = rf"^(?!.*(?:{FORGOT}))(?:(?:지금|방금|이제|막|저|방금막)\s*)*(?:출장지(?:에)?\s*)?"
        return (
            *(
                Route(
                    kind.value,
                    (word, *more),
                    (kind.value,),
                    handle,
                    about="출장",
                    help=f"{word} — {about}. '{word} 13시 40분'처럼 지난 시각도 됩니다",
                    sentences=(
                        rf"{said}{word}{_DID}(?P<argument>[^?]{{0,24}})$",
                        rf"^(?!.*(?:{FORGOT}))(?P<argument>[^?]{{1,24}}\s{word}{_DID}[^?]{{0,24}})$",
                        rf"^(?!.*(?:{FORGOT}))(?P<argument>[^?]{{0,12}}{word}{_HOUR_BESIDE})$",
                        rf"^(?P<argument>[^?]{{0,12}}{word}{NO_MOMENT})$",
                        *((BACK,) if kind is LegKind.RETURNED else ()),
                    ),
                    private=True,
                    quiet=True,
                )
                for kind, word, more, about, handle in (
                    (LegKind.DEPARTED, "출발", (), "출장을 떠날 때 한 번", self.departed),
                    (LegKind.ARRIVED, "도착", (), "출장지에 닿았을 때 한 번", self.arrived),
                    (LegKind.RETURNED, "복귀", ("귀청",), "돌아와서 한 번. 마침 영수증을 드립니다", self.returned),
                )
            ),
            Route(
                "leg-told",
                (),
                (),
                self.told,
                private=True,
                title="출장",
                sentences=tuple(rf"^(?P<argument>{one})[.!~^ ㅎㅠ]*$" for one in (*TOLD.values(), *AHEAD)),
            ),
            Route("leg-yes", (), (), self.agreed, private=True, title="출장", takes=_agrees),
            *self._out.routes(),
            Route("leg", (), (), self.pressed, press="leg", private=True, title="출장"),
            Route("leg-new", (), (), self.elsewhere, press="leg-new", private=True, title="출장"),
            Route("shut", (), (), self.shut, press="shut", private=True, title="출장"),
            Route(
                "report",
                ("출장 결과보고서", "출장결과보고서", "출장 결과보고", "결과보고서", "출장 보고서", "복명서"),
                ("report",),
                self.report,
                about="출장",
                help="출장 결과보고서 — 마친 출장의 보고서 초안",
                sentences=(WRITE_IT,),
                press="report",
                private=True,
                quiet=True,
            ),
            Route("report-file", (), (), self.as_file, press="report-file", private=True, title="보고서"),
        )

    async def departed(self, request: Request) -> Sequence[Reply]:
        """출발."""
        return await self.word(request, LegKind.DEPARTED, request.argument)

    async def arrived(self, request: Request) -> Sequence[Reply]:
        """도착."""
        return await self.word(request, LegKind.ARRIVED, request.argument)

    async def returned(self, request: Request) -> Sequence[Reply]:
        """복귀."""
        return await self.word(request, LegKind.RETURNED, request.argument)

    async def told(self, request: Request) -> Sequence[Reply]:
        """`지금 나갑니다`, `현장에 왔습니다`: what may be a moment is asked about, and written by a tap or a yes."""
        trips_ = await self._journeys.around(request.tenant, request.person, request.now)
        kinds = [kind for kind, pattern in TOLD.items() if re.fullmatch(pattern, request.argument)]
        if nearly(request.argument):
            return [on_the_way(trips_, request.argument, request.now)]
        under_way = running(trips_, request.now)
        nearest = next_kind(under_way) if under_way is not None else LegKind.DEPARTED
        for kind in sorted(kinds, key=lambda one: one is not nearest):
            trip = of_word(trips_, kind, request.now)
            if trip is not None and may_be(trip, kind):
                question = Question("leg-yes", f"{trip.id}:{kind.value}")
                await self._people.ask(request.tenant, request.person, request.chat.ref, question, request.now)
                return [words.is_it(trip, kind)]
        return [unknown()]

    async def agreed(self, request: Request) -> Sequence[Reply]:
        """A yes to it in words."""
        return await self.pressed(replace(request, argument=request.argument.partition(" ")[0]))

    async def word(self, request: Request, kind: LegKind, said: str) -> Sequence[Reply]:
        """A moment by its word: now, or at the hour that stands beside it; several at once with an hour each."""
        trips_ = await self._journeys.around(request.tenant, request.person, request.now)
        local = request.now.astimezone(KST).replace(tzinfo=None)
        span, _ = find(said, local, past=True)
        at = _instant(span, local)
        comes = span.start is not None and at > request.now + _SOON
        if (unwritten := no_moment(request, kind, said, trips_, comes=comes)) is not None:
            return [unwritten]
        if (beside := await self._beside(request, kind, span, local)) is not None:
            return beside
        if span.start is None:
            trip = self._told_before(request, trips_) or of_word(trips_, kind, request.now)
            if trip is not None and re.search(FORGOT, said):
                return await self.ask_hour(request, trip, kind)
            if kind is LegKind.ARRIVED and trip is not None and trip.leg(kind) is not None and AT_HOME.search(said):
                return [words.is_it(trip, LegKind.RETURNED)]
            early = too_early(trips_, request.now) if kind is LegKind.DEPARTED else None
            if early is not None and self._told_before(request, trips_) is None:
                return [which_departure(early)]
            if kind is LegKind.DEPARTED and trip is None and (place := await self._out.proposed(request, said)):
                return [place]
            return await self._tap(request, trip, kind)
        if comes:
            return await self._planned(request, trips_, kind, at)
        trip = of_word(trips_, kind, request.now) if span.day is None else None
        if trip is None or (kind is LegKind.RETURNED and trip.begun_at is None and span.day):
            trip = of_day(trips_, at.astimezone(KST).date(), kind) or left_open(trips_, request.now)
        return await self.at(request, trip, kind, at)

    async def _beside(self, request: Request, kind: LegKind, span: Span, local: datetime) -> Sequence[Reply] | None:
        """Several moments, hours that are nobody's, or an hour of the earlier trip that was just asked about."""
        earlier = await self._awaiting(request) if span.day is None else None
        if len(several := moments(request.update.text, local)) > 1:
            on = span.day or (earlier.day if earlier is not None else None)
            return await self.several(request, [(one, replace(it, day=it.day or on)) for one, it in several])
        if unclear(request.update.text, local):
            return [words.whose_hour()]
        if earlier is None or span.start is None:
            return None
        return await self.at(request, earlier, kind, _instant(replace(span, day=earlier.day), local))

    async def several(self, request: Request, told: Sequence[tuple[LegKind, Span]]) -> Sequence[Reply]:
        """`출발 12:40 도착 13:50 복귀 17:00`: one trip's moments in their order; the last answers."""
        trips_ = await self._journeys.around(request.tenant, request.person, request.now)
        local = request.now.astimezone(KST).replace(tzinfo=None)
        instants = [(kind, _instant(span, local)) for kind, span in told]
        ahead = next((at for _, at in instants if at > request.now + _SOON), None)
        if ahead is not None:
            return [words.future_hour(ahead)]
        first, on = instants[0], instants[0][1].astimezone(KST).date()
        trip = self._told_before(request, trips_) or of_day(trips_, on, first[0]) or left_open(trips_, request.now)
        if trip is not None and trip.state is State.CLOSED and trip.heard(_mark(request, instants[-1][0])) is None:
            return [words.back_already(trip)]
        key = cause(request.update)
        trip = trip or new_trip(request, key, starts_at=first[1])
        for kind, at in instants:
            leg = Leg(kind, at, request.now, Basis.TAP, message=_mark(request, kind))
            trip = await self._journeys.tell(request.tenant, trip, leg)
        if instants[-1][0] is LegKind.RETURNED:
            return await self._close(request, trip)
        return [words.told_late(trip, *instants[-1])]

    async def at(self, request: Request, trip: Trip | None, kind: LegKind, at: datetime) -> Sequence[Reply]:
        """A moment that was told with its hour."""
        key = cause(request.update)
        if trip is None and kind is LegKind.RETURNED:
            return [words.nothing_to_add_to()]
        trip = trip or new_trip(request, key, starts_at=at)
        if trip.state is State.CLOSED and trip.heard(tag(key)) is None:
            return [words.back_already(trip)]
        if kind is LegKind.RETURNED and not trip.legs:
            return [words.begin_first(trip, at)]
        leg = Leg(kind, at, request.now, Basis.TAP, message=tag(key))
        trip = await self._journeys.tell(request.tenant, trip, leg)
        if kind is LegKind.RETURNED:
            return await self._close(request, trip)
        if leg.late:
            return [words.told_late(trip, kind, at)]
        return await self._noted(request, trip, kind, again=False)

    async def pressed(self, request: Request) -> Sequence[Reply]:
        """A button below a memo."""
        trip_id, _, kind = request.argument.partition(":")
        trip = await self._journeys.mine(request.tenant, request.person, trip_id)
        if trip is None or trip.state is State.CANCELLED or kind not in {one.value for one in LegKind}:
            return [trips.gone()]
        if LegKind(kind) is LegKind.RETURNED and _stale(trip, request.now):
            return await self.ask_hour(request, trip, LegKind.RETURNED)
        return await self._tap(request, trip, LegKind(kind))

    async def elsewhere(self, request: Request) -> Sequence[Reply]:
        """A departure that is none of the trips written down."""
        return await self._tap(request, None, LegKind.DEPARTED)

    async def shut(self, request: Request) -> Sequence[Reply]:
        """The return without a location."""
        trip = await self._journeys.mine(request.tenant, request.person, request.argument)
        if trip is None or trip.leg(LegKind.RETURNED) is None:
            return [trips.gone()]
        return await self._close(request, trip)

    async def ask_hour(self, request: Request, trip: Trip, kind: LegKind) -> Sequence[Reply]:
        """A moment of an earlier day: its hour is asked."""
        begun = trip.begun_at or trip.starts_at or trip.created_at
        on = begun.astimezone(KST).date()
        question = Question("late-hour", f"{trip.id}:{kind.value}:{on.isoformat()}")
        await self._people.ask(request.tenant, request.person, request.chat.ref, question, request.now)
        if kind is LegKind.RETURNED and trip.begun_at is not None:
            return [words.left_open(trip)]
        return [words.which_hour(trip, kind, on)]

    async def report(self, request: Request) -> Sequence[Reply]:
        """The draft of a trip's report: of the one whose button it is, else of the last."""
        trip = await self._reported(request)
        return [trip_report.no_report()] if trip is None else [trip_report.report(self._known(request, trip))]

    async def as_file(self, request: Request) -> Sequence[Reply]:
        """The draft as a text file."""
        trip = await self._reported(request)
        if trip is None:
            return [trip_report.no_report()]
        text = trip_report.report(self._known(request, trip)).text
        return [Reply(trip_report.as_file(), file=OutFile(trip_report.file_name(trip), f"\ufeff{text}\r\n".encode()))]

    async def _awaiting(self, request: Request) -> Trip | None:
        """The trip of an earlier day to which Dobi just asked what is to be added."""
        waiting = await self._people.pending(request.tenant, request.person, request.chat.ref, request.now)
        if waiting is None or waiting.route not in {"evidence", "late-hour", "late-held", "late-fix"}:
            return None
        trip_id = re.split(r"[:|]", waiting.argument, maxsplit=1)[0]
        trip = await self._journeys.mine(request.tenant, request.person, trip_id)
        gone = trip is None or trip.state is State.CANCELLED
        return None if gone or trip is None or trip.day >= request.now.astimezone(KST).date() else trip

    @staticmethod
    def _told_before(request: Request, trips_: Sequence[Trip]) -> Trip | None:
        """The trip that this very update told already, before it died on the way."""
        key = tag(cause(request.update))
        keys = (key, *(_mark(request, kind) for kind in LegKind))
        return next((trip for trip in trips_ if any(trip.heard(one) for one in keys)), None)

    async def _tap(self, request: Request, trip: Trip | None, kind: LegKind) -> Sequence[Reply]:
        key = cause(request.update)
        if trip is None and kind is LegKind.RETURNED:
            trips_ = await self._journeys.around(request.tenant, request.person, request.now)
            behind = left_open(trips_, request.now)
            return await self.ask_hour(request, behind, kind) if behind else [words.nobody_is_out()]
        fresh = trip is None
        trip = trip or new_trip(request, key)
        if trip.state is State.CLOSED and trip.heard(tag(key)) is None:
            return [words.back_already(trip)]
        if kind is LegKind.RETURNED and not trip.legs:
            return [words.begin_first(trip, request.now)]
        again = trip.leg(kind) is not None and trip.heard(tag(key)) is None
        if not again:
            leg = Leg(kind, request.now, request.now, Basis.TAP, message=tag(key))
            trip = await self._journeys.tell(request.tenant, trip, leg)
        if kind is LegKind.RETURNED:
            return await self._return(request, trip)
        if fresh and kind is LegKind.DEPARTED:
            question = Question("trip-fixing", trip.id)
            await self._people.ask(request.tenant, request.person, request.chat.ref, question, request.now)
            return [words.impromptu(trip, kind, request.now)]
        return await self._noted(request, trip, kind, again=again)

    async def _noted(self, request: Request, trip: Trip, kind: LegKind, *, again: bool) -> Sequence[Reply]:
        """What is said to a departure or arrival; a location is asked for where one may be."""
        unwanted = unshared(request.update.text)
        if unwanted:
            await consents.declines(self._people, request)
        stands = await consents.standing(self._people, request.tenant, request.person)
        wanted = trip.area is not Area.INSIDE
        leg = trip.leg(kind)
        ask = wanted and stands is Standing.GIVEN and not unwanted
        first = sum(one.kind is LegKind.ARRIVED for one in trip.legs) == 1
        open_ = stands in {Standing.NEVER, Standing.OUTDATED}
        consent = wanted and kind is LegKind.ARRIVED and first and not again and open_
        if ask or consent:
            await challenge.issue(self._people, request, challenge.of_trip(trip.id, kind))
        if kind is LegKind.ARRIVED:
            await self._company.ask(request.member, trip, request.now, late=False)
        equal = wanted and kind is LegKind.ARRIVED and not ask and not consent
        at = leg.at if leg else request.now
        told = words.tapped(trip, kind, at, again=again, ask=ask, equal=equal, consent=consent)
        if not consent:
            return [told]
        return [told, await consents.ask(self._people, self._tenancy, request, discarded=False)]

    async def _return(self, request: Request, trip: Trip) -> Sequence[Reply]:
        """Closes the trip, or waits for a location where one was given at departure and arrival."""
        departed, arrived = trip.leg(LegKind.DEPARTED), trip.leg(LegKind.ARRIVED)
        shared = all(leg is not None and leg.basis is Basis.SHARE for leg in (departed, arrived))
        stands = await consents.standing(self._people, request.tenant, request.person)
        returned = trip.leg(LegKind.RETURNED)
        if not shared or trip.area is Area.INSIDE or stands is not Standing.GIVEN or trip.closing is not None:
            return await self._close(request, trip)
        await challenge.issue(self._people, request, challenge.of_trip(trip.id, LegKind.RETURNED))
        return [words.waiting_to_close(trip, returned.at if returned else request.now)]

    async def _close(self, request: Request, trip: Trip) -> Sequence[Reply]:
        try:
            trip = await self._journeys.beside(request.tenant, trip)
            taken = await self._journeys.close(request.member, trip, request.now)
        except LogBehindError as error:
            contact = self._tenancy.institution(request.tenant).contact
            return [witness.stopped(error.size, error.known, contact)]
        return [of_closing(taken)]

    async def _planned(self, request: Request, trips_: Sequence[Trip], kind: LegKind, at: datetime) -> Sequence[Reply]:
        """A moment that is still to come changes the plan."""
        trip = of_word(trips_, kind, request.now)
        if trip is None and kind is not LegKind.ARRIVED and (fresh := just_written(trips_, request.now)) is not None:
            trip, at = fresh, on_its_day(fresh, at)
        if trip is None or kind is LegKind.ARRIVED:
            return [words.future_hour(at)]
        changed = await self._journeys.trips.change(
            request.tenant, trip.id,
            lambda one: replace(one, ends_at=at) if kind is LegKind.RETURNED else replace(one, starts_at=at),
        )  # fmt: skip
        return [trips.planned_moved(changed or trip, kind, at)]

    async def _reported(self, request: Request) -> Trip | None:
        if request.update.press is not None:
            return await self._journeys.mine(request.tenant, request.person, request.argument)
        around = await self._journeys.around(request.tenant, request.person, request.now)
        begun = [trip for trip in around if trip.legs]
        return max(begun, key=lambda trip: trip.begun_at or trip.created_at, default=None)

    def _known(self, request: Request, trip: Trip) -> trip_report.Report:
        person = request.member.person
        others = [self._tenancy.member(request.tenant, one) for one in trip.companions]
        names = [one.person.name for one in others if one is not None]
        place = by_code(trip.place).title if trip.place else ""
        traveller = f"{person.department} {person.name}".strip()
        return trip_report.Report(traveller, (*names, *trip.stated), trip, place, len(trip.receipts))


def _agrees(text: str) -> bool:
    return text.strip(" .!~") in YES


def _mark(request: Request, kind: LegKind) -> str:
    """What tells one of several moments of the same message."""
    return tag(f"{cause(request.update)}:{kind.value}")


def _instant(span: Span, local: datetime) -> datetime:
    at = starts(span, local.date()) or local
    return at.replace(tzinfo=KST).astimezone(UTC)


def _stale(trip: Trip, now: datetime) -> bool:
    """Whether a return can't be now: the trip was on an earlier day, and planned to end there."""
    last = max(trip.begun_at or now, trip.ends_at or trip.begun_at or now)
    return last.astimezone(KST).date() < now.astimezone(KST).date()

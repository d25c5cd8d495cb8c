"""출장: a trip as a memo — written down, read back, corrected, numbered, listed, cancelled.

    출장 내일 13시 진주 스마트팜, 관용차, 박주무관 동행 → Trip, durable → read back with [맞습니다] [고치기]

What is not plainly told is asked with buttons or left as the words it is; nothing is guessed. The approval stays in the
office's own system, whose number is typed now or later. A trip is its traveller's: nobody else changes or sees it here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from attest.errors import InvalidShareError
from attest.receipt import clean_document
from attest.trip import KST, Area, State, Trip, Vehicle, overlap
from bot import trip_area
from bot import trip_aside_sayings as aside
from bot import trip_sayings as says
from bot.handlers.late import Late
from bot.handlers.legs import Legs
from bot.handlers.trip_answers import UNDONE, TripAnswers
from bot.handlers.trip_asides import TripAsides
from bot.handlers.trip_at_once import at_once
from bot.journeys import Journeys, cause, new_trip
from bot.messenger import Reply
from bot.people import PeopleStore, Question
from bot.routes import Request, Route, tidy, unaddressed
from bot.settings import Role
from bot.tenancy import Tenancy
from bot.trip_choice import running, same_plan
from bot.trip_corrections import agrees, not_yet
from bot.trip_corrections import vague as says_no_value
from bot.trip_fixing import PAIR, Fixed, corrects, fixed, of_a_trip, speaks_of, turns
from bot.trip_joining import settled
from bot.trip_memo import Memo, read, several
from bot.trip_moments import TOLD
from bot.trip_others import traveller
from bot.trip_people import Company as Going
from bot.trip_people import resolve
from bot.trip_times import impossible, vague
from bot.trip_words import FORGOT
from bot.wording import legs as told
from bot.wording import receipts, trip_asides, unknown
from bot.wording import trips as words

_AFTER: Final = timedelta(minutes=10)


class TripTalk:
    """The traveller's conversation about plans."""

    def __init__(self, tenancy: Tenancy, people: PeopleStore, journeys: Journeys, legs: Legs, late: Late) -> None:
        self._tenancy = tenancy
        self._people = people
        self._journeys = journeys
        self._legs = legs
        self._late = late
        self._asides = TripAsides(journeys)
        self._answers = TripAnswers(people, journeys)

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "trip",
                ("출장", "출장 증빙", "출장 시작"),
                ("trip", "출장"),
                self.trip,
                about="출장",
                help="출장 내일 13시 진주 스마트팜, 관용차 — 적어 두고 도착 때 QR 영수증을 드립니다",
                sentences=says.WRITTEN,
                press="trip",
                private=True,
            ),
            Route("trip-plan", (), (), self.plan, private=True, title="출장", takes=says.may_plan),
            Route("trip-after", (), (), self.fix_after, private=True, title="출장", takes=says.corrects_after),
            Route("trip-ok", (), (), self.confirm, press="trip-ok", private=True, title="출장"),
            Route("trip-fix", (), (), self.ask_fix, press="trip-fix", private=True, title="출장"),
            Route("trip-fixing", (), (), self.fix, private=True, title="출장", takes=says.says_something),
            Route("trip-memo", (), (), self.fix, private=True, title="출장", takes=says.confirms_or_corrects),
            Route(
                "trip-unsettled", (), (), self._unsettled, private=True, title="출장",
                sentences=(r"^출장(?:지|일정| ?시간)?(?:가|이|을|를)? ?(?:바뀌|바뀐|변경|연기|미뤄)",),
            ),
            Route(
                "trip-instead", (), (), self.fix_last, private=True, title="출장",
                sentences=(*says.CORRECTED, *aside.JOINED),
            ),
            Route("trip_area", (), (), self.area, press="triparea", private=True, title="출장"),
            Route("mate", (), (), self.mate, press="mate", private=True, title="출장"),
            *self._asides.lists(),
            Route(
                "trip-off-asked", (), (), self.ask_off, private=True, title="출장",
                sentences=(*says.OFF_SOFTLY, r"출장(?:은|을|엔|에)?\s?[안못] ?[가갈감갑간]"),
            ),
            Route(
                "trip-off",
                ("출장 취소", "출장취소"),
                ("canceltrip",),
                self.cancel,
                about="출장",
                help="출장 취소 — 적어 둔 출장을 지웁니다",
                sentences=(r"^(?P<argument>.*)출장.{0,6}취소(?:됐|되었|할|해|합|요|$)",),
                press="trip-off",
                private=True,
                quiet=True,
            ),
            Route("trip-undo", (), (), self._answers.undo, private=True, title="출장", sentences=UNDONE),
            *self._asides.routes(),
        )  # fmt: skip

    async def trip(self, request: Request) -> Sequence[Reply]:
        """출장 with whatever stands beside it."""
        said = says.beside(request)
        if says.MONTH.fullmatch(said):
            return await self._asides.listing(request)
        kind = says.moment_of(said)
        if request.update.files:
            return await self._late.evidence(request)
        if re.search(FORGOT, said):
            return await self._late.late(replace(request, argument=f"출장 {said}"))
        if kind is not None:
            return await self._legs.word(request, kind, said)
        spoken = await self._beside_plans(request, said)
        if spoken is not None:
            return spoken
        staff = self._tenancy.people_with(request.tenant, Role.STAFF)
        if who := traveller(said, {one.name for one in staff if one.id != request.person}):
            return [trip_asides.anothers(who, said)]
        memo = read(said, request.now) if said else Memo(request.now.date())
        if wrong := impossible(said, says.today_of(request)):
            return [words.no_such_time(wrong)]
        if said and (open_ := vague(said)):
            return [words.which_day(open_)]
        if memo.tells and not says.QUESTION.search(said) and (says.is_plan(memo) or not says.CHAT.search(said)):
            memos = several(said, request.now) or [memo]
            return [trip_asides.not_sure()] if aside.unsure(said, memo) else await self._write_all(request, memos)
        return await at_once(self._people, self._tenancy, self._journeys, request, said, memo)

    async def plan(self, request: Request) -> Sequence[Reply]:
        """The answer to where and when."""
        return await self._write_all(
            request, several(request.argument, request.now) or [read(request.argument, request.now)]
        )

    async def fix_after(self, request: Request) -> Sequence[Reply]:
        """A correction soon after the memo was found right."""
        trip_id, _, said = request.argument.partition(" ")
        trip = await self._journeys.mine(request.tenant, request.person, trip_id)
        if trip is None or trip.state is not State.PLANNED:
            return [unknown()]
        if says_no_value(said):
            return await self.ask_fix(replace(request, argument=trip_id))
        return await self._fix(request, trip, said) if speaks_of(trip, said, request.now) else [unknown()]

    async def _beside_plans(self, request: Request, said: str) -> Sequence[Reply] | None:
        """What is said of a trip and tells no plan; None where it may be one."""
        text = unaddressed(tidy(request.update.text))
        if who := aside.companion(text):
            return await self._join(request, who)
        if aside.shift(said) is not None:
            return await self._asides.shift(request)
        if aside.not_going(said):
            return await self._asides.not_going(request)
        if says.CHANGES.search(said):
            return await self._unsettled(request, said)
        if says.elsewhere(said) or says.moved(said):
            return await self._moved(request, said)
        wants, before = aside.wants_receipt(text)
        if wants and any(re.fullmatch(told_, aside.before_receipt(text)) for told_ in TOLD.values()):
            return await self._legs.told(replace(request, argument=aside.before_receipt(text)))
        if wants and (before or await self._asides.awaits_none(request)):
            again = await self._asides.receipt_again(request)
            if again or before:
                return again or [trip_asides.about_money()]
        return [trip_asides.about_money()] if not wants and aside.is_past(text) else None

    async def _join(self, request: Request, who: str) -> Sequence[Reply]:
        """Somebody more goes along, on the one trip that there is."""
        around = await self._journeys.around(request.tenant, request.person, request.now)
        under_way = running(around, request.now)
        found = [under_way] if under_way is not None else await self._asides.coming(request)
        if len(found) > 1:
            return [trip_asides.which_trip_joined(found, who)]
        if not found:
            return [words.nothing_to_fix()]
        return await self._change(request, found[0].id, lambda one: self._settled(request, one, Fixed(one, (who,))))

    async def _unsettled(self, request: Request, said: str = "") -> Sequence[Reply]:
        """출장 취소할래, 출장 연기됐어요."""
        if says.CALLED_OFF.search(said):
            return await self.cancel(replace(request, argument=""))
        trip = await self._last(request)
        if trip is None:
            return [words.nothing_to_fix()]
        await self._wait(request, trip, "trip-fixing")
        return [words.how_to_fix(trip)]

    async def _moved(self, request: Request, said: str) -> Sequence[Reply]:
        """`출장 두시로 밀렸어요`: the only trip to come; of several, which one is asked by showing them."""
        if says.elsewhere(said):
            return [unknown()]
        coming = await self._asides.coming(request)
        if len(coming) > 1:
            return await self._asides.listing(replace(request, argument=""))
        return await self._fix(request, coming[0], said) if coming else [words.nothing_to_fix()]

    async def confirm(self, request: Request) -> Sequence[Reply]:
        """맞습니다."""
        trip = await self._journeys.mine(request.tenant, request.person, request.argument)
        if trip is None or trip.state is State.CANCELLED:
            return [words.gone()]
        await self._people.answer(request.tenant, request.person, request.chat.ref, request.now)
        over = trip.ends_at or trip.starts_at
        if trip.state is State.PLANNED and over is not None and over.astimezone(KST).date() < says.today_of(request):
            return [told.which_moment(trip)]
        after = Question("trip-after", trip.id, _AFTER)
        await self._people.ask(request.tenant, request.person, request.chat.ref, after, request.now)
        return [words.confirmed(trip)]

    async def ask_fix(self, request: Request) -> Sequence[Reply]:
        """고치기."""
        trip = await self._journeys.mine(request.tenant, request.person, request.argument)
        if trip is None or trip.state is State.CANCELLED:
            return [words.gone()]
        await self._wait(request, trip, "trip-fixing")
        return [words.how_to_fix(trip)]

    async def fix(self, request: Request) -> Sequence[Reply]:
        """An answer to a memo: yes, or what differs."""
        trip_id, _, said = request.argument.partition(" ")
        trip = await self._journeys.mine(request.tenant, request.person, trip_id)
        if trip is None or trip.state is State.CANCELLED:
            return [words.gone()]
        if said.strip(" .!~") in says.YES or agrees(said):
            return await self.confirm(replace(request, argument=trip_id))
        if says.refuses(said) and trip.destination:
            return self._answers.refused(trip, said) or await self.ask_fix(replace(request, argument=trip_id))
        if says.CALLED_OFF.search(said) and not corrects(said):
            return await self._answers.called_off(request, trip, said) or await self._cancel(request, trip)
        spelt = "" if not_yet(said) else await self._answers.spelt(request, trip, said)
        return await self._fix(request, trip, spelt) if spelt else [words.left(trip)]

    async def corrected(self, request: Request, trip: Trip, said: str) -> Sequence[Reply]:
        """A correction that was agreed to, written and read back."""
        return await self._fix(request, trip, said)

    async def fix_last(self, request: Request) -> Sequence[Reply]:
        """`13시 말고 14시`, some time after the memo."""
        trip, said = await self._last(request), request.argument
        if who := aside.companion(request.update.text.strip()):
            known = self._going(request, [who])
            return await self._join(request, who) if known.known or known.doubts else [unknown()]
        if trip is None:
            return [words.nothing_to_fix()] if "출장" in said or PAIR.search(said) else [unknown()]
        return await self._fix(request, trip, said) if of_a_trip(trip, said, request.now) else [unknown()]

    async def area(self, request: Request) -> Sequence[Reply]:
        """관내 or 관외."""
        trip_id, _, said = request.argument.partition(":")
        area = Area.INSIDE if said == "in" else Area.OUTSIDE
        return await self._change(request, trip_id, lambda trip: replace(trip, area=area))

    async def mate(self, request: Request) -> Sequence[Reply]:
        """Who was meant by a companion's word."""
        trip_id, _, person = request.argument.partition(":")
        member = self._tenancy.member(request.tenant, person)
        if member is None:
            return [words.gone()]

        def known(trip: Trip) -> Trip:
            doubts = self._going(request, trip.stated).doubts
            meant = [one.said for one in doubts if person in {each.id for each in one.candidates}][:1]
            stated = tuple(one for one in trip.stated if one not in meant)
            return replace(trip, stated=stated, companions=tuple(dict.fromkeys((*trip.companions, person))))

        return await self._change(request, trip_id, known)

    async def cancel(self, request: Request) -> Sequence[Reply]:
        """The only trip that can be meant, or which one."""
        if request.update.press is not None:
            trip = await self._journeys.mine(request.tenant, request.person, request.argument)
            return [words.gone()] if trip is None else await self._cancel(request, trip)
        if re.match(r"(?:는|를)?\s*(?:안|하지|못)\s?", request.argument):
            return [words.not_cancelled()]
        coming = await self._asides.coming(request)
        meant = read(request.argument, request.now)
        if meant.destination or meant.span.told:
            coming = [trip for trip in coming if says.fits(trip, meant)]
        if not coming:
            return [words.nothing_to_cancel()]
        return await self._cancel(request, coming[0]) if len(coming) == 1 else [words.which_to_cancel(coming)]

    async def ask_off(self, request: Request) -> Sequence[Reply]:
        """`취소`, `못 가게 됐습니다`: which trip is asked, even if there is but one."""
        if aside.not_going(request.update.text.strip()):
            return await self._asides.not_going(request)
        coming = await self._asides.coming(request)
        return [words.which_to_cancel(coming)] if coming else [unknown()]

    # --- writing down

    async def _write_all(self, request: Request, memos: Sequence[Memo]) -> Sequence[Reply]:
        """One trip, or each of several that one message tells."""
        told = [await self._write_down(request, memo, f":{n}" if n else "") for n, memo in enumerate(memos)]
        return [reply for replies in told for reply in replies]

    async def _write_down(self, request: Request, memo: Memo, part: str = "") -> Sequence[Reply]:
        try:
            document = clean_document(memo.document)
        except InvalidShareError:
            return [receipts.document_too_long()]
        going = self._going(request, memo.companions)
        area = memo.area
        if area is Area.UNKNOWN:
            area = trip_area.of_words(memo.destination, self._journeys.office(request.tenant))
        trip = new_trip(
            request, cause(request.update) + part, destination=memo.destination, purpose=memo.purpose,
            starts_at=memo.starts_at, ends_at=memo.ends_at, whole_day=memo.whole_day, document=document,
            vehicle=Vehicle.UNKNOWN if memo.vehicle is None else memo.vehicle, area=area,
            companions=tuple(one.id for one in going.known),
            stated=(*going.stated, *(one.said for one in going.doubts)),
        )  # fmt: skip
        around = await self._journeys.around(request.tenant, request.person, request.now)
        same = next((one for one in around if one.id != trip.id and same_plan(one, trip)), None)
        kept = same or await self._journeys.trips.add(request.tenant, trip)
        return [await self._read_back(request, kept, changed=False)]

    async def _read_back(self, request: Request, trip: Trip, *, changed: bool) -> Reply:
        around = await self._journeys.around(request.tenant, request.person, request.now)
        other = next((one for one in around if overlap(trip, one)), None)
        doubts = self._going(request, trip.stated).doubts
        asked = [words.Asked(one.said, tuple((f"{each.name}({each.department})", each.id) for each in one.candidates))
                 for one in doubts]  # fmt: skip
        settled = replace(trip, stated=tuple(one for one in trip.stated if one not in {each.said for each in doubts}))
        await self._wait(request, trip, "trip-memo" if trip.destination else "trip-fixing")
        return words.memo(settled, self._names(request, trip), asked, other, changed=changed)

    async def _change(self, request: Request, trip_id: str, change: Callable[[Trip], Trip]) -> Sequence[Reply]:
        trip = await self._journeys.mine(request.tenant, request.person, trip_id)
        if trip is None or trip.state is State.CANCELLED:
            return [words.gone()]
        changed = await self._journeys.trips.change(request.tenant, trip_id, change)
        self._answers.changed(request, trip)
        return [await self._read_back(request, changed or trip, changed=True)]

    async def _fix(self, request: Request, trip: Trip, said: str) -> Sequence[Reply]:
        if trip.state is State.CLOSED:
            return [words.closed_stays(trip)]
        names = self._names(request, trip)
        changed = fixed(trip, said, request.now, names)
        foreign = PAIR.search(said) and not any(one in said for one in names) and not speaks_of(trip, said, request.now)
        if changed is None or foreign or (turns(said) and not of_a_trip(trip, said, request.now)):
            await self._wait(request, trip, "trip-fixing")
            return [words.how_to_fix(trip) if says_no_value(said) else words.not_understood(trip)]

        def change(one: Trip) -> Trip:
            found = fixed(one, said, request.now, self._names(request, one))
            return one if found is None else self._settled(request, one, found)

        return await self._change(request, trip.id, change)

    def _settled(self, request: Request, before: Trip, found: Fixed) -> Trip:
        office = self._journeys.office(request.tenant)
        return settled(before, found, lambda names: self._going(request, names), office)

    async def _cancel(self, request: Request, trip: Trip) -> Sequence[Reply]:
        if trip.state is State.CLOSED:
            return [words.closed_stays(trip)]
        changed = await self._journeys.trips.change(
            request.tenant, trip.id, lambda one: replace(one, state=State.CANCELLED)
        )
        self._answers.changed(request, trip)
        return [words.cancelled(changed or trip)]

    async def _last(self, request: Request) -> Trip | None:
        """The trip that was written down last and is not over."""
        around = await self._journeys.around(request.tenant, request.person, request.now)
        found = [trip for trip in around if trip.state is State.PLANNED or running([trip], request.now)]
        return max(found, key=lambda trip: trip.created_at, default=None)

    async def _wait(self, request: Request, trip: Trip, route: str) -> None:
        await self._people.ask(request.tenant, request.person, request.chat.ref, Question(route, trip.id), request.now)

    def _going(self, request: Request, names: Sequence[str]) -> Going:
        roster = self._tenancy.people_with(request.tenant, Role.STAFF)
        return resolve(names, roster, request.member.person)

    def _names(self, request: Request, trip: Trip) -> list[str]:
        members = [self._tenancy.member(request.tenant, one) for one in trip.companions]
        return [*(one.person.name for one in members if one is not None), *trip.stated]

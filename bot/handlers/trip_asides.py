"""What is said about a trip besides its plan and its moments: `내일 출장 안간다`, `아직 안 갔어`, `한 시간 밀렸어요`,
`동행 한 명 추가`, `영수증 다시 줘`.

Nothing is written from any of these words alone: what would take something back or move it is offered with one tap,
a companion excepted, who is read back. Every press says what it would come to, so that it is safe to repeat.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from attest.errors import InvalidShareError
from attest.receipt import clean_document
from attest.trip import LegKind, State, Trip
from bot import trip_aside_sayings as says
from bot import trip_sayings as plans
from bot.handlers import days
from bot.journeys import Journeys, Taken
from bot.messenger import Reply
from bot.routes import Request, Route, tidy, unaddressed
from bot.trip_choice import ahead, awaiting_number, next_kind, running, without_leg
from bot.trip_memo import read
from bot.trip_replies import of_closing, of_share
from bot.trip_sayings import fits, today_of
from bot.wording import receipts, trips, unknown
from bot.wording import trip_asides as words
from bot.wording.legs import still_ahead

_RECENT = timedelta(hours=12)


class TripAsides:
    """Answers them."""

    def __init__(self, journeys: Journeys) -> None:
        self._journeys = journeys

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route("trip-later", (), (), self.shift, private=True, title="출장", sentences=(says.SHIFTED,)),
            Route("trip-at", (), (), self.shifted, press="trip-at", private=True, title="출장"),
            Route("leg-back", (), (), self.back, private=True, title="출장", sentences=(says.NOT_GONE,)),
            Route("leg-unsay", (), (), self.unsay, press="leg-unsay", private=True, title="출장"),
        )

    def lists(self) -> tuple[Route, ...]:
        """The number of a trip, and the month's trips."""
        return (
            Route(
                "trip-number",
                ("문서번호", "문서 번호"),
                ("number",),
                self.number,
                about="출장",
                help="문서번호 농정과-812 — 적어 둔 출장에 번호를 붙입니다",
                sentences=plans.NUMBERED,
                private=True,
                quiet=True,
            ),
            Route(
                "trips",
                ("출장 목록", "출장목록", "출장 내역", "내 출장", "내출장", "출장 일정"),
                ("trips",),
                self.listing,
                about="출장",
                help="출장 목록 — 이번 달 출장. '출장 11월'은 그 달",
                sentences=plans.LISTED,
                private=True,
                quiet=True,
            ),
        )

    async def coming(self, request: Request) -> list[Trip]:
        """The trips that are planned for today or later."""
        around = await self._around(request)
        return [trip for trip in around if trip.state is State.PLANNED and ahead(trip, today_of(request))]

    async def number(self, request: Request) -> Sequence[Reply]:
        """A document number for the trip at hand."""
        try:
            number = clean_document(read(request.argument, request.now).document or request.argument)
        except InvalidShareError:
            return [receipts.document_too_long()]
        around = await self._journeys.around(request.tenant, request.person, request.now)
        trip = awaiting_number(around, request.now)
        if not number:
            return [trips.numbers_wanted()]
        if trip is None:
            return [trips.nothing_to_fix()]
        changed = await self._journeys.trips.change(request.tenant, trip.id, lambda one: replace(one, document=number))
        return [trips.numbered(changed or trip, number)]

    async def listing(self, request: Request) -> Sequence[Reply]:
        """This month's trips, or those of the month named."""
        today = plans.today_of(request)
        first = days.month(request.argument, today) or today.replace(day=1)
        if (next_one := first.replace(year=first.year + 1)) - today < plans.MONTHS_AHEAD:
            first = next_one  # 12월, said in November, is the one to come
        until = (first + timedelta(days=31)).replace(day=1)
        found = await self._journeys.trips.of(request.tenant, request.person, first, until)
        return [trips.listing(found, first.month)]

    async def not_going(self, request: Request) -> Sequence[Reply]:
        """`내일 출장 안간다`: that day's trips are offered to be cancelled; where there is none, that is said."""
        text = unaddressed(tidy(request.update.text))
        meant, coming = read(says.without_denial(text), request.now), await self.coming(request)
        day = replace(meant, destination="", purpose="")
        found = [trip for trip in coming if fits(trip, day)]
        if not found:
            return [words.none_to_cancel(coming) if "출장" in text else unknown()]
        return [trips.which_to_cancel(found)]

    async def shift(self, request: Request) -> Sequence[Reply]:
        """`한 시간 미뤄졌어`: the only trip that has an hour, and which hour that comes to, offered."""
        said = unaddressed(tidy(request.update.text))
        delta = says.shift(said)
        on = read(said, request.now).span.day
        timed = [trip for trip in await self.coming(request) if trip.starts_at is not None and not trip.whole_day]
        found = [trip for trip in timed if on is None or fits(trip, read(f"{on:%m/%d}", request.now))]
        under_way = running(await self._around(request), request.now)
        if delta is not None and not found and under_way is not None:
            return [still_ahead(under_way, next_kind(under_way))]
        if delta is None or not found:
            return [trips.nothing_to_fix() if "출장" in said else unknown()]
        return [words.shift(found[:3], delta)]

    async def shifted(self, request: Request) -> Sequence[Reply]:
        """The press: the begin that it says, and the end as much later or earlier."""
        trip_id, _, minute = request.argument.partition(":")
        trip = await self._journeys.mine(request.tenant, request.person, trip_id)
        if trip is None or trip.state is not State.PLANNED or not minute.isdecimal():
            return [trips.gone()]
        begin = datetime.fromtimestamp(int(minute) * 60, UTC)

        def moved(one: Trip) -> Trip:
            span = one.ends_at - one.starts_at if one.ends_at is not None and one.starts_at is not None else None
            return replace(one, starts_at=begin, ends_at=None if span is None else begin + span)

        return [words.moved(await self._journeys.trips.change(request.tenant, trip.id, moved) or trip)]

    async def back(self, request: Request) -> Sequence[Reply]:
        """`아직 안 갔어`: the moment that was told last is offered to be taken back."""
        offered = words.offer_back(await self._around(request), request.now)
        if offered is not None:
            return [offered]
        text = unaddressed(tidy(request.update.text))
        return [words.nothing_told()] if says.SURELY_A_MOMENT.search(text) else [unknown()]

    async def unsay(self, request: Request) -> Sequence[Reply]:
        """The press: that moment was not; a trip that only it had begun is none."""
        trip_id, _, mark = request.argument.partition(":")
        trip = await self._journeys.mine(request.tenant, request.person, trip_id)
        if trip is None or not mark:
            return [trips.gone()]
        changed = await self._journeys.trips.change(request.tenant, trip.id, lambda one: without_leg(one, mark))
        return [words.taken_back(changed or trip)]

    async def receipt_again(self, request: Request, meant: Callable[[Trip], bool] = lambda _: True) -> Sequence[Reply]:
        """The receipt of the last trip that has one and may be meant, once more; nothing where there is none."""
        given = [trip for trip in await self._around(request) if trip.receipts and meant(trip)]
        last = max(given, key=lambda trip: trip.begun_at or trip.created_at, default=None)
        issued = None if last is None else await self._journeys.issuer.again(request.tenant, last.receipts[-1])
        if last is None or issued is None:
            return []
        kind = next((leg.kind for leg in last.legs if leg.receipt == issued.index), LegKind.RETURNED)
        taken = Taken(issued, last, kind)
        reply = of_closing(taken) if issued.receipt.pair is not None else of_share(taken, None)
        return [replace(reply, text=f"{words.AGAIN}\n{reply.text}", receipt=None)]

    async def awaits_none(self, request: Request) -> bool:
        """Whether nobody is on a trip, or about to be: who wants a receipt means one that was."""
        around = await self._around(request)
        return running(around, request.now) is None and not any(
            trip.starts_at is not None and abs(trip.starts_at - request.now) < _RECENT
            for trip in around if trip.state is State.PLANNED
        )  # fmt: skip

    async def _around(self, request: Request) -> Sequence[Trip]:
        return await self._journeys.around(request.tenant, request.person, request.now)

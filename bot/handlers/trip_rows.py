"""출장 보기, 출장 고르기: one's own trips as they were asked about, and what is said of one of those listed.

    "이번주 출장 몇건이야"                    → those rows; nothing is asked for and nothing written
    list + "두번째꺼 11시로"                  → that row named, and the change read before it is written
    list + "위에꺼 취소"                      → which one, where the place is not plain

A row is found by the very line that was printed; whatever is to change it is asked about first, with the trip's name.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from attest.trip import State, Trip
from bot import trip_asking as asking
from bot.handlers.trip_asides import TripAsides
from bot.journeys import Journeys
from bot.messenger import Reply
from bot.people import PeopleStore, Question
from bot.routes import Request, Route
from bot.settings import Role
from bot.tenancy import Tenancy
from bot.trip_aside_sayings import companion, shift
from bot.trip_choice import ahead, covers, running
from bot.trip_fixing import fixed
from bot.trip_memo import read
from bot.trip_sayings import CALLED_OFF, DAYS_ONE, YES, today_of
from bot.wording import trip_asides, trips, unknown
from bot.wording import trip_rows as words
from bot.wording.trip_advice import refusal

APART: Final = " // "
_OFF: Final = re.compile(rf"{CALLED_OFF.pattern}|지워|지우|삭제|빼|없애|그만|안 ?(?:가|감|갈|간)|못 ?(?:가|감|갈|간)")
_DENIED: Final = re.compile(r"지 ?(?:마|말|않)|말고|안 ?(?:취소|지워)")
_RECEIPT: Final = re.compile(r"영수증|QR|큐알", re.IGNORECASE)
_REPORT: Final = re.compile(r"보고서|복명서")
_MOMENT: Final = re.compile(r"^(?:출발|도착|복귀|귀청)")
_SHOW: Final = re.compile(
    r"^(?:뭐|무엇|무슨|언제|어디|몇 ?시|자세히|상세|보여|알려|봐|볼래|내용|확인|어떤|누구|기억|다시|$)"
)
_FAR: Final = timedelta(days=366)

_OF_DAY: Final = (
    rf"^(?P<argument>{DAYS_ONE}(?!.*(?:식당|메뉴|당직|알림|휴가|연차|반차))[^?]*"
    r"(?:밀[려렸림린]|미[뤄뤘루룸]|당[겨겼]|땡[겨겼]|옮[겨겼긴]|바[뀌꼈뀐뀜꿔꿨]|변경|늦춰|(?:같이|함께)\s?(?:간|가|갑|감))[^?]*)$"
)
_SAME_HOUR: Final = re.compile(r"[\s,]*(?:시간|시각|나머지|장소)(?:은|는|이|도)?\s?(?:그대로|똑같|같)\S*")

Fix = Callable[[Request, Trip, str], Awaitable[Sequence[Reply]]]


class TripRows:
    """The traveller's list. `fix` writes a correction and reads the trip back (`TripTalk.corrected`)."""

    def __init__(self, tenancy: Tenancy, people: PeopleStore, journeys: Journeys, fix: Fix) -> None:
        self._tenancy = tenancy
        self._people = people
        self._fix = fix
        self._journeys = journeys
        self._asides = TripAsides(journeys)

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route("trip-show", ("출장 보기",), (), self.show, private=True, quiet=True, title="출장"),
            Route("trip-wish", ("출장 적기",), (), self.wish, private=True, quiet=True, title="출장"),
            Route("trip-row", ("출장 고르기",), (), self.row, private=True, quiet=True, title="출장"),
            Route("trip-of-day", (), (), self.of_day, private=True, title="출장", sentences=(_OF_DAY,)),
            Route("trip-do", (), (), self.change, press="trip-do", private=True, title="출장", takes=_agrees),
            Route("trip-keep", (), (), self.keep, press="trip-keep", private=True, title="출장"),
        )

    async def show(self, request: Request) -> Sequence[Reply]:
        """The trips of the days, or of the place, that a question names."""
        said = request.argument
        if any(name in said for name in self._others(request)):
            return [refusal("others_trips")]
        today = today_of(request)
        around = await self._journeys.around(request.tenant, request.person, request.now)
        coming = [trip for trip in around if ahead(trip, today) and trip.state in {State.PLANNED, State.OPEN}]
        if asking.asks_now(said) and (trip := running(around, request.now)) is not None:
            return [words.one(trip)]
        if asking.asks_next(said) and asking.period(said, today) is None:
            following = [trip for trip in coming if trip.state is State.PLANNED]
            return [words.shown(following[:1], "다음", ())]
        placed = _of_place(around, said)
        days = asking.period(said, today)
        if placed and days is None:
            return [words.shown(placed, "", ())]
        if days is None:
            return await self._of_no_day(request, coming, said)
        found = await self._journeys.trips.of(request.tenant, request.person, days.first, days.until)
        found = _of_place(found, said) or found
        called = days.said or words.of_days(days.first, days.until - timedelta(days=1))
        return [words.shown(found, called, coming)]

    async def _of_no_day(self, request: Request, coming: Sequence[Trip], said: str) -> Sequence[Reply]:
        """What is ahead; this month, where nothing is or what was is asked for."""
        if coming and not asking.went(said):
            return [words.shown(coming, "앞으로 있는", ())]
        return await self._asides.listing(replace(request, argument=""))

    async def wish(self, request: Request) -> Sequence[Reply]:
        """`출장 신청할게요`: when and where is asked, and the answer is read as the memo."""
        await self._wait(request, Question("trip-plan"))
        return [words.what_trip()]

    async def row(self, request: Request) -> Sequence[Reply]:
        """What is said of a row: shown, or asked about by its name before anything of it changes."""
        label, _, said = request.argument.partition(APART.strip())
        label, said = label.strip(), said.strip()
        if label.startswith("?"):
            return await self._which(request, label[1:].strip(), said)
        trip = await self._labelled(request, label)
        if trip is None:
            return [trips.gone()]
        if _RECEIPT.search(said):
            again = await self._asides.receipt_again(request, lambda one: one.id == trip.id)
            return again or [words.no_receipt_yet(trip)]
        if trip.state is State.CANCELLED:
            return [words.already_off(trip)]
        if _SHOW.match(said) or _REPORT.search(said) or _MOMENT.match(said) or _DENIED.search(said):
            return [words.one(trip)]
        if trip.state is State.CLOSED:
            return [trips.closed_stays(trip)]
        if _OFF.search(said):
            return [words.cancel_sure(trip)]
        return await self._propose(request, trip, said)

    async def of_day(self, request: Request) -> Sequence[Reply]:
        """`내일꺼 모레로 밀렸어요`: the one trip of that day; what it would come to is asked about."""
        said = request.argument
        day, rest = re.match(DAYS_ONE, said), re.sub(DAYS_ONE, "", said, count=1)
        on = read(day[0] if day else "", request.now).span.day
        found = [one for one in await self._asides.coming(request) if on is not None and covers(one, on)]
        if not found:
            return [unknown()]
        if len(found) > 1:
            return [words.which(found, off=False)]
        who = companion(rest)
        return await self._propose(request, found[0], f"동행: {who}" if who else _SAME_HOUR.sub("", rest))

    async def _propose(self, request: Request, trip: Trip, said: str) -> Sequence[Reply]:
        """A correction is read before it is written; one that says nothing yet is asked for."""
        if (delta := shift(said)) is not None and trip.starts_at is not None and not trip.whole_day:
            return [trip_asides.shift([trip], delta)]
        found = fixed(trip, said, request.now, trip.stated)
        if found is None or (found.trip == trip and not found.added and not found.dropped and not found.alone):
            await self._wait(request, Question("trip-fixing", trip.id))
            return [trips.how_to_fix(trip)]
        after = replace(found.trip, stated=(*found.trip.stated, *found.added))
        await self._wait(request, Question("trip-do", f"{trip.id} {said}"))
        return [words.change_sure(trip, after)]

    async def change(self, request: Request) -> Sequence[Reply]:
        """고치기, by its button or a yes: what was read is handed to the correction that any trip gets."""
        waiting = await self._people.pending(request.tenant, request.person, request.chat.ref, request.now)
        trip_id, _, said = (waiting.argument if waiting and waiting.route == "trip-do" else "").partition(" ")
        named = request.argument.partition(" ")[0]
        trip = await self._journeys.mine(request.tenant, request.person, named)
        if trip is None or trip.state is State.CANCELLED:
            return [trips.gone()]
        if named != trip_id or not said:
            await self._wait(request, Question("trip-fixing", trip.id))
            return [trips.how_to_fix(trip)]
        return await self._fix(request, trip, said)

    async def keep(self, request: Request) -> Sequence[Reply]:
        """그대로 두기."""
        trip = await self._journeys.mine(request.tenant, request.person, request.argument)
        await self._people.answer(request.tenant, request.person, request.chat.ref, request.now)
        return [trips.gone() if trip is None else words.kept(trip)]

    async def _which(self, request: Request, place: str, said: str) -> Sequence[Reply]:
        """Which row is meant: of those that can be changed."""
        number, _, count = place.partition("/")
        if number.isdecimal() and count.isdecimal():
            return [words.out_of_range(number, int(count))]
        coming = await self._asides.coming(request)
        return [words.which(coming, off=_OFF.search(said) is not None)] if coming else [trips.nothing_to_cancel()]

    async def _labelled(self, request: Request, label: str) -> Trip | None:
        """The trip whose row reads so."""
        today = today_of(request)
        found = await self._journeys.trips.of(request.tenant, request.person, today - _FAR, today + _FAR)
        wanted = _plain(label)
        rows = [
            trip
            for trip in found
            if wanted in {_plain(words.title(trip)), _plain(f"{trips.span(trip)} {trips.where(trip)}")}
        ]
        return next((trip for trip in rows if trip.state is not State.CANCELLED), next(iter(rows), None))

    async def _wait(self, request: Request, question: Question) -> None:
        await self._people.ask(request.tenant, request.person, request.chat.ref, question, request.now)

    def _others(self, request: Request) -> set[str]:
        everybody = self._tenancy.people_with(request.tenant, Role.STAFF)
        return {person.name for person in everybody if person.id != request.person} - {request.member.person.name}


def _of_place(found: Sequence[Trip], said: str) -> list[Trip]:
    """Those whose destination is named."""
    return [trip for trip in found if any(len(word) > 1 and word in said for word in trip.destination.split())]


def _plain(label: str) -> str:
    return re.sub(r"[\s·]+", " ", label).strip()


def _agrees(text: str) -> bool:
    return text.strip(" .!~") in YES

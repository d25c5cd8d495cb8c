"""사후 제출: forgotten taps, a dead phone, no signal. What was, and what shows it, told later, no reproach.

Of a file its SHA-256 is kept, in the log, and the file itself is not; nothing inside it is read, a photo's own place
least of all. It gives a receipt without a place that says when it was handed in.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from attest.errors import LogBehindError
from attest.trip import KST, Basis, Leg, LegKind, State, Trip
from bot.handlers.company import Company
from bot.handlers.legs import Legs
from bot.journeys import Journeys, cause, new_trip, tag
from bot.late_words import (
    MISSED,
    UNTOLD,
    answers,
    corrects,
    fixes,
    gives,
    names_material,
    only_an_hour,
    spoken_of,
    unsure,
)
from bot.messenger import InFile, Reply
from bot.people import PeopleStore, Question
from bot.routes import Request, Route
from bot.tenancy import Tenancy
from bot.trip_area import named
from bot.trip_choice import left_open, of_day, running
from bot.trip_moments import moments, unclear
from bot.trip_replies import of_evidence
from bot.trip_times import find
from bot.trip_words import FORGOT
from bot.wording import late as late_words
from bot.wording import legs as words
from bot.wording import trips, witness

_KINDS: Final = (
    (LegKind.RETURNED, re.compile(r"복귀|귀청|돌아")),
    (LegKind.DEPARTED, re.compile(r"출발")),
    (LegKind.ARRIVED, re.compile(r"도착")),
)
_BASES: Final = (
    (Basis.TOLL, re.compile(r"하이패스|톨게이트|통행료|요금소")),
    (Basis.HOST, re.compile(r"방문\s*(?:기관|확인)|확인서|확인증")),
    (Basis.PHOTO, re.compile(r"사진|현장|증빙|자료")),
)
_ASKS = re.compile(r"(?:까|나요?|니|냐|죠|지)\s*\??$|\?|식당|점심|줄 ")
_HOUR: Final = re.compile(r"\d{1,2}\s*(?::|시)|정오|오전|오후")
_MOST_FILES: Final = 5
_HELD: Final = timedelta(hours=2)
_AROUND: Final = (
    r"(?:(?:앗|아|어|아이고|죄송\S*|제가|저|또|그만|휴대폰\S*|핸드폰\S*|폰\S*|배터리\S*|전화\S*|신호\S*|통신\S*|인터넷\S*"
    r"|산\S*|지하\S*|버튼\S*|누르\S*|찍\S*|보내\S*|걸|것을?)\s*)*"
)
_WITHOUT_PLACE: Final = (
    r"^(?:현장 ?)?(?:사진|하이패스|확인서|확인증)\S* ?(?:으로|로) ?(?:낼|내|보낼|보내|증빙|제출|대신)",
    r"위치(?:는|를|정보)? ?(?:정보 ?)?(?:안 ?\S+|없이|말고|못 ?\S+|빼고).{0,8}(?:증빙|정산|증명|낼|내는|가능)",
)
_AND_NOW: Final = r"(?:\s*(?:어떡|어떻|어쩌|어찌|하죠|하지|해요|하나요|되나요|됩니까)\S*)*"


@dataclass(frozen=True, slots=True)
class _Held:
    """Files of which the hour is not told yet."""

    trip: Trip
    kind: LegKind
    on: date
    basis: Basis
    digests: Sequence[bytes]


class Late:
    """What is told and handed in afterwards."""

    def __init__(self, tenancy: Tenancy, people: PeopleStore, journeys: Journeys, company: Company, legs: Legs) -> None:
        self._tenancy = tenancy
        self._people = people
        self._journeys = journeys
        self._company = company
        self._legs = legs

    def routes(self) -> tuple[Route, ...]:
        """What people say, and which method answers."""
        return (
            Route(
                "late",
                ("사후 제출", "사후제출"),
                ("late",),
                self.late,
                about="출장",
                help="사후 제출 — 깜빡한 출발·도착·복귀나 하이패스·사진을 나중에 더합니다",
                sentences=(
                    rf"^(?P<argument>.*(?:출장|출발|도착|복귀|귀청).*(?:{FORGOT}).*)$",
                    rf"^(?P<argument>.*(?:{FORGOT}).*(?:출장|출발|도착|복귀|귀청).*)$",
                    *_WITHOUT_PLACE, UNTOLD, MISSED,
                    rf"^{_AROUND}\S{{0,4}}(?:{FORGOT})\S*{_AND_NOW}[?!.~ㅠㅜ ]*$",
                ),
                private=True,
                quiet=True,
            ),
            Route("late-kind", (), (), self.kind, press="late", private=True, title="사후 제출"),
            Route("late-hour", (), (), self.hour, private=True, title="사후 제출", takes=_tells_an_hour),
            Route(
                "late-held", (), (), self.held, private=True, title="사후 제출", takes=answers, sheets=_any, free=True,
            ),
            Route("late-fix", (), (), self.fix, private=True, title="사후 제출", takes=fixes, free=True),
            Route(
                "evidence", (), (), self.evidence, private=True, title="사후 제출", takes=gives, sheets=_any,
                sentences=(r"하이패스|톨게이트|통행료|출장.{0,12}(?:사진|증빙|자료|확인서)|사후 ?제출",),
            ),
        )  # fmt: skip

    async def late(self, request: Request) -> Sequence[Reply]:
        """`어제 출장 도착 깜빡했어요`: the trip and the moment, and the hour if it is told."""
        if request.update.files:
            return await self.evidence(request)
        said = request.argument
        kind = next((kind for kind, pattern in _KINDS if pattern.search(said)), None)
        local = request.now.astimezone(KST).replace(tzinfo=None)
        if len(several := moments(request.update.text, local)) > 1:
            return await self._legs.several(request, several)
        if unclear(request.update.text, local):
            return [words.whose_hour()]
        span, _ = find(said, local, past=True)
        on = span.day or local.date()
        around = await self._journeys.around(request.tenant, request.person, request.now)
        trip = self._told_before(request, around) or _meant(around, span.day, on, kind, request.now)
        if trip is None and (span.start is not None or _placed(said, request.now)):
            trip = await self._afresh(request, said, on)
        if trip is None:
            return [words.nothing_to_add_to(span.day)]
        if kind is None:
            return [await self._which(request, trip)]
        if span.start is None:
            return await self._ask_hour(request, trip, kind, on if span.day else _day_of(trip))
        at = datetime.combine(on, span.start, KST).astimezone(UTC)
        return [words.future_hour(at)] if at > request.now else await self._legs.at(request, trip, kind, at)

    async def hour(self, request: Request) -> Sequence[Reply]:
        """The answer to "몇 시였습니까?"."""
        about, _, said = request.argument.partition(" ")
        trip_id, kind, on = about.split(":")
        trip = await self._journeys.mine(request.tenant, request.person, trip_id)
        if trip is None or trip.state is State.CANCELLED:
            return [trips.gone()]
        local = request.now.astimezone(KST).replace(tzinfo=None)
        span, _ = find(said, local, past=True)
        start = span.start or (time(12) if "정오" in said else None)
        if start is None:
            return [words.no_hour()]
        at = datetime.combine(span.day or date.fromisoformat(on), start, KST).astimezone(UTC)
        if at > request.now:
            return [words.future_hour(at)]
        replies = await self._legs.at(request, trip, LegKind(kind), at)
        if LegKind(kind) is not LegKind.RETURNED:
            await self._may_be_fixed(request, trip, LegKind(kind))
        return replies

    async def held(self, request: Request) -> Sequence[Reply]:
        """The hour of evidence that waits for it; a guess is read back, what was read back is taken by a yes."""
        if request.update.files:
            return await self.evidence(request)
        about, _, said = request.argument.partition(" ")
        trip_id, name, on, basis, prints, proposed = about.split("|")
        trip, kind = await self._journeys.mine(request.tenant, request.person, trip_id), LegKind(name)
        if trip is None or trip.state is State.CANCELLED:
            return [trips.gone()]
        day, digests = date.fromisoformat(on), [bytes.fromhex(one) for one in prints.split(".")]
        waits = _Held(trip, kind, day, Basis(basis), digests)
        if not only_an_hour(said):
            if not proposed:
                return await self._hold(request, waits)
            return await self._take(request, waits, datetime.fromisoformat(proposed))
        other = next((one for one, pattern in _KINDS if pattern.search(said)), kind)
        at = _told_at(said, request.now, day)
        if at is None or other is not kind:
            await self._hold(request, waits)
            return [words.no_hour()] if at is None else await self._legs.word(request, other, said)
        if at > request.now:
            await self._hold(request, waits)
            return [words.future_hour(at)]
        if unsure(said) and not corrects(said):
            await self._hold(request, waits, at)
            return [late_words.is_it_then(trip, kind, at)]
        return await self._take(request, waits, at)

    async def fix(self, request: Request) -> Sequence[Reply]:
        """`아이다 세시네`, soon after it was recorded: another hour, as long as no closing receipt rests on it."""
        about, _, said = request.argument.partition(" ")
        trip_id, name, _ = about.split("|")
        trip, kind = await self._journeys.mine(request.tenant, request.person, trip_id), LegKind(name)
        leg = trip.leg(kind) if trip is not None else None
        if trip is None or leg is None or trip.state is State.CANCELLED:
            return [trips.gone()]
        at = _told_at(said, request.now, leg.at.astimezone(KST).date())
        other = next((one for one, pattern in _KINDS if pattern.search(said)), kind)
        if other is not kind:
            return await self._legs.word(request, other, said)
        if at is None or at == leg.at:
            await self._may_be_fixed(request, trip, kind)
            again = _Held(trip, kind, trip.day, leg.basis, [leg.digest] if leg.digest else [])
            return [*await self._take(request, again, leg.at), late_words.stands(trip, kind, leg.at)]
        if at > request.now:
            return [words.future_hour(at)]
        if trip.closing is not None:
            return [words.back_already(trip)]

        def moved(one: Trip) -> Trip:
            return replace(one, legs=tuple(replace(it, at=at) if it.at == leg.at and it.kind is kind else it
                                           for it in one.legs))  # fmt: skip

        changed = await self._journeys.trips.change(request.tenant, trip.id, moved) or trip
        await self._may_be_fixed(request, trip, kind)
        return [late_words.moved(changed, kind, leg.at, at, receipt=leg.receipt is not None)]

    async def kind(self, request: Request) -> Sequence[Reply]:
        """A button of what may be handed in: its file is awaited, or companions are asked."""
        trip_id, _, basis = request.argument.partition(":")
        trip = await self._journeys.mine(request.tenant, request.person, trip_id)
        if trip is None or trip.state is State.CANCELLED:
            return [trips.gone()]
        if basis == Basis.COLLEAGUE.value:
            return [await self._ask_companions(request, trip)]
        if basis not in {one.value for one in (Basis.TOLL, Basis.PHOTO, Basis.HOST)}:
            return [await self._which(request, trip)]
        question = Question("evidence", f"{trip.id}:{basis}")
        await self._people.ask(request.tenant, request.person, request.chat.ref, question, request.now)
        return [words.send_it(Basis(basis))]

    async def evidence(self, request: Request) -> Sequence[Reply]:
        """Files that were asked for, or that came with a word that means them."""
        files = request.update.files[:_MOST_FILES]
        waiting = await self._people.pending(request.tenant, request.person, request.chat.ref, request.now)
        asked, before = "", list[bytes]()
        if waiting is not None and waiting.route == "evidence":
            asked = waiting.argument
        elif waiting is not None and waiting.route == "late-held":
            trip_id, _, _, name, prints, _ = waiting.argument.split("|")
            asked, before = f"{trip_id}:{name}", [bytes.fromhex(one) for one in prints.split(".")]
        trip, basis, kind = await self._about(request, asked)
        if trip is None:
            return [words.nothing_to_add_to()]
        if not files:
            return await self._told_instead(request, trip, asked=bool(asked))
        told, on = trip.leg(kind), _day_of(trip)
        digests = list(dict.fromkeys((*before, *(hashlib.sha256(file.data).digest() for file in files))))[:_MOST_FILES]
        waits = _Held(trip, kind, on, basis, digests)
        at = told.at if told is not None else _told_at(request.update.text, request.now, on)
        if at is None or at > request.now:
            return await self._hold(request, waits)
        replies = await self._take(request, waits, at)
        if asked and told is not None:
            await self._people.answer(request.tenant, request.person, request.chat.ref, request.now)
        return replies

    async def _told_instead(self, request: Request, trip: Trip, *, asked: bool) -> Sequence[Reply]:
        """Words where a file may come: both hours are read back, and what there is to show is awaited."""
        said = request.update.text
        span, _ = find(said, request.now.astimezone(KST).replace(tzinfo=None), past=True)
        if asked and names_material(said):
            return await self.kind(replace(request, argument=f"{trip.id}:{_basis(said).value}"))
        which = await self._which(request, trip)
        return [late_words.both(trip, span.start, span.end) if asked and span.start and span.end else which]

    async def _take(self, request: Request, waits: _Held, at: datetime) -> Sequence[Reply]:
        """Each file as a moment with its receipt."""
        trip, replies = waits.trip, []
        fresh = trip.leg(waits.kind) is None
        for digest in waits.digests:
            message = tag(f"{trip.id}:{digest.hex()}")
            leg = Leg(waits.kind, at, request.now, waits.basis, digest=digest, message=message)
            try:
                taken = await self._journeys.hand_in(request.member, trip, leg, request.now)
            except LogBehindError as error:
                contact = self._tenancy.institution(request.tenant).contact
                return [witness.stopped(error.size, error.known, contact)]
            replies.append(of_evidence(taken, taken.trip.heard(leg.message) or leg))
        if fresh:
            await self._may_be_fixed(request, trip, waits.kind)
        return replies

    async def _hold(self, request: Request, waits: _Held, proposed: datetime | None = None) -> Sequence[Reply]:
        """The evidence waits for its hour: of the file its print alone is kept."""
        prints = ".".join(one.hex() for one in waits.digests)
        told = proposed.isoformat() if proposed else ""
        about = f"{waits.trip.id}|{waits.kind.value}|{waits.on.isoformat()}|{waits.basis.value}|{prints}|{told}"
        await self._people.ask(
            request.tenant, request.person, request.chat.ref, Question("late-held", about, _HELD), request.now
        )
        return [late_words.when(waits.trip, waits.kind, waits.on)]

    async def _may_be_fixed(self, request: Request, trip: Trip, kind: LegKind) -> None:
        question = Question("late-fix", f"{trip.id}|{kind.value}|")
        await self._people.ask(request.tenant, request.person, request.chat.ref, question, request.now)

    async def _which(self, request: Request, trip: Trip) -> Reply:
        """What is to be added: a file or an hour that comes next is this trip's."""
        question = Question("evidence", f"{trip.id}:")
        await self._people.ask(request.tenant, request.person, request.chat.ref, question, request.now)
        return words.which_moment(trip)

    async def _about(self, request: Request, asked: str) -> tuple[Trip | None, Basis, LegKind]:
        """The trip, the kind of material, and the moment that it is about."""
        said = request.update.text
        kind = next((kind for kind, pattern in _KINDS if pattern.search(said)), LegKind.ARRIVED)
        if asked:
            trip_id, _, basis = asked.partition(":")
            trip = await self._journeys.mine(request.tenant, request.person, trip_id)
            if trip is not None and trip.state is State.CANCELLED:
                trip = None
            return trip, Basis(basis) if basis else _basis(said), kind
        basis_said = _basis(said)
        local = request.now.astimezone(KST).replace(tzinfo=None)
        span, _ = find(said, local, past=True)
        around = await self._journeys.around(request.tenant, request.person, request.now)
        return _meant(around, span.day, span.day or local.date(), None, request.now), basis_said, kind

    async def _ask_hour(self, request: Request, trip: Trip, kind: LegKind, on: date) -> Sequence[Reply]:
        question = Question("late-hour", f"{trip.id}:{kind.value}:{on.isoformat()}")
        await self._people.ask(request.tenant, request.person, request.chat.ref, question, request.now)
        return [words.which_hour(trip, kind, on)]

    async def _ask_companions(self, request: Request, trip: Trip) -> Reply:
        if not trip.companions:
            return words.no_companions()
        asked = await self._company.ask(request.member, trip, request.now, late=True)
        others = [self._tenancy.member(request.tenant, one) for one in trip.companions]
        names = [one.person.name for one in others if one is not None]
        return words.asked_companions(list(asked) or names, before=not asked)

    async def _afresh(self, request: Request, said: str, on: date) -> Trip:
        """A trip that nobody had written down."""
        memo = spoken_of(said, request.now)
        starts_at = datetime.combine(on, time(9), KST).astimezone(UTC)
        trip = new_trip(
            request, cause(request.update), destination=memo.destination, purpose=memo.purpose,
            starts_at=starts_at, whole_day=True, **({} if memo.vehicle is None else {"vehicle": memo.vehicle}),
        )  # fmt: skip
        return await self._journeys.trips.add(request.tenant, trip)

    @staticmethod
    def _told_before(request: Request, around: Sequence[Trip]) -> Trip | None:
        key = tag(cause(request.update))
        return next((trip for trip in around if trip.heard(key) or trip.id == f"t{key}"), None)


def _meant(around: Sequence[Trip], day: date | None, on: date, kind: LegKind | None, now: datetime) -> Trip | None:
    """The trip of that day; without a day the one under way, the one left open, or the last that was over."""
    wanted = kind or LegKind.ARRIVED
    if day is not None:
        return of_day(around, on, wanted)
    behind = [trip for trip in around if (trip.begun_at or trip.starts_at or trip.created_at) <= now]
    last = max(behind, key=lambda trip: trip.begun_at or trip.starts_at or trip.created_at, default=None)
    found = running(around, now) or left_open(around, now)
    return found if found is not None and found.state is not State.CLOSED else last


def _placed(said: str, now: datetime) -> bool:
    """Whether it names a place that there is."""
    return any(named(word) for word in spoken_of(said, now).destination.split())


def _day_of(trip: Trip) -> date:
    return (trip.begun_at or trip.starts_at or trip.created_at).astimezone(KST).date()


def _basis(said: str) -> Basis:
    return next((basis for basis, pattern in _BASES if pattern.search(said)), Basis.PHOTO)


def _told_at(said: str, now: datetime, on: date) -> datetime | None:
    """The hour that is told, on that day where no other is."""
    span, _ = find(said, now.astimezone(KST).replace(tzinfo=None), past=True)
    return None if span.start is None else datetime.combine(span.day or on, span.start, KST).astimezone(UTC)


def _tells_an_hour(text: str) -> bool:
    return len(text) <= 40 and _HOUR.search(text) is not None and _ASKS.search(text) is None


def _any(_files: Sequence[InFile]) -> bool:
    return True

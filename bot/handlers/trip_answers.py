"""Short answers about the trip that was just written down, and what takes one of them back.

"ㄴㄴ", "아직 몰라" → nothing changes    "어제 간데" → the place of that trip
"사천거 취소" beside another's memo → asked
"방금거 되돌려" → the last correction is undone; what was only just written down is offered to be cancelled
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from attest.trip import State, Trip
from bot import trip_corrections as says
from bot.handlers.trip_asides import TripAsides
from bot.journeys import Journeys
from bot.messenger import Reply
from bot.people import PeopleStore
from bot.routes import Request
from bot.trip_choice import covers
from bot.trip_memo import read
from bot.trip_sayings import CALLED_OFF, fits
from bot.wording import trip_rows as words
from bot.wording import trips, unknown

_JUST: Final = timedelta(minutes=30)
_MOST: Final = 5_000
_EVERY: Final = re.compile(r"(?:^|\s)(?:다|모두|전부|싹|둘 ?다|몽땅|전체)(?=\s|$)|하나 ?빼고|나머지")
_PLAN: Final = (
    "destination", "purpose", "starts_at", "ends_at", "whole_day", "vehicle", "area", "companions", "stated",
    "document",
)  # fmt: skip
_REVIVED: Final = r"취소(?:한|했던|된|시킨|해 ?버린) ?(?:출장|일정|거|것|꺼)"
UNDONE: Final = (
    (
        r"^(?:아|앗|아니|저기|그|방금|아까|좀 ?전에|어제|오늘|\s)*"
        rf"{_REVIVED}(?:을|를|은|는)?\s?(?:좀 |다시 |도로 |그냥 )*"
        r"(?:살려|살리|되살|되돌|복구|복원|원래대로|무르|물러|있던 ?대로|넣어|잡아|가게|갑니다|가기로)\S*"
        r"(?: \S{1,4}){0,2}[\s.!~]*$"
    ),
    (
        r"^(?:아|앗|그냥|다시|좀|아니)*\s*(?:(?:방금|아까|지금|그|이)\s?(?:거|것|꺼|한 ?거|고친 ?거|바꾼 ?거"
        r"|취소한 ?거|적은 ?거)?(?:을|는|은|도"
        r"|만)?\s*)?(?:좀 |다시 |그냥 )*"
        r"(?:되돌려|되돌리|되돌릴|원래대로|원상 ?복구|무르|물러|물릴|복구)\S*(?: \S{1,4}){0,2}[\s.!~]*$"
    ),
    (
        r"^(?:아|앗|아니|어|저기|그냥)*\s*(?:방금|아까|그|이)\s?(?:거|것|꺼|한 ?거|적은 ?거|출장)(?:을|는"
        r"|은)?\s*(?:좀 |그냥 )*"
        r"(?:취소|없던 ?(?:일|걸)로|무효|지워|삭제|빼)\S*(?: \S{1,4}){0,2}[\s.!~]*$"
    ),
)


@dataclass(frozen=True, slots=True)
class _Change:
    before: Trip
    at: datetime


class TripAnswers:
    """Reads them. The last change of each conversation is kept by this process, half an hour."""

    def __init__(self, people: PeopleStore, journeys: Journeys) -> None:
        self._people = people
        self._journeys = journeys
        self._asides = TripAsides(journeys)
        self._changed: OrderedDict[tuple[str, str, str], _Change] = OrderedDict()

    def changed(self, request: Request, before: Trip) -> None:
        """Remembers a trip as it was before it changed."""
        key = self._key(request)
        self._changed[key] = _Change(before, request.now)
        self._changed.move_to_end(key)
        while len(self._changed) > _MOST:
            self._changed.popitem(last=False)

    async def called_off(self, request: Request, trip: Trip, said: str) -> Sequence[Reply] | None:
        """What is said to a cancellation that may mean another trip; None where it is plainly this one's."""
        coming = await self._asides.coming(request)
        meant = read(CALLED_OFF.sub(" ", says.plain(said)), request.now)
        named = [one for one in coming if any(len(word) > 1 and word[:2] in said for word in one.destination.split())]
        if _EVERY.search(said) and len(coming) > 1:
            return [trips.which_to_cancel(coming)]
        if named and trip.id not in {one.id for one in named}:
            return [words.cancel_sure(named[0])] if len(named) == 1 else [trips.which_to_cancel(named)]
        if meant.span.told and not fits(trip, replace(meant, destination="")):
            on = [one for one in coming if fits(one, replace(meant, destination=""))]
            return [trips.which_to_cancel(on or coming)]
        return [words.cancel_sure(trip)] if await self._listed_since(request) else None

    @staticmethod
    def refused(trip: Trip, said: str) -> Sequence[Reply] | None:
        """A no to the memo as it was read back; None where what differs is to be asked."""
        if re.search(r"없던|무효|잘못\s?눌", said):
            return [words.cancel_sure(trip)]
        return [trips.left(trip)] if re.search(r"괜찮|됐|되었|그대로|둬|둡|관둬|그만", said) else None

    async def spelt(self, request: Request, trip: Trip, said: str) -> str:
        """The answer with the place that it only points at; empty where nobody knows which that is."""
        if not says.same_place(said):
            return said
        day = read(said, request.now, past=True).span.day
        around = await self._journeys.around(request.tenant, request.person, request.now)
        gone = [one for one in around if one.id != trip.id and one.destination and (day is None or covers(one, day))]
        last = max(gone, key=lambda one: one.begun_at or one.created_at, default=None)
        return "" if last is None else f"장소: {last.destination}"

    async def undo(self, request: Request) -> Sequence[Reply]:
        """`방금거 되돌려`: the last correction, else the trip that was just written down is offered."""
        now = request.now
        change = self._changed.pop(self._key(request), None)
        revived = re.search(_REVIVED, request.update.text) is not None
        off = not revived and re.search(r"취소|없던|무효|지워|삭제|빼", request.update.text) is not None
        if change is not None and now - change.at <= _JUST and not off:
            kept = await self._journeys.trips.change(
                request.tenant, change.before.id, lambda one: _as_before(one, change.before)
            )
            return [words.taken_back(kept or change.before)]
        if revived:
            return [words.nothing_called_off()]
        around = await self._journeys.around(request.tenant, request.person, now)
        fresh = [one for one in around if one.state is State.PLANNED and now - one.created_at <= _JUST]
        last = max(fresh, key=lambda one: one.created_at, default=None)
        return [unknown() if last is None else words.cancel_sure(last)]

    async def _listed_since(self, request: Request) -> bool:
        """Whether a list of trips was shown after the question that waits."""
        tenant, person, chat = request.tenant, request.person, request.chat.ref
        waiting = await self._people.pending(tenant, person, chat, request.now)
        listed = await self._people.spoken(tenant, person, f"{chat} list")
        if waiting is None or waiting.asked_at is None or listed is None:
            return False
        return listed.topic.startswith("trip") and listed.at >= waiting.asked_at

    @staticmethod
    def _key(request: Request) -> tuple[str, str, str]:
        return request.tenant, request.person, request.chat.ref


def _as_before(one: Trip, before: Trip) -> Trip:
    """The plan as it was; what happened on the way since stays."""
    plan = {name: getattr(before, name) for name in _PLAN}
    state = before.state if one.state is State.CANCELLED and not one.legs else one.state
    return replace(one, **plan, state=state) if one.state is not State.CLOSED else one

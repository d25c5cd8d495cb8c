"""What a correction makes of a trip: `13시 말고 14시`, `진주 말고 사천`, `자가용`, `18시까지`, `서마루 빼고`. Pure.

What it does not name stays as it was, and the same said twice changes nothing more. An end that a new begin overtakes
is forgotten rather than guessed.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from attest.trip import KST, Area, Trip
from bot.trip_area import named
from bot.trip_corrections import denies, plain, vague
from bot.trip_memo import Memo, read
from bot.trip_moments import TOLD
from bot.trip_words import TITLES

_INSTEAD: Final = re.compile(r"\s*(?:이|가)?\s*(?:말고|아니라|아니고|아니에요|→|->)\s*,?\s*")
_WITHOUT: Final = re.compile(
    r"^(?P<who>.+?)(?:은|는|을|를)?\s*(?:빼고|빼\s*주세요|빼줘|제외|빠졌|빠집|빠져|빠진|불참"
    r"|[안못] ?(?:감|가요|가게|갑니다|갑|가기로|간대|간다|가(?=$|대|네|지|고)))\S*(?:\s*(?:됐|되었|했)\S*)?$"
)
_END: Final = re.compile(r"까지|복귀|귀청|종료|끝")
_ASIDE: Final = re.compile(
    r"^(?:아|어|저기|참|아니)[,.]?\s+|(?:이에요|예요|입니다|요|(?:으로|로)\s*(?:바꿔|변경|고쳐)\S*|으로|로)$"
)
_CHANGED: Final = re.compile(
    r"\s*(?:(?<=[가-힣\d])(?:으로|로))?\s*(?:바꿔|바꾸|바꿀|바뀌|바뀐|변경|고쳐|고칠|바꿨|수정|정정|옮겨|옮길"
    r"|옮겼|미뤄|미뤘|미루|미룹|밀려|밀렸|밀린|밀림|연기|늦춰|늦췄"
    r"|늦추|늦어|당겨|당겼|당긴|조정)\S*"
    r"(?:\s*(?:주세요|주십시오|줘요?|부탁\S*|합니다|됐\S*|되었\S*|했\S*))*$"
)
_THING: Final = re.compile(
    r"^(?:출발\s*)?(?:출장\s*)?(?:시간|시각|장소|출장지|목적지|날짜|일정|일시|차량|차|교통편)(?:이|가|을|를|은|는)?\s+"
)
_WHO: Final = re.compile(rf"^(?:[가-힣]{{3}}|\S*\s?(?:{TITLES})님?)$")
_POINTS: Final = re.compile(r"(?:거기|그곳|여기|이거|그거|그게|저기|혼자)\S?")
_LABELLED: Final = re.compile(r"(?:장소|목적|동행): \S")
_MOMENT: Final = re.compile(r"출발|도착|복귀|귀청")
_NAMED: Final = re.compile(r"출장|장소|목적|행선지|방문")
PAIR: Final = re.compile(r"말고|아니라|아니고|→|->")


@dataclass(frozen=True, slots=True)
class Fixed:
    """The trip after it; `added` are companions as written, to be looked for; `dropped` those that were named away."""

    trip: Trip
    added: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    alone: bool = False


def corrects(text: str) -> bool:
    """Whether a text can only mean a correction: one thing set against another, or a time or vehicle alone."""
    if PAIR.search(text):
        return True
    if re.search(r"(?:나요|까요|니까|냐)$", text) or vague(text):
        return False
    denied, text = denies(text), plain(text)
    if PAIR.search(text) or _LABELLED.match(text):
        return True
    rest, changed = _change(text)
    without = _WITHOUT.match(rest)
    if without is not None and _WHO.match(without["who"].strip()):
        return True
    if _MOMENT.search(text) or any(re.fullmatch(told, text.strip(" .!~")) for told in TOLD.values()):
        return False
    memo = read(rest, datetime(2026, 1, 5, 9, tzinfo=KST))
    if (changed or (denied and named_in(memo.destination))) and len(text) < 40:
        return memo.tells
    return memo.tells and not memo.destination and not memo.purpose and len(text) < 40


def _change(text: str) -> tuple[str, bool]:
    """The text without `…로 바꿔 주세요` and what is named before it, and whether it said so."""
    bare = text.strip(" .!~")
    found = _CHANGED.search(bare)
    if found is None or not bare[: found.start()].strip():
        return text, False
    return _THING.sub("", _ASIDE.sub("", bare[: found.start()])), True


def fixed(trip: Trip, text: str, now: datetime, names: Collection[str] = ()) -> Fixed | None:
    """The trip as the text corrects it; None where it says nothing of a trip. `names` are its companions'."""
    if vague(text):
        return None
    wrong, right = _sides(_change(plain(text))[0])
    if any(name in wrong for name in (*names, *trip.stated)):
        return Fixed(trip, added=(right,), dropped=(wrong,))
    if wrong and any(name in right for name in (*names, *trip.stated)):
        return Fixed(trip)  # said before
    without = _WITHOUT.match(right)
    if without is not None and not read(without["who"], now).span.told:
        return Fixed(trip, dropped=(without["who"].strip(),))
    before, after = read(wrong, now), read(right, now)
    if not after.tells and not after.document:
        return None
    changed = _timed(trip, before, after, right)
    changed = replace(
        changed,
        destination=_destination(trip, before, after),
        purpose=after.purpose or trip.purpose,
        vehicle=trip.vehicle if after.vehicle is None else after.vehicle,
        area=trip.area if after.area is Area.UNKNOWN else after.area,
        document=after.document or trip.document,
    )
    return Fixed(changed, after.companions, before.companions, after.alone)


def named_in(destination: str) -> bool:
    """Whether a place that there is stands in it."""
    return any(named(word) for word in destination.split())


def speaks_of(trip: Trip, text: str, now: datetime) -> bool:
    """Whether what it sets against another stands in the trip: its place, its hour or day, who goes along."""
    wrong, right = _sides(_change(plain(text))[0])
    before, after = read(wrong, now), read(right, now)
    if not wrong:
        return after.tells
    if _POINTS.fullmatch(wrong) or (after.destination and after.destination in trip.destination):
        return True
    if before.destination and any(word in trip.destination for word in before.destination.split()):
        return True
    return before.span.told or before.vehicle is not None or before.alone or bool(before.companions)


def turns(text: str) -> bool:
    """Whether it says that something is changed: `…로 바꿔 주세요`."""
    return _change(text)[1]


def of_a_trip(trip: Trip, said: str, now: datetime) -> bool:
    """Whether a sentence that names no trip can correct one: what it would put in its place is told to be a place."""
    if PAIR.search(said) or _NAMED.search(said):
        return True
    found = fixed(trip, said, now)
    if found is None:
        return True
    where, what = found.trip.destination, found.trip.purpose
    placed = where == trip.destination or re.search(rf"{re.escape(where)}\s*(?:으로|로|에)", said) is not None
    return placed and what == trip.purpose


def _sides(text: str) -> tuple[str, str]:
    parts = _INSTEAD.split(" ".join(text.split()), maxsplit=1)
    wrong, right = (parts[0], parts[1]) if len(parts) > 1 and parts[1].strip() else ("", parts[0])
    return wrong, _ASIDE.sub("", right.strip(" .!"))


def _destination(trip: Trip, before: Memo, after: Memo) -> str:
    if not after.destination:
        return trip.destination
    if before.destination and before.destination in trip.destination:
        return trip.destination.replace(before.destination, after.destination)
    said_before = before.destination and after.destination in trip.destination
    return trip.destination if said_before else after.destination


def _timed(trip: Trip, before: Memo, after: Memo, right: str) -> Trip:
    span = after.span
    if not span.told:
        return trip
    begin = trip.starts_at.astimezone(KST) if trip.starts_at else None
    end = trip.ends_at.astimezone(KST) if trip.ends_at else None
    hours = {at.time() for at in (begin, end) if at is not None}
    if before.span.start and before.span.start not in hours and span.start in hours and not span.day:
        return trip  # said before
    if begin is not None and span.start and not span.end and not span.day and _means_end(before, end, right):
        day = end.date() if end else begin.date()
        return _spanned(trip, begin, datetime.combine(day, span.start, KST), whole=trip.whole_day)
    if span.day is None and begin is not None:
        after = replace(after, span=replace(span, day=begin.date()))
    if span.start is None and begin is not None and not trip.whole_day and not span.whole:
        after = replace(after, span=replace(after.span, start=begin.timetz().replace(tzinfo=None)))
    starts, ends = after.starts_at, after.ends_at
    if starts is None:
        return trip
    if ends is None and end is not None and begin is not None and not _all_day(trip, begin, end):
        ends = end + (starts.astimezone(KST).date() - begin.date())
    return _spanned(trip, starts, ends, whole=after.whole_day)


def _all_day(trip: Trip, begin: datetime, end: datetime) -> bool:
    """Whether its end is only that of a day without hours."""
    return trip.whole_day and begin.date() == end.date()


def _means_end(before: Memo, end: datetime | None, right: str) -> bool:
    """Whether an hour alone is the return's: by its word, or by the hour that it takes the place of."""
    named = before.span.start
    return _END.search(right) is not None or (named is not None and end is not None and end.time() == named)


def _spanned(trip: Trip, begin: datetime, end: datetime | None, *, whole: bool) -> Trip:
    kept = end.astimezone(UTC) if end is not None and end > begin else None
    return replace(trip, starts_at=begin.astimezone(UTC), ends_at=kept, whole_day=whole)

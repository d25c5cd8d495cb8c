"""Which trip and which of its moments something belongs to: by its word, by time and order, by the office. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from attest.trip import KST, Leg, LegKind, State, Trip

_LASTS: Final = timedelta(hours=20)  # a trip without a plan is over by then
_AHEAD: Final = timedelta(hours=6)
_RECENT: Final = timedelta(hours=12)
_TURNING: Final = timedelta(minutes=30)
_JUST: Final = timedelta(minutes=30)
_EARLY: Final = timedelta(hours=3)  # who sets out so long before asks to be asked
_SOON: Final = timedelta(hours=40)


@dataclass(frozen=True, slots=True)
class Placed:
    """A trip and the moment of it."""

    trip: Trip
    kind: LegKind


def alive(trips: Iterable[Trip]) -> list[Trip]:
    """Those that were not cancelled."""
    return [trip for trip in trips if trip.state is not State.CANCELLED]


def running(trips: Iterable[Trip], now: datetime) -> Trip | None:
    """The trip that somebody is on: begun, not over, the last begun of several."""
    found = [trip for trip in trips if trip.state is State.OPEN and _current(trip, now)]
    return max(found, key=lambda trip: trip.begun_at or trip.created_at, default=None)


def planned(trips: Iterable[Trip], now: datetime) -> Trip | None:
    """The trip that is planned for about now."""
    found = [trip for trip in trips if trip.state is State.PLANNED and _about(trip, now)]
    return min(found, key=lambda trip: abs((trip.starts_at or trip.created_at) - now), default=None)


def left_open(trips: Iterable[Trip], now: datetime) -> Trip | None:
    """The last trip of an earlier day that nobody told to be over."""
    found = [trip for trip in trips if trip.state is State.OPEN and not _current(trip, now)]
    return max(found, key=lambda trip: trip.begun_at or trip.created_at, default=None)


def of_word(trips: Sequence[Trip], kind: LegKind, now: datetime) -> Trip | None:
    """The trip of which somebody says, now, that they set out, arrived or are back."""
    on_the_way, next_one = running(trips, now), planned(trips, now)
    if kind is LegKind.DEPARTED:
        waits = on_the_way if on_the_way and on_the_way.leg(LegKind.DEPARTED) is None else None
        return next_one or waits or on_the_way
    return on_the_way or next_one


def of_day(trips: Sequence[Trip], day: date, kind: LegKind) -> Trip | None:
    """The trip of an earlier day to which something is added: the last that lacks this moment, else the last."""
    found = [trip for trip in trips if covers(trip, day)]
    lacking = [trip for trip in found if trip.leg(kind) is None]
    return max(lacking or found, key=lambda trip: trip.begun_at or trip.starts_at or trip.created_at, default=None)


def of_share(trips: Sequence[Trip], now: datetime, *, at_office: bool | None) -> Placed | None:
    """Where a point belongs that came without a word; `at_office` None: not known."""
    on_the_way = running(trips, now)
    if on_the_way is not None:
        return Placed(on_the_way, _on_the_way(on_the_way, now, at_office=at_office))
    over = just_over(trips, now)
    if over is not None:
        return Placed(over, LegKind.RETURNED)
    next_one = planned(trips, now)
    if next_one is None:
        return None
    early = next_one.starts_at is not None and not next_one.whole_day and now < next_one.starts_at - _TURNING
    sets_out = at_office or (at_office is None and early)
    return Placed(next_one, LegKind.DEPARTED if sets_out else LegKind.ARRIVED)


def next_kind(trip: Trip) -> LegKind:
    """The moment that comes next."""
    if trip.leg(LegKind.ARRIVED) is not None:
        return LegKind.RETURNED
    return LegKind.ARRIVED if trip.leg(LegKind.DEPARTED) is not None else LegKind.DEPARTED


def with_leg(trip: Trip, leg: Leg) -> Trip:
    """The trip with that leg; unchanged where this message told one already."""
    if trip.heard(leg.message):
        return trip
    state = State.CLOSED if leg.kind is LegKind.RETURNED or trip.state is State.CLOSED else State.OPEN
    return replace(trip, legs=(*trip.legs, leg), state=state)


def without_leg(trip: Trip, message: str) -> Trip:
    """The trip without the moment that this message told, if it is the last and no receipt hangs on it.

    A trip that only it had begun is no trip.
    """
    last = trip.legs[-1] if trip.legs else None
    if last is None or last.message != message or last.receipt is not None or trip.state is not State.OPEN:
        return trip
    left = trip.legs[:-1]
    planned_before = trip.starts_at is not None or bool(trip.destination)
    return replace(trip, legs=left, state=State.OPEN if left else State.PLANNED if planned_before else State.CANCELLED)


def too_early(trips: Sequence[Trip], now: datetime) -> Trip | None:
    """The next planned trip, where it begins hours from now or tomorrow and nobody is under way: is it that one's?"""
    if running(trips, now) is not None:
        return None
    plans = [trip for trip in trips if trip.state is State.PLANNED]
    about = [trip for trip in plans if _about(trip, now) and not _hours_off(trip, now)]
    coming = [trip for trip in plans if trip.starts_at is not None and timedelta() < trip.starts_at - now < _SOON]
    return None if about else min(coming, key=_begin, default=None)


def just_written(trips: Sequence[Trip], now: datetime) -> Trip | None:
    """The planned trip that was written down this half hour: an hour told now is its."""
    found = [trip for trip in trips if trip.state is State.PLANNED and timedelta() <= now - trip.created_at < _JUST]
    return max(found, key=lambda trip: trip.created_at, default=None)


def on_its_day(trip: Trip, at: datetime) -> datetime:
    """That hour on the last day of the trip."""
    day = trip.ends_at or trip.starts_at
    local = at.astimezone(KST)
    return at if day is None else datetime.combine(day.astimezone(KST).date(), local.timetz()).astimezone(at.tzinfo)


def _hours_off(trip: Trip, now: datetime) -> bool:
    return trip.starts_at is not None and not trip.whole_day and trip.starts_at - now > _EARLY


def covers(trip: Trip, day: date) -> bool:
    """Whether the trip, as it was or was planned, touches that day in Korea."""
    begin = trip.begun_at or trip.starts_at or trip.created_at
    end = trip.returned_at or trip.ends_at or begin
    return begin.astimezone(KST).date() <= day <= max(begin, end).astimezone(KST).date()


def ahead(trip: Trip, today: date) -> bool:
    """Whether it is planned for today or later."""
    end = trip.ends_at or trip.starts_at or trip.created_at
    return end.astimezone(KST).date() >= today


def same_plan(one: Trip, other: Trip) -> bool:
    """Whether the first is planned for the same time and place as the other: then it is the same memo."""
    return one.state is State.PLANNED and (one.starts_at, one.destination) == (other.starts_at, other.destination)


def awaiting_number(trips: Sequence[Trip], now: datetime) -> Trip | None:
    """The trip that a number is meant for: under way, written down last, next, over last; first one without."""
    recent = [trip for trip in trips if trip.state is State.PLANNED and now - trip.created_at < _RECENT]
    ordered = [running(trips, now), *sorted(recent, key=lambda trip: trip.created_at, reverse=True)]
    ordered += [planned(trips, now), *sorted(trips, key=lambda trip: abs(_begin(trip) - now))]
    found = [trip for trip in ordered if trip is not None]
    return next((trip for trip in found if not trip.document), found[0] if found else None)


def _begin(trip: Trip) -> datetime:
    return trip.begun_at or trip.starts_at or trip.created_at


def _on_the_way(trip: Trip, now: datetime, *, at_office: bool | None) -> LegKind:
    if trip.leg(LegKind.ARRIVED) is None:
        return LegKind.DEPARTED if at_office else LegKind.ARRIVED
    late = trip.ends_at is not None and now >= trip.ends_at - _TURNING
    return LegKind.RETURNED if at_office or (at_office is None and late) else LegKind.ARRIVED


def _current(trip: Trip, now: datetime) -> bool:
    begin = trip.begun_at or trip.starts_at or trip.created_at
    return now - begin < _LASTS or (trip.ends_at is not None and now <= trip.ends_at + _AHEAD)


def _about(trip: Trip, now: datetime) -> bool:
    today = now.astimezone(KST).date()
    if trip.starts_at is None:
        return trip.created_at.astimezone(KST).date() == today
    return covers(trip, today) or abs(trip.starts_at - now) < _AHEAD


def just_over(trips: Sequence[Trip], now: datetime) -> Trip | None:
    """The trip that ended this half hour."""
    found = [trip for trip in trips if trip.returned_at is not None and timedelta() <= now - trip.returned_at < _JUST]
    return max(found, key=lambda trip: trip.returned_at or now, default=None)

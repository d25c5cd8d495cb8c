"""What a corrected trip becomes once its companions were looked up: who goes along, and inside or outside. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from attest.trip import Trip
from bot import trip_area
from bot.settings_office import Office
from bot.trip_fixing import Fixed
from bot.trip_people import Company


def settled(before: Trip, found: Fixed, going: Callable[[Sequence[str]], Company], office: Office | None) -> Trip:
    """The corrected trip with its companions looked up, and its area where the destination's words changed."""
    trip = found.trip
    away = going(found.dropped)
    gone = {one.id for one in away.known} | {one.id for doubt in away.doubts for one in doubt.candidates}
    along = going(found.added)
    kept = () if found.alone else tuple(one for one in trip.companions if one not in gone)
    stated = () if found.alone else tuple(one for one in trip.stated if one not in found.dropped)
    area = trip.area
    if trip.destination != before.destination and trip.area is before.area:
        area = trip_area.of_words(trip.destination, office)
    return replace(
        trip, area=area,
        companions=tuple(dict.fromkeys((*kept, *(one.id for one in along.known)))),
        stated=tuple(dict.fromkeys((*stated, *along.stated, *(one.said for one in along.doubts)))),
    )  # fmt: skip

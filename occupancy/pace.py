"""How fast a line is served: people a minute by half hour, from minutes in which somebody waited. For the manager.

Pure. Refuses to take an empty line's slow gate for slow serving.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from occupancy.reading import DayHistory

SPAN = 30
WAITING = 3.0
"""People in line from which on the gate shows the serving's own speed."""


@dataclass(frozen=True, slots=True)
class Pace:
    """People served a minute from `start` (minute of the Korean day) on for half an hour, in `minutes` busy ones."""

    start: int
    per_minute: float
    minutes: int


def paces(days: Iterable[DayHistory]) -> tuple[Pace, ...]:
    """The speed by half hour, in order; half hours with fewer than ten busy minutes are left out."""
    served: dict[int, list[int]] = {}
    for day in days:
        for one in day.minutes:
            if one.people is not None and one.people >= WAITING:
                served.setdefault(one.minute // SPAN * SPAN, []).append(one.served)
    return tuple(
        Pace(start, sum(values) / len(values), len(values))
        for start, values in sorted(served.items())
        if len(values) >= 10 and sum(values) > 0
    )

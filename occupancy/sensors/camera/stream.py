"""A camera's pictures as they come, one every so often, again and again after a loss. Blocks; runs in a thread.

A camera that is lost is asked for again after 1, 2, 4 … 60 seconds. A recording given in a camera's place is played
at its own speed, for trials.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Event
from time import monotonic

from occupancy.sensors.camera.errors import SourceError
from occupancy.sensors.camera.light import Picture
from occupancy.sensors.camera.source import Capture, Frame, Place

_FIRST_WAIT_S, _LONGEST_WAIT_S = 1.0, 60.0
_STEADY_S = 30.0
_BROKEN = 50


@dataclass(frozen=True, slots=True)
class Lost:
    """The camera gives no pictures; it is asked again after `wait_s`."""

    wait_s: float


def pictures(
    place: Place,
    period_s: float,
    stop: Event,
    *,
    opened: Callable[[Place], Capture] = Capture,
    clock: Callable[[], float] = monotonic,
) -> Iterator[Frame | Lost]:
    """Pictures `period_s` apart, by seconds since the start; ends when `stop` is set or a recording is over."""
    start, wait_s = clock(), _FIRST_WAIT_S
    while not stop.is_set():
        began = clock()
        try:
            with opened(place) as capture:
                yield from _from(capture, place, period_s, stop, start, clock)
        except SourceError:
            if not place.live:
                raise
        if not place.live or stop.is_set():
            return
        wait_s = _FIRST_WAIT_S if clock() - began > _STEADY_S else min(wait_s * 2, _LONGEST_WAIT_S)
        yield Lost(wait_s)
        stop.wait(wait_s)


def _from(
    capture: Capture, place: Place, period_s: float, stop: Event, start: float, clock: Callable[[], float]
) -> Iterator[Frame]:
    """Each picture is taken off the line, else old ones would wait there; one every so often is looked at."""
    due, broken, began = clock(), 0, clock()
    while not stop.is_set() and broken < _BROKEN:
        second = capture.advance()
        if second is None:
            return
        if not place.live and second > clock() - began:
            stop.wait(second - (clock() - began))
        now = clock()
        if now < due:
            continue
        picture: Picture | None = capture.look()
        if picture is None:
            broken += 1
            continue
        broken, due = 0, max(due + period_s, now)
        yield Frame(now - start, picture)

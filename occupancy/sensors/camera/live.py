"""Counts people before a camera, picture by picture, with a room learned while it was empty and then frozen.

Decides without touching: a picture and its second in, a reading out. The room is learned from 30 pictures in a row in
which the detector finds nobody and nothing moves. It is learned anew only when the gate is idle, nobody is found and
nothing moves (`may_learn`): a queue that stands still is never taken for furniture.

What is known of the place (how tall people are, what one covers) is settled after 60 sightings and kept as four
numbers (`Known`), so that a gain that was taught in chat stays right after a restart. Pictures are not kept.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from occupancy.sensors.camera.background import room_from
from occupancy.sensors.camera.depth import Box, Depth
from occupancy.sensors.camera.foreground import Measure, Room
from occupancy.sensors.camera.light import Picture, gains, largest, lit
from occupancy.sensors.camera.looking import Alone, Eyes, alone, depth_from, eyes_of, person_in, standing_out, working
from occupancy.sensors.camera.people import Detector, counted
from occupancy.sensors.camera.recording import Reading
from occupancy.sensors.camera.region import Region
from occupancy.sensors.camera.taught import Evidence, Judged, Model, untaught
from occupancy.sensors.camera.witness import BLIND, Fault, Watch

LEARNING = 30
"""Pictures of the empty room that are enough."""
_LOOK_EVERY_S = 10.0
_PUBLISHED = 5
_NOBODY = 0.4
_CALM = 0.01
_GRAIN = 25
_SURE = 0.75
_SETTLED = 60
_GIVEN_UP_S = 120.0


@dataclass(frozen=True, slots=True)
class Known:
    """What a camera has learned of its place, in figures: heights of people, one person's area."""

    height: float
    slope: float
    person: float
    contour: float
    """Contours of a unit of area."""


def may_learn(*, idle: bool, found: float, moved: float, first: bool) -> bool:
    """Whether a picture may be one of the empty room.

    Args:
        idle: nobody can be waiting now: outside serving hours, or the gate lets nobody through.
        found: people of whom the detector is sure.
        moved: share of the region that differs from the picture before.
        first: no room is known yet; then the detector and stillness must do, for an agent is started at any time.
    """
    return (idle or first) and found < _NOBODY and moved < _CALM


class LiveCounter:
    """One camera's counter. `idle` says whether nobody can be waiting at present."""

    def __init__(
        self, region: Region, detector: Detector, idle: Callable[[], bool], known: Known | None = None
    ) -> None:
        self._region, self._detector, self._idle = region, detector, idle
        self._watch, self._eyes, self._room = Watch(), None, None  # type: tuple[Watch, Eyes | None, Room | None]
        self._empty: list[Picture] = []
        self._before: Picture | None = None
        self._looked_at, self._boxes = -1e9, list[Box]()
        self._found = 0.0
        self._found_with: Measure | None = None
        self._sightings: deque[list[Box]] = deque(maxlen=300)
        self._alone: deque[Alone] = deque(maxlen=300)
        self._areas = self._lines = 0.0
        self._apart: deque[float] = deque(maxlen=30)
        self._last: deque[float] = deque(maxlen=_PUBLISHED)
        self._published: int | None = None
        self._strange_since: float | None = None
        self.known = known

    @property
    def ready(self) -> bool:
        """Whether the empty room is known."""
        return self._room is not None

    def see(self, second: float, picture: Picture) -> Reading:
        """The reading after this picture; `second` only ever grows."""
        fault = self._watch.see(second, picture)
        if fault is not None:
            self._last.clear()
            self._empty.clear()
            return Reading(round(second, 2), self._published, 0.0, True, fault)
        eyes = self._eyes = self._eyes or eyes_of(self._region, picture)
        small = working(picture)
        self._look(second, picture)
        self._learn(eyes, small)
        if self._room is None:
            return Reading(round(second, 2), round(self._found), 0.1, False)
        return self._count(second, eyes, small, self._room)

    def _look(self, second: float, picture: Picture) -> None:
        if second - self._looked_at < _LOOK_EVERY_S:
            return
        self._looked_at, self._boxes = second, self._detector.find(picture)
        self._found = counted(self._boxes, self._region, self._depth() if self._sightings or self.known else None)
        self._found_with = None

    def _learn(self, eyes: Eyes, small: Picture) -> None:
        before, self._before = self._before, small
        idle, sure = self._idle(), [one for one in self._boxes if one.score >= _SURE]
        if before is None:
            return
        off = _off(before, small)
        if idle:  # then what never stirs is furniture, however much it looks like somebody
            sure = [one for one in sure if _stirs(one, off)]
        moved, found = float(off[eyes.inside].mean()), counted(sure, self._region)
        if not may_learn(idle=idle, found=found, moved=moved, first=self._room is None):
            self._empty.clear()
            return
        self._empty.append(small)
        if len(self._empty) >= LEARNING:
            self._room = room_from(self._empty)
            self._empty.clear()
            self._strange_since = None

    def _count(self, second: float, eyes: Eyes, small: Picture, room: Room) -> Reading:
        seen = eyes.see(small, room)
        depth = self._depth()
        measure = eyes.measure(seen, depth)
        if self._found_with is None:
            self._boxes = standing_out(self._boxes, seen)
            self._found, self._found_with = counted(self._boxes, self._region, depth), measure
            if self.known is None:
                self._areas += measure.area
                self._lines += measure.edges
                self._sightings.append(self._boxes)
                self._alone.extend(alone(self._boxes, seen))
            self._settle(depth)
        judged = self._judge(measure)
        self._last.append(judged.people)
        self._published = round(float(np.median(self._last)))
        strange = self._strange(second, seen.share, measure)
        sure = _confidence(judged, self.known is not None or bool(depth.sightings), strange)
        return Reading(round(second, 2), self._published, sure, False)

    def _judge(self, measure: Measure) -> Judged:
        """Area and detector, each believed as far as they agreed before."""
        model = self._model()
        alone = model.judge(Evidence(measure, None))
        with_it = self._found_with or measure
        found = max(0.0, self._found + (measure.area - with_it.area) / model.person)
        if with_it is measure:
            self._apart.append(alone.people - self._found)
        usual = float(np.median(np.abs(self._apart))) if self._apart else 1.0
        share = 0.3 / (1 + (usual / (1 + 0.1 * alone.people)) ** 2)
        people = (1 - share) * alone.people + share * found
        return Judged(people, float(np.hypot(alone.spread, 0.5 * abs(alone.people - found))))

    def _model(self) -> Model:
        known = self.known
        person = known.person if known else person_in(self._alone, self._depth())
        contour = known.contour if known else self._lines / self._areas if self._areas else 0.0
        return untaught(person, (), contour=contour)

    def _depth(self) -> Depth:
        if self.known is not None:
            return Depth(self.known.height, self.known.slope, _SETTLED)
        return depth_from(self._sightings)

    def _settle(self, depth: Depth) -> None:
        if self.known is None and depth.sightings >= _SETTLED and len(self._alone) >= _SETTLED // 3:
            self.known = Known(
                depth.height, depth.slope, person_in(self._alone, depth), self._lines / max(self._areas, 1e-9)
            )

    def _strange(self, second: float, share: float, measure: Measure) -> bool:
        """Whether nearly the whole picture has been another one for minutes: the camera was moved, or the room."""
        if share < 0.6 or self._found > 0.5 * measure.area:
            self._strange_since = None
        elif self._strange_since is None:
            self._strange_since = second
        return self._strange_since is not None and second - self._strange_since > _GIVEN_UP_S


def _off(before: Picture, after: Picture) -> NDArray[np.bool_]:
    """Which pixels of two pictures differ by more than a sensor's noise."""
    off = largest(cast(Picture, cv2.absdiff(lit(after, gains(after, before)), before)))
    return np.asarray(off > max(_GRAIN, 5 * float(np.median(off))))


def _stirs(box: Box, off: NDArray[np.bool_]) -> bool:
    """Whether anything within a box differs."""
    height, width = off.shape
    rows = slice(max(0, int(box.y * height)), max(1, int(box.feet * height)))
    columns = slice(max(0, int(box.x * width)), max(1, int((box.x + box.width) * width)))
    return bool(off[rows, columns].size) and float(off[rows, columns].mean()) > _CALM


def _confidence(judged: Judged, knows_people: bool, strange: bool) -> float:
    if strange:
        return 0.05
    return round((0.85 if knows_people else 0.5) / (1 + judged.spread / (2 + 0.2 * judged.people)), 2)


STANDS_STILL = frozenset({Fault.FROZEN, Fault.LOOPED})
__all__ = ["BLIND", "LEARNING", "STANDS_STILL", "Known", "LiveCounter", "may_learn"]

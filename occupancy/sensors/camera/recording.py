"""Counts people in a recording: each reading in the light of what comes before and after it.

Pipeline, for each stretch of at most 480 pictures (so an endless recording takes no more memory)::

    pictures every 0.5 to 2 s, kept in memory as JPEG ── witness.py ──> which are faulty
        └── background.py: the room ── people.py: boxes on some ── depth ── measures of all
              └── taught.py with the hand counts ── median of the neighbours ──> readings
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import cast

import cv2
import numpy as np

from occupancy.sensors.camera.background import MOST, room_from
from occupancy.sensors.camera.depth import Box, Depth
from occupancy.sensors.camera.foreground import Measure
from occupancy.sensors.camera.light import Picture
from occupancy.sensors.camera.looking import (
    Alone,
    alone,
    depth_from,
    eyes_of,
    in_the_room,
    person_in,
    standing_out,
    working,
)
from occupancy.sensors.camera.people import Detector, counted
from occupancy.sensors.camera.region import Region
from occupancy.sensors.camera.source import Capture, Frame, sampled
from occupancy.sensors.camera.taught import Evidence, HandCount, Model, taught, untaught
from occupancy.sensors.camera.witness import BLIND, Fault, Print, faults, print_of

STRETCH = 480
_LOOKS = 60
"""Pictures of a stretch that the detector sees."""
_NEAR_S = 1.3
"""Readings this near are of the same moment: people in a line move slower."""
_JPEG = 95
_STAYS = 0.6
"""Sure people in most pictures who are part of the room; less is a poster now and then."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the agent says at a second. `count` is None where no picture ever showed the room."""

    second: float
    count: int | None
    confidence: float
    frozen: bool
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class _Sample:
    second: float
    packed: bytes
    seen: Print

    def picture(self) -> Picture:
        return cast(Picture, cv2.imdecode(np.frombuffer(self.packed, np.uint8), cv2.IMREAD_COLOR))


@dataclass(slots=True)
class _Past:
    """What earlier stretches taught."""

    boxes: list[list[Box]] = field(default_factory=list)
    alone: list[Alone] = field(default_factory=list)
    pairs: list[tuple[Evidence, int]] = field(default_factory=list)
    count: int | None = None


def period_of(seconds: float | None) -> float:
    """Seconds between readings: short recordings are read more often, none less than every 2 s."""
    return 2.0 if seconds is None else float(np.clip(seconds / 240, 0.5, 2.0))


def read(
    capture: Capture,
    region: Region,
    detector: Detector,
    counts: Sequence[HandCount] = (),
    period_s: float | None = None,
) -> Iterator[Reading]:
    """The readings of an open recording, in order of time; `detector` is asked for at most 60 pictures a stretch."""
    period = period_s or period_of(capture.seconds)
    frames = sampled(capture, period, [one.second for one in counts])
    past = _Past()
    while stretch := [_kept(frame) for frame in islice(frames, STRETCH)]:
        yield from _Stretch(stretch, region, detector, counts, past, period).readings()


def _kept(frame: Frame) -> _Sample:
    packed = cv2.imencode(".jpg", frame.picture, [cv2.IMWRITE_JPEG_QUALITY, _JPEG])[1].tobytes()
    return _Sample(frame.second, packed, print_of(frame.second, frame.picture))


class _Stretch:
    """One stretch of a recording."""

    def __init__(
        self, samples: Sequence[_Sample], region: Region, detector: Detector, counts: Sequence[HandCount],
        past: _Past, period: float,
    ) -> None:  # fmt: skip
        self._samples, self._region, self._detector = samples, region, detector
        self._past, self._period = past, period
        self._faults = faults([one.seen for one in samples])
        self._hand = self._nearest(counts)

    def _nearest(self, counts: Sequence[HandCount]) -> dict[int, int]:
        """The pictures of the hand counts that lie in this stretch."""
        times = np.array([one.second for one in self._samples])
        found = {}
        for one in counts:
            index = int(np.abs(times - one.second).argmin())
            if abs(times[index] - one.second) <= self._period and self._faults[index] not in BLIND:
                found[index] = one.people
        return found

    def readings(self) -> Iterator[Reading]:
        """The readings of the stretch."""
        good = [index for index, fault in enumerate(self._faults) if fault not in BLIND]
        if not good:
            yield from (self._blind(index) for index in range(len(self._samples)))
            return
        judged, sure = self._judged(good)
        for index, fault in enumerate(self._faults):
            if index not in judged:
                yield self._blind(index)
                continue
            self._past.count = judged[index]
            still = fault is not None
            yield Reading(
                round(self._samples[index].second, 2), judged[index], 0.0 if still else sure[index], still, fault
            )

    def _blind(self, index: int) -> Reading:
        fault = self._faults[index]
        return Reading(round(self._samples[index].second, 2), self._past.count, 0.0, True, fault)

    def _judged(self, good: Sequence[int]) -> tuple[dict[int, int], dict[int, float]]:
        eyes = eyes_of(self._region, self._samples[good[0]].picture())
        living = [index for index in good if self._faults[index] is None] or list(good[:1])
        chosen = [living[round(step)] for step in np.linspace(0, len(living) - 1, min(MOST, len(living)))]
        room = room_from([working(self._samples[index].picture()) for index in chosen])
        looked = self._looked(good)
        self._past.boxes.extend(looked.values())
        some = list(looked)[:: max(1, len(looked) // 12)]
        shown = [eyes.see(working(self._samples[index].picture()), room) for index in some]
        depth = depth_from(self._past.boxes, shown)
        measures: dict[int, Measure] = {}
        found: dict[int, float] = {}
        absorbed = []
        for index in good:
            seen = eyes.see(working(self._samples[index].picture()), room)
            measures[index] = eyes.measure(seen, depth)
            if index in looked:
                boxes = standing_out(looked[index], seen)
                absorbed.append(in_the_room(looked[index], boxes, self._region))
                found[index] = counted(boxes, self._region, depth)
                self._past.alone.extend(alone(boxes, seen))
        rest = float(np.median(absorbed)) if absorbed else 0.0
        return self._weighed(good, measures, found, depth, rest if rest > _STAYS else 0.0)

    def _looked(self, good: Sequence[int]) -> dict[int, list[Box]]:
        """What the detector finds in some pictures: those of the hand counts, and others evenly."""
        evenly = {good[round(step)] for step in np.linspace(0, len(good) - 1, min(_LOOKS, len(good)))}
        wanted = sorted(evenly | (set(self._hand) & set(good)))
        return {index: self._detector.find(self._samples[index].picture()) for index in wanted}

    def _weighed(
        self, good: Sequence[int], measures: dict[int, Measure], found: dict[int, float], depth: Depth, rest: float
    ) -> tuple[dict[int, int], dict[int, float]]:
        between = self._between(good, measures, found)
        evidence = {
            index: Evidence(measures[index], None if index not in between else between[index] + rest) for index in good
        }
        self._past.pairs.extend((evidence[index], people) for index, people in self._hand.items() if index in evidence)
        model = taught(untaught(person_in(self._past.alone, depth), list(evidence.values()), rest), self._past.pairs)
        judged = {index: model.judge(one) for index, one in evidence.items()}
        smooth = {index: self._median(index, {at: one.people for at, one in judged.items()}) for index in good}
        sure = {index: _confidence(smooth[index], one.spread, model, depth) for index, one in judged.items()}
        return {index: round(people) for index, people in smooth.items()}, sure

    def _between(self, good: Sequence[int], measures: dict[int, Measure], found: dict[int, float]) -> dict[int, float]:
        """The detector's count at every picture: between its looks it moves as the area does."""
        if not found:
            return {}
        at, said = np.array(list(found)), np.array(list(found.values()))
        smoothed = np.array(
            [float(np.median(said[max(0, i - 1) : i + 2])) if len(said) > 2 else said[i] for i in range(len(said))]
        )
        return dict(zip(good, np.interp(good, at, 0.5 * (said + smoothed)).tolist(), strict=True)) if measures else {}

    def _median(self, index: int, people: dict[int, float]) -> float:
        second = self._samples[index].second
        near = [
            people[at]
            for at in range(max(0, index - 4), min(len(self._samples), index + 5))
            if at in people and abs(self._samples[at].second - second) <= _NEAR_S
        ]
        return float(np.median(near))


def _confidence(people: float, spread: float, model: Model, depth: Depth) -> float:
    """From 0 to 1: half at an error of two people and a fifth of the line; less untaught, less without a body seen."""
    known = 1.0 if model.taught >= 5 else 0.8
    known *= 1.0 if depth.sightings else 0.6
    return round(float(known / (1 + spread / (2 + 0.2 * people))), 2)

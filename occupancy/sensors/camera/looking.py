"""One camera's eyes: pictures of working size, the detector's boxes, and what both make of a picture. Pure.

Shared by recordings and cameras, so that both count alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from occupancy.sensors.camera.depth import Box, Depth, depth_of
from occupancy.sensors.camera.foreground import Measure, Room, Seen, differs, measure
from occupancy.sensors.camera.light import Picture, gains
from occupancy.sensors.camera.people import counted, overlap
from occupancy.sensors.camera.region import Region
from occupancy.sensors.camera.source import smaller
from occupancy.sensors.camera.taught import person_of

WORKING_SIDE = 640
_OUTSIDE = 0.25
"""Share of the picture that must lie outside the region to judge the light by it alone."""
_SURE = 0.7
_ARMS = 0.15
"""Share of a detector's box by which arms and coats stick out of it on each side."""
_NOBODY = Depth(0.28, 0.20)
"""Heights where nobody was ever seen: a guess that confidence knows of."""


@dataclass(frozen=True, slots=True)
class Eyes:
    """The region at working size, and which pixels judge the light (None: all)."""

    region: Region
    inside: NDArray[np.bool_]
    outside: NDArray[np.bool_] | None

    def see(self, picture: Picture, room: Room) -> Seen:
        """What differs from the room in a picture of working size."""
        return differs(picture, room, gains(picture, room.picture, self.outside))

    def measure(self, seen: Seen, depth: Depth) -> Measure:
        """The people's worth of it inside the region."""
        return measure(seen, depth, self.inside)


def eyes_of(region: Region, picture: Picture) -> Eyes:
    """The eyes for pictures like this one."""
    small = working(picture)
    inside = region.mask(small.shape[1], small.shape[0])
    outside = ~inside
    return Eyes(region, inside, outside if outside.mean() >= _OUTSIDE else None)


def working(picture: Picture) -> Picture:
    """The picture at working size."""
    return smaller(picture, WORKING_SIDE)


def depth_from(boxes: Sequence[Sequence[Box]], seen: Sequence[Seen | None] = ()) -> Depth:
    """Depth by the surest boxes of many pictures, those that move or stand out from the room; else a guess."""
    sure = [one for found in boxes for one in found if one.score > _SURE]
    return depth_of(sure) or _from_pieces(seen) or _NOBODY


def _from_pieces(seen: Sequence[Seen | None]) -> Depth | None:
    """Depth by upright pieces of what differs, where the detector finds nobody."""
    found = [box for one in seen if one is not None for box in upright(one)]
    depth = depth_of(found)
    return None if depth is None else Depth(depth.height, depth.slope, 0)


def upright(seen: Seen) -> list[Box]:
    """Pieces shaped like somebody who stands."""
    height, width = seen.mask.shape
    whole = cv2.morphologyEx((seen.mask > 0.4).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((9, 5), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(whole)
    boxes = []
    for x, y, w, h, size in stats[1 : min(count, 300)].tolist():
        lone = 1.6 < h / w < 4.2 and h > 0.05 * height and size > 0.35 * w * h
        if lone and x > 1 and y > 1 and x + w < width - 1 and y + h < height - 1:
            boxes.append(Box(x / width, y / height, w / width, h / height, 0.8))
    return boxes


def standing_out(boxes: Sequence[Box], seen: Seen) -> list[Box]:
    """The boxes, those that show only the room with a lower score: posters and pillars look like people."""
    height, width = seen.mask.shape
    kept = []
    for one in boxes:
        part = seen.mask[
            max(0, int(one.y * height)) : max(1, int((one.y + one.height) * height)),
            max(0, int(one.x * width)) : max(1, int((one.x + one.width) * width)),
        ]
        share = float(part.mean()) if part.size else 0.0
        believed = float(np.clip(share / 0.25, 0.25, 1.0))
        kept.append(Box(one.x, one.y, one.width, one.height, one.score * believed))
    return kept


def in_the_room(boxes: Sequence[Box], lowered: Sequence[Box], region: Region) -> float:
    """How many sure people the room itself shows: those who never moved were learned as a part of it."""
    pairs = zip(boxes, lowered, strict=True)
    return counted([one for one, low in pairs if one.score > _SURE and low.score < 0.5 * one.score], region)


@dataclass(frozen=True, slots=True)
class Alone:
    """Somebody who stands alone: the row of the feet, and the area that differs, in squared picture heights."""

    feet: float
    size: float


def alone(boxes: Sequence[Box], seen: Seen) -> list[Alone]:
    """The boxes that surely are one person and nobody else."""
    found = []
    for one in boxes:
        around = replace(one, x=one.x - _ARMS * one.width, width=one.width * (1 + 2 * _ARMS))
        others = max((overlap(around, other) for other in boxes if other is not one and other.score > 0.2), default=0.0)
        if one.score >= _SURE and others <= 0.03 and one.y >= 0.01 and one.feet <= 0.99 and one.x >= 0.01:
            found.append(Alone(one.feet, _within(one, seen)))
    return found


def _within(box: Box, seen: Seen) -> float:
    height, width = seen.mask.shape
    grow = _ARMS * box.width
    rows = slice(max(0, int((box.y - 0.03) * height)), int((box.feet + 0.03) * height))
    columns = slice(max(0, int((box.x - grow) * width)), int((box.x + box.width + grow) * width))
    return float(seen.mask[rows, columns].sum()) / float(height**2)


def person_in(found: Sequence[Alone], depth: Depth) -> float:
    """One person's area in squared body heights."""
    return person_of([one.size / depth.tall(one.feet) ** 2 for one in found])

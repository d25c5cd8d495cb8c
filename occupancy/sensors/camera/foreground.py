"""What in a picture is not the empty room, without shadows, and how many people's worth of it there is. Pure.

Measured on hand-counted clips (research note §2.1), the area that differs from a learned empty room counts as well
as a people detector at a hundredth of its cost, and unlike adaptive background subtraction it keeps people who
stand still. A pixel's noise, learned with the room, says from where on it differs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from occupancy.sensors.camera.depth import Depth
from occupancy.sensors.camera.light import Picture, Plane, largest, lit

_FLOOR, _WEBER = 3.5, 0.05
"""Grey levels, and share of the brightness, under which no difference counts, however quiet the camera."""
_SIGMAS = 2.5
_SHADE = (0.5, 0.97)
_FLARE = 1.6
_ALIKE = 0.72
"""Correlation from which a pixel's surroundings show the room's own texture through a shadow or a lamp's light."""


@dataclass(frozen=True, slots=True)
class Room:
    """The empty room: its picture, each pixel's noise in grey levels, and its luma with that one's texture."""

    picture: Picture
    noise: Plane
    luma: Plane
    mean: Plane
    spread: Plane
    across: Plane
    down: Plane


def room_of(picture: Picture, noise: Plane) -> Room:
    """The room that a picture of it and its noise make."""
    luma = _luma(picture)
    mean, spread = _texture(luma)
    across, down = _slopes(luma)
    return Room(picture, np.maximum(noise, 0.8), luma, mean, spread, across, down)


@dataclass(frozen=True, slots=True)
class Seen:
    """What differs: `mask` from 0 (room) to 1, and `edges`, where lines of the picture are not the room's."""

    mask: Plane
    edges: Plane

    @property
    def share(self) -> float:
        """Share of the picture that differs."""
        return float(self.mask.mean())


@dataclass(frozen=True, slots=True)
class Measure:
    """What differs inside the region in units of squared body heights; `blobs` are its pieces, each in the same unit.

    A standing person comes to about 0.2 in `area` and 1 to 2 in `edges`.
    """

    area: float
    edges: float
    blobs: tuple[float, ...]
    share: float


def differs(picture: Picture, room: Room, gain: NDArray[np.float64]) -> Seen:
    """Where a picture, brought to the room's light, is not the room; both of one size."""
    shown = softened(lit(picture, gain))
    luma = _luma(shown)
    off = largest(cast(Picture, cv2.absdiff(shown, room.picture))).astype(np.float32)
    far = np.maximum(np.abs(luma - room.luma), off * 0.8)
    slope = 0.08 * (np.abs(room.across) + np.abs(room.down))  # a lens that trembles moves the room's own edges
    least = _FLOOR + _WEBER * room.luma + _SIGMAS * room.noise * float(max(1.0, gain.max())) + slope
    mask = np.clip((far - least) / least, 0, 1)
    mask *= _solid(shown, luma, room)
    mask = cv2.medianBlur((mask * 255).astype(np.uint8), 5)
    across, down = _slopes(luma)
    lines = np.hypot(across - room.across, down - room.down) > 8 + 0.1 * room.luma + 5 * room.noise
    edges = cv2.medianBlur(lines.astype(np.uint8), 3) & (cv2.dilate(mask, np.ones((5, 5), np.uint8)) > 40)
    return Seen(mask.astype(np.float32) / 255, edges.astype(np.float32))


def softened(picture: Picture) -> Picture:
    """The picture with a sensor's grain smoothed out: in the dark people differ from the room by less than that."""
    return cast(Picture, cv2.GaussianBlur(picture, (5, 5), 1.3))


def _solid(shown: Picture, luma: Plane, room: Room) -> Plane:
    """How far each pixel is a thing rather than a shadow or a lamp's light on the room: 0 to 1.

    A shadow darkens and leaves colour and texture. Where the room has no texture to show through, it is half believed.
    """
    ratio = (luma + 2) / (room.luma + 2)
    colour, own = shown.astype(np.float32), room.picture.astype(np.float32)
    blue = np.abs(colour[..., 0] - luma - ratio * (own[..., 0] - room.luma))
    red = np.abs(colour[..., 2] - luma - ratio * (own[..., 2] - room.luma))
    pale = np.maximum(blue, red) < 10 + 2 * room.noise
    mean, spread = _texture(luma)
    both = cv2.boxFilter(luma * room.luma, -1, (7, 7)) - mean * room.mean
    alike = both / np.maximum(spread * room.spread, 1.0)
    textured = room.spread > 2.0 * room.noise + 1.5
    shade = pale & (ratio > _SHADE[0]) & (ratio < _SHADE[1])
    flare = pale & (ratio >= _SHADE[1]) & (ratio < _FLARE)
    solid = np.ones_like(luma)
    solid[shade & ~textured & (ratio > 0.62)] = 0.5
    solid[(shade | flare) & textured & (alike > _ALIKE)] = 0.0
    return solid


def _luma(picture: Picture) -> Plane:
    return cast(Plane, cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.float32))


def _texture(luma: Plane) -> tuple[Plane, Plane]:
    mean = cv2.boxFilter(luma, -1, (7, 7))
    square = cv2.boxFilter(luma * luma, -1, (7, 7))
    return cast(Plane, mean), cast(Plane, np.sqrt(np.maximum(square - mean * mean, 0)))


def _slopes(luma: Plane) -> tuple[Plane, Plane]:
    soft = cv2.GaussianBlur(luma, (3, 3), 0)
    return cast(Plane, cv2.Sobel(soft, cv2.CV_32F, 1, 0)), cast(Plane, cv2.Sobel(soft, cv2.CV_32F, 0, 1))


def measure(seen: Seen, depth: Depth, inside: NDArray[np.bool_]) -> Measure:
    """The people's worth of what differs inside the region."""
    weights = depth.weights(seen.mask.shape[0])
    mask = np.where(inside, seen.mask, 0)
    area = float((mask.sum(axis=1) * weights).sum())
    lines = float((np.where(inside, seen.edges, 0).sum(axis=1) * np.sqrt(weights)).sum())
    gap = max(3, round(0.04 * depth.height * seen.mask.shape[0]) | 1)
    whole = cv2.morphologyEx((mask > 0.4).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((gap, gap), np.uint8))
    number, labels = cv2.connectedComponents(whole)
    sizes = np.bincount(labels.ravel(), (mask * weights[:, None]).ravel(), number)[1:]
    blobs = tuple(sorted((float(one) for one in sizes if one > 0.01), reverse=True)[:400])
    return Measure(area, lines, blobs, float(mask.sum() / max(1, inside.sum())))

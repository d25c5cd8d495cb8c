"""The empty room behind people, from pictures in which nobody promised that it was empty. Pure.

A recording: the value to which each pixel comes back is the room where people walk by. Where somebody stood for most
of it, it is that person, so each piece of the picture that was different for long is offered in all its versions, and
the one that continues its surroundings best, with the least contour around the piece, is the room.
A camera: pictures taken before opening, whose median is frozen (`live.py` decides when).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from occupancy.sensors.camera.foreground import Room, room_of, softened
from occupancy.sensors.camera.light import Picture, Plane, gains, largest, lit

MOST = 60
"""Pictures that are enough for a median."""
_WINDOWS = 7
_STRIP = 32  # rows at a time: histograms of a whole picture would take 200 MB
_APART = 4
"""Grey levels by which two versions of a piece differ."""
_CALMER = 0.8
"""A version replaces the commonest when its contour is weaker by this factor."""


def room_from(pictures: Sequence[Picture]) -> Room:
    """The room in pictures of one size, in order of time; at least one."""
    chosen = _spread(pictures)
    light = _middle_light(chosen)
    stack = np.stack([softened(lit(one, gains(one, light))) for one in chosen])
    noise = _tremble(stack)
    room = _calmest(stack, _commonest(stack, noise), noise)
    return room_of(room, _noise(stack))


def _spread(pictures: Sequence[Picture]) -> list[Picture]:
    if len(pictures) <= MOST:
        return list(pictures)
    return [pictures[round(step)] for step in np.linspace(0, len(pictures) - 1, MOST)]


def _middle_light(pictures: Sequence[Picture]) -> Picture:
    bright = [float(one[::8, ::8].mean()) for one in pictures]
    return pictures[int(np.argsort(bright)[len(bright) // 2])]


def _commonest(stack: NDArray[np.uint8], noise: float) -> Picture:
    """Each pixel's value that comes back most: seen often, and in many parts of the recording.

    A crowd covers a pixel with many colours, one after the other; the room comes back with its own.
    """
    room = np.empty(stack.shape[1:], np.uint8)
    for top in range(0, stack.shape[1], _STRIP):
        room[top : top + _STRIP] = _commonest_of_strip(stack[:, top : top + _STRIP], max(3.0, 2.5 * noise))
    return room


def _commonest_of_strip(stack: NDArray[np.uint8], step: float) -> Picture:
    number, height, width, _ = stack.shape
    grey = np.stack([cv2.cvtColor(one, cv2.COLOR_BGR2GRAY) for one in stack]).reshape(number, -1)
    pixels = np.arange(height * width)
    score = np.zeros((int(256 / step) + 2, height * width), np.float32)
    for part in np.array_split(grey, min(_WINDOWS, number)):
        seen = np.zeros_like(score)
        for one in part:
            seen[(one / step).astype(np.int32), pixels] += 1
        seen[1:-1] = 0.5 * seen[1:-1] + 0.25 * (seen[:-2] + seen[2:])
        score += np.sqrt(seen)
    centre = (score.argmax(axis=0) + 0.5) * step
    near = (np.abs(grey - centre) < 1.2 * step).reshape(number, height, width, 1)
    total = (stack * near).sum(axis=0, dtype=np.float32)
    often = near.sum(axis=0)
    return np.where(often > 0, total / np.maximum(often, 1), _median(stack)).round().astype(np.uint8)


def _median(stack: NDArray[np.uint8]) -> Picture:
    middle = stack.shape[0] // 2
    return cast(Picture, np.partition(stack, middle, axis=0)[middle])


def _tremble(stack: NDArray[np.uint8]) -> float:
    """The usual noise between neighbouring pictures, in grey levels."""
    steps = [float(np.median(cv2.absdiff(a, b)[::4, ::4])) for a, b in pairwise(stack)]
    return float(np.median(steps)) * 1.05 if steps else 2.0


def _noise(stack: NDArray[np.uint8]) -> Plane:
    """Each pixel's own standard deviation, by what changes from one picture to the next: who stands changes little."""
    if stack.shape[0] < 3:
        return np.full(stack.shape[1:3], 2.0, np.float32)
    steps = np.stack([cv2.cvtColor(cv2.absdiff(a, b), cv2.COLOR_BGR2GRAY) for a, b in pairwise(stack)])
    middle = steps.shape[0] // 2
    spread = np.partition(steps, middle, axis=0)[middle].astype(np.float32) * 1.05 + 0.3
    usual = float(np.median(spread))
    soft = cv2.GaussianBlur(np.minimum(spread, 3 * usual + 2), (0, 0), 2)
    return cast(Plane, np.maximum(soft, 0.6 * usual))


def _calmest(stack: NDArray[np.uint8], middle: Picture, noise: float) -> Picture:
    """The commonest, with each piece that was different for long in its calmest version."""
    number = min(_WINDOWS, stack.shape[0] // 4)
    if number < 2:
        return middle
    bounds = np.linspace(0, stack.shape[0], number + 1).round().astype(int)
    versions = [_median(stack[low:high]) for low, high in pairwise(bounds)]
    room, kernel = middle.copy(), np.ones((7, 7), np.uint8)
    for version in (*versions, *versions):
        apart = _APART + 3 * noise + 0.05 * largest(room)
        other = (largest(cast(Picture, cv2.absdiff(version, room))) > apart).astype(np.uint8)
        opened = cv2.morphologyEx(other, cv2.MORPH_OPEN, kernel[:3, :3])
        pieces = cv2.morphologyEx(opened, cv2.MORPH_CLOSE, kernel)
        count, labels, stats, _ = cv2.connectedComponentsWithStats(pieces)
        for label in range(1, min(count, 200)):
            x, y, w, h, size = (int(one) for one in stats[label])
            if size < 30:
                continue
            box = (slice(max(0, y - 6), y + h + 6), slice(max(0, x - 6), x + w + 6))
            _replace(room, version, labels[box] == label, box)
    return room


def _replace(room: Picture, version: Picture, piece: NDArray[np.bool_], box: tuple[slice, slice]) -> None:
    """Takes the version of a piece into the room where its contour is weaker there."""
    shape = cv2.dilate(piece.astype(np.uint8), np.ones((5, 5), np.uint8))
    ring = (
        cv2.dilate(shape, np.ones((3, 3), np.uint8)) - cv2.erode(piece.astype(np.uint8), np.ones((5, 5), np.uint8))
    ) > 0
    inside = shape.astype(bool)[..., None]
    mixed = np.where(inside, version[box], room[box])
    if _contour(mixed, ring) < _CALMER * _contour(room[box], ring):
        room[box] = mixed


def _contour(picture: Picture, ring: NDArray[np.bool_]) -> float:
    """How strong the picture's lines are along the ring, each capped so that no single one decides."""
    grey = cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_BGR2GRAY).astype(np.float32)
    lines = np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))
    return float(np.minimum(lines[ring], 120).mean()) + 2.0

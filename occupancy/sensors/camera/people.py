"""A people detector on a picture: the library's own HOG, or an ONNX file that the operator brings.

Both see whole upright people and miss crowds; they are the cross-check of the area, and teach what one person's area
is. HOG knows people of about 100 px and more, so a small picture is enlarged first (research note §2.1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from occupancy.sensors.camera.depth import Box, Depth
from occupancy.sensors.camera.errors import DetectorError
from occupancy.sensors.camera.light import Picture
from occupancy.sensors.camera.region import Region

_PIXELS = 1.2e6
"""Pixels of the enlarged crop: what one core does in about half a second."""
_ENLARGE = 3.0
_BODY, _FRAME = 0.78, 0.5
"""Share of the detector's 64x128 window that a body fills, upwards and across."""
_OVERLAP = 0.45
MAX_MODEL = 200 * 2**20


class Detector(Protocol):
    """Finds people in a picture."""

    def find(self, picture: Picture) -> list[Box]:
        """The people, in fractions of the picture, best first."""


@dataclass(frozen=True, slots=True)
class Crop:
    """The part of a picture that holds the region, and by how much it is enlarged."""

    x: int
    y: int
    width: int
    height: int
    scale: float


def crop_of(region: Region, width: int, height: int, pixels: float = _PIXELS) -> Crop:
    """The region's surroundings with a margin for bodies that stick out of it, enlarged as far as time allows."""
    xs, ys = [one.x for one in region.corners], [one.y for one in region.corners]
    x0, x1 = max(0, int((min(xs) - 0.06) * width)), min(width, int((max(xs) + 0.06) * width) + 1)
    y0, y1 = max(0, int((min(ys) - 0.12) * height)), min(height, int((max(ys) + 0.06) * height) + 1)
    scale = min(_ENLARGE, (pixels / max(1, (x1 - x0) * (y1 - y0))) ** 0.5)
    return Crop(x0, y0, x1 - x0, y1 - y0, scale)


class Hog:
    """OpenCV's HOG people detector on the enlarged crop. `least` is the SVM's margin from which a box is shown."""

    def __init__(self, region: Region, *, least: float = 0.0, pixels: float = _PIXELS) -> None:
        self._hog = cv2.HOGDescriptor()
        self._hog.setSVMDetector(np.asarray(cv2.HOGDescriptor.getDefaultPeopleDetector(), np.float32))
        self._region, self._least, self._pixels = region, least, pixels

    def find(self, picture: Picture) -> list[Box]:
        """See `Detector.find`."""
        height, width = picture.shape[:2]
        crop = crop_of(self._region, width, height, self._pixels)
        part = picture[crop.y : crop.y + crop.height, crop.x : crop.x + crop.width]
        grown = cv2.resize(part, None, fx=crop.scale, fy=crop.scale, interpolation=cv2.INTER_LINEAR)
        if grown.shape[0] < 128 or grown.shape[1] < 64:
            return []
        found, margins = self._hog.detectMultiScale(
            grown, hitThreshold=self._least, winStride=(8, 8), padding=(16, 16), scale=1.1, groupThreshold=0
        )
        boxes = [
            _body(np.asarray(one, float) / crop.scale, float(margin), crop, width, height)
            for one, margin in zip(found, np.ravel(np.asarray(margins)), strict=True)
        ]
        return apart(boxes)


def _body(window: NDArray[np.float64], margin: float, crop: Crop, width: int, height: int) -> Box:
    """The body within the detector's window, which has a sixth of empty frame around it."""
    x, y, w, h = window.tolist()
    left, top = crop.x + x + w * (1 - _FRAME) / 2, crop.y + y + h * (1 - _BODY) / 2
    score = 1 / (1 + np.exp(-3.0 * (margin - 0.5)))
    return Box(left / width, top / height, w * _FRAME / width, h * _BODY / height, float(score))


def apart(boxes: Sequence[Box]) -> list[Box]:
    """The best of each heap of overlapping boxes, stronger for every other one that agreed."""
    left = sorted(boxes, key=lambda one: -one.score)
    kept: list[Box] = []
    while left:
        best, *rest = left
        agreeing = [one for one in rest if overlap(best, one) > _OVERLAP]
        lift = 1 - (1 - best.score) * float(np.prod([1 - 0.3 * one.score for one in agreeing[:4]]))
        kept.append(replace(best, score=lift))
        left = [one for one in rest if overlap(best, one) <= _OVERLAP]
    return kept


def overlap(a: Box, b: Box) -> float:
    """The shared area over the smaller box's."""
    wide = min(a.x + a.width, b.x + b.width) - max(a.x, b.x)
    tall = min(a.y + a.height, b.y + b.height) - max(a.y, b.y)
    if wide <= 0 or tall <= 0:
        return 0.0
    return wide * tall / min(a.width * a.height, b.width * b.height)


def counted(boxes: Sequence[Box], region: Region, depth: Depth | None = None) -> float:
    """How many people the boxes make, each by its score; boxes of impossible height count less."""
    total = 0.0
    for one in boxes:
        if not region.holds(min(max(one.x + one.width / 2, 0.0), 1.0), min(max(one.y + 0.55 * one.height, 0.0), 1.0)):
            continue
        fits = 1.0
        if depth is not None and depth.sightings:
            off = np.log(max(one.height, 1e-6) / depth.tall(one.feet))
            fits = float(np.exp(-0.5 * (off / 0.3) ** 2))
        total += one.score * fits
    return total


class Onnx:
    """A detector of the operator's own with YOLOX's output: (1, n, 5 + classes), of which class 0 is people.

    Raises:
        DetectorError: no such file, not readable, or another output.
    """

    def __init__(self, path: Path, region: Region, sides: Sequence[int] = (416, 640), least: float = 0.3) -> None:
        if not path.is_file() or path.stat().st_size > MAX_MODEL:
            raise DetectorError("missing", f"expected an ONNX file of up to {MAX_MODEL} bytes: {path.name}")
        try:
            self._net = cv2.dnn.readNetFromONNX(np.frombuffer(path.read_bytes(), np.uint8))
        except cv2.error as error:
            raise DetectorError("unreadable", f"{path.name} is no ONNX network that this library reads") from error
        self._region, self._least, self._side = region, least, sides[0]
        for side in sides:  # a network may be bound to the size it was made for
            self._side = side
            try:
                self.find(np.zeros((side, side, 3), np.uint8))
            except DetectorError:
                if side == sides[-1]:
                    raise
            else:
                return

    def find(self, picture: Picture) -> list[Box]:
        """See `Detector.find`."""
        height, width = picture.shape[:2]
        crop = crop_of(self._region, width, height)
        part = picture[crop.y : crop.y + crop.height, crop.x : crop.x + crop.width]
        scale = min(self._side / crop.width, self._side / crop.height)
        size = (max(1, round(crop.width * scale)), max(1, round(crop.height * scale)))
        padded = np.full((self._side, self._side, 3), 114, np.uint8)  # YOLOX's own padding
        padded[: size[1], : size[0]] = cv2.resize(part, size)
        self._net.setInput(cv2.dnn.blobFromImage(padded))
        try:
            rows = self._decoded(np.asarray(self._net.forward()))
        except cv2.error as error:
            raise DetectorError("unreadable", "the network does not take a picture of this size") from error
        return apart([_placed(row, scale, crop, width, height) for row in rows])

    def _decoded(self, out: NDArray[np.float32]) -> list[tuple[float, float, float, float, float]]:
        """Boxes in pixels of the padded picture: the grid and the logarithm of YOLOX undone."""
        cells = [(self._side // stride, stride) for stride in (8, 16, 32)]
        if out.ndim != 3 or out.shape[0] != 1 or out.shape[2] < 6 or out.shape[1] != sum(n * n for n, _ in cells):
            raise DetectorError("unreadable", f"expected YOLOX's (1, n, 5 + classes), got {out.shape}")
        found, start = [], 0
        for number, stride in cells:
            rows = out[0, start : start + number * number]
            start += number * number
            for index in np.flatnonzero(rows[:, 4] * rows[:, 5] > self._least):
                row, (gy, gx) = rows[index], divmod(int(index), number)
                w, h = np.exp(np.clip(row[2:4], -8, 8)) * stride
                x, y = (row[0] + gx) * stride - w / 2, (row[1] + gy) * stride - h / 2
                found.append((float(x), float(y), float(w), float(h), float(row[4] * row[5])))
        return found


def _placed(row: tuple[float, float, float, float, float], scale: float, crop: Crop, width: int, height: int) -> Box:
    x, y, w, h, score = row
    return Box(
        (crop.x + x / scale) / width, (crop.y + y / scale) / height, w / scale / width, h / scale / height, score
    )

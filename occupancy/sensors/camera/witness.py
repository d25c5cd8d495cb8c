"""Whether a camera shows the present: a frozen, looped, black, covered or blurred picture is noticed. Pure.

A living sensor is never quite still: its noise changes each picture. A frozen one repeats a picture exactly, or, once
it was coded again, with a fraction of its usual change and nothing that moves.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from occupancy.sensors.camera.light import Picture

STILL_FOR_S = 6.0
_NEARLY_FOR_S = 12.0
_REMEMBERED = 300


class Fault(StrEnum):
    """What is wrong with the pictures."""

    FROZEN = "frozen"
    LOOPED = "looped"
    BLACK = "black"
    COVERED = "covered"
    BLURRED = "blurred"


BLIND = frozenset({Fault.BLACK, Fault.COVERED, Fault.BLURRED})
"""Faults in which the picture shows nobody."""


@dataclass(frozen=True, slots=True)
class Print:
    """What is kept of a picture to compare with later ones: some of its points, and how bright and sharp it is."""

    second: float
    points: NDArray[np.int16]
    bright: float
    contrast: float
    sharp: float


def print_of(second: float, picture: Picture) -> Print:
    """The print of a picture."""
    step_y, step_x = max(1, picture.shape[0] // 96), max(1, picture.shape[1] // 128)
    points = np.ascontiguousarray(picture[::step_y, ::step_x])
    grey = cv2.cvtColor(points, cv2.COLOR_BGR2GRAY)
    whole = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    low, high = np.percentile(grey, (3, 97))
    lines = cv2.Laplacian(cv2.GaussianBlur(whole, (3, 3), 0), cv2.CV_16S, ksize=3)
    sharp = float(np.percentile(np.abs(lines), 98))
    return Print(second, grey.astype(np.int16), float(grey.mean()), float(high - low), sharp)


@dataclass(frozen=True, slots=True)
class Change:
    """What changed between two pictures: the usual point in grey levels, the most changed piece, the equal share."""

    usual: float
    most: float
    equal: float


def change(before: Print, after: Print) -> Change:
    """How much changed; pictures of different size changed altogether."""
    if before.points.shape != after.points.shape:
        return Change(255.0, 255.0, 0.0)
    off = np.abs(after.points - before.points).astype(np.float32)
    flat = np.sort(off, axis=None)
    usual = float(flat[: int(flat.size * 0.8)].mean())
    most = float(cv2.boxFilter(off, -1, (7, 7)).max())
    return Change(usual, most, float((off == 0).mean()))


def blind(seen: Print, usual_sharp: float | None) -> Fault | None:
    """What the picture alone shows: black, covered, or without a sharp line beside what is usual there."""
    if seen.bright < 14 and seen.contrast < 12:
        return Fault.BLACK
    if seen.contrast < 14:
        return Fault.COVERED
    if usual_sharp is not None and seen.sharp < 0.3 * usual_sharp:
        return Fault.BLURRED
    return None


def exactly(one: Change) -> bool:
    """Whether it is the same picture again."""
    return one.equal > 0.997


def faults(prints: Sequence[Print]) -> list[Fault | None]:
    """The fault of each picture of a recording, in the light of all of them."""
    if not prints:
        return []
    lit = [one.sharp for one in prints if blind(one, None) is None]
    usual = float(np.median(lit)) if lit else None
    found = [blind(one, usual) for one in prints]
    steps = [change(a, b) for a, b in pairwise(prints)]
    for start, end in _still_runs(prints, steps):
        for index in range(start + 1, end + 1):
            found[index] = found[index] or Fault.FROZEN
    for index in _looped(prints):
        found[index] = found[index] or Fault.LOOPED
    return found


def _still_runs(prints: Sequence[Print], steps: Sequence[Change]) -> list[tuple[int, int]]:
    """Runs of one repeated picture, as the first and last index."""
    runs = list(_runs([exactly(one) for one in steps], prints, STILL_FOR_S))
    taken = {index for start, end in runs for index in range(start, end)}
    moving = np.array([one.usual for index, one in enumerate(steps) if index not in taken])
    if moving.size < 6:
        return runs
    bar = 0.4 * float(np.percentile(moving, 75))
    calm = [one.usual < bar and one.most < max(3.0, 4 * bar) for one in steps]
    outside = np.array([one.usual for one, still in zip(steps, calm, strict=True) if not still])
    for start, end in _runs(calm, prints, _NEARLY_FOR_S):
        if outside.size >= 4 and nearly([one.usual for one in steps[start:end]], outside):
            runs.append((start, end))
    return runs


def nearly(inside: Sequence[float], outside: NDArray[np.float64]) -> bool:
    """Whether changes stand apart from the living ones, so that no quiet minute is called a frozen one."""
    return float(np.percentile(inside, 90)) < 0.6 * float(np.percentile(outside, 10))


def _runs(still: Sequence[bool], prints: Sequence[Print], least_s: float) -> list[tuple[int, int]]:
    runs, start = [], None
    for index, one in enumerate([*still, False]):
        if one and start is None:
            start = index
        elif not one and start is not None:
            if prints[index].second - prints[start].second >= least_s and index - start >= 2:
                runs.append((start, index))
            start = None
    return runs


def _looped(prints: Sequence[Print]) -> set[int]:
    """Pictures that came before, with others between, three times in one and the same distance."""
    found: set[int] = set()
    memory: dict[bytes, list[int]] = {}
    lags: deque[tuple[int, float]] = deque(maxlen=40)
    for index, one in enumerate(prints):
        key = one.points[::2, ::2].astype(np.uint8).tobytes()
        earlier = [old for old in memory.get(key, []) if prints[old].second < one.second - STILL_FOR_S]
        between = earlier and not exactly(change(prints[index - 1], one))
        if between:
            lag = one.second - prints[earlier[-1]].second
            lags.append((index, lag))
            same = [old for old, other in lags if abs(other - lag) < 0.05]
            if len(same) >= 3:
                found.update(range(same[0], index + 1))
        memory.setdefault(key, []).append(index)
    return found


class Watch:
    """The same for a camera, picture by picture."""

    def __init__(self) -> None:
        self._last: Print | None = None
        self._still_since: float | None = None
        self._nearly_since: float | None = None
        self._living: deque[float] = deque(maxlen=_REMEMBERED)
        self._calm: list[float] = []
        self._sharp: deque[float] = deque(maxlen=_REMEMBERED)
        self._past: dict[bytes, float] = {}
        self._lags: deque[float] = deque(maxlen=3)

    def see(self, second: float, picture: Picture) -> Fault | None:
        """What is wrong with the pictures up to this one."""
        seen = print_of(second, picture)
        usual = float(np.median(self._sharp)) if len(self._sharp) >= 10 else None
        fault = blind(seen, usual)
        if fault is None:
            self._sharp.append(seen.sharp)
        before, self._last = self._last, seen
        if before is None:
            return fault
        step = change(before, seen)
        return fault or self._still(before, seen, step) or self._again(seen, step)

    def _still(self, before: Print, seen: Print, step: Change) -> Fault | None:
        if exactly(step):
            self._still_since = before.second if self._still_since is None else self._still_since
            return Fault.FROZEN if seen.second - self._still_since >= STILL_FOR_S else None
        self._still_since = None
        living = np.array(self._living)
        if living.size >= 20 and step.usual < 0.4 * np.percentile(living, 75) and step.most < 3.0:
            self._nearly_since = before.second if self._nearly_since is None else self._nearly_since
            self._calm.append(step.usual)
            long = seen.second - self._nearly_since >= _NEARLY_FOR_S
            return Fault.FROZEN if long and nearly(self._calm[-60:], living) else None
        if self._nearly_since is None or len(self._calm) < 30:
            self._living.extend([*self._calm[:30], step.usual])
        else:
            self._living.append(step.usual)
        self._nearly_since, self._calm = None, []
        return None

    def _again(self, seen: Print, step: Change) -> Fault | None:
        key = seen.points[::2, ::2].astype(np.uint8).tobytes()
        earlier = self._past.pop(key, None)
        self._past[key] = seen.second
        if len(self._past) > _REMEMBERED:
            del self._past[next(iter(self._past))]
        if earlier is None or seen.second - earlier < STILL_FOR_S or exactly(step):
            return Fault.LOOPED if len(self._lags) == 3 and earlier is not None else None
        self._lags.append(seen.second - earlier)
        return Fault.LOOPED if len(self._lags) == 3 and max(self._lags) - min(self._lags) < 0.5 else None

"""How tall a person stands at each row of the picture, from people that were seen. Pure.

The height of a standing person grows linearly with the row of the feet (a flat floor, a level camera), so a person's
area grows with its square: a pixel far away is worth more people than one close by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_ENOUGH = 6
_SHRINK = 6.0
"""How many sightings the assumption "equally tall everywhere" is worth, per spread of a sixth of the picture."""


@dataclass(frozen=True, slots=True)
class Box:
    """A person seen by a detector, in fractions of the picture; `score` in [0, 1]."""

    x: float
    y: float
    width: float
    height: float
    score: float

    @property
    def feet(self) -> float:
        """The row of the feet."""
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Depth:
    """`height` of a person with the feet in the middle row, and how much it grows to the bottom, as fractions."""

    height: float
    slope: float
    sightings: int = 0

    def tall(self, feet: float) -> float:
        """A person's height with the feet at that row, in fractions of the picture's height."""
        return max(self.height * 0.25, self.height + self.slope * (feet - 0.5))

    def weights(self, height: int) -> NDArray[np.float32]:
        """Persons² a pixel by row, for pixels at the middle of bodies; shape (height,)."""
        middle = (np.arange(height) + 0.5) / height
        # the body's middle lies half a person above the feet: h(feet) = h0 + s (middle + h/2 - 1/2)
        tall = (self.height + self.slope * (middle - 0.5)) / max(0.2, 1 - self.slope / 2)
        tall = np.maximum(tall, self.height * 0.25) * height
        return np.asarray(1 / tall**2, np.float32)


def depth_of(boxes: Sequence[Box]) -> Depth | None:
    """The depth that the sightings show; None when they are too few. Outliers are left out, slopes shrunk."""
    if len(boxes) < _ENOUGH:
        return None
    feet = np.array([one.feet for one in boxes])
    tall = np.array([one.height for one in boxes])
    weight = np.ones(len(boxes))
    middle, slope = float(np.median(tall)), 0.0
    for _ in range(12):
        total = weight.sum()
        centre, mean = (weight @ feet) / total, (weight @ tall) / total
        across = weight @ (feet - centre) ** 2 + _SHRINK * 0.03
        slope = float(np.clip(weight @ ((feet - centre) * (tall - mean)) / across, 0.0, 1.6 * mean))
        middle = float(mean - slope * (centre - 0.5))
        off = (tall - middle - slope * (feet - 0.5)) / (0.12 * mean)
        weight = 1 / np.maximum(1.0, np.abs(off)) ** 2
    floor = 0.3 * float(np.median(tall))
    return Depth(max(middle, floor), slope, len(boxes))

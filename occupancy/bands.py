"""Bands that hold 8 of 10 whatever the errors are like: widened and narrowed by how the last ones held.

Errors are scaled by their own expected size; a band reaches between two quantiles of the scaled errors that have come
true lately, the lower and the upper each their own. Which quantiles is steered by the misses (adaptive conformal
inference: Gibbs & Candès, NeurIPS 2021, eq. 2). At each target only errors of targets before its origin are known.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from occupancy.series import Targets

Floats = NDArray[np.float64]

MISSES = 0.2
_RATE = 0.01
_LEAST, _MOST = 0.02, 0.6
_WINDOW = 2500
_FEW = 20


@dataclass(frozen=True, eq=False, slots=True)
class Band:
    """(N,) the lower and upper ends."""

    low: Floats
    high: Floats


@dataclass(slots=True)
class _Errors:
    """The newest scaled errors, in order of time and in order of size."""

    age: deque[float] = field(default_factory=deque)
    ascending: list[float] = field(default_factory=list)

    def add(self, error: float) -> None:
        self.age.append(error)
        insort(self.ascending, error)
        if len(self.age) > _WINDOW:
            del self.ascending[bisect_left(self.ascending, self.age.popleft())]

    def between(self, misses: float) -> tuple[float, float]:
        """The quantiles that leave out so many, half on either side; a finite sample reaches a little further."""
        n = len(self.ascending)
        if n < _FEW:
            return (-2.0, 2.0)
        cut = int(misses / 2 * (n + 1)) - 1
        return self.ascending[max(0, cut)], self.ascending[min(n - 1, n - 1 - cut)]


def walk(
    asked: Targets, told: Floats, size: Floats, before: NDArray[np.intp], test: NDArray[np.intp], *, floor: float | None
) -> Band:
    """The band of each test target, walked forward.

    Args:
        asked: the targets.
        told: (all targets,) what was forecast.
        size: (all targets,) how large an error is expected.
        before: targets before the test part that were told without having been learned from.
        test: the targets to make bands for, in order.
        floor: the least that a value can be.
    """
    errors, misses = _Errors(), MISSES
    for one in before.tolist():
        errors.add(float((asked.truth[one] - told[one]) / size[one]))
    low, high = np.empty(test.size), np.empty(test.size)
    known = 0
    for place, target in enumerate(test.tolist()):
        while asked.at[test[known]] <= asked.origin[target]:
            past = test[known]
            missed = not low[known] <= asked.truth[past] <= high[known]
            misses = min(_MOST, max(_LEAST, misses + _RATE * (MISSES - missed)))
            errors.add(float((asked.truth[past] - told[past]) / size[past]))
            known += 1
        down, up = errors.between(misses)
        low[place], high[place] = told[target] + down * size[target], told[target] + up * size[target]
        if floor is not None:
            low[place], high[place] = max(floor, low[place]), max(floor, high[place])
    return Band(low, high)

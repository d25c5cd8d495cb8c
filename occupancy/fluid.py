"""A line run forward: the people there, those who come, those who are served, in a hundred ways at once.

The ways differ in how many come today against the usual, in chance, and in the speed of service; their quantiles
are the forecast before anything is learned from its errors. The same draws serve every call, so that two askers
of one minute hear the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

WAYS = 96
AHEAD = 61
"""Minutes run forward."""
QUANTILES = (0.1, 0.5, 0.9)
_SPEED_NOISE = 1.8
"""Standard deviation of people served in a minute; service times vary by half, as gates show."""
_RECOVERS_MIN = 4.0
"""Minutes after which a slow service has come back to 37 % of what it lacked."""
_COUNT_SHARE, _COUNT_NOISE = 0.05, 1.0
_JITTER = 0.02
"""Of today's size, between ways: history's own days are too few to fill the gaps."""
_CHUNK = 128


def _draws() -> NDArray[np.float32]:
    """(WAYS, AHEAD + 2, 2) standard normal draws, each with its opposite, so that their means are 0."""
    half = np.random.default_rng(20260105).normal(size=(WAYS // 2, AHEAD + 2, 2))
    both = np.empty((WAYS, AHEAD + 2, 2))
    both[0::2], both[1::2] = half, -half
    return both.astype(np.float32)


_DRAWS = _draws()


@dataclass(frozen=True, eq=False, slots=True)
class Start:
    """R lines to be run forward.

    Args:
        people: (R,) waiting now.
        sizes: (R, WAYS) today's arrivals against the expected, in ascending order of likelihood mass.
        arrivals: (R, AHEAD) expected in the minutes to come.
        capacity: (R, AHEAD) people that can be served in each of them.
        speed: (R,) the present speed of service against the usual.
        spread: (R,) standard deviation of `people` where it is larger than the usual one.
    """

    people: NDArray[np.float64]
    sizes: NDArray[np.float64]
    arrivals: NDArray[np.float64]
    capacity: NDArray[np.float64]
    speed: NDArray[np.float64]
    spread: NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Ahead:
    """The line in each minute to come, index k being k minutes from now: (AHEAD,) each."""

    low: NDArray[np.float64]
    middle: NDArray[np.float64]
    high: NDArray[np.float64]


def run(start: Start) -> Floats:
    """(R, AHEAD, 3) people in line in the middle of each minute to come: the quantiles of all ways."""
    rows = len(start.people)
    found = np.empty((rows, AHEAD, len(QUANTILES)), np.float32)
    for low in range(0, rows, _CHUNK):
        found[low : low + _CHUNK] = _run(start, slice(low, low + _CHUNK))
    return found


def _run(start: Start, part: slice) -> Floats:
    people, spread = start.people[part].astype(np.float32), start.spread[part].astype(np.float32)
    spread = np.maximum(_COUNT_NOISE + _COUNT_SHARE * people, spread)
    line = np.maximum(0, people[:, None] + spread[:, None] * _DRAWS[None, :, -1, 0])
    sizes = start.sizes[part].astype(np.float32) * np.exp(_JITTER * _DRAWS[None, :, -1, 1])
    arrivals, capacity = start.arrivals[part].astype(np.float32), start.capacity[part].astype(np.float32)
    lacking = start.speed[part].astype(np.float32)[:, None] - 1
    found = np.empty((len(people), AHEAD, len(QUANTILES)), np.float32)
    for minute in range(AHEAD):
        mean = arrivals[:, minute, None] * sizes
        comes = mean + np.sqrt(mean) * _DRAWS[None, :, minute, 0]
        speed = 1 + lacking * np.float32(np.exp(-minute / _RECOVERS_MIN))
        goes = np.maximum(0, capacity[:, minute, None] * speed + _SPEED_NOISE * _DRAWS[None, :, minute, 1])
        after = np.maximum(0, line + np.maximum(0, comes) - goes)
        found[:, minute] = _quantiles((line + after) / 2)
        line = after
    return found


def _quantiles(ways: Floats) -> Floats:
    ordered = np.sort(ways, axis=1)
    middle = (ordered[:, WAYS // 2 - 1] + ordered[:, WAYS // 2]) / 2
    return np.stack([ordered[:, WAYS // 10], middle, ordered[:, -1 - WAYS // 10]], axis=1)


def sizes_today(
    prior: NDArray[np.float64], arrived: NDArray[np.float64], expected: NDArray[np.float64], spread: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(R, WAYS) today's arrivals against the expected, after `arrived` have come where `expected` were.

    Bayes' rule over `prior` (R, WAYS), each way as likely as the other; arrivals are Poisson about their mean,
    blurred by `spread` people of miscounting.
    """
    mean = prior * expected[:, None]
    variance = mean + spread[:, None] ** 2 + 1.0
    score = -0.5 * (arrived[:, None] - mean) ** 2 / variance - 0.5 * np.log(variance)
    weight = np.exp(score - score.max(axis=1, keepdims=True))
    reach = np.cumsum(weight, axis=1)
    reach /= reach[:, -1:]
    wanted = (np.arange(WAYS) + 0.5) / WAYS
    # one search for all rows: row r lives in (r, r + 1]
    rows = np.arange(len(reach))[:, None]
    at = np.searchsorted((reach + rows).ravel(), (wanted + rows).ravel()) - (rows * WAYS + np.zeros(WAYS, int)).ravel()
    picked = np.take_along_axis(prior, np.clip(at, 0, WAYS - 1).reshape(len(reach), WAYS), axis=1)
    shuffled: NDArray[np.float64] = picked[:, _ORDER]
    return shuffled


_ORDER = np.random.default_rng(5).permutation(WAYS)
"""Sizes must not go along with the other draws."""

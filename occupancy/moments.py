"""Moments of a lunch run forward, and what may have been missed: all that is known at an instant, as numbers.

A moment knows the line, the meals so far, who was awaited and who came. From it follow how large the day is against
the usual, how fast the service is, the line to come (fluid.py), and the features that learning.py learns from.
Pure functions of arrays; a past moment and a present one go the same way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from occupancy.fluid import AHEAD, Start, run, sizes_today
from occupancy.inflow import Floats

_RECENT_MIN = 10
_SLOW = 0.4, 1.25
"""Between which shares of the usual a speed of service is believed."""


@dataclass(frozen=True, eq=False, slots=True)
class State:
    """R moments: what is known at each."""

    at: Floats
    people: Floats
    spread: Floats
    served: Floats
    """(R, M) or, for one moment, (1, M); NaN from the moment on."""
    line: Floats
    expected: Floats
    usual: Floats
    sizes: Floats
    weekday: Floats


@dataclass(frozen=True, eq=False, slots=True)
class Asked:
    """The moments run forward, with what was reckoned on the way."""

    quantiles: NDArray[np.float32]
    arrived: Floats
    awaited: Floats
    sizes: Floats
    """(R, WAYS) today's, after what has come."""
    speed: Floats
    recent: Floats
    """(R,) arrivals of the last minutes less those awaited."""
    coming: Floats
    """(R, AHEAD) awaited, before they are scaled to today's size."""


def ask(state: State, serves: Floats) -> Asked:
    """The moments run forward by what was expected and what has come; `serves` is the capacity by minute."""
    rows, m = len(state.at), state.expected.shape[1]
    whole = np.clip(np.floor(state.at), 0, m).astype(int)
    part = np.clip(state.at - whole, 0.0, 1.0)
    minutes = np.arange(m)[None, :]
    passed = np.clip(state.at[:, None] - minutes, 0.0, 1.0)
    awaited = (state.expected * passed).sum(axis=1)
    arrived = _arrived(state, passed)
    spread = 1.0 + 0.05 * state.people
    sizes = sizes_today(state.sizes, arrived, awaited, np.maximum(spread, state.spread))
    speed = _speed(state, serves)
    recent_span = passed * (minutes >= state.at[:, None] - _RECENT_MIN)
    recent = arrived - _arrived_before(state, passed, recent_span) - (state.expected * recent_span).sum(axis=1)
    coming = _window(state.expected, whole, part)
    goes = _window(np.broadcast_to(serves, (rows, m)), whole, part)
    quantiles = run(Start(state.people, sizes, coming, goes, speed, state.spread))
    return Asked(quantiles, arrived, awaited, sizes, speed, recent, coming)


def _arrived(state: State, passed: Floats) -> Floats:
    """(R,) people who came so far: those served and those who wait; where a minute is unknown, as many as awaited."""
    return _served(state, passed) + state.people


def _served(state: State, span: Floats) -> Floats:
    known = np.where(np.isnan(state.served), state.expected * (span > 0), state.served)
    found: Floats = (known * (span > 0)).sum(axis=1)
    return found


def _arrived_before(state: State, passed: Floats, recent: Floats) -> Floats:
    """(R,) people who had come when the recent minutes began."""
    first = np.argmax(recent > 0, axis=1)
    line = np.take_along_axis(state.line, first[:, None], axis=1)[:, 0]
    line = np.where(np.isnan(line), state.people, line)
    return _served(state, np.clip(passed - recent, 0.0, 1.0)) + line


def _speed(state: State, serves: Floats) -> Floats:
    """(R,) people served in the last busy minutes against the usual of those minutes."""
    minutes = np.arange(state.expected.shape[1])[None, :]
    near = (minutes >= state.at[:, None] - 4) & (minutes < state.at[:, None])
    busy = near & (np.nan_to_num(state.line) > 4) & ~np.isnan(state.served)
    could = np.maximum(1.0, serves)[None, :]
    found = ((np.nan_to_num(state.served) * busy).sum(axis=1) + could.mean()) / (
        (could * busy).sum(axis=1) + could.mean()
    )
    return np.asarray(np.clip(found, *_SLOW), np.float64)


def _window(values: Floats, whole: NDArray[np.int_], part: Floats) -> Floats:
    """(R, AHEAD) values of the minutes from now on, though now lies within one; the last one's where they end."""
    at = whole[:, None] + np.arange(AHEAD + 1)[None, :]
    padded = np.take_along_axis(values, np.minimum(at, values.shape[1] - 1), axis=1)
    found: Floats = (1 - part)[:, None] * padded[:, :-1] + part[:, None] * padded[:, 1:]
    return found


def features(state: State, asked: Asked, moment: NDArray[np.intp], ahead: NDArray[np.intp]) -> Floats:
    """(N, features) of examples: what the line run forward says, and what it may have missed."""
    m = state.usual.shape[1]
    at = state.at[moment]
    target = np.clip(np.rint(at + ahead).astype(int), 0, m - 1)
    now = np.clip(np.rint(at).astype(int), 0, m - 1)
    size = asked.sizes.mean(axis=1)
    middle = asked.quantiles[moment, ahead, 1]
    sums = np.cumsum(asked.coming, axis=1)
    columns = (
        ahead,
        at + ahead,
        middle,
        asked.quantiles[moment, ahead, 2] - asked.quantiles[moment, ahead, 0],
        state.usual[moment, target] - middle,
        state.people[moment],
        (state.people - state.usual[np.arange(len(state.at)), np.clip(np.rint(state.at).astype(int), 0, m - 1)])[
            moment
        ],
        size[moment],
        asked.sizes.std(axis=1)[moment],
        (asked.arrived - asked.awaited)[moment],
        (asked.arrived / np.maximum(10.0, asked.awaited * size))[moment],
        state.sizes.mean(axis=1)[moment],
        asked.speed[moment],
        asked.recent[moment],
        sums[moment, ahead] * size[moment],
        asked.coming[moment, ahead],
        state.usual[moment, now],
        state.weekday[moment],
    )
    return np.stack([np.asarray(one, np.float64) for one in columns], axis=1)

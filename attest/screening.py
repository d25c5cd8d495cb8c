"""What a live trace or a pair of shares gives away: facts with their numbers, never a percentage of suspicion.

A device can't be asked whether it lies (research/attest.md §3.3), but lies are cheap and leave marks: a pin does not
move at all, a script moves too exactly, its noise has no memory as a receiver's has, and yesterday's walk fits today's
to the metre. What is looked for, each by a number that stands with it:

```
still     no movement at all · a path on straight lines · noise without memory under an accuracy that never changes
grid      every coordinate on a grid of 0.0001° (some 10 m)
replayed  the same coordinates as an earlier trace, or the same path in the same order to a few metres
fast      two shares farther apart than anyone travels in the time between
```
The thresholds were chosen on one half of synthetic traces and judged on the other (tests/bench/bench_screening.py). A
trace too short or too coarse for an answer gets none. Pure: fixes in, remarks out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from attest.airports import by_an_airport
from attest.places import distance_m
from attest.receipt import Point

# travel: the fastest train in Korea runs 305 km/h; an airliner 850 km/h, with 20 minutes of taxi, climb and descent
FAST_KM_H: Final = 350.0
_FLIGHT_KM_H: Final = 800.0
_FLIGHT_AROUND: Final = timedelta(minutes=20)
_ABROAD_KM: Final = 600.0  # no two points of Korea lie farther apart by more: the airport may be one we don't know
_FAST_SLACK: Final = timedelta(seconds=60)  # messengers cut times; a share may wait a moment
_FAST_SLACK_KM: Final = 2.0  # a first fix after a cold start
_UNKNOWN_ACCURACY_M: Final = 1500.0  # the most that messengers deliver
SHARP_M: Final = 100.0  # less exact is a network's position, which is alike for all its phones

FEWEST: Final = 5  # fixes about which anything is said
_LINE_FEWEST: Final = 8  # fixes between two others: fewer lie on lines by chance
_STEP_M: Final = 1.0
_WAY_M: Final = 30.0
_WHITE_FEWEST: Final = 12
_WHITE_PAUSE_S: Final = 30.0
_SAME_FIXES: Final = 5
_SAME_SHARE: Final = 0.5
_REPLAY_FEWEST: Final = 8
_REPLAY_TIME_S: Final = 3.0
_REPLAY_COVERS: Final = 0.8
_SKIPPED: Final = 4  # fixes left out between two that were sent again
_TOGETHER_S: Final = 60.0  # two phones in one car have one path at one time
_GRID: Final = 1000  # of 10^-7 degrees
_DEGREES: Final = 10_000_000
_M_PER_DEGREE: Final = 111_195.0  # of latitude, on a sphere of 6371 km


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a number becomes a remark. Chosen on one half of the synthetic traces, judged on the other."""

    spread_m: float = 0.25  # less is no movement at all
    off_line_m: float = 0.08  # less is a straight line; six decimals round by 0.05 m
    white: float = 1.4  # von Neumann's ratio: 2 for noise without memory, up to twice as much as it is less
    apart_m: float = 4.5  # two traces laid on each other fix by fix, or second by second
    warped_m: float = 2.2  # the same where fixes are missing and times are others
    ratio: float = 0.4  # both only below this share of the trace's own spread


LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True)
class Fix:
    """One point of a person at one time: the messenger's time, and ours."""

    at: datetime
    received_at: datetime
    point: Point


@dataclass(frozen=True, slots=True)
class Remark:
    """A flag with the fact behind it, such as `spread_m` 0.02."""

    flag: str
    fact: str
    value: float


@dataclass(frozen=True, slots=True)
class _Track:
    """A trace as arrays: seconds (n,), metres east and north of an origin (n, 2), units of 10^-7 degrees (n, 2)."""

    seconds: np.ndarray
    metres: np.ndarray
    units: np.ndarray
    accuracies: tuple[float | None, ...]


def is_sharp(fix: Fix) -> bool:
    """Whether the point is exact enough to be one phone's own, or does not say."""
    return fix.point.accuracy_m is None or fix.point.accuracy_m <= SHARP_M


def too_fast(one: Fix, other: Fix) -> Remark | None:
    """`fast` with km/h where nobody travels so: beyond 350 km/h, both accuracies and every delay taken off.

    A flight is allowed: both ends within 10 km of an airport with scheduled flights (or more than 600 km apart), and 20
    minutes besides the time at 800 km/h.
    """
    first, last = sorted((one, other), key=lambda fix: fix.at)
    elapsed = max(last.received_at, last.at) - min(first.at, first.received_at) + _FAST_SLACK
    radii = sum(_UNKNOWN_ACCURACY_M if (a := fix.point.accuracy_m) is None else 2 * a for fix in (one, other))
    km = (distance_m(one.point, other.point) - radii) / 1000 - _FAST_SLACK_KM
    hours = elapsed / timedelta(hours=1)
    if km <= FAST_KM_H * hours:
        return None
    by_air = km > _ABROAD_KM or (by_an_airport(one.point) and by_an_airport(other.point))
    if by_air and km <= _FLIGHT_KM_H * (elapsed - _FLIGHT_AROUND) / timedelta(hours=1):
        return None
    return Remark("fast", "km_h", round(km / hours, 1))


def is_telling(fixes: Sequence[Fix]) -> bool:
    """Whether anything can be said of a trace: enough fixes, exact enough for one phone's own."""
    return len(fixes) >= FEWEST and _sharp([fix.point.accuracy_m for fix in fixes])


def lasted(fixes: Sequence[Fix]) -> timedelta:
    """From the first fix to the last, by the messenger's times; by ours where it gives each edit the first's."""
    spans = [max(times) - min(times) for times in ([fix.at for fix in fixes], [fix.received_at for fix in fixes])]
    return spans[0] if spans[0] >= timedelta(seconds=1) else spans[1]


def examine(fixes: Sequence[Fix], limits: Limits = LIMITS) -> list[Remark]:
    """What speaks against a trace by itself."""
    if len(fixes) < FEWEST:
        return []
    track = _track(fixes, fixes[0].point)
    looks = [_grid(track)]
    if is_telling(fixes):
        looks += [_zero(track, limits), _straight(track, limits), _white(track, limits)]
    return [remark for remark in looks if remark is not None]


def replayed(fixes: Sequence[Fix], others: Iterable[Sequence[Fix]], limits: Limits = LIMITS) -> Remark | None:
    """Whether a trace repeats one of `others`, earlier ones and other people's."""
    if not is_telling(fixes):
        return None
    track = _track(fixes, fixes[0].point)
    found = (_replayed(track, _track(other, fixes[0].point), limits) for other in others if len(other) >= FEWEST)
    return next((remark for remark in found if remark is not None), None)


def _grid(track: _Track) -> Remark | None:
    """Typed coordinates, or those of a coarse map: one in a million that is measured lies so five times."""
    if np.all(track.units % _GRID == 0):
        return Remark("grid", "decimals", 4)
    return None


def _zero(track: _Track, limits: Limits) -> Remark | None:
    """No movement at all: a receiver at rest wanders by more than a quarter of a metre."""
    spread = _spread(track.metres)
    return Remark("still", "spread_m", round(spread, 3)) if spread < limits.spread_m else None


def _straight(track: _Track, limits: Limits) -> Remark | None:
    """Between its neighbours each fix lies on the straight line: an interpolated path."""
    before, here, after = track.metres[:-2], track.metres[1:-1], track.metres[2:]
    chord = after - before
    length = np.hypot(*chord.T)
    steps = np.hypot(*np.diff(track.metres, axis=0).T)
    moved = (steps[:-1] > _STEP_M) & (steps[1:] > _STEP_M) & (length > 0)
    if moved.sum() < _LINE_FEWEST or steps.sum() < _WAY_M:
        return None
    offset = here - before
    across = np.abs(chord[:, 0] * offset[:, 1] - chord[:, 1] * offset[:, 0])[moved] / length[moved]
    middle = float(np.median(across))
    return Remark("still", "off_line_m", round(middle, 3)) if middle < limits.off_line_m else None


def _white(track: _Track, limits: Limits) -> Remark | None:
    """Noise around one place in which a fix knows nothing of the one before, under an accuracy that never changes.

    A receiver's error is correlated over minutes (Gauss-Markov), so within half a minute it moves little.
    """
    pauses = np.diff(track.seconds)
    if len(track.seconds) < _WHITE_FEWEST or np.median(pauses) > _WHITE_PAUSE_S or len(set(track.accuracies)) > 1:
        return None
    variance = track.metres.var(axis=0).sum()
    ratio = float((np.diff(track.metres, axis=0) ** 2).sum() / len(pauses) / variance) if variance else 0.0
    return Remark("still", "von_neumann", round(ratio, 2)) if limits.white < ratio < 4 - limits.white else None


def _replayed(track: _Track, other: _Track, limits: Limits) -> Remark | None:
    """The same coordinates, or the same path to a few metres at another time."""
    mine = {tuple(row) for row in track.units.tolist()}
    theirs = {tuple(row) for row in other.units.tolist()}
    common = len(mine & theirs)
    if common >= _SAME_FIXES and common >= _SAME_SHARE * min(len(mine), len(theirs)):
        return Remark("replayed", "same_fixes", common)
    apart = min(_alignments(track, other, limits), default=None)
    return None if apart is None else Remark("replayed", "apart_m", round(apart, 2))


def _alignments(track: _Track, other: _Track, limits: Limits) -> Iterable[float]:
    """How far apart the two are, for each way to lay one on the other that shows one path at two times."""
    if len(track.seconds) < _REPLAY_FEWEST or len(other.seconds) < _REPLAY_FEWEST:
        return
    strict = ((pairs, limits.apart_m) for pairs in (*_by_order(track, other), *_by_time(track, other)))
    for (mine, theirs), limit in (*strict, (_warped(track, other), limits.warped_m)):
        if len(mine) < _REPLAY_FEWEST:
            continue
        gaps = track.metres[mine] - other.metres[theirs]
        apart = float(np.sqrt(np.einsum("ij,ij->", gaps, gaps) / len(gaps)))
        if apart < limit and _is_again(track, other, mine, theirs, apart / limits.ratio):
            yield apart


def _is_again(track: _Track, other: _Track, mine: np.ndarray, theirs: np.ndarray, spread_m: float) -> bool:
    """Whether two traces that lie on each other are one: more so than two phones at one desk, and not at one time."""
    shift = abs(float(np.median(track.seconds[mine] - other.seconds[theirs])))
    # a network's few positions come in the same order by chance
    places = min(len(np.unique(track.units[mine], axis=0)), len(np.unique(other.units[theirs], axis=0)))
    return shift > _TOGETHER_S and places >= _REPLAY_FEWEST and _spread(other.metres[theirs]) > spread_m


def _by_order(track: _Track, other: _Track) -> Iterable[tuple[np.ndarray, np.ndarray]]:
    """Fix by fix in their order, from each start."""
    many, there = len(track.seconds), len(other.seconds)
    fewest = max(_REPLAY_FEWEST, int(_REPLAY_COVERS * many))
    for shift in range(fewest - many, there - fewest + 1):
        mine = np.arange(max(0, -shift), min(many, there - shift))
        if len(mine) >= fewest:
            yield mine, mine + shift


def _by_time(track: _Track, other: _Track) -> Iterable[tuple[np.ndarray, np.ndarray]]:
    """By the time since the start, from each start: fixes may be missing."""
    fewest = max(_REPLAY_FEWEST, int(_REPLAY_COVERS * len(track.seconds)))
    since = track.seconds - track.seconds[0]
    for start in other.seconds[: max(0, len(other.seconds) - fewest + 1)]:
        clock = other.seconds - start
        at = np.clip(np.searchsorted(clock, since), 1, len(clock) - 1)
        at -= since - clock[at - 1] < clock[at] - since
        mine = np.flatnonzero(np.abs(clock[at] - since) <= _REPLAY_TIME_S)
        if len(mine) >= fewest:
            yield mine, at[mine]


def _warped(track: _Track, other: _Track) -> tuple[np.ndarray, np.ndarray]:
    """Each fix in its order on one of the other's, at most four of which are skipped between: the nearest such way."""
    cost = ((track.metres[:, None, :] - other.metres[None, :, :]) ** 2).sum(axis=2)
    total, steps = cost[0], np.zeros(cost.shape, dtype=np.int64)
    for row in range(1, len(cost)):
        before = np.full((_SKIPPED + 1, len(total)), np.inf)
        for skip in range(_SKIPPED + 1):
            before[skip, skip + 1 :] = total[: -skip - 1]
        steps[row] = before.argmin(axis=0) + 1
        total = cost[row] + before.min(axis=0)
    last = int(total.argmin())
    if not np.isfinite(total[last]):
        return np.arange(0), np.arange(0)
    theirs = [last]
    for row in range(len(cost) - 1, 0, -1):
        theirs.append(theirs[-1] - int(steps[row, theirs[-1]]))
    return np.arange(len(cost)), np.array(theirs[::-1])


def _spread(metres: np.ndarray) -> float:
    """The root of the mean square distance from the middle."""
    return float(np.sqrt(metres.var(axis=0).sum()))


def _sharp(accuracies: Iterable[float | None]) -> bool:
    known = [accuracy for accuracy in accuracies if accuracy is not None]
    return not known or float(np.median(known)) <= SHARP_M


def _track(fixes: Sequence[Fix], origin: Point) -> _Track:
    ordered = sorted(fixes, key=lambda fix: (fix.at, fix.received_at))
    seconds = np.array([fix.at.timestamp() for fix in ordered])
    if np.ptp(seconds) < 1:  # a messenger that gives each edit the time of the first
        seconds = np.array([fix.received_at.timestamp() for fix in ordered])
    degrees = np.array([(fix.point.lon, fix.point.lat) for fix in ordered])
    scale = np.array([np.cos(np.radians(origin.lat)), 1.0]) * _M_PER_DEGREE
    return _Track(
        seconds,
        (degrees - (origin.lon, origin.lat)) * scale,
        np.round(degrees * _DEGREES).astype(np.int64),
        tuple(fix.point.accuracy_m for fix in ordered),
    )

"""Synthetic live traces: phones that are where they say, and those that are not. Nothing here knows the detector.

Truth is a path of a person (waypoints, speeds of an Ornstein-Uhlenbeck process, stops). On it a phone lays an error:
first-order Gauss-Markov (Brown and Hwang, Introduction to Random Signals: the usual model of GNSS error; sigma 2 to 6 m
and minutes of memory under open sky, 10 to 30 m indoors with multipath that jumps between echoes), a little white noise
of the receiver, and the operating system's filter. Accuracies are said as Android says them (a radius that follows the
error's scale and breathes) or as iOS does (a few fixed steps, long the same), or not at all. The messenger sends an
edit after a pause or a distance, and only when the coordinates changed (telegraf #381), with six or seven digits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from attest.receipt import Point
from attest.screening import Fix

START = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
_M = 111_195.0
_STEPS = (5.0, 10.0, 14.0, 20.0, 35.0, 65.0)  # as iOS tells accuracies


@dataclass(frozen=True)
class Trace:
    """A trace, what it is, and the traces that the house holds already when it comes."""

    kind: str
    fixes: tuple[Fix, ...]
    earlier: tuple[tuple[Fix, ...], ...] = ()


@dataclass(frozen=True)
class Walk:
    """Truth: seconds (n,) one apart, and metres (n, 2) from an origin."""

    origin: tuple[float, float]
    metres: np.ndarray


def origin(dice: np.random.Generator) -> tuple[float, float]:
    return float(dice.uniform(34.5, 37.8)), float(dice.uniform(126.6, 129.3))


# where the person is


def along(dice: np.random.Generator, route: np.ndarray, speeds: np.ndarray) -> np.ndarray:
    """Positions on a polyline at these speeds."""
    way = np.concatenate([[0], np.cumsum(speeds)])
    marks = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(route, axis=0).T))])
    way = np.minimum(way, marks[-1])
    return np.stack([np.interp(way, marks, route[:, axis]) for axis in (0, 1)], axis=1)


def route(dice: np.random.Generator, length: float, block: float, turn: float) -> np.ndarray:
    """A polyline of blocks, turning now and then, curving a little."""
    points, heading = [np.zeros(2)], dice.uniform(0, 2 * math.pi)
    while length > 0:
        step = dice.exponential(block) + block / 5
        heading += dice.choice((0, 0, 1, -1)) * math.pi / 2 * (dice.random() < turn) + dice.normal(0, 0.08)
        points.append(points[-1] + step * np.array([math.cos(heading), math.sin(heading)]))
        length -= step
    return np.array(points)


def speeds(dice: np.random.Generator, seconds: int, mean: float, spread: float, stops: float) -> np.ndarray:
    """A speed a second, with memory, and stops at lights and doors."""
    found = np.maximum(0, mean + remembered(dice.normal(0, spread, seconds), 0.95))
    for at in np.flatnonzero(dice.random(seconds) < stops):
        found[at : at + int(dice.uniform(5, 60))] = 0
    return found


def walking(dice: np.random.Generator, seconds: int) -> np.ndarray:
    pace = dice.uniform(0.9, 1.6)
    return along(dice, route(dice, 2 * seconds * pace, 60, 0.6), speeds(dice, seconds, pace, 0.08, 0.006))


def driving(dice: np.random.Generator, seconds: int, road: np.ndarray | None = None) -> np.ndarray:
    pace = dice.uniform(8, 26)
    road = route(dice, 3 * seconds * pace, 300, 0.35) if road is None else road
    return along(dice, road, speeds(dice, seconds, pace, 0.5, 0.008))


def standing(dice: np.random.Generator, seconds: int) -> np.ndarray:
    """A person at one place shifts about a little."""
    still = np.zeros((seconds + 1, 2))
    if dice.random() < 0.4:
        for at in sorted(dice.integers(0, seconds, 3)):
            still[at:] += dice.normal(0, 1.5, 2)
    return still


# what the phone makes of it


def remembered(noise: np.ndarray, keep: float, start: np.ndarray | float = 0.0) -> np.ndarray:
    """x[t] = keep x[t-1] + noise[t], a hundred at a time."""
    found, last = np.empty_like(noise), start
    for begin in range(0, len(noise), 100):
        part = noise[begin : begin + 100]
        powers = keep ** np.arange(1, len(part) + 1)
        powers = powers[:, None] if noise.ndim > 1 else powers
        found[begin : begin + 100] = powers * (last + np.cumsum(part / powers, axis=0))
        last = found[begin + len(part) - 1]
    return found


def gauss_markov(dice: np.random.Generator, seconds: int, sigma: float, memory_s: float) -> np.ndarray:
    keep = math.exp(-1 / memory_s)
    noise = dice.normal(0, sigma * math.sqrt(1 - keep * keep), (seconds, 2))
    return remembered(noise, keep, dice.normal(0, sigma, 2))


def echoes(dice: np.random.Generator, seconds: int, sigma: float) -> np.ndarray:
    """Multipath: biases that hold for a while, then jump."""
    biases = dice.normal(0, sigma, (int(dice.integers(2, 6)), 2))
    jumps = dice.random(seconds) < 1 / dice.uniform(20, 200)
    which = dice.integers(len(biases), size=seconds)[np.cumsum(jumps)]
    return biases[which]


def accuracies(dice: np.random.Generator, seconds: int, sigma: float) -> list[float | None]:
    kind = dice.choice(("android", "android", "ios", "none"))
    if kind == "none":
        return [None] * seconds
    level = 0.2 + remembered(dice.normal(0, 0.015, seconds), 0.995, dice.normal(0, 0.15))
    said = 1.5 * sigma * np.exp(level)
    if kind == "ios":
        return [next((step for step in _STEPS if one <= step), 65.0) for one in said.tolist()]
    return [round(max(3.0, one), 1) for one in said.tolist()]


def smoothed(track: np.ndarray, alpha: float) -> np.ndarray:
    weights = alpha * (1 - alpha) ** np.arange(40)
    padded = np.concatenate([np.repeat(track[:1], 39, axis=0), track])
    return np.stack([np.convolve(padded[:, axis], weights / weights.sum(), "valid") for axis in (0, 1)], axis=1)


def held(track: np.ndarray, moved_m: float) -> np.ndarray:
    """A phone that knows it lies still holds its position until the error grows."""
    found = track.copy()
    for at in range(1, len(track)):
        if math.dist(track[at], found[at - 1]) < moved_m:
            found[at] = found[at - 1]
    return found


def sent(
    dice: np.random.Generator,
    start: tuple[float, float],
    seen: np.ndarray,
    said: Sequence[float | None],
    begin: datetime,
) -> tuple[Fix, ...]:
    """The edits that the messenger delivers."""
    digits = int(dice.choice((6, 7)))
    pause, distance = (
        (float(dice.uniform(4, 30)), 0.0)
        if dice.random() < 0.6
        else (float(dice.uniform(1, 10)), float(dice.choice((3, 5, 10, 20))))
    )
    fixes: list[Fix] = []
    last, last_at, at = None, -1e9, 0.0
    while at < len(seen) - 1:
        here = seen[int(at)]
        if at - last_at >= pause and (last is None or ((apart := math.dist(here, last)) >= distance and apart > 0)):
            fixes.append(fix(start, here, said[int(at)], begin + timedelta(seconds=int(at)), digits, dice))
            if len(fixes) > 1 and fixes[-1].point == fixes[-2].point:
                fixes.pop()
            last, last_at = here, at
        at += max(0.5, dice.normal(1.0, 0.2))
    return tuple(fixes)


def fix(
    start: tuple[float, float],
    metres: np.ndarray,
    said: float | None,
    at: datetime,
    digits: int,
    dice: np.random.Generator,
) -> Fix:
    lat = start[0] + metres[1] / _M
    lon = start[1] + metres[0] / _M / math.cos(math.radians(start[0]))
    late = timedelta(milliseconds=int(dice.exponential(400)) + 50)
    return Fix(at, at + late, Point(round(lat, digits), round(lon, digits), said))


def phone(
    dice: np.random.Generator, start: tuple[float, float], truth: np.ndarray, begin: datetime, *, indoors: bool = False
) -> tuple[Fix, ...]:
    """What comes of a truth through one phone and messenger."""
    seconds = len(truth)
    sigma = float(dice.uniform(5, 15) if indoors else dice.lognormal(math.log(3), 0.4))
    seen = truth + gauss_markov(dice, seconds, sigma, float(dice.uniform(60, 900)))
    seen += dice.normal(0, dice.uniform(0.1, 0.6), seen.shape)
    if indoors:
        seen += echoes(dice, seconds, float(dice.uniform(4, 20)))
    seen = smoothed(seen, float(dice.uniform(0.2, 1.0)))
    still = float(np.ptp(truth, axis=0).max()) < 20
    if still and dice.random() < 0.3:
        seen = held(seen, float(dice.uniform(1, 8)))
    return sent(dice, start, seen, accuracies(dice, seconds, sigma), begin)


def begin(dice: np.random.Generator) -> datetime:
    return START + timedelta(seconds=int(dice.integers(3600 * 9, 3600 * 17)))


def lasting(dice: np.random.Generator) -> int:
    return int(dice.integers(600, 2400))


# honest traces; each with earlier traces of the same house, the nearest of them the hardest to tell from a replay


def honest_walk(dice: np.random.Generator) -> Trace:
    place, seconds = origin(dice), lasting(dice)
    return Trace("walking", phone(dice, place, walking(dice, seconds), begin(dice)))


def honest_drive(dice: np.random.Generator) -> Trace:
    """The same road was driven before, and a colleague sits beside."""
    place, seconds, at = origin(dice), lasting(dice), begin(dice)
    road = route(dice, 90_000, 300, 0.35)
    truth = driving(dice, seconds, road)
    before = phone(dice, place, driving(dice, seconds, road), at - timedelta(hours=2))
    return Trace("driving", phone(dice, place, truth, at), (before, phone(dice, place, truth, at)))


def honest_bus(dice: np.random.Generator) -> Trace:
    """The same walk between two doors, twice a day, at nearly one's own pace."""
    place, seconds, at = origin(dice), lasting(dice), begin(dice)
    way, pace = route(dice, 4000, 60, 0.6), dice.uniform(0.9, 1.6)
    walks = [along(dice, way, speeds(dice, seconds, pace * dice.normal(1, 0.03), 0.08, 0.004)) for _ in range(2)]
    return Trace(
        "same walk", phone(dice, place, walks[0], at), (phone(dice, place, walks[1], at - timedelta(hours=3)),)
    )


def honest_standing(dice: np.random.Generator) -> Trace:
    """Out in the open, where colleagues stood before and stand now."""
    place, seconds, at = origin(dice), lasting(dice), begin(dice)
    earlier = tuple(
        phone(dice, place, standing(dice, lasting(dice)), at - timedelta(hours=hours)) for hours in (0, 1, 2, 5, 7, 9)
    )
    return Trace("standing", phone(dice, place, standing(dice, seconds), at), earlier)


def honest_indoors(dice: np.random.Generator) -> Trace:
    place, seconds, at = origin(dice), lasting(dice), begin(dice)
    earlier = tuple(
        phone(dice, place, standing(dice, lasting(dice)), at - timedelta(hours=hours), indoors=True)
        for hours in (0, 1, 2, 5, 7, 9)
    )
    return Trace("indoors", phone(dice, place, standing(dice, seconds), at, indoors=True), earlier)


def honest_few(dice: np.random.Generator) -> Trace:
    """A phone at rest that sends an edit now and then."""
    trace = honest_standing(dice)
    keep = sorted(dice.choice(len(trace.fixes), min(len(trace.fixes), int(dice.integers(2, 9))), replace=False))
    return replace(trace, kind="few edits", fixes=tuple(trace.fixes[at] for at in keep))


def honest_wifi(dice: np.random.Generator) -> Trace:
    """Indoors a position is looked up by the network's names: a few places, the very same ones each time."""
    place, seconds, at = origin(dice), lasting(dice), begin(dice)
    spots = dice.normal(0, 12, (int(dice.integers(2, 5)), 2))
    said = [round(float(dice.uniform(15, 60)), 1) for _ in spots]

    def day(when: datetime) -> tuple[Fix, ...]:
        fixes, second, last = [], 0, -1
        while second < seconds:
            which = int(dice.integers(len(spots)))
            if which != last:
                fixes.append(fix(place, spots[which], said[which], when + timedelta(seconds=second), 7, dice))
            last, second = which, second + int(dice.integers(15, 120))
        return tuple(fixes)

    return Trace("network position", day(at), (day(at - timedelta(hours=3)), day(at)))


def honest_cell(dice: np.random.Generator) -> Trace:
    """Three towers, hundreds of metres apart, in turn."""
    place, seconds, at = origin(dice), lasting(dice), begin(dice)
    towers = dice.normal(0, 500, (int(dice.integers(1, 4)), 2))
    said = [float(int(dice.uniform(500, 1500))) for _ in towers]

    def day(when: datetime) -> tuple[Fix, ...]:
        pauses = np.cumsum(dice.integers(20, 240, 60))
        hits = [(int(s), int(dice.integers(len(towers)))) for s in pauses if s < seconds]
        return tuple(fix(place, towers[w], said[w], when + timedelta(seconds=s), 6, dice) for s, w in hits)

    return Trace("cell towers", day(at), (day(at - timedelta(hours=3)), day(at)))


# lies


def any_honest(dice: np.random.Generator) -> tuple[Fix, ...]:
    """A trace worth copying: long enough for a grade."""
    while True:
        trace = HONEST[int(dice.integers(5))](dice)
        if len(trace.fixes) >= 8:
            return trace.fixes


def static_pin(dice: np.random.Generator) -> Trace:
    place, at = origin(dice), begin(dice)
    digits, said = int(dice.choice((6, 7))), None if dice.random() < 0.2 else float(dice.integers(4, 30))
    times = np.cumsum(dice.uniform(5, 90, int(dice.integers(8, 60))))
    fixes = tuple(fix(place, np.zeros(2), said, at + timedelta(seconds=int(s)), digits, dice) for s in times)
    return Trace("static", fixes)


def nudged_pin(dice: np.random.Generator) -> Trace:
    """The last digit turned, so that the messenger sends an edit at all."""
    trace = static_pin(dice)
    nudges = dice.integers(-1, 2, (len(trace.fixes), 2)) * 1e-6
    fixes = tuple(
        replace(one, point=Point(round(one.point.lat + a, 7), round(one.point.lon + b, 7), one.point.accuracy_m))
        for one, (a, b) in zip(trace.fixes, nudges, strict=True)
    )
    return Trace("static, nudged", fixes)


def mock_app(dice: np.random.Generator) -> Trace:
    """A pin with white noise, as mock location apps offer."""
    place, at, sigma = origin(dice), begin(dice), float(dice.uniform(1, 8))
    said, pause = float(dice.integers(3, 20)), float(dice.uniform(2, 25))
    many = int(max(12, dice.uniform(600, 1500) / pause))
    fixes = tuple(
        fix(place, dice.normal(0, sigma, 2), said, at + timedelta(seconds=int(number * pause)), 7, dice)
        for number in range(many)
    )
    return Trace("mock, white noise", fixes)


def user_bot(dice: np.random.Generator) -> Trace:
    """A script that walks a drawn route at one speed."""
    place, at, pause = origin(dice), begin(dice), float(dice.uniform(5, 20))
    pace = float(dice.choice((1.3, 1.4, 8.0, 14.0)))
    many = int(dice.uniform(600, 1500) / pause)
    way = along(dice, route(dice, 2 * many * pause * pace, 40 * pause * pace / 5, 0.5), np.full(many, pace * pause))
    said = float(dice.integers(3, 20))
    fixes = tuple(fix(place, here, said, at + timedelta(seconds=int(n * pause)), 7, dice) for n, here in enumerate(way))
    return Trace("user-bot, lines", fixes)


def shifted(
    dice: np.random.Generator, fixes: tuple[Fix, ...], *, noise_m: float, drop: float, keep_time: bool
) -> tuple[Fix, ...]:
    """An earlier trace sent again hours later."""
    hours = timedelta(seconds=int(dice.integers(3600, 3600 * 14)))
    kept = [one for one in fixes if dice.random() >= drop] if len(fixes) > 10 else list(fixes)
    found, at = [], kept[0].at + hours
    for number, one in enumerate(kept):
        at = one.at + hours if keep_time else at + timedelta(seconds=int(dice.uniform(5, 40)) if number else 0)
        late = timedelta(milliseconds=int(dice.exponential(700)))
        scale = math.cos(math.radians(one.point.lat))
        turn = dice.normal(0, noise_m, 2) / _M if noise_m else np.zeros(2)
        point = Point(
            round(one.point.lat + turn[1], 7) if noise_m else one.point.lat,
            round(one.point.lon + turn[0] / scale, 7) if noise_m else one.point.lon,
            one.point.accuracy_m,
        )
        found.append(Fix(at + late * (not keep_time), at + late, point))
    return tuple(found)


def crowd(dice: np.random.Generator, mine: tuple[Fix, ...]) -> tuple[tuple[Fix, ...], ...]:
    """The earlier traces among which the copied one lies."""
    return (any_honest(dice), mine, any_honest(dice))


def replay_exact(dice: np.random.Generator) -> Trace:
    mine = any_honest(dice)
    again = shifted(dice, mine, noise_m=0, drop=float(dice.choice((0, 0, 0.2))), keep_time=bool(dice.random() < 0.7))
    return Trace("replayed", again, crowd(dice, mine))


def replay_noisy(dice: np.random.Generator) -> Trace:
    mine = any_honest(dice)
    noise = float(dice.uniform(0.1, 1.0))
    again = shifted(
        dice, mine, noise_m=noise, drop=float(dice.choice((0, 0, 0.2))), keep_time=bool(dice.random() < 0.7)
    )
    return Trace("replayed, noise to 1 m", again, crowd(dice, mine))


def replay_noisier(dice: np.random.Generator) -> Trace:
    mine = any_honest(dice)
    again = shifted(dice, mine, noise_m=float(dice.uniform(1.0, 3.0)), drop=0.0, keep_time=True)
    return Trace("replayed, noise 1 to 3 m", again, crowd(dice, mine))


Maker = Callable[[np.random.Generator], Trace]
HONEST: tuple[Maker, ...] = (
    honest_walk, honest_drive, honest_standing, honest_indoors, honest_bus, honest_few, honest_wifi, honest_cell,
)  # fmt: skip
STATIC: tuple[Maker, ...] = (static_pin, nudged_pin)
REPLAYED: tuple[Maker, ...] = (replay_exact, replay_noisy)
OTHER_LIES: tuple[Maker, ...] = (replay_noisier, mock_app, user_bot)


def make(maker: Maker, seed: int) -> Trace:
    """The trace of a maker and a seed, always the same."""
    return maker(np.random.default_rng([seed, *maker.__name__.encode()]))

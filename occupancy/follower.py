"""A line followed from step to step: who joined, who was served, how fast, all as 256 stories that fit what was said.

    step + expected arrivals ── move the stories ── weigh them by gate and counts ── thin out the unlikely ──> State

Each story (particle) holds people in line, the speed of service, how many joined so far and how many of them were
expected: their ratio is the day's own scale, a gamma posterior, so a busy day is known as one after the first slot.
A gate at its speed says that somebody waits, one below it that nobody does; a count corrects the stories, more weakly
where the view is full. Some stories don't believe in the usual day at all and go by the last minutes.

Repeatable: the random numbers of a step are seeded by the step. Refuses to know levels, words or sensors' health.
Source of the scheme: bootstrap filter, Gordon, Salmond & Smith 1993; thinning out by systematic resampling.
"""

from __future__ import annotations

import copy
import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from occupancy.joining import Expected
from occupancy.line import STEP_S, Count, Site, Step, end_of
from occupancy.reading import Kind

N: Final = 256
AHEAD: Final = timedelta(minutes=3)
"""How far a level looks ahead before it changes."""
_PEOPLE, _SPEED, _SLOW, _JOINED, _DUE, _DELAY, _SURGE, _FREE = range(8)
_ROWS: Final = 8

# Tuned on simulated training days (seeds 1 to 19, odd; other worlds beside them), judged on others.
_SPEED_SD, _SPEED_DRIFT, _SPEED_BACK = 0.05, 0.01, 0.98
_BREAKS, _MENDED = 0.002, 0.02
"""Chance a step that service falls to a part of its speed, and that it comes back (after 8 minutes as a rule)."""
_MENDS_S = 420.0
"""Seconds after which slow service is expected to be back, in reckoning the minutes."""
_BROKEN = (0.35, 0.85)
_SPEED_PRIOR_S = 120.0
"""Seconds of a waiting line that the nominal speed is worth where no history shows a better one."""
_VARIES = 0.27
"""Squared coefficient of variation of one service time; as gates show, near that of a gamma of shape 4."""
_SURGE_SD, _SURGE_S = 0.1, 60.0
_FREE_SHARE, _FREE_SD = 0.04, 0.6
_STRAY = 0.002
"""People a second who come though nobody is expected."""
_CROWD = 0.001
"""Chance a step of a group of about 15 that nobody expected."""
_FLOW_S, _STANDS_S = 60.0, 45.0
"""Over how long free stories look back, and after which time they take a line to stand as it is."""
_GONE = 0.01
"""Chance a step that a line nobody counts is gone, while the gate lets hardly anybody through."""
_MISSING = 2.5
"""How much less likely a story is for each person it lacks who was served."""
_BY_CHANCE = 0.8
"""How much of the chance of single service times the band needs beside that of the stories (tuned on training days)."""
_RESIDUAL = 0.6
"""The rest of the services that already run, in people."""
_TAUGHT_SD = 0.03
_GAIN_SD: Mapping[Kind, float] = {Kind.CAMERA: 0.08, Kind.BEAM: 0.1, Kind.WIFI: 0.25, Kind.CHAT: 0.05}
_BEYOND = 0.1
"""How much of what is over its limit a full view still shows: little, yet a longer line takes more to believe."""
_FAR = -4.0
"""Log likelihood, of Student's t with 4 degrees, below which the stories together do not explain a count (4 sd)."""
_DOOR = 20.0
"""People a second who may come at most, a coach party at once between two looks: more of them are doubted."""
_LASTS = 3
"""Counts in a row that a wonder must last to be believed."""

_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class State:
    """The line at the end of a step; minutes are of one who joins then, bounds hold in 8 of 10 cases."""

    people: float
    spread: float
    minutes: float
    low: float
    high: float
    ahead: float | None
    """Minutes three minutes later if all goes as expected; None where nothing is expected."""
    speed: float
    """People served a second."""
    watched: float
    """Share of the speed that was seen at the gate, the rest being nominal."""
    idle: bool
    scale: float
    """The day's arrivals so far over the expected ones."""
    gate: bool
    """Whether a gate was alive."""


class Follower:
    """The filter; `advance` it step by step, `copy` it to come back."""

    def __init__(self, site: Site, arrivals: Expected | None, first: int) -> None:
        self._site, self._arrivals = site, arrivals
        self._nominal = (arrivals.speed if arrivals else None) or site.nominal
        self._learns = arrivals is None or arrivals.speed is None
        random = np.random.default_rng([first, N])
        known = arrivals is not None and end_of(first) <= arrivals.start + timedelta(minutes=10)
        rows = np.zeros((_ROWS, N))
        rows[_PEOPLE] = 0.0 if known else np.floor(random.exponential(15.0, N))
        rows[_SPEED] = np.exp(_SPEED_SD * random.normal(size=N))
        rows[_DELAY] = (arrivals.shift_s if arrivals else 0.0) * random.normal(size=N)
        rows[_SURGE] = random.normal(size=N)
        rows[_FREE] = (np.arange(N) < _FREE_SHARE * N) | (arrivals is None)
        self._rows = rows
        self._prior = 1 / max(arrivals.scale_sd if arrivals else 0.5, 0.03) ** 2
        self._gains: dict[str, int] = {}
        self._weights = np.full(N, 1 / N)
        self._anchored, self._opened = known, False
        self._flow = 0.0
        self._doubts: dict[str, int] = {}
        self._last_served: list[float | None] = []
        self._last_count: float | None = None
        self._uncounted = 0
        self._busy_s = self._taught_s = 0.0
        self._luck = np.random.default_rng(N).permutation(_normal_scores(N))

    def copy(self) -> Follower:
        """The same filter, to be advanced apart."""
        return copy.deepcopy(self, {id(shared): shared for shared in (self._site, self._arrivals, self._luck)})

    def advance(self, step: int, said: Step | None, *, delayed: bool = False) -> State:
        """The state after one more step; None is a step in which nobody spoke; `delayed` when the kitchen said so."""
        random = np.random.default_rng(step)
        served = said.served if said else None
        self._opened = self._opened or bool(served)
        due = self._due(step)
        self._serve_faster_or_slower(random, delayed=delayed)
        joined = self._join(random, due)
        likely = self._leave(random, joined, due, served)
        self._last_count = None
        self._uncounted = 0 if said and said.counts else self._uncounted + 1
        for count in said.counts if said else ():
            likely = likely + self._see(random, count, served)
            self._last_count = count.people
        self._weigh(random, likely)
        return self._state(step, served)

    def _due(self, step: int) -> _Floats:
        """(n,) people expected in the step, were it a usual day."""
        if self._arrivals is None:
            return np.zeros(N)
        middle = end_of(step) - timedelta(seconds=STEP_S / 2)
        return STEP_S * self._arrivals.rate(middle, self._rows[_DELAY])

    def _serve_faster_or_slower(self, random: np.random.Generator, *, delayed: bool) -> None:
        speed, slow = self._rows[_SPEED], self._rows[_SLOW] > 0
        luck, noise = random.random(N), random.normal(size=N)
        falls = luck < (0.15 if delayed else _BREAKS)
        falls &= ~slow | (not delayed)
        mends = slow & (luck > 1 - _MENDED) & (not delayed)
        drifts = np.where(slow, speed * np.exp(0.02 * noise), speed**_SPEED_BACK * np.exp(_SPEED_DRIFT * noise))
        drifts = np.where(mends, np.exp(_SPEED_SD * noise), drifts)
        low, high = _BROKEN
        self._rows[_SPEED] = np.where(falls, random.uniform(low, high, N), np.minimum(np.maximum(drifts, 0.1), 3.0))
        self._rows[_SLOW] = (slow | falls) & ~mends

    def _join(self, random: np.random.Generator, due: _Floats) -> _Floats:
        """(n,) people who join in the step."""
        stay = math.exp(-STEP_S / _SURGE_S)
        surge = stay * self._rows[_SURGE] + math.sqrt(1 - stay**2) * random.normal(size=N)
        self._rows[_SURGE] = surge
        free = self._rows[_FREE] > 0
        scale = random.standard_gamma(self._prior + self._rows[_JOINED]) / (self._prior + self._rows[_DUE])
        bold = np.where(free, _FREE_SD, _SURGE_SD)
        rate = np.where(free, self._flow * STEP_S, scale * due) * np.exp(bold * surge - bold**2 / 2)
        joined: _Floats = random.poisson(np.minimum(rate + _STRAY * STEP_S, 1e4)).astype(np.float64)
        crowd = random.random(N) < _CROWD
        joined += np.where(crowd, np.rint(random.exponential(15.0, N)), 0.0)
        return joined

    def _leave(self, random: np.random.Generator, joined: _Floats, due: _Floats, served: float | None) -> _Floats:
        """(n,) log likelihood of what the gate served; moves people on."""
        rows = self._rows
        can = rows[_SPEED] * self._nominal * STEP_S
        by_chance = np.sqrt(_VARIES * can + 0.12)
        if served is None:
            after = rows[_PEOPLE] + joined - np.maximum(0.0, np.rint(can + by_chance * random.normal(size=N)))
            likely = np.zeros(N)
        else:
            after = rows[_PEOPLE] + joined - served
            off = (served - can) / by_chance
            exactly = -0.5 * off**2 - np.log(by_chance) - 0.92
            at_least = -np.logaddexp(0.0, 1.7 * (served - 0.5 - can) / by_chance)
            fits: _Floats = np.where(after >= 1, exactly, at_least) - _MISSING * np.maximum(0.0, -after - 0.5)
            likely = fits if self._opened else np.zeros(N)
            joined = joined + np.maximum(0.0, -after)
        gone = random.random(N) < (_GONE if self._seems_gone() else 0.0)
        rows[_PEOPLE] = np.where(gone, 0.0, np.maximum(0.0, after))
        self._watch(served, joined)
        told = due > 0
        rows[_JOINED] += np.where(told, joined, 0.0)
        rows[_DUE] += due
        return likely

    def _seems_gone(self) -> bool:
        """Whether nobody counts and the gate has let through less than half of what it can for half a minute."""
        lately = [served for served in self._last_served[-3:] if served is not None]
        return self._uncounted > 3 and len(lately) == 3 and sum(lately) < 1.5 * self._nominal * STEP_S

    def _watch(self, served: float | None, joined: _Floats) -> None:
        """What the last minutes were like: the flow that free stories go by, and whether the gate was seen busy."""
        flow = float(self._weights @ joined) / STEP_S
        passed = min(self._flow, self._nominal) if served is None else served / STEP_S
        self._flow += (flow - self._flow) * STEP_S / _FLOW_S
        self._flow += (passed - self._flow) * STEP_S / _STANDS_S
        idle_steps = max(1, round(self._site.idle_after_s / STEP_S))
        self._last_served = [*self._last_served[-idle_steps + 1 :], served]
        self._busy_s *= math.exp(-STEP_S / 240.0)
        if served is not None and self._weights @ self._rows[_PEOPLE] > self._site.servers:
            self._busy_s += STEP_S
            if self._learns:
                self._taught_s += STEP_S
                self._nominal += (served / STEP_S - self._nominal) * STEP_S / (_SPEED_PRIOR_S + self._taught_s)

    def _see(self, random: np.random.Generator, count: Count, served: float | None) -> _Floats:
        """(n,) log likelihood of a count."""
        if not self._anchored:
            return self._begin(random, count)
        row = self._gain_row(count)
        gain = self._rows[row]
        people = self._rows[_PEOPLE]
        seen = people * gain
        noise = np.full(N, count.noise)
        if count.kind is not Kind.CHAT:
            noise = np.maximum(count.noise * 0.5, count.noise * (1 + 0.1 * people) / (1 + 0.1 * count.people))
        if count.limit is not None:
            full = count.people >= 0.9 * count.limit
            most = max(count.limit, count.people) if full else count.limit
            seen = np.minimum(seen, most) + _BEYOND * np.maximum(0.0, seen - most)
            noise = np.minimum(noise, 1.0 + 0.125 * count.limit)
        off = (count.people - seen) / noise
        student: _Floats = -2.5 * np.log1p(off**2 / 4)
        if np.log(self._weights @ np.exp(student) + 1e-300) > _FAR:
            self._doubts.pop(count.sensor, None)
            student -= np.log(noise)
            return student
        return self._wonder(random, count, served)

    def _wonder(self, random: np.random.Generator, count: Count, served: float | None) -> _Floats:
        """A count that no story explains: believed at once where a door lets so many in, else if it lasts."""
        times = self._doubts[count.sensor] = self._doubts.get(count.sensor, 0) + 1
        now = float(self._weights @ self._rows[_PEOPLE])
        possible = now - (served or 0) - count.noise < count.people <= now + _DOOR * STEP_S + count.noise
        if not possible and times < _LASTS:
            return np.zeros(N)
        self._doubts.pop(count.sensor)
        moved = random.random(N) < 0.4
        there = np.maximum(0.0, np.rint(count.people + count.noise * random.normal(size=N)))
        self._rows[_PEOPLE] = np.where(moved, there, self._rows[_PEOPLE])
        return np.where(moved, 0.0, -12.0)

    def _begin(self, random: np.random.Generator, count: Count) -> _Floats:
        """The first count is all that is known; a line that stands is taken to be fed as fast as it is served."""
        self._anchored = True
        self._rows[_PEOPLE] = np.maximum(0.0, np.rint(count.people + count.noise * random.normal(size=N)))
        if not self._last_served or self._last_served[-1] is None:
            self._flow = min(count.people / STEP_S, self._nominal)
        return np.zeros(N)

    def _gain_row(self, count: Count) -> int:
        """The row that holds each story's belief of how much of the people a sensor sees."""
        if count.sensor not in self._gains:
            random = np.random.default_rng(zlib.crc32(count.sensor.encode()))
            off = _TAUGHT_SD if count.taught else _GAIN_SD.get(count.kind, 0.1)
            row = 1 + off * random.normal(size=(1, N))
            self._rows = np.concatenate((self._rows, np.maximum(0.2, row)))
            self._gains[count.sensor] = len(self._rows) - 1
        return self._gains[count.sensor]

    def _weigh(self, random: np.random.Generator, likely: _Floats) -> None:
        weights = self._weights * np.exp(likely - likely.max())
        self._weights = weights / weights.sum()
        if 1 / (self._weights @ self._weights) < N / 2:
            sums = np.cumsum(self._weights)
            places = (np.arange(N) + random.random()) / N * sums[-1]
            self._rows = self._rows[:, np.minimum(np.searchsorted(sums, places), N - 1)]
            self._weights = np.full(N, 1 / N)
            if self._arrivals is not None:
                anew, free = random.random(N) < 0.03, random.random(N) < _FREE_SHARE
                self._rows[_FREE] = np.where(anew, free, self._rows[_FREE])

    def _state(self, step: int, served: float | None) -> State:
        people, speed, weights = self._rows[_PEOPLE], self._rows[_SPEED], self._weights
        waits = _seconds((people + _RESIDUAL * (people >= 1)) / self._nominal, speed) / 60
        chance = _BY_CHANCE * np.sqrt(_VARIES * people) / self._nominal / 60
        low, high = _quantiles(np.maximum(0.0, waits + chance * self._luck), weights, (0.1, 0.9))
        (middle,), (median,) = _quantiles(waits, weights, (0.5,)), _quantiles(people, weights, (0.5,))
        mean = float(weights @ people)
        pace = float(weights @ speed)
        scales = (self._prior + self._rows[_JOINED]) / (self._prior + self._rows[_DUE])
        scale = float(weights @ scales)
        return State(
            people=median,
            spread=math.sqrt(max(0.0, float(weights @ (people - mean) ** 2))),
            minutes=middle,
            low=min(low, middle),
            high=max(high, middle),
            ahead=self._ahead(step, mean, pace, scale),
            speed=pace * self._nominal,
            watched=self._busy_s / (self._busy_s + 45.0),
            idle=self._idle(pace),
            scale=scale,
            gate=served is not None,
        )

    def _ahead(self, step: int, people: float, pace: float, scale: float) -> float | None:
        if self._arrivals is None:
            return None
        now, served = end_of(step), pace * self._nominal
        later = people + scale * self._arrivals.between(now, now + AHEAD) - served * AHEAD.total_seconds()
        return max(0.0, later) / max(served, 1e-3) / 60

    def _idle(self, pace: float) -> bool:
        """Whether a living gate has served under two thirds of its capacity for long, and no count disagrees.

        A gate that has let nobody through yet says nothing of a line: before the doors open people wait too.
        """
        needed = max(1, round(self._site.idle_after_s / STEP_S))
        known = [served for served in self._last_served if served is not None]
        if len(known) < needed or not self._opened:
            return False
        slow = sum(known) < 2 / 3 * pace * self._nominal * STEP_S * needed
        few = float(self._weights @ self._rows[_PEOPLE]) <= 3 * self._site.servers
        return slow and few and (self._last_count is None or self._last_count <= 3 * self._site.servers)


def _seconds(work: _Floats, speed: _Floats) -> _Floats:
    """How long a line's work takes at full speed `work` seconds, where slow service comes back in `_MENDS_S`."""
    took = work / speed
    for _ in range(3):
        took = work + (1 - speed) * _MENDS_S * (1 - np.exp(-took / _MENDS_S))
    return np.maximum(0.0, took)


def _quantiles(values: _Floats, weights: _Floats, shares: tuple[float, ...]) -> tuple[float, ...]:
    order = values.argsort()
    sums = np.cumsum(weights[order])
    places = np.minimum(np.searchsorted(sums, np.array(shares) * sums[-1]), len(values) - 1)
    return tuple(values[order[places]].tolist())


def _normal_scores(n: int) -> _Floats:
    """Values spread like the standard normal, n of them."""
    u = (np.arange(n) + 0.5) / n
    return np.sign(u - 0.5) * np.sqrt(np.maximum(0.0, -np.pi / 2 * np.log(4 * u * (1 - u))))

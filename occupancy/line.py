"""The state of a line followed through counts and departures, on a fixed 10-second grid.

Pipeline::

    readings ── binned ──> steps ── follow ──> states (people, spread, speed) ── estimate.py ──> what to say

A Kalman filter on (people in line, arrivals a second): departures are what the gate served, counts correct it,
an idle gate says that nobody waits. The speed of service is a gamma posterior of what the gate served in busy
time over a nominal prior. Pure; refuses to know minutes, levels or words.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from occupancy.reading import Kind, Reading
from occupancy.sensors import KINDS

STEP_S = 10
WINDOW = timedelta(minutes=25)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PRIOR_S = 45.0
"""How many seconds of watching the gate the nominal speed is worth."""
_MEMORY_S = 240.0
"""Over how long the gate's speed is averaged."""
_ARRIVAL_MEMORY_S = 120.0
_ARRIVAL_NOISE = 0.001
"""Random walk of the arrival rate, (people/s)² a second: a group of 200 in a few minutes is ±1 a second."""
_JUMP = 3.5
"""Standard deviations beyond which a count is no noise."""
_ARRIVAL_SPREAD = 0.25
"""What the arrival rate settles to without counts, people/s."""


@dataclass(frozen=True, slots=True)
class Site:
    """What is known of a cafeteria beforehand."""

    servers: int = 2
    service_s: float = 10.0
    """Seconds one server needs for one person, until the gate shows better."""
    gains: Mapping[str, float] = field(default_factory=dict)
    """Sensor -> share of the people that it sees, 1 where not given."""
    visible: int | None = 70
    """Count at which a camera's view is full; None for no limit."""
    period_s: float = 10.0
    """How often a count sensor speaks; three periods without a word are silence."""
    frozen_after_s: float = 60.0
    idle_after_s: float = 90.0

    @property
    def nominal(self) -> float:
        """Nominal people served a second."""
        return self.servers / self.service_s

    @property
    def silent_after_s(self) -> float:
        """Age at which a count sensor is called silent."""
        return 3 * self.period_s


@dataclass(frozen=True, slots=True)
class Count:
    """One usable count, corrected by the sensor's gain, with its own variance."""

    people: float
    variance: float
    kind: Kind


@dataclass(slots=True)
class Step:
    """What was said within one 10-second step; `served` is None while no gate is alive."""

    counts: list[Count] = field(default_factory=list)
    served: int | None = None


@dataclass(frozen=True, slots=True)
class State:
    """The line at the end of a step."""

    people: float
    variance: float
    speed: float
    """People served a second."""
    speed_variance: float
    watched: float
    """Share of the speed that was seen at the gate, the rest being nominal."""
    idle: bool


def step_of(at: datetime) -> int:
    """The grid's index of an instant."""
    return int(at.timestamp()) // STEP_S


def end_of(step: int) -> datetime:
    """When a step ends."""
    return _EPOCH + timedelta(seconds=(step + 1) * STEP_S)


def corrected(reading: Reading, site: Site) -> Count:
    """A count reading as people in line, less sure when the view is full."""
    gain, trait = site.gains.get(reading.sensor, 1.0), KINDS[reading.kind]
    seen = float(reading.count or 0)
    people = seen / gain
    variance = (trait.noise / gain + trait.share * people) ** 2 if reading.noise is None else reading.noise**2
    if reading.kind is Kind.CAMERA and site.visible is not None and seen >= 0.9 * site.visible:
        variance *= 6  # research note §3.1
    return Count(people, variance, reading.kind)


def binned(usable: Sequence[Reading], site: Site, now: datetime) -> dict[int, Step]:
    """The usable readings by grid step. A gate counts as alive for 60 s after each word of its own."""
    steps: dict[int, Step] = defaultdict(Step)
    served: dict[int, int] = defaultdict(int)
    for reading in usable:
        if reading.served is None:
            steps[step_of(reading.measured_at)].counts.append(corrected(reading, site))
        else:
            served[step_of(reading.measured_at)] += reading.served
    last = step_of(now)
    for spoke in served:
        for step in range(spoke, min(spoke + 6, last) + 1):
            steps[step].served = served.get(step, 0)
    return steps


@dataclass(slots=True)
class Follower:
    """The filter; `advance` it step by step."""

    site: Site
    people: float = 0.0
    arrivals: float = 0.0
    var_people: float = 400.0
    var_both: float = 0.0
    var_arrivals: float = 0.06
    busy_served: float = 0.0
    busy_s: float = 0.0
    flow: float = 0.0
    last_served: list[int | None] = field(default_factory=list)
    last_count: float | None = None
    counted: bool = False
    opened: bool = False

    def advance(self, step: Step | None) -> State:
        """The state after one more step; None is a step in which nobody spoke."""
        served = step.served if step else None
        self._watch_speed(served)
        self._predict(served)
        self.last_count = None
        for count in step.counts if step else ():
            if self.counted:
                self._correct(count.people, count.variance)
            else:
                self._begin(count)
            self.last_count = count.people
        idle = self._idle()
        if idle:
            self._correct(0.0, 2.0)
        self.people = max(self.people, 0.0)
        watched_s = _PRIOR_S + self.busy_s
        speed_variance = self._speed / watched_s  # gamma posterior
        return State(self.people, self.var_people, self._speed, speed_variance, self.busy_s / watched_s, idle)

    @property
    def _speed(self) -> float:
        prior = _PRIOR_S * self.site.nominal
        return (prior + self.busy_served) / (_PRIOR_S + self.busy_s)

    def _watch_speed(self, served: int | None) -> None:
        fade = math.exp(-STEP_S / _MEMORY_S)
        if served is not None and self.people > self.site.servers + math.sqrt(self.var_people):
            self.busy_served = self.busy_served * fade + served
            self.busy_s = self.busy_s * fade + STEP_S
        self.last_served = [*self.last_served[-max(1, round(self.site.idle_after_s / STEP_S)) + 1 :], served]
        self.opened = self.opened or bool(served)
        if served is not None:
            self.flow += (served / STEP_S - self.flow) * (STEP_S / _ARRIVAL_MEMORY_S)

    def _predict(self, served: int | None) -> None:
        gone = min(self.people, self._speed * STEP_S) if served is None else float(served)
        stay = math.exp(-STEP_S / _ARRIVAL_MEMORY_S)
        settles = self.flow if served is not None else gone / STEP_S  # without a gate the line is held to stand
        self.people = max(0.0, self.people + self.arrivals * STEP_S - gone)
        self.arrivals = settles + (self.arrivals - settles) * stay
        noise = gone + (served is None) * 2.0  # Poisson arrivals; departures only guessed without a gate
        a, b, c = self.var_people, self.var_both, self.var_arrivals
        self.var_people = a + 2 * STEP_S * b + STEP_S**2 * c + noise
        self.var_both = stay * (b + STEP_S * c)
        self.var_arrivals = min(stay**2 * c + _ARRIVAL_NOISE * STEP_S, _ARRIVAL_SPREAD)

    def _begin(self, count: Count) -> None:
        """The first count is all that is known; a line that stands is taken to be fed as fast as it is served."""
        watched = bool(self.last_served) and self.last_served[-1] is not None
        self.arrivals = self.flow if watched else min(count.people / STEP_S, self._speed)
        self.people, self.var_people, self.var_both, self.counted = count.people, count.variance, 0.0, True

    def _correct(self, people: float, variance: float) -> None:
        # The noise grows with the true line, which the filter knows better than one count that came out small.
        off = people - self.people
        if off * off > _JUMP**2 * (self.var_people + variance):
            self.var_people += off * off  # a coach party, or a doubtful past: the count is believed, the past is not
        total = self.var_people + variance
        k_people, k_arrivals = self.var_people / total, self.var_both / total
        self.people += k_people * off
        self.arrivals += k_arrivals * off
        self.var_arrivals -= k_arrivals * self.var_both
        self.var_both *= 1 - k_people
        self.var_people *= 1 - k_people

    def _idle(self) -> bool:
        """Whether a living gate has served under two thirds of its capacity for long, and no count disagrees.

        A gate that has let nobody through yet says nothing of a line: before the doors open people wait too.
        """
        needed = round(self.site.idle_after_s / STEP_S)
        known = [served for served in self.last_served if served is not None]
        if len(known) < needed or not self.opened:
            return False
        slow = sum(known) < 2 / 3 * self._speed * STEP_S * needed
        return slow and (self.last_count is None or self.last_count <= 3 * self.site.servers)

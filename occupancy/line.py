"""Readings of one line on a fixed 10-second grid: what each step of it said, corrected and evened out.

    readings ── binned ──> steps ── follower.py ──> states ── estimate.py ──> what to say

Pure; refuses to know minutes, levels or words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from occupancy.reading import Kind, Reading
from occupancy.sensors import KINDS

STEP_S = 10
WINDOW = timedelta(minutes=150)
"""How far back readings are looked at: a whole lunch."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_GATE_LIVES = 6
"""Steps for which a gate counts as alive after each word of its own."""
_BATCH = 2.0
"""How many times what can be served in a step a gate's word must be to be a sum over the time since its last."""
_OFTEN, _OVER = 30, 1.3
"""Counts, and share of the limit by which five of them must pass it, before a camera is taken to see more."""


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
    periods: Mapping[str, float] = field(default_factory=dict)
    """Sensor -> its own period where it is another."""
    frozen_after_s: float = 50.0
    idle_after_s: float = 90.0

    @property
    def nominal(self) -> float:
        """Nominal people served a second."""
        return self.servers / self.service_s

    def silent_after_s(self, sensor: str) -> float:
        """Age at which a count sensor is called silent."""
        return 3 * self.periods.get(sensor, self.period_s)


@dataclass(frozen=True, slots=True)
class Count:
    """One usable count as people in line, with its own standard deviation.

    `limit` is how many people the sensor can see at most, None for no limit; `taught` whether its gain is known.
    """

    sensor: str
    kind: Kind
    people: float
    noise: float
    limit: float | None = None
    taught: bool = False


@dataclass(slots=True)
class Step:
    """What was said within one 10-second step; `served` is None while no gate is alive."""

    counts: tuple[Count, ...] = ()
    served: float | None = None


def step_of(at: datetime) -> int:
    """The grid's index of an instant."""
    return int(at.timestamp()) // STEP_S


def end_of(step: int) -> datetime:
    """When a step ends."""
    return _EPOCH + timedelta(seconds=(step + 1) * STEP_S)


def corrected(reading: Reading, site: Site, limit: float | None = None) -> Count:
    """A count reading as people in line; `limit` is the count at which the sensor's view is full."""
    gain, trait = site.gains.get(reading.sensor, 1.0), KINDS[reading.kind]
    people = float(reading.count or 0) / gain
    noise = trait.noise / gain + trait.share * people if reading.noise is None else reading.noise
    most = None if limit is None else limit / gain
    return Count(reading.sensor, reading.kind, people, noise, most, taught=reading.sensor in site.gains)


def limits(usable: Sequence[Reading], site: Site) -> Mapping[str, float]:
    """Camera -> the count at which its view is full: the site's, or more where it has counted more, time and again."""
    if site.visible is None:
        return {}
    said: dict[str, list[int]] = defaultdict(list)
    for one in usable:
        if one.kind is Kind.CAMERA and one.count is not None:
            said[one.sensor].append(one.count)
    # Noise carries a full view's counts over its limit now and then, never by half and often.
    most = {sensor: sorted(counts)[-5] if len(counts) >= _OFTEN else 0 for sensor, counts in said.items()}
    return {sensor: site.visible if top <= _OVER * site.visible else float(top) for sensor, top in most.items()}


def binned(usable: Sequence[Reading], site: Site, now: datetime) -> dict[int, Step]:
    """The usable readings by grid step; of one sensor in one step the mean, of one instant the last said."""
    full = limits(usable, site)
    said: dict[tuple[int, str], dict[datetime, Reading]] = defaultdict(dict)
    gate: list[Reading] = []
    for reading in usable:
        if reading.served is None:
            said[step_of(reading.measured_at), reading.sensor][reading.measured_at] = reading
        else:
            gate.append(reading)
    steps: dict[int, Step] = defaultdict(Step)
    for (step, sensor), readings in said.items():
        steps[step].counts += (_together([corrected(one, site, full.get(sensor)) for one in readings.values()]),)
    served, alive = _passed(gate, site, step_of(now))
    for step in alive:
        steps[step].served = served.get(step, 0.0)
    return steps


def _together(counts: Sequence[Count]) -> Count:
    """Several counts of one sensor within ten seconds: their mean, hardly surer than one, since they see the same."""
    if len(counts) == 1:
        return counts[0]
    people, noise = (
        sum(values) / len(counts) for values in zip(*((one.people, one.noise) for one in counts), strict=True)
    )
    return replace(counts[0], people=people, noise=noise * (0.5 + 0.5 / len(counts)))


def _passed(gate: Sequence[Reading], site: Site, last: int) -> tuple[Mapping[int, float], set[int]]:
    """People who passed by step, and the steps in which a gate was alive.

    A gate that speaks once a minute says a minute's sum: what can't have passed in one step is spread back to its
    word before.
    """
    served: dict[int, float] = defaultdict(float)
    alive: set[int] = set()
    before: dict[str, int] = {}
    most = _BATCH * site.nominal * STEP_S
    for one in gate:
        step, people = step_of(one.measured_at), float(one.served or 0)
        since = before.get(one.sensor, step - _GATE_LIVES)
        back = min(max(step - since, 1), 2 * _GATE_LIVES) if people > most + 1 else 1
        for each in range(step - back + 1, step + 1):
            served[each] += people / back
            alive.add(each)
        if back == 1:  # until a gate of sums speaks again, nothing is known of those who pass
            alive.update(range(step, min(step + _GATE_LIVES - 1, last) + 1))
        before[one.sensor] = step
    return served, alive

"""A cafeteria lunch that never was: ground truth, and what its sensors say, for tests, benches and the demo.

Seeded and repeatable: the same seed, plan and day give the same lunch, however it is asked for. Refuses to pass
for real: its histories are marked simulated, and whoever shows its readings must say so.

    crowd (who joins when) ── serve ──> begun, free ── sensors ──> Lunch

`arrivals_of` and `serve` stand alone, so that somebody may send people elsewhere in time and serve them anew.
The constants are those of the research note, §3.1 (ours; a first real week should re-fit them); a `World` makes
another cafeteria of them: larger, slower, with other sensors.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from occupancy.reading import MAX_COUNT, DayHistory, Kind, Minute, Reading, day_of, minute_of
from occupancy.slots import SlotPlan, instant

STEP_S: Final = 10
STEP: Final = timedelta(seconds=STEP_S)
LEAD: Final = timedelta(minutes=20)
"""The lunch runs from this long before the first slot to this long after the last: 11:20 to 13:20 as a rule."""
SIZES: Final = (300, 180, 260, 220)
IGNORE_SLOT: Final = 0.15
SERVERS: Final = 2
SERVICE_S: Final = 10.0
FAULT_DAYS, FAULT = 0.25, timedelta(minutes=7)
CAMERA_SEES, CAMERA_LIMIT = 0.88, 70
DROPOUT_DAYS, FREEZE_DAYS, EVENT_DAYS = 0.25, 0.15, 0.06
GATE_LOSES = 0.01

_Floats = NDArray[np.float64]
_Ints = NDArray[np.int64]
_Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class World:
    """A cafeteria's constants; the defaults are the research note's."""

    sizes: tuple[int, ...] = SIZES
    servers: int = SERVERS
    service_s: float = SERVICE_S
    sees: float = CAMERA_SEES
    limit: int = CAMERA_LIMIT
    """Count at which the camera's view is full."""
    camera_every: int = 1
    """The camera speaks in each so many steps."""
    gate_file: bool = False
    """The gate's events are received only after the lunch, as from an end-of-day file."""
    part: tuple[float, float] = (0.0, 1.0)
    """Which part of the people eats at this line: two lines of one cafeteria are (0, 0.6) and (0.6, 1) of one seed."""
    late_s: float = 0.0
    """Standard deviation of a day's own shift of all arrivals, seconds."""


@dataclass(frozen=True, eq=False, slots=True)
class Crowd:
    """The n people of a lunch in the order of joining, and how they will be served."""

    day: date
    start: datetime
    joins_s: NDArray[np.float64]
    """(n,) when each joins the line, seconds from `start`, ascending."""
    groups: NDArray[np.int64]
    """(n,) the group of the plan each belongs to."""
    takes_s: NDArray[np.float64]
    """(n,) seconds of service, at full speed."""
    opens_s: float
    """When serving begins."""
    slow_from_s: float
    """When the half-speed fault begins; infinite on most days."""


@dataclass(frozen=True, eq=False, slots=True)
class Served:
    """What became of the n people of a crowd."""

    begun_s: NDArray[np.float64]
    """(n,) when each reaches a server."""
    free_s: NDArray[np.float64]
    """(n,) when after that the next server is free."""
    opens_s: float

    def waits_s(self, joins_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """(n,) how long each waited who joined then, ascending."""
        return self.begun_s - joins_s


@dataclass(frozen=True, slots=True)
class Truth:
    """The line at one instant."""

    at: datetime
    people: int
    minutes: float


@dataclass(frozen=True, eq=False, slots=True)
class Lunch:
    """One day's truth and sensor values on a grid of n 10-second steps; step i stands at `start + i * STEP`."""

    day: date
    start: datetime
    people: _Ints
    """(n,) people in line, not yet at a server."""
    wait_s: _Floats
    """(n,) how long one who joins at the step will really wait."""
    camera: _Ints
    """(n,) the camera's count, -1 where it is silent."""
    served: _Ints
    """(n,) gate events since the step before."""
    silent: _Flags
    frozen: _Flags
    fault: _Flags
    """(n,) whether the camera is silent or frozen, or the service at half speed."""

    def __iter__(self) -> Iterator[Truth]:
        for step in range(len(self.people)):
            yield Truth(self.at(step), int(self.people[step]), float(self.wait_s[step]) / 60)

    def at(self, step: int) -> datetime:
        """The instant of a step."""
        return self.start + step * STEP

    @property
    def sensor_bad(self) -> _Flags:
        """(n,) whether the camera can't be believed at the step."""
        return self.silent | self.frozen


class Simulator:
    """Lunches of one cafeteria.

    Args:
        seed: of everything.
        plan: whose groups eat when; groups get the note's sizes in turn.
        faults: whether some days have a dead or frozen camera and a slow server.
        calibrated: whether the camera has been taught its gain by hand counts, as a real agent is;
            if not it reports the 88 % it sees.
        camera, gate: ids of the two sensors; None leaves one out.
        world: the cafeteria's constants.
    """

    def __init__(
        self,
        seed: int,
        plan: SlotPlan,
        *,
        faults: bool = True,
        calibrated: bool = True,
        camera: str | None = "cam1",
        gate: str | None = "gate1",
        world: World | None = None,
    ) -> None:
        self._world = world or World()
        self._seed, self._plan, self._faults, self._calibrated = seed, plan, faults, calibrated
        self._camera, self._gate = camera, gate
        self._lunch = functools.lru_cache(maxsize=4)(self._simulate)

    def lunch(self, day: date) -> Lunch:
        """The day's truth; on a closed day nobody comes and no sensor speaks."""
        return self._lunch(day)

    def readings_between(self, start: datetime, end: datetime) -> tuple[Reading, ...]:
        """What the sensors say after `start` up to and at `end`, oldest first; nothing outside lunch."""
        readings: list[Reading] = []
        day = day_of(start)
        while day <= day_of(end):
            if self._plan.is_open(day):
                readings += self._readings(self.lunch(day), start, end)
            day += timedelta(days=1)
        return tuple(readings)

    def past_days(self, n: int, before: date) -> tuple[DayHistory, ...]:
        """The last n open days before a day, oldest first, by the minute, marked simulated."""
        days: list[date] = []
        day = before
        while len(days) < n:
            day -= timedelta(days=1)
            if self._plan.is_open(day):
                days.append(day)
        return tuple(_aggregate(self._simulate(day)) for day in reversed(days))

    def arrivals_of(self, day: date) -> Crowd:
        """Who joins the line when, and how long each takes; nobody on a closed day."""
        return self._crowd(np.random.default_rng([self._seed, day.toordinal()]), day)

    def lunch_of(self, crowd: Crowd) -> Lunch:
        """The lunch if this crowd came: sensors and faults of its day stay the same, only the people are others."""
        rng = np.random.default_rng([self._seed, crowd.day.toordinal()])
        self._crowd(rng, crowd.day)  # what the day's own crowd took from the stream
        return self._observe(rng, crowd)

    def popularity(self, day: date) -> float:
        """The hidden pull of the day's menu, standard normal over days; what dish names may be invented from."""
        rng = np.random.default_rng([self._seed, day.toordinal()])
        self._fault_start(rng, LEAD)
        return float(rng.normal())

    def _readings(self, lunch: Lunch, start: datetime, end: datetime) -> Iterator[Reading]:
        first = max(0, (start - lunch.start) // STEP + 1)
        last = min(len(lunch.people) - 1, (end - lunch.start) // STEP)
        for step in range(first, last + 1):
            at = lunch.at(step)
            if self._camera is not None and lunch.camera[step] >= 0:
                yield Reading(self._camera, Kind.CAMERA, at, at, count=int(lunch.camera[step]), seq=step)
            if self._gate is not None and not self._world.gate_file:
                yield Reading(self._gate, Kind.GATE, at, at, served=int(lunch.served[step]), seq=step)
        closed = lunch.at(len(lunch.people))
        if self._gate is not None and self._world.gate_file and start < closed <= end:
            for step in np.flatnonzero(lunch.served).tolist():
                yield Reading(self._gate, Kind.GATE, lunch.at(step), closed, served=int(lunch.served[step]), seq=step)

    def _simulate(self, day: date) -> Lunch:
        rng = np.random.default_rng([self._seed, day.toordinal()])
        return self._observe(rng, self._crowd(rng, day))

    def _crowd(self, rng: np.random.Generator, day: date) -> Crowd:
        start = instant(day, self._plan.opens).astimezone(UTC) - LEAD
        slow_from = self._fault_start(rng, self._span(day, start))
        joins, groups = self._arrivals(rng, day)
        takes = rng.gamma(4.0, self._world.service_s / 4.0, joins.size)
        return Crowd(day, start, joins, groups, takes, LEAD.total_seconds() - 600, slow_from)

    def _span(self, day: date, start: datetime) -> timedelta:
        return instant(day, self._plan.closes) + LEAD - start

    def _observe(self, rng: np.random.Generator, crowd: Crowd) -> Lunch:
        steps = np.arange(self._span(crowd.day, crowd.start) // STEP) * float(STEP_S)
        served = serve(crowd, self._world.servers)
        begun, slow_from = served.begun_s, crowd.slow_from_s
        arrived = np.searchsorted(crowd.joins_s, steps, side="right")
        started = np.searchsorted(begun, steps, side="right")
        next_free = np.concatenate(([0.0], served.free_s))[arrived]
        tagged = begun[rng.random(begun.size) >= GATE_LOSES]
        gone = np.searchsorted(tagged, steps, side="right")
        people = (arrived - started).astype(np.int64)
        camera, silent, frozen = self._watch(rng, people)
        return Lunch(
            crowd.day,
            crowd.start,
            people,
            np.maximum(0.0, next_free - steps),
            camera,
            np.diff(gone, prepend=0).astype(np.int64),
            silent,
            frozen,
            (steps >= slow_from) & (steps < slow_from + FAULT.total_seconds()),
        )

    def _fault_start(self, rng: np.random.Generator, span: timedelta) -> float:
        slow, at = rng.random() < FAULT_DAYS, rng.uniform(0.15, 0.75) * span.total_seconds()
        return at if slow and self._faults else np.inf

    def _arrivals(self, rng: np.random.Generator, day: date) -> tuple[_Floats, _Ints]:
        """Seconds from the lunch's start at which each person joins the line, ascending, and each one's group."""
        menu, rain, event = rng.normal(), rng.random() < 0.25, rng.random() < EVENT_DAYS
        share = 0.70 + 0.06 * menu + 0.05 * rain - 0.06 * (day.weekday() == 4) + 0.18 * event
        table = self._plan.table(day)
        if not table:
            return np.empty(0), np.empty(0, np.int64)
        opens, closes = _seconds(table[0].start), _seconds(table[-1].end)
        lead = LEAD.total_seconds()
        joins, groups = [np.empty(0)], [np.empty(0, np.int64)]
        sizes = self._world.sizes
        for slot in table:
            n = rng.binomial(sizes[slot.group % len(sizes)], float(np.clip(share, 0.3, 0.97)))
            own = _seconds(slot.start) - opens + lead - 90 + rng.gamma(2.0, 130.0, n)
            any_time = rng.uniform(lead - 300, closes - opens + lead - 600, n)
            joins.append(np.where(rng.random(n) < IGNORE_SLOT, any_time, own))
            groups.append(np.full(n, slot.group, np.int64))
        return self._own(np.concatenate(joins), np.concatenate(groups), day)

    def _own(self, joins: _Floats, groups: _Ints, day: date) -> tuple[_Floats, _Ints]:
        """The line's own part of the people, shifted as the day is; from another stream, so that the rest stays."""
        world, rng = self._world, np.random.default_rng([self._seed, day.toordinal(), 1])
        shift, mine = world.late_s * rng.normal(), rng.random(joins.size)
        keep = (world.part[0] <= mine) & (mine < world.part[1])
        order = np.argsort(joins[keep], kind="stable")
        return np.maximum(0.0, joins[keep][order] + shift), groups[keep][order]

    def _watch(self, rng: np.random.Generator, people: _Ints) -> tuple[_Ints, _Flags, _Flags]:
        """The camera's counts, and where it is silent and where frozen."""
        sees = self._world.sees
        gain = sees * (1 + 0.03 * rng.normal())  # drifts 3 % from day to day
        seen = np.minimum(gain * people, self._world.limit) + rng.normal(size=people.size) * (1 + 0.1 * people)
        counts = np.rint(seen / (sees if self._calibrated else 1.0)).clip(0, MAX_COUNT).astype(np.int64)
        silent, frozen = np.zeros(people.size, bool), np.zeros(people.size, bool)
        for share, flags in ((DROPOUT_DAYS, silent), (FREEZE_DAYS, frozen)):
            bad, begin, minutes = rng.random() < share, rng.integers(90, 510), rng.uniform(5, 20)
            if bad and self._faults:
                flags[begin : begin + int(minutes * 60 / STEP_S)] = True
        if frozen.any():
            counts[frozen] = counts[np.flatnonzero(frozen)[0]]
        frozen &= ~silent
        counts[silent] = -1
        counts[np.arange(people.size) % self._world.camera_every > 0] = -1
        return counts, silent, frozen


def serve(crowd: Crowd, servers: int = SERVERS) -> Served:
    """When each person of a crowd reaches a server, first come, first served; free of chance."""
    slow_from, slow_to = crowd.slow_from_s, crowd.slow_from_s + FAULT.total_seconds()
    free = [crowd.opens_s] * servers
    begun, next_free = np.empty(crowd.joins_s.size), np.empty(crowd.joins_s.size)
    for i, (joins, takes) in enumerate(zip(crowd.joins_s.tolist(), crowd.takes_s.tolist(), strict=True)):
        server = free.index(min(free))
        begins = max(joins, free[server])
        free[server] = begins + takes * (2.0 if slow_from <= begins < slow_to else 1.0)
        begun[i], next_free[i] = begins, min(free)
    return Served(begun, next_free, crowd.opens_s)


def _aggregate(lunch: Lunch) -> DayHistory:
    per_minute = 60 // STEP_S
    first = minute_of(lunch.start)
    people = lunch.people.reshape(-1, per_minute).mean(axis=1)
    served = lunch.served.reshape(-1, per_minute).sum(axis=1)
    minutes = tuple(
        Minute(first + i, round(float(mean), 2), int(meals))
        for i, (mean, meals) in enumerate(zip(people, served, strict=True))
    )
    return DayHistory(lunch.day, minutes, simulated=True)


def _seconds(at: time) -> int:
    return at.hour * 3600 + at.minute * 60 + at.second

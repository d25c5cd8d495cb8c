"""Figures of the occupancy room: `python tests/bench/bench_occupancy.py [days] [train] [estimate]`.

The estimate beside every baseline on the same simulated lunches, with good sensors and while the camera is silent or
frozen; its band, levels and flags; speed. The forecasts have a bench of their own, bench_forecast.py. The constants
were tuned on odd seeds (`train` runs 1, 3 and 5), the figures are of even ones. What is expected of a day is learned
from 110 days before, as is what the baselines know.
"""

from __future__ import annotations

import statistics
import sys
import time as clock
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from occupancy import chart
from occupancy.estimate import Estimate, EstimateConfig, Health, Level, Tracker, by_minute, estimate
from occupancy.forecast import forecast, usual
from occupancy.joining import Expected, expected
from occupancy.line import Site
from occupancy.reading import Kind, Reading
from occupancy.simulator import CAMERA_SEES, SERVERS, SERVICE_S, STEP, Lunch, Simulator
from occupancy.slots import SlotPlan, instant

PLAN = SlotPlan(
    date(2026, 1, 5),
    (time(11, 40), time(12, 0), time(12, 20), time(12, 40)),
    (("a",), ("b",), ("c",), ("d",)),
)
CONFIG = EstimateConfig(Site(gains={"cam1": CAMERA_SEES}))
TRAIN_SEEDS, TEST_SEEDS = (1, 3, 5), (2, 4, 6)
PAST_DAYS = 110
EVERY = 3
"""Steps between two questions: half a minute."""
FIRST_TEST_DAY = date(2026, 6, 1)


def open_days(first: date, n: int) -> list[date]:
    days = (first + timedelta(days=i) for i in range(n * 2 + 10))
    return [day for day in days if PLAN.is_open(day)][:n]


def service_steps(lunch: Lunch, every: int) -> range:
    """Steps of 11:40 to 13:00."""
    first = (instant(lunch.day, PLAN.opens) - lunch.start) // STEP
    last = (instant(lunch.day, PLAN.closes) - lunch.start) // STEP
    return range(first, last, every)


@dataclass
class Baselines:
    """Waits in minutes by step, as those would say them who know the past but not the day."""

    simulator: Simulator
    before: date
    by_time: np.ndarray = field(init=False)
    by_rotation: dict[tuple[int, ...], np.ndarray] = field(init=False)

    def __post_init__(self) -> None:
        days = open_days(self.before - timedelta(days=PAST_DAYS * 2), PAST_DAYS)
        waits = {day: self.simulator.lunch(day).wait_s / 60 for day in days}
        groups = defaultdict(list)
        for day, wait in waits.items():
            groups[PLAN.order(day)].append(wait)
        self.by_time = np.mean(list(waits.values()), axis=0)
        self.by_rotation = {order: np.mean(found, axis=0) for order, found in groups.items()}

    def of(self, lunch: Lunch, step: int, seen: int) -> dict[str, float]:
        last_week = self.simulator.lunch(lunch.day - timedelta(weeks=1)).wait_s
        return {
            "last value (raw x nominal)": seen * SERVICE_S / SERVERS / 60,
            "camera/gain x nominal": seen / CAMERA_SEES * SERVICE_S / SERVERS / 60,
            "same time last week": float(last_week[step]) / 60,
            "mean by time": float(self.by_time[step]),
            "rotation-aware mean": float(self.by_rotation[PLAN.order(lunch.day)][step]),
        }


@dataclass
class Flags:
    """How soon a dead and a frozen camera are named, in seconds, and how often a working one is."""

    dead_s: list[float] = field(default_factory=list)
    frozen_s: list[float] = field(default_factory=list)
    missed: int = 0
    wrong: int = 0
    open: int = 0

    def watch(self, lunch: Lunch, health: dict[int, Health], steps: range) -> None:
        """One lunch, with the camera's health as said at each step."""
        for flags, wanted, took in (
            (lunch.silent, Health.SILENT, self.dead_s),
            (lunch.frozen, Health.FROZEN, self.frozen_s),
        ):
            where = np.flatnonzero(flags)
            said = [at for at in where.tolist() if health[at] is wanted]
            if len(where) and said:
                took.append(float(said[0] - where[0]) * STEP.total_seconds())
            self.missed += bool(len(where)) and not said
        self.open += len(steps)
        self.wrong += sum(health[at] is not Health.OK and not lunch.sensor_bad[at] for at in steps)

    def row(self) -> str:
        dead, frozen = (np.array(found or [np.nan]) for found in (self.dead_s, self.frozen_s))
        return (
            f"dead after {np.median(dead):.0f} s (worst {dead.max():.0f} s; a period is 10 s), frozen after "
            f"{np.median(frozen):.0f} s (median of {len(frozen)}; at an empty line later), never found {self.missed}, "
            f"wrongly {100 * self.wrong / max(1, self.open):.3f} % of open time"
        )


@dataclass
class Scores:
    """What many answers came to."""

    errors: dict[str, dict[bool, list[float]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    counts: dict[bool, list[float]] = field(default_factory=lambda: defaultdict(list))
    held: dict[bool, list[bool]] = field(default_factory=lambda: defaultdict(list))
    right: list[bool] = field(default_factory=list)
    flips: list[int] = field(default_factory=list)
    truth_flips: list[int] = field(default_factory=list)
    silent: int = 0
    flags: Flags = field(default_factory=Flags)
    step_us: list[float] = field(default_factory=list)

    def show(self, title: str) -> None:
        base = self.errors["rotation-aware mean"]
        print(f"\n{title}")
        for name, by in self.errors.items():
            everything = by[False] + by[True]
            good, bad = (statistics.fmean(by[flag]) if by[flag] else float("nan") for flag in (False, True))
            against = [statistics.fmean(base[flag]) if base[flag] else float("nan") for flag in (False, True)]
            print(
                f"  {name:27} good {good:6.3f} ({good / against[0]:5.2f} x)  bad {bad:6.3f} ({bad / against[1]:5.2f} x)"
                f"  all {statistics.fmean(everything):6.3f}  p90 {np.quantile(everything, 0.9):5.2f}"
            )
        counts = [statistics.fmean(self.counts[flag] or [float("nan")]) for flag in (False, True)]
        held = [100 * float(np.mean(self.held[flag]) if self.held[flag] else np.nan) for flag in (False, True)]
        print(f"  ours: people, mean absolute error: good {counts[0]:.2f}, bad {counts[1]:.2f}")
        print(f"  ours: 80 % band covers: good {held[0]:.0f} %, bad {held[1]:.0f} %; no number {self.silent} times")
        print(
            f"  ours: level changes a lunch {np.mean(self.flips):.1f} (the truth's {np.mean(self.truth_flips):.1f}), "
            f"right {100 * np.mean(self.right):.1f} %"
        )
        print(f"  ours: {self.flags.row()}")
        print(f"  ours: {np.median(self.step_us):.0f} microseconds of processor a step, followed from the first")


def expected_on(simulator: Simulator, first: date, days: Sequence[date]) -> dict[date, Expected | None]:
    """Who is expected to join on each day, learned from the days before the first of them."""
    history = simulator.past_days(PAST_DAYS, first)
    return {day: expected(history, day, PLAN) for day in days}


def score(simulator: Simulator, days: Sequence[date], into: Scores, *, learned: bool = True) -> None:
    """Asks every half minute from 11:40 to 13:00 of each day, and adds up how far the answers are off."""
    baselines = Baselines(simulator, days[0])
    due = expected_on(simulator, days[0], days)
    for day in days:
        lunch = simulator.lunch(day)
        readings = simulator.readings_between(lunch.start - STEP, lunch.at(len(lunch.people)))
        said = _asked(lunch, readings, due[day] if learned else None, into)
        _compare(lunch, said, baselines, into)


def _asked(lunch: Lunch, readings: Sequence[Reading], due: Expected | None, into: Scores) -> dict[int, Estimate]:
    """What is said each half minute of the lunch, and each ten seconds while the camera is bad."""
    tracker, said, heard = Tracker(), {}, 0
    for step in range(len(lunch.people)):
        if step % EVERY and not lunch.sensor_bad[step]:
            continue
        now = lunch.at(step)
        while heard < len(readings) and readings[heard].measured_at <= now:
            heard += 1
        said[step] = tracker.look(readings[:heard], now, CONFIG, expected=due)
    started = clock.process_time()
    estimate(readings, lunch.at(600), CONFIG, expected=due)
    into.step_us.append(1e6 * (clock.process_time() - started) / 600)
    health = {at: next((one.health for one in said[at].sources if one.kind is Kind.CAMERA), Health.OK) for at in said}
    into.flags.watch(lunch, health, service_steps(lunch, EVERY))
    return said


def _compare(lunch: Lunch, said: dict[int, Estimate], baselines: Baselines, into: Scores) -> None:
    order, levels, truths = tuple(Level), [], []
    for step in service_steps(lunch, EVERY):
        ours, bad, truth = said[step], bool(lunch.sensor_bad[step]), float(lunch.wait_s[step]) / 60
        seen = max(int(lunch.camera[np.flatnonzero(lunch.camera[: step + 1] >= 0)[-1]]), 0)
        known = baselines.of(lunch, step, seen)
        into.silent += ours.minutes is None
        known["ours"] = known["rotation-aware mean"] if ours.minutes is None else ours.minutes
        for name, value in known.items():
            into.errors[name][bad].append(abs(value - truth))
        if ours.minutes is not None:
            into.counts[bad].append(abs((ours.people or 0) - int(lunch.people[step])))
            into.held[bad].append(bool((ours.low or 0.0) <= truth <= (ours.high or 0.0)))
        levels.append(-1 if ours.level is None else order.index(ours.level))
        truths.append(sum(truth >= bound for bound in CONFIG.thresholds))
    into.right += [one == other for one, other in zip(levels, truths, strict=True)]
    into.flips.append(int(np.count_nonzero(np.diff(levels))))
    into.truth_flips.append(int(np.count_nonzero(np.diff(truths))))


def milliseconds(function: Callable[[], object], n: int = 30) -> str:
    """Median and worst of n calls."""
    took = []
    for _ in range(n):
        started = clock.perf_counter()
        function()
        took.append(1000 * (clock.perf_counter() - started))
    return f"median {statistics.median(took):.1f} ms, worst of {n} {max(took):.1f} ms"


def busy_readings(now: datetime, n: int = 2000) -> list[Reading]:
    """As many readings in the last 25 minutes: three cameras and a gate that posts each meal."""
    step = timedelta(minutes=25) / n
    kinds = (("cam1", Kind.CAMERA), ("cam2", Kind.CAMERA), ("cam3", Kind.CAMERA), ("gate1", Kind.GATE))
    readings = []
    for i in range(n):
        at, (sensor, kind) = now - i * step, kinds[i % 4]
        field = {"served": i % 3} if kind is Kind.GATE else {"count": 20 + i % 7}
        readings.append(Reading(sensor, kind, at, at, **field))
    return readings


def speed() -> None:
    """Milliseconds of what an answer costs."""
    day = date(2026, 11, 23)
    now = instant(day, time(12, 7)).astimezone(UTC)
    simulator = Simulator(5, PLAN, faults=False)
    start, end = instant(day, time(11, 20)), instant(day, time(13, 20))
    readings = simulator.readings_between(start, now)
    many = busy_readings(now)
    history = simulator.past_days(60, day)
    present, curve = estimate(readings, now), usual(history, day, PLAN)
    ahead = forecast(curve, present, now)
    picture = chart.Chart(
        start, end, now, by_minute(readings, start, now), curve, ahead, PLAN.table(day), 2, present.people,
        present.per_minute,
    )  # fmt: skip
    labels = chart.Labels(
        "본관 구내식당", "오늘", "평소", "앞으로 60분", "명", "지금", "분", "우리 과", ("1조",), "예시"
    )
    started = clock.perf_counter()
    chart.warm()
    print(f"{'chart, first import':28} {1000 * (clock.perf_counter() - started):.0f} ms")
    print(f"{'chart, warm':28} {milliseconds(lambda: chart.draw(picture, labels))}")
    print(f"{'chart, bytes':28} {len(chart.draw(picture, labels))}")
    print(f"{'estimate, 2,000 readings':28} {milliseconds(lambda: estimate(many, now))}")
    print(f"{'estimate, one camera, gate':28} {milliseconds(lambda: estimate(readings, now))}")
    print(f"{'usual of 60 days':28} {milliseconds(lambda: usual(history, day, PLAN))}")
    print(f"{'forecast':28} {milliseconds(lambda: forecast(curve, present, now))}")


if __name__ == "__main__":
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    seeds = TRAIN_SEEDS if "train" in sys.argv else TEST_SEEDS
    days = open_days(FIRST_TEST_DAY, n)
    if "estimate" not in sys.argv:
        speed()
    together = Scores()
    for seed in seeds:
        score(Simulator(seed, PLAN, calibrated=False), days, together)
    together.show(f"wait, minutes, mean absolute error over {n} lunches of each of seeds {seeds}, camera good | bad")
    fresh = Scores()
    score(Simulator(seeds[0], PLAN, calibrated=False), days[: n // 2], fresh, learned=False)
    fresh.show(f"the same in a first week, with no history: {n // 2} lunches of seed {seeds[0]}")

"""Figures of the occupancy room: `python tests/bench/bench_occupancy.py [days]`.

Estimator and baselines on the same simulated lunches (fixed seeds; days apart from those the constants were tuned
on), with good sensors and while the camera is silent or frozen; forecast beside its baselines; speed.
"""

from __future__ import annotations

import statistics
import sys
import time as clock
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from occupancy import chart
from occupancy.estimate import EstimateConfig, by_minute, estimate
from occupancy.forecast import forecast, usual
from occupancy.line import WINDOW, Site
from occupancy.reading import Kind, Reading, minute_of
from occupancy.simulator import CAMERA_SEES, SERVERS, SERVICE_S, STEP, Lunch, Simulator
from occupancy.slots import SlotPlan, instant

PLAN = SlotPlan(
    date(2026, 1, 5),
    (time(11, 40), time(12, 0), time(12, 20), time(12, 40)),
    (("a",), ("b",), ("c",), ("d",)),
)
CONFIG = EstimateConfig(Site(gains={"cam1": CAMERA_SEES}))
TRAIN_SEED, TEST_SEED = 1, 2
FIRST_TEST_DAY = date(2026, 6, 1)


def open_days(first: date, n: int) -> list[date]:
    days = (first + timedelta(days=i) for i in range(n * 2 + 10))
    return [day for day in days if PLAN.is_open(day)][:n]


def service_steps(lunch: Lunch, every: int) -> range:
    """Steps of 11:40 to 13:00."""
    first = (instant(lunch.day, PLAN.opens) - lunch.start) // STEP
    last = (instant(lunch.day, PLAN.closes) - lunch.start) // STEP
    return range(first, last, every)


def usual_waits(simulator: Simulator, before: date, n: int) -> tuple[np.ndarray, dict[int, np.ndarray]]:
    """Mean wait by step over n earlier days: all together, and by rotation week."""
    lunches = [simulator.lunch(day) for day in open_days(before - timedelta(days=n * 2), n)]
    groups = defaultdict(list)
    for lunch in lunches:
        groups[PLAN.order(lunch.day)].append(lunch.wait_s / 60)
    return np.mean([lunch.wait_s / 60 for lunch in lunches], axis=0), {
        order: np.mean(waits, axis=0) for order, waits in groups.items()
    }


def score(seed: int, days: list[date], every: int = 3) -> dict[str, dict[str, float]]:
    """Mean absolute error of the wait in minutes, camera good and bad, of each way; ours with band and level."""
    simulator = Simulator(seed, PLAN, calibrated=False)
    by_time, by_rotation = usual_waits(simulator, days[0], 110)
    errors: dict[str, dict[bool, list[float]]] = defaultdict(lambda: defaultdict(list))
    covered: dict[bool, list[bool]] = defaultdict(list)
    flips = 0
    for day in days:
        lunch = simulator.lunch(day)
        readings = simulator.readings_between(lunch.start - STEP, lunch.at(len(lunch.people)))
        seen, previous = 0, None
        for step in service_steps(lunch, every):
            now, bad = lunch.at(step), bool(lunch.sensor_bad[step])
            truth = float(lunch.wait_s[step]) / 60
            here = [one for one in readings if now - WINDOW <= one.measured_at <= now]
            seen = next((one.count for one in reversed(here) if one.count is not None), 0)
            ours = estimate(here, now, CONFIG)
            order = PLAN.order(day)
            usual = float(by_rotation[order][step])
            drawn = estimate(here, now, CONFIG, usual=usual * 60 * SERVERS / SERVICE_S)
            for name, value in (
                ("mean by time", by_time[step]),
                ("rotation-aware mean", by_rotation[order][step]),
                ("raw camera x nominal", seen * SERVICE_S / SERVERS / 60),
                ("camera/gain x nominal", seen / CAMERA_SEES * SERVICE_S / SERVERS / 60),
                ("ours", usual if ours.minutes is None else ours.minutes),
                ("ours, drawn to the usual", usual if drawn.minutes is None else drawn.minutes),
            ):
                errors[name][bad].append(abs(value - truth))
            if ours.low is not None and ours.high is not None:
                covered[bad].append(ours.low <= truth <= ours.high)
            flips += previous is not None and ours.level is not previous
            previous = ours.level
    rows = {
        name: {
            "good": statistics.fmean(by[False]),
            "bad": statistics.fmean(by[True]) if by[True] else float("nan"),
            "all": statistics.fmean(by[False] + by[True]),
            "p90": float(np.quantile(by[False] + by[True], 0.9)),
        }
        for name, by in errors.items()
    }
    rows["ours: band covers"] = {"good": np.mean(covered[False]), "bad": np.mean(covered[True] or [np.nan])}
    rows["ours: level flips a lunch"] = {"all": flips / len(days)}
    return rows


def score_forecast(seed: int, days: list[date], history_days: int = 60) -> dict[str, dict[str, float]]:
    """Mean absolute error in people 15, 30 and 60 minutes ahead, asked every 5 minutes from 11:30 to 12:50."""
    simulator = Simulator(seed, PLAN, calibrated=False)
    errors: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    covered: dict[int, list[bool]] = defaultdict(list)
    for day in days:
        lunch = simulator.lunch(day)
        history = simulator.past_days(history_days, day)
        rotating, plain = usual(history, day, PLAN), usual(history, day, None)
        last_week = {minute.minute: minute.people or 0.0 for minute in history[-5].minutes}
        readings = simulator.readings_between(lunch.start - STEP, lunch.at(len(lunch.people)))
        for step in range(60, 541, 30):
            now = lunch.at(step)
            present = estimate([one for one in readings if one.measured_at <= now], now, CONFIG)
            ahead = forecast(rotating, present, now)
            for horizon in (15, 30, 59):
                point = ahead.at(now + timedelta(minutes=horizon))
                target = step + horizon * 6
                if point is None or target + 6 > len(lunch.people):
                    continue
                truth = float(lunch.people[target : target + 6].mean())
                for name, value in (
                    ("last value", present.people or 0.0),
                    ("same time last week", last_week[minute_of(point.at)]),
                    ("mean by weekday", plain.people[minute_of(point.at)]),
                    ("rotation-aware mean", rotating.people[minute_of(point.at)]),
                    ("ours", point.q50),
                ):
                    errors[name][horizon].append(abs(value - truth))
                covered[horizon].append(point.q10 <= truth <= point.q90)
    rows = {name: {f"{h} min": statistics.fmean(one) for h, one in by.items()} for name, by in errors.items()}
    return rows | {"ours: band covers": {f"{h} min": float(np.mean(one)) for h, one in covered.items()}}


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
    step = WINDOW / n
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


def show(title: str, rows: dict[str, dict[str, float]]) -> None:
    print(f"\n{title}")
    for name, row in rows.items():
        print(f"  {name:26}", "  ".join(f"{key} {value:6.3f}" for key, value in row.items()))


if __name__ == "__main__":
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    seed = TRAIN_SEED if "train" in sys.argv else TEST_SEED
    days = open_days(FIRST_TEST_DAY, n)
    speed()
    show(f"wait, minutes, mean absolute error over {n} lunches (seed {seed}), camera good | bad", score(seed, days))
    show("line, people, mean absolute error of the forecast", score_forecast(seed, days))

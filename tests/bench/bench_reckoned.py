"""A cafeteria without sensors: `python tests/bench/bench_reckoned.py [days] [seed …]`.

The line reckoned from past totals, the plan and the servers, beside the truth of simulated lunches and beside what a
cafeteria with sensors would have (popular-times mean, rotation-aware mean). Mean absolute error in people by minute,
11:40 to 13:00; with reports: five a lunch from the line, counted badly, each used from its own minute on.
Odd seeds were tuned on; the figures told are of even ones.
"""

from __future__ import annotations

import statistics
import sys
from collections import defaultdict
from datetime import date, time, timedelta

import numpy as np

from occupancy import meals, reckoned
from occupancy.forecast import Usual, usual
from occupancy.reading import DayHistory, Minute, minute_of
from occupancy.reckoned import Report, Site, Size
from occupancy.simulator import SIZES, STEP_S, Lunch, Simulator
from occupancy.slots import SlotPlan

PLAN = SlotPlan(
    date(2026, 1, 5),
    (time(11, 40), time(12, 0), time(12, 20), time(12, 40)),
    (("a",), ("b",), ("c",), ("d",)),
)
FIRST_TEST_DAY = date(2026, 6, 1)
HISTORY, REPORTS = 60, 5
SITE = Site(servers=2)


def open_days(first: date, n: int) -> list[date]:
    days = (first + timedelta(days=i) for i in range(n * 2 + 10))
    return [day for day in days if PLAN.is_open(day)][:n]


def by_minute(lunch: Lunch) -> dict[int, float]:
    """The truth: mean people in each minute."""
    per = 60 // STEP_S
    means = lunch.people.reshape(-1, per).mean(axis=1)
    first = minute_of(lunch.start)
    return {first + i: float(mean) for i, mean in enumerate(means)}


def told_in(truth: dict[int, float], chance: np.random.Generator, n: int = REPORTS) -> list[Report]:
    """What people in the line told: at random minutes, off by a quarter or so."""
    minutes = sorted(chance.choice([m for m in truth if 700 <= m < 780], n, replace=False).tolist())
    return [
        Report(m + 0.5, max(0.0, round(truth[m] * (1 + 0.25 * chance.normal()) + 1.5 * chance.normal())))
        for m in minutes
    ]


def size_of(totals: dict[date, int], day: date) -> Size:
    found = meals.total(totals, {}, day, PLAN.is_open)
    assert found is not None
    return Size(found.q10, found.q50, found.q90, found.days)


def score(seed: int, days: list[date]) -> dict[str, float]:
    """Mean absolute error of each way on one seed's days."""
    simulator, chance = Simulator(seed, PLAN), np.random.default_rng(seed)
    history = list(simulator.past_days(HISTORY, days[0]))
    errors: dict[str, list[float]] = defaultdict(list)
    covered: list[bool] = []
    reported: list[DayHistory] = []
    for past in history[-20:]:
        truth = by_minute(simulator.lunch(past.day))
        said = told_in(truth, chance)
        reported.append(
            DayHistory(past.day, tuple(Minute(int(one.minute), one.people) for one in said), simulated=True)
        )
    known = {one.day: one.served for one in history}
    learned = reckoned.heads_from(reported, known, PLAN, SITE, 4)
    print(f"  seed {seed}: heads learned from 20 days x {REPORTS} reports", [round(one, 2) for one in learned],
          "true", [round(n / sum(SIZES), 2) for n in SIZES])  # fmt: skip
    for day in days:
        truth = by_minute(simulator.lunch(day))
        size, said = size_of(known, day), told_in(truth, chance)
        curves: dict[str, Usual | None] = {
            "reckoned, groups alike": reckoned.reckon(PLAN, day, size, SITE),
            "reckoned, heads told": reckoned.reckon(PLAN, day, size, SITE, SIZES),
            "reckoned, servers 13 % slower than told": reckoned.reckon(PLAN, day, size, Site(2, 8.7)),
            "reckoned, heads learned": reckoned.reckon(PLAN, day, size, SITE, learned),
            "popular-times mean (needs sensors)": usual(history, day, None),
            "rotation-aware mean (needs sensors)": usual(history, day, PLAN),
        }
        popular = {m: statistics.fmean(d.minutes[m - 680].people or 0.0 for d in history) for m in range(700, 780)}
        live = {
            name: {n: reckoned.reckon(PLAN, day, size, SITE, heads, said[:n]) for n in range(REPORTS + 1)}
            for name, heads in (("alike", ()), ("learned", learned))
        }
        for minute in range(700, 780):
            for name, curve in curves.items():
                assert curve is not None
                errors[name].append(abs(curve.people[minute] - truth[minute]))
            errors["mean by time, all days (needs sensors)"].append(abs(popular[minute] - truth[minute]))
            so_far = sum(one.minute <= minute for one in said)
            for name, ways in live.items():
                now = ways[so_far]
                assert now is not None
                errors[f"reckoned, {name}, with reports so far"].append(abs(now.people[minute] - truth[minute]))
                if so_far:
                    errors[f"  of it after the first report: {name}"].append(abs(now.people[minute] - truth[minute]))
                    blank = ways[0]
                    assert blank is not None
                    errors[f"  the same minutes without reports: {name}"].append(
                        abs(blank.people[minute] - truth[minute])
                    )
            plain = curves["reckoned, groups alike"]
            assert plain is not None
            covered.append(
                plain.people[minute] - plain.below[minute]
                <= truth[minute]
                <= plain.people[minute] + plain.above[minute]
            )
        done = simulator.past_days(1, day + timedelta(days=1))[0]
        history = [*history[1:], done]
        known[done.day] = done.served
    found = {name: statistics.fmean(values) for name, values in errors.items()}
    return found | {"band of the plain one covers": float(np.mean(covered))}


if __name__ == "__main__":
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    seeds = [int(one) for one in sys.argv[2:]] or [2, 4, 6]
    rows = [score(seed, open_days(FIRST_TEST_DAY, n)) for seed in seeds]
    print(f"\nmean absolute error in people, {n} days, seeds {seeds}")
    for name in rows[0]:
        print(
            f"  {name:46}",
            "  ".join(f"{row[name]:6.2f}" for row in rows),
            f"  mean {statistics.fmean(row[name] for row in rows):6.2f}",
        )

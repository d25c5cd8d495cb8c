"""Figures of the forecasts: `python tests/bench/bench_forecast.py [hour|totals|backtest] [seeds=2,4,6] [days=70]
[history=280]`; `history` is how many past days are known (a store keeps 400; menus are learned from up to 280 of them).

hour      the next 60 minutes on simulated lunches whose menus are names only (menus.py), beside every baseline, asked
          every 5 minutes from 11:30 to 12:50; fitted once a week of lunches (in use: every night)
totals    the meals of the next day, and how many days it takes
backtest  made-up histories of three kinds of place (histories.py), as `dobi occupancy backtest` scores a file

Seeds 2, 4, 6 are for judging; everything was built on odd ones.
"""

from __future__ import annotations

import statistics
import sys
import time as clock
import tracemalloc
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from bench_occupancy import CONFIG, PLAN, open_days
from histories import canteen, door, gym
from menus import menus

from occupancy.backtest import backtest
from occupancy.estimate import Estimate, Tracker, by_minute
from occupancy.facts import DayFacts
from occupancy.forecast import forecast, usual
from occupancy.learning import Model, fit
from occupancy.meals import total, totals
from occupancy.reading import DayHistory, Minute, minute_of
from occupancy.simulator import STEP, Lunch, Simulator

HORIZONS = (15, 30, 59)
HISTORY_DAYS = 110
REFIT_DAYS = 5
Errors = dict[str, dict[int, list[float]]]


@dataclass(frozen=True)
class World:
    """A simulated cafeteria with invented menus; the history before each test day and what was known."""

    simulator: Simulator
    history: tuple[DayHistory, ...]
    facts: Mapping[date, DayFacts]
    days: Sequence[date]
    known: int

    def before(self, day: date) -> list[DayHistory]:
        return [one for one in self.history if one.day < day][-self.known :]


def world(seed: int, days: int, known: int = HISTORY_DAYS) -> World:
    simulator = Simulator(seed, PLAN, calibrated=False)
    every = open_days(date(2026, 1, 5), known + days)
    history = simulator.past_days(len(every), every[-1] + timedelta(days=1))
    return World(simulator, history, menus(simulator, every, seed), every[known:], known)


@dataclass(frozen=True)
class Ask:
    """One instant of one lunch: what the sensors had said, and what came."""

    step: int
    present: Estimate
    today: tuple[Minute, ...]
    truth: Mapping[int, float]


def asks(simulator: Simulator, lunch: Lunch) -> Iterator[Ask]:
    readings = simulator.readings_between(lunch.start - STEP, lunch.at(len(lunch.people)))
    tracker = Tracker()
    for step in range(60, 541, 30):
        now = lunch.at(step)
        said = [one for one in readings if one.measured_at <= now]
        truth = {
            ahead: float(lunch.people[step + 6 * ahead : step + 6 * ahead + 6].mean())
            for ahead in HORIZONS
            if step + 6 * ahead + 6 <= len(lunch.people)
        }
        yield Ask(step, tracker.look(said, now, CONFIG), by_minute(said, lunch.start, now, CONFIG), truth)


def hour(seeds: Sequence[int], days: int, known: int) -> None:
    """Mean absolute errors in people, every way beside ours; ratios, coverage, cost."""
    pooled: Errors = defaultdict(lambda: defaultdict(list))
    for seed in seeds:
        errors: Errors = defaultdict(lambda: defaultdict(list))
        _hour(world(seed, days, known), errors)
        _show(f"line, people: {days} lunches, seed {seed}, {known} days known", errors)
        for name, by in errors.items():
            for ahead, values in by.items():
                pooled[name][ahead] += values
    _show(f"line, people: all {days * len(seeds)} lunches, seeds {', '.join(map(str, seeds))}", pooled)


def _hour(one: World, errors: Errors) -> None:
    model: Model | None = None
    blind: Model | None = None
    for at, day in enumerate(one.days):
        history = one.before(day)
        if at % REFIT_DAYS == 0:
            started = clock.perf_counter()
            model = fit(history, one.facts, PLAN, day, PLAN.is_open)
            errors["cost: fit, s"][0].append(clock.perf_counter() - started)
            blind = fit(history, {}, PLAN, day, PLAN.is_open)
        assert model is not None
        assert blind is not None
        _lunch(one, day, history, model, blind, errors)


def _lunch(one: World, day: date, history: list[DayHistory], model: Model, blind: Model, errors: Errors) -> None:
    lunch = one.simulator.lunch(day)
    rotating, weekday = usual(history, day, PLAN), usual(history, day, None)
    popular = {
        m.minute: statistics.fmean(d.minutes[i].people or 0 for d in history) for i, m in enumerate(history[0].minutes)
    }
    last_week = {m.minute: m.people or 0.0 for m in history[-5].minutes}
    morning, plain = model.expected(day, one.facts[day]), blind.expected(day)
    for ask in asks(one.simulator, lunch):
        now = lunch.at(ask.step)
        started = clock.perf_counter()
        ours = forecast(rotating, ask.present, now, expected=morning, today=ask.today)
        errors["cost: one forecast, ms"][0].append(1000 * (clock.perf_counter() - started))
        unfed = forecast(rotating, ask.present, now, expected=plain, today=ask.today)
        faded = forecast(rotating, ask.present, now)
        for ahead, truth in ask.truth.items():
            at = now + timedelta(minutes=ahead)
            minute = minute_of(at)
            said = {
                "last value": float(ask.present.people or 0),
                "same time last week": last_week[minute],
                "popular times (all days)": popular[minute],
                "mean of the weekday": weekday.people[minute],
                "rotation-aware mean": rotating.people[minute],
                "that mean, shifted": faded.at(at).q50,
                "learned, no menus": unfed.at(at).q50,
                "learned": ours.at(at).q50,
            }
            for name, value in said.items():
                errors[name][ahead].append(abs(value - truth))
            point = ours.at(at)
            within = float(point.q10 <= truth <= point.q90)
            errors["band covers"][ahead].append(within)
            if truth > 3 or point.q50 > 3:
                errors["band covers, a line there"][ahead].append(within)


def _show(title: str, errors: Errors) -> None:
    print(f"\n{title}")
    means = {name: {ahead: statistics.fmean(values) for ahead, values in by.items()} for name, by in errors.items()}
    for name, by in means.items():
        worst = max(errors[name][0]) if 0 in by else None
        cells = "  ".join(f"{ahead or '':>3} {value:6.2f}" for ahead, value in sorted(by.items()))
        print(f"  {name:26} {cells}" + (f"   worst {worst:.1f}" if worst else ""))
    for base in ("rotation-aware mean", "popular times (all days)"):
        ratios = "  ".join(
            f"{ahead:>3} {100 * means['learned'][ahead] / means[base][ahead]:5.1f}%" for ahead in HORIZONS
        )
        print(f"  learned / {base:26} {ratios}")
    whole = [value for ahead in HORIZONS for value in errors["band covers"][ahead]]
    print(f"  band covers, all horizons  {statistics.fmean(whole):.3f} of {len(whole)}", flush=True)


def day_totals(seeds: Sequence[int], days: int) -> None:
    """The next day's meals: errors, coverage and width by how many days were known."""
    for known in (5, 10, 20, 60, 110):
        ours, blind, weekday, last_week, covered, width = ([] for _ in range(6))
        for seed in seeds:
            one = world(seed, days)
            meals = totals(one.history, {})
            for day in one.days[:: max(1, 110 // (known + 40))]:
                before = {past.day: meals[past.day] for past in [d for d in one.history if d.day < day][-known:]}
                found = total(before, one.facts, day, PLAN.is_open)
                unfed = total(before, {}, day, PLAN.is_open)
                truth = one.simulator.lunch(day).served.sum()
                like = [value for past, value in before.items() if past.weekday() == day.weekday()]
                ours.append(abs(found.q50 - truth))
                blind.append(abs(unfed.q50 - truth))
                weekday.append(abs(statistics.fmean(like or before.values()) - truth))
                last_week.append(abs((like or list(before.values()))[-1] - truth))
                covered.append(found.q10 <= truth <= found.q90)
                width.append(found.q90 - found.q10)
        print(
            f"  {known:4} days known: ours {statistics.fmean(ours):5.1f}  no menus {statistics.fmean(blind):5.1f}"
            f"  weekday mean {statistics.fmean(weekday):5.1f}  last week {statistics.fmean(last_week):5.1f}"
            f"  band covers {np.mean(covered):.2f}, width {statistics.fmean(width):.0f}  ({len(ours)} days)",
            flush=True,
        )


def histories(seeds: Sequence[int]) -> None:
    """`dobi occupancy backtest` on made-up places."""
    for name, make, horizons in (("gym", gym, (30, 60)), ("door", door, (30, 60)), ("canteen", canteen, (1440,))):
        for seed in seeds:
            for ahead in horizons:
                started = clock.perf_counter()
                found = backtest(make(seed), ahead)
                mae = found.mae
                print(
                    f"  {name:8} seed {seed} {ahead:5} min: ours {mae.model:7.2f}  last {mae.last:7.2f}"
                    f"  last week {mae.last_week:7.2f}  4 weeks {mae.four_week_mean:7.2f}  covers {found.coverage:.3f}"
                    f" (not 0: {found.covered_nonzero:.3f})  n {found.n}  {clock.perf_counter() - started:.0f} s",
                    flush=True,
                )


def memory(seed: int) -> None:
    """What a model keeps, and the most its fitting needed."""
    one = world(seed, 2)
    tracemalloc.start()
    model = fit(one.before(one.days[0]), one.facts, PLAN, one.days[0], PLAN.is_open)
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert model is not None
    print(f"\nmodel of {HISTORY_DAYS} days keeps {kept / 1e6:.1f} MB, fitting needed {peak / 1e6:.0f} MB")


if __name__ == "__main__":
    options = dict(word.split("=") for word in sys.argv[1:] if "=" in word)
    wanted = {word for word in sys.argv[1:] if "=" not in word} or {"hour", "totals", "backtest"}
    chosen = [int(one) for one in options.get("seeds", "2,4,6").split(",")]
    many = int(options.get("days", "70"))
    if "hour" in wanted:
        hour(chosen, many, int(options.get("history", "280")))
        memory(chosen[0])
    if "totals" in wanted:
        print("\nmeals of the next day, mean absolute error")
        day_totals(chosen, min(many, 40))
    if "backtest" in wanted:
        print("\nmade-up histories, mean absolute error")
        histories(chosen)

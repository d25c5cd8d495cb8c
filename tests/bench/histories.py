"""Made-up count histories of three kinds of place, for benches and tests: a gym, a building's door, a canteen's totals.

Each has what real ones have: a week's habits, terms and breaks that shift the level, deviations that last hours or
weeks, events, counting noise. Seeds 1, 3, 5 are for building, 2, 4, 6 for judging.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np

from occupancy.counts import Counts

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001


def gym(seed: int, days: int = 365) -> Counts:
    """Heads in a gym about every 10 minutes, stamps off by seconds; two terms a year, some days without a sensor."""
    rng = np.random.default_rng([seed, 1])
    start = _minutes(datetime(2024, 8, 14))  # noqa: DTZ001
    at = start + np.arange(days * 144) * 10.0
    hour, day = at % 1440 / 60, ((at - start) // 1440).astype(int)
    weekday = ((at // 1440).astype(int) + 3) % 7
    curve = np.exp(-(((hour - 18) / 2.6) ** 2)) + 0.55 * np.exp(-(((hour - 12) / 2.4) ** 2)) + 0.25 * (hour > 6)
    curve = np.where((hour < 0.5) | (hour > 6), curve, 0.02)
    term = np.where((day % 180 > 12) & (day % 180 < 118), 1.0, 0.45) * (
        1 + 0.25 * np.exp(-(((day % 180 - 20) / 15.0) ** 2))
    )
    busy = np.array([1.0, 1.02, 0.98, 0.93, 0.75, 0.55, 0.7])[weekday]
    of_day = np.repeat(np.exp(_drifting(rng, days, 0.5, 0.16)), 144)
    of_hour = np.exp(_drifting(rng, at.size, 0.97, 0.30))
    values = rng.poisson(42 * curve * term * busy * of_day * of_hour)
    kept = (rng.random(at.size) > 0.02) & np.repeat(rng.random(days) > 0.02, 144)
    stamps = at + np.clip(rng.normal(0.6, 0.8, at.size), 0, 4)
    return Counts(stamps[kept], values[kept].astype(float), 0)


def door(seed: int, weeks: int = 15) -> Counts:
    """People who came in, by half hours: nights near 0, lunch and events."""
    rng = np.random.default_rng([seed, 2])
    at = _minutes(datetime(2024, 7, 22)) + np.arange(weeks * 7 * 48) * 30.0  # noqa: DTZ001
    hour, weekday = at % 1440 / 60, ((at // 1440).astype(int) + 3) % 7
    curve = (
        1.1 * np.exp(-(((hour - 9.5) / 1.3) ** 2)) + np.exp(-(((hour - 13) / 1.2) ** 2)) + 0.5 * (np.abs(hour - 14) < 4)
    )
    curve = curve * np.where(weekday < 5, 1.0, 0.12) + 0.015
    level = np.exp(_drifting(rng, at.size, 0.85, 0.22)) * np.repeat(np.exp(0.1 * rng.normal(size=weeks * 7)), 48)
    rate = 15 * curve * level
    for place in rng.integers(0, at.size - 4, weeks * 2):
        if 10 < hour[place] < 19:
            rate[place : place + 2] += rng.gamma(2, 9)
    return Counts(at, rng.poisson(rate).astype(float), 0)


def canteen(seed: int, years: float = 4.5) -> Counts:
    """Meals a day on working days; staff grow and shrink, days beside days off are thin, dishes pull."""
    rng = np.random.default_rng([seed, 3])
    first = date(2019, 2, 1)
    days = [first + timedelta(days=at) for at in range(int(365 * years))]
    off = set(rng.choice([day for day in days if day.weekday() < 5], int(13 * years), replace=False).tolist())
    open_ = [day for day in days if day.weekday() < 5 and day not in off]
    pulls = rng.normal(0, 0.05, 60)
    drift = np.cumsum(rng.normal(0, 0.006, len(open_)))
    values = []
    for place, day in enumerate(open_):
        share = (1.18, 1.06, 1.02, 0.95, 0.76)[day.weekday()] * (
            1 + 0.05 * np.cos(2 * np.pi * day.timetuple().tm_yday / 365)
        )
        beside = (day + timedelta(days=1) in off) * -0.12 + (day - timedelta(days=1) in off) * 0.06
        summer = -0.12 if (7, 20) <= (day.month, day.day) <= (8, 15) else 0.0
        odd = -0.35 * (rng.random() < 0.02)
        noise = rng.normal(0, 0.09) + pulls[rng.integers(60)]
        values.append(890 * share * np.exp(drift[place] + beside + summer + odd + noise))
    return Counts(np.array([_minutes(datetime(d.year, d.month, d.day)) for d in open_]), np.rint(values), 0)  # noqa: DTZ001


def _drifting(rng: np.random.Generator, n: int, keeps: float, spread: float) -> np.ndarray:
    """A deviation that fades by `keeps` a step, with standard deviation `spread`."""
    found, value, kicks = np.empty(n), 0.0, rng.normal(0, spread * np.sqrt(1 - keeps**2), n)
    for at in range(n):
        value = keeps * value + kicks[at]
        found[at] = value
    return found


def _minutes(at: datetime) -> float:
    return (at - _EPOCH) / timedelta(minutes=1)

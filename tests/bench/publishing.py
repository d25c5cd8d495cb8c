"""A simulated publishing calendar, and how long documents wait under a way of polling. No network, no clock, no Redis.

Agencies of four kinds, on real Korean workdays and holidays (`bot.daysoff`); times are Korea's:

- ministry: 8 documents a workday; 60 % at the embargo hours 10:00, 12:00 and 14:00 (up to some minutes late, one of the
  three twice as common, another for each agency), 30 % evenly in 9–18, 10 % in 18–21; one in ten workdays none.
- city: 3 a workday, 80 % around 16:30 (± 50 minutes), the rest evenly in 9–18; 0.3 on other days.
- institute: 1.5 a week, evenly in 10–17 of workdays.
- station (weather, fire, police): 2 a day, every day alike, evenly in 0–24.

Half of the agencies tell the time of day of a document; of the other half only the poll that found it is known.
Counts are Poisson. Each agency draws from its own seed.
"""

from __future__ import annotations

import random
import statistics
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.daysoff import is_holiday
from crawlers.dates import KST
from crawlers.habits import Habit, habit_from, watched

START = date(2026, 6, 1)
JUDGED_FROM = date(2026, 8, 3)  # nine weeks of learning; Chuseok, Gaecheonjeol and Hangul day lie in what is judged
END = date(2026, 11, 16)
KINDS = ("ministry", "city", "institute", "station")
PEAKS = (10.0, 12.0, 14.0)

Next = Callable[[str, datetime], datetime]


@dataclass(frozen=True)
class Agency:
    """One agency and all it publishes, in order."""

    kind: str
    tells_time: bool
    published: tuple[datetime, ...]


@dataclass(frozen=True)
class Waited:
    """What a way of polling came to in the judged weeks: minutes waited, and requests made."""

    minutes: tuple[float, ...]
    requests: int

    @property
    def median(self) -> float:
        return statistics.median(self.minutes)

    @property
    def mean(self) -> float:
        return statistics.fmean(self.minutes)


def agencies(of_each: int, seed: int) -> list[Agency]:
    """So many agencies of each kind."""
    found = []
    for kind in KINDS:
        for number in range(of_each):
            dice = random.Random(f"{seed}/{kind}/{number}")
            hours = {"ministry": _ministry, "city": _city, "institute": _institute, "station": _station}[kind]
            favourite = dice.choice(PEAKS)
            published, day = [], START
            while day < END:
                workday = day.weekday() < 5 and not is_holiday(day)
                midnight = datetime(day.year, day.month, day.day, tzinfo=KST)
                published += [
                    (midnight + timedelta(hours=hour)).astimezone(UTC) for hour in hours(dice, workday, favourite)
                ]
                day += timedelta(days=1)
            found.append(Agency(kind, number % 2 == 0, tuple(sorted(published))))
    return found


def waited(agency: Agency, ask_next: Next, *, learning: bool) -> Waited:
    """How long this agency's documents waited when asked at the instants that `ask_next(habit, now)` names."""
    # nobody's polls begin on the stroke of an hour: a fixed interval must not owe anything to its phase
    phase = timedelta(seconds=random.Random(f"{agency.kind}{agency.published[:1]}").uniform(0, 1800))
    now = datetime(START.year, START.month, START.day, 6, tzinfo=KST).astimezone(UTC) + phase
    judged, end = _instant(JUDGED_FROM), _instant(END)
    habit, folded_at, polled_at, text = Habit(now.toordinal()), now, now, ""
    minutes, requests, seen = [], 0, bisect_right(agency.published, now)
    while now < end:
        requests += now >= judged
        upto = bisect_right(agency.published, now)
        new = agency.published[seen:upto]
        minutes += [(now - at).total_seconds() / 60 for at in new if at >= judged]
        if learning and (new or now - folded_at >= timedelta(days=1)):
            told = [at if agency.tells_time else None for at in new]
            habit = watched(
                habit_from(text, now.date()) if text else habit, folded_at, polled_at, now, told, is_holiday
            )
            text, folded_at = habit.text(), now
        seen, polled_at = upto, now
        now = ask_next(text, now)
    return Waited(tuple(minutes), requests)


def _instant(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=KST).astimezone(UTC)


def _poisson(dice: random.Random, mean: float) -> int:
    count, left = 0, dice.expovariate(1.0)
    while left < mean:
        count += 1
        left += dice.expovariate(1.0)
    return count


def _ministry(dice: random.Random, workday: bool, favourite: float) -> list[float]:
    if not workday or dice.random() < 0.1:
        return []
    told = []
    for _ in range(_poisson(dice, 8)):
        share = dice.random()
        if share < 0.6:
            told.append(dice.choice((*PEAKS, favourite)) + min(dice.expovariate(1 / 0.05), 0.4))
        else:
            told.append(dice.uniform(9, 18) if share < 0.9 else dice.uniform(18, 21))
    return told


def _city(dice: random.Random, workday: bool, favourite: float) -> list[float]:
    if not workday:
        return [dice.uniform(9, 21) for _ in range(_poisson(dice, 0.3))]
    return [
        min(max(dice.gauss(16.5, 0.83), 9.0), 20.0) if dice.random() < 0.8 else dice.uniform(9, 18)
        for _ in range(_poisson(dice, 3))
    ]


def _institute(dice: random.Random, workday: bool, favourite: float) -> list[float]:
    return [dice.uniform(10, 17) for _ in range(_poisson(dice, 0.3))] if workday else []


def _station(dice: random.Random, workday: bool, favourite: float) -> list[float]:
    return [dice.uniform(0, 24) for _ in range(_poisson(dice, 2))]

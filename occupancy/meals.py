"""The meals of a whole day before it comes, and what each dish has meant for them.

The logarithm of a day's total is a drifting level plus effects of the weekday, of days off beside it, of its dishes
and their names' endings (돈까스 in 치즈돈까스), and of the weather where given; see additive.py. Announced guests are
added on top, as they are taken off the past. Refuses to invent: under `MIN_DAYS` days there is no forecast, and a
dish that never was served has no effect.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np

from occupancy.additive import DRIFT, NOISE, Data, Fitted, Floats, Guess, fit
from occupancy.facts import DayFacts
from occupancy.reading import DayHistory

MIN_DAYS = 3
"""Fewer past days are no base for a day's total."""
ENOUGH_DAYS = 20
"""From so many on the effects are learned rather than guessed."""
MAX_DAYS = 280
_Z80 = 1.2816  # 10 % and 90 % points of the normal distribution
_NOTHING = DayFacts(date.min)
_GUESSES = {
    "weekday": 0.06,
    "beside": 0.06,
    "dish": 0.04,
    "ending": 0.03,
    "weather": 0.03,
    NOISE: 0.07,
    DRIFT: 0.05,
}
"""How far each is expected to move a day's total, as a share of it."""
_MENU = ("dish", "ending")


class TotalBasis(StrEnum):
    """What a total rests on."""

    LEARNED = "learned"
    """Effects of weekday, days off beside, dishes and weather as past days showed them."""
    SHORT = "short"
    """Few days: their level, with effects and spread mostly guessed."""


@dataclass(frozen=True, slots=True)
class DishEffect:
    """Meals more (or, negative, fewer) on days with the dish than on others like them.

    `spread` is the standard deviation of that, `days` how often it was served. Shrunken: a dish served twice has
    a small effect whatever happened.
    """

    dish: str
    meals: float
    spread: float
    days: int

    @property
    def sure(self) -> bool:
        """Whether more or fewer is certain to 9 in 10 or so."""
        return self.days >= 3 and abs(self.meals) > 1.64 * self.spread


@dataclass(frozen=True, slots=True)
class TotalForecast:
    """Meals of one day: in 8 of 10 cases from `q10` to `q90`, `guests` included.

    `usual` is what this weekday would have with no guests and a menu of no effect.
    """

    day: date
    q10: int
    q50: int
    q90: int
    usual: int
    guests: int
    days: int
    """How many past days it was learned from."""
    basis: TotalBasis
    dishes: tuple[DishEffect, ...]
    """Of the day's dishes those that were served before, in the menu's order."""
    simulated: bool
    """Whether any of those days was simulated."""


def totals(history: Iterable[DayHistory], facts: Mapping[date, DayFacts]) -> dict[date, int]:
    """Meals by day: as people told where they did, else the gate's sums; days without either are left out."""
    found = {one.day: one.served for one in history if one.served > 0}
    return found | {day: one.total for day, one in facts.items() if one.total is not None and one.total > 0}


def total(
    history: Mapping[date, int],
    facts: Mapping[date, DayFacts],
    day: date,
    is_open: Callable[[date], bool],
    is_holiday: Callable[[date], bool] | None = None,
) -> TotalForecast | None:
    """The meals of `day` from the totals of the days before it; None when closed or when too little is known.

    Args:
        history: day -> meals, see `totals`; days not before `day` are left out.
        facts: of past days and of `day`; any may be missing.
        day: the day asked for.
        is_open: whether lunch is served on a day (SlotPlan.is_open, or weekdays without holidays).
        is_holiday: public holidays, where `is_open` does not know of them.
    """

    def opens(one: date) -> bool:
        return is_open(one) and not (is_holiday is not None and is_holiday(one))

    found = learn(history, facts, day, opens) if opens(day) else None
    return found.total(facts.get(day, _NOTHING), day) if found else None


def dish_effects(
    history: Mapping[date, int], facts: Mapping[date, DayFacts], day: date, is_open: Callable[[date], bool]
) -> tuple[DishEffect, ...]:
    """Every dish served before `day` on a day with a known total, the one that draws most first; for the manager."""
    found = learn(history, facts, day, is_open)
    if found is None:
        return ()
    return tuple(sorted((found.dish(name) for name in found.served), key=lambda one: -one.meals))


@dataclass(frozen=True, eq=False, slots=True)
class Totals:
    """What past totals taught; ask it for days to come, or for each past day as the others tell it."""

    fitted: Fitted
    days: tuple[date, ...]
    served: Mapping[str, int]
    """Dish -> on how many of the days."""
    endings: Mapping[str, int]
    """Ending of dish names -> its column."""
    is_open: Callable[[date], bool]
    simulated: bool

    def guess(self, facts: DayFacts, day: date) -> Guess:
        """The logarithm of the day's meals without guests."""
        return self.fitted.predict(float(day.toordinal()), self._parts(facts, day))

    def past_totals(self) -> Mapping[date, float]:
        """Day -> the logarithm of its meals without guests, as all other days tell it."""
        return dict(zip(self.days, self.fitted.left_out().tolist(), strict=True))

    def total(self, facts: DayFacts, day: date) -> TotalForecast:
        """The day's meals."""
        parts, guess = self._parts(facts, day), self.guess(facts, day)
        plain = parts | {name: np.zeros_like(parts[name]) for name in _MENU}
        usual = math.exp(self.fitted.predict(float(day.toordinal()), plain).mean)
        below, above = self._band()
        low, middle, high = (math.exp(guess.mean + off * guess.spread) for off in (-below, 0.0, above))
        return TotalForecast(
            day=day,
            q10=max(0, round(low) + facts.guests),
            q50=max(0, round(middle) + facts.guests),
            q90=max(0, round(high) + facts.guests),
            usual=round(usual),
            guests=facts.guests,
            days=len(self.days),
            basis=TotalBasis.LEARNED if len(self.days) >= ENOUGH_DAYS else TotalBasis.SHORT,
            dishes=tuple(self.dish(name) for name in dict.fromkeys(map(_plain, facts.dishes)) if name in self.served),
            simulated=self.simulated or facts.simulated,
        )

    def menu(self, facts: DayFacts) -> float:
        """What the dishes move the day's total by, as a share of it; 0 for unseen ones."""
        return self.fitted.effects({"dish": self._dishes(facts.dishes), "ending": self._endings(facts.dishes)}).mean

    def dish(self, name: str) -> DishEffect:
        """What one dish alone means, in meals of a day of the present level."""
        found = self.fitted.effects({"dish": self._dishes((name,)), "ending": self._endings((name,))})
        level = math.exp(self.fitted.centre)
        return DishEffect(name, level * math.expm1(found.mean), level * found.spread, self.served.get(name, 0))

    def past_menus(self) -> Mapping[date, float]:
        """Day -> what its dishes were worth to its total by all other days, as a share of it."""
        return dict(zip(self.days, self.fitted.without_itself(_MENU).tolist(), strict=True))

    def _band(self) -> tuple[float, float]:
        """Standard deviations below and above that hold 8 of 10 days, by the errors of the days behind us."""
        n = len(self.days)
        few = 1 + 2.5 / n  # the spread itself is guessed from n days
        errors = np.sort(self.fitted.innovations[min(n // 3, 10) :])
        if len(errors) < ENOUGH_DAYS:
            return _Z80 * few, _Z80 * few
        reach = math.ceil(0.9 * (len(errors) + 1)) - 1  # split conformal, each side by itself
        above, below = float(errors[min(reach, len(errors) - 1)]), float(-errors[max(0, len(errors) - 1 - reach)])
        return max(0.5, below), max(0.5, above)

    def _parts(self, facts: DayFacts, day: date) -> dict[str, Floats]:
        return {
            "weekday": _weekday(day),
            "beside": _beside(day, self.is_open),
            "dish": self._dishes(facts.dishes),
            "ending": self._endings(facts.dishes),
            "weather": _weather(facts),
        }

    def _dishes(self, dishes: Iterable[str]) -> Floats:
        return _columns(map(_plain, dishes), {name: at for at, name in enumerate(self.served)})

    def _endings(self, dishes: Iterable[str]) -> Floats:
        return _columns((end for dish in dishes for end in _ends(_plain(dish))), self.endings)


def learn(
    history: Mapping[date, int], facts: Mapping[date, DayFacts], before: date, is_open: Callable[[date], bool]
) -> Totals | None:
    """Effects learned from the totals of the open days before a day; None with fewer than `MIN_DAYS`.

    A total of which the announced guests make up most teaches nothing and is left out.
    """
    own = {
        day: meals - facts.get(day, _NOTHING).guests
        for day, meals in history.items()
        if day < before and is_open(day) and meals > 0
    }
    days = tuple(sorted(day for day, meals in own.items() if meals > 0.3 * history[day]))[-MAX_DAYS:]
    if len(days) < MIN_DAYS:
        return None
    known = [facts.get(day, _NOTHING) for day in days]
    served = Counter(name for one in known for name in dict.fromkeys(map(_plain, one.dishes)))
    shared = Counter(end for name in served for end in _ends(name))
    endings = {end: at for at, end in enumerate(end for end, names in shared.items() if names > 1)}
    columns = {name: at for at, name in enumerate(served)}
    parts = {
        "weekday": np.array([_weekday(day) for day in days]),
        "beside": np.array([_beside(day, is_open) for day in days]),
        "dish": np.array([_columns(map(_plain, one.dishes), columns) for one in known]),
        "ending": np.array([_columns((e for d in one.dishes for e in _ends(_plain(d))), endings) for one in known]),
        "weather": np.array([_weather(one) for one in known]),
    }
    data = Data(
        np.array([float(day.toordinal()) for day in days]), np.log([max(1.0, float(own[day])) for day in days]), parts
    )
    return Totals(fit(data, _GUESSES), days, served, endings, is_open, any(one.simulated for one in known))


def _weekday(day: date) -> Floats:
    return np.array([float(day.weekday() == at) for at in range(7)])


def _beside(day: date, is_open: Callable[[date], bool]) -> Floats:
    """Whether more days off than a weekend follow, or precede; and whether the day is bridged between such."""
    after = _gap(day, 1, is_open) > (2 if day.weekday() == 4 else 0)
    before = _gap(day, -1, is_open) > (2 if day.weekday() == 0 else 0)
    bridged = (after and day.weekday() == 0) or (before and day.weekday() == 4) or (before and after)
    return np.array([after, before, bridged], float)


def _gap(day: date, step: int, is_open: Callable[[date], bool]) -> int:
    """Closed days in a row beside a day."""
    return next((i - 1 for i in range(1, 8) if is_open(day + timedelta(days=step * i))), 7)


def _weather(facts: DayFacts) -> Floats:
    """Wet, how wet, hot and cold; nothing where unknown."""
    wet = 0.0 if facts.rain_mm is None else min(1.0, facts.rain_mm)
    much = 0.0 if facts.rain_mm is None else min(1.0, facts.rain_mm / 20)
    hot = 0.0 if facts.high_c is None else min(1.0, max(0.0, (facts.high_c - 28) / 5))
    cold = 0.0 if facts.high_c is None else min(1.0, max(0.0, (3 - facts.high_c) / 8))
    return np.array([wet, much, hot, cold])


def _columns(names: Iterable[str], columns: Mapping[str, int]) -> Floats:
    row = np.zeros(max(1, len(columns)))
    for name in dict.fromkeys(names):
        if name in columns:
            row[columns[name]] = 1.0
    return row


def _plain(dish: str) -> str:
    """The dish's name without notes in brackets, allergen figures and spaces."""
    return re.sub(r"\([^)]*\)|\[[^\]]*\]|[\d.,*/\s]+", "", dish)[:40]


def _ends(name: str) -> tuple[str, ...]:
    """The last two and three characters, where more stand before them: what kind of dish a Korean name says last."""
    return tuple(name[-n:] for n in (2, 3) if len(name) > n)

"""The forecast learned from past days: fitted once a night, asked at each answer. The one door to scikit-learn here.

    past days ── inflow.py: who comes when ── meals.py: how many today ──> fluid.py: the line run forward
        └── for every 5 minutes of every past day, as if today, itself left out ──> boosted trees on what it missed
            └── errors of days the trees had not seen ──> how wide the band must be (split conformal)

Refuses to learn from fewer than `MIN_DAYS` whole days: then there is no model, and the usual is the forecast.

Gradient boosting with absolute loss on residuals: research note §3.2. Conformal bands across folds: Barber et al.,
Predictive inference with the jackknife+ (2021), §1.3.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor

from occupancy.facts import DayFacts
from occupancy.fluid import AHEAD, WAYS, Ahead
from occupancy.inflow import Curves, Floats, Past, capacity, curves, past
from occupancy.meals import MAX_DAYS as MAX_TOTALS
from occupancy.meals import Totals, learn
from occupancy.moments import Asked, State, ask, features
from occupancy.one_core import one_core
from occupancy.reading import DayHistory, Minute
from occupancy.slots import SlotPlan

MIN_DAYS = 20
MAX_DAYS = 110
"""Days of which the minutes are learned from."""
_EVERY_MIN = 5
_MOST_ASKS = 28
"""Instants of a past day that are learned from; a longer day is asked at wider steps."""
_AHEAD = (2, 5, 10, 15, 20, 30, 45, 60)
_FOLDS = 4
_SHARE = 0.8
_SHARE_OF_LINES = 0.72
"""At least so many of the moments with a line are covered, however many empty ones, which are easy, are."""
_REACH = (7, 22, 45)
"""Horizons in minutes between which bands are as wide in proportion."""
_FEW_PEOPLE = 3.0
_ASIDE = 1.0
"""People by which a band reaches beside its middle at least, before it is widened or narrowed."""
_FACTORS = 0.2, 4.0
"""Between which the bands of the line run forward are narrowed and widened."""
_NOTHING = DayFacts(date.min)


@dataclass(frozen=True, eq=False, slots=True)
class Expected:
    """One day as it is expected in the morning; `Model.expected` makes it, once a day."""

    model: Model
    day: date
    arrivals: Floats
    usual: Floats
    sizes: Floats
    """(WAYS,) arrivals of the day against the mean day's, each as likely as the other."""

    @property
    def days(self) -> int:
        """How many past days it was learned from."""
        return len(self.model.past.days)

    @property
    def simulated(self) -> bool:
        """Whether any of them was simulated."""
        return self.model.past.simulated

    def knows(self, minute: int) -> bool:
        """Whether past days tell of this minute of the Korean day."""
        return 0 <= minute - self.model.past.first < self.model.past.minutes

    def ahead(self, minute: float, people: float, spread: float, today: Sequence[Minute]) -> Ahead:
        """The line to come, `people` waiting now; quantiles of 10, 50 and 90 %.

        Args:
            minute: minutes since midnight in Korea, with their fraction.
            people: waiting now.
            spread: standard deviation of that.
            today: the day's minutes so far, as far as they are known.
        """
        at = minute - self.model.past.first
        return self.model.look(self, at, people, spread, today) if at >= 0 else self._before(-at)

    def _before(self, lead: float) -> Ahead:
        """The line to come while nobody stands there yet, `lead` minutes before anybody ever came."""
        found, at = self.model.look(self, 0.0, 0.0, 0.0, ()), np.arange(AHEAD) - lead
        low, middle, high = (
            np.interp(at, np.arange(AHEAD), one, left=0.0) for one in (found.low, found.middle, found.high)
        )
        return Ahead(low, middle, high)


@dataclass(frozen=True, eq=False, slots=True)
class Model:
    """What past days taught; days from the one it was fitted for on may be asked."""

    past: Past
    curves: Curves
    capacity: Floats
    totals: Totals | None
    trees: tuple[HistGradientBoostingRegressor, ...]
    weight: float
    """How much of what the trees say is believed, in [0, 1], as days they had not seen showed."""
    wide: Floats
    """(horizons, levels) factors that make the band hold 8 of 10."""

    def expected(self, day: date, facts: DayFacts | None = None) -> Expected:
        """The day as it is expected before it begins, by its place in the rotation and what is known of it."""
        known = facts or DayFacts(day)
        guess = self.totals.guess(known, day) if self.totals else None
        mean = float(self.curves.sizes.mean())
        sizes = _ways(self.totals, None if guess is None else guess.mean - math.log(mean))
        sizes = np.maximum(0.05, sizes + known.guests / mean)
        return Expected(self, day, self.curves.expected(day), self.curves.usual(day), sizes)

    def look(self, day: Expected, at: float, people: float, spread: float, today: Sequence[Minute]) -> Ahead:
        """See `Expected.ahead`; `at` counts from the first minute of the past's matrices."""
        served, line = self._so_far(today)
        state = State(
            at=np.array([at]),
            people=np.array([people]),
            spread=np.array([spread]),
            served=served[None],
            line=line[None],
            expected=day.arrivals[None],
            usual=day.usual[None],
            sizes=day.sizes[None],
            weekday=np.array([float(day.day.weekday())]),
        )
        asked = ask(state, self.capacity)
        horizons = np.arange(AHEAD)
        middle = asked.quantiles[0, :, 1].astype(np.float64)
        low, high = (asked.quantiles[0, :, side].astype(np.float64) for side in (0, 2))
        rows = features(state, asked, np.zeros(AHEAD, int), horizons)
        with one_core("openmp"):  # beside other work, threads that wait for each other took half a second over it
            off = np.mean([one.predict(rows) for one in self.trees], axis=0) if self.weight else np.zeros(AHEAD)
        shifted = np.maximum(0.0, middle + self.weight * off)
        factor = self.wide[_bucket(horizons), _level(shifted)]
        below, above = _sides(low, middle, high)
        return Ahead(np.maximum(0.0, shifted - factor * below), shifted, shifted + factor * above)

    def _so_far(self, today: Sequence[Minute]) -> tuple[Floats, Floats]:
        """Meals and line by column, as far as the day has come; NaN where unknown."""
        served, line = np.full(self.past.minutes, np.nan), np.full(self.past.minutes, np.nan)
        for one in today:
            at = one.minute - self.past.first
            if 0 <= at < self.past.minutes:
                served[at] = one.served
                line[at] = np.nan if one.people is None else one.people
        return served, line


@one_core()
def fit(
    history: Iterable[DayHistory],
    facts: Mapping[date, DayFacts],
    plan: SlotPlan | None,
    day: date,
    is_open: Callable[[date], bool],
    *,
    nominal: float = 12.0,
) -> Model | None:
    """A model for `day` and after, from the open days before it; None when they are fewer than `MIN_DAYS`.

    Takes a few seconds: run it in a thread.

    Args:
        history: minutes of past days.
        facts: dishes, guests and weather of those days, as far as known.
        plan: the rotation; None where nothing rotates.
        day: the first day that will be asked for.
        is_open: whether lunch is served on a day.
        nominal: people served a minute where no gate shows it.
    """
    known = sorted((one for one in history if one.day < day and is_open(one.day)), key=lambda one: one.day)
    whole = past(known[-MAX_TOTALS:], nominal)
    if whole is None or len(whole.days) < MIN_DAYS:
        return None
    found = whole.last(MAX_DAYS)
    drawn, serves = curves(found, plan, day), capacity(found, nominal)
    sizes = np.maximum(1.0, whole.arrivals.sum(axis=1)).round().astype(int).tolist()
    totals = learn(dict(zip(whole.days, sizes, strict=True)), facts, day, is_open)
    state, rows = _examples(found, drawn, totals, facts)
    asked = ask(state, serves)
    return _taught(Model(found, drawn, serves, totals, (), 0.0, np.ones((len(_REACH) + 1, 2))), state, asked, rows)


@dataclass(frozen=True, eq=False, slots=True)
class _Rows:
    """N examples: which moment, how far ahead, what came, and of which day."""

    moment: NDArray[np.intp]
    ahead: NDArray[np.intp]
    truth: Floats
    day: NDArray[np.intp]


def _examples(found: Past, drawn: Curves, totals: Totals | None, facts: Mapping[date, DayFacts]) -> tuple[State, _Rows]:
    """Moments of all past days, each with what the other days tell of it, and what came of them."""
    days, m = len(found.days), found.minutes
    moments = _moments(drawn)
    sizes = _past_sizes(found, drawn, totals, facts)
    which = np.repeat(np.arange(days), len(moments))
    at = np.tile(moments, days)
    line = (found.people[which, np.maximum(at - 1, 0)] + found.people[which, at]) / 2
    behind = np.arange(m)[None, :] < at[:, None]
    expected = np.array([drawn.expected(day) for day in found.days])
    usual = np.array([drawn.usual(day) for day in found.days])
    state = State(
        at=at.astype(np.float64),
        people=line,
        spread=np.zeros(len(at)),
        served=np.where(behind, found.served[which], np.nan),
        line=np.where(behind, found.people[which], np.nan),
        expected=expected[which],
        usual=usual[which],
        sizes=sizes[which],
        weekday=np.array([float(day.weekday()) for day in found.days])[which],
    )
    moment, ahead = (one.ravel() for one in np.meshgrid(np.arange(len(at)), np.array(_AHEAD), indexing="ij"))
    kept = at[moment] + ahead < m
    moment, ahead = moment[kept], ahead[kept]
    truth = found.people[which[moment], at[moment] + ahead]
    return state, _Rows(moment, ahead, truth, which[moment])


def _moments(drawn: Curves) -> NDArray[np.intp]:
    """Columns of the instants to learn from: while somebody comes, and half an hour before."""
    busy = np.flatnonzero(drawn.past.arrivals.mean(axis=0) > 0.2)
    low, high = (int(busy[0]), int(busy[-1])) if busy.size else (0, drawn.past.minutes - 1)
    low = max(1, low - 20)
    step = max(_EVERY_MIN, math.ceil((high - low) / _MOST_ASKS))
    return np.arange(low, high, step)


def _past_sizes(found: Past, drawn: Curves, totals: Totals | None, facts: Mapping[date, DayFacts]) -> Floats:
    """(D, WAYS) the size of each past day as the other days told it."""
    mean = float(drawn.sizes.mean())
    others = totals.past_totals() if totals else {}
    rows = []
    for day in found.days:
        told = others.get(day)
        guests = facts.get(day, _NOTHING).guests
        rows.append(_ways(totals, None if told is None else told - math.log(mean)) + guests / mean)
    return np.maximum(0.05, np.array(rows))


def _ways(totals: Totals | None, middle: float | None) -> Floats:
    """(WAYS,) sizes of a day about its expected logarithm, spread as days were spread about theirs."""
    if totals is None or middle is None:
        return np.asarray(np.exp(0.2 * np.linspace(-2, 2, WAYS)), np.float64)
    known = totals.fitted.innovations[min(10, len(totals.days) // 3) :]  # the first days had nothing to go by
    errors = np.quantile(known, (np.arange(WAYS) + 0.5) / WAYS)
    return np.asarray(np.exp(middle + errors * totals.fitted.spread), np.float64)


def _taught(model: Model, state: State, asked: Asked, rows: _Rows) -> Model:
    """The model with trees that mend what the line run forward misses, and bands as wide as days unseen need them."""
    known = features(state, asked, rows.moment, rows.ahead)
    low, middle, high = (asked.quantiles[rows.moment, rows.ahead, side].astype(np.float64) for side in range(3))
    fold = _folds(len(model.past.days))[rows.day]
    trees, unseen = [], np.zeros(len(middle))
    for at in range(_FOLDS):
        tree = _tree().fit(known[fold != at], (rows.truth - middle)[fold != at])
        unseen[fold == at] = tree.predict(known[fold == at])
        trees.append(tree)
    tried = (0.0, 0.25, 0.5, 0.75, 1.0)
    losses = [float(np.abs(np.maximum(0.0, middle + weight * unseen) - rows.truth).mean()) for weight in tried]
    weight = tried[int(np.argmin(losses))]
    shifted = np.maximum(0.0, middle + weight * unseen)
    wide = _wide(shifted, *_sides(low, middle, high), rows)
    return Model(model.past, model.curves, model.capacity, model.totals, tuple(trees), weight, wide)


def _tree() -> HistGradientBoostingRegressor:
    return _boosting(leaves=6, rounds=60, at_least=150)


def _boosting(leaves: int, rounds: int, at_least: int, *, squared: bool = False) -> HistGradientBoostingRegressor:
    return HistGradientBoostingRegressor(
        loss="squared_error" if squared else "absolute_error",
        learning_rate=0.05,
        max_iter=rounds,
        max_leaf_nodes=leaves,
        min_samples_leaf=at_least,
        l2_regularization=5.0,
        early_stopping=False,
        random_state=0,
    )


def boosted(
    rows: Floats, values: Floats, *, leaves: int, rounds: int, squared: bool = False
) -> Callable[[Floats], Floats]:
    """Boosted trees of any rows, NaN allowed: a function from rows to values. For least absolute errors, or squared."""
    at_least = max(8, min(150, len(values) // 60))
    known = ~np.isnan(rows).all(axis=0)  # the binning refuses a column of which nothing is known
    tree = _boosting(leaves, rounds, at_least, squared=squared).fit(rows[:, known], values)
    return lambda rows: np.asarray(tree.predict(rows[:, known]), np.float64)


def _folds(days: int) -> NDArray[np.intp]:
    """(D,) weeks of days go together, so that neighbours do not tell of each other."""
    return np.asarray(np.arange(days) // 5 % _FOLDS, np.intp)


def _sides(low: Floats, middle: Floats, high: Floats) -> tuple[Floats, Floats]:
    return np.maximum(_ASIDE, middle - low), np.maximum(_ASIDE, high - middle)


def _wide(middle: Floats, below: Floats, above: Floats, rows: _Rows) -> Floats:
    """(horizons, levels) the factors by which 8 of 10 unseen moments fall within."""
    off = rows.truth - middle
    score = np.where(off < 0, -off / below, off / above)
    found = np.ones((len(_REACH) + 1, 2))
    for bucket in range(len(_REACH) + 1):
        here = _bucket(rows.ahead) == bucket
        empty, line = (np.sort(score[here & (_level(middle) == level)]) for level in range(2))
        found[bucket, 0] = np.clip(_reached(empty, _SHARE), *_FACTORS)
        easy = float((empty <= found[bucket, 0]).sum())
        share = (_SHARE * (empty.size + line.size) - easy) / max(1, line.size)
        found[bucket, 1] = np.clip(_reached(line, max(_SHARE_OF_LINES, share)), *_FACTORS)
    return found


def _reached(ascending: Floats, share: float) -> float:
    """The score that so many of the unseen stay within, as split conformal counts them; 1 where they are few."""
    if ascending.size < 50:
        return 1.0
    return float(ascending[min(ascending.size - 1, math.ceil(share * (ascending.size + 1)) - 1)])


def _bucket(ahead: NDArray[np.intp]) -> NDArray[np.intp]:
    return np.searchsorted(np.array(_REACH), ahead)


def _level(middle: Floats) -> NDArray[np.intp]:
    return (middle > _FEW_PEOPLE).astype(np.intp)

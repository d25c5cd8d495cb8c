"""Several simple forecasters and how much each is listened to: trees, a straight line, and the plain baselines.

Shares are chosen greedily by absolute error on a later part of the training time than the candidates were taught on
(Caruana et al., Ensemble selection from libraries of models, ICML 2004), so that none is believed for what it learned
by heart. Who has next to no share is left out from then on.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from occupancy.learning import boosted
from occupancy.series import Targets

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

_MOST_ROWS = 24_000
"""Rows that one candidate is taught on; of more, so many evenly spread."""
_ROUNDS = 24
_LEAST_SHARE = 0.06
_RIDGE = 3.0
_FADES = (0.0, 0.3, 0.5, 0.7, 0.85)


@dataclass(frozen=True, eq=False, slots=True)
class Line:
    """A straight line through standardised features; unknown ones are taken as their mean."""

    centre: Floats
    scale: Floats
    weights: Floats
    mean: float

    def predict(self, rows: Floats) -> Floats:
        """(N,) values."""
        known = np.nan_to_num(np.clip((rows - self.centre) / self.scale, -6, 6))
        return np.asarray(self.mean + known @ self.weights, np.float64)


def line(rows: Floats, truth: Floats) -> Line:
    """Least squares, reweighted twice towards least absolute errors, held towards 0."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a feature nobody knows
        centre, scale = np.nan_to_num(np.nanmean(rows, axis=0)), np.nan_to_num(np.nanstd(rows, axis=0))
    scale = np.where(scale > 1e-9, scale, 1.0)
    known = np.nan_to_num(np.clip((rows - centre) / scale, -6, 6))
    weight, mean, weights = np.ones(len(truth)), float(truth.mean()), np.zeros(rows.shape[1])
    for _ in range(3):
        mean = float((weight * (truth - known @ weights)).sum() / weight.sum())
        square = (known * weight[:, None]).T @ known
        square[np.diag_indices(len(square))] += _RIDGE * weight.mean() * max(1.0, len(truth) / 500)
        weights = np.linalg.solve(square, (known * weight[:, None]).T @ (truth - mean))
        off = np.abs(truth - mean - known @ weights)
        weight = 1 / np.maximum(off, 0.5 * float(np.median(off)) + 1e-6)
    return Line(centre, scale, weights, mean)


Shares = tuple[tuple[str, float], ...]
Predict = Callable[[Floats, Targets, Rows], Floats]
Teach = Callable[[Floats, Targets, Rows], Predict]


def _teach_line(rows: Floats, asked: Targets, taught: Rows) -> Predict:
    found = line(rows[taught], asked.truth[taught])
    return lambda rows, _asked, wanted: found.predict(rows[wanted])


def _teach_bent(rows: Floats, asked: Targets, taught: Rows) -> Predict:
    """Trees on what the straight line misses."""
    straight = line(rows[taught], asked.truth[taught])
    tree = boosted(rows[taught], asked.truth[taught] - straight.predict(rows[taught]), leaves=8, rounds=120)
    return lambda rows, _asked, wanted: straight.predict(rows[wanted]) + tree(rows[wanted])


def _teach_trees(leaves: int, rounds: int, root: bool) -> Teach:
    """Trees on the values; by their roots where counts scatter the more the larger they are."""

    def teach(rows: Floats, asked: Targets, taught: Rows) -> Predict:
        truth = asked.truth[taught]
        bare = np.sqrt(np.maximum(0.0, truth)) if root else truth
        tree = boosted(rows[taught], bare, leaves=leaves, rounds=rounds, squared=root)

        def predict(rows: Floats, _asked: Targets, wanted: Rows) -> Floats:
            found = tree(rows[wanted])
            return np.maximum(0.0, found) ** 2 if root else found

        return predict

    return teach


def _teach_fading(_rows: Floats, asked: Targets, taught: Rows) -> Predict:
    """The four weeks' mean, and a share of how far the last value is from its own."""
    off = asked.last[taught] - _at_origin(asked)[taught]
    losses = [float(np.abs(asked.four_weeks[taught] + kept * off - asked.truth[taught]).mean()) for kept in _FADES]
    kept = _FADES[int(np.argmin(losses))]

    def predict(_rows: Floats, asked: Targets, wanted: Rows) -> Floats:
        return asked.four_weeks[wanted] + kept * (asked.last[wanted] - _at_origin(asked)[wanted])

    return predict


def _at_origin(asked: Targets) -> Floats:
    """(N,) the four weeks' mean at each origin, where that is a target too; else the last value itself."""
    place = np.searchsorted(asked.at, asked.origin, side="right") - 1
    return np.where(place >= 0, asked.four_weeks[np.maximum(place, 0)], asked.last)


_PLAIN: Mapping[str, Callable[[Targets], Floats]] = {
    "last": lambda asked: asked.last,
    "last_week": lambda asked: asked.last_week,
    "four_week_mean": lambda asked: asked.four_weeks,
    "scaled": lambda asked: asked.scaled,
}
_TAUGHT: Mapping[str, Teach] = {
    "fading": _teach_fading,
    "line": _teach_line,
    "line_and_trees": _teach_bent,
    "trees": _teach_trees(24, 160, root=False),
    "small_trees": _teach_trees(6, 140, root=False),
    "root_trees": _teach_trees(16, 140, root=True),
}


@dataclass(frozen=True, eq=False, slots=True)
class Stack:
    """Forecasters with shares that add up to 1, and how large their errors are by the features."""

    shares: Shares
    predicts: Mapping[str, Predict]
    sizes: Callable[[Floats], Floats]
    words: Mapping[str, Floats]
    """Candidate -> (all targets,) what it told; NaN where it was not asked."""

    def tell(self, rows: Floats, asked: Targets, wanted: Rows) -> tuple[Floats, Floats]:
        """The forecast of some targets, and how large an error is expected; what each told is kept."""
        self.ask(rows, asked, wanted)
        found = np.asarray(sum(share * self.words[name][wanted] for name, share in self.shares), np.float64)
        if asked.truth.min() >= 0:
            found = np.maximum(0.0, found)
        return found, self.sizes(_with(rows[wanted], found))

    def ask(self, rows: Floats, asked: Targets, wanted: Rows) -> None:
        """Has everyone's word on some targets written down."""
        for name, predict in self.predicts.items():
            self.words[name][wanted] = predict(rows, asked, wanted)
        for name, plain in _PLAIN.items():
            self.words[name][wanted] = plain(asked)[wanted]

    def taught(self, rows: Floats, asked: Targets, behind: Rows) -> Stack:
        """The same forecasters, taught again on all that lies behind."""
        return replace(self, predicts=_taught(list(self.predicts), rows, asked, behind))

    def weighed(self, asked: Targets, lately: Rows) -> Stack:
        """Shares drawn a third of the way to those that would have been best lately; nobody new is asked."""
        names = [*self.predicts, *_PLAIN]
        best = dict(_shares({name: self.words[name][lately] for name in names}, asked.truth[lately]))
        old = dict(self.shares)
        mixed = {name: (2 * old.get(name, 0.0) + best.get(name, 0.0)) / 3 for name in names}
        return replace(self, shares=tuple((name, share) for name, share in mixed.items() if share > 0))


def choose(rows: Floats, asked: Targets, inner: Rows, later: Rows) -> Stack:
    """Forecasters taught on `inner`, their shares by how they told `later`; who has none is not kept."""
    every = _taught(list(_TAUGHT), rows, asked, inner)
    words = {name: np.full(asked.at.size, np.nan) for name in (*_TAUGHT, *_PLAIN)}
    stack = Stack((), every, lambda rows: np.ones(len(rows)), words)
    stack.ask(rows, asked, later)
    shares = _shares({name: word[later] for name, word in words.items()}, asked.truth[later])
    kept = {name: every[name] for name, _ in shares if name in every}
    stack = replace(stack, shares=shares, predicts=kept)
    found, _ = stack.tell(rows, asked, later)
    return replace(stack, sizes=_sizes(_with(rows[later], found), np.abs(asked.truth[later] - found)))


def _taught(names: list[str], rows: Floats, asked: Targets, behind: Rows) -> dict[str, Predict]:
    if behind.size > _MOST_ROWS:
        behind = behind[np.linspace(0, behind.size - 1, _MOST_ROWS).astype(int)]
    return {name: _TAUGHT[name](rows, asked, behind) for name in names if name in _TAUGHT}


def _shares(told: Mapping[str, Floats], truth: Floats) -> Shares:
    """Greedily: in each round the candidate joins that lowers the absolute error of all who joined the most."""
    names, joined, total = list(told), Counter[str](), np.zeros(truth.size)
    for turn in range(1, _ROUNDS + 1):
        losses = [float(np.abs((total + told[name]) / turn - truth).mean()) for name in names]
        best = names[int(np.argmin(losses))]
        joined[best] += 1
        total = total + told[best]
    kept = {name: n for name, n in joined.items() if n / _ROUNDS >= _LEAST_SHARE}
    whole = sum(kept.values())
    return tuple((name, n / whole) for name, n in sorted(kept.items(), key=lambda pair: -pair[1]))


def _with(rows: Floats, told: Floats) -> Floats:
    return np.concatenate([rows, told[:, None]], axis=1)


def _sizes(rows: Floats, errors: Floats) -> Callable[[Floats], Floats]:
    """How large an error is expected: by trees where there are enough, drawn to the mean of all."""
    mean = float(errors.mean()) + 1e-9
    if errors.size < 300:
        return lambda rows: np.full(len(rows), mean)
    tree = boosted(rows, errors, leaves=6, rounds=50, squared=True)
    return lambda rows: 0.1 * mean + 0.9 * np.maximum(0.05 * mean, tree(rows))

"""Sums of small learned effects, with how sure each is: the arithmetic behind the totals of a day.

A value is a level that drifts, plus parts (weekday, dishes, weather, ...) of which each is a row of features with
one prior spread; together a Gaussian process, exact for a few hundred days. Spreads are learned by marginal
likelihood around given guesses, so that few days keep the guesses. Days far off are believed less.

Rasmussen & Williams, Gaussian Processes for Machine Learning (2006), §2.2, §5.4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from occupancy.one_core import one_core

Floats = NDArray[np.float64]

_STEPS = (0.35, 0.6, 1.0, 1.7, 2.9)
"""Factors by which a spread is tried around its guess."""
_TRUST = 1.0
"""Spread of the logarithm of a guess about its truth."""
_FAR = 2.5
"""Standard deviations from which on a day is no pattern of its kind."""
_DRIFT_DAYS = 45.0
_LEVEL = 1.0
NOISE, DRIFT = "noise", "drift"


@dataclass(frozen=True, eq=False, slots=True)
class Data:
    """n observations: instants in days, values, and each part's (n, k) features."""

    days: Floats
    values: Floats
    parts: Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class Guess:
    """A value that is expected, with its standard deviation."""

    mean: float
    spread: float


@dataclass(frozen=True, eq=False, slots=True)
class Fitted:
    """Learned effects of n observations."""

    data: Data
    spreads: Mapping[str, float]
    centre: float
    weights: Floats
    """(n,) K⁻¹(y - centre)."""
    inverse: Floats
    """(n, n) K⁻¹."""
    innovations: Floats
    """(n,) errors of predicting each day from those before it, in standard deviations."""

    def predict(self, day: float, parts: Mapping[str, Floats]) -> Guess:
        """The value of a day with these (k,) features, its noise included."""
        cross = _LEVEL**2 + self.spreads[DRIFT] ** 2 * np.exp(-np.abs(self.data.days - day) / _DRIFT_DAYS)
        own = _LEVEL**2 + self.spreads[DRIFT] ** 2 + self.spreads[NOISE] ** 2
        for name, features in self.data.parts.items():
            cross = cross + self.spreads[name] ** 2 * (features @ parts[name])
            own += self.spreads[name] ** 2 * float(parts[name] @ parts[name])
        return Guess(self.centre + float(cross @ self.weights), _root(own - float(cross @ self.inverse @ cross)))

    def effect(self, name: str, features: Floats) -> Guess:
        """What one part alone adds for these (k,) features."""
        return self.effects({name: features})

    def effects(self, parts: Mapping[str, Floats]) -> Guess:
        """What some parts add together."""
        cross, own = np.zeros(len(self.weights)), 0.0
        for name, features in parts.items():
            scale = self.spreads[name] ** 2
            cross = cross + scale * (self.data.parts[name] @ features)
            own += scale * float(features @ features)
        return Guess(float(cross @ self.weights), _root(own - float(cross @ self.inverse @ cross)))

    def left_out(self) -> Floats:
        """(n,) each observed value as all others tell it."""
        found: Floats = self.data.values - self.weights / np.diag(self.inverse)
        return found

    @property
    def spread(self) -> float:
        """Standard deviation of a usual day's value from what the others tell."""
        return float(np.median(1 / np.sqrt(np.diag(self.inverse))))

    def without_itself(self, names: tuple[str, ...]) -> Floats:
        """(n,) what the parts add on each observed day, as all other days tell it."""
        kernel = np.zeros_like(self.inverse)
        for name in names:
            features = self.data.parts[name]
            kernel += self.spreads[name] ** 2 * (features @ features.T)
        own = np.einsum("ij,ji->i", kernel, self.inverse)
        found: Floats = kernel @ self.weights - own * self.weights / np.diag(self.inverse)
        return found


@one_core()
def fit(data: Data, guesses: Mapping[str, float]) -> Fitted:
    """Effects learned from the observations; `guesses` are each part's prior spread, NOISE and DRIFT among them."""
    centre = float(np.median(data.values))
    values = data.values - centre
    kernels = {name: features @ features.T for name, features in data.parts.items()}
    kernels[DRIFT] = np.exp(-np.abs(data.days[:, None] - data.days[None, :]) / _DRIFT_DAYS)
    doubt = np.ones(len(values))
    spreads = dict(guesses)
    for _ in range(2):
        spreads = _learn(kernels, values, doubt, spreads, guesses)
        inverse = _inverse(_sum(kernels, doubt, spreads))
        left_out = (inverse @ values) / np.sqrt(np.diag(inverse))  # R&W 5.12, in standard deviations
        doubt = np.maximum(1.0, doubt * (left_out / _FAR) ** 2)
    whole = _sum(kernels, doubt, spreads)
    inverse = _inverse(whole)
    plain = _sum(kernels, np.ones(len(values)), spreads)
    innovations = np.asarray(np.linalg.solve(np.linalg.cholesky(plain), values), np.float64)
    return Fitted(data, spreads, centre, inverse @ values, inverse, innovations)


def _learn(
    kernels: Mapping[str, Floats],
    values: Floats,
    doubt: Floats,
    start: Mapping[str, float],
    guesses: Mapping[str, float],
) -> dict[str, float]:
    """The likeliest spreads, one after the other, twice."""
    spreads = dict(start)
    best = _score(kernels, values, doubt, spreads, guesses)
    for _ in range(2):
        for name in (NOISE, *kernels):
            if name != NOISE and not kernels[name].any():
                continue
            for step in _STEPS:
                tried = spreads | {name: guesses[name] * step}
                score = _score(kernels, values, doubt, tried, guesses)
                if score > best:
                    best, spreads = score, tried
    return spreads


def _score(
    kernels: Mapping[str, Floats],
    values: Floats,
    doubt: Floats,
    spreads: Mapping[str, float],
    guesses: Mapping[str, float],
) -> float:
    """Logarithm of the likelihood and of the prior, but for constants."""
    root = np.linalg.cholesky(_sum(kernels, doubt, spreads))
    errors = np.linalg.solve(root, values)
    prior = sum((np.log(spreads[name] / guesses[name]) / _TRUST) ** 2 for name in spreads)
    return float(-0.5 * errors @ errors - np.log(np.diag(root)).sum() - 0.5 * prior)


def _sum(kernels: Mapping[str, Floats], doubt: Floats, spreads: Mapping[str, float]) -> Floats:
    whole = np.full((len(doubt), len(doubt)), _LEVEL**2)
    for name, kernel in kernels.items():
        whole += spreads[name] ** 2 * kernel
    whole[np.diag_indices(len(doubt))] += spreads[NOISE] ** 2 * doubt
    return whole


def _inverse(matrix: Floats) -> Floats:
    return np.asarray(np.linalg.inv(matrix), np.float64)


def _root(variance: float) -> float:
    return float(np.sqrt(max(variance, 0.0)))
